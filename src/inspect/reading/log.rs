//! A file that is a log already: what the reader itself says of its rows.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use crate::event::{Actor, Content, Kind, Text};
use crate::ingest::profile::Profile;
use crate::ingest::source::Source;
use crate::ingest::{self, FileCounts, Log, Options, Progress};

/// The reader's answer.
#[derive(Debug)]
pub struct LogRead {
    /// Rows by what became of them.
    pub counts: FileCounts,
    /// Rejected rows by reason, with the first lines.
    pub rejects: BTreeMap<&'static str, (u64, Vec<u64>)>,
    /// Rows with a reject: a row of a profile may give several.
    pub rejected_rows: u64,
}

/// Lines that are named of each reason.
const MOST_LINES: usize = 5;
/// Bytes of events in memory: nothing is folded, so what is past it may wait on the disk.
const HELD: usize = 256 << 20;

/// Reads sources as one log, as they are or by a profile. None where there is no file.
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
        // Of several files a line says nothing.
        if sources.len() == 1 && lines.len() < MOST_LINES {
            lines.push(u64::from(reject.line));
        }
    }
    let counts = log.files.into_iter().reduce(|sum, file| FileCounts {
        rows_read: sum.rows_read + file.rows_read,
        accepted: sum.accepted + file.accepted,
        duplicates: sum.duplicates + file.duplicates,
        rejected: sum.rejected + file.rejected,
        ..sum
    });
    Ok(counts.map(|counts| LogRead { counts, rejects, rejected_rows: rows.len() as u64 }))
}

/// Who acts in the messages of a log, each with what is in some of its columns: every combination once.
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
    let of = |content: &Content| {
        let value = |text: Text| content.text(text).map(|number| log.words(text.words()).get(number).to_owned());
        Some((content.actor.filter(|_| content.kind == Kind::Message)?, texts.map(value)))
    };
    Ok(log.contents.iter().filter_map(of).collect())
}

fn log_of(sources: &[Source], options: &Options, profile: Option<Arc<Profile>>) -> anyhow::Result<Log> {
    let profiles = vec![profile; sources.len()];
    let options = Options { held_bytes: HELD, profiles, ..options.clone() };
    ingest::read(sources, &options, &Progress::default())
}
