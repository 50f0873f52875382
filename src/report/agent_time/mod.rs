//! Agents' time: spans of statuses and stints, cut to a window and added up (semantics.md, agents' time).
//!
//! No single instant decides whether a row is in the window: its span is cut instead. So these metrics are not queries
//! of a table; spans are cut and added in whole milliseconds.

mod axis;
mod counted;
pub mod listed;
mod rows;
pub mod spans;

use std::collections::BTreeMap;

use polars::prelude::*;

use self::axis::{Axis, ClockKey};
use self::rows::{DimensionValues, held, stints};
use self::spans::{Span, SpanCut, intersection, union};
use super::by_key::{ByKey, DimensionValue};
use super::clock::{self, ClockMap};
use super::measure_window::{FactSource, is_time};
use crate::fold::values::Values;
use crate::metrics::Metric;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::{Measure, Times};
use crate::time::Window;
use crate::unit::seconds;
use crate::value::Cell;

/// The agents of a run with their spans, filters applied.
#[derive(Debug)]
pub struct AgentTime<'a> {
    source: FactSource<'a>,
    cut: SpanCut,
    agents: BTreeMap<Option<String>, AgentSpans>,
}

#[derive(Debug, Default)]
struct AgentSpans {
    /// Whether the log has any status of the agent up to the horizon.
    has_status: bool,
    online: Vec<Span>,
    paused: Vec<Span>,
    /// Each stint; simultaneous stints are counted separately.
    handling: Vec<Span>,
    /// Time with at least one stint.
    attended: Vec<Span>,
    /// Time both online and with a stint.
    busy: Vec<Span>,
}

/// The number of sums.
const KINDS: usize = 5;
const ONLINE: usize = 0;
const PAUSED: usize = 1;
const HANDLING: usize = 2;
const ATTENDED: usize = 3;
const BUSY: usize = 4;

/// Milliseconds by kind, and the number of agents with any.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    ms: [i64; KINDS],
    agents: [u64; KINDS],
}

impl Tally {
    /// Adds the milliseconds of one agent.
    fn add(&mut self, ms: [i64; KINDS]) {
        for (at, ms) in ms.into_iter().enumerate() {
            self.ms[at] += ms;
            self.agents[at] += u64::from(ms > 0);
        }
    }
}

/// Dimensions, and how spans are split by them.
struct Split {
    dimensions: Vec<Dimension>,
    /// The values of the dimensions of the clock.
    clocks: Vec<Option<ClockMap>>,
}

impl Split {
    fn new(dimensions: &[Dimension], window: Window) -> Self {
        let clocks = dimensions.iter().map(|dimension| clock::dimension(*dimension, &window)).collect();
        Self { dimensions: dimensions.to_vec(), clocks }
    }

    fn axis(&self, cut: &SpanCut, window: Window) -> Axis {
        let clocks: Vec<&ClockMap> = self.clocks.iter().flatten().collect();
        Axis::new(cut, window, &clocks)
    }

    /// The dimensions that are columns of stints or of their conversations.
    fn columns(&self) -> Vec<Dimension> {
        let all = self.dimensions.iter().zip(&self.clocks);
        all.filter(|(dimension, clock)| clock.is_none() && **dimension != Dimension::Agent).map(|(it, _)| *it).collect()
    }

    /// The key of an agent's time for these values of the columns and the clock.
    fn key(&self, agent: Option<&str>, columns: &[Option<DimensionValue>], clock: &ClockKey) -> DimensionValues {
        let (mut columns, mut clock) = (columns.iter(), clock.iter());
        let with_map = |(dimension, map): (&Dimension, &Option<ClockMap>)| match map {
            Some(_) => clock.next().copied().map(DimensionValue::Number),
            None if *dimension == Dimension::Agent => agent.map(|id| DimensionValue::Text(id.to_owned())),
            None => columns.next().cloned().flatten(),
        };
        self.dimensions.iter().zip(&self.clocks).map(with_map).collect()
    }
}

