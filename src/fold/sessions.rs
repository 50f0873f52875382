//! How events become conversations (semantics.md 3).

use std::collections::BTreeMap;

use super::machine::{Machine, Settings};
use super::rows::{FactRows, Id};
use crate::event::{Actor, Kind, Row, Text};

/// All rows of one `conversation_id` are one conversation.
pub fn by_id(rows: impl Iterator<Item = Row>, settings: &Settings, facts: &mut FactRows) {
    let mut machine: Option<Machine> = None;
    for row in rows {
        let id = row.text(Text::ConversationId).unwrap_or_default();
        machine.get_or_insert_with(|| Machine::new(settings, Id::Given(id))).apply(&row);
    }
    if let Some(machine) = machine {
        facts.append(machine.finish());
    }
}

/// A channel's current conversation, and its place among the customer's.
struct Current<'a> {
    machine: Machine<'a>,
    nth: u32,
    place: usize,
}

/// The rows of one customer: a conversation per channel, split by silence.
pub fn by_inactivity(rows: impl Iterator<Item = Row>, settings: &Settings, facts: &mut FactRows) {
    let mut currents: BTreeMap<Option<u32>, Current> = BTreeMap::new();
    let mut latest_channel: Option<u32> = None;
    // In the order of their starts.
    let mut finished: Vec<Option<FactRows>> = Vec::new();
    for row in rows {
        let customer = row.text(Text::CustomerId).unwrap_or_default();
        // A row without a channel joins the conversation that the customer's latest event was of.
        let channel = row.text(Text::Channel).or(latest_channel);
        latest_channel = channel;
        let begins = matches!((row.kind, row.actor), (Kind::Started, _) | (Kind::Message, Some(Actor::Customer)));
        let nth = match currents.get(&channel) {
            None => Some(1),
            Some(current) if begins && current.machine.is_over_at(row.ts) => Some(current.nth + 1),
            Some(_) => None,
        };
        if let Some(nth) = nth {
            let machine = Machine::new(settings, Id::Split { customer, channel, nth });
            let begun = Current { machine, nth, place: finished.len() };
            finished.push(None);
            if let Some(mut ended) = currents.insert(channel, begun) {
                if ended.machine.is_person_in_charge() {
                    ended.machine.end_as_left(row.ts);
                }
                finished[ended.place] = Some(ended.machine.finish());
            }
        }
        if let Some(current) = currents.get_mut(&channel) {
            current.machine.apply(&row);
        }
    }
    for current in currents.into_values() {
        finished[current.place] = Some(current.machine.finish());
    }
    for rows in finished.into_iter().flatten() {
        facts.append(rows);
    }
}
