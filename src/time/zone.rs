//! A time zone: conversion between instants and local times.

use std::fmt;
use std::iter;

use chrono::{DateTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{OffsetName, Tz};

use super::database;
use super::nearest::UnknownZone;
use super::span::{OffsetPeriod, Transition, cycles_past_table};

/// A time zone of the IANA database. Its name is from chrono-tz, but its rules are from the pack inside the program,
/// which is newer: a [`Tz`] is never used to get an offset.
#[derive(Clone, Copy)]
pub struct Zone {
    tz: Tz,
    spans: &'static [OffsetPeriod],
}

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self { tz: Tz::UTC, spans: &[OffsetPeriod::UTC] };

    /// The zone with an IANA name, such as `America/Sao_Paulo`.
    ///
    /// # Errors
    ///
    /// If there is no zone with exactly this name; the error suggests the most similar one.
    pub fn named(name: &str) -> Result<Self, UnknownZone> {
        let tz = name.parse::<Tz>().map_err(|_| UnknownZone::new(name))?;
        let spans = database::spans(tz.name()).ok_or_else(|| UnknownZone::new(name))?;
        Ok(Self { tz, spans })
    }

    /// The IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.tz.name()
    }

    /// The span around an instant in which the offset stays the same. Callers that look up many nearby instants should
    /// keep the span while it contains them.
    #[must_use]
    pub fn span_at(self, utc_ms: i64) -> OffsetPeriod {
        let shift = cycles_past_table(utc_ms);
        // The last span ends at `i64::MAX`, and a shifted instant is before 2500, so the search always finds a span.
        let span = self.spans[self.spans.partition_point(|span| span.ends <= utc_ms - shift)];
        OffsetPeriod { begins: span.begins.saturating_add(shift), ends: span.ends.saturating_add(shift), ..span }
    }

    /// Seconds from UTC to local time at an instant.
    #[must_use]
    pub fn offset_seconds(self, utc_ms: i64) -> i32 {
        self.span_at(utc_ms).offset_seconds
    }

    /// The local time at an instant, in milliseconds since 1970-01-01T00:00 in local time.
    #[must_use]
    pub fn local_ms(self, utc_ms: i64) -> i64 {
        utc_ms.saturating_add(self.span_at(utc_ms).offset_ms())
    }

    /// The instant of a local time, given as milliseconds since 1970-01-01T00:00 in local time.
    ///
    /// A local time that occurs twice is read as the first. A skipped one is moved forward by the gap. Both are read
    /// with the offset before the change.
    #[must_use]
    pub fn utc_ms(self, local_ms: i64) -> i64 {
        let (before, span, shift) = self.spans_reaching(local_ms);
        let is_skipped = local_ms - shift < span.begins.saturating_add(span.offset_ms());
        local_ms.saturating_sub(if is_skipped { before.offset_ms() } else { span.offset_ms() })
    }

    /// The first span in which the local time reaches `local_ms`, and the one before it (for the first span, itself).
    /// Both are as in the table; the third value is the distance by which they must be moved forward.
    pub(super) fn spans_reaching(self, local_ms: i64) -> (OffsetPeriod, OffsetPeriod, i64) {
        let shift = cycles_past_table(local_ms);
        let index = self.spans.partition_point(|span| span.local_end() <= local_ms - shift);
        (self.spans[index.saturating_sub(1)], self.spans[index], shift)
    }

    /// The instant of a local date and time; see [`Zone::utc_ms`] for times that occur twice or never.
    #[must_use]
    pub fn instant_of(self, local: NaiveDateTime) -> i64 {
        self.utc_ms(local.and_utc().timestamp_millis())
    }

    /// The offset of the local time from UTC, in milliseconds, while it has a short name such as `EST` in
    /// `America/New_York`; `None` if it has no such name within 400 days of the instant.
    #[must_use]
    pub fn offset_of_name(self, name: &str, utc_ms: i64) -> Option<i64> {
        const AROUND_MS: i64 = 400 * 86_400_000;
        self.spans(utc_ms.saturating_sub(AROUND_MS), utc_ms.saturating_add(AROUND_MS)).find_map(|span| {
            let begins = DateTime::from_timestamp_millis(span.begins)?.naive_utc();
            let known = self.tz.offset_from_utc_datetime(&begins);
            // If its rules differ from those of the pack, the short name in chrono-tz belongs to another offset.
            let is_same = known.fix().local_minus_utc() == span.offset_seconds;
            (is_same && known.abbreviation() == Some(name)).then(|| span.offset_ms())
        })
    }

    /// The spans of constant offset between two instants, limited to them.
    pub fn spans(self, from_ms: i64, to_ms: i64) -> impl Iterator<Item = OffsetPeriod> {
        let cut = move |at: i64| {
            let span = self.span_at(at);
            (at < to_ms).then(|| OffsetPeriod { begins: at, ends: span.ends.min(to_ms), ..span })
        };
        iter::successors(cut(from_ms), move |span| cut(span.ends))
    }

    /// The clock changes from `from_ms` (inclusive) to `to_ms` (exclusive).
    pub fn transitions(self, from_ms: i64, to_ms: i64) -> impl Iterator<Item = Transition> {
        self.spans(from_ms, to_ms).filter_map(move |span| {
            let seconds_before = self.offset_seconds(span.begins.saturating_sub(1));
            let transition = Transition { at: span.begins, seconds_before, seconds_after: span.offset_seconds };
            (seconds_before != span.offset_seconds).then_some(transition)
        })
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.tz == other.tz
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::sample::{utc, zone};
    use crate::time::{parse_date, parse_instant};

    #[test]
    fn names() {
        assert_eq!(zone("America/Sao_Paulo").name(), "America/Sao_Paulo");
        assert_eq!((zone("UTC"), zone("UTC").span_at(0)), (Zone::UTC, Zone::UTC.span_at(0)));
        assert_ne!(zone("America/Toronto"), zone("America/Montreal"));
        assert_eq!(format!("{:?} {}", Zone::UTC, zone("Asia/Kolkata")), "Zone(UTC) Asia/Kolkata");
        assert!(Zone::named("america/sao_paulo").is_err());
    }

    #[test]
    fn offsets() {
        let cases = [
            ("America/New_York", "2026-03-08T06:59:59.999Z", -5.0),
            ("America/New_York", "2026-03-08T07:00Z", -4.0),
            ("America/New_York", "1700-01-01T00:00Z", -17_762.0 / 3600.0),
            ("America/New_York", "9999-07-01T00:00Z", -4.0),
            ("America/New_York", "9999-12-01T00:00Z", -5.0),
            ("Asia/Kolkata", "2026-03-08T00:00Z", 5.5),
            ("Asia/Kathmandu", "2026-03-08T00:00Z", 5.75),
            ("Australia/Lord_Howe", "2026-01-01T00:00Z", 11.0),
            ("Australia/Lord_Howe", "2026-07-01T00:00Z", 10.5),
            ("Africa/Monrovia", "1972-01-07T00:44:29Z", -2_670.0 / 3600.0),
            ("Africa/Monrovia", "1972-01-07T00:44:30Z", 0.0),
            // British Columbia stays on summer time from 2026 on, Alberta and Manitoba too; Cuba for that winter.
            ("America/Vancouver", "2025-12-15T12:00Z", -8.0),
            ("America/Vancouver", "2026-12-15T12:00Z", -7.0),
            ("America/Edmonton", "2026-12-15T12:00Z", -6.0),
            ("America/Winnipeg", "2026-12-15T12:00Z", -5.0),
            ("America/Havana", "2026-12-15T12:00Z", -4.0),
            ("America/Havana", "2027-12-15T12:00Z", -5.0),
            // Morocco went back an hour for Ramadan until 2026, and then for good.
            ("Africa/Casablanca", "2026-03-01T12:00Z", 0.0),
            ("Africa/Casablanca", "2026-06-01T12:00Z", 1.0),
            ("Africa/Casablanca", "2027-01-15T12:00Z", 0.0),
            ("Africa/Casablanca", "2027-02-20T12:00Z", 0.0),
            ("Africa/Casablanca", "2027-04-01T12:00Z", 0.0),
        ];
        for (name, instant, hours) in cases {
            assert!(
                (f64::from(zone(name).offset_seconds(utc(instant))) / 3600.0 - hours).abs() < 1e-9,
                "{name} {instant}"
            );
        }
    }

    #[test]
    fn local_times_that_occur_twice_or_never() {
        let cases = [
            ("America/New_York", "2026-03-08T02:30", "2026-03-08T07:30Z"),
            ("America/New_York", "2026-03-08T03:00", "2026-03-08T07:00Z"),
            ("America/New_York", "2026-11-01T00:59:59", "2026-11-01T04:59:59Z"),
            ("America/New_York", "2026-11-01T01:00", "2026-11-01T05:00Z"),
            ("America/New_York", "2026-11-01T01:59:59.999", "2026-11-01T05:59:59.999Z"),
            ("America/New_York", "2026-11-01T02:00", "2026-11-01T07:00Z"),
            ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:45Z"),
            ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45Z"),
            ("America/Sao_Paulo", "2018-11-04T00:30", "2018-11-04T03:30Z"),
            ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T22:00Z"),
            ("America/New_York", "2926-03-10T02:30", "2926-03-10T07:30Z"),
        ];
        for (name, local, instant) in cases {
            assert_eq!(parse_instant(local, zone(name)), Ok(utc(instant)), "{name} {local}");
        }
        let noon = parse_date("2026-07-01").expect("a date").and_hms_opt(12, 0, 0).expect("a time");
        assert_eq!(zone("Asia/Kathmandu").instant_of(noon), utc("2026-07-01T06:15Z"));
    }

    #[test]
    fn transitions() {
        let transitions = |name, from, to| zone(name).transitions(utc(from), utc(to)).collect::<Vec<_>>();
        let new_york = transitions("America/New_York", "2026-01-01T00:00Z", "2027-01-01T00:00Z");
        let march = Transition { at: utc("2026-03-08T07:00Z"), seconds_before: -18_000, seconds_after: -14_400 };
        let november = Transition { at: utc("2026-11-01T06:00Z"), seconds_before: -14_400, seconds_after: -18_000 };
        assert_eq!(new_york, [march, november]);
        assert_eq!(transitions("America/New_York", "2026-03-08T07:00Z", "2026-11-01T06:00Z"), [march]);
        assert_eq!(transitions("America/New_York", "2490-01-01T00:00Z", "2510-01-01T00:00Z").len(), 40);
        assert_eq!(transitions("America/New_York", "2026-11-01T06:00Z", "2026-11-01T06:00Z"), []);
        assert_eq!(Zone::UTC.transitions(i64::MIN, i64::MAX).count(), 0);
        assert_eq!(Zone::UTC.spans(5, 9).collect::<Vec<_>>(), [OffsetPeriod { begins: 5, ends: 9, offset_seconds: 0 }]);
    }

    #[test]
    fn no_instant_panics() {
        for zone in ["UTC", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"].map(zone) {
            for ms in [i64::MIN, i64::MIN + 1, -9_000_000_000_000_000, 9_000_000_000_000_000, i64::MAX - 1, i64::MAX] {
                let span = zone.span_at(ms);
                assert!(span.begins <= ms && (ms < span.ends || ms == i64::MAX), "{zone} {ms}");
                let _ = (zone.local_ms(ms), zone.utc_ms(ms), zone.local_weekday_hour(ms), zone.day_of(ms));
            }
        }
    }
}
