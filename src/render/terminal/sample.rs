//! Reports for the tests of the renderers: an ordinary week, and unusual cases.

use std::collections::BTreeMap;

use crate::metrics::{self, Metric};
use crate::report::key::RowKey;
use crate::report::targets::{Target, TargetSide};
use crate::report::{
    Cell, DurationValue, Entries, HiddenParts, Input, InputFile, InstantRange, MetricValue, MinCell, Report,
    ScalarValue, Sessions, Shown, Statistic, Statistics, Table, TableRow, Warning,
};
use crate::unit::Unit;

use super::week::{count, duration, heatmap, scalar, statistics, week, whole};
use crate::report::WeekGrid;

/// An empty report.
pub(crate) fn empty() -> Report {
    let mut report = week();
    report.templates.clear();
    report.title.clear();
    report.window.previous = None;
    report.input = Input {
        files: Vec::new(),
        source_rows: None,
        rows_read: 0,
        accepted: 0,
        duplicates: 0,
        rejected: 0,
        rejections: BTreeMap::new(),
        first_event: None,
        last_event: None,
    };
    (report.metrics, report.tables, report.heatmaps) = (Entries::default(), Entries::default(), Entries::default());
    report.checks.clear();
    report.warnings.clear();
    report
}

/// A week with a trend: a growing metric, and a duration with a best and a worst window.
pub(crate) fn trend() -> Report {
    let mut report = week();
    let day = |day: &str| format!("{day}T00:00:00-03:00");
    let days = ["2026-02-16", "2026-02-23", "2026-03-02", "2026-03-09", "2026-03-16"];
    report.trend = days.windows(2).map(|pair| InstantRange { from: day(pair[0]), to: day(pair[1]) }).collect();
    for (id, value) in &mut report.metrics.0 {
        match value {
            MetricValue::Scalar(scalar) => {
                let levels = vec![None, Some(0.1), Some(0.5), Some(1.0)];
                let is_known = id != "open_conversations";
                scalar.trend = Some(Some(levels).filter(|_| is_known));
                (scalar.best, scalar.worst) = (Some(None), Some(None));
            }
            MetricValue::Duration(duration) => {
                let value_at =
                    |mean: f64| Some(Statistics { mean: Some(mean), p50: Some(mean), n: 5, ..duration.statistics });
                duration.trend = Some(Some(vec![None, value_at(60.0), value_at(120.0), value_at(240.0)]));
                (duration.best, duration.worst) = (Some(Some(1)), Some(Some(3)));
            }
            MetricValue::Hidden(_) => {}
        }
    }
    report
}

/// A week without data: without comparison, and with every value absent or 0.
pub(crate) fn silent() -> Report {
    let mut report = week();
    report.window.previous = None;
    for (_, value) in &mut report.metrics.0 {
        match value {
            MetricValue::Scalar(scalar) => {
                let nothing = if scalar.unit == Unit::Count { Some(0.0) } else { None };
                *scalar = ScalarValue::alone(scalar.unit, nothing, 0);
            }
            MetricValue::Duration(duration) => {
                *duration = DurationValue::alone(Statistics::default());
            }
            MetricValue::Hidden(_) => {}
        }
    }
    for (_, table) in &mut report.tables.0 {
        table.rows.clear();
    }
    for heatmap in report.count_heatmaps_mut() {
        heatmap.counts = [[Shown::Known(0); 24]; 7];
    }
    report
}

/// Three million conversations on sixty channels with names of eighty characters, and tables of agents with many
/// columns.
pub(crate) fn large() -> Report {
    let mut report = week();
    report.templates = ["conversations", "queues", "agents", "first-contact"].map(str::to_owned).to_vec();
    for (_, value) in &mut report.metrics.0 {
        if let MetricValue::Scalar(scalar) = value
            && scalar.unit == Unit::Count
        {
            *scalar = count(scalar.value.map_or(0, whole) * 6_789, scalar.previous.map_or(0, whole) * 3);
        }
    }
    let channels: Vec<String> =
        (0..60).map(|n| format!("{n:02} {}", "a-channel-with-a-long-name ".repeat(3))).collect();
    let rows = channels.iter().zip((1..=60_u64).rev()).map(|(name, n)| {
        let durations = |id: &str| (id.to_owned(), Cell::Duration(statistics(n * 3_000, n)));
        let counts = |id: &str| (id.to_owned(), scalar(n * 98_765));
        let mut cells: Vec<_> = ["conversations", "engaged_conversations", "transfer_requests"].map(counts).to_vec();
        cells.extend(["first_response_time", "bot_time", "queue_wait"].map(durations));
        cells.push(("engagement_rate".to_owned(), Cell::Scalar { value: None, n: Some(0) }));
        TableRow {
            key: vec![name.clone()].into(),
            label: vec![name.clone()],
            days: None,
            cells: cells.into_iter().collect(),
        }
    });
    let rows: Vec<TableRow> = rows.collect();
    let metrics = rows.first().map(|row| row.cells.iter().map(|(id, _)| id.to_owned()).collect()).unwrap_or_default();
    let table = Table { dimensions: vec!["agent".to_owned()], metrics, adds_up: false, rows, previous: Vec::new() };
    report.tables.0.insert(0, ("by_agent".to_owned(), table));
    report.heatmaps = Entries(vec![
        ("engaged_conversations".to_owned(), WeekGrid::Counts(heatmap(2_925_000))),
        ("transfer_requests".to_owned(), WeekGrid::Counts(heatmap(30_000))),
    ]);
    report.input.files =
        (0..12).map(|n| InputFile { name: format!("2026-{n:02}.csv"), ..report.input.files[0].clone() }).collect();
    report
}

