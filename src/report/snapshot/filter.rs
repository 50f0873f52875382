//! The filters of semantics.md 7 for open conversations: by a row's own values, and by the agent who holds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::{DataFrame, PolarsResult, StringChunked};

use super::super::filters::{Filters, TicketFilters, holds, holds_any, keys_of};
use crate::event::Status;
use crate::event::attributes::interned;
use crate::fold::facts::Facts;
use crate::metrics::dimensions::Dimension;

/// The filters of a snapshot. Local hours and weekdays have no meaning at one instant, so callers refuse them.
#[derive(Debug, Clone, Default)]
pub struct SnapshotFilters {
    /// The filters of a report.
    pub filters: Filters,
    /// The statuses to keep; all if empty.
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
    pub(crate) fn ready(&self, facts: &Facts) -> ReadyFilters {
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

/// The columns of a frame that filters read, each in one chunk.
#[derive(Debug)]
pub(crate) struct FilterColumns<'f> {
    dimensions: BTreeMap<Dimension, &'f StringChunked>,
    contact: &'f StringChunked,
    protocol: &'f StringChunked,
    status: &'f StringChunked,
}

impl<'f> FilterColumns<'f> {
    /// The columns of a frame. The agents of its rows come from elsewhere.
    ///
    /// # Errors
    ///
    /// If it lacks one: a bug.
    pub fn of(frame: &'f DataFrame, facts: &'f Facts) -> PolarsResult<Arc<Self>> {
        let text = |name: &str| frame.column(name)?.str();
        let mut dimensions = BTreeMap::new();
        for dimension in Dimension::ALL.iter().filter(|dimension| **dimension != Dimension::Agent) {
            if let Some(column) = dimension.column() {
                dimensions.insert(*dimension, text(column)?);
            }
        }
        for name in facts.run.attributes.iter().filter(|name| frame.column(name).is_ok()) {
            dimensions.insert(Dimension::Attribute(interned(name)), text(name)?);
        }
        Ok(Arc::new(Self {
            dimensions,
            contact: text("contact")?,
            protocol: text("protocol")?,
            status: text("status")?,
        }))
    }

    /// The values of a row, held by this agent.
    #[must_use]
    pub fn values(self: &Arc<Self>, row: usize, agent: Option<&'f str>) -> FilterValues<'f> {
        FilterValues { columns: Arc::clone(self), row, agent }
    }
}

/// The values of a row for filters.
#[derive(Debug, Clone)]
pub struct FilterValues<'f> {
    columns: Arc<FilterColumns<'f>>,
    row: usize,
    /// The holder.
    agent: Option<&'f str>,
}

impl<'f> FilterValues<'f> {
    /// The value of a dimension; `None` for dimensions of the clock, which have no meaning at one instant.
    #[must_use]
    pub fn of(&self, dimension: Dimension) -> Option<&'f str> {
        if dimension == Dimension::Agent {
            return self.agent;
        }
        let column: &'f StringChunked = self.columns.dimensions.get(&dimension)?;
        column.get(self.row)
    }

    /// The contact of the customer.
    #[must_use]
    pub fn contact(&self) -> Option<&'f str> {
        self.columns.contact.get(self.row)
    }

    /// The ticket number.
    #[must_use]
    pub fn protocol(&self) -> Option<&'f str> {
        self.columns.protocol.get(self.row)
    }

    /// The status that a conversation shows at the instant.
    #[must_use]
    pub fn status(&self) -> Option<&'f str> {
        self.columns.status.get(self.row)
    }
}

/// Filters with names looked up.
#[derive(Debug)]
pub(crate) struct ReadyFilters {
    keys: BTreeMap<Dimension, Vec<Option<String>>>,
    named: TicketFilters,
    statuses: Vec<&'static str>,
}

impl ReadyFilters {
    /// Whether the agents, departments or queues with that key pass.
    #[must_use]
    pub fn keeps(&self, dimension: Dimension, key: Option<&str>) -> bool {
        self.keys.get(&dimension).is_none_or(|kept| holds(kept, key))
    }

    /// Whether a conversation passes.
    #[must_use]
    pub fn fits(&self, values: &FilterValues) -> bool {
        self.keys.iter().all(|(dimension, kept)| holds_any(*dimension, kept, values.of(*dimension)))
            && self.named.fits(values.contact(), values.protocol())
            && (self.statuses.is_empty() || values.status().is_some_and(|status| self.statuses.contains(&status)))
    }
}
