//! One column or path of a file: facts about its values, without keeping all of them.

use std::collections::BTreeMap;

use super::distinct::Distinct;
use super::times::{ColumnInstants, DayOrder, Instants};
use crate::bytes::hash_of;
use crate::ingest::profile::duration::{DurationUnit, is_minutes_or_hours};
use crate::inspect::time_notations::notation::{COMPACT, COMPACT_DATE, DOTTED, TimeNotation};
use crate::inspect::words::{Meaning as M, Name, is_none, is_one_of};

/// The number of values kept as examples and to find the meaning of a column.
const KEPT: usize = 32;
/// The length of the longest value that is kept, in characters.
pub const LONGEST_KEPT: usize = 40;
/// The most texts for "no value" that are kept.
const MOST_NONES: usize = 8;
/// The length of `00:00:00.000`.
const LONGEST_ZERO: usize = 12;
/// The share of values that must be instants in a column of instants.
const NEARLY_ALL: f64 = 0.8;
/// The share of values that must be instants if all others are a few words, such as `Pending`.
const SOME: f64 = 0.1;
/// The most such words.
const MOST_WORDS_FOR_NONE: usize = 2;

/// Numbers of values by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ValueKinds {
    /// `true` or `false`.
    pub booleans: u64,
    /// Whole numbers.
    pub integers: u64,
    /// Other numbers.
    pub decimals: u64,
    /// Of the decimals: those with a comma before three digits, which may mean thousands or a fraction.
    pub open_commas: u64,
    /// Of the decimals: those whose comma can only be a decimal comma.
    pub decimal_commas: u64,
    /// All other single values.
    pub texts: u64,
    /// Of the texts: durations with units, such as `1h 02m`, `PT45S`, `1:02:03`.
    pub durations: u64,
    /// Of the texts: `1:02`, which may be minutes or hours.
    pub open_durations: u64,
    /// JSON lists.
    pub lists: u64,
    /// JSON objects.
    pub objects: u64,
}

/// Values that are 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Zeros {
    /// The number of zeros.
    pub count: u64,
    /// Their texts.
    pub texts: Vec<String>,
}

impl Zeros {
    fn see(&mut self, value: &str) {
        let is_zero = value == "-1"
            || value.len() <= LONGEST_ZERO
                && value.starts_with('0')
                && value.bytes().all(|byte| matches!(byte, b'0' | b':' | b'.' | b','));
        if is_zero && (self.texts.len() < MOST_NONES || self.texts.iter().any(|text| text == value)) {
            self.count += 1;
            if self.texts.iter().all(|text| text != value) {
                self.texts.push(value.to_owned());
            }
        }
    }
}

/// The facts of a column.
#[derive(Debug, Default)]
pub struct Column {
    /// Its name, or path.
    pub name: String,
    /// The meaning of the words of its name.
    pub words: Name,
    /// The number of rows, or elements, in which it is present, with or without a value.
    pub present: u64,
    /// The number of rows with a value.
    pub filled: u64,
    /// The number of rows, or elements of its list, that could have it.
    pub whole: u64,
    /// The kinds of its values.
    pub kinds: ValueKinds,
    distinct: Distinct,
    /// The first distinct short values, in the order of the file, with their numbers of occurrences.
    pub kept: Vec<(String, u64)>,
    /// Values that are 0 or `0:00:00`; in a column of instants or lengths of time, they may mean no value.
    pub zeros: Zeros,
    /// Texts that mean no value, with their numbers of occurrences.
    pub nones: BTreeMap<String, u64>,
    /// In a column of instants: words that stand where there is none, such as `Pending`.
    pub words_for_none: Vec<String>,
    /// The smallest whole number.
    pub smallest: Option<u64>,
    /// The largest whole number.
    pub largest: u64,
    /// The length of the longest value, in characters.
    pub longest: usize,
    /// The number of spaces in all values.
    pub spaces: u64,
    /// The number of characters of all values.
    pub characters: u64,
    /// For lists: the smallest and largest number of elements.
    pub lengths: Option<(usize, usize)>,
    /// For lists: the number of all elements.
    pub elements: u64,
    pub instants: Instants,
    /// Whether its type cannot be examined.
    pub is_unreadable: bool,
    /// Whether its type cannot be examined.
    pub is_path: bool,
}

