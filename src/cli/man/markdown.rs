//! All commands and flags on one page of Markdown; shared flags are described once.

use clap::{Arg, Command};

use crate::cli::config::variable_of;

/// The page of all commands and flags, as Markdown.
pub(super) fn page(known: &Command) -> String {
    let commands: Vec<&Command> = known.get_subcommands().filter(|command| command.get_name() != "help").collect();
    let shared = shared(&commands);
    let mut text = "# Commands\n\nPrinted by `dialogram man --format markdown`; `dialogram COMMAND --help` prints the same of one command, \
                    `dialogram man COMMAND` its manual page.\n\n| command | purpose |\n| --- | --- |\n"
        .to_owned();
    for command in &commands {
        let name = command.get_name();
        text.push_str(&format!("| [`{name}`](#dialogram-{name}) | {} |\n", about(command)));
    }
    text.push_str(
        "\nFlags of several commands are [below](#shared-flags). A flag with a variable may have its default there, or in \
         `dialogram.toml` under its name; every command takes `--config FILE|none`, which names that file ([config](config.md)), \
         and `--help`.\n",
    );
    text.push_str(&notes(known));
    for command in &commands {
        text.push_str(&section(command, &shared, known));
    }
    text.push_str("\n## Shared flags\n");
    for (heading, flags) in by_heading(&shared.iter().map(|(arg, _)| *arg).collect::<Vec<_>>()) {
        let note = flags.iter().find_map(|arg| heading_note(arg)).unwrap_or_default();
        text.push_str(&format!(
            "\n### {heading}\n\n{note}| flag | meaning | commands | variable |\n| --- | --- | --- | --- |\n"
        ));
        for arg in flags {
            let with = shared.iter().find(|(other, _)| is_same(other, arg)).map_or(&[][..], |(_, with)| with);
            let with: Vec<String> = with.iter().map(|name| format!("`{name}`")).collect();
            text.push_str(&format!(
                "| {} | {} | {} | {} |\n",
                spelling(arg),
                argument_text(arg),
                with.join(" "),
                variable(arg, known)
            ));
        }
    }
    text
}

/// Flags that several commands have, with these commands; only if their help text is the same.
fn shared<'a>(commands: &[&'a Command]) -> Vec<(&'a Arg, Vec<&'a str>)> {
    let mut found: Vec<(&Arg, Vec<&str>)> = Vec::new();
    for command in commands {
        for arg in command.get_arguments().filter(|arg| is_shown(arg) && !arg.is_positional()) {
            match found.iter_mut().find(|(other, _)| is_same(other, arg)) {
                Some((_, with)) => with.push(command.get_name()),
                None => found.push((arg, vec![command.get_name()])),
            }
        }
    }
    // Outputs and formats are described with each command.
    found.retain(|(arg, with)| with.len() > 1 && !["format", "output"].contains(&arg.get_id().as_str()));
    found
}

fn is_same(one: &Arg, other: &Arg) -> bool {
    (spelling(one), argument_text(one), heading(one)) == (spelling(other), argument_text(other), heading(other))
}

/// Whether the page has the flag. Flags that every command has are left out.
fn is_shown(arg: &Arg) -> bool {
    !arg.is_hide_set() && !["help", "version", "config"].contains(&arg.get_id().as_str())
}

fn section(command: &Command, shared: &[(&Arg, Vec<&str>)], known: &Command) -> String {
    let name = command.get_name();
    let mut text = format!("\n## `dialogram {name}`\n\n{}\n\n```text\n", about(command));
    let usage = command.clone().render_usage().to_string();
    let usage: Vec<&str> = usage.trim_start_matches("Usage:").lines().map(str::trim).collect();
    text.push_str(&format!("{}\n```\n", usage.join("\n")));
    let (arguments, flags): (Vec<&Arg>, Vec<&Arg>) =
        command.get_arguments().filter(|arg| is_shown(arg)).partition(|arg| arg.is_positional());
    if !arguments.is_empty() {
        text.push_str("\n| argument | meaning |\n| --- | --- |\n");
        text.extend(arguments.iter().map(|arg| format!("| {} | {} |\n", spelling(arg), argument_text(arg))));
    }
    let is_shared = |arg: &&Arg| shared.iter().any(|(other, _)| is_same(other, arg));
    let (common, own): (Vec<&Arg>, Vec<&Arg>) = flags.into_iter().partition(is_shared);
    if !own.is_empty() {
        text.push_str("\n| flag | meaning | variable |\n| --- | --- | --- |\n");
        text.extend(
            own.iter()
                .map(|arg| format!("| {} | {} | {} |\n", spelling(arg), argument_text(arg), variable(arg, known))),
        );
    }
    let common: Vec<String> = by_heading(&common)
        .into_iter()
        .map(|(heading, flags)| {
            let names: Vec<String> = flags.iter().map(|arg| long(arg)).collect();
            format!("- [{heading}](#{}): {}\n", anchor(heading), names.join(" "))
        })
        .collect();
    if !common.is_empty() {
        text.push_str(&format!("\nShared flags:\n\n{}", common.concat()));
    }
    text + &notes(command)
}

