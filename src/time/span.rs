//! A zone's rules as a list of spans with one offset each, in order and without gaps.
//!
//! A compiled zone (`TZif`, RFC 9636) lists its changes up to some year, and ends with a rule for all later years. Here
//! the rule is unrolled to the end of 2501, so that a look-up is one binary search. Instants from 2500 on are moved
//! back by whole cycles of 400 years, after which the Gregorian calendar repeats, including weekdays.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use tz::timezone::{AlternateTime, RuleDay, TransitionRule};

use super::{DAY_MS, SECOND_MS};

/// A span of time in which a zone's offset stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffsetPeriod {
    /// The first instant in it, UTC milliseconds; `i64::MIN` if it has no start.
    pub begins: i64,
    /// The first instant after it, UTC milliseconds; `i64::MAX` if it has no end.
    pub ends: i64,
    /// Seconds from UTC to local time, positive east of Greenwich. Not always whole minutes: before standard time,
    /// towns used their own solar time, and Monrovia did until 1972.
    pub offset_seconds: i32,
}

impl OffsetPeriod {
    /// UTC for all time.
    pub const UTC: Self = Self { begins: i64::MIN, ends: i64::MAX, offset_seconds: 0 };

    /// Milliseconds from UTC to local time.
    #[must_use]
    pub fn offset_ms(self) -> i64 {
        i64::from(self.offset_seconds) * SECOND_MS
    }

    /// The local time at which the span ends.
    pub(super) fn local_end(self) -> i64 {
        self.ends.saturating_add(self.offset_ms())
    }
}

/// An instant at which a zone's clocks go forward or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// The first instant with the new offset, UTC milliseconds.
    pub at: i64,
    /// The offset until then, in seconds.
    pub seconds_before: i32,
    /// The offset from then on, in seconds.
    pub seconds_after: i32,
}

/// 2500-01-01T00:00, in UTC or in any local time: the unrolled rule extends at least a year further.
const TABLE_END_MS: i64 = 16_725_225_600_000;
const LAST_UNROLLED_YEAR: i32 = 2501;
/// 400 Gregorian years: 146,097 days, a whole number of weeks.
const CYCLE_MS: i64 = 146_097 * DAY_MS;

/// The distance by which an instant (or a local time) must be moved back into the table: 0 before 2500, else whole
/// cycles.
pub(super) fn cycles_past_table(ms: i64) -> i64 {
    if ms < TABLE_END_MS { 0 } else { ((ms - TABLE_END_MS) / CYCLE_MS + 1) * CYCLE_MS }
}

/// The spans of one compiled zone; `None` if it cannot be read.
pub(super) fn read_tzif(tzif: &[u8]) -> Option<Vec<OffsetPeriod>> {
    let zone = tz::TimeZone::from_tz_data(tzif).ok()?;
    let zone = zone.as_ref();
    // With leap seconds, the file's instants would not be Unix time.
    if !zone.leap_seconds().is_empty() {
        return None;
    }
    let offset = |index: usize| zone.local_time_types().get(index).map(tz::LocalTimeType::ut_offset);
    let mut changes = Vec::new();
    for transition in zone.transitions() {
        changes.push((transition.unix_leap_time(), offset(transition.local_time_type_index())?));
    }
    if let Some(TransitionRule::Alternate(rule)) = zone.extra_rule() {
        unroll(rule, &mut changes)?;
    }
    // RFC 9636, 3.2: before the first change, the first type applies.
    Some(join(offset(0)?, &changes))
}

/// Adds the changes that the yearly rule makes after the last one listed.
fn unroll(rule: &AlternateTime, changes: &mut Vec<(i64, i32)>) -> Option<()> {
    let last = changes.last().map_or(i64::MIN, |change| change.0);
    // One year early: the changes of a rule's year may be in the next year.
    let first_year = chrono::DateTime::from_timestamp(last, 0).map_or(1, |instant| instant.year() - 1);
    let (standard, summer) = (rule.std().ut_offset(), rule.dst().ut_offset());
    for year in first_year..=LAST_UNROLLED_YEAR {
        // The time of a change is in the local time before it.
        let start = midnight(*rule.dst_start(), year)? + i64::from(rule.dst_start_time() - standard);
        let end = midnight(*rule.dst_end(), year)? + i64::from(rule.dst_end_time() - summer);
        let mut both = [(start, summer), (end, standard)];
        both.sort_unstable();
        changes.extend(both.into_iter().filter(|change| change.0 > last));
    }
    Some(())
}

/// Seconds from 1970-01-01T00:00 to midnight of the day of a yearly rule.
fn midnight(day: RuleDay, year: i32) -> Option<i64> {
    let date = match day {
        // Day 1 to 365, leap days not counted.
        RuleDay::Julian1WithoutLeap(day) => {
            let common_year = NaiveDate::from_yo_opt(2001, u32::from(day.get()))?;
            common_year.with_year(year)?
        }
        // Day 0 to 365, leap days counted.
        RuleDay::Julian0WithLeap(day) => {
            NaiveDate::from_ymd_opt(year, 1, 1)?.checked_add_days(Days::new(u64::from(day.get())))?
        }
        // The nth weekday of this kind in a month; 5 means the last.
        RuleDay::MonthWeekDay(day) => {
            let weekday = Weekday::try_from((day.week_day() + 6) % 7).ok()?;
            let nth = |n| NaiveDate::from_weekday_of_month_opt(year, u32::from(day.month()), weekday, n);
            nth(day.week()).or_else(|| nth(4))?
        }
    };
    Some(i64::from(date.to_epoch_days()) * (DAY_MS / SECOND_MS))
}

