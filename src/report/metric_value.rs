//! The numbers of a metric: in the window, in the previous window, their change, and the trend.

use serde::{Deserialize, Serialize};

use super::statistic::{Change, Statistic};
use crate::unit::Unit;
use crate::value::{Shown, Statistics, number, present, trend as trend_numbers};

/// A metric's value in the window, in the previous one, and the change.
#[derive(Debug, Clone, PartialEq)]
pub enum MetricValue {
    /// A count, a rate or a score.
    Scalar(ScalarValue),
    /// A duration: its statistics, in seconds.
    Duration(DurationValue),
    /// The number of the window is hidden; those of other windows may not be.
    Hidden(HiddenValue),
}

/// A metric whose number in the window is hidden. That number is absent here; the others are kept.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a report has a few dozen of them")]
#[expect(missing_docs, reason = "the variants of `MetricValue`")]
pub enum HiddenValue {
    Scalar(ScalarValue),
    Duration(DurationValue),
}

/// The hidden parts of a metric besides the number of the window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HiddenParts {
    /// The number of the previous window.
    pub previous: bool,
    /// Whether the change from the previous window is hidden.
    pub change: bool,
    /// Indexes of windows in the trend.
    pub trend: Vec<usize>,
}

impl HiddenParts {
    /// Whether nothing is hidden.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A count, a rate or a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalarValue {
    /// How the number is written.
    pub unit: Unit,
    /// The value; `None` if there is no data.
    #[serde(serialize_with = "number")]
    pub value: Option<f64>,
    /// Rows behind it: for a rate its denominator, for NPS the ratings, for replies per agent the replies.
    pub n: u64,
    /// The value of the previous window.
    #[serde(serialize_with = "number")]
    pub previous: Option<f64>,
    /// The change: relative for counts and replies per agent, the difference for rates and NPS.
    #[serde(serialize_with = "number")]
    pub change: Option<f64>,
    /// The revision of the metric's definition. A report without it is older than any second revision.
    #[serde(default = "first_revision")]
    pub revision: u32,
    /// Whether it is measured in open time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_time: bool,
    /// With a trend: the value of each window, oldest first, `None` before the log begins; no list for metrics at the
    /// horizon.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "trend_numbers")]
    #[serde(deserialize_with = "present")]
    pub trend: Option<Option<Vec<Option<f64>>>>,
    /// With a trend: the index of the best window, if one is better than all others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub best: Option<Option<usize>>,
    /// With a trend: the index of the worst window, if one is worse than all others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub worst: Option<Option<usize>>,
    /// The hidden parts.
    #[serde(skip)]
    pub hidden: HiddenParts,
}

/// A duration in the window, in the previous one, and the relative change of each statistic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DurationValue {
    /// Always seconds.
    pub unit: Unit,
    /// The statistics of the window.
    #[serde(flatten)]
    pub statistics: Statistics,
    /// The values of the previous window; `None` if there is no previous window.
    pub previous: Option<Statistics>,
    /// The change of each statistic; `None` if there is no previous window.
    pub change: Option<Change>,
    /// The revision of the metric's definition. A report without it is older than any second revision.
    #[serde(default = "first_revision")]
    pub revision: u32,
    /// Whether it is measured in open time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_time: bool,
    /// With a trend: the statistics of each window, oldest first, `None` before the log begins.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub trend: Option<Option<Vec<Option<Statistics>>>>,
    /// With a trend: the index of the window with the best mean, if one is better than all others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub best: Option<Option<usize>>,
    /// With a trend: the index of the window with the worst mean, if one is worse than all others.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub worst: Option<Option<usize>>,
    /// The hidden parts.
    #[serde(skip)]
    pub hidden: HiddenParts,
}

const fn first_revision() -> u32 {
    1
}

impl ScalarValue {
    /// A value of revision 1, without a previous window and a trend.
    #[must_use]
    pub fn alone(unit: Unit, value: Option<f64>, n: u64) -> Self {
        Self {
            unit,
            value,
            n,
            previous: None,
            change: None,
            revision: first_revision(),
            open_time: false,
            trend: None,
            best: None,
            worst: None,
            hidden: HiddenParts::default(),
        }
    }
}

impl DurationValue {
    /// Statistics of revision 1, without a previous window and a trend.
    #[must_use]
    pub fn alone(statistics: Statistics) -> Self {
        Self {
            unit: Unit::Seconds,
            statistics,
            previous: None,
            change: None,
            revision: first_revision(),
            open_time: false,
            trend: None,
            best: None,
            worst: None,
            hidden: HiddenParts::default(),
        }
    }
}

