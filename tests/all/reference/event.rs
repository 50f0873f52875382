//! Section 1: events, and their spelling as JSON Lines and CSV.
//!
//! A twin of src/event and the readers of src/ingest/decode by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use chrono::{DateTime, SecondsFormat};
use serde::Serialize;
use serde_json::{Map, Value};

/// The kinds of section 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Started,
    Message,
    TransferRequested,
    TransferSucceeded,
    TransferCancelled,
    TransferDisabled,
    TransferIncomplete,
    Queued,
    Assigned,
    Transferred,
    Closed,
    Reopened,
    CustomerLeft,
    Rated,
    StatusChanged,
    AgentStatus,
}

impl Kind {
    pub const ALL: [Kind; 16] = [
        Kind::Started,
        Kind::Message,
        Kind::TransferRequested,
        Kind::TransferSucceeded,
        Kind::TransferCancelled,
        Kind::TransferDisabled,
        Kind::TransferIncomplete,
        Kind::Queued,
        Kind::Assigned,
        Kind::Transferred,
        Kind::Closed,
        Kind::Reopened,
        Kind::CustomerLeft,
        Kind::Rated,
        Kind::StatusChanged,
        Kind::AgentStatus,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Kind::Started => "started",
            Kind::Message => "message",
            Kind::TransferRequested => "transfer_requested",
            Kind::TransferSucceeded => "transfer_succeeded",
            Kind::TransferCancelled => "transfer_cancelled",
            Kind::TransferDisabled => "transfer_disabled",
            Kind::TransferIncomplete => "transfer_incomplete",
            Kind::Queued => "queued",
            Kind::Assigned => "assigned",
            Kind::Transferred => "transferred",
            Kind::Closed => "closed",
            Kind::Reopened => "reopened",
            Kind::CustomerLeft => "customer_left",
            Kind::Rated => "rated",
            Kind::StatusChanged => "status_changed",
            Kind::AgentStatus => "agent_status",
        }
    }

    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    Customer,
    Bot,
    Agent,
    System,
}

impl Actor {
    pub const ALL: [Actor; 4] = [Actor::Customer, Actor::Bot, Actor::Agent, Actor::System];

    pub fn name(self) -> &'static str {
        match self {
            Actor::Customer => "customer",
            Actor::Bot => "bot",
            Actor::Agent => "agent",
            Actor::System => "system",
        }
    }

    pub fn parse(text: &str) -> Option<Actor> {
        Actor::ALL.into_iter().find(|actor| actor.name() == text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    Resolved,
    Unresolved,
}

impl Resolution {
    pub fn name(self) -> &'static str {
        match self {
            Resolution::Resolved => "resolved",
            Resolution::Unresolved => "unresolved",
        }
    }

    pub fn parse(text: &str) -> Option<Resolution> {
        [Resolution::Resolved, Resolution::Unresolved].into_iter().find(|value| value.name() == text)
    }
}

/// An agent's status, or a conversation's. `Automated` is only ever derived (section 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Online,
    Paused,
    Offline,
    InQueue,
    InProgress,
    Pending,
    Inactive,
    Automated,
}

impl Status {
    pub const OF_AGENTS: [Status; 3] = [Status::Online, Status::Paused, Status::Offline];
    pub const OF_CONVERSATIONS: [Status; 4] = [Status::InQueue, Status::InProgress, Status::Pending, Status::Inactive];

    pub fn name(self) -> &'static str {
        match self {
            Status::Online => "online",
            Status::Paused => "paused",
            Status::Offline => "offline",
            Status::InQueue => "in_queue",
            Status::InProgress => "in_progress",
            Status::Pending => "pending",
            Status::Inactive => "inactive",
            Status::Automated => "automated",
        }
    }

    pub fn parse(text: &str) -> Option<Status> {
        let all = Status::OF_AGENTS.into_iter().chain(Status::OF_CONVERSATIONS).chain([Status::Automated]);
        all.into_iter().find(|status| status.name() == text)
    }
}

