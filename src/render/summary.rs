//! The summary's sentences in words, for every output that people read.

use super::rows::label as row_label;
use super::{change, targets, words};
use crate::language::Language;
use crate::metrics::Judgement;
use crate::report::Report;
use crate::report::summary::{Figure, Sentence, sentences};
use crate::time::parse_date;

/// A sentence: what stands out at its begin, and the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The word at its begin, with what it means.
    pub lead: (Judgement, &'static str),
    /// The rest, with a full stop.
    pub text: String,
}

/// Missed targets that are named; the others are counted.
const NAMED: usize = 3;
/// In a window of more days, an hour of the week occurs several times.
const DAYS_OF_A_WEEK: u32 = 7;

/// The summary of a report in words, in the order of the page.
#[must_use]
pub fn written(report: &Report, language: Language) -> Vec<Written> {
    sentences(report).iter().map(|sentence| write(report, language, sentence)).collect()
}

fn write(report: &Report, language: Language, sentence: &Sentence) -> Written {
    let name = |figure: &Figure| name(language, figure);
    let shown = |figure: &Figure, value: f64| language.value(words::unit(figure.metric), Some(value));
    let changed =
        |figure: &Figure, by: f64| change::shown(language, figure.metric, words::unit(figure.metric), by).text;
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
            Written { lead: (*judgement, language.text(lead)), text }
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
            Written { lead: (Judgement::Neutral, language.text("summary.volume")), text }
        }
        Sentence::Worst { dimension, label, row, total } => Written {
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
            let counted = name(&Figure { metric, statistic: None, value: *per_hour });
            let places = usize::from(per_hour.fract() != 0.0);
            let value = language.decimals(*per_hour, places);
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
            Written { lead: (Judgement::Neutral, language.text("summary.busiest")), text }
        }
    }
}

