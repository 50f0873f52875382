//! A snapshot for people: how many conversations are where, and the lists of queues, agents and conversations.

use crate::render::snapshot::listings;
use crate::report::snapshot::{Snapshot, Stage};
use crate::unit::{Unit, group};

use super::line::{Ink, Line, heading};
use super::{dates, findings, header, listing};

pub(super) fn sections(snapshot: &Snapshot, width: usize) -> Vec<Vec<Line>> {
    let mut sections =
        vec![header::head("Snapshot", &snapshot.generator, &facts(snapshot), width), totals(snapshot, width)];
    sections.push(listing::lines(&listings::queues(snapshot), width));
    sections.push(listing::lines(&listings::departments(snapshot), width));
    sections.push(listing::lines(&listings::agents(snapshot), width));
    sections.extend(Stage::ALL.iter().map(|stage| listing::lines(&listings::conversations(snapshot, *stage), width)));
    let next = "--every 15m shows how it came to this; --format csv and json have every column";
    sections.push(findings::all(&snapshot.warnings, &snapshot.checks, next, width));
    sections
}

fn facts(snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let mut facts = vec![("At", format!("{}, {}", dates::local_instant(&snapshot.at), snapshot.timezone))];
    if let Some(age) = snapshot.newest_event_age_seconds {
        facts.push(("Newest", format!("event {} before", Unit::Seconds.format(Some(age)))));
    }
    facts.extend(header::of_input(&snapshot.filters, &snapshot.input));
    facts.extend(header::of_rules(snapshot.sessions, &snapshot.limits));
    facts
}

/// The open conversations by stage, then those with an agent or in a queue by status.
fn totals(snapshot: &Snapshot, width: usize) -> Vec<Line> {
    let totals = &snapshot.totals;
    let online = snapshot.agents.iter().filter(|agent| agent.status.as_deref() == Some("online")).count();
    let longest = snapshot.queues.iter().filter_map(|queue| queue.longest_wait_seconds).reduce(f64::max);
    let figures = [
        ("open", group(totals.total)),
        ("waiting", group(totals.waiting)),
        ("attended", group(totals.attended)),
        ("automated", group(totals.automated)),
        ("awaiting a reply", group(totals.awaiting_reply)),
        ("longest wait", Unit::Seconds.format(longest)),
        ("online agents", group(online as u64)),
    ];
    let mut lines = vec![heading("Open conversations", width)];
    lines.extend(row(&figures, Ink::Strong, width));
    let statuses = snapshot.statuses.iter().filter(|(_, count)| **count > 0);
    let statuses: Vec<(String, String)> =
        statuses.map(|(name, count)| (name.replace('_', " "), group(*count))).collect();
    lines.extend(row(&statuses, Ink::Plain, width));
    lines
}

/// Numbers with their names, beside each other as far as there is room.
fn row<N: std::fmt::Display>(figures: &[(N, String)], ink: Ink, width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (name, number) in figures {
        let figure = Line::of(ink, number).with(Ink::Faint, &format!(" {name}"));
        match lines.last_mut().filter(|line| line.width() + 3 + figure.width() <= width) {
            Some(line) => {
                line.skip(3);
                line.append(&figure);
            }
            None => lines.push(figure),
        }
    }
    lines
}
