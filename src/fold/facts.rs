//! Fact rows as polars frames, with what a report must know of the run beside them.

use std::collections::BTreeMap;

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::agents;
use super::machine::Settings;
use super::rows::{AgentState, FactRows, Id, Oddities, Oddity, SupportType};
use super::schema::Table;
use crate::dictionary::Dictionary;
use crate::event::{Actor, Resolution, Sessions, Status, Words};
use crate::ingest::{FileCounts, Log};
use crate::time::HOUR_MS;

/// The nine fact tables and the run that they come from.
#[derive(Debug, Clone)]
pub struct Facts {
    frames: Vec<DataFrame>,
    /// What holds for all of them.
    pub run: Run,
}

impl Facts {
    /// Puts frames in the order of [`Table::ALL`] together with their run.
    #[must_use]
    pub fn new(frames: Vec<DataFrame>, run: Run) -> Self {
        Self { frames, run }
    }

    /// A table; its columns are those of [`Table::columns`].
    #[must_use]
    pub fn frame(&self, table: Table) -> &DataFrame {
        &self.frames[table as usize]
    }
}

/// What a report must know of the run beside the tables. Instants are UTC milliseconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Later events are unseen.
    pub horizon: i64,
    /// How events became conversations.
    pub sessions: Sessions,
    /// Silence that ends a conversation with the bot.
    pub inactivity_ms: i64,
    /// Silence that ends a conversation while a person is in charge.
    pub human_inactivity_ms: i64,
    /// Silence after which an attended conversation is inactive.
    pub inactive_after_ms: i64,
    /// A customer who comes back within this time was not helped for good.
    pub return_window_ms: i64,
    /// Counts of each source.
    pub files: Vec<FileCounts>,
    /// Rejected rows by reason.
    pub rejections: BTreeMap<String, u64>,
    /// Stretches with an event at either end and no gap of more than an hour inside, up to the horizon.
    pub active: Vec<(i64, i64)>,
    /// Agents' names for display, by id.
    pub agent_names: BTreeMap<String, String>,
    /// Events that made no sense where they stood, by name.
    pub oddities: BTreeMap<String, u64>,
}

impl Run {
    /// The first event up to the horizon.
    #[must_use]
    pub fn first_event(&self) -> Option<i64> {
        self.active.first().map(|(first, _)| *first)
    }

    /// The last event up to the horizon.
    #[must_use]
    pub fn last_event(&self) -> Option<i64> {
        self.active.last().map(|(_, last)| *last)
    }

    /// Whether an event lies in a span of at least an hour, or none.
    #[must_use]
    pub fn has_event_in(&self, from: i64, to: i64) -> bool {
        // A span inside a stretch is longer than the stretch's gaps.
        let meets = |(first, last): &(i64, i64)| *first < to && *last >= from;
        from < to && self.active.iter().any(meets)
    }
}

/// Makes the frames of a stretch of conversations: the first eight of [`Table::ALL`].
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

/// Puts the frames of all stretches together, in order, with the agents' states and the run.
///
/// # Errors
///
/// Where polars refuses a frame: a bug.
pub fn assemble(
    log: &Log,
    stretches: Vec<Vec<DataFrame>>,
    is_returned: Vec<bool>,
    oddities: &Oddities,
    settings: &Settings,
    texts: &Texts,
) -> PolarsResult<Facts> {
    let mut is_returned = is_returned.into_iter();
    let mut stretches = stretches.into_iter().map(|mut frames| -> PolarsResult<Vec<DataFrame>> {
        let conversations = &mut frames[Table::Conversations as usize];
        let marks = flags("is_returned", is_returned.by_ref().take(conversations.height()));
        conversations.replace("is_returned", marks)?;
        Ok(frames)
    });
    // Without a conversation there are still tables, of no rows.
    let mut all = stretches.next().unwrap_or_else(|| frames(&FactRows::default(), texts))?;
    for stretch in stretches {
        for (frame, more) in all.iter_mut().zip(&stretch?) {
            frame.vstack_mut(more)?;
        }
    }
    let mut states = agents::states(log, settings.horizon);
    states.sort_by_key(|state| (log.words(Words::Agents).get(state.agent), state.since));
    all.push(agent_states(&states, texts)?);
    Ok(Facts::new(all, run_of(log, oddities, settings)))
}

fn run_of(log: &Log, oddities: &Oddities, settings: &Settings) -> Run {
    let mut rejections = BTreeMap::new();
    for reject in &log.rejects {
        *rejections.entry(reject.fault.reason.name().to_owned()).or_insert(0) += 1;
    }
    let agents = log.words(Words::Agents);
    let names = agents::names(log, settings.horizon);
    let agent_names =
        agents.iter().zip(names).filter_map(|(id, name)| Some((id.to_owned(), agents.get(name?).to_owned())));
    let oddities = Oddity::ALL.iter().zip(*oddities).filter(|(_, count)| *count > 0);
    Run {
        horizon: settings.horizon,
        sessions: log.sessions,
        inactivity_ms: settings.inactivity_ms,
        human_inactivity_ms: settings.human_inactivity_ms,
        inactive_after_ms: settings.inactive_after_ms,
        return_window_ms: settings.return_window_ms,
        files: log.files.clone(),
        rejections,
        active: active_stretches(log.events.ts(), settings.horizon),
        agent_names: agent_names.collect(),
        oddities: oddities.map(|(oddity, count)| (oddity.name().to_owned(), count)).collect(),
    }
}

/// See [`Run::active`].
fn active_stretches(ts: &[i64], horizon: i64) -> Vec<(i64, i64)> {
    let mut hours: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    let mut current = (i64::MIN, (0, 0));
    for ts in ts.iter().copied().filter(|ts| *ts <= horizon) {
        let hour = ts.div_euclid(HOUR_MS);
        if hour != current.0 {
            hours.insert(current.0, current.1);
            current = (hour, hours.get(&hour).copied().unwrap_or((ts, ts)));
        }
        current.1 = (current.1.0.min(ts), current.1.1.max(ts));
    }
    hours.insert(current.0, current.1);
    hours.remove(&i64::MIN);
    let mut stretches: Vec<(i64, i64)> = Vec::new();
    for (first, last) in hours.into_values() {
        match stretches.last_mut() {
            Some((_, end)) if first - *end <= HOUR_MS => *end = last,
            Some(_) | None => stretches.push((first, last)),
        }
    }
    stretches
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

fn flags(name: &str, values: impl Iterator<Item = bool>) -> Column {
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

fn agent_states(r: &[AgentState], t: &Texts) -> PolarsResult<DataFrame> {
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
