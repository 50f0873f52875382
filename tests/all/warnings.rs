//! Warnings as a user reads them: what is unusual about a log whose numbers may be wrong, and the remedy.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use dialogram::report::WarningId;
use serde_json::Value;

use crate::support::{dialogram, failure, names, root, run, success, text, week};

/// The JSON report for one day of a fixture, with more flags.
fn report(fixture: &str, log: &str, flags: &[&str]) -> Value {
    let log = format!("fixtures/{fixture}/{log}");
    let days = ["--from", "2026-03-02", "--to", "2026-03-02", "--format", "json"];
    let output = run(&[&["report", &log], &days[..], flags].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The texts of a report's warnings of one kind.
fn texts(report: &Value, id: &str) -> Vec<String> {
    let warnings = report["warnings"].as_array().unwrap().iter().filter(|warning| warning["id"] == id);
    warnings.map(|warning| warning["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn ids_that_a_spreadsheet_rounded_are_named_with_their_column() {
    let found = texts(&report("spoilt-ids", "resaved.csv", &[]), "spoilt_ids");
    let tail = ": digits are lost, and different ids may have become one; export the log again with ids as text, and where \
                a spreadsheet must open it, import that column as text";
    let shortened = "6 rows of `customer_id` hold 1 value as a spreadsheet shortens long numbers, as in `5.51199E+12`";
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].starts_with("resaved.csv: 6 rows of `conversation_id` hold 1 value as a "), "{found:?}");
    assert_eq!(found[1], format!("resaved.csv: {shortened}{tail}"));
    let cells = "ids.xlsx: 4 cells of `conversation_id` hold a number of more than 15 digits, which Excel rounds";
    assert_eq!(texts(&report("spoilt-ids", "ids.xlsx", &[]), "spoilt_ids"), [format!("{cells}{tail}")]);
    let profile = ["--profile", "fixtures/spoilt-ids/tickets.toml"];
    let found = texts(&report("spoilt-ids", "tickets.csv", &profile), "spoilt_ids");
    assert!(found[0].starts_with("tickets.csv: 4 rows of `conversation_id` (from `Ticket`) hold 1 value"), "{found:?}");
    assert!(found[2].contains("2 rows of `agent_id` (from `Agent`)"), "{found:?}");
}

#[test]
fn a_report_that_fails_for_rounded_event_ids_names_the_cause() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    let row = |n: u32| format!("2026-03-02T09:0{n}:00Z,message,9.1E+17,c{n},customer\n");
    let rows: String = (0..5).map(row).collect();
    std::fs::write(&log, format!("ts,event,event_id,conversation_id,actor\n{rows}")).unwrap();
    let output = run(&["report", log.to_str().unwrap(), "--to", "log-end"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{message}");
    let hint = "log.csv has ids that a spreadsheet has rounded, in `event_id`: export again with ids as text";
    assert!(message.contains(hint), "{message}");
}

#[test]
fn scores_of_stars_are_no_nps() {
    let agents = ["--template", "agents"];
    let found = texts(&report("scores-of-stars", "stars.csv", &agents), "scores_up_to_five");
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("no score of the log is above 5: `nps` reads scores from 0 to 10"), "{found:?}");
    // One that counts ratings counts these beside answers from 0 to 10.
    assert_eq!(
        texts(&report("scores-of-stars", "stars.csv", &["--template", "operations"]), "scores_up_to_five").len(),
        1
    );
    // A report with neither has no warning; the list of its rows has.
    assert!(texts(&report("scores-of-stars", "stars.csv", &[]), "scores_up_to_five").is_empty());
    let days = ["--from", "2026-03-02", "--to", "2026-03-02", "--format", "json"];
    let list = run(&[&["list", "fixtures/scores-of-stars/stars.csv", "--metric", "nps"], &days[..]].concat());
    let list: Value = serde_json::from_slice(&list.stdout).unwrap();
    assert_eq!(texts(&list, "scores_up_to_five").len(), 1);
}

#[test]
fn a_zone_that_nobody_chose_is_named_with_its_column() {
    let found = texts(&report("local-times", "log.csv", &[]), "local_times");
    let expected = "log.csv: local times without an offset in `ts` were read as UTC: if they are of another zone, set it, as in --input-tz America/Sao_Paulo; --input-tz UTC confirms this one";
    assert_eq!(found, [expected]);
    let profile = |name: &str| format!("fixtures/local-times/{name}.toml");
    let found = texts(&report("local-times", "tickets.csv", &["--profile", &profile("no-zone")]), "local_times");
    assert!(
        found.len() == 1 && found[0].starts_with("tickets.csv: local times without an offset in `opened` were"),
        "{found:?}"
    );
    // The environment and the config file count as a choice too.
    let chosen = |name: &str, value: &str, config: &str| {
        let flags = ["--from", "2026-03-02", "--to", "2026-03-02", "--format", "json", "--config", config];
        let log = root().join("fixtures/local-times/log.csv");
        let args = [&["report", log.to_str().unwrap()], &flags[..]].concat();
        let output = dialogram(&args).env(name, value).output().unwrap();
        let found: Value = serde_json::from_slice(&output.stdout).unwrap();
        texts(&found, "local_times").is_empty()
    };
    assert!(chosen("DIALOGRAM_INPUT_TZ", "UTC", "none") && !chosen("DIALOGRAM_TZ", "UTC", "none"));
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("dialogram.toml");
    std::fs::write(&config, "input-tz = 'UTC'\n").unwrap();
    assert!(chosen("DIALOGRAM_TZ", "UTC", config.to_str().unwrap()));
}

#[test]
fn a_sheet_and_a_naive_column_of_parquet_have_local_times() {
    let flags = ["--to", "log-end", "--format", "json", "--max-rejects", "100%"];
    let sheet = run(&[&["report", "fixtures/messy/shop.xlsx"], &flags[..]].concat());
    let sheet: Value = serde_json::from_slice(&sheet.stdout).unwrap();
    assert_eq!(texts(&sheet, "local_times").len(), 1, "{}", sheet["warnings"]);
}

#[test]
fn conversations_by_silence_are_reported_as_split_by_silence() {
    let found = texts(&report("late-channels", "log.csv", &[]), "late_channels");
    let expected = "1 customer has rows before the first one that names a channel, which make a conversation of their own: \
                    fill `channel` in every row, by a profile where the export lacks it, or split conversations without \
                    it, with --sessions inactivity-across-channels";
    assert_eq!(found, [expected]);
    let found = texts(&report("only-customers-wrote", "log.csv", &["--inactivity", "5m"]), "only_customers_wrote");
    let expected = "only the customer wrote in 10 of 10 conversations: they count as unanswered, so silence ends them after \
                    1 d 00 h (--human-inactivity) and --inactivity has no effect; if the log leaves the answers out, set \
                    --human-inactivity 5m";
    assert_eq!(found, [expected]);
}

#[test]
fn superseded_records_are_reported() {
    let logs = ["fixtures/profiles/amazon-connect/records-1.json", "fixtures/profiles/amazon-connect/records-2.json"];
    let output = success(&["report", logs[0], logs[1], "--to", "log-end", "--format", "json"]);
    let found: Value = serde_json::from_slice(&output).unwrap();
    let expected = "records-1.json: 1 record is superseded by a later version: of each `ContactId` the one with the highest \
                    `LastUpdateTimestamp` counts";
    assert_eq!(texts(&found, "superseded_records"), [expected]);
    assert!(texts(&found, "skipped_records").is_empty());
}

#[test]
fn a_log_exported_twice_is_reported_and_can_be_read_once() {
    let logs = ["fixtures/repeated-rows/log.csv", "fixtures/repeated-rows/copy.csv"];
    let flags = ["--from", "2026-03-02", "--to", "2026-03-02", "--format", "json"];
    let twice = run(&[&["report", logs[0], logs[1]], &flags[..]].concat());
    let expected = "5 rows are equal to an earlier row in every column, without an event_id to distinguish them: if the log \
                    holds them twice, they count twice; --drop-repeats drops them";
    assert_eq!(String::from_utf8(twice.stderr).unwrap(), format!("warning[repeated_rows]: {expected}\n"));
    let once = run(&[&["report", logs[0], logs[1], "--drop-repeats"], &flags[..]].concat());
    assert!(once.stderr.is_empty());
    let [twice, once] = [twice.stdout, once.stdout].map(|bytes| serde_json::from_slice::<Value>(&bytes).unwrap());
    assert_eq!((&twice["input"]["duplicates"], &once["input"]["duplicates"]), (&0.into(), &5.into()));
    assert!(texts(&once, "repeated_rows").is_empty());
}

#[test]
fn a_filter_that_matches_nothing_gives_no_report_of_zeros() {
    for command in ["report", "list", "snapshot"] {
        let mut args = vec![command, crate::support::WEEK_LOG, "--queue", "Fila Pedido"];
        args.extend(if command == "list" { &["--metric", "replies", "--all"][..] } else { &[] });
        args.extend(if command == "report" { &["--to", "log-end"][..] } else { &[] });
        let message = failure(&args, 3);
        let expected = "--queue Fila Pedido: the log has no such queue; did you mean `Fila Pedidos`? --allow-empty \
                        allows it: every figure is then 0";
        assert!(message.contains(expected), "{command}: {message}");
    }
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    let row = |id: u32, contact: &str| format!("2026-03-02T09:00:00Z,message,c{id},customer,{contact},2026-00{id}\n");
    let rows = [row(1, "Ana Maria Souza"), row(2, "+55 11 98888-7777"), row(3, "Rui Barbosa")].concat();
    fs::write(&log, format!("ts,event,conversation_id,actor,contact,protocol\n{rows}")).unwrap();
    for (flags, told) in [
        (["--contact", "sousa"], "--contact sousa: the log has no such contact; did you mean `Souza`? --allow-empty"),
        (["--contact", "Zilda"], "--contact Zilda: the log has no such contact. --allow-empty"),
        (
            ["--protocol", "2026-01"],
            "--protocol 2026-01: the log has no such protocol; did you mean `2026-001`? --allow",
        ),
        (["--protocol", "x"], "--protocol x: the log has no such protocol. --allow-empty"),
    ] {
        for command in
            [&["report"][..], &["list", "--metric", "conversations"], &["list", "conversations"], &["snapshot"]]
        {
            let window: &[&str] = if command == ["snapshot"] { &[] } else { &["--to", "log-end"] };
            let args = [command, &[text(&log)], &flags, window].concat();
            let message = failure(&args, 3);
            assert!(message.contains(told), "{args:?}: {message}");
            assert!(!["Maria", "Barbosa", "98888"].iter().any(|name| message.contains(name)), "{message}");
            success(&[&args[..], &["--allow-empty"]].concat());
        }
    }
    for flags in [["--contact", "MARIA"], ["--contact", "98888"], ["--protocol", "2026-003"]] {
        success(&[&["report", text(&log), "--to", "log-end"], &flags[..]].concat());
    }
    let output = run(&week(&["--queue", "Fila Pedido", "--allow-empty", "--format", "json"]));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["metrics"]["conversations"]["value"], 0);
    assert_eq!(texts(&report, "unknown_filter_value").len(), 1);
    // One of several: the report covers the others.
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let some = ["--queue", "Fila Pedido", "--queue", "Fila Pedidos", "--quiet", "-o", text(&out)];
    let output = run(&week(&some));
    let told =
        "warning[unknown_filter_value]: --queue Fila Pedido: the log has no such queue; did you mean `Fila Pedidos`?\n";
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), told));
    assert_eq!(names(&out).len(), 3);
    // Suppressed by name, on the command line and in the config; the report keeps it.
    let allowed = run(&week(&[&some[..4], &["--allow", "unknown_filter_value", "--format", "json"]].concat()));
    assert!(allowed.stderr.is_empty());
    assert_eq!(texts(&serde_json::from_slice(&allowed.stdout).unwrap(), "unknown_filter_value").len(), 1);
    let config = folder.path().join("dialogram.toml");
    fs::write(&config, "allow = ['unknown-filter-value']\n").unwrap();
    let allowed = run(&week(&[&some[..4], &["--config", text(&config)]].concat()));
    assert_eq!((allowed.status.code(), allowed.stderr.is_empty()), (Some(0), true));
    let message = failure(&week(&["--allow", "unknown_filter"]), 2);
    assert!(message.contains("no warning `unknown_filter`; did you mean `unknown_filter_value`?"), "{message}");
}

