//! Units: how a number is rounded and written for people, and how its change from the previous window is computed.
//!
//! Only this file formats numbers for people; a [`Notation`] has the rules of their language. Machine outputs (JSON,
//! CSV) have raw numbers.

use serde::{Deserialize, Serialize};

use crate::time::SECOND_MS;

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// Rows, or distinct conversations or customers.
    Count,
    /// A duration in seconds, with milliseconds as decimals.
    Seconds,
    /// A share, from 0 to 1.
    Rate,
    /// A score from −100 to 100 (NPS), or a ratio of two counts.
    Score,
}

/// Converts milliseconds to seconds, with milliseconds as decimals.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "instants and durations are far below 2^53 milliseconds")]
pub const fn seconds(ms: i64) -> f64 {
    ms as f64 / SECOND_MS as f64
}

/// The mean, in seconds, of `n` durations whose sum is `sum_ms`. It is one division of integers, so it does not depend
/// on the order of the durations. `n` must be above 0.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "sums of milliseconds and counts of rows are far below 2^53")]
pub(crate) const fn mean_seconds(sum_ms: i64, n: u64) -> f64 {
    sum_ms as f64 / (n as f64 * SECOND_MS as f64)
}

/// Converts seconds to whole milliseconds, so that sums can be compared without rounding.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "sums of milliseconds are far below 2^53"
)]
pub fn milliseconds(seconds: f64) -> i64 {
    (seconds * SECOND_MS as f64).round() as i64
}

/// How a value is compared with that of the previous window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// (now − before) / before; `None` if before is 0.
    Relative,
    /// now − before.
    Difference,
}

impl ChangeKind {
    /// The change from `before` to `now`; `None` if either is absent, or if it would divide by zero.
    #[must_use]
    pub fn between(self, now: Option<f64>, before: Option<f64>) -> Option<f64> {
        let (now, before) = (now?, before?);
        match self {
            Self::Relative if before == 0.0 => None,
            Self::Relative => Some((now - before) / before),
            Self::Difference => Some(now - before),
        }
    }

    /// The change in English: `+12.5%`, `−3.0 pts`, with a true minus sign.
    #[must_use]
    pub fn format(self, unit: Unit, change: f64) -> String {
        self.written(unit, change, &Notation::ENGLISH)
    }

    /// The change in the notation of a language, with its sign first.
    #[must_use]
    pub fn written(self, unit: Unit, change: f64, notation: &Notation) -> String {
        let (scaled, suffix) = match (self, unit) {
            (Self::Relative, _) => (change * 100.0, notation.percent),
            (Self::Difference, Unit::Rate) => (change * 100.0, notation.points_of(change * 100.0)),
            (Self::Difference, Unit::Count | Unit::Seconds | Unit::Score) => (change, ""),
        };
        let rounded = (scaled * 10.0).round() / 10.0;
        let sign = if rounded > 0.0 {
            "+"
        } else if rounded < 0.0 {
            "−"
        } else {
            "±"
        };
        format!("{sign}{}{suffix}", notation.decimals(rounded.abs(), 1))
    }
}

/// The text for no data.
pub const NO_DATA: &str = "–";

impl Unit {
    /// The name in JSON and CSV.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Seconds => "seconds",
            Self::Rate => "rate",
            Self::Score => "score",
        }
    }

    /// A value in English: `1,234`, `2 min 25 s`, `75.0%`, or `–` for no data.
    #[must_use]
    pub fn format(self, value: Option<f64>) -> String {
        self.written(value, &Notation::ENGLISH)
    }

    /// A value in the notation of a language, or `–` for no data.
    #[must_use]
    pub fn written(self, value: Option<f64>, notation: &Notation) -> String {
        let Some(value) = value else {
            return NO_DATA.to_owned();
        };
        match self {
            Self::Count => notation.decimals(value, 0),
            Self::Seconds => notation.duration(value),
            Self::Rate => format!("{}{}", notation.decimals(value * 100.0, 1), notation.percent),
            Self::Score => {
                let sign = if value < 0.0 { "−" } else { "" };
                format!("{sign}{}", notation.decimals(value.abs(), 1))
            }
        }
    }
}

/// The notation of numbers and durations in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notation {
    /// The decimal sign.
    pub decimal: &'static str,
    /// The separator of groups of three digits.
    pub group: &'static str,
    /// The sign after a percentage, including the space before it.
    pub percent: &'static str,
    /// The unit of a difference of two percentages.
    pub points: &'static str,
    /// The unit of such a difference below two.
    pub point: &'static str,
    /// The unit of days.
    pub days: &'static str,
    /// The unit of hours.
    pub hours: &'static str,
    /// The unit of minutes.
    pub minutes: &'static str,
    /// The unit of seconds.
    pub seconds: &'static str,
    /// The text between the two parts of a duration.
    pub joint: &'static str,
}

