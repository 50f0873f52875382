//! The limit of a file's size (`ulimit -f`). The system ends a program that writes beyond it by a signal; where the signal is
//! caught, the write fails instead, is told as any other that fails, and nothing half-written is left.

/// Catches the signal. Where that is refused, a limit ends the run as it ends any other program.
#[cfg(unix)]
pub fn catch() {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;

    use signal_hook::consts::signal::SIGXFSZ;

    // Nobody looks at the flag: the write that fails says it.
    drop(signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false))));
}

/// There is no such signal.
#[cfg(not(unix))]
pub fn catch() {}
