//! Turns LOG arguments into facts: reads, applies the limit of rejects and folds, or reads a folder of facts.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytesize::ByteSize;

use super::flags::LogFlags;
use super::interrupt::Interrupt;
use super::max_record::MaxRecord;
use super::max_rejects::MaxRejects;
use super::memory::Memory;
use super::profile_choice;
use super::progress::watch;
use super::steps::{Figure, RunStep};
use super::streams::note;
use crate::event::Sessions;
use crate::failure::Failure;
use crate::fold::facts::{Facts, RunFacts};
use crate::fold::projection::Projection;
use crate::fold::{BYTES_FOLDED, fold, folder};
use crate::harmless::shown_path;
use crate::ingest::arguments::resolve;
use crate::ingest::reject::{NO_LINE, Reason, Reject};
use crate::ingest::source::{InputFormat, Source, SourceOptions};
use crate::ingest::{self, FileCounts, LONGEST_ROW, Log, NO_TABLE, Options, reject};
use crate::render::whole_file::{check_file_writable, write_private};
use crate::report::warm_up::warm_up;
use crate::stage::kept_folder;
use crate::stage::values_folder::is_folder_of_values;
use crate::unit::group;

/// Checks flags, then reads and folds; keeps all facts.
///
/// # Errors
///
/// Wrong flags, inputs that cannot be read, too many rejects.
pub fn facts(flags: &LogFlags, interrupt: &Interrupt) -> anyhow::Result<Facts> {
    facts_for(flags, interrupt, |_| Ok(Projection::all()))
}

/// Checks flags, then reads and folds. `projection` chooses the facts to keep, given the log's last event up to the horizon.
/// A folder of facts is read whole.
///
/// # Errors
///
/// Wrong flags, inputs that cannot be read, too many rejects; errors of `projection`.
pub fn facts_for(
    flags: &LogFlags,
    interrupt: &Interrupt,
    projection: impl FnOnce(Option<i64>) -> anyhow::Result<Projection> + Send,
) -> anyhow::Result<Facts> {
    let pseudonyms = flags.pseudonyms()?;
    let facts = named_facts(flags, interrupt, projection)?;
    note_memory(flags, &facts);
    match pseudonyms {
        Some(pseudonyms) => Ok(pseudonyms.apply(facts)?),
        None => Ok(facts),
    }
}

/// Notes facts that alone take more than `--memory` or its default: those of a folder or an engine are not limited.
pub(super) fn note_memory(flags: &LogFlags, facts: &Facts) {
    let bytes = facts.bytes() as u64;
    if !Memory::least().is_exceeded(bytes) {
        return;
    }
    let memory = flags.memory.unwrap_or_else(Memory::half_of_machine);
    if memory.is_exceeded(bytes) && !flags.quiet {
        note(&format!(
            "dialogram: the facts take about {}, more than --memory {memory} allows: it bounds the facts of logs, and not \
             those of a folder of facts or an engine; run where there is more memory, or on parts of the log",
            ByteSize(bytes)
        ));
    }
}

/// The facts, with the original names of the log.
fn named_facts(
    flags: &LogFlags,
    interrupt: &Interrupt,
    projection: impl FnOnce(Option<i64>) -> anyhow::Result<Projection> + Send,
) -> anyhow::Result<Facts> {
    let memory = flags.memory.unwrap_or_else(Memory::half_of_machine);
    let mut options = Options { memory_bytes: memory.for_events(), ..options(flags)? };
    let as_of = flags.as_of()?;
    if let Some(path) = flags.logs.iter().find(|path| is_folder_of_values(path)) {
        let location = shown_path(path);
        return Err(
            Failure::Usage.because(format!("{location} is a folder of values: `dialogram report` alone reads it"))
        );
    }
    if let Some(path) = flags.logs.iter().find(|path| folder::is_folder_of_facts(path)) {
        let location = shown_path(path);
        if flags.logs.len() > 1 {
            return Err(Failure::Usage
                .because(format!("{location} is a folder of facts: it cannot be read together with other logs")));
        }
        if let Some(flag) = flags.fold_flags().next() {
            return Err(Failure::Usage.because(format!(
                "{flag} has no effect on {location}, a folder of facts: give it to `dialogram fold`"
            )));
        }
        return if folder::is_kept_by_day(path) {
            kept_folder::read(path, &flags.declared, projection)
        } else {
            folder::read(path, &flags.declared, projection)
        };
    }
    if let Some(path) = &flags.rejects {
        check_file_writable(path)?;
    }
    let sources = resolve(&flags.logs)?;
    if sources.iter().any(|source| matches!(source, Source::Stdin)) && std::io::stdin().is_terminal() {
        note(
            "note: waiting for a log on standard input: paste its lines and end with Ctrl-D, or send a file to it with < or |",
        );
    }
    let mut steps = flags.steps.begin();
    options.profiles = profile_choice::choose(flags.bindings()?, &sources, &options.source)?;
    options.take_names_of_profiles();
    check_table(flags, &sources, &options)?;
    check_sheet(flags, &sources, &options)?;
    steps.done(RunStep::Choose, &[("files", sources.len() as u64)]);
    warm_up();
    watch(&sources, flags, |reading| {
        let log = ingest::read(&sources, &options, &reading.progress)?;
        reading.is_read.store(true, Ordering::Relaxed);
        steps.done(RunStep::Read, &read_figures(&log, &sources));
        let limit =
            RejectLimit { max_rejects: flags.max_rejects, file: flags.rejects.as_deref(), sessions: flags.sessions };
        check_rejects(&log.rejects, &log.files, &|file| sources[file].location(), limit, interrupt)?;
        let mut projection = projection(log.last_event_until(as_of)?)?;
        projection.memory_bytes = projection.memory_bytes.or(Some(memory.for_facts()));
        let threads = memory.threads(options.threads, log.most_spilled() * BYTES_FOLDED);
        let facts = fold(log, &flags.limits(), as_of, threads, &projection)?;
        steps.done(RunStep::Fold, &[("fact_bytes", facts.bytes() as u64)]);
        Ok(facts)
    })
}

