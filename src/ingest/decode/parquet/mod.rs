//! Parquet: a log by columns, in groups of rows.
//!
//! Only the canonical columns are read from the disk, some rows at a time, each column chunk on its own. The types in
//! the file determine how values are read. Metadata added by libraries (categories, for example) changes no value and
//! is ignored.

mod codes;
mod columns;
mod combinations;
mod events;
pub mod order;
mod pages;
mod rows;
mod value_texts;

use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use polars_arrow::array::Array;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, Filter, PageReader, PhysicalType, column_iter_to_arrays,
    read_metadata,
};

pub use self::codes::Coded;
use self::columns::{ColumnForm, LogColumn, log_columns};
pub use self::events::EventReader;
pub use self::rows::Rows;
use crate::failure::{Failure, input_error};
use crate::ingest::source::guarded::guarded;

/// The number of text bytes that count as one row if the size of a part is given in bytes: parts of 4 MiB have 131,072
/// rows, which is more than a row group of most writers.
const BYTES_A_ROW: usize = 32;

/// An open file.
#[derive(Debug)]
struct ParquetFile {
    location: String,
    file: Mutex<File>,
    length: u64,
    metadata: FileMetadata,
    columns: Vec<LogColumn>,
}

/// Cuts a file into parts.
#[derive(Debug)]
pub struct ParquetParts {
    file: Arc<ParquetFile>,
    /// The most rows that a part has.
    rows: usize,
    /// The next row: its group, and its index there.
    group: usize,
    row: usize,
    /// The bytes still to be counted, and the rows over which they are spread.
    bytes_left: u64,
    rows_left: usize,
    bytes_read: Arc<AtomicU64>,
}

impl ParquetParts {
    /// Opens a file. Its parts together count as `bytes` of the disk.
    ///
    /// # Errors
    ///
    /// If it is not a complete Parquet file, or a canonical column has an invalid type.
    pub fn open(
        mut file: File,
        location: &str,
        part_bytes: usize,
        bytes: u64,
        bytes_read: &Arc<AtomicU64>,
        attributes: &[&'static str],
    ) -> anyhow::Result<Self> {
        let length = file.seek(SeekFrom::End(0)).map_err(|error| input_error(location, &error))?;
        let metadata =
            guarded(|| Ok(read_metadata(&mut file)?)).map_err(|error| broken(location, &format!("{error:#}")))?;
        let columns = log_columns(&metadata, attributes)
            .map_err(|error| Failure::Input.because(format!("{location}: {error}")))?;
        let rows_left = metadata.row_groups.iter().fold(0, |rows: usize, group| rows.saturating_add(group.num_rows()));
        Ok(Self {
            file: Arc::new(ParquetFile {
                location: location.to_owned(),
                file: Mutex::new(file),
                length,
                metadata,
                columns,
            }),
            rows: (part_bytes / BYTES_A_ROW).max(1),
            group: 0,
            row: 0,
            bytes_left: bytes,
            rows_left,
            bytes_read: Arc::clone(bytes_read),
        })
    }

    /// The next part; `None` after the last. A group with more rows than a part may have is cut into equal parts.
    pub fn next_part(&mut self) -> Option<RowRange> {
        loop {
            let rows = self.file.metadata.row_groups.get(self.group)?.num_rows();
            if self.row < rows {
                let size = rows.div_ceil(rows.div_ceil(self.rows));
                let end = rows.min(self.row + size);
                let part = RowRange { file: Arc::clone(&self.file), group: self.group, rows: self.row..end };
                self.row = end;
                self.count(part.rows.len());
                return Some(part);
            }
            (self.group, self.row) = (self.group + 1, 0);
        }
    }

    fn count(&mut self, rows: usize) {
        let share = u128::from(self.bytes_left) * rows as u128 / self.rows_left.max(1) as u128;
        let share = u64::try_from(share).unwrap_or(self.bytes_left).min(self.bytes_left);
        self.bytes_left -= share;
        self.rows_left = self.rows_left.saturating_sub(rows);
        self.bytes_read.fetch_add(share, Ordering::Relaxed);
    }
}

/// Some rows of a group, still on the disk.
#[derive(Debug)]
pub struct RowRange {
    file: Arc<ParquetFile>,
    group: usize,
    rows: Range<usize>,
}

impl RowRange {
    /// Reads and decodes the canonical columns of these rows, reusing the memory that [`Rows::into_memory`] returned.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is broken.
    pub fn fetch(&self, memory: &mut Vec<Coded>) -> anyhow::Result<Rows> {
        let mut rows = Rows::new(self.rows.len());
        for column in &self.file.columns {
            if let Some(texts) = self.texts(column, memory)? {
                rows.add_texts(column, texts);
                continue;
            }
            let arrays = self.arrays(column)?;
            guarded(|| rows.add(column, &arrays)).map_err(|error| self.broken(column, &error))?;
        }
        Ok(rows)
    }

