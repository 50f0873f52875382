//! The parts of a page that let a reader trust the numbers: warnings, definitions, the input and the identities.

use super::canvas::Area;
use super::flow::{Align, Flow};
use super::owner::Owner;
use super::shape::ShapedLine;
use super::structure::Role;
use super::style::{ALERT, ALERT_PANEL, BODY, DEFINITION, MARGIN, MUTED, SECTION_HEIGHT, Style, Weight};
use super::table::{self, Grid, GridColumn, GridRow};
use super::{figures, header, words};
use crate::event::aliases::Aliases;
use crate::render::words::{counted, labelled, limits, lowered, reason_named};
use crate::render::{definitions, open_hours};
use crate::report::{Check, Input, InputFile, LimitSeconds, Report, Warning};

const PADDING: f64 = 8.0;
/// Space above each warning.
const WARNING_GAP: f64 = 2.0;
/// Space between definitions.
const ENTRY_GAP: f64 = 2.0;
/// Space between the name of a definition and its text.
const NAME_GAP: f64 = 3.0;
/// If less than this share of a page is left, definitions that do not all fit begin on a new page.
const LEAST_SHARE: f64 = 0.2;
/// This height of definitions stays with their heading.
const LEAST_COLUMN: f64 = 36.0;
const EDGE: f64 = 3.0;
/// Space below the table of files.
const FILES_GAP: f64 = 6.0;
/// Space between columns of definitions.
const COLUMN_GUTTER: f64 = 15.0;

/// The warnings, in one block per page.
pub fn warnings(flow: &mut Flow, warnings: &[Warning]) {
    if warnings.is_empty() {
        return;
    }
    flow.gap(flow.spacing.part - 4.0);
    let inner = flow.upright_width() - 2.0 * PADDING - EDGE;
    let language = flow.language;
    let title = language.counted("count.warnings", warnings.len() as u64);
    // Each line with the space above it and its paragraph.
    let title = flow.typesetter.line(&title, BODY.weight(Weight::SemiBold));
    let mut block: Vec<(f64, Owner, ShapedLine)> = vec![(0.0, flow.begin(Role::Paragraph), title)];
    for warning in warnings {
        let lines = flow.typesetter.wrap(&counted(language, warning), BODY, inner, usize::MAX);
        let paragraph = flow.begin(Role::Paragraph);
        let gap = |at| if at == 0 { WARNING_GAP } else { 0.0 };
        block.extend(lines.into_iter().enumerate().map(|(at, line)| (gap(at), paragraph, line)));
    }
    // Lines continue on the next page if necessary: a block of many warnings is higher than a page.
    let mut lines = block.into_iter().peekable();
    while lines.peek().is_some() {
        flow.make_room(2.0 * PADDING + 2.0 * BODY.leading);
        let room = flow.room() - 2.0 * PADDING;
        let mut here = Vec::new();
        let mut height = 0.0;
        while let Some((gap, paragraph, line)) =
            lines.next_if(|_| here.is_empty() || height + BODY.leading + WARNING_GAP <= room)
        {
            height += gap;
            here.push((height, paragraph, line));
            height += BODY.leading;
        }
        let top = flow.take(height + 2.0 * PADDING);
        flow.fill(Area::new(MARGIN, top, flow.upright_width(), height + 2.0 * PADDING), 0.0, ALERT_PANEL);
        flow.fill(Area::new(MARGIN, top, EDGE, height + 2.0 * PADDING), 0.0, ALERT);
        for (y, paragraph, line) in here {
            flow.within(paragraph, |flow| flow.lines(MARGIN + EDGE + PADDING, top + PADDING + y, vec![line]));
        }
    }
}

#[derive(Clone, Copy)]
struct DefinitionStyle {
    style: Style,
    /// The distance between lines.
    leading: f64,
    columns: usize,
}

impl DefinitionStyle {
    /// Larger styles, for pages with enough room; the largest first.
    fn larger() -> [Self; 2] {
        [
            Self { style: DEFINITION.sized(9.0), leading: 12.5, columns: 2 },
            Self { style: DEFINITION.sized(8.0), leading: 10.8, columns: 3 },
        ]
    }

    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    fn width(self, flow: &Flow) -> f64 {
        (flow.upright_width() - (self.columns - 1) as f64 * COLUMN_GUTTER) / self.columns as f64
    }

    fn entries(self, flow: &mut Flow, defined: &[(String, String)]) -> Vec<Definition> {
        let width = self.width(flow);
        let named = self.style.weight(Weight::SemiBold);
        let entry = |(name, text): &(String, String)| {
            let name = flow.typesetter.wrap(&format!("{name}."), named, width, usize::MAX);
            let begin = name.last().map_or(0.0, ShapedLine::width) + NAME_GAP;
            Definition { name, text: flow.typesetter.wrap_after(text, self.style.color(MUTED), begin, width) }
        };
        defined.iter().map(entry).collect()
    }
}

/// A definition: its name, and the text that follows on the name's last line.
struct Definition {
    name: Vec<ShapedLine>,
    text: Vec<ShapedLine>,
}

