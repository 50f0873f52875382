//! The operation at one instant (semantics.md 9) as plain values, read by every renderer, and the structure of
//! `snapshot.json`.
//!
//! Durations are in seconds up to the instant, instants in RFC 3339 with the zone's offset. Absent is `None`
//! everywhere.

pub mod build;
pub mod filter;
pub mod operation;
pub mod series;
pub mod sort;
mod steps;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Check, Generator, Input, LimitSeconds, Warning};
use crate::event::aliases::Aliases;
use crate::event::{Sessions, named_values};
use crate::value::{number, plain_number};

/// The schema in the first field of a snapshot.
pub const SCHEMA: &str = "dialogram/snapshot/1";

named_values! {
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    /// Who an open conversation is with.
    Stage {
        /// In a queue, or a customer wrote and got no answer yet.
        Waiting => "waiting",
        /// With an agent.
        Attended => "attended",
        /// With the bot, or not yet assigned.
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
    /// The instant, which is the horizon: later events are ignored.
    pub at: String,
    /// IANA name of the zone in which instants are written, and whose days are used to count handovers.
    pub timezone: String,
    /// Version of the zone database.
    pub timezone_data: String,
    /// From the newest read event to the instant: the age of the data. `None` without an event.
    #[serde(serialize_with = "number")]
    pub newest_event_age_seconds: Option<f64>,
    /// The durations that define the numbers.
    pub limits: LimitSeconds,
    /// Filters in force: flag name to the values given.
    #[serde(with = "crate::report::filters::nested")]
    pub filters: BTreeMap<String, Vec<String>>,
    /// Renamed and merged names of the log that occur in rows; left out if there are none.
    #[serde(default, skip_serializing_if = "Aliases::is_empty")]
    pub renamed: Aliases,
    /// The rule for conversations.
    pub sessions: Sessions,
    /// The sources of the run, and the counts of their rows.
    pub input: Input,
    /// The number of open conversations.
    pub totals: OpenTotals,
    /// Open conversations by status, in the order of the list; every status, including zeros.
    pub statuses: super::Entries<u64>,
    /// The open conversations, in the order asked for.
    pub conversations: Vec<Listed>,
    /// Open conversations that `--limit` removes from the list.
    pub unlisted: OpenTotals,
    /// Agents with a status or a stint; those with conversations first.
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
    /// The same snapshot with at most `limit` listed conversations per stage.
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
    /// Among those waiting and attended: with a customer waiting for a person's answer.
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

    /// The number at a stage.
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
    /// The log's own id, or customer/channel/n.
    pub conversation_id: String,
    /// Its first channel.
    pub channel: Option<String>,
    /// With whom it is: the bot, nobody yet, or an agent.
    pub stage: Stage,
    /// The source's own status until the phase next changes; otherwise derived from the conversation.
    pub status: String,
    /// Time since the status last changed.
    #[serde(serialize_with = "plain_number")]
    pub time_in_status_seconds: f64,
    /// The latest id of its customer.
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
    /// Time since the last message.
    #[serde(serialize_with = "number")]
    pub since_message_seconds: Option<f64>,
    /// Time since the first event.
    #[serde(serialize_with = "plain_number")]
    pub duration_seconds: f64,
    /// If waiting: time since the visit's entry, else since a reply is due.
    #[serde(serialize_with = "number")]
    pub wait_seconds: Option<f64>,
    /// How long a customer has been waiting for a person's answer.
    #[serde(serialize_with = "number")]
    pub reply_due_seconds: Option<f64>,
    /// Handovers from one agent to another.
    pub handovers: u64,
}

/// An agent with a status or a stint, at the instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Agent {
    /// The id; `(none)` for messages and stints without one.
    pub agent: String,
    /// The name for display.
    pub name: String,
    /// online, paused or offline; `None` if the log does not say.
    pub status: Option<String>,
    /// Time since the status last changed.
    #[serde(serialize_with = "number")]
    pub time_in_status_seconds: Option<f64>,
    /// Conversations that the agent holds.
    pub attended: u64,
    /// How many conversations the agent can hold at once; `None` if the log does not say.
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
    /// Waiting conversations.
    pub waiting: u64,
    /// The longest of their waits; `None` if no conversation waits, or none has a beginning.
    #[serde(serialize_with = "number")]
    pub longest_wait_seconds: Option<f64>,
    /// Agents online now who have had a stint there.
    pub agents_online: u64,
}
