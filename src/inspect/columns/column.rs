//! One column or path of a file: what its values are, without keeping them.

use std::collections::{BTreeMap, HashSet};

use crate::bytes::hash_of;
use crate::inspect::clocks::time_format::{Reading, TimeFormat, formats_of};
use crate::inspect::words::plain;

/// Distinct values are counted up to here.
pub const MOST_DISTINCT: usize = 10_000;
/// The values that are kept, for examples and to tell what a column means.
const KEPT: usize = 32;
/// A longer value is not kept.
pub const LONGEST_KEPT: usize = 40;
/// The share of the values that must be instants for a column to be of instants.
const NEARLY_ALL: f64 = 0.8;
/// Formats of instants that are followed in one column.
const MOST_FORMATS: usize = 4;
/// So many values without an instant, and none is looked for any more.
const PATIENCE: u64 = 50;
/// Hours with an instant that are kept to find the longest silence.
const MOST_HOURS: usize = 1 << 20;
const HOUR_MS: i64 = 3_600_000;

/// Values by what they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kinds {
    /// `true` or `false`.
    pub booleans: u64,
    /// Whole numbers.
    pub integers: u64,
    /// Other numbers.
    pub decimals: u64,
    /// Everything else that is one value.
    pub texts: u64,
    /// Lists of JSON.
    pub lists: u64,
    /// Objects of JSON.
    pub objects: u64,
}

/// What is known of a column.
#[derive(Debug, Default)]
pub struct Column {
    /// Its name, or path.
    pub name: String,
    /// Rows, or elements, that have it, with or without a value.
    pub present: u64,
    /// Those with a value.
    pub filled: u64,
    /// What the values are.
    pub kinds: Kinds,
    distinct: HashSet<u64>,
    /// The first distinct short values, in the order of the file, and how often each occurs.
    pub kept: Vec<(String, u64)>,
    /// Characters of the longest value.
    pub longest: usize,
    /// Spaces in all values.
    pub spaces: u64,
    /// Characters of all values.
    pub characters: u64,
    /// Of lists: the fewest and most elements.
    pub lengths: Option<(usize, usize)>,
    /// Instants by format.
    pub times: Vec<Times>,
    /// Its type is none that can be looked into.
    pub is_unreadable: bool,
}

/// The instants of a column by one format.
#[derive(Debug)]
pub struct Times {
    /// The format.
    pub format: TimeFormat,
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
    before: i64,
    /// By hour: the earliest and latest instant in it.
    hours: BTreeMap<i64, (i64, i64)>,
}

impl Times {
    fn new(format: TimeFormat, reading: Reading) -> Self {
        let at = reading.ms;
        let hours = BTreeMap::new();
        Self { format, count: 0, with_offset: 0, first: at, last: at, falls: 0, rises: 0, before: at, hours }
    }

    fn see(&mut self, Reading { ms, has_offset }: Reading) {
        self.count += 1;
        self.with_offset += u64::from(has_offset);
        (self.first, self.last) = (self.first.min(ms), self.last.max(ms));
        self.falls += u64::from(ms < self.before);
        self.rises += u64::from(ms > self.before);
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
        if !self.format.is_instant() {
            return None;
        }
        let gaps = pairs.map(|((_, last), (first, _))| (*last, *first)).filter(|(last, first)| first - last >= HOUR_MS);
        // Of equal ones the first.
        gaps.rev().max_by_key(|(last, first)| first - last)
    }
}

impl Column {
    /// A column of which nothing was seen yet.
    #[must_use]
    pub fn new(name: String) -> Self {
        Self { name, ..Self::default() }
    }

    /// Sees a value of a text file. White space around it is not part of it.
    pub fn see(&mut self, value: &str) {
        self.present += 1;
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        match value {
            "true" | "false" | "TRUE" | "FALSE" | "True" | "False" => self.kinds.booleans += 1,
            number if is_integer(number) => self.kinds.integers += 1,
            number if is_decimal(number) => self.kinds.decimals += 1,
            _ => self.kinds.texts += 1,
        }
        self.see_text(value);
    }

