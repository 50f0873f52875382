//! What the facts say about the run: agents' names, attributes, and the times at which there are events.

use std::path::PathBuf;

use dialogram::fold::facts::{Facts, RunFacts};
use tempfile::TempDir;

use crate::support;

/// A log of messages of an agent: time of day and columns.
fn log(folder: &TempDir, rows: &[(&str, &str)]) -> PathBuf {
    let line = |(time, columns): &(&str, &str)| {
        format!(
            "{{\"ts\":\"2026-03-02T{time}Z\",\"event\":\"message\",\"actor\":\"agent\",\"conversation_id\":\"c\",{columns}}}\n"
        )
    };
    let path = folder.path().join("log.jsonl");
    std::fs::write(&path, rows.iter().map(line).collect::<String>()).unwrap();
    path
}

fn facts(log: &std::path::Path, args: &[&str]) -> Facts {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    support::facts(&[log.to_owned()], &args).unwrap()
}

#[test]
fn an_agent_has_the_latest_name() {
    let folder = tempfile::tempdir().unwrap();
    let names = [("09:00:00", "Ana Lima"), ("09:01:00", "Ana Souza"), ("09:02:00", "Ana Lima")];
    let rows = names.map(|(time, name)| (time, format!("\"agent_id\":\"a1\",\"agent_name\":\"{name}\"")));
    let rows = rows.each_ref().map(|(time, columns)| (*time, columns.as_str()));
    let log = log(&folder, &rows);
    let name = |args: &[&str]| facts(&log, args).run.agent_names["a1"].clone();
    assert_eq!(name(&[]), "Ana Lima");
    // Later events do not count.
    assert_eq!(name(&["--as-of", "2026-03-02T09:01:30Z"]), "Ana Souza");
    assert_eq!(name(&["--as-of", "2026-03-02T09:00:30Z"]), "Ana Lima");
}

fn run(log: &std::path::Path) -> RunFacts {
    RunFacts::clone(&facts(log, &[]).run)
}

#[test]
fn requested_attributes_come_first_and_missing_ones_are_absent() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = run(&log(&folder, &[("09:00:00", "\"agent_id\":\"a1\"")]));
    run.attributes = ["city", "plan"].map(str::to_owned).into();
    run.absent_attributes = vec!["city".to_owned()];
    run.request_attributes(&["plan", "age"]);
    assert_eq!(run.attributes, ["plan", "age", "city"]);
    assert_eq!(run.absent_attributes, ["age", "city"]);
}

#[test]
fn events_surround_a_span_that_begins_after_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let agent = "\"agent_id\":\"a1\"";
    let run = run(&log(&folder, &[("09:00:00", agent), ("15:00:00", agent)]));
    let (first, last) = (run.first_event().unwrap(), run.last_event().unwrap());
    assert_eq!(last - first, 6 * 3_600_000);
    assert!(run.surrounds(first + 1, last));
    assert!(!run.surrounds(first, last) && !run.surrounds(first + 1, last + 1));
    // The gap has no event; its ends have.
    let hour = 3_600_000;
    assert!(!run.has_event_in(first + 1, last) && !run.has_event_in(last + 1, last + hour));
    assert!(run.has_event_in(first, first + hour) && run.has_event_in(last, last + hour));
    assert!(!run.has_event_in(first, first));
}
