//! The search for another report that looks the same: moves quantities by one until every sum holds again.

use std::collections::BTreeMap;

use super::quantities::{KnownQuantity, Quantity, Sum};

/// Maximum quantities of a sum that are tried as a correction.
const MOST_TRIED: usize = 16;
/// Maximum unknown quantities of a sum from which these are chosen.
const MOST_SEEN: usize = 256;

/// The moved quantities, and the sums that they violate.
pub(super) struct ReportSearch<'a> {
    quantities: &'a [KnownQuantity],
    sums: &'a [Sum],
    /// Each quantity with its step.
    pub moved: Vec<(Quantity, i64)>,
    /// For each violated sum, how much too large its whole is.
    off: BTreeMap<usize, i64>,
    steps: &'a mut usize,
}

impl<'a> ReportSearch<'a> {
    /// A search without moves. The steps are counted down; at 0 the search stops.
    pub fn new(quantities: &'a [KnownQuantity], sums: &'a [Sum], steps: &'a mut usize) -> Self {
        Self { quantities, sums, moved: Vec::new(), off: BTreeMap::new(), steps }
    }

    /// Moves a quantity.
    pub fn push(&mut self, (quantity, step): (Quantity, i64)) {
        self.shift(quantity, step);
        self.moved.push((quantity, step));
    }

    fn pop(&mut self) {
        if let Some((quantity, step)) = self.moved.pop() {
            self.shift(quantity, -step);
        }
    }

    fn shift(&mut self, quantity: Quantity, step: i64) {
        for (sum, is_whole) in &self.quantities[quantity].sums {
            let excess = self.off.entry(*sum).or_default();
            *excess += if *is_whole { step } else { -step };
            if *excess == 0 {
                self.off.remove(sum);
            }
        }
    }

    /// Moves up to `most` further quantities until every sum holds.
    pub fn settle(&mut self, most: usize) -> bool {
        if self.off.is_empty() {
            return true;
        }
        if self.moved.len() >= most || *self.steps == 0 {
            return false;
        }
        *self.steps -= 1;
        for next in self.next_moves() {
            self.push(next);
            if self.settle(most) {
                return true;
            }
            self.pop();
        }
        false
    }

    /// The moves that can correct the sum with the fewest possible corrections: necessary moves are found before
    /// optional ones.
    fn next_moves(&self) -> Vec<(Quantity, i64)> {
        let mut fewest = usize::MAX;
        let mut mended = None;
        for (sum, excess) in &self.off {
            let count = self.against(*sum, *excess).take(fewest.min(MOST_TRIED)).count();
            if count < fewest {
                (fewest, mended) = (count, Some((*sum, *excess)));
            }
            if count == 0 {
                return Vec::new();
            }
        }
        let Some((sum, excess)) = mended else { return Vec::new() };
        let mut moves: Vec<(Quantity, i64)> = self.against(sum, excess).collect();
        // The best first: quantities in few other sums.
        moves.sort_by_key(|(quantity, _)| self.quantities[*quantity].sums.len());
        moves.truncate(MOST_TRIED);
        moves
    }

    /// Moves by one that bring a sum closer to holding.
    fn against(&self, sum: usize, excess: i64) -> impl Iterator<Item = (Quantity, i64)> {
        let Sum { whole, unknown, .. } = &self.sums[sum];
        let step = move |quantity: &Quantity| {
            let step = if quantity == whole { -excess.signum() } else { excess.signum() };
            let known = &self.quantities[*quantity];
            let is_free = self.moved.iter().all(|(other, _)| other != quantity);
            (is_free && known.value + step >= known.least()).then_some((*quantity, step))
        };
        unknown.iter().filter_map(step).take(MOST_SEEN)
    }
}
