//! A document as Markdown, for a job's summary or a chat: sentences, key figures and tables. It has no charts, because
//! the tables have their numbers, and no definitions.

use crate::harmless::in_markdown;
use crate::render::document::{
    Document, MarkedText, PageCell, PageHeatmap, PagePart, PageTable, PageTrend, Section, TableColumn, Tone,
};

/// The text.
#[must_use]
pub fn render(document: &Document) -> String {
    let mut text = format!("## {}\n\n{}\n", in_markdown(&document.title), in_markdown(&document.lead));
    // This line identifies a file written by the program.
    let compared = document.compared.iter().map(|compared| format!(" · {}", in_markdown(compared)));
    text.push_str(&format!("\n{}{}\n", document.program, compared.collect::<String>()));
    if let Some(only) = &document.only {
        text.push_str(&format!("\n**{}**\n", in_markdown(only)));
    }
    if !document.sentences.is_empty() {
        text.push('\n');
    }
    for sentence in &document.sentences {
        text.push_str(&format!("- **{}** {}\n", in_markdown(&sentence.lead), in_markdown(&sentence.text)));
    }
    text.push_str(&key_figures(document));
    for section in &document.sections {
        text.push_str(&draw(section));
    }
    text
}

fn key_figures(document: &Document) -> String {
    if document.key_figures.is_empty() {
        return String::new();
    }
    let mut text = format!("\n### {}\n\n", in_markdown(&document.figures_title));
    text.push_str(&line(document.figures_heads.iter().map(|head| in_markdown(head))));
    text.push_str("| --- | ---: | --- | --- |\n");
    for figure in &document.key_figures {
        let change =
            figure.change.as_ref().map(|change| format!("{} {}", change.text, change.word).trim_end().to_owned());
        let change = [change, figure.before.clone()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let targets = figure.targets.iter().map(|(_, target)| target.clone());
        let details = figure.details.iter().cloned().chain(targets).collect::<Vec<_>>().join(" · ");
        let label = match &figure.aside {
            Some(aside) => format!("{} ({aside})", figure.label),
            None => figure.label.clone(),
        };
        text.push_str(&format!(
            "| {} | **{}** | {} | {} |\n",
            in_markdown(&label),
            in_markdown(&figure.value),
            in_markdown(change.trim()),
            in_markdown(&details)
        ));
    }
    text
}

fn draw(section: &Section) -> String {
    let mut text = String::new();
    for part in &section.parts {
        match part {
            PagePart::Text(part) => text.push_str(&paragraph(part)),
            PagePart::Warning(part) => text.push_str(&format!("\n> {}\n", in_markdown(&part.text))),
            PagePart::Table(part) => text.push_str(&table(part, part.title != section.title)),
            PagePart::Crossing(part) => text.push_str(&table(part.to_read(), true)),
            PagePart::Heatmap(part) => text.push_str(&heatmap(part)),
            PagePart::Trends(part) => text.push_str(&trends(part)),
            PagePart::Bars(bars) => bars.numbers.iter().for_each(|numbers| text.push_str(&table(numbers, true))),
            PagePart::Outcomes(_) | PagePart::Definitions(_) => {}
        }
    }
    if text.is_empty() || section.title.is_empty() {
        return text;
    }
    format!("\n### {}\n{text}", in_markdown(&section.title))
}

fn paragraph(text: &MarkedText) -> String {
    let lead = if text.lead.is_empty() { String::new() } else { format!("**{}** ", in_markdown(&text.lead)) };
    format!("\n{lead}{}\n", in_markdown(&text.text))
}

fn table(table: &PageTable, is_titled: bool) -> String {
    let mut text = String::new();
    if is_titled && !table.title.is_empty() {
        text.push_str(&format!("\n#### {}\n", in_markdown(&table.title)));
    }
    if table.rows.is_empty() {
        return text + &format!("\n{}\n", in_markdown(&table.empty));
    }
    text.push('\n');
    text.push_str(&line(table.columns.iter().map(|column| in_markdown(&head(column)))));
    text.push_str(&line(table.columns.iter().map(|column| if column.is_number { "---:" } else { "---" }.to_owned())));
    for row in &table.rows {
        text.push_str(&line(row.iter().map(cell)));
    }
    if let Some(total) = &table.total {
        let bold = |cell: &PageCell| {
            if cell.text.is_empty() { String::new() } else { format!("**{}**", in_markdown(&cell.text)) }
        };
        text.push_str(&line(total.iter().map(bold)));
    }
    if !table.note.is_empty() {
        text.push_str(&format!("\n{}\n", in_markdown(&table.note)));
    }
    text
}

fn head(column: &TableColumn) -> String {
    column.group.as_ref().map_or_else(|| column.head.clone(), |group| format!("{group}, {}", column.head))
}

fn cell(cell: &PageCell) -> String {
    let text = in_markdown(&cell.text);
    match cell.tone {
        Tone::Missed if !text.is_empty() => format!("**{text}**"),
        Tone::Missed | Tone::Plain | Tone::Better | Tone::Worse => text,
    }
}

fn heatmap(heatmap: &PageHeatmap) -> String {
    let mut text = format!("\n#### {}\n", in_markdown(&heatmap.title));
    if !heatmap.note.is_empty() {
        text.push_str(&format!("\n{}\n", in_markdown(&heatmap.note)));
    }
    text.push('\n');
    let hours = (0..24).map(|hour| format!("{hour:02}"));
    let total = heatmap.total.as_ref();
    let heads = [in_markdown(&heatmap.corner)].into_iter().chain(hours).chain(total.map(|total| in_markdown(total)));
    text.push_str(&line(heads));
    let numbers = 24 + usize::from(total.is_some());
    text.push_str(&line(["---".to_owned()].into_iter().chain((0..numbers).map(|_| "---:".to_owned()))));
    for row in &heatmap.rows {
        let cells = row.cells.iter().map(|cell| cell.text.clone());
        let sum = total.map(|_| row.sum_text.clone());
        text.push_str(&line([in_markdown(&row.label)].into_iter().chain(cells).chain(sum)));
    }
    text
}

fn trends(all: &[PageTrend]) -> String {
    /// A table of more columns, such as the instants of a series, is not readable.
    const MOST: usize = 16;
    let Some(names) = all.first().map(|trend| &trend.names).filter(|names| names.len() <= MOST) else {
        return String::new();
    };
    let mut text = "\n".to_owned();
    text.push_str(&line([String::new()].into_iter().chain(names.iter().map(|name| in_markdown(name)))));
    text.push_str(&line(["---".to_owned()].into_iter().chain(names.iter().map(|_| "---:".to_owned()))));
    for trend in all {
        text.push_str(&line(
            [in_markdown(&trend.title)].into_iter().chain(trend.texts.iter().map(|text| in_markdown(text))),
        ));
    }
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}
