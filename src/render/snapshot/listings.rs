//! The tables of a snapshot for the terminal and the PDF.

use crate::language::Language;
use crate::render::listing::{Listing, PageColumn};
use crate::render::{rows, words};
use crate::report::snapshot::{Agent, Listed, Place, Snapshot, Stage};
use crate::time::date_of;

/// A row for each queue.
#[must_use]
pub fn queues(snapshot: &Snapshot, language: Language) -> Listing {
    by_place(language, "snapshot.queues", "queue", &snapshot.queues)
}

/// A row for each department.
#[must_use]
pub fn departments(snapshot: &Snapshot, language: Language) -> Listing {
    by_place(language, "snapshot.departments", "department", &snapshot.departments)
}

fn by_place(language: Language, title: &str, dimension: &str, by_place: &[Place]) -> Listing {
    let group = |n| language.count(n);
    let row = |place: &Place| {
        vec![
            rows::label(language, dimension, &place.key).into_owned(),
            group(place.waiting),
            language.seconds(place.longest_wait_seconds),
            group(place.attended),
            group(place.agents_online),
        ]
    };
    Listing {
        title: language.text(title).to_owned(),
        columns: vec![
            PageColumn::words(words::head(language, dimension), 0),
            PageColumn::numbers(language.text("series.waiting"), 0),
            PageColumn::numbers(language.text("series.longest_wait"), 0),
            PageColumn::numbers(language.text("series.attended"), 0),
            PageColumn::numbers(language.text("series.online"), 0),
        ],
        rows: by_place.iter().map(row).collect(),
        note: String::new(),
        empty: language.text("snapshot.no_place"),
    }
}

/// A row for each agent with a status or a stint.
#[must_use]
pub fn agents(snapshot: &Snapshot, language: Language) -> Listing {
    let group = |n| language.count(n);
    let row = |agent: &Agent| {
        let capacity = agent.capacity.map_or_else(String::new, |capacity| format!(" / {}", group(capacity)));
        vec![
            rows::label(language, "agent", &agent.name).into_owned(),
            if agent.name == agent.agent { String::new() } else { agent.agent.clone() },
            agent.status.as_deref().map_or_else(String::new, |status| words::status(language, status)),
            agent.time_in_status_seconds.map_or_else(String::new, |since| language.seconds(Some(since))),
            format!("{}{capacity}", group(agent.attended)),
            group(agent.handovers),
            agent
                .departments
                .iter()
                .map(|name| rows::label(language, "department", name))
                .collect::<Vec<_>>()
                .join(", "),
        ]
    };
    Listing {
        title: language.text("snapshot.agents").to_owned(),
        columns: vec![
            PageColumn::words(words::head(language, "agent"), 0),
            PageColumn::words(language.text("snapshot.id"), 4),
            PageColumn::words(language.text("snapshot.status"), 0),
            PageColumn::numbers(language.text("snapshot.time_in_status"), 1),
            PageColumn::numbers(language.text("series.attended"), 0),
            PageColumn::numbers(language.text("snapshot.handovers_of_week"), 2),
            PageColumn::words(language.text("snapshot.departments"), 3),
        ],
        rows: snapshot.agents.iter().map(row).collect(),
        note: String::new(),
        empty: language.text("snapshot.no_agent"),
    }
}

/// The open conversations of a stage; the text of `hidden_note` says how many others there are.
#[must_use]
pub fn conversations(snapshot: &Snapshot, language: Language, stage: Stage, hidden_note: &str) -> Listing {
    let group = |n| language.count(n);
    let seconds = |value| language.seconds(value);
    let of_stage = snapshot.conversations.iter().filter(|row| row.stage == stage);
    let hidden = snapshot.unlisted.of(stage);
    let note = if hidden == 0 { String::new() } else { language.fill(hidden_note, &[("n", &group(hidden))]) };
    let all = snapshot.totals.of(stage);
    let (title, nobody) = match stage {
        Stage::Waiting => ("series.waiting", "snapshot.nobody_waits"),
        Stage::Attended => ("series.attended", "snapshot.nobody_attended"),
        Stage::Automated => ("series.automated", "snapshot.nobody_automated"),
    };
    let waits = stage == Stage::Waiting;
    let row = |row: &Listed| {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        vec![
            row.conversation_id.clone(),
            row.contact.clone().or_else(|| row.customer_id.clone()).unwrap_or_default(),
            words::status(language, &row.status),
            seconds(Some(row.time_in_status_seconds)),
            if waits { seconds(row.wait_seconds) } else { String::new() },
            row.reply_due_seconds.map_or_else(String::new, |due| seconds(Some(due))),
            row.agent_name.clone().unwrap_or_default(),
            text(&row.queue),
            text(&row.department).clone(),
            text(&row.channel),
            row.updated_at.as_deref().map_or_else(String::new, |text| time_of_day(language, text)),
            seconds(Some(row.duration_seconds)),
            if row.handovers == 0 { String::new() } else { group(row.handovers) },
            text(&row.protocol),
        ]
    };
    Listing {
        title: language.fill("snapshot.stage", &[("stage", &language.text(title)), ("n", &group(all))]),
        columns: vec![
            PageColumn::words(language.text("snapshot.conversation"), 0),
            PageColumn::words(language.text("snapshot.customer"), 5),
            PageColumn::words(language.text("snapshot.status"), 0),
            PageColumn::numbers(language.text("snapshot.time_in_status"), 0),
            PageColumn::numbers(language.text("snapshot.wait"), 1),
            PageColumn::numbers(language.text("snapshot.reply_due"), 2),
            PageColumn::words(words::head(language, "agent"), 1),
            PageColumn::words(words::head(language, "queue"), 3),
            PageColumn::words(words::head(language, "department"), 8),
            PageColumn::words(words::head(language, "channel"), 4),
            PageColumn::numbers(language.text("snapshot.last_message"), 9),
            PageColumn::numbers(language.text("snapshot.duration"), 6),
            PageColumn::numbers(language.text("snapshot.handovers"), 7),
            PageColumn::words(language.text("snapshot.protocol"), 10),
        ],
        rows: of_stage.map(row).collect(),
        empty: language.text(if all == 0 { nobody } else { "snapshot.all_hidden" }),
        note,
    }
}

/// Date and time of an RFC 3339 text, to the minute: `2 Mar 14:05`.
fn time_of_day(language: Language, text: &str) -> String {
    match (date_of(text), text.get(11..16)) {
        (Some(date), Some(time)) => format!("{} {time}", language.date_without_year(date)),
        (None, _) | (_, None) => text.to_owned(),
    }
}
