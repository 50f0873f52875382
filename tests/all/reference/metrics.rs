//! Section 6: every metric, as the rows that it is made of and a way to sum them up.
//!
//! A twin of src/metrics by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use std::collections::BTreeSet;

use super::event::{Actor, Resolution};
use super::facts::{Close, Common, Conversation, Facts, Outcome, Phase, Request, Stint, StintEnd, Visit, VisitEnd};
use super::options::Options;
use super::times::{self, Doing, Times};

/// How the rows of a metric become its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How many rows.
    Count,
    /// How many distinct names (conversations, customers).
    Distinct,
    /// Parts / wholes.
    Rate,
    /// 100 × mean of 1, 0 and -1.
    Score,
    /// Mean of points.
    Mean,
    /// Rows / distinct names.
    PerHead,
    Duration,
    /// Of pieces of spans, which are not rows of a table.
    Time(Times),
}

/// The amount that a row adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    One,
    Named(String),
    Part { part: bool, whole: bool },
    Point(i64),
    Ms(i64),
    Span(Doing, i64, i64),
}

/// A row behind a metric, with all that dimensions and filters look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The metric's clock. Of a horizon metric it does not matter.
    pub at: i64,
    pub channel: Option<String>,
    pub support_type: String,
    pub department: Option<String>,
    pub queue: Option<String>,
    pub agent: Option<String>,
    pub app: Option<String>,
    pub contact: Option<String>,
    pub protocol: Option<String>,
    /// The tags of its conversation.
    pub tags: Vec<Option<String>>,
    /// The attributes of its conversation: plan and region.
    pub attributes: [Option<String>; 2],
    /// The agents for whom `--agent` keeps the row.
    pub agents: Vec<Option<String>>,
    pub item: Item,
}

pub struct Metric {
    pub id: &'static str,
    pub measure: Measure,
    /// The clock `horizon`: always in the window.
    pub is_of_horizon: bool,
    pub rows: fn(&Facts, &Options) -> Vec<Row>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A count, rate or score; n is how many rows it is made of (of a count: the count).
    Scalar(Option<f64>, u64),
    /// In seconds.
    Duration { mean: Option<f64>, p50: Option<f64>, p90: Option<f64>, p95: Option<f64>, max: Option<f64>, n: u64 },
}

const NONE: &str = "(none)";

/// The key of a column's value: no value is `(none)`, and a value that is this text has a `\` before it.
pub fn key(value: &Option<String>) -> String {
    match value {
        None => NONE.to_string(),
        Some(text) if text == NONE => format!("\\{NONE}"),
        Some(text) => text.clone(),
    }
}

/// Whether a filter has the value of a key: `(none)` is no value, and a value of this text too.
pub fn is_wanted(wanted: &[String], key: &str) -> bool {
    let has = |text: &str| wanted.iter().any(|wanted| wanted == text);
    wanted.is_empty() || has(key) || key.strip_prefix('\\').is_some_and(|text| text == NONE && has(NONE))
}

const fn metric(id: &'static str, measure: Measure, rows: fn(&Facts, &Options) -> Vec<Row>) -> Metric {
    Metric { id, measure, is_of_horizon: false, rows }
}

const fn of_horizon(id: &'static str, rows: fn(&Facts, &Options) -> Vec<Row>) -> Metric {
    Metric { id, measure: Measure::Count, is_of_horizon: true, rows }
}

