//! Bands of tables: one alone, or two side by side.

use super::canvas::Orientation;
use super::flow::Flow;
use super::table::{self, Grid};

/// A table, or two narrow ones side by side with the width of the first.
pub enum TableBand {
    /// One on an upright page.
    One(Box<Grid>),
    /// Two, and the width of the first in points.
    Pair(Box<[Grid; 2]>, f64),
    /// On a separate landscape page.
    Wide(Box<Grid>),
}

/// Space between two tables side by side.
pub fn gutter(flow: &Flow) -> f64 {
    2.0 * flow.spacing.column
}

impl TableBand {
    /// Draws the band.
    pub fn draw(&self, flow: &mut Flow) {
        match self {
            Self::One(grid) => table::draw(flow, grid),
            Self::Wide(grid) => flow.on_separate_page(Orientation::Landscape, |flow| table::draw(flow, grid)),
            Self::Pair(pair, width) => {
                let [first, second] = &**pair;
                // The titles bring the space above them.
                let height = self.height(flow) + flow.spacing.part;
                let widths = (*width, gutter(flow));
                flow.beside(height, widths, |flow| table::draw(flow, first), |flow| table::draw(flow, second));
            }
        }
    }

    /// Its height in points.
    pub fn height(&self, flow: &mut Flow) -> f64 {
        match self {
            Self::One(grid) | Self::Wide(grid) => flow.measure(|flow| table::draw(flow, grid)),
            Self::Pair(pair, width) => {
                let [first, second] = &**pair;
                let widths = (*width, gutter(flow));
                flow.measure(|flow| {
                    flow.beside(0.0, widths, |flow| table::draw(flow, first), |flow| table::draw(flow, second));
                })
            }
        }
    }
}

/// Pairs narrow tables, each with the narrowest partner that fits, if any. The numbers are their minimum widths.
pub fn paired(mut narrow: Vec<(f64, Grid)>, both: f64) -> Vec<TableBand> {
    let mut pieces = Vec::new();
    while !narrow.is_empty() {
        let (least, grid) = narrow.remove(0);
        let fitting = narrow.iter().enumerate().filter(|(_, (other, _))| least + other <= both);
        let narrowest = fitting.min_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b)).map(|(at, _)| at);
        pieces.push(match narrowest.map(|at| narrow.remove(at)) {
            Some((other, beside)) => {
                let width = least + (both - least - other) / 2.0;
                TableBand::Pair(Box::new([grid, beside]), width)
            }
            None => TableBand::One(Box::new(grid)),
        });
    }
    pieces
}

/// Tables in their order; two that follow each other are side by side if they fit in `both`, the width of two tables in
/// points.
pub fn beside_in_order(flow: &mut Flow, grids: Vec<Grid>, both: f64) -> Vec<TableBand> {
    let mut bands = Vec::new();
    let mut rest =
        grids.into_iter().map(|grid| (grid.least_width(flow), grid)).collect::<Vec<_>>().into_iter().peekable();
    while let Some((least, grid)) = rest.next() {
        bands.push(match rest.next_if(|(other, _)| least + other <= both) {
            Some((other, next)) => TableBand::Pair(Box::new([grid, next]), least + (both - least - other) / 2.0),
            None => TableBand::One(Box::new(grid)),
        });
    }
    bands
}

/// The tables in the order of the report or, if that saves a page, the highest that fits first.
pub fn packed(flow: &mut Flow, pieces: Vec<TableBand>) -> Vec<TableBand> {
    let heights: Vec<f64> = pieces.iter().map(|piece| piece.height(flow) + flow.spacing.part).collect();
    let (room, whole) = (flow.room_below_heading(), flow.whole());
    let as_requested: Vec<usize> = (0..pieces.len()).collect();
    let mut by_height = Vec::new();
    let mut rest = as_requested.clone();
    let mut left = room;
    while !rest.is_empty() {
        let fits = |at: &&usize| heights[**at] <= left;
        let highest =
            rest.iter().filter(fits).max_by(|a, b| heights[**a].total_cmp(&heights[**b]).then(b.cmp(a))).copied();
        match highest {
            Some(next) => {
                left -= heights[next];
                rest.retain(|at| *at != next);
                by_height.push(next);
            }
            None if left < whole => left = whole,
            // Higher than a page.
            None => {
                left = whole;
                by_height.push(rest.remove(0));
            }
        }
    }
    let end = |order: &[usize]| {
        order.iter().fold((0_u32, room), |(pages, left), at| {
            let height = heights[*at];
            if height <= left { (pages, left - height) } else { (pages + 1, (whole - height).max(0.0)) }
        })
    };
    let (requested_pages, requested_left) = end(&as_requested);
    let (packed_pages, packed_left) = end(&by_height);
    let is_better = (packed_pages, -packed_left.round()) < (requested_pages, -requested_left.round());
    let order = if is_better { by_height } else { as_requested };
    let mut pieces: Vec<Option<TableBand>> = pieces.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| pieces[at].take()).collect()
}
