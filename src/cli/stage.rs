//! `dialogram stage`: one step of a run that an engine distributes over many processes. See [`crate::stage`].

use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::guard::Files;
use super::interrupt::Interrupt;
use super::load::{RejectLimit, check_rejects};
use super::planned_report;
use super::streams::print;
use crate::failure::{Failure, input_error};
use crate::fold::folder;
use crate::fold::folder_files;
use crate::harmless::shown_path;
use crate::render::whole_file::{check_file_writable, check_folder_writable, create_folder, write_all_whole};
use crate::report::warm_up::warm_up;
use crate::stage::columns::StageColumn;
use crate::stage::fetched::Fetched;
use crate::stage::ids::CountedIds;
use crate::stage::note::Note;
use crate::stage::plan::{Plan, place_of};
use crate::stage::settle::{parse_notes, settle};
use crate::stage::sources::sources;
use crate::stage::stream::{self, Frames};
use crate::stage::{finish, fold, keep, merge, partial, scan, spoilt, unique, values_folder};

/// One step of a run that an engine spreads over many processes: rows in and out are Arrow IPC streams.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  dialogram plan logs/ --json > p.json && dialogram stage scan --plan p.json --unit 0 > e.arrows

Events then go to `unique` and `fold`, and fact rows to `finish`; `settle` makes the plan of the next step from notes. Notes
are the texts in the column `note`, one a line; rows with a note do not go to the next step. docs/spark.md describes the work
of an engine between the steps.")]
pub struct StageArgs {
    /// The step to run
    #[arg(value_enum, value_name = "STAGE")]
    stage: Stage,
    /// The plan of `dialogram plan --json`, or of `dialogram stage settle`
    #[arg(long, value_name = "FILE")]
    plan: PathBuf,
    /// For scan: the unit of the plan to read, from 0
    #[arg(long, value_name = "N")]
    unit: Option<u32>,
    /// For scan: the folder of tables or files that the engine has fetched: a folder for each source, named by its number
    #[arg(long, value_name = "DIR", requires = "part")]
    rows: Option<PathBuf>,
    /// For scan: the number of the part of a table, as the engine counts them
    #[arg(long, value_name = "N", requires = "rows")]
    part: Option<u32>,
    /// For settle and finish: the notes of all steps so far, as JSON Lines
    #[arg(long, value_name = "FILE")]
    notes: Option<PathBuf>,
    /// For settle: write the rejected rows, with file, line, column and reason, as JSON Lines
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// For finish: the folder of facts, or of values, to write into
    #[arg(long, short, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace files that dialogram did not write; without it only its own files are replaced
    #[arg(long, help_heading = "Output")]
    force: bool,
}

/// The steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    /// The sources of one unit to events.
    Scan,
    /// Notes to the plan of the next step.
    Settle,
    /// Events to their ids, counted, where ids may have lost digits.
    Ids,
    /// Counted ids that may mean the same to a note.
    Spoilt,
    /// Events without repeats.
    Unique,
    /// Events of whole conversations to fact rows.
    Fold,
    /// Fact rows of whole customers to rows that the engine keeps by day.
    Keep,
    /// Fact rows of whole customers to counted values.
    Partial,
    /// Counted values, added up.
    Merge,
    /// All fact rows to a folder of facts, or all values to a folder of values.
    Finish,
}

impl StageArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        files.read("--plan", &self.plan);
        if let Some(rows) = &self.rows {
            files.read("--rows", rows);
        }
        if let Some(notes) = &self.notes {
            files.read("--notes", notes);
        }
        if let Some(rejects) = &self.rejects {
            files.write_file("--rejects", rejects);
        }
        match &self.output {
            Some(folder) => files.write_folder("-o", folder, folder::file_names().chain(values_folder::file_names())),
            None => files.write_stdout(),
        }
        files.replace_others(self.force);
    }

    /// Refuses flags that have no effect on the step, and requires those that it needs.
    fn check(&self) -> anyhow::Result<()> {
        let flags = [
            ("--unit", self.unit.is_some(), &[Stage::Scan][..], true),
            ("--rows", self.rows.is_some(), &[Stage::Scan], false),
            ("--notes", self.notes.is_some(), &[Stage::Settle, Stage::Finish], true),
            ("--rejects", self.rejects.is_some(), &[Stage::Settle], false),
            ("-o", self.output.is_some(), &[Stage::Finish], true),
        ];
        for (flag, is_given, stages, is_needed) in flags {
            let is_of = stages.contains(&self.stage);
            if is_given && !is_of {
                return Err(Failure::Usage.because(format!("{flag} has no effect on this stage")));
            }
            if is_of && is_needed && !is_given {
                return Err(Failure::Usage.because(format!("{flag} is missing: this stage needs it")));
            }
        }
        Ok(())
    }

    fn notes(&self) -> anyhow::Result<Vec<Note>> {
        let Some(path) = &self.notes else { return Ok(Vec::new()) };
        parse_notes(&text_of(path)?)
    }
}

fn text_of(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).map_err(|error| input_error(&shown_path(path), &error))
}

