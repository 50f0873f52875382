//! Hands out the sources of a run as parts to several readers.
//!
//! A reader that needs a part takes the first source that no other reader is using. So one compressed file is
//! decompressed while others are read, and several are decompressed in parallel.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

use super::latest::LatestVersions;
use super::options::{Options, Progress};
use crate::failure::input_error;
use crate::ingest::decode::buffer::Buffer;
use crate::ingest::decode::parquet::{ParquetParts, RowRange};
use crate::ingest::decode::parts::{PartCut, TextParts};
use crate::ingest::decode::profile::Profile;
use crate::ingest::decode::profile::batch::RecordBatch;
use crate::ingest::decode::profile::records::Records;
use crate::ingest::source::encoding::Encoding;
use crate::ingest::source::{
    InputFormat, Observed, OpenText, Opened, PartIndex, Source, SourceFacts, TextFormat, with_other_sheets,
};

/// A part as handed to a reader.
#[derive(Debug)]
pub enum Part {
    /// Text: its bytes are in the buffer.
    Text(PartCut),
    /// Rows of a Parquet file, which the reader fetches itself.
    Parquet(RowRange),
    /// Records of a source with a profile.
    Records(RecordBatch),
}

enum Parts {
    Text(Box<TextParts>),
    Records(Box<Records>),
    Parquet(ParquetParts),
}

enum SourceState {
    Unopened,
    Open { parts: Parts, next: u32 },
    Done,
}

struct FeedSource<'a> {
    source: &'a Source,
    profile: Option<&'a Arc<Profile>>,
    state: Mutex<SourceState>,
    known: OnceLock<SourceFacts>,
    observed: Observed,
}

impl FeedSource<'_> {
    /// The facts of a source. One that was never opened has none: it counts as JSON Lines without rows.
    fn known(&self) -> SourceFacts {
        let known = self.known.get().cloned().unwrap_or_else(|| InputFormat::Jsonl.into());
        SourceFacts { notes: self.observed.notes(), ..known }
    }

    fn open(&self, options: &Options, versions: &LatestVersions, file: usize) -> anyhow::Result<Parts> {
        self.open_parts(options, versions, file).map_err(|error| with_other_sheets(error, self.source, &options.source))
    }

    fn open_parts(&self, options: &Options, versions: &LatestVersions, file: usize) -> anyhow::Result<Parts> {
        let (location, size, observed) = (self.source.location(), options.part_bytes, &self.observed);
        if let Some(profile) = self.profile {
            let format =
                if self.source.is_sheet(&options.source) { InputFormat::Xlsx } else { profile.input.format.of_input() };
            let (OpenText { reader, sheet }, reopen) = match versions.copy(file)? {
                Some(reader) => (OpenText { reader, sheet: None }, None),
                None => (
                    self.source.open_text(&options.source, observed)?,
                    Records::reopen(self.source, Encoding::of(profile.input.encoding), &options.source),
                ),
            };
            let long_numbers = sheet.unwrap_or_default();
            self.known.get_or_init(|| SourceFacts { long_numbers, ..format.into() });
            let records = Records::open(reader, profile, &location, options.text(reopen), versions.known(file))?;
            return Ok(Parts::Records(Box::new(records)));
        }
        let opened = self.source.open(&options.source, observed)?;
        let mut known = SourceFacts::from(opened.format());
        if let Opened::Sheet(OpenText { sheet: Some(long_numbers), .. }) = &opened {
            known.long_numbers.clone_from(long_numbers);
        }
        self.known.get_or_init(|| known);
        let text = |reader, format, reopen| {
            TextParts::open(reader, format, options.text(reopen))
                .map(|parts| Parts::Text(Box::new(parts)))
                .map_err(|error| input_error(&location, &error))
        };
        Ok(match opened {
            Opened::Text(reader, format) => text(reader, format, self.source.reopen(&options.source))?,
            Opened::Sheet(OpenText { reader, .. }) => text(reader, TextFormat::Csv, None)?,
            Opened::Parquet(file, counted) => Parts::Parquet(ParquetParts::open(
                file,
                &location,
                size,
                counted,
                &observed.bytes,
                &options.attributes,
            )?),
        })
    }
}

