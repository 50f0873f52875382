//! The mapping that fits best: what a row is, then who and what its columns are of, then its events.

use std::collections::BTreeMap;

use super::actors::{Activity, activity, actor, could_be_actors, is_of_few_words, names_some_actors};
use super::assumption::{Assumption, Unsaid};
use super::attributes::attributes;
use super::authors::name_by_author;
use super::calls::{answered, are_calls};
use super::cases::{earliest, is_case, opened_by_customer, zeros};
use super::closers::closer;
use super::directions::{has_directions, outbound};
use super::grain::{Grain, ends_of_record, rows_of};
use super::identity::{REPEATED, identify, messages_twice, repeats, user_as_agent};
use super::instants::{ProposedInstant, instants};
use super::leftover::leftovers;
use super::likeness::RowMeaning;
use super::moments::{DurationKind, Moment, moment_of};
use super::notes::{LeftOut, left_out};
use super::proposal::{
    Candidate, ColumnTest, Gives, Proposal, ProposedCondition, ProposedRule, RowShape, When, has_agent, quoted,
    source_of,
};
use super::roles::{is_csat, named};
use super::rules::{Events, changes, events, happened, messages};
use super::scores::second_survey;
use super::sides::{agents_among_customers, by_agent_name};
use super::spans::{Length, lengths, may_be_length};
use super::states::{states, sums};
use super::tag_columns::{self, TagSeparator};
use super::tickets::{RowMoments, Tickets, tickets};
use super::units::Units;
use crate::event::{self, Column, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::description::DescriptionLine;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::Meaning as M;

/// Names of lengths of time, as parts of conversations have them.
const LASTS: [M; 3] = [M::Waited, M::Talked, M::Duration];

/// One row in so many may be left out for having nothing in the column that says what happened.
const ROWS_PER_GAP: u64 = 20;

/// The shape found for rows.
enum FoundShape<'s> {
    Tickets,
    Events(Activity<'s>),
    Messages(Option<Candidate>),
    Ratings,
    Unknown,
}

/// The mapping that fits best.
#[must_use]
pub fn propose(survey: &Survey) -> Proposal {
    let Grain { each, columns, around } = rows_of(survey);
    let instants = instants(&columns);
    // A time of day of an instant is no length of time.
    let is_free = |length: &Length| !instants.iter().any(|instant| instant.sources.contains(&length.column));
    let units = Units::of(&columns, &instants, survey, each.as_deref());
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
    let found = shape(&columns, &instants, &lengths, proposal.each.as_deref());
    match found {
        FoundShape::Tickets => of_tickets(&mut proposal, survey, &columns, &instants, &lengths),
        FoundShape::Events(activity) => of_events(&mut proposal, &columns, &instants, &activity),
        FoundShape::Messages(actor) => of_messages(&mut proposal, survey, &columns, &instants, actor),
        FoundShape::Ratings => of_ratings(&mut proposal, &columns, &instants),
        FoundShape::Unknown => from_instants_alone(&mut proposal, &columns, &instants),
    }
    if !around.is_empty() {
        ends_of_record(&mut proposal, &around);
    }
    finish(&mut proposal, survey, &columns);
    ask_for_instants(&mut proposal, &columns);
    proposal
}

/// The shape of a row.
fn shape<'s>(
    columns: &[&'s Seen],
    instants: &[ProposedInstant],
    lengths: &[Length],
    each: Option<&str>,
) -> FoundShape<'s> {
    if instants.is_empty() {
        return FoundShape::Unknown;
    }
    let activity = activity(columns);
    let moments = RowMoments::of(instants);
    let is_ticket = moments.begin().is_some() && moments.beside_the_begin() > 0;
    let is_call = (moments.begin().is_some() || moments.get(Moment::Happened).is_some()) && !lengths.is_empty();
    let id = |are_events| {
        let candidates = named(columns, &[], RowMeaning { are_events, each });
        let id = source_of(&candidates, Column::ConversationId)?.source.clone();
        let is_around = each.is_some_and(|each| !id.starts_with(each));
        let share = columns.iter().find(|column| column.name == id).map(|column| column.distinct_share());
        // The elements of a list share the id of their record.
        if is_around { Some(0.0) } else { share }
    };
    let is_repeated = id(true).is_none_or(|share| share < REPEATED);
    let actor = actor(columns);
    let has_text = columns.iter().any(|column| column.looks_like_message());
    let has_message_id = columns.iter().any(|column| column.words.has(M::Message) && column.words.has(M::Id));
    // How a conversation is now is said in each of its messages: nothing happened there.
    let is_standing = |activity: &Activity<'_>| {
        let words = &activity.column.words;
        words.has(M::Status) && !words.has_one(&[M::Activity, M::Kind]) && (has_text || has_message_id)
    };
    // Nor in the one row of a conversation.
    let is_of_its_own = id(false).is_some_and(|share| share >= REPEATED);
    let is_state = |activity: &Activity<'_>| {
        let words = &activity.column.words;
        words.has(M::Status) && !words.has_one(&[M::Activity, M::Kind]) && is_of_its_own
    };
    // Rows that are all messages, and of nobody who is known, are asked about as messages.
    let says_more =
        |activity: &Activity<'_>| actor.is_some() || activity.map.iter().any(|(_, kind)| *kind != Kind::Message.name());
    let activity = activity
        .filter(|activity| actor.is_none() || !is_standing(activity))
        .filter(|activity| !is_state(activity) && says_more(activity));
    // Calls that have a direction and a length, and no id: each row is one.
    let is_written = columns.iter().any(|column| column.looks_like_message() && column.is_in_most_rows());
    let is_call_without_id = is_call
        && id(false).is_none()
        && !is_written
        && !has_message_id
        && columns.iter().any(|column| has_directions(column));
    if is_call_without_id {
        return FoundShape::Tickets;
    }
    match activity {
        Some(activity) if activity.is_plain && (!is_ticket || is_repeated) => return FoundShape::Events(activity),
        Some(activity) if is_repeated && !is_ticket => return FoundShape::Events(activity),
        Some(_) | None => {}
    }
    if is_ticket {
        return FoundShape::Tickets;
    }
    // Answers of a survey: one instant, a score, and the conversation that it is of.
    let named = || named(columns, &[], RowMeaning { are_events: false, each });
    if actor.is_none()
        && !is_call
        && [Column::Score, Column::ConversationId].iter().all(|column| source_of(&named(), *column).is_some())
        && is_of_its_own
    {
        return FoundShape::Ratings;
    }
    // Calls have a length and are another in every row; what people write has a text.
    let is_of_its_own = is_of_its_own && !has_message_id;
    // A table of conversations may have what they were about, beside how long somebody waited.
    let is_waited = lengths.iter().any(|length| length.span != DurationKind::Talked);
    let is_about = is_of_its_own && is_waited;
    if is_call && (!has_text || is_about) && (actor.is_none() || is_of_its_own) {
        return FoundShape::Tickets;
    }
    if actor.is_some() {
        return FoundShape::Messages(actor);
    }
    let has_authors = columns.iter().any(|column| names_some_actors(column));
    // All that was written in a conversation may stand in one cell of its one row.
    let names_conversations = source_of(&named(), Column::ConversationId)
        .is_some_and(|id| columns.iter().any(|column| column.name == id.source && column.words.has(M::Conversation)));
    let has_begin = moments.begin().is_some_and(|begin| begin.words.has(M::Opened));
    if is_of_its_own && names_conversations && has_begin {
        return FoundShape::Unknown;
    }
    if has_text || has_message_id || has_authors || (is_repeated && id(true).is_some()) {
        return FoundShape::Messages(None);
    }
    FoundShape::Unknown
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
    identify(proposal, columns, begin);
    let answered = answered(columns, moments.get(Moment::Answered), &proposal.candidates);
    // Whether nobody answered is a question of calls; a ticket without a reply is open, or was closed without one.
    let has_reply =
        moments.get(Moment::FirstReply).is_some() || lengths.iter().any(|it| it.span == DurationKind::FirstReply);
    let is_call = moments.get(Moment::Answered).is_some() || (!has_reply && moments.get(Moment::Assigned).is_none());
    let closer = closer(columns, &proposal.candidates);
    // A case that nobody was assigned to was not hung up on.
    let is_case = is_case(columns, instants, lengths);
    let answered = answered.as_ref().filter(|_| is_call && !is_case);
    let Tickets { rules, missing, assumptions } =
        tickets(begin, &moments, lengths, &proposal.candidates, answered, closer);
    proposal.rules = rules;
    proposal.missing.extend(missing);
    proposal.assumptions.extend(assumptions);
    if is_case {
        opened_by_customer(proposal, begin);
    }
    zeros(proposal, lengths);
    let is_table_of_calls = !is_case && (moments.get(Moment::Answered).is_some() || (is_call && !lengths.is_empty()));
    if let Some(outbound) = outbound(columns, moments.get(Moment::CustomerWrote).is_some()) {
        proposal.rules.iter_mut().for_each(|rule| rule.conditions.push(outbound.inbound.clone()));
        proposal.notes.push(outbound.note);
    } else if is_table_of_calls {
        proposal.assumptions.push(if are_calls(columns) {
            Unsaid::Outbound.into()
        } else {
            Assumption::new("who began a conversation", "all are read as begun by customers")
        });
    }
    if is_table_of_calls && answered.is_none() {
        proposal.assumptions.push(Unsaid::Unanswered.into());
    }
    if let Some(states) = states(columns) {
        proposal.missing.push(format!(
            "rows of conversations: `{}` says how agents stood, as in a log of their working time",
            states.name
        ));
    }
    repeats(proposal, survey, columns);
    if proposal.rules.iter().all(|rule| matches!(rule.gives, Gives::Kind(Kind::Started))) {
        proposal.missing.push("only when conversations began can be told: no reply, assignment or end".to_owned());
    }
}

