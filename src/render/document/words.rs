//! The texts of a page in its language. All texts and numbers of a document come from here.

use chrono::NaiveDate;

use super::{CellValue, PageCell, PageChange, Tone};
use crate::language::Language;
use crate::metrics::Judgement;
use crate::metrics::dimensions::Dimension;
use crate::render::dates::days_of;
pub use crate::render::dates::instant;
use crate::render::hidden::known;
use crate::render::{change, rows, words};
use crate::report::{DaySpan, ReportWindow, Sessions, Shown, Statistic};
use crate::time::parse_date;
use crate::unit::{ChangeKind, NO_DATA, Unit};

/// A number as a text.
pub fn value(language: Language, unit: Unit, value: Option<f64>) -> String {
    language.value(unit, value)
}

/// A whole number as a text.
pub fn count(language: Language, n: u64) -> String {
    language.count(n)
}

/// A number as a cell.
pub fn number(language: Language, unit: Unit, number: Option<f64>) -> PageCell {
    shown(language, unit, number.map(Shown::Known))
}

/// A number as a cell; it may be hidden.
pub fn shown(language: Language, unit: Unit, number: Option<Shown<f64>>) -> PageCell {
    let typed = match unit {
        Unit::Count => CellValue::Count,
        Unit::Seconds => CellValue::Seconds,
        Unit::Rate => CellValue::Share,
        Unit::Score => CellValue::Score,
    };
    PageCell::number(language.shown(unit, number), known(number).map(typed))
}

/// A whole number as a cell.
pub fn whole(language: Language, n: u64) -> PageCell {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
    number(language, Unit::Count, Some(n as f64))
}

/// A cell without data.
pub fn no_data() -> PageCell {
    PageCell::text(NO_DATA)
}

/// A change as a text.
pub fn changed(language: Language, id: &str, unit: Unit, by: f64) -> PageChange {
    let shown = change::shown(language, id, unit, by);
    let word = change::word(language, shown.judgement).to_owned();
    PageChange { text: shown.text, direction: shown.direction, judgement: shown.judgement, word }
}

/// A change as two cells: its size and its judgement.
pub fn change_cells(language: Language, id: &str, unit: Unit, by: Option<f64>) -> [PageCell; 2] {
    let Some(by) = by else { return [no_data(), PageCell::text("")] };
    let change = changed(language, id, unit, by);
    let tone = match change.judgement {
        Judgement::Improved => Tone::Better,
        Judgement::Worsened => Tone::Worse,
        Judgement::Neutral => Tone::Plain,
    };
    let value = match (change::kind(id, unit), unit) {
        (ChangeKind::Relative, _) => CellValue::Relative(by),
        (ChangeKind::Difference, Unit::Rate) => CellValue::Points(by),
        (ChangeKind::Difference, Unit::Count | Unit::Seconds | Unit::Score) => CellValue::Difference(by),
    };
    [PageCell { tone, ..PageCell::number(change.text, Some(value)) }, PageCell { tone, ..PageCell::text(change.word) }]
}

/// The name of a metric.
pub fn metric(language: Language, id: &str) -> String {
    words::metric(language, id)
}

/// The name of a duration, with its leading statistic, the median.
pub fn median_of(language: Language, id: &str) -> String {
    words::median_of(language, id)
}

/// The title of a table by these dimensions.
pub fn table(language: Language, dimensions: &[String]) -> String {
    words::table(language, dimensions)
}

/// The head of a dimension's column.
pub fn dimension(language: Language, id: &str) -> String {
    words::capitalized(&words::dimension(language, id))
}

/// An id as words.
pub fn named(id: &str) -> String {
    words::named(id)
}

/// The head of a statistic's column.
pub fn statistic(language: Language, statistic: Statistic) -> String {
    words::statistic(language, statistic).to_owned()
}

/// The name of a row.
pub fn row_label(language: Language, dimension: &str, label: &str) -> String {
    match parse_date(label) {
        Ok(day) if dimension == Dimension::Day.name() => language.day(day),
        Ok(_) | Err(_) => rows::label(language, dimension, label).into_owned(),
    }
}

/// The name of a row as a cell; a day is a date.
pub fn row_cell(language: Language, dimension: &str, label: &str) -> PageCell {
    let day: Option<NaiveDate> = if dimension == Dimension::Day.name() { parse_date(label).ok() } else { None };
    PageCell::number(row_label(language, dimension, label), day.map(CellValue::Day))
}

/// The days of a window: `2–8 March 2026 · 7 days · America/Sao_Paulo`.
pub fn window(language: Language, window: &ReportWindow) -> String {
    let days = language.counted("count.days", window.days.into());
    format!("{} · {days} · {}", days_of(language, window.span()), window.timezone)
}

/// The days of a span.
pub fn days(language: Language, span: DaySpan) -> String {
    days_of(language, span)
}

/// The window to compare with, or a text for none.
pub fn compared_with(language: Language, previous: Option<DaySpan>) -> String {
    match previous {
        Some(span) => language.fill("page.compared_with", &[("days", &days(language, span))]),
        None => language.text("page.not_compared").to_owned(),
    }
}

/// How events became conversations.
pub fn sessions(language: Language, sessions: Sessions) -> String {
    words::rule_of_conversations(language, sessions).to_owned()
}

/// A weekday's short name, from Monday.
pub fn weekday(language: Language, day: usize) -> String {
    language.weekdays_in_columns().get(day).map_or_else(String::new, |name| (*name).to_owned())
}

/// The text with a capital first letter.
pub fn capitalized(text: &str) -> String {
    words::capitalized(text)
}

/// A text of the page itself.
pub fn text(language: Language, key: &str) -> String {
    language.text(key).to_owned()
}
