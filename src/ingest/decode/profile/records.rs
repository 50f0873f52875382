//! The records of a source with a profile, in batches, so that several readers can work at once.

use std::borrow::Cow;
use std::io::{BufRead, Error, Read};
use std::sync::Arc;

use super::batch::{FieldSet, RecordBatch};
use super::chain::Roots;
use super::instant::InputZone;
use super::known_facts::missing_facts;
use super::line_form::LineForm;
use super::lines::HeadLines;
use super::path::Path;
use super::raw::{Headed, Raw, RawBatch, Sizes};
use super::{Format, NoLog, Profile, convert};
use crate::failure::{Failure, input_error};
use crate::ingest::decode::csv::IsRow;
use crate::ingest::decode::parts::TextOptions;
use crate::ingest::source::encoding::{Encoding, as_utf8, without_mark};
use crate::ingest::source::line_ends::with_line_feeds;
use crate::ingest::source::record_separators::without_separators;
use crate::ingest::source::{Observed, Reopen, Source, SourceOptions};
use crate::nearest::hint;
use crate::time::Zone;

/// The result of an earlier pass over one of the sources.
#[derive(Debug, Clone, Default)]
pub struct KnownSource {
    /// The numbers of its superseded records, in order.
    pub superseded: Arc<[u64]>,
    /// The chains of its records.
    pub roots: Option<Arc<Roots>>,
}

/// Cuts a source into batches of records.
pub struct Records {
    profile: Arc<Profile>,
    raw: Raw,
    bound: Option<Arc<FieldSet>>,
    known: KnownSource,
    location: String,
    file: Arc<str>,
    count: u64,
}

impl Records {
    /// Batches of a source's records from its decompressed bytes. Reads its header and checks it against the profile.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or lacks a column that the profile uses.
    pub fn open(
        reader: Box<dyn BufRead + Send>,
        profile: &Arc<Profile>,
        location: &str,
        options: TextOptions,
        known: KnownSource,
    ) -> anyhow::Result<Self> {
        let TextOptions { size, longest, input_zone, reopen, .. } = options;
        let sizes = Sizes { batch: size, longest };
        let failed = |error: Error| read_error(location, &error);
        let file =
            std::path::Path::new(location).file_name().map_or_else(|| location.into(), |name| name.to_string_lossy());
        let file: Arc<str> = Arc::from(&*file);
        let reader = text(reader, Encoding::of(profile.input.encoding)).map_err(failed)?;
        let mut lines = HeadLines::new(reader, longest);
        lines.skip(profile.input.skip_lines).map_err(failed)?;
        let (raw, bound) = match &profile.input.format {
            Format::Jsonl => (Raw::lines(lines, &sizes), None),
            Format::Json(keys) => {
                // A single record, or one per line, where the platform would put an array around them.
                let is_bare = !keys.is_empty() && super::recognise::is_bare(lines.start().map_err(failed)?, profile);
                let keys = if is_bare { Vec::new() } else { keys.clone() };
                (Raw::documents(lines, keys, profile.input.document_keys.clone(), &sizes), None)
            }
            Format::Csv(dialect) => {
                let headed = Headed::read(lines, dialect).map_err(failed)?;
                let bound =
                    headed.names.clone().map(|header| bind(profile, header, location)).transpose()?.map(Arc::new);
                let is_row: Arc<IsRow> = match &bound {
                    Some(bound) => is_row(RecordBatch::empty(profile, bound, &file), input_zone),
                    None => Arc::new(|_| false),
                };
                (Raw::table(headed, profile.input.is_ragged, is_row, &sizes, reopen), bound)
            }
            Format::Text(forms) => {
                let bound = bind(profile, LineForm::all_names(forms), location)?;
                (Raw::text(lines, profile.input.format.clone(), &sizes), Some(Arc::new(bound)))
            }
        };
        Ok(Self { profile: Arc::clone(profile), raw, bound, known, location: location.to_owned(), file, count: 0 })
    }

