//! Makes a snapshot of the facts' horizon.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;

use super::super::build::input;
use super::super::coverage::Coverage;
use super::super::{Check, Entries, Generator, LimitSeconds, Warning, WarningId, identities, unknown_names, warnings};
use super::filter::{ReadyFilters, SnapshotFilters};
use super::operation::{AgentsByPlace, Open, OpenTables, Roster, open};
use super::sort::Sort;
use super::{Agent, Listed, OpenTotals, Place, SCHEMA, Snapshot, Stage};
use crate::event::Status;
use crate::fold::facts::Facts;
use crate::fold::schema::FactTable;
use crate::language::Message;
use crate::metrics::dimensions::{Dimension, key_text, value_of_key};
use crate::metrics::measure::Thresholds;
use crate::metrics::roles;
use crate::time::{Zone, database_version};
use crate::unit::seconds;

/// An agent's handovers are counted on the instant's local day and this many days before.
const DAYS_BEFORE: u64 = 6;

/// The request for a snapshot.
#[derive(Debug, Clone)]
pub struct SnapshotQuery {
    /// The zone in which instants are written.
    pub zone: Zone,
    /// The filters of conversations.
    pub filters: SnapshotFilters,
    /// The order of their list.
    pub sort: Sort,
    /// Maximum number of listed conversations per stage; all by default.
    pub limit: Option<usize>,
}

/// The snapshot of the facts' horizon.
///
/// # Errors
///
/// If polars refuses a query: a bug.
pub fn build(facts: &Facts, query: &SnapshotQuery) -> anyhow::Result<Snapshot> {
    let run = &facts.run;
    let (zone, at) = (query.zone, run.horizon);
    let ready = query.filters.ready(facts);
    let today = zone.day_of(at);
    let since = zone.day_start(today.checked_sub_days(Days::new(DAYS_BEFORE)).unwrap_or(today));
    let tables = OpenTables::of(facts, since)?;
    let mut open = open(&tables, facts)?;
    open.retain(|conversation| ready.fits(&conversation.values));
    let roster = Roster::of(&tables, facts)?;

    let mut totals = OpenTotals::default();
    for conversation in &open {
        totals.add(conversation.stage, conversation.due_since.is_some());
    }
    let of_status =
        |status: &Status| open.iter().filter(|open| open.values.status() == Some(status.name())).count() as u64;
    let statuses: Vec<(String, u64)> =
        Status::ALL.iter().map(|status| (status.name().to_owned(), of_status(status))).collect();
    let queues = places(&open, &roster.by_queue, &roster, at, |open| open.values.of(Dimension::Queue));
    let departments = places(&open, &roster.by_department, &roster, at, |open| open.values.of(Dimension::Department));
    let mut checks = identities::of_log(facts);
    checks.extend(own_identities(&totals, &statuses, &queues, &departments));
    let kept = |dimension: Dimension, place: &Place| ready.keeps(dimension, value_of_key(&place.key));
    let mut found = warnings::of_run(run, zone, None);
    found.extend(warnings::log_ends_earlier(run, at));
    found.extend(unknown(facts));
    found.extend(unknown_names::value_warnings(&query.filters.filters, facts)?);
    let snapshot = Snapshot {
        schema: SCHEMA.to_owned(),
        generator: Generator::this(),
        at: zone.format_rfc3339(at),
        timezone: zone.name().to_owned(),
        timezone_data: database_version().to_owned(),
        newest_event_age_seconds: run.last_event().map(|last| seconds(at - last)),
        limits: LimitSeconds::of(run, &Thresholds::default()),
        filters: query.filters.shown(),
        renamed: run.renamed.clone(),
        sessions: run.sessions,
        input: input(run),
        totals,
        statuses: Entries(statuses),
        conversations: listed(&open, facts, query),
        unlisted: OpenTotals::default(),
        agents: agents(&open, &roster, &ready, facts),
        departments: departments.into_iter().filter(|place| kept(Dimension::Department, place)).collect(),
        queues: queues.into_iter().filter(|place| kept(Dimension::Queue, place)).collect(),
        checks,
        warnings: found,
    };
    Ok(match query.limit {
        None => snapshot,
        Some(limit) => snapshot.limited(limit),
    })
}

/// The warnings of facts that the logs lack: open conversations, or agents online.
pub(super) fn unknown(facts: &Facts) -> Vec<Warning> {
    let run = &facts.run;
    let metrics: Vec<_> = roles::of_open().collect();
    let mut found = Coverage::of(run).warnings(run, &metrics);
    if facts.frame(FactTable::AgentStates).height() == 0 {
        found.push(Warning::new(WarningId::NoAgentStatus, Message::new("warning.no_agent_status"), None));
    }
    found
}

