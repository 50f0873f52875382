//! Standard output and standard error: the only place that writes to them.

use std::io::{ErrorKind, Write};

use crate::failure::Failure;
use crate::harmless::shown_lines;
use crate::render::rendered::Bytes;

/// Prints a result to standard output, to its last byte.
///
/// # Errors
///
/// If it cannot be written. A closed pipe is an [`std::io::Error`] of kind `BrokenPipe`, which ends the run quietly.
pub fn print(bytes: &[u8]) -> anyhow::Result<()> {
    print_all(&bytes)
}

/// As [`print()`], of bytes that may be in a file.
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

/// Writes lines to standard error; names of the data in them are made harmless. Where nobody can read it, the run goes on and keeps its exit code.
pub fn note(text: &str) {
    let mut stderr = std::io::stderr().lock();
    // One write: lines of programs that share the stream stay whole.
    let _ = stderr.write_all(format!("{}\n", shown_lines(text)).as_bytes());
}
