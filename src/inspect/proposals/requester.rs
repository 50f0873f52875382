//! Finds who wrote a message if no column has its side: the author is the requester of the conversation, or has a role in
//! the list of participants.

use std::collections::BTreeSet;

use super::actors::actor;
use super::authors::apart;
use super::proposal::{
    BOTH_SIDES, Candidate, ColumnTest, Confidence, OF_AGENTS, Proposal, ProposedCondition, ProposedRule, source_of,
};
use crate::event::{Actor, Column};
use crate::inspect::columns::column::{Column as Seen, share};
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::Meaning as M;
use crate::language::Message;

/// The fewest rows of each side.
const LEAST_ROWS: usize = 2;
/// The share of authors that must be among the participants.
const NEARLY_ALL: f64 = 0.95;

/// The columns that may have the id of who wrote a message.
fn ids_of_authors<'c>(columns: &'c [&'c Seen]) -> impl Iterator<Item = &'c &'c Seen> {
    columns.iter().filter(|seen| {
        let is_named = seen.words.has(M::Author) || seen.words.around.has(M::Author);
        let is_id = seen.words.has_one(&[M::Id, M::Reach]) || seen.words.is_only(&[M::Author]);
        is_named && is_id && seen.is_full() && seen.time().is_none() && !seen.looks_like_message()
    })
}

/// Who wrote a message is the customer if it is the requester of its conversation, else an agent; if no other author is
/// the requester anywhere. Whether another author may be a second customer is unknown, so this is an assumption.
pub fn by_requester(proposal: &mut Proposal, columns: &[&Seen], survey: &Survey) -> bool {
    let Some(requester) = source_of(&proposal.candidates, Column::CustomerId).map(|it| it.source.clone()) else {
        return false;
    };
    let differs = |author: &&&Seen| {
        if author.name == requester {
            return false;
        }
        let rows = survey.together(&[&author.name, &requester], proposal.each.as_deref());
        let requesters: BTreeSet<&String> = rows.iter().filter_map(|row| row[1].as_ref()).collect();
        let same = rows.iter().filter(|row| row[0].is_some() && row[0] == row[1]).count();
        let is_other = |row: &&Vec<Option<String>>| row[0] != row[1];
        let others = rows.iter().filter(is_other).count();
        let are_agents =
            rows.iter().filter(is_other).filter_map(|row| row[0].as_ref()).all(|id| !requesters.contains(id));
        same >= LEAST_ROWS
            && others >= LEAST_ROWS
            && are_agents
            && rows.iter().all(|row| row[0].is_some() && row[1].is_some())
    };
    let Some(author) = ids_of_authors(columns).find(differs).map(|author| author.name.clone()) else { return false };
    let condition = |test| ProposedCondition { column: author.clone(), test };
    let agent = Candidate {
        source: author.clone(),
        reason: Message::new("candidate.author").with("actor", &requester),
        confidence: Confidence::Medium,
        ..Candidate::nameless(Column::AgentId)
    };
    let split = |rule: &ProposedRule| {
        let rule_of = |actor, test| ProposedRule { actor: Some(actor), ..rule.clone() }.where_(Some(&condition(test)));
        let by_agent = rule_of(Actor::Agent, ColumnTest::DiffersFrom(requester.clone()));
        [
            rule_of(Actor::Customer, ColumnTest::SameAs(requester.clone())),
            ProposedRule { people: vec![agent.clone()], ..by_agent },
        ]
    };
    proposal.rules = proposal.rules.iter().flat_map(split).collect();
    proposal.candidates.retain(|candidate| !OF_AGENTS.contains(&candidate.column) && candidate.source != author);
    // Its rules use it, but it is not a column of every event.
    proposal.candidates.push(agent);
    proposal.assumptions.push(
        Message::new("assumption.author_not_requester").with("author", &author).with("requester", &requester).into(),
    );
    true
}

/// Who wrote a message is looked up among the participants of its conversation, which a list of the record has with an id
/// and a role.
pub fn by_sibling_role(proposal: &mut Proposal, columns: &[&Seen], survey: &Survey) -> bool {
    let Some(each) = proposal.each.clone() else { return false };
    let scope = |name: &str| name.rfind("[].").map(|at| name[..at + 2].to_owned());
    let is_one_list = |list: &String| !list.contains(".*") && list.matches("[]").count() == 1;
    let is_beside = |list: &&String| **list != each && is_one_list(list);
    let lists: BTreeSet<String> = survey.columns.iter().filter_map(|seen| scope(&seen.name)).collect();
    for list in lists.iter().filter(is_beside) {
        let of_list: Vec<&Seen> =
            survey.columns.iter().filter(|seen| scope(&seen.name).as_ref() == Some(list)).collect();
        let of_both = |role: &Candidate| BOTH_SIDES.iter().all(|who| role.has_values_of(*who));
        let Some(role) = actor(&of_list).filter(of_both) else { continue };
        let inside = |name: &str, list: &str| name.strip_prefix(list)?.strip_prefix('.').map(str::to_owned);
        let is_plain = |key: &String| !key.contains(['.', '[', '"']);
        let ids = of_list.iter().filter(|seen| seen.words.has(M::Id) && seen.is_full());
        for id in ids {
            let known: BTreeSet<&String> = id.kept.iter().map(|(value, _)| value).collect();
            let is_among = |author: &&&Seen| {
                let all: u64 = author.kept.iter().map(|(_, count)| count).sum();
                let found: u64 = author.kept.iter().filter(|(value, _)| known.contains(value)).map(|it| it.1).sum();
                author.name.starts_with(each.as_str()) && all > 0 && share(found, all) >= NEARLY_ALL
            };
            let Some(author) = ids_of_authors(columns).find(is_among) else { continue };
            let keys = (inside(&id.name, list), inside(&role.source, list), inside(&author.name, &each));
            let (Some(id), Some(key), Some(of_message)) = keys else { continue };
            if !is_plain(&id) || !is_plain(&key) {
                continue;
            }
            let path = format!("$.{}", list.trim_end_matches("[]"));
            use_roles(proposal, &role, &author.name, &format!("{path}[{id}={{{of_message}}}].{key}"));
            let of_customers: Vec<&String> = role.values_of(Actor::Customer).collect();
            if let ([customer], None) = (&of_customers[..], source_of(&proposal.candidates, Column::CustomerId)) {
                proposal.candidates.push(Candidate {
                    source: format!("{path}[{key}={customer}].{id}"),
                    reason: Message::new("candidate.role_of").with("column", list),
                    confidence: Confidence::Medium,
                    ..Candidate::nameless(Column::CustomerId)
                });
            }
            return true;
        }
    }
    false
}

/// Takes the actor from a role that is looked up by the id of the author.
fn use_roles(proposal: &mut Proposal, role: &Candidate, author: &str, source: &str) {
    let agents: Vec<String> = role.values_of(Actor::Agent).cloned().collect();
    let reason = || Message::new("candidate.role_of").with("column", &role.source);
    let agent = Candidate {
        source: author.to_owned(),
        reason: reason(),
        confidence: Confidence::Medium,
        ..Candidate::nameless(Column::AgentId)
    };
    proposal.candidates.retain(|candidate| !OF_AGENTS.contains(&candidate.column) && candidate.source != author);
    proposal.rules =
        proposal.rules.iter().flat_map(|rule| apart(rule, source, &agents, std::slice::from_ref(&agent))).collect();
    proposal.candidates.push(Candidate { source: source.to_owned(), reason: reason(), ..role.clone() });
    // The rule uses it, but it is not a column of every event.
    proposal.candidates.push(agent);
}
