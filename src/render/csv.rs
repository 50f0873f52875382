//! `report.csv`: one unformatted number per row, for spreadsheets and data frames.

use std::io::Write;

use anyhow::{Context, Result};

use crate::harmless::in_csv;
use crate::metrics::{self, Metric};
use crate::report::key::joined;
use crate::report::staffing::StaffingNumber;
use crate::report::{
    Cell, DurationValue, HiddenParts, HiddenValue, Judged, MetricValue, Report, ScalarValue, Shown, Statistic,
    Statistics, TableRow, WeekGrid,
};
use crate::time::WEEKDAYS;
use crate::unit::Unit;
use crate::value::HIDDEN;

/// The columns of a report without targets.
pub(super) const HEADER: [&str; 9] =
    ["table", "key", "metric", "statistic", "unit", "value", "n", "previous", "change"];
/// With targets, two more columns: the bound, and whether the value misses it.
const TARGET_HEADER: [&str; 2] = ["target", "missed"];

/// Writes the CSV text of the report, row by row: it is never in memory as a whole.
///
/// # Errors
///
/// Errors of `out`.
pub fn write_to(report: &Report, out: &mut impl Write) -> Result<()> {
    let mut rows = RowWriter::begin(report, out)?;
    for (id, value) in report.metrics.iter() {
        match value {
            MetricValue::Scalar(scalar) => rows.write(&total(id, scalar))?,
            MetricValue::Duration(duration) => rows.write_all(totals(id, duration))?,
            MetricValue::Hidden(HiddenValue::Scalar(scalar)) => rows.write(&total(id, scalar).hidden())?,
            MetricValue::Hidden(HiddenValue::Duration(duration)) => {
                rows.write_all(totals(id, duration).map(CsvLine::hidden))?;
            }
        }
    }
    rows.write_all(trend(report))?;
    for (name, table) in report.tables.iter() {
        for row in &table.rows {
            rows.write_all(cells(report, name, row))?;
        }
    }
    for (id, heatmap) in report.heatmaps.iter() {
        rows.write_all(cells_of_week(id, heatmap))?;
    }
    rows.write_all(staffing(report))?;
    rows.writer.flush().context("the CSV report cannot be written")
}

/// The numbers of a heatmap, with the observed time of each hour.
fn cells_of_week<'a>(id: &'a str, heatmap: &WeekGrid) -> Vec<CsvLine<'a>> {
    let (unit, hours_observed) = match heatmap {
        WeekGrid::Counts(heatmap) => (Unit::Count, &heatmap.hours_observed),
        WeekGrid::Time(heatmap) => (Unit::Seconds, &heatmap.hours_observed),
    };
    let mut rows = Vec::new();
    for (weekday, (observed, day)) in hours_observed.iter().zip(WEEKDAYS).enumerate() {
        for (hour, observed) in observed.iter().enumerate() {
            let cell = CsvLine { table: "heatmap", key: format!("{day} {hour:02}"), metric: id, ..CsvLine::default() };
            let value = match heatmap {
                #[expect(clippy::cast_precision_loss, reason = "a count of rows")]
                WeekGrid::Counts(heatmap) => shown(Some(heatmap.counts[weekday][hour].map(|count| count as f64))),
                WeekGrid::Time(heatmap) => shown(Some(heatmap.seconds[weekday][hour])),
            };
            let unit = unit.name();
            rows.push(CsvLine { statistic: "value", unit, value, ..cell.clone() });
            let value = number(Some(*observed));
            rows.push(CsvLine { statistic: "hours_observed", unit: "hours", value, ..cell });
        }
    }
    rows
}

/// One line of the file.
#[derive(Debug, Clone, Default)]
struct CsvLine<'a> {
    table: &'a str,
    key: String,
    metric: &'a str,
    statistic: &'static str,
    unit: &'static str,
    value: String,
    n: String,
    previous: String,
    change: String,
}

