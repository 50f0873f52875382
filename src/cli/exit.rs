//! Ends the process: prints errors for people and returns the exit code. Nothing else ends the process.

use std::any::Any;
use std::io::{ErrorKind, IsTerminal};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};

use super::streams::{note, print};
use super::{file_limit, folder_lock};
use crate::failure::Failure;
use crate::temporary;

/// The exit code of an error without a kind: a bug.
const INTERNAL: u8 = 70;

/// Runs the program and returns its exit code. A panic is reported as a bug. If the system refuses more threads, open
/// files or memory, libraries panic too; that is reported as a lack of them.
#[must_use]
pub fn code_of(run: impl FnOnce() -> anyhow::Result<()>) -> ExitCode {
    install_hook();
    file_limit::catch();
    let code = match panic::catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => 0,
        Ok(Err(error)) => report(&error),
        Err(_) => {
            note("dialogram: this is a bug: please report it with the lines above");
            INTERNAL
        }
    };
    ExitCode::from(code)
}

/// Ends the process at once, from any thread.
#[expect(clippy::exit, reason = "the one place that ends the process, for signals and for what the system refuses")]
pub(super) fn now(failure: Failure, message: &str) -> ! {
    temporary::remove_own();
    folder_lock::release();
    note(&format!("dialogram: {message}"));
    std::process::exit(i32::from(failure.exit_code()))
}

/// A library that cannot start a thread or open a file panics, and may wait forever while it unwinds; the hook ends the
/// run first.
fn install_hook() {
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if let Some(advice) = lack(panic.payload()) {
            now(Failure::Input, advice);
        }
        others(panic);
    }));
}

/// What the system has too little of, if that is the cause of a panic, and what to do. A library that unwraps an error
/// of the system has no other message than its kind and text.
fn lack(payload: &(dyn Any + Send)) -> Option<&'static str> {
    let text = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
    let text = text.unwrap_or_default();
    if text.contains("Too many open files") {
        return Some(
            "the system opens no more files: raise the limit (`ulimit -n`, or that of the container), or run fewer programs at once",
        );
    }
    if text.contains("kind: OutOfMemory") || text.contains("Cannot allocate memory") {
        return Some(
            "the system gives no more memory: raise the limit (`ulimit -v`, or that of the container), or lower --memory",
        );
    }
    let is_of_threads = text.contains("spawn") && text.contains("thread");
    (is_of_threads || text.contains("kind: WouldBlock")).then_some(
        "the system starts no more threads: raise the limit (`ulimit -u`, or the pids limit of the container), or run fewer programs at once",
    )
}

/// Prints the error chain to standard error and returns the exit code. Help and a closed pipe are not errors.
fn report(error: &anyhow::Error) -> u8 {
    if let Some(error) = error.downcast_ref() {
        return usage(error);
    }
    if is_closed_pipe(error) {
        return 0;
    }
    note(&format!("dialogram: {}", message(error)));
    code(error)
}

/// The exit code of an error: that of its kind. An I/O error without a kind counts as a failed input or output.
pub(super) fn code(error: &anyhow::Error) -> u8 {
    let is_of_files = error.chain().any(<dyn std::error::Error>::is::<std::io::Error>);
    let other = if is_of_files { Failure::Input.exit_code() } else { INTERNAL };
    Failure::of(error).map_or(other, Failure::exit_code)
}

/// Prints the message of the flags' parser: help to standard output, a mistake, with the typed text, to standard error.
fn usage(error: &clap::Error) -> u8 {
    let text = error.render();
    if error.use_stderr() {
        let text = text.to_string();
        // Begins like all other errors. Help printed for a missing command is not an error.
        let text = text.strip_prefix("error: ").map_or_else(|| text.clone(), |rest| format!("dialogram: {rest}"));
        note(with_useful_tip(&text, error).trim_end_matches('\n'));
        return u8::try_from(error.exit_code()).unwrap_or(INTERNAL);
    }
    let has_colors = std::io::stdout().is_terminal()
        && anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never;
    let text = if has_colors { text.ansi().to_string() } else { text.to_string() };
    print(text.as_bytes()).map_or_else(|error| report(&error), |()| 0)
}

/// The message of an unknown flag, without the parser's advice to pass it as a value after `--`: it would become a log.
/// A negative number is the value of the flag before it; it must be joined to that flag.
fn with_useful_tip(text: &str, error: &clap::Error) -> String {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return text.to_owned() };
    let tip = format!("tip: to pass '{flag}' as a value, use '-- {flag}'");
    let is_number = flag.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if is_number {
        text.replace(&tip, "tip: a value that begins with `-` is joined to its flag by `=`, as in `--days=-3`")
    } else {
        text.replace(&format!("  {tip}\n\n"), "")
    }
}

/// The causes, outermost first.
fn message(error: &anyhow::Error) -> String {
    error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let mut causes = error.chain().filter_map(|cause| cause.downcast_ref::<std::io::Error>());
    causes.any(|error| error.kind() == ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_fail_are_5_and_bugs_70() {
        let io = || std::io::Error::from(ErrorKind::StorageFull);
        assert_eq!(code(&anyhow::Error::new(io())), 5);
        assert_eq!(code(&anyhow::Error::new(io()).context("writing")), 5);
        assert_eq!(code(&anyhow::anyhow!("an unforeseen fault")), 70);
        assert_eq!(code(&Failure::Usage.because("wrong").context(io())), 2);
        assert_eq!(report(&anyhow::Error::new(std::io::Error::from(ErrorKind::BrokenPipe))), 0);
    }

    #[test]
    fn what_the_system_refuses_is_not_a_bug() {
        for (text, what) in [
            (
                "failed to spawn thread: Os { code: 11, kind: WouldBlock, message: \"Resource temporarily unavailable\" }",
                "threads",
            ),
            ("OS can't spawn worker thread: Resource temporarily unavailable (os error 11)", "threads"),
            (
                "could not spawn threads: ThreadPoolBuildError { kind: IOError(Os { code: 11, kind: WouldBlock }) }",
                "threads",
            ),
            (
                "called `Result::unwrap()` on an `Err` value: Os { code: 11, kind: WouldBlock, message: \"…\" }",
                "threads",
            ),
            (
                "called `Result::unwrap()` on an `Err` value: Os { code: 24, kind: Uncategorized, message: \"Too many open files\" }",
                "files",
            ),
            (
                "failed to spawn thread: Os { code: 12, kind: OutOfMemory, message: \"Cannot allocate memory\" }",
                "memory",
            ),
        ] {
            let advice = lack(&text.to_owned()).unwrap_or_else(|| panic!("{text}"));
            assert!(advice.contains(&format!("more {what}: raise")), "{text}: {advice}");
        }
        assert_eq!(lack(&"index out of bounds"), None);
        assert_eq!(lack(&7), None);
    }
}
