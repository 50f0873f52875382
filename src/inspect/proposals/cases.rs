//! Rows that are conversations: decides whether they are cases that are worked on or calls with a waiting customer, and
//! what their instants and lengths leave open.

use super::assumption::UnknownFact;
use super::instants::ProposedInstant;
use super::moments::{DurationKind, Moment, moment_of};
use super::proposal::{Proposal, ProposedEvent, ProposedRule, When};
use super::spans::Length;
use super::unit_names::may_be_length;
use crate::event::{self, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::{Meaning as M, is_one_of};
use crate::language::Message;

/// Whether rows are cases that are worked on, not calls or chats with a waiting customer: their columns have words for
/// cases, and no wait or answer.
pub fn is_case(columns: &[&Seen], instants: &[ProposedInstant], lengths: &[Length]) -> bool {
    const CASES: &str = "ticket|issue|case|incident|request|chamado|demanda|solicitacao|ocorrencia|caso|incidencia|solicitud|\
                         demande|dossier|vorgang|fall|anfrage|storung|richiesta|segnalazione|pratica";
    let is_named = |column: &&&Seen| column.words.plain.split(' ').any(|word| is_one_of(word, CASES));
    // Calls and chats end; only cases are resolved.
    let is_resolved = |instant: &ProposedInstant| matches!(moment_of(&instant.words), Ok(Moment::Resolved));
    // A plain duration is that of the case.
    let is_plain = |length: &Length| {
        columns.iter().any(|column| column.name == length.column && !column.words.has_one(&[M::Waited, M::Talked]))
    };
    let is_wait = |length: &Length| match length.span {
        DurationKind::Waited | DurationKind::UntilLeft => true,
        DurationKind::Talked => !is_plain(length) || !instants.iter().any(is_resolved),
        DurationKind::FirstReply | DurationKind::Whole => false,
    };
    let is_picked_up =
        |instant: &ProposedInstant| matches!(moment_of(&instant.words), Ok(Moment::Answered | Moment::Queued));
    let is_named = columns.iter().any(|column| is_named(&column)) || instants.iter().any(is_resolved);
    is_named && !lengths.iter().any(is_wait) && !instants.iter().any(is_picked_up)
}

/// The opening of a case counts as the customer's message. Without that event, no case would ever be open.
pub fn opened_by_customer(proposal: &mut Proposal, begin: &ProposedInstant) {
    let kinds = |kinds: &[Kind]| {
        let is = |rule: &ProposedRule| matches!(&rule.event, ProposedEvent::OfKind(kind) if kinds.contains(kind));
        proposal.rules.iter().any(is)
    };
    if kinds(&[Kind::Message, Kind::Queued, Kind::Assigned]) || !kinds(&[Kind::Closed]) {
        return;
    }
    let rule = ProposedRule { actor: Some(event::Actor::Customer), ..ProposedRule::of(Kind::Message, When::at(begin)) };
    let at = proposal.rules.iter().position(|rule| matches!(rule.event, ProposedEvent::OfKind(Kind::Started)));
    proposal.rules.insert(at.map_or(0, |at| at + 1), rule);
    proposal.assumptions.push(UnknownFact::Reply.into());
}

/// Handles zeros in lengths of time that mean no value.
pub fn zeros(proposal: &mut Proposal, lengths: &[Length]) {
    let used: Vec<String> =
        proposal.rules.iter().flat_map(|rule| &rule.when.plus).map(|plus| plus.column.clone()).collect();
    for length in lengths.iter().filter(|length| used.contains(&length.column)) {
        if length.has_open_zeros {
            let example = format!("{{ from = \"{}\", none = [\"0\"] }}", length.column);
            let open = Message::new("assumption.open_zeros").with("column", &length.column).with("example", example);
            proposal.assumptions.push(open.into());
        }
        if !length.zeros.is_empty() {
            proposal.assumptions.push(Message::new("assumption.zeros").with("column", &length.column).into());
            proposal.zeros.insert(length.column.clone(), length.zeros.clone());
        }
    }
}

/// Requires a ticket's earliest instant in every row.
pub fn earliest(proposal: &mut Proposal, columns: &[&Seen], begin: &ProposedInstant) {
    let unread = columns.iter().find(|column| {
        let is_begin = matches!(moment_of(&column.words), Ok(Moment::Began))
            && !column.words.has_one(&[M::Author, M::Customer, M::Agent]);
        is_begin
            && column.filled > 0
            && column.time().is_none()
            && column.kinds.texts * 2 > column.filled
            && !may_be_length(column)
            && !begin.sources.contains(&column.name)
    });
    if let Some(unread) = unread
        && !matches!(moment_of(&begin.words), Ok(Moment::Began))
    {
        proposal.missing.push(Message::new("proposal.unread_begin").with("column", &unread.name));
    }
    // A plain `Date` is that of its row; any other name may be that of a later step.
    let is_named = match moment_of(&begin.words) {
        Ok(Moment::Began | Moment::Queued) => true,
        Ok(_) | Err(_) => begin.words.is_only(&[M::Time, M::Date]),
    };
    if !is_named {
        proposal.notes.push(Message::new("proposal.begins_at").with("instant", begin.quoted()));
    }
    if begin.is_full {
        return;
    }
    proposal.notes.push(Message::new("proposal.empty_begin").with("instant", begin.quoted()));
}
