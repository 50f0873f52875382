//! `snapshot` compared with the second implementation on random logs, and with the log cut at its instant.

use std::path::{Path, PathBuf};

use dialogram::time::format_utc;
use serde_json::{Value, json};

use crate::reference::cases::snapshot_json;
use crate::reference::event::{Event, to_jsonl};
use crate::reference::options::Options;
use crate::reference::random::{Dice, Shape, minimise, random_log, random_options};
use crate::reference::report::Report;
use crate::reference::snapshot::Snapshot as Expected;
use crate::support::{is_near, series, snapshot};

/// How many logs a run tests; `DIALOGRAM_LOGS` raises it.
const LOGS: u64 = 200;
/// How many instants of each log are tested.
const INSTANTS: usize = 3;

/// A snapshot in the form of the hand-worked cases.
pub fn as_case(snapshot: &dialogram::report::snapshot::Snapshot) -> Value {
    let value = serde_json::to_value(snapshot).unwrap();
    let utc = |value: &Value| {
        let text = value.as_str()?;
        Some(format_utc(chrono::DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis()))
    };
    let mut found =
        json!({"totals": value["totals"], "conversations": {}, "agents": {}, "departments": {}, "queues": {}});
    for row in value["conversations"].as_array().unwrap() {
        let mut row = row.clone();
        for (ours, theirs) in [
            ("time_in_status_seconds", "time_in_status"),
            ("customer_id", "customer"),
            ("duration_seconds", "duration"),
        ] {
            row[theirs] = row[ours].clone();
        }
        row["created"] = json!(utc(&row["created_at"]));
        row["updated"] = json!(utc(&row["updated_at"]));
        let id = row["conversation_id"].as_str().unwrap().to_owned();
        found["conversations"][id] = row;
    }
    for row in value["agents"].as_array().unwrap() {
        let mut row = row.clone();
        row["time_in_status"] = row["time_in_status_seconds"].clone();
        let id = row["agent"].as_str().unwrap().to_owned();
        found["agents"][id] = row;
    }
    for table in ["departments", "queues"] {
        for row in value[table].as_array().unwrap() {
            let mut row = row.clone();
            row["longest_wait"] = row["longest_wait_seconds"].clone();
            let key = row["key"].as_str().unwrap().to_owned();
            found[table][key] = row;
        }
    }
    found
}

