//! Columns by which a report could be broken down: a few repeating values for which there is no canonical column.

use super::proposal::{Attribute, Proposal, ProposedEvent};
use crate::event;
use crate::inspect::columns::column::Column;
use crate::inspect::words::{Meaning as M, plain};

/// The most values of a dimension; it has at least two.
const MOST_VALUES: u64 = 20;
/// The smallest average number of rows for each value.
const ROWS_PER_VALUE: u64 = 2;

/// Whether a column is a dimension by its values: repeating words, but not names of people or text that people write.
#[must_use]
pub fn is_dimension(column: &Column) -> bool {
    // Persons, instants, numbers and texts are not dimensions, even if a small file has few distinct values.
    const OTHERS: [M; 17] = [
        M::Customer,
        M::Agent,
        M::User,
        M::Author,
        M::Reach,
        M::Text,
        M::Message,
        M::Id,
        M::Count,
        M::Due,
        M::Duration,
        M::Date,
        M::Time,
        M::Waited,
        M::Talked,
        M::Score,
        M::Private,
    ];
    let (distinct, is_more) = column.distinct();
    let is_few = !is_more && (2..=MOST_VALUES).contains(&distinct) && distinct * ROWS_PER_VALUE <= column.filled;
    let is_word = (column.kinds.texts + column.kinds.booleans) * 10 >= column.filled * 9;
    let is_of_list = column.name.contains("[]");
    is_few
        && is_word
        && !is_of_list
        && !column.name.starts_with('#')
        && !column.is_unreadable
        && column.time().is_none()
        && !column.looks_like_message()
        && !column.words.has_one(&OTHERS)
        && !column.words.around.has_one(&[M::Customer, M::Agent, M::User, M::Message])
}

/// The dimensions among the unused columns, each with a valid name for an attribute.
pub fn attributes(columns: &[Column], proposal: &Proposal) -> Vec<Attribute> {
    let of_rules = proposal.rules.iter().flat_map(|rule| {
        let conditions = rule.conditions.iter().map(|condition| &condition.column);
        let event_column = match &rule.event {
            ProposedEvent::OfColumn(column, _) => Some(column),
            ProposedEvent::OfKind(_) => None,
        };
        rule.when.columns().chain(conditions).chain(rule.actor_by.iter().map(|by| &by.column)).chain(event_column)
    });
    let used: Vec<&String> = of_rules.chain(proposal.candidates.iter().map(|candidate| &candidate.source)).collect();
    let mut found: Vec<Attribute> = Vec::new();
    for column in columns.iter().filter(|column| is_dimension(column) && !used.contains(&&column.name)) {
        let last = column.name.rsplit('.').next().unwrap_or(&column.name);
        let mut name = plain(last).replace(' ', "_");
        // A name of a canonical column is not available.
        if event::Column::parse(&name).is_some() || found.iter().any(|other| other.name == name) {
            name = format!("{name}_of_export");
        }
        if !name.is_empty() && found.iter().all(|other| other.name != name) {
            found.push(Attribute { name, column: column.name.clone(), values: column.distinct().0 });
        }
    }
    found
}
