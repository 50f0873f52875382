//! Finds the conversations that moved a number: those whose contribution to it changed.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::{Contributor, Finding};
use crate::unit::Unit;

/// Each conversation's share of a number, by its id.
pub(crate) type Shares = BTreeMap<String, f64>;

/// The conversations behind a finding, by their effect. Conversations that moved the number the other way are left out,
/// unless all did: a percentile rises, too, when short waits disappear.
///
/// If the reports cover different days, no conversation is in both. Then the current conversations that are farthest in
/// the direction of the change are named.
#[must_use]
pub(crate) fn contributors(finding: &Finding, old: &Shares, new: &Shares, are_same_days: bool) -> Vec<Contributor> {
    if !are_same_days {
        return of_other_days(finding, new);
    }
    let ids: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let moved =
        ids.into_iter().map(|id| Contributor { id: id.clone(), old: old.get(id).copied(), new: new.get(id).copied() });
    let all: Vec<Contributor> = moved.filter(|contributor| contributor.old != contributor.new).collect();
    let direction = by(finding.old, finding.new).total_cmp(&0.0);
    let did_it = |contributor: &&Contributor| {
        direction != Ordering::Equal && by(contributor.old, contributor.new).total_cmp(&0.0) == direction
    };
    let same_way: Vec<Contributor> = all.iter().filter(did_it).cloned().collect();
    let mut found = if same_way.is_empty() { all } else { same_way };
    let distance = |contributor: &Contributor| by(contributor.old, contributor.new).abs();
    found.sort_by(|a, b| distance(b).total_cmp(&distance(a)).then_with(|| a.id.cmp(&b.id)));
    found
}

fn of_other_days(finding: &Finding, new: &Shares) -> Vec<Contributor> {
    let rises = by(finding.old, finding.new) > 0.0;
    // A falling number is explained by conversations that add little to it; a falling count by missing ones, which
    // cannot be named.
    let did_it = |share: f64| match finding.unit {
        Unit::Count => rises,
        Unit::Seconds => true,
        Unit::Rate => {
            if rises {
                share > 0.0
            } else {
                share < 1.0
            }
        }
        Unit::Score => {
            if rises {
                share > 0.0
            } else {
                share < 0.0
            }
        }
    };
    let own = new.iter().filter(|(_, share)| did_it(**share));
    let mut found: Vec<Contributor> =
        own.map(|(id, share)| Contributor { id: id.clone(), old: None, new: Some(*share) }).collect();
    let share = |contributor: &Contributor| contributor.new.unwrap_or(0.0) * if rises { 1.0 } else { -1.0 };
    found.sort_by(|a, b| share(b).total_cmp(&share(a)).then_with(|| a.id.cmp(&b.id)));
    found
}

fn by(old: Option<f64>, new: Option<f64>) -> f64 {
    new.unwrap_or(0.0) - old.unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::{Broke, CellPath, Direction, MetricPart, Severity};

    fn named(old: f64, new: f64, are_same_days: bool) -> Vec<String> {
        let finding = Finding {
            rule: String::new(),
            line: None,
            severity: Severity::Fail,
            metric: "queue_wait".to_owned(),
            part: MetricPart::N,
            unit: Unit::Seconds,
            path: CellPath::Total,
            old: Some(old),
            new: Some(new),
            hidden: (false, false),
            broke: Broke::Change { direction: Direction::Any, allowed: 0.0 },
            causes: Vec::new(),
            conversations: Vec::new(),
        };
        let shares = |shares: &[(&str, f64)]| shares.iter().map(|(id, share)| ((*id).to_owned(), *share)).collect();
        let old = shares(&[("same", 5.0), ("slower", 10.0), ("gone", 7.0), ("faster", 30.0)]);
        let new = shares(&[("same", 5.0), ("slower", 90.0), ("faster", 3.0), ("new", 20.0)]);
        contributors(&finding, &old, &new, are_same_days).into_iter().map(|contributor| contributor.id).collect()
    }

    #[test]
    fn contributors_move_with_the_number_and_the_farthest_is_first() {
        assert_eq!(named(10.0, 20.0, true), ["slower", "new"]);
        assert_eq!(named(20.0, 10.0, true), ["faster", "gone"]);
        assert_eq!(named(10.0, 10.0, true), ["slower", "faster", "new", "gone"]);
    }

    #[test]
    fn for_other_days_the_new_rows_near_the_new_number_are_contributors() {
        assert_eq!(named(10.0, 20.0, false), ["slower", "new", "same", "faster"]);
        assert_eq!(named(20.0, 10.0, false), ["faster", "same", "new", "slower"]);
    }
}
