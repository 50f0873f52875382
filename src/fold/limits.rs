//! The durations that decide when a conversation ends, is inactive, or is taken up again.

use serde::{Deserialize, Serialize};

use crate::time::{HOUR_MS, MINUTE_MS};

/// Durations used by the fold, in milliseconds; their defaults are in semantics.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Inactivity that ends a conversation with the bot.
    pub inactivity_ms: i64,
    /// Inactivity that ends a conversation while an agent is in charge.
    pub human_inactivity_ms: i64,
    /// Inactivity after which an attended conversation is inactive.
    pub inactive_after_ms: i64,
    /// If a customer returns within this time, the issue counts as not resolved.
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
