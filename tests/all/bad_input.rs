//! The real binary with wrong flags and broken files: the exit code of interface.md, a message with the location, the
//! problem and the remedy, and no files left behind.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dialogram::ingest::reject::Reason;
use serde_json::Value;
use tempfile::tempdir;

use crate::support::{self, WEEK_LOG, dialogram, failure, names, root, run, success, text, week};

const REJECTS: &str = "fixtures/reject-reasons/rows.jsonl";

/// Fails with that code and a message that contains all of these parts.
fn fails(args: &[&str], code: i32, parts: &[&str]) {
    let message = failure(args, code);
    for part in parts {
        assert!(message.contains(part), "{args:?}: no `{part}` in\n{message}");
    }
}

/// A report of the week with a wrong flag: code 2.
fn flag_fails(flags: &[&str], parts: &[&str]) {
    let args: Vec<&str> = ["report", WEEK_LOG].into_iter().chain(flags.iter().copied()).collect();
    fails(&args, 2, parts);
}

/// A file with that name and content cannot be read: code 5.
fn file_fails(name: &str, bytes: &[u8], parts: &[&str]) {
    let folder = tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let parts: Vec<&str> = [name].into_iter().chain(parts.iter().copied()).collect();
    fails(&["report", text(&path), "--to", "log-end"], 5, &parts);
}

fn week_bytes() -> Vec<u8> {
    fs::read(root().join(WEEK_LOG)).unwrap()
}

/// An earlier report of the program, as far as it is read.
const OLD: &str = "{\"schema\": \"dialogram/report/1\"}\n";

#[test]
fn too_many_rejects_name_file_line_and_reason_and_keep_the_old_report() {
    let folder = tempdir().unwrap();
    let (old, rejects) = (folder.path().join("report.json"), folder.path().join("rejects.jsonl"));
    fs::write(&old, OLD).unwrap();
    fails(
        &["report", REJECTS, "--to", "log-end", "-o", text(folder.path()), "--rejects", text(&rejects)],
        4,
        &["42 of 53 rows", "--max-rejects 1%", "rows.jsonl:5: bad_encoding", "rows.jsonl:7:1: malformed", ", and "],
    );
    assert_eq!(fs::read_to_string(&old).unwrap(), OLD);
    assert_eq!(names(folder.path()), ["rejects.jsonl", "report.json"]);
    let lines = fs::read_to_string(&rejects).unwrap();
    assert_eq!(lines.lines().count(), 42);
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        assert!(row["file"] == "rows.jsonl" && row["line"].is_u64() && row["reason"].is_string(), "{line}");
    }
}

#[test]
fn max_rejects_is_a_number_of_rows_or_a_share() {
    let at = |limit| ["report", REJECTS, "--to", "log-end", "--format", "json", "--max-rejects", limit];
    for enough in ["100%", "42", "79.3%"] {
        success(&at(enough));
    }
    for less in ["0", "41", "79.2%"] {
        fails(&at(less), 4, &["42 of 53 rows", less]);
    }
    flag_fails(&["--max-rejects", "lots"], &["--max-rejects", "`lots`", "a number of rows", "percentage"]);
}

#[test]
fn every_reason_is_counted() {
    let mut counted = BTreeSet::new();
    for log in ["rows.jsonl", "rows.csv", "noids.jsonl", "times.jsonl", "twice.csv"] {
        let path = root().join("fixtures/reject-reasons").join(log);
        let rejects = tempfile::NamedTempFile::new().unwrap();
        let args = ["report", text(&path), "--to", "log-end", "--max-rejects", "0", "--rejects", text(rejects.path())];
        let output = run(&args);
        assert!([Some(0), Some(4)].contains(&output.status.code()), "{log}");
        for line in fs::read_to_string(rejects.path()).unwrap().lines() {
            let row: Value = serde_json::from_str(line).unwrap();
            counted.insert(row["reason"].as_str().unwrap().to_owned());
        }
    }
    let all: BTreeSet<_> = Reason::ALL.iter().map(|reason| reason.name().to_owned()).collect();
    assert_eq!(counted, all);
}

