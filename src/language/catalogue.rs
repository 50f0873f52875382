//! The texts of a language, parsed once from its file and kept for the program's lifetime. `tests/all/language.rs`
//! checks that every language has every text.
//!
//! In the files `~` is a non-breaking space; before `;`, `!` and `?` it is a narrow one, as in French.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::languages::Language;
use crate::unit::Notation;

/// The compiled-in file of a language.
#[must_use]
pub const fn source(language: Language) -> &'static str {
    match language {
        Language::English => include_str!("../../assets/language/en.toml"),
        Language::French => include_str!("../../assets/language/fr.toml"),
        Language::Spanish => include_str!("../../assets/language/es.toml"),
        Language::Portuguese => include_str!("../../assets/language/pt.toml"),
    }
}

#[derive(Debug)]
enum TextForms {
    One(&'static str),
    /// Singular and plural, by number.
    Counted {
        one: &'static str,
        other: &'static str,
    },
}

#[derive(Debug)]
pub(super) struct CalendarNames {
    /// Monday first.
    pub(super) weekdays: [&'static str; 7],
    /// In the form for recurring days.
    pub(super) weekdays_repeated: [&'static str; 7],
    /// In the form for dates.
    pub(super) weekdays_short: [&'static str; 7],
    /// Three letters, for labels of rows.
    pub(super) weekdays_column: [&'static str; 7],
    pub(super) months: [&'static str; 12],
    pub(super) months_short: [&'static str; 12],
    /// The first day of a month.
    pub(super) first: &'static str,
}

/// The texts of a language by key: `section.name`, as in the file.
#[derive(Debug)]
pub(super) struct Catalogue {
    texts: HashMap<&'static str, TextForms>,
    pub(super) notation: Notation,
    pub(super) calendar: CalendarNames,
}

impl Catalogue {
    /// The catalogue of a language, parsed at first use.
    pub(super) fn of(language: Language) -> &'static Self {
        static ENGLISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::English));
        static FRENCH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::French));
        static SPANISH: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::Spanish));
        static PORTUGUESE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::read(Language::Portuguese));
        match language {
            Language::English => &ENGLISH,
            Language::French => &FRENCH,
            Language::Spanish => &SPANISH,
            Language::Portuguese => &PORTUGUESE,
        }
    }

    fn read(language: Language) -> Self {
        let root: toml::Table = source(language).parse().unwrap_or_else(|error| {
            debug_assert!(false, "assets/language/{language}.toml: {error}");
            toml::Table::new()
        });
        let mut texts = HashMap::new();
        flatten("", &root, &mut texts);
        let number = |name: &str| text_at(&root, "number", name);
        let notation = Notation {
            decimal: number("decimal"),
            group: number("group"),
            percent: number("percent"),
            points: number("points"),
            point: number("point"),
            days: number("days"),
            hours: number("hours"),
            minutes: number("minutes"),
            seconds: number("seconds"),
            joint: number("joint"),
        };
        let calendar = CalendarNames {
            weekdays: names_at(&root, "date", "weekdays"),
            weekdays_repeated: names_at(&root, "date", "weekdays_repeated"),
            weekdays_short: names_at(&root, "date", "weekdays_short"),
            weekdays_column: names_at(&root, "date", "weekdays_column"),
            months: names_at(&root, "date", "months"),
            months_short: names_at(&root, "date", "months_short"),
            first: text_at(&root, "date", "first"),
        };
        Self { texts, notation, calendar }
    }

    /// The text of a key; for a key with forms, its singular or plural.
    pub(super) fn form(&self, key: &str, is_one: Option<bool>) -> Option<&'static str> {
        match (self.texts.get(key)?, is_one) {
            (TextForms::One(text), _) => Some(text),
            (TextForms::Counted { one, .. }, Some(true)) => Some(one),
            (TextForms::Counted { other, .. }, Some(false) | None) => Some(other),
        }
    }
}

/// Adds the texts of a table under dotted keys.
fn flatten(above: &str, table: &toml::Table, texts: &mut HashMap<&'static str, TextForms>) {
    for (name, value) in table {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        match value {
            toml::Value::String(text) => {
                texts.insert(key.leak(), TextForms::One(leaked(text)));
            }
            toml::Value::Table(inner) => match (inner.get("one"), inner.get("other")) {
                (Some(toml::Value::String(one)), Some(toml::Value::String(other))) => {
                    texts.insert(key.leak(), TextForms::Counted { one: leaked(one), other: leaked(other) });
                }
                (_, _) => flatten(&key, inner, texts),
            },
            toml::Value::Array(_)
            | toml::Value::Integer(_)
            | toml::Value::Float(_)
            | toml::Value::Boolean(_)
            | toml::Value::Datetime(_) => {}
        }
    }
}

/// French has a narrow space before these; the other languages have none.
const NARROW: [(&str, &str); 3] = [("~;", "\u{202f};"), ("~!", "\u{202f}!"), ("~?", "\u{202f}?")];

/// A text with the lifetime of the program.
fn leaked(text: &str) -> &'static str {
    let narrowed = NARROW.iter().fold(text.to_owned(), |text, (wide, narrow)| text.replace(wide, narrow));
    narrowed.replace('~', "\u{a0}").leak()
}

fn text_at(root: &toml::Table, section: &str, name: &str) -> &'static str {
    let text = root.get(section).and_then(|section| section.get(name)?.as_str());
    debug_assert!(text.is_some(), "no `{section}.{name}`");
    leaked(text.unwrap_or_default())
}

fn names_at<const N: usize>(root: &toml::Table, section: &str, name: &str) -> [&'static str; N] {
    let names = root.get(section).and_then(|section| section.get(name)?.as_array());
    debug_assert!(names.is_some_and(|names| names.len() == N), "`{section}.{name}` is not a list of {N} names");
    std::array::from_fn(|at| leaked(names.and_then(|names| names.get(at)?.as_str()).unwrap_or_default()))
}
