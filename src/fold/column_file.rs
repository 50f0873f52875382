//! Stores columns of fact rows in a temporary file, if they do not fit into memory (decisions.md, read-18).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Mutex, PoisonError};

use polars::prelude::*;

use crate::temporary::unusable;

/// A temporary file of columns, created with the first column. It has no name, and disappears when the program ends.
#[derive(Debug, Default)]
pub struct ColumnFile {
    written: Mutex<Option<Written>>,
}

#[derive(Debug)]
struct Written {
    file: File,
    end: u64,
}

/// A column in the file.
#[derive(Debug, Clone)]
pub struct StoredColumn {
    kind: Kind,
    rows: usize,
    nulls: Nulls,
    offset: u64,
    bytes: usize,
}

impl StoredColumn {
    /// Its size in the file, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The type of a column's values.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Number,
    SmallNumber,
    Flag,
    Text,
    /// Lists of numbers: the events behind a row.
    Numbers,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [Self::Number, Self::SmallNumber, Self::Flag, Self::Text, Self::Numbers];
}

/// The rows without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nulls {
    /// None: the file stores no bits for them.
    NoRow,
    /// The rows whose bit is not set; the bits precede the values.
    Some,
    /// All rows: the file stores nothing.
    EveryRow,
}

impl Nulls {
    pub(super) const ALL: [Self; 3] = [Self::NoRow, Self::Some, Self::EveryRow];
}

impl ColumnFile {
    /// Writes columns.
    ///
    /// # Errors
    ///
    /// If the file cannot be written, for example because the disk is full. If facts have no columns of a type, which
    /// is a bug.
    pub fn store(&self, columns: &[Column]) -> anyhow::Result<Vec<StoredColumn>> {
        let mut bytes = Vec::new();
        let mut stored = Vec::with_capacity(columns.len());
        for column in columns {
            let begin = bytes.len();
            let ColumnEncoding { kind, nulls } = encode(column, &mut bytes)?;
            stored.push(StoredColumn {
                kind,
                nulls,
                rows: column.len(),
                offset: begin as u64,
                bytes: bytes.len() - begin,
            });
        }
        let begin = self.append(&bytes)?;
        for column in &mut stored {
            column.offset += begin;
        }
        Ok(stored)
    }

    /// Appends bytes, and returns their position.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub(super) fn append(&self, bytes: &[u8]) -> anyhow::Result<u64> {
        self.try_append(bytes).map_err(|error| unusable("facts", &error))
    }

    fn try_append(&self, bytes: &[u8]) -> io::Result<u64> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let written = match &mut *written {
            Some(written) => written,
            none => none.insert(Written { file: tempfile::tempfile()?, end: 0 }),
        };
        let begin = written.end;
        written.file.seek(SeekFrom::Start(begin))?;
        written.file.write_all(bytes)?;
        written.end = begin + bytes.len() as u64;
        Ok(begin)
    }

    /// Reads a column back.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn read(&self, name: &str, stored: &StoredColumn) -> PolarsResult<Column> {
        let bytes = self.bytes_at(stored.offset, stored.bytes)?;
        Ok(decode(name, ColumnEncoding { kind: stored.kind, nulls: stored.nulls }, stored.rows, &bytes))
    }

    /// Reads bytes back.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub(super) fn bytes_at(&self, offset: u64, length: usize) -> PolarsResult<Vec<u8>> {
        let mut bytes = vec![0; length];
        if length > 0 {
            let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
            let written = written.as_mut().ok_or_else(|| polars_err!(ComputeError: "no column was written"))?;
            written.file.seek(SeekFrom::Start(offset))?;
            written.file.read_exact(&mut bytes)?;
        }
        Ok(bytes)
    }
}

/// How a column is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct ColumnEncoding {
    pub kind: Kind,
    pub nulls: Nulls,
}

