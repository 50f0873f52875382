//! The columns of a Parquet file, one after another, some rows at a time.

use std::fs::File;

use polars::prelude::DataType;
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

use super::column::Column;
use super::survey::Survey;
use crate::failure::Failure;
use crate::ingest::guarded::guarded;

/// Rows of a column that are in memory at once.
const ROWS: usize = 100_000;

/// Sees all values of all columns. One of a type that cannot be shown is there, and no more.
///
/// # Errors
///
/// Where it is no whole Parquet file.
pub fn read(survey: &mut Survey, file: &File, place: &str) -> anyhow::Result<()> {
    let (rows, names) = guarded(|| {
        let mut reader = ParquetReader::new(file.try_clone()?);
        let names: Vec<String> = reader.schema()?.iter_names().map(ToString::to_string).collect();
        Ok((reader.num_rows()?, names))
    })
    .map_err(|error| {
        Failure::Input.because(format!("{place}: is no whole Parquet file ({error:#}): fetch or copy it again"))
    })?;
    survey.rows = rows as u64;
    for name in names {
        let seen = survey.named(&name);
        if guarded(|| see(seen, file, rows)).is_err() {
            *seen = Column::new(name);
            seen.is_unreadable = true;
        }
    }
    Ok(())
}

fn see(seen: &mut Column, file: &File, rows: usize) -> anyhow::Result<()> {
    for start in (0..rows).step_by(ROWS) {
        let frame = ParquetReader::new(file.try_clone()?)
            .with_columns(Some(vec![seen.name.clone()]))
            .with_slice(Some((start, ROWS)))
            .finish()?;
        for column in frame.columns() {
            if column.dtype().is_nested() {
                (0..column.len() - column.null_count()).for_each(|_| seen.see_object());
                seen.present += column.null_count() as u64;
                continue;
            }
            let texts = column.cast(&DataType::String)?;
            texts.str()?.iter().for_each(|text| seen.see(text.unwrap_or_default()));
        }
    }
    Ok(())
}
