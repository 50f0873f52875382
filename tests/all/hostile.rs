//! Names that a terminal, a spreadsheet, a page or a CI service would act on, sent through every command and format: text
//! for people shows them harmless, machine formats keep them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dialogram::harmless::{in_markdown, shown};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::dialogram;

/// Text that acts: in the first place of a line or cell, or anywhere.
const NAMES: [&str; 30] = [
    "::error::owned",
    "  ::stop-commands::token",
    "x\n::error file=a,line=1::owned",
    "##[error]owned",
    "a ##vso[task.complete result=Failed]",
    "##teamcity[buildStop]",
    "\u{1b}[31mred\u{1b}[0m",
    "\u{1b}]0;title\u{7}",
    "\u{9b}2J",
    "a\rb",
    "a\tb",
    "\u{202e}gpj.exe",
    "\u{2066}isolated\u{2069}",
    "zero\u{200b}width",
    "\u{feff}mark",
    "tag\u{e0001}\u{e0041}\u{e007f}",
    "soft\u{ad}hyphen",
    "line\u{2028}separator",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    " =1",
    "\n=cmd",
    "＝1",
    "＋1",
    "＠a",
    "<script>alert(1)</script>",
    "[x](http://evil.example) | `code` @team #1 www.evil.example",
    "\"quoted\",'single';\\back",
];

fn log(names: &[&str]) -> String {
    let mut lines = String::new();
    let mut add = |value: Value| lines.push_str(&format!("{value}\n"));
    for (at, name) in names.iter().enumerate() {
        let common = json!({"conversation_id": format!("c{at} {name}"), "customer_id": format!("u{at} {name}"), "contact": name,
            "channel": name, "app": name, "department": name, "queue": name, "protocol": name});
        for (minute, event) in [
            json!({"event": "message", "actor": "customer"}),
            json!({"event": "message", "actor": "bot"}),
            json!({"event": "transfer_requested"}),
            json!({"event": "assigned", "agent_id": format!("a{at} {name}"), "agent_name": name}),
            json!({"event": "message", "actor": "agent", "agent_id": format!("a{at} {name}"), "agent_name": name}),
        ]
        .into_iter()
        .enumerate()
        {
            let mut row = common.clone();
            row["ts"] = json!(format!("2026-03-02T10:{:02}:{minute:02}Z", at % 60));
            row.as_object_mut().unwrap().extend(event.as_object().unwrap().clone());
            add(row);
        }
    }
    lines
}

fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("log.jsonl"), log(&NAMES)).unwrap();
    fs::write(at("fewer.jsonl"), log(&NAMES[..NAMES.len() - 1])).unwrap();
    fs::write(at("rules.toml"), "[[rules]]\nmetric = 'conversations'\nat-least = 1000\n").unwrap();
    for (log, report) in [("log.jsonl", "new.json"), ("fewer.jsonl", "old.json")] {
        let line =
            format!("report {log} --from 2026-03-02 --to 2026-03-02 --template agents --template queues --format json");
        fs::write(at(report), run(folder.path(), &line, &[0])).unwrap();
    }
    folder
}

fn run(folder: &Path, line: &str, codes: &[i32]) -> Vec<u8> {
    let words: Vec<&str> = line.split(' ').collect();
    let output = dialogram(&words).current_dir(folder).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(codes.contains(&output.status.code().unwrap()), "{line}: {message}");
    harmless(&message, line, false);
    output.stdout
}

/// Characters that no text for people may have: it acts on them, or hides them.
fn is_bad(c: char) -> bool {
    let bad = "\u{200b}\u{200e}\u{200f}\u{feff}\u{ad}\u{61c}\u{180e}";
    (c.is_control() && c != '\n')
        || bad.contains(c)
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{206f}').contains(&c)
        || ('\u{e0000}'..='\u{e007f}').contains(&c)
}

fn harmless(text: &str, of: &str, is_github: bool) {
    for line in text.split('\n') {
        assert!(!line.chars().any(is_bad), "{of}: {line:?}");
        let is_own = is_github && (line.starts_with("::error ") || line.starts_with("::warning "));
        assert!(is_own || !line.trim_start().starts_with("::"), "{of}: {line:?}");
        assert!(!line.contains("##[") && !line.contains("##vso[") && !line.contains("##teamcity["), "{of}: {line:?}");
    }
}

const DAY: &str = "--from 2026-03-02 --to 2026-03-02";
const ALL: &str = "--template agents --template queues --template conversations";

