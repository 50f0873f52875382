//! Columns that the rows of a table take from their conversation: attributes and tags, and names that a table lacks.
//!
//! In a report, conversations are numbered in the order of their frame, and a value is looked up by index: a join would
//! put all conversations into a hash table, once for each kind of row of each table. In a folder of facts, ids are
//! texts and the frames are joined.

use std::cell::OnceCell;
use std::collections::HashMap;

use polars::prelude::*;

use crate::event::tags;
use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;
use crate::fold::text_numbers::TextNumbers;
use crate::metrics::dimensions::Dimension;

/// A temporary column with the number of a set of tags, until each row gets its tags.
const TAG_SET: &str = ":tags";

/// A dimension's values by conversation, made when a table first needs them.
#[derive(Debug)]
pub struct ConversationColumn<'f> {
    facts: &'f Facts,
    dimension: Dimension,
    values: OnceCell<ConversationValues>,
}

#[derive(Debug)]
enum ConversationValues {
    /// A value at each conversation's index.
    ByIndex(Column),
    /// The number of a set of tags at each conversation's index, and the tags of each set.
    TagsByIndex(Column, DataFrame),
    /// One row per conversation and value, with the conversation's id.
    Joined(DataFrame),
}

impl<'f> ConversationColumn<'f> {
    /// A dimension of some facts.
    #[must_use]
    pub const fn new(facts: &'f Facts, dimension: Dimension) -> Self {
        Self { facts, dimension, values: OnceCell::new() }
    }

    /// Whether a table has the dimension's column itself.
    #[must_use]
    pub fn is_own(&self, table: FactTable) -> bool {
        let is_attribute = matches!(self.dimension, Dimension::Attribute(_));
        (is_attribute && table == FactTable::Conversations) || table.has(self.dimension.name())
    }

    /// Rows of a table with the dimension's column added.
    ///
    /// # Errors
    ///
    /// If the facts lack a column: a bug.
    pub fn beside(&self, rows: LazyFrame, table: FactTable) -> PolarsResult<LazyFrame> {
        if self.is_own(table) {
            return Ok(rows);
        }
        if let Some(values) = self.values.get() {
            return Ok(values.beside(rows));
        }
        let values = values(self.facts, self.dimension)?;
        Ok(self.values.get_or_init(|| values).beside(rows))
    }
}

impl ConversationValues {
    fn beside(&self, rows: LazyFrame) -> LazyFrame {
        let id = || col("conversation_id");
        match self {
            Self::ByIndex(values) => rows.with_column(taken(values)),
            Self::TagsByIndex(numbers, tags) => {
                rows.with_column(taken(numbers)).left_join(tags.clone().lazy(), col(TAG_SET), col(TAG_SET))
            }
            Self::Joined(values) => rows.left_join(values.clone().lazy(), id(), id()),
        }
    }
}

fn values(facts: &Facts, dimension: Dimension) -> PolarsResult<ConversationValues> {
    let name = if dimension.is_single() { dimension.name() } else { "tags" };
    let conversations = facts.columns(FactTable::Conversations, &["conversation_id", name])?;
    let ids = conversations.column("conversation_id")?;
    let are_indexes = are_indexes(ids);
    if dimension.is_single() {
        let values = conversations.column(name)?.clone();
        return Ok(if are_indexes {
            ConversationValues::ByIndex(values)
        } else {
            ConversationValues::Joined(DataFrame::new(ids.len(), vec![ids.clone(), values])?)
        });
    }
    let texts = conversations.column(name)?.str()?;
    if are_indexes {
        let (numbers, sets) = numbered(texts);
        let tags = of_each(&sets, facts.texts.as_deref())?;
        return Ok(ConversationValues::TagsByIndex(numbers.with_name(TAG_SET.into()).into_column(), tags));
    }
    let (indices, tags) = rows_and_tags(texts.iter());
    Ok(ConversationValues::Joined(DataFrame::new(indices.len(), vec![ids.take(&indices)?, column_of(tags)])?))
}

/// Whether ids are the indexes of their conversations.
fn are_indexes(ids: &Column) -> bool {
    ids.u32().is_ok_and(|numbers| numbers.iter().zip(0..).all(|(number, index)| number == Some(index)))
}

