//! The operation at the horizon of the facts: open conversations, agents, and where they serve.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use polars::prelude::*;

use super::Stage;
use super::filter::{FilterColumns, FilterValues};
use crate::event::AgentStatus;
use crate::fold::facts::Facts;
use crate::fold::rows::Phase;
use crate::fold::schema::FactTable;

/// The columns of the facts that this module reads.
pub const READ: &[(FactTable, &[&str])] = &[
    (
        FactTable::Conversations,
        &[
            "channel",
            "app",
            "support_type",
            "customer",
            "department",
            "queue",
            "contact",
            "protocol",
            "tags",
            "phase",
            "is_unanswered",
            "status",
            "status_since",
            "started_at",
            "last_message_at",
            "due_since",
            "handover_count",
        ],
    ),
    (FactTable::Visits, &["entered_at", "ended_at"]),
    (FactTable::Stints, &["agent", "department", "queue", "end", "ended_at"]),
];

/// A conversation that is open at the horizon. Instants are UTC milliseconds.
#[derive(Debug, Clone)]
pub struct Open<'f> {
    /// The values that filters compare, with the holder and the status.
    pub values: FilterValues<'f>,
    /// The id.
    pub id: &'f str,
    /// The customer.
    pub customer: Option<&'f str>,
    /// Its stage.
    pub stage: Stage,
    /// Whether it is held, possibly by an agent without an id.
    pub is_held: bool,
    /// When the status last changed.
    pub status_since: i64,
    /// First event.
    pub started_at: i64,
    /// Last message.
    pub last_message_at: Option<i64>,
    /// When the customer's wait for a person's answer began.
    pub due_since: Option<i64>,
    /// If waiting: the open visit's entry, else `due_since`.
    pub waits_since: Option<i64>,
    /// Handovers.
    pub handovers: u64,
}

/// The rows of a table that a mask selects, in one chunk.
fn rows_where(frame: &DataFrame, mask: &BooleanChunked) -> PolarsResult<DataFrame> {
    let mut rows = frame.filter(mask)?;
    rows.rechunk_mut();
    Ok(rows)
}

/// The conversations that are open: those with a status.
///
/// # Errors
///
/// If the facts lack a column: a bug.
pub fn open_frame(facts: &Facts) -> PolarsResult<DataFrame> {
    let all = facts.frame(FactTable::Conversations);
    rows_where(all, &all.column("status")?.is_not_null())
}

/// The rows of `frame`, which is from [`open_frame`].
///
/// # Errors
///
/// If the facts lack a column, or contain an unknown word: a bug.
pub fn open<'f>(frame: &'f DataFrame, facts: &'f Facts) -> PolarsResult<Vec<Open<'f>>> {
    let text = |name: &str| frame.column(name)?.str();
    let number = |name: &str| frame.column(name)?.i64();
    let flag = frame.column("is_unanswered")?.bool()?;
    let holders = of_open(facts, FactTable::Stints, |frame| Ok(frame.column("agent")?.str()?.iter().collect()))?;
    let entries = of_open(facts, FactTable::Visits, |frame| Ok(frame.column("entered_at")?.i64()?.iter().collect()))?;
    let (ids, phases, customers) = (text("conversation_id")?, text("phase")?, text("customer")?);
    let columns = FilterColumns::of(frame, facts)?;
    let (since, started, messages) = (number("status_since")?, number("started_at")?, number("last_message_at")?);
    let (due, handovers) = (number("due_since")?, number("handover_count")?);
    let row = |at: usize| {
        let missing = || polars_err!(ComputeError: "an open conversation without an instant");
        let id = ids.get(at).ok_or_else(missing)?;
        let phase = phases.get(at).and_then(Phase::parse).ok_or_else(missing)?;
        let stage = stage(phase, flag.get(at).unwrap_or(false));
        let holder = holders.get(id).copied();
        let due_since = due.get(at);
        let entered_at = entries.get(id).copied().flatten();
        Ok(Open {
            values: columns.values(at, holder.flatten()),
            id,
            customer: customers.get(at),
            stage,
            is_held: holder.is_some(),
            status_since: since.get(at).ok_or_else(missing)?,
            started_at: started.get(at).ok_or_else(missing)?,
            last_message_at: messages.get(at),
            due_since,
            waits_since: waits_since(stage, entered_at, due_since),
            handovers: handovers.get(at).and_then(|count| u64::try_from(count).ok()).unwrap_or(0),
        })
    };
    (0..frame.height()).map(row).collect()
}

