//! The page of `inspect`: what a file is, column by column, what it could become, and the command to run.

use crate::inspect::{ColumnFound, FileFound, Inspection, MappingFound, RowOrder, TimeFound, Zoned, quoted};
use crate::unit::group;

use super::header::entry;
use super::line::{self, Ink, Line};
use super::names::plural;
use super::{NARROWEST, TerminalOptions, WIDEST, text};
use crate::harmless::shown as as_shown;

/// Between two columns of a table.
const GAP: usize = 2;
/// A name is not given more room than this, unless there is room for all.
const WIDEST_NAME: usize = 28;
/// Columns without a use that are shown; the rest is counted.
const MOST_UNUSED: usize = 12;
/// Columns that are shown; the rest is counted.
const MOST_COLUMNS: usize = 200;

/// The page as text, each line ended, in at most `options.width` columns, but for commands: they are to be copied.
#[must_use]
pub fn render(inspection: &Inspection, options: &TerminalOptions) -> String {
    let width = options.width.clamp(NARROWEST, WIDEST);
    let mut lines = Vec::new();
    for file in &inspection.files {
        if !lines.is_empty() {
            lines.push(Line::new());
        }
        lines.extend(page(file, width));
    }
    line::paint(&lines, options.color)
}

fn page(file: &FileFound, width: usize) -> Vec<Line> {
    let mut lines: Vec<Line> = text::wrap(&file.name, width).iter().map(|part| Line::of(Ink::Title, part)).collect();
    lines.push(Line::of(Ink::Faint, &"━".repeat(width)));
    for (name, value) in facts(file) {
        lines.extend(entry(name, &value, width));
    }
    let sections = [
        ("Columns", columns(file, width)),
        ("Instants", instants(file, width)),
        ("As events", file.mapping.as_ref().map(|mapping| as_events(mapping, width)).unwrap_or_default()),
        ("Rows to look at", problems(file, width)),
        ("Notes", file.notes.iter().flat_map(|note| item(note, width)).collect()),
        ("Attributes", file.mapping.as_ref().map(|mapping| attributes(mapping, width)).unwrap_or_default()),
        ("Not used", file.mapping.as_ref().map(|mapping| unused(mapping, width)).unwrap_or_default()),
        ("Not complete", missing(file, width)),
        ("Next", file.commands.iter().map(|command| Line::of(Ink::Strong, &quoted(command))).collect()),
    ];
    for (title, section) in sections {
        if !section.is_empty() {
            lines.push(Line::new());
            lines.push(line::heading(title, width));
            lines.extend(section);
        }
    }
    lines
}

fn facts(file: &FileFound) -> Vec<(&'static str, String)> {
    let mut form = vec![file.format.to_owned()];
    form.extend(file.compression.map(str::to_owned));
    if let Some(dialect) = &file.dialect
        && file.sheets.is_empty()
    {
        form.push(match dialect.delimiter {
            ',' => "commas".to_owned(),
            ';' => "semicolons".to_owned(),
            '\t' => "tabs".to_owned(),
            '|' => "bars".to_owned(),
            other => format!("`{other}`"),
        });
    }
    if let Some(dialect) = &file.dialect {
        form.push(match dialect.header_line {
            Some(line) => format!("header in line {line}"),
            None => "no header".to_owned(),
        });
    }
    let mut facts = vec![("Format", form.join(", "))];
    if !file.sheets.is_empty() {
        let sheets = file.sheets.iter().map(|sheet| {
            let read = if sheet.is_read { " (this one)" } else { "" };
            format!("{}{}{read}", sheet.name, if sheet.is_hidden { " (hidden)" } else { "" })
        });
        facts.push(("Sheets", sheets.collect::<Vec<_>>().join(", ")));
    }
    if let Some(encoding) = &file.encoding {
        use crate::inspect::reading::bytes::How;
        let how = match encoding.how {
            How::Declared => ", as said",
            How::Mark => ", by its byte-order mark",
            How::Zeros => ", by the zeros in it",
            How::Valid => "",
            How::Guessed => ": a guess, from how often its letters occur",
        };
        facts.push(("Encoding", format!("{}{how}", encoding.name)));
    }
    facts.push(("Rows", rows(file)));
    if let Some(profile) = &file.profile {
        facts.push(("Profile", profile.clone()));
    }
    facts
}

fn rows(file: &FileFound) -> String {
    let quality = &file.quality;
    let mut parts = vec![group(file.rows)];
    if let (Some(accepted), Some(duplicates)) = (quality.accepted, quality.duplicates) {
        // A row of a log is an event; one of an export may be several.
        let what = if file.mapping.is_some() { "events" } else { "accepted" };
        parts.push(format!("{} {what}", group(accepted)));
        parts.push(plural(duplicates, "duplicate"));
        parts.push(format!("{} rejected", group(file.rejected())));
    }
    match quality.order {
        Some(RowOrder::OldestFirst) => parts.push("oldest first".to_owned()),
        Some(RowOrder::NewestFirst) => parts.push("newest first".to_owned()),
        Some(RowOrder::Mixed) => parts.push(format!("{} out of order", group(quality.out_of_order))),
        None => {}
    }
    if quality.repeated_rows > 0 {
        parts.push(format!("{} equal to a row before", group(quality.repeated_rows)));
    }
    parts.join(", ")
}

