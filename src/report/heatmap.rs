//! Numbers by local weekday and hour.

use serde::{Deserialize, Serialize, Serializer};

use crate::value::plain_number;

/// A number by local weekday and hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum WeekGrid {
    /// Rows that are counted.
    Counts(Heatmap),
    /// Time that is added up.
    Time(TimeHeatmap),
}

/// Counts by local weekday and hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heatmap {
    /// 7 rows, Monday first, of 24 local hours.
    pub counts: [[u64; 24]; 7],
    /// Hours of the window that fall in each cell: 1 in a seven-day window, but 0 or 2 where clocks change.
    #[serde(serialize_with = "hours")]
    pub hours_observed: [[f64; 24]; 7],
}

/// Time by local weekday and hour, added up over agents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TimeHeatmap {
    /// 7 rows, Monday first, of 24 local hours.
    #[serde(serialize_with = "hours")]
    pub seconds: [[f64; 24]; 7],
    /// Hours of the window that fall in each cell.
    #[serde(serialize_with = "hours")]
    pub hours_observed: [[f64; 24]; 7],
}

impl TimeHeatmap {
    /// How many agents there were on average in each cell; none where the window does not have the hour.
    #[must_use]
    pub fn mean_agents(&self) -> [[Option<f64>; 24]; 7] {
        let mut means = [[None; 24]; 7];
        for (row, (seconds, hours)) in means.iter_mut().zip(self.seconds.iter().zip(&self.hours_observed)) {
            for (mean, (seconds, hours)) in row.iter_mut().zip(seconds.iter().zip(hours)) {
                *mean = (*hours > 0.0).then(|| seconds / (hours * 3600.0));
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
