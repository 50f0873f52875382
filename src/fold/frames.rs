//! Fact rows of a stretch of conversations as polars frames: the columns of `schema`, in its order.

use polars::prelude::*;

use super::rows::{AgentState, FactRows, Id, SupportType};
use crate::dictionary::Dictionary;
use crate::event::{Actor, Resolution, Status, Words};
use crate::ingest::Log;

/// Makes the frames of a stretch of conversations: the first eight of [`Table::ALL`](super::schema::Table::ALL).
///
/// # Errors
///
/// Where polars refuses a frame: a bug.
pub fn frames(rows: &FactRows, texts: &Texts) -> PolarsResult<Vec<DataFrame>> {
    let conversations = conversations(rows, texts)?;
    let of = Shared::new(&conversations)?;
    Ok(vec![
        conversations,
        requests(rows, texts, &of)?,
        visits(rows, texts, &of)?,
        stints(rows, texts, &of)?,
        agent_messages(rows, texts, &of)?,
        closes(rows, texts, &of)?,
        reopenings(rows, &of)?,
        ratings(rows, texts, &of)?,
    ])
}

/// The dictionaries as polars texts, so that a column of numbers becomes a column of texts by one gather.
pub struct Texts {
    customers: Series,
    agents: Series,
    places: Series,
    channels: Series,
    apps: Series,
    labels: Series,
    contacts: Series,
    protocols: Series,
    conversations: Series,
}

impl Texts {
    /// The dictionaries of a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let series = |words: Words| texts_of(log.words(words));
        Self {
            customers: series(Words::Customers),
            agents: series(Words::Agents),
            places: series(Words::Places),
            channels: series(Words::Channels),
            apps: series(Words::Apps),
            labels: series(Words::SupportTypes),
            contacts: series(Words::Contacts),
            protocols: series(Words::Protocols),
            conversations: series(Words::Conversations),
        }
    }

    fn conversation_ids(&self, rows: &FactRows) -> PolarsResult<Column> {
        let ids = rows.conversations.iter().map(|row| row.id);
        if ids.clone().all(|id| matches!(id, Id::Given(_))) {
            let given = ids.map(|id| match id {
                Id::Given(number) => Some(number),
                Id::Split { .. } => None,
            });
            return texts("conversation_id", &self.conversations, given);
        }
        let (customers, channels) = (self.customers.str()?, self.channels.str()?);
        let part =
            |texts: &StringChunked, number: u32| texts.get(number as usize).unwrap_or_default().replace('/', "%2F");
        let built = ids.map(|id| match id {
            Id::Given(number) => part(customers, number),
            Id::Split { customer, channel, nth } => {
                let channel = channel.map(|channel| part(channels, channel)).unwrap_or_default();
                format!("{}/{channel}/{nth}", part(customers, customer))
            }
        });
        Ok(StringChunked::from_iter_values("conversation_id".into(), built).into_column())
    }
}

fn texts_of(dictionary: &Dictionary) -> Series {
    StringChunked::from_iter_values(PlSmallStr::EMPTY, dictionary.iter()).into_series()
}

fn texts(name: &str, of: &Series, numbers: impl Iterator<Item = Option<u32>>) -> PolarsResult<Column> {
    Ok(gather(of, &numbers.collect())?.with_name(name.into()).into())
}

/// The texts at some places. Where there is none at all, no memory is touched.
fn gather(of: &Series, places: &IdxCa) -> PolarsResult<Series> {
    if of.null_count() == of.len() {
        return Ok(Series::full_null(of.name().clone(), places.len(), &DataType::String));
    }
    of.take(places)
}

fn words<'a>(name: &str, values: impl Iterator<Item = Option<&'a str>>) -> Column {
    values.collect::<StringChunked>().with_name(name.into()).into_column()
}

fn instants(name: &str, values: impl Iterator<Item = Option<i64>>) -> Column {
    values.collect::<Int64Chunked>().with_name(name.into()).into_column()
}

fn counts(name: &str, values: impl Iterator<Item = Option<u32>>) -> Column {
    instants(name, values.map(|value| value.map(i64::from)))
}

pub(super) fn flags(name: &str, values: impl Iterator<Item = bool>) -> Column {
    values.collect::<BooleanChunked>().with_name(name.into()).into_column()
}

fn frame(shared: Vec<Column>, own: impl IntoIterator<Item = Column>) -> PolarsResult<DataFrame> {
    let mut columns = shared;
    columns.extend(own);
    DataFrame::new_infer_height(columns)
}

/// What each row of a table takes from its conversation.
struct Shared {
    columns: Vec<Series>,
}

impl Shared {
    fn new(conversations: &DataFrame) -> PolarsResult<Self> {
        let names = ["conversation_id", "channel", "app", "support_type"];
        let columns: PolarsResult<_> =
            names.iter().map(|name| Ok(conversations.column(name)?.as_materialized_series().clone())).collect();
        Ok(Self { columns: columns? })
    }

