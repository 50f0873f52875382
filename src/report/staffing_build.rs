//! Staffing of a window: hours, arrivals and handling times from the facts, and the need of each cell.

use polars::prelude::PolarsResult;

use super::agent_time::AgentTime;
use super::agent_time::spans::{SpanCut, each_hour};
use super::coverage::Coverage;
use super::measure_window::FactSource;
use super::staffing::{Aim, Handling, Need, Staffing, StaffingCells, StaffingQuery, cell};
use crate::metrics::agents::{ARRIVALS, HANDLED};
use crate::time::{HOUR_MS, Window};
use crate::value::{Cell, Shown};

/// The need of each hour of the week.
///
/// # Errors
///
/// If polars refuses a query: a bug.
pub fn staffing(
    source: FactSource,
    agents: &AgentTime,
    window: Window,
    query: StaffingQuery,
    cut: SpanCut,
) -> PolarsResult<Staffing> {
    let hours = hours(source, window, cut);
    let arrivals = source.heatmap(&ARRIVALS, window)?;
    let coverage = Coverage::of(&source.facts.run);
    let measured = match source.totals(&[&HANDLED], window)?.first() {
        // If the log has no ends of conversations, those that have ended are not a sample.
        Some(Cell::Duration(_)) if !coverage.knows(&HANDLED) => (None, 0),
        Some(Cell::Duration(statistics)) => (statistics.mean, statistics.n),
        Some(Cell::Scalar { .. } | Cell::Hidden) | None => (None, 0),
    };
    let mean = query.handling.or(measured.0);
    let handling = Handling {
        mean: mean.map(Shown::Known),
        n: Shown::Known(measured.1),
        measured: query.handling.map(|_| measured.0.map(Shown::Known)),
    };
    let online = agents.online_by_hour(window);
    let mut cells = StaffingCells {
        hours: [[None; 24]; 7],
        arrivals: [[None; 24]; 7],
        load: [[None; 24]; 7],
        needed: [[None; 24]; 7],
        service_level: [[None; 24]; 7],
        online: [[None; 24]; 7],
        difference: [[None; 24]; 7],
    };
    for (day, hour) in (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
        let (length, count) = (hours[day][hour], float(arrivals[day][hour]) * query.volume.unwrap_or(1.0));
        let count = Some(count).filter(|_| coverage.knows(&ARRIVALS));
        let cell = count.map_or_else(Need::default, |count| cell(length, count, mean, query));
        let mean_online = online.filter(|_| length > 0.0).map(|online| online[day][hour] / (length * 3600.0));
        let shown = |number: Option<f64>| number.map(Shown::Known);
        cells.hours[day][hour] = shown(Some(length));
        cells.arrivals[day][hour] = shown(count);
        cells.load[day][hour] = shown(cell.load);
        cells.needed[day][hour] = shown(cell.needed);
        cells.service_level[day][hour] = shown(cell.service_level);
        cells.online[day][hour] = shown(mean_online);
        cells.difference[day][hour] = shown(mean_online.zip(cell.needed).map(|(online, needed)| online - needed));
    }
    Ok(Staffing {
        target: Aim { share: query.share, seconds: query.seconds },
        agent_concurrency: query.agent_concurrency,
        handling,
        volume: query.volume,
        cells,
    })
}

/// The local hours of a window that the log covers: from the date of its first event to the hour of the horizon, which
/// counts whole.
fn hours(source: FactSource, window: Window, cut: SpanCut) -> [[f64; 24]; 7] {
    let run = &source.facts.run;
    let first = run.first_event().map_or(i64::MAX, |first| cut.zone.day_start(cut.zone.day_of(first)));
    let mut ms = [[0_i64; 24]; 7];
    let span = (window.begins().max(first), window.ends());
    if span.0 < span.1 {
        each_hour(cut.zone, span, |part| {
            if part.from <= run.horizon && cut.keeps(part.weekday, part.hour) {
                ms[usize::from(part.weekday)][usize::from(part.hour)] += part.to - part.from;
            }
        });
    }
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a window are far below 2^53")]
    ms.map(|row| row.map(|ms| ms as f64 / HOUR_MS as f64))
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows")]
const fn float(count: u64) -> f64 {
    count as f64
}
