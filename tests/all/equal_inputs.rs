//! The same events written differently: order of lines, files, format, compression, size of the parts, threads. The
//! report is the same, byte for byte, except for the list of files; facts and rejects are the same too.

use std::fs;
use std::path::{Path, PathBuf};

use dialogram::fold::facts::Facts;
use dialogram::fold::projection::Projection;
use dialogram::fold::schema::FactTable;
use dialogram::fold::{Limits, fold};
use dialogram::ingest::reject::Reject;
use dialogram::ingest::source::Source;
use dialogram::ingest::{FileCounts, Log, Options, Progress, read};
use dialogram::language::Language;
use dialogram::render::look::Look;
use dialogram::render::{ReportFormat, TerminalOptions, render};
use polars::prelude::{Column, DataFrame, DataType, TimeUnit, TimeZone};
use serde_json::{Map, Value, json};

use crate::reference::event::{Event, instant, to_jsonl};
use crate::reference::random::{Dice, Order, Shape, random_log};
use crate::support::{self, names, root, rows};

/// How many logs each law is tested on.
const LOGS: u64 = 8;

/// A random log whose events all have different instants, oldest first.
fn log_without_ties(seed: u64) -> Vec<Event> {
    let shape = Shape { order: Order::Sorted, has_odd_texts: seed.is_multiple_of(2), ..Shape::random(seed) };
    let mut log = random_log(seed, 150, &shape);
    log.sort_by_key(|event| event.ts);
    for (event, at) in log.iter_mut().zip(0..) {
        event.ts += at;
        // Which of two repeats is dropped would depend on the order.
        event.event_id = None;
    }
    log
}

/// A file's name and bytes.
type File = (String, Vec<u8>);

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> File {
    (name.to_owned(), bytes.into())
}

fn write(folder: &Path, files: &[File]) -> Vec<PathBuf> {
    let paths = files.iter().map(|(name, bytes)| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    });
    paths.collect()
}

/// The report of every metric on the log's last week, without the list of files, and every fact.
fn numbers(files: &[File]) -> (String, Vec<Vec<Map<String, Value>>>) {
    let folder = tempfile::tempdir().unwrap();
    let args = ["--to", "log-end", "--tz", "America/New_York"].map(str::to_owned);
    let (facts, mut report) = support::report(&write(folder.path(), files), &args).unwrap();
    assert_eq!(report.input.rejected, 0, "{:?}", report.input);
    report.input.files.clear();
    // A column of instants without a zone causes a warning, and so does a file without rows.
    report.warnings.retain(|warning| !["local_times", "empty_log"].contains(&warning.id.as_str()));
    // There is one check per file, by the file's name.
    report.checks.retain(|check| !check.id.starts_with("rows_read"));
    let plain = TerminalOptions { width: 80, color: false };
    let json = String::from_utf8(
        render(&report, ReportFormat::Json, Language::English, &Look::default(), &plain).unwrap().into_bytes().unwrap(),
    )
    .unwrap();
    (json, FactTable::ALL.iter().map(|table| rows(&facts, *table)).collect())
}

