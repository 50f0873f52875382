//! `dialogram snapshot --every`: the operation at many instants.

use std::sync::Arc;

use super::args::SnapshotArgs;
use crate::cli::interrupt::Interrupt;
use crate::cli::load;
use crate::cli::output::{DocumentKind, OutputNames, Placeholder};
use crate::cli::warn::{missing_glyphs, warn_beside_output};
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::folder::is_folder_of_facts;
use crate::fold::projection::Projection;
use crate::harmless::shown_path;
use crate::render::look::Look;
use crate::render::snapshot::SnapshotFormat;
use crate::render::snapshot::series::render;
use crate::report::clock::is_in_hours;
use crate::report::needs;
use crate::report::snapshot::filter::SnapshotFilters;
use crate::report::snapshot::series::{SeriesPoint, SeriesQuery, SnapshotSeries, build};
use crate::time::{To, Window, every, resolve};

/// Maximum number of instants. More are probably a mistake in the interval: each is a whole snapshot.
const MOST_INSTANTS: i64 = 10_000;

/// The outputs of a series.
pub(super) const KIND: DocumentKind<SnapshotFormat> =
    DocumentKind { placeholders: Placeholder::OF_DAYS, split: None, makes_folder: false, stems: |_| vec!["series"] };

/// Runs the command.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &SnapshotArgs, look: &Look, every_ms: i64) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let now = args.window.now(args.log.zone()?)?;
    if args.window.to != Some(To::LogEnd) {
        check_step(args.days(now, None)?, every_ms)?;
    }
    let output = args.output.output(&KIND)?;
    output.check(&KIND, args.output.mkdir)?;
    output.note_effect(&args.log, &args.look.brand);
    let series = args.series(now, every_ms, &interrupt)?;
    warn_beside_output(output.is_terminal(), &series.warnings, &args.log.allow);
    let names = names(&series);
    if let Some(names) = &names {
        output.guard(&KIND, names, |files| {
            args.log.files(files);
            args.look.files(files);
        })?;
    }
    let printing = args.output.printing(args.log.quiet);
    let missing =
        output.write(&KIND, names.as_ref(), args.output.mkdir, printing, &interrupt, &|format, _, terminal| {
            render(&series, format, args.language.language, look, terminal)
        })?;
    missing_glyphs(&missing, &args.log.allow);
    Ok(())
}

/// The days of the first and the last instant.
fn names(series: &SnapshotSeries) -> Option<OutputNames> {
    let day = |point: &SeriesPoint| OutputNames::of_window(&point.at, 1).map(|names| names.from);
    Some(OutputNames::of_days(day(series.points.first()?)?, day(series.points.last()?)?))
}

fn check_step(window: Window, every_ms: i64) -> anyhow::Result<()> {
    let instants = if every_ms > 0 { (window.ends() - window.begins()) / every_ms } else { i64::MAX };
    if instants > MOST_INSTANTS {
        return Err(Failure::Usage.because(format!(
            "--every: {} days in such steps are more than {MOST_INSTANTS} instants: take a longer step, as 15m, or fewer days",
            window.days()
        )));
    }
    Ok(())
}

impl SnapshotArgs {
    /// The series from a log, read and folded once.
    ///
    /// # Errors
    ///
    /// Wrong flags, inputs that cannot be read, a window without events.
    pub fn series(&self, now: i64, every_ms: i64, interrupt: &Interrupt) -> anyhow::Result<SnapshotSeries> {
        if let Some(folder) = self.log.logs.iter().find(|path| is_folder_of_facts(path)) {
            return Err(Failure::Usage.because(format!(
                "--every needs the log itself: {} is a folder of facts, of one instant only",
                shown_path(folder)
            )));
        }
        let zone = self.log.zone()?;
        let filters = SnapshotFilters { filters: self.filters.filters(), statuses: self.status.clone() };
        let mut instants: Arc<[i64]> = Arc::from([]);
        let facts: Facts = load::facts_for(&self.log, interrupt, |last_event| {
            let Some(last_event) = last_event else { return Ok(Projection::all()) };
            let window = self.days(now, Some(last_event))?;
            check_step(window, every_ms)?;
            let (hours, weekdays) = (filters.filters.hours, filters.filters.weekdays);
            let is_asked = |at: &i64| *at <= last_event && is_in_hours(*at, zone, hours, weekdays);
            instants = every(window, every_ms).into_iter().filter(is_asked).collect();
            Ok(needs::series(&filters.filters, Arc::clone(&instants)))
        })?;
        let (Some(first), Some(last)) = (facts.run.first_event(), facts.run.last_event()) else {
            return Err(load::no_events(&facts.run, "", "show"));
        };
        let window = self.days(now, Some(last))?;
        if instants.is_empty() || window.ends() <= first {
            return Err(Failure::EmptyWindow.because(format!(
                "no instant from {} to {} ({zone}) is in the log, which covers {} to {}; use --to log-end for its last days, or --from and --to",
                window.first_day(),
                window.last_day(),
                zone.day_of(first),
                zone.day_of(last)
            )));
        }
        self.filters.check(&facts)?;
        build(&facts, &SeriesQuery { zone, filters, instants, every_ms })
    }

    fn days(&self, now: i64, last_event: Option<i64>) -> anyhow::Result<Window> {
        let window = resolve(self.window.choice(), self.log.zone()?, now, last_event);
        window.map_err(|error| Failure::Usage.because(error.to_string()))
    }
}
