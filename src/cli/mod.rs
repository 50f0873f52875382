//! The command line: parses flags and returns the exit code. Each command has its own file.

mod check;
mod completions;
mod config;
mod contributors;
mod diff;
mod doctor;
mod duration;
mod engine;
pub mod exit;
mod explain;
mod file_limit;
mod filter_flags;
pub mod flags;
mod fold;
mod folder_lock;
mod guard;
mod hours;
mod inspect;
mod instants;
pub mod interrupt;
mod language_parser;
pub mod list;
pub mod load;
mod look;
mod mail_flags;
mod man;
mod max_record;
mod memory;
mod metrics;
mod once;
mod output;
mod plan;
pub mod planned_report;
#[cfg(feature = "mail")]
pub mod post;
#[cfg(not(feature = "mail"))]
#[path = "no_post.rs"]
pub mod post;
mod profile_choice;
mod profiles;
mod progress;
mod quote;
mod recipe;
pub mod report;
pub mod report_file;
pub mod request;
pub mod rules;
mod run;
mod schema;

mod max_rejects;
mod show;
mod snapshot;
mod staffing;
mod stage;
pub mod stage_plan;
mod steps;
mod streams;
mod tables;
mod targets;
mod templates;
mod time_flags;
mod values;
mod version;
mod warn;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{CommandFactory, Parser, Subcommand};

pub use self::config::parse;
use self::filter_flags::FilterFlags;
use self::flags::LogFlags;
use self::guard::Files;
use self::steps::RunStep;

/// Conversation reports from exported chat logs.
#[derive(Debug, Parser)]
#[command(
    name = "dialogram",
    version,
    about,
    after_help = "\
Examples:
  dialogram report export.jsonl                       the last seven days, in the terminal
  dialogram report logs/ --to log-end -o out/         the log's last week as JSON, CSV and PDF
  dialogram report chat.csv.gz --tz America/Sao_Paulo --from 2026-03-02 --to 2026-03-08
  dialogram snapshot export.jsonl --at 2026-03-03T14:05-03:00
  zcat *.gz | dialogram report - --to log-end --format json
  dialogram list logs/ --metric queue_wait --queue billing --sort value --limit 10

Exit codes:
  0 done   1 out of tolerance, or different   2 wrong usage   3 nothing in the window
  4 too many rejected rows   5 an input or output failed   70 a bug   130, 143 interrupted

`dialogram --version --json` prints the version, the commit, the zone data and the schemas."
)]
pub struct Cli {
    /// The file of defaults, or none [default: dialogram.toml in the working folder, if there is one]
    #[arg(long, global = true, value_name = "FILE|none", help_heading = "Defaults")]
    pub config: Option<PathBuf>,
    /// The defaults in force, with their origins.
    #[arg(skip)]
    pub defaults: config::Layers,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Report on a window: by default the seven days before today.
    Report(report::ReportArgs),
    /// List the rows behind a number of a report, with file and line of each event.
    List(list::ListArgs),
    /// Show one conversation: each event and its effect, the facts, and the metrics that count it.
    Show(show::ShowArgs),
    /// Show the operation at one instant: who waits, who is attended, by whom, and for how long.
    Snapshot(snapshot::args::SnapshotArgs),
    /// Describe a file: format, columns, a mapping that fits, data quality, and the command to run.
    Inspect(inspect::InspectArgs),
    /// Write the nine fact tables of a log as Parquet.
    Fold(fold::FoldArgs),
    /// Print how an engine such as Spark runs a log in stages.
    Plan(stage_plan::PlanArgs),
    /// Run one stage of a plan: Arrow IPC in, Arrow IPC out.
    Stage(stage::StageArgs),
    /// Describe the metrics: what is counted, on which clock, from which table.
    Metrics(metrics::MetricsArgs),
    /// Describe the fact tables: the type and meaning of each column.
    Tables(tables::TablesArgs),
    /// Compare a log or a report with an earlier report, by rules: exit code 1 if a number is out of tolerance.
    Check(check::CheckArgs),
    /// Show what changed between two reports, by cause.
    Diff(diff::DiffArgs),
    /// Explain a number of a report: what went into it, and what was left out.
    Explain(explain::ExplainArgs),
    /// Make a report that the config file names, with all its outputs.
    Run(run::RunArgs),
    /// Send existing files by mail.
    #[cfg(feature = "mail")]
    Send(post::send::SendArgs),
    /// Print ready-made files for cron, systemd, msmtp, Kubernetes, GitHub and GitLab, and the driver for Spark.
    Recipe(recipe::RecipeArgs),
    /// Print the completions of commands, flags and names for a shell.
    Completions(completions::CompletionsArgs),
    /// Print the manual pages.
    Man(man::ManArgs),
    /// Print the JSON Schemas of inputs and outputs.
    Schema(schema::SchemaArgs),
    /// Check the environment: version, zone data, config, terminal, write access.
    Doctor(doctor::DoctorArgs),
    /// Show the defaults in force, and with --origin where each comes from.
    Config(config::ConfigArgs),
    /// Describe the known exports: how their fields are read, and which metrics they feed.
    Profiles(profiles::ProfilesArgs),
    /// Show how a file of opening hours is read, date by date.
    Hours(hours::HoursArgs),
}

