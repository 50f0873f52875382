//! Hides numbers in all parts of a report.

use super::equations::{Equations, NumberPath, OnlineHours, WindowBounds, WindowCells};
use crate::language::Message;
use crate::metrics::dimensions::Dimension;
use crate::report::{Cell, Check, MinCell, Report, Shown, Table, TableRow, Warning, WarningId, WeekGrid};

/// The metrics of a window with their numbers of rows; hidden numbers become [`Cell::Hidden`].
#[derive(Debug)]
pub struct WindowTotals {
    /// The first instant and the first one after the window, in milliseconds.
    pub span: WindowBounds,
    /// In the order of the report's metrics.
    pub cells: Vec<Cell>,
    /// Whether it is the window of the report.
    pub is_main: bool,
}

/// Hides the numbers with fewer than `least` rows behind them, and those that would reveal them: in `windows`, from
/// which the report's metrics must be recomputed, and in the tables, heatmaps and staffing of the report.
pub fn hide(report: &mut Report, windows: &mut [WindowTotals], online: Option<&OnlineHours>, least: u64) {
    let read: Vec<WindowCells> = windows
        .iter()
        .map(|totals| WindowCells { span: totals.span, cells: &totals.cells, is_main: totals.is_main })
        .collect();
    let mut reading = Equations::of(report, &read, online, least);
    drop(read);
    reading.system.protect();
    let hidden = reading.paths.iter().filter(|(number, _)| reading.system.is_hidden(*number));
    let mut count = 0;
    for (_, path) in hidden {
        count += 1;
        hide_at(report, windows, *path);
    }
    for (_, table) in &mut report.tables.0 {
        reorder(table);
    }
    report.checks.iter_mut().for_each(hide_sides);
    report.warnings.iter_mut().for_each(|warning| hide_count(warning, least));
    report.min_cell = Some(MinCell { least, hidden: count });
}

fn hide_at(report: &mut Report, windows: &mut [WindowTotals], path: NumberPath) {
    match path {
        NumberPath::Total { window, metric } => windows[window].cells[metric] = Cell::Hidden,
        NumberPath::Cell { table, is_previous, row, metric } => {
            let table = &mut report.tables.0[table].1;
            let rows = if is_previous { &mut table.previous } else { &mut table.rows };
            rows[row].cells.hide(metric);
        }
        NumberPath::Hour { heatmap, day, hour } => match &mut report.heatmaps.0[heatmap].1 {
            WeekGrid::Counts(grid) => grid.counts[day][hour] = Shown::Hidden,
            WeekGrid::Time(grid) => grid.seconds[day][hour] = Shown::Hidden,
        },
        NumberPath::Handling => hide_handling(report),
        NumberPath::Arrivals { day, hour } => {
            if let Some(staffing) = &mut report.staffing {
                let cells = &mut staffing.cells;
                for grid in [&mut cells.arrivals, &mut cells.load, &mut cells.needed, &mut cells.service_level] {
                    hide_cell(&mut grid[day][hour]);
                }
                hide_cell(&mut cells.difference[day][hour]);
            }
        }
        NumberPath::Online { day, hour } => {
            if let Some(staffing) = &mut report.staffing {
                hide_cell(&mut staffing.cells.online[day][hour]);
                hide_cell(&mut staffing.cells.difference[day][hour]);
            }
        }
    }
}

fn hide_cell(cell: &mut Option<Shown<f64>>) {
    *cell = cell.map(|_| Shown::Hidden);
}

/// Hides the handling time and the numbers computed from it: together with the arrivals, a load would reveal it.
fn hide_handling(report: &mut Report) {
    let Some(staffing) = &mut report.staffing else { return };
    let handling = &mut staffing.handling;
    handling.n = Shown::Hidden;
    if let Some(measured) = &mut handling.measured {
        hide_cell(measured);
        return;
    }
    hide_cell(&mut handling.mean);
    let cells = &mut staffing.cells;
    for (day, hour) in (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
        if cells.arrivals[day][hour] != Some(Shown::Known(0.0)) {
            for grid in [&mut cells.load, &mut cells.needed, &mut cells.service_level, &mut cells.difference] {
                hide_cell(&mut grid[day][hour]);
            }
        }
    }
}

/// Rows are sorted by their first number, so the position of a row would reveal a hidden one. Such rows are moved to
/// the end, sorted by key.
fn reorder(table: &mut Table) {
    let is_time = |at: usize| {
        let name = table.dimensions.get(at);
        name.is_some_and(|name| Dimension::of_table(name).column().is_none())
    };
    let is_hidden = |row: &TableRow| row.cells.first() == Some(&Cell::Hidden);
    let last = |rows: &mut [TableRow]| {
        rows.sort_by(|a, b| {
            let by_key = || if is_hidden(a) { a.key.cmp(&b.key) } else { std::cmp::Ordering::Equal };
            is_hidden(a).cmp(&is_hidden(b)).then_with(by_key)
        });
    };
    match (is_time(0), table.dimensions.len()) {
        (false, _) => last(&mut table.rows),
        (true, 2) if !is_time(1) => {
            table.rows.chunk_by_mut(|a, b| a.key.first() == b.key.first()).for_each(last);
        }
        (true, _) => {}
    }
}

/// Hides both sides of an identity: each is a number that may be hidden elsewhere. Counts of read rows are shown.
fn hide_sides(check: &mut Check) {
    if !check.id.starts_with("rows_read") {
        (check.left, check.right) = (Shown::Hidden, Shown::Hidden);
    }
}

/// In a warning that counts few conversations or people, replaces the number with the word for few, in every language.
fn hide_count(warning: &mut Warning, least: u64) {
    let is_few = warning.count.is_some_and(|count| (1..least).contains(&count));
    let of_cells = [
        (WarningId::RepeatedRows, is_few),
        (WarningId::LateChannels, is_few),
        (WarningId::AttributeOddValues, is_few),
        (WarningId::EngagedWithoutCustomer, is_few),
        (WarningId::AgentsWithoutStatus, is_few),
        (WarningId::ReopenedOpen, is_few),
        (WarningId::OutcomeWithoutRequest, is_few),
        (WarningId::ClosedAlready, is_few),
        (WarningId::TransferredNowhere, is_few),
        // Their count is a number of the report, or the difference of two.
        (WarningId::NoWelcome, true),
        (WarningId::OnlyCustomersWrote, true),
    ];
    if let Some((id, _)) = of_cells.iter().find(|(id, is_hidden)| *is_hidden && warning.id == id.name()) {
        let few = warning.message.take().filter(|_| is_few).map(|message| message.with_few(least));
        *warning = Warning::new(*id, few.unwrap_or_else(|| Message::new("warning.count_is_hidden")), None);
    }
}
