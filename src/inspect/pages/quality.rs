//! Finds mistakes in the rows of a file.

use super::inspection::{Problem, Quality, RowOrder};
use crate::inspect::columns::column::Column;
use crate::inspect::reading::log::LogRead;
use crate::inspect::reading::survey::{FaultLines, Survey};
use crate::language::{Argument, Message};

/// The faults of the rows of a file.
pub(super) fn quality(survey: &Survey, order: Option<&Column>, read: Option<LogRead>) -> Quality {
    let time = order.and_then(Column::time);
    let order = time.map(|time| match (time.falls, time.rises) {
        (0, _) => RowOrder::OldestFirst,
        (_, 0) => RowOrder::NewestFirst,
        (_, _) => RowOrder::Mixed,
    });
    let mut problems = Vec::new();
    let mut add = |key, FaultLines { count, first }: &FaultLines| {
        if *count > 0 {
            problems.push(Problem { what: Message::new(key).into(), count: *count, lines: first.clone() });
        }
    };
    // For a log, the reader reports rejected rows and the reasons.
    if read.is_none() {
        add("problem.encoding", &survey.bad_encoding);
        add("problem.no_object", &survey.not_json);
        add("problem.malformed", &survey.malformed);
        add("problem.width", &survey.other_width);
    }
    add("problem.header_again", &survey.header_again);
    let totals: Vec<u64> = survey.totals.iter().map(|total| total.line).collect();
    add("problem.totals", &FaultLines { count: totals.len() as u64, first: totals });
    add("problem.below", &survey.below);
    add("problem.headings", &survey.headings);
    let (counts, rejected) = match read {
        Some(LogRead { counts, rejects, rejected_rows: _, highest_score: _, latest: _ }) => {
            (Some(counts), Some(rejects))
        }
        None => (None, None),
    };
    for (reason, (count, lines)) in rejected.iter().flatten() {
        let what = Argument::Term(format!("reason.{reason}"), (*reason).to_owned());
        problems.push(Problem { what, count: *count, lines: lines.clone() });
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
