//! One row's fields into one event: the checks of semantics.md 2, column by column in the order of its table.

use super::reject::{Fault, Reason};
use super::timestamp::{self, Decimal};
use crate::dictionary::Dictionary;
use crate::event::{Actor, AgentStatus, Column, Detail, Kind, NONE, Resolution, Row, Status, TEXTS, Text, Words};
use crate::time::Zone;

/// How many canonical columns there are.
pub const COLUMNS: usize = Column::ALL.len();
/// How many dictionaries there are.
pub const DICTIONARIES: usize = Words::ALL.len();
/// The highest score of a rating.
const HIGHEST_SCORE: u32 = 10;

/// A row's values by [`Column`]; an empty text is no value.
pub type Fields<'a> = [Option<&'a str>; COLUMNS];

/// Turns fields into rows and numbers their texts.
#[derive(Debug)]
pub struct RowReader {
    input_zone: Zone,
    words: [Dictionary; DICTIONARIES],
    /// The number that each column had last: rows often repeat the value of the row before.
    recent: [u32; TEXTS],
}

impl RowReader {
    /// A reader with empty dictionaries; naive date-times are read in `input_zone`.
    #[must_use]
    pub fn new(input_zone: Zone) -> Self {
        Self { input_zone, words: Default::default(), recent: [NONE; TEXTS] }
    }

    /// The dictionaries, by [`Words`].
    #[must_use]
    pub fn into_words(self) -> [Dictionary; DICTIONARIES] {
        self.words
    }

    /// Checks the fields and makes them a row.
    ///
    /// # Errors
    ///
    /// The first fault, in the order of the columns.
    pub fn read(&mut self, fields: &Fields) -> Result<Row, Fault> {
        let at = |column: Column| fields[column as usize];
        let needed = |column: Column| at(column).ok_or_else(|| Fault::column(Reason::MissingField, column, None));
        let wrong = |reason: Reason, column: Column| Fault::column(reason, column, at(column));

        let ts = timestamp::parse(needed(Column::Ts)?, self.input_zone)
            .ok_or_else(|| wrong(Reason::BadTimestamp, Column::Ts))?;
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
                Detail::Score(score(needed(Column::Score)?).ok_or_else(|| wrong(Reason::BadNumber, Column::Score))?)
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
            if let Some(value) = at(column.column()) {
                text[*column as usize] = self.number(*column, value);
            }
        }
        Ok(Row { ts, kind, actor, detail, capacity, text })
    }

    fn number(&mut self, column: Text, value: &str) -> u32 {
        let words = &mut self.words[column.words() as usize];
        let recent = &mut self.recent[column as usize];
        if *recent == NONE || words.get(*recent) != value {
            *recent = words.number(value);
        }
        *recent
    }
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

fn score(text: &str) -> Option<u8> {
    u8::try_from(Decimal::parse(text)?.whole_up_to(HIGHEST_SCORE)?).ok()
}
