//! The queues and departments of rows, including rows that are not kept.

use std::collections::BTreeSet;

use super::rows::Placement;
use crate::event::TextDomain;
use crate::ingest::Log;

/// The numbers of queues and departments of rows.
#[derive(Debug, Clone, Default)]
pub struct Places {
    queues: Vec<bool>,
    departments: Vec<bool>,
}

/// The names of queues and departments of rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceNames {
    /// Every name of a queue.
    pub queues: BTreeSet<String>,
    /// Every name of a department.
    pub departments: BTreeSet<String>,
}

impl Places {
    /// Adds the queue and department of a row.
    pub fn see(&mut self, place: Placement) {
        mark(&mut self.queues, place.queue);
        mark(&mut self.departments, place.department);
    }

    /// Adds the places of another one.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in [(&mut self.queues, &other.queues), (&mut self.departments, &other.departments)] {
            if own.len() < other.len() {
                own.resize(other.len(), false);
            }
            own.iter_mut().zip(other).for_each(|(own, other)| *own |= other);
        }
    }

    /// Their names.
    #[must_use]
    pub fn names(&self, log: &Log) -> PlaceNames {
        let words = log.dictionary(TextDomain::Places);
        let names = |seen: &[bool]| -> BTreeSet<String> {
            (0_u32..)
                .zip(seen)
                .filter(|(_, is_seen)| **is_seen)
                .map(|(number, _)| words.get(number).to_owned())
                .collect()
        };
        PlaceNames { queues: names(&self.queues), departments: names(&self.departments) }
    }
}

fn mark(seen: &mut Vec<bool>, number: Option<u32>) {
    let Some(at) = number.map(|number| number as usize) else { return };
    if seen.len() <= at {
        seen.resize(at + 1, false);
    }
    seen[at] = true;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_another_are_added() {
        let seen = |numbers: &[(u32, u32)]| {
            let mut places = Places::default();
            for (queue, department) in numbers {
                places.see(Placement { queue: Some(*queue), department: Some(*department) });
            }
            places
        };
        // The other has more, then fewer.
        for (own, other) in [(&[(0, 1)], &[(3, 0)]), (&[(3, 0)], &[(0, 1)])] {
            let mut places = seen(own);
            places.merge(&seen(other));
            assert_eq!((places.queues, places.departments), (vec![true, false, false, true], vec![true, true]));
        }
    }
}
