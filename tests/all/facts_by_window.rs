//! A folder of facts is read by window: a report reads only the blocks within it, and equals that of the whole folder.

use std::fs;
use std::path::{Path, PathBuf};

use dialogram::cli::Command as Subcommand;
use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::load;
use dialogram::cli::report::ReportFlags;
use dialogram::fold::facts::Facts;
use dialogram::fold::folder_files;
use dialogram::fold::schema::FactTable;
use dialogram::language::Language;
use dialogram::render::look::Look;
use dialogram::render::{ReportFormat, TerminalOptions, render};

use crate::reference::event::to_jsonl;
use crate::reference::random::{Shape, random_log};
use crate::support::{everything, failed, parse, same_folder_from_a_file};

/// Small blocks, because a random log has only some hundred conversations.
const CONVERSATIONS: usize = 7;

fn flags(log: &Path, args: &[String]) -> ReportFlags {
    let Ok(Subcommand::Report(parsed)) = parse("report", &[log.to_owned()], args) else { panic!("{args:?}") };
    parsed.flags
}

fn page(flags: &ReportFlags, facts: &Facts) -> Result<Vec<u8>, (u8, String)> {
    let run = || {
        let report = flags.request(vec![everything()])?.report(facts)?;
        let terminal = TerminalOptions { width: 100, color: false };
        anyhow::Ok(render(&report, ReportFormat::Json, Language::English, &Look::default(), &terminal)?.into_bytes()?)
    };
    run().map_err(|error| failed(&error))
}

fn write(folder: &Path, facts: &Facts) -> PathBuf {
    let path = folder.join("facts");
    fs::create_dir(&path).unwrap();
    for (name, bytes) in folder_files::to_files_in_blocks(facts, CONVERSATIONS).unwrap() {
        fs::write(path.join(name), bytes).unwrap();
    }
    path
}

#[test]
fn a_report_of_facts_equals_that_of_the_log_and_reads_only_its_window() {
    let (mut whole, mut read) = (0, 0);
    for seed in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.jsonl");
        let rows = random_log(seed, 260, &Shape::random(seed));
        fs::write(&log, to_jsonl(&rows)).unwrap();
        let all =
            load::facts(&flags(&log, &["--max-rejects".into(), "100%".into()]).log, &Interrupt::default()).unwrap();
        same_folder_from_a_file(&flags(&log, &["--max-rejects".into(), "100%".into()]).log, &all).unwrap();
        let path = write(folder.path(), &all);
        let days: Vec<String> = [rows[rows.len() / 3].ts, rows[rows.len() - 1].ts]
            .map(|ts| dialogram::time::format_utc(ts)[..10].to_owned())
            .into();
        for (day, compare) in days.iter().zip(["previous", "none"]) {
            let args = ["--from", day, "--to", day, "--compare", compare].map(str::to_owned);
            let of_log = flags(&log, &[&args[..], &["--max-rejects".into(), "100%".into()]].concat());
            let of_folder = flags(&path, &args);
            let request = of_folder.request(vec![everything()]).unwrap();
            let facts =
                load::facts_for(&of_folder.log, &Interrupt::default(), |last| request.projection(last)).unwrap();
            assert_eq!(page(&of_folder, &facts), page(&of_log, &all), "seed {seed}, {day}");
            whole += all.frame(FactTable::Conversations).height();
            read += facts.frame(FactTable::Conversations).height();
        }
        let facts = load::facts(&flags(&path, &[]).log, &Interrupt::default()).unwrap();
        for table in FactTable::ALL {
            assert!(facts.frame(*table).equals_missing(all.frame(*table)), "seed {seed}: {}", table.name());
        }
    }
    assert!(read < whole, "{read} of {whole} conversations were read: all of them");
}

#[test]
fn files_of_two_runs_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    fs::write(&log, to_jsonl(&random_log(3, 120, &Shape::random(3)))).unwrap();
    let facts = load::facts(&flags(&log, &["--max-rejects".into(), "100%".into()]).log, &Interrupt::default()).unwrap();
    let path = write(folder.path(), &facts);
    fs::copy(path.join("closes.parquet"), path.join("stints.parquet")).unwrap();
    let error = load::facts(&flags(&path, &[]).log, &Interrupt::default()).unwrap_err();
    assert!(failed(&error).1.contains("the files are of two runs"), "{error:#}");
}
