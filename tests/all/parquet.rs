//! Parquet logs: the reading of each type, and of invalid files.

use std::fs;
use std::path::{Path, PathBuf};

use dialogram::fold::schema::FactTable;
use dialogram::ingest::source::{InputFormat, Source};
use dialogram::ingest::{Log, Options, Progress, read};
use dialogram::time::Zone;
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, Series, TimeUnit, TimeZone};
use polars_io::parquet::write::{ParquetCompression, ParquetWriter};
use serde_json::{Map, Value, json};
use tempfile::tempdir;

use crate::support::{self, WEEK_LOG, failure, parquet, root, run, success, text, week};

/// A table of columns of one length.
fn table(columns: Vec<Column>) -> DataFrame {
    DataFrame::new(columns[0].len(), columns).unwrap()
}

fn texts(name: &str, values: &[Option<&str>]) -> Column {
    Column::new(name.into(), values)
}

/// Columns of messages at instants.
fn messages(ts: Column) -> Vec<Column> {
    let rows = ts.len();
    let all = |name: &str, value: &str| texts(name, &vec![Some(value); rows]);
    vec![all("event", "message"), all("actor", "customer"), all("conversation_id", "c"), ts]
}

fn log_of(path: &Path, options: &Options) -> Log {
    read(&[Source::File(path.to_owned())], options, &Progress::default()).unwrap()
}

fn written(folder: &Path, frame: &mut DataFrame, rows: usize) -> PathBuf {
    let path = folder.join("log.parquet");
    fs::write(&path, parquet(frame, rows)).unwrap();
    path
}

/// Line, reason, column, value and detail of each reject.
fn rejects(log: &Log) -> Vec<Value> {
    let reject = |reject: &dialogram::ingest::reject::Reject| {
        let fault = &reject.fault;
        json!([
            reject.line,
            fault.reason.name(),
            fault.column.map(dialogram::event::Column::name),
            fault.value,
            fault.detail
        ])
    };
    log.rejects.iter().map(reject).collect()
}

#[test]
fn each_type_of_another_writer_is_read_by_its_meaning() {
    let path = root().join("fixtures/parquet-types/types.parquet");
    let log = log_of(&path, &Options::new());
    let counts = &log.files[0];
    assert_eq!((counts.format, counts.rows_read, counts.accepted), (InputFormat::Parquet, 9, 2));
    assert_eq!(
        rejects(&log),
        [
            json!([3, "bad_encoding", "channel", null, "the value is not UTF-8"]),
            json!([4, "malformed", "status", null, "`status` is a boolean"]),
            json!([5, "malformed", "protocol", null, "`protocol` is a list"]),
            json!([6, "malformed", "contact", null, "`contact` is an object"]),
            json!([7, "bad_number", "score", "99", null]),
            json!([8, "missing_field", "ts", null, null]),
            json!([9, "bad_timestamp", "ts", "-62135683200000000", null]),
        ]
    );
    let facts = support::facts(&[path], &["--max-rejects=100%".to_owned()]).unwrap();
    let conversations = support::rows(&facts, FactTable::Conversations);
    assert_eq!(conversations.len(), 1);
    let expected = json!({
        "conversation_id": "0b0a2c3d-1111-4222-8333-444455556666",
        "customer": "7",
        "channel": "x",
        "app": "0.1",
        "department": "-0.05",
        "queue": "2026-03-02",
        "score": 9,
        "started_at": "2026-03-02T10:00:00.123Z",
        "last_event_at": "2026-03-02T10:00:01.000Z",
    });
    for (column, value) in expected.as_object().unwrap() {
        assert_eq!(&conversations[0][column], value, "{column}");
    }
}

#[test]
fn numbers_are_their_digits_and_empty_texts_no_values() {
    let folder = tempdir().unwrap();
    let ts = Column::new("ts".into(), [1_772_445_600_i64, 1_772_445_600_001, -1, i64::MAX]);
    let mut columns = messages(ts);
    columns[2] = Column::new("conversation_id".into(), [Some(870_i64), Some(-5), None, Some(1)]);
    columns.push(Column::new("customer_id".into(), [Some(12.0_f64), Some(1e300), Some(0.1), None]));
    columns.push(texts("app", &[Some(""), None, Some("a"), Some("")]));
    columns.push(Series::new("channel".into(), [1_u32, 2, 3, 4]).into_column());
    let path = written(folder.path(), &mut table(columns), 3);
    let log = log_of(&path, &Options::new());
    assert_eq!(
        rejects(&log),
        [
            json!([3, "no_conversation", "conversation_id", null, null]),
            json!([4, "bad_timestamp", "ts", i64::MAX.to_string(), null]),
        ]
    );
    let facts = support::facts(&[path], &["--max-rejects=100%".to_owned()]).unwrap();
    let found: Vec<Value> = support::rows(&facts, FactTable::Conversations)
        .iter()
        .map(|row| json!([row["conversation_id"], row["customer"], row["app"], row["channel"], row["started_at"]]))
        .collect();
    assert_eq!(found.len(), 2);
    for expected in [
        json!(["870", "12.0", null, "1", "2026-03-02T10:00:00.000Z"]),
        json!(["-5", "1e300", null, "2", "2026-03-02T10:00:00.001Z"]),
    ] {
        assert!(found.contains(&expected), "{expected} is not in {found:?}");
    }
}

