//! A conversation's status (semantics.md 9) and since when: it changes by an event, or by a limit passing.

use super::rows::Phase;
use crate::event::{Actor, Status};

/// The source of the status, where the log has not given one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Situation {
    /// The phase.
    pub phase: Phase,
    /// Waits for a person though no queue says so.
    pub is_unanswered: bool,
    /// The last message of any actor, else the first event.
    pub last_message_at: i64,
    /// Who wrote it.
    pub last_message_by: Option<Actor>,
}

/// Tracks the status and since when it is so.
#[derive(Debug)]
pub struct StatusClock {
    inactive_after_ms: i64,
    said: Option<Status>,
    current: Option<(Status, i64)>,
    /// When an attended conversation becomes inactive, if nothing is written before.
    inactive_at: Option<i64>,
}

impl StatusClock {
    /// Before the first event.
    #[must_use]
    pub fn new(inactive_after_ms: i64) -> Self {
        Self { inactive_after_ms, said: None, current: None, inactive_at: None }
    }

    /// The source says a status.
    pub fn say(&mut self, status: Status) {
        self.said = Some(status);
    }

    /// A status from the source holds until the phase changes.
    pub fn forget_reported(&mut self) {
        self.said = None;
    }

    /// Lets limits pass that lie at or before `ts`.
    pub fn pass_limits(&mut self, ts: i64) {
        if let Some(at) = self.inactive_at.take_if(|at| *at <= ts) {
            self.change(Status::Inactive, at);
        }
    }

    /// The status after an event at `ts`.
    pub fn settle(&mut self, ts: i64, now: Situation) {
        self.inactive_at = None;
        let status = match (self.said, now.phase) {
            (_, Phase::Closed) => {
                self.current = None;
                return;
            }
            (Some(said), Phase::None | Phase::Bot | Phase::Waiting | Phase::Human) => said,
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

    /// When the status becomes inactive, if nothing happens before.
    #[must_use]
    pub fn inactive_at(&self) -> Option<i64> {
        self.inactive_at
    }

    /// The status, and since when; none while closed.
    #[must_use]
    pub fn status(&self) -> Option<(Status, i64)> {
        self.current
    }
}
