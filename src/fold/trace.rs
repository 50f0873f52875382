//! The effect of each event on a conversation, as the state machine reports it.
//!
//! An observer looks at the machine before and after each event. The ordinary fold has an observer that does nothing, and
//! is compiled for it: nothing is left of the looks.

use polars::prelude::PolarsResult;

use super::columns::NameSeries;
use super::machine::Machine;
use super::pseudonyms::{PseudonymKind, Pseudonyms};
use super::rows::{Id, Oddity, Outcome, Phase};
use super::state::State;
use crate::event::attributes::{AttributeValue, decoded};
use crate::event::{Content, FoldEvent, Key, Kind, Status, Text, Words, some};
use crate::ingest::{Log, SourceLines};
use crate::unit::{self, Unit};

/// Looks at a machine while it takes the events of a conversation.
pub trait Observer {
    /// A conversation begins.
    fn begin(&mut self, id: Id);
    /// The machine is about to take an event; none where silence ends the conversation.
    fn before(&mut self, machine: &Machine);
    /// It has taken it; `ts` is the instant where silence ended the conversation.
    fn after(&mut self, machine: &Machine, row: Option<&FoldEvent>, ts: i64);
}

/// Looks at nothing.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Observer for Nobody {
    #[inline(always)]
    fn begin(&mut self, _id: Id) {}
    #[inline(always)]
    fn before(&mut self, _machine: &Machine) {}
    #[inline(always)]
    fn after(&mut self, _machine: &Machine, _row: Option<&FoldEvent>, _ts: i64) {}
}

/// An event and its effects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceStep {
    /// The instant, UTC milliseconds.
    pub ts: i64,
    /// The source, by number, and the line in it; none where silence ended the conversation.
    pub place: Option<(usize, u32)>,
    /// The kind; none where silence ended the conversation.
    pub kind: Option<Kind>,
    /// The values of the row beside its kind: column and value. Ids, names and labels, never the text of a message.
    pub says: Vec<(&'static str, String)>,
    /// Its effect, in words.
    pub did: Vec<String>,
    /// The state after it.
    pub phase: Phase,
    /// The agent who holds the conversation after it.
    pub holder: Option<String>,
    /// The queue after it.
    pub queue: Option<String>,
    /// Since when a person's answer is due after it.
    pub due_since: Option<i64>,
}

/// A conversation's steps, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The conversation's id, as in the fact tables.
    pub conversation: String,
    /// Its tickets, each once.
    pub protocols: Vec<String>,
    /// Its steps.
    pub steps: Vec<TraceStep>,
}

/// Records the steps of the conversations of a group.
#[derive(Debug)]
pub struct Recorder<'l> {
    log: &'l Log,
    lines: &'l SourceLines,
    pseudonyms: Option<&'l Pseudonyms>,
    before: Option<State>,
    /// The steps of each conversation, as they are made.
    traces: Vec<(Id, Trace)>,
}

impl<'l> Recorder<'l> {
    /// Nothing recorded yet.
    #[must_use]
    pub const fn new(log: &'l Log, lines: &'l SourceLines, pseudonyms: Option<&'l Pseudonyms>) -> Self {
        Self { log, lines, pseudonyms, before: None, traces: Vec::new() }
    }

    /// The traces, with the ids of their conversations.
    ///
    /// # Errors
    ///
    /// None in practice: dictionaries are texts.
    pub fn finish(self, texts: &NameSeries) -> PolarsResult<Vec<Trace>> {
        let named = |(id, trace)| Ok(Trace { conversation: texts.conversation_id(id)?, ..trace });
        self.traces.into_iter().map(named).collect()
    }

    fn word(&self, words: Words, number: u32) -> String {
        self.log.words(words).get(number).to_owned()
    }

    fn agent(&self, agent: Option<u32>) -> String {
        let name = |agent| self.called(PseudonymKind::Agent, &self.word(Words::Agents, agent));
        agent.map_or_else(|| "an agent without a name".to_owned(), name)
    }

    /// The name of a person.
    fn called(&self, person: PseudonymKind, name: &str) -> String {
        self.pseudonyms.map_or_else(|| name.to_owned(), |pseudonyms| pseudonyms.of_person(person, name))
    }

