//! A document as lines of a name, a tab and a value: for screen readers and pipes. No boxes, no blocks, no colours.

use crate::harmless::{line_without_command, shown};
use crate::render::document::{Document, PagePart, PageTable, Section};
use crate::unit::NO_DATA;

/// The text.
#[must_use]
pub fn render(document: &Document) -> String {
    let mut lines = PlainLines(String::new());
    lines.line(&document.title);
    lines.line(&document.lead);
    // This line identifies a file written by the program.
    lines.line(&document.program);
    document.compared.iter().chain(&document.only).for_each(|text| lines.line(text));
    if !document.sentences.is_empty() {
        lines.blank();
    }
    for sentence in &document.sentences {
        lines.line(&format!("{} {}", sentence.lead, sentence.text));
    }
    if !document.key_figures.is_empty() {
        lines.heading(&document.figures_title);
    }
    for figure in &document.key_figures {
        let aside = figure.aside.iter().map(|aside| format!(" {aside}"));
        let change =
            figure.change.iter().map(|change| format!("{} {}", change.text, change.word).trim_end().to_owned());
        let targets = figure.targets.iter().map(|(_, target)| target.clone());
        let rest = change.chain(figure.before.clone()).chain(targets).chain(figure.details.clone());
        let value = std::iter::once(figure.value.clone() + &aside.collect::<String>()).chain(rest);
        lines.pair(&figure.label, &value.collect::<Vec<_>>().join(", "));
    }
    for section in &document.sections {
        draw(&mut lines, section);
    }
    lines.0
}

struct PlainLines(String);

impl PlainLines {
    fn line(&mut self, text: &str) {
        self.0.push_str(&line_without_command(&shown(text)));
        self.0.push('\n');
    }

    fn blank(&mut self) {
        self.0.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.blank();
        self.line(text);
    }

    fn pair(&mut self, name: &str, value: &str) {
        self.0.push_str(&format!("{}\t{}\n", line_without_command(&shown(name)), shown(value)));
    }
}

fn draw(lines: &mut PlainLines, section: &Section) {
    let is_drawn = |part: &PagePart| match part {
        PagePart::Bars(of) => of.numbers.is_some(),
        PagePart::Outcomes(_) => false,
        PagePart::Text(_)
        | PagePart::Warning(_)
        | PagePart::Table(_)
        | PagePart::Crossing(_)
        | PagePart::Heatmap(_)
        | PagePart::Trends(_)
        | PagePart::Definitions(_) => true,
    };
    if !section.parts.iter().any(is_drawn) {
        return;
    }
    if section.title.is_empty() {
        lines.blank();
    } else {
        lines.heading(&section.title);
    }
    for part in &section.parts {
        match part {
            PagePart::Text(text) if text.lead.is_empty() => lines.line(&text.text),
            // The tab replaces the colon.
            PagePart::Text(text) => lines.pair(text.lead.trim_end_matches(':').trim_end(), &text.text),
            PagePart::Warning(text) => lines.pair(&text.lead, &text.text),
            PagePart::Table(of) => table(lines, of, of.title != section.title),
            PagePart::Crossing(of) => table(lines, of.to_read(), true),
            PagePart::Heatmap(of) => {
                lines.heading(&of.title);
                if !of.note.is_empty() {
                    lines.line(&of.note);
                }
                for row in &of.rows {
                    for (hour, cell) in row.cells.iter().enumerate() {
                        if !cell.text.is_empty() && cell.text != NO_DATA {
                            lines.pair(&format!("{} {hour:02}:00", row.label), &cell.text);
                        }
                    }
                    if let Some(total) = &of.total {
                        lines.pair(&format!("{} {total}", row.label), &row.sum_text);
                    }
                }
            }
            PagePart::Trends(all) => {
                for trend in all {
                    lines.heading(&trend.title);
                    trend.names.iter().zip(&trend.texts).for_each(|(name, text)| lines.pair(name, text));
                    if !trend.note.is_empty() {
                        lines.line(&trend.note);
                    }
                }
            }
            PagePart::Definitions(all) => all.iter().for_each(|(name, text)| lines.pair(name, text)),
            // The tables have their numbers.
            PagePart::Bars(of) => of.numbers.iter().for_each(|numbers| table(lines, numbers, true)),
            PagePart::Outcomes(_) => {}
        }
    }
}

/// A table: one line per cell that is not empty.
fn table(lines: &mut PlainLines, table: &PageTable, is_titled: bool) {
    if is_titled && !table.title.is_empty() {
        lines.heading(&table.title);
    }
    if table.rows.is_empty() {
        lines.line(&table.empty);
    }
    // The name of a row: its first columns of words, at least one.
    let labels = table.columns.iter().take_while(|column| !column.is_number).count().clamp(1, LABELS);
    for row in table.rows.iter().chain(&table.total) {
        let texts: Vec<&str> = row.iter().take(labels).map(|cell| cell.text.as_str()).collect();
        let label = texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
        for (column, cell) in table.columns.iter().zip(row).skip(labels).filter(|(_, cell)| !cell.text.is_empty()) {
            let head = column.group.iter().chain([&column.head]).map(String::as_str).collect::<Vec<_>>().join(" ");
            lines.pair(&format!("{label}, {head}"), &cell.text);
        }
    }
    if !table.note.is_empty() {
        lines.line(&table.note);
    }
}

/// Maximum number of columns in the name of a row.
const LABELS: usize = 2;
