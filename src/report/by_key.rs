//! Numbers by the values of dimensions.

use std::collections::BTreeMap;

use polars::prelude::{PolarsResult, polars_err};
use serde::{Deserialize, Serialize};

use super::Cell;

/// Numbers by the keys of one or two dimensions (`None` is no value), in the order of the metrics.
pub type ByKey = BTreeMap<Vec<Option<DimensionValue>>, Vec<Cell>>;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DimensionValue {
    Text(String),
    /// The index of a day in the window, of a weekday from Monday, of an hour, or of a heatmap's cell.
    Number(i32),
}

/// A key as a group of counted values.
///
/// # Errors
///
/// None in practice: writing JSON into memory.
pub fn group(key: &[Option<DimensionValue>]) -> PolarsResult<String> {
    serde_json::to_string(key).map_err(|error| polars_err!(ComputeError: "{error}"))
}
