//! Sheets of workbooks as separate sources: `book.xlsx/Messages`, and `book.xlsx/*` for all that are not hidden.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::file_name::format_of_name;
use super::{InputFormat, Observed, Source, SourceNote, SourceOptions, xlsx};
use crate::failure::{Failure, input_error};
use crate::harmless::{shown, shown_path};
use crate::nearest;

/// Splits the path of a sheet into the workbook's path and the sheet's name: `book.xlsx/Messages`.
#[must_use]
pub fn split_sheet(path: &Path) -> Option<(PathBuf, String)> {
    let workbook = path.parent().filter(|parent| parent.is_file())?;
    let sheet = path.file_name()?.to_str()?.to_owned();
    let is_named_so = format_of_name(&workbook.to_string_lossy()) == Some(InputFormat::Xlsx);
    (is_named_so && Source::File(workbook.to_owned()).is_sheet(&SourceOptions::default()))
        .then(|| (workbook.to_owned(), sheet))
}

/// Adds to an error about a workbook the other sheets that have tables: the sheet that was read may be a cover.
#[must_use]
pub fn with_other_sheets(error: anyhow::Error, source: &Source, options: &SourceOptions) -> anyhow::Error {
    let is_workbook = *source != Source::Stdin && source.is_sheet(options);
    if Failure::of(&error) != Some(Failure::Input) || !is_workbook {
        return error;
    }
    let observed = Observed::default();
    // If the workbook cannot be opened, the error already states it.
    if source.text(options, &observed, xlsx::START).is_err() {
        return error;
    }
    let notes = observed.notes();
    let others = notes.iter().find_map(|note| match note {
        SourceNote::OtherSheets { read, others } => Some((read, others)),
        SourceNote::TrailingBytes { .. } | SourceNote::Misnamed { .. } => None,
    });
    let Some((read, others)) = others else { return error };
    let location = source.location();
    let named: Vec<String> = others.iter().map(|name| format!("`{}`", shown(name))).collect();
    let first = others.first().map_or("", String::as_str);
    error.context(format!(
        "{location}: sheet `{}` was read, because nobody named one; {} with a table: name it, as in --sheet '{}'",
        shown(read),
        if named.len() == 1 {
            format!("{} is another", named.join(", "))
        } else {
            format!("{} are others", named.join(", "))
        },
        shown(first)
    ))
}

/// The sheets that match a name or a glob. A glob matches no hidden sheets.
///
/// # Errors
///
/// If the workbook cannot be read, or has no such sheet.
pub fn sheets_named(workbook: &Path, requested: &str) -> anyhow::Result<Vec<Source>> {
    let location = shown_path(workbook);
    let file = File::open(workbook).map_err(|error| input_error(&location, &error))?;
    let sheets = xlsx::sheets(file, &location)?;
    let source = |sheet: &str| Source::Sheet { workbook: workbook.to_owned(), sheet: sheet.to_owned() };
    if sheets.iter().any(|(name, _)| name == requested) {
        return Ok(vec![source(requested)]);
    }
    let glob = requested.contains(['*', '?', '[']).then(|| glob::Pattern::new(requested).ok()).flatten();
    let is_meant = |name: &str| glob.as_ref().is_some_and(|glob| glob.matches(name));
    let found: Vec<Source> =
        sheets.iter().filter(|(name, is_hidden)| !is_hidden && is_meant(name)).map(|(name, _)| source(name)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names = || sheets.iter().map(|(name, _)| name.as_str());
    let known: Vec<String> = names().map(|name| format!("`{}`", shown(name))).collect();
    Err(Failure::Input.because(format!(
        "{location}: no sheet `{}` in this workbook{}; it has {}",
        shown(requested),
        nearest::hint(requested, names()),
        known.join(", ")
    )))
}
