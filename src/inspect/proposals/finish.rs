//! The parts that every mapping needs besides its events: how conversations are distinguished, zones, tags, lines that
//! are not rows, and unused columns.

use std::collections::BTreeSet;

use super::assumption::Assumption;
use super::attributes::attributes;
use super::identity::{contact_as_customer, messages_twice, numbers_by_side};
use super::instants::ProposedInstant;
use super::leftover::leftovers;
use super::misread::year_first;
use super::moments::moment_of;
use super::proposal::{
    Candidate, ColumnTest, Proposal, ProposedCondition, ProposedEvent, ProposedRule, RowShape, has_agent, quoted,
    source_of,
};
use super::roles::is_csat;
use super::scores::{second_survey, unnamed_survey};
use super::states::sums;
use super::tag_columns::{self, TagSeparator};
use crate::event::{self, Column};
use crate::ingest::profile::sample::KEY;
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::description::DescriptionLine;
use crate::inspect::reading::packed::Packed;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::Meaning as M;
use crate::language::{Argument, Message};

/// From this number of rows on, a single conversation id is suspicious.
const ROWS_OF_ONE_CONVERSATION: u64 = 4;

/// A conversation id that is the same in all rows: it may be the id of the account, of the export, or of one
/// conversation.
fn of_one_conversation(proposal: &Proposal, columns: &[&Seen]) -> Option<Assumption> {
    let id = source_of(&proposal.candidates, Column::ConversationId)?;
    let seen = columns.iter().find(|column| column.name == id.source)?;
    (seen.distinct().0 == 1 && seen.filled >= ROWS_OF_ONE_CONVERSATION)
        .then(|| Message::new("assumption.one_conversation").with("column", &seen.name).into())
}

/// An end that, by its name, is the last of several: a conversation that was reopened also ended earlier.
fn last_end(instant: &ProposedInstant, columns: &[&Seen]) -> Option<Assumption> {
    let is_last_end = |column: &&&Seen| {
        let words = &column.words;
        let has = |meaning| words.has(meaning) || words.around.has(meaning);
        instant.sources.contains(&column.name) && has(M::Last) && (has(M::Closed) || has(M::Resolved))
    };
    let seen = columns.iter().find(is_last_end)?;
    Some(Message::new("assumption.last_end").with("column", &seen.name).into())
}

/// Adds the parts that every mapping needs, with notes.
pub fn finish(proposal: &mut Proposal, survey: &Survey, columns: &[&Seen]) {
    contact_as_customer(proposal, columns, survey);
    numbers_by_side(proposal, columns, survey);
    let tells_apart = |candidate: &Candidate| matches!(candidate.column, Column::ConversationId | Column::CustomerId);
    let of_rules = || proposal.rules.iter().flat_map(|rule| &rule.people);
    if !proposal.rules.is_empty() && !proposal.candidates.iter().chain(of_rules()).any(tells_apart) {
        proposal.missing.push(without_ids(proposal, columns));
    } else if source_of(&proposal.candidates, Column::ConversationId).is_none() && !proposal.rules.is_empty() {
        proposal.notes.push(Message::new("proposal.by_silence"));
    }
    left_out_rows(proposal, survey);
    no_agent(proposal);
    let score = source_of(&proposal.candidates, Column::Score).map(|score| score.source.as_str());
    if columns.iter().any(|column| Some(column.name.as_str()) == score && is_csat(column)) {
        proposal.survey = Some(event::Survey::Csat.name());
    }
    second_survey(proposal, columns);
    no_scores(proposal, columns);
    proposal.assumptions.extend(unnamed_survey(proposal, columns));
    tags(proposal, survey, columns);
    let used = used_instants(proposal);
    notes_of_instants(proposal, &used);
    proposal.assumptions.extend(of_one_conversation(proposal, columns));
    proposal.assumptions.extend(used.iter().filter_map(|instant| last_end(instant, columns)));
    clocks(proposal, &used);
    ends_of_zero(proposal, survey, &used);
    words_for_none(proposal, survey, &used);
    proposal.nones = nones(proposal, columns);
    proposal.candidates.sort_by_key(|candidate| candidate.column);
    proposal.json = packed_columns(proposal, survey);
    proposal.assumptions.extend(key_as_conversation(proposal));
    proposal.assumptions.extend(lists_together(survey));
    if let Some(total) = survey.totals.first() {
        let condition =
            ProposedCondition { column: total.column.clone(), test: ColumnTest::Not(survey.total_labels()) };
        proposal.require(&condition);
    }
    if proposal.shape != RowShape::Tickets {
        messages_twice(proposal, survey, columns);
    }
    below_the_table(proposal, survey, columns);
    between_rows(proposal, survey, columns);
    proposal.leftovers = leftovers(&survey.columns, proposal);
    proposal.attributes = attributes(&survey.columns, proposal);
    if proposal.rules.is_empty() {
        proposal.shape = RowShape::Unknown;
    }
}

