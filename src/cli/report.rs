//! `dialogram report`: the report of a window.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::flags::{FilterFlags, LogFlags, WindowFlags};
use super::interrupt::Interrupt;
use super::load;
use super::output::{Color, Output, Printing};
use super::{targets, templates};
use crate::failure::Failure;
use crate::fold::facts::{Facts, Run};
use crate::fold::keep::Keep;
use crate::render::{Format, TerminalOptions, render};
use crate::report::build::{Ask, Compare, build};
use crate::report::needs::needs;
use crate::report::template::Template;
use crate::report::{Check, Report};
use crate::time::{To, Window, parse_date};

/// Prints the report, or writes report.json, report.csv and report.pdf with -o DIR.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// How the log is read.
    #[command(flatten)]
    pub log: LogFlags,
    /// Which days.
    #[command(flatten)]
    pub window: WindowFlags,
    /// What the report shows: conversations, queues, agents, first-contact, weekly, or a .toml file; repeatable
    #[arg(long, value_name = "NAME|FILE", default_value = "conversations", help_heading = "Output")]
    template: Vec<String>,
    /// A folder for report.json, report.csv and report.pdf; with --format, a file
    #[arg(long, short, value_name = "DIR|FILE", help_heading = "Output")]
    output: Option<PathBuf>,
    /// One format, to standard output or to -o FILE [default: terminal]
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Output")]
    format: Option<Format>,
    /// What to compare with: the days just before, nothing, or as many days from a date
    #[arg(long, value_name = "previous|none|DATE", default_value = "previous", help_heading = "Output")]
    compare: CompareFlag,
    /// When to write colours
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    color: Color,
    /// What a number should keep, as in `queue_wait.p90=120` (seconds), `service_level=80%` or `replies>=100`; repeatable
    #[arg(long, value_name = "METRIC[.STATISTIC]=NUMBER", help_heading = "Output")]
    target: Vec<String>,
    #[command(flatten)]
    filters: FilterFlags,
}

/// The value of `--compare`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CompareFlag {
    Previous,
    None,
    From(NaiveDate),
}

impl std::str::FromStr for CompareFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "previous" => Ok(Self::Previous),
            "none" => Ok(Self::None),
            date => parse_date(date).map(Self::From).map_err(|error| format!("{error}, or previous, or none")),
        }
    }
}

/// Runs the command. Everything that can be wrong with the flags is looked at before the log is read.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &ReportArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let templates = templates::open(&args.template)?;
    targets::parse(&args.target, &templates)?;
    let now = args.window.now(args.log.zone()?)?;
    if args.window.to != Some(To::LogEnd) {
        args.window(now, None)?;
    }
    let output = Output::checked(args.format, args.output.as_deref())?;
    let facts = load::facts_for(&args.log, &interrupt, |last_event| args.keep(templates.clone(), now, last_event))?;
    let report = args.report(&facts, templates, now)?;
    let print = |format: Format, terminal: &TerminalOptions| render(&report, format, terminal);
    output.write(Printing { color: args.color, is_quiet: args.log.quiet }, &interrupt, print, || files(&report))
}

/// The files that `-o DIR` writes.
fn files(report: &Report) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let plain = TerminalOptions { width: 0, color: false };
    let file = |format: Format| Ok((format!("report.{}", format.extension()), render(report, format, &plain)?));
    Format::FILES.into_iter().map(file).collect()
}

impl ReportArgs {
    /// The report of facts that were loaded with these flags.
    ///
    /// # Errors
    ///
    /// Where nothing is in the window, or an identity does not hold.
    pub fn report(&self, facts: &Facts, templates: Vec<Template>, now: i64) -> anyhow::Result<Report> {
        let run = &facts.run;
        check_has_events(run)?;
        let window = self.window(now, run.last_event())?;
        check_has_events_in(window, run)?;
        let report = build(facts, &self.ask(templates, window)?)?;
        hold(&report.checks)?;
        Ok(report)
    }

    /// What of the facts the report needs, given the log's last event.
    ///
    /// # Errors
    ///
    /// Where the log has no events, or the window cannot be.
    pub fn keep(&self, templates: Vec<Template>, now: i64, last_event: Option<i64>) -> anyhow::Result<Keep> {
        // Without an event there is nothing to keep, and `report` says so.
        let Some(last_event) = last_event else {
            return Ok(Keep::all());
        };
        let window = self.window(now, Some(last_event))?;
        Ok(needs(&self.ask(templates, window)?))
    }

    fn ask(&self, templates: Vec<Template>, window: Window) -> anyhow::Result<Ask> {
        let targets = targets::parse(&self.target, &templates)?;
        let (filters, thresholds) = (self.filters.filters(), self.log.thresholds());
        Ok(Ask { templates, window, compare: compare(self.compare, window)?, filters, thresholds, targets })
    }

    fn window(&self, now: i64, last_event: Option<i64>) -> anyhow::Result<Window> {
        self.window.window(self.log.zone()?, now, last_event)
    }
}

/// Stops where an identity does not hold.
///
/// # Errors
///
/// Where one does not.
pub fn hold(checks: &[Check]) -> anyhow::Result<()> {
    match checks.iter().find(|check| !check.holds) {
        None => Ok(()),
        Some(broken) => Err(Failure::Identity.because(format!(
            "an identity does not hold: {}: {} is not {}; nothing was written. This is a bug: please report it",
            broken.id, broken.left, broken.right
        ))),
    }
}

fn compare(flag: CompareFlag, window: Window) -> anyhow::Result<Compare> {
    Ok(match flag {
        CompareFlag::Previous => Compare::Previous,
        CompareFlag::None => Compare::None,
        CompareFlag::From(date) => Compare::With(window.at(date).ok_or_else(|| {
            Failure::Usage
                .because(format!("--compare {date}: {} days from there lead out of the calendar", window.days()))
        })?),
    })
}

/// Whether the log has events.
///
/// # Errors
///
/// Where it has none.
pub fn check_has_events(run: &Run) -> anyhow::Result<()> {
    match run.first_event() {
        Some(_) => Ok(()),
        None => Err(Failure::EmptyWindow.because("the log has no events: there is nothing to report")),
    }
}

/// Whether there are events in a window, of any kind.
///
/// # Errors
///
/// Where there are none.
pub fn check_has_events_in(window: Window, run: &Run) -> anyhow::Result<()> {
    if run.has_event_in(window.begins(), window.ends()) { Ok(()) } else { Err(nothing_in(window, run)) }
}

fn nothing_in(window: Window, run: &Run) -> anyhow::Error {
    let zone = window.zone();
    let day = |instant: Option<i64>| instant.map(|ms| zone.date_of(ms).to_string()).unwrap_or_default();
    let (first, last) = (day(run.first_event()), day(run.last_event()));
    Failure::EmptyWindow.because(format!(
        "no events from {} to {} ({zone}): the log covers {first} to {last}; use --to log-end for its last days, or --from and --to",
        window.first_day(),
        window.last_day()
    ))
}