/// All metrics of 6.1, 6.2, 6.3 and 6.4.
pub const METRICS: [Metric; 56] = [
    metric("conversations", Measure::Count, conversations),
    metric("engaged_conversations", Measure::Count, engaged_conversations),
    metric("engagement_rate", Measure::Rate, engagement_rate),
    metric("engaged_customers", Measure::Distinct, engaged_customers),
    metric("answered_conversations", Measure::Distinct, answered_conversations),
    metric("closed_conversations", Measure::Distinct, closed_conversations),
    metric("close_events", Measure::Count, close_events),
    metric("reopened_conversations", Measure::Distinct, reopened_conversations),
    metric("transfers_received", Measure::Count, transfers_received),
    metric("first_response_time", Measure::Duration, first_response_time),
    metric("bot_time", Measure::Duration, bot_time),
    metric("containment_rate", Measure::Rate, containment_rate),
    metric("conversations_out_of_hours", Measure::Count, conversations_out_of_hours),
    metric("out_of_hours_rate", Measure::Rate, out_of_hours_rate),
    metric("transfer_requests", Measure::Count, transfer_requests),
    metric("transfers_succeeded", Measure::Count, transfers_succeeded),
    metric("transfers_cancelled", Measure::Count, transfers_cancelled),
    metric("transfers_disabled", Measure::Count, transfers_disabled),
    metric("transfers_incomplete", Measure::Count, transfers_incomplete),
    metric("transfers_pending", Measure::Count, transfers_pending),
    metric("transfer_success_rate", Measure::Rate, transfer_success_rate),
    of_horizon("open_conversations", open_conversations),
    of_horizon("awaiting_reply", awaiting_reply),
    metric("response_time", Measure::Duration, response_time),
    metric("replies", Measure::Count, replies),
    metric("replies_per_agent", Measure::PerHead, replies_per_agent),
    metric("queue_wait", Measure::Duration, queue_wait),
    metric("agent_wait", Measure::Duration, agent_wait),
    metric("total_wait", Measure::Duration, total_wait),
    metric("agent_time", Measure::Duration, agent_time),
    metric("conversation_time", Measure::Duration, conversation_time),
    metric("handovers_in", Measure::Count, handovers_in),
    metric("handovers_out", Measure::Count, handovers_out),
    metric("queue_transfers_in", Measure::Count, queue_transfers_in),
    metric("queue_transfers_out", Measure::Count, queue_transfers_out),
    metric("abandoned", Measure::Count, abandoned),
    metric("abandonment_rate", Measure::Rate, abandonment_rate),
    metric("time_to_abandon", Measure::Duration, time_to_abandon),
    metric("no_shows", Measure::Count, no_shows),
    metric("service_level", Measure::Rate, service_level),
    metric("nps", Measure::Score, nps),
    metric("chats_answered", Measure::Count, chats_answered),
    metric("resolved_first_contact", Measure::Count, resolved_first_contact),
    metric("unresolved_first_contact", Measure::Count, unresolved_first_contact),
    metric("still_open", Measure::Count, still_open),
    metric("first_contact_resolution_rate", Measure::Rate, first_contact_resolution_rate),
    metric("ratings", Measure::Count, ratings),
    metric("csat", Measure::Rate, csat),
    metric("csat_score", Measure::Mean, csat_score),
    metric("rated_share", Measure::Rate, rated_share),
    metric("online_time", Measure::Time(Times::Online), no_rows),
    metric("paused_time", Measure::Time(Times::Paused), no_rows),
    metric("handling_time", Measure::Time(Times::Handling), no_rows),
    metric("attended_time", Measure::Time(Times::Attended), no_rows),
    metric("concurrency", Measure::Time(Times::Concurrency), no_rows),
    metric("occupancy", Measure::Time(Times::Occupancy), no_rows),
];

/// The metrics of section 15 are made of pieces: see `times`.
fn no_rows(_: &Facts, _: &Options) -> Vec<Row> {
    Vec::new()
}

pub fn find(id: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.id == id)
}

/// A metric's value over these rows. No data is null; a count over no rows is 0.
pub fn sum_up(measure: Measure, rows: &[&Row]) -> Value {
    let n = rows.len() as u64;
    let ratio = |top: f64, bottom: usize| if bottom == 0 { None } else { Some(top / bottom as f64) };
    match measure {
        Measure::Count => Value::Scalar(Some(n as f64), n),
        Measure::Distinct => {
            let count = distinct_names(rows);
            Value::Scalar(Some(count as f64), count as u64)
        }
        Measure::Rate => {
            let parts = rows.iter().filter(|row| matches!(row.item, Item::Part { part: true, .. })).count();
            let wholes = rows.iter().filter(|row| matches!(row.item, Item::Part { whole: true, .. })).count();
            Value::Scalar(ratio(parts as f64, wholes), wholes as u64)
        }
        Measure::Score => {
            let points: i64 = rows.iter().map(|row| if let Item::Point(point) = row.item { point } else { 0 }).sum();
            Value::Scalar(ratio(100.0 * points as f64, rows.len()), n)
        }
        Measure::Mean => {
            let points: i64 = rows.iter().map(|row| if let Item::Point(point) = row.item { point } else { 0 }).sum();
            Value::Scalar(ratio(points as f64, rows.len()), n)
        }
        Measure::Time(of) => times::value(of, rows),
        Measure::PerHead => Value::Scalar(ratio(n as f64, distinct_names(rows)), n),
        Measure::Duration => {
            durations(rows.iter().filter_map(|row| if let Item::Ms(ms) = row.item { Some(ms) } else { None }).collect())
        }
    }
}

