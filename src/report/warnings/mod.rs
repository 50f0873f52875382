//! Findings that are not fatal but important for a reader.

mod days;
mod source_notes;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

pub use self::days::{compared_days_uncovered, no_previous, of_window};
use self::days::{distant_events, quiet_days, quiet_window, uncovered_days};
use self::source_notes::{source_note, unclear_times};
use super::agent_time::AgentTime;
use super::counted::{NAMELESS, window_name};
use super::coverage::{self, Coverage};
use super::measure_window::FactSource;
use super::{Table, Warning, WarningId};
use crate::event::aliases::UnusedAlias;
use crate::event::{Fact, Sessions, scores_up_to_five};
use crate::fold::facts::{Facts, RunFacts};
use crate::fold::rows::Oddity;
use crate::ingest::profile::Profile;
use crate::ingest::{SpoiltForm, SpoiltIds};
use crate::language::{Argument, Message};
use crate::metrics::dimensions::{Dimension, NO_VALUE};
use crate::metrics::measure::{Measure, Times};
use crate::metrics::{Metric, roles};
use crate::nearest::nearest;
use crate::opening_hours::{Calendar, OpeningHours};
use crate::time::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Window, Zone};

/// Findings about reading and folding and, with a window, about its days that the log does not cover.
#[must_use]
pub(crate) fn of_run(run: &RunFacts, zone: Zone, window: Option<Window>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for file in run.files.iter().filter(|file| file.is_newest_first) {
        let text = Message::new("warning.newest_first").with("file", &file.name);
        warnings.push(Warning::new(WarningId::NewestFirst, text, None));
    }
    warnings.extend(empty_logs(run));
    let rejected: u64 = run.files.iter().map(|file| file.rejected).sum();
    if rejected > 0 {
        let one = |(reason, n): (&String, &u64)| {
            let reason = Argument::Term(format!("reason.{reason}"), reason.clone());
            Message::new("warning.reason").with("reason", reason).with("n", *n)
        };
        let text = Message::counted("warning.rejected_rows", rejected)
            .with("reasons", Argument::list(run.rejections.iter().map(one)));
        warnings.push(Warning::new(WarningId::RejectedRows, text, Some(rejected)));
    }
    for file in &run.files {
        if let Some(column) = &file.local_times {
            let text = Message::new("warning.local_times").with("file", &file.name).with("column", column);
            warnings.push(Warning::new(WarningId::LocalTimes, text, None));
        }
        warnings.extend(unclear_times(file));
        warnings.extend(file.notes.iter().map(|note| source_note(&file.name, note)));
        warnings.extend(file.spoilt.iter().map(|ids| spoilt_ids(&file.name, ids)));
    }
    warnings.extend(attributes(run));
    warnings.extend(unused_aliases(run));
    warnings.extend(repeated_rows(run));
    warnings.extend(late_channels(run));
    warnings.extend(only_customers_wrote(run));
    warnings.extend(distant_events(run, zone));
    warnings.extend(window.and_then(|window| quiet_window(run, window)));
    warnings.extend(window.and_then(|window| uncovered_days(run, zone, window)));
    warnings.extend(window.and_then(|window| quiet_days(run, zone, window)));
    warnings.extend(coverage::of_profiles(run));
    if run.sums.closes == 0 && Coverage::of(run).has(Fact::Closed) {
        warnings.push(Warning::new(WarningId::NoClosedEvents, Message::new("warning.no_closed_events"), None));
    }
    for oddity in Oddity::ALL {
        if let Some(count) = run.oddities.get(oddity.name()) {
            warnings.push(Warning::new(WarningId::from(*oddity), sentence(*oddity, *count), Some(*count)));
        }
    }
    warnings
}

/// Logs without rows, beside others with rows.
fn empty_logs(run: &RunFacts) -> Option<Warning> {
    let empty: Vec<&str> = run.files.iter().filter(|file| file.rows_read == 0).map(|file| file.name.as_str()).collect();
    if empty.is_empty() || empty.len() == run.files.len() {
        return None;
    }
    let count = empty.len() as u64;
    let text = Message::counted("warning.empty_log", count).with("files", enumerated(&empty));
    Some(Warning::new(WarningId::EmptyLog, text, Some(count)))
}

/// Maximum number of names in a warning.
const NAMES_SHOWN: usize = 3;

