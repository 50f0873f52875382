//! Definitions of a report's numbers in plain words, with the report's own limits. Every format uses these texts;
//! `explain` and the list of metrics have the exact definitions.

use super::words::{metric, plain_definition};
use crate::language::Language;
use crate::metrics::describe;
use crate::report::Report;

/// The names and meanings of the metrics that the report shows, in the order of the report. Metrics unknown to this
/// version are left out.
#[must_use]
pub fn shown_definitions(
    report: &Report,
    language: Language,
    is_shown: impl Fn(&str) -> bool,
) -> Vec<(String, String)> {
    let mut ids: Vec<&str> = Vec::new();
    let tables = report.tables.iter().flat_map(|(_, table)| table.metrics.iter().map(String::as_str));
    let heatmaps = report.heatmaps.iter().map(|(id, _)| id);
    for id in report.metrics.iter().map(|(id, _)| id).chain(tables).chain(heatmaps) {
        if !ids.contains(&id) && is_shown(id) && describe(id).is_some() {
            ids.push(id);
        }
    }
    ids.into_iter().filter_map(|id| Some((metric(language, id), definition(report, language, id)?))).collect()
}

fn definition(report: &Report, language: Language, id: &str) -> Option<String> {
    let text = plain_definition(language, id)?;
    let seconds = |seconds| language.notation().round_duration(seconds);
    let limits = &report.limits;
    let text = text.replace("{service_level}", &seconds(limits.service_level));
    Some(text.replace("{return_window}", &seconds(limits.return_window)))
}
