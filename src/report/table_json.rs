//! The JSON of a table. A cell is only its number. The numbers of rows behind shares and scores are in lists beside the
//! rows, in their order, so that a page made from the JSON equals the page made from the log.

use std::collections::BTreeMap;

use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Table, TableRow};
use crate::metrics::{self, Metric};
use crate::unit::Unit;
use crate::value::Cell;

/// A table during parsing.
#[derive(Deserialize)]
struct TableJson {
    dimensions: Vec<String>,
    metrics: Vec<String>,
    adds_up: bool,
    rows: Vec<TableRow>,
    #[serde(default)]
    previous: Vec<TableRow>,
    #[serde(default)]
    n: BTreeMap<String, Vec<Option<u64>>>,
}

/// The lists of a table's shares and scores.
struct CasesOfRows<'t>(&'t Table, Vec<&'t str>);

impl<'t> CasesOfRows<'t> {
    fn of(table: &'t Table) -> Self {
        let is_ratio = |metric: &Metric| matches!(metric.unit(), Unit::Rate | Unit::Score);
        let ids = table.metrics.iter().filter(|id| metrics::find(id).is_some_and(is_ratio)).map(String::as_str);
        let is_known = |id: &&str| table.rows.iter().any(|row| cases(row, id).is_some());
        Self(table, ids.filter(is_known).collect())
    }
}

/// The number of rows behind a number; `None` if it is hidden or unknown.
fn cases(row: &TableRow, id: &str) -> Option<u64> {
    match row.cells.get(id)? {
        Cell::Scalar { n, .. } => *n,
        Cell::Duration(_) | Cell::Hidden => None,
    }
}

impl Serialize for CasesOfRows<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.1.len()))?;
        for id in &self.1 {
            map.serialize_entry(id, &CasesOf(&self.0.rows, id))?;
        }
        map.end()
    }
}

/// The list of one metric.
struct CasesOf<'t>(&'t [TableRow], &'t str);

impl Serialize for CasesOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|row| cases(row, self.1)))
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cases = CasesOfRows::of(self);
        let (has_previous, has_cases) = (!self.previous.is_empty(), !cases.1.is_empty());
        let fields = 4 + usize::from(has_previous) + usize::from(has_cases);
        let mut table = serializer.serialize_struct("Table", fields)?;
        table.serialize_field("dimensions", &self.dimensions)?;
        table.serialize_field("metrics", &self.metrics)?;
        table.serialize_field("adds_up", &self.adds_up)?;
        table.serialize_field("rows", &self.rows)?;
        if has_previous {
            table.serialize_field("previous", &self.previous)?;
        }
        if has_cases {
            table.serialize_field("n", &cases)?;
        }
        table.end()
    }
}

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let TableJson { dimensions, metrics, adds_up, rows, previous, n } = TableJson::deserialize(deserializer)?;
        let mut table = Self { dimensions, metrics, adds_up, rows, previous };
        // A row does not know the dimensions of its key.
        if !table.has_null_keys() {
            for row in table.rows.iter_mut().chain(&mut table.previous) {
                row.key = std::mem::take(&mut row.key).without_nulls();
            }
        }
        for (id, cases) in &n {
            for (row, cases) in table.rows.iter_mut().zip(cases) {
                row.cells.set_cases(id, *cases);
            }
        }
        Ok(table)
    }
}
