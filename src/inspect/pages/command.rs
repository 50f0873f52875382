//! The command that makes the report, ready to be run.

use crate::inspect::pages::inspection::{FileFound, Zoned};

/// Days of a log that are reported as a whole; of a longer one, the last week.
const MOST_DAYS: i64 = 92;

/// The report of the days that the file has. `arguments` are the file, or files, as the user named them.
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
    match days(found) {
        Some((from, to)) => command.extend(["--from".to_owned(), from, "--to".to_owned(), to]),
        None => command.extend(["--to".to_owned(), "log-end".to_owned()]),
    }
    allow_rejects(&mut command, found.rejected(), found.rows_read());
    command
}

/// More than one row in a hundred would end the run; more than one in twenty are no proposal at all.
fn allow_rejects(command: &mut Vec<String>, rejected: u64, rows: u64) {
    if rejected * 100 > rows {
        command.extend(["--max-rejects".to_owned(), rejected.to_string()]);
    }
}

/// One of several files that one run reads.
#[derive(Debug)]
pub struct RunFile {
    /// It, as a LOG argument.
    pub argument: String,
    /// The file of its profile; none where it needs none.
    pub profile: Option<String>,
    /// A report can be made of it.
    pub is_complete: bool,
}

/// The report of several files in one run, each with its own profile.
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
    let days: Option<Vec<(String, String)>> = found.iter().map(days).collect();
    let first = days.iter().flatten().map(|(from, _)| from.clone()).min();
    let last = days.iter().flatten().map(|(_, to)| to.clone()).max();
    match first.zip(last) {
        Some((from, to)) => command.extend(["--from".to_owned(), from, "--to".to_owned(), to]),
        None => command.extend(["--to".to_owned(), "log-end".to_owned()]),
    }
    let sum = |of: fn(&FileFound) -> u64| found.iter().map(of).sum();
    allow_rejects(&mut command, sum(FileFound::rejected), sum(FileFound::rows_read));
    command
}

/// Whether an instant that is used is of a local clock whose zone nothing tells.
fn is_local(found: &FileFound) -> bool {
    if let Some(mapping) = &found.mapping {
        return mapping.events.iter().any(|event| event.is_local);
    }
    let ts = found.columns.iter().find(|column| column.canonical == Some("ts"));
    ts.and_then(|column| column.time.as_ref()).is_some_and(|time| time.zone == Zoned::Local)
}

/// The first and the last day with an event, if they are not too many.
fn days(found: &FileFound) -> Option<(String, String)> {
    let sources: Vec<&str> = match &found.mapping {
        Some(mapping) => mapping.events.iter().filter_map(|event| event.ts.first().map(String::as_str)).collect(),
        None => vec!["ts"],
    };
    let times = || found.columns.iter().filter(|c| sources.contains(&c.name.as_str())).filter_map(|c| c.time.as_ref());
    // Instants in UTC are days in UTC; those of a local clock are its own days.
    let is_one_clock = times().all(|time| time.zone == Zoned::Offset) || times().all(|time| time.zone == Zoned::Local);
    let day = |text: &String| text.get(..10).map(str::to_owned);
    let from = times().filter_map(|time| day(&time.first)).min()?;
    let to = times().filter_map(|time| day(&time.last)).max()?;
    let date = |text: &str| text.parse::<chrono::NaiveDate>().ok();
    let days = date(&to)?.signed_duration_since(date(&from)?).num_days();
    (is_one_clock && days < MOST_DAYS).then_some((from, to))
}

/// A command as a shell takes it.
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
    fn words_of_a_shell() {
        let command = ["dialogram", "it's.csv", "a b.csv", "", "plain-1.csv"].map(str::to_owned);
        assert_eq!(quoted(&command), r"dialogram 'it'\''s.csv' 'a b.csv' '' plain-1.csv");
    }
}
