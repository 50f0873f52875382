//! The numbers by weekday and hour: heatmaps and staffing.

use super::equations::{Equations, LocusRows, NumberPath, OWN, OnlineHours, WindowBounds, whole};
use crate::metrics::agents::{ARRIVALS, HANDLED};
use crate::metrics::dimensions::{Dimension, WEEKDAYS};
use crate::metrics::measure::Times;
use crate::metrics::{self, roles};
use crate::report::{Report, Shown, WeekGrid};
use crate::unit::milliseconds;

impl Equations {
    /// Numbers by weekday and hour.
    pub(super) fn hours(&mut self, report: &Report, span: WindowBounds, online: Option<&OnlineHours>) {
        let each = || (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour)));
        let key = |day: usize, hour: usize| vec![WEEKDAYS[day].to_owned(), format!("{hour:02}")];
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
                    WeekGrid::Counts(grid) => {
                        let value = whole(grid.counts[day][hour].known().unwrap_or(0));
                        (value, self.is_small(value))
                    }
                    WeekGrid::Time(grid) => {
                        (milliseconds(grid.seconds[day][hour].known().unwrap_or(0.0)), self.few(online, day, hour))
                    }
                };
                let quantity = self.quantity(population, loci[cell].1, value, is_small);
                self.reveal(NumberPath::Hour { heatmap: at, day, hour }, vec![(quantity, true)]);
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
                    self.reveal(NumberPath::Arrivals { day, hour }, vec![(quantity, true)]);
                }
                if let (Some(online), Some(of_online)) = (online, of_online) {
                    let value = milliseconds(online.seconds[day][hour]);
                    let is_small = self.few(Some(online), day, hour);
                    let quantity = self.quantity(of_online, loci[cell].1, value, is_small);
                    self.reveal(NumberPath::Online { day, hour }, vec![(quantity, true)]);
                }
            }
            let n = whole(staffing.handling.n.known().unwrap_or(0));
            let (population, locus) = (self.population(&HANDLED, OWN), self.locus(span, Vec::new()));
            let quantity = self.quantity(population, locus, n, self.is_small(n));
            self.reveal(NumberPath::Handling, vec![(quantity, true)]);
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
}
