//! Reads and checks the config file. Each value is the default of a flag.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use clap::{Arg, ArgAction, Command};
use toml::de::DeValue;

use super::{NEVER_DEFAULT, long, reads_logs};
use crate::cli::look::NO_BRAND;
use crate::cli::post::Posts;
use crate::cli::{targets, templates};
use crate::event::aliases;
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::render::brand::read;
use crate::time::{Zone, parse_instant};
use crate::toml_reader::{self, Reader, TomlTable, Value, as_typed};

/// Flags whose files are relative to the folder of the config file.
const RELATIVE_TO_FILE: [&str; 3] = ["opening-hours", "font", BRAND];

/// The flag whose file may be the config file itself, through its table `[brand]`.
pub const BRAND: &str = "brand";

/// The value of `brand` for a table, until the path of the file is known.
const IN_TABLE: &str = "[brand]";

/// Arguments of a command line that a named report may set.
const REPORT_ARGUMENTS: [&str; 3] = ["logs", "output", "format"];

/// The flag whose values may be a table: `[alias.queue]`.
const ALIAS: &str = "alias";

/// The content of a config file.
#[derive(Debug, Default)]
pub struct ConfigFile {
    /// Its path, as given.
    pub path: String,
    /// Defaults by the flag's long name.
    pub flags: BTreeMap<String, ConfigValues>,
    /// `[reports.NAME]`: defaults of `dialogram run NAME`.
    pub reports: BTreeMap<String, BTreeMap<String, ConfigValues>>,
    /// `[smtp]`, and `[reports.NAME.mail]`.
    pub posts: Posts,
}

/// The values of a flag, as typed on a command line, and their line in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigValues {
    /// Several for a repeatable flag; empty for `false`.
    pub values: Vec<String>,
    /// Line in the file, from 1.
    pub line: usize,
}

impl ConfigFile {
    /// Reads a config file; `known` is the program's command line.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or has mistakes.
    pub fn read(path: &Path, known: &Command) -> anyhow::Result<Self> {
        let location = shown_path(path);
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Usage.because(format!("config {location} cannot be read: {error}")))?;
        Self::parse(&location, &text, known)
    }

    fn parse(location: &str, text: &str, known: &Command) -> anyhow::Result<Self> {
        let folder = Path::new(location).parent().map(Path::to_owned).unwrap_or_default();
        let (flags, reports, posts) = toml_reader::read("config", location, text, |reader, root| {
            let everywhere: Vec<&Command> =
                known.get_subcommands().filter(|command| reads_logs(command) && command.get_name() != "run").collect();
            let flags = defaults(reader, root, &everywhere, &["reports", "smtp"]);
            (flags, reports(reader, root, known), Posts::read(reader, root, &folder))
        })?;
        let mut file = Self { path: location.to_owned(), flags, reports, posts };
        file.resolve_paths();
        Ok(file)
    }
}

impl ConfigFile {
    /// Makes the paths of opening hours, fonts and a brand relative to the config file, not to the working folder. A
    /// brand given as a table is in the config file itself.
    fn resolve_paths(&mut self) {
        let location = Path::new(&self.path);
        let folder = location.parent().map(Path::to_owned).unwrap_or_default();
        for flags in std::iter::once(&mut self.flags).chain(self.reports.values_mut()) {
            let named = flags.iter_mut().filter(|(flag, _)| RELATIVE_TO_FILE.contains(&flag.as_str()));
            for written in named.flat_map(|(_, written)| &mut written.values) {
                if written == IN_TABLE {
                    self.path.clone_into(written);
                } else if written != NO_BRAND {
                    *written = folder.join(&*written).display().to_string();
                }
            }
        }
    }

    /// Whether the brand is a table of this file.
    #[must_use]
    pub fn has_brand(&self) -> bool {
        self.flags.get(BRAND).is_some_and(|brand| brand.values.contains(&self.path))
    }
}

