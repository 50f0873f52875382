//! Random texts, checked against the rule of the contract.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::naive::{Naive, NaiveRow};
use super::read::{self, ReadRows, rows};

const TS: &str = "2026-03-02T10:00:00Z";
const MS: i64 = 1_772_445_600_000;
const HEADERS: [&str; 2] = ["ts,event,conversation_id\n", "\"conversation_id\",event,note,ts\r\n"];

/// The pieces of the texts.
const TOKENS: [&str; 24] = [
    "\"",
    "\"",
    "\"",
    "\"\"",
    ",",
    ",",
    "\n",
    "\n",
    "\r\n",
    "\r",
    "x",
    "x y",
    TS,
    "started",
    "c1",
    "\",\"",
    "\"\n",
    ",\"",
    "\",",
    "2026-03-02T10:00:00Z,started,c1\n",
    "\"2026-03-02T10:00:00Z\",\"started\",\"c,\n2\"\n",
    "c3,started,5\" tube,2026-03-02T10:00:00Z\n",
    "c4,started,\"a\n\"\"b\"\"\nc\",2026-03-02T10:00:00Z\r\n",
    "c5,started,\"lost,2026-03-02T10:00:00Z\n",
];

/// The expected rows by the rule.
fn expected(header: &str, body: &str, longest: usize, is_trimmed: bool) -> ReadRows {
    let text = [header, body].concat();
    let names: Vec<&str> = header.trim().split(',').map(|name| name.trim_matches('"')).collect();
    let position = |name: &str| names.iter().position(|other| *other == name).unwrap();
    let (ts, event, conversation) = (position("ts"), position("event"), position("conversation_id"));
    let trim = |field: &'_ str| if is_trimmed { field.trim().to_owned() } else { field.to_owned() };
    let is_row = |fields: &[String]| trim(&fields[ts]) == TS && (is_trimmed || fields[event] == "started");
    let naive = Naive { text: text.as_bytes(), delimiter: b',', width: names.len(), longest, is_row: &is_row };
    let judge = |row: NaiveRow| {
        let rejected = |reason: &str| read::RowRead::Rejected(reason.to_owned());
        let NaiveRow::Fields(fields) = row else { return rejected("malformed") };
        match (&*trim(&fields[ts]), &*trim(&fields[event]), &*trim(&fields[conversation])) {
            ("", ..) => rejected("missing_field"),
            (other, ..) if other != TS => rejected("bad_timestamp"),
            (_, "", _) => rejected("missing_field"),
            (_, other, _) if other != "started" => rejected("unknown_event"),
            (_, _, "") => rejected("no_conversation"),
            (.., conversation) => read::RowRead::Accepted(MS, conversation.to_owned()),
        }
    };
    let mut rows: ReadRows = naive.rows(header.len()).into_iter().map(|(line, row)| (line, judge(row))).collect();
    rows.sort();
    rows
}

fn assert_same(header: &str, body: &str, longest: usize) {
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    std::fs::write(file.path(), [header, body].concat()).unwrap();
    let canonical = expected(header, body, longest, false);
    let profiled = without_reasons(expected(header, body, longest, true));
    let profile = read::profile(',');
    for (part_bytes, threads) in [(1, 2), (64, 1), (1 << 20, 1)] {
        let found = rows(file.path(), part_bytes, longest, threads, None);
        assert_eq!(found, canonical, "parts of {part_bytes}, rows up to {longest}: {header:?} {body:?}");
        let found = without_reasons(rows(file.path(), part_bytes, longest, threads, Some(&profile)));
        assert_eq!(found, profiled, "profiled, parts of {part_bytes}, rows up to {longest}: {header:?} {body:?}");
    }
}

/// A profile may reject rows that are well written for its own reasons.
fn without_reasons(rows: ReadRows) -> ReadRows {
    let plain = |row: read::RowRead| match row {
        read::RowRead::Rejected(reason) if reason != "malformed" => read::RowRead::Rejected("other".to_owned()),
        read::RowRead::Rejected(_) | read::RowRead::Accepted(..) => row,
    };
    let mut rows: ReadRows = rows.into_iter().map(|(line, row)| (line, plain(row))).collect();
    rows.sort();
    rows
}

#[test]
fn each_token_alone() {
    for header in HEADERS {
        for one in TOKENS {
            assert_same(header, &[one, TOKENS[19], TOKENS[21]].concat(), 1 << 20);
            assert_same(header, &["x", one, TOKENS[20], TOKENS[22]].concat(), 1 << 20);
        }
    }
}

proptest! {
    // Every run has the same cases.
    #![proptest_config(ProptestConfig { cases: 600, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_texts_are_read_by_the_rule(
        header in prop::sample::select(&HEADERS[..]),
        tokens in prop::collection::vec(prop::sample::select(&TOKENS[..]), 0..40),
        longest in prop::sample::select(vec![1 << 20, 60]),
    ) {
        assert_same(header, &tokens.concat(), longest);
    }
}
