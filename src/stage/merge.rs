//! Adds up counted values of several processes.

use polars::prelude::*;

use super::columns::{COUNT, GROUP, KEY, NAME, NOTE, NUMBER, StageColumn, TEXT, of_values};
use crate::failure::Failure;
use crate::fold::values::{CountedValue, Values};

/// The number of sets into which values are grouped, by their hash.
const SETS: u64 = 4096;

/// The values of rows, and the sum of all counts.
///
/// # Errors
///
/// If a row is not a counted value.
pub fn merged(rows: &DataFrame) -> anyhow::Result<(Values, i64)> {
    let text = |name: &str| rows.column(name)?.str();
    let number = |name: &str| rows.column(name)?.i64();
    let (names, groups, texts) = (text(NAME)?, text(GROUP)?, text(TEXT)?);
    let (numbers, counts) = (number(NUMBER)?, number(COUNT)?);
    let (mut values, mut sum) = (Values::default(), 0);
    for at in 0..rows.height() {
        let (Some(name), Some(group), Some(count)) = (names.get(at), groups.get(at), counts.get(at)) else {
            return Err(Failure::Input
                .because("a row between stages is not a counted value: stages read only rows written by stages"));
        };
        sum += count;
        values.add(
            name,
            group,
            CountedValue { text: texts.get(at).map(str::to_owned), number: numbers.get(at) },
            count,
        );
    }
    Ok((values, sum))
}

/// Adds up the counts of rows. Notes are not changed.
///
/// # Errors
///
/// If a row is neither a counted value nor a note.
pub fn merge(rows: &DataFrame) -> anyhow::Result<Vec<DataFrame>> {
    let is_note = rows.column(NOTE)?.str()?.is_not_null();
    let (values, _) = merged(&rows.filter(&!&is_note)?)?;
    Ok(vec![frame(&values)?, rows.filter(&is_note)?])
}

/// A value with its name and group, and its count.
type Counted<'v> = (&'v str, &'v str, &'v CountedValue, i64);

/// Values as rows.
///
/// # Errors
///
/// If polars rejects them, which is a bug.
pub fn frame(values: &Values) -> PolarsResult<DataFrame> {
    let height = values.len();
    let texts = |name: &str, value: fn(Counted) -> Option<String>| {
        values.iter().map(value).collect::<StringChunked>().with_name(name.into()).into_column()
    };
    let numbers = |name: &str, value: fn(Counted) -> Option<i64>| {
        values.iter().map(value).collect::<Int64Chunked>().with_name(name.into()).into_column()
    };
    let column = |column: &StageColumn| match column.name.as_str() {
        KEY => texts(KEY, |(name, group, value, _)| Some(set_of(name, group, value).to_string())),
        NAME => texts(NAME, |(name, ..)| Some(name.to_owned())),
        GROUP => texts(GROUP, |(_, group, ..)| Some(group.to_owned())),
        TEXT => texts(TEXT, |(_, _, value, _)| value.text.clone()),
        NUMBER => numbers(NUMBER, |(_, _, value, _)| value.number),
        COUNT => numbers(COUNT, |(.., count)| Some(count)),
        other => Column::full_null(other.into(), height, &column.data_type()),
    };
    DataFrame::new(height, of_values().iter().map(column).collect())
}

/// The set to which a value belongs.
fn set_of(name: &str, group: &str, value: &CountedValue) -> u64 {
    let text = value.text.as_deref().unwrap_or_default();
    set([name.as_bytes(), group.as_bytes(), text.as_bytes(), &value.number.unwrap_or_default().to_le_bytes()])
}

/// The set for these parts: the same on every machine and in every version.
pub(super) fn set<const N: usize>(parts: [&[u8]; N]) -> u64 {
    // FNV-1a, with a byte between the parts.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in parts.into_iter().flat_map(|part| part.iter().chain(&[0xff])) {
        hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash % SETS
}
