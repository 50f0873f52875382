//! Names that a terminal, a spreadsheet, a page or a CI service would act on, sent through every command and format: text
//! for people and CSV have them harmless, JSON too, and read back they are the names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dialogram::harmless::{in_markdown, shown};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::dialogram;

/// Texts with an effect, at the beginning of a line or cell, or anywhere.
const NAMES: [&str; 31] = [
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
    "no\u{ffff}character",
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

/// Characters that no text for people may contain: they have an effect, or hide text.
fn is_bad(c: char) -> bool {
    let bad = "\u{200b}\u{200e}\u{200f}\u{feff}\u{ad}\u{61c}\u{180e}";
    (c.is_control() && c != '\n')
        || bad.contains(c)
        || ('\u{2028}'..='\u{202e}').contains(&c)
        || ('\u{2060}'..='\u{206f}').contains(&c)
        || c == '\u{ffff}'
        || ('\u{e0000}'..='\u{e007f}').contains(&c)
}

fn is_bad_in_csv(c: char) -> bool {
    is_bad(c) && !"\t\r\n".contains(c)
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
        dialogram::fold::schema::FactTable::ALL.iter().map(|table| format!("list {} log.jsonl --all", table.name())),
    );
    for format in ["text", "github", "markdown", "junit"] {
        lines.push(format!("check new.json --baseline old.json --format {format}"));
        lines.push(format!("check log.jsonl --baseline-log fewer.jsonl {DAY} --format {format}"));
    }
    for line in lines {
        let text = String::from_utf8(run(folder.path(), &line, &[0, 1])).unwrap();
        harmless(&text, &line, line.ends_with("github"));
        assert!(!text.is_empty());
        if line.ends_with("junit") {
            assert!(roxmltree::Document::parse(&text).is_ok(), "{line}: {text}");
        }
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

/// All texts of a JSON value, including keys of objects.
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
        let json = String::from_utf8(run(folder.path(), &line, &[0])).unwrap();
        harmless(&json, &line, false);
        let value: Value = serde_json::from_str(&json).unwrap();
        let mut found = BTreeSet::new();
        texts(&value, &mut found);
        for name in NAMES {
            // The reader removes white space at the ends of names.
            let trimmed = name.trim();
            assert!(found.iter().any(|text| text == name || text == trimmed), "{line}: {name:?}");
        }
    }
    for format in ["json", "gitlab", "sarif"] {
        let line = format!("check new.json --baseline old.json --format {format}");
        let json = String::from_utf8(run(folder.path(), &line, &[1])).unwrap();
        harmless(&json, &line, false);
        serde_json::from_str::<Value>(&json).unwrap();
    }
}

/// A name in CSV: what acts is escaped, but for tabs and line ends.
fn csv_text(name: &str) -> String {
    let escaped = |c: char| {
        if is_bad_in_csv(c) { format!("\\u{{{:x}}}", u32::from(c)) } else { c.to_string() }
    };
    name.chars().map(escaped).collect()
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
            assert!(!cell.chars().any(is_bad_in_csv), "{line}: {cell:?}");
            let begin = cell.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}');
            let is_number = cell.parse::<f64>().is_ok();
            assert!(is_number || !begin.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']), "{line}: {cell:?}");
        }
        for name in NAMES {
            let name = csv_text(name);
            let is_it =
                |cell: &String| [&*name, name.trim()].iter().any(|name| cell == name || *cell == format!("'{name}"));
            assert!(cells.iter().any(is_it), "{line}: {name:?}");
        }
    }
}

/// Command lines for documents for people: reports, snapshots, lists.
fn documents(format: &str) -> Vec<String> {
    vec![
        format!("report log.jsonl {DAY} {ALL} --format {format}"),
        format!("snapshot log.jsonl --format {format}"),
        format!("list conversations log.jsonl --all --format {format}"),
    ]
}

