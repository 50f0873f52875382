//! Finds who closed a conversation, if a table of tickets has a column for it.

use super::actors::{MOST_ACTORS, is_of_few_words, known, share_with_meaning};
use super::assumption::Assumption;
use super::moments::{Moment, moment_of};
use super::proposal::{ActorBy, Candidate, OF_AGENTS, source_of};
use crate::event::{Actor, Column};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::{Meaning as M, closer_of, is_end_by_program, is_one_of};
use crate::language::Message;

/// A column with the person or program that closed.
pub struct Closer {
    /// The actor for each of its values.
    pub by: ActorBy,
    /// Whether it has the names of agents, so that the close is attributed to that agent.
    pub is_agent_name: bool,
    /// The remaining assumption.
    pub assumption: Option<Assumption>,
}

/// The column with the closer, if there is one; else a column of reasons in which some values mean that time ran out.
pub fn closer(columns: &[&Seen], candidates: &[Candidate]) -> Option<Closer> {
    by_whom(columns, candidates).or_else(|| by_time(columns))
}

/// A column of ends or outcomes in which some values mean that time ran out: those were closed by the platform.
fn by_time(columns: &[&Seen]) -> Option<Closer> {
    let seen = columns.iter().find(|column| {
        let is_of_end = column.words.has_one(&[M::Closed, M::Resolved, M::Outcome, M::Status, M::Kind]);
        let is_one = |(value, _): &(String, u64)| is_end_by_program(value);
        is_of_end && is_of_few_words(column) && column.time().is_none() && column.kept.iter().any(is_one)
    })?;
    let map = known(seen, |value| is_end_by_program(value).then_some(Actor::System.name()));
    let assumption = Message::new("assumption.closer_without_timeout").with("column", &seen.name).into();
    let by = ActorBy { column: seen.name.clone(), map, other: Some(Actor::Agent), is_full: true };
    Some(Closer { by, is_agent_name: false, assumption: Some(assumption) })
}

/// Whether a column has who resolved: an agent by its name, if nothing else is resolved.
fn is_resolver(column: &Seen) -> bool {
    const NAMES: &str = "resolved by|solved by|resolvido por|solucionado por|resuelto por|solucionado por|resolu par|gelost von|\
                         behoben von|risolto da";
    is_one_of(&column.words.plain, NAMES)
}

fn by_whom(columns: &[&Seen], candidates: &[Candidate]) -> Option<Closer> {
    let is_one = |column: &&&Seen| {
        let words = &column.words;
        let is_of_end = (words.has_one(&[M::Closed, M::Resolved]) || is_resolver(column)) && !words.has(M::Last);
        let is_other = words.has_one(&[M::Time, M::Date, M::Count, M::Team, M::Reach, M::Text]);
        // `closed_by_id` and numbers of people do not show who closed. In `Chiuso da`, the word for "by" has other
        // meanings as well: its values must be actors.
        let map = known(column, |value| closer_of(value).map(Actor::name));
        let are_actors = map.len() > 1 && share_with_meaning(column, &map) > MOST_ACTORS;
        // `closeReason` is a reason, unless its values are actors.
        let is_named = (words.has(M::Author) || is_resolver(column)) && !words.has(M::Outcome);
        is_of_end && (is_named || are_actors) && !is_other && column.filled > 0 && column.time().is_none()
    };
    // A case ends when it is resolved: who closed it days later may be a program.
    let resolves =
        columns.iter().any(|column| column.time().is_some() && moment_of(&column.words) == Ok(Moment::Resolved));
    let of_resolved = columns.iter().filter(|_| resolves).find(|column| is_resolver(column) && is_one(column));
    let seen = of_resolved.or_else(|| columns.iter().find(|column| !is_resolver(column) && is_one(column)))?;
    let map = known(seen, |value| closer_of(value).map(Actor::name));
    let is_known = |value: &String| map.iter().any(|(known, _)| known == value);
    let are_all_known = seen.kept.iter().all(|(value, _)| is_known(value));
    let agents = OF_AGENTS.iter().find_map(|column| source_of(candidates, *column));
    let is_agent_name = !are_all_known && agents.is_some_and(|agent| agent.column == Column::AgentName);
    let assumption =
        (!are_all_known).then(|| Message::new("assumption.who_is_agent").with("column", &seen.name).into());
    let other = (!are_all_known).then_some(Actor::Agent);
    let by = ActorBy { column: seen.name.clone(), map, other, is_full: seen.is_full() };
    Some(Closer { by, is_agent_name, assumption })
}
