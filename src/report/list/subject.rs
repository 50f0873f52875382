//! The subject of a list: a metric, or a fact table with its clock.

use polars::prelude::*;

use crate::fold::schema::FactTable;
use crate::metrics::measure::{Measure, every_row};
use crate::metrics::{AgentFilter, Better, Clock, Metric, Theme};

/// The subject of a list.
#[derive(Debug, Clone, Copy)]
pub enum Subject {
    /// The rows behind a metric.
    Metric(&'static Metric),
    /// The rows of a table.
    Table(FactTable),
}

impl PartialEq for Subject {
    fn eq(&self, other: &Self) -> bool {
        // A metric and a table may have the same name.
        matches!(self, Self::Metric(_)) == matches!(other, Self::Metric(_)) && self.name() == other.name()
    }
}

/// The column with the beginning of a span of agents' time.
pub(super) const SPAN_BEGAN: &str = "from";

/// The column with the beginning of a visit: its entry, or without one its first event.
pub(super) const VISIT_BEGAN: &str = "began_at";

impl Subject {
    /// The metric's id, or the table's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Metric(metric) => metric.id,
            Self::Table(table) => table.name(),
        }
    }

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Metric(metric) => metric.label,
            Self::Table(FactTable::Conversations) => "Conversations",
            Self::Table(FactTable::Requests) => "Requests for a person",
            Self::Table(FactTable::Visits) => "Visits to queues",
            Self::Table(FactTable::Stints) => "Agents' stints",
            Self::Table(FactTable::AgentMessages) => "Agents' messages",
            Self::Table(FactTable::Closes) => "Closes",
            Self::Table(FactTable::Reopenings) => "Reopenings",
            Self::Table(FactTable::Ratings) => "Ratings",
            Self::Table(FactTable::AgentStates) => "Agents' statuses",
        }
    }

    /// The table of its rows.
    #[must_use]
    pub const fn table(self) -> FactTable {
        match self {
            Self::Metric(metric) => metric.table,
            Self::Table(table) => table,
        }
    }

    /// The instant that decides whether a row is in the window.
    #[must_use]
    pub const fn clock(self) -> Clock {
        match self {
            Self::Metric(metric) => metric.clock,
            Self::Table(table) => Clock::Column(clock_of(table)),
        }
    }

    /// The metric; a table is listed as a metric that counts all of its rows.
    pub(super) fn metric(self) -> Metric {
        match self {
            Self::Metric(metric) => *metric,
            Self::Table(table) => Metric {
                id: table.name(),
                label: self.title(),
                doc: "",
                plain: None,
                table,
                clock: self.clock(),
                measure: Measure::Count { rows: if table.has("conversation_id") { every_row } else { every_state } },
                agent: match table {
                    // The clocks of the metrics on these tables (semantics.md 7).
                    FactTable::Conversations | FactTable::Requests | FactTable::Reopenings => AgentFilter::TookPart,
                    FactTable::Visits
                    | FactTable::Stints
                    | FactTable::AgentMessages
                    | FactTable::Closes
                    | FactTable::Ratings
                    | FactTable::AgentStates => AgentFilter::Own,
                },
                theme: Theme::Load,
                better: Better::Neither,
                needs: &[],
                open_time: false,
                joined: None,
                terms: &[],
                revision: 1,
            },
        }
    }

    /// The column by which rows are sorted by default.
    pub(super) const fn order(self) -> &'static str {
        match self.clock() {
            Clock::Column(column) => column,
            Clock::Horizon => clock_of(self.table()),
            Clock::Time => SPAN_BEGAN,
        }
    }
}

/// The clock of a table without metrics.
const fn clock_of(table: FactTable) -> &'static str {
    match table {
        FactTable::Conversations => "started_at",
        FactTable::Requests => "requested_at",
        FactTable::Visits => VISIT_BEGAN,
        FactTable::Stints => "began_at",
        FactTable::AgentMessages | FactTable::Closes | FactTable::Reopenings | FactTable::Ratings => "ts",
        FactTable::AgentStates => "since",
    }
}

fn every_state() -> Expr {
    col("agent").is_not_null()
}
