//! A document as an Excel workbook: one sheet per table and heatmap. Numbers are numbers, durations durations and dates
//! dates; names are texts, never formulas. The same document gives the same bytes.

mod cells;
mod names;

use anyhow::{Context, Result};
use rust_xlsxwriter::{
    ConditionalFormat2ColorScale, DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet,
};
use unicode_width::UnicodeWidthStr;

use self::cells::{Formats, write};
use self::names::SheetNames;
use crate::failure::Failure;
use crate::harmless::shown;
use crate::render::brand::Brand;
use crate::render::brand::paper::Paper;
use crate::render::document::{
    Crossing, Document, MarkedText, PageCell, PageHeatmap, PagePart, PageTable, PageTrend, TableColumn, Tone,
};
use crate::render::look::Look;
use crate::render::words::labelled;

/// Maximum rows of a sheet, without its head.
const MOST_ROWS: usize = 1_048_575;
/// Minimum and maximum width of a column, in characters.
const WIDTHS: (usize, usize) = (8, 48);
/// Extra width beyond a measured text.
const MARGIN: usize = 2;

/// The workbook. `created` is the creation time in its metadata.
///
/// # Errors
///
/// More rows than a sheet can hold.
pub fn render(document: &Document, created: &str, look: &Look) -> Result<Vec<u8>> {
    let mut workbook = Workbook::new();
    let created = chrono::DateTime::parse_from_rfc3339(created).map_or(0, |at| at.timestamp());
    let brand = &look.brand;
    let mut properties = DocProperties::new()
        .set_title(&document.title)
        .set_author(&document.program)
        .set_creation_datetime(&ExcelDateTime::from_timestamp(created).context("an instant of the report")?);
    if let Some(name) = &brand.name {
        properties = properties.set_company(name);
    }
    workbook.set_properties(&properties);
    let formats = Formats::of(brand);
    let mut names = SheetNames::default();
    let parts = || document.sections.iter().flat_map(|section| &section.parts);
    let mut sheets: Vec<(String, Worksheet)> = Vec::new();
    let mut add = |title: &str, sheet: Worksheet| sheets.push((names.distinct(title), sheet));
    add(&document.title, summary(document, &formats)?);
    for part in parts() {
        match part {
            PagePart::Table(table) => add(&table.title, table_sheet(table, &formats)?),
            PagePart::Crossing(crossing) => {
                for table in crossing.all() {
                    add(&table.title, table_sheet(table, &formats)?);
                }
            }
            PagePart::Heatmap(heatmap) => add(&heatmap.title, heatmap_sheet(heatmap, &formats)?),
            PagePart::Trends(trends) => add(&trends_title(document, part), trend_sheet(trends, &formats)?),
            PagePart::Bars(bars) => {
                if let Some(table) = &bars.numbers {
                    add(&table.title, table_sheet(table, &formats)?);
                }
            }
            PagePart::Text(_) | PagePart::Warning(_) | PagePart::Outcomes(_) | PagePart::Definitions(_) => {}
        }
    }
    for section in &document.sections {
        for part in &section.parts {
            if let PagePart::Definitions(definitions) = part {
                let rows = definitions
                    .iter()
                    .map(|(name, text)| vec![PageCell::text(name), PageCell::text(text)])
                    .collect::<Vec<_>>();
                add(&section.title, pairs(&rows)?);
            }
        }
    }
    for (name, mut sheet) in sheets {
        sheet.set_name(name)?;
        dress(&mut sheet, brand);
        workbook.push_worksheet(sheet);
    }
    Ok(workbook.save_to_buffer()?)
}

/// The print settings of a sheet: the brand's paper, its name at the top and its footer at the bottom.
fn dress(sheet: &mut Worksheet, brand: &Brand) {
    /// The codes of papers in a workbook.
    const LETTER: u8 = 1;
    const A4: u8 = 9;
    sheet.set_landscape();
    // In a header, `&` begins a code, and 255 characters are the limit.
    let text = |text: &str| text.chars().take(200).collect::<String>().replace('&', "&&");
    if let Some(paper) = brand.paper {
        sheet.set_paper_size(match paper {
            Paper::A4 => A4,
            Paper::Letter => LETTER,
        });
    }
    if let Some(name) = &brand.name {
        sheet.set_header(format!("&R{}", text(name)));
    }
    if let Some(footer) = &brand.footer {
        sheet.set_footer(format!("&L{}", text(footer)));
    }
}

