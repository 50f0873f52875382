//! Decoded rows, stored by column.

use anyhow::Context;
use polars_arrow::array::{Array, PrimitiveArray};
use polars_arrow::types::NativeType;

use super::codes::Coded;
use super::columns::{ColumnForm, LogColumn};
use super::combinations::Combinations;
use super::value_texts;
use crate::event::Column;
use crate::event::attributes::RowValues;
use crate::ingest::decode::cells::Cells;
use crate::ingest::decode::reject::{Fault, Reason};
use crate::ingest::decode::row::CONTENT_COLUMNS;
use crate::ingest::decode::timestamp::{InstantReader, InstantUnit, NO_INSTANT};

/// The canonical values of some rows.
#[derive(Debug, Default)]
pub struct Rows {
    count: usize,
    texts: Vec<ParquetTexts>,
    malformed: Vec<Malformed>,
    odd: Vec<Odd>,
    instants: Option<(InstantUnit, Vec<PrimitiveArray<i64>>)>,
}

/// A column of texts.
#[derive(Debug)]
pub struct ParquetTexts {
    /// The canonical column.
    pub column: Column,
    /// The attribute, if it is one.
    attribute: Option<usize>,
    pub values: Coded,
    /// Whether all values are known to be UTF-8.
    is_utf8: bool,
}

/// An attribute with invalid values.
#[derive(Debug)]
struct Odd {
    attribute: usize,
    /// 1 for a row that has one, 0 for all others.
    has_value: Vec<u32>,
}

/// A column whose values cannot be used.
#[derive(Debug)]
struct Malformed {
    column: Column,
    what: &'static str,
    /// Whether a row has a value.
    has_value: Vec<bool>,
}

/// Whether a column repeats the texts of other rows.
pub const fn is_shared(column: Column) -> bool {
    (CONTENT_COLUMNS | Column::Tags.bit() | Column::Attributes.bit()) & column.bit() != 0
}

/// Whether texts of a column are checked with the first row that has them. A row is rejected by its own content, and no
/// value of an attribute rejects one.
const fn is_checked_later(column: Column) -> bool {
    (CONTENT_COLUMNS | Column::Attributes.bit()) & column.bit() != 0
}

impl Rows {
    /// Rows without values; `count` is their number.
    #[must_use]
    pub(super) fn new(count: usize) -> Self {
        Self { count, ..Self::default() }
    }