impl Column {
    /// A column of a table before any value was added.
    #[must_use]
    pub fn new(name: String) -> Self {
        let words = Name::of(&name);
        Self { name, words, ..Self::default() }
    }

    /// A path of JSON before any value was added.
    #[must_use]
    pub fn of_path(name: String) -> Self {
        let words = Name::of_path(&name);
        Self { name, words, is_path: true, ..Self::default() }
    }

    /// Counts distinct values exactly up to `most`. Must be called before any value is added.
    pub fn count_distinct_up_to(&mut self, most: usize) {
        self.distinct = Distinct::up_to(most);
    }

    /// Adds a value of a text file, without white space at its ends.
    pub fn see(&mut self, value: &str) {
        self.present += 1;
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        if is_none(value) {
            if self.nones.len() < MOST_NONES || self.nones.contains_key(value) {
                *self.nones.entry(value.to_owned()).or_default() += 1;
            }
            return;
        }
        match value {
            "true" | "false" | "TRUE" | "FALSE" | "True" | "False" => self.kinds.booleans += 1,
            number if is_integer(number) => {
                self.kinds.integers += 1;
                let number = number.trim_start_matches('+').parse().unwrap_or(0);
                self.largest = self.largest.max(number);
                self.smallest = Some(self.smallest.unwrap_or(number).min(number));
            }
            number if is_decimal(number) => self.see_decimal(number),
            _ => self.kinds.texts += 1,
        }
        self.see_text(value);
    }

    fn see_decimal(&mut self, number: &str) {
        self.kinds.decimals += 1;
        let is_last = number.rfind(',') > number.rfind('.');
        if let Some((_, fraction)) = number.rsplit_once(',').filter(|_| is_last) {
            if fraction.len() == 3 && !number.contains('.') {
                self.kinds.open_commas += 1;
            } else {
                self.kinds.decimal_commas += 1;
            }
        }
    }

