//! Turns the values of a row into its content: the checks of semantics.md 2, column by column in the order of its
//! table.
//!
//! Everything except the instant and the keys is the same in many rows, so it is checked once: rows with equal bytes in
//! these values have the same content.

use std::borrow::Cow;

use super::cells::Row;
use super::content_cache::{ContentCache, Halves};
use super::reject::{Fault, Reason};
use super::timestamp::{Decimal, InstantReader, InstantUnit, NO_INSTANT};
use crate::dictionary::Dictionary;
use crate::event::{
    Actor, AgentStatus, Column, Content, Detail, Kind, NONE, Resolution, Status, Survey, TEXT_DOMAINS, TEXTS, Text,
};
use crate::time::{UnclearTimes, Zone};

/// The columns of the responsible agent, department and queue: a log has hundreds of combinations of these.
const CHARGE: u32 = Column::set(&[Column::AgentId, Column::AgentName, Column::Department, Column::Queue]);

/// The other columns of the content: a log has tens of combinations of these.
const EVENT: u32 = Column::set(&[
    Column::Event,
    Column::Actor,
    Column::Channel,
    Column::ToAgentId,
    Column::ToQueue,
    Column::ToDepartment,
    Column::App,
    Column::SupportType,
    Column::Resolution,
    Column::Survey,
    Column::Score,
    Column::Status,
    Column::Capacity,
]);

/// The content of a row: all columns except the instant and the keys (which include tags and attributes).
pub const CONTENT_COLUMNS: u32 = CHARGE | EVENT;

/// A half of the content of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The kind of event.
    Event,
    /// The responsible agent, department and queue.
    Charge,
}

impl Half {
    /// Both halves.
    pub const ALL: [Self; 2] = [Self::Event, Self::Charge];

    /// The bits of its columns.
    #[must_use]
    pub const fn columns(self) -> u32 {
        match self {
            Self::Event => EVENT,
            Self::Charge => CHARGE,
        }
    }
}

/// Checks rows and numbers their contents. One reader reads many parts and keeps its caches between them.
#[derive(Debug)]
pub struct RowReader {
    instants: InstantReader,
    /// Dictionaries of the contents' texts, by [`TextDomain`](crate::event::TextDomain).
    pub texts: [Dictionary; TEXT_DOMAINS],
    /// The contents of rows, by their numbers.
    pub contents: Vec<Content>,
    /// Whether any row was an agent's status.
    pub has_statuses: bool,
    cache: ContentCache,
    /// The bytes of the halves of the current row.
    halves: [Box<[u8; SHORT_ROW]>; 2],
}

impl RowReader {
    /// A new reader with empty caches; date-times without an offset are read in `input_zone`.
    #[must_use]
    pub fn new(input_zone: Zone) -> Self {
        Self {
            instants: InstantReader::new(input_zone),
            texts: Default::default(),
            contents: Vec::new(),
            has_statuses: false,
            cache: ContentCache::default(),
            halves: [(); 2].map(|()| Box::new([0; SHORT_ROW])),
        }
    }

    /// Checks the values of a row. Returns its instant and the number of its content.
    ///
    /// # Errors
    ///
    /// The first fault, in the order of columns.
    #[inline]
    pub fn read(&mut self, row: Row) -> Result<(i64, u32), Fault> {
        Ok((self.instant(row)?, self.content(row)?))
    }

    /// Checks the instant of a row whose content is known.
    ///
    /// # Errors
    ///
    /// If the instant is missing or cannot be read.
    #[inline]
    pub fn instant(&mut self, row: Row) -> Result<i64, Fault> {
        let ts = row.get(Column::Ts).and_then(|ts| self.instants.read(ts));
        ts.ok_or_else(|| no_instant(row))
    }

    /// Whether a row since the last call had a local time, which was read in the reader's zone.
    pub fn take_has_local(&mut self) -> bool {
        self.instants.take_has_local()
    }

    /// Local times in rows since the last call that clock changes of the zone made unclear.
    pub fn take_unclear(&mut self) -> UnclearTimes {
        self.instants.take_unclear()
    }

    /// Same as [`Self::read`], for a row whose instant is a number, read by `unit`.
    ///
    /// # Errors
    ///
    /// The first fault, in the order of columns.
    #[inline]
    pub fn read_at(&mut self, ticks: Option<i64>, unit: InstantUnit, row: Row) -> Result<(i64, u32), Fault> {
        Ok((self.instant_at(ticks, unit)?, self.content(row)?))
    }

