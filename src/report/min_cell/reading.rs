//! Which quantities the numbers of a report tell, and the sums between them.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};

use super::quantities::{Number, Quantity};
use super::system::System;
use crate::metrics::agents::{ARRIVALS, HANDLED};
use crate::metrics::dimensions::{Dimension, WEEKDAYS, month_name, week_name};
use crate::metrics::measure::{Measure, Times};
use crate::metrics::partition::Partition;
use crate::metrics::{self, Metric, roles};
use crate::report::{Cell, Report, Shown, Table, TableRow, WeekGrid};
use crate::time::parse_date;
use crate::unit::milliseconds;

/// The metrics of a window, with the rows behind each.
#[derive(Debug)]
pub struct WindowCells<'a> {
    /// The first instant and the first after, in milliseconds.
    pub span: WindowBounds,
    /// In the order of the report's metrics; none of those that the window does not show.
    pub cells: &'a [Cell],
    /// Whether it is the window of the report, in which alone metrics at the horizon are shown.
    pub is_main: bool,
}

/// The time online by weekday and hour.
#[derive(Debug, Clone, Copy)]
pub struct OnlineHours {
    /// Added up over agents.
    pub seconds: [[f64; 24]; 7],
    /// How many agents have any.
    pub agents: [[u64; 24]; 7],
}

/// The bounds of a window.
pub type WindowBounds = (i64, i64);

/// Where a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberPlace {
    /// A metric of a window, by its place in the list of windows.
    Total { window: usize, metric: usize },
    /// A cell of a table, or of its rows of the window before.
    Cell { table: usize, is_previous: bool, row: usize, metric: usize },
    /// An hour of a heatmap.
    Hour { heatmap: usize, day: usize, hour: usize },
    /// How long a conversation is handled, in staffing.
    Handling,
    /// The arrivals of an hour in staffing, and what follows from them.
    Arrivals { day: usize, hour: usize },
    /// The agents online in an hour in staffing.
    Online { day: usize, hour: usize },
}

