//! Section 16: how many agents each hour of the week needs.
//!
//! A twin of src/report/staffing.rs by intent: it is written from the page alone, so that a mistake of one is not one of the
//! other. Erlang C is here as textbooks have it, a sum of terms.

use serde_json::{Value as Json, json};

use super::metrics::{Item, Value, find, stint_row, visit_row};
use super::options::{HOUR, MINUTE, SECOND};
use super::report::Report;
use super::window::{begin_of_day, day, local};

/// The request for staffing.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub agent_concurrency: f64,
    /// As typed, with a number between 0 and 100, and seconds.
    pub target: (f64, f64),
    /// Seconds of handling, instead of those measured.
    pub handling: Option<f64>,
    /// So many percent more, or less.
    pub volume: Option<i32>,
}

impl Default for Asked {
    fn default() -> Asked {
        Asked { agent_concurrency: 1.0, target: (80.0, 60.0), handling: None, volume: None }
    }
}

impl Asked {
    pub fn set(&mut self, flag: &str, value: &str) -> Option<()> {
        let seconds = |text: &str| -> Option<f64> {
            match (text.strip_suffix('s'), text.strip_suffix('m')) {
                (Some(seconds), _) => seconds.parse().ok(),
                (None, Some(minutes)) => minutes.parse::<f64>().ok().map(|minutes| minutes * 60.0),
                (None, None) => text.parse().ok(),
            }
        };
        match flag {
            "--agent-concurrency" => self.agent_concurrency = value.parse().ok()?,
            "--staffing-handling" => self.handling = Some(seconds(value)?),
            "--staffing-volume" => self.volume = Some(value.strip_suffix('%')?.parse().ok()?),
            "--staffing-target" => {
                let (share, within) = value.split_once("%/")?;
                self.target = (share.parse().ok()?, seconds(within)?);
            }
            _ => return None,
        }
        Some(())
    }

    /// The flags that say the same.
    pub fn args(&self) -> Vec<String> {
        let mut args = Vec::new();
        let default = Asked::default();
        if self.agent_concurrency != default.agent_concurrency {
            args.push(format!("--agent-concurrency={}", self.agent_concurrency));
        }
        if self.target != default.target {
            args.push(format!("--staffing-target={}%/{}s", self.target.0, self.target.1));
        }
        args.extend(self.handling.map(|seconds| format!("--staffing-handling={seconds}")));
        args.extend(self.volume.map(|percent| format!("--staffing-volume={percent:+}%")));
        args
    }
}

/// Erlang's C: the share that waits. The terms a^k / k! one after the other, and the last one for those who wait.
fn waiting_share(agents: u32, load: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 0.0);
    for k in 0..agents {
        sum += term;
        term *= load / f64::from(k + 1);
    }
    let of_waiting = term * f64::from(agents) / (f64::from(agents) - load);
    of_waiting / (sum + of_waiting)
}

/// The agents needed, and the share answered within the time.
fn needed(load: f64, asked: &Asked, handling: f64) -> (u32, f64) {
    let mut agents = load as u32 + 1;
    loop {
        let free = f64::from(agents) - load;
        let share = 1.0 - waiting_share(agents, load) * (-free * asked.target.1 / handling).exp();
        if free > 0.0 && share >= asked.target.0 / 100.0 {
            return (agents, share);
        }
        agents += 1;
    }
}

