//! The options of reading, and its progress.

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

/// The settings of the reader.
#[derive(Debug, Clone)]
pub struct Options {
    /// The zone of date-times without an offset.
    pub input_zone: Zone,
    /// Nobody chose that zone.
    pub is_input_zone_assumed: bool,
    /// The facts of the sources' bytes.
    pub source: SourceOptions,
    /// The profile of each source, in their order; none, or past the end, is canonical.
    pub profiles: Vec<Option<Arc<Profile>>>,
    /// Columns of the sources' own that are read too: see [`crate::event::attributes`].
    pub attributes: Names,
    /// Names of queues, departments, agents and channels that stand for others.
    pub aliases: Aliases,
    /// How events become conversations; by default, by id where any row carries one.
    pub sessions: Option<Sessions>,
    /// Rows without an event id that are equal to one before them are duplicates.
    pub drop_repeats: bool,
    /// The order of the rows of a table; none where positions decide it.
    pub table: Option<TableOrder>,
    /// The source is a piece of a file: whether that is newest first shows in all pieces together.
    pub is_piece: bool,
    /// Threads that read rows.
    pub threads: usize,
    /// Bytes of a part: tests make it small.
    pub part_bytes: usize,
    /// Bytes of the longest row: a longer one is malformed.
    pub longest_row: usize,
    /// Bytes of events that are held in memory; past them, temporary files are.
    pub held_bytes: usize,
}

impl Options {
    /// Defaults: times in UTC, a thread a core up to eight, parts of 4 MiB.
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
            held_bytes: usize::MAX,
        }
    }

    /// Takes over the attributes and aliases of the profiles, and has these read the attributes of the run. An alias of the
    /// options beats one of a profile; each holds for all sources.
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

    /// How a text is read.
    #[must_use]
    pub fn text(&self, reopen: Option<Reopen>) -> TextOptions {
        let Self { part_bytes, longest_row, input_zone, .. } = self;
        let attributes = Arc::clone(&self.attributes);
        TextOptions { size: *part_bytes, longest: *longest_row, input_zone: *input_zone, attributes, reopen }
    }

    /// Forgets which sources have local times where their zone was given.
    pub(super) fn clear_local_times(&self, files: &mut [FileCounts]) {
        if !self.is_input_zone_assumed {
            for file in files {
                file.local_times = None;
            }
        }
    }

    /// How events become conversations, as far as it is known before a row is read: profiles may have a rule, too.
    #[must_use]
    pub fn sessions(&self) -> Option<Sessions> {
        let of = |profile: &Option<Arc<Profile>>| profile.as_ref().and_then(|profile| profile.sessions);
        let first = self.profiles.first().and_then(of);
        self.sessions.or(first.filter(|_| self.profiles.iter().all(|profile| of(profile) == first)))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

/// How far the reader is; another thread may look.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// Bytes taken from disk, compressed where they are.
    pub bytes: Arc<AtomicU64>,
    /// Rows read.
    pub rows: Arc<AtomicU64>,
}