fn of_events(proposal: &mut Proposal, columns: &[&Seen], instants: &[ProposedInstant], activity: &Activity<'_>) {
    proposal.shape = RowShape::Events;
    let mut used: Vec<&str> = instants.iter().flat_map(|instant| instant.sources.iter().map(String::as_str)).collect();
    used.push(&activity.column.name);
    let actor = actor(columns).filter(|actor| actor.source != activity.column.name);
    used.extend(actor.iter().map(|actor| actor.source.as_str()));
    proposal.candidates = named(columns, &used, RowMeaning { are_events: true, each: proposal.each.as_deref() });
    proposal.candidates.extend(actor);
    if let Some(instant) = happened(instants) {
        let source = source_of(&proposal.candidates, Column::Actor).map(|actor| actor.source.as_str());
        let is_full = columns.iter().any(|column| Some(column.name.as_str()) == source && column.is_full());
        let Events { rules, assumptions, missing } = events(activity, instant, &proposal.candidates, is_full);
        proposal.rules = rules;
        proposal.assumptions.extend(assumptions);
        let before = proposal.rules.len();
        changes(proposal, columns, instant, activity.column);
        // A history of fields has rows of all fields.
        proposal.missing.extend(missing.filter(|_| proposal.rules.len() == before));
    }
    name_by_author(proposal, columns);
    let said = [activity.column.name.as_str()];
    let writers = source_of(&proposal.candidates, Column::Actor).map(|actor| actor.source.clone());
    leave_out(proposal, columns, &said, writers.as_deref());
    let column = activity.column;
    let without = column.whole.max(column.present).saturating_sub(column.filled);
    if without * ROWS_PER_GAP > column.whole.max(column.present) {
        proposal.missing.push(format!(
            "what the {without} rows are that have nothing in `{}`: the mapping would leave them out",
            column.name
        ));
    }
    if proposal.rules.is_empty() {
        proposal.missing.push(format!("what the values of `{}` mean as events", activity.column.name));
    }
}

