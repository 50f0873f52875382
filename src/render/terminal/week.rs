//! An ordinary week, invented: the base for the renderers' tests.

use std::collections::BTreeMap;

use crate::report::WeekGrid;
use crate::report::{
    Cell, Change, Check, DurationValue, Entries, Generator, Heatmap, Input, InputFile, InstantRange, LimitSeconds,
    MetricValue, Report, ReportWindow, SCHEMA, ScalarValue, Sessions, Shown, Statistics, Table, TableRow, Warning,
};
use crate::unit::{ChangeKind, Unit, seconds};

/// An ordinary week of 540 conversations over five channels.
pub(crate) fn week() -> Report {
    Report {
        schema: SCHEMA.to_owned(),
        generator: Generator { name: "dialogram".to_owned(), version: "0.1.0".to_owned() },
        templates: vec!["conversations".to_owned()],
        title: "Conversations report".to_owned(),
        key_figures: ["conversations", "engagement_rate", "first_response_time", "transfer_success_rate"]
            .map(str::to_owned)
            .to_vec(),
        window: ReportWindow {
            from: "2026-03-09T00:00:00-03:00".to_owned(),
            to: "2026-03-16T00:00:00-03:00".to_owned(),
            timezone: "America/Sao_Paulo".to_owned(),
            timezone_data: "2026a".to_owned(),
            days: 7,
            period: None,
            unfinished: false,
            previous: Some(InstantRange {
                from: "2026-03-02T00:00:00-03:00".to_owned(),
                to: "2026-03-09T00:00:00-03:00".to_owned(),
            }),
        },
        as_of: "2026-03-15T23:41:07Z".to_owned(),
        limits: LimitSeconds::default(),
        min_cell: None,
        filters: BTreeMap::new(),
        attributes: Vec::new(),
        renamed: crate::event::aliases::Aliases::default(),
        sessions: Sessions::Id,
        input: input(),
        opening_hours: None,
        trend: Vec::new(),
        metrics: metrics(),
        tables: tables(),
        heatmaps: Entries(vec![
            ("engaged_conversations".to_owned(), WeekGrid::Counts(heatmap(431))),
            ("transfer_requests".to_owned(), WeekGrid::Counts(heatmap(164))),
        ]),
        staffing: None,
        checks: ["requests_by_outcome", "sums_over_channel", "rows_read", "heatmap_sums", "no_negative_duration"]
            .map(|id| Check { id: id.to_owned(), left: Shown::Known(540.0), right: Shown::Known(540.0), holds: true })
            .to_vec(),
        targets: Vec::new(),
        sections: crate::report::template::sections::Sections::default(),
        warnings: vec![Warning::in_english(
            "unknown_customer".to_owned(),
            "3 engaged conversations have no customer_id: they are not among the engaged customers".to_owned(),
            Some(3),
        )],
    }
}

fn input() -> Input {
    let file = |name: &str, accepted, duplicates, rejected| InputFile {
        name: name.to_owned(),
        format: "csv".to_owned(),
        profile: "canonical".to_owned(),
        source_rows: None,
        rows_read: accepted + duplicates + rejected,
        accepted,
        duplicates,
        rejected,
    };
    Input {
        files: vec![file("2026-02.csv.gz", 41_208, 12, 0), file("2026-03.csv", 21_644, 5, 3)],
        source_rows: None,
        rows_read: 62_872,
        accepted: 62_852,
        duplicates: 17,
        rejected: 3,
        rejections: BTreeMap::from([("bad_timestamp".to_owned(), 2), ("unknown_event".to_owned(), 1)]),
        first_event: Some("2026-02-01T11:02:44Z".to_owned()),
        last_event: Some("2026-03-15T23:41:07Z".to_owned()),
    }
}

fn metrics() -> Entries<MetricValue> {
    let counts = |id: &str, now, before| (id.to_owned(), MetricValue::Scalar(count(now, before)));
    let rates = |id: &str, now: (u64, u64), before: (u64, u64)| {
        let value = ScalarValue {
            previous: Some(ratio(before)),
            change: ChangeKind::Difference.between(Some(ratio(now)), Some(ratio(before))),
            ..ScalarValue::alone(Unit::Rate, Some(ratio(now)), now.1)
        };
        (id.to_owned(), MetricValue::Scalar(value))
    };
    Entries(vec![
        counts("conversations", 540, 480),
        counts("engaged_conversations", 431, 398),
        rates("engagement_rate", (431, 540), (398, 480)),
        counts("engaged_customers", 402, 371),
        counts("answered_conversations", 168, 171),
        counts("closed_conversations", 150, 139),
        counts("close_events", 156, 145),
        counts("reopened_conversations", 12, 0),
        counts("transfers_received", 137, 128),
        ("first_response_time".to_owned(), MetricValue::Duration(duration(252_340, 151, 231_002))),
        ("bot_time".to_owned(), MetricValue::Duration(duration(95_120, 431, 101_874))),
        rates("containment_rate", (267, 431), (248, 398)),
        counts("transfer_requests", 164, 150),
        counts("transfers_succeeded", 139, 128),
        counts("transfers_cancelled", 14, 14),
        counts("transfers_disabled", 3, 2),
        counts("transfers_incomplete", 6, 5),
        counts("transfers_pending", 2, 1),
        rates("transfer_success_rate", (139, 162), (128, 149)),
    ])
}

