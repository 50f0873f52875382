//! The figures for people from a series of snapshots: peaks, and means by day and by place.

use super::listing::{Listing, PageColumn};
use super::{rows, words};
use crate::language::Language;
use crate::metrics::dimensions::Dimension;
use crate::report::snapshot::series::{PlaceSeries, SeriesPoint, SnapshotSeries};
use crate::time::parse_date;
use crate::unit::Unit;

/// The largest value of a number in the series, and the first instant with that value.
#[must_use]
pub fn peak(series: &SnapshotSeries, value: impl Fn(&SeriesPoint) -> Option<f64>) -> Option<(f64, &SeriesPoint)> {
    let mut peak: Option<(f64, &SeriesPoint)> = None;
    for point in &series.points {
        if let Some(value) = value(point)
            && peak.is_none_or(|(largest, _)| value > largest)
        {
            peak = Some((value, point));
        }
    }
    peak
}

/// A count as a value for charts.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of conversations are far below 2^53")]
pub const fn count(value: u64) -> f64 {
    value as f64
}

/// The peaks as texts: the number and its instant.
#[must_use]
pub fn figures(series: &SnapshotSeries, language: Language) -> Vec<(&'static str, String, String)> {
    let figure = |key: &str, unit: Unit, value: &dyn Fn(&SeriesPoint) -> Option<f64>| {
        let (value, at) = match peak(series, value) {
            Some((value, point)) => (Some(value), when(language, &point.at)),
            None => (None, String::new()),
        };
        (language.text(key), language.value(unit, value), at)
    };
    vec![
        figure("series.most_waiting", Unit::Count, &|point| Some(count(point.totals.waiting))),
        figure("series.longest_wait", Unit::Seconds, &|point| point.longest_wait_seconds),
        figure("series.most_attended", Unit::Count, &|point| Some(count(point.totals.attended))),
        figure("series.most_online", Unit::Count, &|point| Some(count(point.agents_online))),
    ]
}

/// Day and time of an instant: `Tue 3 Mar 14:15`.
#[must_use]
pub fn when(language: Language, at: &str) -> String {
    chrono::DateTime::parse_from_rfc3339(at).map_or_else(|_| at.to_owned(), |at| language.day_and_time(&at))
}

/// The local date that an instant begins with.
#[must_use]
pub fn date(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// The points of each day.
pub fn days(series: &SnapshotSeries) -> impl Iterator<Item = &[SeriesPoint]> {
    series.points.chunk_by(|a, b| date(&a.at) == date(&b.at))
}

/// The mean of one or more counts, each at one instant.
fn mean(language: Language, counts: impl ExactSizeIterator<Item = u64>) -> String {
    let n = count(counts.len().max(1) as u64);
    language.decimals(counts.map(count).sum::<f64>() / n, 1)
}

/// One row per day: means and peaks.
#[must_use]
pub fn by_day(series: &SnapshotSeries, language: Language) -> Listing {
    let row = |points: &[SeriesPoint]| {
        let mean = |count: fn(&SeriesPoint) -> u64| mean(language, points.iter().map(count));
        let most = |count: fn(&SeriesPoint) -> u64| language.count(points.iter().map(count).max().unwrap_or(0));
        let longest = points.iter().filter_map(|point| point.longest_wait_seconds).reduce(f64::max);
        let peak = points.iter().rev().max_by_key(|point| point.totals.waiting);
        let peak = peak.filter(|point| point.totals.waiting > 0).and_then(|point| point.at.get(11..16));
        vec![
            points.first().map_or_else(String::new, |point| {
                let day = parse_date(date(&point.at));
                day.map_or_else(|_| point.at.clone(), |day| language.day_of_year(day))
            }),
            mean(|point| point.totals.waiting),
            most(|point| point.totals.waiting),
            peak.unwrap_or_default().to_owned(),
            language.seconds(longest),
            mean(|point| point.totals.attended),
            most(|point| point.totals.attended),
            most(|point| point.agents_online),
        ]
    };
    Listing {
        title: words::table(language, &[Dimension::Day.name().to_owned()]),
        columns: vec![
            PageColumn::dates(language.text("series.day"), 0),
            PageColumn::numbers(language.text("series.waiting_mean"), 1),
            PageColumn::numbers(language.text("series.most"), 0),
            PageColumn::numbers(language.text("series.at"), 2),
            PageColumn::numbers(language.text("series.longest_wait"), 0),
            PageColumn::numbers(language.text("series.attended_mean"), 2),
            PageColumn::numbers(language.text("series.most"), 1),
            PageColumn::numbers(language.text("series.online"), 3),
        ],
        rows: days(series).map(row).collect(),
        note: language.text("series.means").to_owned(),
        empty: language.text("series.no_instant"),
    }
}

/// One row per queue or department, according to the dimension: means and peaks.
#[must_use]
pub fn by_place(series: &SnapshotSeries, language: Language, dimension: &str, places: &[PlaceSeries]) -> Listing {
    let row = |figures: &PlaceSeries| {
        let mean = |counts: &[u64]| mean(language, counts.iter().copied());
        let most = |counts: &[u64]| counts.iter().copied().max().unwrap_or(0);
        let waits = figures.longest_wait_seconds.iter().flatten().copied();
        let peak = figures.waiting.iter().position(|waiting| *waiting == most(&figures.waiting));
        let peak = peak.filter(|_| most(&figures.waiting) > 0).and_then(|at| series.points.get(at));
        vec![
            rows::label(language, dimension, &figures.key).into_owned(),
            mean(&figures.waiting),
            language.count(most(&figures.waiting)),
            peak.map_or_else(String::new, |point| when(language, &point.at)),
            language.seconds(waits.reduce(f64::max)),
            mean(&figures.attended),
            language.count(most(&figures.attended)),
        ]
    };
    Listing {
        title: words::table(language, &[dimension.to_owned()]),
        columns: vec![
            PageColumn::words(words::head(language, dimension), 0),
            PageColumn::numbers(language.text("series.waiting_mean"), 1),
            PageColumn::numbers(language.text("series.most"), 0),
            PageColumn::numbers(language.text("series.first_at"), 2),
            PageColumn::numbers(language.text("series.longest_wait"), 0),
            PageColumn::numbers(language.text("series.attended_mean"), 2),
            PageColumn::numbers(language.text("series.most"), 1),
        ],
        rows: places.iter().map(row).collect(),
        note: String::new(),
        empty: language.text("series.nobody_there"),
    }
}