fn distinct_names(rows: &[&Row]) -> usize {
    let name = |row: &&Row| {
        if let Item::Named(name) = &row.item { Some(name.clone()) } else { None }
    };
    rows.iter().filter_map(name).collect::<BTreeSet<String>>().len()
}

/// Percentiles are exact, nearest rank: the value at rank ⌈p·n⌉ of the sorted values. Means divide an integer sum.
fn durations(mut all: Vec<i64>) -> Value {
    all.sort();
    let n = all.len();
    let rank = |percent: usize| {
        if n == 0 { None } else { Some(all[(percent * n).div_ceil(100) - 1] as f64 / 1000.0) }
    };
    let sum: i64 = all.iter().sum();
    let mean = if n == 0 { None } else { Some(sum as f64 / n as f64 / 1000.0) };
    Value::Duration { mean, p50: rank(50), p90: rank(90), p95: rank(95), max: rank(100), n: n as u64 }
}

// Rows.

/// A row of a table that has its own department, queue and agent.
fn own_row(
    facts: &Facts,
    common: &Common,
    department: &Option<String>,
    queue: &Option<String>,
    agent: &Option<String>,
    at: i64,
    item: Item,
) -> Row {
    let conversation = facts.conversation(&common.conversation_id);
    Row {
        at,
        channel: common.channel.clone(),
        support_type: common.support_type.clone(),
        department: department.clone(),
        queue: queue.clone(),
        agent: agent.clone(),
        app: common.app.clone(),
        contact: conversation.contact.clone(),
        protocol: conversation.protocol.clone(),
        tags: tags_of(conversation),
        attributes: attributes_of(conversation),
        agents: vec![agent.clone()],
        item,
    }
}

/// The tags of a conversation; without, one that is none.
pub fn tags_of(conversation: &Conversation) -> Vec<Option<String>> {
    match &conversation.tags {
        Some(tags) => tags.split(';').map(|tag| Some(tag.to_string())).collect(),
        None => vec![None],
    }
}

/// The attributes of a conversation: plan and region.
pub fn attributes_of(conversation: &Conversation) -> [Option<String>; 2] {
    [conversation.plan.clone(), conversation.region.clone()]
}

/// A conversation-level row of 6.3 and 6.4: `--agent` means the conversation's own agent.
fn conversation_row(facts: &Facts, conversation: &Conversation, at: i64, item: Item) -> Row {
    let Conversation { common, department, queue, agent, .. } = conversation;
    own_row(facts, common, department, queue, agent, at, item)
}

/// A conversation-level row of 6.1, and a request or reopening: `--agent` means that a stint or message of that agent
/// is in the conversation.
fn with_all_agents(facts: &Facts, mut row: Row, conversation_id: &str) -> Row {
    let stints = facts.stints.iter().filter(|stint| stint.common.conversation_id == conversation_id);
    let messages = facts.agent_messages.iter().filter(|message| message.common.conversation_id == conversation_id);
    row.agents = stints.map(|stint| stint.agent.clone()).chain(messages.map(|message| message.agent.clone())).collect();
    row
}

fn first_part_row(facts: &Facts, conversation: &Conversation, at: i64, item: Item) -> Row {
    let row = conversation_row(facts, conversation, at, item);
    with_all_agents(facts, row, &conversation.common.conversation_id)
}

