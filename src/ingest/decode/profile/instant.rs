//! The instant of an event of a profile: a value, its notation, and durations added to it.

use std::cell::{OnceCell, RefCell};

use super::duration::{Duration, is_minutes_or_hours};
use super::pattern::{InstantNames, Offset, Pattern};
use super::record::Scope;
use super::value::ValueRule;
use super::zone_names;
use crate::ingest::decode::timestamp::{self, Decimal};
use crate::nearest::hint;
use crate::time::{DAY_MS, UnclearTimeCounter, UnclearTimes, Zone};

/// Spreadsheets count days from 1899-12-31, but include a 29 February 1900 that did not exist. So from March 1900 on,
/// days are counted from the day before, 1899-12-30; this is its distance to 1970.
const SPREADSHEET_DAYS_BEFORE_1970: i128 = 25_569;
const FIRST_SPREADSHEET_DAY: i128 = 61;

/// The notation of an instant.
///
/// Notations have the names used in profiles, see [`InstantFormat::named`]: `log`, `rfc3339`, `epoch_s`, `epoch_ms`,
/// `epoch_us`, `epoch_ns`, `json_date`, `excel_days`, or a pattern, whose letters are listed in [`super::pattern`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InstantFormat {
    /// The notations of a canonical log.
    Log,
    /// Date and time with an offset; without one, in the zone.
    Rfc3339,
    /// Seconds since 1970, with or without a fraction.
    EpochSeconds,
    /// Milliseconds since 1970.
    EpochMilliseconds,
    /// Microseconds since 1970.
    EpochMicroseconds,
    /// Nanoseconds since 1970.
    EpochNanoseconds,
    /// `/Date(1772445600000)/`, also with an offset, which changes nothing.
    JsonDate,
    /// Spreadsheet days with a fraction, such as `46083.375`, in the local time of the zone; rounded to a millisecond.
    ExcelDays,
    Pattern(Pattern),
}

/// The names of formats that are not patterns.
pub const FORMATS: [(&str, InstantFormat); 8] = [
    ("log", InstantFormat::Log),
    ("rfc3339", InstantFormat::Rfc3339),
    ("epoch_s", InstantFormat::EpochSeconds),
    ("epoch_ms", InstantFormat::EpochMilliseconds),
    ("epoch_us", InstantFormat::EpochMicroseconds),
    ("epoch_ns", InstantFormat::EpochNanoseconds),
    ("json_date", InstantFormat::JsonDate),
    ("excel_days", InstantFormat::ExcelDays),
];

impl InstantFormat {
    /// The notation with a name, or a pattern. `names` reads its names of months, weekdays and zones.
    ///
    /// # Errors
    ///
    /// The mistake: an unknown name, with the nearest known one, or a mistake in the pattern.
    pub fn named(notation: &str, names: &InstantNames) -> Result<Self, String> {
        if let Some((_, format)) = FORMATS.iter().find(|(known, _)| *known == notation) {
            return Ok(format.clone());
        }
        if notation.contains('%') {
            return Pattern::parse(notation, names.clone()).map(Self::Pattern);
        }
        let names = FORMATS.iter().map(|(known, _)| *known);
        let hint = hint(notation, names.clone());
        let names = names.collect::<Vec<_>>().join(", ");
        Err(format!("no format of instants `{notation}`{hint} ({names}, or a pattern such as %Y-%m-%d %H:%M)"))
    }

    /// The instant of a text in UTC milliseconds; a text without an offset is read in `zone`. `None` if the text does
    /// not have this notation, or names a zone whose meaning is not declared.
    #[must_use]
    pub fn read(&self, text: &str, zone: Zone) -> Option<i64> {
        self.read_noting(text, zone).map(|(ms, _)| ms)
    }

