//! Events as frames, and frames as events.

use polars::prelude::*;

use super::columns::{KEY, LINE, NOTE, POSITION, SOURCE, StageColumn, of_events};
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
            _ => Self::Column(column().expect("all others are canonical")),
        }
    }

    /// Its value in an event, where it is a text.
    fn text<'r>(self, row: &EventRow<'r>, key: &'r str) -> Option<&'r str> {
        match self {
            Self::Key => Some(key),
            Self::Column(column) => of_column(row, column),
            Self::Note | Self::Source | Self::Position | Self::Line => None,
        }
    }

    /// Its value in an event, where it is a number.
    fn number(self, row: &EventRow, source: u32) -> Option<i64> {
        match self {
            Self::Source => Some(source.into()),
            Self::Position => Some(row.position.into()),
            Self::Line => Some(row.line.into()),
            Self::Column(LogColumn::Ts) => Some(row.ts),
            Self::Column(LogColumn::Capacity) => row.capacity.map(i64::from),
            Self::Column(LogColumn::Score) => match row.detail {
                Detail::Score(_, score) => Some(score.into()),
                Detail::None | Detail::Resolution(_) | Detail::AgentStatus(_) | Detail::Status(_) => None,
            },
            Self::Column(_) | Self::Note | Self::Key => None,
        }
    }
}

/// A column while rows are added.
enum ColumnBuilder {
    Text(StringChunkedBuilder),
    Number(PrimitiveChunkedBuilder<Int64Type>),
}

/// Rows on their way into a frame: events, and notes.
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
    /// How many rows.
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

    /// Adds an event of that source.
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
    /// Where polars refuses it: a bug.
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

fn of_column<'r>(row: &EventRow<'r>, column: LogColumn) -> Option<&'r str> {
    let of_text = |text: Text| row.text(text);
    let of_key = |key: Key| row.key(key);
    match column {
        LogColumn::Event => Some(row.kind.name()),
        LogColumn::Actor => row.actor.map(Actor::name),
        LogColumn::EventId => of_key(Key::EventId),
        LogColumn::ConversationId => of_key(Key::ConversationId),
        LogColumn::CustomerId => of_key(Key::CustomerId),
        LogColumn::Contact => of_key(Key::Contact),
        LogColumn::Protocol => of_key(Key::Protocol),
        LogColumn::AgentId => of_text(Text::AgentId),
        LogColumn::AgentName => of_text(Text::AgentName),
        LogColumn::Channel => of_text(Text::Channel),
        LogColumn::Department => of_text(Text::Department),
        LogColumn::Queue => of_text(Text::Queue),
        LogColumn::ToAgentId => of_text(Text::ToAgentId),
        LogColumn::ToQueue => of_text(Text::ToQueue),
        LogColumn::ToDepartment => of_text(Text::ToDepartment),
        LogColumn::App => of_text(Text::App),
        LogColumn::SupportType => of_text(Text::SupportType),
        LogColumn::Tags => of_text(Text::Tags),
        LogColumn::Attributes => of_text(Text::Attributes),
        LogColumn::Resolution => match row.detail {
            Detail::Resolution(resolution) => Some(resolution.name()),
            Detail::None | Detail::Score(..) | Detail::AgentStatus(_) | Detail::Status(_) => None,
        },
        LogColumn::Survey => match row.detail {
            Detail::Score(survey, _) => Some(survey.name()),
            Detail::None | Detail::Resolution(_) | Detail::AgentStatus(_) | Detail::Status(_) => None,
        },
        LogColumn::Status => match row.detail {
            Detail::AgentStatus(status) => Some(status.name()),
            Detail::Status(status) => Some(status.name()),
            Detail::None | Detail::Resolution(_) | Detail::Score(..) => None,
        },
        // They are numbers.
        LogColumn::Ts | LogColumn::Score | LogColumn::Capacity => None,
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
    source: &'f Int64Chunked,
    position: &'f Int64Chunked,
    line: &'f Int64Chunked,
    ts: &'f Int64Chunked,
    score: &'f Int64Chunked,
    capacity: &'f Int64Chunked,
}

impl<'f> EventFrame<'f> {
    /// The columns of a frame, each of which is one chunk.
    ///
    /// # Errors
    ///
    /// Where one is missing, or of another type.
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
    /// Where a value is missing, or none that an event has.
    pub fn row(&self, at: usize) -> anyhow::Result<EventRow<'f>> {
        self.try_row(at).ok_or_else(|| {
            let row = (self.source.get(at), self.position.get(at));
            Failure::Input.because(format!(
                "a row between stages is no event (source and position {row:?}): stages read only what stages wrote"
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
            ts: micros.div_euclid(1_000),
            kind,
            actor,
            detail,
            capacity: self.capacity.get(at).map(u32::try_from).transpose().ok()?,
            texts: self.texts.map(|column| column.get(at)),
            keys: self.keys.map(|column| column.get(at)),
        })
    }

    /// The places of rows in input order. After a shuffle they are in any.
    ///
    /// # Errors
    ///
    /// Where one has no place in a source, or two have the same: rows were lost or doubled on the way.
    pub fn input_order(&self) -> anyhow::Result<Vec<usize>> {
        let mut order = Vec::with_capacity(self.source.len());
        for at in 0..self.source.len() {
            let (Some(source), Some(position)) = (self.source.get(at), self.position.get(at)) else {
                return Err(Failure::Input.because("an event between stages has no source or no position"));
            };
            order.push((source, position, at));
        }
        order.sort_unstable();
        if let Some(pair) = order.windows(2).find(|pair| (pair[0].0, pair[0].1) == (pair[1].0, pair[1].1)) {
            return Err(Failure::Input.because(format!(
                "the event at position {} of source {} came twice: the engine has doubled rows",
                pair[0].1, pair[0].0
            )));
        }
        Ok(order.into_iter().map(|(.., at)| at).collect())
    }
}
