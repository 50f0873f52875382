//! The durations that define a report's numbers, each with a flag of the same name.

use serde::{Deserialize, Serialize};

use crate::fold;
use crate::fold::facts::RunFacts;
use crate::metrics::measure::Thresholds;
use crate::unit::seconds;
use crate::value::plain_number;

/// The limits of a run as a report shows them, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LimitSeconds {
    /// Silence that ends a conversation with the bot.
    #[serde(serialize_with = "plain_number")]
    pub inactivity: f64,
    /// Silence that ends a conversation while an agent is in charge.
    #[serde(serialize_with = "plain_number")]
    pub human_inactivity: f64,
    /// Silence after which an attended conversation is inactive.
    #[serde(serialize_with = "plain_number")]
    pub inactive_after: f64,
    /// A customer who returns within this time was not helped for good.
    #[serde(serialize_with = "plain_number")]
    pub return_window: f64,
    /// The longest wait for a first reply within the service level.
    #[serde(serialize_with = "plain_number")]
    pub service_level: f64,
}

impl Default for LimitSeconds {
    fn default() -> Self {
        let fold = fold::Limits::default();
        Self {
            inactivity: seconds(fold.inactivity_ms),
            human_inactivity: seconds(fold.human_inactivity_ms),
            inactive_after: seconds(fold.inactive_after_ms),
            return_window: seconds(fold.return_window_ms),
            service_level: seconds(Thresholds::default().service_level_ms),
        }
    }
}

impl LimitSeconds {
    /// The limits with their names.
    #[must_use]
    pub fn named(&self) -> [(&'static str, f64); 5] {
        [
            ("inactivity", self.inactivity),
            ("human inactivity", self.human_inactivity),
            ("inactive after", self.inactive_after),
            ("return window", self.return_window),
            ("service level", self.service_level),
        ]
    }

    /// The limits from facts and measures.
    #[must_use]
    pub fn of(run: &RunFacts, thresholds: &Thresholds) -> Self {
        Self {
            inactivity: seconds(run.limits.inactivity_ms),
            human_inactivity: seconds(run.limits.human_inactivity_ms),
            inactive_after: seconds(run.limits.inactive_after_ms),
            return_window: seconds(run.limits.return_window_ms),
            service_level: seconds(thresholds.service_level_ms),
        }
    }
}
