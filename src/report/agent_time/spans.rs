//! Spans of time, half-open and in UTC milliseconds.

use crate::time::{HOUR_MS, Hours, Weekdays, Zone};

/// From an instant up to another, exclusive.
pub type Span = (i64, i64);

/// The intervals that at least one of the spans covers, in order.
#[must_use]
pub fn union(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|(from, to)| from < to);
    spans.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some((_, end)) if from <= *end => *end = to.max(*end),
            Some(_) | None => joined.push((from, to)),
        }
    }
    joined
}

/// The intersection of two lists. Each is ordered, and its own spans do not overlap.
#[must_use]
pub fn intersection(a: &[Span], b: &[Span]) -> Vec<Span> {
    let (mut at, mut other) = (0, 0);
    let mut both = Vec::new();
    while let (Some(x), Some(y)) = (a.get(at), b.get(other)) {
        let (from, to) = (x.0.max(y.0), x.1.min(y.1));
        if from < to {
            both.push((from, to));
        }
        if x.1 <= y.1 { at += 1 } else { other += 1 }
    }
    both
}

/// How spans are cut: to a window, and to the local hours and weekdays of a filter.
#[derive(Debug, Clone, Copy)]
pub struct SpanCut {
    /// The zone of the clock.
    pub zone: Zone,
    /// The hours kept.
    pub hours: Option<Hours>,
    /// The weekdays kept.
    pub weekdays: Option<Weekdays>,
}

impl SpanCut {
    /// The parts of a span that are in a window and pass the filter; adjacent parts are merged.
    #[must_use]
    pub fn parts(&self, span: Span, window: Span) -> Vec<Span> {
        let (from, to) = (span.0.max(window.0), span.1.min(window.1));
        if from >= to {
            return Vec::new();
        }
        if self.hours.is_none() && self.weekdays.is_none() {
            return vec![(from, to)];
        }
        let mut parts: Vec<Span> = Vec::new();
        each_hour(self.zone, (from, to), |hour| {
            let is_kept = self.hours.is_none_or(|hours| hours.contains(hour.hour))
                && self.weekdays.is_none_or(|weekdays| weekdays.contains(hour.weekday));
            match parts.last_mut() {
                _ if !is_kept => {}
                Some((_, end)) if *end == hour.from => *end = hour.to,
                Some(_) | None => parts.push((hour.from, hour.to)),
            }
        });
        parts
    }

    /// Whether the filter keeps an hour of the local clock.
    #[must_use]
    pub fn keeps(&self, weekday: u8, hour: u8) -> bool {
        self.hours.is_none_or(|hours| hours.contains(hour))
            && self.weekdays.is_none_or(|weekdays| weekdays.contains(weekday))
    }
}

/// A part of a span within one hour of the local clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HourPart {
    /// Its beginning.
    pub from: i64,
    /// Its end.
    pub to: i64,
    /// Monday is 0.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
}

/// Cuts a span at local hours and at clock changes.
pub fn each_hour(zone: Zone, (from, to): Span, mut part: impl FnMut(HourPart)) {
    for interval in zone.spans(from, to) {
        let mut at = interval.begins;
        while at < interval.ends {
            let local = at + interval.offset_ms();
            let next = (at + HOUR_MS - local.rem_euclid(HOUR_MS)).min(interval.ends);
            let (weekday, hour) = zone.local_weekday_hour(at);
            part(HourPart { from: at, to: next, weekday, hour });
            at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_instant;

    #[test]
    fn unions_and_intersections() {
        assert_eq!(union(vec![(5, 9), (1, 3), (3, 4), (6, 7), (8, 8)]), [(1, 4), (5, 9)]);
        assert_eq!(intersection(&[(0, 4), (6, 9)], &[(1, 2), (3, 7), (8, 20)]), [(1, 2), (3, 4), (6, 7), (8, 9)]);
        assert_eq!(intersection(&[(0, 4)], &[]), []);
    }

    #[test]
    fn spans_are_cut_at_local_hours() {
        let zone = Zone::named("America/New_York").unwrap();
        let at = |text: &str| parse_instant(text, Zone::UTC).unwrap();
        let mut hours = Vec::new();
        // 00:30 to 03:15 on the day that skips 02:00 to 03:00.
        let span = (at("2026-03-08T05:30Z"), at("2026-03-08T07:15Z"));
        each_hour(zone, span, |part| hours.push((part.weekday, part.hour, (part.to - part.from) / 60_000)));
        assert_eq!(hours, [(6, 0, 30), (6, 1, 60), (6, 3, 15)]);
        let cut = SpanCut { zone, hours: Some("1-4".parse().unwrap()), weekdays: None };
        assert_eq!(cut.parts(span, (0, i64::MAX)), [(at("2026-03-08T06:00Z"), at("2026-03-08T07:15Z"))]);
        let monday = SpanCut { zone, hours: None, weekdays: Some("mon".parse().unwrap()) };
        assert_eq!(monday.parts(span, (0, i64::MAX)), []);
        assert_eq!(monday.parts((5, 5), (0, 9)), []);
    }
}
