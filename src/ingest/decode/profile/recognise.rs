//! Recognises the profile of a source by the keys and columns of its first records. It never guesses: if no profile or
//! several match, the message lists what was found.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::element::Element;
use super::line_form::RecordBegins;
use super::lines::fields;
use super::path::Path;
use super::{Dialect, Format, Profile, Sign, sample};
use crate::event::Column;
use crate::failure::Failure;
use crate::ingest::decode::csv::{CsvLayout, header_below};
use crate::ingest::source::json_lines_below;
use crate::shown::{are_names, may_be_shown};

/// The most names that an error lists.
const NAMES: usize = 24;
/// Shown instead of names if the first line may hold anything.
const NO_NAMES: &str = "nothing that looks like names of columns";
/// The most profiles that an error lists.
const NEAREST: usize = 3;

/// The profile of a source that begins with these bytes, decompressed; `None` if it is canonical.
///
/// # Errors
///
/// If it is not canonical and no profile or several profiles match.
pub fn recognise(start: &[u8], location: &str) -> anyhow::Result<Option<Arc<Profile>>> {
    if let Some(found) = of_text(start, location)? {
        return Ok(Some(found));
    }
    let start = Start::of(start);
    let found = start.names();
    let has = |column: Column| found.iter().any(|name| name == column.name());
    // Unreadable rows are reported one by one later.
    if found.is_empty() || has(Column::Ts) && has(Column::Event) {
        return Ok(None);
    }
    let mut fitting = Vec::new();
    let mut near: Vec<(usize, usize, String)> = Vec::new();
    for name in Profile::names() {
        let profile = Profile::built_in(name)?;
        match start.lacks(&profile) {
            Some(lacks) if lacks.is_empty() => fitting.push(profile),
            Some(lacks) => near.push((lacks.len(), near.len(), format!("{name} (but for {})", lacks.join(", ")))),
            None => {}
        }
    }
    match fitting.len() {
        1 => Ok(fitting.pop().map(Arc::new)),
        0 if has(Column::Ts) || has(Column::Event) => Ok(None),
        0 => {
            near.sort();
            let near: Vec<String> = near.into_iter().take(NEAREST).map(|(.., text)| text).collect();
            let near = if near.is_empty() { String::new() } else { format!("; nearest: {}", near.join("; ")) };
            Err(Failure::Input.because(format!(
                "{location}: no column `ts`, and no known export: found {}{near}. Name its profile with --profile NAME \
                 (`dialogram profiles` lists those that are built in), or let `dialogram inspect {location}` propose one",
                start.shown(&found)
            )))
        }
        _ => {
            let names: Vec<&str> = fitting.iter().map(|profile| profile.name.as_str()).collect();
            Err(Failure::Input.because(format!(
                "{location}: several profiles fit: {}; choose one with --profile NAME (found {})",
                names.join(", "),
                start.shown(&found)
            )))
        }
    }
}

/// The profile of a text whose lines begin records. Errors do not repeat its content.
fn of_text(start: &[u8], location: &str) -> anyhow::Result<Option<Arc<Profile>>> {
    let mut fitting = fitting_text(start)?;
    if fitting.len() > 1 {
        let names: Vec<String> =
            fitting.iter().map(|profile| format!("{} ({})", profile.name, profile.title)).collect();
        return Err(Failure::Input.because(format!(
            "{location}: several profiles fit: {}; choose one with --profile NAME",
            names.join(", ")
        )));
    }
    Ok(fitting.pop().map(Arc::new))
}

fn fitting_text(start: &[u8]) -> anyhow::Result<Vec<Profile>> {
    let mut fitting = Vec::new();
    for name in Profile::names_of_text() {
        let profile = Profile::built_in(name)?;
        if fits_text(start, &profile) {
            fitting.push(profile);
        }
    }
    Ok(fitting)
}

/// The names of the built-in text profiles that match the first bytes of a source, decompressed.
///
/// # Errors
///
/// If a built-in profile is invalid, which is a bug.
pub fn profiles_of_text(start: &[u8]) -> anyhow::Result<Vec<String>> {
    Ok(fitting_text(start)?.into_iter().map(|profile| profile.name).collect())
}

