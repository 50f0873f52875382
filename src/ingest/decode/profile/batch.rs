//! A batch of records of a source, with everything needed to turn them into events.

use std::sync::Arc;

use serde_json::Value;

use super::Profile;
use super::chain::Roots;
use super::spans::RecordSpan;
use crate::event::FactSet;

/// The fields of a row that a profile uses.
#[derive(Debug)]
pub struct FieldSet {
    /// The names of the columns.
    pub header: Vec<String>,
    /// The column of each path, by the path's number.
    pub columns: Vec<Option<usize>>,
    /// The columns that the profile names.
    pub names: Vec<(String, usize)>,
    /// Facts of the profile that a file without the other columns lacks.
    pub missing_facts: FactSet,
    /// The findings about the columns that the profile expects.
    pub expected: u64,
}

#[derive(Debug)]
pub struct RecordBatch {
    /// The profile used to read them.
    pub profile: Arc<Profile>,
    /// Their bytes.
    pub bytes: Vec<u8>,
    /// The byte range of each record.
    pub spans: Vec<RecordSpan>,
    /// The number of records of the source before these.
    pub before: u64,
    /// The numbers of the source's superseded records, in order.
    pub superseded: Arc<[u64]>,
    /// The chains of its records.
    pub roots: Option<Arc<Roots>>,
    /// For rows: the fields that the profile uses.
    pub bound: Option<Arc<FieldSet>>,
    /// The name of the file.
    pub file: Arc<str>,
    /// The values in its documents before the records.
    pub documents: Vec<Arc<Value>>,
}

impl RecordBatch {
    /// A batch without records.
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
