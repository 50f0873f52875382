//! Every fixture with hand-worked values: `fixtures/cases/*` and our own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dialogram::fold::schema::FactTable;
use dialogram::metrics;
use dialogram::report::Report;
use dialogram::time::{format_utc, parse_instant};
use serde_json::{Value, json};

use crate::snapshot::as_case;
use crate::support::{Run, facts, is_near, key_parts, report, root, rows, sessions_name, snapshot};

fn fixtures() -> Vec<PathBuf> {
    let folders = ["fixtures", "fixtures/cases", "fixtures/profiles"].map(|folder| root().join(folder));
    let mut found: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("expected.json").is_file())
        .collect();
    found.sort();
    found
}

#[test]
fn every_fixture_gives_its_values() {
    let mut judge = Judge::default();
    let fixtures = fixtures();
    for fixture in &fixtures {
        let text = fs::read_to_string(fixture.join("expected.json")).unwrap();
        let expected: Value = serde_json::from_str(&text).unwrap();
        for run in expected["runs"].as_array().unwrap() {
            judge.place = format!("{} {}", fixture.file_name().unwrap().display(), run["name"]);
            judge.run(fixture, run);
        }
    }
    println!("{} fixtures, {} values compared", fixtures.len(), judge.compared);
    assert!(judge.complaints.is_empty(), "{}", judge.complaints.join("\n"));
    assert!(fixtures.len() >= 28 && judge.compared > 2_800, "{} fixtures, {} values", fixtures.len(), judge.compared);
    let unseen: Vec<_> =
        metrics::all().filter(|metric| judge.seen.get(metric.id) != Some(&(true, true))).map(|m| m.id).collect();
    assert!(unseen.is_empty(), "without a hand-worked value and an empty case: {unseen:?}");
}

#[derive(Default)]
struct Judge {
    place: String,
    compared: usize,
    complaints: Vec<String>,
    /// For each metric: whether a value was compared, and whether an empty case was (no data, or 0).
    seen: BTreeMap<String, (bool, bool)>,
}

