//! `dialogram snapshot --watch`: the current operation, redrawn from logs that grow.

use std::io::IsTerminal;
use std::time::Duration;

use console::Term;

use super::args::{SnapshotArgs, checked};
use crate::cli::interrupt::Interrupt;
use crate::cli::load;
use crate::cli::output::terminal_options;
use crate::cli::streams::print;
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::fold;
use crate::harmless::in_json;
use crate::ingest::arguments::resolve;
use crate::ingest::growing::GrowingFiles;
use crate::ingest::profile::CANONICAL;
use crate::render::TerminalOptions;
use crate::render::look::Look;
use crate::render::snapshot::SnapshotFormat;
use crate::report::needs;
use crate::report::snapshot::Snapshot;
use crate::report::snapshot::build::SnapshotQuery;

/// The shortest interval between two looks.
const FASTEST: Duration = Duration::from_millis(20);
/// The height if that of the terminal is unknown.
const DEFAULT_HEIGHT: u16 = 24;

/// Shows the snapshot until a signal ends the run: on a terminal each replaces the one before, as JSON each is a line.
///
/// # Errors
///
/// Every failure of the run. A reader that stops reading is not a failure.
pub fn run(args: &SnapshotArgs, every: Duration) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    let query = args.query()?;
    let screen = match args.output.format[..] {
        [SnapshotFormat::Json] => None,
        [] | [SnapshotFormat::Terminal] if std::io::stdout().is_terminal() => Some(Term::stdout()),
        [] | [SnapshotFormat::Terminal] => {
            return Err(Failure::Usage.because(
                "--watch draws on a terminal, and standard output is not one: --format json writes a line each time",
            ));
        }
        [..] => {
            return Err(Failure::Usage.because("--watch is for the terminal, or for --format json"));
        }
    };
    if let Some(profile) = args.log.profile.iter().find(|profile| *profile != CANONICAL) {
        return Err(
            Failure::Usage.because(format!("--watch reads canonical logs: it cannot go on with --profile {profile}"))
        );
    }
    if !args.output.output.is_empty() {
        return Err(Failure::Usage.because("--watch writes to standard output only: leave out -o"));
    }
    if let Some(screen) = &screen {
        screen.clear_screen()?;
    }
    let options = load::options(&args.log)?;
    let mut growing = GrowingFiles::new(&options);
    loop {
        let snapshot = snapshot_now(args, &query, options.threads, &mut growing)?;
        if let Some(screen) = &screen {
            draw(args, &snapshot, screen, &interrupt)?;
        } else {
            let line = format!("{}\n", in_json(&serde_json::to_string(&snapshot)?));
            print(line.as_bytes())?;
        }
        std::thread::sleep(every.max(FASTEST));
    }
}

/// Reads new rows, and makes the snapshot of this moment. A log without events gives an empty operation.
fn snapshot_now(
    args: &SnapshotArgs,
    query: &SnapshotQuery,
    threads: usize,
    growing: &mut GrowingFiles,
) -> anyhow::Result<Snapshot> {
    // Resolved each time: a folder or a glob may have new files.
    let sources = resolve(&args.log.logs)?;
    growing.read(&sources)?;
    let log = growing.log(&sources)?;
    let now = args.window.now(args.log.zone()?)?;
    let projection = needs::snapshot(&query.filters.filters);
    let mut facts: Facts = fold(log, &args.log.limits(), Some(now), threads, &projection)?;
    if let Some(pseudonyms) = args.log.pseudonyms()? {
        facts = pseudonyms.apply(facts)?;
    }
    checked(&facts, query)
}

/// Draws over the screen, as much as fits.
fn draw(args: &SnapshotArgs, snapshot: &Snapshot, screen: &Term, interrupt: &Interrupt) -> anyhow::Result<()> {
    let options: TerminalOptions = terminal_options(args.output.color);
    let look = Look::default();
    let text = args.render(snapshot, SnapshotFormat::Terminal, None, &look, &options)?.into_bytes()?;
    let text = String::from_utf8(text)?;
    let (height, _) = screen.size_checked().unwrap_or((DEFAULT_HEIGHT, 0));
    let room = usize::from(height).saturating_sub(2);
    let lines: Vec<&str> = text.lines().collect();
    let mut shown: Vec<String> = lines.iter().take(room).map(|line| (*line).to_owned()).collect();
    if lines.len() > room {
        shown.push(format!("… {} more lines: a higher window, --limit N or filters show them", lines.len() - room));
    }
    let _whole = interrupt.hold();
    // Replaces line by line, then clears the rest: clearing the whole screen would flicker.
    screen.move_cursor_to(0, 0)?;
    for line in shown {
        screen.clear_line()?;
        screen.write_line(&line)?;
    }
    screen.clear_to_end_of_screen()?;
    Ok(screen.flush()?)
}
