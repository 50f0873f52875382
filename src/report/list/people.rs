//! The agents of a conversation and the result of its effective close: columns that a list adds to rows of
//! `conversations`.

use std::collections::BTreeMap;

use polars::prelude::*;

use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;

/// The agents of a conversation, and its effective close.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People {
    /// Ids of agents: first the holders in order, then agents who only wrote.
    pub agents: Vec<String>,
    /// The agent who closed it.
    pub closed_by_agent: Option<String>,
    /// The resolution of the effective close, if the source has it.
    pub resolution: Option<String>,
}

/// The same for the conversations in `closed_at`, which has the instants of their effective closes.
///
/// # Errors
///
/// If the facts lack a column: a bug.
pub fn people(facts: &Facts, closed_at: &BTreeMap<&str, Option<i64>>) -> PolarsResult<BTreeMap<String, People>> {
    let mut people: BTreeMap<String, People> = BTreeMap::new();
    for facts in facts.turns(FactTable::Conversations) {
        add(&facts, closed_at, &mut people)?;
    }
    Ok(people)
}

fn add(
    facts: &Facts,
    closed_at: &BTreeMap<&str, Option<i64>>,
    people: &mut BTreeMap<String, People>,
) -> PolarsResult<()> {
    for table in [FactTable::Stints, FactTable::AgentMessages] {
        let frame = facts.columns(table, &["conversation_id", "agent"])?;
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
    let closes = facts.columns(FactTable::Closes, &["conversation_id", "ts", "agent", "resolution"])?;
    let (ids, instants) = (closes.column("conversation_id")?.str()?, closes.column("ts")?.i64()?);
    let (agents, resolutions) = (closes.column("agent")?.str()?, closes.column("resolution")?.str()?);
    for (((id, ts), agent), resolution) in ids.iter().zip(instants.iter()).zip(agents.iter()).zip(resolutions.iter()) {
        // The last close of a closed conversation is the effective one.
        if let Some(id) = id
            && closed_at.get(id).copied().flatten().is_some_and(|at| Some(at) == ts)
        {
            let person = people.entry(id.to_owned()).or_default();
            person.closed_by_agent = agent.map(str::to_owned);
            person.resolution = resolution.map(str::to_owned);
        }
    }
    Ok(())
}
