//! Instants as text, for machines: RFC 3339.

use chrono::{DateTime, FixedOffset, Offset, SecondsFormat, Utc};

use super::{DAY_MS, SECOND_MS, Zone};

/// An instant as `2026-03-08T05:00:00.000Z`: always UTC, always three decimals.
#[must_use]
pub fn format_utc(utc_ms: i64) -> String {
    date_time(utc_ms, 0).to_rfc3339_opts(SecondsFormat::Millis, true)
}

impl Zone {
    /// The local date and time of an instant, with its offset to the second. Instants beyond chrono's calendar (262,000
    /// years either way) are limited to it.
    #[must_use]
    pub fn date_time(self, utc_ms: i64) -> DateTime<FixedOffset> {
        date_time(utc_ms, self.offset_seconds(utc_ms))
    }

    /// An instant as `2026-03-08T00:00:00-05:00`, with the local offset, and with milliseconds unless they are zero.
    ///
    /// RFC 3339 writes offsets in whole minutes. An offset with seconds (local mean time, such as Monrovia's −00:44:30)
    /// is rounded to the nearest minute, halves away from zero, and the time of day is written for *that* offset, as in
    /// the example at the end of RFC 3339, 5.8. So reading the text returns exactly the same instant.
    #[must_use]
    pub fn format_rfc3339(self, utc_ms: i64) -> String {
        let offset = self.offset_seconds(utc_ms);
        let half_a_minute = if offset < 0 { -30 } else { 30 };
        let whole_minutes = (offset + half_a_minute) / 60 * 60;
        let precision = if utc_ms % SECOND_MS == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        date_time(utc_ms, whole_minutes).to_rfc3339_opts(precision, false)
    }
}

/// An instant with an offset, limited to chrono's calendar minus a day at each end, to leave room for the offset.
pub(super) fn date_time(utc_ms: i64, offset_seconds: i32) -> DateTime<FixedOffset> {
    let first = DateTime::<Utc>::MIN_UTC.timestamp_millis() + DAY_MS;
    let last = DateTime::<Utc>::MAX_UTC.timestamp_millis() - DAY_MS;
    let utc = DateTime::from_timestamp_millis(utc_ms.clamp(first, last)).unwrap_or_default();
    utc.with_timezone(&FixedOffset::east_opt(offset_seconds).unwrap_or_else(|| Utc.fix()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::sample::zone;

    #[test]
    fn local_and_utc() {
        let begins = 1_772_946_000_000;
        assert_eq!(zone("America/New_York").format_rfc3339(begins), "2026-03-08T00:00:00-05:00");
        assert_eq!(zone("America/New_York").format_rfc3339(begins + 7), "2026-03-08T00:00:00.007-05:00");
        assert_eq!(zone("Asia/Kathmandu").format_rfc3339(begins), "2026-03-08T10:45:00+05:45");
        assert_eq!(Zone::UTC.format_rfc3339(begins), "2026-03-08T05:00:00+00:00");
        assert_eq!(Zone::UTC.format_rfc3339(-1), "1969-12-31T23:59:59.999+00:00");
        assert_eq!(format_utc(begins), "2026-03-08T05:00:00.000Z");
        assert_eq!(format_utc(begins + 120), "2026-03-08T05:00:00.120Z");
    }

    #[test]
    fn offsets_with_seconds_keep_the_instant() {
        // −00:44:30 until 1972; Amsterdam is now Brussels, which had +00:17:30 until 1892.
        let monrovia = zone("Africa/Monrovia");
        assert_eq!(monrovia.offset_seconds(0), -2670);
        assert_eq!(monrovia.format_rfc3339(0), "1969-12-31T23:15:00-00:45");
        for (name, utc_ms) in [
            ("Africa/Monrovia", 1_234_567),
            ("Europe/Brussels", -2_500_000_000_123),
            ("Asia/Manila", -5_000_000_000_000),
        ] {
            let text = zone(name).format_rfc3339(utc_ms);
            assert_eq!(DateTime::parse_from_rfc3339(&text).map(|read| read.timestamp_millis()), Ok(utc_ms), "{text}");
        }
    }

    #[test]
    fn no_instant_panics() {
        for name in ["UTC", "Pacific/Kiritimati", "America/Juneau", "Etc/GMT+12"] {
            for utc_ms in
                [i64::MIN, i64::MIN + 1, -8_400_000_000_000_000, 8_300_000_000_000_000, i64::MAX - 1, i64::MAX]
            {
                assert!(!zone(name).format_rfc3339(utc_ms).is_empty());
                assert!(!zone(name).date_time(utc_ms).to_string().is_empty());
            }
        }
    }
}
