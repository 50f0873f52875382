//! Finds the canonical columns of a file, and how to read their values, by type.

use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_parquet::read::schema::{SchemaInferenceOptions, parquet_to_arrow_schema_with_options};
use polars_parquet::read::{FileMetadata, ParquetType, PhysicalType, PrimitiveLogicalType};

use crate::event::Column;
use crate::ingest::decode::timestamp::InstantUnit;

/// A canonical column of a file.
#[derive(Debug)]
pub struct LogColumn {
    /// The canonical column.
    pub column: Column,
    /// The attribute, if it is one.
    pub attribute: Option<usize>,
    /// The type by which it is decoded.
    pub field: Field,
    /// The form of its values.
    pub form: ColumnForm,
}

/// The form and use of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnForm {
    /// Text, or bytes that should be text.
    Text,
    /// Texts that all have the same number of bytes.
    FixedText,
    /// Bytes, written as text with hyphens.
    Uuid,
    /// Numbers, written as text.
    Number(NumberType),
    /// Days since 1970, written as text.
    Date,
    /// Booleans, written as true and false.
    Flag,
    /// Numbers that are instants.
    Instant(InstantUnit),
    /// Lists of texts, written with semicolons between.
    TextList,
    /// Lists of numbers, written with semicolons between.
    NumberList(NumberType),
    /// Values that no canonical column can have, such as lists.
    Malformed(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberType {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
    /// 128 bits, with this number of decimals.
    Decimal(usize),
}

/// The canonical columns of a file, in their order.
///
/// # Errors
///
/// If a column appears twice or has a type that cannot be read.
pub fn log_columns(metadata: &FileMetadata, attributes: &[&'static str]) -> anyhow::Result<Vec<LogColumn>> {
    let mut columns: Vec<LogColumn> = Vec::new();
    for parquet in metadata.schema().fields() {
        let attribute = attributes.iter().position(|name| *name == parquet.name());
        let Some(column) = Column::parse(parquet.name()).or(attribute.map(|_| Column::Attributes)) else {
            continue;
        };
        // If an attribute appears twice, the last one counts.
        columns.retain(|other| other.attribute.is_none() || other.attribute != attribute);
        anyhow::ensure!(
            attribute.is_some() || columns.iter().all(|other| other.column != column),
            "column `{}` appears twice: rename or remove one of the two",
            column.name()
        );
        // Timestamps of 96 bits have a larger range than 64-bit nanoseconds.
        let options = SchemaInferenceOptions { int96_coerce_to_timeunit: TimeUnit::Millisecond };
        let schema = parquet_to_arrow_schema_with_options(std::slice::from_ref(parquet), &Some(options));
        // A group without columns has no values.
        let Some(mut field) = schema.into_iter().map(|(_, field)| field).next() else {
            continue;
        };
        let found = match (column_form(column, parquet, &field), attribute) {
            (Some(ColumnForm::Malformed(_)), Some(_)) if *field.dtype() == ArrowDataType::Boolean => {
                Some(ColumnForm::Flag)
            }
            // No value of an attribute rejects its row or the file.
            (None, Some(_)) => Some(ColumnForm::Malformed("is not of a text type")),
            (form, _) => form,
        };
        let Some(form) = found else {
            anyhow::bail!(
                "column `{}` is of the Parquet type {}, which cannot be read as {}: write it as text",
                column.name(),
                type_name(parquet, &field),
                if column == Column::Ts { "an instant" } else { "text" }
            );
        };
        if let (ColumnForm::TextList, ArrowDataType::LargeList(item)) = (form, &mut field.dtype) {
            item.dtype = ArrowDataType::BinaryView;
        }
        if form == ColumnForm::Text {
            // Invalid texts reject their rows, not the file.
            field.dtype = ArrowDataType::BinaryView;
        }
        columns.push(LogColumn { column, attribute, field, form });
    }
    columns.sort_by_key(|column| column.column);
    Ok(columns)
}

/// The form of a column's values; `None` if they cannot be read.
fn column_form(column: Column, parquet: &ParquetType, field: &Field) -> Option<ColumnForm> {
    let logical = match parquet {
        ParquetType::PrimitiveType(primitive) => primitive.logical_type,
        ParquetType::GroupType { .. } => None,
    };
    let whole = |number: NumberType| {
        Some(if column == Column::Ts { ColumnForm::Instant(InstantUnit::Epoch) } else { ColumnForm::Number(number) })
    };
    match field.dtype() {
        ArrowDataType::Utf8View | ArrowDataType::BinaryView => Some(ColumnForm::Text),
        ArrowDataType::FixedSizeBinary(_) => match logical {
            Some(PrimitiveLogicalType::Uuid) => Some(ColumnForm::Uuid),
            Some(PrimitiveLogicalType::Float16) => None,
            _ => Some(ColumnForm::FixedText),
        },
        ArrowDataType::LargeList(item) if column == Column::Tags => Some(match item.dtype() {
            ArrowDataType::Utf8View | ArrowDataType::BinaryView => ColumnForm::TextList,
            item => number(item)
                .map_or(ColumnForm::Malformed("has a list of neither texts nor numbers"), ColumnForm::NumberList),
        }),
        ArrowDataType::Boolean => Some(ColumnForm::Malformed("is a boolean")),
        ArrowDataType::LargeList(_) | ArrowDataType::List(_) | ArrowDataType::FixedSizeList(..) => {
            Some(ColumnForm::Malformed("is a list"))
        }
        ArrowDataType::Struct(_) | ArrowDataType::Map(..) => Some(ColumnForm::Malformed("is an object")),
        ArrowDataType::Int8 => whole(NumberType::I8),
        ArrowDataType::Int16 => whole(NumberType::I16),
        ArrowDataType::Int32 => whole(NumberType::I32),
        ArrowDataType::Int64 => whole(NumberType::I64),
        ArrowDataType::UInt8 => whole(NumberType::U8),
        ArrowDataType::UInt16 => whole(NumberType::U16),
        ArrowDataType::UInt32 => whole(NumberType::U32),
        // It may exceed the range of the numbers used for instants.
        ArrowDataType::UInt64 => Some(ColumnForm::Number(NumberType::U64)),
        ArrowDataType::Float32 => Some(ColumnForm::Number(NumberType::F32)),
        ArrowDataType::Float64 => Some(ColumnForm::Number(NumberType::F64)),
        ArrowDataType::Decimal(_, scale) => Some(ColumnForm::Number(NumberType::Decimal(*scale))),
        ArrowDataType::Date32 => Some(ColumnForm::Date),
        ArrowDataType::Timestamp(unit, _) if column == Column::Ts => {
            let per_ms = match unit {
                TimeUnit::Second => return None,
                TimeUnit::Millisecond => 1,
                TimeUnit::Microsecond => 1_000,
                TimeUnit::Nanosecond => 1_000_000,
            };
            Some(ColumnForm::Instant(if is_naive(parquet) {
                InstantUnit::Naive(per_ms)
            } else {
                InstantUnit::Utc(per_ms)
            }))
        }
        _ => None,
    }
}

/// The number type of values of a type.
const fn number(dtype: &ArrowDataType) -> Option<NumberType> {
    Some(match dtype {
        ArrowDataType::Int8 => NumberType::I8,
        ArrowDataType::Int16 => NumberType::I16,
        ArrowDataType::Int32 => NumberType::I32,
        ArrowDataType::Int64 => NumberType::I64,
        ArrowDataType::UInt8 => NumberType::U8,
        ArrowDataType::UInt16 => NumberType::U16,
        ArrowDataType::UInt32 => NumberType::U32,
        ArrowDataType::UInt64 => NumberType::U64,
        ArrowDataType::Float32 => NumberType::F32,
        ArrowDataType::Float64 => NumberType::F64,
        ArrowDataType::Decimal(_, scale) => NumberType::Decimal(*scale),
        _ => return None,
    })
}

/// Whether a timestamp is declared local, or has the old 96-bit type, whose meaning depends on the writer. Types older
/// than logical types were in UTC.
fn is_naive(parquet: &ParquetType) -> bool {
    match parquet {
        ParquetType::PrimitiveType(primitive) => match primitive.logical_type {
            Some(PrimitiveLogicalType::Timestamp { is_adjusted_to_utc, .. }) => !is_adjusted_to_utc,
            _ => primitive.physical_type == PhysicalType::Int96,
        },
        ParquetType::GroupType { .. } => false,
    }
}

/// The name of a type, for an error message.
fn type_name(parquet: &ParquetType, field: &Field) -> String {
    match parquet {
        ParquetType::PrimitiveType(primitive) => match primitive.logical_type {
            Some(logical) => format!("{logical:?}"),
            None => format!("{:?}", field.dtype()),
        },
        ParquetType::GroupType { .. } => format!("{:?}", field.dtype()),
    }
}
