//! A series of snapshots as pages: its peaks, the backlog over time, queues side by side, and tables.

use super::canvas::Area;
use super::chart::{self, Chart, nice_seconds, nice_top};
use super::flow::{Align, Flow};
use super::style::{COLUMN_GUTTER, MARGIN, NOTE, PART, Weight};
use super::{cards, header, listing, notes, words};
use crate::language::Language;
use crate::render::color::Color;
use crate::render::rows;
use crate::render::series_figures::{by_day, by_place, count, date, days, figures};
use crate::render::words::rule_of_conversations;
use crate::report::snapshot::series::{PlaceSeries, SeriesPoint, SnapshotSeries};
use crate::unit::Unit;

/// Height of a chart across the full width, and of one across half of it.
const TALL: f64 = 84.0;
const SHORT: f64 = 48.0;
/// Maximum number of queues with a chart; the table has all.
const MOST_QUEUES: usize = 8;

/// Draws the series.
pub fn draw(flow: &mut Flow, series: &SnapshotSeries) {
    let language = flow.language;
    let every = language.notation().round_duration(series.every_seconds);
    let every = language.counted_with("pdf.instants", series.points.len() as u64, &[("every", &every)]);
    let titles = [language.text("series.title"), &lead(series, language), &every];
    header::head(flow, titles, &series.filters);
    cards::plain(
        flow,
        figures(series, language).into_iter().map(|(name, value, when)| (name, value, vec![when])).collect(),
    );
    header::origin(flow, &series.input, &[]);
    notes::warnings(flow, &series.warnings);
    let days: Vec<(usize, String)> = day_starts(series, language);
    flow.section(language.text("pdf.at_each_instant"));
    let values_of = |value: &dyn Fn(&SeriesPoint) -> Option<f64>| series.points.iter().map(value).collect::<Vec<_>>();
    let palette = flow.palette;
    let waiting = values_of(&|point| Some(count(point.totals.waiting)));
    let count_of = |value: f64| language.value(Unit::Count, Some(value));
    over_time(flow, ["series.waiting", "pdf.waiting_note"], &counts(&waiting, palette.accent, None, &days, &count_of));
    let waits = values_of(&|point| point.longest_wait_seconds);
    let top = nice_seconds(largest(&waits));
    // What is round has no zeros behind it, so that the axis stays within the margin.
    let name = |seconds: f64| language.notation().round_duration(seconds);
    let fill = palette.judged.missed;
    let wait = Chart { values: &waits, fill, line: None, top, name: &name, title: "", days: &days };
    over_time(flow, ["series.longest_wait", "pdf.longest_wait_note"], &wait);
    let attended = values_of(&|point| Some(count(point.totals.attended)));
    let online = values_of(&|point| Some(count(point.agents_online)));
    over_time(
        flow,
        ["pdf.attended_and_online", "pdf.attended_note"],
        &counts(&attended, palette.middle(), Some((&online, palette.stack[2])), &days, &count_of),
    );
    let automated = values_of(&|point| Some(count(point.totals.automated)));
    if largest(&automated) > 0.0 {
        let automated = counts(&automated, palette.stack[3], None, &days, &count_of);
        over_time(flow, ["series.automated", "pdf.automated_note"], &automated);
    }
    queues(flow, &series.queues, &days);
    flow.section(language.text("pdf.tables"));
    listing::draw(flow, &by_day(series, language));
    listing::draw(flow, &by_place(series, language, "queue", &series.queues));
    listing::draw(flow, &by_place(series, language, "department", &series.departments));
    header::sources(flow, &facts(series, language));
    notes::renamed(flow, &series.renamed);
}

/// The first and the last instant, and the zone.
pub fn lead(series: &SnapshotSeries, language: Language) -> String {
    format!("{} · {}", words::instants(language, &series.from, &series.to), series.timezone)
}

fn facts(series: &SnapshotSeries, language: Language) -> Vec<(&'static str, String)> {
    let mut facts = header::of_input(&series.input, language);
    facts.extend([
        (language.text("pdf.conversations"), rule_of_conversations(language, series.sessions).to_owned()),
        (
            language.text("pdf.first_event"),
            header::instant(language, series.input.first_event.as_ref(), &series.timezone),
        ),
        (
            language.text("pdf.last_event"),
            header::instant(language, series.input.last_event.as_ref(), &series.timezone),
        ),
    ]);
    facts
}

fn day_starts(series: &SnapshotSeries, language: Language) -> Vec<(usize, String)> {
    let mut at = 0;
    days(series)
        .map(|points| {
            let begin = at;
            at += points.len();
            (begin, points.first().map_or_else(String::new, |point| words::day(language, date(&point.at)).into_owned()))
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
    name: &'c dyn Fn(f64) -> String,
) -> Chart<'c> {
    let top = nice_top(largest(values).max(line.map_or(0.0, |(line, _)| largest(line))));
    Chart { values, fill, line, top, name, title: "", days }
}

/// A chart across the full width, with its name.
fn over_time(flow: &mut Flow, texts: [&str; 2], drawn: &Chart) {
    let [title, note] = texts.map(|key| flow.language.text(key));
    flow.part(title, note, chart::height(TALL) + 6.0);
    let top = flow.take(chart::height(TALL) + 6.0);
    chart::draw(
        flow,
        &Chart { title, ..*drawn },
        Area::new(MARGIN, top + 6.0, flow.upright_width(), chart::height(TALL)),
    );
}

/// Queues in which customers waited, two side by side, all on one scale.
fn queues(flow: &mut Flow, queues: &[PlaceSeries], days: &[(usize, String)]) {
    let busy: Vec<&PlaceSeries> =
        queues.iter().filter(|queue| queue.waiting.iter().any(|waiting| *waiting > 0)).take(MOST_QUEUES).collect();
    if busy.len() < 2 {
        return;
    }
    let language = flow.language;
    flow.section(language.text("pdf.waiting_by_queue"));
    let values = |queue: &PlaceSeries| -> Vec<Option<f64>> {
        queue.waiting.iter().map(|waiting| Some(count(*waiting))).collect()
    };
    let top = nice_top(busy.iter().map(|queue| largest(&values(queue))).fold(0.0, f64::max));
    let width = (flow.upright_width() - COLUMN_GUTTER) / 2.0;
    let head = PART.leading + 4.0;
    for pair in busy.chunks(2) {
        let y = flow.take(head + chart::height(SHORT) + 8.0);
        for (queue, x) in pair.iter().zip([MARGIN, MARGIN + width + COLUMN_GUTTER]) {
            let name = rows::label(language, "queue", &queue.key);
            let title = flow.typesetter.fit_name(&name, NOTE.weight(Weight::SemiBold), width);
            let heading = flow.part_heading();
            flow.element(heading, |flow| flow.place(x, PART.baseline(y), title, Align::Left));
            let values = values(queue);
            let number = |value: f64| language.value(Unit::Count, Some(value));
            let fill = flow.palette.accent;
            let drawn = Chart { values: &values, fill, line: None, top, name: &number, title: &name, days };
            chart::draw(flow, &drawn, Area::new(x, y + head, width, chart::height(SHORT)));
        }
    }
}
