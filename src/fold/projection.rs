//! Which facts are kept: a report of a week needs a few columns of the conversations that reach it, not a year's tables
//! (decisions.md, read-8).

use std::sync::Arc;

use super::pseudonyms::Pseudonyms;
use super::rows::{Conversation, Phase};
use super::schema::FactTable;

/// The part of the facts that is kept. What adds up over the whole log ([`Sums`](super::sums::Sums)) does so in any case.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "questions that are asked apart")]
pub struct Projection {
    /// Conversations with an instant in one of these half-open spans of UTC milliseconds, and those that wait for a person
    /// or are with one at the horizon; all where there are none.
    pub spans: Vec<(i64, i64)>,
    /// The columns of each table, in the order of [`FactTable::ALL`]; all where there are none.
    pub columns: Option<Vec<Vec<&'static str>>>,
    /// Conversations and customers are only compared and counted: they are numbers.
    pub has_numbered_ids: bool,
    /// Names and words are numbers, too, and read back by [`Facts::texts`](super::facts::Facts::texts).
    pub has_numbered_texts: bool,
    /// Whether customers came back is asked for.
    pub returns: bool,
    /// Whether the events behind the rows are.
    pub origins: bool,
    /// Conversations whose events are listed one by one.
    pub traced: Option<Wanted>,
    /// Whether all queues and departments of rows are asked for, those of rows that are not kept too.
    pub places: bool,
    /// Instants at which conversations are asked about, in order.
    pub instants: Option<Arc<[i64]>>,
    /// Whether rows are only asked for through [`Facts::rows`](super::facts::Facts::rows), so that they may be in a file.
    pub may_be_stored: bool,
    /// The memory that rows may take before they are, in bytes; without a bound where there is none.
    pub held_bytes: Option<usize>,
}

impl Projection {
    /// All rows and columns, with ids as texts.
    #[must_use]
    pub fn all() -> Self {
        Self {
            spans: Vec::new(),
            columns: None,
            has_numbered_ids: false,
            has_numbered_texts: false,
            returns: true,
            origins: false,
            traced: None,
            places: false,
            instants: None,
            may_be_stored: false,
            held_bytes: None,
        }
    }

    /// Whether a column is kept.
    #[must_use]
    pub fn has(&self, table: FactTable, column: &str) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns[table as usize].contains(&column))
    }

    /// Whether a conversation is kept whose last stint ended at `ended_at`: silence can end one after its last event.
    #[must_use]
    pub fn reaches(&self, conversation: &Conversation, ended_at: Option<i64>) -> bool {
        let is_open = conversation.is_unanswered || matches!(conversation.phase, Phase::Waiting | Phase::Human);
        let last = ended_at.map_or(conversation.last_event_at, |ended_at| ended_at.max(conversation.last_event_at));
        let reaches = |(from, to): &(i64, i64)| conversation.started_at < *to && last >= *from;
        self.spans.is_empty() || is_open || self.spans.iter().any(reaches)
    }
}

/// Which conversations are traced: by id or ticket number. No others are folded, but for those of the same customers, who
/// may have come back.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Ids and ticket numbers.
    pub names: Vec<String>,
    /// The pseudonyms, if people are not called by their names.
    pub pseudonyms: Option<Arc<Pseudonyms>>,
}
