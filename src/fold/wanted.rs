//! Which conversations of a log are folded where only some are asked for: those, and the others of their customers, since
//! whether a customer came back follows from these.

use hashbrown::HashSet;

use super::projection::Wanted;
use crate::dictionary::Frozen;
use crate::event::{Key, NONE};
use crate::ingest::{Group, Log};
use crate::nearest::nearest;

/// The numbers of the conversations and customers that are asked for.
#[derive(Debug, Default)]
pub struct WantedKeys {
    /// Conversations, or by silence their customers, whose id or ticket is asked for.
    sessions: HashSet<u32>,
    /// The other conversations of the same customers.
    others: HashSet<u32>,
    /// For each name that no conversation and no ticket has: the nearest id, if one is near.
    unknown: Vec<(String, Option<String>)>,
}

impl WantedKeys {
    /// The keys of a log that are asked for. By inactivity a conversation is known by its customer, whose id is the
    /// first part of its own.
    ///
    /// # Errors
    ///
    /// If a temporary file cannot be read.
    pub fn of(wanted: &Wanted, log: &Log) -> anyhow::Result<Self> {
        let is_by_silence = log.sessions.is_by_silence();
        let sessions = log.key(if is_by_silence { Key::CustomerId } else { Key::ConversationId });
        let is_called = |name: &str, text: &str| {
            if is_by_silence { name.starts_with(&format!("{}/", text.replace('/', "%2F"))) } else { name == text }
        };
        let numbers = |keys: &Frozen, fits: &dyn Fn(&str, &str) -> bool| -> HashSet<u32> {
            let fits = |text: &str| wanted.names.iter().any(|name| fits(name, text));
            let all = (0..).zip(keys.iter());
            all.filter(|(_, text)| text.is_some_and(fits)).map(|(number, _)| number).collect()
        };
        let mut keys = Self { sessions: numbers(sessions, &is_called), ..Self::default() };
        let protocols = numbers(log.key(Key::Protocol), &|name, text| name == text);
        let is_known = |name: &str| {
            let has =
                |keys: &Frozen, fits: &dyn Fn(&str, &str) -> bool| keys.iter().flatten().any(|text| fits(name, text));
            has(sessions, &is_called) || has(log.key(Key::Protocol), &|name, text| name == text)
        };
        keys.unknown = wanted
            .names
            .iter()
            .filter(|name| !is_known(name))
            .map(|name| (name.clone(), nearest(name, sessions.iter().flatten()).map(str::to_owned)))
            .collect();
        if !protocols.is_empty() {
            log.each_event(|event, extra| {
                if protocols.contains(&extra.ids.protocol) && event.session(log.sessions) != NONE {
                    keys.sessions.insert(event.session(log.sessions));
                }
            })?;
        }
        if !is_by_silence {
            let mut customers = HashSet::new();
            log.each_event(|event, _| {
                if event.customer != NONE && keys.sessions.contains(&event.conversation) {
                    customers.insert(event.customer);
                }
            })?;
            log.each_event(|event, _| {
                if customers.contains(&event.customer) && !keys.sessions.contains(&event.conversation) {
                    keys.others.insert(event.conversation);
                }
            })?;
        }
        Ok(keys)
    }

    /// Whether a group has a conversation that is asked for, or may have one.
    #[must_use]
    pub fn has(&self, group: &Group) -> bool {
        self.sessions.contains(&group.session())
    }

    /// Whether a group affects the conversations that are asked for.
    #[must_use]
    pub fn needs(&self, group: &Group) -> bool {
        self.has(group) || self.others.contains(&group.session())
    }

    /// The names that no conversation and no ticket has, each with the nearest id.
    #[must_use]
    pub fn unknown(&self) -> &[(String, Option<String>)] {
        &self.unknown
    }
}
