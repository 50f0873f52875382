//! Conversations at many instants as frames, of which some are in a temporary file: a series of snapshots reads them one by
//! one.

use std::sync::Arc;

use polars::prelude::*;

use super::column_file::ColumnFile;
use super::fact_batches::{ColumnChange, bytes_of};
use super::stored_rows::StoredRows;

/// Some thousand intervals: see `moments::frame`.
#[derive(Debug)]
pub enum MomentBatch {
    /// In memory.
    Here(DataFrame),
    /// In the file.
    Stored(StoredRows),
}

impl MomentBatch {
    /// Writes intervals into the file.
    ///
    /// # Errors
    ///
    /// If it cannot be written, for example because the disk is full.
    pub fn store(frame: DataFrame, file: &ColumnFile) -> anyhow::Result<Self> {
        let stored = file.store_rows(std::iter::once(frame.clone()))?;
        Ok(stored.first().map_or(Self::Here(frame), |stored| Self::Stored(*stored)))
    }
}

/// All intervals of a run.
#[derive(Debug, Clone, Default)]
pub struct MomentBatches {
    file: Arc<ColumnFile>,
    batches: Arc<[MomentBatch]>,
    names: Arc<[PlSmallStr]>,
    changes: Vec<ColumnChange>,
}

impl MomentBatches {
    /// Intervals with the columns of `like`.
    #[must_use]
    pub fn new(file: Arc<ColumnFile>, batches: Vec<MomentBatch>, like: &DataFrame) -> Self {
        let names = like.schema().iter_names().cloned().collect();
        Self { file, batches: batches.into(), names, changes: Vec::new() }
    }

    /// Changes the values of a column in every frame that is read from now on.
    pub fn change(&mut self, change: ColumnChange) {
        self.changes.push(change);
    }

    /// The frames, one by one, each in one chunk. There is none without intervals.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a change fails.
    pub fn frames(&self) -> impl Iterator<Item = PolarsResult<DataFrame>> + '_ {
        self.batches.iter().map(|batch| {
            let mut frame = match batch {
                MomentBatch::Here(frame) => frame.clone(),
                MomentBatch::Stored(stored) => self.file.read_rows(*stored, &self.names)?,
            };
            for ColumnChange { name, change } in &self.changes {
                if let Ok(column) = frame.column(name) {
                    let changed = change(column)?;
                    frame.replace(name, changed)?;
                }
            }
            Ok(frame)
        })
    }

    /// The approximate size in memory of frames that are not in the file, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let of_batch = |batch: &MomentBatch| match batch {
            MomentBatch::Here(frame) => bytes_of(frame),
            MomentBatch::Stored(_) => 0,
        };
        self.batches.iter().map(of_batch).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_the_same_wherever_they_are() {
        let rows = |first: i64| df!("from" => [first, first + 1], "agent" => [Some("ana"), None]).unwrap();
        let file = Arc::new(ColumnFile::default());
        let stored = MomentBatch::store(rows(3), &file).unwrap();
        assert!(matches!(stored, MomentBatch::Stored(_)));
        let mut batches = MomentBatches::new(file, vec![MomentBatch::Here(rows(1)), stored], &rows(1));
        assert_eq!(batches.bytes(), bytes_of(&rows(1)));
        let frames = |batches: &MomentBatches| batches.frames().collect::<PolarsResult<Vec<DataFrame>>>().unwrap();
        assert!(frames(&batches).iter().zip([rows(1), rows(3)]).all(|(read, rows)| read.equals_missing(&rows)));
        let negative = |column: &Column| Ok((column.i64()? * -1).into_column());
        batches.change(ColumnChange { name: "from", change: Arc::new(negative) });
        let sums: Vec<Option<i64>> =
            frames(&batches).iter().map(|frame| frame.column("from").unwrap().i64().unwrap().sum()).collect();
        assert_eq!(sums, [Some(-3), Some(-7)]);
    }
}
