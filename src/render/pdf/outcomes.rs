//! What became of things: one bar of parts, and the same by the values of a dimension.

use super::bars::scalar;
use super::canvas::Area;
use super::flow::{Align, Flow};
use super::style::{BODY, CELL, CONTENT_WIDTH, LABEL, MARGIN, MUTED, NOTE, PAPER, STACK, Style, Weight};
use super::words;
use crate::report::{MetricValue, Report, Table};
use crate::unit::Unit;

/// A count and the counts that sum to it (semantics.md 10).
struct Outcomes {
    title: &'static str,
    /// Said where the count is 0.
    nothing: &'static str,
    whole: &'static str,
    /// The parts, in the order of [`STACK`].
    parts: &'static [&'static str],
    /// The share that went well.
    success: &'static str,
    /// Where the parts are told apart.
    table: &'static str,
    /// Heads of the columns of the whole and of its success.
    heads: [&'static str; 2],
}

const OUTCOMES: [Outcomes; 2] = [
    Outcomes {
        title: "Transfer outcomes",
        nothing: "No transfer requests in this window.",
        whole: "transfer_requests",
        parts: &[
            "transfers_succeeded",
            "transfers_cancelled",
            "transfers_disabled",
            "transfers_incomplete",
            "transfers_pending",
        ],
        success: "transfer_success_rate",
        table: "by_channel",
        heads: ["Requests", "Success"],
    },
    Outcomes {
        title: "First contact",
        nothing: "No chats were answered in this window.",
        whole: "chats_answered",
        parts: &["resolved_first_contact", "unresolved_first_contact", "still_open"],
        success: "first_contact_resolution_rate",
        table: "by_department",
        heads: ["Chats", "Resolved"],
    },
];
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

/// What one row's bar shows.
struct Bar {
    label: String,
    parts: Vec<f64>,
    success: Option<f64>,
}

/// Draws the outcomes that the report has.
pub fn draw(flow: &mut Flow, report: &Report) {
    for outcomes in &OUTCOMES {
        outcomes.draw(flow, report);
    }
}

impl Outcomes {
    fn draw(&self, flow: &mut Flow, report: &Report) {
        let total: Vec<f64> = self.parts.iter().filter_map(|id| count(report, id)).collect();
        if total.len() < self.parts.len() {
            return;
        }
        flow.section(self.title);
        if total.iter().sum::<f64>() <= 0.0 {
            let top = flow.take(NOTE.leading);
            flow.text(MARGIN, NOTE.baseline(top), self.nothing, NOTE, Align::Left);
            return;
        }
        let bars = report.tables.get(self.table).map(|table| self.bars(table)).unwrap_or_default();
        #[expect(clippy::cast_precision_loss, reason = "a handful of bars")]
        let height = bars.len().min(MOST_BARS) as f64 * ROW + 2.0 * NOTE.leading + 12.0;
        flow.make_room(BAR + 8.0 + LEGEND + height);
        let top = flow.take(BAR + 8.0);
        stack(flow, Area::new(MARGIN, top, CONTENT_WIDTH, BAR), &total);
        self.legend(flow, &total);
        if !bars.is_empty() {
            self.by_value(flow, &bars);
        }
    }
    /// The parts in the order of the bar: name, count, share.
    fn legend(&self, flow: &mut Flow, parts: &[f64]) {
        let sum: f64 = parts.iter().sum();
        #[expect(clippy::cast_precision_loss, reason = "at most five")]
        let pitch = CONTENT_WIDTH / self.parts.len() as f64;
        let top = flow.take(LEGEND);
        let mut x = MARGIN;
        for ((id, part), fill) in self.parts.iter().zip(parts).zip(STACK) {
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

    /// The rows with something in them; none where the table has no outcomes.
    fn bars(&self, table: &Table) -> Vec<Bar> {
        if !self.parts.iter().all(|id| table.metrics.iter().any(|metric| metric == id)) {
            return Vec::new();
        }
        let bars = table.rows.iter().map(|row| Bar {
            label: row.label.join(" · "),
            parts: self.parts.iter().map(|id| scalar(row.cells.get(id)).unwrap_or(0.0)).collect(),
            success: scalar(row.cells.get(self.success)),
        });
        bars.filter(|bar| bar.parts.iter().sum::<f64>() > 0.0).collect()
    }

    /// A bar a row, all of one length: what differs is the shares.
    fn by_value(&self, flow: &mut Flow, bars: &[Bar]) {
        let shown = &bars[..bars.len().min(MOST_BARS)];
        let rated = shown.iter().any(|bar| bar.success.is_some());
        let widest = shown.iter().map(|bar| flow.type_.line(&bar.label, BODY).width()).fold(0.0, f64::max);
        let labels = widest.clamp(LABEL_WIDTHS.0, LABEL_WIDTHS.1);
        let left = MARGIN + labels + 12.0;
        let right = MARGIN + CONTENT_WIDTH;
        let requests = if rated { right - NUMBER_WIDTH } else { right };
        flow.gap(10.0);
        let top = flow.take(NOTE.leading + 2.0);
        flow.text(MARGIN, NOTE.baseline(top), &words::name(self.table), NOTE, Align::Left);
        flow.text(requests, NOTE.baseline(top), self.heads[0], NOTE, Align::Right);
        if rated {
            flow.text(right, NOTE.baseline(top), self.heads[1], NOTE, Align::Right);
        }
        for bar in shown {
            let top = flow.take(ROW);
            let line = flow.type_.fit(&bar.label, BODY, labels + 0.01);
            flow.place(MARGIN, BODY.middle(top, ROW), line, Align::Left);
            let width = requests - NUMBER_WIDTH + 10.0 - left;
            stack(flow, Area::new(left, top + (ROW - THIN_BAR) / 2.0, width, THIN_BAR), &bar.parts);
            let sum = words::unit(self.whole).format(Some(bar.parts.iter().sum()));
            flow.text(requests, NUMBER.middle(top, ROW), &sum, NUMBER, Align::Right);
            if rated {
                let success = words::unit(self.success).format(bar.success);
                flow.text(right, NUMBER.middle(top, ROW), &success, NUMBER, Align::Right);
            }
        }
        if bars.len() > shown.len() {
            let top = flow.take(NOTE.leading);
            let note = format!("{} more in the table", bars.len() - shown.len());
            flow.text(MARGIN, NOTE.baseline(top), &note, NOTE, Align::Left);
        }
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