/// The first value of `expected` that `found` lacks.
pub fn difference(what: &str, expected: &Value, found: &Value) -> Option<String> {
    match expected {
        Value::Object(members) => members.iter().find_map(|(key, value)| {
            difference(&format!("{what} {key}"), value, found.get(key).unwrap_or(&Value::Null))
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(at, value)| difference(&format!("{what} {at}"), value, found.get(at).unwrap_or(&Value::Null))),
        _ if is_near(expected, found) => None,
        _ => Some(format!("{what}: expected {expected}, found {found}")),
    }
}

fn logs() -> u64 {
    std::env::var("DIALOGRAM_LOGS").ok().and_then(|n| n.parse().ok()).unwrap_or(LOGS)
}

/// Random options of a snapshot: filters of the local clock have no meaning there.
fn options_of(seed: u64, log: &[Event]) -> Options {
    let mut options = random_options(seed, log);
    options.filters.hours = None;
    options.filters.weekdays = None;
    options
}

/// Interesting instants of a log: at, just before and just after events, and when limits pass.
fn instants(seed: u64, log: &[Event]) -> Vec<i64> {
    let dice = &mut Dice::new(seed ^ 0x5eed_0009);
    let offsets = [0, 0, -1, 1, 30_000, 599_999, 600_000, 3_600_000, 86_400_000];
    (0..INSTANTS).map(|_| dice.pick(log).ts + *dice.pick(&offsets)).collect()
}

#[test]
fn random_snapshots_are_those_of_the_second_implementation() {
    let folder = tempfile::tempdir().unwrap();
    let (mut open, mut compared) = (0_u64, 0_u64);
    for seed in 0..logs() {
        let log = random_log(seed, 20 + usize::try_from(seed % 7).unwrap() * 40, &Shape::random(seed));
        if log.is_empty() {
            continue;
        }
        for at in instants(seed, &log) {
            let options = Options { as_of: Some(at), ..options_of(seed, &log) };
            match compare(&log, &options, folder.path()) {
                Ok(conversations) => {
                    open += conversations as u64;
                    compared += 1;
                }
                Err(difference) => {
                    let small = minimise(&log, |log| !log.is_empty() && compare(log, &options, folder.path()).is_err());
                    let smallest = compare(&small, &options, folder.path()).unwrap_err();
                    let args = options.snapshot_args();
                    panic!("log {seed}, {args:?}\n{difference}\nsmallest log:\n{}{smallest}", to_jsonl(&small));
                }
            }
        }
    }
    println!("{compared} snapshots of {open} open conversations");
    assert!(compared > logs() && open > logs(), "{compared} snapshots of {open} open conversations");
}

/// How many conversations are open, or the first difference.
fn compare(log: &[Event], options: &Options, folder: &Path) -> Result<usize, String> {
    let path = folder.join("log.jsonl");
    std::fs::write(&path, to_jsonl(log)).unwrap();
    let is_before_all = log.iter().all(|event| Some(event.ts) > options.as_of);
    let found = match snapshot(&[path], &options.snapshot_args()) {
        Ok(found) => as_case(&found),
        Err((3, _)) if is_before_all => return Ok(0),
        Err((code, message)) => return Err(format!("exit {code}: {message}")),
    };
    let facts = Report::new(log, options).facts;
    let expected = snapshot_json(&Expected::new(&facts, options, &options.filters));
    for table in ["conversations", "agents", "departments", "queues"] {
        // Neither more rows nor fewer.
        let keys = |value: &Value| value[table].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let (mut theirs, mut ours) = (keys(&expected), keys(&found));
        theirs.sort();
        ours.sort();
        if theirs != ours {
            return Err(format!("{table}: expected {theirs:?}, found {ours:?}"));
        }
    }
    match difference("", &expected, &found) {
        Some(difference) => Err(difference),
        None => Ok(found["conversations"].as_object().unwrap().len()),
    }
}

#[test]
fn a_snapshot_is_that_of_the_log_cut_at_its_instant() {
    let folder = tempfile::tempdir().unwrap();
    let mut compared = 0_u64;
    for seed in 0..logs() / 2 {
        let log = random_log(seed, 20 + usize::try_from(seed % 5).unwrap() * 50, &Shape::random(seed));
        for at in if log.is_empty() { Vec::new() } else { instants(seed, &log) } {
            let cut: Vec<Event> = log.iter().filter(|event| event.ts <= at).cloned().collect();
            // Facts of the whole run, not of the instant: whether departments are queues, and the rule for
            // conversations.
            let has_queue = |log: &[Event]| log.iter().any(|event| event.queue.is_some() || event.to_queue.is_some());
            let has_id = |log: &[Event]| log.iter().any(|event| event.conversation_id.is_some());
            if cut.is_empty() || has_queue(&log) != has_queue(&cut) || has_id(&log) != has_id(&cut) {
                continue;
            }
            let options = Options { as_of: Some(at), ..options_of(seed, &log) };
            let of = |log: &[Event]| {
                let path = folder.path().join("log.jsonl");
                std::fs::write(&path, to_jsonl(log)).unwrap();
                let mut found = snapshot(&[path], &options.snapshot_args()).unwrap();
                found.input.files.clear();
                (found.input.rows_read, found.input.accepted, found.input.duplicates) = (0, 0, 0);
                // A name or an attribute that only comes later is unknown before.
                let of_later = ["unknown_filter_value", "attribute_absent"];
                found.warnings.retain(|warning| !of_later.contains(&warning.id.as_str()));
                found.checks.retain(|check| !check.id.starts_with("rows_read"));
                let is_newest_first = found.warnings.iter().any(|warning| warning.id == "newest_first");
                (is_newest_first, serde_json::to_value(&found).unwrap())
            };
            let ((cut_is_newest_first, cut), (is_newest_first, whole)) = (of(&cut), of(&log));
            // The order of the file, too, decides between events of one instant.
            if cut_is_newest_first != is_newest_first {
                continue;
            }
            let first = difference("", &cut, &whole).unwrap_or_default();
            assert_eq!(cut, whole, "log {seed} at {}: {first}", format_utc(at));
            compared += 1;
        }
    }
    assert!(compared > logs(), "only {compared} snapshots");
}

#[test]
fn a_series_is_a_snapshot_at_each_of_its_instants() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let (mut compared, mut open) = (0, 0);
    for seed in 0..logs() / 2 {
        let log = random_log(seed, 20 + usize::try_from(seed % 5).unwrap() * 50, &Shape::random(seed));
        let mut options = Options { as_of: None, ..options_of(seed, &log) };
        // By id: a name is the last one seen, which an earlier snapshot does not know.
        options.filters.agent.retain(|agent| log.iter().any(|event| event.agent_id.as_ref() == Some(agent)));
        std::fs::write(&path, to_jsonl(&log)).unwrap();
        let every_ms = [900_000, 3_600_000, 2_220_000, 86_400_000, 1_201_000][usize::try_from(seed % 5).unwrap()];
        let mut args = options.snapshot_args();
        args.extend([
            "--from".to_owned(),
            options.first_day.to_string(),
            "--to".to_owned(),
            options.last_day.to_string(),
        ]);
        let found = match series(std::slice::from_ref(&path), &args, every_ms) {
            Ok(found) => found,
            Err((3, _)) => continue,
            Err((code, message)) => panic!("log {seed}: exit {code}: {message}"),
        };
        // Some of many, because each needs a fold.
        let step = found.points.len().div_ceil(12);
        for (place, point) in found.points.iter().enumerate().step_by(step) {
            let what = format!("log {seed} at {}, {args:?}", point.at);
            let options = Options { as_of: Some(utc_ms(&point.at)), ..options.clone() };
            let one = match snapshot(std::slice::from_ref(&path), &options.snapshot_args()) {
                Ok(one) => one,
                Err((3, _)) => {
                    assert_eq!(point.totals.total, 0, "{what}");
                    continue;
                }
                Err((code, message)) => panic!("{what}: exit {code}: {message}"),
            };
            assert_eq!(point.totals, one.totals, "{what}");
            let online = one.agents.iter().filter(|agent| agent.status.as_deref() == Some("online")).count() as u64;
            assert_eq!(point.agents_online, online, "{what}");
            let longest = one.conversations.iter().filter_map(|row| row.wait_seconds).reduce(f64::max);
            assert_eq!(point.longest_wait_seconds, longest, "{what}");
            for (places, ones) in [(&found.queues, &one.queues), (&found.departments, &one.departments)] {
                for expected in ones.iter().filter(|place| place.waiting + place.attended > 0) {
                    let here = places.iter().find(|series| series.key == expected.key);
                    let here = here.unwrap_or_else(|| panic!("{what}: no {}", expected.key));
                    assert_eq!(here.waiting[place], expected.waiting, "{what} {}", expected.key);
                    assert_eq!(here.attended[place], expected.attended, "{what} {}", expected.key);
                    assert_eq!(here.longest_wait_seconds[place], expected.longest_wait_seconds, "{what}");
                }
                let sum: u64 = places.iter().map(|series| series.waiting[place] + series.attended[place]).sum();
                let filtered = ones.iter().map(|one| one.waiting + one.attended).sum::<u64>();
                assert_eq!(sum, filtered, "{what}");
            }
            compared += 1;
            open += point.totals.total;
        }
    }
    println!("{compared} instants, {open} open conversations");
    assert!(compared > logs() && open > logs(), "{compared} instants, {open} open conversations");
}