impl Command {
    /// Declares the requested attributes: those of `--attribute`, of `--where` and of the named profiles.
    ///
    /// # Errors
    ///
    /// If a name cannot be an attribute's, or a profile cannot be read.
    pub fn declare(&mut self) -> anyhow::Result<()> {
        if let Some((log, filters)) = self.reading_flags() {
            log.declare(filters.into_iter().flat_map(FilterFlags::attributes))?;
        }
        if let Self::Run(args) = self {
            args.declare_split()?;
        }
        Ok(())
    }

    /// The flags of a command that reads logs.
    pub fn log_flags(&mut self) -> Option<&mut LogFlags> {
        self.reading_flags().map(|(log, _)| log)
    }

    /// The flags of a command that reads logs, and its filters, if it has any.
    fn reading_flags(&mut self) -> Option<(&mut LogFlags, Option<&FilterFlags>)> {
        Some(match self {
            Self::Report(args) => (&mut args.flags.log, Some(&args.flags.filters)),
            Self::Run(args) => (&mut args.flags.log, Some(&args.flags.filters)),
            Self::Check(args) => (&mut args.flags.log, Some(&args.flags.filters)),
            Self::List(args) => (&mut args.log, Some(&args.filters)),
            Self::Snapshot(args) => (&mut args.log, Some(&args.filters)),
            Self::Show(args) => (&mut args.log, None),
            Self::Fold(args) => (&mut args.log, None),
            Self::Plan(args) => (&mut args.log, None),
            Self::Stage(_)
            | Self::Metrics(_)
            | Self::Tables(_)
            | Self::Config(_)
            | Self::Inspect(_)
            | Self::Profiles(_)
            | Self::Hours(_)
            | Self::Diff(_)
            | Self::Explain(_)
            | Self::Recipe(_)
            | Self::Schema(_)
            | Self::Doctor(_)
            | Self::Completions(_)
            | Self::Man(_) => return None,
            #[cfg(feature = "mail")]
            Self::Send(_) => return None,
        })
    }
}

impl Cli {
    /// The files that the run reads and writes, as far as they are known before anything is read.
    fn files(&self) -> Files {
        let mut files = Files::default();
        if let Some(path) = config::path(self.config.as_deref(), &|name| std::env::var_os(name)) {
            files.read("--config", &path);
        }
        match &self.command {
            Command::Report(args) => args.files(&mut files),
            Command::List(args) => args.files(&mut files),
            Command::Show(args) => args.files(&mut files),
            Command::Snapshot(args) => args.files(&mut files),
            Command::Inspect(args) => args.files(&mut files),
            Command::Fold(args) => args.files(&mut files),
            Command::Plan(args) => args.files(&mut files),
            Command::Stage(args) => args.files(&mut files),
            Command::Check(args) => args.files(&mut files),
            Command::Diff(args) => args.files(&mut files),
            Command::Explain(args) => args.files(&mut files),
            Command::Run(args) => args.files(&mut files),
            Command::Recipe(args) => args.files(&mut files),
            Command::Man(args) => args.files(&mut files),
            Command::Profiles(args) => args.files(&mut files),
            Command::Hours(args) => args.files(&mut files),
            #[cfg(feature = "mail")]
            Command::Send(args) => args.files(&mut files),
            // These commands name no file. `dialogram config > dialogram.toml` may write the config file.
            Command::Metrics(_)
            | Command::Tables(_)
            | Command::Completions(_)
            | Command::Config(_)
            | Command::Schema(_)
            | Command::Doctor(_) => {}
        }
        files
    }
}

/// The command line as a clap command.
#[must_use]
pub fn command() -> clap::Command {
    // The logs of a named report are in the config.
    Cli::command().mut_subcommand("run", |run| run.mut_arg("logs", |logs| logs.required(false)))
}

/// Runs the program with a command line and an environment.
///
/// # Errors
///
/// Every failure of the run; [`exit::code_of`] turns it into a message and an exit code.
pub fn start(args: impl IntoIterator<Item = OsString>, environment: config::Environment) -> anyhow::Result<()> {
    let args: Vec<OsString> = args.into_iter().collect();
    if version::asks_for_json(&args) { version::run() } else { run(parse(args, environment)?) }
}

/// Runs a command.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(mut cli: Cli) -> anyhow::Result<()> {
    let steps = cli.command.log_flags().map(|flags| flags.steps.begin());
    let files = cli.files();
    files.check()?;
    let _held = files.take_locks()?;
    let defaults = std::mem::take(&mut cli.defaults);
    dispatch(cli).map_err(|error| defaults.with_origin(error))?;
    if let Some(mut steps) = steps {
        steps.done(RunStep::All, &[]);
    }
    Ok(())
}

fn dispatch(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Report(args) => report::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::List(args) => list::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Snapshot(args) => snapshot::run(&args),
        Command::Fold(args) => fold::run(&args),
        Command::Plan(args) => stage_plan::run(&args),
        Command::Stage(args) => stage::run(&args),
        Command::Metrics(args) => metrics::run(&args),
        Command::Tables(args) => tables::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Diff(args) => diff::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Recipe(args) => recipe::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Doctor(_) => doctor::run(cli.config.as_deref()),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::Config(args) => config::run(&args, cli.config.as_deref()),
        Command::Profiles(args) => profiles::run(&args),
        Command::Hours(args) => hours::run(&args),
        #[cfg(feature = "mail")]
        Command::Send(args) => post::send::run(&args),
    }
}
