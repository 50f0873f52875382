//! How often a local time occurs: when clocks change, some occur twice and some never.

use serde::{Deserialize, Serialize};

use super::{DAY_MS, OffsetPeriod, Zone};

/// How often a local time occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence {
    /// Once, as nearly all do.
    Once,
    /// Twice, because clocks were put back.
    Twice,
    /// Never, because clocks were put forward.
    Never,
}

impl Zone {
    /// How often a local time occurs, given as milliseconds since 1970-01-01T00:00 in local time.
    #[must_use]
    pub fn occurrence(self, local_ms: i64) -> Occurrence {
        let first = self.utc_ms(local_ms);
        if self.local_ms(first) != local_ms {
            return Occurrence::Never;
        }
        let OffsetPeriod { ends, .. } = self.span_at(first);
        let second = local_ms.saturating_sub(self.span_at(ends).offset_ms());
        if ends < i64::MAX && second >= ends { Occurrence::Twice } else { Occurrence::Once }
    }
}

/// Counts of local times that are ambiguous or skipped because of clock changes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnclearTimes {
    /// Times that occur twice; they were read as the first.
    pub twice: u64,
    /// Times that never occur; they were moved forward by the length of the gap.
    pub never: u64,
}

impl UnclearTimes {
    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.twice == 0 && self.never == 0
    }

    /// The sum of both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self { twice: self.twice + other.twice, never: self.never + other.never }
    }
}

/// Counts unclear times. Most times are more than a day from any clock change and need no look-up.
#[derive(Debug, Clone, Default)]
pub struct UnclearTimeCounter {
    /// The counts so far.
    pub counts: UnclearTimes,
    calm: Option<(Zone, i64, i64)>,
}

impl UnclearTimeCounter {
    /// Counts a local time that was read as `utc_ms` in `zone`. `local_ms` is called only if clocks change nearby.
    pub fn note(&mut self, zone: Zone, utc_ms: i64, local_ms: impl FnOnce() -> Option<i64>) {
        if self.calm.is_some_and(|(known, from, to)| known == zone && (from..to).contains(&utc_ms)) {
            return;
        }
        let span = zone.span_at(utc_ms);
        let (from, to) = (span.begins.saturating_add(DAY_MS), span.ends.saturating_sub(DAY_MS));
        if (from..to).contains(&utc_ms) {
            self.calm = Some((zone, from, to));
            return;
        }
        match local_ms().map(|local_ms| zone.occurrence(local_ms)) {
            Some(Occurrence::Twice) => self.counts.twice += 1,
            Some(Occurrence::Never) => self.counts.never += 1,
            Some(Occurrence::Once) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> i64 {
        text.parse::<chrono::NaiveDateTime>().expect("a local time").and_utc().timestamp_millis()
    }

    /// New York: forward on 8 March 2026 at 02:00, back on 1 November at 02:00.
    #[test]
    fn times_around_changes() {
        let zone = Zone::named("America/New_York").expect("a zone");
        for (text, occurrence) in [
            ("2026-03-08T01:59:59", Occurrence::Once),
            ("2026-03-08T02:00:00", Occurrence::Never),
            ("2026-03-08T02:59:59", Occurrence::Never),
            ("2026-03-08T03:00:00", Occurrence::Once),
            ("2026-03-08T03:30:00", Occurrence::Once),
            ("2026-11-01T00:59:59", Occurrence::Once),
            ("2026-11-01T01:00:00", Occurrence::Twice),
            ("2026-11-01T01:59:59", Occurrence::Twice),
            ("2026-11-01T02:00:00", Occurrence::Once),
        ] {
            assert_eq!(zone.occurrence(local(text)), occurrence, "{text}");
            assert_eq!(Zone::UTC.occurrence(local(text)), Occurrence::Once, "{text}");
        }
    }

    #[test]
    fn every_minute_of_a_year_is_counted_as_it_occurs() {
        for name in ["America/New_York", "Europe/Lisbon", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"] {
            let zone = Zone::named(name).expect("a zone");
            let (mut counter, mut expected) = (UnclearTimeCounter::default(), UnclearTimes::default());
            for minute in 0..366 * 1440 {
                let at = local("2026-01-01T00:00:00") + minute * 60_000;
                counter.note(zone, zone.utc_ms(at), || Some(at));
                match zone.occurrence(at) {
                    Occurrence::Twice => expected.twice += 1,
                    Occurrence::Never => expected.never += 1,
                    Occurrence::Once => {}
                }
            }
            assert_eq!(counter.counts, expected, "{name}");
            let hour = match name {
                "America/New_York" | "Europe/Lisbon" => 60,
                "Australia/Lord_Howe" => 30,
                _ => 0,
            };
            assert_eq!(expected, UnclearTimes { twice: hour, never: hour }, "{name}");
        }
    }
}