/// The examples after the flags of a help text, unchanged.
fn notes(command: &Command) -> String {
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    if notes.is_empty() { notes } else { format!("\n```text\n{}\n```\n", notes.trim_end()) }
}

fn about(command: &Command) -> String {
    sentence(&command.get_about().map(ToString::to_string).unwrap_or_default())
}

/// The first line of a help text, with its full stop.
fn sentence(text: &str) -> String {
    let text = prose(text);
    if text.is_empty() || text.ends_with('.') { text } else { text + "." }
}

fn heading(arg: &Arg) -> &str {
    let heading = arg.get_help_heading().unwrap_or("General");
    heading.split(" (").next().unwrap_or(heading)
}

/// The text in brackets of a heading, as a paragraph.
fn heading_note(arg: &Arg) -> Option<String> {
    let (_, note) = arg.get_help_heading()?.split_once(" (")?;
    let note = note.strip_suffix(')').unwrap_or(note);
    let (first, rest) = note.split_at_checked(1)?;
    Some(format!("{}{rest}.\n\n", first.to_uppercase()))
}

fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

fn by_heading<'a>(args: &[&'a Arg]) -> Vec<(&'a str, Vec<&'a Arg>)> {
    let mut found: Vec<(&str, Vec<&Arg>)> = Vec::new();
    for arg in args {
        match found.iter_mut().find(|(name, _)| *name == heading(arg)) {
            Some((_, group)) => group.push(arg),
            None => found.push((heading(arg), vec![arg])),
        }
    }
    found
}

fn long(arg: &Arg) -> String {
    arg.get_long().map_or_else(String::new, |long| format!("`--{long}`"))
}

/// `` `-o`, `--output <DIR>` ``; for an argument, its place in the usage.
fn spelling(arg: &Arg) -> String {
    let value = arg.get_value_names().unwrap_or_default().join(" ");
    if arg.is_positional() {
        return code(&value);
    }
    let short = arg.get_short().map(|short| format!("`-{short}`, ")).unwrap_or_default();
    let long = arg.get_long().unwrap_or_default();
    let takes = arg.get_action().takes_values();
    short + &code(&if takes { format!("--{long} {value}") } else { format!("--{long}") })
}

fn argument_text(arg: &Arg) -> String {
    let mut text = prose(&arg.get_help().map(ToString::to_string).unwrap_or_default());
    if !arg.get_action().takes_values() {
        return text;
    }
    let values: Vec<String> = arg.get_possible_values().iter().map(|value| code(value.get_name())).collect();
    if !values.is_empty() {
        text.push_str(&format!(": {}", values.join(", ")));
    }
    let defaults: Vec<String> = arg.get_default_values().iter().map(|value| code(&value.to_string_lossy())).collect();
    if !defaults.is_empty() && !arg.is_hide_default_value_set() {
        text.push_str(&format!(" (default: {})", defaults.join(", ")));
    }
    text
}

fn variable(arg: &Arg, known: &Command) -> String {
    variable_of(arg, known).map_or_else(|| "–".to_owned(), |name| code(&name))
}

/// A word as code in a cell of a table.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('|', "\\|"))
}

/// A help text in a cell of a table. Outside of code, characters with a meaning in Markdown are escaped.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(at, part)| {
        let part = part.replace('|', "\\|").replace('\n', " ");
        if at % 2 == 1 { part } else { part.replace('<', "&lt;").replace('*', "\\*") }
    });
    parts.collect::<Vec<_>>().join("`")
}