    /// The number of rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.count
    }

    /// How instants are counted; `None` if they are texts.
    #[must_use]
    pub fn instant_unit(&self) -> Option<InstantUnit> {
        self.instants.as_ref().map(|(clock, _)| *clock)
    }

    /// The memory of the columns, to be reused for rows of the same file.
    #[must_use]
    pub fn into_memory(self) -> Vec<Coded> {
        self.texts.into_iter().rev().map(|texts| texts.values).collect()
    }

    /// The columns of texts.
    #[must_use]
    pub fn texts(&self) -> &[ParquetTexts] {
        &self.texts
    }

    /// The values of a column of texts that is not an attribute.
    #[must_use]
    pub fn values(&self, column: Column) -> Option<&Coded> {
        self.texts.iter().find(|texts| texts.column == column).map(|texts| &texts.values)
    }

    /// Whether a row can be rejected only by its content and instant.
    #[must_use]
    pub fn are_keys_right(&self) -> bool {
        self.malformed.is_empty() && self.texts.iter().all(|texts| texts.is_utf8 || is_checked_later(texts.column))
    }

    /// Adds the values of a column of texts.
    pub(super) fn add_texts(&mut self, column: &LogColumn, values: Coded) {
        let LogColumn { column, attribute, .. } = column;
        let is_utf8 = !is_checked_later(*column) && values.is_utf8();
        self.texts.push(ParquetTexts { column: *column, attribute: *attribute, values, is_utf8 });
    }

    /// Adds the values of a column.
    pub(super) fn add(&mut self, column: &LogColumn, arrays: &[Box<dyn Array>]) -> anyhow::Result<()> {
        let has_value = || arrays.iter().flat_map(|array| (0..array.len()).map(|row| !array.is_null(row)));
        match (column.form, column.attribute) {
            (ColumnForm::Instant(clock), _) => self.instants = Some((clock, whole_numbers(arrays)?)),
            (ColumnForm::Malformed(_), Some(attribute)) => {
                self.odd.push(Odd { attribute, has_value: has_value().map(u32::from).collect() });
            }
            (ColumnForm::Malformed(what), None) => {
                self.malformed.push(Malformed { column: column.column, what, has_value: has_value().collect() });
            }
            (form, _) => {
                let mut values = Coded::with_capacity(self.count, is_shared(column.column));
                value_texts::write(form, arrays, &mut values)?;
                self.add_texts(column, values);
            }
        }
        Ok(())
    }

    /// The joined values of all attributes; `None` if no column is an attribute.
    ///
    /// # Errors
    ///
    /// If they exceed the limit of a part.
    pub fn attributes(&self, values: &mut RowValues) -> anyhow::Result<Option<Coded>> {
        let columns = || self.texts.iter().filter(|texts| texts.attribute.is_some());
        if columns().next().is_none() && self.odd.is_empty() {
            return Ok(None);
        }
        let mut combinations = Combinations::of_no_column(self.count);
        columns().for_each(|texts| combinations.take_in(texts.values.codes(), texts.values.end()));
        self.odd.iter().for_each(|odd| combinations.take_in(&odd.has_value, 2));
        let mut coded = Coded::with_capacity(self.count, false);
        let mut by_combination = Vec::with_capacity(combinations.first_rows.len());
        for row in &combinations.first_rows {
            self.fill_attributes(*row as usize, values);
            by_combination.push(coded.code_of(values.encoded())?);
        }
        coded.codes_mut().extend(combinations.by_row.iter().map(|combination| by_combination[*combination as usize]));
        Ok(Some(coded))
    }

    fn fill_attributes(&self, row: usize, values: &mut RowValues) {
        values.clear();
        for texts in &self.texts {
            if let Some(attribute) = texts.attribute {
                values.set(attribute, texts.values.at(row));
            }
        }
        for odd in self.odd.iter().filter(|odd| odd.has_value[row] == 1) {
            values.set_odd(odd.attribute);
        }
    }

    /// The instants of all rows, [`NO_INSTANT`] for rows without a valid one; `None` if instants are texts.
    #[must_use]
    pub fn instants(&self, reader: &mut InstantReader) -> Option<Vec<i64>> {
        let (clock, arrays) = self.instants.as_ref()?;
        let mut instants = Vec::with_capacity(self.count);
        for array in arrays {
            let first = instants.len();
            reader.read_all(array.values(), *clock, &mut instants);
            if let Some(is_valid) = array.validity() {
                let nulls = instants[first..].iter_mut().zip(is_valid).filter(|(_, is_valid)| !is_valid);
                nulls.for_each(|(instant, _)| *instant = NO_INSTANT);
            }
        }
        Some(instants)
    }

    /// Sets the cells of these columns, except attributes, to the texts of a row, as for a part without bytes. Returns
    /// the row's instant if that is a number.
    ///
    /// # Errors
    ///
    /// `bad_encoding` if a text is not UTF-8; `malformed` if a value cannot be a text.
    pub fn fill(&self, row: usize, columns: u32, cells: &mut Cells) -> Result<Option<i64>, Fault> {
        cells.clear();
        let mut garbled = None;
        for ParquetTexts { column, attribute, values, is_utf8 } in &self.texts {
            if columns & column.bit() == 0 || attribute.is_some() {
                continue;
            }
            let value = values.at(row);
            if !is_utf8 && garbled.is_none() && simdutf8::basic::from_utf8(value).is_err() {
                garbled = Some(*column);
            }
            cells.set_unescaped(*column, 0, value);
        }
        if let Some(column) = garbled {
            let column = Some(column);
            return Err(Fault { column, ..Fault::row(Reason::BadEncoding, "the value is not UTF-8") });
        }
        match self.malformed.iter().find(|column| column.has_value[row]) {
            Some(Malformed { column, what, .. }) => Err(Fault {
                detail: Some(format!("`{}` {what}", column.name()).into()),
                ..Fault::column(Reason::Malformed, *column, None)
            }),
            None => Ok(self.ticks(row)),
        }
    }

    /// The number that is the instant of a row.
    fn ticks(&self, row: usize) -> Option<i64> {
        let (_, arrays) = self.instants.as_ref()?;
        let mut first = 0;
        for array in arrays {
            let at = row - first;
            if at < array.len() {
                return (!array.is_null(at)).then(|| array.value(at));
            }
            first += array.len();
        }
        None
    }
}

/// Converts numbers of any integer type to the widest one.
fn whole_numbers(arrays: &[Box<dyn Array>]) -> anyhow::Result<Vec<PrimitiveArray<i64>>> {
    fn widened<N: NativeType + Into<i64>>(array: &dyn Array) -> Option<PrimitiveArray<i64>> {
        let numbers = array.as_any().downcast_ref::<PrimitiveArray<N>>()?;
        Some(numbers.iter().map(|number| number.map(|number| (*number).into())).collect())
    }
    let widen = |array: &dyn Array| {
        let numbers = array.as_any().downcast_ref::<PrimitiveArray<i64>>().cloned();
        numbers
            .or_else(|| widened::<i32>(array))
            .or_else(|| widened::<u32>(array))
            .or_else(|| widened::<i16>(array))
            .or_else(|| widened::<u16>(array))
            .or_else(|| widened::<i8>(array))
            .or_else(|| widened::<u8>(array))
            .context("its values are of another type")
    };
    arrays.iter().map(|array| widen(array.as_ref())).collect()
}
