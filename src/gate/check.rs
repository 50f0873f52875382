//! Rules, and the numbers that break them.

use super::pairs::pairs;
use super::{Applied, Broke, Direction, Finding, Outcome, Pair, Part, Place, Severity};
use crate::metrics::dimensions::Dimension;
use crate::report::Report;

/// What a number must keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name in outputs.
    pub name: String,
    /// Its line in the rules file.
    pub line: usize,
    /// The metric's id.
    pub metric: String,
    /// Which of its numbers.
    pub part: Part,
    /// The rows of the table by this dimension; none for the total.
    pub dimension: Option<Dimension>,
    /// Only the row of this key.
    pub key: Option<String>,
    /// What follows.
    pub severity: Severity,
    /// With fewer rows behind the number on either side nothing is said.
    pub minimum_n: Option<u64>,
    /// How far it may move from the baseline.
    pub change: Option<Tolerance>,
    /// Not above this.
    pub at_most: Option<f64>,
    /// Not below this.
    pub at_least: Option<f64>,
}

/// How far a number may move. With both limits, the wider one counts; with none, not at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Which way.
    pub direction: Direction,
    /// In the number's unit.
    pub absolute: Option<f64>,
    /// As a share of the baseline's number.
    pub relative: Option<f64>,
}

impl Tolerance {
    /// What breaks it, if anything. That there is no data any more, or only now, always does.
    fn broken(&self, old: Option<f64>, new: Option<f64>) -> Option<Broke> {
        let (Some(was), Some(is)) = (old, new) else {
            let broke = Broke::Change { direction: self.direction, allowed: 0.0 };
            return (old != new).then_some(broke);
        };
        let allowed = self.absolute.unwrap_or(0.0).max(self.relative.unwrap_or(0.0) * was.abs());
        let moved = match self.direction {
            Direction::Any => (is - was).abs(),
            Direction::Up => is - was,
            Direction::Down => was - is,
        };
        // 0.1 + 0.2 is not 0.3: a tolerance met to the last digit is met.
        let slack = f64::EPSILON * 4.0 * was.abs().max(is.abs());
        let is_tolerated = if allowed == 0.0 { moved <= 0.0 } else { moved <= allowed + slack };
        (!is_tolerated).then_some(Broke::Change { direction: self.direction, allowed })
    }
}

impl Rule {
    fn is_of(&self, pair: &Pair) -> bool {
        let is_there = match (&pair.place, self.dimension) {
            (Place::Total, None) => true,
            (Place::Row { table, key }, Some(dimension)) => {
                *table == format!("by_{}", dimension.name())
                    && self.key.as_ref().is_none_or(|own| key.join(" / ") == *own)
            }
            (Place::Total | Place::Row { .. } | Place::Hour { .. }, _) => false,
        };
        is_there && pair.metric == self.metric && pair.part == self.part
    }

    fn broken(&self, pair: &Pair) -> Option<Broke> {
        let too_few = |n: Option<u64>| n.is_some_and(|n| self.minimum_n.is_some_and(|least| n < least));
        let (old, new) = pair.values();
        let n = |side: Option<super::Side>| side.and_then(|side| side.n);
        if too_few(n(pair.new)) {
            return None;
        }
        let bound = new.and_then(|new| match (self.at_most, self.at_least) {
            (Some(limit), _) if new > limit => Some(Broke::AtMost(limit)),
            (_, Some(limit)) if new < limit => Some(Broke::AtLeast(limit)),
            (Some(_) | None, Some(_) | None) => None,
        });
        let change = self.change.filter(|_| !too_few(n(pair.old))).and_then(|change| change.broken(old, new));
        bound.or(change)
    }

    fn finding(&self, pair: &Pair, broke: Broke) -> Finding {
        let line = Some(self.line).filter(|line| *line > 0);
        finding(&self.name, line, self.severity, pair, broke)
    }
}

