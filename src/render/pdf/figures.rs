//! Every figure of the report: its value, the value before, the change with its judgement, details, and its trend.

use super::canvas::Orientation;
use super::flow::Flow;
use super::style::{MARGIN, NOTE};
use super::table::{self, Grid, GridColumn, GridRow};
use super::{spark, words};
use crate::language::Language;
use crate::metrics::Judgement;
use crate::render::trend::{self, TrendSeries};
use crate::render::words::lowered;
use crate::render::{change, hidden, repeats, targets, themes};
use crate::report::{DurationValue, HiddenValue, MetricValue, Report, ScalarValue, Statistic};
use crate::unit::{NO_DATA, Unit};

/// The column of the value.
const NOW: usize = 0;
/// The column of the judgement, if there is a comparison.
const JUDGED: usize = 3;

/// Draws all figures under a heading.
pub fn draw(flow: &mut Flow, report: &Report) {
    flow.section(flow.language.text("pdf.all_figures"));
    tables(flow, report);
    flow.drop_heading();
}

/// Draws counts, shares and scores as one table and durations as another; figures of one theme are together.
pub fn tables(flow: &mut Flow, report: &Report) {
    let repeats: Vec<_> = repeats::repeated(report).into_iter().filter(|(_, kept)| !is_idle(report, kept)).collect();
    let figures: Vec<(&str, &MetricValue)> =
        report.metrics.iter().filter(|(id, _)| !repeats::is_repeat(&repeats, id)).collect();
    if figures.is_empty() {
        return;
    }
    let (idle, figures): (Vec<_>, Vec<_>) = figures.into_iter().partition(|(id, _)| is_idle(report, id));
    let language = flow.language;
    let figures = themes::together(figures, |(id, _)| themes::theme(id));
    let (mut scalars, mut durations) = (Vec::new(), Vec::new());
    for (id, value) in figures {
        match value {
            MetricValue::Scalar(scalar) => scalars.push(FigureRow::of_scalar(report, language, id, value, scalar)),
            MetricValue::Duration(duration) => {
                durations.push(FigureRow::of_duration(report, language, id, value, duration));
            }
            MetricValue::Hidden(HiddenValue::Scalar(scalar)) => {
                scalars.push(FigureRow::of_scalar(report, language, id, value, scalar).hidden(language, value));
            }
            MetricValue::Hidden(HiddenValue::Duration(duration)) => {
                durations.push(FigureRow::of_duration(report, language, id, value, duration).hidden(language, value));
            }
        }
    }
    let mut notes = Vec::new();
    // If there are cards, they have this note.
    notes.extend(trend_note(report, language).filter(|_| report.key_figures.is_empty()));
    notes.extend(repeats::note(language, &repeats));
    if !idle.is_empty() {
        let names: Vec<String> = idle.iter().map(|(id, _)| lowered(&words::metric(language, id))).collect();
        notes.push(language.fill("pdf.idle", &[("metrics", &names.join(", "))]));
    }
    if scalars.is_empty() && durations.is_empty() {
        let lines = flow.typesetter.wrap(&notes.join(" "), NOTE, flow.width(), usize::MAX);
        flow.paragraph(MARGIN, lines);
        return;
    }
    FigureTable { title: "pdf.counts", now: "pdf.now", note: notes.join(" "), further: &["pdf.cases"] }
        .draw(flow, report, &scalars);
    let note = language.text("pdf.durations_note").to_owned();
    let further = &["pdf.mean_head", "statistic.p90", "pdf.cases"];
    FigureTable { title: "figures.durations", now: "pdf.median_head", note, further }.draw(flow, report, &durations);
}

