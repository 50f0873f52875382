//! The numbers of a table's row.

use std::sync::Arc;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Cell;

/// Metrics by id, in the order of the table. All rows share one list of ids: a table may have a million rows.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricCells {
    ids: Arc<[String]>,
    values: Vec<Cell>,
}

impl MetricCells {
    /// A value for each id.
    #[must_use]
    pub const fn new(ids: Arc<[String]>, values: Vec<Cell>) -> Self {
        Self { ids, values }
    }

    /// The number of a metric.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Cell> {
        self.values.get(self.ids.iter().position(|known| known == id)?)
    }

    /// The number by which rows are ordered.
    #[must_use]
    pub fn first(&self) -> Option<&Cell> {
        self.values.first()
    }

    /// Sets the number of rows behind a share or a score that lacks it.
    pub fn set_cases(&mut self, id: &str, cases: Option<u64>) {
        let at = self.ids.iter().position(|known| known == id);
        if let Some(Cell::Scalar { n: n @ None, .. }) = at.and_then(|at| self.values.get_mut(at)) {
            *n = cases;
        }
    }

    /// Hides the number at an index.
    pub fn hide(&mut self, at: usize) {
        if let Some(value) = self.values.get_mut(at) {
            *value = Cell::Hidden;
        }
    }

    /// Ids and numbers in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Cell)> {
        self.ids.iter().map(String::as_str).zip(&self.values)
    }
}

impl FromIterator<(String, Cell)> for MetricCells {
    fn from_iter<I: IntoIterator<Item = (String, Cell)>>(cells: I) -> Self {
        let (ids, values): (Vec<String>, Vec<Cell>) = cells.into_iter().unzip();
        Self { ids: ids.into(), values }
    }
}

impl Serialize for MetricCells {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for MetricCells {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = MetricCells;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("metrics by id")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<MetricCells, A::Error> {
                let mut cells = Vec::new();
                while let Some(cell) = map.next_entry()? {
                    cells.push(cell);
                }
                Ok(cells.into_iter().collect())
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