/// Leaves out a line that describes the columns, or a header that appears again.
fn left_out_rows(proposal: &mut Proposal, survey: &Survey) {
    if let Some(DescriptionLine { line, column, value }) = &survey.description {
        proposal.row = Some(ProposedCondition { column: column.clone(), test: ColumnTest::Not(vec![value.clone()]) });
        proposal.notes.push(Message::new("proposal.description_line").with("line", line.to_string()));
    }
    if survey.header_again.count > 0
        && proposal.row.is_none()
        && let Some(name) = proposal.rules.first().and_then(|rule| rule.when.columns().next().cloned())
    {
        proposal.notes.push(Message::new("proposal.header_again").with("n", survey.header_again.count));
        proposal.row = Some(ProposedCondition { test: ColumnTest::Not(vec![name.clone()]), column: name });
    }
}

/// Notes that rows are agents' but no column names an agent.
fn no_agent(proposal: &mut Proposal) {
    let is_agents = |rule: &ProposedRule| rule.actor == Some(event::Actor::Agent);
    let actor = source_of(&proposal.candidates, Column::Actor);
    let is_in_column =
        actor.is_some_and(|actor| actor.has_values_of(event::Actor::Agent)) && !proposal.rules.is_empty();
    if (is_in_column || proposal.rules.iter().any(is_agents)) && !has_agent(&proposal.candidates) {
        proposal.notes.push(Message::new("proposal.no_agent"));
    }
}

/// The instants of the rules, each once.
fn used_instants(proposal: &Proposal) -> Vec<ProposedInstant> {
    let mut used: Vec<ProposedInstant> = Vec::new();
    for instant in proposal.rules.iter().flat_map(|rule| &rule.when.first) {
        if !used.iter().any(|known| known.sources == instant.sources) {
            used.push(instant.clone());
        }
    }
    used
}

/// The questions and notes about instants: the order of day and month, open questions, and zones in names.
fn notes_of_instants(proposal: &mut Proposal, used: &[ProposedInstant]) {
    for instant in used {
        // For columns with the same notation, the order of day and month is one question.
        let is_alike = |other: &&ProposedInstant| other.formats == instant.formats && other.order.is_some();
        let is_first = used.iter().find(is_alike).is_none_or(|first| first.sources == instant.sources);
        match &instant.order {
            Some(order) if is_first && order.is_open => proposal.missing.push(order.message.clone()),
            Some(order) if is_first => proposal.notes.push(order.message.clone()),
            Some(_) | None => {}
        }
        proposal.missing.extend(instant.question.clone());
        if let Some(zone) = &instant.zone {
            proposal
                .notes
                .push(Message::new("proposal.zone_of_name").with("instant", instant.quoted()).with("zone", zone));
        }
    }
}

/// Notes about local clocks: times of day with a date from another column, and instants without a zone.
fn clocks(proposal: &mut Proposal, used: &[ProposedInstant]) {
    if let Some(day) = used.iter().find(|instant| !instant.behind.is_empty()) {
        let date = day.sources.first().map_or("", String::as_str);
        proposal.assumptions.push(Message::new("assumption.day_of_time").with("date", date).into());
    }
    if let Some(local) = used.iter().find(|instant| instant.is_local) {
        let other = used.iter().find(|instant| !instant.is_local);
        match other {
            // Between two clocks, each length of time is wrong by hours.
            Some(other) => proposal.missing.push(
                Message::new("proposal.two_clocks")
                    .with("local", local.quoted())
                    .with("other", other.quoted())
                    .with("example", "zone = \"America/Sao_Paulo\""),
            ),
            None => proposal.notes.push(local_time_note(local.quoted())),
        }
    }
}

/// The texts without a value in the columns from which something is read, each once, sorted.
fn nones(proposal: &Proposal, columns: &[&Seen]) -> Vec<String> {
    let of_rules = proposal.rules.iter().flat_map(|rule| rule.when.columns());
    let of_columns = proposal.candidates.iter().map(|candidate| &candidate.source);
    let names: Vec<&String> = of_rules.chain(of_columns).collect();
    let is_read = |column: &&&Seen| names.contains(&&column.name);
    let nones: BTreeSet<&String> = columns.iter().filter(is_read).flat_map(|column| column.nones.keys()).collect();
    nones.into_iter().cloned().collect()
}

/// Lets epochs of 0 or -1 mean no value, in the records around a list too.
fn ends_of_zero(proposal: &mut Proposal, survey: &Survey, used: &[ProposedInstant]) {
    for column in survey.columns.iter().filter(|column| column.zeros_of_epoch() > 0) {
        if used.iter().any(|instant| instant.sources.contains(&column.name)) {
            proposal.zeros.insert(column.name.clone(), column.zeros.texts.clone());
        }
    }
}

