//! SIGINT and SIGTERM end the run at once, but never between the files of one output
//! (decisions.md, build-4).

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::failure::Failure;

/// Listens for signals. Until files are written there is nothing to tidy up, so the process just ends.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<Mutex<()>>);

impl Interrupt {
    /// Begins to listen, on a thread of its own: a run that waits for input ends too.
    ///
    /// # Errors
    ///
    /// Where the system refuses.
    pub fn listen() -> std::io::Result<Self> {
        let interrupt = Self::default();
        let writing = interrupt.clone();
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        std::thread::spawn(move || {
            if let Some(signal) = signals.forever().next() {
                let _files_are_whole = writing.hold();
                let (failure, word) = match signal {
                    SIGTERM => (Failure::Terminated, "terminated"),
                    _ => (Failure::Interrupted, "interrupted"),
                };
                // A rejects file may stand already, or the output just have been finished.
                anstream::eprintln!("dialogram: {word}, nothing half-written is left");
                std::process::exit(i32::from(failure.exit_code()));
            }
        });
        Ok(interrupt)
    }

    /// While this is held, signals wait: files of one output appear together.
    pub fn hold(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
