//! A snapshot as pages: key figures, queues, departments, agents, and the lists of open conversations.

use super::flow::Flow;
use super::{cards, header, listing, notes, words};
use crate::render::snapshot::listings;
use crate::report::snapshot::{Snapshot, Stage};
use crate::unit::{Unit, group};

/// Draws everything.
pub fn draw(flow: &mut Flow, snapshot: &Snapshot) {
    let age = snapshot.newest_event_age_seconds.map_or_else(
        || "No event was seen".to_owned(),
        |age| format!("The newest event is {} older", Unit::Seconds.format(Some(age))),
    );
    header::head(flow, ["Snapshot", &lead(snapshot), &age], &snapshot.filters, &facts(snapshot));
    notes::warnings(flow, &snapshot.warnings);
    cards::plain(flow, figures(snapshot));
    flow.section("Queues and agents");
    listing::draw(flow, &listings::queues(snapshot, flow.language));
    listing::draw(flow, &listings::departments(snapshot, flow.language));
    listing::draw(flow, &listings::agents(snapshot, flow.language));
    flow.section("Open conversations");
    for stage in Stage::ALL {
        listing::draw(flow, &listings::conversations(snapshot, flow.language, *stage));
    }
}

/// The instant and the zone.
pub fn lead(snapshot: &Snapshot) -> String {
    format!("{} · {}", words::instant(&snapshot.at), snapshot.timezone)
}

fn facts(snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let mut facts = header::of_input(&snapshot.input);
    facts.extend([
        ("Conversations", words::sessions(snapshot.sessions).to_owned()),
        ("First event", header::instant(snapshot.input.first_event.as_ref(), &snapshot.timezone)),
        ("Last event", header::instant(snapshot.input.last_event.as_ref(), &snapshot.timezone)),
        ("Inactive after", Unit::Seconds.format(Some(snapshot.limits.inactive_after))),
        ("Checks", words::checks(&snapshot.checks)),
    ]);
    facts
}

fn figures(snapshot: &Snapshot) -> Vec<(&'static str, String, Vec<String>)> {
    let totals = &snapshot.totals;
    let with_status =
        |status: &str| snapshot.agents.iter().filter(|agent| agent.status.as_deref() == Some(status)).count() as u64;
    let longest = snapshot.queues.iter().filter_map(|queue| queue.longest_wait_seconds).reduce(f64::max);
    let status = |name: &str| snapshot.statuses.get(name).copied().unwrap_or(0);
    vec![
        ("Open", group(totals.total), vec![format!("{} with the bot or nobody", group(totals.automated))]),
        ("Waiting", group(totals.waiting), vec![format!("longest wait {}", Unit::Seconds.format(longest))]),
        (
            "Attended",
            group(totals.attended),
            vec![format!(
                "{} in progress · {} pending · {} inactive",
                group(status("in_progress")),
                group(status("pending")),
                group(status("inactive"))
            )],
        ),
        (
            "Agents online",
            group(with_status("online")),
            vec![format!(
                "{} paused · {} awaiting a reply",
                group(with_status("paused")),
                group(totals.awaiting_reply)
            )],
        ),
    ]
}