    /// Same as [`Self::instant`], for an instant that is a number.
    ///
    /// # Errors
    ///
    /// If it is missing, or outside the time range of logs.
    #[inline]
    pub fn instant_at(&mut self, ticks: Option<i64>, unit: InstantUnit) -> Result<i64, Fault> {
        let Some(ticks) = ticks else {
            return Err(Fault::column(Reason::MissingField, Column::Ts, None));
        };
        self.instants
            .read_ticks(ticks, unit)
            .ok_or_else(|| Fault::column(Reason::BadTimestamp, Column::Ts, Some(&ticks.to_string())))
    }

    /// The instant of a text; [`NO_INSTANT`] if it cannot be read.
    #[inline]
    pub fn instant_of(&mut self, text: &[u8]) -> i64 {
        self.instants.read(text).unwrap_or(NO_INSTANT)
    }

    /// The reader of instants.
    #[must_use]
    pub const fn instants(&mut self) -> &mut InstantReader {
        &mut self.instants
    }

    /// The number of one half of a content. Its texts must be UTF-8.
    pub fn number_of(&mut self, half: Half, row: Row) -> u32 {
        self.cache.number(half as usize, &join(row, half.columns(), &mut self.halves[half as usize]))
    }

    /// The number of the content of two halves, if a row with it was read.
    #[must_use]
    pub fn content_of(&self, halves: Halves) -> Option<u32> {
        self.cache.content(halves)
    }

    /// The number of the content of a row: everything except its instant and keys.
    ///
    /// # Errors
    ///
    /// The first fault, in the order of columns.
    #[inline]
    pub fn content(&mut self, row: Row) -> Result<u32, Fault> {
        let [event, charge] = &mut self.halves;
        let known = self.cache.get([join(row, EVENT, event).as_ref(), join(row, CHARGE, charge).as_ref()]);
        let new = match known {
            Ok(number) => return Ok(number),
            Err(new) => new,
        };
        // Only valid contents are stored.
        let content = check(row, &mut self.texts)?;
        let number = u32::try_from(self.contents.len()).expect("more than 2^32 different rows");
        self.has_statuses |= content.kind == Kind::AgentStatus;
        self.contents.push(content);
        self.cache.insert(new, number);
        Ok(number)
    }
}

/// The fault of a row without an instant.
#[cold]
fn no_instant(row: Row) -> Fault {
    match row.filled() & Column::Ts.bit() {
        0 => Fault::column(Reason::MissingField, Column::Ts, None),
        _ => Fault::column(Reason::BadTimestamp, Column::Ts, row.text(Column::Ts)),
    }
}

/// The number of bytes of a row's values that are joined without allocating memory.
const SHORT_ROW: usize = 1024;
/// The number of bytes copied at a time: most values are shorter, and extra bytes are overwritten.
const COPIED: usize = 32;

/// A row's values in some columns, concatenated.
///
/// Each value ends with a byte that never occurs in UTF-8, so two different rows with the same columns never have the
/// same bytes.
#[inline]
fn join<'j>(row: Row, columns: u32, joined: &'j mut [u8; SHORT_ROW]) -> Cow<'j, [u8]> {
    let filled = row.filled() & columns;
    match join_short(row, filled, joined) {
        Some(length) => Cow::Borrowed(&joined[..length]),
        None => Cow::Owned(join_long(row, filled)),
    }
}

/// The number of their bytes; `None` if they are too many.
#[inline]
fn join_short(row: Row, filled: u32, joined: &mut [u8; SHORT_ROW]) -> Option<usize> {
    joined[..4].copy_from_slice(&filled.to_le_bytes());
    let mut at = 4;
    for column in ColumnSet(filled) {
        let span = row.cells.span(column)?;
        let (start, length) = (span.start as usize, span.len as usize);
        if at + length + COPIED >= SHORT_ROW {
            return None;
        }
        match row.part.get(start..start + COPIED) {
            Some(copied) if length <= COPIED => joined[at..at + COPIED].copy_from_slice(copied),
            _ => joined[at..at + length].copy_from_slice(row.cells.bytes(row.part, span)),
        }
        at += length;
        joined[at] = 0xFF;
        at += 1;
    }
    Some(at)
}