/// The leading number of a metric and its number in the window before; for a duration those of one statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leading {
    /// How the numbers are written.
    pub unit: Unit,
    /// The statistic, for a duration.
    pub statistic: Option<Statistic>,
    /// In the window.
    pub value: Option<f64>,
    /// In the window before.
    pub before: Option<f64>,
    /// The change between both.
    pub change: Option<f64>,
    /// The number of rows behind it.
    pub n: u64,
    /// Whether the number of the window is hidden; then `value` is `None`.
    pub is_hidden: bool,
}

impl HiddenValue {
    /// The numbers beside the hidden one.
    #[must_use]
    pub fn of(&self) -> MetricValue {
        match self {
            Self::Scalar(scalar) => MetricValue::Scalar(scalar.clone()),
            Self::Duration(duration) => MetricValue::Duration(duration.clone()),
        }
    }
}

impl MetricValue {
    /// The leading number.
    #[must_use]
    pub fn leading(&self) -> Leading {
        match self {
            Self::Scalar(scalar) => Leading {
                unit: scalar.unit,
                statistic: None,
                value: scalar.value,
                before: scalar.previous,
                change: scalar.change,
                n: scalar.n,
                is_hidden: false,
            },
            Self::Hidden(hidden) => Leading { is_hidden: true, ..hidden.of().leading() },
            Self::Duration(duration) => Leading {
                unit: duration.unit,
                statistic: Some(Statistic::LEADING),
                value: Statistic::LEADING.of(&duration.statistics),
                before: duration.previous.as_ref().and_then(|before| Statistic::LEADING.of(before)),
                change: duration.change.as_ref().and_then(|change| Statistic::LEADING.of_change(change)),
                n: duration.statistics.n,
                is_hidden: false,
            },
        }
    }

    /// The same metric with the number of the window hidden.
    #[must_use]
    pub fn hide(self) -> Self {
        Self::Hidden(match self {
            Self::Scalar(scalar) => HiddenValue::Scalar(ScalarValue { value: None, n: 0, change: None, ..scalar }),
            Self::Duration(duration) => {
                HiddenValue::Duration(DurationValue { statistics: Statistics::default(), change: None, ..duration })
            }
            Self::Hidden(hidden) => hidden,
        })
    }

    /// The hidden parts besides the number of the window.
    #[must_use]
    pub const fn hidden(&self) -> &HiddenParts {
        match self {
            Self::Scalar(scalar) | Self::Hidden(HiddenValue::Scalar(scalar)) => &scalar.hidden,
            Self::Duration(duration) | Self::Hidden(HiddenValue::Duration(duration)) => &duration.hidden,
        }
    }

    /// Whether it has statistics, hidden or not.
    #[must_use]
    pub const fn is_duration(&self) -> bool {
        matches!(self, Self::Duration(_) | Self::Hidden(HiddenValue::Duration(_)))
    }

    /// How the values of the metric are written.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        match self {
            Self::Scalar(scalar) | Self::Hidden(HiddenValue::Scalar(scalar)) => scalar.unit,
            Self::Duration(duration) | Self::Hidden(HiddenValue::Duration(duration)) => duration.unit,
        }
    }

    /// The revision of the metric's definition.
    #[must_use]
    pub const fn revision(&self) -> u32 {
        match self {
            Self::Scalar(scalar) | Self::Hidden(HiddenValue::Scalar(scalar)) => scalar.revision,
            Self::Duration(duration) | Self::Hidden(HiddenValue::Duration(duration)) => duration.revision,
        }
    }

    /// Whether it is measured in open time.
    #[must_use]
    pub const fn open_time(&self) -> bool {
        match self {
            Self::Scalar(scalar) | Self::Hidden(HiddenValue::Scalar(scalar)) => scalar.open_time,
            Self::Duration(duration) | Self::Hidden(HiddenValue::Duration(duration)) => duration.open_time,
        }
    }

    /// The value of a scalar in the window, or a statistic of a duration; `None` if there is no data.
    #[must_use]
    pub fn number(&self, statistic: Option<Statistic>) -> Option<Shown<f64>> {
        match (self, statistic) {
            (Self::Hidden(_), _) => Some(Shown::Hidden),
            (Self::Scalar(scalar), None) => scalar.value.map(Shown::Known),
            (Self::Duration(duration), Some(statistic)) => statistic.of(&duration.statistics).map(Shown::Known),
            (Self::Scalar(_), Some(_)) | (Self::Duration(_), None) => None,
        }
    }
}
