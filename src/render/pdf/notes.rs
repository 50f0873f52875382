//! What a reader needs to trust the numbers: warnings, definitions, the input and the identities.

use super::canvas::Area;
use super::flow::{Align, Flow};
use super::shape::Line;
use super::style::{ALERT, ALERT_PANEL, BODY, CONTENT_WIDTH, DEFINITION, MARGIN, MUTED, PART_GAP, Weight};
use super::table::{self, Cells, Column, Grid};
use super::{header, words};
use crate::metrics::describe;
use crate::metrics::plain::plain;
use crate::render::words::lowered;
use crate::report::{Check, Input, InputFile, Limits, Report, Warning};
use crate::unit::{Unit, group};

const PADDING: f64 = 8.0;
/// Above each warning.
const WARNING_GAP: f64 = 2.0;
/// Between definitions.
const ENTRY_GAP: f64 = 2.0;
/// Columns of definitions.
const COLUMNS: usize = 3;
/// So much of definitions stays with their heading.
const LEAST_COLUMN: f64 = 36.0;
const EDGE: f64 = 3.0;
/// Between columns of definitions.
const COLUMN_GUTTER: f64 = 15.0;

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

/// A definition: its name, and the text that begins on the same line.
struct Entry {
    name: Line,
    text: Vec<Line>,
}

impl Entry {
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    fn height(&self) -> f64 {
        self.text.len() as f64 * DEFINITION.leading + ENTRY_GAP
    }
}

/// What each number shown means, in columns that are read downwards.
pub fn definitions(flow: &mut Flow, report: &Report) {
    let mut ids: Vec<&str> = Vec::new();
    let tables = report.tables.iter().flat_map(|(_, table)| table.metrics.iter().map(String::as_str));
    for id in report.metrics.iter().map(|(id, _)| id).chain(tables).chain(report.heatmaps.iter().map(|(id, _)| id)) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let width = (CONTENT_WIDTH - (COLUMNS - 1) as f64 * COLUMN_GUTTER) / COLUMNS as f64;
    let named = DEFINITION.weight(Weight::SemiBold);
    let entries = ids.into_iter().filter_map(|id| Some((describe(id)?, definition(report, id)?)));
    let entries: Vec<Entry> = entries
        .map(|(description, text)| {
            let name = flow.type_.fit(&format!("{}.", description.label), named, width);
            let begin = name.width() + 3.0;
            Entry { name, text: flow.type_.wrap_behind(&text, DEFINITION.color(MUTED), begin, width) }
        })
        .collect();
    flow.section("What the numbers mean");
    let mut rest = entries.as_slice();
    while !rest.is_empty() {
        flow.make_room(LEAST_COLUMN);
        let (columns, height) = columns(rest, flow.room());
        let top = flow.take(height);
        let mut x = MARGIN;
        for column in columns {
            let (here, after) = rest.split_at(column);
            let mut y = top;
            for entry in here {
                flow.place(x, DEFINITION.baseline(y), entry.name.clone(), Align::Left);
                for (at, line) in entry.text.iter().enumerate() {
                    let begin = if at == 0 { entry.name.width() + 3.0 } else { 0.0 };
                    flow.place(x + begin, DEFINITION.baseline(y), line.clone(), Align::Left);
                    y += DEFINITION.leading;
                }
                y += ENTRY_GAP;
            }
            rest = after;
            x += width + COLUMN_GUTTER;
        }
    }
}

/// How many entries stand in each column of this page, and how high the highest is: alike where all fit.
fn columns(entries: &[Entry], room: f64) -> (Vec<usize>, f64) {
    let fill = |most: f64| {
        let mut counts = Vec::new();
        let mut rest = entries;
        let mut highest: f64 = 0.0;
        for _ in 0..COLUMNS {
            let mut height = 0.0;
            let mut count = 0;
            for entry in rest {
                // At least one, or a page would stay empty.
                if count > 0 && height + entry.height() > most {
                    break;
                }
                height += entry.height();
                count += 1;
            }
            highest = highest.max(height);
            counts.push(count);
            rest = &rest[count..];
        }
        (counts, highest, rest.is_empty())
    };
    let mut height = LEAST_COLUMN.min(room);
    while height < room {
        let (counts, highest, is_all) = fill(height);
        if is_all {
            return (counts, highest);
        }
        height += DEFINITION.leading / 2.0;
    }
    let (counts, highest, _) = fill(room);
    (counts, highest.min(room))
}

