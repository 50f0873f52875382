//! `dialogram inspect`: what is in a file, a mapping that fits, and the command to run.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::guard::Files;
use super::interrupt::Interrupt;
use super::output::{ColorChoice, terminal_options};
use super::streams::{note, print};
use crate::failure::Failure;
use crate::fold::folder;
use crate::harmless::shown_path;
use crate::ingest::Options;
use crate::ingest::arguments::resolve;
use crate::ingest::encoding::Encoding;
use crate::ingest::profile::Profile;
use crate::ingest::source::{InputFormat, Source, SourceOptions};
use crate::inspect::{Examples, InspectedFile, Inspection, RunFile, look, report_command, report_together};
use crate::render::whole_file::{check_file_writable, write_whole};
use crate::render::{json, terminal};

/// Says what is in a file: its form, its columns, what is wrong with it, a mapping that fits, and the command to run.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram inspect export.jsonl
  dialogram inspect strange.csv --write-profile strange.toml    the proposed mapping, for review
  dialogram report strange.csv --profile strange.toml --to log-end")]
pub struct InspectArgs {
    /// Files, globs, folders, or - for standard input
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,
    /// The format of the files [default: from the name, else from the first bytes]
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Reading")]
    input_format: Option<InputFormat>,
    /// The encoding of texts that do not say it themselves [default: the likeliest]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    encoding: Option<Encoding>,
    /// The sheet of Excel workbooks, by name [default: the first that is not hidden]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    sheet: Option<String>,
    /// Write the proposed mapping as a profile, for review and for --profile; fields that were not found are marked GAP
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    write_profile: Option<PathBuf>,
    /// Replace a profile that dialogram did not write
    #[arg(long, requires = "write_profile", help_heading = "Output")]
    force: bool,
    /// Show a few values of columns that may hold names, addresses or message text, too
    #[arg(long, help_heading = "Output")]
    examples: bool,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "terminal", help_heading = "Output")]
    format: InspectFormat,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    color: ColorChoice,
}

/// How the page is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum InspectFormat {
    /// For people.
    Terminal,
    /// For programs, with a schema.
    Json,
}

/// Runs the command.
///
/// # Errors
///
/// Where a file cannot be read, or a profile cannot be written.
pub fn run(args: &InspectArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    if let Some(path) = args.logs.iter().find(|path| folder::is_folder_of_facts(path)) {
        let place = shown_path(path);
        return Err(Failure::Usage.because(format!(
            "{place} is a folder of facts, which `dialogram fold` wrote: `dialogram report` reads it as it is"
        )));
    }
    let sources = resolve(&args.logs)?;
    if let Some(path) = &args.write_profile {
        check_file_writable(path)?;
        if sources.len() > 1 {
            return Err(Failure::Usage.because(format!(
                "--write-profile writes the profile of one file, and there are {}: inspect one of them",
                sources.len()
            )));
        }
    }
    let source = SourceOptions { format: args.input_format, encoding: args.encoding, sheet: args.sheet.clone() };
    let options = Options { source, ..Options::new() };
    let mut together = Vec::new();
    let mut inspection = Inspection { schema: "dialogram/inspect/1", files: Vec::new() };
    for source in &sources {
        let look = look_at(source, &options, args.examples())?;
        let (source, mut look) = args.behind_the_cover(source.clone(), look, &options)?;
        let source = &source;
        look.found.commands = args.commands(source, &look);
        if let Some(path) = &args.write_profile {
            match profile_text(&look) {
                Some(text) => {
                    let _whole = interrupt.hold();
                    write_whole(path, text.as_bytes())?;
                }
                None => note(&format!(
                    "dialogram: {} needs no profile, and none was written: run the report without --profile",
                    source.place()
                )),
            }
        }
        together.push(RunFile {
            argument: argument(source),
            profile: look.profile.is_some().then(|| profile_name(source).display().to_string()),
            is_complete: look.found.missing.is_empty(),
        });
        inspection.files.push(look.found);
    }
    // Sheets and members are parts of one export: they are read in one run.
    let is_one_export = sources.iter().all(|source| matches!(source, Source::Sheet { .. } | Source::Member(_)));
    if sources.len() > 1 && is_one_export && together.iter().all(|part| part.is_complete) {
        let command = report_together(&together, &inspection.files);
        if let Some(last) = inspection.files.last_mut() {
            last.commands.push(command);
        }
    }
    let bytes = match args.format {
        InspectFormat::Terminal => {
            terminal::inspection::render(&inspection, &terminal_options(args.color)).into_bytes()
        }
        InspectFormat::Json => json::render(&inspection)?,
    };
    print(&bytes)
}

