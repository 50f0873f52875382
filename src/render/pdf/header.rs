//! The top of the first page: title, days and input.

use std::collections::BTreeMap;

use super::canvas::{Area, Point};
use super::flow::{Align, Flow};
use super::structure::Role;
use super::style::{BODY, GUTTER, HAIRLINE, INK, LABEL, LEAD, MARGIN, MUTED, NOTE, RULE, Style, TITLE, Weight};
use super::{branded, words};
use crate::language::Language;
use crate::render::words::{rule_of_conversations, title};
use crate::render::{filters, hidden};
use crate::report::{Check, Input, Report};

const MARK: Area = Area::new(MARGIN, 0.0, 30.0, 4.0);
/// Styles of the title, each with its maximum lines; the first that fits is used.
const TITLES: [(Style, usize); 3] = [(TITLE, 1), (TITLE.with_size(18.0, 24.0), 1), (TITLE.with_size(15.0, 19.0), 3)];
const FACTS_IN_A_ROW: usize = 5;
const FACT_HEIGHT: f64 = 26.0;

/// Draws the title and the window.
pub fn draw(flow: &mut Flow, report: &Report) {
    let language = flow.language;
    let lead = words::window(language, &report.window);
    let compared = words::compared_with(language, report.compared_span());
    head(flow, [&title(language, report), &lead, &compared], &report.filters);
    if let Some(note) = hidden::note(language, report) {
        let lines = flow.typesetter.wrap(&note, BODY.weight(Weight::SemiBold), flow.upright_width(), usize::MAX);
        flow.paragraph(MARGIN, lines);
    }
}

/// Draws the origin of the numbers in one line; the details are at the end of the document.
pub fn origin(flow: &mut Flow, input: &Input, checks: &[Check]) {
    let language = flow.language;
    let mut parts = vec![files(language, input), language.counted("count.rows", input.rows())];
    parts.extend(input.events_apart().map(|events| language.counted("count.events", events)));
    if input.duplicates > 0 {
        parts.push(language.counted("pdf.repeated_rows", input.duplicates));
    }
    if input.rejected > 0 {
        parts.push(language.counted("pdf.unreadable_rows", input.rejected));
    }
    let failed = checks.iter().filter(|check| !check.holds).count() as u64;
    match (checks.len() as u64, failed) {
        // A series has no checks of its own.
        (0, _) => {}
        (all, 0) => parts.push(language.counted("pdf.checks_passed", all)),
        (all, failed) => {
            parts.push(language.counted_with("pdf.checks_failed", all, &[("failed", &language.count(failed))]));
        }
    }
    flow.gap(8.0);
    let lines = flow.typesetter.wrap(&parts.join(" · "), NOTE, flow.upright_width(), 2);
    flow.paragraph(MARGIN, lines);
}

/// A title with two lines below it, and the filters.
pub fn head(flow: &mut Flow, titles: [&str; 3], filters: &BTreeMap<String, Vec<String>>) {
    let top = flow.take(MARK.height + 8.0);
    flow.fill(Area { y: top, ..MARK }, MARK.height / 2.0, flow.palette.accent);
    let beside = branded::draw(flow, top);
    let [title, lead, compared] = titles;
    // The logo ends above the lines below the title.
    let lines = flow.typesetter.wrap_whole(title, &TITLES, flow.upright_width() - beside);
    flow.element(Role::Heading(1), |flow| {
        for line in lines {
            let top = flow.take(line.style().leading);
            flow.lines(MARGIN, top, vec![line]);
        }
    });
    for (text, style) in [(lead, LEAD), (compared, BODY.color(MUTED))] {
        let lines = flow.typesetter.wrap(text, style, flow.upright_width(), 2);
        flow.paragraph(MARGIN, lines);
    }
    only(flow, filters);
}

/// The filters of the numbers; never cut, so that they are not overlooked.
fn only(flow: &mut Flow, filters: &BTreeMap<String, Vec<String>>) {
    if filters.is_empty() {
        return;
    }
    let filters = filters::in_words(flow.language, filters);
    let text = flow.language.fill("pdf.only", &[("filters", &filters.join(" · "))]);
    let lines = flow.typesetter.wrap(&text, BODY.weight(Weight::SemiBold), flow.upright_width(), usize::MAX);
    flow.paragraph(MARGIN, lines);
}

/// The facts about the events behind a report's numbers.
pub fn facts(report: &Report, language: Language) -> Vec<(&'static str, String)> {
    vec![
        (language.text("pdf.conversations"), rule_of_conversations(language, report.sessions).to_owned()),
        (
            language.text("pdf.first_event"),
            instant(language, report.input.first_event.as_ref(), &report.window.timezone),
        ),
        (language.text("pdf.last_event"), instant(language, report.input.last_event.as_ref(), &report.window.timezone)),
        (language.text("head.as_of"), words::local_instant(language, &report.as_of, &report.window.timezone)),
    ]
}

/// The file, or the number of files.
fn files(language: Language, input: &Input) -> String {
    match input.files.as_slice() {
        [file] => file.name.clone(),
        files => language.counted("count.files", files.len() as u64),
    }
}

/// The facts about the input.
pub fn of_input(input: &Input, language: Language) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        (language.text("pdf.input"), files(language, input)),
        (language.text("pdf.rows_read"), language.count(input.rows())),
    ];
    facts.extend(input.events_apart().map(|events| (language.text("head.events"), language.count(events))));
    facts.extend([
        (language.text("pdf.accepted"), language.count(input.accepted)),
        (language.text("pdf.duplicates"), language.count(input.duplicates)),
        (language.text("head.rejected"), language.count(input.rejected)),
    ]);
    facts
}

/// An instant on the clock of a zone, or a text for none.
pub fn instant(language: Language, text: Option<&String>, zone: &str) -> String {
    text.map_or_else(|| "–".to_owned(), |text| words::local_instant(language, text, zone))
}

/// The origin of the numbers: named facts side by side, at the end of the document.
pub fn sources(flow: &mut Flow, facts: &[(&str, String)]) {
    flow.part(flow.language.text("pdf.input_and_checks"), "", FACT_HEIGHT);
    #[expect(clippy::cast_precision_loss, reason = "a handful")]
    let count = FACTS_IN_A_ROW as f64;
    let pitch = (flow.upright_width() + GUTTER) / count;
    for row in facts.chunks(FACTS_IN_A_ROW) {
        let top = flow.take(FACT_HEIGHT + 4.0);
        flow.rule(Point { x: MARGIN, y: top }, Point { x: MARGIN + flow.upright_width(), y: top }, HAIRLINE, RULE);
        let mut x = MARGIN;
        for (label, value) in row {
            let y = top + 5.0;
            let style = BODY.weight(Weight::Medium).color(INK);
            let line = flow.typesetter.fit(value, style, pitch - GUTTER);
            flow.element(Role::Paragraph, |flow| {
                flow.text(x, NOTE.baseline(y), label, NOTE, Align::Left);
                flow.place(x, style.baseline(y + LABEL.leading), line, Align::Left);
            });
            x += pitch;
        }
    }
}
