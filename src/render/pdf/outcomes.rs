//! What became of transfer requests: one bar of parts, and the same by channel.

use super::bars::scalar;
use super::canvas::Area;
use super::flow::{Align, Flow};
use super::style::{BODY, CELL, CONTENT_WIDTH, LABEL, MARGIN, MUTED, NOTE, PAPER, STACK, Style, Weight};
use super::words;
use crate::report::{MetricValue, Report, Table};
use crate::unit::Unit;

/// The outcomes, which sum to the requests (semantics.md 10), in the order of [`STACK`].
const OUTCOMES: [&str; 5] =
    ["transfers_succeeded", "transfers_cancelled", "transfers_disabled", "transfers_incomplete", "transfers_pending"];
const REQUESTS: &str = "transfer_requests";
const SUCCESS: &str = "transfer_success_rate";
const MOST_BARS: usize = 12;

const BAR: f64 = 16.0;
const THIN_BAR: f64 = 9.0;
const ROW: f64 = 17.0;
const LEGEND: f64 = LABEL.leading + BODY.leading + 4.0;
const SWATCH: f64 = 7.0;
/// White between parts, so that neighbours are told apart without their colours.
const SLIT: f64 = 0.8;
const LABEL_WIDTHS: (f64, f64) = (50.0, 150.0);
const NUMBER_WIDTH: f64 = 62.0;
const NUMBER: Style = CELL.tabular().weight(Weight::SemiBold);

/// What one channel's bar shows.
struct Bar {
    label: String,
    parts: Vec<f64>,
    success: Option<f64>,
}

/// Draws the outcomes, where the report has them.
pub fn draw(flow: &mut Flow, report: &Report) {
    let total: Vec<f64> = OUTCOMES.iter().filter_map(|id| count(report, id)).collect();
    if total.len() < OUTCOMES.len() {
        return;
    }
    flow.section("Transfer outcomes");
    if total.iter().sum::<f64>() <= 0.0 {
        let top = flow.take(NOTE.leading);
        flow.text(MARGIN, NOTE.baseline(top), "No transfer requests in this window.", NOTE, Align::Left);
        return;
    }
    let bars = report.tables.get("by_channel").map(bars).unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "a handful of bars")]
    let height = bars.len().min(MOST_BARS) as f64 * ROW + 2.0 * NOTE.leading + 12.0;
    flow.make_room(BAR + 8.0 + LEGEND + height);
    let top = flow.take(BAR + 8.0);
    stack(flow, Area::new(MARGIN, top, CONTENT_WIDTH, BAR), &total);
    legend(flow, &total);
    if !bars.is_empty() {
        by_channel(flow, &bars);
    }
}

fn count(report: &Report, id: &str) -> Option<f64> {
    match report.metrics.get(id)? {
        MetricValue::Scalar(scalar) => scalar.value,
        MetricValue::Duration(_) => None,
    }
}

/// A bar whose parts are as long as their share.
fn stack(flow: &mut Flow, area: Area, parts: &[f64]) {
    let sum: f64 = parts.iter().sum();
    let shown = parts.iter().filter(|&&part| part > 0.0).count();
    #[expect(clippy::cast_precision_loss, reason = "at most five")]
    let width = area.width - shown.saturating_sub(1) as f64 * SLIT;
    let mut x = area.x;
    for (part, fill) in parts.iter().zip(STACK).filter(|(part, _)| **part > 0.0) {
        let long = part / sum * width;
        flow.fill(Area { x, width: long, ..area }, 0.0, fill);
        let label = Unit::Count.format(Some(*part));
        let line = flow.type_.line(&label, NUMBER.color(fill.readable(PAPER, super::style::INK)));
        if area.height >= BAR && line.width() + 8.0 <= long {
            flow.place(x + long / 2.0, NUMBER.middle(area.y, area.height), line, Align::Middle);
        }
        x += long + SLIT;
    }
}