/// Names in other scripts, and names with terminal control sequences.
pub(crate) fn names() -> Report {
    let mut report = week();
    let names = [
        "واتساب للأعمال",
        "カスタマーサポート（日本）",
        "👩‍👩‍👧 family line 🇧🇷",
        "=cmd|' /C calc'!A0",
        "\u{1b}[31mred\u{1b}]0;title\u{7}\u{9b}2J\r\n\t\u{202e}gnp.exe\u{7f}",
    ];
    for (_, table) in &mut report.tables.0 {
        for (row, name) in table.rows.iter_mut().zip(names) {
            row.key = vec![name.to_owned()].into();
            row.label = vec![name.to_owned()];
        }
    }
    for (index, name) in names.iter().enumerate() {
        report.filters.insert(format!("channel{index}"), vec![(*name).to_owned()]);
        report.warnings.push(Warning::in_english((*name).to_owned(), name.repeat(12), None));
        let file = InputFile { name: (*name).to_owned(), profile: (*name).to_owned(), ..report.input.files[0].clone() };
        report.input.files.push(file);
        report.metrics.0.push(((*name).to_owned(), MetricValue::Scalar(count(7, 0))));
    }
    report.title = names.concat();
    report.as_of = String::from("2026-03-12T12:00:00Z");
    report.sessions = Sessions::Inactivity;
    report
}

/// Three days around a clock change, with only some hours observed.
pub(crate) fn short() -> Report {
    let mut report = week();
    report.window.from = String::from("2026-03-07T00:00:00-05:00");
    report.window.to = String::from("2026-03-10T00:00:00-04:00");
    report.window.timezone = String::from("America/New_York");
    report.window.days = 3;
    for heatmap in report.count_heatmaps_mut() {
        for day in 1..5 {
            heatmap.counts[day] = [Shown::Known(0); 24];
            heatmap.hours_observed[day] = [0.0; 24];
        }
        heatmap.hours_observed[6][2] = 0.0;
        heatmap.hours_observed[6][1] = 2.0;
    }
    report
}

/// Every metric, as a key figure and by queue.
pub(crate) fn wide() -> Report {
    let mut report = week();
    let scalar =
        |unit, value| ScalarValue { previous: value, change: Some(-0.125), ..ScalarValue::alone(unit, value, 1_234) };
    let value_of = |metric: &Metric| match metric.unit() {
        Unit::Count => MetricValue::Scalar(scalar(Unit::Count, Some(1_234.0))),
        Unit::Rate => MetricValue::Scalar(scalar(Unit::Rate, Some(0.754))),
        Unit::Score => MetricValue::Scalar(scalar(Unit::Score, Some(-12.5))),
        Unit::Seconds if metric.is_duration() => MetricValue::Duration(duration(252_340, 151, 231_002)),
        Unit::Seconds => MetricValue::Scalar(scalar(Unit::Seconds, Some(4_770.0))),
    };
    report.metrics = Entries(metrics::all().map(|metric| (metric.id.to_owned(), value_of(metric))).collect());
    let row = |name: &str| {
        let cells = report.metrics.iter().map(|(id, value)| match value {
            MetricValue::Scalar(scalar) => (id.to_owned(), Cell::Scalar { value: scalar.value, n: Some(scalar.n) }),
            MetricValue::Duration(duration) => (id.to_owned(), Cell::Duration(duration.statistics)),
            MetricValue::Hidden(_) => (id.to_owned(), Cell::Hidden),
        });
        TableRow { key: vec![name.to_owned()].into(), label: vec![name.to_owned()], days: None, cells: cells.collect() }
    };
    let rows = vec![row("Fila de encomendas internacionais"), row("Pedidos"), row("(none)")];
    let metrics = metrics::all().map(|metric| metric.id.to_owned()).collect();
    let table = Table { dimensions: vec!["queue".to_owned()], metrics, adds_up: false, rows, previous: Vec::new() };
    report.tables = Entries(vec![("by_queue".to_owned(), table)]);
    report.title = "Weekly report".to_owned();
    report
}

