//! Prints the defaults in force as a valid config file, each with its origin.

use std::collections::BTreeSet;

use clap::{Arg, ArgAction, Command};
use toml::Value;

use super::file::{BRAND, ConfigFile, is_repeatable};
use super::layers::Layers;
use super::{Environment, long, reads_logs, variable};
use crate::cli::streams::{note, print};
use crate::nearest::hint;

/// Prints the defaults.
pub fn show(known: &Command, environment: Environment, file: &ConfigFile, with_origin: bool) -> anyhow::Result<()> {
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut shown = BTreeSet::new();
    for command in known.get_subcommands().filter(|command| reads_logs(command) && command.get_name() != "run") {
        let layers = Layers::of(command, None, environment, file, None)?;
        for arg in command.get_arguments() {
            let Some(name) = long(arg).filter(|name| shown.insert((*name).to_owned())) else { continue };
            lines.push(match layers.0.iter().find(|setting| setting.key == name) {
                Some(_) if name == BRAND && file.has_brand() => continue,
                Some(setting) => (line(arg, name, &setting.values), setting.origin.to_string()),
                None => default(arg, name),
            });
        }
    }
    if let Some(run) = known.find_subcommand("run") {
        for name in file.reports.keys() {
            lines.push((format!("\n[reports.{}]", key(name)), String::new()));
            for setting in Layers::of(run, None, environment, file, Some(name))?.0 {
                let is_own = file.reports[name].contains_key(&setting.key);
                if let Some(arg) = run.get_arguments().find(|arg| *arg.get_id() == setting.key.replace('-', "_"))
                    && is_own
                {
                    lines.push((line(arg, &setting.key, &setting.values), setting.origin.to_string()));
                }
            }
        }
    }
    let mut tables: Vec<String> = file.posts.names();
    tables.extend(file.has_brand().then(|| format!("[{BRAND}]")));
    if let Some(last) = tables.pop() {
        let location = &file.path;
        lines.push(match tables.join(", ") {
            others if others.is_empty() => (format!("\n# {last} is not printed: it is in {location}"), String::new()),
            others => (format!("\n# {others} and {last} are not printed: they are in {location}"), String::new()),
        });
    }
    let width = lines.iter().map(|(line, _)| line.chars().count()).filter(|width| *width <= 44).max().unwrap_or(0);
    let text: String = lines
        .iter()
        .map(|(line, origin)| {
            if with_origin && !origin.is_empty() { format!("{line:width$}  # {origin}\n") } else { format!("{line}\n") }
        })
        .collect();
    note_unknown_variables(&shown);
    print(text.as_bytes())
}

/// Notes variables that look like a flag's variable but are not: a typing mistake would have no effect.
fn note_unknown_variables(known: &BTreeSet<String>) {
    let known: Vec<String> = known.iter().map(|name| variable(name)).chain([variable("config")]).collect();
    for name in std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()) {
        if name.starts_with("DIALOGRAM_") && !known.contains(&name) {
            note(&format!("note: {name} is not a flag's variable{}", hint(&name, known.iter().map(String::as_str))));
        }
    }
}

fn default(arg: &Arg, name: &str) -> (String, String) {
    let values: Vec<String> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    if values.is_empty() || matches!(arg.get_action(), ArgAction::SetTrue) {
        return (format!("# {name}"), "not set".to_owned());
    }
    (line(arg, name, &values), "default".to_owned())
}

fn line(arg: &Arg, name: &str, values: &[String]) -> String {
    let text = |value: &String| Value::from(value.as_str()).to_string();
    let value = match values {
        _ if matches!(arg.get_action(), ArgAction::SetTrue) => (!values.is_empty()).to_string(),
        _ if is_repeatable(arg) => format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(", ")),
        [value] => text(value),
        _ => text(&values.join(" ")),
    };
    format!("{name} = {value}")
}

/// A name as a key of TOML.
fn key(name: &str) -> String {
    let is_bare = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if is_bare { name.to_owned() } else { Value::from(name).to_string() }
}
