//! One row's values into its content: the checks of semantics.md 2, column by column in the order of its table.
//!
//! All but the instant and the keys is the same in many rows, so it is checked once: rows whose other values are the same
//! bytes have the same content.

use std::borrow::Cow;

use super::cells::Row;
use super::content_cache::{ContentCache, Halves};
use super::reject::{Fault, Reason};
use super::timestamp::{ColumnClock, Decimal, InstantReader, NO_INSTANT};
use crate::dictionary::Dictionary;
use crate::event::{
    Actor, AgentStatus, Column, Content, Detail, Kind, NONE, Resolution, Status, Survey, TEXTS, Text, WORDS,
};
use crate::time::{UnclearTimes, Zone};

/// The columns of who is in charge: of these a log has hundreds of combinations.
const CHARGE: u32 = Column::set(&[Column::AgentId, Column::AgentName, Column::Department, Column::Queue]);

/// The other columns of the content: of these a log has tens of combinations.
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

/// All columns but the instant and the keys, tags and attributes among these: the content of a row.
pub const CONTENT_COLUMNS: u32 = CHARGE | EVENT;

/// A half of the content of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half {
    /// The kind of event.
    Event,
    /// Who is in charge.
    Charge,
}

impl Half {
    /// Both.
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

/// Checks rows and numbers their contents. One reader reads many parts, and keeps what it knows.
#[derive(Debug)]
pub struct RowReader {
    instants: InstantReader,
    /// Dictionaries of the contents' texts, by [`Words`](crate::event::Words).
    pub words: [Dictionary; WORDS],
    /// The contents of rows, by number.
    pub contents: Vec<Content>,
    /// Whether a row was an agent's status.
    pub has_statuses: bool,
    cache: ContentCache,
    /// The bytes of the halves of the row at hand.
    halves: [Box<[u8; SHORT_ROW]>; 2],
}

impl RowReader {
    /// A reader that knows nothing yet; naive date-times are read in `input_zone`.
    #[must_use]
    pub fn new(input_zone: Zone) -> Self {
        Self {
            instants: InstantReader::new(input_zone),
            words: Default::default(),
            contents: Vec::new(),
            has_statuses: false,
            cache: ContentCache::default(),
            halves: [(); 2].map(|()| Box::new([0; SHORT_ROW])),
        }
    }

    /// Checks a row's values: its instant, and the number of its content.
    ///
    /// # Errors
    ///
    /// The first fault, in the order of the columns.
    #[inline]
    pub fn read(&mut self, row: Row) -> Result<(i64, u32), Fault> {
        Ok((self.instant(row)?, self.content(row)?))
    }

    /// Checks a row's instant, where its content is known.
    ///
    /// # Errors
    ///
    /// Where it has none, or one that cannot be read.
    #[inline]
    pub fn instant(&mut self, row: Row) -> Result<i64, Fault> {
        let ts = row.get(Column::Ts).and_then(|ts| self.instants.read(ts));
        ts.ok_or_else(|| no_instant(row))
    }

    /// Whether a row since this was last asked had a local time, which was read in the reader's zone.
    pub fn take_has_local(&mut self) -> bool {
        self.instants.take_has_local()
    }

    /// Local times, in rows since this was last asked, that the zone's clock changes made unclear.
    pub fn take_unclear(&mut self) -> UnclearTimes {
        self.instants.take_unclear()
    }

    /// As [`Self::read`], for a row whose instant is a number that is read by `clock`.
    ///
    /// # Errors
    ///
    /// The first fault, in the order of the columns.
    #[inline]
    pub fn read_at(&mut self, ticks: Option<i64>, clock: ColumnClock, row: Row) -> Result<(i64, u32), Fault> {
        Ok((self.instant_at(ticks, clock)?, self.content(row)?))
    }

    /// As [`Self::instant`], of one that is a number.
    ///
    /// # Errors
    ///
    /// Where there is none, or it is of no time that a log is of.
    #[inline]
    pub fn instant_at(&mut self, ticks: Option<i64>, clock: ColumnClock) -> Result<i64, Fault> {
        let Some(ticks) = ticks else {
            return Err(Fault::column(Reason::MissingField, Column::Ts, None));
        };
        self.instants
            .read_ticks(ticks, clock)
            .ok_or_else(|| Fault::column(Reason::BadTimestamp, Column::Ts, Some(&ticks.to_string())))
    }

    /// The instant of a text, [`NO_INSTANT`] where it cannot be read.
    #[inline]
    pub fn instant_of(&mut self, text: &[u8]) -> i64 {
        self.instants.read(text).unwrap_or(NO_INSTANT)
    }

    /// The reader of instants.
    #[must_use]
    pub const fn instants(&mut self) -> &mut InstantReader {
        &mut self.instants
    }

    /// The number of a half of a content, whose texts are UTF-8.
    pub fn number_of(&mut self, half: Half, row: Row) -> u32 {
        self.cache.number(half as usize, &join(row, half.columns(), &mut self.halves[half as usize]))
    }

    /// The number of the content of these halves, where a row with it was read.
    #[must_use]
    pub fn content_of(&self, halves: Halves) -> Option<u32> {
        self.cache.content(halves)
    }

    /// The number of the content of a row: all but its instant and keys.
    ///
    /// # Errors
    ///
    /// The first fault, in the order of the columns.
    #[inline]
    pub fn content(&mut self, row: Row) -> Result<u32, Fault> {
        let [event, charge] = &mut self.halves;
        let known = self.cache.get([join(row, EVENT, event).as_ref(), join(row, CHARGE, charge).as_ref()]);
        let new = match known {
            Ok(number) => return Ok(number),
            Err(new) => new,
        };
        // Only what is right is known.
        let content = check(row, &mut self.words)?;
        let number = u32::try_from(self.contents.len()).expect("more than 2^32 different rows");
        self.has_statuses |= content.kind == Kind::AgentStatus;
        self.contents.push(content);
        self.cache.insert(new, number);
        Ok(number)
    }
}

/// Why a row has no instant.
#[cold]
fn no_instant(row: Row) -> Fault {
    match row.filled() & Column::Ts.bit() {
        0 => Fault::column(Reason::MissingField, Column::Ts, None),
        _ => Fault::column(Reason::BadTimestamp, Column::Ts, row.text(Column::Ts)),
    }
}

/// Bytes of a row's values that are put together without asking for memory.
const SHORT_ROW: usize = 1024;
/// Bytes that are copied at once: most values are shorter, and what is copied too much is overwritten.
const COPIED: usize = 32;

/// A row's values in some columns, one after another.
///
/// Ends are marked by a byte that is none of UTF-8, so that no two rows with the same columns have the same bytes.
#[inline]
fn join<'j>(row: Row, columns: u32, joined: &'j mut [u8; SHORT_ROW]) -> Cow<'j, [u8]> {
    let filled = row.filled() & columns;
    match join_short(row, filled, joined) {
        Some(length) => Cow::Borrowed(&joined[..length]),
        None => Cow::Owned(join_long(row, filled)),
    }
}

/// How many bytes they are; none where they are too many.
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

/// The columns of some bits.
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
fn check(row: Row, words: &mut [Dictionary; WORDS]) -> Result<Content, Fault> {
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
        text[column as usize] = words[column.words() as usize].number(value);
    }
    Ok(Content { kind, actor, detail, capacity, text })
}

/// Which columns a kind cannot do without.
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
