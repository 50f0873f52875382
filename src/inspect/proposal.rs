//! How the columns of an export could become events: candidates with their reasons, and rules for a profile.

use super::column::{Column as Seen, share};
use super::found::local_clock;
use super::instants::{Instant, instants};
use super::survey::Survey;
use super::words::{self, ACTIVITY, COLUMNS, Moment};
use crate::event::{Actor, Column, Kind};

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
}

/// A name that is less like than this is no candidate.
const LIKE: f64 = 0.55;
/// Columns of these say something of one kind of event alone.
const OF_ONE_KIND: [Column; 2] = [Column::Score, Column::Resolution];
/// A score of a satisfaction question with five answers is none from 0 to 10.
const LOWEST_TOP_SCORE: u32 = 6;

/// The mapping that fits best.
#[must_use]
pub fn propose(survey: &Survey) -> Proposal {
    let (each, columns) = rows_of(survey);
    let instants = instants(&columns);
    let mut notes = Vec::new();
    let activity = activity(&columns);
    let actor = actor(&columns);
    let moments = moments(&instants);
    let is_named = |(column, ..): &(&Seen, _, f64)| {
        let (like, word) = words::likeness(&column.name, &ACTIVITY);
        like > 0.9 && !matches!(word, "status" | "type" | "tipo")
    };
    let shape = if moments.len() >= 2 && !activity.as_ref().is_some_and(is_named) {
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
    let is_activity_used = matches!(shape, Shape::Events);
    if let (true, Some((column, ..))) = (is_activity_used, &activity) {
        used.push(&column.name);
    }
    let mut candidates = named(&columns, &used);
    if matches!(shape, Shape::Events | Shape::Messages)
        && let Some(actor) = actor
    {
        candidates.retain(|candidate| candidate.source != actor.source);
        candidates.push(actor);
    } else {
        candidates.retain(|candidate| candidate.column != Column::Actor);
    }
    tidy(&mut candidates, &mut notes);
    let happened = happened(&instants);
    let mut rules = match (shape, happened) {
        (Shape::Tickets, _) => tickets(&moments, &candidates),
        (Shape::Events, Some(instant)) => events(activity.as_ref(), instant, &candidates, &mut notes),
        (Shape::Messages, Some(instant)) => vec![Rule::of(Kind::Message, instant.clone())],
        (Shape::Events | Shape::Messages, None) | (Shape::Unknown, _) => Vec::new(),
    };
    let mut shape = shape;
    if rules.is_empty()
        && let Some(rule) = only_began(survey, &instants, &candidates)
    {
        notes.push("only when conversations began can be told: no waits, answers or closings".to_owned());
        (rules, shape) = (vec![rule], Shape::Tickets);
    }
    rated(&mut rules, &moments, &candidates, shape);
    if rules.is_empty() {
        notes.push(nothing(&columns, &instants));
    } else if !candidates
        .iter()
        .any(|candidate| matches!(candidate.column, Column::ConversationId | Column::CustomerId))
    {
        rules.clear();
        notes.push("no column tells conversations or customers apart: name one in a profile of your own".to_owned());
    }
    notes.extend(instants.iter().filter_map(Instant::ambiguity));
    if let Some(local) = instants.iter().find(|instant| instant.is_local) {
        notes.push(local_clock(&local.name()));
    }
    candidates.sort_by_key(|candidate| candidate.column);
    Proposal { shape: if rules.is_empty() { Shape::Unknown } else { shape }, each, candidates, rules, notes }
}

impl Rule {
    fn of(kind: Kind, instant: Instant) -> Self {
        Self { gives: Gives::Kind(kind), instant, actor: None, columns: Vec::new(), has: None, is_optional: false }
    }
}

/// The columns that rows have: of JSON those of the record, or of the elements of the list that has the instants.
fn rows_of(survey: &Survey) -> (Option<String>, Vec<&Seen>) {
    let scope = |column: &Seen| column.name.rfind("[].").map(|at| column.name[..at + 2].to_owned());
    let is_instant = |column: &&Seen| column.time().is_some_and(|time| time.format.is_instant());
    let of_record = |column: &&Seen| !column.name.contains("[]");
    let record: Vec<&Seen> = survey.columns.iter().filter(of_record).collect();
    let has_own = record.iter().filter(|column| is_instant(column)).count() >= 2 || activity(&record).is_some();
    let lists: Vec<String> = survey.columns.iter().filter(is_instant).filter_map(scope).collect();
    let Some(list) = lists.first().filter(|_| !has_own) else {
        return (None, record);
    };
    let in_list = |column: &&Seen| scope(column).as_ref() == Some(list) && !column.name.ends_with("[]");
    let mut columns: Vec<&Seen> = survey.columns.iter().filter(in_list).collect();
    columns.extend(record.into_iter().filter(|column| !is_instant(column)));
    (Some(list.clone()), columns)
}

/// The column that says what happened, what its values mean, and how many of the rows it tells.
fn activity<'s>(columns: &[&'s Seen]) -> Option<(&'s Seen, Vec<(String, &'static str)>, f64)> {
    let of = |column: &&'s Seen| {
        let map: Vec<_> = known(column, |value| words::kind_of(value).map(Kind::name));
        let told = told(column, &map);
        let (like, _) = words::likeness(&column.name, &ACTIVITY);
        (column.time().is_none() && !map.is_empty() && like > LIKE && told > 0.1).then_some((*column, map, like + told))
    };
    columns.iter().filter_map(of).max_by(|a, b| a.2.total_cmp(&b.2))
}