    /// The values of a column of texts with their numbers in the file; `None` if the file does not number them.
    fn texts(&self, column: &LogColumn, memory: &mut Vec<Coded>) -> anyhow::Result<Option<Coded>> {
        let [chunk] = *self.chunks(column) else {
            return Ok(None);
        };
        let descriptor = &chunk.descriptor().descriptor;
        if column.form != ColumnForm::Text
            || descriptor.primitive_type.physical_type != PhysicalType::ByteArray
            || descriptor.max_def_level > 1
            || descriptor.max_rep_level > 0
        {
            return Ok(None);
        }
        let pages = self.pages(chunk, column)?;
        let texts = guarded(|| {
            let empty = memory.pop().unwrap_or_default().emptied(self.rows.len(), rows::is_shared(column.column));
            let texts = pages::coded_texts(pages, &self.rows, empty)?;
            self.ensure_all(texts.as_ref().map_or(self.rows.len(), |texts| texts.codes().len()))?;
            Ok(texts)
        });
        texts.map_err(|error| self.broken(column, &error))
    }

    fn arrays(&self, column: &LogColumn) -> anyhow::Result<Vec<Box<dyn Array>>> {
        let (mut pages, mut types) = (Vec::new(), Vec::new());
        for chunk in self.chunks(column) {
            pages.push(self.pages(chunk, column)?);
            types.push(&chunk.descriptor().descriptor.primitive_type);
        }
        let filter = Some(Filter::Range(self.rows.clone()));
        let arrays = guarded(|| {
            anyhow::ensure!(!pages.is_empty(), "a group of rows is without it");
            let (arrays, _) = column_iter_to_arrays(pages, types, column.field.clone(), filter)?;
            self.ensure_all(arrays.iter().map(|array| array.len()).sum())?;
            Ok(arrays)
        });
        arrays.map_err(|error| self.broken(column, &error))
    }

    fn ensure_all(&self, found: usize) -> anyhow::Result<()> {
        anyhow::ensure!(found == self.rows.len(), "{found} values for {} rows", self.rows.len());
        Ok(())
    }

    /// The chunks of a column: several where it is nested.
    fn chunks(&self, column: &LogColumn) -> Vec<&ColumnChunkMetadata> {
        let group = &self.file.metadata.row_groups[self.group];
        let chunks: Vec<_> = group.columns_under_root_iter(&column.field.name).into_iter().flatten().collect();
        // If two columns have the same name, the last one counts: only attributes may have that.
        let is_last_only = column.attribute.is_some() && !column.field.dtype().is_nested();
        let before_last = if is_last_only { chunks.len().saturating_sub(1) } else { 0 };
        chunks.into_iter().skip(before_last).collect()
    }

    /// The pages of a chunk, still compressed.
    fn pages(&self, chunk: &ColumnChunkMetadata, column: &LogColumn) -> anyhow::Result<BasicDecompressor> {
        let bytes = self.bytes(chunk, column)?;
        let reader = PageReader::new(Cursor::new(bytes.into()), chunk, Vec::new(), usize::MAX);
        Ok(BasicDecompressor::new(reader, Vec::new()))
    }

    /// The bytes of a column chunk.
    fn bytes(&self, chunk: &ColumnChunkMetadata, column: &LogColumn) -> anyhow::Result<Vec<u8>> {
        let ParquetFile { file, length, location, .. } = &*self.file;
        let range = chunk.byte_range();
        let size = usize::try_from(range.end - range.start).ok().filter(|_| range.end <= *length);
        let Some(size) = size else {
            return Err(self.broken(column, &anyhow::anyhow!("its position is past the file's end")));
        };
        let mut bytes = vec![0; size];
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(range.start))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(|error| Failure::Input.because(format!("{location}: cannot be read: {error}")))?;
        Ok(bytes)
    }

    fn broken(&self, column: &LogColumn, error: &anyhow::Error) -> anyhow::Error {
        broken(&self.file.location, &format!("column `{}`: {error:#}", column.field.name))
    }
}

fn broken(location: &str, what: &str) -> anyhow::Error {
    Failure::Input.because(format!("{location}: is not a complete Parquet file ({what}): fetch or copy it again"))
}
