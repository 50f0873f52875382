//! How many agents each hour of the week needs (semantics.md 16): Erlang C over the arrivals of a window.

use serde::{Deserialize, Serialize, Serializer};

use crate::event::named_values;
use crate::metrics::Better;
use crate::unit::Unit;
use crate::value::{Shown, number, plain_number};

named_values! {
    /// A number of staffing: of each cell, or of all of them.
    StaffingNumber {
        /// Observed hours of the window in the cell.
        Hours => "hours",
        /// Customers who entered a queue.
        Arrivals => "arrivals",
        /// Load in erlangs.
        Load => "load",
        /// Agents needed.
        Needed => "needed",
        /// The share answered in time with the needed agents.
        ServiceLevel => "service_level",
        /// Agents online, on average.
        Online => "online",
        /// Online − needed.
        Difference => "difference",
        /// The mean handling time: one number for all cells.
        Handling => "handling",
    }
}

impl StaffingNumber {
    /// Its unit. Hours, loads and mean agents online have decimals.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Hours | Self::Arrivals | Self::Load | Self::Needed | Self::Online | Self::Difference => Unit::Score,
            Self::ServiceLevel => Unit::Rate,
            Self::Handling => Unit::Seconds,
        }
    }

    /// The unit's name in CSV, which distinguishes hours, loads and numbers of agents.
    #[must_use]
    pub(crate) const fn unit_name(self) -> &'static str {
        match self {
            Self::Hours => "hours",
            Self::Load => "erlangs",
            Self::Arrivals | Self::Needed | Self::Online | Self::Difference => Unit::Count.name(),
            Self::ServiceLevel | Self::Handling => self.unit().name(),
        }
    }

    /// Which of two values is the better one.
    #[must_use]
    pub const fn better(self) -> Better {
        match self {
            Self::ServiceLevel | Self::Difference => Better::Higher,
            Self::Hours | Self::Arrivals | Self::Load | Self::Needed | Self::Online | Self::Handling => Better::Neither,
        }
    }

    /// Whether each cell has its own.
    #[must_use]
    pub(crate) const fn is_of_cells(self) -> bool {
        match self {
            Self::Handling => false,
            Self::Hours
            | Self::Arrivals
            | Self::Load
            | Self::Needed
            | Self::ServiceLevel
            | Self::Online
            | Self::Difference => true,
        }
    }
}

/// The request for staffing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StaffingQuery {
    /// The target share of customers answered in time, above 0 and below 1.
    pub share: f64,
    /// The time in seconds.
    pub seconds: f64,
    /// How many conversations an agent handles at once, at least 1.
    pub agent_concurrency: f64,
    /// Assumption: the handling time in seconds, instead of the measured mean.
    pub handling: Option<f64>,
    /// Assumption: a factor for the arrivals.
    pub volume: Option<f64>,
}

impl Default for StaffingQuery {
    fn default() -> Self {
        Self { share: 0.8, seconds: 60.0, agent_concurrency: 1.0, handling: None, volume: None }
    }
}

/// Agents needed by weekday and hour, with the underlying numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staffing {
    /// The share of customers to answer within a time.
    pub target: Aim,
    /// How many conversations an agent handles at once.
    #[serde(serialize_with = "plain_number")]
    pub agent_concurrency: f64,
    /// The handling time of a conversation.
    pub handling: Handling,
    /// Assumption: a factor for the arrivals; left out if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "number")]
    pub volume: Option<f64>,
    /// One for each weekday and hour.
    pub cells: StaffingCells,
}

/// A share of customers answered within a time.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Aim {
    /// Above 0 and below 1.
    #[serde(serialize_with = "plain_number")]
    pub share: f64,
    /// The time.
    #[serde(serialize_with = "plain_number")]
    pub seconds: f64,
}

/// The handling time: the mean length of the stints that began in the window and have ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Handling {
    /// In seconds, as used for the loads; `None` if no stint was measured.
    pub mean: Option<Shown<f64>>,
    /// The number of measured stints.
    pub n: Shown<u64>,
    /// The measured mean, if an assumption replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "crate::value::present")]
    pub measured: Option<Option<Shown<f64>>>,
}

/// A number for each weekday, Monday first, and local hour; `None` if there is no data.
pub(crate) type WeekNumbers = [[Option<Shown<f64>>; 24]; 7];

/// The cells: a number for each weekday and hour, `None` without data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffingCells {
    /// Observed hours of the window in the cell.
    #[serde(serialize_with = "grid")]
    pub hours: WeekNumbers,
    /// Customers who entered a queue.
    #[serde(serialize_with = "grid")]
    pub arrivals: WeekNumbers,
    /// Load in erlangs.
    #[serde(serialize_with = "grid")]
    pub load: WeekNumbers,
    /// Agents needed.
    #[serde(serialize_with = "grid")]
    pub needed: WeekNumbers,
    /// The share answered in time with the needed agents.
    #[serde(serialize_with = "grid")]
    pub service_level: WeekNumbers,
    /// Agents online, on average.
    #[serde(serialize_with = "grid")]
    pub online: WeekNumbers,
    /// Online − needed: negative if there are too few.
    #[serde(serialize_with = "grid")]
    pub difference: WeekNumbers,
}

