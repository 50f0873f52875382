//! The bytes of a source: plain, `.gz`, `.zst`, or standard input, as UTF-8 where they are text.

pub(crate) mod arguments;
pub(crate) mod encoding;
pub(crate) mod guarded;
pub(crate) mod long_numbers;
pub(crate) mod xlsx;

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Error, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use self::encoding::Encoding;
use self::long_numbers::LongNumbers;
use crate::failure::input_error;
use crate::harmless::shown_path;

/// Where a part stands in the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
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
    /// Some rows of a plain text file that grows, with the header they stand under.
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
    /// Standard input.
    Stdin,
}

/// What is known of the bytes of sources before they are opened.
#[derive(Debug, Clone, Default)]
pub struct SourceOptions {
    /// The format of all sources; by default what their name or content tells.
    pub format: Option<InputFormat>,
    /// The encoding of texts that do not tell it themselves; by default UTF-8.
    pub encoding: Option<Encoding>,
    /// The sheet of workbooks; by default the first.
    pub sheet: Option<String>,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum InputFormat {
    /// One JSON object a line.
    Jsonl,
    /// A header, then a record a row; comma, semicolon or tab.
    Csv,
    /// Columns, in groups of rows.
    Parquet,
    /// A sheet of an Excel workbook.
    Xlsx,
    /// JSON documents, which a profile says how to read.
    #[value(skip)]
    Json,
    /// Lines of text, which a profile says how to read.
    #[value(skip)]
    Text,
}

impl InputFormat {
    /// The name in flags and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
            Self::Text => "text",
        }
    }
}

/// How rows are written where they are text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextFormat {
    /// See [`InputFormat::Jsonl`].
    Jsonl,
    /// See [`InputFormat::Csv`].
    Csv,
}

/// A text from its first byte, decompressed.
pub struct OpenText {
    /// Its bytes.
    pub reader: Box<dyn BufRead + Send>,
    /// Of a sheet of a workbook, its columns with numbers that a spreadsheet rounds.
    pub sheet: Option<Vec<LongNumbers>>,
}

/// What is known of a source once it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFacts {
    /// Its format.
    pub format: InputFormat,
    /// Columns of a sheet with numbers that a spreadsheet rounds.
    pub long_numbers: Vec<LongNumbers>,
}