/// Refuses `--order-by` if a source is not a Parquet file, before anything is read.
///
/// # Errors
///
/// If a source is not a Parquet file.
pub fn check_table(flags: &LogFlags, sources: &[Source], options: &Options) -> anyhow::Result<()> {
    if flags.order_by.is_none() {
        return Ok(());
    }
    for source in sources {
        let is_parquet = matches!(source, Source::File(_)) && source.start(&options.source)?.starts_with(b"PAR1");
        if !is_parquet {
            return Err(Failure::Usage.because(format!("--order-by: {}: {NO_TABLE}", source.location())));
        }
    }
    Ok(())
}

/// Refuses a typed `--sheet` if no log is a workbook. The format of standard input is unknown before it is read.
fn check_sheet(flags: &LogFlags, sources: &[Source], options: &Options) -> anyhow::Result<()> {
    let may_have_sheets = |source: &Source| *source == Source::Stdin || source.is_sheet(&options.source);
    if flags.is_typed("sheet") && !sources.iter().any(may_have_sheets) {
        return Err(Failure::Usage.because("--sheet has no effect: none of the logs is an Excel workbook"));
    }
    Ok(())
}

/// The counts that the step of reading prints.
fn read_figures(log: &Log, sources: &[Source]) -> Vec<Figure> {
    let rows = log.files.iter().map(FileCounts::rows).sum();
    let bytes = sources.iter().map(Source::size).sum::<Option<u64>>();
    let bytes = bytes.map(|bytes| ("bytes", bytes));
    bytes.into_iter().chain([("rows", rows), ("rejected", log.rejects.len() as u64)]).collect()
}

/// How rows are read.
///
/// # Errors
///
/// If a zone is unknown.
pub fn options(flags: &LogFlags) -> anyhow::Result<Options> {
    Ok(Options {
        input_zone: flags.input_zone()?,
        is_input_zone_assumed: flags.input_tz.is_none(),
        source: SourceOptions { format: flags.input_format, encoding: flags.encoding, sheet: flags.sheet.clone() },
        sessions: flags.sessions,
        drop_repeats: flags.drop_repeats,
        table: flags.order_by.clone(),
        attributes: Arc::clone(&flags.declared),
        aliases: flags.aliases(),
        longest_row: flags.max_record.map_or(LONGEST_ROW, MaxRecord::bytes),
        ..Options::new()
    })
}

/// The most frequent reason for rejects, in words, and its number of rows.
fn most_frequent(rejects: &[Reject]) -> Option<(String, u64)> {
    let mut counts: BTreeMap<_, (u64, &Reject)> = BTreeMap::new();
    for reject in rejects {
        counts.entry((reject.fault.reason, reject.fault.column)).or_insert((0, reject)).0 += 1;
    }
    // Of equal counts, the reason that comes first in a row.
    let (count, first) = counts.into_values().rev().max_by_key(|(count, _)| *count)?;
    Some((in_words(first), count))
}

fn in_words(reject: &Reject) -> String {
    let fault = &reject.fault;
    let column = fault.column.map(|column| format!(", column {}", column.name())).unwrap_or_default();
    let detail = fault.detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    format!("{}{column}{detail}", fault.reason.name())
}

/// The error for a log without events; it says why there are none.
#[must_use]
pub fn no_events(run: &RunFacts, at: &str, nothing_to: &str) -> anyhow::Error {
    let events: u64 = run.files.iter().map(|file| file.rows_read).sum();
    let rejected: u64 = run.files.iter().map(|file| file.rejected).sum();
    let most = run.rejections.iter().max_by_key(|(_, count)| **count).filter(|_| rejected == events);
    let message = match most {
        Some((reason, count)) => {
            let count = if *count == rejected { "all".to_owned() } else { group(*count) };
            let hint = if reason == Reason::BadEncoding.name() { ENCODING_HINT } else { "" };
            format!(
                "0 of {} could be read: {reason} in {count}; there is nothing to {nothing_to}; --rejects FILE lists \
                 them{hint}",
                what_was_read(&run.files)
            )
        }
        None => format!("the log has no events{at}: there is nothing to {nothing_to}"),
    };
    Failure::EmptyWindow.because(message)
}

