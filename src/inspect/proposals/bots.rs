//! Rows that are conversations and have a bot where others have their agent.

use super::proposal::{ActorBy, ColumnTest, OF_AGENTS, Proposal, ProposedCondition, ProposedEvent, quoted, source_of};
use crate::event::{Actor, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::{actor_of, is_one_of, plain};
use crate::language::Message;

/// In rows whose agent is a bot by its name, the reply and the close are the bot's, and nobody waits for an agent or is
/// assigned.
pub fn bots_among_agents(proposal: &mut Proposal, columns: &[&Seen]) {
    let found = OF_AGENTS.iter().find_map(|column| {
        let agent = source_of(&proposal.candidates, *column)?;
        let seen = columns.iter().find(|column| column.name == agent.source)?;
        let bots: Vec<String> =
            seen.kept.iter().filter(|(value, _)| is_bot(value)).map(|(value, _)| value.clone()).collect();
        (!bots.is_empty()).then_some((seen, bots))
    });
    let Some((seen, bots)) = found else { return };
    let is_other = ProposedCondition { column: seen.name.clone(), test: ColumnTest::Not(bots.clone()) };
    for rule in &mut proposal.rules {
        match rule.event {
            ProposedEvent::OfKind(Kind::Message | Kind::Closed)
                if rule.actor == Some(Actor::Agent) && rule.actor_by.is_none() =>
            {
                rule.actor_by = Some(ActorBy {
                    column: seen.name.clone(),
                    map: bots.iter().map(|bot| (bot.clone(), Actor::Bot.name())).collect(),
                    other: Some(Actor::Agent),
                    is_full: seen.is_full(),
                });
            }
            ProposedEvent::OfKind(Kind::Assigned | Kind::Queued) => rule.conditions.push(is_other.clone()),
            ProposedEvent::OfKind(_) | ProposedEvent::OfColumn(..) => {}
        }
    }
    let shown: Vec<&str> = bots.iter().map(String::as_str).collect();
    let what = Message::new("assumption.machine_is").with("column", &seen.name).with("values", quoted(&shown));
    proposal.notes.push(Message::new("proposal.bot_rows").with("what", what).with("actor", &seen.name));
}

/// Whether a name is that of a bot: `Chatbot`, `Bot Maria`.
fn is_bot(name: &str) -> bool {
    const BOTS: &str = "bot|chatbot|robot|robo|voicebot";
    actor_of(name) == Some(Actor::Bot) || plain(name).split(' ').any(|word| is_one_of(word, BOTS))
}
