//! The selection of facts to keep: a report of a week needs a few columns of the conversations that overlap the week,
//! not the tables of a year (decisions.md, read-8).

use std::sync::Arc;

use super::pseudonyms::Pseudonyms;
use super::rows::{Conversation, Phase};
use super::schema::FactTable;

/// The facts to keep. Sums over the whole log ([`Sums`](super::sums::Sums)) are always complete.
#[derive(Debug, Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "questions that are asked apart")]
pub struct Projection {
    /// Keep conversations with an instant in one of these half-open spans of UTC milliseconds, and those that at the
    /// horizon wait for a person or are with one. If there are no spans, keep all.
    pub spans: Vec<(i64, i64)>,
    /// The columns of each table, in the order of [`FactTable::ALL`]; `None` means all.
    pub columns: Option<Vec<Vec<&'static str>>>,
    /// Whether ids of conversations and customers are numbers, because they are only compared and counted.
    pub has_numbered_ids: bool,
    /// Whether names and words are numbers, too; [`Facts::texts`](super::facts::Facts::texts) has their texts.
    pub has_numbered_texts: bool,
    /// Whether it is needed which customers returned.
    pub returns: bool,
    /// Whether the events that made the rows are needed.
    pub origins: bool,
    /// The conversations whose events are listed individually.
    pub traced: Option<Wanted>,
    /// Whether all queues and departments of rows are needed, including those of rows that are not kept.
    pub places: bool,
    /// The instants for which conversations are needed, in order.
    pub instants: Option<Arc<[i64]>>,
    /// Whether rows may be moved to a file, because they are only used through
    /// [`Facts::rows`](super::facts::Facts::rows), or [`Facts::turns`](super::facts::Facts::turns).
    pub may_be_stored: bool,
    /// Whether rows in a file are needed in the order of their conversations:
    /// [`Facts::ordered`](super::facts::Facts::ordered).
    pub in_order: bool,
    /// The memory that rows may take before they are moved to a file, in bytes; `None` means no limit.
    pub memory_bytes: Option<usize>,
}

impl Projection {
    /// Keeps all rows and columns, with ids as texts.
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
            in_order: false,
            memory_bytes: None,
        }
    }

    /// Whether a column is kept.
    #[must_use]
    pub fn has(&self, table: FactTable, column: &str) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns[table as usize].contains(&column))
    }

    /// Whether a conversation is kept whose last stint ended at `ended_at`: inactivity can end a stint after the last
    /// event.
    #[must_use]
    pub fn reaches(&self, conversation: &Conversation, ended_at: Option<i64>) -> bool {
        let is_open = conversation.is_unanswered || matches!(conversation.phase, Phase::Waiting | Phase::Human);
        let last = ended_at.map_or(conversation.last_event_at, |ended_at| ended_at.max(conversation.last_event_at));
        let reaches = |(from, to): &(i64, i64)| conversation.started_at < *to && last >= *from;
        self.spans.is_empty() || is_open || self.spans.iter().any(reaches)
    }
}

/// The conversations to trace, by id or ticket number. Only these are folded, and the others of the same customers,
/// because those may show that the customer returned.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Ids and ticket numbers.
    pub names: Vec<String>,
    /// The pseudonyms, if names of people are replaced.
    pub pseudonyms: Option<Arc<Pseudonyms>>,
}
