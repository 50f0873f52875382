//! Findings that are not fatal but that a reader must know.

mod days;
mod source_notes;

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::*;

pub use self::days::{compared_days_uncovered, no_previous, of_window};
use self::days::{distant_events, quiet_window, uncovered_days};
use self::source_notes::{source_note, unclear_times};
use super::agent_time::AgentTime;
use super::coverage::{self, Coverage};
use super::measure_window::Source;
use super::{Warning, WarningId, warning};
use crate::event::aliases::UnusedAlias;
use crate::event::{Fact, Sessions};
use crate::fold::facts::{Facts, Run};
use crate::fold::rows::Oddity;
use crate::ingest::{SpoiltForm, SpoiltIds};
use crate::metrics::measure::{Measure, Times};
use crate::metrics::{self, Metric};
use crate::nearest::hint;
use crate::opening_hours::{Calendar, OpeningHours};
use crate::time::{DAY_MS, Window, Zone};
use crate::unit::{Unit, group};

/// The highest score of ratings with stars, and of the marks that most surveys have.
const HIGHEST_OF_STARS: u8 = 5;

/// Findings about what was read and folded; with a window, about the days of it that the log does not cover.
#[must_use]
pub fn of_run(run: &Run, zone: Zone, window: Option<Window>) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for file in run.files.iter().filter(|file| file.is_newest_first) {
        let text = format!("{} is written newest first: it was read from its end", file.name);
        warnings.push(warning(WarningId::NewestFirst, text, None));
    }
    warnings.extend(empty_logs(run));
    let rejected: u64 = run.files.iter().map(|file| file.rejected).sum();
    if rejected > 0 {
        let reasons: Vec<String> = run.rejections.iter().map(|(reason, n)| format!("{reason} {}", group(*n))).collect();
        let rows = if rejected == 1 { "row" } else { "rows" };
        let text =
            format!("{} {rows} could not be read ({}); --rejects FILE lists them", group(rejected), reasons.join(", "));
        warnings.push(warning(WarningId::RejectedRows, text, Some(rejected)));
    }
    for file in &run.files {
        if let Some(column) = &file.local_times {
            let text = format!(
                "{}: local times without an offset in {column} were read as UTC: if they are of another zone, \
                 set it, as in --input-tz America/Sao_Paulo; --input-tz UTC confirms this one",
                file.name
            );
            warnings.push(warning(WarningId::LocalTimes, text, None));
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
    warnings.extend(coverage::of_profiles(run));
    if run.sums.closes == 0 && Coverage::of(run).has(Fact::Closed) {
        let text = "the log has no closed event: conversations stay open, and counts of closings are 0".to_owned();
        warnings.push(warning(WarningId::NoClosedEvents, text, None));
    }
    for oddity in Oddity::ALL {
        if let Some(count) = run.oddities.get(oddity.name()) {
            let text = format!("{} {}", group(*count), sentence(*oddity));
            warnings.push(warning(WarningId::from(*oddity), text, Some(*count)));
        }
    }
    warnings
}

/// Logs without a row, beside others that have some.
fn empty_logs(run: &Run) -> Option<Warning> {
    let empty: Vec<&str> = run.files.iter().filter(|file| file.rows_read == 0).map(|file| file.name.as_str()).collect();
    if empty.is_empty() || empty.len() == run.files.len() {
        return None;
    }
    let (names, has) = (enumerated(&empty), if empty.len() == 1 { "has" } else { "have" });
    let text = format!("{names} {has} no row: the numbers are those of the other logs");
    Some(warning(WarningId::EmptyLog, text, Some(empty.len() as u64)))
}

/// At most so many names are written out.
const NAMES_SHOWN: usize = 3;

fn enumerated(names: &[&str]) -> String {
    match names.len() {
        0..=NAMES_SHOWN => names.join(", "),
        all => format!("{} and {} others", names[..NAMES_SHOWN].join(", "), all - NAMES_SHOWN),
    }
}

fn spoilt_ids(file: &str, ids: &SpoiltIds) -> Warning {
    let SpoiltIds { column, form, rows, values, example } = ids;
    let of = |what: &str, n: u64| format!("{} {what}{}", group(n), if n == 1 { "" } else { "s" });
    let example = example.as_ref().map(|example| format!(", as in `{example}`")).unwrap_or_default();
    let found = match form {
        SpoiltForm::Exponent => format!(
            "{} of {column} hold {} as a spreadsheet shortens long numbers{example}",
            of("row", *rows),
            of("value", *values)
        ),
        SpoiltForm::Zeros => format!(
            "{} of {column} hold {} whose last digits are all 0, as a spreadsheet rounds long numbers{example}",
            of("row", *rows),
            of("value", *values)
        ),
        SpoiltForm::NumberCell => {
            format!("{} of {column} hold a number of more than 15 digits, which Excel rounds", of("cell", *rows))
        }
        SpoiltForm::TwoWritings => {
            let text = format!(
                "{file}: {} of {column} hold {} that differ only in capitals, in zeros before them or in a `.0` behind \
                 them{example}: they are read as different ids; write each id in one way",
                of("row", *rows),
                of("value", *values)
            );
            return warning(WarningId::SpoiltIds, text, Some(*rows));
        }
    };
    let text = format!(
        "{file}: {found}: digits are lost, and different ids may have become one; export the log again with ids as text, \
         and where a spreadsheet must open it, import that column as text"
    );
    warning(WarningId::SpoiltIds, text, Some(*rows))
}

/// Rows that a log seems to hold twice.
fn repeated_rows(run: &Run) -> Option<Warning> {
    let count = u64::try_from(run.sums.repeated_rows).ok().filter(|count| *count > 0)?;
    let rows = if count == 1 { "row is" } else { "rows are" };
    let text = format!(
        "{} {rows} equal to an earlier row in every column, without an event_id to tell them apart: if the log holds them \
         twice, they count twice; --drop-repeats drops them",
        group(count)
    );
    Some(warning(WarningId::RepeatedRows, text, Some(count)))
}

/// Customers whose first rows name no channel: these are conversations of their own.
fn late_channels(run: &Run) -> Option<Warning> {
    let count = u64::try_from(run.sums.customers_with_late_channel).ok().filter(|count| *count > 0)?;
    let (customers, have) = if count == 1 { ("customer", "has") } else { ("customers", "have") };
    let text = format!(
        "{} {customers} {have} rows before the first one that names a channel, which make a conversation of their own: fill \
         `channel` in every row, by a profile where the export lacks it, or tell conversations apart without it, with \
         --sessions {}",
        group(count),
        Sessions::InactivityAcrossChannels.name()
    );
    Some(warning(WarningId::LateChannels, text, Some(count)))
}

/// Nearly all conversations are unanswered, so that the limit for a person in charge rules the log.
fn only_customers_wrote(run: &Run) -> Option<Warning> {
    let (alone, all) = (run.sums.only_customer_wrote, run.sums.conversations);
    let is_ruled = run.sessions.is_by_silence() && run.limits.human_inactivity_ms > run.limits.inactivity_ms;
    if !is_ruled || alone == 0 || alone * 100 < all * NEARLY_ALL_PERCENT {
        return None;
    }
    let count = u64::try_from(alone).ok()?;
    let text = format!(
        "only the customer wrote in {} of {} conversations: they count as unanswered, so silence ends them after {} \
         (--human-inactivity) and --inactivity has no effect; if the log leaves the answers out, set \
         --human-inactivity {}",
        group(count),
        group(u64::try_from(all).ok()?),
        in_words(run.limits.human_inactivity_ms),
        as_flag(run.limits.inactivity_ms)
    );
    Some(warning(WarningId::OnlyCustomersWrote, text, Some(count)))
}

/// Conversations of a hundred from which on "nearly all" is said.
const NEARLY_ALL_PERCENT: i64 = 90;

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn in_words(ms: i64) -> String {
    Unit::Seconds.format(Some(ms as f64 / 1000.0))
}

/// A duration as flags take it.
fn as_flag(ms: i64) -> String {
    let fits = [(3_600_000, "h"), (60_000, "m"), (1_000, "s")].into_iter().find(|(unit, _)| ms % unit == 0);
    fits.map_or_else(|| format!("{ms}ms"), |(unit, name)| format!("{}{name}", ms / unit))
}

fn sentence(oddity: Oddity) -> &'static str {
    match oddity {
        Oddity::ReopenedOpen => "`reopened` events of conversations that were not closed: nothing was reopened",
        Oddity::OutcomeWithoutRequest => "outcomes of transfer requests that nobody had made: not counted",
        Oddity::ClosedAlready => "`closed` events of conversations that were closed already: not counted",
        Oddity::TransferredNowhere => "`transferred` events to where the conversation already was: no handover",
    }
}