    /// The value of a column of texts; none of a name beside an agent's pseudonym.
    fn text(&self, text: Text, number: u32) -> Option<String> {
        let value = self.word(text.words(), number);
        let is_hidden = self.pseudonyms.is_some_and(|pseudonyms| pseudonyms.has(PseudonymKind::Agent));
        match text {
            Text::AgentId | Text::ToAgentId => Some(self.called(PseudonymKind::Agent, &value)),
            Text::AgentName => Some(value).filter(|_| !is_hidden),
            Text::Queue
            | Text::ToQueue
            | Text::Department
            | Text::ToDepartment
            | Text::Channel
            | Text::App
            | Text::SupportType => Some(value),
        }
    }

    fn queue(&self, queue: Option<u32>) -> String {
        queue.map_or_else(|| "no queue".to_owned(), |queue| format!("queue {}", self.word(Words::Places, queue)))
    }

    /// The values of a row beside its kind and instant.
    fn details(&self, row: &FoldEvent) -> Vec<(&'static str, String)> {
        let Content { actor, .. } = row.content;
        let mut says = Vec::new();
        says.extend(actor.map(|actor| ("actor", actor.name().to_owned())));
        for text in Text::ALL {
            let value = row.text(text).and_then(|number| self.text(text, number));
            says.extend(value.map(|value| (text.column().name(), value)));
        }
        let tags = some(row.labels.tags).map(|set| self.log.tag_sets.sets().get(set).to_owned());
        says.extend(tags.map(|tags| (Key::Tags.column().name(), tags)));
        if let Some(number) = some(row.labels.attributes) {
            for (place, value) in decoded(self.log.key(Key::Attributes).get(number)) {
                if let (AttributeValue::Text(text), Some(name)) = (value, self.log.attributes.get(place)) {
                    says.push((*name, text.to_owned()));
                }
            }
        }
        let key = |key: Key, number: Option<u32>| number.map(|number| self.log.key(key).get(number));
        let customer = key(Key::CustomerId, row.customer).map(|id| self.called(PseudonymKind::Customer, id));
        let contact = key(Key::Contact, row.contact).map(|name| self.called(PseudonymKind::Contact, name));
        let protocol = key(Key::Protocol, row.protocol).map(str::to_owned);
        for (of, value) in [(Key::CustomerId, customer), (Key::Contact, contact), (Key::Protocol, protocol)] {
            says.extend(value.map(|value| (of.column().name(), value)));
        }
        says.extend(row.content.detail.columns());
        says
    }

    /// The changes from one state to the next, in words.
    fn did(&self, a: &State, b: &State) -> Vec<String> {
        let mut did = Vec::new();
        if b.reopenings > a.reopenings {
            did.push("reopened the conversation".to_owned());
        }
        self.did_to_requests(a, b, &mut did);
        self.did_to_visits(a, b, &mut did);
        self.did_to_stints(a, b, &mut did);
        if b.agent_messages > a.agent_messages {
            did.push(match b.response_ms {
                Some(ms) => format!("answered the customer, who had waited {}", seconds(ms)),
                None => "answered nothing that was due".to_owned(),
            });
            did.extend(
                b.first_response_ms
                    .map(|ms| format!("was the first answer, {} after the customer's first message", seconds(ms))),
            );
        }
        if b.closes > a.closes {
            did.push("counted as a close".to_owned());
        }
        match (a.due_since, b.due_since) {
            (None, Some(_)) => did.push("the customer now waits for a person's answer".to_owned()),
            (Some(_), None) if b.agent_messages == a.agent_messages => did.push("no answer is due any more".to_owned()),
            (Some(_) | None, _) => {}
        }
        if a.phase != b.phase {
            did.push(format!("phase {} → {}", a.phase.name(), b.phase.name()));
        }
        if a.place.department != b.place.department {
            let name = b.place.department.map_or_else(|| "none".to_owned(), |at| self.word(Words::Places, at));
            did.push(format!("department is now {name}"));
        }
        if a.place.queue != b.place.queue && b.visits == a.visits {
            did.push(format!("the customer is now in {}", self.queue(b.place.queue)));
        }
        if a.status != b.status {
            did.push(format!("status is now {}", b.status.map_or("none", Status::name)));
        }
        for (at, oddity) in Oddity::ALL.iter().enumerate() {
            if b.oddities[at] > a.oddities[at] {
                did.push(
                    match oddity {
                        Oddity::ReopenedOpen => "made no sense: the conversation was open",
                        Oddity::OutcomeWithoutRequest => "made no sense: no request was undecided",
                        Oddity::ClosedAlready => "made no sense: the conversation was closed",
                        Oddity::TransferredNowhere => "made no sense: the conversation was already there",
                    }
                    .to_owned(),
                );
            }
        }
        if did.is_empty() {
            did.push("changed nothing but the last instants and counts".to_owned());
        }
        did
    }

    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    fn did_to_requests(&self, a: &State, b: &State, did: &mut Vec<String>) {
        if let (Some(Outcome::Pending), Some(outcome), true) = (a.outcome, b.outcome, a.requests == b.requests)
            && outcome != Outcome::Pending
        {
            did.push(format!("decided the request for a person: {}", outcome.name()));
        }
        if b.requests > a.requests {
            let outcome = b.outcome.unwrap_or(Outcome::Pending);
            did.push(format!("opened request {} for a person: {}", b.requests, outcome.name()));
        }
    }

