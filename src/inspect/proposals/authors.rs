//! Finds the agent who wrote a message: the name or id beside the column with the kind of author. The conversation's
//! assignee may be another person.

use std::collections::BTreeSet;

use super::actors::{known, share_with_meaning};
use super::proposal::{
    Candidate, ColumnTest, Confidence, OF_AGENTS, Proposal, ProposedCondition, ProposedEvent, ProposedRule, RowShape,
    source_of,
};
use crate::event::{Actor, Column, Kind};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::{Meaning as M, actor_of};
use crate::language::Message;

/// Columns with one of these meanings name something else, or hold an instant or a number.
const OTHERS: [M; 27] = [
    M::Kind,
    M::Opened,
    M::Closed,
    M::Resolved,
    M::Assigned,
    M::Transferred,
    M::Updated,
    M::Seen,
    M::Last,
    M::Customer,
    M::Agent,
    M::Bot,
    M::Inbound,
    M::Outbound,
    M::Private,
    M::Conversation,
    M::Team,
    M::Queue,
    M::Channel,
    M::App,
    M::Score,
    M::Count,
    M::Status,
    M::Activity,
    M::Text,
    M::Date,
    M::Time,
];
/// A column does not name authors if a larger share of its values means customer, bot or agent.
const MOST_ACTORS: f64 = 0.5;

/// Names the author as the agent, in rows that an agent wrote. If no column names the author, notes that the assignee
/// is used.
pub fn name_by_author(proposal: &mut Proposal, columns: &[&Seen], survey: &Survey) {
    let Some(actor) = source_of(&proposal.candidates, Column::Actor).cloned() else { return };
    let agents: Vec<String> = actor.values_of(Actor::Agent).cloned().collect();
    if agents.is_empty() {
        return;
    }
    let mut authors = authors(columns, &actor);
    authors.retain(|author| !is_of_both_sides(author, &actor, survey, proposal.each.as_deref()));
    let is_of_agents = |candidate: &Candidate| OF_AGENTS.contains(&candidate.column);
    let assignees: Vec<Candidate> = proposal.candidates.iter().filter(|it| is_of_agents(it)).cloned().collect();
    // An agent with an id in one event and only a name in another would count as two.
    let is_alike = |a: &[Candidate], b: &[Candidate]| a.iter().all(|a| b.iter().any(|b| a.column == b.column));
    if is_alike(&assignees, &authors) && !assignees.is_empty() {
        authors.retain(|author| assignees.iter().any(|assignee| assignee.column == author.column));
    }
    let are_alike = is_alike(&assignees, &authors) && is_alike(&authors, &assignees);
    if authors.is_empty() {
        proposal.notes.extend(of_conversation(proposal, columns, &actor, &agents, &assignees));
        return;
    }
    let is_taken = |candidate: &Candidate| authors.iter().any(|author| author.source == candidate.source);
    match proposal.shape {
        RowShape::Messages => {
            proposal.candidates.retain(|candidate| !is_of_agents(candidate) && !is_taken(candidate));
            let filled = |name: &str| columns.iter().find(|column| column.name == name).map_or(0, |seen| seen.filled);
            let some = authors.iter().find(|author| filled(&author.source) < filled(&actor.source));
            if let (Some(some), Some(assignee), true) = (some, assignees.first(), are_alike) {
                proposal.has_stand_ins = true;
                proposal.notes.push(
                    Message::new("proposal.agent_for_author")
                        .with("author", &some.source)
                        .with("agent", &assignee.source),
                );
            }
            proposal.assignees = if are_alike { assignees } else { Vec::new() };
        }
        // There are assignments besides messages, and they name the agent of the other column.
        RowShape::Events if are_alike || assignees.is_empty() => {
            proposal.candidates.retain(|candidate| is_of_agents(candidate) || !is_taken(candidate));
        }
        RowShape::Events | RowShape::Tickets | RowShape::Unknown => return,
    }
    proposal.rules = proposal.rules.iter().flat_map(|rule| apart(rule, &actor.source, &agents, &authors)).collect();
    proposal.candidates.extend(authors);
}

