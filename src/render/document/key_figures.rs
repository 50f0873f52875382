//! The key figures.

use super::words;
use super::{CellValue, KeyFigure, PageChange, PageTrend};
use crate::language::Language;
use crate::metrics::dimensions::Dimension;
use crate::metrics::roles::is_time;
use crate::render::targets::{self, MARK};
use crate::render::trend::series;
use crate::render::words::labelled;
use crate::report::targets::VALUE;
use crate::report::{MetricValue, Report, Statistic};
use crate::unit::Unit;

/// The key figures of a report.
pub fn key_figures(language: Language, report: &Report) -> Vec<KeyFigure> {
    let value = |id: &String| report.metrics.get(id).map(|value| key_figure(language, report, id, value));
    report.key_figures.iter().filter_map(value).collect()
}

fn key_figure(language: Language, report: &Report, id: &str, value: &MetricValue) -> KeyFigure {
    let (unit, statistic, now, before, by) = leading(value);
    let (aside, details) = match value {
        MetricValue::Scalar(scalar) => {
            let aside = match scalar.unit {
                // A rate of times is not a share of its agents.
                Unit::Rate | Unit::Score | Unit::Count | Unit::Seconds if is_time(id) => {
                    Some(language.counted("count.agents", scalar.n))
                }
                Unit::Rate => Some(language.fill("page.of", &[("n", &words::count(language, scalar.n))])),
                Unit::Score => Some(language.counted("count.cases", scalar.n)),
                Unit::Count | Unit::Seconds => None,
            };
            (aside, Vec::new())
        }
        MetricValue::Duration(duration) => {
            let text_of = |statistic: Statistic| {
                let value = words::value(language, duration.unit, statistic.of(&duration.statistics));
                format!("{} {value}", words::statistic(language, statistic))
            };
            let cases = language.counted("count.cases", duration.statistics.n);
            (Some(words::text(language, "page.median")), vec![text_of(Statistic::Mean), text_of(Statistic::P90), cases])
        }
        MetricValue::Hidden(_) if value.is_duration() => (Some(words::text(language, "page.median")), Vec::new()),
        MetricValue::Hidden(_) => (None, Vec::new()),
    };
    // For zero rows neither the number of cases nor the mean is meaningful.
    let (aside, details) = if value.number(statistic).is_none() {
        (Some(words::text(language, "target.no_data")), Vec::new())
    } else {
        (aside, details)
    };
    let targets = report.targets.iter().filter(|target| target.metric == id).map(|target| {
        let is_kept = target.met != Some(false);
        let mark = if is_kept { "" } else { MARK };
        let statistic = language.find(&format!("statistic.{}", target.statistic));
        let (bound, verdict) = (targets::bound(language, target), targets::verdict(language, target));
        let aim = language.fill("page.aim", &[("bound", &bound), ("verdict", &verdict)]);
        let aim = match statistic.filter(|_| target.statistic != VALUE) {
            Some(statistic) => labelled(language, statistic, &aim),
            None => aim,
        };
        (is_kept, format!("{mark}{aim}"))
    });
    KeyFigure {
        label: words::metric(language, id),
        value: targets::marked(report, id, statistic, now, &language.shown(unit, value.number(statistic))),
        number: words::shown(language, unit, value.number(statistic)).value,
        aside,
        change: before.and(by).map(|by| words::changed(language, id, unit, by)),
        before: before
            .map(|before| language.fill("change.from", &[("before", &words::value(language, unit, Some(before)))])),
        details,
        targets: targets.collect(),
        trend: trends(language, report).into_iter().find(|(own, _)| own == id).map(|(_, trend)| trend),
    }
}

/// The leading number of a metric: its unit, statistic, value, the value before, and the change.
pub fn leading(value: &MetricValue) -> (Unit, Option<Statistic>, Option<f64>, Option<f64>, Option<f64>) {
    let leading = value.leading();
    (leading.unit, leading.statistic, leading.value, leading.before, leading.change)
}

/// The metrics with a trend.
pub fn trends(language: Language, report: &Report) -> Vec<(String, PageTrend)> {
    let names: Vec<String> = report
        .trend
        .iter()
        .map(|window| words::row_label(language, Dimension::Day.name(), &window.first_day()))
        .collect();
    let trend = |series: crate::render::trend::TrendSeries<'_>| {
        let texts: Vec<String> =
            (0..series.levels.len()).map(|at| language.shown(series.unit, series.shown(at))).collect();
        let cells = (0..series.levels.len()).map(|at| words::shown(language, series.unit, series.shown(at))).collect();
        let extreme = |key: &str, index: Option<usize>| {
            let (name, text) = (names.get(index?)?, texts.get(index?)?);
            Some(language.fill(key, &[("level", text), ("window", name)]))
        };
        let note = [extreme("page.best", series.best), extreme("page.worst", series.worst)].into_iter().flatten();
        let note = note.collect::<Vec<_>>().join(", ");
        let title = if series.statistic.is_some() {
            words::median_of(language, series.id)
        } else {
            words::metric(language, series.id)
        };
        (series.id.to_owned(), PageTrend { title, levels: series.levels, texts, cells, names: names.clone(), note })
    };
    series(report).into_iter().map(trend).collect()
}

/// The column heads for the parts of a figure.
pub fn heads(language: Language) -> [String; 4] {
    ["page.figure", "page.now", "page.change", "page.details"].map(|key| words::text(language, key))
}

/// A figure without a comparison.
pub fn plain(label: &str, value: String, details: Vec<String>) -> KeyFigure {
    KeyFigure {
        label: label.to_owned(),
        value,
        number: CellValue::Text,
        aside: None,
        change: None::<PageChange>,
        before: None,
        details,
        targets: Vec::new(),
        trend: None,
    }
}