#[test]
fn a_gzip_file_cut_anywhere_ends_in_the_middle() {
    let whole = support::gzip(&week_bytes());
    for length in [0, 1, 3, 10, 1_000, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        file_fails("cut.jsonl.gz", &whole[..length], &["ends in the middle of its compressed data", "again"]);
    }
}

#[test]
fn a_zstd_file_cut_anywhere_ends_in_the_middle() {
    let whole = support::zstd(&week_bytes());
    for length in [0, 3, 10, 1_000, whole.len() / 2, whole.len() - 1] {
        file_fails("cut.jsonl.zst", &whole[..length], &["ends in the middle of its compressed data", "again"]);
    }
}

#[test]
fn a_compressed_file_with_a_broken_byte_is_not_read() {
    for (name, mut bytes) in
        [("bad.jsonl.gz", support::gzip(&week_bytes())), ("bad.jsonl.zst", support::zstd(&week_bytes()))]
    {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        file_fails(name, &bytes, &[]);
    }
}

#[test]
fn a_file_named_gz_that_is_not_gzip() {
    file_fails("none.jsonl.gz", b"\x00\x01\x02\x03\x04", &["is not a valid compressed file", "fetch or copy it again"]);
}

#[test]
fn a_file_named_zst_that_is_not_zstd() {
    file_fails(
        "none.jsonl.zst",
        b"\x00\x01\x02\x03\x04",
        &["is not a valid compressed file", "fetch or copy it again"],
    );
}

#[test]
fn names_that_lead_to_no_log() {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    let missing = folder.path().join("missing.jsonl");
    fails(&["report", text(&missing)], 5, &["missing.jsonl: no such file"]);
    fails(&["report", "fixtures/week/event.jsonl"], 5, &["no such file; did you mean `events.jsonl`?"]);
    let by_silence = ["report", "fixtures/week/events.jsonl", "--sessions", "inactivity"];
    fails(&by_silence, 4, &["--sessions inactivity needs a customer_id in every row: leave it out"]);
    let glob = folder.path().join("none-*.jsonl");
    fails(&["report", text(&glob)], 5, &["no file matches", "none-*.jsonl"]);
    fails(&["report", text(folder.path())], 5, &["no logs in this folder", ".jsonl", ".csv", ".gz or .zst"]);
}

#[test]
fn one_file_under_two_names_is_refused() {
    fails(&["report", WEEK_LOG, "fixtures/week/../week/events.jsonl"], 2, &["is named twice", "name it once"]);
    fails(&["report", WEEK_LOG, "fixtures/week/*.jsonl"], 2, &["is named twice"]);
    fails(&["report", "-", "-"], 2, &["standard input is named twice"]);
    let folder = tempdir().unwrap();
    let (log, other) = (folder.path().join("log.csv"), folder.path().join("other.csv"));
    fs::write(&log, "ts,event,conversation_id\n2026-03-02T09:00:00Z,started,a\n").unwrap();
    fs::hard_link(&log, &other).unwrap();
    fails(&["report", text(&log), text(&other)], 2, &["other.csv is named twice"]);
    fails(&["report", text(folder.path())], 2, &["is named twice"]);
    let mut with_input = dialogram(&["report", text(&log), "-"]);
    let output = with_input.stdin(fs::File::open(&other).unwrap()).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("standard input is named twice"), "{message}");
}