fn enumerated(names: &[&str]) -> Argument {
    let shown = Argument::list(names.iter().take(NAMES_SHOWN).copied());
    match names.len().saturating_sub(NAMES_SHOWN) {
        0 => shown,
        others => Message::counted("warning.names_and_others", others as u64).with("names", shown).into(),
    }
}

fn spoilt_ids(file: &str, ids: &SpoiltIds) -> Warning {
    let SpoiltIds { column, form, rows, values, example } = ids;
    let example = example.as_ref().map(|example| Message::new("warning.spoilt_example").with("example", example));
    let found = |key| {
        Message::counted(key, *rows)
            .with("column", column)
            .with("values", Message::counted("warning.values", *values))
            .with("example", Argument::maybe(example.clone()))
    };
    let digits_are_lost = |found: Message| Message::new("warning.spoilt_ids").with("file", file).with("found", found);
    let text = match form {
        SpoiltForm::Exponent => digits_are_lost(found("warning.spoilt_exponent")),
        SpoiltForm::Zeros => digits_are_lost(found("warning.spoilt_zeros")),
        SpoiltForm::NumberCell => {
            digits_are_lost(Message::counted("warning.spoilt_cells", *rows).with("column", column))
        }
        SpoiltForm::TwoWritings => found("warning.spoilt_two_writings").with("file", file),
    };
    Warning::new(WarningId::SpoiltIds, text, Some(*rows))
}

/// Rows that the log probably has twice.
fn repeated_rows(run: &RunFacts) -> Option<Warning> {
    let count = u64::try_from(run.sums.repeated_rows).ok().filter(|count| *count > 0)?;
    let text = Message::counted("warning.repeated_rows", count);
    Some(Warning::new(WarningId::RepeatedRows, text, Some(count)))
}

/// Customers whose first rows have no channel; those rows become separate conversations.
fn late_channels(run: &RunFacts) -> Option<Warning> {
    let count = u64::try_from(run.sums.customers_with_late_channel).ok().filter(|count| *count > 0)?;
    let text = Message::counted("warning.late_channels", count).with("rule", Sessions::InactivityAcrossChannels.name());
    Some(Warning::new(WarningId::LateChannels, text, Some(count)))
}

/// Nearly all conversations are unanswered, so the longer limit, for conversations with an agent, ends most of them.
fn only_customers_wrote(run: &RunFacts) -> Option<Warning> {
    let (alone, all) = (run.sums.only_customer_wrote, run.sums.conversations);
    let is_ruled = run.sessions.is_by_silence() && run.limits.human_inactivity_ms > run.limits.inactivity_ms;
    if !is_ruled || alone == 0 || alone * 100 < all * NEARLY_ALL_PERCENT {
        return None;
    }
    let count = u64::try_from(alone).ok()?;
    let text = Message::counted("warning.only_customers_wrote", count)
        .with("all", u64::try_from(all).ok()?)
        .with("time", Argument::Duration(run.limits.human_inactivity_ms))
        .with("limit", as_flag(run.limits.inactivity_ms));
    Some(Warning::new(WarningId::OnlyCustomersWrote, text, Some(count)))
}

/// The percentage from which on a warning says "nearly all".
const NEARLY_ALL_PERCENT: i64 = 90;

/// A duration in the syntax of flags.
fn as_flag(ms: i64) -> String {
    let fits = [(HOUR_MS, "h"), (MINUTE_MS, "m"), (SECOND_MS, "s")].into_iter().find(|(unit, _)| ms % unit == 0);
    fits.map_or_else(|| format!("{ms}ms"), |(unit, name)| format!("{}{name}", ms / unit))
}

fn sentence(oddity: Oddity, count: u64) -> Message {
    let key = match oddity {
        Oddity::ReopenedOpen => "warning.reopened_open",
        Oddity::OutcomeWithoutRequest => "warning.outcome_without_request",
        Oddity::ClosedAlready => "warning.closed_already",
        Oddity::TransferredNowhere => "warning.transferred_nowhere",
    };
    Message::counted(key, count)
}

/// The maximum time from the newest event to a snapshot's instant without a warning.
const FRESH_MS: i64 = DAY_MS;

