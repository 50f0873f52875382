//! The report on its way out: one value, one file per output format, and the writing of whole files.
//!
//! Renderers are pure: a report in, bytes out. What they write to, and whether a terminal is there, is decided in `cli`.

pub mod change;
pub mod csv;
pub mod explain;
pub mod gate;
pub mod json;
pub mod list;
pub mod listing;
pub mod ours;
pub mod pdf;
pub mod series_figures;
pub mod snapshot;
pub mod summary;
pub mod targets;
pub mod terminal;
pub mod themes;
pub mod trend;
pub mod whole_file;
pub mod words;

use crate::report::Report;

pub use terminal::TerminalOptions;

/// The output formats: the closed list behind `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people, on a terminal or in a mail.
    Terminal,
    /// `report.json`, raw numbers with a schema.
    Json,
    /// `report.csv`, one number a row.
    Csv,
    /// `report.pdf`, for people who did not run the program.
    Pdf,
}

impl Format {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Terminal, Self::Json, Self::Csv, Self::Pdf];

    /// The formats that `-o DIR` writes, in the order of writing.
    pub const FILES: [Self; 3] = [Self::Json, Self::Csv, Self::Pdf];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Pdf => "pdf",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The ending of a file of this format, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Terminal => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Pdf => "pdf",
        }
    }
}

/// The formats of what is no report: `--format` of `metrics`, `explain`, `diff` and their likes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PageFormat {
    /// For people, on a terminal.
    Text,
    /// For programs.
    Json,
    /// For a page, a comment or a job's summary.
    Markdown,
}

/// The bytes of `report` in `format`. `terminal` says how wide the terminal is and whether it takes colour; only
/// [`Format::Terminal`] reads it.
///
/// # Errors
/// Where a renderer cannot express the report; the terminal always can.
pub fn render(report: &Report, format: Format, terminal: &TerminalOptions) -> anyhow::Result<Vec<u8>> {
    match format {
        Format::Terminal => Ok(terminal::render(report, terminal).into_bytes()),
        Format::Json => json::render(report),
        Format::Csv => csv::render(report),
        Format::Pdf => pdf::render(report),
    }
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn a_format_has_one_name() {
        assert_eq!(Format::value_variants(), Format::ALL);
        for format in Format::ALL {
            assert_eq!(Format::parse(format.name()), Some(format));
            assert_eq!(
                format.to_possible_value().map(|value| value.get_name().to_owned()).as_deref(),
                Some(format.name())
            );
        }
        assert_eq!(Format::parse("xlsx"), None);
    }
}
