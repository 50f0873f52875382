//! Opens sources.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Error, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::Ordering;

use anyhow::Context;

use super::compression::{Compression, decompressed};
use super::content::{SourceContent, is_readable, sniff_text, text_format};
use super::file_name::split_compression;
use super::observed::{Observed, SourceNote};
use super::{
    InputFormat, OpenText, Opened, Reopen, Source, SourceOptions, TextFormat, Unpacked, encoding, json_objects,
    line_ends, record_separators, xlsx,
};
use crate::failure::{Failure, input_error};

/// The number of bytes examined to recognise a source.
const START: u64 = 1 << 18;

impl Source {
    /// Opens it, decompressed. Adds bytes read from disk to `observed`.
    ///
    /// # Errors
    ///
    /// If it cannot be opened.
    pub fn unpacked(&self, observed: &Observed) -> anyhow::Result<Unpacked> {
        let (reader, compression) = self.decompressed(observed)?;
        Ok(Unpacked { reader, compression })
    }

    /// Whether it is a workbook. A source that can be read only once is one only if the options state it.
    #[must_use]
    pub fn is_sheet(&self, options: &SourceOptions) -> bool {
        if self.size().is_none() {
            return options.format == Some(InputFormat::Xlsx);
        }
        let is_workbook = |mut opened: Unpacked| {
            let start = opened.reader.fill_buf().map(SourceContent::of);
            start.is_ok_and(|content| content == SourceContent::Zip)
        };
        self.unpacked(&Observed::default()).is_ok_and(is_workbook)
    }

    /// The format of a source with these first decompressed bytes: by the flag, by their content, or by the name.
    /// `None` means text of a format that is not known yet.
    ///
    /// # Errors
    ///
    /// If they clearly have another format than the flag specifies, or one that is not readable.
    pub fn format(
        &self,
        given: Option<InputFormat>,
        start: &[u8],
        observed: &Observed,
    ) -> anyhow::Result<Option<InputFormat>> {
        let by_name = self.format_of_name();
        match SourceContent::of(start) {
            SourceContent::OldWorkbook => Err(xlsx::old_or_locked(&self.location())),
            SourceContent::Foreign(what, cure) => {
                Err(Failure::Input.because(format!("{}: is {what}: {cure}", self.location())))
            }
            content @ (SourceContent::Parquet | SourceContent::Zip) => {
                let found = content.format();
                let what = if content == SourceContent::Parquet { "a Parquet file" } else { "an Excel workbook" };
                if let Some(given) = given.filter(|given| Some(*given) != found) {
                    let location = self.location();
                    return Err(Failure::Usage.because(format!(
                        "--input-format {}: {location} is {what}: omit the flag, and it is read as such",
                        given.name()
                    )));
                }
                if by_name.is_some() && by_name != found {
                    self.note_other_content(what, observed);
                }
                Ok(found)
            }
            SourceContent::Unknown => match (given, by_name) {
                (Some(given), _) => Ok(Some(given)),
                (None, Some(InputFormat::Parquet | InputFormat::Xlsx)) if !start.is_empty() && is_readable(start) => {
                    self.note_other_content("text", observed);
                    Ok(None)
                }
                (None, by_name) => Ok(by_name),
            },
        }
    }

    /// Notes that the extension of the name indicates another format than the content.
    fn note_other_content(&self, content: &str, observed: &Observed) {
        let name = self.name();
        let (stem, _) = split_compression(&name);
        let ending = Path::new(stem).extension().unwrap_or_default().to_string_lossy();
        observed.note(SourceNote::Misnamed { name: format!(".{ending}"), content: content.to_owned() });
    }