/// Whether the first line begins a record of a text profile, and every line that looks like a beginning can be read.
fn fits_text(start: &[u8], profile: &Profile) -> bool {
    let Format::Text(forms) = &profile.input.format else { return false };
    if profile.signs.is_empty() {
        return false;
    }
    // The last line may be incomplete.
    let whole = memchr::memrchr(b'\n', start).map_or(start, |end| &start[..end]);
    // Most files are recognised by their first line; the others are decoded only then.
    let lines = whole
        .split(|byte| *byte == b'\n')
        .map(|line| String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line)));
    let mut lines = lines.skip(profile.input.skip_lines as usize).filter(|line| !line.trim().is_empty());
    let begins_one = |line: &str| forms.iter().any(|form| form.fields(line).is_some());
    let Some(first) = lines.next().filter(|line| begins_one(line)) else { return false };
    let mut begins = RecordBegins::default();
    begins.is_record(first.as_bytes(), forms);
    lines.all(
        |line| if begins_one(&line) { begins.is_record(line.as_bytes(), forms) } else { !begins.looks_like_one(&line) },
    )
}

/// Checks the first bytes of a source, decompressed, against a built-in profile that the user selected.
///
/// # Errors
///
/// If its records match another built-in profile and not this one.
pub fn check_profile(start: &[u8], location: &str, profile: &Profile) -> anyhow::Result<()> {
    let (bytes, start) = (start, Start::of(start));
    let fits =
        |profile: &Profile| fits_text(bytes, profile) || start.lacks(profile).is_some_and(|lacks| lacks.is_empty());
    if fits(profile) {
        return Ok(());
    }
    for name in Profile::names().filter(|name| *name != profile.name) {
        if fits(&Profile::built_in(name)?) {
            let own = &profile.name;
            return Err(Failure::Input.because(format!(
                "{location}: its records are those of the profile {name}, not of {own}: omit --profile. To read them as \
                 {own} anyway, copy that profile (`dialogram profiles {own} --format toml`) and give your copy"
            )));
        }
    }
    Ok(())
}

/// Whether JSON text begins with a record of a profile whose records are otherwise in an array.
#[must_use]
pub fn is_bare(start: &[u8], profile: &Profile) -> bool {
    let documents = sample::documents(&String::from_utf8_lossy(start));
    match &profile.input.format {
        Format::Json(keys)
            if documents.iter().any(|document| !sample::records(std::slice::from_ref(document), keys).is_empty()) =>
        {
            false
        }
        Format::Json(_) => lacks(&sample::records(&documents, &[]), profile).is_some_and(|lacks| lacks.is_empty()),
        Format::Jsonl | Format::Csv(_) | Format::Text(_) => false,
    }
}

/// Names with commas between, shortened if there are many. In a file without a header, data is found in place of names:
/// it may be personal, and is not shown.
#[must_use]
pub fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.collect();
    if !may_be_shown(names.iter().copied()) {
        return NO_NAMES.to_owned();
    }
    let shown: Vec<String> = names.iter().take(NAMES).map(|name| format!("`{}`", name.escape_debug())).collect();
    let more = if names.len() > NAMES { format!(" and {} more", names.len() - NAMES) } else { String::new() };
    format!("{}{more}", shown.join(", "))
}

/// The first bytes of a source.
enum Start {
    Json(Vec<Value>),
    Text(Vec<u8>),
}

impl Start {
    fn of(start: &[u8]) -> Self {
        let (text, _) = match encoding_rs::Encoding::for_bom(start) {
            Some((encoding, mark)) => encoding.decode_without_bom_handling(&start[mark..]),
            None => (String::from_utf8_lossy(start), false),
        };
        let text = text.trim_start();
        if text.starts_with(['{', '[']) {
            Self::Json(sample::documents(text))
        } else if let Some(begin) = json_lines_below(text.as_bytes()) {
            // A line above JSON Lines that is not JSON: only that row is rejected.
            Self::Json(sample::documents(&text[begin..]))
        } else {
            let has_mark = encoding_rs::Encoding::for_bom(start).is_some();
            Self::Text(if has_mark { text.as_bytes().to_vec() } else { start.to_vec() })
        }
    }

