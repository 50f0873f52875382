//! The flags of `dialogram snapshot`, and the requests made from them.

use std::path::PathBuf;

use clap::Args;

use crate::cli::duration::parse_ms;
use crate::cli::filter_flags::FilterFlags;
use crate::cli::flags::{LanguageFlag, LogFlags};
use crate::cli::instants::instant_of;
use crate::cli::load;
use crate::cli::look::LookFlags;
use crate::cli::output::{DocumentKind, OutputFlags, Placeholder};
use crate::cli::request;
use crate::cli::time_flags::WindowFlags;
use crate::event::Status;
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::harmless::shown_path;
use crate::render::look::Look;
use crate::render::snapshot::{SnapshotFormat, SnapshotTable, render};
use crate::render::{Rendered, TerminalOptions};
use crate::report::snapshot::Snapshot;
use crate::report::snapshot::build::{SnapshotQuery, build};
use crate::report::snapshot::filter::SnapshotFilters;
use crate::report::snapshot::sort::Sort;

/// Maximum number of conversations per stage on a terminal, unless `--limit` is given.
const MOST_ON_TERMINAL: usize = 50;
const MOST_IN_PDF: usize = 100;

/// Prints the operation at an instant: totals, queues, departments, agents and the open conversations.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram snapshot export.jsonl                                   at the log's last event
  dialogram snapshot export.jsonl --at 2026-03-03T14:05-03:00 --sort wait
  dialogram snapshot logs/ --every 1h --from 2026-03-02 --to 2026-03-08 -o backlog/
  dialogram snapshot log.jsonl --format csv --table queues > queues.csv
  dialogram snapshot log.jsonl -o backlog/                          snapshot.json, .pdf, and a CSV file of each table

In the names of outputs: {from} and {to}, the first and last day; {week}, the ISO week of the last; {format}.")]
pub struct SnapshotArgs {
    /// How the log is read.
    #[command(flatten)]
    pub log: LogFlags,
    /// The instant, as 2026-03-03T14:05-03:00; without an offset in the zone of --tz [default: the log's last event]
    #[arg(long, value_name = "INSTANT", help_heading = "Time", conflicts_with = "as_of")]
    pub(super) at: Option<String>,
    /// A series of snapshots at this interval, from --from to --to, up to the log's last event
    #[arg(long, value_name = "DURATION", value_parser = parse_ms, help_heading = "Time", conflicts_with = "at")]
    pub(super) every: Option<i64>,
    /// Redraw the current snapshot at this interval; each time only new rows are read
    #[arg(
        long,
        value_name = "DURATION",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "2s",
        help_heading = "Time",
        conflicts_with_all = ["at", "as_of", "every", "days", "from", "to"]
    )]
    pub(super) watch: Option<humantime::Duration>,
    /// The days of the series.
    #[command(flatten)]
    pub(super) window: WindowFlags,
    /// Only conversations with this status; repeatable
    #[arg(long, value_name = "STATUS", value_parser = status, help_heading = "Filters (repeatable; `(none)` for no value)")]
    pub(super) status: Vec<Status>,
    /// The order of the open conversations
    #[arg(long, value_enum, value_name = "COLUMN", default_value = "time-in-status", help_heading = "Output")]
    sort: Sort,
    /// List at most N conversations of each stage; totals count all [default: terminal and Markdown 50, PDF and HTML 100, else all]
    #[arg(long, value_name = "N", help_heading = "Output")]
    limit: Option<usize>,
    /// The table that --format csv writes
    #[arg(long, value_enum, value_name = "TABLE", default_value = "conversations", help_heading = "Output")]
    pub(super) table: SnapshotTable,
    /// The outputs.
    #[command(flatten)]
    pub(super) output: OutputFlags<SnapshotFormat>,
    /// The language of the snapshot.
    #[command(flatten)]
    pub(super) language: LanguageFlag,
    /// The look of the documents.
    #[command(flatten)]
    pub(super) look: LookFlags,
    #[command(flatten)]
    pub(in crate::cli) filters: FilterFlags,
}

fn status(text: &str) -> Result<Status, String> {
    let names = || Status::ALL.iter().map(|status| status.name());
    Status::parse(text).ok_or_else(|| crate::nearest::unknown("status", text, names()))
}

/// The outputs of a snapshot; in CSV each table is a file.
pub(super) const KIND: DocumentKind<SnapshotFormat> =
    DocumentKind { placeholders: Placeholder::OF_DAYS, split: None, makes_folder: false, stems };

