//! `dialogram inspect`: the content of a file, a suitable mapping, and the command to run.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use super::flags::LanguageFlag;
use super::guard::Files;
use super::interrupt::Interrupt;
use super::output::{ColorChoice, terminal_options};
use super::profile_choice;
use super::streams::{note, print};
use crate::failure::{Failure, input_error};
use crate::fold::folder;
use crate::harmless::shown_path;
use crate::ingest::Options;
use crate::ingest::arguments::resolve;
use crate::ingest::encoding::Encoding;
use crate::ingest::profile::Profile;
use crate::ingest::source::{InputFormat, Source, SourceOptions};
use crate::inspect::{
    Examples, InspectedFile, Inspection, RunFile, SheetFound, SourceShape, inspect_files, report_command,
    report_together, shape_of_source,
};
use crate::language::{Language, Message};
use crate::render::whole_file::{check_file_writable, write_whole};
use crate::render::{json, terminal};

/// Says what is in a file: its form, its columns, what is wrong with it, a mapping that fits, and the command to run.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram inspect export.jsonl
  dialogram inspect strange.csv --write-profile strange.toml    the proposed mapping, for review
  dialogram inspect strange.csv --profile strange.toml          the rows that a corrected profile reads or rejects
  dialogram report strange.csv --profile strange.toml --to log-end")]
pub struct InspectArgs {
    /// Files, globs, folders, or - for standard input
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,
    /// The format of the files [default: from the name, else from the first bytes]
    #[arg(long, value_enum, value_name = "FORMAT", help_heading = "Reading")]
    input_format: Option<InputFormat>,
    /// The encoding of text files that do not declare one [default: detected]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    encoding: Option<Encoding>,
    /// The sheet of Excel workbooks, by name [default: the first that is not hidden]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    sheet: Option<String>,
    /// Try this profile instead of proposing one: a built-in one, or a .toml file
    #[arg(id = "tried-profile", long = "profile", value_name = "NAME|FILE", help_heading = "Reading")]
    profile: Option<String>,
    /// Write the proposed mapping as a profile, for review and for --profile; fields that were not found are marked GAP
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    write_profile: Option<PathBuf>,
    /// Replace a profile that dialogram did not write
    #[arg(long, requires = "write_profile", help_heading = "Output")]
    force: bool,
    /// Also show a few values of columns that may hold names, addresses or message text
    #[arg(long, help_heading = "Output")]
    examples: bool,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "terminal", help_heading = "Output")]
    format: InspectFormat,
    /// The language of the page and of a profile's comments.
    #[command(flatten)]
    language: LanguageFlag,
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
/// If a file cannot be read, or a profile cannot be written.
pub fn run(args: &InspectArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    if let Some(path) = args.logs.iter().find(|path| folder::is_folder_of_facts(path)) {
        let location = shown_path(path);
        return Err(Failure::Usage.because(format!(
            "{location} is a folder of facts, which `dialogram fold` wrote: `dialogram report` reads it as it is"
        )));
    }
    let sources = resolve(&args.logs)?;
    let source = SourceOptions { format: args.input_format, encoding: args.encoding, sheet: args.sheet.clone() };
    let options = Options { source, ..Options::new() };
    let groups = groups_of(&sources, &options.source)?;
    if let Some(path) = &args.write_profile {
        args.check_can_write(path, &groups)?;
    }
    let mut together = Vec::new();
    let mut inspection = Inspection { schema: "dialogram/inspect/1", files: Vec::new() };
    for group in &groups {
        let profiles = match &args.profile {
            Some(value) => vec![Some(profile_choice::of_one(value, group.first, &options.source)?)],
            None => Vec::new(),
        };
        let options = Options { profiles, ..options.clone() };
        let arguments = args.arguments(group, sources.len());
        let look = inspect_group(group, &arguments, &options, args)?;
        let (arguments, mut look) = args.first_sheet_with_instants(group, arguments, look, &options)?;
        look.found.commands = args.commands(&arguments, &look);
        if let Some(path) = &args.write_profile {
            write_profile(path, group.first, &look, &interrupt)?;
        }
        let [argument] = &arguments.logs[..] else {
            inspection.files.push(look.found);
            continue;
        };
        together.push(RunFile {
            argument: argument.clone(),
            profile: look.profile.is_some().then(|| arguments.profile.display().to_string()),
            is_complete: look.found.missing.is_empty(),
        });
        inspection.files.push(look.found);
    }
    // Sheets and members are parts of one export and are read in one run.
    let is_one_export = sources.iter().all(|source| matches!(source, Source::Sheet { .. } | Source::Member(_)));
    let are_all = together.len() == groups.len() && groups.len() > 1;
    if are_all && is_one_export && together.iter().all(|part| part.is_complete) {
        let command = report_together(&together, &inspection.files);
        if let Some(last) = inspection.files.last_mut() {
            last.commands.push(command);
        }
    }
    let bytes = match args.format {
        InspectFormat::Terminal => {
            let options = terminal_options(args.color);
            terminal::inspection::render(&inspection, args.language.language, &options).into_bytes()
        }
        InspectFormat::Json => json::render(&inspection)?,
    };
    print(&bytes)
}

