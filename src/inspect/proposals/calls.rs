//! Decides whether rows are calls, and which of them were answered.

use std::collections::BTreeSet;

use super::actors::is_of_few_words;
use super::instants::ProposedInstant;
use super::proposal::{Candidate, ColumnTest, OF_AGENTS, ProposedCondition, source_of};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::{Meaning as M, Name, is_one_of, plain, yes_or_no};

/// The conditions for answered and for unanswered rows: an outcome that is yes or no, an instant that only answered
/// rows have, or an agent.
pub fn answered(
    columns: &[&Seen],
    picked_up: Option<&ProposedInstant>,
    candidates: &[Candidate],
    (survey, each): (&Survey, Option<&str>),
) -> Option<(ProposedCondition, ProposedCondition)> {
    let has = |column: &str| {
        let condition = |has| ProposedCondition { column: column.to_owned(), test: ColumnTest::Has(has) };
        (condition(true), condition(false))
    };
    let by_instant = || {
        let instant = picked_up.filter(|instant| !instant.is_full)?;
        instant.sources.last().map(|column| has(column))
    };
    let by_agent = || {
        let agent = OF_AGENTS.iter().find_map(|column| source_of(candidates, *column))?;
        let seen = columns.iter().find(|column| column.name == agent.source)?;
        (!seen.is_full()).then(|| has(&agent.source))
    };
    let without_agent = |(yes, no): (ProposedCondition, ProposedCondition)| {
        let agent = OF_AGENTS.iter().find_map(|column| source_of(candidates, *column));
        agent.map_or_else(
            || (yes.clone(), no.clone()),
            |agent| and_without_agent(&yes, &no, &agent.source, survey, each),
        )
    };
    by_outcome(columns, &[M::Outcome, M::Answered, M::Assigned, M::Abandoned])
        .or_else(|| by_missed(columns).map(without_agent))
        .or_else(by_instant)
        .or_else(by_agent)
}

/// Outcomes whose rows never have an agent, such as `Voicemail` beside `Missed`, are unanswered as well.
fn and_without_agent(
    yes: &ProposedCondition,
    no: &ProposedCondition,
    agent: &str,
    survey: &Survey,
    each: Option<&str>,
) -> (ProposedCondition, ProposedCondition) {
    let ColumnTest::Is(missed) = &no.test else { return (yes.clone(), no.clone()) };
    let rows = survey.together(&[&no.column, agent], each);
    let outcomes: BTreeSet<&String> = rows.iter().filter_map(|row| row[0].as_ref()).collect();
    let is_one = |outcome: &&String| {
        // An offline message waits for nobody.
        const OTHERS: [M; 6] = [M::Answered, M::Closed, M::Resolved, M::Reply, M::Talked, M::Message];
        let is_answered = Name::of(outcome).has_one(&OTHERS);
        let mut agents = rows.iter().filter(|row| row[0].as_ref() == Some(*outcome)).map(|row| &row[1]);
        !is_answered && !missed.contains(outcome) && agents.all(Option::is_none)
    };
    let has_agents = rows.iter().any(|row| row[1].is_some());
    let others = outcomes.into_iter().filter(is_one).filter(|_| has_agents).cloned();
    let all: Vec<String> = missed.iter().cloned().chain(others).collect();
    let of = |test| ProposedCondition { column: no.column.clone(), test };
    (of(ColumnTest::Not(all.clone())), of(ColumnTest::Is(all)))
}

/// The same where the rows say which customers left: a flag (`Abandoned`), or an outcome that means it in rows that never
/// have a reply. `reply` is the column with replies. A lost deal had a reply.
pub fn left_by_outcome(
    columns: &[&Seen],
    reply: Option<&str>,
    survey: &Survey,
    each: Option<&str>,
) -> Option<(ProposedCondition, ProposedCondition)> {
    let is_never_answered = |(_, left): &(ProposedCondition, ProposedCondition)| {
        let (Some(reply), ColumnTest::Is(values)) = (reply, &left.test) else { return false };
        let zeros = columns.iter().find(|column| column.name == reply).map(|column| &column.zeros.texts);
        let is_none = |text: &String| zeros.is_some_and(|zeros| zeros.contains(text));
        survey.together(&[&left.column, reply], each).iter().all(|row| {
            let has_left = row[0].as_ref().is_some_and(|value| values.contains(value));
            !has_left || row[1].as_ref().is_none_or(is_none)
        })
    };
    by_outcome(columns, &[M::Abandoned]).or_else(|| by_missed(columns).filter(is_never_answered))
}

