//! A folder of facts from an earlier version lacks columns. Columns that follow from others are restored; metrics that
//! read missing facts have no data.

use std::fs;
use std::path::{Path, PathBuf};

use dialogram::fold::facts::Facts;
use dialogram::fold::folder_files;
use dialogram::fold::schema::FactTable;
use polars::prelude::{DataFrame, SerReader};
use polars_io::parquet::read::ParquetReader;
use serde_json::json;

use crate::reference::event::to_jsonl;
use crate::reference::random::{Shape, random_log};
use crate::support::{facts, parquet, report};

/// Columns added after the first version.
const LATER: [(FactTable, &str); 6] = [
    (FactTable::Visits, "opened_at"),
    (FactTable::Visits, "is_by_transfer"),
    (FactTable::AgentMessages, "first_response_ms"),
    (FactTable::Conversations, "satisfaction"),
    (FactTable::Conversations, "tags"),
    (FactTable::Ratings, "survey"),
];

fn read(path: &Path) -> DataFrame {
    ParquetReader::new(fs::File::open(path).unwrap()).finish().unwrap()
}

/// Writes facts as a version without the later columns did.
fn write(facts: &Facts, path: &Path) {
    fs::create_dir(path).unwrap();
    for (name, bytes) in folder_files::to_files_in_blocks(facts, 7).unwrap() {
        fs::write(path.join(name), bytes).unwrap();
    }
    for (table, column) in LATER {
        let file = path.join(format!("{}.parquet", table.name()));
        let mut frame = read(&file).drop(column).unwrap();
        fs::write(&file, parquet(&mut frame, 7)).unwrap();
    }
}

#[test]
fn facts_of_an_earlier_version_have_what_follows_from_them() {
    let any = ["--max-rejects".to_owned(), "100%".to_owned()];
    let mut visits = 0;
    for seed in 0..6 {
        let folder = tempfile::tempdir().unwrap();
        let log: PathBuf = folder.path().join("log.jsonl");
        fs::write(&log, to_jsonl(&random_log(seed, 260, &Shape::random(seed)))).unwrap();
        let whole = facts(&[log], &any).unwrap();
        let path = folder.path().join("facts");
        write(&whole, &path);
        let completed = facts(std::slice::from_ref(&path), &[]).unwrap();
        for table in FactTable::ALL {
            for spec in table.columns() {
                let [found, expected] =
                    [&completed, &whole].map(|facts| facts.frame(*table).column(spec.name).unwrap());
                let place = format!("seed {seed}: {} {}", table.name(), spec.name);
                match spec.name {
                    "satisfaction" | "tags" | "is_by_transfer" => {
                        assert_eq!(found.null_count(), found.len(), "{place}");
                    }
                    "survey" => assert!(found.str().unwrap().iter().all(|survey| survey == Some("nps")), "{place}"),
                    _ => assert!(found.equals_missing(expected), "{place}\n{found:?}\n{expected:?}"),
                }
            }
        }
        assert_eq!(completed.run.absent, [(FactTable::Visits, "is_by_transfer")], "seed {seed}");
        visits += whole.frame(FactTable::Visits).height();
        let (_, report) = report(&[path], &["--to".to_owned(), "log-end".to_owned()]).unwrap();
        let report = serde_json::to_value(&report).unwrap();
        let metrics = &report["metrics"];
        assert!(metrics["queue_transfers_in"].is_object(), "seed {seed}");
        assert_eq!(metrics["queue_transfers_in"]["value"], json!(null), "seed {seed}");
        assert!(metrics["conversations"]["value"].is_number(), "seed {seed}: {}", metrics["conversations"]);
    }
    assert!(visits > 10, "{visits} visits");
}