fn request_row(facts: &Facts, request: &Request, at: i64, item: Item) -> Row {
    let Request { common, department, queue, .. } = request;
    let agent = facts.conversation(&common.conversation_id).agent.clone();
    let row = own_row(facts, common, department, queue, &agent, at, item);
    with_all_agents(facts, row, &common.conversation_id)
}

pub fn visit_row(facts: &Facts, visit: &Visit, at: i64, item: Item) -> Row {
    own_row(facts, &visit.common, &visit.department, &visit.queue, &visit.agent, at, item)
}

pub fn stint_row(facts: &Facts, stint: &Stint, at: i64, item: Item) -> Row {
    own_row(facts, &stint.common, &stint.department, &stint.queue, &stint.agent, at, item)
}

fn close_row(facts: &Facts, close: &Close, item: Item) -> Row {
    own_row(facts, &close.common, &close.department, &close.queue, &close.agent, close.ts, item)
}

fn part(part: bool, whole: bool) -> Item {
    Item::Part { part: part && whole, whole }
}

// 6.1 Conversations.

/// The conversations that a condition keeps, on the clock `started_at`.
fn started(facts: &Facts, keeps: fn(&Conversation) -> bool) -> Vec<Row> {
    let kept = facts.conversations.iter().filter(|conversation| keeps(conversation));
    kept.map(|conversation| first_part_row(facts, conversation, conversation.started_at, Item::One)).collect()
}

fn conversations(facts: &Facts, _: &Options) -> Vec<Row> {
    started(facts, |_| true)
}

fn engaged_conversations(facts: &Facts, _: &Options) -> Vec<Row> {
    started(facts, |conversation| conversation.engaged_at.is_some())
}

fn engagement_rate(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |conversation: &Conversation| {
        let item = part(conversation.engaged_at.is_some(), true);
        first_part_row(facts, conversation, conversation.started_at, item)
    };
    facts.conversations.iter().map(row).collect()
}

/// Distinct customers of engaged conversations with a welcome and a customer message after it.
fn engaged_customers(facts: &Facts, _: &Options) -> Vec<Row> {
    let mut rows = Vec::new();
    for conversation in &facts.conversations {
        let is_meant = conversation.engaged_at.is_some() && conversation.did_customer_write_after_welcome;
        if let Some(customer) = conversation.customer.clone().filter(|_| is_meant) {
            rows.push(first_part_row(facts, conversation, conversation.started_at, Item::Named(customer)));
        }
    }
    rows
}

fn answered_conversations(facts: &Facts, _: &Options) -> Vec<Row> {
    let mut rows = Vec::new();
    for message in &facts.agent_messages {
        let item = Item::Named(message.common.conversation_id.clone());
        let (department, queue, agent) = (&message.department, &message.queue, &message.agent);
        rows.push(own_row(facts, &message.common, department, queue, agent, message.ts, item));
    }
    rows
}

fn closes_by_agents(facts: &Facts) -> impl Iterator<Item = &Close> {
    facts.closes.iter().filter(|close| close.actor == Some(Actor::Agent))
}

fn closed_conversations(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |close: &Close| close_row(facts, close, Item::Named(close.common.conversation_id.clone()));
    closes_by_agents(facts).map(row).collect()
}

fn close_events(facts: &Facts, _: &Options) -> Vec<Row> {
    closes_by_agents(facts).map(|close| close_row(facts, close, Item::One)).collect()
}

fn reopened_conversations(facts: &Facts, _: &Options) -> Vec<Row> {
    let mut rows = Vec::new();
    for reopening in &facts.reopenings {
        let id = &reopening.common.conversation_id;
        let item = Item::Named(id.clone());
        rows.push(first_part_row(facts, facts.conversation(id), reopening.ts, item));
    }
    rows
}

fn transfers_received(facts: &Facts, _: &Options) -> Vec<Row> {
    let succeeded = facts.requests.iter().filter(|request| request.outcome == Outcome::Succeeded);
    succeeded.filter_map(|request| Some(request_row(facts, request, request.decided_at?, Item::One))).collect()
}