/// Appends the values of a column, after the bits of its nulls if only some rows have none.
pub(super) fn encode(column: &Column, bytes: &mut Vec<u8>) -> PolarsResult<ColumnEncoding> {
    let kind = match column.dtype() {
        DataType::Int64 => Kind::Number,
        DataType::UInt32 => Kind::SmallNumber,
        DataType::Boolean => Kind::Flag,
        DataType::String => Kind::Text,
        DataType::List(inner) if **inner == DataType::Int64 => Kind::Numbers,
        other => polars_bail!(SchemaMismatch: "column {} is {other}", column.name()),
    };
    let nulls = match column.null_count() {
        0 => Nulls::NoRow,
        all if all == column.len() => Nulls::EveryRow,
        _ => Nulls::Some,
    };
    let encoding = ColumnEncoding { kind, nulls };
    if nulls == Nulls::EveryRow {
        return Ok(encoding);
    }
    if nulls == Nulls::Some {
        append_bits(column.is_not_null().iter().map(|is_there| is_there == Some(true)), bytes);
    }
    match kind {
        Kind::Number => {
            column.i64()?.iter().for_each(|number| bytes.extend_from_slice(&number.unwrap_or(0).to_le_bytes()));
        }
        Kind::SmallNumber => {
            column.u32()?.iter().for_each(|number| bytes.extend_from_slice(&number.unwrap_or(0).to_le_bytes()));
        }
        Kind::Flag => append_bits(column.bool()?.iter().map(|flag| flag == Some(true)), bytes),
        Kind::Text => {
            for text in column.str()?.iter().map(Option::unwrap_or_default) {
                let length = u32::try_from(text.len()).map_err(|_| polars_err!(ComputeError: "a text of 4 GiB"))?;
                bytes.extend_from_slice(&length.to_le_bytes());
                bytes.extend_from_slice(text.as_bytes());
            }
        }
        Kind::Numbers => {
            let lists = column.list()?;
            for row in 0..lists.len() {
                let list = lists.get_as_series(row);
                let numbers = list.as_ref().map(Series::i64).transpose()?;
                let length = numbers.map_or(0, ChunkedArray::len);
                let length = u32::try_from(length).map_err(|_| polars_err!(ComputeError: "a list of 2^32 numbers"))?;
                bytes.extend_from_slice(&length.to_le_bytes());
                let numbers = numbers.into_iter().flat_map(ChunkedArray::iter).flatten();
                numbers.for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
            }
        }
    }
    Ok(encoding)
}

/// The column of bytes that [`encode`] made.
pub(super) fn decode(name: &str, encoding: ColumnEncoding, rows: usize, bytes: &[u8]) -> Column {
    let ColumnEncoding { kind, nulls } = encoding;
    if nulls == Nulls::EveryRow {
        let kind = match kind {
            Kind::Number => DataType::Int64,
            Kind::SmallNumber => DataType::UInt32,
            Kind::Flag => DataType::Boolean,
            Kind::Text => DataType::String,
            Kind::Numbers => DataType::List(Box::new(DataType::Int64)),
        };
        return Series::full_null(name.into(), rows, &kind).into_column();
    }
    let (of_nulls, values) = bytes.split_at(if nulls == Nulls::Some { rows.div_ceil(8) } else { 0 });
    let is_there = |row: usize| nulls == Nulls::NoRow || bit(of_nulls, row);
    match kind {
        Kind::Number => {
            let numbers = values.as_chunks::<8>().0.iter().map(|number| i64::from_le_bytes(*number));
            numbers_where::<Int64Type>(name, numbers, nulls, is_there)
        }
        Kind::SmallNumber => {
            let numbers = values.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number));
            numbers_where::<UInt32Type>(name, numbers, nulls, is_there)
        }
        Kind::Flag => {
            let flags = (0..rows).map(|row| is_there(row).then(|| bit(values, row)));
            flags.collect::<BooleanChunked>().with_name(name.into()).into_column()
        }
        Kind::Text => {
            let mut rest = values;
            let texts = (0..rows).map(|row| {
                let (length, after) = rest.split_first_chunk::<4>()?;
                let (text, after) = after.split_at_checked(u32::from_le_bytes(*length) as usize)?;
                rest = after;
                std::str::from_utf8(text).ok().filter(|_| is_there(row))
            });
            texts.collect::<StringChunked>().with_name(name.into()).into_column()
        }
        Kind::Numbers => {
            let mut lists =
                ListPrimitiveChunkedBuilder::<Int64Type>::new(name.into(), rows, values.len() / 8, DataType::Int64);
            let mut rest = values;
            for row in 0..rows {
                let list = rest
                    .split_first_chunk::<4>()
                    .and_then(|(length, after)| after.split_at_checked(u32::from_le_bytes(*length) as usize * 8));
                let (list, after) = list.unwrap_or_default();
                rest = after;
                if is_there(row) {
                    lists.append_values_iter(list.as_chunks::<8>().0.iter().map(|number| i64::from_le_bytes(*number)));
                } else {
                    lists.append_null();
                }
            }
            lists.finish().into_column()
        }
    }
}

