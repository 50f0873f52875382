//! Who dealt with a conversation, and how its close in force went: the columns that a list adds to rows of `conversations`.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;

/// Of a conversation: who held it or wrote in it, and the close in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Ids of agents: who held it in their order, then who only wrote.
    pub agents: Vec<String>,
    /// The agent who closed it.
    pub closed_by_agent: Option<String>,
    /// Whether that settled the matter, where the source has it.
    pub resolution: Option<String>,
}

/// Of the conversations that `closed_at` has, with the instant of the close in force.
///
/// # Errors
///
/// If the facts lack a column: a bug.
pub fn people(facts: &Facts, closed_at: &BTreeMap<&str, Option<i64>>) -> PolarsResult<BTreeMap<String, People>> {
    let mut people: BTreeMap<String, People> = BTreeMap::new();
    for table in [FactTable::Stints, FactTable::AgentMessages] {
        let frame = facts.frame(table);
        let (ids, agents) = (frame.column("conversation_id")?.str()?, frame.column("agent")?.str()?);
        for (id, agent) in ids.iter().zip(agents.iter()) {
            if let (Some(id), Some(agent)) = (id, agent)
                && closed_at.contains_key(id)
            {
                let agents = &mut people.entry(id.to_owned()).or_default().agents;
                if agents.iter().all(|known| known != agent) {
                    agents.push(agent.to_owned());
                }
            }
        }
    }
    let closes = facts.frame(FactTable::Closes);
    let (ids, instants) = (closes.column("conversation_id")?.str()?, closes.column("ts")?.i64()?);
    let (agents, resolutions) = (closes.column("agent")?.str()?, closes.column("resolution")?.str()?);
    for (((id, ts), agent), resolution) in ids.iter().zip(instants.iter()).zip(agents.iter()).zip(resolutions.iter()) {
        // The last one of a conversation that is closed is the one in force.
        if let Some(id) = id
            && closed_at.get(id).copied().flatten().is_some_and(|at| Some(at) == ts)
        {
            let person = people.entry(id.to_owned()).or_default();
            person.closed_by_agent = agent.map(str::to_owned);
            person.resolution = resolution.map(str::to_owned);
        }
    }
    Ok(people)
}
