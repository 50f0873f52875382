//! Shared by the tests: the program's functions as its flags call them, and the real binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use clap::Parser;
use dialogram::cli::flags::LogFlags;
use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::{Cli, Command as Subcommand, load};
use dialogram::event::Sessions;
use dialogram::failure::Failure;
use dialogram::fold::facts::Facts;
use dialogram::fold::folder_files::to_files_in_blocks;
use dialogram::fold::projection::Projection;
use dialogram::fold::schema::{FactTable, Type};
use dialogram::language::Message;
use dialogram::metrics::dimensions::Dimension;
use dialogram::metrics::{self, Metric};
use dialogram::report::snapshot::build::SnapshotQuery;
use dialogram::report::snapshot::series::{SeriesQuery, SnapshotSeries};
use dialogram::report::snapshot::{self, Snapshot};
use dialogram::report::template::{TableTemplate, Template};
use dialogram::report::{Report, needs};
use dialogram::time::{Zone, format_utc, parse_instant};
use polars::prelude::DataFrame;
use polars_io::parquet::write::ParquetWriter;
use serde_json::{Map, Value, json};

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every metric, by every dimension, with both heatmaps.
pub fn everything() -> Template {
    let metrics: Vec<_> = metrics::all().collect();
    let table = |dimension: &Dimension| {
        let metrics = metrics.iter().copied().filter(|metric| metric.has(*dimension)).collect();
        TableTemplate { dimensions: vec![*dimension], metrics }
    };
    let crossings = [
        [Dimension::Channel, Dimension::Department],
        [Dimension::Tag, Dimension::Weekday],
        [Dimension::Agent, Dimension::Hour],
        [Dimension::Month, Dimension::Queue],
    ];
    let crossings = crossings.map(|dimensions| {
        let has = |metric: &&Metric| dimensions.iter().all(|dimension| metric.has(*dimension));
        TableTemplate { dimensions: dimensions.to_vec(), metrics: metrics.iter().copied().filter(has).collect() }
    });
    let heatmaps = ["engaged_conversations", "transfer_requests", "online_time"].map(|id| metrics::find(id).unwrap());
    Template {
        name: "everything".to_owned(),
        key_figures: Vec::new(),
        title: "Everything".to_owned(),
        tables: Dimension::ALL.iter().map(table).chain(crossings).collect(),
        metrics,
        heatmaps: heatmaps.to_vec(),
        trend: None,
        staffing: true,
        sections: dialogram::report::template::sections::Sections::default(),
    }
}

/// The result of a run: the facts and report, or the exit code and message.
pub type Run<T> = Result<T, (u8, String)>;

pub fn failed(error: &anyhow::Error) -> (u8, String) {
    (Failure::of(error).map_or(70, Failure::exit_code), format!("{error:#}"))
}

/// Parses flags as the binary does.
pub fn parse(command: &str, logs: &[PathBuf], args: &[String]) -> Run<Subcommand> {
    let mut line = vec!["dialogram".to_owned(), command.to_owned()];
    line.extend(logs.iter().map(|log| log.display().to_string()));
    line.extend(args.iter().cloned());
    let mut command = Cli::try_parse_from(line).map(|cli| cli.command).map_err(|error| (2, error.to_string()))?;
    command.declare().map_err(|error| failed(&error))?;
    Ok(command)
}

/// The report of every metric.
pub fn report(logs: &[PathBuf], args: &[String]) -> Run<(Facts, Report)> {
    let Subcommand::Report(parsed) = parse("report", logs, args)? else { unreachable!("asked for a report") };
    let parsed = parsed.flags;
    let run = || -> anyhow::Result<(Facts, Report)> {
        let mut templates = vec![everything()];
        parsed.add_tables(&mut templates)?;
        let request = parsed.request(templates)?;
        let facts = load::facts(&parsed.log, &Interrupt::default())?;
        let report = request.report(&facts)?;
        // The program itself keeps only the facts that its report needs.
        let fewer = load::facts_for(&parsed.log, &Interrupt::default(), |last_event| request.projection(last_event))?;
        let same = request.report(&fewer)?;
        assert_eq!(serde_json::to_string(&same)?, serde_json::to_string(&report)?);
        // They need not be in memory either.
        let in_file = |last_event| anyhow::Ok(Projection { memory_bytes: Some(0), ..request.projection(last_event)? });
        let same = request.report(&load::facts_for(&parsed.log, &Interrupt::default(), in_file)?)?;
        assert_eq!(serde_json::to_string(&same)?, serde_json::to_string(&report)?);
        Ok((facts, report))
    };
    run().map_err(|error| failed(&error))
}

