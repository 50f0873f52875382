//! `dialogram snapshot`: the operation at one instant, at many, or repeatedly now.

pub mod args;
mod series;
mod watch;

use self::args::{KIND, SnapshotArgs};
use super::guard::Files;
use super::interrupt::Interrupt;
use super::load;
use super::output::OutputNames;
use super::warn::{missing_glyphs, warn_beside_output};
use crate::failure::Failure;
use crate::report::needs;

/// Runs the command.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &SnapshotArgs) -> anyhow::Result<()> {
    args.log.refuse_min_cell("`snapshot`")?;
    let look = args.look.load()?;
    if let Some(every) = args.watch {
        return watch::run(args, every.into());
    }
    if let Some(every_ms) = args.every {
        return series::run(args, &look, every_ms);
    }
    if let Some(flag) = args.window.given(&args.log) {
        return Err(Failure::Usage.because(format!("--{flag} is for the series: add --every, or give --at an instant")));
    }
    let interrupt = Interrupt::listen()?;
    let query = args.query()?;
    let output = args.output.output(&KIND)?;
    output.check(&KIND, args.output.mkdir)?;
    output.note_effect(&args.log, &args.look.brand);
    let facts = load::facts_for(&args.log()?, &interrupt, |_| Ok(needs::snapshot(&query.filters.filters)))?;
    let snapshot = args.snapshot(&facts, &query)?;
    warn_beside_output(output.is_terminal(), &snapshot.warnings, &args.log.allow);
    let names = OutputNames::of_window(&snapshot.at, 1);
    if let Some(names) = &names {
        output.guard(&KIND, names, |files| {
            args.log.files(files);
            args.look.files(files);
        })?;
    }
    let printing = args.output.printing(args.log.quiet);
    let missing =
        output.write(&KIND, names.as_ref(), args.output.mkdir, printing, &interrupt, &|format, nth, terminal| {
            args.render(&snapshot, format, nth, &look, terminal)
        })?;
    missing_glyphs(&missing, &args.log.allow);
    Ok(())
}

impl SnapshotArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        self.log.files(files);
        self.look.files(files);
        let kind = if self.every.is_some() { series::KIND } else { KIND };
        self.output.files(&kind, None, files);
    }
}
