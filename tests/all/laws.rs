//! Laws that hold for any log: relations between numbers of one report, or of two reports that differ by one flag.

use std::path::{Path, PathBuf};

use dialogram::metrics;
use dialogram::metrics::measure::Measure;
use serde_json::{Value, json};

use crate::reference::event::to_jsonl;
use crate::reference::options::{Compare, Options};
use crate::reference::random::{Shape, random_log, random_options};
use crate::support::{is_near, report, success, text};

/// How many random logs each law is tested on.
const LOGS: u64 = 24;

/// A random log in a folder, with options for it: without opening hours and staffing.
fn logs(folder: &Path) -> impl Iterator<Item = (u64, PathBuf, Options)> {
    (0..LOGS).map(move |seed| {
        let log = random_log(seed, 60 + usize::try_from(seed % 4).unwrap() * 60, &Shape::random(seed));
        let mut options = random_options(seed, &log);
        (options.opening, options.trend) = (None, None);
        options.staffing = crate::reference::staffing::Asked::default();
        let path = folder.join(format!("{seed}.jsonl"));
        std::fs::write(&path, to_jsonl(&log)).unwrap();
        (seed, path, options)
    })
}

/// The report as JSON; `None` for a window without events.
fn json_of(log: &Path, options: &Options, more: &[&str]) -> Option<Value> {
    let args: Vec<String> = options.report_args().into_iter().chain(more.iter().map(ToString::to_string)).collect();
    match report(&[log.to_owned()], &args) {
        Ok((_, report)) => Some(serde_json::to_value(&report).unwrap()),
        Err((3, _)) => None,
        Err((code, message)) => panic!("{}: exit {code}: {message}", log.display()),
    }
}

fn durations() -> impl Iterator<Item = &'static str> {
    metrics::all().filter(|metric| matches!(metric.measure, Measure::Duration { .. })).map(|metric| metric.id)
}

#[test]
fn open_time_is_at_most_wall_time_and_equals_it_where_nothing_closes() {
    let folder = tempfile::tempdir().unwrap();
    let hours = |name: &str, days: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("[open]\n{days}\n")).unwrap();
        path
    };
    let always = hours("always.toml", "mon-sun = ['00:00-24:00']");
    let mornings = hours("mornings.toml", "mon-sat = ['07:30-12:10', '22:00-03:00']");
    let never = hours("never.toml", "mon = []");
    let (mut shorter, mut seen) = (0, 0);
    for (seed, log, options) in logs(folder.path()) {
        let Some(wall) = json_of(&log, &options, &[]) else { continue };
        let with = |path: &Path| json_of(&log, &options, &["--opening-hours", text(path)]).unwrap();
        let (always, mornings, never) = (with(&always), with(&mornings), with(&never));
        for id in durations() {
            let of = |report: &Value, statistic: &str| report["metrics"][id][statistic].clone();
            for statistic in ["mean", "p50", "p90", "p95", "max", "n"] {
                let wall = of(&wall, statistic);
                assert!(is_near(&of(&always, statistic), &wall), "log {seed}: {id} {statistic}, always open");
                let (open, wall) = (of(&mornings, statistic).as_f64(), wall.as_f64());
                assert!(
                    open <= wall && open.is_some() == wall.is_some(),
                    "log {seed}: {id} {statistic} {open:?} {wall:?}"
                );
                shorter += usize::from(open < wall);
                seen += 1;
            }
            let closed = of(&never, "max");
            let is_open_time = never["metrics"][id]["open_time"] == json!(true);
            assert!(!is_open_time || closed.is_null() || closed == json!(0), "log {seed}: {id} {closed}, never open");
        }
        assert!(is_near(&always["metrics"]["service_level"]["value"], &wall["metrics"]["service_level"]["value"]));
        let out = |report: &Value| report["metrics"]["conversations_out_of_hours"]["value"].clone();
        assert_eq!(out(&always), json!(0), "log {seed}");
        assert_eq!(out(&never), wall["metrics"]["conversations"]["value"], "log {seed}");
    }
    assert!(shorter > 100 && seen > 1_000, "{shorter} of {seen}");
}

