//! Numbers by local weekday and hour.

use serde::{Deserialize, Serialize, Serializer};

use crate::value::{Shown, plain_number};

/// A number by local weekday and hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WeekGrid {
    /// Counted rows.
    Counts(Heatmap),
    /// Added time.
    Time(TimeHeatmap),
}

/// Counts by local weekday and hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heatmap {
    /// 7 rows, Monday first, of 24 local hours.
    pub counts: [[Shown<u64>; 24]; 7],
    /// Hours of the window in each cell: 1 in a seven-day window, but 0 or 2 at clock changes.
    #[serde(serialize_with = "hours")]
    pub hours_observed: [[f64; 24]; 7],
}

/// Time by local weekday and hour, added up over agents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeHeatmap {
    /// 7 rows, Monday first, of 24 local hours.
    pub seconds: [[Shown<f64>; 24]; 7],
    /// Hours of the window in each cell.
    #[serde(serialize_with = "hours")]
    pub hours_observed: [[f64; 24]; 7],
}

impl Heatmap {
    /// A heatmap without hidden counts.
    #[must_use]
    pub fn new(counts: [[u64; 24]; 7], hours_observed: [[f64; 24]; 7]) -> Self {
        Self { counts: counts.map(|row| row.map(Shown::Known)), hours_observed }
    }

    /// The counts that are not hidden.
    pub fn known(&self) -> impl Iterator<Item = u64> {
        self.counts.iter().flatten().filter_map(|count| count.known())
    }

    /// Whether any count is hidden.
    #[must_use]
    pub fn has_hidden(&self) -> bool {
        self.counts.iter().flatten().any(Shown::is_hidden)
    }

    /// The sum of all counts; hidden if one of them is.
    #[must_use]
    pub fn total(&self) -> Shown<u64> {
        self.counts.iter().flatten().copied().sum()
    }
}

impl TimeHeatmap {
    /// The mean number of agents in each cell; `None` if the window lacks the hour.
    #[must_use]
    pub fn mean_agents(&self) -> [[Option<Shown<f64>>; 24]; 7] {
        let mut means = [[None; 24]; 7];
        for (row, (seconds, hours)) in means.iter_mut().zip(self.seconds.iter().zip(&self.hours_observed)) {
            for (mean, (seconds, hours)) in row.iter_mut().zip(seconds.iter().zip(hours)) {
                *mean = (*hours > 0.0).then(|| seconds.map(|seconds| seconds / (hours * 3600.0)));
            }
        }
        means
    }
}

fn hours<S: Serializer>(rows: &[[f64; 24]; 7], serializer: S) -> Result<S::Ok, S::Error> {
    struct Hour(f64);
    impl Serialize for Hour {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            plain_number(&self.0, serializer)
        }
    }
    serializer.collect_seq(rows.iter().map(|row| row.map(Hour)))
}