fn utc_ms(text: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_millis()
}

#[test]
fn a_series_has_its_instants_in_every_format() {
    let log = "fixtures/cases/18-snapshot/log.jsonl";
    let run = |flags: &[&str]| {
        let base = ["snapshot", log, "--every", "15m", "--from", "2026-03-02", "--to", "2026-03-02"];
        String::from_utf8(crate::support::success(&[&base, flags].concat())).unwrap()
    };
    let json: Value = serde_json::from_str(&run(&["--format", "json"])).unwrap();
    let points = json["points"].as_array().unwrap();
    // From midnight to the log's last event, not beyond.
    assert_eq!(points.first().unwrap()["at"], "2026-03-02T00:00:00+00:00");
    let noon = points.iter().position(|point| point["at"] == "2026-03-02T12:00:00+00:00").unwrap();
    let expected = json!({"total": 8, "automated": 1, "waiting": 3, "attended": 4, "awaiting_reply": 5, "longest_wait_seconds": 3300});
    assert_eq!(difference("noon", &expected, &points[noon]), None);
    let queue = json["queues"].as_array().unwrap().iter().find(|queue| queue["key"] == "Q1").unwrap();
    assert_eq!((&queue["waiting"][noon], &queue["longest_wait_seconds"][noon]), (&json!(2), &json!(3300)));
    let csv = run(&["--format", "csv"]);
    assert!(csv.contains("\n2026-03-02T12:00:00+00:00,total,,8,1,3,4,5,3300,1\n"), "{csv}");
    assert!(csv.contains("\n2026-03-02T12:00:00+00:00,queue,Q1,2,,2,0,,3300,\n"), "{csv}");
    // Only the requested hours.
    let hours: Value = serde_json::from_str(&run(&["--format", "json", "--hours", "12-13"])).unwrap();
    assert!(hours["points"].as_array().unwrap().iter().all(|point| point["at"].as_str().unwrap()[11..13] == *"12"));
    let text = run(&[]);
    assert!(text.contains("\nMost waiting "), "{text}");
    for (flags, code, part) in [
        (&["--every", "15m", "--from", "2020-01-01", "--to", "2020-01-02"][..], 3, "covers 2026-03-0"),
        (&["--every", "0s", "--from", "2026-03-02", "--to", "2026-03-02"], 2, "take a longer step"),
        (&["--every", "1ms", "--from", "2026-03-02", "--to", "2026-03-02"], 2, "take a longer step"),
        (&["--from", "2026-03-02"], 2, "--from is for the series"),
        (&["--every", "15m", "--at", "2026-03-02T12:00:00Z"], 2, "cannot be used with"),
    ] {
        let message = crate::support::failure(&[&["snapshot", log], flags].concat(), code);
        assert!(message.contains(part), "{flags:?}: {message}");
    }
}

