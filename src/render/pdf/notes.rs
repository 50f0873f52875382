//! What a reader needs to trust the numbers: warnings, definitions, the input and the identities.

use super::canvas::Area;
use super::flow::Flow;
use super::shape::Line;
use super::style::{
    ALERT, ALERT_PANEL, BODY, COLUMN_GUTTER, CONTENT_WIDTH, DEFINITION, MARGIN, MUTED, PART_GAP, Weight,
};
use super::table::{self, Cells, Column, Grid};
use super::{header, words};
use crate::metrics::describe;
use crate::render::words::lowered;
use crate::report::{Check, Input, Report, Warning};
use crate::unit::{Unit, group};

const PADDING: f64 = 8.0;
/// Above each warning.
const WARNING_GAP: f64 = 2.0;
/// Between definitions.
const ENTRY_GAP: f64 = 4.0;
/// Rows of definitions that stay with their heading.
const FIRST_ROWS: usize = 4;
const EDGE: f64 = 3.0;

/// The warnings, in one block a page.
pub fn warnings(flow: &mut Flow, warnings: &[Warning]) {
    if warnings.is_empty() {
        return;
    }
    flow.gap(PART_GAP - 4.0);
    let inner = CONTENT_WIDTH - 2.0 * PADDING - EDGE;
    let title = words::counted(warnings.len() as u64, "warning", "warnings");
    // Each line with the white above it.
    let mut block: Vec<(f64, Line)> = vec![(0.0, flow.type_.line(&title, BODY.weight(Weight::SemiBold)))];
    for warning in warnings {
        let lines = flow.type_.wrap(&sentence(warning), BODY, inner, usize::MAX);
        block.extend(lines.into_iter().enumerate().map(|(i, line)| (if i == 0 { WARNING_GAP } else { 0.0 }, line)));
    }
    // Lines go to the next page where they must: a block of many warnings is higher than a page.
    let mut lines = block.into_iter().peekable();
    while lines.peek().is_some() {
        flow.make_room(2.0 * PADDING + 2.0 * BODY.leading);
        let room = flow.room() - 2.0 * PADDING;
        let mut here = Vec::new();
        let mut height = 0.0;
        while let Some((gap, line)) = lines.next_if(|_| here.is_empty() || height + BODY.leading + WARNING_GAP <= room)
        {
            height += gap;
            here.push((height, line));
            height += BODY.leading;
        }
        let top = flow.take(height + 2.0 * PADDING);
        flow.fill(Area::new(MARGIN, top, CONTENT_WIDTH, height + 2.0 * PADDING), 0.0, ALERT_PANEL);
        flow.fill(Area::new(MARGIN, top, EDGE, height + 2.0 * PADDING), 0.0, ALERT);
        for (y, line) in here {
            flow.lines(MARGIN + EDGE + PADDING, top + PADDING + y, vec![line]);
        }
    }
}

fn sentence(warning: &Warning) -> String {
    let text = words::capitalized(&warning.text);
    match warning.count {
        Some(count) => format!("{text} ({})", group(count)),
        None => text,
    }
}

/// What each number shown means, two side by side.
pub fn definitions(flow: &mut Flow, report: &Report) {
    let mut ids: Vec<&str> = Vec::new();
    let tables = report.tables.iter().flat_map(|(_, table)| table.metrics.iter().map(String::as_str));
    for id in report.metrics.iter().map(|(id, _)| id).chain(tables).chain(report.heatmaps.iter().map(|(id, _)| id)) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let width = (CONTENT_WIDTH - COLUMN_GUTTER) / 2.0;
    let mut entries: Vec<Vec<Line>> = Vec::new();
    for description in ids.into_iter().filter_map(describe) {
        let mut lines = flow.type_.wrap(description.label, DEFINITION.weight(Weight::SemiBold), width, usize::MAX);
        lines.extend(flow.type_.wrap(description.doc, DEFINITION.color(MUTED), width, usize::MAX));
        entries.push(lines);
    }
    let height = |pair: &[Vec<Line>]| {
        pair.iter().map(|lines| lines.iter().map(|line| line.style().leading).sum()).fold(0.0, f64::max)
    };
    flow.section("What the numbers mean");
    for (i, pair) in entries.chunks(2).enumerate() {
        if i == 0 {
            flow.make_room(entries.chunks(2).take(FIRST_ROWS).map(|pair| height(pair) + ENTRY_GAP).sum());
        }
        let top = flow.take(height(pair));
        for (lines, x) in pair.iter().zip([MARGIN, MARGIN + width + COLUMN_GUTTER]) {
            flow.lines(x, top, lines.clone());
        }
        flow.gap(ENTRY_GAP);
    }
}

