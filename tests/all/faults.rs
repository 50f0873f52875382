//! Failing calls, killed runs, full disks: the quick runs of the scripts in `tests/faults`.

#![cfg(target_os = "linux")]

use std::process::Command;

use crate::support::root;

/// The figures of a script that found no fault.
fn quick(script: &str) -> String {
    let mut command = Command::new("bash");
    command.arg(root().join("tests/faults").join(script)).arg(env!("CARGO_BIN_EXE_dialogram"));
    let output = command.output().unwrap();
    let figures = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{figures}{}", String::from_utf8_lossy(&output.stderr));
    assert!(figures.starts_with(&format!("{script}: ")), "{figures}");
    figures
}

#[test]
fn a_call_that_fails_costs_no_report() {
    println!("{}", quick("calls"));
}

#[test]
fn a_run_that_is_killed_costs_no_report() {
    println!("{}", quick("kills"));
}

#[test]
fn a_full_disk_costs_no_report() {
    println!("{}", quick("disks"));
}
