//! A second satisfaction question in another column of the same row: five steps, in addition to the Net Promoter Score.

use super::assumption::Assumption;
use super::proposal::{Proposal, ProposedCondition, ProposedEvent, source_of};
use super::roles::{is_csat, is_promoter, is_satisfaction};
use crate::event::{Column, Kind, Survey};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::words::Meaning as M;
use crate::language::Message;

/// The highest score of a Net Promoter Score.
const HIGHEST: u64 = 10;

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

/// The assumption that a score whose name is not that of the question of the Net Promoter Score answers it.
pub fn unnamed_survey(proposal: &Proposal, columns: &[&Seen]) -> Option<Assumption> {
    let score = source_of(&proposal.candidates, Column::Score)?;
    let seen = columns.iter().find(|column| column.name == score.source)?;
    let is_open = !is_csat(seen) && !is_promoter(seen) && Column::parse(&seen.name) != Some(Column::Score);
    is_open.then(|| Message::new("assumption.promoter_question").with("column", &seen.name).into())
}

/// Why a score is not used.
pub fn why_unused(column: &Seen) -> Message {
    const SURVEY: &str = "survey = { value = \"csat\" }";
    if column.largest <= 5 {
        Message::new("unused.score_to_five").with("survey", SURVEY)
    } else if is_satisfaction(column) && !is_promoter(column) && column.largest <= HIGHEST {
        Message::new("unused.satisfaction_to_ten")
    } else {
        Message::new("unused.no_rating")
    }
}

/// The survey of a column of scores, by its name and its values.
fn survey_of(column: &Seen) -> Option<Survey> {
    if !column.words.has(M::Score) || column.filled == 0 || column.kinds.integers < column.filled {
        return None;
    }
    match (is_promoter(column) && column.largest <= HIGHEST, is_csat(column)) {
        (true, _) => Some(Survey::Nps),
        (false, true) => Some(Survey::Csat),
        (false, false) => None,
    }
}