/// Prints a sheet on as few pages side by side as leave its text readable; each begins with the first column.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of pages")]
fn fit(sheet: &mut Worksheet, widths: &[f64]) -> Result<()> {
    /// The columns of a page, in characters, with text of about 7 points.
    const PAGE: f64 = 190.0;
    let first = widths.first().copied().unwrap_or(0.0);
    let others: f64 = widths.iter().skip(1).sum();
    let pages = (others / (PAGE - first)).ceil().max(1.0) as u16;
    sheet.set_print_fit_to_pages(pages, 0);
    if pages > 1 {
        sheet.set_repeat_columns(0, 0)?;
    }
    Ok(())
}

/// The title of the section with a part.
fn trends_title(document: &Document, part: &PagePart) -> String {
    let section = document.sections.iter().find(|section| section.parts.iter().any(|other| std::ptr::eq(other, part)));
    section.map_or_else(String::new, |section| section.title.clone())
}

/// The first sheet: title, sentences, key figures, and the texts beside the tables.
fn summary(document: &Document, formats: &Formats) -> Result<Worksheet> {
    let mut rows = vec![vec![PageCell::text(&document.title)], vec![PageCell::text(&document.lead)]];
    rows.extend(document.compared.iter().chain(&document.only).map(|text| vec![PageCell::text(text)]));
    // This row identifies a file written by the program.
    rows.push(vec![PageCell::text(&document.program)]);
    rows.push(Vec::new());
    let sentences = document.sentences.iter();
    rows.extend(sentences.map(|sentence| vec![PageCell::text(format!("{} {}", sentence.lead, sentence.text))]));
    rows.push(Vec::new());
    for figure in &document.key_figures {
        let change =
            figure.change.as_ref().map_or_else(String::new, |change| format!("{} {}", change.text, change.word));
        let label = figure.aside.as_ref().map_or(figure.label.clone(), |aside| format!("{} ({aside})", figure.label));
        let more = figure.targets.iter().map(|(_, target)| target).chain(&figure.details).cloned().collect::<Vec<_>>();
        let tone = if figure.targets.iter().any(|(is_kept, _)| !is_kept) { Tone::Missed } else { Tone::Plain };
        let value = PageCell { text: figure.value.clone(), value: figure.number, tone };
        let texts = [change.trim().to_owned(), figure.before.clone().unwrap_or_default(), more.join(" · ")];
        rows.push([PageCell::text(label), value].into_iter().chain(texts.map(PageCell::text)).collect());
    }
    rows.push(Vec::new());
    for section in &document.sections {
        for part in &section.parts {
            match part {
                PagePart::Text(text) => {
                    rows.push(vec![PageCell::text(format!("{} {}", text.lead, text.text).trim_start())]);
                }
                PagePart::Warning(MarkedText { text, .. }) => rows.push(vec![PageCell::text(text)]),
                PagePart::Table(PageTable { title, note, .. })
                | PagePart::Crossing(Crossing { rows: PageTable { title, note, .. }, .. })
                | PagePart::Heatmap(PageHeatmap { title, note, .. })
                    if !note.is_empty() =>
                {
                    rows.push(vec![PageCell::text(labelled(document.language, title, note))]);
                }
                PagePart::Table(_)
                | PagePart::Crossing(_)
                | PagePart::Heatmap(_)
                | PagePart::Bars(_)
                | PagePart::Outcomes(_)
                | PagePart::Trends(_)
                | PagePart::Definitions(_) => {}
            }
        }
    }
    let mut sheet = Worksheet::new();
    let labels = rows.iter().filter(|row| row.len() > 1).map(|row| row[0].text.width()).max().unwrap_or(0);
    let widths = [width(labels).max(34.0), 16.0, 16.0, 20.0, 48.0];
    for (at, row) in rows.iter().enumerate() {
        let is_paragraph = if let [cell] = &row[..] { paragraph(&mut sheet, at, cell, &widths)? } else { false };
        for (column, cell) in row.iter().enumerate() {
            let is_bold = at == 0 || (row.len() > 1 && column == 1);
            let format = if is_paragraph { wrapped(bold_if(is_bold)) } else { bold_if(is_bold) };
            write(&mut sheet, at, column, cell, format)?;
        }
    }
    if let Some(title) = &formats.title {
        sheet.write_string_with_format(0, 0, shown(&document.title), title)?;
    }
    for (column, width) in widths.into_iter().enumerate() {
        sheet.set_column_width(u16::try_from(column)?, width)?;
    }
    fit(&mut sheet, &widths)?;
    Ok(sheet)
}

