//! Rows that are not conversations: states of agents, and sums by hour or day.

use std::collections::{BTreeMap, BTreeSet};

use super::actors::{actor, is_of_few_words};
use super::likeness::RowMeaning;
use super::proposal::source_of;
use super::roles::named;
use crate::event::{Actor, Column, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::{AVERAGES, Meaning as M, is_one_of, kind_of, plain};

/// Words for states of agents.
const STATES: &str = "online|offline|away|available|unavailable|busy|break|on break|pause|paused|lunch|meal|meeting|training|\
     idle|ready|not ready|on queue|off queue|logged in|logged out|login|logout|on call|in call|wrap up|acw|after call work|\
     coaching|personal|system away|\
     disponivel|indisponivel|ocupado|ocupada|pausa|em pausa|almoco|ausente|logado|deslogado|em atendimento|treinamento|\
     disponible|no disponible|almuerzo|descanso|conectado|desconectado|capacitacion|reunion|\
     occupe|absent|en pause|dejeuner|hors ligne|en ligne|indisponible|formation|reunion|\
     verfugbar|nicht verfugbar|besetzt|abwesend|mittag|mittagspause|schulung|besprechung|bereit|nicht bereit";
/// The fewest distinct states in a log of agents' states.
const LEAST_STATES: usize = 2;
/// The fewest columns of sums in rows that are sums.
const LEAST_SUMS: usize = 2;

/// The column of agents' states, if the rows are about them.
pub fn states<'s>(columns: &[&'s Seen]) -> Option<&'s Seen> {
    let has_agent = columns.iter().any(|column| column.words.has_one(&[M::Agent, M::User]) && column.filled > 0);
    let has_conversation =
        columns.iter().any(|column| column.words.has_one(&[M::Conversation, M::Customer, M::Message]));
    columns.iter().copied().find(|column| {
        let is_named = column.words.has_one(&[M::Status, M::Activity, M::Kind, M::Outcome]);
        let are_states = column.kept.iter().all(|(value, _)| is_one_of(&plain(value), STATES));
        has_agent && !has_conversation && is_named && column.kept.len() >= LEAST_STATES && are_states
    })
}

/// Columns of states that are not events: the current state of a conversation, or that of a message's handling.
pub fn still(columns: &[&Seen], survey: &Survey, each: Option<&str>) -> Vec<String> {
    let mut still = of_conversations(columns, survey, each);
    still.extend(of_handling(columns, survey, each));
    still
}

/// Columns of states that are not events in any row of a customer, although customers wrote: what was done with their
/// messages (`assigned`, `replied`), not what they did.
fn of_handling(columns: &[&Seen], survey: &Survey, each: Option<&str>) -> Vec<String> {
    /// The fewest rows of customers.
    const LEAST: usize = 2;
    /// What customers do.
    const OF_CUSTOMERS: [Kind; 8] = [
        Kind::Message,
        Kind::Started,
        Kind::Reopened,
        Kind::Closed,
        Kind::CustomerLeft,
        Kind::Rated,
        Kind::Queued,
        Kind::TransferRequested,
    ];
    let Some(actor) = actor(columns) else { return Vec::new() };
    let customers: BTreeSet<&str> = actor.values_of(Actor::Customer).map(String::as_str).collect();
    let has_agents = actor.has_values_of(Actor::Agent);
    let is_one = |column: &&&Seen| {
        let words = &column.words;
        if !words.has(M::Status) || words.has_one(&[M::Activity, M::Kind]) || !has_agents {
            return false;
        }
        let rows = survey.together(&[&actor.source, &column.name], each);
        let is_customers = |row: &&Vec<Option<String>>| row[0].as_deref().is_some_and(|who| customers.contains(who));
        let states: Vec<&str> = rows.iter().filter(is_customers).filter_map(|row| row[1].as_deref()).collect();
        let is_done = |state: &&str| kind_of(state).is_some_and(|kind| OF_CUSTOMERS.contains(&kind));
        states.len() >= LEAST && !states.iter().any(is_done)
    };
    columns.iter().filter(is_one).map(|column| column.name.clone()).collect()
}

/// Columns of states that are the same in all rows of each conversation, but not in all rows of the file.
fn of_conversations(columns: &[&Seen], survey: &Survey, each: Option<&str>) -> Vec<String> {
    /// The fewest conversations with several rows.
    const LEAST: usize = 2;
    let candidates = named(columns, &[], RowMeaning { are_events: true, each });
    let Some(id) = source_of(&candidates, Column::ConversationId).map(|id| id.source.as_str()) else {
        return Vec::new();
    };
    let is_still = |column: &&&Seen| {
        if !column.words.has(M::Status) || column.kept.len() < LEAST || !is_of_few_words(column) {
            return false;
        }
        let mut states: BTreeMap<String, (Option<String>, usize)> = BTreeMap::new();
        let mut is_one = true;
        for row in survey.together(&[id, &column.name], each) {
            let [Some(conversation), state] = &row[..] else { continue };
            let known = states.entry(conversation.clone()).or_insert_with(|| (state.clone(), 0));
            is_one &= known.0 == *state;
            known.1 += 1;
        }
        is_one && states.values().filter(|(_, rows)| *rows > 1).count() >= LEAST
    };
    columns.iter().filter(is_still).map(|column| column.name.clone()).collect()
}

/// The columns of sums, if rows have several: numbers of offered, answered or abandoned conversations, and averages.
pub fn sums<'s>(columns: &[&'s Seen]) -> Vec<&'s str> {
    let is_average = |column: &Seen| column.words.plain.split(' ').any(|word| is_one_of(word, AVERAGES));
    let is_count = |column: &Seen| {
        let is_whole = column.kinds.integers == column.filled && column.time().is_none();
        let is_counted =
            column.words.is_only(&[M::Opened, M::Answered, M::Abandoned, M::Closed, M::Resolved, M::Transferred]);
        is_whole && (column.words.has(M::Count) || is_counted)
    };
    let are =
        |column: &&&Seen| column.filled > 0 && !column.words.has(M::Id) && (is_average(column) || is_count(column));
    let sums: Vec<&str> = columns.iter().filter(are).map(|column| column.name.as_str()).collect();
    if sums.len() >= LEAST_SUMS { sums } else { Vec::new() }
}
