//! Arrow IPC streams, by which frames are passed between processes.

use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use polars::prelude::*;
use polars_arrow::datatypes::{ArrowSchema, Field};
use polars_arrow::io::ipc::read::{StreamReader, StreamState, read_stream_metadata};
use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};
use polars_arrow::record_batch::RecordBatchT;

use super::columns::StageColumn;
use crate::failure::Failure;

/// The number of rows in a batch: engines read batches one by one.
const BATCH_ROWS: usize = 1 << 14;

/// Writes frames with the same columns as one stream.
pub struct Frames<W: Write> {
    writer: StreamWriter<W>,
}

impl<W: Write> Frames<W> {
    /// Begins a stream with these columns.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn begin(out: W, columns: &[StageColumn]) -> anyhow::Result<Self> {
        let mut writer = StreamWriter::new(out, WriteOptions { compression: None });
        let field = |column: &StageColumn| {
            let name: PlSmallStr = column.name.as_str().into();
            let arrow = column.data_type().to_arrow(CompatLevel::oldest());
            (name.clone(), Field::new(name, arrow, true))
        };
        let schema: ArrowSchema = columns.iter().map(field).collect();
        writer.start(&schema, None).map_err(|error| unwritable(&error))?;
        Ok(Self { writer })
    }

    /// Adds the rows of a frame.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn write(&mut self, frame: &DataFrame) -> anyhow::Result<()> {
        for from in (0..frame.height()).step_by(BATCH_ROWS) {
            let batch = frame.slice(i64::try_from(from)?, BATCH_ROWS);
            let arrays: Vec<_> = batch
                .columns()
                .iter()
                .map(|column| column.as_materialized_series().rechunk().to_arrow(0, CompatLevel::oldest()))
                .collect();
            let field = |(column, array): (&Column, &dyn polars_arrow::array::Array)| {
                (column.name().clone(), Field::new(column.name().clone(), array.dtype().clone(), true))
            };
            let schema: ArrowSchema = batch.columns().iter().zip(arrays.iter().map(AsRef::as_ref)).map(field).collect();
            let batch = RecordBatchT::try_new(batch.height(), Arc::new(schema), arrays)?;
            self.writer.write(&batch, None).map_err(|error| unwritable(&error))?;
        }
        Ok(())
    }

    /// Ends the stream: without an end, readers treat it as truncated.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn finish(mut self) -> anyhow::Result<()> {
        self.writer.finish().map_err(|error| unwritable(&error))?;
        let mut out = self.writer.into_inner();
        out.flush().map_err(|error| unwritable(&error.into()))
    }
}

fn unwritable(error: &PolarsError) -> anyhow::Error {
    Failure::Input.because(format!("the Arrow stream cannot be written: {error}"))
}

/// Reads a whole stream, which must have these columns, in any order.
///
/// # Errors
///
/// If it is truncated or not a stream, or a column is missing or has another type.
pub fn read(input: impl Read, columns: &[StageColumn]) -> anyhow::Result<DataFrame> {
    let mut whole =
        DataFrame::empty_with_schema(&columns.iter().map(|c| (c.name.as_str().into(), c.data_type())).collect());
    each(input, columns, |frame| Ok(whole.vstack_mut(frame).map(|_| ())?))?;
    whole.rechunk_mut();
    Ok(whole)
}

/// Reads a stream batch by batch.
///
/// # Errors
///
/// Errors of [`read`], and of `see`.
pub fn each(
    input: impl Read,
    columns: &[StageColumn],
    mut see: impl FnMut(&DataFrame) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut input = Forward { inner: input, at: 0 };
    let broken = |error: PolarsError| Failure::Input.because(format!("no Arrow IPC stream: {error}"));
    let metadata = read_stream_metadata(&mut input).map_err(broken)?;
    let schema = metadata.schema.clone();
    let mut reader = StreamReader::new(input, metadata, None);
    loop {
        match reader.next() {
            None => return Ok(()),
            Some(Ok(StreamState::Waiting)) => {
                return Err(Failure::Input.because("the Arrow stream is cut: its end is missing"));
            }
            Some(Ok(StreamState::Some(batch))) => {
                let taken = columns.iter().map(|column| take(column, &schema, &batch));
                let frame = DataFrame::new(batch.len(), taken.collect::<anyhow::Result<_>>()?)?;
                see(&frame)?;
            }
            Some(Err(error)) => return Err(broken(error)),
        }
    }
}

