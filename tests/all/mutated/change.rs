//! The change to a file, as failures name it.

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(dead_code, reason = "printed where a test fails")]
pub enum Change {
    /// A column or key has another name.
    Renamed(String, String),
    /// It is not there.
    Dropped(String),
    /// Columns are in another order.
    ColumnsShuffled,
    /// Rows or records do.
    RowsShuffled,
    /// Instants are written in another way.
    Clock(String, &'static str),
    /// Fields are apart by another sign.
    Delimiter(char),
    /// A comma is before fractions.
    DecimalComma,
    /// Some rows are twice.
    RowsTwice(usize),
    /// Ids are not written alike in all rows.
    Ids(String, &'static str),
    /// Words for people in another language.
    Words(String),
    /// Texts for no value.
    Nones(&'static str),
}
