//! The plan of a run in stages: how rows are read and folded, which process reads which sources, and the facts that
//! follow from all of them.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::columns::{StageColumn, of_events, of_facts, of_kept, of_values};
use super::definitions::definitions;
use super::kept::{KeptDay, KeptFacts};
use super::note::Note;
use super::pieces::FilePiece;
use crate::event::Sessions;
use crate::event::aliases::Aliases;
use crate::event::attributes::{Names, interned};
use crate::event::table_order::TableOrder;
use crate::failure::Failure;
use crate::fold::Limits;
use crate::fold::facts::RunFacts;
use crate::ingest::source::{EngineSource, InputFormat, SourceFacts};
use crate::ingest::spoilt_parts::IdSearch;
use crate::ingest::{FileCounts, in_words};
use crate::report::demand::Demand;

/// The schema of plans, which is their first field.
pub const SCHEMA: &str = "dialogram/plan/1";

/// How an engine makes one report or folder of facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The program that wrote it.
    pub generator: String,
    /// A hash of everything that determines numbers: version, zone data, metrics, tables and columns. Stages with
    /// another hash refuse the plan.
    pub definitions: String,
    /// How rows are read.
    pub reading: ReadOptions,
    /// How events are folded.
    pub folding: Folding,
    /// The rejected rows allowed, as given to `--max-rejects`.
    pub max_rejects: Option<String>,
    /// The sources, in input order.
    pub sources: Vec<PlannedSource>,
    /// The profiles of sources.
    pub profiles: Vec<PlannedProfile>,
    /// The units: sources that one process reads together, by number; usually one.
    pub units: Vec<Vec<u32>>,
    /// The steps of an engine, in order.
    pub steps: Vec<StageStep>,
    /// The columns between stages, by the schemas that steps refer to.
    pub columns: StageColumns,
    /// The facts that follow from all sources together; `None` before they are read.
    pub scanned: Option<Scanned>,
    /// The facts that follow from all events that count; `None` before repeats are dropped.
    pub settled: Option<Settled>,
    /// The report whose values the engine counts; `None` if facts are returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<PlannedReport>,
    /// The facts of the run; `None` before the fold, and if facts are returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunFacts>,
    /// The location at which the engine keeps the facts: a table, an address or a path, as the engine names it; `None`
    /// if they are returned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_at: Option<String>,
    /// The row that the engine adds last to kept facts; `None` before all are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Note>,
    /// The kept facts that are read instead of logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptFacts>,
}

/// A report whose values the engine counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedReport {
    /// The facts that it needs.
    #[serde(rename = "asked")]
    pub demand: Demand,
    /// How its days depend on the end of the log; `None` if they are known.
    pub until_log_end: Option<UntilLogEnd>,
}

/// Days up to the last day of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UntilLogEnd {
    /// Their number, if given.
    pub days: Option<u32>,
    /// The first day, if given.
    pub from: Option<String>,
    /// The windows with which they are compared, as given to `--compare`.
    pub compare: String,
    /// The number of windows of a trend.
    pub trend: Option<u32>,
}

/// How rows are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// The zone of date-times without an offset.
    pub input_zone: String,
    /// Whether that zone is the default, because the user did not choose one.
    pub is_input_zone_assumed: bool,
    /// The format of all sources.
    pub format: Option<InputFormat>,
    /// The encoding of texts that do not show it themselves.
    pub encoding: Option<String>,
    /// The sheet of workbooks.
    pub sheet: Option<String>,
    /// The attributes of the run, in order.
    pub attributes: Vec<String>,
    /// Other names for values.
    pub aliases: Aliases,
    /// How events are grouped into conversations, if set.
    pub sessions: Option<Sessions>,
    /// Whether rows without an event id that are equal to an earlier one are duplicates.
    pub drop_repeats: bool,
    /// The column that orders the rows of a table; `None` if positions order them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableOrder>,
    /// The columns of a table that are read, if it has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// The longest row allowed, in bytes.
    pub longest_row: usize,
}

