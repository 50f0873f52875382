//! A snapshot in its output formats, one file of code per format.

pub mod csv;
pub mod listings;
pub mod series;
mod workbook;

use super::format::document_formats;
use super::look::Look;
use super::rendered::Rendered;
use super::{TerminalOptions, document, html, json, markdown, pdf, plain, terminal, xlsx};
use crate::language::Language;
use crate::report::snapshot::Snapshot;

pub use self::csv::SnapshotTable;

document_formats! {
    /// The formats of `snapshot --format`.
    pub enum SnapshotFormat (printed: Terminal, plain: Plain, folder: [Json, Pdf, Csv]) {
        /// For people, on a terminal or in a mail.
        Terminal = TERMINAL,
        /// `snapshot.json`, raw numbers with a schema.
        Json = JSON,
        /// One of the tables, a row a line; in a folder each of them.
        Csv = CSV,
        /// `snapshot.pdf`, for people who did not run the program.
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

/// The bytes of `snapshot` in `format`; for CSV, those of one table.
///
/// # Errors
///
/// If a renderer cannot express the snapshot; the terminal always can.
pub fn render(
    snapshot: &Snapshot,
    format: SnapshotFormat,
    table: SnapshotTable,
    language: Language,
    look: &Look,
    terminal: &TerminalOptions,
) -> anyhow::Result<Rendered> {
    let bytes = match format {
        SnapshotFormat::Terminal => terminal::snapshot(snapshot, language, terminal).into_bytes(),
        SnapshotFormat::Json => json::render(snapshot)?,
        SnapshotFormat::Csv => csv::render(snapshot, table)?,
        SnapshotFormat::Pdf => return pdf::snapshot(snapshot, language, look),
        SnapshotFormat::Html => html::render(&document::snapshot(snapshot, language), look).into_bytes(),
        SnapshotFormat::Markdown => markdown::render(&document::snapshot(snapshot, language)).into_bytes(),
        SnapshotFormat::Xlsx => xlsx::render(&workbook::snapshot(snapshot, language)?, &snapshot.at, look)?,
        SnapshotFormat::Plain => plain::render(&document::snapshot(snapshot, language)).into_bytes(),
    };
    Ok(bytes.into())
}
