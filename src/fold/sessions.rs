//! Groups events into conversations (semantics.md 3).

use super::fact_rows::FactRows;
use super::machine::{FoldSettings, Machine};
use super::rows::Id;
use super::trace::Observer;
use crate::event::{Actor, FoldEvent, Kind, Sessions, Text};
use crate::ingest::Group;

/// Folds the events of one group, which belong to one conversation id or one customer.
///
/// `observer` sees each event. The observer of ordinary folds does nothing and costs nothing.
pub fn fold_group<O: Observer>(
    group: &Group,
    sessions: Sessions,
    settings: &FoldSettings,
    facts: &mut FactRows,
    observer: &mut O,
) {
    let session = group.session();
    match sessions {
        Sessions::Id => {
            let mut machine = Machine::new(settings, Id::Given(session), facts);
            observer.begin(Id::Given(session));
            for row in group.rows() {
                apply(&mut machine, &row, observer);
            }
            machine.finish();
        }
        Sessions::Inactivity => {
            let events = group.rows();
            let mut rows: Vec<(Option<u32>, FoldEvent)> = Vec::with_capacity(events.len());
            let mut latest_channel = None;
            let mut is_late = false;
            for row in events {
                // A row without a channel joins the conversation of the customer's latest event.
                let channel = row.text(Text::Channel).or(latest_channel);
                is_late |= latest_channel.is_none() && channel.is_some() && !rows.is_empty();
                latest_channel = channel;
                rows.push((channel, row));
            }
            facts.sums.customers_with_late_channel += i64::from(is_late);
            // The sort is stable, so the events of a channel keep their order.
            if !rows.is_sorted_by_key(|(channel, _)| *channel) {
                rows.sort_by_key(|(channel, _)| *channel);
            }
            for of_channel in rows.chunk_by(|(a, _), (b, _)| a == b) {
                let channel = of_channel[0].0;
                let id = |nth| Id::Split { customer: session, channel, nth };
                by_inactivity(id, of_channel.iter().map(|(_, row)| row), settings, facts, observer);
            }
        }
        Sessions::InactivityAcrossChannels => {
            let rows: Vec<FoldEvent> = group.rows().collect();
            let id = |nth| Id::SplitAcrossChannels { customer: session, nth };
            by_inactivity(id, rows.iter(), settings, facts, observer);
        }
    }
}

/// Folds the rows of one customer, in one channel or across all, split by inactivity.
fn by_inactivity<'r, 'c: 'r, O: Observer>(
    id: impl Fn(u32) -> Id,
    rows: impl Iterator<Item = &'r FoldEvent<'c>>,
    settings: &FoldSettings,
    facts: &mut FactRows,
    observer: &mut O,
) {
    let mut nth = 1;
    let mut machine = Machine::new(settings, id(nth), facts);
    observer.begin(id(nth));
    for (at, row) in rows.enumerate() {
        let begins = matches!(
            (row.content.kind, row.content.actor),
            (Kind::Started, _) | (Kind::Message, Some(Actor::Customer))
        );
        if at > 0 && begins && machine.is_over_at(row.ts) {
            if machine.is_person_in_charge() {
                observer.before(&machine);
                machine.end_as_left(row.ts);
                observer.after(&machine, None, row.ts);
            }
            let facts = machine.finish();
            nth += 1;
            machine = Machine::new(settings, id(nth), facts);
            observer.begin(id(nth));
        }
        apply(&mut machine, row, observer);
    }
    machine.finish();
}

#[inline]
fn apply<O: Observer>(machine: &mut Machine, row: &FoldEvent, observer: &mut O) {
    observer.before(machine);
    machine.apply(row);
    observer.after(machine, Some(row), row.ts);
}
