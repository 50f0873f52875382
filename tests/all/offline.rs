//! No command but `run` and `send` opens a network connection: data stays on the machine.

#![cfg(target_os = "linux")]

use std::fs;
use std::process::Command;

use tempfile::{TempDir, tempdir};

use crate::support::root;

/// Each command that reads input, and the formats with pictures and fonts.
const COMMANDS: [&str; 11] = [
    "report GUARD/log.jsonl --to log-end",
    "report GUARD/log.jsonl --to log-end -o report.json",
    "report GUARD/log.jsonl --to log-end -o report.pdf",
    "report GUARD/log.jsonl --to log-end -o report.html",
    "report GUARD/log.jsonl --to log-end -o report.xlsx",
    "fold GUARD/log.jsonl -o facts",
    "snapshot GUARD/log.jsonl",
    "list conversations GUARD/log.jsonl --all",
    "inspect GUARD/log.jsonl",
    "inspect GUARD/strange.csv",
    "metrics",
];

/// The internet sockets that a command requests, and its exit code.
fn sockets(folder: &TempDir, line: &str) -> (Vec<String>, Option<i32>) {
    let calls = folder.path().join("calls");
    let guard = root().join("fixtures/guard").display().to_string();
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-e", "trace=%network", "-o"]).arg(&calls).arg(env!("CARGO_BIN_EXE_dialogram"));
    command.args(line.split(' ').map(|word| word.replace("GUARD", &guard)));
    let output = command.current_dir(folder.path()).output().unwrap();
    let found = fs::read_to_string(calls).unwrap();
    (found.lines().filter(|call| call.contains("AF_INET")).map(str::to_owned).collect(), output.status.code())
}

#[test]
fn commands_that_read_open_no_connection() {
    if Command::new("strace").arg("-V").output().is_err() {
        return;
    }
    let folder = tempdir().unwrap();
    for line in COMMANDS {
        assert_eq!(sockets(&folder, line), (Vec::new(), Some(0)), "{line}");
    }
    // A command that sends opens one, which shows that the test can see it.
    if cfg!(feature = "mail") {
        let config = folder.path().join("dialogram.toml");
        fs::write(&config, "[smtp]\nhost = '127.0.0.1'\nport = 1\ntls = 'none'\nretry-for = '0s'\n").unwrap();
        let (calls, code) = sockets(&folder, "send report.html --from a@mail.test --to b@mail.test");
        assert!(code == Some(5) && !calls.is_empty(), "{code:?} {calls:?}");
    }
}