/// A window, and values of dimensions: whose rows a quantity counts. Days are the same in every window that has them.
type Locus = (Option<WindowBounds>, Vec<(&'static str, String)>);

/// The rows of a table, by their loci.
struct LocusRows {
    span: WindowBounds,
    dimensions: Vec<&'static str>,
    loci: Vec<(Vec<String>, usize)>,
    /// The populations whose rows add up.
    populations: Vec<usize>,
}

/// The quantities, numbers and sums of a report.
pub struct Equations {
    pub system: System,
    pub places: Vec<(Number, NumberPlace)>,
    least: i64,
    /// Whether metrics that filter agents in another way are of other rows.
    is_of_agents: bool,
    populations: HashMap<String, usize>,
    by_metric: HashMap<(&'static str, u8), usize>,
    loci: HashMap<Locus, usize>,
    quantities: HashMap<(usize, usize), Quantity>,
    tables: Vec<LocusRows>,
}

/// Which population of a metric.
const OWN: u8 = 0;
const PART: u8 = 1;
const REST: u8 = 2;

impl Equations {
    /// Reads a report of which nothing is hidden.
    pub fn of(report: &Report, windows: &[WindowCells], online: Option<&OnlineHours>, least: u64) -> Self {
        let mut reading = Self {
            system: System::default(),
            places: Vec::new(),
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

    fn is_small(&self, value: i64) -> bool {
        (1..self.least).contains(&value)
    }

    fn locus(&mut self, span: WindowBounds, mut values: Vec<(&'static str, String)>) -> usize {
        let has_day = values.iter().any(|(dimension, _)| *dimension == Dimension::Day.name());
        values.sort();
        let next = self.loci.len();
        *self.loci.entry(((!has_day).then_some(span), values)).or_insert(next)
    }

    /// The place of a population: of metrics that count the same rows it is the same.
    fn population(&mut self, metric: &Metric, which: u8) -> usize {
        if let Some(known) = self.by_metric.get(&(metric.id, which)) {
            return *known;
        }
        let rows = match (which, metric.measure) {
            (OWN, Measure::Time { of }) => format!("{of:?}"),
            (OWN, Measure::Distinct { of, .. }) => format!("{of} of {:?}", metric.measure.population()),
            (OWN, _) => format!("{:?}", metric.measure.population()),
            (PART, measure) => measure.part().map_or_else(|| metric.id.to_owned(), |part| format!("{part:?}")),
            (_, _) => format!("not {}", metric.id),
        };
        let agent = self.is_of_agents.then_some(metric.agent);
        let name = format!("{:?} {:?} {agent:?} {rows}", metric.table, metric.clock);
        let next = self.populations.len();
        let place = *self.populations.entry(name).or_insert(next);
        self.by_metric.insert((metric.id, which), place);
        place
    }

    /// The quantity of a population at a locus. Where another number says otherwise, it is a quantity of its own.
    fn quantity(&mut self, population: usize, locus: usize, value: i64, is_small: bool) -> Quantity {
        if let Some(known) = self.quantities.get(&(population, locus))
            && self.system.value(*known) == value
        {
            return *known;
        }
        let quantity = self.system.quantity(value, is_small);
        self.quantities.entry((population, locus)).or_insert(quantity);
        quantity
    }

    fn tell(&mut self, place: NumberPlace, quantities: Vec<(Quantity, bool)>) {
        let number = self.system.number(quantities);
        self.places.push((number, place));
    }

    fn totals(&mut self, at: usize, window: &WindowCells, metrics: &[&'static Metric]) {
        let locus = self.locus(window.span, Vec::new());
        let shown = |metric: &Metric| window.is_main || !metric.clock.is_horizon();
        let cells: Vec<(usize, &'static Metric, &Cell)> = metrics
            .iter()
            .zip(window.cells)
            .enumerate()
            .filter(|(_, (metric, _))| shown(metric))
            .map(|(place, (metric, cell))| (place, *metric, cell))
            .collect();
        self.cells(locus, &cells, |metric| NumberPlace::Total { window: at, metric });
    }

    fn table(&mut self, at: usize, is_previous: bool, span: WindowBounds, table: &Table, rows: &[TableRow]) {
        if rows.is_empty() {
            return;
        }
        let dimensions: Vec<Dimension> = table.dimensions.iter().map(|name| Dimension::of_table(name)).collect();
        let metrics: Vec<Option<&'static Metric>> = table.metrics.iter().map(|id| metrics::find(id)).collect();
        let names: Vec<&'static str> = dimensions.iter().map(|dimension| dimension.name()).collect();
        let mut loci = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            let parts = row.key.parts().to_vec();
            let locus = self.locus(span, names.iter().copied().zip(parts.iter().cloned()).collect());
            let cells = row.cells.iter().zip(&metrics).enumerate();
            let cells: Vec<(usize, &'static Metric, &Cell)> =
                cells.filter_map(|(at, ((_, cell), metric))| Some((at, (*metric)?, cell))).collect();
            self.cells(locus, &cells, |metric| NumberPlace::Cell { table: at, is_previous, row: place, metric });
            loci.push((parts, locus));
        }
        // Distinct conversations may be in several rows. Where the rows make up the total, none is, which a reader can prove by
        // another metric: sums are added where they hold.
        let is_single = dimensions.iter().all(|dimension| dimension.is_single());
        let adding = metrics.into_iter().flatten().filter(|_| is_single);
        let mut populations = Vec::new();
        for metric in adding {
            populations.extend(self.populations_of(metric));
        }
        populations.sort_unstable();
        populations.dedup();
        self.tables.push(LocusRows { span, dimensions: names, loci, populations });
    }

    /// The populations of a metric whose quantities add up where its rows do.
    fn populations_of(&mut self, metric: &Metric) -> Vec<usize> {
        match metric.measure {
            Measure::Rate { .. } | Measure::Within { .. } | Measure::Score { .. } => {
                [OWN, PART].map(|which| self.population(metric, which)).to_vec()
            }
            Measure::Time { of: Times::Concurrency | Times::Occupancy } => Vec::new(),
            Measure::Count { .. }
            | Measure::Distinct { .. }
            | Measure::Ratio { .. }
            | Measure::Mean { .. }
            | Measure::Duration { .. }
            | Measure::Time { .. } => vec![self.population(metric, OWN)],
        }
    }

    /// The numbers of one row, or the totals of a window.
    fn cells(&mut self, locus: usize, cells: &[(usize, &'static Metric, &Cell)], place: impl Fn(usize) -> NumberPlace) {
        let mut own: HashMap<&'static str, Quantity> = HashMap::new();
        let mut ratios = Vec::new();
        for (at, metric, cell) in cells {
            let (value, n) = match cell {
                Cell::Hidden => continue,
                Cell::Scalar { value, n } => (*value, n.unwrap_or(0)),
                Cell::Duration(statistics) => (statistics.mean, statistics.n),
            };
            let told = match metric.measure {
                Measure::Rate { .. } | Measure::Within { .. } => self.share(metric, locus, value.unwrap_or(0.0), n),
                Measure::Score { .. } => self.score(metric, locus, value.unwrap_or(0.0), n),
                Measure::Time { of: Times::Concurrency | Times::Occupancy } => {
                    ratios.push((*at, *metric, n));
                    continue;
                }
                Measure::Time { .. } => {
                    let population = self.population(metric, OWN);
                    let is_small = self.is_small(whole(n));
                    vec![(self.quantity(population, locus, milliseconds(value.unwrap_or(0.0)), is_small), true)]
                }
                Measure::Count { .. }
                | Measure::Distinct { .. }
                | Measure::Ratio { .. }
                | Measure::Mean { .. }
                | Measure::Duration { .. } => {
                    let population = self.population(metric, OWN);
                    vec![(self.quantity(population, locus, whole(n), self.is_small(whole(n))), true)]
                }
            };
            own.insert(metric.id, told[0].0);
            self.tell(place(*at), told);
        }
        for (at, metric, n) in ratios {
            // Beside one of its two times a ratio tells the other.
            let of: &[Times] = match metric.measure {
                Measure::Time { of: Times::Occupancy } => &[Times::Online],
                _ => &[Times::Handling, Times::Attended],
            };
            let known = |of: &Times| Some((*own.get(roles::of_time(*of)?.id)?, true));
            let mut told: Vec<(Quantity, bool)> = of.iter().filter_map(known).collect();
            if self.is_small(whole(n)) {
                told.push((self.system.quantity(whole(n), true), true));
            }
            self.tell(place(at), told);
        }
        self.partitions(&own);
        self.relations(&own);
    }

    /// The quantities in a share: the rows that it is of, those in it and those that are not.
    fn share(&mut self, metric: &Metric, locus: usize, value: f64, n: u64) -> Vec<(Quantity, bool)> {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "counts far below 2^53")]
        let part = (value * n as f64).round() as i64;
        let values = [(OWN, whole(n)), (PART, part), (REST, whole(n) - part)];
        let [own, part, rest] = values.map(|(which, value)| {
            let population = self.population(metric, which);
            self.quantity(population, locus, value, self.is_small(value))
        });
        self.system.sum(own, vec![part, rest]);
        vec![(own, true), (part, false), (rest, false)]
    }

    /// A score gives the number of its rows, and by how many the rows that raise it exceed the rows that lower it. So
    /// it gives, for each kind, twice its rows plus the rows of neither kind, and each small number is among these.
    fn score(&mut self, metric: &Metric, locus: usize, value: f64, n: u64) -> Vec<(Quantity, bool)> {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "counts far below 2^53")]
        let balance = (value / 100.0 * n as f64).round() as i64;
        let values = [(OWN, whole(n)), (PART, whole(n) + balance), (REST, whole(n) - balance)];
        let [own, plus, minus] = values.map(|(which, value)| {
            let population = self.population(metric, which);
            self.quantity(population, locus, value, self.is_small(value))
        });
        let balance = self.system.quantity(balance.abs(), false);
        let (most, least) =
            if self.system.value(plus) < self.system.value(minus) { (minus, plus) } else { (plus, minus) };
        self.system.sum(most, vec![own, balance]);
        self.system.sum(own, vec![least, balance]);
        vec![(own, true), (plus, false), (minus, false)]
    }

    /// The sums of partitions among the metrics of a row.
    fn partitions(&mut self, own: &HashMap<&'static str, Quantity>) {
        for partition in Partition::ALL {
            let parts: Vec<Quantity> = partition.parts().iter().filter_map(|id| own.get(id).copied()).collect();
            if parts.len() < partition.parts().len() {
                continue;
            }
            if let Some(whole) = own.get(partition.whole()) {
                self.add(*whole, &parts);
            }
            // The success is a share in all parts but the last, which are undecided.
            if let Some(decided) = own.get(partition.success()) {
                self.add(*decided, &parts[..parts.len() - 1]);
            }
        }
    }

    /// The relations among the metrics of a row that follow from their definitions, and that nobody has to be told; and those
    /// of metrics that are often the same, where they are.
    fn relations(&mut self, own: &HashMap<&'static str, Quantity>) {
        let repeats = roles::REPEATS.iter().map(|(shown, repeat)| (repeat, std::slice::from_ref(shown)));
        for (whole, parts) in roles::ROWS_OF.iter().map(|(whole, parts)| (whole, *parts)).chain(repeats) {
            let parts: Option<Vec<Quantity>> = parts.iter().map(|id| own.get(id).copied()).collect();
            if let (Some(whole), Some(parts)) = (own.get(whole), parts) {
                self.add(*whole, &parts);
            }
        }
    }

    /// A sum, if it holds.
    fn add(&mut self, whole: Quantity, parts: &[Quantity]) {
        let sum: i64 = parts.iter().map(|part| self.system.value(*part)).sum();
        if self.system.value(whole) == sum && !parts.contains(&whole) {
            self.system.sum(whole, parts.to_vec());
        }
    }

    /// Numbers by weekday and hour.
    fn hours(&mut self, report: &Report, span: WindowBounds, online: Option<&OnlineHours>) {
        let each = || (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour)));
        let key = |day: usize, hour: usize| vec![format!("={}", WEEKDAYS[day]), format!("={hour:02}")];
        let names = vec![Dimension::Weekday.name(), Dimension::Hour.name()];
        let loci: Vec<(Vec<String>, usize)> = each()
            .map(|(day, hour)| {
                let parts = key(day, hour);
                let locus = self.locus(span, names.iter().copied().zip(parts.iter().cloned()).collect());
                (parts, locus)
            })
            .collect();
        let mut populations = Vec::new();
        for (at, (id, grid)) in report.heatmaps.iter().enumerate() {
            let Some(metric) = metrics::find(id) else { continue };
            let population = self.population(metric, OWN);
            populations.push(population);
            for (cell, (day, hour)) in each().enumerate() {
                let (value, is_small) = match grid {
                    WeekGrid::Counts(of) => {
                        let value = whole(of.counts[day][hour].known().unwrap_or(0));
                        (value, self.is_small(value))
                    }
                    WeekGrid::Time(of) => {
                        (milliseconds(of.seconds[day][hour].known().unwrap_or(0.0)), self.few(online, day, hour))
                    }
                };
                let quantity = self.quantity(population, loci[cell].1, value, is_small);
                self.tell(NumberPlace::Hour { heatmap: at, day, hour }, vec![(quantity, true)]);
            }
        }
        if let Some(staffing) = &report.staffing {
            let population = self.population(&ARRIVALS, OWN);
            let of_online = roles::of_time(Times::Online).map(|metric| self.population(metric, OWN));
            populations.push(population);
            populations.extend(of_online);
            for (cell, (day, hour)) in each().enumerate() {
                if let Some(arrivals) = staffing.cells.arrivals[day][hour].and_then(Shown::known) {
                    #[expect(clippy::cast_possible_truncation, reason = "a count")]
                    let count = (arrivals / staffing.volume.unwrap_or(1.0)).round() as i64;
                    let quantity = self.quantity(population, loci[cell].1, count, self.is_small(count));
                    self.tell(NumberPlace::Arrivals { day, hour }, vec![(quantity, true)]);
                }
                if let (Some(online), Some(of_online)) = (online, of_online) {
                    let value = milliseconds(online.seconds[day][hour]);
                    let is_small = self.few(Some(online), day, hour);
                    let quantity = self.quantity(of_online, loci[cell].1, value, is_small);
                    self.tell(NumberPlace::Online { day, hour }, vec![(quantity, true)]);
                }
            }
            let n = whole(staffing.handling.n.known().unwrap_or(0));
            let (population, locus) = (self.population(&HANDLED, OWN), self.locus(span, Vec::new()));
            let quantity = self.quantity(population, locus, n, self.is_small(n));
            self.tell(NumberPlace::Handling, vec![(quantity, true)]);
        }
        populations.sort_unstable();
        populations.dedup();
        if !populations.is_empty() {
            self.tables.push(LocusRows { span, dimensions: names, loci, populations });
        }
    }

    fn few(&self, online: Option<&OnlineHours>, day: usize, hour: usize) -> bool {
        online.is_some_and(|online| self.is_small(whole(online.agents[day][hour])))
    }

    /// Rows and totals; of crossings also the sums over either side.
    fn sums_of_tables(&mut self) {
        let tables = std::mem::take(&mut self.tables);
        let mut done: HashSet<(usize, WindowBounds, &'static str)> = HashSet::new();
        let mut sides = Vec::new();
        for rows in &tables {
            if let [_] = rows.dimensions[..] {
                self.sum_to_total(rows, &mut done);
            } else {
                for side in 0..rows.dimensions.len() {
                    sides.push(self.side(rows, side));
                }
            }
        }
        for rows in &sides {
            self.sum_to_total(rows, &mut done);
        }
        self.tables = tables;
        self.tables.extend(sides);
    }

    fn sum_to_total(&mut self, rows: &LocusRows, done: &mut HashSet<(usize, WindowBounds, &'static str)>) {
        let total = self.locus(rows.span, Vec::new());
        for population in &rows.populations {
            if done.insert((*population, rows.span, rows.dimensions[0])) {
                let parts = self.parts(*population, rows.loci.iter().map(|(_, locus)| *locus));
                self.sum_at(*population, total, &parts);
            }
        }
    }

    /// The sums over the other dimension: the rows that a table by this one alone has.
    fn side(&mut self, rows: &LocusRows, side: usize) -> LocusRows {
        let name = rows.dimensions[side];
        let mut by_value: HashMap<&str, usize> = HashMap::new();
        let mut groups: Vec<(Vec<String>, usize, Vec<usize>)> = Vec::new();
        for (parts, locus) in &rows.loci {
            let place = *by_value.entry(&parts[side]).or_insert(groups.len());
            if place == groups.len() {
                let own = self.locus(rows.span, vec![(name, parts[side].clone())]);
                groups.push((vec![parts[side].clone()], own, Vec::new()));
            }
            groups[place].2.push(*locus);
        }
        for population in &rows.populations {
            for (_, own, loci) in &groups {
                let parts = self.parts(*population, loci.iter().copied());
                self.sum_at(*population, *own, &parts);
            }
        }
        let loci = groups.into_iter().map(|(parts, own, _)| (parts, own)).collect();
        LocusRows { span: rows.span, dimensions: vec![name], loci, populations: rows.populations.clone() }
    }

    fn parts(&self, population: usize, loci: impl Iterator<Item = usize>) -> Vec<Quantity> {
        loci.filter_map(|locus| self.quantities.get(&(population, locus)).copied()).collect()
    }

    /// A sum to the quantity at a locus, which may be in no number.
    fn sum_at(&mut self, population: usize, locus: usize, parts: &[Quantity]) {
        if parts.is_empty() {
            return;
        }
        let sum: i64 = parts.iter().map(|part| self.system.value(*part)).sum();
        let whole = match self.quantities.get(&(population, locus)) {
            Some(known) => *known,
            None => self.quantity(population, locus, sum, false),
        };
        self.add(whole, parts);
    }

    /// Days and the weekdays, weeks and months that they are in.
    fn sums_of_calendar(&mut self) {
        let day = Dimension::Day.name();
        let tables = std::mem::take(&mut self.tables);
        for days in tables.iter().filter(|rows| rows.dimensions.contains(&day)) {
            for (unit, of_day) in UNITS {
                let dimensions: Vec<&'static str> =
                    days.dimensions.iter().map(|name| if *name == day { unit.name() } else { name }).collect();
                let same = |rows: &&LocusRows| {
                    rows.span == days.span
                        && rows.dimensions.len() == dimensions.len()
                        && rows.dimensions.iter().all(|name| dimensions.contains(name))
                };
                let Some(units) = tables.iter().find(same) else { continue };
                let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
                for (parts, locus) in &days.loci {
                    let values = days.dimensions.iter().zip(parts).map(|(name, part)| {
                        if *name == day { (unit.name(), of_key(part, of_day)) } else { (*name, part.clone()) }
                    });
                    let own = self.locus(days.span, values.collect());
                    groups.entry(own).or_default().push(*locus);
                }
                let mut groups: Vec<(usize, Vec<usize>)> = groups.into_iter().collect();
                groups.sort_unstable();
                for population in days.populations.iter().filter(|population| units.populations.contains(population)) {
                    for (own, loci) in &groups {
                        if let Some(whole) = self.quantities.get(&(*population, *own)).copied() {
                            let parts = self.parts(*population, loci.iter().copied());
                            self.add(whole, &parts);
                        }
                    }
                }
            }
        }
        self.tables = tables;
    }
}

/// The name of what a day is in.
type OfDay = fn(NaiveDate) -> String;

/// The dimensions of the calendar that days are in, and what of it each is.
const UNITS: [(Dimension, OfDay); 3] =
    [(Dimension::Weekday, weekday_name), (Dimension::Week, week_name), (Dimension::Month, month_name)];

fn weekday_name(date: NaiveDate) -> String {
    WEEKDAYS[date.weekday().num_days_from_monday() as usize].to_owned()
}

/// The unit that a day is in, as keys name it.
fn of_key(part: &str, of_day: OfDay) -> String {
    part.get(1..)
        .and_then(|day| parse_date(day).ok())
        .map_or_else(|| part.to_owned(), |day| format!("={}", of_day(day)))
}

fn whole(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
