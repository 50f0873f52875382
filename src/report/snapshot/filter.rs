//! The filters of semantics.md 7 on open conversations: a row's own values, and the agent who holds it.

use std::collections::BTreeMap;

use super::super::filters::{Filters, holds, keys_of};
use crate::event::Status;
use crate::fold::facts::Facts;
use crate::metrics::dimensions::Dimension;

/// The filters of a snapshot. Local hours and weekdays have no meaning at one instant: a caller refuses them.
#[derive(Debug, Clone, Default)]
pub struct SnapshotFilters {
    /// Those of a report.
    pub filters: Filters,
    /// The statuses kept; all where there are none.
    pub statuses: Vec<Status>,
}

impl SnapshotFilters {
    /// The filters in force, by flag.
    #[must_use]
    pub fn shown(&self) -> BTreeMap<String, Vec<String>> {
        let mut shown = self.filters.shown();
        if !self.statuses.is_empty() {
            shown.insert("status".to_owned(), self.statuses.iter().map(|status| status.name().to_owned()).collect());
        }
        shown
    }

    /// The filters with names looked up.
    #[must_use]
    pub fn ready(&self, facts: &Facts) -> Ready {
        let Filters { values, contact, protocol, .. } = &self.filters;
        Ready {
            keys: values.iter().map(|(dimension, values)| (*dimension, keys_of(*dimension, values, facts))).collect(),
            contact: contact.iter().map(|part| part.to_lowercase()).collect(),
            protocol: protocol.clone(),
            statuses: self.statuses.iter().map(|status| status.name()).collect(),
        }
    }
}

/// What filters look at.
#[derive(Debug, Clone, Copy, Default)]
#[expect(missing_docs, reason = "named by column")]
pub struct Values<'f> {
    pub channel: Option<&'f str>,
    pub support_type: Option<&'f str>,
    pub department: Option<&'f str>,
    pub queue: Option<&'f str>,
    /// The holder.
    pub agent: Option<&'f str>,
    pub app: Option<&'f str>,
    pub contact: Option<&'f str>,
    pub protocol: Option<&'f str>,
    pub status: Option<&'f str>,
}

/// Filters with names looked up.
#[derive(Debug)]
pub struct Ready {
    keys: BTreeMap<Dimension, Vec<Option<String>>>,
    contact: Vec<String>,
    protocol: Vec<String>,
    statuses: Vec<&'static str>,
}

impl Ready {
    /// Whether the agents, departments or queues of that key are kept.
    #[must_use]
    pub fn keeps(&self, dimension: Dimension, key: Option<&str>) -> bool {
        self.keys.get(&dimension).is_none_or(|kept| holds(kept, key))
    }

    /// Whether a conversation passes.
    #[must_use]
    pub fn fits(&self, values: &Values) -> bool {
        let own = |dimension: Dimension| match dimension {
            Dimension::Channel => values.channel,
            Dimension::SupportType => values.support_type,
            Dimension::Department => values.department,
            Dimension::Queue => values.queue,
            Dimension::Agent => values.agent,
            Dimension::App => values.app,
            // No filter has them: the clock's are refused.
            Dimension::Day | Dimension::Weekday | Dimension::Hour => None,
        };
        let has_contact = || {
            let contact = values.contact.map(str::to_lowercase);
            self.contact.iter().any(|part| contact.as_ref().is_some_and(|contact| contact.contains(part)))
        };
        self.keys.iter().all(|(dimension, kept)| holds(kept, own(*dimension)))
            && (self.contact.is_empty() || has_contact())
            && (self.protocol.is_empty() || self.protocol.iter().any(|number| values.protocol == Some(number)))
            && (self.statuses.is_empty() || values.status.is_some_and(|status| self.statuses.contains(&status)))
    }
}
