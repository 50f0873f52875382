//! Files left by killed runs, and two runs that write to one folder.

#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::tempdir;

use crate::support::{dialogram, names, root, text};

const LOG: &str = "fixtures/guard/log.jsonl";
const REPORT: [&str; 3] = ["report.csv", "report.json", "report.pdf"];

/// A run that waits for its log while it holds its folder.
fn waiting(args: &[&str], lock: &Path) -> Child {
    let mut child =
        dialogram(args).stdin(Stdio::piped()).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let is_held = (0..3000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        fs::read(lock).is_ok_and(|text| !text.is_empty())
    });
    if !is_held {
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("{args:?} never held {}", lock.display());
    }
    child
}

/// Gives a run its log, and waits for it to end.
fn finish(mut child: Child) {
    child.stdin.take().unwrap().write_all(&fs::read(root().join(LOG)).unwrap()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_second_run_names_the_owner_of_the_folder_or_waits() {
    let folder = tempdir().unwrap();
    // An existing folder and a new one.
    for name in ["", "new"] {
        let out = folder.path().join(name).join("out");
        if name.is_empty() {
            fs::create_dir(&out).unwrap();
        } else {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let lock = out.join(".dialogram.lock");
        let first = waiting(&["report", "-", "--to", "log-end", "-o", text(&out)], &lock);
        let second = ["report", LOG, "--to", "log-end", "-o", text(&out)];
        let output = dialogram(&second).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(5), "{message}");
        let holder = format!("another run writes into this folder (process {}, dialogram report)", first.id());
        assert!(message.contains(&holder) && message.contains("--wait"), "{message}");
        assert_eq!(names(&out), [".dialogram.lock"]);
        // Other folders, and files, are not locked.
        let other = dialogram(&["report", LOG, "--to", "log-end", "--format", "json", "-o", text(&out.join("a.json"))]);
        assert_eq!({ other }.output().unwrap().status.code(), Some(0));
        let waits = dialogram(&[&second[..], &["--wait"]].concat()).stderr(Stdio::piped()).spawn().unwrap();
        finish(first);
        let output = waits.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{message}");
        fs::remove_file(out.join("a.json")).unwrap();
        assert_eq!(names(&out), REPORT);
        // The files come from one run, the second.
        let report = fs::read_to_string(out.join("report.json")).unwrap();
        assert!(report.contains("log.jsonl") && !report.contains("stdin"), "{report}");
    }
}

#[test]
fn a_named_report_is_written_by_one_run_at_a_time() {
    let folder = tempdir().unwrap();
    let config = "[reports.a]\nlogs = ['-']\noutput = ['out/{report}.json']\nto = 'log-end'\n[reports.b]\nlogs = ['LOG']\noutput = ['out/{report}.json']\nto = 'log-end'\n";
    fs::write(folder.path().join("c.toml"), config.replace("LOG", text(&root().join(LOG)))).unwrap();
    fs::create_dir(folder.path().join("out")).unwrap();
    let run = |args: &[&str]| -> Command {
        let mut command = dialogram(args);
        command.current_dir(folder.path());
        command
    };
    let mut first = run(&["run", "a", "--config", "c.toml"]);
    let first = first.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let lock = folder.path().join("out/.dialogram-a.lock");
    while !fs::read(&lock).is_ok_and(|text| !text.is_empty()) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(run(&["run", "a", "--config", "c.toml"]).stdin(Stdio::null()).output().unwrap().status.code(), Some(5));
    assert_eq!(run(&["run", "b", "--config", "c.toml"]).output().unwrap().status.code(), Some(0));
    finish(first);
    assert_eq!(names(&folder.path().join("out")), ["a.json", "b.json"]);
}

#[test]
fn a_signal_leaves_nothing() {
    for signal in ["-TERM", "-INT"] {
        let folder = tempdir().unwrap();
        let out = folder.path().join("out");
        let lock = out.join(".dialogram.lock");
        let child = waiting(&["report", "-", "--to", "log-end", "-o", text(&out)], &lock);
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        assert!(matches!(output.status.code(), Some(130 | 143)), "{output:?}");
        assert!(names(folder.path()).is_empty(), "{:?}", names(folder.path()));
    }
}

#[test]
fn a_failing_run_leaves_no_new_folder() {
    let folder = tempdir().unwrap();
    for args in [["report", "nosuch.jsonl"], ["fold", "nosuch.jsonl"], ["report", "/dev/null"]] {
        let output = dialogram(&[&args[..], &["-o", text(&folder.path().join("out"))]].concat()).output().unwrap();
        assert_ne!(output.status.code(), Some(0));
        assert!(names(folder.path()).is_empty(), "{args:?}: {:?}", names(folder.path()));
    }
}

#[test]
fn the_next_run_removes_what_a_killed_one_left() {
    let folder = tempdir().unwrap();
    let out = folder.path().join("out");
    let mut child = waiting(&["report", "-", "--to", "log-end", "-o", text(&out)], &out.join(".dialogram.lock"));
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(names(&out), [".dialogram.lock"]);
    fs::write(out.join(".dialogram-aB3xyz.tmp"), "half a report").unwrap();
    // Another run is alive, and holds its file.
    let alive = fs::File::create(out.join(".dialogram-alive0.tmp")).unwrap();
    alive.lock().unwrap();
    let next = dialogram(&["report", LOG, "--to", "log-end", "-o", text(&out)]).output().unwrap();
    assert_eq!(next.status.code(), Some(0), "{}", String::from_utf8_lossy(&next.stderr));
    assert_eq!(names(&out), [&[".dialogram-alive0.tmp"], &REPORT[..]].concat());
}

#[test]
fn rejected_rows_are_readable_only_by_their_owner() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let log = fs::read_to_string(root().join(LOG)).unwrap();
    fs::write(at("bad.jsonl"), format!("{log}{{\"ts\": \"SECRET 4111111111111111\", \"event\": \"message\"}}\n"))
        .unwrap();
    let args =
        ["report", text(&at("bad.jsonl")), "--to", "log-end", "--rejects", text(&at("r.jsonl"))].map(str::to_owned);
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let output = dialogram(&args).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(4), "{message}");
    assert!(!message.contains("SECRET") && message.contains("bad_timestamp, column ts"), "{message}");
    assert!(fs::read_to_string(at("r.jsonl")).unwrap().contains("SECRET"));
    assert_eq!(fs::metadata(at("r.jsonl")).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_header_that_is_data_is_not_shown() {
    let folder = tempdir().unwrap();
    for (name, bytes) in [
        ("chat.txt", "12/03/2026, 10:00 - Ana Silva: SECRET my card\n"),
        ("chat.csv", "12/03/2026 10:00,+55 11 98888-7700,SECRET my card\n"),
        ("chat2.csv", "Ana Silva;SECRET;ana@example.com\n"),
        ("by-name.json", "{\"Ana Silva\": {\"texts\": [\"SECRET\"]}, \"Bo\": {\"texts\": [\"hi\"]}}\n"),
    ] {
        fs::write(folder.path().join(name), bytes).unwrap();
        for command in ["report", "check", "list"] {
            let path = folder.path().join(name);
            let path = text(&path);
            let args: Vec<&str> = match command {
                "check" => vec!["check", path, "--baseline-log", path],
                "list" => vec!["list", "visits", path, "--all"],
                _ => vec!["report", path],
            };
            let output = dialogram(&args).output().unwrap();
            let message = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(5), "{message}");
            assert!(!message.contains("SECRET") && !message.contains("Ana") && !message.contains("98888"), "{message}");
        }
    }
}