/// The snapshot of an instant.
pub fn snapshot(logs: &[PathBuf], args: &[String]) -> Run<Snapshot> {
    let Subcommand::Snapshot(parsed) = parse("snapshot", logs, args)? else { unreachable!("asked for a snapshot") };
    let run = || -> anyhow::Result<Snapshot> {
        let query = parsed.query()?;
        let facts = load::facts(&parsed.log()?, &Interrupt::default())?;
        let found = parsed.snapshot(&facts, &query)?;
        // The program itself keeps only the facts that it needs.
        let keep = |_| Ok(needs::snapshot(&query.filters.filters));
        let fewer = load::facts_for(&parsed.log()?, &Interrupt::default(), keep)?;
        assert_eq!(parsed.snapshot(&fewer, &query)?, found);
        // They need not be in memory either.
        let in_file = |_| Ok(Projection { memory_bytes: Some(0), ..needs::snapshot(&query.filters.filters) });
        let stored = load::facts_for(&parsed.log()?, &Interrupt::default(), in_file)?;
        assert_eq!(parsed.snapshot(&stored, &query)?, found);
        Ok(found)
    };
    run().map_err(|error| failed(&error))
}

/// The snapshots of many instants.
pub fn series(logs: &[PathBuf], args: &[String], every_ms: i64) -> Run<SnapshotSeries> {
    let Subcommand::Snapshot(parsed) = parse("snapshot", logs, args)? else { unreachable!("asked for a snapshot") };
    let run = || -> anyhow::Result<SnapshotSeries> {
        let found = parsed.series(0, every_ms, &Interrupt::default())?;
        // The conversations at these instants need not be in memory.
        let instants = found.points.iter().map(|point| parse_instant(&point.at, Zone::UTC));
        let instants: Arc<[i64]> = instants.collect::<Result<Vec<i64>, _>>().unwrap().into();
        let SnapshotQuery { zone, filters, .. } = parsed.query()?;
        let keep = needs::series(&filters.filters, Arc::clone(&instants));
        let in_file = Projection { memory_bytes: Some(0), ..keep };
        let facts = load::facts_for(&parsed.log, &Interrupt::default(), |_| Ok(in_file))?;
        assert_eq!(facts.moments.bytes(), 0);
        let query = SeriesQuery { zone, filters, instants, every_ms };
        assert_eq!(snapshot::series::build(&facts, &query)?, found);
        Ok(found)
    };
    run().map_err(|error| failed(&error))
}

/// Fails if the folder of these facts differs from that of the same facts in a file.
pub fn same_folder_from_a_file(log: &LogFlags, facts: &Facts) -> anyhow::Result<()> {
    let in_file = Projection { memory_bytes: Some(0), may_be_stored: true, in_order: true, ..Projection::all() };
    let stored = load::facts_for(log, &Interrupt::default(), |_| Ok(in_file))?;
    let (files, of_file) = (to_files_in_blocks(facts, 3)?, to_files_in_blocks(&stored, 3)?);
    for ((name, bytes), (same_name, same_bytes)) in files.iter().zip(&of_file) {
        assert!(name == same_name && bytes == same_bytes, "{name} from a file differs");
    }
    assert_eq!(files.len(), of_file.len());
    Ok(())
}

/// The facts of logs.
pub fn facts(logs: &[PathBuf], args: &[String]) -> Run<Facts> {
    // The window does not matter to facts.
    let Subcommand::Report(parsed) = parse("report", logs, args)? else { unreachable!("asked for a report") };
    let run = || -> anyhow::Result<Facts> {
        let facts = load::facts(&parsed.flags.log, &Interrupt::default())?;
        same_folder_from_a_file(&parsed.flags.log, &facts)?;
        Ok(facts)
    };
    run().map_err(|error| failed(&error))
}

/// A fact table as JSON rows: instants as RFC 3339 in UTC.
pub fn rows(facts: &Facts, table: FactTable) -> Vec<Map<String, Value>> {
    let frame = facts.frame(table);
    let mut rows = vec![Map::new(); frame.height()];
    for spec in table.columns() {
        let column = frame.column(spec.name).unwrap();
        for (at, row) in rows.iter_mut().enumerate() {
            let value = match spec.holds {
                Type::Text => json!(column.str().unwrap().get(at)),
                Type::Instant => json!(column.i64().unwrap().get(at).map(format_utc)),
                Type::Number => json!(column.i64().unwrap().get(at)),
                Type::Flag => json!(column.bool().unwrap().get(at)),
            };
            row.insert(spec.name.to_owned(), value);
        }
    }
    rows
}

/// The name of the rule for conversations in a report.
pub fn sessions_name(sessions: Sessions) -> &'static str {
    sessions.name()
}

/// Whether two JSON values are equal, numbers within 1e-6.
pub fn is_near(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * a.abs().max(1.0),
        _ => a == b,
    }
}