/// One row of a log: the canonical columns. `ts` is UTC in milliseconds. An empty text is never a value: use `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    pub ts: i64,
    pub kind: Kind,
    pub event_id: Option<String>,
    pub conversation_id: Option<String>,
    pub customer_id: Option<String>,
    pub actor: Option<Actor>,
    pub agent_id: Option<String>,
    pub agent_name: Option<String>,
    pub channel: Option<String>,
    pub department: Option<String>,
    pub queue: Option<String>,
    pub to_agent_id: Option<String>,
    pub to_queue: Option<String>,
    pub to_department: Option<String>,
    pub app: Option<String>,
    pub support_type: Option<String>,
    pub contact: Option<String>,
    pub protocol: Option<String>,
    pub resolution: Option<Resolution>,
    /// Which survey a rating answers; without one nps.
    pub survey: Option<String>,
    pub score: Option<i64>,
    pub status: Option<Status>,
    pub capacity: Option<i64>,
    /// With semicolons between.
    pub tags: Option<String>,
    /// Columns of the log's own, which a run may ask for as attributes.
    pub plan: Option<String>,
    pub region: Option<String>,
}

impl Event {
    /// An event with no value but these two.
    pub fn new(ts: i64, kind: Kind) -> Event {
        Event {
            ts,
            kind,
            event_id: None,
            conversation_id: None,
            customer_id: None,
            actor: None,
            agent_id: None,
            agent_name: None,
            channel: None,
            department: None,
            queue: None,
            to_agent_id: None,
            to_queue: None,
            to_department: None,
            app: None,
            support_type: None,
            contact: None,
            protocol: None,
            resolution: None,
            survey: None,
            score: None,
            status: None,
            capacity: None,
            tags: None,
            plan: None,
            region: None,
        }
    }

    pub fn message(ts: i64, actor: Actor) -> Event {
        Event { actor: Some(actor), ..Event::new(ts, Kind::Message) }
    }

    pub fn is_message_by(&self, actor: Actor) -> bool {
        self.kind == Kind::Message && self.actor == Some(actor)
    }

    /// The agent whom the row names: without an id the name serves as id.
    pub fn agent(&self) -> Option<String> {
        self.agent_id.clone().or_else(|| self.agent_name.clone())
    }

    /// `actor`, `score`, `status`, `capacity`, `resolution` are read only on the kinds named.
    pub fn as_read(&self) -> Event {
        let mut event = self.clone();
        if !matches!(event.kind, Kind::Message | Kind::Closed) {
            event.actor = None;
        }
        if event.kind != Kind::Closed {
            event.resolution = None;
        }
        if event.kind != Kind::Rated {
            event.score = None;
            event.survey = None;
        }
        if !matches!(event.kind, Kind::AgentStatus | Kind::StatusChanged) {
            event.status = None;
        }
        if event.kind != Kind::AgentStatus {
            event.capacity = None;
        }
        event
    }

    /// Every column, the canonical ones first and in the order of the table, as text.
    pub fn columns(&self) -> Vec<(&'static str, Option<String>)> {
        let text = |value: &Option<String>| value.clone();
        vec![
            ("ts", Some(instant(self.ts))),
            ("event", Some(self.kind.name().to_string())),
            ("event_id", text(&self.event_id)),
            ("conversation_id", text(&self.conversation_id)),
            ("customer_id", text(&self.customer_id)),
            ("actor", self.actor.map(|actor| actor.name().to_string())),
            ("agent_id", text(&self.agent_id)),
            ("agent_name", text(&self.agent_name)),
            ("channel", text(&self.channel)),
            ("department", text(&self.department)),
            ("queue", text(&self.queue)),
            ("to_agent_id", text(&self.to_agent_id)),
            ("to_queue", text(&self.to_queue)),
            ("to_department", text(&self.to_department)),
            ("app", text(&self.app)),
            ("support_type", text(&self.support_type)),
            ("contact", text(&self.contact)),
            ("protocol", text(&self.protocol)),
            ("resolution", self.resolution.map(|resolution| resolution.name().to_string())),
            ("survey", self.survey.clone()),
            ("score", self.score.map(|score| score.to_string())),
            ("status", self.status.map(|status| status.name().to_string())),
            ("capacity", self.capacity.map(|capacity| capacity.to_string())),
            ("tags", self.tags.clone()),
            ("plan", self.plan.clone()),
            ("region", self.region.clone()),
        ]
    }
}

