//! Parses the command line, runs the command, and exits.

use std::env;
use std::process::ExitCode;

use dialogram::cli::{self, exit};

fn main() -> ExitCode {
    let environment = |name: &str| env::var_os(name);
    exit::code_of(|| cli::start(env::args_os(), &environment))
}
