//! Defaults of the flags that were not typed: first the environment, then the named report of the file, then the top
//! level of the file.

use std::ffi::OsString;
use std::fmt;

use clap::builder::OsStr;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::file::{ConfigFile, ConfigValues, key_of, wrong};
use super::{Environment, FILE, long, variable};
use crate::failure::Failure;
use crate::nearest::hint;

/// Flags that choose the days. If one is typed, the defaults of all of them are ignored. Two defaults determine the
/// days, and so does a period alone; a weaker default would contradict them.
const DAYS: [&str; 4] = ["days", "from", "to", PERIOD];
const PERIOD: &str = "period";
/// This many flags of [`DAYS`] determine the days.
const ENOUGH_DAYS: usize = 2;

/// Where a default comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultOrigin {
    /// The environment; holds the variable's name.
    Environment(String),
    /// The config file; holds its path and line.
    File(String, usize),
}

impl fmt::Display for DefaultOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(variable) => f.write_str(variable),
            Self::File(location, line) => write!(f, "{location}:{line}"),
        }
    }
}

/// The value that one source gives for a flag, if any.
type Given = anyhow::Result<Option<(Vec<String>, DefaultOrigin)>>;

/// The default of one flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    id: String,
    /// The flag's long name.
    pub key: String,
    /// The values as typed on a command line.
    pub values: Vec<String>,
    /// Their origin.
    pub origin: DefaultOrigin,
}

impl Setting {
    /// The default of a flag whose id is its long name.
    #[must_use]
    pub fn new(key: &str, values: Vec<String>, origin: DefaultOrigin) -> Self {
        Self { id: key.to_owned(), key: key.to_owned(), values, origin }
    }
}

/// The defaults of a command's flags that were not typed.
#[derive(Debug, Default)]
pub struct Layers(pub Vec<Setting>);

impl Layers {
    /// The defaults of a command's flags that were not typed and that the environment or the file sets.
    ///
    /// # Errors
    ///
    /// If a variable has a value that the flag does not accept, or the file has no such named report.
    pub fn of(
        command: &Command,
        typed: Option<&ArgMatches>,
        environment: Environment,
        file: &ConfigFile,
        report: Option<&str>,
    ) -> anyhow::Result<Self> {
        let report = report.map(|name| file.reports.get(name).ok_or_else(|| no_report(name, file))).transpose()?;
        let is_typed = |arg: &Arg| {
            let id = arg.get_id().as_str();
            typed.is_some_and(|typed| typed.value_source(id) == Some(ValueSource::CommandLine))
        };
        let mut layers = Self::default();
        let is_of_days = |arg: &Arg| DAYS.contains(&arg.get_id().as_str());
        let mut days =
            if command.get_arguments().any(|arg| is_of_days(arg) && is_typed(arg)) { ENOUGH_DAYS } else { 0 };
        let mut open: Vec<&Arg> = command.get_arguments().filter(|arg| !is_typed(arg)).collect();
        let from_environment = |arg: &Arg| of_environment(command, arg, environment);
        let from_report = |arg: &Arg| {
            let written = report.and_then(|report| report.get(key_of(command, arg)?));
            Ok(written.map(|written| of_file(file, written)))
        };
        let from_file =
            |arg: &Arg| Ok(long(arg).and_then(|long| file.flags.get(long)).map(|written| of_file(file, written)));
        let sources: [&dyn Fn(&Arg) -> Given; 3] = [&from_environment, &from_report, &from_file];
        for source in sources {
            let mut left = Vec::new();
            let (stronger_days, mut has_period) = (days, false);
            for arg in open {
                let is_period = arg.get_id() == PERIOD;
                let is_set_aside = if is_period { stronger_days > 0 } else { is_of_days(arg) && days >= ENOUGH_DAYS };
                match (source(arg)?, key_of(command, arg)) {
                    (Some((values, origin)), Some(key)) if !is_set_aside => {
                        has_period |= is_period;
                        days += usize::from(is_of_days(arg));
                        layers.0.push(Setting { id: arg.get_id().to_string(), key: key.to_owned(), values, origin });
                    }
                    (Some(_) | None, _) => left.push(arg),
                }
            }
            days = if has_period { ENOUGH_DAYS } else { days };
            open = left;
        }
        Ok(layers)
    }

