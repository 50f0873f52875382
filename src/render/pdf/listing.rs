//! A table of texts: words to the left, numbers to the right. Rows are never split, and the head is repeated on every
//! page.

use super::canvas::Point;
use super::flow::{Align, Flow};
use super::owner::{Artifact, Owner};
use super::shape::ShapedLine;
use super::structure::Role;
use super::style::{CELL, HAIRLINE, HEAD, MARGIN, NOTE, RULE, RULE_STRONG, Style};
use crate::render::listing::{Alignment, Listing};

/// Space between columns.
const GAP: f64 = 9.0;
/// Space above and below the text of a row.
const PADDING: f64 = 2.6;
/// Texts are wrapped to this width before a column is left out.
const SHORTEST: f64 = 46.0;
/// A word up to this width is not broken.
const LONGEST_WORD: f64 = 80.0;
/// Texts are wrapped to this many lines, then cut.
const MOST_LINES: usize = 3;
/// Rows that stay with the head.
const FIRST_ROWS: f64 = 3.0;

/// A column for drawing: its index in the listing, its left edge and its width.
struct ListingLayout {
    index: usize,
    side: Alignment,
    x: f64,
    width: f64,
}

impl ListingLayout {
    fn anchor(&self) -> (f64, Align) {
        match self.side {
            Alignment::Left => (self.x, Align::Left),
            Alignment::Right => (self.x + self.width, Align::Right),
        }
    }
}

/// Draws a table.
pub fn draw(flow: &mut Flow, listing: &Listing) {
    let least = CELL.leading + 2.0 * PADDING;
    if listing.rows.is_empty() {
        flow.part(&listing.title, "", least);
        let top = flow.take(least);
        flow.text(MARGIN, NOTE.middle(top, least), listing.empty, NOTE, Align::Left);
        return;
    }
    let columns = columns(flow, listing);
    let head = HEAD.leading + 5.0;
    flow.part(&listing.title, "", head + FIRST_ROWS * least);
    flow.element(Role::Table, |flow| {
        draw_head(flow, listing, &columns, head);
        for row in &listing.rows {
            let (texts, height) = broken(flow, row, &columns);
            if flow.make_room(height) {
                flow.within(Owner::Artifact(Artifact::Header), |flow| {
                    flow.part(&listing.title, flow.language.text("pdf.continued"), head + height);
                    draw_head(flow, listing, &columns, head);
                });
            }
            let top = flow.take(height);
            flow.element(Role::Row, |flow| draw_row(flow, &columns, texts, top));
            rule(flow, top + height, RULE);
        }
    });
    let shown: Vec<usize> = columns.iter().map(|column| column.index).collect();
    let notes = [listing.note.clone(), listing.left_out(flow.language, &shown).unwrap_or_default()];
    for note in notes.iter().filter(|note| !note.is_empty()) {
        let lines = flow.typesetter.wrap(note, NOTE, flow.upright_width(), usize::MAX);
        #[expect(clippy::cast_precision_loss, reason = "a line or two")]
        let top = flow.take(lines.len() as f64 * NOTE.leading + 2.0);
        flow.element(Role::Paragraph, |flow| flow.lines(MARGIN, top + 2.0, lines));
    }
}

fn draw_row(flow: &mut Flow, columns: &[ListingLayout], texts: Vec<Vec<ShapedLine>>, top: f64) {
    for ((nth, column), lines) in columns.iter().enumerate().zip(texts) {
        let (x, align) = column.anchor();
        flow.element(if nth == 0 { Role::row() } else { Role::cell() }, |flow| {
            let mut y = top + PADDING;
            for line in lines {
                flow.place(x, CELL.baseline(y), line, align);
                y += CELL.leading;
            }
        });
    }
}

fn rule(flow: &mut Flow, y: f64, color: crate::render::color::Color) {
    flow.rule(Point { x: MARGIN, y }, Point { x: MARGIN + flow.upright_width(), y }, HAIRLINE, color);
}