#[test]
fn a_quiet_window_inside_the_log_is_true_zeros() {
    let log = "fixtures/cases/02-timezone-trap/log.jsonl";
    let output = run(&["report", log, "--from", "2024-01-12", "--to", "2024-01-13", "--format", "json"]);
    let told = "warning[quiet_window]: nothing happened from 2024-01-12 to 2024-01-13: the log has events before and after \
                these days, and none on them\n";
    assert_eq!(String::from_utf8(output.stderr).unwrap(), told);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["metrics"]["conversations"]["value"], 0);
    assert_eq!(report["metrics"]["first_response_time"]["n"], 0);
    // After the log's end nothing is known.
    let message = failure(&["report", log, "--from", "2024-01-20", "--to", "2024-01-21"], 3);
    assert!(message.contains("no events from 2024-01-20 to 2024-01-21"), "{message}");
}

/// A row of a canonical log in `folder`.
fn with_row(folder: &Path, name: &str, ts: &str) -> PathBuf {
    let mut log = fs::read_to_string(root().join("fixtures/week/events.jsonl")).unwrap();
    log.push_str(&format!(
        "{{\"ts\":\"{ts}\",\"event\":\"message\",\"conversation_id\":\"zz\",\"actor\":\"customer\"}}\n"
    ));
    let path = folder.join(name);
    fs::write(&path, log).unwrap();
    path
}

