//! Local days: their starts, and the day to which an instant belongs (decisions.md, time-1).

use chrono::NaiveDate;

use super::{DAY_MS, HOUR_MS, Zone};

impl Zone {
    /// The local date of an instant, as on a wall calendar. The *day* of a window to which an instant belongs may
    /// differ: see [`Zone::day_of`].
    #[must_use]
    pub fn date_of(self, utc_ms: i64) -> NaiveDate {
        let days = self.local_ms(utc_ms).div_euclid(DAY_MS);
        let clamped = if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX };
        i32::try_from(days).ok().and_then(NaiveDate::from_epoch_days).unwrap_or(clamped)
    }

    /// The first instant of a local date. Midnight may not exist (then the day begins later) or occur twice (then it
    /// begins with the first). A date that the zone skipped begins where the next one does: its length is zero.
    #[must_use]
    pub fn day_start(self, date: NaiveDate) -> i64 {
        let midnight = i64::from(date.to_epoch_days()) * DAY_MS;
        let (_, span, shift) = self.spans_reaching(midnight);
        (midnight - shift).saturating_sub(span.offset_ms()).max(span.begins).saturating_add(shift)
    }

    /// The day to which an instant belongs, if days begin at [`Zone::day_start`]: every instant is in exactly one day.
    ///
    /// It differs from [`Zone::date_of`] if clocks went back over midnight. In `America/St_Johns` until 2011, they went
    /// back from 00:01 to 23:01: that hour has the date of the day before, but belongs to the day that had begun.
    #[must_use]
    pub fn day_of(self, utc_ms: i64) -> NaiveDate {
        let mut day = self.date_of(utc_ms);
        while let Some(next) = day.succ_opt().filter(|next| self.day_start(*next) <= utc_ms) {
            day = next;
        }
        day
    }

    /// The local weekday (Monday = 0) and hour (0 to 23) of an instant.
    #[must_use]
    pub fn local_weekday_hour(self, utc_ms: i64) -> (u8, u8) {
        weekday_hour(self.local_ms(utc_ms))
    }
}

/// The weekday (Monday = 0) and hour of a local time; 1970-01-01 was a Thursday.
pub(super) fn weekday_hour(local_ms: i64) -> (u8, u8) {
    let weekday = (local_ms.div_euclid(DAY_MS) + 3).rem_euclid(7);
    let hour = local_ms.rem_euclid(DAY_MS) / HOUR_MS;
    (u8::try_from(weekday).unwrap_or(0), u8::try_from(hour).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use chrono_tz::TZ_VARIANTS;

    use super::*;
    use crate::time::sample::{date, utc, zone};

    #[test]
    fn day_starts() {
        let cases = [
            ("America/New_York", "2026-03-08", "2026-03-08T05:00Z"),
            // Midnight does not exist.
            ("America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z"),
            ("Asia/Beirut", "2026-03-29", "2026-03-28T22:00Z"),
            ("America/Havana", "2026-03-08", "2026-03-08T05:00Z"),
            ("America/Toronto", "1919-03-31", "1919-03-31T04:30Z"),
            // Midnight occurs twice.
            ("America/Havana", "2025-11-02", "2025-11-02T04:00Z"),
            ("America/St_Johns", "2010-11-07", "2010-11-07T02:30Z"),
            // The hour before midnight occurs twice; midnight itself occurs once, after the second.
            ("America/Sao_Paulo", "2018-02-18", "2018-02-18T03:00Z"),
            ("Asia/Beirut", "2026-10-25", "2026-10-24T22:00Z"),
            // Samoa crossed the date line and had no 30 December.
            ("Pacific/Apia", "2011-12-29", "2011-12-29T10:00Z"),
            ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00Z"),
            ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z"),
        ];
        for (name, day, instant) in cases {
            assert_eq!(zone(name).day_start(date(day)), utc(instant), "{name} {day}");
        }
    }

    #[test]
    fn the_day_of_an_instant_may_not_be_its_date() {
        let st_johns = zone("America/St_Johns");
        for (instant, on_the_wall, day) in [
            ("2010-11-07T02:29:59.999Z", "2010-11-06", "2010-11-06"),
            ("2010-11-07T02:30Z", "2010-11-07", "2010-11-07"),
            ("2010-11-07T02:31Z", "2010-11-06", "2010-11-07"),
            ("2010-11-07T03:30Z", "2010-11-07", "2010-11-07"),
        ] {
            assert_eq!((st_johns.date_of(utc(instant)), st_johns.day_of(utc(instant))), (date(on_the_wall), date(day)));
        }
        assert_eq!(st_johns.local_weekday_hour(utc("2010-11-07T02:31Z")), (5, 23));
        assert_eq!(zone("Pacific/Apia").day_of(utc("2011-12-30T10:00Z")), date("2011-12-31"));
    }

    /// Around each transition of each zone: conversions there and back, and days without gaps.
    #[test]
    fn laws_at_every_transition() {
        let (from, to) = (utc("1850-01-01T00:00Z"), utc("2045-01-01T00:00Z"));
        for zone in TZ_VARIANTS.iter().map(|tz| zone(tz.name())) {
            for transition in zone.transitions(from, to) {
                let gap = i64::from(transition.seconds_after - transition.seconds_before) * 1000;
                for step in [-DAY_MS, -HOUR_MS, -1, 0, 1, HOUR_MS - 1, HOUR_MS, DAY_MS] {
                    let instant = transition.at + step;
                    let back = zone.utc_ms(zone.local_ms(instant));
                    assert!(back == instant || (0 <= step && back == instant + gap), "{zone} {instant}");
                    let day = zone.day_of(instant);
                    let next = day.succ_opt().expect("in range");
                    assert!(zone.day_start(day) <= instant && instant < zone.day_start(next), "{zone} {instant}");
                    assert_eq!(zone.day_of(zone.day_start(day)), day, "{zone} {day}");
                    assert!(zone.date_of(zone.day_start(day)) == day, "{zone} {day}");
                }
            }
        }
    }

    #[test]
    fn no_instant_panics() {
        for zone in ["UTC", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"].map(zone) {
            assert_eq!((zone.date_of(i64::MIN), zone.date_of(i64::MAX)), (NaiveDate::MIN, NaiveDate::MAX));
            assert_eq!((zone.day_of(i64::MIN), zone.day_of(i64::MAX)), (NaiveDate::MIN, NaiveDate::MAX));
            assert!(zone.day_start(NaiveDate::MIN) < zone.day_start(NaiveDate::MAX));
            let _ = (zone.local_weekday_hour(i64::MIN), zone.local_weekday_hour(i64::MAX));
        }
    }
}
