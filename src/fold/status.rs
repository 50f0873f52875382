//! A conversation's status (semantics.md 9) and its start: it changes by an event, or when a time limit passes.

use super::rows::Phase;
use crate::event::{Actor, Status};

/// The facts from which the status follows, if the log does not give one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    pub phase: Phase,
    /// Whether the customer waits for a person although no queue is known.
    pub is_unanswered: bool,
    /// The last message by anyone, or else the first event.
    pub last_message_at: i64,
    /// The author of that message.
    pub last_message_by: Option<Actor>,
}

/// Tracks the status and its start.
#[derive(Debug)]
pub struct StatusTracker {
    inactive_after_ms: i64,
    reported: Option<Status>,
    current: Option<(Status, i64)>,
    /// The instant at which an attended conversation becomes inactive, unless a message comes before.
    inactive_at: Option<i64>,
}

impl StatusTracker {
    /// The tracker before the first event.
    #[must_use]
    pub fn new(inactive_after_ms: i64) -> Self {
        Self { inactive_after_ms, reported: None, current: None, inactive_at: None }
    }

    /// Sets the status given by the log.
    pub fn set_reported(&mut self, status: Status) {
        self.reported = Some(status);
    }

    /// Drops the status given by the log, which holds until the phase changes.
    pub fn forget_reported(&mut self) {
        self.reported = None;
    }

    /// Applies time limits that passed at or before `ts`.
    pub fn pass_limits(&mut self, ts: i64) {
        if let Some(at) = self.inactive_at.take_if(|at| *at <= ts) {
            self.change(Status::Inactive, at);
        }
    }

    /// Updates the status after an event at `ts`.
    pub fn settle(&mut self, ts: i64, now: Situation) {
        self.inactive_at = None;
        let status = match (self.reported, now.phase) {
            (_, Phase::Closed) => {
                self.current = None;
                return;
            }
            (Some(reported), Phase::None | Phase::Bot | Phase::Waiting | Phase::Human) => reported,
            (None, Phase::None) if now.is_unanswered => Status::InQueue,
            (None, Phase::None | Phase::Bot) => Status::Automated,
            (None, Phase::Waiting) => Status::InQueue,
            (None, Phase::Human) => {
                let limit = now.last_message_at + self.inactive_after_ms;
                if limit <= ts {
                    Status::Inactive
                } else {
                    self.inactive_at = Some(limit);
                    if now.last_message_by == Some(Actor::Customer) { Status::InProgress } else { Status::Pending }
                }
            }
        };
        self.change(status, ts);
    }

    fn change(&mut self, status: Status, ts: i64) {
        if self.current.is_none_or(|(current, _)| current != status) {
            self.current = Some((status, ts));
        }
    }

    /// The instant at which the status becomes inactive if nothing happens before.
    #[must_use]
    pub fn inactive_at(&self) -> Option<i64> {
        self.inactive_at
    }

    /// The status and its start; `None` while closed.
    #[must_use]
    pub fn status(&self) -> Option<(Status, i64)> {
        self.current
    }
}
