//! The statistics of a duration and their changes.

use serde::{Deserialize, Serialize};

use crate::value::{Cell, Shown, Statistics, number};

/// The relative change of each statistic.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of `Statistics`")]
pub struct Change {
    #[serde(serialize_with = "number")]
    pub mean: Option<f64>,
    #[serde(serialize_with = "number")]
    pub p50: Option<f64>,
    #[serde(serialize_with = "number")]
    pub p90: Option<f64>,
    #[serde(serialize_with = "number")]
    pub p95: Option<f64>,
    #[serde(serialize_with = "number")]
    pub max: Option<f64>,
    #[serde(serialize_with = "number")]
    pub n: Option<f64>,
}

/// One statistic of a duration, with the name that the outputs give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Arithmetic mean.
    Mean,
    /// Median.
    P50,
    /// 90th percentile.
    P90,
    /// 95th percentile.
    P95,
    /// Maximum.
    Max,
}

impl Statistic {
    /// All, in the order of every output.
    pub const ALL: [Self; 5] = [Self::Mean, Self::P50, Self::P90, Self::P95, Self::Max];

    /// The leading statistic of a duration, by which it is judged: a single long case moves the mean, but not the
    /// median.
    pub const LEADING: Self = Self::P50;

    /// The name in JSON and CSV.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P95 => "p95",
            Self::Max => "max",
        }
    }

    /// This statistic of `of`, in seconds.
    #[must_use]
    pub fn of(self, statistics: &Statistics) -> Option<f64> {
        match self {
            Self::Mean => statistics.mean,
            Self::P50 => statistics.p50,
            Self::P90 => statistics.p90,
            Self::P95 => statistics.p95,
            Self::Max => statistics.max,
        }
    }

    /// The change of this statistic.
    #[must_use]
    pub fn of_change(self, change: &Change) -> Option<f64> {
        match self {
            Self::Mean => change.mean,
            Self::P50 => change.p50,
            Self::P90 => change.p90,
            Self::P95 => change.p95,
            Self::Max => change.max,
        }
    }
}

impl Cell {
    /// The value of a scalar, or a statistic of a duration; `None` if there is no data.
    #[must_use]
    pub fn number(&self, statistic: Option<Statistic>) -> Option<Shown<f64>> {
        match (self, statistic) {
            (Self::Hidden, _) => Some(Shown::Hidden),
            (Self::Scalar { value, .. }, None) => value.map(Shown::Known),
            (Self::Duration(statistics), Some(statistic)) => statistic.of(statistics).map(Shown::Known),
            (Self::Scalar { .. }, Some(_)) | (Self::Duration(_), None) => None,
        }
    }
}
