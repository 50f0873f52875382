//! The door: flags in, exit code out. One file a command.

pub mod duration;
pub mod exit;
pub mod flags;
pub mod fold;
pub mod interrupt;
pub mod list;
pub mod load;
pub mod memory;
pub mod metrics;
pub mod output;
pub mod profile_choice;
pub mod profiles;
pub mod progress;
pub mod report;
pub mod series;
pub mod share;
pub mod snapshot;
pub mod targets;
pub mod templates;
pub mod watch;

use clap::{Parser, Subcommand};

/// Conversation reports from exported chat logs.
#[derive(Debug, Parser)]
#[command(
    name = "dialogram",
    version,
    about,
    arg_required_else_help = true,
    after_help = "\
Examples:
  dialogram report export.jsonl                       the last seven days, in the terminal
  dialogram report logs/ --to log-end -o out/         the log's last week as JSON, CSV and PDF
  dialogram report chat.csv.gz --tz America/Sao_Paulo --from 2026-03-02 --to 2026-03-08
  dialogram snapshot export.jsonl --at 2026-03-03T14:05-03:00
  zcat *.gz | dialogram report - --to log-end --format json
  dialogram list logs/ --metric queue_wait --queue billing --sort value --limit 10

Exit codes:
  0 done   2 wrong usage   3 nothing in the window   4 too many rejected rows
  5 an input or output failed   70 a bug   130, 143 interrupted"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The report of a window: the seven days before today, unless flags say another.
    Report(report::ReportArgs),
    /// The rows behind a number of a report, with file and line of the events that made them.
    List(list::ListArgs),
    /// The operation at one instant: who waits, who is attended, by whom, and for how long.
    Snapshot(snapshot::SnapshotArgs),
    /// The nine fact tables of a log as Parquet.
    Fold(fold::FoldArgs),
    /// Every metric, or one: what is counted, on which clock, from which table.
    Metrics(metrics::MetricsArgs),
    /// Every known export, or one: what its fields become, which metrics it feeds.
    Profiles(profiles::ProfilesArgs),
}

/// Runs a command.
///
/// # Errors
///
/// Every failure of the run; [`exit::report`] turns it into a message and an exit code.
pub fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Report(args) => report::run(&args),
        Command::List(args) => list::run(&args),
        Command::Snapshot(args) => snapshot::run(&args),
        Command::Fold(args) => fold::run(&args),
        Command::Metrics(args) => metrics::run(&args),
        Command::Profiles(args) => profiles::run(&args),
    }
}
