//! `[columns]` and `[[event]]`: the rules.

use super::values::{Defaults, VALUE_KEYS};
use super::{ProfileReader, Value as Toml};
use crate::event::{Actor, Column, Kind};
use crate::ingest::decode::profile::EventRule;
use crate::ingest::decode::profile::path::{PathStep, steps};
use crate::ingest::decode::profile::value::{ValueRule, ValueSource};
use crate::toml_reader::TomlTable;

const RULE_KEYS: [&str; 4] = ["when", "any", "each", "optional"];

impl ProfileReader<'_, '_> {
    pub(super) fn rules(
        &mut self,
        root: &TomlTable,
        columns: Option<&TomlTable>,
        defaults: &Defaults,
    ) -> Vec<EventRule> {
        let names: Vec<&str> = Column::ALL.iter().map(|column| column.name()).collect();
        if let Some(columns) = columns {
            self.text.keys(columns, &names, "column");
        }
        let Some(value) = root.get("event") else {
            let text = "gives no events: write [[event]] over each rule that makes one";
            self.text.mistake(&(0..0), text.to_owned());
            return Vec::new();
        };
        let all = value.get_ref().as_array().map(|all| all.iter().map(|one| (one, one.get_ref().as_table())));
        let Some(all) = all.filter(|all| all.clone().all(|(_, table)| table.is_some())) else {
            self.text.mistake(&value.span(), "`event` is a list of tables: write [[event]] over each".to_owned());
            return Vec::new();
        };
        let known: Vec<&str> = RULE_KEYS.into_iter().chain(names).collect();
        let mut rules = Vec::new();
        for (at, table) in all.filter_map(|(at, table)| Some((at, table?))) {
            self.text.keys(table, &known, "key of an event");
            self.in_each = table.contains_key("each");
            if let Some(rule) = self.rule(at, table, columns, defaults) {
                rules.push((self.each(table), rule));
            }
            self.in_each = false;
        }
        together(&rules)
    }

    fn rule(
        &mut self,
        at: &Toml,
        table: &TomlTable,
        common: Option<&TomlTable>,
        defaults: &Defaults,
    ) -> Option<EventRule> {
        let entry = |column: Column| table.get(column.name()).or_else(|| common?.get(column.name()));
        let mut columns = Vec::new();
        for column in Column::ALL.iter().copied().filter(|column| *column != Column::Ts) {
            let Some(toml) = entry(column) else { continue };
            // `column = ""` in a rule: no value, whatever `[columns]` has.
            if toml.get_ref().as_str() == Some("") {
                continue;
            }
            let value = match (column, toml.get_ref().as_str()) {
                (Column::Event, Some(kind)) => Some(ValueRule::plain(ValueSource::Constant(kind.to_owned()))),
                (Column::Tags, _) => self.tags(toml),
                _ => self.value(toml, &VALUE_KEYS),
            };
            if let Some(value) = value {
                self.words(column, &value, toml);
                columns.push((column, value));
            }
        }
        let has = |column: Column| columns.iter().any(|(known, _)| *known == column);
        if entry(Column::Event).is_none() {
            self.text.mistake(&at.span(), "an [[event]] without `event`: name its kind".to_owned());
        } else if !has(Column::Event) && entry(Column::Event).is_some_and(|toml| toml.get_ref().as_str() == Some("")) {
            self.text.mistake(&at.span(), "an empty `event`: name its kind".to_owned());
        }
        if !has(Column::ConversationId) && !has(Column::CustomerId) && !self.is_status(&columns) {
            let text = "an event without `conversation_id` and `customer_id`: give one, here or in [columns]";
            self.text.mistake(&at.span(), text.to_owned());
        }
        let ts = entry(Column::Ts).map(|toml| self.instant(toml, defaults));
        if ts.is_none() {
            self.text.mistake(&at.span(), "an event without `ts`: give its instant".to_owned());
        }
        let (when, any) = (self.conditions(table, "when"), self.conditions(table, "any"));
        let optional = self.text.flag(table, "optional").unwrap_or(false);
        Some(EventRule { each: Vec::new(), when, any, ts: ts.flatten()?, optional, columns })
    }

    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    fn is_status(&self, columns: &[(Column, ValueRule)]) -> bool {
        let event = columns.iter().find(|(column, _)| *column == Column::Event);
        event.and_then(|(_, value)| value.known_texts()).is_some_and(|kinds| kinds == [Kind::AgentStatus.name()])
    }

    /// Checks the possible results of a value, as far as they are known beforehand: they must be known words.
    fn words(&mut self, column: Column, value: &ValueRule, toml: &Toml) {
        let Some(texts) = value.known_texts() else {
            if column == Column::Event {
                let text = "`event` is a kind, or a value whose `map` leads to kinds".to_owned();
                self.text.mistake(&toml.span(), text);
            }
            return;
        };
        let known: Vec<&str> = match column {
            Column::Event => Kind::ALL.iter().map(|kind| kind.name()).collect(),
            Column::Actor => Actor::ALL.iter().map(|actor| actor.name()).collect(),
            _ => return,
        };
        let what = if column == Column::Event { "kind of event" } else { "actor" };
        for text in texts {
            if !known.contains(&text) {
                self.text.unknown(&toml.span(), what, text, known.iter().copied());
            }
        }
    }

    /// The elements to which a rule is applied: one path or several; the record, if none is given.
    fn each(&mut self, table: &TomlTable) -> Vec<Vec<PathStep>> {
        if !table.contains_key("each") {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for (text, span) in self.text.texts(table, "each") {
            // `$` is the record itself.
            match steps(text.strip_prefix('$').unwrap_or(&text)) {
                Ok(each) => {
                    let is_unpacked = |key: &String| self.kind.unpacked.contains(key);
                    if self.kind.is_row && !matches!(each.first(), Some(PathStep::Key(key)) if is_unpacked(key)) {
                        let text = "`each` is of JSON: a row of CSV has no elements, but for columns that [input] names in \
                                    `json` or `transcripts`";
                        self.text.mistake(&span, text.to_owned());
                    }
                    all.push(each);
                }
                Err(message) => self.text.mistake(&span, format!("`each` = `{text}`: {message}")),
            }
        }
        all
    }
}

/// Joins the rules into one list, each with the elements to which it is applied. Consecutive rules for the same
/// elements are applied element by element.
fn together(rules: &[(Vec<Vec<PathStep>>, EventRule)]) -> Vec<EventRule> {
    let mut all = Vec::new();
    for neighbours in rules.chunk_by(|(a, _), (b, _)| a == b) {
        for each in neighbours.first().map_or(&[][..], |(each, _)| each) {
            all.extend(neighbours.iter().map(|(_, rule)| EventRule { each: each.clone(), ..rule.clone() }));
        }
    }
    all
}
