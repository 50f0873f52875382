//! What things are called: metrics by their label in the list, everything else by its own name.

use crate::metrics::{self, Judgement};
use crate::render::change::{self, Direction};
use crate::report::{Cell, Report, Table};
use crate::unit::Unit;

use super::line::Ink;

/// The label of a metric; of one that this version does not know, its id in words.
pub(super) fn metric(id: &str) -> String {
    metrics::describe(id).map_or_else(|| words(id), |description| description.label.to_owned())
}

/// `first-contact` as `First contact`.
pub(super) fn words(name: &str) -> String {
    let mut letters = name.chars().map(|c| if matches!(c, '_' | '-') { ' ' } else { c });
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// The unit of a metric in a table; of one that neither report nor list knows, from its cells.
pub(super) fn unit(report: &Report, table: &Table, id: &str) -> Unit {
    let is_duration = || table.rows.iter().any(|row| matches!(row.cells.get(id), Some(Cell::Duration(_))));
    report.unit(id).unwrap_or_else(|| if is_duration() { Unit::Seconds } else { Unit::Count })
}

/// A change with its triangle, `▲ +12.5 %`, in the ink of what it means.
pub(super) fn change(id: &str, unit: Unit, change: f64) -> (Ink, String) {
    let shown = change::shown(id, unit, change);
    let triangle = match shown.direction {
        Some(Direction::Up) => "▲ ",
        Some(Direction::Down) => "▼ ",
        None => "",
    };
    let ink = match shown.judgement {
        Judgement::Improved => Ink::Better,
        Judgement::Worsened => Ink::Worse,
        Judgement::Neutral => Ink::Plain,
    };
    (ink, format!("{triangle}{}", shown.text))
}

/// A change with its triangle and, where it is good or bad, the word for it: `▲ +43.7 % worse`.
pub(super) fn judged(id: &str, unit: Unit, by: f64) -> (Ink, String) {
    let (ink, text) = change(id, unit, by);
    let word = change::word(change::shown(id, unit, by).judgement);
    (ink, format!("{text} {word}").trim_end().to_owned())
}

/// `1 row`, `2 rows`.
pub(super) fn plural(n: u64, one: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{} {one}{s}", crate::unit::group(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_words() {
        assert_eq!(metric("engagement_rate"), "Engagement rate");
        assert_eq!(metric("not_in_the_list"), "Not in the list");
        assert_eq!(words("first-contact"), "First contact");
        assert_eq!(words(""), "");
        assert_eq!(plural(1, "file"), "1 file");
        assert_eq!(plural(1200, "row"), "1,200 rows");
    }

    #[test]
    fn a_triangle_agrees_with_the_sign() {
        assert_eq!(change("conversations", Unit::Count, 0.125), (Ink::Plain, "▲ +12.5 %".to_owned()));
        assert_eq!(change("engagement_rate", Unit::Rate, -0.03), (Ink::Worse, "▼ −3.0 pts".to_owned()));
        assert_eq!(change("conversations", Unit::Count, 0.000_1), (Ink::Plain, "±0.0 %".to_owned()));
        assert_eq!(judged("queue_wait", Unit::Seconds, -0.1), (Ink::Better, "▼ −10.0 % better".to_owned()));
        assert_eq!(judged("conversations", Unit::Count, 0.1), (Ink::Plain, "▲ +10.0 %".to_owned()));
    }
}
