//! Logs that grow while they are watched: only appended bytes are read, up to the end of the last complete line.
//!
//! The parts that were read stay in memory. The log at any time is the same as if the files had just been read in one
//! go.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::options::{Options, Progress};
use super::{assembled, read_parts_of};
use crate::dictionary::Sharded;
use crate::failure::{Failure, input_error};
use crate::harmless::shown_path;
use crate::ingest::decode::csv::{CsvLayout, NextRecord, RowRules, settle};
use crate::ingest::decode::part_reader::KeyDictionaries;
use crate::ingest::decode::profile::recognise::recognise;
use crate::ingest::log::{Log, ReaderRead};
use crate::ingest::source::encoding::Encoding;
use crate::ingest::source::json_objects::is_document;
use crate::ingest::source::line_ends::are_returns;
use crate::ingest::source::{InputFormat, Observed, Source, SourceFacts};

/// The number of appended bytes read at a time.
const BLOCK: u64 = 1 << 20;

/// The number of bytes examined to recognise the format of a file.
const START: u64 = 1 << 16;

/// The state of reading a file.
#[derive(Debug)]
struct Grown {
    path: PathBuf,
    format: InputFormat,
    /// The number of bytes and of parts that were read.
    bytes: u64,
    parts: u32,
    /// The header line of a CSV file, after it was read.
    header: Vec<u8>,
}

/// Growing files, and the rows read from them.
#[derive(Debug)]
pub struct GrowingFiles {
    options: Options,
    files: Vec<Grown>,
    keys: KeyDictionaries,
    /// Parts of each file, in the order of `files`.
    readers: Vec<ReaderRead>,
}

impl GrowingFiles {
    /// Growing files of which nothing was read. Everything stays in memory: `memory_bytes` is ignored.
    #[must_use]
    pub fn new(options: &Options) -> Self {
        let options = Options { memory_bytes: usize::MAX, ..options.clone() };
        Self { options, files: Vec::new(), keys: KeyDictionaries::default(), readers: Vec::new() }
    }

    /// Reads the bytes appended to the sources since the last call. Returns whether there were any. If a file became
    /// shorter, it was replaced: then everything is read again.
    ///
    /// # Errors
    ///
    /// If a source is not a plain text file, or cannot be read.
    pub fn read(&mut self, sources: &[Source]) -> anyhow::Result<bool> {
        let mut tails = Vec::new();
        for source in sources {
            let Source::File(path) = source else {
                return Err(refused(source, "it is not a file"));
            };
            let length = std::fs::metadata(path).map_err(|error| input_error(&source.location(), &error))?.len();
            let known = self.files.iter().position(|file| file.path == *path);
            if known.is_some_and(|at| self.files[at].bytes > length) {
                *self = Self::new(&self.options);
                return self.read(sources);
            }
            let at = known.unwrap_or(self.files.len());
            if known.is_none() {
                self.files.push(Grown::new(source, path, &self.options)?);
            }
            if let Some(end) = self.files[at].whole_rows_end(length, &self.options)? {
                tails.push((at, self.files[at].tail(end)?));
            }
        }
        if tails.is_empty() {
            return Ok(false);
        }
        let (at, tails): (Vec<usize>, Vec<Source>) = tails.into_iter().unzip();
        let (mut readers, _) = read_parts_of(&tails, &self.options, &self.keys, &Progress::default())?;
        let mut parts = vec![0; self.files.len()];
        for (index, _) in readers.iter_mut().flat_map(|reader| &mut reader.parts) {
            index.file = at[index.file];
            parts[index.file] = parts[index.file].max(index.part + 1);
            index.part += self.files[index.file].parts;
        }
        for (file, parts) in self.files.iter_mut().zip(parts) {
            file.parts += parts;
        }
        for (at, tail) in at.into_iter().zip(tails) {
            if let Source::Tail { to, .. } = tail {
                self.files[at].bytes = to;
            }
        }
        self.readers.extend(readers.into_iter().filter(|reader| !reader.parts.is_empty()));
        Ok(true)
    }

    /// The current log: the same as if the sources had just been read in one go, in their order.
    ///
    /// # Errors
    ///
    /// None in practice: everything is in memory.
    pub fn log(&self, sources: &[Source]) -> anyhow::Result<Log> {
        let order = |file: &Grown| {
            sources.iter().position(|source| *source == Source::File(file.path.clone())).unwrap_or(usize::MAX)
        };
        // The rows of a file that has disappeared remain; it comes last.
        let mut by_order: Vec<usize> = (0..self.files.len()).collect();
        by_order.sort_by_key(|at| order(&self.files[*at]));
        let mut ranks = vec![0; self.files.len()];
        for (rank, at) in by_order.iter().enumerate() {
            ranks[*at] = rank;
        }
        let copy = |reader: &ReaderRead| {
            let mut copy = reader.copy();
            copy.parts.iter_mut().for_each(|(index, _)| index.file = ranks[index.file]);
            copy
        };
        let readers = self.readers.iter().map(copy).collect();
        let files: Vec<Source> = by_order.iter().map(|at| Source::File(self.files[*at].path.clone())).collect();
        let known: Vec<SourceFacts> = by_order.iter().map(|at| self.files[*at].format.into()).collect();
        assembled(readers, &files, &known, self.keys.each_ref().map(Sharded::frozen), &self.options)
    }
}

