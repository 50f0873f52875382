//! The options and the progress of reading.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::event::Sessions;
use crate::event::aliases::Aliases;
use crate::event::attributes::{Names, interned};
use crate::event::table_order::TableOrder;
use crate::ingest::decode::parts::{LONGEST_ROW, TextOptions};
use crate::ingest::decode::profile::Profile;
use crate::ingest::log::FileCounts;
use crate::ingest::source::{Reopen, SourceOptions};
use crate::time::Zone;

/// The settings for reading.
#[derive(Debug, Clone)]
pub struct Options {
    /// The zone of date-times without an offset.
    pub input_zone: Zone,
    /// Whether that zone is the default, because the user did not choose one.
    pub is_input_zone_assumed: bool,
    /// How to read the bytes of sources.
    pub source: SourceOptions,
    /// The profile of each source, in their order. `None`, or a missing entry at the end, means canonical.
    pub profiles: Vec<Option<Arc<Profile>>>,
    /// Columns of the sources that are read as attributes: see [`crate::event::attributes`].
    pub attributes: Names,
    /// Other names for queues, departments, agents and channels.
    pub aliases: Aliases,
    /// How events are grouped into conversations; by default, by id if any row has one.
    pub sessions: Option<Sessions>,
    /// Whether rows without an event id that are equal to an earlier one are duplicates.
    pub drop_repeats: bool,
    /// The column that orders the rows of a table; `None` if positions order them.
    pub table: Option<TableOrder>,
    /// Whether the source is a piece of a file. Then only all pieces together show whether the file is newest first.
    pub is_piece: bool,
    /// The number of threads that read rows.
    pub threads: usize,
    /// The size of a part, in bytes; tests make it small.
    pub part_bytes: usize,
    /// The longest row allowed, in bytes: a longer one is malformed.
    pub longest_row: usize,
    /// The number of bytes of events held in memory; further events go to temporary files.
    pub memory_bytes: usize,
}

impl Options {
    /// The defaults: times in UTC, one thread per core but at most eight, parts of 4 MiB.
    #[must_use]
    pub fn new() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 8);
        Self {
            input_zone: Zone::UTC,
            is_input_zone_assumed: true,
            source: SourceOptions::default(),
            profiles: Vec::new(),
            attributes: Names::default(),
            aliases: Aliases::default(),
            sessions: None,
            drop_repeats: false,
            table: None,
            is_piece: false,
            threads,
            part_bytes: 4 << 20,
            longest_row: LONGEST_ROW,
            memory_bytes: usize::MAX,
        }
    }

    /// Adds the attributes and aliases of the profiles to the options, and makes the profiles read the attributes of
    /// the run. An alias of the options takes precedence over one of a profile; each applies to all sources.
    pub fn take_names_of_profiles(&mut self) {
        let mut names = self.attributes.to_vec();
        for profile in self.profiles.iter().flatten() {
            for (name, _) in &profile.attributes {
                if !names.contains(&name.as_str()) {
                    names.push(interned(name));
                }
            }
            self.aliases.add_missing(&profile.aliases);
        }
        self.attributes = names.into();
        if !self.attributes.is_empty() {
            for profile in self.profiles.iter_mut().flatten() {
                *profile = Arc::new(Profile::clone(profile).with_attributes(&self.attributes));
            }
        }
    }

    /// The options for reading a text.
    #[must_use]
    pub fn text(&self, reopen: Option<Reopen>) -> TextOptions {
        let Self { part_bytes, longest_row, input_zone, .. } = self;
        let attributes = Arc::clone(&self.attributes);
        TextOptions { size: *part_bytes, longest: *longest_row, input_zone: *input_zone, attributes, reopen }
    }

    /// If the user chose the zone, removes the note about local times from the facts of files.
    pub(super) fn clear_local_times(&self, files: &mut [FileCounts]) {
        if !self.is_input_zone_assumed {
            for file in files {
                file.local_times = None;
            }
        }
    }

    /// How events are grouped into conversations, as far as it is known before a row is read: profiles may set it, too.
    #[must_use]
    pub fn sessions(&self) -> Option<Sessions> {
        let sessions = |profile: &Option<Arc<Profile>>| profile.as_ref().and_then(|profile| profile.sessions);
        let first = self.profiles.first().and_then(sessions);
        self.sessions.or(first.filter(|_| self.profiles.iter().all(|profile| sessions(profile) == first)))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

/// The progress of reading; other threads may read it.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// Bytes read from disk; for compressed files, compressed bytes.
    pub bytes: Arc<AtomicU64>,
    /// Rows read.
    pub rows: Arc<AtomicU64>,
}
