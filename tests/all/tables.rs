//! Tables: rows without positions, in files and in the parts of an engine's own table.

use std::fs;
use std::path::{Path, PathBuf};

use dialogram::cli::Command as Subcommand;
use dialogram::cli::flags::LogFlags;
use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::{load, stage_plan};
use dialogram::fold::{folder, folder_files};
use polars::prelude::{Column, DataFrame};

use crate::equal_inputs::frame;
use crate::reference::event::Event;
use crate::reference::random::{Shape, random_log};
use crate::stages::{BUCKETS, Engine, compare, two_files};
use crate::support::{self, parse};

/// The flags of a report.
fn flags(logs: &[PathBuf], args: &[&str]) -> LogFlags {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let Ok(Subcommand::Report(parsed)) = parse("report", logs, &args) else { panic!("wrong flags") };
    parsed.flags.log
}

/// A log as columns, with a number for the order in which its rows were written.
fn table(log: &[Event]) -> DataFrame {
    let mut frame = frame(log);
    // Numbers whose texts sort differently.
    let numbers: Vec<i64> = (-5..).take(log.len()).collect();
    frame.with_column(Column::new("seq".into(), numbers)).unwrap();
    frame
}

/// Writes the rows as Parquet files of a folder, each with as many as the one before.
fn write_table(folder: &Path, rows: &DataFrame) -> Vec<PathBuf> {
    let size = rows.height().div_ceil(3);
    let write = |at: usize| {
        let path = folder.join(format!("part-{at}.parquet"));
        let mut rows = rows.slice(i64::try_from(at * size).unwrap(), size);
        fs::write(&path, support::parquet(&mut rows, 40)).unwrap();
        path
    };
    (0..3).map(write).collect()
}

/// The facts of logs, as files.
fn facts_of(logs: &[PathBuf], args: &[&str]) -> Vec<(String, Vec<u8>)> {
    folder_files::to_files(&load::facts(&flags(logs, args), &Interrupt::default()).unwrap()).unwrap()
}

#[test]
fn rows_of_a_table_may_be_in_any_order() {
    for seed in 0..8 {
        // Ties, repeats by event id, renamed agents, rejects.
        let log = random_log(seed ^ 0x7ab1e, 150, &Shape { has_repeats: seed % 2 == 0, ..Shape::random(seed) });
        let rows = table(&log);
        let mut engine = Engine::new(2, seed);
        for order in ["seq", "*"] {
            let args = ["--order-by", order, "--max-rejects", "100%", "--to", "log-end"];
            let folder = tempfile::tempdir().unwrap();
            let expected = facts_of(&write_table(folder.path(), &rows), &args);
            let logs = write_table(folder.path(), &engine.shuffled(&rows));
            let shuffled = facts_of(&logs, &args);
            for ((name, bytes), (_, expected)) in shuffled.iter().zip(&expected) {
                // Only the files show which of them has which rows.
                assert!(bytes == expected || name == folder::MANIFEST, "seed {seed}, by {order}: {name} differs");
            }
            let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
            // Two buckets are also compared by counted values, which takes long.
            let buckets = if seed == 0 { 2 } else { 16 };
            compare(&format!("seed {seed}, by {order}"), &logs, &args, &[buckets]);
        }
    }
}

#[test]
fn a_table_is_the_file_whose_rows_are_in_its_order() {
    for seed in 0..6 {
        let mut log = random_log(seed ^ 0xf11e, 150, &Shape { has_repeats: false, ..Shape::random(seed) });
        log.sort_by_key(|event| event.ts);
        let rows = table(&log);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.parquet");
        fs::write(&path, support::parquet(&mut rows.clone(), 60)).unwrap();
        let expected = facts_of(std::slice::from_ref(&path), &["--max-rejects", "100%"]);
        let mut shuffled = Engine::new(1, seed).shuffled(&rows);
        fs::write(&path, support::parquet(&mut shuffled, 60)).unwrap();
        let found = facts_of(&[path], &["--max-rejects", "100%", "--order-by", "seq"]);
        assert!(found == expected, "seed {seed}");
    }
}