/// The log ends so long before the instant of a snapshot that conversations may have ended since.
#[must_use]
pub fn log_ends_earlier(run: &RunFacts, at: i64) -> Option<Warning> {
    let age = at - run.last_event()?;
    let text = Message::new("warning.log_ends_earlier").with("age", Argument::Duration(age));
    (age > FRESH_MS).then(|| Warning::new(WarningId::LogEndsEarlier, text, None))
}

/// Explains why `engaged_customers` is 0 although the window has engaged conversations: none has a welcome.
///
/// # Errors
///
/// If polars refuses the query: a bug.
pub(crate) fn no_welcome(
    source: FactSource,
    coverage: Coverage,
    shown: &[&Metric],
    window: Window,
) -> PolarsResult<Option<Warning>> {
    let is_of_customers = |metric: &&&Metric| roles::of_customers().is_some_and(|known| known.id == metric.id);
    let Some(metric) = shown.iter().find(is_of_customers).filter(|metric| coverage.knows(metric)) else {
        return Ok(None);
    };
    let [(_, engaged), (_, welcomed)] = welcomes(source, metric, window)?;
    let text =
        Message::counted("warning.no_welcome", engaged.unsigned_abs()).with("metric", Argument::metrics([metric.id]));
    let is_why = engaged > 0 && welcomed == 0;
    Ok(is_why.then(|| Warning::new(WarningId::NoWelcome, text, Some(engaged.unsigned_abs()))))
}