    fn did_to_visits(&self, a: &State, b: &State, did: &mut Vec<String>) {
        let ended = a.visit.is_some() && (b.visit.is_none() || b.visits > a.visits);
        if ended {
            // Of several visits the end of the last is at hand: the one before ended to make room for it.
            let how = match b.visit_end {
                Some(end) if b.visits == a.visits => {
                    format!("{}{}", end.name(), if b.is_abandoned { ", abandoned" } else { "" })
                }
                Some(_) | None => "the customer went to another queue".to_owned(),
            };
            did.push(format!("ended visit {} in {}: {how}", a.visits, self.queue(a.visit.flatten())));
        }
        if b.visits > a.visits {
            did.push(format!("opened visit {} in {}", b.visits, self.queue(b.place.queue)));
        }
    }

    fn did_to_stints(&self, a: &State, b: &State, did: &mut Vec<String>) {
        if let Some(holder) = a.holder.filter(|_| b.holder.is_none() || b.stints > a.stints) {
            let how = match b.stint_end {
                Some(end) if b.stints == a.stints => end.name(),
                Some(_) | None => "handed on",
            };
            did.push(format!("ended the stint of {}: {how}", self.agent(holder)));
        }
        if b.stints > a.stints {
            did.push(match b.holder {
                Some(agent) => format!("began stint {} of {}", b.stints, self.agent(agent)),
                None => format!("began and ended stint {}", b.stints),
            });
        }
    }
}

impl Observer for Recorder<'_> {
    fn begin(&mut self, id: Id) {
        let trace = Trace { conversation: String::new(), protocols: Vec::new(), steps: Vec::new() };
        self.traces.push((id, trace));
    }

    fn before(&mut self, machine: &Machine) {
        self.before = Some(machine.state());
    }

    fn after(&mut self, machine: &Machine, row: Option<&FoldEvent>, ts: i64) {
        let state = machine.state();
        let Some(before) = self.before.take() else { return };
        let step = TraceStep {
            ts,
            place: row.and_then(|row| row.origin).map(|origin| self.lines.of(origin)),
            kind: row.map(|row| row.content.kind),
            says: row.map(|row| self.details(row)).unwrap_or_default(),
            did: self.did(&before, &state),
            phase: state.phase,
            holder: state.holder.map(|holder| self.agent(holder)),
            queue: state.place.queue.map(|queue| self.word(Words::Places, queue)),
            due_since: state.due_since,
        };
        let protocol = row.and_then(|row| row.protocol).map(|number| self.log.key(Key::Protocol).get(number));
        if let Some((_, trace)) = self.traces.last_mut() {
            if let Some(protocol) = protocol.filter(|protocol| !trace.protocols.iter().any(|known| known == protocol)) {
                trace.protocols.push(protocol.to_owned());
            }
            trace.steps.push(step);
        }
    }
}

/// A duration in words of the least length.
fn seconds(ms: i64) -> String {
    Unit::Seconds.format(Some(unit::seconds(ms)))
}
