//! Growing logs: a log appended in pieces equals the log read at once, and `--watch` sees the new rows.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::Stdio;

use dialogram::fold::projection::Projection;
use dialogram::fold::schema::FactTable;
use dialogram::fold::{Limits, fold};
use dialogram::ingest::growing::GrowingFiles;
use dialogram::ingest::source::Source;
use dialogram::ingest::{Log, Options, Progress, read};
use serde_json::{Value, json};

use crate::reference::event::{to_csv, to_jsonl};
use crate::reference::random::{Dice, Shape, random_log};
use crate::snapshot::difference;
use crate::support::{dialogram, failure, root, rows};

/// All results of a log, for comparison.
fn facts(log: Log) -> Value {
    let (files, rejects, sessions) = (log.files.clone(), format!("{:?}", log.rejects), log.sessions);
    let facts = fold(log, &Limits::default(), None, 2, &Projection::all()).unwrap();
    let tables: Vec<_> = FactTable::ALL.iter().map(|table| rows(&facts, *table)).collect();
    json!({"tables": tables, "files": files, "rejects": rejects, "sessions": format!("{sessions:?}")})
}

fn append(path: &Path, bytes: &[u8]) {
    OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(bytes).unwrap();
}

#[test]
fn a_log_read_as_it_grows_is_the_log_read_at_once() {
    let options = || Options { threads: 2, part_bytes: 700, ..Options::new() };
    for seed in 0..60 {
        let log = random_log(seed, 60, &Shape::random(seed));
        let folder = tempfile::tempdir().unwrap();
        // The last row is complete when its line is.
        let ended = |text: String| format!("{}\n", text.trim_end_matches('\n'));
        let texts = [("a.jsonl", ended(to_jsonl(&log))), ("b.csv", ended(to_csv(&log, ',')))];
        let sources: Vec<Source> = texts.iter().map(|(name, _)| Source::File(folder.path().join(name))).collect();
        for (name, _) in &texts {
            append(&folder.path().join(name), b"");
        }
        let mut growing = GrowingFiles::new(&options());
        let dice = &mut Dice::new(seed);
        let mut rest = texts.each_ref().map(|(_, text)| text.as_bytes());
        while rest.iter().any(|rest| !rest.is_empty()) {
            for ((name, _), rest) in texts.iter().zip(&mut rest) {
                // At any position, even inside a row or a character.
                let most = u64::try_from(rest.len()).unwrap();
                let count = usize::try_from(dice.below(3) * dice.below(most / 3 + 2)).unwrap().min(rest.len());
                append(&folder.path().join(name), &rest[..count]);
                *rest = &rest[count..];
            }
            growing.read(&sources).unwrap();
            if dice.chance(30) {
                // A look in between changes nothing.
                growing.log(&sources).unwrap();
            }
        }
        assert!(!growing.read(&sources).unwrap(), "there is nothing new");
        let found = facts(growing.log(&sources).unwrap());
        let mut expected = facts(read(&sources, &options(), &Progress::default()).unwrap());
        // Each piece begins with the header of a CSV file, so lines of rejects are counted differently.
        expected["rejects"] = found["rejects"].clone();
        let first = difference("", &expected["files"], &found["files"]).or_else(|| difference("", &expected, &found));
        assert!(found == expected, "log {seed}: {}", first.unwrap_or_default());
    }
}

#[test]
fn a_stray_quote_holds_back_no_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let sources = [Source::File(path.clone())];
    let mut growing = GrowingFiles::new(&Options::new());
    let row = |id: u32, note: &str| format!("2026-03-02T09:0{id}:00Z,started,c{id},{note}\n");
    // A quote as a character, an unclosed quote, and a field with a line end.
    for (at, note) in ["5\" tube", "\"open", "plain", "\"two\nlines\"", "plain"].into_iter().enumerate() {
        let header = if at == 0 { "ts,event,conversation_id,note\n" } else { "" };
        append(&path, format!("{header}{}", row(u32::try_from(at).unwrap(), note)).as_bytes());
        growing.read(&sources).unwrap();
    }
    let (live, whole) =
        (growing.log(&sources).unwrap(), read(&sources, &Options::new(), &Progress::default()).unwrap());
    assert_eq!(live.files[0].accepted + live.files[0].rejected, whole.files[0].accepted + whole.files[0].rejected);
}

#[test]
fn a_row_is_read_when_it_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let sources = [Source::File(path.clone())];
    append(&path, b"ts,event,conversation_id,actor,contact\n2026-03-02T10:00:00Z,message,c1,customer,\"Ana\nde");
    let mut growing = GrowingFiles::new(&Options::new());
    let accepted = |growing: &GrowingFiles| growing.log(&sources).unwrap().files[0].accepted;
    growing.read(&sources).unwrap();
    assert_eq!(accepted(&growing), 0, "a line end inside quotes is not a row's end");
    append(&path, b" Souza\"\n2026-03-02T10:01:00Z,message,c1,bot,");
    growing.read(&sources).unwrap();
    assert_eq!(accepted(&growing), 1);
    append(&path, b"\n");
    growing.read(&sources).unwrap();
    assert_eq!(accepted(&growing), 2);
    // A file that became shorter was replaced.
    std::fs::write(&path, "ts,event,conversation_id,actor\n2026-03-02T10:00:00Z,message,c9,customer\n").unwrap();
    assert!(growing.read(&sources).unwrap());
    assert_eq!(accepted(&growing), 1);
}

#[test]
fn watching_reads_appended_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let row = |id: &str| {
        format!(
            "{{\"ts\":\"2026-03-02T10:00:00Z\",\"event\":\"queued\",\"conversation_id\":\"{id}\",\"queue\":\"Q\"}}\n"
        )
    };
    append(&path, row("c1").as_bytes());
    let flags =
        ["snapshot", path.to_str().unwrap(), "--watch=50ms", "--format", "json", "--now", "2026-03-02T10:05:00Z"];
    let mut child = dialogram(&flags).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    let first = next();
    assert_eq!((&first["totals"]["waiting"], &first["newest_event_age_seconds"]), (&json!(1), &json!(300)));
    append(&path, row("c2").as_bytes());
    // It appears after one or two more looks; the test's own timeout ends a run that never sees it.
    let seen = (0..400).map(|_| next()).find(|snapshot| snapshot["totals"]["waiting"] == 2);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(seen.expect("the appended row was never seen")["input"]["rows_read"], 2);
}

#[test]
fn sources_that_cannot_be_watched_are_refused() {
    let log = "fixtures/cases/18-snapshot/log.jsonl";
    let folder = tempfile::tempdir().unwrap();
    let packed = folder.path().join("log.jsonl.gz");
    std::fs::write(&packed, crate::support::gzip(&std::fs::read(root().join(log)).unwrap())).unwrap();
    for (flags, part) in [
        (&[log, "--watch"][..], "standard output is not one"),
        (&[log, "--watch", "--format", "pdf"], "--watch is for the terminal"),
        (&[log, "--watch", "--format", "json", "-o", "x.json"], "leave out -o"),
        (&[log, "--watch", "--every", "1h"], "cannot be used with"),
        (&["-", "--watch", "--format", "json"], "only plain .jsonl and .csv files"),
        (&[packed.to_str().unwrap(), "--watch", "--format", "json"], "it is compressed"),
    ] {
        let message = failure(&[&["snapshot"], flags].concat(), 2);
        assert!(message.contains(part), "{flags:?}: {message}");
    }
}
