//! The times at which the log has events: a report needs them, and must not read the log again.

use hashbrown::HashMap;

use crate::time::HOUR_MS;

/// The first and last event of each UTC hour.
#[derive(Debug, Clone, Default)]
pub struct Active {
    hours: HashMap<i64, (i64, i64)>,
    /// The current hour, with its first and last event so far: events of the same hour mostly follow each other.
    current: Option<(i64, i64, i64)>,
}

impl Active {
    /// Adds the instant of an event.
    #[inline]
    pub fn add(&mut self, ts: i64) {
        match &mut self.current {
            Some((begins, first, last)) if (0..HOUR_MS).contains(&(ts - *begins)) => {
                *first = (*first).min(ts);
                *last = (*last).max(ts);
            }
            _ => {
                self.put();
                let hour = ts.div_euclid(HOUR_MS) * HOUR_MS;
                self.current = Some((hour, ts, ts));
            }
        }
    }

    fn put(&mut self) {
        if let Some((hour, first, last)) = self.current.take() {
            let known = self.hours.entry(hour).or_insert((first, last));
            *known = (known.0.min(first), known.1.max(last));
        }
    }

    /// Adds the hours of another one.
    pub fn merge(&mut self, other: &Self) {
        let of_other = other.hours.values().copied().chain(other.current.map(|(_, first, last)| (first, last)));
        for (first, last) in of_other {
            self.add(first);
            self.add(last);
        }
    }

    /// Intervals that begin and end with an event and have no gap of more than an hour, in order.
    #[must_use]
    pub fn intervals(mut self) -> Vec<(i64, i64)> {
        self.put();
        joined(self.hours.into_values().collect())
    }
}

/// Spans that begin and end with an event and have no gap of more than an hour, in order. Spans without such a gap
/// between them are joined.
#[must_use]
pub fn joined(mut spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    spans.sort_unstable();
    let mut intervals: Vec<(i64, i64)> = Vec::new();
    for (first, last) in spans {
        match intervals.last_mut() {
            Some((_, end)) if first - *end <= HOUR_MS => *end = last.max(*end),
            Some(_) | None => intervals.push((first, last)),
        }
    }
    intervals
}
