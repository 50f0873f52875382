//! A number of a report: a scalar, or the statistics of a duration. A missing number is `None`, and zero is a number. A
//! number hidden by `--min-cell` is neither.

use serde::{Deserialize, Serialize, Serializer};

/// Mean and nearest-rank percentiles of a duration, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Statistics {
    /// The arithmetic mean: an integer sum of milliseconds, divided once.
    #[serde(serialize_with = "number")]
    pub mean: Option<f64>,
    /// The median: the value at rank ⌈n/2⌉.
    #[serde(serialize_with = "number")]
    pub p50: Option<f64>,
    /// The 90th percentile, by nearest rank.
    #[serde(serialize_with = "number")]
    pub p90: Option<f64>,
    /// The 95th percentile, by nearest rank.
    #[serde(serialize_with = "number")]
    pub p95: Option<f64>,
    /// The largest duration.
    #[serde(serialize_with = "number")]
    pub max: Option<f64>,
    /// The number of durations.
    pub n: u64,
}

/// The text of a hidden number in JSON and CSV.
pub(crate) const HIDDEN: &str = "hidden";

/// A number, or the fact that it is hidden because it is based on few rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<T> {
    /// The number.
    Known(T),
    /// There is a number, but the report hides it.
    Hidden,
}

impl<T: Copy> Shown<T> {
    /// The number; `None` if it is hidden.
    #[must_use]
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(number) => Some(number),
            Self::Hidden => None,
        }
    }

    /// Whether it is hidden.
    #[must_use]
    pub const fn is_hidden(&self) -> bool {
        matches!(self, Self::Hidden)
    }

    /// Another number computed from this one.
    #[must_use]
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Shown<U> {
        match self {
            Self::Known(number) => Shown::Known(change(number)),
            Self::Hidden => Shown::Hidden,
        }
    }
}

/// The sum of numbers; hidden if one of them is hidden.
impl<T: Copy + std::iter::Sum> std::iter::Sum for Shown<T> {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.map(Self::known).sum::<Option<T>>().map_or(Self::Hidden, Self::Known)
    }
}

impl Serialize for Shown<u64> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(number) => serializer.serialize_u64(*number),
            Self::Hidden => serializer.serialize_str(HIDDEN),
        }
    }
}

impl Serialize for Shown<f64> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(number) => plain_number(number, serializer),
            Self::Hidden => serializer.serialize_str(HIDDEN),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Shown<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shape<T> {
            Known(T),
            Text(HiddenWord),
        }
        Ok(match Shape::deserialize(deserializer)? {
            Shape::Known(number) => Self::Known(number),
            Shape::Text(HiddenWord::Hidden) => Self::Hidden,
        })
    }
}

/// The word for a hidden number, as the only valid text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum HiddenWord {
    Hidden,
}

/// One number of a table. In JSON, a scalar is the bare value, a duration an object, and a hidden number the word
/// `HIDDEN`.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Hidden: it is based on few rows, or would reveal such a number.
    Hidden,
    /// The statistics of a duration.
    Duration(Statistics),
    /// A count, a rate or a score.
    Scalar {
        /// The value; `None` if there are no data.
        value: Option<f64>,
        /// The number of rows on which it is based; `None` in a report that was read from JSON, which does not have it.
        n: Option<u64>,
    },
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Duration(statistics) => statistics.serialize(serializer),
            Self::Scalar { value, .. } => number(value, serializer),
            Self::Hidden => serializer.serialize_str(HIDDEN),
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Shape {
            Duration(Statistics),
            Scalar(Option<f64>),
            Word(HiddenWord),
        }
        Ok(match Shape::deserialize(deserializer)? {
            Shape::Word(HiddenWord::Hidden) => Self::Hidden,
            Shape::Duration(statistics) => Self::Duration(statistics),
            Shape::Scalar(value) => Self::Scalar { value, n: None },
        })
    }
}

/// Writes integers without a fraction: a count is `4`, never `4.0`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
pub(crate) fn plain_number<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
        serializer.serialize_i64(*value as i64)
    } else {
        serializer.serialize_f64(*value)
    }
}

#[expect(clippy::ref_option, reason = "serde's signature")]
pub(crate) fn number<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => plain_number(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// Reads a key that is present, even if null: with `#[serde(default)]`, an absent key is `None`, and null is
/// `Some(None)`.
pub(crate) fn present<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// The values of a trend: absent, null, or a list of numbers and nulls.
#[expect(clippy::ref_option, reason = "serde's signature")]
pub(crate) fn trend<S: Serializer>(
    values: &Option<Option<Vec<Option<f64>>>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match values.as_ref().and_then(Option::as_ref) {
        Some(values) => numbers(values, serializer),
        None => serializer.serialize_none(),
    }
}

pub(crate) fn numbers<S: Serializer>(values: &[Option<f64>], serializer: S) -> Result<S::Ok, S::Error> {
    struct Number(Option<f64>);
    impl Serialize for Number {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            number(&self.0, serializer)
        }
    }
    serializer.collect_seq(values.iter().copied().map(Number))
}