/// A column of a batch, in the type used in frames.
fn take(
    column: &StageColumn,
    schema: &ArrowSchema,
    batch: &RecordBatchT<Box<dyn polars_arrow::array::Array>>,
) -> anyhow::Result<Column> {
    let name: PlSmallStr = column.name.as_str().into();
    let Some(at) = schema.index_of(&name) else {
        return Err(Failure::Input.because(format!("the Arrow stream has no column `{name}`")));
    };
    let series = Series::from_arrow(name.clone(), batch.arrays()[at].clone())?;
    let expected = column.data_type();
    match (series.dtype(), &expected) {
        (found, expected) if found == expected => Ok(series.into_column()),
        // Engines add the zone in which they display instants; the instants are the same.
        (DataType::Datetime(TimeUnit::Microseconds, Some(_)), DataType::Datetime(..)) => {
            Ok(series.cast(&DataType::Int64)?.cast(&expected)?.into_column())
        }
        (found, _) => Err(Failure::Input
            .because(format!("column `{name}` of the Arrow stream is {found}, and {} is needed", column.arrow))),
    }
}

/// A reader that can only seek forward, because streams are read in order.
struct Forward<R> {
    inner: R,
    at: u64,
}

impl<R: Read> Read for Forward<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(into)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Read> Seek for Forward<R> {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        match to {
            SeekFrom::Current(by) if by >= 0 => {
                let by = by.unsigned_abs();
                let skipped = std::io::copy(&mut self.by_ref().take(by), &mut std::io::sink())?;
                if skipped < by { Err(ErrorKind::UnexpectedEof.into()) } else { Ok(self.at) }
            }
            SeekFrom::Current(_) | SeekFrom::Start(_) | SeekFrom::End(_) => Err(ErrorKind::Unsupported.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stage::columns::of_events;

    #[test]
    fn a_stream_comes_back_and_a_cut_one_is_refused() {
        let columns: Vec<StageColumn> = of_events().into_iter().take(4).collect();
        let rows = BATCH_ROWS + 7;
        let texts: Vec<Option<String>> =
            (0..rows).map(|n| (n % 3 != 0).then(|| format!("zürich \u{1f600} {n}"))).collect();
        let numbers: Vec<Option<i64>> = (0..).take(rows).map(|n| (n % 5 != 0).then_some(n - 9)).collect();
        let frame = DataFrame::new(
            rows,
            vec![
                Column::full_null("note".into(), rows, &DataType::String),
                Column::new("key".into(), texts),
                Column::new("source".into(), numbers.clone()),
                Column::new("position".into(), numbers),
            ],
        )
        .unwrap();
        let mut bytes = Vec::new();
        let mut frames = Frames::begin(&mut bytes, &columns).unwrap();
        frames.write(&frame).unwrap();
        frames.write(&frame.head(Some(0))).unwrap();
        frames.finish().unwrap();
        let back = read(&bytes[..], &columns).unwrap();
        assert!(back.equals_missing(&frame));
        // Without the end marker of eight bytes, and anywhere in the middle.
        for cut in [8, 9, bytes.len() / 2] {
            assert!(read(&bytes[..bytes.len() - cut], &columns).is_err(), "{cut}");
        }
        assert!(read(&b""[..], &columns).is_err());
        let error = read(&bytes[..], &of_events()).unwrap_err().to_string();
        assert!(error.contains("no column `line`"), "{error}");
    }
}
