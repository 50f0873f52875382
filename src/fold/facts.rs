//! Fact rows as polars frames, with the facts of the run that a report needs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::attributes::Attributes;
use super::fact_batches::{Between, ColumnChange, FactBatches, bytes_of};
use super::limits::Limits;
use super::moment_batches::MomentBatches;
use super::ordered_tables::OrderedTables;
use super::places::PlaceNames;
use super::schema::{FactTable, Type};
use super::sums::Sums;
use super::text_numbers::{TextColumn, TextNumbers};
use super::trace::Trace;
use super::values::Values;
use crate::event::Sessions;
use crate::event::aliases::{Aliases, UnusedAlias};
use crate::ingest::FileCounts;

/// The nine fact tables, and the facts of their run.
#[derive(Debug, Clone)]
pub struct Facts {
    frames: Vec<DataFrame>,
    /// The rows of all tables except agents' states, if some of them are in a file.
    pub(super) batches: Option<Arc<FactBatches>>,
    /// The rank of each conversation by its number, if rows are in a file and their order was requested.
    pub(super) ranks: Option<Arc<[u32]>>,
    /// Conversations at the requested instants.
    pub moments: MomentBatches,
    /// Queues and departments of all rows, if requested.
    pub places: Option<PlaceNames>,
    /// The events of individually requested conversations, and their effects.
    pub traces: Vec<Trace>,
    /// The individually requested names that are not an id or ticket number of any conversation, each with the nearest
    /// id.
    pub unknown: Vec<(String, Option<String>)>,
    /// The attributes of rows; `None` for a folder of facts.
    pub attributes: Option<Arc<Attributes>>,
    /// The texts, if columns hold their numbers; `None` if columns hold texts.
    pub texts: Option<Arc<TextNumbers>>,
    /// Counted values of the rows, instead of the rows: then the tables are empty.
    pub values: Option<Arc<Values>>,
    /// The facts of the run.
    pub run: Arc<RunFacts>,
}

impl Facts {
    /// Facts from frames in the order of [`FactTable::ALL`] and their run.
    #[must_use]
    pub fn new(frames: Vec<DataFrame>, run: RunFacts) -> Self {
        Self {
            frames,
            batches: None,
            ranks: None,
            moments: MomentBatches::default(),
            places: None,
            traces: Vec::new(),
            unknown: Vec::new(),
            attributes: None,
            texts: None,
            values: None,
            run: Arc::new(run),
        }
    }

    /// Whether rows are in a file.
    #[must_use]
    pub const fn is_in_file(&self) -> bool {
        self.batches.is_some()
    }

