//! Attributes as columns: of each conversation the latest value (semantics.md 13).

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::event::attributes::{AttributeValue, Names, decoded};
use crate::event::{Text, Words};
use crate::ingest::{Log, PlacedEvent};

/// The values behind the numbers of attributes.
#[derive(Debug)]
pub struct Attributes {
    names: Names,
    /// By number, then attribute: the value.
    values: Vec<Box<[Option<String>]>>,
}

impl Attributes {
    /// Those of a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let count = log.attributes.len();
        let of_row = |text: &str| {
            let mut values = vec![None; count];
            for (place, value) in decoded(text) {
                if let (AttributeValue::Text(text), Some(slot)) = (value, values.get_mut(place)) {
                    *slot = Some(text.to_owned());
                }
            }
            values.into_boxed_slice()
        };
        Self { names: log.attributes.clone(), values: log.words(Words::Attributes).iter().map(of_row).collect() }
    }

    /// The names, in the order given.
    #[must_use]
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// A column of one attribute: of each row the latest of its values, which are given oldest first.
    pub fn column<'r>(&self, name: &str, place: usize, rows: impl Iterator<Item = &'r [u32]>) -> Column {
        let value = |number: &u32| self.values.get(*number as usize)?.get(place)?.as_deref();
        let column = rows.map(|numbers| numbers.iter().rev().find_map(value)).collect::<StringChunked>();
        column.with_name(name.into()).into_column()
    }

    /// Whether any row has this value, be it a conversation's latest or not.
    #[must_use]
    pub fn has(&self, name: &str, value: &str) -> bool {
        let place = self.names.iter().position(|known| *known == name);
        let is_in =
            |place: usize| self.values.iter().any(|row| row.get(place).is_some_and(|of| of.as_deref() == Some(value)));
        place.is_some_and(is_in)
    }

    /// The attributes that no row has a value of.
    pub fn absent(&self, log: &Log) -> Vec<String> {
        let mut seen = vec![false; self.names.len()];
        let of_rows = log.words(Words::Attributes).iter().flat_map(decoded);
        of_rows.for_each(|(place, _)| seen[place] = true);
        self.names.iter().zip(seen).filter(|(_, seen)| !seen).map(|(name, _)| (*name).to_owned()).collect()
    }
}

/// Counts the events whose value of an attribute is no text.
#[derive(Debug, Clone, Default)]
pub struct OddValues {
    /// By content: which attributes have one. Empty where no content has: most logs.
    odd: Vec<Box<[usize]>>,
    /// By attribute.
    counts: Vec<u64>,
}

impl OddValues {
    /// None yet, of a log's events.
    #[must_use]
    pub fn new(log: &Log) -> Self {
        let is_odd = |(place, value): (usize, AttributeValue)| (value == AttributeValue::Odd).then_some(place);
        let by_words: Vec<Box<[usize]>> =
            log.words(Words::Attributes).iter().map(|text| decoded(text).filter_map(is_odd).collect()).collect();
        if by_words.iter().all(|places| places.is_empty()) {
            return Self::default();
        }
        let of_content = |words: Option<u32>| words.map(|at| by_words[at as usize].clone()).unwrap_or_default();
        let odd = log.contents.iter().map(|content| of_content(content.text(Text::Attributes))).collect();
        Self { odd, counts: vec![0; log.attributes.len()] }
    }

    /// An event of a conversation.
    #[inline]
    pub fn see(&mut self, event: &PlacedEvent) {
        if let Some(places) = self.odd.get(event.content as usize) {
            places.iter().for_each(|place| self.counts[*place] += 1);
        }
    }

    /// Takes over what another has counted.
    pub fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(sum, more)| *sum += more);
    }

    /// By name, those that there are.
    #[must_use]
    pub fn counts(&self, names: &[&'static str]) -> BTreeMap<String, u64> {
        let all = names.iter().zip(&self.counts).filter(|(_, count)| **count > 0);
        all.map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }
}
