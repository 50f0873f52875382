//! The outputs of a document: standard output in one format, or files and folders.

mod batch;
pub mod effect;
mod flags;
pub mod names;
pub mod pattern;

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

pub use self::batch::OutputBatch;
pub use self::flags::OutputFlags;
pub use self::names::{OutputNames, Placeholder};
pub use self::pattern::DocumentKind;
use self::pattern::OutputPattern;
use super::guard::Files;
use super::interrupt::Interrupt;
use super::streams::print_all;
use crate::failure::Failure;
use crate::render::format::ByteForm;
use crate::render::whole_file::{check_file_writable, check_folder_writable, check_tree_writable};
use crate::render::{DocumentFormat, Rendered, TerminalOptions};

/// The width in columns if the width of the terminal is unknown.
pub const DEFAULT_WIDTH: usize = 80;
/// The path that means standard output.
const STDOUT: &str = "-";

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless the environment says no (`NO_COLOR`, `TERM=dumb`).
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The outputs and their formats, checked before the long work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output<F> {
    /// One format to standard output.
    Stdout(F),
    /// Files, and folders of files.
    Files(Vec<OutputPattern<F>>),
}

/// Renders a document in a format. The number is the index of the file among the files of that format in a folder.
pub type Render<'a, F> = &'a dyn Fn(F, Option<usize>, &TerminalOptions) -> anyhow::Result<Rendered>;

impl<F: DocumentFormat> Output<F> {
    /// The outputs of `--format` and `-o`.
    fn of(formats: &[F], is_plain: bool, paths: &[&Path], kind: &DocumentKind<F>) -> anyhow::Result<Self> {
        let mut distinct: Vec<F> = Vec::new();
        for format in formats.iter().map(|format| plain(*format, is_plain)) {
            if !distinct.contains(&format) {
                distinct.push(format);
            }
        }
        let is_stdout = |path: &&Path| path.as_os_str() == STDOUT;
        if !paths.iter().any(is_stdout) && !paths.is_empty() {
            let patterns = paths.iter().map(|path| OutputPattern::parse("-o", path, &distinct, kind));
            let patterns = patterns.map(|pattern| Ok(pattern?.with(|format| plain(format, is_plain))));
            return Ok(Self::Files(patterns.collect::<anyhow::Result<_>>()?));
        }
        if paths.len() > 1 {
            return Err(Failure::Usage.because("-o - is standard output: give it alone"));
        }
        if kind.split.is_some() {
            return Err(Failure::Usage.because("--split-by makes several reports: name the target with --output"));
        }
        match distinct[..] {
            [] => Ok(Self::Stdout(plain(F::PRINTED, is_plain))),
            [format] => Ok(Self::Stdout(format)),
            _ => {
                let several = distinct.len();
                Err(Failure::Usage
                    .because(format!("{several} formats do not go to standard output together: name a folder with -o")))
            }
        }
    }

    /// The files of the output, as far as they are known without the days.
    fn files(&self, kind: &DocumentKind<F>, report: Option<&str>, files: &mut Files) {
        let patterns = match self {
            Self::Stdout(_) => return files.write_stdout(),
            Self::Files(patterns) => patterns,
        };
        for pattern in patterns {
            if pattern.is_folder() || report.is_some() {
                let is_plain = pattern.is_folder() && !pattern.has_placeholders();
                let holder = if is_plain { None } else { Some(report.unwrap_or("report")) };
                files.lock(&pattern.fixed_folder(), holder);
            }
            if pattern.is_folder() && pattern.path().is_file() {
                files.is_no_folder("-o", pattern.path());
            }
            for target in pattern.fixed_targets(kind).into_iter().flatten() {
                files.write("-o", &target.path);
            }
        }
    }

    /// Whether some names depend on the days.
    #[must_use]
    pub fn has_placeholders(&self) -> bool {
        match self {
            Self::Stdout(_) => false,
            Self::Files(patterns) => patterns.iter().any(OutputPattern::has_placeholders),
        }
    }

    /// Whether the output is a terminal, in the format for terminals.
    #[must_use]
    pub fn is_terminal(&self) -> bool {
        let is_page = |format: &F| [F::PRINTED, F::PLAIN].contains(format);
        matches!(self, Self::Stdout(format) if is_page(format)) && std::io::stdout().is_terminal()
    }