#[test]
fn text_for_people_is_harmless() {
    let folder = folder();
    let mut lines = vec![
        format!("report log.jsonl {DAY} {ALL}"),
        format!("report log.jsonl {DAY} {ALL} --color never"),
        "snapshot log.jsonl".to_owned(),
        format!("snapshot log.jsonl --every 6h {DAY}"),
        "inspect log.jsonl".to_owned(),
        "diff old.json new.json".to_owned(),
        "diff old.json new.json --format markdown".to_owned(),
        "explain new.json closed_conversations".to_owned(),
        "explain new.json closed_conversations --format markdown".to_owned(),
    ];
    lines.extend(
        dialogram::fold::schema::Table::ALL.iter().map(|table| format!("list {} log.jsonl --all", table.name())),
    );
    for format in ["text", "github", "markdown", "junit"] {
        lines.push(format!("check new.json --baseline old.json --format {format}"));
        lines.push(format!("check log.jsonl --baseline-log fewer.jsonl {DAY} --format {format}"));
    }
    for line in lines {
        let text = String::from_utf8(run(folder.path(), &line, &[0, 1])).unwrap();
        harmless(&text, &line, line.ends_with("github"));
        assert!(!text.is_empty());
        if line.contains("markdown") {
            assert!(
                !text.contains("<script") && !text.contains("](http") && !text.contains(" @team"),
                "{line}: {text}"
            );
        }
    }
    // A cell of a list is cut; findings and differences have the whole name.
    let findings = String::from_utf8(run(folder.path(), "check new.json --baseline old.json", &[1])).unwrap();
    let differences = run(folder.path(), "diff old.json new.json --format markdown", &[0]);
    let last = NAMES[NAMES.len() - 1];
    assert!(findings.contains(&shown(last)), "{findings}");
    assert!(String::from_utf8(differences).unwrap().contains(&in_markdown(last)));
}

/// All texts of a JSON value, keys of objects too.
fn texts(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            found.insert(key.clone());
            texts(member, found);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn json_keeps_every_name() {
    let folder = folder();
    for line in [
        format!("report log.jsonl {DAY} {ALL} --format json"),
        "snapshot log.jsonl --format json".to_owned(),
        "list conversations log.jsonl --all --format json".to_owned(),
    ] {
        let value: Value = serde_json::from_slice(&run(folder.path(), &line, &[0])).unwrap();
        let mut found = BTreeSet::new();
        texts(&value, &mut found);
        for name in NAMES {
            // The reader takes white space off the ends of names.
            let trimmed = name.trim();
            assert!(found.iter().any(|text| text == name || text == trimmed), "{line}: {name:?}");
        }
    }
    for format in ["json", "gitlab", "sarif"] {
        let line = format!("check new.json --baseline old.json --format {format}");
        serde_json::from_slice::<Value>(&run(folder.path(), &line, &[1])).unwrap();
    }
}

#[test]
fn csv_keeps_every_name_and_runs_none() {
    let folder = folder();
    for line in [
        format!("report log.jsonl {DAY} {ALL} --format csv"),
        "snapshot log.jsonl --format csv".to_owned(),
        "snapshot log.jsonl --format csv --table queues".to_owned(),
        "list conversations log.jsonl --all --format csv".to_owned(),
    ] {
        let bytes = run(folder.path(), &line, &[0]);
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        let mut cells = BTreeSet::new();
        for record in reader.records() {
            cells.extend(record.unwrap().iter().map(str::to_owned));
        }
        for cell in &cells {
            let begin = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
            let is_number = cell.parse::<f64>().is_ok();
            assert!(is_number || !begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{line}: {cell:?}");
        }
        for name in NAMES {
            let is_it =
                |cell: &String| [name, name.trim()].iter().any(|name| cell == name || *cell == format!("'{name}"));
            assert!(cells.iter().any(is_it), "{line}: {name:?}");
        }
    }
}

/// Names of files and folders are data too.
#[cfg(unix)]
#[test]
fn messages_show_names_of_files_harmless() {
    let folder = tempdir().unwrap();
    for (at, name) in NAMES.iter().enumerate().filter(|(_, name)| !name.contains('/')) {
        let inside = folder.path().join(name);
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("z.csv"), "bad\n").unwrap();
        fs::write(inside.join("y.jsonl"), "bad\n").unwrap();
        for file in ["z.csv", "y.jsonl", "missing.csv", ""] {
            for command in ["report", "inspect"] {
                let path = inside.join(file);
                let output = dialogram(&[command, path.to_str().unwrap()]).output().unwrap();
                let message = String::from_utf8(output.stderr).unwrap();
                harmless(&message, &format!("{command} {at} {file}"), false);
                harmless(&String::from_utf8(output.stdout).unwrap(), &format!("{command} {at} {file}"), false);
                if name.contains('\n') && command == "report" {
                    assert!(!message.contains(name), "{message:?}");
                }
            }
        }
    }
}
