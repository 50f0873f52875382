//! Cells in the form of Excel.

use std::borrow::Cow;

use anyhow::Result;
use chrono::{Datelike, NaiveDate, Timelike};
use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, Worksheet};

use crate::harmless::{in_csv, shown};
use crate::render::brand::Brand;
use crate::render::brand::ramp;
use crate::render::document::{CellValue, PageCell, Tone};
use crate::unit::{self, NO_DATA};

/// Maximum characters of a text in a cell.
const LONGEST: usize = 32_767;
/// Seconds per day: Excel counts in days.
const DAY: f64 = 86_400.0;
/// The least number that one decimal shows as more than nothing.
const LEAST_SHOWN: f64 = 0.05;
/// Shorter durations are shown with tenths of a second.
const TENTHS: f64 = 10.0;

/// The formats that do not depend on a cell.
pub struct Formats {
    /// For the head of a column of words.
    pub head: Format,
    /// For the head of a column of numbers.
    pub number_head: Format,
    pub count: Format,
    /// For a mean.
    pub score: Format,
    /// For the title in the colour of a brand; `None` without a brand.
    pub title: Option<Format>,
    /// The colour of the largest number in a heatmap.
    pub most: Color,
}

/// The colour of the largest number in a heatmap, and the accent that it was made for: for other accents it has the
/// same lightness.
const MOST: crate::render::color::Color = crate::render::color::Color::hex(0x5F_95_CD);
const MODEL: crate::render::color::Color = crate::render::color::Color::hex(0x1F_5F_A8);

impl Formats {
    /// The formats in the colours of a brand; for the default brand the standard ones.
    #[must_use]
    pub fn of(brand: &Brand) -> Self {
        let mut head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top);
        let accent = brand.accent.map(in_workbook);
        if let Some(accent) = accent {
            head = head.set_font_color(accent);
        }
        let most = ramp::like(MOST, MODEL, brand.palette().accent);
        let count = Format::new().set_num_format(plain_format(CellValue::Count(0.0)));
        Self {
            number_head: head.clone().set_align(FormatAlign::Right),
            head,
            title: accent.map(|accent| Format::new().set_bold().set_font_color(accent)),
            most: in_workbook(most),
            score: Format::new().set_num_format(plain_format(CellValue::Score(0.0))),
            count,
        }
    }
}

/// A colour as a workbook has it.
fn in_workbook(color: crate::render::color::Color) -> Color {
    let [red, green, blue] = color.bytes();
    Color::RGB(u32::from_be_bytes([0, red, green, blue]))
}

/// How Excel shows a value: as pages do, in whose words points are.
fn number_format(cell: &PageCell) -> Cow<'static, str> {
    // A change that is shown as nothing has no sign.
    let signed = |shown: f64, format: String| {
        let is_nothing = shown.abs() < LEAST_SHOWN;
        Cow::Owned(if is_nothing { format!("{format};{format}") } else { format!("+{format};-{format};{format}") })
    };
    match cell.value {
        CellValue::Relative(number) => signed(number * 100.0, "0.0%".to_owned()),
        CellValue::Points(number) => {
            let unit = cell.text.find(char::is_alphabetic).map_or("", |at| &cell.text[at..]);
            signed(number * 100.0, format!("0.0\" {}\"", unit.replace('"', "")))
        }
        CellValue::Difference(number) => signed(number, "0.0".to_owned()),
        CellValue::Score(number) if number.abs() < LEAST_SHOWN => Cow::Borrowed("0.0;0.0"),
        CellValue::Text
        | CellValue::Flag(_)
        | CellValue::Count(_)
        | CellValue::Seconds(_)
        | CellValue::Share(_)
        | CellValue::Score(_)
        | CellValue::Day(_)
        | CellValue::Instant(_) => Cow::Borrowed(plain_format(cell.value)),
    }
}

