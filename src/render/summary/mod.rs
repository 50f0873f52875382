//! The sentences of the summary, for every output for people.

use super::rows::label as row_label;
use super::{change, targets, words};
use crate::language::Language;
use crate::metrics::Judgement;
use crate::report::summary::{Exception, Sentence, SummaryFigure, sentences};
use crate::report::targets::Judged;
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

/// Maximum number of missed targets, and of rows that miss one, that are named; the others are counted.
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
        Sentence::Targets { missed, judged, exceptions } if missed.is_empty() => {
            targets_met(report, language, *judged, exceptions)
        }
        Sentence::Targets { missed, judged, .. } => targets_missed(report, language, missed, *judged),
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

fn targets_met(report: &Report, language: Language, judged: usize, exceptions: &[Exception]) -> WrittenSentence {
    let lead = language.text("summary.targets");
    if exceptions.is_empty() {
        let text = language.counted("summary.targets_met", judged as u64);
        return WrittenSentence { lead: (Judgement::Improved, lead), text };
    }
    let named = |exception: &Exception| {
        let target = &report.targets[exception.target];
        let row = row_label(language, &exception.dimension, &exception.label);
        let value = language.value(targets::unit(target), Some(exception.value));
        let (name, bound) = (name_of_target(language, target), targets::bound(language, target));
        language
            .fill("summary.worst_of_target", &[("row", &row), ("name", &name), ("value", &value), ("bound", &bound)])
    };
    let rows = first_named(language, exceptions, named);
    let text = language.counted_with("summary.targets_met_except", judged as u64, &[("targets", &rows)]);
    WrittenSentence { lead: (Judgement::Worsened, lead), text }
}

fn targets_missed(report: &Report, language: Language, missed: &[usize], judged: usize) -> WrittenSentence {
    let named = |at: &usize| {
        let target = &report.targets[*at];
        let (name, value) = (name_of_target(language, target), targets::value(language, target));
        let bound = targets::bound(language, target);
        language.fill("summary.target", &[("name", &name), ("value", &value), ("bound", &bound)])
    };
    let targets = first_named(language, missed, named);
    let text = language.counted_with(
        "summary.targets_missed",
        missed.len() as u64,
        &[("judged", &language.count(judged as u64)), ("targets", &targets)],
    );
    WrittenSentence { lead: (Judgement::Worsened, language.text("summary.targets")), text }
}

/// The first of a list in words, and how many more there are.
fn first_named<T>(language: Language, all: &[T], named: impl Fn(&T) -> String) -> String {
    let mut parts: Vec<String> = all.iter().take(NAMED).map(named).collect();
    if all.len() > NAMED {
        parts.push(language.fill("list.more", &[("n", &(all.len() - NAMED))]));
    }
    language.statements(&parts)
}

fn name_of_target(language: Language, target: &Judged) -> String {
    let statistic = Statistic::ALL.into_iter().find(|statistic| statistic.name() == target.statistic);
    match crate::metrics::find(&target.metric) {
        Some(metric) => name(language, &SummaryFigure { metric: metric.id, statistic, value: target.limit }),
        None => targets::name(language, target),
    }
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