/// The value of each row's conversation.
fn taken(values: &Column) -> Expr {
    let (field, values) = (Field::new(values.name().clone(), values.dtype().clone()), values.clone());
    let name = field.name().clone();
    let taken = move |indices: Column| values.take(indices.u32()?);
    col("conversation_id").map(taken, move |_, _| Ok(field.clone())).alias(name)
}

/// The number of each text, and the texts in the order of their numbers. Many conversations share few sets of tags.
fn numbered(texts: &StringChunked) -> (UInt32Chunked, Vec<Option<&str>>) {
    let (mut sets, mut known) = (Vec::new(), HashMap::new());
    let numbers = texts.iter().map(|text| {
        *known.entry(text).or_insert_with(|| {
            sets.push(text);
            u32::try_from(sets.len() - 1).expect("fewer sets than conversations")
        })
    });
    let numbers = UInt32Chunked::from_iter_values(PlSmallStr::EMPTY, numbers.collect::<Vec<_>>().into_iter());
    (numbers, sets)
}

/// One row per tag of a set, and one for a set without tags: the set's number and the tag; the tag is a number if texts
/// have numbers.
fn of_each(sets: &[Option<&str>], numbers: Option<&TextNumbers>) -> PolarsResult<DataFrame> {
    let (indices, tags) = rows_and_tags(sets.iter().copied());
    let find = |numbers: &TextNumbers| -> Option<UInt32Chunked> {
        tags.iter().map(|tag| tag.map_or(Some(None), |tag| numbers.find(tag).map(Some))).collect()
    };
    let tags = match numbers.and_then(find) {
        Some(numbers) => numbers.with_name(Dimension::Tag.name().into()).into_column(),
        None => column_of(tags),
    };
    DataFrame::new(indices.len(), vec![indices.with_name(TAG_SET.into()).into_column(), tags])
}

/// The tags of texts with the indexes of the texts: `None` for a text without tags.
fn rows_and_tags<'t>(texts: impl Iterator<Item = Option<&'t str>>) -> (IdxCa, Vec<Option<&'t str>>) {
    let (mut indices, mut names): (Vec<IdxSize>, Vec<Option<&str>>) = (Vec::new(), Vec::new());
    for (at, text) in (0..).zip(texts) {
        let before = indices.len();
        for tag in text.into_iter().flat_map(|text| text.split(tags::BETWEEN)) {
            indices.push(at);
            names.push(Some(tag));
        }
        if indices.len() == before {
            indices.push(at);
            names.push(None);
        }
    }
    (indices.into_iter().map(Some).collect(), names)
}

fn column_of(tags: Vec<Option<&str>>) -> Column {
    tags.into_iter().collect::<StringChunked>().with_name(Dimension::Tag.name().into()).into_column()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_tags_are_numbered_in_the_order_of_their_first_conversation() {
        let texts: StringChunked = [Some("a;b"), None, Some("b"), Some("a;b"), None].into_iter().collect();
        let (numbers, sets) = numbered(&texts);
        assert_eq!(numbers.into_no_null_iter().collect::<Vec<_>>(), [0, 1, 2, 0, 1]);
        assert_eq!(sets, [Some("a;b"), None, Some("b")]);
        let tags = of_each(&sets, None).unwrap();
        let column = |name: &str| tags.column(name).unwrap().clone();
        assert_eq!(column(TAG_SET).u32().unwrap().into_no_null_iter().collect::<Vec<_>>(), [0, 0, 1, 2]);
        let names: Vec<_> = column("tag").str().unwrap().iter().map(|tag| tag.map(str::to_owned)).collect();
        assert_eq!(names, [Some("a".to_owned()), Some("b".to_owned()), None, Some("b".to_owned())]);
        let mut texts = TextNumbers::default();
        let (b, a) = (texts.number("b"), texts.number("a"));
        let tags = of_each(&sets, Some(&texts)).unwrap();
        let found: Vec<_> = tags.column("tag").unwrap().u32().unwrap().iter().collect();
        assert_eq!(found, [Some(a), Some(b), None, Some(b)]);
    }
}
