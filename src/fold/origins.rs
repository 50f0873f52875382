//! Where facts come from: the rows of the log whose events made the instants of a fact row.
//!
//! They are kept only where [`Projection::origins`](super::projection::Projection) asks for them: a report has no use for them
//! (decisions.md, list-4).

use polars::prelude::*;

use super::schema::FactTable;
use crate::event::{FoldEvent, Origin, words};
use crate::ingest::SourceLines;

words! {
    /// An instant of a fact row that an event made: the column that holds it. Of an agent's message, the event of `due_since` is the
    /// one since which that answer was due, that of `first_customer_message_at` the one that a first response answers.
    Instant {
        /// First event.
        StartedAt => "started_at",
        /// The bot's welcome.
        WelcomeAt => "welcome_at",
        /// First customer message.
        FirstCustomerMessageAt => "first_customer_message_at",
        /// The event that made the conversation engaged.
        EngagedAt => "engaged_at",
        /// The event that ended the bot's part.
        BotEndedAt => "bot_ended_at",
        /// First agent message.
        FirstAgentMessageAt => "first_agent_message_at",
        /// A customer began to wait for a person's answer.
        DueSince => "due_since",
        /// First close.
        FirstClosedAt => "first_closed_at",
        /// The close in force.
        ClosedAt => "closed_at",
        /// Last message.
        LastMessageAt => "last_message_at",
        /// Last event.
        LastEventAt => "last_event_at",
        /// A request.
        RequestedAt => "requested_at",
        /// Its decision.
        DecidedAt => "decided_at",
        /// The begin of a visit.
        OpenedAt => "opened_at",
        /// The entry into a queue.
        EnteredAt => "entered_at",
        /// An assignment.
        AssignedAt => "assigned_at",
        /// First agent message of a visit.
        FirstReplyAt => "first_reply_at",
        /// The begin of a stint.
        BeganAt => "began_at",
        /// The agent's first message in a stint.
        FirstMessageAt => "first_message_at",
        /// The end of a visit or stint.
        EndedAt => "ended_at",
        /// The event that is the row: a message, close, reopening or rating.
        Ts => "ts",
        /// An agent's status begins.
        Since => "since",
        /// The next one begins.
        Until => "until",
    }
}

/// An instant, with the event that made it: none where a limit passed, or where nobody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// UTC milliseconds.
    pub at: i64,
    /// The event.
    pub origin: Option<Origin>,
}

impl Stamp {
    /// The instant of an event.
    #[must_use]
    pub const fn of(row: &FoldEvent) -> Self {
        Self { at: row.ts, origin: row.origin }
    }
}

/// The event that made an instant of a row.
#[derive(Debug, Clone, Copy)]
struct InstantMark {
    row: usize,
    instant: Instant,
    origin: Origin,
}

/// The events behind the rows of a batch of conversations.
#[derive(Debug, Default)]
pub struct BatchMarks {
    /// By table; rows rise, but for those of one conversation.
    tables: [Vec<InstantMark>; FactTable::ALL.len()],
}

impl BatchMarks {
    /// An event made an instant of a row.
    pub fn add(&mut self, table: FactTable, row: usize, instant: Instant, origin: Origin) {
        self.tables[table as usize].push(InstantMark { row, instant, origin });
    }

    /// Forgets rows from `row` on.
    pub fn truncate(&mut self, table: FactTable, row: usize) {
        let marks = &mut self.tables[table as usize];
        while marks.pop_if(|mark| mark.row >= row).is_some() {}
    }

    /// Forgets one row of the conversation at hand: the last rows.
    pub fn forget(&mut self, table: FactTable, row: usize) {
        let marks = &mut self.tables[table as usize];
        if let Some(at) = marks.iter().rposition(|mark| mark.row == row) {
            marks.remove(at);
        }
    }

    /// A table's column [`EVENTS`]: as many rows as `height`.
    #[must_use]
    pub fn column(&self, table: FactTable, height: usize, lines: &SourceLines) -> Column {
        let mut of_rows = vec![Vec::new(); height];
        for mark in &self.tables[table as usize] {
            of_rows[mark.row].push((mark.instant, mark.origin));
        }
        column(of_rows.iter().map(Vec::as_slice), lines)
    }
}

/// The column of a frame that has the events of each row: by threes the number of the [`Instant`], that of the source, and
/// the line in it. It is no column of the public tables.
pub const EVENTS: &str = ":events";

/// The column [`EVENTS`] of rows with these events.
pub fn column<'a>(rows: impl ExactSizeIterator<Item = &'a [(Instant, Origin)]>, lines: &SourceLines) -> Column {
    let mut lists =
        ListPrimitiveChunkedBuilder::<Int64Type>::new(EVENTS.into(), rows.len(), rows.len() * 6, DataType::Int64);
    let mut list = Vec::new();
    for events in rows {
        list.clear();
        for (instant, origin) in events {
            let (file, line) = lines.of(*origin);
            list.extend([i64::from(*instant as u8), i64::try_from(file).unwrap_or(i64::MAX), line.into()]);
        }
        lists.append_slice(&list);
    }
    lists.finish().into_column()
}

/// An event behind a row: the instant that it made, the number of its source, its line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPlace {
    /// Which instant of the row.
    pub instant: Instant,
    /// Which source.
    pub file: usize,
    /// From 1.
    pub line: u64,
}

/// The events behind each row of a frame, in the order of [`Instant::ALL`]; none where the frame has not kept them.
///
/// # Errors
///
/// If the column is no list of numbers, which is a bug.
pub fn events(frame: &DataFrame) -> PolarsResult<Option<Vec<Vec<EventPlace>>>> {
    let Ok(column) = frame.column(EVENTS) else { return Ok(None) };
    let lists = column.list()?;
    let mut rows = Vec::with_capacity(lists.len());
    for row in 0..lists.len() {
        let mut events = Vec::new();
        if let Some(list) = lists.get_as_series(row) {
            let numbers: Vec<i64> = list.i64()?.into_no_null_iter().collect();
            for event in numbers.chunks_exact(3) {
                let number = |at: usize| usize::try_from(event[at]).unwrap_or_default();
                if let Some(instant) = Instant::ALL.get(number(0)) {
                    events.push(EventPlace { instant: *instant, file: number(1), line: number(2) as u64 });
                }
            }
        }
        events.sort_by_key(|event| event.instant);
        rows.push(events);
    }
    Ok(Some(rows))
}
