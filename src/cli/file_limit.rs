//! The limit of a file's size (`ulimit -f`). By default the system kills a program that writes beyond it. This catches
//! the signal: the write then fails like any other, with a message, and leaves no partial file.

/// Catches the signal. If the system refuses, the limit kills the run.
#[cfg(unix)]
pub fn catch() {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::signal::SIGXFSZ;

    // The flag is never read: the failed write reports the error.
    drop(signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false))));
}

/// This system has no such signal.
#[cfg(not(unix))]
pub fn catch() {}
