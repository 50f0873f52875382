//! A list as parts of a page, with all of its columns.

use chrono::{DateTime, NaiveDateTime};

use super::report::only;
use super::{CellValue, Document, PageCell, PagePart, PageTable, Section, TableColumn};
use super::{notes, words};
use crate::language::Language;
use crate::render::words as names;
use crate::report::Statistic;
use crate::report::list::{ColumnContent, List, ListFigure, ListValue};
use crate::unit::Unit;

/// A list as a document.
#[must_use]
pub fn list(list: &List, language: Language) -> Document {
    let figure = list.figure.as_ref().map(|figure| {
        let value = in_words(language, figure);
        language.fill("listing.figure", &[("name", &list.subject.name()), ("value", &value)]) + " · "
    });
    let mut sections = vec![];
    sections.extend(notes::warnings(language, &list.warnings));
    sections.push(Section {
        title: words::text(language, "page.rows"),
        parts: vec![PagePart::Table(table(language, list))],
    });
    let mut sources = vec![PagePart::Table(notes::files(language, &list.input))];
    sources.extend(notes::rejections(language, &list.input));
    sources.extend(notes::renamed(language, &list.renamed));
    sources.extend(notes::opening_hours(language, list.opening_hours.as_ref()));
    sections.push(Section { title: words::text(language, "page.sources"), parts: sources });
    let (title, lead) = (names::subject(language, list.subject), words::window(language, &list.window));
    Document {
        compared: Some(format!("{}{}", figure.unwrap_or_default(), names::listed(language, list))),
        only: only(language, &list.filters),
        ..Document::bare(language, &title, &lead, &list.generator, sections)
    }
}

fn in_words(language: Language, figure: &ListFigure) -> String {
    match figure {
        ListFigure::Scalar { unit: Unit::Count, value, .. } => words::value(language, Unit::Count, *value),
        ListFigure::Scalar { unit, value, n } => format!(
            "{} {}",
            words::value(language, *unit, *value),
            language.fill("page.of", &[("n", &words::count(language, *n))])
        ),
        ListFigure::Duration { unit, statistics } => {
            let text_of = |text_of: Statistic| {
                format!(
                    "{} {}",
                    words::statistic(language, text_of),
                    words::value(language, *unit, text_of.of(statistics))
                )
            };
            let all = Statistic::ALL.map(text_of).join(", ");
            format!("{all}, {} {}", words::text(language, "page.cases"), words::count(language, statistics.n))
        }
    }
}

fn table(language: Language, list: &List) -> PageTable {
    let column = |column: &crate::report::list::ListColumn| TableColumn {
        group: None,
        head: names::column(language, &column.name),
        is_number: matches!(column.content, ColumnContent::Number | ColumnContent::Seconds),
    };
    PageTable {
        title: names::subject(language, list.subject),
        note: String::new(),
        columns: list.columns.iter().map(column).collect(),
        rows: list
            .rows
            .iter()
            .map(|row| {
                list.columns.iter().zip(row).map(|(column, value)| cell(language, list, &column.name, value)).collect()
            })
            .collect(),
        total: None,
        empty: words::text(language, "page.no_rows"),
        is_sortable: true,
    }
}

fn cell(language: Language, list: &List, column: &str, value: &ListValue) -> PageCell {
    match value {
        ListValue::None => PageCell::text(""),
        ListValue::Text(text) => PageCell::text(names::listed_value(language, column, text)),
        ListValue::Texts(texts) => PageCell::text(texts.join(", ")),
        #[expect(clippy::cast_precision_loss, reason = "counts and scores")]
        ListValue::Number(number) => words::number(language, Unit::Count, Some(*number as f64)),
        ListValue::Seconds(seconds) => words::number(language, Unit::Seconds, Some(*seconds)),
        ListValue::Flag(is) => PageCell::number(names::flag(language, *is).to_owned(), Some(CellValue::Flag(*is))),
        ListValue::Instant(text) => PageCell::number(text.replacen('T', " ", 1), local(text).map(CellValue::Instant)),
        ListValue::Events(events) => {
            let event = |event: &crate::report::list::EventRef| format!("{}:{}", list.file(*event), event.line);
            PageCell::text(events.iter().map(event).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The local time of an RFC 3339 text.
fn local(text: &str) -> Option<NaiveDateTime> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.naive_local())
}
