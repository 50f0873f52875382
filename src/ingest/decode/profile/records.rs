//! The records of a source with a profile, in batches for several readers at once.

use std::borrow::Cow;
use std::io::{BufRead, Error, Read};
use std::sync::Arc;

use serde_json::Value;

use super::batch::{Batch, Bound};
use super::chain::Roots;
use super::documents::Documents;
use super::instant::InputZone;
use super::line_form::{Begins, LineForm};
use super::lines::{Lines, fields};
use super::path::Path;
use super::spans::{Form, Span, spans};
use super::told::untold;
use super::{Dialect, Format, NoLog, Profile, convert, no_log};
use crate::failure::{Failure, input_error};
use crate::ingest::decode::buffer::Buffer;
use crate::ingest::decode::csv::{Marks, Rules};
use crate::ingest::decode::parts::{MOST_COLUMNS, TextOptions};
use crate::ingest::decode::pieces::Pieces;
use crate::ingest::source::encoding::{Encoding, as_utf8, without_mark};
use crate::ingest::source::line_ends::with_line_feeds;
use crate::ingest::source::{Observed, Reopen, Source, SourceOptions};
use crate::nearest::hint;
use crate::time::Zone;

/// What an earlier reading of the sources has found out about one of them.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The numbers of its superseded records, in order.
    pub superseded: Arc<[u64]>,
    /// The chains of its records.
    pub roots: Option<Arc<Roots>>,
}

enum Kind {
    /// Records between line ends, and lines before the next piece of them.
    Lines(Pieces, u32),
    Documents(Documents),
    /// The same of lines that begin records, and others.
    Text(Pieces, u32, Begins),
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
    /// Batches of a source's records from its bytes, decompressed. Its header is read and held against the profile.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or lacks a column that the profile names.
    pub fn open(
        reader: Box<dyn BufRead + Send>,
        profile: &Arc<Profile>,
        place: &str,
        options: TextOptions,
        known: Known,
    ) -> anyhow::Result<Self> {
        let TextOptions { size, longest, input_zone, reopen, .. } = options;
        let failed = |error: Error| read_error(place, &error);
        let file = std::path::Path::new(place).file_name().map_or_else(|| place.into(), |name| name.to_string_lossy());
        let file: Arc<str> = Arc::from(&*file);
        let mut lines = Lines::new(text(reader, profile).map_err(failed)?, longest);
        lines.skip(profile.input.skip_lines).map_err(failed)?;
        let (kind, bound) = match &profile.input.format {
            Format::Jsonl => {
                let (reader, line, _) = lines.into_reader();
                (Kind::Lines(Pieces::lines(reader, size, longest), line), None)
            }
            Format::Json(keys) => {
                let (mut reader, line, _) = lines.into_reader();
                // A single record, or one a line, where the platform would put an array around them.
                let is_bare =
                    !keys.is_empty() && super::recognise::is_bare(reader.fill_buf().map_err(failed)?, profile);
                let keys = if is_bare { Vec::new() } else { keys.clone() };
                let wanted = profile.input.document_keys.clone();
                (Kind::Documents(Documents::new(reader, keys, wanted, line, longest)), None)
            }
            Format::Csv(dialect) => {
                let mut record = Vec::new();
                let header = header(&mut lines, dialect, &mut record).map_err(failed)?;
                let bound = header.map(|header| bind(profile, header, place)).transpose()?.map(Arc::new);
                let (reader, line, passed) = lines.into_reader();
                let pieces = match (dialect.quote, &bound) {
                    (Some(quote), Some(bound)) => {
                        let marks = Marks { delimiter: dialect.delimiter, quote };
                        let nothing = Batch::empty(profile, bound, &file);
                        let rules = rules(nothing, marks, longest, input_zone);
                        Pieces::records(reader, size, rules, &record, reopen).behind(passed, Vec::new())
                    }
                    (None, _) | (_, None) => Pieces::lines(reader, size, longest),
                };
                (Kind::Lines(pieces, line), bound)
            }
            Format::Text(forms) => {
                let bound = bind(profile, LineForm::all_names(forms), place)?;
                let (reader, line, _) = lines.into_reader();
                let pieces = Pieces::lines(reader, size, longest);
                (Kind::Text(pieces, line, Begins::default()), Some(Arc::new(bound)))
            }
        };
        let profile = Arc::clone(profile);
        Ok(Self { profile, kind, bound, known, place: place.to_owned(), file, size, count: 0, is_done: false })
    }

    /// How a source's text is opened again, behind so many bytes; none where it cannot be read twice.
    #[must_use]
    pub fn reopen(source: &Source, profile: &Arc<Profile>, options: &SourceOptions) -> Option<Reopen> {
        let is_readable_twice = match source {
            Source::File(path) => path.is_file(),
            Source::Member(_) => true,
            Source::Tail { .. } | Source::Sheet { .. } | Source::Stdin => false,
        };
        let (source, profile, options) = (source.clone(), Arc::clone(profile), options.clone());
        is_readable_twice.then(|| -> Reopen {
            Box::new(move |passed| {
                let reader = source.open_text(&options, &Observed::default()).map_err(Error::other)?.reader;
                let mut reader = text(reader, &profile)?;
                std::io::copy(&mut reader.by_ref().take(passed), &mut std::io::sink())?;
                Ok(reader)
            })
        })
    }

