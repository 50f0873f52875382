//! When an event of a profile happened: a value, how it is written, and what is added to it.

use super::pattern::Pattern;
use super::record::Scope;
use super::value::Value;
use crate::ingest::decode::timestamp::{self, Decimal};
use crate::time::Zone;

const DAY_MS: i64 = 86_400_000;

/// How an instant is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// As in a canonical log.
    Log,
    /// Date and time with an offset, or without one in the zone.
    Rfc3339,
    /// Seconds since 1970, with a fraction or without.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMilliseconds,
    /// Microseconds since 1970.
    EpochMicroseconds,
    /// A pattern.
    Pattern(Pattern),
}

/// The names of formats that are no patterns.
pub const FORMATS: [(&str, Format); 5] = [
    ("log", Format::Log),
    ("rfc3339", Format::Rfc3339),
    ("epoch_s", Format::EpochSeconds),
    ("epoch_ms", Format::EpochMilliseconds),
    ("epoch_us", Format::EpochMicroseconds),
];

impl Format {
    /// The instant of a text in UTC milliseconds.
    #[must_use]
    pub fn read(&self, text: &str, zone: Zone) -> Option<i64> {
        let epoch = |places: i32| i64::try_from(Decimal::parse(text)?.scaled(places)?).ok();
        let ms = match self {
            Self::Log => timestamp::parse(text, zone)?,
            Self::Rfc3339 => timestamp::date_time(text.as_bytes(), zone)?,
            Self::EpochSeconds => epoch(3)?,
            Self::EpochMilliseconds => epoch(0)?,
            Self::EpochMicroseconds => epoch(-3)?,
            Self::Pattern(pattern) => {
                let parsed = pattern.read(text)?;
                match parsed.offset_ms {
                    Some(offset) => parsed.local_ms - offset,
                    None => zone.utc_ms(parsed.local_ms),
                }
            }
        };
        timestamp::is_of_this_era(ms).then_some(ms)
    }

    /// The name in profiles.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Pattern(pattern) => &pattern.text,
            other => FORMATS.iter().find(|(_, format)| format == other).map_or("", |(name, _)| name),
        }
    }
}

/// What a number of a duration counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// `1:02:03`, `02:03` or `3`, with a fraction or without.
    Clock,
}

/// The names of units.
pub const UNITS: [(&str, Unit); 5] = [
    ("ms", Unit::Milliseconds),
    ("s", Unit::Seconds),
    ("min", Unit::Minutes),
    ("h", Unit::Hours),
    ("h:m:s", Unit::Clock),
];

impl Unit {
    /// The duration of a text in milliseconds.
    #[must_use]
    pub fn read(self, text: &str) -> Option<i64> {
        let times = |text: &str, factor: i64| {
            // In microseconds first, so that a fraction of an hour is cut at the millisecond only.
            let micro = i64::try_from(Decimal::parse(text)?.scaled(6)?).ok()?;
            Some(micro.checked_mul(factor)? / 1_000_000)
        };
        match self {
            Self::Milliseconds => times(text, 1),
            Self::Seconds => times(text, 1000),
            Self::Minutes => times(text, 60_000),
            Self::Hours => times(text, 3_600_000),
            Self::Clock => {
                let (is_negative, unsigned) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
                let parts: Vec<&str> = unsigned.split(':').collect();
                let mut ms = 0_i64;
                for (at, part) in parts.iter().rev().enumerate() {
                    let part = times(part, *[1000, 60_000, 3_600_000].get(at)?)?;
                    ms = ms.checked_add(part).filter(|_| part >= 0)?;
                }
                Some(if is_negative { -ms } else { ms })
            }
        }
    }
}

/// A duration in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duration {
    /// The number.
    pub value: Value,
    /// What it counts.
    pub unit: Unit,
}

/// An instant in a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant {
    /// The text.
    pub value: Value,
    /// How it is written: the first that fits.
    pub formats: Vec<Format>,
    /// Of a text without an offset; none is the run's.
    pub zone: Option<Zone>,
    /// What is added.
    pub plus: Vec<Duration>,
    /// What is taken off.
    pub minus: Vec<Duration>,
    /// It is not before this one.
    pub not_before: Option<Box<Instant>>,
    /// Where it is more than half a day before this one, it is a day later.
    pub next_day_after: Option<Box<Instant>>,
}

/// A text that is no instant or duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoInstant {
    /// What stands there.
    pub text: String,
    /// What was expected.
    pub expected: String,
}

