//! Finds messages that a program wrote although the column of authors means an agent: a bot, an automatic answer, a
//! campaign. Another column shows it by its name or its values. Whether that column describes the message or the whole
//! conversation is decided from rows: the reader reports whether customers' rows have the same value.

use std::collections::BTreeSet;

use super::actors::{is_of_few_words, known, share_with_meaning};
use super::proposal::{Candidate, MachineColumn, MachineSign, Proposal, RowShape, quoted, source_of};
use crate::event::{Actor, Column, Text};
use crate::inspect::columns::column::Column as Seen;
use crate::inspect::reading::survey::Survey;
use crate::inspect::words::{Meaning as M, Name, actor_of, yes_or_no};
use crate::language::Message;

/// Canonical columns that hold any text; they carry doubtful columns through the reader.
pub const ASKED: [Text; 4] = [Text::Channel, Text::Department, Text::Queue, Text::App];
/// Columns that identify things and show nothing about the author.
const IDS: [Column; 5] =
    [Column::ConversationId, Column::CustomerId, Column::EventId, Column::Contact, Column::Protocol];
/// The share of a flag's values that must mean yes or no.
const MOST_FLAGS: f64 = 0.95;

/// A column that may mark rows of programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    machine: MachineColumn,
    /// If it stays unclear what it describes, whether a report could be wrong.
    is_grave: bool,
}

/// The result of the reader for a row: the actor, and the values in the columns of [`ASKED`].
pub type ReadRow = (Actor, [Option<String>; ASKED.len()]);

/// The columns that may show which agent messages a program wrote; empty if no row is an agent's.
#[must_use]
pub fn doubts(survey: &Survey, proposal: &Proposal) -> Vec<Doubt> {
    let is_of_messages = matches!(proposal.shape, RowShape::Messages | RowShape::Events);
    let actor = source_of(&proposal.candidates, Column::Actor).filter(|_| is_of_messages);
    let Some(actor) = actor.filter(|actor| actor.has_values_of(Actor::Agent)) else {
        return Vec::new();
    };
    let is_id = |name: &String| {
        proposal.candidates.iter().any(|candidate| candidate.source == *name && IDS.contains(&candidate.column))
    };
    let is_near = |seen: &&Seen| proposal.reaches(&seen.name);
    let free = survey
        .columns
        .iter()
        .filter(is_near)
        .filter(|seen| seen.name != actor.source && seen.filled > 0 && !is_id(&seen.name));
    let found = free.filter_map(|seen| {
        let sign = sign(seen)?;
        Some(Doubt { machine: MachineColumn { column: seen.name.clone(), sign }, is_grave: is_grave(seen) })
    });
    let mut found: Vec<Doubt> = found.collect();
    found.sort_by_key(|doubt| !doubt.is_grave);
    found.truncate(ASKED.len());
    found
}

/// The sign in a column that a program wrote.
fn sign(seen: &Seen) -> Option<MachineSign> {
    let words = &seen.words;
    let is_measure = words.has_one(&[M::Count, M::Date, M::Time, M::Duration, M::Score, M::Text, M::Private]);
    if is_measure || seen.time().is_some() || seen.looks_like_message() || seen.kinds.lists + seen.kinds.objects > 0 {
        return None;
    }
    if words.has(M::Bot) {
        let flags = known(seen, |value| yes_or_no(value).map(|is_yes| if is_yes { Actor::Bot.name() } else { "" }));
        if share_with_meaning(seen, &flags) >= MOST_FLAGS {
            let yes: Vec<_> = flags.into_iter().filter(|(_, who)| !who.is_empty()).collect();
            return (!yes.is_empty()).then_some(MachineSign::Values(yes));
        }
    }
    let is_of_who = words.has_one(&OF_WHO) || words.has(M::Bot);
    let machine = |value: &str| match actor_of(value) {
        Some(actor @ (Actor::Bot | Actor::System)) => Some(actor.name()),
        Some(Actor::Customer | Actor::Agent) => None,
        // `Bot Maria` is the name of a bot; in other columns, such words may mean anything.
        None => (is_of_who && Name::of(value).has(M::Bot)).then_some(Actor::Bot.name()),
    };
    let values = if is_of_few_words(seen) || is_of_who { known(seen, machine) } else { Vec::new() };
    if !values.is_empty() {
        return Some(MachineSign::Values(values));
    }
    let tells_others = seen.kept.iter().any(|(value, _)| actor_of(value).is_some() || yes_or_no(value).is_some());
    (words.has(M::Bot) && !tells_others).then_some(MachineSign::Filled)
}