/// The stage of an open conversation.
#[must_use]
pub const fn stage(phase: Phase, is_unanswered: bool) -> Stage {
    match phase {
        Phase::Human => Stage::Attended,
        Phase::Waiting => Stage::Waiting,
        Phase::None | Phase::Bot | Phase::Closed if is_unanswered => Stage::Waiting,
        Phase::None | Phase::Bot | Phase::Closed => Stage::Automated,
    }
}

/// When a conversation's wait began: the open visit's entry, else when the reply became due.
#[must_use]
pub fn waits_since(stage: Stage, entered_at: Option<i64>, due_since: Option<i64>) -> Option<i64> {
    entered_at.or(due_since).filter(|_| stage == Stage::Waiting)
}

/// A column's values in rows that have not ended, by conversation: a conversation has one open visit and one open
/// stint.
fn of_open<'f, T>(
    facts: &'f Facts,
    table: FactTable,
    column: impl FnOnce(&'f DataFrame) -> PolarsResult<Vec<T>>,
) -> PolarsResult<HashMap<&'f str, T>> {
    let frame = facts.frame(table);
    let ids = frame.column("conversation_id")?.str()?;
    let ends = frame.column("ended_at")?.i64()?;
    let rows = ids.iter().zip(column(frame)?).zip(ends.iter());
    Ok(rows.filter_map(|((id, value), end)| Some((id?, value)).filter(|_| end.is_none())).collect())
}

/// An agent's status, with its beginning.
#[derive(Debug, Clone, Copy)]
pub struct TimedStatus {
    /// online, paused or offline.
    pub status: AgentStatus,
    /// Its beginning.
    pub since: i64,
    /// How many conversations the agent can hold at once, by the latest value.
    pub capacity: Option<u64>,
}

/// A summary of an agent's stints.
#[derive(Debug, Clone, Default)]
pub struct Served<'f> {
    /// Departments of the stints.
    pub departments: BTreeSet<&'f str>,
    /// Handovers since a given instant.
    pub handovers: u64,
}

/// Agents with a stint, by department or queue, if any.
pub type AgentsByPlace<'f> = BTreeMap<Option<&'f str>, BTreeSet<Option<&'f str>>>;

/// Agents and the places where they serve.
#[derive(Debug, Default)]
pub struct Roster<'f> {
    /// The latest status of each agent that has one.
    pub states: BTreeMap<Option<&'f str>, TimedStatus>,
    /// The work of each agent with a stint.
    pub served: BTreeMap<Option<&'f str>, Served<'f>>,
    /// By department.
    pub by_department: AgentsByPlace<'f>,
    /// By queue.
    pub by_queue: AgentsByPlace<'f>,
}

impl<'f> Roster<'f> {
    /// The roster at the horizon; handovers are counted from `since` on.
    ///
    /// # Errors
    ///
    /// If the facts lack a column, or contain an unknown word: a bug.
    pub fn of(facts: &'f Facts, since: i64) -> PolarsResult<Self> {
        let mut roster = Self::default();
        let states = facts.frame(FactTable::AgentStates);
        let (agents, statuses) = (states.column("agent")?.str()?, states.column("status")?.str()?);
        let (sinces, capacities) = (states.column("since")?.i64()?, states.column("capacity")?.i64()?);
        for (((agent, status), since), capacity) in
            agents.iter().zip(statuses.iter()).zip(sinces.iter()).zip(capacities.iter())
        {
            if let (Some(agent), Some(status), Some(since)) = (agent, status.and_then(AgentStatus::parse), since) {
                let capacity = capacity.and_then(|capacity| u64::try_from(capacity).ok());
                // In the order of their beginnings, so the last one is kept.
                roster.states.insert(Some(agent), TimedStatus { status, since, capacity });
            }
        }
        let stints = facts.frame(FactTable::Stints);
        let text = |name: &str| stints.column(name)?.str();
        let (agents, departments, queues, ends) = (text("agent")?, text("department")?, text("queue")?, text("end")?);
        let ended = stints.column("ended_at")?.i64()?;
        for ((((agent, department), queue), end), ended_at) in
            agents.iter().zip(departments.iter()).zip(queues.iter()).zip(ends.iter()).zip(ended.iter())
        {
            let served = roster.served.entry(agent).or_default();
            served.departments.extend(department);
            let is_handover = end == Some("transferred") && ended_at.is_some_and(|ended_at| ended_at >= since);
            served.handovers += u64::from(is_handover);
            roster.by_department.entry(department).or_default().insert(agent);
            roster.by_queue.entry(queue).or_default().insert(agent);
        }
        Ok(roster)
    }

    /// Whether an agent is online.
    #[must_use]
    pub fn is_online(&self, agent: Option<&str>) -> bool {
        self.states.get(&agent).is_some_and(|state| state.status == AgentStatus::Online)
    }
}
