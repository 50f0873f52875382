//! Outcomes: a bar of parts for the whole, and one for each value of a dimension.

use super::canvas::Area;
use super::flow::{Align, Flow};
use super::structure::Role;
use super::style::{BODY, CELL, COLUMN_GUTTER, MARGIN, MUTED, NOTE, PAPER, PART, Style, Weight};
use super::words;
use crate::language::Language;
use crate::metrics;
use crate::metrics::partition::Partition;
use crate::render::outcomes::Outcomes;
use crate::render::words::{labelled, table};
use crate::report::Report;
use crate::unit::Unit;

const MOST_BARS: usize = 12;

const BAR: f64 = 16.0;
const THIN_BAR: f64 = 10.5;
const LEGEND_ROW: f64 = 11.0;
const SWATCH: f64 = 7.0;
/// Space between parts, so that neighbours are distinguishable without colour.
const SLIT: f64 = 0.8;
const LABEL_WIDTHS: (f64, f64) = (40.0, 110.0);
const NUMBER_WIDTH: f64 = 44.0;
const NUMBER: Style = CELL.tabular().weight(Weight::SemiBold);
/// Style of a count inside a part of a bar.
const IN_BAR: Style = CELL.tabular().weight(Weight::Medium);

/// Draws the outcomes of the report under a heading.
pub fn draw(flow: &mut Flow, report: &Report) {
    let all = Outcomes::all(flow.language, report);
    if all.iter().any(|outcomes| outcomes.sum() > 0.0) {
        flow.section(flow.language.text("pdf.outcomes"));
    }
    beside(flow, all);
}

/// Draws outcomes side by side; those without rows are only named.
pub fn beside(flow: &mut Flow, all: Vec<Outcomes>) {
    let (empty, filled): (Vec<Outcomes>, Vec<Outcomes>) = all.into_iter().partition(|outcomes| outcomes.sum() <= 0.0);
    if !filled.is_empty() {
        #[expect(clippy::cast_precision_loss, reason = "at most two")]
        let width = (flow.width() - (filled.len() - 1) as f64 * COLUMN_GUTTER) / filled.len() as f64;
        flow.gap(flow.spacing.part);
        let top = flow.take(filled.iter().map(|one| one.height(flow.spacing.heat)).fold(0.0, f64::max));
        let mut x = MARGIN;
        for one in &filled {
            one.draw(flow, Area::new(x, top, width, 0.0));
            x += width + COLUMN_GUTTER;
        }
    }
    for one in empty {
        flow.gap(4.0);
        let top = flow.take(NOTE.leading);
        flow.text(MARGIN, NOTE.baseline(top), flow.language.text(nothing(one.partition)), NOTE, Align::Left);
    }
}

/// The size and the drawing of outcomes.
impl Outcomes {
    #[expect(clippy::cast_precision_loss, reason = "a handful of rows")]
    fn height(&self, row: f64) -> f64 {
        let legend = self.parts.len() as f64 * LEGEND_ROW + NOTE.leading;
        let rows = self.rows.len().min(MOST_BARS) as f64 * row;
        let rest = if self.rows.len() > MOST_BARS { NOTE.leading } else { 0.0 };
        let by_value = if self.rows.is_empty() { 0.0 } else { 8.0 + NOTE.leading + 2.0 + rows + rest };
        PART.leading + 4.0 + BAR + 5.0 + legend + by_value
    }

    fn draw(&self, flow: &mut Flow, area: Area) {
        let Area { x, width, .. } = area;
        let title = flow.language.text(self.title());
        let heading = flow.part_heading();
        flow.element(heading, |flow| flow.text(x, PART.baseline(area.y), title, PART, Align::Left));
        let mut y = area.y + PART.leading + 4.0;
        // The legend has the same numbers.
        flow.unread(|flow| stack(flow, Area::new(x, y, width, BAR), &self.parts, NUMBER));
        y += BAR + 5.0;
        y = self.legend(flow, Area { y, ..area });
        if !self.rows.is_empty() {
            self.by_value(flow, Area { y: y + 8.0, ..area });
        }
    }

    /// The parts in the order of the bar: name, count and share of the decided rows. Returns its lower edge.
    fn legend(&self, flow: &mut Flow, area: Area) -> f64 {
        let (x, mut y) = (area.x, area.y);
        let (counts, shares) = (x + area.width - NUMBER_WIDTH, x + area.width);
        flow.element(Role::Table, |flow| {
            for (at, ((id, part), fill)) in
                self.partition.parts().iter().zip(&self.parts).zip(flow.palette.stack).enumerate()
            {
                let language = flow.language;
                flow.fill(Area::new(x, y + (LEGEND_ROW - SWATCH) / 2.0, SWATCH, SWATCH), 1.0, fill);
                let room = area.width - 2.0 * NUMBER_WIDTH - SWATCH;
                let line = flow.typesetter.fit(&words::metric(language, id), BODY, room);
                let baseline = BODY.middle(y, LEGEND_ROW);
                let count = language.value(Unit::Count, Some(*part));
                let share = self.share(at).map(|share| language.value(Unit::Rate, Some(share)));
                flow.element(Role::Row, |flow| {
                    flow.element(Role::row(), |flow| flow.place(x + SWATCH + 5.0, baseline, line, Align::Left));
                    flow.element(Role::cell(), |flow| flow.text(counts, baseline, &count, NUMBER, Align::Right));
                    flow.element(Role::cell(), |flow| {
                        let style = CELL.tabular().color(MUTED);
                        flow.text(shares, baseline, share.as_deref().unwrap_or_default(), style, Align::Right)
                    });
                });
                y += LEGEND_ROW;
            }
        });
        let note =
            flow.language.fill(self.shares_text(), &[("n", &flow.language.value(Unit::Count, Some(self.decided())))]);
        let line = flow.typesetter.fit(&note, NOTE, area.width);
        flow.place(x, NOTE.baseline(y), line, Align::Left);
        y + NOTE.leading
    }

