//! Rules, and the numbers that break them.

use super::diff::causes;
use super::pairs::pairs;
use super::table::{RuleTable, STAFFING};
use super::{
    Applied, Bound, Broke, CellPath, Difference, Direction, Finding, MetricPart, Outcome, Pair, PairSide, Severity,
    differences,
};
use crate::report::Report;
use crate::{metrics, unit::Unit};

/// A condition for numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name in outputs.
    pub name: String,
    /// Its line in the rules file.
    pub line: usize,
    /// The metric's id.
    pub metric: String,
    /// The part of the metric.
    pub part: MetricPart,
    /// The table with its numbers.
    pub table: RuleTable,
    /// If set, only numbers with this key, written as in `report.csv`.
    pub key: Option<String>,
    /// The consequence.
    pub severity: Severity,
    /// No finding if fewer rows are behind the number on either side.
    pub minimum_n: Option<u64>,
    /// How far it may move from the baseline.
    pub change: Option<Tolerance>,
    /// The upper bound.
    pub at_most: Option<f64>,
    /// The lower bound.
    pub at_least: Option<f64>,
    /// Whether missing data keeps a bound.
    pub allow_no_data: bool,
}

/// How far a number may move. With both limits the wider one counts; without a limit it may not move.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// The changes that count: any, up, down or worse.
    pub direction: Direction,
    /// In the number's unit.
    pub absolute: Option<f64>,
    /// As a share of the baseline's number.
    pub relative: Option<f64>,
}

impl Tolerance {
    /// The broken part of the rule, if any. A number that has data on one side only always breaks it.
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
        // 0.1 + 0.2 is not exactly 0.3: a tolerance that is met up to rounding is met.
        let slack = f64::EPSILON * 4.0 * was.abs().max(is.abs());
        let is_tolerated = if allowed == 0.0 { moved <= 0.0 } else { moved <= allowed + slack };
        (!is_tolerated).then_some(Broke::Change { direction: self.direction, allowed })
    }
}

impl Rule {
    /// Whether the rule applies to a number; `table` is the name of the number's table.
    fn is_of(&self, table: &str, pair: &Pair) -> bool {
        let is_there = || pair.path.table() == table && self.key.as_ref().is_none_or(|own| pair.path.key() == *own);
        pair.metric == self.metric && pair.part == self.part && is_there()
    }

    /// Whether a difference that affects only one metric, or staffing, affects the rule.
    #[must_use]
    pub(crate) fn is_about(&self, metric: &str) -> bool {
        match self.table {
            RuleTable::Staffing => metric == STAFFING,
            RuleTable::Total | RuleTable::By(_) | RuleTable::Heatmap | RuleTable::Trend => self.metric == metric,
        }
    }

    /// The bounds that the rule sets.
    fn bounds(&self) -> impl Iterator<Item = Bound> {
        self.at_most.map(Bound::AtMost).into_iter().chain(self.at_least.map(Bound::AtLeast))
    }

    /// The part of a rule that missing data breaks: the first bound, unless the rule allows no data.
    fn broken_by_no_data(&self) -> Option<Broke> {
        self.bounds().next().filter(|_| !self.allow_no_data).map(Broke::NoData)
    }

    fn broken(&self, pair: &Pair) -> Option<Broke> {
        let too_few = |n: Option<u64>| n.is_some_and(|n| self.minimum_n.is_some_and(|least| n < least));
        let (old, new) = pair.values();
        let n = |side: Option<super::PairSide>| side.and_then(|side| side.n);
        // Checked before `minimum-n`: no rows at all are not few rows.
        if new.is_none()
            && let Some(broke) = self.broken_by_no_data()
        {
            return Some(broke);
        }
        if too_few(n(pair.new)) {
            return None;
        }
        let bound = new.and_then(|new| self.bounds().find(|bound| bound.is_passed_by(new)).map(Broke::Bound));
        let change = self
            .change
            .filter(|_| !pair.is_of_one_window && !too_few(n(pair.old)))
            .and_then(|change| change.broken(old, new));
        bound.or(change)
    }

    /// The numbers of a row that the table leaves out because it is empty: a count is 0, anything else has no data. If
    /// the table has no rows and the rule names none, there is no data.
    fn quiet_row(&self, table: String) -> Pair {
        let unit = self.part.unit(metrics::unit(&self.metric));
        let value = Some(0.0).filter(|_| unit == Unit::Count && self.key.is_some());
        let side = PairSide::shown(value, Some(0));
        Pair {
            metric: self.metric.clone(),
            part: self.part,
            unit,
            path: CellPath::Row { table, key: self.key.iter().cloned().collect() },
            old: Some(side),
            new: Some(side),
            is_of_one_window: false,
            is_in_totals: false,
        }
    }

    fn finding(&self, pair: &Pair, broke: Broke, differences: &[Difference]) -> Finding {
        let line = Some(self.line).filter(|line| *line > 0);
        Finding { line, ..finding(&self.name, self.severity, pair, broke, differences) }
    }
}

fn finding(rule: &str, severity: Severity, pair: &Pair, broke: Broke, differences: &[Difference]) -> Finding {
    let (old, new) = pair.values();
    Finding {
        rule: rule.to_owned(),
        line: None,
        // A bound does not depend on the baseline.
        causes: match broke {
            Broke::Change { .. } => causes(pair, differences),
            Broke::Bound(_) | Broke::NoData(_) => Vec::new(),
        },
        severity,
        metric: pair.metric.clone(),
        part: pair.part,
        unit: pair.unit,
        path: pair.path.clone(),
        old,
        new,
        hidden: pair.hidden(),
        broke,
        conversations: Vec::new(),
    }
}

