//! A `report.json` as input: from an earlier run, or from another program.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use crate::failure::{Failure, input_error};
use crate::harmless::shown_path;
use crate::report::{Report, SCHEMA};

/// How many bytes at the start of a report contain its schema, which is the first key.
const HEAD: u64 = 4096;

/// The path that means standard input or standard output.
pub const STANDARD_STREAM: &str = "-";

fn standard_input() -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Whether a path names a report, not a log.
#[must_use]
pub fn is_report(path: &Path) -> bool {
    // Bytes read from a pipe would be lost.
    if !path.is_file() {
        return false;
    }
    let mut head = Vec::new();
    let is_read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    let head: String = String::from_utf8_lossy(&head).split_whitespace().collect();
    is_read.is_ok() && head.trim_start_matches('\u{feff}').starts_with("{\"schema\":\"dialogram/")
}

/// Reads a report; `-` is standard input.
///
/// # Errors
///
/// If it cannot be read, is not a report, or has another schema.
pub fn read(path: &Path) -> anyhow::Result<Report> {
    let location = shown_path(path);
    let bytes = if path == Path::new(STANDARD_STREAM) { standard_input() } else { std::fs::read(path) };
    parse(&location, &bytes.map_err(|error| input_error(&location, &error))?)
}

fn parse(location: &str, bytes: &[u8]) -> anyhow::Result<Report> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let fails = |message: String| Failure::Input.because(format!("{location}: {message}"));
    if bytes.trim_ascii().is_empty() {
        return Err(fails("is empty: write a report with `dialogram report --format json`".to_owned()));
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        fails(format!("is not a report.json ({error}): write one with `dialogram report --format json`"))
    })?;
    match value.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => {
            return Err(Failure::Usage.because(format!(
                "{location}: has the schema {other}, and this program reads {SCHEMA}: make the report again"
            )));
        }
        None => {
            let message = "is not a report.json: it names no schema; write one with `dialogram report --format json`";
            return Err(fails(message.to_owned()));
        }
    }
    serde_json::from_slice(bytes).map_err(|error| fails(format!("does not follow {SCHEMA}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_than_reports_are_refused() {
        let message = |text: &str| parse("a.json", text.as_bytes()).unwrap_err().to_string();
        assert!(message("ts,event").contains("a.json: is not a report.json (expected "));
        assert!(message("\n").contains("a.json: is empty"));
        assert!(message("{\"ts\": 1}").contains("names no schema"));
        assert!(message("{\"schema\": \"dialogram/report/2\"}").contains("has the schema dialogram/report/2"));
        assert!(message("{\"schema\": \"dialogram/report/1\"}").contains("missing field"));
    }
}
