//! Conversations at many instants: intervals in which a conversation does not change and that contain a requested
//! instant. One fold gives the same result as a fold for each instant.

use std::sync::Arc;

use polars::prelude::*;

use super::columns::{NameSeries, flags, of_series, support_type, tag_sets, terms};
use super::number_columns::numbers;
use super::rows::{LabelNumbers, Phase, Placement, SupportType};
use crate::event::Status;

/// An interval of a conversation. Texts are numbers in the log's dictionaries.
#[derive(Debug, Clone)]
pub struct MomentRow {
    /// The index of the first requested instant in the interval.
    pub from: u32,
    /// The index after the last requested instant in the interval.
    pub until: u32,
    pub phase: Phase,
    pub is_unanswered: bool,
    pub status: Status,
    pub channel: Option<u32>,
    pub app: Option<u32>,
    pub support_type: Result<u32, SupportType>,
    pub place: Placement,
    /// The holder.
    pub agent: Option<u32>,
    pub contact: Option<u32>,
    pub protocol: Option<u32>,
    /// Numbers of sets of tags.
    pub tags: LabelNumbers,
    /// Numbers of values of attributes, the latest last.
    pub attributes: LabelNumbers,
    pub due_since: Option<i64>,
    /// The entry of the open visit into its queue.
    pub entered_at: Option<i64>,
}

/// Collects intervals.
#[derive(Debug)]
pub struct Moments {
    /// The requested instants, UTC milliseconds, in order.
    instants: Arc<[i64]>,
    rows: Vec<MomentRow>,
}

impl Moments {
    /// A collection without intervals.
    #[must_use]
    pub fn new(instants: &Arc<[i64]>) -> Self {
        Self { instants: Arc::clone(instants), rows: Vec::new() }
    }

    /// Whether a requested instant is in an interval. Most intervals are short and end before the next instant.
    #[must_use]
    pub fn asks(&self, from: i64, until: i64) -> bool {
        self.instants.get(self.index_at(from)).is_some_and(|instant_read| *instant_read < until)
    }

    /// Adds an interval from `from` to `until`, if a requested instant is in it.
    pub fn add(&mut self, from: i64, until: i64, moment: MomentRow) {
        if self.asks(from, until) {
            let short = |index: usize| u32::try_from(index).expect("more than 2^32 instants");
            let (from, until) = (short(self.index_at(from)), short(self.index_at(until)));
            self.rows.push(MomentRow { from, until, ..moment });
        }
    }

    fn index_at(&self, instant: i64) -> usize {
        self.instants.partition_point(|instant_read| *instant_read < instant)
    }

    /// The number of intervals.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.rows.len()
    }

    /// Takes the intervals out.
    #[must_use]
    pub fn take(&mut self) -> Vec<MomentRow> {
        std::mem::take(&mut self.rows)
    }
}

/// The intervals as a frame: the indices `from` and `until`, and columns with the names of those in `conversations`;
/// `agent` is the holder, `entered_at` that of the open visit.
///
/// # Errors
///
/// If polars rejects it, which is a bug.
pub fn frame(r: &[MomentRow], t: &NameSeries) -> PolarsResult<DataFrame> {
    let mut columns = vec![
        numbers("from", r.iter().map(|r| Some(r.from.into()))),
        numbers("until", r.iter().map(|r| Some(r.until.into()))),
        terms("phase", t, r.iter().map(|r| Some(r.phase.name()))),
        flags("is_unanswered", r.iter().map(|r| r.is_unanswered)),
        terms("status", t, r.iter().map(|r| Some(r.status.name()))),
        of_series("channel", &t.channels, r.iter().map(|r| r.channel))?,
        of_series("app", &t.apps, r.iter().map(|r| r.app))?,
        support_type("support_type", t, r.iter().map(|r| r.support_type))?,
        of_series("department", &t.places, r.iter().map(|r| r.place.department))?,
        of_series("queue", &t.places, r.iter().map(|r| r.place.queue))?,
        of_series("agent", &t.agents, r.iter().map(|r| r.agent))?,
        of_series("contact", &t.contacts, r.iter().map(|r| r.contact.filter(|_| !t.contacts.is_empty())))?,
        of_series("protocol", &t.protocols, r.iter().map(|r| r.protocol.filter(|_| !t.protocols.is_empty())))?,
        tag_sets("tags", t, r.iter().map(|r| &r.tags[..]))?,
        numbers("due_since", r.iter().map(|r| r.due_since)),
        numbers("entered_at", r.iter().map(|r| r.entered_at)),
    ];
    for (index, name) in t.attributes.names().iter().enumerate() {
        columns.push(t.attributes.column(name, index, r.iter().map(|r| &r.attributes[..])));
    }
    DataFrame::new(r.len(), columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_half_open() {
        let moments = Moments::new(&Arc::from([10, 20]));
        for (from, until, asks) in
            [(0, 10, false), (0, 11, true), (10, 11, true), (11, 20, false), (11, 40, true), (21, 40, false)]
        {
            assert_eq!(moments.asks(from, until), asks, "{from} to {until}");
        }
    }
}
