//! Parses, runs, prints the error, exits; nothing else.

use std::env;
use std::process::ExitCode;

use dialogram::cli::{self, exit};

fn main() -> ExitCode {
    let environment = |name: &str| env::var_os(name);
    match cli::parse(env::args_os(), &environment).and_then(cli::run) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error),
    }
}
