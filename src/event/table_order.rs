//! The order of a table's rows. Rows of a file have a position; rows of a table do not.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The key that orders rows of the same instant, if they have no position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableOrder {
    /// All columns that are read, by bytes.
    Columns,
    /// The values of this column, then all columns that are read.
    Column(String),
}

/// The value of `--order-by` that means no particular column.
const NO_COLUMN: &str = "*";

impl TableOrder {
    /// The column that is compared first.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::Columns => None,
            Self::Column(name) => Some(name),
        }
    }
}

impl FromStr for TableOrder {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "" => Err("expected the name of a column, or * for none".to_owned()),
            NO_COLUMN => Ok(Self::Columns),
            name => Ok(Self::Column(name.to_owned())),
        }
    }
}

impl fmt::Display for TableOrder {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.column().unwrap_or(NO_COLUMN))
    }
}