/// `1,000 rows`; for exports whose rows give several events or none, `1,000 events in 250 rows`.
fn what_was_read(files: &[FileCounts]) -> String {
    let sum = |count: fn(&FileCounts) -> u64| group(files.iter().map(count).sum());
    let (rows, events) = (sum(FileCounts::rows), sum(|file| file.rows_read));
    if files.iter().all(|file| file.rows() == file.rows_read) {
        format!("{rows} rows")
    } else {
        format!("{events} events in {rows} rows")
    }
}

/// The advice for rows that are not UTF-8.
const ENCODING_HINT: &str =
    "\nrows are not UTF-8: if the file has another encoding, set it, as in --encoding windows-1252";

/// The first reject for each reason and column, in input order, with the number of such rejects.
fn first_of_each(rejects: &[Reject]) -> Vec<(&Reject, u64)> {
    let mut kinds: Vec<(&Reject, u64)> = Vec::new();
    for reject in rejects {
        let fault = &reject.fault;
        let is_same =
            |(first, _): &&mut (&Reject, u64)| first.fault.reason == fault.reason && first.fault.column == fault.column;
        match kinds.iter_mut().find(is_same) {
            Some((_, times)) => *times += 1,
            None => kinds.push((reject, 1)),
        }
    }
    kinds
}

/// The number of rejected rows allowed in a run, and the file for them.
#[derive(Debug, Clone, Copy)]
pub(super) struct RejectLimit<'f> {
    /// `--max-rejects`.
    pub max_rejects: Option<MaxRejects>,
    /// `--rejects`.
    pub file: Option<&'f Path>,
    /// `--sessions`, if given.
    pub sessions: Option<Sessions>,
}

/// Writes the rejects file, and stops the run if more rows are rejected than allowed. `location_of` gives the path of a
/// source.
pub(super) fn check_rejects(
    rejects: &[Reject],
    files: &[FileCounts],
    location_of: &dyn Fn(usize) -> String,
    limit: RejectLimit,
    interrupt: &Interrupt,
) -> anyhow::Result<()> {
    if let Some(path) = limit.file {
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let _whole = interrupt.hold();
        write_private(path, &reject::to_jsonl(rejects, &names)?)?;
    }
    let rows_read = files.iter().map(|file| file.rows_read).sum();
    let rejected = rejects.len() as u64;
    let max_rejects = limit.max_rejects.unwrap_or(MaxRejects::Percent(1.0));
    if !max_rejects.is_exceeded(rejected, rows_read) {
        return Ok(());
    }
    let allowed = format!("more than --max-rejects {max_rejects} allows:");
    let mut message = match most_frequent(rejects) {
        Some((what, count)) if rejected == rows_read => {
            let count = if count == rejected { "all".to_owned() } else { group(count) };
            format!("0 of {} could be read: {what} in {count}; {allowed}", what_was_read(files))
        }
        Some(_) | None => {
            format!("{} of {} could not be read, {allowed}", group(rejected), what_was_read(files))
        }
    };
    for (reject, times) in first_of_each(rejects) {
        let location = location_of(reject.file);
        let more = if times > 1 { format!(", and {} more like it", group(times - 1)) } else { String::new() };
        // A row of a sheet is not a line of text.
        let is_text = files[reject.file].format != InputFormat::Xlsx;
        let character = reject.fault.character.filter(|_| is_text).map(|character| format!(":{character}"));
        let character = character.unwrap_or_default();
        let line = if reject.line == NO_LINE { String::new() } else { format!(":{}", reject.line) };
        message.push_str(&format!("\n  {location}{line}{character}: {}{more}", in_words(reject)));
    }
    let has = |reason: Reason| rejects.iter().any(|reject| reject.fault.reason == reason);
    if has(Reason::BadEncoding) {
        message.push_str(ENCODING_HINT);
    }
    if let Some(sessions) = limit.sessions.filter(|sessions| sessions.is_by_silence() && has(Reason::NoConversation)) {
        message.push_str(&format!(
            "\n--sessions {} needs a customer_id in every row: leave it out if the log has conversation ids",
            sessions.name()
        ));
    }
    if let Some(file) = files.iter().find(|file| !file.spoilt.is_empty()) {
        let columns: Vec<&str> = file.spoilt.iter().map(|ids| ids.column.as_str()).collect();
        message.push_str(&format!(
            "\n{} has ids that a spreadsheet has rounded, in {}: export again with ids as text",
            file.name,
            columns.join(", ")
        ));
    }
    if let Some(file) = files.iter().position(|file| file.accepted == 0 && file.rejected > 0) {
        let location = location_of(file);
        message.push_str(&format!("\nno row of {location} is an event: `dialogram inspect {location}` describes it"));
    }
    message.push_str(match limit.file {
        Some(_) => "\nfix the export, or accept the loss with a larger --max-rejects; the rejects file lists all of them with their values",
        None => "\nfix the export, or accept the loss with a larger --max-rejects; --rejects FILE lists all of them with their values",
    });
    Err(Failure::TooManyRejects.because(message))
}
