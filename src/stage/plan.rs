//! The plan of a run in stages: how rows are read and folded, which process reads which sources, and the facts that follow
//! from all of them.

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
use crate::ingest::source::{Held, InputFormat, SourceFacts};
use crate::ingest::spoilt_parts::IdSearch;
use crate::ingest::{FileCounts, in_words};
use crate::report::demand::Demand;

/// The schema that a plan names in its first field.
pub const SCHEMA: &str = "dialogram/plan/1";

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The program that wrote it.
    pub generator: String,
    /// A hash of what numbers mean: version, zone data, metrics, tables and columns. Stages of another one refuse the plan.
    pub definitions: String,
    /// How rows are read.
    pub reading: ReadOptions,
    /// How events are folded.
    pub folding: Folding,
    /// Rejected rows allowed before the run stops, as `--max-rejects` takes it.
    pub max_rejects: Option<String>,
    /// The sources, in input order.
    pub sources: Vec<PlannedSource>,
    /// The profiles of sources.
    pub profiles: Vec<PlannedProfile>,
    /// Sources that one process reads together, by number: mostly one.
    pub units: Vec<Vec<u32>>,
    /// The steps of an engine, in order.
    pub steps: Vec<StageStep>,
    /// The columns between stages, by the schemas that steps name.
    pub columns: StageColumns,
    /// The facts that follow from all sources together; none before they are read.
    pub scanned: Option<Scanned>,
    /// The facts that follow from all events that count; none before repeats are dropped.
    pub settled: Option<Settled>,
    /// The report whose values are counted by the engine; none where facts come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<PlannedReport>,
    /// The settings of all facts; none before the fold, and where facts come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunFacts>,
    /// Where the engine keeps the facts: a table, an address or a path, as the engine names it; none where they come back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_at: Option<String>,
    /// The row that the engine adds last to the facts that it has kept; none before all are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Note>,
    /// The kept facts that are read in place of logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept: Option<KeptFacts>,
}

/// A report whose values are counted by the engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedReport {
    /// The facts that it needs.
    pub asked: Demand,
    /// How its days follow from the log's end; none where they are known.
    pub until_log_end: Option<UntilLogEnd>,
}

/// Days up to the log's last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UntilLogEnd {
    /// How many, where it is said.
    pub days: Option<u32>,
    /// The first one, where it is said.
    pub from: Option<String>,
    /// The windows that they are compared with, as `--compare` takes it.
    pub compare: String,
    /// How many windows a trend has.
    pub trend: Option<u32>,
}

/// How rows are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadOptions {
    /// The zone of date-times without an offset.
    pub input_zone: String,
    /// Nobody chose that zone.
    pub is_input_zone_assumed: bool,
    /// The format of all sources.
    pub format: Option<InputFormat>,
    /// The encoding of texts that do not tell it.
    pub encoding: Option<String>,
    /// The sheet of workbooks.
    pub sheet: Option<String>,
    /// The attributes of the run, in order.
    pub attributes: Vec<String>,
    /// Names that stand for others.
    pub aliases: Aliases,
    /// How events become conversations, where it is said.
    pub sessions: Option<Sessions>,
    /// Rows without an event id that are equal to one before them are duplicates.
    pub drop_repeats: bool,
    /// The order of the rows of a table; none where positions decide it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableOrder>,
    /// The columns of a table that are read, as far as it has them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Bytes of the longest row.
    pub longest_row: usize,
}

/// How events are folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folding {
    /// Durations that the fold goes by.
    #[serde(flatten)]
    pub limits: Limits,
    /// Later events are unseen, UTC milliseconds.
    pub as_of: Option<i64>,
}

/// A source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedSource {
    /// Its absolute path: every machine that reads it finds it there. Of what the engine holds, its name or address there.
    pub path: PathBuf,
    /// The kind of source that the engine holds; none where it is found by its path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engine: Option<Held>,
    /// Which piece of the file it is; none where it is all of it. The pieces of a file follow each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<FilePiece>,
    /// Its name in the archive that the path is of.
    pub member: Option<String>,
    /// Its sheet in the workbook that the path is of.
    pub sheet: Option<String>,
    /// Its profile, by number; none is canonical.
    pub profile: Option<usize>,
}

/// A profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedProfile {
    /// Its name.
    pub name: String,
    /// The name of the encoding of its sources.
    pub encoding: String,
    /// Its text; none where it is built in.
    pub text: Option<String>,
}

/// A step of an engine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageStep {
    /// The stage.
    pub stage: String,
    /// The arguments of the program, with `{plan}`, and of a scan `{unit}`, to be filled in.
    pub arguments: Vec<String>,
    /// The column that rows are brought together by before; none where they stay as they are.
    pub shuffle: Option<String>,
    /// The columns that it gives: a field of [`StageColumns`].
    pub gives: String,
    /// Its notes, with those of the steps before, go to `stage settle`, whose plan the next step has. Of a step that does not
    /// settle, is not aside and not the last, notes go to the next step with the rows.
    pub settles: bool,
    /// It stands aside: it takes the rows of the step before, and its own go to the next step only if that stands aside, too.
    /// The steps behind take the rows that were there before, and its notes are kept.
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
    /// How events become conversations.
    pub sessions: Sessions,
    /// A row has an event id: repeats are looked for.
    pub has_event_ids: bool,
    /// The ids that have to be compared with those of all sources.
    #[serde(default, skip_serializing_if = "IdSearch::is_empty")]
    pub ids: IdSearch,
    /// Files that are newest first and come in pieces: the sources that are their first and last pieces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub newest_first: Vec<(u32, u32)>,
}

