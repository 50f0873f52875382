//! The operation at many instants, which shows how the backlog developed.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::build::input;
use super::super::{Generator, Input, LimitSeconds, Warning, unknown_names, warnings};
use super::build::unknown;
use super::filter::{FilterColumns, FilterValues, ReadyFilters, SnapshotFilters};
use super::operation::{stage, waits_since};
use super::steps::{CountedInterval, CountsByPlace, NumberSteps, StepCounts};
use super::{OpenTotals, Stage};
use crate::event::aliases::Aliases;
use crate::event::{AgentStatus, Sessions};
use crate::fold::facts::Facts;
use crate::fold::rows::Phase;
use crate::fold::schema::FactTable;
use crate::metrics::dimensions::{Dimension, key_text};
use crate::metrics::measure::Thresholds;
use crate::time::{Zone, database_version};
use crate::unit::seconds;
use crate::value::{number, numbers, plain_number};

/// The schema in the first field of a series.
pub const SCHEMA: &str = "dialogram/series/1";

/// Snapshots at regular instants, as numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SnapshotSeries {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// The program that wrote it.
    pub generator: Generator,
    /// First instant, RFC 3339 with the zone's offset.
    pub from: String,
    /// Last instant.
    pub to: String,
    /// The interval between instants.
    #[serde(serialize_with = "plain_number")]
    pub every_seconds: f64,
    /// IANA name of the zone in which instants are written.
    pub timezone: String,
    /// Version of the zone database.
    pub timezone_data: String,
    /// The durations that define the numbers.
    pub limits: LimitSeconds,
    /// Filters in force: flag name to the values given.
    #[serde(with = "crate::report::filters::nested")]
    pub filters: BTreeMap<String, Vec<String>>,
    /// Renamed and merged names of the log that occur in rows; left out if there are none.
    #[serde(default, skip_serializing_if = "Aliases::is_empty")]
    pub renamed: Aliases,
    /// The rule for conversations.
    pub sessions: Sessions,
    /// The sources of the run, and the counts of their rows.
    pub input: Input,
    /// The operation at each instant, in order.
    pub points: Vec<SeriesPoint>,
    /// By queue; those with the most waiting conversations first.
    pub queues: Vec<PlaceSeries>,
    /// By department.
    pub departments: Vec<PlaceSeries>,
    /// Findings that are not fatal.
    pub warnings: Vec<Warning>,
}

/// The operation at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeriesPoint {
    /// The instant.
    pub at: String,
    /// The number of open conversations.
    #[serde(flatten)]
    pub totals: OpenTotals,
    /// The longest wait; `None` if no conversation waits.
    #[serde(serialize_with = "number")]
    pub longest_wait_seconds: Option<f64>,
    /// The number of agents whose status is `online`.
    pub agents_online: u64,
}

/// A queue or department at each instant of the series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlaceSeries {
    /// Its name; `(none)` for none.
    pub key: String,
    /// Waiting conversations.
    pub waiting: Vec<u64>,
    /// Conversations with an agent.
    pub attended: Vec<u64>,
    /// At each instant, how long the first of those waiting has waited.
    #[serde(serialize_with = "numbers")]
    pub longest_wait_seconds: Vec<Option<f64>>,
}

/// The request for a series.
#[derive(Debug, Clone)]
pub struct SeriesQuery {
    /// The zone in which instants are written.
    pub zone: Zone,
    /// The filters of conversations.
    pub filters: SnapshotFilters,
    /// The instants, UTC milliseconds, in order; at least one.
    pub instants: Arc<[i64]>,
    /// The interval between instants.
    pub every_ms: i64,
}

