//! The table of words (`assets/inspect/words.toml`), by which the words of a name get their meaning.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

use super::meaning::{Meaning, Meanings};
use super::stem::stem;
use crate::plain_name::plain;

const WORDS: &str = include_str!("../../../assets/inspect/words.toml");
/// The most words of a phrase.
const LONGEST_PHRASE: usize = 5;
/// The fewest letters of a word that is searched for inside another one.
const SHORTEST_PART: usize = 2;
/// The fewest letters of one of the two parts of a joined word.
const LONG_PART: usize = 4;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordEntry {
    #[expect(dead_code, reason = "for who reads the table")]
    about: String,
    en: Vec<String>,
    pt: Option<Vec<String>>,
    es: Option<Vec<String>>,
    fr: Option<Vec<String>>,
    de: Option<Vec<String>>,
    it: Option<Vec<String>>,
}

impl WordEntry {
    fn others(&self) -> impl Iterator<Item = &String> {
        [&self.pt, &self.es, &self.fr, &self.de, &self.it].into_iter().flatten().flatten()
    }
}

/// The meaning of a phrase of the table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Phrase {
    meanings: Meanings,
    is_english: bool,
    is_of_others: bool,
}

/// The phrases of the table as stems, with their meanings.
fn table() -> &'static HashMap<String, Phrase> {
    static TABLE: OnceLock<HashMap<String, Phrase>> = OnceLock::new();
    TABLE.get_or_init(|| {
        // The table is part of the program, and a test reads it.
        let entries: BTreeMap<String, WordEntry> = toml::from_str(WORDS).unwrap_or_default();
        let mut table: HashMap<String, Phrase> = HashMap::new();
        for meaning in Meaning::ALL {
            let Some(entry) = entries.get(&meaning.heading()) else { continue };
            for word in &entry.en {
                let phrase = table.entry(stems(&plain(word))).or_default();
                phrase.meanings.add(meaning);
                phrase.is_english = true;
            }
            for word in entry.others() {
                let phrase = table.entry(stems(&plain(word))).or_default();
                phrase.meanings.add(meaning);
                phrase.is_of_others = true;
            }
        }
        table
    })
}

fn stems(plain: &str) -> String {
    plain.split(' ').map(stem).collect::<Vec<_>>().join(" ")
}

/// A name and the meaning of its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// The plain name, with one space between words.
    pub plain: String,
    /// The meanings of all its words.
    pub meanings: Meanings,
    /// The meanings of each of its words or phrases; empty for one that is not in the table.
    pub parts: Vec<Meanings>,
    /// The meanings of enclosing names: of `agent` in `agent.created_at`.
    pub around: Meanings,
    /// The number of words that are not English, minus the number of words that are only English.
    pub foreign: i32,
}

impl Name {
    /// Reads the name of a column.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let plain = plain(name);
        // Some exports use a plain `#` for their numbers.
        if name.trim() == "#" {
            let mut meanings = Meanings::default();
            meanings.add(Meaning::Id);
            return Self { plain: name.to_owned(), meanings, parts: vec![meanings], ..Self::default() };
        }
        let phrases = phrases(&plain);
        let mut parts: Vec<Meanings> = phrases.iter().map(|phrase| phrase.meanings).collect();
        // `Ticket#`, `Case #`; but `#16` is a column named by its position.
        if !parts.is_empty() && name.trim_end().ends_with('#') {
            let mut id = Meanings::default();
            id.add(Meaning::Id);
            parts.push(id);
        }
        let meanings = parts.iter().fold(Meanings::default(), |all, part| all.with(*part));
        let meanings = if is_plural(&plain, &parts) {
            let mut meanings = meanings;
            meanings.add(Meaning::Count);
            meanings
        } else {
            meanings
        };
        let foreign = |phrase: &Phrase| i32::from(phrase.is_of_others) - i32::from(phrase.is_english);
        let foreign = phrases.iter().map(foreign).sum();
        Self { plain, meanings, parts, foreign, ..Self::default() }
    }

    /// Reads a path of JSON: its last key, and the keys around it.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        // `created_at.$date` is the form in which databases export instants; the key before it has the meaning.
        let path = path.split(".$").next().unwrap_or(path);
        let (around, key) = match path.strip_suffix('"').and_then(|inside| inside.rsplit_once('"')) {
            Some((around, key)) => (around, key),
            None => path.rsplit_once('.').unwrap_or(("", path)),
        };
        // `reply_time_in_minutes.calendar` and `.business`, the form in which help desks export lengths of time.
        match key {
            "calendar" if !around.is_empty() => return Self::of_path(around),
            "business" if !around.is_empty() => {
                let mut name = Self::of_path(around);
                name.meanings.add(Meaning::Office);
                return name;
            }
            _ => {}
        }
        Self { around: Self::of(around).meanings, ..Self::of(key) }
    }

    /// Whether its words have this meaning, among others.
    #[must_use]
    pub fn has(&self, meaning: Meaning) -> bool {
        self.meanings.has(meaning)
    }

    /// Whether its words have one of these meanings.
    #[must_use]
    pub fn has_one(&self, meanings: &[Meaning]) -> bool {
        self.meanings.has_one(meanings)
    }

    /// Whether all its words have one of these meanings, or only link other words.
    #[must_use]
    pub fn is_only(&self, meanings: &[Meaning]) -> bool {
        !self.parts.is_empty() && self.parts.iter().all(|part| part.has_one(meanings))
    }

    /// Whether a word is not in the table.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.parts.iter().any(|part| part.is_empty())
    }
}