    /// Opens it for reading, decompressed and as UTF-8, and finds its format. JSON documents become JSON Lines, and
    /// carriage returns that end lines become line feeds.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, has a format that is not readable, or is a workbook that cannot be read.
    pub fn open(&self, options: &SourceOptions, observed: &Observed) -> anyhow::Result<Opened> {
        let Unpacked { mut reader, compression, .. } = self.unpacked(observed)?;
        let failed = |error| input_error(&self.location(), &error);
        let format = self.format(options.format, reader.fill_buf().map_err(failed)?, observed)?;
        let named = match format {
            // Lines of text are read only by profiles.
            None | Some(InputFormat::Text) => None,
            Some(InputFormat::Jsonl | InputFormat::Json) => Some(TextFormat::Jsonl),
            Some(InputFormat::Csv) => Some(TextFormat::Csv),
            Some(InputFormat::Parquet) => {
                let (file, uncounted) = self.seekable(reader, compression)?;
                return Ok(Opened::Parquet(file, uncounted));
            }
            Some(InputFormat::Xlsx) => {
                return Ok(Opened::Sheet(self.sheet(reader, compression, options, observed, u32::MAX)?));
            }
        };
        let mut reader = encoding::as_utf8(reader, options.encoding).map_err(failed)?;
        reader = record_separators::without_separators(reader).map_err(failed)?;
        // Appended bytes have the same format as the start of the file, which has line feeds.
        if let (Self::Tail { .. }, Some(format)) = (self, named) {
            return Ok(Opened::Text(reader, format));
        }
        reader = line_ends::with_line_feeds(reader).map_err(failed)?;
        let start = reader.fill_buf().map_err(failed)?;
        let format = match named {
            Some(named) if options.format.is_some() => named,
            Some(named) => text_format(start, named),
            None => sniff_text(start),
        };
        if named.is_some_and(|named| named != format) {
            self.note_other_content(format.title(), observed);
        }
        if format == TextFormat::Jsonl && json_objects::is_document(start) {
            reader = json_objects::as_lines(reader);
        }
        Ok(Opened::Text(reader, format))
    }

    /// A file whose reader may seek, and the number of its bytes on disk not yet counted.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, or cannot be copied into a temporary file.
    pub fn seekable(
        &self,
        mut reader: Box<dyn BufRead + Send>,
        compression: Option<Compression>,
    ) -> anyhow::Result<(File, u64)> {
        match (self, compression) {
            (Self::File(path) | Self::Sheet { workbook: path, .. }, None) if path.is_file() => {
                let counted = reader.fill_buf().map_or(0, <[u8]>::len) as u64;
                let file = File::open(path).map_err(|error| input_error(&self.location(), &error))?;
                Ok((file, self.size().unwrap_or(0).saturating_sub(counted)))
            }
            (Self::File(_) | Self::Tail { .. } | Self::Member(_) | Self::Sheet { .. } | Self::Stdin, _) => {
                Ok((self.copied(reader)?, 0))
            }
        }
    }

    /// Opens it for reading as text, decompressed, in its own encoding; a sheet of a workbook is CSV. Adds bytes read
    /// from disk to `observed`.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, or is a workbook that cannot be read.
    pub fn open_text(&self, options: &SourceOptions, observed: &Observed) -> anyhow::Result<OpenText> {
        self.text(options, observed, u32::MAX)
    }

    /// The text; of a sheet, at most `most_rows` rows.
    pub(super) fn text(
        &self,
        options: &SourceOptions,
        observed: &Observed,
        most_rows: u32,
    ) -> anyhow::Result<OpenText> {
        let Unpacked { mut reader, compression, .. } = self.unpacked(observed)?;
        let start = reader.fill_buf().map_err(|error| input_error(&self.location(), &error))?;
        if self.format(options.format, start, observed)? == Some(InputFormat::Xlsx) {
            return self.sheet(reader, compression, options, observed, most_rows);
        }
        Ok(OpenText { reader, sheet: None })
    }

    /// Opens its text again from a byte position; `None` if it cannot be read twice.
    #[must_use]
    pub fn reopen(&self, options: &SourceOptions) -> Option<Reopen> {
        let (source, options) = match self {
            Self::File(path) if path.is_file() => (self.clone(), options.clone()),
            // The quoting of a growing file is decided by the whole file.
            Self::Tail { path, .. } => (Self::File(path.clone()), options.clone()),
            Self::Member(_) => (self.clone(), options.clone()),
            Self::File(_) | Self::Sheet { .. } | Self::Stdin => return None,
        };
        let is_tail = matches!(self, Self::Tail { .. });
        Some(Box::new(move |passed| match source.open(&options, &Observed::default()) {
            Ok(Opened::Text(mut reader, _)) => {
                let skipped = if is_tail { 0 } else { passed };
                std::io::copy(&mut reader.by_ref().take(skipped), &mut std::io::sink())?;
                Ok(reader)
            }
            Ok(Opened::Parquet(..) | Opened::Sheet(_)) => Err(Error::other("it is no longer text")),
            Err(error) => Err(Error::other(error)),
        }))
    }

    /// The name of the sheet of a workbook to read; `None` means the first that is not hidden.
    #[must_use]
    pub fn sheet_name<'s>(&'s self, options: &'s SourceOptions) -> Option<&'s str> {
        match self {
            Self::Sheet { sheet, .. } => Some(sheet),
            Self::File(_) | Self::Tail { .. } | Self::Member(_) | Self::Stdin => options.sheet.as_deref(),
        }
    }

