//! Files that people write in TOML, read key by key, so that every mistake is reported with its line and the nearest name.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::failure::Failure;
use crate::nearest::hint;

/// A value with its place in the text.
pub type Value<'t> = Spanned<DeValue<'t>>;
/// A table of such values.
pub type TomlTable<'t> = DeTable<'t>;

/// More names than these are not listed.
const MOST_LISTED: usize = 12;

/// Reads a file with `read`; the mistakes that it notes are one error, wrong usage. `what` is the kind of file, as in
/// `template`, and `place` its path.
///
/// # Errors
///
/// If the text is no TOML, or has mistakes.
pub fn read<T>(
    what: &str,
    place: &str,
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
        Some(_) | None => Err(reader.failure(what, place)),
    }
}

/// The text of a file, and the mistakes found in it so far.
#[derive(Debug)]
pub struct Reader<'t> {
    text: &'t str,
    /// Line and what is wrong with it.
    mistakes: Vec<(usize, String)>,
}

impl Reader<'_> {
    /// The line of a place in the text, from 1.
    #[must_use]
    pub fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    /// Whether a mistake has been found.
    #[must_use]
    pub fn has_mistakes(&self) -> bool {
        !self.mistakes.is_empty()
    }

    /// Notes what is wrong there.
    pub fn mistake(&mut self, span: &Range<usize>, message: String) {
        self.mistakes.push((self.line(span), message));
    }

    /// Notes a name that is not known, with the nearest that is; where none is near, all of a few.
    pub fn unknown<'k>(&mut self, span: &Range<usize>, what: &str, name: &str, known: impl Iterator<Item = &'k str>) {
        let known: Vec<&str> = known.collect();
        let hint = hint(name, known.iter().copied());
        let is_listed = hint.is_empty() && (1..=MOST_LISTED).contains(&known.len());
        let list = if is_listed { format!(": expected {}", known.join(", ")) } else { hint };
        self.mistake(span, format!("no {what} `{name}`{list}"));
    }

    fn failure(mut self, what: &str, place: &str) -> anyhow::Error {
        self.mistakes.sort_by_key(|(line, _)| *line);
        let lines: Vec<String> =
            self.mistakes.iter().map(|(line, message)| format!("{place}:{line}: {message}")).collect();
        Failure::Usage.because(match &lines[..] {
            [line] => format!("{what} {line}"),
            lines => format!("{what} {place} has {} mistakes:\n  {}", lines.len(), lines.join("\n  ")),
        })
    }

    /// The tables of `[[key]]`, each with its place; none where the key is absent or no list of tables.
    pub fn tables_of<'v, 't>(&mut self, root: &'v TomlTable<'t>, key: &str) -> Vec<(&'v TomlTable<'t>, Range<usize>)> {
        let Some(value) = root.get(key) else { return Vec::new() };
        let all = value.get_ref().as_array().and_then(|all| {
            all.iter().map(|one| one.get_ref().as_table().map(|table| (table, one.span()))).collect::<Option<Vec<_>>>()
        });
        all.unwrap_or_else(|| {
            self.mistake(&value.span(), format!("`{key}` is a list of tables: write [[{key}]] over each"));
            Vec::new()
        })
    }

    /// The texts of a list, none of them twice. `such_as` is one for the message.
    pub fn texts_of(&mut self, table: &TomlTable, key: &str, such_as: &str) -> Vec<(String, Range<usize>)> {
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

    /// A text, with its place.
    pub fn text_of<'v>(&mut self, value: &'v Value, key: &str) -> Option<(&'v str, Range<usize>)> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            let found = value.get_ref().type_str();
            self.mistake(&value.span(), format!("`{key}`: expected a text in quotes, found {found}"));
        }
        Some((text?, value.span()))
    }

    /// Notes the keys that are not known.
    pub fn keys(&mut self, table: &TomlTable, known: &[&str], what: &str) {
        for key in table.keys() {
            let name: &str = key.get_ref();
            if !known.contains(&name) {
                self.unknown(&key.span(), what, name, known.iter().copied());
            }
        }
    }
}

/// A text, number, date or flag as it would be typed as a flag's value; none of lists and tables.
#[must_use]
pub fn as_typed(value: &DeValue) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.to_string()),
        DeValue::Float(number) => Some(number.to_string()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        DeValue::Datetime(instant) => Some(instant.to_string()),
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}
