//! A mapping: sources of canonical columns with their reasons, and the events that a row yields.

use std::collections::BTreeMap;

use super::assumption::Assumption;
use super::instants::ProposedInstant;
use crate::event::{Actor, Column, Kind};
use crate::language::{Argument, Message};

/// The shape of a row of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowShape {
    /// A row is a conversation with several events: created, assigned, closed.
    Tickets,
    /// A row is one event; a column has its kind.
    Events,
    /// A row is one message.
    Messages,
    /// The columns do not show the shape.
    Unknown,
}

/// The certainty of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Must be reviewed.
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
    /// The column or path of the value.
    pub source: String,
    /// Further columns that are joined with it.
    pub more: Vec<String>,
    /// Why the column fits.
    pub reason: Message,
    /// How sure that is.
    pub confidence: Confidence,
    /// The meaning of its values.
    pub map: Vec<(String, &'static str)>,
}

impl Candidate {
    /// A candidate without a source.
    #[must_use]
    pub const fn nameless(column: Column) -> Self {
        Self {
            column,
            source: String::new(),
            // The reason is not shown.
            reason: Message::new("candidate.own_name"),
            confidence: Confidence::Low,
            map: Vec::new(),
            more: Vec::new(),
        }
    }

    /// The values that mean this actor.
    pub fn values_of(&self, who: Actor) -> impl Iterator<Item = &String> {
        self.map.iter().filter(move |(_, means)| *means == who.name()).map(|(value, _)| value)
    }

    /// Whether some value means this actor.
    #[must_use]
    pub fn has_values_of(&self, who: Actor) -> bool {
        self.values_of(who).next().is_some()
    }
}

/// The two sides of a conversation.
pub const BOTH_SIDES: [Actor; 2] = [Actor::Customer, Actor::Agent];

/// A column that shows which agent rows a program wrote: a bot, an automatic answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MachineColumn {
    /// The name in the file.
    pub column: String,
    /// The evidence.
    pub sign: MachineSign,
}

/// The sign in a column that a program wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineSign {
    /// One of these values, each with the actor that it means.
    Values(Vec<(String, &'static str)>),
    /// None of these values, which mean a person; also no value.
    Humans(Vec<String>),
    /// Any value.
    Filled,
}

/// The event that a rule yields.
#[derive(Debug, Clone, PartialEq)]
pub enum ProposedEvent {
    /// Always this kind.
    OfKind(Kind),
    /// The kind that a column's values mean.
    OfColumn(String, Vec<(String, &'static str)>),
}

/// A length of time added to an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plus {
    /// The name of the column with the length.
    pub column: String,
    /// The unit of a bare number, as named in profiles.
    pub unit: &'static str,
    /// Whether the decimal sign is a comma.
    pub has_comma: bool,
}

/// The instant of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct When {
    /// Alternatives: the first that a row has.
    pub first: Vec<ProposedInstant>,
    /// The lengths of time to add.
    pub plus: Vec<Plus>,
}

impl When {
    /// The instant itself.
    #[must_use]
    pub fn at(instant: &ProposedInstant) -> Self {
        Self { first: vec![instant.clone()], plus: Vec::new() }
    }

    /// The instant, with these lengths of time added.
    #[must_use]
    pub fn after(&self, plus: &[Plus]) -> Self {
        Self { first: self.first.clone(), plus: self.plus.iter().chain(plus).cloned().collect() }
    }

    /// The columns of which it consists.
    pub fn columns(&self) -> impl Iterator<Item = &String> {
        self.first.iter().flat_map(|instant| &instant.sources).chain(self.plus.iter().map(|plus| &plus.column))
    }
}

/// The condition on a column under which a rule applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnTest {
    /// The value is one of these.
    Is(Vec<String>),
    /// The value is none of these.
    Not(Vec<String>),
    /// The column has a value (true), or none (false).
    Has(bool),
    /// The value is the same as that of another column.
    SameAs(String),
    /// The value differs from that of another column.
    DiffersFrom(String),
}