    fn columns(&self, conversations: impl Iterator<Item = u32>) -> PolarsResult<Vec<Column>> {
        let places: IdxCa = conversations.map(Some).collect();
        self.columns.iter().map(|column| Ok(gather(column, &places)?.into())).collect()
    }
}

fn conversations(rows: &FactRows, t: &Texts) -> PolarsResult<DataFrame> {
    let r = &rows.conversations;
    let labels = texts("support_type", &t.labels, r.iter().map(|r| r.support_type.ok()))?;
    let labels = labels.str()?;
    let derived = r.iter().map(|r| r.support_type.err().map(SupportType::name));
    let support_type = words("support_type", labels.iter().zip(derived).map(|(label, derived)| label.or(derived)));
    let shared = vec![
        t.conversation_ids(rows)?,
        texts("channel", &t.channels, r.iter().map(|r| r.channel))?,
        texts("app", &t.apps, r.iter().map(|r| r.app))?,
        support_type,
    ];
    frame(
        shared,
        [
            texts("customer", &t.customers, r.iter().map(|r| r.customer))?,
            texts("department", &t.places, r.iter().map(|r| r.place.department))?,
            texts("queue", &t.places, r.iter().map(|r| r.place.queue))?,
            texts("agent", &t.agents, r.iter().map(|r| r.agent))?,
            texts("contact", &t.contacts, r.iter().map(|r| r.contact))?,
            texts("protocol", &t.protocols, r.iter().map(|r| r.protocol))?,
            instants("started_at", r.iter().map(|r| Some(r.started_at))),
            instants("last_event_at", r.iter().map(|r| Some(r.last_event_at))),
            instants("last_message_at", r.iter().map(|r| r.last_message_at)),
            words("last_message_by", r.iter().map(|r| r.last_message_by.map(Actor::name))),
            instants("welcome_at", r.iter().map(|r| r.welcome_at)),
            instants("first_customer_message_at", r.iter().map(|r| r.first_customer_message_at)),
            instants("engaged_at", r.iter().map(|r| r.engaged_at)),
            flags("was_engaged_by_customer", r.iter().map(|r| r.was_engaged_by_customer)),
            flags("did_customer_write_after_welcome", r.iter().map(|r| r.did_customer_write_after_welcome)),
            instants("first_agent_message_at", r.iter().map(|r| r.first_agent_message_at)),
            flags("did_customer_write_first", r.iter().map(|r| r.did_customer_write_first)),
            instants("first_closed_at", r.iter().map(|r| r.first_closed_at)),
            words("first_closed_by", r.iter().map(|r| r.first_closed_by.map(Actor::name))),
            instants("closed_at", r.iter().map(|r| r.closed_at)),
            words("closed_by", r.iter().map(|r| r.closed_by.map(Actor::name))),
            instants("bot_ended_at", r.iter().map(|r| r.bot_ended_at)),
            words("phase", r.iter().map(|r| Some(r.phase.name()))),
            flags("is_unanswered", r.iter().map(|r| r.is_unanswered)),
            words("status", r.iter().map(|r| r.status.map(Status::name))),
            instants("status_since", r.iter().map(|r| r.status_since)),
            instants("due_since", r.iter().map(|r| r.due_since)),
            counts("customer_messages", r.iter().map(|r| Some(r.messages.customer))),
            counts("bot_messages", r.iter().map(|r| Some(r.messages.bot))),
            counts("agent_messages", r.iter().map(|r| Some(r.messages.agent))),
            counts("system_messages", r.iter().map(|r| Some(r.messages.system))),
            counts("close_count", r.iter().map(|r| Some(r.close_count))),
            counts("reopen_count", r.iter().map(|r| Some(r.reopen_count))),
            counts("handover_count", r.iter().map(|r| Some(r.handover_count))),
            // Known once all conversations are; see [`assemble`].
            flags("is_returned", r.iter().map(|_| false)),
            counts("score", r.iter().map(|r| r.score.map(u32::from))),
            counts("request_count", r.iter().map(|r| Some(r.request_count))),
            counts("visit_count", r.iter().map(|r| Some(r.visit_count))),
            counts("stint_count", r.iter().map(|r| Some(r.stint_count))),
            flags("is_waiting_after_handover", r.iter().map(|r| r.is_waiting_after_handover)),
            counts("ended_before_pickup_count", r.iter().map(|r| Some(r.ended_before_pickup_count))),
        ],
    )
}

fn requests(rows: &FactRows, t: &Texts, of: &Shared) -> PolarsResult<DataFrame> {
    let r = &rows.requests;
    frame(
        of.columns(r.iter().map(|r| r.conversation))?,
        [
            instants("requested_at", r.iter().map(|r| Some(r.requested_at))),
            instants("decided_at", r.iter().map(|r| r.decided_at)),
            words("outcome", r.iter().map(|r| Some(r.outcome.name()))),
            texts("department", &t.places, r.iter().map(|r| r.place.department))?,
            texts("queue", &t.places, r.iter().map(|r| r.place.queue))?,
        ],
    )
}