#[test]
fn files_named_xlsx_that_are_not_workbooks() {
    file_fails("events.xlsx", b"PK\x03\x04..", &["not a complete Excel workbook", "export it as CSV"]);
    file_fails("events", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", &["with a password", "save it as .xlsx"]);
}

#[test]
fn zones() {
    flag_fails(&["--tz", "America/Sao_Paolo"], &["--tz", "`America/Sao_Paolo`", "did you mean `America/Sao_Paulo`?"]);
    flag_fails(&["--input-tz", "Mars"], &["--input-tz", "`Mars`", "an IANA name"]);
    flag_fails(&["--tz=-03:00"], &["--tz", "`-03:00`"]);
    flag_fails(&["--tz", ""], &["--tz", "an IANA name"]);
}

#[test]
fn dates() {
    flag_fails(&["--from", "2026-02-30"], &["--from", "no such day as `2026-02-30`", "28 days"]);
    flag_fails(&["--from", "02/03/2026"], &["--from", "`02/03/2026`", "YYYY-MM-DD"]);
    flag_fails(&["--to", "tomorrow"], &["--to", "`tomorrow`", "YYYY-MM-DD", "log-end"]);
    flag_fails(&["--compare", "never"], &["--compare", "`never`", "previous, or none"]);
}

#[test]
fn windows() {
    flag_fails(
        &["--from", "2026-03-02", "--to", "2026-03-08", "--days", "7"],
        &["`--from`, `--to` and `--days`", "remove one of them"],
    );
    flag_fails(&["--from", "2026-03-08", "--to", "2026-03-01"], &["--from 2026-03-08", "--to 2026-03-01"]);
    flag_fails(&["--days", "0"], &["--days 0", "1 or more"]);
    flag_fails(&["--days", "many"], &["--days", "many"]);
}

#[test]
fn instants() {
    for flag in ["--now", "--as-of"] {
        flag_fails(&[flag, "garbage"], &[flag, "`garbage` is not an instant", "2026-03-02T14:05:09Z"]);
    }
}

#[test]
fn names_of_templates_metrics_flags_and_formats() {
    flag_fails(&["--template", "conversation"], &["no template `conversation`", "did you mean `conversations`?"]);
    let nowhere = |target| ["report", "nowhere.jsonl", "--template", "queues", "--target", target];
    fails(&nowhere("queue_wiat.p90=1"), 2, &["--target queue_wiat.p90=1", "did you mean `queue_wait`?"]);
    fails(&nowhere("queue_wait.p9=1"), 2, &["no statistic `p9`; did you mean `p90`?"]);
    fails(
        &nowhere("conversations>=1"),
        2,
        &["no template of this report has `conversations`; --template conversations"],
    );
    fails(&nowhere("service_level=80"), 2, &["`80` is not a share: expected 0 to 1, or 0% to 100%"]);
    flag_fails(&["--template", "queues", "--template", "queues"], &["--template queues is given twice"]);
    fails(&["metrics", "conversatons"], 2, &["no metric `conversatons`", "did you mean `conversations`?"]);
    flag_fails(&["--formt", "json"], &["--formt", "--format"]);
    flag_fails(&["--format", "yaml"], &["yaml", "json", "csv", "pdf"]);
    fails(&["reprot", WEEK_LOG], 2, &["reprot", "report"]);
    fails(&["report"], 2, &["LOG"]);
}

#[test]
fn hours_weekdays_and_durations() {
    for hours in ["9", "25-26", "nine-five"] {
        flag_fails(&["--hours", hours], &["--hours", hours, "9-18"]);
    }
    flag_fails(&["--hours", "9-9"], &["--hours", "0-24 for every hour"]);
    flag_fails(&["--weekdays", "monday"], &["--weekdays", "`monday`", "did you mean `mon`?"]);
    for duration in ["ten", "10 parsecs"] {
        flag_fails(&["--inactivity", duration], &["--inactivity", duration, "10m"]);
    }
    flag_fails(&["--return-window=-1"], &["--return-window", "-1"]);
}

/// With this output the run fails with code 5 before any work, and the folder is unchanged.
fn output_fails(folder: &Path, flags: &[&str], parts: &[&str]) {
    let before = names(folder);
    fails(&week(flags), 5, parts);
    assert_eq!(names(folder), before, "{flags:?}");
}

#[test]
fn outputs_that_cannot_be_written_leave_nothing() {
    let folder = tempdir().unwrap();
    let inside = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(inside("file"), "old").unwrap();
    fs::create_dir(inside("folder")).unwrap();
    output_fails(folder.path(), &["-o", &inside("file")], &["file", "a folder is needed"]);
    output_fails(folder.path(), &["-o", &inside("a/b")], &["a/b", "its folder does not exist", "create it"]);
    output_fails(folder.path(), &["-o", &inside("file/b")], &["file/b"]);
    output_fails(folder.path(), &["--format", "json", "-o", &inside("a/b.json")], &["a/b.json", "does not exist"]);
    output_fails(folder.path(), &["-o", &inside("a/b.pdf")], &["a/b.pdf", "does not exist", "--mkdir"]);
    output_fails(folder.path(), &["--mkdir", "-o", &inside("file/b/c.pdf")], &["file/b", "Not a directory"]);
    output_fails(folder.path(), &["--rejects", &inside("a/r.jsonl")], &["a/r.jsonl", "does not exist"]);
    fails(&["fold", WEEK_LOG, "-o", &inside("file")], 5, &["a folder is needed"]);
    assert_eq!(fs::read_to_string(inside("file")).unwrap(), "old");
}

#[test]
fn a_failed_run_leaves_no_new_folder() {
    let folder = tempdir().unwrap();
    let new = folder.path().join("reports");
    for flags in [&["--from", "2030-01-01", "--to", "2030-01-07"][..], &["--to", "log-end"]] {
        let log = if flags.len() == 2 { REJECTS } else { WEEK_LOG };
        let args: Vec<&str> = ["report", log, "-o", text(&new)].into_iter().chain(flags.iter().copied()).collect();
        assert!([Some(3), Some(4)].contains(&run(&args).status.code()), "{args:?}");
        assert!(names(folder.path()).is_empty(), "{args:?} left {:?}", names(folder.path()));
    }
}

#[test]
fn a_log_without_events() {
    let folder = tempdir().unwrap();
    for (name, content) in [
        ("empty.jsonl", ""),
        ("blank.jsonl", "\n \r\n\n"),
        ("mark.jsonl", "\u{feff}"),
        ("empty.csv", ""),
        ("header.csv", "ts,event,conversation_id\n"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        fails(&["report", text(&path), "--to", "log-end"], 3, &["the log has no events"]);
        // Today's window, on any day.
        fails(&["report", text(&path)], 3, &["the log has no events"]);
    }
}

#[test]
fn an_empty_window_names_the_days_of_the_log() {
    let args = ["report", WEEK_LOG, "--from", "2030-01-01", "--to", "2030-01-07"];
    fails(
        &args,
        3,
        &["no events from 2030-01-01 to 2030-01-07 (UTC)", "covers 2026-02-23 to 2026-03-09", "--to log-end"],
    );
    fails(&["report", WEEK_LOG, "--now", "2026-06-01T00:00:00Z"], 3, &["2026-05-25 to 2026-05-31"]);
}

/// The week's facts in a separate folder.
fn facts() -> tempfile::TempDir {
    let folder = tempdir().unwrap();
    success(&["fold", WEEK_LOG, "-o", text(folder.path())]);
    folder
}

#[test]
fn facts_take_no_flag_of_the_fold_and_no_other_log() {
    let facts = facts();
    let folder = text(facts.path());
    let rejects = facts.path().join("rejects.jsonl");
    for flags in [
        ["--as-of", "2026-03-08T00:00:00Z"],
        ["--sessions", "id"],
        ["--inactivity", "5m"],
        ["--human-inactivity", "5m"],
        ["--inactive-after", "5m"],
        ["--return-window", "5m"],
        ["--input-format", "csv"],
        ["--rejects", text(&rejects)],
    ] {
        let args = ["report", folder, "--to", "log-end", flags[0], flags[1]];
        fails(&args, 2, &[flags[0], folder, "folder of facts", "`dialogram fold`"]);
    }
    fails(&["report", folder, WEEK_LOG], 2, &[folder, "together with other logs"]);
}

#[test]
fn facts_that_are_broken_are_not_read() {
    let facts = facts();
    let at = |name: &str| facts.path().join(name);
    let args = ["report", text(facts.path()), "--to", "log-end"];
    let manifest = fs::read_to_string(at("facts.json")).unwrap();
    let visits = fs::read(at("visits.parquet")).unwrap();

    fs::write(at("facts.json"), manifest.replace("dialogram/facts/1", "dialogram/facts/9")).unwrap();
    fails(&args, 5, &["facts.json", "\"dialogram/facts/9\"", "\"dialogram/facts/1\"", "fold the log again"]);
    fs::write(at("facts.json"), &manifest[..manifest.len() / 2]).unwrap();
    fails(&args, 5, &["facts.json", "no manifest of facts"]);
    fs::write(at("facts.json"), &manifest).unwrap();

    fs::copy(at("closes.parquet"), at("visits.parquet")).unwrap();
    fails(&args, 5, &["visits.parquet", "fold the log again"]);
    fs::write(at("visits.parquet"), &visits[..visits.len() - 10]).unwrap();
    fails(&args, 5, &["visits.parquet", "fold the log again"]);
    fs::remove_file(at("visits.parquet")).unwrap();
    fails(&args, 5, &["visits.parquet", "no such file"]);
}

/// Standard error contains no escape sequence or other control character.
fn is_clean(command: &mut std::process::Command) {
    let output = command.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    let raw = message.chars().find(|c| c.is_control() && *c != '\n');
    assert!(!message.is_empty() && raw.is_none(), "{raw:?} in {message:?}");
}

const NASTY: &str = "a\u{1b}[31mb\u{7}c\u{8}d\u{9b}2Je\rf";

#[test]
fn control_characters_of_files_and_values_stay_off_the_terminal() {
    let folder = tempdir().unwrap();
    let log = folder.path().join(format!("{NASTY}.jsonl"));
    let row = serde_json::json!({"ts": "2026-03-02T10:00:00Z", "event": NASTY});
    fs::write(&log, format!("{row}\n")).unwrap();
    is_clean(&mut dialogram(&["report", text(&log), "--to", "log-end"]));
    fs::remove_file(&log).unwrap();
    is_clean(&mut dialogram(&["report", text(&log)]));
    for flag in ["--tz", "--input-tz", "--now", "--as-of", "--template", "-o"] {
        is_clean(&mut dialogram(&week(&[])[..2].iter().copied().chain([flag, NASTY, "x/y/z"]).collect::<Vec<_>>()));
    }
    is_clean(&mut dialogram(&["metrics", NASTY]));
}

#[test]
fn control_characters_of_flags_stay_off_the_terminal() {
    for flag in
        ["--from", "--to", "--days", "--hours", "--weekdays", "--inactivity", "--format", "--compare", "--color"]
    {
        is_clean(&mut dialogram(&["report", WEEK_LOG, flag, NASTY]));
    }
    is_clean(&mut dialogram(&[NASTY]));
}

#[test]
fn a_template_of_ones_own_is_checked_before_the_log_is_read() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let fails_with = |template: &str, parts: &[&str]| {
        fs::write(&path, template).unwrap();
        // The log does not exist; if it were read first, the code would be 5.
        fails(&["report", "nowhere.jsonl", "--template", text(&path)], 2, parts);
    };
    let table = "title = 'x'\n[[tables]]\ndimension = 'queue'\nmetrics = ['queue_wiat']\n";
    fails_with(table, &["mine.toml:4: no metric `queue_wiat`; did you mean `queue_wait`?"]);
    fails_with("title = 'x'\nheatmaps = ['nps']", &["mine.toml:2: `nps` has no heatmap"]);
    fails_with("title = 'x'\nmetrics = ['nps']\ntable = []", &["mine.toml:3: no key `table`; did you mean `tables`?"]);
    fails_with("title = 'x'\nmetrics = ['nps'", &["mine.toml:2: "]);
    fs::write(&path, b"title = '\xff'").unwrap();
    fails(&["report", "nowhere.jsonl", "--template", text(&path)], 2, &["mine.toml", "UTF-8"]);
    fails(&["report", "nowhere.jsonl", "--template", "no/such.toml"], 2, &["no/such.toml", "No such file"]);
}

/// One row is rejected, whatever the file is called.
#[test]
fn a_first_line_without_json_is_one_reject() {
    let folder = tempfile::tempdir().unwrap();
    let log = std::fs::read_to_string(root().join(crate::support::WEEK_LOG)).unwrap();
    let log: String = log.lines().take(40).map(|line| format!("{line}\n")).collect();
    for first in ["nonsense", "\"text\"", "12", "a,b;c", "<html>", "<?xml version=\"1.0\"?>", "[1,2]", "null"] {
        for name in ["log.jsonl", "log.log", "log.csv"] {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("{first}\n{log}")).unwrap();
            let args = ["report", text(&path), "--to", "log-end", "--max-rejects", "1", "--format", "json"];
            let report: serde_json::Value = serde_json::from_slice(&success(&args)).unwrap();
            let input = &report["input"];
            let counts = [&input["rows_read"], &input["rejected"], &input["rejections"]["malformed"]];
            assert_eq!(counts.map(Value::as_u64), [Some(41), Some(1), Some(1)], "{first} in {name}");
        }
    }
    // Another text stays unchanged.
    let path = folder.path().join("log.txt");
    std::fs::write(&path, "ts,event,note\n{\n}\n").unwrap();
    assert!(failure(&["report", text(&path), "--to", "log-end"], 4).contains("malformed"));
}

