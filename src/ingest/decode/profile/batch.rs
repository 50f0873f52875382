//! Some records of a source, with all that is needed to turn them into events.

use std::sync::Arc;

use serde_json::Value;

use super::Profile;
use super::chain::Roots;
use super::spans::RecordSpan;
use crate::event::FactSet;

/// Which fields of a row a profile means.
#[derive(Debug)]
pub struct FieldSet {
    /// The names of the columns.
    pub header: Vec<String>,
    /// By the number of a path: its column.
    pub columns: Vec<Option<usize>>,
    /// The columns that the profile names.
    pub names: Vec<(String, usize)>,
    /// Facts of the profile that a file without the other columns lacks.
    pub missing_facts: FactSet,
}

/// Some records.
#[derive(Debug)]
pub struct RecordBatch {
    /// The profile that they are read with.
    pub profile: Arc<Profile>,
    /// Their bytes.
    pub bytes: Vec<u8>,
    /// Where each is.
    pub spans: Vec<RecordSpan>,
    /// Records of the source before these.
    pub before: u64,
    /// The numbers of the source's superseded records, in order.
    pub superseded: Arc<[u64]>,
    /// The chains of its records.
    pub roots: Option<Arc<Roots>>,
    /// Of rows: which fields the profile means.
    pub bound: Option<Arc<FieldSet>>,
    /// The name of the file.
    pub file: Arc<str>,
    /// The values in its documents before the records.
    pub documents: Vec<Arc<Value>>,
}

impl RecordBatch {
    /// Without any records.
    #[must_use]
    pub fn empty(profile: &Arc<Profile>, bound: &Arc<FieldSet>, file: &Arc<str>) -> Self {
        Self {
            profile: Arc::clone(profile),
            bytes: Vec::new(),
            spans: Vec::new(),
            before: 0,
            superseded: Arc::default(),
            roots: None,
            bound: Some(Arc::clone(bound)),
            file: Arc::clone(file),
            documents: Vec::new(),
        }
    }

    /// Whether a record is not superseded by a later version.
    #[must_use]
    pub fn is_latest(&self, at: usize) -> bool {
        self.superseded.binary_search(&(self.before + at as u64)).is_err()
    }
}
