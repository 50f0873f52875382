//! One record of a source, from which values are taken: a JSON value with the current element, or the fields of a row.

use serde_json::Value;

use super::element::Element;
use super::path::{From, Path, key_of, text_of};

/// The scope in which paths are looked up.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'r> {
    /// The record.
    pub fields: Fields<'r>,
    /// Texts that mean no value.
    pub none: &'r [String],
    /// The facts from outside the record.
    pub around: Around<'r>,
}

/// The values of a record.
#[derive(Debug, Clone, Copy)]
pub enum Fields<'r> {
    /// The record and the elements in it, the innermost last.
    Json(&'r [Element<'r>]),
    /// The fields, and the field of each path of the profile.
    Row(&'r [String], &'r [Option<usize>]),
}

/// The facts about a record that are not in its values.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'r> {
    /// The name of its file.
    pub file: &'r str,
    /// The values in its document before the records.
    pub document: Option<&'r Value>,
    /// The first record of its chain.
    pub root: Option<&'r str>,
}

impl Scope<'_> {
    /// Whether there is anything at a path, including a list or an object.
    #[must_use]
    pub fn has(&self, path: &Path) -> bool {
        let is_inner = |value: &Value| value.is_array() || value.is_object();
        self.text(path).is_some() || self.value(path).is_some_and(is_inner)
    }

    fn value(&self, path: &Path) -> Option<&Value> {
        match self.fields {
            Fields::Json(elements) => path.find(elements, self.around.document),
            Fields::Row(..) => None,
        }
    }

    /// The texts of a list at a path, or of the values at its last key in each element of a list, joined by semicolons.
    /// `None` if there is no list.
    #[must_use]
    pub fn list(&self, path: &Path) -> Option<String> {
        let Fields::Json(elements) = self.fields else { return None };
        let items = path.find_list(elements, self.around.document)?;
        Some(items.into_iter().filter_map(text_of).collect::<Vec<_>>().join(";"))
    }

    /// The text at a path.
    #[must_use]
    pub fn text(&self, path: &Path) -> Option<String> {
        let text = match (path.from, self.fields) {
            (From::File, _) => self.around.file.to_owned(),
            (From::Root, _) => self.around.root?.to_owned(),
            (From::Key, Fields::Json(elements)) => key_of(elements)?.to_owned(),
            (From::Number, Fields::Json(elements)) => elements.last()?.number.to_string(),
            (_, Fields::Json(_)) => text_of(self.value(path)?)?,
            (_, Fields::Row(fields, columns)) => {
                fields.get(columns.get(path.number).copied().flatten()?)?.trim().to_owned()
            }
        };
        (!text.is_empty() && !self.none.contains(&text)).then_some(text)
    }
}