impl Grown {
    fn new(source: &Source, path: &Path, options: &Options) -> anyhow::Result<Self> {
        if source.unpacked(&Observed::default())?.compression.is_some() {
            return Err(refused(source, "it is compressed"));
        }
        let mut start = Vec::new();
        let failed = |error| input_error(&source.location(), &error);
        File::open(path).and_then(|file| file.take(START).read_to_end(&mut start)).map_err(failed)?;
        let is_utf_8 = Encoding::evident(&start).is_none_or(|(encoding, _)| encoding == Encoding::UTF_8);
        if options.source.encoding.is_some() || !is_utf_8 {
            return Err(refused(source, "it is not UTF-8"));
        }
        if are_returns(&start) {
            return Err(refused(source, "its lines end in carriage returns alone"));
        }
        if is_document(&start) {
            return Err(refused(source, "it is a JSON document: its objects are not each on a line"));
        }
        let format = source.open(&options.source, &Observed::default())?.format();
        match format {
            InputFormat::Jsonl | InputFormat::Csv => {}
            InputFormat::Parquet | InputFormat::Xlsx | InputFormat::Json | InputFormat::Text => {
                return Err(refused(source, "its rows cannot be appended to"));
            }
        }
        // A format that is not recognised yet may become canonical with the next bytes.
        if let Ok(Some(profile)) = recognise(&source.start(&options.source)?, &source.location()) {
            return Err(refused(source, &format!("it is an export with the profile {}", profile.name)));
        }
        Ok(Self { path: path.to_owned(), format, bytes: 0, parts: 0, header: Vec::new() })
    }

    /// The end of the last complete row that has not been read yet. The reader's own rule decides which quotes enclose
    /// line ends.
    fn whole_rows_end(&self, length: u64, options: &Options) -> anyhow::Result<Option<u64>> {
        let location = || shown_path(&self.path);
        let failed = |error| input_error(&location(), &error);
        let mut file = File::open(&self.path).map_err(failed)?;
        let (mut from, mut rules) = (self.bytes, None);
        if self.format == InputFormat::Csv {
            let header = if self.bytes == 0 { header_of(&self.path).map_err(failed)? } else { self.header.clone() };
            if !header.ends_with(b"\n") {
                return Ok(None);
            }
            rules = Some(CsvLayout::of_header(&header).rules(options.longest_row, options.input_zone));
            from = from.max(header.len() as u64);
        }
        file.seek(SeekFrom::Start(from)).with_context(location)?;
        let mut appended = file.take(length.saturating_sub(from));
        let mut end = (from > self.bytes).then_some(from);
        let (mut bytes, mut wanted) = (Vec::new(), BLOCK);
        loop {
            let count = appended.by_ref().take(wanted).read_to_end(&mut bytes).map_err(failed)?;
            let settled = match &rules {
                Some(rules) => whole_records(&bytes, rules),
                None => memchr::memrchr(b'\n', &bytes).map_or(0, |newline| newline + 1),
            };
            if settled > 0 {
                from += settled as u64;
                end = Some(from);
                bytes.drain(..settled);
            }
            if count == 0 {
                return Ok(end);
            }
            // A record longer than a block is examined again when twice as many bytes are available.
            wanted = BLOCK.max(bytes.len() as u64);
        }
    }

    /// The rows up to `to`. The first rows have their header before them; for later ones it is added.
    fn tail(&mut self, to: u64) -> anyhow::Result<Source> {
        let header = self.header.clone();
        if self.bytes == 0 && self.format == InputFormat::Csv {
            let location = || shown_path(&self.path);
            self.header = header_of(&self.path).map_err(|error| input_error(&location(), &error))?;
        }
        Ok(Source::Tail { path: self.path.clone(), header, from: self.bytes, to })
    }
}

/// The number of bytes at the start that are complete records. A record that is too long is skipped by its reader, line
/// by line.
fn whole_records(bytes: &[u8], rules: &RowRules) -> usize {
    let settled = settle(bytes, false, rules);
    match settled.next {
        NextRecord::Long if settled.end == 0 => memchr::memrchr(b'\n', bytes).map_or(0, |newline| newline + 1),
        NextRecord::Long | NextRecord::More | NextRecord::End => settled.end,
    }
}

/// The bytes up to the end of the header's line.
fn header_of(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut header = Vec::new();
    std::io::BufRead::read_until(&mut std::io::BufReader::new(File::open(path)?), b'\n', &mut header)?;
    Ok(header)
}

fn refused(source: &Source, why: &str) -> anyhow::Error {
    Failure::Usage.because(format!("{}: {why}: only plain .jsonl and .csv files can be watched", source.location()))
}
