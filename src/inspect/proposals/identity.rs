//! The id of conversations in a table of tickets, and the treatment of ids that are in several rows.

use std::collections::{BTreeMap, BTreeSet};

use super::authors::is_of_both_sides;
use super::directions::has_directions;
use super::instants::{ProposedInstant, instant_in};
use super::moments::DurationKind;
use super::proposal::{
    Candidate, ColumnTest, Confidence, Proposal, ProposedCondition, ProposedLatest, ProposedRule, RowShape, has_agent,
    source_of,
};
use super::spans::Length;
use crate::event::{Actor, Column};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::reading::versions::Rise;
use crate::inspect::time_notations::notation::TimeNotation;
use crate::inspect::words::{Meaning as M, is_one_of};
use crate::language::Message;

/// The smallest share of distinct ids in a table with one row for each conversation.
pub const REPEATED: f64 = 0.98;
/// The share of ids that must be rounded for the column to count as spoilt.
const SPOILT_SHARE: f64 = 0.5;

/// The id of rows that are conversations: by name; else a column with a different value in every row; else the customer
/// and the start together.
pub fn identify(proposal: &mut Proposal, columns: &[&Seen], begin: &ProposedInstant) {
    let is_source = |column| source_of(&proposal.candidates, column).is_some();
    if is_source(Column::ConversationId) {
        return;
    }
    if let Some(id) = id_of_rows(columns, &proposal.candidates) {
        proposal.candidates.push(Candidate {
            column: Column::ConversationId,
            source: id.name.clone(),
            more: Vec::new(),
            reason: Message::new("candidate.unique_id"),
            confidence: Confidence::Medium,
            map: Vec::new(),
        });
        return;
    }
    let customer =
        [Column::CustomerId, Column::Contact].into_iter().find_map(|column| source_of(&proposal.candidates, column));
    let numbers: Vec<String> =
        columns.iter().filter(|column| is_number_of_call(column)).map(|it| it.name.clone()).collect();
    let (whom, reason) = match customer {
        Some(customer) => (vec![customer.source.clone()], Message::new("candidate.customer_and_begin")),
        None => (numbers, Message::new("candidate.numbers_and_begin")),
    };
    let Some((source, more)) = whom.split_first().filter(|_| begin.is_full) else { return };
    let (source, more) = (source.clone(), more.iter().chain(&begin.sources).cloned().collect());
    proposal.candidates.push(Candidate {
        column: Column::ConversationId,
        source,
        more,
        reason,
        confidence: Confidence::Low,
        map: Vec::new(),
    });
}

/// Whether a column has the calling or the called number.
fn is_number_of_call(column: &Seen) -> bool {
    const NAMES: &str = "from|to|ani|dnis|src|dst|source|destination|calling number|called number|from number|to number|\
                         caller number|de|para|origem|destino|origen|von|nach|da|a|numero de origen|numero origen|\
                         numero de origem|numero origem|numero de destino|numero destino|telefono origen|telefono de origen|\
                         telefone origem|telefone de origem|anrufernummer|rufnummer|numero chiamante|numero del chiamante";
    is_one_of(&column.words.plain, NAMES) && column.is_full() && column.time().is_none()
}

/// In a table of calls, the user is the agent who answered or made the call, if no column is named for agents.
pub fn user_as_agent(proposal: &mut Proposal, columns: &[&Seen]) {
    if has_agent(&proposal.candidates) || !columns.iter().any(|column| has_directions(column)) {
        return;
    }
    let is_user = |column: &&&Seen| {
        // `user`, `user.name`
        let is_of_user = column.words.has(M::User) || (column.words.around.has(M::User) && column.words.has(M::Name));
        let is_named = is_of_user && column.words.is_only(&[M::User, M::Name]);
        let is_text = column.kinds.texts * 2 > column.filled;
        is_named && is_text && proposal.candidates.iter().all(|candidate| candidate.source != column.name)
    };
    let Some(user) = columns.iter().find(is_user) else { return };
    proposal.candidates.push(Candidate {
        column: Column::AgentName,
        source: user.name.clone(),
        more: Vec::new(),
        reason: Message::new("candidate.called_users"),
        confidence: Confidence::Medium,
        map: Vec::new(),
    });
}

