//! The whole run's questions, once all rows are read: how conversations are told apart, which files are newest first,
//! which rows repeat another (semantics.md 2 and 3).

use std::num::NonZeroU32;

use super::reject::{Fault, Reason, Reject};
use super::source::Source;
use super::{FileCounts, Log, Merged};
use crate::dictionary::Dictionary;
use crate::event::{Column, Events, Kind, Sessions, Text};

/// What became of a readable row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Accepted,
    Duplicate,
    Rejected(Reason, Column),
}

/// Drops repeats and rows without a conversation, and counts.
#[must_use]
pub fn resolve(merged: Merged, sources: &[Source], sessions: Option<Sessions>) -> Log {
    let Merged { mut events, mut words, files, mut rejects, .. } = merged;
    let sessions =
        sessions.unwrap_or(if events.has(Text::ConversationId) { Sessions::Id } else { Sessions::Inactivity });
    let spans = spans_of(sources.len(), &files, events.len());
    let mut counts = Vec::with_capacity(sources.len());
    for (file, source) in sources.iter().enumerate() {
        let (from, to) = spans[file];
        let is_newest_first = is_newest_first(&events.ts()[from..to]);
        if is_newest_first {
            events.reverse(from, to);
        }
        let (_, rows_read, format) = files.get(&file).copied().unwrap_or((from, 0, super::InputFormat::Jsonl));
        counts.push(FileCounts {
            name: source.name(),
            format,
            rows_read,
            accepted: 0,
            duplicates: 0,
            rejected: 0,
            is_newest_first,
        });
    }
    let fates = fates(&events, sessions, words[Text::EventId.words() as usize].len());
    let mut file_starts = Vec::with_capacity(sources.len());
    let mut accepted = 0;
    for (file, (from, to)) in spans.into_iter().enumerate() {
        file_starts.push(accepted);
        for (row, fate) in fates.get(from..to).unwrap_or(&[]).iter().enumerate() {
            match *fate {
                Fate::Accepted => accepted += 1,
                Fate::Duplicate => counts[file].duplicates += 1,
                Fate::Rejected(reason, column) => {
                    let id = (reason == Reason::ConflictingDuplicate)
                        .then(|| events.text(Text::EventId, from + row))
                        .flatten();
                    let value = id.map(|id| words[Text::EventId.words() as usize].get(id));
                    rejects.push(Reject {
                        file,
                        line: events.line(from + row),
                        fault: Fault::column(reason, column, value),
                    });
                }
            }
        }
        counts[file].accepted = (accepted - file_starts[file]) as u64;
    }
    rejects.sort_by_key(|reject| (reject.file, reject.line));
    for reject in &rejects {
        counts[reject.file].rejected += 1;
    }
    if accepted < fates.len() {
        events.retain(&fates.iter().map(|fate| *fate == Fate::Accepted).collect::<Vec<_>>());
    }
    // Only repeats are told by it.
    events.drop_text(Text::EventId);
    words[Text::EventId.words() as usize] = Dictionary::default();
    let is_department_queue = !events.has(Text::Queue) && !events.has(Text::ToQueue);
    Log { events, words, file_starts, files: counts, rejects, sessions, is_department_queue }
}

/// Each source's events, from and to.
fn spans_of(
    sources: usize,
    files: &std::collections::BTreeMap<usize, (usize, u64, super::InputFormat)>,
    events: usize,
) -> Vec<(usize, usize)> {
    let mut end = events;
    let mut spans: Vec<_> = (0..sources)
        .rev()
        .map(|file| {
            let start = files.get(&file).map_or(end, |(start, ..)| *start);
            let span = (start, end);
            end = start;
            span
        })
        .collect();
    spans.reverse();
    spans
}

/// Instants fall at least once and never rise.
fn is_newest_first(ts: &[i64]) -> bool {
    ts.first() > ts.last() && ts.windows(2).all(|pair| pair[0] >= pair[1])
}

/// `ids` is how many event ids there are.
fn fates(events: &Events, sessions: Sessions, ids: usize) -> Vec<Fate> {
    // The accepted row of each event id, in order: any other with the id repeats it or contradicts it.
    let mut accepted_with = vec![None; ids];
    (0..events.len())
        .map(|row| {
            if let Some(column) = missing_conversation(events, row, sessions) {
                return Fate::Rejected(Reason::NoConversation, column);
            }
            let Some(id) = events.text(Text::EventId, row) else {
                return Fate::Accepted;
            };
            match accepted_with[id as usize] {
                None => {
                    accepted_with[id as usize] = NonZeroU32::new(u32::try_from(row + 1).unwrap_or(u32::MAX));
                    Fate::Accepted
                }
                Some(first) if events.row(first.get() as usize - 1) == events.row(row) => Fate::Duplicate,
                Some(_) => Fate::Rejected(Reason::ConflictingDuplicate, Column::EventId),
            }
        })
        .collect()
}

fn missing_conversation(events: &Events, row: usize, sessions: Sessions) -> Option<Column> {
    let needed = match sessions {
        Sessions::Id => Text::ConversationId,
        Sessions::Inactivity => Text::CustomerId,
    };
    let is_missing = events.kinds()[row] != Kind::AgentStatus && events.text(needed, row).is_none();
    is_missing.then(|| needed.column())
}