impl Definition {
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    fn height(&self, leading: f64) -> f64 {
        (self.name.len().saturating_sub(1) + self.text.len()) as f64 * leading + ENTRY_GAP
    }

    fn draw(&self, flow: &mut Flow, x: f64, top: f64, set: DefinitionStyle) {
        let mut y = top;
        for (at, line) in self.name.iter().enumerate() {
            y += if at == 0 { 0.0 } else { set.leading };
            flow.place(x, set.style.baseline(y), line.clone(), Align::Left);
        }
        let mut begin = self.name.last().map_or(0.0, ShapedLine::width) + NAME_GAP;
        for line in &self.text {
            flow.place(x + std::mem::take(&mut begin), set.style.baseline(y), line.clone(), Align::Left);
            y += set.leading;
        }
    }
}

/// The definition of each displayed number, in columns to be read downwards. The type is as large as the rest of the
/// page allows, with the sources below.
pub fn definitions(flow: &mut Flow, report: &Report) {
    let is_key = |id: &str| report.key_figures.iter().any(|key| key == id);
    let defined =
        definitions::shown_definitions(report, flow.language, |id| is_key(id) || !figures::is_idle(report, id));
    flow.section(flow.language.text("pdf.definitions"));
    let below = flow.measure(|flow| sources(flow, report)) + flow.spacing.part;
    let mut room = flow.room_below_heading() - below;
    let mut set = DefinitionStyle { style: DEFINITION, leading: flow.spacing.definition, columns: 3 };
    let mut entries = set.entries(flow, &defined);
    // A page with all of them is better than their beginning at the foot of another.
    let next = flow.whole() - SECTION_HEIGHT - below;
    let is_all =
        |room: f64, entries: &[Definition]| columns(entries, room, set).0.iter().sum::<usize>() == entries.len();
    if room < flow.whole() * LEAST_SHARE && !is_all(room, &entries) && is_all(next, &entries) {
        let heading = flow.take_heading();
        flow.make_room(flow.room() + 1.0);
        if let Some(heading) = heading {
            flow.section(&heading);
        }
        room = next;
    }
    for larger in DefinitionStyle::larger() {
        let these = larger.entries(flow, &defined);
        let (counts, _) = columns(&these, room, larger);
        if counts.iter().sum::<usize>() == these.len() {
            (set, entries) = (larger, these);
            break;
        }
    }
    let mut rest = entries.as_slice();
    while !rest.is_empty() {
        flow.make_room(LEAST_COLUMN);
        let (columns, height) = columns(rest, flow.room(), set);
        let top = flow.take(height);
        let mut x = MARGIN;
        for column in columns {
            let (here, after) = rest.split_at(column);
            let mut y = top;
            for entry in here {
                flow.element(Role::Paragraph, |flow| entry.draw(flow, x, y, set));
                y += entry.height(set.leading);
            }
            rest = after;
            x += set.width(flow) + COLUMN_GUTTER;
        }
    }
}