/// A telephone number or address is the customer where no id is, and messages of both sides have the same one.
pub fn contact_as_customer(proposal: &mut Proposal, columns: &[&Seen], survey: &Survey) {
    const IDS: [Column; 2] = [Column::ConversationId, Column::CustomerId];
    if proposal.shape == RowShape::Tickets || IDS.iter().any(|id| source_of(&proposal.candidates, *id).is_some()) {
        return;
    }
    let source = |column| source_of(&proposal.candidates, column).cloned();
    let (Some(actor), Some(contact)) = (source(Column::Actor), source(Column::Contact)) else { return };
    // The company's own number is the same in all rows.
    let differs = columns.iter().any(|column| column.name == contact.source && column.distinct().0 > 1);
    if !differs || !is_of_both_sides(&contact, &actor, survey, proposal.each.as_deref()) {
        return;
    }
    for candidate in proposal.candidates.iter_mut().filter(|candidate| candidate.column == Column::Contact) {
        candidate.column = Column::CustomerId;
        candidate.reason = Message::new("candidate.contact_of_both_sides");
    }
}

/// In messages between numbers, the customer's number is where a message came from, or where it went, by who wrote it:
/// no number is on both sides.
pub fn numbers_by_side(proposal: &mut Proposal, columns: &[&Seen], survey: &Survey) {
    const FROM: &str = "from|from number|from phone|from address|sender|source|src|source number|originator|de|remetente|\
                        origem|origen|remitente|emisor|von|absender|expediteur|da|mittente";
    const TO: &str = "to|to number|to phone|to address|recipient|receiver|destination|dst|dest|destination number|para|\
                      destinatario|destino|an|empfanger|destinataire|a";
    const IDS: [Column; 2] = [Column::ConversationId, Column::CustomerId];
    if proposal.shape != RowShape::Messages || IDS.iter().any(|id| source_of(&proposal.candidates, *id).is_some()) {
        return;
    }
    let Some(actor) = source_of(&proposal.candidates, Column::Actor).cloned() else { return };
    let named = |words: &str| {
        let is_one = |seen: &&&Seen| is_one_of(&seen.words.plain, words) && seen.is_full() && seen.time().is_none();
        columns.iter().find(is_one).map(|seen| seen.name.clone()).filter(|name| *name != actor.source)
    };
    let (Some(from), Some(to)) = (named(FROM), named(TO)) else { return };
    let customers: Vec<String> = actor.values_of(Actor::Customer).cloned().collect();
    let (mut theirs, mut answered, mut ours) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for row in survey.together(&[&actor.source, &from, &to], proposal.each.as_deref()) {
        let [Some(who), from, to] = &row[..] else { continue };
        let is_customer = customers.contains(who);
        let (customer, company) = if is_customer { (from, to) } else { (to, from) };
        if is_customer { &mut theirs } else { &mut answered }.extend(customer.clone());
        ours.extend(company.clone());
    }
    if theirs.is_disjoint(&answered) || !ours.is_disjoint(&theirs) || !ours.is_disjoint(&answered) {
        return;
    }
    let side = |rule: &ProposedRule, test: ColumnTest, number: &String| {
        let mut rule = rule.clone();
        rule.conditions.push(ProposedCondition { column: actor.source.clone(), test });
        rule.people.push(Candidate {
            column: Column::CustomerId,
            source: number.clone(),
            more: Vec::new(),
            reason: Message::new("candidate.contact_of_both_sides"),
            confidence: Confidence::Medium,
            map: Vec::new(),
        });
        rule
    };
    // A rule may already be that of one side.
    let sides = |rule: &ProposedRule| {
        let own = rule.conditions.iter().find(|condition| condition.column == actor.source).map(|it| it.test.clone());
        match own {
            Some(ColumnTest::Is(values)) => {
                let is_customers = values.iter().any(|value| customers.contains(value));
                vec![side(rule, ColumnTest::Is(values), if is_customers { &from } else { &to })]
            }
            Some(ColumnTest::Not(_) | ColumnTest::Has(_) | ColumnTest::SameAs(_) | ColumnTest::DiffersFrom(_))
            | None => vec![
                side(rule, ColumnTest::Is(customers.clone()), &from),
                side(rule, ColumnTest::Not(customers.clone()), &to),
            ],
        }
    };
    proposal.rules = proposal.rules.iter().flat_map(sides).collect();
    proposal.candidates.retain(|candidate| candidate.source != from && candidate.source != to);
    proposal.notes.push(Message::new("proposal.numbers_by_side").with("from", from).with("to", to));
}