/// The longest time from the newest event to a snapshot's instant that goes without saying.
const FRESH_MS: i64 = DAY_MS;

/// The log ends so long before the instant of a snapshot that conversations may have ended since.
#[must_use]
pub fn log_ends_earlier(run: &Run, at: i64) -> Option<Warning> {
    let age = at - run.last_event()?;
    let text = format!(
        "the log ends {} before this instant: conversations that ended since then count as open",
        in_words(age)
    );
    (age > FRESH_MS).then(|| warning(WarningId::LogEndsEarlier, text, None))
}

/// Why `engaged_customers` is 0 although conversations of the window are engaged: none has a welcome.
///
/// # Errors
///
/// Where polars refuses the query: a bug.
pub fn no_welcome(
    source: Source,
    coverage: Coverage,
    shown: &[&Metric],
    window: Window,
) -> PolarsResult<Option<Warning>> {
    let Some(metric) =
        shown.iter().find(|metric| metric.id == "engaged_customers").filter(|metric| coverage.knows(metric))
    else {
        return Ok(None);
    };
    let is_there = |column: &str| col(column).is_not_null().sum().cast(DataType::Int64).alias(column);
    let counts = source.rows(metric, window).select([is_there("engaged_at"), is_there("welcome_at")]).collect()?;
    let count = |column: &str| -> PolarsResult<i64> { Ok(counts.column(column)?.i64()?.get(0).unwrap_or(0)) };
    let engaged = count("engaged_at")?;
    let text = format!(
        "engaged_customers is 0: it counts customers who wrote after a bot's welcome, and none of the {} engaged \
         conversations has one",
        group(engaged.unsigned_abs())
    );
    let is_why = engaged > 0 && count("welcome_at")? == 0;
    Ok(is_why.then(|| warning(WarningId::NoWelcome, text, Some(engaged.unsigned_abs()))))
}

