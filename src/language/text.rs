//! Texts by key: with placeholders, by number, in lists.

use std::borrow::Cow;
use std::fmt;

use super::catalogue::Catalogue;
use super::languages::Language;

/// The values of a text's placeholders: `("name", value)` for `{name}`.
pub type Placeholders<'v> = [(&'v str, &'v dyn fmt::Display)];

impl Language {
    pub(super) fn catalogue(self) -> &'static Catalogue {
        Catalogue::of(self)
    }

    /// The text of a key with one form and no placeholders.
    #[must_use]
    pub fn text(self, key: &str) -> &'static str {
        match self.catalogue().form(key, None).or_else(|| Self::English.catalogue().form(key, None)) {
            Some(text) => text,
            None => missing(key),
        }
    }

    /// The text of a key that may not exist, such as the name of an unknown thing.
    #[must_use]
    pub fn find(self, key: &str) -> Option<&'static str> {
        self.catalogue().form(key, None)
    }

    /// The text of a key with its placeholders filled: `("name", value)` replaces `{name}`.
    #[must_use]
    pub fn fill(self, key: &str, values: &Placeholders) -> String {
        filled(self.text(key), values)
    }

    /// The form of a key for a number, which replaces `{n}`: `1 row`, `1,234 rows`.
    #[must_use]
    pub fn counted(self, key: &str, n: u64) -> String {
        self.counted_with(key, n, &[])
    }

    /// The form of a key for a number, with other placeholders.
    #[must_use]
    pub fn counted_with(self, key: &str, n: u64, values: &Placeholders) -> String {
        self.counted_as(key, n, &self.count(n), values)
    }

    /// The form of a key for a number that is written as `count`.
    #[must_use]
    pub fn counted_as(self, key: &str, n: u64, count: &str, values: &Placeholders) -> String {
        let form = |language: Self| language.catalogue().form(key, Some(language.is_one(n)));
        let text = form(self).or_else(|| form(Self::English)).unwrap_or_else(|| missing(key));
        let mut all: Vec<(&str, &dyn fmt::Display)> = vec![("n", &count)];
        all.extend_from_slice(values);
        filled(&linked(text, self.is_linked(n)), &all)
    }

    /// Whether a number takes the singular: the cardinal rules of Unicode CLDR for whole numbers. The exception is
    /// Portuguese, where CLDR has `0 caso` but `0 casos` is usual.
    #[must_use]
    pub const fn is_one(self, n: u64) -> bool {
        match self {
            Self::English | Self::Spanish | Self::Portuguese => n == 1,
            Self::French => n <= 1,
        }
    }

    /// Whether a word links a number to its noun: `1 000 000 de lignes`; CLDR's category `many`.
    const fn is_linked(self, n: u64) -> bool {
        match self {
            Self::English => false,
            Self::French | Self::Spanish | Self::Portuguese => n != 0 && n.is_multiple_of(1_000_000),
        }
    }

    /// Statements in sequence: `a; b`.
    #[must_use]
    pub fn statements(self, items: &[String]) -> String {
        let mut items = items.iter();
        let first = items.next().cloned().unwrap_or_default();
        items.fold(first, |before, after| self.fill("list.sentences", &[("before", &before), ("after", after)]))
    }

    /// Items in sequence: `a, b and c`.
    #[must_use]
    pub fn list(self, items: &[&str]) -> String {
        match items.split_last() {
            Some((last, before)) if !before.is_empty() => {
                self.fill("list.last", &[("before", &before.join(", ")), ("last", last)])
            }
            Some(_) | None => items.concat(),
        }
    }
}

/// A name inside a sentence; abbreviations stay unchanged.
#[must_use]
pub fn lowered(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

/// Replaces `{n de}` with the number and, if necessary, the word that links it to its noun.
fn linked(text: &str, is_linked: bool) -> Cow<'_, str> {
    let Some((before, after)) = text.split_once("{n ") else { return Cow::Borrowed(text) };
    let Some((link, after)) = after.split_once('}') else { return Cow::Borrowed(text) };
    Cow::Owned(match (is_linked, link.ends_with('’')) {
        (false, _) => format!("{before}{{n}}{after}"),
        (true, false) => format!("{before}{{n}}\u{a0}{link}{after}"),
        // An elided word joins its noun.
        (true, true) => format!("{before}{{n}}\u{a0}{link}{}", after.trim_start()),
    })
}

/// Tests find missing keys before readers do.
fn missing(key: &str) -> &'static str {
    debug_assert!(false, "no text for `{key}` in assets/language/en.toml");
    "?"
}

/// Replaces `{name}` in a text with the value of that name. Inserted values are not searched for placeholders.
pub(super) fn filled(text: &str, values: &Placeholders) -> String {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        match values.iter().find(|(known, _)| *known == name) {
            Some((_, value)) => out.push_str(&value.to_string()),
            None => debug_assert!(false, "nothing fills `{{{name}}}` of `{text}`"),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}
