//! A warning of a report, list or snapshot.

use serde::{Deserialize, Serialize};

use super::warning_id::WarningId;
use crate::language::{Language, Message};

/// A finding that is not fatal.
#[derive(Debug, Clone, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Its name, stable over releases.
    pub id: String,
    /// One sentence for a reader, in English.
    pub text: String,
    /// The number of occurrences, if counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// The sentence as a message, for other languages; a report read from JSON has only the English text.
    #[serde(skip)]
    pub(super) message: Option<Message>,
}

impl Warning {
    /// A finding with its sentence.
    #[must_use]
    pub fn new(id: WarningId, message: Message, count: Option<u64>) -> Self {
        let text = message.in_language(Language::English);
        Self { id: id.name().to_owned(), text, count, message: Some(message) }
    }

    /// A finding with only an English sentence.
    #[must_use]
    pub fn in_english(id: String, text: String, count: Option<u64>) -> Self {
        Self { id, text, count, message: None }
    }

    /// The sentence in a language.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        match &self.message {
            Some(message) if language != Language::English => message.in_language(language),
            Some(_) | None => self.text.clone(),
        }
    }

    /// The sentence on a page for people, where `word` says the English words for ids; the English one of a report that was read from
    /// JSON.
    #[must_use]
    pub fn on_page(&self, language: Language, word: &dyn Fn(&str) -> Option<String>) -> String {
        self.message.as_ref().map_or_else(|| self.text.clone(), |message| message.on_page(language, word))
    }
}

impl PartialEq for Warning {
    /// Compares the fields in JSON.
    fn eq(&self, other: &Self) -> bool {
        (&self.id, &self.text, self.count) == (&other.id, &other.text, other.count)
    }
}
