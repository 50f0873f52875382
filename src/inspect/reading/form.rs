//! How a file is written.

use super::bounded::CutReason;
use super::bytes::FoundEncoding;
use super::dialect::CsvDialect;
use crate::ingest::source::{Compression, InputFormat};

/// How a file is written.
pub struct FileForm {
    /// Its format.
    pub format: InputFormat,
    /// How it is packed.
    pub compression: Option<Compression>,
    /// The encoding of a text.
    pub encoding: Option<FoundEncoding>,
    /// How CSV is laid out.
    pub dialect: Option<CsvDialect>,
    /// The sheets of a workbook: its name, whether it is hidden, whether it was read.
    pub sheets: Vec<WorkbookSheet>,
    /// Of a JSON document: the keys that lead to its records.
    pub records: Vec<String>,
    /// Why not all of it was looked at.
    pub cut: Option<CutReason>,
}

/// A sheet of a workbook.
pub struct WorkbookSheet {
    /// Its name.
    pub name: String,
    /// Excel does not show it.
    pub is_hidden: bool,
    /// It is the one that was looked at.
    pub is_read: bool,
}
