//! The canonical values of one row, as byte ranges of a part: values are copied only if they must be changed.

use crate::event::Column;
use crate::event::attributes::RowValues;

/// The number of columns that a row can have.
pub const COLUMNS: usize = Column::WITH_INTERNAL.len();

/// The position of a value's bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte: an index into the part. From the part's length on, it is an index into the unescaped values.
    pub start: u32,
    /// Length in bytes; 0 means no value.
    pub len: u32,
}

/// The values of one row by [`Column`]. Reused for each row of a part.
#[derive(Debug, Default)]
pub struct Cells {
    spans: [ByteRange; COLUMNS],
    /// A bit for each column that has a value.
    filled: u32,
    /// Values that differ from the bytes of the part because of escapes or doubled quotes.
    unescaped: Vec<u8>,
    /// The fields of a CSV record that are attributes, in order, including empty ones.
    fields: Vec<ByteRange>,
}

impl Cells {
    /// Removes all values.
    pub fn clear(&mut self) {
        self.filled = 0;
        self.unescaped.clear();
        self.fields.clear();
    }

    /// Sets a value whose bytes are in the part.
    #[inline]
    pub fn set(&mut self, column: Column, start: usize, end: usize) {
        if column as u32 == Column::Attributes as u32 {
            self.fields.push(ByteRange { start: short(start), len: short(end - start) });
            return;
        }
        self.put(column, start, end);
    }

    #[inline]
    fn put(&mut self, column: Column, start: usize, end: usize) {
        self.spans[column as usize] = ByteRange { start: short(start), len: short(end - start) };
        self.filled |= u32::from(end > start) << column as u32;
    }

    /// Sets a value whose bytes are not in the part; `part` is the length of the part.
    pub fn set_unescaped(&mut self, column: Column, part: usize, value: &[u8]) {
        let start = part + self.unescaped.len();
        self.unescaped.extend_from_slice(value);
        self.set(column, start, start + value.len());
    }

    /// Moves the values of all attributes here; `part` is the length of the part.
    #[inline]
    pub fn set_attributes(&mut self, part: usize, values: &mut RowValues) {
        let start = part + self.unescaped.len();
        let length = values.move_to(&mut self.unescaped);
        self.put(Column::Attributes, start, start + length);
    }

    /// The fields that were [set](Self::set) as attributes.
    #[must_use]
    pub fn attribute_fields(&self) -> &[ByteRange] {
        &self.fields
    }

    /// A bit for each column that has a value.
    #[must_use]
    pub fn filled(&self) -> u32 {
        self.filled
    }

    /// The byte range of a column's value; `None` if the column has no value.
    #[must_use]
    #[inline]
    pub fn span(&self, column: Column) -> Option<ByteRange> {
        (self.filled & column.bit() != 0).then(|| self.spans[column as usize])
    }

    /// The bytes of a value; `None` if there is no value.
    #[must_use]
    #[inline]
    pub fn get<'a>(&'a self, part: &'a [u8], column: Column) -> Option<&'a [u8]> {
        self.span(column).map(|span| self.bytes(part, span))
    }

    /// The bytes of a range of this part.
    #[must_use]
    #[inline]
    pub fn bytes<'a>(&'a self, part: &'a [u8], span: ByteRange) -> &'a [u8] {
        let (start, len) = (span.start as usize, span.len as usize);
        match start.checked_sub(part.len()) {
            None => &part[start..start + len],
            Some(start) => &self.unescaped[start..start + len],
        }
    }
}

/// One row: its values, and the bytes of the part that hold most of them.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The bytes of the part.
    pub part: &'a [u8],
    /// The byte ranges of the values.
    pub cells: &'a Cells,
}

impl<'a> Row<'a> {
    /// A row in a part of text.
    #[must_use]
    #[inline]
    pub const fn in_part(part: &'a [u8], cells: &'a Cells) -> Self {
        Self { part, cells }
    }

    /// A row that is built, of Parquet or of a record: all its values are in its cells.
    #[must_use]
    #[inline]
    pub const fn made(cells: &'a Cells) -> Self {
        Self { part: &[], cells }
    }

    /// A bit for each column that has a value.
    #[must_use]
    #[inline]
    pub fn filled(self) -> u32 {
        self.cells.filled()
    }

    /// The bytes of a value; `None` if there is no value.
    #[must_use]
    #[inline]
    pub fn get(self, column: Column) -> Option<&'a [u8]> {
        self.cells.get(self.part, column)
    }

    /// A value as text; the row must be UTF-8.
    #[must_use]
    pub fn text(self, column: Column) -> Option<&'a str> {
        self.get(column).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }
}

/// Cannot overflow: the cutter makes parts far shorter than 4 GiB.
#[expect(clippy::cast_possible_truncation, reason = "see above")]
const fn short(at: usize) -> u32 {
    at as u32
}
