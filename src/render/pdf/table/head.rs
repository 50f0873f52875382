//! The head of a table: the names of its columns and of groups of columns.

use super::HEAD_GAP;
use super::grid::Grid;
use super::widths::of_head;
use crate::render::pdf::canvas::Point;
use crate::render::pdf::columns::{Band, HEAD_LINES};
use crate::render::pdf::flow::{Align, Flow};
use crate::render::pdf::shape::ShapedLine;
use crate::render::pdf::structure::{HeaderScope, Role};
use crate::render::pdf::style::{HAIRLINE, HEAD, RULE, RULE_STRONG};

/// Maximum number of lines in a head over several columns.
const GROUP_LINES: usize = 2;

/// Right edges of the columns of numbers.
pub(super) fn edges(left: f64, band: &Band) -> Vec<f64> {
    let labels: f64 = band.labels.iter().map(|width| width + band.gap).sum();
    let mut edge = left + labels - band.gap;
    band.widths
        .iter()
        .map(|width| {
            edge += band.gap + width;
            edge
        })
        .collect()
}

/// Left edges of the label columns.
pub(super) fn starts(left: f64, band: &Band) -> impl Iterator<Item = f64> {
    let gap = band.gap;
    band.labels.iter().scan(left, move |x, width| Some(std::mem::replace(x, *x + width + gap)))
}

/// A head over several columns, in up to two lines.
struct ColumnGroup {
    lines: Vec<ShapedLine>,
    left: f64,
    right: f64,
}

impl ColumnGroup {
    fn draw(&self, flow: &mut Flow, under: f64) {
        let middle = f64::midpoint(self.left, self.right);
        #[expect(clippy::cast_precision_loss, reason = "a line or two")]
        let mut y = under - self.lines.len() as f64 * HEAD.leading;
        for line in &self.lines {
            flow.place(middle, HEAD.baseline(y), line.clone(), Align::Middle);
            y += HEAD.leading;
        }
        flow.rule(Point { x: self.left, y: under }, Point { x: self.right, y: under }, HAIRLINE, RULE);
    }
}

/// Columns of numbers under one head: a column with its group, or with the following columns that have no head.
struct NumberColumns {
    /// The group that begins here.
    group: Option<ColumnGroup>,
    is_grouped: bool,
    /// Its right edge.
    x: f64,
    lines: Vec<ShapedLine>,
    /// The text read in place of the written text: its group and its own head; empty for the written text.
    alt_text: String,
    /// The number of columns below it.
    columns: usize,
}

/// A table's head, drawn once per page.
pub(super) struct Head {
    labels: Vec<(f64, Vec<ShapedLine>)>,
    numbers: Vec<NumberColumns>,
    pub(super) spark: Option<ShapedLine>,
    pub(super) height: f64,
}

impl Head {
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    pub(super) fn of(flow: &mut Flow, grid: &Grid, band: &Band) -> Self {
        let edges = edges(flow.left(), band);
        let columns = &grid.numbers[band.numbers.clone()];
        let labels: Vec<_> = starts(flow.left(), band)
            .zip(&grid.labels)
            .zip(&band.labels)
            .map(|((x, text), width)| (x, flow.typesetter.wrap(text, HEAD, *width, HEAD_LINES)))
            .collect();
        let mut numbers: Vec<NumberColumns> = Vec::new();
        let mut at = 0;
        for grouped in columns.chunk_by(|a, b| a.group.is_some() && a.group == b.group) {
            let last = at + grouped.len() - 1;
            let group = grouped.first().and_then(|column| column.group.as_ref());
            let mut group = group.map(|group| {
                let (left, right) = (edges[at] - band.widths[at], edges[last]);
                ColumnGroup { lines: flow.typesetter.wrap(group, HEAD, right - left, GROUP_LINES), left, right }
            });
            for column in grouped {
                let is_grouped = column.group.is_some();
                match numbers.last_mut().filter(|before| !before.is_grouped) {
                    Some(before) if column.head.is_empty() && !is_grouped => before.columns += 1,
                    Some(_) | None => {
                        let width = (band.widths[at] - HEAD_GAP).max(of_head(flow, &column.head)[HEAD_LINES - 1]);
                        let lines = flow.typesetter.wrap_name(&column.head, HEAD, width, HEAD_LINES);
                        let alt_text =
                            column.group.as_ref().map_or_else(String::new, |of| format!("{of}, {}", column.head));
                        let (group, x) = (group.take(), edges[at]);
                        numbers.push(NumberColumns { group, is_grouped, x, lines, alt_text, columns: 1 });
                    }
                }
                at += 1;
            }
        }
        let groups = numbers.iter().filter_map(|number| number.group.as_ref());
        let group_lines = groups.map(|group| group.lines.len()).max();
        let heads = labels.iter().map(|(_, lines)| lines).chain(numbers.iter().map(|number| &number.lines));
        let lines = heads.map(Vec::len).max().unwrap_or(1);
        let group = group_lines.map_or(0.0, |lines| lines as f64 * HEAD.leading + 3.0);
        // Heads inside groups are short; other heads may use the space beside them.
        let grouped = numbers.iter().filter(|number| number.is_grouped);
        let under = grouped.map(|number| number.lines.len() as f64 * HEAD.leading + group).fold(0.0, f64::max);
        let height = under.max(lines as f64 * HEAD.leading) + 5.0;
        let width = grid.spark_width(flow);
        let spark = grid.spark.as_ref().filter(|_| width > 0.0);
        let spark = spark.map(|text| flow.typesetter.fit(text, HEAD, width - band.gap + 0.01));
        Self { labels, numbers, spark, height }
    }

    pub(super) fn draw(&self, flow: &mut Flow) {
        let top = flow.take(self.height);
        let bottom = top + self.height - 5.0;
        let right = flow.left() + flow.width();
        let text = |flow: &mut Flow, x: f64, lines: &[ShapedLine], align: Align| {
            #[expect(clippy::cast_precision_loss, reason = "at most four lines")]
            let mut y = bottom - lines.len() as f64 * HEAD.leading;
            for line in lines {
                flow.place(x, HEAD.baseline(y), line.clone(), align);
                y += HEAD.leading;
            }
        };
        flow.element(Role::Row, |flow| {
            for (x, lines) in &self.labels {
                flow.element(Role::column(), |flow| text(flow, *x, lines, Align::Left));
            }
            for number in &self.numbers {
                // The columns repeat this text.
                if let Some(group) = &number.group {
                    flow.unread(|flow| group.draw(flow, bottom - HEAD.leading - 2.5));
                }
                let (columns, alt_text) = (number.columns, number.alt_text.clone());
                let role = Role::Header { scope: HeaderScope::Column, columns, alt_text };
                flow.element(role, |flow| text(flow, number.x, &number.lines, Align::Right));
            }
            if let Some(line) = &self.spark {
                flow.element(Role::column(), |flow| text(flow, right, std::slice::from_ref(line), Align::Right));
            }
        });
        let y = top + self.height;
        flow.rule(Point { x: flow.left(), y }, Point { x: right, y }, HAIRLINE, RULE_STRONG);
    }
}
