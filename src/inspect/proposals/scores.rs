//! A second satisfaction question in another column of the same row: five steps, in addition to the Net Promoter Score.

use super::proposal::{Proposal, ProposedCondition, ProposedEvent, source_of};
use super::roles::is_csat;
use crate::event::{Column, Kind, Survey};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::Meaning as M;

/// The highest score of a Net Promoter Score.
const HIGHEST: u64 = 10;
/// The beginnings of words in the names of such questions.
const NAMES: [&str; 3] = ["nps", "promot", "recom"];

/// Adds a separate rating for a score of another survey than that of the ratings so far.
pub fn second_survey(proposal: &mut Proposal, columns: &[&Seen]) {
    let Some(first) = source_of(&proposal.candidates, Column::Score).map(|score| score.source.clone()) else { return };
    let survey = columns.iter().find(|column| column.name == first).and_then(|column| survey_of(column));
    let is_second = |column: &&&Seen| {
        column.name != first && survey_of(column).is_some_and(|other| survey.is_some_and(|survey| survey != other))
    };
    let Some(second) = columns.iter().find(is_second) else { return };
    let Some(other) = survey_of(second) else { return };
    let is_rating = |rule: &&super::proposal::ProposedRule| {
        rule.event == ProposedEvent::OfKind(Kind::Rated) && rule.columns.contains(&Column::Score)
    };
    let mut more: Vec<_> = proposal.rules.iter().filter(is_rating).cloned().collect();
    for rule in &mut more {
        rule.conditions.retain(|condition| condition.column != first);
        rule.conditions.push(ProposedCondition::has(&second.name));
        rule.columns.retain(|column| *column != Column::Score);
        rule.score = Some((second.name.clone(), other.name()));
    }
    proposal.rules.extend(more);
}

/// The survey of a column of scores, by its name and its values.
fn survey_of(column: &Seen) -> Option<Survey> {
    if !column.words.has(M::Score) || column.filled == 0 || column.kinds.integers < column.filled {
        return None;
    }
    let is_named = NAMES.iter().any(|name| column.words.plain.split(' ').any(|word| word.starts_with(name)));
    match (is_named && column.largest <= HIGHEST, is_csat(column)) {
        (true, _) => Some(Survey::Nps),
        (false, true) => Some(Survey::Csat),
        (false, false) => None,
    }
}
