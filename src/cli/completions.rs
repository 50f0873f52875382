//! `dialogram completions`: a script that completes commands, flags and names in a shell.

use std::io::Write;

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap_complete::{Shell, generate};

use super::command;
use crate::ingest::profile::Profile;
use crate::metrics;
use crate::report::template::Template;

/// Prints the completions of a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram completions bash > dialogram.bash           # source it in ~/.bashrc
  dialogram completions zsh > _dialogram                # in a folder of $fpath
  dialogram completions fish > dialogram.fish           # in ~/.config/fish/completions
  dialogram completions powershell > dialogram.ps1      # dot-source it in $PROFILE")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Runs the command.
///
/// # Errors
///
/// Where nothing can be printed.
pub fn run(args: &CompletionsArgs) -> anyhow::Result<()> {
    let mut text = Vec::new();
    generate(args.shell, &mut with_names(), env!("CARGO_PKG_NAME"), &mut text);
    Ok(std::io::stdout().lock().write_all(&text)?)
}

/// The command line, where arguments that take a name also offer it. They take more than that: files, statistics.
fn with_names() -> clap::Command {
    let named = |command: clap::Command| {
        command.mut_args(|arg| match names(arg.get_id().as_str()) {
            Some(names) => arg.value_parser(PossibleValuesParser::new(names)),
            None => arg,
        })
    };
    command().mut_subcommands(named)
}

/// The names that an argument offers.
fn names(id: &str) -> Option<Vec<&'static str>> {
    match id {
        "template" => Some(Template::names().collect()),
        "profile" | "name" => Some(Profile::names().collect()),
        "metric" | "id" => Some(metrics::all().map(|metric| metric.id).collect()),
        _ => None,
    }
}
