//! `dialogram completions`: a script that completes commands, flags and names in a shell.

mod more;
mod names;

use clap::Args;
use clap_complete::{Shell, generate};

use self::names::with_names;
use super::command;
use crate::cli::streams::print;

/// Prints the completions of a shell.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram completions bash > dialogram.bash           # source it in ~/.bashrc
  dialogram completions zsh > _dialogram                # in a folder of $fpath
  dialogram completions fish > dialogram.fish           # in ~/.config/fish/completions
  dialogram completions powershell > dialogram.ps1      # dot-source it in $PROFILE
  dialogram completions elvish > dialogram.elv          # eval (slurp < dialogram.elv) in rc.elv")]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Runs the command.
///
/// # Errors
///
/// If nothing can be printed.
pub fn run(args: &CompletionsArgs) -> anyhow::Result<()> {
    let named = with_names(command());
    let text = match args.shell {
        Shell::Fish => more::fish(&script(args.shell, named.clone())?, &named),
        Shell::PowerShell => more::powershell(&script(args.shell, named.clone())?, &named),
        Shell::Elvish => more::elvish(&script(args.shell, named.clone())?, &named),
        Shell::Zsh => more::zsh(&script(args.shell, more::marked_for_zsh(named.clone()))?, &named),
        // Bash, and any shell that a later version of the library adds.
        _ => script(args.shell, named)?,
    };
    print(text.as_bytes())
}

/// The script as the library generates it.
fn script(shell: Shell, mut known: clap::Command) -> anyhow::Result<String> {
    let mut text = Vec::new();
    generate(shell, &mut known, env!("CARGO_PKG_NAME"), &mut text);
    Ok(String::from_utf8(text)?)
}
