//! The rows of conversations before they become frames; some are dropped again.

use super::agents::Contact;
use super::moments::Moments;
use super::origins::{BatchMarks, Instant};
use super::places::Places;
use super::projection::Projection;
use super::rows::{AgentMessage, Close, Conversation, Oddities, Rating, Reopening, Request, Stint, Visit};
use super::schema::FactTable;
use super::sums::{Ended, Sums};
use crate::event::Origin;

/// The rows of the tables of conversations. In the other tables, `conversation` is the index of a row in
/// `conversations`.
#[derive(Debug, Default)]
pub struct FactRows {
    pub conversations: Vec<Conversation>,
    pub requests: Vec<Request>,
    pub visits: Vec<Visit>,
    pub stints: Vec<Stint>,
    pub agent_messages: Vec<AgentMessage>,
    pub closes: Vec<Close>,
    pub reopenings: Vec<Reopening>,
    pub ratings: Vec<Rating>,
    /// The events that made the rows; kept only if [`Projection::origins`] is set.
    pub marks: BatchMarks,
    /// The number of occurrences of each [`Oddity`](super::rows::Oddity).
    pub oddities: Oddities,
    /// The sums over all conversations, including those whose rows are not kept.
    pub sums: Sums,
    /// The contacts of all conversations, including those whose rows are not kept; only if [`Projection::returns`] is
    /// set.
    pub contacts: Vec<Contact>,
    /// Conversations at the requested instants.
    pub moments: Option<Moments>,
    /// Queues and departments; only if [`Projection::places`] is set.
    pub places: Places,
    /// The rows to keep.
    pub projection: Projection,
}

/// The index in each table at which the rows of a conversation begin.
#[derive(Debug, Clone, Copy, Default)]
pub struct RowBegins {
    pub conversation: u32,
    pub requests: usize,
    pub visits: usize,
    pub stints: usize,
    pub agent_messages: usize,
    pub closes: usize,
    pub reopenings: usize,
    pub ratings: usize,
}

/// The number of rows of a conversation in each table.
#[derive(Debug, Clone, Copy)]
pub struct RowCounts {
    pub requests: u32,
    pub visits: u32,
    pub stints: u32,
    pub closes: u32,
    pub reopenings: u32,
}

impl FactRows {
    /// Empty tables; `projection` selects the rows to keep.
    #[must_use]
    pub fn new(projection: &Projection) -> Self {
        let moments = projection.instants.as_ref().map(Moments::new);
        Self { projection: projection.clone(), moments, ..Self::default() }
    }

    /// The indices at which the rows of the next conversation begin.
    #[must_use]
    pub fn begins(&self) -> RowBegins {
        RowBegins {
            conversation: u32::try_from(self.conversations.len()).expect("more than 2^32 conversations"),
            requests: self.requests.len(),
            visits: self.visits.len(),
            stints: self.stints.len(),
            agent_messages: self.agent_messages.len(),
            closes: self.closes.len(),
            reopenings: self.reopenings.len(),
            ratings: self.ratings.len(),
        }
    }

    /// Notes the event that made an instant of a table's last row.
    pub fn mark(&mut self, table: FactTable, instant: Instant, origin: Origin) {
        self.marks.add(table, self.len(table).saturating_sub(1), instant, origin);
    }

    /// The number of rows in a table.
    fn len(&self, table: FactTable) -> usize {
        match table {
            FactTable::Conversations => self.conversations.len(),
            FactTable::Requests => self.requests.len(),
            FactTable::Visits => self.visits.len(),
            FactTable::Stints => self.stints.len(),
            FactTable::AgentMessages => self.agent_messages.len(),
            FactTable::Closes => self.closes.len(),
            FactTable::Reopenings => self.reopenings.len(),
            FactTable::Ratings => self.ratings.len(),
            // Agents' states belong to no conversation.
            FactTable::AgentStates => 0,
        }
    }

    /// The number of rows from `from` on.
    #[must_use]
    pub fn counts_since(&self, from: &RowBegins) -> RowCounts {
        let count = |rows: usize| u32::try_from(rows).expect("more than 2^32 rows in one conversation");
        RowCounts {
            requests: count(self.requests.len() - from.requests),
            visits: count(self.visits.len() - from.visits),
            stints: count(self.stints.len() - from.stints),
            closes: count(self.closes.len() - from.closes),
            reopenings: count(self.reopenings.len() - from.reopenings),
        }
    }

    /// Ends the conversation that began at `from`: adds it to the sums, and drops its rows if they are not needed.
    pub fn settle(&mut self, from: &RowBegins) {
        let conversation = &self.conversations[from.conversation as usize];
        self.sums.add(&Ended {
            conversation,
            requests: &self.requests[from.requests..],
            visits: &self.visits[from.visits..],
            stints: &self.stints[from.stints..],
            agent_messages: &self.agent_messages[from.agent_messages..],
            closes: &self.closes[from.closes..],
        });
        if self.projection.places {
            let places = &mut self.places;
            places.see(conversation.place);
            self.requests[from.requests..].iter().for_each(|row| places.see(row.place));
            self.visits[from.visits..].iter().for_each(|row| places.see(row.place));
            self.stints[from.stints..].iter().for_each(|row| places.see(row.place));
            self.agent_messages[from.agent_messages..].iter().for_each(|row| places.see(row.place));
            self.closes[from.closes..].iter().for_each(|row| places.see(row.place));
            self.ratings[from.ratings..].iter().for_each(|row| places.see(row.place));
        }
        let ended_at = self.stints[from.stints..].iter().filter_map(|stint| stint.ended_at).max();
        let is_kept = self.projection.reaches(conversation, ended_at);
        if self.projection.returns {
            self.contacts.push(Contact::of(conversation, is_kept));
        }
        if !is_kept {
            self.truncate(from);
        }
    }

    /// Drops the rows from `from` on.
    fn truncate(&mut self, from: &RowBegins) {
        self.conversations.truncate(from.conversation as usize);
        self.requests.truncate(from.requests);
        self.visits.truncate(from.visits);
        self.stints.truncate(from.stints);
        self.agent_messages.truncate(from.agent_messages);
        self.closes.truncate(from.closes);
        self.reopenings.truncate(from.reopenings);
        self.ratings.truncate(from.ratings);
        if self.projection.origins {
            for table in FactTable::ALL {
                self.marks.truncate(*table, self.len(*table));
            }
        }
    }

    /// Drops the rows of the tables; sums remain.
    pub fn clear(&mut self) {
        self.truncate(&RowBegins::default());
        self.contacts.clear();
    }
}
