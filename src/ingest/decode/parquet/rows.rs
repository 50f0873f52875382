//! Decoded rows: columns side by side, taken row by row.

use std::fmt::Display;
use std::io::Write;

use anyhow::Context;
use polars_arrow::array::{
    Array, BinaryViewArray, BooleanArray, FixedSizeBinaryArray, ListArray, MutablePlBinary, PrimitiveArray, View,
};
use polars_arrow::bitmap::Bitmap;
use polars_arrow::types::NativeType;

use super::columns::{Holds, LogColumn, Number};
use crate::event::Column;
use crate::event::attributes::RowValues;
use crate::ingest::decode::cells::Cells;
use crate::ingest::decode::reject::{Fault, Reason};
use crate::ingest::decode::row::{CHARGE, CONTENT_COLUMNS};
use crate::ingest::decode::timestamp::Clock;

/// The canonical values of some rows.
#[derive(Debug, Default)]
pub struct Rows {
    count: usize,
    texts: Vec<Texts>,
    malformed: Vec<Malformed>,
    /// Attributes whose values are none: by attribute, whether a row has one.
    odd: Vec<(usize, Vec<bool>)>,
    instants: Option<(Clock, Vec<PrimitiveArray<i64>>)>,
}

/// A column of texts.
#[derive(Debug)]
struct Texts {
    column: Column,
    /// Which attribute, where it is one.
    attribute: Option<usize>,
    arrays: Vec<BinaryViewArray>,
    /// All of them are known to be.
    is_utf8: bool,
}

impl Texts {
    /// It tells what other rows tell, too.
    fn is_told(&self) -> bool {
        CONTENT_COLUMNS & self.column.bit() != 0
    }
}

/// A column whose values are of no use.
#[derive(Debug)]
struct Malformed {
    column: Column,
    what: &'static str,
    /// Whether a row has a value.
    has_value: Vec<bool>,
}

impl Rows {
    /// So many rows without a value.
    #[must_use]
    pub(super) fn new(count: usize) -> Self {
        Self { count, ..Self::default() }
    }

    /// How many.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.count).expect("a part has fewer rows than 2^32")
    }

    /// How instants are counted; none where they are texts.
    #[must_use]
    pub fn clock(&self) -> Option<Clock> {
        self.instants.as_ref().map(|(clock, _)| *clock)
    }

    /// Adds the values of a column.
    pub(super) fn add(&mut self, column: &LogColumn, arrays: &[Box<dyn Array>]) -> anyhow::Result<()> {
        let LogColumn { column, attribute, holds, .. } = column;
        let texts = match holds {
            Holds::Instant(clock) => {
                self.instants = Some((*clock, whole_numbers(arrays)?));
                return Ok(());
            }
            Holds::Malformed(what) => {
                let has_value =
                    arrays.iter().flat_map(|array| (0..array.len()).map(|row| !array.is_null(row))).collect();
                match attribute {
                    Some(attribute) => self.odd.push((*attribute, has_value)),
                    None => self.malformed.push(Malformed { column: *column, what, has_value }),
                }
                return Ok(());
            }
            Holds::Text => typed::<BinaryViewArray>(arrays).map(|array| Ok(array?.clone())).collect(),
            Holds::FixedText => written(typed::<FixedSizeBinaryArray>(arrays), FixedSizeBinaryArray::iter, push_bytes),
            Holds::Uuid => written(typed::<FixedSizeBinaryArray>(arrays), FixedSizeBinaryArray::iter, push_uuid),
            Holds::Flag => written(typed::<BooleanArray>(arrays), BooleanArray::iter, push_flag),
            Holds::Date => numbers(arrays, |text, days: i32| push_date(text, days)),
            Holds::Number(number) => number_texts(*number, arrays),
            Holds::TextList => lists(arrays, |items| typed::<BinaryViewArray>(items).map(|a| Ok(a?.clone())).collect()),
            Holds::NumberList(number) => lists(arrays, |items| number_texts(*number, items)),
        };
        let arrays: Vec<BinaryViewArray> = texts?;
        let mut texts = Texts { column: *column, attribute: *attribute, arrays, is_utf8: false };
        // What is told again and again is looked at once, with the first row that tells it.
        texts.is_utf8 =
            !texts.is_told() && texts.arrays.iter().all(|array| is_ascii(array) || array.validate_utf8().is_ok());
        self.texts.push(texts);
        Ok(())
    }

    /// The rows one after another.
    #[must_use]
    pub fn cursor(&self) -> RowCursor<'_, impl Iterator<Item = Option<i64>>> {
        let instants = self.instants.iter().flat_map(|(_, arrays)| arrays).flat_map(PrimitiveArray::iter);
        RowCursor {
            row: 0,
            columns: self.texts.iter().map(|texts| Values { texts, array: 0, first: 0 }).collect(),
            views: self.views(),
            halves: Default::default(),
            malformed: &self.malformed,
            odd: &self.odd,
            instants: instants.map(Option::<&i64>::copied),
        }
    }
}

