//! The records of a source with a profile, in batches for several readers at once.

use std::io::{BufRead, Error};
use std::sync::Arc;

use serde_json::Value;

use super::chain::Roots;
use super::documents::Documents;
use super::line_form::{Begins, LineForm};
use super::lines::{Lines, fields};
use super::{Dialect, Format, NoLog, Profile, no_log};
use crate::failure::{Failure, input_error};
use crate::ingest::source::encoding::{Encoding, as_utf8, without_mark};
use crate::nearest::hint;

/// A record's place in its batch and in its source.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// Its first byte in the batch.
    pub start: usize,
    /// After its last byte.
    pub end: usize,
    /// The line of its first byte in the source, from 1.
    pub line: u32,
    /// Which of the batch's documents it stands in, where anything of them is kept.
    pub document: Option<usize>,
}

/// What an earlier reading of the sources has found out about one of them.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The numbers of its superseded records, in order.
    pub superseded: Arc<[u64]>,
    /// The chains of its records.
    pub roots: Option<Arc<Roots>>,
}

/// Which fields of a row a profile means.
#[derive(Debug)]
pub struct Bound {
    /// The names of the columns.
    pub header: Vec<String>,
    /// By the number of a path: its column.
    pub columns: Vec<Option<usize>>,
    /// The columns that the profile names.
    pub names: Vec<(String, usize)>,
}

/// Some records.
#[derive(Debug)]
pub struct Batch {
    /// What they are read with.
    pub profile: Arc<Profile>,
    /// Their bytes.
    pub bytes: Vec<u8>,
    /// Where each is.
    pub spans: Vec<Span>,
    /// Records of the source before these.
    pub before: u64,
    /// The numbers of the source's superseded records, in order.
    pub superseded: Arc<[u64]>,
    /// The chains of its records.
    pub roots: Option<Arc<Roots>>,
    /// Of rows: which fields the profile means.
    pub bound: Option<Arc<Bound>>,
    /// The name of the file.
    pub file: Arc<str>,
    /// What stands in its documents before the records.
    pub documents: Vec<Arc<Value>>,
}

impl Batch {
    /// Whether a record is not superseded by a later version.
    #[must_use]
    pub fn is_latest(&self, at: usize) -> bool {
        self.superseded.binary_search(&(self.before + at as u64)).is_err()
    }
}

enum Kind {
    Lines(Lines),
    Documents(Documents),
    Text(Lines, Begins),
}

/// Cuts a source into batches of records.
pub struct Records {
    profile: Arc<Profile>,
    kind: Kind,
    bound: Option<Arc<Bound>>,
    known: Known,
    place: String,
    file: Arc<str>,
    size: usize,
    count: u64,
    is_done: bool,
}

impl Records {
    /// Batches of about `size` bytes of a source, decompressed. Its header is read and held against the profile.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or lacks a column that the profile names.
    pub fn open(
        reader: Box<dyn BufRead + Send>,
        profile: &Arc<Profile>,
        place: &str,
        size: usize,
        known: Known,
    ) -> anyhow::Result<Self> {
        let failed = |error: Error| read_error(place, &error);
        let text = as_utf8(reader, Some(Encoding::of(profile.input.encoding))).and_then(without_mark);
        let mut lines = Lines::new(text.map_err(failed)?);
        lines.skip(profile.input.skip_lines).map_err(failed)?;
        let (kind, bound) = match &profile.input.format {
            Format::Jsonl => (Kind::Lines(lines), None),
            Format::Json(keys) => {
                let (mut reader, line) = lines.into_reader();
                // A single record, or one a line, where the platform would put an array around them.
                let is_bare =
                    !keys.is_empty() && super::recognise::is_bare(reader.fill_buf().map_err(failed)?, profile);
                let keys = if is_bare { Vec::new() } else { keys.clone() };
                let wanted = profile.input.document_keys.clone();
                (Kind::Documents(Documents::new(reader, keys, wanted, line)), None)
            }
            Format::Csv(dialect) => {
                let header = header(&mut lines, dialect).map_err(failed)?;
                let bound = header.map(|header| bind(profile, header, place)).transpose()?;
                (Kind::Lines(lines), bound)
            }
            Format::Text(forms) => {
                (Kind::Text(lines, Begins::default()), Some(bind(profile, LineForm::all_names(forms), place)?))
            }
        };
        let file = std::path::Path::new(place).file_name().map_or_else(|| place.into(), |name| name.to_string_lossy());
        let profile = Arc::clone(profile);
        let (bound, file) = (bound.map(Arc::new), Arc::from(&*file));
        Ok(Self { profile, kind, bound, known, place: place.to_owned(), file, size, count: 0, is_done: false })
    }