impl CsvLine<'_> {
    /// The same line with its number and its count of rows hidden.
    fn hidden(self) -> Self {
        Self { value: HIDDEN.to_owned(), n: HIDDEN.to_owned(), ..self }
    }

    /// The same line with the hidden numbers of the window before.
    fn with(mut self, hidden: &HiddenParts) -> Self {
        if hidden.previous {
            HIDDEN.clone_into(&mut self.previous);
        }
        if hidden.change {
            HIDDEN.clone_into(&mut self.change);
        }
        self
    }

    /// The bounds of the number's targets, and whether it misses one; empty without a target or without data.
    fn target(&self, report: &Report) -> [String; 2] {
        let is_of = |target: &&Judged| target.metric == self.metric && target.statistic == self.statistic;
        let targets: Vec<&Judged> = report
            .targets
            .iter()
            .filter(is_of)
            .filter(|_| !["heatmap", "trend", "staffing"].contains(&self.table))
            .collect();
        let bounds = targets.iter().map(|target| format!("{}{}", target.bound.operator(), number(Some(target.limit))));
        let value = self.value.parse().ok();
        let missed = value.filter(|_| !targets.is_empty()).map_or_else(String::new, |value| {
            targets.iter().any(|target| target.is_missed_by(Some(value))).to_string()
        });
        [bounds.collect::<Vec<_>>().join(" "), missed]
    }
}

/// Writes the rows of the file.
struct RowWriter<'r, W: Write> {
    report: &'r Report,
    writer: csv::Writer<W>,
}

impl<'r, W: Write> RowWriter<'r, W> {
    fn begin(report: &'r Report, out: W) -> Result<Self> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
        let more = if report.targets.is_empty() { &[] } else { &TARGET_HEADER[..] };
        writer.write_record(HEADER.iter().chain(more))?;
        Ok(Self { report, writer })
    }

    fn write(&mut self, row: &CsvLine<'_>) -> Result<()> {
        let (table, key, metric) = (in_csv(row.table), in_csv(&row.key), in_csv(row.metric));
        let usual = [&*table, &key, &metric, row.statistic, row.unit, &row.value, &row.n, &row.previous, &row.change];
        let target = if self.report.targets.is_empty() { Vec::new() } else { row.target(self.report).to_vec() };
        Ok(self.writer.write_record(usual.into_iter().chain(target.iter().map(String::as_str)))?)
    }

    fn write_all<'a>(&mut self, rows: impl IntoIterator<Item = CsvLine<'a>>) -> Result<()> {
        rows.into_iter().try_for_each(|row| self.write(&row))
    }
}

fn total<'a>(id: &'a str, scalar: &ScalarValue) -> CsvLine<'a> {
    CsvLine {
        table: "total",
        metric: id,
        statistic: "value",
        unit: scalar.unit.name(),
        value: number(scalar.value),
        n: scalar.n.to_string(),
        previous: number(scalar.previous),
        change: number(scalar.change),
        ..CsvLine::default()
    }
    .with(&scalar.hidden)
}

fn totals<'a>(id: &'a str, duration: &DurationValue) -> impl Iterator<Item = CsvLine<'a>> {
    Statistic::ALL.into_iter().map(move |statistic| total_of(id, duration, statistic).with(&duration.hidden))
}

fn total_of<'a>(id: &'a str, duration: &DurationValue, statistic: Statistic) -> CsvLine<'a> {
    CsvLine {
        table: "total",
        metric: id,
        statistic: statistic.name(),
        unit: duration.unit.name(),
        value: number(statistic.of(&duration.statistics)),
        n: duration.statistics.n.to_string(),
        previous: number(duration.previous.as_ref().and_then(|previous| statistic.of(previous))),
        change: number(duration.change.as_ref().and_then(|change| statistic.of_change(change))),
        ..CsvLine::default()
    }
}

/// The cells of staffing by weekday and hour.
fn staffing(report: &Report) -> Vec<CsvLine<'_>> {
    let Some(staffing) = &report.staffing else { return Vec::new() };
    let line = |number: StaffingNumber, key, value| CsvLine {
        table: "staffing",
        key,
        metric: number.name(),
        statistic: "value",
        unit: number.unit_name(),
        value: shown(value),
        ..CsvLine::default()
    };
    let handling = line(StaffingNumber::Handling, String::new(), staffing.handling.mean);
    let n = staffing.handling.n.known().map_or_else(|| HIDDEN.to_owned(), |n| n.to_string());
    let mut rows = vec![CsvLine { n, ..handling }];
    for (day, weekday) in WEEKDAYS.iter().enumerate() {
        for hour in 0..24 {
            for (number, grid) in staffing.cells.grids() {
                rows.push(line(number, format!("{weekday} {hour:02}"), grid[day][hour]));
            }
        }
    }
    rows
}

