//! Ids that have lost digits, or have two notations, in logs that several processes read: the warnings are those of one
//! process, however the rows are distributed.

use std::fs;
use std::path::PathBuf;

use dialogram::cli::Command;
use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::load;
use serde_json::{Value, json};

use crate::reference::random::Dice;
use crate::stages::compare;
use crate::support::parse;

/// An id of a kind that may be damaged.
fn id(kind: u64, dice: &mut Dice) -> String {
    let number = dice.roll() % 40;
    match kind {
        // As a spreadsheet writes long numbers.
        0 if dice.chance(20) => format!("1.71234E+{}", 17 + number % 4),
        // Sixteen, eighteen and nineteen digits, with the last ones lost.
        1 => format!("171234567890{number:03}0"),
        2 => format!("171234567890{number:03}000"),
        3 => format!("1171234567890{number:04}00"),
        // As many end in zeros as by chance.
        4 => (1_712_345_678_901_200_u64 + number).to_string(),
        // In two notations.
        5 if dice.chance(10) => format!("C{number}"),
        6 if dice.chance(10) => format!("00{number}"),
        6 if dice.chance(10) => format!("{number}.0"),
        6 => number.to_string(),
        7 if dice.chance(50) => format!("AB{number}c"),
        _ => format!("c{number}"),
    }
}

#[test]
fn spoilt_ids_of_many_files_are_those_of_one_process() {
    let mut told = 0;
    let logs = [[0, 5, 1, 2, 3], [1, 6, 3, 4, 3], [5, 6, 0, 7, 8], [2, 5, 4, 1, 0], [4, 8, 2, 3, 1]];
    for (seed, kinds) in (0..).zip(logs) {
        let dice = &mut Dice::new(seed ^ 0x5b01);
        let folder = tempfile::tempdir().unwrap();
        let mut files = vec![String::new(); 3];
        for second in 0..150 {
            let mut row = json!({"ts": 1_772_441_000 + second, "event": "message", "actor": "agent"});
            let columns = ["conversation_id", "customer_id", "event_id", "agent_id", "protocol"];
            for (column, kind) in columns.into_iter().zip(&kinds) {
                if dice.chance(if column == "event_id" { 10 } else { 90 }) {
                    row[column] = Value::from(id(*kind, dice));
                }
            }
            if dice.chance(30) {
                row["queue"] = Value::from(id(dice.roll() % 3, dice));
            }
            let file = usize::try_from(dice.roll()).unwrap_or(0) % files.len();
            files[file].push_str(&format!("{row}\n"));
        }
        let write = |(at, text): (usize, &String)| {
            let path = folder.path().join(format!("part-{at}.jsonl"));
            fs::write(&path, text).unwrap();
            path
        };
        let logs: Vec<PathBuf> = files.iter().enumerate().map(write).collect();
        let args: Vec<String> = ["--to", "log-end", "--days", "1", "--max-rejects", "100%"].map(str::to_owned).into();
        compare(&format!("seed {seed}, kinds {kinds:?}"), &logs, &args, &[16]);
        let Ok(Command::Report(parsed)) = parse("report", &logs, &args) else { panic!("{seed}: wrong flags") };
        let facts = load::facts(&parsed.flags.log, &Interrupt::default()).unwrap();
        told += facts.run.files.iter().filter(|file| !file.spoilt.is_empty()).count();
    }
    assert!(told >= 9, "{told} of 15 files with spoilt ids");
}
