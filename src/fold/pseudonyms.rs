//! Pseudonyms instead of people's names: HMAC-SHA-256 of the name with a key. A name has the same pseudonym in all
//! reports with the same key, and without the key nobody can check whether a pseudonym belongs to a name.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The people who get a pseudonym.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, clap::ValueEnum)]
pub enum PseudonymKind {
    /// Agents: ids, without names beside them.
    Agent,
    /// Customers, and conversations that are identified by their customer.
    Customer,
    /// Contacts: names, telephone numbers, addresses.
    Contact,
}

impl PseudonymKind {
    /// The column of fact tables.
    pub(super) const fn column(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Customer => "customer",
            Self::Contact => "contact",
        }
    }
}

/// The length of the shortest key in bytes: shorter ones can be guessed.
pub const SHORTEST_KEY: usize = 16;

/// The number of hexadecimal digits of a pseudonym: for a million names, one key in 37 million gives two of them the
/// same pseudonym.
const DIGITS: usize = 16;

/// Makes pseudonyms by a key.
#[derive(Clone)]
pub struct Pseudonyms {
    keyed: Hmac<Sha256>,
    pub(super) people: Vec<PseudonymKind>,
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The key must not be printed.
        f.debug_struct("Pseudonyms").field("people", &self.people).finish_non_exhaustive()
    }
}

impl Pseudonyms {
    /// Pseudonyms for these people.
    #[must_use]
    pub fn new(key: &[u8], people: &[PseudonymKind]) -> Self {
        let keyed = Hmac::new_from_slice(key).expect("HMAC takes keys of any length");
        Self { keyed, people: people.to_vec() }
    }

    /// The pseudonym of a name. A name that is already a pseudonym of this kind is not changed: facts may have been
    /// folded with pseudonyms.
    #[must_use]
    pub fn of(&self, kind: &str, name: &str) -> String {
        let digits = name.strip_prefix(kind).and_then(|rest| rest.strip_prefix('-'));
        if digits.is_some_and(|digits| {
            digits.len() == DIGITS && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        }) {
            return name.to_owned();
        }
        let mut keyed = self.keyed.clone();
        keyed.update(kind.as_bytes());
        keyed.update(b"\0");
        keyed.update(name.as_bytes());
        let bytes = keyed.finalize().into_bytes();
        let digits: String = bytes.iter().take(DIGITS / 2).map(|byte| format!("{byte:02x}")).collect();
        format!("{kind}-{digits}")
    }

    /// The displayed name of a person: a pseudonym, if this kind of people has pseudonyms.
    #[must_use]
    pub fn of_person(&self, person: PseudonymKind, name: &str) -> String {
        if self.has(person) { self.of(person.column(), name) } else { name.to_owned() }
    }

    /// Whether this kind of people has pseudonyms.
    #[must_use]
    pub fn has(&self, person: PseudonymKind) -> bool {
        self.people.contains(&person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_name_has_one_pseudonym_by_key() {
        let pseudonyms = |key: &str| Pseudonyms::new(key.as_bytes(), &[PseudonymKind::Agent]);
        let one = pseudonyms("0123456789abcdef");
        // printf 'agent\0ana' | openssl dgst -sha256 -hmac 0123456789abcdef
        assert_eq!(one.of("agent", "ana"), "agent-23aea8a982bc465f");
        // Only sixteen hexadecimal digits are a pseudonym.
        for name in ["agent-23aea8a982bc465z", "agent-23aea8a982bc465", "agent-sixteen letters1"] {
            assert_ne!(one.of("agent", name), name);
        }
        assert_eq!(one.of("agent", "ana"), pseudonyms("0123456789abcdef").of("agent", "ana"));
        assert_ne!(one.of("agent", "ana"), one.of("contact", "ana").replace("contact", "agent"));
        assert_ne!(one.of("agent", "ana"), pseudonyms("0123456789abcdeg").of("agent", "ana"));
        let made = one.of("agent", "ana");
        assert_eq!(one.of("agent", &made), made);
        assert_ne!(one.of("agent", "agent-xyz"), "agent-xyz");
    }
}