/// First agent message − first customer message, where the customer wrote first: a row is that agent message.
fn first_response_time(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |conversation: &Conversation| {
        let id = &conversation.common.conversation_id;
        let asked = conversation.first_customer_message_at.filter(|_| conversation.did_customer_write_first)?;
        let answer = facts.agent_messages.iter().find(|message| message.common.conversation_id == *id)?;
        let (department, queue, agent) = (&answer.department, &answer.queue, &answer.agent);
        Some(own_row(facts, &answer.common, department, queue, agent, answer.ts, Item::Ms(answer.ts - asked)))
    };
    facts.conversations.iter().filter_map(row).collect()
}

/// Whether a conversation started outside of its calendar's open set.
fn is_out_of_hours(conversation: &Conversation, options: &Options) -> bool {
    let Conversation { queue, department, started_at, .. } = conversation;
    options.opening.as_ref().is_some_and(|opening| !opening.is_open(options.zone, queue, department, *started_at))
}

fn conversations_out_of_hours(facts: &Facts, options: &Options) -> Vec<Row> {
    let out = facts.conversations.iter().filter(|conversation| is_out_of_hours(conversation, options));
    out.map(|conversation| first_part_row(facts, conversation, conversation.started_at, Item::One)).collect()
}

fn out_of_hours_rate(facts: &Facts, options: &Options) -> Vec<Row> {
    let row = |conversation: &Conversation| {
        let item = part(is_out_of_hours(conversation, options), true);
        first_part_row(facts, conversation, conversation.started_at, item)
    };
    facts.conversations.iter().map(row).collect()
}

/// Section 11: these are open times, of spans that begin at the metric's clock or end there.
pub fn in_open_time(id: &str, rows: Vec<Row>, options: &Options) -> Vec<Row> {
    const BEGIN: [&str; 4] = ["queue_wait", "agent_wait", "total_wait", "time_to_abandon"];
    const END: [&str; 4] = ["first_response_time", "response_time", "agent_time", "conversation_time"];
    let Some(opening) = &options.opening else { return rows };
    let open = |mut row: Row| {
        let Item::Ms(ms) = row.item else { return row };
        let span = if BEGIN.contains(&id) { (row.at, row.at + ms) } else { (row.at - ms, row.at) };
        row.item = Item::Ms(opening.open_ms(options.zone, &row.queue, &row.department, span));
        row
    };
    if BEGIN.contains(&id) || END.contains(&id) { rows.into_iter().map(open).collect() } else { rows }
}

/// Engaged conversations with a welcome.
fn engaged_with_bot(facts: &Facts) -> impl Iterator<Item = &Conversation> {
    let is_meant =
        |conversation: &&Conversation| conversation.engaged_at.is_some() && conversation.welcome_at.is_some();
    facts.conversations.iter().filter(is_meant)
}

fn bot_time(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |conversation: &Conversation| {
        let ms = conversation.bot_ended_at? - conversation.started_at;
        Some(first_part_row(facts, conversation, conversation.started_at, Item::Ms(ms)))
    };
    engaged_with_bot(facts).filter_map(row).collect()
}

/// Conversations with no request, visit, stint or agent message.
fn containment_rate(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |conversation: &Conversation| {
        let id = &conversation.common.conversation_id;
        let has_request = facts.requests.iter().any(|request| request.common.conversation_id == *id);
        let has_visit = facts.visits.iter().any(|visit| visit.common.conversation_id == *id);
        let has_stint = facts.stints.iter().any(|stint| stint.common.conversation_id == *id);
        let has_message = conversation.agent_messages > 0;
        let is_contained = !(has_request || has_visit || has_stint || has_message);
        first_part_row(facts, conversation, conversation.started_at, part(is_contained, true))
    };
    engaged_with_bot(facts).map(row).collect()
}

// 6.2 Transfers, on the clock `requested_at`.

fn requests_of(facts: &Facts, keeps: fn(Outcome) -> bool) -> Vec<Row> {
    let kept = facts.requests.iter().filter(|request| keeps(request.outcome));
    kept.map(|request| request_row(facts, request, request.requested_at, Item::One)).collect()
}

fn transfer_requests(facts: &Facts, _: &Options) -> Vec<Row> {
    requests_of(facts, |_| true)
}

fn transfers_succeeded(facts: &Facts, _: &Options) -> Vec<Row> {
    requests_of(facts, |outcome| outcome == Outcome::Succeeded)
}

