//! A progress bar: on a terminal only, for runs over a second.

use std::io::IsTerminal;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::Builder;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::ingest::Progress;
use crate::ingest::source::Source;
use crate::unit::group;

/// How long a run is silent.
const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(100);

/// Runs `work` and shows how far it is.
pub fn watch<T: Send>(sources: &[Source], is_quiet: bool, work: impl FnOnce(&Progress) -> T + Send) -> T {
    let progress = Progress::default();
    if is_quiet || !std::io::stderr().is_terminal() {
        return work(&progress);
    }
    let total = sources.iter().map(Source::size).sum::<Option<u64>>();
    let (done, is_done) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let shown = progress.clone();
        let show = move || {
            if is_done.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bar = bar(total);
            while is_done.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                bar.set_position(shown.bytes.load(Ordering::Relaxed));
                bar.set_message(format!("{} rows", group(shown.rows.load(Ordering::Relaxed))));
            }
            bar.finish_and_clear();
        };
        // Where the system starts no thread, nothing is shown.
        drop(Builder::new().spawn_scoped(scope, show));
        let result = work(&progress);
        drop(done);
        result
    })
}

fn bar(total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{bar:30} {bytes}/{total_bytes}  {msg}  {eta} left"),
        None => (ProgressBar::no_length(), "{spinner} {bytes}  {msg}"),
    };
    // The templates are constant, and right.
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
