//! The numbers of metrics: the quantities revealed by the totals of a window and the rows of a table, and the sums
//! between the metrics of one row.

use std::collections::HashMap;

use super::equations::{Equations, LocusRows, NumberPath, OWN, PART, REST, WindowBounds, WindowCells, whole};
use super::quantities::Quantity;
use crate::metrics::dimensions::Dimension;
use crate::metrics::measure::{Measure, Times};
use crate::metrics::partition::Partition;
use crate::metrics::{self, Metric, roles};
use crate::report::{Cell, Table, TableRow};
use crate::unit::milliseconds;

impl Equations {
    pub(super) fn totals(&mut self, at: usize, window: &WindowCells, metrics: &[&'static Metric]) {
        let locus = self.locus(window.span, Vec::new());
        let shown = |metric: &Metric| window.is_main || !metric.clock.is_horizon();
        let cells: Vec<(usize, &'static Metric, &Cell)> = metrics
            .iter()
            .zip(window.cells)
            .enumerate()
            .filter(|(_, (metric, _))| shown(metric))
            .map(|(index, (metric, cell))| (index, *metric, cell))
            .collect();
        self.cells(locus, &cells, |metric| NumberPath::Total { window: at, metric });
    }

    pub(super) fn table(&mut self, at: usize, is_previous: bool, span: WindowBounds, table: &Table, rows: &[TableRow]) {
        if rows.is_empty() {
            return;
        }
        let dimensions: Vec<Dimension> = table.dimensions.iter().map(|name| Dimension::of_table(name)).collect();
        let metrics: Vec<Option<&'static Metric>> = table.metrics.iter().map(|id| metrics::find(id)).collect();
        let names: Vec<&'static str> = dimensions.iter().map(|dimension| dimension.name()).collect();
        let mut loci = Vec::new();
        for (index, row) in rows.iter().enumerate() {
            let parts = row.key.parts().to_vec();
            let locus = self.locus(span, names.iter().copied().zip(parts.iter().cloned()).collect());
            let cells = row.cells.iter().zip(&metrics).enumerate();
            let cells: Vec<(usize, &'static Metric, &Cell)> =
                cells.filter_map(|(at, ((_, cell), metric))| Some((at, (*metric)?, cell))).collect();
            self.cells(locus, &cells, |metric| NumberPath::Cell { table: at, is_previous, row: index, metric });
            loci.push((parts, locus));
        }
        // Distinct conversations may be in several rows. If the rows add up to the total, none is, and another metric
        // can prove it to a reader; so sums are added if they hold.
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

    /// The populations of a metric whose quantities add up if its rows do.
    fn populations_of(&mut self, metric: &Metric) -> Vec<usize> {
        match metric.measure {
            Measure::Rate { .. } | Measure::Within { .. } | Measure::Score { .. } => {
                [OWN, PART].map(|which| self.population(metric, which)).to_vec()
            }
            Measure::Time { times: Times::Concurrency | Times::Occupancy } => Vec::new(),
            Measure::Count { .. }
            | Measure::Distinct { .. }
            | Measure::Ratio { .. }
            | Measure::Mean { .. }
            | Measure::Duration { .. }
            | Measure::Time { .. } => vec![self.population(metric, OWN)],
        }
    }

    /// The numbers of one row, or the totals of a window.
    fn cells(&mut self, locus: usize, cells: &[(usize, &'static Metric, &Cell)], path: impl Fn(usize) -> NumberPath) {
        let mut own: HashMap<&'static str, Quantity> = HashMap::new();
        let mut ratios = Vec::new();
        for (at, metric, cell) in cells {
            let (value, n) = match cell {
                Cell::Hidden => continue,
                Cell::Scalar { value, n } => (*value, n.unwrap_or(0)),
                Cell::Duration(statistics) => (statistics.mean, statistics.n),
            };
            let revealed = match metric.measure {
                Measure::Rate { .. } | Measure::Within { .. } => self.share(metric, locus, value.unwrap_or(0.0), n),
                Measure::Score { .. } => self.score(metric, locus, value.unwrap_or(0.0), n),
                Measure::Time { times: Times::Concurrency | Times::Occupancy } => {
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
            own.insert(metric.id, revealed[0].0);
            self.reveal(path(*at), revealed);
        }
        for (at, metric, n) in ratios {
            // Together with one of its two times, a ratio reveals the other.
            let kinds: &[Times] = match metric.measure {
                Measure::Time { times: Times::Occupancy } => &[Times::Online],
                _ => &[Times::Handling, Times::Attended],
            };
            let known = |kinds: &Times| Some((*own.get(roles::of_time(*kinds)?.id)?, true));
            let mut revealed: Vec<(Quantity, bool)> = kinds.iter().filter_map(known).collect();
            if self.is_small(whole(n)) {
                revealed.push((self.system.quantity(whole(n), true), true));
            }
            self.reveal(path(at), revealed);
        }
        self.partitions(&own);
        self.relations(&own);
    }

    /// The quantities in a share: all of its rows, those counted and those not counted.
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

    /// A score reveals the number of its rows, and the difference between the rows that raise it and those that lower
    /// it. So it reveals, for each of these kinds, twice its rows plus the neutral rows; every small number is among
    /// these quantities.
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
            // The success is a share of all parts but the last, which is undecided.
            if let Some(decided) = own.get(partition.success()) {
                self.add(*decided, &parts[..parts.len() - 1]);
            }
        }
    }

    /// The relations among the metrics of a row that follow from their public definitions, and those between metrics
    /// that are often equal, if they are.
    fn relations(&mut self, own: &HashMap<&'static str, Quantity>) {
        let repeats = roles::REPEATS.iter().map(|(shown, repeat)| (repeat, std::slice::from_ref(shown)));
        for (whole, parts) in roles::ROWS_OF.iter().map(|(whole, parts)| (whole, *parts)).chain(repeats) {
            let parts: Option<Vec<Quantity>> = parts.iter().map(|id| own.get(id).copied()).collect();
            if let (Some(whole), Some(parts)) = (own.get(whole), parts) {
                self.add(*whole, &parts);
            }
        }
    }
}