/// Every spelling made by `spell` gives the numbers of the log's JSON Lines.
fn all_equal(spell: impl Fn(&[Event], &mut Dice) -> Vec<(&'static str, Vec<File>)>) {
    for seed in 0..LOGS {
        let log = log_without_ties(seed);
        let expected = numbers(&[file("log.jsonl", to_jsonl(&log))]);
        for (spelling, files) in spell(&log, &mut Dice::new(seed)) {
            let found = numbers(&files);
            if let Some((a, b)) = expected.0.lines().zip(found.0.lines()).find(|(a, b)| a != b) {
                panic!("log {seed}, {spelling}: the report has\n{b}\ninstead of\n{a}");
            }
            assert!(found == expected, "log {seed}, {spelling}: other facts");
        }
    }
}

fn shuffled<T: Clone>(values: &[T], dice: &mut Dice) -> Vec<T> {
    let mut values = values.to_vec();
    for at in (1..values.len()).rev() {
        let other = usize::try_from(dice.below(at as u64 + 1)).unwrap();
        values.swap(at, other);
    }
    values
}

#[test]
fn the_order_of_lines_and_files_changes_nothing() {
    all_equal(|log, dice| {
        let shuffle = shuffled(log, dice);
        let third = log.len().div_ceil(3);
        // Every third event, so that the files overlap in time.
        let dealt: Vec<File> = (0..3)
            .map(|hand| {
                let events: Vec<Event> = log.iter().skip(hand).step_by(3).cloned().collect();
                file(&format!("{hand}.jsonl"), to_jsonl(&events))
            })
            .collect();
        let cut: Vec<File> =
            shuffle.chunks(third).zip(0..).map(|(events, at)| file(&format!("{at}.jsonl"), to_jsonl(events))).collect();
        vec![
            ("lines shuffled", vec![file("log.jsonl", to_jsonl(&shuffle))]),
            ("dealt to three files", dealt.clone()),
            ("three files, the last first", dealt.into_iter().rev().collect()),
            ("shuffled, in three files of any order", shuffled(&cut, dice)),
            ("an empty file beside", vec![file("a.csv", ""), file("b.jsonl", to_jsonl(log)), file("c.jsonl", "\n")]),
        ]
    });
}

#[test]
fn a_log_newest_first_is_the_log() {
    for seed in 0..LOGS {
        let log = log_without_ties(seed);
        let newest_first: Vec<Event> = log.iter().rev().cloned().collect();
        let without_warning = |files: &[File]| {
            let mut report: Value = serde_json::from_str(&numbers(files).0).unwrap();
            report["warnings"].as_array_mut().unwrap().retain(|warning| warning["id"] != "newest_first");
            report
        };
        let expected = without_warning(&[file("log.jsonl", to_jsonl(&log))]);
        assert_eq!(without_warning(&[file("log.jsonl", to_jsonl(&newest_first))]), expected, "log {seed}");
    }
}

/// Two members or frames, split in the middle of a line.
fn in_two(bytes: &[u8], pack: fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (head, tail) = bytes.split_at(bytes.len() / 2);
    [pack(head), pack(tail)].concat()
}

#[test]
fn compression_changes_nothing() {
    all_equal(|log, _| {
        let (lines, csv) = (to_jsonl(log).into_bytes(), csv(log, &Dialect::default()));
        vec![
            ("gz", vec![file("log.jsonl.gz", support::gzip(&lines))]),
            ("gz of two members", vec![file("log.jsonl.gz", in_two(&lines, support::gzip))]),
            ("zst", vec![file("log.ndjson.zst", support::zstd(&lines))]),
            ("zst of two frames", vec![file("log.ndjson.zst", in_two(&lines, support::zstd))]),
            ("gz under no name", vec![file("log", support::gzip(&lines))]),
            ("csv.gz of two members", vec![file("log.csv.gz", in_two(&csv, support::gzip))]),
            ("zst of CSV under no name", vec![file("log", support::zstd(&csv))]),
        ]
    });
}

struct Dialect {
    delimiter: u8,
    newline: csv::Terminator,
    quotes: csv::QuoteStyle,
    before: &'static str,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { delimiter: b',', newline: csv::Terminator::Any(b'\n'), quotes: csv::QuoteStyle::Necessary, before: "" }
    }
}

