//! The cells of a list as text.

use crate::fold::schema::FactTable;
use crate::language::Language;
use crate::render::words;
use crate::report::list::{EventRef, List, ListColumn, ListValue, Subject};
use crate::unit::{NO_DATA, Unit};

/// Makes cells from values.
pub(super) struct CellWriter<'a> {
    list: &'a List,
    language: Language,
    /// The instants that the metric uses. A conversation has many events; only those behind these instants are shown.
    looked_at: Vec<String>,
}

impl<'a> CellWriter<'a> {
    pub(super) fn of(list: &'a List, language: Language) -> Self {
        let looked_at = match list.subject {
            Subject::Metric(metric) if metric.table == FactTable::Conversations => {
                let mut columns = metric.measure.columns();
                columns.extend(metric.clock.column().map(str::to_owned));
                columns
            }
            Subject::Metric(_) | Subject::Table(_) => Vec::new(),
        };
        Self { list, language, looked_at }
    }

    pub(super) fn cell(&self, column: &ListColumn, value: &ListValue) -> String {
        match value {
            ListValue::None => NO_DATA.to_owned(),
            ListValue::Text(text) => words::listed_value(self.language, &column.name, text),
            ListValue::Texts(texts) if texts.is_empty() => NO_DATA.to_owned(),
            ListValue::Texts(texts) => texts.join(", "),
            ListValue::Instant(instant) => local(instant),
            ListValue::Number(number) => number.to_string(),
            ListValue::Seconds(seconds) => self.language.value(Unit::Seconds, Some(*seconds)),
            ListValue::Flag(flag) => words::flag(self.language, *flag).to_owned(),
            ListValue::Events(events) => self.lines(events),
        }
    }

    /// The lines of a row's events, each once and in order; with the file's name if there are several files.
    fn lines(&self, events: &[EventRef]) -> String {
        let file_and_line = |event: &EventRef| (event.file, event.line);
        let is_looked_at = |event: &&EventRef| self.looked_at.iter().any(|name| name == event.what);
        let mut lines: Vec<(usize, u64)> = events.iter().filter(is_looked_at).map(file_and_line).collect();
        if lines.is_empty() {
            lines = events.iter().map(file_and_line).collect();
        }
        lines.sort_unstable();
        lines.dedup();
        let of_file = |of_file: &[(usize, u64)]| {
            let lines: Vec<String> = of_file.iter().map(|(_, line)| line.to_string()).collect();
            let file = self.list.files.get(of_file[0].0).filter(|_| self.list.files.len() > 1);
            file.map_or_else(String::new, |file| format!("{file}:")) + &lines.join(" ")
        };
        let files: Vec<String> = lines.chunk_by(|(a, _), (b, _)| a == b).map(of_file).collect();
        if files.is_empty() { NO_DATA.to_owned() } else { files.join(" ") }
    }
}

/// The local date and time of an instant with an offset; the head has the zone.
fn local(instant: &str) -> String {
    instant.get(..19).map_or_else(|| instant.to_owned(), |local| local.replace('T', " "))
}
