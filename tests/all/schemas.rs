//! The JSON Schemas: each is valid, has its name, agrees with the others about shared parts, and describes the real
//! output.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{dialogram, names, root, success, text, week};

fn read(name: &str) -> Value {
    serde_json::from_slice(&fs::read(root().join("schemas").join(name)).unwrap()).unwrap()
}

/// The violations of a schema by a document.
fn broken(name: &str, document: &Value) -> Vec<String> {
    let schema = jsonschema::draft202012::new(&read(name)).unwrap();
    schema.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_schema_is_valid_and_has_its_name() {
    let page = fs::read_to_string(root().join("docs/schemas.md")).unwrap();
    for name in names(&root().join("schemas")) {
        let schema = read(&name);
        jsonschema::draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        let subject = name.strip_suffix("-1.schema.json").unwrap();
        assert_eq!(schema["$id"], format!("urn:dialogram:{subject}:1"), "{name}");
        let constant = schema.pointer("/properties/schema/const");
        assert!(constant.is_none_or(|value| *value == format!("dialogram/{subject}/1")), "{name}");
        assert!(page.contains(&format!("(../schemas/{name})")), "{name} is not on the page of schemas");
    }
}

#[test]
fn shared_definitions_are_the_same_in_each_schema() {
    let report = read("report-1.schema.json");
    let mut compared = 0;
    for name in ["list-1.schema.json", "explain-1.schema.json"] {
        let other = read(name);
        for part in ["as_of", "limits", "filters", "sessions", "input"] {
            assert_eq!(other["properties"][part], report["properties"][part], "{name}: {part}");
        }
        // A list's figure has no comparison, and hides nothing.
        for (id, definition) in other["$defs"].as_object().unwrap() {
            let is_own = name.starts_with("list") && ["value", "scalar", "duration", "texts"].contains(&id.as_str());
            if let Some(same) = report["$defs"].get(id).filter(|_| !is_own) {
                assert_eq!(definition, same, "{name}: {id}");
                compared += 1;
            }
        }
    }
    assert!(compared > 10, "{compared}");
}

#[test]
fn the_program_prints_the_schema_of_the_config() {
    let printed = String::from_utf8(success(&["config", "--schema"])).unwrap();
    let kept = fs::read_to_string(root().join("schemas/config-1.schema.json")).unwrap();
    assert!(printed == kept, "schemas/config-1.schema.json is not as printed: run `scripts/pages`");
}

/// A TOML fence on a page as JSON, as an editor's checker sees it.
fn toml_fences(page: &str) -> Vec<Value> {
    let page = fs::read_to_string(root().join(page)).unwrap();
    let fences = page.split("```toml\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    fences.map(|text| serde_json::to_value(toml::from_str::<toml::Value>(text).unwrap()).unwrap()).collect()
}

#[test]
fn the_files_that_the_pages_show_are_of_their_schemas() {
    let (configs, rules) = (toml_fences("docs/config.md"), toml_fences("docs/gate.md"));
    assert!(configs.len() >= 2 && !rules.is_empty());
    for config in configs {
        assert_eq!(broken("config-1.schema.json", &config), [""; 0]);
    }
    for rules in rules {
        assert_eq!(broken("rules-1.schema.json", &rules), [""; 0]);
    }
}

#[test]
fn the_schema_of_rules_refuses_the_same_as_the_program() {
    let folder = tempdir().unwrap();
    let report = folder.path().join("report.json");
    fs::write(&report, success(&week(&["--format", "json"]))).unwrap();
    let rules = folder.path().join("rules.toml");
    let rule = "[[rules]]\nmetric = 'conversations'\n";
    for (more, is_right) in [
        ("", true),
        ("relative = '10%'\nname = 'ours'", true),
        ("minimum-n = 2\nseverity = 'warn'", true),
        ("direction = 'upp'", false),
        ("severity = 1", false),
        ("tolerance = 1", false),
        ("minimum-n = 1.5", false),
    ] {
        let content = format!("{rule}{more}\n");
        fs::write(&rules, &content).unwrap();
        let value = serde_json::to_value(toml::from_str::<toml::Value>(&content).unwrap()).unwrap();
        let args = ["check", text(&report), "--baseline", text(&report), "--rules", text(&rules)];
        let code = dialogram(&args).output().unwrap().status.code();
        assert_eq!(code, Some(if is_right { 0 } else { 2 }), "{more}");
        assert_eq!(broken("rules-1.schema.json", &value).is_empty(), is_right, "{more}");
    }
}

#[test]
fn a_diff_is_of_its_schema() {
    let folder = tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file("a.json"), success(&week(&["--template", "weekly", "--format", "json"]))).unwrap();
    let other = ["--template", "weekly", "--channel", "web", "--service-level", "10s", "--format", "json"];
    fs::write(file("b.json"), success(&week(&other))).unwrap();
    for b in ["a.json", "b.json"] {
        let diff = success(&["diff", text(&file("a.json")), text(&file(b)), "--format", "json"]);
        let diff: Value = serde_json::from_slice(&diff).unwrap();
        assert_eq!(diff["differs"], b == "b.json");
        assert_eq!(broken("diff-1.schema.json", &diff), [""; 0]);
    }
}

#[test]
fn every_explanation_fits_its_schema() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("report.json");
    let flags = ["--template", "weekly", "--channel", "web", "--target", "queue_wait.p90=60", "--format", "json"];
    fs::write(&file, success(&week(&flags))).unwrap();
    let report: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let explain = |id: &str| -> Value {
        serde_json::from_slice(&success(&["explain", text(&file), id, "--format", "json"])).unwrap()
    };
    let metrics: Vec<Value> = serde_json::from_slice(&success(&["metrics", "--format", "json"])).unwrap();
    let metrics: BTreeMap<&str, &Value> = metrics.iter().map(|one| (one["id"].as_str().unwrap(), one)).collect();
    for (id, figure) in report["metrics"].as_object().unwrap() {
        let explained = explain(id);
        assert_eq!(broken("explain-1.schema.json", &explained), [""; 0], "{id}");
        assert_eq!(&explained["figure"], figure);
        for part in ["window", "as_of", "filters", "limits", "sessions", "input", "warnings"] {
            assert_eq!(explained[part], report[part], "{id}: {part}");
        }
        for (part, value) in explained["definition"].as_object().unwrap() {
            assert_eq!(*value, metrics[id.as_str()][part], "{id}: {part}");
        }
    }
    let wait = explain("queue_wait.p90");
    assert_eq!((&wait["metric"], &wait["targets"]), (&"queue_wait".into(), &report["targets"]));
    assert_eq!(wait["left_out"].as_array().unwrap().last().unwrap(), "rows that --channel does not keep");
    assert_eq!(wait["tables"][0]["rows"], report["tables"]["by_queue"]["rows"].as_array().unwrap().len());
    assert_eq!(explain("nps")["targets"], serde_json::json!([]));
    // A metric of another version of the program has no definition here.
    let later = fs::read_to_string(&file).unwrap().replace("\"nps\": {", "\"mood\": {");
    fs::write(&file, later).unwrap();
    let unknown = explain("mood");
    assert_eq!((broken("explain-1.schema.json", &unknown), &unknown["definition"]), (Vec::new(), &Value::Null));
    // Invalid explanations are refused.
    for (place, value) in
        [("/schema", "dialogram/explain/2"), ("/metric", "No Metric"), ("/figure", "3"), ("/definition/doc", "")]
    {
        let mut other = wait.clone();
        *other.pointer_mut(place).unwrap() = value.into();
        assert!(!broken("explain-1.schema.json", &other).is_empty(), "{place}");
    }
}