/// The parts in the order of the bar: name, count, share.
fn legend(flow: &mut Flow, parts: &[f64]) {
    let sum: f64 = parts.iter().sum();
    #[expect(clippy::cast_precision_loss, reason = "five")]
    let pitch = CONTENT_WIDTH / OUTCOMES.len() as f64;
    let top = flow.take(LEGEND);
    let mut x = MARGIN;
    for ((id, part), fill) in OUTCOMES.iter().zip(parts).zip(STACK) {
        flow.fill(Area::new(x, top + (LABEL.leading - SWATCH) / 2.0, SWATCH, SWATCH), 1.5, fill);
        let line = flow.type_.fit(&words::metric(id), LABEL, pitch - SWATCH - 10.0);
        flow.place(x + SWATCH + 4.0, LABEL.baseline(top), line, Align::Left);
        let y = top + LABEL.leading;
        let width =
            flow.text(x + SWATCH + 4.0, BODY.baseline(y), &Unit::Count.format(Some(*part)), NUMBER, Align::Left);
        let share = Unit::Rate.format(Some(part / sum));
        flow.text(x + SWATCH + 4.0 + width + 5.0, BODY.baseline(y), &share, CELL.color(MUTED), Align::Left);
        x += pitch;
    }
}

/// The channels with requests; none where the table has no outcomes.
fn bars(table: &Table) -> Vec<Bar> {
    if !OUTCOMES.iter().all(|id| table.metrics.iter().any(|metric| metric == id)) {
        return Vec::new();
    }
    let bars = table.rows.iter().map(|row| Bar {
        label: row.label.join(" · "),
        parts: OUTCOMES.iter().map(|id| scalar(row.cells.get(id)).unwrap_or(0.0)).collect(),
        success: scalar(row.cells.get(SUCCESS)),
    });
    bars.filter(|bar| bar.parts.iter().sum::<f64>() > 0.0).collect()
}

/// A bar a channel, all of one length: what differs is the shares.
fn by_channel(flow: &mut Flow, bars: &[Bar]) {
    let shown = &bars[..bars.len().min(MOST_BARS)];
    let rated = shown.iter().any(|bar| bar.success.is_some());
    let widest = shown.iter().map(|bar| flow.type_.line(&bar.label, BODY).width()).fold(0.0, f64::max);
    let labels = widest.clamp(LABEL_WIDTHS.0, LABEL_WIDTHS.1);
    let left = MARGIN + labels + 12.0;
    let right = MARGIN + CONTENT_WIDTH;
    let requests = if rated { right - NUMBER_WIDTH } else { right };
    flow.gap(10.0);
    let top = flow.take(NOTE.leading + 2.0);
    flow.text(MARGIN, NOTE.baseline(top), "By channel", NOTE, Align::Left);
    flow.text(requests, NOTE.baseline(top), "Requests", NOTE, Align::Right);
    if rated {
        flow.text(right, NOTE.baseline(top), "Success", NOTE, Align::Right);
    }
    for bar in shown {
        let top = flow.take(ROW);
        let line = flow.type_.fit(&bar.label, BODY, labels + 0.01);
        flow.place(MARGIN, BODY.middle(top, ROW), line, Align::Left);
        let width = requests - NUMBER_WIDTH + 10.0 - left;
        stack(flow, Area::new(left, top + (ROW - THIN_BAR) / 2.0, width, THIN_BAR), &bar.parts);
        let sum = words::unit(REQUESTS).format(Some(bar.parts.iter().sum()));
        flow.text(requests, NUMBER.middle(top, ROW), &sum, NUMBER, Align::Right);
        if rated {
            let success = words::unit(SUCCESS).format(bar.success);
            flow.text(right, NUMBER.middle(top, ROW), &success, NUMBER, Align::Right);
        }
    }
    if bars.len() > shown.len() {
        let top = flow.take(NOTE.leading);
        let note = format!("{} more in the table", bars.len() - shown.len());
        flow.text(MARGIN, NOTE.baseline(top), &note, NOTE, Align::Left);
    }
}
