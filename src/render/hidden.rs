//! The text in the place of a number that `--min-cell` hides: a word, or a mark where there is no room for it.

use crate::language::Language;
use crate::report::{MinCell, Report, Shown};

/// In a cell that has no room for the word.
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

/// How many numbers are hidden, and why; `None` if none may be.
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

/// The number that there is, of one that may be hidden or have no data.
#[must_use]
pub fn known(number: Option<Shown<f64>>) -> Option<f64> {
    number.and_then(Shown::known)
}
