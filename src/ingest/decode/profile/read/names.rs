//! `[attributes]` and `[alias]`: the source's own columns that are dimensions, and other names for values.

use super::ProfileReader;
use super::values::VALUE_KEYS;
use crate::event::Column;
use crate::event::aliases::{self, Aliases};
use crate::ingest::decode::profile::value::ValueRule;
use crate::toml_reader::TomlTable;

impl ProfileReader<'_, '_> {
    /// `[attributes]`: a value for each name.
    pub(super) fn attributes(&mut self, root: &TomlTable) -> Vec<(String, ValueRule)> {
        let mut attributes = Vec::new();
        for (name, toml) in self.table(root, "attributes").into_iter().flatten() {
            let text: &str = name.get_ref();
            if text.is_empty() || text.contains([',', '=']) {
                let message = format!("`{text}` cannot name an attribute: it is empty, or has a comma or `=`");
                self.text.mistake(&name.span(), message);
            } else if Column::parse(text).is_some() {
                let message = format!("`{text}` is a column of every log: write it in [columns]");
                self.text.mistake(&name.span(), message);
            } else if let Some(value) = self.value(toml, &VALUE_KEYS) {
                attributes.push((text.to_owned(), value));
            }
        }
        attributes
    }

    /// Reads `[alias.queue]` and the like: the new name for each old one.
    pub(super) fn aliases(&mut self, root: &TomlTable) -> Aliases {
        aliases::read(self.text, root)
    }
}
