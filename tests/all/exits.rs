//! Exit codes that scripts rely on, if streams cannot be written, and if the system starts no threads or opens no files.

#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::process::{Command, Stdio};

use tempfile::tempdir;

use crate::support::{dialogram, root};

const LOG: &str = "fixtures/guard/log.jsonl";

/// A device that is always full.
fn full() -> File {
    OpenOptions::new().write(true).open("/dev/full").unwrap()
}

/// A command line for every command, each of which prints a result.
const PRINTING: [&str; 22] = [
    "report LOG --to log-end",
    "report LOG --to log-end --format json",
    "report LOG --to log-end --format csv",
    "report LOG --to log-end --format pdf",
    "list conversations LOG --all",
    "snapshot LOG",
    "snapshot LOG --every 6h --to log-end",
    "inspect LOG",
    "check LOG --to log-end --rules RULES",
    "metrics",
    "metrics --format json",
    "tables",
    "profiles",
    "config",
    "config --schema",
    "completions bash",
    "man",
    "man --format markdown",
    "recipe cron",
    "--help",
    "--version",
    "report --help",
];

fn line(text: &str, rules: &str) -> Vec<String> {
    text.split(' ').map(|word| word.replace("LOG", LOG).replace("RULES", rules)).collect()
}

#[test]
fn standard_output_that_is_full_is_5() {
    let folder = tempdir().unwrap();
    let rules = folder.path().join("rules.toml");
    std::fs::write(&rules, "[[rules]]\nmetric = 'conversations'\nat-least = 1\n").unwrap();
    for text in PRINTING {
        let args = line(text, rules.to_str().unwrap());
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let output = dialogram(&args).stdout(full()).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(5), "{text}: {message}");
        assert!(message.contains("dialogram: standard output cannot be written: the disk is full"), "{message}");
        // No reader at all: the run ends quietly, whatever its output.
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = dialogram(&args).stdout(writer).output().unwrap();
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), message.contains("dialogram: ")), (Some(0), false), "{text}: {message}");
    }
}

#[test]
fn a_run_keeps_its_code_where_nobody_reads_its_errors() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let report = dialogram(&["report", LOG, "--to", "log-end", "--format", "json"]).output().unwrap().stdout;
    std::fs::write(at("r.json"), report).unwrap();
    std::fs::write(at("rules.toml"), "[[rules]]\nmetric = 'conversations'\nat-least = 1000\n").unwrap();
    let log = std::fs::read_to_string(root().join(LOG)).unwrap();
    std::fs::write(at("bad.jsonl"), format!("{log}nonsense\n")).unwrap();
    let (report, rules, bad) = (at("r.json"), at("rules.toml"), at("bad.jsonl"));
    for (args, code) in [
        (vec!["report", "nosuch"], 5),
        (vec!["report", LOG, "--tz", "X/Y"], 2),
        (vec!["report", LOG, "--nonsense"], 2),
        (vec!["report"], 2),
        (vec![], 2),
        (vec!["report", LOG, "--from", "2020-01-01", "--to", "2020-01-02"], 3),
        (vec!["report", &bad, "--to", "log-end", "--max-rejects", "0"], 4),
        (vec!["check", &report, "--baseline", &report, "--rules", &rules], 1),
        (vec!["list", "conversations", LOG, "--all"], 0),
    ] {
        let output = dialogram(&args).stdout(Stdio::null()).stderr(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        // Both streams are full: the output cannot be delivered.
        if code == 0 {
            let output = dialogram(&args).stdout(full()).stderr(full()).output().unwrap();
            assert_eq!(output.status.code(), Some(5), "{args:?}");
        }
    }
}

/// Each thread start fails in turn. strace counts the starts of each thread separately.
#[test]
fn a_thread_that_cannot_be_started_neither_panics_nor_hangs() {
    if Command::new("strace").arg("-V").output().is_err() {
        return;
    }
    let mut codes = Vec::new();
    for when in ["1", "2", "3", "4", "5", "6", "7", "8", "9", "1+", "2+", "3+", "5+"] {
        let inject = format!("inject=clone3:error=EAGAIN:when={when}");
        let mut command = Command::new("timeout");
        command.args(["60", "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=clone3", "-e", &inject]);
        command.arg(env!("CARGO_BIN_EXE_dialogram")).args(["report", LOG, "--to", "log-end"]);
        let output = command.current_dir(root()).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        let code = output.status.code();
        assert!(code == Some(0) || code == Some(5), "{when}: {code:?} {message}");
        assert!(!message.contains("panicked"), "{when}: {message}");
        assert_eq!(code == Some(5), message.contains("the system starts no more threads"), "{when}: {message}");
        codes.push(code);
    }
    assert!(codes.contains(&Some(0)), "no run could go on with fewer threads");
}

/// `ulimit -n`: outputs, locks, signals and the threads of libraries each need open files.
#[test]
fn a_limit_of_open_files_neither_panics_nor_hangs() {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let mut codes = Vec::new();
    for (args, name) in [
        (format!("report {LOG} --to log-end -o {}", at("report")), "report"),
        (format!("list conversations {LOG} --all --format json -o {}", at("list.json")), "list.json"),
        (format!("fold {LOG} -o {}", at("facts")), "facts"),
    ] {
        // With fewer than four the system cannot load the program.
        for limit in (4..20).chain([32]) {
            let run = format!("ulimit -n {limit}; exec timeout 60 \"$0\" {args}");
            let mut command = Command::new("sh");
            let output =
                command.current_dir(root()).args(["-c", &run, env!("CARGO_BIN_EXE_dialogram")]).output().unwrap();
            let message = String::from_utf8_lossy(&output.stderr);
            let code = output.status.code();
            assert!(code == Some(0) || code == Some(5), "{name}, {limit}: {code:?} {message}");
            assert!(!message.contains("panicked"), "{name}, {limit}: {message}");
            let written = folder.path().join(name);
            let is_left =
                written.is_file() || std::fs::read_dir(&written).is_ok_and(|mut found| found.next().is_some());
            assert_eq!(code == Some(0), is_left, "{name}, {limit}: {message}");
            codes.push(code);
            drop(std::fs::remove_dir_all(&written).or_else(|_| std::fs::remove_file(&written)));
        }
    }
    assert!(codes.contains(&Some(0)) && codes.contains(&Some(5)), "{codes:?}");
}

/// `ulimit -f` counts blocks of 512 or 1,024 bytes.
#[test]
fn a_limit_of_file_sizes_is_an_error_and_leaves_nothing() {
    let folder = tempdir().unwrap();
    let report = folder.path().join("report.json");
    std::fs::write(&report, "").unwrap();
    let run = format!("ulimit -f 1; exec \"$0\" report {LOG} --to log-end --format json -o {}", report.display());
    let mut command = Command::new("sh");
    let output = command.current_dir(root()).args(["-c", &run, env!("CARGO_BIN_EXE_dialogram")]).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(5), "{message}");
    assert!(message.contains("would be larger than a file may be"), "{message}");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["report.json"]);
    assert_eq!(std::fs::metadata(&report).unwrap().len(), 0);
}
