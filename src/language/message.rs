//! Sentences stored independently of a language: a key and the values of its placeholders. Each language writes them
//! with its own text.

use std::fmt;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use super::languages::Language;
use super::text::lowered;
use crate::unit::seconds;

/// A sentence, or a part of one, not yet in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    key: &'static str,
    /// The number that selects the form; it also fills `{n}`.
    number: Option<u64>,
    /// If set, the number is replaced with `fewer than` this.
    fewer_than: Option<u64>,
    values: Vec<(&'static str, Argument)>,
}

/// The value of a placeholder of a [`Message`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// The same in every language: a name of the log, a flag.
    Text(String),
    /// A number of things.
    Count(u64),
    /// A day; English writes it as JSON does, but on pages.
    Day(NaiveDate),
    /// A duration in milliseconds.
    Duration(i64),
    /// An id, which English keeps but on pages; the languages have a word for it under this key.
    Term(String, String),
    /// A part with a text of its own.
    Message(Box<Message>),
    /// Items separated by commas.
    List(Vec<Argument>),
    /// Statements separated by semicolons.
    Statements(Vec<Argument>),
}

/// Where a text goes on with advice to those who run the program, with its flags; pages for others end there. The character
/// is of no text: Unicode keeps it for uses such as this.
const ADVICE: &str = "\u{fdd0}";

/// Says the English word for an id, where there is one.
type WordOfId<'w> = &'w dyn Fn(&str) -> Option<String>;

impl Message {
    /// The sentence of a key with one form.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self { key, number: None, fewer_than: None, values: Vec::new() }
    }

    /// The sentence of a key whose form depends on a number.
    #[must_use]
    pub const fn counted(key: &'static str, n: u64) -> Self {
        Self { key, number: Some(n), fewer_than: None, values: Vec::new() }
    }

    /// With a value for a placeholder.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.values.push((name, value.into()));
        self
    }

    /// The same with `fewer than 5` instead of its number.
    #[must_use]
    pub const fn with_few(mut self, least: u64) -> Self {
        self.fewer_than = Some(least);
        self
    }

    /// Alternatives: `a, b or c`.
    #[must_use]
    pub fn any_of(things: impl IntoIterator<Item = String>) -> Argument {
        let mut things: Vec<String> = things.into_iter().collect();
        let last = things.pop().unwrap_or_default();
        if things.is_empty() {
            return last.into();
        }
        Self::new("list.or").with("before", things.join(", ")).with("last", last).into()
    }

    /// The sentence in a language; English names days and metrics as JSON does, since its sentences are there too.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        self.written(language, None)
    }

    /// The sentence on a page for people, where English, too, has names of months, and words for ids: those of `word`.
    #[must_use]
    pub fn on_page(&self, language: Language, word: &dyn Fn(&str) -> Option<String>) -> String {
        self.written(language, Some(word))
    }

    /// The sentence; without words for ids English is as in JSON.
    fn written(&self, language: Language, words: Option<WordOfId>) -> String {
        let texts: Vec<(&str, String)> =
            self.values.iter().map(|(name, part)| (*name, part.written(language, words))).collect();
        let values = texts.iter().map(|(name, text)| (*name, text as &dyn fmt::Display));
        let values: Vec<(&str, &dyn fmt::Display)> = values.chain([("advice", &ADVICE as &dyn fmt::Display)]).collect();
        let written = match (self.number, self.fewer_than) {
            (Some(_), Some(least)) => {
                let few = language.fill("warning.few", &[("least", &least)]);
                language.counted_as(self.key, least, &few, &values)
            }
            (Some(n), None) => language.counted_with(self.key, n, &values),
            (None, _) => language.fill(self.key, &values),
        };
        match written.split_once(ADVICE) {
            Some((found, _)) if words.is_some() => found.to_owned(),
            Some((found, advice)) => format!("{found}{advice}"),
            None => written,
        }
    }
}