/// Sources inspected together: a single one, or files of one shape.
struct AlikeFiles<'s> {
    first: &'s Source,
    all: Vec<Source>,
}

/// Groups the sources by shape, in input order: daily exports with the same header form one group.
fn groups_of<'s>(sources: &'s [Source], options: &SourceOptions) -> anyhow::Result<Vec<AlikeFiles<'s>>> {
    let mut groups: Vec<(Option<SourceShape>, AlikeFiles<'s>)> = Vec::new();
    for source in sources {
        // A single file needs no shape, and standard input has none.
        let shape = if sources.len() > 1 { shape_of_source(source, options)? } else { None };
        match groups.iter_mut().find(|(other, _)| shape.is_some() && *other == shape) {
            Some((_, group)) => group.all.push(source.clone()),
            None => groups.push((shape, AlikeFiles { first: source, all: vec![source.clone()] })),
        }
    }
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

/// The names of the inspected files in proposed commands.
struct Arguments {
    /// The LOG arguments.
    logs: Vec<String>,
    /// The name for people.
    name: String,
    /// The file of its profile.
    profile: PathBuf,
}

impl Arguments {
    /// The arguments for one source.
    fn of(source: &Source) -> Self {
        Self { logs: vec![argument(source)], name: source.name(), profile: profile_name(source) }
    }
}

/// Keeps a pipe, such as standard input, in a file, because it is read more than once.
fn inspect_group(
    group: &AlikeFiles,
    arguments: &Arguments,
    options: &Options,
    args: &InspectArgs,
) -> anyhow::Result<InspectedFile> {
    let (examples, language) = (args.examples(), args.language.language);
    let mut kept: Box<dyn Read> = match group.first {
        Source::File(path) if !path.is_file() => {
            Box::new(File::open(path).map_err(|error| input_error(&group.first.location(), &error))?)
        }
        Source::File(_) | Source::Tail { .. } | Source::Member(_) | Source::Sheet { .. } => {
            return inspect_files(&group.all, &arguments.name, options, examples, language);
        }
        Source::Stdin => Box::new(std::io::stdin()),
    };
    let because = || format!("a temporary file for {}", group.first.location());
    let mut file = tempfile::NamedTempFile::new().with_context(because)?;
    std::io::copy(&mut kept, &mut file).with_context(because)?;
    inspect_files(&[Source::File(file.path().to_owned())], &arguments.name, options, examples, language)
}

/// Writes the profile of a file, if there is one.
fn write_profile(path: &Path, source: &Source, look: &InspectedFile, interrupt: &Interrupt) -> anyhow::Result<()> {
    if !look.fitting.is_empty() {
        return Err(Failure::Input.because(format!(
            "{}: several profiles fit: {}; choose the one to write with --profile NAME",
            source.location(),
            look.fitting.join(", ")
        )));
    }
    match profile_text(look) {
        Some(text) => {
            let _whole = interrupt.hold();
            write_whole(path, text.as_bytes())?;
        }
        None => note(&format!(
            "dialogram: {} needs no profile, and none was written: run the report without --profile",
            source.location()
        )),
    }
    Ok(())
}

/// The profile to write: the proposed one, or a copy of the built-in one that recognises the source. `None` for a
/// canonical log.
fn profile_text(look: &InspectedFile) -> Option<&str> {
    let proposed = look.profile.as_ref().map(|profile| profile.text.as_str());
    proposed.or_else(|| Profile::text(look.found.profile.as_deref()?))
}

impl InspectArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        files.read_logs("LOG", &self.logs);
        if let Some(profile) = &self.profile {
            files.read_if_path("--profile", profile);
        }
        if let Some(path) = &self.write_profile {
            files.write_file("--write-profile", path);
        }
        files.write_stdout();
        files.replace_others(self.force);
    }

    /// The first sheet of a workbook may be a cover. If it has no instants and no sheet was named, the first other
    /// sheet with instants is inspected.
    fn first_sheet_with_instants(
        &self,
        group: &AlikeFiles,
        arguments: Arguments,
        look: InspectedFile,
        options: &Options,
    ) -> anyhow::Result<(Arguments, InspectedFile)> {
        let has_instants = |look: &InspectedFile| look.found.columns.iter().any(|column| column.time.is_some());
        let [Source::File(workbook)] = &group.all[..] else { return Ok((arguments, look)) };
        if self.sheet.is_some() || look.found.missing.is_empty() || has_instants(&look) {
            return Ok((arguments, look));
        }
        let source = |sheet: &SheetFound| Source::Sheet { workbook: workbook.clone(), sheet: sheet.name.clone() };
        let others = look.found.sheets.iter().filter(|sheet| !sheet.is_read && !sheet.is_hidden).map(source);
        let others: Vec<Source> = others.collect();
        // Sheets with the same header, such as months or teams, form one log.
        for group in groups_of(&others, &options.source)? {
            let arguments = self.arguments(&group, usize::MAX);
            let (examples, language) = (self.examples(), self.language.language);
            let mut other = inspect_files(&group.all, &arguments.name, options, examples, language)?;
            if has_instants(&other) {
                let covers = look.found.sheets.iter().find(|sheet| sheet.is_read).map_or("", |cover| &cover.name);
                let names: Vec<String> = group.all.iter().map(|sheet| format!("`{}`", sheet_of(sheet))).collect();
                let note = Message::counted("inspect.cover", names.len() as u64);
                other.found.notes.push(note.with("cover", covers).with("sheets", names.join(", ")));
                return Ok((arguments, other));
            }
        }
        Ok((arguments, look))
    }

    /// The language of the page: JSON is English.
    const fn language_of_page(&self) -> Language {
        match self.format {
            InspectFormat::Terminal => self.language.language,
            InspectFormat::Json => Language::English,
        }
    }

    const fn examples(&self) -> Examples {
        if self.examples { Examples::All } else { Examples::Safe }
    }

    /// How commands name a group. If the group is everything that was given, they use the arguments as given.
    fn arguments(&self, group: &AlikeFiles, all: usize) -> Arguments {
        if group.all.len() == 1 {
            return Arguments::of(group.first);
        }
        let is_all = group.all.len() == all;
        let logs: Vec<String> = if is_all {
            self.logs.iter().map(|path| path.display().to_string()).collect()
        } else {
            group.all.iter().map(argument).collect()
        };
        let folder = self.logs.first().filter(|path| is_all && self.logs.len() == 1 && path.is_dir());
        let stem = folder.and_then(|path| path.canonicalize().ok()?.file_name().map(ToOwned::to_owned));
        let profile = match stem {
            Some(stem) => PathBuf::from(format!("{}.toml", stem.to_string_lossy())),
            None => profile_name(group.first),
        };
        let what = if logs.len() == 1 { logs[0].clone() } else { group.first.name() };
        let (language, n) = (self.language_of_page(), group.all.len() as u64);
        let name = if logs.len() == 1 {
            format!("{what} ({})", language.counted("count.files", n))
        } else {
            let more = language.fill("list.more", &[("n", &language.count(n - 1))]);
            language.fill("list.last", &[("before", &what), ("last", &more)])
        };
        Arguments { logs, name, profile }
    }

    /// Checks that a profile can be written: there is exactly one.
    fn check_can_write(&self, path: &Path, groups: &[AlikeFiles]) -> anyhow::Result<()> {
        check_file_writable(path)?;
        if groups.len() > 1 {
            return Err(Failure::Usage.because(format!(
                "--write-profile writes the profile of one file, or of files with one header, and there are {} kinds: inspect \
                 one of them",
                groups.len()
            )));
        }
        match &self.profile {
            Some(profile) if Profile::text(profile).is_none() => Err(Failure::Usage.because(format!(
                "--write-profile writes a profile that is proposed or built in, and {profile} is a file already: give one of \
                 the two flags"
            ))),
            Some(_) | None => Ok(()),
        }
    }

    /// The flags of this command that the next command needs too.
    fn flags_again(&self) -> Vec<String> {
        let mut flags = Vec::new();
        let mut add = |flag: &str, value: String| flags.extend([flag.to_owned(), value]);
        if let Some(format) = self.input_format {
            add("--input-format", format.name().to_owned());
        }
        if let Some(sheet) = &self.sheet {
            add("--sheet", sheet.clone());
        }
        flags
    }

    /// The commands to run next: how to write a profile if one is needed, and the report.
    fn commands(&self, arguments: &Arguments, look: &InspectedFile) -> Vec<Vec<String>> {
        let mut flags = self.flags_again();
        let inspect = |more: &[String]| {
            let command = ["dialogram", "inspect"].map(str::to_owned).into_iter();
            command.chain(arguments.logs.iter().cloned()).chain(more.iter().cloned()).collect::<Vec<String>>()
        };
        let own = self.write_profile.as_ref().unwrap_or(&arguments.profile).display().to_string();
        let write_as = |own: &str, flags: &[String], profile: Option<&String>| {
            let profile = profile.into_iter().flat_map(|name| ["--profile".to_owned(), name.clone()]);
            let flags: Vec<String> =
                flags.iter().cloned().chain(profile).chain(["--write-profile".to_owned(), own.to_owned()]).collect();
            inspect(&flags)
        };
        let write = |flags: &[String], profile: Option<&String>| write_as(&own, flags, profile);
        if !look.fitting.is_empty() {
            // One file for each, so that a user can try both.
            let named = |name: &String| {
                let path = Path::new(&own);
                let stem = path.file_stem().unwrap_or_default().to_string_lossy();
                path.with_file_name(format!("{stem}-{name}.toml")).display().to_string()
            };
            return look.fitting.iter().map(|name| write_as(&named(name), &flags, Some(name))).collect();
        }
        // A canonical log, or one that a built-in profile recognises.
        let is_log = look.found.mapping.is_none();
        // A profile has the encoding itself.
        if let Some(encoding) = look.encoding.as_ref().filter(|_| is_log) {
            flags.extend(["--encoding".to_owned(), encoding.clone()]);
        }
        if is_log {
            if look.is_form && self.write_profile.is_none() {
                return vec![write(&flags, self.profile.as_ref())];
            }
            if !look.found.missing.is_empty() {
                return Vec::new();
            }
            let given = self.profile.as_deref();
            return vec![report_command(&arguments.logs, &look.found, given, &flags)];
        }
        let is_complete = look.profile.as_ref().is_some_and(|profile| profile.is_complete);
        let mut of_report = flags.clone();
        of_report.extend(look.flags.iter().cloned());
        let report = report_command(&arguments.logs, &look.found, Some(&own), &of_report);
        if self.write_profile.is_some() {
            return if is_complete { vec![report] } else { Vec::new() };
        }
        if is_complete { vec![write(&flags, None), report] } else { vec![write(&flags, None)] }
    }
}

/// The name of a sheet.
fn sheet_of(source: &Source) -> &str {
    match source {
        Source::Sheet { sheet, .. } => sheet,
        Source::File(_) | Source::Tail { .. } | Source::Member(_) | Source::Stdin => "",
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
    // `messages.toml` for a sheet or member of that name: each has its own profile.
    let name = name.rsplit('/').next().unwrap_or(&name);
    let stem = name.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("profile");
    Path::new(stem).with_extension("toml")
}
