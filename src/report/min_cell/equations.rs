//! The quantities that the numbers of a report reveal, and the sums between them. `numbers` reads the metrics, `hours`
//! the cells by weekday and hour, and `sums` adds the sums between rows.

use std::collections::HashMap;

use super::quantities::{Number, Quantity};
use super::system::System;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::Measure;
use crate::metrics::{self, Metric};
use crate::report::{Cell, Report};

/// The metrics of a window with their numbers of rows.
#[derive(Debug)]
pub struct WindowCells<'a> {
    /// The first instant and the first one after the window, in milliseconds.
    pub span: WindowBounds,
    /// In the order of the report's metrics; `None` for metrics that the window does not show.
    pub cells: &'a [Cell],
    /// Whether it is the window of the report; only this one shows metrics at the horizon.
    pub is_main: bool,
}

/// The time online by weekday and hour.
#[derive(Debug, Clone, Copy)]
pub struct OnlineHours {
    /// Added up over agents.
    pub seconds: [[f64; 24]; 7],
    /// The number of agents with any time online.
    pub agents: [[u64; 24]; 7],
}

pub type WindowBounds = (i64, i64);

/// The position of a number in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberPath {
    /// A metric of a window, by the window's index.
    Total { window: usize, metric: usize },
    /// A cell of a table, or of its rows for the window before.
    Cell { table: usize, is_previous: bool, row: usize, metric: usize },
    /// An hour of a heatmap.
    Hour { heatmap: usize, day: usize, hour: usize },
    /// The handling time, in staffing.
    Handling,
    /// The arrivals of an hour in staffing, and the numbers computed from them.
    Arrivals { day: usize, hour: usize },
    /// The agents online in an hour in staffing.
    Online { day: usize, hour: usize },
}

/// A window and values of dimensions, which select the rows that a quantity counts. A day has the same locus in every
/// window.
type Locus = (Option<WindowBounds>, Vec<(&'static str, String)>);

/// The rows of a table with their loci.
pub(super) struct LocusRows {
    pub(super) span: WindowBounds,
    pub(super) dimensions: Vec<&'static str>,
    /// The values of each row, and its locus.
    pub(super) loci: Vec<(Vec<String>, usize)>,
    /// The populations whose rows add up.
    pub(super) populations: Vec<usize>,
}

/// The quantities, numbers and sums of a report.
pub struct Equations {
    pub system: System,
    pub paths: Vec<(Number, NumberPath)>,
    least: i64,
    /// Whether metrics with different agent filters have different rows.
    is_of_agents: bool,
    populations: HashMap<String, usize>,
    by_metric: HashMap<(&'static str, u8), usize>,
    loci: HashMap<Locus, usize>,
    /// By population and locus.
    pub(super) quantities: HashMap<(usize, usize), Quantity>,
    pub(super) tables: Vec<LocusRows>,
}

/// The population of a metric: its rows. For a share or score: the rows in it, and the rows not in it.
pub(super) const OWN: u8 = 0;
pub(super) const PART: u8 = 1;
pub(super) const REST: u8 = 2;

impl Equations {
    /// Reads a report without hidden numbers.
    pub fn of(report: &Report, windows: &[WindowCells], online: Option<&OnlineHours>, least: u64) -> Self {
        let mut reading = Self {
            system: System::default(),
            paths: Vec::new(),
            least: i64::try_from(least).unwrap_or(i64::MAX),
            is_of_agents: report.filters.contains_key(Dimension::Agent.name()),
            populations: HashMap::new(),
            by_metric: HashMap::new(),
            loci: HashMap::new(),
            quantities: HashMap::new(),
            tables: Vec::new(),
        };
        let metrics: Vec<&'static Metric> = report.metrics.iter().filter_map(|(id, _)| metrics::find(id)).collect();
        let main = windows.iter().find(|window| window.is_main).map_or((0, 0), |window| window.span);
        let before = windows.get(1).map_or(main, |window| window.span);
        for (at, window) in windows.iter().enumerate() {
            reading.totals(at, window, &metrics);
        }
        for (at, (_, table)) in report.tables.iter().enumerate() {
            reading.table(at, false, main, table, &table.rows);
            reading.table(at, true, before, table, &table.previous);
        }
        reading.hours(report, main, online);
        reading.sums_of_tables();
        reading.sums_of_calendar();
        reading
    }

    pub(super) fn is_small(&self, value: i64) -> bool {
        (1..self.least).contains(&value)
    }

    pub(super) fn locus(&mut self, span: WindowBounds, mut values: Vec<(&'static str, String)>) -> usize {
        let has_day = values.iter().any(|(dimension, _)| *dimension == Dimension::Day.name());
        values.sort();
        let next = self.loci.len();
        *self.loci.entry(((!has_day).then_some(span), values)).or_insert(next)
    }

    /// The index of a population; metrics that count the same rows share it.
    pub(super) fn population(&mut self, metric: &Metric, which: u8) -> usize {
        if let Some(known) = self.by_metric.get(&(metric.id, which)) {
            return *known;
        }
        let rows = match (which, metric.measure) {
            (OWN, Measure::Time { times }) => format!("{times:?}"),
            (OWN, Measure::Distinct { column, .. }) => format!("{column} of {:?}", metric.measure.population()),
            (OWN, _) => format!("{:?}", metric.measure.population()),
            (PART, measure) => measure.part().map_or_else(|| metric.id.to_owned(), |part| format!("{part:?}")),
            (_, _) => format!("not {}", metric.id),
        };
        let agent = self.is_of_agents.then_some(metric.agent);
        let name = format!("{:?} {:?} {agent:?} {rows}", metric.table, metric.clock);
        let next = self.populations.len();
        let index = *self.populations.entry(name).or_insert(next);
        self.by_metric.insert((metric.id, which), index);
        index
    }

    /// The quantity of a population at a locus. If another number contradicts it, it becomes a separate quantity.
    pub(super) fn quantity(&mut self, population: usize, locus: usize, value: i64, is_small: bool) -> Quantity {
        if let Some(known) = self.quantities.get(&(population, locus))
            && self.system.value(*known) == value
        {
            return *known;
        }
        let quantity = self.system.quantity(value, is_small);
        self.quantities.entry((population, locus)).or_insert(quantity);
        quantity
    }

    pub(super) fn reveal(&mut self, path: NumberPath, quantities: Vec<(Quantity, bool)>) {
        let number = self.system.number(quantities);
        self.paths.push((number, path));
    }

    /// Adds a sum, if it holds.
    pub(super) fn add(&mut self, whole: Quantity, parts: &[Quantity]) {
        let sum: i64 = parts.iter().map(|part| self.system.value(*part)).sum();
        if self.system.value(whole) == sum && !parts.contains(&whole) {
            self.system.sum(whole, parts.to_vec());
        }
    }
}

/// A count as a quantity.
pub(super) fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