    fn sheet(
        &self,
        reader: Box<dyn BufRead + Send>,
        compression: Option<Compression>,
        options: &SourceOptions,
        observed: &Observed,
        most_rows: u32,
    ) -> anyhow::Result<OpenText> {
        let (file, uncounted) = self.seekable(reader, compression)?;
        let sheet = xlsx::as_csv(file, &self.location(), self.sheet_name(options), most_rows)?;
        observed.bytes.fetch_add(uncounted, Ordering::Relaxed);
        if !sheet.other_tables.is_empty() {
            observed.note(SourceNote::OtherSheets { read: sheet.name, others: sheet.other_tables });
        }
        Ok(OpenText { reader: Box::new(BufReader::with_capacity(1 << 18, sheet.csv)), sheet: Some(sheet.long_numbers) })
    }

    /// Its first bytes, decompressed and as UTF-8. A later reader gets them again. For standard input, only the bytes
    /// that are available; for a pipe, none.
    ///
    /// # Errors
    ///
    /// If it cannot be opened, read or decompressed.
    pub fn start(&self, options: &SourceOptions) -> anyhow::Result<Vec<u8>> {
        let failed = |error: &std::io::Error| input_error(&self.location(), error);
        let mut start = Vec::new();
        match self {
            Self::File(_) if self.size().is_none() => {}
            Self::File(_) | Self::Tail { .. } | Self::Member(_) | Self::Sheet { .. } => {
                let OpenText { reader, sheet } = self.text(options, &Observed::default(), xlsx::START)?;
                let declared = options.encoding.filter(|_| sheet.is_none());
                let reader = encoding::as_utf8(reader, declared)
                    .and_then(line_ends::with_line_feeds)
                    .and_then(record_separators::without_separators);
                let reader = reader.map_err(|error| failed(&error))?;
                reader.take(START).read_to_end(&mut start).map_err(|error| failed(&error))?;
            }
            Self::Stdin => {
                // Bytes that are not consumed stay in the buffer that all readers of standard input share.
                let mut stdin = std::io::stdin().lock();
                let bytes = stdin.fill_buf().map_err(|error| failed(&error))?;
                match Compression::of(bytes) {
                    // A workbook cannot be read from its first bytes.
                    None if bytes.starts_with(b"PK\x03\x04") => {}
                    None => {
                        let bytes = Box::new(Cursor::new(bytes.to_vec()));
                        let reader = encoding::as_utf8(bytes, options.encoding)
                            .and_then(line_ends::with_line_feeds)
                            .and_then(record_separators::without_separators);
                        let mut reader = reader.map_err(|error| failed(&error))?;
                        reader.read_to_end(&mut start).map_err(|error| failed(&error))?;
                    }
                    // Truncated: the available bytes suffice.
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

    fn decompressed(&self, observed: &Observed) -> anyhow::Result<(Box<dyn BufRead + Send>, Option<Compression>)> {
        let failed = |error| input_error(&self.location(), &error);
        let raw: Box<dyn Read + Send> = match self {
            Self::File(path) | Self::Sheet { workbook: path, .. } => {
                Box::new(observed.counted(File::open(path).map_err(failed)?))
            }
            Self::Tail { path, header, from, to } => {
                let mut file = File::open(path).map_err(failed)?;
                file.seek(SeekFrom::Start(*from)).map_err(failed)?;
                Box::new(observed.counted(Cursor::new(header.clone()).chain(file.take(to - from))))
            }
            Self::Member(member) => member.open(observed).map_err(failed)?,
            Self::Stdin => Box::new(observed.counted(std::io::stdin())),
        };
        let name = match self {
            Self::Sheet { workbook, .. } => workbook.to_string_lossy().to_lowercase(),
            Self::File(_) | Self::Tail { .. } | Self::Member(_) | Self::Stdin => self.name().to_lowercase(),
        };
        let (_, by_name) = split_compression(&name);
        decompressed(Box::new(BufReader::with_capacity(1 << 18, raw)), by_name, observed).map_err(failed)
    }

    /// A temporary file with all bytes, for a format whose reader must seek.
    fn copied(&self, mut reader: Box<dyn BufRead + Send>) -> anyhow::Result<File> {
        let because = || format!("a temporary file for {}", self.location());
        let mut file = tempfile::tempfile().with_context(because)?;
        let mut bytes = vec![0; 1 << 18];
        loop {
            match reader.read(&mut bytes) {
                Ok(0) => return Ok(file),
                Ok(count) => file.write_all(&bytes[..count]).with_context(because)?,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(input_error(&self.location(), &error)),
            }
        }
    }
}
