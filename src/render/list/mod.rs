//! A list on its way out: the same value for every format.

pub mod csv;
pub mod json;

use super::TerminalOptions;
use super::format::{DocumentFormat, Entry};
use super::terminal;
use crate::report::list::List;

/// The formats of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// For people: the most telling columns.
    Terminal,
    /// All columns, with a schema.
    Json,
    /// All columns, one row a line.
    Csv,
}

impl DocumentFormat for ListFormat {
    const PRINTED: Self = Self::Terminal;
    const FOLDER: &'static [Self] = &[Self::Json, Self::Csv];

    fn entry(self) -> Entry {
        match self {
            Self::Terminal => Entry::TERMINAL,
            Self::Json => Entry::JSON,
            Self::Csv => Entry::CSV,
        }
    }
}

/// The bytes of a list in a format; only the terminal's reads `options`.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn render(list: &List, format: ListFormat, options: &TerminalOptions) -> anyhow::Result<Vec<u8>> {
    match format {
        ListFormat::Terminal => Ok(terminal::list::render(list, options).into_bytes()),
        ListFormat::Json => json::render(list),
        ListFormat::Csv => csv::render(list),
    }
}
