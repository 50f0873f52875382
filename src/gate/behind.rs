//! Which conversations moved a number: those that add something else to it than they did.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{Behind, Finding};

/// What each conversation adds to a number, by its id.
pub type Shares = BTreeMap<String, f64>;

/// The conversations behind a finding, the one that moved the most first. Those that moved the other way did not do it;
/// where all did, they are told all the same: a percentile rises, too, when short waits are gone.
#[must_use]
pub fn behind(finding: &Finding, old: &Shares, new: &Shares) -> Vec<Behind> {
    let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let moved =
        ids.into_iter().map(|id| Behind { id: id.clone(), old: old.get(id).copied(), new: new.get(id).copied() });
    let all: Vec<Behind> = moved.filter(|behind| behind.old != behind.new).collect();
    let direction = by(finding.old, finding.new).total_cmp(&0.0);
    let did_it =
        |behind: &&Behind| direction != Ordering::Equal && by(behind.old, behind.new).total_cmp(&0.0) == direction;
    let same_way: Vec<Behind> = all.iter().filter(did_it).cloned().collect();
    let mut found = if same_way.is_empty() { all } else { same_way };
    let distance = |behind: &Behind| by(behind.old, behind.new).abs();
    found.sort_by(|a, b| distance(b).total_cmp(&distance(a)).then_with(|| a.id.cmp(&b.id)));
    found
}

fn by(old: Option<f64>, new: Option<f64>) -> f64 {
    new.unwrap_or(0.0) - old.unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Broke, Direction, Part, Place, Severity};
    use crate::unit::Unit;

    fn named(old: f64, new: f64) -> Vec<String> {
        let finding = Finding {
            rule: String::new(),
            line: None,
            severity: Severity::Fail,
            metric: "queue_wait".to_owned(),
            part: Part::N,
            unit: Unit::Seconds,
            place: Place::Total,
            old: Some(old),
            new: Some(new),
            broke: Broke::Change { direction: Direction::Any, allowed: 0.0 },
            conversations: Vec::new(),
        };
        let shares = |shares: &[(&str, f64)]| shares.iter().map(|(id, share)| ((*id).to_owned(), *share)).collect();
        let old = shares(&[("same", 5.0), ("slower", 10.0), ("gone", 7.0), ("faster", 30.0)]);
        let new = shares(&[("same", 5.0), ("slower", 90.0), ("faster", 3.0), ("new", 20.0)]);
        behind(&finding, &old, &new).into_iter().map(|behind| behind.id).collect()
    }

    #[test]
    fn those_that_moved_as_the_number_did_are_named_the_farthest_first() {
        assert_eq!(named(10.0, 20.0), ["slower", "new"]);
        assert_eq!(named(20.0, 10.0), ["faster", "gone"]);
        assert_eq!(named(10.0, 10.0), ["slower", "faster", "new", "gone"]);
    }
}