/// How Excel shows a value that is not a change.
fn plain_format(value: CellValue) -> &'static str {
    match value {
        CellValue::Text | CellValue::Flag(_) => "General",
        CellValue::Count(number) if number.fract() != 0.0 => "#,##0.0",
        CellValue::Count(_) => "#,##0",
        CellValue::Seconds(seconds) if seconds < TENTHS && seconds.fract() != 0.0 => "[h]:mm:ss.0",
        CellValue::Seconds(_) => "[h]:mm:ss",
        CellValue::Share(_) | CellValue::Relative(_) => "0.0%",
        CellValue::Score(_) | CellValue::Points(_) | CellValue::Difference(_) => "#,##0.0",
        CellValue::Day(_) => "yyyy-mm-dd",
        CellValue::Instant(_) => "yyyy-mm-dd hh:mm:ss",
    }
}

/// Writes a cell; its format extends `format`.
pub fn write(sheet: &mut Worksheet, row: usize, column: usize, cell: &PageCell, format: Format) -> Result<()> {
    let (row, column) = (u32::try_from(row)?, u16::try_from(column)?);
    let mut format = format.set_num_format(number_format(cell).as_ref());
    match cell.tone {
        Tone::Plain => {}
        Tone::Missed => format = format.set_bold().set_font_color("#B3261E"),
        Tone::Worse => format = format.set_font_color("#B3261E"),
        Tone::Better => format = format.set_font_color("#1A6B34"),
    }
    match cell.value {
        CellValue::Text => {
            let text = shown(&cell.text);
            if text == NO_DATA {
                format = format.set_align(FormatAlign::Right);
            }
            // It remains a text even if a reader edits the cell.
            if in_csv(&text) != text {
                format = format.set_quote_prefix();
            }
            if !text.is_empty() {
                let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| end);
                sheet.write_string_with_format(row, column, &text[..end], &format)?;
            }
        }
        CellValue::Flag(is) => {
            sheet.write_boolean_with_format(row, column, is, &format)?;
        }
        CellValue::Day(day) => {
            sheet.write_datetime_with_format(row, column, &date(day)?, &format)?;
        }
        CellValue::Instant(at) => {
            let milliseconds = at.and_utc().timestamp_subsec_millis();
            let seconds = f64::from(at.second()) + unit::seconds(milliseconds.into());
            let hour = u16::try_from(at.hour())?;
            let at = date(at.date())?.and_hms(hour, u8::try_from(at.minute())?, seconds)?;
            sheet.write_datetime_with_format(row, column, &at, &format)?;
        }
        CellValue::Seconds(seconds) => {
            sheet.write_number_with_format(row, column, seconds / DAY, &format)?;
        }
        CellValue::Points(points) => {
            sheet.write_number_with_format(row, column, points * 100.0, &format)?;
        }
        CellValue::Count(number)
        | CellValue::Share(number)
        | CellValue::Score(number)
        | CellValue::Relative(number)
        | CellValue::Difference(number) => {
            sheet.write_number_with_format(row, column, number, &format)?;
        }
    }
    Ok(())
}

fn date(day: NaiveDate) -> Result<ExcelDateTime> {
    Ok(ExcelDateTime::from_ymd(u16::try_from(day.year())?, u8::try_from(day.month())?, u8::try_from(day.day())?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_is_shown_as_nothing_has_no_sign_and_points_are_in_the_words_of_the_page() {
        let format = |text: &str, value: CellValue| {
            number_format(&PageCell { text: text.to_owned(), value, tone: Tone::Plain }).into_owned()
        };
        let points = |text: &str, value: f64| format(text, CellValue::Points(value));
        assert_eq!(points("\u{b1}0.0\u{a0}pts", -0.000_4), "0.0\" pts\";0.0\" pts\"");
        assert_eq!(points("−4,7\u{a0}p.p.", -0.047), "+0.0\" p.p.\";-0.0\" p.p.\";0.0\" p.p.\"");
        assert_eq!(format("±0.0%", CellValue::Relative(-0.000_3)), "0.0%;0.0%");
        assert_eq!(format("−0.1%", CellValue::Relative(-0.000_6)), "+0.0%;-0.0%;0.0%");
        assert_eq!(format("±0.0", CellValue::Difference(-0.04)), "0.0;0.0");
        assert_eq!(format("−0.0", CellValue::Score(-0.04)), "0.0;0.0");
        assert_eq!(format("−12.5", CellValue::Score(-12.5)), "#,##0.0");
    }
}
