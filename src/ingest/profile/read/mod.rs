//! A profile's text, read key by key, so that every mistake is told with its line and the nearest name.

mod rules;
mod source;
mod toml_text;
mod values;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::toml_text::{Table, Text};
use self::values::Defaults;
use super::{Profile, Rule, Sign};
use crate::event::{Actor, Column, Fact, Facts, Kind, Sessions};

const KEYS: [&str; 10] =
    ["title", "doc", "sessions", "cannot", "lacks", "input", "recognise", "time", "columns", "event"];
const RECOGNISE: [&str; 2] = ["keys", "without"];

/// Reads a profile; see [`Profile::parse`].
pub fn profile(name: &str, place: &str, text: &str) -> anyhow::Result<Profile> {
    let mut reader = Reader { text: Text::new(text), is_csv: false, paths: 0 };
    let profile = match DeTable::parse(text) {
        Ok(root) => reader.profile(name, root.get_ref()),
        Err(error) => {
            let message = error.message().lines().next().unwrap_or("no TOML").to_owned();
            reader.text.mistake(&error.span().unwrap_or(0..0), message);
            None
        }
    };
    match profile {
        Some(profile) if reader.text.mistakes.is_empty() => Ok(profile),
        Some(_) | None => Err(reader.text.failure("profile", place)),
    }
}

struct Reader<'t> {
    text: Text<'t>,
    /// Paths are names of columns.
    is_csv: bool,
    /// How many paths were read.
    paths: usize,
}

type Value<'t> = Spanned<DeValue<'t>>;

impl Reader<'_> {
    fn profile(&mut self, name: &str, root: &Table) -> Option<Profile> {
        self.text.keys(root, &KEYS, "key");
        if root.get("title").is_none() {
            self.text.mistake(&(0..0), "no title: name the export, as in title = \"Calls of our switch\"".to_owned());
        }
        let input = self.input(root);
        let (defaults, columns) = (self.time(root), self.table(root, "columns"));
        let rules = self.rules(root, columns, &defaults);
        let signs = self.signs(root);
        let facts = facts(&rules);
        let lacks = self.lacks(root, facts);
        let sessions = self.sessions(root);
        Some(Profile {
            name: name.to_owned(),
            title: self.text.text(root, "title").unwrap_or_default(),
            doc: self.text.text(root, "doc").unwrap_or_default(),
            sessions,
            cannot: self.text.texts(root, "cannot").into_iter().map(|(text, _)| text).collect(),
            input: input?,
            signs,
            rules,
            facts: lacks.iter().fold(facts, |facts, fact| facts.without(*fact)),
            paths: self.paths,
        })
    }

    fn table<'t>(&mut self, root: &'t Table<'t>, key: &str) -> Option<&'t Table<'t>> {
        let value = root.get(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.text.mistake(&value.span(), format!("`{key}` is a table: write [{key}] over its keys"));
        }
        table
    }

    /// `[recognise]`, or several `[[recognise]]`.
    fn signs(&mut self, root: &Table) -> Vec<Sign> {
        let Some(value) = root.get("recognise") else { return Vec::new() };
        let one = std::slice::from_ref(value);
        let mut signs = Vec::new();
        for toml in value.get_ref().as_array().map_or(one, |list| &list[..]) {
            let Some(table) = toml.get_ref().as_table() else {
                self.text.mistake(&toml.span(), "`recognise` is a table: write [recognise] over its keys".to_owned());
                continue;
            };
            self.text.keys(table, &RECOGNISE, "key of [recognise]");
            let sign = Sign { keys: self.paths(table, "keys"), without: self.paths(table, "without") };
            if sign.keys.is_empty() {
                self.text.mistake(&toml.span(), "[recognise] names no `keys`".to_owned());
            }
            signs.push(sign);
        }
        signs
    }

    fn sessions(&mut self, root: &Table) -> Option<Sessions> {
        let known = [("id", Sessions::Id), ("inactivity", Sessions::Inactivity)];
        self.text.choice(root, "sessions", "rule of `sessions`", &known)
    }

    /// Facts that rules make up.
    fn lacks(&mut self, root: &Table, facts: Facts) -> Vec<Fact> {
        let mut lacks = Vec::new();
        for (name, span) in self.text.texts(root, "lacks") {
            match Fact::parse(&name) {
                Some(fact) if facts.has(fact) => lacks.push(fact),
                Some(_) => self.text.mistake(&span, format!("no rule tells `{name}`: it need not be in `lacks`")),
                None => self.text.unknown(&span, "fact", &name, Fact::ALL.iter().map(|fact| fact.name())),
            }
        }
        lacks
    }

    fn path(&mut self, text: &str, span: &Range<usize>) -> Option<super::Path> {
        let number = self.paths;
        self.paths += 1;
        if self.is_csv {
            return Some(super::Path::column(text, number));
        }
        super::Path::parse(text, number).map_err(|message| self.text.mistake(span, message)).ok()
    }

    fn paths(&mut self, table: &Table, key: &str) -> Vec<super::Path> {
        let texts = self.text.texts(table, key);
        texts.into_iter().filter_map(|(text, span)| self.path(&text, &span)).collect()
    }

    fn time(&mut self, root: &Table) -> Defaults {
        match self.table(root, "time") {
            Some(table) => {
                self.text.keys(table, &values::TIME_KEYS, "key of [time]");
                self.defaults(table)
            }
            None => Defaults::default(),
        }
    }
}

/// What rules tell.
fn facts(rules: &[Rule]) -> Facts {
    let mut facts = Facts::NONE;
    for rule in rules {
        let value = |column: Column| rule.columns.iter().find(|(known, _)| *known == column).map(|(_, value)| value);
        let kinds: Vec<Kind> = value(Column::Event)
            .and_then(super::Value::known_texts)
            .unwrap_or_default()
            .into_iter()
            .filter_map(Kind::parse)
            .collect();
        let actors = value(Column::Actor).and_then(super::Value::known_texts);
        let may_be = |actor: Actor| actors.as_ref().is_none_or(|known| known.contains(&actor.name()));
        for kind in kinds {
            let told: &[Option<Fact>] = match kind {
                Kind::Started | Kind::StatusChanged | Kind::AgentStatus | Kind::Reopened => &[],
                Kind::Message => &[
                    may_be(Actor::Customer).then_some(Fact::CustomerMessage),
                    may_be(Actor::Bot).then_some(Fact::BotMessage),
                    may_be(Actor::Agent).then_some(Fact::AgentMessage),
                ],
                Kind::TransferRequested => &[Some(Fact::TransferRequested)],
                Kind::TransferSucceeded => &[Some(Fact::TransferSucceeded)],
                Kind::TransferCancelled => &[Some(Fact::TransferCancelled)],
                Kind::TransferDisabled => &[Some(Fact::TransferDisabled)],
                Kind::TransferIncomplete => &[Some(Fact::TransferIncomplete)],
                Kind::Queued => &[Some(Fact::Queued)],
                Kind::Assigned => &[Some(Fact::Assigned)],
                Kind::Transferred => &[Some(Fact::Transferred)],
                Kind::Closed => &[Some(Fact::Closed), may_be(Actor::Agent).then_some(Fact::ClosedByAgent)],
                Kind::CustomerLeft => &[Some(Fact::CustomerLeft)],
                Kind::Rated => &[Some(Fact::Rated)],
            };
            facts = told.iter().flatten().fold(facts, |facts, fact| facts.with(*fact));
            if kind != Kind::AgentStatus && value(Column::CustomerId).is_some() {
                facts = facts.with(Fact::CustomerId);
            }
        }
    }
    facts
}