/// In a tracker of a program's dialogs, the sender in rows of both sides is the conversation: `sender_id` of rows by `user`
/// and by `bot`.
pub fn sender_as_conversation(proposal: &mut Proposal, columns: &[&Seen], survey: &Survey) {
    const IDS: [Column; 2] = [Column::ConversationId, Column::CustomerId];
    if IDS.iter().any(|id| source_of(&proposal.candidates, *id).is_some()) {
        return;
    }
    let Some(actor) = source_of(&proposal.candidates, Column::Actor) else { return };
    let sender = columns.iter().find(|column| {
        let is_sender = column.words.has(M::Author) && column.words.is_only(&[M::Author, M::Id]);
        let rows = || survey.together(&[&actor.source, &column.name], proposal.each.as_deref());
        let of = |who: Actor| -> BTreeSet<String> {
            let is_his = |value: &String| actor.values_of(who).any(|known| known == value);
            rows()
                .into_iter()
                .filter(|row| row[0].as_ref().is_some_and(is_his))
                .filter_map(|row| row[1].clone())
                .collect()
        };
        // Each side has the ids of the other: they name no author.
        is_sender
            && column.name != actor.source
            && column.is_full()
            && !column.is_unique()
            && !of(Actor::Bot).is_empty()
            && of(Actor::Bot).is_subset(&of(Actor::Customer))
    });
    let Some(sender) = sender else { return };
    proposal.candidates.retain(|candidate| candidate.source != sender.name);
    proposal.candidates.push(Candidate {
        column: Column::ConversationId,
        source: sender.name.clone(),
        more: Vec::new(),
        reason: Message::new("candidate.sender_of_both_sides"),
        confidence: Confidence::Medium,
        map: Vec::new(),
    });
}

/// In a table of calls, a contact is a call, if each row has a different one and a length of time.
pub fn contact_as_call(proposal: &mut Proposal, columns: &[&Seen], lengths: &[Length]) {
    const NAMES: &str = "contact|contacto|contato|kontakt|contatto";
    let lasts = |span| lengths.iter().any(|length| length.span == span);
    let are_calls = lasts(DurationKind::Waited) && lasts(DurationKind::Talked);
    let is_free = source_of(&proposal.candidates, Column::ConversationId).is_none();
    let Some(contact) =
        proposal.candidates.iter_mut().find(|it| it.column == Column::CustomerId).filter(|_| are_calls && is_free)
    else {
        return;
    };
    let is_one = columns.iter().any(|column| {
        let is_named = column.words.plain.split(' ').any(|word| is_one_of(word, NAMES)) && column.words.has(M::Id);
        column.name == contact.source && is_named && column.is_unique() && column.is_full()
    });
    if is_one {
        contact.column = Column::ConversationId;
        contact.reason = Message::new("candidate.contact_is_call");
    }
}

/// A column of ids that has no other meaning and a different value in every row.
fn id_of_rows<'s>(columns: &[&'s Seen], candidates: &[Candidate]) -> Option<&'s Seen> {
    const OTHERS: [M; 16] = [
        M::Customer,
        M::Agent,
        M::User,
        M::Message,
        M::Team,
        M::Channel,
        M::App,
        M::Reach,
        M::Version,
        M::Status,
        M::Kind,
        M::Count,
        M::Queue,
        M::Score,
        M::Time,
        M::Date,
    ];
    columns.iter().copied().find(|column| {
        let is_free = candidates.iter().all(|candidate| candidate.source != column.name);
        let is_id = column.words.has(M::Id) && !column.words.has_one(&OTHERS) && column.words.around.is_empty();
        is_free && is_id && column.is_full() && column.is_unique() && column.filled > 1 && column.time().is_none()
    })
}

