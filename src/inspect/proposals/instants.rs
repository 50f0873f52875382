//! The instants of a row: columns of date-times, and pairs of columns with a date and a time of day.

use super::moments::{Moment, moment_of};
use crate::inspect::columns::column::{Column, share};
use crate::inspect::columns::times::{ColumnInstants, DayOrder};
use crate::inspect::time_notations::notation::TimeNotation;
use crate::inspect::time_notations::zones::{HeaderZone, zone_of_name};
use crate::inspect::words::{Meaning as M, Name, is_one_of};
use crate::language::{Argument, Message};
use crate::time::DAY_MS;

/// The share of a column's values that a report must be able to read.
const NEARLY_ALL: f64 = 0.95;

/// The order of day and month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateOrder {
    /// Whether the user must be asked.
    pub is_open: bool,
    /// How it is known, or the possible orders.
    pub message: Message,
}

/// The source and notation of an instant of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct ProposedInstant {
    /// One column, or those of date and time of day.
    pub sources: Vec<String>,
    /// The notations in the profile; the first that fits counts.
    pub formats: Vec<String>,
    /// The columns of an instant that this one follows within a day: a time of day that shares its date.
    pub behind: Vec<String>,
    /// The zone in its name.
    pub zone: Option<String>,
    /// Whether it has neither an offset nor a zone in its name: it is in local time.
    pub is_local: bool,
    /// The question to answer before it can be read.
    pub question: Option<Message>,
    /// The order of day and month, if the values do not show it.
    pub order: Option<DateOrder>,
    /// The meaning of its name.
    pub words: Name,
    /// Whether every row has it.
    pub is_full: bool,
    /// The number of rows that have it.
    pub filled: u64,
    /// The earliest, in milliseconds since 1970.
    pub first: i64,
    /// The number of values earlier than the one before.
    pub falls: u64,
}

impl ProposedInstant {
    /// The names of its columns, quoted.
    #[must_use]
    pub fn quoted(&self) -> Argument {
        let mut names: Vec<String> = self.sources.iter().map(|source| format!("`{source}`")).collect();
        let last = names.pop().unwrap_or_default();
        if names.is_empty() {
            return last.into();
        }
        Message::new("list.last").with("before", names.join(", ")).with("last", last).into()
    }
}

/// All instants of these columns, in their order. Dates and times of day without a counterpart are left out.
#[must_use]
pub fn instants(columns: &[&Column]) -> Vec<ProposedInstant> {
    let mut instants = Vec::new();
    let mut dates: Vec<&Column> = Vec::new();
    let mut times_of_day: Vec<&Column> = Vec::new();
    let mut days: Vec<&Column> = Vec::new();
    let mut others: Vec<&Column> = Vec::new();
    let are_twins = dates_have_twins(columns);
    for column in columns {
        match column.time().map(|time| &time.notation) {
            Some(TimeNotation::Date(_)) => dates.push(column),
            Some(TimeNotation::TimeOfDay(_)) if is_time_of_day(column) => times_of_day.push(column),
            Some(TimeNotation::TimeOfDay(_)) if are_twins && twin_date(column, columns).is_some() => {
                times_of_day.push(column);
            }
            Some(TimeNotation::TimeOfDay(_)) if may_be_time_of_day(column) => others.push(column),
            Some(notation) if notation.is_instant() && column.is_of_days() => days.push(column),
            Some(notation) if notation.is_instant() => instants.push(whole(column)),
            Some(_) | None => {}
        }
    }
    // If there are times of day, days at midnight are dates.
    if times_of_day.is_empty() {
        instants.extend(days.iter().map(|column| whole(column)));
    } else {
        dates.extend(days);
    }
    if let Some((date, times_of_day)) = one_day(&dates, &times_of_day, &others)
        && let [begin, others @ ..] = &times_of_day[..]
    {
        let begin = joined(date, begin);
        let behind = |clock: &&Column| ProposedInstant { behind: begin.sources.clone(), ..joined(date, clock) };
        instants.extend(others.iter().map(behind));
        instants.push(begin);
        return instants;
    }
    for (date, clock) in pairs(columns, &dates, &times_of_day) {
        instants.push(joined(date, clock));
    }
    instants
}

