//! The page of `inspect`: the format of a file, its columns, a possible mapping, and the command to run.

use super::emoji::drawn;
use crate::inspect::reading::bytes::How;
use crate::inspect::{
    ColumnFound, EventFound, FileFound, Inspection, MappingFound, Problem, RowOrder, TimeFound, UnusedFound, Zoned,
    quoted,
};
use crate::language::{Language, Message, Placeholders};
use crate::render::words;

use super::header::entry;
use super::line::{self, Ink, Line};
use super::{NARROWEST, TerminalOptions, WIDEST, text};

/// Space between two columns of a table.
const GAP: usize = 2;
/// Maximum width of a name, unless there is room for all of it.
const WIDEST_NAME: usize = 28;
/// Maximum number of unused columns that are listed; the others are counted.
const MOST_UNUSED: usize = 12;
/// Maximum number of columns that are listed; the others are counted.
const MOST_COLUMNS: usize = 200;

/// The page as text, with a line end after each line, in at most `options.width` columns. Commands may be longer,
/// because they are to be copied.
#[must_use]
pub fn render(inspection: &Inspection, language: Language, options: &TerminalOptions) -> String {
    let page = InspectionPage { language, width: options.width.clamp(NARROWEST, WIDEST) };
    let mut lines = Vec::new();
    for file in &inspection.files {
        if !lines.is_empty() {
            lines.push(Line::new());
        }
        lines.extend(page.lines(file));
    }
    line::paint(&lines, options.color)
}

/// Writes the page of a file.
#[derive(Clone, Copy)]
struct InspectionPage {
    language: Language,
    width: usize,
}

impl InspectionPage {
    fn text(self, key: &str) -> String {
        self.language.text(key).to_owned()
    }

    fn lines(self, file: &FileFound) -> Vec<Line> {
        let width = self.width;
        let mut lines: Vec<Line> =
            text::wrap(&file.name, width).iter().map(|part| Line::of(Ink::Title, part)).collect();
        lines.push(Line::of(Ink::Faint, &"━".repeat(width)));
        for (key, value) in self.facts(file) {
            lines.extend(entry(self.language.text(key), &value, width));
        }
        let mapping = file.mapping.as_ref();
        let notes = file.notes.iter().flat_map(|note| item(&note.in_language(self.language), width)).collect();
        let commands = file.commands.iter().map(|command| Line::of(Ink::Strong, &quoted(command))).collect();
        let sections = [
            ("inspect.columns", self.columns(file)),
            ("inspect.instants", self.instants(file)),
            ("inspect.as_events", mapping.map(|mapping| self.as_events(mapping)).unwrap_or_default()),
            ("inspect.problems", self.problems(file)),
            ("inspect.notes", notes),
            ("inspect.attributes", mapping.map(|mapping| self.attributes(mapping)).unwrap_or_default()),
            ("inspect.unused", mapping.map(|mapping| self.unused(mapping)).unwrap_or_default()),
            ("inspect.incomplete", self.missing(file)),
            ("inspect.next", commands),
        ];
        for (title, section) in sections {
            if !section.is_empty() {
                lines.push(Line::new());
                lines.push(line::heading(self.language.text(title), width));
                lines.extend(section);
            }
        }
        lines
    }

    /// The properties of the file: the key of each name, and its text.
    fn facts(self, file: &FileFound) -> Vec<(&'static str, String)> {
        let language = self.language;
        let mut form = vec![file.format.to_owned()];
        form.extend(file.compression.map(str::to_owned));
        if let Some(dialect) = &file.dialect
            && file.sheets.is_empty()
        {
            form.push(match dialect.delimiter {
                ',' => self.text("inspect.commas"),
                ';' => self.text("inspect.semicolons"),
                '\t' => self.text("inspect.tabs"),
                '|' => self.text("inspect.bars"),
                other => format!("`{other}`"),
            });
        }
        if let Some(dialect) = &file.dialect {
            form.push(match dialect.header_line {
                Some(line) => language.fill("inspect.header_line", &[("line", &line)]),
                None => self.text("inspect.no_header"),
            });
        }
        let mut facts = vec![("inspect.format", form.join(", "))];
        if !file.sheets.is_empty() {
            let sheets = file.sheets.iter().map(|sheet| {
                let named = |key, name: String| language.fill(key, &[("sheet", &name)]);
                let name = sheet.name.clone();
                let name = if sheet.is_hidden { named("inspect.sheet_hidden", name) } else { name };
                if sheet.is_read { named("inspect.sheet_read", name) } else { name }
            });
            facts.push(("inspect.sheets", sheets.collect::<Vec<_>>().join(", ")));
        }
        if let Some(encoding) = &file.encoding {
            let name = &encoding.name;
            let text_of = |key| language.fill(key, &[("encoding", name)]);
            let encoding = match encoding.how {
                How::Declared => text_of("inspect.encoding_declared"),
                How::Mark => text_of("inspect.encoding_mark"),
                How::Zeros => text_of("inspect.encoding_zeros"),
                How::Valid => name.clone(),
                How::Guessed => text_of("inspect.encoding_guessed"),
            };
            facts.push(("inspect.encoding", encoding));
        }
        facts.push(("inspect.rows", self.rows(file)));
        if let Some(profile) = &file.profile {
            facts.push(("inspect.profile", profile.clone()));
        }
        facts
    }

