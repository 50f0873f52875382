//! Sections 5, 7 and 8: the metrics of a window, with filters, the window before and the change, by every dimension.
//!
//! A twin of src/report/build.rs by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use super::event::Event;
use super::facts::Facts;
use super::metrics::{Item, METRICS, Measure, Metric, Row, Value, find, in_open_time, is_wanted, key, sum_up};
use super::options::{Compare, Filters, Options, WEEKDAYS};
use super::sessions::fold;
use super::times::{self, Times, pieces};
use super::window::{Window, day, local};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    Channel,
    SupportType,
    Department,
    Queue,
    Agent,
    App,
    Tag,
    Day,
    Weekday,
    Hour,
    Week,
    Month,
    Plan,
    Region,
}

impl Dimension {
    /// The metrics that a run must ask for.
    pub const ATTRIBUTES: [Dimension; 2] = [Dimension::Plan, Dimension::Region];

    pub const ALL: [Dimension; 12] = [
        Dimension::Channel,
        Dimension::SupportType,
        Dimension::Department,
        Dimension::Queue,
        Dimension::Agent,
        Dimension::App,
        Dimension::Tag,
        Dimension::Day,
        Dimension::Weekday,
        Dimension::Hour,
        Dimension::Week,
        Dimension::Month,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Dimension::Channel => "channel",
            Dimension::SupportType => "support_type",
            Dimension::Department => "department",
            Dimension::Queue => "queue",
            Dimension::Agent => "agent",
            Dimension::App => "app",
            Dimension::Day => "day",
            Dimension::Weekday => "weekday",
            Dimension::Hour => "hour",
            Dimension::Tag => "tag",
            Dimension::Week => "week",
            Dimension::Month => "month",
            Dimension::Plan => "plan",
            Dimension::Region => "region",
        }
    }

    /// The clock `horizon` has no day, weekday or hour.
    pub fn is_of_clock(self) -> bool {
        matches!(self, Dimension::Day | Dimension::Weekday | Dimension::Hour | Dimension::Week | Dimension::Month)
    }
}

/// A metric's value by its id.
pub type Values = BTreeMap<String, Value>;

/// The change of a metric since the window before.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    Scalar(Option<f64>),
    Duration { mean: Option<f64>, p50: Option<f64>, p90: Option<f64>, p95: Option<f64>, max: Option<f64> },
}

/// The facts of a log and the windows that are asked for.
pub struct Report {
    pub facts: Facts,
    pub options: Options,
    pub window: Window,
    /// The window before, where the log covers it.
    pub previous_window: Option<Window>,
    rows: BTreeMap<&'static str, Vec<Row>>,
    /// By begin and end of each window: the pieces of agents' time.
    pieces: BTreeMap<(i64, i64), Vec<Row>>,
    /// The trend, once it was asked for.
    trend: OnceCell<Vec<Option<Values>>>,
}

impl Report {
    /// Folds the rows of one file, as they are in it.
    pub fn new(log: &[Event], options: &Options) -> Report {
        Report::of(fold(log, options), options)
    }

    pub fn of(facts: Facts, options: &Options) -> Report {
        let window = Window::new(options);
        // A previous window whose first day is before the local date of the log's first event: no previous values. One that
        // was named may be after the last event, which tells nothing of it either.
        let date = |ts: &i64| day(options.zone, *ts);
        let (first, last) = (facts.instants.iter().map(date).min(), facts.instants.iter().map(date).max());
        let is_covered = |before: &Window| {
            let is_named = matches!(options.compare, Compare::From(_));
            first.is_some_and(|first| before.first_day >= first)
                && (!is_named || last.is_some_and(|last| before.first_day <= last))
        };
        let rows = |metric: &Metric| in_open_time(metric.id, (metric.rows)(&facts, options), options);
        let rows = METRICS.iter().map(|metric| (metric.id, rows(metric))).collect();
        let previous_window = options.compared().map(|other| Window::new(&other)).filter(is_covered);
        let options = options.clone();
        let mut report =
            Report { facts, options, window, previous_window, rows, pieces: BTreeMap::new(), trend: OnceCell::new() };
        let windows: Vec<Window> = report.trend_windows().into_iter().chain(report.previous_window.clone()).collect();
        for window in &windows {
            let mut kept = pieces(&report.facts, window);
            kept.retain(|row| report.fits_row(row));
            report.pieces.insert((window.begin, window.end), kept);
        }
        report
    }

