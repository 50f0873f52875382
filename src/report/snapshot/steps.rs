//! Counts of conversations at many instants, from the intervals in which they do not change.

use std::collections::BTreeMap;

use super::{OpenTotals, Stage};
use crate::unit::seconds;

/// What is counted of an interval in which a conversation does not change.
#[derive(Debug, Clone, Copy)]
pub(super) struct CountedInterval {
    /// The index of the first instant in it.
    pub from: usize,
    /// The index of the first instant after it.
    pub until: usize,
    pub stage: Stage,
    pub is_reply_due: bool,
    pub waits_since: Option<i64>,
}

/// How many conversations enter and leave at each instant; and their waits.
pub(super) struct StepCounts {
    pub waiting: NumberSteps,
    pub attended: NumberSteps,
    automated: NumberSteps,
    awaiting_reply: NumberSteps,
    waits: OpenWaits,
}

/// By queue or department.
pub(super) struct CountsByPlace {
    instants: usize,
    named: BTreeMap<String, StepCounts>,
    /// Conversations without a queue or department.
    none: Option<StepCounts>,
}

impl CountsByPlace {
    /// No conversations.
    pub fn new(instants: usize) -> Self {
        Self { instants, named: BTreeMap::new(), none: None }
    }

    /// Counts an interval of a conversation in a place.
    pub fn add(&mut self, key: Option<&str>, interval: &CountedInterval) {
        let new = || StepCounts::new(self.instants);
        let counts = match key {
            None => Some(self.none.get_or_insert_with(new)),
            Some(key) => {
                // Names repeat, so they are copied only once.
                if !self.named.contains_key(key) {
                    self.named.insert(key.to_owned(), new());
                }
                self.named.get_mut(key)
            }
        };
        if let Some(counts) = counts {
            counts.add(interval);
        }
    }

    /// Drops places.
    pub fn retain(&mut self, keeps: impl Fn(Option<&str>) -> bool) {
        self.named.retain(|key, _| keeps(Some(key)));
        self.none = self.none.take().filter(|_| keeps(None));
    }

    /// The places with their counts.
    pub fn into_places(self) -> impl Iterator<Item = (Option<String>, StepCounts)> {
        let named = self.named.into_iter().map(|(key, counts)| (Some(key), counts));
        self.none.map(|counts| (None, counts)).into_iter().chain(named)
    }
}

/// The change of a number at each instant, and after the last.
#[derive(Clone)]
pub(super) struct NumberSteps(Vec<i64>);

impl NumberSteps {
    /// A number that is always 0.
    pub fn new(instants: usize) -> Self {
        Self(vec![0; instants + 1])
    }

    /// Adds 1 from an instant until before another one.
    pub fn add(&mut self, from: usize, until: usize) {
        self.0[from] += 1;
        self.0[until] -= 1;
    }

    /// The number at each instant.
    pub fn sums(&self) -> impl Iterator<Item = u64> {
        let instants = &self.0[..self.0.len() - 1];
        instants.iter().scan(0_i64, |sum, step| {
            *sum += step;
            Some(sum.unsigned_abs())
        })
    }
}

impl StepCounts {
    /// No conversations.
    pub fn new(instants: usize) -> Self {
        let steps = || NumberSteps::new(instants);
        let waits = OpenWaits { instants, all: Vec::new() };
        Self { waiting: steps(), attended: steps(), automated: steps(), awaiting_reply: steps(), waits }
    }

    /// Counts an interval of a conversation.
    pub fn add(&mut self, interval: &CountedInterval) {
        let CountedInterval { from, until, stage, is_reply_due, waits_since } = *interval;
        match stage {
            Stage::Waiting => self.waiting.add(from, until),
            Stage::Attended => self.attended.add(from, until),
            Stage::Automated => self.automated.add(from, until),
        }
        if is_reply_due && stage != Stage::Automated {
            self.awaiting_reply.add(from, until);
        }
        if let Some(since) = waits_since {
            self.waits.add(since, from, until);
        }
    }

    /// The open conversations at each instant.
    pub fn totals(&self) -> impl Iterator<Item = OpenTotals> {
        let counts = self.waiting.sums().zip(self.attended.sums()).zip(self.automated.sums());
        counts.zip(self.awaiting_reply.sums()).map(|(((waiting, attended), automated), awaiting_reply)| OpenTotals {
            total: waiting + attended + automated,
            automated,
            waiting,
            attended,
            awaiting_reply,
        })
    }

    /// The longest wait at each instant.
    pub fn longest_waits(&mut self, instants: &[i64]) -> Vec<Option<f64>> {
        let oldest = self.waits.oldest();
        instants.iter().zip(oldest).map(|(at, since)| since.map(|since| seconds(at - since))).collect()
    }
}

/// Waits of conversations. Of those at one instant only the oldest matters.
struct OpenWaits {
    /// The number of instants.
    instants: usize,
    /// The beginning of a wait, and the indexes of its first instant and the first one after it.
    all: Vec<(i64, usize, usize)>,
}

impl OpenWaits {
    /// How many are held at least before those that do not matter are dropped.
    const SOME: usize = 1 << 12;

    fn add(&mut self, since: i64, from: usize, until: usize) {
        if self.all.len() >= Self::SOME.max(2 * self.instants) {
            let oldest = self.oldest();
            self.all.clear();
            for of_run in (0..oldest.len()).collect::<Vec<_>>().chunk_by(|a, b| oldest[*a] == oldest[*b]) {
                let (from, until) = (of_run[0], of_run[0] + of_run.len());
                self.all.extend(oldest[from].map(|since| (since, from, until)));
            }
        }
        self.all.push((since, from, until));
    }

    /// The oldest wait at each instant. Waits are entered from the oldest on, each at the instants that are still free,
    /// so every instant is filled once.
    fn oldest(&mut self) -> Vec<Option<i64>> {
        self.all.sort_unstable();
        let mut oldest = vec![None; self.instants];
        // For each instant, the next one without a wait; paths are shortened while they are followed.
        let mut next: Vec<usize> = (0..=self.instants).collect();
        for (since, from, until) in &self.all {
            let mut at = free(&mut next, *from);
            while at < *until {
                oldest[at] = Some(*since);
                next[at] = at + 1;
                at = free(&mut next, at + 1);
            }
        }
        oldest
    }
}

/// The first free index at or after `at`.
fn free(next: &mut [usize], at: usize) -> usize {
    let mut end = at;
    while next[end] != end {
        end = next[end];
    }
    let mut from = at;
    while next[from] != end {
        from = std::mem::replace(&mut next[from], end);
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_that_do_not_matter_are_dropped() {
        let instants = 50;
        let mut waits = OpenWaits { instants, all: Vec::new() };
        let mut expected: Vec<Option<i64>> = vec![None; instants];
        let mut random = 7_u64;
        for _ in 0..3 * OpenWaits::SOME {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let (since, from) = ((random >> 33).cast_signed() % 1_000_000, (random >> 20) as usize % (instants - 1));
            let until = from + 1 + (random >> 50) as usize % (instants - from);
            waits.add(since, from, until);
            for oldest in &mut expected[from..until] {
                *oldest = Some(oldest.map_or(since, |oldest: i64| oldest.min(since)));
            }
        }
        assert!(waits.all.len() <= OpenWaits::SOME);
        assert_eq!(waits.oldest(), expected);
    }
}
