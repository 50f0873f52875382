//! The instants of one column, by each notation that reads some of its values.

use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::time_notations::notation::{COMPACT, COMPACT_DATE, TextReading, TimeNotation, notations_of};
use crate::time::HOUR_MS;

/// The most notations that are tracked in one column.
const MOST_NOTATIONS: usize = 8;
/// The most names of zones that are kept.
const MOST_ZONES: usize = 8;
/// After this many values without an instant, the column is no longer checked.
const PATIENCE: u64 = 50;
/// The most hours with an instant that are kept to find the longest gap.
const MOST_HOURS: usize = 1 << 17;
/// Without falls, this many rises show that values are sorted.
const RISES: u64 = 4;
const FALLS: u64 = 2;

/// The instants of a column by one notation.
#[derive(Debug)]
pub struct ColumnInstants {
    /// Their notation.
    pub notation: TimeNotation,
    /// The number of values that the notation reads.
    pub count: u64,
    /// The number of those with an offset.
    pub with_offset: u64,
    /// The earliest.
    pub first: i64,
    /// The latest.
    pub last: i64,
    /// The number of values earlier than the one before.
    pub falls: u64,
    /// The number of values later than the one before.
    pub rises: u64,
    /// The number of values at midnight.
    pub midnights: u64,
    before: i64,
    /// The earliest and latest instant of each hour.
    hours: BTreeMap<i64, (i64, i64)>,
}

impl ColumnInstants {
    fn new(notation: TimeNotation, at: i64) -> Self {
        let hours = BTreeMap::new();
        Self {
            notation,
            count: 0,
            with_offset: 0,
            first: at,
            last: at,
            falls: 0,
            rises: 0,
            midnights: 0,
            before: at,
            hours,
        }
    }

    fn see(&mut self, ms: i64, has_offset: bool) {
        self.count += 1;
        self.with_offset += u64::from(has_offset);
        (self.first, self.last) = (self.first.min(ms), self.last.max(ms));
        self.falls += u64::from(ms < self.before);
        self.rises += u64::from(ms > self.before);
        self.midnights += u64::from(ms.rem_euclid(24 * HOUR_MS) == 0);
        self.before = ms;
        if self.hours.len() < MOST_HOURS {
            let (first, last) = self.hours.entry(ms.div_euclid(HOUR_MS)).or_insert((ms, ms));
            (*first, *last) = ((*first).min(ms), (*last).max(ms));
        }
    }

    /// The longest time without an instant: its start and end. `None` if shorter than an hour.
    #[must_use]
    pub fn silence(&self) -> Option<(i64, i64)> {
        let pairs = self.hours.values().zip(self.hours.values().skip(1));
        if !self.notation.is_instant() {
            return None;
        }
        let gaps = pairs.map(|((_, last), (first, _))| (*last, *first)).filter(|(last, first)| first - last >= HOUR_MS);
        // Among equal gaps, the first.
        gaps.rev().max_by_key(|(last, first)| first - last)
    }
}

/// How it is known which number is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// There is no doubt: the year comes first, or the month has a name.
    Clear,
    ByValues,
    /// By other columns or the language of the file, as the text with this key explains.
    Settled(&'static str),
    /// It is not known.
    Open,
    /// Some values have the day first, others the month.
    Both,
}

/// All instants of a column.
#[derive(Debug, Default)]
pub struct Instants {
    /// By notation, in the order of first appearance.
    by_notation: Vec<ColumnInstants>,
    /// The number of values that some notation reads.
    pub count: u64,
    /// The number of values checked.
    seen: u64,
    /// Names of zones with several meanings.
    pub open_zones: BTreeSet<String>,
    /// Evidence from outside the values: whether the day comes first, and its reason.
    settled: Option<(bool, &'static str)>,
}

impl Instants {
    /// Adds a value. `may_be` decides whether a notation is plausible for the column.
    pub fn see(&mut self, value: &str, may_be: impl Fn(&TimeNotation) -> bool) {
        // Words such as `Pending` may stand in many rows before the first instant.
        if !value.bytes().any(|byte| byte.is_ascii_digit()) || (self.by_notation.is_empty() && self.seen > PATIENCE) {
            return;
        }
        self.seen += 1;
        let mut is_known = false;
        let mut zones = Vec::new();
        for times in &mut self.by_notation {
            if let Some(TextReading { ms, has_offset, open_zone }) = times.notation.read(value) {
                times.see(ms, has_offset);
                zones.extend(open_zone);
                is_known = true;
            }
        }
        if !is_known && self.by_notation.len() < MOST_NOTATIONS {
            let mut notations = notations_of(value);
            if notations.is_empty() {
                notations.push(TimeNotation::Date(COMPACT_DATE.to_owned()));
                notations.push(TimeNotation::TimeOfDay(COMPACT.to_owned()));
            }
            for notation in notations.into_iter().filter(may_be) {
                if let Some(TextReading { ms, has_offset, open_zone }) = notation.read(value) {
                    let mut times = ColumnInstants::new(notation, ms);
                    times.see(ms, has_offset);
                    self.by_notation.push(times);
                    zones.extend(open_zone);
                    is_known = true;
                }
            }
        }
        self.count += u64::from(is_known);
        for zone in zones {
            if self.open_zones.len() < MOST_ZONES {
                self.open_zones.insert(zone);
            }
        }
    }

