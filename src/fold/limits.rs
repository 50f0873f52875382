//! The durations that decide when a conversation ends, is inactive, or is taken up again.

use serde::{Deserialize, Serialize};

use crate::time::{HOUR_MS, MINUTE_MS};

/// Durations that the fold goes by, in milliseconds; the defaults are those of semantics.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Silence that ends a conversation with the bot.
    pub inactivity_ms: i64,
    /// Silence that ends a conversation while an agent is in charge.
    pub human_inactivity_ms: i64,
    /// Silence after which an attended conversation is inactive.
    pub inactive_after_ms: i64,
    /// A customer who comes back within this time was not helped for good.
    pub return_window_ms: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            inactivity_ms: 10 * MINUTE_MS,
            human_inactivity_ms: 24 * HOUR_MS,
            inactive_after_ms: 10 * MINUTE_MS,
            return_window_ms: 72 * HOUR_MS,
        }
    }
}
