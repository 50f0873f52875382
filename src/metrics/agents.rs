//! Agents' time: sums over spans of statuses and stints (semantics.md 15), and the metrics used by staffing (16).

use polars::prelude::*;

use super::measure::{Measure, Times, every_row};
use super::{AgentFilter, Better, Clock, ENTRY, Metric, Theme};
use crate::event::Fact;
use crate::fold::schema::FactTable;

/// A metric of agents' statuses or stints, with time itself as its clock.
const fn time(table: FactTable, times: Times) -> Metric {
    Metric {
        id: "",
        label: "",
        doc: "",
        plain: None,
        needs: &[],
        table,
        clock: Clock::Time,
        measure: Measure::Time { times },
        agent: AgentFilter::Own,
        open_time: false,
        theme: Theme::Agents,
        better: Better::Neither,
        joined: None,
        terms: &[],
        revision: 1,
    }
}

/// An agent takes up a conversation, the log names the agent, and the conversation ends. Without an end, a stint would
/// last until the end of the log.
const STINT: &[&[Fact]] =
    &[&[Fact::Assigned, Fact::Transferred, Fact::AgentMessage], &[Fact::AgentId], &[Fact::Closed]];

/// The metrics of section 15.
pub const METRICS: &[Metric] = &[
    Metric {
        id: "online_time",
        label: "Time online",
        doc: "How long agents were online in the window, added up over agents; no data for agents without any status.",
        ..time(FactTable::AgentStates, Times::Online)
    },
    Metric {
        id: "paused_time",
        label: "Time paused",
        doc: "How long agents were paused in the window, added up over agents; no data for agents without any status.",
        ..time(FactTable::AgentStates, Times::Paused)
    },
    Metric {
        id: "handling_time",
        needs: STINT,
        label: "Handling time",
        doc: "How long agents held conversations in the window, added up over stints: two at once count twice.",
        ..time(FactTable::Stints, Times::Handling)
    },
    Metric {
        id: "attended_time",
        needs: STINT,
        label: "Attended time",
        doc: "How long agents held at least one conversation in the window, added up over agents.",
        ..time(FactTable::Stints, Times::Attended)
    },
    Metric {
        id: "concurrency",
        needs: STINT,
        label: "Concurrency",
        doc: "Handling time divided by attended time: how many conversations an agent holds at once while holding any.",
        ..time(FactTable::Stints, Times::Concurrency)
    },
    Metric {
        id: "occupancy",
        needs: STINT,
        label: "Occupancy",
        doc: "The share of agents' time online in which they held at least one conversation.",
        ..time(FactTable::AgentStates, Times::Occupancy)
    },
];

/// Stints at any time, to find those that filters keep.
pub(crate) const HELD: Metric = Metric { id: "held", ..time(FactTable::Stints, Times::Handling) };

/// The arrivals of staffing: customers who entered a queue.
pub(crate) const ARRIVALS: Metric = Metric {
    id: "arrivals",
    needs: &[ENTRY],
    clock: Clock::Column("entered_at"),
    measure: Measure::Count { rows: every_row },
    ..time(FactTable::Visits, Times::Handling)
};

/// The handling time of a conversation, for staffing: stints that have ended, by their start.
pub(crate) const HANDLED: Metric = Metric {
    id: "handling",
    needs: &[STINT[0], &[Fact::Closed]],
    clock: Clock::Column("began_at"),
    measure: Measure::Duration { rows: every_row, milliseconds: || col("ended_at") - col("began_at") },
    open_time: true,
    ..time(FactTable::Stints, Times::Handling)
};
