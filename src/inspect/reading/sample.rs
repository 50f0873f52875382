//! The first rows of a file that is too large to be tried completely.

use std::io::{Read, Write};

use anyhow::Context;
use tempfile::NamedTempFile;

use crate::failure::input_error;
use crate::ingest::source::{InputFormat, Observed, Source};

/// The size of a sample, in bytes.
const BYTES: u64 = 32 << 20;

/// A file with the first complete lines of a text; `None` for a format whose start is not a valid file.
///
/// # Errors
///
/// If the source cannot be read, or the sample cannot be written.
pub fn of(source: &Source, format: InputFormat) -> anyhow::Result<Option<NamedTempFile>> {
    match format {
        InputFormat::Csv | InputFormat::Jsonl | InputFormat::Text => {}
        InputFormat::Json | InputFormat::Parquet | InputFormat::Xlsx => return Ok(None),
    }
    let mut bytes = Vec::new();
    let unpacked = source.unpacked(&Observed::default())?;
    unpacked.reader.take(BYTES).read_to_end(&mut bytes).map_err(|error| input_error(&source.location(), &error))?;
    let end = memchr::memrchr(b'\n', &bytes).or_else(|| memchr::memrchr(b'\r', &bytes));
    bytes.truncate(end.map_or(0, |at| at + 1));
    let because = || "a temporary file for the first rows";
    let mut file = NamedTempFile::new().with_context(because)?;
    file.write_all(&bytes).with_context(because)?;
    Ok(Some(file))
}