    /// Adds a JSON value that is neither a list nor an object.
    pub fn see_scalar(&mut self, value: &serde_json::Value) {
        use serde_json::Value;
        match value {
            Value::String(text) => self.see(text),
            Value::Bool(_) | Value::Number(_) => self.see(&value.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => self.present += 1,
        }
    }

    /// Adds a list, by its number of elements.
    pub fn see_list(&mut self, length: usize) {
        self.present += 1;
        self.filled += 1;
        self.kinds.lists += 1;
        self.elements += length as u64;
        let (fewest, most) = self.lengths.unwrap_or((length, length));
        self.lengths = Some((fewest.min(length), most.max(length)));
    }

    /// Adds an object.
    pub fn see_object(&mut self) {
        self.present += 1;
        self.filled += 1;
        self.kinds.objects += 1;
    }

    /// The number of lists and objects among its values.
    #[must_use]
    pub const fn held(&self) -> u64 {
        self.kinds.lists + self.kinds.objects
    }

    /// Counts lists and objects as texts: their content belongs to no column.
    pub const fn forget_held(&mut self) {
        self.kinds.texts += self.held();
        (self.kinds.lists, self.kinds.objects) = (0, 0);
    }

    fn see_text(&mut self, value: &str) {
        self.filled += 1;
        self.zeros.see(value);
        let length = value.chars().count();
        self.longest = self.longest.max(length);
        self.characters += length as u64;
        self.spaces += value.bytes().filter(|byte| *byte == b' ').count() as u64;
        self.distinct.see(hash_of(value.as_bytes()));
        if length <= LONGEST_KEPT {
            match self.kept.iter().position(|(kept, _)| kept == value) {
                Some(at) => self.kept[at].1 += 1,
                None if self.kept.len() < KEPT => self.kept.push((value.to_owned(), 1)),
                None => {}
            }
        }
        let is_clock = value.contains(':');
        if is_clock && is_minutes_or_hours(value) {
            self.kinds.open_durations += 1;
        } else if length <= LONGEST_KEPT
            && self.may_be_duration()
            && DurationUnit::Text.read(value, None).is_some_and(|ms| ms != 0 || is_clock)
        {
            self.kinds.durations += 1;
        }
        let words = &self.words;
        self.instants.see(value, |notation| makes_sense(words, notation));
    }

    /// Whether the name fits a duration, or has no meaning.
    fn may_be_duration(&self) -> bool {
        self.words.has_one(&[M::Duration, M::Waited, M::Talked, M::Time, M::Reply, M::Resolved, M::Closed])
            || self.words.has_unknown()
            // A column of lengths may be named after the thing that lasted, also as a sum: `Total Queue`.
            || self.words.is_only(&[M::Conversation])
            || (self.words.has(M::Count) && self.words.has_one(&[M::Queue, M::Conversation]))
    }

    /// In a column of instants, takes the few words that all other values are for "no instant". They then count as empty.
    pub fn settle_words_for_none(&mut self) {
        let is_word = |value: &str| !value.bytes().any(|byte| byte.is_ascii_digit());
        let words: Vec<(String, u64)> = self.kept.iter().filter(|(value, _)| is_word(value)).cloned().collect();
        let count: u64 = words.iter().map(|(_, count)| count).sum();
        let are_all = self.instants.count > 1 && self.instants.count + count == self.filled;
        let is_few = !words.is_empty() && words.len() <= MOST_WORDS_FOR_NONE;
        if !are_all || !is_few || share(self.instants.count, self.filled) < SOME {
            return;
        }
        self.filled -= count;
        self.kinds.texts = self.kinds.texts.saturating_sub(count);
        self.kept.retain(|(value, _)| !is_word(value));
        self.words_for_none = words.into_iter().map(|(word, _)| word).collect();
    }

    /// The number of distinct values, and whether it is an estimate.
    #[must_use]
    pub fn distinct(&self) -> (u64, bool) {
        (self.distinct.count(), self.distinct.is_estimate())
    }

    /// The ratio of distinct values to all values: 1 if all differ.
    #[must_use]
    pub fn distinct_share(&self) -> f64 {
        self.distinct.share()
    }

    /// Whether no value, or hardly any, occurs twice.
    #[must_use]
    pub fn is_unique(&self) -> bool {
        self.filled > 0 && self.distinct_share() > 0.999
    }

    /// Whether every row has a value.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.filled >= self.whole && self.filled >= self.present
    }

    /// Whether most rows have a value.
    #[must_use]
    pub fn is_in_most_rows(&self) -> bool {
        self.filled * 2 > self.whole.max(self.present)
    }

    /// The instants of the column, by the notation that reads most values; `None` if not nearly all values are
    /// instants.
    #[must_use]
    pub fn time(&self) -> Option<&ColumnInstants> {
        let is_time = share(self.instants.count, self.filled - self.zeros_of_epoch()) >= NEARLY_ALL;
        self.instants.notations().into_iter().next().filter(|_| is_time)
    }

    /// In a column of seconds or milliseconds since 1970: the number of zeros, which mean no instant.
    #[must_use]
    pub fn zeros_of_epoch(&self) -> u64 {
        const NAMED: [M; 9] =
            [M::Date, M::Time, M::Opened, M::Closed, M::Resolved, M::Assigned, M::First, M::Answered, M::Reopened];
        let is_epoch = self.instants.notations().first().is_some_and(|times| times.notation.is_number());
        if is_epoch && self.words.has_one(&NAMED) { self.zeros.count } else { 0 }
    }

    /// Whether its instants are days: all at midnight in local time, the form in which workbooks and databases write
    /// dates.
    #[must_use]
    pub fn is_of_days(&self) -> bool {
        let is_day = |times: &&ColumnInstants| {
            times.midnights == times.count && times.with_offset == 0 && !times.notation.is_number()
        };
        self.time().is_some_and(|time| time.notation.is_instant()) && self.times().iter().all(is_day)
    }

    /// All notations needed to read its instants.
    #[must_use]
    pub fn times(&self) -> Vec<&ColumnInstants> {
        if self.time().is_some() { self.instants.notations() } else { Vec::new() }
    }