impl AgentSpans {
    fn add_status(&mut self, span: Option<(Option<&str>, Span)>) {
        self.has_status = true;
        match span {
            Some((Some("online"), span)) => self.online.push(span),
            Some((Some("paused"), span)) => self.paused.push(span),
            Some(_) | None => {}
        }
    }

    fn spans(&self) -> [&[Span]; KINDS] {
        [&self.online, &self.paused, &self.handling, &self.attended, &self.busy]
    }
}

impl<'a> AgentTime<'a> {
    /// The agents of a run.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn new(source: FactSource<'a>, cut: SpanCut) -> PolarsResult<Self> {
        let FactSource { facts, filters, .. } = source;
        let mut agents: BTreeMap<Option<String>, AgentSpans> = BTreeMap::new();
        if let Some(values) = &facts.values {
            counted::each_status(values, |id, span| {
                agents.entry(id.map(str::to_owned)).or_default().add_status(span);
            })?;
            for ((id, _), spans) in counted::stints(values, &[])? {
                agents.entry(id).or_default().handling.extend(spans);
            }
        } else {
            rows::each_status(facts, filters, |id, status, span| {
                agents.entry(id.map(str::to_owned)).or_default().add_status(Some((status, span)));
            })?;
            let columns = ["agent", "began_at", "ended_at"].map(col);
            for (id, span) in held(&stints(facts, filters)?.select(columns).collect()?, facts)? {
                agents.entry(id.map(str::to_owned)).or_default().handling.push(span);
            }
        }
        for agent in agents.values_mut() {
            agent.online = union(std::mem::take(&mut agent.online));
            agent.paused = union(std::mem::take(&mut agent.paused));
            agent.attended = union(agent.handling.clone());
            agent.busy = intersection(&agent.online, &agent.attended);
        }
        Ok(Self { source, cut, agents })
    }

    /// Counts the spans that a report needs: those in one of the windows, and by the columns of these tables.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn count<'d>(
        source: FactSource,
        windows: &[Span],
        tables: impl Iterator<Item = &'d [Dimension]>,
        window: Window,
        values: &mut Values,
    ) -> PolarsResult<()> {
        let FactSource { facts, filters, .. } = source;
        let is_asked = |(from, to): Span| windows.iter().any(|(begin, end)| from < *end && to > *begin);
        let mut added = Ok(());
        rows::each_status(facts, filters, |id, status, span| {
            if added.is_ok() {
                added = counted::add_status(values, id, status, span, is_asked(span));
            }
        })?;
        added?;
        // Without columns, the spans are those of the agents.
        let mut all_columns = vec![Vec::new()];
        for columns in tables.map(|dimensions| Split::new(dimensions, window).columns()) {
            if !all_columns.contains(&columns) {
                all_columns.push(columns);
            }
        }
        for columns in &all_columns {
            counted::add_stints(values, columns, &rows::stints_by(source, columns)?, is_asked)?;
        }
        Ok(())
    }

    /// Adds the totals of the metrics of agents' time to the others.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn fill_totals(&self, metrics: &[&'static Metric], window: Window, cells: &mut [Cell]) -> PolarsResult<()> {
        let sums = self.by(&[], window)?.remove(&DimensionValues::new()).unwrap_or_default();
        for (metric, cell) in metrics.iter().zip(cells) {
            if let Measure::Time { times } = metric.measure {
                *cell = self.cell(times, self.has_status(), sums);
            }
        }
        Ok(())
    }

    /// Adds the metrics of agents' time to the rows of a table; agents with no other metric get new rows.
    ///
    /// # Errors
    ///
    /// If polars refuses a query: a bug.
    pub fn fill_table(
        &self,
        dimensions: &[Dimension],
        metrics: &[&'static Metric],
        window: Window,
        by_key: &mut ByKey,
    ) -> PolarsResult<()> {
        let has = |metric: &&'static Metric| dimensions.iter().all(|dimension| metric.has(*dimension));
        let mut times: Vec<(usize, Times)> = Vec::new();
        for (at, metric) in metrics.iter().enumerate().filter(|(_, metric)| has(metric)) {
            if let Measure::Time { times: own } = metric.measure {
                times.push((at, own));
            }
        }
        if times.is_empty() {
            return Ok(());
        }
        let sums = self.by(dimensions, window)?;
        // A value that the filters leave unknown makes no row.
        let known: Vec<usize> = times
            .iter()
            .filter(|(_, kind)| *kind == Times::Handling || self.source.filters.is_of_agents_alone())
            .flat_map(|(_, kind)| kinds(*kind).iter().copied())
            .collect();
        let shown = |tally: &Tally| known.iter().any(|kind| tally.ms[*kind] > 0);
        for (key, _) in sums.iter().filter(|(_, tally)| shown(tally)) {
            by_key.entry(key.clone()).or_insert_with(|| metrics.iter().map(|m| m.measure.over_no_rows()).collect());
        }
        let agent = dimensions.iter().position(|dimension| *dimension == Dimension::Agent);
        for (key, cells) in by_key {
            let has_status = match agent.and_then(|at| key.get(at)) {
                None => self.has_status(),
                Some(id) => self.agent(id.as_ref()).is_some_and(|agent| agent.has_status),
            };
            let own = sums.get(key).copied().unwrap_or_default();
            for (at, kind) in &times {
                cells[*at] = self.cell(*kind, has_status, own);
            }
        }
        Ok(())
    }

    fn agent(&self, key: Option<&DimensionValue>) -> Option<&AgentSpans> {
        let id = match key {
            Some(DimensionValue::Text(id)) => Some(id.clone()),
            Some(DimensionValue::Number(_)) | None => None,
        };
        self.agents.get(&id)
    }

    /// Whether the log has a status of any agent that the filters keep.
    fn has_status(&self) -> bool {
        self.agents.values().any(|agent| agent.has_status)
    }

    /// Sums by the values of dimensions: by agent and clock for all kinds, by other dimensions only for stints.
    fn by(&self, dimensions: &[Dimension], window: Window) -> PolarsResult<BTreeMap<DimensionValues, Tally>> {
        let split = Split::new(dimensions, window);
        let axis = split.axis(&self.cut, window);
        let columns = split.columns();
        let mut sums: BTreeMap<DimensionValues, Tally> = BTreeMap::new();
        if columns.is_empty() {
            for (id, agent) in &self.agents {
                let mut own: BTreeMap<&ClockKey, [i64; KINDS]> = BTreeMap::new();
                for (kind, spans) in agent.spans().into_iter().enumerate() {
                    for (clock, ms) in axis.sums(spans).filter(|(_, ms)| *ms > 0) {
                        own.entry(clock).or_default()[kind] += ms;
                    }
                }
                for (clock, ms) in own {
                    sums.entry(split.key(id.as_deref(), &[], clock)).or_default().add(ms);
                }
            }
            return Ok(sums);
        }
        let groups = match &self.source.facts.values {
            Some(values) => counted::stints(values, &columns)?,
            None => rows::stints_by(self.source, &columns)?,
        };
        for ((id, own), spans) in &groups {
            let mut handled: BTreeMap<&ClockKey, i64> = BTreeMap::new();
            for (clock, ms) in axis.sums(spans).filter(|(_, ms)| *ms > 0) {
                *handled.entry(clock).or_default() += ms;
            }
            for (clock, ms) in handled {
                let mut all = [0; KINDS];
                all[HANDLING] = ms;
                sums.entry(split.key(id.as_deref(), own, clock)).or_default().add(all);
            }
        }
        Ok(sums)
    }

    /// The number computed from sums; `has_status` is that of their agents.
    fn cell(&self, times: Times, has_status: bool, Tally { ms, agents }: Tally) -> Cell {
        let is_of_agents = self.source.filters.is_of_agents_alone();
        let is_known = match times {
            Times::Handling => true,
            Times::Attended | Times::Concurrency => is_of_agents,
            Times::Online | Times::Paused | Times::Occupancy => is_of_agents && has_status,
        };
        if !is_known {
            return Cell::Scalar { value: None, n: Some(0) };
        }
        let ratio = |part: usize, whole: usize| (ms[whole] != 0).then(|| float(ms[part]) / float(ms[whole]));
        let (value, n) = match times {
            Times::Online => (Some(seconds(ms[ONLINE])), agents[ONLINE]),
            Times::Paused => (Some(seconds(ms[PAUSED])), agents[PAUSED]),
            Times::Handling => (Some(seconds(ms[HANDLING])), agents[HANDLING]),
            Times::Attended => (Some(seconds(ms[ATTENDED])), agents[ATTENDED]),
            Times::Concurrency => (ratio(HANDLING, ATTENDED), agents[ATTENDED]),
            Times::Occupancy => (ratio(BUSY, ONLINE), agents[ONLINE]),
        };
        Cell::Scalar { value, n: Some(n) }
    }

    /// Seconds online by local weekday and hour; `None` if they are not known.
    #[must_use]
    pub fn online_by_hour(&self, window: Window) -> Option<[[f64; 24]; 7]> {
        let online: Vec<Span> = self.agents.values().flat_map(|agent| &agent.online).copied().collect();
        let ms = |axis: &Axis, ms: &mut [[i64; 24]; 7]| by_cell(axis, &online, |day, hour, sum| ms[day][hour] += sum);
        let ms = self.over_hours(window, ms)?;
        Some(ms.map(|row| row.map(seconds)))
    }

    /// How many agents are online at any time in each local weekday and hour; `None` if unknown.
    #[must_use]
    pub fn agents_online_by_hour(&self, window: Window) -> Option<[[u64; 24]; 7]> {
        self.over_hours(window, |axis, agents: &mut [[u64; 24]; 7]| {
            for agent in self.agents.values() {
                let mut is_online = [[false; 24]; 7];
                by_cell(axis, &agent.online, |day, hour, ms| is_online[day][hour] |= ms > 0);
                for (day, hour) in (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
                    agents[day][hour] += u64::from(is_online[day][hour]);
                }
            }
        })
    }

    /// Numbers of statuses by local weekday and hour; `None` if they are not known.
    fn over_hours<T: Copy + Default>(
        &self,
        window: Window,
        fill: impl FnOnce(&Axis, &mut [[T; 24]; 7]),
    ) -> Option<[[T; 24]; 7]> {
        if !self.source.filters.is_of_agents_alone() || !self.has_status() {
            return None;
        }
        let mut grid = [[T::default(); 24]; 7];
        fill(&Axis::new(&self.cut, window, &[&clock::heatmap_cell(window.zone())]), &mut grid);
        Some(grid)
    }

    /// How many agents with a stint in the window have no status.
    #[must_use]
    pub fn without_status(&self, window: Window) -> u64 {
        let bounds = (window.begins(), window.ends());
        let has_stint =
            |agent: &&AgentSpans| agent.attended.iter().any(|span| !self.cut.parts(*span, bounds).is_empty());
        self.agents.values().filter(|agent| !agent.has_status).filter(has_stint).count() as u64
    }
}

/// The milliseconds of spans in each hour of the week.
fn by_cell(axis: &Axis, spans: &[Span], mut add: impl FnMut(usize, usize, i64)) {
    for (key, ms) in axis.sums(spans) {
        if let Some(cell) = key.first().and_then(|cell| usize::try_from(*cell).ok()) {
            add(cell / 24, cell % 24, ms);
        }
    }
}

/// The kinds of time that a metric is made of.
const fn kinds(times: Times) -> &'static [usize] {
    match times {
        Times::Online => &[ONLINE],
        Times::Paused => &[PAUSED],
        Times::Handling => &[HANDLING],
        Times::Attended => &[ATTENDED],
        Times::Concurrency => &[HANDLING, ATTENDED],
        Times::Occupancy => &[ONLINE, BUSY],
    }
}

/// Whether any of the metrics measures agents' time.
#[must_use]
pub fn has_agent_time(metrics: &[&'static Metric]) -> bool {
    metrics.iter().any(|metric| is_time(metric))
}

#[expect(clippy::cast_precision_loss, reason = "sums of milliseconds are far below 2^53")]
const fn float(ms: i64) -> f64 {
    ms as f64
}
