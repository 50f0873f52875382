//! Weeks as they happen, and what a manager should read first about each.

use super::*;

fn count(now: u32, before: u32) -> MetricValue {
    scalar(Unit::Count, now.into(), before.into(), now.into())
}

fn rate(now: f64, before: f64, n: u64) -> MetricValue {
    scalar(Unit::Rate, now, before, n)
}

fn first_of_all(mut report: Report) -> Report {
    for (_, value) in &mut report.metrics.0 {
        match value {
            MetricValue::Scalar(scalar) => (scalar.previous, scalar.change) = (None, None),
            MetricValue::Duration(duration) => (duration.previous, duration.change) = (None, None),
            MetricValue::Hidden(_) => {}
        }
    }
    report
}

fn share(value: f64, n: u64) -> Cell {
    Cell::Scalar { value: Some(value), n: Some(n) }
}

fn busy_on_monday(report: &mut Report) {
    let mut heatmap = Heatmap::new([[1; 24]; 7], [[1.0; 24]; 7]);
    heatmap.counts[0][9] = crate::report::Shown::Known(25);
    report.heatmaps.0.push(("conversations".to_owned(), WeekGrid::Counts(heatmap)));
}

fn targets(report: &mut Report, limits: &[f64]) {
    let metric = metrics::find("service_level").unwrap();
    let target = |limit: &f64| Target { metric, statistic: None, bound: TargetSide::AtLeast, limit: *limit };
    report.targets = limits.iter().map(|limit| target(limit).judge(report)).collect();
}

#[test]
fn fewer_conversations_and_longer_waits() {
    let week = report(vec![
        ("conversations", count(350, 500)),
        ("first_response_time", duration(300.0, 180.0, 120)),
        ("service_level", rate(0.70, 0.74, 120)),
    ]);
    assert_eq!(
        texts(&week),
        [
            "Worse: initial customer wait (median) rose from 3 min 00 s to 5 min 00 s (+66.7%).",
            "Volume: 350 conversations, −30.0% from 500.",
        ]
    );
}

#[test]
fn a_handful_of_conversations() {
    let week = report(vec![
        ("conversations", count(12, 9)),
        ("abandoned", count(6, 1)),
        ("service_level", rate(0.2, 1.0, 5)),
        ("first_response_time", duration(900.0, 60.0, 12)),
    ]);
    assert_eq!(texts(&week), ["Volume: 12 conversations, from 9."]);
}

#[test]
fn nothing_changed() {
    let week = report(vec![
        ("conversations", count(500, 500)),
        ("first_response_time", duration(180.0, 180.0, 120)),
        ("service_level", rate(0.801, 0.802, 120)),
        ("abandoned", count(23, 22)),
    ]);
    assert_eq!(texts(&week), ["Volume: 500 conversations, as many as before."]);
}

#[test]
fn the_first_week_of_a_log() {
    let mut week = first_of_all(report(vec![("conversations", count(500, 1)), ("service_level", rate(0.7, 0.1, 200))]));
    by_queue(&mut week, "service_level", vec![("Orders", share(0.8, 120)), ("Billing", share(0.55, 80))]);
    busy_on_monday(&mut week);
    assert_eq!(
        texts(&week),
        [
            "Volume: 500 conversations.",
            "Worst queue: Billing, service level 55.0% (70.0% overall).",
            "Busiest hour: Monday 09:00 to 10:00, 25 conversations.",
        ]
    );
}

/// A target that the whole meets and a queue misses is not simply met.
#[test]
fn a_queue_misses_the_target() {
    let mut week = report(vec![("conversations", count(500, 500)), ("service_level", rate(0.82, 0.82, 240))]);
    by_queue(
        &mut week,
        "service_level",
        vec![
            ("Orders", share(0.9, 150)),
            ("Billing", share(0.71, 80)),
            ("Returns", share(0.1, 10)),
            ("(none)", share(0.0, 90)),
        ],
    );
    targets(&mut week, &[0.8]);
    let said = |report: &Report| texts(report).into_iter().find(|text| text.starts_with("Targets:"));
    let expected = "Targets: the one target is met overall, except: Billing, service level 71.0% (≥ 80.0%).";
    assert_eq!(said(&week).as_deref(), Some(expected));
    targets(&mut week, &[0.8, 0.75]);
    let expected = "Targets: all 2 are met overall, except: Billing, service level 71.0% (≥ 80.0%); Billing, service \
                    level 71.0% (≥ 75.0%).";
    assert_eq!(said(&week).as_deref(), Some(expected));
    // A queue with few cases proves nothing.
    targets(&mut week, &[0.6]);
    assert_eq!(said(&week).as_deref(), Some("Targets: the one target is met."));
    targets(&mut week, &[0.9, 0.6]);
    assert_eq!(said(&week).as_deref(), Some("Targets: 1 of 2 missed: service level 82.0% (≥ 90.0%)."));
}