/// The input files, why rows were rejected, and the identities that were checked.
pub fn sources(flow: &mut Flow, report: &Report) {
    let input = &report.input;
    flow.section("Input and checks");
    match &input.files[..] {
        [file] => {
            let rows = [("rows", file.rows_read), ("accepted", file.accepted), ("repeats", file.duplicates)];
            let counts = rows.into_iter().chain([("rejected", file.rejected)]);
            let counts: Vec<String> = counts.map(|(name, n)| format!("{} {name}", group(n))).collect();
            let read_as = format!("{}, profile {}", file.format, file.profile);
            paragraph(flow, "File", &[vec![file.name.clone(), read_as], counts].concat());
        }
        _ => files(flow, input),
    }
    let facts = header::facts(report);
    let facts: Vec<String> = facts.into_iter().map(|(name, value)| format!("{} {value}", lowered(name))).collect();
    paragraph(flow, "Events", &facts);
    let rejections: Vec<String> =
        input.rejections.iter().map(|(reason, n)| format!("{} {}", words::name(reason), group(*n))).collect();
    paragraph(flow, "Rejected rows", &rejections);
    let limits = report.limits.named();
    let limits = limits.map(|(name, seconds)| format!("{name} {}", Unit::Seconds.format(Some(seconds))));
    paragraph(flow, "Limits", &limits);
    if let Some(hours) = &report.opening_hours {
        let lines = hours.lines().into_iter().map(|(name, week)| format!("{name}: {week}"));
        let title = format!("Durations are open time by {} ({})", hours.file, hours.zone);
        paragraph(flow, &title, &lines.collect::<Vec<_>>());
    }
    identities(flow, &report.checks);
}

/// A row a file.
fn files(flow: &mut Flow, input: &Input) {
    let rows = input.files.iter().map(|file| Cells {
        labels: vec![file.name.clone(), file.format.clone(), file.profile.clone()],
        numbers: [file.rows_read, file.accepted, file.duplicates, file.rejected].map(group).to_vec(),
        ..Cells::default()
    });
    let total = Cells {
        labels: vec!["Total".to_owned(), String::new(), String::new()],
        numbers: [input.rows_read, input.accepted, input.duplicates, input.rejected].map(group).to_vec(),
        ..Cells::default()
    };
    let heads = ["Rows read", "Accepted", "Duplicates", "Rejected"];
    table::draw(
        flow,
        &Grid {
            title: "Files".to_owned(),
            note: String::new(),
            labels: ["File", "Format", "Profile"].map(str::to_owned).to_vec(),
            numbers: heads.map(|head| Column { head: head.to_owned(), ..Column::default() }).to_vec(),
            rows: rows.collect(),
            total: Some(total),
            empty: "No files.",
        },
    );
}

/// How many identities were checked; those that fail are named. `report.json` has all of them with both sides.
fn identities(flow: &mut Flow, checks: &[Check]) {
    let failed = checks.iter().filter(|check| !check.holds);
    let failed: Vec<String> = failed.map(|check| format!("{} fails", words::name(&check.id))).collect();
    let all = checks.len() as u64;
    let statements = match (all, failed.is_empty()) {
        (0, _) => Vec::new(),
        (all, true) => vec![format!(
            "{} hold, checked before the report was written",
            words::counted(all, "identity", "identities")
        )],
        (_, false) => failed,
    };
    paragraph(flow, "Checks", &statements);
}

/// Short statements one after another; nothing where there are none.
fn paragraph(flow: &mut Flow, title: &str, statements: &[String]) {
    if statements.is_empty() {
        return;
    }
    flow.gap(ENTRY_GAP);
    let text = format!("{title}: {}", statements.join(" · "));
    for line in flow.type_.wrap(&text, DEFINITION.color(MUTED), CONTENT_WIDTH, usize::MAX) {
        let top = flow.take(DEFINITION.leading);
        flow.lines(MARGIN, top, vec![line]);
    }
}
