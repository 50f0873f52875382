//! The operation at the horizon of the facts: open conversations, agents, and where they serve.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use polars::prelude::*;

use super::Stage;
use super::filter::{FilterColumns, FilterValues};
use crate::event::AgentStatus;
use crate::fold::fact_batches::Between;
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
    /// The conversation's id.
    pub id: &'f str,
    /// The latest id of its customer.
    pub customer: Option<&'f str>,
    /// With whom it is: the bot, nobody yet, or an agent.
    pub stage: Stage,
    /// Whether it is held, possibly by an agent without an id.
    pub is_held: bool,
    /// When the status last changed.
    pub status_since: i64,
    /// First event.
    pub started_at: i64,
    /// When anybody last wrote.
    pub last_message_at: Option<i64>,
    /// When the customer's wait for a person's answer began.
    pub due_since: Option<i64>,
    /// If waiting: the open visit's entry, else `due_since`.
    pub waits_since: Option<i64>,
    /// How many stints ended as transferred.
    pub handovers: u64,
}

/// The rows that a snapshot needs. All rows may be in a file, so few conversations are read at a time.
#[derive(Debug)]
pub struct OpenTables {
    /// Open conversations: those with a status. In one chunk.
    conversations: DataFrame,
    /// The open visits.
    visits: DataFrame,
    /// The open stints.
    stints: DataFrame,
    /// Agents of all stints with their departments and queues, and how often they handed over.
    served: DataFrame,
}

impl OpenTables {
    /// The rows at the horizon; handovers are counted from `since` on.
    ///
    /// # Errors
    ///
    /// If the facts lack a column: a bug. If the file cannot be read.
    pub fn of(facts: &Facts, since: i64) -> PolarsResult<Self> {
        let mut all: Option<Self> = None;
        for facts in facts.turns(FactTable::Conversations) {
            let own = Self::of_turn(&facts, since)?;
            match &mut all {
                None => all = Some(own),
                Some(all) => all.add(own)?,
            }
        }
        let mut all = all.map_or_else(|| Self::of_turn(facts, since), Ok)?;
        all.conversations.rechunk_mut();
        Ok(all)
    }

    fn of_turn(facts: &Facts, since: i64) -> PolarsResult<Self> {
        // A status has a beginning.
        let always = Between { column: "status_since".into(), from: i64::MIN, to: i64::MAX };
        let open = |table: FactTable, columns: [&str; 2]| {
            facts.rows(table)?.filter(col("ended_at").is_null()).select(columns.map(col)).collect()
        };
        let is_handover =
            col("end").eq(lit("transferred")).and(col("ended_at").gt_eq(lit(since))).fill_null(lit(false));
        let stints = facts.rows(FactTable::Stints)?.with_column(is_handover.cast(DataType::Int64).alias(HANDOVERS));
        Ok(Self {
            conversations: facts.rows_between(FactTable::Conversations, always)?.collect()?,
            visits: open(FactTable::Visits, ["conversation_id", "entered_at"])?,
            stints: open(FactTable::Stints, ["conversation_id", "agent"])?,
            served: served(stints)?,
        })
    }

    fn add(&mut self, other: Self) -> PolarsResult<()> {
        self.conversations.vstack_mut_owned(other.conversations)?;
        self.visits.vstack_mut_owned(other.visits)?;
        self.stints.vstack_mut_owned(other.stints)?;
        self.served = served(self.served.vstack(&other.served)?.lazy())?;
        Ok(())
    }
}

/// The column with the number of handovers.
const HANDOVERS: &str = "handovers";

/// The handovers of agents by department and queue.
fn served(stints: LazyFrame) -> PolarsResult<DataFrame> {
    stints.group_by([col("agent"), col("department"), col("queue")]).agg([col(HANDOVERS).sum()]).collect()
}

/// The open conversations.
///
/// # Errors
///
/// If the facts lack a column, or contain an unknown word: a bug.
pub fn open<'f>(tables: &'f OpenTables, facts: &'f Facts) -> PolarsResult<Vec<Open<'f>>> {
    let frame = &tables.conversations;
    let text = |name: &str| frame.column(name)?.str();
    let number = |name: &str| frame.column(name)?.i64();
    let flag = frame.column("is_unanswered")?.bool()?;
    let holders = by_conversation(&tables.stints, tables.stints.column("agent")?.str()?.iter())?;
    let entries = by_conversation(&tables.visits, tables.visits.column("entered_at")?.i64()?.iter())?;
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
pub(crate) fn waits_since(stage: Stage, entered_at: Option<i64>, due_since: Option<i64>) -> Option<i64> {
    entered_at.or(due_since).filter(|_| stage == Stage::Waiting)
}

/// The values of rows by conversation: each has at most one open visit and one open stint.
fn by_conversation<T>(frame: &DataFrame, values: impl Iterator<Item = T>) -> PolarsResult<HashMap<&str, T>> {
    let rows = frame.column("conversation_id")?.str()?.iter().zip(values);
    Ok(rows.filter_map(|(id, value)| Some((id?, value))).collect())
}

/// An agent's status, with its beginning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TimedStatus {
    /// online, paused or offline.
    pub status: AgentStatus,
    /// Its beginning.
    pub since: i64,
    /// How many conversations the agent can hold at once, by the latest value.
    pub capacity: Option<u64>,
}

/// A summary of an agent's stints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Served<'f> {
    /// Departments of the stints.
    pub departments: BTreeSet<&'f str>,
    /// Handovers since a given instant.
    pub handovers: u64,
}

/// Agents with a stint, by department or queue, if any.
pub(crate) type AgentsByPlace<'f> = BTreeMap<Option<&'f str>, BTreeSet<Option<&'f str>>>;

/// Agents and the places where they serve.
#[derive(Debug, Default)]
pub(crate) struct Roster<'f> {
    /// The latest status of each agent that has one.
    pub states: BTreeMap<Option<&'f str>, TimedStatus>,
    /// The work of each agent with a stint.
    pub served: BTreeMap<Option<&'f str>, Served<'f>>,
    /// Those who have had a stint in each department.
    pub by_department: AgentsByPlace<'f>,
    /// Those who have had a stint in each queue.
    pub by_queue: AgentsByPlace<'f>,
}

impl<'f> Roster<'f> {
    /// The roster at the horizon.
    ///
    /// # Errors
    ///
    /// If the facts lack a column, or contain an unknown word: a bug.
    pub fn of(tables: &'f OpenTables, facts: &'f Facts) -> PolarsResult<Self> {
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
        let served = &tables.served;
        let text = |name: &str| served.column(name)?.str();
        let (agents, departments, queues) = (text("agent")?, text("department")?, text("queue")?);
        let handovers = served.column(HANDOVERS)?.i64()?;
        for (((agent, department), queue), handovers) in
            agents.iter().zip(departments.iter()).zip(queues.iter()).zip(handovers.iter())
        {
            let served = roster.served.entry(agent).or_default();
            served.departments.extend(department);
            served.handovers += handovers.and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
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
