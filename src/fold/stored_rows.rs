//! Rows of a table in a temporary file, with one position for all of their columns. A file of many short pieces of tables
//! would otherwise need more memory for positions than a conversation may take.

use polars::prelude::*;

use super::column_file::{ColumnEncoding, ColumnFile, Kind, Nulls, decode, encode};

/// Rows in the file.
#[derive(Debug, Clone, Copy)]
pub struct StoredRows {
    offset: u64,
    bytes: u32,
    rows: u32,
}

/// The bytes before the columns, for each of them: type, nulls, length.
const OF_COLUMN: usize = 1 + 1 + size_of::<u32>();

impl ColumnFile {
    /// Writes pieces of rows.
    ///
    /// # Errors
    ///
    /// If the file cannot be written, for example because the disk is full. If facts have no columns of a type, which
    /// is a bug.
    pub fn store_rows(&self, pieces: impl Iterator<Item = DataFrame>) -> anyhow::Result<Vec<StoredRows>> {
        let mut bytes = Vec::new();
        let mut stored = Vec::new();
        for piece in pieces {
            let begin = bytes.len();
            append(&piece, &mut bytes)?;
            stored.push(StoredRows {
                offset: begin as u64,
                bytes: small(bytes.len() - begin)?,
                rows: small(piece.height())?,
            });
        }
        let begin = self.append(&bytes)?;
        for piece in &mut stored {
            piece.offset += begin;
        }
        Ok(stored)
    }

    /// Reads rows back, given the names of their columns.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or the rows have other columns, which is a bug.
    pub fn read_rows(&self, stored: StoredRows, names: &[PlSmallStr]) -> PolarsResult<DataFrame> {
        let bytes = self.bytes_at(stored.offset, stored.bytes as usize)?;
        let (rows, odd) = (stored.rows as usize, || polars_err!(ComputeError: "rows of other columns"));
        let (heads, mut values) = bytes.split_at_checked(names.len() * OF_COLUMN).ok_or_else(odd)?;
        let mut columns = Vec::with_capacity(names.len());
        for (name, head) in names.iter().zip(heads.as_chunks::<OF_COLUMN>().0) {
            let [kind, nulls, length @ ..] = *head;
            let encoding = Kind::ALL.get(usize::from(kind)).zip(Nulls::ALL.get(usize::from(nulls)));
            let encoding =
                encoding.map(|(kind, nulls)| ColumnEncoding { kind: *kind, nulls: *nulls }).ok_or_else(odd)?;
            let (own, rest) = values.split_at_checked(u32::from_le_bytes(length) as usize).ok_or_else(odd)?;
            values = rest;
            columns.push(decode(name, encoding, rows, own));
        }
        DataFrame::new(rows, columns)
    }
}

/// Appends the columns of rows, after their types and lengths.
fn append(rows: &DataFrame, bytes: &mut Vec<u8>) -> anyhow::Result<()> {
    let mut head = bytes.len();
    bytes.resize(head + rows.width() * OF_COLUMN, 0);
    for column in rows.columns() {
        let begin = bytes.len();
        let ColumnEncoding { kind, nulls } = encode(column, bytes)?;
        let length = small(bytes.len() - begin)?.to_le_bytes();
        bytes[head..head + OF_COLUMN].copy_from_slice(&[&[kind as u8, nulls as u8], &length[..]].concat());
        head += OF_COLUMN;
    }
    Ok(())
}

fn small(count: usize) -> anyhow::Result<u32> {
    u32::try_from(count).map_err(|_| anyhow::anyhow!("rows of 4 GiB in one piece"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_read_back_as_they_were() {
        let rows = df!(
            "number" => [Some(-1_i64), None, Some(i64::MAX), Some(0)],
            "small" => [1_u32, 2, 3, 4],
            "flag" => [Some(true), None, Some(false), Some(true)],
            "text" => [Some(""), Some("é;b"), None, None],
            "nothing" => [None::<&str>, None, None, None],
        )
        .unwrap();
        let names: Vec<PlSmallStr> = rows.schema().iter_names().cloned().collect();
        let file = ColumnFile::default();
        let ranges = [(0, 1), (1, 0), (1, 2), (3, 1)];
        let pieces = || ranges.iter().map(|(begin, length)| rows.slice(*begin, *length));
        // Pieces that are stored after others are read as well.
        for _ in 0..2 {
            let stored = file.store_rows(pieces()).unwrap();
            for (stored, piece) in stored.iter().zip(pieces()) {
                let read = file.read_rows(*stored, &names).unwrap();
                assert_eq!(read.schema(), piece.schema());
                assert!(read.equals_missing(&piece));
            }
        }
    }

    #[test]
    fn rows_of_other_columns_are_refused() {
        let file = ColumnFile::default();
        let stored = file.store_rows([df!("n" => [1_u32]).unwrap()].into_iter()).unwrap();
        file.read_rows(stored[0], &["n".into(), "m".into()]).unwrap_err();
    }
}
