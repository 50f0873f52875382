//! Writes values that are not texts as texts: numbers, days, flags, lists.

use std::fmt::Display;
use std::io::Write;

use anyhow::Context;
use polars_arrow::array::{Array, BinaryViewArray, BooleanArray, FixedSizeBinaryArray, ListArray, PrimitiveArray};
use polars_arrow::types::NativeType;

use super::codes::{Coded, NO_VALUE};
use super::columns::{ColumnForm, NumberType};

/// Adds the values of a column to `texts`.
///
/// # Errors
///
/// If values of this form cannot be texts, or the type of an array differs from that of the column.
pub fn write(form: ColumnForm, arrays: &[Box<dyn Array>], texts: &mut Coded) -> anyhow::Result<()> {
    match form {
        ColumnForm::Text => {
            typed::<BinaryViewArray>(arrays).try_for_each(|array| array?.iter().try_for_each(|value| texts.push(value)))
        }
        ColumnForm::FixedText => written(arrays, FixedSizeBinaryArray::iter, push_bytes, texts),
        ColumnForm::Uuid => written(arrays, FixedSizeBinaryArray::iter, push_uuid, texts),
        ColumnForm::Flag => written(arrays, BooleanArray::iter, push_shown::<bool>, texts),
        ColumnForm::Date => numbers(arrays, push_date, texts),
        ColumnForm::Number(number) => number_texts(number, arrays, texts),
        ColumnForm::TextList | ColumnForm::NumberList(_) => {
            let item =
                if let ColumnForm::NumberList(number) = form { ColumnForm::Number(number) } else { ColumnForm::Text };
            typed::<ListArray<i64>>(arrays).try_for_each(|lists| lists_of(item, lists?, texts))
        }
        ColumnForm::Instant(_) | ColumnForm::Malformed(_) => anyhow::bail!("its values are not text"),
    }
}

/// Casts arrays to the type of their column.
pub fn typed<A: Array + 'static>(arrays: &[Box<dyn Array>]) -> impl Iterator<Item = anyhow::Result<&A>> {
    arrays.iter().map(|array| array.as_any().downcast_ref::<A>().context("its values are of another type"))
}

/// Values written as texts, by `push`.
fn written<'a, A: Array + 'static, V, I: Iterator<Item = Option<V>>>(
    arrays: &'a [Box<dyn Array>],
    values: impl Fn(&'a A) -> I,
    push: impl Fn(&mut Vec<u8>, V),
    texts: &mut Coded,
) -> anyhow::Result<()> {
    let mut text = Vec::new();
    for array in typed::<A>(arrays) {
        for value in values(array?) {
            text.clear();
            let value = value.map(|value| {
                push(&mut text, value);
                &*text
            });
            texts.push(value)?;
        }
    }
    Ok(())
}

fn numbers<N: NativeType>(
    arrays: &[Box<dyn Array>],
    push: impl Fn(&mut Vec<u8>, N),
    texts: &mut Coded,
) -> anyhow::Result<()> {
    written(arrays, PrimitiveArray::<N>::iter, |text, number| push(text, *number), texts)
}

fn number_texts(number: NumberType, arrays: &[Box<dyn Array>], texts: &mut Coded) -> anyhow::Result<()> {
    match number {
        NumberType::I8 => numbers(arrays, push_shown::<i8>, texts),
        NumberType::I16 => numbers(arrays, push_shown::<i16>, texts),
        NumberType::I32 => numbers(arrays, push_shown::<i32>, texts),
        NumberType::I64 => numbers(arrays, push_shown::<i64>, texts),
        NumberType::U8 => numbers(arrays, push_shown::<u8>, texts),
        NumberType::U16 => numbers(arrays, push_shown::<u16>, texts),
        NumberType::U32 => numbers(arrays, push_shown::<u32>, texts),
        NumberType::U64 => numbers(arrays, push_shown::<u64>, texts),
        // The shortest form that reads back to the same number, with `12.0` for whole numbers.
        NumberType::F32 => numbers(arrays, |text, number: f32| push(text, format_args!("{number:?}")), texts),
        NumberType::F64 => numbers(arrays, |text, number: f64| push(text, format_args!("{number:?}")), texts),
        NumberType::Decimal(scale) => numbers(arrays, |text, number: i128| push_decimal(text, number, scale), texts),
    }
}

/// Writes lists as texts: items joined by semicolons, nulls left out.
fn lists_of(item: ColumnForm, lists: &ListArray<i64>, texts: &mut Coded) -> anyhow::Result<()> {
    let mut items = Coded::with_capacity(lists.values().len(), false);
    write(item, std::slice::from_ref(lists.values()), &mut items)?;
    let codes = items.codes();
    let mut text = Vec::new();
    for (row, span) in lists.offsets().windows(2).enumerate() {
        text.clear();
        let span = usize::try_from(span[0])?..usize::try_from(span[1])?;
        let codes = codes.get(span).context("a list is longer than its items")?;
        for code in codes.iter().filter(|code| **code != NO_VALUE) {
            text.extend_from_slice(items.text(*code));
            text.push(b';');
        }
        texts.push((!lists.is_null(row)).then_some(&text))?;
    }
    Ok(())
}

fn push_bytes(text: &mut Vec<u8>, bytes: &[u8]) {
    text.extend_from_slice(bytes);
}

fn push_uuid(text: &mut Vec<u8>, bytes: &[u8]) {
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push(b'-');
        }
        push(text, format_args!("{byte:02x}"));
    }
}

/// Writes a date as `2026-03-02`, the usual form in texts. It is not an instant.
fn push_date(text: &mut Vec<u8>, days: i32) {
    match chrono::DateTime::from_timestamp(i64::from(days) * 86_400, 0) {
        Some(day) => push(text, day.date_naive()),
        None => push(text, days),
    }
}

fn push_decimal(text: &mut Vec<u8>, number: i128, scale: usize) {
    let sign = if number < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let point = if scale > 0 { "." } else { "" };
    push(text, format_args!("{sign}{whole}{point}{fraction}"));
}

fn push_shown<N: Display>(text: &mut Vec<u8>, number: N) {
    push(text, number);
}

fn push(text: &mut Vec<u8>, shown: impl Display) {
    // Writing to memory cannot fail.
    let _ = write!(text, "{shown}");
}
