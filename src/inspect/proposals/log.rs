//! Decides whether a file is a canonical log.

use crate::event::Kind;
use crate::inspect::columns::column::{Column, share};
use crate::inspect::reading::survey::Survey;
use crate::inspect::time_notations::notation::TimeNotation;

/// The share of values of `ts` that must be readable as in a log.
const MOST: f64 = 0.5;

/// Whether both `ts` and `event` are present and readable as in a log. A file without rows has no unreadable values.
#[must_use]
pub fn is_log(survey: &Survey) -> bool {
    let (Some(ts), Some(event)) = (survey.column("ts"), survey.column("event")) else { return false };
    reads_instants(ts) && reads_kinds(event)
}

fn reads_instants(ts: &Column) -> bool {
    // Values that cannot be examined here may be readable for the Parquet reader.
    if ts.filled == 0 || ts.is_unreadable || ts.kinds.objects > 0 {
        return true;
    }
    let is_of_log = |notation: &TimeNotation| match notation {
        TimeNotation::Rfc3339 | TimeNotation::Naive | TimeNotation::EpochS | TimeNotation::EpochMs => true,
        TimeNotation::EpochUs
        | TimeNotation::EpochNs
        | TimeNotation::JsonDate
        | TimeNotation::ExcelDays
        | TimeNotation::Pattern(_)
        | TimeNotation::Date(_)
        | TimeNotation::TimeOfDay(_) => false,
    };
    let of_log: u64 = ts.instants.notations().iter().filter(|t| is_of_log(&t.notation)).map(|t| t.count).sum();
    share(of_log, ts.filled) >= MOST
}

fn reads_kinds(event: &Column) -> bool {
    let known = event.kept.iter().filter(|(value, _)| Kind::parse(value).is_some()).map(|(_, count)| count).sum();
    event.filled == 0 || event.is_unreadable || share(known, event.kept.iter().map(|(_, count)| count).sum()) >= MOST
}
