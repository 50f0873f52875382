//! Defaults of flags: the command line comes first, then the environment, then the config file. `dialogram config`
//! prints them.

mod file;
mod layers;
mod schema;
mod show;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Args, FromArgMatches};

use self::file::ConfigFile;
pub use self::layers::Layers;
use self::layers::{DefaultOrigin, Setting};
use super::look::BrandFlag;
use super::output::effect::note_language;
use super::{Cli, Command, command};
use crate::cli::streams::print;
use crate::failure::Failure;

/// The name of the config file in a working folder.
pub const FILE: &str = "dialogram.toml";
/// The value of `--config` for no file.
pub const NO_FILE: &str = "none";

/// Prints the defaults in force, as TOML.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram config --origin                each value, and where it comes from
  dialogram config > dialogram.toml        a file to begin with")]
pub struct ConfigArgs {
    /// Show where each value comes from
    #[arg(long)]
    origin: bool,
    /// Print the JSON Schema of the config file instead, for editors
    #[arg(long, conflicts_with = "origin")]
    schema: bool,
}

/// The page that is printed without a command: the first steps, short enough for any screen.
const BARE: &str = "\
reports from exported chat logs

  dialogram inspect export.csv                what is in a file, and the command that reads it
  dialogram report export.csv --to log-end    the log's last seven days, in the terminal
  dialogram report logs/ --period last-week --template weekly -o report.pdf

Logs are CSV, JSON Lines, Parquet and Excel files, and the exports of many platforms (`dialogram profiles`).
`dialogram metrics` says what each number means.
`dialogram config > dialogram.toml` begins a file of defaults and named reports.

`dialogram --help` lists the commands, and `dialogram COMMAND --help` the flags of one.
`dialogram man` is the manual, and `dialogram recipe cron` sends a report by mail every Monday.";

/// An environment: returns the value of a variable, if it is set.
pub type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// The variable of a flag: `DIALOGRAM_INPUT_TZ` for `--input-tz`.
fn variable(long: &str) -> String {
    format!("DIALOGRAM_{}", long.to_uppercase().replace('-', "_"))
}

/// Flags that belong to a single run and have no default.
const NEVER_DEFAULT: [&str; 27] = [
    "help",
    "version",
    "config",
    "force",
    "output",
    "format",
    "origin",
    "schema",
    "update",
    "write-profile",
    "exit-code",
    "metric",
    "all",
    "sort",
    "limit",
    "table",
    "at",
    "every",
    "watch",
    "dry-run",
    "plan",
    "keep-at",
    "again",
    "resend",
    "received",
    "no-mail",
    // The id of `inspect --profile`: the profiles of a config are those of its logs.
    "tried-profile",
];

/// The long name of a flag that may have a default.
fn long(arg: &Arg) -> Option<&str> {
    let is_of_one_run = NEVER_DEFAULT.contains(&arg.get_id().as_str());
    arg.get_long().filter(|long| !is_of_one_run && !NEVER_DEFAULT.contains(long))
}

/// The variable of a flag that may have a default.
pub(super) fn variable_of(arg: &Arg, known: &clap::Command) -> Option<String> {
    let has = |command: &&clap::Command| command.get_arguments().any(|other| other.get_long() == arg.get_long());
    known.get_subcommands().filter(|command| reads_logs(command)).find(has)?;
    long(arg).map(variable)
}

/// Whether a command takes defaults: only commands that read logs do.
fn reads_logs(command: &clap::Command) -> bool {
    command.get_arguments().any(|arg| arg.get_id() == "logs")
}

