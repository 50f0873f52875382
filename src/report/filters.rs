//! The filters of semantics.md 7: which rows of a fact table a report keeps.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;

use super::clock::{self, ClockMap};
use crate::event::tags;
use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;
use crate::fold::text_numbers::TextNumbers;
use crate::metrics::dimensions::{Dimension, NO_VALUE, value_of_key};
use crate::metrics::{AgentFilter, Metric};
use crate::time::{Hours, Weekdays, Zone};

/// In [`Filters::shown`], the prefix of an attribute's name; its flag is `--where`.
const WHERE: &str = "where ";

/// The values of `--channel` and the other filters. Several values of one filter: any of them; several filters: all.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// By dimension: the values to keep, written as by `key_text`; an agent by
    /// id or name.
    pub values: BTreeMap<Dimension, Vec<String>>,
    /// Parts of the contact, upper or lower case.
    pub contact: Vec<String>,
    /// Ticket numbers.
    pub protocol: Vec<String>,
    /// Local hours of the metric's clock.
    pub hours: Option<Hours>,
    /// Local weekdays of the metric's clock.
    pub weekdays: Option<Weekdays>,
}

impl Filters {
    /// The filters of contact and protocol, prepared.
    #[must_use]
    pub fn named(&self) -> TicketFilters {
        let contact = self.contact.iter().map(|part| part.to_lowercase()).collect();
        TicketFilters { contact, protocol: self.protocol.clone() }
    }

    /// The filters in force, by flag, as a report shows them.
    #[must_use]
    pub fn shown(&self) -> BTreeMap<String, Vec<String>> {
        let mut shown: BTreeMap<String, Vec<String>> =
            self.values.iter().map(|(dimension, values)| (shown_name(*dimension), values.clone())).collect();
        shown.insert("contact".to_owned(), self.contact.clone());
        shown.insert("protocol".to_owned(), self.protocol.clone());
        shown.insert("hours".to_owned(), self.hours.iter().map(ToString::to_string).collect());
        shown.insert("weekdays".to_owned(), self.weekdays.iter().map(ToString::to_string).collect());
        shown.retain(|_, values| !values.is_empty());
        shown
    }
}

fn shown_name(dimension: Dimension) -> String {
    match dimension {
        Dimension::Attribute(name) => format!("{WHERE}{name}"),
        dimension => dimension.name().to_owned(),
    }
}

/// The flag for a filter by a dimension: `--queue`, or `--where plan`.
#[must_use]
pub(crate) fn flag_of(dimension: Dimension) -> String {
    flag(&shown_name(dimension))
}

/// The flag for a filter's name in [`Filters::shown`]: `--support-type`, or `--where plan`.
#[must_use]
pub fn flag(shown: &str) -> String {
    if shown.starts_with(WHERE) { format!("--{shown}") } else { format!("--{}", shown.replace('_', "-")) }
}

/// Filters in JSON: filters by attributes are in a separate object, `"where": {"plan": ["gold"]}`.
pub mod nested {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::WHERE;

    type ByName = BTreeMap<String, Vec<String>>;

    #[derive(Serialize, Deserialize)]
    struct Nested {
        #[serde(flatten)]
        own: ByName,
        #[serde(default, rename = "where", skip_serializing_if = "BTreeMap::is_empty")]
        of_attributes: ByName,
    }

    /// # Errors
    ///
    /// Errors of the serializer.
    pub(crate) fn serialize<S: Serializer>(shown: &ByName, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut own, mut of_attributes) = (ByName::new(), ByName::new());
        for (name, values) in shown {
            match name.strip_prefix(WHERE) {
                Some(attribute) => of_attributes.insert(attribute.to_owned(), values.clone()),
                None => own.insert(name.clone(), values.clone()),
            };
        }
        Nested { own, of_attributes }.serialize(serializer)
    }

    /// # Errors
    ///
    /// If it is not an object of lists of texts.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ByName, D::Error> {
        let Nested { mut own, of_attributes } = Nested::deserialize(deserializer)?;
        own.extend(of_attributes.into_iter().map(|(name, values)| (format!("{WHERE}{name}"), values)));
        Ok(own)
    }

    /// The filters as a JSON value.
    #[must_use]
    pub fn json(shown: &ByName) -> serde_json::Value {
        serialize(shown, serde_json::value::Serializer).unwrap_or_default()
    }
}

