//! The shared cases (values worked by hand) against this reference: where they disagree, the reference is wrong.
//! Cases with rejected rows or odd spellings (16, 33, 34) need the program's readers and are left out.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::event::{from_jsonl, instant};
use super::facts::{Facts, Oddity};
use super::identities;
use super::metrics::{Value, find};
use super::options::{Options, SECOND};
use super::report::{Change, Dimension, Report, Values, empty};
use super::sessions::fold;
use super::snapshot::Snapshot;
use super::staffing::staffing_json;
use super::window::Window;

/// Where the cases lie.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases")
}

#[test]
fn shared_cases() {
    let mut cases: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|case| {
        case.join("expected.json").is_file()
            && !["16-rejects-and-duplicates", "33-surveys", "34-tags-and-crossing"]
                .iter()
                .any(|odd| case.ends_with(odd))
    });
    cases.sort();
    let mut judge = Judge::default();
    for case in &cases {
        judge.case(case);
    }
    println!("{} cases, {} values", cases.len(), judge.compared);
    assert!(cases.len() >= 14, "only {} cases", cases.len());
    assert!(judge.complaints.is_empty(), "{}", judge.complaints.join("\n"));
}

/// Compares, and collects what is not as expected.
#[derive(Default)]
struct Judge {
    place: String,
    compared: usize,
    complaints: Vec<String>,
}

impl Judge {
    fn case(&mut self, case: &Path) {
        let text = fs::read_to_string(case.join("expected.json")).unwrap();
        let expected: Json = serde_json::from_str(&text).unwrap();
        for run in expected["runs"].as_array().unwrap() {
            self.place = format!("{} {}", case.file_name().unwrap().display(), run["name"]);
            self.run(case, run);
        }
    }

    fn run(&mut self, case: &Path, run: &Json) {
        let mut log = Vec::new();
        for file in run["logs"].as_array().unwrap() {
            let text = fs::read_to_string(case.join(file.as_str().unwrap())).unwrap();
            log.extend(from_jsonl(&text).unwrap());
        }
        let args: Vec<String> =
            run["args"].as_array().unwrap().iter().map(|arg| arg.as_str().unwrap().to_string()).collect();
        let text = |arg: String| {
            if arg.ends_with(".toml") { fs::read_to_string(case.join(&arg)).unwrap_or(arg) } else { arg }
        };
        let args: Vec<String> = args.into_iter().map(text).collect();
        let options = Options::parse(&args).unwrap();
        let expect = &run["expect"];
        match run["command"].as_str().unwrap() {
            "report" => self.report(&Report::new(&log, &options), expect),
            "snapshot" => self.snapshot(&fold(&log, &options), &options, expect),
            "facts" => self.facts(&fold(&log, &options), expect),
            other => self.complain(format!("unknown command {other}")),
        }
    }

    fn complain(&mut self, what: String) {
        self.complaints.push(format!("{}: {what}", self.place));
    }

    /// Numbers within 1e-6; of an object only the members that are expected.
    fn same(&mut self, what: &str, got: &Json, expected: &Json) {
        if let Some(members) = expected.as_object() {
            for (name, member) in members {
                self.same(&format!("{what}.{name}"), &got[name], member);
            }
            return;
        }
        if let (Some(members), Some(got)) = (expected.as_array(), got.as_array()) {
            for (place, member) in members.iter().enumerate() {
                self.same(&format!("{what}[{place}]"), got.get(place).unwrap_or(&Json::Null), member);
            }
            return;
        }
        self.compared += 1;
        let is_same = match (got.as_f64(), expected.as_f64()) {
            (Some(got), Some(expected)) => (got - expected).abs() <= 1e-6,
            _ => got == expected,
        };
        if !is_same {
            self.complain(format!("{what} is {got}, expected {expected}"));
        }
    }

    fn report(&mut self, report: &Report, expect: &Json) {
        if expect["exit"] == 3 {
            self.same("no event in the window", &json!(report.is_empty()), &json!(true));
            return;
        }
        self.same("no event in the window", &json!(report.is_empty()), &json!(false));
        for check in identities::of_the_log(report).into_iter().chain(identities::of_the_window(report)) {
            self.same(&check.id, &json!(check.left), &json!(check.right));
        }
        for (part, expected) in expect.as_object().unwrap() {
            match part.as_str() {
                "metrics" => self.values("metrics", |id| report.metrics().get(id).map(value_json), expected),
                "previous" => {
                    self.values("previous", |id| report.previous()?.get(id).map(value_json), expected);
                }
                "change" => self.values("change", |id| report.change()?.get(id).map(change_json), expected),
                "by" => self.tables(report, expected),
                "heatmaps" => self.heatmaps(report, expected),
                "window" => self.window(report, expected),
                "trend_windows" => {
                    let days = report
                        .trend_windows()
                        .into_iter()
                        .map(|window| json!({"from": window.first_day.to_string(), "to": window.last_day.to_string()}));
                    self.same(part, &days.collect::<Json>(), expected);
                }
                "trend" => self.values("trend", |id| Some(trend_json(report, id)), expected),
                "best" | "worst" => {
                    self.values(part, |id| Some(json!(extreme(report, id, part == "best"))), expected);
                }
                "input" => self.input(report, expected),
                "staffing" => self.same(part, &staffing_json(report), expected),
                other => self.complain(format!("unknown part {other}")),
            }
        }
    }