/// Answers of a survey, of conversations that another file tells.
fn of_ratings(proposal: &mut Proposal, columns: &[&Seen], instants: &[ProposedInstant]) {
    proposal.shape = RowShape::Events;
    let used: Vec<&str> = instants.iter().flat_map(|instant| instant.sources.iter().map(String::as_str)).collect();
    proposal.candidates = named(columns, &used, RowMeaning { are_events: false, each: proposal.each.as_deref() });
    let Some(instant) = happened(instants) else { return };
    let has = source_of(&proposal.candidates, Column::Score)
        .map(|score| ProposedCondition { column: score.source.clone(), test: ColumnTest::Has(true) });
    proposal.rules = vec![ProposedRule::of(Kind::Rated, When::at(instant)).with(Column::Score).where_(has.as_ref())];
    proposal.notes.push(
        "only ratings can be told, and no conversation: give the log of the conversations in the same run, with the same ids"
            .to_owned(),
    );
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
        let writers = actor.as_ref().map(|actor| actor.source.as_str());
        leave_out(proposal, columns, &[], writers);
    }
    if let Some(mut actor) = actor {
        let is_customer = |(_, who): &(String, &str)| *who == event::Actor::Customer.name();
        let are_customers = actor.map.len() > 1 && actor.map.iter().all(is_customer);
        let told = if are_customers { agents_among_customers(&mut actor, columns, survey, each.as_deref()) } else { None };
        if are_customers && told.is_none() {
            let values: Vec<&str> = actor.map.iter().map(|(value, _)| value.as_str()).collect();
            proposal.missing.push(format!(
                "which of {} in `{}` is an agent: all of them are words for customers",
                quoted(&values),
                actor.source
            ));
        }
        proposal.notes.extend(told);
        proposal.candidates.retain(|candidate| candidate.source != actor.source);
        proposal.candidates.push(actor);
        name_by_author(proposal, columns);
        return;
    }
    let is_of_message = |column: &&&Seen| column.looks_like_message() || column.words.has(M::Message);
    let is_part = columns.iter().any(|column| column.time().is_some_and(|time| !time.notation.is_instant()))
        || columns.iter().any(|column| may_be_length(column) && column.words.has_one(&LASTS))
        || instants.len() > 1;
    if is_part && !columns.iter().any(|column| is_of_message(&column)) {
        let id = source_of(&proposal.candidates, Column::ConversationId).map_or("", |id| id.source.as_str());
        proposal.missing.push(format!(
            "what a row is: `{id}` stands in several rows, and no column says what happened or who wrote. Rows may be parts \
             of a conversation, such as the legs of a call or each agent's turn: write what begins and ends with each, as in \
             event = \"assigned\" and event = \"transferred\""
        ));
        return;
    }
    let could_be = could_be_actors(columns);
    let could_be: Vec<&str> = could_be.iter().map(String::as_str).collect();
    let where_ = if could_be.is_empty() {
        "no column is named for it".to_owned()
    } else {
        format!("it may be {}", quoted(&could_be))
    };
    proposal.missing.push(format!(
        "who wrote each message: which column, and which of its values, tells customer from agent ({where_}); as in \
         actor = {{ from = \"…\", map = {{ … = \"customer\", … = \"agent\" }} }}"
    ));
}

