//! Facts of more conversations than one batch has: some batches in memory, the others in the file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dialogram::cli::flags::LogFlags;
use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::{Command, load};
use dialogram::fold::facts::Facts;
use dialogram::fold::folder_files::{to_files, to_files_in_blocks};
use dialogram::fold::origins::EVENTS;
use dialogram::fold::projection::Projection;
use dialogram::fold::schema::FactTable;
use dialogram::metrics;
use dialogram::report::list::{self, Subject, build};
use dialogram::report::needs;
use dialogram::report::snapshot::series::{self, SeriesQuery};

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

/// As many conversations with the same starts, requests for a person, queues and agents' statuses; ids of any order.
fn busy_log(path: &Path) {
    let mut lines = "ts,event,actor,conversation_id,customer_id,agent_id,queue,status,rating\n".to_owned();
    for agent in ["ana", "bia"] {
        writeln!(lines, "2026-03-02T08:00:00Z,agent_status,,,,{agent},,online,").unwrap();
    }
    for nth in 0..2 * CUSTOMERS {
        let (id, customer) = (nth * 7_919 % 104_729, nth % CUSTOMERS);
        let agent = if nth % 4 == 0 { "bia" } else { "ana" };
        let queue = ["", "sales", "support"][nth % 3];
        let at = |second: usize| {
            let second = nth / 3 * 2 + second;
            format!(
                "2026-03-{:02}T{:02}:{:02}:{:02}Z",
                2 + second / 86_400,
                second / 3_600 % 24,
                second / 60 % 60,
                second % 60
            )
        };
        let event = |ts: String, event: &str, actor: &str, agent: &str| {
            format!("{ts},{event},{actor},c{id},k{customer},{agent},{queue},,\n")
        };
        lines.push_str(&event(at(0), "message", "bot", ""));
        lines.push_str(&event(at(3), "message", "customer", ""));
        if nth % 5 > 0 {
            lines.push_str(&event(at(30), "queued", "", ""));
        }
        if nth % 5 > 1 {
            lines.push_str(&event(at(60 + nth % 20), "assigned", "", agent));
            lines.push_str(&event(at(90 + nth % 50), "message", "agent", agent));
        }
        if nth % 5 > 2 {
            lines.push_str(&event(at(400), "closed", "agent", agent));
        }
    }
    std::fs::write(path, lines).unwrap();
}

/// Facts with all rows in the file, or all in memory.
fn read(log: &LogFlags, keep: &Projection, is_in_file: bool) -> Facts {
    let memory_bytes = is_in_file.then_some(0);
    let keep = Projection { memory_bytes, may_be_stored: is_in_file, ..keep.clone() };
    load::facts_for(log, &Interrupt::default(), |_| Ok(keep)).unwrap()
}

fn args(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

const DAYS: [&str; 4] = ["--from", "2026-03-02", "--to", "2026-03-03"];

#[test]
fn lists_are_the_same_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    busy_log(&path);
    let of_table = Subject::Table;
    let of_metric = |id: &str| Subject::Metric(metrics::find(id).unwrap());
    let lists: [(Subject, &[&str]); 8] = [
        (of_table(FactTable::Conversations), &["--limit", "50"]),
        (of_table(FactTable::Visits), &["--queue", "sales", "--sort", "ended_at", "--limit", "9"]),
        (of_table(FactTable::Visits), &["--queue", "(none)"]),
        (of_table(FactTable::AgentMessages), &["--agent", "bia", "--sort", "ts", "--limit", "30"]),
        (of_table(FactTable::Closes), &["--hours", "1-2", "--limit", "30"]),
        (of_metric("engaged_customers"), &["--sort", "row_count", "--limit", "20"]),
        (of_metric("queue_wait"), &["--queue", "support", "--sort", "value"]),
        (of_metric("agent_wait"), &["--sort", "value", "--limit", "7"]),
    ];
    for (subject, words) in lists {
        let words = args(&[&["--metric", "conversations"], &DAYS[..], words].concat());
        let Ok(Command::List(parsed)) = parse("list", std::slice::from_ref(&path), &words) else { panic!("{words:?}") };
        let zone = parsed.log.zone().unwrap();
        let window = parsed.window.window(zone, 0, None).unwrap();
        let query = parsed.query(&parsed.request(subject).unwrap(), window);
        let found = |is_in_file| build(&read(&parsed.log, &list::needs(&query), is_in_file), &query).unwrap();
        let in_memory = found(false);
        assert!(in_memory.row_count > 5, "{words:?}");
        assert_eq!(found(true), in_memory, "{words:?}");
    }
}

#[test]
fn snapshots_are_the_same_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    busy_log(&path);
    for words in [&[][..], &["--queue", "support", "--sort", "wait"], &["--agent", "bia"]] {
        let words = args(&[&["--at", "2026-03-02T03:30:00Z"], words].concat());
        let Ok(Command::Snapshot(parsed)) = parse("snapshot", std::slice::from_ref(&path), &words) else {
            panic!("{words:?}")
        };
        let query = parsed.query().unwrap();
        let (log, keep) = (parsed.log().unwrap(), needs::snapshot(&query.filters.filters));
        let found = |is_in_file| parsed.snapshot(&read(&log, &keep, is_in_file), &query).unwrap();
        let in_memory = found(false);
        assert!(in_memory.totals.total > 0, "{words:?}");
        assert_eq!(found(true), in_memory, "{words:?}");
        // At many instants.
        let instants: Arc<[i64]> = (0..400).map(|nth| 1_772_409_600_000 + nth * 40_000).collect();
        let keep = needs::series(&query.filters.filters, Arc::clone(&instants));
        let query = SeriesQuery { zone: query.zone, filters: query.filters, instants, every_ms: 40_000 };
        let found = |is_in_file| series::build(&read(&parsed.log, &keep, is_in_file), &query).unwrap();
        let in_memory = found(false);
        assert!(in_memory.points.iter().filter(|point| point.totals.total > 0).count() > 100, "{words:?}");
        assert_eq!(found(true), in_memory, "{words:?}");
    }
}

#[test]
fn a_folder_of_facts_is_the_same_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    busy_log(&path);
    let key = folder.path().join("key");
    std::fs::write(&key, "0123456789abcdef").unwrap();
    let pseudonyms = ["--pseudonymize", "agent,customer", "--pseudonym-key", key.to_str().unwrap()];
    for words in [&[][..], &pseudonyms, &["--sessions", "inactivity"]] {
        let Ok(Command::Report(parsed)) = parse("report", std::slice::from_ref(&path), &args(words)) else {
            panic!("{words:?}")
        };
        let keep = Projection { in_order: true, ..Projection::all() };
        let facts = [false, true].map(|is_in_file| read(&parsed.flags.log, &keep, is_in_file));
        // In blocks that batches do not fill, and in those of the program.
        let [in_memory, in_file] = [&facts[0], &facts[1]]
            .map(|facts| [to_files_in_blocks(facts, 3_000).unwrap(), to_files(facts).unwrap()].concat());
        for ((name, bytes), (_, of_file)) in in_memory.iter().zip(&in_file) {
            assert!(bytes == of_file, "{words:?}: {name}");
        }
        assert_eq!(in_memory.len(), in_file.len());
    }
}
