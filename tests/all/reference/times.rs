//! Section 15: agents' time, as pieces of spans that lie within one local hour each.
//!
//! A twin of src/report/agent_time by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use std::collections::BTreeMap;

use super::event::Status;
use super::facts::Facts;
use super::metrics::{Item, Row, Value, stint_row};
use super::options::{Filters, MINUTE, Options};
use super::report::Dimension;
use super::window::{Window, local};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Times {
    Online,
    Paused,
    Handling,
    Attended,
    Concurrency,
    Occupancy,
}

/// The activity of an agent in a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Online,
    Paused,
    Handling,
}

impl Times {
    /// Statuses are of agents; stints are of conversations, too.
    pub fn has(self, dimension: Dimension) -> bool {
        self == Times::Handling || dimension == Dimension::Agent || dimension.is_of_clock()
    }

    /// The spans that it is made of.
    pub fn is_of(self, doing: Doing) -> bool {
        match self {
            Times::Online => doing == Doing::Online,
            Times::Paused => doing == Doing::Paused,
            Times::Handling | Times::Attended | Times::Concurrency => doing == Doing::Handling,
            Times::Occupancy => doing != Doing::Paused,
        }
    }

    pub fn needs_status(self) -> bool {
        matches!(self, Times::Online | Times::Paused | Times::Occupancy)
    }

    /// Whether the filters leave it: those of agents and of the clock do.
    pub fn survives(self, filters: &Filters) -> bool {
        let others = [
            &filters.channel,
            &filters.department,
            &filters.queue,
            &filters.app,
            &filters.support_type,
            &filters.contact,
            &filters.protocol,
            &filters.tag,
            &filters.plan,
            &filters.region,
        ];
        self == Times::Handling || others.iter().all(|values| values.is_empty())
    }
}

/// All spans, cut to a window and at the borders of local hours.
pub fn pieces(facts: &Facts, window: &Window) -> Vec<Row> {
    let mut pieces = Vec::new();
    for state in &facts.agent_states {
        let doing = match state.status {
            Status::Online => Doing::Online,
            Status::Paused => Doing::Paused,
            _ => continue,
        };
        let row = Row {
            at: state.since,
            channel: None,
            support_type: String::new(),
            department: None,
            queue: None,
            agent: Some(state.agent.clone()),
            app: None,
            contact: None,
            protocol: None,
            tags: Vec::new(),
            attributes: [None, None],
            agents: vec![Some(state.agent.clone())],
            item: Item::One,
        };
        cut(&row, doing, state.since, state.until.unwrap_or(facts.horizon), window, &mut pieces);
    }
    for stint in &facts.stints {
        let row = stint_row(facts, stint, stint.began_at, Item::One);
        cut(&row, Doing::Handling, stint.began_at, stint.ended_at.unwrap_or(facts.horizon), window, &mut pieces);
    }
    pieces
}

fn cut(row: &Row, doing: Doing, from: i64, to: i64, window: &Window, pieces: &mut Vec<Row>) {
    let hour = |ts: i64| {
        let at = local(window.zone, ts);
        (at.date, at.hour)
    };
    let (mut from, to) = (from.max(window.begin), to.min(window.end));
    while from < to {
        // Clocks are set, and hours begin, at a quarter of an hour of UTC.
        let quarter = |ts: i64| (ts.div_euclid(15 * MINUTE) + 1) * 15 * MINUTE;
        let mut end = quarter(from).min(to);
        while end < to && hour(end) == hour(from) {
            end = quarter(end).min(to);
        }
        pieces.push(Row { at: from, item: Item::Span(doing, from, end), ..row.clone() });
        from = end;
    }
}

type Spans = Vec<(i64, i64)>;

/// The value over these pieces.
pub fn value(times: Times, rows: &[&Row]) -> Value {
    let mut by_agent: BTreeMap<&Option<String>, (Spans, Spans)> = BTreeMap::new();
    let mut sum = 0;
    for row in rows {
        if let Item::Span(doing, from, to) = row.item {
            let spans = by_agent.entry(&row.agent).or_default();
            if doing == Doing::Handling {
                spans.1.push((from, to))
            } else {
                spans.0.push((from, to))
            }
            sum += to - from;
        }
    }
    let agents = by_agent.len() as u64;
    let attended: i64 = by_agent.values().map(|(_, held)| covered(held)).sum();
    let ratio = |part: i64, whole: i64| (whole != 0).then(|| part as f64 / whole as f64);
    match times {
        Times::Online | Times::Paused | Times::Handling => Value::Scalar(Some(sum as f64 / 1000.0), agents),
        Times::Attended => Value::Scalar(Some(attended as f64 / 1000.0), agents),
        Times::Concurrency => Value::Scalar(ratio(sum, attended), agents),
        Times::Occupancy => {
            let online: i64 = by_agent.values().map(|(online, _)| covered(online)).sum();
            // Both = one + the other - either.
            let both = by_agent.values().map(|(online, held)| {
                let either: Spans = online.iter().chain(held).copied().collect();
                covered(online) + covered(held) - covered(&either)
            });
            let with_online = by_agent.values().filter(|(online, _)| !online.is_empty()).count() as u64;
            Value::Scalar(ratio(both.sum(), online), with_online)
        }
    }
}

/// How much time at least one of the spans covers.
fn covered(spans: &[(i64, i64)]) -> i64 {
    let mut spans = spans.to_vec();
    spans.sort();
    let (mut sum, mut end) = (0, i64::MIN);
    for (from, to) in spans {
        sum += (to - from.max(end)).max(0);
        end = end.max(to);
    }
    sum
}

/// The seconds that these pieces have in each local weekday (Monday first) and hour.
pub fn heatmap(options: &Options, rows: &[&Row]) -> Vec<Vec<f64>> {
    let mut seconds = vec![vec![0.0; 24]; 7];
    for row in rows {
        if let Item::Span(_, from, to) = row.item {
            let at = local(options.zone, from);
            seconds[at.weekday as usize][at.hour as usize] += (to - from) as f64 / 1000.0;
        }
    }
    seconds
}