/// Leaves out rows that are no messages to or from a customer. What happened is told by the columns `said`.
fn leave_out(proposal: &mut Proposal, columns: &[&Seen], said: &[&str], writers: Option<&str>) {
    let others: Vec<&Seen> = columns.iter().copied().filter(|column| !said.contains(&column.name.as_str())).collect();
    for LeftOut { others, note } in left_out(&others, writers) {
        proposal.rules.iter_mut().for_each(|rule| rule.conditions.push(others.clone()));
        proposal.notes.push(note);
    }
}

fn from_instants_alone(proposal: &mut Proposal, columns: &[&Seen], instants: &[ProposedInstant]) {
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
        proposal.missing.push(format!(
            "what a row is: it has a rating in words, `{0}`, and no more than one instant. Say which number each word is, as in \
             score = {{ from = \"{0}\", map = {{ … = \"5\", … = \"1\" }} }}, in a rule of event = \"rated\"",
            score.name
        ));
        return;
    }
    if let Some(instant) = instants.iter().find(is_begin).filter(|_| is_of_its_own && proposal.each.is_none()) {
        proposal.shape = RowShape::Tickets;
        proposal.notes.push("only when conversations began can be told: no waits, answers or closings".to_owned());
        proposal.rules = vec![ProposedRule::of(Kind::Started, When::at(instant))];
        return;
    }
    let days: Vec<&str> =
        columns.iter().filter(|column| column.time().is_some()).map(|column| column.name.as_str()).collect();
    proposal.missing.push(if columns.is_empty() {
        "rows: the file has none".to_owned()
    } else if instants.is_empty() && days.is_empty() {
        "when things happened: no column holds instants".to_owned()
    } else if instants.is_empty() {
        format!(
            "when things happened: no column holds instants with date and time of day, and which of {} belong together is \
             not clear",
            quoted(&days)
        )
    } else {
        "what each row records: no column of events, of who acted, or of when a conversation began and ended"
            .to_owned()
    });
}

