//! The bytes of a source: plain, `.gz`, `.zst`, a member of a `.zip`, or standard input, as UTF-8 where they are text.
//!
//! The content of a file decides its format. Its name decides only where the content fits no other format.

mod archive;
pub(crate) mod arguments;
mod compression;
mod content;
pub(crate) mod encoding;
mod file_name;
mod format;
pub(crate) mod guarded;
mod held;
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
pub use self::format::{InputFormat, TextFormat};
pub use self::held::{Held, kept_facts};
use self::long_numbers::LongNumbers;
pub use self::member::Member;
pub use self::observed::{Observed, SourceNote};
pub use self::sheets::with_other_sheets;
use crate::harmless::shown_path;

/// Where a part is in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartIndex {
    /// Which source.
    pub file: usize,
    /// Which of its parts.
    pub part: u32,
}

/// Opens a text again, behind so many of its bytes.
pub type Reopen = Box<dyn Fn(u64) -> std::io::Result<Box<dyn BufRead + Send>> + Send>;

/// One place to read rows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Some rows of a plain text file that grows, with the header they are under.
    Tail {
        /// The file.
        path: PathBuf,
        /// The bytes of the header; none where the first row comes first.
        header: Vec<u8>,
        /// The first byte.
        from: u64,
        /// The first byte after.
        to: u64,
    },
    /// A member of a ZIP archive.
    Member(Member),
    /// A sheet of a workbook, by name.
    Sheet {
        /// The workbook.
        workbook: PathBuf,
        /// The name of the sheet.
        sheet: String,
    },
    /// Standard input.
    Stdin,
}

/// The facts of sources' bytes before they are opened.
#[derive(Debug, Clone, Default)]
pub struct SourceOptions {
    /// The format of all sources; by default by their name or content.
    pub format: Option<InputFormat>,
    /// The encoding of texts that do not show it themselves; by default UTF-8.
    pub encoding: Option<Encoding>,
    /// The sheet of workbooks; by default the first.
    pub sheet: Option<String>,
}

/// A text from its first byte, decompressed.
pub struct OpenText {
    /// Its bytes.
    pub reader: Box<dyn BufRead + Send>,
    /// Of a sheet of a workbook, its columns with numbers that a spreadsheet rounds.
    pub sheet: Option<Vec<LongNumbers>>,
}

/// The facts of a source once it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFacts {
    /// Its format.
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
    /// Text, decompressed, from the first byte to the last.
    Text(Box<dyn BufRead + Send>, TextFormat),
    /// A Parquet file, which is read here and there, and the bytes on disk that are still to be counted for it.
    Parquet(File, u64),
    /// A sheet of a workbook as CSV: a row of the sheet is a line.
    Sheet(OpenText),
}

impl Opened {
    /// Its format.
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

/// The bytes of a source, decompressed, before anything is known of them but their name.
pub struct Unpacked {
    /// From the first byte to the last.
    pub reader: Box<dyn BufRead + Send>,
    /// How they are compressed where they are.
    pub compression: Option<Compression>,
    /// The format by the name.
    pub by_name: Option<InputFormat>,
}

impl Source {
    /// The name for people: of a file its last part, so that a report does not depend on the folder.
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

    /// Where it is, for errors.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::File(path) | Self::Tail { path, .. } => shown_path(path),
            Self::Member(member) => shown_path(&member.path()),
            Self::Sheet { workbook, sheet } => shown_path(&workbook.join(sheet)),
            Self::Stdin => "standard input".to_owned(),
        }
    }

    /// Bytes on disk, as far as they are known beforehand.
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

    /// The format by its name.
    #[must_use]
    pub fn format_of_name(&self) -> Option<InputFormat> {
        match self {
            Self::Sheet { .. } => Some(InputFormat::Xlsx),
            Self::File(_) | Self::Tail { .. } | Self::Member(_) | Self::Stdin => {
                file_name::format_of_name(&self.name())
            }
        }
    }
}