/// A condition of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedCondition {
    /// The name of the column that is tested.
    pub column: String,
    /// The condition.
    pub test: ColumnTest,
}

impl ProposedCondition {
    /// The condition that the column has a value.
    #[must_use]
    pub fn has(column: &str) -> Self {
        Self { column: column.to_owned(), test: ColumnTest::Has(true) }
    }
}

/// A column of actors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActorBy {
    /// The name in the file.
    pub column: String,
    /// The actor meant by each value.
    pub map: Vec<(String, &'static str)>,
    /// The actor meant by all other values.
    pub other: Option<Actor>,
    /// Whether every row has a value. If not, the actor of other rows is [`ProposedRule::actor`].
    pub is_full: bool,
}

/// One event that a row yields.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedRule {
    /// The kind of event.
    pub event: ProposedEvent,
    /// The instant.
    pub when: When,
    /// The actor, if no column has it.
    pub actor: Option<Actor>,
    /// The column of actors, for this rule alone.
    pub actor_by: Option<ActorBy>,
    /// Whether that column also has the agent's name.
    pub is_named_by_actor: bool,
    /// Columns for this rule alone.
    pub columns: Vec<Column>,
    /// The agent or customer for this rule alone, from another column than that of the mapping.
    pub people: Vec<Candidate>,
    /// The conditions on the row.
    pub conditions: Vec<ProposedCondition>,
    /// Whether the event is left out if it has no instant.
    pub is_optional: bool,
    /// Whether the rule applies to the record, although the others apply to the elements of its list.
    pub is_of_record: bool,
    /// The column of a score and its survey, if it differs from that of the other ratings.
    pub score: Option<(String, &'static str)>,
}

impl ProposedRule {
    /// A rule for one kind of event.
    #[must_use]
    pub const fn of(kind: Kind, when: When) -> Self {
        Self {
            event: ProposedEvent::OfKind(kind),
            when,
            actor: None,
            actor_by: None,
            is_named_by_actor: false,
            columns: Vec::new(),
            people: Vec::new(),
            conditions: Vec::new(),
            is_optional: false,
            is_of_record: false,
            score: None,
        }
    }

    /// The same rule with an agent as the actor.
    #[must_use]
    pub fn by_agent(mut self) -> Self {
        self.actor = Some(Actor::Agent);
        self
    }

    /// The same rule, restricted by a condition.
    #[must_use]
    pub fn where_(mut self, condition: Option<&ProposedCondition>) -> Self {
        self.conditions.extend(condition.cloned());
        self
    }

    /// The same rule with its own column.
    #[must_use]
    pub fn with(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }
}

/// The rule by which only the latest of the rows with one key is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedLatest {
    /// The column that identifies rows of the same thing.
    pub key: String,
    /// The column whose value rises from version to version.
    pub by: String,
}

/// An unused column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// The name in the file.
    pub column: String,
    /// `instant`, `duration`, `score`, `id` or `tags`.
    pub what: &'static str,
    /// Why the column is not used.
    pub reason: Message,
}

/// A column by which a report could be broken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribute {
    /// The proposed name.
    pub name: String,
    /// The name in the file, as `--attribute` takes it.
    pub column: String,
    /// The number of its distinct values.
    pub values: u64,
}

