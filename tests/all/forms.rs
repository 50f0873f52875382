//! The public formats: report.json against its schema, report.csv against report.json, the facts' columns, the ids used
//! in files, and the pages that the program prints.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dialogram::fold::rows::Oddity;
use dialogram::fold::schema::{FactTable, SCHEMA, Type};
use dialogram::ingest::reject::Reason;
use dialogram::language::Language;
use dialogram::metrics;
use dialogram::metrics::dimensions::Dimension;
use dialogram::render::look::Look;
use dialogram::render::{ReportFormat, TerminalOptions, render};
use dialogram::report::WarningId;
use dialogram::report::template::Template;
use polars::prelude::{DataFrame, DataType, TimeUnit, TimeZone};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use serde_json::{Value, json};

use crate::support::{WEEK_LOG, fixture_reports, key_parts, report, root, rows, success, text, week};

fn schema() -> jsonschema::Validator {
    let text = fs::read_to_string(root().join("schemas/report-1.schema.json")).unwrap();
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

/// The violations of the schema by a report.
fn broken(schema: &jsonschema::Validator, report: &Value) -> Vec<String> {
    schema.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn every_report_is_of_the_schema() {
    let schema = schema();
    let plain = TerminalOptions { width: 80, color: false };
    let mut seen = 0;
    for (name, logs, args) in fixture_reports() {
        let (_, report) = report(&logs, &args).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let json = serde_json::from_slice(
            &render(&report, ReportFormat::Json, Language::English, &Look::default(), &plain)
                .unwrap()
                .into_bytes()
                .unwrap(),
        )
        .unwrap();
        assert_eq!(broken(&schema, &json), [""; 0], "{name}");
        seen += 1;
    }
    assert!(seen > 50, "only {seen} reports");
}

#[test]
fn the_schema_refuses_other_keys_than_a_report_s() {
    let schema = schema();
    let report: Value = serde_json::from_slice(&success(&week(&["--format", "json"]))).unwrap();
    assert_eq!(broken(&schema, &report), [""; 0]);
    let changes: [(&str, Value); 8] = [
        ("/schema", json!("dialogram/report/2")),
        ("/window/days", json!(0.5)),
        ("/as_of", json!("yesterday")),
        ("/metrics/conversations/n", json!(-1)),
        ("/metrics/conversations/value", json!("555")),
        ("/metrics/bot_time/p90", json!([])),
        ("/heatmaps/engaged_conversations/counts/0", json!([1, 2])),
        ("/checks/0/holds", json!("yes")),
    ];
    for (place, value) in changes {
        let mut other = report.clone();
        *other.pointer_mut(place).unwrap_or_else(|| panic!("no {place}")) = value;
        assert!(!broken(&schema, &other).is_empty(), "{place}");
    }
    for field in report.as_object().unwrap().keys() {
        let mut without = report.clone();
        without.as_object_mut().unwrap().remove(field);
        assert!(!broken(&schema, &without).is_empty(), "without {field}");
    }
}

/// A line of report.csv: its names, then value, n, previous and change.
type Line = ([String; 4], [Option<f64>; 4]);

fn csv_lines(bytes: &[u8]) -> Vec<Line> {
    let mut reader = csv::Reader::from_reader(bytes);
    let header = "table,key,metric,statistic,unit,value,n,previous,change";
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>().join(","), header);
    let number = |text: &str| (!text.is_empty()).then(|| text.parse::<f64>().unwrap());
    let lines = reader.records().map(|record| {
        let record = record.unwrap();
        assert!(!record[4].is_empty(), "no unit: {record:?}");
        ([0, 1, 2, 3].map(|at| record[at].to_owned()), [5, 6, 7, 8].map(|at| number(&record[at])))
    });
    lines.collect()
}

const STATISTICS: [&str; 5] = ["mean", "p50", "p90", "p95", "max"];

/// The expected lines of a report's CSV. Only the CSV has the `n` of a table's scalar.
fn expected_lines(report: &Value) -> Vec<Line> {
    let place =
        |table: &str, key: &str, metric: &str, statistic: &str| [table, key, metric, statistic].map(str::to_owned);
    let mut lines = Vec::new();
    for (id, metric) in report["metrics"].as_object().unwrap() {
        if metric.get("p50").is_none() {
            let values = ["value", "n", "previous", "change"].map(|field| metric[field].as_f64());
            lines.push((place("total", "", id, "value"), values));
            continue;
        }
        for statistic in STATISTICS {
            let values =
                [&metric[statistic], &metric["n"], &metric["previous"][statistic], &metric["change"][statistic]];
            lines.push((place("total", "", id, statistic), values.map(Value::as_f64)));
        }
    }
    for (at, window) in report["trend"].as_array().into_iter().flatten().enumerate() {
        let day = &window["from"].as_str().unwrap()[..10];
        for (id, metric) in report["metrics"].as_object().unwrap() {
            let Some(value) = metric["trend"].get(at) else { continue };
            if metric.get("p50").is_none() {
                lines.push((place("trend", day, id, "value"), [value.as_f64(), None, None, None]));
                continue;
            }
            for statistic in STATISTICS {
                let values = [value[statistic].as_f64(), value["n"].as_f64(), None, None];
                lines.push((place("trend", day, id, statistic), values));
            }
        }
    }
    for (name, table) in report["tables"].as_object().unwrap() {
        let dimensions = table["dimensions"].as_array().unwrap().iter();
        let dimensions: Vec<&str> = dimensions.map(|name| name.as_str().unwrap()).collect();
        for row in table["rows"].as_array().unwrap() {
            let mut key = key_parts(&dimensions, row);
            if key.len() > 1 {
                for part in &mut key {
                    *part = part.replace('\\', "\\\\").replace('|', "\\|");
                }
            }
            for id in table["metrics"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()) {
                let cell = &row[id];
                if !cell.is_object() {
                    lines.push((place(name, &key.join(" | "), id, "value"), [cell.as_f64(), None, None, None]));
                    continue;
                }
                for statistic in STATISTICS {
                    let values = [cell[statistic].as_f64(), cell["n"].as_f64(), None, None];
                    lines.push((place(name, &key.join(" | "), id, statistic), values));
                }
            }
        }
    }
    for (id, heatmap) in report["heatmaps"].as_object().unwrap() {
        for (day, weekday) in metrics::dimensions::WEEKDAYS.iter().enumerate() {
            for hour in 0..24 {
                for (statistic, field) in [("value", "counts"), ("hours_observed", "hours_observed")] {
                    let key = format!("{weekday} {hour:02}");
                    // Agents' time is in seconds.
                    let field = if field == "counts" && heatmap[field].is_null() { "seconds" } else { field };
                    let value = heatmap[field][day][hour].as_f64();
                    assert!(value.is_some(), "{id} {key}");
                    lines.push((place("heatmap", &key, id, statistic), [value, None, None, None]));
                }
            }
        }
    }
    let staffing = &report["staffing"];
    if staffing.is_object() {
        let handling = [staffing["handling"]["mean"].as_f64(), staffing["handling"]["n"].as_f64(), None, None];
        lines.push((place("staffing", "", "handling", "value"), handling));
        for (day, weekday) in metrics::dimensions::WEEKDAYS.iter().enumerate() {
            for hour in 0..24 {
                for (name, grid) in staffing["cells"].as_object().unwrap() {
                    let values = [grid[day][hour].as_f64(), None, None, None];
                    lines.push((place("staffing", &format!("{weekday} {hour:02}"), name, "value"), values));
                }
            }
        }
    }
    lines
}

fn csv_is_json(what: &str, csv: &[u8], json: &[u8]) -> usize {
    let mut found = csv_lines(csv);
    let expected = expected_lines(&serde_json::from_slice(json).unwrap());
    for ((place, values), (_, expected)) in found.iter_mut().zip(&expected) {
        if place[0] != "total" && expected[1].is_none() {
            values[1] = None;
        }
    }
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected, "{what}: report.csv differs from report.json");
    }
    assert_eq!(found.len(), expected.len(), "{what}");
    found.len()
}

