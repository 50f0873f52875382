//! The gate: compares a report with rules and an earlier report. Pure functions over plain reports.

pub mod check;
pub mod comparable;
pub mod contributors;
pub mod diff;
mod pairs;
pub mod table;

pub use self::check::{Rule, Unmatched, check};
pub use self::comparable::{Cause, Difference, differences};
pub use self::pairs::{CellPath, MetricPart, Pair, PairSide};
pub use self::table::RuleTable;

use crate::unit::Unit;

/// The effect of a broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The gate fails.
    Fail,
    /// It is reported, but the gate passes.
    Warn,
}

impl Severity {
    /// Both, the more severe one first.
    pub const ALL: [Self; 2] = [Self::Fail, Self::Warn];

    /// The name in rules and outputs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
        }
    }
}

/// Why a number is a finding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Broke {
    /// It moved against the baseline by more than this, in its unit.
    Change {
        /// Which way it may not move by more.
        direction: Direction,
        /// By how much it may.
        allowed: f64,
    },
    /// It is beyond a bound.
    Bound(Bound),
    /// There is no data to hold to a bound, or the number is hidden.
    NoData(Bound),
}

/// The limit of a number, in its unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// It may not be above this.
    AtMost(f64),
    /// It may not be below this.
    AtLeast(f64),
}

impl Bound {
    /// Whether a number is beyond it.
    #[must_use]
    pub(crate) fn is_passed_by(self, number: f64) -> bool {
        match self {
            Self::AtMost(limit) => number > limit,
            Self::AtLeast(limit) => number < limit,
        }
    }
}

/// Which movements a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Both.
    Any,
    /// To larger values.
    Up,
    /// To smaller values.
    Down,
}

/// A number that breaks a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule's name.
    pub rule: String,
    /// Its line in the rules file; `None` without one.
    pub line: Option<usize>,
    /// The consequence.
    pub severity: Severity,
    /// The metric's id.
    pub metric: String,
    /// The part of the metric.
    pub part: MetricPart,
    /// The unit of the number.
    pub unit: Unit,
    /// Its position in the report.
    pub path: CellPath,
    /// The number of the baseline.
    pub old: Option<f64>,
    /// The number now.
    pub new: Option<f64>,
    /// Whether the baseline hides its number, and whether this report does; a hidden number is `None` here.
    pub hidden: (bool, bool),
    /// The broken part of the rule.
    pub broke: Broke,
    /// The possible causes; empty for a bound, which does not depend on the baseline.
    pub causes: Vec<Cause>,
    /// The conversations behind it, if they are known: those that differ from the baseline's log.
    pub conversations: Vec<Contributor>,
}

/// A conversation behind a finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributor {
    /// The id of the conversation.
    pub id: String,
    /// Its share in the baseline's log, in the metric's unit; `None` without one.
    pub old: Option<f64>,
    /// Its share now.
    pub new: Option<f64>,
}

/// A rule, and how many numbers it was applied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its name.
    pub rule: String,
    /// The number of compared numbers.
    pub numbers: usize,
    /// How many of them the report hides; only `allow-no-data` lets a hidden number pass a bound.
    pub hidden: usize,
}

/// The findings of the gate.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outcome {
    /// The report or log that was checked.
    pub subject: String,
    /// The path of the baseline; `None` if the rules are bounds alone.
    pub baseline: Option<String>,
    /// The path of the rules; `None` if every number must be unchanged.
    pub rules: Option<String>,
    /// The rules in order, with their numbers of compared numbers.
    pub applied: Vec<Applied>,
    /// The numbers that are out of their tolerance, of all rules.
    pub findings: Vec<Finding>,
}

impl Outcome {
    /// How many findings are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// Whether the gate passes.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.count(Severity::Fail) == 0
    }

    /// How many numbers were compared.
    #[must_use]
    pub fn numbers(&self) -> usize {
        self.applied.iter().map(|applied| applied.numbers).sum()
    }

    /// How many of them the report hides.
    #[must_use]
    pub fn hidden(&self) -> usize {
        self.applied.iter().map(|applied| applied.hidden).sum()
    }
}
