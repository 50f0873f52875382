//! `dialogram list`: the rows behind a number.

use std::path::Path;

use clap::Args;

use super::filter_flags::FilterFlags;
use super::flags::{LanguageFlag, LogFlags};
use super::guard::Files;
use super::interrupt::Interrupt;
use super::load;
use super::look::BrandFlag;
use super::output::{DocumentKind, OutputFlags, OutputNames, Placeholder};
use super::request::{check_has_events, check_has_events_in};
use super::time_flags::{OpeningFlags, WindowFlags};
use super::warn::{warn, warn_all};
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::projection::Projection;
use crate::fold::schema::FactTable;
use crate::metrics;
use crate::metrics::measure::Thresholds;
use crate::nearest::hint;
use crate::render::Rendered;
use crate::render::list::{ListFormat, render};
use crate::report::list::{List, ListQuery, Subject, build, needs, sort};
use crate::time::{To, Window, Zone};

/// Prints the rows that a metric counts, or those of a fact table, with the events of the log that made them.
#[derive(Debug, Args)]
#[command(
    override_usage = "dialogram list --metric <ID> <LOG>...\n       dialogram list <TABLE> <LOG>...",
    after_help = "\
Tables, and the instant that decides whether a row is in the window:
  conversations started_at    requests requested_at    visits began_at      stints began_at
  agent_messages ts           closes ts                reopenings ts        ratings ts
  agent_states since
  To read a log with such a name, write ./conversations.

Examples:
  dialogram list log.jsonl --metric transfers_cancelled --channel web    as many rows as the report counts
  dialogram list logs/ --metric queue_wait --sort value --limit 10       the ten longest waits
  dialogram list conversations log.csv --all --format csv -o all.csv     one row per conversation"
)]
pub struct ListArgs {
    /// How the log is read.
    #[command(flatten)]
    pub log: LogFlags,
    /// The days.
    #[command(flatten)]
    pub window: WindowFlags,
    /// The opening hours.
    #[command(flatten)]
    pub opening: OpeningFlags,
    /// All days of the log
    #[arg(long, conflicts_with_all = ["days", "from", "to", "period"], help_heading = "Time")]
    all: bool,
    /// The rows behind this metric; `dialogram metrics` lists all
    #[arg(long, value_name = "ID", help_heading = "Output")]
    metric: Option<String>,
    /// Sort by a column, the largest first; `value` is the contribution of a row to the metric [default: in order of time]
    #[arg(long, value_name = "COLUMN", help_heading = "Output")]
    sort: Option<String>,
    /// Show at most N rows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Output")]
    limit: Option<u32>,
    /// The outputs.
    #[command(flatten)]
    output: OutputFlags<ListFormat>,
    /// The language of the document.
    #[command(flatten)]
    language: LanguageFlag,
    /// The brand of the document.
    #[command(flatten)]
    brand: BrandFlag,
    #[command(flatten)]
    pub(super) filters: FilterFlags,
}

/// What the flags of a list ask for, read once.
#[derive(Debug)]
pub struct ListRequest {
    subject: Subject,
    zone: Zone,
    thresholds: Thresholds,
    now: i64,
}

/// The outputs of a list.
const KIND: DocumentKind<ListFormat> =
    DocumentKind { placeholders: Placeholder::OF_DAYS, split: None, makes_folder: false, stems: |_| vec!["list"] };

/// Runs the command. Checks all flags before it reads the log.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &ListArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    args.log.refuse_min_cell("`list`")?;
    let output = args.output.output(&KIND)?;
    output.check(&KIND, args.output.mkdir)?;
    let look = args.brand.load()?.into();
    output.note_effect(&args.log, &args.brand);
    let list = args.list(&interrupt)?;
    if args.log.quiet {
        warn(&list.warnings, &args.log.allow);
    } else {
        warn_all(&list.warnings, &args.log.allow);
    }
    let names = OutputNames::of_window(&list.window.from, list.window.days);
    if let Some(names) = &names {
        output.guard(&KIND, names, |files| args.inputs(files))?;
    }
    let printing = args.output.printing(args.log.quiet);
    output.write(&KIND, names.as_ref(), args.output.mkdir, printing, &interrupt, &|format, _, terminal| {
        render(&list, format, args.language.language, &look, terminal).map(Rendered::from)
    })?;
    Ok(())
}

