//! `dialogram fold`: the fact tables of a log as Parquet.

use std::path::PathBuf;

use clap::Args;

use super::engine::{EngineFlags, facts_or};
use super::flags::LogFlags;
use super::guard::Files;
use super::interrupt::Interrupt;
use super::load;
use super::warn::warn;
use crate::fold::folder;
use crate::fold::folder_files::{FactFile, files};
use crate::fold::projection::Projection;
use crate::ingest::source::kept_facts;
use crate::render::Rendered;
use crate::render::whole_file::{check_folder_writable, create_folder, write_all_whole};
use crate::report::warnings::of_run;

/// Writes the nine fact tables as Parquet, and facts.json; the folder can be read as a LOG.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  dialogram fold export.jsonl -o facts/    then: dialogram report facts/, or any engine that reads Parquet")]
pub struct FoldArgs {
    /// How the log is read.
    #[command(flatten)]
    pub log: LogFlags,
    /// The engine, if any.
    #[command(flatten)]
    engine: EngineFlags,
    /// The folder to write into; with --engine, `facts:PLACE` is kept by it, by day: a table, an address, or a path
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
    /// Wait for another run that writes into the same folder, instead of ending with exit code 5
    #[arg(long, help_heading = "Output")]
    wait: bool,
}

impl FoldArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        self.log.files(files);
        files.wait_for_locks(self.wait);
        if kept_facts(&self.output).is_none() {
            files.write_folder("-o", &self.output, folder::file_names());
        }
    }
}

/// Runs the command.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &FoldArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    args.log.refuse_min_cell("a folder of facts")?;
    if let Some(location) = kept_facts(&args.output) {
        return args.engine.keep(&args.log, location);
    }
    check_folder_writable(&args.output)?;
    let keep = |_| Ok(Projection { may_be_stored: true, in_order: true, ..Projection::all() });
    let facts = facts_or(&args.engine, &args.log, || load::facts_for(&args.log, &interrupt, keep))?;
    warn(&of_run(&facts.run, args.log.zone()?, None), &args.log.allow);
    let rendered = |file: FactFile| {
        let path = args.output.join(&file.name);
        Ok((path, Rendered::of(|spool| file.write_to(spool))?))
    };
    let files = files(&facts)?.into_iter().map(rendered).collect::<anyhow::Result<Vec<_>>>()?;
    let _whole = interrupt.hold();
    create_folder(&args.output)?;
    write_all_whole(&files)
}