    /// The instant of a text, as by [`Self::read`], and whether it is a local time.
    fn read_noting(&self, text: &str, zone: Zone) -> Option<(i64, bool)> {
        // A canonical log has no blanks around its instants.
        let text = if *self == Self::Log { text } else { text.trim() };
        let epoch = |power: i32| Some((i64::try_from(Decimal::parse(text)?.scaled(power)?).ok()?, false));
        let is_local = || timestamp::is_local(text.as_bytes());
        let (ms, is_local) = match self {
            Self::Log => (timestamp::parse(text, zone)?, is_local()),
            Self::Rfc3339 => (timestamp::date_time(text.as_bytes(), zone)?, is_local()),
            Self::EpochSeconds => epoch(3)?,
            Self::EpochMilliseconds => epoch(0)?,
            Self::EpochMicroseconds => epoch(-3)?,
            Self::EpochNanoseconds => epoch(-6)?,
            Self::JsonDate => (json_date_ms(text)?, false),
            Self::ExcelDays => (zone.utc_ms(spreadsheet_ms(text)?), true),
            Self::Pattern(pattern) => {
                let parsed = pattern.read(text)?;
                match parsed.offset {
                    Offset::Ms(offset) => (parsed.local_ms - offset, false),
                    Offset::None => (zone.utc_ms(parsed.local_ms), true),
                    Offset::Named(name) => {
                        (zone_names::utc_ms(parsed.local_ms, &name, &pattern.names.zones, zone)?, false)
                    }
                }
            }
        };
        timestamp::is_of_this_era(ms).then_some((ms, is_local))
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

/// The milliseconds since 1970 in `/Date(1772445600000-0300)/`; the offset only says how to show them.
fn json_date_ms(text: &str) -> Option<i64> {
    let plain = text.replace('\\', "");
    let inside = plain.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let end = inside.char_indices().skip(1).find(|(_, c)| !c.is_ascii_digit()).map_or(inside.len(), |(at, _)| at);
    let (number, offset) = inside.split_at(end);
    let is_offset = offset.is_empty()
        || (offset.len() == 5
            && offset.starts_with(['+', '-'])
            && offset.bytes().skip(1).all(|byte| byte.is_ascii_digit()));
    number.parse().ok().filter(|_| is_offset)
}

/// Milliseconds since 1970 of spreadsheet days.
fn spreadsheet_ms(text: &str) -> Option<i64> {
    const DECIMAL_PLACES: u32 = 12;
    let parts = Decimal::parse(text)?.scaled(12)?;
    let day = 10_i128.pow(DECIMAL_PLACES);
    (parts >= FIRST_SPREADSHEET_DAY * day).then_some(())?;
    let since_1970 = parts.checked_sub(SPREADSHEET_DAYS_BEFORE_1970 * day)?.checked_mul(i128::from(DAY_MS))?;
    i64::try_from((since_1970 + day / 2).div_euclid(day)).ok().filter(|ms| timestamp::is_of_this_era(*ms))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordInstant {
    /// The text.
    pub value: ValueRule,
    /// Its notations; the first that fits counts.
    pub formats: Vec<InstantFormat>,
    /// The zone of a text without an offset; `None` means that of the run.
    pub zone: Option<Zone>,
    /// The added durations.
    pub plus: Vec<Duration>,
    /// The subtracted durations.
    pub minus: Vec<Duration>,
    /// If set, the instant is at least this one.
    pub not_before: Option<Box<RecordInstant>>,
    /// If set, and the instant is more than half a day before this one, a day is added.
    pub next_day_after: Option<Box<RecordInstant>>,
}

/// The zone of local times for which a profile sets no zone, and the first value that was read in it.
#[derive(Debug)]
pub struct InputZone {
    zone: Zone,
    used_for: OnceCell<String>,
    /// Local times at clock changes, in this zone or in the profile's.
    unclear: RefCell<UnclearTimeCounter>,
}

impl InputZone {
    /// A zone in which nothing has been read yet.
    #[must_use]
    pub fn new(zone: Zone) -> Self {
        Self { zone, used_for: OnceCell::new(), unclear: RefCell::default() }
    }

    /// The number of local times that clock changes made unclear.
    #[must_use]
    pub fn unclear(&self) -> UnclearTimes {
        self.unclear.borrow().counts
    }

    /// The first value that was read in this zone, in words.
    #[must_use]
    pub fn used_for(self) -> Option<String> {
        self.used_for.into_inner()
    }
}

/// A text that is not an instant or duration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoInstant {
    /// The text at that place.
    pub text: String,
    /// The expected value.
    pub expected: String,
}

impl RecordInstant {
    /// The instant in UTC milliseconds; `None` if there is no value.
    ///
    /// # Errors
    ///
    /// The text, if it is not an instant.
    pub fn ms(&self, scope: &Scope, input_zone: &InputZone) -> Result<Option<i64>, NoInstant> {
        self.found(scope, input_zone, true)
    }

    /// The same. If `is_counted` is false, the instant only serves for comparison and unclear times are not counted.
    fn found(&self, scope: &Scope, input_zone: &InputZone, is_counted: bool) -> Result<Option<i64>, NoInstant> {
        let Some(text) = self.value.text(scope) else {
            return Ok(None);
        };
        let zone = self.zone.unwrap_or(input_zone.zone);
        let read = self.formats.iter().find_map(|format| Some((format.read_noting(&text, zone)?, format)));
        let Some(((mut ms, is_local), format)) = read else {
            return Err(self.no_instant(text));
        };
        if is_local && is_counted {
            input_zone.unclear.borrow_mut().note(zone, ms, || format.read(&text, Zone::UTC));
        }
        if is_local && self.zone.is_none() {
            input_zone.used_for.get_or_init(|| self.value.describe());
        }
        if let Some(other) =
            self.next_day_after.as_ref().map(|other| other.found(scope, input_zone, false)).transpose()?.flatten()
            && ms < other - DAY_MS / 2
        {
            ms = zone.utc_ms(zone.local_ms(ms) + DAY_MS);
        }
        for (durations, sign) in [(&self.plus, 1), (&self.minus, -1)] {
            for duration in durations {
                if let Some(text) = duration.value.text(scope) {
                    let Some(length) = duration.unit.read(&text, duration.decimal) else {
                        return Err(no_duration(duration, text));
                    };
                    ms = ms.saturating_add(sign * length);
                }
            }
        }
        if let Some(other) =
            self.not_before.as_ref().map(|other| other.found(scope, input_zone, false)).transpose()?.flatten()
        {
            ms = ms.max(other);
        }
        Ok(Some(ms))
    }

    fn no_instant(&self, text: String) -> NoInstant {
        let names: Vec<&str> = self.formats.iter().map(InstantFormat::name).collect();
        let mut expected = format!("{} as {}", self.value.describe(), names.join(" or "));
        let zone_of = |format: &InstantFormat| match format {
            InstantFormat::Pattern(pattern) => pattern.read(&text).map(|parsed| parsed.offset),
            InstantFormat::Log
            | InstantFormat::Rfc3339
            | InstantFormat::EpochSeconds
            | InstantFormat::EpochMilliseconds
            | InstantFormat::EpochMicroseconds
            | InstantFormat::EpochNanoseconds
            | InstantFormat::JsonDate
            | InstantFormat::ExcelDays => None,
        };
        if let Some(Offset::Named(name)) = self.formats.iter().find_map(zone_of) {
            expected
                .push_str(&format!("; give the zone of {name}, as in zones = {{ {name} = \"-05:00\" }} under [time]"));
        }
        NoInstant { text, expected }
    }

    /// Passes each of its paths to the callback.
    pub fn each_path<'v>(&'v self, see: &mut impl FnMut(&'v super::path::Path, bool)) {
        self.value.each_path(false, see);
        self.plus.iter().chain(&self.minus).for_each(|duration| duration.value.each_path(false, see));
        for other in [&self.not_before, &self.next_day_after].into_iter().flatten() {
            other.each_path(see);
        }
    }

    /// The rule in words, for documentation.
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

fn no_duration(duration: &Duration, text: String) -> NoInstant {
    let mut expected = format!("{} as a duration in {}", duration.value.describe(), duration.unit.name());
    if is_minutes_or_hours(&text) {
        expected.push_str("; minutes or hours? Say unit = \"m:s\" or \"h:m\"");
    } else if text.contains(',') && duration.decimal.is_none() {
        expected.push_str("; a fraction or thousands? Say decimal = \",\" or \".\"");
    }
    NoInstant { text, expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_by_their_unit() {
        let read = |format: InstantFormat, text: &str| format.read(text, Zone::UTC);
        assert_eq!(read(InstantFormat::EpochSeconds, "1705312800.1239"), Some(1_705_312_800_123));
        assert_eq!(read(InstantFormat::EpochMilliseconds, "5"), Some(5));
        assert_eq!(read(InstantFormat::EpochMicroseconds, "1705312800123999"), Some(1_705_312_800_123));
        assert_eq!(read(InstantFormat::EpochSeconds, "1705312800123999"), None);
        assert_eq!(read(InstantFormat::Rfc3339, "1705312800"), None);
        let zone = Zone::named("Asia/Jerusalem").unwrap();
        let ms = InstantFormat::named("%y%m%d %H:%M", &InstantNames::default()).unwrap().read("990201 7:00", zone);
        assert_eq!(ms, InstantFormat::Rfc3339.read("1999-02-01T05:00:00Z", zone));
        assert_eq!(read(InstantFormat::EpochNanoseconds, "1705312800123999999"), Some(1_705_312_800_123));
    }

    #[test]
    fn days_of_spreadsheets() {
        let read = |text: &str, zone: Zone| InstantFormat::ExcelDays.read(text, zone).map(crate::time::format_utc);
        let sao_paulo = Zone::named("America/Sao_Paulo").unwrap();
        assert_eq!(read("46083.375", Zone::UTC).as_deref(), Some("2026-03-02T09:00:00.000Z"));
        assert_eq!(read("46083.3784722222", Zone::UTC).as_deref(), Some("2026-03-02T09:05:00.000Z"));
        assert_eq!(read("46083.375", sao_paulo).as_deref(), Some("2026-03-02T12:00:00.000Z"));
        assert_eq!(read("61", Zone::UTC).as_deref(), Some("1900-03-01T00:00:00.000Z"));
        for none in ["60", "-1", "1772452800", "9e30", "46083,375", "today"] {
            assert_eq!(read(none, Zone::UTC), None, "{none}");
        }
    }

    #[test]
    fn zones_by_name() {
        let names = InstantNames { zones: [("IST".to_owned(), 19_800_000)].into(), ..InstantNames::default() };
        let format = InstantFormat::named("%Y-%m-%d %H:%M %Z", &names).unwrap();
        let read = |text: &str, zone: Zone| format.read(text, zone).map(crate::time::format_utc);
        let new_york = Zone::named("America/New_York").unwrap();
        assert_eq!(read("2026-03-02 10:00 UTC", new_york).as_deref(), Some("2026-03-02T10:00:00.000Z"));
        assert_eq!(read("2026-03-02 10:00 GMT-3", new_york).as_deref(), Some("2026-03-02T13:00:00.000Z"));
        assert_eq!(read("2026-03-02 10:00 EST", new_york).as_deref(), Some("2026-03-02T15:00:00.000Z"));
        assert_eq!(read("2026-03-02 10:00 IST", new_york).as_deref(), Some("2026-03-02T04:30:00.000Z"));
        assert_eq!(read("2026-03-02 10:00 EST", Zone::UTC), None);
    }
}