#[test]
fn a_folder_of_facts_has_the_snapshot_of_its_horizon() {
    let folder = tempfile::tempdir().unwrap();
    let log = "fixtures/cases/18-snapshot/log.jsonl";
    let at = "2026-03-02T12:00:00Z";
    let facts = folder.path().join("facts");
    let facts = facts.to_str().unwrap();
    crate::support::success(&["fold", log, "--as-of", at, "-o", facts]);
    let of_log = crate::support::success(&["snapshot", log, "--at", at, "--format", "json"]);
    let of_facts = crate::support::success(&["snapshot", facts, "--format", "json"]);
    assert_eq!(String::from_utf8(of_facts).unwrap(), String::from_utf8(of_log).unwrap());
    let message = crate::support::failure(&["snapshot", facts, "--at", at], 2);
    assert!(message.contains("a folder of facts of one instant"), "{message}");
}

#[test]
fn flags_without_meaning_are_refused() {
    let log = "fixtures/cases/18-snapshot/log.jsonl";
    for (flags, part) in [
        (&["--hours", "9-18"][..], "--hours has no meaning at one instant"),
        (&["--at", "yesterday"], "--at: "),
        (&["--status", "in_que"], "did you mean `in_queue`?"),
        (&["--at", "2026-03-02T12:00:00Z", "--as-of", "2026-03-02T12:00:00Z"], "cannot be used with"),
    ] {
        let message = crate::support::failure(&[&["snapshot", log], flags].concat(), 2);
        assert!(message.contains(part), "{flags:?}: {message}");
    }
    let message = crate::support::failure(&["snapshot", log, "--at", "2020-01-01T00:00:00Z"], 3);
    assert!(message.contains("no events up to 2020-01-01T00:00:00Z"), "{message}");
}

