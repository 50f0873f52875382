//! Logs modelled on public bug reports give the values worked by hand (`fixtures/bug-reports/story.md`).

use std::path::PathBuf;

use serde_json::Value;

use crate::support::{failure, root, success, text};

fn fixture(name: &str) -> PathBuf {
    root().join("fixtures/bug-reports").join(name)
}

/// A report of a fixture over its days.
fn report(name: &str, more: &[&str]) -> Value {
    let path = fixture(name);
    let args =
        ["report", text(&path), "--format", "json", "--config", "none", "--from", "2026-03-01", "--to", "2026-03-09"];
    let templates = ["--template", "conversations", "--template", "queues"];
    serde_json::from_slice(&success(&[&args[..], &templates, more].concat())).unwrap()
}

/// The value or the mean of each metric, and its number of rows.
fn assert_numbers(report: &Value, what: &str, expected: &[(&str, f64, Option<u64>)]) {
    for (metric, number, n) in expected {
        let found = &report["metrics"][metric];
        let value = found["value"].as_f64().or(found["mean"].as_f64());
        assert!(value.is_some_and(|value| (value - number).abs() < 1e-6), "{what}: {metric} is {found}");
        if let Some(n) = n {
            assert_eq!(found["n"].as_u64(), Some(*n), "{what}: {metric}");
        }
    }
}

#[test]
fn waits_begin_with_the_first_message_that_is_not_answered() {
    let report = report("first-not-replied-to/log.csv", &[]);
    let expected =
        [("first_response_time", 259_200.0, Some(1)), ("response_time", 259_200.0, Some(1)), ("replies", 2.0, None)];
    assert_numbers(&report, "first-not-replied-to", &expected);
}

#[test]
fn conversations_that_close_again_are_counted_once() {
    let report = report("assign-closed/parts.csv", &[]);
    let expected = [
        ("conversations", 2.0, None),
        ("closed_conversations", 2.0, None),
        ("close_events", 3.0, None),
        ("reopened_conversations", 1.0, None),
        ("first_response_time", 180.0, Some(2)),
    ];
    assert_numbers(&report, "assign-closed", &expected);
}

#[test]
fn a_hole_of_nul_bytes_costs_only_its_row() {
    let report = report("nul-hole/live.jsonl", &["--max-rejects", "2"]);
    assert_numbers(&report, "nul-hole", &[("conversations", 120.0, None), ("first_response_time", 60.0, Some(119))]);
    let file = &report["input"]["files"][0];
    assert_eq!([&file["rows_read"], &file["accepted"], &file["rejected"]].map(Value::as_u64), [242, 240, 2].map(Some));
    let path = fixture("nul-hole/live.jsonl");
    let message = failure(&["report", text(&path), "--to", "log-end", "--max-rejects", "1"], 4);
    assert!(message.contains("live.jsonl:240:1: malformed"), "{message}");
    let folder = tempfile::tempdir().unwrap();
    let rejects = folder.path().join("rejects.jsonl");
    success(&["report", text(&path), "--to", "log-end", "--max-rejects", "2", "--rejects", text(&rejects)]);
    let rejects = std::fs::read_to_string(&rejects).unwrap();
    let lines: Vec<Value> = rejects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.iter().map(|reject| reject["line"].as_u64()).collect::<Vec<_>>(), [Some(240), Some(242)]);
}

#[test]
fn records_without_line_ends_are_read_whatever_their_file_is_called() {
    for name in ["ctr-1-2026-03-02-12-00-00", "ctr.json", "pretty.json"] {
        let report = report(&format!("firehose/{name}"), &[]);
        let expected = [
            ("conversations", 3.0, None),
            ("queue_wait", 30.0, Some(2)),
            ("abandoned", 1.0, None),
            ("closed_conversations", 2.0, None),
        ];
        assert_numbers(&report, name, &expected);
    }
}

#[test]
fn a_weekend_is_not_a_wait_within_opening_hours() {
    let zone = ["--tz", "America/Sao_Paulo"];
    let hours = fixture("business-hours/hours.toml");
    let open = report("business-hours/log.csv", &[&zone[..], &["--opening-hours", text(&hours)]].concat());
    assert_numbers(&open, "within opening hours", &[("first_response_time", 600.0, Some(2))]);
    let clock = report("business-hours/log.csv", &zone);
    assert_numbers(&clock, "by the clock", &[("first_response_time", 69_000.0, Some(2))]);
}

#[test]
fn a_line_that_names_the_delimiter_is_not_a_header() {
    let report = report("sep-line/log.csv", &[]);
    assert_numbers(&report, "sep-line", &[("conversations", 2.0, None), ("first_response_time", 180.0, Some(2))]);
}

#[test]
fn private_notes_of_webhooks_are_not_answers() {
    let report = report("chatwoot-hooks/hooks.jsonl", &[]);
    let expected = [("conversations", 1.0, None), ("first_response_time", 120.0, Some(1)), ("close_events", 1.0, None)];
    assert_numbers(&report, "chatwoot-hooks", &expected);
}

#[test]
fn values_of_profiles_are_found_or_reported_missing() {
    let profile = |name: &str| fixture(&format!("profile-values/{name}.toml"));
    let passed = profile("passthrough");
    let report = report("profile-values/passthrough.jsonl", &["--profile", text(&passed)]);
    let expected = [("answered_conversations", 1.0, None), ("first_response_time", 60.0, Some(1))];
    assert_numbers(&report, "passthrough", &expected);
    for (log, name, part) in [
        ("author-lookup.json", "author-lookup", "to seek that of a field, write [id={author_id}]"),
        ("json-in-string.jsonl", "json-in-string", "no_conversation"),
    ] {
        let (path, profile) = (fixture(&format!("profile-values/{log}")), profile(name));
        let message = failure(&["report", text(&path), "--profile", text(&profile), "--to", "log-end"], 4);
        assert!(message.contains(part), "{message}");
    }
    for name in ["inspect-duplicate-key.jsonl", "inspect-duplicate-key-smallest.jsonl"] {
        let path = fixture(&format!("profile-values/{name}"));
        let page = String::from_utf8(success(&["inspect", text(&path)])).unwrap();
        assert!(page.contains("Columns") && page.contains("· actor ←"), "{page}");
    }
}
