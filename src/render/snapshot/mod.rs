//! A snapshot on its way out: one value, one file per output format.

pub mod csv;
pub mod listings;
pub mod series;

use super::{Format, TerminalOptions, json, pdf, terminal};
use crate::report::snapshot::Snapshot;

pub use self::csv::Table;

/// The bytes of `snapshot` in `format`; as CSV, of one of its tables.
///
/// # Errors
///
/// Where a renderer cannot express the snapshot; the terminal always can.
pub fn render(
    snapshot: &Snapshot,
    format: Format,
    table: Table,
    terminal: &TerminalOptions,
) -> anyhow::Result<Vec<u8>> {
    match format {
        Format::Terminal => Ok(terminal::snapshot(snapshot, terminal).into_bytes()),
        Format::Json => json::render(snapshot),
        Format::Csv => csv::render(snapshot, table),
        Format::Pdf => pdf::snapshot(snapshot),
    }
}
