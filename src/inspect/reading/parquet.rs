//! Reads the columns of a Parquet file one after another, some rows at a time.

use std::fs::File;
use std::sync::Arc;

use polars::prelude::DataType;
use polars_io::SerReader;
use polars_io::parquet::metadata::FileMetadataRef;
use polars_io::parquet::read::ParquetReader;
use polars_parquet::read::read_metadata;

use crate::failure::Failure;
use crate::ingest::guarded::guarded;
use crate::inspect::columns::column::Column;
use crate::inspect::reading::survey::Survey;

/// The number of rows of a column in memory at a time.
const ROWS: usize = 100_000;

/// Adds all values of all columns. A column whose type cannot be shown is added without values.
///
/// # Errors
///
/// If it is not a complete Parquet file.
pub fn read(survey: &mut Survey, file: &File, location: &str) -> anyhow::Result<()> {
    let (metadata, names) = guarded(|| {
        let metadata = own_types(file)?;
        let names: Vec<String> = reader(file, &metadata)?.schema()?.iter_names().map(ToString::to_string).collect();
        Ok((metadata, names))
    })
    .map_err(|error| {
        Failure::Input
            .because(format!("{location}: is not a complete Parquet file ({error:#}): fetch or copy it again"))
    })?;
    survey.rows = metadata.num_rows as u64;
    for name in names {
        let seen = survey.named(&name);
        if guarded(|| see(seen, file, &metadata)).is_err() {
            *seen = Column::new(name);
            seen.is_unreadable = true;
        }
    }
    Ok(())
}

/// The metadata of a file without additions by libraries. Only the types of the file determine how values are read, as
/// in a report; so a column of categories is a column of texts.
fn own_types(file: &File) -> anyhow::Result<FileMetadataRef> {
    let mut metadata = read_metadata(&mut file.try_clone()?)?;
    metadata.key_value_metadata = None;
    Ok(Arc::new(metadata))
}

fn reader(file: &File, metadata: &FileMetadataRef) -> anyhow::Result<ParquetReader<File>> {
    let mut reader = ParquetReader::new(file.try_clone()?);
    reader.set_metadata(Arc::clone(metadata));
    Ok(reader)
}

fn see(seen: &mut Column, file: &File, metadata: &FileMetadataRef) -> anyhow::Result<()> {
    for start in (0..metadata.num_rows).step_by(ROWS) {
        let frame = reader(file, metadata)?
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