/// The same with targets: for a statistic that tables usually omit, and missed, met, and without data.
pub(crate) fn targets() -> Report {
    let mut report = wide();
    let target = |id: &str, statistic, bound, limit| {
        let metric = metrics::find(id).unwrap_or_else(|| unreachable!("a metric"));
        Target { metric, statistic, bound, limit }
    };
    let targets = [
        target("queue_wait", Some(Statistic::P90), TargetSide::AtMost, 120.0),
        target("total_wait", Some(Statistic::P95), TargetSide::AtMost, 60.0),
        target("nps", None, TargetSide::AtLeast, -20.0),
        target("service_level", None, TargetSide::AtLeast, 0.8),
    ];
    report.targets = targets.iter().map(|target| target.judge(&report)).collect();
    report
}

/// A week with a crossed table: channels by weekday, one of them without a name.
pub(crate) fn crossed() -> Report {
    let mut report = week();
    let pair = |channel: Option<&str>, day: &str, conversations: u64, wait: Option<u64>| {
        let key = RowKey::with_nulls(&[channel.map(str::to_owned), Some(day.to_owned())]);
        let wait = wait.map_or_else(Statistics::default, |seconds| statistics(seconds * 1_000, 1));
        TableRow {
            label: key.parts().to_vec(),
            key,
            days: None,
            cells: [
                ("conversations".to_owned(), scalar(conversations)),
                ("first_response_time".to_owned(), Cell::Duration(wait)),
                ("close_events".to_owned(), scalar(0)),
            ]
            .into_iter()
            .collect(),
        }
    };
    let table = Table {
        dimensions: ["channel", "weekday"].map(str::to_owned).to_vec(),
        metrics: ["conversations", "first_response_time", "close_events"].map(str::to_owned).to_vec(),
        adds_up: true,
        rows: vec![
            pair(Some("web"), "mon", 5, Some(30)),
            pair(Some("whatsapp"), "mon", 4, Some(60)),
            pair(Some("whatsapp"), "wed", 2, Some(120)),
            pair(None, "sun", 1, None),
        ],
        previous: Vec::new(),
    };
    report.tables.0.push(("by_channel_weekday".to_owned(), table));
    report
}

/// A week with hidden numbers of every kind: a scalar, a duration, numbers of other windows, cells and hours.
pub(crate) fn hidden() -> Report {
    let mut report = crossed();
    report.trend = trend().trend;
    report.metrics = trend().metrics;
    report.min_cell = Some(MinCell { least: 5, hidden: 9 });
    for (id, value) in &mut report.metrics.0 {
        match value {
            MetricValue::Scalar(scalar) if id == "engagement_rate" => {
                scalar.hidden = HiddenParts { previous: true, change: true, trend: vec![1] };
                (scalar.previous, scalar.change) = (None, None);
                scalar.trend = Some(Some(vec![None, None, Some(0.5), Some(1.0)]));
            }
            MetricValue::Scalar(scalar) if id == "conversations" || id == "transfers_pending" => {
                scalar.trend = Some(Some(vec![None, Some(0.1), Some(0.5), None]));
                scalar.hidden = HiddenParts { change: true, trend: vec![3], ..HiddenParts::default() };
                *value = value.clone().hide();
            }
            MetricValue::Duration(duration) if id == "first_response_time" => {
                duration.trend = Some(Some(vec![None; 4]));
                duration.hidden = HiddenParts { previous: true, change: true, trend: vec![1, 2, 3] };
                duration.previous = None;
                *value = value.clone().hide();
            }
            MetricValue::Scalar(_) | MetricValue::Duration(_) | MetricValue::Hidden(_) => {}
        }
    }
    for (_, table) in &mut report.tables.0 {
        if let Some(row) = table.rows.last_mut() {
            row.cells.hide(0);
            row.cells.hide(1);
        }
    }
    for heatmap in report.count_heatmaps_mut() {
        heatmap.counts[0][9] = Shown::Hidden;
    }
    report
}

/// Every sample with its name.
pub(crate) fn all() -> [(&'static str, Report); 10] {
    [
        ("week", week()),
        ("empty", empty()),
        ("silent", silent()),
        ("large", large()),
        ("names", names()),
        ("short", short()),
        ("wide", wide()),
        ("targets", targets()),
        ("crossed", crossed()),
        ("hidden", hidden()),
    ]
}
