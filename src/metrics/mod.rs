//! All metrics, each declared once. Other code iterates over this list instead of naming metrics.
//!
//! A new metric is an entry in the `METRICS` of its report, such as `queues`: its table, population, clock and measure.
//! Tests then ask for its texts, a hand-worked value and its second implementation.

mod agent_queries;
pub mod agents;
pub mod aggregate;
mod conversations;
pub mod counted;
pub mod dimensions;
mod distinct;
mod first_contact;
mod formula;
pub mod hours;
pub mod measure;
mod open_time;
pub mod partition;
pub mod peers;
mod queues;
pub mod roles;
mod surveys;
mod theme;
mod transfers;

use self::dimensions::Dimension;
use self::measure::{Measure, Times};
pub use self::theme::Theme;
use crate::event::Fact;
use crate::fold::schema::FactTable;
use crate::unit::{ChangeKind, Unit};

/// A number that reports show.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its id in every output, flag and file.
    pub id: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// One sentence: the rows that count, and how.
    pub doc: &'static str,
    /// The same for managers: short, without flags, ids and terms of the fact tables. `{service_level}` and
    /// `{return_window}` are the limits of the report. `None` if `doc` is plain enough.
    pub plain: Option<&'static str>,
    /// The facts that a log must have for the metric to be known: at least one of each group.
    pub needs: &'static [&'static [Fact]],
    /// The fact table that it uses.
    pub table: FactTable,
    /// The instant that decides whether a row is in the window.
    pub clock: Clock,
    /// How rows become a number.
    pub measure: Measure,
    /// The rows that the filter `--agent` keeps.
    pub agent: AgentFilter,
    /// Whether its durations are open time if the report has opening hours.
    pub open_time: bool,
    /// Its group on a page.
    pub theme: Theme,
    /// Which of two values is better.
    pub better: Better,
    /// The columns of another table that it needs.
    pub joined: Option<Joined>,
    /// Its names on other platforms.
    pub terms: &'static [(&'static str, &'static str)],
    /// The revision of its definition. It is raised when the definition changes, so that reports from before and after
    /// are not compared.
    pub revision: u32,
}

/// A customer or an agent writes.
const WRITTEN: &[Fact] = &[Fact::CustomerMessage, Fact::AgentMessage];
/// A request for a person is made or decided.
const REQUEST: &[Fact] = &[
    Fact::TransferRequested,
    Fact::TransferSucceeded,
    Fact::TransferCancelled,
    Fact::TransferDisabled,
    Fact::TransferIncomplete,
];
/// A queue is entered.
const ENTRY: &[Fact] = &[Fact::Queued, Fact::TransferSucceeded, Fact::Transferred];
/// A customer begins to wait for an answer.
const DUE: &[Fact] = &[Fact::CustomerMessage, Fact::Queued, Fact::TransferSucceeded, Fact::Transferred];
/// A person or a queue holds a conversation, or owes it an answer: without these facts no conversation is ever open.
const EVER_OPEN: &[Fact] = &[
    Fact::CustomerMessage,
    Fact::AgentMessage,
    Fact::Queued,
    Fact::TransferSucceeded,
    Fact::Transferred,
    Fact::Assigned,
];
/// A conversation ends.
const END: &[Fact] = &[Fact::Closed, Fact::CustomerLeft];
/// An answered conversation ends. In a log with only the customers who gave up waiting, all others would stay open
/// forever.
const CLOSING: &[Fact] = &[Fact::Closed];

/// The instant that decides whether a row is in the window (semantics.md 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// A column of the metric's table.
    Column(&'static str),
    /// The report's horizon: it is always in the window, and has no previous value, day, weekday or hour.
    Horizon,
    /// Time itself: spans are limited to the window.
    Time,
}

impl Clock {
    /// The name for people and programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Column(column) => column,
            Self::Horizon => "horizon",
            Self::Time => "time",
        }
    }

    /// Whether it is the report's horizon.
    #[must_use]
    pub(crate) const fn is_horizon(self) -> bool {
        matches!(self, Self::Horizon)
    }

    /// The column; `None` for the horizon and for time itself.
    #[must_use]
    pub const fn column(self) -> Option<&'static str> {
        match self {
            Self::Column(column) => Some(column),
            Self::Horizon | Self::Time => None,
        }
    }
}

/// The rows that the filter by agent keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentFilter {
    /// Rows whose own agent matches; tables without an agent use that of the conversation.
    Own,
    /// Rows of conversations with a stint or a message of the agent.
    TookPart,
}

/// Which of two values is better, and so on which side a target lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// The lower one, as for waits and failures.
    Lower,
    /// The higher one, as for successes.
    Higher,
    /// Neither, as for volumes.
    Neither,
}

/// The judgement of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judgement {
    /// It moved to the better side.
    Improved,
    /// It moved to the worse side.
    Worsened,
    /// It has no better side, or did not change.
    Neutral,
}

