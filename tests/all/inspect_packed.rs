//! Records in JSON that is not a list of them: under their ids, in cells of a table, in several lists; and tables of
//! help desks whose columns are clear only together. The command at the end of `inspect` gives the numbers worked by
//! hand.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::inspect_reports::Outcome;
use crate::support::{dialogram, root, text};

fn fixture(name: &str) -> PathBuf {
    root().join("fixtures/inspect").join(name)
}

/// Compares numbers of the report that `inspect` proposes for a file with those worked by hand.
fn holds(name: &str, expected: &[(&str, &str, f64)]) -> Outcome {
    let outcome = Outcome::of(&fixture(name), Some(["2026-03-01", "2026-03-31"]));
    for (metric, field, value) in expected {
        let found = outcome.metric(metric, field);
        assert!((found - value).abs() < 1e-6, "{name}, {metric}.{field}: {found}, not {value}");
    }
    outcome
}

/// Conversations, and the mean and number of first responses.
fn first_responses(name: &str, conversations: f64, mean: f64, n: f64) -> Outcome {
    holds(
        name,
        &[
            ("conversations", "value", conversations),
            ("first_response_time", "mean", mean),
            ("first_response_time", "n", n),
        ],
    )
}

fn warnings(outcome: &Outcome) -> String {
    outcome.report()["warnings"].to_string()
}

#[test]
fn records_under_their_ids() {
    for (name, conversations, mean, n) in [
        ("packed/by-session.json", 2.0, 120.0, 2.0),
        ("packed/lists-by-id.json", 3.0, 120.0, 2.0),
        ("packed/by-phone.json", 2.0, 120.0, 2.0),
    ] {
        let outcome = first_responses(name, conversations, mean, n);
        assert!(warnings(&outcome).contains("the key that it is under is taken for its conversation"), "{name}");
    }
    // The records name their conversation; the day above them is not one.
    let outcome = first_responses("packed/by-day.json", 2.0, 120.0, 2.0);
    assert!(!warnings(&outcome).contains("the key"), "{}", outcome.page);
}

#[test]
fn lists_that_are_alike_are_read_together() {
    let outcome = first_responses("packed/two-lists.json", 3.0, 1_200.0, 3.0);
    assert!((outcome.metric("closed_conversations", "value") - 2.0).abs() < 1e-6);
    assert!(warnings(&outcome).contains("are read together"), "{}", outcome.page);
}

#[test]
fn json_in_cells() {
    for name in ["packed/cell.csv", "packed/object-in-cell.csv"] {
        let outcome = first_responses(name, 2.0, 180.0, 2.0);
        assert_eq!(outcome.report()["metrics"]["answered_conversations"]["value"], json!(2), "{name}");
        assert!(!outcome.page.contains("segredo"), "{}", outcome.page);
    }
    let outcome = first_responses("packed/tags-in-cell.csv", 2.0, 900.0, 2.0);
    let candidates = outcome.found["mapping"]["columns"].as_array().unwrap().clone();
    assert!(candidates.iter().any(|it| it["column"] == "tags"), "{candidates:?}");
}

#[test]
fn tables_of_help_desks() {
    for (name, conversations, mean, n) in [
        ("help-desks/trengo.csv", 2.0, 1_200.0, 2.0),
        ("help-desks/sunshine.jsonl", 2.0, 240.0, 2.0),
        ("help-desks/help-scout.json", 2.0, 900.0, 2.0),
        ("help-desks/zoho-desk.csv", 2.0, 3_600.0, 2.0),
        ("help-desks/sendbird-desk.csv", 3.0, 120.0, 3.0),
        ("help-desks/duree-totale.csv", 2.0, 600.0, 2.0),
        ("help-desks/digisac.csv", 3.0, 180.0, 3.0),
    ] {
        first_responses(name, conversations, mean, n);
    }
    // A status repeated in every message of a conversation does not close it.
    let trengo = holds("help-desks/trengo.csv", &[("answered_conversations", "value", 2.0)]);
    assert_eq!(trengo.report()["metrics"]["close_events"]["value"], Value::Null, "{}", trengo.page);
    holds("help-desks/duree-totale.csv", &[("closed_conversations", "value", 2.0)]);
    let sendbird = holds("help-desks/sendbird-desk.csv", &[("closed_conversations", "value", 3.0)]);
    assert!(warnings(&sendbird).contains("in another unit most would outlast their conversation"));
    for name in ["help-desks/avaya.csv", "help-desks/talkdesk.csv"] {
        holds(name, &[("conversations", "value", 3.0), ("answered_conversations", "value", 2.0)]);
    }
    holds("help-desks/rodape.csv", &[("answered_conversations", "value", 2.0), ("closed_conversations", "value", 2.0)]);
}

/// The error for a workbook with a cover names the sheets that have tables.
#[test]
fn a_cover_is_not_a_log_and_the_error_names_the_other_sheets() {
    let book = fixture("sheets/cover.xlsx");
    let output = dialogram(&["report", text(&book), "--to", "log-end"]).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(5), "{message}");
    assert!(message.contains("was read, because nobody named one") && message.contains("--sheet"), "{message}");
}