#[test]
fn the_list_is_sorted_limited_and_whole_in_every_format() {
    let log = "fixtures/cases/18-snapshot/log.jsonl";
    let run = |flags: &[&str]| {
        let base = ["snapshot", log, "--at", "2026-03-02T12:00:00Z"];
        String::from_utf8(crate::support::success(&[&base, flags].concat())).unwrap()
    };
    let ids = |csv: &str| -> Vec<String> {
        csv.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned()).collect()
    };
    let by_wait = run(&["--format", "csv", "--sort", "wait"]);
    assert_eq!(ids(&by_wait)[..3], ["s9", "s4", "s3"]);
    let limited = run(&["--format", "csv", "--sort", "duration", "--limit", "1"]);
    assert_eq!(ids(&limited).len(), 3, "one of each stage:\n{limited}");
    let json: Value = serde_json::from_str(&run(&["--format", "json", "--limit", "1"])).unwrap();
    assert_eq!(json["totals"]["total"], 8);
    assert_eq!(json["unlisted"], json!({"total": 5, "automated": 0, "waiting": 2, "attended": 3, "awaiting_reply": 3}));
    assert_eq!(
        run(&["--format", "csv", "--table", "totals"]),
        "total,automated,waiting,attended,awaiting_reply\n8,1,3,4,5\n"
    );
    assert!(run(&["--limit", "1"]).contains("\nand 3 more: --limit N lists them\n"));
    let none = run(&["--limit", "0"]);
    assert!(none.contains("\nWaiting: 3 ") && none.contains("all of them are left out by --limit"), "{none}");
    let folder = tempfile::tempdir().unwrap();
    let many = folder.path().join("many.jsonl");
    let row = |n| format!("{{\"ts\":\"2026-03-02T10:00:00Z\",\"event\":\"queued\",\"conversation_id\":\"q{n:03}\"}}\n");
    std::fs::write(&many, (0..60).map(row).collect::<String>()).unwrap();
    let page = |flags: &[&str]| {
        let flags = [&["snapshot", many.to_str().unwrap()], flags].concat();
        String::from_utf8(crate::support::success(&flags)).unwrap()
    };
    assert!(page(&[]).contains("\nand 10 more: --limit N lists them\n"), "{}", page(&[]));
    assert!(page(&[]).contains("warning[no_agent_status]: "), "{}", page(&[]));
    assert!(page(&["--limit", "60"]).contains("\nq059 "));
    assert_eq!(page(&["--format", "csv"]).lines().count(), 61);
    let out: PathBuf = folder.path().join("out");
    run(&["-o", out.to_str().unwrap()]);
    let names = crate::support::names(&out);
    let expected = [
        "agents.csv",
        "conversations.csv",
        "departments.csv",
        "queues.csv",
        "snapshot.json",
        "snapshot.pdf",
        "totals.csv",
    ];
    assert_eq!(names, expected);
}

fn schema(name: &str) -> jsonschema::Validator {
    let text = std::fs::read_to_string(crate::support::root().join("schemas").join(name)).unwrap();
    jsonschema::draft202012::new(&serde_json::from_str(&text).unwrap()).unwrap()
}

#[test]
fn the_json_fits_its_schema_and_has_every_key() {
    let log = "fixtures/cases/18-snapshot/log.jsonl";
    let of = |flags: &[&str]| -> Value {
        serde_json::from_slice(&crate::support::success(&[&["snapshot", log, "--format", "json"], flags].concat()))
            .unwrap()
    };
    let at = ["--at", "2026-03-02T12:00:00Z", "--channel", "web"];
    let every = ["--every", "1h", "--from", "2026-03-02", "--to", "2026-03-02"];
    for (value, name, rows) in [
        (of(&at), "snapshot-1.schema.json", &["conversations", "agents", "departments", "queues"][..]),
        (of(&every), "series-1.schema.json", &["points", "queues"]),
    ] {
        let schema = schema(name);
        let errors: Vec<String> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        let mut paths: Vec<String> = ["", "/input", "/limits", "/generator"].map(str::to_owned).to_vec();
        paths.extend(rows.iter().map(|table| format!("/{table}/0")));
        for path in paths {
            let keys: Vec<String> = value.pointer(&path).unwrap().as_object().unwrap().keys().cloned().collect();
            for key in keys {
                let mut less = value.clone();
                less.pointer_mut(&path).unwrap().as_object_mut().unwrap().remove(&key);
                assert!(!schema.is_valid(&less), "{name}: {key} less at {path}");
            }
            let mut more = value.clone();
            more.pointer_mut(&path).unwrap()["Not a key!"] = json!(1);
            assert!(!schema.is_valid(&more), "{name}: a key more at {path}");
        }
    }
}
