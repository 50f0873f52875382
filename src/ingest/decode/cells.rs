//! One row's canonical values as places in the bytes of a part, so that nothing is copied that need not be.

use crate::event::Column;

/// How many columns a row can have.
pub const COLUMNS: usize = Column::WITH_INTERNAL.len();

/// Where a value's bytes are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ByteRange {
    /// The first byte: in the part, or, from the part's length on, among those that are not there as they are meant.
    pub start: u32,
    /// How many bytes; none is no value.
    pub len: u32,
}

/// The values of one row by [`Column`]. Cleared and filled again for each row of a part.
#[derive(Debug, Default)]
pub struct Cells {
    spans: [ByteRange; COLUMNS],
    /// A bit for each column that has a value.
    filled: u32,
    /// Values that are not in the part as they are meant: escapes, doubled quotes.
    unescaped: Vec<u8>,
    /// The fields of a CSV record that are attributes, in their order, empty ones too.
    fields: Vec<ByteRange>,
}

impl Cells {
    /// Forgets the values.
    pub fn clear(&mut self) {
        self.filled = 0;
        self.unescaped.clear();
        self.fields.clear();
    }

    /// Sets a value that is in the part.
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

    /// Sets a value that does not; `part` is the part's length.
    pub fn set_unescaped(&mut self, column: Column, part: usize, value: &[u8]) {
        let start = part + self.unescaped.len();
        self.unescaped.extend_from_slice(value);
        self.set(column, start, start + value.len());
    }

    /// Sets the values of all attributes, as [`crate::event::attributes`] writes them; `part` is the part's length.
    pub fn set_attributes(&mut self, part: usize, encoded: &[u8]) {
        let start = part + self.unescaped.len();
        self.unescaped.extend_from_slice(encoded);
        self.put(Column::Attributes, start, start + encoded.len());
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

    /// Where the value of a column is, if it has one.
    #[must_use]
    #[inline]
    pub fn span(&self, column: Column) -> Option<ByteRange> {
        (self.filled & column.bit() != 0).then(|| self.spans[column as usize])
    }

    /// The bytes of a value; none where there is no value.
    #[must_use]
    #[inline]
    pub fn get<'a>(&'a self, part: &'a [u8], column: Column) -> Option<&'a [u8]> {
        self.span(column).map(|span| self.bytes(part, span))
    }

    /// The bytes at a place of this part.
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

/// One row: its values, and the bytes of the part that most of them are in.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The bytes of the part.
    pub part: &'a [u8],
    /// Where the values are.
    pub cells: &'a Cells,
}

impl<'a> Row<'a> {
    /// A row of a part of text.
    #[must_use]
    #[inline]
    pub const fn in_part(part: &'a [u8], cells: &'a Cells) -> Self {
        Self { part, cells }
    }

    /// A row that is made, whose values are all in its cells: of Parquet, or of a record.
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

    /// The bytes of a value; none where there is no value.
    #[must_use]
    #[inline]
    pub fn get(self, column: Column) -> Option<&'a [u8]> {
        self.cells.get(self.part, column)
    }

    /// A value as text, of a row that is UTF-8.
    #[must_use]
    pub fn text(self, column: Column) -> Option<&'a str> {
        self.get(column).and_then(|bytes| std::str::from_utf8(bytes).ok())
    }
}

/// Parts are far shorter than 4 GiB: the cutter sees to that.
#[expect(clippy::cast_possible_truncation, reason = "see above")]
const fn short(at: usize) -> u32 {
    at as u32
}
