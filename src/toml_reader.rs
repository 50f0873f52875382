//! Reads files that people write in TOML key by key, so that every mistake is reported with its line and the nearest
//! name.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::failure::Failure;
use crate::nearest::hint;

/// A value with its position in the text.
pub type Value<'t> = Spanned<DeValue<'t>>;
/// A table of such values.
pub(crate) type TomlTable<'t> = DeTable<'t>;

/// The most known names that are listed.
const MOST_LISTED: usize = 12;

/// Reads a file with `read`. The mistakes that `read` reports become one error for wrong usage. `what` is the kind of
/// file, such as `template`, and `location` its path.
///
/// # Errors
///
/// If the text is not TOML, or has mistakes.
pub fn read<T>(
    what: &str,
    location: &str,
    text: &str,
    read: impl FnOnce(&mut Reader<'_>, &TomlTable) -> T,
) -> anyhow::Result<T> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { text, mistakes: Vec::new() };
    let value = match DeTable::parse(text) {
        Ok(root) => Some(read(&mut reader, root.get_ref())),
        Err(error) => {
            let message = error.message().lines().next().unwrap_or("no TOML").to_owned();
            reader.mistake(&error.span().unwrap_or(0..0), message);
            None
        }
    };
    match value {
        Some(value) if reader.mistakes.is_empty() => Ok(value),
        Some(_) | None => Err(reader.failure(what, location)),
    }
}

/// The text of a file, and the mistakes found in it so far.
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t str,
    /// The line of each mistake, and its description.
    mistakes: Vec<(usize, String)>,
}

impl Reader<'_> {
    /// The line of a position in the text, counted from 1.
    #[must_use]
    pub fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    /// Whether a mistake has been found.
    #[must_use]
    pub(crate) fn has_mistakes(&self) -> bool {
        !self.mistakes.is_empty()
    }

    /// Adds a mistake at a position.
    pub fn mistake(&mut self, span: &Range<usize>, message: String) {
        self.mistakes.push((self.line(span), message));
    }

    /// Adds a mistake about an unknown name, with the nearest known one; if none is near and there are few, with all of
    /// them.
    pub fn unknown<'k>(&mut self, span: &Range<usize>, what: &str, name: &str, known: impl Iterator<Item = &'k str>) {
        let known: Vec<&str> = known.collect();
        let hint = hint(name, known.iter().copied());
        let is_listed = hint.is_empty() && (1..=MOST_LISTED).contains(&known.len());
        let list = if is_listed { format!(": expected {}", known.join(", ")) } else { hint };
        self.mistake(span, format!("no {what} `{name}`{list}"));
    }

    fn failure(mut self, what: &str, location: &str) -> anyhow::Error {
        self.mistakes.sort_by_key(|(line, _)| *line);
        let lines: Vec<String> =
            self.mistakes.iter().map(|(line, message)| format!("{location}:{line}: {message}")).collect();
        Failure::Usage.because(match &lines[..] {
            [line] => format!("{what} {line}"),
            lines => format!("{what} {location} has {} mistakes:\n  {}", lines.len(), lines.join("\n  ")),
        })
    }

    /// The tables of `[[key]]`, each with its position; empty if the key is absent or not a list of tables.
    pub(crate) fn tables_of<'v, 't>(
        &mut self,
        root: &'v TomlTable<'t>,
        key: &str,
    ) -> Vec<(&'v TomlTable<'t>, Range<usize>)> {
        let Some(value) = root.get(key) else { return Vec::new() };
        let all = value.get_ref().as_array().and_then(|all| {
            all.iter().map(|one| one.get_ref().as_table().map(|table| (table, one.span()))).collect::<Option<Vec<_>>>()
        });
        all.unwrap_or_else(|| {
            self.mistake(&value.span(), format!("`{key}` is a list of tables: write [[{key}]] over each"));
            Vec::new()
        })
    }

    /// The distinct texts of a list. `such_as` is an example for the message.
    pub(crate) fn texts_of(&mut self, table: &TomlTable, key: &str, such_as: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let Some(list) = value.get_ref().as_array() else {
            self.mistake(&value.span(), format!("`{key}` is a list, as in {key} = [\"{such_as}\"]"));
            return Vec::new();
        };
        let mut texts: Vec<(String, Range<usize>)> = Vec::new();
        for value in list {
            let Some((text, span)) = self.text_of(value, key) else { continue };
            if texts.iter().any(|(known, _)| known == text) {
                self.mistake(&span, format!("`{text}` is in `{key}` twice"));
            } else {
                texts.push((text.to_owned(), span));
            }
        }
        texts
    }

    /// A text, with its position.
    pub fn text_of<'v>(&mut self, value: &'v Value, key: &str) -> Option<(&'v str, Range<usize>)> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            let found = value.get_ref().type_str();
            self.mistake(&value.span(), format!("`{key}`: expected a text in quotes, found {found}"));
        }
        Some((text?, value.span()))
    }

    /// Adds a mistake for each unknown key.
    pub fn keys(&mut self, table: &TomlTable, known: &[&str], what: &str) {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                self.unknown(&key.span(), what, name, known.iter().copied());
            }
        }
    }
}

/// A text, number, date or flag as it would be typed as the value of a flag; `None` for lists and tables.
#[must_use]
pub(crate) fn as_typed(value: &DeValue) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(instant) => Some(instant.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