impl Notation {
    /// English, which messages also use.
    pub const ENGLISH: Self = Self {
        decimal: ".",
        group: ",",
        percent: "%",
        points: " pts",
        point: " pts",
        days: " d",
        hours: " h",
        minutes: " min",
        seconds: " s",
        joint: " ",
    };

    /// The two largest parts of a duration: `0.4 s`, `45 s`, `2 min 25 s`, `3 h 05 min`, `2 d 04 h`.
    fn duration(&self, seconds: f64) -> String {
        if seconds < 0.0 {
            return format!("−{}", self.duration(-seconds));
        }
        if seconds < 9.95 {
            let tenths = (seconds * 10.0).round() / 10.0;
            return format!("{}{}", self.decimals(tenths, usize::from(tenths.fract() != 0.0)), self.seconds);
        }
        // Each part is computed from the seconds: rounding twice could give one too many.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "non-negative, and far below 2^53")]
        let rounded_to = |unit: f64| (seconds / unit).round() as u64;
        let whole = rounded_to(1.0);
        let parts = |large: u64, unit: &str, small: u64, smaller: &str| {
            format!("{}{unit}{}{small:02}{smaller}", self.group(large), self.joint)
        };
        match whole {
            0..60 => format!("{whole}{}", self.seconds),
            60..3600 => parts(whole / 60, self.minutes, whole % 60, self.seconds),
            3600..86_400 => {
                let minutes = rounded_to(60.0);
                parts(minutes / 60, self.hours, minutes % 60, self.minutes)
            }
            86_400.. => {
                let hours = rounded_to(3600.0);
                parts(hours / 24, self.days, hours % 24, self.hours)
            }
        }
    }

    /// The unit of a difference of two percentages: `point` below 2, `points` from 2 on.
    #[must_use]
    pub(crate) fn points_of(&self, points: f64) -> &'static str {
        if (points.abs() * 10.0).round() < 20.0 { self.point } else { self.points }
    }

    /// A duration without a second part of zero: `15 min` for `15 min 00 s`, but `1 min 30 s`.
    #[must_use]
    pub(crate) fn round_duration(&self, seconds: f64) -> String {
        let whole = self.duration(seconds);
        let zero = [self.seconds, self.minutes, self.hours].map(|unit| format!("{}00{unit}", self.joint));
        let shorter = zero.iter().find_map(|zero| whole.strip_suffix(zero.as_str())).map(str::to_owned);
        shorter.unwrap_or(whole)
    }

    /// A number in groups of three digits, with a fixed number of decimals.
    #[must_use]
    pub fn decimals(&self, value: f64, decimals: usize) -> String {
        let text = format!("{value:.decimals$}");
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let whole = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), |whole| self.group(whole));
        if fraction.is_empty() { whole } else { format!("{whole}{}{fraction}", self.decimal) }
    }

    /// An integer in groups of three digits.
    #[must_use]
    pub fn group(&self, n: u64) -> String {
        let digits = n.to_string();
        let mut out = String::with_capacity(digits.len() + digits.len() / 3 * self.group.len());
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(self.group);
            }
            out.push(digit);
        }
        out
    }
}

/// `1234567` as `1,234,567`.
#[must_use]
pub fn group(n: u64) -> String {
    Notation::ENGLISH.group(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_for_readers() {
        let cases = [
            (Unit::Count, Some(1_234_567.0), "1,234,567"),
            (Unit::Count, Some(0.0), "0"),
            (Unit::Count, None, "–"),
            (Unit::Seconds, Some(0.04), "0 s"),
            (Unit::Seconds, Some(5.55), "5.6 s"),
            (Unit::Seconds, Some(9.96), "10 s"),
            (Unit::Seconds, Some(59.6), "1 min 00 s"),
            (Unit::Seconds, Some(145.0), "2 min 25 s"),
            (Unit::Seconds, Some(3599.6), "1 h 00 min"),
            (Unit::Seconds, Some(5009.52), "1 h 23 min"),
            (Unit::Seconds, Some(86_399.0), "24 h 00 min"),
            (Unit::Seconds, Some(187_200.0), "2 d 04 h"),
            (Unit::Rate, Some(0.754_9), "75.5%"),
            (Unit::Score, Some(-12.34), "−12.3"),
        ];
        for (unit, value, text) in cases {
            assert_eq!(unit.format(value), text, "{value:?}");
        }
    }

    #[test]
    fn changes_for_readers() {
        assert_eq!(ChangeKind::Relative.format(Unit::Count, 0.125), "+12.5%");
        assert_eq!(ChangeKind::Difference.format(Unit::Rate, -0.03), "−3.0 pts");
        assert_eq!(ChangeKind::Relative.format(Unit::Count, 0.000_1), "±0.0%");
        assert_eq!(ChangeKind::Relative.between(Some(4.0), Some(0.0)), None);
        assert_eq!(ChangeKind::Relative.between(Some(4.0), Some(1.0)), Some(3.0));
        assert_eq!(ChangeKind::Difference.between(Some(0.5), None), None);
    }
}
