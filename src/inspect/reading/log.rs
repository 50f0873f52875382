//! Reads a file as a log and collects the reader's result for its rows.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::event::{Actor, Content, Detail, Kind, Survey, Text};
use crate::ingest::profile::Profile;
use crate::ingest::source::Source;
use crate::ingest::{self, FileCounts, Log, Options, Progress};

/// The result of the reader.
#[derive(Debug)]
pub struct LogRead {
    /// The counts of rows.
    pub counts: FileCounts,
    /// Rejected rows by reason: their number and the first lines.
    pub rejects: BTreeMap<&'static str, (u64, Vec<u64>)>,
    /// The number of rows with a reject; with a profile, one row may yield several rejects.
    pub rejected_rows: u64,
    /// The highest score of an answer on the scale from 0 to 10.
    pub highest_score: Option<u8>,
    /// The latest instant of an event, in milliseconds since 1970.
    pub latest: Option<i64>,
}

/// The most lines listed for each reason.
const MOST_LINES: usize = 5;
/// The number of bytes of events in memory: nothing is folded, so further events may go to disk.
const MEMORY_BYTES: usize = 256 << 20;

/// Reads sources as one log, directly or by a profile. `None` if there is no file.
///
/// # Errors
///
/// If it cannot be read.
pub fn read(sources: &[Source], options: &Options, profile: Option<Arc<Profile>>) -> anyhow::Result<Option<LogRead>> {
    let log = log_of(sources, options, profile)?;
    let mut rejects: BTreeMap<&'static str, (u64, Vec<u64>)> = BTreeMap::new();
    let mut rows: HashSet<(usize, u32)> = HashSet::new();
    for reject in &log.rejects {
        rows.insert((reject.file, reject.line));
        let (count, lines) = rejects.entry(reject.fault.reason.name()).or_default();
        *count += 1;
        // If there are several files, a line number alone is useless.
        if sources.len() == 1 && lines.len() < MOST_LINES {
            lines.push(u64::from(reject.line));
        }
    }
    let score = |content: &Content| {
        if let Detail::Score(Survey::Nps, score) = content.detail { Some(score) } else { None }
    };
    let highest_score = log.contents.iter().filter_map(score).max();
    let latest = log.latest;
    let counts = log.files.into_iter().reduce(|sum, file| FileCounts {
        rows_read: sum.rows_read + file.rows_read,
        accepted: sum.accepted + file.accepted,
        duplicates: sum.duplicates + file.duplicates,
        rejected: sum.rejected + file.rejected,
        ..sum
    });
    Ok(counts.map(|counts| LogRead { counts, rejects, rejected_rows: rows.len() as u64, highest_score, latest }))
}

/// The distinct combinations of the actor of messages and the values of some columns, in a log.
///
/// # Errors
///
/// If it cannot be read.
pub fn writers<const N: usize>(
    sources: &[Source],
    options: &Options,
    profile: Arc<Profile>,
    texts: [Text; N],
) -> anyhow::Result<BTreeSet<(Actor, [Option<String>; N])>> {
    let log = log_of(sources, options, Some(profile))?;
    let row = |content: &Content| {
        let value = |text: Text| content.text(text).map(|number| log.dictionary(text.domain()).get(number).to_owned());
        Some((content.actor.filter(|_| content.kind == Kind::Message)?, texts.map(value)))
    };
    Ok(log.contents.iter().filter_map(row).collect())
}

fn log_of(sources: &[Source], options: &Options, profile: Option<Arc<Profile>>) -> anyhow::Result<Log> {
    let profiles = vec![profile; sources.len()];
    let options = Options { memory_bytes: MEMORY_BYTES, profiles, ..options.clone() };
    ingest::read(sources, &options, &Progress::default())
}