impl From<InputFormat> for SourceFacts {
    fn from(format: InputFormat) -> Self {
        Self { format, long_numbers: Vec::new() }
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

/// How a source is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// `.gz`
    Gzip,
    /// `.zst`
    Zstd,
}

impl Compression {
    /// The name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }
}

/// The bytes of a source, decompressed, before anything is known of them but their name.
pub struct Unpacked {
    /// From the first byte to the last.
    pub reader: Box<dyn BufRead + Send>,
    /// How they are compressed where they are.
    pub compression: Option<Compression>,
    /// The format that the name tells.
    pub by_name: Option<InputFormat>,
}

/// How many bytes are looked at to tell what a source is.
const START: u64 = 1 << 18;

/// The endings that a folder is searched for.
pub(super) const ENDINGS: [(&str, InputFormat); 7] = [
    ("jsonl", InputFormat::Jsonl),
    ("ndjson", InputFormat::Jsonl),
    ("json", InputFormat::Jsonl),
    ("csv", InputFormat::Csv),
    ("tsv", InputFormat::Csv),
    ("parquet", InputFormat::Parquet),
    ("xlsx", InputFormat::Xlsx),
];

impl Source {
    /// The name for people: of a file its last part, so that a report does not depend on the folder.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::File(path) | Self::Tail { path, .. } => {
                path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
            Self::Stdin => "stdin".to_owned(),
        }
    }

    /// Where it is, for errors.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::File(path) | Self::Tail { path, .. } => shown_path(path),
            Self::Stdin => "standard input".to_owned(),
        }
    }

    /// Bytes on disk, as far as they are known beforehand.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        match self {
            Self::File(path) => std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len()),
            Self::Tail { from, to, .. } => Some(to - from),
            Self::Stdin => None,
        }
    }

    /// Opens it, decompressed. Bytes taken from the disk are added to `bytes_read`.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened.
    pub fn unpacked(&self, bytes_read: &Arc<AtomicU64>) -> anyhow::Result<Unpacked> {
        let (reader, compression) = self.decompressed(bytes_read)?;
        Ok(Unpacked { reader, compression, by_name: self.format_of_name() })
    }

    /// The format that its name tells.
    #[must_use]
    pub fn format_of_name(&self) -> Option<InputFormat> {
        let name = self.name().to_lowercase();
        let (stem, _) = split_compression(&name);
        Path::new(stem).extension().and_then(|ending| format_of(&ending.to_string_lossy()))
    }

    /// Whether it is said, or called, a workbook.
    #[must_use]
    pub fn is_sheet(&self, options: &SourceOptions) -> bool {
        options.format.or_else(|| self.format_of_name()) == Some(InputFormat::Xlsx)
    }

    /// Opens it for reading, decompressed and as UTF-8, with its format. Bytes taken from the disk are added to `bytes_read`.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened, or is a workbook that cannot be read.
    pub fn open(&self, options: &SourceOptions, bytes_read: &Arc<AtomicU64>) -> anyhow::Result<Opened> {
        let Unpacked { mut reader, compression, by_name } = self.unpacked(bytes_read)?;
        let failed = |error| input_error(&self.place(), &error);
        let known = match options.format.or(by_name) {
            Some(format) => Some(format),
            None => self.sniff_binary(reader.fill_buf().map_err(failed)?)?,
        };
        let as_utf8 = |reader| encoding::as_utf8(reader, options.encoding).map_err(failed);
        Ok(match known {
            // Lines of text are read by profiles only.
            None | Some(InputFormat::Text) => {
                let mut reader = as_utf8(reader)?;
                let format = sniff_text(reader.fill_buf().map_err(failed)?);
                Opened::Text(reader, format)
            }
            Some(InputFormat::Jsonl | InputFormat::Json) => Opened::Text(as_utf8(reader)?, TextFormat::Jsonl),
            Some(InputFormat::Csv) => Opened::Text(as_utf8(reader)?, TextFormat::Csv),
            Some(InputFormat::Parquet) => {
                let (file, uncounted) = self.seekable(reader, compression)?;
                Opened::Parquet(file, uncounted)
            }
            Some(InputFormat::Xlsx) => Opened::Sheet(self.sheet(reader, compression, options, bytes_read, u32::MAX)?),
        })
    }

    /// A file whose reader may go back and forth, and the bytes on disk that are still to be counted for it.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened, or not be copied into a temporary file.
    pub fn seekable(
        &self,
        mut reader: Box<dyn BufRead + Send>,
        compression: Option<Compression>,
    ) -> anyhow::Result<(File, u64)> {
        match (self, compression) {
            (Self::File(path), None) if path.is_file() => {
                let counted = reader.fill_buf().map_or(0, <[u8]>::len) as u64;
                let file = File::open(path).map_err(|error| input_error(&self.place(), &error))?;
                Ok((file, self.size().unwrap_or(0).saturating_sub(counted)))
            }
            (Self::File(_) | Self::Tail { .. } | Self::Stdin, _) => Ok((self.copied(reader)?, 0)),
        }
    }

    /// Opens it for reading as text, decompressed, in its own encoding; a sheet of a workbook is CSV. Bytes taken from the disk
    /// are added to `bytes_read`.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened, or is a workbook that cannot be read.
    pub fn open_text(&self, options: &SourceOptions, bytes_read: &Arc<AtomicU64>) -> anyhow::Result<OpenText> {
        self.text(options, bytes_read, u32::MAX)
    }

    /// The text, of a sheet up to so many rows.
    fn text(&self, options: &SourceOptions, bytes_read: &Arc<AtomicU64>, most_rows: u32) -> anyhow::Result<OpenText> {
        let Unpacked { mut reader, compression, .. } = self.unpacked(bytes_read)?;
        let start = reader.fill_buf().map_err(|error| input_error(&self.place(), &error))?;
        if self.is_sheet(options) || self.sniff_binary(start)? == Some(InputFormat::Xlsx) {
            return self.sheet(reader, compression, options, bytes_read, most_rows);
        }
        Ok(OpenText { reader, sheet: None })
    }

    /// How its text is opened again, behind so many bytes; none where it cannot be read twice.
    #[must_use]
    pub fn reopen(&self, options: &SourceOptions) -> Option<Reopen> {
        let (source, options) = match self {
            Self::File(path) if path.is_file() => (self.clone(), options.clone()),
            // What quotes a growing file has shows in all of it.
            Self::Tail { path, .. } => (Self::File(path.clone()), options.clone()),
            Self::File(_) | Self::Stdin => return None,
        };
        let is_tail = matches!(self, Self::Tail { .. });
        Some(Box::new(move |passed| match source.open(&options, &Arc::default()) {
            Ok(Opened::Text(mut reader, _)) => {
                let skipped = if is_tail { 0 } else { passed };
                std::io::copy(&mut reader.by_ref().take(skipped), &mut std::io::sink())?;
                Ok(reader)
            }
            Ok(Opened::Parquet(..) | Opened::Sheet(_)) => Err(Error::other("it is no text any more")),
            Err(error) => Err(Error::other(error)),
        }))
    }

    fn sheet(
        &self,
        reader: Box<dyn BufRead + Send>,
        compression: Option<Compression>,
        options: &SourceOptions,
        bytes_read: &Arc<AtomicU64>,
        most_rows: u32,
    ) -> anyhow::Result<OpenText> {
        let (file, uncounted) = self.seekable(reader, compression)?;
        let (csv, long_numbers) = xlsx::as_csv(file, &self.place(), options.sheet.as_deref(), most_rows)?;
        bytes_read.fetch_add(uncounted, Ordering::Relaxed);
        Ok(OpenText { reader: Box::new(BufReader::with_capacity(1 << 18, csv)), sheet: Some(long_numbers) })
    }

    /// Its first bytes, decompressed and as UTF-8, which a later reader sees again; of standard input only those that are there.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened, read or decompressed.
    pub fn start(&self, options: &SourceOptions) -> anyhow::Result<Vec<u8>> {
        let failed = |error: &std::io::Error| input_error(&self.place(), error);
        let mut start = Vec::new();
        match self {
            Self::File(_) | Self::Tail { .. } => {
                let OpenText { reader, sheet } = self.text(options, &Arc::default(), xlsx::START)?;
                let declared = options.encoding.filter(|_| sheet.is_none());
                let reader = encoding::as_utf8(reader, declared).map_err(|error| failed(&error))?;
                reader.take(START).read_to_end(&mut start).map_err(|error| failed(&error))?;
            }
            Self::Stdin => {
                // What is not consumed stays in the buffer that every reader of standard input has.
                let mut stdin = std::io::stdin().lock();
                let bytes = stdin.fill_buf().map_err(|error| failed(&error))?;
                match compression_of(bytes) {
                    // A workbook cannot be read from its start.
                    None if bytes.starts_with(b"PK\x03\x04") => {}
                    None => {
                        let bytes = Box::new(Cursor::new(bytes.to_vec()));
                        let mut reader = encoding::as_utf8(bytes, options.encoding).map_err(|error| failed(&error))?;
                        reader.read_to_end(&mut start).map_err(|error| failed(&error))?;
                    }
                    // Cut: what is there is enough.
                    Some(Compression::Gzip) => {
                        let _ = flate2::bufread::MultiGzDecoder::new(bytes).take(START).read_to_end(&mut start);
                    }
                    Some(Compression::Zstd) => {
                        if let Ok(decoder) = zstd::Decoder::with_buffer(bytes) {
                            let _ = decoder.take(START).read_to_end(&mut start);
                        }
                    }
                }
            }
        }
        Ok(start)
    }

    fn decompressed(
        &self,
        bytes_read: &Arc<AtomicU64>,
    ) -> anyhow::Result<(Box<dyn BufRead + Send>, Option<Compression>)> {
        let raw: Box<dyn Read + Send> = match self {
            Self::File(path) => Box::new(File::open(path).map_err(|error| input_error(&self.place(), &error))?),
            Self::Tail { path, header, from, to } => {
                let mut file = File::open(path).map_err(|error| input_error(&self.place(), &error))?;
                file.seek(SeekFrom::Start(*from)).map_err(|error| input_error(&self.place(), &error))?;
                Box::new(Cursor::new(header.clone()).chain(file.take(to - from)))
            }
            Self::Stdin => Box::new(std::io::stdin()),
        };
        let counted = Counted { inner: raw, bytes: Arc::clone(bytes_read) };
        let mut raw = BufReader::with_capacity(1 << 18, counted);
        let name = self.name().to_lowercase();
        let (_, by_name) = split_compression(&name);
        let compression = match by_name {
            Some(compression) => Some(compression),
            None => compression_of(raw.fill_buf().map_err(|error| input_error(&self.place(), &error))?),
        };
        let reader: Box<dyn BufRead + Send> = match compression {
            None => Box::new(raw),
            Some(Compression::Gzip) => {
                Box::new(BufReader::with_capacity(1 << 18, flate2::bufread::MultiGzDecoder::new(raw)))
            }
            Some(Compression::Zstd) => {
                let decoder =
                    zstd::Decoder::with_buffer(raw).with_context(|| format!("{}: no zstd stream", self.place()))?;
                Box::new(BufReader::with_capacity(1 << 18, decoder))
            }
        };
        Ok((reader, compression))
    }

    /// All bytes in a temporary file, for a format whose reader must go back and forth.
    fn copied(&self, mut reader: Box<dyn BufRead + Send>) -> anyhow::Result<File> {
        let because = || format!("a temporary file for {}", self.place());
        let mut file = tempfile::tempfile().with_context(because)?;
        let mut bytes = vec![0; 1 << 18];
        loop {
            match reader.read(&mut bytes) {
                Ok(0) => return Ok(file),
                Ok(count) => file.write_all(&bytes[..count]).with_context(because)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(input_error(&self.place(), &error)),
            }
        }
    }

    /// The format by the first bytes, where it is none of text.
    ///
    /// # Errors
    ///
    /// Where it is one that nothing here reads.
    pub fn sniff_binary(&self, start: &[u8]) -> anyhow::Result<Option<InputFormat>> {
        Ok(if start.starts_with(b"PAR1") {
            Some(InputFormat::Parquet)
        } else if start.starts_with(b"PK\x03\x04") {
            Some(InputFormat::Xlsx)
        } else if start.starts_with(b"\xD0\xCF\x11\xE0") {
            return Err(xlsx::old_or_locked(&self.place()));
        } else {
            None
        })
    }
}