/// A column with one of these meanings whose values are all yes or no.
fn by_outcome(columns: &[&Seen], meanings: &[M]) -> Option<(ProposedCondition, ProposedCondition)> {
    columns.iter().find_map(|column| {
        let is_named = column.words.has_one(meanings) && column.time().is_none();
        // `Abandoned: yes` has the opposite meaning.
        let turned = column.words.has(M::Abandoned) && !column.words.has(M::Answered);
        let of = |is_answered: bool| -> Vec<String> {
            let fits = |value: &str| yes_or_no(value).map(|is_yes| is_yes != turned) == Some(is_answered);
            column.kept.iter().filter(|(value, _)| fits(value)).map(|(value, _)| value.clone()).collect()
        };
        let (yes, no) = (of(true), of(false));
        let is_all = yes.len() + no.len() == column.kept.len();
        let both = is_named && is_all && !yes.is_empty() && !no.is_empty();
        let is = |values| ProposedCondition { column: column.name.clone(), test: ColumnTest::Is(values) };
        both.then(|| (is(yes), is(no)))
    })
}

/// A column in which some values mean that the customer left or nobody answered: `Missed`, `Abandoned`. All other rows
/// were answered.
fn by_missed(columns: &[&Seen]) -> Option<(ProposedCondition, ProposedCondition)> {
    // Hanging up also ends a call that was answered.
    let is_hang_up = |word: &&str| is_one_of(word, "hung|hang|up|hangup|aufgelegt");
    let is_missed = |value: &str| {
        let rest: Vec<&str> = value.split(' ').filter(|word| !is_hang_up(&plain(word).as_str())).collect();
        !Name::of(value).has_unknown() && Name::of(&rest.join(" ")).has(M::Abandoned)
    };
    columns.iter().find_map(|column| {
        let is_named = column.words.has_one(&[M::Outcome, M::Status, M::Kind]) && is_of_few_words(column);
        let missed: Vec<String> =
            column.kept.iter().filter(|(value, _)| is_missed(value)).map(|(value, _)| value.clone()).collect();
        let is = |test| ProposedCondition { column: column.name.clone(), test };
        (is_named && !missed.is_empty() && missed.len() < column.kept.len())
            .then(|| (is(ColumnTest::Not(missed.clone())), is(ColumnTest::Is(missed))))
    })
}

/// Whether rows are calls, because a column's name has a word for calls.
pub fn are_calls(columns: &[&Seen]) -> bool {
    const CALLS: &str = "call|calls|caller|calldate|callid|calltype|phone|ring|ringing|chamada|ligacao|ligacoes|chamador|llamada|llamadas|appel|appels|\
                         anruf|anrufe|anrufer|chiamata|chiamate";
    columns.iter().any(|column| column.words.plain.split(' ').any(|word| is_one_of(word, CALLS)))
}

/// Whether all rows are calls: by the names of columns, or by a column whose values mean a call in each row and never a
/// chat or a mail.
pub fn are_all_calls(columns: &[&Seen]) -> bool {
    const VOICE: &str = "call|calls|voice|voz|phone|telephony|telephone|telefone|telefono|telefonia|telefonie|telefon|ligacao|\
                         chamada|llamada|appel|voix|anruf|sprache|chiamata|voce|acd in|inbound call|phone call|acd call|pstn";
    const WRITTEN: &str = "chat|chats|email|e mail|mail|whatsapp|webchat|web chat|sms|message|messaging|messenger|instagram|facebook|\
                           telegram|line|viber|web|widget|social|text";
    let says_how = |column: &&&Seen| {
        const OTHERS: [M; 6] = [M::Id, M::Agent, M::Customer, M::User, M::Team, M::Queue];
        let is_named = column.words.has_one(&[M::Kind, M::Channel, M::Name]) && !column.words.has_one(&OTHERS);
        is_named && is_of_few_words(column)
    };
    let is_voice = |value: &str| is_one_of(&plain(value), VOICE);
    let is_other = |value: &str| is_one_of(&plain(value), WRITTEN);
    let values =
        || columns.iter().filter(says_how).flat_map(|column| column.kept.iter().map(|(value, _)| value.as_str()));
    (are_calls(columns) || values().any(is_voice)) && !values().any(is_other)
}
