//! The command that makes the report, ready to run.

use crate::inspect::pages::inspection::{FileFound, Zoned};

/// The most days of a log that are reported as a whole; for a longer log, the command reports the last week.
const MOST_DAYS: i64 = 92;

/// The command to report the days of the file. `arguments` are the file or files as the user named them.
#[must_use]
pub fn report_command(arguments: &[String], found: &FileFound, profile: Option<&str>, flags: &[String]) -> Vec<String> {
    let mut command: Vec<String> = ["dialogram", "report"].map(str::to_owned).to_vec();
    command.extend(arguments.iter().cloned());
    if let Some(profile) = profile {
        command.extend(["--profile".to_owned(), profile.to_owned()]);
    }
    command.extend(flags.iter().cloned());
    if is_local(found) {
        command.extend(["--input-tz".to_owned(), "UTC".to_owned()]);
    }
    let is_in_zone = flags.iter().any(|flag| flag == "--tz");
    match days(found).map(|(from, to)| (from, if is_in_zone { to } else { to_latest(to, found) })) {
        Some((from, to)) => command.extend(["--from".to_owned(), from, "--to".to_owned(), to]),
        None => command.extend(["--to".to_owned(), "log-end".to_owned()]),
    }
    allow_rejects(&mut command, found.rejected(), found.rows_read());
    command
}

/// Above one percent, rejected rows would end the run; above five percent, no command is proposed.
fn allow_rejects(command: &mut Vec<String>, rejected: u64, rows: u64) {
    if rejected * 100 > rows {
        command.extend(["--max-rejects".to_owned(), rejected.to_string()]);
    }
}

/// One of several files read in one run.
#[derive(Debug)]
pub struct RunFile {
    /// The file as a LOG argument.
    pub argument: String,
    /// The file name of its profile; `None` if it needs none.
    pub profile: Option<String>,
    /// Whether a report can be made of it.
    pub is_complete: bool,
}

/// The command to report several files in one run, each with its own profile.
#[must_use]
pub fn report_together(parts: &[RunFile], found: &[FileFound]) -> Vec<String> {
    let mut command = ["dialogram", "report"].map(str::to_owned).to_vec();
    command.extend(parts.iter().map(|part| part.argument.clone()));
    for part in parts {
        if let Some(profile) = &part.profile {
            command.extend(["--profile".to_owned(), format!("{profile}:{}", part.argument)]);
        }
    }
    if found.iter().any(is_local) {
        command.extend(["--input-tz".to_owned(), "UTC".to_owned()]);
    }
    let of = |found: &FileFound| days(found).map(|(from, to)| (from, to_latest(to, found)));
    let days: Option<Vec<(String, String)>> = found.iter().map(of).collect();
    let first = days.iter().flatten().map(|(from, _)| from.clone()).min();
    let last = days.iter().flatten().map(|(_, to)| to.clone()).max();
    match first.zip(last) {
        Some((from, to)) => command.extend(["--from".to_owned(), from, "--to".to_owned(), to]),
        None => command.extend(["--to".to_owned(), "log-end".to_owned()]),
    }
    let sum = |count: fn(&FileFound) -> u64| found.iter().map(count).sum();
    allow_rejects(&mut command, sum(FileFound::rejected), sum(FileFound::rows_read));
    command
}

/// Whether a used instant is in local time and its zone is unknown.
fn is_local(found: &FileFound) -> bool {
    if let Some(mapping) = &found.mapping {
        return mapping.events.iter().any(|event| event.is_local);
    }
    let ts = found.columns.iter().find(|column| column.canonical == Some("ts"));
    ts.and_then(|column| column.time.as_ref()).is_some_and(|time| time.zone == Zoned::Local)
}

/// The first and the last day with an event, unless there are too many days.
fn days(found: &FileFound) -> Option<(String, String)> {
    let sources: Vec<&str> = match &found.mapping {
        Some(mapping) => mapping.events.iter().filter_map(|event| event.ts.first().map(String::as_str)).collect(),
        None => vec!["ts"],
    };
    let times = || found.columns.iter().filter(|c| sources.contains(&c.name.as_str())).filter_map(|c| c.time.as_ref());
    // Instants in UTC need days in UTC; local times need local days.
    let is_one_clock = times().all(|time| time.zone == Zoned::Offset) || times().all(|time| time.zone == Zoned::Local);
    let day = |text: &String| text.get(..10).map(str::to_owned);
    let from = times().filter_map(|time| day(&time.first)).min()?;
    let to = times().filter_map(|time| day(&time.last)).max()?;
    let date = |text: &str| text.parse::<chrono::NaiveDate>().ok();
    let days = date(&to)?.signed_duration_since(date(&from)?).num_days();
    (is_one_clock && days < MOST_DAYS).then_some((from, to))
}

/// The last day, or the day of the last event if that is later: a call that began in the evening may end after midnight.
fn to_latest(to: String, found: &FileFound) -> String {
    let latest = found.latest.and_then(chrono::DateTime::from_timestamp_millis);
    let latest = latest.map(|latest| latest.date_naive().to_string());
    latest.filter(|day| day.len() == to.len()).map_or(to.clone(), |day| day.max(to))
}

/// A command, quoted for a shell.
#[must_use]
pub fn quoted(command: &[String]) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=,%+@".contains(c);
    let word = |word: &String| {
        if !word.is_empty() && word.chars().all(is_plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    command.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_quoted_for_a_shell() {
        let command = ["dialogram", "it's.csv", "a b.csv", "", "plain-1.csv"].map(str::to_owned);
        assert_eq!(quoted(&command), r"dialogram 'it'\''s.csv' 'a b.csv' '' plain-1.csv");
    }
}
