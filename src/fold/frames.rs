//! Fact rows of a stretch of conversations as polars frames: the columns of `schema`, in its order.

use polars::prelude::*;

use super::columns::{Texts, flags, gather, numbers, of_series, support_type, tag_sets, words};
use super::fact_rows::FactRows;
use super::keep::Keep;
use super::origins::{self, Instant};
use super::rows::{AgentState, Conversation, Id};
use super::schema::Table;
use crate::event::{Actor, Origin, Resolution, Status};

/// Where ids are texts: a column of all frames with the number of the conversation, by which they are put in order.
pub const ORDER: &str = ":conversation";

/// Makes the frames of a stretch of conversations: the first eight of [`Table::ALL`]. `first` is the number of the
/// stretch's first conversation.
///
/// # Errors
///
/// Where polars refuses a frame: a bug.
pub fn frames(rows: &FactRows, texts: &Texts, first: i64) -> PolarsResult<Vec<DataFrame>> {
    let of = Of { rows, texts, keep: &rows.keep, first, ids: ids(rows, texts)?, support: support_types(rows, texts)? };
    Ok(vec![
        conversations(&of)?,
        requests(&of)?,
        visits(&of)?,
        stints(&of)?,
        agent_messages(&of)?,
        closes(&of)?,
        reopenings(&of)?,
        ratings(&of)?,
    ])
}

/// What each row of a table takes from its conversation, and what is kept.
struct Of<'a> {
    rows: &'a FactRows,
    texts: &'a Texts,
    keep: &'a Keep,
    /// Number of the stretch's first conversation.
    first: i64,
    ids: Ids,
    support: Option<Series>,
}

/// The ids of a stretch's conversations.
enum Ids {
    /// Numbers.
    Numbers,
    /// A text each.
    Texts(Series),
}

fn ids(rows: &FactRows, texts: &Texts) -> PolarsResult<Ids> {
    if rows.keep.has_numbered_ids {
        return Ok(Ids::Numbers);
    }
    let ids = rows.conversations.iter().map(|row| row.id);
    let given = |id| match id {
        Id::Given(number) => Some(number),
        Id::Split { .. } | Id::SplitAcrossChannels { .. } => None,
    };
    if rows.conversations.iter().all(|row| given(row.id).is_some()) {
        return Ok(Ids::Texts(gather(&texts.conversations, &ids.map(given).collect())?));
    }
    let built = ids.map(|id| texts.conversation_id(id)).collect::<PolarsResult<Vec<_>>>()?;
    Ok(Ids::Texts(StringChunked::from_iter_values(PlSmallStr::EMPTY, built.into_iter()).into_series()))
}

/// The support types of a stretch's conversations, where a table keeps them.
fn support_types(rows: &FactRows, texts: &Texts) -> PolarsResult<Option<Series>> {
    if !Table::ALL.iter().any(|table| table.has("support_type") && rows.keep.has(*table, "support_type")) {
        return Ok(None);
    }
    let types = rows.conversations.iter().map(|row| row.support_type);
    Ok(Some(support_type("", texts, types)?.take_materialized_series()))
}

/// A table's frame, column by column; those that are not kept are not made.
struct Frame<'a> {
    of: &'a Of<'a>,
    table: Table,
    height: usize,
    columns: Vec<Column>,
}

impl<'a> Frame<'a> {
    /// A frame of one row for each of `rows`, with the columns that all tables take from the conversation.
    fn new<T>(of: &'a Of<'a>, table: Table, rows: &[T], conversation: impl Fn(usize, &T) -> u32) -> PolarsResult<Self> {
        let mut frame = Self { of, table, height: rows.len(), columns: Vec::new() };
        let place = || rows.iter().enumerate().map(|(at, row)| conversation(at, row));
        if matches!(of.ids, Ids::Texts(_)) {
            frame.columns.push(numbers(ORDER, place().map(|place| Some(of.first + i64::from(place)))));
        }
        frame.add("conversation_id", |name| match &of.ids {
            Ids::Numbers => Ok(numbers(name, place().map(|place| Some(of.first + i64::from(place))))),
            Ids::Texts(ids) => of_series(name, ids, place().map(Some)),
        })?;
        let conversations = &of.rows.conversations;
        frame.texts("channel", &of.texts.channels, place().map(|place| conversations[place as usize].channel))?;
        frame.texts("app", &of.texts.apps, place().map(|place| conversations[place as usize].app))?;
        frame.add("support_type", |name| match &of.support {
            Some(support) => of_series(name, support, place().map(Some)),
            None => Ok(Column::full_null(name.into(), rows.len(), &DataType::String)),
        })?;
        Ok(frame)
    }