#[test]
fn counts_and_times_add_up_over_weeks_months_hours_and_crossings() {
    let folder = tempfile::tempdir().unwrap();
    let tables =
        ["by_week", "by_month", "by_weekday", "by_hour", "by_channel_department", "by_agent_hour", "by_month_queue"];
    let (mut seen, mut seen_cells) = (0, 0);
    for (seed, log, options) in logs(folder.path()) {
        let Some(report) = json_of(&log, &options, &[]) else { continue };
        for name in tables {
            let table = &report["tables"][name];
            for id in table["metrics"].as_array().unwrap().iter().filter_map(Value::as_str) {
                let metric = metrics::find(id).unwrap();
                let total = &report["metrics"][id];
                let is_time = matches!(metric.measure, Measure::Time { .. }) && total["unit"] == "seconds";
                if !(matches!(metric.measure, Measure::Count { .. }) || is_time) {
                    continue;
                }
                let rows = table["rows"].as_array().unwrap();
                let sum: f64 = rows.iter().filter_map(|row| row[id].as_f64()).sum();
                let total = total["value"].as_f64().unwrap_or(0.0);
                assert!((sum - total).abs() < 1e-6, "log {seed}: {id} {name}: {sum} of {total}");
                seen += usize::from(total > 0.0);
            }
        }
        // The cells of a heatmap too: each hour equals the row of that hour.
        for (id, heatmap) in report["heatmaps"].as_object().unwrap() {
            let cells = heatmap.get("seconds").or(heatmap.get("counts")).unwrap();
            let of_hour = |hour: usize| (0..7).filter_map(|day| cells[day][hour].as_f64()).sum::<f64>();
            let total = report["metrics"][id]["value"].as_f64().unwrap_or(0.0);
            let sum: f64 = (0..24).map(of_hour).sum();
            assert!((sum - total).abs() < 1e-6, "log {seed}: heatmap {id}: {sum} of {total}");
            let by_hour = report["tables"]["by_hour"]["rows"].as_array().unwrap();
            assert_eq!(by_hour.len(), 24, "log {seed}");
            for (hour, row) in by_hour.iter().enumerate().filter(|(_, row)| row.get(id).is_some()) {
                let (cells, row) = (of_hour(hour), row[id].as_f64().unwrap_or(0.0));
                assert!((cells - row).abs() < 1e-6, "log {seed}: heatmap {id} at {hour}: {cells} of {row}");
                seen_cells += usize::from(row > 0.0);
            }
        }
    }
    assert!(seen > 1_000 && seen_cells > 100, "{seen} {seen_cells}");
}

