//! Names in filters that the log does not have: usually typing mistakes.

use std::collections::BTreeSet;

use polars::prelude::PolarsResult;

use super::counted::known_name;
use super::filters::{Filters, flag_of};
use super::{Warning, WarningId};
use crate::event::tags;
use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;
use crate::language::{Argument, Language, Message};
use crate::metrics::dimensions::{Dimension, NO_VALUE, key_text, value_of_key};
use crate::nearest::nearest;

/// A filter by names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// By the value of a dimension.
    Of(Dimension),
    /// By a part of the contact.
    Contact,
    /// By the ticket number.
    Protocol,
}

impl Filter {
    /// The flag, without its dashes.
    fn flag(self) -> String {
        match self {
            Self::Of(dimension) => dimension.name().replace('_', "-"),
            Self::Contact => "contact".to_owned(),
            Self::Protocol => "protocol".to_owned(),
        }
    }
}

/// Names of one filter that the log does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The filter that has the names.
    pub filter: Filter,
    /// The names, each with the nearest name of the log, if any is near.
    pub names: Vec<(String, Option<String>)>,
    /// Whether the filter has no other names, and so matches nothing.
    pub is_all: bool,
}

impl Unknown {
    /// For each filter the names that do not occur in the log: usually typing mistakes.
    ///
    /// # Errors
    ///
    /// If the facts lack a column: a bug.
    pub fn find(filters: &Filters, facts: &Facts) -> PolarsResult<Vec<Self>> {
        let mut found = Vec::new();
        for (dimension, values) in &filters.values {
            let known = known_values(*dimension, facts)?;
            let unknown = values.iter().filter(|value| !known.contains(*value));
            let near = |value: &String| nearest(value, known.iter().map(String::as_str)).map(str::to_owned);
            let names: Vec<(String, Option<String>)> = unknown.map(|value| (value.clone(), near(value))).collect();
            if !names.is_empty() {
                let is_all =
                    names.len() == values.len() && names.iter().all(|(name, _)| !occurs(*dimension, name, facts));
                found.push(Self { filter: Filter::Of(*dimension), names, is_all });
            }
        }
        if !filters.contact.is_empty() {
            let known = texts_of("contact", facts)?;
            let lower: Vec<String> = known.iter().map(|contact| contact.to_lowercase()).collect();
            let has_part = |part: &str| lower.iter().any(|contact| contact.contains(&part.to_lowercase()));
            // For a part of a contact, the nearest word is shown: no more of the contact than necessary.
            let words = || known.iter().flat_map(|contact| contact.split_whitespace());
            let near = |part: &str| nearest(part, words()).or_else(|| nearest(part, known.iter().map(String::as_str)));
            found.extend(Self::of(Filter::Contact, &filters.contact, has_part, near));
        }
        if !filters.protocol.is_empty() {
            let known = texts_of("protocol", facts)?;
            let near = |number: &str| nearest(number, known.iter().map(String::as_str));
            found.extend(Self::of(Filter::Protocol, &filters.protocol, |number| known.contains(number), near));
        }
        Ok(found)
    }

    /// The unknown names, if any.
    fn of<'k>(
        filter: Filter,
        values: &[String],
        is_known: impl Fn(&str) -> bool,
        near: impl Fn(&str) -> Option<&'k str>,
    ) -> Option<Self> {
        let unknown = values.iter().filter(|value| !is_known(value));
        let names: Vec<(String, Option<String>)> =
            unknown.map(|value| (value.clone(), near(value).map(str::to_owned))).collect();
        (!names.is_empty()).then_some(Self { filter, is_all: names.len() == values.len(), names })
    }

    /// A sentence for each name.
    #[must_use]
    pub fn message(&self) -> Message {
        let one = |(name, near): &(String, Option<String>)| {
            let message = match self.filter {
                Filter::Of(Dimension::Attribute(attribute)) => {
                    Message::new("warning.unknown_attribute").with("attribute", attribute)
                }
                Filter::Of(_) | Filter::Contact | Filter::Protocol => {
                    let flag = self.filter.flag();
                    let key = format!("dimension.{}", flag.replace('-', "_"));
                    Message::new("warning.unknown_value")
                        .with("what", Argument::Term(key, flag.replace('-', " ")))
                        .with("flag", flag)
                }
            };
            message.with("name", name).with("hint", Argument::hint(near.as_deref()))
        };
        Message::new("warning.unknown_filter_value").with("names", Argument::statements(self.names.iter().map(one)))
    }

    /// The same in English, the language of messages.
    #[must_use]
    pub fn in_words(&self) -> String {
        self.message().in_language(Language::English)
    }
}