/// How many of a metric's rows are engaged and how many have a welcome, by column.
///
/// # Errors
///
/// If polars refuses the query: a bug.
pub(super) fn welcomes(source: FactSource, metric: &Metric, window: Window) -> PolarsResult<[(&'static str, i64); 2]> {
    const COLUMNS: [&str; 2] = ["engaged_at", "welcome_at"];
    if let Some(values) = &source.facts.values {
        return Ok(COLUMNS.map(|column| (column, values.sum(&window_name(column, window)))));
    }
    let is_there = |column: &str| col(column).is_not_null().sum().cast(DataType::Int64).alias(column);
    let counts = source.rows(metric, window)?.select(COLUMNS.map(is_there)).collect()?;
    let count = |column: &str| -> PolarsResult<i64> { Ok(counts.column(column)?.i64()?.get(0).unwrap_or(0)) };
    let [engaged, welcomed] = COLUMNS;
    Ok([(engaged, count(engaged)?), (welcomed, count(welcomed)?)])
}

/// Scores of another scale, where one of the metrics reads them as answers from 0 to 10, or counts them beside such answers.
#[must_use]
pub(crate) fn of_scores(run: &RunFacts, metrics: &[&'static Metric]) -> Option<Warning> {
    let text = scores_up_to_five(run.sums.highest_score)?;
    metrics.iter().find(|metric| metric.is_promoter_score() || metric.counts_ratings())?;
    Some(Warning::new(WarningId::ScoresUpToFive, text, None))
}

/// Tags with commas, if they are at least half of the tags in tables: what was meant as several tags is one.
#[must_use]
pub(crate) fn of_tags(tables: &[(String, Table)]) -> Option<Warning> {
    let mut tags: BTreeSet<&str> = BTreeSet::new();
    for (_, table) in tables {
        let parts = table.dimensions.iter().enumerate().filter(|(_, dimension)| *dimension == Dimension::Tag.name());
        for (part, _) in parts {
            let keys = table.rows.iter().filter_map(|row| row.key.parts().get(part)).map(String::as_str);
            tags.extend(keys.filter(|key| *key != NO_VALUE));
        }
    }
    let count = tags.iter().filter(|tag| tag.contains(',')).count();
    let text = Message::counted("warning.tags_with_commas", count as u64).with("all", tags.len() as u64);
    (count > 0 && count * 2 >= tags.len()).then(|| Warning::new(WarningId::TagsWithCommas, text, Some(count as u64)))
}

/// Calendars of queues and departments that no row has: usually a typing mistake.
///
/// # Errors
///
/// If polars refuses a query: a bug.
pub(crate) fn unused_calendars(facts: &Facts, hours: &OpeningHours) -> PolarsResult<Vec<Warning>> {
    if hours.queues.is_empty() && hours.departments.is_empty() {
        return Ok(Vec::new());
    }
    let known = facts.place_names()?;
    let unused = |key: &'static str, calendars: &BTreeMap<String, Calendar>, known: &BTreeSet<String>| {
        let names = calendars.keys().filter(|name| !known.contains(*name));
        let one = |name: &String| {
            let near = nearest(name, known.iter().map(String::as_str));
            Message::new(key).with("name", name).with("hint", Argument::hint(near))
        };
        names.map(one).collect::<Vec<_>>()
    };
    let mut names = unused("warning.unused_queue", &hours.queues, &known.queues);
    names.extend(unused("warning.unused_department", &hours.departments, &known.departments));
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let count = names.len() as u64;
    let text =
        Message::new("warning.opening_hours_unused").with("file", &hours.file).with("names", Argument::list(names));
    Ok(vec![Warning::new(WarningId::OpeningHoursUnused, text, Some(count))])
}

/// Agents without any status in the log: times of statuses do not include theirs.
#[must_use]
pub(crate) fn without_status(agents: &AgentTime, metrics: &[&'static Metric], window: Window) -> Option<Warning> {
    let of_statuses = metrics.iter().filter(|metric| {
        matches!(metric.measure, Measure::Time { times: Times::Online | Times::Paused | Times::Occupancy })
    });
    let names: Vec<&str> = of_statuses.map(|metric| metric.id).collect();
    let count = if names.is_empty() { 0 } else { agents.without_status(window) };
    let text = Message::counted("warning.agents_without_status", count).with("metrics", Argument::metrics(names));
    (count > 0).then(|| Warning::new(WarningId::AgentsWithoutStatus, text, Some(count)))
}

/// Aliases whose old name no row of the log has: a typing mistake, or an old renaming.
fn unused_aliases(run: &RunFacts) -> Option<Warning> {
    let one = |alias: &UnusedAlias| {
        Message::new("warning.alias")
            .with("what", Argument::Term(format!("dimension.{}", alias.kind), alias.kind.clone()))
            .with("name", &alias.old)
            .with("hint", Argument::hint(alias.near.as_deref()))
    };
    let count = run.unused_aliases.len() as u64;
    let text = Message::counted("warning.alias_unused", count)
        .with("names", Argument::list(run.unused_aliases.iter().map(one)));
    (count > 0).then(|| Warning::new(WarningId::AliasUnused, text, Some(count)))
}

/// Whether an attribute comes from a built-in profile of the run: then its name is correct, but an export may lack it.
fn is_of_built_in(run: &RunFacts, name: &str) -> bool {
    let mut profiles = run.files.iter().filter_map(|file| Profile::built_in(&file.profile).ok());
    profiles.any(|profile| profile.attributes.iter().any(|(own, _)| own == name))
}

/// Attributes without values, and values of a wrong type.
fn attributes(run: &RunFacts) -> Vec<Warning> {
    let absent = run.absent_attributes.iter().filter(|name| !is_of_built_in(run, name)).map(|name| {
        let text = Message::new("warning.attribute_absent").with("name", name);
        Warning::new(WarningId::AttributeAbsent, text, None)
    });
    let odd = run.odd_values.iter().map(|(name, count)| {
        let text = Message::counted("warning.attribute_odd_values", *count).with("name", name);
        Warning::new(WarningId::AttributeOddValues, text, Some(*count))
    });
    absent.chain(odd).collect()
}

/// Conversations that count for `engaged_customers` but have no customer.
///
/// # Errors
///
/// If polars refuses the query: a bug.
pub(crate) fn of_customers(source: FactSource, window: Window) -> PolarsResult<Option<Warning>> {
    let Some(metric) = roles::of_customers() else {
        return Ok(None);
    };
    let count = nameless(source, metric, window)?.unsigned_abs();
    let text =
        Message::counted("warning.engaged_without_customer", count).with("metric", Argument::metrics([metric.id]));
    Ok((count > 0).then(|| Warning::new(WarningId::EngagedWithoutCustomer, text, Some(count))))
}

/// How many of a metric's conversations have no customer.
///
/// # Errors
///
/// If polars refuses the query: a bug.
pub(super) fn nameless(source: FactSource, metric: &Metric, window: Window) -> PolarsResult<i64> {
    if let Some(values) = &source.facts.values {
        return Ok(values.sum(&window_name(NAMELESS, window)));
    }
    let rows =
        source.rows(metric, window)?.filter(col("did_customer_write_after_welcome").and(col("customer").is_null()));
    let count = rows.select([len().cast(DataType::Int64).alias("n")]).collect()?;
    Ok(count.column("n")?.i64()?.get(0).unwrap_or(0))
}
