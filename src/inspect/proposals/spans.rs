//! Lengths of time in separate columns, and their units.

use super::assumption::Assumption;
use super::instants::{dates_have_twins, twin_date};
use super::moments::{DurationKind, TALKS, excludes_bots, span_of};
use super::proposal::Plus;
use super::unit_names::{clock_unit_of, may_be_length, unit_of};
use super::units::LengthUnits;
use crate::inspect::columns::column::Column;
use crate::inspect::reading::survey::Survey;
use crate::inspect::time_notations::notation::TimeNotation;
use crate::inspect::words::{Meaning as M, Name, plain};
use crate::language::Message;

/// A column with a length of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Length {
    /// The kind of length.
    pub span: DurationKind,
    /// How it is added to an instant.
    pub plus: Plus,
    /// The question to answer first.
    pub question: Option<Message>,
    /// The assumptions about its unit and its meaning.
    pub assumptions: Vec<Assumption>,
    /// Whether it may be the length of a whole call, including the wait: `Duration`, but not `Talk time`.
    pub may_be_whole: bool,
    pub column: String,
    /// Whether every row has it.
    pub is_full: bool,
    /// The number of rows with more than 0.
    pub rows: u64,
    /// The texts of its zeros, if they mean that it did not happen.
    pub zeros: Vec<String>,
    /// Whether its zeros may mean either that it did not happen or that it took less than a minute.
    pub has_open_zeros: bool,
}

/// Marks a unit to fill in: no profile can be read with it.
const GAP: &str = "GAP";

/// The columns with lengths of time, each with its kind.
pub fn lengths(columns: &[&Column], units: &LengthUnits) -> Vec<Length> {
    let is_date = |column: &&Column| {
        matches!(column.time().map(|time| &time.notation), Some(TimeNotation::Date(_))) || column.is_of_days()
    };
    let has_date = columns.iter().any(is_date);
    let are_twins = dates_have_twins(columns);
    let length_of = |column: &&Column| length(column, units, has_date, twin_date(column, columns), are_twins);
    columns.iter().filter_map(length_of).collect()
}

fn length(
    column: &Column,
    units: &LengthUnits,
    has_date: bool,
    twin: Option<&Column>,
    are_twins: bool,
) -> Option<Length> {
    // `Total Queue` with values such as `00:00:20`.
    let is_sum = column.is_duration() && column.words.has(M::Count) && span_of_sum(column).is_some();
    let certain = || (is_sum || units.certain(&column.name).is_some()).then(|| span_of_sum(column)).flatten();
    // A column of lengths with the name `Conversation` is the length of the conversation.
    let named_so =
        || (column.is_duration() && column.words.is_only(&[M::Conversation])).then_some(DurationKind::Talked);
    let span = span_of(&column.words).or_else(certain).or_else(named_so).filter(|_| may_be_length(column))?;
    let name = &column.name;
    let kinds = &column.kinds;
    let is_clock = matches!(column.time().map(|time| &time.notation), Some(TimeNotation::TimeOfDay(_)));
    let says_how_long = is_sum || column.words.has_one(&[M::Duration, M::Waited, M::Talked, M::Time]);
    // If every other instant is a date and a time of day, this may be a time of day whose date is missing.
    let may_be_of_day = twin.is_some() || (are_twins && !column.words.has_one(&[M::Duration, M::Waited, M::Talked]));
    let mut assumptions: Vec<Assumption> = Vec::new();
    assumptions.extend(
        (span == DurationKind::FirstReply && !column.words.has(M::First))
            .then(|| Message::new("assumption.until_first_reply").with("column", name).into()),
    );
    let unit = if is_clock && (may_be_of_day || (has_date && !says_how_long)) {
        let date = twin.map_or("…", |date| &date.name);
        Err(Message::new("proposal.clock_or_length")
            .with("column", name)
            .with("instant", format!("ts = {{ join = [\"{date}\", \"{name}\"] }}"))
            .with("length", format!("plus = [{{ from = \"{name}\", unit = \"h:m:s\" }}]")))
    } else if let Some(unit) = clock_unit_of(name).filter(|_| kinds.open_durations > 0) {
        Ok(unit)
    } else if kinds.open_durations > 0 {
        Err(Message::new("proposal.minutes_or_hours").with("column", name))
    } else if kinds.durations > 0 {
        Ok("h:m:s")
    } else if let Some((unit, assumed)) = units.get(name) {
        assumptions.extend(assumed);
        Ok(unit)
    } else {
        unit_of(name).ok_or_else(|| Message::new("proposal.no_unit").with("column", name))
    };
    let is_open = kinds.open_commas > 0 && kinds.decimal_commas == 0;
    let of_commas = || is_open.then(|| Message::new("proposal.open_commas").with("column", name));
    let question = unit.as_ref().err().cloned().or_else(of_commas);
    let plus = Plus { column: name.clone(), unit: unit.unwrap_or(GAP), has_comma: kinds.decimal_commas > 0 };
    // Nobody replies or finishes within a second: a zero means that it did not happen. But a wait may be zero.
    let has_zeros = column.zeros.count > 0 && matches!(span, DurationKind::FirstReply | DurationKind::Whole);
    let is_fine = !matches!(plus.unit, "min" | "h" | "d" | GAP);
    let zeros = if has_zeros && is_fine { column.zeros.texts.clone() } else { Vec::new() };
    let is_full = column.is_full() && zeros.is_empty();
    let has_open_zeros = has_zeros && !is_fine;
    let may_be_whole = column.words.has(M::Duration)
        && !TALKS.iter().any(|talk| column.words.plain.split(' ').any(|word| word.starts_with(talk)));
    let rows = column.filled.saturating_sub(column.zeros.count);
    let column = name.clone();
    Some(Length { span, plus, question, assumptions, may_be_whole, column, is_full, rows, zeros, has_open_zeros })
}

