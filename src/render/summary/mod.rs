//! The sentences of the summary, for every output for people.

use super::rows::label as row_label;
use super::{change, targets, words};
use crate::language::Language;
use crate::metrics::Judgement;
use crate::report::summary::{Sentence, SummaryFigure, sentences};
use crate::report::{Report, Statistic};
use crate::time::parse_date;

/// A sentence: a highlighted word, and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenSentence {
    /// The lead word, with its judgement.
    pub lead: (Judgement, &'static str),
    /// The rest, with a full stop.
    pub text: String,
}

/// Maximum number of missed targets that are named; the others are counted.
const NAMED: usize = 3;
/// In a longer window, an hour of the week occurs several times.
const DAYS_OF_A_WEEK: u32 = 7;

/// The summary of a report in the order of the page.
#[must_use]
pub fn written(report: &Report, language: Language) -> Vec<WrittenSentence> {
    sentences(report).iter().map(|sentence| write(report, language, sentence)).collect()
}

fn write(report: &Report, language: Language, sentence: &Sentence) -> WrittenSentence {
    let name = |figure: &SummaryFigure| name(language, figure);
    let shown = |figure: &SummaryFigure, value: f64| language.value(report.unit(figure.metric), Some(value));
    let changed =
        |figure: &SummaryFigure, by: f64| change::shown(language, figure.metric, report.unit(figure.metric), by).text;
    match sentence {
        Sentence::Changed { now, before, change: by, judgement } => {
            let lead = match judgement {
                Judgement::Improved => "summary.better",
                Judgement::Worsened => "summary.worse",
                Judgement::Neutral => "summary.changed",
            };
            let text = if now.value > *before { "summary.rose" } else { "summary.fell" };
            let text = language.fill(
                text,
                &[
                    ("name", &name(now)),
                    ("before", &shown(now, *before)),
                    ("now", &shown(now, now.value)),
                    ("change", &changed(now, *by)),
                ],
            );
            WrittenSentence { lead: (*judgement, language.text(lead)), text }
        }
        Sentence::Volume { now, before, change: by } => {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows")]
            let n = now.value.round() as u64;
            let label = name(now);
            let text = match (before, by) {
                #[expect(clippy::float_cmp, reason = "counts")]
                (Some(before), _) if *before == now.value => {
                    language.counted_with("summary.volume_same", n, &[("name", &label)])
                }
                (Some(before), Some(by)) => language.counted_with(
                    "summary.volume_changed",
                    n,
                    &[("name", &label), ("change", &changed(now, *by)), ("before", &shown(now, *before))],
                ),
                (Some(before), None) => language.counted_with(
                    "summary.volume_from",
                    n,
                    &[("name", &label), ("before", &shown(now, *before))],
                ),
                (None, _) => language.counted_with("summary.volume_alone", n, &[("name", &label)]),
            };
            WrittenSentence { lead: (Judgement::Neutral, language.text("summary.volume")), text }
        }
        Sentence::Worst { dimension, label, row, total } => WrittenSentence {
            lead: (Judgement::Worsened, language.text(lead_of(dimension))),
            text: language.fill(
                "summary.worst_row",
                &[
                    (
                        "row",
                        &parse_date(label).map_or_else(
                            |_| row_label(language, dimension, label).into_owned(),
                            |day| language.day(day),
                        ),
                    ),
                    ("name", &name(row)),
                    ("value", &shown(row, row.value)),
                    ("total", &shown(row, *total)),
                ],
            ),
        },
        Sentence::Targets { missed, judged } => targets_in_words(report, language, missed, *judged),
        Sentence::Busiest { metric, weekday, hour, per_hour } => {
            let counted = name(&SummaryFigure { metric, statistic: None, value: *per_hour });
            let decimals = usize::from(per_hour.fract() != 0.0);
            let value = language.decimals(*per_hour, decimals);
            let (from, to) = (format!("{hour:02}:00"), format!("{:02}:00", hour + 1));
            let text = if report.window.days > DAYS_OF_A_WEEK {
                let weekdays = language.weekday_repeated(*weekday);
                language.fill(
                    "summary.busiest_hours",
                    &[("weekdays", &weekdays), ("from", &from), ("to", &to), ("value", &value), ("name", &counted)],
                )
            } else {
                let weekday = language.weekday(*weekday);
                language.fill(
                    "summary.busiest_hour",
                    &[("weekday", &weekday), ("from", &from), ("to", &to), ("value", &value), ("name", &counted)],
                )
            };
            WrittenSentence { lead: (Judgement::Neutral, language.text("summary.busiest")), text }
        }
    }
}

fn targets_in_words(report: &Report, language: Language, missed: &[usize], judged: usize) -> WrittenSentence {
    let lead = language.text("summary.targets");
    let judged = judged as u64;
    if missed.is_empty() {
        return WrittenSentence {
            lead: (Judgement::Improved, lead),
            text: language.counted("summary.targets_met", judged),
        };
    }
    let named = |at: &usize| {
        let target = &report.targets[*at];
        let value = targets::value(language, target);
        let statistic = Statistic::ALL.into_iter().find(|statistic| statistic.name() == target.statistic);
        let name = match crate::metrics::find(&target.metric) {
            Some(metric) => name(language, &SummaryFigure { metric: metric.id, statistic, value: target.limit }),
            None => targets::name(language, target),
        };
        let bound = targets::bound(language, target);
        language.fill("summary.target", &[("name", &name), ("value", &value), ("bound", &bound)])
    };
    let mut parts: Vec<String> = missed.iter().take(NAMED).map(named).collect();
    if missed.len() > NAMED {
        parts.push(language.fill("list.more", &[("n", &(missed.len() - NAMED))]));
    }
    let text = language.counted_with(
        "summary.targets_missed",
        missed.len() as u64,
        &[("judged", &language.count(judged)), ("targets", &language.statements(&parts))],
    );
    WrittenSentence { lead: (Judgement::Worsened, lead), text }
}

fn lead_of(dimension: &str) -> &'static str {
    match dimension {
        "queue" => "summary.worst_queue",
        "department" => "summary.worst_department",
        "day" => "summary.worst_day",
        _ => "summary.worst",
    }
}

/// A metric's label inside a sentence: `wait in queue (median)`.
fn name(language: Language, figure: &SummaryFigure) -> String {
    let label = words::in_sentence(language, figure.metric);
    match figure.statistic {
        Some(Statistic::P50) => language.fill("statistic.median", &[("metric", &label)]),
        Some(statistic) => {
            let statistic = words::statistic(language, statistic);
            language.fill("statistic.in_sentence", &[("metric", &label), ("statistic", &statistic)])
        }
        None => label,
    }
}

#[cfg(test)]
mod tests;
