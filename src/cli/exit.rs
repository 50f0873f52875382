//! Errors for people, and the exit code.

use std::io::ErrorKind;
use std::process::ExitCode;

use crate::failure::Failure;

/// The exit code of what has no kind of its own: a bug.
const INTERNAL: u8 = 70;

/// Prints the error chain to standard error and gives the exit code. A closed pipe is no error.
#[must_use]
pub fn report(error: &anyhow::Error) -> ExitCode {
    if is_closed_pipe(error) {
        return ExitCode::SUCCESS;
    }
    anstream::eprintln!("dialogram: {}", message(error));
    ExitCode::from(Failure::of(error).map_or(INTERNAL, Failure::exit_code))
}

/// The causes, outermost first; control characters of file names and values are made visible.
fn message(error: &anyhow::Error) -> String {
    let text = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
    text.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.any(|error| error.kind() == ErrorKind::BrokenPipe)
}
