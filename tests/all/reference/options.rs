//! The flags that change a number, and their spelling on the command line.
//!
//! A twin of the flags of src/cli by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use chrono_tz::Tz;

use super::event::{Status, instant, parse_instant};
use super::opening::Opening;
use super::period::{Period, Unit};
use super::staffing::Asked;
use super::window::day;

/// Section 3: the two ways to tell conversations apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sessions {
    Id,
    Inactivity,
    InactivityAcrossChannels,
}

impl Sessions {
    pub fn name(self) -> &'static str {
        match self {
            Sessions::Id => "id",
            Sessions::Inactivity => "inactivity",
            Sessions::InactivityAcrossChannels => "inactivity-across-channels",
        }
    }
}

/// The value of `--compare`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compare {
    Previous,
    None,
    /// As many days, from this one on.
    From(NaiveDate),
}

/// The filters of section 7. An empty list lets everything through. `(none)` fits a row without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    pub channel: Vec<String>,
    pub department: Vec<String>,
    pub queue: Vec<String>,
    pub agent: Vec<String>,
    pub app: Vec<String>,
    pub support_type: Vec<String>,
    pub contact: Vec<String>,
    pub protocol: Vec<String>,
    pub tag: Vec<String>,
    /// `--where` of the two attributes.
    pub plan: Vec<String>,
    pub region: Vec<String>,
    /// From this local hour up to that one, not including; may cross midnight.
    pub hours: Option<(u32, u32)>,
    /// Weekdays, 0 is Monday, both included; may cross Sunday.
    pub weekdays: Option<(u32, u32)>,
    /// Of the snapshot only.
    pub status: Vec<Status>,
}

/// Durations are milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    pub sessions: Option<Sessions>,
    pub inactivity: i64,
    pub human_inactivity: i64,
    pub inactive_after: i64,
    pub return_window: i64,
    pub service_level: i64,
    /// The horizon; without it the log's last event.
    pub as_of: Option<i64>,
    pub zone: Tz,
    /// The first and the last local day of the window, both included.
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    /// The window as a unit of the calendar.
    pub period: Option<Period>,
    /// How many windows the trend has.
    pub trend: Option<usize>,
    /// The window that this one is compared with.
    pub compare: Compare,
    /// Opening hours: their file is `hours.toml`, beside the log.
    pub opening: Option<Opening>,
    /// The settings of staffing.
    pub staffing: Asked,
    pub filters: Filters,
    /// Whether the attributes plan and region are asked for.
    pub has_attributes: bool,
}