/// How events are folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folding {
    /// The durations used by the fold.
    #[serde(flatten)]
    pub limits: Limits,
    /// The horizon, if set: later events are ignored. UTC milliseconds.
    pub as_of: Option<i64>,
}

/// A file, or a piece of it, that one task reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSource {
    /// Its absolute path, which must be valid on every machine that reads it. For a source held by the engine, its name
    /// or address there.
    pub path: PathBuf,
    /// The kind of source, if the engine holds it; `None` if it is at its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<EngineSource>,
    /// The piece of the file; `None` if it is the whole file. The pieces of a file are consecutive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<FilePiece>,
    /// Its name in the archive at the path.
    pub member: Option<String>,
    /// Its sheet in the workbook at the path.
    pub sheet: Option<String>,
    /// The number of its profile; `None` means canonical.
    pub profile: Option<usize>,
}

/// A profile that the plan carries, so that each process reads the same one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedProfile {
    /// The name by which sources refer to it.
    pub name: String,
    /// The name of the encoding of its sources.
    pub encoding: String,
    /// Its text; `None` if it is built in.
    pub text: Option<String>,
}

/// A step of an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageStep {
    /// The name of its command, as in `dialogram stage scan`.
    pub stage: String,
    /// The arguments of the program, with placeholders `{plan}` and, for a scan, `{unit}`.
    pub arguments: Vec<String>,
    /// The column by which rows must be grouped before; `None` if they need not be.
    pub shuffle: Option<String>,
    /// Its output columns: a field of [`StageColumns`].
    pub gives: String,
    /// Whether its notes, with those of the steps before, go to `stage settle`, which makes the plan for the next step.
    /// The notes of a step that does not settle, is not aside and is not the last, go to the next step with the rows.
    pub settles: bool,
    /// Whether it is aside: it takes the rows of the step before, and its own rows go to the next step only if that is
    /// aside, too. The steps after it take the rows from before, and its notes are kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aside: bool,
}

/// The columns between stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "named by schema")]
pub struct StageColumns {
    pub events_schema: String,
    pub events: Vec<StageColumn>,
    pub facts_schema: String,
    pub facts: Vec<StageColumn>,
    pub values_schema: String,
    pub values: Vec<StageColumn>,
    pub kept_schema: String,
    pub kept: Vec<StageColumn>,
}

/// The facts that follow from all sources together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scanned {
    /// How events are grouped into conversations.
    pub sessions: Sessions,
    /// Whether a row has an event id, so that repeats are possible.
    pub has_event_ids: bool,
    /// The ids that must be compared with those of all sources.
    #[serde(default, skip_serializing_if = "IdSearch::is_empty")]
    pub ids: IdSearch,
    /// Files that are newest first and read in pieces: the sources that are their first and last pieces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub newest_first: Vec<(u32, u32)>,
}

/// The facts that follow from all events that count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The latest instant of these events.
    pub latest: Option<i64>,
    /// Whether none of them has a queue, so that the department serves as the queue.
    pub is_department_queue: bool,
}