/// Rows from which on one conversation id for all is odd.
const ROWS_OF_ONE_CONVERSATION: u64 = 4;

/// An id of conversations that is the same in all rows: it may be that of the account, of the export, or of one conversation.
fn of_one_conversation(proposal: &Proposal, columns: &[&Seen]) -> Option<Assumption> {
    let id = source_of(&proposal.candidates, Column::ConversationId)?;
    let seen = columns.iter().find(|column| column.name == id.source)?;
    (seen.distinct().0 == 1 && seen.filled >= ROWS_OF_ONE_CONVERSATION).then(|| {
        Assumption::new(
            "which rows are of one conversation",
            format!("`{}`, which has one value, is taken to say it, so all rows are one conversation", seen.name),
        )
    })
}

/// An end that is the last of several, by its name: a conversation that was reopened ended earlier, too.
fn last_end(instant: &ProposedInstant, columns: &[&Seen]) -> Option<Assumption> {
    let is_last_end = |column: &&&Seen| {
        let words = &column.words;
        instant.sources.contains(&column.name) && words.has(M::Last) && words.has_one(&[M::Closed, M::Resolved])
    };
    let seen = columns.iter().find(is_last_end)?;
    Some(Assumption::new(
        "when a conversation first closed",
        format!("`{}` is taken for it, which is later where a conversation was reopened", seen.name),
    ))
}