    /// The names as shown in a message. Those of a text are shown only if they are surely not text that a person wrote.
    fn shown(&self, names: &[String]) -> String {
        if let Self::Text(text) = self {
            let below = memchr::memchr(b'\n', text).map_or(&[][..], |end| &text[end..]);
            if !are_names(names.iter().map(String::as_str), below) {
                return NO_NAMES.to_owned();
            }
        }
        list(names.iter().map(String::as_str))
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut add = |name: String| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        match self {
            Self::Json(documents) => {
                for record in sample::records(documents, &[]) {
                    let Some(record) = record.as_object() else { continue };
                    if sample::is_by_id(record) {
                        // The keys are data, and may be names of people.
                        let first = record.values().next().and_then(Value::as_object);
                        first.into_iter().flat_map(Map::keys).for_each(|inner| add(format!("*.{inner}")));
                        continue;
                    }
                    for (key, value) in record {
                        add(key.clone());
                        // In a page of an API, the names are those of its records.
                        let first = value.as_array().and_then(|array| array.first()).and_then(Value::as_object);
                        first
                            .into_iter()
                            .flat_map(|first| first.keys())
                            .for_each(|inner| add(format!("{key}[].{inner}")));
                    }
                }
            }
            Self::Text(text) => {
                // A log may have a title above its header.
                let header = header_below(text).map_or_else(|| first_line(text, 0), |(from, to)| &text[from..to]);
                let delimiter = CsvLayout::of_header(header).delimiter;
                let dialect = Dialect { delimiter, quote: Some(b'"'), header: None };
                fields(header, &dialect).into_iter().flatten().for_each(|name| add(name.trim().to_owned()));
                names.retain(|name| !name.is_empty());
            }
        }
        names
    }

    /// The missing keys of the nearest sign of a profile; `None` if the source cannot have this profile.
    fn lacks(&self, profile: &Profile) -> Option<Vec<String>> {
        match (self, &profile.input.format) {
            (Self::Json(documents), Format::Json(keys)) => {
                let inside = sample::records(documents, keys);
                lacks(if inside.is_empty() { sample::records(documents, &[]) } else { inside }.as_slice(), profile)
            }
            (Self::Json(documents), Format::Jsonl) => lacks(&sample::records(documents, &[]), profile),
            (Self::Text(text), Format::Csv(dialect)) => {
                let header = match &dialect.header {
                    Some(header) => header.clone(),
                    None => fields(first_line(text, profile.input.skip_lines), dialect)?,
                };
                nearest_sign(profile, &[()], |(), path| {
                    path.column.as_ref().is_some_and(|column| header.iter().any(|name| name.trim() == column))
                })
            }
            (Self::Json(_), Format::Csv(_))
            | (Self::Text(_), Format::Json(_) | Format::Jsonl)
            | (_, Format::Text(_)) => None,
        }
    }
}

fn lacks(records: &[&Value], profile: &Profile) -> Option<Vec<String>> {
    nearest_sign(profile, records, |record, path| path.find(&[Element::alone(record)], None).is_some())
}

/// The keys of the nearest sign that the records lack. `None` if they have no key of any sign, or have a key that the
/// sign excludes.
fn nearest_sign<R>(profile: &Profile, records: &[R], has: impl Fn(&R, &Path) -> bool) -> Option<Vec<String>> {
    let lacking = |sign: &Sign| {
        let is_other = records.iter().any(|record| sign.without.iter().any(|path| has(record, path)));
        let missing = |record: &R| -> Vec<String> {
            sign.keys.iter().filter(|key| !has(record, key)).map(|key| key.text.clone()).collect()
        };
        let least = records.iter().map(missing).min_by_key(Vec::len)?;
        (!is_other && least.len() < sign.keys.len()).then_some(least)
    };
    profile.signs.iter().filter_map(lacking).min_by_key(Vec::len)
}

/// The first line that is not blank, after the skipped lines.
fn first_line(text: &[u8], skip: u32) -> &[u8] {
    let lines = text.split(|byte| *byte == b'\n').skip(skip as usize);
    let line = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line)).find(|line| !line.trim_ascii().is_empty());
    line.unwrap_or_default()
}
