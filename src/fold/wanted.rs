//! Selects the conversations to fold if only some are requested: those, and the others of their customers, which show
//! whether a customer returned.

use hashbrown::HashSet;

use super::projection::Wanted;
use crate::dictionary::Frozen;
use crate::event::{Key, NONE};
use crate::ingest::{Group, Log};
use crate::nearest::nearest;

/// The numbers of the requested conversations and their customers.
#[derive(Debug, Default)]
pub struct WantedKeys {
    /// Conversations (by inactivity: their customers) whose id or ticket number is requested.
    sessions: HashSet<u32>,
    /// The other conversations of the same customers.
    others: HashSet<u32>,
    /// Each requested name that is not an id or ticket number of any conversation, with the nearest id if one is
    /// similar.
    unknown: Vec<(String, Option<String>)>,
}

impl WantedKeys {
    /// The requested keys of a log. By inactivity, a conversation is found by its customer, whose id is the first part
    /// of the conversation's id.
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

    /// Whether a group has, or may have, a requested conversation.
    #[must_use]
    pub fn has(&self, group: &Group) -> bool {
        self.sessions.contains(&group.session())
    }

    /// Whether a group affects the requested conversations.
    #[must_use]
    pub fn needs(&self, group: &Group) -> bool {
        self.has(group) || self.others.contains(&group.session())
    }

    /// The requested names that are not an id or ticket number of any conversation, each with the nearest id.
    #[must_use]
    pub fn unknown(&self) -> &[(String, Option<String>)] {
        &self.unknown
    }
}
