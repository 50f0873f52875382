//! Figures that repeat another one: different definitions with the same number in this window. People see only one of
//! them.

use super::words;
use crate::language::Language;
use crate::metrics::roles::REPEATS;
use crate::report::{MetricValue, Report};

/// The metrics that repeat another one in this report, each with the one that it repeats. Key figures are never left
/// out.
#[must_use]
pub fn repeated(report: &Report) -> Vec<(&'static str, &'static str)> {
    let is_key = |id: &str| report.key_figures.iter().any(|key| key == id);
    let is_repeat = |(kept, repeat): &(&str, &str)| {
        let (Some(MetricValue::Scalar(kept)), Some(MetricValue::Scalar(other))) =
            (report.metrics.get(kept), report.metrics.get(repeat))
        else {
            return false;
        };
        let is_targeted = report.targets.iter().any(|target| target.metric == *repeat);
        !is_targeted
            && !is_key(repeat)
            && (kept.value, kept.previous, &kept.trend) == (other.value, other.previous, &other.trend)
    };
    REPEATS.into_iter().filter(is_repeat).map(|(kept, repeat)| (repeat, kept)).collect()
}

/// The note about figures that are left out; empty if none is.
#[must_use]
pub fn note(language: Language, repeats: &[(&str, &str)]) -> Option<String> {
    let one = |(repeat, kept): &(&str, &str)| {
        let [repeat, kept] = [repeat, kept].map(|id| words::metric(language, id));
        language.fill("pdf.repeat", &[("repeat", &repeat), ("kept", &kept)])
    };
    let texts: Vec<String> = repeats.iter().map(one).collect();
    (!texts.is_empty()).then(|| language.fill("pdf.repeats", &[("repeats", &texts.join(", "))]))
}

/// Whether a metric is among those that are left out.
#[must_use]
pub fn is_repeat(repeats: &[(&str, &str)], id: &str) -> bool {
    repeats.iter().any(|(repeat, _)| *repeat == id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::terminal::week::{count, week};

    #[test]
    fn only_equal_numbers_are_repeats() {
        let mut report = week();
        assert_eq!(repeated(&report), []);
        for (id, value) in &mut report.metrics.0 {
            if id == "transfers_received" {
                *value = MetricValue::Scalar(count(139, 128));
            }
        }
        assert_eq!(repeated(&report), [("transfers_received", "transfers_succeeded")]);
        report.key_figures.push("transfers_received".to_owned());
        assert_eq!(repeated(&report), []);
    }
}
