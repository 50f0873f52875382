//! Describes an unknown file: its form, its columns, how they could become events, and its mistakes.
//!
//! It finds the encoding, then the dialect, then reads all rows once. Only counts, bounds and a few short values are
//! kept, and possible message text is not shown.

mod columns;
mod pages;
pub mod proposals;
pub mod reading;
mod time_notations;
mod words;

use std::io::{BufRead, BufReader};
use std::sync::Arc;

use anyhow::Context;

pub use self::columns::privacy::Examples;
pub use self::pages::command::{RunFile, quoted, report_command, report_together};
use self::pages::describe;
pub use self::pages::inspection::{
    CandidateFound, ColumnFound, DialectFound, EncodingFound, EventFound, FileFound, Inspection, MappingFound, Problem,
    Quality, RowOrder, SheetFound, SilenceFound, TimeFound, UnusedFound, Zoned,
};
use self::pages::profile;
use self::proposals::proposal::Proposal;
use self::proposals::{is_log, machines, propose};
use self::reading::bounded::{Bounded, CutShort};
use self::reading::bytes::{self, FoundEncoding, encoding_of};
use self::reading::form::{FileForm, WorkbookSheet};
use self::reading::log::LogRead;
pub use self::reading::source_shape::{SourceShape, shape_of_source};
use self::reading::survey::Survey;
use self::reading::trial::{Trial, Tried};
use self::reading::{document, parquet, rows};
use crate::ingest::encoding::Encoding;
use crate::ingest::profile::Profile;
use crate::ingest::profile::raw::{Raw, Sizes, lines_of};
use crate::ingest::profile::recognise::{profiles_of_text, recognise};
use crate::ingest::profile::records::{Records, read_error, text};
use crate::ingest::source::{
    InputFormat, Observed, Reopen, Source, SourceOptions, TextFormat, Unpacked, sniff_text, text_format,
};
use crate::ingest::{MOST_COLUMNS, Options, xlsx};
use crate::language::{Argument, Language, Message};

/// The number of bytes read at a time.
const BATCH: usize = 1 << 20;

/// The description of a file, and the mapping proposed for it.
pub struct InspectedFile {
    /// Its description.
    pub found: FileFound,
    /// A proposed profile, if the file is not a canonical log and no built-in profile fits.
    pub profile: Option<WrittenProfile>,
    /// The encoding to specify for this file, if it must be specified.
    pub encoding: Option<String>,
    /// Flags needed for the report.
    pub flags: Vec<String>,
    /// Whether the built-in profile that fits is a form to fill in first.
    pub is_form: bool,
    /// The built-in profiles that fit, if there are several.
    pub fitting: Vec<String>,
}

/// The text of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenProfile {
    /// The text as TOML.
    pub text: String,
    /// Whether a report can be made with it. If not, its gaps are marked, and it yields no events until they are
    /// filled.
    pub is_complete: bool,
}

/// Describes a source. `name` is its name for people. If the options set a profile, the source is read with that
/// profile.
///
/// # Errors
///
/// If it cannot be opened, read or decompressed.
pub fn inspect_file(
    source: &Source,
    name: &str,
    options: &Options,
    examples: Examples,
) -> anyhow::Result<InspectedFile> {
    inspect_files(std::slice::from_ref(source), name, options, examples, Language::English)
}