    fn rows(self, file: &FileFound) -> String {
        let language = self.language;
        let quality = &file.quality;
        let mut parts = vec![language.count(file.rows)];
        if let (Some(accepted), Some(duplicates)) = (quality.accepted, quality.duplicates) {
            // A row of a log is one event; a row of an export may give several.
            let accepted_as = if file.mapping.is_some() { "count.events" } else { "inspect.accepted" };
            parts.push(language.counted(accepted_as, accepted));
            parts.push(language.counted("count.duplicates", duplicates));
            parts.push(language.counted("page.rejected_count", file.rejected()));
        }
        match quality.order {
            Some(RowOrder::OldestFirst) => parts.push(self.text("inspect.oldest_first")),
            Some(RowOrder::NewestFirst) => parts.push(self.text("inspect.newest_first")),
            Some(RowOrder::Mixed) => parts.push(language.counted("inspect.out_of_order", quality.out_of_order)),
            None => {}
        }
        if quality.repeated_rows > 0 {
            parts.push(language.counted("inspect.repeated", quality.repeated_rows));
        }
        parts.join(", ")
    }

    /// One line per column: name, type, number of rows with a value, number of distinct values, examples.
    fn columns(self, file: &FileFound) -> Vec<Line> {
        let language = self.language;
        let shown = &file.columns[..file.columns.len().min(MOST_COLUMNS)];
        if shown.is_empty() {
            return Vec::new();
        }
        let heads = [
            "inspect.head_column",
            "inspect.head_kind",
            "inspect.head_filled",
            "inspect.head_values",
            "inspect.head_examples",
        ];
        let heads = heads.map(|head| language.text(head));
        let cells: Vec<[String; 5]> = shown
            .iter()
            .map(|c| [c.name.clone(), kind(language, c.kind), self.fill(c), self.distinct(c), self.examples(c)])
            .collect();
        let room = |at: usize| {
            let widest = cells.iter().map(|row| text::width(&drawn(&row[at]))).max();
            widest.unwrap_or(0).max(text::width(heads[at]))
        };
        let (kinds, fills, values) = (room(1), room(2), room(3));
        let rest = self.width.saturating_sub(kinds + fills + values + 4 * GAP);
        let names = room(0).min(WIDEST_NAME.max(rest / 2)).min(rest);
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
        let mut lines = vec![row(Ink::Faint, heads)];
        lines.extend(cells.iter().map(|cells| row(Ink::Plain, std::array::from_fn(|at| cells[at].as_str()))));
        let more = file.columns.len() - shown.len();
        if file.has_more_columns {
            lines.push(Line::of(Ink::Faint, language.text("inspect.still_more_columns")));
        } else if more > 0 {
            let more = language.count(more as u64);
            lines.push(Line::of(Ink::Faint, &language.fill("inspect.more_columns", &[("n", &more)])));
        }
        lines
    }

    fn fill(self, column: &ColumnFound) -> String {
        let (percent, decimals) = match column.fill_rate {
            rate if rate >= 1.0 => (100.0, 0),
            0.0 => (0.0, 0),
            rate => ((rate * 100.0).clamp(0.1, 99.9), 1),
        };
        format!("{}{}", self.language.decimals(percent, decimals), self.language.notation().percent)
    }