    /// Section 14: it is `today` or a `this-` unit, or its last day is after the local date of the horizon.
    pub fn is_unfinished(&self, window: &Window) -> bool {
        let is_current = self.options.period.as_ref().is_some_and(|period| period.is_current) && *window == self.window;
        is_current || window.last_day > day(self.options.zone, self.facts.horizon)
    }

    /// The windows of the trend, oldest first: each the previous one of the one after it.
    pub fn trend_windows(&self) -> Vec<Window> {
        let mut windows = vec![self.window.clone()];
        let mut options = self.options.clone();
        for _ in 1..self.options.trend.unwrap_or(1) {
            options = options.previous();
            windows.insert(0, Window::new(&options));
        }
        windows
    }

    /// The values of each window of the trend; none where the log begins later.
    pub fn trend(&self) -> &[Option<Values>] {
        self.trend.get_or_init(|| self.windows_of_trend())
    }

    fn windows_of_trend(&self) -> Vec<Option<Values>> {
        let first = self.facts.instants.first().map(|first| day(self.options.zone, *first));
        let is_known = |window: &Window| *window == self.window || first.is_some_and(|first| window.first_day >= first);
        self.trend_windows().iter().map(|window| is_known(window).then(|| self.values(window))).collect()
    }

    /// The place in the trend of the window that is strictly above (or below) all others, of at least three with a value.
    pub fn extreme(&self, id: &str, is_above: bool) -> Option<usize> {
        let windows = self.trend_windows();
        let mut known: Vec<(usize, f64)> = Vec::new();
        for (place, values) in self.trend().iter().enumerate() {
            let value = match values.as_ref().and_then(|values| values.get(id).cloned()) {
                Some(Value::Scalar(value, _)) => value,
                Some(Value::Duration { mean, .. }) => mean,
                None => None,
            };
            if let Some(value) = value.filter(|_| !self.is_unfinished(&windows[place])) {
                known.push((place, if is_above { value } else { -value }));
            }
        }
        let largest = known.iter().map(|(_, value)| *value).fold(f64::NEG_INFINITY, f64::max);
        let at_top: Vec<usize> = known.iter().filter(|(_, value)| *value == largest).map(|(place, _)| *place).collect();
        if known.len() >= 3 && at_top.len() == 1 { Some(at_top[0]) } else { None }
    }

    /// No event in the window, of any kind and before filters, nor before and after it: exit code 3.
    pub fn is_empty(&self) -> bool {
        let instants = || self.facts.instants.iter();
        let is_quiet = instants().any(|ts| *ts < self.window.begin) && instants().any(|ts| *ts >= self.window.end);
        !is_quiet && !instants().any(|ts| self.window.has(*ts))
    }

    /// The rows of a metric in a window, filtered.
    pub fn rows(&self, metric: &Metric, window: &Window) -> Vec<&Row> {
        if let Measure::Time(of) = metric.measure {
            let pieces = self.pieces.get(&(window.begin, window.end)).into_iter().flatten();
            let is_of = |row: &&Row| matches!(row.item, Item::Span(doing, ..) if of.is_of(doing));
            return pieces.filter(is_of).collect();
        }
        let Some(rows) = self.rows.get(metric.id) else {
            return Vec::new();
        };
        let is_in = |row: &&Row| metric.is_of_horizon || window.has(row.at);
        rows.iter().filter(is_in).filter(|row| self.fits(metric, row)).collect()
    }