#[test]
fn the_trend_ends_with_the_previous_value_and_the_value() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for (seed, log, options) in logs(folder.path()) {
        // Compared with another window, the previous values are not the trend's.
        let options = Options { compare: Compare::Previous, ..options };
        let Some(report) = json_of(&log, &options, &["--trend", "3"]) else { continue };
        for (id, metric) in report["metrics"].as_object().unwrap() {
            let Some(trend) = metric["trend"].as_array() else { continue };
            assert_eq!(trend.len(), 3);
            let (now, before) = (&trend[2], &trend[1]);
            if metric.get("value").is_some() {
                assert_eq!((now, before), (&metric["value"], &metric["previous"]), "log {seed}: {id}");
            } else {
                for statistic in ["mean", "p50", "p90", "p95", "max", "n"] {
                    assert_eq!(now[statistic], metric[statistic], "log {seed}: {id} {statistic}");
                    assert_eq!(before[statistic], metric["previous"][statistic], "log {seed}: {id} {statistic}");
                }
            }
            seen += 1;
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn every_row_of_the_csv_has_a_key_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let csv = |log: &Path, args: &[String]| {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let log = [text(log), "--template", "weekly", "--template", "staffing", "--format", "csv"];
        String::from_utf8(success(&[&["report"][..], &log, &args].concat())).unwrap()
    };
    let mut seen = 0;
    let mut look = |what: &str, csv: &str| {
        let mut keys = std::collections::BTreeSet::new();
        for record in csv::Reader::from_reader(csv.as_bytes()).records() {
            let record = record.unwrap();
            let key: Vec<&str> = record.iter().take(4).collect();
            assert!(keys.insert(key.join("\t")), "{what}: {key:?} stands twice");
            seen += 1;
        }
        keys
    };
    for (seed, log, options) in logs(folder.path()).take(6) {
        if json_of(&log, &options, &[]).is_some() {
            let more = ["--trend", "3", "--by", "channel,queue"].map(str::to_owned);
            look(&format!("log {seed}"), &csv(&log, &[options.report_args(), more.to_vec()].concat()));
        }
    }
    // Apia skipped 30 December 2011: a window of that date has no length, and begins where the next one does.
    let log = folder.path().join("apia.jsonl");
    let row = |ts: &str, id: u32| format!("{{\"ts\":\"{ts}\",\"event\":\"started\",\"conversation_id\":\"{id}\"}}\n");
    let rows = ["2011-12-28T23:00:00Z", "2011-12-29T22:00:00Z", "2011-12-30T11:00:00Z", "2011-12-30T12:00:00Z"];
    let rows: String = (1..).zip(rows).map(|(id, ts)| row(ts, id)).collect();
    std::fs::write(&log, rows).unwrap();
    let days = "--tz Pacific/Apia --from 2011-12-31 --to 2011-12-31 --trend 3".split(' ').map(str::to_owned);
    let csv = csv(&log, &days.collect::<Vec<_>>());
    look("Apia", &csv);
    let of_trend = csv.lines().filter(|line| line.starts_with("trend,") && line.contains(",conversations,"));
    let of_trend: Vec<String> = of_trend.map(|line| line.split(',').take(6).collect::<Vec<_>>().join(",")).collect();
    let expected = [("2011-12-29", 1), ("2011-12-30", 0), ("2011-12-31", 2)];
    let expected = expected.map(|(day, count)| format!("trend,{day},conversations,value,count,{count}"));
    assert_eq!(of_trend, expected);
    assert!(seen > 5_000, "{seen}");
}

#[test]
fn concurrency_is_at_least_one_and_occupancy_at_most_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for (seed, log, options) in logs(folder.path()) {
        let Some(report) = json_of(&log, &options, &[]) else { continue };
        let mut look = |what: &str, concurrency: &Value, occupancy: &Value| {
            let near = 1e-9;
            let (concurrency, occupancy) = (concurrency.as_f64(), occupancy.as_f64());
            assert!(concurrency.is_none_or(|value| value >= 1.0 - near), "log {seed}: {what} {concurrency:?}");
            assert!(
                occupancy.is_none_or(|value| (0.0..=1.0 + near).contains(&value)),
                "log {seed}: {what} {occupancy:?}"
            );
            seen += usize::from(concurrency.is_some()) + usize::from(occupancy.is_some());
        };
        look("total", &report["metrics"]["concurrency"]["value"], &report["metrics"]["occupancy"]["value"]);
        for (name, table) in report["tables"].as_object().unwrap() {
            for row in table["rows"].as_array().unwrap() {
                look(&format!("{name} {}", row["key"]), &row["concurrency"], &row["occupancy"]);
            }
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn staffing_grows_with_the_load() {
    let folder = tempfile::tempdir().unwrap();
    let (mut grown, mut seen) = (0, 0);
    for (seed, log, options) in logs(folder.path()) {
        let flags = ["--staffing-volume=-50%", "--staffing-volume=+0%", "--staffing-volume=+400%"];
        let reports: Vec<Option<Value>> = flags.iter().map(|flag| json_of(&log, &options, &[flag])).collect();
        let Some(reports) = reports.into_iter().collect::<Option<Vec<Value>>>() else { continue };
        for (day, hour) in (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
            let of = |report: &Value, name: &str| report["staffing"]["cells"][name][day][hour].as_f64();
            let needed: Vec<Option<f64>> = reports.iter().map(|report| of(report, "needed")).collect();
            assert!(needed.is_sorted(), "log {seed}: {day} {hour} {needed:?}");
            grown += usize::from(needed[0] < needed[2]);
            for report in &reports {
                let (Some(load), Some(needed)) = (of(report, "load"), of(report, "needed")) else { continue };
                assert!(needed > load || needed == 0.0 && load == 0.0, "log {seed}: {needed} for {load}");
                assert!(of(report, "service_level").is_none_or(|share| (0.8..=1.0).contains(&share)));
                seen += 1;
            }
        }
    }
    assert!(grown > 20 && seen > 1_000, "{grown} {seen}");
}

#[test]
fn attributes_add_up_and_tags_count_a_row_under_each() {
    let folder = tempfile::tempdir().unwrap();
    let flags =
        ["--attribute", "plan", "--attribute", "region", "--by", "plan", "--by", "plan,region", "--by", "region,week"];
    let (mut seen, mut several) = (0, 0);
    for (seed, log, mut options) in logs(folder.path()) {
        options.has_attributes = false;
        let Some(report) = json_of(&log, &options, &flags) else { continue };
        let checks = report["checks"].as_array().unwrap();
        for name in ["by_plan", "by_plan_region", "by_region_week", "by_tag"] {
            let table = &report["tables"][name];
            for id in table["metrics"].as_array().unwrap().iter().filter_map(Value::as_str) {
                let (metric, total) = (metrics::find(id).unwrap(), report["metrics"][id]["value"].as_f64());
                let (Measure::Count { .. }, Some(total)) = (&metric.measure, total) else { continue };
                let counts: Vec<f64> =
                    table["rows"].as_array().unwrap().iter().filter_map(|row| row[id].as_f64()).collect();
                let sum: f64 = counts.iter().sum();
                if name == "by_tag" {
                    assert!(sum >= total && counts.iter().all(|count| *count <= total), "log {seed}: {id} {counts:?}");
                    several += usize::from(sum > total);
                } else {
                    assert!((sum - total).abs() < 1e-9, "log {seed}: {id} {name}: {sum} of {total}");
                    let identity = format!("sum of {id} {name} = total");
                    assert!(checks.iter().any(|check| check["id"] == identity), "log {seed}: no check {identity}");
                    seen += usize::from(total > 0.0);
                }
            }
        }
    }
    assert!(seen > 300 && several > 10, "{seen} sums, {several} of tags larger than the total");
}

/// The second stint lasts days longer than the last event. A report of the day of its end, which keeps only the
/// necessary conversations, has its time from midnight to 9:00.
#[test]
fn a_stint_that_silence_ends_counts_on_the_day_of_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let row = |ts: &str, what: &str| {
        format!("{{\"ts\":\"2026-03-{ts}:00Z\",{what},\"customer_id\":\"u\",\"channel\":\"web\"}}\n")
    };
    let asks = r#""event":"message","actor":"customer""#;
    let given = |agent: &str| format!(r#""event":"assigned","agent_id":"{agent}""#);
    let rows =
        [row("02T10:00", asks), row("02T10:05", &given("ana")), row("02T10:10", &given("bo")), row("06T09:00", asks)];
    std::fs::write(&log, rows.concat()).unwrap();
    let args = ["--sessions", "inactivity", "--from", "2026-03-06", "--to", "2026-03-06"].map(str::to_owned);
    let (_, report) = report(&[log], &args).unwrap();
    let report = serde_json::to_value(&report).unwrap();
    let time = &report["metrics"]["handling_time"];
    assert!(is_near(&time["value"], &json!(9.0 * 3600.0)), "{time}");
    assert!(is_near(&time["previous"], &json!(24.0 * 3600.0)), "{time}");
}