fn numbers_where<T: PolarsNumericType>(
    name: &str,
    numbers: impl Iterator<Item = T::Native>,
    nulls: Nulls,
    is_there: impl Fn(usize) -> bool,
) -> Column
where
    ChunkedArray<T>: IntoColumn,
{
    let numbers: ChunkedArray<T> = match nulls {
        Nulls::NoRow => ChunkedArray::from_iter_values(PlSmallStr::EMPTY, numbers),
        Nulls::Some | Nulls::EveryRow => {
            numbers.enumerate().map(|(row, number)| is_there(row).then_some(number)).collect()
        }
    };
    numbers.with_name(name.into()).into_column()
}

fn append_bits(bits: impl Iterator<Item = bool>, bytes: &mut Vec<u8>) {
    for (row, is_set) in bits.enumerate() {
        if row % 8 == 0 {
            bytes.push(0);
        }
        if let Some(last) = bytes.last_mut() {
            *last |= u8::from(is_set) << (row % 8);
        }
    }
}

fn bit(bits: &[u8], row: usize) -> bool {
    bits.get(row / 8).is_some_and(|byte| byte >> (row % 8) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_back_as_they_were() {
        let list = |numbers: &[i64]| Some(Series::new("".into(), numbers));
        let columns = df!(
            "numbers" => [list(&[7, -7]), None, list(&[])],
            "number" => [Some(-1_i64), None, Some(i64::MAX)],
            "full" => [1_i64, 2, 3],
            "small" => [Some(7_u32), Some(0), None],
            "flag" => [true, false, true],
            "unsure" => [Some(true), None, Some(false)],
            "text" => [Some(""), None, Some("é;b")],
            "nothing" => [None::<u32>, None, None],
            "no text" => [None::<&str>, None, None],
        )
        .unwrap();
        let file = ColumnFile::default();
        // A column that is stored after other columns is read as well.
        file.store(&columns.columns()[..2]).unwrap();
        let stored = file.store(columns.columns()).unwrap();
        for (column, stored) in columns.columns().iter().zip(&stored) {
            let read = file.read(column.name(), stored).unwrap();
            assert_eq!(read.dtype(), column.dtype());
            assert!(read.equals_missing(column), "{}", column.name());
        }
    }

    #[test]
    fn many_rows_have_their_own_bits() {
        let flags: BooleanChunked = (0..1000).map(|row| (row % 7 != 0).then_some(row % 3 == 0)).collect();
        let column = flags.with_name("flag".into()).into_column();
        let file = ColumnFile::default();
        let stored = file.store(std::slice::from_ref(&column)).unwrap();
        assert!(file.read("flag", &stored[0]).unwrap().equals_missing(&column));
    }
}