    fn values(&mut self, part: &str, value: impl Fn(&str) -> Option<Json>, expected: &Json) {
        for (id, expected) in expected.as_object().unwrap() {
            self.same(&format!("{part} {id}"), &value(id).unwrap_or(Json::Null), expected);
        }
    }

    fn tables(&mut self, report: &Report, expected: &Json) {
        for (name, rows) in expected.as_object().unwrap() {
            let parse = |name: &str| Dimension::ALL.into_iter().find(|dimension| dimension.name() == name);
            let Some(dimensions) = name.split(',').map(parse).collect::<Option<Vec<Dimension>>>() else {
                self.complain(format!("unknown dimension in {name}"));
                continue;
            };
            let table = report.by(&dimensions);
            for (key, expected) in rows.as_object().unwrap() {
                // A key without rows may be missing.
                let value = |id: &str| table.get(key).and_then(|values| values.get(id)).cloned().or_else(|| empty(id));
                self.values(&format!("{name} {key}"), |id| value(id).as_ref().map(value_json), expected);
            }
        }
    }

    fn heatmaps(&mut self, report: &Report, expected: &Json) {
        for (id, expected) in expected.as_object().unwrap() {
            let got = match id.as_str() {
                "hours_observed" => json!(report.hours_observed()),
                "online_time" => json!(report.time_heatmap(id)),
                _ => json!(report.heatmap(id)),
            };
            self.same(id, &got, expected);
        }
    }

    fn window(&mut self, report: &Report, expected: &Json) {
        // A unit before is named, be there events in it or not.
        let before = Window::new(&report.options.previous());
        let previous = if report.options.period.is_some() { Some(&before) } else { report.previous_window.as_ref() };
        let got = json!({
            "from": report.window.first_day.to_string(),
            "to": report.window.last_day.to_string(),
            "begins": instant(report.window.begin),
            "ends": instant(report.window.end),
            "unfinished": report.is_unfinished(&report.window),
            "previous_from": previous.map(|window| window.first_day.to_string()),
            "previous_to": previous.map(|window| window.last_day.to_string()),
        });
        self.same("window", &got, expected);
    }

    fn input(&mut self, report: &Report, expected: &Json) {
        let facts = &report.facts;
        let days = |window: &Window| window.days().len();
        let other_length = report.previous_window.as_ref().is_some_and(|before| days(before) != days(&report.window));
        let got = json!({
            "sessions": facts.sessions.name(),
            "warnings": {
                "previous_window_of_other_length": other_length,
                "closed_already": facts.count_warnings(Oddity::ClosedAlready),
                "outcome_without_request": facts.count_warnings(Oddity::OutcomeWithoutRequest),
            },
        });
        self.same("input", &got, expected);
    }

    fn facts(&mut self, facts: &Facts, expect: &Json) {
        for (name, tests) in expect.as_object().unwrap() {
            let table = table(facts, name);
            for test in tests.as_array().unwrap() {
                self.table_test(name, &table, test);
            }
        }
    }

    fn table_test(&mut self, name: &str, table: &[Json], test: &Json) {
        let no_condition = serde_json::Map::new();
        let conditions = test["where"].as_object().unwrap_or(&no_condition);
        let fits = |row: &&Json| conditions.iter().all(|(column, value)| row[column] == *value);
        let rows: Vec<&Json> = table.iter().filter(fits).collect();
        if let Some(expected) = test["rows"].as_array() {
            self.same(&format!("{name} rows"), &json!(rows.len()), &json!(expected.len()));
            for (row, expected) in rows.iter().zip(expected) {
                self.same(name, row, expected);
            }
        }
        if !test["count"].is_null() {
            self.same(&format!("{name} count"), &json!(rows.len()), &test["count"]);
        }
        for (column, expected) in test["sum"].as_object().unwrap_or(&no_condition) {
            let sum: f64 = rows.iter().filter_map(|row| row[column].as_f64()).sum();
            self.same(&format!("{name} sum {column}"), &json!(sum), expected);
        }
    }

    fn snapshot(&mut self, facts: &Facts, options: &Options, expect: &Json) {
        let snapshot = snapshot_json(&Snapshot::new(facts, options, &options.filters));
        self.same("snapshot", &snapshot, expect);
    }
}

/// A value as the cases spell it.
pub fn value_json(value: &Value) -> Json {
    match value {
        Value::Scalar(value, _) => json!(value),
        Value::Duration { mean, p50, p90, p95, max, n } => {
            json!({"mean": mean, "p50": p50, "p90": p90, "p95": p95, "max": max, "n": n})
        }
    }
}

