//! Exports modelled on platforms without a built-in profile: the numbers are right, or a question is asked.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{dialogram, is_near, root, success, text};

/// Runs the commands at the end of `inspect` with every template for March 2026; `None` if there is a question.
fn report(path: &Path, found: &Value) -> Option<Value> {
    let folder = tempdir().unwrap();
    let mut report = None;
    for command in found["commands"].as_array().unwrap() {
        let mut words: Vec<&str> = command.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(words.remove(0), "dialogram");
        let is_report = words[0] == "report";
        if is_report {
            let cut = words.iter().position(|word| ["--from", "--to"].contains(word)).unwrap();
            words.truncate(cut);
            words.extend(["--from", "2026-03-01", "--to", "2026-03-31", "--format", "json", "--config", "none"]);
            words.extend(["--template", "conversations", "--template", "queues", "--template", "operations"]);
        }
        let output = dialogram(&words).current_dir(folder.path()).output().unwrap();
        assert!(output.status.success(), "{}: {}", text(path), String::from_utf8_lossy(&output.stderr));
        if is_report {
            report = Some(serde_json::from_slice(&output.stdout).unwrap());
        }
    }
    report
}

#[test]
fn a_newcomer_gets_right_numbers_or_a_question() {
    let folder = root().join("fixtures/inspect/newcomers");
    let expected: Value = serde_json::from_slice(&fs::read(folder.join("expected.json")).unwrap()).unwrap();
    let expected = expected.as_object().unwrap();
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    for name in files.filter(|name| !["expected.json", "story.md"].contains(&name.as_str())) {
        assert!(expected.contains_key(&name), "{name}: nothing is expected");
    }
    let mut compared = 0;
    let mut faults = Vec::new();
    for (name, expect) in expected {
        let path = folder.join(name);
        let found: Value = serde_json::from_slice(&success(&["inspect", text(&path), "--format", "json"])).unwrap();
        let found = &found["files"][0];
        if let Some(part) = expect["asks"].as_str() {
            compared += 1;
            if !found["missing"].as_array().unwrap().iter().any(|missing| missing.as_str().unwrap().contains(part)) {
                faults.push(format!("{name} does not ask for `{part}`: {}", found["missing"]));
            }
            continue;
        }
        if !found["missing"].as_array().unwrap().is_empty() {
            faults.push(format!("{name}: {}", found["missing"]));
            continue;
        }
        let report = report(&path, found).unwrap();
        for (metric, value) in expect["metrics"].as_object().unwrap() {
            let told = &report["metrics"][metric];
            let pairs: Vec<(&str, &Value)> = match value {
                Value::Object(fields) => fields.iter().map(|(field, value)| (field.as_str(), value)).collect(),
                plain => vec![("value", plain)],
            };
            for (field, value) in pairs {
                compared += 1;
                if !is_near(&told[field], value) {
                    faults.push(format!("{name}: {metric}.{field} is {}, not {value}", told[field]));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(compared > 50, "{compared}");
}
