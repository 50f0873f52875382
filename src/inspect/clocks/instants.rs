//! The instants of a row: columns of date-times, and pairs of a column of dates and one of times of day.

use crate::inspect::clocks::time_format::TimeFormat;
use crate::inspect::columns::column::{Column, Times};
use crate::inspect::words::plain;

/// Where an instant of a row is, and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Instant {
    /// One column, or those of date and time of day.
    pub sources: Vec<String>,
    /// As a profile writes it.
    pub format: String,
    /// The text begins with a weekday, which patterns do not have.
    pub has_weekday: bool,
    /// Without an offset: on a local clock.
    pub is_local: bool,
    /// The same values as month before day.
    pub other: Option<String>,
    /// Every row has it.
    pub is_filled: bool,
    /// Values that are earlier than the one before.
    pub falls: u64,
}

impl Instant {
    /// Its name, as its meaning is told by it.
    #[must_use]
    pub fn name(&self) -> String {
        self.sources.first().cloned().unwrap_or_default()
    }

    /// What a reader must decide: which number is the day.
    #[must_use]
    pub fn ambiguity(&self) -> Option<String> {
        let other = self.other.as_ref()?;
        Some(format!(
            "`{}` could be {} or {other}: no day is past the 12th. The first is taken; check it",
            self.name(),
            self.format
        ))
    }
}

/// All instants that a profile can read, in the order of the columns.
#[must_use]
pub fn instants(columns: &[&Column]) -> Vec<Instant> {
    let timed: Vec<(&Column, &Times)> = columns.iter().filter_map(|column| Some((*column, column.time()?))).collect();
    let mut instants: Vec<Instant> = Vec::new();
    for (column, times) in &timed {
        if times.format.is_instant() {
            instants.extend(of(column, times));
        }
    }
    if instants.is_empty() {
        let dates: Vec<_> = timed.iter().filter(|(_, times)| matches!(times.format, TimeFormat::Date(_))).collect();
        // A duration is no time of day: its column is named for what lasts.
        let is_time = |column: &Column| {
            const NAMES: [&str; 5] = ["time", "hour", "hora", "heure", "horario"];
            plain(&column.name).split(' ').any(|word| NAMES.contains(&word))
        };
        let clocks = timed.iter().filter(|(_, times)| times.format == TimeFormat::Clock);
        let mut clocks: Vec<_> = clocks.filter(|(_, times)| times.last < 86_400_000).collect();
        clocks.sort_by_key(|(column, _)| !is_time(column));
        if let (Some((date, times)), Some((clock, _))) = (dates.first(), clocks.first())
            && let Some(mut instant) = of(date, times)
        {
            instant.sources.push(clock.name.clone());
            instant.is_filled &= clock.filled == clock.present;
            instant.format.push_str(" %H:%M:%S");
            instant.other = instant.other.map(|other| format!("{other} %H:%M:%S"));
            instants.push(instant);
        }
    }
    instants
}

fn of(column: &Column, times: &Times) -> Option<Instant> {
    let format = times.format.of_profile()?;
    let (format, has_weekday) = match format.strip_prefix("%a ") {
        Some(rest) => (rest.to_owned(), true),
        None => (format, false),
    };
    Some(Instant {
        sources: vec![column.name.clone()],
        format,
        has_weekday,
        is_local: times.with_offset < times.count,
        other: column.other_time().map(|other| other.format.name()),
        is_filled: column.filled == column.present,
        falls: times.falls,
    })
}
