//! Rules for rows that are one event: a column has its kind, or it is a message.

use super::actors::{Activity, is_of_few_words, known};
use super::assumption::{Assumption, UnknownFact};
use super::instants::ProposedInstant;
use super::moments::{Moment, moment_of};
use super::proposal::{
    ActorBy, Candidate, ColumnTest, Proposal, ProposedCondition, ProposedEvent, ProposedRule, When, has_agent, quoted,
    source_of,
};
use crate::event::{Actor, Column, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::{Meaning as M, Name, closer_in, is_one_of, kind_of};
use crate::language::Message;

/// The instant of the row itself: by its name, or else the one by which rows are sorted.
pub fn happened(instants: &[ProposedInstant]) -> Option<&ProposedInstant> {
    let rank = |instant: &&ProposedInstant| match moment_of(&instant.words) {
        Ok(Moment::Happened) => 3,
        Ok(Moment::Began) => 2,
        Ok(_) => 1,
        Err(_) => 0,
    };
    instants
        .iter()
        .enumerate()
        .max_by(|(at, a), (bt, b)| {
            let key = |instant: &ProposedInstant| (instant.is_full, rank(&instant));
            key(a).cmp(&key(b)).then(b.falls.cmp(&a.falls)).then(bt.cmp(at))
        })
        .map(|(_, instant)| instant)
}

/// The single rule for a table of messages.
pub fn messages(instant: &ProposedInstant) -> ProposedRule {
    ProposedRule::of(Kind::Message, When::at(instant))
}

/// The rules for rows that are one event, and their open questions.
#[derive(Default)]
pub struct Events {
    pub rules: Vec<ProposedRule>,
    /// Assumptions for questions that no column answers.
    pub assumptions: Vec<Assumption>,
    /// The question to answer first.
    pub missing: Option<Message>,
}

/// Rules for rows with one instant and a kind of event.
pub fn events(
    activity: &Activity<'_>,
    instant: &ProposedInstant,
    candidates: &[Candidate],
    is_actor_full: bool,
) -> Events {
    let mut made = Events::default();
    let Activity { column, map, resolved, .. } = activity;
    let has = |column| source_of(candidates, column).is_some();
    let mut mapped = Vec::new();
    let mut closed: Vec<(Actor, Vec<(String, &'static str)>)> = Vec::new();
    let mut without: Vec<&str> = Vec::new();
    let mut unnamed: Vec<&str> = Vec::new();
    for (value, name) in map {
        let Some(kind) = Kind::parse(name) else { continue };
        let is_given = match kind {
            Kind::Message => has(Column::Actor),
            Kind::Assigned => has_agent(candidates),
            Kind::Transferred => has(Column::ToQueue) || has(Column::ToAgentId) || has(Column::ToDepartment),
            Kind::Rated => has(Column::Score),
            Kind::AgentStatus | Kind::StatusChanged => has(Column::Status),
            Kind::Closed => {
                if !is_actor_full {
                    let by = closer_in(value);
                    if by == Actor::Agent && !Name::of(value).has(M::Agent) {
                        unnamed.push(value);
                    }
                    match closed.iter_mut().find(|(actor, _): &&mut (Actor, Vec<_>)| *actor == by) {
                        Some((_, values)) => values.push((value.clone(), *name)),
                        None => closed.push((by, vec![(value.clone(), *name)])),
                    }
                    continue;
                }
                true
            }
            _ => true,
        };
        if is_given {
            mapped.push((value.clone(), *name));
        } else {
            without.push(value);
        }
    }
    if !without.is_empty() {
        made.assumptions.push(Message::new("assumption.left_out_rows").with("values", quoted(&without)).into());
    }
    made.assumptions.extend(of_transfers(map, candidates));
    let values = column.kept.iter().map(|(value, _)| value.as_str());
    let is_known = |value: &str| map.iter().any(|(known, _)| known == value) || resolved.iter().any(|it| it == value);
    let unknown: Vec<&str> = values.filter(|value| !is_known(value)).collect();
    if !unknown.is_empty() {
        let shown = if column.is_hidden() {
            Message::counted("assumption.other_values", unknown.len() as u64).into()
        } else {
            quoted(&unknown)
        };
        made.assumptions.push(Message::new("assumption.which_event").with("values", shown).into());
    }
    if !resolved.is_empty() {
        let shown: Vec<&str> = resolved.iter().map(String::as_str).collect();
        made.assumptions.push(Message::new("assumption.is_end").with("values", quoted(&shown)).into());
    }
    made.missing = too_few(column, &mapped, &closed, resolved);
    let rule = |map: Vec<(String, &'static str)>| ProposedRule {
        event: ProposedEvent::OfColumn(column.name.clone(), map),
        ..ProposedRule::of(Kind::Message, When::at(instant))
    };
    let rules = &mut made.rules;
    if !mapped.is_empty() {
        rules.push(rule(mapped));
    }
    // A column has the actor, but not in every row.
    let actor = source_of(candidates, Column::Actor).filter(|actor| actor.source != column.name);
    let actor_by = actor.map(|actor| ActorBy {
        column: actor.source.clone(),
        map: actor.map.clone(),
        other: None,
        is_full: false,
    });
    rules.extend(closed.into_iter().map(|(by, map)| ProposedRule {
        actor: Some(by),
        actor_by: actor_by.clone(),
        ..rule(map)
    }));
    if let (Some(first), true) = (rules.first_mut(), has(Column::Score)) {
        first.columns.push(Column::Score);
    }
    made.assumptions.extend(nameless_closes(&unnamed, actor.map(|actor| actor.source.as_str())));
    made
}

/// Where agents reply and no row is a customer's message, an opening by a customer is one: replies are measured from
/// then on.
pub fn begun_by_customers(proposal: &mut Proposal, activity: &Activity<'_>, survey: &Survey) {
    let Some(actor) = source_of(&proposal.candidates, Column::Actor) else { return };
    let values = |kind: Kind| -> Vec<String> {
        activity.map.iter().filter(|(_, name)| *name == kind.name()).map(|(value, _)| value.clone()).collect()
    };
    let (openings, messages) = (values(Kind::Started), values(Kind::Message));
    let customers: Vec<String> = actor.values_of(Actor::Customer).cloned().collect();
    let rows = survey.together(&[&activity.column.name, &actor.source], proposal.each.as_deref());
    let of = |kinds: &[String], who: &[String]| {
        let is_one = |text: &Option<String>, among: &[String]| text.as_ref().is_some_and(|text| among.contains(text));
        rows.iter().filter(|row| is_one(&row[0], kinds) && is_one(&row[1], who)).count()
    };
    let agents: Vec<String> = actor.values_of(Actor::Agent).cloned().collect();
    if of(&openings, &customers) == 0 || of(&messages, &customers) > 0 || of(&messages, &agents) == 0 {
        return;
    }
    let Some(when) = proposal.rules.first().map(|rule| rule.when.clone()) else { return };
    let is = |column: &str, values: Vec<String>| ProposedCondition {
        column: column.to_owned(),
        test: ColumnTest::Is(values),
    };
    proposal.rules.push(ProposedRule {
        conditions: vec![is(&activity.column.name, openings), is(&actor.source, customers)],
        actor: Some(Actor::Customer),
        ..ProposedRule::of(Kind::Message, when)
    });
    proposal.assumptions.push(UnknownFact::FirstMessage.into());
}

/// The assumptions about transfers: requested ones come from customers, and the targets of others are unknown.
fn of_transfers(map: &[(String, &'static str)], candidates: &[Candidate]) -> Vec<Assumption> {
    const TO: [Column; 3] = [Column::ToQueue, Column::ToAgentId, Column::ToDepartment];
    let has_kind = |kind: Kind| map.iter().any(|(_, name)| *name == kind.name());
    let mut assumptions = Vec::new();
    if has_kind(Kind::TransferRequested) {
        assumptions.push(Message::new("assumption.requester").into());
    }
    let places = [(Column::Queue, Column::ToQueue), (Column::Department, Column::ToDepartment)];
    let place = places.into_iter().find_map(|(column, to)| Some((source_of(candidates, column)?, to)));
    let is_open = has_kind(Kind::Transferred) && TO.iter().all(|column| source_of(candidates, *column).is_none());
    if let (Some((place, to)), true) = (place, is_open) {
        let example = format!("{} = \"{}\"", to.name(), place.source);
        assumptions.push(
            Message::new("assumption.transfer_place").with("column", &place.source).with("example", example).into(),
        );
    }
    assumptions
}

/// The gap that most rows would be left out. A row that was resolved and then closed is not a gap.
fn too_few(
    column: &Seen,
    mapped: &[(String, &'static str)],
    closed: &[(Actor, Vec<(String, &'static str)>)],
    resolved: &[String],
) -> Option<Message> {
    let is_read = |value: &String| {
        let of_closed = closed.iter().flat_map(|(_, values)| values);
        mapped.iter().chain(of_closed).any(|(known, _)| known == value) || resolved.contains(value)
    };
    let count = |is_one: &dyn Fn(&String) -> bool| -> u64 {
        column.kept.iter().filter(|(value, _)| is_one(value)).map(|(_, count)| count).sum()
    };
    let (read, all) = (count(&is_read), count(&|_| true));
    (read * 2 < all)
        .then(|| Message::counted("proposal.most_unknown", read).with("column", &column.name).with("all", all))
}

/// Closes for which neither their word nor a column gives the actor.
fn nameless_closes(values: &[&str], actor: Option<&str>) -> Option<Assumption> {
    let message = match actor {
        Some(actor) => Message::new("assumption.closer_in_rows_without").with("actor", actor),
        None => Message::new("assumption.closer_in_rows"),
    };
    (!values.is_empty()).then(|| message.with("values", quoted(values)).into())
}

/// Rules for a history of fields, in which one column has the field that changed and another its new value: ends and
/// reopenings by the status.
pub fn changes(proposal: &mut Proposal, columns: &[&Seen], instant: &ProposedInstant, field: &Seen) {
    const NEW: &str = "new value|new|to|to value|novo valor|valor novo|nuevo valor|valor nuevo|nouvelle valeur|neuer wert|nuovo valore";
    let Some(new) = columns.iter().find(|column| is_one_of(&column.words.plain, NEW) && is_of_few_words(column)) else {
        return;
    };
    let of_status: Vec<String> =
        field.kept.iter().filter(|(value, _)| Name::of(value).has(M::Status)).map(|(value, _)| value.clone()).collect();
    let ends =
        known(new, |value| kind_of(value).filter(|kind| matches!(kind, Kind::Closed | Kind::Reopened)).map(Kind::name));
    if of_status.is_empty() || ends.is_empty() {
        return;
    }
    let condition = ProposedCondition { column: field.name.clone(), test: ColumnTest::Is(of_status) };
    proposal.rules.push(ProposedRule {
        event: ProposedEvent::OfColumn(new.name.clone(), ends),
        conditions: vec![condition],
        actor: Some(Actor::Agent),
        ..ProposedRule::of(Kind::Closed, When::at(instant))
    });
    proposal.notes.push(Message::new("proposal.changed_field").with("field", &field.name).with("new", &new.name));
    proposal.assumptions.push(UnknownFact::Closer.into());
}
