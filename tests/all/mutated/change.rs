//! A change to a file, with its description in failures.

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(dead_code, reason = "printed where a test fails")]
pub enum Change {
    /// A column or key is renamed.
    Renamed(String, String),
    /// A column or key is removed.
    Dropped(String),
    /// Columns are reordered.
    ColumnsShuffled,
    /// Rows or records are reordered.
    RowsShuffled,
    /// Instants are in another notation.
    Clock(String, &'static str),
    /// Another delimiter.
    Delimiter(char),
    /// A decimal comma.
    DecimalComma,
    /// Some rows are doubled.
    RowsTwice(usize),
    /// Ids are written differently in some rows.
    Ids(String, &'static str),
    /// Words for authors in another language.
    Words(String),
    /// Texts for no value.
    Nones(&'static str),
}
