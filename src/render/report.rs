//! The formats of a report.

use super::format::{DocumentFormat, Entry};
use super::{TerminalOptions, csv, json, pdf, terminal};
use crate::language::Language;
use crate::report::Report;

/// The formats of `report --format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportFormat {
    /// For people, on a terminal or in a mail.
    Terminal,
    /// `report.json`, raw numbers with a schema.
    Json,
    /// `report.csv`, one number a row.
    Csv,
    /// `report.pdf`, for people who did not run the program.
    Pdf,
}

impl DocumentFormat for ReportFormat {
    const PRINTED: Self = Self::Terminal;
    const FOLDER: &'static [Self] = &[Self::Json, Self::Csv, Self::Pdf];

    fn entry(self) -> Entry {
        match self {
            Self::Terminal => Entry::TERMINAL,
            Self::Json => Entry::JSON,
            Self::Csv => Entry::CSV,
            Self::Pdf => Entry::PDF,
        }
    }
}

/// The bytes of `report` in `format`. What people read is in `language`; JSON and CSV are the same in all. `terminal` says
/// how wide the terminal is and whether it takes colour; only
/// [`ReportFormat::Terminal`] reads it.
///
/// # Errors
/// Where a renderer cannot express the report; the terminal always can.
pub fn render(
    report: &Report,
    format: ReportFormat,
    language: Language,
    terminal: &TerminalOptions,
) -> anyhow::Result<Vec<u8>> {
    match format {
        ReportFormat::Terminal => Ok(terminal::render(report, language, terminal).into_bytes()),
        ReportFormat::Json => json::render(report),
        ReportFormat::Csv => csv::render(report),
        ReportFormat::Pdf => pdf::render(report, language),
    }
}