#[test]
fn the_bot_closed_everything() {
    let mut week = report(vec![
        ("conversations", count(300, 290)),
        ("containment_rate", rate(1.0, 0.99, 300)),
        ("first_response_time", first_response_of_nobody()),
    ]);
    busy_on_monday(&mut week);
    assert_eq!(
        texts(&week),
        ["Volume: 300 conversations, +3.4% from 290.", "Busiest hour: Monday 09:00 to 10:00, 25 conversations."]
    );
}

fn first_response_of_nobody() -> MetricValue {
    let mut value = week::duration(1, 20, 1);
    value.statistics = Statistics { mean: None, p50: None, p90: None, p95: None, max: None, n: 0 };
    value.previous = Some(statistics(60.0, 30));
    value.change = Some(Change::default());
    MetricValue::Duration(value)
}

/// Good news first is not the whole truth.
#[test]
fn the_largest_change_is_an_improvement_and_waits_are_longer() {
    let week = report(vec![
        ("conversations", count(500, 480)),
        ("transfers_incomplete", count(10, 60)),
        ("first_response_time", duration(240.0, 180.0, 120)),
    ]);
    assert_eq!(
        texts(&week),
        [
            "Better: incomplete transfers fell from 60 to 10 (−83.3%).",
            "Worse: initial customer wait (median) rose from 3 min 00 s to 4 min 00 s (+33.3%).",
            "Volume: 500 conversations, +4.2% from 480.",
        ]
    );
}

/// A rate that more than doubled is larger news than ten more cancelled transfers, which are no key figure.
#[test]
fn a_small_rate_that_doubled() {
    let mut week = report(vec![("conversations", count(500, 500)), ("abandonment_rate", rate(0.12, 0.05, 300))]);
    week.metrics.0.push(("transfers_cancelled".to_owned(), count(25, 15)));
    assert_eq!(texts(&week)[0], "Worse: abandonment rate rose from 5.0% to 12.0% (+7.0 pts).");
}

/// Three of 25 cases are chance.
#[test]
fn a_rate_of_few_cases() {
    let week = report(vec![("conversations", count(100, 100)), ("service_level", rate(0.72, 0.84, 25))]);
    assert_eq!(texts(&week), ["Volume: 100 conversations, as many as before."]);
}

/// One case of 16 hours moves the mean, not the median.
#[test]
fn one_long_case() {
    let mut wait = duration(56.0, 57.0, 179);
    let MetricValue::Duration(value) = &mut wait else { unreachable!("a duration") };
    (value.statistics.mean, value.previous.as_mut().unwrap().mean) = (Some(991.0), Some(690.0));
    let week = report(vec![("conversations", count(555, 490)), ("first_response_time", wait)]);
    assert_eq!(texts(&week), ["Volume: 555 conversations, +13.3% from 490."]);
}

/// Queues that are nearly equal have no worst one; the next key figure may have.
#[test]
fn queues_that_are_nearly_equal() {
    let mut week = report(vec![("service_level", rate(0.8, 0.8, 400)), ("abandonment_rate", rate(0.1, 0.1, 400))]);
    by_queue(&mut week, "service_level", vec![("Orders", share(0.802, 200)), ("Billing", share(0.798, 200))]);
    assert!(texts(&week).is_empty(), "{:?}", texts(&week));
    let (_, table) = &mut week.tables.0[0];
    table.metrics.push("abandonment_rate".to_owned());
    for (row, value) in table.rows.iter_mut().zip([0.18, 0.02]) {
        row.cells = [("service_level", 0.8), ("abandonment_rate", value)]
            .into_iter()
            .map(|(id, value)| (id.to_owned(), share(value, 200)))
            .collect();
    }
    assert_eq!(texts(&week), ["Worst queue: Orders, abandonment rate 18.0% (10.0% overall)."]);
}

/// With more to say than there is room for, bad news stays, and its place on the page.
#[test]
fn a_week_with_much_to_say() {
    let mut week = report(vec![
        ("conversations", count(500, 400)),
        ("transfers_incomplete", count(10, 60)),
        ("service_level", rate(0.5, 0.7, 240)),
    ]);
    by_queue(&mut week, "service_level", vec![("Orders", share(0.6, 150)), ("Billing", share(0.3, 90))]);
    busy_on_monday(&mut week);
    let leads = |report: &Report| -> Vec<String> {
        texts(report).iter().map(|text| text.split(':').next().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(leads(&week), ["Better", "Worse", "Volume", "Worst queue"]);
    targets(&mut week, &[0.8]);
    assert_eq!(leads(&week), ["Better", "Worse", "Volume", "Targets"]);
    // An improvement beside a larger worsening is said where there is room.
    week.metrics.0[1] = ("transfers_incomplete".to_owned(), count(40, 50));
    week.metrics.0[2] = ("service_level".to_owned(), rate(0.35, 0.7, 240));
    assert_eq!(leads(&week), ["Worse", "Volume", "Worst queue", "Targets"]);
    week.heatmaps.0.clear();
    week.targets.clear();
    assert_eq!(leads(&week), ["Worse", "Better", "Volume", "Worst queue"]);
}