/// Whether a name ends in a plural of messages, replies or conversations: then it is their number.
fn is_plural(plain: &str, parts: &[Meanings]) -> bool {
    const COUNTED: [Meaning; 5] =
        [Meaning::Message, Meaning::Reply, Meaning::Conversation, Meaning::Transferred, Meaning::Reopened];
    let last = plain.rsplit(' ').next().unwrap_or_default();
    let ends = last.ends_with('s') && !last.ends_with("ss") && last.len() > 3;
    ends && parts.last().is_some_and(|part| part.has_one(&COUNTED))
}

/// Words that only link others.
const LINKS: &str = " de da do das dos del la el los las du des le les l d of the a an in to for and y e et und o n in s \
                     der die das dem den des von zu zur zum di del della delle degli dello da ";

fn is_link(word: &str) -> bool {
    LINKS.contains(&format!(" {word} "))
}

/// The phrases of a plain name, the longest first. Words that only link others are left out.
fn phrases(plain: &str) -> Vec<Phrase> {
    let words: Vec<&str> = plain.split(' ').filter(|word| !word.is_empty()).collect();
    let mut phrases = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let mut longest = (1..=LONGEST_PHRASE.min(words.len() - at)).rev();
        let found = longest.find_map(|length| {
            let phrase = words[at..at + length].iter().map(|word| stem(word)).collect::<Vec<_>>().join(" ");
            Some((length, *table().get(&phrase)?))
        });
        if let Some((length, phrase)) = found {
            phrases.push(phrase);
            at += length;
        } else {
            let word = words[at];
            if !is_link(word) {
                phrases.push(joined(word).unwrap_or_default());
            }
            at += 1;
        }
    }
    phrases
}

/// The meaning of a word that consists of two words of the table, such as `erstellungsdatum` and `createdat`; or of a
/// word with a number.
fn joined(word: &str) -> Option<Phrase> {
    let without_number = word.trim_end_matches(|c: char| c.is_ascii_digit());
    if without_number.len() < word.len() && without_number.len() >= SHORTEST_PART {
        return table().get(stem(without_number)).copied();
    }
    let ends = word.char_indices().map(|(at, _)| at);
    let mut ends = ends.filter(|at| *at >= SHORTEST_PART && word.len() - at >= SHORTEST_PART).rev();
    ends.find_map(|at| {
        let (first, second) = word.split_at(at);
        let is_long = first.len() >= LONG_PART || second.len() >= LONG_PART;
        let first = table().get(stem(first)).filter(|_| is_long)?;
        // German may join words by an `s`.
        let mut seconds = [Some(second), second.strip_prefix('s')].into_iter().flatten();
        let second = seconds.find_map(|second| table().get(stem(second)))?;
        Some(Phrase {
            meanings: first.meanings.with(second.meanings),
            is_english: first.is_english && second.is_english,
            is_of_others: first.is_of_others || second.is_of_others,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANGUAGES: [&str; 5] = ["en", "pt", "es", "fr", "de"];

    #[test]
    fn the_table_has_words_of_each_meaning_in_each_language() {
        let entries: BTreeMap<String, BTreeMap<String, toml::Value>> = toml::from_str(WORDS).expect("the table");
        let headings: Vec<String> = Meaning::ALL.iter().map(|meaning| meaning.heading()).collect();
        for (heading, entry) in &entries {
            assert!(headings.contains(heading), "[{heading}] is not a meaning");
            for language in LANGUAGES {
                let words = entry.get(language).and_then(toml::Value::as_array);
                assert!(words.is_some_and(|words| !words.is_empty()), "[{heading}] has no words in {language}");
            }
        }
        for heading in headings {
            assert!(entries.contains_key(&heading), "no words of {heading}");
        }
    }

    #[test]
    fn words_are_found_in_any_form() {
        for (name, meanings) in [
            ("Criadas em", &[Meaning::Opened, Meaning::Time][..]),
            ("Erstellungsdatum", &[Meaning::Opened, Meaning::Date]),
            ("createdat", &[Meaning::Opened, Meaning::Time]),
            ("First Reply At", &[Meaning::First, Meaning::Reply, Meaning::Time]),
            ("Date de première réponse", &[Meaning::Date, Meaning::First, Meaning::Reply]),
            ("Number of messages", &[Meaning::Count]),
            ("Messages", &[Meaning::Message, Meaning::Count]),
            ("N°", &[Meaning::Id]),
            ("agent_id", &[Meaning::Agent, Meaning::Id]),
            ("operator2", &[Meaning::Agent]),
            ("Ticket#", &[Meaning::Conversation, Meaning::Id]),
        ] {
            let found = Name::of(name);
            for meaning in meanings {
                assert!(found.has(*meaning), "{name}: no {meaning:?} in {found:?}");
            }
            assert!(!found.has_unknown(), "{name}: {found:?}");
        }
        assert!(!Name::of("Ticket ID").has(Meaning::Count) && !Name::of("Chat").has(Meaning::Count));
        assert!(Name::of("Produto").meanings.is_empty());
        assert!(Name::of("identity theft").has_unknown());
        let path = Name::of_path("agent.created_at");
        assert!(path.around.has(Meaning::Agent) && !path.has(Meaning::Agent) && path.has(Meaning::Opened));
    }
}
