//! Excel workbooks: one sheet is converted to CSV and read by the CSV reader, so that every check is the same
//! (decisions.md, export-5).
//!
//! A row of the sheet is a line of the text, so the line of a reject is the row number that the spreadsheet shows.
//! Cells are converted one after another and written to a temporary file; only the workbook's table of texts is held in
//! memory.

use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, SeekFrom, Write};

use anyhow::Context;
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::guarded::guarded;
use super::long_numbers::{LongNumberCounter, LongNumbers};
use crate::failure::Failure;
use crate::nearest;
use crate::time::SECOND_MS;

/// The number of rows examined to find the number of columns of a sheet.
const LOOKED_AT: usize = 64;

/// The sheets with rows, in the order of the workbook, and whether each is hidden.
///
/// # Errors
///
/// If the file is not a workbook.
pub fn sheets(file: File, location: &str) -> anyhow::Result<Vec<(String, bool)>> {
    Ok(sheets_of(&open(file, location)?))
}

/// The number of rows by which a sheet is recognised.
pub const START: u32 = 100;

pub struct SheetText {
    /// Its rows as CSV.
    pub csv: File,
    /// The columns with numbers that a spreadsheet rounds.
    pub long_numbers: Vec<LongNumbers>,
    pub name: String,
    /// Other sheets that are not hidden and have a table, if the user did not choose a sheet.
    pub other_tables: Vec<String>,
}

/// Converts a sheet to CSV, up to `most_rows` rows: the named one, or the first that is not hidden.
///
/// # Errors
///
/// If the file is not a workbook, is locked, or has no such sheet.
pub fn as_csv(file: File, location: &str, sheet: Option<&str>, most_rows: u32) -> anyhow::Result<SheetText> {
    let mut workbook = open(file, location)?;
    let sheets = sheets_of(&workbook);
    let name = chosen(&sheets, sheet, location)?.to_owned();
    let other_tables = if sheet.is_none() { other_tables(&mut workbook, &sheets, &name) } else { Vec::new() };
    let mut rows = SheetRows::new()?;
    guarded(|| {
        let mut cells = workbook.worksheet_cells_reader(&name)?;
        while let Some(cell) = cells.next_cell()? {
            let (row, column) = cell.get_position();
            if row >= most_rows {
                break;
            }
            rows.add(row, column as usize, cell.get_value())?;
        }
        Ok(())
    })
    .map_err(|error| match error.downcast_ref::<std::io::Error>() {
        Some(_) => error.context(format!("a temporary file for {location}")),
        None => broken(location, &format!("sheet `{name}`: {error:#}")),
    })?;
    let (csv, long_numbers) = rows.finish().with_context(|| format!("a temporary file for {location}"))?;
    Ok(SheetText { csv, long_numbers, name, other_tables })
}

/// The other sheets that are not hidden and have a table. A sheet that cannot be read has none.
fn other_tables(workbook: &mut Xlsx<BufReader<File>>, sheets: &[(String, bool)], read: &str) -> Vec<String> {
    let others = sheets.iter().filter(|(name, is_hidden)| name != read && !is_hidden);
    let mut found = Vec::new();
    for (name, _) in others {
        if guarded(|| Ok(has_table(workbook, name)?)).unwrap_or(false) {
            found.push(name.clone());
        }
    }
    found
}

/// Whether a sheet has a header and a row below it, each with several columns.
fn has_table(workbook: &mut Xlsx<BufReader<File>>, name: &str) -> Result<bool, XlsxError> {
    const LEAST_COLUMNS: u32 = 3;
    const LEAST_ROWS: u32 = 2;
    let mut cells = workbook.worksheet_cells_reader(name)?;
    let (mut row, mut columns, mut rows) = (0, 0, 0);
    while let Some(cell) = cells.next_cell()? {
        if cell.get_position().0 >= START {
            break;
        }
        if cell.get_position().0 != row {
            (row, columns) = (cell.get_position().0, 0);
        }
        columns += u32::from(!text_of(cell.get_value()).is_empty());
        rows += u32::from(columns == LEAST_COLUMNS);
        if rows == LEAST_ROWS {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The sheet to read: the named one, or the first that is not hidden.
///
/// # Errors
///
/// If there is no such sheet.
pub fn chosen<'s>(sheets: &'s [(String, bool)], requested: Option<&str>, location: &str) -> anyhow::Result<&'s str> {
    let names = || sheets.iter().map(|(name, _)| name.as_str());
    let Some(requested) = requested else {
        let shown = sheets.iter().find(|(_, is_hidden)| !is_hidden).or(sheets.first());
        return shown.map(|(name, _)| name.as_str()).ok_or_else(|| broken(location, "it has no sheet of rows"));
    };
    names().find(|name| *name == requested).ok_or_else(|| {
        let known: Vec<String> = names().map(|name| format!("`{name}`")).collect();
        let (hint, known) = (nearest::hint(requested, names()), known.join(", "));
        Failure::Usage.because(format!("--sheet: no sheet `{requested}` in {location}{hint}; it has {known}"))
    })
}

fn open(file: File, location: &str) -> anyhow::Result<Xlsx<BufReader<File>>> {
    guarded(|| match Xlsx::new(BufReader::new(file)) {
        Ok(workbook) => Ok(Ok(workbook)),
        Err(XlsxError::Password) => Ok(Err(old_or_locked(location))),
        Err(error) => Err(error.into()),
    })
    .map_err(|error| broken(location, &format!("{error:#}")))?
}

fn sheets_of(workbook: &Xlsx<BufReader<File>>) -> Vec<(String, bool)> {
    let of_rows = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    of_rows.map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible)).collect()
}

