//! Facts that a profile declares but no row of the run has, because the export lacks the key or names it differently.
//!
//! A metric of agents is then unknown. It must not become the metric of a single unnamed agent.

use std::collections::BTreeMap;

use super::FileCounts;
use crate::event::{Fact, FactSet};
use crate::ingest::decode::part_read::PartCounts;

/// The number of rows that could name a person, and of those that do not.
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

    /// Whether rows could name a person and none does.
    const fn is_nobody(self) -> bool {
        self.could > 0 && self.could == self.without
    }
}

/// Counts by profile, because in a file of a few rows nobody may be named although other files of the profile have
/// names.
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

    /// Adds facts that no row of a profile has to the facts that its files lack. Canonical logs never lack facts.
    pub fn note(&self, files: &mut [FileCounts]) {
        let is_nobody = |namings: &BTreeMap<String, Naming>, file: &FileCounts| {
            namings.get(&file.profile).copied().is_some_and(Naming::is_nobody)
        };
        for file in files.iter_mut().filter(|file| file.profile != crate::ingest::decode::profile::CANONICAL) {
            let found = [(Fact::AgentId, &self.agents), (Fact::CustomerId, &self.customers)];
            let missing = found.into_iter().filter(|(_, namings)| is_nobody(namings, file));
            let missing = missing.fold(FactSet::NONE, |facts, (fact, _)| facts.with(fact));
            let is_lacking = |fact: &Fact| missing.has(*fact) || file.lacks.iter().any(|name| name == fact.name());
            file.lacks = FactSet::ALL.iter().filter(is_lacking).map(|fact| fact.name().to_owned()).collect();
        }
    }
}