/// Whether a metric has nothing to show: zero or no data in this window, the window before, and the trend.
pub fn is_idle(report: &Report, id: &str) -> bool {
    let is_nothing = |value: Option<f64>| value.is_none_or(|value| value == 0.0);
    let Some(value) = report.metrics.get(id) else { return false };
    let has_trend =
        trend::series_of(report, id, value).is_some_and(|trend| !trend.levels.iter().all(|level| is_nothing(*level)));
    let is_targeted = report.targets.iter().any(|target| target.metric == id);
    !has_trend
        && !is_targeted
        && match value {
            // A share of zero rows is no data; a share that is zero is a number.
            MetricValue::Scalar(scalar) => match scalar.unit {
                Unit::Count => is_nothing(scalar.value) && is_nothing(scalar.previous),
                Unit::Seconds | Unit::Rate | Unit::Score => scalar.value.is_none() && scalar.previous.is_none(),
            },
            MetricValue::Hidden(_) => false,
            MetricValue::Duration(duration) => {
                duration.statistics.n == 0 && duration.previous.as_ref().is_none_or(|before| before.n == 0)
            }
        }
}

/// The note about the bars of a trend; `None` without a trend.
pub fn trend_note(report: &Report, language: Language) -> Option<String> {
    if !trend::series(report).iter().any(|series| has_level(&series.levels)) {
        return None;
    }
    let windows = words::windows(language, report);
    Some(match trend::begins(report) {
        None => language.fill("pdf.small_bars", &[("windows", &windows)]),
        Some(window) => {
            let begin = words::long_day(language, &window.first_day());
            language.fill("pdf.small_bars_from", &[("windows", &windows), ("begin", &begin)])
        }
    })
}

/// One of the two tables.
struct FigureTable {
    /// Keys of its texts.
    title: &'static str,
    /// The head of the value's column.
    now: &'static str,
    note: String,
    /// The heads of the details.
    further: &'static [&'static str],
}

/// The texts of a figure.
struct FigureRow {
    label: String,
    theme: Option<crate::metrics::Theme>,
    now: String,
    before: Option<String>,
    change: Option<change::ShownChange>,
    further: Vec<String>,
    is_missed: bool,
    levels: Vec<Option<f64>>,
    /// The levels as texts.
    alt_text: String,
    best: String,
    worst: String,
}

impl FigureRow {
    fn of_scalar(report: &Report, language: Language, id: &str, value: &MetricValue, scalar: &ScalarValue) -> Self {
        let cases = match scalar.unit {
            // A count is its own number of rows.
            Unit::Count => String::new(),
            Unit::Seconds | Unit::Rate | Unit::Score => language.count(scalar.n),
        };
        let change = scalar.change.map(|by| change::shown(language, id, scalar.unit, by));
        let before = scalar.previous.map(|before| language.value(scalar.unit, Some(before)));
        let before = before.or_else(|| scalar.hidden.previous.then(|| hidden::word(language).to_owned()));
        Self::new(report, language, id, value, (None, scalar.value)).with(before, change, vec![cases])
    }

    fn of_duration(
        report: &Report,
        language: Language,
        id: &str,
        value: &MetricValue,
        duration: &DurationValue,
    ) -> Self {
        let (now, median) = (&duration.statistics, Statistic::LEADING);
        let before = duration.previous.as_ref().and_then(|before| median.of(before));
        let change = duration.change.as_ref().and_then(|change| median.of_change(change));
        let further = vec![
            language.value(duration.unit, now.mean),
            language.value(duration.unit, now.p90),
            language.count(now.n),
        ];
        Self::new(report, language, id, value, (Some(median), median.of(now))).with(
            before
                .map(|before| language.value(duration.unit, Some(before)))
                .or_else(|| duration.hidden.previous.then(|| hidden::word(language).to_owned())),
            change.map(|by| change::shown(language, id, duration.unit, by)),
            further,
        )
    }

    fn new(
        report: &Report,
        language: Language,
        id: &str,
        value: &MetricValue,
        (statistic, now): (Option<Statistic>, Option<f64>),
    ) -> Self {
        let trend = trend::series_of(report, id, value);
        let day = |place: Option<usize>| {
            let window = place.and_then(|place| report.trend.get(place));
            window.map_or_else(String::new, |window| words::short_day(language, &window.first_day()))
        };
        let alt_text = trend.as_ref().map_or_else(String::new, |series| {
            let windows = words::windows(language, report);
            spark::alt_text(language, &windows, value.unit(), &series.levels, !series.hidden.is_empty())
        });
        let place = |extreme: fn(&TrendSeries) -> Option<usize>| day(trend.as_ref().and_then(extreme));
        Self {
            label: words::metric(language, id),
            theme: themes::theme(id),
            now: targets::marked(report, id, statistic, now, &language.value(value.unit(), now)),
            before: None,
            change: None,
            further: Vec::new(),
            is_missed: report.misses(id, statistic, now),
            alt_text,
            best: place(|series| series.best),
            worst: place(|series| series.worst),
            levels: trend.map(|series| series.levels).filter(|levels| has_level(levels)).unwrap_or_default(),
        }
    }

