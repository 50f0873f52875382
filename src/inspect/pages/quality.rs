//! Mistakes in the rows of a file.

use super::inspection::{Problem, Quality, RowOrder};
use crate::inspect::columns::column::Column;
use crate::inspect::reading::log::LogRead;
use crate::inspect::reading::survey::{FaultLines, Survey};

/// The faults of the rows of a file.
pub(super) fn quality(survey: &Survey, order: Option<&Column>, read: Option<LogRead>) -> Quality {
    let time = order.and_then(Column::time);
    let order = time.map(|time| match (time.falls, time.rises) {
        (0, _) => RowOrder::OldestFirst,
        (_, 0) => RowOrder::NewestFirst,
        (_, _) => RowOrder::Mixed,
    });
    let mut problems = Vec::new();
    let mut add = |what: &str, FaultLines { count, first }: &FaultLines| {
        if *count > 0 {
            problems.push(Problem { what: what.to_owned(), count: *count, lines: first.clone() });
        }
    };
    // Of a log the reader says which rows it rejects, and why.
    if read.is_none() {
        add("not in the encoding", &survey.bad_encoding);
        add("no JSON object", &survey.not_json);
        add("a quote that does not close, or a row that is too long", &survey.malformed);
        add("fewer or more fields than the header", &survey.other_width);
    }
    add("the header again", &survey.header_again);
    let totals: Vec<u64> = survey.totals.iter().map(|total| total.line).collect();
    add("a line of totals at the end", &FaultLines { count: totals.len() as u64, first: totals });
    add("a line below the table", &survey.below);
    let (counts, rejected) = match read {
        Some(LogRead { counts, rejects, rejected_rows: _ }) => (Some(counts), Some(rejects)),
        None => (None, None),
    };
    for (reason, (count, lines)) in rejected.iter().flatten() {
        problems.push(Problem { what: (*reason).to_owned(), count: *count, lines: lines.clone() });
    }
    Quality {
        order,
        out_of_order: time.map_or(0, |time| if order == Some(RowOrder::NewestFirst) { 0 } else { time.falls }),
        repeated_rows: survey.repeated,
        accepted: counts.as_ref().map(|counts| counts.accepted),
        duplicates: counts.as_ref().map(|counts| counts.duplicates),
        rejects: rejected.map(|rejects| rejects.into_iter().map(|(reason, (count, _))| (reason, count)).collect()),
        problems,
    }
}
