//! Parses, runs, prints the error, exits; nothing else.

use std::process::ExitCode;

use clap::Parser;
use dialogram::cli::{self, Cli, exit};

fn main() -> ExitCode {
    match cli::run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit::report(&error),
    }
}