fn transfers_cancelled(facts: &Facts, _: &Options) -> Vec<Row> {
    requests_of(facts, |outcome| outcome == Outcome::Cancelled)
}

fn transfers_disabled(facts: &Facts, _: &Options) -> Vec<Row> {
    requests_of(facts, |outcome| outcome == Outcome::Disabled)
}

fn transfers_incomplete(facts: &Facts, _: &Options) -> Vec<Row> {
    requests_of(facts, |outcome| outcome == Outcome::Incomplete)
}

fn transfers_pending(facts: &Facts, _: &Options) -> Vec<Row> {
    requests_of(facts, |outcome| outcome == Outcome::Pending)
}

/// Succeeded / (requests − pending).
fn transfer_success_rate(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |request: &Request| {
        let item = part(request.outcome == Outcome::Succeeded, request.outcome != Outcome::Pending);
        request_row(facts, request, request.requested_at, item)
    };
    facts.requests.iter().map(row).collect()
}

// 6.3 Queues and agents.

/// In phase `waiting` or `human`, or unanswered.
pub fn is_open(conversation: &Conversation) -> bool {
    matches!(conversation.phase, Phase::Waiting | Phase::Human) || conversation.is_unanswered
}

fn open_conversations(facts: &Facts, _: &Options) -> Vec<Row> {
    let open = facts.conversations.iter().filter(|conversation| is_open(conversation));
    open.map(|conversation| conversation_row(facts, conversation, facts.horizon, Item::One)).collect()
}

fn awaiting_reply(facts: &Facts, _: &Options) -> Vec<Row> {
    let open = facts.conversations.iter().filter(|conversation| is_open(conversation));
    let due = open.filter(|conversation| conversation.due_since.is_some());
    due.map(|conversation| conversation_row(facts, conversation, facts.horizon, Item::One)).collect()
}

fn response_time(facts: &Facts, _: &Options) -> Vec<Row> {
    let mut rows = Vec::new();
    for message in &facts.agent_messages {
        if let Some(ms) = message.response_ms {
            let (department, queue, agent) = (&message.department, &message.queue, &message.agent);
            rows.push(own_row(facts, &message.common, department, queue, agent, message.ts, Item::Ms(ms)));
        }
    }
    rows
}

fn replies(facts: &Facts, options: &Options) -> Vec<Row> {
    let mut rows = answered_conversations(facts, options);
    rows.iter_mut().for_each(|row| row.item = Item::One);
    rows
}

/// Agent messages / distinct agents who wrote them (`(none)` is one).
fn replies_per_agent(facts: &Facts, options: &Options) -> Vec<Row> {
    let mut rows = answered_conversations(facts, options);
    rows.iter_mut().for_each(|row| row.item = Item::Named(key(&row.agent)));
    rows
}

/// Visits: from the entry to an instant.
fn from_entry(facts: &Facts, until: fn(&Visit) -> Option<i64>) -> Vec<Row> {
    let row = |visit: &Visit| {
        let entered = visit.entered_at?;
        Some(visit_row(facts, visit, entered, Item::Ms(until(visit)? - entered)))
    };
    facts.visits.iter().filter_map(row).collect()
}

fn queue_wait(facts: &Facts, _: &Options) -> Vec<Row> {
    from_entry(facts, |visit| visit.assigned_at)
}

fn total_wait(facts: &Facts, _: &Options) -> Vec<Row> {
    from_entry(facts, |visit| visit.first_reply_at)
}

fn agent_wait(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |stint: &Stint| {
        let assigned = stint.assigned_at?;
        Some(stint_row(facts, stint, assigned, Item::Ms(stint.first_message_at? - assigned)))
    };
    facts.stints.iter().filter_map(row).collect()
}

/// Conversations now closed in which an agent wrote, the first such message not after the close.
fn agent_time(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |conversation: &Conversation| {
        let closed = conversation.closed_at?;
        let began = conversation.first_agent_message_at.filter(|began| *began <= closed)?;
        Some(conversation_row(facts, conversation, closed, Item::Ms(closed - began)))
    };
    facts.conversations.iter().filter_map(row).collect()
}

