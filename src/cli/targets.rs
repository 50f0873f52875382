//! `--target METRIC[.STATISTIC]=NUMBER`: parsed and checked before the log is read.

use super::duration::parse_ms;
use super::templates::has_it;
use crate::failure::Failure;
use crate::metrics::{self, Better, Metric};
use crate::nearest::hint;
use crate::report::Statistic;
use crate::report::targets::{Target, TargetSide};
use crate::report::template::Template;
use crate::unit::{Unit, seconds};

/// The targets in the flags. Each must be for a metric that the templates show; defaults for other metrics are dropped.
///
/// # Errors
///
/// If one is misspelt, for a metric that the report does not have, or given twice.
pub fn parse(values: &[String], templates: &[Template], are_defaults: bool) -> anyhow::Result<Vec<Target>> {
    let mut targets: Vec<Target> = Vec::new();
    for value in values {
        let wrong = |message: String| Failure::Usage.because(format!("--target {value}: {message}"));
        let target = target(value).map_err(wrong)?;
        let id = target.metric.id;
        if !templates.iter().any(|template| template.metrics.iter().any(|metric| metric.id == id)) {
            if are_defaults {
                continue;
            }
            return Err(wrong(format!("no template of this report has `{id}`{}", has_it(id))));
        }
        let is_same =
            |known: &Target| (known.metric.id, known.statistic, known.bound) == (id, target.statistic, target.bound);
        if targets.iter().any(is_same) {
            return Err(wrong("it has a target of this side already".to_owned()));
        }
        targets.push(target);
    }
    Ok(targets)
}

/// Parses a target.
///
/// # Errors
///
/// If it is misspelt.
pub fn target(text: &str) -> Result<Target, String> {
    let Some((name, limit)) = text.split_once('=') else {
        return Err("expected METRIC=NUMBER, METRIC<=NUMBER or METRIC>=NUMBER".to_owned());
    };
    let (name, bound) = match (name.strip_suffix('<'), name.strip_suffix('>')) {
        (Some(name), _) => (name, Some(TargetSide::AtMost)),
        (None, Some(name)) => (name, Some(TargetSide::AtLeast)),
        (None, None) => (name, None),
    };
    let (id, statistic) = match name.trim().split_once('.') {
        Some((id, statistic)) => (id, Some(statistic)),
        None => (name.trim(), None),
    };
    let metric = metrics::find(id).ok_or_else(|| no("metric", id, metrics::all().map(|metric| metric.id)))?;
    let statistic = statistic_of(metric, statistic)?;
    let bound = match (bound, metric.better) {
        (Some(bound), _) => bound,
        (None, Better::Lower) => TargetSide::AtMost,
        (None, Better::Higher) => TargetSide::AtLeast,
        (None, Better::Neither) => {
            return Err(format!("neither side of `{id}` is the better one: write {id}<={limit} or {id}>={limit}"));
        }
    };
    Ok(Target { metric, statistic, bound, limit: limit_of(metric.unit(), limit.trim())? })
}

pub(super) fn statistic_of(metric: &Metric, name: Option<&str>) -> Result<Option<Statistic>, String> {
    let is_duration = metric.is_duration();
    let names = || Statistic::ALL.iter().map(|statistic| statistic.name());
    match name {
        None if is_duration => {
            let id = metric.id;
            Err(format!(
                "`{id}` is a duration: name a statistic, as in {id}.p90 ({})",
                names().collect::<Vec<_>>().join(", ")
            ))
        }
        None => Ok(None),
        Some(name) if !is_duration => Err(format!("`{}` is one number: it has no `{name}`", metric.id)),
        Some(name) => {
            let statistic = Statistic::ALL.into_iter().find(|statistic| statistic.name() == name);
            statistic.map(Some).ok_or_else(|| no("statistic", name, names()))
        }
    }
}

/// Parses a number in a unit.
pub(super) fn limit_of(unit: Unit, text: &str) -> Result<f64, String> {
    let plain = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    match unit {
        Unit::Seconds => parse_ms(text).map(seconds),
        Unit::Rate => {
            let share = text.strip_suffix('%').map_or_else(|| plain(text), |percent| plain(percent).map(|p| p / 100.0));
            share
                .filter(|share| (0.0..=1.0).contains(share))
                .ok_or_else(|| format!("`{text}` is not a share: expected 0 to 1, or 0% to 100%"))
        }
        Unit::Count | Unit::Score => plain(text).ok_or_else(|| format!("`{text}` is not a number")),
    }
}

pub(super) fn no<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    format!("no {what} `{name}`{}", hint(name, known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_better_side_is_known_or_must_be_given() {
        let cases = [
            ("queue_wait.p90=120", ("queue_wait", "p90", TargetSide::AtMost, 120.0)),
            ("response_time.mean=2m", ("response_time", "mean", TargetSide::AtMost, 120.0)),
            ("service_level=80%", ("service_level", "value", TargetSide::AtLeast, 0.8)),
            ("service_level=0.8", ("service_level", "value", TargetSide::AtLeast, 0.8)),
            ("abandonment_rate=5%", ("abandonment_rate", "value", TargetSide::AtMost, 0.05)),
            ("nps=-10", ("nps", "value", TargetSide::AtLeast, -10.0)),
            ("nps<=50", ("nps", "value", TargetSide::AtMost, 50.0)),
            ("conversations >= 100", ("conversations", "value", TargetSide::AtLeast, 100.0)),
        ];
        for (text, expected) in cases {
            let found = target(text).unwrap_or_else(|message| panic!("{text}: {message}"));
            assert_eq!((found.metric.id, found.statistic_name(), found.bound), (expected.0, expected.1, expected.2));
            assert!((found.limit - expected.3).abs() < 1e-12, "{text}: {}", found.limit);
        }
    }

    #[test]
    fn mistakes_get_the_nearest_name() {
        let cases = [
            ("queue_wiat.p90=1", "no metric `queue_wiat`; did you mean `queue_wait`?"),
            ("queue_wait.p9=1", "no statistic `p9`; did you mean `p90`?"),
            ("queue_wait=1", "name a statistic, as in queue_wait.p90 (mean, p50, p90, p95, max)"),
            ("nps.mean=1", "`nps` is one number: it has no `mean`"),
            ("conversations=1", "write conversations<=1 or conversations>=1"),
            ("service_level=80", "`80` is not a share"),
            ("nps=high", "`high` is not a number"),
            ("nps=NaN", "`NaN` is not a number"),
            ("queue_wait.p90=-1", "a duration cannot be below 0"),
            ("nps", "expected METRIC=NUMBER"),
        ];
        for (text, part) in cases {
            let message = target(text).unwrap_err();
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    #[test]
    fn a_target_needs_a_metric_of_the_report() {
        let queues = [Template::built_in("queues").unwrap()];
        let fails = |values: &[&str]| {
            parse(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>(), &queues, false)
                .unwrap_err()
                .to_string()
        };
        assert!(fails(&["conversations>=1"]).contains("; --template conversations has it"));
        assert!(fails(&["nps=1", "nps=2"]).contains("already"));
        assert_eq!(parse(&["nps>=1".to_owned(), "nps<=2".to_owned()], &queues, false).unwrap().len(), 2);
        // A default for all reports is ignored by a report that does not show its metric.
        let defaults = ["conversations>=1".to_owned(), "nps>=1".to_owned()];
        assert_eq!(parse(&defaults, &queues, true).unwrap().len(), 1);
    }
}
