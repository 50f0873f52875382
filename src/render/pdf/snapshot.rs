//! A snapshot as pages: key figures, queues, departments, agents, and the lists of open conversations.

use super::flow::Flow;
use super::{cards, header, listing, notes, words};
use crate::language::Language;
use crate::render::snapshot::listings;
use crate::render::words::{in_status, rule_of_conversations, status as status_name};
use crate::report::snapshot::{Snapshot, Stage};

/// Draws the snapshot.
pub fn draw(flow: &mut Flow, snapshot: &Snapshot) {
    let language = flow.language;
    let age = snapshot.newest_event_age_seconds.map_or_else(
        || language.text("pdf.no_event").to_owned(),
        |age| language.fill("pdf.newest_event", &[("age", &language.seconds(Some(age)))]),
    );
    let titles = [language.text("snapshot.title"), &lead(snapshot, language), &age];
    header::head(flow, titles, &snapshot.filters);
    cards::plain(flow, figures(snapshot, language));
    header::origin(flow, &snapshot.input, &snapshot.checks);
    notes::warnings(flow, &snapshot.warnings);
    flow.section(language.text("pdf.queues_and_agents"));
    listing::draw(flow, &listings::queues(snapshot, language));
    listing::draw(flow, &listings::departments(snapshot, language));
    listing::draw(flow, &listings::agents(snapshot, language));
    flow.section(language.text("snapshot.conversations"));
    for stage in Stage::ALL {
        listing::draw(flow, &listings::conversations(snapshot, language, *stage, "page.more_listed"));
    }
    header::sources(flow, &facts(snapshot, language));
    notes::renamed(flow, &snapshot.renamed);
}

/// The instant and the zone.
pub fn lead(snapshot: &Snapshot, language: Language) -> String {
    format!("{} · {}", words::instant(language, &snapshot.at), snapshot.timezone)
}

fn facts(snapshot: &Snapshot, language: Language) -> Vec<(&'static str, String)> {
    let mut facts = header::of_input(&snapshot.input, language);
    facts.extend([
        (language.text("pdf.conversations"), rule_of_conversations(language, snapshot.sessions).to_owned()),
        (
            language.text("pdf.first_event"),
            header::instant(language, snapshot.input.first_event.as_ref(), &snapshot.timezone),
        ),
        (
            language.text("pdf.last_event"),
            header::instant(language, snapshot.input.last_event.as_ref(), &snapshot.timezone),
        ),
        (language.text("pdf.inactive_after"), language.seconds(Some(snapshot.limits.inactive_after))),
        (language.text("pdf.checks"), words::checks(language, &snapshot.checks)),
    ]);
    facts
}

fn figures(snapshot: &Snapshot, language: Language) -> Vec<(&'static str, String, Vec<String>)> {
    let group = |n| language.count(n);
    let totals = &snapshot.totals;
    let with_status =
        |status: &str| snapshot.agents.iter().filter(|agent| agent.status.as_deref() == Some(status)).count() as u64;
    let longest = snapshot.queues.iter().filter_map(|queue| queue.longest_wait_seconds).reduce(f64::max);
    let status = |name: &str| snapshot.statuses.get(name).copied().unwrap_or(0);
    vec![
        (
            language.text("pdf.open"),
            group(totals.total),
            vec![language.fill("pdf.with_the_bot", &[("n", &group(totals.automated))])],
        ),
        (
            language.text("series.waiting"),
            group(totals.waiting),
            vec![language.fill("pdf.longest_wait", &[("wait", &language.seconds(longest))])],
        ),
        (
            language.text("series.attended"),
            group(totals.attended),
            vec![
                ["in_progress", "pending", "inactive"]
                    .map(|id| format!("{}\u{a0}{}", group(status(id)), in_status(language, id, status(id))))
                    .join(" · "),
            ],
        ),
        (
            language.text("series.online"),
            group(with_status("online")),
            vec![format!(
                "{}\u{a0}{} · {}\u{a0}{}",
                group(with_status("paused")),
                status_name(language, "paused"),
                group(totals.awaiting_reply),
                language.text("snapshot.awaiting_reply")
            )],
        ),
    ]
}
