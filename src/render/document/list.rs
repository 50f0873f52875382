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
pub fn list(of: &List, language: Language) -> Document {
    let figure = of.figure.as_ref().map(|figure| {
        let value = in_words(language, figure);
        language.fill("listing.figure", &[("name", &of.subject.name()), ("value", &value)]) + " · "
    });
    let mut sections = vec![];
    sections.extend(notes::warnings(language, &of.warnings));
    sections
        .push(Section { title: words::text(language, "page.rows"), parts: vec![PagePart::Table(table(language, of))] });
    let mut sources = vec![PagePart::Table(notes::files(language, &of.input))];
    sources.extend(notes::rejections(language, &of.input));
    sources.extend(notes::renamed(language, &of.renamed));
    sources.extend(notes::opening_hours(language, of.opening_hours.as_ref()));
    sections.push(Section { title: words::text(language, "page.sources"), parts: sources });
    let (title, lead) = (names::subject(language, of.subject), words::window(language, &of.window));
    Document {
        compared: Some(format!("{}{}", figure.unwrap_or_default(), names::listed(language, of))),
        only: only(language, &of.filters),
        ..Document::bare(language, &title, &lead, &of.generator, sections)
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
            let of = |of: Statistic| {
                format!("{} {}", words::statistic(language, of), words::value(language, *unit, of.of(statistics)))
            };
            let all = Statistic::ALL.map(of).join(", ");
            format!("{all}, {} {}", words::text(language, "page.cases"), words::count(language, statistics.n))
        }
    }
}

fn table(language: Language, of: &List) -> PageTable {
    let column = |column: &crate::report::list::ListColumn| TableColumn {
        group: None,
        head: names::column(language, &column.name),
        is_number: matches!(column.holds, ColumnContent::Number | ColumnContent::Seconds),
    };
    PageTable {
        title: names::subject(language, of.subject),
        note: String::new(),
        columns: of.columns.iter().map(column).collect(),
        rows: of
            .rows
            .iter()
            .map(|row| {
                of.columns.iter().zip(row).map(|(column, value)| cell(language, of, &column.name, value)).collect()
            })
            .collect(),
        total: None,
        empty: words::text(language, "page.no_rows"),
        is_sortable: true,
    }
}

fn cell(language: Language, of: &List, column: &str, value: &ListValue) -> PageCell {
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
            let event = |event: &crate::report::list::EventRef| format!("{}:{}", of.file(*event), event.line);
            PageCell::text(events.iter().map(event).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The local time of an RFC 3339 text.
fn local(text: &str) -> Option<NaiveDateTime> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.naive_local())
}