/// The series from facts that were folded with these instants.
///
/// # Errors
///
/// If the facts lack a column, or contain an unknown word: a bug.
pub fn build(facts: &Facts, query: &SeriesQuery) -> anyhow::Result<SnapshotSeries> {
    let run = &facts.run;
    let zone = query.zone;
    let ready = query.filters.ready(facts);
    let instants = &query.instants[..];
    let mut all = StepCounts::new(instants.len());
    let (mut queues, mut departments) = (CountsByPlace::new(instants.len()), CountsByPlace::new(instants.len()));
    for frame in facts.moments.frames() {
        let frame = frame?;
        for SteadyInterval { counted, values } in intervals(&frame, facts)? {
            if !ready.fits(&values) {
                continue;
            }
            all.add(&counted);
            // Conversations with the bot are in no queue yet.
            if counted.stage != Stage::Automated {
                queues.add(values.of(Dimension::Queue), &counted);
                departments.add(values.of(Dimension::Department), &counted);
            }
        }
    }
    let waits = all.longest_waits(instants);
    let online = online(facts, &ready, instants)?;
    let totals = all.totals();
    let point = |(((at, totals), wait), online): (((&i64, OpenTotals), Option<f64>), u64)| SeriesPoint {
        at: zone.format_rfc3339(*at),
        totals,
        longest_wait_seconds: wait,
        agents_online: online,
    };
    let points: Vec<SeriesPoint> = instants.iter().zip(totals).zip(waits).zip(online).map(point).collect();
    queues.retain(|key| ready.keeps(Dimension::Queue, key));
    departments.retain(|key| ready.keeps(Dimension::Department, key));
    let mut found = warnings::of_run(run, zone, None);
    found.extend(unknown(facts));
    found.extend(unknown_names::value_warnings(&query.filters.filters, facts)?);
    let at = |point: Option<&SeriesPoint>| point.map(|point| point.at.clone()).unwrap_or_default();
    Ok(SnapshotSeries {
        schema: SCHEMA.to_owned(),
        generator: Generator::this(),
        from: at(points.first()),
        to: at(points.last()),
        every_seconds: seconds(query.every_ms),
        timezone: zone.name().to_owned(),
        timezone_data: database_version().to_owned(),
        limits: LimitSeconds::of(run, &Thresholds::default()),
        filters: query.filters.shown(),
        renamed: run.renamed.clone(),
        sessions: run.sessions,
        input: input(run),
        points,
        queues: in_order(queues, instants),
        departments: in_order(departments, instants),
        warnings: found,
    })
}

/// An interval in which a conversation does not change: see `fold::moments`.
struct SteadyInterval<'f> {
    counted: CountedInterval,
    values: FilterValues<'f>,
}

fn intervals<'f>(frame: &'f DataFrame, facts: &'f Facts) -> PolarsResult<Vec<SteadyInterval<'f>>> {
    if frame.height() == 0 {
        return Ok(Vec::new());
    }
    let text = |name: &str| frame.column(name)?.str();
    let number = |name: &str| frame.column(name)?.i64();
    let (from, until, due, entered) = (number("from")?, number("until")?, number("due_since")?, number("entered_at")?);
    let (phases, agents, unanswered) = (text("phase")?, text("agent")?, frame.column("is_unanswered")?.bool()?);
    let columns = FilterColumns::of(frame, facts)?;
    let row = |at: usize| {
        let missing = || polars_err!(ComputeError: "an interval without a phase or an end");
        let index =
            |indices: &Int64Chunked| indices.get(at).and_then(|index| usize::try_from(index).ok()).ok_or_else(missing);
        let phase = phases.get(at).and_then(Phase::parse).ok_or_else(missing)?;
        let stage = stage(phase, unanswered.get(at).unwrap_or(false));
        let counted = CountedInterval {
            from: index(from)?,
            until: index(until)?,
            stage,
            is_reply_due: due.get(at).is_some(),
            waits_since: waits_since(stage, entered.get(at), due.get(at)),
        };
        Ok(SteadyInterval { counted, values: columns.values(at, agents.get(at)) })
    };
    (0..frame.height()).map(row).collect()
}

/// Places sorted by most waiting, then most attended.
fn in_order(places: CountsByPlace, instants: &[i64]) -> Vec<PlaceSeries> {
    let series = |(key, mut counts): (Option<String>, StepCounts)| PlaceSeries {
        key: key_text(key.as_deref()).into_owned(),
        waiting: counts.waiting.sums().collect(),
        attended: counts.attended.sums().collect(),
        longest_wait_seconds: counts.longest_waits(instants),
    };
    let mut all: Vec<PlaceSeries> = places.into_places().map(series).collect();
    let sums = |place: &PlaceSeries| (place.waiting.iter().sum::<u64>(), place.attended.iter().sum::<u64>());
    all.sort_by(|a, b| sums(b).cmp(&sums(a)).then_with(|| a.key.cmp(&b.key)));
    all
}

/// The number of agents online at each instant.
fn online(facts: &Facts, ready: &ReadyFilters, instants: &[i64]) -> PolarsResult<Vec<u64>> {
    let states = facts.frame(FactTable::AgentStates);
    let text = |name: &str| states.column(name)?.str();
    let (since, until) = (states.column("since")?.i64()?, states.column("until")?.i64()?);
    let mut steps = NumberSteps::new(instants.len());
    for (((agent, status), since), until) in
        text("agent")?.iter().zip(text("status")?.iter()).zip(since.iter()).zip(until.iter())
    {
        if status == Some(AgentStatus::Online.name()) && ready.keeps(Dimension::Agent, agent) {
            let points_before = |instant: i64| instants.partition_point(|point| *point < instant);
            steps.add(since.map_or(0, points_before), until.map_or(instants.len(), points_before));
        }
    }
    Ok(steps.sums().collect())
}