/// One date and several times of day named for events, that of the start first: a conversation in one line, within one
/// day. `others` may be lengths by their names (`Primeira resposta`): they are times of day if none of them is before
/// the start.
fn one_day<'c>(
    dates: &[&'c Column],
    times_of_day: &[&'c Column],
    others: &[&'c Column],
) -> Option<(&'c Column, Vec<&'c Column>)> {
    let [date] = dates else { return None };
    let moment = |clock: &Column| moment_of(&clock.words).ok().filter(|moment| *moment != Moment::Happened);
    let is_begin =
        |clock: &&&Column| matches!(moment(clock), Some(Moment::Began | Moment::Queued | Moment::CustomerWrote));
    let first = |clock: &Column| clock.times().iter().map(|times| times.first).min();
    // A plain `Uhrzeit` is the start if all others are later.
    let is_plain = |clock: &&&Column| {
        let are_later = times_of_day.iter().chain(others).all(|other| first(other) >= first(clock));
        clock.words.is_only(&[M::Time, M::Date, M::Conversation]) && are_later
    };
    let begin = times_of_day.iter().filter(is_begin).min_by_key(|clock| moment(clock));
    let begin = begin.or_else(|| times_of_day.iter().find(is_plain))?;
    let is_behind = |clock: &&Column| is_named_time_of_day(clock) || first(clock) >= first(begin);
    let is_event = |clock: &&Column| clock.name == begin.name || (moment(clock).is_some() && is_behind(clock));
    if !times_of_day.iter().all(is_event) {
        return None;
    }
    let mut times_of_day: Vec<&Column> =
        times_of_day.iter().chain(others.iter().filter(|clock| is_behind(clock))).copied().collect();
    times_of_day.sort_by_key(|clock| (clock.name != begin.name, moment(clock)));
    (times_of_day.len() > 1).then_some((*date, times_of_day))
}

/// The words of a name without those for a day or a time of day; `None` if there are no others.
fn subject_of(column: &Column) -> Option<String> {
    const WHEN: &str = "date|day|time|hour|at|on|data|dia|hora|horario|em|fecha|en|jour|heure|le|datum|tag|zeit|uhrzeit|am|um|\
                        giorno|ora|orario|il|de|da|do|del|della|di|des|der";
    let words: Vec<&str> = column.words.plain.split(' ').filter(|word| !is_one_of(word, WHEN)).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn is_date(column: &Column) -> bool {
    matches!(column.time().map(|time| &time.notation), Some(TimeNotation::Date(_))) || column.is_of_days()
}

/// The column of dates with the same subject as this time of day: `First Response Date` for `First Response Time`.
#[must_use]
pub fn twin_date<'c>(clock: &Column, columns: &[&'c Column]) -> Option<&'c Column> {
    let is_clock = matches!(clock.time().map(|time| &time.notation), Some(TimeNotation::TimeOfDay(_)));
    let subject = subject_of(clock).filter(|_| is_clock)?;
    columns.iter().copied().find(|date| is_date(date) && subject_of(date).as_ref() == Some(&subject))
}

/// Whether there are several dates and each has a time of day with the same subject: then no such column is a length of
/// time, whatever its name is.
#[must_use]
pub fn dates_have_twins(columns: &[&Column]) -> bool {
    let dates: Vec<&&Column> = columns.iter().filter(|column| is_date(column)).collect();
    let has_twin = |date: &&&Column| {
        let is_its = |clock: &&&Column| twin_date(clock, columns).is_some_and(|other| other.name == date.name);
        columns.iter().filter(is_its).count() == 1
    };
    dates.len() > 1 && dates.iter().all(has_twin)
}

/// Whether a column is a time of day and not a duration, whose name is that of something that lasts.
fn is_time_of_day(column: &Column) -> bool {
    const LASTS: [M; 4] = [M::Waited, M::Talked, M::Reply, M::Resolved];
    let is_within_a_day = column.times().iter().all(|times| times.last < DAY_MS);
    let words = &column.words;
    // `hora` is a time of day, `horas` is a length of time.
    let lasts = (words.has_one(&LASTS) || words.has(M::Duration)) && !is_named_time_of_day(column);
    let is_begin = words.has(M::Opened) && !words.has(M::Duration);
    // `Total Queue` is a sum; but `respondimos` only looks like a plural.
    let is_sum = words.has(M::Count) && words.has_one(&[M::Queue, M::Conversation]);
    is_within_a_day && !words.has(M::Office) && !is_sum && (!lasts || is_begin)
}

