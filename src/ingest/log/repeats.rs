//! Finds repeats: rows whose `event_id` an earlier accepted row has (semantics.md 2), and rows without one that are
//! equal to an earlier row.

use hashbrown::{HashMap, HashSet};

use super::{Log, TagSets};
use crate::dictionary::SHARDS;
use crate::event::{Event, Key, NONE};
use crate::ingest::decode::shards::{Extra, RareIds};

/// A row that is not the first with its event id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Repeat {
    /// The rank of its part.
    pub rank: u32,
    /// Its line in the part.
    pub line: u32,
    /// The number of the event id.
    pub event_id: u32,
    /// Whether it is equal to the first.
    pub is_equal: bool,
}

/// A position in input order: see [`Log::position`].
type Order = (u32, u32);

/// A row with an event id: its position, the rank of its part, its event and its extra keys.
type Numbered = (Order, u32, Event, Extra);

/// All repeats. `statuses` are the agents' statuses; their contents have the log's numbers.
///
/// # Errors
///
/// If a temporary file cannot be read.
pub fn repeats(log: &Log, statuses: &[(u32, Event, Extra)]) -> anyhow::Result<Vec<Repeat>> {
    // The first accepted row of each id.
    let mut first = vec![(u32::MAX, u32::MAX); log.key(Key::EventId).end()];
    let mut has_repeats = false;
    each(log, statuses, |(order, .., extra)| {
        let known = &mut first[extra.ids.event_id as usize];
        has_repeats |= *known != (u32::MAX, u32::MAX);
        *known = (*known).min(order);
    })?;
    if !has_repeats {
        return Ok(Vec::new());
    }
    let mut later: Vec<Numbered> = Vec::new();
    each(log, statuses, |row| {
        if first[row.3.ids.event_id as usize] != row.0 {
            later.push(row);
        }
    })?;
    let mut firsts: HashMap<u32, Numbered> = later.iter().map(|row| (row.3.ids.event_id, *row)).collect();
    each(log, statuses, |row| {
        if first[row.3.ids.event_id as usize] == row.0
            && let Some(known) = firsts.get_mut(&row.3.ids.event_id)
        {
            *known = row;
        }
    })?;
    let repeats = later.into_iter().map(|(_, rank, event, extra)| {
        let (.., first, first_extra) = firsts[&extra.ids.event_id];
        let compared =
            |event: Event, extra: Extra| (Event { line: 0, ..event }, extra.ids, compared_tags(&log.tag_sets, &extra));
        let is_equal = compared(event, extra) == compared(first, first_extra);
        Repeat { rank, line: event.line, event_id: extra.ids.event_id, is_equal }
    });
    Ok(repeats.collect())
}

/// Rows without an event id that are equal to an earlier accepted row in every canonical column: rank and line of each.
///
/// # Errors
///
/// If a temporary file cannot be read.
pub fn equal_rows(log: &Log) -> anyhow::Result<Vec<(u32, u32)>> {
    let mut found = Vec::new();
    let mut rows = Vec::new();
    for shard in 0..SHARDS {
        rows.clear();
        log.store.each_of(shard, |rank, slice| {
            let renumber = &log.renumber[log.parts[rank as usize].reader];
            slice.each(|event, extra| {
                if extra.ids.event_id == NONE && event.session(log.sessions) != NONE {
                    let Event { ts, line, content, conversation, customer } = event;
                    let RareIds { contact, protocol, .. } = extra.ids;
                    let identity =
                        (renumber[content as usize], contact, protocol, compared_tags(&log.tag_sets, &extra));
                    rows.push(((ts, conversation, customer, identity), log.position(rank, line), (rank, line)));
                }
            });
        })?;
        rows.sort_unstable();
        for equal in rows.chunk_by(|(a, ..), (b, ..)| a == b) {
            found.extend(equal[1..].iter().map(|(.., row)| *row));
        }
    }
    Ok(found)
}

/// The same for agents' statuses, which are given in input order: the indices of the later ones.
#[must_use]
pub fn equal_statuses(tag_sets: &TagSets, statuses: &[(u32, Event, Extra)]) -> Vec<usize> {
    let mut seen = HashSet::new();
    let is_later = |(_, event, extra): &(u32, Event, Extra)| {
        let Event { ts, content, conversation, customer, .. } = *event;
        let RareIds { contact, protocol, .. } = extra.ids;
        let whole_row = (ts, content, conversation, customer, contact, protocol, compared_tags(tag_sets, extra));
        extra.ids.event_id == NONE && !seen.insert(whole_row)
    };
    let mut is_later = is_later;
    statuses.iter().enumerate().filter(|(_, status)| is_later(status)).map(|(at, _)| at).collect()
}

/// The compared part of a row's labels: its set of tags. Attributes are not compared.
fn compared_tags(tag_sets: &TagSets, extra: &Extra) -> u32 {
    tag_sets.set_of(extra.labels.tags)
}

/// Passes each row that has an event id and a conversation to `see`, in any order; contents have the log's numbers.
fn each(log: &Log, statuses: &[(u32, Event, Extra)], mut see: impl FnMut(Numbered)) -> anyhow::Result<()> {
    for (rank, event, extra) in statuses {
        if extra.ids.event_id != NONE {
            see((log.position(*rank, event.line), *rank, *event, *extra));
        }
    }
    log.store.each(|rank, slice| {
        let renumber = &log.renumber[log.parts[rank as usize].reader];
        for at in 0..slice.len() {
            let (event, extra) = slice.get(at);
            if extra.ids.event_id != NONE && event.session(log.sessions) != NONE {
                let event = Event { content: renumber[event.content as usize], ..event };
                see((log.position(rank, event.line), rank, event, extra));
            }
        }
    })
}
