//! A change against the window before, for every output that people read: its text, direction and judgement. The sign
//! is that of the rounded text, so that no direction is shown without a number.

use crate::language::Language;
use crate::metrics::{self, Judgement};
use crate::unit::{ChangeKind, Unit};

/// The direction of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeDirection {
    /// Upwards.
    Up,
    /// Downwards.
    Down,
}

/// A change for display.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownChange {
    /// `+12.5%`.
    pub text: String,
    /// Its direction; `None` if it rounds to zero.
    pub direction: Option<ChangeDirection>,
    /// Whether it is better or worse than before.
    pub judgement: Judgement,
}

/// The change of a metric's value in `unit`.
#[must_use]
pub fn shown(language: Language, id: &str, unit: Unit, change: f64) -> ShownChange {
    let text = language.change(kind(id, unit), unit, change);
    let direction = match text.chars().next() {
        Some('+') => Some(ChangeDirection::Up),
        Some('−') => Some(ChangeDirection::Down),
        Some(_) | None => None,
    };
    let sign = match direction {
        Some(ChangeDirection::Up) => 1.0,
        Some(ChangeDirection::Down) => -1.0,
        None => 0.0,
    };
    let judgement = metrics::find(id).map_or(Judgement::Neutral, |metric| metric.better.judge(sign));
    ShownChange { text, direction, judgement }
}

/// How a metric is compared; an unknown metric is compared by its unit.
#[must_use]
pub fn kind(id: &str, unit: Unit) -> ChangeKind {
    let usual = match unit {
        Unit::Count | Unit::Seconds => ChangeKind::Relative,
        Unit::Rate | Unit::Score => ChangeKind::Difference,
    };
    metrics::describe(id).map_or(usual, |description| description.change)
}

/// The word of a judgement, beside a change; empty for a neutral one.
#[must_use]
pub fn word(language: Language, judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Improved => language.text("change.better"),
        Judgement::Worsened => language.text("change.worse"),
        Judgement::Neutral => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_judged_by_its_shown_value() {
        let cases = [
            ("conversations", Unit::Count, 0.125, Some(ChangeDirection::Up), Judgement::Neutral),
            ("first_response_time", Unit::Seconds, -0.2, Some(ChangeDirection::Down), Judgement::Improved),
            ("first_response_time", Unit::Seconds, 0.2, Some(ChangeDirection::Up), Judgement::Worsened),
            ("service_level", Unit::Rate, -0.047, Some(ChangeDirection::Down), Judgement::Worsened),
            ("service_level", Unit::Rate, 0.000_1, None, Judgement::Neutral),
            ("not_in_the_list", Unit::Count, 1.0, Some(ChangeDirection::Up), Judgement::Neutral),
        ];
        for (id, unit, change, direction, judgement) in cases {
            let shown = shown(Language::Portuguese, id, unit, change);
            assert_eq!((shown.direction, shown.judgement), (direction, judgement), "{id} {change}");
        }
    }
}