/// The parts that every mapping needs, with notes.
fn finish(proposal: &mut Proposal, survey: &Survey, columns: &[&Seen]) {
    let tells_apart = |candidate: &Candidate| matches!(candidate.column, Column::ConversationId | Column::CustomerId);
    if !proposal.rules.is_empty() && !proposal.candidates.iter().any(tells_apart) {
        proposal.missing.push(without_ids(proposal, columns));
    } else if source_of(&proposal.candidates, Column::ConversationId).is_none() && !proposal.rules.is_empty() {
        proposal
            .notes
            .push("no conversation id: conversations are told apart by silence (--sessions inactivity)".to_owned());
    }
    if let Some(DescriptionLine { line, column, value }) = &survey.description {
        proposal.row = Some(ProposedCondition { column: column.clone(), test: ColumnTest::Not(vec![value.clone()]) });
        proposal.notes.push(format!("line {line} says what the columns are: it is left out as no row"));
    }
    if survey.header_again.count > 0
        && proposal.row.is_none()
        && let Some(name) = proposal.rules.first().and_then(|rule| rule.when.columns().next().cloned())
    {
        proposal.notes.push(format!("lines that are the header again are left out: {}", survey.header_again.count));
        proposal.row = Some(ProposedCondition { test: ColumnTest::Not(vec![name.clone()]), column: name });
    }
    let is_agents = |rule: &ProposedRule| rule.actor == Some(event::Actor::Agent);
    if proposal.rules.iter().any(is_agents) && !has_agent(&proposal.candidates) {
        proposal.notes.push("no column says which agent: figures of agents are empty".to_owned());
    }
    let score = source_of(&proposal.candidates, Column::Score).map(|score| score.source.as_str());
    if columns.iter().any(|column| Some(column.name.as_str()) == score && is_csat(column)) {
        proposal.survey = Some(event::Survey::Csat.name());
    }
    second_survey(proposal, columns);
    if source_of(&proposal.candidates, Column::Tags).is_none() && !proposal.rules.is_empty() {
        proposal.candidates.extend(tag_columns::tag_list(&survey.columns, proposal.each.as_deref()));
    }
    split_tags(proposal, columns);
    let mut used: Vec<ProposedInstant> = Vec::new();
    for instant in proposal.rules.iter().flat_map(|rule| &rule.when.first) {
        if !used.iter().any(|known| known.sources == instant.sources) {
            used.push(instant.clone());
        }
    }
    for instant in &used {
        // Of columns that are written alike, the order of day and month is one question.
        let is_alike = |other: &&ProposedInstant| other.formats == instant.formats && other.order.is_some();
        let is_first = used.iter().find(is_alike).is_none_or(|first| first.sources == instant.sources);
        match &instant.order {
            Some(order) if is_first && order.is_open => proposal.missing.push(order.said.clone()),
            Some(order) if is_first => proposal.notes.push(order.said.clone()),
            Some(_) | None => {}
        }
        proposal.missing.extend(instant.question.clone());
        if let Some(zone) = &instant.zone {
            proposal.notes.push(format!("`{}` is read on the clock of {zone}, as its name says", instant.name()));
        }
    }
    proposal.assumptions.extend(of_one_conversation(proposal, columns));
    proposal.assumptions.extend(used.iter().filter_map(|instant| last_end(instant, columns)));
    if let Some(day) = used.iter().find(|instant| !instant.behind.is_empty()) {
        let date = day.sources.first().map_or("", String::as_str);
        proposal.assumptions.push(Assumption::new(
            "of which day each time of day is",
            format!("all are taken to be of `{date}`, or of the night behind it: what ended on a later day is wrong"),
        ));
    }
    if let Some(local) = used.iter().find(|instant| instant.is_local) {
        let other = used.iter().find(|instant| !instant.is_local);
        match other {
            // Between two clocks each length of time is off by hours.
            Some(other) => proposal.missing.push(format!(
                "the zone of `{}`, which says no offset, while `{}` says one: write it under [time], as in zone = \
                 \"America/Sao_Paulo\"",
                local.name(),
                other.name()
            )),
            None => proposal.notes.push(local_clock(&local.name())),
        }
    }
    for column in columns.iter().filter(|column| column.zeros_of_epoch() > 0) {
        if used.iter().any(|instant| instant.sources.contains(&column.name)) {
            proposal.zeros.insert(column.name.clone(), column.zeros.texts.clone());
        }
    }
    let of_rules = proposal.rules.iter().flat_map(|rule| rule.when.columns());
    let of_columns = proposal.candidates.iter().map(|candidate| &candidate.source);
    let names: Vec<&String> = of_rules.chain(of_columns).collect();
    let mut nones: Vec<String> = columns
        .iter()
        .filter(|column| names.contains(&&column.name))
        .flat_map(|column| column.nones.keys().cloned())
        .collect();
    nones.sort();
    nones.dedup();
    proposal.nones = nones;
    proposal.candidates.sort_by_key(|candidate| candidate.column);
    if let Some(total) = survey.totals.first() {
        let condition =
            ProposedCondition { column: total.column.clone(), test: ColumnTest::Not(survey.total_labels()) };
        proposal.rules.iter_mut().for_each(|rule| rule.conditions.push(condition.clone()));
    }
    if proposal.shape != RowShape::Tickets {
        messages_twice(proposal, survey, columns);
    }
    below_the_table(proposal, survey, columns);
    proposal.leftovers = leftovers(&survey.columns, proposal);
    proposal.attributes = attributes(&survey.columns, proposal);
    if proposal.rules.is_empty() {
        proposal.shape = RowShape::Unknown;
    }
}

