//! Aliases: replacements for names in a log, so that a trend continues after a renaming, or two queues count as one.
//!
//! A name is replaced when a row's content is numbered, before anything is compared, counted or filtered: a log with
//! aliases gives the same results as a log written with the new names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Text, TextDomain, named_values};
use crate::toml_reader::{Reader, TomlTable};

named_values! {
    /// The kinds of names that have aliases.
    Renamed {
        /// Renames queues.
        Queue => "queue",
        /// Renames departments.
        Department => "department",
        /// An agent, by id or by name.
        Agent => "agent",
        /// Renames channels.
        Channel => "channel",
    }
}

impl Renamed {
    /// The dictionary of its names.
    #[must_use]
    pub(crate) const fn domain(self) -> TextDomain {
        match self {
            Self::Queue | Self::Department => TextDomain::Places,
            Self::Agent => TextDomain::Agents,
            Self::Channel => TextDomain::Channels,
        }
    }

    /// The kind of name in a column, if it has aliases.
    #[must_use]
    pub const fn of(text: Text) -> Option<Self> {
        match text {
            Text::AgentId | Text::AgentName | Text::ToAgentId => Some(Self::Agent),
            Text::Queue | Text::ToQueue => Some(Self::Queue),
            Text::Department | Text::ToDepartment => Some(Self::Department),
            Text::Channel => Some(Self::Channel),
            Text::App | Text::SupportType => None,
        }
    }
}

/// New names by old names, for each kind of name: `{"queue": {"Suporte N1": "Support"}}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Aliases(BTreeMap<String, BTreeMap<String, String>>);

impl Aliases {
    /// Whether there are no aliases.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds an alias. Returns the previous one with the same old name, if there is one.
    pub fn insert(&mut self, kind: Renamed, from: &str, to: &str) -> Option<String> {
        self.0.entry(kind.name().to_owned()).or_default().insert(from.to_owned(), to.to_owned())
    }

    /// Adds those of `others` whose old names have no alias here.
    pub(crate) fn add_missing(&mut self, others: &Self) {
        for (kind, names) in &others.0 {
            let own = self.0.entry(kind.clone()).or_default();
            for (from, to) in names {
                own.entry(from.clone()).or_insert_with(|| to.clone());
            }
        }
    }

    /// The new name of an old one. A new name is not looked up again.
    #[must_use]
    pub fn get(&self, kind: Renamed, from: &str) -> Option<&str> {
        self.0.get(kind.name())?.get(from).map(String::as_str)
    }

    /// The aliases that `others` does not have.
    #[must_use]
    pub fn without(&self, others: &Self) -> Self {
        let mut rest = Self::default();
        for (kind, names) in &self.0 {
            let theirs = others.0.get(kind);
            for (from, to) in names.iter().filter(|(from, _)| theirs.is_none_or(|theirs| !theirs.contains_key(*from))) {
                rest.0.entry(kind.clone()).or_default().insert(from.clone(), to.clone());
            }
        }
        rest
    }

    /// The same aliases, with all names of one kind, old and new, replaced by `name`.
    #[must_use]
    pub(crate) fn with_names(&self, kind: Renamed, name: impl Fn(&str) -> String) -> Self {
        let mut all = self.clone();
        if let Some(names) = all.0.get_mut(kind.name()) {
            *names = names.iter().map(|(from, to)| (name(from), name(to))).collect();
        }
        all
    }

    /// All aliases as kind, old name and new name, sorted by these.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        self.0.iter().flat_map(|(kind, names)| names.iter().map(move |(from, to)| (&**kind, &**from, &**to)))
    }
}

/// An alias whose old name occurs in no row of a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnusedAlias {
    /// The kind of name: the word of a [`Renamed`].
    #[serde(rename = "of")]
    pub kind: String,
    /// The old name, which no row has.
    pub old: String,
    /// The most similar name in rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
}

/// Reads the table `alias` of a file: `[alias.queue]`, with the new name for each old one. Mistakes are reported.
pub fn read(reader: &mut Reader, root: &TomlTable) -> Aliases {
    let mut aliases = Aliases::default();
    let Some(value) = root.get("alias") else { return aliases };
    let Some(tables) = value.get_ref().as_table() else {
        reader.mistake(&value.span(), "`alias` is a table of tables: write [alias.queue] over old names".to_owned());
        return aliases;
    };
    for (name, table) in tables {
        let names = || Renamed::ALL.iter().map(|kind| kind.name());
        let Some(kind) = Renamed::parse(name.get_ref()) else {
            reader.unknown(&name.span(), "table of aliases", name.get_ref(), names());
            continue;
        };
        let Some(table) = table.get_ref().as_table() else {
            let message = format!("`{}` is a table: write [alias.{}] over old names", kind.name(), kind.name());
            reader.mistake(&name.span(), message);
            continue;
        };
        for (from, to) in table {
            match to.get_ref().as_str() {
                Some(text) if !text.is_empty() && !from.get_ref().is_empty() => {
                    aliases.insert(kind, from.get_ref(), text);
                }
                Some(_) | None => {
                    let message = format!("the new name of `{}` is a text that is not empty", from.get_ref());
                    reader.mistake(&to.span(), message);
                }
            }
        }
    }
    aliases
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_once_and_only_where_it_is_meant() {
        let mut aliases = Aliases::default();
        assert!(aliases.is_empty());
        assert_eq!(aliases.insert(Renamed::Queue, "a", "b"), None);
        assert_eq!(aliases.insert(Renamed::Queue, "b", "c"), None);
        assert_eq!(aliases.insert(Renamed::Queue, "a", "d").as_deref(), Some("b"));
        assert_eq!((aliases.get(Renamed::Queue, "a"), aliases.get(Renamed::Queue, "d")), (Some("d"), None));
        assert_eq!(aliases.get(Renamed::Department, "a"), None);
        assert_eq!(aliases.iter().collect::<Vec<_>>(), [("queue", "a", "d"), ("queue", "b", "c")]);
        let mut others = Aliases::default();
        others.insert(Renamed::Queue, "b", "c");
        others.insert(Renamed::Channel, "a", "d");
        assert_eq!(aliases.without(&others).iter().collect::<Vec<_>>(), [("queue", "a", "d")]);
        assert!(aliases.without(&aliases).is_empty());
    }
}