    /// Whether the filters keep a row of a table that has its own clock.
    pub fn fits_row(&self, row: &Row) -> bool {
        find("conversations").is_some_and(|metric| self.fits(metric, row))
    }

    /// Section 7: a filter keeps the rows whose own value fits; any of its values; across dimensions all.
    fn fits(&self, metric: &Metric, row: &Row) -> bool {
        let filters = &self.options.filters;
        let columns = [
            (&filters.channel, key(&row.channel)),
            (&filters.department, key(&row.department)),
            (&filters.queue, key(&row.queue)),
            (&filters.app, key(&row.app)),
            (&filters.support_type, row.support_type.clone()),
        ];
        columns.iter().all(|(wanted, value)| is_wanted(wanted, value))
            && fits_tag(filters, &row.tags)
            && fits_attributes(filters, &row.attributes)
            && fits_agent(&self.facts, filters, &row.agents)
            && fits_contact(filters, &row.contact)
            && fits_protocol(filters, &row.protocol)
            && (metric.is_of_horizon || self.fits_clock(row.at))
    }

    /// `--hours` and `--weekdays` act on the metric's clock.
    pub fn fits_clock(&self, ts: i64) -> bool {
        let at = local(self.options.zone, ts);
        let hour_fits = match self.options.filters.hours {
            None => true,
            Some((from, to)) if from < to => from <= at.hour && at.hour < to,
            Some((from, to)) => from <= at.hour || at.hour < to,
        };
        let weekday_fits = match self.options.filters.weekdays {
            None => true,
            Some((from, to)) if from <= to => from <= at.weekday && at.weekday <= to,
            Some((from, to)) => from <= at.weekday || at.weekday <= to,
        };
        hour_fits && weekday_fits
    }

    /// Every metric in the window.
    pub fn metrics(&self) -> Values {
        self.values(&self.window)
    }

    /// Numbers that need opening hours are null without them.
    fn value(&self, metric: &Metric, rows: &[&Row], agent: Option<&str>) -> Value {
        if let Measure::Time(of) = metric.measure
            && (!of.survives(&self.options.filters) || (of.needs_status() && !self.has_status(agent)))
        {
            return Value::Scalar(None, 0);
        }
        let is_of_calendars = ["conversations_out_of_hours", "out_of_hours_rate"].contains(&metric.id);
        if is_of_calendars && self.options.opening.is_none() {
            return Value::Scalar(None, 0);
        }
        sum_up(metric.measure, rows)
    }

    /// Whether there is any status of an agent, or of any agent that the filters keep.
    fn has_status(&self, agent: Option<&str>) -> bool {
        let is_kept = |id: &String| fits_agent(&self.facts, &self.options.filters, &[Some(id.clone())]);
        let is_meant = |id: &String| agent.is_none_or(|agent| agent == id);
        self.facts.agent_states.iter().any(|state| is_kept(&state.agent) && is_meant(&state.agent))
    }

    /// Whether a metric has a dimension.
    pub fn has(metric: &Metric, dimension: Dimension) -> bool {
        match metric.measure {
            Measure::Time(of) => of.has(dimension),
            _ => !(metric.is_of_horizon && dimension.is_of_clock()),
        }
    }

    fn values(&self, window: &Window) -> Values {
        let value = |metric: &Metric| self.value(metric, &self.rows(metric, window), None);
        METRICS.iter().map(|metric| (metric.id.to_string(), value(metric))).collect()
    }

    /// The window before; none where the log does not cover it. The clock `horizon` has no previous value.
    pub fn previous(&self) -> Option<Values> {
        let mut values = self.values(self.previous_window.as_ref()?);
        values.retain(|id, _| find(id).is_some_and(|metric| !metric.is_of_horizon));
        Some(values)
    }