/// The staffing of a report, as the cases spell it.
pub fn staffing_json(report: &Report) -> Json {
    let asked = &report.options.staffing;
    let zone = report.options.zone;
    let window = &report.window;
    let hours = hours(report);
    let mut arrivals = vec![vec![0.0; 24]; 7];
    for visit in &report.facts.visits {
        let Some(entered) = visit.entered_at.filter(|ts| window.has(*ts)) else { continue };
        if report.fits_row(&visit_row(&report.facts, visit, entered, Item::One)) {
            let at = local(zone, entered);
            arrivals[at.weekday as usize][at.hour as usize] += 1.0;
        }
    }
    let mut handled: Vec<i64> = Vec::new();
    for stint in &report.facts.stints {
        let Some(ended) = stint.ended_at.filter(|_| window.has(stint.began_at)) else { continue };
        if report.fits_row(&stint_row(&report.facts, stint, stint.began_at, Item::One)) {
            handled.push(match &report.options.opening {
                Some(opening) => opening.open_ms(zone, &stint.queue, &stint.department, (stint.began_at, ended)),
                None => ended - stint.began_at,
            });
        }
    }
    let sum: i64 = handled.iter().sum();
    let measured = (!handled.is_empty()).then(|| sum as f64 / handled.len() as f64 / SECOND as f64);
    let handling = asked.handling.or(measured);
    let is_online_known = find("online_time")
        .is_some_and(|metric| matches!(report.metrics().get(metric.id), Some(Value::Scalar(Some(_), _))));
    let online_seconds = report.time_heatmap("online_time");
    let nothing = || vec![vec![Json::Null; 24]; 7];
    let (mut load, mut need, mut level, mut online, mut difference) =
        (nothing(), nothing(), nothing(), nothing(), nothing());
    for (day, hour) in (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
        let count = &mut arrivals[day][hour];
        *count *= (100.0 + f64::from(asked.volume.unwrap_or(0))) / 100.0;
        if hours[day][hour] == 0.0 {
            continue;
        }
        let mut agents = None;
        if *count == 0.0 {
            (load[day][hour], agents) = (json!(0.0), Some(0));
        } else if let Some(handling) = handling {
            let handling = handling / asked.agent_concurrency;
            let erlangs = *count / hours[day][hour] * handling / 3600.0;
            load[day][hour] = json!(erlangs);
            if erlangs == 0.0 {
                agents = Some(0);
            } else {
                let (found, share) = needed(erlangs, asked, handling);
                (agents, level[day][hour]) = (Some(found), json!(share));
            }
        }
        need[day][hour] = json!(agents);
        if is_online_known {
            let mean = online_seconds[day][hour] / 3600.0 / hours[day][hour];
            online[day][hour] = json!(mean);
            difference[day][hour] = json!(agents.map(|agents| mean - f64::from(agents)));
        }
    }
    json!({
        "target": {"share": asked.target.0 / 100.0, "seconds": asked.target.1},
        "agent_concurrency": asked.agent_concurrency,
        "handling": handling,
        "handling_n": handled.len(),
        "hours": hours,
        "arrivals": arrivals,
        "load": load,
        "needed": need,
        "service_level": level,
        "online": online,
        "difference": difference,
    })
}

/// The window's hours by cell: none on a date before that of the first event, none that begins after the horizon.
fn hours(report: &Report) -> Vec<Vec<f64>> {
    let zone = report.options.zone;
    let mut minutes = vec![vec![0_u32; 24]; 7];
    let Some(first) = report.facts.instants.first().map(|first| begin_of_day(zone, day(zone, *first))) else {
        return vec![vec![0.0; 24]; 7];
    };
    let offset = |ts: i64| {
        use chrono::{Offset, TimeZone};
        let at = chrono::DateTime::from_timestamp_millis(ts).unwrap_or_default().naive_utc();
        zone.offset_from_utc_datetime(&at).fix().local_minus_utc()
    };
    let mut ts = report.window.begin;
    let mut hour_began = ts;
    while ts < report.window.end.min(report.facts.horizon + 2 * HOUR) {
        let at = local(zone, ts);
        let before = ts - MINUTE;
        if local(zone, before).hour != at.hour || offset(before) != offset(ts) {
            hour_began = ts;
        }
        if ts >= first && hour_began <= report.facts.horizon && report.fits_clock(ts) {
            minutes[at.weekday as usize][at.hour as usize] += 1;
        }
        ts += MINUTE;
    }
    minutes.iter().map(|row| row.iter().map(|minutes| f64::from(*minutes) / 60.0).collect()).collect()
}

#[test]
fn the_textbook_s_value() {
    // 100 arrivals in 30 minutes, 180 s: 10 erlangs.
    assert!((waiting_share(14, 10.0) - 0.17413).abs() < 5e-6);
    let asked = Asked { target: (80.0, 20.0), ..Asked::default() };
    let (agents, share) = needed(10.0, &asked, 180.0);
    assert!(agents == 14 && (share - 0.88835).abs() < 5e-6, "{agents} {share}");
}