/// The log as CSV with every column, and an unknown column in the middle.
fn csv(log: &[Event], dialect: &Dialect) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(dialect.delimiter)
        .terminator(dialect.newline)
        .quote_style(dialect.quotes)
        .from_writer(dialect.before.as_bytes().to_vec());
    let mut header: Vec<&str> = log[0].columns().into_iter().map(|(name, _)| name).collect();
    header.insert(3, "text");
    writer.write_record(header).unwrap();
    for event in log {
        let mut fields: Vec<String> = event.columns().into_iter().map(|(_, value)| value.unwrap_or_default()).collect();
        fields.insert(3, "said \"a\",\r\n;\tand more".to_owned());
        writer.write_record(fields).unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn csv_of_any_dialect_is_the_log() {
    all_equal(|log, _| {
        let dialect = |set: fn(&mut Dialect)| {
            let mut dialect = Dialect::default();
            set(&mut dialect);
            csv(log, &dialect)
        };
        let mut without_last_newline = dialect(|_| ());
        without_last_newline.pop();
        vec![
            ("comma", vec![file("log.csv", dialect(|_| ()))]),
            ("semicolon", vec![file("log.csv", dialect(|d| d.delimiter = b';'))]),
            ("tab", vec![file("log.tsv", dialect(|d| d.delimiter = b'\t'))]),
            ("tab under another name", vec![file("log.txt", dialect(|d| d.delimiter = b'\t'))]),
            ("CRLF", vec![file("log.csv", dialect(|d| d.newline = csv::Terminator::CRLF))]),
            ("byte-order mark", vec![file("log.csv", dialect(|d| d.before = "\u{feff}"))]),
            ("all quoted", vec![file("log.csv", dialect(|d| d.quotes = csv::QuoteStyle::Always))]),
            (
                "mark, all quoted, CRLF, semicolon",
                vec![file(
                    "log.csv",
                    dialect(|d| {
                        *d = Dialect {
                            delimiter: b';',
                            newline: csv::Terminator::CRLF,
                            quotes: csv::QuoteStyle::Always,
                            before: "\u{feff}",
                        };
                    }),
                )],
            ),
            ("blank lines before", vec![file("log.csv", dialect(|d| d.before = "\r\n\n"))]),
            ("no newline at the end", vec![file("log.csv", without_last_newline)]),
            (
                "CSV and JSON Lines",
                vec![
                    file("a.csv", csv(&log[..log.len() / 2], &Dialect::default())),
                    file("b.jsonl", to_jsonl(&log[log.len() / 2..])),
                ],
            ),
        ]
    });
}

/// The log as JSON objects, each changed by `change`.
fn objects(log: &[Event], mut change: impl FnMut(Map<String, Value>) -> String) -> Vec<u8> {
    let lines = to_jsonl(log);
    let object = |line| serde_json::from_str::<Map<String, Value>>(line).unwrap();
    lines.lines().flat_map(|line| (change(object(line)) + "\n").into_bytes()).collect()
}

fn text_of(object: Map<String, Value>) -> String {
    Value::Object(object).to_string()
}

/// JSON with `\u` escapes for everything that is not ASCII.
fn ascii(json: &str) -> String {
    let escape = |unit: u16| match u8::try_from(unit) {
        Ok(byte) if byte.is_ascii() => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    json.encode_utf16().map(escape).collect()
}

#[test]
fn spellings_of_json_change_nothing() {
    all_equal(|log, dice| {
        let lines = to_jsonl(log);
        let spelling = |change: fn(Map<String, Value>) -> String| vec![file("log.jsonl", objects(log, change))];
        let in_any_order = objects(log, |object| {
            let fields: Vec<_> = object.into_iter().collect();
            text_of(shuffled(&fields, dice).into_iter().collect())
        });
        vec![
            ("keys in any order", vec![file("log.jsonl", in_any_order)]),
            (
                "blanks",
                spelling(|object| {
                    format!(" \t{}  \r", text_of(object).replace("\":", "\" : ").replace(",\"", " ,\t\""))
                }),
            ),
            ("escapes", spelling(|object| ascii(&text_of(object)).replace('/', "\\/"))),
            (
                "keys that nobody knows",
                spelling(|object| {
                    let mut all = Map::new();
                    all.insert("text".to_owned(), json!({"ts": [1, {"event": "closed"}], "a": "}{\"\n"}));
                    all.extend(object);
                    all.insert("labels".to_owned(), json!([null, true, 1.5e-7, "ts"]));
                    text_of(all)
                }),
            ),
            (
                "null and empty for no value",
                spelling(|mut object| {
                    for (column, _) in Event::new(0, crate::reference::event::Kind::Started).columns() {
                        let nothing = if column.len() % 2 == 0 { Value::Null } else { json!("") };
                        object.entry(column).or_insert(nothing);
                    }
                    text_of(object)
                }),
            ),
            (
                "numbers as text",
                spelling(|mut object| {
                    for column in ["score", "capacity"] {
                        if let Some(value) = object.get_mut(column) {
                            *value = json!(value.to_string());
                        }
                    }
                    text_of(object)
                }),
            ),
            (
                "instants in milliseconds",
                spelling(|mut object| {
                    object["ts"] =
                        json!(crate::reference::event::parse_instant(object["ts"].as_str().unwrap()).unwrap());
                    text_of(object)
                }),
            ),
            (
                "instants with an offset",
                spelling(|mut object| {
                    let ts = crate::reference::event::parse_instant(object["ts"].as_str().unwrap()).unwrap();
                    object["ts"] = json!(instant(ts + 5 * 3_600_000 + 2_700_000).replace('Z', "+05:45"));
                    text_of(object)
                }),
            ),
            ("CRLF and blank lines", vec![file("log.jsonl", lines.replace('\n', "\r\n\r\n"))]),
            ("byte-order mark", vec![file("log.jsonl", format!("\u{feff}{lines}"))]),
            ("no newline at the end", vec![file("log.jsonl", lines.trim_end())]),
            ("no name", vec![file("log", format!("\n {lines}"))]),
        ]
    });
}

#[test]
fn parquet_is_the_log() {
    all_equal(|log, dice| {
        let rows = usize::try_from(1 + dice.below(60)).unwrap();
        let text = support::parquet(&mut frame(log), rows);
        let typed = |unit: TimeUnit, zone: Option<TimeZone>| {
            let mut frame = frame(log);
            frame.replace("ts", instants(log, unit, zone)).unwrap();
            file("log.parquet", support::parquet(&mut frame, rows))
        };
        let mut numbers = frame(log);
        for (name, dtype) in [("score", DataType::Float64), ("capacity", DataType::Int32)] {
            let column = numbers.column(name).unwrap().cast(&dtype).unwrap();
            numbers.replace(name, column).unwrap();
        }
        numbers.replace("ts", instants(log, TimeUnit::Milliseconds, None).cast(&DataType::Int64).unwrap()).unwrap();
        vec![
            ("text", vec![file("log.parquet", text.clone())]),
            ("under no name", vec![file("log", text.clone())]),
            ("gz", vec![file("log.parquet.gz", in_two(&text, support::gzip))]),
            ("zst under no name", vec![file("log", support::zstd(&text))]),
            ("milliseconds in UTC", vec![typed(TimeUnit::Milliseconds, Some(TimeZone::UTC))]),
            ("microseconds in UTC", vec![typed(TimeUnit::Microseconds, Some(TimeZone::UTC))]),
            ("nanoseconds in UTC", vec![typed(TimeUnit::Nanoseconds, Some(TimeZone::UTC))]),
            ("microseconds without a zone", vec![typed(TimeUnit::Microseconds, None)]),
            ("numbers", vec![file("log.parquet", support::parquet(&mut numbers, rows))]),
            (
                "beside JSON Lines and CSV",
                vec![
                    file("a.csv", csv(&log[..40], &Dialect::default())),
                    file("b.parquet", support::parquet(&mut frame(&log[40..70]), rows)),
                    file("c.jsonl", to_jsonl(&log[70..])),
                ],
            ),
        ]
    });
}

/// The log as columns of text, with an unknown one in the middle.
pub fn frame(log: &[Event]) -> DataFrame {
    let rows: Vec<_> = log.iter().map(Event::columns).collect();
    let mut columns: Vec<Column> = (0..rows[0].len())
        .map(|at| {
            let values: Vec<Option<&str>> = rows.iter().map(|row| row[at].1.as_deref()).collect();
            Column::new(rows[0][at].0.into(), values)
        })
        .collect();
    columns.insert(3, Column::new("text".into(), vec!["what nobody reads"; log.len()]));
    DataFrame::new(log.len(), columns).unwrap()
}

/// The log's instants as a typed column.
fn instants(log: &[Event], unit: TimeUnit, zone: Option<TimeZone>) -> Column {
    let per_ms = match unit {
        TimeUnit::Milliseconds => 1,
        TimeUnit::Microseconds => 1_000,
        TimeUnit::Nanoseconds => 1_000_000,
    };
    // Fractions of a millisecond are cut.
    let values: Vec<i64> = log.iter().map(|event| event.ts * per_ms + per_ms - 1).collect();
    Column::new("ts".into(), values).cast(&DataType::Datetime(unit, zone)).unwrap()
}

/// The result of reading, with parts of that size.
fn read_by(paths: &[PathBuf], part_bytes: usize, threads: usize) -> Log {
    try_read_by(paths, part_bytes, threads).unwrap()
}

/// The result of reading or its error, with parts of that size.
fn try_read_by(paths: &[PathBuf], part_bytes: usize, threads: usize) -> anyhow::Result<Log> {
    let sources: Vec<Source> = paths.iter().cloned().map(Source::File).collect();
    // Odd sizes use temporary files.
    let memory_bytes = if part_bytes % 2 == 1 { 0 } else { usize::MAX };
    let options = Options { part_bytes, threads, memory_bytes, ..Options::new() };
    read(&sources, &options, &Progress::default())
}

/// Everything that reading and folding produce.
fn found(paths: &[PathBuf], part_bytes: usize, threads: usize) -> (Facts, Vec<FileCounts>, Vec<Reject>) {
    let log = read_by(paths, part_bytes, threads);
    for file in &log.files {
        assert_eq!(file.rows_read, file.accepted + file.duplicates + file.rejected, "{file:?}");
    }
    let (files, rejects) = (log.files.clone(), log.rejects.clone());
    let keep = Projection { origins: true, ..Projection::all() };
    let facts = fold(log, &Limits::default(), None, threads, &keep).unwrap();
    (facts, files, rejects)
}

/// The size of the parts, the number of threads and temporary files affect neither facts, the lines of their events,
/// counts, rejects nor their lines.
fn parts_are_nothing(what: &str, paths: &[PathBuf], sizes: &[usize]) {
    let (facts, files, rejects) = found(paths, 4 << 20, 1);
    for part_bytes in sizes {
        for threads in [1, 2, 5] {
            let (other, other_files, other_rejects) = found(paths, *part_bytes, threads);
            let place = format!("{what}, parts of {part_bytes} bytes, {threads} threads");
            assert_eq!(other_files, files, "{place}");
            assert_eq!(other_rejects, rejects, "{place}");
            assert_eq!(other.run, facts.run, "{place}");
            for table in FactTable::ALL {
                let is_equal = other.frame(*table).equals_missing(facts.frame(*table));
                assert!(is_equal, "{place}: other {}", table.name());
            }
        }
    }
}

/// Parts begin and end within groups and pages.
#[test]
fn parts_and_threads_change_nothing_for_parquet() {
    for name in ["fallback-v1", "fallback-v2", "plain", "delta", "duckdb-v2"] {
        let path = root().join(format!("fixtures/parquet-encodings/{name}.parquet"));
        // A row counts as 32 bytes.
        parts_are_nothing(name, &[path], &[32, 7 * 32 + 1, 100 * 32]);
    }
}

#[test]
fn parts_and_threads_change_nothing_for_random_logs() {
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..LOGS {
        // Including ties, repeats and files in newest-first order.
        let log = random_log(seed, 80, &Shape { has_odd_texts: true, ..Shape::random(seed) });
        let files = [
            file("log.jsonl", to_jsonl(&log)),
            file("log.csv", csv(&log, &Dialect { newline: csv::Terminator::CRLF, ..Dialect::default() })),
            file(
                "log.csv.gz",
                in_two(&csv(&log, &Dialect { before: "\u{feff}", ..Dialect::default() }), support::gzip),
            ),
            file("log.parquet", support::parquet(&mut frame(&log), 33)),
        ];
        for path in write(folder.path(), &files) {
            parts_are_nothing(&format!("log {seed}, {}", path.display()), &[path], &[1, 7, 64, 4096]);
        }
    }
}

/// Two threads fold more conversations than are made frames of at a time: each has its number's place, by which a report
/// takes attributes and tags, and the rows of other tables stand in the order of their conversations.
#[test]
fn conversations_are_in_the_order_of_their_numbers_whichever_thread_folds_them() {
    const CONVERSATIONS: u32 = 40_000;
    const SECOND_DAY: u32 = 31_000;
    // 3 March 2026 at midnight, UTC.
    const SECOND_DAY_BEGINS: i64 = 1_772_496_000_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    let row = |id: u32| {
        let of = |ts: &str, event: &str| {
            let day = if id < SECOND_DAY { 2 } else { 3 };
            format!("{{\"ts\":\"2026-03-0{day}T{ts}Z\",\"conversation_id\":\"{id}\",{event}}}\n")
        };
        let customer = format!(r#""event":"message","actor":"customer","customer_id":"{}""#, id % 9_000);
        of("10:00:00", &customer)
            + &of("10:01:00", r#""event":"message","actor":"agent","agent_id":"ana""#)
            + &of("10:02:00", r#""event":"closed","actor":"agent""#)
    };
    fs::write(&path, (0..CONVERSATIONS).map(row).collect::<String>()).unwrap();
    let keep = Projection { has_numbered_ids: true, ..Projection::all() };
    let facts = fold(read_by(&[path], 1 << 16, 2), &Limits::default(), None, 2, &keep).unwrap();
    let conversations = facts.frame(FactTable::Conversations);
    let ids = |table: FactTable| {
        let ids = facts.frame(table).column("conversation_id").unwrap().u32().unwrap();
        ids.into_no_null_iter().collect::<Vec<u32>>()
    };
    assert!(ids(FactTable::Conversations).into_iter().eq(0..CONVERSATIONS));
    assert!(ids(FactTable::Closes).into_iter().eq(0..CONVERSATIONS));
    // Each of 9,000 customers has a conversation of the second day: all of the first day came back, and it is still said of those.
    let starts = conversations.column("started_at").unwrap().i64().unwrap().into_no_null_iter();
    let is_first_day: Vec<bool> = starts.map(|start| start < SECOND_DAY_BEGINS).collect();
    let returned = conversations.column("is_returned").unwrap().bool().unwrap().iter().flatten();
    assert_eq!(is_first_day.iter().filter(|is_first| **is_first).count(), SECOND_DAY as usize);
    assert!(returned.eq(is_first_day));
}

#[test]
fn parts_and_threads_change_nothing_for_the_fixtures() {
    for fixture in ["reject-reasons", "csv-dialects", "late-key", "ties-and-order", "cases/16-rejects-and-duplicates"] {
        let folder = root().join("fixtures").join(fixture);
        let is_log = |name: &String| [".jsonl", ".csv", ".tsv"].iter().any(|ending| name.ends_with(ending));
        let logs: Vec<PathBuf> = names(&folder).into_iter().filter(is_log).map(|name| folder.join(name)).collect();
        assert!(!logs.is_empty(), "{fixture}");
        for log in &logs {
            parts_are_nothing(&log.display().to_string(), std::slice::from_ref(log), &[1, 7, 64, 4096]);
        }
        parts_are_nothing(fixture, &logs, &[1, 64]);
    }
}

#[test]
fn parts_change_nothing_for_nonsense() {
    let pieces = [
        ",",
        ";",
        "\"",
        "\"\"",
        "\n",
        "\r\n",
        "\r",
        "a",
        "2026-03-02T10:00:00Z",
        "message",
        "customer",
        "é",
        "{",
        "}",
        ":",
        "\"ts\"",
        "\"event\"",
    ];
    let folder = tempfile::tempdir().unwrap();
    for seed in 0..40 {
        let dice = &mut Dice::new(seed);
        let mut text: Vec<u8> = if seed % 2 == 0 { b"ts,event,actor,customer_id\n".to_vec() } else { Vec::new() };
        for _ in 0..dice.below(120) {
            text.extend(dice.pick(&pieces).as_bytes());
            if dice.chance(2) {
                text.push(0xff);
            }
        }
        for name in ["log.csv", "log.jsonl"] {
            let paths = write(folder.path(), &[file(name, text.clone())]);
            if let Err(error) = try_read_by(&paths, 4 << 20, 1) {
                // A header that is not a log's gives the same error for parts of any size.
                for part_bytes in [1, 5, 32] {
                    assert_eq!(try_read_by(&paths, part_bytes, 2).unwrap_err().to_string(), error.to_string());
                }
                continue;
            }
            parts_are_nothing(&format!("{:?}", String::from_utf8_lossy(&text)), &paths, &[1, 5, 32]);
        }
    }
}

/// Byte order marks remain inside a file that was concatenated from files with a mark each.
#[test]
fn parts_change_nothing_for_byte_order_marks_inside_a_csv_file() {
    let row = "2026-03-02T10:00:00Z,message,customer,c1\n";
    let csv = format!("\u{feff}ts,event,actor,conversation_id\n{row}\u{feff}{row}\u{feff}\n{row}");
    let folder = tempfile::tempdir().unwrap();
    parts_are_nothing("marks", &write(folder.path(), &[file("log.csv", csv)]), &[1, 2, 3, 7, 40, 64]);
}

#[test]
fn parts_change_nothing_for_byte_order_marks_inside_json_lines() {
    let row = r#"{"ts":"2026-03-02T10:00:00Z","event":"message","actor":"customer","conversation_id":"c1"}"#;
    let jsonl = format!("\u{feff}{row}\n\u{feff}{row}\n{row}\n");
    let folder = tempfile::tempdir().unwrap();
    parts_are_nothing("marks", &write(folder.path(), &[file("log.jsonl", jsonl)]), &[3, 7, 40, 64, 100]);
}

#[test]
fn rejects_have_the_line_of_their_first_byte() {
    let header = "ts,event,actor,conversation_id,contact\n";
    let good = "2026-03-02T10:00:00Z,message,customer,c1,plain\n";
    let tall = "2026-03-02T10:00:01Z,message,customer,c1,\"one\n\ntwo \"\"2\"\"\r\n\"\n";
    let bad = "never,message,customer,c1,\"x\ny\"\n";
    let mut text = header.to_owned();
    let mut expected = Vec::new();
    for round in 0..20 {
        text += good;
        text += if round % 3 == 0 { tall } else { "\n\r\n" };
        expected.push(u32::try_from(text.matches('\n').count()).unwrap() + 1);
        text += bad;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("log.csv", text.clone()), ("crlf.csv", text.replace("\r\n", "\n").replace('\n', "\r\n"))] {
        let paths = write(folder.path(), &[file(name, text)]);
        for part_bytes in [1, 2, 3, 7, 40, 64, 100, 4096] {
            let lines: Vec<u32> = read_by(&paths, part_bytes, 2).rejects.iter().map(|reject| reject.line).collect();
            assert_eq!(lines, expected, "{name}, parts of {part_bytes} bytes");
        }
    }
}