/// Lets words that stand where there is no instant mean no value, and says so.
fn words_for_none(proposal: &mut Proposal, survey: &Survey, used: &[ProposedInstant]) {
    for column in survey.columns.iter().filter(|column| !column.words_for_none.is_empty()) {
        if used.iter().any(|instant| instant.sources.contains(&column.name)) {
            let shown: Vec<&str> = column.words_for_none.iter().map(String::as_str).collect();
            let said =
                Message::new("assumption.words_for_none").with("column", &column.name).with("words", quoted(&shown));
            proposal.assumptions.push(said.into());
            proposal.zeros.entry(column.name.clone()).or_default().extend(column.words_for_none.iter().cloned());
        }
    }
}

/// Leaves out scores that are none: -1, and 0 on a scale from 1 to 5.
fn no_scores(proposal: &mut Proposal, columns: &[&Seen]) {
    let Some(score) = source_of(&proposal.candidates, Column::Score) else { return };
    let Some(seen) = columns.iter().find(|column| column.name == score.source) else { return };
    let is_none = |text: &&String| *text == "-1" || is_csat(seen);
    let nones: Vec<String> = seen.zeros.texts.iter().filter(is_none).cloned().collect();
    if nones.is_empty() {
        return;
    }
    if nones.iter().any(|text| text != "-1") {
        proposal.assumptions.push(Message::new("assumption.zeros").with("column", &seen.name).into());
    }
    let is_score = ProposedCondition { column: seen.name.clone(), test: ColumnTest::Not(nones) };
    for rule in &mut proposal.rules {
        if matches!(rule.event, ProposedEvent::OfKind(event::Kind::Rated)) {
            rule.conditions.push(is_score.clone());
        }
    }
}

/// The columns with JSON texts from which something is read.
fn packed_columns(proposal: &Proposal, survey: &Survey) -> Vec<String> {
    let of_rules = proposal.rules.iter().flat_map(|rule| {
        let conditions = rule.conditions.iter().map(|condition| &condition.column);
        rule.when.columns().chain(conditions).chain(rule.actor_by.iter().map(|by| &by.column))
    });
    let event_columns = proposal.rules.iter().filter_map(|rule| match &rule.event {
        ProposedEvent::OfColumn(column, _) => Some(column),
        ProposedEvent::OfKind(_) => None,
    });
    let of_columns = proposal.candidates.iter().chain(&proposal.assignees).map(|candidate| &candidate.source);
    let machines = proposal.machines.iter().map(|machine| &machine.column);
    let used: Vec<&String> =
        of_rules.chain(event_columns).chain(of_columns).chain(machines).chain(proposal.each.as_ref()).collect();
    let is_used = |name: &&String| proposal.rules.is_empty() || used.iter().any(|column| Packed::is_of(column, name));
    survey.packed.iter().filter(is_used).map(|name| name.replace("[]", "")).collect()
}

/// The assumption that the records of several lists (`open`, `closed`) are all read.
fn lists_together(survey: &Survey) -> Option<Assumption> {
    let keys: Vec<&str> = survey.column(KEY)?.kept.iter().map(|(value, _)| value.as_str()).collect();
    let are_names = keys.iter().all(|key| !key.contains(|c: char| c.is_ascii_digit()));
    are_names.then(|| Message::new("assumption.lists_together").with("lists", quoted(&keys)).into())
}

/// The assumption that the key of records is the id of their conversation.
fn key_as_conversation(proposal: &Proposal) -> Option<Assumption> {
    let id = source_of(&proposal.candidates, Column::ConversationId)?;
    (id.source == KEY).then(|| Message::new("assumption.key_is_conversation").into())
}

/// Asks for instants if that of the events is the same in every row of a file with more than a few rows.
pub fn ask_for_instants(proposal: &mut Proposal, columns: &[&Seen], survey: &Survey) {
    proposal.missing.extend(other_records(proposal, survey));
    let used: Vec<&ProposedInstant> = proposal.rules.iter().flat_map(|rule| &rule.when.first).collect();
    let year = year_first(&used, columns);
    proposal.missing.extend(year);
    if proposal.shape == RowShape::Tickets {
        return;
    }
    let mut instants = proposal.rules.iter().flat_map(|rule| &rule.when.first);
    let constant = instants.find(|instant| is_constant(instant, columns)).map(ProposedInstant::quoted);
    proposal.missing.extend(constant.map(|instant| Message::new("proposal.constant_instant").with("instant", instant)));
}