fn finding(rule: &str, line: Option<usize>, severity: Severity, pair: &Pair, broke: Broke) -> Finding {
    let (old, new) = pair.values();
    Finding {
        rule: rule.to_owned(),
        line,
        severity,
        metric: pair.metric.clone(),
        part: pair.part,
        unit: pair.unit,
        place: pair.place.clone(),
        old,
        new,
        broke,
        conversations: Vec::new(),
    }
}

/// Holds a report against rules; without rules, every number must be as it was. Without a baseline only bounds are
/// looked at.
///
/// # Errors
///
/// The rule that no number of the report is of.
pub fn check<'r>(new: &Report, old: Option<&Report>, rules: Option<&'r [Rule]>) -> Result<Outcome, &'r Rule> {
    let pairs = pairs(old.unwrap_or(new), new);
    let mut outcome = Outcome::default();
    match rules {
        Some(rules) => {
            for rule in rules {
                let own: Vec<&Pair> = pairs.iter().filter(|pair| rule.is_of(pair)).collect();
                if own.is_empty() && (rule.dimension.is_none() || rule.key.is_some() || !has_table(new, rule)) {
                    return Err(rule);
                }
                outcome.applied.push(Applied { rule: rule.name.clone(), numbers: own.len() });
                let broken = own.into_iter().filter_map(|pair| Some(rule.finding(pair, rule.broken(pair)?)));
                outcome.findings.extend(broken);
            }
        }
        None => {
            for pair in &pairs {
                match outcome.applied.iter_mut().find(|applied| applied.rule == pair.metric) {
                    Some(applied) => applied.numbers += 1,
                    None => outcome.applied.push(Applied { rule: pair.metric.clone(), numbers: 1 }),
                }
                if pair.differs() {
                    let broke = Broke::Change { direction: Direction::Any, allowed: 0.0 };
                    outcome.findings.push(finding(&pair.metric, None, Severity::Fail, pair, broke));
                }
            }
        }
    }
    Ok(outcome)
}

/// Whether the report has the table of a rule, with its metric; it may have no rows.
fn has_table(report: &Report, rule: &Rule) -> bool {
    let table = rule.dimension.and_then(|dimension| report.tables.get(&format!("by_{}", dimension.name())));
    table.is_some_and(|table| table.metrics.contains(&rule.metric))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(direction: Direction, absolute: Option<f64>, relative: Option<f64>, old: f64, new: f64) -> bool {
        Tolerance { direction, absolute, relative }.broken(Some(old), Some(new)).is_some()
    }

    #[test]
    fn a_tolerance_is_as_wide_as_its_wider_limit() {
        assert!(!broken(Direction::Any, Some(5.0), None, 100.0, 105.0));
        assert!(broken(Direction::Any, Some(5.0), None, 100.0, 105.001));
        assert!(!broken(Direction::Any, Some(5.0), Some(0.1), 100.0, 90.0));
        assert!(broken(Direction::Any, Some(5.0), Some(0.1), 100.0, 89.0));
        // Met to the last digit: 0.3 − 0.2 is a little more than 0.1.
        assert!(!broken(Direction::Any, Some(0.1), None, 0.2, 0.3));
        assert!(broken(Direction::Any, None, None, 1.0, 1.0 + f64::EPSILON));
        assert!(!broken(Direction::Any, None, None, 1.0, 1.0));
        assert!(broken(Direction::Any, None, Some(0.5), 0.0, 1.0));
    }

    #[test]
    fn only_the_named_direction_breaks() {
        assert!(broken(Direction::Up, None, None, 1.0, 2.0) && !broken(Direction::Up, None, None, 2.0, 1.0));
        assert!(broken(Direction::Down, None, None, 2.0, 1.0) && !broken(Direction::Down, None, None, 1.0, 2.0));
    }

    #[test]
    fn data_that_comes_or_goes_is_a_change() {
        let any = Tolerance { direction: Direction::Up, absolute: Some(1e9), relative: None };
        assert!(any.broken(None, Some(1.0)).is_some() && any.broken(Some(1.0), None).is_some());
        assert!(any.broken(None, None).is_none());
    }
}