/// The column that says who acted.
fn actor(columns: &[&Seen]) -> Option<Candidate> {
    let names = COLUMNS.iter().find(|(column, _)| *column == Column::Actor).map_or(&[][..], |(_, names)| names);
    let of = |column: &&Seen| {
        let map: Vec<_> = known(column, |value| words::actor_of(value).map(Actor::name));
        let told = told(column, &map);
        let (like, _) = words::likeness(&column.name, names);
        let values: Vec<&str> = map.iter().map(|(value, _)| value.as_str()).collect();
        let candidate = Candidate {
            column: Column::Actor,
            source: column.name.clone(),
            reason: format!("its values are {}", values.join(", ")),
            confidence: if like > LIKE && told > 0.95 { Confidence::High } else { Confidence::Medium },
            map,
        };
        (told > 0.8 && (like > LIKE || candidate.map.len() > 1)).then_some((candidate, like + told))
    };
    columns.iter().filter_map(of).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(candidate, _)| candidate)
}

/// The values of a column that have a meaning, where it has few.
fn known(column: &Seen, meaning: impl Fn(&str) -> Option<&'static str>) -> Vec<(String, &'static str)> {
    column.kept.iter().filter_map(|(value, _)| meaning(value).map(|meaning| (value.clone(), meaning))).collect()
}

/// The share of the values that have a meaning.
fn told(column: &Seen, map: &[(String, &'static str)]) -> f64 {
    let is_known = |value: &String| map.iter().any(|(known, _)| known == value);
    share(column.kept.iter().filter(|(value, _)| is_known(value)).map(|(_, count)| count).sum(), column.filled)
}

/// What each instant of a row is of, where its name says it; of several for one moment the likest.
fn moments(instants: &[Instant]) -> Vec<(Moment, &Instant)> {
    let mut moments: Vec<(Moment, f64, &Instant)> = Vec::new();
    for instant in instants {
        let likes = words::MOMENTS.iter().map(|(moment, names)| (*moment, words::likeness(&instant.name(), names).0));
        let Some((moment, like)) = likes.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, like)| *like > LIKE) else {
            continue;
        };
        match moments.iter_mut().find(|(known, ..)| *known == moment) {
            Some(known) if known.1 < like => *known = (moment, like, instant),
            Some(_) => {}
            None => moments.push((moment, like, instant)),
        }
    }
    moments.sort_by_key(|(moment, ..)| *moment);
    moments.retain(|(moment, ..)| *moment != Moment::Happened);
    moments.into_iter().map(|(moment, _, instant)| (moment, instant)).collect()
}

/// The instant of the row itself: the likest name, else the one in whose order the rows stand.
fn happened(instants: &[Instant]) -> Option<&Instant> {
    let names =
        words::MOMENTS.iter().find(|(moment, _)| *moment == Moment::Happened).map_or(&[][..], |(_, names)| names);
    instants
        .iter()
        .enumerate()
        .max_by(|(at, a), (bt, b)| {
            let like = |instant: &Instant| words::likeness(&instant.name(), names).0;
            like(a).total_cmp(&like(b)).then(b.falls.cmp(&a.falls)).then(bt.cmp(at))
        })
        .map(|(_, instant)| instant)
}

