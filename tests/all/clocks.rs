//! Windows in zones whose clock goes back across midnight, or that skip a date.

use std::fs;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::{success, text};

/// In St. John's 02:31Z on 7 November 2010 was 00:01 on the 7th; then the clock went back to 23:01 on the 6th. The 7th
/// begins at 02:30Z and contains everything after it: the second and third conversation, although the local clock shows
/// Saturday at the third.
const ST_JOHNS: [&str; 3] = ["2010-11-06T12:00:00Z", "2010-11-07T02:30:30Z", "2010-11-07T02:45:00Z"];

struct Log {
    folder: TempDir,
    zone: &'static str,
}

impl Log {
    fn new(zone: &'static str, instants: &[String]) -> Self {
        let folder = tempdir().unwrap();
        let row = |(id, ts): (usize, &String)| {
            json!({"ts": ts, "event": "queued", "conversation_id": format!("c{id}"), "queue": "Q"}).to_string()
        };
        let rows: Vec<String> = (1..).zip(instants).map(row).collect();
        fs::write(folder.path().join("log.jsonl"), rows.join("\n")).unwrap();
        Self { folder, zone }
    }

    fn st_johns(instants: &[&str]) -> Self {
        Self::new("America/St_Johns", &instants.iter().map(|ts| (*ts).to_owned()).collect::<Vec<_>>())
    }

    /// The JSON of a command.
    fn json(&self, command: &str, flags: &[&str]) -> Value {
        let log = self.folder.path().join("log.jsonl");
        let own = [command, text(&log), "--tz", self.zone, "--config", "none", "--format", "json"];
        serde_json::from_slice(&success(&[&own[..], flags].concat())).unwrap()
    }
}

fn conversations(report: &Value) -> (&Value, &Value) {
    let metric = &report["metrics"]["conversations"];
    (&metric["value"], &metric["previous"])
}

fn warnings<'r>(report: &'r Value, id: &str) -> Vec<&'r str> {
    let all = report["warnings"].as_array().unwrap().iter().filter(|warning| warning["id"] == id);
    all.map(|warning| warning["text"].as_str().unwrap()).collect()
}

#[test]
fn a_day_on_which_the_clock_goes_back_over_midnight_is_compared() {
    let log = Log::st_johns(&ST_JOHNS);
    let of = |flags: &[&str]| log.json("report", flags);
    let sixth = ["--from", "2010-11-06", "--to", "2010-11-06"];
    let compared = of(&[&sixth[..], &["--compare", "2010-11-07"]].concat());
    assert_eq!(conversations(&compared), (&json!(1), &json!(2)));
    assert!(warnings(&compared, "no_previous_window").is_empty());
    assert!(warnings(&compared, "compared_days_uncovered").is_empty());
    let seventh = of(&["--from", "2010-11-07", "--to", "2010-11-07"]);
    assert_eq!(conversations(&seventh), (&json!(2), &json!(1)));
    // The log ends on that day; the window is as finished as on any other day.
    assert_eq!(seventh["window"]["unfinished"], false);
    let both = of(&["--from", "2010-11-06", "--to", "2010-11-07"]);
    assert!(warnings(&both, "uncovered_days").is_empty());
}

#[test]
fn the_days_of_a_log_have_its_first_and_last_event() {
    let log = Log::st_johns(&ST_JOHNS);
    let of = |flags: &[&str]| log.json("report", flags);
    assert_eq!(conversations(&of(&["--to", "log-end", "--days", "1"])), (&json!(2), &json!(1)));
    assert_eq!(conversations(&of(&["--period", "today", "--now", ST_JOHNS[2]])), (&json!(2), &json!(1)));
    assert_eq!(conversations(&of(&["--period", "yesterday", "--now", ST_JOHNS[2]])), (&json!(1), &Value::Null));
    let list = log.json("list", &["--metric", "conversations", "--all"]);
    assert_eq!(list["rows"].as_array().unwrap().len(), 3);
    let story = log.json("show", &["c3"]);
    let counted = story["conversations"][0]["counted_by"].as_array().unwrap();
    assert!(counted.iter().any(|metric| metric["metric"] == "conversations"), "{counted:?}");
    // A log that begins within the second hour does not cover the day before.
    let late = Log::st_johns(&ST_JOHNS[2..]).json("report", &["--to", "log-end", "--days", "1"]);
    assert_eq!(conversations(&late), (&json!(1), &Value::Null));
    assert_eq!(warnings(&late, "no_previous_window").len(), 1);
}

/// One minute of Sunday before the change and 59 of Saturday after it; the hour of the horizon counts whole.
#[test]
fn staffing_has_the_hours_of_the_day_that_the_log_begins_on() {
    let log = Log::st_johns(&ST_JOHNS[2..]);
    let report = log.json("report", &["--to", "log-end", "--days", "1", "--template", "staffing"]);
    let hours = &report["staffing"]["cells"]["hours"];
    let (saturday, sunday) = (hours[5][23].as_f64().unwrap(), hours[6][0].as_f64().unwrap());
    assert!((saturday - 59.0 / 60.0).abs() < 1e-9 && (sunday - 1.0 / 60.0).abs() < 1e-9, "{hours}");
    assert_eq!(report["staffing"]["cells"]["arrivals"][5][23], 1);
}

/// Samoa had no Friday 30 December 2011. Every other day from 2 December to 28 January has an event at noon.
#[test]
fn a_date_that_a_zone_skipped_is_neither_quiet_nor_uncovered() {
    let noon = |date: chrono::NaiveDate| {
        let is_before = date < "2011-12-30".parse().unwrap();
        format!("{date}T12:00:00{}", if is_before { "-10:00" } else { "+14:00" })
    };
    let first: chrono::NaiveDate = "2011-12-02".parse().unwrap();
    let has_events = |date: &chrono::NaiveDate| !["2011-12-30", "2012-01-06"].contains(&date.to_string().as_str());
    let days: Vec<String> = first.iter_days().take(58).filter(has_events).map(noon).collect();
    let log = Log::new("Pacific/Apia", &days);
    let of = |from: &str, to: &str| log.json("report", &["--from", from, "--to", to]);
    let week = of("2011-12-26", "2012-01-01");
    assert_eq!(conversations(&week), (&json!(6), &json!(7)));
    assert!(warnings(&week, "quiet_days").is_empty());
    // The Friday after is quiet, although the one before it did not exist.
    let quiet = of("2012-01-02", "2012-01-08");
    assert!(warnings(&quiet, "quiet_days")[0].contains("2012-01-06"), "{quiet}");
    let late = Log::new("Pacific/Apia", &days[28..]);
    assert!(days[28].starts_with("2011-12-31"));
    let report = late.json("report", &["--from", "2011-12-30", "--to", "2011-12-31"]);
    assert!(warnings(&report, "uncovered_days").is_empty());
    assert_eq!(conversations(&report).0, 1);
}
