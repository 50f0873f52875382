//! The subject of a rule: a metric, or a number of staffing.

use std::ops::Range;

use super::{no, read_as};
use crate::cli::targets::statistic_of;
use crate::gate::{MetricPart, RuleTable};
use crate::metrics::{self, Better, Metric};
use crate::nearest::unknown;
use crate::report::staffing::StaffingNumber;
use crate::toml_reader::{Reader, TomlTable};
use crate::unit::Unit;

/// The subject of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) enum RuleSubject {
    /// A number of the report itself.
    Metric(&'static Metric),
    /// A number of staffing.
    Staffing(StaffingNumber),
}

impl RuleSubject {
    /// The subject that `metric` names in this table; `None` for a mistake.
    pub(super) fn read(reader: &mut Reader, rule: &TomlTable, at: &Range<usize>, table: &RuleTable) -> Option<Self> {
        if rule.get("metric").is_none() {
            reader.mistake(at, "a rule without `metric`".to_owned());
        }
        read_as(reader, rule, "metric", |id| match table {
            RuleTable::Staffing => {
                let names = StaffingNumber::ALL.iter().map(|number| number.name());
                StaffingNumber::parse(id).map(Self::Staffing).ok_or_else(|| unknown("number of staffing", id, names))
            }
            RuleTable::Total | RuleTable::By(_) | RuleTable::Heatmap | RuleTable::Trend => {
                let known = || metrics::all().map(|metric| metric.id);
                metrics::find(id).map(Self::Metric).ok_or_else(|| no("metric", id, known()))
            }
        })
    }

    /// The part of the subject that the rule checks.
    pub(super) fn part(
        self,
        reader: &mut Reader,
        rule: &TomlTable,
        at: &Range<usize>,
        table: &RuleTable,
    ) -> Option<MetricPart> {
        let named = |text: &str| match (text, self) {
            // A heatmap and the staffing table have one number per cell.
            ("n", _) if *table != RuleTable::Heatmap => Ok(MetricPart::N),
            (text, Self::Metric(metric)) => statistic_of(metric, Some(text))
                .map(|statistic| statistic.map_or(MetricPart::Value, MetricPart::Statistic)),
            (text, Self::Staffing(number)) => Err(format!("`{}` is one number: it has no `{text}`", number.name())),
        };
        if rule.get("statistic").is_some() {
            return read_as(reader, rule, "statistic", named);
        }
        let Self::Metric(metric) = self else { return Some(MetricPart::Value) };
        match statistic_of(metric, None) {
            Ok(_) => Some(MetricPart::Value),
            Err(message) => {
                reader.mistake(at, message.replace(&format!("as in {}.p90", metric.id), "as in statistic = \"p90\""));
                None
            }
        }
    }

    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Metric(metric) => metric.id,
            Self::Staffing(number) => number.name(),
        }
    }

    pub(super) fn unit(self) -> Unit {
        match self {
            Self::Metric(metric) => metric.unit(),
            Self::Staffing(number) => number.unit(),
        }
    }

    pub(super) const fn better(self) -> Better {
        match self {
            Self::Metric(metric) => metric.better,
            Self::Staffing(number) => number.better(),
        }
    }

    /// Whether `report.json` has the number of rows for such a number, outside of the totals.
    pub(super) fn has_n(self, unit: Unit) -> bool {
        match self {
            Self::Metric(metric) => metric.is_duration() || unit == Unit::Count,
            Self::Staffing(number) => !number.is_of_cells(),
        }
    }
}
