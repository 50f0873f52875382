//! No value, and a value with the text `(none)`: two rows of a table, one filter, and no conversation lost.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::{dialogram, key_parts, success, text};

/// Six conversations of one day, each a customer's message: three of the department `(none)`, two without a department,
/// one of Sales. Their tags: `(none)` alone, `(none)` and vip, no tag, no tag, no tag, vip. Their plans: `(none)`, no plan,
/// no plan, gold, gold, gold.
const LOG: &str = r#"{"ts":"2026-03-02T09:00:00Z","event":"message","actor":"customer","conversation_id":"c1","department":"(none)","tags":"(none)","plan":"(none)"}
{"ts":"2026-03-02T09:01:00Z","event":"message","actor":"customer","conversation_id":"c2","department":"(none)","tags":["vip","(none)"]}
{"ts":"2026-03-02T09:02:00Z","event":"message","actor":"customer","conversation_id":"c3","department":"(none)"}
{"ts":"2026-03-02T09:03:00Z","event":"message","actor":"customer","conversation_id":"c4","plan":"gold"}
{"ts":"2026-03-02T09:04:00Z","event":"message","actor":"customer","conversation_id":"c5","plan":"gold"}
{"ts":"2026-03-02T09:05:00Z","event":"message","actor":"customer","conversation_id":"c6","department":"Sales","tags":"vip","plan":"gold"}
"#;

const DAY: [&str; 4] = ["--from", "2026-03-02", "--to", "2026-03-02"];

fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("log.jsonl"), LOG).unwrap();
    folder
}

/// Standard output of a command in the folder.
fn printed(folder: &Path, command: &str, args: &[&str]) -> Vec<u8> {
    let output = dialogram(&[&[command, "log.jsonl", "--config", "none"], args].concat());
    let output = { output }.current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn report(folder: &Path, args: &[&str]) -> Value {
    let flags = [&DAY[..], &["--attribute", "plan", "--format", "json"], args].concat();
    serde_json::from_slice(&printed(folder, "report", &flags)).unwrap()
}

/// The conversations of each row in a table, by key as in `report.csv`.
fn conversations(report: &Value, dimensions: &[&str]) -> Vec<(String, u64)> {
    let rows = report["tables"][format!("by_{}", dimensions.join("_"))]["rows"].as_array().unwrap();
    let count = |row: &Value| row["conversations"].as_u64().unwrap();
    let mut found: Vec<_> = rows.iter().map(|row| (key_parts(dimensions, row).join(" | "), count(row))).collect();
    found.sort();
    found
}

fn counts(expected: &[(&str, u64)]) -> Vec<(String, u64)> {
    let mut counts: Vec<_> = expected.iter().map(|(key, count)| ((*key).to_owned(), *count)).collect();
    counts.sort();
    counts
}

#[test]
fn tables_distinguish_no_value_from_its_text() {
    let folder = folder();
    let by = ["--by", "department", "--by", "tag", "--by", "plan", "--by", "department,plan"];
    let report = report(folder.path(), &by);
    let departments = counts(&[("(none)", 2), (r"\(none)", 3), ("Sales", 1)]);
    assert_eq!(conversations(&report, &["department"]), departments);
    assert_eq!(conversations(&report, &["tag"]), counts(&[("(none)", 3), (r"\(none)", 2), ("vip", 2)]));
    assert_eq!(conversations(&report, &["plan"]), counts(&[("(none)", 2), (r"\(none)", 1), ("gold", 3)]));
    let pairs = [(r"\(none) | \(none)", 1), (r"\(none) | (none)", 2), ("(none) | gold", 2), ("Sales | gold", 1)];
    assert_eq!(conversations(&report, &["department", "plan"]), counts(&pairs));
    // JSON has null for no value of a tag, an attribute and in crossings; the text stays unchanged.
    let keys: Vec<&Value> =
        report["tables"]["by_tag"]["rows"].as_array().unwrap().iter().map(|row| &row["key"]).collect();
    assert_eq!(keys, [&json!([null]), &json!(["(none)"]), &json!(["vip"])]);

    let csv = printed(folder.path(), "report", &[&DAY[..], &["--attribute", "plan", "--format", "csv"], &by].concat());
    let csv = String::from_utf8(csv).unwrap();
    for line in [
        "by_department,(none),conversations,value,count,2,2,,",
        r"by_department,\(none),conversations,value,count,3,3,,",
        "by_tag,(none),conversations,value,count,3,3,,",
        r"by_tag,\(none),conversations,value,count,2,2,,",
        r"by_department_plan,\\(none) | (none),conversations,value,count,2,2,,",
    ] {
        assert!(csv.lines().any(|found| found == line), "{line}\n{csv}");
    }
    let keys: Vec<String> = csv.lines().map(|line| line.split(',').take(4).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), keys.len(), "a line stands twice");
    // Pages for people have a word for no value; the text stays unchanged.
    let page =
        String::from_utf8(printed(folder.path(), "report", &[&DAY[..], &["--by", "department"]].concat())).unwrap();
    assert!(page.contains("no department") && page.contains(r"\(none)"), "{page}");
}

