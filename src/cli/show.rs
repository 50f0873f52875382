//! `dialogram show`: the story of one conversation.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::flags::{LanguageFlag, LogFlags};
use super::guard::Files;
use super::interrupt::Interrupt;
use super::load;
use super::memory::Memory;
use super::request::check_has_events;
use super::streams::print;
use super::time_flags::{OpeningFlags, WindowFlags};
use crate::failure::Failure;
use crate::fold::facts::Facts;
use crate::fold::folder::is_folder_of_facts;
use crate::fold::projection::Projection;
use crate::fold::projection::Wanted;
use crate::fold::pseudonyms::PseudonymKind;
use crate::fold::trace::Trace;
use crate::harmless::shown_path;
use crate::render::PageFormat;
use crate::render::story::render;
use crate::report::story::{Stories, StoryQuery, build};
use crate::time::Window;

/// Shows every event of one conversation with its effect, the facts that follow, and the metrics that count it.
#[derive(Debug, Args)]
#[command(
    override_usage = "dialogram show [OPTIONS] <LOG>... <ID>...",
    after_help = "\
An ID is a conversation's, as `dialogram list` shows it, or a ticket number: an argument that names no file, folder or glob is an
ID. Metrics are those of all days of the log, unless flags name a window. The text of a message is never shown, since it is
never read.

Examples:
  dialogram show export.jsonl c-1024
  dialogram show 'logs/*.csv.gz' 2026-00417 --format markdown
  dialogram show logs/ 'maria/whatsapp/3' --sessions inactivity --period last-week"
)]
pub struct ShowArgs {
    /// How the log is read.
    #[command(flatten)]
    pub log: LogFlags,
    /// The days of the metrics.
    #[command(flatten)]
    pub window: WindowFlags,
    /// The opening hours.
    #[command(flatten)]
    pub opening: OpeningFlags,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: PageFormat,
    /// The language of the page.
    #[command(flatten)]
    language: LanguageFlag,
}

impl ShowArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        // A command line without a log or an id is refused later.
        match self.subject() {
            Ok((log, _)) => log.files(files),
            Err(_) => self.log.files(files),
        }
        self.opening.files(files);
        files.write_stdout();
    }

    /// The logs and the ids: an argument that names no file is an id.
    fn subject(&self) -> anyhow::Result<(LogFlags, Vec<String>)> {
        let (mut logs, mut ids): (Vec<PathBuf>, Vec<PathBuf>) =
            self.log.logs.iter().cloned().partition(|path| is_log(path));
        if logs.is_empty() && !ids.is_empty() {
            // The reader reports what is wrong with it.
            logs.push(ids.remove(0));
        }
        if ids.is_empty() {
            return Err(Failure::Usage.because("no id: name a conversation or a ticket number after the log"));
        }
        let ids = ids.iter().map(|id| id.to_string_lossy().into_owned()).collect();
        Ok((LogFlags { logs, ..self.log.clone() }, ids))
    }

    /// The requested stories.
    ///
    /// # Errors
    ///
    /// Every failure of the run except those of the output.
    pub fn stories(&self, interrupt: &Interrupt) -> anyhow::Result<Stories> {
        let (log, ids) = self.subject()?;
        // Nearly all events belong to other conversations; they wait in temporary files until the needed ones are
        // known.
        let log = LogFlags { memory: Some(log.memory.unwrap_or_else(Memory::least)), ..log };
        if let Some(folder) = log.logs.iter().find(|path| is_folder_of_facts(path)) {
            let folder = shown_path(folder);
            return Err(
                Failure::Usage.because(format!("{folder} is a folder of facts, which has no events: name the log"))
            );
        }
        let thresholds = self.opening.thresholds(&log)?;
        let now = self.window.now(log.zone()?)?;
        let pseudonyms = log.pseudonyms()?.map(Arc::new);
        let is_of_customers = pseudonyms.as_ref().is_some_and(|pseudonyms| pseudonyms.has(PseudonymKind::Customer));
        let wanted = Wanted { names: ids.clone(), pseudonyms };
        let projection = Projection { origins: true, traced: Some(wanted), ..Projection::all() };
        let facts = load::facts_for(&log, interrupt, |_| Ok(projection))?;
        check_has_events(&facts.run)?;
        if is_of_customers && facts.run.sessions.is_by_silence() {
            return Err(Failure::Usage.because(
                "--pseudonymize customer: these conversations are named by their customers' ids, so a story cannot hide \
                 them; use a log with conversation ids, or omit customer from --pseudonymize",
            ));
        }
        let window = self.window_of(&facts, now)?;
        let traces = found(&facts, &ids)?;
        build(&facts, &traces, &StoryQuery { window, thresholds })
    }

    fn window_of(&self, facts: &Facts, now: i64) -> anyhow::Result<Window> {
        let zone = self.log.zone()?;
        let whole = || {
            let (first, last) = (facts.run.first_event()?, facts.run.last_event()?);
            Window::new(zone, zone.day_of(first), zone.day_of(last))
        };
        match (self.window.choice().is_empty(), whole()) {
            (true, Some(whole)) => Ok(whole),
            (_, _) => self.window.window(zone, now, facts.run.last_event()),
        }
    }
}

/// Whether an argument is a log: a file, a folder, a glob that matches files, or standard input.
fn is_log(path: &Path) -> bool {
    let has_files = || glob::glob(&path.to_string_lossy()).is_ok_and(|mut found| found.next().is_some());
    path.exists() || path == Path::new("-") || has_files()
}

/// The traces of the ids, in their order.
fn found(facts: &Facts, ids: &[String]) -> anyhow::Result<Vec<Trace>> {
    let mut found: Vec<Trace> = Vec::new();
    for id in ids {
        let is_meant = |trace: &&Trace| trace.conversation == *id || trace.protocols.contains(id);
        let own: Vec<&Trace> = facts.traces.iter().filter(is_meant).collect();
        if own.is_empty() {
            let near = facts.unknown.iter().find(|(name, _)| name == id).and_then(|(_, near)| near.as_ref());
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(Failure::EmptyWindow.because(format!(
                "no conversation and no ticket is called `{id}`{hint}; `dialogram list conversations LOG --all` lists them"
            )));
        }
        for trace in own {
            if !found.iter().any(|known| known.conversation == trace.conversation) {
                found.push(trace.clone());
            }
        }
    }
    Ok(found)
}

/// Runs the command.
///
/// # Errors
///
/// Every failure of the run.
pub fn run(args: &ShowArgs) -> anyhow::Result<()> {
    let interrupt = Interrupt::listen()?;
    args.log.refuse_min_cell("`show`")?;
    let stories = args.stories(&interrupt)?;
    print(render(&stories, args.format, args.language.language)?.as_bytes())
}