#[test]
fn csv_has_every_number_of_the_json_in_its_order() {
    let lines = csv_is_json("week", &success(&week(&["--format", "csv"])), &success(&week(&["--format", "json"])));
    assert!(lines > 700, "only {lines} lines");
    let plain = TerminalOptions { width: 80, color: false };
    for (name, logs, args) in fixture_reports() {
        let (_, report) = report(&logs, &args).unwrap();
        let [csv, json] = [ReportFormat::Csv, ReportFormat::Json].map(|format| {
            render(&report, format, Language::English, &Look::default(), &plain).unwrap().into_bytes().unwrap()
        });
        csv_is_json(&name, &csv, &json);
    }
}

/// The facts' tables as text, one column per line.
fn facts_schema() -> String {
    let mut lines = vec![SCHEMA.to_owned()];
    for table in FactTable::ALL {
        lines.extend([String::new(), table.name().to_owned()]);
        lines.extend(table.columns().iter().map(|column| format!("  {:33} {}", column.name, type_name(column.holds))));
    }
    lines.join("\n") + "\n"
}

fn type_name(holds: Type) -> &'static str {
    match holds {
        Type::Text => "text",
        Type::Instant => "timestamp[us, UTC]",
        Type::Number => "int64",
        Type::Flag => "bool",
    }
}

/// Compares with a file of the repository.
fn is_file(path: &str, expected: &str, what_to_do: &str) {
    let found = fs::read_to_string(root().join(path)).unwrap_or_default();
    let differing = expected.lines().zip(found.lines()).find(|(a, b)| a != b);
    assert!(found == expected, "{path} is out of date, first at {differing:?}: {what_to_do}\n\n{expected}");
}

