//! SIGINT and SIGTERM end the run at once, but never between the files of one output
//! (decisions.md, build-4).

use std::io;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::Builder;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use super::exit;
use crate::failure::Failure;

/// Listens for signals. Until files are written, a signal simply ends the process: there is nothing to clean up.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<Mutex<()>>);

impl Interrupt {
    /// Starts listening on a separate thread, so that a run waiting for input ends too. If the system refuses to start
    /// a thread, signals have their default effect.
    ///
    /// # Errors
    ///
    /// If the system refuses to pass signals on.
    pub fn listen() -> io::Result<Self> {
        let interrupt = Self::default();
        let writing = interrupt.clone();
        // The thread that acts on signals also catches them: signals caught without that thread would end no run.
        let (caught, is_caught) = sync_channel(1);
        let act = move || match Signals::new([SIGINT, SIGTERM]) {
            Ok(signals) => {
                // The receiver exists: it started this thread.
                let _ = caught.send(Ok(()));
                writing.end_at_first(signals);
            }
            Err(error) => {
                let _ = caught.send(Err(error));
            }
        };
        if Builder::new().name("signals".to_owned()).spawn(act).is_ok() {
            is_caught.recv().unwrap_or(Ok(()))?;
        }
        Ok(interrupt)
    }

    fn end_at_first(&self, mut signals: Signals) {
        if let Some(signal) = signals.forever().next() {
            let _files_are_whole = self.hold();
            let (failure, word) = match signal {
                SIGTERM => (Failure::Terminated, "terminated"),
                _ => (Failure::Interrupted, "interrupted"),
            };
            // The rejects file may already exist, or the output may just be complete.
            exit::now(failure, &format!("{word}, nothing half-written is left"));
        }
    }

    /// Signals wait while this is held, so that all files of one output appear together.
    pub fn hold(&self) -> MutexGuard<'_, ()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
