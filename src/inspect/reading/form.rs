//! The form of a file.

use super::bounded::CutReason;
use super::bytes::FoundEncoding;
use super::dialect::CsvDialect;
use crate::ingest::source::{Compression, InputFormat};

/// The form of a file.
pub struct FileForm {
    /// How its rows are written.
    pub format: InputFormat,
    /// `None` if it is not compressed.
    pub compression: Option<Compression>,
    /// The encoding of a text.
    pub encoding: Option<FoundEncoding>,
    /// The layout of CSV.
    pub dialect: Option<CsvDialect>,
    /// The sheets of a workbook.
    pub sheets: Vec<WorkbookSheet>,
    /// For a JSON document: the keys that lead to its records.
    pub records: Vec<String>,
    /// The reason why it was not examined completely.
    pub cut: Option<CutReason>,
}

/// A sheet of a workbook.
pub struct WorkbookSheet {
    /// As the workbook shows it on the tab.
    pub name: String,
    /// Whether it is hidden in Excel.
    pub is_hidden: bool,
    /// Whether it is the sheet that was examined.
    pub is_read: bool,
}