fn reports(reader: &mut Reader, root: &TomlTable, known: &Command) -> BTreeMap<String, BTreeMap<String, ConfigValues>> {
    let mut reports = BTreeMap::new();
    let (Some(value), Some(run)) = (root.get("reports"), known.find_subcommand("run")) else { return reports };
    let all = value.get_ref().as_table().into_iter().flatten();
    let named: Option<Vec<(String, &TomlTable)>> =
        all.map(|(name, one)| Some((name.get_ref().to_string(), one.get_ref().as_table()?))).collect();
    let Some(named) = named.filter(|_| value.get_ref().is_table()) else {
        reader.mistake(&value.span(), "`reports` is a table of tables: write [reports.NAME] over each".to_owned());
        return reports;
    };
    for (name, table) in named {
        reports.insert(name, defaults(reader, table, &[run], &["mail"]));
    }
    reports
}

/// The values of a table whose keys are flags of these commands, without the keys that have another meaning.
fn defaults(
    reader: &mut Reader,
    table: &TomlTable,
    commands: &[&Command],
    but: &[&str],
) -> BTreeMap<String, ConfigValues> {
    let mut found: BTreeMap<String, ConfigValues> = BTreeMap::new();
    for (key, value) in table {
        let (name, span): (&str, _) = (key.get_ref(), key.span());
        if but.contains(&name) {
            continue;
        }
        // `service_level` means `service-level`.
        let flag = spelt_out(commands, name.replace('_', "-"));
        if found.contains_key(&flag) {
            reader.mistake(&span, format!("`{name}` is the same as `{flag}`, which is set here too"));
            continue;
        }
        let with: Vec<(&Command, &Arg)> = commands
            .iter()
            .filter_map(|command| {
                Some((*command, command.get_arguments().find(|arg| key_of(command, arg) == Some(&flag))?))
            })
            .collect();
        let Some((_, arg)) = with.first() else {
            unknown(reader, &span, name, commands, but);
            continue;
        };
        let values = if flag == ALIAS && value.get_ref().is_table() {
            let aliases = aliases::read(reader, table);
            let escaped = |name: &str| name.replace('=', "\\=");
            Some(aliases.iter().map(|(of, old, new)| format!("{of}:{}={}", escaped(old), escaped(new))).collect())
        } else if let Some(brand) = value.get_ref().as_table().filter(|_| flag == BRAND) {
            brand_of(reader, brand, &span, but.contains(&"smtp"))
        } else {
            values(reader, name, value, arg)
        };
        let Some(values) = values else { continue };
        let wrong = with.iter().find_map(|(command, arg)| values.iter().find_map(|one| wrong(command, arg, one)));
        if let Some(message) = wrong {
            reader.mistake(&value.span(), format!("`{name}`: {message}"));
            continue;
        }
        let is_off = matches!(arg.get_action(), ArgAction::SetTrue) && values == ["false"];
        let values = if is_off { Vec::new() } else { values };
        found.insert(flag, ConfigValues { values, line: reader.line(&span) });
    }
    found
}

/// A brand given as a table: it is at the top level of the file.
fn brand_of(reader: &mut Reader, brand: &TomlTable, span: &Range<usize>, is_at_top: bool) -> Option<Vec<String>> {
    if is_at_top {
        read::check(reader, brand);
        return Some(vec![IN_TABLE.to_owned()]);
    }
    let message =
        "a report names the file of its brand, as in brand = \"brand.toml\"; the table [brand] is for all reports";
    reader.mistake(span, message.to_owned());
    None
}

/// The long name of a flag for one of its aliases: `language` for `lang`.
fn spelt_out(commands: &[&Command], flag: String) -> String {
    let mut arguments = commands.iter().flat_map(|command| command.get_arguments());
    let argument = arguments.find(|arg| arg.get_all_aliases().is_some_and(|all| all.contains(&&*flag)));
    argument.and_then(long).map_or(flag, str::to_owned)
}

/// The key of an argument. In a named report, logs, outputs and formats have a key too.
pub fn key_of<'a>(command: &Command, arg: &'a Arg) -> Option<&'a str> {
    let id = arg.get_id().as_str();
    if command.get_name() == "run" && REPORT_ARGUMENTS.contains(&id) { Some(id) } else { long(arg) }
}