/// The facts that follow from all events that count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The latest instant of one.
    pub latest: Option<i64>,
    /// None of them names a queue: the department is the queue.
    pub is_department_queue: bool,
}

impl Plan {
    /// Reads a plan of this version of the program.
    ///
    /// # Errors
    ///
    /// If it is none, or of other definitions.
    pub fn parse(text: &str, place: &str) -> anyhow::Result<Self> {
        let wrong = |message: String| Failure::Usage.because(format!("{place}: {message}"));
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
        // Types of columns do not travel.
        plan.columns.events = of_events();
        plan.columns.values = of_values();
        let attributes = plan.reading.attributes.clone();
        Ok(plan.with_attributes(attributes))
    }

    /// The plan with rows that have these attributes.
    #[must_use]
    pub fn with_attributes(mut self, attributes: Vec<String>) -> Self {
        self.columns.facts = of_facts(attributes.len());
        self.columns.kept = of_kept(attributes.len());
        self.reading.attributes = attributes;
        self
    }

    /// The plan of a report of kept facts in place of logs.
    #[must_use]
    pub fn of_kept(mut self, place: &str) -> Self {
        self.kept = Some(KeptFacts { place: place.to_owned(), asked: self.reading.attributes.clone(), days: None });
        self.with_steps()
    }

    /// Whether the fact rows of a customer are brought together.
    #[must_use]
    pub const fn brings_facts_together(&self) -> bool {
        self.report.is_some() || self.keep_at.is_some()
    }

    /// The days of kept facts that are needed; none where logs are read.
    ///
    /// # Errors
    ///
    /// If the manifest was not read yet.
    pub fn kept_days(&self) -> anyhow::Result<Option<&[KeptDay]>> {
        let Some(kept) = &self.kept else { return Ok(None) };
        let days = kept.days.as_deref();
        let missing = || {
            Failure::Usage.because(
                "the plan does not say yet which days are needed: give the notes of the kept facts to `dialogram stage \
                 settle`, and use the plan that it prints",
            )
        };
        days.map(Some).ok_or_else(missing)
    }

    /// The plan with the steps that follow from what is known.
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
    /// If it is not known yet.
    pub fn scanned(&self) -> anyhow::Result<&Scanned> {
        self.scanned.as_ref().ok_or_else(|| not_settled("scan"))
    }

    /// The facts that follow from all events that count.
    ///
    /// # Errors
    ///
    /// If it is not known yet.
    pub fn settled(&self) -> anyhow::Result<&Settled> {
        self.settled.as_ref().ok_or_else(|| not_settled("unique"))
    }

    /// The settings of all facts.
    ///
    /// # Errors
    ///
    /// If it is not known yet.
    pub fn run(&self) -> anyhow::Result<&RunFacts> {
        self.run.as_ref().ok_or_else(|| not_settled("fold"))
    }

    /// The facts that the report needs.
    ///
    /// # Errors
    ///
    /// If there is no report, or its days are not known yet.
    pub fn asked(&self) -> anyhow::Result<&Demand> {
        let report = self.report.as_ref().filter(|report| report.until_log_end.is_none());
        report.map(|report| &report.asked).ok_or_else(|| not_settled("fold"))
    }

    /// Later events are unseen.
    ///
    /// # Errors
    ///
    /// If the last event is not known yet.
    pub fn horizon(&self) -> anyhow::Result<i64> {
        Ok(self.folding.as_of.or(self.settled()?.latest).unwrap_or(0))
    }

    /// The sources of each file, by number: several where it comes in pieces.
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
    pub fn file_of_sources(&self) -> Vec<usize> {
        let files = self.files().into_iter().enumerate();
        files.flat_map(|(file, sources)| sources.map(move |_| file)).collect()
    }

    /// A column of a file for people: of one with a profile with the source's own field.
    #[must_use]
    pub fn column_in_words(&self, file: usize, column: crate::event::Column) -> String {
        let source = self.files().get(file).and_then(|sources| self.sources.get(sources.start));
        let planned = source.and_then(|source| self.profiles.get(source.profile?));
        let profile = planned.and_then(|planned| planned.profile().ok());
        in_words(column, profile.as_ref())
    }

    /// Whether several processes read the sources, so that none sees all ids.
    #[must_use]
    pub fn is_read_apart(&self) -> bool {
        self.units.len() > 1 || self.sources.iter().any(|source| source.engine.is_some())
    }

    /// Whether a source is a table.
    #[must_use]
    pub fn is_table(&self, source: u32) -> bool {
        self.sources.get(source as usize).is_some_and(|source| source.engine == Some(Held::Table))
    }

    /// The counts of a table without rows, of which an engine has no part; none of another source.
    #[must_use]
    pub fn without_rows(&self, source: usize) -> Option<FileCounts> {
        let planned = self.sources.get(source).filter(|source| source.engine == Some(Held::Table))?;
        let name = planned.path.to_string_lossy().into_owned();
        Some(FileCounts::unread(name, &SourceFacts::from(InputFormat::Parquet), None))
    }
}

fn not_settled(stage: &str) -> anyhow::Error {
    Failure::Usage.because(format!(
        "the plan does not say yet what follows from all rows: give the notes of `dialogram stage {stage}` to `dialogram \
         stage settle`, and use the plan that it prints"
    ))
}

/// The program, as a plan names it.
pub(super) fn generator() -> String {
    concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// The place of a source for people.
#[must_use]
pub fn place_of(source: &PlannedSource) -> String {
    if let Some(held) = source.engine {
        return held.shown(&source.path);
    }
    let path = source.member.as_ref().map_or_else(|| source.path.clone(), |member| source.path.join(member));
    crate::harmless::shown_path(Path::new(&path))
}
