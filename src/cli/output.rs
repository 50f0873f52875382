//! Where a report goes: the terminal, one format to standard output or a file, or a folder of files.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::guard::Files;
use super::interrupt::Interrupt;
use super::streams::{note, print};
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::render::whole_file::{
    check_file_writable, check_folder_writable, create_folder, write_all_whole, write_whole,
};
use crate::render::{Format, TerminalOptions};

/// Columns where nothing says how wide the terminal is.
pub const DEFAULT_WIDTH: usize = 80;

/// When to write colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless the environment says no (`NO_COLOR`, `TERM=dumb`).
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where to, in which format; checked before the long work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// One format to standard output.
    Stdout(Format),
    /// One format to a file.
    File(Format, PathBuf),
    /// A file of each kind in a folder.
    Folder(PathBuf),
}

impl Output {
    /// What `--format` and `-o` ask for.
    fn of(format: Option<Format>, output: Option<&Path>) -> Self {
        match (format, output.filter(|path| path.as_os_str() != "-")) {
            (None, None) => Self::Stdout(Format::Terminal),
            (Some(format), None) => Self::Stdout(format),
            (Some(format), Some(path)) => Self::File(format, path.to_owned()),
            (None, Some(path)) => Self::Folder(path.to_owned()),
        }
    }

    /// The files that `--format` and `-o` name; `names` are those of a folder.
    pub fn files(
        format: Option<Format>,
        output: Option<&Path>,
        names: impl IntoIterator<Item = String>,
        files: &mut Files,
    ) {
        match Self::of(format, output) {
            Self::Stdout(_) => files.write_stdout(),
            Self::File(_, path) => files.write("-o", &path),
            Self::Folder(folder) => files.write_folder("-o", &folder, names),
        }
    }

    /// What `--format` and `-o` ask for, if it can be written.
    ///
    /// # Errors
    ///
    /// Where it cannot.
    pub fn checked(format: Option<Format>, output: Option<&Path>) -> anyhow::Result<Self> {
        let output = Self::of(format, output);
        match &output {
            Self::Stdout(Format::Pdf) if std::io::stdout().is_terminal() => {
                return Err(Failure::Usage
                    .because("a PDF is not for the terminal: add -o FILE, or send it to a file or a pipe"));
            }
            Self::Stdout(_) => {}
            Self::File(_, path) => check_file_writable(path)?,
            Self::Folder(path) => check_folder_writable(path)?,
        }
        Ok(output)
    }

    /// Renders everything, then writes everything. `render` makes one format; `files` are the names and bytes of all
    /// files of a folder.
    ///
    /// # Errors
    ///
    /// Where it cannot be rendered or written.
    pub fn write(
        &self,
        printing: Printing,
        interrupt: &Interrupt,
        render: impl Fn(Format, &TerminalOptions) -> anyhow::Result<Vec<u8>>,
        files: impl FnOnce() -> anyhow::Result<Vec<(String, Vec<u8>)>>,
    ) -> anyhow::Result<()> {
        match self {
            Self::Stdout(format) => print(&render(*format, &terminal_options(printing.color))?),
            Self::File(format, path) => {
                let plain = TerminalOptions { width: DEFAULT_WIDTH, color: printing.color == Color::Always };
                let bytes = render(*format, &plain)?;
                let _whole = interrupt.hold();
                write_whole(path, &bytes)
            }
            Self::Folder(folder) => {
                let files: Vec<_> = files()?.into_iter().map(|(name, bytes)| (folder.join(name), bytes)).collect();
                let _whole = interrupt.hold();
                create_folder(folder)?;
                write_all_whole(&files)?;
                // For somebody who looks on; a cron job hears nothing.
                if std::io::stderr().is_terminal() && !printing.is_quiet {
                    let names: Vec<String> = files.iter().map(|(path, _)| shown_path(path)).collect();
                    note(&format!("wrote {}", names.join(", ")));
                }
                Ok(())
            }
        }
    }
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printing {
    /// When to write colours.
    pub color: Color,
    /// No notes on standard error.
    pub is_quiet: bool,
}

/// What the terminal at standard output can show.
#[must_use]
pub fn terminal_options(color: Color) -> TerminalOptions {
    let stdout = std::io::stdout();
    let width = terminal_size::terminal_size_of(&stdout).map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    let color = match color {
        Color::Auto => anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        Color::Always => true,
        Color::Never => false,
    };
    TerminalOptions { width, color }
}
