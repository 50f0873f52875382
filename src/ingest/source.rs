//! Which files a LOG argument names, and their bytes: plain, `.gz`, `.zst`, or standard input.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::failure::{Failure, input_error};

/// One place to read rows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// Some rows of a plain text file that grows, with the header they stand under.
    Tail {
        /// The file.
        path: PathBuf,
        /// How its rows are written.
        format: InputFormat,
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

/// How the rows of a source are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceFormat {
    /// The format.
    pub format: InputFormat,
    /// It must be unpacked first.
    pub is_compressed: bool,
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
    /// JSON documents, which a profile says how to read.
    #[value(skip)]
    Json,
}

impl InputFormat {
    /// The name in flags and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Json => "json",
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

/// An open source.
pub enum Opened {
    /// Text, decompressed, from the first byte to the last.
    Text(Box<dyn BufRead + Send>, TextFormat),
    /// A Parquet file, which is read here and there, and the bytes on disk that are still to be counted for it.
    Parquet(File, u64),
}

impl Opened {
    /// Its format.
    #[must_use]
    pub const fn format(&self) -> InputFormat {
        match self {
            Self::Text(_, TextFormat::Jsonl) => InputFormat::Jsonl,
            Self::Text(_, TextFormat::Csv) => InputFormat::Csv,
            Self::Parquet(..) => InputFormat::Parquet,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    Gzip,
    Zstd,
}

/// How many bytes are looked at to tell what a source is.
const START: u64 = 1 << 18;

/// The endings that a folder is searched for.
const ENDINGS: [(&str, InputFormat); 6] = [
    ("jsonl", InputFormat::Jsonl),
    ("ndjson", InputFormat::Jsonl),
    ("json", InputFormat::Jsonl),
    ("csv", InputFormat::Csv),
    ("tsv", InputFormat::Csv),
    ("parquet", InputFormat::Parquet),
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
            Self::File(path) | Self::Tail { path, .. } => path.display().to_string(),
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

    /// Opens it for reading, decompressed, with its format. Bytes taken from the disk are added to `bytes_read`.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened, or is an Excel file.
    pub fn open(&self, format: Option<InputFormat>, bytes_read: &Arc<AtomicU64>) -> anyhow::Result<Opened> {
        if let Self::Tail { path, header, from, to, format } = self {
            let mut file = File::open(path).map_err(|error| input_error(&self.place(), &error))?;
            file.seek(SeekFrom::Start(*from)).map_err(|error| input_error(&self.place(), &error))?;
            let rows = Cursor::new(header.clone()).chain(file.take(to - from));
            let text = Box::new(BufReader::with_capacity(1 << 18, rows));
            return Ok(match format {
                InputFormat::Csv => Opened::Text(text, TextFormat::Csv),
                InputFormat::Jsonl | InputFormat::Json | InputFormat::Parquet => Opened::Text(text, TextFormat::Jsonl),
            });
        }
        let (mut reader, compression) = self.decompressed(bytes_read)?;
        let by_name = self.format_of_name();
        let format = match format.or(by_name) {
            Some(format) => format,
            None => self.sniff(reader.fill_buf().map_err(|error| input_error(&self.place(), &error))?)?,
        };
        Ok(match format {
            InputFormat::Jsonl | InputFormat::Json => Opened::Text(reader, TextFormat::Jsonl),
            InputFormat::Csv => Opened::Text(reader, TextFormat::Csv),
            InputFormat::Parquet => match (self, compression) {
                (Self::File(path), None) if path.is_file() => {
                    let counted = reader.fill_buf().map_or(0, <[u8]>::len) as u64;
                    let file = File::open(path).map_err(|error| input_error(&self.place(), &error))?;
                    Opened::Parquet(file, self.size().unwrap_or(0).saturating_sub(counted))
                }
                (Self::File(_) | Self::Tail { .. } | Self::Stdin, _) => Opened::Parquet(self.copied(reader)?, 0),
            },
        })
    }

    /// The format that its name tells.
    #[must_use]
    pub fn format_of_name(&self) -> Option<InputFormat> {
        let name = self.name().to_lowercase();
        let (stem, _) = split_compression(&name);
        Path::new(stem).extension().and_then(|ending| format_of(&ending.to_string_lossy()))
    }

    /// Opens it for reading as text, decompressed. Bytes taken from the disk are added to `bytes_read`.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened.
    pub fn open_text(&self, bytes_read: &Arc<AtomicU64>) -> anyhow::Result<Box<dyn BufRead + Send>> {
        Ok(self.decompressed(bytes_read)?.0)
    }

    /// Its first bytes, decompressed, which a later reader sees again; of standard input only those that are there.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened, read or decompressed.
    pub fn start(&self) -> anyhow::Result<Vec<u8>> {
        let failed = |error: &std::io::Error| input_error(&self.place(), error);
        let mut start = Vec::new();
        match self {
            Self::File(_) | Self::Tail { .. } => {
                let reader = self.open_text(&Arc::default())?;
                reader.take(START).read_to_end(&mut start).map_err(|error| failed(&error))?;
            }
            Self::Stdin => {
                // What is not consumed stays in the buffer that every reader of standard input has.
                let mut stdin = std::io::stdin().lock();
                let bytes = stdin.fill_buf().map_err(|error| failed(&error))?;
                match compression_of(bytes) {
                    None => start.extend_from_slice(bytes),
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
            Self::File(path) | Self::Tail { path, .. } => {
                Box::new(File::open(path).map_err(|error| input_error(&self.place(), &error))?)
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

    /// How its rows are written, by its name or its first bytes.
    ///
    /// # Errors
    ///
    /// Where it cannot be opened, or is an Excel file.
    pub fn format(&self, format: Option<InputFormat>) -> anyhow::Result<SourceFormat> {
        let name = self.name().to_lowercase();
        let mut start = [0; 4];
        if let Self::File(path) = self {
            let mut file = File::open(path).map_err(|error| input_error(&self.place(), &error))?;
            let _ = file.read(&mut start).map_err(|error| input_error(&self.place(), &error))?;
        }
        let is_compressed = split_compression(&name).1.or_else(|| compression_of(&start)).is_some();
        Ok(SourceFormat { format: self.open(format, &Arc::default())?.format(), is_compressed })
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

    /// The format by the first bytes.
    fn sniff(&self, start: &[u8]) -> anyhow::Result<InputFormat> {
        if start.starts_with(b"PAR1") {
            return Ok(InputFormat::Parquet);
        }
        if start.starts_with(b"PK\x03\x04") {
            return Err(Failure::Input.because(format!(
                "{}: a ZIP archive or Excel file is not a log that can be read: export it as CSV or JSON Lines",
                self.place()
            )));
        }
        let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        Ok(if first == Some(&b'{') { InputFormat::Jsonl } else { InputFormat::Csv })
    }
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

fn format_of(ending: &str) -> Option<InputFormat> {
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format)
}

fn split_compression(name: &str) -> (&str, Option<Compression>) {
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

/// The sources that LOG arguments name: files, globs and folders by name, `-` for standard input.
///
/// # Errors
///
/// Where one names nothing, or the same file is named twice: its rows would count twice.
pub fn resolve(arguments: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for argument in arguments {
        let text = argument.to_string_lossy();
        if text == "-" {
            sources.push(Source::Stdin);
        } else if argument.is_dir() {
            sources.extend(logs_in(argument)?.into_iter().map(Source::File));
        } else if argument.exists() || !text.contains(['*', '?', '[']) {
            std::fs::metadata(argument).map_err(|error| input_error(&text, &error))?;
            sources.push(Source::File(argument.clone()));
        } else {
            sources.extend(matches_of(&text)?.into_iter().map(Source::File));
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    for source in &sources {
        let identity = match source {
            Source::File(path) | Source::Tail { path, .. } => path.canonicalize().unwrap_or_else(|_| path.clone()),
            Source::Stdin => PathBuf::from("-"),
        };
        if !seen.insert(identity) {
            let place = source.place();
            return Err(
                Failure::Usage.because(format!("{place} is named twice: its rows would count twice; name it once"))
            );
        }
    }
    Ok(sources)
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let (stem, _) = split_compression(&name);
    path.is_file() && Path::new(stem).extension().is_some_and(|ending| format_of(&ending.to_string_lossy()).is_some())
}

fn logs_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let place = folder.display().to_string();
    let entries = std::fs::read_dir(folder).map_err(|error| input_error(&place, &error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| input_error(&place, &error))?.path();
        if is_log(&path) {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        let endings = ENDINGS.map(|(ending, _)| format!(".{ending}")).join(", ");
        return Err(Failure::Input.because(format!(
            "{place}: no logs in this folder: expected files that end in {endings}, plain or with .gz or .zst"
        )));
    }
    paths.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    Ok(paths)
}

fn matches_of(pattern: &str) -> anyhow::Result<Vec<PathBuf>> {
    // A name that cannot be a glob is one of a file, and there is none of it.
    let missing = || input_error(pattern, &ErrorKind::NotFound.into());
    let found = glob::glob(pattern).map_err(|_| missing())?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.map_err(|error| input_error(&error.path().display().to_string(), error.error()))?;
        if path.is_file() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Failure::Input.because(format!("no file matches `{pattern}`")));
    }
    paths.sort();
    Ok(paths)
}
