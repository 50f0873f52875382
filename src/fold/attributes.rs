//! Attributes as columns: for each conversation, the latest value (semantics.md 13).

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::dictionary::Dictionary;
use crate::event::attributes::{AttributeValue, Names, decoded};
use crate::event::{Key, NONE, some};
use crate::fold::number_columns::small_numbers;
use crate::fold::text_numbers::TextNumbers;
use crate::ingest::{Log, PositionedEvent};

/// The values of attributes, by their numbers.
#[derive(Debug)]
pub struct Attributes {
    names: Names,
    /// The distinct values of all attributes.
    texts: Dictionary,
    /// By the number of a row's attributes, then by attribute: the number of the text, or [`NONE`].
    values: Vec<u32>,
    /// For each attribute, whether any row has it, including values that are not texts.
    seen: Vec<bool>,
    /// For each text, its number in columns, if columns hold numbers.
    in_columns: Option<Vec<u32>>,
}

impl Attributes {
    /// The attributes of a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let (names, rows) = (log.attributes.clone(), log.key(Key::Attributes));
        let mut texts = Dictionary::default();
        let mut values = vec![NONE; rows.end() * names.len()];
        let mut seen = vec![false; names.len()];
        rows.each(|number, text| {
            let of_row = &mut values[number as usize * names.len()..][..names.len()];
            for (position, value) in decoded(std::str::from_utf8(text).unwrap_or_default()) {
                let Some(slot) = of_row.get_mut(position) else { continue };
                seen[position] = true;
                if let AttributeValue::Text(text) = value {
                    *slot = texts.number(text);
                }
            }
        });
        Self { names, texts, values, seen, in_columns: None }
    }

    /// The same for columns of numbers, which use the numbers of all names in the facts.
    #[must_use]
    pub fn numbered(self, numbers: &mut TextNumbers) -> Self {
        let in_columns = self.texts.iter().map(|text| numbers.number(text)).collect();
        Self { in_columns: Some(in_columns), ..self }
    }

    /// The number of the text of an attribute, given the number of a row's attributes.
    fn get(&self, number: u32, position: usize) -> Option<u32> {
        some(*self.values.get(number as usize * self.names.len() + position)?)
    }

    /// The names, in the order given.
    #[must_use]
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// The column of one attribute: for each row, the latest of its values, which are given oldest first.
    pub fn column<'r>(&self, name: &str, position: usize, rows: impl Iterator<Item = &'r [u32]>) -> Column {
        let value = |number: &u32| self.get(*number, position);
        let latest = rows.map(|numbers| numbers.iter().rev().find_map(value));
        if let Some(numbers) = &self.in_columns {
            return small_numbers(name, latest.map(|text| text.map(|text| numbers[text as usize])));
        }
        let texts = latest.map(|text| text.map(|text| self.texts.get(text)));
        texts.collect::<StringChunked>().with_name(name.into()).into_column()
    }

    /// Whether any row has this value, even if it is not the latest of its conversation.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        let position = self.names.iter().position(|known| *known == name);
        let text = self.texts.find(value);
        position.zip(text).is_some_and(|(position, text)| {
            let mut of_rows = self.values.iter().skip(position).step_by(self.names.len());
            of_rows.any(|known| *known == text)
        })
    }

    /// The attributes for which no row has a value.
    #[must_use]
    pub fn absent(&self) -> Vec<String> {
        self.names.iter().zip(&self.seen).filter(|(_, seen)| !**seen).map(|(name, _)| (*name).to_owned()).collect()
    }
}

/// Counts events in which an attribute's value is not a text.
#[derive(Debug, Clone, Default)]
pub struct OddValues {
    /// By the number of a row's attributes: the attributes with such a value. Empty if no row has one, as in most logs.
    odd: Vec<Box<[usize]>>,
    /// The count of each attribute.
    counts: Vec<u64>,
}

impl OddValues {
    /// Counts of zero, for the events of a log.
    #[must_use]
    pub fn new(log: &Log) -> Self {
        let rows = log.key(Key::Attributes);
        let mut odd: Vec<Box<[usize]>> = Vec::new();
        rows.each(|number, text| {
            let values = decoded(std::str::from_utf8(text).unwrap_or_default());
            let positions: Box<[usize]> =
                values.filter(|(_, value)| *value == AttributeValue::Odd).map(|(position, _)| position).collect();
            if !positions.is_empty() {
                odd.resize(rows.end(), Box::default());
                odd[number as usize] = positions;
            }
        });
        let counts = if odd.is_empty() { Vec::new() } else { vec![0; log.attributes.len()] };
        Self { odd, counts }
    }

    /// Counts an event of a conversation.
    #[inline]
    pub fn see(&mut self, event: &PositionedEvent) {
        if let Some(positions) = self.odd.get(event.labels.attributes as usize) {
            positions.iter().for_each(|position| self.counts[*position] += 1);
        }
    }

    /// Adds the counts of another one.
    pub fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, more)| *sum += more);
    }

    /// The counts that are not zero, by name.
    #[must_use]
    pub fn counts(&self, names: &[&'static str]) -> BTreeMap<String, u64> {
        let all = names.iter().zip(&self.counts).filter(|(_, count)| **count > 0);
        all.map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }
}