pub const SECOND: i64 = 1000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Options {
    /// The defaults, for a window of these days.
    pub fn new(first_day: NaiveDate, last_day: NaiveDate) -> Options {
        Options {
            sessions: None,
            inactivity: 10 * MINUTE,
            human_inactivity: 24 * HOUR,
            inactive_after: 10 * MINUTE,
            return_window: 72 * HOUR,
            service_level: MINUTE,
            as_of: None,
            zone: Tz::UTC,
            first_day,
            last_day,
            period: None,
            trend: None,
            compare: Compare::Previous,
            opening: None,
            staffing: Asked::default(),
            filters: Filters::default(),
            has_attributes: false,
        }
    }

    /// How many local days the window has.
    pub fn days(&self) -> u64 {
        let days = (self.last_day - self.first_day).num_days() + 1;
        u64::try_from(days).unwrap_or(0)
    }

    /// The same options for the window just before (sections 5 and 14).
    pub fn previous(&self) -> Options {
        if let Some(Period { unit: unit @ (Unit::Month | Unit::Quarter | Unit::Year), .. }) = &self.period {
            let (first_day, last_day) = unit.around(self.first_day - Days::new(1));
            return Options { first_day, last_day, ..self.clone() };
        }
        let days = Days::new(self.days());
        Options { first_day: self.first_day - days, last_day: self.last_day - days, ..self.clone() }
    }

    /// The same options for the window that this one is compared with.
    pub fn compared(&self) -> Option<Options> {
        match self.compare {
            Compare::Previous => Some(self.previous()),
            Compare::None => None,
            Compare::From(first_day) => {
                let last_day = first_day + (self.last_day - self.first_day);
                Some(Options { first_day, last_day, ..self.clone() })
            }
        }
    }

    /// The flags of a `report` that say the same. What is the default is left out, but for the window.
    pub fn report_args(&self) -> Vec<String> {
        let mut args = match &self.period {
            Some(period) => vec!["--period".into(), period.text.clone()],
            None => vec!["--from".into(), self.first_day.to_string(), "--to".into(), self.last_day.to_string()],
        };
        if let Some(trend) = self.trend {
            args.extend(["--trend".into(), trend.to_string()]);
        }
        match self.compare {
            Compare::Previous => {}
            Compare::None => args.extend(["--compare", "none"].map(String::from)),
            Compare::From(first_day) => args.extend(["--compare".into(), first_day.to_string()]),
        }
        if let Some(as_of) = self.as_of {
            args.extend(["--as-of".into(), instant(as_of)]);
        }
        args.extend(self.staffing.args());
        args.extend(self.shared_args());
        args
    }

    /// The flags of a `snapshot` that say the same.
    pub fn snapshot_args(&self) -> Vec<String> {
        let mut args = Vec::new();
        if let Some(as_of) = self.as_of {
            args.extend(["--at".into(), instant(as_of)]);
        }
        args.extend(self.shared_args());
        for status in &self.filters.status {
            args.extend(["--status".into(), status.name().into()]);
        }
        args
    }

    /// The flags of `fold`: neither window nor filters.
    pub fn fold_args(&self) -> Vec<String> {
        let mut args = Vec::new();
        if let Some(as_of) = self.as_of {
            args.extend(["--as-of".into(), instant(as_of)]);
        }
        args.extend(self.fact_args());
        args
    }

    fn shared_args(&self) -> Vec<String> {
        let mut args = self.fact_args();
        if self.zone != Tz::UTC {
            args.extend(["--tz".into(), self.zone.name().into()]);
        }
        args.extend(self.filter_args());
        // A random filter may name what the log does not have.
        args.push("--allow-empty".into());
        args
    }

    fn fact_args(&self) -> Vec<String> {
        let defaults = Options::new(self.first_day, self.last_day);
        let mut args = Vec::new();
        if let Some(sessions) = self.sessions {
            args.extend(["--sessions".into(), sessions.name().into()]);
        }
        if self.has_attributes {
            args.extend(["--attribute", "plan", "--attribute", "region"].map(String::from));
        }
        let durations = [
            ("--inactivity", self.inactivity, defaults.inactivity),
            ("--human-inactivity", self.human_inactivity, defaults.human_inactivity),
            ("--inactive-after", self.inactive_after, defaults.inactive_after),
            ("--return-window", self.return_window, defaults.return_window),
            ("--service-level", self.service_level, defaults.service_level),
        ];
        for (flag, value, default) in durations {
            if value != default {
                args.extend([flag.to_string(), duration_arg(value)]);
            }
        }
        args
    }

    fn filter_args(&self) -> Vec<String> {
        let filters = &self.filters;
        let lists = [
            ("--channel", &filters.channel),
            ("--department", &filters.department),
            ("--queue", &filters.queue),
            ("--agent", &filters.agent),
            ("--app", &filters.app),
            ("--support-type", &filters.support_type),
            ("--contact", &filters.contact),
            ("--protocol", &filters.protocol),
            ("--tag", &filters.tag),
        ];
        let mut args = Vec::new();
        for (name, values) in [("plan", &filters.plan), ("region", &filters.region)] {
            args.extend(values.iter().flat_map(|value| ["--where".to_string(), format!("{name}={value}")]));
        }
        for (flag, values) in lists {
            for value in values {
                args.extend([flag.to_string(), value.clone()]);
            }
        }
        if let Some((from, to)) = filters.hours {
            args.extend(["--hours".into(), format!("{from}-{to}")]);
        }
        if let Some((from, to)) = filters.weekdays {
            args.extend(["--weekdays".into(), format!("{}-{}", WEEKDAYS[from as usize], WEEKDAYS[to as usize])]);
        }
        args
    }

    /// The options that a list of flags says (as the shared cases have them).
    pub fn parse(args: &[String]) -> Result<Options, String> {
        let far = NaiveDate::from_ymd_opt(2000, 1, 1).ok_or("no such day")?;
        let mut options = Options::new(far, far);
        for pair in args.chunks(2) {
            let [flag, value] = pair else {
                return Err(format!("a flag without a value: {pair:?}"));
            };
            options.set(flag, value).ok_or_else(|| format!("cannot read {flag} {value}"))?;
        }
        let value_of = |flag: &str| args.chunks(2).find(|pair| pair[0] == flag).map(|pair| pair[1].as_str());
        if let Some(text) = value_of("--period") {
            let now = value_of("--now").and_then(parse_instant);
            let today = now.map(|now| day(options.zone, now));
            let period = Period::parse(text, today).ok_or_else(|| format!("no period {text}"))?;
            (options.first_day, options.last_day) = period.days;
            options.period = Some(period);
        }
        Ok(options)
    }

    fn set(&mut self, flag: &str, value: &str) -> Option<()> {
        let filters = &mut self.filters;
        match flag {
            "--from" => self.first_day = value.parse().ok()?,
            "--to" => self.last_day = value.parse().ok()?,
            // They are looked at together, when all flags are known.
            "--period" | "--now" => {}
            // Its text is in the place of its path.
            "--opening-hours" => self.opening = Some(Opening::parse(value)?),
            // What is shown, not what is counted.
            "--template" | "--by" => {}
            "--agent-concurrency" | "--staffing-target" | "--staffing-handling" | "--staffing-volume" => {
                self.staffing.set(flag, value)?;
            }
            "--trend" => self.trend = Some(value.parse().ok()?),
            "--compare" => {
                self.compare = match value {
                    "previous" => Compare::Previous,
                    "none" => Compare::None,
                    date => Compare::From(date.parse().ok()?),
                }
            }
            "--as-of" | "--at" => self.as_of = Some(parse_instant(value)?),
            "--tz" => self.zone = value.parse().ok()?,
            "--sessions" if value == "id" => self.sessions = Some(Sessions::Id),
            "--sessions" if value == "inactivity" => self.sessions = Some(Sessions::Inactivity),
            "--sessions" => self.sessions = Some(Sessions::InactivityAcrossChannels),
            "--inactivity" => self.inactivity = parse_duration(value)?,
            "--human-inactivity" => self.human_inactivity = parse_duration(value)?,
            "--inactive-after" => self.inactive_after = parse_duration(value)?,
            "--return-window" => self.return_window = parse_duration(value)?,
            "--service-level" => self.service_level = parse_duration(value)?,
            "--channel" => filters.channel.push(value.to_string()),
            "--department" => filters.department.push(value.to_string()),
            "--queue" => filters.queue.push(value.to_string()),
            "--agent" => filters.agent.push(value.to_string()),
            "--app" => filters.app.push(value.to_string()),
            "--support-type" => filters.support_type.push(value.to_string()),
            "--contact" => filters.contact.push(value.to_string()),
            "--protocol" => filters.protocol.push(value.to_string()),
            "--tag" => filters.tag.push(value.to_string()),
            "--attribute" => self.has_attributes = ["plan", "region"].contains(&value),
            "--where" => match value.split_once('=')? {
                ("plan", value) => filters.plan.push(value.to_string()),
                ("region", value) => filters.region.push(value.to_string()),
                _ => return None,
            },
            "--status" => filters.status.push(Status::parse(value)?),
            "--hours" => {
                let (from, to) = value.split_once('-')?;
                filters.hours = Some((from.parse().ok()?, to.parse().ok()?));
            }
            "--weekdays" => {
                let (from, to) = value.split_once('-').unwrap_or((value, value));
                filters.weekdays = Some((weekday(from)?, weekday(to)?));
            }
            _ => return None,
        }
        Some(())
    }
}

fn weekday(name: &str) -> Option<u32> {
    let place = WEEKDAYS.iter().position(|weekday| *weekday == name)?;
    u32::try_from(place).ok()
}

/// A duration on the command line: seconds, with decimals where it has milliseconds.
pub fn duration_arg(ms: i64) -> String {
    if ms % SECOND == 0 { (ms / SECOND).to_string() } else { format!("{}.{:03}", ms / SECOND, ms % SECOND) }
}

fn parse_duration(text: &str) -> Option<i64> {
    let seconds: f64 = text.parse().ok()?;
    Some((seconds * 1000.0).round() as i64)
}

/// The distinct values of a column, for filters that hit something.
pub fn distinct<'a>(values: impl Iterator<Item = &'a Option<String>>) -> Vec<String> {
    values.flatten().cloned().collect::<BTreeSet<String>>().into_iter().collect()
}
