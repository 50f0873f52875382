//! How the columns of an export could become events: candidates with their reasons, and rules for a profile.

use crate::event::{Actor, Column, Kind};
use crate::inspect::clocks::instants::{Instant, instants};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::pages::describe::local_clock;
use crate::inspect::proposals::candidates::{activity, actor, named, tidy};
use crate::inspect::proposals::rules::{events, happened, moments, only_began, rated, tickets};
use crate::inspect::reading::survey::Survey;

/// What a row of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
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
    /// Why.
    pub reason: String,
    /// How sure that is.
    pub confidence: Confidence,
    /// What its values mean.
    pub map: Vec<(String, &'static str)>,
}

/// The event that a rule gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Gives {
    /// Always this one.
    Kind(Kind),
    /// What a column says.
    Said(String, Vec<(String, &'static str)>),
}

/// One event that a row gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Which.
    pub gives: Gives,
    /// When.
    pub instant: Instant,
    /// Who, where no column says it.
    pub actor: Option<Actor>,
    /// Columns of this rule alone, and their sources.
    pub columns: Vec<(Column, String)>,
    /// Only rows in which this has a value.
    pub has: Option<String>,
    /// Without an instant nothing happened.
    pub is_optional: bool,
}

/// A mapping that could fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What a row is.
    pub shape: Shape,
    /// The list within a record whose elements are the rows, as `messages[]`.
    pub each: Option<String>,
    /// A source for each canonical column that has one.
    pub candidates: Vec<Candidate>,
    /// The events.
    pub rules: Vec<Rule>,
    /// What to look at.
    pub notes: Vec<String>,
    /// What a report needs that was not found, each in words; empty where the mapping is whole.
    pub missing: Vec<String>,
}

impl Proposal {
    /// Whether a report can be made by this mapping.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing.is_empty() && !self.rules.is_empty()
    }
}

/// Columns of these say something of one kind of event alone.
const OF_ONE_KIND: [Column; 2] = [Column::Score, Column::Resolution];

/// The mapping that fits best.
#[must_use]
pub fn propose(survey: &Survey) -> Proposal {
    let (each, columns) = rows_of(survey);
    let instants = instants(&columns);
    let mut notes = Vec::new();
    let activity = activity(&columns).filter(|activity| !activity.is_vague || has_repeated_ids(&columns));
    let actor = actor(&columns);
    let moments = moments(&instants);
    let shape = if moments.len() >= 2 && !activity.as_ref().is_some_and(|activity| activity.is_plain) {
        Shape::Tickets
    } else if instants.is_empty() {
        Shape::Unknown
    } else if activity.is_some() {
        Shape::Events
    } else if actor.is_some() {
        Shape::Messages
    } else {
        Shape::Unknown
    };
    let mut used: Vec<&str> = instants.iter().flat_map(|instant| instant.sources.iter().map(String::as_str)).collect();
    if let (Shape::Events, Some(activity)) = (shape, &activity) {
        used.push(&activity.column.name);
    }
    let mut candidates = named(&columns, &used);
    if matches!(shape, Shape::Events | Shape::Messages)
        && let Some(actor) = actor
    {
        candidates.retain(|candidate| candidate.source != actor.source && candidate.column != Column::Actor);
        candidates.push(actor);
    } else {
        candidates.retain(|candidate| candidate.column != Column::Actor);
    }
    tidy(&mut candidates, &mut notes);
    let mut rules = match (shape, happened(&instants), &activity) {
        (Shape::Tickets, ..) => tickets(&moments, &candidates),
        (Shape::Events, Some(instant), Some(activity)) => events(activity, instant, &candidates, &mut notes),
        (Shape::Messages, Some(instant), _) => vec![Rule::of(Kind::Message, instant.clone())],
        (Shape::Events | Shape::Messages | Shape::Unknown, ..) => Vec::new(),
    };
    let mut shape = shape;
    if rules.is_empty()
        && let Some(rule) = only_began(survey, &instants, &candidates)
    {
        notes.push("only when conversations began can be told: no waits, answers or closings".to_owned());
        (rules, shape) = (vec![rule], Shape::Tickets);
    }
    rated(&mut rules, &moments, &candidates, shape);
    let mut missing = Vec::new();
    if rules.is_empty() {
        missing.push(nothing(&columns, &instants));
    } else if !candidates
        .iter()
        .any(|candidate| matches!(candidate.column, Column::ConversationId | Column::CustomerId))
    {
        missing.push("no column tells conversations or customers apart".to_owned());
    }
    notes.extend(instants.iter().filter_map(Instant::ambiguity));
    if let Some(local) = instants.iter().find(|instant| instant.is_local) {
        notes.push(local_clock(&local.name()));
    }
    candidates.sort_by_key(|candidate| candidate.column);
    Proposal { shape: if rules.is_empty() { Shape::Unknown } else { shape }, each, candidates, rules, notes, missing }
}

/// The columns that rows have: of JSON those of the record, or of the elements of the list that has the instants.
fn rows_of(survey: &Survey) -> (Option<String>, Vec<&Seen>) {
    let scope = |column: &Seen| column.name.rfind("[].").map(|at| column.name[..at + 2].to_owned());
    let is_instant = |column: &&Seen| column.time().is_some_and(|time| time.format.is_instant());
    let of_record = |column: &&Seen| !column.name.contains("[]");
    let record: Vec<&Seen> = survey.columns.iter().filter(of_record).collect();
    let has_own = record.iter().filter(|column| is_instant(column)).count() >= 2
        || activity(&record).is_some_and(|activity| !activity.is_vague);
    let lists: Vec<String> = survey.columns.iter().filter(is_instant).filter_map(scope).collect();
    let Some(list) = lists.first().filter(|_| !has_own) else {
        return (None, record);
    };
    let in_list = |column: &&Seen| scope(column).as_ref() == Some(list) && !column.name.ends_with("[]");
    let mut columns: Vec<&Seen> = survey.columns.iter().filter(in_list).collect();
    columns.extend(record.into_iter().filter(|column| !is_instant(column)));
    (Some(list.clone()), columns)
}

/// Whether rows of one conversation follow each other: of a table of conversations a status is how each stands now.
fn has_repeated_ids(columns: &[&Seen]) -> bool {
    let candidates = named(columns, &[]);
    let id = candidates.iter().find(|candidate| candidate.column == Column::ConversationId);
    let seen = id.and_then(|id| columns.iter().find(|column| column.name == id.source));
    seen.is_none_or(|seen| seen.distinct_share() < 0.999)
}

/// Columns that stand under `[columns]`: of every event.
pub fn of_every_event(candidates: &[Candidate]) -> impl Iterator<Item = &Candidate> {
    candidates.iter().filter(|candidate| !OF_ONE_KIND.contains(&candidate.column))
}

fn nothing(columns: &[&Seen], instants: &[Instant]) -> String {
    if columns.is_empty() {
        return "there are no rows to tell anything from".to_owned();
    }
    if instants.is_empty() {
        return "no column holds instants: a log needs to say when things happened".to_owned();
    }
    "what happened in a row cannot be told: no column of known events, of who acted, or of when a conversation began and \
     ended"
        .to_owned()
}