/// Asks when things happened where the instant of the events is the same in every row of a file of more than a few rows.
fn ask_for_instants(proposal: &mut Proposal, columns: &[&Seen]) {
    if proposal.shape == RowShape::Tickets {
        return;
    }
    let mut instants = proposal.rules.iter().flat_map(|rule| &rule.when.first);
    let constant = instants.find(|instant| is_constant(instant, columns)).map(ProposedInstant::name);
    proposal.missing.extend(constant.map(|name| {
        format!("when things happened: `{name}` is the same in every row, as the time at which a file was written is")
    }));
}

/// Whether an instant is the same in every row of a file that has more than a few.
fn is_constant(instant: &ProposedInstant, columns: &[&Seen]) -> bool {
    const FEW: u64 = 3;
    let is_one = |source: &String| {
        let column = columns.iter().find(|column| column.name == *source);
        column.is_some_and(|column| column.filled > FEW && column.distinct().0 == 1)
    };
    instant.sources.iter().all(is_one)
}

/// Splits the tags of a cell where another sign than that of a log stands between them.
fn split_tags(proposal: &mut Proposal, columns: &[&Seen]) {
    let tags = source_of(&proposal.candidates, Column::Tags).map(|tags| tags.source.as_str());
    let Some(seen) = columns.iter().find(|column| Some(column.name.as_str()) == tags) else { return };
    proposal.notes.extend(tag_columns::tags_note(seen));
    if let TagSeparator::Sign(sign) = tag_columns::tag_separator(seen) {
        proposal.split = Some(sign);
    }
}

/// Lines below the table have fewer fields than its rows, and are none: each row has an instant that they lack. Where rows
/// are broken as well, all of them are rejected.
fn below_the_table(proposal: &mut Proposal, survey: &Survey, columns: &[&Seen]) {
    if survey.other_width.count > 0 || !(survey.has_short_totals || survey.below.count > 0) {
        return;
    }
    proposal.is_ragged = true;
    if survey.below.count == 0 {
        return;
    }
    let names = proposal.rules.first().map(|rule| rule.when.columns().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let full = columns.iter().find(|column| names.contains(&column.name) && column.is_full());
    let first = survey.columns.first().map(|column| &column.name);
    // A line of one field fills the first column.
    match full.filter(|column| Some(&column.name) != first) {
        Some(full) => {
            let condition = ProposedCondition { column: full.name.clone(), test: ColumnTest::Has(true) };
            proposal.rules.iter_mut().for_each(|rule| rule.conditions.push(condition.clone()));
        }
        None => proposal.is_ragged = false,
    }
}

/// That nothing tells conversations apart, and what could.
fn without_ids(proposal: &Proposal, columns: &[&Seen]) -> String {
    let sums = sums(columns);
    if !sums.is_empty() {
        return format!("rows of single conversations: a row sums up several, as {} say", quoted(&sums));
    }
    let is_of_rule = |name: &String| proposal.rules.iter().any(|rule| rule.when.columns().any(|used| used == name));
    let could_be = |column: &&&Seen| {
        let words = &column.words;
        let is_named = words.has_one(&[M::Id, M::Conversation, M::Customer, M::User, M::Channel, M::Protocol]);
        is_named && column.distinct().0 > 1 && column.time().is_none() && !is_of_rule(&column.name)
    };
    let names: Vec<&str> = columns.iter().filter(could_be).map(|column| column.name.as_str()).collect();
    let where_ = if names.is_empty() { String::new() } else { format!(" (it may be {})", quoted(&names)) };
    format!("a column that identifies conversations or customers{where_}")
}

/// The question about a clock without a zone.
#[must_use]
pub fn local_clock(column: &str) -> String {
    format!(
        "`{column}` holds local times without an offset: put their zone after --input-tz in the command, as in --input-tz \
         America/Sao_Paulo; it is UTC there"
    )
}