/// A list with instants in records that do not have the list from which events are read: half of the records would be
/// left out.
fn other_records(proposal: &Proposal, survey: &Survey) -> Option<Message> {
    let each = proposal.each.as_deref()?;
    let records = |list: &str| survey.column(list).map_or(0, |column| column.present);
    let read = records(each);
    let is_apart = |list: &str| !list.starts_with(each) && read > 0 && read + records(list) <= survey.rows;
    let of_instant = |column: &Seen| {
        let is_event = column.time().is_some_and(|time| time.notation.is_instant()) && moment_of(&column.words).is_ok();
        let list = column.name.rsplit_once("[].").map(|(list, _)| format!("{list}[]")).filter(|_| is_event)?;
        (is_apart(&list) && !each.starts_with(&list)).then_some(list)
    };
    let list = survey.columns.iter().find_map(of_instant)?;
    Some(Message::new("proposal.other_records").with("list", list).with("each", each))
}

/// Whether an instant is the same in every row of a file with more than a few rows.
fn is_constant(instant: &ProposedInstant, columns: &[&Seen]) -> bool {
    const FEW: u64 = 3;
    let is_one = |source: &String| {
        let column = columns.iter().find(|column| column.name == *source);
        column.is_some_and(|column| column.filled > FEW && column.distinct().0 == 1)
    };
    instant.sources.iter().all(is_one)
}

/// Uses a list of tags, and splits the tags of a cell if their separator differs from that of a log.
fn tags(proposal: &mut Proposal, survey: &Survey, columns: &[&Seen]) {
    if source_of(&proposal.candidates, Column::Tags).is_none() && !proposal.rules.is_empty() {
        proposal.candidates.extend(tag_columns::tag_list(&survey.columns, proposal.each.as_deref()));
    }
    let tags = source_of(&proposal.candidates, Column::Tags).map(|tags| tags.source.as_str());
    let Some(seen) = columns.iter().find(|column| Some(column.name.as_str()) == tags) else { return };
    proposal.notes.extend(tag_columns::tags_note(seen));
    if let TagSeparator::Sign(sign) = tag_columns::tag_separator(seen) {
        proposal.split = Some(sign);
    }
}

/// Lines below the table have fewer fields than its rows and are left out, because they lack an instant that each row
/// has. If rows are broken as well, all of them are rejected.
fn below_the_table(proposal: &mut Proposal, survey: &Survey, columns: &[&Seen]) {
    if survey.other_width.count > 0 || !(survey.has_short_totals || survey.below.count > 0) {
        return;
    }
    proposal.is_ragged = true;
    if survey.below.count == 0 {
        return;
    }
    match in_every_row(proposal, survey, columns) {
        Some(condition) => proposal.require(&condition),
        None => proposal.is_ragged = false,
    }
}

/// Excludes lines between rows that have at most one value: each row has an instant that they lack.
fn between_rows(proposal: &mut Proposal, survey: &Survey, columns: &[&Seen]) {
    if survey.headings.count == 0 {
        return;
    }
    let Some(condition) = in_every_row(proposal, survey, columns) else { return };
    // A proposal has one condition for all rows, which other lines may need.
    if proposal.row.is_none() {
        proposal.row = Some(condition);
    } else {
        proposal.require(&condition);
    }
}

/// The condition that a record has an instant of the events, if every row has one.
fn in_every_row(proposal: &Proposal, survey: &Survey, columns: &[&Seen]) -> Option<ProposedCondition> {
    let names = proposal.rules.first().map(|rule| rule.when.columns().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let full = columns.iter().find(|column| names.contains(&column.name) && column.is_full());
    // A line with one value fills the first column.
    let first = survey.columns.first().map(|column| &column.name);
    let full = full.filter(|column| Some(&column.name) != first)?;
    Some(ProposedCondition { column: full.name.clone(), test: ColumnTest::Has(true) })
}

/// The message that no column distinguishes conversations, with possible columns.
fn without_ids(proposal: &Proposal, columns: &[&Seen]) -> Message {
    let sums = sums(columns);
    if !sums.is_empty() {
        return Message::new("proposal.sums").with("columns", quoted(&sums));
    }
    let is_of_rule = |name: &String| proposal.rules.iter().any(|rule| rule.when.columns().any(|used| used == name));
    let could_be = |column: &&&Seen| {
        let words = &column.words;
        let is_named = words.has_one(&[M::Id, M::Conversation, M::Customer, M::User, M::Channel, M::Protocol]);
        is_named && column.distinct().0 > 1 && column.time().is_none() && !is_of_rule(&column.name)
    };
    let names: Vec<&str> = columns.iter().filter(could_be).map(|column| column.name.as_str()).collect();
    if names.is_empty() {
        Message::new("proposal.no_ids")
    } else {
        Message::new("proposal.no_ids_but").with("columns", quoted(&names))
    }
}

/// The question about local times without a zone. The instant is quoted.
#[must_use]
pub fn local_time_note(instant: impl Into<Argument>) -> Message {
    Message::new("proposal.local_clock").with("instant", instant)
}