impl Better {
    /// Judges a change of a metric with this better side; only the sign of `change` counts.
    #[must_use]
    pub fn judge(self, change: f64) -> Judgement {
        let rises = change > 0.0;
        match self {
            Self::Neither => Judgement::Neutral,
            Self::Lower | Self::Higher if change == 0.0 || change.is_nan() => Judgement::Neutral,
            Self::Lower if rises => Judgement::Worsened,
            Self::Higher if !rises => Judgement::Worsened,
            Self::Lower | Self::Higher => Judgement::Improved,
        }
    }
}

/// Columns of another source that a metric needs in addition to those of its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joined {
    /// The conversation's first close: its columns, with the prefix `first_close_`.
    FirstClose,
    /// The opening hours, if the report has any: whether a conversation started outside of them.
    OpeningHours,
}

impl Joined {
    /// The columns of the first close that are joined: name in the table, name among the metric's columns.
    pub(crate) const FIRST_CLOSE: [(&'static str, &'static str); 2] =
        [("resolution", "first_close_resolution"), ("last_word_by", "first_close_last_word_by")];
}

impl Metric {
    /// The unit of its values.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        self.measure.unit()
    }

    /// How its values change.
    #[must_use]
    pub const fn change(&self) -> ChangeKind {
        self.measure.change()
    }

    /// Whether it can be broken down by a dimension: the horizon has no day, weekday or hour.
    #[must_use]
    pub const fn has(&self, dimension: Dimension) -> bool {
        match self.measure.times() {
            Some(listed) => listed.has(dimension),
            None => dimension.column().is_some() || self.clock.column().is_some(),
        }
    }

    /// Whether its values have statistics.
    #[must_use]
    pub const fn is_duration(&self) -> bool {
        matches!(self.measure, Measure::Duration { .. })
    }

    /// Whether its number is a sum over rows or spans, so that it may be added over the rows of a table.
    #[must_use]
    pub(crate) const fn is_sum(&self) -> bool {
        match self.measure {
            Measure::Count { .. } | Measure::Distinct { .. } => true,
            Measure::Time { times } => match times {
                Times::Online | Times::Paused | Times::Handling | Times::Attended => true,
                Times::Concurrency | Times::Occupancy => false,
            },
            Measure::Rate { .. }
            | Measure::Within { .. }
            | Measure::Score { .. }
            | Measure::Ratio { .. }
            | Measure::Mean { .. }
            | Measure::Duration { .. } => false,
        }
    }

    /// Whether it can be broken down by weekday and hour: counts of rows on a clock, and the time that agents are
    /// online.
    #[must_use]
    pub(crate) const fn has_heatmap(&self) -> bool {
        let is_online = matches!(self.measure, Measure::Time { times: Times::Online });
        is_online || matches!(self.measure, Measure::Count { .. }) && self.clock.column().is_some()
    }
}

/// A metric's texts and units for renderers.
#[derive(Debug, Clone, Copy)]
pub struct Description {
    /// Its name for people.
    pub label: &'static str,
    /// Its meaning.
    pub doc: &'static str,
    /// The unit of its values.
    pub unit: Unit,
    /// How its values change.
    pub change: ChangeKind,
    /// Its group on a page.
    pub theme: Theme,
}

/// All metrics, in the order of semantics.md 6.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    let lists = [
        conversations::METRICS,
        transfers::METRICS,
        queues::METRICS,
        first_contact::METRICS,
        surveys::METRICS,
        hours::METRICS,
        agents::METRICS,
    ];
    lists.into_iter().flatten()
}

/// The metric with that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Metric> {
    all().find(|metric| metric.id == id)
}

/// The unit of the metric with that id; a count where this version does not know it.
#[must_use]
pub fn unit(id: &str) -> Unit {
    find(id).map_or(Unit::Count, Metric::unit)
}

/// The texts of the metric with that id.
#[must_use]
pub fn describe(id: &str) -> Option<Description> {
    let metric = find(id)?;
    Some(Description {
        label: metric.label,
        doc: metric.doc,
        unit: metric.unit(),
        change: metric.change(),
        theme: metric.theme,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_judged_by_the_better_side() {
        for (better, change, expected) in [
            (Better::Higher, 0.1, Judgement::Improved),
            (Better::Higher, -0.1, Judgement::Worsened),
            (Better::Higher, 0.0, Judgement::Neutral),
            (Better::Lower, 0.1, Judgement::Worsened),
            (Better::Lower, -0.1, Judgement::Improved),
            (Better::Lower, 0.0, Judgement::Neutral),
            (Better::Lower, f64::NAN, Judgement::Neutral),
            (Better::Neither, 0.1, Judgement::Neutral),
        ] {
            assert_eq!(better.judge(change), expected, "{better:?} {change}");
        }
    }
}