/// An instant as RFC 3339 UTC in milliseconds.
pub fn instant(ms: i64) -> String {
    match DateTime::from_timestamp_millis(ms) {
        Some(utc) => utc.to_rfc3339_opts(SecondsFormat::Millis, true),
        None => format!("{ms} ms"),
    }
}

/// The milliseconds of an RFC 3339 instant; digits after the third decimal are cut.
pub fn parse_instant(text: &str) -> Option<i64> {
    DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.timestamp_millis())
}

/// The log as JSON Lines: columns without a value are left out, `score` and `capacity` are numbers.
pub fn to_jsonl(events: &[Event]) -> String {
    events.iter().map(|event| json_row(event).to_string() + "\n").collect()
}

fn json_row(event: &Event) -> Value {
    let mut row = Map::new();
    for (name, value) in event.columns() {
        let Some(text) = value else { continue };
        let value = match name {
            "score" | "capacity" => text.parse::<i64>().map_or(Value::Null, Value::from),
            _ => Value::String(text),
        };
        row.insert(name.to_string(), value);
    }
    Value::Object(row)
}

/// The log as CSV with a header of all columns; a field is quoted where it must be.
pub fn to_csv(events: &[Event], delimiter: char) -> String {
    let separator = delimiter.to_string();
    let names: Vec<&str> = Event::new(0, Kind::Started).columns().into_iter().map(|(name, _)| name).collect();
    let mut text = names.join(&separator) + "\n";
    for event in events {
        let fields: Vec<String> =
            event.columns().into_iter().map(|(_, value)| csv_field(&value.unwrap_or_default(), delimiter)).collect();
        text += &(fields.join(&separator) + "\n");
    }
    text
}

fn csv_field(text: &str, delimiter: char) -> String {
    let must_quote = text.contains([delimiter, '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ');
    if must_quote { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}

/// Reads canonical JSON Lines in which every row is good: enough for the shared cases (but 16) and for `to_jsonl`.
pub fn from_jsonl(text: &str) -> Result<Vec<Event>, String> {
    let mut events = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let row: Value = serde_json::from_str(line).map_err(|error| format!("line {}: {error}", number + 1))?;
        let event = from_row(&row).ok_or_else(|| format!("line {}: not a good row: {line}", number + 1))?;
        events.push(event);
    }
    Ok(events)
}

fn from_row(row: &Value) -> Option<Event> {
    let text = |name: &str| text_column(row, name);
    let number = |name: &str| text_column(row, name).and_then(|digits| digits.parse::<i64>().ok());
    Some(
        Event {
            ts: parse_instant(&text("ts")?)?,
            kind: Kind::parse(&text("event")?)?,
            event_id: text("event_id"),
            conversation_id: text("conversation_id"),
            customer_id: text("customer_id"),
            actor: text("actor").and_then(|name| Actor::parse(&name)),
            agent_id: text("agent_id"),
            agent_name: text("agent_name"),
            channel: text("channel"),
            department: text("department"),
            queue: text("queue"),
            to_agent_id: text("to_agent_id"),
            to_queue: text("to_queue"),
            to_department: text("to_department"),
            app: text("app"),
            support_type: text("support_type"),
            contact: text("contact"),
            protocol: text("protocol"),
            resolution: text("resolution").and_then(|name| Resolution::parse(&name)),
            survey: text("survey"),
            score: number("score"),
            status: text("status").and_then(|name| Status::parse(&name)),
            capacity: number("capacity"),
            tags: text("tags"),
            plan: text("plan"),
            region: text("region"),
        }
        .as_read(),
    )
}

/// A text column; a number in it is its digits as written; empty and null are no value.
fn text_column(row: &Value, name: &str) -> Option<String> {
    match row.get(name)? {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
