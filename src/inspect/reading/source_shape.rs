//! The shape of a file: its format, and its columns or keys. Files of one shape are read together.

use crate::ingest::profile::sample;
use crate::ingest::source::{Source, SourceOptions};
use crate::inspect::reading::dialect::dialect_of;
use crate::inspect::reading::document;

/// The shape shared by files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceShape {
    /// A table: its header, the number of lines above it, and its delimiter.
    Table(Vec<String>, u32, u8),
    /// JSON: the keys of its first record, and the keys that lead to the records.
    Records(Vec<String>, Option<Vec<String>>),
}

/// The shape of a source; `None` if it cannot be known, as for a table without a header, a workbook without a sheet's
/// name or a Parquet file.
///
/// # Errors
///
/// If the source cannot be read.
pub fn shape_of_source(source: &Source, options: &SourceOptions) -> anyhow::Result<Option<SourceShape>> {
    let is_text = matches!(source, Source::File(_) | Source::Member(_)) && !source.is_sheet(options);
    if !is_text && !matches!(source, Source::Sheet { .. }) {
        return Ok(None);
    }
    let start = source.start(options)?;
    if start.starts_with(b"PAR1") || start.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let text = start.trim_ascii_start();
    if text.starts_with(b"{") || text.starts_with(b"[{") || text.starts_with(b"[\n") {
        return Ok(of_json(text));
    }
    // The last line may be incomplete.
    let whole = memchr::memrchr(b'\n', &start).map_or(start.len(), |end| end + 1);
    let dialect = dialect_of(&start[..whole]);
    Ok(dialect
        .header
        .filter(|header| header.len() > 1)
        .map(|header| SourceShape::Table(header, dialect.lines_above, dialect.delimiter)))
}

/// The sorted keys of the first record, and the keys that lead to it.
fn of_json(text: &[u8]) -> Option<SourceShape> {
    let list = document::keys_of(text);
    let documents = sample::documents(&String::from_utf8_lossy(text));
    let records = sample::records(&documents, list.as_deref().unwrap_or_default());
    let mut keys: Vec<String> = records.first()?.as_object()?.keys().cloned().collect();
    keys.sort();
    Some(SourceShape::Records(keys, list))
}