fn targets_in_words(report: &Report, language: Language, missed: &[usize], judged: usize) -> Written {
    let lead = language.text("summary.targets");
    let judged = judged as u64;
    if missed.is_empty() {
        return Written { lead: (Judgement::Improved, lead), text: language.counted("summary.targets_met", judged) };
    }
    let name = |at: &usize| {
        let target = &report.targets[*at];
        let value = language.value(targets::unit(target), target.value);
        let (name, bound) = (targets::name(language, target), targets::bound(language, target));
        language.fill("summary.target", &[("name", &name), ("value", &value), ("bound", &bound)])
    };
    let mut named: Vec<String> = missed.iter().take(NAMED).map(name).collect();
    if missed.len() > NAMED {
        named.push(language.fill("list.more", &[("n", &(missed.len() - NAMED))]));
    }
    let text = language.counted_with(
        "summary.targets_missed",
        missed.len() as u64,
        &[("judged", &language.count(judged)), ("targets", &named.join("; "))],
    );
    Written { lead: (Judgement::Worsened, lead), text }
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
fn name(language: Language, figure: &Figure) -> String {
    let label = words::in_sentence(language, figure.metric);
    match figure.statistic {
        Some(crate::report::Statistic::P50) => language.fill("statistic.median", &[("metric", &label)]),
        Some(statistic) => {
            let statistic = words::statistic(language, statistic);
            language.fill("statistic.in_sentence", &[("metric", &label), ("statistic", &statistic)])
        }
        None => label,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::render::terminal::{sample, week};
    use crate::report::summary::{FEW, MOST};
    use crate::report::{Cell, Change, Heatmap, MetricValue, Row, Statistics, Table, WeekGrid};
    use crate::unit::{ChangeKind, Unit};

    fn texts(report: &Report) -> Vec<String> {
        written(report, Language::English)
            .iter()
            .map(|sentence| format!("{} {}", sentence.lead.1, sentence.text))
            .collect()
    }

    fn scalar(unit: Unit, now: f64, before: f64, n: u64) -> MetricValue {
        let kind = if unit == Unit::Count { ChangeKind::Relative } else { ChangeKind::Difference };
        let change = kind.between(Some(now), Some(before));
        let mut value = week::count(0, 0);
        (value.unit, value.value, value.n, value.previous, value.change) = (unit, Some(now), n, Some(before), change);
        MetricValue::Scalar(value)
    }

    fn statistics(p50: f64, n: u64) -> Statistics {
        Statistics { mean: Some(p50 * 4.0), p50: Some(p50), p90: Some(p50 * 9.0), p95: None, max: None, n }
    }

    fn duration(now: f64, before: f64, n: u64) -> MetricValue {
        let mut value = week::duration(1, 20, 1);
        value.statistics = statistics(now, n);
        value.previous = Some(statistics(before, n));
        let p50 = ChangeKind::Relative.between(Some(now), Some(before));
        value.change = Some(Change { p50, ..Change::default() });
        MetricValue::Duration(value)
    }

    /// A report of these metrics alone, all of them key figures.
    fn report(metrics: Vec<(&str, MetricValue)>) -> Report {
        let mut report = sample::empty();
        report.key_figures = metrics.iter().map(|(id, _)| (*id).to_owned()).collect();
        report.metrics.0 = metrics.into_iter().map(|(id, value)| (id.to_owned(), value)).collect();
        report
    }

    fn by_queue(report: &mut Report, id: &str, rows: Vec<(&str, Cell)>) {
        let row = |(name, cell): (&str, Cell)| Row {
            key: vec![name.to_owned()].into(),
            days: None,
            label: vec![name.to_owned()],
            cells: std::iter::once((id.to_owned(), cell)).collect(),
        };
        let table = Table {
            dimensions: vec!["queue".to_owned()],
            metrics: vec![id.to_owned()],
            adds_up: true,
            rows: rows.into_iter().map(row).collect(),
            previous: Vec::new(),
        };
        report.tables.0.push(("by_queue".to_owned(), table));
    }

    #[test]
    fn sentences_of_reports() {
        // Of few before there is no percentage, and no share that moved by chance.
        let few = report(vec![
            ("conversations", scalar(Unit::Count, 900.0, 2.0, 900)),
            ("service_level", scalar(Unit::Rate, 0.06, 1.0, 500)),
        ]);
        assert_eq!(texts(&few), ["Volume: 900 total conversations, from 2."]);
        let same = report(vec![("conversations", scalar(Unit::Count, 50.0, 50.0, 50))]);
        assert_eq!(texts(&same), ["Volume: 50 total conversations, as many as before."]);
        let one = report(vec![("conversations", scalar(Unit::Count, 1.0, 2.0, 1))]);
        assert_eq!(texts(&one), ["Volume: 1 (total conversations), from 2."]);
        // Volume alone; a count that has a better side and grew with the volume is no news.
        let mut quiet = report(vec![
            ("conversations", scalar(Unit::Count, 110.0, 100.0, 110)),
            ("reopened_conversations", scalar(Unit::Count, 33.0, 30.0, 33)),
        ]);
        assert_eq!(texts(&quiet), ["Volume: 110 total conversations, +10.0% from 100."]);
        // The median counts, and it got better.
        quiet.metrics.0.push(("queue_wait".to_owned(), duration(60.0, 90.0, 25)));
        assert_eq!(texts(&quiet)[0], "Better: wait in queue (median) fell from 1 min 30 s to 1 min 00 s (−33.3%).");
        // Of few cases nothing is said.
        quiet.metrics.0.pop();
        quiet.metrics.0.push(("queue_wait".to_owned(), duration(60.0, 600.0, FEW - 1)));
        assert_eq!(texts(&quiet).len(), 1);

        // The heavier change wins: 30 points of service level against a tenth of a wait.
        let mut week = report(vec![
            ("service_level", scalar(Unit::Rate, 0.5, 0.8, 40)),
            ("queue_wait", duration(110.0, 100.0, 40)),
        ]);
        assert_eq!(texts(&week), ["Worse: service level fell from 80.0% to 50.0% (−30.0 pts)."]);
        let share = |value, n| Cell::Scalar { value: Some(value), n: Some(n) };
        by_queue(
            &mut week,
            "service_level",
            vec![("A", share(0.9, 30)), ("B", share(0.2, 25)), ("C", share(0.1, 2)), ("(none)", share(0.0, 50))],
        );
        assert_eq!(texts(&week)[1], "Worst queue: B, service level 20.0% (50.0% in all).");

        // A tie has no worst, and no busiest.
        let mut tie = report(vec![("service_level", scalar(Unit::Rate, 0.5, 0.5, 40))]);
        by_queue(&mut tie, "service_level", vec![("A", share(0.2, 30)), ("B", share(0.2, 25))]);
        let even = Heatmap { counts: [[3; 24]; 7], hours_observed: [[1.0; 24]; 7] };
        tie.heatmaps.0.push(("conversations".to_owned(), WeekGrid::Counts(even)));
        assert!(texts(&tie).is_empty());
        for heatmap in tie.count_heatmaps_mut() {
            heatmap.counts[6][23] = 9;
        }
        assert_eq!(texts(&tie), ["Busiest hour: Sunday 23:00 to 24:00, 9 total conversations."]);

        let targets = sample::targets();
        assert!(
            texts(&targets).iter().any(|text| text.starts_with("Targets: 3 of 4 missed: Wait in queue p90")),
            "{:?}",
            texts(&targets)
        );
        assert!(texts(&sample::empty()).is_empty() && texts(&sample::silent()).len() <= 1);
        assert!(texts(&week::week()).len() <= MOST);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, rng_seed: RngSeed::Fixed(17), failure_persistence: None, ..ProptestConfig::default() })]

        /// Whatever the numbers: a sentence names numbers of the report, and its word agrees with them.
        #[test]
        fn no_sentence_contradicts_its_numbers(
            now in 0_u32..400,
            before in 0_u32..400,
            level in 0.0..1.0_f64,
            level_before in 0.0..1.0_f64,
            wait in 0_u32..9_000,
            wait_before in 0_u32..9_000,
            n in 0_u64..60,
        ) {
            let report = report(vec![
                ("conversations", scalar(Unit::Count, now.into(), before.into(), now.into())),
                ("abandoned", scalar(Unit::Count, (now / 3).into(), (before / 5).into(), n)),
                ("service_level", scalar(Unit::Rate, level, level_before, n)),
                ("total_wait", duration(wait.into(), wait_before.into(), n)),
            ]);
            for sentence in sentences(&report) {
                let Sentence::Changed { now, before, judgement, .. } = &sentence else { continue };
                let (value, previous) = match report.metrics.get(now.metric).unwrap() {
                    MetricValue::Scalar(scalar) => (scalar.value.unwrap(), scalar.previous.unwrap()),
                    MetricValue::Duration(duration) => {
                        prop_assert!(duration.statistics.n >= FEW);
                        (duration.statistics.p50.unwrap(), duration.previous.as_ref().unwrap().p50.unwrap())
                    }
                };
                prop_assert_eq!((value, previous), (now.value, *before));
                let is_better = if now.metric == "service_level" { value > previous } else { value < previous };
                let expected = if is_better { Judgement::Improved } else { Judgement::Worsened };
                prop_assert_eq!(*judgement, expected);
                let text = write(&report, Language::English, &sentence).text;
                let verb = if value > previous { " rose " } else { " fell " };
                prop_assert!(text.contains(verb), "{}", text);
            }
        }
    }
}
