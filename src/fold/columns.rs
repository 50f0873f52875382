//! Makes columns of polars frames from numbers of the log's dictionaries, from words and from flags.

use std::sync::Arc;

use hashbrown::HashMap;
use polars::prelude::*;

use super::attributes::Attributes;
use super::number_columns::small_numbers;
use super::projection::Projection;
use super::rows::{Id, SupportType};
use super::schema::FactTable;
use super::text_numbers::TextNumbers;
use crate::dictionary::{Dictionary, Frozen};
use crate::event::tags;
use crate::event::{Key, TextDomain};
use crate::ingest::{Log, SourceLines};

/// The dictionaries as polars series, so that a column of numbers becomes a column of texts by one gather; or, instead
/// of the texts, the numbers that they have in all columns. Dictionaries of keys are included only if a kept column
/// needs them.
pub struct NameSeries {
    pub(super) agents: Series,
    pub(super) places: Series,
    pub(super) channels: Series,
    pub(super) apps: Series,
    pub(super) labels: Series,
    pub(super) customers: Series,
    pub(super) contacts: Series,
    pub(super) protocols: Series,
    pub(super) tags: Series,
    pub(super) attributes: Arc<Attributes>,
    pub(super) conversations: Series,
    /// The lines of the events that made the rows.
    pub(super) events: SourceLines,
    /// The numbers of texts, if columns hold numbers instead of names and words.
    pub(super) numbers: Option<Arc<TextNumbers>>,
}

impl NameSeries {
    /// The dictionaries of a log. Those of ids are taken out of it, unless single conversations are traced: the facts need
    /// this memory.
    #[must_use]
    pub fn of(log: &mut Log, projection: &Projection) -> Self {
        let attributes = Attributes::of(log);
        let (attributes, numbers) = if projection.has_numbered_texts {
            let mut numbers = TextNumbers::of(log);
            for tag in log.tag_sets.sets().iter().flat_map(|set| set.split(tags::BETWEEN)) {
                numbers.number(tag);
            }
            (attributes.numbered(&mut numbers), Some(Arc::new(numbers)))
        } else {
            (attributes, None)
        };
        let series = |domain: TextDomain| match &numbers {
            Some(numbers) => numbers.series(log.dictionary(domain)),
            None => texts_of(log.dictionary(domain)),
        };
        let names =
            [TextDomain::Agents, TextDomain::Places, TextDomain::Channels, TextDomain::Apps, TextDomain::SupportTypes];
        let [agents, places, channels, apps, labels] = names.map(series);
        let tags = texts_of(log.tag_sets.sets());
        let mut key = |key: Key, is_kept: bool| {
            let texts = if is_kept { key_texts(log.key(key)) } else { no_texts() };
            if projection.traced.is_none() {
                log.forget(key);
            }
            texts
        };
        let has_ids = !projection.has_numbered_ids;
        Self {
            agents,
            places,
            channels,
            apps,
            labels,
            customers: key(Key::CustomerId, has_ids),
            contacts: key(Key::Contact, projection.has(FactTable::Conversations, "contact")),
            protocols: key(Key::Protocol, projection.has(FactTable::Conversations, "protocol")),
            tags,
            attributes: Arc::new(attributes),
            conversations: key(Key::ConversationId, has_ids),
            // The parts of an export have tables of their records, which are copied only if needed.
            events: if projection.origins { log.source_lines() } else { SourceLines::default() },
            numbers,
        }
    }
}

impl NameSeries {
    /// Gives the memory of texts back that only rows of conversations need.
    pub fn forget_keys(&mut self) {
        for texts in [&mut self.conversations, &mut self.customers, &mut self.contacts, &mut self.protocols] {
            *texts = no_texts();
        }
    }