/// Whether a name that may be that of a length may also be that of a time of day: no word of it means a length.
fn may_be_time_of_day(column: &Column) -> bool {
    const LASTS: [M; 5] = [M::Duration, M::Waited, M::Talked, M::Office, M::Time];
    column.times().iter().all(|times| times.last < DAY_MS)
        && !column.words.has_one(&LASTS)
        && moment_of(&column.words).is_ok()
}

/// Whether a word of the name means a time of day.
fn is_named_time_of_day(column: &Column) -> bool {
    column.words.plain.split(' ').any(|word| is_one_of(word, "hora|horario|heure|uhrzeit|at|um|ora|orario"))
}

/// Dates with their times of day: one of each, or each date with the time of day after it.
fn pairs<'c>(
    columns: &[&'c Column],
    dates: &[&'c Column],
    times_of_day: &[&'c Column],
) -> Vec<(&'c Column, &'c Column)> {
    let at = |column: &Column| columns.iter().position(|other| other.name == column.name).unwrap_or(usize::MAX);
    match (dates, times_of_day) {
        ([date], [clock]) => vec![(date, clock)],
        ([date], times_of_day) => {
            // `Date` and `Time`, beside durations with the notation of times of day.
            let mut named = times_of_day.iter().filter(|clock| clock.words.is_only(&[M::Time, M::Date]));
            match (named.next(), named.next()) {
                (Some(clock), None) => vec![(date, clock)],
                _ => Vec::new(),
            }
        }
        (dates, times_of_day) => {
            if dates_have_twins(columns) {
                let twin = |clock: &&'c Column| twin_date(clock, dates).map(|date| (date, *clock));
                return times_of_day.iter().filter_map(twin).collect();
            }
            let named = by_name(dates, times_of_day);
            if !named.is_empty() {
                return named;
            }
            let behind = |date: &&'c Column| {
                times_of_day.iter().find(|clock| at(clock) == at(date) + 1).map(|clock| (*date, *clock))
            };
            let found: Vec<_> = dates.iter().filter_map(behind).collect();
            if found.len() == times_of_day.len() { found } else { Vec::new() }
        }
    }
}

/// Each date with the one time of day that has the same subject: `Data de criação`, `Hora de criação`. Empty if a date
/// has no such time of day, or several.
fn by_name<'c>(dates: &[&'c Column], times_of_day: &[&'c Column]) -> Vec<(&'c Column, &'c Column)> {
    let moment = |column: &Column| moment_of(&column.words).ok();
    let mut found = Vec::new();
    for date in dates {
        let Some(subject) = moment(date) else { continue };
        let is_alone = dates.iter().filter(|other| moment(other) == Some(subject)).count() == 1;
        let mut same = times_of_day.iter().filter(|clock| moment(clock) == Some(subject));
        match (same.next(), same.next()) {
            (Some(clock), None) if is_alone => found.push((*date, *clock)),
            _ => return Vec::new(),
        }
    }
    found
}

/// The instant in the texts of its columns, in milliseconds; `None` if one of them has no value or cannot be read.
#[must_use]
pub fn instant_in(columns: &[&Column], sources: &[&str], texts: &[Option<String>]) -> Option<i64> {
    let part = |(name, text): (&&str, &Option<String>)| {
        let times = columns.iter().find(|column| column.name == **name)?.times();
        let text = text.as_ref()?;
        times.iter().find_map(|time| time.notation.read(text)).map(|reading| reading.ms)
    };
    sources.iter().zip(texts).map(part).sum()
}