/// Whether most values that agents' rows have in a column are also in customers' rows: then it names the conversation, or
/// its customer, and not who wrote.
pub fn is_of_both_sides(author: &Candidate, actor: &Candidate, survey: &Survey, each: Option<&str>) -> bool {
    let rows = survey.together(&[&actor.source, &author.source], each);
    let values_of = |who: Actor| -> BTreeSet<&str> {
        let is_his = |value: &str| actor.values_of(who).any(|known| known == value);
        let rows = rows.iter().filter(|row| row[0].as_deref().is_some_and(is_his));
        rows.filter_map(|row| row[1].as_deref()).collect()
    };
    let (agents, customers) = (values_of(Actor::Agent), values_of(Actor::Customer));
    agents.intersection(&customers).count() * 2 > agents.len()
}

/// Splits a rule into three: messages and closes of agents, those of others, and all other events.
pub(super) fn apart(rule: &ProposedRule, actor: &str, agents: &[String], authors: &[Candidate]) -> Vec<ProposedRule> {
    const WRITTEN: [Kind; 2] = [Kind::Message, Kind::Closed];
    let is_written = |kind: &str| WRITTEN.iter().any(|written| written.name() == kind);
    let (written, other) = match &rule.event {
        ProposedEvent::OfKind(kind) if WRITTEN.contains(kind) => (Some(rule.event.clone()), None),
        ProposedEvent::OfKind(_) => (None, Some(rule.event.clone())),
        ProposedEvent::OfColumn(column, map) => {
            let (written, other): (Vec<_>, Vec<_>) = map.iter().cloned().partition(|(_, kind)| is_written(kind));
            let event_of = |map: Vec<_>| (!map.is_empty()).then(|| ProposedEvent::OfColumn(column.clone(), map));
            (event_of(written), event_of(other))
        }
    };
    let mut rules = Vec::new();
    if let Some(event) = written {
        let where_ = |test: ColumnTest| {
            let condition = ProposedCondition { column: actor.to_owned(), test };
            ProposedRule { event: event.clone(), ..rule.clone() }.where_(Some(&condition))
        };
        rules.push(ProposedRule { people: authors.to_vec(), ..where_(ColumnTest::Is(agents.to_vec())) });
        rules.push(where_(ColumnTest::Not(agents.to_vec())));
    }
    rules.extend(other.map(|event| ProposedRule { event, ..rule.clone() }));
    rules
}

/// The assumption that the agent of a conversation wrote all of its agent messages.
fn of_conversation(
    proposal: &Proposal,
    columns: &[&Seen],
    actor: &Candidate,
    agents: &[String],
    assignees: &[Candidate],
) -> Option<Message> {
    let assignee = assignees.first().filter(|_| proposal.shape == RowShape::Messages)?;
    let is_around = proposal.each.as_ref().is_some_and(|each| !assignee.source.starts_with(each.as_str()));
    let seen = |name: &str| columns.iter().find(|column| column.name == name);
    let written: u64 =
        seen(&actor.source)?.kept.iter().filter(|(value, _)| agents.contains(value)).map(|it| it.1).sum();
    // It has a value in rows that others wrote.
    let is_of_others = seen(&assignee.source)?.filled > written;
    (is_around || is_of_others).then(|| Message::new("proposal.agent_for_all").with("agent", &assignee.source))
}