    /// Opens a source's text again from a byte position; `None` if it cannot be read twice.
    #[must_use]
    pub fn reopen(source: &Source, encoding: Encoding, options: &SourceOptions) -> Option<Reopen> {
        let is_readable_twice = match source {
            Source::File(path) => path.is_file(),
            Source::Member(_) => true,
            Source::Tail { .. } | Source::Sheet { .. } | Source::Stdin => false,
        };
        let (source, options) = (source.clone(), options.clone());
        is_readable_twice.then(|| -> Reopen {
            Box::new(move |passed| {
                let reader = source.open_text(&options, &Observed::default()).map_err(Error::other)?.reader;
                let mut reader = text(reader, encoding)?;
                std::io::copy(&mut reader.by_ref().take(passed), &mut std::io::sink())?;
                Ok(reader)
            })
        })
    }

    /// The next batch; `None` after the last.
    ///
    /// # Errors
    ///
    /// If the source cannot be read.
    pub fn next_batch(&mut self) -> anyhow::Result<Option<RecordBatch>> {
        let batch = self.raw.next_batch().map_err(|error| read_error(&self.location, &error))?;
        let Some(RawBatch { bytes, spans, documents }) = batch else { return Ok(None) };
        let before = self.count;
        self.count += spans.len() as u64;
        let KnownSource { superseded, roots } = self.known.clone();
        let (profile, file) = (Arc::clone(&self.profile), Arc::clone(&self.file));
        let bound = self.bound.clone();
        Ok(Some(RecordBatch { profile, bytes, spans, before, superseded, roots, bound, file, documents }))
    }
}

/// The text of a source in an encoding. A byte-order mark at its start overrides the encoding.
///
/// # Errors
///
/// If its first bytes cannot be read.
pub fn text(reader: Box<dyn BufRead + Send>, encoding: Encoding) -> std::io::Result<Box<dyn BufRead + Send>> {
    as_utf8(reader, Some(encoding)).and_then(without_mark).and_then(with_line_feeds).and_then(without_separators)
}

/// The check for a row: the rules of the profile make an event of its fields. `nothing` is a batch without rows.
fn is_row(nothing: RecordBatch, input_zone: Zone) -> Arc<IsRow> {
    Arc::new(move |fields: &[Cow<'_, [u8]>]| {
        let texts = fields.iter().map(|field| std::str::from_utf8(field).map(str::to_owned));
        texts
            .collect::<Result<Vec<_>, _>>()
            .is_ok_and(|fields| convert::gives_event(&nothing, fields, &InputZone::new(input_zone)))
    })
}

/// Mistakes in the source's content are reported unchanged; other errors as for every file.
#[must_use]
pub fn read_error(location: &str, error: &Error) -> anyhow::Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<NoLog>()) {
        Some(no_log) => Failure::Input.because(format!("{location}: {no_log}")),
        None => input_error(location, error),
    }
}

/// Finds the field of each path of a profile.
fn bind(profile: &Profile, header: Vec<String>, location: &str) -> anyhow::Result<FieldSet> {
    let failed = |what: &str| {
        let found = super::recognise::list(header.iter().map(String::as_str));
        Failure::Input
            .because(format!("{location}: profile {} does not fit: {what}; its header has {found}", profile.name))
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
        let missing_facts = missing_facts(profile, is_absent);
        let expected = profile.expected_columns(&header);
        return Ok(FieldSet { header, columns, names, missing_facts, expected });
    }
    Err(failed(&missing.join("; ")))
}

/// The index of a column, by its name or by its position, as in `#3`.
fn column(name: &str, header: &[String]) -> Result<usize, String> {
    let columns: Vec<usize> = (0..header.len()).filter(|at| header[*at] == name).collect();
    match (&columns[..], name.strip_prefix('#').and_then(|number| number.parse::<usize>().ok())) {
        ([at], _) => Ok(*at),
        ([], Some(number)) if (1..=header.len()).contains(&number) => Ok(number - 1),
        ([], _) => Err(format!("no column `{name}`{}", hint(name, header.iter().map(String::as_str)))),
        ([first, ..], _) => Err(format!(
            "the column `{name}` appears {} times: name it by its place, as in \"#{}\"",
            columns.len(),
            first + 1
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_name_and_number() {
        let header: Vec<String> = ["id", "Variant", "at", "Variant"].map(str::to_owned).into();
        assert_eq!(column("at", &header), Ok(2));
        assert_eq!(column("#4", &header), Ok(3));
        assert!(column("#5", &header).unwrap_err().contains("no column `#5`"));
        assert!(
            column("Variant", &header).unwrap_err().contains("appears 2 times: name it by its place, as in \"#2\"")
        );
        assert!(column("att", &header).unwrap_err().contains("did you mean `at`?"));
    }
}
