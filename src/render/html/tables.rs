//! Tables and heatmaps, with real headers.

use super::page::HtmlPage;
use crate::render::decimal_mark::{ColumnTails, tail};
use crate::render::document::{PageCell, PageHeatmap, PageTable, TableColumn, Tone};

/// Maximum number of columns on paper. A row of a wider table is printed as a list of names and numbers.
const MOST_PRINTED: usize = 10;

/// A table under its title; the title is left out if it is the section's.
pub fn table(page: &mut HtmlPage, id: &str, table: &PageTable, is_titled: bool) {
    if !is_titled && !table.title.is_empty() {
        page.element("h3", "", &table.title);
    }
    if !table.note.is_empty() {
        page.element("p", "muted", &table.note);
    }
    if table.rows.is_empty() {
        page.element("p", "muted", &table.empty);
        return;
    }
    let is_wide = table.columns.len() > MOST_PRINTED;
    let class = [if table.is_sortable { "sortable" } else { "" }, if is_wide { "wide" } else { "" }].join(" ");
    begin(page, id, &table.title, class.trim());
    page.raw("<thead>\n");
    heads(page, &table.columns);
    page.raw("</thead>\n<tbody>\n");
    let tails = tails(page, table);
    for row in &table.rows {
        cells(page, (&table.columns, &tails), row, is_wide);
    }
    page.raw("</tbody>\n");
    if let Some(total) = &table.total {
        page.raw("<tfoot>\n");
        cells(page, (&table.columns, &tails), total, is_wide);
        page.raw("</tfoot>\n");
    }
    page.raw("</table></div>\n");
}

/// For each column, what its numbers have behind their decimal marks; nothing for a column of texts.
fn tails<'t>(page: &HtmlPage, table: &'t PageTable) -> Vec<ColumnTails<'t>> {
    let rows = || table.rows.iter().chain(&table.total);
    let numbers = |at: usize| rows().filter_map(move |row| Some(row.get(at)?.text.as_str()));
    let tails = |(at, column): (usize, &TableColumn)| {
        if column.is_number { ColumnTails::of(page.language(), numbers(at)) } else { ColumnTails::default() }
    };
    table.columns.iter().enumerate().map(tails).collect()
}

/// Begins a table that scrolls sideways if it is wider than the page, also by keyboard.
fn begin(page: &mut HtmlPage, id: &str, title: &str, class: &str) {
    page.raw("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"");
    page.text(title);
    page.raw(&format!("\"><table id=\"{id}\" class=\"{class}\">\n<caption class=\"unseen\">"));
    page.text(title);
    page.raw("</caption>\n");
}

/// The heads of the columns, with common heads above them.
fn heads(page: &mut HtmlPage, columns: &[TableColumn]) {
    let has_groups = columns.iter().any(|column| column.group.is_some());
    if !has_groups {
        page.raw("<tr>");
        for column in columns {
            head(page, column, "");
        }
        page.raw("</tr>\n");
        return;
    }
    page.raw("<tr>");
    for group in columns.chunk_by(|a, b| a.group.is_some() && a.group == b.group) {
        match &group[0].group {
            None => head(page, &group[0], " rowspan=\"2\""),
            Some(name) => {
                page.raw(&format!("<th scope=\"colgroup\" colspan=\"{}\" class=\"group\">", group.len()));
                page.text(name);
                page.raw("</th>");
            }
        }
    }
    page.raw("</tr>\n<tr>");
    columns.iter().filter(|column| column.group.is_some()).for_each(|column| head(page, column, ""));
    page.raw("</tr>\n");
}

fn head(page: &mut HtmlPage, column: &TableColumn, more: &str) {
    let class = if column.is_number { " class=\"n\"" } else { "" };
    page.raw(&format!("<th scope=\"col\"{class}{more}>"));
    page.text(&column.head);
    page.raw("</th>");
}

/// The cells of a row. In a wide table each cell names its column, because paper shows no head above it. A number names
/// what it lacks behind its decimal mark: the style leaves that much room there, and the text of the cell stays whole.
fn cells(page: &mut HtmlPage, (columns, tails): (&[TableColumn], &[ColumnTails]), row: &[PageCell], is_wide: bool) {
    page.raw("<tr>");
    for (at, ((column, tails), cell)) in columns.iter().zip(tails).zip(row).enumerate() {
        let tone = match cell.tone {
            Tone::Plain => "",
            Tone::Missed => "missed",
            Tone::Better => "better",
            Tone::Worse => "worse",
        };
        let class = [if column.is_number { "n" } else { "" }, tone].join(" ");
        let class = if class.trim().is_empty() { String::new() } else { format!(" class=\"{}\"", class.trim()) };
        let value = cell.value.number().map(|value| format!(" data-v=\"{value}\"")).unwrap_or_default();
        let (open, close) = if at == 0 { ("th scope=\"row\"", "th") } else { ("td", "td") };
        page.raw(&format!("<{open}{class}{value}"));
        let room = tail(page.language(), &cell.text).map(|tail| tails.missing(tail)).unwrap_or_default();
        if !room.is_empty() {
            page.raw(" data-t=\"");
            page.text(&room);
            page.raw("\"");
        }
        if is_wide && at > 0 {
            let name = column.group.iter().chain([&column.head]).map(String::as_str).collect::<Vec<_>>().join(", ");
            page.raw(" data-h=\"");
            page.text(&name);
            page.raw("\"");
        }
        page.raw(">");
        page.text(&cell.text);
        page.raw(&format!("</{close}>"));
    }
    page.raw("</tr>\n");
}

/// Counts by weekday and hour: zeros are blank, larger counts are darker.
pub fn heatmap(page: &mut HtmlPage, id: &str, heatmap: &PageHeatmap) {
    page.element("h3", "", &heatmap.title);
    if !heatmap.note.is_empty() {
        page.element("p", "muted", &heatmap.note);
    }
    begin(page, id, &heatmap.title, "heat");
    page.raw("<thead>\n<tr>");
    page.raw("<th scope=\"col\">");
    page.text(&heatmap.corner);
    page.raw("</th>");
    for hour in 0..24 {
        page.raw(&format!("<th scope=\"col\" class=\"n\">{hour:02}</th>"));
    }
    if let Some(total) = &heatmap.total {
        page.raw("<th scope=\"col\" class=\"n\">");
        page.text(total);
        page.raw("</th>");
    }
    page.raw("</tr>\n</thead>\n<tbody>\n");
    for row in &heatmap.rows {
        page.raw("<tr><th scope=\"row\">");
        page.text(&row.label);
        page.raw("</th>");
        for cell in &row.cells {
            if cell.value.is_some() {
                page.raw(&format!("<td class=\"n h{}\">", cell.shade));
            } else {
                page.raw("<td class=\"n\">");
            }
            page.text(&cell.text);
            page.raw("</td>");
        }
        if heatmap.total.is_some() {
            page.raw("<td class=\"n sum\">");
            page.text(&row.sum_text);
            page.raw("</td>");
        }
        page.raw("</tr>\n");
    }
    page.raw("</tbody>\n</table></div>\n");
}