fn unknown(reader: &mut Reader, span: &Range<usize>, name: &str, commands: &[&Command], but: &[&str]) {
    let flag = name.replace('_', "-");
    if NEVER_DEFAULT.contains(&&*flag) {
        let alternative =
            if REPORT_ARGUMENTS.contains(&&*flag) { ", or in a named report, [reports.NAME]" } else { "" };
        reader.mistake(span, format!("`{name}` is of one run: give it as a flag{alternative}"));
        return;
    }
    let known: Vec<&str> =
        commands.iter().flat_map(|command| command.get_arguments().filter_map(|arg| key_of(command, arg))).collect();
    reader.unknown(span, "flag", name, known.into_iter().chain(but.iter().copied()));
}

/// The values as typed on a command line.
fn values(reader: &mut Reader, name: &str, value: &Value, arg: &Arg) -> Option<Vec<String>> {
    let is_flag = matches!(arg.get_action(), ArgAction::SetTrue);
    let mut wrong = |message: String| {
        reader.mistake(&value.span(), format!("`{name}`: {message}"));
        None
    };
    match value.get_ref() {
        DeValue::Boolean(flag) if is_flag => Some(vec![flag.to_string()]),
        DeValue::Array(list) if is_repeatable(arg) => {
            let texts: Option<Vec<String>> = list.iter().map(|one| as_typed(one.get_ref())).collect();
            texts.or_else(|| wrong("a list of texts is expected".to_owned()))
        }
        DeValue::Array(_) => wrong("it takes one value, no list".to_owned()),
        DeValue::Table(_) => wrong("a value is expected, found a table".to_owned()),
        _ if is_flag => wrong("true or false is expected, without quotes".to_owned()),
        DeValue::Boolean(flag) => wrong(format!("a value is expected, found {flag}")),
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => {
            as_typed(value.get_ref()).map(|text| vec![text])
        }
    }
}

/// Whether a flag may be given several times.
pub fn is_repeatable(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append) || arg.get_num_args().is_some_and(|range| range.max_values() > 1)
}