    /// The most frequent notation among those in which the order of day and month is in doubt.
    #[must_use]
    pub fn ordered_time(&self) -> Option<&ColumnInstants> {
        self.times().into_iter().find(|times| times.notation.is_day_first().is_some())
    }

    /// Another notation that reads the same values, if nothing shows which is right.
    #[must_use]
    pub fn other_time(&self) -> Option<&ColumnInstants> {
        let is_open = matches!(self.instants.day_order().1, DayOrder::Open);
        self.instants.exchanged(self.ordered_time()?).filter(|_| is_open)
    }

    /// Whether nearly all values are durations, including times of day such as `1:02`.
    #[must_use]
    pub fn is_duration(&self) -> bool {
        let durations = self.kinds.durations + self.kinds.open_durations;
        durations > 0 && share(durations + self.kinds.integers, self.filled) >= NEARLY_ALL
    }

    /// Whether nearly all values are numbers.
    #[must_use]
    pub fn is_number(&self) -> bool {
        share(self.kinds.integers + self.kinds.decimals, self.filled) >= NEARLY_ALL
    }
}

/// Whether a notation is plausible for a column with that name: a bare number may count anything.
fn makes_sense(words: &Name, notation: &TimeNotation) -> bool {
    const TIMES: [M; 17] = [
        M::Date,
        M::Time,
        M::Opened,
        M::Closed,
        M::Resolved,
        M::First,
        M::Assigned,
        M::Answered,
        M::Queue,
        M::Updated,
        M::Last,
        M::Reopened,
        M::Activity,
        M::Seen,
        M::Due,
        M::Wrote,
        M::Joined,
    ];
    const NUMBERS: [M; 9] =
        [M::Id, M::Reach, M::Count, M::Score, M::Protocol, M::Customer, M::Agent, M::User, M::Version];
    const NO_CLOCKS: [M; 9] =
        [M::Date, M::Waited, M::Talked, M::Duration, M::Office, M::Id, M::Protocol, M::Count, M::Conversation];
    match notation {
        // Six digits, or a number of days, are a date only if the name suggests it.
        TimeNotation::ExcelDays => words.has_one(&TIMES),
        TimeNotation::Date(pattern) if pattern == COMPACT_DATE => words.has(M::Date),
        // A wait may have six digits, too.
        TimeNotation::TimeOfDay(pattern) if pattern == COMPACT => {
            words.has_one(&[M::Time, M::Opened]) && !words.has_one(&NO_CLOCKS)
        }
        TimeNotation::TimeOfDay(pattern) if pattern == DOTTED => {
            words.plain.split(' ').any(|word| is_one_of(word, "ora|orario|uhrzeit|hora|horario|heure"))
        }
        _ if notation.is_number() => words.has_one(&TIMES) || !words.has_one(&NUMBERS),
        _ => true,
    }
}

/// A part divided by the whole; 0 if the whole is 0.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a share")]
pub fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the text is a number with a decimal point or comma.
fn is_decimal(text: &str) -> bool {
    let number = text.strip_prefix(['-', '+']).unwrap_or(text);
    // `1.200,5`, `1,200.5`: groups of thousands before the last sign.
    let ungrouped = match (number.rfind('.'), number.rfind(',')) {
        (Some(point), Some(comma)) => without_groups(number, point.min(comma), point.max(comma)),
        _ => None,
    };
    let number = ungrouped.as_deref().unwrap_or(number);
    let mut parts = number.split(['.', ',']);
    let (Some(whole), Some(fraction), None) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    is_integer(whole) && is_integer(fraction)
}

/// A number without its signs of thousands, the last of which is at `group`; its decimal sign is at `point`.
fn without_groups(number: &str, group: usize, point: usize) -> Option<String> {
    let sign = char::from(*number.as_bytes().get(group)?);
    let mut groups = number[..point].split(sign);
    let is_begin = groups.next().is_some_and(|begin| (1..=3).contains(&begin.len()));
    (is_begin && groups.all(|group| group.len() == 3)).then(|| number.replace(sign, ""))
}
