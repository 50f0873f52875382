//! Changes and units for the terminal.

use crate::language::Language;
use crate::metrics::Judgement;
use crate::render::change::{self, ChangeDirection};
use crate::unit::Unit;

use super::line::Ink;

/// A change with its triangle, `▲ +12.5%`, in the ink of its judgement.
pub(super) fn change(language: Language, id: &str, unit: Unit, change: f64) -> (Ink, String) {
    let shown = change::shown(language, id, unit, change);
    let triangle = match shown.direction {
        Some(ChangeDirection::Up) => "▲ ",
        Some(ChangeDirection::Down) => "▼ ",
        None => "",
    };
    let ink = match shown.judgement {
        Judgement::Improved => Ink::Better,
        Judgement::Worsened => Ink::Worse,
        Judgement::Neutral => Ink::Plain,
    };
    (ink, format!("{triangle}{}", shown.text))
}

/// A change with its triangle and, if it is better or worse, the word for it: `▲ +43.7% worse`.
pub(super) fn judged(language: Language, id: &str, unit: Unit, by: f64) -> (Ink, String) {
    let (ink, text) = change(language, id, unit, by);
    let word = change::word(language, change::shown(language, id, unit, by).judgement);
    (ink, format!("{text} {word}").trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triangle_agrees_with_the_sign() {
        let change = |id, unit, by| change(Language::English, id, unit, by);
        let judged = |id, unit, by| judged(Language::English, id, unit, by);
        assert_eq!(change("conversations", Unit::Count, 0.125), (Ink::Plain, "▲ +12.5%".to_owned()));
        assert_eq!(change("engagement_rate", Unit::Rate, -0.03), (Ink::Worse, "▼ −3.0 pts".to_owned()));
        assert_eq!(change("conversations", Unit::Count, 0.000_1), (Ink::Plain, "±0.0%".to_owned()));
        assert_eq!(judged("queue_wait", Unit::Seconds, -0.1), (Ink::Better, "▼ −10.0% better".to_owned()));
        assert_eq!(judged("conversations", Unit::Count, 0.1), (Ink::Plain, "▲ +10.0%".to_owned()));
    }
}
