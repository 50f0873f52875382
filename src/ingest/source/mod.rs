//! The bytes of a source: plain, `.gz`, `.zst`, a member of a `.zip`, or standard input; texts as UTF-8.
//!
//! The content of a file decides its format. Its name decides only if the content fits no other format.

mod archive;
pub(crate) mod arguments;
mod compression;
mod content;
pub(crate) mod encoding;
mod engine_source;
mod file_name;
mod format;
pub(crate) mod guarded;
pub(crate) mod json_objects;
pub(crate) mod line_ends;
pub(crate) mod long_numbers;
mod member;
mod observed;
mod open;
pub(crate) mod record_separators;
mod sheets;
pub(crate) mod xlsx;

use std::fs::File;
use std::io::BufRead;
use std::path::PathBuf;

pub use self::compression::Compression;
pub use self::content::{SourceContent, json_lines_below, sniff_text, text_format};
use self::encoding::Encoding;
pub use self::engine_source::{EngineSource, kept_facts};
pub use self::format::{InputFormat, TextFormat};
use self::long_numbers::LongNumbers;
pub use self::member::Member;
pub use self::observed::{Observed, SourceNote};
pub use self::sheets::with_other_sheets;
use crate::harmless::shown_path;

/// The position of a part in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PartIndex {
    /// The index of the source.
    pub file: usize,
    /// The index of the part in its source.
    pub part: u32,
}

/// Opens a text again, from a byte position on.
pub(crate) type Reopen = Box<dyn Fn(u64) -> std::io::Result<Box<dyn BufRead + Send>> + Send>;

/// A source of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A path to a file that is read from the start.
    File(PathBuf),
    /// Some rows of a plain text file that grows, with their header.
    Tail {
        /// The file.
        path: PathBuf,
        /// The bytes of the header; empty if the rows begin at the start of the file.
        header: Vec<u8>,
        /// The position of the first byte.
        from: u64,
        /// The position after the last byte.
        to: u64,
    },
    /// A member of a ZIP archive.
    Member(Member),
    /// A sheet of a workbook, by name.
    Sheet {
        /// The path to the workbook file.
        workbook: PathBuf,
        /// The name of the sheet.
        sheet: String,
    },
    /// Standard input.
    Stdin,
}

/// How to read the bytes of sources, set before they are opened.
#[derive(Debug, Clone, Default)]
pub struct SourceOptions {
    /// The format of all sources; by default, that of their name or content.
    pub format: Option<InputFormat>,
    /// The encoding of texts that do not show it themselves; by default, UTF-8.
    pub encoding: Option<Encoding>,
    /// The sheet of workbooks; by default, the first.
    pub sheet: Option<String>,
}

/// A text, decompressed.
pub struct OpenText {
    /// Its bytes.
    pub reader: Box<dyn BufRead + Send>,
    /// For a sheet of a workbook: its columns with numbers that a spreadsheet rounds.
    pub sheet: Option<Vec<LongNumbers>>,
}

/// The facts about a source that are known when it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFacts {
    /// How the source is written.
    pub format: InputFormat,
    /// Columns of a sheet with numbers that a spreadsheet rounds.
    pub long_numbers: Vec<LongNumbers>,
    /// The notes about its bytes.
    pub notes: Vec<SourceNote>,
}

impl From<InputFormat> for SourceFacts {
    fn from(format: InputFormat) -> Self {
        Self { format, long_numbers: Vec::new(), notes: Vec::new() }
    }
}

/// An open source.
pub enum Opened {
    /// Text, decompressed.
    Text(Box<dyn BufRead + Send>, TextFormat),
    /// A Parquet file, which is read in random order, and the number of its bytes on disk not yet counted.
    Parquet(File, u64),
    /// A sheet of a workbook as CSV: each row of the sheet is a line.
    Sheet(OpenText),
}

impl Opened {
    /// How the rows are written.
    #[must_use]
    pub const fn format(&self) -> InputFormat {
        match self {
            Self::Text(_, TextFormat::Jsonl) => InputFormat::Jsonl,
            Self::Text(_, TextFormat::Csv) => InputFormat::Csv,
            Self::Parquet(..) => InputFormat::Parquet,
            Self::Sheet(_) => InputFormat::Xlsx,
        }
    }
}

/// The decompressed bytes of a source, of which only the name is known.
pub struct Unpacked {
    /// From the first byte to the last.
    pub reader: Box<dyn BufRead + Send>,
    /// The compression, if the source is compressed.
    pub compression: Option<Compression>,
}

impl Source {
    /// The name for people: for a file, the last part of its path, so that a report does not depend on the folder.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) | Self::Tail { path, .. } => {
                path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
            Self::Member(member) => {
                let archive = member.archive.file_name().unwrap_or(member.archive.as_os_str()).to_string_lossy();
                format!("{archive}/{}", member.name)
            }
            Self::Sheet { workbook, sheet } => {
                format!("{}/{sheet}", workbook.file_name().unwrap_or(workbook.as_os_str()).to_string_lossy())
            }
            Self::Stdin => "stdin".to_owned(),
        }
    }

    /// Its location, for errors.
    #[must_use]
    pub fn location(&self) -> String {
        match self {
            Self::File(path) | Self::Tail { path, .. } => shown_path(path),
            Self::Member(member) => shown_path(&member.path()),
            Self::Sheet { workbook, sheet } => shown_path(&workbook.join(sheet)),
            Self::Stdin => "standard input".to_owned(),
        }
    }

    /// Its size on disk in bytes, if known beforehand.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::File(path) | Self::Sheet { workbook: path, .. } => {
                std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len())
            }
            Self::Tail { from, to, .. } => Some(to - from),
            Self::Member(member) => Some(member.packed),
            Self::Stdin => None,
        }
    }

    /// The format that its name indicates.
    #[must_use]
    pub(crate) fn format_of_name(&self) -> Option<InputFormat> {
        match self {
            Self::Sheet { .. } => Some(InputFormat::Xlsx),
            Self::File(_) | Self::Tail { .. } | Self::Member(_) | Self::Stdin => {
                file_name::format_of_name(&self.name())
            }
        }
    }
}
