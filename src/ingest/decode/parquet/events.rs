//! Turns rows into events. The content is looked up once for all rows of a part that have the same codes.

use super::codes::{Coded, NO_VALUE};
use super::combinations::Combinations;
use super::rows::Rows;
use crate::dictionary::Sharded;
use crate::event::attributes::RowValues;
use crate::event::{Column, Event, KEYS, Key, Labels, NONE};
use crate::ingest::decode::cells::{Cells, Row};
use crate::ingest::decode::keys::KeyColumn;
use crate::ingest::decode::reject::Fault;
use crate::ingest::decode::row::{Half, RowReader};
use crate::ingest::decode::shards::{self, RareIds};
use crate::ingest::decode::timestamp::NO_INSTANT;

/// From this number of combinations of a half on, rows are read one by one, because their columns have too few
/// repetitions.
const MOST_COMBINATIONS: usize = 1 << 13;

/// The content of rows that must still be read exactly.
const UNREAD: u32 = u32::MAX;

/// Reads rows, using the state that a reader keeps across parts.
#[derive(Debug)]
pub struct EventReader<'r> {
    /// Checks rows.
    pub rows: &'r mut RowReader,
    /// The cells of the current row.
    pub cells: &'r mut Cells,
    /// Joins attributes.
    pub attributes: &'r mut RowValues,
    /// Keys met in this part and in earlier ones.
    pub keys: &'r mut [KeyColumn; KEYS],
    /// The dictionaries of all keys.
    pub dictionaries: &'r [Sharded; KEYS],
}

impl EventReader<'_> {
    /// Adds the events of rows, and the rejected rows.
    ///
    /// # Errors
    ///
    /// If the texts of a part exceed the limit of a part.
    pub fn read(
        &mut self,
        rows: &Rows,
        events: &mut shards::PartEvents,
        rejects: &mut Vec<(u32, Fault)>,
    ) -> anyhow::Result<()> {
        let mut contents = if rows.are_keys_right() { self.contents(rows) } else { None };
        let instants = rows.instants(self.rows.instants());
        let instant_texts = rows.values(Column::Ts);
        let attributes = rows.attributes(self.attributes)?;
        let mut keys = Key::ALL.map(|key| {
            KeyCodes::new(if key == Key::Attributes { attributes.as_ref() } else { rows.values(key.column()) })
        });
        let has = |keys: &[KeyCodes]| keys.iter().any(|key| key.values.is_some());
        let has_ids = has(&keys[Key::EventId as usize..=Key::Protocol as usize]);
        let has_labels = has(&keys[Key::Tags as usize..]);
        for (row, line) in (0..rows.len()).zip(1..) {
            let known = contents.as_ref().map_or(UNREAD, |contents| contents.at(row));
            let ts = match (&instants, instant_texts) {
                _ if known == UNREAD => NO_INSTANT,
                (Some(instants), _) => instants[row],
                (None, Some(texts)) => self.rows.instant_of(texts.at(row)),
                (None, None) => NO_INSTANT,
            };
            let (ts, content) = if ts == NO_INSTANT {
                match self.read_row(rows, row) {
                    Ok(read) => read,
                    Err(fault) => {
                        rejects.push((line, fault));
                        continue;
                    }
                }
            } else {
                (ts, known)
            };
            if let Some(contents) = &mut contents
                && known == UNREAD
            {
                contents.set(row, content);
            }
            let [conversation, customer, event_id, contact, protocol, tags, attributes] = &mut keys;
            let (conversation, customer) = (conversation.take(row), customer.take(row));
            events.events.push(Event { ts, line, content, conversation, customer });
            if has_ids {
                let [event_id, contact, protocol] = [event_id, contact, protocol].map(|key| key.take(row));
                events.ids.push(RareIds { event_id, contact, protocol });
            }
            if has_labels {
                events.labels.push(Labels { tags: tags.take(row), attributes: attributes.take(row) });
            }
        }
        let [conversation, customer, event_id, contact, protocol, tags, attributes] = Key::ALL.map(|key| {
            let at = key as usize;
            keys[at].numbers(&mut self.keys[at], &self.dictionaries[at])
        });
        for event in &mut events.events {
            event.conversation = conversation[event.conversation as usize];
            event.customer = customer[event.customer as usize];
        }
        for ids in &mut events.ids {
            ids.event_id = event_id[ids.event_id as usize];
            ids.contact = contact[ids.contact as usize];
            ids.protocol = protocol[ids.protocol as usize];
        }
        for labels in &mut events.labels {
            labels.tags = tags[labels.tags as usize];
            labels.attributes = attributes[labels.attributes as usize];
        }
        // If no event has such values, the list is emptied.
        if events.ids.iter().all(|ids| *ids == RareIds::NONE) {
            events.ids.clear();
        }
        if events.labels.iter().all(|labels| *labels == Labels::NONE) {
            events.labels.clear();
        }
        Ok(())
    }

    /// Reads a row exactly.
    #[inline(never)]
    fn read_row(&mut self, rows: &Rows, row: usize) -> Result<(i64, u32), Fault> {
        let ticks = rows.fill(row, u32::MAX, self.cells)?;
        let row = Row::made(self.cells);
        match rows.instant_unit() {
            Some(clock) => self.rows.read_at(ticks, clock, row),
            None => self.rows.read(row),
        }
    }

    /// The contents of rows; `None` if nearly every row has a different one.
    fn contents(&mut self, rows: &Rows) -> Option<Contents> {
        let halves = Half::ALL.map(|half| combinations(rows, half));
        let [Some(events), Some(charges)] = halves else {
            return None;
        };
        let mut both = events.clone();
        both.take_in(&charges.by_row, charges.first_rows.len());
        let [event_numbers, charge_numbers] =
            [(Half::Event, &events), (Half::Charge, &charges)].map(|(half, combinations)| {
                let number = |row: &u32| match rows.fill(*row as usize, half.columns(), self.cells) {
                    Ok(_) => self.rows.number_of(half, Row::made(self.cells)),
                    // A text that is not UTF-8 could look like two others, so it is in no content.
                    Err(_) => UNREAD,
                };
                combinations.first_rows.iter().map(number).collect::<Vec<u32>>()
            });
        let content = |row: &u32| {
            let (event, charge) = (events.by_row[*row as usize], charges.by_row[*row as usize]);
            let halves = (event_numbers[event as usize], charge_numbers[charge as usize]);
            self.rows.content_of(halves).unwrap_or(UNREAD)
        };
        let contents = both.first_rows.iter().map(content).collect();
        Some(Contents { combinations: both.by_row, contents })
    }
}

