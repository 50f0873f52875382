//! Finds the mapping that fits best: the kind of rows, then the meaning of columns, then the events.

use std::collections::BTreeMap;

use super::actors::{Activity, actor, could_be_actors, is_of_few_words, writers};
use super::assumption::UnknownFact;
use super::authors::name_by_author;
use super::bots::bots_among_agents;
use super::calls::{answered, are_calls, left_by_outcome};
use super::cases::{earliest, is_case, opened_by_customer, zeros};
use super::closers::closer;
use super::directions::outbound;
use super::finish::{ask_for_instants, finish};
use super::grain::{Grain, ends_of_record, rows_of};
use super::identity::{
    contact_as_call, identify, parts_of_conversations, repeats, sender_as_conversation, user_as_agent,
};
use super::instants::{ProposedInstant, instants};
use super::likeness::RowMeaning;
use super::misread::without_later_replies;
use super::moments::{DurationKind, Moment, moment_of};
use super::notes::{LeftOut, left_out, others_than_messages};
use super::open_rows::without_ends_of_open;
use super::order::lost_order;
use super::proposal::{
    Candidate, ColumnTest, Proposal, ProposedCondition, ProposedEvent, ProposedRule, RowShape, When, has_agent, quoted,
    source_of,
};
use super::requester::{by_requester, by_sibling_role};
use super::roles::named;
use super::rules::{Events, begun_by_customers, changes, events, happened, messages};
use super::shapes::{FoundShape, shape};
use super::sides::{agent_of_activities, agents_among_customers, by_agent_name, by_me, by_presence};
use super::spans::{Length, lengths, with_the_wait};
use super::states::{states, still};
use super::tickets::{RowMoments, Tickets, tickets};
use super::unit_names::may_be_length;
use super::units::LengthUnits;
use crate::event::{self, Column, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::time_notations::notation::TimeNotation;
use crate::inspect::words::Meaning as M;
use crate::language::Message;

/// Meanings in the names of lengths of time that are parts of conversations.
const LASTS: [M; 3] = [M::Waited, M::Talked, M::Duration];

/// At most one row in this many may be left out because it has no value for the kind of event.
const ROWS_PER_GAP: u64 = 20;

/// The mapping that fits best.
#[must_use]
pub fn propose(survey: &Survey) -> Proposal {
    let Grain { each, columns, around } = rows_of(survey);
    let named = without_later_replies(instants(&columns), &columns, survey, each.as_deref());
    let (instants, of_open) = without_ends_of_open(named, &columns, survey, each.as_deref());
    // A time of day that is part of an instant is not a length of time.
    let is_free = |length: &Length| !instants.iter().any(|instant| instant.sources.contains(&length.column));
    let units = LengthUnits::of(&columns, &instants, survey, each.as_deref());
    let lengths: Vec<Length> = lengths(&columns, &units).into_iter().filter(is_free).collect();
    let mut proposal = Proposal {
        shape: RowShape::Unknown,
        each,
        candidates: Vec::new(),
        assignees: Vec::new(),
        has_stand_ins: false,
        rules: Vec::new(),
        is_ragged: false,
        row: None,
        json: Vec::new(),
        latest: None,
        machines: Vec::new(),
        survey: None,
        split: None,
        nones: Vec::new(),
        zeros: BTreeMap::new(),
        flags: Vec::new(),
        assumptions: Vec::new(),
        notes: Vec::new(),
        leftovers: Vec::new(),
        attributes: Vec::new(),
        missing: Vec::new(),
    };
    let found = shape(
        &columns,
        &instants,
        &lengths,
        proposal.each.as_deref(),
        &still(&columns, survey, proposal.each.as_deref()),
    );
    match found {
        FoundShape::Tickets => {
            of_tickets(&mut proposal, survey, &columns, &instants, &lengths);
            proposal.missing.extend(of_open);
        }
        FoundShape::Events(activity) => of_events(&mut proposal, survey, &columns, &instants, &activity),
        FoundShape::Messages(actor) => of_messages(&mut proposal, survey, &columns, &instants, actor),
        FoundShape::Ratings => of_ratings(&mut proposal, &columns, &instants),
        FoundShape::Unknown => from_instants_alone(&mut proposal, survey, &columns, &instants),
    }
    if !around.is_empty() {
        ends_of_record(&mut proposal, &around);
    }
    finish(&mut proposal, survey, &columns);
    ask_for_instants(&mut proposal, &columns, survey);
    proposal
}

fn of_tickets(
    proposal: &mut Proposal,
    survey: &Survey,
    columns: &[&Seen],
    instants: &[ProposedInstant],
    lengths: &[Length],
) {
    proposal.shape = RowShape::Tickets;
    let used: Vec<&str> = instants.iter().flat_map(|instant| instant.sources.iter().map(String::as_str)).collect();
    proposal.candidates = named(columns, &used, RowMeaning { are_events: false, each: proposal.each.as_deref() });
    let moments = RowMoments::of(instants);
    let Some(begin) = moments.begin().or_else(|| moments.get(Moment::Happened)) else { return };
    earliest(proposal, columns, begin);
    user_as_agent(proposal, columns);
    contact_as_call(proposal, columns, lengths);
    identify(proposal, columns, begin);
    let rows = (survey, proposal.each.as_deref());
    let answered = answered(columns, moments.get(Moment::Answered), &proposal.candidates, rows);
    // Only calls can be unanswered; a ticket without a reply is open, or was closed without one.
    let has_reply =
        moments.get(Moment::FirstReply).is_some() || lengths.iter().any(|it| it.span == DurationKind::FirstReply);
    let is_call = moments.get(Moment::Answered).is_some() || (!has_reply && moments.get(Moment::Assigned).is_none());
    let closer = closer(columns, &proposal.candidates);
    // A case without an assignee was not abandoned.
    let is_case = is_case(columns, instants, lengths);
    // A chat with a reply was abandoned where the row says so.
    let reply = moments.get(Moment::FirstReply).and_then(|instant| instant.sources.last()).or_else(|| {
        let length = lengths.iter().find(|length| length.span == DurationKind::FirstReply)?;
        Some(&length.column)
    });
    let by_outcome = || left_by_outcome(columns, reply.map(String::as_str), survey, proposal.each.as_deref());
    let answered = if is_call { answered } else { by_outcome() };
    let answered = answered.as_ref().filter(|_| !is_case);
    let by_rows = with_the_wait(lengths, survey, proposal.each.as_deref());
    let Tickets { rules, missing, assumptions } =
        tickets(begin, &moments, &by_rows, &proposal.candidates, answered, closer);
    proposal.rules = rules;
    proposal.missing.extend(missing);
    proposal.assumptions.extend(assumptions);
    if is_case {
        opened_by_customer(proposal, begin);
    }
    zeros(proposal, lengths);
    bots_among_agents(proposal, columns);
    let is_table_of_calls = !is_case && (moments.get(Moment::Answered).is_some() || (is_call && !lengths.is_empty()));
    if let Some(outbound) = outbound(columns, moments.get(Moment::CustomerWrote).is_some()) {
        proposal.rules.iter_mut().for_each(|rule| rule.conditions.push(outbound.inbound.clone()));
        proposal.notes.push(outbound.note);
    } else if is_table_of_calls {
        proposal.assumptions.push(if are_calls(columns) {
            UnknownFact::Outbound.into()
        } else {
            Message::new("assumption.begun_by").into()
        });
    }
    if is_table_of_calls && answered.is_none() {
        proposal.assumptions.push(UnknownFact::Unanswered.into());
    }
    if let Some(states) = states(columns) {
        proposal.missing.push(Message::new("proposal.rows_of_states").with("column", &states.name));
    }
    repeats(proposal, survey, columns);
    if proposal.rules.iter().all(|rule| matches!(rule.event, ProposedEvent::OfKind(Kind::Started))) {
        proposal.missing.push(Message::new("proposal.only_begins"));
    }
}

fn of_events(
    proposal: &mut Proposal,
    survey: &Survey,
    columns: &[&Seen],
    instants: &[ProposedInstant],
    activity: &Activity<'_>,
) {
    proposal.shape = RowShape::Events;
    let mut used: Vec<&str> = instants.iter().flat_map(|instant| instant.sources.iter().map(String::as_str)).collect();
    used.push(&activity.column.name);
    let actor = actor(columns).filter(|actor| actor.source != activity.column.name).or_else(|| writers(activity));
    used.extend(actor.iter().map(|actor| actor.source.as_str()));
    proposal.candidates = named(columns, &used, RowMeaning { are_events: true, each: proposal.each.as_deref() });
    proposal.candidates.extend(actor);
    if !has_agent(&proposal.candidates) {
        proposal.candidates.extend(agent_of_activities(activity, columns, survey, proposal.each.as_deref()));
    }
    if let Some(instant) = happened(instants) {
        let source = source_of(&proposal.candidates, Column::Actor).map(|actor| actor.source.as_str());
        let is_other = source.is_some_and(|source| source != activity.column.name);
        let is_full = is_other && columns.iter().any(|column| Some(column.name.as_str()) == source && column.is_full());
        proposal.missing.extend(lost_order(&proposal.candidates, columns, survey, instant, proposal.each.as_deref()));
        let Events { rules, assumptions, missing } = events(activity, instant, &proposal.candidates, is_full);
        proposal.rules = rules;
        proposal.assumptions.extend(assumptions);
        let before = proposal.rules.len();
        changes(proposal, columns, instant, activity.column);
        // A history of fields has rows for all fields.
        proposal.missing.extend(missing.filter(|_| proposal.rules.len() == before));
    }
    name_by_author(proposal, columns, survey);
    begun_by_customers(proposal, activity, survey);
    let used = [activity.column.name.as_str()];
    let writers = source_of(&proposal.candidates, Column::Actor).map(|actor| actor.source.clone());
    leave_out(proposal, columns, &used, writers.as_deref());
    let column = activity.column;
    let without = column.whole.max(column.present).saturating_sub(column.filled);
    if without * ROWS_PER_GAP > column.whole.max(column.present) {
        proposal.missing.push(Message::counted("proposal.empty_activity", without).with("column", &column.name));
    }
    if proposal.rules.is_empty() {
        proposal.missing.push(Message::new("proposal.unknown_activity").with("column", &activity.column.name));
    }
}

/// Answers of a survey about conversations that are in another file.
fn of_ratings(proposal: &mut Proposal, columns: &[&Seen], instants: &[ProposedInstant]) {
    proposal.shape = RowShape::Events;
    let used: Vec<&str> = instants.iter().flat_map(|instant| instant.sources.iter().map(String::as_str)).collect();
    proposal.candidates = named(columns, &used, RowMeaning { are_events: false, each: proposal.each.as_deref() });
    let Some(instant) = happened(instants) else { return };
    let has = source_of(&proposal.candidates, Column::Score)
        .map(|score| ProposedCondition { column: score.source.clone(), test: ColumnTest::Has(true) });
    proposal.rules = vec![ProposedRule::of(Kind::Rated, When::at(instant)).with(Column::Score).where_(has.as_ref())];
    proposal.notes.push(Message::new("proposal.only_ratings"));
}

fn of_messages(
    proposal: &mut Proposal,
    survey: &Survey,
    columns: &[&Seen],
    instants: &[ProposedInstant],
    actor: Option<Candidate>,
) {
    proposal.shape = RowShape::Messages;
    let mut used: Vec<&str> = instants.iter().flat_map(|instant| instant.sources.iter().map(String::as_str)).collect();
    used.extend(actor.iter().map(|actor| actor.source.as_str()));
    proposal.candidates = named(columns, &used, RowMeaning { are_events: true, each: proposal.each.as_deref() });
    let each = proposal.each.clone();
    let actor = actor.or_else(|| by_agent_name(columns, &proposal.candidates, survey, each.as_deref()));
    if let Some(instant) = happened(instants) {
        proposal.rules = vec![messages(instant)];
        proposal.missing.extend(lost_order(&proposal.candidates, columns, survey, instant, each.as_deref()));
        if let Some(LeftOut { others, note }) = actor.as_ref().and_then(|actor| others_than_messages(actor, columns)) {
            proposal.rules.iter_mut().for_each(|rule| rule.conditions.push(others.clone()));
            proposal.notes.push(note);
        }
        let writers = actor.as_ref().map(|actor| actor.source.as_str());
        leave_out(proposal, columns, &[], writers);
    }
    if let Some(mut actor) = actor {
        let count = |who: event::Actor| actor.values_of(who).count();
        let are_customers = count(event::Actor::Customer) > 1 && count(event::Actor::Agent) == 0;
        let agents =
            if are_customers { agents_among_customers(&mut actor, columns, survey, each.as_deref()) } else { None };
        if are_customers && agents.is_none() {
            let values: Vec<&str> = actor.values_of(event::Actor::Customer).map(String::as_str).collect();
            proposal.missing.push(
                Message::new("proposal.which_is_agent").with("values", quoted(&values)).with("column", &actor.source),
            );
        }
        proposal.notes.extend(agents);
        proposal.candidates.retain(|candidate| candidate.source != actor.source);
        proposal.candidates.push(actor);
        name_by_author(proposal, columns, survey);
        sender_as_conversation(proposal, columns, survey);
        return;
    }
    if by_requester(proposal, columns, survey) || by_sibling_role(proposal, columns, survey) {
        return;
    }
    let is_of_message = |column: &&&Seen| column.looks_like_message() || column.words.has(M::Message);
    let is_part = columns.iter().any(|column| column.time().is_some_and(|time| !time.notation.is_instant()))
        || columns.iter().any(|column| may_be_length(column) && column.words.has_one(&LASTS))
        || instants.len() > 1;
    if is_part && !columns.iter().any(|column| is_of_message(&column)) {
        let id = source_of(&proposal.candidates, Column::ConversationId).map_or("", |id| id.source.as_str());
        proposal.missing.push(parts_of_conversations(id));
        return;
    }
    let by_presence = || by_presence(columns, &proposal.candidates, survey, each.as_deref());
    if let Some((by, assumption)) = by_me(columns).or_else(by_presence) {
        for rule in &mut proposal.rules {
            (rule.actor, rule.actor_by) = (Some(event::Actor::Customer), Some(by.clone()));
        }
        proposal.assumptions.push(assumption);
        return;
    }
    let could_be = could_be_actors(columns);
    let could_be: Vec<&str> = could_be.iter().map(String::as_str).collect();
    let where_ = if could_be.is_empty() {
        Message::new("proposal.none_named")
    } else {
        Message::new("proposal.may_be").with("columns", quoted(&could_be))
    };
    proposal.missing.push(
        Message::new("proposal.who_wrote")
            .with("where", where_)
            .with("example", "actor = { from = \"…\", map = { … = \"customer\", … = \"agent\" } }"),
    );
}

/// Leaves out rows that are not messages to or from a customer. `used` are the columns with the kind of event.
fn leave_out(proposal: &mut Proposal, columns: &[&Seen], used: &[&str], writers: Option<&str>) {
    let others: Vec<&Seen> = columns.iter().copied().filter(|column| !used.contains(&column.name.as_str())).collect();
    for LeftOut { others, note } in left_out(&others, writers) {
        proposal.rules.iter_mut().for_each(|rule| rule.conditions.push(others.clone()));
        proposal.notes.push(note);
    }
}

fn from_instants_alone(proposal: &mut Proposal, survey: &Survey, columns: &[&Seen], instants: &[ProposedInstant]) {
    let used: Vec<&str> = instants.iter().flat_map(|instant| instant.sources.iter().map(String::as_str)).collect();
    proposal.candidates = named(columns, &used, RowMeaning { are_events: false, each: proposal.each.as_deref() });
    let id = source_of(&proposal.candidates, Column::ConversationId);
    let is_of_its_own = id.is_some_and(|id| {
        let seen = columns.iter().find(|column| column.name == id.source);
        seen.is_some_and(|seen| seen.is_unique() && seen.is_full())
    });
    let is_begin =
        |instant: &&ProposedInstant| matches!(moment_of(&instant.words), Ok(Moment::Began | Moment::Happened));
    let is_worded = |column: &&&Seen| {
        column.words.has(M::Score)
            && column.filled > 0
            && column.kinds.texts == column.filled
            && is_of_few_words(column)
    };
    if let (Some(score), false) = (columns.iter().find(is_worded), instants.is_empty()) {
        proposal.missing.push(
            Message::new("proposal.rating_in_words")
                .with("column", &score.name)
                .with("example", format!("score = {{ from = \"{}\", map = {{ … = \"5\", … = \"1\" }} }}", score.name))
                .with("rule", "event = \"rated\""),
        );
        return;
    }
    if let Some(instant) = instants.iter().find(is_begin).filter(|_| is_of_its_own && proposal.each.is_none()) {
        proposal.shape = RowShape::Tickets;
        proposal.notes.push(Message::new("proposal.begins_without_waits"));
        proposal.rules = vec![ProposedRule::of(Kind::Started, When::at(instant))];
        return;
    }
    let days: Vec<&str> =
        columns.iter().filter(|column| column.time().is_some()).map(|column| column.name.as_str()).collect();
    let are_lists = columns.is_empty() && survey.columns.iter().any(|column| column.name.ends_with("[][]"));
    proposal.missing.push(if are_lists {
        Message::new("proposal.rows_of_lists")
    } else if columns.is_empty() {
        Message::new("proposal.no_rows")
    } else if instants.is_empty() && days.is_empty() {
        Message::new("proposal.no_instants")
    } else if instants.is_empty() && columns.iter().all(|column| is_no_date(column)) {
        Message::new("proposal.no_dates").with("columns", quoted(&days))
    } else if instants.is_empty() {
        Message::new("proposal.no_whole_instants").with("columns", quoted(&days))
    } else {
        Message::new("proposal.no_kind")
    });
}

/// Whether a column has neither dates nor instants.
fn is_no_date(column: &Seen) -> bool {
    column.times().iter().all(|times| matches!(times.notation, TimeNotation::TimeOfDay(_)))
}