/// Describes several sources of one shape ([`shape_of_source`]) as one. `name` is their common name for people. The
/// comments of a proposed profile are in `language`.
///
/// # Errors
///
/// If there is no source, or one cannot be opened, read or decompressed.
pub fn inspect_files(
    sources: &[Source],
    name: &str,
    options: &Options,
    examples: Examples,
    language: Language,
) -> anyhow::Result<InspectedFile> {
    let mut survey = Survey::default();
    let source = sources.first().context("no source to look at")?;
    let mut form = read(source, options, &mut survey)?;
    for other in &sources[1..] {
        let cut = read(other, options, &mut survey)?.cut;
        form.cut = form.cut.or(cut);
    }
    survey.settle();
    let of_source = SourceOptions {
        format: Some(form.format),
        // Otherwise the reader would find only broken rows, although one encoding is likely.
        encoding: form.encoding.map(|found| found.encoding),
        ..options.source.clone()
    };
    let options = Options { source: of_source, ..options.clone() };
    // A profile reads no Parquet: such a file is either a log, or the reader rejects it.
    // The reader of logs finds no records inside of other objects.
    let is_at_top = form.records.is_empty();
    let has_both = is_at_top && ["ts", "event"].iter().all(|name| survey.column(name).is_some());
    let given = options.profiles.iter().flatten().next().cloned();
    let is_log = if form.format == InputFormat::Parquet { has_both } else { is_at_top && is_log(&survey) };
    let is_given = given.is_some();
    let is_canonical = !is_given && is_log;
    let (recognised, fitting) = match given {
        Some(profile) => (Some(profile), Vec::new()),
        None if is_canonical || has_both => (None, Vec::new()),
        None => recognised_by(source, &options.source)?,
    };
    let tried = (sources, &options);
    let (recognised, of_text) = match (recognised, fitting.is_empty()) {
        (Some(profile), _) if profile.is_text() => read_as_text(tried, &mut form, &mut survey, profile, is_given)?,
        (recognised, true) => (recognised, None),
        (recognised, false) => {
            (form.format, form.dialect) = (InputFormat::Text, None);
            survey.forget_table();
            (recognised, None)
        }
    };
    let mut proposal = (!is_canonical && recognised.is_none() && fitting.is_empty()).then(|| propose(&survey));
    let tried = Tried { sources, options: &options, form: &form, rows: survey.rows };
    let mut missing = Vec::new();
    let mut read = None;
    if let Some(proposal) = &mut proposal {
        read = try_proposal(&tried, name, &survey, proposal)?;
        missing.clone_from(&proposal.missing);
    } else if fitting.is_empty() {
        let trial = of_text.map_or_else(|| tried.by(recognised.clone()), Ok)?;
        let Trial { read: rows, failed } = trial;
        (read, missing) = (rows, failed.into_iter().collect());
        missing.extend(recognised.as_deref().and_then(gaps_of_form));
    } else {
        missing.push(which_of(&fitting));
    }
    let profile = proposal.as_ref().map(|proposal| WrittenProfile {
        text: profile::to_toml(name, &form, &survey, proposal, language),
        is_complete: proposal.is_complete(),
    });
    let kind = match (&recognised, &proposal) {
        (Some(profile), _) => describe::SourceKind::Known(profile),
        (None, Some(proposal)) => describe::SourceKind::Proposed(proposal),
        (None, None) if fitting.is_empty() => describe::SourceKind::Canonical,
        (None, None) => describe::SourceKind::Open,
    };
    let mut found = describe::found(name, &form, &survey, &kind, read, missing, examples);
    if sources.len() > 1 {
        found.quality.forget_lines();
    }
    let mut flags = proposal.as_ref().map(|proposal| proposal.flags.clone()).unwrap_or_default();
    // The days in the command are days in the file's local time.
    if let Some(zone) = proposal.as_ref().and_then(Proposal::zone) {
        flags.extend(["--tz".to_owned(), zone]);
    }
    let is_form = recognised.as_ref().is_some_and(|profile| profile.fill_in.is_some());
    Ok(InspectedFile {
        found,
        profile,
        encoding: must_declare(form.encoding).map(Encoding::name),
        flags,
        is_form,
        fitting,
    })
}

/// Settles the doubts of a proposal, reads the rows with it, and adds what is missing. Returns what the reader read, if
/// nothing failed.
fn try_proposal(
    tried: &Tried<'_>,
    name: &str,
    survey: &Survey,
    proposal: &mut Proposal,
) -> anyhow::Result<Option<LogRead>> {
    let form = tried.form;
    // A text without columns cannot lack any.
    if form.dialect.as_ref().is_some_and(|dialect| dialect.is_chat) {
        proposal.missing.clear();
    }
    proposal.missing.extend(of_form(form));
    let doubts = if proposal.is_complete() { machines::doubts(survey, proposal) } else { Vec::new() };
    if !doubts.is_empty() {
        let text = profile::to_toml(name, form, survey, &machines::probe(proposal, &doubts), Language::English);
        machines::settle(proposal, doubts, &tried.writers(&text, machines::ASKED)?);
    }
    if !proposal.is_complete() {
        return Ok(None);
    }
    let text = profile::to_toml(name, form, survey, proposal, Language::English);
    let trial = tried.by_text(&text)?;
    let read = trial.read.filter(|_| trial.failed.is_none());
    proposal.missing.extend(trial.failed);
    Ok(read)
}

