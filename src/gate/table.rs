//! The tables that rules can name, with their names in `report.csv`.

use crate::metrics::dimensions::Dimension;
use crate::report::Report;
use crate::report::template::TableTemplate;

/// The name of the totals.
pub(crate) const TOTAL: &str = "total";
/// The name of heatmaps.
pub(crate) const HEATMAP: &str = "heatmap";
/// The name of staffing; also the subject of a difference that affects only staffing.
pub(crate) const STAFFING: &str = "staffing";
/// The name of the trend.
pub(crate) const TREND: &str = "trend";

/// The table with the numbers of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleTable {
    /// The metrics of the whole report.
    Total,
    /// The table by these dimensions, one or two.
    By(Vec<Dimension>),
    /// The cells of a heatmap.
    Heatmap,
    /// The cells of staffing.
    Staffing,
    /// The windows of the trend.
    Trend,
}

impl RuleTable {
    /// The name in `report.csv`.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Total => TOTAL.to_owned(),
            Self::By(dimensions) => TableTemplate { dimensions: dimensions.clone(), metrics: Vec::new() }.name(),
            Self::Heatmap => HEATMAP.to_owned(),
            Self::Staffing => STAFFING.to_owned(),
            Self::Trend => TREND.to_owned(),
        }
    }

    /// The value of `--by` that adds the table to a report; `None` for a table without dimensions.
    #[must_use]
    pub fn by(&self) -> Option<String> {
        match self {
            Self::By(dimensions) => Some(dimensions.iter().map(|one| one.name()).collect::<Vec<_>>().join(",")),
            Self::Total | Self::Heatmap | Self::Staffing | Self::Trend => None,
        }
    }

    /// Whether a report has this table by dimensions, with the metric; it may have no rows.
    #[must_use]
    pub fn is_in(&self, report: &Report, metric: &str) -> bool {
        let is_by = matches!(self, Self::By(_));
        let table = report.tables.get(&self.name()).filter(|_| is_by);
        table.is_some_and(|table| table.metrics.iter().any(|own| own == metric))
    }
}
