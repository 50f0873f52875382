//! A calendar as instants: sorted once, then queried for the open time in a span.

use chrono::{Days, NaiveDate};

use super::Calendar;
use crate::time::{DAY_MS, Zone};

/// Milliseconds in a minute.
const MINUTE_MS: i64 = 60_000;
/// Clocks move by less than this, so a local time is within this distance of the same time in UTC.
const REACH_MS: i64 = 2 * DAY_MS;

/// Disjoint intervals of time, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OpenSet {
    begins: Vec<i64>,
    ends: Vec<i64>,
    /// The total length of all intervals before each one, in milliseconds.
    before: Vec<i64>,
}

impl OpenSet {
    /// The union of these intervals, in any order.
    #[must_use]
    pub fn of(mut intervals: Vec<(i64, i64)>) -> Self {
        intervals.retain(|(begin, end)| begin < end);
        intervals.sort_unstable();
        let mut set = Self::default();
        for (begin, end) in intervals {
            match set.ends.last_mut() {
                Some(last) if begin <= *last => *last = end.max(*last),
                Some(_) | None => {
                    set.begins.push(begin);
                    set.ends.push(end);
                }
            }
        }
        let lengths = set.begins.iter().zip(&set.ends).map(|(begin, end)| end - begin);
        set.before = lengths
            .scan(0, |sum, length| {
                let before = *sum;
                *sum += length;
                Some(before)
            })
            .collect();
        set
    }

    /// The open time of a calendar, from the intervals that begin on the dates from `first` to `last`.
    #[must_use]
    pub fn compile(calendar: &Calendar, zone: Zone, first: NaiveDate, last: NaiveDate) -> Self {
        let mut intervals = Vec::new();
        for date in first.iter_days().take_while(|date| *date <= last) {
            intervals.extend(calendar.on(date).iter().map(|interval| {
                let (end, days_later) = interval.end_minutes();
                let end_date = date.checked_add_days(Days::new(u64::from(days_later))).unwrap_or(date);
                (
                    instant(zone, date, interval.begin_minutes(), SpanEdge::Begin),
                    instant(zone, end_date, end, SpanEdge::End),
                )
            }));
        }
        Self::of(intervals)
    }

    /// The intervals, in order.
    pub fn intervals(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.begins.iter().copied().zip(self.ends.iter().copied())
    }

    /// Whether an instant is open.
    #[must_use]
    pub fn contains(&self, instant: i64) -> bool {
        let begun = self.begins.partition_point(|begin| *begin <= instant);
        begun > 0 && instant < self.ends[begun - 1]
    }

    /// The number of open milliseconds in a span that includes its start but not its end.
    #[must_use]
    pub fn open_ms(&self, begin: i64, end: i64) -> i64 {
        (self.open_before(end) - self.open_before(begin)).max(0)
    }

    fn open_before(&self, instant: i64) -> i64 {
        let begun = self.begins.partition_point(|begin| *begin < instant);
        if begun == 0 {
            return 0;
        }
        self.before[begun - 1] + instant.min(self.ends[begun - 1]) - self.begins[begun - 1]
    }
}

#[derive(Clone, Copy)]
enum SpanEdge {
    Begin,
    End,
}