/// A change as the cases spell it.
pub fn change_json(change: &Change) -> Json {
    match change {
        Change::Scalar(value) => json!(value),
        Change::Duration { mean, p50, p90, p95, max } => {
            json!({"mean": mean, "p50": p50, "p90": p90, "p95": p95, "max": max})
        }
    }
}

/// A fact table as the cases spell it: instants as RFC 3339 UTC in milliseconds.
pub fn table(facts: &Facts, name: &str) -> Vec<Json> {
    match name {
        "conversations" => rows(&facts.conversations),
        "requests" => rows(&facts.requests),
        "visits" => rows(&facts.visits),
        "stints" => rows(&facts.stints),
        "agent_messages" => rows(&facts.agent_messages),
        "closes" => rows(&facts.closes),
        "reopenings" => rows(&facts.reopenings),
        "ratings" => rows(&facts.ratings),
        "agent_states" => rows(&facts.agent_states),
        _ => Vec::new(),
    }
}

fn rows<T: Serialize>(table: &[T]) -> Vec<Json> {
    table.iter().map(|row| with_instants(json!(row))).collect()
}

fn with_instants(mut row: Json) -> Json {
    let Some(columns) = row.as_object_mut() else { return row };
    for (name, value) in columns.iter_mut() {
        let is_instant =
            name.ends_with("_at") || ["ts", "since", "until", "due_since", "status_since"].contains(&name.as_str());
        if let Some(ms) = value.as_i64().filter(|_| is_instant) {
            *value = json!(instant(ms));
        }
    }
    row
}

/// A snapshot as the cases spell it, durations in seconds.
pub fn snapshot_json(snapshot: &Snapshot) -> Json {
    let seconds = |ms: Option<i64>| ms.map(|ms| ms as f64 / SECOND as f64);
    let mut conversations = json!({});
    for (id, row) in &snapshot.conversations {
        conversations[id] = json!({
            "channel": row.channel,
            "status": row.status,
            "time_in_status": seconds(row.time_in_status),
            "customer": row.customer,
            "contact": row.contact,
            "protocol": row.protocol,
            "agent": row.agent,
            "department": row.department,
            "queue": row.queue,
            "created": instant(row.created),
            "updated": row.updated.map(instant),
            "duration": seconds(Some(row.duration)),
            "handovers": row.handovers,
        });
    }
    let mut agents = json!({});
    for (id, row) in &snapshot.agents {
        agents[id] = json!({
            "name": row.name,
            "status": row.status,
            "time_in_status": seconds(row.time_in_status),
            "attended": row.attended,
            "capacity": row.capacity,
            "handovers": row.handovers,
            "departments": row.departments,
        });
    }
    let places = |places: &std::collections::BTreeMap<String, super::snapshot::Place>| {
        let mut all = json!({});
        for (id, row) in places {
            all[id] = json!({
                "attended": row.attended,
                "waiting": row.waiting,
                "longest_wait": seconds(row.longest_wait),
                "agents_online": row.agents_online,
            });
        }
        all
    };
    json!({
        "totals": {
            "total": snapshot.total,
            "automated": snapshot.automated,
            "waiting": snapshot.waiting,
            "attended": snapshot.attended,
        },
        "conversations": conversations,
        "agents": agents,
        "departments": places(&snapshot.departments),
        "queues": places(&snapshot.queues),
    })
}

/// The values of a metric over the trend; none of the clock `horizon`.
pub fn trend_json(report: &Report, id: &str) -> Json {
    if find(id).is_none_or(|metric| metric.is_of_horizon) {
        return Json::Null;
    }
    let value = |values: &Option<Values>| {
        values.as_ref().and_then(|values| values.get(id).map(value_json)).unwrap_or(Json::Null)
    };
    report.trend().iter().map(value).collect()
}

/// The place of the best or the worst window of the trend.
pub fn extreme(report: &Report, id: &str, is_best: bool) -> Option<usize> {
    let is_higher_better = better(id)?;
    if find(id)?.is_of_horizon { None } else { report.extreme(id, is_higher_better == is_best) }
}

/// Whether higher values are better; none where neither side is.
fn better(id: &str) -> Option<bool> {
    const HIGHER: [&str; 11] = [
        "containment_rate",
        "csat",
        "csat_score",
        "engagement_rate",
        "first_contact_resolution_rate",
        "nps",
        "rated_share",
        "resolved_first_contact",
        "service_level",
        "transfer_success_rate",
        "transfers_succeeded",
    ];
    const LOWER: [&str; 16] = [
        "abandoned",
        "abandonment_rate",
        "agent_time",
        "agent_wait",
        "bot_time",
        "conversation_time",
        "first_response_time",
        "no_shows",
        "queue_wait",
        "reopened_conversations",
        "response_time",
        "total_wait",
        "transfers_cancelled",
        "transfers_disabled",
        "transfers_incomplete",
        "unresolved_first_contact",
    ];
    if HIGHER.contains(&id) { Some(true) } else { LOWER.contains(&id).then_some(false) }
}
