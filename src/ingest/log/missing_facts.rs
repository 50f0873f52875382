//! Facts that a profile declares, and that no row of the run has: its export lacks the key, or calls it otherwise.
//!
//! A metric of agents is then unknown. It is not that of one agent without a name.

use std::collections::BTreeMap;

use super::FileCounts;
use crate::event::{Fact, FactSet};
use crate::ingest::decode::part_read::PartCounts;

/// Rows that could name somebody, and rows that do not.
#[derive(Debug, Clone, Copy, Default)]
struct Naming {
    could: u64,
    without: u64,
}

impl Naming {
    fn add(&mut self, could: u64, without: u64) {
        self.could += could;
        self.without += without;
    }

    /// Whether somebody could be named and nobody is.
    const fn is_nobody(self) -> bool {
        self.could > 0 && self.could == self.without
    }
}

/// By profile: a file of a few rows may name nobody where others do.
#[derive(Debug, Default)]
pub struct MissingFacts {
    agents: BTreeMap<String, Naming>,
    customers: BTreeMap<String, Naming>,
}

impl MissingFacts {
    /// Counts the parts of a file with this profile.
    pub fn add(&mut self, profile: &str, parts: &[&PartCounts]) {
        let (agents, customers) = (self.agents.entry(profile.to_owned()), self.customers.entry(profile.to_owned()));
        let (agents, customers) = (agents.or_default(), customers.or_default());
        for part in parts {
            agents.add(part.of_agents, part.without_agent);
            customers.add(part.with_conversation + part.without_conversation, part.without_customer);
        }
    }

    /// Adds the facts that no row of a profile has to those that its files lack. Canonical logs lack nothing.
    pub fn note(&self, files: &mut [FileCounts]) {
        let is_nobody = |of: &BTreeMap<String, Naming>, file: &FileCounts| {
            of.get(&file.profile).copied().is_some_and(Naming::is_nobody)
        };
        for file in files.iter_mut().filter(|file| file.profile != crate::ingest::decode::profile::CANONICAL) {
            let found = [(Fact::AgentId, &self.agents), (Fact::CustomerId, &self.customers)];
            let missing = found.into_iter().filter(|(_, of)| is_nobody(of, file));
            let missing = missing.fold(FactSet::NONE, |facts, (fact, _)| facts.with(fact));
            let is_lacking = |fact: &Fact| missing.has(*fact) || file.lacks.iter().any(|name| name == fact.name());
            file.lacks = FactSet::ALL.iter().filter(is_lacking).map(|fact| fact.name().to_owned()).collect();
        }
    }
}