    /// Sees a value of JSON that is neither a list nor an object.
    pub fn see_scalar(&mut self, value: &serde_json::Value) {
        use serde_json::Value;
        match value {
            Value::String(text) => self.see(text),
            Value::Bool(_) | Value::Number(_) => self.see(&value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => self.present += 1,
        }
    }

    /// Sees a list of so many elements.
    pub fn see_list(&mut self, length: usize) {
        self.present += 1;
        self.filled += 1;
        self.kinds.lists += 1;
        let (fewest, most) = self.lengths.unwrap_or((length, length));
        self.lengths = Some((fewest.min(length), most.max(length)));
    }

    /// Sees an object.
    pub fn see_object(&mut self) {
        self.present += 1;
        self.filled += 1;
        self.kinds.objects += 1;
    }

    fn see_text(&mut self, value: &str) {
        self.filled += 1;
        let length = value.chars().count();
        self.longest = self.longest.max(length);
        self.characters += length as u64;
        self.spaces += value.bytes().filter(|byte| *byte == b' ').count() as u64;
        if self.distinct.len() <= MOST_DISTINCT {
            self.distinct.insert(hash_of(value.as_bytes()));
        }
        if length <= LONGEST_KEPT {
            match self.kept.iter().position(|(kept, _)| kept == value) {
                Some(at) => self.kept[at].1 += 1,
                None if self.kept.len() < KEPT => self.kept.push((value.to_owned(), 1)),
                None => {}
            }
        }
        self.see_time(value);
    }

    fn see_time(&mut self, value: &str) {
        if self.times.is_empty() && self.filled > PATIENCE {
            return;
        }
        let mut is_known = false;
        for times in &mut self.times {
            if let Some(reading) = times.format.read(value) {
                times.see(reading);
                is_known = true;
            }
        }
        if is_known || self.times.len() >= MOST_FORMATS {
            return;
        }
        let mut formats = formats_of(value);
        if formats.is_empty() && self.is_named_date() {
            formats.push(TimeFormat::Date("%y%m%d".to_owned()));
        }
        for format in formats {
            if let Some(reading) = format.read(value) {
                let mut times = Times::new(format, reading);
                times.see(reading);
                self.times.push(times);
            }
        }
    }

    /// Six digits are a day where the column says so.
    fn is_named_date(&self) -> bool {
        plain(&self.name).split(' ').any(|word| matches!(word, "date" | "day" | "data" | "dia" | "fecha" | "jour"))
    }

    /// How many distinct values, and whether there are more.
    #[must_use]
    pub fn distinct(&self) -> (usize, bool) {
        (self.distinct.len().min(MOST_DISTINCT), self.distinct.len() > MOST_DISTINCT)
    }

    /// The share of the values that repeat no other, as far as they were counted.
    #[must_use]
    pub fn distinct_share(&self) -> f64 {
        let (distinct, is_more) = self.distinct();
        if is_more { 1.0 } else { share(distinct as u64, self.filled) }
    }

    /// How nearly all values say instants, if they do. Of a day and a month that cannot be told apart, the order in which
    /// the instants rise more often is taken.
    #[must_use]
    pub fn time(&self) -> Option<&Times> {
        let best = self.times.iter().map(|times| times.count).max()?;
        let most = self.times.iter().filter(|times| times.count == best).min_by_key(|times| times.falls)?;
        (share(most.count, self.filled) >= NEARLY_ALL).then_some(most)
    }

    /// The other format by which the same values can be read.
    #[must_use]
    pub fn other_time(&self) -> Option<&Times> {
        let time = self.time()?;
        self.times.iter().find(|other| other.format != time.format && other.count == time.count)
    }
}

/// A share of a whole; of nothing, none.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a share")]
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// With a point or a comma before the fraction.
fn is_decimal(text: &str) -> bool {
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = number.split(['.', ',']);
    let (Some(whole), Some(fraction), None) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    is_integer(whole) && is_integer(fraction)
}
