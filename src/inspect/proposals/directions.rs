//! Finds rows of conversations that agents began: outbound calls, in which no customer waited.

use super::actors::known;
use super::calls::are_calls;
use super::proposal::{ColumnTest, ProposedCondition, quoted};
use crate::event::Actor;
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::{Meaning as M, Name, actor_of, plain, yes_or_no};
use crate::language::Message;

/// The column that marks outbound rows, and the condition that leaves them out.
pub struct Outbound {
    /// The condition for all other rows.
    pub inbound: ProposedCondition,
    /// The note about it.
    pub note: Message,
}

/// The outbound rows, if a column of directions has both kinds. If rows have the instant of the customer's first
/// message, it does not matter who began the conversation.
pub fn outbound(columns: &[&Seen], tells_who_wrote_first: bool) -> Option<Outbound> {
    columns.iter().find_map(|column| {
        if (tells_who_wrote_first && is_of_begin(column)) || column.time().is_some() || column.looks_like_message() {
            return None;
        }
        let flags = flags(column);
        if flags.is_none() && column.is_number() {
            return None;
        }
        let are_calls = are_calls(columns);
        let inbound = known(column, |value| is_direction(value, M::Inbound, INBOUND, are_calls).then_some(""));
        let outbound = known(column, |value| is_direction(value, M::Outbound, OUTBOUND, are_calls).then_some(""));
        let [inbound, outbound] = match flags {
            Some(flags) => flags,
            None if is_of_begin(column) => begun_by(column),
            None => [inbound, outbound],
        };
        let is_all = inbound.len() + outbound.len() == column.kept.len();
        // In a file of few rows, all may be outbound; then the column's name decides.
        let is_named = column.words.has_one(&[M::Author, M::Kind, M::Inbound, M::Outbound]);
        if outbound.is_empty() || !(is_named || is_all && !inbound.is_empty()) {
            return None;
        }
        let values: Vec<String> = outbound.into_iter().map(|(value, _)| value).collect();
        let shown: Vec<&str> = values.iter().map(String::as_str).collect();
        let note = Message::new("proposal.outbound").with("values", quoted(&shown)).with("column", &column.name);
        Some(Outbound {
            inbound: ProposedCondition { column: column.name.clone(), test: ColumnTest::Not(values) },
            note,
        })
    })
}

/// The values for inbound and for outbound rows, in a column that is a flag for one of them: `isOutbound`.
fn flags(column: &Seen) -> Option<[Vec<(String, &'static str)>; 2]> {
    let is_outbound = column.words.has(M::Outbound);
    if is_outbound == column.words.has(M::Inbound) || column.words.has(M::Message) {
        return None;
    }
    let values = |is_yes: bool| known(column, |value| (yes_or_no(value) == Some(is_yes)).then_some(""));
    let (yes, no) = (values(true), values(false));
    let are_flags = !column.kept.is_empty() && yes.len() + no.len() == column.kept.len();
    let sides = if is_outbound { [no, yes] } else { [yes, no] };
    are_flags.then_some(sides)
}

/// Whether a column has the person who began a conversation: `Created by`.
fn is_of_begin(column: &Seen) -> bool {
    column.words.has(M::Opened) && column.words.has(M::Author) && !column.words.has_one(&[M::Time, M::Date, M::Count])
}

/// The values of such a column that are customers, and those that are agents; both empty if there are other values,
/// such as names.
fn begun_by(column: &Seen) -> [Vec<(String, &'static str)>; 2] {
    let values = |who: Actor| known(column, |value| (actor_of(value) == Some(who)).then_some(""));
    let (customers, agents) = (values(Actor::Customer), values(Actor::Agent));
    if customers.is_empty() || customers.len() + agents.len() < column.kept.len() {
        return [Vec::new(), Vec::new()];
    }
    [customers, agents]
}

/// Whether a column has the direction of each row.
pub fn has_directions(column: &Seen) -> bool {
    let values = |meaning, words: &'static [&'static str]| {
        known(column, |value| is_direction(value, meaning, words, false).then_some("")).len()
    };
    let (inbound, outbound) = (values(M::Inbound, INBOUND), values(M::Outbound, OUTBOUND));
    // Besides the directions there may be outcomes of a call: `abandoned`.
    inbound > 0 && (outbound > 0 || inbound == column.kept.len())
}

const INBOUND: &[&str] = &["in", "inbound", "incoming", "receptivo", "receptiva", "entrada", "eingehend", "eingang"];
const OUTBOUND: &[&str] = &["out", "outbound", "outgoing", "ativo", "ativa", "saida", "salida", "ausgehend", "ausgang"];

/// Whether a value is a word for a direction, or begins with one: `outbound-dial`. In a table of calls, it may be one
/// of several words: `user_out`, `ACD In`.
fn is_direction(value: &str, meaning: M, words: &[&str], are_calls: bool) -> bool {
    let plain = plain(value);
    let name = Name::of(value);
    let begins = name.parts.first().is_some_and(|first| first.has(meaning));
    let is_part = || are_calls && plain.split(' ').any(|word| words.contains(&word));
    words.contains(&plain.as_str()) || begins || (name.has(meaning) && !name.has_unknown()) || is_part()
}
