//! The facts that a profile provides: by all of its rules, and by the rules that the columns of a file allow.

use super::path::Path;
use super::value::{ValueRule, ValueSource};
use super::{Condition, EventRule, Profile, Test};
use crate::event::{Actor, Column, Fact, FactSet, Kind, Survey};

/// The facts of rules whose words are known, and the facts that the data may add through words that pass a `map`.
#[must_use]
pub fn of_rules(rules: &[EventRule]) -> (FactSet, FactSet) {
    let (mut facts, mut may_add) = (FactSet::NONE, FactSet::NONE);
    for rule in rules {
        let value = |column: Column| rule.columns.iter().find(|(known, _)| *known == column).map(|(_, value)| value);
        let (event, actor) = (value(Column::Event), value(Column::Actor));
        let kinds: Vec<Kind> =
            event.and_then(ValueRule::known_texts).unwrap_or_default().into_iter().filter_map(Kind::parse).collect();
        let actors = actor.and_then(ValueRule::known_texts);
        let may_be = |actor: Actor| actors.as_ref().is_none_or(|known| known.contains(&actor.name()));
        let surveys = value(Column::Survey).map_or(Some(vec![Survey::Nps.name()]), ValueRule::known_texts);
        let asks = |survey: Survey| surveys.as_ref().is_none_or(|known| known.contains(&survey.name()));
        for kind in kinds {
            facts = facts.or(FactSet::of_events(kind, may_be, asks));
            if actor.is_some_and(ValueRule::may_pass) {
                may_add = may_add.or(FactSet::of_events(kind, |_| true, |_| true));
            }
            if kind != Kind::AgentStatus && value(Column::CustomerId).is_some() {
                facts = facts.with(Fact::CustomerId);
            }
            if kind == Kind::Closed && value(Column::Resolution).is_some() {
                facts = facts.with(Fact::Resolution);
            }
            let has_agent = value(Column::AgentId).or(value(Column::AgentName)).is_some();
            let is_of_agent = match kind {
                Kind::Message => may_be(Actor::Agent) && has_agent,
                Kind::Assigned => has_agent,
                Kind::Transferred => value(Column::ToAgentId).is_some(),
                Kind::Started
                | Kind::TransferRequested
                | Kind::TransferSucceeded
                | Kind::TransferCancelled
                | Kind::TransferDisabled
                | Kind::TransferIncomplete
                | Kind::Queued
                | Kind::Closed
                | Kind::CustomerLeft
                | Kind::Reopened
                | Kind::StatusChanged
                | Kind::AgentStatus
                | Kind::Rated => false,
            };
            if is_of_agent {
                facts = facts.with(Fact::AgentId);
            }
        }
        if event.is_some_and(ValueRule::may_pass) {
            let of_columns = [Fact::CustomerId, Fact::AgentId, Fact::Resolution];
            may_add = of_columns.into_iter().fold(FactSet::ALL, FactSet::without);
        }
    }
    (facts, may_add)
}

/// The facts of a profile that a file without some columns lacks. A rule works without a column that is one of several
/// alternatives; if all alternatives are absent, the rule does not count.
#[must_use]
pub fn missing_facts(profile: &Profile, is_absent: impl Fn(&Path) -> bool) -> FactSet {
    let rules: Vec<EventRule> = profile.rules.iter().filter_map(|rule| rule.without(&is_absent)).collect();
    let (facts, may_add) = of_rules(&rules);
    profile.facts.minus(facts.or(may_add))
}

impl EventRule {
    /// The rule as it applies to a file without some columns; `None` if it yields no events there.
    fn without(&self, is_absent: &impl Fn(&Path) -> bool) -> Option<Self> {
        let may_hold = |condition: &Condition| {
            let is_there = condition.value.without(is_absent).is_some();
            match &condition.test {
                Test::Is(_) | Test::Has(true) | Test::SameAs(_) => is_there,
                Test::Not(_) | Test::Has(false) | Test::DiffersFrom(_) => true,
            }
        };
        let fits = self.when.iter().all(may_hold) && (self.any.is_empty() || self.any.iter().any(may_hold));
        let mut columns = Vec::new();
        for (column, value) in &self.columns {
            match value.without(is_absent) {
                Some(value) => columns.push((*column, value)),
                // An event without its actor, or without what was rated, is not made.
                None if matches!(column, Column::Actor | Column::Score | Column::Event) => return None,
                None => {}
            }
        }
        let is_at = self.ts.value.without(is_absent).is_some();
        (fits && is_at).then(|| Self { columns, ..self.clone() })
    }
}

impl ValueRule {
    /// The value as it applies to a file without some columns; `None` if it never has a value there.
    fn without(&self, is_absent: &impl Fn(&Path) -> bool) -> Option<Self> {
        let source = match &self.source {
            ValueSource::Path(path) if is_absent(path) => return None,
            ValueSource::First(values) => {
                let values: Vec<Self> = values.iter().filter_map(|value| value.without(is_absent)).collect();
                if values.is_empty() {
                    return None;
                }
                ValueSource::First(values)
            }
            ValueSource::Join(values, with) => {
                let values: Option<Vec<Self>> = values.iter().map(|value| value.without(is_absent)).collect();
                ValueSource::Join(values?, with.clone())
            }
            ValueSource::Path(_) | ValueSource::Constant(_) => self.source.clone(),
        };
        Some(Self { source, ..self.clone() })
    }
}