fn visits(rows: &FactRows, t: &Texts, of: &Shared) -> PolarsResult<DataFrame> {
    let r = &rows.visits;
    let mut before = (u32::MAX, 0);
    let nth = r.iter().map(|r| {
        before = (r.conversation, if before.0 == r.conversation { before.1 + 1 } else { 1 });
        Some(before.1)
    });
    let nth = counts("visit", nth);
    frame(
        of.columns(r.iter().map(|r| r.conversation))?,
        [
            nth,
            texts("department", &t.places, r.iter().map(|r| r.place.department))?,
            texts("queue", &t.places, r.iter().map(|r| r.place.queue))?,
            texts("agent", &t.agents, r.iter().map(|r| r.agent.flatten()))?,
            instants("entered_at", r.iter().map(|r| r.entered_at)),
            instants("assigned_at", r.iter().map(|r| r.assigned_at)),
            instants("first_reply_at", r.iter().map(|r| r.first_reply_at)),
            instants("ended_at", r.iter().map(|r| r.ended_at)),
            words("end", r.iter().map(|r| Some(r.end.name()))),
            flags("is_abandoned", r.iter().map(|r| r.is_abandoned)),
        ],
    )
}

fn stints(rows: &FactRows, t: &Texts, of: &Shared) -> PolarsResult<DataFrame> {
    let r = &rows.stints;
    frame(
        of.columns(r.iter().map(|r| r.conversation))?,
        [
            counts("visit", r.iter().map(|r| Some(r.visit + 1))),
            texts("agent", &t.agents, r.iter().map(|r| r.agent))?,
            texts("department", &t.places, r.iter().map(|r| r.place.department))?,
            texts("queue", &t.places, r.iter().map(|r| r.place.queue))?,
            instants("assigned_at", r.iter().map(|r| r.assigned_at)),
            instants("began_at", r.iter().map(|r| Some(r.began_at))),
            instants("first_message_at", r.iter().map(|r| r.first_message_at)),
            instants("ended_at", r.iter().map(|r| r.ended_at)),
            words("end", r.iter().map(|r| Some(r.end.name()))),
            flags("was_received_by_transfer", r.iter().map(|r| r.was_received_by_transfer)),
            flags("is_no_show", r.iter().map(|r| r.is_no_show)),
        ],
    )
}

fn agent_messages(rows: &FactRows, t: &Texts, of: &Shared) -> PolarsResult<DataFrame> {
    let r = &rows.agent_messages;
    frame(
        of.columns(r.iter().map(|r| r.conversation))?,
        [
            texts("agent", &t.agents, r.iter().map(|r| r.agent))?,
            texts("department", &t.places, r.iter().map(|r| r.place.department))?,
            texts("queue", &t.places, r.iter().map(|r| r.place.queue))?,
            instants("ts", r.iter().map(|r| Some(r.ts))),
            instants("response_ms", r.iter().map(|r| r.response_ms)),
        ],
    )
}

fn closes(rows: &FactRows, t: &Texts, of: &Shared) -> PolarsResult<DataFrame> {
    let r = &rows.closes;
    frame(
        of.columns(r.iter().map(|r| r.conversation))?,
        [
            instants("ts", r.iter().map(|r| Some(r.ts))),
            words("actor", r.iter().map(|r| Some(r.actor.name()))),
            texts("agent", &t.agents, r.iter().map(|r| r.agent))?,
            texts("department", &t.places, r.iter().map(|r| r.place.department))?,
            texts("queue", &t.places, r.iter().map(|r| r.place.queue))?,
            words("resolution", r.iter().map(|r| r.resolution.map(Resolution::name))),
            words("last_word_by", r.iter().map(|r| r.last_word_by.map(Actor::name))),
            flags("is_first", r.iter().map(|r| r.is_first)),
        ],
    )
}

fn reopenings(rows: &FactRows, of: &Shared) -> PolarsResult<DataFrame> {
    let r = &rows.reopenings;
    frame(of.columns(r.iter().map(|r| r.conversation))?, [instants("ts", r.iter().map(|r| Some(r.ts)))])
}

fn ratings(rows: &FactRows, t: &Texts, of: &Shared) -> PolarsResult<DataFrame> {
    let r = &rows.ratings;
    frame(
        of.columns(r.iter().map(|r| r.conversation))?,
        [
            instants("ts", r.iter().map(|r| Some(r.ts))),
            counts("score", r.iter().map(|r| Some(u32::from(r.score)))),
            texts("agent", &t.agents, r.iter().map(|r| r.agent))?,
            texts("department", &t.places, r.iter().map(|r| r.place.department))?,
            texts("queue", &t.places, r.iter().map(|r| r.place.queue))?,
        ],
    )
}

pub(super) fn agent_states(r: &[AgentState], t: &Texts) -> PolarsResult<DataFrame> {
    frame(
        Vec::new(),
        [
            texts("agent", &t.agents, r.iter().map(|r| Some(r.agent)))?,
            words("status", r.iter().map(|r| Some(r.status.name()))),
            instants("since", r.iter().map(|r| Some(r.since))),
            instants("until", r.iter().map(|r| r.until)),
            counts("capacity", r.iter().map(|r| r.capacity)),
        ],
    )
}