#[test]
fn a_filter_keeps_no_value_and_its_text_and_says_so() {
    let folder = folder();
    for (flags, both, text_alone) in [(["--department", ""], 5, 3), (["--tag", ""], 5, 2), (["--where", "plan="], 3, 1)]
    {
        let of = |value: &str| report(folder.path(), &[flags[0], &format!("{}{value}", flags[1])]);
        let (none, own) = (of("(none)"), of(r"\(none)"));
        assert_eq!(none["metrics"]["conversations"]["value"], both, "{flags:?}");
        assert_eq!(own["metrics"]["conversations"]["value"], text_alone, "{flags:?}");
        let is_told = |report: &Value| {
            report["warnings"].as_array().unwrap().iter().any(|warning| warning["id"] == "no_value_as_text")
        };
        assert!(is_told(&none) && !is_told(&own), "{flags:?}");
        let listed = |value: &str| {
            let flag = [flags[0], &format!("{}{value}", flags[1])].map(str::to_owned);
            let flags = [&DAY[..], &["--metric", "conversations", "--format", "json"], &[&flag[0], &flag[1]]].concat();
            let list: Value = serde_json::from_slice(&printed(folder.path(), "list", &flags)).unwrap();
            list["rows"].as_array().unwrap().len() as u64
        };
        assert_eq!((listed("(none)"), listed(r"\(none)")), (both, text_alone), "{flags:?}");
    }
    let queues = report(folder.path(), &["--channel", "(none)"]);
    assert_eq!(queues["metrics"]["conversations"]["value"], 6);
    assert!(queues["warnings"].as_array().unwrap().iter().all(|warning| warning["id"] != "no_value_as_text"));
}

#[test]
fn the_parts_of_a_split_report_have_every_conversation() {
    let folder = folder();
    for (dimension, expected) in [
        ("department", [("(none)", 5), ("Sales", 1)]),
        ("tag", [("(none)", 5), ("vip", 2)]),
        ("plan", [("(none)", 3), ("gold", 3)]),
    ] {
        let config = format!(
            "[reports.parts]\nlogs = [\"log.jsonl\"]\nattribute = [\"plan\"]\nfrom = \"2026-03-02\"\nto = \"2026-03-02\"\nsplit_by = \
             \"{dimension}\"\noutput = [\"{dimension}/{{{dimension}}}.json\"]\n"
        );
        fs::write(folder.path().join("dialogram.toml"), config).unwrap();
        let output = dialogram(&["run", "parts"]).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut found = Vec::new();
        for entry in fs::read_dir(folder.path().join(dimension)).unwrap() {
            let path = entry.unwrap().path();
            let part: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            found.push((name, part["metrics"]["conversations"]["value"].as_u64().unwrap()));
        }
        found.sort();
        assert_eq!(found, counts(&expected), "{dimension}");
    }
}

#[test]
fn rules_and_comparisons_name_one_row_of_the_two() {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    let by = ["--by", "department", "--by", "tag"];
    fs::write(path("report.json"), report(folder.path(), &by).to_string()).unwrap();
    let rule = |dimension: &str, key: &str, count: u64| {
        format!(
            "[[rules]]\nmetric = 'conversations'\ndimension = '{dimension}'\nkey = '{key}'\nat-least = {count}\nat-most = \
             {count}\n"
        )
    };
    let rules = [
        rule("department", "(none)", 2),
        rule("department", r"\(none)", 3),
        rule("tag", "(none)", 3),
        rule("tag", r"\(none)", 2),
    ];
    fs::write(path("rules.toml"), rules.concat()).unwrap();
    let (json, rules) = (path("report.json"), path("rules.toml"));
    let check = ["check", text(&json), "--rules", text(&rules), "--config", "none"];
    success(&check);
    // Neither row of one report is compared with the other row of the other.
    success(&["diff", text(&json), text(&json), "--exit-code", "--config", "none"]);
}

#[test]
fn a_snapshot_has_a_row_for_each() {
    let folder = folder();
    let of = |flags: &[&str]| -> Value {
        serde_json::from_slice(&printed(folder.path(), "snapshot", &[&["--format", "json"], flags].concat())).unwrap()
    };
    let places = |snapshot: &Value| -> Vec<(String, u64)> {
        let rows = snapshot["departments"].as_array().unwrap();
        rows.iter().map(|row| (row["key"].as_str().unwrap().to_owned(), row["waiting"].as_u64().unwrap())).collect()
    };
    assert_eq!(places(&of(&[])), [(r"\(none)".to_owned(), 3), ("(none)".to_owned(), 2), ("Sales".to_owned(), 1)]);
    let (both, text_alone) = (of(&["--department", "(none)"]), of(&["--department", r"\(none)"]));
    assert_eq!(places(&both), [(r"\(none)".to_owned(), 3), ("(none)".to_owned(), 2)]);
    assert_eq!((&both["totals"]["waiting"], &text_alone["totals"]["waiting"]), (&json!(5), &json!(3)));
    assert_eq!(places(&text_alone), [(r"\(none)".to_owned(), 3)]);
}

#[test]
fn a_metric_without_data_makes_no_row() {
    let folder = folder();
    let rows = |args: &[&str]| {
        let report = report(folder.path(), &[&["--template", "operations"], args].concat());
        report["tables"]["by_department"]["rows"].as_array().unwrap().len()
    };
    // Nobody was held, rated or closed, and without opening hours nothing is out of them.
    assert_eq!(rows(&[]), 0);
    let hours = folder.path().join("hours.toml");
    fs::write(&hours, "[open]\nmon-fri = []\n").unwrap();
    assert_eq!(rows(&["--opening-hours", text(&hours)]), 3);
}
