//! The order of conversations in the tables: by start, then by id. It is found without the rows, which may be in a file:
//! of each conversation the start and the numbers of its id are in memory.

use polars::prelude::*;

use super::columns::NameSeries;
use super::rows::{Conversation, Id};

/// The beginnings of a batch of conversations.
#[derive(Debug)]
pub struct Beginnings {
    starts: Box<[i64]>,
    ids: BatchIds,
}

/// The ids of a batch of conversations.
#[derive(Debug)]
enum BatchIds {
    /// The log's own, as numbers in its dictionary.
    Given(Box<[u32]>),
    /// Ids of any kind.
    Any(Box<[Id]>),
}

impl Beginnings {
    /// Those of a batch.
    #[must_use]
    pub fn of(conversations: &[Conversation]) -> Self {
        let given = |row: &Conversation| match row.id {
            Id::Given(number) => Some(number),
            Id::Split { .. } | Id::SplitAcrossChannels { .. } => None,
        };
        let ids = match conversations.iter().map(given).collect::<Option<Box<[u32]>>>() {
            Some(numbers) => BatchIds::Given(numbers),
            None => BatchIds::Any(conversations.iter().map(|row| row.id).collect()),
        };
        Self { starts: conversations.iter().map(|row| row.started_at).collect(), ids }
    }

    fn id(&self, index: usize) -> Id {
        match &self.ids {
            BatchIds::Given(numbers) => Id::Given(numbers[index]),
            BatchIds::Any(ids) => ids[index],
        }
    }
}

/// The rank of each conversation, by its number. The batches must be in the order of their numbers.
///
/// # Errors
///
/// None in practice: dictionaries are texts.
pub fn ranks(batches: &[Beginnings], texts: &NameSeries) -> PolarsResult<Vec<u32>> {
    let starts: Vec<i64> = batches.iter().flat_map(|batch| &batch.starts).copied().collect();
    let begins: Vec<usize> = batches
        .iter()
        .scan(0, |end, batch| {
            let begin = *end;
            *end += batch.starts.len();
            Some(begin)
        })
        .collect();
    let id = |number: u32| {
        let batch = begins.partition_point(|begin| *begin <= number as usize) - 1;
        batches[batch].id(number as usize - begins[batch])
    };
    let count = u32::try_from(starts.len()).expect("more than 2^32 conversations");
    let mut order: Vec<u32> = (0..count).collect();
    order.sort_unstable_by_key(|number| starts[*number as usize]);
    for tied in order.chunk_by_mut(|a, b| starts[*a as usize] == starts[*b as usize]).filter(|tied| tied.len() > 1) {
        let named = tied.iter().map(|number| Ok((texts.conversation_id(id(*number))?, *number)));
        let mut named = named.collect::<PolarsResult<Vec<_>>>()?;
        named.sort_unstable();
        tied.iter_mut().zip(named).for_each(|(place, (_, number))| *place = number);
    }
    let mut ranks = vec![0; order.len()];
    for (rank, number) in (0..).zip(order) {
        ranks[number as usize] = rank;
    }
    Ok(ranks)
}
