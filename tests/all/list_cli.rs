//! `list` as people and scripts use it: its formats, its flags, its errors.

use std::fs;

use clap::Parser;
use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::{Cli, Command as Subcommand};
use dialogram::fold::schema::FactTable;
use dialogram::language::Language;
use dialogram::metrics;
use dialogram::render::TerminalOptions;
use dialogram::render::list::{ListFormat, render};
use dialogram::render::look::Look;
use polars::prelude::{Column, DataFrame};
use serde_json::{Value, json};
use tempfile::tempdir;
use unicode_width::UnicodeWidthStr;

use crate::support::{self, WEEK_LOG, dialogram, failure, names, root, run, success, text, week};

/// A list of the fixture week.
fn of_week<'a>(flags: &[&'a str]) -> Vec<&'a str> {
    let window = ["--tz", "America/Sao_Paulo", "--from", "2026-03-02", "--to", "2026-03-08"];
    ["list"].into_iter().chain(flags.iter().copied()).chain([WEEK_LOG]).chain(window).collect()
}

fn json_of(args: &[&str]) -> Value {
    serde_json::from_slice(&success(&[args, &["--format", "json"]].concat())).unwrap()
}

fn csv_of(args: &[&str]) -> Vec<Vec<String>> {
    let bytes = success(&[args, &["--format", "csv"]].concat());
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]);
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_list_has_as_many_rows_as_its_figure() {
    let flags = ["--channel", "web", "--format", "json"];
    let report: Value = serde_json::from_slice(&success(&week(&flags))).unwrap();
    let figure = &report["metrics"]["transfers_cancelled"];
    let args = of_week(&["--metric", "transfers_cancelled", "--channel", "web"]);
    let list = json_of(&args);
    assert_eq!((&list["figure"]["value"], &list["row_count"]), (&figure["value"], &figure["value"]));
    assert_eq!(list["rows"].as_array().unwrap().len() as u64, figure["value"].as_u64().unwrap());
    assert_eq!(csv_of(&args).len() as u64, 1 + figure["value"].as_u64().unwrap());
    for row in list["rows"].as_array().unwrap() {
        assert_eq!((&row["channel"], &row["outcome"]), (&json!("web"), &json!("cancelled")));
    }
    let terminal = String::from_utf8(success(&args)).unwrap();
    assert!(terminal.starts_with("Transfers cancelled ") && terminal.contains("channel: web"), "{terminal}");
    assert!(terminal.contains(list["rows"][0]["conversation_id"].as_str().unwrap()), "{terminal}");
    assert!(terminal.contains(&list["rows"][0]["events"][0]["line"].to_string()), "{terminal}");
}

fn schema() -> jsonschema::Validator {
    let text = fs::read_to_string(root().join("schemas/list-1.schema.json")).unwrap();
    let schema = serde_json::from_str(&text).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// Every list of the week: of each metric and table.
fn lists() -> Vec<Vec<&'static str>> {
    let of_metrics = metrics::all().map(|metric| of_week(&["--metric", metric.id]));
    of_metrics.chain(FactTable::ALL.iter().map(|table| of_week(&[table.name()]))).collect()
}

#[test]
fn every_list_fits_the_schema_and_its_csv_has_the_same_values() {
    let schema = schema();
    for args in lists() {
        let args = [&args[..], &["--limit", "40"]].concat();
        let list = json_of(&args);
        let broken: Vec<String> =
            schema.iter_errors(&list).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(broken, [""; 0], "{args:?}");
        let rows = list["rows"].as_array().unwrap();
        let csv = csv_of(&args);
        assert_eq!(csv.len(), rows.len() + 1, "{args:?}");
        for (row, cells) in rows.iter().zip(&csv[1..]) {
            let row = row.as_object().unwrap();
            assert_eq!(row.keys().collect::<Vec<_>>(), csv[0].iter().collect::<Vec<_>>(), "{args:?}");
            for ((name, value), cell) in row.iter().zip(cells) {
                let expected = match value {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    Value::Array(items) if name == "events" => {
                        let event = |event: &Value| {
                            let part = |name: &str| event[name].to_string().replace('"', "");
                            format!("{}={}:{}", part("what"), part("file"), part("line"))
                        };
                        items.iter().map(event).collect::<Vec<_>>().join(" ")
                    }
                    Value::Array(items) => {
                        items.iter().map(|item| item.as_str().unwrap()).collect::<Vec<_>>().join("; ")
                    }
                    Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
                };
                assert_eq!(*cell, expected, "{name} of {args:?}");
            }
        }
    }
}