/// Gives a text that is longer than the columns of the first sheet their whole width and several lines; returns whether it
/// is one.
#[expect(clippy::cast_precision_loss, reason = "characters of a text")]
fn paragraph(sheet: &mut Worksheet, row: usize, cell: &PageCell, widths: &[f64]) -> Result<bool> {
    /// Height of a line, in points.
    const LINE: f64 = 15.0;
    // Words leave a part of each line empty.
    let lines = (cell.text.width() as f64 * 1.1 / widths.iter().sum::<f64>()).ceil();
    let is_long = lines > 1.0;
    if is_long {
        let (row, last) = (u32::try_from(row)?, u16::try_from(widths.len() - 1)?);
        sheet.merge_range(row, 0, row, last, "", &wrapped(Format::new()))?;
        sheet.set_row_height(row, lines * LINE)?;
    }
    Ok(is_long)
}

/// A format whose texts have several lines.
fn wrapped(format: Format) -> Format {
    format.set_text_wrap().set_align(FormatAlign::Top)
}

/// A table: its heads stay visible, and its rows can be filtered.
fn table_sheet(table: &PageTable, formats: &Formats) -> Result<Worksheet> {
    if table.rows.len() >= MOST_ROWS {
        return Err(Failure::Usage.because(format!(
            "{}: {} rows are more than a sheet of Excel holds: take --format csv, or fewer rows with --limit",
            table.title,
            table.rows.len()
        )));
    }
    let mut sheet = Worksheet::new();
    let heads: Vec<String> = table.columns.iter().map(head).collect();
    for (column, text) in heads.iter().enumerate() {
        let format = if table.columns[column].is_number { &formats.number_head } else { &formats.head };
        let format = indented(format.clone(), table, column);
        sheet.write_string_with_format(0, u16::try_from(column)?, text, &format)?;
    }
    for (at, row) in table.rows.iter().chain(&table.total).enumerate() {
        // A name wider than its column is wrapped.
        let format = wrapped(bold_if(at >= table.rows.len()));
        for (column, cell) in row.iter().enumerate() {
            write(&mut sheet, at + 1, column, cell, indented(format.clone(), table, column))?;
        }
    }
    let widest = |(column, text): (usize, &String)| {
        let texts = table.rows.iter().chain(&table.total).filter_map(|row| row.get(column));
        width(texts.map(|cell| cell.text.width()).max().unwrap_or(0).max(text.width()))
    };
    let widths: Vec<f64> = heads.iter().enumerate().map(widest).collect();
    for (column, width) in widths.iter().enumerate() {
        sheet.set_column_width(u16::try_from(column)?, *width)?;
    }
    fit(&mut sheet, &widths)?;
    sheet.set_freeze_panes(1, 1)?;
    sheet.set_repeat_rows(0, 0)?;
    if let (Some(last), false) = (table.columns.len().checked_sub(1), table.rows.is_empty()) {
        sheet.autofilter(0, 0, u32::try_from(table.rows.len())?, u16::try_from(last)?)?;
    }
    Ok(sheet)
}

/// The format of a column of words behind a column of numbers: apart from them.
fn indented(format: Format, table: &PageTable, column: usize) -> Format {
    let is_apart = column > 0 && table.columns.get(column).is_some_and(|column| !column.is_number);
    if is_apart { format.set_indent(1) } else { format }
}