    /// The same facts in turns: in each some rows of a table, with all rows of their conversations in any table. If the
    /// rows are in memory, there is one turn. Queries that need the rows of one conversation at a time hold few of those
    /// in a file this way.
    pub fn turns(&self, table: FactTable) -> impl Iterator<Item = Cow<'_, Self>> {
        let stored = self.stored(table);
        let groups = stored.into_iter().flat_map(|batches| batches.groups());
        let some = groups.map(|group| Cow::Owned(Self { batches: Some(Arc::new(group)), ..self.clone() }));
        stored.is_none().then_some(Cow::Borrowed(self)).into_iter().chain(some)
    }

    /// The tables of conversations in their order, in blocks of `size` conversations, if their rows are in a file. `None`
    /// if they are in memory: then [`Facts::frame`] has them in order.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or another one not be written; if the order was not requested, which is a bug.
    pub fn ordered(&self, size: usize) -> anyhow::Result<Option<OrderedTables>> {
        let Some(batches) = &self.batches else { return Ok(None) };
        let ranks =
            self.ranks.as_ref().ok_or_else(|| anyhow::anyhow!("the order of conversations was not requested"))?;
        OrderedTables::of(batches, ranks, size).map(Some)
    }

    /// Facts without rows, represented by counted values.
    #[must_use]
    pub fn of_values(values: Values, run: RunFacts) -> Self {
        let kinds = |holds: Type| match holds {
            Type::Text => DataType::String,
            Type::Instant | Type::Number => DataType::Int64,
            Type::Flag => DataType::Boolean,
        };
        let empty = |table: &FactTable| {
            let own = table.columns().iter().map(|spec| (spec.name, kinds(spec.holds)));
            let attributes = run.attributes.iter().filter(|_| *table == FactTable::Conversations);
            let attributes = attributes.map(|name| (name.as_str(), DataType::String));
            DataFrame::empty_with_schema(&own.chain(attributes).map(|(name, kind)| (name.into(), kind)).collect())
        };
        let frames = FactTable::ALL.iter().map(empty).collect();
        Self { values: Some(Arc::new(values)), ..Self::new(frames, run) }
    }

    /// The queues and departments of rows. If they were requested, rows that are not kept are included.
    ///
    /// # Errors
    ///
    /// If polars rejects a query, which is a bug.
    pub fn place_names(&self) -> PolarsResult<PlaceNames> {
        if let Some(places) = &self.places {
            return Ok(places.clone());
        }
        let mut names = PlaceNames::default();
        for (column, names) in [("queue", &mut names.queues), ("department", &mut names.departments)] {
            for table in FactTable::ALL.iter().filter(|table| table.has(column)) {
                names.extend(self.distinct_texts(*table, column)?);
            }
        }
        Ok(names)
    }

    /// The distinct texts of a column.
    ///
    /// # Errors
    ///
    /// If polars rejects a query, which is a bug.
    pub fn distinct_texts(&self, table: FactTable, column: &str) -> PolarsResult<Vec<String>> {
        let mut all = BTreeSet::new();
        for facts in self.turns(table) {
            let values = facts.columns(table, &[column])?;
            let distinct = values.column(column)?.as_materialized_series().unique()?;
            let texts = TextColumn::of_series(&distinct, self.texts.as_deref())?;
            all.extend(texts.iter().flatten().map(str::to_owned));
        }
        Ok(all.into_iter().collect())
    }

    /// A text column of one of the frames, or of the result of a query.
    ///
    /// # Errors
    ///
    /// If there is no such column, or it has no texts, which is a bug.
    pub fn texts_of<'f>(&'f self, frame: &'f DataFrame, column: &str) -> PolarsResult<TextColumn<'f>> {
        TextColumn::of(frame.column(column)?, self.texts.as_deref())
    }

    /// The ids of all conversations, as texts.
    ///
    /// # Errors
    ///
    /// If ids are numbers, which is a bug.
    pub fn conversation_ids(&self) -> PolarsResult<Vec<String>> {
        let all = self.columns(FactTable::Conversations, &["conversation_id"])?;
        let ids = all.column("conversation_id")?.str()?;
        Ok(ids.iter().flatten().map(str::to_owned).collect())
    }

    /// Changes the values of a column in all tables that have it, and in moments. Rows in a file are changed when they are
    /// read.
    ///
    /// # Errors
    ///
    /// If the change fails.
    pub fn change(&mut self, change: ColumnChange) -> PolarsResult<()> {
        for frame in &mut self.frames {
            if let Ok(column) = frame.column(change.name) {
                let changed = (change.change)(column)?;
                frame.replace(change.name, changed)?;
            }
        }
        self.moments.change(change.clone());
        if let Some(batches) = &mut self.batches {
            Arc::make_mut(batches).change(change);
        }
        Ok(())
    }

    /// Whether a table has a column. Lists have one that is not in [`FactTable::columns`].
    #[must_use]
    pub fn has(&self, table: FactTable, column: &str) -> bool {
        match self.stored(table) {
            Some(batches) => batches.has(table, column),
            None => self.frame(table).column(column).is_ok(),
        }
    }

    /// The approximate size in memory, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let frames: usize = self.frames.iter().map(bytes_of).sum();
        frames + self.moments.bytes() + self.batches.as_ref().map_or(0, |batches| batches.bytes())
    }

    /// A table; its columns are those of [`FactTable::columns`].
    ///
    /// # Panics
    ///
    /// If its rows are in a file, which is a bug: callers whose facts may be in a file must use [`Facts::rows`].
    #[must_use]
    pub fn frame(&self, table: FactTable) -> &DataFrame {
        assert!(self.stored(table).is_none(), "the rows of {} are in a file", table.name());
        &self.frames[table as usize]
    }

    fn stored(&self, table: FactTable) -> Option<&Arc<FactBatches>> {
        self.batches.as_ref().filter(|_| table != FactTable::AgentStates)
    }

    /// A table to query, in memory or in a file.
    ///
    /// # Errors
    ///
    /// If polars rejects it, which is a bug.
    pub fn rows(&self, table: FactTable) -> PolarsResult<LazyFrame> {
        match self.stored(table) {
            Some(batches) => batches.scan(table, None),
            None => Ok(self.frame(table).clone().lazy()),
        }
    }

    /// The rows of a table with an instant in a span, to query.
    ///
    /// # Errors
    ///
    /// If polars rejects it, which is a bug.
    pub fn rows_between(&self, table: FactTable, between: Between) -> PolarsResult<LazyFrame> {
        match self.stored(table) {
            Some(batches) => batches.scan(table, Some(between)),
            None => Ok(self.frame(table).clone().lazy().filter(between.expression())),
        }
    }

    /// Columns of a table, in memory or in a file.
    ///
    /// # Errors
    ///
    /// If the table lacks a column, which is a bug, or if the file cannot be read.
    pub fn columns(&self, table: FactTable, names: &[&str]) -> PolarsResult<DataFrame> {
        match self.stored(table) {
            Some(batches) => {
                let names: Vec<PlSmallStr> = names.iter().map(|name| (*name).into()).collect();
                batches.read(table, &names, None)
            }
            None => self.frame(table).select(names.iter().copied()),
        }
    }
}

