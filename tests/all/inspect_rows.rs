//! `inspect` counts the rows that a report reads, even in broken tables: both use one reader.

use std::fs;

use dialogram::ingest::Options;
use dialogram::ingest::source::Source;
use dialogram::inspect::{Examples, inspect_file};
use tempfile::tempdir;

use crate::mutated::random::Random;

/// Tables with one event per row: a log, and one that needs a profile.
const HEADERS: [&str; 2] = ["ts,event,actor,conversation_id,note", "sent_at,sender,chat_id,remark"];

fn file(random: &mut Random, header: &str) -> String {
    let mut text = format!("{header}\n");
    let event = if header.contains("event") { "message," } else { "" };
    for at in 0..24 {
        let note = *random.one(&["plain", "\"a, b\"", "\"she said \"\"yes\"\"\"", "\"two\nlines\"", "5\" tube", ""]);
        let who = *random.one(&["customer", "agent"]);
        text.push_str(&format!("2026-03-02T10:{at:02}:00Z,{event}{who},c{},{note}\n", at % 5));
    }
    text
}

/// Deletes, doubles or moves one byte.
fn pollute(random: &mut Random, text: &mut String) {
    let header = text.find('\n').unwrap() + 1;
    let at = header + random.index(text.len() - header);
    if !text.is_char_boundary(at) {
        return;
    }
    match random.below(3) {
        0 => drop(text.remove(at)),
        1 => text.insert(at, *random.one(&['"', ',', '\n', '\r', ';'])),
        _ => {
            let byte = text.as_bytes()[at];
            text.insert(at, char::from(byte));
        }
    }
}

#[test]
fn inspect_counts_the_rows_of_the_report() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let mut compared = 0;
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let header = *random.one(&HEADERS);
        let mut text = file(&mut random, header);
        for _ in 0..=random.below(3) {
            pollute(&mut random, &mut text);
        }
        fs::write(&path, &text).unwrap();
        let found =
            inspect_file(&Source::File(path.clone()), "log.csv", &Options::new(), Examples::Safe).unwrap().found;
        // With an incomplete mapping no row was read by it.
        if found.quality.accepted.is_none() {
            continue;
        }
        compared += 1;
        assert_eq!(found.rows, found.rows_read(), "{seed}: {:?}\n{text}", found.quality);
    }
    assert!(compared > 100, "{compared} were compared");
}