/// The values of each window in the trend, with its first day as key.
fn trend(report: &Report) -> Vec<CsvLine<'_>> {
    let mut rows = Vec::new();
    for (at, window) in report.trend.iter().enumerate() {
        for (id, value) in report.metrics.iter() {
            let record = CsvLine { table: "trend", key: window.first_day(), metric: id, ..CsvLine::default() };
            let is_hidden = value.hidden().trend.contains(&at);
            match value {
                MetricValue::Scalar(scalar) | MetricValue::Hidden(HiddenValue::Scalar(scalar)) => {
                    let Some(values) = scalar.trend.iter().flatten().next() else { continue };
                    let value = if is_hidden { HIDDEN.to_owned() } else { number(values.get(at).copied().flatten()) };
                    rows.push(CsvLine { statistic: "value", unit: scalar.unit.name(), value, ..record });
                }
                MetricValue::Duration(duration) | MetricValue::Hidden(HiddenValue::Duration(duration)) => {
                    let Some(values) = duration.trend.iter().flatten().next() else { continue };
                    match values.get(at).and_then(Option::as_ref) {
                        Some(statistics) => rows.extend(statistic_rows(&record, statistics)),
                        None => rows.extend(Statistic::ALL.into_iter().map(|statistic| {
                            let row =
                                CsvLine { statistic: statistic.name(), unit: Unit::Seconds.name(), ..record.clone() };
                            if is_hidden { row.hidden() } else { row }
                        })),
                    }
                }
            }
        }
    }
    rows
}

fn cells<'a>(report: &Report, name: &'a str, row: &'a TableRow) -> Vec<CsvLine<'a>> {
    let mut rows = Vec::new();
    for (id, cell) in row.cells.iter() {
        let record = CsvLine { table: name, key: joined(&row.key), metric: id, ..CsvLine::default() };
        match cell {
            Cell::Scalar { value, n } => rows.push(CsvLine {
                statistic: "value",
                unit: scalar_unit(report, id),
                value: number(*value),
                n: n.map_or_else(String::new, |n| n.to_string()),
                ..record
            }),
            Cell::Duration(statistics) => rows.extend(statistic_rows(&record, statistics)),
            Cell::Hidden if is_duration(id) => {
                let nothing = statistic_rows(&record, &Statistics::default());
                rows.extend(nothing.into_iter().map(CsvLine::hidden));
            }
            Cell::Hidden => {
                rows.push(CsvLine { statistic: "value", unit: scalar_unit(report, id), ..record }.hidden());
            }
        }
    }
    rows
}

/// Whether a metric has a line for each statistic, even if they are hidden.
fn is_duration(id: &str) -> bool {
    metrics::find(id).is_some_and(Metric::is_duration)
}

fn statistic_rows<'a>(record: &CsvLine<'a>, statistics: &Statistics) -> Vec<CsvLine<'a>> {
    let row = |statistic: Statistic| CsvLine {
        statistic: statistic.name(),
        unit: Unit::Seconds.name(),
        value: number(statistic.of(statistics)),
        n: statistics.n.to_string(),
        ..record.clone()
    };
    Statistic::ALL.into_iter().map(row).collect()
}

/// The unit of a table's cell: that of its metric, in the totals or else in the list. Empty if neither knows the
/// metric.
fn scalar_unit(report: &Report, id: &str) -> &'static str {
    report.known_unit(id).map_or("", Unit::name)
}

/// A number; the word for hidden, or empty for no data.
fn shown(value: Option<Shown<f64>>) -> String {
    match value {
        Some(Shown::Hidden) => HIDDEN.to_owned(),
        Some(Shown::Known(value)) => number(Some(value)),
        None => String::new(),
    }
}