    /// Fails early if the output cannot be written; changes nothing.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn check(&self, kind: &DocumentKind<F>, makes_folders: bool) -> anyhow::Result<()> {
        let patterns = match self {
            Self::Stdout(format) if format.entry().form == ByteForm::Binary && std::io::stdout().is_terminal() => {
                return Err(Failure::Usage.because(format!(
                    "--format {} is not for the terminal: add -o FILE, or send it to a file or a pipe",
                    format.name()
                )));
            }
            Self::Stdout(_) => return Ok(()),
            Self::Files(patterns) => patterns,
        };
        for pattern in patterns {
            let folder = pattern.fixed_folder();
            let is_file = !pattern.is_folder() && !pattern.has_placeholders();
            if makes_folders && !folder.exists() {
                check_tree_writable(&folder)?;
            } else if is_file && !folder.exists() && !kind.makes_folder {
                return Err(Failure::Input.because(format!(
                    "{}: its folder does not exist: create it, add --mkdir, or name one that does",
                    pattern.shown()
                )));
            } else if is_file && folder.exists() {
                let targets = pattern.fixed_targets(kind).unwrap_or_default();
                targets.iter().try_for_each(|target| check_file_writable(&target.path))?;
            } else {
                check_folder_writable(&folder)?;
            }
        }
        Ok(())
    }

    /// Checks the files whose names depend on the days, now that these are known. `inputs` adds the files that the run reads.
    ///
    /// # Errors
    ///
    /// If a file would replace an input, another output, or a file that this program did not write.
    pub fn guard(
        &self,
        kind: &DocumentKind<F>,
        names: &OutputNames,
        inputs: impl Fn(&mut Files),
    ) -> anyhow::Result<()> {
        let Self::Files(patterns) = self else { return Ok(()) };
        if !self.has_placeholders() {
            return Ok(());
        }
        let targets = patterns.iter().flat_map(|pattern| pattern.targets(kind, names, None));
        guard(targets.map(|target| target.path), inputs)
    }

    /// Renders everything, then writes everything; returns the characters that no font has.
    ///
    /// # Errors
    ///
    /// If it cannot be rendered or written.
    pub fn write(
        &self,
        kind: &DocumentKind<F>,
        names: Option<&OutputNames>,
        makes_folders: bool,
        printing: Printing,
        interrupt: &Interrupt,
        render: Render<'_, F>,
    ) -> anyhow::Result<BTreeSet<char>> {
        match self {
            Self::Stdout(format) => {
                let rendered = render(*format, None, &terminal_options(printing.color))?;
                print_all(&rendered)?;
                Ok(rendered.missing)
            }
            Self::Files(patterns) => {
                let mut batch = OutputBatch::default();
                batch.add(patterns, kind, names, None, printing, render)?;
                batch.write(makes_folders, printing, interrupt)?;
                Ok(batch.into_missing())
            }
        }
    }
}

/// The format that replaces another under `--plain`.
fn plain<F: DocumentFormat>(format: F, is_plain: bool) -> F {
    if is_plain && format == F::PRINTED { F::PLAIN } else { format }
}

/// Checks files whose names have become known.
///
/// # Errors
///
/// If a file would replace an input, another output, or a file that this program did not write.
pub fn guard(outputs: impl Iterator<Item = PathBuf>, inputs: impl Fn(&mut Files)) -> anyhow::Result<()> {
    let mut files = Files::default();
    inputs(&mut files);
    for path in outputs {
        files.write_file("-o", &path);
    }
    files.check()
}

/// Settings for printing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printing {
    /// When to use colours.
    pub color: ColorChoice,
    /// Whether notes on standard error are suppressed.
    pub is_quiet: bool,
}

/// The capabilities of the terminal at standard output.
#[must_use]
pub fn terminal_options(color: ColorChoice) -> TerminalOptions {
    let stdout = std::io::stdout();
    let width = terminal_size::terminal_size_of(&stdout).map_or(DEFAULT_WIDTH, |(width, _)| usize::from(width.0));
    let color = match color {
        ColorChoice::Auto => anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never,
        ColorChoice::Always => true,
        ColorChoice::Never => false,
    };
    TerminalOptions { width, color }
}
