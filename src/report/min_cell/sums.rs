//! The sums between the rows of a report: rows and totals, crossings and their sides, days and their weekdays, weeks
//! and months.

use std::collections::{HashMap, HashSet};

use chrono::{Datelike, NaiveDate};

use super::equations::{Equations, LocusRows, WindowBounds};
use super::quantities::Quantity;
use crate::metrics::dimensions::{Dimension, WEEKDAYS, month_name, week_name};
use crate::time::parse_date;

impl Equations {
    /// Adds sums of rows and totals; for crossings also the sums over either side.
    pub(super) fn sums_of_tables(&mut self) {
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

    /// Adds the sums over the other dimension: the rows of a table by this dimension alone.
    fn side(&mut self, rows: &LocusRows, side: usize) -> LocusRows {
        let name = rows.dimensions[side];
        let mut by_value: HashMap<&str, usize> = HashMap::new();
        let mut groups: Vec<(Vec<String>, usize, Vec<usize>)> = Vec::new();
        for (parts, locus) in &rows.loci {
            let index = *by_value.entry(&parts[side]).or_insert(groups.len());
            if index == groups.len() {
                let own = self.locus(rows.span, vec![(name, parts[side].clone())]);
                groups.push((vec![parts[side].clone()], own, Vec::new()));
            }
            groups[index].2.push(*locus);
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

    /// Adds a sum whose whole is the quantity at a locus, which may appear in no number.
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

    /// Adds the sums of days in weekdays, weeks and months.
    pub(super) fn sums_of_calendar(&mut self) {
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

/// The name of the unit that contains a day.
type OfDay = fn(NaiveDate) -> String;

/// The dimensions of the calendar that contain days, and the name of each unit.
const UNITS: [(Dimension, OfDay); 3] =
    [(Dimension::Weekday, weekday_name), (Dimension::Week, week_name), (Dimension::Month, month_name)];

fn weekday_name(date: NaiveDate) -> String {
    WEEKDAYS[date.weekday().num_days_from_monday() as usize].to_owned()
}

/// The unit that contains a day, in the form of keys.
fn of_key(part: &str, of_day: OfDay) -> String {
    parse_date(part).map_or_else(|_| part.to_owned(), of_day)
}
