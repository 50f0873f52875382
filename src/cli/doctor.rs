//! `dialogram doctor`: the program's environment, to explain why a run behaves as it does.

use std::io::IsTerminal;
use std::path::Path;

use chrono::Datelike;
use clap::Args;

use super::config;
use super::output::{ColorChoice, terminal_options};
use super::streams::print;
use crate::harmless::{shown, shown_path};
use crate::render::pdf::font_names;
use crate::render::whole_file::check_folder_writable;
use crate::report::Generator;
use crate::time::database_version;

/// Prints the program's version, zone data and config, and what it may write. Reads no log.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  dialogram doctor")]
pub struct DoctorArgs {}

/// Runs the command: prints everything, then ends with the first error.
///
/// # Errors
///
/// If the config or the environment is wrong, or nothing can be written here.
pub fn run(config: Option<&Path>) -> anyhow::Result<()> {
    let this = Generator::this();
    let mail = if cfg!(feature = "mail") { "with mail" } else { "built without mail" };
    let environment = |name: &str| std::env::var_os(name);
    let (found, wrong) = match config::names_of_reports(config, &environment) {
        Ok(reports) => (reports, None),
        Err(error) => (": wrong, see below".to_owned(), Some(error)),
    };
    let path = config::path(config, &environment);
    let location = path.as_deref().map_or_else(|| "no dialogram.toml here".to_owned(), shown_path);
    let folders = [("here", std::env::current_dir().unwrap_or_default()), ("temporary", std::env::temp_dir())];
    let lines = [
        ("program", format!("{} {}, {mail}", this.name, this.version)),
        ("changes", newest_changes()),
        ("zone data", format!("{} (built in), {}", database_version(), age(database_version()))),
        ("fonts", fonts()),
        ("config", [location, found].join("")),
        ("variables", variables()),
        ("terminal", terminal()),
    ];
    let mut text: String = lines.iter().map(|(name, value)| format!("{name:10} {value}\n")).collect();
    let mut refused = None;
    for (name, folder) in folders {
        let result = check_folder_writable(&folder);
        let verdict = if result.is_ok() { "can be written" } else { "cannot be written: see below" };
        text.push_str(&format!("{name:10} {} {verdict}\n", shown_path(&folder)));
        refused = refused.or(result.err());
    }
    print(text.as_bytes())?;
    wrong.or(refused).map_or(Ok(()), Err)
}

/// The newest release in the changelog.
fn newest_changes() -> String {
    let mut headings = include_str!("../../CHANGELOG.md").lines().filter_map(|line| line.strip_prefix("## "));
    match (headings.next(), headings.next()) {
        (Some("Unreleased"), Some(newest)) => format!("{newest}, and those since (CHANGELOG.md)"),
        (newest, _) => format!("{} (CHANGELOG.md)", newest.unwrap_or("none")),
    }
}

/// The number of built-in fonts and their families.
fn fonts() -> String {
    let names: Vec<&str> = font_names().collect();
    let mut families: Vec<&str> = Vec::new();
    for name in &names {
        // `NotoSansThai-Regular` belongs to the family Noto.
        let end = name.char_indices().skip(1).find(|(_, c)| !c.is_ascii_lowercase()).map_or(name.len(), |(at, _)| at);
        if !families.contains(&&name[..end]) {
            families.push(&name[..end]);
        }
    }
    format!("{} of {} (built in); --font adds others", names.len(), families.join(" and "))
}

/// The age of zone data by its year: governments change their clocks at short notice.
fn age(release: &str) -> String {
    let year = release.get(..4).and_then(|year| year.parse::<i32>().ok());
    let years = year.map(|year| chrono::Utc::now().year() - year);
    match years {
        Some(2..) => format!("{} years old: update the program", years.unwrap_or_default()),
        Some(1) => "of last year".to_owned(),
        Some(_) => "of this year".to_owned(),
        None => "of an unknown year".to_owned(),
    }
}

/// The names of the variables that set defaults; their values may be private.
fn variables() -> String {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut ours: Vec<String> = names.filter(|name| name.starts_with("DIALOGRAM_")).collect();
    ours.sort();
    if ours.is_empty() { "none".to_owned() } else { shown(&ours.join(", ")) }
}

fn terminal() -> String {
    if !std::io::stdout().is_terminal() {
        return "standard output is not a terminal".to_owned();
    }
    let options = terminal_options(ColorChoice::Auto);
    format!("{} columns, {}", options.width, if options.color { "colours" } else { "no colours" })
}
