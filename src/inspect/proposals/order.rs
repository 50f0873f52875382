//! Finds rows whose order is lost: conversations that are written newest first, in a file that is not, with several rows
//! at one instant. The reader takes rows of one instant in the order of the file.

use std::collections::BTreeMap;

use super::instants::{ProposedInstant, instant_in};
use super::proposal::{Candidate, source_of};
use crate::event::Column;
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::language::Message;

/// From this number of falls on, the order of the rows of a conversation is no accident.
const LEAST_FALLS: usize = 2;

/// The question about rows of one instant whose order is lost.
pub fn lost_order(
    candidates: &[Candidate],
    columns: &[&Seen],
    survey: &Survey,
    instant: &ProposedInstant,
    each: Option<&str>,
) -> Option<Message> {
    let id = source_of(candidates, Column::ConversationId).filter(|id| id.more.is_empty())?;
    let sources: Vec<&str> = instant.sources.iter().map(String::as_str).collect();
    let names: Vec<&str> = std::iter::once(id.source.as_str()).chain(sources.iter().copied()).collect();
    let rows = survey.together(&names, each);
    let rows = rows.iter().filter_map(|row| Some((row[0].as_deref()?, instant_in(columns, &sources, &row[1..])?)));
    is_lost(rows).then(|| Message::new("proposal.newest_first_ties").with("instant", instant.quoted()))
}

/// Whether instants only fall within conversations, some are equal, and the file as a whole is not newest first, which
/// the reader would see. Each row is its conversation and its instant.
fn is_lost<'r>(rows: impl Iterator<Item = (&'r str, i64)>) -> bool {
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    let (mut before, mut rises, mut falls, mut ties) = (None, false, 0, 0);
    for (id, at) in rows {
        rises |= before.is_some_and(|before| at > before);
        before = Some(at);
        match last.insert(id, at) {
            Some(previous) if at > previous => return false,
            Some(previous) if at < previous => falls += 1,
            Some(_) => ties += 1,
            None => {}
        }
    }
    rises && falls >= LEAST_FALLS && ties > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_lost_only_between_equal_instants() {
        for (rows, is) in [
            // By conversation, newest first, two rows at 3.
            (&[("a", 5), ("a", 3), ("a", 3), ("b", 9), ("b", 8)][..], true),
            (&[("a", 5), ("a", 4), ("a", 3), ("b", 9), ("b", 8)], false),
            // The file is newest first.
            (&[("b", 9), ("b", 8), ("a", 5), ("a", 3), ("a", 3)], false),
            // Oldest first.
            (&[("a", 3), ("a", 3), ("a", 5), ("b", 8), ("b", 9)], false),
            (&[("a", 5), ("a", 3), ("a", 3), ("b", 8), ("b", 9)], false),
        ] {
            assert_eq!(is_lost(rows.iter().copied()), is, "{rows:?}");
        }
    }
}
