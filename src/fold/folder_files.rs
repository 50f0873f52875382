//! Writes a folder of facts: `folder` reads it. Tables whose rows are in a file are written one block at a time.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;
use polars::prelude::{DataFrame, DataType, PolarsResult, TimeUnit, TimeZone};
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};

use super::blocks::{self, FactBlock, is_in_blocks};
use super::facts::{Facts, RunFacts};
use super::folder::{MANIFEST, Manifest, file_name};
use super::ordered_tables::OrderedTables;
use super::schema::{FactTable, SCHEMA, Type};

/// A file of a folder of facts.
#[derive(Debug)]
pub struct FactFile<'f> {
    /// Its name.
    pub name: String,
    contents: FileContents<'f>,
}

#[derive(Debug)]
enum FileContents<'f> {
    Manifest(Vec<u8>),
    Table { table: FactTable, attributes: &'f [String], rows: FileRows<'f> },
}

/// The rows of a table.
#[derive(Debug)]
enum FileRows<'f> {
    /// All in memory, with the lengths of the row groups; if there are none, the writer decides.
    Here(&'f DataFrame, Vec<usize>),
    /// In a file. A block is a row group.
    Ordered(Arc<OrderedTables>),
}

/// The files of a folder of facts. The manifest comes last, so that an incomplete folder is not recognised.
///
/// # Errors
///
/// If a temporary file cannot be read or written. If a table lacks a column, which is a bug.
pub fn files(facts: &Facts) -> anyhow::Result<Vec<FactFile<'_>>> {
    files_in_blocks(facts, blocks::CONVERSATIONS)
}

/// The files of a folder of facts: names and bytes.
///
/// # Errors
///
/// Errors of [`files`]. If polars cannot write a table, which is a bug.
pub fn to_files(facts: &Facts) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    to_files_in_blocks(facts, blocks::CONVERSATIONS)
}

/// The same, in blocks of this many conversations.
///
/// # Errors
///
/// Errors of [`to_files`].
pub fn to_files_in_blocks(facts: &Facts, conversations: usize) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let bytes = |file: FactFile| {
        let mut bytes = Vec::new();
        file.write_to(&mut bytes)?;
        Ok((file.name, bytes))
    };
    files_in_blocks(facts, conversations)?.into_iter().map(bytes).collect()
}

fn files_in_blocks(facts: &Facts, conversations: usize) -> anyhow::Result<Vec<FactFile<'_>>> {
    let ordered = facts.ordered(conversations)?.map(Arc::new);
    let blocks = if let Some(ordered) = &ordered {
        Some(ordered.blocks().to_vec())
    } else {
        let frames: Vec<&DataFrame> = FactTable::ALL.iter().map(|table| facts.frame(*table)).collect();
        blocks::blocks(&frames, conversations).context("blocks of the facts")?
    };
    let table = |table: &FactTable| {
        let rows = match &ordered {
            Some(ordered) if is_in_blocks(*table) => FileRows::Ordered(Arc::clone(ordered)),
            Some(_) | None => FileRows::Here(facts.frame(*table), lengths(blocks.as_deref(), *table)),
        };
        let contents = FileContents::Table { table: *table, attributes: &facts.run.attributes, rows };
        FactFile { name: file_name(*table), contents }
    };
    let mut files: Vec<FactFile> = FactTable::ALL.iter().map(table).collect();
    let generator = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned();
    let manifest = Manifest { schema: SCHEMA.to_owned(), generator, run: RunFacts::clone(&facts.run), blocks };
    let mut bytes = serde_json::to_vec_pretty(&manifest)?;
    bytes.push(b'\n');
    files.push(FactFile { name: MANIFEST.to_owned(), contents: FileContents::Manifest(bytes) });
    Ok(files)
}

/// The lengths of a table's row groups.
fn lengths(blocks: Option<&[FactBlock]>, table: FactTable) -> Vec<usize> {
    blocks.filter(|_| is_in_blocks(table)).map(|blocks| blocks::lengths(blocks, table)).unwrap_or_default()
}

impl FactFile<'_> {
    /// Writes the file.
    ///
    /// # Errors
    ///
    /// Errors of `out`. If a temporary file cannot be read; if polars cannot write a table, which is a bug.
    pub fn write_to(&self, out: &mut impl Write) -> anyhow::Result<()> {
        match &self.contents {
            FileContents::Manifest(bytes) => Ok(out.write_all(bytes)?),
            FileContents::Table { table, attributes, rows } => {
                let written = match rows {
                    FileRows::Here(frame, lengths) => write(frame, *table, attributes, lengths, out),
                    FileRows::Ordered(tables) => write_ordered(tables, *table, attributes, out),
                };
                written.with_context(|| format!("writing the table {}", table.name()))
            }
        }
    }
}

fn writer<W: Write>(out: W) -> ParquetWriter<W> {
    ParquetWriter::new(out).with_compression(ParquetCompression::Zstd(None))
}

/// Writes a table in row groups of these lengths; if there are none, the writer decides.
fn write(
    frame: &DataFrame,
    table: FactTable,
    attributes: &[String],
    lengths: &[usize],
    out: impl Write,
) -> anyhow::Result<()> {
    let mut frame = public(frame, table, attributes)?;
    if lengths.is_empty() {
        writer(out).finish(&mut frame)?;
        return Ok(());
    }
    frame.rechunk_mut();
    let mut writer = writer(out).batched(frame.schema())?;
    let mut begin = 0;
    for length in lengths {
        writer.write_batch(&frame.slice(begin, *length))?;
        begin += i64::try_from(*length).unwrap_or(i64::MAX);
    }
    writer.finish()?;
    Ok(())
}

/// Writes a table block by block. The bytes are those of [`write`].
fn write_ordered(
    tables: &OrderedTables,
    table: FactTable,
    attributes: &[String],
    out: impl Write,
) -> anyhow::Result<()> {
    if lengths(Some(tables.blocks()), table).is_empty() {
        return write(tables.empty(table), table, attributes, &[], out);
    }
    let empty = public(tables.empty(table), table, attributes)?;
    let mut writer = writer(out).batched(empty.schema())?;
    for block in 0..tables.blocks().len() {
        let mut rows = public(&tables.read(table, block)?, table, attributes)?;
        if rows.height() > 0 {
            rows.rechunk_mut();
            writer.write_batch(&rows)?;
        }
    }
    writer.finish()?;
    Ok(())
}

/// A frame with instants as timestamps, the form that other engines read.
fn public(frame: &DataFrame, table: FactTable, attributes: &[String]) -> PolarsResult<DataFrame> {
    let attributes = attributes.iter().filter(|_| table == FactTable::Conversations);
    let attributes = attributes.map(|name| frame.column(name).cloned());
    let columns = table.columns().iter().map(|spec| {
        let column = frame.column(spec.name)?;
        Ok(match spec.holds {
            Type::Instant => {
                (column * 1_000_i64).cast(&DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)))?
            }
            Type::Text | Type::Number | Type::Flag => column.clone(),
        })
    });
    DataFrame::new(frame.height(), columns.chain(attributes).collect::<PolarsResult<_>>()?)
}