/// The sources of canonical columns by name and values: each source once, the likest first.
fn named(columns: &[&Seen], used: &[&str]) -> Vec<Candidate> {
    let mut found: Vec<(f64, Candidate)> = Vec::new();
    for seen in columns {
        if used.contains(&seen.name.as_str()) || seen.filled == 0 || seen.looks_like_message() || seen.time().is_some()
        {
            continue;
        }
        for (column, names) in COLUMNS {
            let (like, word) = words::likeness(&seen.name, names);
            if let Some((like, candidate)) = fitting(column, seen, like, word) {
                found.push((like, candidate));
            }
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut taken: Vec<Candidate> = Vec::new();
    for (_, candidate) in found {
        let is_free = |other: &Candidate| other.column != candidate.column && other.source != candidate.source;
        if taken.iter().all(is_free) {
            taken.push(candidate);
        }
    }
    taken
}

/// A candidate, if name and values allow it.
fn fitting(column: Column, seen: &Seen, like: f64, word: &str) -> Option<(f64, Candidate)> {
    let (mut like, mut reason) = (like, format!("its name is like `{word}`"));
    let mut map = Vec::new();
    match column {
        Column::Channel => {
            let is_channel = |value: &str| words::CHANNELS.contains(&words::plain(value).as_str());
            let channels = known(seen, |value| is_channel(value).then_some(""));
            if told(seen, &channels) > 0.5 {
                let values: Vec<&str> = channels.iter().map(|(value, _)| value.as_str()).take(3).collect();
                let name = if like > LIKE { format!("{reason}, ") } else { String::new() };
                (like, reason) = (like.max(0.6) + 0.3, format!("{name}its values are channels: {}", values.join(", ")));
            }
        }
        Column::Score => {
            let scores: Option<Vec<u32>> = seen.kept.iter().map(|(value, _)| value.parse().ok()).collect();
            let most = scores?.into_iter().max()?;
            if !(LOWEST_TOP_SCORE..=10).contains(&most) {
                return None;
            }
            reason = format!("{reason}, whole numbers up to {most}");
        }
        Column::Resolution => {
            map = known(seen, |value| words::resolution_of(value).map(crate::event::Resolution::name));
            if told(seen, &map) < 0.9 {
                return None;
            }
        }
        Column::ConversationId if seen.distinct_share() > 0.999 && seen.filled > 1 => {
            reason = format!("{reason}, another in every row");
        }
        _ if seen.kinds.booleans + seen.kinds.decimals > seen.filled / 2 => return None,
        _ => {}
    }
    let confidence = match like {
        like if like > 0.85 => Confidence::High,
        like if like > 0.65 => Confidence::Medium,
        _ => Confidence::Low,
    };
    (like > LIKE).then(|| (like, Candidate { column, source: seen.name.clone(), reason, confidence, map }))
}

/// What follows from which columns there are.
fn tidy(candidates: &mut Vec<Candidate>, notes: &mut Vec<String>) {
    let of = |candidates: &[Candidate], column: Column| candidates.iter().find(|c| c.column == column).cloned();
    if of(candidates, Column::ConversationId).is_none()
        && let Some(protocol) = of(candidates, Column::Protocol)
    {
        let reason = "no other column tells conversations apart".to_owned();
        candidates.push(Candidate {
            column: Column::ConversationId,
            reason,
            confidence: Confidence::Medium,
            ..protocol
        });
    }
    if of(candidates, Column::ConversationId).is_none() && of(candidates, Column::CustomerId).is_some() {
        notes.push("no conversation id: conversations are told apart by silence (--sessions inactivity)".to_owned());
    }
}

fn source_of(candidates: &[Candidate], column: Column) -> Option<&Candidate> {
    candidates.iter().find(|candidate| candidate.column == column)
}

fn has_agent(candidates: &[Candidate]) -> bool {
    [Column::AgentId, Column::AgentName].iter().any(|column| source_of(candidates, *column).is_some())
}

/// Rules of a row with several instants.
fn tickets(moments: &[(Moment, &Instant)], candidates: &[Candidate]) -> Vec<Rule> {
    let has = |moment: Moment| moments.iter().any(|(other, _)| *other == moment);
    let is_served = has(Moment::Assigned) || has(Moment::FirstReply);
    let mut rules = Vec::new();
    for (moment, instant) in moments {
        let rule = |kind| Rule { is_optional: !rules.is_empty(), ..Rule::of(kind, (*instant).clone()) };
        let by_agent = |kind| Rule { actor: Some(Actor::Agent), ..rule(kind) };
        let new = match moment {
            // Who opens a ticket waits from then on.
            Moment::Began if is_served && !has(Moment::Queued) => vec![rule(Kind::Started), rule(Kind::Queued)],
            Moment::Began => vec![rule(Kind::Started)],
            Moment::Queued => vec![rule(Kind::Queued)],
            Moment::Assigned if has_agent(candidates) => vec![rule(Kind::Assigned)],
            Moment::Assigned => Vec::new(),
            Moment::FirstReply => vec![by_agent(Kind::Message)],
            Moment::Closed => {
                let resolution = source_of(candidates, Column::Resolution);
                let columns = resolution.map(|candidate| (Column::Resolution, candidate.source.clone()));
                vec![Rule { columns: columns.into_iter().collect(), ..by_agent(Kind::Closed) }]
            }
            Moment::Happened => Vec::new(),
        };
        rules.extend(new);
    }
    rules
}

/// The one rule of a row of which no more is known than that it is a conversation of its own.
fn only_began(survey: &Survey, instants: &[Instant], candidates: &[Candidate]) -> Option<Rule> {
    let id = survey.column(&source_of(candidates, Column::ConversationId)?.source)?;
    let is_of_its_own = id.distinct_share() > 0.999 && id.filled == id.present;
    is_of_its_own.then(|| instants.first().map(|instant| Rule::of(Kind::Started, instant.clone())))?
}

/// Rules of a row with one instant and what happened.
fn events(
    activity: Option<&(&Seen, Vec<(String, &'static str)>, f64)>,
    instant: &Instant,
    candidates: &[Candidate],
    notes: &mut Vec<String>,
) -> Vec<Rule> {
    let Some((column, map, _)) = activity else {
        return Vec::new();
    };
    let has = |column| source_of(candidates, column).is_some();
    let mut said = Vec::new();
    let mut closed = Vec::new();
    let mut without: Vec<&str> = Vec::new();
    for (value, name) in map {
        let Some(kind) = Kind::parse(name) else { continue };
        let is_given = match kind {
            Kind::Message => has(Column::Actor),
            Kind::Assigned => has_agent(candidates),
            Kind::Transferred => has(Column::ToQueue) || has(Column::ToAgentId) || has(Column::ToDepartment),
            Kind::Rated => has(Column::Score),
            Kind::AgentStatus | Kind::StatusChanged => has(Column::Status),
            Kind::Closed => {
                if !has(Column::Actor) {
                    closed.push((value.clone(), *name));
                    continue;
                }
                true
            }
            _ => true,
        };
        if is_given {
            said.push((value.clone(), *name));
        } else {
            without.push(value);
        }
    }
    if !without.is_empty() {
        notes.push(format!(
            "rows of {} are left out: no column has what such an event needs (who wrote, or where it went)",
            quoted(&without)
        ));
    }
    let unknown: Vec<&str> = column
        .kept
        .iter()
        .map(|(value, _)| value.as_str())
        .filter(|value| !map.iter().any(|(known, _)| known == value))
        .collect();
    if !unknown.is_empty() {
        notes.push(format!(
            "rows of {} are left out: no event is meant that is known; add them to the map",
            quoted(&unknown)
        ));
    }
    let rule = |map: Vec<(String, &'static str)>| Rule {
        gives: Gives::Said(column.name.clone(), map),
        ..Rule::of(Kind::Message, instant.clone())
    };
    let mut rules = Vec::new();
    if !said.is_empty() {
        rules.push(rule(said));
    }
    if !closed.is_empty() {
        rules.push(Rule { actor: Some(Actor::Agent), ..rule(closed) });
    }
    rules
}

/// A rating beside the close of a ticket.
fn rated(rules: &mut Vec<Rule>, moments: &[(Moment, &Instant)], candidates: &[Candidate], shape: Shape) {
    let Some(score) = source_of(candidates, Column::Score) else {
        return;
    };
    let columns = vec![(Column::Score, score.source.clone())];
    match shape {
        Shape::Tickets => {
            if let Some((_, instant)) = moments.last() {
                let has = Some(score.source.clone());
                rules.push(Rule { columns, has, is_optional: true, ..Rule::of(Kind::Rated, (*instant).clone()) });
            }
        }
        Shape::Events => {
            if let Some(rule) = rules.first_mut() {
                rule.columns.extend(columns);
            }
        }
        Shape::Messages | Shape::Unknown => {}
    }
}

/// Columns that stand under `[columns]`: of every event.
#[must_use]
pub fn of_every_event(candidates: &[Candidate]) -> impl Iterator<Item = &Candidate> {
    candidates.iter().filter(|candidate| !OF_ONE_KIND.contains(&candidate.column))
}

fn quoted(values: &[&str]) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> = values.iter().take(SHOWN).map(|value| format!("`{value}`")).collect();
    if values.len() > SHOWN {
        shown.push(format!("{} more", values.len() - SHOWN));
    }
    shown.join(", ")
}

fn nothing(columns: &[&Seen], instants: &[Instant]) -> String {
    if columns.is_empty() {
        return "there are no rows to tell anything from".to_owned();
    }
    if instants.is_empty() {
        return "no column holds instants: a log needs to say when things happened".to_owned();
    }
    "what happened in a row cannot be told: no column of known events, of who acted, or of when a conversation began and \
     ended. Write a profile that says it (docs/profiles.md)"
        .to_owned()
}