/// The format of a text by its first bytes.
#[must_use]
pub fn sniff_text(start: &[u8]) -> TextFormat {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'{') || json_lines_below(text).is_some() { TextFormat::Jsonl } else { TextFormat::Csv }
}

/// Lines that are looked at below one that is no JSON.
const SNIFFED_LINES: usize = 32;

/// Where the first JSON object begins in a text whose first line is none, but most of whose lines are. None in any other
/// text. The last line counts only where it is whole.
#[must_use]
pub fn json_lines_below(text: &[u8]) -> Option<usize> {
    let (mut objects, mut others, mut begin) = (0, 0, None);
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n').take(SNIFFED_LINES) {
        let trimmed = line.trim_ascii();
        let is_object = trimmed.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(trimmed).is_ok();
        if is_object {
            objects += 1;
            begin = begin.or(Some(at));
        } else if !trimmed.is_empty() && line.ends_with(b"\n") {
            others += 1;
        }
        at += line.len();
    }
    begin.filter(|begin| *begin > 0 && objects >= others)
}

/// A reader that counts what it hands out.
struct Counted<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The format of files with that ending.
pub(super) fn format_of(ending: &str) -> Option<InputFormat> {
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format)
}

/// A name without the ending of its compression.
pub(super) fn split_compression(name: &str) -> (&str, Option<Compression>) {
    for (ending, compression) in [(".gz", Compression::Gzip), (".zst", Compression::Zstd)] {
        if let Some(stem) = name.strip_suffix(ending) {
            return (stem, Some(compression));
        }
    }
    (name, None)
}

fn compression_of(start: &[u8]) -> Option<Compression> {
    if start.starts_with(b"\x1f\x8b") {
        Some(Compression::Gzip)
    } else if start.starts_with(b"\x28\xb5\x2f\xfd") {
        Some(Compression::Zstd)
    } else {
        None
    }
}