impl Rows {
    /// What stands for the values that other rows have, too; none where it does not stand for all of them.
    fn views(&self) -> Option<Vec<Views<'_>>> {
        let attributes = self.texts.iter().filter(|texts| texts.attribute.is_some()).count();
        if attributes > MOST_ATTRIBUTES || !self.odd.is_empty() {
            return None;
        }
        self.texts.iter().filter(|texts| texts.is_told()).map(Views::of).collect()
    }
}

/// Up to so many attributes rows are told by the views of their values.
const MOST_ATTRIBUTES: usize = 8;

/// The values of a column, row by row.
struct Values<'a> {
    texts: &'a Texts,
    array: usize,
    /// The first row of that array.
    first: usize,
}

impl<'a> Values<'a> {
    /// The value of a row; rows are asked for in order.
    #[inline]
    fn get(&mut self, row: usize) -> Option<&'a [u8]> {
        loop {
            let array = self.texts.arrays.get(self.array)?;
            let at = row - self.first;
            if at < array.len() {
                return (!array.is_null(at)).then(|| array.value(at));
            }
            (self.array, self.first) = (self.array + 1, self.first + array.len());
        }
    }
}

/// What stands for the values of a column in its one array: values with the same view are the same.
struct Views<'a> {
    column: Column,
    all: &'a [View],
    nulls: Option<&'a Bitmap>,
}

impl<'a> Views<'a> {
    /// None of several arrays: views into different ones could be the same and mean another text.
    fn of(texts: &'a Texts) -> Option<Self> {
        let [array] = &*texts.arrays else {
            return None;
        };
        Some(Self { column: texts.column, all: array.views(), nulls: array.validity() })
    }

    #[inline]
    fn get(&self, row: usize) -> [u8; VIEW] {
        match self.nulls {
            // No value is as long as this would be.
            Some(is_valid) if !is_valid.get_bit(row) => [0xFF; VIEW],
            Some(_) | None => self.all[row].as_u128().to_le_bytes(),
        }
    }
}

/// Bytes of a view.
const VIEW: usize = size_of::<View>();

/// Views of a half of a row's columns.
#[derive(Default)]
struct Half {
    views: [[u8; VIEW]; CONTENT_COLUMNS.count_ones() as usize + MOST_ATTRIBUTES],
    len: usize,
}

impl Half {
    #[inline]
    fn push(&mut self, view: [u8; VIEW]) {
        self.views[self.len] = view;
        self.len += 1;
    }

    #[inline]
    fn bytes(&self) -> &[u8] {
        self.views[..self.len].as_flattened()
    }
}

/// A place in rows.
pub struct RowCursor<'a, I> {
    row: usize,
    columns: Vec<Values<'a>>,
    /// Of the columns that tell what other rows tell, too; none where one has none.
    views: Option<Vec<Views<'a>>>,
    halves: [Half; 2],
    malformed: &'a [Malformed],
    odd: &'a [(usize, Vec<bool>)],
    instants: I,
}

impl<I: Iterator<Item = Option<i64>>> RowCursor<'_, I> {
    /// Bytes that stand for what the row tells that other rows tell, too, in two halves: among these rows, those that have
    /// the same tell the same. None where that cannot be said.
    #[inline]
    pub fn halves(&mut self) -> Option<[&[u8]; 2]> {
        let [event, charge] = &mut self.halves;
        (event.len, charge.len) = (0, 0);
        for views in self.views.as_ref()? {
            let half = if CHARGE & views.column.bit() != 0 { &mut *charge } else { &mut *event };
            half.push(views.get(self.row));
        }
        Some([event.bytes(), charge.bytes()])
    }

    /// The texts of the row, set in the cells of a part without bytes, and its instant where that is a number; but for the
    /// columns that [`Self::halves`] stand for, where those are known. Then the next row is at hand.
    ///
    /// # Errors
    ///
    /// `bad_encoding` where a text is not UTF-8; `malformed` where a column has what no text can be.
    #[inline]
    pub fn next(
        &mut self,
        cells: &mut Cells,
        attributes: &mut RowValues,
        are_halves_known: bool,
    ) -> Result<Option<i64>, Fault> {
        cells.clear();
        attributes.clear();
        let mut garbled = None;
        let row = self.row;
        self.row += 1;
        for values in &mut self.columns {
            let texts = values.texts;
            if !(are_halves_known && texts.is_told())
                && let Some(value) = values.get(row)
            {
                if let Some(attribute) = texts.attribute {
                    attributes.set(attribute, value);
                    continue;
                }
                if !texts.is_utf8 && garbled.is_none() && simdutf8::basic::from_utf8(value).is_err() {
                    garbled = Some(texts.column);
                }
                cells.set_unescaped(texts.column, 0, value);
            }
        }
        for (attribute, _) in self.odd.iter().filter(|(_, has_value)| has_value[row]) {
            attributes.set_odd(*attribute);
        }
        if attributes.is_touched() {
            cells.set_attributes(0, attributes.encoded());
        }
        let instant = self.instants.next().flatten();
        if let Some(column) = garbled {
            let column = Some(column);
            return Err(Fault { column, ..Fault::row(Reason::BadEncoding, "the value is not UTF-8") });
        }
        match self.malformed.iter().find(|column| column.has_value[row]) {
            Some(Malformed { column, what, .. }) => Err(Fault {
                detail: Some(format!("`{}` {what}", column.name()).into()),
                ..Fault::column(Reason::Malformed, *column, None)
            }),
            None => Ok(instant),
        }
    }
}