impl Instant {
    /// The instant in UTC milliseconds; none where there is no value.
    ///
    /// # Errors
    ///
    /// The text that is none.
    pub fn ms(&self, scope: &Scope, input_zone: Zone) -> Result<Option<i64>, NoInstant> {
        let Some(text) = self.value.text(scope) else {
            return Ok(None);
        };
        let zone = self.zone.unwrap_or(input_zone);
        let Some(mut ms) = self.formats.iter().find_map(|format| format.read(&text, zone)) else {
            let names: Vec<&str> = self.formats.iter().map(Format::name).collect();
            return Err(NoInstant { text, expected: format!("{} as {}", self.value.describe(), names.join(" or ")) });
        };
        if let Some(other) =
            self.next_day_after.as_ref().map(|other| other.ms(scope, input_zone)).transpose()?.flatten()
            && ms < other - DAY_MS / 2
        {
            ms = zone.utc_ms(zone.local_ms(ms) + DAY_MS);
        }
        for (durations, sign) in [(&self.plus, 1), (&self.minus, -1)] {
            for duration in durations {
                if let Some(text) = duration.value.text(scope) {
                    let Some(length) = duration.unit.read(&text) else {
                        let unit = UNITS.iter().find(|(_, unit)| *unit == duration.unit).map_or("", |(name, _)| name);
                        let expected = format!("{} as a duration in {unit}", duration.value.describe());
                        return Err(NoInstant { text, expected });
                    };
                    ms = ms.saturating_add(sign * length);
                }
            }
        }
        if let Some(other) = self.not_before.as_ref().map(|other| other.ms(scope, input_zone)).transpose()?.flatten() {
            ms = ms.max(other);
        }
        Ok(Some(ms))
    }

    /// Each path in it.
    pub fn each_path<'v>(&'v self, see: &mut impl FnMut(&'v super::path::Path, bool)) {
        self.value.each_path(false, see);
        self.plus.iter().chain(&self.minus).for_each(|duration| duration.value.each_path(false, see));
        for other in [&self.not_before, &self.next_day_after].into_iter().flatten() {
            other.each_path(see);
        }
    }

    /// In words, for documentation.
    #[must_use]
    pub fn describe(&self) -> String {
        let mut words = self.value.describe();
        for (durations, sign) in [(&self.plus, " + "), (&self.minus, " − ")] {
            for duration in durations {
                words.push_str(&format!("{sign}{}", duration.value.describe()));
            }
        }
        if let Some(other) = &self.not_before {
            words.push_str(&format!(", not before {}", other.describe()));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_exports() {
        for (unit, text, expected) in [
            (Unit::Clock, "0:02:23", Some(143_000)),
            (Unit::Clock, "100:00:00", Some(360_000_000)),
            (Unit::Clock, "2:23.5", Some(143_500)),
            (Unit::Clock, "7", Some(7_000)),
            (Unit::Clock, "-0:00:05", Some(-5_000)),
            (Unit::Clock, "1:2:3:4", None),
            (Unit::Clock, "1:-2", None),
            (Unit::Clock, "", None),
            (Unit::Seconds, "42.0015", Some(42_001)),
            (Unit::Seconds, "-3", Some(-3_000)),
            (Unit::Minutes, "1.5", Some(90_000)),
            (Unit::Hours, "0.25", Some(900_000)),
            (Unit::Milliseconds, "12", Some(12)),
            (Unit::Seconds, "9e99", None),
            (Unit::Seconds, "soon", None),
        ] {
            assert_eq!(unit.read(text), expected, "{unit:?} {text}");
        }
    }

    #[test]
    fn epochs_by_their_unit() {
        let read = |format: Format, text: &str| format.read(text, Zone::UTC);
        assert_eq!(read(Format::EpochSeconds, "1705312800.1239"), Some(1_705_312_800_123));
        assert_eq!(read(Format::EpochMilliseconds, "5"), Some(5));
        assert_eq!(read(Format::EpochMicroseconds, "1705312800123999"), Some(1_705_312_800_123));
        assert_eq!(read(Format::EpochSeconds, "1705312800123999"), None);
        assert_eq!(read(Format::Rfc3339, "1705312800"), None);
        let zone = Zone::named("Asia/Jerusalem").unwrap();
        let ms = Format::Pattern(Pattern::parse("%y%m%d %H:%M").unwrap()).read("990201 7:00", zone);
        assert_eq!(ms, Format::Rfc3339.read("1999-02-01T05:00:00Z", zone));
    }
}