/// All sources of a run.
pub struct Feed<'a> {
    slots: Vec<FeedSource<'a>>,
    options: &'a Options,
    versions: &'a LatestVersions,
    /// All sources before this index are done.
    first: AtomicUsize,
    /// The first part that failed. Sources after its source are not read any further.
    failed: Mutex<Option<(PartIndex, anyhow::Error)>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Feed<'a> {
    /// Prepares the sources. Each is opened when its first part is requested.
    #[must_use]
    pub fn new(
        sources: &'a [Source],
        options: &'a Options,
        progress: &'a Progress,
        versions: &'a LatestVersions,
    ) -> Self {
        let slot = |(at, source)| {
            let profile = options.profiles.get(at).and_then(Option::as_ref);
            FeedSource {
                source,
                profile,
                state: Mutex::new(SourceState::Unopened),
                known: OnceLock::new(),
                observed: Observed::counting(&progress.bytes),
            }
        };
        Self {
            slots: sources.iter().enumerate().map(slot).collect(),
            options,
            versions,
            first: AtomicUsize::new(0),
            failed: Mutex::new(None),
        }
    }

    /// Reads the next part into `buffer`; `None` if none is left for this reader.
    pub fn next(&self, buffer: &mut Buffer) -> Option<(PartIndex, Part)> {
        loop {
            let first = self.first.load(Ordering::Acquire);
            let end = locked(&self.failed).as_ref().map_or(self.slots.len(), |(part, _)| part.file);
            if first >= end {
                return None;
            }
            // At most as many sources are open as there are readers.
            let ahead = end.min(first + self.options.threads.max(1));
            let free = (first..ahead).find_map(|file| match self.slots[file].state.try_lock() {
                Ok(state) if matches!(*state, SourceState::Done) => None,
                Ok(state) => Some((file, state)),
                Err(TryLockError::Poisoned(poisoned)) => Some((file, poisoned.into_inner())),
                Err(TryLockError::WouldBlock) => None,
            });
            // If each of them is in use, wait for the first.
            let (file, mut state) = free.unwrap_or_else(|| (first, locked(&self.slots[first].state)));
            match self.next_of(file, &mut state, buffer) {
                Ok(Some(part)) => return Some(part),
                Ok(None) => {
                    *state = SourceState::Done;
                    drop(state);
                    self.pass_done();
                }
                Err(error) => {
                    let part = match *state {
                        SourceState::Open { next, .. } => next,
                        SourceState::Unopened | SourceState::Done => 0,
                    };
                    *state = SourceState::Done;
                    self.fail(PartIndex { file, part }, error);
                }
            }
        }
    }

    /// Notes that a part cannot be read. The speed of threads does not matter: parts are handed out in order, so all
    /// parts before this one are read, and the first part that failed counts.
    pub fn fail(&self, part: PartIndex, error: anyhow::Error) {
        let mut failed = locked(&self.failed);
        if failed.as_ref().is_none_or(|(other, _)| part < *other) {
            *failed = Some((part, error));
        }
    }

    /// Moves `first` past sources that are done.
    fn pass_done(&self) {
        let mut first = self.first.load(Ordering::Acquire);
        while let Some(slot) = self.slots.get(first) {
            match slot.state.try_lock() {
                Ok(state) if matches!(*state, SourceState::Done) => first += 1,
                Ok(_) | Err(_) => break,
            }
        }
        self.first.fetch_max(first, Ordering::AcqRel);
    }

    fn next_of(
        &self,
        file: usize,
        state: &mut SourceState,
        buffer: &mut Buffer,
    ) -> anyhow::Result<Option<(PartIndex, Part)>> {
        let slot = &self.slots[file];
        if matches!(state, SourceState::Unopened) {
            let parts = slot.open(self.options, self.versions, file)?;
            *state = SourceState::Open { parts, next: 0 };
        }
        let SourceState::Open { parts, next } = state else {
            return Ok(None);
        };
        let part = match parts {
            Parts::Text(parts) => {
                let cut = parts.next_part(buffer).map_err(|error| input_error(&slot.source.location(), &error))?;
                cut.map(Part::Text)
            }
            Parts::Records(records) => records.next_batch()?.map(Part::Records),
            Parts::Parquet(parts) => parts.next_part().map(Part::Parquet),
        };
        Ok(part.map(|part| {
            let index = PartIndex { file, part: *next };
            *next += 1;
            (index, part)
        }))
    }

    /// The facts of the sources.
    ///
    /// # Errors
    ///
    /// The error of the first source that could not be opened, read or decompressed.
    pub fn finish(self) -> anyhow::Result<Vec<SourceFacts>> {
        match self.failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some((_, error)) => Err(error),
            None => Ok(self.slots.iter().map(FeedSource::known).collect()),
        }
    }
}
