//! A list on its way out: the same value for every format.

pub mod csv;
pub mod json;

use super::TerminalOptions;
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

impl ListFormat {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 3] = [Self::Terminal, Self::Json, Self::Csv];

    /// The ending of a file of this format, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Terminal => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
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