/// Standard input is kept in a file, for it is looked at more than once.
fn look_at(source: &Source, options: &Options, examples: Examples) -> anyhow::Result<InspectedFile> {
    match source {
        Source::File(_) | Source::Tail { .. } | Source::Member(_) | Source::Sheet { .. } => {
            look(source, &source.name(), options, examples)
        }
        Source::Stdin => {
            let because = || "a temporary file for standard input";
            let mut file = tempfile::NamedTempFile::new().with_context(because)?;
            std::io::copy(&mut std::io::stdin(), &mut file).with_context(because)?;
            look(&Source::File(file.path().to_owned()), &source.name(), options, examples)
        }
    }
}

/// The profile to write: the proposed one, or a copy of the built-in one that recognises the source. None for a log that
/// is canonical already.
fn profile_text(look: &InspectedFile) -> Option<&str> {
    let proposed = look.profile.as_ref().map(|profile| profile.text.as_str());
    proposed.or_else(|| Profile::text(look.found.profile.as_deref()?))
}

impl InspectArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        files.read_logs("LOG", &self.logs);
        if let Some(path) = &self.write_profile {
            files.write_file("--write-profile", path);
        }
        files.write_stdout();
        files.replace_others(self.force);
    }

    /// The first sheet of a workbook may be a cover. Where it has no instants, and nobody named a sheet, the first other one
    /// that has some is looked at.
    fn behind_the_cover(
        &self,
        source: Source,
        look: InspectedFile,
        options: &Options,
    ) -> anyhow::Result<(Source, InspectedFile)> {
        let has_instants = |look: &InspectedFile| look.found.columns.iter().any(|column| column.time.is_some());
        let Source::File(workbook) = &source else { return Ok((source, look)) };
        if self.sheet.is_some() || look.found.missing.is_empty() || has_instants(&look) {
            return Ok((source, look));
        }
        for sheet in look.found.sheets.iter().filter(|sheet| !sheet.is_read && !sheet.is_hidden) {
            let other = Source::Sheet { workbook: workbook.clone(), sheet: sheet.name.clone() };
            let mut behind = look_at(&other, options, self.examples())?;
            if has_instants(&behind) {
                let covers = look.found.sheets.iter().find(|sheet| sheet.is_read).map_or("", |cover| &cover.name);
                behind
                    .found
                    .notes
                    .push(format!("the sheet `{covers}` has no table of conversations: this is `{}`", sheet.name));
                return Ok((other, behind));
            }
        }
        Ok((source, look))
    }

    const fn examples(&self) -> Examples {
        if self.examples { Examples::All } else { Examples::Safe }
    }

    /// The commands to run next: where there is a profile to write first, how; and the report.
    fn commands(&self, source: &Source, look: &InspectedFile) -> Vec<Vec<String>> {
        let argument = argument(source);
        let mut flags = Vec::new();
        let mut add = |flag: &str, value: String| flags.extend([flag.to_owned(), value]);
        if let Some(format) = self.input_format {
            add("--input-format", format.name().to_owned());
        }
        if let Some(sheet) = &self.sheet {
            add("--sheet", sheet.clone());
        }
        // A log as it is, or one that is recognised.
        let is_log = look.found.mapping.is_none();
        // A profile says the encoding itself.
        if let Some(encoding) = look.encoding.as_ref().filter(|_| is_log) {
            add("--encoding", encoding.clone());
        }
        if is_log {
            if look.is_form && self.write_profile.is_none() {
                let profile = profile_name(source).display().to_string();
                let mut write = ["dialogram", "inspect", &argument].map(str::to_owned).to_vec();
                write.extend(flags);
                write.extend(["--write-profile".to_owned(), profile]);
                return vec![write];
            }
            if !look.found.missing.is_empty() {
                return Vec::new();
            }
            return vec![report_command(&argument, &look.found, None, &flags)];
        }
        let is_complete = look.profile.as_ref().is_some_and(|profile| profile.is_complete);
        let profile = self.write_profile.clone().unwrap_or_else(|| profile_name(source)).display().to_string();
        let mut of_report = flags.clone();
        of_report.extend(look.flags.iter().cloned());
        let report = report_command(&argument, &look.found, Some(&profile), &of_report);
        if self.write_profile.is_some() {
            return if is_complete { vec![report] } else { Vec::new() };
        }
        let mut write = ["dialogram", "inspect", &argument].map(str::to_owned).to_vec();
        write.extend(flags);
        write.extend(["--write-profile".to_owned(), profile]);
        if is_complete { vec![write, report] } else { vec![write] }
    }
}

/// A source as a LOG argument.
fn argument(source: &Source) -> String {
    match source {
        Source::File(path) | Source::Tail { path, .. } => path.display().to_string(),
        Source::Member(member) => member.path().display().to_string(),
        Source::Sheet { workbook, sheet } => workbook.join(sheet).display().to_string(),
        Source::Stdin => "-".to_owned(),
    }
}

/// `strange.toml` for `strange.csv.gz`.
fn profile_name(source: &Source) -> PathBuf {
    let name = source.name();
    // `messages.toml` for a sheet or a member of that name: each has a profile of its own.
    let name = name.rsplit('/').next().unwrap_or(&name);
    let stem = name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("profile");
    Path::new(stem).with_extension("toml")
}