#[test]
fn the_schema_refuses_other_keys_than_a_list_s() {
    let schema = schema();
    let list = json_of(&of_week(&["--metric", "queue_wait", "--limit", "1"]));
    let changes: [(&str, Value); 6] = [
        ("/schema", json!("dialogram/list/2")),
        ("/row_count", json!(-1)),
        ("/figure/unit", json!("count")),
        ("/rows/0/value_seconds", json!("12")),
        ("/rows/0/entered_at", json!("yesterday")),
        ("/rows/0/events/0/line", json!(0)),
    ];
    for (place, value) in changes {
        let mut other = list.clone();
        *other.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = value;
        assert!(!schema.is_valid(&other), "{place}");
    }
    for field in list.as_object().unwrap().keys() {
        let mut without = list.clone();
        without.as_object_mut().unwrap().remove(field);
        assert!(!schema.is_valid(&without), "without {field}");
    }
}

/// The worked example of the README.
const SHOP: &str = "\
ts,event,conversation_id,customer_id,actor,agent_id,agent_name,channel,department,contact
2026-03-02T09:00:00Z,message,c1,ana,customer,,,web,,Ana
2026-03-02T09:00:02Z,message,c1,ana,bot,,,web,,
2026-03-02T09:01:00Z,message,c1,ana,customer,,,web,,
2026-03-02T09:01:10Z,transfer_requested,c1,ana,,,,web,,
2026-03-02T09:01:12Z,transfer_succeeded,c1,ana,,,,web,Orders,
2026-03-02T09:02:00Z,assigned,c1,ana,,mia,Mia Moe,web,Orders,
2026-03-02T09:03:00Z,message,c1,ana,agent,mia,Mia Moe,web,Orders,
2026-03-02T09:09:00Z,closed,c1,ana,agent,mia,Mia Moe,web,Orders,
2026-03-03T18:30:00Z,message,c2,bea,customer,,,whatsapp,,
2026-03-03T18:30:02Z,message,c2,bea,bot,,,whatsapp,,
";

#[test]
fn a_conversation_is_one_row_with_its_waits_people_and_close() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("shop.csv");
    fs::write(&path, SHOP).unwrap();
    let list = json_of(&["list", "conversations", text(&path), "--all"]);
    assert_eq!((&list["metric"], &list["figure"], &list["row_count"]), (&Value::Null, &Value::Null, &json!(2)));
    let row = &list["rows"][0];
    for (column, value) in [
        ("conversation_id", json!("c1")),
        ("customer", json!("ana")),
        ("contact", json!("Ana")),
        ("queue_wait_seconds", json!(48)),
        ("agent_wait_seconds", json!(60)),
        ("total_wait_seconds", json!(108)),
        ("first_response_time_seconds", json!(180)),
        ("bot_time_seconds", json!(72)),
        ("agent_time_seconds", json!(360)),
        ("conversation_time_seconds", json!(540)),
        ("agent", json!("mia")),
        ("agent_name", json!("Mia Moe")),
        ("agents", json!(["mia"])),
        ("agent_names", json!(["Mia Moe"])),
        ("closed_at", json!("2026-03-02T09:09:00+00:00")),
        ("closed_by", json!("agent")),
        ("closed_by_agent", json!("mia")),
        ("customer_messages", json!(2)),
    ] {
        assert_eq!(row[column], value, "{column}");
    }
    let line = |what: &str| {
        let events = row["events"].as_array().unwrap();
        events.iter().find(|event| event["what"] == what).map(|event| event["line"].clone())
    };
    assert_eq!(
        ["started_at", "engaged_at", "bot_ended_at", "first_agent_message_at", "closed_at"].map(line),
        [2, 4, 6, 8, 9].map(|line| Some(json!(line)))
    );
    // A customer who only wrote to the bot has no waits: no data is null.
    let other = &list["rows"][1];
    assert_eq!((&other["queue_wait_seconds"], &other["agents"]), (&Value::Null, &json!([])));
    // A metric's rows show no personal data except the customer's id.
    let metric = json_of(&["list", "--metric", "conversations", text(&path), "--all"]);
    assert_eq!((&metric["rows"][0]["customer"], metric["rows"][0].get("contact")), (&json!("ana"), None));
}

