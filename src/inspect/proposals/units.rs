//! Finds the unit of lengths of time whose names do not have it, from the instants of the same rows: a wait of 30
//! between two instants that are 30 seconds apart is in seconds. Otherwise by the usual length of calls, which is not
//! 300 minutes.

use std::collections::BTreeMap;

use super::assumption::Assumption;
use super::calls::are_all_calls;
use super::instants::{ProposedInstant, instant_in};
use super::moments::{DurationKind, span_of};
use super::unit_names::{may_be_length, unit_of};
use crate::inspect::columns::column::Column;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::Meaning as M;
use crate::language::Message;

/// Units by their names in profiles, in milliseconds.
const UNITS: [(&str, f64); 4] = [("ms", 1.0), ("s", 1_000.0), ("min", 60_000.0), ("h", 3_600_000.0)];
/// The most columns that may be parts of a sum: all of their sums are tried.
const MOST_PARTS: usize = 8;
/// The fewest rows that must agree.
const LEAST_ROWS: usize = 2;
/// The share of rows that must agree.
const NEARLY_ALL: f64 = 0.9;
/// The median length of calls is in this range.
const TYPICAL_MS: std::ops::RangeInclusive<f64> = 2_000.0..=7_200_000.0;
/// No call is longer than a day.
const LONGEST_MS: f64 = 86_400_000.0;

/// Units that were found, by column.
#[derive(Debug, Default)]
pub struct LengthUnits {
    /// Those found by the instants of the rows.
    certain: BTreeMap<String, &'static str>,
    /// Those that are the only plausible unit for calls.
    likely: BTreeMap<String, &'static str>,
    /// Those that are the only unit in which the length fits within the conversation.
    within: BTreeMap<String, &'static str>,
}

impl LengthUnits {
    /// The units of number columns that are lengths of time and whose names have no unit.
    pub fn of(columns: &[&Column], instants: &[ProposedInstant], survey: &Survey, each: Option<&str>) -> Self {
        let open: Vec<&Column> = columns.iter().filter(|column| is_open(column)).copied().collect();
        if open.is_empty() {
            return Self::default();
        }
        let table = ColumnTable::of(&open, columns, instants, survey, each);
        let mut units = Self::default();
        let sums = table.sums();
        for (at, column) in open.iter().enumerate() {
            if let Some(unit) = table.unit_between_instants(&[at]) {
                units.certain.insert(column.name.clone(), unit);
            }
        }
        // Parts that add up to the time between two instants: a wait and a talk time.
        for parts in subsets(open.len()).filter(|parts| parts.len() > 1) {
            if let Some(unit) = table.unit_between_instants(&parts) {
                for at in parts {
                    units.certain.entry(open[at].name.clone()).or_insert(unit);
                }
            }
        }
        if are_all_calls(columns) {
            for (at, column) in open.iter().enumerate() {
                let is_of_call = matches!(span_of(&column.words), Some(DurationKind::Talked | DurationKind::Whole))
                    || is_total(column);
                if let Some(unit) = likely(&table.lengths(at)).filter(|_| is_of_call) {
                    units.likely.insert(column.name.clone(), unit);
                }
            }
        }
        for (at, column) in open.iter().enumerate() {
            let is_before_the_end =
                matches!(span_of(&column.words), Some(DurationKind::FirstReply | DurationKind::Waited));
            if let Some(unit) = table.unit_within_instants(at).filter(|_| is_before_the_end) {
                units.within.insert(column.name.clone(), unit);
            }
        }
        // A sum and its parts have the same unit.
        for members in sums {
            for found in [&mut units.certain, &mut units.likely] {
                let Some(unit) = members.iter().find_map(|at| found.get(&open[*at].name)).copied() else { continue };
                for at in &members {
                    found.entry(open[*at].name.clone()).or_insert(unit);
                }
            }
        }
        units
    }

    /// The unit of a column, if the rows show it.
    #[must_use]
    pub fn certain(&self, column: &str) -> Option<&'static str> {
        self.certain.get(column).copied()
    }

    /// The unit of a column, and the assumption that it implies.
    #[must_use]
    pub fn get(&self, column: &str) -> Option<(&'static str, Option<Assumption>)> {
        if let Some(unit) = self.certain(column) {
            return Some((unit, None));
        }
        let likely = self.likely.get(column).map(|unit| (*unit, "assumption.unit"));
        let within = || self.within.get(column).map(|unit| (*unit, "assumption.unit_within"));
        let (unit, reason) = likely.or_else(within)?;
        let unit_name = Message::new(match unit {
            "ms" => "assumption.milliseconds",
            "s" => "assumption.seconds",
            "min" => "assumption.minutes",
            _ => "assumption.hours",
        });
        let assumption = Message::new(reason).with("column", column).with("unit", unit_name);
        Some((unit, Some(assumption.into())))
    }
}