impl StaffingCells {
    /// The grid of each number, in the order of every output.
    #[must_use]
    pub(crate) const fn grids(&self) -> [(StaffingNumber, &WeekNumbers); 7] {
        [
            (StaffingNumber::Hours, &self.hours),
            (StaffingNumber::Arrivals, &self.arrivals),
            (StaffingNumber::Load, &self.load),
            (StaffingNumber::Needed, &self.needed),
            (StaffingNumber::ServiceLevel, &self.service_level),
            (StaffingNumber::Online, &self.online),
            (StaffingNumber::Difference, &self.difference),
        ]
    }
}

fn grid<S: Serializer>(grid: &WeekNumbers, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(grid)
}

/// The need of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Need {
    /// Erlangs.
    pub load: Option<f64>,
    /// Agents.
    pub needed: Option<f64>,
    /// The share answered in time with the needed agents.
    pub service_level: Option<f64>,
}

/// No data if the cell has no hours; 0 if it has no arrivals; no data if no stint was measured; 0 if the load is 0.
#[must_use]
pub fn cell(hours: f64, arrivals: f64, handling: Option<f64>, query: StaffingQuery) -> Need {
    if hours <= 0.0 {
        return Need::default();
    }
    let nobody = Need { load: Some(0.0), needed: Some(0.0), service_level: None };
    if arrivals <= 0.0 {
        return nobody;
    }
    let Some(seconds) = handling else { return Need::default() };
    let seconds = seconds / query.agent_concurrency;
    let load = arrivals / hours * seconds / 3600.0;
    if load <= 0.0 {
        return nobody;
    }
    let (needed, service_level) = needed(load, seconds, query.share, query.seconds);
    Need { load: Some(load), needed: Some(needed), service_level: Some(service_level) }
}

/// The minimum number of agents, greater than the load, with whom a share of customers is answered within a time; and
/// the share reached. `handling` and `within` are in seconds, `load` is in erlangs and above 0.
#[must_use]
pub fn needed(load: f64, handling: f64, share: f64, within: f64) -> (f64, f64) {
    // Erlang B by its recurrence, because factorials would overflow.
    let (mut agents, mut blocked) = (0.0, 1.0);
    loop {
        agents += 1.0;
        blocked = load * blocked / (agents + load * blocked);
        if agents > load {
            let waiting = blocked / (1.0 - load / agents * (1.0 - blocked));
            let answered = 1.0 - waiting * (-(agents - load) * within / handling).exp();
            if answered >= share {
                return (agents, answered);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worked_value() {
        // 100 arrivals in 30 minutes, 180 s, T = 20 s, P = 80 %.
        let load = 100.0 / 0.5 * 180.0 / 3600.0;
        assert!((load - 10.0_f64).abs() < 1e-12);
        let (agents, answered) = needed(load, 180.0, 0.8, 20.0);
        assert!((agents - 14.0).abs() < f64::EPSILON && (answered - 0.888_35).abs() < 5e-6, "{agents} {answered}");
        let (agents, answered) = needed(load, 180.0, 0.79, 20.0);
        assert!((agents - 13.0).abs() < f64::EPSILON && (answered - 0.795_59).abs() < 5e-6, "{agents} {answered}");
    }

    #[test]
    fn staffing_grows_with_the_load_and_the_target() {
        let mut before = 0.0;
        for step in 1..400 {
            let load = f64::from(step) * 0.37;
            let (agents, answered) = needed(load, 300.0, 0.8, 20.0);
            assert!(
                agents > load && agents >= before && (0.8..=1.0).contains(&answered),
                "{load}: {agents} {answered}"
            );
            before = agents;
            assert!(needed(load, 300.0, 0.95, 20.0).0 >= agents && needed(load, 300.0, 0.8, 60.0).0 <= agents);
        }
        // Thousands of erlangs, for which factorials would overflow.
        let (agents, _) = needed(5_000.0, 300.0, 0.8, 20.0);
        assert!((5_001.0..5_200.0).contains(&agents), "{agents}");
    }

    #[test]
    fn cells_without_hours_arrivals_or_handling() {
        let query = StaffingQuery::default();
        assert_eq!(cell(0.0, 5.0, Some(300.0), query), Need::default());
        assert_eq!(cell(1.0, 0.0, None, query).needed, Some(0.0));
        assert_eq!(cell(1.0, 5.0, None, query), Need::default());
        assert_eq!(cell(1.0, 5.0, Some(0.0), query).needed, Some(0.0));
        assert_eq!(cell(1.0, 4.0, Some(900.0), query).needed, Some(3.0));
        let two_at_once = StaffingQuery { agent_concurrency: 2.0, ..query };
        assert_eq!(cell(1.0, 4.0, Some(900.0), two_at_once).load, Some(0.5));
    }
}