#[test]
fn the_longest_waits_are_sorted_by_value() {
    let list = json_of(&of_week(&["--metric", "queue_wait", "--sort", "value", "--limit", "10"]));
    let report: Value = serde_json::from_slice(&success(&week(&["--template", "queues", "--format", "json"]))).unwrap();
    let waits: Vec<f64> =
        list["rows"].as_array().unwrap().iter().map(|row| row["value_seconds"].as_f64().unwrap()).collect();
    assert_eq!(waits.len(), 10);
    assert!(waits.is_sorted_by(|a, b| a >= b), "{waits:?}");
    assert_eq!(json!(waits[0]), report["metrics"]["queue_wait"]["max"]);
    assert_eq!((&list["order"], &list["row_count"]), (&json!("value_seconds"), &list["figure"]["n"]));
    let by_name = json_of(&of_week(&["--metric", "queue_wait", "--sort", "value_seconds", "--limit", "10"]));
    assert_eq!(by_name, list);
    // Rows without a value come last.
    let visits = json_of(&of_week(&["visits", "--sort", "queue_wait_seconds"]));
    let waits: Vec<bool> =
        visits["rows"].as_array().unwrap().iter().map(|row| row["queue_wait_seconds"].is_null()).collect();
    assert!(waits.is_sorted() && waits.contains(&true) && waits.contains(&false));
    let rows = json_of(&of_week(&["--metric", "queue_wait"]));
    let instants: Vec<&str> =
        rows["rows"].as_array().unwrap().iter().map(|row| row["entered_at"].as_str().unwrap()).collect();
    assert!(instants.is_sorted() && rows["order"] == "entered_at");
}

#[test]
fn mistakes_are_reported_with_advice() {
    let cases: [(&[&str], i32, &[&str]); 14] = [
        (&["list"], 2, &["<LOG>...", "list --metric <ID>"]),
        (&["list", WEEK_LOG], 2, &["is not a table", "--metric ID", "conversations, requests, visits"]),
        (&["list", "convrsations", WEEK_LOG], 2, &["`convrsations` is not a table", "did you mean `conversations`?"]),
        (&["list", "visits"], 2, &["no log", "list visits LOG"]),
        (&["list", "--metric", "queue_wiat", WEEK_LOG], 2, &["no metric `queue_wiat`, did you mean `queue_wait`?"]),
        (&["list", "visits", WEEK_LOG, "--metric", "replies"], 2, &["`visits` is a table", "--metric replies"]),
        (&["list", "visits", WEEK_LOG, "--all", "--days", "3"], 2, &["--days", "--all"]),
        (&["list", "visits", WEEK_LOG, "--limit", "0"], 2, &["--limit", "0"]),
        (&["list", "visits", WEEK_LOG, "--all", "--sort", "quue"], 2, &["--sort quue", "queue_wait_seconds"]),
        (&["list", "--metric", "replies", WEEK_LOG, "--all", "--sort", "value"], 2, &["no value of its own", "ts"]),
        (&["list", "visits", WEEK_LOG, "-o", "list.pdf"], 2, &["list.pdf"]),
        (&["list", "agent_states", WEEK_LOG, "--channel", "web"], 2, &["--channel", "no conversation"]),
        (
            &["list", "visits", WEEK_LOG, "--from", "2030-01-01", "--to", "2030-01-02"],
            3,
            &["no events", "--to log-end"],
        ),
        (&["list", "visits", "nofile.jsonl"], 5, &["nofile.jsonl: no such file"]),
    ];
    for (args, code, parts) in cases {
        let message = failure(args, code);
        for part in parts {
            assert!(message.contains(part), "{args:?}: no {part:?} in {message}");
        }
    }
}

#[test]
fn a_window_with_events_but_no_rows_is_an_empty_list() {
    let output = run(&of_week(&["--metric", "queue_wait", "--queue", "Fila Pedido", "--allow-empty"]));
    let warning = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(warning.contains("warning[unknown_filter_value]") && warning.contains("`Fila Pedidos`"), "{warning}");
    let terminal = String::from_utf8(output.stdout).unwrap();
    assert!(terminal.ends_with("\nno rows\n") && terminal.contains("Figure    queue_wait: mean –"), "{terminal}");
    let list = json_of(&of_week(&["--metric", "queue_wait", "--hours", "3-4", "--quiet"]));
    assert_eq!((&list["rows"], &list["figure"]["mean"]), (&json!([]), &Value::Null));
}