/// Whether all texts are ASCII: looked at together, which is far faster than text by text.
fn is_ascii(array: &BinaryViewArray) -> bool {
    // A short text stands in the view itself, in the three words behind its length.
    let is_plain = |view: &View| {
        view.length > View::MAX_INLINE_SIZE || (view.prefix | view.buffer_idx | view.offset) & 0x8080_8080 == 0
    };
    array.views().iter().all(is_plain) && array.data_buffers().iter().all(|bytes| bytes.is_ascii())
}

/// Arrays as what their column's type says they are.
fn typed<A: Array + 'static>(arrays: &[Box<dyn Array>]) -> impl Iterator<Item = anyhow::Result<&A>> {
    arrays.iter().map(|array| array.as_any().downcast_ref::<A>().context("its values are of another type"))
}

/// Values written as texts, by `push`.
fn written<'a, A: Array, V, I: Iterator<Item = Option<V>>>(
    arrays: impl Iterator<Item = anyhow::Result<&'a A>>,
    values: impl Fn(&'a A) -> I,
    push: impl Fn(&mut Vec<u8>, V),
) -> anyhow::Result<Vec<BinaryViewArray>> {
    let mut text = Vec::new();
    let texts = arrays.map(|array| {
        let array = array?;
        let mut texts = MutablePlBinary::with_capacity(array.len());
        for value in values(array) {
            match value {
                Some(value) => {
                    text.clear();
                    push(&mut text, value);
                    texts.push_value(&text);
                }
                None => texts.push_null(),
            }
        }
        Ok(texts.into())
    });
    texts.collect()
}

fn numbers<N: NativeType>(
    arrays: &[Box<dyn Array>],
    push: impl Fn(&mut Vec<u8>, N),
) -> anyhow::Result<Vec<BinaryViewArray>> {
    written(typed::<PrimitiveArray<N>>(arrays), PrimitiveArray::iter, |text, number| push(text, *number))
}

/// Numbers written as texts.
fn number_texts(number: Number, arrays: &[Box<dyn Array>]) -> anyhow::Result<Vec<BinaryViewArray>> {
    match number {
        Number::I8 => numbers(arrays, push_shown::<i8>),
        Number::I16 => numbers(arrays, push_shown::<i16>),
        Number::I32 => numbers(arrays, push_shown::<i32>),
        Number::I64 => numbers(arrays, push_shown::<i64>),
        Number::U8 => numbers(arrays, push_shown::<u8>),
        Number::U16 => numbers(arrays, push_shown::<u16>),
        Number::U32 => numbers(arrays, push_shown::<u32>),
        Number::U64 => numbers(arrays, push_shown::<u64>),
        // The shortest that reads back, and `12.0` for a whole one.
        Number::F32 => numbers(arrays, |text, number: f32| push(text, format_args!("{number:?}"))),
        Number::F64 => numbers(arrays, |text, number: f64| push(text, format_args!("{number:?}"))),
        Number::Decimal(scale) => numbers(arrays, |text, number: i128| push_decimal(text, number, scale)),
    }
}

/// Lists as texts: their items with semicolons between; nulls in them are none.
fn lists(
    arrays: &[Box<dyn Array>],
    items: impl Fn(&[Box<dyn Array>]) -> anyhow::Result<Vec<BinaryViewArray>>,
) -> anyhow::Result<Vec<BinaryViewArray>> {
    let texts = typed::<ListArray<i64>>(arrays).map(|lists| {
        let lists = lists?;
        let items = items(std::slice::from_ref(lists.values()))?;
        let items = items.first().context("lists without items")?;
        let mut texts = MutablePlBinary::with_capacity(lists.len());
        let mut text = Vec::new();
        for (row, span) in lists.offsets().windows(2).enumerate() {
            if lists.is_null(row) {
                texts.push_null();
                continue;
            }
            text.clear();
            for item in usize::try_from(span[0])?..usize::try_from(span[1])? {
                if !items.is_null(item) {
                    text.extend_from_slice(items.value(item));
                    text.push(b';');
                }
            }
            texts.push_value(&text);
        }
        Ok(texts.into())
    });
    texts.collect()
}

/// Numbers of any whole type as those of the widest.
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

fn push_flag(text: &mut Vec<u8>, flag: bool) {
    push_shown(text, flag);
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

/// `2026-03-02`, as a text would have it: no instant.
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
    // Memory takes everything.
    let _ = write!(text, "{shown}");
}
