//! Realistic exports: the command at the end of `inspect` gives the right numbers, or the page asks for the missing
//! information.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{dialogram, root, success, text};

/// The outcome for a file.
pub struct Outcome {
    /// The page of inspect.
    pub found: Value,
    /// The report of the proposed command, if there is one.
    pub report: Option<Value>,
    /// The page on the terminal.
    pub page: String,
}

impl Outcome {
    /// Inspects a file and runs the proposed commands for these days.
    pub fn of(path: &Path, days: Option<[&str; 2]>) -> Self {
        let args = ["inspect", text(path), "--format", "json"];
        let found: Value = serde_json::from_slice(&success(&args)).unwrap();
        let found = found["files"][0].clone();
        let page = String::from_utf8(success(&["inspect", text(path)])).unwrap();
        let folder = tempdir().unwrap();
        let mut report = None;
        for command in found["commands"].as_array().unwrap() {
            let mut words: Vec<&str> = command.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
            assert_eq!(words.remove(0), "dialogram");
            // If there is a choice of profiles, the commands write the same file: one of them is run.
            let is_choice = words[0] == "inspect" && words.contains(&"--profile");
            if is_choice && fs::read_dir(folder.path()).unwrap().next().is_some() {
                continue;
            }
            assert!(!words.contains(&"--max-rejects") || words[0] == "report", "{words:?}");
            let is_report = words[0] == "report";
            if is_report {
                words.extend(["--format", "json"]);
                if let Some([from, to]) = days {
                    let cut = words.iter().position(|word| ["--from", "--to"].contains(word)).unwrap();
                    words.drain(cut..words.len() - 2);
                    words.extend(["--from", from, "--to", to]);
                }
            }
            let output = dialogram(&words).current_dir(folder.path()).output().unwrap();
            assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
            if is_report {
                report = Some(serde_json::from_slice(&output.stdout).unwrap());
            }
        }
        Self { found, report, page }
    }

    /// The report, where there is one.
    pub fn report(&self) -> &Value {
        self.report.as_ref().unwrap_or_else(|| panic!("no report: {}", self.found["missing"]))
    }

    /// A number of the report.
    pub fn metric(&self, name: &str, field: &str) -> f64 {
        let value = &self.report()["metrics"][name][field];
        value.as_f64().unwrap_or_else(|| panic!("{name}.{field} is {value}: {}", self.page))
    }

    /// Whether the page asks a question.
    pub fn asks(&self, part: &str) -> bool {
        assert!(self.report.is_none(), "a report in spite of {}", self.found["missing"]);
        self.found["missing"].as_array().unwrap().iter().any(|missing| missing.as_str().unwrap().contains(part))
    }
}

fn fixture(name: &str) -> PathBuf {
    root().join("fixtures/inspect").join(name)
}

fn close_to(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < 1e-6, "{what}: {found}, not {expected}");
}

#[test]
fn first_responses_are_right() {
    for (name, days, conversations, mean, n) in [
        ("ampm-espanol/chat.csv", ["2026-08-19", "2026-08-20"], 3.0, 900.0, 3.0),
        ("ampm-espanol/plain.csv", ["2026-08-19", "2026-08-20"], 3.0, 900.0, 3.0),
        ("bigquery-utc/turns.csv", ["2026-03-02", "2026-03-02"], 2.0, 96.3115, 2.0),
        ("freshdesk/tickets.csv", ["2026-03-01", "2026-03-07"], 4.0, 33900.0, 3.0),
        ("date-time-apart/chats.csv", ["2026-03-02", "2026-03-04"], 3.0, 180.0, 3.0),
        ("sep-line/tickets.csv", ["2026-03-02", "2026-03-02"], 2.0, 180.0, 2.0),
        ("month-names/tickets-fr.csv", ["2026-02-01", "2026-08-31"], 3.0, 1200.0, 3.0),
        ("month-names/tickets-fr-num.csv", ["2026-02-01", "2026-08-31"], 3.0, 1200.0, 3.0),
        ("spreadsheet-resaved/log.csv", ["2026-03-01", "2026-03-31"], 2.0, 180.0, 2.0),
        ("epoch-units/micro.jsonl", ["2026-03-02", "2026-03-02"], 1.0, 90.0, 1.0),
        ("epoch-units/nano.jsonl", ["2026-03-02", "2026-03-02"], 2.0, 120.0, 2.0),
        ("xlsx-durations/tickets.xlsx", ["2026-03-01", "2026-03-31"], 3.0, 32400.0, 3.0),
    ] {
        let outcome = Outcome::of(&fixture(name), Some(days));
        close_to(outcome.metric("conversations", "value"), conversations, name);
        close_to(outcome.metric("first_response_time", "mean"), mean, name);
        close_to(outcome.metric("first_response_time", "n"), n, name);
    }
}