fn whole(column: &Column) -> ProposedInstant {
    let times = column.times();
    let mut formats: Vec<String> = Vec::new();
    for format in times.iter().map(|time| time.notation.of_profile()) {
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    let is_local = times.iter().any(|time| time.with_offset < time.count);
    of(column, vec![column.name.clone()], formats, is_local)
}

/// A date and a time of day as one instant. It takes the name of the time of day if that names an event.
fn joined(date: &Column, clock: &Column) -> ProposedInstant {
    let parts = |column: &Column| column.times().iter().map(|time| time.notation.of_profile()).collect::<Vec<_>>();
    let times_of_day = parts(clock);
    let dates = if date.is_of_days() {
        date.times().iter().filter_map(|time| midnight(date, time)).collect()
    } else {
        parts(date)
    };
    let formats =
        dates.iter().flat_map(|date| times_of_day.iter().map(move |clock| format!("{date} {clock}"))).collect();
    let mut instant = of(date, vec![date.name.clone(), clock.name.clone()], formats, true);
    instant.is_full &= clock.is_full();
    instant.filled = instant.filled.min(clock.filled);
    if moment_of(&clock.words).is_ok_and(|moment| moment != Moment::Happened) {
        instant.words = clock.words.clone();
    }
    instant
}

/// The notation of a day at midnight, as the start of a pattern to which a time of day is added.
fn midnight(column: &Column, time: &ColumnInstants) -> Option<String> {
    if let Some(pattern) = time.notation.pattern() {
        return Some(pattern.replace("%H", "00").replace("%M", "00").replace("%S", "00"));
    }
    let (value, _) = column.kept.iter().find(|(value, _)| time.notation.read(value).is_some())?;
    Some(format!("%Y-%m-%d{}", value.get(10..)?))
}

fn of(column: &Column, sources: Vec<String>, formats: Vec<String>, is_local: bool) -> ProposedInstant {
    let name = &column.name;
    let (header, mut question) = (zone_of_name(name), None);
    let date_order =
        |is_open: bool, message: Message| Some(DateOrder { is_open, message: message.with("column", name) });
    let order = match column.instants.day_order().1 {
        DayOrder::Clear | DayOrder::ByValues => None,
        DayOrder::Settled(by) => date_order(
            false,
            Message::new("proposal.order_read")
                .with("formats", Message::any_of(formats.iter().cloned()))
                .with("why", Message::new(by)),
        ),
        DayOrder::Open => {
            let other = column.other_time().map(|other| other.notation.of_profile()).unwrap_or_default();
            let shown = column.ordered_time().map(|time| time.notation.of_profile()).unwrap_or_default();
            date_order(true, Message::new("proposal.order_open").with("shown", shown).with("other", other))
        }
        DayOrder::Both => date_order(true, Message::new("proposal.order_mixed")),
    };
    let with_value = column.filled - column.zeros_of_epoch();
    if share(column.instants.count, with_value) < NEARLY_ALL {
        let unread = with_value.saturating_sub(column.instants.count);
        question =
            Some(Message::counted("proposal.unread_instants", unread).with("all", with_value).with("column", name));
    }
    let zones: Vec<&str> = column.instants.open_zones.iter().map(String::as_str).collect();
    if !zones.is_empty() {
        let first = zones.first().copied().unwrap_or_default();
        question = Some(
            Message::new("proposal.open_zones")
                .with("column", name)
                .with("zones", zones.join(", "))
                .with("example", format!("zones = {{ {first} = \"-05:00\" }}")),
        );
    }
    if let (HeaderZone::Open(zone), true) = (&header, is_local) {
        question = Some(
            Message::new("proposal.open_clock")
                .with("column", name)
                .with("zone", zone)
                .with("example", "zone = \"America/New_York\""),
        );
    }
    let zone = match header {
        HeaderZone::Named(zone) if is_local => Some(zone),
        HeaderZone::Named(_) | HeaderZone::None | HeaderZone::Open(_) => None,
    };
    let times = column.times();
    ProposedInstant {
        is_local: is_local && zone.is_none(),
        zone,
        question,
        order,
        words: column.words.clone(),
        is_full: column.is_full() && column.zeros_of_epoch() == 0,
        filled: with_value,
        first: times.iter().map(|time| time.first).min().unwrap_or_default(),
        falls: times.first().map_or(0, |time| time.falls),
        sources,
        formats,
        behind: Vec::new(),
    }
}
