//! A folder of facts: the nine tables as Parquet with plain types, and `facts.json` with what holds for all of them.

use std::path::Path;

use anyhow::Context;
use polars::prelude::{Column, DataFrame, DataType, PolarsError, PolarsResult, TimeUnit, TimeZone, polars_ensure};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};
use serde::{Deserialize, Serialize};

use super::facts::{Facts, Run};
use super::older;
use super::schema::{ColumnSpec, SCHEMA, Table, Type};
use crate::failure::{Failure, input_error};
use crate::harmless::shown_path;

/// The file that makes a folder a folder of facts.
pub const MANIFEST: &str = "facts.json";

#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    schema: String,
    generator: String,
    run: Run,
}

/// Whether a folder holds facts.
#[must_use]
pub fn is_folder_of_facts(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

/// The names of the files of a folder of facts.
pub fn file_names() -> impl Iterator<Item = String> {
    Table::ALL.iter().map(|table| file_name(*table)).chain([MANIFEST.to_owned()])
}

fn file_name(table: Table) -> String {
    format!("{}.parquet", table.name())
}

/// The files of a folder of facts: names and bytes, the manifest last, so that a folder is one only when it is whole.
///
/// # Errors
///
/// Where polars cannot write a table: a bug.
pub fn to_files(facts: &Facts) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::with_capacity(Table::ALL.len() + 1);
    for table in Table::ALL {
        let mut frame = public(facts.frame(*table), *table, &facts.run.attributes)?;
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes)
            .with_compression(ParquetCompression::Zstd(None))
            .finish(&mut frame)
            .with_context(|| format!("writing the table {}", table.name()))?;
        files.push((file_name(*table), bytes));
    }
    let generator = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned();
    let manifest = Manifest { schema: SCHEMA.to_owned(), generator, run: facts.run.clone() };
    let mut bytes = serde_json::to_vec_pretty(&manifest)?;
    bytes.push(b'\n');
    files.push((MANIFEST.to_owned(), bytes));
    Ok(files)
}

/// Instants as timestamps: what other engines read.
fn public(frame: &DataFrame, table: Table, attributes: &[String]) -> PolarsResult<DataFrame> {
    let attributes = attributes.iter().filter(|_| table == Table::Conversations);
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

/// Reads a folder of facts.
///
/// # Errors
///
/// Where a file is missing or unreadable, or the tables are of another schema.
pub fn read(folder: &Path, asked: &[&'static str]) -> anyhow::Result<Facts> {
    let path = folder.join(MANIFEST);
    let place = shown_path(&path);
    let text = std::fs::read_to_string(&path).map_err(|error| input_error(&place, &error))?;
    let broken = |error: serde_json::Error| Failure::Input.because(format!("{place}: no manifest of facts: {error}"));
    let value: serde_json::Value = serde_json::from_str(&text).map_err(broken)?;
    if value.get("schema").and_then(serde_json::Value::as_str) != Some(SCHEMA) {
        let found = value.get("schema").map_or_else(|| "none".to_owned(), ToString::to_string);
        return Err(Failure::Input
            .because(format!("{place}: facts of schema {found}, expected \"{SCHEMA}\": fold the log again")));
    }
    let mut run = serde_json::from_value::<Manifest>(value).map_err(broken)?.run;
    let attributes = run.attributes.clone();
    let mut frames = Table::ALL
        .iter()
        .map(|table| read_table(folder, *table, if *table == Table::Conversations { &attributes } else { &[] }))
        .collect::<anyhow::Result<Vec<_>>>()?;
    add_asked(&mut frames[Table::Conversations as usize], &mut run, asked).context("adding attributes")?;
    run.absent = older::complete(&mut frames).context("completing the tables of an older version")?;
    Ok(Facts::new(frames, run))
}

/// Attributes that are asked for come first; those that the folder lacks are columns without a value.
fn add_asked(conversations: &mut DataFrame, run: &mut Run, asked: &[&'static str]) -> PolarsResult<()> {
    for name in asked {
        if !run.attributes.iter().any(|known| known == name) {
            conversations.with_column(Column::full_null((*name).into(), conversations.height(), &DataType::String))?;
            run.absent_attributes.push((*name).to_owned());
        }
    }
    run.attributes.retain(|name| !asked.contains(&name.as_str()));
    run.attributes.splice(0..0, asked.iter().map(|name| (*name).to_owned()));
    run.absent_attributes.sort();
    run.absent_attributes.dedup();
    Ok(())
}

fn read_table(folder: &Path, table: Table, attributes: &[String]) -> anyhow::Result<DataFrame> {
    let path = folder.join(file_name(table));
    let place = shown_path(&path);
    let broken =
        |error: PolarsError| Failure::Input.because(format!("{place}: no table of facts: {error}; fold the log again"));
    let file = std::fs::File::open(&path).map_err(|error| input_error(&place, &error))?;
    let frame = ParquetReader::new(file).finish().map_err(broken)?;
    let is_there = |spec: &&ColumnSpec| frame.column(spec.name).is_ok() || !older::is_later(table, spec.name);
    let columns = table.columns().iter().filter(is_there).map(|spec| {
        let column = frame.column(spec.name)?;
        let expected = match spec.holds {
            Type::Text => DataType::String,
            Type::Instant => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
            Type::Number => DataType::Int64,
            Type::Flag => DataType::Boolean,
        };
        polars_ensure!(*column.dtype() == expected, SchemaMismatch: "column {} is {}", spec.name, column.dtype());
        Ok(match spec.holds {
            // Whole milliseconds were written, so that nothing is lost.
            Type::Instant => {
                column.cast(&DataType::Datetime(TimeUnit::Milliseconds, Some(TimeZone::UTC)))?.cast(&DataType::Int64)?
            }
            Type::Text | Type::Number | Type::Flag => column.clone(),
        })
    });
    let of_attribute = |name: &String| {
        let column = frame.column(name)?;
        let is_text = *column.dtype() == DataType::String;
        polars_ensure!(is_text, SchemaMismatch: "column {} is {}", name, column.dtype());
        Ok(column.clone())
    };
    let columns = columns.chain(attributes.iter().map(of_attribute));
    let columns = columns.collect::<PolarsResult<Vec<Column>>>().map_err(broken)?;
    DataFrame::new(frame.height(), columns).map_err(broken)
}
