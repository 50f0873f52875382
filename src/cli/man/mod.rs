//! `dialogram man`: the manual pages, made from the help of the flags.

mod markdown;

use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;

use super::command;
use super::guard::Files;
use super::interrupt::Interrupt;
use crate::cli::streams::print;
use crate::failure::Failure;
use crate::nearest;
use crate::render::whole_file::{check_folder_writable, create_folder, write_all_whole};

/// Prints the manual page of the program or of a command, or writes all of them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram man report > report.1                       # man ./report.1
  dialogram man -o man1/                                # every page, for a folder of MANPATH
  dialogram man --format markdown > commands.md         # all commands and flags as one page")]
pub struct ManArgs {
    /// A command [default: the program]
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
    /// A folder for all pages
    #[arg(long, short, value_name = "DIR", conflicts_with = "command")]
    output: Option<PathBuf>,
    /// As pages for `man`, or all commands as one page of Markdown
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "man")]
    format: ManFormat,
    /// Replace files that dialogram did not write
    #[arg(long, requires = "output")]
    force: bool,
}

impl ManArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        if let Some(folder) = &self.output {
            let known = built();
            files.write_folder("-o", folder, pages(&known).map(|(name, _)| name));
        }
        files.replace_others(self.force);
    }
}

/// How the manual is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum ManFormat {
    /// For the program `man`.
    Man,
    /// One page for a site.
    Markdown,
}

/// Runs the command.
///
/// # Errors
///
/// If there is no such command, or the pages cannot be written.
pub fn run(args: &ManArgs) -> anyhow::Result<()> {
    let known = built();
    if args.format == ManFormat::Markdown {
        if args.command.is_some() || args.output.is_some() {
            let message = "--format markdown is one page of all commands: give neither a command nor --output";
            return Err(Failure::Usage.because(message));
        }
        return print(markdown::page(&known).as_bytes());
    }
    let Some(folder) = &args.output else {
        let page = match &args.command {
            None => page(&known)?,
            Some(name) => page(known.find_subcommand(name).ok_or_else(|| unknown(name, &known))?)?,
        };
        return print(&page);
    };
    let interrupt = Interrupt::listen()?;
    check_folder_writable(folder)?;
    let files = pages(&known).map(|(name, command)| Ok((folder.join(name), page(command)?)));
    let files = files.collect::<anyhow::Result<Vec<_>>>()?;
    let _whole = interrupt.hold();
    create_folder(folder)?;
    write_all_whole(&files)
}

fn built() -> Command {
    let mut known = command();
    known.build();
    known
}

/// Every page: its file name and its command.
fn pages(known: &Command) -> impl Iterator<Item = (String, &Command)> {
    let own = known.get_subcommands().filter(|command| command.get_name() != "help");
    let name = |command: &Command| format!("{}-{}.1", known.get_name(), command.get_name());
    let own: Vec<_> = own.map(|command| (name(command), command)).collect();
    std::iter::once((format!("{}.1", known.get_name()), known)).chain(own)
}

fn page(command: &Command) -> anyhow::Result<Vec<u8>> {
    let name = command.get_display_name().unwrap_or(command.get_name()).to_owned();
    let mut page = Vec::new();
    Man::new(command.clone().name(name)).render(&mut page)?;
    Ok(page)
}

fn unknown(name: &str, known: &Command) -> anyhow::Error {
    Failure::Usage.because(nearest::unknown("command", name, known.get_subcommands().map(Command::get_name)))
}