    /// The id of a conversation: the log's own, or customer, channel and number, separated by slashes.
    ///
    /// # Errors
    ///
    /// None in practice: dictionaries are texts.
    pub(super) fn conversation_id(&self, id: Id) -> PolarsResult<String> {
        let text = |texts: &Series, number: u32| -> PolarsResult<String> {
            Ok(texts.str()?.get(number as usize).unwrap_or_default().to_owned())
        };
        let part = |texts: &Series, number: u32| Ok::<_, PolarsError>(text(texts, number)?.replace('/', "%2F"));
        Ok(match id {
            Id::Given(number) => text(&self.conversations, number)?,
            Id::SplitAcrossChannels { customer, nth } => format!("{}//{nth}", part(&self.customers, customer)?),
            Id::Split { customer, channel, nth } => {
                let channel = channel.map(|channel| part(&self.channels, channel)).transpose()?.unwrap_or_default();
                format!("{}/{channel}/{nth}", part(&self.customers, customer)?)
            }
        })
    }
}

fn texts_of(dictionary: &Dictionary) -> Series {
    StringChunked::from_iter_values(PlSmallStr::EMPTY, dictionary.iter()).into_series()
}

fn no_texts() -> Series {
    Series::new_empty(PlSmallStr::EMPTY, &DataType::String)
}

fn key_texts(keys: &Frozen) -> Series {
    StringChunked::from_iter_options(PlSmallStr::EMPTY, keys.iter()).into_series()
}

pub(super) fn of_series(name: &str, texts: &Series, places: impl Iterator<Item = Option<u32>>) -> PolarsResult<Column> {
    Ok(gather(texts, &places.collect())?.with_name(name.into()).into())
}

/// A column of words from a closed list.
pub(super) fn terms(name: &str, texts: &NameSeries, values: impl Iterator<Item = Option<&'static str>>) -> Column {
    match &texts.numbers {
        Some(numbers) => numbers.column(name, values),
        None => values.collect::<StringChunked>().with_name(name.into()).into_column(),
    }
}

pub(super) fn flags(name: &str, values: impl Iterator<Item = bool>) -> Column {
    values.collect::<BooleanChunked>().with_name(name.into()).into_column()
}

/// A column of support types: the labels of the log, or the derived kinds.
pub(super) fn support_type(
    name: &str,
    texts: &NameSeries,
    types: impl Iterator<Item = Result<u32, SupportType>>,
) -> PolarsResult<Column> {
    if let Some(numbers) = &texts.numbers {
        let labels = texts.labels.u32()?;
        let derived = SupportType::ALL.iter().map(|derived| numbers.find(derived.name()));
        let derived: Vec<Option<u32>> = derived.collect();
        let column = types.map(|support_type| match support_type {
            Ok(label) => labels.get(label as usize),
            Err(kind) => derived[kind as usize],
        });
        return Ok(small_numbers(name, column));
    }
    let labels = texts.labels.str()?;
    let column = types.map(|support_type| match support_type {
        Ok(label) => labels.get(label as usize),
        Err(derived) => Some(derived.name()),
    });
    Ok(column.collect::<StringChunked>().with_name(name.into()).into_column())
}

/// A column of the unions of sets of tags.
pub(super) fn tag_sets<'r>(
    name: &str,
    texts: &NameSeries,
    sets: impl Iterator<Item = &'r [u32]>,
) -> PolarsResult<Column> {
    let words = texts.tags.str()?;
    let mut unions: Vec<Option<String>> = vec![None];
    let mut known: HashMap<&[u32], usize> = HashMap::from([(&[][..], 0)]);
    let union_of = |set: &'r [u32]| {
        *known.entry(set).or_insert_with(|| {
            unions.push(tags::union(set.iter().filter_map(|number| words.get(*number as usize))));
            unions.len() - 1
        })
    };
    let by_row: Vec<usize> = sets.map(union_of).collect();
    let column: StringChunked = by_row.into_iter().map(|union| unions[union].as_deref()).collect();
    Ok(column.with_name(name.into()).into_column())
}

/// The texts at some indices. Columns with only nulls share the zeros that polars allocates once, and take no memory.
pub(super) fn gather(texts: &Series, places: &IdxCa) -> PolarsResult<Series> {
    if places.null_count() == places.len() {
        return Ok(Series::full_null(texts.name().clone(), places.len(), texts.dtype()));
    }
    texts.take(places)
}
