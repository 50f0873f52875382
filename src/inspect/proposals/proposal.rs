//! A mapping: sources of canonical columns with their reasons, and the events that a row gives.

use std::collections::BTreeMap;

use super::assumption::Assumption;
use super::instants::ProposedInstant;
use crate::event::{Actor, Column, Kind};
use crate::language::{Argument, Message};

/// The shape of a row of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowShape {
    /// One row, several events: when it was created, assigned, closed.
    Tickets,
    /// One row, one event: a column says which.
    Events,
    /// One row, one message.
    Messages,
    /// None that can be told.
    Unknown,
}

/// How sure a candidate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Look at it.
    Low,
    /// Likely.
    Medium,
    /// Name and values agree.
    High,
}

/// A source column for a canonical one.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The canonical column.
    pub column: Column,
    /// Where the value is.
    pub source: String,
    /// More columns, which are put together with it.
    pub more: Vec<String>,
    /// Why.
    pub reason: Message,
    /// How sure that is.
    pub confidence: Confidence,
    /// The meaning of its values.
    pub map: Vec<(String, &'static str)>,
}

impl Candidate {
    /// Of no source yet.
    #[must_use]
    pub const fn nameless(column: Column) -> Self {
        Self {
            column,
            source: String::new(),
            // It is shown to nobody.
            reason: Message::new("candidate.own_name"),
            confidence: Confidence::Low,
            map: Vec::new(),
            more: Vec::new(),
        }
    }
}

/// A column that tells which of the agents' rows a program wrote: a bot, an automatic answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineColumn {
    /// The column.
    pub column: String,
    /// The evidence.
    pub sign: MachineSign,
}

/// The sign of a column that a program wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineSign {
    /// One of these values, each with who it means.
    Values(Vec<(String, &'static str)>),
    /// Any value.
    Filled,
}

/// The event that a rule gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Gives {
    /// Always this one.
    Kind(Kind),
    /// The content of a column.
    Said(String, Vec<(String, &'static str)>),
}

/// A length of time that is added to an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plus {
    /// The column.
    pub column: String,
    /// The unit of a bare number, as profiles name it.
    pub unit: &'static str,
    /// A comma is before fractions.
    pub has_comma: bool,
}

/// When an event happened.
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    /// The first of these that a row has.
    pub first: Vec<ProposedInstant>,
    /// The addition.
    pub plus: Vec<Plus>,
}

impl When {
    /// At an instant.
    #[must_use]
    pub fn at(instant: &ProposedInstant) -> Self {
        Self { first: vec![instant.clone()], plus: Vec::new() }
    }

    /// A while after this.
    #[must_use]
    pub fn after(&self, plus: &[Plus]) -> Self {
        Self { first: self.first.clone(), plus: self.plus.iter().chain(plus).cloned().collect() }
    }

    /// The columns that it is put together from.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        self.first.iter().flat_map(|instant| &instant.sources).chain(self.plus.iter().map(|plus| &plus.column))
    }
}

/// The condition on a column under which a rule applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnTest {
    /// It is one of these.
    Is(Vec<String>),
    /// It is none of these.
    Not(Vec<String>),
    /// It has a value, or has none.
    Has(bool),
}

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedCondition {
    /// The column.
    pub column: String,
    /// The condition.
    pub test: ColumnTest,
}

impl ProposedCondition {
    /// The column has a value.
    #[must_use]
    pub fn has(column: &str) -> Self {
        Self { column: column.to_owned(), test: ColumnTest::Has(true) }
    }
}

/// A column that says who acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorBy {
    /// The column.
    pub column: String,
    /// Who its values are.
    pub map: Vec<(String, &'static str)>,
    /// Who all other values are.
    pub other: Option<Actor>,
    /// Every row has a value. Else who acted is [`ProposedRule::actor`].
    pub is_full: bool,
}

/// One event that a row gives.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedRule {
    /// Which.
    pub gives: Gives,
    /// When.
    pub when: When,
    /// Who, where no column says it.
    pub actor: Option<Actor>,
    /// The column that says who, of this rule alone.
    pub actor_by: Option<ActorBy>,
    /// The column is the agent's name as well.
    pub is_named_by_actor: bool,
    /// Columns of this rule alone.
    pub columns: Vec<Column>,
    /// The agent of this rule alone, from another column than the mapping's.
    pub agents: Vec<Candidate>,
    /// The conditions on the row.
    pub conditions: Vec<ProposedCondition>,
    /// Without an instant nothing happened.
    pub is_optional: bool,
    /// It is of the record, though the others are of the elements of its list.
    pub is_of_record: bool,
    /// The column of a score, and its survey, where that is not the one of the ratings beside it.
    pub score: Option<(String, &'static str)>,
}

impl ProposedRule {
    /// A rule of one kind.
    #[must_use]
    pub const fn of(kind: Kind, when: When) -> Self {
        Self {
            gives: Gives::Kind(kind),
            when,
            actor: None,
            actor_by: None,
            is_named_by_actor: false,
            columns: Vec::new(),
            agents: Vec::new(),
            conditions: Vec::new(),
            is_optional: false,
            is_of_record: false,
            score: None,
        }
    }

    /// Of an agent.
    #[must_use]
    pub fn by_agent(mut self) -> Self {
        self.actor = Some(Actor::Agent);
        self
    }

