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

/// Prints what the flags' parser says: help to standard output; a mistake, which quotes what was typed, to standard error.
#[must_use]
pub fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        let text = error.render().to_string();
        // As all other errors begin; help that stands in for a missing command is no error.
        let text = text.strip_prefix("error: ").map_or_else(|| text.clone(), |rest| format!("dialogram: {rest}"));
        anstream::eprint!("{}", visible(&text));
    } else if error.print().is_err() {
        // Help into a closed pipe.
        return ExitCode::SUCCESS;
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The causes, outermost first; control characters of file names and values are made visible.
fn message(error: &anyhow::Error) -> String {
    let text = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
    visible(&text)
}

fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.any(|error| error.kind() == ErrorKind::BrokenPipe)
}