/// A rule that would always pass or always fail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unmatched<'r> {
    /// It matches no number of the report, or the report lacks its table.
    InReport(&'r Rule),
    /// The rule is about a change, and the baseline lacks its table.
    InBaseline(&'r Rule),
}

/// Checks a report against rules; without rules, every number must be unchanged. Without a baseline only bounds are
/// checked. `is_of_log` answers whether the log has a rule's key, even if the report has no row for it.
///
/// # Errors
///
/// The rule for which one of the reports has no numbers.
pub fn check<'r>(
    new: &Report,
    old: Option<&Report>,
    rules: Option<&'r [Rule]>,
    is_of_log: &dyn Fn(&Rule) -> bool,
) -> Result<Outcome, Unmatched<'r>> {
    let pairs = pairs(old.unwrap_or(new), new);
    let differences = old.map(|old| differences(old, new)).unwrap_or_default();
    let mut outcome = Outcome::default();
    match rules {
        Some(rules) => {
            for rule in rules {
                // A day that only the baseline's window has is not a number of this report.
                let is_gone = |pair: &Pair| pair.is_of_one_window && pair.new.is_none();
                let table = rule.table.name();
                let own: Vec<&Pair> = pairs.iter().filter(|pair| rule.is_of(&table, pair) && !is_gone(pair)).collect();
                let lacks =
                    |report: &Report| matches!(rule.table, RuleTable::By(_)) && !rule.table.is_in(report, &rule.metric);
                let is_quiet = rule.table.is_in(new, &rule.metric) && (rule.key.is_none() || is_of_log(rule));
                if own.is_empty() && !is_quiet || lacks(new) {
                    return Err(Unmatched::InReport(rule));
                }
                if rule.change.is_some() && old.is_some_and(lacks) {
                    return Err(Unmatched::InBaseline(rule));
                }
                let hidden = own.iter().filter(|pair| pair.hidden().1).count();
                outcome.applied.push(Applied { rule: rule.name.clone(), numbers: own.len(), hidden });
                if own.is_empty() {
                    let quiet = rule.quiet_row(table);
                    let finding = rule.broken(&quiet).map(|broke| rule.finding(&quiet, broke, &[]));
                    outcome.findings.extend(finding);
                }
                let broken =
                    own.into_iter().filter_map(|pair| Some(rule.finding(pair, rule.broken(pair)?, &differences)));
                outcome.findings.extend(broken);
            }
        }
        None => {
            for pair in &pairs {
                let hidden = usize::from(pair.hidden().1);
                match outcome.applied.iter_mut().find(|applied| applied.rule == pair.metric) {
                    Some(applied) => (applied.numbers, applied.hidden) = (applied.numbers + 1, applied.hidden + hidden),
                    None => outcome.applied.push(Applied { rule: pair.metric.clone(), numbers: 1, hidden }),
                }
                if pair.differs() {
                    let broke = Broke::Change { direction: Direction::Any, allowed: 0.0 };
                    outcome.findings.push(finding(&pair.metric, Severity::Fail, pair, broke, &differences));
                }
            }
        }
    }
    Ok(outcome)
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
        // Met up to rounding: 0.3 − 0.2 is slightly more than 0.1.
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

    fn bounded(at_most: Option<f64>, at_least: Option<f64>) -> Rule {
        Rule {
            name: String::new(),
            line: 1,
            metric: "queue_wait".to_owned(),
            part: MetricPart::N,
            table: RuleTable::Total,
            key: None,
            severity: Severity::Fail,
            minimum_n: Some(5),
            change: None,
            at_most,
            at_least,
            allow_no_data: false,
        }
    }

    fn pair(value: Option<f64>, n: u64) -> Pair {
        let side = Some(super::super::PairSide::shown(value, Some(n)));
        let (metric, part, unit) = ("queue_wait".to_owned(), MetricPart::N, Unit::Seconds);
        Pair {
            metric,
            part,
            unit,
            path: CellPath::Total,
            old: None,
            new: side,
            is_of_one_window: false,
            is_in_totals: false,
        }
    }

    #[test]
    fn a_bound_does_not_hold_without_data() {
        let rule = bounded(Some(60.0), Some(1.0));
        assert_eq!(rule.broken(&pair(None, 0)), Some(Broke::NoData(Bound::AtMost(60.0))));
        assert_eq!(bounded(None, Some(1.0)).broken(&pair(None, 0)), Some(Broke::NoData(Bound::AtLeast(1.0))));
        assert_eq!(Rule { allow_no_data: true, ..rule.clone() }.broken(&pair(None, 0)), None);
        // A few rows are data, which `minimum-n` ignores.
        assert_eq!(rule.broken(&pair(Some(99.0), 4)), None);
        assert_eq!(rule.broken(&pair(Some(99.0), 5)), Some(Broke::Bound(Bound::AtMost(60.0))));
        assert_eq!(rule.broken(&pair(Some(0.5), 5)), Some(Broke::Bound(Bound::AtLeast(1.0))));
        assert_eq!(rule.broken(&pair(Some(60.0), 5)), None);
        assert_eq!(bounded(None, None).broken(&pair(None, 0)), None);
    }
}
