//! The records of a source with a profile, in batches for several readers at once.

use std::io::{BufRead, Error};
use std::sync::Arc;

use super::documents::Documents;
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
    /// Of CSV: how many fields a record has, and which of them each path of the profile means.
    pub columns: Option<(usize, Arc<[Option<usize>]>)>,
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
}

/// Cuts a source into batches of records.
pub struct Records {
    profile: Arc<Profile>,
    kind: Kind,
    columns: Option<(usize, Arc<[Option<usize>]>)>,
    superseded: Arc<[u64]>,
    place: String,
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
        superseded: Arc<[u64]>,
    ) -> anyhow::Result<Self> {
        let failed = |error: Error| read_error(place, &error);
        let text = as_utf8(reader, Some(Encoding::of(profile.input.encoding))).and_then(without_mark);
        let mut lines = Lines::new(text.map_err(failed)?);
        lines.skip(profile.input.skip_lines).map_err(failed)?;
        let (kind, columns) = match &profile.input.format {
            Format::Jsonl => (Kind::Lines(lines), None),
            Format::Json(keys) => {
                let (mut reader, line) = lines.into_reader();
                // A single record, or one a line, where the platform would put an array around them.
                let is_bare =
                    !keys.is_empty() && super::recognise::is_bare(reader.fill_buf().map_err(failed)?, profile);
                let keys = if is_bare { Vec::new() } else { keys.clone() };
                (Kind::Documents(Documents::new(reader, keys, line)), None)
            }
            Format::Csv(dialect) => {
                let header = header(&mut lines, dialect).map_err(failed)?;
                let columns = header.map(|header| bind(profile, &header, place)).transpose()?;
                (Kind::Lines(lines), columns)
            }
        };
        let profile = Arc::clone(profile);
        Ok(Self { profile, kind, columns, superseded, place: place.to_owned(), size, count: 0, is_done: false })
    }

    /// The next batch; none after the last.
    ///
    /// # Errors
    ///
    /// Where the source cannot be read.
    pub fn next_batch(&mut self) -> anyhow::Result<Option<Batch>> {
        let (mut bytes, mut spans) = (Vec::new(), Vec::new());
        let dialect = match &self.profile.input.format {
            Format::Csv(dialect) => Some(dialect),
            Format::Jsonl | Format::Json(_) => None,
        };
        while !self.is_done && bytes.len() < self.size.max(1) {
            let start = bytes.len();
            let line = match &mut self.kind {
                Kind::Lines(lines) => lines.next(dialect, &mut bytes),
                Kind::Documents(documents) => documents.next(&mut bytes),
            };
            match line.map_err(|error| read_error(&self.place, &error))? {
                Some(line) => spans.push(Span { start, end: bytes.len(), line }),
                None => self.is_done = true,
            }
        }
        if spans.is_empty() {
            return Ok(None);
        }
        let before = self.count;
        self.count += spans.len() as u64;
        let (profile, superseded) = (Arc::clone(&self.profile), Arc::clone(&self.superseded));
        Ok(Some(Batch { profile, bytes, spans, before, superseded, columns: self.columns.clone() }))
    }
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
fn bind(profile: &Profile, header: &[String], place: &str) -> anyhow::Result<(usize, Arc<[Option<usize>]>)> {
    let mut columns = vec![None; profile.paths];
    let mut missing: Vec<String> = Vec::new();
    profile.each_path(&mut |path, is_choice| {
        let found = column(&path.text, header);
        match found {
            Ok(found) => columns[path.number] = Some(found),
            Err(message) if !is_choice && !missing.contains(&message) => missing.push(message),
            Err(_) => {}
        }
    });
    if missing.is_empty() {
        return Ok((header.len(), columns.into()));
    }
    Err(Failure::Input.because(format!(
        "{place}: profile {} does not fit: {}; its header has {}",
        profile.name,
        missing.join("; "),
        super::recognise::list(header.iter().map(String::as_str))
    )))
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
