//! The instants of one column: by each notation that reads some of its values.

use std::collections::{BTreeMap, BTreeSet};

use crate::inspect::clocks::notation::{TextReading, TimeNotation, notations_of};
use crate::time::HOUR_MS;

/// Notations that are followed in one column.
const MOST_NOTATIONS: usize = 8;
/// Names of zones that are kept.
const MOST_ZONES: usize = 8;
/// So many values without an instant, and none is looked for any more.
const PATIENCE: u64 = 50;
/// Hours with an instant that are kept to find the longest silence.
const MOST_HOURS: usize = 1 << 17;
/// So many rises without a fall tell an order from one that falls as often.
const RISES: u64 = 4;
const FALLS: u64 = 2;

/// The instants of a column by one notation.
#[derive(Debug)]
pub struct ColumnInstants {
    /// How they are written.
    pub notation: TimeNotation,
    /// Values that it reads.
    pub count: u64,
    /// Of these, with an offset.
    pub with_offset: u64,
    /// The earliest.
    pub first: i64,
    /// The latest.
    pub last: i64,
    /// Values that are earlier than the one before.
    pub falls: u64,
    /// Values that are later than the one before.
    pub rises: u64,
    /// Values at midnight.
    pub midnights: u64,
    before: i64,
    /// By hour: the earliest and latest instant in it.
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

    /// The longest time without an instant: its begin and end. Less than an hour is none.
    #[must_use]
    pub fn silence(&self) -> Option<(i64, i64)> {
        let pairs = self.hours.values().zip(self.hours.values().skip(1));
        if !self.notation.is_instant() {
            return None;
        }
        let gaps = pairs.map(|((_, last), (first, _))| (*last, *first)).filter(|(last, first)| first - last >= HOUR_MS);
        // Of equal ones the first.
        gaps.rev().max_by_key(|(last, first)| first - last)
    }
}

/// Which of two numbers is the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// Nothing to ask: the year comes first, or the month has a name.
    Clear,
    /// The values tell it.
    Told,
    /// Other columns or the language of the file tell it, as the text of this key says.
    Settled(&'static str),
    /// Nothing tells it.
    Open,
    /// Some values have the day first, and some the month.
    Both,
}

/// All instants of a column.
#[derive(Debug, Default)]
pub struct Instants {
    /// By notation, in the order in which they were met.
    by_notation: Vec<ColumnInstants>,
    /// Values that some notation reads.
    pub count: u64,
    /// Values that were looked at.
    seen: u64,
    /// Names of zones that mean several.
    pub open_zones: BTreeSet<String>,
    /// Evidence beside the values that the day is first, or is not.
    settled: Option<(bool, &'static str)>,
}

impl Instants {
    /// Sees a value. `may_be` says whether a notation makes sense in the column.
    pub fn see(&mut self, value: &str, may_be: impl Fn(&TimeNotation) -> bool) {
        if self.by_notation.is_empty() && self.seen > PATIENCE {
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
                notations.push(TimeNotation::Date("%y%m%d".to_owned()));
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

    /// Values that the notations with the day first read, or those without: the most that one order alone reads.
    fn by_order(&self, is_day_first: bool) -> u64 {
        let of = |times: &&ColumnInstants| times.notation.is_day_first() == Some(is_day_first);
        self.by_notation.iter().filter(of).map(|times| times.count).sum()
    }

    /// Whether the day is first, and how that is known.
    #[must_use]
    pub fn day_order(&self) -> (Option<bool>, DayOrder) {
        let (day, month) = (self.by_order(true), self.by_order(false));
        if day == 0 && month == 0 {
            return (None, DayOrder::Clear);
        }
        // Of values with a day past the twelfth one order reads fewer.
        let clear: u64 = self.by_notation.iter().filter(|t| t.notation.is_day_first().is_none()).map(|t| t.count).sum();
        let all = self.count - clear.min(self.count);
        match (day >= all, month >= all) {
            (true, false) => (Some(true), DayOrder::Told),
            (false, true) => (Some(false), DayOrder::Told),
            (false, false) => (None, DayOrder::Both),
            (true, true) => match (self.by_rises(), self.settled) {
                (_, Some((is_day_first, by))) => (Some(is_day_first), DayOrder::Settled(by)),
                (Some(is_day_first), None) => (Some(is_day_first), DayOrder::Settled("proposal.order_of_rows")),
                (None, None) => (None, DayOrder::Open),
            },
        }
    }

    /// The order in which rows only rise, where in the other they fall as well.
    fn by_rises(&self) -> Option<bool> {
        let of = |is_day_first: bool| {
            let mut times = self.by_notation.iter().filter(|times| times.notation.is_day_first() == Some(is_day_first));
            times.next().filter(|_| times.next().is_none())
        };
        let (day, month) = (of(true)?, of(false)?);
        let is_clear =
            |one: &ColumnInstants, other: &ColumnInstants| one.falls == 0 && one.rises >= RISES && other.falls >= FALLS;
        match (is_clear(day, month), is_clear(month, day)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        }
    }

    /// Takes what the rest of the file says, where the values do not tell which number is the day.
    pub const fn settle(&mut self, is_day_first: bool, by: &'static str) {
        self.settled = Some((is_day_first, by));
    }

    /// The notations that are needed to read the values, that of most first.
    #[must_use]
    pub fn notations(&self) -> Vec<&ColumnInstants> {
        let (is_day_first, _) = self.day_order();
        let fits = |times: &&ColumnInstants| match (times.notation.is_day_first(), is_day_first) {
            (Some(this), Some(that)) => this == that,
            _ => true,
        };
        let mut notations: Vec<&ColumnInstants> = self.by_notation.iter().filter(fits).collect();
        // With a fraction or without, with an offset or without: of each kind that occurs; the order of equals stays.
        notations.sort_by_key(|times| std::cmp::Reverse(times.count));
        notations
    }

    /// Another notation that reads the same values: day and month exchanged.
    #[must_use]
    pub fn exchanged(&self, times: &ColumnInstants) -> Option<&ColumnInstants> {
        let is_day_first = times.notation.is_day_first()?;
        let is_other = |other: &&ColumnInstants| {
            other.notation.is_day_first() == Some(!is_day_first) && other.count == times.count
        };
        self.by_notation.iter().find(is_other)
    }
}