#[test]
fn a_folder_of_facts_has_the_rows_without_their_events() {
    let folder = tempdir().unwrap();
    success(&["fold", WEEK_LOG, "-o", text(folder.path())]);
    for of in [&["--metric", "service_level"][..], &["conversations"]] {
        let list = |log: &str, flags: &[&str]| {
            let output = run(&[&["list"], of, &[log, "--all", "--format", "json"], flags].concat());
            let stderr = String::from_utf8(output.stderr).unwrap();
            (serde_json::from_slice::<Value>(&output.stdout).unwrap(), stderr)
        };
        let (of_log, said) = list(WEEK_LOG, &[]);
        assert_eq!(said, "");
        let (of_facts, said) = list(text(folder.path()), &[]);
        assert!(said.starts_with("warning[no_events]: ") && said.contains("list the log itself"), "{said}");
        assert_eq!(of_facts["warnings"][0]["id"], "no_events");
        assert_eq!(list(text(folder.path()), &["--quiet"]).1, "");
        let mut rows = of_log["rows"].clone();
        for row in rows.as_array_mut().unwrap() {
            assert!(!row.as_object_mut().unwrap().remove("events").unwrap().as_array().unwrap().is_empty());
        }
        assert!(of_facts["rows"] == rows, "{of:?}");
        assert_eq!(of_facts["figure"], of_log["figure"]);
    }
}

#[test]
fn the_format_is_that_of_the_ending() {
    let folder = tempdir().unwrap();
    for (name, format) in [("rows.csv", "csv"), ("rows.JSON", "json"), ("rows.txt", "terminal")] {
        let path = folder.path().join(name);
        let args = of_week(&["closes"]);
        assert!(success(&[&args[..], &["-o", text(&path)]].concat()).is_empty());
        assert!(fs::read(&path).unwrap() == success(&[&args[..], &["--format", format]].concat()), "{name}");
    }
    let path = folder.path().join("rows.dat");
    success(&of_week(&["closes", "-o", text(&path), "--format", "csv"]));
    assert_eq!(names(folder.path()), ["rows.JSON", "rows.csv", "rows.dat", "rows.txt"]);
    assert_eq!(success(&of_week(&["closes", "-o", "-", "--format", "csv"])), fs::read(&path).unwrap());
}

#[test]
fn a_log_named_as_a_table_is_given_by_its_path() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("visits"), fs::read(root().join(WEEK_LOG)).unwrap()).unwrap();
    let list = |args: &[&str]| {
        let mut command = dialogram(&[&["list"], args, &["--all", "--format", "csv"]].concat());
        let output = command.current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    let expected = list(&["visits", "./visits"]);
    assert_eq!(list(&["visits", "visits"]), expected);
    assert!(!list(&["--metric", "nps", "visits"]).is_empty());
}

#[test]
fn standard_input_has_lines_too() {
    let args = |log: &'static str| ["list", "--metric", "response_time", log, "--all", "--format", "csv"];
    let log = fs::File::open(root().join(WEEK_LOG)).unwrap();
    let output = dialogram(&args("-")).stdin(log).output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
    let expected = String::from_utf8(success(&args(WEEK_LOG))).unwrap().replace("events.jsonl:", "stdin:");
    assert!(String::from_utf8(output.stdout).unwrap() == expected);
}

#[test]
fn files_of_one_name_are_distinguished() {
    let folder = tempdir().unwrap();
    let bytes = fs::read(root().join(WEEK_LOG)).unwrap();
    let half = bytes[..bytes.len() / 2].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    let write = |name: &str, bytes: &[u8]| {
        fs::create_dir(folder.path().join(name)).unwrap();
        let path = folder.path().join(name).join("log.jsonl");
        fs::write(&path, bytes).unwrap();
        path
    };
    let (first, second) = (write("a", &bytes[..half]), write("b", &bytes[half..]));
    let args = ["list", "--metric", "response_time", text(&first), text(&second), "--all"];
    let csv = String::from_utf8(success(&[&args[..], &["--format", "csv"]].concat())).unwrap();
    assert!(csv.contains("=log.jsonl#1:") && csv.contains("=log.jsonl#2:"));
    let terminal = String::from_utf8(success(&[&args[..], &["--limit", "1"]].concat())).unwrap();
    assert!(terminal.contains(" log.jsonl#1:"), "{terminal}");
}

