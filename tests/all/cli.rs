//! The real binary as people and scripts use it: outputs, standard input, identical bytes, signals (interface.md).

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use tempfile::tempdir;

use crate::support::{self, WEEK_LOG, dialogram, failure, names, root, run, success, text, week};

fn week_bytes() -> Vec<u8> {
    fs::read(root().join(WEEK_LOG)).unwrap()
}

fn as_json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// Standard output of a run with these bytes on standard input.
fn fed(args: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut child = piped(args);
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    let is_warning = |line: &str| line.starts_with("warning[");
    assert!(output.status.success() && message.lines().all(is_warning), "{args:?}: {message}");
    output.stdout
}

fn piped(args: &[&str]) -> Child {
    let mut command = dialogram(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn a_report_is_plain_text_of_80_columns() {
    let report = String::from_utf8(success(&week(&[]))).unwrap();
    assert!(report.starts_with("Conversations report"), "{report}");
    assert!(report.ends_with('\n'));
    for line in report.lines() {
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert!(unicode_width::UnicodeWidthStr::width(line) <= 80, "{line}");
    }
    for part in ["2 Mar – Sun 8 Mar 2026", "Total conversations", "555", "By channel", "whatsapp"] {
        assert!(report.contains(part), "no {part} in\n{report}");
    }
}

#[test]
fn colours_are_written_where_asked_for_only() {
    let has_escape = |flags: &[&str]| success(&week(flags)).contains(&0x1b);
    assert!(has_escape(&["--color", "always"]));
    assert!(!has_escape(&["--color", "never"]));
    assert!(!has_escape(&["--color", "auto"]));
}

#[test]
fn a_folder_gets_three_files_and_standard_output_nothing() {
    let folder = tempdir().unwrap();
    let reports = folder.path().join("reports");
    for _ in 0..2 {
        assert!(success(&week(&["-o", text(&reports)])).is_empty());
        assert_eq!(names(&reports), ["report.csv", "report.json", "report.pdf"]);
    }
    assert_eq!(fs::read(reports.join("report.json")).unwrap(), success(&week(&["--format", "json"])));
    assert_eq!(fs::read(reports.join("report.csv")).unwrap(), success(&week(&["--format", "csv"])));
    assert_eq!(fs::read(reports.join("report.pdf")).unwrap(), success(&week(&["--format", "pdf"])));
}

#[test]
fn one_format_goes_to_a_file_or_to_standard_output() {
    let folder = tempdir().unwrap();
    for format in ["terminal", "json", "csv", "pdf"] {
        let file = folder.path().join(format);
        assert!(success(&week(&["--format", format, "-o", text(&file)])).is_empty());
        assert_eq!(fs::read(&file).unwrap(), success(&week(&["--format", format])), "{format}");
        assert_eq!(fs::read(&file).unwrap(), success(&week(&["--format", format, "-o", "-"])), "{format}");
    }
    assert_eq!(names(folder.path()), ["csv", "json", "pdf", "terminal"]);
    assert_eq!(success(&week(&["--format", "terminal"])), success(&week(&[])));
}

#[test]
fn each_ending_is_listed_once_and_a_tag_of_a_language_is_one() {
    let week = root().join("fixtures/week/events.jsonl");
    let message = failure(&["report", text(&week), "--to", "log-end", "-o", "out.docx"], 2);
    assert!(message.contains("no format has the ending .docx (.txt, .json"), "{message}");
    assert_eq!(message.matches(".txt").count(), 1, "{message}");
    let page = |lang: &str| success(&["report", text(&week), "--to", "log-end", "--lang", lang]);
    assert_eq!(page("pt-BR"), page("pt"));
    let message = failure(&["report", text(&week), "--to", "log-end", "--lang", "de-DE"], 2);
    assert!(message.contains("de-DE") && message.contains("pt"), "{message}");
}

#[test]
fn standard_input_is_known_by_its_first_bytes() {
    let args = ["report", "-", "--to", "log-end", "--format", "json", "--max-rejects", "1"];
    let log = fs::read(root().join("fixtures/csv-dialects/log.jsonl")).unwrap();
    let numbers = |bytes: &[u8]| {
        let report = as_json(&fed(&args, bytes));
        assert_eq!(report["input"]["files"][0]["name"], "stdin");
        (report["metrics"].clone(), report["tables"].clone(), report["input"]["files"][0]["format"].clone())
    };
    let expected = numbers(&log);
    assert_eq!(expected.2, "jsonl");
    assert_eq!(numbers(&support::gzip(&log)), expected);
    assert_eq!(numbers(&support::zstd(&log)), expected);
    for name in ["comma.csv", "semicolon.csv", "tab.tsv"] {
        let csv = fs::read(root().join("fixtures/csv-dialects").join(name)).unwrap();
        let found = numbers(&csv);
        assert_eq!((&found.0, &found.1, &found.2), (&expected.0, &expected.1, &Value::from("csv")), "{name}");
        assert_eq!(numbers(&support::gzip(&csv)), found, "{name}.gz");
    }
}

#[test]
fn input_format_beats_name_and_content() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.csv");
    fs::copy(root().join("fixtures/csv-dialects/log.jsonl"), &log).unwrap();
    let flags = ["--to", "log-end", "--format", "json", "--max-rejects", "1", "--input-format", "jsonl"];
    let report = as_json(&success(&[&["report", text(&log)], &flags[..]].concat()));
    assert_eq!((&report["input"]["rejected"], &report["input"]["files"][0]["format"]), (&1.into(), &"jsonl".into()));
}

#[test]
fn the_machine_does_not_reach_the_report() {
    let folder = tempdir().unwrap();
    fs::copy(root().join(WEEK_LOG), folder.path().join("events.jsonl")).unwrap();
    for format in ["terminal", "json", "csv", "pdf"] {
        let expected = success(&week(&["--format", format]));
        let mut args = week(&["--format", format]);
        args[1] = "events.jsonl";
        for (zone, language) in [("Asia/Tokyo", "pt_BR.UTF-8"), ("nonsense", "tr_TR.ISO-8859-9"), (":", "C")] {
            let mut command = dialogram(&args);
            command.current_dir(folder.path()).env("TZ", zone).env("LANG", language).env("LC_ALL", language);
            command.env("COLUMNS", "20").env("LINES", "1").env("HOME", "/nowhere").env("RAYON_NUM_THREADS", "1");
            command.env("POLARS_MAX_THREADS", "3").env("POLARS_FMT_MAX_ROWS", "1");
            let output = command.output().unwrap();
            assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{format} {zone}");
            assert!(output.stdout == expected, "{format} differs with TZ={zone} LC_ALL={language}");
        }
    }
}

#[test]
fn now_decides_the_default_window() {
    let window = |now: &str, flags: &[&str]| {
        let args = ["report", WEEK_LOG, "--format", "json", "--now", now];
        let report = as_json(&success(&[&args[..], flags].concat()));
        (report["window"]["from"].as_str().unwrap().to_owned(), report["window"]["to"].as_str().unwrap().to_owned())
    };
    let sao_paulo = ["--tz", "America/Sao_Paulo"];
    let expected = ("2026-03-02T00:00:00-03:00".to_owned(), "2026-03-09T00:00:00-03:00".to_owned());
    assert_eq!(window("2026-03-09T03:00:00Z", &sao_paulo), expected);
    assert_eq!(window("2026-03-10T02:59:59Z", &sao_paulo), expected);
    assert_eq!(window("2026-03-09T10:00", &[&sao_paulo[..], &["--days", "7"]].concat()), expected);
    assert_ne!(window("2026-03-09T02:59:59Z", &sao_paulo), expected);
}

#[test]
fn quiet_only_hides_notes() {
    assert_eq!(success(&week(&["--quiet"])), success(&week(&[])));
    assert_eq!(success(&week(&["-q", "--format", "json"])), success(&week(&["--format", "json"])));
}

#[test]
fn a_folder_of_logs_and_a_glob_are_their_files_by_name() {
    let folder = tempdir().unwrap();
    let lines = week_bytes();
    let half = lines[..lines.len() / 2].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    fs::write(folder.path().join("b.ndjson"), &lines[half..]).unwrap();
    fs::write(folder.path().join("a.jsonl.gz"), support::gzip(&lines[..half])).unwrap();
    fs::write(folder.path().join("README.txt"), "not a log").unwrap();
    let report = |log: &str| {
        let mut args = week(&["--format", "json"]);
        args[1] = log;
        success(&args)
    };
    let by_folder = report(text(folder.path()));
    let files = &as_json(&by_folder)["input"]["files"];
    assert_eq!((&files[0]["name"], &files[1]["name"]), (&"a.jsonl.gz".into(), &"b.ndjson".into()));
    let glob = folder.path().join("*.*[nz]*");
    assert_eq!(report(text(&glob)), by_folder);
    assert_eq!(as_json(&by_folder)["metrics"], as_json(&success(&week(&["--format", "json"])))["metrics"]);
}

#[test]
fn facts_give_the_bytes_of_the_log() {
    let folder = tempdir().unwrap();
    let facts = folder.path().join("facts");
    assert!(success(&["fold", WEEK_LOG, "-o", text(&facts)]).is_empty());
    assert_eq!(names(&facts).len(), 10);
    for format in ["json", "csv", "pdf", "terminal"] {
        let mut args = week(&["--format", format]);
        let expected = success(&args);
        args[1] = text(&facts);
        assert!(success(&args) == expected, "{format} differs");
    }
}

#[test]
fn facts_with_rejects_give_the_bytes_of_the_log() {
    let folder = tempdir().unwrap();
    let log = "fixtures/reject-reasons/rows.jsonl";
    success(&["fold", log, "-o", text(folder.path()), "--max-rejects", "100%"]);
    let flags = ["--to", "log-end", "--format", "json", "--max-rejects", "100%"];
    let report = |log| success(&[&["report", log], &flags[..]].concat());
    assert_eq!(report(text(folder.path())), report(log));
}

#[test]
fn two_folds_write_the_same_bytes() {
    let folders = [tempdir().unwrap(), tempdir().unwrap()];
    for folder in &folders {
        success(&["fold", WEEK_LOG, "-o", text(folder.path())]);
    }
    for name in names(folders[0].path()) {
        let read = |folder: &Path| fs::read(folder.join(&name)).unwrap();
        assert!(read(folders[0].path()) == read(folders[1].path()), "{name} differs");
    }
}

#[test]
fn metrics_lists_all_or_prints_one() {
    let list = String::from_utf8(success(&["metrics"])).unwrap();
    assert_eq!(list.lines().count(), dialogram::metrics::all().count());
    for (line, metric) in list.lines().zip(dialogram::metrics::all()) {
        assert!(line.starts_with(metric.id) && line.ends_with(metric.label), "{line}");
        let page = String::from_utf8(success(&["metrics", metric.id])).unwrap();
        for part in [metric.id, metric.label, metric.doc, metric.clock.name(), metric.table.name()] {
            assert!(page.contains(part), "no {part} in\n{page}");
        }
        let markdown = String::from_utf8(success(&["metrics", metric.id, "--format", "markdown"])).unwrap();
        assert!(markdown.contains(&format!("## `{}`", metric.id)));
    }
    let json = as_json(&success(&["metrics", "--format", "json"]));
    let ids: Vec<&str> = json.as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_eq!(ids, dialogram::metrics::all().map(|metric| metric.id).collect::<Vec<_>>());
    assert_eq!(as_json(&success(&["metrics", ids[0], "--format", "json"])), Value::from(vec![json[0].clone()]));
}

#[test]
fn help_has_examples_and_every_flag_is_explained() {
    let help = String::from_utf8(success(&["--help"])).unwrap();
    for part in ["Examples:", "dialogram report", "Exit codes:", "report", "fold", "metrics"] {
        assert!(help.contains(part), "no {part} in\n{help}");
    }
    for command in ["report", "list", "fold", "metrics"] {
        let help = String::from_utf8(success(&[command, "--help"])).unwrap();
        assert!(help.contains(&format!("Usage: dialogram {command}")), "{help}");
    }
    let version = String::from_utf8(success(&["--version"])).unwrap();
    assert_eq!(version.trim(), concat!("dialogram ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_bare_call_shows_first_steps_and_is_wrong_usage() {
    let output = run(&[]);
    let help = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert_eq!(help.lines().count(), 12, "{help}");
    assert_eq!(help.lines().filter(|line| line.starts_with("  dialogram ")).count(), 3, "{help}");
    assert!(help.starts_with("dialogram: reports from exported chat logs\n") && help.contains("--help"), "{help}");
}

#[test]
fn a_closed_pipe_ends_the_run_quietly() {
    for format in ["terminal", "json", "csv", "pdf"] {
        let mut args = week(&["--format", format]);
        args[1] = "-";
        let mut child = piped(&args);
        // Before the run can have written anything, because it has no input yet.
        drop(child.stdout.take());
        child.stdin.take().unwrap().write_all(&week_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]), "{format}");
    }
}

#[test]
fn the_first_line_is_enough() {
    let mut child = piped(&week(&["--format", "csv"]));
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
    assert!(line.starts_with("table,key,metric"), "{line}");
}

/// A run that has read the week from standard input, waits for more, and will write into `folder`.
fn waiting(folder: &Path) -> Child {
    let mut args = week(&["--rejects", "rejects.jsonl", "-o", "reports"]);
    args[1] = "-";
    let mut command = dialogram(&args);
    command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // More than a pipe holds: once all is written, the run is reading, and its signal handlers are installed.
    child.stdin.as_mut().unwrap().write_all(&week_bytes()).unwrap();
    child
}

fn signal(child: &Child, name: &str) {
    let status = Command::new("kill").args(["-s", name, &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}

const SIGNALS: [(&str, i32, &str); 2] = [("INT", 130, "interrupted"), ("TERM", 143, "terminated")];

/// Files in `folder` and below it.
fn files(folder: &Path) -> Vec<String> {
    let below = names(folder).into_iter().flat_map(|name| {
        let path = folder.join(&name);
        if path.is_dir() { names(&path) } else { vec![name] }
    });
    below.collect()
}

#[test]
fn a_signal_while_reading_ends_the_run_and_writes_nothing() {
    for (name, code, message) in SIGNALS {
        let folder = tempdir().unwrap();
        let mut child = waiting(folder.path());
        signal(&child, name);
        drop(child.stdin.take());
        let output = child.wait_with_output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{name}: {error}");
        assert!(error.contains(message), "{error}");
        assert!(files(folder.path()).is_empty(), "{:?}", files(folder.path()));
    }
}

#[test]
fn a_signal_ends_a_run_whose_input_has_stopped() {
    for (name, code, _) in SIGNALS {
        let folder = tempdir().unwrap();
        let mut child = waiting(folder.path());
        let still_open = child.stdin.take();
        signal(&child, name);
        let id = child.id().to_string();
        let (ended, end) = mpsc::channel();
        let wait = move || ended.send(child.wait_with_output().unwrap());
        let waiter = std::thread::Builder::new().spawn(wait).unwrap();
        let output = end.recv_timeout(Duration::from_secs(5));
        if output.is_err() {
            Command::new("kill").args(["-s", "KILL", &id]).status().unwrap();
        }
        drop(still_open);
        waiter.join().unwrap().ok();
        let code_found = output.ok().map(|output| output.status.code());
        assert_eq!(code_found, Some(Some(code)), "{name}: it waits for more input");
        assert!(files(folder.path()).is_empty());
    }
}

#[test]
fn compare_chooses_the_other_window() {
    let report = |compare: &str| as_json(&success(&week(&["--format", "json", "--compare", compare])));
    let (previous, none) = (report("previous"), report("none"));
    assert_eq!(previous["window"]["previous"]["from"], "2026-02-23T00:00:00-03:00");
    assert_eq!(previous, as_json(&success(&week(&["--format", "json"]))));
    assert_eq!(report("2026-02-23"), previous);
    assert!(none["window"]["previous"].is_null());
    for (id, metric) in none["metrics"].as_object().unwrap() {
        assert!(metric["previous"].is_null() && metric["change"].is_null(), "{id}");
        assert_eq!(metric.get("value"), previous["metrics"][id].get("value"));
    }
    assert!(none["warnings"].as_array().unwrap().iter().all(|warning| warning["id"] != "no_previous_window"));
    let other = report("2026-02-24");
    assert_eq!(other["window"]["previous"]["from"], "2026-02-24T00:00:00-03:00");
    assert_eq!(other["window"]["previous"]["to"], "2026-03-03T00:00:00-03:00");
    let before_the_log = report("2026-02-16");
    assert!(before_the_log["window"]["previous"].is_null());
    assert!(before_the_log["warnings"].as_array().unwrap().iter().any(|warning| warning["id"] == "no_previous_window"));
}

#[test]
fn several_templates_are_one_report() {
    let report = |flags: &[&str]| as_json(&success(&week(&[flags, &["--format", "json"]].concat())));
    let [queues, first, both] = [&["queues"][..], &["first-contact"], &["queues", "first-contact"]]
        .map(|names| report(&names.iter().flat_map(|name| ["--template", name]).collect::<Vec<_>>()));
    assert_eq!(both["templates"], serde_json::json!(["queues", "first-contact"]));
    assert_eq!(both["title"], "Queues report · First contact report");
    for part in ["metrics", "tables"] {
        let mut expected = queues[part].as_object().unwrap().clone();
        expected.extend(first[part].as_object().unwrap().clone());
        assert_eq!(both[part], Value::Object(expected), "{part}");
    }
    // A table in two templates gets the metrics of both, each once.
    let merged = report(&["--template", "agents", "--template", "first-contact", "--template", "weekly"]);
    let metrics = merged["tables"]["by_agent"]["metrics"].as_array().unwrap();
    assert_eq!(
        (metrics.len(), &metrics[0], &metrics[25]),
        (26, &"closed_conversations".into(), &first["tables"]["by_agent"]["metrics"][4])
    );
    assert!(merged["tables"]["by_agent"]["rows"][0]["response_time"]["p90"].is_number());
}

#[test]
fn a_template_of_ones_own_works_as_the_built_in_ones() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("monday.toml");
    let own = "title = 'Monday meeting'\nmetrics = ['nps']\n[[tables]]\ndimension = 'weekday'\nmetrics = ['replies']\n";
    fs::write(&path, own).unwrap();
    for format in ["terminal", "pdf"] {
        assert!(!success(&week(&["--template", text(&path), "--format", format])).is_empty());
    }
    assert!(success(&week(&["--template", text(&path)])).starts_with("Monday meeting ".as_bytes()));
    let report = as_json(&success(&week(&["--template", text(&path), "--format", "json"])));
    assert_eq!((&report["templates"][0], &report["title"]), (&"monday".into(), &"Monday meeting".into()));
    let metrics: Vec<&String> = report["metrics"].as_object().unwrap().keys().collect();
    assert_eq!(metrics, ["nps", "replies"]);
    assert_eq!(report["tables"]["by_weekday"]["rows"].as_array().unwrap().len(), 7);
}

#[test]
fn the_service_level_has_its_own_limit_in_the_report() {
    let report = |flags: &[&str]| {
        let flags = [flags, &["--template", "queues", "--format", "json"]].concat();
        let report = as_json(&success(&week(&flags)));
        (report["limits"]["service_level"].clone(), report["metrics"]["service_level"]["value"].as_f64().unwrap())
    };
    let (default, sixty) = report(&[]);
    assert_eq!(default, 60);
    assert_eq!(report(&["--service-level", "1m"]), (60.into(), sixty));
    let (limit, day) = report(&["--service-level", "24h"]);
    assert!(limit == 86_400 && day > sixty, "{limit} {day} {sixty}");
    assert_eq!(report(&["--service-level", "0.5"]).0, 0.5);
}

#[test]
fn targets_mark_misses_in_every_output() {
    let targets = [
        "--template",
        "queues",
        "--target",
        "queue_wait.p90=330",
        "--target",
        "nps=50",
        "--target",
        "service_level=0%",
    ];
    let output = |format: &str| success(&week(&[&targets[..], &["--format", format]].concat()));
    let json = as_json(&output("json"));
    let found = &json["targets"][0];
    let p90 = &json["metrics"]["queue_wait"]["p90"];
    assert!(p90.as_f64().unwrap() > 330.0);
    assert_eq!(
        (&found["metric"], &found["statistic"], &found["bound"]),
        (&"queue_wait".into(), &"p90".into(), &"at_most".into())
    );
    assert_eq!((&found["limit"], &found["value"], &found["met"]), (&330.into(), p90, &false.into()));
    // The rows that the tables report themselves.
    let rows = json["tables"]["by_queue"]["rows"].as_array().unwrap();
    let late = rows.iter().filter(|row| row["queue_wait"]["p90"].as_f64().is_some_and(|p90| p90 > 330.0));
    let late: Vec<&Value> = late.map(|row| &row["key"]).collect();
    let missed: Vec<&Value> = found["missed"].as_array().unwrap().iter().map(|miss| &miss["key"]).collect();
    assert!(!late.is_empty() && late.len() < rows.len());
    assert_eq!(missed, late);
    assert_eq!((&json["targets"][2]["met"], json["targets"][2]["missed"].as_array().unwrap().len()), (&true.into(), 0));
    let csv = String::from_utf8(output("csv")).unwrap();
    assert_eq!(csv.lines().filter(|line| line.ends_with(",<=330,true")).count(), 1 + late.len());
    let terminal = String::from_utf8(output("terminal")).unwrap();
    assert!(terminal.contains("\n! Wait in queue p90 ≤ 5 min 30 s: missed, 6 min 12 s\n"), "{terminal}");
    // Durations, the list of targets, the rows and the total of the table.
    assert!(terminal.matches("! 6 min 12 s").count() >= 2, "{terminal}");
    // Without targets nothing is marked.
    let plain = success(&week(&["--template", "queues", "--format", "json"]));
    let mut without = json.clone();
    without.as_object_mut().unwrap().remove("targets");
    assert_eq!(as_json(&plain), without);
    let schema = serde_json::from_slice(&fs::read(root().join("schemas/report-1.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    assert!(
        validator.is_valid(&json),
        "{:?}",
        validator.iter_errors(&json).map(|error| error.to_string()).collect::<Vec<_>>()
    );
}

#[test]
fn the_ending_of_an_output_chooses_the_format() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let json = success(&week(&["--format", "json"]));
    let pdf = success(&week(&["--format", "pdf"]));
    success(&week(&["-o", &at("weekly.json"), "-o", &at("weekly.pdf")]));
    assert_eq!(
        (fs::read(at("weekly.json")).unwrap(), fs::read(at("weekly.pdf")).unwrap()),
        (json.clone(), pdf.clone())
    );
    // An existing folder, also with a dot in its name, and one format.
    fs::create_dir(at("march.2026")).unwrap();
    success(&week(&["--format", "json", "-o", &at("march.2026")]));
    assert_eq!(names(&folder.path().join("march.2026")), ["report.json"]);
    // Several formats: a folder, or a name with the format.
    success(&week(&["--format", "json", "--format", "pdf", "-o", &at("both")]));
    assert_eq!(names(&folder.path().join("both")), ["report.json", "report.pdf"]);
    success(&week(&["--format", "json", "--format", "pdf", "-o", &at("{week}.{format}")]));
    assert_eq!(fs::read(at("2026-W10.json")).unwrap(), json);
    assert_eq!(fs::read(at("2026-W10.pdf")).unwrap(), pdf);
    // Parents are created if requested.
    success(&week(&["--mkdir", "-o", &at("a/b/{from}/weekly.json")]));
    assert_eq!(fs::read(at("a/b/2026-03-02/weekly.json")).unwrap(), json);
    success(&week(&["--mkdir", "-o", &at("c/d/")]));
    assert_eq!(names(&folder.path().join("c/d")), ["report.csv", "report.json", "report.pdf"]);
}

#[test]
fn names_and_formats_that_do_not_fit_are_refused_before_the_log_is_read() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let cases: [(&[&str], &str); 6] = [
        (&["-o", &at("a.docx")], "no format has the ending .docx"),
        (&["-o", &at("a.pdf"), "--format", "json"], "the ending is that of pdf"),
        (&["-o", &at("a.pdf"), "--format", "json", "--format", "pdf"], "2 formats do not go into one file"),
        (&["--format", "json", "--format", "pdf"], "name a folder with -o"),
        (&["-o", &at("{weak}.pdf")], "did you mean `week`?"),
        (&["-o", "-", "-o", &at("a.pdf")], "give it alone"),
    ];
    for (flags, expected) in cases {
        let args = [&["report", "no-such-log.jsonl"][..], flags].concat();
        let output = run(&args);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && message.contains(expected), "{flags:?}: {message}");
    }
    assert!(names(folder.path()).is_empty());
}

#[test]
fn schemas_are_printed_by_name() {
    let names = String::from_utf8(success(&["schema"])).unwrap();
    assert_eq!(names.lines().count(), std::fs::read_dir(support::root().join("schemas")).unwrap().count());
    for line in names.lines() {
        let name = line.split(' ').next().unwrap();
        let file = std::fs::read(support::root().join(format!("schemas/{name}-1.schema.json"))).unwrap();
        assert_eq!(success(&["schema", name]), file, "{name}");
    }
}

#[test]
fn the_doctor_lists_the_environment_and_its_faults() {
    let folder = tempdir().unwrap();
    let run = || dialogram(&["doctor"]).current_dir(folder.path()).output().unwrap();
    let output = run();
    let page = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{page}");
    assert!(page.starts_with(concat!("program    dialogram ", env!("CARGO_PKG_VERSION"))), "{page}");
    assert!(page.contains("config     no dialogram.toml here\n") && page.contains(" can be written\n"), "{page}");
    assert!(page.contains(" of Inter and Noto (built in)") && page.contains("is not a terminal\n"), "{page}");
    assert!(page.lines().all(|line| line.len() < 120), "{page}");
    fs::write(folder.path().join("dialogram.toml"), "[reports.weekly]\nlogs = ['a']\n").unwrap();
    assert!(
        String::from_utf8(run().stdout).unwrap().contains("config     dialogram.toml: fine, with the reports weekly\n")
    );
    fs::write(folder.path().join("dialogram.toml"), "tzz = 'UTC'\n").unwrap();
    let output = run();
    assert!(String::from_utf8(output.stdout).unwrap().contains("config     dialogram.toml: wrong, see below\n"));
    assert_eq!(
        (output.status.code(), output.stderr.starts_with(b"dialogram: config dialogram.toml:1:")),
        (Some(2), true)
    );
}