/// Handles an id in several rows: it was rounded, rows were exported twice, or a row is a state of a conversation.
pub fn repeats(proposal: &mut Proposal, survey: &Survey, columns: &[&Seen]) {
    let Some(id) = source_of(&proposal.candidates, Column::ConversationId).filter(|id| id.more.is_empty()) else {
        return;
    };
    let Some(seen) = columns.iter().find(|column| column.name == id.source) else { return };
    if let Some(example) = with_exponent(seen) {
        proposal.missing.push(Message::new("proposal.rounded_ids").with("column", &id.source).with("example", example));
        return;
    }
    let (distinct, is_estimate) = seen.distinct();
    if survey.repeated > 0 && !is_estimate && seen.filled - distinct <= survey.repeated {
        proposal.flags.push("--drop-repeats".to_owned());
        proposal.notes.push(Message::new("proposal.repeated_rows").with("n", survey.repeated));
        return;
    }
    if seen.distinct_share() >= REPEATED || seen.filled < 2 {
        return;
    }
    let is_version = |column: &&&Seen| {
        let is_number = column.kinds.integers == column.filled && column.words.has(M::Version);
        let is_update = column.words.has(M::Updated) && column.time().is_some_and(|time| time.notation.is_instant());
        let is_steady = survey.versions.rise(&id.source, &column.name).is_some_and(Rise::is_steady);
        column.is_full() && (is_number || is_update) && is_steady
    };
    // A profile also reads it in the notations of its events.
    let used: Vec<&String> =
        proposal.rules.iter().flat_map(|rule| &rule.when.first).flat_map(|instant| &instant.formats).collect();
    let sortable = |column: &&Seen| {
        column.kinds.integers == column.filled
            || column.time().is_some_and(|time| {
                let as_written = time.notation.of_profile();
                matches!(time.notation, TimeNotation::Rfc3339 | TimeNotation::Naive) || used.contains(&&as_written)
            })
    };
    match columns.iter().filter(is_version).find(|column| sortable(column)) {
        Some(by) => {
            proposal.notes.push(Message::new("proposal.latest_of").with("id", &id.source).with("by", &by.name));
            proposal.latest = Some(ProposedLatest { key: id.source.clone(), by: by.name.clone() });
        }
        None if are_parts(proposal, survey, columns, &id.source) => {
            proposal.missing.push(parts_of_conversations(&id.source));
        }
        None => proposal.missing.push(
            Message::new("proposal.which_latest")
                .with("id", &id.source)
                .with("example", "latest = { key = \"…\", by = \"…\" }"),
        ),
    }
}

/// Whether rows of one id begin at different instants: they are parts of a conversation, not versions of one row.
fn are_parts(proposal: &Proposal, survey: &Survey, columns: &[&Seen], id: &str) -> bool {
    let Some(begin) = proposal.rules.first().and_then(|rule| rule.when.first.first()) else { return false };
    let sources: Vec<&str> = begin.sources.iter().map(String::as_str).collect();
    let names: Vec<&str> = std::iter::once(id).chain(sources.iter().copied()).collect();
    let mut begins: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for row in survey.together(&names, proposal.each.as_deref()) {
        if let (Some(id), Some(at)) = (row[0].clone(), instant_in(columns, &sources, &row[1..])) {
            begins.entry(id).or_default().insert(at);
        }
    }
    begins.values().any(|begins| begins.len() > 1)
}

/// The question about the meaning of rows that are parts of conversations.
pub fn parts_of_conversations(id: &str) -> Message {
    Message::new("proposal.parts_of_conversations")
        .with("column", id)
        .with("first", "event = \"assigned\"")
        .with("second", "event = \"transferred\"")
}

/// Handles messages or events that were exported twice: equal rows, including the id of the message.
pub fn messages_twice(proposal: &mut Proposal, survey: &Survey, columns: &[&Seen]) {
    let is_of_row = |column: &&&Seen| {
        let (distinct, is_estimate) = column.distinct();
        let is_named = column.words.has(M::Id) && column.words.has_one(&[M::Message, M::Activity]);
        is_named && !is_estimate && column.filled > distinct && column.filled - distinct <= survey.repeated
    };
    if let Some(id) = columns.iter().find(is_of_row) {
        proposal.flags.push("--drop-repeats".to_owned());
        proposal.notes.push(Message::new("proposal.repeated_ids").with("column", &id.name).with("n", survey.repeated));
    }
}

/// An id that a spreadsheet rounded, if it rounded most ids of a column and they repeat: `2.15E+14`, `2,15E+14`, or more
/// than 15 digits that end in 0.
fn with_exponent(seen: &Seen) -> Option<&str> {
    /// A spreadsheet keeps 15 digits of a number.
    const KEPT_DIGITS: usize = 15;
    let is_repeated = seen.distinct_share() < REPEATED;
    let is_spoilt = |value: &str| {
        if is_repeated
            && value.len() > KEPT_DIGITS
            && value.ends_with('0')
            && value.bytes().all(|byte| byte.is_ascii_digit())
        {
            return true;
        }
        let plain = value.replace(',', ".");
        plain.contains(['E', 'e']) && plain.contains('+') && plain.parse::<f64>().is_ok()
    };
    let all: u64 = seen.kept.iter().map(|(_, count)| count).sum();
    let of_them: u64 = seen.kept.iter().filter(|(value, _)| is_spoilt(value)).map(|(_, count)| count).sum();
    let is_most = crate::inspect::columns::column::share(of_them, all) > SPOILT_SHARE;
    seen.kept.iter().find(|(value, _)| is_spoilt(value)).filter(|_| is_most).map(|(value, _)| value.as_str())
}