    /// The next batch; none after the last.
    ///
    /// # Errors
    ///
    /// Where the source cannot be read.
    pub fn next_batch(&mut self) -> anyhow::Result<Option<Batch>> {
        let (mut bytes, mut found) = (Vec::new(), Vec::new());
        let mut documents: Vec<Arc<Value>> = Vec::new();
        let (format, place) = (&self.profile.input.format, &self.place);
        let failed = |error: Error| read_error(place, &error);
        while !self.is_done && found.is_empty() {
            match &mut self.kind {
                Kind::Lines(pieces, lines) | Kind::Text(pieces, lines, _) => {
                    let mut buffer = Buffer::default();
                    let Some(piece) = pieces.next(&mut buffer).map_err(failed)? else {
                        self.is_done = true;
                        break;
                    };
                    bytes = buffer.take();
                    found = spans(&bytes, &piece, format, lines);
                }
                Kind::Documents(reader) => {
                    self.is_done =
                        read_documents(reader, self.size, &self.profile, &mut bytes, &mut found, &mut documents)
                            .map_err(failed)?;
                }
            }
            if let (Kind::Text(_, _, begins), Format::Text(forms)) = (&mut self.kind, format) {
                found.retain(|span| span.form != Form::Usual || begins.is_record(&bytes[span.start..span.end], forms));
            }
        }
        if found.is_empty() {
            return Ok(None);
        }
        let before = self.count;
        self.count += found.len() as u64;
        let Known { superseded, roots } = self.known.clone();
        let (profile, file) = (Arc::clone(&self.profile), Arc::clone(&self.file));
        let bound = self.bound.clone();
        Ok(Some(Batch { profile, bytes, spans: found, before, superseded, roots, bound, file, documents }))
    }
}

/// Reads documents until there are about `size` bytes of records; true where there are no more.
fn read_documents(
    reader: &mut Documents,
    size: usize,
    profile: &Profile,
    bytes: &mut Vec<u8>,
    found: &mut Vec<Span>,
    documents: &mut Vec<Arc<Value>>,
) -> std::io::Result<bool> {
    let keeps_documents = !profile.input.document_keys.is_empty();
    while bytes.len() < size.max(1) {
        let start = bytes.len();
        let Some((line, form)) = reader.next(bytes)? else { return Ok(true) };
        if keeps_documents && documents.last().is_none_or(|last| !Arc::ptr_eq(last, reader.document())) {
            documents.push(Arc::clone(reader.document()));
        }
        found.push(Span { start, end: bytes.len(), line, form, document: documents.len().checked_sub(1) });
    }
    Ok(false)
}

/// The text of a source with a profile.
fn text(reader: Box<dyn BufRead + Send>, profile: &Profile) -> std::io::Result<Box<dyn BufRead + Send>> {
    as_utf8(reader, Some(Encoding::of(profile.input.encoding))).and_then(without_mark).and_then(with_line_feeds)
}

/// What rows are, those of a batch without any: the rules make an event of them.
fn rules(nothing: Batch, marks: Marks, longest: usize, input_zone: Zone) -> Rules {
    let width = nothing.bound.as_ref().map_or(0, |bound| bound.header.len());
    let is_ragged = nothing.profile.input.is_ragged;
    let is_row = move |fields: &[Cow<'_, [u8]>]| {
        let texts = fields.iter().map(|field| std::str::from_utf8(field).map(str::to_owned));
        texts
            .collect::<Result<Vec<_>, _>>()
            .is_ok_and(|fields| convert::gives_event(&nothing, fields, &InputZone::new(input_zone)))
    };
    Rules { marks, width, is_ragged, longest, is_row: Arc::new(is_row) }
}

/// The source's own mistakes are told as they are; others as for every file.
#[must_use]
pub fn read_error(place: &str, error: &Error) -> anyhow::Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<NoLog>()) {
        Some(no_log) => Failure::Input.because(format!("{place}: {no_log}")),
        None => input_error(place, error),
    }
}

/// The names of the columns: the profile's, or the first record, which goes into `record`; none in an empty file.
fn header(lines: &mut Lines, dialect: &Dialect, record: &mut Vec<u8>) -> std::io::Result<Option<Vec<String>>> {
    if let Some(header) = &dialect.header {
        return Ok(Some(header.clone()));
    }
    if !lines.header(dialect, record)? {
        return Ok(None);
    }
    let names =
        fields(record, dialect).ok_or_else(|| no_log("the header is not UTF-8, or a quote in it does not end"))?;
    if names.len() > MOST_COLUMNS {
        let what = format!("the header has {} columns, more than {MOST_COLUMNS}: export fewer columns", names.len());
        return Err(no_log(&what));
    }
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
        let is_absent = |path: &Path| path.column.is_some() && columns[path.number].is_none();
        let untold = untold(profile, is_absent);
        return Ok(Bound { header, columns, names, untold });
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