#[test]
fn the_facts_have_the_columns_that_others_read() {
    is_file(
        "tests/all/golden/facts-schema.txt",
        &facts_schema(),
        "other engines read these columns. One more is fine: copy the text below. One renamed, removed or of another type \
         needs a new `fold::schema::SCHEMA` and a word in the changelog",
    );
}

#[test]
fn every_fact_column_is_named_once_and_explained() {
    for table in FactTable::ALL {
        let names: BTreeSet<_> = table.columns().iter().map(|column| column.name).collect();
        assert_eq!(names.len(), table.columns().len(), "{}", table.name());
        for column in table.columns() {
            assert!(is_id(column.name) && !column.doc.is_empty(), "{}.{}", table.name(), column.name);
        }
    }
}

fn parquet(path: &Path) -> DataFrame {
    ParquetReader::new(fs::File::open(path).unwrap()).finish().unwrap()
}

#[test]
fn parquet_files_have_these_columns_in_plain_types() {
    let folder = tempfile::tempdir().unwrap();
    success(&["fold", WEEK_LOG, "-o", text(folder.path())]);
    let (facts, _) = report(&[root().join(WEEK_LOG)], &["--to", "log-end"].map(str::to_owned)).unwrap();
    for table in FactTable::ALL {
        let frame = parquet(&folder.path().join(format!("{}.parquet", table.name())));
        assert_eq!(frame.height(), facts.frame(*table).height(), "{}", table.name());
        let names: Vec<&str> = frame.columns().iter().map(|column| column.name().as_str()).collect();
        assert_eq!(names, table.columns().iter().map(|column| column.name).collect::<Vec<_>>());
        for (column, spec) in frame.columns().iter().zip(table.columns()) {
            let expected = match spec.holds {
                Type::Text => DataType::String,
                Type::Instant => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
                Type::Number => DataType::Int64,
                Type::Flag => DataType::Boolean,
            };
            assert_eq!(*column.dtype(), expected, "{}.{}", table.name(), spec.name);
        }
    }
    // The instants are those of the facts, in microseconds.
    let started = parquet(&folder.path().join("conversations.parquet")).column("started_at").unwrap().clone();
    let first = started.cast(&DataType::Int64).unwrap().i64().unwrap().get(0).unwrap();
    let in_facts = &rows(&facts, FactTable::Conversations)[0]["started_at"];
    assert_eq!(json!(dialogram::time::format_utc(first / 1_000)), *in_facts);
}

#[test]
fn the_reference_pages_are_printed_by_the_program() {
    for (page, command) in
        [("metrics", "metrics"), ("profiles-built-in", "profiles"), ("tables", "tables"), ("commands", "man")]
    {
        let printed = String::from_utf8(success(&[command, "--format", "markdown"])).unwrap();
        is_file(&format!("docs/{page}.md"), &printed, "run `scripts/pages`");
    }
}

/// Whether a text is an id in files and flags.
fn is_id(id: &str) -> bool {
    let is_inside = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(is_inside) && !id.ends_with('_')
}

fn are_ids<'a>(what: &str, ids: impl IntoIterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for id in ids {
        assert!(is_id(id), "{what} `{id}` is not spelt with a-z and _");
        assert!(seen.insert(id), "{what} `{id}` is there twice");
    }
    assert!(!seen.is_empty(), "no {what}");
}

#[test]
fn ids_are_plain_and_unique() {
    are_ids("metric", metrics::all().map(|metric| metric.id));
    are_ids("dimension", Dimension::ALL.iter().map(|dimension| dimension.name()));
    are_ids("table", FactTable::ALL.iter().map(|table| table.name()));
    are_ids("reason", Reason::ALL.iter().map(|reason| reason.name()));
    let templates: Vec<String> = Template::names().map(|name| name.replace('-', "_")).collect();
    are_ids("template", templates.iter().map(String::as_str));
    are_ids("warning", WarningId::ALL.iter().map(|id| id.name()));
    for oddity in Oddity::ALL {
        assert_eq!(WarningId::from(*oddity).name(), oddity.name());
    }
}

#[test]
fn labels_of_metrics_are_unique_and_docs_are_sentences() {
    let labels: BTreeSet<_> = metrics::all().map(|metric| metric.label).collect();
    assert_eq!(labels.len(), metrics::all().count(), "two metrics have one label");
    for metric in metrics::all() {
        assert!(
            metric.doc.ends_with('.') && metric.doc.starts_with(char::is_uppercase),
            "{}: {}",
            metric.id,
            metric.doc
        );
        let clock = metric.clock.column();
        assert!(clock.is_none_or(|column| metric.table.has(column)), "{}: clock {clock:?}", metric.id);
    }
}
