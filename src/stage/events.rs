//! Converts events to frames, and frames to events.

use polars::prelude::*;

use super::columns::{KEY, LINE, NOTE, ORDER, POSITION, SOURCE, StageColumn, of_events};
use super::note::Note;
use crate::event::{
    Actor, AgentStatus, Column as LogColumn, Detail, KEYS, Key, Kind, Resolution, Status, Survey, TEXTS, Text,
};
use crate::failure::Failure;
use crate::fold::schema::Type;
use crate::ingest::EventRow;

/// The content of a column of events.
#[derive(Debug, Clone, Copy)]
enum EventColumn {
    Note,
    Key,
    Source,
    Position,
    Line,
    Order,
    Column(LogColumn),
}

impl EventColumn {
    fn named(name: &str) -> Self {
        let column = || LogColumn::WITH_INTERNAL.into_iter().find(|column| column.name() == name);
        match name {
            NOTE => Self::Note,
            KEY => Self::Key,
            SOURCE => Self::Source,
            POSITION => Self::Position,
            LINE => Self::Line,
            ORDER => Self::Order,
            _ => Self::Column(column().expect("all others are canonical")),
        }
    }

    /// Its value in an event, if it is a text.
    fn text<'r>(self, row: &EventRow<'r>, key: &'r str) -> Option<&'r str> {
        match self {
            Self::Key => Some(key),
            Self::Order => row.order,
            Self::Column(column) => row.column_text(column),
            Self::Note | Self::Source | Self::Position | Self::Line => None,
        }
    }

    /// Its value in an event, if it is a number.
    fn number(self, row: &EventRow, source: u32) -> Option<i64> {
        match self {
            Self::Source => Some(source.into()),
            Self::Position => Some(row.position.into()),
            Self::Line => Some(row.line.into()),
            Self::Column(column) => row.column_number(column),
            Self::Note | Self::Key | Self::Order => None,
        }
    }
}

/// A column to which rows are added.
enum ColumnBuilder {
    Text(StringChunkedBuilder),
    Number(PrimitiveChunkedBuilder<Int64Type>),
}

/// Rows to be put into a frame: events, and notes.
pub struct EventRows {
    columns: Vec<(StageColumn, EventColumn, ColumnBuilder)>,
    height: usize,
}

impl Default for EventRows {
    fn default() -> Self {
        let grow = |column: StageColumn| {
            let name: PlSmallStr = column.name.as_str().into();
            let growing = match column.holds {
                Type::Text => ColumnBuilder::Text(StringChunkedBuilder::new(name, 0)),
                Type::Instant | Type::Number | Type::Flag => {
                    ColumnBuilder::Number(PrimitiveChunkedBuilder::new(name, 0))
                }
            };
            let slot = EventColumn::named(&column.name);
            (column, slot, growing)
        };
        Self { columns: of_events().into_iter().map(grow).collect(), height: 0 }
    }
}

impl EventRows {
    /// The number of rows.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Adds a note.
    ///
    /// # Errors
    ///
    /// None in practice: writing JSON into memory.
    pub fn note(&mut self, note: &Note) -> anyhow::Result<()> {
        let json = serde_json::to_string(note)?;
        for (_, slot, growing) in &mut self.columns {
            match growing {
                ColumnBuilder::Text(builder) => {
                    builder.append_option(matches!(slot, EventColumn::Note).then_some(&*json));
                }
                ColumnBuilder::Number(builder) => builder.append_null(),
            }
        }
        self.height += 1;
        Ok(())
    }

    /// Adds an event of a source.
    pub fn event(&mut self, row: &EventRow, source: u32, key: &str) {
        for (_, slot, growing) in &mut self.columns {
            match growing {
                ColumnBuilder::Text(builder) => builder.append_option(slot.text(row, key)),
                ColumnBuilder::Number(builder) => builder.append_option(slot.number(row, source)),
            }
        }
        self.height += 1;
    }

    /// The frame.
    ///
    /// # Errors
    ///
    /// If polars rejects it, which is a bug.
    pub fn finish(self) -> PolarsResult<DataFrame> {
        let finish = |(column, _, growing): (StageColumn, EventColumn, ColumnBuilder)| {
            let series = match growing {
                ColumnBuilder::Text(builder) => builder.finish().into_series(),
                ColumnBuilder::Number(builder) => builder.finish().into_series(),
            };
            let series = match column.holds {
                Type::Instant => (&series * 1_000_i64).cast(&column.data_type())?,
                Type::Text | Type::Number | Type::Flag => series,
            };
            Ok(series.into_column())
        };
        let columns = self.columns.into_iter().map(finish).collect::<PolarsResult<_>>()?;
        DataFrame::new(self.height, columns)
    }
}