#[test]
fn plain_text_and_markdown_are_harmless_and_have_every_name() {
    let folder = folder();
    for format in ["plain", "markdown"] {
        for line in documents(format) {
            let text = String::from_utf8(run(folder.path(), &line, &[0])).unwrap();
            // The program's own tabs separate a name from its value; there are no others.
            assert!(!text.contains("a\tb"), "{line}");
            harmless(&text.replace('\t', " "), &line, false);
            let expected = |name: &str| if format == "markdown" { in_markdown(name) } else { shown(name) };
            for name in NAMES {
                // A list cuts nothing in these formats; a Markdown reader removes blanks at the ends of cells.
                assert!(text.contains(expected(name.trim()).trim()), "{line}: {name:?}\n{text}");
            }
            if format == "markdown" {
                assert!(!text.contains("<script") && !text.contains("](http:") && !text.contains(" @team"), "{line}");
            }
        }
    }
}

/// Parses a page with a parser in another language: its texts, elements, and names and values of attributes.
const HTML: &str = r#"
import json, sys
from html.parser import HTMLParser

class Page(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.texts, self.elements, self.attributes = [], [], []
    def handle_starttag(self, name, attributes):
        self.elements.append(name)
        self.attributes += [[key, value or ""] for key, value in attributes]
    def handle_data(self, data):
        if data.strip(): self.texts.append(data)

page = Page()
page.feed(sys.stdin.buffer.read().decode("utf-8"))
page.close()
print(json.dumps({"texts": page.texts, "elements": page.elements, "attributes": page.attributes}))
"#;

fn page(html: &[u8]) -> Value {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let mut command = Command::new("python3");
    command.args(["-c", HTML]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(html).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn html_runs_nothing_and_has_every_name() {
    let folder = folder();
    // The content of pages without any such name.
    let tame: Vec<Value> = {
        let log = log(&["a", "b"]);
        fs::write(folder.path().join("tame.jsonl"), log).unwrap();
        let lines = documents("html").into_iter().map(|line| line.replace("log.jsonl", "tame.jsonl"));
        lines.map(|line| page(&run(folder.path(), &line, &[0]))).collect()
    };
    let set = |page: &Value, of: &str, at: Option<usize>| -> BTreeSet<String> {
        let texts = page[of].as_array().unwrap().iter();
        texts.map(|item| at.map_or(item, |at| &item[at]).as_str().unwrap().to_owned()).collect()
    };
    for (line, tame) in documents("html").into_iter().zip(&tame) {
        let html = run(folder.path(), &line, &[0]);
        harmless(std::str::from_utf8(&html).unwrap(), &line, false);
        let page = page(&html);
        let more: Vec<String> =
            set(&page, "elements", None).difference(&set(tame, "elements", None)).cloned().collect();
        assert!(
            more.iter().all(|element| element != "script" && element != "a" && element != "img"),
            "{line}: {more:?}"
        );
        let attributes = set(&page, "attributes", Some(0));
        assert!(attributes.iter().all(|name| !name.starts_with("on")), "{line}: {attributes:?}");
        let values = set(&page, "attributes", Some(1));
        assert!(values.iter().all(|value| !value.contains("://evil")), "{line}: {values:?}");
        let texts = set(&page, "texts", None);
        for name in NAMES {
            let expected = shown(name.trim());
            assert!(texts.iter().any(|text| text.contains(expected.trim())), "{line}: {name:?}");
        }
    }
}

#[test]
fn excel_runs_nothing_and_has_every_name() {
    use calamine::{Data, Reader, Xlsx};
    let folder = folder();
    for line in documents("xlsx") {
        let bytes = run(folder.path(), &line, &[0]);
        let mut workbook: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
        let mut texts = BTreeSet::new();
        for sheet in workbook.sheet_names() {
            let formulas = workbook.worksheet_formula(&sheet).unwrap();
            assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "{line}: {sheet}");
            let range = workbook.worksheet_range(&sheet).unwrap();
            for (_, _, cell) in range.used_cells() {
                if let Data::String(text) = cell {
                    assert!(!text.chars().any(is_bad), "{line}: {text:?}");
                    texts.insert(text.clone());
                }
            }
        }
        for name in NAMES {
            let expected = shown(name.trim());
            assert!(texts.iter().any(|text| text.contains(expected.trim())), "{line}: {name:?}\n{texts:?}");
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
