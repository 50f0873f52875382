//! The report as a PDF: a first page with the summary, then all figures, charts, heatmaps, every table, and the
//! definitions.
//!
//! Marks are laid out page by page (`flow` and the widgets), then written (`writer`, `embed`, `finish`). Nothing comes
//! from the machine: fonts are inside the program and dates are the report's, so the same report gives the same bytes.

mod bars;
mod branded;
pub(super) mod bundled;
mod canvas;
mod cards;
mod chart;
mod columns;
mod days;
mod embed;
mod figures;
mod finish;
mod flow;
mod font;
mod grid;
mod header;
mod heatmap;
mod listing;
mod matrix;
mod notes;
pub(super) mod objects;
mod outcomes;
mod owner;
mod running;
mod save;
mod scale;
mod sections;
mod series;
mod shape;
mod snapshot;
mod spark;
mod staffing;
mod structure;
mod style;
mod summary;
mod table;
mod table_bands;
mod tables;
mod tags;
mod targets;
mod truetype;
mod words;
mod wrap;
mod writer;
mod xmp;

use anyhow::Result;

pub use self::font::names as font_names;
use self::running::Running;
use self::style::Spacing;
use crate::language::Language;
use crate::render::look::Look;
use crate::render::rendered::Rendered;
use crate::render::words::title;
use crate::report::snapshot::Snapshot;
use crate::report::snapshot::series::SnapshotSeries;
use crate::report::{Generator, Report};

/// Up to this many pages, a document is set densely if that saves a page; in longer documents one page hardly matters.
const MOST_DENSE: usize = 4;

/// If this share of the last page is empty, the page is a leftover; longer documents avoid it too.
const LEFTOVER: f64 = 0.6;

/// The report as a PDF.
///
/// # Errors
///
/// If a font inside the program is damaged, or the file cannot be assembled; neither depends on the report.
pub fn render(report: &Report, language: Language, look: &Look) -> Result<Rendered> {
    let flow = fitted(language, look, |flow| draw(flow, report));
    let (title, window) = (title(language, report), &report.window);
    let days = words::days_of(language, window.span());
    let running = Running { title: &title, when: &days };
    let when = words::window(language, window);
    end(
        flow,
        &running,
        &when,
        &report.generator,
        [&window.timezone, &window.timezone_data],
        words::pdf_date(&report.as_of),
    )
}

/// What a drawing needs with a spacing.
struct Fit {
    pages: usize,
    splits: usize,
    spacing: Spacing,
}

impl Fit {
    fn of(flow: &flow::Flow) -> Self {
        Self { pages: flow.pages(), splits: flow.splits, spacing: flow.spacing }
    }

    /// This one, or the drawing if that has fewer pages.
    fn or_fewer(self, flow: &flow::Flow) -> Self {
        if flow.pages() < self.pages { Self::of(flow) } else { self }
    }
}

/// The drawing with the widest spacing among those with the fewest pages. Of a short document with tables that continue on
/// the next page, it is one with fewer of them, if there is one.
fn fitted<'l>(language: Language, look: &'l Look, draw: impl Fn(&mut flow::Flow)) -> flow::Flow<'l> {
    let mut flow = flow::Flow::new(language, look);
    draw(&mut flow);
    let mut best = Fit::of(&flow);
    let is_dense = flow.is_low() || best.pages <= MOST_DENSE;
    let is_leftover = |flow: &flow::Flow| flow.room() > LEFTOVER * flow.whole();
    let closer = |flow: flow::Flow<'l>, spacing| -> flow::Flow<'l> {
        let mut flow = flow.restarted(spacing);
        draw(&mut flow);
        flow
    };
    if best.pages > 1 {
        flow = closer(flow, Spacing::TIGHT);
        best = best.or_fewer(&flow);
    }
    if best.pages > 1 && (is_dense || is_leftover(&flow)) {
        flow = closer(flow, Spacing::DENSE);
        best = best.or_fewer(&flow);
    }
    let is_split = best.pages <= MOST_DENSE && best.splits > 0;
    if best.pages > 1 && (is_split || is_leftover(&flow)) {
        flow = closer(flow, Spacing::CLOSE);
        let is_whole = is_split && flow.pages() == best.pages && flow.splits < best.splits;
        best = if is_whole { Fit::of(&flow) } else { best.or_fewer(&flow) };
    }
    if flow.spacing != best.spacing {
        flow = closer(flow, best.spacing);
    }
    flow
}

/// Draws the report's pages.
fn draw(flow: &mut flow::Flow, report: &Report) {
    header::draw(flow, report);
    summary::draw(flow, report);
    cards::key_figures(flow, report);
    if report.sections.begins_with_days() {
        days::draw(flow, report);
    }
    header::origin(flow, &report.input, &report.checks);
    notes::warnings(flow, &report.warnings);
    sections::draw(flow, report);
    notes::definitions(flow, report);
    notes::sources(flow, report);
}