/// Whether a column's numbers may be lengths of time in any unit.
fn is_open(column: &Column) -> bool {
    const OTHERS: [M; 10] = [
        M::Id,
        M::Reach,
        M::Score,
        M::Message,
        M::Customer,
        M::Office,
        M::Version,
        M::Transferred,
        M::Reopened,
        M::Due,
    ];
    let words = &column.words;
    let is_total = words.is_only(&[M::Count, M::Conversation]) && words.has(M::Count);
    let is_named =
        is_total || span_of(words).is_some() || words.has_one(&[M::Duration, M::Time, M::Waited, M::Talked, M::Queue]);
    // Replies are a count, unless a word means a time.
    let is_count = words.has(M::Reply) && !words.has_one(&[M::Time, M::Duration, M::Waited]);
    let is_plain = !is_count && column.is_number() && column.kinds.durations + column.kinds.open_durations == 0;
    is_named && is_plain && may_be_length(column) && !words.has_one(&OTHERS) && unit_of(&column.name).is_none()
}

/// Whether the name of a whole call's length is that of a sum.
fn is_total(column: &Column) -> bool {
    column.words.has(M::Count) && column.words.has(M::Time)
}

/// The only unit in which the median is as long as calls usually are.
fn likely(values: &[f64]) -> Option<&'static str> {
    let mut values: Vec<f64> = values.iter().copied().filter(|value| *value > 0.0).collect();
    values.sort_by(f64::total_cmp);
    let (typical, longest) = (*values.get(values.len() / 2)?, *values.last()?);
    let fits = |(_, ms): &&(&str, f64)| TYPICAL_MS.contains(&(typical * ms)) && longest * ms <= LONGEST_MS;
    let mut fitting = UNITS.iter().filter(fits);
    match (fitting.next(), fitting.next()) {
        (Some((unit, _)), None) => Some(unit),
        _ => None,
    }
}

/// The numbers of the open columns in a row, and its instants in milliseconds.
type NumbersAndInstants = (Vec<Option<f64>>, Vec<Option<i64>>);

/// The rows of the open columns and of the instants.
struct ColumnTable {
    rows: Vec<NumbersAndInstants>,
    columns: usize,
    instants: usize,
}

impl ColumnTable {
    fn of(
        open: &[&Column],
        columns: &[&Column],
        instants: &[ProposedInstant],
        survey: &Survey,
        each: Option<&str>,
    ) -> Self {
        let mut names: Vec<&str> = open.iter().map(|column| column.name.as_str()).collect();
        let mut ranges: Vec<std::ops::Range<usize>> = Vec::new();
        for instant in instants {
            let from = names.len();
            names.extend(instant.sources.iter().map(String::as_str));
            ranges.push(from..names.len());
        }
        let row = |texts: Vec<Option<String>>| {
            let number = |text: &Option<String>| text.as_ref()?.replace(',', ".").parse::<f64>().ok();
            let instant =
                |range: &std::ops::Range<usize>| instant_in(columns, &names[range.clone()], &texts[range.clone()]);
            (texts[..open.len()].iter().map(number).collect(), ranges.iter().map(instant).collect())
        };
        let rows = survey.together(&names, each).into_iter().map(row).collect();
        Self { rows, columns: open.len(), instants: instants.len() }
    }

    fn lengths(&self, at: usize) -> Vec<f64> {
        self.rows.iter().filter_map(|(numbers, _)| numbers[at]).collect()
    }

    /// The unit in which the sum of these columns equals the time between two instants, in nearly all rows.
    fn unit_between_instants(&self, parts: &[usize]) -> Option<&'static str> {
        let pairs = (0..self.instants).flat_map(|from| (from + 1..self.instants).map(move |to| (from, to)));
        let mut found: Option<&'static str> = None;
        for (from, to) in pairs {
            let rows: Vec<(f64, f64)> = self.rows.iter().filter_map(|row| between(row, parts, from, to)).collect();
            for (unit, ms) in UNITS {
                if !rows_agree(&rows, ms) {
                    continue;
                }
                if found.is_some_and(|other| other != unit) {
                    return None;
                }
                found = Some(unit);
            }
        }
        found
    }

    /// The only unit in which the median of a length is at least two seconds, and in nearly all rows the length is at
    /// most the time between the first and the last instant.
    fn unit_within_instants(&self, at: usize) -> Option<&'static str> {
        let row = |(numbers, instants): &NumbersAndInstants| -> Option<(f64, f64)> {
            let length = numbers[at].filter(|length| *length > 0.0)?;
            let known = || instants.iter().flatten();
            #[expect(clippy::cast_precision_loss, reason = "compared within a second")]
            let ms = known().max()?.abs_diff(*known().min()?) as f64;
            (known().count() > 1).then_some((length, ms))
        };
        let mut rows: Vec<(f64, f64)> = self.rows.iter().filter_map(row).collect();
        if !differ(&rows) {
            return None;
        }
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        let typical = rows[rows.len() / 2].0;
        let fits = |(_, unit_ms): &&(&str, f64)| {
            let fitting = rows.iter().filter(|(length, ms)| length * unit_ms <= ms + unit_ms.min(60_000.0)).count();
            #[expect(clippy::cast_precision_loss, reason = "a share")]
            let share = fitting as f64 / rows.len() as f64;
            typical * unit_ms >= *TYPICAL_MS.start() && share >= NEARLY_ALL
        };
        let mut fitting = UNITS.iter().filter(fits);
        match (fitting.next(), fitting.next()) {
            (Some((unit, _)), None) => Some(unit),
            _ => None,
        }
    }

    /// The sets of columns in which one column is the sum of the others, in all rows.
    fn sums(&self) -> Vec<Vec<usize>> {
        let mut found = Vec::new();
        for whole in 0..self.columns {
            for parts in subsets(self.columns).filter(|parts| parts.len() > 1 && !parts.contains(&whole)) {
                let rows: Vec<(f64, f64)> = self
                    .rows
                    .iter()
                    .filter_map(|(numbers, _)| Some((sum_of(numbers, &parts)?, numbers[whole]?)))
                    .filter(|(sum, whole)| *sum > 0.0 || *whole > 0.0)
                    .collect();
                let is_sum = rows.iter().all(|(sum, whole)| (sum - whole).abs() < 1e-6);
                if is_sum && differ(&rows) {
                    found.push(parts.iter().copied().chain([whole]).collect());
                }
            }
        }
        found
    }
}