    /// The command line with these defaults.
    #[must_use]
    pub fn apply(&self, known: Command, name: &str) -> Command {
        known.mut_subcommand(name, |command| {
            self.0.iter().filter(|setting| !setting.values.is_empty()).fold(command, |command, setting| {
                let values = setting.values.iter().map(|value| OsStr::from(OsString::from(value)));
                command.mut_arg(&setting.id, |arg| arg.default_values(values))
            })
        })
    }

    /// The long names of the flags that the named report sets.
    #[must_use]
    pub fn of_report(&self, file: &ConfigFile, name: Option<&str>) -> Vec<String> {
        let report = name.and_then(|name| file.reports.get(name));
        let is_own = |setting: &&Setting| match (&setting.origin, report.and_then(|report| report.get(&setting.key))) {
            (DefaultOrigin::File(_, line), Some(written)) => *line == written.line,
            (DefaultOrigin::Environment(_) | DefaultOrigin::File(..), _) => false,
        };
        self.0.iter().filter(is_own).map(|setting| setting.key.clone()).collect()
    }

    /// Names the line and key of the file, or the variable, in an error about a value that was not typed: its
    /// message names a flag that is not on the command line.
    #[must_use]
    pub fn with_origin(&self, error: anyhow::Error) -> anyhow::Error {
        let text = error.to_string();
        let without_flag = |key: &str| {
            let rest = text.strip_prefix("--")?.strip_prefix(key)?;
            rest.starts_with([' ', ':']).then(|| rest.trim_start_matches([' ', ':']))
        };
        let marked = Failure::flag_of(&error);
        let is_about = |setting: &&Setting| {
            marked.map_or_else(|| without_flag(&setting.key).is_some(), |flag| flag == setting.key)
        };
        let (Some(setting), Some(failure)) = (self.0.iter().find(is_about), Failure::of(&error)) else { return error };
        let message = without_flag(&setting.key).unwrap_or(&text);
        failure.because(match &setting.origin {
            DefaultOrigin::Environment(variable) => format!("{variable}: {message}"),
            DefaultOrigin::File(place, line) => format!("config {place}:{line}: `{}`: {message}", setting.key),
        })
    }

    /// The long names of the flags with a default.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.0.iter().map(|setting| setting.key.clone()).collect()
    }
}

fn of_file(file: &ConfigFile, written: &ConfigValues) -> (Vec<String>, DefaultOrigin) {
    (written.values.clone(), DefaultOrigin::File(file.path.clone(), written.line))
}

/// The value of a flag's variable. Empty counts as unset.
fn of_environment(command: &Command, arg: &Arg, environment: Environment) -> Given {
    let Some(variable) = long(arg).map(variable) else { return Ok(None) };
    let Some(value) = environment(&variable).filter(|value| !value.is_empty()) else { return Ok(None) };
    let fails = |message: String| Failure::Usage.because(format!("{variable}: {message}"));
    let value = value.into_string().map_err(|value| fails(format!("{} is not UTF-8", value.display())))?;
    let values = if matches!(arg.get_action(), ArgAction::SetTrue) {
        match value.to_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => vec!["true".to_owned()],
            "0" | "false" | "no" | "off" => Vec::new(),
            _ => return Err(fails(format!("`{value}` is neither true nor false"))),
        }
    } else {
        vec![value]
    };
    if let Some(message) = values.iter().find_map(|value| wrong(command, arg, value)) {
        return Err(fails(message));
    }
    Ok(Some((values, DefaultOrigin::Environment(variable))))
}

fn no_report(name: &str, file: &ConfigFile) -> anyhow::Error {
    let known = || file.reports.keys().map(String::as_str);
    let location = &file.path;
    let known_here = match (location.is_empty(), known().collect::<Vec<_>>().join(", ")) {
        (true, _) => {
            format!("there is no config file: name one with --config, or write {FILE}, with [reports.{name}] in it")
        }
        (false, names) if names.is_empty() => format!("{location} has none: write it there as [reports.{name}]"),
        (false, names) => format!("{location} has {names}"),
    };
    Failure::Usage.because(format!("no report `{name}`{} ({known_here})", hint(name, known())))
}