/// The contents of rows.
struct Contents {
    /// The combination of each row.
    combinations: Vec<u32>,
    /// The number of each combination's content, or [`UNREAD`].
    contents: Vec<u32>,
}

impl Contents {
    #[inline]
    fn at(&self, row: usize) -> u32 {
        self.contents[self.combinations[row] as usize]
    }

    fn set(&mut self, row: usize, content: u32) {
        self.contents[self.combinations[row] as usize] = content;
    }
}

/// The combinations of the columns of a half; `None` if there are too many.
fn combinations(rows: &Rows, half: Half) -> Option<Combinations> {
    let mut combinations = Combinations::of_no_column(rows.len());
    let mut take_in = |numbers: &[u32], end: usize| {
        combinations.take_in(numbers, end);
        combinations.first_rows.len() <= MOST_COMBINATIONS
    };
    for texts in rows.texts().iter().filter(|texts| half.columns() & texts.column.bit() != 0) {
        if texts.values.end() > MOST_COMBINATIONS && texts.values.used() > MOST_COMBINATIONS
            || !take_in(texts.values.codes(), texts.values.end())
        {
            return None;
        }
    }
    Some(combinations)
}

/// The codes of one key.
struct KeyCodes<'c> {
    values: Option<&'c Coded>,
    /// Whether an event has the code.
    is_used: Vec<bool>,
}

impl<'c> KeyCodes<'c> {
    fn new(values: Option<&'c Coded>) -> Self {
        Self { values, is_used: vec![false; values.map_or(1, Coded::end)] }
    }

    /// Returns the code of a row that is an event, and marks it as used.
    #[inline]
    fn take(&mut self, row: usize) -> u32 {
        let code = self.values.map_or(NO_VALUE, |values| values.codes()[row]);
        self.is_used[code as usize] = true;
        code
    }

    /// The number of each code that an event has, [`NONE`] for each other code. A text is looked up once, however many
    /// rows have it.
    fn numbers(&self, keys: &mut KeyColumn, dictionaries: &Sharded) -> Vec<u32> {
        let Some(values) = self.values else {
            return vec![NONE];
        };
        let number = |(code, is_used): (u32, &bool)| match values.text(code) {
            [] => NONE,
            text if *is_used => keys.add(code, text),
            _ => NONE,
        };
        let mut numbers: Vec<u32> = (0..).zip(&self.is_used).map(number).collect();
        keys.number(dictionaries, &mut numbers, |number, new| *number = new, |number| *number);
        numbers
    }
}