    /// The next batch; none after the last.
    ///
    /// # Errors
    ///
    /// Where the source cannot be read.
    pub fn next_batch(&mut self) -> anyhow::Result<Option<Batch>> {
        let (mut bytes, mut spans) = (Vec::new(), Vec::new());
        let mut documents: Vec<Arc<Value>> = Vec::new();
        let (dialect, forms) = match &self.profile.input.format {
            Format::Csv(dialect) => (Some(dialect), &[][..]),
            Format::Text(forms) => (None, &forms[..]),
            Format::Jsonl | Format::Json(_) => (None, &[][..]),
        };
        let keeps_documents = !self.profile.input.document_keys.is_empty();
        while !self.is_done && bytes.len() < self.size.max(1) {
            let start = bytes.len();
            let line = match &mut self.kind {
                Kind::Lines(lines) => lines.next(dialect, &mut bytes),
                Kind::Documents(documents) => documents.next(&mut bytes),
                Kind::Text(lines, begins) => next_begin(lines, begins, forms, &mut bytes),
            };
            if let Kind::Documents(reader) = &self.kind
                && keeps_documents
                && documents.last().is_none_or(|last| !Arc::ptr_eq(last, reader.document()))
            {
                documents.push(Arc::clone(reader.document()));
            }
            let document = documents.len().checked_sub(1);
            match line.map_err(|error| read_error(&self.place, &error))? {
                Some(line) => spans.push(Span { start, end: bytes.len(), line, document }),
                None => self.is_done = true,
            }
        }
        if spans.is_empty() {
            return Ok(None);
        }
        let before = self.count;
        self.count += spans.len() as u64;
        let Known { superseded, roots } = self.known.clone();
        let (profile, file) = (Arc::clone(&self.profile), Arc::clone(&self.file));
        let bound = self.bound.clone();
        Ok(Some(Batch { profile, bytes, spans, before, superseded, roots, bound, file, documents }))
    }
}

/// Appends the next line that is a record.
fn next_begin(
    lines: &mut Lines,
    begins: &mut Begins,
    forms: &[LineForm],
    out: &mut Vec<u8>,
) -> std::io::Result<Option<u32>> {
    let start = out.len();
    while let Some(line) = lines.next(None, out)? {
        if begins.is_record(&out[start..], forms) {
            return Ok(Some(line));
        }
        out.truncate(start);
    }
    Ok(None)
}

/// The source's own mistakes are told as they are; others as for every file.
#[must_use]
pub fn read_error(place: &str, error: &Error) -> anyhow::Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<NoLog>()) {
        Some(no_log) => Failure::Input.because(format!("{place}: {no_log}")),
        None => input_error(place, error),
    }
}

/// The names of the columns: the profile's, or the first record; none in an empty file.
fn header(lines: &mut Lines, dialect: &Dialect) -> std::io::Result<Option<Vec<String>>> {
    if let Some(header) = &dialect.header {
        return Ok(Some(header.clone()));
    }
    let mut record = Vec::new();
    if lines.next(Some(dialect), &mut record)?.is_none() {
        return Ok(None);
    }
    let names =
        fields(&record, dialect).ok_or_else(|| no_log("the header is not UTF-8, or a quote in it does not end"))?;
    Ok(Some(names.into_iter().map(|name| name.trim().to_owned()).collect()))
}

/// Which field each path of a profile means.
fn bind(profile: &Profile, header: Vec<String>, place: &str) -> anyhow::Result<Bound> {
    let failed = |what: &str| {
        let found = super::recognise::list(header.iter().map(String::as_str));
        Failure::Input
            .because(format!("{place}: profile {} does not fit: {what}; its header has {found}", profile.name))
    };
    if let Some(path) = profile.contradiction(|path| path.column.as_ref().is_some_and(|name| header.contains(name))) {
        return Err(failed(&format!("no file of it has the column `{}`", path.text)));
    }
    let (mut columns, mut names) = (vec![None; profile.paths], Vec::new());
    let mut missing: Vec<String> = Vec::new();
    profile.each_path(&mut |path, is_choice| {
        let Some(name) = &path.column else { return };
        match column(name, &header) {
            Ok(found) => {
                columns[path.number] = Some(found);
                if !names.contains(&(name.clone(), found)) {
                    names.push((name.clone(), found));
                }
            }
            Err(message) if !is_choice && !missing.contains(&message) => missing.push(message),
            Err(_) => {}
        }
    });
    if missing.is_empty() {
        return Ok(Bound { header, columns, names });
    }
    Err(failed(&missing.join("; ")))
}

/// The number of a column by its name, or by its place as in `#3`.
fn column(name: &str, header: &[String]) -> Result<usize, String> {
    let places: Vec<usize> = (0..header.len()).filter(|at| header[*at] == name).collect();
    match (&places[..], name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok())) {
        ([at], _) => Ok(*at),
        ([], Some(number)) if (1..=header.len()).contains(&number) => Ok(number - 1),
        ([], _) => Err(format!("no column `{name}`{}", hint(name, header.iter().map(String::as_str)))),
        ([first, ..], _) => Err(format!(
            "the column `{name}` stands {} times: name it by place, as in \"#{}\"",
            places.len(),
            first + 1
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_name_and_place() {
        let header: Vec<String> = ["id", "Variant", "at", "Variant"].map(str::to_owned).into();
        assert_eq!(column("at", &header), Ok(2));
        assert_eq!(column("#4", &header), Ok(3));
        assert!(column("#5", &header).unwrap_err().contains("no column `#5`"));
        assert!(column("Variant", &header).unwrap_err().contains("stands 2 times: name it by place, as in \"#2\""));
        assert!(column("att", &header).unwrap_err().contains("did you mean `at`?"));
    }
}