/// What a metric means, in plain words, with the report's own limits.
fn definition(report: &Report, id: &str) -> Option<String> {
    let text = plain(id).or_else(|| describe(id).map(|description| description.doc))?;
    let seconds = |seconds| Unit::Seconds.format(Some(seconds)).replace(" 00 s", "").replace(" 00 h", "");
    let limits = &report.limits;
    let text = text.replace("{service_level}", &seconds(limits.service_level));
    Some(text.replace("{return_window}", &seconds(limits.return_window)))
}

/// The input files, why rows were rejected, and the identities that were checked.
pub fn sources(flow: &mut Flow, report: &Report) {
    let input = &report.input;
    flow.bookmark("Input and checks");
    flow.part("Input and checks", "", 2.0 * DEFINITION.leading);
    match &input.files[..] {
        [file] => {
            let rows = [
                ("rows", file.rows_read),
                ("used", file.accepted),
                ("repeated and left out", file.duplicates),
                ("could not be read", file.rejected),
            ];
            let counts: Vec<String> = rows.into_iter().map(|(name, n)| format!("{} {name}", group(n))).collect();
            paragraph(flow, "File", &[vec![file.name.clone(), read_as(file)], counts].concat());
        }
        _ => files(flow, input),
    }
    let facts = header::facts(report);
    let facts: Vec<String> = facts.into_iter().map(|(name, value)| format!("{} {value}", lowered(name))).collect();
    paragraph(flow, "Events", &facts);
    let rejections: Vec<String> =
        input.rejections.iter().map(|(reason, n)| format!("{} {}", words::name(reason), group(*n))).collect();
    paragraph(flow, "Rejected rows", &rejections);
    // The usual ones stand in `report.json`, and those that definitions name stand there.
    let limits = report.limits.named().into_iter().zip(Limits::default().named());
    let limits = limits.filter(|(limit, usual)| limit != usual);
    let limits = limits.map(|((name, seconds), _)| format!("{name} {}", Unit::Seconds.format(Some(seconds))));
    paragraph(flow, "Limits", &limits.collect::<Vec<_>>());
    let renamed: Vec<String> = report.renamed.iter().map(|(what, old, new)| format!("{what} {old} is {new}")).collect();
    paragraph(flow, "Renamed", &renamed);
    if let Some(hours) = &report.opening_hours {
        let lines = hours.lines().into_iter().map(|(name, week)| format!("{name}: {week}"));
        let title = format!("Durations are open time by {} ({})", hours.file, hours.zone);
        paragraph(flow, &title, &lines.collect::<Vec<_>>());
    }
    identities(flow, &report.checks);
}

/// The format of a file, and whose export it is unless it is in the format of the program itself.
fn read_as(file: &InputFile) -> String {
    if file.profile == "canonical" { file.format.clone() } else { format!("{}, {}", file.format, file.profile) }
}

/// A row a file.
fn files(flow: &mut Flow, input: &Input) {
    let rows = input.files.iter().map(|file| Cells {
        labels: vec![file.name.clone(), read_as(file)],
        numbers: [file.rows_read, file.accepted, file.duplicates, file.rejected].map(group).to_vec(),
        ..Cells::default()
    });
    let total = Cells {
        labels: vec!["Total".to_owned(), String::new()],
        numbers: [input.rows_read, input.accepted, input.duplicates, input.rejected].map(group).to_vec(),
        ..Cells::default()
    };
    let heads = ["Rows", "Used", "Repeated", "Not readable"];
    table::draw(
        flow,
        &Grid {
            title: "Files".to_owned(),
            note: String::new(),
            labels: ["File", "Format"].map(str::to_owned).to_vec(),
            numbers: heads.map(|head| Column { head: head.to_owned(), ..Column::default() }).to_vec(),
            rows: rows.collect(),
            total: Some(total),
            empty: "No files.",
            ..Grid::default()
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
            "{} passed before the report was written",
            words::counted(all, "check of the numbers", "checks of the numbers")
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
    let text = format!("{title}: {}", statements.join(" · "));
    for line in flow.type_.wrap(&text, DEFINITION.color(MUTED), CONTENT_WIDTH, usize::MAX) {
        let top = flow.take(DEFINITION.leading);
        flow.lines(MARGIN, top, vec![line]);
    }
}
