//! The figures of a series of snapshots that people read: peaks, and means by day and by place.

use super::listing::{Column, Listing};
use crate::report::snapshot::series::{PlaceSeries, Point, Series};
use crate::unit::{Unit, group};

/// The largest of a number over the series, and the first instant at which it was so.
#[must_use]
pub fn peak(series: &Series, of: impl Fn(&Point) -> Option<f64>) -> Option<(f64, &Point)> {
    let mut peak: Option<(f64, &Point)> = None;
    for point in &series.points {
        if let Some(value) = of(point)
            && peak.is_none_or(|(largest, _)| value > largest)
        {
            peak = Some((value, point));
        }
    }
    peak
}

/// A count as it is measured along a chart.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of conversations are far below 2^53")]
pub const fn count(value: u64) -> f64 {
    value as f64
}

/// What a peak is, in words: the number, and when it was so.
#[must_use]
pub fn figures(series: &Series) -> Vec<(&'static str, String, String)> {
    let when = |point: &Point| when(&point.at);
    let figure = |name: &'static str, unit: Unit, of: &dyn Fn(&Point) -> Option<f64>| match peak(series, of) {
        Some((value, point)) => (name, unit.format(Some(value)), when(point)),
        None => (name, unit.format(None), String::new()),
    };
    vec![
        figure("Most waiting", Unit::Count, &|point| Some(count(point.totals.waiting))),
        figure("Longest wait", Unit::Seconds, &|point| point.longest_wait_seconds),
        figure("Most attended", Unit::Count, &|point| Some(count(point.totals.attended))),
        figure("Most agents online", Unit::Count, &|point| Some(count(point.agents_online))),
    ]
}

/// Day and time of an instant: `Tue 3 Mar 14:15`.
#[must_use]
pub fn when(at: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(at)
        .map_or_else(|_| at.to_owned(), |at| at.format("%a %-d %b %H:%M").to_string())
}

/// The local date that an instant begins with.
#[must_use]
pub fn date(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// The points of each day.
pub fn days(series: &Series) -> impl Iterator<Item = &[Point]> {
    series.points.chunk_by(|a, b| date(&a.at) == date(&b.at))
}

/// The mean of counts at one instant each, of which there is at least one.
fn mean(counts: impl ExactSizeIterator<Item = u64>) -> String {
    let n = count(counts.len().max(1) as u64);
    format!("{:.1}", counts.map(count).sum::<f64>() / n)
}

/// A row a day: means and peaks.
#[must_use]
pub fn by_day(series: &Series) -> Listing {
    let row = |points: &[Point]| {
        let mean = |of: fn(&Point) -> u64| mean(points.iter().map(of));
        let most = |of: fn(&Point) -> u64| group(points.iter().map(of).max().unwrap_or(0));
        let longest = points.iter().filter_map(|point| point.longest_wait_seconds).reduce(f64::max);
        let peak = points.iter().rev().max_by_key(|point| point.totals.waiting);
        let peak = peak.filter(|point| point.totals.waiting > 0).and_then(|point| point.at.get(11..16));
        vec![
            points.first().map_or_else(String::new, |point| {
                let day = date(&point.at).parse::<chrono::NaiveDate>();
                day.map_or_else(|_| point.at.clone(), |day| day.format("%a %-d %b %Y").to_string())
            }),
            mean(|point| point.totals.waiting),
            most(|point| point.totals.waiting),
            peak.unwrap_or_default().to_owned(),
            Unit::Seconds.format(longest),
            mean(|point| point.totals.attended),
            most(|point| point.totals.attended),
            most(|point| point.agents_online),
        ]
    };
    Listing {
        title: "By day".to_owned(),
        columns: vec![
            Column::words("Day", 0),
            Column::numbers("Waiting, mean", 1),
            Column::numbers("most", 0),
            Column::numbers("at", 2),
            Column::numbers("Longest wait", 0),
            Column::numbers("Attended, mean", 2),
            Column::numbers("most", 1),
            Column::numbers("Agents online", 3),
        ],
        rows: days(series).map(row).collect(),
        note: "at the instants of the series; means are over them".to_owned(),
        empty: "no instant",
    }
}

/// A row a queue or department: means and peaks.
#[must_use]
pub fn by_place(series: &Series, title: &str, head: &'static str, places: &[PlaceSeries]) -> Listing {
    let row = |place: &PlaceSeries| {
        let mean = |counts: &[u64]| mean(counts.iter().copied());
        let most = |counts: &[u64]| counts.iter().copied().max().unwrap_or(0);
        let waits = place.longest_wait_seconds.iter().flatten().copied();
        let peak = place.waiting.iter().position(|waiting| *waiting == most(&place.waiting));
        let peak = peak.filter(|_| most(&place.waiting) > 0).and_then(|at| series.points.get(at));
        vec![
            place.key.clone(),
            mean(&place.waiting),
            group(most(&place.waiting)),
            peak.map_or_else(String::new, |point| when(&point.at)),
            Unit::Seconds.format(waits.reduce(f64::max)),
            mean(&place.attended),
            group(most(&place.attended)),
        ]
    };
    Listing {
        title: title.to_owned(),
        columns: vec![
            Column::words(head, 0),
            Column::numbers("Waiting, mean", 1),
            Column::numbers("most", 0),
            Column::numbers("first at", 2),
            Column::numbers("Longest wait", 0),
            Column::numbers("Attended, mean", 2),
            Column::numbers("most", 1),
        ],
        rows: places.iter().map(row).collect(),
        note: String::new(),
        empty: "nobody waited, and no agent held a conversation",
    }
}