/// The sorted list.
fn listed(open: &[Open], facts: &Facts, query: &SnapshotQuery) -> Vec<Listed> {
    let (zone, at) = (query.zone, facts.run.horizon);
    let since = |instant: i64| seconds(at - instant);
    let name = |id: &str| facts.run.agent_names.get(id).map_or_else(|| id.to_owned(), Clone::clone);
    let owned = |value: Option<&str>| value.map(str::to_owned);
    let row = |open: &Open| Listed {
        conversation_id: open.id.to_owned(),
        channel: owned(open.values.of(Dimension::Channel)),
        stage: open.stage,
        status: open.values.status().unwrap_or_default().to_owned(),
        time_in_status_seconds: since(open.status_since),
        customer_id: owned(open.customer),
        contact: owned(open.values.contact()),
        protocol: owned(open.values.protocol()),
        agent: owned(open.values.of(Dimension::Agent)),
        agent_name: open.values.of(Dimension::Agent).map(name),
        department: owned(open.values.of(Dimension::Department)),
        queue: owned(open.values.of(Dimension::Queue)),
        created_at: zone.format_rfc3339(open.started_at),
        updated_at: open.last_message_at.map(|instant| zone.format_rfc3339(instant)),
        since_message_seconds: open.last_message_at.map(since),
        duration_seconds: since(open.started_at),
        wait_seconds: open.waits_since.map(since),
        reply_due_seconds: open.due_since.map(since),
        handovers: open.handovers,
    };
    let mut rows: Vec<Listed> = open.iter().map(row).collect();
    rows.sort_by(|a, b| query.sort.order(a, b));
    rows
}

fn agents(open: &[Open], roster: &Roster, ready: &ReadyFilters, facts: &Facts) -> Vec<Agent> {
    let mut held: BTreeMap<Option<&str>, u64> = BTreeMap::new();
    for conversation in open.iter().filter(|conversation| conversation.is_held) {
        *held.entry(conversation.values.of(Dimension::Agent)).or_default() += 1;
    }
    let ids: BTreeSet<Option<&str>> = roster.states.keys().chain(roster.served.keys()).copied().collect();
    let kept = ids.into_iter().filter(|id| ready.keeps(Dimension::Agent, *id));
    let agent = |id: Option<&str>| {
        let state = roster.states.get(&id);
        let served = roster.served.get(&id).cloned().unwrap_or_default();
        let name = id.and_then(|id| facts.run.agent_names.get(id)).map(String::as_str);
        Agent {
            agent: key_text(id).into_owned(),
            name: key_text(name.or(id)).into_owned(),
            status: state.map(|state| state.status.name().to_owned()),
            time_in_status_seconds: state.map(|state| seconds(facts.run.horizon - state.since)),
            attended: held.get(&id).copied().unwrap_or(0),
            capacity: state.and_then(|state| state.capacity),
            handovers: served.handovers,
            departments: served.departments.into_iter().map(str::to_owned).collect(),
        }
    };
    let mut agents: Vec<Agent> = kept.map(agent).collect();
    agents.sort_by(|a, b| b.attended.cmp(&a.attended).then_with(|| a.agent.cmp(&b.agent)));
    agents
}

/// Departments or queues: those of open conversations, and those with stints.
fn places<'f>(
    open: &[Open<'f>],
    served: &AgentsByPlace<'f>,
    roster: &Roster,
    at: i64,
    key: impl Fn(&Open<'f>) -> Option<&'f str>,
) -> Vec<Place> {
    let place = |key: Option<&str>, agents: Option<&BTreeSet<Option<&str>>>| Place {
        key: key_text(key).into_owned(),
        attended: 0,
        waiting: 0,
        longest_wait_seconds: None,
        agents_online: agents.into_iter().flatten().filter(|agent| roster.is_online(**agent)).count() as u64,
    };
    let mut places: BTreeMap<Option<&str>, Place> =
        served.iter().map(|(key, agents)| (*key, place(*key, Some(agents)))).collect();
    for conversation in open {
        let key = key(conversation);
        let place = places.entry(key).or_insert_with(|| place(key, None));
        match conversation.stage {
            Stage::Waiting => {
                place.waiting += 1;
                let wait = conversation.waits_since.map(|since| seconds(at - since));
                place.longest_wait_seconds = match (place.longest_wait_seconds, wait) {
                    (Some(longest), Some(wait)) => Some(longest.max(wait)),
                    (longest, wait) => longest.or(wait),
                };
            }
            Stage::Attended => place.attended += 1,
            Stage::Automated => {}
        }
    }
    let mut places: Vec<Place> = places.into_values().collect();
    places.sort_by(|a, b| (b.waiting, b.attended).cmp(&(a.waiting, a.attended)).then_with(|| a.key.cmp(&b.key)));
    places
}

/// Sums that must be equal however conversations are counted.
fn own_identities(
    totals: &OpenTotals,
    statuses: &[(String, u64)],
    queues: &[Place],
    departments: &[Place],
) -> Vec<Check> {
    let sum = |places: &[Place]| places.iter().map(|place| place.waiting + place.attended).sum::<u64>();
    let open = totals.waiting + totals.attended;
    [
        ("automated + waiting + attended = total", totals.automated + open, totals.total),
        ("sum of statuses = total", statuses.iter().map(|(_, count)| count).sum(), totals.total),
        ("waiting + attended of queues = waiting + attended", sum(queues), open),
        ("waiting + attended of departments = waiting + attended", sum(departments), open),
    ]
    .into_iter()
    .map(|(id, left, right)| identities::count_check(id, left.cast_signed(), right.cast_signed()))
    .collect()
}
