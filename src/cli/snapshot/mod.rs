//! `dialogram snapshot`: the operation at one instant, at many, or now again and again.

pub mod args;
mod series;
mod watch;

use self::args::SnapshotArgs;
use super::guard::Files;
use super::interrupt::Interrupt;
use super::load;
use super::output::Output;
use super::tell::warn_beside;
use crate::failure::Failure;
use crate::render::{Format, TerminalOptions};
use crate::report::needs;

/// Runs the command.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &SnapshotArgs) -> anyhow::Result<()> {
    if let Some(every) = args.watch {
        return watch::run(args, every.into());
    }
    if let Some(every_ms) = args.every {
        return series::run(args, every_ms);
    }
    if let Some(flag) = args.window.given(&args.log) {
        return Err(Failure::Usage.because(format!("--{flag} is for the series: add --every, or give --at an instant")));
    }
    let interrupt = Interrupt::listen()?;
    let ask = args.ask()?;
    let output = Output::checked(args.format, args.output.as_deref())?;
    let facts = load::facts_for(&args.log()?, &interrupt, |_| Ok(needs::snapshot(&ask.filters.filters)))?;
    let snapshot = args.snapshot(&facts, &ask)?;
    warn_beside(&output, &snapshot.warnings, &args.log.allow);
    let print = |format: Format, terminal: &TerminalOptions| args.render(&snapshot, format, args.table, terminal);
    output.write(args.printing(), &interrupt, print, || args.folder_files(&snapshot))
}

impl SnapshotArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        self.log.files(files);
        files.wait(self.wait);
        let names: Vec<String> = match self.every {
            Some(_) => Format::FILES.map(series::file_name).into(),
            None => args::folder().map(|(stem, format, _)| format!("{stem}.{}", format.extension())).collect(),
        };
        Output::files(self.format, self.output.as_deref(), names, files);
    }
}