/// A mapping that could fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The shape of a row.
    pub shape: RowShape,
    /// The list within a record whose elements are the rows, such as `messages[]`.
    pub each: Option<String>,
    /// A source for each canonical column, if it has one.
    pub candidates: Vec<Candidate>,
    /// The agent of a whole conversation, if its messages have their own agents.
    pub assignees: Vec<Candidate>,
    /// Whether the assignees are used as authors of messages without one.
    pub has_stand_ins: bool,
    /// The events.
    pub rules: Vec<ProposedRule>,
    /// Whether rows may have fewer fields than the header, as lines below the table do.
    pub is_ragged: bool,
    /// The condition for a row: a line below the table does not meet it.
    pub row: Option<ProposedCondition>,
    /// Columns with JSON texts from which something is read.
    pub json: Vec<String>,
    /// The rule that selects the latest of several versions of a row.
    pub latest: Option<ProposedLatest>,
    /// Columns that show which agent rows a program wrote.
    pub machines: Vec<MachineColumn>,
    /// The survey of a score, if it is not the Net Promoter Score.
    pub survey: Option<&'static str>,
    /// The separator of tags, if it is not the `;` of a log.
    pub split: Option<&'static str>,
    /// Texts that mean no value.
    pub nones: Vec<String>,
    /// Columns in which a zero means no value, with the texts of zeros.
    pub zeros: BTreeMap<String, Vec<String>>,
    /// Flags needed for the report.
    pub flags: Vec<String>,
    /// Assumptions for questions that no column answers.
    pub assumptions: Vec<Assumption>,
    /// Points to review.
    pub notes: Vec<Message>,
    /// Unused instants, durations, scores and ids.
    pub leftovers: Vec<Leftover>,
    /// Columns that could be attributes.
    pub attributes: Vec<Attribute>,
    /// The inputs still needed for a report, in words; empty if the mapping is complete.
    pub missing: Vec<Message>,
}

/// Columns that apply to one kind of event only.
const OF_ONE_KIND: [Column; 2] = [Column::Score, Column::Resolution];
/// Columns of actors; in a row with several events, they apply to those in which an agent acts.
pub const OF_AGENTS: [Column; 2] = [Column::AgentId, Column::AgentName];

impl Proposal {
    /// Adds a condition to every rule: records without it give no event.
    pub fn require(&mut self, condition: &ProposedCondition) {
        self.rules.iter_mut().for_each(|rule| rule.conditions.push(condition.clone()));
    }

    /// Whether a report can be made by this mapping.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && !self.rules.is_empty()
    }

    /// The zone that the names of all instants share.
    #[must_use]
    pub fn zone(&self) -> Option<String> {
        let mut zones = self.rules.iter().flat_map(|rule| &rule.when.first).map(|instant| &instant.zone);
        let first = zones.next()?.clone()?;
        zones.all(|zone| zone.as_ref() == Some(&first)).then_some(first)
    }

    /// Whether a rule can use the value of a column: one of the record, or of the list whose elements are the rows.
    #[must_use]
    pub fn reaches(&self, column: &str) -> bool {
        let inside = self.each.as_deref().and_then(|each| column.strip_prefix(each)).unwrap_or(column);
        !inside.contains("[]")
    }

    /// Candidates under `[columns]`, which apply to every event.
    pub fn of_every_event(&self) -> impl Iterator<Item = &Candidate> {
        let is_ticket = self.shape == RowShape::Tickets;
        self.candidates.iter().filter(move |candidate| {
            let is_of_some =
                OF_ONE_KIND.contains(&candidate.column) || (is_ticket && OF_AGENTS.contains(&candidate.column));
            // Authors apply only to rules that use them.
            !is_of_some && !self.rules.iter().any(|rule| rule.people.contains(candidate))
        })
    }
}

/// The candidate for a canonical column.
#[must_use]
pub fn source_of(candidates: &[Candidate], column: Column) -> Option<&Candidate> {
    candidates.iter().find(|candidate| candidate.column == column)
}

/// Whether a column identifies the agent.
#[must_use]
pub fn has_agent(candidates: &[Candidate]) -> bool {
    OF_AGENTS.iter().any(|column| source_of(candidates, *column).is_some())
}

/// Quoted values for notes; further values are counted.
#[must_use]
pub fn quoted(values: &[&str]) -> Argument {
    const SHOWN: usize = 5;
    let mut shown: Vec<Argument> = values.iter().take(SHOWN).map(|value| format!("`{value}`").into()).collect();
    if values.len() > SHOWN {
        shown.push(Message::new("list.more").with("n", (values.len() - SHOWN) as u64).into());
    }
    Argument::List(shown)
}
