//! Readers of TOML values that only profiles need: a text as a list of one, flags, numbers and choices.

use std::ops::Range;

use crate::toml_reader::{Reader, TomlTable, Value};

impl Reader<'_> {
    /// Reads a text.
    pub fn own_text(&mut self, value: &Value, key: &str) -> Option<String> {
        self.text_of(value, key).map(|(text, _)| text.to_owned())
    }

    /// Reads the text of a key.
    pub fn text(&mut self, table: &TomlTable, key: &str) -> Option<String> {
        self.own_text(table.get(key)?, key)
    }

    /// Reads the texts of a list, with their spans; a single text is a list of one.
    pub fn texts(&mut self, table: &TomlTable, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        if let Some(list) = value.get_ref().as_array() {
            return list.iter().filter_map(|one| Some((self.own_text(one, key)?, one.span()))).collect();
        }
        if value.get_ref().as_str().is_none() {
            self.mistake(&value.span(), format!("`{key}` is a list, as in {key} = [\"a\", \"b\"]"));
            return Vec::new();
        }
        self.own_text(value, key).map(|text| (text, value.span())).into_iter().collect()
    }

    /// Reads the texts of a list, without their spans.
    pub fn plain_texts(&mut self, table: &TomlTable, key: &str) -> Vec<String> {
        self.texts(table, key).into_iter().map(|(text, _)| text).collect()
    }

    /// Reads true or false.
    pub fn flag(&mut self, table: &TomlTable, key: &str) -> Option<bool> {
        let value = table.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.mistake(
                &value.span(),
                format!("`{key}`: expected true or false, found {}", value.get_ref().type_str()),
            );
        }
        flag
    }

    /// Reads a whole number that is not negative.
    pub fn number(&mut self, table: &TomlTable, key: &str) -> Option<u32> {
        let value = table.get(key)?;
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        if number.is_none() {
            self.mistake(&value.span(), format!("`{key}`: expected a whole number, 0 or more"));
        }
        number
    }

    /// Reads one of several words.
    pub fn choice<T: Clone>(&mut self, table: &TomlTable, key: &str, what: &str, known: &[(&str, T)]) -> Option<T> {
        let value = table.get(key)?;
        let name = self.own_text(value, key)?;
        let found = known.iter().find(|(word, _)| *word == name).map(|(_, meant)| meant.clone());
        if found.is_none() {
            self.unknown(&value.span(), what, &name, known.iter().map(|(word, _)| *word));
        }
        found
    }
}
