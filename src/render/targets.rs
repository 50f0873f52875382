//! Targets as texts, for every output for people. A number that misses its target has a `!` before it and, in addition,
//! weight or colour.

use super::{rows, words};
use crate::language::Language;
use crate::metrics;
use crate::report::targets::{Judged, VALUE};
use crate::report::{Report, Shown, Statistic};
use crate::time::parse_date;
use crate::unit::Unit;

/// The mark before a number that misses its target.
pub const MARK: &str = "! ";

/// A number, marked if it misses a target.
#[must_use]
pub fn marked(report: &Report, id: &str, statistic: Option<Statistic>, value: Option<f64>, text: &str) -> String {
    if report.misses(id, statistic, value) { format!("{MARK}{text}") } else { text.to_owned() }
}

/// The subject of the target: `Wait in queue p90`.
#[must_use]
pub fn name(language: Language, target: &Judged) -> String {
    if target.statistic == VALUE {
        words::metric(language, &target.metric)
    } else {
        words::metric_with(language, &target.metric, &target.statistic)
    }
}

/// `≤ 2 min 00 s`.
#[must_use]
pub fn bound(language: Language, target: &Judged) -> String {
    format!("{} {}", target.bound.sign(), language.value(unit(target), Some(target.limit)))
}

/// The value of the target's number.
#[must_use]
pub fn value(language: Language, target: &Judged) -> String {
    let value = if target.hidden { Some(Shown::Hidden) } else { target.value.map(Shown::Known) };
    language.shown(unit(target), value)
}

/// The unit of the target's number.
#[must_use]
pub fn unit(target: &Judged) -> Unit {
    metrics::unit(&target.metric)
}

/// `met`, `missed`, or the text for no data.
#[must_use]
pub fn verdict(language: Language, target: &Judged) -> &'static str {
    language.text(match target.met {
        None if target.hidden => "value.hidden",
        Some(true) => "target.met",
        Some(false) => "target.missed",
        None => "target.no_data",
    })
}

/// Maximum number of rows of a table that a sentence names; the table marks the others, too.
const NAMED: usize = 8;

/// The rows that miss it: `by queue: Pedidos, Entregas`, and how many more. Empty for none.
#[must_use]
pub fn missed_rows(language: Language, report: &Report, target: &Judged) -> String {
    let mut tables: Vec<String> = Vec::new();
    for (name, table) in report.tables.iter() {
        let missed: Vec<_> = target.missed.iter().filter(|miss| miss.table == name).collect();
        let mut labels: Vec<String> = missed
            .iter()
            .take(NAMED)
            .map(|miss| {
                let row = table.rows.iter().find(|row| row.key.parts() == miss.key);
                let parts = row.map_or(&miss.key, |row| &row.label);
                let parts = table.dimensions.iter().zip(parts).map(|(dimension, part)| {
                    parse_date(part)
                        .map_or_else(|_| rows::label(language, dimension, part).into_owned(), |day| language.day(day))
                });
                parts.collect::<Vec<_>>().join(" / ")
            })
            .collect();
        if missed.len() > NAMED {
            labels.push(language.fill("list.more", &[("n", &(missed.len() - NAMED))]));
        }
        if !labels.is_empty() {
            let title = words::lowered(&words::table(language, &table.dimensions));
            tables.push(format!("{title}: {}", labels.join(", ")));
        }
    }
    tables.join("; ")
}
