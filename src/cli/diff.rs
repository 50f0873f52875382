//! `dialogram diff`: what changed between two reports, and why it may have.

use std::path::PathBuf;

use clap::Args;

use super::flags::LanguageFlag;
use super::guard::Files;
use super::look::BrandFlag;
use super::output::effect::note_brand;
use super::report_file;
use super::streams::print;
use crate::failure::Failure;
use crate::gate::diff::Diff;
use crate::render::FigureFormat;
use crate::render::gate::diff::render;

/// Shows the changes between two reports, by cause: data, definition, window, filters.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram diff last-week.json this-week.json
  dialogram diff --exit-code base.json report.json --format markdown")]
pub struct DiffArgs {
    /// The earlier report; one of the two may be - for standard input
    #[arg(value_name = "A.json")]
    old: PathBuf,
    /// The later one
    #[arg(value_name = "B.json")]
    new: PathBuf,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: FigureFormat,
    /// The language of the page.
    #[command(flatten)]
    language: LanguageFlag,
    /// The brand of the page.
    #[command(flatten)]
    pub(super) brand: BrandFlag,
    /// End with exit code 1 if they differ
    #[arg(long)]
    exit_code: bool,
}

impl DiffArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        files.read("A.json", &self.old);
        files.read("B.json", &self.new);
        self.brand.files(files);
        files.write_stdout();
    }

    /// Whether the format shows a brand.
    pub(super) const fn has_look(&self) -> bool {
        matches!(self.format, FigureFormat::Html)
    }
}

/// Runs the command.
///
/// # Errors
///
/// If a report cannot be read; with `--exit-code`, if they differ.
pub fn run(args: &DiffArgs) -> anyhow::Result<()> {
    let look = args.brand.load()?.into();
    if !args.has_look() {
        note_brand(&args.brand, "this format", "html");
    }
    let (old, new) = (report_file::read(&args.old)?, report_file::read(&args.new)?);
    let (a, b) = (args.old.display().to_string(), args.new.display().to_string());
    let diff = Diff::of((&a, &old), (&b, &new));
    print(render(&diff, args.format, args.language.language, &look).as_bytes())?;
    if args.exit_code && !diff.is_empty() {
        return Err(Failure::Found.because(format!("diff: {a} and {b} differ")));
    }
    Ok(())
}
