//! Records the effect of each event on a conversation, as reported by the state machine.
//!
//! An observer sees the machine before and after each event. The ordinary fold is compiled with an observer that does
//! nothing, so no code for it remains.

use polars::prelude::PolarsResult;

use super::columns::NameSeries;
use super::machine::Machine;
use super::pseudonyms::{PseudonymKind, Pseudonyms};
use super::rows::{Id, Oddity, Outcome, Phase};
use super::state::State;
use crate::event::attributes::{AttributeValue, decoded};
use crate::event::{Content, FoldEvent, Key, Kind, Text, TextDomain, some};
use crate::ingest::{Log, SourceLines};
use crate::language::{Argument, Message};

/// Observes a machine that processes the events of a conversation.
pub trait Observer {
    /// A conversation begins.
    fn begin(&mut self, id: Id);
    /// Called before the machine processes an event, or before inactivity ends the conversation.
    fn before(&mut self, machine: &Machine);
    /// Called after an event. If inactivity ended the conversation, there is no row, and `ts` is the instant.
    fn after(&mut self, machine: &Machine, row: Option<&FoldEvent>, ts: i64);
}

/// An observer that does nothing.
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
    /// The number of the source, and the line in it; `None` if inactivity ended the conversation.
    pub location: Option<(usize, u32)>,
    /// The kind; `None` if inactivity ended the conversation.
    pub kind: Option<Kind>,
    /// The values of the row besides its kind: column and value. Ids, names and labels, never the text of a message.
    pub says: Vec<(&'static str, String)>,
    /// Its effects.
    pub did: Vec<Message>,
    /// The state after it.
    pub phase: Phase,
    /// The holder after it.
    pub holder: Option<Argument>,
    /// The queue after it.
    pub queue: Option<String>,
    /// The instant from which a person's answer is due, after it.
    pub due_since: Option<i64>,
}

/// A conversation's steps, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// The conversation's id, as in the fact tables.
    pub conversation: String,
    /// Its distinct ticket numbers.
    pub protocols: Vec<String>,
    /// The changes by each event, in order.
    pub steps: Vec<TraceStep>,
}

/// Records the steps of the conversations of a group.
#[derive(Debug)]
pub struct Recorder<'l> {
    log: &'l Log,
    lines: &'l SourceLines,
    pseudonyms: Option<&'l Pseudonyms>,
    before: Option<State>,
    /// The steps of each conversation so far.
    traces: Vec<(Id, Trace)>,
}

impl<'l> Recorder<'l> {
    /// A recorder without steps.
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

    fn text_of(&self, domain: TextDomain, number: u32) -> String {
        self.log.dictionary(domain).get(number).to_owned()
    }

    fn agent(&self, agent: Option<u32>) -> Argument {
        let name = |agent| self.called(PseudonymKind::Agent, &self.text_of(TextDomain::Agents, agent)).into();
        agent.map_or_else(|| Message::new("story.nameless").into(), name)
    }

    /// The displayed name of a person.
    fn called(&self, person: PseudonymKind, name: &str) -> String {
        self.pseudonyms.map_or_else(|| name.to_owned(), |pseudonyms| pseudonyms.of_person(person, name))
    }

    /// The value of a text column; `None` for a name beside an agent's pseudonym.
    fn text(&self, text: Text, number: u32) -> Option<String> {
        let value = self.text_of(text.domain(), number);
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

    fn queue(&self, queue: Option<u32>) -> Message {
        let named = |queue| Message::new("story.queue").with("name", self.text_of(TextDomain::Places, queue));
        queue.map_or(Message::new("story.no_queue"), named)
    }

    /// The values of a row besides its kind and instant.
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
        for (key, value) in [(Key::CustomerId, customer), (Key::Contact, contact), (Key::Protocol, protocol)] {
            says.extend(value.map(|value| (key.column().name(), value)));
        }
        says.extend(row.content.detail.columns());
        says
    }

