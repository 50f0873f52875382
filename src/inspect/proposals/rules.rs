//! The events that a row gives, as rules of a profile.

use crate::event::{Actor, Column, Kind};
use crate::inspect::clocks::instants::Instant;
use crate::inspect::proposals::candidates::{Activity, LIKE, has_agent, source_of};
use crate::inspect::proposals::proposal::{Candidate, Gives, Rule, Shape};
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::{self, Moment};

impl Rule {
    /// A rule of one kind.
    pub(in crate::inspect) fn of(kind: Kind, instant: Instant) -> Self {
        Self { gives: Gives::Kind(kind), instant, actor: None, columns: Vec::new(), has: None, is_optional: false }
    }
}

/// What each instant of a row is of, where its name says it; of several for one moment the likest.
pub(in crate::inspect) fn moments(instants: &[Instant]) -> Vec<(Moment, &Instant)> {
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
    // Not every row may have come to what is named a begin: then it began with what every row has first.
    if let Some((Moment::Began, _, began)) = moments.first_mut()
        && !began.is_filled
    {
        *began = instants.iter().find(|instant| instant.is_filled).unwrap_or(*began);
    }
    moments.into_iter().map(|(moment, _, instant)| (moment, instant)).collect()
}

/// The instant of the row itself: the likest name, else the one in whose order the rows stand.
pub(in crate::inspect) fn happened(instants: &[Instant]) -> Option<&Instant> {
    let names = words::MOMENTS.iter().find(|(moment, _)| *moment == Moment::Happened).map_or("", |(_, names)| names);
    instants
        .iter()
        .enumerate()
        .max_by(|(at, a), (bt, b)| {
            let like = |instant: &Instant| words::likeness(&instant.name(), names).0;
            like(a).total_cmp(&like(b)).then(b.falls.cmp(&a.falls)).then(bt.cmp(at))
        })
        .map(|(_, instant)| instant)
}

/// Rules of a row with several instants.
pub(in crate::inspect) fn tickets(moments: &[(Moment, &Instant)], candidates: &[Candidate]) -> Vec<Rule> {
    let has = |moment: Moment| moments.iter().any(|(other, _)| *other == moment);
    let is_served = has(Moment::Assigned) || has(Moment::FirstReply);
    let mut rules = Vec::new();
    for (moment, instant) in moments {
        let rule =
            |kind| Rule { is_optional: !instant.is_filled || !rules.is_empty(), ..Rule::of(kind, (*instant).clone()) };
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
pub(in crate::inspect) fn only_began(survey: &Survey, instants: &[Instant], candidates: &[Candidate]) -> Option<Rule> {
    let id = survey.column(&source_of(candidates, Column::ConversationId)?.source)?;
    let is_of_its_own = id.distinct_share() > 0.999 && id.filled == id.present;
    is_of_its_own.then(|| instants.first().map(|instant| Rule::of(Kind::Started, instant.clone())))?
}

/// Rules of a row with one instant and what happened.
pub(in crate::inspect) fn events(
    activity: &Activity<'_>,
    instant: &Instant,
    candidates: &[Candidate],
    notes: &mut Vec<String>,
) -> Vec<Rule> {
    let Activity { column, map, .. } = activity;
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
pub(in crate::inspect) fn rated(
    rules: &mut Vec<Rule>,
    moments: &[(Moment, &Instant)],
    candidates: &[Candidate],
    shape: Shape,
) {
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

fn quoted(values: &[&str]) -> String {
    const SHOWN: usize = 5;
    let mut shown: Vec<String> = values.iter().take(SHOWN).map(|value| format!("`{value}`")).collect();
    if values.len() > SHOWN {
        shown.push(format!("{} more", values.len() - SHOWN));
    }
    shown.join(", ")
}