/// The gaps of a profile that is a form, for the user to fill in.
fn gaps_of_form(profile: &Profile) -> Option<Message> {
    let fill_in = profile.fill_in.as_ref()?;
    let gaps = Argument::Term(format!("fill_in.{fill_in}"), fill_in.clone());
    Some(Message::new("proposal.is_form").with("profile", &profile.name).with("fill_in", gaps))
}

/// Reads a file with the profile of a text that was recognised. A table may look like the lines of a text: if none of its
/// rows is an event there, and the user did not name the profile, it is a table without a profile.
fn read_as_text(
    (sources, options): (&[Source], &Options),
    form: &mut FileForm,
    survey: &mut Survey,
    profile: Arc<Profile>,
    is_given: bool,
) -> anyhow::Result<(Option<Arc<Profile>>, Option<Trial>)> {
    let table = (std::mem::replace(&mut form.format, InputFormat::Text), form.dialect.take());
    let trial = Tried { sources, options, form, rows: survey.rows }.by(Some(profile.clone()))?;
    if !is_given && table.1.is_some() && trial.has_no_event() {
        (form.format, form.dialect) = table;
        return Ok((None, None));
    }
    survey.forget_table();
    Ok((Some(profile), Some(trial)))
}

/// Asks the user to choose one of several built-in profiles.
fn which_of(fitting: &[String]) -> Message {
    let named = |name: &String| match Profile::built_in(name) {
        Ok(profile) => format!("{name} ({})", profile.title),
        Err(_) => name.clone(),
    };
    Message::new("proposal.which_profile").with("profiles", Argument::list(fitting.iter().map(named)))
}

/// The profile by which a source is recognised; or the names of several text profiles that fit.
fn recognised_by(source: &Source, options: &SourceOptions) -> anyhow::Result<(Option<Arc<Profile>>, Vec<String>)> {
    let start = source.start(options)?;
    let found = recognise(&start, &source.location()).ok().flatten();
    let fitting = if found.is_none() { profiles_of_text(&start)? } else { Vec::new() };
    Ok((found, fitting))
}

/// Whether a text begins with a JSON list. A chat may also begin with a bracket, around an instant.
fn begins_a_list(start: &[u8]) -> bool {
    let inside = start.trim_ascii_start().strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    inside.is_some_and(|inside| inside.first().is_none_or(|first| b"{[]\"".contains(first)))
}

/// A message about the form of a file that no profile can read.
fn of_form(form: &FileForm) -> Option<Message> {
    if form.format == InputFormat::Parquet {
        return Some(Message::new("proposal.parquet_columns"));
    }
    let dialect = form.dialect.as_ref()?;
    if dialect.is_chat {
        return Some(Message::new("proposal.chat"));
    }
    if dialect.columns > MOST_COLUMNS {
        return Some(Message::new("proposal.too_many_columns").with("n", MOST_COLUMNS as u64));
    }
    if let Some([name]) = dialect.header.as_deref()
        && name.split(&[',', ';', '\t', '|']).count() > 2
    {
        return Some(Message::new("proposal.quoted_rows"));
    }
    let misfit = dialect.misfit.as_ref()?;
    Some(Message::new("proposal.misfit").with("misfit", misfit.clone()))
}