    fn add(&mut self, name: &str, make: impl FnOnce(&str) -> PolarsResult<Column>) -> PolarsResult<()> {
        if self.of.keep.has(self.table, name) {
            self.columns.push(make(name)?);
        }
        Ok(())
    }

    fn texts(&mut self, name: &str, of: &Series, places: impl Iterator<Item = Option<u32>>) -> PolarsResult<()> {
        self.add(name, |name| of_series(name, of, places))
    }

    /// A key's texts, or its numbers where ids are numbers.
    fn key(&mut self, name: &str, of: &Series, places: impl Iterator<Item = Option<u32>>) -> PolarsResult<()> {
        let is_number = self.of.keep.has_numbered_ids;
        self.add(name, |name| {
            if is_number { Ok(numbers(name, places.map(|n| n.map(i64::from)))) } else { of_series(name, of, places) }
        })
    }

    fn words(&mut self, name: &str, values: impl Iterator<Item = Option<&'static str>>) -> PolarsResult<()> {
        self.add(name, |name| Ok(words(name, values)))
    }

    fn instants(&mut self, name: &str, values: impl Iterator<Item = Option<i64>>) -> PolarsResult<()> {
        self.add(name, |name| Ok(numbers(name, values)))
    }

    fn counts(&mut self, name: &str, values: impl Iterator<Item = Option<u32>>) -> PolarsResult<()> {
        self.add(name, |name| Ok(numbers(name, values.map(|value| value.map(i64::from)))))
    }

    fn flags(&mut self, name: &str, values: impl Iterator<Item = bool>) -> PolarsResult<()> {
        self.add(name, |name| Ok(flags(name, values)))
    }

    fn finish(mut self) -> PolarsResult<DataFrame> {
        if self.of.keep.origins {
            self.columns.push(self.of.rows.marks.column(self.table, self.height, &self.of.texts.events));
        }
        DataFrame::new(self.height, self.columns)
    }
}

fn conversations(of: &Of) -> PolarsResult<DataFrame> {
    let (r, t) = (&of.rows.conversations, of.texts);
    let at = |at: usize, _: &Conversation| u32::try_from(at).expect("more than 2^32 conversations");
    let mut f = Frame::new(of, Table::Conversations, r, at)?;
    f.key("customer", &t.customers, r.iter().map(|r| r.customer))?;
    f.texts("department", &t.places, r.iter().map(|r| r.place.department))?;
    f.texts("queue", &t.places, r.iter().map(|r| r.place.queue))?;
    f.texts("agent", &t.agents, r.iter().map(|r| r.agent))?;
    f.texts("contact", &t.contacts, r.iter().map(|r| r.contact))?;
    f.texts("protocol", &t.protocols, r.iter().map(|r| r.protocol))?;
    f.add("tags", |name| tag_sets(name, t, r.iter().map(|r| &r.tags[..])))?;
    f.instants("started_at", r.iter().map(|r| Some(r.started_at)))?;
    f.instants("last_event_at", r.iter().map(|r| Some(r.last_event_at)))?;
    f.instants("last_message_at", r.iter().map(|r| r.last_message_at))?;
    f.words("last_message_by", r.iter().map(|r| r.last_message_by.map(Actor::name)))?;
    f.instants("welcome_at", r.iter().map(|r| r.welcome_at))?;
    f.instants("first_customer_message_at", r.iter().map(|r| r.first_customer_message_at))?;
    f.instants("engaged_at", r.iter().map(|r| r.engaged_at))?;
    f.flags("was_engaged_by_customer", r.iter().map(|r| r.was_engaged_by_customer))?;
    f.flags("did_customer_write_after_welcome", r.iter().map(|r| r.did_customer_write_after_welcome))?;
    f.instants("first_agent_message_at", r.iter().map(|r| r.first_agent_message_at))?;
    f.flags("did_customer_write_first", r.iter().map(|r| r.did_customer_write_first))?;
    f.instants("first_closed_at", r.iter().map(|r| r.first_closed_at))?;
    f.words("first_closed_by", r.iter().map(|r| r.first_closed_by.map(Actor::name)))?;
    f.instants("closed_at", r.iter().map(|r| r.closed_at))?;
    f.words("closed_by", r.iter().map(|r| r.closed_by.map(Actor::name)))?;
    f.instants("bot_ended_at", r.iter().map(|r| r.bot_ended_at))?;
    f.words("phase", r.iter().map(|r| Some(r.phase.name())))?;
    f.flags("is_unanswered", r.iter().map(|r| r.is_unanswered))?;
    f.words("status", r.iter().map(|r| r.status.map(Status::name)))?;
    f.instants("status_since", r.iter().map(|r| r.status_since))?;
    f.instants("due_since", r.iter().map(|r| r.due_since))?;
    f.counts("customer_messages", r.iter().map(|r| Some(r.messages.customer)))?;
    f.counts("bot_messages", r.iter().map(|r| Some(r.messages.bot)))?;
    f.counts("agent_messages", r.iter().map(|r| Some(r.messages.agent)))?;
    f.counts("system_messages", r.iter().map(|r| Some(r.messages.system)))?;
    f.counts("close_count", r.iter().map(|r| Some(r.close_count)))?;
    f.counts("reopen_count", r.iter().map(|r| Some(r.reopen_count)))?;
    f.counts("handover_count", r.iter().map(|r| Some(r.handover_count)))?;
    // Known once all conversations are; see `assemble`.
    f.flags("is_returned", r.iter().map(|_| false))?;
    f.counts("score", r.iter().map(|r| r.score.map(u32::from)))?;
    f.counts("satisfaction", r.iter().map(|r| r.satisfaction.map(u32::from)))?;
    f.counts("request_count", r.iter().map(|r| Some(r.request_count)))?;
    f.counts("visit_count", r.iter().map(|r| Some(r.visit_count)))?;
    f.counts("stint_count", r.iter().map(|r| Some(r.stint_count)))?;
    f.flags("is_waiting_after_handover", r.iter().map(|r| r.is_waiting_after_handover))?;
    f.counts("ended_before_pickup_count", r.iter().map(|r| Some(r.ended_before_pickup_count)))?;
    for (place, name) in t.attributes.names().iter().enumerate() {
        f.add(name, |name| Ok(t.attributes.column(name, place, r.iter().map(|r| &r.attributes[..]))))?;
    }
    f.finish()
}