/// The filters of contact and protocol, prepared.
#[derive(Debug)]
pub struct TicketFilters {
    /// In lower case.
    contact: Vec<String>,
    protocol: Vec<String>,
}

impl TicketFilters {
    /// Whether a conversation's contact contains one of the parts, and its protocol is one of the numbers.
    #[must_use]
    pub fn fits(&self, contact: Option<&str>, protocol: Option<&str>) -> bool {
        let has_part = || {
            let contact = contact.map(str::to_lowercase);
            self.contact.iter().any(|part| contact.as_ref().is_some_and(|contact| contact.contains(part)))
        };
        (self.contact.is_empty() || has_part())
            && (self.protocol.is_empty() || self.protocol.iter().any(|number| protocol == Some(number)))
    }
}

/// Filters prepared for one run: names looked up, conversations found.
#[derive(Debug)]
pub(crate) struct Ready {
    /// By dimension: the keys to keep; `None` is no value.
    keys: BTreeMap<Dimension, Vec<Option<String>>>,
    /// By dimension: conversations whose own value passes.
    conversations: BTreeMap<Dimension, Series>,
    /// Conversations with a stint or a message of an agent that passes.
    took_part: Option<Series>,
    /// Conversations whose contact and protocol pass.
    named: Option<Series>,
    clock: Option<ClockMap>,
    /// Whether only agents, hours and weekdays are filtered.
    is_of_agents_alone: bool,
    /// The texts of columns that contain indexes of texts.
    texts: Option<Arc<TextNumbers>>,
}

impl Ready {
    /// Looks the filters up in the facts.
    ///
    /// # Errors
    ///
    /// If the facts lack a column: a bug.
    pub fn new(filters: &Filters, facts: &Facts, zone: Zone) -> PolarsResult<Self> {
        let mut keys = BTreeMap::new();
        let mut conversations = BTreeMap::new();
        for (dimension, values) in &filters.values {
            let kept = keys_of(*dimension, values, facts);
            let column = dimension.column().unwrap_or(dimension.name());
            let ids = ids_of(facts, FactTable::Conversations, &[column], |facts, frame| {
                let own = facts.texts_of(frame, column)?;
                Ok(own.iter().map(|value| holds_any(*dimension, &kept, value)).collect())
            })?;
            conversations.insert(*dimension, ids);
            keys.insert(*dimension, kept);
        }
        let took_part = match keys.get(&Dimension::Agent) {
            None => None,
            Some(kept) => {
                let of_table = |table: FactTable| {
                    ids_of(facts, table, &["agent"], |facts, frame| {
                        Ok(facts.texts_of(frame, "agent")?.iter().map(|agent| holds(kept, agent)).collect())
                    })
                };
                let mut ids = of_table(FactTable::Stints)?;
                ids.append(&of_table(FactTable::AgentMessages)?)?;
                Some(ids)
            }
        };
        let named = if filters.contact.is_empty() && filters.protocol.is_empty() {
            None
        } else {
            let named = filters.named();
            Some(ids_of(facts, FactTable::Conversations, &["contact", "protocol"], |_, frame| {
                let (contacts, protocols) = (frame.column("contact")?.str()?, frame.column("protocol")?.str()?);
                let rows = contacts.iter().zip(protocols.iter());
                Ok(rows.map(|(contact, protocol)| named.fits(contact, protocol)).collect())
            })?)
        };
        let clock = (filters.hours.is_some() || filters.weekdays.is_some())
            .then(|| clock::in_hours(zone, filters.hours, filters.weekdays));
        let is_of_agents = |flag: &String| ["agent", "hours", "weekdays"].contains(&flag.as_str());
        let is_of_agents_alone = filters.shown().keys().all(is_of_agents);
        let texts = facts.texts.clone();
        Ok(Self { keys, conversations, took_part, named, clock, is_of_agents_alone, texts })
    }