/// The facts of the run that a report needs in addition to the tables. Instants are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunFacts {
    /// The last instant that counts; later events are ignored.
    pub horizon: i64,
    /// How events were grouped into conversations.
    pub sessions: Sessions,
    /// The durations used by the fold.
    #[serde(flatten)]
    pub limits: Limits,
    /// Counts of each source.
    pub files: Vec<FileCounts>,
    /// Rejected rows by reason.
    pub rejections: BTreeMap<String, u64>,
    /// Intervals that begin and end with an event and have no gap of more than an hour, up to the horizon.
    pub active: Vec<(i64, i64)>,
    /// Agents' display names, by id.
    pub agent_names: BTreeMap<String, String>,
    /// Events that made no sense at their position: the count of each oddity, by name.
    pub oddities: BTreeMap<String, u64>,
    /// The sums over all conversations.
    pub sums: Sums,
    /// The attributes that are columns of `conversations`, in the order given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<String>,
    /// The attributes for which no row has a value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub absent_attributes: Vec<String>,
    /// For each attribute, the number of events in which its value is a list or an object.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub odd_values: BTreeMap<String, u64>,
    /// Aliases whose old names occurred in rows.
    #[serde(default, skip_serializing_if = "Aliases::is_empty")]
    pub renamed: Aliases,
    /// Aliases whose old names occurred in no row.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unused_aliases: Vec<UnusedAlias>,
    /// Columns that an older folder of facts lacks and whose values are unknown; empty for facts that were just folded.
    #[serde(skip)]
    pub absent: Vec<(FactTable, &'static str)>,
}

impl RunFacts {
    /// Puts requested attributes first; those that the facts lack are marked as absent.
    pub fn request_attributes<T: AsRef<str>>(&mut self, requested: &[T]) {
        let requested: Vec<String> = requested.iter().map(|name| name.as_ref().to_owned()).collect();
        self.absent_attributes.extend(requested.iter().filter(|name| !self.attributes.contains(name)).cloned());
        self.attributes.retain(|name| !requested.contains(name));
        self.attributes.splice(0..0, requested);
        self.absent_attributes.sort();
        self.absent_attributes.dedup();
    }

    /// The first event up to the horizon.
    #[must_use]
    pub fn first_event(&self) -> Option<i64> {
        self.active.first().map(|(first, _)| *first)
    }

    /// The last event up to the horizon.
    #[must_use]
    pub fn last_event(&self) -> Option<i64> {
        self.active.last().map(|(_, last)| *last)
    }

    /// Whether there are events before a span and at or after its end, so that a span without events is known to be
    /// empty.
    #[must_use]
    pub fn surrounds(&self, from: i64, to: i64) -> bool {
        self.first_event().is_some_and(|first| first < from) && self.last_event().is_some_and(|last| last >= to)
    }

    /// Whether there is an event in a span. The span must be at least an hour long.
    #[must_use]
    pub fn has_event_in(&self, from: i64, to: i64) -> bool {
        // A span inside an interval is longer than the gaps of the interval.
        let meets = |(first, last): &(i64, i64)| *first < to && *last >= from;
        from < to && self.active.iter().any(meets)
    }
}