/// The shortest decimal that reads back as the same number, never with an exponent; empty for no data.
pub(super) fn number(value: Option<f64>) -> String {
    // Adding 0 turns a negative zero into zero.
    value.filter(|value| value.is_finite()).map_or_else(String::new, |value| format!("{}", value + 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::terminal::sample;

    fn render(report: &Report) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        write_to(report, &mut bytes)?;
        Ok(bytes)
    }

    fn records(report: &Report) -> Vec<Vec<String>> {
        let bytes = render(report).expect("rendered");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
        reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect()
    }

    #[test]
    fn one_number_a_row() {
        let report = &sample::all()[0].1;
        let text = String::from_utf8(render(report).expect("rendered")).expect("text");
        let mut lines = text.split('\n');
        assert_eq!(lines.next(), Some("table,key,metric,statistic,unit,value,n,previous,change"));
        assert_eq!(lines.next(), Some("total,,conversations,value,count,540,540,480,0.125"));
        for line in [
            "total,,reopened_conversations,value,count,12,12,0,",
            "total,,bot_time,mean,seconds,95.12,431,101.874,-0.06629758328916104",
            "by_channel,whatsapp,conversations,value,count,280,280,,",
            "by_day,2026-03-09,transfer_requests,value,count,35,35,,",
            "heatmap,mon 09,engaged_conversations,value,count,7,,,",
            "heatmap,mon 09,engaged_conversations,hours_observed,hours,1,,,",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}");
        }
        assert!(!text.contains('\r') && text.ends_with('\n'));
        // 17 scalars, 2 durations; tables of 5 × 8, 4 × 2, 4 × 1 and 7 × 3 cells; 2 heatmaps.
        assert_eq!(text.lines().count(), 1 + 17 + 2 * 5 + 40 + 8 + 4 + 21 + 2 * 168 * 2);
    }

    #[test]
    fn a_duration_in_a_table_has_its_statistics() {
        let report = sample::large();
        let of_first = |record: &&Vec<String>| record[1].starts_with("00 ") && record[2] == "queue_wait";
        let records = records(&report);
        let statistics: Vec<&str> = records.iter().filter(of_first).map(|record| record[3].as_str()).collect();
        assert_eq!(statistics, ["mean", "p50", "p90", "p95", "max"]);
        assert!(records.iter().filter(of_first).all(|record| record[4] == "seconds" && record[6] == "60"));
    }

    #[test]
    fn targets_are_two_columns_more() {
        let text = String::from_utf8(render(&sample::targets()).expect("rendered")).expect("text");
        assert!(text.starts_with("table,key,metric,statistic,unit,value,n,previous,change,target,missed\n"));
        for line in [
            "total,,service_level,value,rate,0.754,1234,0.754,-0.125,>=0.8,true",
            "total,,nps,value,score,-12.5,1234,-12.5,-0.125,>=-20,false",
            "total,,conversations,value,count,1234,1234,1234,-0.125,,",
            "by_queue,Pedidos,service_level,value,rate,0.754,1234,,,>=0.8,true",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        let missed = text.lines().filter(|line| line.ends_with(",<=120,true")).count();
        assert_eq!(missed, 4, "the total and three rows of queue_wait p90");
        assert!(!String::from_utf8(render(&sample::wide()).expect("rendered")).expect("text").contains("missed"));
    }

    #[test]
    fn a_spreadsheet_runs_no_cell() {
        let mut report = sample::names();
        for (row, key) in report.tables.0[0].1.rows.iter_mut().zip(["=1+1", "+1", "-1", "@a", "\t=1"]) {
            row.key = vec![key.to_owned(), "=b".to_owned()].into();
        }
        let records = records(&report);
        for key in ["'=1+1 | =b", "'+1 | =b", "'-1 | =b", "'@a | =b", "'\t=1 | =b"] {
            assert!(records.iter().any(|record| record[1] == key), "{key}");
        }
        let changes: Vec<&str> =
            records.iter().map(|record| record[8].as_str()).filter(|cell| cell.contains('-')).collect();
        assert!(!changes.is_empty() && changes.iter().all(|change| change.starts_with('-')), "{changes:?}");
    }

    #[test]
    fn numbers_are_the_shortest_decimals() {
        let cases = [
            (Some(540.0), "540"),
            (Some(0.1 + 0.2), "0.30000000000000004"),
            (Some(0.000_000_1), "0.0000001"),
            (Some(1e21), "1000000000000000000000"),
            (Some(-0.5), "-0.5"),
            (Some(-0.0), "0"),
            (Some(f64::NAN), ""),
            (None, ""),
        ];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }
}