fn requests(of: &Of) -> PolarsResult<DataFrame> {
    let (r, t) = (&of.rows.requests, of.texts);
    let mut f = Frame::new(of, Table::Requests, r, |_, r| r.conversation)?;
    f.instants("requested_at", r.iter().map(|r| Some(r.requested_at)))?;
    f.instants("decided_at", r.iter().map(|r| r.decided_at))?;
    f.words("outcome", r.iter().map(|r| Some(r.outcome.name())))?;
    f.texts("department", &t.places, r.iter().map(|r| r.place.department))?;
    f.texts("queue", &t.places, r.iter().map(|r| r.place.queue))?;
    f.finish()
}

fn visits(of: &Of) -> PolarsResult<DataFrame> {
    let (r, t) = (&of.rows.visits, of.texts);
    let mut f = Frame::new(of, Table::Visits, r, |_, r| r.conversation)?;
    let mut before = (u32::MAX, 0);
    let nth = r.iter().map(|r| {
        before = (r.conversation, if before.0 == r.conversation { before.1 + 1 } else { 1 });
        Some(before.1)
    });
    f.counts("visit", nth)?;
    f.texts("department", &t.places, r.iter().map(|r| r.place.department))?;
    f.texts("queue", &t.places, r.iter().map(|r| r.place.queue))?;
    f.texts("agent", &t.agents, r.iter().map(|r| r.agent.flatten()))?;
    f.instants("entered_at", r.iter().map(|r| r.entered_at))?;
    f.instants("assigned_at", r.iter().map(|r| r.assigned_at))?;
    f.instants("first_reply_at", r.iter().map(|r| r.first_reply_at))?;
    f.instants("ended_at", r.iter().map(|r| r.ended_at))?;
    f.words("end", r.iter().map(|r| Some(r.end.name())))?;
    f.flags("is_abandoned", r.iter().map(|r| r.is_abandoned))?;
    f.instants("opened_at", r.iter().map(|r| Some(r.opened_at)))?;
    f.flags("is_by_transfer", r.iter().map(|r| r.is_by_transfer))?;
    f.finish()
}