#[test]
fn rows_of_parquet_are_its_lines() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("log.parquet");
    let texts = |name: &str, values: &[&str]| Column::new(name.into(), values);
    let columns = vec![
        texts("ts", &["2026-03-02T09:00:00Z", "2026-03-02T09:00:05Z", "2026-03-02T09:01:00Z", "2026-03-02T09:02:00Z"]),
        texts("event", &["message", "queued", "assigned", "message"]),
        texts("actor", &["customer", "", "", "agent"]),
        texts("agent_id", &["", "", "mia", "mia"]),
        texts("conversation_id", &["c", "c", "c", "c"]),
    ];
    // Two groups of rows: line numbers continue from one to the next.
    let mut frame = DataFrame::new(4, columns).unwrap();
    fs::write(&path, support::parquet(&mut frame, 3)).unwrap();
    let list = json_of(&["list", "--metric", "total_wait", text(&path), "--all"]);
    let lines: Vec<&Value> = list["rows"][0]["events"].as_array().unwrap().iter().map(|event| &event["line"]).collect();
    // The row that enters the queue also opens the visit.
    assert_eq!(
        (lines, &list["rows"][0]["value_seconds"]),
        (vec![&json!(2), &json!(2), &json!(3), &json!(4)], &json!(115))
    );
}

#[test]
fn nothing_in_a_log_runs_in_a_spreadsheet_or_a_terminal() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let row = json!({
        "ts": "2026-03-02T09:00:00Z", "event": "message", "actor": "customer", "conversation_id": "=1+1",
        "channel": "\u{1b}[31mred", "contact": "@SUM(A1)",
    });
    fs::write(&path, format!("{row}\n")).unwrap();
    let args = ["list", "conversations", text(&path), "--all"];
    let csv = csv_of(&args);
    let cell = |name: &str| csv[1][csv[0].iter().position(|column| column == name).unwrap()].clone();
    assert_eq!((cell("conversation_id"), cell("contact")), ("'=1+1".to_owned(), "'@SUM(A1)".to_owned()));
    assert_eq!(json_of(&args)["rows"][0]["conversation_id"], "=1+1");
    let terminal = String::from_utf8(success(&args)).unwrap();
    assert!(terminal.contains("\\u{1b}[31mred") && !terminal.contains('\u{1b}'), "{terminal}");
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for args in lists() {
        let line = ["dialogram"].iter().chain(&args).chain(&["--limit", "30"]);
        let Subcommand::List(parsed) = Cli::try_parse_from(line).unwrap().command else { unreachable!("a list") };
        let list = parsed.list(&Interrupt::default()).unwrap();
        for width in [40, 60, 80, 120, 200, 400] {
            let drawn = render(
                &list,
                ListFormat::Terminal,
                Language::English,
                &Look::default(),
                &TerminalOptions { width, color: false },
            )
            .unwrap();
            let drawn = String::from_utf8(drawn).unwrap();
            for line in drawn.lines() {
                assert!(line.width() <= width && !line.ends_with(' '), "{args:?} at {width}: {line:?}");
            }
            // The head, an empty line, the headings, one line per row, and the note about hidden columns.
            assert!(drawn.lines().count() > list.rows.len(), "{drawn}");
            let ids = list.column("conversation_id").filter(|_| width >= 80);
            for row in ids.iter().flat_map(|place| list.rows.iter().map(|row| &row[*place])) {
                assert!(drawn.contains(row.text().unwrap()), "{args:?} at {width}");
            }
        }
    }
}

#[test]
fn a_list_in_open_time_names_its_calendars() {
    let folder = tempfile::tempdir().unwrap();
    let hours = folder.path().join("hours.toml");
    std::fs::write(&hours, "[open]\nmon-fri = ['08:00-18:00']\n").unwrap();
    let args = of_week(&["--metric", "total_wait", "--limit", "1", "--opening-hours", text(&hours)]);
    let list = json_of(&args);
    let broken: Vec<String> = schema().iter_errors(&list).map(|error| error.to_string()).collect();
    assert_eq!(broken, [""; 0]);
    assert_eq!(list["opening_hours"]["open"]["mon"], json!(["08:00-18:00"]));
    assert!(json_of(&of_week(&["--metric", "total_wait"])).get("opening_hours").is_none());
    for format in ["terminal", "html", "markdown"] {
        let page = String::from_utf8(success(&[&args[..], &["--format", format]].concat())).unwrap();
        assert!(page.contains("hours.toml") && page.contains("08:00–18:00"), "{format}: {page}");
    }
}
