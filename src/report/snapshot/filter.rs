//! The filters of semantics.md 7 on open conversations: a row's own values, and the agent who holds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::{DataFrame, PolarsResult, StringChunked};

use super::super::filters::{Filters, TicketFilters, holds, holds_any, keys_of};
use crate::event::Status;
use crate::fold::facts::Facts;
use crate::metrics::dimensions::Dimension;

/// The filters of a snapshot. Local hours and weekdays have no meaning at one instant: a caller refuses them.
#[derive(Debug, Clone, Default)]
pub struct SnapshotFilters {
    /// The filters of a report.
    pub filters: Filters,
    /// The statuses kept; all where there are none.
    pub statuses: Vec<Status>,
}

impl SnapshotFilters {
    /// The filters in force, by flag.
    #[must_use]
    pub fn shown(&self) -> BTreeMap<String, Vec<String>> {
        let mut shown = self.filters.shown();
        if !self.statuses.is_empty() {
            shown.insert("status".to_owned(), self.statuses.iter().map(|status| status.name().to_owned()).collect());
        }
        shown
    }

    /// The filters with names looked up.
    #[must_use]
    pub fn ready(&self, facts: &Facts) -> ReadyFilters {
        ReadyFilters {
            keys: self
                .filters
                .values
                .iter()
                .map(|(dimension, values)| (*dimension, keys_of(*dimension, values, facts)))
                .collect(),
            named: self.filters.named(),
            statuses: self.statuses.iter().map(|status| status.name()).collect(),
        }
    }
}

/// The values that filters compare.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "named by column")]
pub struct FilterValues<'f> {
    pub channel: Option<&'f str>,
    pub support_type: Option<&'f str>,
    pub department: Option<&'f str>,
    pub queue: Option<&'f str>,
    /// The holder.
    pub agent: Option<&'f str>,
    pub app: Option<&'f str>,
    pub contact: Option<&'f str>,
    pub protocol: Option<&'f str>,
    pub tags: Option<&'f str>,
    /// The columns of attributes, and the row.
    pub attributes: RowAttributes<'f>,
    pub status: Option<&'f str>,
}

/// The attributes of a row.
#[derive(Debug, Clone, Default)]
pub struct RowAttributes<'f> {
    columns: Arc<BTreeMap<&'f str, &'f StringChunked>>,
    row: usize,
}

impl<'f> RowAttributes<'f> {
    fn get(&self, name: &str) -> Option<&'f str> {
        self.columns.get(name).and_then(|column| column.get(self.row))
    }
}

/// The columns of a frame that filters look at, in one piece each.
#[derive(Debug)]
pub struct FilterColumns<'f> {
    channel: &'f StringChunked,
    support_type: &'f StringChunked,
    department: &'f StringChunked,
    queue: &'f StringChunked,
    app: &'f StringChunked,
    contact: &'f StringChunked,
    protocol: &'f StringChunked,
    tags: &'f StringChunked,
    attributes: Arc<BTreeMap<&'f str, &'f StringChunked>>,
    status: &'f StringChunked,
}

impl<'f> FilterColumns<'f> {
    /// The columns of a frame.
    ///
    /// # Errors
    ///
    /// Where it lacks one: a bug.
    pub fn of(frame: &'f DataFrame, facts: &'f Facts) -> PolarsResult<Self> {
        let attributes = facts.run.attributes.iter().filter(|name| frame.column(name).is_ok());
        let attributes = attributes.map(|name| Ok((name.as_str(), frame.column(name)?.str()?)));
        let attributes = Arc::new(attributes.collect::<PolarsResult<_>>()?);
        let text = |name: &str| frame.column(name)?.str();
        Ok(Self {
            channel: text("channel")?,
            support_type: text("support_type")?,
            department: text("department")?,
            queue: text("queue")?,
            app: text("app")?,
            contact: text("contact")?,
            protocol: text("protocol")?,
            tags: text("tags")?,
            attributes,
            status: text("status")?,
        })
    }

    /// The values of a row that this agent holds.
    #[must_use]
    pub fn values(&self, row: usize, agent: Option<&'f str>) -> FilterValues<'f> {
        FilterValues {
            channel: self.channel.get(row),
            support_type: self.support_type.get(row),
            department: self.department.get(row),
            queue: self.queue.get(row),
            agent,
            app: self.app.get(row),
            contact: self.contact.get(row),
            protocol: self.protocol.get(row),
            tags: self.tags.get(row),
            attributes: RowAttributes { columns: Arc::clone(&self.attributes), row },
            status: self.status.get(row),
        }
    }
}

/// Filters with names looked up.
#[derive(Debug)]
pub struct ReadyFilters {
    keys: BTreeMap<Dimension, Vec<Option<String>>>,
    named: TicketFilters,
    statuses: Vec<&'static str>,
}

impl ReadyFilters {
    /// Whether the agents, departments or queues of that key are kept.
    #[must_use]
    pub fn keeps(&self, dimension: Dimension, key: Option<&str>) -> bool {
        self.keys.get(&dimension).is_none_or(|kept| holds(kept, key))
    }

    /// Whether a conversation passes.
    #[must_use]
    pub fn fits(&self, values: &FilterValues) -> bool {
        let own = |dimension: Dimension| match dimension {
            Dimension::Channel => values.channel,
            Dimension::SupportType => values.support_type,
            Dimension::Department => values.department,
            Dimension::Queue => values.queue,
            Dimension::Agent => values.agent,
            Dimension::App => values.app,
            Dimension::Tag => values.tags,
            Dimension::Attribute(name) => values.attributes.get(name),
            // No filter has them: the clock's are refused.
            Dimension::Day | Dimension::Weekday | Dimension::Hour | Dimension::Week | Dimension::Month => None,
        };
        self.keys.iter().all(|(dimension, kept)| holds_any(*dimension, kept, own(*dimension)))
            && self.named.fits(values.contact, values.protocol)
            && (self.statuses.is_empty() || values.status.is_some_and(|status| self.statuses.contains(&status)))
    }
}
