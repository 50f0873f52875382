//! A folder of facts kept by an engine by day, read by one process.

use std::path::{Path, PathBuf};

use anyhow::Context;
use polars::prelude::{DataFrame, Field, PolarsError, PolarsResult, Schema};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

use super::columns::{NOTE, StageColumn, of_facts};
use super::fact_rows::tables;
use super::kept::KeptManifest;
use super::note::Note;
use crate::failure::{Failure, input_error};
use crate::fold::facts::Facts;
use crate::fold::folder::{WITHOUT_DAY, add_attributes, spans_of};
use crate::fold::projection::Projection;
use crate::fold::schema::FactTable;
use crate::harmless::{shown, shown_path};

/// Reads facts kept by an engine in a folder, like [`crate::fold::folder::read`].
///
/// # Errors
///
/// If a file is missing or unreadable, or rows are missing; errors of `projection`.
pub fn read(
    folder: &Path,
    requested: &[&'static str],
    projection: impl FnOnce(Option<i64>) -> anyhow::Result<Projection>,
) -> anyhow::Result<Facts> {
    let location = shown_path(folder);
    let mut notes: Vec<Note> = Vec::new();
    for file in files_of(&folder.join(WITHOUT_DAY))? {
        let frame = parquet(&file, None)?;
        for json in frame.column(NOTE)?.str()?.iter().flatten() {
            notes.push(serde_json::from_str(json).map_err(|error| {
                Failure::Input.because(format!("{}: no note of kept facts: {error}", shown_path(&file)))
            })?);
        }
    }
    let KeptManifest { mut run, days, .. } = KeptManifest::only(notes.iter().filter_map(Note::manifest), &location)?;
    let projection = projection(run.last_event())?;
    let stored = run.attributes.clone();
    let mut rows = empty(stored.len());
    for day in days.iter().filter(|day| day.block.reaches(spans_of(&projection))) {
        let path = folder.join(format!("day={}", day.day));
        let mut found = 0;
        for file in files_of(&path)? {
            let frame = parquet(&file, Some(stored.len()))?;
            found += frame.height() as u64;
            rows.vstack_mut(&frame)?;
        }
        if found != day.rows() {
            return Err(Failure::Input.because(format!(
                "{}: {found} rows where the manifest names {}: files are missing, or of another run; keep the facts again",
                shown_path(&path),
                day.rows()
            )));
        }
    }
    rows.rechunk_mut();
    let mut frames = tables(&rows, &stored)?;
    run.request_attributes(requested);
    add_attributes(&mut frames[FactTable::Conversations as usize], &run).context("adding attributes")?;
    Ok(Facts::new(frames, run))
}

/// A frame without rows that has the columns of fact rows.
fn empty(attributes: usize) -> DataFrame {
    let field = |column: &StageColumn| Field::new(column.name.as_str().into(), column.data_type());
    DataFrame::empty_with_schema(&of_facts(attributes).iter().map(field).collect::<Schema>())
}

/// The Parquet files of a folder, in the order of their names.
fn files_of(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let location = shown_path(folder);
    let entries = std::fs::read_dir(folder).map_err(|error| input_error(&location, &error))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let mut paths = paths.map_err(|error| input_error(&location, &error))?;
    // Engines write checksums and marks beside the files.
    paths.retain(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        !name.starts_with(['.', '_']) && path.extension().is_some_and(|ending| ending == "parquet")
    });
    paths.sort();
    Ok(paths)
}

/// The rows of a file: unchanged, or as fact rows with this number of attributes.
fn parquet(path: &Path, attributes: Option<usize>) -> anyhow::Result<DataFrame> {
    let location = shown_path(path);
    let broken = |error: PolarsError| {
        Failure::Input.because(format!("{location}: no facts that an engine keeps: {}", shown(&error.to_string())))
    };
    let file = std::fs::File::open(path).map_err(|error| input_error(&location, &error))?;
    let frame = ParquetReader::new(file).finish().map_err(broken)?;
    let Some(attributes) = attributes else { return Ok(frame) };
    let columns = of_facts(attributes)
        .iter()
        .map(|column| frame.column(&column.name)?.cast(&column.data_type()))
        .collect::<PolarsResult<_>>();
    DataFrame::new(frame.height(), columns.map_err(broken)?).map_err(broken)
}
