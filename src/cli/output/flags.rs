//! The flags for the outputs and formats of a document, the same for all commands.

use std::path::{Path, PathBuf};

use clap::Args;

use super::pattern::DocumentKind;
use super::{ColorChoice, Output, Printing};
use crate::cli::guard::Files;
use crate::cli::once::Once;
use crate::render::DocumentFormat;

/// Where a document goes, and in which formats.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputFlags<F: DocumentFormat> {
    /// A file, whose ending chooses the format, or a folder: an existing one, or a name without an ending; repeatable
    #[arg(long, short, value_name = "FILE|DIR")]
    pub output: Vec<PathBuf>,
    /// The format [default: the ending of -o FILE; in a folder several; else terminal]; repeatable with -o
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Vec<F>,
    /// Create the folders of -o that are missing; without it at most the last one is created
    #[arg(long)]
    pub mkdir: bool,
    /// Wait for another run that writes into the same folder, instead of ending with exit code 5
    #[arg(long)]
    pub wait: bool,
    /// Plain text on the terminal and in .txt files: a name, a tab and a value on each line, no boxes, blocks or colours
    #[arg(long)]
    pub plain: bool,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
    /// The outputs that they ask for.
    #[arg(skip)]
    parsed: Once<Output<F>>,
}

impl<F: DocumentFormat> OutputFlags<F> {
    /// The outputs that the flags ask for. A command has one kind of document.
    ///
    /// # Errors
    ///
    /// If names and formats do not fit together.
    pub fn output(&self, kind: &DocumentKind<F>) -> anyhow::Result<&Output<F>> {
        self.parsed.get_or_make(|| {
            let paths: Vec<&Path> = self.output.iter().map(PathBuf::as_path).collect();
            Output::of(&self.format, self.plain, &paths, kind)
        })
    }

    /// The files that the command writes, as far as their names are known before the log is read. `report` is the name
    /// of the report in the config: runs of other reports may write into the same folder meanwhile.
    pub fn files(&self, kind: &DocumentKind<F>, report: Option<&str>, files: &mut Files) {
        files.wait_for_locks(self.wait);
        match self.output(kind) {
            Ok(output) => output.files(kind, report, files),
            // Refused later, with the error of the name.
            Err(_) => self.output.iter().for_each(|path| files.write("-o", path)),
        }
    }

    /// The settings for printing.
    #[must_use]
    pub const fn printing(&self, is_quiet: bool) -> Printing {
        Printing { color: self.color, is_quiet }
    }
}