/// One line a column: name, type, how many rows have it, how many values, examples.
fn columns(file: &FileFound, width: usize) -> Vec<Line> {
    let shown = &file.columns[..file.columns.len().min(MOST_COLUMNS)];
    let widest = |cell: fn(&ColumnFound) -> String| shown.iter().map(|c| text::width(&as_shown(&cell(c)))).max();
    let room = |cell, heading: &str| widest(cell).unwrap_or(0).max(heading.len());
    let (kinds, fills, values) = (room(|c| c.kind.to_owned(), "type"), room(fill, "filled"), room(distinct, "values"));
    let rest = width.saturating_sub(kinds + fills + values + 4 * GAP);
    let names = room(|c| c.name.clone(), "column").min(WIDEST_NAME.max(rest / 2)).min(rest);
    let row = |ink: Ink, cells: [&str; 5]| {
        let mut line = Line::new();
        line.left(ink, cells[0], names);
        line.skip(GAP);
        line.left(ink, cells[1], kinds);
        line.skip(GAP);
        line.right(ink, cells[2], fills);
        line.skip(GAP);
        line.right(ink, cells[3], values);
        line.skip(GAP);
        line.push(ink, &text::fit(cells[4], rest.saturating_sub(names)));
        line
    };
    if shown.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![row(Ink::Faint, ["column", "type", "filled", "values", "examples"])];
    lines.extend(shown.iter().map(|c| row(Ink::Plain, [&c.name, c.kind, &fill(c), &distinct(c), &examples(c)])));
    let more = file.columns.len() - shown.len();
    if more > 0 || file.has_more_columns {
        let more = if file.has_more_columns { "more".to_owned() } else { group(more as u64) };
        lines.push(Line::of(Ink::Faint, &format!("and {more}: --format json lists those that were followed")));
    }
    lines
}

fn fill(column: &ColumnFound) -> String {
    match column.fill_rate {
        rate if rate >= 1.0 => "100%".to_owned(),
        0.0 => "0%".to_owned(),
        rate => format!("{:.1}%", (rate * 100.0).clamp(0.1, 99.9)),
    }
}

fn distinct(column: &ColumnFound) -> String {
    match column.elements {
        Some([fewest, most]) => format!("{fewest}–{most}"),
        None => format!("{}{}", if column.is_more_distinct { "about " } else { "" }, group(column.distinct)),
    }
}

fn examples(column: &ColumnFound) -> String {
    if column.is_hidden {
        return "hidden".to_owned();
    }
    column.examples.join(" · ")
}

/// How instants are written, and which they are.
fn instants(file: &FileFound, width: usize) -> Vec<Line> {
    // Durations are no instants, though they are written as times of day are.
    let is_instant = |column: &&ColumnFound| column.kind != "duration";
    let timed = file.columns.iter().filter(is_instant).filter_map(|column| Some((column, column.time.as_ref()?)));
    timed
        .flat_map(|(column, time)| {
            let mut lines = text::wrap(&format!("{}: {}", column.name, format_of(time)), width)
                .iter()
                .map(|part| Line::of(Ink::Plain, part))
                .collect::<Vec<_>>();
            lines.extend(below(&format!("{} – {}", time.first, time.last), width));
            if let Some(silence) = &time.silence {
                let long = crate::unit::Unit::Seconds;
                #[expect(clippy::cast_precision_loss, reason = "for people")]
                let lasts = long.format(Some(silence.seconds as f64));
                lines
                    .extend(below(&format!("longest silence {lasts}, from {} to {}", silence.from, silence.to), width));
            }
            lines
        })
        .collect()
}

fn format_of(time: &TimeFound) -> String {
    let zone = match time.zone {
        Zoned::Offset => "",
        Zoned::Local => ", local clock without an offset",
    };
    let other =
        time.other_format.as_ref().map(|other| format!(", or {other}: no day past the 12th")).unwrap_or_default();
    format!("{}{zone}{other}", time.format.trim_end_matches(" without offset"))
}

