//! The top of the first page: what this is, of which days, out of which input.

use super::canvas::{Area, Point};
use super::flow::{Align, Flow};
use super::style::{
    ACCENT, BODY, CONTENT_WIDTH, GUTTER, HAIRLINE, INK, LABEL, LEAD, MARGIN, MUTED, NOTE, RULE, TITLE, Weight,
};
use super::words;
use crate::report::Report;
use crate::unit::group;

const MARK: Area = Area::new(MARGIN, 0.0, 30.0, 4.0);
const FACTS_IN_A_ROW: usize = 5;
const FACT_HEIGHT: f64 = 26.0;

/// Draws the title, the window and the facts of the input.
pub fn draw(flow: &mut Flow, report: &Report) {
    let top = flow.take(MARK.height + 8.0);
    flow.fill(Area { y: top, ..MARK }, MARK.height / 2.0, ACCENT);
    for (text, style) in [
        (report.title.clone(), TITLE),
        (words::window(&report.window), LEAD),
        (words::compared_with(report.window.previous.as_ref()), BODY.color(MUTED)),
    ] {
        let top = flow.take(style.leading);
        let line = flow.type_.fit(&text, style, CONTENT_WIDTH);
        flow.place(MARGIN, style.baseline(top), line, Align::Left);
    }
    filters(flow, report);
    flow.gap(10.0);
    facts(flow, report);
}

/// What the numbers are restricted to: never to be overlooked, so never cut.
fn filters(flow: &mut Flow, report: &Report) {
    if report.filters.is_empty() {
        return;
    }
    let filters: Vec<String> =
        report.filters.iter().map(|(name, values)| format!("{name}: {}", values.join(", "))).collect();
    let text = format!("Only {}", filters.join(" · "));
    for line in flow.type_.wrap(&text, BODY.weight(Weight::SemiBold), CONTENT_WIDTH, usize::MAX) {
        let style = line.style();
        let top = flow.take(style.leading);
        flow.place(MARGIN, style.baseline(top), line, Align::Left);
    }
}

fn facts(flow: &mut Flow, report: &Report) {
    let input = &report.input;
    let instant = |text: Option<&String>| text.map_or_else(|| "–".to_owned(), |text| words::instant(text));
    let files = match input.files.as_slice() {
        [file] => file.name.clone(),
        files => words::counted(files.len() as u64, "file", "files"),
    };
    let facts = [
        ("Input", files),
        ("Rows read", group(input.rows_read)),
        ("Accepted", group(input.accepted)),
        ("Duplicates", group(input.duplicates)),
        ("Rejected", group(input.rejected)),
        ("Conversations", words::sessions(report.sessions).to_owned()),
        ("First event (UTC)", instant(input.first_event.as_ref())),
        ("Last event (UTC)", instant(input.last_event.as_ref())),
        ("As of (UTC)", words::instant(&report.as_of)),
        ("Identities", words::checks(&report.checks)),
    ];
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
