//! The tables of a snapshot in words: what the terminal and the PDF show.

use crate::render::listing::{Column, Listing};
use crate::report::snapshot::{Agent, Listed, Place, Snapshot, Stage};
use crate::unit::{Unit, group};

/// Queues.
#[must_use]
pub fn queues(snapshot: &Snapshot) -> Listing {
    places("Queues", "Queue", &snapshot.queues)
}

/// Departments.
#[must_use]
pub fn departments(snapshot: &Snapshot) -> Listing {
    places("Departments", "Department", &snapshot.departments)
}

fn places(title: &str, head: &'static str, places: &[Place]) -> Listing {
    let row = |place: &Place| {
        vec![
            place.key.clone(),
            group(place.waiting),
            seconds(place.longest_wait_seconds),
            group(place.attended),
            group(place.agents_online),
        ]
    };
    Listing {
        title: title.to_owned(),
        columns: vec![
            Column::words(head, 0),
            Column::numbers("Waiting", 0),
            Column::numbers("Longest wait", 0),
            Column::numbers("Attended", 0),
            Column::numbers("Agents online", 0),
        ],
        rows: places.iter().map(row).collect(),
        note: String::new(),
        empty: "none has an open conversation or had an agent",
    }
}

/// Agents.
#[must_use]
pub fn agents(snapshot: &Snapshot) -> Listing {
    let row = |agent: &Agent| {
        let capacity = agent.capacity.map_or_else(String::new, |capacity| format!(" / {}", group(capacity)));
        vec![
            agent.name.clone(),
            if agent.name == agent.agent { String::new() } else { agent.agent.clone() },
            agent.status.clone().unwrap_or_default(),
            agent.time_in_status_seconds.map_or_else(String::new, |since| Unit::Seconds.format(Some(since))),
            format!("{}{capacity}", group(agent.attended)),
            group(agent.handovers),
            agent.departments.join(", "),
        ]
    };
    Listing {
        title: "Agents".to_owned(),
        columns: vec![
            Column::words("Agent", 0),
            Column::words("Id", 4),
            Column::words("Status", 0),
            Column::numbers("Time in status", 1),
            Column::numbers("Attended", 0),
            Column::numbers("Handovers, 7 days", 2),
            Column::words("Departments", 3),
        ],
        rows: snapshot.agents.iter().map(row).collect(),
        note: String::new(),
        empty: "no agent has a status or held a conversation",
    }
}

/// The open conversations of a stage.
#[must_use]
pub fn conversations(snapshot: &Snapshot, stage: Stage) -> Listing {
    let of_stage = snapshot.conversations.iter().filter(|row| row.stage == stage);
    let hidden = snapshot.unlisted.of(stage);
    let note = if hidden == 0 { String::new() } else { format!("and {} more: --limit N lists them", group(hidden)) };
    let all = snapshot.totals.of(stage);
    let (title, nobody) = match stage {
        Stage::Waiting => ("Waiting", "nobody waits"),
        Stage::Attended => ("Attended", "no agent holds a conversation"),
        Stage::Automated => ("Automated", "no conversation with the bot"),
    };
    let waits = stage == Stage::Waiting;
    let row = |row: &Listed| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        vec![
            row.conversation_id.clone(),
            row.contact.clone().or_else(|| row.customer_id.clone()).unwrap_or_default(),
            row.status.replace('_', " "),
            Unit::Seconds.format(Some(row.time_in_status_seconds)),
            if waits { seconds(row.wait_seconds) } else { String::new() },
            row.reply_due_seconds.map_or_else(String::new, |due| Unit::Seconds.format(Some(due))),
            row.agent_name.clone().unwrap_or_default(),
            text(&row.queue),
            text(&row.department).clone(),
            text(&row.channel),
            row.updated_at.as_deref().map_or_else(String::new, clock),
            Unit::Seconds.format(Some(row.duration_seconds)),
            if row.handovers == 0 { String::new() } else { group(row.handovers) },
            text(&row.protocol),
        ]
    };
    Listing {
        title: format!("{title}: {}", group(all)),
        columns: vec![
            Column::words("Conversation", 0),
            Column::words("Customer", 5),
            Column::words("Status", 0),
            Column::numbers("Time in status", 0),
            Column::numbers("Wait", 1),
            Column::numbers("Reply due", 2),
            Column::words("Agent", 1),
            Column::words("Queue", 3),
            Column::words("Department", 8),
            Column::words("Channel", 4),
            Column::numbers("Last message", 9),
            Column::numbers("Duration", 6),
            Column::numbers("Handovers", 7),
            Column::words("Protocol", 10),
        ],
        rows: of_stage.map(row).collect(),
        empty: if all == 0 { nobody } else { "all of them are left out by --limit" },
        note,
    }
}

fn seconds(value: Option<f64>) -> String {
    Unit::Seconds.format(value)
}

/// Date and time of an RFC 3339 text, to the minute: `03-02 14:05`.
fn clock(text: &str) -> String {
    text.get(5..16).unwrap_or(text).replace('T', " ")
}