#[test]
fn a_table_of_the_engine_gives_the_same_in_any_parts() {
    for seed in 0..6 {
        let log = random_log(seed ^ 0xca7a, 150, &Shape { has_repeats: true, ..Shape::random(seed) });
        let rows = table(&log);
        let folder = tempfile::tempdir().unwrap();
        // A file with the name of the table.
        let path = folder.path().join("lake.events");
        fs::write(&path, support::parquet(&mut rows.clone(), 60)).unwrap();
        for order in ["seq", "*"] {
            let args = ["--order-by", order, "--max-rejects", "100%"];
            let expected = facts_of(std::slice::from_ref(&path), &args);
            for buckets in BUCKETS {
                let mut engine = Engine::new(buckets, seed);
                let shuffled = engine.shuffled(&rows);
                let size = rows.height().div_ceil(usize::try_from(buckets).unwrap());
                let parts = (0..rows.height()).step_by(size);
                engine.table = parts.map(|at| shuffled.slice(i64::try_from(at).unwrap(), size)).collect();
                // By default a table is sorted by its columns.
                let args = if order == "*" { &args[2..] } else { &args };
                let plan = stage_plan::of(&flags(&["spark:lake.events".into()], args)).unwrap();
                let facts = engine.run(&plan).unwrap();
                for ((name, bytes), (_, expected)) in folder_files::to_files(&facts).unwrap().iter().zip(&expected) {
                    assert!(bytes == expected, "seed {seed}, by {order}, {buckets} buckets: {name} differs");
                }
            }
        }
    }
}

#[test]
fn a_part_of_a_table_that_was_read_twice_is_found_out() {
    let log = random_log(3, 40, &Shape::random(3));
    let plan = stage_plan::of(&flags(&["spark:lake.events".into()], &[])).unwrap();
    let mut engine = Engine::new(1, 1);
    engine.table = vec![table(&log)];
    let frames = engine.scanned(&plan).unwrap();
    engine.passed(&frames, &plan.columns.events);
    assert!(engine.settle(&plan).is_ok());
    engine.passed(&frames, &plan.columns.events);
    let error = engine.settle(&plan).unwrap_err().to_string();
    assert!(error.contains("part 0 of unit 0 twice"), "{error}");
    // A table without rows has no parts.
    let mut engine = Engine::new(1, 1);
    engine.table = vec![table(&log).slice(0, 0)];
    let facts = engine.run(&plan).unwrap();
    assert_eq!(facts.run.files[0].name, "lake.events");
}

#[test]
fn sources_that_only_spark_reads_are_refused_and_a_table_is_parquet() {
    let folder = tempfile::tempdir().unwrap();
    let log = two_files(folder.path()).remove(0);
    let log = log.to_str().unwrap();
    let message = support::failure(&["report", log, "--to", "log-end", "--order-by", "seq"], 2);
    assert!(message.contains("only Parquet files are read as a table"), "{message}");
    for held in ["spark:lake.events", "s3a://bucket/logs/"] {
        let message = support::failure(&["report", held, "--to", "log-end"], 2);
        assert!(message.contains(held) && message.contains("--engine spark"), "{message}");
        let message = support::failure(&["plan", held, log, "--json"], 2);
        assert!(message.contains("cannot be read together"), "{message}");
        assert!(!support::success(&["plan", held, "--json"]).is_empty());
    }
    let rows = table(&random_log(1, 20, &Shape::random(1)));
    let path = folder.path().join("log.parquet");
    fs::write(&path, support::parquet(&mut rows.clone(), 60)).unwrap();
    let message = support::failure(&["report", path.to_str().unwrap(), "--to", "log-end", "--order-by", "sequ"], 2);
    assert!(message.contains("did you mean `seq`"), "{message}");
}