fn stints(of: &Of) -> PolarsResult<DataFrame> {
    let (r, t) = (&of.rows.stints, of.texts);
    let mut f = Frame::new(of, Table::Stints, r, |_, r| r.conversation)?;
    f.counts("visit", r.iter().map(|r| Some(r.visit + 1)))?;
    f.texts("agent", &t.agents, r.iter().map(|r| r.agent))?;
    f.texts("department", &t.places, r.iter().map(|r| r.place.department))?;
    f.texts("queue", &t.places, r.iter().map(|r| r.place.queue))?;
    f.instants("assigned_at", r.iter().map(|r| r.assigned_at))?;
    f.instants("began_at", r.iter().map(|r| Some(r.began_at)))?;
    f.instants("first_message_at", r.iter().map(|r| r.first_message_at))?;
    f.instants("ended_at", r.iter().map(|r| r.ended_at))?;
    f.words("end", r.iter().map(|r| Some(r.end.name())))?;
    f.flags("was_received_by_transfer", r.iter().map(|r| r.was_received_by_transfer))?;
    f.flags("is_no_show", r.iter().map(|r| r.is_no_show))?;
    f.finish()
}

fn agent_messages(of: &Of) -> PolarsResult<DataFrame> {
    let (r, t) = (&of.rows.agent_messages, of.texts);
    let mut f = Frame::new(of, Table::AgentMessages, r, |_, r| r.conversation)?;
    f.texts("agent", &t.agents, r.iter().map(|r| r.agent))?;
    f.texts("department", &t.places, r.iter().map(|r| r.place.department))?;
    f.texts("queue", &t.places, r.iter().map(|r| r.place.queue))?;
    f.instants("ts", r.iter().map(|r| Some(r.ts)))?;
    f.instants("response_ms", r.iter().map(|r| r.response_ms))?;
    f.instants("first_response_ms", r.iter().map(|r| r.first_response_ms))?;
    f.finish()
}

fn closes(of: &Of) -> PolarsResult<DataFrame> {
    let (r, t) = (&of.rows.closes, of.texts);
    let mut f = Frame::new(of, Table::Closes, r, |_, r| r.conversation)?;
    f.instants("ts", r.iter().map(|r| Some(r.ts)))?;
    f.words("actor", r.iter().map(|r| Some(r.actor.name())))?;
    f.texts("agent", &t.agents, r.iter().map(|r| r.agent))?;
    f.texts("department", &t.places, r.iter().map(|r| r.place.department))?;
    f.texts("queue", &t.places, r.iter().map(|r| r.place.queue))?;
    f.words("resolution", r.iter().map(|r| r.resolution.map(Resolution::name)))?;
    f.words("last_word_by", r.iter().map(|r| r.last_word_by.map(Actor::name)))?;
    f.flags("is_first", r.iter().map(|r| r.is_first))?;
    f.finish()
}

fn reopenings(of: &Of) -> PolarsResult<DataFrame> {
    let r = &of.rows.reopenings;
    let mut f = Frame::new(of, Table::Reopenings, r, |_, r| r.conversation)?;
    f.instants("ts", r.iter().map(|r| Some(r.ts)))?;
    f.finish()
}

fn ratings(of: &Of) -> PolarsResult<DataFrame> {
    let (r, t) = (&of.rows.ratings, of.texts);
    let mut f = Frame::new(of, Table::Ratings, r, |_, r| r.conversation)?;
    f.instants("ts", r.iter().map(|r| Some(r.ts)))?;
    f.words("survey", r.iter().map(|r| Some(r.survey.name())))?;
    f.counts("score", r.iter().map(|r| Some(u32::from(r.score))))?;
    f.texts("agent", &t.agents, r.iter().map(|r| r.agent))?;
    f.texts("department", &t.places, r.iter().map(|r| r.place.department))?;
    f.texts("queue", &t.places, r.iter().map(|r| r.place.queue))?;
    f.finish()
}

/// The frame of agents' states.
///
/// # Errors
///
/// Where polars refuses it: a bug.
pub fn agent_states(r: &[AgentState], t: &Texts, keep: &Keep) -> PolarsResult<DataFrame> {
    let mut columns = vec![
        of_series("agent", &t.agents, r.iter().map(|r| Some(r.agent)))?,
        words("status", r.iter().map(|r| Some(r.status.name()))),
        numbers("since", r.iter().map(|r| Some(r.since))),
        numbers("until", r.iter().map(|r| r.until)),
        numbers("capacity", r.iter().map(|r| r.capacity.map(i64::from))),
    ];
    if keep.origins {
        let events: Vec<Vec<(Instant, Origin)>> = r.iter().map(AgentState::origins).collect();
        columns.push(origins::column(events.iter().map(Vec::as_slice), &t.events));
    }
    DataFrame::new(r.len(), columns)
}