#[test]
fn a_negative_value_gets_a_hint_about_its_spelling() {
    for (flag, value, shown) in [("--days", "-3", "'-3'"), ("--trend", "-2", "'-2'"), ("--inactivity", "-5m", "'-5'")] {
        let message = failure(&["report", WEEK_LOG, flag, value], 2);
        assert!(
            message.contains(shown) && message.contains("joined to its flag by `=`, as in `--days=-3`"),
            "{message}"
        );
        assert!(!message.contains("-- -"), "{message}");
        // Written this way, the value's own message appears.
        let message = failure(&["report", WEEK_LOG, &format!("{flag}={value}")], 2);
        assert!(message.contains(&format!("invalid value '{value}' for '{flag}")), "{message}");
    }
    let message = failure(&["report", WEEK_LOG, "--nonsense"], 2);
    assert!(message.contains("'--nonsense'") && !message.contains("-- --nonsense"), "{message}");
}

#[test]
fn line_ends_of_every_kind_in_one_file_lose_no_row() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("mixed.csv");
    let mut lines = vec!["ts,event,actor,conversation_id,queue".to_owned()];
    lines.extend((0..30).map(|n| format!("2026-03-02T10:{n:02}:00Z,message,customer,c{n},\"a\rb\"")));
    for first in 0..3 {
        // The header, too, ends with each of them.
        let end = |at: usize| ["\r", "\r\n", "\n"][(at + first) % 3];
        let content: String = lines.iter().enumerate().map(|(at, line)| format!("{line}{}", end(at))).collect();
        fs::write(&path, content).unwrap();
        let json = success(&["report", text(&path), "--to", "log-end", "--format", "json"]);
        let report: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(report["input"]["accepted"], 30, "{first}: {}", report["input"]);
    }
}
