//! Facts of more conversations than one batch has: some batches in memory, the others in the file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::{Command, load};
use dialogram::fold::origins::EVENTS;
use dialogram::fold::projection::Projection;
use dialogram::fold::schema::FactTable;

use crate::support::parse;

/// More than two batches.
const CUSTOMERS: usize = 10_000;

/// Whether a customer's second conversation begins soon after the first one.
const fn is_soon(customer: usize) -> bool {
    customer.is_multiple_of(3) || customer % 7 == 2
}

/// Each customer has two conversations, which an agent answers and closes.
fn log(path: &Path) {
    let mut lines = "ts,event,actor,conversation_id,customer_id,agent_id\n".to_owned();
    for customer in 0..CUSTOMERS {
        for (nth, day) in [("first", 2), ("second", if is_soon(customer) { 3 } else { 20 })] {
            for (minute, event, actor) in [(0, "message", "customer"), (1, "message", "agent"), (2, "closed", "agent")]
            {
                let agent = if actor == "agent" { "ana" } else { "" };
                let ts = format!("2026-03-{day:02}T09:{minute:02}:00Z");
                writeln!(lines, "{ts},{event},{actor},{nth}-{customer},c{customer},{agent}").unwrap();
            }
        }
    }
    std::fs::write(path, lines).unwrap();
}

/// The ids of conversations whose customer returned, sorted, and the number of all.
fn returned(log: &PathBuf, memory_bytes: Option<usize>) -> (Vec<String>, usize, usize) {
    let Ok(Command::Report(parsed)) = parse("report", std::slice::from_ref(log), &[]) else { unreachable!("a report") };
    let keep = |_| Ok(Projection { memory_bytes, may_be_stored: true, origins: true, ..Projection::all() });
    let facts = load::facts_for(&parsed.flags.log, &Interrupt::default(), keep).unwrap();
    let frame = facts.columns(FactTable::Conversations, &["conversation_id", "is_returned", EVENTS]).unwrap();
    let ids = frame.column("conversation_id").unwrap().str().unwrap();
    let flags = frame.column("is_returned").unwrap().bool().unwrap();
    // Each row has the same events, and no others.
    let events = frame.column(EVENTS).unwrap().list().unwrap();
    let counts: BTreeSet<usize> =
        (0..events.len()).map(|row| events.get_as_series(row).map_or(0, |list| list.len())).collect();
    assert!(counts.len() == 1 && !counts.contains(&0), "{counts:?}");
    let rows = ids.iter().zip(flags.iter()).filter(|(_, is_returned)| *is_returned == Some(true));
    let mut found: Vec<String> = rows.filter_map(|(id, _)| id.map(str::to_owned)).collect();
    found.sort_unstable();
    (found, frame.height(), facts.bytes())
}

#[test]
fn batches_are_complete_wherever_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    log(&path);
    let mut expected: Vec<String> =
        (0..CUSTOMERS).filter(|customer| is_soon(*customer)).map(|customer| format!("first-{customer}")).collect();
    expected.sort_unstable();
    let (found, rows, all_bytes) = returned(&path, None);
    assert_eq!((found == expected, rows), (true, 2 * CUSTOMERS));
    // All in the file, and some of them.
    for memory_bytes in [0, all_bytes * 2 / 3] {
        let (found, rows, bytes) = returned(&path, Some(memory_bytes));
        assert_eq!((found == expected, rows), (true, 2 * CUSTOMERS), "{memory_bytes}");
        assert!(bytes <= memory_bytes + all_bytes / 10, "{bytes} bytes of {all_bytes}");
        assert_eq!(bytes > all_bytes / 10, memory_bytes > 0, "{bytes} bytes of {all_bytes}");
    }
}
