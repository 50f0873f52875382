//! A list in its output formats.

mod csv;
mod json;

use super::TerminalOptions;
use super::format::document_formats;
use super::look::Look;
use super::{document, html, markdown, plain, terminal, xlsx};
use crate::language::Language;
use crate::report::list::List;

document_formats! {
    /// The formats of a list.
    pub enum ListFormat (printed: Terminal, plain: Plain, folder: [Json, Csv]) {
        /// For people: the most important columns.
        Terminal = TERMINAL,
        /// All columns, with a schema.
        Json = JSON,
        /// All columns, one row a line.
        Csv = CSV,
        /// A page for a browser or a mail: one file, nothing is fetched.
        Html = HTML,
        /// For a job's summary or a chat.
        Markdown = MARKDOWN,
        /// An Excel workbook: real numbers and dates.
        Xlsx = XLSX,
        /// As `--plain`: lines of a name, a tab and a value.
        Plain = PLAIN,
    }
}

/// The bytes of a list in a format. Only the terminal's format uses `options`; JSON and CSV are the same in every
/// language and look.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn render(
    list: &List,
    format: ListFormat,
    language: Language,
    look: &Look,
    options: &TerminalOptions,
) -> anyhow::Result<Vec<u8>> {
    match format {
        ListFormat::Terminal => Ok(terminal::list::render(list, language, options).into_bytes()),
        ListFormat::Json => json::render(list),
        ListFormat::Csv => csv::render(list),
        ListFormat::Html => Ok(html::render(&document::list(list, language), look).into_bytes()),
        ListFormat::Markdown => Ok(markdown::render(&document::list(list, language)).into_bytes()),
        ListFormat::Xlsx => xlsx::render(&document::list(list, language), &list.as_of, look),
        ListFormat::Plain => Ok(plain::render(&document::list(list, language)).into_bytes()),
    }
}