/// Rows with the same values are looked up once; also with ever new values, and with wrong ones.
#[test]
fn equal_rows_are_each_read() {
    let folder = tempdir().unwrap();
    let rows = 10_000;
    let each = |value: &dyn Fn(i64) -> Option<String>| (0..rows).map(value).collect::<Vec<_>>();
    let channel = |n: i64| Some(format!("{} is a channel with a long name", n % 7)).filter(|_| n % 5 > 0);
    let app = |n: i64| Some(format!("{n}, longer than what stands in a view")).filter(|_| n % 2 == 0);
    let event = |n: i64| Some(if n % 1_000 == 999 { "no event" } else { "message" }.to_owned());
    let mut frame = table(vec![
        Column::new("ts".into(), (0..rows).map(|n| 1_772_445_600_000 + n).collect::<Vec<_>>()),
        Column::new("event".into(), each(&event)),
        Column::new("actor".into(), each(&|_| Some("customer".to_owned()))),
        Column::new("conversation_id".into(), each(&|n| Some(n.to_string()))),
        Column::new("channel".into(), each(&channel)),
        Column::new("app".into(), each(&app)),
    ]);
    let path = written(folder.path(), &mut frame, 50_000);
    let log = log_of(&path, &Options::new());
    let wrong = |line: i64| json!([line, "unknown_event", "event", "no event", null]);
    assert_eq!(rejects(&log), (1..=10).map(|nth| wrong(nth * 1_000)).collect::<Vec<_>>());
    let facts = support::facts(&[path], &[]).unwrap();
    let mut found: Vec<(i64, Value, Value)> = support::rows(&facts, FactTable::Conversations)
        .iter()
        .map(|row| {
            (row["conversation_id"].as_str().unwrap().parse().unwrap(), row["channel"].clone(), row["app"].clone())
        })
        .collect();
    found.sort_by_key(|(n, ..)| *n);
    let expected = (0..rows).filter(|n| n % 1_000 != 999).map(|n| (n, json!(channel(n)), json!(app(n))));
    assert!(found.iter().cloned().eq(expected), "{found:?}");
}

/// The result of reading a file.
#[derive(Debug, PartialEq)]
struct Given {
    accepted: u64,
    rejects: Vec<Value>,
    /// By table.
    facts: Vec<Vec<Map<String, Value>>>,
}

fn given(path: &Path) -> Given {
    let log = log_of(path, &Options::new());
    let facts = support::facts(&[path.to_owned()], &["--max-rejects=100%".to_owned()]).unwrap();
    let facts = FactTable::ALL.iter().map(|table| support::rows(&facts, *table)).collect();
    Given { accepted: log.files[0].accepted, rejects: rejects(&log), facts }
}

/// Dictionaries, plain texts, both in one chunk, differences.
#[test]
fn encodings_of_other_writers_change_nothing() {
    let folder = root().join("fixtures/parquet-encodings");
    let expected = given(&folder.join("encodings.jsonl"));
    assert_eq!((expected.accepted, expected.rejects.len()), (583, 17));
    for file in ["fallback-v1", "fallback-v2", "plain", "delta", "duckdb-v2"] {
        let found = given(&folder.join(format!("{file}.parquet")));
        assert!(found == expected, "{file}: {found:?}");
    }
}

