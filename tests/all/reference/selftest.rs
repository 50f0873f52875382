//! The reference against itself: what must hold whatever the log.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::event::{Event, Kind, from_jsonl, to_csv, to_jsonl};
use super::facts::Facts;
use super::identities;
use super::metrics::{METRICS, Value};
use super::options::{HOUR, Options, Sessions};
use super::random::{Life, Shape, any_log, any_log_and_options, log_of, minimise, random_log, random_options};
use super::report::Report;
use super::sessions::fold;
use super::snapshot::Snapshot;

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: proptest::test_runner::RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn identities_hold((log, options) in any_log_and_options(60)) {
        let report = Report::new(&log, &options);
        for check in identities::of_the_log(&report).into_iter().chain(identities::of_the_window(&report)) {
            prop_assert!(check.holds(), "{check:?}");
        }
        prop_assert_eq!(report.facts.rejected, 0, "all rows are good");
        let everything = Snapshot::new(&report.facts, &options, &Default::default());
        prop_assert_eq!(everything.total, everything.automated + everything.waiting + everything.attended);
        report.change();
    }

    #[test]
    fn a_log_survives_its_spelling((_, log) in any_log(60)) {
        prop_assert_eq!(from_jsonl(&to_jsonl(&log)), Ok(log.clone()));
        prop_assert!(to_csv(&log, ';').lines().count() > log.len());
    }

    /// Section 5: a report as of T equals the report of the log cut after T, but for what is of the whole run.
    #[test]
    fn as_of_equals_the_cut_log((log, options) in any_log_and_options(60)) {
        let horizon = options.as_of.unwrap_or(log[log.len() / 2].ts);
        let options = Options { as_of: Some(horizon), sessions: Some(sessions(&log, &options)), ..options };
        let mut sorted = log.clone();
        sorted.sort_by_key(|event| event.ts);
        let mut cut = sorted.clone();
        cut.retain(|event| event.ts <= horizon);
        let has_queues = |log: &[Event]| {
            log.iter().any(|event| event.queue.is_some() || event.to_queue.is_some())
        };
        prop_assume!(has_queues(&sorted) == has_queues(&cut));
        prop_assert_eq!(without_counts(fold(&sorted, &options)), without_counts(fold(&cut, &options)));
    }

    /// By id conversations do not touch each other, but for `is_returned`.
    #[test]
    fn a_conversation_alone_has_the_same_numbers((_, log) in any_log(40)) {
        let far = Options::new(NaiveDate::MIN, NaiveDate::MIN);
        let options = Options { sessions: Some(Sessions::Id), as_of: Some(1_900_000_000_000), ..far };
        let mut log = log;
        log.sort_by_key(|event| event.ts);
        // Queues stay queues when a conversation has none.
        let witness = Event { queue: Some("Q1".into()), ..Event::new(0, Kind::AgentStatus) };
        log.insert(0, witness.clone());
        for mut expected in fold(&log, &options).conversations {
            let id = Some(expected.common.conversation_id.clone());
            let its_own = log.iter().filter(|event| event.conversation_id == id).cloned();
            let alone: Vec<Event> = [witness.clone()].into_iter().chain(its_own).collect();
            expected.is_returned = false;
            prop_assert_eq!(fold(&alone, &options).conversations, vec![expected]);
        }
    }
}

fn sessions(log: &[Event], options: &Options) -> Sessions {
    let has_ids = log.iter().any(|event| event.conversation_id.is_some());
    options.sessions.unwrap_or(if has_ids { Sessions::Id } else { Sessions::Inactivity })
}

fn without_counts(facts: Facts) -> Facts {
    Facts { rows_read: 0, accepted: 0, duplicates: 0, rejected: 0, ..facts }
}

#[test]
fn a_window_has_as_many_hours_as_it_has() {
    for seed in 0..60 {
        let log = random_log(seed, 40, &Shape::random(seed));
        let report = Report::new(&log, &random_options(seed, &log));
        let hours: f64 = report.hours_observed().iter().flatten().sum();
        let expected = (report.window.end - report.window.begin) as f64 / HOUR as f64;
        assert!((hours - expected).abs() < 1e-6, "{hours} {expected}");
    }
}

#[test]
fn a_failing_log_shrinks() {
    let log = random_log(7, 300, &Shape::random(7));
    let smallest = minimise(&log, |log| log.iter().filter(|event| event.kind.name() == "closed").count() >= 2);
    assert_eq!(smallest.len(), 2);
    assert_eq!(log_of(&[1, 2], &Shape::plain()), log_of(&[1, 2], &Shape::plain()));
}

/// How often each metric says something (neither null nor zero), over whole logs, some of them seen from
/// an instant in between.
pub fn exercise(life: Life, has_ids: bool, logs: u64, size: usize) -> BTreeMap<&'static str, f64> {
    let mut hits: BTreeMap<&'static str, f64> = BTreeMap::new();
    for seed in 0..logs {
        let shape = Shape { life, has_ids, ..Shape::random(seed) };
        let log = random_log(seed, size, &shape);
        let first = log.iter().map(|event| event.ts).min().unwrap_or(0);
        let last = log.iter().map(|event| event.ts).max().unwrap_or(0);
        let day = |ts| super::window::local(chrono_tz::Tz::UTC, ts).date;
        let Options { as_of, opening, .. } = random_options(seed, &log);
        let report = Report::new(&log, &Options { as_of, opening, ..Options::new(day(first), day(last)) });
        for (id, value) in report.metrics() {
            let says = match value {
                Value::Scalar(value, _) => value.is_some_and(|number| number != 0.0),
                Value::Duration { n, .. } => n > 0,
            };
            let name = METRICS.iter().map(|metric| metric.id).find(|name| *name == id).unwrap();
            *hits.entry(name).or_insert(0.0) += if says { 1.0 / logs as f64 } else { 0.0 };
        }
    }
    hits
}

/// Random logs exercise every metric (`-- --nocapture` prints how often).
#[test]
fn every_metric_is_exercised() {
    let all = [
        ("chaos id", exercise(Life::Chaos, true, 100, 150)),
        ("chaos", exercise(Life::Chaos, false, 100, 150)),
        ("life id", exercise(Life::Lifelike, true, 100, 300)),
        ("life", exercise(Life::Lifelike, false, 100, 300)),
        ("mixed id", exercise(Life::Mixed, true, 100, 300)),
        ("mixed", exercise(Life::Mixed, false, 100, 300)),
    ];
    print!("{:<32}", "");
    all.iter().for_each(|(name, _)| print!("{name:>10}"));
    println!();
    for metric in &METRICS {
        print!("{:<32}", metric.id);
        for (_, hits) in &all {
            print!("{:>10.2}", hits[metric.id]);
        }
        println!();
        let best = all.iter().map(|(_, hits)| hits[metric.id]).fold(0.0, f64::max);
        assert!(best > 0.1, "{} is hardly ever exercised: {best}", metric.id);
    }
}
