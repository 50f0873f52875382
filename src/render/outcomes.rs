//! Outcomes of requests and chats: the numbers for the charts of every format.

use super::hidden::known;
use super::rows;
use crate::language::Language;
use crate::metrics::partition::Partition;
use crate::report::{Cell, Report, Table, TableRow};

/// The parts of a whole, for the window and for each value of a dimension.
pub struct Outcomes {
    /// The names of the parts.
    pub partition: Partition,
    /// Each part in the window, in the order of [`Partition::parts`].
    pub parts: Vec<f64>,
    /// The rows that are not zero; empty if no table has the parts.
    pub rows: Vec<OutcomeRow>,
}

/// The parts of one value of a dimension.
pub struct OutcomeRow {
    /// The value, as displayed.
    pub label: String,
    /// Each part, in the order of [`Partition::parts`].
    pub parts: Vec<f64>,
    /// The share of good outcomes; `None` if nothing is decided.
    pub success: Option<f64>,
}

impl Outcomes {
    /// The outcomes for which the report has all parts.
    #[must_use]
    pub fn all(language: Language, report: &Report) -> Vec<Self> {
        Partition::ALL.into_iter().filter_map(|partition| Self::of(partition, language, report)).collect()
    }

    fn of(partition: Partition, language: Language, report: &Report) -> Option<Self> {
        let parts = partition.parts().iter().map(|id| value(report, id)).collect::<Option<_>>()?;
        let table = report.tables.get(&format!("by_{}", partition.dimension()));
        Some(Self {
            partition,
            parts,
            rows: table.map(|table| outcome_rows(partition, table, language)).unwrap_or_default(),
        })
    }

    /// The whole.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.parts.iter().sum()
    }

    /// The whole for shares: all parts but the last, whose outcome is still open.
    #[must_use]
    pub fn decided(&self) -> f64 {
        self.sum() - self.parts.last().copied().unwrap_or(0.0)
    }

    /// The share of a part in the decided rows; `None` for open ones, and if nothing is decided.
    #[must_use]
    pub fn share(&self, part: usize) -> Option<f64> {
        let is_decided = part + 1 < self.parts.len() && self.decided() > 0.0;
        is_decided.then(|| self.parts[part] / self.decided())
    }

    /// The key of its heading.
    #[must_use]
    pub const fn title(&self) -> &'static str {
        match self.partition {
            Partition::TransferRequests => "page.outcomes_transfers",
            Partition::AnsweredChats => "page.outcomes_contact",
        }
    }

    /// The key of the text for the whole of the shares; `{n}` is its number of rows.
    #[must_use]
    pub const fn shares_text(&self) -> &'static str {
        match self.partition {
            Partition::TransferRequests => "pdf.shares_of_decided",
            Partition::AnsweredChats => "pdf.shares_of_ended",
        }
    }
}

/// The value of a count in the window; `None` if it is hidden.
pub(super) fn value(report: &Report, id: &str) -> Option<f64> {
    known(report.metrics.get(id)?.number(None))
}

fn outcome_rows(partition: Partition, table: &Table, language: Language) -> Vec<OutcomeRow> {
    let has = |id: &&str| table.metrics.iter().any(|metric| metric == *id);
    if !partition.parts().iter().all(has) {
        return Vec::new();
    }
    // With a hidden part, a bar would show the others as the whole.
    let is_hidden = |row: &&TableRow| partition.parts().iter().any(|id| row.cells.get(id) == Some(&Cell::Hidden));
    let row = |row: &TableRow| OutcomeRow {
        label: rows::labels(language, &table.dimensions, &row.label, " · "),
        parts: partition.parts().iter().map(|id| scalar(row, id).unwrap_or(0.0)).collect(),
        success: scalar(row, partition.success()),
    };
    let sum = |row: &OutcomeRow| row.parts.iter().sum::<f64>();
    let rows = table.rows.iter().filter(|row| !is_hidden(row)).map(row);
    let mut rows: Vec<OutcomeRow> = rows.filter(|row| sum(row) > 0.0).collect();
    // The table is sorted by another metric.
    rows.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
    rows
}

fn scalar(row: &TableRow, id: &str) -> Option<f64> {
    known(row.cells.get(id)?.number(None))
}