fn tables() -> Entries<Table> {
    let outcomes = [
        "conversations",
        "engaged_conversations",
        "transfer_requests",
        "transfers_succeeded",
        "transfers_cancelled",
        "transfers_disabled",
        "transfers_incomplete",
        "transfers_pending",
    ];
    let engaged = ["conversations", "engaged_conversations"];
    Entries(vec![
        table(
            "by_channel",
            "channel",
            &outcomes,
            true,
            &[
                ("whatsapp", &[280, 231, 92, 80, 7, 1, 3, 1]),
                ("web", &[121, 88, 31, 25, 4, 1, 1, 0]),
                ("instagram", &[74, 61, 22, 18, 2, 0, 1, 1]),
                ("messenger", &[46, 37, 14, 11, 1, 1, 1, 0]),
                ("(none)", &[19, 14, 5, 5, 0, 0, 0, 0]),
            ],
        ),
        table(
            "by_support_type",
            "support_type",
            &engaged,
            true,
            &[("automated", &[352, 263]), ("assisted", &[151, 147]), ("agent", &[22, 21]), ("none", &[15, 0])],
        ),
        table(
            "by_department",
            "department",
            &["closed_conversations"],
            false,
            &[("Customer service", &[71]), ("Orders and delivery", &[48]), ("Returns", &[26]), ("Billing", &[11])],
        ),
        table(
            "by_day",
            "day",
            &["conversations", "engaged_conversations", "transfer_requests"],
            true,
            &[
                ("2026-03-09", &[104, 84, 35]),
                ("2026-03-10", &[97, 79, 31]),
                ("2026-03-11", &[92, 74, 28]),
                ("2026-03-12", &[89, 70, 27]),
                ("2026-03-13", &[94, 73, 29]),
                ("2026-03-14", &[41, 33, 10]),
                ("2026-03-15", &[23, 18, 4]),
            ],
        ),
    ])
}

fn table(name: &str, dimension: &str, metrics: &[&str], adds_up: bool, rows: &[(&str, &[u64])]) -> (String, Table) {
    let rows = rows.iter().map(|(key, values)| TableRow {
        key: vec![(*key).to_owned()].into(),
        days: None,
        label: vec![(*key).to_owned()],
        cells: metrics.iter().zip(*values).map(|(id, value)| ((*id).to_owned(), scalar(*value))).collect(),
    });
    let table = Table {
        dimensions: vec![dimension.to_owned()],
        metrics: metrics.iter().map(|id| (*id).to_owned()).collect(),
        adds_up,
        rows: rows.collect(),
        previous: Vec::new(),
    };
    (name.to_owned(), table)
}

/// `total` counts distributed like a business week. The running sum is rounded, so that the cells sum to the total.
pub(crate) fn heatmap(total: u64) -> Heatmap {
    const DAYS: [u64; 7] = [104, 97, 92, 89, 94, 41, 23];
    const HOURS: [u64; 24] = [1, 0, 0, 0, 0, 0, 1, 3, 8, 14, 17, 15, 10, 11, 15, 16, 14, 12, 9, 7, 5, 4, 3, 2];
    let weight = DAYS.iter().sum::<u64>() * HOURS.iter().sum::<u64>();
    let mut seen = 0;
    let counts = DAYS.map(|day| {
        HOURS.map(|hour| {
            let before = seen * total / weight;
            seen += day * hour;
            seen * total / weight - before
        })
    });
    Heatmap::new(counts, [[1.0; 24]; 7])
}

pub(crate) fn scalar(value: u64) -> Cell {
    Cell::Scalar { value: Some(real(value)), n: Some(value) }
}

pub(crate) fn count(now: u64, before: u64) -> ScalarValue {
    ScalarValue {
        previous: Some(real(before)),
        change: ChangeKind::Relative.between(Some(real(now)), Some(real(before))),
        ..ScalarValue::alone(Unit::Count, Some(real(now)), now)
    }
}

pub(crate) fn duration(mean_ms: u64, n: u64, mean_before: u64) -> DurationValue {
    let (now, before) = (statistics(mean_ms, n), statistics(mean_before, n - 9));
    let change =
        |statistic: fn(&Statistics) -> Option<f64>| ChangeKind::Relative.between(statistic(&now), statistic(&before));
    DurationValue {
        previous: Some(before),
        change: Some(Change {
            mean: change(|statistics| statistics.mean),
            p50: change(|statistics| statistics.p50),
            p90: change(|statistics| statistics.p90),
            p95: change(|statistics| statistics.p95),
            max: change(|statistics| statistics.max),
            n: change(|statistics| Some(real(statistics.n))),
        }),
        ..DurationValue::alone(now)
    }
}

/// Statistics distributed like waits, with a long tail.
pub(crate) fn statistics(mean_ms: u64, n: u64) -> Statistics {
    let part = |percent: u64| i64::try_from(mean_ms * percent / 100).ok().map(seconds);
    Statistics { mean: part(100), p50: part(57), p90: part(262), p95: part(390 - n % 7), max: part(3_815 - 3 * n), n }
}

fn ratio((part, whole): (u64, u64)) -> f64 {
    real(part) / real(whole)
}

#[expect(clippy::cast_precision_loss, reason = "made-up numbers, far below 2^53")]
fn real(n: u64) -> f64 {
    n as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "made-up counts")]
pub(crate) fn whole(value: f64) -> u64 {
    value as u64
}
