//! Progress of a run: a bar on a terminal, for runs over a second, or JSON lines for programs.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread::Builder;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::flags::LogFlags;
use super::steps::{Figure, ProgressFormat, RunStep, object};
use super::streams::note;
use crate::ingest::Progress;
use crate::ingest::source::Source;
use crate::unit::group;

/// How long a run stays silent at first.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);
/// The interval of JSON lines.
const JSON_TICK: Duration = Duration::from_millis(500);

/// The progress of reading, and whether it has finished.
#[derive(Debug, Default)]
pub struct ReadingProgress {
    /// The counters of the readers.
    pub progress: Progress,
    /// All rows are read; folding has begun.
    pub is_read: AtomicBool,
}

/// Runs `work` and shows its progress.
pub fn watch<T: Send>(sources: &[Source], flags: &LogFlags, work: impl FnOnce(&ReadingProgress) -> T + Send) -> T {
    let reading = ReadingProgress::default();
    let is_bar = std::io::stderr().is_terminal() && !flags.quiet;
    let total = sources.iter().map(Source::size).sum::<Option<u64>>();
    let show: fn(&ReadingProgress, Option<u64>, &Receiver<()>) = match flags.steps.progress {
        ProgressFormat::Json => show_json,
        ProgressFormat::Auto if is_bar => show_bar,
        ProgressFormat::Auto | ProgressFormat::None => return work(&reading),
    };
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        // If the system refuses a thread, no progress is shown.
        drop(Builder::new().spawn_scoped(scope, || show(&reading, total, &{ is_done })));
        let result = work(&reading);
        drop(done);
        result
    })
}

fn show_bar(reading: &ReadingProgress, total: Option<u64>, is_done: &Receiver<()>) {
    if is_done.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = bar(total);
    while is_done.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
        bar.set_position(reading.progress.bytes.load(Ordering::Relaxed));
        bar.set_message(format!("{} rows", group(reading.progress.rows.load(Ordering::Relaxed))));
    }
    bar.finish_and_clear();
}

fn show_json(reading: &ReadingProgress, total: Option<u64>, is_done: &Receiver<()>) {
    let began = Instant::now();
    while is_done.recv_timeout(JSON_TICK) == Err(RecvTimeoutError::Timeout) {
        let is_read = reading.is_read.load(Ordering::Relaxed);
        let step = if is_read { RunStep::Fold } else { RunStep::Read };
        let mut figures: Vec<Figure> = Vec::new();
        if !is_read {
            figures.push(("bytes", reading.progress.bytes.load(Ordering::Relaxed)));
            figures.extend(total.map(|total| ("total_bytes", total)));
            figures.push(("rows", reading.progress.rows.load(Ordering::Relaxed)));
        }
        note(&object(step, false, &figures, began.elapsed()));
    }
}

fn bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{bar:30} {bytes}/{total_bytes}  {msg}  {eta} left"),
        None => (ProgressBar::no_length(), "{spinner} {bytes}  {msg}"),
    };
    // The templates are constant and valid.
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
