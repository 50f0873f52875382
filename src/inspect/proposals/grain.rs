//! The rows of JSON: its records, or the elements of a list in them.

use super::actors::{activity, actor};
use super::closers::closer;
use super::instants::{ProposedInstant, instants};
use super::likeness::RowMeaning;
use super::moments::{Moment, moment_of};
use super::proposal::{BOTH_SIDES, Proposal, ProposedRule, When, source_of};
use super::roles::named;
use super::tickets::{RowMoments, closed_by};
use crate::event::{Column, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::Meaning as M;

/// The shape of a row, and its columns.
pub struct Grain<'s> {
    /// The list whose elements are the rows.
    pub each: Option<String>,
    /// Their columns.
    pub columns: Vec<&'s Seen>,
    /// The columns of the record around the list, if they have the start and end of a conversation.
    pub around: Vec<&'s Seen>,
}

/// The columns of rows. In JSON: those of the record, or of the elements of the list that has the instants.
pub fn rows_of(survey: &Survey) -> Grain<'_> {
    let scope = |column: &Seen| column.name.rfind("[].").map(|at| column.name[..at + 2].to_owned());
    let is_instant = |column: &&Seen| {
        column.time().is_some_and(|time| time.notation.is_instant()) && moment_of(&column.words).is_ok()
    };
    let record: Vec<&Seen> = survey.columns.iter().filter(|column| !column.name.contains("[]")).collect();
    let of_record = instants(&record);
    let moments = RowMoments::of(&of_record);
    let is_ticket = moments.begin().is_some() && moments.beside_the_begin() > 0;
    let has_reply = [Moment::FirstReply, Moment::Answered, Moment::Assigned, Moment::Queued]
        .into_iter()
        .any(|moment| moments.get(moment).is_some());
    // An end alone is a fact that the messages do not contain.
    let has_end = [Moment::Resolved, Moment::Closed].into_iter().any(|moment| moments.get(moment).is_some());
    // A record without an instant has no time of its own.
    let says_what = activity(&record).is_some_and(|activity| activity.is_plain) || actor(&record).is_some();
    let has_own = is_ticket || (says_what && !of_record.is_empty());
    let mut lists: Vec<String> = Vec::new();
    for list in survey.columns.iter().filter(is_instant).filter_map(scope) {
        if !lists.contains(&list) {
            lists.push(list);
        }
    }
    let in_list = |list: &str| -> Vec<&Seen> {
        let is_in = |column: &&Seen| scope(column).as_deref() == Some(list) && !column.name.ends_with("[]");
        survey.columns.iter().filter(is_in).collect()
    };
    // Of several lists, the one with authors or kinds of events.
    let says = |list: &&String| actor(&in_list(list)).is_some() || activity(&in_list(list)).is_some();
    // Messages with their authors contain more than the start and end of a conversation.
    let both_wrote = |list: &&String| {
        actor(&in_list(list)).is_some_and(|actor| BOTH_SIDES.iter().all(|who| actor.has_values_of(*who)))
    };
    let of_messages = lists.iter().find(both_wrote).filter(|_| (is_ticket || has_end) && !has_reply);
    let list = of_messages.or_else(|| lists.iter().find(says).or(lists.first()).filter(|_| !has_own));
    let Some(list) = list else {
        return Grain { each: None, columns: record, around: Vec::new() };
    };
    let mut columns = in_list(list);
    // The kind of a record, as in an envelope, is not the kind of each of its elements.
    let has_author = actor(&columns).is_some();
    let is_of_record = |column: &&&Seen| has_author && column.words.has(M::Activity);
    columns.extend(record.iter().filter(|column| !is_instant(column) && !is_of_record(column)).copied());
    let around = if of_messages.is_some() { record } else { Vec::new() };
    Grain { each: Some(list.clone()), columns, around }
}

/// Adds the start and the end of a conversation from the columns of its record, around the list of its messages.
pub fn ends_of_record(proposal: &mut Proposal, record: &[&Seen]) {
    // The conversation is that of the record: an id in its messages may be that of a part of it.
    let of_record = named(record, &[], RowMeaning { are_events: false, each: None });
    let Some(id) = source_of(&of_record, Column::ConversationId).filter(|_| !proposal.rules.is_empty()) else { return };
    proposal.candidates.retain(|candidate| candidate.column != Column::ConversationId && candidate.source != id.source);
    proposal.candidates.push(id.clone());
    let instants = instants(record);
    let moments = RowMoments::of(&instants);
    let ends: Vec<ProposedInstant> =
        [Moment::Resolved, Moment::Closed].into_iter().filter_map(|moment| moments.get(moment)).cloned().collect();
    let mut rules = Vec::new();
    if let Some(begin) = moments.get(Moment::Began) {
        rules.push(ProposedRule { is_optional: !begin.is_full, ..ProposedRule::of(Kind::Started, When::at(begin)) });
    }
    if !ends.is_empty() {
        let when = When { first: ends, plus: Vec::new() };
        let rule = ProposedRule { is_optional: true, ..ProposedRule::of(Kind::Closed, when).by_agent() };
        let rule = ProposedRule { people: proposal.assignees.clone(), ..rule };
        rules.push(closed_by(rule, closer(record, &proposal.candidates), &mut proposal.assumptions));
    }
    for rule in &mut rules {
        rule.is_of_record = true;
        rule.is_named_by_actor = false;
    }
    proposal.rules.extend(rules);
}
