//! Represents texts of facts as numbers. A column has few distinct texts and many rows, and a number takes a quarter of
//! the memory of a text.
//!
//! A text has the same number in all columns. Queries compare numbers, and their results are converted back to texts.

use polars::prelude::*;

use crate::dictionary::Dictionary;
use crate::event::{Actor, AgentStatus, Resolution, Status, Survey, TextDomain};
use crate::fold::number_columns::small_numbers;
use crate::fold::rows::{Outcome, Phase, StintEnd, SupportType, VisitEnd};
use crate::ingest::Log;

/// A number that belongs to no text.
const NO_TEXT: u32 = u32::MAX;

/// The texts of a log's names, and the words used in facts.
#[derive(Debug, Default, Clone)]
pub struct TextNumbers {
    texts: Dictionary,
}

impl TextNumbers {
    /// The texts of a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let mut texts = Dictionary::default();
        for term in terms() {
            texts.number(term);
        }
        for names in NAMES {
            for name in log.dictionary(names).iter() {
                texts.number(name);
            }
        }
        Self { texts }
    }

    /// The numbers of a dictionary's texts, in the order of the dictionary.
    pub fn series(&self, dictionary: &Dictionary) -> Series {
        let numbers = dictionary.iter().map(|text| self.texts.find(text).unwrap_or(NO_TEXT));
        UInt32Chunked::from_iter_values(PlSmallStr::EMPTY, numbers).into_series()
    }

    /// The number of a text, if it has one.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<u32> {
        self.texts.find(text)
    }

    /// The text of a number.
    #[must_use]
    pub fn get(&self, number: u32) -> &str {
        self.texts.get(number)
    }

    /// The number of a text. Adds the text if it is new.
    pub fn number(&mut self, text: &str) -> u32 {
        self.texts.number(text)
    }

    /// A column of words as numbers.
    pub fn column(&self, name: &str, words: impl Iterator<Item = Option<&'static str>>) -> Column {
        // Most columns have a handful of words, and each word of the program is in one place in memory.
        let mut known: Vec<(&'static str, u32)> = Vec::new();
        let mut number = |word: &'static str| {
            if let Some((_, number)) = known.iter().find(|(other, _)| std::ptr::eq(*other, word)) {
                return *number;
            }
            let number = self.find(word).unwrap_or(NO_TEXT);
            known.push((word, number));
            number
        };
        small_numbers(name, words.map(|word| word.map(&mut number)))
    }

    /// Converts an expression over columns of texts to one over columns of their numbers.
    pub fn expression(&self, of_texts: Expr) -> Expr {
        of_texts.map_expr(|part| match &part {
            Expr::Literal(literal) => match literal.extract_str() {
                Some(text) => lit(self.find(text).unwrap_or(NO_TEXT)),
                None => part,
            },
            _ => part,
        })
    }
}

/// The names whose columns are numbers.
const NAMES: [TextDomain; 5] =
    [TextDomain::Agents, TextDomain::Places, TextDomain::Channels, TextDomain::Apps, TextDomain::SupportTypes];

/// The words of columns with a closed list of words.
fn terms() -> impl Iterator<Item = &'static str> {
    let actors = Actor::ALL.iter().map(|word| word.name());
    let states = AgentStatus::ALL.iter().map(|word| word.name()).chain(Status::ALL.iter().map(|word| word.name()));
    let phases = Phase::ALL.iter().map(|word| word.name()).chain(Outcome::ALL.iter().map(|word| word.name()));
    let ends = VisitEnd::ALL.iter().map(|word| word.name()).chain(StintEnd::ALL.iter().map(|word| word.name()));
    let labels = SupportType::ALL.iter().map(|word| word.name()).chain(Survey::ALL.iter().map(|word| word.name()));
    actors.chain(states).chain(phases).chain(ends).chain(labels).chain(Resolution::ALL.iter().map(|word| word.name()))
}

/// A column of texts, or of their numbers.
#[derive(Debug, Clone, Copy)]
pub enum TextColumn<'a> {
    /// The texts themselves.
    Texts(&'a StringChunked),
    /// Numbers of texts, with their dictionary.
    Numbers(&'a UInt32Chunked, &'a TextNumbers),
}

impl<'a> TextColumn<'a> {
    /// A column of texts, or of numbers of `texts`.
    ///
    /// # Errors
    ///
    /// If it is neither, which is a bug.
    pub fn of(column: &'a Column, texts: Option<&'a TextNumbers>) -> PolarsResult<Self> {
        Self::of_series(column.as_materialized_series(), texts)
    }

    /// The same for a series.
    ///
    /// # Errors
    ///
    /// If it is neither, which is a bug.
    pub fn of_series(series: &'a Series, texts: Option<&'a TextNumbers>) -> PolarsResult<Self> {
        match (texts, series.dtype()) {
            (Some(texts), DataType::UInt32) => Ok(Self::Numbers(series.u32()?, texts)),
            _ => Ok(Self::Texts(series.str()?)),
        }
    }

    /// The text of a row.
    #[must_use]
    pub fn get(self, row: usize) -> Option<&'a str> {
        match self {
            Self::Texts(texts) => texts.get(row),
            Self::Numbers(numbers, texts) => numbers.get(row).map(|number| texts.get(number)),
        }
    }

    /// The texts of all rows.
    #[must_use]
    pub fn iter(self) -> Box<dyn Iterator<Item = Option<&'a str>> + 'a> {
        match self {
            Self::Texts(texts) => Box::new(texts.iter()),
            Self::Numbers(numbers, texts) => {
                Box::new(numbers.iter().map(|number| number.map(|number| texts.get(number))))
            }
        }
    }
}