/// The names in the log for each filtered column.
///
/// # Errors
///
/// If the facts lack a column: a bug.
pub(super) fn known_names(filters: &Filters, facts: &Facts) -> PolarsResult<Vec<(String, BTreeSet<String>)>> {
    let mut known = Vec::new();
    for dimension in filters.values.keys() {
        known.push((dimension.name().to_owned(), known_values(*dimension, facts)?));
    }
    for (column, parts) in [("contact", &filters.contact), ("protocol", &filters.protocol)] {
        if !parts.is_empty() {
            known.push((column.to_owned(), texts_of(column, facts)?));
        }
    }
    Ok(known)
}

/// The values of a column of conversations.
fn texts_of(column: &str, facts: &Facts) -> PolarsResult<BTreeSet<String>> {
    if let Some(values) = &facts.values {
        return Ok(values.texts(&known_name(column)).map(str::to_owned).collect());
    }
    Ok(facts.distinct_texts(FactTable::Conversations, column)?.into_iter().collect())
}

/// The values of a dimension anywhere in the facts, written as by [`key_text`]; agents by id and name.
fn known_values(dimension: Dimension, facts: &Facts) -> PolarsResult<BTreeSet<String>> {
    let mut known = BTreeSet::from([NO_VALUE.to_owned()]);
    if let Some(values) = &facts.values {
        known.extend(values.texts(&known_name(dimension.name())).map(str::to_owned));
        return Ok(known);
    }
    let column = dimension.column().unwrap_or(dimension.name());
    let is_attribute = matches!(dimension, Dimension::Attribute(_));
    let has = |table: &FactTable| if is_attribute { *table == FactTable::Conversations } else { table.has(column) };
    let written = |value: &str| key_text(Some(value)).into_owned();
    for table in FactTable::ALL.iter().filter(|table| has(table)) {
        let values = facts.distinct_texts(*table, column)?;
        if dimension == Dimension::Tag {
            known.extend(values.iter().flat_map(|set| set.split(tags::BETWEEN)).map(written));
        } else {
            known.extend(values.iter().map(|value| written(value)));
        }
    }
    if dimension == Dimension::Agent {
        known.extend(facts.run.agent_names.values().map(|name| written(name)));
    }
    Ok(known)
}

/// Whether a value that no conversation has may still be correct: a tag that nobody has set yet, or a value of an
/// attribute that rows have but that later changed in all of their conversations.
fn occurs(dimension: Dimension, value: &str, facts: &Facts) -> bool {
    match dimension {
        Dimension::Tag => true,
        Dimension::Attribute(name) => {
            let has = |value: &str| facts.attributes.as_ref().is_some_and(|values| values.has(name, value));
            value_of_key(value).is_some_and(has)
        }
        _ => false,
    }
}

/// Warnings of filter names that the log does not have, and of `(none)` if the log also has it as a value.
///
/// # Errors
///
/// If the facts lack a column: a bug.
pub(crate) fn value_warnings(filters: &Filters, facts: &Facts) -> PolarsResult<Vec<Warning>> {
    let of_filter = |unknown: Unknown| Warning::new(WarningId::UnknownFilterValue, unknown.message(), None);
    let mut found: Vec<Warning> = Unknown::find(filters, facts)?.into_iter().map(of_filter).collect();
    let text = key_text(Some(NO_VALUE));
    for (dimension, _) in filters.values.iter().filter(|(_, values)| values.iter().any(|value| value == NO_VALUE)) {
        if known_values(*dimension, facts)?.contains(&*text) {
            let message = Message::new("warning.no_value_as_text")
                .with("filter", filter_text(*dimension, NO_VALUE))
                .with("text", filter_text(*dimension, &text));
            found.push(Warning::new(WarningId::NoValueAsText, message, None));
        }
    }
    Ok(found)
}

/// A filter as typed: `--queue "(none)"`, or `--where "plan=(none)"`.
fn filter_text(dimension: Dimension, value: &str) -> String {
    match dimension {
        Dimension::Attribute(name) => format!("--where \"{name}={value}\""),
        dimension => format!("{} \"{value}\"", flag_of(dimension)),
    }
}
