//! Readable files are read, with a warning if their content is not what it seems; others are reported for what they
//! are. `fixtures/same-rows` has the same rows in every notation.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::Value;
use tempfile::tempdir;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::support::{dialogram, failure, gzip, root, run, success, text};

const CSV: &str = "ts,event,conversation_id,actor,agent_id\n\
                   2026-03-02T09:00:00Z,message,c1,customer,\n\
                   2026-03-02T09:05:00Z,message,c1,agent,lia\n";

/// Standard error of a report, and its warnings by id.
fn warned(log: &Path) -> (String, Vec<String>) {
    let output = run(&["report", text(log), "--from", "2026-03-02", "--to", "2026-03-02", "--format", "json"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{}: {told}", log.display());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let ids = report["warnings"].as_array().unwrap().iter().map(|warning| warning["id"].as_str().unwrap().to_owned());
    (told, ids.collect())
}

fn fixture(name: &str) -> PathBuf {
    root().join("fixtures/same-rows").join(name)
}

fn zip(path: &Path, members: &[(&str, &[u8])]) {
    let mut archive = ZipWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in members {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn oddities_of_the_bytes_are_reported() {
    for (name, id, sentence) in [
        ("padded.csv.gz", "trailing_bytes", "512 bytes after the compressed data, all of them zeros, were left out"),
        ("signed.jsonl.gz", "trailing_bytes", "15 bytes after the compressed data were left out: if rows are missing"),
        ("signed.csv.zst", "trailing_bytes", "15 bytes after the compressed data"),
        ("plain.csv.gz", "misnamed_file", "the name says .gz, but the content is not compressed: it was read by"),
        ("other.csv.gz", "misnamed_file", "the name says .gz, but the content is zstd"),
        ("table.jsonl", "misnamed_file", "the name says .jsonl, but the content is CSV"),
        ("lines.csv", "misnamed_file", "the name says .csv, but the content is JSON"),
        ("columns.jsonl", "misnamed_file", "the name says .jsonl, but the content is a Parquet file"),
        ("sheet.csv", "misnamed_file", "the name says .csv, but the content is an Excel workbook"),
        ("text.xlsx", "misnamed_file", "the name says .xlsx, but the content is text"),
    ] {
        let (told, ids) = warned(&fixture(name));
        assert!(ids.contains(&id.to_owned()), "{name}: {ids:?}");
        assert!(told.contains(&format!("warning[{id}]: {name}: ")) && told.contains(sentence), "{name}: {told}");
    }
    for name in ["log.csv", "packed.csv", "returns.csv", "no-mark-le.csv", "pretty.json", "array.json", "export.zip"] {
        let (told, ids) = warned(&fixture(name));
        assert!(!ids.iter().any(|id| id == "trailing_bytes" || id == "misnamed_file"), "{name}: {told}");
    }
}

#[test]
fn inspect_reads_them_too() {
    let read = |log: &Path| -> Value {
        let page: Value = serde_json::from_slice(&success(&["inspect", text(log), "--format", "json"])).unwrap();
        page["files"].clone()
    };
    for name in [
        "returns.csv",
        "no-mark-be.jsonl",
        "pretty.json",
        "array.json",
        "pretty-array.jsonl",
        "padded.csv.gz",
        "plain.csv.gz",
        "table.jsonl",
        "lines.csv",
        "columns.jsonl",
        "sheet.csv",
        "text.xlsx",
        "packed.csv",
    ] {
        let files = read(&fixture(name));
        assert_eq!(
            (&files[0]["rows"], &files[0]["missing"]),
            (&5.into(), &Value::Array(Vec::new())),
            "{name}: {files}"
        );
        let command: Vec<&str> =
            files[0]["commands"][0].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        assert!(success(&command[1..]).len() > 100, "{name}");
    }
    // Members of an archive with the same header have one page.
    let members = read(&fixture("export.zip"));
    assert_eq!((members.as_array().unwrap().len(), &members[0]["rows"]), (1, &5.into()));
}

#[test]
fn files_that_are_not_logs_are_named_by_their_kind() {
    let folder = tempdir().unwrap();
    for (name, bytes, parts) in [
        ("log.csv", b"%PDF-1.7\n".as_slice(), ["is a PDF document", "export the log as CSV"]),
        ("log.jsonl", b"<!DOCTYPE html>\n<html>", ["is a web page", "fetch the export again"]),
        ("log.xlsx", b"SQLite format 3\0\x01", ["is an SQLite database", "export its table"]),
        ("log.csv.gz", b"BZh91AY&SY\x01\x02", ["is compressed with bzip2", "unpack it first"]),
        ("log.parquet", b"version https://git-lfs.github.com/spec/v1\n", ["a pointer of Git LFS", "git lfs pull"]),
        ("log", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ["an old .xls file", "save it as .xlsx"]),
    ] {
        let log = folder.path().join(name);
        fs::write(&log, bytes).unwrap();
        for command in ["report", "inspect"] {
            let message = failure(&[command, text(&log)], 5);
            assert!(parts.iter().all(|part| message.contains(part)), "{command} {name}: {message}");
        }
    }
    let parquet = fixture("columns.jsonl");
    let message = failure(&["report", text(&parquet), "--input-format", "csv"], 2);
    assert!(
        message.contains("--input-format csv:") && message.contains("is a Parquet file: omit the flag"),
        "{message}"
    );
}

#[test]
fn where_no_row_can_be_read_the_error_has_the_most_frequent_reason() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.csv");
    let report = |more: &[&str], code| failure(&[&["report", text(&log), "--to", "log-end"], more].concat(), code);
    fs::write(&log, CSV.replace("2026-03-02T", "02.03.26 ").replace("c1,agent", "c1,robot")).unwrap();
    let message = report(&[], 4);
    assert!(message.contains("0 of 2 rows could be read: bad_timestamp, column ts in all; more than"), "{message}");
    let message = report(&["--max-rejects", "100%"], 3);
    assert!(
        message.contains("0 of 2 rows could be read: bad_timestamp in all; there is nothing to report"),
        "{message}"
    );
    // `é` and `ü` as one byte each.
    fs::write(&log, [CSV.replace("lia", "li").as_bytes(), b"\xe9,\xfc,,,\n"].concat()).unwrap();
    assert!(report(&[], 4).contains("1 of 3 rows could not be read"));
    let rows = CSV.lines().skip(1).flat_map(|line| [line.as_bytes(), b"\xe9\n"].concat()).collect::<Vec<u8>>();
    fs::write(&log, [CSV.lines().next().unwrap().as_bytes(), b"\n", &rows].concat()).unwrap();
    for (flags, code) in [(&[][..], 4), (&["--max-rejects", "100%"], 3)] {
        let message = report(flags, code);
        assert!(message.contains("0 of 2 rows could be read: bad_encoding"), "{message}");
        assert!(message.contains("--encoding windows-1252"), "{message}");
    }
    assert!(success(&["report", text(&log), "--to", "log-end", "--encoding", "windows-1252"]).len() > 100);
}

#[test]
fn rejects_of_a_json_document_have_the_line_on_which_their_object_begins() {
    let folder = tempdir().unwrap();
    let (log, rejects) = (folder.path().join("log.json"), folder.path().join("rejects.jsonl"));
    let good = "{\n  \"ts\": \"2026-03-02T09:00:00Z\",\n  \"event\": \"started\",\n  \"conversation_id\": \"c1\"\n}";
    let texts =
        [good.to_owned(), good.replace("started", "begun"), good.replace("\"ts\"", "ts"), good.replace('}', "")];
    fs::write(&log, format!("[\n{},\n{good}\n]\n", texts.join(",\n"))).unwrap();
    let flags = ["--to", "log-end", "--max-rejects", "3", "--rejects", text(&rejects)];
    success(&[&["report", text(&log)], &flags[..]].concat());
    let lines: Vec<(u64, String)> = fs::read_to_string(&rejects)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|reject| (reject["line"].as_u64().unwrap(), reject["reason"].as_str().unwrap().to_owned()))
        .collect();
    let expected = [(7, "unknown_event"), (12, "malformed"), (17, "malformed")];
    assert_eq!(lines, expected.map(|(line, reason)| (line, reason.to_owned())));
    // Half of an array is half of a file.
    fs::write(&log, format!("[\n{good},\n{good}")).unwrap();
    assert!(
        failure(&["report", text(&log)], 5).contains("in the middle of its JSON array: fetch or copy the file again")
    );
}

#[test]
fn archives() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("export.zip");
    let report = |path: &Path, code| failure(&["report", text(path), "--to", "log-end"], code);
    let lines = "{\"ts\":\"2026-03-02T10:00:00Z\",\"event\":\"started\",\"conversation_id\":\"c2\"}\n";
    zip(&path, &[("a.csv", CSV.as_bytes()), ("data/b.jsonl", lines.as_bytes())]);
    let message = report(&path, 2);
    assert!(message.contains("of several formats: `a.csv`, `data/b.jsonl`; name those to read, as in"), "{message}");
    let (a, b) = (path.join("a.csv"), path.join("data/b.jsonl"));
    let both = success(&["report", text(&a), text(&b), "--to", "log-end", "--format", "json"]);
    let both: Value = serde_json::from_slice(&both).unwrap();
    assert_eq!(both["metrics"]["conversations"]["value"], 2);
    assert_eq!(both["input"]["files"][1]["name"], "export.zip/data/b.jsonl");
    let message = report(&path.join("b.csv"), 5);
    assert!(message.contains("no member `b.csv` in this archive") && message.contains("`a.csv`"), "{message}");
    assert!(failure(&["report", text(&a), text(&a)], 2).contains("is named twice"));
    // The archive is an input, so no output may replace it.
    let message = failure(&["report", text(&a), "--to", "log-end", "--rejects", text(&path), "--force"], 2);
    assert!(message.contains("export.zip"), "{message}");

    zip(&path, &[("photo.png", b"\x89PNG"), ("inner.zip", b"PK\x03\x04")]);
    assert!(report(&path, 5).contains("no logs in this archive: expected .csv"), "{}", report(&path, 5));
    zip(&path, &[]);
    assert!(report(&path, 5).contains("found nothing"));

    // Truncated, and with one changed byte.
    zip(&path, &[("a.csv", CSV.repeat(50).as_bytes())]);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(report(&path, 5).contains("is not a complete ZIP archive"), "{}", report(&path, 5));
    let mut broken = whole.clone();
    broken[60] ^= 0xff;
    fs::write(&path, &broken).unwrap();
    assert!(report(&path, 5).contains("fetch or copy"), "{}", report(&path, 5));
    // A member whose size in the directory is too small.
    let mut short = whole.clone();
    let list = whole.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    short[list + 24..list + 28].copy_from_slice(&100_u32.to_le_bytes());
    fs::write(&path, &short).unwrap();
    assert!(report(&path, 5).contains("longer than the archive declares"), "{}", report(&path, 5));
    // A directory that claims an impossibly large member.
    let mut bomb = whole;
    bomb[list + 24..list + 28].copy_from_slice(&(3_u32 << 30).to_le_bytes());
    fs::write(&path, &bomb).unwrap();
    assert!(report(&path, 5).contains("would unpack to 3.0 GiB, more than 500 times its size"), "{}", report(&path, 5));
}

#[test]
fn a_member_that_is_compressed_twice_is_unpacked() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("nightly.zip");
    zip(&path, &[("one.csv.gz", &gzip(CSV.as_bytes())), ("notes.txt", b"nothing")]);
    let (told, ids) = warned(&path);
    assert!(ids.iter().all(|id| id != "misnamed_file"), "{told}");
}