fn as_events(mapping: &MappingFound, width: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let shape = match mapping.shape {
        Some("tickets") => "a row is a conversation: its instants are several events",
        Some("events") => "a row is an event: a column says which",
        Some("messages") => "a row is a message",
        _ => "",
    };
    if !shape.is_empty() {
        let each = mapping.each.as_ref().map(|each| format!(", one for each of {each}")).unwrap_or_default();
        lines.extend(item(&format!("{shape}{each}"), width));
    }
    for event in &mapping.events {
        let said = event.said_by.as_ref().map(|column| format!(", as `{column}` says")).unwrap_or_default();
        let by_column = || event.actor_from.as_ref().map(|column| format!(", by whom `{column}` says"));
        let actor = event.actor.map(|actor| format!(", by {actor}")).or_else(by_column).unwrap_or_default();
        let kinds = event.kinds.join(", ");
        lines.extend(item(&format!("{kinds}{actor}: at {}{said}", event.ts.join(" and ")), width));
    }
    if let Some(latest) = &mapping.latest {
        lines.extend(item(&format!("of rows with one {}, that with the latest {}", latest.key, latest.by), width));
    }
    for candidate in &mapping.columns {
        let sure = match candidate.confidence {
            "high" => "",
            "medium" => " (likely)",
            _ => " (a guess)",
        };
        lines.extend(item(&format!("{} ← {}{sure}: {}", candidate.column, candidate.source, candidate.reason), width));
    }
    lines
}

fn problems(file: &FileFound, width: usize) -> Vec<Line> {
    let of = |problem: &crate::inspect::Problem| {
        let lines: Vec<String> = problem.lines.iter().map(ToString::to_string).collect();
        let more = if problem.count > problem.lines.len() as u64 { ", …" } else { "" };
        let word = if problem.count == 1 { "line" } else { "lines" };
        let what = format!("{}, {}", plural(problem.count, "row"), problem.what);
        if lines.is_empty() {
            return item(&what, width);
        }
        item(&format!("{what}: {word} {}{more}", lines.join(", ")), width)
    };
    file.quality.problems.iter().flat_map(of).collect()
}

/// Columns that a report could be told apart by. They are comments of the profile.
fn attributes(mapping: &MappingFound, width: usize) -> Vec<Line> {
    if mapping.attributes.is_empty() {
        return Vec::new();
    }
    let named = mapping.attributes.iter().map(|it| format!("{} ({} values)", it.column, it.values));
    let named = named.collect::<Vec<_>>().join(", ");
    item(
        &format!("{named}: few values that recur; [attributes] in the profile turns them on, for --by and --where"),
        width,
    )
}

/// Columns that nothing was made of.
fn unused(mapping: &MappingFound, width: usize) -> Vec<Line> {
    let shown = mapping.unused.iter().take(MOST_UNUSED);
    let mut lines: Vec<Line> =
        shown.flat_map(|left| item(&format!("{} ({}): {}", left.column, left.what, left.reason), width)).collect();
    let more = mapping.unused.len().saturating_sub(MOST_UNUSED);
    if more > 0 {
        lines.push(Line::of(Ink::Faint, &format!("and {more} more: --format json lists them all")));
    }
    lines
}

/// The reasons why no report can be made.
fn missing(file: &FileFound, width: usize) -> Vec<Line> {
    file.missing.iter().flat_map(|missing| item(&format!("not complete: {missing}"), width)).collect()
}

/// A sentence that goes on below itself.
fn item(sentence: &str, width: usize) -> Vec<Line> {
    let parts = text::wrap(sentence, width - GAP);
    let line = |(at, part): (usize, &String)| {
        let mut line = Line::of(Ink::Faint, if at == 0 { "· " } else { "  " });
        line.push(Ink::Plain, part);
        line
    };
    parts.iter().enumerate().map(line).collect()
}

/// An addition to the line above.
fn below(sentence: &str, width: usize) -> Vec<Line> {
    let line = |part: &String| {
        let mut line = Line::new();
        line.skip(GAP);
        line.with(Ink::Faint, part)
    };
    text::wrap(sentence, width - GAP).iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use unicode_width::UnicodeWidthStr;

    use super::*;
    use crate::ingest::Options;
    use crate::ingest::arguments::resolve;
    use crate::ingest::source::Source;
    use crate::inspect::{Examples, look};

    /// The pages of exports as they come, of a log, and of files of profiles.
    fn inspection() -> Inspection {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let sources = resolve(&[root.join("messy"), root.join("csv-dialects"), root.join("parquet-types")]);
        let look = |source: &Source| {
            let mut found = look(source, &source.name(), &Options::new(), Examples::Safe).expect("looked at").found;
            found.commands = vec![["dialogram", "report", "a b.csv"].map(str::to_owned).to_vec()];
            found
        };
        let files = sources.expect("fixtures").iter().map(look).collect();
        Inspection { schema: "dialogram/inspect/1", files }
    }

    #[test]
    fn no_line_is_wider_than_the_terminal_and_colour_changes_none() {
        let inspection = inspection();
        assert!(inspection.files.len() > 8);
        for width in 40..=200 {
            let plain = render(&inspection, &TerminalOptions { width, color: false });
            for line in plain.lines() {
                assert!(line.width() <= width, "{} columns at {width}: {line}", line.width());
            }
            assert!(!plain.contains('\u{1b}') && plain.contains("'a b.csv'"));
            let colored = render(&inspection, &TerminalOptions { width, color: true });
            assert_eq!(colored.lines().count(), plain.lines().count());
        }
    }
}