fn bold_if(is_bold: bool) -> Format {
    if is_bold { Format::new().set_bold() } else { Format::new() }
}

fn head(column: &TableColumn) -> String {
    column.group.as_ref().map_or_else(|| column.head.clone(), |group| format!("{group}, {}", column.head))
}

#[expect(clippy::cast_precision_loss, reason = "characters of a text")]
fn width(characters: usize) -> f64 {
    (characters + MARGIN).clamp(WIDTHS.0, WIDTHS.1) as f64
}

/// Counts by weekday and hour; hours outside of the window are empty.
fn heatmap_sheet(heatmap: &PageHeatmap, formats: &Formats) -> Result<Worksheet> {
    let format = if heatmap.is_count { &formats.count } else { &formats.score };
    let mut sheet = Worksheet::new();
    sheet.write_string_with_format(0, 0, &heatmap.corner, &formats.head)?;
    for hour in 0..24_u16 {
        sheet.write_string_with_format(0, hour + 1, format!("{hour:02}"), &formats.number_head)?;
    }
    if let Some(total) = &heatmap.total {
        sheet.write_string_with_format(0, 25, total, &formats.number_head)?;
    }
    for (at, row) in heatmap.rows.iter().enumerate() {
        let line = u32::try_from(at + 1)?;
        sheet.write_string_with_format(line, 0, &row.label, &formats.head)?;
        for (hour, cell) in row.cells.iter().enumerate() {
            if let Some(value) = cell.value {
                sheet.write_number_with_format(line, u16::try_from(hour + 1)?, value, format)?;
            }
        }
        if let Some(sum) = row.sum {
            sheet.write_number_with_format(line, 25, sum, &format.clone().set_bold())?;
        }
    }
    let scale = ConditionalFormat2ColorScale::new();
    let scale = if heatmap.is_least_darkest {
        scale.set_minimum_color(formats.most).set_maximum_color("#FFFFFF")
    } else {
        scale.set_minimum_color("#FFFFFF").set_maximum_color(formats.most)
    };
    sheet.add_conditional_format(1, 1, 7, 24, &scale)?;
    sheet.set_column_width(0, 12.0)?;
    for column in 1..=25_u16 {
        sheet.set_column_width(column, 7.0)?;
    }
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_freeze_panes(1, 1)?;
    Ok(sheet)
}

/// One row per number, one column per window.
fn trend_sheet(all: &[PageTrend], formats: &Formats) -> Result<Worksheet> {
    let names = all.first().map(|trend| trend.names.clone()).unwrap_or_default();
    let mut sheet = Worksheet::new();
    for (at, name) in names.iter().enumerate() {
        sheet.write_string_with_format(0, u16::try_from(at + 1)?, name, &formats.number_head)?;
        sheet.set_column_width(u16::try_from(at + 1)?, 13.0)?;
    }
    let widest = all.iter().map(|trend| trend.title.chars().count()).max().unwrap_or(0);
    sheet.set_column_width(0, width(widest))?;
    fit(&mut sheet, &[&[width(widest)][..], &vec![13.0; names.len()]].concat())?;
    for (at, trend) in all.iter().enumerate() {
        write(&mut sheet, at + 1, 0, &PageCell::text(&trend.title), Format::new())?;
        for (column, cell) in trend.cells.iter().enumerate() {
            write(&mut sheet, at + 1, column + 1, cell, Format::new())?;
        }
    }
    sheet.set_freeze_panes(1, 1)?;
    Ok(sheet)
}

/// Names and texts.
fn pairs(rows: &[Vec<PageCell>]) -> Result<Worksheet> {
    let mut sheet = Worksheet::new();
    for (at, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            write(&mut sheet, at, column, cell, bold_if(column == 0))?;
        }
    }
    sheet.set_column_width(0, 36.0)?;
    sheet.set_column_width(1, 110.0)?;
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_column_format(1, &Format::new().set_text_wrap())?;
    Ok(sheet)
}