/// Runs the command.
///
/// # Errors
///
/// Wrong flags, a plan of another version, invalid rows.
pub fn run(args: &StageArgs) -> anyhow::Result<()> {
    args.check()?;
    let plan = Plan::parse(&text_of(&args.plan)?, &shown_path(&args.plan))?;
    warm_up();
    match args.stage {
        Stage::Scan => {
            let mut out = begin(&plan.columns.events)?;
            let fetched = args.rows.clone().zip(args.part).map(|(rows, part)| Fetched { rows, part });
            scan::scan(&plan, args.unit.unwrap_or_default(), fetched.as_ref(), |frame| out.write(&frame))?;
            out.finish()
        }
        Stage::Ids => {
            let mut counted = CountedIds::new(&plan)?;
            stream::each(std::io::stdin().lock(), &plan.columns.events, |frame| counted.add(frame))?;
            let mut out = begin(&plan.columns.values)?;
            out.write(&counted.finish()?)?;
            out.finish()
        }
        Stage::Spoilt => {
            let rows = stream::read(std::io::stdin().lock(), &plan.columns.values)?;
            let mut out = begin(&plan.columns.values)?;
            out.write(&spoilt::spoilt(&plan, &rows)?)?;
            out.finish()
        }
        Stage::Unique => {
            let mut out = begin(&plan.columns.events)?;
            let (stdin, columns) = (std::io::stdin().lock(), &plan.columns.events);
            if plan.scanned()?.has_event_ids {
                out.write(&unique::unique(&plan, &stream::read(stdin, columns)?)?)?;
            } else {
                // No row repeats another, so a batch at a time is enough.
                stream::each(stdin, columns, |frame| out.write(&unique::unique(&plan, frame)?))?;
            }
            out.finish()
        }
        Stage::Fold => {
            let (stdin, columns) = (std::io::stdin().lock(), &plan.columns.events);
            let folded = fold::fold(&plan, |see| stream::each(stdin, columns, see))?;
            let mut out = begin(&plan.columns.facts)?;
            folded.frames.iter().chain([&folded.note]).try_for_each(|frame| out.write(frame))?;
            out.finish()
        }
        Stage::Keep => {
            let rows = stream::read(std::io::stdin().lock(), &plan.columns.facts)?;
            let kept = keep::keep(&plan, &rows)?;
            let mut out = begin(&plan.columns.kept)?;
            kept.frames.iter().chain([&kept.note]).try_for_each(|frame| out.write(frame))?;
            out.finish()
        }
        Stage::Partial => {
            let rows = stream::read(std::io::stdin().lock(), &plan.columns.facts)?;
            let mut out = begin(&plan.columns.values)?;
            partial::partial(&plan, &rows)?.iter().try_for_each(|frame| out.write(frame))?;
            out.finish()
        }
        Stage::Merge => {
            let rows = stream::read(std::io::stdin().lock(), &plan.columns.values)?;
            let mut out = begin(&plan.columns.values)?;
            merge::merge(&rows)?.iter().try_for_each(|frame| out.write(frame))?;
            out.finish()
        }
        Stage::Settle => settled(args, &plan),
        Stage::Finish => finished(args, &plan),
    }
}

fn begin(columns: &[StageColumn]) -> anyhow::Result<Frames<impl Write>> {
    Frames::begin(BufWriter::new(std::io::stdout().lock()), columns)
}

fn settled(args: &StageArgs, plan: &Plan) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    if let Some(path) = &args.rejects {
        check_file_writable(path)?;
    }
    let notes = args.notes()?;
    let mut settled = settle(plan, &notes)?;
    planned_report::settle_days(&mut settled)?;
    // Before repeats are dropped, some rejects are not known yet.
    if settled.settled.is_some() {
        let sources = sources(&settled, &notes)?;
        let limit =
            RejectLimit {
                max_rejects: settled.max_rejects.as_deref().map(str::parse).transpose().map_err(|error: String| {
                    Failure::Usage.because(format!("the plan is wrong: max_rejects {error}"))
                })?,
                file: args.rejects.as_deref(),
                sessions: settled.reading.sessions,
            };
        let files = settled.files();
        let location_of = |file: usize| place_of(&settled.sources[files[file].start]);
        check_rejects(&sources.rejects, &sources.files, &location_of, limit, &interrupt)?;
    }
    let mut json = serde_json::to_vec_pretty(&settled)?;
    json.push(b'\n');
    print(&json)
}

fn finished(args: &StageArgs, plan: &Plan) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let Some(folder) = &args.output else { return Ok(()) };
    check_folder_writable(folder)?;
    let stdin = BufReader::new(std::io::stdin().lock());
    let notes = args.notes()?;
    let files = if plan.report.is_some() {
        let rows = stream::read(stdin, &plan.columns.values)?;
        values_folder::to_files(plan, &finish::finish_values(plan, &notes, &rows)?)?
    } else {
        let rows = stream::read(stdin, &plan.columns.facts)?;
        folder_files::to_files(&finish::finish(plan, &notes, &rows)?)?
    };
    let files: Vec<_> = files.into_iter().map(|(name, bytes)| (folder.join(name), bytes)).collect();
    let _whole = interrupt.hold();
    create_folder(folder)?;
    write_all_whole(&files)
}