/// The instant of a local time, given as minutes after midnight. A time that occurs twice is read as the first for a
/// start and as the last for an end; midnight is always the first, because a day ends when the next one begins. A
/// skipped time is the instant of the jump.
fn instant(zone: Zone, date: NaiveDate, minutes: u16, side: SpanEdge) -> i64 {
    if minutes == 0 {
        return zone.day_start(date);
    }
    let local = i64::from(date.to_epoch_days()) * DAY_MS + i64::from(minutes) * MINUTE_MS;
    let mut found = None;
    let mut jump = None;
    for span in zone.spans(local - REACH_MS, local + REACH_MS) {
        // If the local time is earlier before this span and later in it, the clock jumps over the given time.
        if jump.is_none() && span.begins > local - REACH_MS && span.begins + span.offset_ms() > local {
            jump = Some(span.begins);
        }
        let at = local - span.offset_ms();
        if (span.begins..span.ends).contains(&at) {
            match side {
                SpanEdge::Begin => return at,
                SpanEdge::End => found = Some(at),
            }
        }
    }
    found.or(jump).unwrap_or(local)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opening_hours::{Interval, Week};
    use crate::time::{parse_date, parse_instant};

    fn utc(text: &str) -> i64 {
        parse_instant(text, Zone::UTC).expect(text)
    }

    /// The open intervals of one date, given its intervals in local time.
    fn on(zone: &str, date: &str, intervals: &[&str]) -> Vec<(i64, i64)> {
        let zone = Zone::named(zone).expect(zone);
        let date = parse_date(date).expect(date);
        let all = intervals.iter().map(|text| text.parse::<Interval>().expect(text)).collect();
        let calendar = Calendar { week: Week::default(), dates: [(date, all)].into() };
        OpenSet::compile(&calendar, zone, date, date).intervals().collect()
    }

    #[test]
    fn local_times_become_instants() {
        let cases = [
            // Plain days, over midnight, whole days, and two intervals that touch or overlap.
            ("UTC", "2026-03-02", vec!["08:00-12:00"], vec![("2026-03-02T08:00Z", "2026-03-02T12:00Z")]),
            ("UTC", "2026-03-02", vec!["22:00-06:00"], vec![("2026-03-02T22:00Z", "2026-03-03T06:00Z")]),
            ("UTC", "2026-03-02", vec!["00:00-00:00"], vec![("2026-03-02T00:00Z", "2026-03-03T00:00Z")]),
            (
                "UTC",
                "2026-03-02",
                vec!["08:00-12:00", "11:00-13:00", "13:00-14:00"],
                vec![("2026-03-02T08:00Z", "2026-03-02T14:00Z")],
            ),
            // New York skips 02:00 to 03:00.
            ("America/New_York", "2026-03-08", vec!["01:00-02:30"], vec![("2026-03-08T06:00Z", "2026-03-08T07:00Z")]),
            ("America/New_York", "2026-03-08", vec!["02:30-04:00"], vec![("2026-03-08T07:00Z", "2026-03-08T08:00Z")]),
            ("America/New_York", "2026-03-08", vec!["02:10-02:50"], vec![]),
            ("America/New_York", "2026-03-07", vec!["22:00-02:15"], vec![("2026-03-08T03:00Z", "2026-03-08T07:00Z")]),
            // It has 01:00 to 02:00 twice.
            ("America/New_York", "2026-11-01", vec!["01:30-03:00"], vec![("2026-11-01T05:30Z", "2026-11-01T08:00Z")]),
            ("America/New_York", "2026-11-01", vec!["00:30-01:30"], vec![("2026-11-01T04:30Z", "2026-11-01T06:30Z")]),
            ("America/New_York", "2026-11-01", vec!["01:10-01:50"], vec![("2026-11-01T05:10Z", "2026-11-01T06:50Z")]),
            ("America/New_York", "2026-11-01", vec!["00:00-24:00"], vec![("2026-11-01T04:00Z", "2026-11-02T05:00Z")]),
            ("America/New_York", "2026-10-31", vec!["22:00-01:00"], vec![("2026-11-01T02:00Z", "2026-11-01T06:00Z")]),
            // Midnight occurs twice in Havana, and never in São Paulo.
            ("America/Havana", "2025-11-01", vec!["20:00-24:00"], vec![("2025-11-02T00:00Z", "2025-11-02T04:00Z")]),
            ("America/Havana", "2025-11-02", vec!["00:00-00:30"], vec![("2025-11-02T04:00Z", "2025-11-02T05:30Z")]),
            ("America/Sao_Paulo", "2018-11-03", vec!["20:00-00:00"], vec![("2018-11-03T23:00Z", "2018-11-04T03:00Z")]),
            ("America/Sao_Paulo", "2018-11-04", vec!["00:00-00:30"], vec![]),
            ("America/Sao_Paulo", "2018-11-04", vec!["00:30-02:00"], vec![("2018-11-04T03:00Z", "2018-11-04T04:00Z")]),
            // Samoa had no 30 December.
            ("Pacific/Apia", "2011-12-30", vec!["08:00-18:00"], vec![]),
            ("Pacific/Apia", "2011-12-29", vec!["22:00-06:00"], vec![("2011-12-30T08:00Z", "2011-12-30T10:00Z")]),
            (
                "Australia/Lord_Howe",
                "2026-04-05",
                vec!["01:00-01:45"],
                vec![("2026-04-04T14:00Z", "2026-04-04T15:15Z")],
            ),
        ];
        for (zone, date, intervals, expected) in cases {
            let expected: Vec<(i64, i64)> = expected.into_iter().map(|(begin, end)| (utc(begin), utc(end))).collect();
            assert_eq!(on(zone, date, &intervals), expected, "{zone} {date} {intervals:?}");
        }
    }

    #[test]
    fn spans_are_measured() {
        let set = OpenSet::of(vec![(30, 40), (10, 20), (5, 5), (15, 25)]);
        assert_eq!(set.intervals().collect::<Vec<_>>(), [(10, 25), (30, 40)]);
        let cases = [
            (0, 10, 0),
            (0, 11, 1),
            (0, 100, 25),
            (12, 12, 0),
            (12, 14, 2),
            (20, 35, 10),
            (25, 30, 0),
            (39, 41, 1),
            (40, 50, 0),
        ];
        for (begin, end, open) in cases {
            assert_eq!(set.open_ms(begin, end), open, "{begin} to {end}");
        }
        let open: Vec<i64> = (0..50).filter(|instant| set.contains(*instant)).collect();
        assert_eq!((open.len(), open[0], open[24]), (25, 10, 39));
        assert_eq!((OpenSet::default().open_ms(0, 9), OpenSet::default().contains(0)), (0, false));
    }
}
