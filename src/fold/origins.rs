//! The origins of facts: the rows of the log whose events made the instants of a fact row.
//!
//! They are kept only if [`Projection::origins`](super::projection::Projection) is set: reports do not need them
//! (decisions.md, list-4).

use polars::prelude::*;

use super::schema::FactTable;
use crate::event::{FoldEvent, Origin, named_values};
use crate::ingest::SourceLines;

named_values! {
    /// An instant of a fact row that an event made: the column of the instant. For an agent's message, `due_since` is
    /// the event from which that answer was due, and `first_customer_message_at` the message that a first response
    /// answers.
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
        /// The customer's message from which a person's answer was due.
        DueSince => "due_since",
        /// First close.
        FirstClosedAt => "first_closed_at",
        /// The current close.
        ClosedAt => "closed_at",
        /// Last message.
        LastMessageAt => "last_message_at",
        /// Last event.
        LastEventAt => "last_event_at",
        /// A request.
        RequestedAt => "requested_at",
        /// Its decision.
        DecidedAt => "decided_at",
        /// The start of a visit.
        OpenedAt => "opened_at",
        /// The entry into a queue.
        EnteredAt => "entered_at",
        /// An assignment.
        AssignedAt => "assigned_at",
        /// First agent message of a visit.
        FirstReplyAt => "first_reply_at",
        /// The start of a stint.
        BeganAt => "began_at",
        /// The agent's first message in a stint.
        FirstMessageAt => "first_message_at",
        /// The end of a visit or stint.
        EndedAt => "ended_at",
        /// The row's own event: a message, close, reopening or rating.
        Ts => "ts",
        /// The start of an agent's status.
        Since => "since",
        /// The start of the next status.
        Until => "until",
    }
}

/// An instant and the event that made it. There is no event if a time limit passed, or if origins are not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// UTC milliseconds.
    pub at: i64,
    /// The event, if there is one.
    pub origin: Option<Origin>,
}

impl Stamp {
    /// The stamp of an event.
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

/// The events that made the rows of a batch of conversations.
#[derive(Debug, Default)]
pub struct BatchMarks {
    /// For each table, marks in ascending order of rows, except within one conversation.
    tables: [Vec<InstantMark>; FactTable::ALL.len()],
}

impl BatchMarks {
    /// Notes the event that made an instant of a row.
    pub fn add(&mut self, table: FactTable, row: usize, instant: Instant, origin: Origin) {
        self.tables[table as usize].push(InstantMark { row, instant, origin });
    }

    /// Drops the marks of rows from `row` on.
    pub fn truncate(&mut self, table: FactTable, row: usize) {
        let marks = &mut self.tables[table as usize];
        while marks.pop_if(|mark| mark.row >= row).is_some() {}
    }

    /// Drops the marks of one row of the current conversation, whose rows are the last.
    pub fn forget(&mut self, table: FactTable, row: usize) {
        let marks = &mut self.tables[table as usize];
        if let Some(at) = marks.iter().rposition(|mark| mark.row == row) {
            marks.remove(at);
        }
    }

    /// The column [`EVENTS`] of a table with `height` rows.
    #[must_use]
    pub fn column(&self, table: FactTable, height: usize, lines: &SourceLines) -> Column {
        let mut of_rows = vec![Vec::new(); height];
        for mark in &self.tables[table as usize] {
            of_rows[mark.row].push((mark.instant, mark.origin));
        }
        column(of_rows.iter().map(Vec::as_slice), lines)
    }
}

/// The column of a frame with the events of each row, as triples: the number of the [`Instant`], the number of the
/// source, and the line in it. It is not a column of the public tables.
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

/// An event that made an instant of a row: the instant, the source and the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OriginLine {
    /// The instant of the row.
    pub instant: Instant,
    /// The number of the source.
    pub file: usize,
    /// The line in the source, counted from 1.
    pub line: u64,
}

/// The events of each row of a frame, in the order of [`Instant::ALL`]; `None` if the frame does not have them.
///
/// # Errors
///
/// If the column is not a list of numbers, which is a bug.
pub fn events(frame: &DataFrame) -> PolarsResult<Option<Vec<Vec<OriginLine>>>> {
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
                    events.push(OriginLine { instant: *instant, file: number(1), line: number(2) as u64 });
                }
            }
        }
        events.sort_by_key(|event| event.instant);
        rows.push(events);
    }
    Ok(Some(rows))
}
