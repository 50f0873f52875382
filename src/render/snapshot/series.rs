//! A series of snapshots in its output formats.

use serde_json::{Map, Value, json};

use super::SnapshotFormat;
use super::csv::write;
use super::workbook;
use crate::language::Language;
use crate::render::look::Look;
use crate::render::rendered::Rendered;
use crate::render::{TerminalOptions, document, html, json, markdown, pdf, plain, terminal, xlsx};
use crate::report::snapshot::series::SnapshotSeries;

/// The columns of a series as CSV.
pub(in crate::render) const COLUMNS: [&str; 10] = [
    "at",
    "table",
    "key",
    "total",
    "automated",
    "waiting",
    "attended",
    "awaiting_reply",
    "longest_wait_seconds",
    "agents_online",
];

/// The bytes of `series` in `format`. The formats are those of a snapshot, because `--every` is a flag of the same
/// command.
///
/// # Errors
///
/// If a renderer cannot express it; the terminal always can.
pub fn render(
    series: &SnapshotSeries,
    format: SnapshotFormat,
    language: Language,
    look: &Look,
    terminal: &TerminalOptions,
) -> anyhow::Result<Rendered> {
    let bytes = match format {
        SnapshotFormat::Terminal => terminal::series(series, language, terminal).into_bytes(),
        SnapshotFormat::Json => json::render(series)?,
        SnapshotFormat::Csv => write(&COLUMNS, &rows(series)?)?,
        SnapshotFormat::Pdf => return pdf::series(series, language, look),
        SnapshotFormat::Html => html::render(&document::series(series, language), look).into_bytes(),
        SnapshotFormat::Markdown => markdown::render(&document::series(series, language)).into_bytes(),
        SnapshotFormat::Xlsx => {
            xlsx::render(&workbook::series(series, language, &COLUMNS, &rows(series)?), &series.to, look)?
        }
        SnapshotFormat::Plain => plain::render(&document::series(series, language)).into_bytes(),
    };
    Ok(bytes.into())
}

/// One row per instant, then one row per instant for each queue and department.
fn rows(series: &SnapshotSeries) -> anyhow::Result<Vec<Map<String, Value>>> {
    let mut rows = Vec::new();
    for point in &series.points {
        let Value::Object(mut row) = serde_json::to_value(point)? else { continue };
        row.insert("table".to_owned(), json!("total"));
        rows.push(row);
    }
    for (table, places) in [("queue", &series.queues), ("department", &series.departments)] {
        for place in places {
            // As in JSON: whole seconds without a fraction.
            let numbers = serde_json::to_value(place)?;
            for (at, point) in series.points.iter().enumerate() {
                let row = json!({
                    "at": point.at,
                    "table": table,
                    "key": place.key,
                    "total": place.waiting[at] + place.attended[at],
                    "waiting": numbers["waiting"][at],
                    "attended": numbers["attended"][at],
                    "longest_wait_seconds": numbers["longest_wait_seconds"][at],
                });
                rows.extend(row.as_object().cloned());
            }
        }
    }
    Ok(rows)
}
