//! The column that orders a table: its values as texts whose bytes sort like the values.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::sync::{Arc, Mutex};

use polars_arrow::array::{Array, BinaryViewArray, BooleanArray, PrimitiveArray};
use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_arrow::types::NativeType;
use polars_parquet::read::schema::{SchemaInferenceOptions, parquet_to_arrow_schema_with_options};
use polars_parquet::read::{ParquetType, read_metadata};

use super::columns::{ColumnForm, LogColumn};
use super::{ParquetFile, RowRange, broken};
use crate::event::Column;
use crate::failure::{Failure, input_error};
use crate::ingest::source::guarded::guarded;
use crate::nearest::unknown;

/// A value as a text whose bytes sort like the values; `None` if the row has no value, which sorts first.
pub type OrderText = Option<Box<str>>;

/// The values of a column, row by row.
///
/// # Errors
///
/// If the file is not a complete Parquet file or has no such column, or if the column's type has no order.
pub fn order_texts(mut file: File, location: &str, name: &str) -> anyhow::Result<Vec<OrderText>> {
    let length = file.seek(SeekFrom::End(0)).map_err(|error| input_error(location, &error))?;
    let metadata =
        guarded(|| Ok(read_metadata(&mut file)?)).map_err(|error| broken(location, &format!("{error:#}")))?;
    let fields = metadata.schema().fields();
    // If two columns have the same name, the last one counts, as for attributes.
    let Some(parquet) = fields.iter().rev().find(|field| field.name() == name) else {
        let message = unknown("column", name, fields.iter().map(ParquetType::name));
        return Err(Failure::Usage.because(format!("--order-by: {location}: {message}")));
    };
    let options = SchemaInferenceOptions { int96_coerce_to_timeunit: TimeUnit::Microsecond };
    let schema = parquet_to_arrow_schema_with_options(std::slice::from_ref(parquet), &Some(options));
    let field = schema.into_iter().map(|(_, field)| field).next().filter(has_order);
    let Some(mut field) = field else {
        return Err(Failure::Usage.because(format!(
            "--order-by: {location}: column `{name}` has no order that is sure: expected whole numbers, instants, days, \
             booleans or texts"
        )));
    };
    if field.dtype == ArrowDataType::Utf8View {
        field.dtype = ArrowDataType::BinaryView;
    }
    let column = LogColumn {
        column: Column::Attributes,
        attribute: Some(0),
        field,
        form: ColumnForm::Malformed("is only ordered by"),
    };
    let groups = 0..metadata.row_groups.len();
    let file = Arc::new(ParquetFile {
        location: location.to_owned(),
        file: Mutex::new(file),
        length,
        metadata,
        columns: Vec::new(),
    });
    let mut texts = Vec::new();
    for group in groups {
        let rows = file.metadata.row_groups[group].num_rows();
        if rows == 0 {
            continue;
        }
        let range = RowRange { file: Arc::clone(&file), group, rows: 0..rows };
        for array in range.arrays(&column)? {
            let added = add(array.as_ref(), &mut texts);
            added.ok_or_else(|| range.broken(&column, &anyhow::anyhow!("its values are of another type")))?;
        }
    }
    Ok(texts)
}

/// Whether values of this type have one order, whatever the writer. Fractions are written in too many ways.
const fn has_order(field: &Field) -> bool {
    matches!(
        field.dtype,
        ArrowDataType::Utf8View
            | ArrowDataType::Boolean
            | ArrowDataType::Int8
            | ArrowDataType::Int16
            | ArrowDataType::Int32
            | ArrowDataType::Int64
            | ArrowDataType::UInt8
            | ArrowDataType::UInt16
            | ArrowDataType::UInt32
            | ArrowDataType::UInt64
            | ArrowDataType::Date32
            | ArrowDataType::Timestamp(..)
            | ArrowDataType::Decimal(_, 0)
    )
}

/// Adds the values of an array; `None` if its type differs from the declared one.
fn add(array: &dyn Array, texts: &mut Vec<OrderText>) -> Option<()> {
    match array.dtype() {
        ArrowDataType::BinaryView => {
            let values = array.as_any().downcast_ref::<BinaryViewArray>()?;
            texts.extend(values.iter().map(|value| value.map(|value| String::from_utf8_lossy(value).into())));
        }
        ArrowDataType::Boolean => {
            let values = array.as_any().downcast_ref::<BooleanArray>()?;
            texts.extend(values.iter().map(|value| value.map(|value| sortable(value.into()))));
        }
        ArrowDataType::Timestamp(unit, _) => {
            // Files of one table may use different units.
            let nanoseconds = match unit {
                TimeUnit::Second => 1_000_000_000,
                TimeUnit::Millisecond => 1_000_000,
                TimeUnit::Microsecond => 1_000,
                TimeUnit::Nanosecond => 1,
            };
            numbers::<i64>(array, nanoseconds, texts)?;
        }
        ArrowDataType::Decimal(..) => numbers::<i128>(array, 1, texts)?,
        ArrowDataType::Date32 => numbers::<i32>(array, 1, texts)?,
        _ => numbers::<i64>(array, 1, texts)
            .or_else(|| numbers::<i32>(array, 1, texts))
            .or_else(|| numbers::<u64>(array, 1, texts))
            .or_else(|| numbers::<u32>(array, 1, texts))
            .or_else(|| numbers::<i16>(array, 1, texts))
            .or_else(|| numbers::<u16>(array, 1, texts))
            .or_else(|| numbers::<i8>(array, 1, texts))
            .or_else(|| numbers::<u8>(array, 1, texts))?,
    }
    Some(())
}

fn numbers<N: NativeType + Into<i128>>(array: &dyn Array, times: i128, texts: &mut Vec<OrderText>) -> Option<()> {
    let values = array.as_any().downcast_ref::<PrimitiveArray<N>>()?;
    let text = |number: N| sortable(number.into().saturating_mul(times));
    texts.extend(values.iter().map(|value| value.copied().map(text)));
    Some(())
}

/// A number as a text: larger numbers have larger bytes. Nearly all numbers fit into 64 bits.
fn sortable(number: i128) -> Box<str> {
    let text = match i64::try_from(number) {
        Ok(number) => format!("1{:016x}", number.cast_unsigned() ^ (1 << 63)),
        Err(_) if number < 0 => format!("0{:032x}", number.cast_unsigned() ^ (1 << 127)),
        Err(_) => format!("2{:032x}", number.cast_unsigned() ^ (1 << 127)),
    };
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_in_the_order_of_numbers() {
        let few = i128::from(i64::MAX);
        let numbers =
            [i128::MIN, -few - 2, -few - 1, -few, -10, -9, -1, 0, 1, 9, 10, few, few + 1, few + 10, i128::MAX];
        let texts: Vec<Box<str>> = numbers.into_iter().map(sortable).collect();
        assert!(texts.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()), "{texts:?}");
    }
}