/// The numbers of accepted rows, duplicates and rejects.
fn counts(args: &[&str], log: &[u8]) -> [i64; 3] {
    let days = ["--from", "2026-03-02", "--to", "2026-03-02", "--format", "json"];
    let output = fed(&[&["report"], args, &days[..]].concat(), log);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {told}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    ["accepted", "duplicates", "rejected"].map(|count| report["input"]["files"][0][count].as_i64().unwrap())
}

/// Runs the program with these bytes on a pipe as standard input.
fn fed(args: &[&str], bytes: &[u8]) -> Output {
    let mut command = dialogram(args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    // A failing program does not read everything.
    let write = move || drop(stdin.write_all(&bytes));
    let writer = std::thread::Builder::new().spawn(write).unwrap();
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

/// A pipe named as a file (`<(zcat log.gz)`) can be read only once: checking its first bytes must not lose them.
#[cfg(target_os = "linux")]
#[test]
fn a_pipe_is_read_from_its_first_byte() {
    let lines = "{\"ts\":\"2026-03-02T09:00:00Z\",\"event\":\"started\",\"conversation_id\":\"c1\"}\n".repeat(2);
    for (bytes, rows) in [(CSV.as_bytes(), 2), (lines.as_bytes(), 2), (&gzip(CSV.as_bytes())[..], 2)] {
        assert_eq!(counts(&["/dev/stdin"], bytes), [rows, 0, 0]);
    }
    let folder = tempdir().unwrap();
    let rejects = folder.path().join("rejects.jsonl");
    assert_eq!(counts(&["/dev/stdin", "--rejects", text(&rejects)], CSV.as_bytes()), [2, 0, 0]);
    let found = fed(&["inspect", "/dev/stdin"], CSV.as_bytes());
    let page = String::from_utf8(found.stdout).unwrap();
    assert!(found.status.success() && page.contains("conversation_id"), "{page}");
}

/// A profile or template that is a pipe, too: what flags name is read once, however many checks ask for it.
#[cfg(target_os = "linux")]
#[test]
fn a_profile_on_a_pipe_is_read_once() {
    let log = "fixtures/profiles/rasa/bot.jsonl";
    let file = root().join("templates/profiles/rasa.toml");
    let from_file = counts(&[log, "--profile", text(&file)], b"");
    assert!(from_file[0] > 0, "{from_file:?}");
    assert_eq!(counts(&[log, "--profile", "/dev/stdin"], &fs::read(&file).unwrap()), from_file);
}

#[test]
fn json_text_sequences_are_read() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.json-seq");
    let row = |at: u32| {
        format!("\x1e{{\"ts\":\"2026-03-02T09:0{at}:00Z\",\"event\":\"started\",\"conversation_id\":\"c{at}\"}}\n")
    };
    let pretty = row(3).replace(',', ",\n  ");
    for (rows, accepted) in [(row(1) + &row(2), 2), (pretty.repeat(2), 2)] {
        fs::write(&log, &rows).unwrap();
        assert_eq!(counts(&[text(&log)], b""), [accepted, 0, 0], "{rows}");
        assert_eq!(counts(&["-"], rows.as_bytes()), [accepted, 0, 0], "{rows}");
    }
}

#[test]
fn members_behind_padding_are_read_and_those_behind_other_bytes_refused() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.csv.gz");
    let (first, second) = CSV.split_at(CSV.find("2026-03-02T09:05").unwrap());
    let (first, second) = (gzip(first.as_bytes()), gzip(second.as_bytes()));
    fs::write(&log, [&first[..], &[0; 512], &second].concat()).unwrap();
    assert_eq!(counts(&[text(&log)], b""), [2, 0, 0]);
    fs::write(&log, [&first[..], b"\n", &second].concat()).unwrap();
    let message = failure(&["report", text(&log), "--to", "log-end"], 5);
    assert!(message.contains("bytes that are not compressed between its gzip data"), "{message}");
}

#[test]
fn an_archive_behind_other_bytes_is_one() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("export.zip");
    zip(&path, &[("log.csv", CSV.as_bytes())]);
    let archive = fs::read(&path).unwrap();
    fs::write(&path, [b"#!/bin/sh\nunzip \"$0\"; exit\n", &archive[..]].concat()).unwrap();
    assert_eq!(counts(&[text(&path)], b""), [2, 0, 0]);
}
