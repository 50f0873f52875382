//! A snapshot for people: how many conversations are in each stage, and lists of queues, agents and conversations.

use crate::language::Language;
use crate::render::snapshot::listings;
use crate::render::words;
use crate::report::snapshot::{Snapshot, Stage};

use super::line::{Ink, Line, heading};
use super::{dates, findings, header, listing};

pub(super) fn sections(snapshot: &Snapshot, language: Language, width: usize) -> Vec<Vec<Line>> {
    let title = language.text("snapshot.title");
    let mut sections = vec![
        header::head(title, &snapshot.generator, &facts(snapshot, language), width),
        totals(snapshot, language, width),
    ];
    let mut all = vec![
        listings::queues(snapshot, language),
        listings::departments(snapshot, language),
        listings::agents(snapshot, language),
    ];
    all.extend(Stage::ALL.iter().map(|stage| listings::conversations(snapshot, language, *stage, "snapshot.hidden")));
    sections.extend(all.iter().map(|listed| listing::lines(listed, language, width)));
    let next = language.text("snapshot.next");
    sections.push(findings::all(language, &snapshot.warnings, &snapshot.checks, next, width));
    sections
}

fn facts(snapshot: &Snapshot, language: Language) -> Vec<(&'static str, String)> {
    let at = format!("{}, {}", dates::local_instant(language, &snapshot.at), snapshot.timezone);
    let mut facts = vec![(language.text("snapshot.at"), at)];
    if let Some(age) = snapshot.newest_event_age_seconds {
        let age = language.fill("snapshot.newest_event", &[("age", &language.seconds(Some(age)))]);
        facts.push((language.text("snapshot.newest"), age));
    }
    facts.extend(header::of_input(language, &snapshot.filters, &snapshot.input));
    facts.extend(header::of_rules(language, snapshot.sessions, &snapshot.limits));
    facts.extend(header::of_renamed(language, &snapshot.renamed));
    facts
}

/// The open conversations by stage, then those with an agent or in a queue by status.
fn totals(snapshot: &Snapshot, language: Language, width: usize) -> Vec<Line> {
    let group = |n| language.count(n);
    let totals = &snapshot.totals;
    let online = snapshot.agents.iter().filter(|agent| agent.status.as_deref() == Some("online")).count();
    let longest = snapshot.queues.iter().filter_map(|queue| queue.longest_wait_seconds).reduce(f64::max);
    let figures = [
        (language.text("snapshot.open").to_owned(), group(totals.total)),
        (language.text("snapshot.waiting").to_owned(), group(totals.waiting)),
        (language.text("snapshot.attended").to_owned(), group(totals.attended)),
        (language.text("snapshot.automated").to_owned(), group(totals.automated)),
        (language.text("snapshot.awaiting_reply").to_owned(), group(totals.awaiting_reply)),
        (language.text("snapshot.longest_wait").to_owned(), language.seconds(longest)),
        (language.counted("snapshot.online_agents", online as u64), group(online as u64)),
    ];
    let mut lines = vec![heading(language.text("snapshot.conversations"), width)];
    lines.extend(row(&figures, Ink::Strong, width));
    let statuses = snapshot.statuses.iter().filter(|(_, count)| **count > 0);
    let statuses: Vec<(String, String)> =
        statuses.map(|(name, count)| (words::in_status(language, name, *count), group(*count))).collect();
    lines.extend(row(&statuses, Ink::Plain, width));
    lines
}

/// Numbers with their names, as many side by side as fit.
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
