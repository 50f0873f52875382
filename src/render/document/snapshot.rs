//! A snapshot, or a series of them, as parts of a page.

use super::listing::table;
use super::report::{only, program};
use super::{Document, KeyFigure, MarkedText, PagePart, PageTrend, Section};
use super::{key_figures, notes, words};
use crate::event::aliases::Aliases;
use crate::language::Language;
use crate::render::series_figures::{by_day, by_place, count, figures, when};
use crate::render::snapshot::listings;
use crate::report::snapshot::series::{SeriesPoint, SnapshotSeries};
use crate::report::snapshot::{Snapshot, Stage};
use crate::report::{Check, Input};
use crate::unit::Unit;

/// A snapshot as a document.
#[must_use]
pub fn snapshot(snapshot: &Snapshot, language: Language) -> Document {
    let tables = [
        listings::queues(snapshot, language),
        listings::departments(snapshot, language),
        listings::agents(snapshot, language),
    ];
    let open =
        Stage::ALL.iter().map(|stage| table(&listings::conversations(snapshot, language, *stage, "page.more_listed")));
    let newest = snapshot.newest_event_age_seconds;
    let newest = newest.map(|age| language.fill("pdf.newest_event", &[("age", &language.seconds(Some(age)))]));
    let section = |key: &str, parts: Vec<PagePart>| Section { title: words::text(language, key), parts };
    let mut sections = vec![];
    sections.extend(notes::warnings(language, &snapshot.warnings));
    sections.push(section("page.queues_agents", tables.iter().map(table).collect()));
    sections.push(section("snapshot.conversations", open.collect()));
    sections.push(section("page.sources", sources(language, &snapshot.input, &snapshot.renamed, &snapshot.checks)));
    Document {
        language,
        title: words::text(language, "snapshot.title"),
        lead: format!("{} · {}", words::instant(language, &snapshot.at), snapshot.timezone),
        compared: newest,
        only: only(language, &snapshot.filters),
        logo: language.text("brand.logo"),
        program: program(&snapshot.generator),
        sentences: Vec::new(),
        figures_title: words::text(language, "figures.key"),
        figures_heads: key_figures::heads(language),
        key_figures: totals(snapshot, language),
        figures_note: None,
        sections,
    }
}

/// The totals, each with its details.
fn totals(snapshot: &Snapshot, language: Language) -> Vec<KeyFigure> {
    let name = |key: &str| words::capitalized(language.text(key));
    let with = |key: &str, text: String| format!("{} {text}", language.text(key));
    let status = |id: &str| {
        let n = snapshot.statuses.get(id).copied().unwrap_or(0);
        format!("{} {}", crate::render::words::status(language, id), language.count(n))
    };
    let agents = |id: &str| snapshot.agents.iter().filter(|agent| agent.status.as_deref() == Some(id)).count() as u64;
    let longest = snapshot.queues.iter().filter_map(|queue| queue.longest_wait_seconds).reduce(f64::max);
    let paused = format!("{} {}", crate::render::words::status(language, "paused"), language.count(agents("paused")));
    let totals = &snapshot.totals;
    vec![
        key_figures::plain(
            &name("snapshot.open"),
            language.count(totals.total),
            vec![with("snapshot.automated", language.count(totals.automated))],
        ),
        key_figures::plain(
            &name("snapshot.waiting"),
            language.count(totals.waiting),
            vec![with("snapshot.longest_wait", language.seconds(longest))],
        ),
        key_figures::plain(
            &name("snapshot.attended"),
            language.count(totals.attended),
            ["in_progress", "pending", "inactive"].map(status).to_vec(),
        ),
        key_figures::plain(
            &name("snapshot.online_agents"),
            language.count(agents("online")),
            vec![paused, with("snapshot.awaiting_reply", language.count(totals.awaiting_reply))],
        ),
    ]
}

/// A series of snapshots as a document.
#[must_use]
pub fn series(series: &SnapshotSeries, language: Language) -> Document {
    let peaks = figures(series, language).into_iter();
    let peaks = peaks.map(|(name, value, when)| key_figures::plain(name, value, vec![when]));
    let names: Vec<String> = series.points.iter().map(|point| when(language, &point.at)).collect();
    let trend = |key: &str, unit: Unit, level: &dyn Fn(&SeriesPoint) -> Option<f64>| {
        let levels: Vec<Option<f64>> = series.points.iter().map(level).collect();
        let texts = levels.iter().map(|level| words::value(language, unit, *level)).collect();
        let cells = levels.iter().map(|level| words::number(language, unit, *level)).collect();
        PageTrend { title: words::text(language, key), levels, texts, cells, names: names.clone(), note: String::new() }
    };
    let trends = vec![
        trend("series.waiting", Unit::Count, &|point| Some(count(point.totals.waiting))),
        trend("series.longest_wait", Unit::Seconds, &|point| point.longest_wait_seconds),
        trend("series.attended", Unit::Count, &|point| Some(count(point.totals.attended))),
        trend("series.online", Unit::Count, &|point| Some(count(point.agents_online))),
    ];
    let tables = [
        by_day(series, language),
        by_place(series, language, "queue", &series.queues),
        by_place(series, language, "department", &series.departments),
    ];
    let section = |key: &str, parts: Vec<PagePart>| Section { title: words::text(language, key), parts };
    let mut sections = vec![];
    sections.extend(notes::warnings(language, &series.warnings));
    sections.push(section("page.each_instant", vec![PagePart::Trends(trends)]));
    sections.push(section("page.tables", tables.iter().map(table).collect()));
    sections.push(section("page.sources", sources(language, &series.input, &series.renamed, &[])));
    let every = language.notation().round_duration(series.every_seconds);
    let steps = language.counted_with("pdf.instants", series.points.len() as u64, &[("every", &every)]);
    Document {
        language,
        title: words::text(language, "series.title"),
        lead: format!("{} – {} · {}", when(language, &series.from), when(language, &series.to), series.timezone),
        compared: Some(steps),
        only: only(language, &series.filters),
        logo: language.text("brand.logo"),
        program: program(&series.generator),
        sentences: Vec::new(),
        figures_title: words::text(language, "series.peaks"),
        figures_heads: key_figures::heads(language),
        key_figures: peaks.collect(),
        figures_note: None,
        sections,
    }
}

fn sources(language: Language, input: &Input, renamed: &Aliases, checks: &[Check]) -> Vec<PagePart> {
    let mut parts = vec![PagePart::Table(notes::files(language, input))];
    parts.extend(notes::rejections(language, input));
    parts.extend(notes::renamed(language, renamed));
    let checks = notes::checks(language, checks).join(" · ");
    if !checks.is_empty() {
        parts.push(PagePart::Text(MarkedText {
            lead: crate::render::words::lead(language, language.text("page.checks")),
            text: checks,
        }));
    }
    parts
}
