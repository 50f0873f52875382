//! Snapshots and series for a workbook: the tables of the machine formats with all columns, as numbers, durations and
//! instants.

use serde_json::{Map, Value as Json};

use super::csv::SnapshotTable as Raw;
use crate::language::Language;
use crate::render::document::{self, CellValue, Document, PageCell, PagePart, PageTable, Section, TableColumn};
use crate::report::snapshot::Snapshot;
use crate::report::snapshot::series::SnapshotSeries;

/// A snapshot: one sheet per table.
///
/// # Errors
///
/// None in practice: it is written to memory.
pub fn snapshot(snapshot: &Snapshot, language: Language) -> anyhow::Result<Document> {
    let mut parts = Vec::new();
    for raw in Raw::ALL {
        parts.push(PagePart::Table(table(raw.name(), raw.columns(), &super::csv::rows(snapshot, raw)?)));
    }
    Ok(with(document::snapshot(snapshot, language), parts))
}

/// A series: one row per instant, and per instant of each queue and department.
pub fn series(series: &SnapshotSeries, language: Language, columns: &[&str], rows: &[Map<String, Json>]) -> Document {
    with(document::series(series, language), vec![PagePart::Table(table("series", columns, rows))])
}

/// The same document with other tables.
fn with(document: Document, parts: Vec<PagePart>) -> Document {
    Document { sections: vec![Section { title: String::new(), parts }], ..document }
}

fn table(title: &str, columns: &[&str], rows: &[Map<String, Json>]) -> PageTable {
    let is_number = |column: &&str| rows.iter().any(|row| row.get(*column).is_some_and(Json::is_number));
    let column = |name: &&str| TableColumn { group: None, head: (*name).to_owned(), is_number: is_number(name) };
    let cells = |row: &Map<String, Json>| columns.iter().map(|name| cell(name, row.get(*name))).collect();
    PageTable {
        title: title.to_owned(),
        note: String::new(),
        columns: columns.iter().map(column).collect(),
        rows: rows.iter().map(cells).collect(),
        total: None,
        empty: String::new(),
        is_sortable: false,
    }
}

fn cell(name: &str, value: Option<&Json>) -> PageCell {
    match value {
        None | Some(Json::Null) => PageCell::text(""),
        Some(Json::Number(number)) => {
            let typed = if name.ends_with("_seconds") { CellValue::Seconds } else { CellValue::Count };
            PageCell::number(number.to_string(), number.as_f64().map(typed))
        }
        Some(Json::Bool(is)) => PageCell::number(is.to_string(), Some(CellValue::Flag(*is))),
        Some(Json::String(text)) => {
            let is_instant = name == "at" || name.ends_with("_at");
            let at = chrono::DateTime::parse_from_rfc3339(text).ok().filter(|_| is_instant);
            PageCell::number(text.clone(), at.map(|at| CellValue::Instant(at.naive_local())))
        }
        Some(Json::Array(values)) => {
            let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            PageCell::text(values.iter().map(text).collect::<Vec<_>>().join(", "))
        }
        Some(other @ Json::Object(_)) => PageCell::text(other.to_string()),
    }
}