fn join_long(row: Row, filled: u32) -> Vec<u8> {
    let mut joined = filled.to_le_bytes().to_vec();
    for value in ColumnSet(filled).filter_map(|column| row.get(column)) {
        joined.extend_from_slice(value);
        joined.push(0xFF);
    }
    joined
}

/// A set of columns as bits.
struct ColumnSet(u32);

impl Iterator for ColumnSet {
    type Item = Column;

    #[inline]
    fn next(&mut self) -> Option<Column> {
        let column = Column::WITH_INTERNAL.get(self.0.trailing_zeros() as usize)?;
        self.0 &= self.0 - 1;
        Some(*column)
    }
}

/// Checks the content of a row.
fn check(row: Row, texts: &mut [Dictionary; TEXT_DOMAINS]) -> Result<Content, Fault> {
    let at = |column: Column| row.text(column);
    let needed = |column: Column| at(column).ok_or_else(|| Fault::column(Reason::MissingField, column, None));
    let wrong = |reason: Reason, column: Column| Fault::column(reason, column, at(column));

    let kind = Kind::parse(needed(Column::Event)?).ok_or_else(|| wrong(Reason::UnknownEvent, Column::Event))?;
    let needs = Needs::of(kind);
    let actor = if needs.actor {
        let actor = Actor::parse(needed(Column::Actor)?);
        Some(actor.ok_or_else(|| wrong(Reason::UnknownActor, Column::Actor))?)
    } else {
        None
    };
    if needs.agent && at(Column::AgentName).is_none() {
        needed(Column::AgentId)?;
    }
    if needs.destination && at(Column::ToQueue).is_none() && at(Column::ToDepartment).is_none() {
        needed(Column::ToAgentId)?;
    }
    let detail = match kind {
        Kind::Closed => match at(Column::Resolution).map(Resolution::parse) {
            None => Detail::None,
            Some(Some(resolution)) => Detail::Resolution(resolution),
            Some(None) => return Err(wrong(Reason::UnknownValue, Column::Resolution)),
        },
        Kind::Rated => {
            let survey = match at(Column::Survey) {
                None => Survey::Nps,
                Some(text) => Survey::parse(text).ok_or_else(|| wrong(Reason::UnknownValue, Column::Survey))?,
            };
            let score = score(needed(Column::Score)?, survey).ok_or_else(|| wrong(Reason::BadNumber, Column::Score))?;
            Detail::Score(survey, score)
        }
        Kind::AgentStatus => AgentStatus::parse(needed(Column::Status)?)
            .map(Detail::AgentStatus)
            .ok_or_else(|| wrong(Reason::UnknownValue, Column::Status))?,
        Kind::StatusChanged => Status::parse_explicit(needed(Column::Status)?)
            .map(Detail::Status)
            .ok_or_else(|| wrong(Reason::UnknownValue, Column::Status))?,
        Kind::Started
        | Kind::Message
        | Kind::TransferRequested
        | Kind::TransferSucceeded
        | Kind::TransferCancelled
        | Kind::TransferDisabled
        | Kind::TransferIncomplete
        | Kind::Queued
        | Kind::Assigned
        | Kind::Transferred
        | Kind::Reopened
        | Kind::CustomerLeft => Detail::None,
    };
    let capacity = match at(Column::Capacity) {
        Some(text) if kind == Kind::AgentStatus => Some(
            Decimal::parse(text)
                .and_then(|number| number.whole_up_to(u32::MAX))
                .ok_or_else(|| wrong(Reason::BadNumber, Column::Capacity))?,
        ),
        Some(_) | None => None,
    };
    let mut text = [NONE; TEXTS];
    for column in Text::ALL {
        let Some(value) = at(column.column()) else { continue };
        text[column as usize] = texts[column.domain() as usize].number(value);
    }
    Ok(Content { kind, actor, detail, capacity, text })
}

/// The columns that a kind of event requires.
struct Needs {
    actor: bool,
    agent: bool,
    destination: bool,
}

impl Needs {
    fn of(kind: Kind) -> Self {
        Self {
            actor: matches!(kind, Kind::Message | Kind::Closed),
            agent: matches!(kind, Kind::Assigned | Kind::AgentStatus),
            destination: kind == Kind::Transferred,
        }
    }
}

fn score(text: &str, survey: Survey) -> Option<u8> {
    let (lowest, highest) = survey.range();
    let score = Decimal::parse(text)?.whole_up_to(highest).filter(|score| *score >= lowest)?;
    u8::try_from(score).ok()
}