/// Conversations now closed in which an agent wrote.
fn conversation_time(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |conversation: &Conversation| {
        let closed = conversation.closed_at?;
        conversation.first_agent_message_at?;
        Some(conversation_row(facts, conversation, closed, Item::Ms(closed - conversation.started_at)))
    };
    facts.conversations.iter().filter_map(row).collect()
}

fn handovers_in(facts: &Facts, _: &Options) -> Vec<Row> {
    let received = facts.stints.iter().filter(|stint| stint.was_received_by_transfer);
    received.map(|stint| stint_row(facts, stint, stint.began_at, Item::One)).collect()
}

fn handovers_out(facts: &Facts, _: &Options) -> Vec<Row> {
    let handed_on = facts.stints.iter().filter(|stint| stint.end == StintEnd::Transferred);
    handed_on.filter_map(|stint| Some(stint_row(facts, stint, stint.ended_at?, Item::One))).collect()
}

/// Visits that a `transferred` opened, on the clock of that event.
fn queue_transfers_in(facts: &Facts, _: &Options) -> Vec<Row> {
    let received = facts.visits.iter().filter(|visit| visit.is_by_transfer);
    received.map(|visit| visit_row(facts, visit, visit.opened_at, Item::One)).collect()
}

/// Visits ended as `transferred_out`, on the clock `ended_at`.
fn queue_transfers_out(facts: &Facts, _: &Options) -> Vec<Row> {
    let handed_on = facts.visits.iter().filter(|visit| visit.end == VisitEnd::TransferredOut);
    handed_on.filter_map(|visit| Some(visit_row(facts, visit, visit.ended_at?, Item::One))).collect()
}

/// Visits with an entry.
fn entered(facts: &Facts, item: impl Fn(&Visit) -> Option<Item>) -> Vec<Row> {
    let row = |visit: &Visit| Some(visit_row(facts, visit, visit.entered_at?, item(visit)?));
    facts.visits.iter().filter_map(row).collect()
}

fn abandoned(facts: &Facts, _: &Options) -> Vec<Row> {
    entered(facts, |visit| visit.is_abandoned.then_some(Item::One))
}

fn time_to_abandon(facts: &Facts, _: &Options) -> Vec<Row> {
    from_entry(facts, |visit| visit.ended_at.filter(|_| visit.is_abandoned))
}

fn abandonment_rate(facts: &Facts, _: &Options) -> Vec<Row> {
    entered(facts, |visit| Some(part(visit.is_abandoned, true)))
}

/// Visits answered within the limit (exactly the limit is within) / (visits answered + abandoned).
fn service_level(facts: &Facts, options: &Options) -> Vec<Row> {
    entered(facts, |visit| {
        let wait = visit.first_reply_at.zip(visit.entered_at).map(|(reply, entry)| match &options.opening {
            Some(opening) => opening.open_ms(options.zone, &visit.queue, &visit.department, (entry, reply)),
            None => reply - entry,
        });
        let is_within = wait.is_some_and(|ms| ms <= options.service_level);
        Some(part(is_within, wait.is_some() || visit.is_abandoned))
    })
}

fn no_shows(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |stint: &Stint| Some(stint_row(facts, stint, stint.assigned_at?, Item::One));
    facts.stints.iter().filter(|stint| stint.is_no_show).filter_map(row).collect()
}

/// A row of each rating, with what it adds, if anything.
fn rating_rows(facts: &Facts, item: fn(&str, i64) -> Option<Item>) -> Vec<Row> {
    let mut rows = Vec::new();
    for rating in &facts.ratings {
        if let Some(item) = item(&rating.survey, rating.score) {
            let (department, queue, agent) = (&rating.department, &rating.queue, &rating.agent);
            rows.push(own_row(facts, &rating.common, department, queue, agent, rating.ts, item));
        }
    }
    rows
}

/// 100 × (scores 9–10 − scores 0–6) / ratings of survey nps.
fn nps(facts: &Facts, _: &Options) -> Vec<Row> {
    rating_rows(facts, |survey, score| match (survey, score) {
        ("nps", 9..=10) => Some(Item::Point(1)),
        ("nps", 0..=6) => Some(Item::Point(-1)),
        ("nps", _) => Some(Item::Point(0)),
        _ => None,
    })
}