impl Plan {
    /// Reads a plan of this version of the program.
    ///
    /// # Errors
    ///
    /// If the text is not a plan, or has other definitions.
    pub fn parse(text: &str, location: &str) -> anyhow::Result<Self> {
        let wrong = |message: String| Failure::Usage.because(format!("{location}: {message}"));
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| wrong(format!("no plan: {error}")))?;
        let field = |name: &str| value.get(name).and_then(serde_json::Value::as_str).unwrap_or("none");
        if field("schema") != SCHEMA {
            return Err(wrong(format!("plan of schema `{}`, expected `{SCHEMA}`", field("schema"))));
        }
        if field("definitions") != definitions() {
            return Err(wrong(format!(
                "the plan is of {} with definitions {:.12}, and this is {} with {:.12}: run the same binary everywhere, \
                 and plan again",
                field("generator"),
                field("definitions"),
                generator(),
                definitions()
            )));
        }
        let mut plan: Self = serde_json::from_value(value).map_err(|error| wrong(format!("no plan: {error}")))?;
        // The types of columns are not stored in the plan.
        plan.columns.events = of_events();
        plan.columns.values = of_values();
        let attributes = plan.reading.attributes.clone();
        Ok(plan.with_attributes(attributes))
    }

    /// The plan for rows with these attributes.
    #[must_use]
    pub(crate) fn with_attributes(mut self, attributes: Vec<String>) -> Self {
        self.columns.facts = of_facts(attributes.len());
        self.columns.kept = of_kept(attributes.len());
        self.reading.attributes = attributes;
        self
    }

    /// The plan for a report of kept facts instead of logs.
    #[must_use]
    pub(crate) fn of_kept(mut self, location: &str) -> Self {
        self.kept =
            Some(KeptFacts { location: location.to_owned(), asked: self.reading.attributes.clone(), days: None });
        self.with_steps()
    }

    /// Whether the fact rows of a customer must be grouped.
    #[must_use]
    pub(crate) const fn brings_facts_together(&self) -> bool {
        self.report.is_some() || self.keep_at.is_some()
    }

    /// The days of kept facts that are needed; `None` if logs are read.
    ///
    /// # Errors
    ///
    /// If the manifest has not been read yet.
    pub fn kept_days(&self) -> anyhow::Result<Option<&[KeptDay]>> {
        let Some(kept) = &self.kept else { return Ok(None) };
        let days = kept.days.as_deref();
        let missing = || {
            Failure::Usage.because(
                "the plan does not name the needed days yet: give the notes of the kept facts to `dialogram stage \
                 settle`, and use the plan that it prints",
            )
        };
        days.map(Some).ok_or_else(missing)
    }

    /// The plan with the steps that follow from its facts.
    #[must_use]
    pub fn with_steps(mut self) -> Self {
        let has_event_ids = self.scanned.as_ref().is_none_or(|scanned| scanned.has_event_ids);
        let is_held = self.sources.iter().any(|source| source.engine.is_some());
        let brings_facts_together = self.brings_facts_together();
        let scan: &[&str] =
            if is_held { &["--unit", "{unit}", "--rows", "{rows}", "--part", "{part}"] } else { &["--unit", "{unit}"] };
        let step = |stage: &str, more: &[&str], shuffle: bool, gives: &str| StageStep {
            stage: stage.to_owned(),
            arguments: ["stage", stage, "--plan", "{plan}"].iter().chain(more).map(|text| (*text).to_owned()).collect(),
            shuffle: shuffle.then(|| super::columns::KEY.to_owned()),
            gives: gives.to_owned(),
            aside: stage == "ids" || stage == "spoilt",
            settles: gives == "events" || gives == "kept" || gives == "facts" && brings_facts_together,
        };
        self.steps = if self.kept.is_some() {
            Vec::new()
        } else {
            let unique = step("unique", &[], has_event_ids, "events");
            let mut steps = vec![step("scan", scan, false, "events")];
            if self.scanned.as_ref().is_some_and(|scanned| !scanned.ids.is_empty()) {
                steps.extend([step("ids", &[], false, "values"), step("spoilt", &[], true, "values")]);
            }
            steps.extend([unique, step("fold", &[], true, "facts")]);
            steps
        };
        if self.keep_at.is_some() {
            self.steps.push(step("keep", &[], true, "kept"));
        }
        if self.report.is_some() {
            self.steps.extend([step("partial", &[], true, "values"), step("merge", &[], true, "values")]);
        }
        self
    }

    /// The attributes of the run.
    #[must_use]
    pub fn attributes(&self) -> Names {
        self.reading.attributes.iter().map(|name| interned(name)).collect()
    }

    /// The facts that follow from all sources together.
    ///
    /// # Errors
    ///
    /// If they are not known yet.
    pub fn scanned(&self) -> anyhow::Result<&Scanned> {
        self.scanned.as_ref().ok_or_else(|| not_settled("scan"))
    }

    /// The facts that follow from all events that count.
    ///
    /// # Errors
    ///
    /// If they are not known yet.
    pub fn settled(&self) -> anyhow::Result<&Settled> {
        self.settled.as_ref().ok_or_else(|| not_settled("unique"))
    }

    /// The facts of the run.
    ///
    /// # Errors
    ///
    /// If they are not known yet.
    pub fn run(&self) -> anyhow::Result<&RunFacts> {
        self.run.as_ref().ok_or_else(|| not_settled("fold"))
    }

    /// The facts that the report needs.
    ///
    /// # Errors
    ///
    /// If there is no report, or its days are not known yet.
    pub fn demand(&self) -> anyhow::Result<&Demand> {
        let report = self.report.as_ref().filter(|report| report.until_log_end.is_none());
        report.map(|report| &report.demand).ok_or_else(|| not_settled("fold"))
    }

    /// The last instant that counts, UTC milliseconds; later events are ignored.
    ///
    /// # Errors
    ///
    /// If the last event is not known yet.
    pub fn horizon(&self) -> anyhow::Result<i64> {
        Ok(self.folding.as_of.or(self.settled()?.latest).unwrap_or(0))
    }

    /// The range of source numbers of each file: several if it is read in pieces.
    #[must_use]
    pub fn files(&self) -> Vec<Range<usize>> {
        let mut files: Vec<Range<usize>> = Vec::new();
        for (at, source) in self.sources.iter().enumerate() {
            match files.last_mut() {
                Some(file) if source.piece.is_some_and(|piece| piece.from > 0) => file.end = at + 1,
                Some(_) | None => files.push(at..at + 1),
            }
        }
        files
    }

    /// The number of the file of each source.
    #[must_use]
    pub(crate) fn file_of_sources(&self) -> Vec<usize> {
        let files = self.files().into_iter().enumerate();
        files.flat_map(|(file, sources)| sources.map(move |_| file)).collect()
    }

    /// The name of a file's column for people; with a profile, the source's own field.
    #[must_use]
    pub(crate) fn column_in_words(&self, file: usize, column: crate::event::Column) -> String {
        let source = self.files().get(file).and_then(|sources| self.sources.get(sources.start));
        let planned = source.and_then(|source| self.profiles.get(source.profile?));
        let profile = planned.and_then(|planned| planned.profile().ok());
        in_words(column, profile.as_ref())
    }

    /// Whether several processes read the sources, so that none has all ids.
    #[must_use]
    pub(crate) fn is_read_apart(&self) -> bool {
        self.units.len() > 1 || self.sources.iter().any(|source| source.engine.is_some())
    }

    /// Whether a source is a table.
    #[must_use]
    pub(crate) fn is_table(&self, source: u32) -> bool {
        self.sources.get(source as usize).is_some_and(|source| source.engine == Some(EngineSource::Table))
    }

    /// The counts of a table without rows, for which an engine has no part; `None` for other sources.
    #[must_use]
    pub(crate) fn without_rows(&self, source: usize) -> Option<FileCounts> {
        let planned = self.sources.get(source).filter(|source| source.engine == Some(EngineSource::Table))?;
        let name = planned.path.to_string_lossy().into_owned();
        Some(FileCounts::unread(name, &SourceFacts::from(InputFormat::Parquet), None))
    }
}

fn not_settled(stage: &str) -> anyhow::Error {
    Failure::Usage.because(format!(
        "the plan lacks the decisions that need all rows: give the notes of `dialogram stage {stage}` to `dialogram \
         stage settle`, and use the plan that it prints"
    ))
}

/// The name of the program in a plan.
pub(super) fn generator() -> String {
    concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// The location of a source, for people.
#[must_use]
pub(crate) fn place_of(source: &PlannedSource) -> String {
    if let Some(held) = source.engine {
        return held.shown(&source.path);
    }
    let path = source.member.as_ref().map_or_else(|| source.path.clone(), |member| source.path.join(member));
    crate::harmless::shown_path(Path::new(&path))
}
