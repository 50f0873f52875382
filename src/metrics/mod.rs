//! Every metric, declared once. Whatever names a metric loops over this list.

pub mod conversations;
pub mod dimensions;
pub mod measure;
pub mod transfers;

use self::measure::Measure;
use crate::fold::schema::Table;
use crate::unit::{ChangeKind, Unit};

/// A number that reports show.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its id in every output, flag and file.
    pub id: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// One sentence: what is counted, of which rows.
    pub doc: &'static str,
    /// The fact table that it reads.
    pub table: Table,
    /// The column that decides whether a row is in the window.
    pub clock: &'static str,
    /// How rows become a number.
    pub measure: Measure,
    /// What `--agent` keeps.
    pub agent: AgentFilter,
    /// What platforms call it.
    pub terms: &'static [(&'static str, &'static str)],
    /// Raised when its definition changes, so that reports before and after are not compared.
    pub revision: u32,
}

/// What the filter by agent keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentFilter {
    /// Rows whose own agent it is; a table without an agent takes its conversation's.
    Own,
    /// Rows of conversations with a stint or a message of that agent.
    TookPart,
}

impl Metric {
    /// The unit of its values.
    #[must_use]
    pub const fn unit(&self) -> Unit {
        self.measure.unit()
    }

    /// How its values change.
    #[must_use]
    pub const fn change(&self) -> ChangeKind {
        self.measure.change()
    }
}

/// The texts of a metric, for renderers.
#[derive(Debug, Clone, Copy)]
pub struct Description {
    /// Its name for people.
    pub label: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// The unit of its values.
    pub unit: Unit,
    /// How its values change.
    pub change: ChangeKind,
}

/// All metrics, in the order of semantics.md 6.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    conversations::METRICS.iter().chain(transfers::METRICS)
}

/// The metric with that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Metric> {
    all().find(|metric| metric.id == id)
}

/// The texts of the metric with that id.
#[must_use]
pub fn describe(id: &str) -> Option<Description> {
    let metric = find(id)?;
    Some(Description { label: metric.label, doc: metric.doc, unit: metric.unit(), change: metric.change() })
}