/// A snapshot as a PDF.
///
/// # Errors
///
/// If a font inside the program is damaged, or the file cannot be assembled; neither depends on the snapshot.
pub fn snapshot(open: &Snapshot, language: Language, look: &Look) -> Result<Rendered> {
    let flow = fitted(language, look, |flow| snapshot::draw(flow, open));
    let created = words::pdf_date_of(&open.at);
    let at = words::instant(language, &open.at);
    let running = Running { title: language.text("snapshot.title"), when: &at };
    end(
        flow,
        &running,
        &snapshot::lead(open, language),
        &open.generator,
        [&open.timezone, &open.timezone_data],
        created,
    )
}

/// A series of snapshots as a PDF.
///
/// # Errors
///
/// If a font inside the program is damaged, or the file cannot be assembled; neither depends on the series.
pub fn series(open: &SnapshotSeries, language: Language, look: &Look) -> Result<Rendered> {
    let flow = fitted(language, look, |flow| series::draw(flow, open));
    let created = words::pdf_date_of(&open.to);
    let span = words::instants(language, &open.from, &open.to);
    let running = Running { title: language.text("series.title"), when: &span };
    end(flow, &running, &series::lead(open, language), &open.generator, [&open.timezone, &open.timezone_data], created)
}

/// Writes the drawn document; `when` follows the title in the file's metadata.
fn end(
    flow: flow::Flow,
    running: &Running,
    when: &str,
    generator: &Generator,
    [zone, timezone_data]: [&str; 2],
    created: Option<String>,
) -> Result<Rendered> {
    let program = format!("{} {}", generator.name, generator.version);
    let language = flow.language;
    let zones = language.fill("pdf.time_zones", &[("version", &timezone_data)]);
    let missing = flow.typesetter.missing().clone();
    let layout = flow.finish(running, &format!("{program} · {zone} · {zones}"));
    let title = crate::render::words::labelled(language, running.title, when);
    let meta = xmp::Meta { title, language: language.tag(), program, created };
    Ok(Rendered::with_missing(writer::write(&layout, &meta)?, missing))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Entries, Heatmap, Input, MetricValue, ReportWindow, SCHEMA, ScalarValue, Sessions, WeekGrid};
    use crate::unit::Unit;

    fn report() -> Report {
        let count = |value| {
            MetricValue::Scalar(ScalarValue {
                previous: Some(4.0),
                change: Some(-0.25),
                ..ScalarValue::alone(Unit::Count, value, 0)
            })
        };
        Report {
            schema: SCHEMA.to_owned(),
            generator: Generator { name: "dialogram".to_owned(), version: "0.0.0".to_owned() },
            templates: vec!["conversations".to_owned()],
            title: "Conversations report".to_owned(),
            key_figures: vec!["conversations".to_owned()],
            window: ReportWindow {
                from: "2026-03-02T00:00:00Z".to_owned(),
                to: "2026-03-09T00:00:00Z".to_owned(),
                timezone: "UTC".to_owned(),
                timezone_data: "2026a".to_owned(),
                days: 7,
                period: None,
                unfinished: false,
                previous: None,
            },
            as_of: "2026-03-08T23:59:59Z".to_owned(),
            limits: crate::report::LimitSeconds::default(),
            min_cell: None,
            filters: [("channel".to_owned(), vec!["שיחה 客服 📞".to_owned()])].into(),
            attributes: Vec::new(),
            renamed: crate::event::aliases::Aliases::default(),
            sessions: Sessions::Id,
            input: Input {
                files: Vec::new(),
                source_rows: None,
                rows_read: 3,
                accepted: 3,
                duplicates: 0,
                rejected: 0,
                rejections: [].into(),
                first_event: None,
                last_event: None,
            },
            opening_hours: None,
            trend: Vec::new(),
            metrics: Entries(vec![("conversations".to_owned(), count(Some(3.0))), ("unknown".to_owned(), count(None))]),
            tables: Entries::default(),
            heatmaps: Entries(vec![(
                "conversations".to_owned(),
                WeekGrid::Counts(Heatmap::new([[7; 24]; 7], [[1.0; 24]; 7])),
            )]),
            staffing: None,
            checks: Vec::new(),
            targets: Vec::new(),
            sections: crate::report::template::sections::Sections::default(),
            warnings: Vec::new(),
        }
    }

    fn rendered(report: &Report) -> Result<Vec<u8>> {
        Ok(render(report, Language::English, &Look::default())?.into_bytes()?)
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() -> Result<()> {
        let first = rendered(&report())?;
        let other = Report { as_of: "2026-03-08T23:59:58Z".to_owned(), ..report() };
        assert_ne!(rendered(&other)?, first);
        assert_eq!(rendered(&report())?, first);
        assert!(first.starts_with(b"%PDF-1.7"));
        Ok(())
    }

    #[test]
    fn the_file_has_its_title_and_version() -> Result<()> {
        let document = lopdf::Document::load_mem(&rendered(&report())?)?;
        let catalog = document.catalog()?;
        assert_eq!(catalog.get(b"Lang")?.as_str()?, b"en");
        let info = document.get_dictionary(document.trailer.get(b"Info")?.as_reference()?)?;
        assert_eq!(info.get(b"CreationDate")?.as_str()?, b"D:20260308235959Z");
        assert_eq!(
            info.get(b"Title")?.as_str()?,
            objects::utf16("Conversations report: 2–8 March 2026 · 7 days · UTC")
        );
        assert_eq!(document.trailer.get(b"ID")?.as_array()?.len(), 2);
        Ok(())
    }
}