    /// The agents that pass, by id; `None` if all do.
    #[must_use]
    pub(crate) fn kept_agents(&self) -> Option<&[Option<String>]> {
        self.keys.get(&Dimension::Agent).map(Vec::as_slice)
    }

    /// Whether only agents, hours and weekdays are filtered: rows that belong to no conversation fail all other
    /// filters.
    #[must_use]
    pub(crate) const fn is_of_agents_alone(&self) -> bool {
        self.is_of_agents_alone
    }

    /// The rows of a metric's table that pass.
    pub fn apply(&self, rows: LazyFrame, metric: &Metric) -> LazyFrame {
        let mut rows = rows;
        for (dimension, kept) in &self.keys {
            let by_agents = self
                .took_part
                .as_ref()
                .filter(|_| *dimension == Dimension::Agent && metric.agent == AgentFilter::TookPart);
            rows = rows.filter(match (by_agents, self.conversations.get(dimension)) {
                (Some(ids), _) => is_one_of(ids),
                (None, _) if metric.table.has(dimension.name()) => {
                    let has_key = has_key(dimension.name(), kept);
                    self.texts.as_ref().map_or(has_key.clone(), |texts| texts.expression(has_key))
                }
                (None, Some(ids)) => is_one_of(ids),
                (None, None) => lit(true),
            });
        }
        if let Some(ids) = &self.named {
            rows = rows.filter(is_one_of(ids));
        }
        if let (Some(map), Some(clock)) = (&self.clock, metric.clock.column()) {
            rows = rows.filter(map.of(clock));
        }
        rows
    }
}

/// The keys that values name; agents by id or name. `(none)` names rows without a value and rows with this text, which
/// some sources write for no value; `\(none)` names only the text.
pub(super) fn keys_of(dimension: Dimension, values: &[String], facts: &Facts) -> Vec<Option<String>> {
    let mut keys = Vec::new();
    for written in values {
        let own = value_of_key(written);
        keys.push(own.map(str::to_owned));
        let value = own.unwrap_or(NO_VALUE);
        if own.is_none() {
            keys.push(Some(value.to_owned()));
        }
        if dimension == Dimension::Agent {
            let named = facts.run.agent_names.iter().filter(|(_, name)| *name == value);
            keys.extend(named.map(|(id, _)| Some(id.clone())));
        }
    }
    keys
}

/// Whether a value is one of the keys to keep.
pub(super) fn holds(kept: &[Option<String>], value: Option<&str>) -> bool {
    kept.iter().any(|key| key.as_deref() == value)
}

/// Whether a conversation's value is one of the keys to keep; for tags, whether any of its tags is.
pub(super) fn holds_any(dimension: Dimension, kept: &[Option<String>], value: Option<&str>) -> bool {
    match value {
        Some(tags) if dimension == Dimension::Tag => tags.split(tags::BETWEEN).any(|tag| holds(kept, Some(tag))),
        value => holds(kept, value),
    }
}

/// The conversations of the rows of a table that fit, by columns of the table.
fn ids_of(
    facts: &Facts,
    table: FactTable,
    columns: &[&str],
    fits: impl Fn(&Facts, &DataFrame) -> PolarsResult<BooleanChunked>,
) -> PolarsResult<Series> {
    let columns = [&["conversation_id"], columns].concat();
    let mut all: Option<Series> = None;
    for facts in facts.turns(table) {
        let frame = facts.columns(table, &columns)?;
        let ids = frame.column("conversation_id")?.as_materialized_series().filter(&fits(&facts, &frame)?)?;
        match &mut all {
            None => all = Some(ids),
            Some(all) => {
                all.append_owned(ids)?;
            }
        }
    }
    all.map_or_else(|| Ok(Series::new_empty("conversation_id".into(), &DataType::String)), Ok)
}

fn is_one_of(ids: &Series) -> Expr {
    col("conversation_id").is_in(lit(ids.clone()).implode(false), false)
}

fn has_key(column: &str, kept: &[Option<String>]) -> Expr {
    let is = |key: &Option<String>| match key {
        Some(key) => col(column).eq(lit(key.clone())).fill_null(false),
        None => col(column).is_null(),
    };
    kept.iter().map(is).reduce(Expr::or).unwrap_or_else(|| lit(false))
}