/// Scores of another scale, where one of the metrics reads them as answers from 0 to 10.
#[must_use]
pub fn of_scores(run: &Run, metrics: &[&'static Metric]) -> Option<Warning> {
    let highest = run.sums.highest_score.filter(|highest| *highest <= HIGHEST_OF_STARS)?;
    metrics.iter().find(|metric| metric.id == "nps")?;
    let text = format!(
        "no score of the log is above {highest}: `nps` reads scores from 0 to 10 and counts all of these as detractors; if \
         they are stars or marks up to {HIGHEST_OF_STARS}, say so with `csat` in the column `survey`"
    );
    Some(warning(WarningId::ScoresUpToFive, text, None))
}

/// Calendars of queues and departments that no row has: a typing mistake, more often than not.
///
/// # Errors
///
/// Where polars refuses a query: a bug.
pub fn unused_calendars(facts: &Facts, hours: &OpeningHours) -> PolarsResult<Vec<Warning>> {
    if hours.queues.is_empty() && hours.departments.is_empty() {
        return Ok(Vec::new());
    }
    let known = facts.place_names()?;
    let unused = |what: &str, calendars: &BTreeMap<String, Calendar>, known: &BTreeSet<String>| {
        let names = calendars.keys().filter(|name| !known.contains(*name));
        let one = |name: &String| format!("{what} `{name}`{}", hint(name, known.iter().map(String::as_str)));
        names.map(one).collect::<Vec<_>>()
    };
    let mut names = unused("queue", &hours.queues, &known.queues);
    names.extend(unused("department", &hours.departments, &known.departments));
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let text = format!("{} has calendars that no row uses: {}", hours.file, names.join(", "));
    Ok(vec![warning(WarningId::OpeningHoursUnused, text, Some(names.len() as u64))])
}

/// Agents whose time is not in times of statuses: nobody ever told one of them.
#[must_use]
pub fn without_status(agents: &AgentTime, metrics: &[&'static Metric], window: Window) -> Option<Warning> {
    let of_statuses = metrics.iter().filter(|metric| {
        matches!(metric.measure, Measure::Time { of: Times::Online | Times::Paused | Times::Occupancy })
    });
    let names: Vec<&str> = of_statuses.map(|metric| metric.id).collect();
    let count = if names.is_empty() { 0 } else { agents.without_status(window) };
    let who = if count == 1 { "agent who held conversations has" } else { "agents who held conversations have" };
    let text = format!("{} {who} no status: their time is not in {}", group(count), names.join(", "));
    (count > 0).then(|| warning(WarningId::AgentsWithoutStatus, text, Some(count)))
}

/// Names that stand for others and that no row of the log has: a typing mistake, or a renaming that is long over.
fn unused_aliases(run: &Run) -> Option<Warning> {
    let one = |alias: &UnusedAlias| {
        let near = alias.near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        format!("{} `{}`{near}", alias.of, alias.old)
    };
    let names: Vec<String> = run.unused_aliases.iter().map(one).collect();
    let aliases = if names.len() == 1 { "an alias renames" } else { "aliases rename" };
    let text = format!("{aliases} what no row has: {}", names.join(", "));
    (!names.is_empty()).then(|| warning(WarningId::AliasUnused, text, Some(names.len() as u64)))
}

/// Attributes without a value, and values that are none.
fn attributes(run: &Run) -> Vec<Warning> {
    let absent = run.absent_attributes.iter().map(|name| {
        let text =
            format!("no row has a value of the attribute `{name}`: check how the logs spell the name of the column");
        warning(WarningId::AttributeAbsent, text, None)
    });
    let odd = run.odd_values.iter().map(|(name, count)| {
        let (events, have) = if *count == 1 { ("event", "has") } else { ("events", "have") };
        let text = format!(
            "{} {events} {have} something else than a text, a number, true or false as the attribute `{name}`, such as a \
             list: it counts as no value",
            group(*count)
        );
        warning(WarningId::AttributeOddValues, text, Some(*count))
    });
    absent.chain(odd).collect()
}

/// Conversations that count for `engaged_customers` but name no customer.
///
/// # Errors
///
/// Where polars refuses the query: a bug.
pub fn of_customers(source: Source, window: Window) -> PolarsResult<Option<Warning>> {
    let Some(metric) = metrics::find("engaged_customers") else {
        return Ok(None);
    };
    let nameless =
        source.rows(metric, window).filter(col("did_customer_write_after_welcome").and(col("customer").is_null()));
    let count =
        nameless.select([len().cast(DataType::UInt64).alias("n")]).collect()?.column("n")?.u64()?.get(0).unwrap_or(0);
    let text = format!("{} engaged conversations name no customer: they are not in engaged_customers", group(count));
    Ok((count > 0).then(|| warning(WarningId::EngagedWithoutCustomer, text, Some(count))))
}