impl ListArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        self.inputs(files);
        self.output.files(&KIND, None, files);
    }

    fn inputs(&self, files: &mut Files) {
        // A command line without a table or log is refused later.
        match self.subject() {
            Ok((_, log)) => log.files(files),
            Err(_) => self.log.files(files),
        }
        self.opening.files(files);
        self.brand.files(files);
    }

    /// The requested list.
    ///
    /// # Errors
    ///
    /// Every failure of the run except those of the output.
    pub fn list(&self, interrupt: &Interrupt) -> anyhow::Result<List> {
        let (subject, log) = self.subject()?;
        self.check_filters(subject)?;
        if let Some(name) = &self.sort {
            sort::column(subject, name)?;
        }
        let request = self.request(subject)?;
        if !self.all && self.window.to != Some(To::LogEnd) {
            self.window.window(request.zone, request.now, None)?;
        }
        let facts = load::facts_for(&log, interrupt, |last_event| match last_event {
            // Without events there is nothing to keep; `list_of` reports that.
            Some(_) if !self.all => {
                let window = self.window.window(request.zone, request.now, last_event)?;
                Ok(needs(&self.query(&request, window)))
            }
            Some(_) | None => Ok(Projection { origins: true, may_be_stored: true, ..Projection::all() }),
        })?;
        self.list_of(&facts, &request)
    }

    /// The list from facts that were loaded with these flags.
    ///
    /// # Errors
    ///
    /// If nothing is in the window, or no column to sort by has that name.
    fn list_of(&self, facts: &Facts, request: &ListRequest) -> anyhow::Result<List> {
        let (run, zone) = (&facts.run, request.zone);
        check_has_events(run)?;
        let window = match (run.first_event(), run.last_event()) {
            (Some(first), Some(last)) if self.all => Window::new(zone, zone.day_of(first), zone.day_of(last)),
            (_, last) => Some(self.window.window(zone, request.now, last)?),
        };
        let window = window.ok_or_else(|| Failure::Usage.because("--all: the log's days lead out of the calendar"))?;
        check_has_events_in(window, run)?;
        self.filters.check(facts)?;
        build(facts, &self.query(request, window))
    }

    /// The request for rows of a subject.
    ///
    /// # Errors
    ///
    /// Where the zone, the opening hours or `--now` are wrong.
    pub fn request(&self, subject: Subject) -> anyhow::Result<ListRequest> {
        let zone = self.log.zone()?;
        let thresholds = self.opening.thresholds(&self.log)?;
        Ok(ListRequest { subject, zone, thresholds, now: self.window.now(zone)? })
    }

    /// The request for a window.
    #[must_use]
    pub fn query(&self, request: &ListRequest, window: Window) -> ListQuery {
        ListQuery {
            subject: request.subject,
            window,
            filters: self.filters.filters(),
            thresholds: request.thresholds.clone(),
            sort: self.sort.clone(),
            limit: self.limit.and_then(|limit| usize::try_from(limit).ok()),
        }
    }

    /// The subject of the list, and the flags of the log without it.
    fn subject(&self) -> anyhow::Result<(Subject, LogFlags)> {
        let first = self.log.logs.first().map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
        let table = FactTable::parse(&first);
        if let Some(id) = &self.metric {
            let metric = metrics::find(id).ok_or_else(|| super::metrics::unknown(id))?;
            if let Some(table) = table.filter(|_| !Path::new(&first).exists()) {
                return Err(Failure::Usage.because(format!(
                    "`{}` is a table: list either its rows or those of --metric {id}",
                    table.name()
                )));
            }
            return Ok((Subject::Metric(metric), self.log.clone()));
        }
        let tables = FactTable::ALL.iter().map(|table| table.name());
        let Some(table) = table else {
            let names = tables.clone().collect::<Vec<_>>().join(", ");
            return Err(Failure::Usage.because(format!(
                "`{first}` is not a table: name a metric (--metric ID), or before the log one of {names}{}",
                hint(&first, tables)
            )));
        };
        let logs = self.log.logs[1..].to_vec();
        if logs.is_empty() {
            return Err(Failure::Usage.because(format!("no log: name it after the table, as in `list {first} LOG`")));
        }
        Ok((Subject::Table(table), LogFlags { logs, ..self.log.clone() }))
    }

    /// The rows of agents' statuses belong to no conversation.
    fn check_filters(&self, subject: Subject) -> anyhow::Result<()> {
        let is_own = |flag: &&String| ["agent", "hours", "weekdays"].contains(&flag.as_str());
        match self.filters.filters().shown().keys().find(|flag| !is_own(flag)) {
            Some(flag) if !subject.table().has("conversation_id") => Err(Failure::Usage.because(format!(
                "--{} has no effect on {}: they belong to no conversation",
                flag.replace('_', "-"),
                subject.name()
            ))),
            Some(_) | None => Ok(()),
        }
    }
}
