//! A series of snapshots as pages: its peaks, the backlog over time, queues beside each other, and tables of it.

use super::canvas::Area;
use super::chart::{self, Chart, nice_seconds, nice_top};
use super::color::Color;
use super::flow::{Align, Flow};
use super::style::{ACCENT, ACCENT_MIDDLE, COLUMN_GUTTER, CONTENT_WIDTH, MARGIN, MISSED, NOTE, PART, STACK, Weight};
use super::{cards, header, listing, notes, words};
use crate::render::series_figures::{by_day, by_place, count, date, days, figures};
use crate::report::snapshot::series::{PlaceSeries, Point, Series};
use crate::unit::{Unit, group};

/// The title of the document.
pub const TITLE: &str = "Backlog over time";
/// Height of a chart over the whole width, and of one over half of it.
const TALL: f64 = 84.0;
const SHORT: f64 = 48.0;
/// Queues with a chart of their own; all are in the table.
const MOST_QUEUES: usize = 8;

/// Draws everything.
pub fn draw(flow: &mut Flow, series: &Series) {
    let every = format!("{} instants, one every {}", group(series.points.len() as u64), every(series));
    header::head(flow, [TITLE, &lead(series), &every], &series.filters, &facts(series));
    notes::warnings(flow, &series.warnings);
    cards::plain(
        flow,
        figures(series, flow.language).into_iter().map(|(name, value, when)| (name, value, vec![when])).collect(),
    );
    let days: Vec<(usize, String)> = day_starts(series);
    flow.section("The operation at each instant");
    let of = |value: &dyn Fn(&Point) -> Option<f64>| series.points.iter().map(value).collect::<Vec<_>>();
    let waiting = of(&|point| Some(count(point.totals.waiting)));
    over_time(flow, "Waiting", "conversations in a queue, or unanswered", &counts(&waiting, ACCENT, None, &days));
    let waits = of(&|point| point.longest_wait_seconds);
    let top = nice_seconds(largest(&waits));
    let name = |seconds: f64| Unit::Seconds.format(Some(seconds));
    let wait = Chart { values: &waits, fill: MISSED, line: None, top, name: &name, days: &days };
    over_time(flow, "Longest wait", "of those waiting at the instant", &wait);
    let attended = of(&|point| Some(count(point.totals.attended)));
    let online = of(&|point| Some(count(point.agents_online)));
    over_time(
        flow,
        "Attended, and agents online",
        "conversations with an agent; the line is the number of agents online",
        &counts(&attended, ACCENT_MIDDLE, Some((&online, STACK[2])), &days),
    );
    let automated = of(&|point| Some(count(point.totals.automated)));
    if largest(&automated) > 0.0 {
        over_time(flow, "Automated", "conversations with the bot", &counts(&automated, STACK[3], None, &days));
    }
    queues(flow, &series.queues, &days);
    flow.section("Tables");
    listing::draw(flow, &by_day(series, flow.language));
    listing::draw(flow, &by_place(series, flow.language, "queue", &series.queues));
    listing::draw(flow, &by_place(series, flow.language, "department", &series.departments));
}

/// The first and the last instant, and the zone.
pub fn lead(series: &Series) -> String {
    format!("{} – {} · {}", words::instant(&series.from), words::instant(&series.to), series.timezone)
}

fn every(series: &Series) -> String {
    Unit::Seconds.format(Some(series.every_seconds)).replace(" 00 s", "").replace(" 00 min", "")
}

fn facts(series: &Series) -> Vec<(&'static str, String)> {
    let mut facts = header::of_input(&series.input);
    facts.extend([
        ("Conversations", words::sessions(series.sessions).to_owned()),
        ("First event", header::instant(series.input.first_event.as_ref(), &series.timezone)),
        ("Last event", header::instant(series.input.last_event.as_ref(), &series.timezone)),
    ]);
    facts
}

fn day_starts(series: &Series) -> Vec<(usize, String)> {
    let mut at = 0;
    days(series)
        .map(|points| {
            let begin = at;
            at += points.len();
            (begin, points.first().map_or_else(String::new, |point| words::day(date(&point.at)).into_owned()))
        })
        .collect()
}

fn largest(values: &[Option<f64>]) -> f64 {
    values.iter().flatten().copied().fold(0.0, f64::max)
}

fn counts<'c>(
    values: &'c [Option<f64>],
    fill: Color,
    line: Option<(&'c [Option<f64>], Color)>,
    days: &'c [(usize, String)],
) -> Chart<'c> {
    let top = nice_top(largest(values).max(line.map_or(0.0, |(line, _)| largest(line))));
    Chart { values, fill, line, top, name: &|value| Unit::Count.format(Some(value)), days }
}

/// A chart over the whole width, with its name.
fn over_time(flow: &mut Flow, title: &str, note: &str, of: &Chart) {
    flow.part(title, note, chart::height(TALL) + 6.0);
    let top = flow.take(chart::height(TALL) + 6.0);
    chart::draw(flow, of, Area::new(MARGIN, top + 6.0, CONTENT_WIDTH, chart::height(TALL)));
}

/// The queues where somebody waited, two beside each other, on one scale.
fn queues(flow: &mut Flow, queues: &[PlaceSeries], days: &[(usize, String)]) {
    let busy: Vec<&PlaceSeries> =
        queues.iter().filter(|queue| queue.waiting.iter().any(|waiting| *waiting > 0)).take(MOST_QUEUES).collect();
    if busy.len() < 2 {
        return;
    }
    flow.section("Waiting by queue");
    let values = |queue: &PlaceSeries| -> Vec<Option<f64>> {
        queue.waiting.iter().map(|waiting| Some(count(*waiting))).collect()
    };
    let top = nice_top(busy.iter().map(|queue| largest(&values(queue))).fold(0.0, f64::max));
    let width = (CONTENT_WIDTH - COLUMN_GUTTER) / 2.0;
    let head = PART.leading + 4.0;
    for pair in busy.chunks(2) {
        let y = flow.take(head + chart::height(SHORT) + 8.0);
        for (queue, x) in pair.iter().zip([MARGIN, MARGIN + width + COLUMN_GUTTER]) {
            let title = flow.type_.fit(&queue.key, NOTE.weight(Weight::SemiBold), width);
            flow.place(x, PART.baseline(y), title, Align::Left);
            let values = values(queue);
            let name = |value: f64| Unit::Count.format(Some(value));
            let of = Chart { values: &values, fill: ACCENT, line: None, top, name: &name, days };
            chart::draw(flow, &of, Area::new(x, y + head, width, chart::height(SHORT)));
        }
    }
}