#[test]
fn an_explanation_is_a_part_of_a_page() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("report.json");
    fs::write(
        &file,
        success(&week(&["--template", "queues", "--queue", "Fila *Pedidos*", "--allow-empty", "--format", "json"])),
    )
    .unwrap();
    let page = String::from_utf8(success(&["explain", text(&file), "queue_wait", "--format", "markdown"])).unwrap();
    let plain = String::from_utf8(success(&["explain", text(&file), "queue_wait"])).unwrap();
    assert!(page.starts_with("### `queue_wait`: Wait in queue\n\n"), "{page}");
    assert!(page.contains("\n- filter: --queue Fila \\*Pedidos\\*\n"), "{page}");
    assert!(page.contains("\n- query: `SELECT "), "{page}");
    // It has everything that the text has.
    let name = |line: &str| line.get(..12).map(|name| name.trim().to_owned());
    let lines: Vec<String> = plain.lines().skip(4).filter_map(name).collect();
    let bullets = page.lines().filter_map(|line| line.strip_prefix("- ")?.split_once(": "));
    assert_eq!(bullets.map(|(name, _)| name).collect::<Vec<_>>(), lines);
}

#[test]
fn the_version_and_the_steps_of_a_run_are_of_their_schemas() {
    let version: Value = serde_json::from_slice(&success(&["--version", "--json"])).unwrap();
    assert_eq!(broken("version-1.schema.json", &version), [""; 0]);
    assert_eq!(version["schemas"]["progress"], "dialogram/progress/1");
    assert_eq!(version["schemas"]["version"], "dialogram/version/1");
    let output = dialogram(&week(&["--format", "json", "--progress", "json"])).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() >= 6, "{told}");
    for line in &lines {
        assert_eq!(broken("progress-1.schema.json", line), [""; 0], "{line}");
    }
}