#[test]
fn a_row_with_a_wrong_date_is_suspected() {
    let folder = tempfile::tempdir().unwrap();
    for (ts, from, to) in [
        ("2062-03-02T09:05:00Z", "2026-03-09", "2062-03-02"),
        ("1970-01-01T00:00:00Z", "1970-01-01", "2026-02-23"),
        ("2026-12-03T09:05:00Z", "2026-03-09", "2026-12-03"),
    ] {
        let log = with_row(folder.path(), "log.jsonl", ts);
        let output = run(&["report", text(&log), "--from", "2026-03-02", "--to", "2026-03-08", "--format", "json"]);
        let told = String::from_utf8(output.stderr).unwrap();
        let expected = format!("warning[distant_events]: the log has no event between {from} and {to}: ");
        assert!(told.contains(&expected), "{ts}: {told}");
    }
    // A month of holidays is normal.
    let log = with_row(folder.path(), "log.jsonl", "2026-04-20T09:05:00Z");
    let output = run(&["report", text(&log), "--from", "2026-03-02", "--to", "2026-03-08", "--format", "json"]);
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn a_log_without_a_row_beside_others_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let header = folder.path().join("header.csv");
    fs::write(&header, "ts,event,conversation_id\n").unwrap();
    let week = root().join("fixtures/week/events.jsonl");
    let window = ["--from", "2026-03-02", "--to", "2026-03-08", "--format", "json"];
    let output = run(&[&["report", text(&week), text(&header)][..], &window].concat());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("warning[empty_log]: ") && told.contains("header.csv has no row"), "{told}");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_window_to_compare_with_must_be_in_the_log() {
    let week = root().join("fixtures/week/events.jsonl");
    let compared = |date: &str| {
        let window = ["--from", "2026-03-02", "--to", "2026-03-08", "--tz", "America/Sao_Paulo"];
        let output = run(&[&["report", text(&week), "--format", "json", "--compare", date][..], &window].concat());
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    let report = compared("2030-01-01");
    assert_eq!(report["metrics"]["conversations"]["previous"], Value::Null);
    assert_eq!(
        texts(&report, "no_previous_window"),
        ["nothing to compare with: the window 2030-01-01 to 2030-01-07 begins after the log's last day, 2026-03-08"]
    );
    let report = compared("2026-03-05");
    assert_eq!(report["metrics"]["conversations"]["previous"], 323);
    assert_eq!(
        texts(&report, "compared_days_uncovered"),
        [
            "the window compared with, 2026-03-05 to 2026-03-11, ends after the log's last day, 2026-03-08: its counts are of \
          fewer days"
        ]
    );
}

#[test]
fn a_snapshot_long_after_the_log_has_a_warning() {
    let week = root().join("fixtures/week/events.jsonl");
    let told = |at: &str| {
        let output = run(&["snapshot", text(&week), "--at", at, "--format", "json"]);
        texts(&serde_json::from_slice(&output.stdout).unwrap(), "log_ends_earlier")
    };
    assert_eq!(told("2026-03-09T12:00:00Z"), Vec::<String>::new());
    let expected = "the log ends 1,393 d 21 h before this instant: conversations that ended since then count as open";
    assert_eq!(told("2030-01-01T00:00:00Z"), [expected]);
}

#[test]
fn the_page_of_warnings_has_each_and_its_outputs() {
    let page = fs::read_to_string(root().join("docs/warnings.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let found: BTreeSet<(String, bool)> = rows
        .map(|row| {
            let (id, rest) = row.split_once("` |").unwrap();
            (id.to_owned(), rest.split('|').next().unwrap().trim() == "yes")
        })
        .collect();
    let expected = WarningId::ALL.iter().map(|id| (id.name().to_owned(), id.changes_numbers()));
    assert_eq!(found, expected.collect());
}

#[test]
fn a_weekday_without_events_is_named_where_it_has_some_in_the_weeks_around() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    // Five weeks from Monday, 2 February; nothing on Sundays, and on the days given.
    let write = |quiet: &[&str]| {
        let first = chrono::NaiveDate::from_ymd_opt(2026, 2, 2).unwrap();
        let days = (0..35).map(|day| first + chrono::Days::new(day));
        let open =
            days.filter(|day| day.format("%a").to_string() != "Sun" && !quiet.contains(&day.to_string().as_str()));
        let rows: String = open
            .map(|day| format!("{{\"ts\":\"{day}T12:00:00Z\",\"event\":\"message\",\"conversation_id\":\"{day}\",\"actor\":\"customer\"}}\n"))
            .collect();
        std::fs::write(&log, rows).unwrap();
    };
    let found = |from: &str, to: &str| {
        let args =
            ["report", log.to_str().unwrap(), "--config", "none", "--from", from, "--to", to, "--format", "json"];
        texts(&serde_json::from_slice(&success(&args)).unwrap(), "quiet_days")
    };
    write(&["2026-02-18"]);
    let text = "no events on 2026-02-18, although that weekday has events in all weeks around: a holiday, or an export is missing";
    assert_eq!(found("2026-02-16", "2026-02-22"), [text]);
    assert!(found("2026-02-23", "2026-03-01").is_empty());
    // Every Wednesday is quiet from then on: it becomes the rule, as with Sundays.
    write(&["2026-02-18", "2026-02-25", "2026-03-04"]);
    assert!(found("2026-02-16", "2026-02-22").is_empty());
    // A week without events has another warning.
    write(&["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20", "2026-02-21"]);
    assert!(found("2026-02-16", "2026-02-22").is_empty());
    // One week before and after is not enough for a rule.
    write(&["2026-02-11"]);
    let args = [
        "report",
        log.to_str().unwrap(),
        "--config",
        "none",
        "--as-of",
        "2026-02-15T23:00:00Z",
        "--from",
        "2026-02-09",
        "--to",
        "2026-02-15",
        "--format",
        "json",
    ];
    let report: Value = serde_json::from_slice(&success(&args)).unwrap();
    assert!(texts(&report, "quiet_days").is_empty());
}

#[test]
fn inspect_notes_scores_that_are_stars() {
    let notes = |name: &str| {
        let path = root().join("fixtures/scores-of-stars").join(name);
        let found: Value = serde_json::from_slice(&success(&["inspect", text(&path), "--format", "json"])).unwrap();
        found["files"][0]["notes"].to_string()
    };
    assert!(notes("stars.csv").contains("no score of the log is above 5: `nps` reads scores from 0 to 10"));
    assert!(!notes("nps.csv").contains("no score"));
}
