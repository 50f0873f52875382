//! The rows of a log as texts, the form in which events are passed between processes.

use super::resolve::Gathered;
use super::{FileCounts, InstantOrder, Log};
use crate::event::{Actor, Detail, Event, KEYS, Key, Kind, Sessions, TEXTS, Text, some};
use crate::ingest::decode::reject::Reject;
use crate::ingest::decode::shards::Extra;

/// A readable row as texts, and its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventRow<'t> {
    /// The number of its source, in input order.
    pub source: u32,
    /// Its number among the events of the source, counted from 1 in the order of reading: a source that is newest first
    /// is read from its end.
    pub position: u32,
    /// The line of its source that holds it, or on which its record begins.
    pub line: u32,
    /// For a table: its value in the column that the table is ordered by, as a text whose bytes sort like the values.
    pub order: Option<&'t str>,
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// The kind of event.
    pub kind: Kind,
    /// Who acted.
    pub actor: Option<Actor>,
    /// Other values, which depend on the kind.
    pub detail: Detail,
    /// Set only for `agent_status`.
    pub capacity: Option<u32>,
    /// By [`Text`].
    pub texts: [Option<&'t str>; TEXTS],
    /// By [`Key`]; tags as a set.
    pub keys: [Option<&'t str>; KEYS],
}

impl<'t> EventRow<'t> {
    /// A text; `None` if the row has no value.
    #[must_use]
    pub const fn text(&self, text: Text) -> Option<&'t str> {
        self.texts[text as usize]
    }

    /// A key; `None` if the row has no value.
    #[must_use]
    pub const fn key(&self, key: Key) -> Option<&'t str> {
        self.keys[key as usize]
    }

    /// The id of the agent; if there is none, the name serves as the id.
    #[must_use]
    pub fn agent(&self) -> Option<&'t str> {
        self.text(Text::AgentId).or(self.text(Text::AgentName))
    }

    /// The id of its conversation.
    #[must_use]
    pub const fn session(&self, sessions: Sessions) -> Option<&'t str> {
        self.key(session_key(sessions))
    }
}

/// The key that identifies conversations.
const fn session_key(sessions: Sessions) -> Key {
    match sessions {
        Sessions::Id => Key::ConversationId,
        Sessions::Inactivity | Sessions::InactivityAcrossChannels => Key::CustomerId,
    }
}

/// An event that is not numbered yet, with its position in input order.
pub(super) struct Unnumbered {
    /// The rank of its part, and its position in that part.
    pub(super) order: (u32, u32),
    pub(super) event: Event,
    pub(super) extra: Extra,
}

impl Gathered {
    /// The facts of each source.
    #[must_use]
    pub fn files(&self) -> &[FileCounts] {
        &self.log.files
    }

    /// The facts of each source, mutable.
    #[must_use]
    pub fn files_mut(&mut self) -> &mut [FileCounts] {
        &mut self.log.files
    }

    /// The log, as far as it is assembled.
    #[must_use]
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// Unreadable rows.
    #[must_use]
    pub fn rejects(&self) -> &[Reject] {
        &self.rejects
    }

    /// For each source: the direction of its instants, and its number of lines.
    #[must_use]
    pub fn instant_orders(&self) -> &[(InstantOrder, u32)] {
        &self.instant_orders
    }

    /// The number of readable rows with a conversation id.
    #[must_use]
    pub const fn with_conversation(&self) -> u64 {
        self.totals.with_conversation
    }

    /// The number of readable rows with an event id.
    #[must_use]
    pub const fn with_event_id(&self) -> u64 {
        self.totals.with_event_id
    }

    /// Passes each readable row to `see`, including agents' statuses, in input order.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read; errors of `see`.
    pub fn each_row(&self, mut see: impl FnMut(&EventRow) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let log = &self.log;
        let mut rows = self.unnumbered()?;
        rows.sort_unstable_by_key(|row| row.order);
        let (mut file, mut position) = (0, 0);
        for Unnumbered { order: (rank, _), event, extra } in &rows {
            let source_file = log.parts[*rank as usize].file;
            if source_file != file {
                (file, position) = (source_file, 0);
            }
            position += 1;
            see(&self.row(*rank, position, event, extra))?;
        }
        Ok(())
    }

    /// The readable rows, in no particular order.
    pub(super) fn unnumbered(&self) -> anyhow::Result<Vec<Unnumbered>> {
        let log = &self.log;
        let mut rows = Vec::new();
        for (rank, event, extra) in &self.statuses {
            rows.push(Unnumbered { order: (*rank, log.order(*rank, event.line)), event: *event, extra: *extra });
        }
        log.store.each(|rank, slice| {
            let renumber = &log.renumber[log.parts[rank as usize].reader];
            slice.each(|event, extra| {
                let content = renumber[event.content as usize];
                let order = (rank, log.order(rank, event.line));
                rows.push(Unnumbered { order, event: Event { content, ..event }, extra });
            });
        })?;
        Ok(rows)
    }

    pub(super) fn row(&self, rank: u32, position: u32, event: &Event, extra: &Extra) -> EventRow<'_> {
        self.log.event_row(rank, position, event, extra)
    }
}

impl Log {
    /// An event as a row; its content has the log's number.
    pub(super) fn event_row(&self, rank: u32, position: u32, event: &Event, extra: &Extra) -> EventRow<'_> {
        let content = &self.contents[event.content as usize];
        let text = |text: Text| content.text(text).map(|number| self.dictionary(text.domain()).get(number));
        let key = |key: Key| match key {
            Key::Tags => self.tag_sets.text_of(extra.labels.tags),
            Key::ConversationId | Key::CustomerId | Key::EventId | Key::Contact | Key::Protocol | Key::Attributes => {
                some(extra.key(event, key)).map(|number| self.key(key).get(number))
            }
        };
        EventRow {
            source: u32::try_from(self.parts[rank as usize].file).expect("more than 2^32 sources"),
            position,
            line: self.line_of(rank, event.line),
            order: None,
            ts: event.ts,
            kind: content.kind,
            actor: content.actor,
            detail: content.detail,
            capacity: content.capacity,
            texts: Text::ALL.map(text),
            keys: Key::ALL.map(key),
        }
    }
}