#[test]
fn closings_and_waits_are_right() {
    for (name, days, metric, field, expected) in [
        ("freshdesk/tickets.csv", ["2026-03-01", "2026-03-07"], "closed_conversations", "value", 3.0),
        ("month-names/tickets-fr.csv", ["2026-02-01", "2026-08-31"], "closed_conversations", "value", 3.0),
        ("sep-line/tickets.csv", ["2026-03-02", "2026-03-02"], "closed_conversations", "value", 2.0),
        ("decimal-comma/tickets.csv", ["2026-03-01", "2026-03-31"], "queue_wait", "mean", 360.0),
        ("decimal-comma/tickets.csv", ["2026-03-01", "2026-03-31"], "closed_conversations", "value", 3.0),
    ] {
        let path = fixture(name);
        let outcome = Outcome::of(&path, Some(days));
        let found = if metric == "queue_wait" {
            // A number of the template for queues.
            let folder = tempdir().unwrap();
            let profile = folder.path().join("p.toml");
            success(&["inspect", text(&path), "--write-profile", text(&profile)]);
            let args = ["--template", "queues", "--from", days[0], "--to", days[1], "--format", "json"];
            let args: Vec<&str> =
                ["report", text(&path), "--profile", text(&profile)].into_iter().chain(args).collect();
            let report: Value = serde_json::from_slice(&success(&args)).unwrap();
            report["metrics"][metric][field].as_f64().unwrap()
        } else {
            outcome.metric(metric, field)
        };
        close_to(found, expected, name);
    }
}

#[test]
fn a_satisfaction_score_of_five_steps_is_recognised() {
    let path = fixture("csat/tickets.csv");
    let folder = tempdir().unwrap();
    let profile = folder.path().join("p.toml");
    success(&["inspect", text(&path), "--write-profile", text(&profile)]);
    let args = ["--profile", text(&profile), "--template", "operations", "--from", "2026-03-02", "--to", "2026-03-02"];
    let args: Vec<&str> = ["report", text(&path)].into_iter().chain(args).chain(["--format", "json"]).collect();
    let report: Value = serde_json::from_slice(&success(&args)).unwrap();
    // Three of four are a 4 or a 5; the mean is 4.
    close_to(report["metrics"]["csat"]["value"].as_f64().unwrap(), 0.75, "csat");
    close_to(report["metrics"]["csat_score"]["value"].as_f64().unwrap(), 4.0, "csat_score");
}

#[test]
fn missing_facts_are_asked_for() {
    for (name, part) in [
        ("multiline-trailing/channel.csv", "who wrote each message"),
        ("header-misfit/one-short.csv", "line 1 has 4 names, the rows have 5 fields"),
        ("header-misfit/tab-header.csv", "line 1 has 4 names with tabs between"),
        ("text-shown/flat.csv", "identifies conversations or customers"),
        ("text-shown/nested.json", "who wrote each message"),
    ] {
        let outcome = Outcome::of(&fixture(name), None);
        assert!(outcome.asks(part), "{name}: {}", outcome.found["missing"]);
        assert!(outcome.page.contains("not complete: "), "{name}");
        // The skeleton names each gap, and no report can be made with it by mistake.
        let folder = tempdir().unwrap();
        let profile = folder.path().join("p.toml");
        success(&["inspect", text(&fixture(name)), "--write-profile", text(&profile)]);
        let skeleton = fs::read_to_string(&profile).unwrap();
        assert!(skeleton.contains("# GAP: ") && !skeleton.contains("\n[[event]]"), "{name}: {skeleton}");
    }
}

#[test]
fn columns_without_a_use_are_named() {
    let of = |unused: &Value, column: &str| {
        let all = unused.as_array().unwrap().iter();
        all.filter(|left| left["column"] == column).map(|left| left["what"].clone()).collect::<Vec<_>>()
    };
    // A built-in profile reads the export unchanged; with other names of its ids it is a table like any other.
    let folder = tempdir().unwrap();
    let path = folder.path().join("cases.csv");
    let text = fs::read_to_string(fixture("freshdesk/tickets.csv")).unwrap();
    fs::write(&path, text.replacen("Ticket ID", "Case ID", 1)).unwrap();
    let cases = Outcome::of(&path, Some(["2026-03-01", "2026-03-07"]));
    close_to(cases.metric("first_response_time", "mean"), 33900.0, "cases");
    for column in ["Due by Time", "Last update time"] {
        assert_eq!(of(&cases.found["mapping"]["unused"], column), [json!("instant")], "{column}");
    }
    let totals = Outcome::of(&fixture("xlsx-durations/tickets.xlsx"), None).found;
    assert_eq!(totals["quality"]["problems"][0]["what"], "a line of totals at the end");
}

#[test]
fn message_text_is_never_shown() {
    let words =
        ["pregnant", "refund", "bonjour", "hola", "cancer", "4111", "Ana Prado", "Sol Pharmacy", "call us", "RSSMRA"];
    for name in ["_chat.txt", "flat.csv", "flat2.csv", "nested.json", "sentence.csv"] {
        let path = fixture("text-shown").join(name);
        let outcome = Outcome::of(&path, None);
        let shown = format!("{}{}", outcome.page, outcome.found);
        for word in words {
            assert!(!shown.contains(word), "{name}: {word} in {shown}");
        }
    }
    // `--examples` shows values.
    let page = success(&["inspect", text(&fixture("text-shown/flat.csv")), "--examples"]);
    assert!(String::from_utf8(page).unwrap().contains("pregnant"));
}