/// The number of entries in each column of this page, and the height of the highest column. If all entries fit, columns
/// have about the same height.
fn columns(entries: &[Definition], room: f64, set: DefinitionStyle) -> (Vec<usize>, f64) {
    let leading = set.leading;
    let fill = |most: f64| {
        let mut counts = Vec::new();
        let mut rest = entries;
        let mut highest: f64 = 0.0;
        for _ in 0..set.columns {
            let mut height = 0.0;
            let mut count = 0;
            for entry in rest {
                // At least one, or the page would remain empty.
                if count > 0 && height + entry.height(leading) > most {
                    break;
                }
                height += entry.height(leading);
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
        height += leading / 2.0;
    }
    let (counts, highest, _) = fill(room);
    (counts, highest.min(room))
}

/// The input files, the reasons for rejects, and the identities.
pub fn sources(flow: &mut Flow, report: &Report) {
    let input = &report.input;
    let language = flow.language;
    flow.bookmark(language.text("pdf.input_and_checks"));
    flow.part(language.text("pdf.input_and_checks"), "", 2.0 * DEFINITION.leading);
    match &input.files[..] {
        [file] => {
            let mut rows = vec![
                ("pdf.file_rows", file.rows()),
                ("pdf.file_used", file.accepted),
                ("pdf.file_repeated", file.duplicates),
                ("pdf.file_unreadable", file.rejected),
            ];
            if let Some(events) = input.events_apart() {
                rows.insert(1, ("count.events", events));
            }
            let counts: Vec<String> = rows.into_iter().map(|(key, n)| language.counted(key, n)).collect();
            paragraph(flow, language.text("pdf.file"), &[vec![file.name.clone(), read_as(file)], counts].concat());
        }
        _ => files(flow, input),
    }
    let facts = header::facts(report, language);
    let stated = |(at, (name, value)): (usize, (&str, String))| match at {
        // The rule of conversations; the others are instants.
        0 => labelled(language, &lowered(name), &value),
        _ => format!("{} {value}", lowered(name)),
    };
    let facts: Vec<String> = facts.into_iter().enumerate().map(stated).collect();
    paragraph(flow, language.text("head.events"), &facts);
    let rejections: Vec<String> = input
        .rejections
        .iter()
        .map(|(id, n)| format!("{} {}", reason_named(language, id), language.count(*n)))
        .collect();
    paragraph(flow, language.text("pdf.rejected_rows"), &rejections);
    // Default limits are in `report.json`; limits that definitions mention are there.
    let limits = limits(language, &report.limits).into_iter().zip(limits(language, &LimitSeconds::default()));
    let limits = limits.filter(|(limit, usual)| limit != usual);
    let limits = limits.map(|((name, seconds), _)| format!("{name} {}", language.seconds(Some(seconds))));
    paragraph(flow, language.text("head.limits"), &limits.collect::<Vec<_>>());
    renamed(flow, &report.renamed);
    if let Some(hours) = &report.opening_hours {
        let lines = open_hours::lines(language, hours);
        let title = language.fill("pdf.open_time", &[("file", &hours.file), ("zone", &hours.zone)]);
        paragraph(flow, &title, &lines);
    }
    identities(flow, &report.checks);
}

/// The format of a file; for an export also its system.
fn read_as(file: &InputFile) -> String {
    if file.profile == "canonical" { file.format.clone() } else { format!("{}, {}", file.format, file.profile) }
}

/// One row per file.
fn files(flow: &mut Flow, input: &Input) {
    let language = flow.language;
    let group = |n| language.count(n);
    let has_events = input.events_apart().is_some();
    let numbers = |rows: u64, counts: [u64; 4]| {
        let counts = counts.into_iter().skip(usize::from(!has_events));
        std::iter::once(rows).chain(counts).map(group).collect::<Vec<_>>()
    };
    let rows = input.files.iter().map(|file| GridRow {
        labels: vec![file.name.clone(), read_as(file)],
        numbers: numbers(file.rows(), [file.rows_read, file.accepted, file.duplicates, file.rejected]),
        ..GridRow::default()
    });
    let total = GridRow {
        labels: vec![language.text("table.total").to_owned(), String::new()],
        numbers: numbers(input.rows(), [input.rows_read, input.accepted, input.duplicates, input.rejected]),
        ..GridRow::default()
    };
    let mut heads = vec!["head.rows", "pdf.used", "pdf.repeated", "pdf.unreadable"];
    if has_events {
        heads.insert(1, "head.events");
    }
    table::draw(
        flow,
        &Grid {
            title: language.text("pdf.files").to_owned(),
            note: String::new(),
            labels: ["pdf.file", "pdf.format"].map(|key| language.text(key).to_owned()).to_vec(),
            numbers: heads
                .into_iter()
                .map(|key| GridColumn { head: language.text(key).to_owned(), ..GridColumn::default() })
                .collect(),
            rows: rows.collect(),
            total: Some(total),
            empty: language.text("pdf.no_files"),
            ..Grid::default()
        },
    );
    flow.gap(FILES_GAP);
}

/// The number of identities; failed ones are named. `report.json` has all of them with both sides.
fn identities(flow: &mut Flow, checks: &[Check]) {
    let language = flow.language;
    let failed = checks.iter().filter(|check| !check.holds).map(|check| words::name(&check.id));
    let failed: Vec<String> = failed.map(|check| language.fill("pdf.check_fails", &[("check", &check)])).collect();
    let all = checks.len() as u64;
    let statements = match (all, failed.is_empty()) {
        (0, _) => Vec::new(),
        (all, true) => vec![language.counted("pdf.checks_passed_before", all)],
        (_, false) => failed,
    };
    paragraph(flow, language.text("pdf.checks"), &statements);
}

/// The renamed and merged names of the log, if any.
pub fn renamed(flow: &mut Flow, names: &Aliases) {
    let language = flow.language;
    let statements: Vec<String> = crate::render::words::renamed(language, names).collect();
    paragraph(flow, language.text("pdf.renamed"), &statements);
}

/// Short statements in one paragraph; nothing without statements.
fn paragraph(flow: &mut Flow, title: &str, statements: &[String]) {
    if statements.is_empty() {
        return;
    }
    let style = DEFINITION.color(MUTED);
    // A line ends between statements, not within a date, unless a statement alone is longer.
    let (mut lines, mut line) = (Vec::new(), String::new());
    for (at, statement) in statements.iter().enumerate() {
        let joined = match at {
            0 => labelled(flow.language, title, statement),
            _ => format!("{line} · {statement}"),
        };
        if at == 0 || flow.typesetter.line(&joined, style).width() <= flow.upright_width() {
            line = joined;
            continue;
        }
        lines.push(format!("{line} ·"));
        line.clone_from(statement);
    }
    lines.push(line);
    let wrap = |line: &String| flow.typesetter.wrap(line, style, flow.upright_width(), usize::MAX);
    let lines = lines.iter().flat_map(wrap).collect();
    flow.paragraph(MARGIN, lines);
}
