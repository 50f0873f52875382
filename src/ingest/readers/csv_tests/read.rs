//! The rows that the program reads from a CSV text, each with its line.

use std::path::Path;
use std::sync::Arc;

use crate::event::Sessions;
use crate::ingest::decode::profile::Profile;
use crate::ingest::log::Log;
use crate::ingest::readers::{Options, Progress, read};
use crate::ingest::source::Source;

/// A row as it was read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RowRead {
    /// Its instant and its conversation.
    Accepted(i64, String),
    /// The reason.
    Rejected(String),
}

/// Rows with their lines, in order. A carriage return may also end a row: then several rows have the same line.
pub type ReadRows = Vec<(usize, RowRead)>;

/// A profile with the same columns, so that records go through the other reader.
pub fn profile(delimiter: char) -> Arc<Profile> {
    let text = format!(
        "title = \"p\"\n[input]\nformat = \"csv\"\ndelimiter = \"{}\"\n[columns]\nconversation_id = \"conversation_id\"\n\
         [[event]]\nevent = \"started\"\nwhen = [{{ from = \"event\", is = \"started\" }}]\nts = \"ts\"\n\
         [[event]]\nevent = \"message\"\nwhen = [{{ from = \"event\", not = \"started\" }}]\nts = \"ts\"\nactor = \"event\"\n",
        delimiter.escape_default()
    );
    Arc::new(Profile::parse("p", "p.toml", &text).unwrap())
}

/// Reads a text with the given part size, longest row and number of threads.
pub fn rows(
    path: &Path,
    part_bytes: usize,
    longest_row: usize,
    threads: usize,
    profile: Option<&Arc<Profile>>,
) -> ReadRows {
    let (sessions, profiles) = (Some(Sessions::Id), vec![profile.cloned()]);
    let options = Options { profiles, sessions, threads, part_bytes, longest_row, ..Options::new() };
    rows_of(&read(&[Source::File(path.to_owned())], &options, &Progress::default()).unwrap())
}

/// The rows of a log.
pub fn rows_of(log: &Log) -> ReadRows {
    let mut rows = ReadRows::new();
    for (line, ts, conversation) in log.rows() {
        rows.push((line as usize, RowRead::Accepted(ts, conversation)));
    }
    for reject in &log.rejects {
        rows.push((reject.line as usize, RowRead::Rejected(reject.fault.reason.name().to_owned())));
    }
    let files: u64 = log.files.iter().map(|file| file.rows_read).sum();
    rows.sort();
    assert_eq!(files, rows.len() as u64, "rows read are accepted and rejected ones");
    rows
}
