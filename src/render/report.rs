//! The formats of a report.

use super::format::document_formats;
use super::look::Look;
use super::rendered::Rendered;
use super::{TerminalOptions, csv, document, html, json, markdown, pdf, plain, terminal, xlsx};
use crate::language::Language;
use crate::report::Report;

/// Maximum rows of a table that people may still read. Tables of days have no limit.
const ROWS_ON_A_PAGE: usize = 1_000;
/// Maximum rows of a table that another program may still load at once.
const ROWS_OF_A_SHEET: usize = 100_000;

document_formats! {
    /// The formats of `report --format`.
    pub enum ReportFormat (printed: Terminal, plain: Plain, folder: [Json, Csv, Pdf]) {
        /// For people, on a terminal or in a mail.
        Terminal = TERMINAL,
        /// `report.json`, raw numbers with a schema.
        Json = JSON,
        /// `report.csv`, one number per row.
        Csv = CSV,
        /// `report.pdf`, for people who did not run the program.
        Pdf = PDF,
        /// A page for a browser or a mail: one file, nothing is fetched.
        Html = HTML,
        /// For a job's summary or a chat.
        Markdown = MARKDOWN,
        /// An Excel workbook: one sheet per table.
        Xlsx = XLSX,
        /// As `--plain`: lines of a name, a tab and a value.
        Plain = PLAIN,
    }
}

/// The bytes of `report` in `format`. Text for people is in `language`, and pages have that `look`; JSON and CSV are
/// the same in all. `terminal` has the width of the terminal and whether it has colours; only
/// [`ReportFormat::Terminal`] uses it.
///
/// # Errors
///
/// If a renderer cannot express the report, or has no room for it; the terminal always can.
pub fn render(
    report: &Report,
    format: ReportFormat,
    language: Language,
    look: &Look,
    terminal: &TerminalOptions,
) -> anyhow::Result<Rendered> {
    let page = |most_rows| document::report(report, language, most_rows);
    let bytes = match format {
        ReportFormat::Json => return Rendered::of(|out| json::write_to(report, out)),
        ReportFormat::Csv => return Rendered::of(|out| csv::write_to(report, out)),
        ReportFormat::Terminal => terminal::render(report, language, terminal).into_bytes(),
        ReportFormat::Pdf => return pdf::render(report, language, look),
        ReportFormat::Html => html::render(&page(ROWS_ON_A_PAGE), look).into_bytes(),
        ReportFormat::Markdown => markdown::render(&page(ROWS_ON_A_PAGE)).into_bytes(),
        ReportFormat::Xlsx => xlsx::render(&page(ROWS_OF_A_SHEET), &report.as_of, look)?,
        ReportFormat::Plain => plain::render(&page(ROWS_OF_A_SHEET)).into_bytes(),
    };
    Ok(bytes.into())
}