/// Spans from ordered changes. A change of the name only (`EST` to `EDT` with the same offset) is ignored.
fn join(first_offset: i32, changes: &[(i64, i32)]) -> Vec<OffsetPeriod> {
    let mut spans = Vec::with_capacity(changes.len() + 1);
    let mut current = OffsetPeriod { offset_seconds: first_offset, ..OffsetPeriod::UTC };
    for &(at, offset_seconds) in changes {
        let at = at.saturating_mul(SECOND_MS);
        if offset_seconds == current.offset_seconds {
            continue;
        }
        if at > current.begins {
            spans.push(OffsetPeriod { ends: at, ..current });
        }
        current = OffsetPeriod { begins: at, ends: i64::MAX, offset_seconds };
    }
    spans.push(current);
    spans
}

#[cfg(test)]
mod tests {
    use chrono_tz::TZ_VARIANTS;
    use tz::timezone::{Julian0WithLeap, Julian1WithoutLeap, MonthWeekDay};

    use super::*;
    use crate::time::database;

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).expect("a date")
    }

    #[test]
    fn every_zone_is_complete_and_its_local_ends_ascend() {
        for name in TZ_VARIANTS.iter().map(|tz| tz.name()) {
            let spans = database::spans(name).expect(name);
            assert_eq!((spans[0].begins, spans[spans.len() - 1].ends), (i64::MIN, i64::MAX), "{name}");
            for pair in spans.windows(2) {
                assert_eq!(pair[0].ends, pair[1].begins, "{name}");
                assert_ne!(pair[0].offset_seconds, pair[1].offset_seconds, "{name}");
                // The search by local time in `Zone` relies on this.
                assert!(pair[0].local_end() < pair[1].local_end(), "{name} at {}", pair[1].begins);
                assert!(pair[1].offset_seconds.abs() < 16 * 3600, "{name}");
            }
        }
    }

    #[test]
    fn the_table_reaches_past_its_end_and_listed_changes_stop_four_centuries_before() {
        assert_eq!(i64::from(date(2500, 1, 1).to_epoch_days()) * DAY_MS, TABLE_END_MS);
        let new_york = database::spans("America/New_York").expect("known");
        assert!(new_york[new_york.len() - 1].begins > TABLE_END_MS + 366 * DAY_MS);
        for name in TZ_VARIANTS.iter().map(|tz| tz.name()) {
            let spans = database::spans(name).expect(name);
            let in_cycle = |from: i32, to: i32| {
                let ms = |year| i64::from(date(year, 1, 1).to_epoch_days()) * DAY_MS;
                spans.iter().filter(|span| (ms(from)..ms(to)).contains(&span.begins)).count()
            };
            assert_eq!(in_cycle(2100, 2101), in_cycle(2500, 2501), "{name}");
            assert!([0, 800].contains(&in_cycle(2100, 2500)), "{name}");
        }
    }

    #[test]
    fn cycles() {
        assert_eq!(cycles_past_table(i64::MIN), 0);
        assert_eq!(cycles_past_table(TABLE_END_MS - 1), 0);
        assert_eq!(cycles_past_table(TABLE_END_MS), CYCLE_MS);
        assert_eq!(cycles_past_table(TABLE_END_MS + CYCLE_MS), 2 * CYCLE_MS);
        assert!(i64::MAX - cycles_past_table(i64::MAX) < TABLE_END_MS);
    }

    #[test]
    fn days_of_yearly_rules() {
        let day = |rule: RuleDay, year| {
            let days = midnight(rule, year).expect("in range") / 86_400;
            NaiveDate::from_epoch_days(i32::try_from(days).expect("fits")).expect("in range")
        };
        let nth = |month, week, weekday| RuleDay::MonthWeekDay(MonthWeekDay::new(month, week, weekday).expect("valid"));
        let without_leap = |n| RuleDay::Julian1WithoutLeap(Julian1WithoutLeap::new(n).expect("valid"));
        let with_leap = |n| RuleDay::Julian0WithLeap(Julian0WithLeap::new(n).expect("valid"));
        assert_eq!(day(without_leap(59), 2024), date(2024, 2, 28));
        assert_eq!(day(without_leap(60), 2024), date(2024, 3, 1));
        assert_eq!(day(without_leap(60), 2023), date(2023, 3, 1));
        assert_eq!(day(with_leap(59), 2024), date(2024, 2, 29));
        assert_eq!(day(with_leap(59), 2023), date(2023, 3, 1));
        assert_eq!(day(nth(3, 2, 0), 2026), date(2026, 3, 8));
        assert_eq!(day(nth(3, 5, 0), 2026), date(2026, 3, 29));
        assert_eq!(day(nth(2, 5, 6), 2026), date(2026, 2, 28));
    }

    #[test]
    fn a_change_of_name_only_is_not_a_change_and_summer_time_all_year_has_none() {
        assert_eq!(join(0, &[(10, 0), (20, 3600), (30, 3600)]).len(), 2);
        let joined = join(0, &[(10, 3600), (20, 0), (20, 3600), (30, 0)]);
        assert!(joined.iter().all(|span| span.begins < span.ends));
        assert!(joined.iter().filter(|span| span.offset_seconds == 3600).all(|span| span.begins >= 10_000));
        assert_eq!(joined[joined.len() - 1].begins, 30_000);
    }
}