/// The lengths, of which one that may be that of a whole call is taken for it if the rows show that it includes the wait:
/// it is never shorter, and in rows without an answer it is the same.
pub fn with_the_wait(lengths: &[Length], survey: &Survey, each: Option<&str>) -> Vec<Length> {
    let is_wait = |length: &&Length| length.span == DurationKind::Waited && length.question.is_none();
    let has_whole = lengths.iter().any(|length| length.span == DurationKind::Whole);
    let mut lengths = lengths.to_vec();
    let Some(wait) = lengths.iter().find(is_wait).filter(|_| !has_whole) else { return lengths };
    let (wait, unit) = (wait.column.clone(), wait.plus.unit);
    let number = |text: &Option<String>| text.as_ref()?.replace(',', ".").parse::<f64>().ok();
    for length in lengths.iter_mut().filter(|it| it.span == DurationKind::Talked && it.may_be_whole) {
        let rows: Vec<(f64, f64)> = survey
            .together(&[&wait, &length.column], each)
            .iter()
            .filter_map(|row| Some((number(&row[0])?, number(&row[1])?)))
            .filter(|(wait, _)| *wait > 0.0)
            .collect();
        let is_same = |(wait, length): &(f64, f64)| (wait - length).abs() < 0.5;
        let is_included = rows.iter().all(|(wait, length)| *length > wait - 0.5);
        if is_included && rows.iter().any(is_same) && !rows.iter().all(is_same) && length.plus.unit == unit {
            length.span = DurationKind::Whole;
            length.assumptions.push(Message::new("assumption.whole_length").with("column", &length.column).into());
        }
    }
    lengths
}

/// The kind of a length that is known to be one and whose name is that of a sum: `Total in queue`, `Total talk`.
fn span_of_sum(column: &Column) -> Option<DurationKind> {
    const OTHERS: [M; 5] = [M::Due, M::Last, M::Bot, M::Office, M::Abandoned];
    let words = &column.words;
    if words.has_one(&OTHERS) {
        return None;
    }
    if words.has_one(&[M::Queue, M::Waited]) {
        return Some(DurationKind::Waited);
    }
    words.has_one(&[M::Conversation, M::Talked]).then_some(DurationKind::Talked)
}

/// The length of that kind. The time until the first of several ends is taken only if there is no other, and so is a
/// length that may include the wait (`Duration` beside `Total talk`), or the work after the talk (`Handle time`).
pub fn of(lengths: &[Length], span: DurationKind) -> Option<&Length> {
    let is_of_first = |length: &&Length| span == DurationKind::Whole && Name::of(&length.column).has(M::First);
    let is_open = |length: &&Length| {
        span == DurationKind::Talked && (length.may_be_whole || plain(&length.column).contains("handl"))
    };
    let fitting = || lengths.iter().filter(|length| length.span == span);
    let filled = || fitting().filter(|length| length.rows > 0);
    // Beside a first response without bots, any other may be a bot's.
    if let Some(length) = filled().find(|length| excludes_bots(&Name::of(&length.column))) {
        return Some(length);
    }
    let best = filled().find(|length| !is_of_first(length) && !is_open(length));
    best.or_else(|| filled().find(|length| !is_of_first(length)))
        .or_else(|| filled().next())
        .or_else(|| fitting().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_lengths_where_their_values_are() {
        for (name, values, span) in [
            ("Total Queue", &["00:00:20", "00:00:50"][..], Some(DurationKind::Waited)),
            ("Total na fila", &["00:00:20", "00:00:50"], Some(DurationKind::Waited)),
            ("Total Talk", &["00:03:00", "00:05:00"], Some(DurationKind::Talked)),
            ("Total Queue", &["3", "5"], None),
            ("Total ACW", &["00:00:10", "00:00:20"], None),
        ] {
            let mut column = Column::new(name.to_owned());
            for value in values {
                column.see(value);
            }
            let found = lengths(&[&column], &LengthUnits::default());
            assert_eq!(found.first().map(|length| length.span), span, "{name} {values:?} {:?}", column.words);
        }
    }
}
