//! Standard output and standard error: the only place that writes to them.

use std::io::{ErrorKind, Write};

use crate::failure::Failure;
use crate::harmless::shown_lines;
use crate::render::rendered::Bytes;

/// Prints a whole result to standard output.
///
/// # Errors
///
/// If it cannot be written. A closed pipe is an [`std::io::Error`] of kind `BrokenPipe`, which ends the run quietly.
pub fn print(bytes: &[u8]) -> anyhow::Result<()> {
    print_all(&bytes)
}

/// Like [`print()`], for bytes that may be in a file.
///
/// # Errors
///
/// As [`print()`].
pub fn print_all(bytes: &impl Bytes) -> anyhow::Result<()> {
    let mut stdout = std::io::stdout().lock();
    bytes.write_to(&mut stdout).and_then(|()| stdout.flush()).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => anyhow::Error::new(error),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Failure::Input
            .because("standard output cannot be written: the disk is full: free some space; the output is not whole"),
        _ => Failure::Input.because(format!("standard output cannot be written: {error}")),
    })
}

/// Writes lines to standard error, with control characters of the data made harmless. If nobody can read them, the run
/// continues and keeps its exit code.
pub fn note(text: &str) {
    let mut stderr = std::io::stderr().lock();
    // A single write keeps lines whole if other programs share the stream.
    let _ = stderr.write_all(format!("{}\n", shown_lines(text)).as_bytes());
}