    fn distinct(self, column: &ColumnFound) -> String {
        let n = self.language.count(column.distinct);
        match column.elements {
            Some([fewest, most]) => format!("{fewest}–{most}"),
            None if column.is_more_distinct => self.language.fill("inspect.about", &[("n", &n)]),
            None => n,
        }
    }

    fn examples(self, column: &ColumnFound) -> String {
        if column.is_hidden {
            return self.text("value.hidden");
        }
        column.examples.join(" · ")
    }

    /// The formats of instants, and their columns.
    fn instants(self, file: &FileFound) -> Vec<Line> {
        let width = self.width;
        // Durations are not instants, although they look like times of day.
        let is_instant = |column: &&ColumnFound| column.kind != "duration";
        let timed = file.columns.iter().filter(is_instant).filter_map(|column| Some((column, column.time.as_ref()?)));
        let at = |text: &str| words::instant_of_file(self.language, text);
        timed
            .flat_map(|(column, time)| {
                let format = self.format_of(time);
                let figure = self.language.fill("listing.figure", &[("name", &column.name), ("value", &format)]);
                let mut lines: Vec<Line> =
                    text::wrap(&figure, width).iter().map(|part| Line::of(Ink::Plain, part)).collect();
                lines.extend(below(&format!("{} – {}", at(&time.first), at(&time.last)), width));
                if let Some(silence) = &time.silence {
                    #[expect(clippy::cast_precision_loss, reason = "for people")]
                    let lasts = self.language.seconds(Some(silence.seconds as f64));
                    let values: &Placeholders =
                        &[("time", &lasts), ("from", &at(&silence.from)), ("to", &at(&silence.to))];
                    lines.extend(below(&self.language.fill("inspect.silence", values), width));
                }
                lines
            })
            .collect()
    }

    fn format_of(self, time: &TimeFound) -> String {
        let format = time.format.trim_end_matches(" without offset").to_owned();
        let format = match time.zone {
            Zoned::Offset => format,
            Zoned::Local => self.language.fill("inspect.local_format", &[("format", &format)]),
        };
        match &time.other_format {
            Some(other) => self.language.fill("inspect.either_format", &[("format", &format), ("other", other)]),
            None => format,
        }
    }

    fn as_events(self, mapping: &MappingFound) -> Vec<Line> {
        let (language, width) = (self.language, self.width);
        let mut lines = Vec::new();
        let shape = match mapping.shape {
            Some("tickets") => Some("inspect.shape_tickets"),
            Some("events") => Some("inspect.shape_events"),
            Some("messages") => Some("inspect.shape_messages"),
            _ => None,
        };
        if let Some(shape) = shape.map(|key| language.text(key)) {
            let shape = match &mapping.each {
                Some(list) => language.fill("inspect.each", &[("shape", &shape), ("list", list)]),
                None => shape.to_owned(),
            };
            lines.extend(item(&shape, width));
        }
        lines.extend(mapping.events.iter().flat_map(|event| item(&self.event(event), width)));
        if let Some(latest) = &mapping.latest {
            let latest = language.fill("inspect.latest", &[("key", &latest.key), ("by", &latest.by)]);
            lines.extend(item(&latest, width));
        }
        for candidate in &mapping.columns {
            let key = match candidate.confidence {
                "high" => "inspect.candidate",
                "medium" => "inspect.candidate_likely",
                _ => "inspect.candidate_guess",
            };
            let reason = candidate.reason.in_language(language);
            let values: &Placeholders =
                &[("column", &candidate.column), ("source", &candidate.source), ("reason", &reason)];
            lines.extend(item(&language.fill(key, values), width));
        }
        lines
    }

    /// The event that a rule makes from a row: its kind, actor and instant.
    fn event(self, event: &EventFound) -> String {
        let language = self.language;
        let mut sentence = event.kinds.join(", ");
        if let Some(id) = event.actor {
            let actor = language.find(&format!("actor.{id}")).unwrap_or(id);
            sentence = language.fill("inspect.event_by_actor", &[("event", &sentence), ("actor", &actor)]);
        } else if let Some(column) = &event.actor_from {
            sentence = language.fill("inspect.event_by_column", &[("event", &sentence), ("column", column)]);
        }
        let columns: Vec<&str> = event.ts.iter().map(String::as_str).collect();
        let when = language.list(&columns);
        sentence = language.fill("inspect.event", &[("event", &sentence), ("when", &when)]);
        match &event.said_by {
            Some(column) => language.fill("inspect.event_named", &[("event", &sentence), ("column", column)]),
            None => sentence,
        }
    }