    /// The same row with the word for hidden in place of the value and its details.
    fn hidden(mut self, language: Language, value: &MetricValue) -> Self {
        let word = || hidden::word(language).to_owned();
        self.now = word();
        if value.unit() != Unit::Count {
            self.further.iter_mut().for_each(|text| *text = word());
        }
        self
    }

    fn with(self, before: Option<String>, change: Option<change::ShownChange>, further: Vec<String>) -> Self {
        Self { before, change, further, ..self }
    }

    fn judgement(&self) -> Judgement {
        self.change.as_ref().map_or(Judgement::Neutral, |change| change.judgement)
    }
}

/// The head of a column by its key; empty for the word of a judgement.
fn head_of(language: Language, key: &str) -> GridColumn {
    let head = if key.is_empty() { "" } else { language.text(key) };
    GridColumn { head: head.to_owned(), ..GridColumn::default() }
}

fn has_level(levels: &[Option<f64>]) -> bool {
    levels.iter().flatten().count() > 1
}

impl FigureTable {
    fn draw(&self, flow: &mut Flow, report: &Report, rows: &[FigureRow]) {
        if rows.is_empty() {
            return;
        }
        let is_compared = report.compared_with().is_some();
        let has_extremes = rows.iter().any(|row| !row.best.is_empty() || !row.worst.is_empty());
        let mut grid = self.grid(report, flow.language, rows, is_compared, has_extremes);
        if has_extremes && grid.pieces(flow, Orientation::Portrait) > 1 {
            grid = self.grid(report, flow.language, rows, is_compared, false);
        }
        table::draw(flow, &grid);
    }

    fn grid(
        &self,
        report: &Report,
        language: Language,
        rows: &[FigureRow],
        is_compared: bool,
        has_extremes: bool,
    ) -> Grid {
        let mut heads = vec![self.now];
        if is_compared {
            heads.extend(["pdf.before", "pdf.change", ""]);
        }
        heads.extend(self.further);
        if has_extremes {
            heads.extend(["pdf.best", "pdf.worst"]);
        }
        let mut theme = rows.first().and_then(|row| row.theme);
        let cells = rows.iter().map(|row| {
            let begins = std::mem::replace(&mut theme, row.theme) != row.theme;
            let mut cells = GridRow {
                labels: vec![row.label.clone()],
                numbers: vec![row.now.clone()],
                levels: row.levels.clone(),
                alt_text: row.alt_text.clone(),
                begins,
                ..GridRow::default()
            };
            if row.is_missed {
                cells.missed.push(NOW);
            }
            if is_compared {
                let change = row.change.as_ref().map_or(NO_DATA, |change| change.text.as_str());
                let before = row.before.as_deref().unwrap_or(NO_DATA);
                cells.numbers.extend([before, change, change::word(language, row.judgement())].map(str::to_owned));
                if row.judgement() == Judgement::Worsened {
                    cells.worse = Some(JUDGED);
                }
            }
            cells.numbers.extend(row.further.iter().cloned());
            if has_extremes {
                cells.numbers.extend([row.best.clone(), row.worst.clone()]);
            }
            cells
        });
        Grid {
            title: language.text(self.title).to_owned(),
            note: self.note.clone(),
            labels: vec![language.text("pdf.figure").to_owned()],
            numbers: heads.into_iter().map(|head| head_of(language, head)).collect(),
            spark: rows
                .iter()
                .any(|row| !row.levels.is_empty())
                .then(|| words::capitalized(&words::windows(language, report))),
            rows: cells.collect(),
            total: None,
            empty: language.text("pdf.no_rows"),
        }
    }
}