/// The columns with the name and the id of the author, beside the column with the kind of author.
fn authors(columns: &[&Seen], actor: &Candidate) -> Vec<Candidate> {
    let scope = actor.source.rfind('.').map_or("", |at| &actor.source[..=at]);
    let fits = |seen: &&&Seen| {
        let is_word = share_with_meaning(seen, &known(seen, |value| actor_of(value).map(Actor::name))) < MOST_ACTORS;
        seen.name != actor.source
            && seen.filled > 0
            && seen.time().is_none()
            && seen.kinds.lists + seen.kinds.objects + seen.kinds.booleans == 0
            && !seen.looks_like_message()
            && is_word
            && is_of_author(seen, scope)
    };
    let fitting: Vec<&Seen> = columns.iter().filter(fits).copied().collect();
    let is_name = |seen: &&&Seen| {
        let words = &seen.words;
        !seen.is_number() && !words.has_one(&[M::Id, M::Reach]) && !are_numbers(seen)
    };
    let by = |meaning: M| fitting.iter().find(|seen| seen.words.has(meaning)).copied();
    let name = fitting.iter().filter(is_name).find(|seen| seen.words.has(M::Name)).copied();
    let name = name.or_else(|| fitting.iter().find(|seen| is_name(seen)).copied());
    let id = by(M::Id).or_else(|| by(M::Reach).filter(|seen| name.is_none() && !are_numbers(seen)));
    let candidate = |column, seen: &Seen| Candidate {
        column,
        source: seen.name.clone(),
        more: Vec::new(),
        reason: Message::new("candidate.author").with("actor", &actor.source),
        confidence: Confidence::High,
        map: Vec::new(),
    };
    let id = id.map(|seen| candidate(Column::AgentId, seen));
    id.into_iter().chain(name.map(|seen| candidate(Column::AgentName, seen))).collect()
}

/// Whether a column names the author, by its name: `author_name`, `sender`, or `name` in the object of the author.
/// `scope` is the object with the kind of author.
fn is_of_author(seen: &Seen, scope: &str) -> bool {
    let words = &seen.words;
    if words.has_one(&OTHERS) || !seen.name.starts_with(scope) {
        return false;
    }
    let inside = &seen.name[scope.len()..];
    let is_named = words.has_one(&[M::Name, M::Id, M::Reach]);
    // In an element with a role, only the name is its author's; its id may be that of the element.
    let is_of_element = scope.ends_with("[].") && !inside.contains('.') && words.is_only(&[M::Name]);
    words.has(M::Author) || (words.around.has(M::Author) && is_named) || is_of_element
}

/// Whether values are telephone numbers, which are not names.
fn are_numbers(seen: &Seen) -> bool {
    let is_number = |value: &str| value.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    seen.kept.iter().all(|(value, _)| is_number(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::proposals::actors;

    fn column(name: &str, values: &[&str]) -> Seen {
        let mut column =
            if name.contains(['.', '[']) { Seen::of_path(name.to_owned()) } else { Seen::new(name.to_owned()) };
        for value in values {
            column.see(value);
        }
        column
    }

    /// The kind of author and the name are side by side: names in six languages, and names of other people.
    #[test]
    fn authors_are_beside_their_type() {
        let names = ["Cid", "Lia", "Max"];
        for (kind, other, expected) in [
            ("author type", "author name", Some("agent_name")),
            ("sender_type", "sender", Some("agent_name")),
            ("sender_type", "sender_id", Some("agent_id")),
            ("Tipo do autor", "Autor", Some("agent_name")),
            ("Tipo de remitente", "Remitente", Some("agent_name")),
            ("Type d'auteur", "Auteur", Some("agent_name")),
            ("Absendertyp", "Absender", Some("agent_name")),
            ("Tipo mittente", "Nome del mittente", Some("agent_name")),
            ("messages[].author.type", "messages[].author.name", Some("agent_name")),
            ("messages[].author.type", "messages[].author.id", Some("agent_id")),
            ("messages[].sender_type", "messages[].sender.name", Some("agent_name")),
            ("messages[].role", "messages[].name", Some("agent_name")),
            ("messages[].role", "messages[].id", None),
            ("author type", "closed by", None),
            ("author type", "assignee", None),
            ("author type", "customer name", None),
            ("messages[].author.type", "assignee.name", None),
        ] {
            let (kind, other) = (column(kind, &["customer", "agent", "agent"]), column(other, &names));
            let actor = actors::actor(&[&kind]).unwrap_or_else(|| panic!("{}", kind.name));
            let found = authors(&[&kind, &other], &actor);
            let found = found.first().map(|author| author.column.name());
            assert_eq!(found, expected, "{} beside {}", other.name, kind.name);
        }
        let (kind, from) = (column("direction", &["in", "out"]), column("from", &["+5511987654321", "+551130001000"]));
        let actor = actors::actor(&[&kind]).unwrap();
        assert!(authors(&[&kind, &from], &actor).is_empty(), "telephone numbers are not names");
    }
}
