//! Facts kept by an engine: rows of all tables, as Parquet by day or as a table of its catalogue, and a manifest.
//!
//! The manifest is a note among the rows, because a table has no other place for it. It is written last, so facts
//! without a manifest are incomplete.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::columns::{KEPT_SCHEMA, of_facts};
use crate::failure::Failure;
use crate::fold::blocks::FactBlock;
use crate::fold::facts::RunFacts;

/// The day of rows that belong to no single day: agents' states.
pub(crate) const ANY_DAY: &str = "any";

/// The fact rows kept under one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDay {
    /// The UTC day on which its conversations started, or `ANY_DAY`.
    pub day: String,
    /// The span of its conversations, and the number of rows.
    #[serde(flatten)]
    pub block: FactBlock,
}

impl KeptDay {
    /// The number of its rows.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.block.rows.values().map(|rows| *rows as u64).sum()
    }
}

/// The values that all kept facts share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptManifest {
    /// Always `KEPT_SCHEMA`.
    pub schema: String,
    /// A hash of the tables and their columns.
    pub tables: String,
    /// Values of the whole run.
    pub run: RunFacts,
    /// The days, in order.
    pub days: Vec<KeptDay>,
}

/// Kept facts that are read instead of logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFacts {
    /// Their location: a table, an address or a path, as the engine names it.
    #[serde(rename = "place")]
    pub location: String,
    /// The requested attributes.
    pub asked: Vec<String>,
    /// The days that are needed; `None` before the manifest is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<KeptDay>>,
}

/// A hash of the tables and their columns: rows with another hash cannot be read.
fn hash_of_tables() -> String {
    let mut hash = Sha256::new();
    for column in of_facts(0) {
        hash.update(format!("{} {}\0", column.name, column.arrow));
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl KeptManifest {
    /// The manifest of a run, from the days of all parts.
    #[must_use]
    pub fn of<'d>(run: RunFacts, parts: impl Iterator<Item = &'d KeptDay>) -> Self {
        let mut days: BTreeMap<&str, FactBlock> = BTreeMap::new();
        for KeptDay { day, block } in parts {
            days.entry(day).and_modify(|known| known.add(block)).or_insert_with(|| block.clone());
        }
        let days = days.into_iter().map(|(day, block)| KeptDay { day: day.to_owned(), block }).collect();
        Self { schema: KEPT_SCHEMA.to_owned(), tables: hash_of_tables(), run, days }
    }

    /// The single manifest of kept facts.
    ///
    /// # Errors
    ///
    /// If there is no manifest, more than one, or one of another version.
    pub fn only<'m>(mut manifests: impl Iterator<Item = &'m Self>, location: &str) -> anyhow::Result<Self> {
        let wrong = |message: &str| Failure::Input.because(format!("{location}: {message}"));
        let Some(manifest) = manifests.next() else {
            return Err(wrong(
                "the facts are not whole: the run that kept them did not end; remove them, and keep them again",
            ));
        };
        if manifests.next().is_some() {
            return Err(wrong("these are the facts of two runs: remove them, and keep each run in a place of its own"));
        }
        if manifest.schema != KEPT_SCHEMA || manifest.tables != hash_of_tables() {
            return Err(wrong("these are facts of another version of dialogram, whose tables differ: keep them again"));
        }
        Ok(manifest.clone())
    }
}