/// The settings of polars' own writer, on a log with columns of few texts, many texts, and none.
#[test]
fn settings_of_the_writer_change_nothing() {
    type Field = (&'static str, fn(i64) -> Option<String>);
    let fields: [Field; 7] = [
        ("event", |n| Some(if n == 1_234 { "unheard" } else { "message" }.to_owned())),
        ("actor", |n| Some(if n % 3 == 0 { "agent" } else { "customer" }.to_owned())),
        ("conversation_id", |n| Some(format!("a conversation of {}", n / 4))),
        ("event_id", |n| Some(format!("e{n}")).filter(|_| n % 3 > 0)),
        ("channel", |n| Some(format!("ch{}", n / 500)).filter(|_| n % 5 > 0)),
        ("queue", |n| Some(if n % 2 == 0 { String::new() } else { format!("q{n}") })),
        ("department", |_| None),
    ];
    let folder = tempdir().unwrap();
    let (rows, ts) = (3_000_i64, |n: i64| 1_772_445_600_000 + n);
    let line = |n: i64| {
        let values = fields.iter().filter_map(|(name, value)| Some(((*name).to_owned(), json!(value(n)?))));
        let object: Map<String, Value> = values.chain([("ts".to_owned(), json!(ts(n)))]).collect();
        Value::Object(object).to_string() + "\n"
    };
    let lines = folder.path().join("log.jsonl");
    fs::write(&lines, (0..rows).map(line).collect::<String>()).unwrap();
    let expected = given(&lines);
    assert_eq!(expected.accepted, 2_999);
    let texts =
        fields.iter().map(|(name, value)| Column::new((*name).into(), (0..rows).map(value).collect::<Vec<_>>()));
    let ts = Column::new("ts".into(), (0..rows).map(ts).collect::<Vec<_>>());
    let frame = table(texts.chain([ts]).collect());
    let path = folder.path().join("log.parquet");
    for (compression, group, page) in [
        (ParquetCompression::Uncompressed, 5_000, 1 << 20),
        (ParquetCompression::Snappy, 700, 300),
        (ParquetCompression::Gzip(None), 64, 1 << 20),
        (ParquetCompression::Zstd(None), 5_000, 500),
        (ParquetCompression::Lz4Raw, 1_024, 2_000),
    ] {
        ParquetWriter::new(fs::File::create(&path).unwrap())
            .with_compression(compression)
            .with_row_group_size(Some(group))
            .with_data_page_size(Some(page))
            .finish(&mut frame.clone())
            .unwrap();
        assert!(given(&path) == expected, "{compression:?}, groups of {group}, pages of {page}");
    }
}

#[test]
fn naive_instants_are_in_the_input_zone() {
    let folder = tempdir().unwrap();
    let noon = 1_772_452_800_000_000_i64;
    let options = Options { input_zone: Zone::named("America/Sao_Paulo").unwrap(), ..Options::new() };
    for (zone, expected) in [(None, noon / 1000 + 3 * 3_600_000), (Some(TimeZone::UTC), noon / 1000)] {
        let ts = Column::new("ts".into(), [noon]).cast(&DataType::Datetime(TimeUnit::Microseconds, zone)).unwrap();
        let path = written(folder.path(), &mut table(messages(ts)), 1);
        assert_eq!(log_of(&path, &options).latest, Some(expected));
    }
}

#[test]
fn a_date_is_not_an_instant() {
    let folder = tempdir().unwrap();
    let ts = Column::new("ts".into(), [20_514_i32]).cast(&DataType::Date).unwrap();
    let path = written(folder.path(), &mut table(messages(ts)), 1);
    let expected = json!([1, "bad_timestamp", "ts", "2026-03-02", null]);
    assert_eq!(rejects(&log_of(&path, &Options::new())), [expected]);
}

#[test]
fn categories_are_texts() {
    for file in ["categories-polars.parquet", "categories-arrow.parquet"] {
        let path = root().join("fixtures/parquet-types").join(file);
        assert!(log_of(&path, &Options::new()).rejects.is_empty(), "{file}");
        let facts = support::facts(std::slice::from_ref(&path), &[]).unwrap();
        let rows = support::rows(&facts, FactTable::Conversations);
        let told: Vec<_> = rows.iter().map(|row| (row["channel"].clone(), row["queue"].clone())).collect();
        let expected =
            [(json!("web"), json!("billing")), (json!("email"), json!("sales")), (json!("web"), Value::Null)];
        assert_eq!(told, expected, "{file}");
        let page: Value = serde_json::from_slice(&success(&["inspect", text(&path), "--format", "json"])).unwrap();
        let channel =
            page["files"][0]["columns"].as_array().unwrap().iter().find(|column| column["name"] == "channel").unwrap();
        assert_eq!((&channel["filled"], &channel["distinct"]), (&json!(3), &json!(2)), "{file}: {channel}");
    }
}

#[test]
fn a_file_without_canonical_columns_or_rows() {
    let folder = tempdir().unwrap();
    let strange = || vec![texts("when", &[Some("a"), Some("b")])];
    let path = written(folder.path(), &mut table(strange()), 1);
    let log = log_of(&path, &Options::new());
    let missing = |line: u32| json!([line, "missing_field", "ts", null, null]);
    assert_eq!(rejects(&log), [missing(1), missing(2)]);
    let none = table(messages(texts("ts", &[])));
    for mut frame in [none, table(strange()).head(Some(0))] {
        let path = written(folder.path(), &mut frame, 1);
        let log = log_of(&path, &Options::new());
        assert_eq!((log.files[0].rows_read, log.files[0].format), (0, InputFormat::Parquet));
    }
}

#[test]
fn a_column_of_a_type_that_cannot_be_read_is_named() {
    let folder = tempdir().unwrap();
    let mut columns = messages(texts("ts", &[Some("2026-03-02T10:00:00Z")]));
    columns.push(Column::new("contact".into(), [5_i64]).cast(&DataType::Time).unwrap());
    let path = written(folder.path(), &mut table(columns), 1);
    let message = failure(&["report", text(&path)], 5);
    for part in ["log.parquet", "column `contact`", "Time", "write it as text"] {
        assert!(message.contains(part), "{message}");
    }
}

/// The week as Parquet, and its report without the fields about files.
fn week_as_parquet() -> Vec<u8> {
    let lines = fs::read_to_string(root().join(WEEK_LOG)).unwrap();
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let columns = dialogram::event::Column::ALL.iter().map(|column| {
        let value = |row: &Value| match &row[column.name()] {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        };
        Column::new(column.name().into(), rows.iter().map(value).collect::<Vec<_>>())
    });
    parquet(&mut table(columns.collect()), 1000)
}

fn report_of(output: &[u8]) -> Value {
    let mut report: Value = serde_json::from_slice(output).unwrap();
    assert_eq!(report["input"]["files"][0]["format"].take(), "parquet");
    report["input"]["files"][0]["name"].take();
    report
}

#[test]
fn folders_and_standard_input() {
    let folder = tempdir().unwrap();
    let bytes = week_as_parquet();
    let expected = {
        let mut report: Value = serde_json::from_slice(&success(&week(&["--format", "json"]))).unwrap();
        report["input"]["files"][0]["format"] = json!(null);
        report["input"]["files"][0]["name"] = json!(null);
        report["checks"].take();
        report
    };
    let is_week = |output: &[u8]| {
        let mut report = report_of(output);
        report["checks"].take();
        assert_eq!(report, expected);
    };
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    fs::write(folder.path().join("week.parquet"), &bytes).unwrap();
    let of = |log: &str, more: &[&str]| -> Vec<String> {
        let mut args = week(&["--format", "json"]);
        args[1] = log;
        args.iter().chain(more).map(|arg| (*arg).to_owned()).collect()
    };
    let success_of = |args: Vec<String>| success(&args.iter().map(String::as_str).collect::<Vec<_>>());
    is_week(&success_of(of(text(folder.path()), &[])));
    is_week(&success_of(of(text(&folder.path().join("*.parquet")), &["--input-format", "parquet"])));
    for (bytes, more) in [
        (bytes.clone(), &[][..]),
        (bytes.clone(), &["--input-format", "parquet"][..]),
        (support::gzip(&bytes), &[][..]),
        (support::zstd(&bytes), &[][..]),
    ] {
        let path = folder.path().join("input");
        fs::write(&path, bytes).unwrap();
        let args = of("-", more);
        let mut command = support::dialogram(&args.iter().map(String::as_str).collect::<Vec<_>>());
        let output = command.stdin(fs::File::open(&path).unwrap()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        is_week(&output.stdout);
    }
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("cut.parquet");
    let whole = week_as_parquet();
    // Three bytes of the mark could be a text.
    fs::write(&path, &whole[..3]).unwrap();
    assert!(failure(&["report", text(&path), "--to", "log-end"], 5).contains("cut.parquet"));
    for length in [0, 4, 11, 12, 1_000, whole.len() / 2, whole.len() - 8, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let message = failure(&["report", text(&path), "--to", "log-end"], 5);
        assert!(message.contains("cut.parquet") && message.contains("fetch or copy it again"), "{length}: {message}");
    }
}

#[test]
fn broken_bytes_are_an_error_or_other_values() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("bad.parquet");
    let whole = week_as_parquet();
    // Among the values and in the footer.
    let places = (4..whole.len()).step_by(whole.len() / 30).chain((whole.len() - 1_500..whole.len()).step_by(50));
    for at in places {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x55;
        fs::write(&path, bytes).unwrap();
        let output = run(&["report", text(&path), "--to", "log-end", "--max-rejects", "100%"]);
        let (code, message) = (output.status.code(), String::from_utf8_lossy(&output.stderr));
        assert!([Some(0), Some(3), Some(5)].contains(&code), "{at}: {message}");
        assert!(!message.contains("panicked"), "{at}: {message}");
    }
}