    /// The change since the window before; none where there are no previous values.
    pub fn change(&self) -> Option<BTreeMap<String, Change>> {
        let previous = self.previous()?;
        let now = self.metrics();
        let mut changes = BTreeMap::new();
        for (id, before) in previous {
            if let Some(metric) = find(&id) {
                changes.insert(id.clone(), change(metric.measure, &now[&id], &before));
            }
        }
        Some(changes)
    }

    /// By dimensions, one or two: the keys with a bar between -> metric -> value. Of a single dimension of time every value
    /// is there; of others what occurs in a row of any metric. A key that is missing has the values of `empty`.
    pub fn by(&self, dimensions: &[Dimension]) -> BTreeMap<String, Values> {
        let has = |metric: &&Metric| dimensions.iter().all(|dimension| Report::has(metric, *dimension));
        let metrics = || METRICS.iter().filter(has);
        let agent = dimensions.iter().position(|dimension| *dimension == Dimension::Agent);
        let mut table: BTreeMap<String, BTreeMap<&str, Vec<&Row>>> = BTreeMap::new();
        if let [dimension] = dimensions {
            for key in self.all_of_time(*dimension) {
                table.entry(key).or_default();
            }
        }
        for metric in metrics() {
            for row in self.rows(metric, &self.window) {
                let mut keys = vec![String::new()];
                for dimension in dimensions {
                    let own = self.keys(*dimension, row);
                    let with = |key: &String, own: &String| {
                        if key.is_empty() { own.clone() } else { format!("{key} | {own}") }
                    };
                    keys = keys.iter().flat_map(|key| own.iter().map(move |own| with(key, own))).collect();
                }
                for key in keys {
                    table.entry(key).or_default().entry(metric.id).or_default().push(row);
                }
            }
        }
        let values = |key: &str, rows: BTreeMap<&str, Vec<&Row>>| {
            let agent = agent.and_then(|at| key.split(" | ").nth(at));
            let value = |metric: &Metric| self.value(metric, rows.get(metric.id).map_or(&[][..], |rows| rows), agent);
            metrics().map(|metric| (metric.id.to_string(), value(metric))).collect::<Values>()
        };
        table.into_iter().map(|(key, rows)| (key.clone(), values(&key, rows))).collect()
    }

    /// All values of a dimension of time in the window; none of others.
    fn all_of_time(&self, dimension: Dimension) -> Vec<String> {
        let days = self.window.days();
        match dimension {
            Dimension::Day => days.iter().map(ToString::to_string).collect(),
            Dimension::Week => days.iter().map(|day| day.format("%G-W%V").to_string()).collect(),
            Dimension::Month => days.iter().map(|day| day.format("%Y-%m").to_string()).collect(),
            Dimension::Weekday => WEEKDAYS.iter().map(ToString::to_string).collect(),
            Dimension::Hour => (0..24).map(|hour| format!("{hour:02}")).collect(),
            _ => Vec::new(),
        }
    }

    /// Where a row goes: under each tag of its conversation, else to one place.
    pub fn keys(&self, dimension: Dimension, row: &Row) -> Vec<String> {
        let at = local(self.options.zone, row.at);
        let date = day(self.options.zone, row.at);
        let one = match dimension {
            Dimension::Channel => key(&row.channel),
            Dimension::SupportType => row.support_type.clone(),
            Dimension::Department => key(&row.department),
            Dimension::Queue => key(&row.queue),
            Dimension::Agent => key(&row.agent),
            Dimension::App => key(&row.app),
            Dimension::Day => date.to_string(),
            Dimension::Weekday => WEEKDAYS[at.weekday as usize].to_string(),
            Dimension::Hour => format!("{:02}", at.hour),
            Dimension::Week => date.format("%G-W%V").to_string(),
            Dimension::Month => date.format("%Y-%m").to_string(),
            Dimension::Plan => key(&row.attributes[0]),
            Dimension::Region => key(&row.attributes[1]),
            Dimension::Tag => return row.tags.iter().map(key).collect(),
        };
        vec![one]
    }