/// The real binary, in a clean environment.
pub fn dialogram(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dialogram"));
    command.args(args).env_clear().current_dir(root());
    // For scripts/coverage and scripts/mutants, which build a program of their own.
    let kept = ["LLVM_PROFILE_FILE", "DIALOGRAM_MUTANT", "DIALOGRAM_MUTANTS_SEEN"];
    command.envs(kept.iter().filter_map(|name| std::env::var_os(name).map(|value| (name, value))));
    command
}

/// Runs the real binary.
pub fn run(args: &[&str]) -> Output {
    dialogram(args).output().unwrap()
}

/// Standard error of a run that failed with that code.
pub fn failure(args: &[&str], code: i32) -> String {
    let output = run(args);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {message}");
    assert!(output.stdout.is_empty(), "{args:?} wrote to standard output");
    message
}

/// Standard output of a successful run; standard error may only have warnings.
pub fn success(args: &[&str]) -> Vec<u8> {
    let output = run(args);
    let message = String::from_utf8_lossy(&output.stderr);
    let is_warning = |line: &str| line.starts_with("warning[");
    assert!(output.status.success() && message.lines().all(is_warning), "{args:?}: {}: {message}", output.status);
    output.stdout
}

/// The log of the fixture week: two weeks, no reject.
pub const WEEK_LOG: &str = "fixtures/week/events.jsonl";

/// The report of the fixture week, with more flags.
pub fn week<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let flags = ["--tz", "America/Sao_Paulo", "--from", "2026-03-02", "--to", "2026-03-08"];
    ["report", WEEK_LOG].into_iter().chain(flags).chain(more.iter().copied()).collect()
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Messages in English, as in JSON.
pub fn english(messages: &[Message]) -> Vec<String> {
    messages.iter().map(ToString::to_string).collect()
}

/// The names in a folder, hidden ones too, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Bytes as a `.gz` file.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Bytes as a `.zst` file, with the checksum that the `zstd` command adds.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = zstd::Encoder::new(Vec::new(), 0).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A table as a `.parquet` file with groups of that many rows.
pub fn parquet(frame: &mut DataFrame, rows: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).with_row_group_size(Some(rows)).finish(frame).unwrap();
    bytes
}

/// The flags and logs of every fixture report with hand-worked values.
pub fn fixture_reports() -> Vec<(String, Vec<PathBuf>, Vec<String>)> {
    let list =
        |value: &Value| value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let mut reports = Vec::new();
    for folder in ["fixtures", "fixtures/cases"].map(|folder| root().join(folder)) {
        for name in names(&folder) {
            let Ok(text) = std::fs::read_to_string(folder.join(&name).join("expected.json")) else { continue };
            let expected: Value = serde_json::from_str(&text).unwrap();
            for run in expected["runs"].as_array().unwrap() {
                if run["command"] != "report" || run["expect"].get("exit").is_some() {
                    continue;
                }
                let logs = list(&run["logs"]).iter().map(|log| folder.join(&name).join(log)).collect();
                // The value of a flag that is a file of the fixture: its profile.
                let in_fixture = |arg: String| {
                    let path = folder.join(&name).join(&arg);
                    if path.is_file() { path.display().to_string() } else { arg }
                };
                let mut args: Vec<String> = list(&run["args"]).into_iter().map(in_fixture).collect();
                if !args.iter().any(|arg| arg == "--max-rejects") {
                    args.extend(["--max-rejects".to_owned(), "100%".to_owned()]);
                }
                reports.push((format!("{name} {}", run["name"]), logs, args));
            }
        }
    }
    reports
}

/// The parts of a row's key in `report.json`, in the form of `report.csv`: no value is `(none)`, and a value with this
/// text is `\(none)`. Tables by one dimension of every log have this form in JSON too.
pub fn key_parts(dimensions: &[&str], row: &Value) -> Vec<String> {
    let has_words = ["channel", "support_type", "department", "queue", "agent", "app"];
    let has_nulls = !matches!(dimensions, [one] if has_words.contains(one));
    let part = |part: &Value| match part.as_str() {
        None => "(none)".to_owned(),
        Some("(none)") if has_nulls => r"\(none)".to_owned(),
        Some(text) => text.to_owned(),
    };
    row["key"].as_array().unwrap().iter().map(part).collect()
}

/// Python with the PDF validators and the mail server of `tests/python.txt`, as installed by `scripts/test`.
pub fn python_of_tests() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let python = target.join("python/bin/python");
    assert!(
        python.exists(),
        "this test needs libraries of Python: run `python3 -m venv {0} && {0}/bin/pip install -r tests/python.txt`",
        target.join("python").display()
    );
    python
}
