//! The text shown for a number that `--min-cell` hides: a word, or a mark if there is no room for the word.

use crate::language::Language;
use crate::report::{MinCell, Report, Shown};

/// The mark for cells without room for the word.
pub const MARK: &str = "×";

/// The word for a hidden number.
#[must_use]
pub fn word(language: Language) -> &'static str {
    language.text("value.hidden")
}

/// The meaning of the mark.
#[must_use]
pub fn legend(language: Language) -> String {
    language.fill("min_cell.mark", &[("mark", &MARK)])
}

/// How many numbers are hidden, and why; `None` if the report may not hide any.
#[must_use]
pub fn note(language: Language, report: &Report) -> Option<String> {
    let MinCell { least, hidden } = report.min_cell?;
    let values: [(&str, &dyn std::fmt::Display); 3] = [("word", &word(language)), ("mark", &MARK), ("least", &least)];
    Some(language.counted_with("min_cell.note", hidden, &values))
}

/// A whole number, or the word for a hidden one.
#[must_use]
pub fn count(language: Language, count: Shown<u64>) -> String {
    count.known().map_or_else(|| word(language).to_owned(), |count| language.count(count))
}

/// The number, if it is neither hidden nor missing.
#[must_use]
pub fn known(number: Option<Shown<f64>>) -> Option<f64> {
    number.and_then(Shown::known)
}