    /// The number of values read by notations with this order of day and month.
    fn by_order(&self, is_day_first: bool) -> u64 {
        let is_same = |times: &&ColumnInstants| times.notation.is_day_first() == Some(is_day_first);
        self.by_notation.iter().filter(is_same).map(|times| times.count).sum()
    }

    /// Whether the day comes first, and how that is known.
    #[must_use]
    pub fn day_order(&self) -> (Option<bool>, DayOrder) {
        let (day, month) = (self.by_order(true), self.by_order(false));
        if day == 0 && month == 0 {
            return (None, DayOrder::Clear);
        }
        // If a value has a day above 12, one order reads fewer values.
        let clear: u64 = self.by_notation.iter().filter(|t| t.notation.is_day_first().is_none()).map(|t| t.count).sum();
        let all = self.count - clear.min(self.count);
        match (day >= all, month >= all) {
            (true, false) => (Some(true), DayOrder::ByValues),
            (false, true) => (Some(false), DayOrder::ByValues),
            (false, false) => (None, DayOrder::Both),
            (true, true) => match (self.by_rises(), self.settled) {
                (_, Some((is_day_first, by))) => (Some(is_day_first), DayOrder::Settled(by)),
                (Some(is_day_first), None) => (Some(is_day_first), DayOrder::Settled("proposal.order_of_rows")),
                (None, None) => (None, DayOrder::Open),
            },
        }
    }

    /// The order in which rows only rise, if in the other one they also fall.
    fn by_rises(&self) -> Option<bool> {
        let in_order = |is_day_first: bool| {
            let mut times = self.by_notation.iter().filter(|times| times.notation.is_day_first() == Some(is_day_first));
            times.next().filter(|_| times.next().is_none())
        };
        let (day, month) = (in_order(true)?, in_order(false)?);
        let is_clear =
            |one: &ColumnInstants, other: &ColumnInstants| one.falls == 0 && one.rises >= RISES && other.falls >= FALLS;
        match (is_clear(day, month), is_clear(month, day)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }

    /// Sets the order from the rest of the file, if the values do not show which number is the day.
    pub const fn settle(&mut self, is_day_first: bool, by: &'static str) {
        self.settled = Some((is_day_first, by));
    }

    /// The notations needed to read the values, the most frequent first.
    #[must_use]
    pub fn notations(&self) -> Vec<&ColumnInstants> {
        let (is_day_first, _) = self.day_order();
        let fits = |times: &&ColumnInstants| match (times.notation.is_day_first(), is_day_first) {
            (Some(this), Some(that)) => this == that,
            _ => true,
        };
        let mut notations: Vec<&ColumnInstants> = self.by_notation.iter().filter(fits).collect();
        // With and without a fraction, with and without an offset: each form that occurs. The sort is stable.
        notations.sort_by_key(|times| std::cmp::Reverse(times.count));
        notations
    }

    /// The notation that reads the same values with day and month swapped.
    #[must_use]
    pub fn exchanged(&self, times: &ColumnInstants) -> Option<&ColumnInstants> {
        let is_day_first = times.notation.is_day_first()?;
        let is_other = |other: &&ColumnInstants| {
            other.notation.is_day_first() == Some(!is_day_first) && other.count == times.count
        };
        self.by_notation.iter().find(is_other)
    }
}