fn read(source: &Source, options: &Options, survey: &mut Survey) -> anyhow::Result<FileForm> {
    let failed = |error| read_error(&source.location(), &error);
    let sizes = Sizes { batch: BATCH, longest: options.longest_row };
    let options = &options.source;
    let observed = Observed::default();
    let open = || source.unpacked(&observed);
    let Unpacked { mut reader, compression, .. } = open()?;
    let known = source.format(options.format, reader.fill_buf().map_err(failed)?, &observed)?;
    let mut form = FileForm {
        format: InputFormat::Csv,
        compression,
        encoding: None,
        dialect: None,
        sheets: Vec::new(),
        records: Vec::new(),
        cut: None,
    };
    let cut = CutShort::default();
    match known {
        Some(InputFormat::Parquet) => {
            form.format = InputFormat::Parquet;
            let (file, _) = source.seekable(reader, compression)?;
            parquet::read(survey, &file, &source.location())?;
        }
        Some(InputFormat::Xlsx) => {
            form.format = InputFormat::Xlsx;
            let (file, _) = source.seekable(reader, compression)?;
            let sheets = xlsx::sheets(file.try_clone()?, &source.location())?;
            let read = xlsx::chosen(&sheets, source.sheet_name(options), &source.location())?.to_owned();
            form.sheets = sheets
                .into_iter()
                .map(|(name, is_hidden)| WorkbookSheet { is_read: name == read, name, is_hidden })
                .collect();
            let sheet = xlsx::as_csv(file, &source.location(), source.sheet_name(options), u32::MAX)?;
            let csv = Box::new(Bounded::new(BufReader::with_capacity(BATCH, sheet.csv), &cut));
            form.dialect = Some(rows::read(survey, csv, &sizes, None, &cut).map_err(failed)?);
        }
        Some(InputFormat::Csv | InputFormat::Jsonl | InputFormat::Json | InputFormat::Text) | None => {
            let found =
                encoding_of(&mut Bounded::new(reader, &CutShort::default()), options.encoding).map_err(failed)?;
            form.encoding = Some(found);
            let reader = text(open()?.reader, found.encoding).map_err(failed)?;
            let mut reader: Box<dyn BufRead + Send> = Box::new(Bounded::new(reader, &cut));
            let start = reader.fill_buf().map_err(failed)?;
            let is_array = begins_a_list(start);
            let named = |start: &[u8], named| if options.format.is_some() { named } else { text_format(start, named) };
            let format = match known {
                Some(InputFormat::Jsonl | InputFormat::Json) => named(start, TextFormat::Jsonl),
                Some(InputFormat::Csv) => named(start, TextFormat::Csv),
                Some(InputFormat::Parquet | InputFormat::Xlsx | InputFormat::Text) | None if is_array => {
                    TextFormat::Jsonl
                }
                Some(InputFormat::Parquet | InputFormat::Xlsx | InputFormat::Text) | None => sniff_text(start),
            };
            match (format, document::keys_of(start)) {
                (TextFormat::Jsonl, Some(keys)) => {
                    form.format = InputFormat::Json;
                    let raw = Raw::documents(lines_of(reader, &sizes), keys.clone(), Vec::new(), &sizes);
                    survey.read_json(raw, &cut).map_err(failed)?;
                    form.records = keys;
                }
                (TextFormat::Jsonl, None) => {
                    form.format = InputFormat::Jsonl;
                    survey.read_json(Raw::lines(lines_of(reader, &sizes), &sizes), &cut).map_err(failed)?;
                }
                (TextFormat::Csv, _) => {
                    let reopen = reopen(source, found.encoding, options);
                    form.dialect = Some(rows::read(survey, reader, &sizes, reopen, &cut).map_err(failed)?);
                }
            }
        }
    }
    form.cut = cut.why();
    Ok(form)
}

/// Opens the text of a source again from a byte position; `None` if it cannot be read twice.
fn reopen(source: &Source, encoding: Encoding, options: &SourceOptions) -> Option<Reopen> {
    let reopen = Records::reopen(source, encoding, options)?;
    Some(Box::new(move |passed| Ok(Box::new(Bounded::new(reopen(passed)?, &CutShort::default())))))
}

/// The encoding, if a reader needs it specified.
#[must_use]
pub(crate) fn must_declare(found: Option<FoundEncoding>) -> Option<Encoding> {
    found.filter(|found| matches!(found.how, bytes::How::Declared | bytes::How::Guessed)).map(|found| found.encoding)
}
