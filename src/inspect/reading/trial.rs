//! Tries a mapping before it is proposed: a mapping whose rows the reader rejects is not proposed.

use std::collections::BTreeSet;
use std::sync::Arc;

use tempfile::NamedTempFile;

use super::form::FileForm;
use super::log::{self, LogRead};
use super::sample;
use crate::event::{Actor, Text};
use crate::ingest::Options;
use crate::ingest::profile::Profile;
use crate::ingest::source::Source;
use crate::language::{Argument, Message};

/// The reader may reject one row in this many; above that, the mapping or the file is not understood.
const ROWS_PER_REJECT: u64 = 20;

/// The result of a trial.
pub(in crate::inspect) struct Trial {
    /// The result of the reader; `None` if it was not used.
    pub read: Option<LogRead>,
    /// The reason why no report can be made; `None` if one can.
    pub failed: Option<Message>,
}

impl Trial {
    /// Whether the reader found neither an event nor a row that it rejects.
    pub fn has_no_event(&self) -> bool {
        self.read.as_ref().is_some_and(|read| events_of(read) == 0)
    }
}

/// The rows of a trial: files of one shape, or the first rows of a file if it is too large.
pub(in crate::inspect) struct Tried<'t> {
    /// The files.
    pub sources: &'t [Source],
    /// The options for reading.
    pub options: &'t Options,
    /// The form of the file.
    pub form: &'t FileForm,
    /// The number of its rows, as far as they were examined.
    pub rows: u64,
}

impl Tried<'_> {
    /// Reads it with the text of a profile.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn by_text(&self, text: &str) -> anyhow::Result<Trial> {
        match Profile::parse("proposed", "the proposed profile", text) {
            Ok(profile) => self.by(Some(Arc::new(profile))),
            // The columns do not match the profile. This is a fact about the file, not a mistake of the user.
            Err(error) => {
                let mistake = error.to_string().lines().next().unwrap_or_default().to_owned();
                Ok(Trial { read: None, failed: Some(Message::new("proposal.no_profile").with("mistake", mistake)) })
            }
        }
    }

    /// The distinct combinations of actor and values of some columns in its messages, by the text of a profile; empty
    /// if the profile cannot read it, which the trial itself reports.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn writers<const N: usize>(
        &self,
        text: &str,
        texts: [Text; N],
    ) -> anyhow::Result<BTreeSet<(Actor, [Option<String>; N])>> {
        let Ok(profile) = Profile::parse("proposed", "the proposed profile", text) else { return Ok(BTreeSet::new()) };
        if self.form.cut.is_none() {
            return log::writers(self.sources, self.options, Arc::new(profile), texts);
        }
        let Some(file) = self.sample()? else { return Ok(BTreeSet::new()) };
        log::writers(&[Source::File(file.path().to_owned())], self.options, Arc::new(profile), texts)
    }

    /// The first rows of the first file.
    fn sample(&self) -> anyhow::Result<Option<NamedTempFile>> {
        self.sources.first().map_or(Ok(None), |source| sample::of(source, self.form.format))
    }

    /// Reads it directly, or with a profile.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn by(&self, profile: Option<Arc<Profile>>) -> anyhow::Result<Trial> {
        if self.form.cut.is_none() {
            let read = log::read(self.sources, self.options, profile)?;
            let failed = read.as_ref().and_then(|read| fault(read, self.rows));
            return Ok(Trial { read, failed });
        }
        let Some(file) = self.sample()? else {
            let failed = Some(Message::new("proposal.too_large"));
            return Ok(Trial { read: None, failed });
        };
        let read = log::read(&[Source::File(file.path().to_owned())], self.options, profile)?;
        // For a sample, only shares are known.
        let failed = read.as_ref().and_then(|read| fault(read, read.counts.rows_read.max(1)));
        Ok(Trial { read, failed })
    }
}

fn rejected_of(read: &LogRead) -> u64 {
    read.rejects.values().map(|(count, _)| count).sum()
}

/// The number of events that the reader found, those that it rejects included.
fn events_of(read: &LogRead) -> u64 {
    read.counts.accepted + read.counts.duplicates + rejected_of(read)
}

/// The reason why a report of these rows would be empty or wrong.
fn fault(read: &LogRead, rows: u64) -> Option<Message> {
    let events = events_of(read);
    let rejected = rejected_of(read);
    if events == 0 {
        return Some(Message::new("proposal.no_event"));
    }
    // An unreadable row is one row, however many events it would yield.
    let is_too_many = rejected * ROWS_PER_REJECT > events || read.rejected_rows * ROWS_PER_REJECT > rows;
    if !is_too_many {
        return None;
    }
    let reason = |(reason, (count, lines)): (&&'static str, &(u64, Vec<u64>))| {
        let lines: Vec<String> = lines.iter().take(3).map(ToString::to_string).collect();
        let key = if lines.is_empty() { "proposal.rejects_by" } else { "proposal.rejects_by_at" };
        let reason = Argument::Term(format!("reason.{reason}"), (*reason).to_owned());
        let rejects = Message::new(key).with("n", *count).with("reason", reason);
        if lines.is_empty() { rejects } else { rejects.with("lines", lines.join(", ")) }
    };
    Some(
        Message::counted("proposal.rejects", read.rejected_rows)
            .with("all", rows)
            .with("reasons", Argument::statements(read.rejects.iter().map(reason))),
    )
}
