//! A folder of facts: the nine tables as Parquet with plain types, and `facts.json` with the facts of the run.

use std::path::Path;

use anyhow::Context;
use polars::prelude::{Column, DataFrame, DataType, PolarsError, PolarsResult, TimeUnit, TimeZone, polars_ensure};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use serde::{Deserialize, Serialize};

use super::blocks::{self, FactBlock, is_in_blocks};
use super::earlier_versions;
use super::facts::{Facts, RunFacts};
use super::projection::Projection;
use super::schema::{ColumnSpec, FactTable, SCHEMA, Type};
use crate::failure::{Failure, input_error};
use crate::harmless::shown_path;

/// The file that identifies a folder of facts.
pub const MANIFEST: &str = "facts.json";

/// The content of the manifest.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub schema: String,
    pub generator: String,
    pub run: RunFacts,
    /// `None` for an older version: then its tables are read whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Vec<FactBlock>>,
}

/// Whether a folder holds facts, either as written by one process or as kept by an engine by day.
#[must_use]
pub fn is_folder_of_facts(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() || is_kept_by_day(folder)
}

/// The folder of rows without a day, which are notes; engines use this name.
pub const WITHOUT_DAY: &str = "day=__HIVE_DEFAULT_PARTITION__";

/// Whether a folder holds facts kept by an engine by day.
#[must_use]
pub fn is_kept_by_day(folder: &Path) -> bool {
    folder.join(WITHOUT_DAY).is_dir()
}

/// The names of the files of a folder of facts.
pub fn file_names() -> impl Iterator<Item = String> {
    FactTable::ALL.iter().map(|table| file_name(*table)).chain([MANIFEST.to_owned()])
}

pub(super) fn file_name(table: FactTable) -> String {
    format!("{}.parquet", table.name())
}

/// Reads a folder of facts: at least the rows and columns selected by `projection`, given the log's last event.
///
/// # Errors
///
/// If a file is missing or unreadable, or the tables have another schema; errors of `projection`.
pub fn read(
    folder: &Path,
    requested: &[&'static str],
    projection: impl FnOnce(Option<i64>) -> anyhow::Result<Projection>,
) -> anyhow::Result<Facts> {
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
    let Manifest { mut run, blocks, .. } = serde_json::from_value(value).map_err(broken)?;
    let projection = projection(run.last_event())?;
    let attributes = run.attributes.clone();
    let of_table = |table: &FactTable| {
        let attributes = if *table == FactTable::Conversations { &attributes[..] } else { &[] };
        let blocks = blocks.as_deref().filter(|_| is_in_blocks(*table));
        let wanted = blocks.map(|blocks| StoredRowFilter {
            ranges: blocks::ranges(blocks, *table, spans_of(&projection)),
            of_table: blocks::lengths(blocks, *table).iter().sum(),
        });
        read_table(folder, *table, attributes, wanted.as_ref())
    };
    let mut frames = FactTable::ALL.iter().map(of_table).collect::<anyhow::Result<Vec<_>>>()?;
    run.request_attributes(requested);
    add_attributes(&mut frames[FactTable::Conversations as usize], &run).context("adding attributes")?;
    run.absent = earlier_versions::complete(&mut frames).context("completing the tables of an older version")?;
    Ok(Facts::new(frames, run))
}

/// Adds attributes of the run that conversations lack, as columns without values.
///
/// # Errors
///
/// If polars rejects a column, which is a bug.
pub fn add_attributes(conversations: &mut DataFrame, run: &RunFacts) -> PolarsResult<()> {
    for name in &run.attributes {
        if conversations.column(name).is_err() {
            let height = conversations.height();
            conversations.with_column(Column::full_null(name.as_str().into(), height, &DataType::String))?;
        }
    }
    Ok(())
}

/// The spans for which the rows of a folder are read; empty if all rows are. Lists look for single rows, calendars for
/// the names of all queues and departments, and a series of snapshots for conversations at any instant.
#[must_use]
pub fn spans_of(projection: &Projection) -> &[(i64, i64)] {
    let is_by_span =
        !projection.origins && !projection.places && projection.traced.is_none() && projection.instants.is_none();
    if is_by_span { &projection.spans } else { &[] }
}

/// Rows of a table.
struct StoredRowFilter {
    /// Ranges of rows, as start and length.
    ranges: Vec<(usize, usize)>,
    /// The number of rows in the table.
    of_table: usize,
}

/// The selected rows of a table, or all.
fn read_rows(path: &Path, wanted: Option<&StoredRowFilter>) -> anyhow::Result<DataFrame> {
    let place = shown_path(path);
    let broken =
        |error: PolarsError| Failure::Input.because(format!("{place}: no table of facts: {error}; fold the log again"));
    let open = || -> anyhow::Result<_> {
        let file = std::fs::File::open(path).map_err(|error| input_error(&place, &error))?;
        Ok(ParquetReader::new(file))
    };
    let Some(StoredRowFilter { ranges, of_table }) = wanted else { return open()?.finish().map_err(broken) };
    let rows = open()?.num_rows().map_err(broken)?;
    if rows != *of_table {
        return Err(Failure::Input.because(format!(
            "{place}: {rows} rows where {MANIFEST} names {of_table}: the files are of two runs; fold the log again"
        )));
    }
    let read = |range: (usize, usize)| open()?.with_slice(Some(range)).finish().map_err(broken);
    // Without any range the schema is still needed.
    let mut frame = read(ranges.first().copied().unwrap_or((0, 0)))?;
    for range in ranges.iter().skip(1) {
        frame.vstack_mut(&read(*range)?).map_err(broken)?;
    }
    Ok(frame)
}

fn read_table(
    folder: &Path,
    table: FactTable,
    attributes: &[String],
    wanted: Option<&StoredRowFilter>,
) -> anyhow::Result<DataFrame> {
    let path = folder.join(file_name(table));
    let place = shown_path(&path);
    let broken =
        |error: PolarsError| Failure::Input.because(format!("{place}: no table of facts: {error}; fold the log again"));
    let frame = read_rows(&path, wanted)?;
    let is_there =
        |spec: &&ColumnSpec| frame.column(spec.name).is_ok() || !earlier_versions::is_later(table, spec.name);
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
            // Whole milliseconds were written, so nothing is lost.
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