    fn problems(self, file: &FileFound) -> Vec<Line> {
        let item_of = |problem: &Problem| {
            let mut lines: Vec<String> = problem.lines.iter().map(ToString::to_string).collect();
            if problem.count > problem.lines.len() as u64 {
                lines.push("…".to_owned());
            }
            let rows = self.language.counted("count.rows", problem.count);
            let what = problem.what.in_language(self.language);
            let sentence = if problem.lines.is_empty() {
                self.language.fill("inspect.problem", &[("rows", &rows), ("problem", &what)])
            } else {
                let values: &Placeholders = &[("rows", &rows), ("problem", &what), ("lines", &lines.join(", "))];
                self.language.counted_with("inspect.problem_lines", problem.count, values)
            };
            item(&sentence, self.width)
        };
        file.quality.problems.iter().flat_map(item_of).collect()
    }

    /// Columns by which a report could be split. The profile has them as comments.
    fn attributes(self, mapping: &MappingFound) -> Vec<Line> {
        if mapping.attributes.is_empty() {
            return Vec::new();
        }
        let named = mapping
            .attributes
            .iter()
            .map(|it| self.language.counted_with("inspect.attribute", it.values, &[("column", &it.column)]));
        let named = named.collect::<Vec<_>>().join(", ");
        item(&self.language.fill("inspect.attributes_named", &[("columns", &named)]), self.width)
    }

    /// Columns that the mapping does not use.
    fn unused(self, mapping: &MappingFound) -> Vec<Line> {
        let language = self.language;
        let sentence = |left: &UnusedFound| {
            let (what, reason) = (kind(language, left.what), left.reason.in_language(language));
            let values: &Placeholders = &[("column", &left.column), ("what", &what), ("reason", &reason)];
            language.fill("inspect.unused_column", values)
        };
        let shown = mapping.unused.iter().take(MOST_UNUSED);
        let mut lines: Vec<Line> = shown.flat_map(|left| item(&sentence(left), self.width)).collect();
        let more = mapping.unused.len().saturating_sub(MOST_UNUSED);
        if more > 0 {
            lines.push(Line::of(Ink::Faint, &language.fill("inspect.more_unused", &[("n", &more)])));
        }
        lines
    }

    /// The reasons why a report cannot be made.
    fn missing(self, file: &FileFound) -> Vec<Line> {
        let sentence = |missing: &Message| {
            self.language.fill("inspect.missing", &[("missing", &missing.in_language(self.language))])
        };
        file.missing.iter().flat_map(|missing| item(&sentence(missing), self.width)).collect()
    }
}

/// The word for the type of a column's values.
fn kind(language: Language, id: &str) -> String {
    let key = match id {
        "instant" => "kind.instant",
        "date" => "kind.date",
        "duration" => "kind.duration",
        "message text" => "kind.message_text",
        "list" => "kind.list",
        "object" => "kind.object",
        "boolean" => "kind.boolean",
        "integer" => "kind.integer",
        "decimal" => "kind.decimal",
        "text" => "kind.text",
        "empty" => "kind.empty",
        "score" => "kind.score",
        "id" => "kind.id",
        "tags" => "kind.tags",
        _ => "kind.other",
    };
    language.text(key).to_owned()
}

/// A sentence, wrapped below itself.
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
    use crate::inspect::{Examples, inspect_file};

    /// The pages for exports, for a log, and for files with built-in profiles.
    fn inspection() -> Inspection {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
        let sources = resolve(&[root.join("messy"), root.join("csv-dialects"), root.join("parquet-types")]);
        let look = |source: &Source| {
            let mut found =
                inspect_file(source, &source.name(), &Options::new(), Examples::Safe).expect("looked at").found;
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
        for (language, width) in Language::ALL.into_iter().flat_map(|it| (40..=200).step_by(4).map(move |n| (it, n))) {
            let plain = render(&inspection, language, &TerminalOptions { width, color: false });
            for line in plain.lines() {
                assert!(line.width() <= width, "{} columns at {width} in {language}: {line}", line.width());
            }
            assert!(!plain.contains('\u{1b}') && plain.contains("'a b.csv'"));
            let colored = render(&inspection, language, &TerminalOptions { width, color: true });
            assert_eq!(colored.lines().count(), plain.lines().count());
        }
    }
}
