//! `dialogram plan`: how an engine runs the stages of a log.

use std::collections::{BTreeMap, BTreeSet};

use bytesize::ByteSize;
use clap::Args;

use super::flags::LogFlags;
use super::guard::Files;
use super::load;
use super::profile_choice;
use super::streams::print;
use crate::failure::Failure;
use crate::fold::folder;
use crate::harmless::shown_path;
use crate::ingest::arguments::resolve;
use crate::ingest::source::{EngineSource, Source, kept_facts};
use crate::stage::pieces::PIECE_BYTES;
use crate::stage::plan::Plan;

/// Plans a run in stages, for an engine such as Spark: which process reads what, and what lies between the stages.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  dialogram plan logs/ --json      then: dialogram stage scan --plan plan.json --unit 0, and so on

docs/spark.md describes the stages. `dialogram recipe spark` prints a driver that runs them.")]
pub struct PlanArgs {
    /// How the log is read.
    #[command(flatten)]
    pub log: LogFlags,
    /// Cut JSON Lines files into pieces of about this size, each read by a process of its own [default: 256MiB]
    #[arg(long, value_name = "SIZE", value_parser = piece_size, help_heading = "Output")]
    piece_size: Option<u64>,
    /// The engine keeps the facts there, by day: a table, an address, or a path that every node sees
    #[arg(long, value_name = "PLACE", help_heading = "Output")]
    keep_at: Option<String>,
    /// The whole plan, as JSON, instead of a summary
    #[arg(long, help_heading = "Output")]
    json: bool,
}

impl PlanArgs {
    /// The files that the command reads.
    pub(super) fn files(&self, files: &mut Files) {
        self.log.files(files);
        files.write_stdout();
    }
}

/// Runs the command.
///
/// # Errors
///
/// Wrong flags, and sources that cannot be read.
pub fn run(args: &PlanArgs) -> anyhow::Result<()> {
    if !args.log.pseudonymize.is_empty() {
        return Err(Failure::Usage.because(
            "--pseudonymize has no effect on stages: events carry names as they are; give it to the report of the facts",
        ));
    }
    args.log.refuse_min_cell("`stage plan`")?;
    if args.log.rejects.is_some() {
        return Err(Failure::Usage.because("--rejects has no effect on a plan: give it to `dialogram stage settle`"));
    }
    let plan = of_pieces(&args.log, args.piece_size.unwrap_or(PIECE_BYTES))?;
    let plan = match &args.keep_at {
        Some(location) => kept_at(plan, location)?,
        None => plan,
    };
    if args.json { print_json(&plan) } else { print(summary(&plan).as_bytes()) }
}

/// Prints a plan as JSON.
///
/// # Errors
///
/// If it cannot be printed.
pub fn print_json(plan: &Plan) -> anyhow::Result<()> {
    let mut json = serde_json::to_vec_pretty(plan)?;
    json.push(b'\n');
    print(&json)
}

/// The plan for the logs in the flags.
///
/// # Errors
///
/// Wrong flags, and sources that cannot be read.
pub fn of(flags: &LogFlags) -> anyhow::Result<Plan> {
    of_pieces(flags, PIECE_BYTES)
}

/// The plan for facts that the engine keeps.
///
/// # Errors
///
/// If the log is already kept facts.
pub fn kept_at(plan: Plan, location: &str) -> anyhow::Result<Plan> {
    if let Some(kept) = &plan.kept {
        return Err(Failure::Usage.because(format!(
            "facts:{} are kept already: copy them with the engine, or report on them",
            kept.location
        )));
    }
    Ok(Plan { keep_at: Some(location.to_owned()), ..plan }.with_steps())
}

/// The same, with files cut into pieces of about this many bytes.
///
/// # Errors
///
/// Errors of [`of`].
pub fn of_pieces(flags: &LogFlags, piece_bytes: u64) -> anyhow::Result<Plan> {
    if let Some(path) = flags.logs.iter().find(|path| folder::is_folder_of_facts(path)) {
        let location = shown_path(path);
        return Err(Failure::Usage
            .because(format!("{location} is a folder of facts: there is nothing left to do in stages; report on it")));
    }
    let max_rejects = flags.max_rejects.map(|limit| limit.to_string());
    let mut options = load::options(flags)?;
    if let Some(location) = flags.logs.iter().find_map(|log| kept_facts(log)) {
        if flags.logs.len() > 1 {
            return Err(Failure::Usage.because(format!(
                "facts:{location} cannot be read together with other logs: they are the facts of one"
            )));
        }
        if let Some(flag) = flags.fold_flags().next() {
            return Err(Failure::Usage.because(format!(
                "{flag} has no effect on facts:{location}, which are kept already: give it to the run that keeps them"
            )));
        }
        let (limits, as_of) = (flags.limits(), flags.as_of()?);
        let plan = Plan::new(&[], &options, &limits, as_of, max_rejects, &BTreeMap::new(), piece_bytes)?;
        return Ok(plan.of_kept(location));
    }
    let sources = sources_of(flags)?;
    if flags.logs.iter().all(|log| EngineSource::of(log).is_none()) {
        load::check_table(flags, &sources, &options)?;
    }
    options.profiles = profile_choice::choose(flags.bindings()?, &sources, &options.source)?;
    let texts = profile_choice::texts(flags.bindings()?)?;
    options.take_names_of_profiles();
    Plan::new(&sources, &options, &flags.limits(), flags.as_of()?, max_rejects, &texts, piece_bytes)
}

/// The value of `--piece-size`.
fn piece_size(text: &str) -> Result<u64, String> {
    let size: ByteSize = text.parse().map_err(|error| format!("{error}; expected a size such as 64MiB"))?;
    if size.as_u64() == 0 { Err("a piece has at least one byte".to_owned()) } else { Ok(size.as_u64()) }
}

/// The sources of the logs. Tables inside the engine are not read here.
fn sources_of(flags: &LogFlags) -> anyhow::Result<Vec<Source>> {
    let held: Vec<Option<EngineSource>> = flags.logs.iter().map(|log| EngineSource::of(log)).collect();
    if held.iter().all(Option::is_none) {
        return resolve(&flags.logs);
    }
    if held.iter().any(|one| *one != held[0]) {
        return Err(Failure::Usage.because(
            "tables, addresses and paths cannot be read together: give logs of one kind, or put them into one table",
        ));
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = flags.logs.iter().find(|log| !seen.insert(log.as_path())) {
        let location = shown_path(twice);
        return Err(
            Failure::Usage.because(format!("{location} is named twice: its rows would count twice; name it once"))
        );
    }
    Ok(flags.logs.iter().cloned().map(Source::File).collect())
}

fn summary(plan: &Plan) -> String {
    let (sources, units) = (plan.sources.len(), plan.units.len());
    let mut text = format!("sources: {sources}, in units: {units}; definitions {:.12}\n", plan.definitions);
    for step in &plan.steps {
        let together =
            step.shuffle.as_ref().map(|column| format!("rows together by `{column}`, then ")).unwrap_or_default();
        let settle = if step.settles { ", then dialogram stage settle with all notes" } else { "" };
        text.push_str(&format!("  {together}dialogram {}{settle}\n", step.arguments.join(" ")));
    }
    text.push_str("  dialogram stage finish with all notes and fact rows\n--json prints the whole plan\n");
    text
}