fn stems(format: SnapshotFormat) -> Vec<&'static str> {
    match format {
        SnapshotFormat::Csv => SnapshotTable::ALL.map(SnapshotTable::name).to_vec(),
        SnapshotFormat::Terminal
        | SnapshotFormat::Json
        | SnapshotFormat::Pdf
        | SnapshotFormat::Html
        | SnapshotFormat::Markdown
        | SnapshotFormat::Xlsx
        | SnapshotFormat::Plain => vec!["snapshot"],
    }
}

impl SnapshotArgs {
    /// Renders one format; CSV has the table with that index in a folder, else that of `--table`. Documents for people
    /// list only the first conversations, unless `--limit` gives another number.
    pub(super) fn render(
        &self,
        snapshot: &Snapshot,
        format: SnapshotFormat,
        nth: Option<usize>,
        look: &Look,
        terminal: &TerminalOptions,
    ) -> anyhow::Result<Rendered> {
        let table = nth.and_then(|nth| SnapshotTable::ALL.get(nth)).copied().unwrap_or(self.table);
        let most = match format {
            SnapshotFormat::Terminal | SnapshotFormat::Plain | SnapshotFormat::Markdown => Some(MOST_ON_TERMINAL),
            SnapshotFormat::Pdf | SnapshotFormat::Html => Some(MOST_IN_PDF),
            SnapshotFormat::Json | SnapshotFormat::Csv | SnapshotFormat::Xlsx => None,
        };
        let language = self.language.language;
        match most.filter(|_| self.limit.is_none()) {
            None => render(snapshot, format, table, language, look, terminal),
            Some(most) => render(&snapshot.clone().limited(most), format, table, language, look, terminal),
        }
    }

    /// The flags of the log, with the instant as its horizon.
    ///
    /// # Errors
    ///
    /// If the log is a folder of facts, whose horizon is fixed.
    pub fn log(&self) -> anyhow::Result<LogFlags> {
        let is_folded = |path: &PathBuf| crate::fold::folder::is_folder_of_facts(path);
        if let (Some(at), Some(folder)) = (&self.at, self.log.logs.iter().find(|path| is_folded(path))) {
            return Err(Failure::Usage.because(format!(
                "--at {at} has no effect on {}, a folder of facts of one instant: give the log itself, or fold it with --as-of",
                shown_path(folder)
            )));
        }
        let mut log = self.log.clone();
        log.as_of = self.at.clone().or(log.as_of);
        // Checked before the log is read, under the name that was typed.
        instant_of("--at", log.as_of.as_deref(), log.zone()?)?;
        Ok(log)
    }

    /// The request.
    ///
    /// # Errors
    ///
    /// If a flag has no meaning at one instant.
    pub fn query(&self) -> anyhow::Result<SnapshotQuery> {
        let mut filters = self.filters.filters();
        let clock = [("hours", filters.hours.take().is_some()), ("weekdays", filters.weekdays.take().is_some())];
        if let Some((flag, _)) = clock.iter().find(|(flag, is_given)| *is_given && !self.log.is_default(flag)) {
            return Err(Failure::Usage.because(format!("--{flag} has no meaning at one instant")));
        }
        let filters = SnapshotFilters { filters, statuses: self.status.clone() };
        Ok(SnapshotQuery { zone: self.log.zone()?, filters, sort: self.sort, limit: self.limit })
    }

    /// The snapshot from facts that were loaded with these flags.
    ///
    /// # Errors
    ///
    /// If nothing had happened yet, or an identity does not hold.
    pub fn snapshot(&self, facts: &Facts, query: &SnapshotQuery) -> anyhow::Result<Snapshot> {
        if facts.run.first_event().is_none() {
            let at = self.at.as_ref().map(|at| format!(" up to {at}")).unwrap_or_default();
            return Err(load::no_events(&facts.run, &at, "show"));
        }
        self.filters.check(facts)?;
        checked(facts, query)
    }
}

/// The snapshot of an operation that may not have begun; checks its identities.
///
/// # Errors
///
/// If an identity does not hold.
pub fn checked(facts: &Facts, query: &SnapshotQuery) -> anyhow::Result<Snapshot> {
    let snapshot = build(facts, query)?;
    request::hold(&snapshot.checks)?;
    Ok(snapshot)
}