/// The flag's error for a value; none if the flag accepts it.
pub fn wrong(command: &Command, arg: &Arg, value: &str) -> Option<String> {
    // Parses the flag alone, so that only its own parser runs. Values that are parsed later, with other flags, are
    // checked below.
    let alone = command.clone().no_binary_name(true).mut_args(|arg| arg.required(false));
    let typed = match (arg.get_long(), arg.get_action()) {
        (Some(_), ArgAction::SetTrue) => return None,
        (Some(long), _) => vec![format!("--{long}={value}")],
        (None, _) => vec!["--".to_owned(), value.to_owned()],
    };
    if let Err(error) = alone.try_get_matches_from(typed) {
        let text = error.to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text);
        let text = text.split("\n\nFor more information").next().unwrap_or(text);
        return Some(text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    match arg.get_long().unwrap_or_default() {
        "tz" | "input-tz" => Zone::named(value).err().map(|error| error.to_string()),
        "as-of" | "now" => {
            let utc = Zone::named("UTC").ok()?;
            parse_instant(value, utc).err().map(|error| error.to_string())
        }
        "template" => templates::open(&[value.to_owned()], None).err().map(|error| error.to_string()),
        "target" => targets::target(value).err(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::command;

    fn read(text: &str) -> anyhow::Result<ConfigFile> {
        ConfigFile::parse("dialogram.toml", text, &command())
    }

    #[test]
    fn keys_are_flags_and_values_are_as_typed() {
        let text = "tz = 'America/Sao_Paulo'\ndays = 28\nfrom = 2026-03-02\nquiet = true\n\nchannel = ['web', 'app']\n\
                    target = ['queue_wait.p90=120']\n[reports.weekly]\nlogs = ['logs/']\ntemplate = ['weekly']\n";
        let file = read(text).unwrap();
        let values = |name: &str| (file.flags[name].values.join("|"), file.flags[name].line);
        assert_eq!(values("tz"), ("America/Sao_Paulo".to_owned(), 1));
        assert_eq!(values("days"), ("28".to_owned(), 2));
        assert_eq!(values("from"), ("2026-03-02".to_owned(), 3));
        assert_eq!(values("quiet"), ("true".to_owned(), 4));
        assert_eq!(values("channel"), ("web|app".to_owned(), 6));
        assert_eq!(file.reports["weekly"]["logs"].values, ["logs/"]);
        assert_eq!(read("service_level = '30s'").unwrap().flags["service-level"].values, ["30s"]);
        assert_eq!(read("language = 'fr'").unwrap().flags["lang"].values, ["fr"]);
        let brand = |text: &str| {
            ConfigFile::parse("etc/dialogram.toml", text, &command()).unwrap().flags["brand"].values.clone()
        };
        assert_eq!(brand("[brand]\nname = 'Acme'"), ["etc/dialogram.toml"]);
        assert_eq!(brand("brand = 'acme.toml'"), ["etc/acme.toml"]);
        assert_eq!(brand("brand = 'none'"), ["none"]);
        let fonts = ConfigFile::parse("etc/dialogram.toml", "font = ['a.ttf', '/b/c.ttc#2']", &command()).unwrap();
        assert_eq!(fonts.flags["font"].values, ["etc/a.ttf", "/b/c.ttc#2"]);
        assert!(read("quiet = false").unwrap().flags["quiet"].values.is_empty());
    }

    #[test]
    fn every_mistake_has_its_line() {
        let cases = [
            ("\ntimezone = 'UTC'", "2: no flag `timezone`"),
            ("input_tz = 'UTC'\ninput-tz = 'UTC'", "`input"),
            ("inputtz = 'UTC'", "1: no flag `inputtz`; did you mean `input-tz`?"),
            ("output = 'out'", "1: `output` is of one run: give it as a flag, or in a named report"),
            ("format = 'json'", "1: `format` is of one run: give it as a flag, or in a named report"),
            ("write-profile = 'mine.toml'", "1: `write-profile` is of one run: give it as a flag"),
            ("[reports.weekly]\ndry-run = true", "2: `dry-run` is of one run: give it as a flag"),
            ("[reports.weekly]\nformat = 'docx'", "2: `format`: invalid value 'docx'"),
            ("tz = 'America/Sao_Paolo'", "1: `tz`: "),
            ("tz = 'America/Sao_Paolo'", "did you mean `America/Sao_Paulo`?"),
            ("lang = 'de'", "1: `lang`: invalid value 'de' for '--lang <LANGUAGE>'"),
            ("lang = 'fr'\nlanguage = 'fr'", "2: `language` is the same as `lang`, which is set here too"),
            ("tz = ['UTC']", "1: `tz`: it takes one value, no list"),
            ("tz = true", "1: `tz`: a value is expected, found true"),
            ("days = 'many'", "1: `days`: invalid value 'many' for '--days <N>'"),
            ("days = -1", "1: `days`: "),
            ("sessions = 'ids'", "1: `sessions`: invalid value 'ids'"),
            ("now = 'soon'", "1: `now`: "),
            ("quiet = 'yes'", "1: `quiet`: true or false is expected"),
            ("channel = [['web']]", "1: `channel`: a list of texts is expected"),
            ("template = ['queus']", "1: `template`: no template `queus`; did you mean `queues`?"),
            ("target = ['queue_wiat.p90=1']", "1: `target`: no metric `queue_wiat`; did you mean `queue_wait`?"),
            ("[report.weekly]", "1: no flag `report`; did you mean `reports`?"),
            ("reports = 1", "1: `reports` is a table of tables: write [reports.NAME] over each"),
            ("[reports.weekly]\nlogz = ['a']", "2: no flag `logz`; did you mean `logs`?"),
            ("[brand]\naccent = '#eee'", "2: `accent`: #eeeeee has a contrast of 1.1"),
            ("[brand]\nnmae = 'a'", "2: no key of a brand `nmae`; did you mean `name`?"),
            ("brand = ['a.toml']", "1: `brand`: it takes one value, no list"),
            ("[reports.weekly.brand]\nname = 'a'", "1: a report names the file of its brand"),
            ("tz = 'UTC\n", "1: "),
        ];
        for (text, expected) in cases {
            let error = read(text).unwrap_err();
            assert_eq!(Failure::of(&error), Some(Failure::Usage));
            let message = error.to_string();
            assert!(message.starts_with("config dialogram.toml:") && message.contains(expected), "{text}: {message}");
        }
    }
}
