//! Decides which side wrote if no value means customer or agent by itself: several rows together show it.

use std::collections::BTreeMap;

use super::actors::{Activity, is_form_of_message, known};
use super::assumption::Assumption;
use super::directions::has_directions;
use super::proposal::{ActorBy, Candidate, Confidence, OF_AGENTS, source_of};
use crate::event::{Actor, Column, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::{Meaning as M, Name, actor_of, is_one_of, is_way, kind_of, plain, yes_or_no};
use crate::language::{Argument, Message};

/// The fewest rows of each side.
const LEAST_ROWS: usize = 2;

/// A yes-or-no column named for a person (`owner`) that matches the column of agents: an agent is named in all rows
/// with one value, and in no row with the other.
pub fn by_agent_name(
    columns: &[&Seen],
    candidates: &[Candidate],
    survey: &Survey,
    each: Option<&str>,
) -> Option<Candidate> {
    const OF_SOMEBODY: [M; 6] = [M::Agent, M::Customer, M::User, M::Author, M::Inbound, M::Outbound];
    const OTHERS: [M; 6] = [M::Assigned, M::Status, M::Closed, M::Resolved, M::Transferred, M::Conversation];
    let agent = OF_AGENTS.iter().find_map(|column| source_of(candidates, *column))?;
    let is_flag = |seen: &&&Seen| {
        let are_flags = seen.kept.len() == 2 && seen.kept.iter().all(|(value, _)| yes_or_no(value).is_some());
        let is_named = seen.words.has_one(&OF_SOMEBODY) && !seen.words.has_one(&OTHERS);
        are_flags && is_named && seen.is_full() && seen.name != agent.source
    };
    columns.iter().filter(is_flag).find_map(|flag| {
        let rows = survey.together(&[&flag.name, &agent.source], each);
        let side = |value: &str| -> Option<Actor> {
            let of_value: Vec<bool> =
                rows.iter().filter(|row| row[0].as_deref() == Some(value)).map(|row| row[1].is_some()).collect();
            match (of_value.len() >= LEAST_ROWS, of_value.iter().all(|is| *is), of_value.iter().any(|is| *is)) {
                (true, true, _) => Some(Actor::Agent),
                (true, _, false) => Some(Actor::Customer),
                _ => None,
            }
        };
        let map = known(flag, |value| side(value).map(Actor::name));
        let are_both = map.len() == 2 && map[0].1 != map[1].1;
        are_both.then(|| Candidate {
            column: Column::Actor,
            source: flag.name.clone(),
            more: Vec::new(),
            reason: Message::new("candidate.beside").with("column", &agent.source),
            confidence: Confidence::Medium,
            map,
        })
    })
}

/// A column of agents that has a value if an agent wrote and none if a customer did: a column of customers is filled in
/// all other rows, or customers wrote again in conversations in which an agent had written.
pub fn by_presence(
    columns: &[&Seen],
    candidates: &[Candidate],
    survey: &Survey,
    each: Option<&str>,
) -> Option<(ActorBy, Assumption)> {
    let named = |column| source_of(candidates, column).map(|it| it.source.as_str());
    let is_in_some = |name: &&str| {
        columns.iter().any(|seen| seen.name == **name && seen.filled > 0 && seen.filled < seen.whole.max(seen.present))
    };
    let agent = OF_AGENTS.into_iter().find_map(named).filter(|name| is_in_some(name))?;
    // Unknown kinds of rows may be notes.
    let is_unknown = |seen: &&Seen| {
        let is_form = |(value, _): &(String, u64)| is_form_of_message(value) || kind_of(value) == Some(Kind::Message);
        seen.words.has_one(&[M::Kind, M::Activity, M::Bot]) && seen.kept.len() > 1 && !seen.kept.iter().all(is_form)
    };
    if columns.iter().any(is_unknown) {
        return None;
    }
    let is_customer = |seen: &&&Seen| seen.words.has_one(&[M::Customer, M::User]) && is_in_some(&seen.name.as_str());
    let is_one_or_the_other = columns.iter().filter(is_customer).any(|customer| {
        let rows = survey.together(&[agent, &customer.name], each);
        let count = |is_agent: bool| rows.iter().filter(|row| row[0].is_some() == is_agent).count();
        count(true) >= LEAST_ROWS
            && count(false) >= LEAST_ROWS
            && rows.iter().all(|row| row[0].is_some() != row[1].is_some())
    });
    let conversation = named(Column::ConversationId);
    let varies_within_conversations =
        || conversation.is_some_and(|id| varies_within_conversations(&survey.together(&[id, agent], each)));
    (is_one_or_the_other || varies_within_conversations()).then(|| {
        let by = ActorBy { column: agent.to_owned(), map: Vec::new(), other: Some(Actor::Agent), is_full: false };
        (by, Message::new("assumption.writer_where_empty").with("column", agent).into())
    })
}

/// A column of authors in which the owner of the account is `You` or `Me`, as messengers write: every other author is a
/// customer.
pub fn by_me(columns: &[&Seen]) -> Option<(ActorBy, Assumption)> {
    const ME: &str = "me|you|myself|eu|você|voce|tu|yo|moi|vous|ich|sie|io|self|minha conta|mi cuenta";
    let is_me = |value: &str| is_one_of(&plain(value), ME);
    columns.iter().find_map(|seen| {
        let is_named = seen.words.has(M::Author) && !seen.words.has_one(&[M::Id, M::Reach, M::Kind, M::Count]);
        let me = seen.kept.iter().find(|(value, _)| is_me(value)).map(|(value, _)| value.clone())?;
        (is_named && seen.time().is_none() && seen.distinct().0 > 1).then(|| {
            // A bot has its name there, too.
            let others = known(seen, |value| actor_of(value).filter(|_| !is_me(value)).map(Actor::name));
            let map = std::iter::once((me.clone(), Actor::Agent.name())).chain(others).collect();
            let by = ActorBy { column: seen.name.clone(), map, other: Some(Actor::Customer), is_full: seen.is_full() };
            let assumption = Message::new("assumption.others_are_customers").with("me", me).with("column", &seen.name);
            (by, assumption.into())
        })
    })
}

/// Whether in several conversations, rows with an agent are followed by rows without: then the column describes rows,
/// not conversations.
fn varies_within_conversations(rows: &[Vec<Option<String>>]) -> bool {
    let mut answered: BTreeMap<&str, bool> = BTreeMap::new();
    for row in rows {
        let Some(id) = row[0].as_deref() else { continue };
        match (answered.get_mut(id), row[1].is_some()) {
            (None, true) => {
                answered.insert(id, false);
            }
            (Some(is_back), false) => *is_back = true,
            (None, false) | (Some(_), true) => {}
        }
    }
    answered.values().filter(|is_back| **is_back).count() >= LEAST_ROWS
}

/// A column of names (`by`) that has a value only if the activity is an agent's: `Agent accepted`. A `user` may also be
/// named where the conversation ends.
pub fn agent_of_activities(
    activity: &Activity<'_>,
    columns: &[&Seen],
    survey: &Survey,
    each: Option<&str>,
) -> Option<Candidate> {
    let is_of_agent = |value: &str| {
        let name = Name::of(value);
        name.has(M::Agent) && !name.has_one(&[M::Customer, M::Bot])
    };
    let is_name = |seen: &&&Seen| {
        let is_named = seen.words.has_one(&[M::Author, M::User]) && seen.words.is_only(&[M::Author, M::User, M::Name]);
        is_named && seen.kinds.texts == seen.filled && seen.filled > 0 && seen.name != activity.column.name
    };
    let by = columns.iter().find(is_name)?;
    let may_end = by.words.has(M::User);
    let is_step = |value: &str| {
        let kind = kind_of(value);
        is_of_agent(value) || (may_end && matches!(kind, Some(Kind::Assigned | Kind::Transferred | Kind::Closed)))
    };
    let rows = survey.together(&[&activity.column.name, &by.name], each);
    let named: Vec<&str> = rows.iter().filter(|row| row[1].is_some()).filter_map(|row| row[0].as_deref()).collect();
    let is_taken_up = |value: &&str| is_of_agent(value) || kind_of(value) == Some(Kind::Assigned);
    (named.iter().any(is_taken_up) && named.iter().all(|value| is_step(value))).then(|| Candidate {
        column: Column::AgentName,
        source: by.name.clone(),
        more: Vec::new(),
        reason: Message::new("candidate.of_agents_only").with("column", &activity.column.name),
        confidence: Confidence::Medium,
        map: Vec::new(),
    })
}

/// Among words that may all mean customers (`contact`, `user`), those that mean agents: their ids are never the
/// customer's, or programs write as them. Also returns the reason.
pub fn agents_among_customers(
    actor: &mut Candidate,
    columns: &[&Seen],
    survey: &Survey,
    each: Option<&str>,
) -> Option<Message> {
    let mut open = actor.clone();
    open.map.retain(|(_, who)| *who == Actor::Customer.name());
    let (agents, why) = by_ids(&open, columns, survey, each)
        .or_else(|| by_machines(&open, columns, survey, each))
        .or_else(|| by_direction(&open, columns, survey, each))?;
    for (value, who) in &mut actor.map {
        if agents.contains(value) {
            *who = Actor::Agent.name();
        }
    }
    let shown = Argument::list(agents.iter().map(|value| format!("`{value}`")));
    Some(Message::new("proposal.is_agent").with("values", shown).with("column", &actor.source).with("why", why))
}

/// The values whose rows never have the customer's id as the author, if rows with the other values always do.
fn by_ids(actor: &Candidate, columns: &[&Seen], survey: &Survey, each: Option<&str>) -> Option<(Vec<String>, Message)> {
    let (scope, _) = actor.source.rsplit_once('.')?;
    let is_beside = |seen: &&&Seen| {
        seen.words.is_only(&[M::Id]) && seen.name.strip_prefix(scope).is_some_and(|rest| !rest[1..].contains('.'))
    };
    let own = columns.iter().find(is_beside)?;
    let is_of_customer = |seen: &&&Seen| {
        let is_id = seen.words.has(M::Id) && (seen.words.has(M::Customer) || seen.words.around.has(M::Customer));
        is_id && !seen.name.starts_with(scope) && !seen.words.has_one(&[M::Agent, M::Conversation])
    };
    columns.iter().filter(is_of_customer).find_map(|customer| {
        let rows = survey.together(&[&actor.source, &own.name, &customer.name], each);
        let are_equal = |value: &str| -> Vec<bool> {
            let of_value = rows.iter().filter(|row| row[0].as_deref() == Some(value));
            of_value.filter(|row| row[1].is_some() && row[2].is_some()).map(|row| row[1] == row[2]).collect()
        };
        let sides = actor.map.iter().map(|(value, _)| (value, are_equal(value)));
        split(sides.map(|(value, equal)| {
            let is_whole = equal.len() >= LEAST_ROWS;
            let is_customer = is_whole && equal.iter().all(|is| *is);
            (value, is_customer, is_whole && !equal.iter().any(|is| *is))
        }))
        .map(|agents| {
            let why = Message::new("proposal.is_never").with("column", &own.name).with("other", &customer.name);
            (agents, why)
        })
    })
}

/// The value as which programs write: it does not mean customers.
fn by_machines(
    actor: &Candidate,
    columns: &[&Seen],
    survey: &Survey,
    each: Option<&str>,
) -> Option<(Vec<String>, Message)> {
    let is_flag = |seen: &&&Seen| {
        seen.words.has(M::Bot) && !seen.kept.is_empty() && seen.kept.iter().all(|(value, _)| yes_or_no(value).is_some())
    };
    columns.iter().filter(is_flag).find_map(|flag| {
        let rows = survey.together(&[&actor.source, &flag.name], each);
        let machines = |value: &str| {
            let of_value = rows.iter().filter(|row| row[0].as_deref() == Some(value));
            of_value.filter(|row| row[1].as_deref().and_then(yes_or_no) == Some(true)).count()
        };
        split(actor.map.iter().map(|(value, _)| (value, machines(value) == 0, machines(value) > 0)))
            .map(|agents| (agents, Message::new("proposal.bots_write_as_it").with("column", &flag.name)))
    })
}

/// The values whose rows are `outbound` in another column, if rows with the other values are `inbound`.
fn by_direction(
    actor: &Candidate,
    columns: &[&Seen],
    survey: &Survey,
    each: Option<&str>,
) -> Option<(Vec<String>, Message)> {
    let is_other = |seen: &&&Seen| {
        seen.name != actor.source && has_directions(seen) && seen.kept.iter().any(|(value, _)| is_out(value))
    };
    columns.iter().filter(is_other).find_map(|direction| {
        let rows = survey.together(&[&actor.source, &direction.name], each);
        let count = |value: &str, is_one: fn(&str) -> bool| {
            let of_value = rows.iter().filter(|row| row[0].as_deref() == Some(value));
            of_value.filter(|row| row[1].as_deref().is_some_and(is_one)).count()
        };
        split(actor.map.iter().map(|(value, _)| {
            let (came, went) = (count(value, is_in), count(value, is_out));
            (value, came > 0 && went == 0, went > 0 && came == 0)
        }))
        .map(|agents| (agents, Message::new("proposal.went_out").with("column", &direction.name)))
    })
}

fn is_in(value: &str) -> bool {
    is_way(value) && Name::of(value).has(M::Inbound)
}

fn is_out(value: &str) -> bool {
    is_way(value) && Name::of(value).has(M::Outbound)
}

/// The values that mean agents, if each value belongs to one side and both sides occur.
fn split<'v>(values: impl Iterator<Item = (&'v String, bool, bool)>) -> Option<Vec<String>> {
    let values: Vec<(&String, bool, bool)> = values.collect();
    let is_clear = values.iter().all(|(_, is_customer, is_agent)| is_customer != is_agent);
    let agents: Vec<String> = values.iter().filter(|(_, _, is_agent)| *is_agent).map(|it| it.0.clone()).collect();
    (is_clear && !agents.is_empty() && agents.len() < values.len()).then_some(agents)
}
