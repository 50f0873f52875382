//! TOML with places: texts, lists and choices of it, and the mistakes that were found.

use std::ops::Range;

use toml::de::DeTable;

use super::Value;
use crate::failure::Failure;
use crate::nearest::hint;

pub type Table<'t> = DeTable<'t>;

/// A TOML text and what is wrong with it.
pub struct Text<'t> {
    text: &'t str,
    /// Line and what is wrong with it.
    pub mistakes: Vec<(usize, String)>,
}

impl<'t> Text<'t> {
    /// A text without mistakes so far.
    pub const fn new(text: &'t str) -> Self {
        Self { text, mistakes: Vec::new() }
    }

    pub fn mistake(&mut self, span: &Range<usize>, message: String) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        self.mistakes.push((before.matches('\n').count() + 1, message));
    }

    pub fn unknown<'k>(&mut self, span: &Range<usize>, what: &str, name: &str, known: impl Iterator<Item = &'k str>) {
        let known: Vec<&str> = known.collect();
        let hint = hint(name, known.iter().copied());
        let list = if hint.is_empty() && known.len() <= 12 { format!(": expected {}", known.join(", ")) } else { hint };
        self.mistake(span, format!("no {what} `{name}`{list}"));
    }

    /// All mistakes as one error, by line.
    pub fn failure(mut self, what: &str, place: &str) -> anyhow::Error {
        self.mistakes.sort_by_key(|(line, _)| *line);
        let lines: Vec<String> =
            self.mistakes.iter().map(|(line, message)| format!("{place}:{line}: {message}")).collect();
        Failure::Usage.because(match &lines[..] {
            [line] => format!("{what} {line}"),
            lines => format!("{what} {place} has {} mistakes:\n  {}", lines.len(), lines.join("\n  ")),
        })
    }

    pub fn keys(&mut self, table: &Table, known: &[&str], what: &str) {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                self.unknown(&key.span(), what, name, known.iter().copied());
            }
        }
    }

    pub fn text_of(&mut self, value: &Value, key: &str) -> Option<String> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            let found = value.get_ref().type_str();
            self.mistake(&value.span(), format!("`{key}`: expected a text in quotes, found {found}"));
        }
        text.map(str::to_owned)
    }

    pub fn text(&mut self, table: &Table, key: &str) -> Option<String> {
        self.text_of(table.get(key)?, key)
    }

    /// The texts of a list; one text is a list of one.
    pub fn texts(&mut self, table: &Table, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        if let Some(list) = value.get_ref().as_array() {
            return list.iter().filter_map(|one| Some((self.text_of(one, key)?, one.span()))).collect();
        }
        if value.get_ref().as_str().is_none() {
            self.mistake(&value.span(), format!("`{key}` is a list, as in {key} = [\"a\", \"b\"]"));
            return Vec::new();
        }
        self.text_of(value, key).map(|text| (text, value.span())).into_iter().collect()
    }

    /// The texts of a list, without their places.
    pub fn plain_texts(&mut self, table: &Table, key: &str) -> Vec<String> {
        self.texts(table, key).into_iter().map(|(text, _)| text).collect()
    }

    pub fn flag(&mut self, table: &Table, key: &str) -> Option<bool> {
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

    /// A whole number that is not negative.
    pub fn number(&mut self, table: &Table, key: &str) -> Option<u32> {
        let value = table.get(key)?;
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse().ok());
        if number.is_none() {
            self.mistake(&value.span(), format!("`{key}`: expected a whole number, 0 or more"));
        }
        number
    }

    /// One of some words.
    pub fn choice<T: Clone>(&mut self, table: &Table, key: &str, what: &str, known: &[(&str, T)]) -> Option<T> {
        let value = table.get(key)?;
        let name = self.text_of(value, key)?;
        let found = known.iter().find(|(word, _)| *word == name).map(|(_, meant)| meant.clone());
        if found.is_none() {
            self.unknown(&value.span(), what, &name, known.iter().map(|(word, _)| *word));
        }
        found
    }
}