impl Argument {
    /// Items separated by commas.
    #[must_use]
    pub fn list<P: Into<Self>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self::List(parts.into_iter().map(Into::into).collect())
    }

    /// Statements separated by semicolons.
    #[must_use]
    pub fn statements<P: Into<Self>>(parts: impl IntoIterator<Item = P>) -> Self {
        Self::Statements(parts.into_iter().map(Into::into).collect())
    }

    /// Metrics, by their ids.
    #[must_use]
    pub fn metrics<'m>(ids: impl IntoIterator<Item = &'m str>) -> Self {
        Self::list(ids.into_iter().map(|id| Self::Term(format!("metric.{id}.label"), id.to_owned())))
    }

    /// An optional part.
    #[must_use]
    pub fn maybe(part: Option<impl Into<Self>>) -> Self {
        part.map_or_else(|| Self::Text(String::new()), Into::into)
    }

    /// `; did you mean …?` with the nearest name, or empty.
    #[must_use]
    pub fn hint(near: Option<&str>) -> Self {
        Self::maybe(near.map(|near| Message::new("warning.hint").with("name", near)))
    }

    /// The value in a language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> String {
        self.written(language, None)
    }

    fn written(&self, language: Language, words: Option<WordOfId>) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(n) => language.count(*n),
            Self::Day(day) if language == Language::English && words.is_none() => day.to_string(),
            Self::Day(day) => language.date_long(*day),
            Self::Duration(ms) => language.seconds(Some(seconds(*ms))),
            Self::Term(_, id) if language == Language::English => {
                words.and_then(|word| word(id)).unwrap_or_else(|| id.clone())
            }
            Self::Term(key, id) => language.find(key).map_or_else(|| id.clone(), lowered),
            Self::Message(message) => message.written(language, words),
            Self::List(parts) => parts.iter().map(|part| part.written(language, words)).collect::<Vec<_>>().join(", "),
            Self::Statements(parts) => {
                let texts: Vec<String> = parts.iter().map(|part| part.written(language, words)).collect();
                language.statements(&texts)
            }
        }
    }
}

/// In English, the language of messages and JSON.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

/// In English, the language of messages and JSON.
impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Serialize for Argument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Argument {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u64> for Argument {
    fn from(n: u64) -> Self {
        Self::Count(n)
    }
}

impl From<NaiveDate> for Argument {
    fn from(day: NaiveDate) -> Self {
        Self::Day(day)
    }
}

impl From<Message> for Argument {
    fn from(message: Message) -> Self {
        Self::Message(Box::new(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_the_language_does() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        let message = Message::counted("warning.uncovered_days_between", 1200)
            .with("first", day)
            .with("last", day.succ_opt().expect("a day"));
        assert_eq!(message.in_language(Language::English), "1,200 days from 2026-03-02 to 2026-03-03");
        assert_eq!(message.in_language(Language::French), "1\u{202f}200 jours, du 2 mars 2026 au 3 mars 2026");
        let wait = Message::new("warning.log_ends_earlier").with("age", Argument::Duration(187_200_000));
        assert!(wait.in_language(Language::Portuguese).contains("2\u{a0}d\u{a0}04\u{a0}h"));
    }

    #[test]
    fn english_pages_have_words_and_names_of_months() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        let message =
            Message::new("warning.hint").with("name", Argument::list([day.into(), Argument::metrics(["nps"])]));
        let word = |id: &str| (id == "nps").then(|| "NPS".to_owned());
        assert!(message.in_language(Language::English).contains("2026-03-02, nps"));
        assert!(message.on_page(Language::English, &word).contains("2 March 2026, NPS"));
        assert!(message.on_page(Language::English, &|_| None).contains("2 March 2026, nps"));
        assert_eq!(message.on_page(Language::French, &word), message.in_language(Language::French));
    }

    #[test]
    fn pages_leave_out_advice_with_flags() {
        let message = Message::counted("warning.rejected_rows", 2).with("reasons", "bad_number 2");
        assert_eq!(message.on_page(Language::English, &|_| None), "2 rows could not be read (bad_number 2)");
        assert_eq!(
            message.in_language(Language::English),
            "2 rows could not be read (bad_number 2); --rejects FILE lists them"
        );
        for language in Language::ALL {
            let page = message.on_page(language, &|_| None);
            assert!(!page.contains("--") && !message.in_language(language).contains(ADVICE), "{page}");
        }
    }

    #[test]
    fn ids_have_names_in_other_languages() {
        let metrics = Argument::metrics(["nps", "queue_wait"]);
        assert_eq!(metrics.in_language(Language::English), "nps, queue_wait");
        assert_eq!(metrics.in_language(Language::Spanish), "NPS, espera en la cola");
        assert_eq!(Argument::metrics(["not_in_the_list"]).in_language(Language::Spanish), "not_in_the_list");
        let statements = Argument::statements(["a", "b"]);
        assert_eq!(statements.in_language(Language::French), "a\u{202f}; b");
        assert_eq!(Argument::maybe(None::<&str>).in_language(Language::French), "");
    }
}
