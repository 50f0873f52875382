//! One record of a source as values are taken from it: a JSON value with the element at hand, or the fields of a CSV row.

use serde_json::Value;

use super::path::{Path, text_of};

/// What paths are looked up in.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'r> {
    /// The record and the elements in it, the innermost last, and what counts as no value.
    Json(&'r [&'r Value], &'r [String]),
    /// The fields, which of them each path of the profile means, and what counts as no value.
    Csv(&'r [String], &'r [Option<usize>], &'r [String]),
}

impl Scope<'_> {
    /// Whether there is anything at a path: also a list or an object.
    #[must_use]
    pub fn has(&self, path: &Path) -> bool {
        match self {
            Self::Json(elements, _) => {
                self.text(path).is_some()
                    || path.find(elements).is_some_and(|value| value.is_array() || value.is_object())
            }
            Self::Csv(..) => self.text(path).is_some(),
        }
    }

    /// The text at a path.
    #[must_use]
    pub fn text(&self, path: &Path) -> Option<String> {
        let (text, none) = match self {
            Self::Json(elements, none) => (path.find(elements).and_then(text_of)?, none),
            Self::Csv(fields, columns, none) => {
                (fields.get(columns.get(path.number).copied().flatten()?)?.trim().to_owned(), none)
            }
        };
        (!text.is_empty() && !none.contains(&text)).then_some(text)
    }
}