/// Meanings of columns that show the author or the way of a message.
const OF_WHO: [M; 7] = [M::Author, M::Kind, M::Channel, M::Activity, M::Agent, M::User, M::Name];

/// Whether a column's name is that of authors, or unknown. Teams and states belong to conversations.
fn is_grave(seen: &Seen) -> bool {
    let is_of_conversation = seen.words.has_one(&[M::Team, M::Queue, M::Status, M::Outcome, M::App, M::Conversation]);
    !is_of_conversation && (seen.words.has_one(&OF_WHO) || seen.words.has(M::Bot) || seen.words.meanings.is_empty())
}

/// A proposal by which the reader reports actors and the values of the doubtful columns.
#[must_use]
pub fn probe(proposal: &Proposal, doubts: &[Doubt]) -> Proposal {
    let mut probe = proposal.clone();
    let columns = ASKED.map(Text::column);
    probe.candidates.retain(|candidate| !columns.contains(&candidate.column));
    probe.nones.clear();
    let candidates = doubts.iter().zip(columns).map(|(doubt, column)| Candidate {
        column,
        source: doubt.machine.column.clone(),
        ..Candidate::nameless(column)
    });
    probe.candidates.extend(candidates);
    probe
}

/// Settles each doubt by the rows that were read: rows of a program are not an agent's. If the rows do not decide, the
/// user is asked.
pub fn settle(proposal: &mut Proposal, doubts: Vec<Doubt>, rows: &BTreeSet<ReadRow>) {
    let Some(actor) = source_of(&proposal.candidates, Column::Actor).cloned() else { return };
    let knows_machines = [Actor::Bot, Actor::System].into_iter().any(|who| actor.has_values_of(who));
    for (at, Doubt { machine, is_grave }) in doubts.into_iter().enumerate() {
        let has = |who: Actor| {
            rows.iter().any(|(actor, values)| {
                *actor == who && values[at].as_deref().is_some_and(|value| machine.sign.is_one(value))
            })
        };
        let what = machine.in_words();
        match (has(Actor::Agent), has(Actor::Customer)) {
            (true, false) => {
                proposal.notes.push(Message::new("proposal.bot_rows").with("what", what).with("actor", &actor.source));
                proposal.machines.push(machine);
            }
            (true, true) if is_grave && !knows_machines => {
                let example = format!(
                    "actor = {{ join = [\"{}\", \"{}\"], map = {{ … = \"bot\", … = \"agent\" }} }}",
                    actor.source, machine.column
                );
                proposal.missing.push(
                    Message::new("proposal.which_bot")
                        .with("what", what)
                        .with("actor", &actor.source)
                        .with("example", example),
                );
            }
            (true, true) if !knows_machines => {
                proposal.assumptions.push(Message::new("assumption.bot_wrote").with("what", what).into());
            }
            (true | false, true | false) => {}
        }
    }
}

impl MachineSign {
    fn is_one(&self, value: &str) -> bool {
        match self {
            Self::Values(values) => values.iter().any(|(known, _)| known == value.trim()),
            Self::Filled => !value.trim().is_empty(),
        }
    }
}

impl MachineColumn {
    /// The sign in words, for people.
    fn in_words(&self) -> Message {
        match &self.sign {
            MachineSign::Values(values) => {
                // A value with other words may be a name.
                let is_plain = |value: &&str| actor_of(value).is_some() || yes_or_no(value).is_some();
                let plain: Vec<&str> = values.iter().map(|(value, _)| value.as_str()).filter(is_plain).collect();
                if plain.len() == values.len() {
                    Message::new("assumption.machine_is").with("column", &self.column).with("values", quoted(&plain))
                } else {
                    Message::new("assumption.machine_names").with("column", &self.column)
                }
            }
            MachineSign::Filled => Message::new("assumption.machine_filled").with("column", &self.column),
        }
    }
}
