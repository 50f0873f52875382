//! The operation at one instant (semantics.md 9) as plain values: what every renderer reads, and the shape of
//! `snapshot.json`.
//!
//! Durations are seconds up to the instant, instants RFC 3339 with the zone's offset. Absent is `None` all the way.

pub mod build;
pub mod filter;
pub mod operation;
pub mod series;
pub mod sort;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Check, Generator, Input, Limits, Warning};
use crate::event::aliases::Aliases;
use crate::event::{Sessions, words};
use crate::value::{number, plain_number};

/// The schema that a snapshot names in its first field.
pub const SCHEMA: &str = "dialogram/snapshot/1";

words! {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    /// Who an open conversation is with.
    Stage {
        /// Is in a queue, or wrote and nobody answered.
        Waiting => "waiting",
        /// With an agent.
        Attended => "attended",
        /// With the bot, or with nobody yet.
        Automated => "automated",
    }
}

/// The operation at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The program that wrote it.
    pub generator: Generator,
    /// The instant, which is the horizon: later events are unseen.
    pub at: String,
    /// IANA name of the zone that instants are written in, and whose days handovers are counted by.
    pub timezone: String,
    /// Version of the zone database.
    pub timezone_data: String,
    /// From the newest event that was seen to the instant: how old this picture is. None without an event.
    #[serde(serialize_with = "number")]
    pub newest_event_age_seconds: Option<f64>,
    /// The durations that the numbers go by.
    pub limits: Limits,
    /// Filters in force: flag name to the values given.
    #[serde(with = "crate::report::filters::nested")]
    pub filters: BTreeMap<String, Vec<String>>,
    /// Names of the log that stand for others, as far as rows had them; only with some.
    #[serde(default, skip_serializing_if = "Aliases::is_empty")]
    pub renamed: Aliases,
    /// How events became conversations.
    pub sessions: Sessions,
    /// The input.
    pub input: Input,
    /// How many conversations are open.
    pub totals: OpenTotals,
    /// Open conversations by status, in the order of the list; all of them, zeros too.
    pub statuses: super::Entries<u64>,
    /// The open conversations, in the order asked for.
    pub conversations: Vec<Listed>,
    /// Open conversations that `--limit` keeps off the list.
    pub unlisted: OpenTotals,
    /// Agents with a status or a stint, those with conversations first.
    pub agents: Vec<Agent>,
    /// Departments of open conversations and of stints.
    pub departments: Vec<Place>,
    /// Queues of open conversations and of stints.
    pub queues: Vec<Place>,
    /// The identities that were checked.
    pub checks: Vec<Check>,
    /// Findings that are not fatal.
    pub warnings: Vec<Warning>,
}

impl Snapshot {
    /// The same with at most so many conversations of each stage on the list.
    #[must_use]
    pub fn limited(mut self, limit: usize) -> Self {
        let mut listed = OpenTotals::default();
        let unlisted = &mut self.unlisted;
        self.conversations.retain(|row| {
            let is_reply_due = row.reply_due_seconds.is_some();
            listed.add(row.stage, is_reply_due);
            let is_kept = listed.of(row.stage) <= limit as u64;
            if !is_kept {
                unlisted.add(row.stage, is_reply_due);
            }
            is_kept
        });
        self
    }
}

/// Open conversations by stage. Always `total` = `automated` + `waiting` + `attended`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named by stage")]
pub struct OpenTotals {
    pub total: u64,
    pub automated: u64,
    pub waiting: u64,
    pub attended: u64,
    /// Of those waiting and attended: with a customer who waits for a person's answer.
    pub awaiting_reply: u64,
}

impl OpenTotals {
    /// Counts one more conversation.
    pub fn add(&mut self, stage: Stage, is_reply_due: bool) {
        self.total += 1;
        *match stage {
            Stage::Waiting => &mut self.waiting,
            Stage::Attended => &mut self.attended,
            Stage::Automated => &mut self.automated,
        } += 1;
        self.awaiting_reply += u64::from(is_reply_due && stage != Stage::Automated);
    }

    /// How many are at that stage.
    #[must_use]
    pub const fn of(&self, stage: Stage) -> u64 {
        match stage {
            Stage::Waiting => self.waiting,
            Stage::Attended => self.attended,
            Stage::Automated => self.automated,
        }
    }
}

/// An open conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Listed {
    /// Its id.
    pub conversation_id: String,
    /// Its first channel.
    pub channel: Option<String>,
    /// Who it is with: see [`Stage`].
    pub stage: Stage,
    /// The source's own status until the phase next changes; else what follows from the conversation.
    pub status: String,
    /// Since the status became what it is.
    #[serde(serialize_with = "plain_number")]
    pub time_in_status_seconds: f64,
    /// The customer.
    pub customer_id: Option<String>,
    /// The customer's display name, phone or e-mail.
    pub contact: Option<String>,
    /// The ticket number.
    pub protocol: Option<String>,
    /// Id of the holder.
    pub agent: Option<String>,
    /// The holder's name for display.
    pub agent_name: Option<String>,
    /// The latest department.
    pub department: Option<String>,
    /// The latest queue.
    pub queue: Option<String>,
    /// First event.
    pub created_at: String,
    /// Last message of any actor.
    pub updated_at: Option<String>,
    /// Since the last message.
    #[serde(serialize_with = "number")]
    pub since_message_seconds: Option<f64>,
    /// Since the first event.
    #[serde(serialize_with = "plain_number")]
    pub duration_seconds: f64,
    /// While waiting: since the visit's entry, else since a reply is due.
    #[serde(serialize_with = "number")]
    pub wait_seconds: Option<f64>,
    /// Since when a customer waits for a person's answer.
    #[serde(serialize_with = "number")]
    pub reply_due_seconds: Option<f64>,
    /// Handovers from one agent on.
    pub handovers: u64,
}

/// An agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    /// The id; `(none)` for messages and stints without one.
    pub agent: String,
    /// The name for display.
    pub name: String,
    /// online, paused or offline; `None` if the log does not say.
    pub status: Option<String>,
    /// Since the status became what it is.
    #[serde(serialize_with = "number")]
    pub time_in_status_seconds: Option<f64>,
    /// Conversations that the agent holds.
    pub attended: u64,
    /// How many the agent can hold at once; `None` if the log does not say.
    pub capacity: Option<u64>,
    /// Handovers made on the instant's local day and the six before.
    pub handovers: u64,
    /// Departments of the agent's stints.
    pub departments: Vec<String>,
}

/// A department or a queue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Its name; `(none)` for none.
    pub key: String,
    /// Conversations with an agent.
    pub attended: u64,
    /// Conversations that wait.
    pub waiting: u64,
    /// The longest of their waits; `None` if none waits, or none has a begin.
    #[serde(serialize_with = "number")]
    pub longest_wait_seconds: Option<f64>,
    /// Agents now online who have had a stint there.
    pub agents_online: u64,
}