/// The sum of some columns, if in the row at least one of them has a value.
fn sum_of(numbers: &[Option<f64>], parts: &[usize]) -> Option<f64> {
    parts.iter().any(|at| numbers[*at].is_some()).then(|| parts.iter().filter_map(|at| numbers[*at]).sum())
}

/// The sum of some columns of a row, and the milliseconds between two of its instants; `None` if either is 0.
fn between((numbers, instants): &NumbersAndInstants, parts: &[usize], from: usize, to: usize) -> Option<(f64, f64)> {
    let sum = sum_of(numbers, parts).filter(|sum| *sum > 0.0)?;
    #[expect(clippy::cast_precision_loss, reason = "compared within a second")]
    let ms = instants[from]?.abs_diff(instants[to]?) as f64;
    Some((sum, ms))
}

/// Whether nearly all rows agree on a unit and are not just short in both values.
fn rows_agree(rows: &[(f64, f64)], unit_ms: f64) -> bool {
    let slack = |ms: f64| match unit_ms {
        unit if unit < 1_000.0 => (ms * 0.05).clamp(1.0, 1_000.0),
        unit if unit < 60_000.0 => 1_000.0,
        unit => (ms * 0.05).min(unit / 2.0),
    };
    let fits = |(length, ms): &&(f64, f64)| (length * unit_ms - ms).abs() <= slack(length * unit_ms);
    let fitting = rows.iter().filter(fits).count();
    let is_long = |(length, _): &(f64, f64)| length * unit_ms >= 10.0 * slack(length * unit_ms);
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = fitting as f64 / rows.len().max(1) as f64;
    share >= NEARLY_ALL && differ(rows) && rows.iter().any(is_long)
}

/// Whether enough rows have different values.
fn differ(rows: &[(f64, f64)]) -> bool {
    let mut lengths: Vec<f64> = rows.iter().map(|(length, _)| *length).collect();
    lengths.sort_by(f64::total_cmp);
    lengths.dedup();
    lengths.len() >= LEAST_ROWS
}

/// All non-empty subsets of the columns; `of` is the number of columns.
fn subsets(count: usize) -> impl Iterator<Item = Vec<usize>> {
    let count = count.min(MOST_PARTS);
    (1_u32..1 << count).map(move |set| (0..count).filter(|at| set & (1 << at) != 0).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_by_the_usual_length_of_calls() {
        for (values, unit) in [
            (&[300.0, 600.0, 0.0][..], Some("s")),
            (&[300_000.0, 690_000.0], Some("ms")),
            // Minutes, or a few seconds.
            (&[5.0, 11.0], None),
            (&[5.5, 11.5, 0.75], None),
            // Minutes or hours: an hour and a half, or four days.
            (&[90.0, 100.0], None),
            (&[], None),
        ] {
            assert_eq!(likely(values), unit, "{values:?}");
        }
    }

    #[test]
    fn rows_show_a_unit() {
        for (rows, unit_ms, is) in [
            (&[(30.0, 30_000.0), (90.0, 90_400.0)][..], 1_000.0, true),
            (&[(30.0, 30_000.0), (90.0, 90_400.0)], 1.0, false),
            (&[(30_000.0, 30_000.0), (90_000.0, 90_000.0)], 1.0, true),
            (&[(30.0, 30_000.0)], 1_000.0, false),
            (&[(30.0, 30_000.0), (30.0, 30_000.0)], 1_000.0, false),
            (&[(1.0, 1_000.0), (2.0, 1_500.0)], 1_000.0, false),
            (&[(30.0, 30_000.0), (90.0, 300_000.0)], 1_000.0, false),
            (&[(5.0, 300_000.0), (2.0, 120_000.0)], 60_000.0, true),
        ] {
            assert_eq!(rows_agree(rows, unit_ms), is, "{rows:?} in {unit_ms} ms");
        }
    }
}