    /// Where a condition holds.
    #[must_use]
    pub fn where_(mut self, condition: Option<&ProposedCondition>) -> Self {
        self.conditions.extend(condition.cloned());
        self
    }

    /// With a column of its own.
    #[must_use]
    pub fn with(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }
}

/// Of the rows of one key only the latest is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedLatest {
    /// The column that tells rows of one thing.
    pub key: String,
    /// The column that rises.
    pub by: String,
}

/// A column that nothing was made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The column.
    pub column: String,
    /// `instant`, `duration`, `score`, `id` or `tags`.
    pub what: &'static str,
    /// Why.
    pub reason: Message,
}

/// A column that a report could be told apart by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The proposed name.
    pub name: String,
    /// The column.
    pub column: String,
    /// Its distinct values.
    pub values: u64,
}

/// A mapping that could fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The shape of a row.
    pub shape: RowShape,
    /// The list within a record whose elements are the rows, as `messages[]`.
    pub each: Option<String>,
    /// A source for each canonical column that has one.
    pub candidates: Vec<Candidate>,
    /// The agent of a whole conversation, where its messages name their own.
    pub assignees: Vec<Candidate>,
    /// These stand for the author of a message that names none.
    pub has_stand_ins: bool,
    /// The events.
    pub rules: Vec<ProposedRule>,
    /// Rows may have fewer fields than the header: lines below the table do.
    pub is_ragged: bool,
    /// The condition on a row: a line under the header is none.
    pub row: Option<ProposedCondition>,
    /// Columns whose texts hold JSON, where something is read from it.
    pub json: Vec<String>,
    /// Of several versions of a row, only the latest.
    pub latest: Option<ProposedLatest>,
    /// Columns that tell which of the agents' rows a program wrote.
    pub machines: Vec<MachineColumn>,
    /// The survey that a score answers, where it is not the Net Promoter Score.
    pub survey: Option<&'static str>,
    /// The separator of tags, where it is not the `;` of a log.
    pub split: Option<&'static str>,
    /// Texts that mean that there is no value.
    pub nones: Vec<String>,
    /// Columns in which a zero means that there is no value, and how it is written.
    pub zeros: BTreeMap<String, Vec<String>>,
    /// Flags that the report needs.
    pub flags: Vec<String>,
    /// Assumptions, where no column has the answer.
    pub assumptions: Vec<Assumption>,
    /// Points to review.
    pub notes: Vec<Message>,
    /// Instants, durations, scores and ids that nothing was made of.
    pub leftovers: Vec<Leftover>,
    /// Columns that could be attributes.
    pub attributes: Vec<Attribute>,
    /// The missing inputs of a report, each in words; empty where the mapping is whole.
    pub missing: Vec<Message>,
}

/// Columns of these say something of one kind of event alone.
const OF_ONE_KIND: [Column; 2] = [Column::Score, Column::Resolution];
/// Columns of these say who acted; of a row with several events they are of those in which an agent acts.
pub const OF_AGENTS: [Column; 2] = [Column::AgentId, Column::AgentName];

impl Proposal {
    /// Whether a report can be made by this mapping.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && !self.rules.is_empty()
    }

    /// The zone that the names of all instants say.
    #[must_use]
    pub fn zone(&self) -> Option<String> {
        let mut zones = self.rules.iter().flat_map(|rule| &rule.when.first).map(|instant| &instant.zone);
        let first = zones.next()?.clone()?;
        zones.all(|zone| zone.as_ref() == Some(&first)).then_some(first)
    }

    /// Whether a rule can take the value of a column: of the record, or of the list whose elements the rows are.
    #[must_use]
    pub fn reaches(&self, column: &str) -> bool {
        let inside = self.each.as_deref().and_then(|each| column.strip_prefix(each)).unwrap_or(column);
        !inside.contains("[]")
    }

    /// Columns that are under `[columns]`: of every event.
    pub fn of_every_event(&self) -> impl Iterator<Item = &Candidate> {
        let is_ticket = self.shape == RowShape::Tickets;
        self.candidates.iter().filter(move |candidate| {
            let is_of_some =
                OF_ONE_KIND.contains(&candidate.column) || (is_ticket && OF_AGENTS.contains(&candidate.column));
            // Authors are those of the rules that say so.
            !is_of_some && !self.rules.iter().any(|rule| rule.agents.contains(candidate))
        })
    }
}

/// The candidate for a canonical column.
#[must_use]
pub fn source_of(candidates: &[Candidate], column: Column) -> Option<&Candidate> {
    candidates.iter().find(|candidate| candidate.column == column)
}

/// Whether a column says who of the agents.
#[must_use]
pub fn has_agent(candidates: &[Candidate]) -> bool {
    OF_AGENTS.iter().any(|column| source_of(candidates, *column).is_some())
}

/// Values with signs around them, as notes name them; the rest is counted.
#[must_use]
pub fn quoted(values: &[&str]) -> Argument {
    const SHOWN: usize = 5;
    let mut shown: Vec<Argument> = values.iter().take(SHOWN).map(|value| format!("`{value}`").into()).collect();
    if values.len() > SHOWN {
        shown.push(Message::new("list.more").with("n", (values.len() - SHOWN) as u64).into());
    }
    Argument::List(shown)
}
