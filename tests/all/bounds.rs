//! Bounds for hostile files: rows, columns, days of a window, instants of a series, labels, sheets. Input at a bound is
//! read; input beyond it is refused or cut.

use std::fs;
use std::process::Command;

use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{failure, gzip, root, run, success, text};

const LOG: &str = "fixtures/guard/log.jsonl";
/// `--max-record 1KiB`.
const LONGEST: usize = 1 << 10;

/// A row with that many bytes, for a new conversation.
fn row(form: &str, number: usize, length: usize) -> String {
    let (before, behind) = match form {
        "csv" => (format!("2026-03-02T09:00:0{number}Z,message,customer,c{number},"), ""),
        _ => (
            format!(
                r#"{{"ts":"2026-03-02T09:00:0{number}Z","event":"message","actor":"customer","conversation_id":"c{number}","contact":""#
            ),
            r#""}"#,
        ),
    };
    let filler = "x".repeat(length - before.len() - behind.len());
    format!("{before}{filler}{behind}")
}

/// All rows have one shape: templates from earlier rows speed up reading later ones, but bounds still apply.
#[test]
fn a_row_beyond_the_bound_is_one_reject() {
    let folder = tempdir().unwrap();
    let report = folder.path().join("report.json");
    let rejects = folder.path().join("rejects.jsonl");
    for form in ["jsonl", "csv"] {
        let lengths = [200, LONGEST, LONGEST + 1, 3_000, 200];
        let rows: Vec<String> = lengths.iter().enumerate().map(|(at, length)| row(form, at + 1, *length)).collect();
        let header = if form == "csv" { "ts,event,actor,conversation_id,contact\n" } else { "" };
        let log = format!("{header}{}\n", rows.join("\n"));
        let first = if form == "csv" { 4 } else { 3 };
        for (name, bytes) in
            [(format!("log.{form}"), log.clone().into_bytes()), (format!("log.{form}.gz"), gzip(log.as_bytes()))]
        {
            let path = folder.path().join(&name);
            fs::write(&path, bytes).unwrap();
            success(&[
                "report",
                text(&path),
                "--to",
                "log-end",
                "--max-record",
                "1KiB",
                "--max-rejects",
                "100%",
                "--quiet",
                "--rejects",
                text(&rejects),
                "--force",
                "-o",
                text(&report),
            ]);
            let found: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
            let counts = ["rows_read", "accepted", "rejected"].map(|count| found["input"][count].as_u64().unwrap());
            assert_eq!(counts, [5, 3, 2], "{name}");
            let rejects: Vec<(u64, String)> = fs::read_to_string(&rejects)
                .unwrap()
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .map(|reject| (reject["line"].as_u64().unwrap(), reject["reason"].as_str().unwrap().to_owned()))
                .collect();
            assert_eq!(rejects, [(first, "malformed".to_owned()), (first + 1, "malformed".to_owned())], "{name}");
        }
    }
}

#[test]
fn a_header_has_ten_thousand_columns_at_most() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("log.csv");
    for (columns, code) in [(10_000, 0), (10_001, 5)] {
        let more: String = (4..columns).map(|column| format!(",x{column}")).collect();
        let empty = ",".repeat(columns - 4);
        let row = format!("2026-03-02T09:00:00Z,message,customer,c1{empty}");
        fs::write(&path, format!("ts,event,actor,conversation_id{more}\n{row}\n")).unwrap();
        let args = ["report", text(&path), "--to", "log-end", "--quiet", "--format", "json"];
        let output = run(&args);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{columns}: {message}");
        assert_eq!(message.contains("the header has 10001 columns, more than 10000"), code == 5, "{message}");
    }
}

#[test]
fn a_window_and_a_series_have_a_bound() {
    let window = |days| ["report", LOG, "--to", "log-end", "--quiet", "--format", "json", "--days", days];
    success(&window("3660"));
    assert!(failure(&window("3661"), 2).contains("3661 days are asked for, and a window has at most 3660"));
    // Four days of 86,400 s in steps of 34.56 s would be 10,000 instants.
    let series = |every| ["snapshot", LOG, "--to", "log-end", "--days", "4", "--format", "csv", "--every", every];
    success(&series("35s"));
    assert!(failure(&series("34s"), 2).contains("more than 10000 instants"));
}

/// A limit of CPU seconds; a hundredth is enough. A whole layout of a label of this length took half a minute.
const SECONDS: &str = "20";

/// Standard output of a run with that limit, however busy the machine is.
fn bounded(args: &[&str]) -> Vec<u8> {
    let mut command = Command::new("bash");
    command.args(["-c", "ulimit -t \"$0\" && exec \"$@\"", SECONDS, env!("CARGO_BIN_EXE_dialogram")]);
    let output = command.args(args).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn a_label_is_cut_before_it_is_laid_out() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let queue = "x".repeat(100_000);
    let row = json!({"ts": "2026-03-02T09:00:00Z", "event": "assigned", "conversation_id": "c", "agent_id": "a", "queue": queue});
    fs::write(&log, format!("{row}\n")).unwrap();
    for (format, most) in [("pdf", 100_000), ("terminal", 20_000), ("html", 500_000), ("markdown", 250_000)] {
        let flags = ["--to", "log-end", "--template", "queues", "--quiet", "--format", format];
        let page = bounded(&[&["report", text(&log)], &flags[..]].concat());
        assert!(page.len() < most, "{format}: {} bytes", page.len());
    }
}

#[test]
fn a_far_cell_makes_no_large_sheet() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("far.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let rows = [["ts", "event", "actor", "conversation_id"], ["2026-03-02T09:00:00Z", "message", "customer", "c1"]];
    for (at, row) in (0..).zip(rows) {
        sheet.write_row(at, 0, row).unwrap();
    }
    // The last possible cell of a sheet.
    sheet.write(1_048_575, 16_383, "far").unwrap();
    workbook.save(&path).unwrap();
    bounded(&["inspect", text(&path)]);
    let flags = ["--to", "log-end", "--quiet", "--max-rejects", "100%", "--format", "json"];
    let report: Value = serde_json::from_slice(&bounded(&[&["report", text(&path)], &flags[..]].concat())).unwrap();
    assert_eq!(report["input"]["accepted"], json!(1));
}