    /// How many rows of a count fall in each local weekday (Monday first) and hour.
    pub fn heatmap(&self, id: &str) -> Vec<Vec<u64>> {
        let mut counts = vec![vec![0; 24]; 7];
        let Some(metric) = find(id) else { return counts };
        for row in self.rows(metric, &self.window) {
            let at = local(self.options.zone, row.at);
            counts[at.weekday as usize][at.hour as usize] += 1;
        }
        counts
    }

    /// How many seconds fall in each local weekday (Monday first) and hour.
    pub fn time_heatmap(&self, id: &str) -> Vec<Vec<f64>> {
        let rows = find(id).map(|metric| self.rows(metric, &self.window));
        times::heatmap(&self.options, &rows.unwrap_or_default())
    }

    pub fn hours_observed(&self) -> Vec<Vec<f64>> {
        self.window.hours_observed()
    }
}

/// The value of a metric over no rows.
pub fn empty(id: &str) -> Option<Value> {
    find(id).map(|metric| sum_up(metric.measure, &[]))
}

/// `--agent`: id or name.
pub fn fits_agent(facts: &Facts, filters: &Filters, agents: &[Option<String>]) -> bool {
    let is_wanted = |agent: &Option<String>| {
        let id = key(agent);
        is_wanted(&filters.agent, &id) || filters.agent.iter().any(|wanted| wanted == facts.agent_name(&id))
    };
    filters.agent.is_empty() || agents.iter().any(is_wanted)
}

/// `--tag`: one of the conversation's.
pub fn fits_tag(filters: &Filters, tags: &[Option<String>]) -> bool {
    filters.tag.is_empty() || tags.iter().any(|tag| is_wanted(&filters.tag, &key(tag)))
}

/// `--where`: any of the values of a name, across names all.
pub fn fits_attributes(filters: &Filters, attributes: &[Option<String>; 2]) -> bool {
    let wanted = [&filters.plan, &filters.region];
    wanted.iter().zip(attributes).all(|(wanted, value)| is_wanted(wanted, &key(value)))
}

/// `--contact`: a substring, case-blind.
pub fn fits_contact(filters: &Filters, contact: &Option<String>) -> bool {
    let contact = contact.as_ref().map(|text| text.to_lowercase());
    let is_in = |wanted: &String| contact.as_ref().is_some_and(|contact| contact.contains(&wanted.to_lowercase()));
    filters.contact.is_empty() || filters.contact.iter().any(is_in)
}

/// `--protocol`: exact.
pub fn fits_protocol(filters: &Filters, protocol: &Option<String>) -> bool {
    filters.protocol.is_empty() || protocol.as_ref().is_some_and(|protocol| filters.protocol.contains(protocol))
}

/// Of a count, of `replies_per_agent`, and of each statistic of a duration: (now − before) / before; of a rate or a
/// score: the difference.
fn change(measure: Measure, now: &Value, before: &Value) -> Change {
    match (now, before) {
        (
            Value::Duration { mean, p50, p90, p95, max, .. },
            Value::Duration { mean: mean_0, p50: p50_0, p90: p90_0, p95: p95_0, max: max_0, .. },
        ) => Change::Duration {
            mean: relative(*mean, *mean_0),
            p50: relative(*p50, *p50_0),
            p90: relative(*p90, *p90_0),
            p95: relative(*p95, *p95_0),
            max: relative(*max, *max_0),
        },
        (Value::Scalar(now, _), Value::Scalar(before, _)) => match measure {
            Measure::Rate | Measure::Score | Measure::Mean | Measure::Time(Times::Occupancy) => {
                Change::Scalar(now.zip(*before).map(|(now, before)| now - before))
            }
            _ => Change::Scalar(relative(*now, *before)),
        },
        _ => Change::Scalar(None),
    }
}

/// Null where before is 0 or null.
fn relative(now: Option<f64>, before: Option<f64>) -> Option<f64> {
    let before = before.filter(|before| *before != 0.0)?;
    Some((now? - before) / before)
}
