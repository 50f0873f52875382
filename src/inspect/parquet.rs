//! The columns of a Parquet file, some rows at a time.

use std::fs::File;

use polars::prelude::{DataType, ParquetReader, SerReader};

use super::survey::Survey;
use crate::failure::Failure;
use crate::ingest::guarded::guarded;

/// Rows that are in memory at once.
const ROWS: usize = 50_000;

/// Sees all values of all columns.
///
/// # Errors
///
/// Where it is no whole Parquet file.
pub fn read(survey: &mut Survey, file: File, place: &str) -> anyhow::Result<()> {
    guarded(|| {
        let rows = ParquetReader::new(file.try_clone()?).num_rows()?;
        for start in (0..rows).step_by(ROWS).chain((rows == 0).then_some(0)) {
            let frame = ParquetReader::new(file.try_clone()?).with_slice(Some((start, ROWS))).finish()?;
            for column in frame.columns() {
                let seen = survey.named(column.name());
                match column.dtype() {
                    DataType::List(_) | DataType::Struct(_) => {
                        for _ in 0..column.len() - column.null_count() {
                            seen.see_object();
                        }
                        seen.present += column.null_count() as u64;
                    }
                    _ => {
                        let texts = column.cast(&DataType::String)?;
                        for text in texts.str()?.iter() {
                            seen.see(text.unwrap_or_default());
                        }
                    }
                }
            }
        }
        survey.rows = rows as u64;
        Ok(())
    })
    .map_err(|error| {
        Failure::Input.because(format!("{place}: is no whole Parquet file ({error:#}): fetch or copy it again"))
    })
}