    /// One bar per row, all of one length, so that their shares can be compared.
    fn by_value(&self, flow: &mut Flow, area: Area) {
        let bars = &self.rows;
        let [whole, success] = heads(self.partition);
        let shown = &bars[..bars.len().min(MOST_BARS)];
        let rated = shown.iter().any(|bar| bar.success.is_some());
        let widest = shown.iter().map(|bar| flow.typesetter.line(&bar.label, BODY).width()).fold(0.0, f64::max);
        let labels = widest.clamp(LABEL_WIDTHS.0, LABEL_WIDTHS.1.min(area.width * 0.4));
        let left = area.x + labels + 8.0;
        let right = area.x + area.width;
        let requests = if rated { right - NUMBER_WIDTH } else { right };
        let mut y = area.y;
        flow.element(Role::Table, |flow| {
            let (language, row) = (flow.language, flow.spacing.heat);
            let baseline = NOTE.baseline(y);
            flow.element(Role::Row, |flow| {
                let dimension = table(language, &[self.partition.dimension().to_owned()]);
                flow.element(Role::column(), |flow| flow.text(area.x, baseline, &dimension, NOTE, Align::Left));
                flow.element(Role::named_column(language.text(self.title()).to_owned()), |_| {});
                let [whole, success] = [whole, success].map(|key| language.text(key));
                flow.element(Role::column(), |flow| flow.text(requests, baseline, whole, NOTE, Align::Right));
                if rated {
                    flow.element(Role::column(), |flow| flow.text(right, baseline, success, NOTE, Align::Right));
                }
            });
            y += NOTE.leading + 2.0;
            for bar in shown {
                let line = flow.typesetter.fit_name(&bar.label, BODY, labels + 0.01);
                let width = requests - NUMBER_WIDTH + 14.0 - left;
                let parts = Area::new(left, y + (row - THIN_BAR) / 2.0, width, THIN_BAR);
                flow.element(Role::Row, |flow| {
                    flow.element(Role::row(), |flow| flow.place(area.x, BODY.middle(y, row), line, Align::Left));
                    let figure = Role::Figure { alt_text: alt_text(language, self.partition, &bar.parts), area: parts };
                    flow.element(Role::cell(), |flow| {
                        flow.element(figure, |flow| stack(flow, parts, &bar.parts, IN_BAR));
                    });
                    let baseline = NUMBER.middle(y, row);
                    let sum = language.value(metrics::unit(self.partition.whole()), Some(bar.parts.iter().sum()));
                    flow.element(Role::cell(), |flow| flow.text(requests, baseline, &sum, NUMBER, Align::Right));
                    if rated {
                        let success = language.value(metrics::unit(self.partition.success()), bar.success);
                        flow.element(Role::cell(), |flow| flow.text(right, baseline, &success, NUMBER, Align::Right));
                    }
                });
                y += row;
            }
        });
        if bars.len() > shown.len() {
            let note = flow.language.counted("pdf.more", (bars.len() - shown.len()) as u64);
            flow.text(area.x, NOTE.baseline(y), &note, NOTE, Align::Left);
        }
    }
}

/// The key of the text shown if there are none.
const fn nothing(partition: Partition) -> &'static str {
    match partition {
        Partition::TransferRequests => "pdf.no_transfers",
        Partition::AnsweredChats => "pdf.no_chats",
    }
}

/// The keys of the heads for the whole and for its share of good outcomes.
const fn heads(partition: Partition) -> [&'static str; 2] {
    match partition {
        Partition::TransferRequests => ["pdf.requests", "pdf.success"],
        Partition::AnsweredChats => ["pdf.chats", "pdf.resolved"],
    }
}

/// The parts of a bar as a text alternative.
fn alt_text(language: Language, partition: Partition, parts: &[f64]) -> String {
    let named = partition.parts().iter().zip(parts).filter(|(_, part)| **part > 0.0);
    let named = named.map(|(id, part)| {
        let count = language.value(Unit::Count, Some(*part));
        labelled(language, &words::metric(language, id), &count)
    });
    named.collect::<Vec<_>>().join("; ")
}

/// A bar whose parts are as long as their shares.
fn stack(flow: &mut Flow, area: Area, parts: &[f64], style: Style) {
    let sum: f64 = parts.iter().sum();
    let shown = parts.iter().filter(|&&part| part > 0.0).count();
    #[expect(clippy::cast_precision_loss, reason = "at most five")]
    let width = area.width - shown.saturating_sub(1) as f64 * SLIT;
    let mut x = area.x;
    for (part, fill) in parts.iter().zip(flow.palette.stack).filter(|(part, _)| **part > 0.0) {
        let long = part / sum * width;
        flow.fill(Area { x, width: long, ..area }, 0.0, fill);
        let label = flow.language.value(Unit::Count, Some(*part));
        let line = flow.typesetter.line(&label, style.color(fill.readable(PAPER, super::style::INK)));
        if line.width() + 4.0 <= long {
            flow.place(x + long / 2.0, style.middle(area.y, area.height), line, Align::Middle);
        }
        x += long + SLIT;
    }
}