/// Parses the command line, with the environment and the config file as defaults.
///
/// # Errors
///
/// If one of them is wrong; help and the version are [`clap::Error`]s too.
pub fn parse(args: impl IntoIterator<Item = OsString>, environment: Environment) -> anyhow::Result<Cli> {
    let args: Vec<OsString> = args.into_iter().collect();
    if args.len() <= 1 {
        return Err(Failure::Usage.because(BARE));
    }
    let known = command();
    let typed = known.clone().try_get_matches_from(&args)?;
    let Some((name, flags)) = typed.subcommand() else { return Ok(Cli::from_arg_matches(&typed)?) };
    // Commands with outputs check the formats of all outputs together.
    let has_outputs = |command: &clap::Command| command.get_arguments().any(|argument| argument.get_id() == "output");
    if !known.find_subcommand(name).is_some_and(has_outputs) {
        note_language(flags);
    }
    let Some(subcommand) = known.find_subcommand(name).filter(|command| reads_logs(command)) else {
        let mut cli = Cli::from_arg_matches(&typed)?;
        if let Command::Recipe(args) = &mut cli.command {
            args.take_report(cli.config.as_deref(), environment)?;
        }
        let config = || open(typed.get_one("config").map(PathBuf::as_path), environment, &known);
        give_posts(&mut cli, config)?;
        // Of the commands without a log, these make a page for a browser.
        if let Command::Diff(args) = &mut cli.command
            && args.has_look()
        {
            cli.defaults = give_brand(&mut args.brand, &config()?);
        }
        if let Command::Explain(args) = &mut cli.command
            && args.has_look()
        {
            cli.defaults = give_brand(&mut args.brand, &config()?);
        }
        return Ok(cli);
    };
    let file = open(typed.get_one("config").map(PathBuf::as_path), environment, &known)?;
    let report = flags.try_get_one::<String>("report").ok().flatten();
    let layers = Layers::of(subcommand, Some(flags), environment, &file, report.map(String::as_str))?;
    let matches = layers.apply(known.clone(), name).try_get_matches_from(&args)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let Some(log) = cli.command.log_flags() {
        log.defaults = layers.names();
        log.typed = typed_names(subcommand, flags);
        log.typed.extend(layers.of_report(&file, report.map(String::as_str)));
    }
    if let Command::Run(args) = &mut cli.command {
        args.take_post(&file.posts);
    }
    cli.command.declare().map_err(|error| layers.with_origin(error))?;
    cli.defaults = layers;
    Ok(cli)
}

/// The long names of the flags that were typed.
fn typed_names(command: &clap::Command, typed: &ArgMatches) -> Vec<String> {
    let is_typed = |arg: &&Arg| typed.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    command.get_arguments().filter(is_typed).filter_map(|arg| arg.get_long().map(str::to_owned)).collect()
}

/// Gives the mail settings of the config to a command that sends files.
#[cfg(feature = "mail")]
fn give_posts(cli: &mut Cli, file: impl FnOnce() -> anyhow::Result<ConfigFile>) -> anyhow::Result<()> {
    if let Command::Send(args) = &mut cli.command {
        let file = file()?;
        cli.defaults = give_brand(&mut args.brand, &file);
        args.posts = file.posts;
    }
    Ok(())
}

/// Gives the brand of the config to a command without a `--brand`, and returns the default that this is.
fn give_brand(flag: &mut BrandFlag, file: &ConfigFile) -> Layers {
    let Some(written) = file.flags.get(self::file::BRAND).filter(|_| flag.brand.is_none()) else {
        return Layers::default();
    };
    flag.brand = written.values.first().map(PathBuf::from);
    let origin = DefaultOrigin::File(file.path.clone(), written.line);
    Layers(vec![Setting::new(self::file::BRAND, written.values.clone(), origin)])
}

/// Without mail no command sends files.
#[cfg(not(feature = "mail"))]
#[expect(clippy::unnecessary_wraps, reason = "as where there is mail")]
fn give_posts(_cli: &mut Cli, _file: impl FnOnce() -> anyhow::Result<ConfigFile>) -> anyhow::Result<()> {
    Ok(())
}

/// The config file: from `--config`, its variable or the working folder.
fn open(flag: Option<&Path>, environment: Environment, known: &clap::Command) -> anyhow::Result<ConfigFile> {
    path(flag, environment).map_or_else(|| Ok(ConfigFile::default()), |path| ConfigFile::read(&path, known))
}

/// The named reports of the config file, as in `: reports weekly, daily`; empty without a file.
///
/// # Errors
///
/// If the file cannot be read, or has mistakes.
pub fn names_of_reports(flag: Option<&Path>, environment: Environment) -> anyhow::Result<String> {
    if path(flag, environment).is_none() {
        return Ok(String::new());
    }
    let file = open(flag, environment, &command())?;
    let names: Vec<&str> = file.reports.keys().map(String::as_str).collect();
    Ok(if names.is_empty() { ": fine".to_owned() } else { format!(": fine, with the reports {}", names.join(", ")) })
}

/// The path of the config file, if any: from `--config`, its variable or the working folder.
pub fn path(flag: Option<&Path>, environment: Environment) -> Option<PathBuf> {
    let named = flag
        .map(Path::to_owned)
        .or_else(|| environment(&variable("config")).filter(|value| !value.is_empty()).map(PathBuf::from));
    match named {
        Some(path) if path == Path::new(NO_FILE) => None,
        Some(path) => Some(path),
        None => Some(PathBuf::from(FILE)).filter(|path| path.exists()),
    }
}

/// Runs the command.
///
/// # Errors
///
/// If the environment or the config file is wrong, or nothing can be printed.
pub fn run(args: &ConfigArgs, config: Option<&Path>) -> anyhow::Result<()> {
    let environment = |name: &str| std::env::var_os(name);
    let known = command();
    if args.schema {
        return print(schema::schema(&known).as_bytes());
    }
    let file = open(config, &environment, &known)?;
    show::show(&known, &environment, &file, args.origin)
}
