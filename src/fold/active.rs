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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    const MINUTE_MS: i64 = 60_000;

    #[test]
    fn more_than_an_hour_without_events_ends_an_interval() {
        let mut active = Active::default();
        // The first gap is an hour exactly, the second one a minute more.
        for minutes in [70, 10, 131] {
            active.add(minutes * MINUTE_MS);
        }
        assert_eq!(active.intervals(), [(10 * MINUTE_MS, 70 * MINUTE_MS), (131 * MINUTE_MS, 131 * MINUTE_MS)]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn order_and_parts_do_not_matter(
            mut minutes in proptest::collection::vec((0_i64..30_000).prop_map(|minutes| minutes - 15_000), 1..80),
            cut in 0_usize..80,
        ) {
            let (mut one, mut other) = (Active::default(), Active::default());
            for (at, minutes) in minutes.iter().enumerate() {
                if at < cut { one.add(minutes * MINUTE_MS) } else { other.add(minutes * MINUTE_MS) }
            }
            one.merge(&other);
            minutes.sort_unstable();
            let mut expected = vec![(minutes[0], minutes[0])];
            for pair in minutes.windows(2) {
                if pair[1] - pair[0] > 60 { expected.push((pair[1], pair[1])) } else { expected.last_mut().unwrap().1 = pair[1] }
            }
            let expected: Vec<_> = expected.iter().map(|(first, last)| (first * MINUTE_MS, last * MINUTE_MS)).collect();
            prop_assert_eq!(one.intervals(), expected);
        }
    }
}
