//! Numbers by day, weekday or hour as bars side by side: the choice of numbers and their names.

use super::words;
use crate::language::Language;
use crate::metrics;
use crate::report::Report;
use crate::report::template::sections::SectionChart;
use crate::unit::Unit;

/// The first count among the key figures that the report has by day.
#[must_use]
pub fn first_by_day(report: &Report) -> Option<&'static str> {
    let table = report.tables.get("by_day")?;
    let of_table = report.key_figures.iter().filter(|id| table.metrics.contains(id));
    let metric = of_table.filter_map(|id| metrics::find(id)).find(|metric| metric.unit() == Unit::Count)?;
    Some(metric.id)
}

/// The heading: the numbers and their dimension.
#[must_use]
pub fn title_of_chart(language: Language, chart: &SectionChart) -> String {
    let is_duration = metrics::find(chart.whole).is_some_and(metrics::Metric::is_duration);
    let metric =
        if is_duration { words::median_of(language, chart.whole) } else { words::metric(language, chart.whole) };
    let names: Vec<String> = chart.dimensions.iter().map(|dimension| dimension.name().to_owned()).collect();
    format!("{metric} {}", words::lowered(&words::table(language, &names)))
}