fn draw_head(flow: &mut Flow, listing: &Listing, columns: &[ListingLayout], height: f64) {
    let top = flow.take(height);
    flow.element(Role::Row, |flow| {
        for column in columns {
            let (x, align) = column.anchor();
            let head = listing.columns[column.index].head;
            flow.element(Role::column(), |flow| flow.text(x, HEAD.baseline(top), head, HEAD, align));
        }
    });
    rule(flow, top + height - 2.0, RULE_STRONG);
}

#[expect(clippy::cast_precision_loss, reason = "at most three lines")]
fn broken(flow: &mut Flow, row: &[String], columns: &[ListingLayout]) -> (Vec<Vec<ShapedLine>>, f64) {
    let texts: Vec<Vec<ShapedLine>> = columns
        .iter()
        .map(|column| match column.side {
            Alignment::Left => flow.typesetter.wrap_name(&row[column.index], CELL, column.width + 0.01, MOST_LINES),
            Alignment::Right => vec![flow.typesetter.line(&row[column.index], CELL.tabular())],
        })
        .collect();
    let lines = texts.iter().map(Vec::len).max().unwrap_or(1).max(1);
    (texts, lines as f64 * CELL.leading + 2.0 * PADDING)
}

/// The columns that fit, and their widths. The widest texts are narrowed first. Remaining space goes to texts, so that
/// numbers are at the right edge.
fn columns(flow: &mut Flow, listing: &Listing) -> Vec<ListingLayout> {
    let mut width_of = |text: &str, style: Style| flow.typesetter.line(text, style).width();
    let natural: Vec<f64> = listing
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let head = width_of(column.head, HEAD);
            let style = if column.side == Alignment::Right { CELL.tabular() } else { CELL };
            listing.rows.iter().map(|row| width_of(&row[index], style)).fold(head, f64::max)
        })
        .collect();
    let heads: Vec<f64> = listing.columns.iter().map(|column| width_of(column.head, HEAD)).collect();
    let words: Vec<f64> = (0..listing.columns.len())
        .map(|index| {
            let words = listing.rows.iter().flat_map(|row| row[index].split_whitespace());
            words.map(|word| width_of(word, CELL)).fold(0.0, f64::max).min(LONGEST_WORD)
        })
        .collect();
    let least = |index: usize| match listing.columns[index].side {
        // A head has one line and never extends into the next column. Words are not broken unless they are very long.
        Alignment::Left => natural[index].min(heads[index].max(words[index]).max(SHORTEST)),
        Alignment::Right => natural[index],
    };
    let taken = |widths: &[f64]| widths.iter().map(|width| width + GAP).sum::<f64>() - GAP;
    let shown = listing
        .fitting(|shown| taken(&shown.iter().map(|index| least(*index)).collect::<Vec<_>>()) <= flow.upright_width());
    let mut widths: Vec<f64> = shown.iter().map(|index| natural[*index]).collect();
    while taken(&widths) > flow.upright_width() {
        let can_shrink = |at: &usize| widths[*at] > least(shown[*at]) + 0.5;
        let Some(widest) = (0..widths.len()).filter(can_shrink).max_by(|a, b| widths[*a].total_cmp(&widths[*b])) else {
            break;
        };
        widths[widest] -= 1.0;
    }
    let words = shown.iter().filter(|index| listing.columns[**index].side == Alignment::Left).count();
    #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
    let spare = (flow.upright_width() - taken(&widths)).max(0.0) / words.max(1) as f64;
    let mut x = MARGIN;
    let put = |(index, width): (&usize, &f64)| {
        let side = listing.columns[*index].side;
        let width = width + if side == Alignment::Left { spare } else { 0.0 };
        let begin = x;
        x += width + GAP;
        ListingLayout { index: *index, side, x: begin, width }
    };
    shown.iter().zip(&widths).map(put).collect()
}
