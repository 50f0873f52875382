//! The top of the first page: what this is, of which days, out of which input.

use std::collections::BTreeMap;

use super::canvas::{Area, Point};
use super::flow::{Align, Flow};
use super::style::{
    ACCENT, BODY, CONTENT_WIDTH, GUTTER, HAIRLINE, INK, LABEL, LEAD, MARGIN, MUTED, NOTE, RULE, TITLE, Weight,
};
use super::words;
use crate::report::{Input, Report};
use crate::unit::group;

const MARK: Area = Area::new(MARGIN, 0.0, 30.0, 4.0);
const FACTS_IN_A_ROW: usize = 5;
const FACT_HEIGHT: f64 = 26.0;

/// Draws the title and the window.
pub fn draw(flow: &mut Flow, report: &Report) {
    let lead = words::window(&report.window);
    let compared = words::compared_with(report.compared_with());
    head(flow, [&report.title, &lead, &compared], &report.filters, &[]);
}

/// Draws where the numbers come from, as one line: the whole stands at the end of the document.
pub fn origin(flow: &mut Flow, report: &Report) {
    let input = &report.input;
    let mut parts = vec![files(input), words::counted(input.rows_read, "row", "rows")];
    if input.duplicates > 0 {
        parts.push(words::counted(input.duplicates, "repeated row left out", "repeated rows left out"));
    }
    if input.rejected > 0 {
        parts.push(words::counted(input.rejected, "row could not be read", "rows could not be read"));
    }
    let failed = report.checks.iter().filter(|check| !check.holds).count() as u64;
    parts.push(match (report.checks.len() as u64, failed) {
        (all, 0) => format!("{} passed", words::counted(all, "check of the numbers", "checks of the numbers")),
        (all, failed) => format!("{} of {} failed", group(failed), words::counted(all, "check", "checks")),
    });
    flow.gap(8.0);
    for line in flow.type_.wrap(&parts.join(" · "), NOTE, CONTENT_WIDTH, 2) {
        let top = flow.take(NOTE.leading);
        flow.lines(MARGIN, top, vec![line]);
    }
}

/// A title with two lines below it, the filters, and named facts.
pub fn head(flow: &mut Flow, titles: [&str; 3], filters: &BTreeMap<String, Vec<String>>, facts: &[(&str, String)]) {
    let top = flow.take(MARK.height + 8.0);
    flow.fill(Area { y: top, ..MARK }, MARK.height / 2.0, ACCENT);
    for (text, style) in titles.into_iter().zip([TITLE, LEAD, BODY.color(MUTED)]) {
        let top = flow.take(style.leading);
        let line = flow.type_.fit(text, style, CONTENT_WIDTH);
        flow.place(MARGIN, style.baseline(top), line, Align::Left);
    }
    only(flow, filters);
    if !facts.is_empty() {
        flow.gap(10.0);
        table(flow, facts);
    }
}

/// What the numbers are restricted to: never to be overlooked, so never cut.
fn only(flow: &mut Flow, filters: &BTreeMap<String, Vec<String>>) {
    if filters.is_empty() {
        return;
    }
    let filters: Vec<String> = filters.iter().map(|(name, values)| format!("{name}: {}", values.join(", "))).collect();
    let text = format!("Only {}", filters.join(" · "));
    for line in flow.type_.wrap(&text, BODY.weight(Weight::SemiBold), CONTENT_WIDTH, usize::MAX) {
        let style = line.style();
        let top = flow.take(style.leading);
        flow.place(MARGIN, style.baseline(top), line, Align::Left);
    }
}

/// Of which events the numbers of a report are.
pub fn facts(report: &Report) -> Vec<(&'static str, String)> {
    vec![
        ("Conversations", words::sessions(report.sessions).to_owned()),
        ("First event", instant(report.input.first_event.as_ref(), &report.window.timezone)),
        ("Last event", instant(report.input.last_event.as_ref(), &report.window.timezone)),
        ("As of", words::local_instant(&report.as_of, &report.window.timezone)),
    ]
}

/// The file, or how many there are.
fn files(input: &Input) -> String {
    match input.files.as_slice() {
        [file] => file.name.clone(),
        files => words::counted(files.len() as u64, "file", "files"),
    }
}

/// What was read.
pub fn of_input(input: &Input) -> Vec<(&'static str, String)> {
    vec![
        ("Input", files(input)),
        ("Rows read", group(input.rows_read)),
        ("Accepted", group(input.accepted)),
        ("Duplicates", group(input.duplicates)),
        ("Rejected", group(input.rejected)),
    ]
}

/// An instant on the clock of a zone, or that there is none.
pub fn instant(text: Option<&String>, zone: &str) -> String {
    text.map_or_else(|| "–".to_owned(), |text| words::local_instant(text, zone))
}

/// Named facts side by side.
fn table(flow: &mut Flow, facts: &[(&str, String)]) {
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let count = FACTS_IN_A_ROW as f64;
    let pitch = (CONTENT_WIDTH + GUTTER) / count;
    for row in facts.chunks(FACTS_IN_A_ROW) {
        let top = flow.take(FACT_HEIGHT + 4.0);
        flow.rule(Point { x: MARGIN, y: top }, Point { x: MARGIN + CONTENT_WIDTH, y: top }, HAIRLINE, RULE);
        let mut x = MARGIN;
        for (label, value) in row {
            let y = top + 5.0;
            flow.text(x, NOTE.baseline(y), label, NOTE, Align::Left);
            let style = BODY.weight(Weight::Medium).color(INK);
            let line = flow.type_.fit(value, style, pitch - GUTTER);
            flow.place(x, style.baseline(y + LABEL.leading), line, Align::Left);
            x += pitch;
        }
    }
}
