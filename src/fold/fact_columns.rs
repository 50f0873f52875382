//! A column of a fact table: its name, its meaning, and how to get its value from a row. The lists are in `tables`.

use polars::prelude::*;

use super::columns::{NameSeries, flags, of_series, tag_sets, terms};
use super::number_columns::{numbers, small_numbers};
use super::schema::{ColumnSpec, FactTable, Type};

/// A row of a fact table.
pub(super) trait FactRow: Sized + 'static {
    const TABLE: FactTable;
    /// The table's own columns, which follow those from the conversation.
    const COLUMNS: &'static [FactColumn<Self>];
}

/// A row of a table that includes columns of the row's conversation.
pub(super) trait OfConversation: FactRow {
    /// The index of the conversation in the batch, for the row with index `at`.
    fn conversation(&self, at: usize) -> u32;
}

/// A column of a fact table, with a getter for the values of rows.
pub(super) struct FactColumn<R> {
    name: &'static str,
    doc: &'static str,
    value: Getter<R>,
}

/// How to get the value from a row.
enum Getter<R> {
    /// A text: its number in a dictionary.
    Text(fn(&NameSeries) -> &Series, fn(&R) -> Option<u32>),
    /// A text with many distinct values: its number in a dictionary, which stays a number if ids are numbers.
    Key(fn(&NameSeries) -> &Series, fn(&R) -> Option<u32>),
    /// A text from a closed list.
    Term(fn(&R) -> Option<&'static str>),
    /// Tags, as numbers of sets of tags.
    Tags(fn(&R) -> &[u32]),
    /// An instant, UTC milliseconds.
    Instant(fn(&R) -> Option<i64>),
    /// An integer that may be large, such as a duration.
    Number(fn(&R) -> Option<i64>),
    /// A small integer, which takes half the memory if ids are numbers.
    Count(fn(&R) -> Option<u32>),
    /// True or false.
    Flag(fn(&R) -> bool),
}

impl<R> FactColumn<R> {
    pub(super) const fn text(
        name: &'static str,
        doc: &'static str,
        dictionary: fn(&NameSeries) -> &Series,
        value: fn(&R) -> Option<u32>,
    ) -> Self {
        Self { name, doc, value: Getter::Text(dictionary, value) }
    }

    pub(super) const fn key(
        name: &'static str,
        doc: &'static str,
        dictionary: fn(&NameSeries) -> &Series,
        value: fn(&R) -> Option<u32>,
    ) -> Self {
        Self { name, doc, value: Getter::Key(dictionary, value) }
    }

    pub(super) const fn term(name: &'static str, doc: &'static str, value: fn(&R) -> Option<&'static str>) -> Self {
        Self { name, doc, value: Getter::Term(value) }
    }

    pub(super) const fn tags(name: &'static str, doc: &'static str, value: fn(&R) -> &[u32]) -> Self {
        Self { name, doc, value: Getter::Tags(value) }
    }

    pub(super) const fn instant(name: &'static str, doc: &'static str, value: fn(&R) -> Option<i64>) -> Self {
        Self { name, doc, value: Getter::Instant(value) }
    }

    pub(super) const fn number(name: &'static str, doc: &'static str, value: fn(&R) -> Option<i64>) -> Self {
        Self { name, doc, value: Getter::Number(value) }
    }

    pub(super) const fn count(name: &'static str, doc: &'static str, value: fn(&R) -> Option<u32>) -> Self {
        Self { name, doc, value: Getter::Count(value) }
    }

    pub(super) const fn flag(name: &'static str, doc: &'static str, value: fn(&R) -> bool) -> Self {
        Self { name, doc, value: Getter::Flag(value) }
    }

    /// The column without its values.
    pub(super) const fn spec(&self) -> ColumnSpec {
        let holds = match self.value {
            Getter::Text(..) | Getter::Key(..) | Getter::Term(_) | Getter::Tags(_) => Type::Text,
            Getter::Instant(_) => Type::Instant,
            Getter::Number(_) | Getter::Count(_) => Type::Number,
            Getter::Flag(_) => Type::Flag,
        };
        ColumnSpec { name: self.name, holds, doc: self.doc }
    }

    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    /// The values of rows as a polars column.
    ///
    /// # Errors
    ///
    /// If a number is not in its dictionary, which is a bug.
    pub(super) fn values(&self, rows: &[R], texts: &NameSeries, has_numbered_ids: bool) -> PolarsResult<Column> {
        let name = self.name;
        match self.value {
            Getter::Key(_, value) | Getter::Count(value) if has_numbered_ids => {
                Ok(small_numbers(name, rows.iter().map(value)))
            }
            Getter::Text(dictionary, value) | Getter::Key(dictionary, value) => {
                of_series(name, dictionary(texts), rows.iter().map(value))
            }
            Getter::Term(value) => Ok(terms(name, texts, rows.iter().map(value))),
            Getter::Tags(value) => tag_sets(name, texts, rows.iter().map(value)),
            Getter::Instant(value) | Getter::Number(value) => Ok(numbers(name, rows.iter().map(value))),
            Getter::Count(value) => Ok(numbers(name, rows.iter().map(value).map(|count| count.map(i64::from)))),
            Getter::Flag(value) => Ok(flags(name, rows.iter().map(value))),
        }
    }
}
