//! Opening hours: conversations that started outside of them (opening-hours.md).

use polars::prelude::*;

use super::measure::{Measure, every_row as all};
use super::{AgentFilter, Better, Clock, Joined, Metric, Theme};
use crate::fold::schema::FactTable;

/// The column added by [`Joined::OpeningHours`]: whether the conversation started outside of its calendar.
pub(crate) const IS_OUT_OF_HOURS: &str = "is_out_of_hours";

fn is_out_of_hours() -> Expr {
    col(IS_OUT_OF_HOURS)
}

const STARTS: Metric = Metric {
    id: "",
    label: "",
    doc: "",
    plain: None,
    needs: &[],
    table: FactTable::Conversations,
    clock: Clock::Column("started_at"),
    measure: Measure::Count { rows: is_out_of_hours },
    agent: AgentFilter::TookPart,
    open_time: false,
    theme: Theme::Conversations,
    better: Better::Neither,
    joined: Some(Joined::OpeningHours),
    terms: &[],
    revision: 1,
};

/// The metrics of section 11.
pub const METRICS: &[Metric] = &[
    Metric {
        id: "conversations_out_of_hours",
        label: "Conversations out of hours",
        doc: "Conversations that started outside the opening hours of their queue or department; no data without --opening-hours.",
        plain: Some("Conversations that started outside the opening hours."),
        ..STARTS
    },
    Metric {
        id: "out_of_hours_rate",
        label: "Out-of-hours rate",
        doc: "Conversations that started outside the opening hours of their queue or department, as a share of all; no data without --opening-hours.",
        plain: Some("Conversations that started outside the opening hours, as a share of all."),
        measure: Measure::Rate { part: is_out_of_hours, whole: all },
        ..STARTS
    },
];
