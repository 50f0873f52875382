//! `--dry-run`: the logs that a run would read, the days it would report and the files it would write. Reads only the
//! beginning of each log and writes nothing.

use std::fmt::Write as _;

use super::flags::LogFlags;
use super::load;
use super::output::{DocumentKind, Output, OutputNames};
use super::profile_choice;
use super::request::ReportRequest;
use crate::fold::folder;
use crate::harmless::{shown, shown_path};
use crate::ingest::arguments::resolve;
use crate::ingest::source::{
    EngineSource, InputFormat, Observed, Source, SourceOptions, TextFormat, kept_facts, sniff_text, text_format,
};
use crate::render::{DocumentFormat, ReportFormat};
use crate::report::query::Compare;
use crate::time::Window;
use crate::unit::group;

/// Maximum number of logs listed by name.
const LISTED: usize = 20;
/// The days of a window if no flag gives their number.
const USUAL_DAYS: u32 = 7;

/// A line: its subject and its text.
pub type PlanLine = (&'static str, String);

/// The plan of a run.
///
/// # Errors
///
/// If a log is not there, or its profile cannot be recognised.
pub fn lines(
    log: &LogFlags,
    request: &ReportRequest,
    (output, kind): (&Output<ReportFormat>, &DocumentKind<ReportFormat>),
    names: impl Fn(Window) -> OutputNames,
) -> anyhow::Result<Vec<PlanLine>> {
    let mut lines = logs(log)?;
    let window = if request.has_days() { Some(request.window(None)?) } else { None };
    if let Some(window) = window {
        lines.push(("window", days(window)));
        let before = match request.query(window)?.compare {
            Compare::None => None,
            Compare::Previous => Some(window.previous()),
            Compare::With(other) => Some(other),
        };
        lines.extend(before.map(|before| ("compared", days(before))));
    } else {
        let count = request.days.days.unwrap_or(USUAL_DAYS);
        lines.push(("window", format!("{count} days up to the day of the log's last event ({})", request.zone)));
    }
    let templates: Vec<&str> = request.templates.iter().map(|template| template.name.as_str()).collect();
    lines.push(("template", templates.join(", ")));
    match (output, window) {
        (Output::Stdout(format), _) => lines.push(("output", format!("standard output, {}", format.name()))),
        (Output::Files(patterns), Some(window)) if kind.split.is_none() => {
            for target in patterns.iter().flat_map(|pattern| pattern.targets(kind, &names(window), None)) {
                let there = if target.path.exists() { ", replaces the file that is there" } else { "" };
                lines.push(("output", format!("{}{there}", shown_path(&target.path))));
            }
        }
        (Output::Files(patterns), _) => lines.extend(patterns.iter().map(|pattern| ("output", pattern.shown()))),
    }
    Ok(lines)
}

/// The lines as text.
#[must_use]
pub fn text(lines: &[PlanLine]) -> String {
    let mut text = String::new();
    for (at, (name, value)) in lines.iter().enumerate() {
        let is_same = at > 0 && lines[at - 1].0 == *name;
        let name = if is_same { "" } else { name };
        let _ = writeln!(text, "{name:11}  {}", shown(value));
    }
    text
}

/// The logs, with their bytes, formats and profiles.
fn logs(flags: &LogFlags) -> anyhow::Result<Vec<PlanLine>> {
    if let Some(path) = flags.logs.iter().find(|path| folder::is_folder_of_facts(path)) {
        return Ok(vec![("log", format!("{}, a folder of facts", shown_path(path)))]);
    }
    if flags.logs.iter().any(|log| EngineSource::of(log).is_some() || kept_facts(log).is_some()) {
        let line = |log: &std::path::PathBuf| ("log", format!("{}, which Spark reads", shown_path(log)));
        return Ok(flags.logs.iter().map(line).collect());
    }
    let sources = resolve(&flags.logs)?;
    let options = load::options(flags)?.source;
    let profiles = profile_choice::choose(flags.bindings()?, &sources, &options)?;
    let mut lines: Vec<PlanLine> = Vec::new();
    for (source, profile) in sources.iter().zip(&profiles).take(LISTED) {
        let bytes = source.size().map(|bytes| format!(", {} bytes", group(bytes))).unwrap_or_default();
        let form = match profile {
            Some(profile) => format!("profile {}", profile.name),
            None => format_of(source, &options)?,
        };
        lines.push(("log", format!("{}{bytes}, {form}", source.location())));
    }
    if let Some(more) = sources.len().checked_sub(LISTED).filter(|more| *more > 0) {
        lines.push(("log", format!("and {} more", group(more as u64))));
    }
    let total = sources.iter().map(Source::size).sum::<Option<u64>>();
    if let Some(total) = total.filter(|_| sources.len() > 1) {
        lines.push(("in all", format!("{} files, {} bytes", group(sources.len() as u64), group(total))));
    }
    Ok(lines)
}

/// The name of a canonical log's format.
fn format_of(source: &Source, options: &SourceOptions) -> anyhow::Result<String> {
    if *source == Source::Stdin && options.format.is_none() {
        return Ok("its format is known when it is read".to_owned());
    }
    if source.is_sheet(options) {
        return Ok(InputFormat::Xlsx.name().to_owned());
    }
    let start = source.start(options)?;
    let named = match source.format(options.format, &start, &Observed::default())? {
        None => sniff_text(&start),
        Some(InputFormat::Jsonl | InputFormat::Json) if options.format.is_none() => {
            text_format(&start, TextFormat::Jsonl)
        }
        Some(InputFormat::Csv) if options.format.is_none() => text_format(&start, TextFormat::Csv),
        Some(format) => return Ok(format.name().to_owned()),
    };
    Ok(match named {
        TextFormat::Jsonl => InputFormat::Jsonl.name().to_owned(),
        TextFormat::Csv => InputFormat::Csv.name().to_owned(),
    })
}

/// `2026-03-02 to 2026-03-08, 7 days (America/Sao_Paulo)`.
fn days(window: Window) -> String {
    let count = window.days();
    let word = if count == 1 { "day" } else { "days" };
    format!("{} to {}, {count} {word} ({})", window.first_day(), window.last_day(), window.zone())
}