/// The columns of a frame of events.
pub struct EventFrame<'f> {
    texts: [&'f StringChunked; TEXTS],
    keys: [&'f StringChunked; KEYS],
    event: &'f StringChunked,
    actor: &'f StringChunked,
    resolution: &'f StringChunked,
    survey: &'f StringChunked,
    status: &'f StringChunked,
    order: &'f StringChunked,
    source: &'f Int64Chunked,
    position: &'f Int64Chunked,
    line: &'f Int64Chunked,
    ts: &'f Int64Chunked,
    score: &'f Int64Chunked,
    capacity: &'f Int64Chunked,
}

impl<'f> EventFrame<'f> {
    /// The columns of a frame, each of which must be one chunk.
    ///
    /// # Errors
    ///
    /// If one is missing, or has another type.
    pub fn of(frame: &'f DataFrame) -> PolarsResult<Self> {
        let text = |name: &str| frame.column(name)?.str();
        let number = |name: &str| frame.column(name)?.i64();
        let column = |column: LogColumn| text(column.name());
        let texts = Text::ALL.iter().map(|text| column(text.column())).collect::<PolarsResult<Vec<_>>>()?;
        let keys = Key::ALL.iter().map(|key| column(key.column())).collect::<PolarsResult<Vec<_>>>()?;
        let all = "one column for each";
        Ok(Self {
            texts: texts.try_into().expect(all),
            keys: keys.try_into().expect(all),
            event: column(LogColumn::Event)?,
            actor: column(LogColumn::Actor)?,
            resolution: column(LogColumn::Resolution)?,
            survey: column(LogColumn::Survey)?,
            status: column(LogColumn::Status)?,
            order: text(ORDER)?,
            source: number(SOURCE)?,
            position: number(POSITION)?,
            line: number(LINE)?,
            ts: frame.column(LogColumn::Ts.name())?.datetime()?.physical(),
            score: number(LogColumn::Score.name())?,
            capacity: number(LogColumn::Capacity.name())?,
        })
    }

    /// The event of a row.
    ///
    /// # Errors
    ///
    /// If a value is missing, or cannot be in an event.
    pub fn row(&self, at: usize) -> anyhow::Result<EventRow<'f>> {
        self.try_row(at).ok_or_else(|| {
            let row = (self.source.get(at), self.position.get(at));
            Failure::Input.because(format!(
                "a row between stages is not an event (source and position {row:?}): stages read only rows written by stages"
            ))
        })
    }

    fn try_row(&self, at: usize) -> Option<EventRow<'f>> {
        let number = |values: &Int64Chunked| u32::try_from(values.get(at)?).ok();
        let kind = Kind::parse(self.event.get(at)?)?;
        let actor = match self.actor.get(at) {
            None => None,
            Some(text) => Some(Actor::parse(text)?),
        };
        let status = self.status.get(at);
        let detail = match (kind, self.resolution.get(at), self.survey.get(at), status) {
            (_, None, None, None) => Detail::None,
            (_, Some(text), None, None) => Detail::Resolution(Resolution::parse(text)?),
            (_, None, Some(survey), None) => {
                Detail::Score(Survey::parse(survey)?, u8::try_from(self.score.get(at)?).ok()?)
            }
            (Kind::AgentStatus, None, None, Some(text)) => Detail::AgentStatus(AgentStatus::parse(text)?),
            (_, None, None, Some(text)) => Detail::Status(Status::parse(text)?),
            (..) => return None,
        };
        let micros = self.ts.get(at)?;
        Some(EventRow {
            source: number(self.source)?,
            position: number(self.position)?,
            line: number(self.line)?,
            order: self.order.get(at),
            ts: micros.div_euclid(1_000),
            kind,
            actor,
            detail,
            capacity: self.capacity.get(at).map(u32::try_from).transpose().ok()?,
            texts: self.texts.map(|column| column.get(at)),
            keys: self.keys.map(|column| column.get(at)),
        })
    }

    /// The number of rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.source.len()
    }
}
