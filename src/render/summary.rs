//! The summary's sentences in words, for every output that people read.

use super::change;
use super::{targets, words};
use crate::metrics::{self, Judgement};
use crate::report::Report;
use crate::report::summary::{Figure, Sentence, sentences};
use crate::unit::{Unit, group};

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

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The summary of a report in words, in the order of the page.
#[must_use]
pub fn written(report: &Report) -> Vec<Written> {
    sentences(report).iter().map(|sentence| write(report, sentence)).collect()
}

fn write(report: &Report, sentence: &Sentence) -> Written {
    match sentence {
        Sentence::Changed { now, before, change: by, judgement } => {
            let verb = if now.value > *before { "rose" } else { "fell" };
            let by = change::shown(now.metric, unit(now.metric), *by).text;
            let lead = match judgement {
                Judgement::Improved => "Better:",
                Judgement::Worsened => "Worse:",
                Judgement::Neutral => "Changed:",
            };
            let text =
                format!("{} {verb} from {} to {} ({by}).", name(now), shown(now, *before), shown(now, now.value));
            Written { lead: (*judgement, lead), text }
        }
        Sentence::Volume { now, before, change: by } => {
            let label = name(now);
            let value = shown(now, now.value);
            let text = match (before, by) {
                (Some(before), Some(by)) => {
                    let by = change::shown(now.metric, unit(now.metric), *by).text;
                    format!("{value} {label}, {by} from {}.", shown(now, *before))
                }
                (Some(before), None) => format!("{value} {label}, from {}.", shown(now, *before)),
                (None, _) => format!("{value} {label}."),
            };
            Written { lead: (Judgement::Neutral, "Volume:"), text }
        }
        Sentence::Worst { dimension, label, row, total } => Written {
            lead: (Judgement::Worsened, lead_of(dimension)),
            text: format!("{label}, {} {} ({} in all).", name(row), shown(row, row.value), shown(row, *total)),
        },
        Sentence::Targets { missed, judged } => targets_in_words(report, missed, *judged),
        Sentence::Busiest { metric, weekday, hour, per_hour } => {
            let counted = name(&Figure { metric, statistic: None, value: *per_hour });
            let day = WEEKDAYS[weekday % WEEKDAYS.len()];
            let rate =
                if per_hour.fract() == 0.0 { Unit::Count.format(Some(*per_hour)) } else { format!("{per_hour:.1}") };
            let each = if report.window.days > 7 { " an hour" } else { "" };
            let days = if report.window.days > 7 { format!("{day}s") } else { day.to_owned() };
            let text = format!("{days} {hour:02}:00 to {:02}:00, {rate} {counted}{each}.", hour + 1);
            Written { lead: (Judgement::Neutral, "Busiest hour:"), text }
        }
    }
}

fn targets_in_words(report: &Report, missed: &[usize], judged: usize) -> Written {
    let judged = judged as u64;
    if missed.is_empty() {
        let text = match judged {
            1 => "the one target is met.".to_owned(),
            judged => format!("all {} are met.", group(judged)),
        };
        return Written { lead: (Judgement::Improved, "Targets:"), text };
    }
    let name = |at: &usize| {
        let target = &report.targets[*at];
        let value = targets::unit(target).format(target.value);
        format!("{} {value} ({})", targets::name(target), targets::bound(target))
    };
    let mut named: Vec<String> = missed.iter().take(NAMED).map(name).collect();
    if missed.len() > NAMED {
        named.push(format!("{} more", missed.len() - NAMED));
    }
    let text = format!("{} of {} missed: {}.", group(missed.len() as u64), group(judged), named.join("; "));
    Written { lead: (Judgement::Worsened, "Targets:"), text }
}

fn lead_of(dimension: &str) -> &'static str {
    match dimension {
        "queue" => "Worst queue:",
        "department" => "Worst department:",
        "day" => "Worst day:",
        _ => "Worst:",
    }
}

fn unit(id: &str) -> Unit {
    metrics::describe(id).map_or(Unit::Count, |description| description.unit)
}

/// A metric's label inside a sentence: `wait in queue (median)`.
fn name(figure: &Figure) -> String {
    let label = metrics::describe(figure.metric).map_or(figure.metric, |description| description.label);
    let label = words::lowered(label);
    match figure.statistic {
        Some(crate::report::Statistic::P50) => format!("{label} (median)"),
        Some(statistic) => format!("{label} ({})", statistic.name()),
        None => label,
    }
}

fn shown(figure: &Figure, value: f64) -> String {
    unit(figure.metric).format(Some(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;
    use crate::render::terminal::{sample, week};
    use crate::report::summary::{FEW, MOST};
    use crate::report::{Cell, Change, Heatmap, MetricValue, Row, Statistics, Table};
    use crate::unit::ChangeKind;

    fn texts(report: &Report) -> Vec<String> {
        written(report).iter().map(|sentence| format!("{} {}", sentence.lead.1, sentence.text)).collect()
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
            cells: crate::report::Entries(vec![(id.to_owned(), cell)]),
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
        // Volume alone; a count that has a better side and grew with the volume is no news.
        let mut quiet = report(vec![
            ("conversations", scalar(Unit::Count, 110.0, 100.0, 110)),
            ("reopened_conversations", scalar(Unit::Count, 33.0, 30.0, 33)),
        ]);
        assert_eq!(texts(&quiet), ["Volume: 110 total conversations, +10.0 % from 100."]);
        // The median counts, and it got better.
        quiet.metrics.0.push(("queue_wait".to_owned(), duration(60.0, 90.0, 25)));
        assert_eq!(texts(&quiet)[0], "Better: wait in queue (median) fell from 1 min 30 s to 1 min 00 s (−33.3 %).");
        // Of few cases nothing is said.
        quiet.metrics.0.pop();
        quiet.metrics.0.push(("queue_wait".to_owned(), duration(60.0, 600.0, FEW - 1)));
        assert_eq!(texts(&quiet).len(), 1);

        // The heavier change wins: 30 points of service level against a tenth of a wait.
        let mut week = report(vec![
            ("service_level", scalar(Unit::Rate, 0.5, 0.8, 40)),
            ("queue_wait", duration(110.0, 100.0, 40)),
        ]);
        assert_eq!(texts(&week), ["Worse: service level fell from 80.0 % to 50.0 % (−30.0 pts)."]);
        let share = |value, n| Cell::Scalar { value: Some(value), n: Some(n) };
        by_queue(
            &mut week,
            "service_level",
            vec![("A", share(0.9, 30)), ("B", share(0.2, 25)), ("C", share(0.1, 2)), ("(none)", share(0.0, 50))],
        );
        assert_eq!(texts(&week)[1], "Worst queue: B, service level 20.0 % (50.0 % in all).");

        // A tie has no worst, and no busiest.
        let mut tie = report(vec![("service_level", scalar(Unit::Rate, 0.5, 0.5, 40))]);
        by_queue(&mut tie, "service_level", vec![("A", share(0.2, 30)), ("B", share(0.2, 25))]);
        tie.heatmaps
            .0
            .push(("conversations".to_owned(), Heatmap { counts: [[3; 24]; 7], hours_observed: [[1.0; 24]; 7] }));
        assert!(texts(&tie).is_empty());
        tie.heatmaps.0[0].1.counts[6][23] = 9;
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
                let text = write(&report, &sentence).text;
                let verb = if value > previous { " rose " } else { " fell " };
                prop_assert!(text.contains(verb), "{}", text);
            }
        }
    }
}
