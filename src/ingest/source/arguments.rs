//! Finds the sources that LOG arguments name.

use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::archive::{is_archive, logs_in_archive, split_member};
use super::file_name::{format_of, split_compression};
use super::format::ENDINGS;
use super::sheets::{sheets_named, split_sheet};
use super::{EngineSource, Source, kept_facts};
use crate::failure::{Failure, input_error};
use crate::file_identity::FileIdentity;
use crate::harmless::{shown, shown_path};
use crate::nearest::nearest;

/// The sources that LOG arguments name: files, ZIP archives and their members, sheets of workbooks, globs, folders, and
/// `-` for standard input.
///
/// # Errors
///
/// If an argument names nothing, or the same file is named twice, because its rows would count twice.
pub fn resolve(arguments: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    let mut sources = Vec::new();
    for argument in arguments {
        let text = argument.to_string_lossy();
        if EngineSource::of(argument).is_some() || kept_facts(argument).is_some() {
            return Err(Failure::Usage.because(format!(
                "{} is read by Spark alone: give --engine spark with --master or --remote",
                shown(&text)
            )));
        }
        if text == "-" {
            sources.push(Source::Stdin);
        } else if let Some((workbook, sheet)) = split_sheet(argument) {
            sources.extend(sheets_named(&workbook, &sheet)?);
        } else if argument.is_dir() {
            sources.extend(logs_in(argument)?.into_iter().map(Source::File));
        } else if argument.exists() || !text.contains(['*', '?', '[']) {
            if !argument.exists()
                && let Some((archive, member)) = split_member(argument)
            {
                sources.extend(logs_in_archive(&archive, Some(&member))?);
                continue;
            }
            std::fs::metadata(argument).map_err(|error| unreadable(argument, &error))?;
            sources.extend(file_or_members(argument.clone())?);
        } else {
            for path in matches_of(&text)? {
                sources.extend(file_or_members(path)?);
            }
        }
    }
    let mut seen = HashSet::new();
    for source in &sources {
        let (file, part) = match source {
            Source::File(path) | Source::Tail { path, .. } => (identity(path), ""),
            Source::Member(member) => (identity(&member.archive), &*member.name),
            Source::Sheet { workbook, sheet } => (identity(workbook), &**sheet),
            Source::Stdin => {
                (FileIdentity::of_stream(std::io::stdin()).unwrap_or_else(|| FileIdentity::Path("-".into())), "")
            }
        };
        if !seen.insert((file, part)) {
            let location = source.location();
            return Err(
                Failure::Usage.because(format!("{location} is named twice: its rows would count twice; name it once"))
            );
        }
    }
    // The default sheet of a workbook may be one that is also named.
    let of_sheet = sources.iter().find_map(|source| match source {
        Source::Sheet { workbook, .. } if seen.contains(&(identity(workbook), "")) => Some(workbook),
        Source::Sheet { .. } | Source::File(_) | Source::Tail { .. } | Source::Member(_) | Source::Stdin => None,
    });
    if let Some(workbook) = of_sheet {
        let location = shown_path(workbook);
        return Err(Failure::Usage.because(format!(
            "{location} is named with a sheet and without one: name each sheet, as in {location}/Sheet1"
        )));
    }
    Ok(sources)
}

/// Equal for all names of a file: links, hard links, paths with dots. A pipe or device has its path.
fn identity(path: &Path) -> FileIdentity {
    FileIdentity::of(path)
        .unwrap_or_else(|| FileIdentity::Path(path.canonicalize().unwrap_or_else(|_| path.to_owned())))
}

/// The reason why a file cannot be read; if it is missing, with a file beside it that has a similar name.
fn unreadable(path: &Path, error: &std::io::Error) -> anyhow::Error {
    let message = input_error(&shown_path(path), error);
    if error.kind() != ErrorKind::NotFound {
        return message;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names: Vec<String> = beside.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match nearest(&name, names.iter().map(String::as_str)) {
        Some(near) => Failure::Input.because(format!("{message}; did you mean `{}`?", shown(near))),
        None => message,
    }
}

/// A file, or the members of an archive.
fn file_or_members(path: PathBuf) -> anyhow::Result<Vec<Source>> {
    if is_archive(&path) { logs_in_archive(&path, None) } else { Ok(vec![Source::File(path)]) }
}

fn is_log(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let (stem, _) = split_compression(&name);
    path.is_file() && Path::new(stem).extension().is_some_and(|ending| format_of(&ending.to_string_lossy()).is_some())
}

fn logs_in(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let location = shown_path(folder);
    let entries = std::fs::read_dir(folder).map_err(|error| input_error(&location, &error))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| input_error(&location, &error))?.path();
        if is_log(&path) {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        let endings = ENDINGS.map(|(ending, _)| format!(".{ending}")).join(", ");
        return Err(Failure::Input.because(format!(
            "{location}: no logs in this folder: expected files that end in {endings}, plain or with .gz or .zst"
        )));
    }
    paths.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
    Ok(paths)
}

fn matches_of(pattern: &str) -> anyhow::Result<Vec<PathBuf>> {
    // A name that cannot be a glob is the name of a file, which does not exist.
    let missing = || input_error(&shown(pattern), &ErrorKind::NotFound.into());
    let found = glob::glob(pattern).map_err(|_| missing())?;
    let mut paths = Vec::new();
    for path in found {
        let path = path.map_err(|error| input_error(&shown_path(error.path()), error.error()))?;
        if path.is_file() {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(Failure::Input.because(format!("no file matches `{}`", shown(pattern))));
    }
    paths.sort();
    Ok(paths)
}
