//! The languages of text for people: texts, plurals, numbers and dates; one file per language in `assets/language`.
//!
//! English is the default, whatever the machine's locale. JSON, CSV and messages on standard error are English in every
//! language. Ids, names and values of a log stay unchanged.

pub mod catalogue;
mod date;
mod languages;
mod message;
mod number;
mod text;

pub use self::languages::Language;
pub use self::message::{Argument, Message};
pub use self::text::{Placeholders, lowered};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::{ChangeKind, Notation, Unit};

    #[test]
    fn numbers_as_each_language_writes_them() {
        let written = |language: Language| {
            [
                language.count(1_234_567),
                language.value(Unit::Rate, Some(0.897)),
                language.value(Unit::Score, Some(-1234.56)),
                language.seconds(Some(5.6)),
                language.seconds(Some(187_200.0)),
                language.change(ChangeKind::Relative, Unit::Count, 0.125),
                language.change(ChangeKind::Difference, Unit::Rate, -0.03),
            ]
        };
        assert_eq!(
            written(Language::English),
            ["1,234,567", "89.7%", "−1,234.6", "5.6 s", "2 d 04 h", "+12.5%", "−3.0 pts"]
        );
        assert_eq!(
            written(Language::French),
            [
                "1\u{202f}234\u{202f}567",
                "89,7\u{202f}%",
                "−1\u{202f}234,6",
                "5,6\u{a0}s",
                "2\u{a0}j\u{a0}04\u{a0}h",
                "+12,5\u{202f}%",
                "−3,0\u{a0}pts"
            ]
        );
        assert_eq!(
            written(Language::Spanish),
            [
                "1,234,567",
                "89.7\u{a0}%",
                "−1,234.6",
                "5.6\u{a0}s",
                "2\u{a0}d\u{a0}04\u{a0}h",
                "+12.5\u{a0}%",
                "−3.0\u{a0}pts"
            ]
        );
        assert_eq!(
            written(Language::Portuguese),
            ["1.234.567", "89,7%", "−1.234,6", "5,6\u{a0}s", "2\u{a0}d\u{a0}04\u{a0}h", "+12,5%", "−3,0\u{a0}p.p."]
        );
    }

    #[test]
    fn messages_are_in_english() {
        assert_eq!(*Language::English.notation(), Notation::ENGLISH);
        assert_eq!(Language::default(), Language::English);
    }

    #[test]
    fn a_round_duration_has_one_part() {
        let round = |language: Language, seconds| language.notation().round_duration(seconds);
        assert_eq!(
            [900.0, 3600.0, 86_400.0, 90.0, 30.0].map(|s| round(Language::English, s)),
            ["15 min", "1 h", "1 d", "1 min 30 s", "30 s"]
        );
        assert_eq!(round(Language::French, 86_400.0), "1\u{a0}j");
    }

    #[test]
    fn numbers_choose_their_form() {
        assert_eq!(
            [0, 1, 2, 1200].map(|n| Language::English.counted("count.rows", n)),
            ["0 rows", "1 row", "2 rows", "1,200 rows"]
        );
        assert_eq!([0, 1, 2].map(|n| Language::French.counted("count.rows", n)), ["0 ligne", "1 ligne", "2 lignes"]);
        assert_eq!(
            [0, 1, 2].map(|n| Language::Portuguese.counted("count.rows", n)),
            ["0 linhas", "1 linha", "2 linhas"]
        );
        assert_eq!([0, 1].map(|n| Language::Spanish.counted("count.rows", n)), ["0 filas", "1 fila"]);
        // A million is linked to its noun by a word.
        let million = |language: Language, key| language.counted(key, 1_000_000).replace(['\u{a0}', '\u{202f}'], " ");
        assert_eq!(million(Language::English, "count.rows"), "1,000,000 rows");
        assert_eq!(million(Language::French, "count.rows"), "1 000 000 de lignes");
        assert_eq!(million(Language::French, "count.events"), "1 000 000 d’événements");
        assert_eq!(million(Language::Spanish, "count.rows"), "1,000,000 de filas");
        assert_eq!(million(Language::Portuguese, "count.rows"), "1.000.000 de linhas");
        assert_eq!(million(Language::French, "pdf.file_used"), "1 000 000 utilisées");
        assert_eq!(Language::French.counted("count.rows", 1_000_001).chars().filter(|c| *c == 'd').count(), 0);
    }

    #[test]
    fn values_are_filled_in_and_not_looked_at_again() {
        assert_eq!(text::filled("{a} and {b}, {a}", &[("a", &"{b}"), ("b", &2)]), "{b} and 2, {b}");
        assert_eq!(text::filled("no { end", &[]), "no { end");
        assert_eq!(Language::English.list(&["a", "b", "c"]), "a, b and c");
        assert_eq!(Language::Spanish.list(&["a"]), "a");
    }
}