    /// The changes from one state to the next.
    fn did(&self, a: &State, b: &State) -> Vec<Message> {
        let mut did = Vec::new();
        if b.reopenings > a.reopenings {
            did.push(Message::new("story.reopened"));
        }
        self.did_to_requests(a, b, &mut did);
        self.did_to_visits(a, b, &mut did);
        self.did_to_stints(a, b, &mut did);
        if b.agent_messages > a.agent_messages {
            did.push(match b.response_ms {
                Some(ms) => Message::new("story.answered").with("time", Argument::Duration(ms)),
                None => Message::new("story.answered_nothing"),
            });
            let first = |ms| Message::new("story.first_answer").with("time", Argument::Duration(ms));
            did.extend(b.first_response_ms.map(first));
        }
        if b.closes > a.closes {
            did.push(Message::new("story.counted_as_close"));
        }
        // A later rating of a survey replaces the earlier one, so their number may be the same.
        if let Some(rating) = b.rating.filter(|_| a.rating != b.rating) {
            let agent = match rating.agent {
                Some(agent) => self.agent(Some(agent)),
                None => Message::new("story.no_agent").into(),
            };
            let key = if a.ratings == b.ratings { "story.rated_again" } else { "story.rated" };
            did.push(
                Message::new(key)
                    .with("survey", rating.survey.name().to_owned())
                    .with("score", rating.score.to_string())
                    .with("agent", agent)
                    .with("queue", self.queue(rating.place.queue)),
            );
        }
        match (a.due_since, b.due_since) {
            (None, Some(_)) => did.push(Message::new("story.waits")),
            (Some(_), None) if b.agent_messages == a.agent_messages => did.push(Message::new("story.nothing_due")),
            (Some(_) | None, _) => {}
        }
        if a.phase != b.phase {
            let (from, to) = (term("phase", a.phase.name()), term("phase", b.phase.name()));
            did.push(Message::new("story.phases").with("from", from).with("to", to));
        }
        if a.place.department != b.place.department {
            did.push(match b.place.department {
                Some(at) => Message::new("story.department").with("name", self.text_of(TextDomain::Places, at)),
                None => Message::new("story.no_department"),
            });
        }
        if a.place.queue != b.place.queue && b.visits == a.visits {
            did.push(Message::new("story.in_queue").with("queue", self.queue(b.place.queue)));
        }
        if a.status != b.status {
            did.push(match b.status {
                Some(status) => Message::new("story.status").with("status", term("status", status.name())),
                None => Message::new("story.no_status"),
            });
        }
        for (at, oddity) in Oddity::ALL.iter().enumerate() {
            if b.oddities[at] > a.oddities[at] {
                did.push(Message::new(match oddity {
                    Oddity::ReopenedOpen => "story.was_open",
                    Oddity::OutcomeWithoutRequest => "story.no_request",
                    Oddity::ClosedAlready => "story.was_closed",
                    Oddity::TransferredNowhere => "story.was_there",
                }));
            }
        }
        if did.is_empty() {
            did.push(Message::new("story.nothing"));
        }
        did
    }

    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    fn did_to_requests(&self, a: &State, b: &State, did: &mut Vec<Message>) {
        if let (Some(Outcome::Pending), Some(outcome), true) = (a.outcome, b.outcome, a.requests == b.requests)
            && outcome != Outcome::Pending
        {
            did.push(Message::new("story.decided").with("outcome", term("outcome", outcome.name())));
        }
        if b.requests > a.requests {
            let outcome = b.outcome.unwrap_or(Outcome::Pending);
            did.push(
                Message::new("story.requested")
                    .with("number", b.requests.to_string())
                    .with("outcome", term("outcome", outcome.name())),
            );
        }
    }

    fn did_to_visits(&self, a: &State, b: &State, did: &mut Vec<Message>) {
        let ended = a.visit.is_some() && (b.visit.is_none() || b.visits > a.visits);
        if ended {
            // If there are several visits, the last one's end is known; the one before ended when it began.
            let how: Argument = match b.visit_end {
                Some(end) if b.visits == a.visits && b.is_abandoned => {
                    Message::new("story.visit_abandoned").with("end", term("end", end.name())).into()
                }
                Some(end) if b.visits == a.visits => term("end", end.name()),
                Some(_) | None => Message::new("story.visit_moved").into(),
            };
            did.push(
                Message::new("story.visit_ended")
                    .with("number", a.visits.to_string())
                    .with("queue", self.queue(a.visit.flatten()))
                    .with("how", how),
            );
        }
        if b.visits > a.visits {
            did.push(
                Message::new("story.visit_opened")
                    .with("number", b.visits.to_string())
                    .with("queue", self.queue(b.place.queue)),
            );
        }
    }

    fn did_to_stints(&self, a: &State, b: &State, did: &mut Vec<Message>) {
        if let Some(holder) = a.holder.filter(|_| b.holder.is_none() || b.stints > a.stints) {
            let how = match b.stint_end {
                Some(end) if b.stints == a.stints => term("end", end.name()),
                Some(_) | None => Message::new("story.handed_on").into(),
            };
            did.push(Message::new("story.stint_ended").with("agent", self.agent(holder)).with("how", how));
        }
        if b.stints > a.stints {
            let began = match b.holder {
                Some(agent) => Message::new("story.stint_began").with("agent", self.agent(agent)),
                None => Message::new("story.stint_at_once"),
            };
            did.push(began.with("number", b.stints.to_string()));
        }
    }
}

impl Observer for Recorder<'_> {
    fn begin(&mut self, id: Id) {
        let trace = Trace { conversation: String::new(), protocols: Vec::new(), steps: Vec::new() };
        self.traces.push((id, trace));
    }

    fn before(&mut self, machine: &Machine) {
        self.before = Some(State::of(machine));
    }

    fn after(&mut self, machine: &Machine, row: Option<&FoldEvent>, ts: i64) {
        let state = State::of(machine);
        let Some(before) = self.before.take() else { return };
        let step = TraceStep {
            ts,
            location: row.and_then(|row| row.origin).map(|origin| self.lines.of(origin)),
            kind: row.map(|row| row.content.kind),
            says: row.map(|row| self.details(row)).unwrap_or_default(),
            did: self.did(&before, &state),
            phase: state.phase,
            holder: state.holder.map(|holder| self.agent(holder)),
            queue: state.place.queue.map(|queue| self.text_of(TextDomain::Places, queue)),
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

/// A word of the program; in English, it equals its id.
fn term(section: &str, id: &str) -> Argument {
    Argument::Term(format!("{section}.{id}"), id.to_owned())
}