/// The error for an old `.xls` file or a new one with a password: both are the same kind of container.
#[must_use]
pub fn old_or_locked(location: &str) -> anyhow::Error {
    Failure::Input.because(format!(
        "{location}: is a workbook with a password, or an old .xls file: save it as .xlsx without a password, or as CSV"
    ))
}

fn broken(location: &str, what: &str) -> anyhow::Error {
    Failure::Input.because(format!(
        "{location}: is not a complete Excel workbook ({what}): fetch or copy it again, or export it as CSV; \
         save an OpenDocument sheet as .xlsx, and give a ZIP archive by its path"
    ))
}

/// The limits of a sheet.
const MOST_ROWS: u32 = 1 << 20;
const MOST_COLUMNS: usize = 1 << 14;

/// Rows to be written to the file.
struct SheetRows {
    out: BufWriter<File>,
    /// The first rows, which are examined; empty after they are written.
    first: Vec<Vec<String>>,
    /// The number of columns of the sheet, after the first rows are read.
    width: Option<usize>,
    long_numbers: LongNumberCounter,
    /// The index of the current row, counted from 0, and its values.
    row: u32,
    values: Vec<String>,
}

impl SheetRows {
    fn new() -> anyhow::Result<Self> {
        let file = tempfile::tempfile().context("a temporary file for a sheet")?;
        Ok(Self {
            out: BufWriter::new(file),
            first: Vec::new(),
            width: None,
            long_numbers: LongNumberCounter::default(),
            row: 0,
            values: Vec::new(),
        })
    }

    fn add(&mut self, row: u32, column: usize, value: &DataRef<'_>) -> anyhow::Result<()> {
        anyhow::ensure!(row >= self.row, "row {} comes after row {}", row + 1, self.row + 1);
        anyhow::ensure!(row < MOST_ROWS && column < MOST_COLUMNS, "a cell beyond the edge of a sheet");
        while self.row < row {
            self.end_row()?;
        }
        let text = text_of(value);
        match value {
            #[expect(clippy::cast_precision_loss, reason = "only its size matters")]
            DataRef::Int(number) => self.long_numbers.see_number(column, *number as f64),
            DataRef::Float(number) => self.long_numbers.see_number(column, *number),
            DataRef::String(_) | DataRef::SharedString(_) if self.width.is_none() => {
                self.long_numbers.see_text(column, &text);
            }
            DataRef::String(_)
            | DataRef::SharedString(_)
            | DataRef::Empty
            | DataRef::DateTimeIso(_)
            | DataRef::DurationIso(_)
            | DataRef::Bool(_)
            | DataRef::DateTime(_)
            | DataRef::Error(_) => {}
        }
        if !text.is_empty() {
            if self.values.len() <= column {
                self.values.resize(column + 1, String::new());
            }
            self.values[column] = text;
        }
        Ok(())
    }

    fn end_row(&mut self) -> std::io::Result<()> {
        self.row += 1;
        let values = std::mem::take(&mut self.values);
        if let Some(width) = self.width {
            return self.write(values, width);
        }
        self.first.push(values);
        if self.first.len() == LOOKED_AT { self.write_first() } else { Ok(()) }
    }

    /// Writes the examined rows: the widest determines the number of columns.
    fn write_first(&mut self) -> std::io::Result<()> {
        let first = std::mem::take(&mut self.first);
        let width = first.iter().map(Vec::len).max().unwrap_or(0);
        self.width = Some(width);
        first.into_iter().try_for_each(|values| self.write(values, width))
    }

    /// Writes a row with all its columns; an empty one as an empty line, which is not a row.
    fn write(&mut self, mut values: Vec<String>, width: usize) -> std::io::Result<()> {
        if !values.is_empty() {
            values.resize(values.len().max(width), String::new());
        }
        for (at, value) in values.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            if value.contains([',', '"']) {
                write!(self.out, "{comma}\"{}\"", value.replace('"', "\"\""))?;
            } else {
                write!(self.out, "{comma}{value}")?;
            }
        }
        self.out.write_all(b"\n")
    }

    fn finish(mut self) -> std::io::Result<(File, Vec<LongNumbers>)> {
        self.end_row()?;
        if self.width.is_none() {
            self.write_first()?;
        }
        let mut file = self.out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        Ok((file, self.long_numbers.finish()))
    }
}

/// The text as in a CSV file. Line ends within a cell become spaces, so that a row stays one line.
fn text_of(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => one_line(text),
        DataRef::SharedString(text) => one_line(text),
        DataRef::Bool(is_true) => is_true.to_string(),
        DataRef::DateTime(instant) => date_time(instant),
        DataRef::Error(error) => error.to_string(),
    }
}

fn one_line(text: &str) -> String {
    text.replace("\r\n", " ").replace(['\r', '\n'], " ")
}

/// A local date-time in the form of RFC 3339 without the offset, which a workbook does not have; a time of day or a
/// duration as hours, minutes and seconds.
fn date_time(instant: &ExcelDateTime) -> String {
    let days = instant.as_f64();
    if instant.is_duration() || (0.0..1.0).contains(&days) {
        return time_of_day(days);
    }
    let (year, month, day, hour, minute, second, ms) = instant.to_ymd_hms_milli();
    let fraction = if ms == 0 { String::new() } else { format!(".{ms:03}") };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}")
}

fn time_of_day(days: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "saturates: a cell of more hours than that is none")]
    let ms = (days * 86_400_000.0).round() as i64;
    let (sign, ms) = if ms < 0 { ("-", ms.saturating_neg()) } else { ("", ms) };
    let (seconds, ms) = (ms / SECOND_MS, ms % SECOND_MS);
    let fraction = if ms == 0 { String::new() } else { format!(".{ms:03}") };
    format!("{sign}{}:{:02}:{:02}{fraction}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