// 12 Surveys.

fn ratings(facts: &Facts, _: &Options) -> Vec<Row> {
    rating_rows(facts, |_, _| Some(Item::One))
}

/// Satisfied (csat 4 or 5, thumbs 1) / ratings of csat and thumbs.
fn csat(facts: &Facts, _: &Options) -> Vec<Row> {
    rating_rows(facts, |survey, score| match survey {
        "csat" => Some(part(score >= 4, true)),
        "thumbs" => Some(part(score == 1, true)),
        _ => None,
    })
}

fn csat_score(facts: &Facts, _: &Options) -> Vec<Row> {
    rating_rows(facts, |survey, score| (survey == "csat").then_some(Item::Point(score)))
}

/// Of conversations now closed in which an agent wrote: those with a rating of any survey.
fn rated_share(facts: &Facts, _: &Options) -> Vec<Row> {
    let row = |conversation: &Conversation| {
        let closed = conversation.closed_at?;
        conversation.first_agent_message_at?;
        let id = &conversation.common.conversation_id;
        let is_rated = facts.ratings.iter().any(|rating| rating.common.conversation_id == *id);
        Some(conversation_row(facts, conversation, closed, part(is_rated, true)))
    };
    facts.conversations.iter().filter_map(row).collect()
}

// 6.4 First contact, on the clock `first_agent_message_at`.

#[derive(Clone, Copy, PartialEq, Eq)]
enum Contact {
    Resolved,
    Unresolved,
    StillOpen,
}

/// How the first contact ended.
fn contact(facts: &Facts, conversation: &Conversation) -> Contact {
    if conversation.phase != Phase::Closed {
        return Contact::StillOpen;
    }
    let id = &conversation.common.conversation_id;
    let first = facts.closes.iter().find(|close| close.common.conversation_id == *id);
    match first {
        Some(close) if is_resolved(conversation, close) => Contact::Resolved,
        _ => Contact::Unresolved,
    }
}

/// The first close by an agent, or by bot or system with the agent's last word; never reopened; that close not marked
/// `unresolved`; and either marked `resolved` or not returned.
fn is_resolved(conversation: &Conversation, first: &Close) -> bool {
    let is_by_people = match first.actor {
        Some(Actor::Agent) => true,
        Some(Actor::Bot | Actor::System) => first.last_word_by == Some(Actor::Agent),
        Some(Actor::Customer) | None => false,
    };
    let is_good = match first.resolution {
        Some(Resolution::Resolved) => true,
        Some(Resolution::Unresolved) => false,
        None => !conversation.is_returned,
    };
    is_by_people && is_good && conversation.reopen_count == 0
}

/// The conversations that an agent answered, with what a way of the first contact adds.
fn first_contacts(facts: &Facts, item: fn(Contact) -> Option<Item>) -> Vec<Row> {
    let row = |conversation: &Conversation| {
        let answered = conversation.first_agent_message_at?;
        Some(conversation_row(facts, conversation, answered, item(contact(facts, conversation))?))
    };
    facts.conversations.iter().filter_map(row).collect()
}

fn chats_answered(facts: &Facts, _: &Options) -> Vec<Row> {
    first_contacts(facts, |_| Some(Item::One))
}

fn resolved_first_contact(facts: &Facts, _: &Options) -> Vec<Row> {
    first_contacts(facts, |contact| (contact == Contact::Resolved).then_some(Item::One))
}

fn unresolved_first_contact(facts: &Facts, _: &Options) -> Vec<Row> {
    first_contacts(facts, |contact| (contact == Contact::Unresolved).then_some(Item::One))
}

fn still_open(facts: &Facts, _: &Options) -> Vec<Row> {
    first_contacts(facts, |contact| (contact == Contact::StillOpen).then_some(Item::One))
}

/// Resolved / (resolved + unresolved).
fn first_contact_resolution_rate(facts: &Facts, _: &Options) -> Vec<Row> {
    first_contacts(facts, |contact| Some(part(contact == Contact::Resolved, contact != Contact::StillOpen)))
}