impl Judge {
    fn run(&mut self, fixture: &Path, run: &Value) {
        let list = |value: &Value| {
            value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let logs: Vec<PathBuf> = list(&run["logs"]).iter().map(|log| fixture.join(log)).collect();
        // The value of a flag that is a file of the fixture: its profile.
        let in_fixture = |arg: String| {
            let path = fixture.join(&arg);
            if path.is_file() { path.display().to_string() } else { arg }
        };
        let mut args: Vec<String> = list(&run["args"]).into_iter().map(in_fixture).collect();
        if !args.iter().any(|arg| arg == "--max-rejects") {
            args.extend(["--max-rejects".to_owned(), "100%".to_owned()]);
        }
        let expect = &run["expect"];
        match run["command"].as_str().unwrap() {
            "report" => self.report(&logs, &args, expect),
            "facts" => self.facts(&logs, &args, expect),
            "snapshot" => self.snapshot(&logs, &args, expect),
            other => panic!("command {other}"),
        }
    }

    fn report(&mut self, logs: &[PathBuf], args: &[String], expect: &Value) {
        let rejects = tempfile::NamedTempFile::new().unwrap();
        let mut args = args.to_vec();
        args.extend(["--rejects".to_owned(), rejects.path().display().to_string()]);
        let result: Run<_> = report(logs, &args);
        if let Some(code) = expect.get("exit") {
            let found = result.as_ref().err().map(|(code, _)| json!(code));
            self.equal("exit", code, &found.unwrap_or(json!(0)));
            return;
        }
        let report = match result {
            Ok((_, report)) => report,
            Err((code, message)) => {
                self.complaints.push(format!("{}: exit {code}: {message}", self.place));
                return;
            }
        };
        let json = serde_json::to_value(&report).unwrap();
        self.metrics(&json, expect);
        self.tables(&report, &json, expect);
        for (id, expected) in objects(expect, "heatmaps") {
            if id == "hours_observed" {
                self.equal("hours_observed", expected, &json["heatmaps"]["engaged_conversations"]["hours_observed"]);
            } else {
                let cells = if id == "online_time" { "seconds" } else { "counts" };
                self.equal(&format!("heatmap {id}"), expected, &json["heatmaps"][id][cells]);
            }
        }
        self.staffing(&json["staffing"], expect);
        self.window(&report, expect);
        self.trend(&json, expect);
        self.input(&report, &json, expect, &fs::read_to_string(rejects.path()).unwrap());
    }

    fn snapshot(&mut self, logs: &[PathBuf], args: &[String], expect: &Value) {
        match snapshot(logs, args) {
            Err((code, message)) => self.complaints.push(format!("{}: exit {code}: {message}", self.place)),
            Ok(found) => {
                let found = as_case(&found);
                for (table, expected) in expect.as_object().unwrap() {
                    for (key, expected) in expected.as_object().unwrap() {
                        match expected.as_object() {
                            None => self.equal(&format!("{table} {key}"), expected, &found[table][key]),
                            Some(row) => {
                                for (column, expected) in row {
                                    let what = format!("{table} {key} {column}");
                                    self.equal(&what, expected, &found[table][key][column]);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn metrics(&mut self, json: &Value, expect: &Value) {
        for part in ["metrics", "previous", "change"] {
            for (id, expected) in objects(expect, part) {
                let metric = &json["metrics"][id];
                let is_duration = metric.get("p50").is_some();
                let found = match part {
                    "metrics" if is_duration => metric,
                    "metrics" => &metric["value"],
                    part => &metric[part],
                };
                self.number(&format!("{part} {id}"), expected, found);
                if part != "change" {
                    self.note(id, expected);
                }
            }
        }
    }

    fn note(&mut self, id: &str, expected: &Value) {
        let value = expected.get("n").unwrap_or(expected);
        let is_empty = value.is_null() || value.as_f64() == Some(0.0);
        let seen = self.seen.entry(id.to_owned()).or_default();
        if is_empty { seen.1 = true } else { seen.0 = true }
    }

    fn tables(&mut self, report: &Report, json: &Value, expect: &Value) {
        for (dimension, keys) in objects(expect, "by") {
            let names: Vec<&str> = dimension.split(',').collect();
            let table = format!("by_{}", names.join("_"));
            let key = |row: &Value| key_parts(&names, row).join(" | ");
            let found: BTreeMap<String, &Value> =
                json["tables"][&table]["rows"].as_array().unwrap().iter().map(|row| (key(row), row)).collect();
            assert_eq!(
                found.len(),
                report.tables.get(&table).unwrap().rows.len(),
                "{}: keys of {table} twice",
                self.place
            );
            for (key, values) in keys.as_object().unwrap() {
                for (id, expected) in values.as_object().unwrap() {
                    let metric = metrics::find(id).unwrap_or_else(|| panic!("{}: {id}", self.place));
                    let nothing = serde_json::to_value(metric.measure.over_no_rows()).unwrap();
                    let cell = found.get(key).map_or(&nothing, |row| &row[id]);
                    self.number(&format!("{table} {key} {id}"), expected, cell);
                    self.note(id, expected);
                }
            }
        }
    }

    /// A scalar, or the expected statistics.
    fn number(&mut self, what: &str, expected: &Value, found: &Value) {
        match expected.as_object() {
            Some(statistics) => {
                for (name, expected) in statistics {
                    self.equal(&format!("{what} {name}"), expected, &found[name]);
                }
            }
            None => self.equal(what, expected, found),
        }
    }

    fn window(&mut self, report: &Report, expect: &Value) {
        let window = &report.window;
        let utc = |text: &str| format_utc(parse_instant(text, dialogram::time::Zone::UTC).unwrap());
        let day = |text: &str| text[..10].to_owned();
        let day_before = |text: &str| {
            let date: chrono::NaiveDate = text[..10].parse().unwrap();
            date.pred_opt().unwrap().to_string()
        };
        for (field, expected) in objects(expect, "window") {
            let found = match (field, &window.previous) {
                ("begins", _) => json!(utc(&window.from)),
                ("ends", _) => json!(utc(&window.to)),
                ("from", _) => json!(day(&window.from)),
                ("to", _) => json!(day_before(&window.to)),
                ("days", _) => json!(window.days),
                ("unfinished", _) => json!(window.unfinished),
                ("previous_from", Some(previous)) => json!(day(&previous.from)),
                ("previous_to", Some(previous)) => json!(day_before(&previous.to)),
                ("previous_from" | "previous_to", None) => Value::Null,
                other => panic!("{other:?}"),
            };
            self.equal(&format!("window {field}"), expected, &found);
        }
    }

    fn staffing(&mut self, found: &Value, expect: &Value) {
        for (part, expected) in objects(expect, "staffing") {
            let found = match part {
                "handling" => &found["handling"]["mean"],
                "handling_n" => &found["handling"]["n"],
                "target" | "agent_concurrency" => &found[part],
                part => &found["cells"][part],
            };
            self.equal(&format!("staffing {part}"), expected, found);
        }
    }

    fn trend(&mut self, json: &Value, expect: &Value) {
        if let Some(expected) = expect.get("trend_windows") {
            let day = |instant: &Value| -> chrono::NaiveDate { instant.as_str().unwrap()[..10].parse().unwrap() };
            let windows = json["trend"].as_array().unwrap().iter();
            let days = windows.map(|window| {
                json!({"from": day(&window["from"]).to_string(), "to": day(&window["to"]).pred_opt().unwrap().to_string()})
            });
            assert_eq!(expected, &days.collect::<Value>(), "{}: trend_windows", self.place);
        }
        for (id, expected) in objects(expect, "trend") {
            let found = &json["metrics"][id]["trend"];
            let (Some(expected), Some(found)) = (expected.as_array(), found.as_array()) else {
                self.equal(&format!("trend {id}"), expected, found);
                continue;
            };
            self.equal(&format!("windows of the trend of {id}"), &json!(expected.len()), &json!(found.len()));
            for (at, (expected, found)) in expected.iter().zip(found).enumerate() {
                self.number(&format!("trend {id} {at}"), expected, found);
            }
        }
        for part in ["best", "worst"] {
            for (id, expected) in objects(expect, part) {
                self.equal(&format!("{part} {id}"), expected, &json["metrics"][id][part]);
            }
        }
    }

    fn input(&mut self, report: &Report, json: &Value, expect: &Value, rejects: &str) {
        for (field, expected) in objects(expect, "input") {
            match field {
                "sessions" => self.equal("sessions", expected, &json!(sessions_name(report.sessions))),
                "files" => {
                    for (at, expected) in expected.as_array().unwrap().iter().enumerate() {
                        for (field, expected) in expected.as_object().unwrap() {
                            let found = match field.as_str() {
                                "rows" => &json["input"]["files"][at]["rows_read"],
                                // With one file, the run's reasons are the file's.
                                "reasons" if report.input.files.len() == 1 => &json["input"]["rejections"],
                                "reasons" => continue,
                                field => &json["input"]["files"][at][field],
                            };
                            self.equal(&format!("file {at} {field}"), expected, found);
                        }
                    }
                }
                "rejects" => {
                    let lines: Vec<Value> = rejects.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
                    let expected = expected.as_array().unwrap();
                    self.equal("number of rejects", &json!(expected.len()), &json!(lines.len()));
                    for (expected, found) in expected.iter().zip(&lines) {
                        for (field, expected) in
                            expected.as_object().unwrap().iter().filter(|(field, _)| *field != "file")
                        {
                            self.equal(&format!("reject {field} of {found}"), expected, &found[field]);
                        }
                    }
                }
                "warnings" => {
                    for (id, count) in expected.as_object().unwrap() {
                        let warning = report.warnings.iter().find(|warning| warning.id == *id);
                        let found = warning.map_or(0, |warning| warning.count.unwrap_or(1));
                        // Some cases give a count, others only whether it occurs.
                        let found = if count.is_boolean() { json!(warning.is_some()) } else { json!(found) };
                        self.equal(&format!("warning {id}"), count, &found);
                    }
                }
                other => panic!("input {other}"),
            }
        }
    }

    fn facts(&mut self, logs: &[PathBuf], args: &[String], expect: &Value) {
        let facts = facts(logs, args).unwrap_or_else(|error| panic!("{}: {error:?}", self.place));
        for (table, tests) in expect.as_object().unwrap() {
            let all = rows(&facts, FactTable::parse(table).unwrap());
            for test in tests.as_array().unwrap() {
                let fits = |row: &&serde_json::Map<String, Value>| {
                    objects(test, "where").all(|(column, value)| is_near(&row[column], value))
                };
                let found: Vec<_> = all.iter().filter(fits).collect();
                if let Some(expected) = test.get("rows") {
                    let expected = expected.as_array().unwrap();
                    self.equal(&format!("{table} {} rows", test["where"]), &json!(expected.len()), &json!(found.len()));
                    for (at, (expected, found)) in expected.iter().zip(&found).enumerate() {
                        for (column, expected) in expected.as_object().unwrap() {
                            self.equal(
                                &format!("{table} {} row {at} {column}", test["where"]),
                                expected,
                                &found[column],
                            );
                        }
                    }
                }
                if let Some(count) = test.get("count") {
                    self.equal(&format!("{table} {} count", test["where"]), count, &json!(found.len()));
                }
                for (column, sum) in objects(test, "sum") {
                    let total: f64 = found.iter().filter_map(|row| row[column].as_f64()).sum();
                    self.equal(&format!("{table} sum of {column}"), sum, &json!(total));
                }
            }
        }
    }

    fn equal(&mut self, what: &str, expected: &Value, found: &Value) {
        self.compared += 1;
        let same = match (expected.as_array(), found.as_array()) {
            (Some(a), Some(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|(a, b)| match (a.as_array(), b.as_array()) {
                        (Some(a), Some(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_near(a, b)),
                        _ => is_near(a, b),
                    })
            }
            _ => match (expected.as_object(), found.as_object()) {
                (Some(a), Some(b)) => {
                    a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| is_near(a, b)))
                }
                _ => is_near(expected, found),
            },
        };
        if !same {
            self.complaints.push(format!("{}: {what}: expected {expected}, found {found}", self.place));
        }
    }
}

fn objects<'a>(value: &'a Value, field: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    value.get(field).and_then(Value::as_object).into_iter().flatten().map(|(key, value)| (key.as_str(), value))
}
