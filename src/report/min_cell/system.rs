//! Quantities, the numbers of a report that tell them, and the sums between them: which numbers to hide so that no small
//! quantity can be computed from the others.
//!
//! A quantity is unknown to a reader where every number that tells it is hidden. It is safe where another report that
//! differs in it looks the same: the same numbers are told, every sum holds, and a hidden count is still at least 1, since
//! zeros are never hidden. Such a report is looked for by moving the quantity by one, and others against it until all sums
//! hold again. Where none is found one more number is hidden, the smallest of a sum that was in the way. That is greedy:
//! another choice may hide fewer.

use std::collections::BTreeSet;

/// A quantity's place.
pub type Quantity = usize;

/// A number's place.
pub type Number = usize;

/// So many steps a search for another report takes at most; a quantity for which it is not enough costs one more hidden number.
const MOST_STEPS: usize = 5_000;
/// So many quantities at most differ in a report that is looked for, one try after the other.
const MOST_MOVED: [usize; 5] = [2, 4, 8, 12, 20];
/// Small quantities times numbers that are hidden beside them: with more, none of these is looked at for a second time.
const MOST_LOOKED_AT: usize = 200_000;
/// So many quantities of a sum are tried against a move.
const MOST_TRIED: usize = 16;
/// So many unknown quantities of a sum are looked at to choose these.
const MOST_SEEN: usize = 256;

#[derive(Debug)]
struct KnownNumber {
    value: i64,
    /// Whether it must not be computable.
    is_small: bool,
    /// The numbers that tell it.
    told_by: Vec<Number>,
    /// How many of them are shown.
    shown: usize,
    /// Whether a reader knows that it is not 0, since a number that is told as 0 would be shown.
    is_at_least_one: bool,
    /// The sums that it is in, and whether it is the whole.
    sums: Vec<(usize, bool)>,
}

impl KnownNumber {
    const fn is_unknown(&self) -> bool {
        self.shown == 0
    }

    const fn least(&self) -> i64 {
        if self.is_at_least_one { 1 } else { 0 }
    }
}

#[derive(Debug)]
struct Told {
    quantities: Vec<(Quantity, bool)>,
    is_hidden: bool,
}

#[derive(Debug)]
struct Sum {
    whole: Quantity,
    parts: Vec<Quantity>,
    /// Its quantities that are unknown, in the order in which they became so.
    unknown: Vec<Quantity>,
}

/// Quantities, numbers and sums.
#[derive(Debug, Default)]
pub struct System {
    quantities: Vec<KnownNumber>,
    numbers: Vec<Told>,
    sums: Vec<Sum>,
}

impl System {
    /// A new quantity. A small one must not be computable.
    pub fn quantity(&mut self, value: i64, is_small: bool) -> Quantity {
        self.quantities.push(KnownNumber {
            value,
            is_small,
            told_by: Vec::new(),
            shown: 0,
            is_at_least_one: false,
            sums: Vec::new(),
        });
        self.quantities.len() - 1
    }

    /// The value of a quantity.
    #[must_use]
    pub fn value(&self, of: Quantity) -> i64 {
        self.quantities[of].value
    }

    /// A number that tells quantities; `true` beside those that are not 0 where it is hidden.
    pub fn number(&mut self, quantities: Vec<(Quantity, bool)>) -> Number {
        let number = self.numbers.len();
        for (quantity, _) in &quantities {
            self.quantities[*quantity].told_by.push(number);
            self.quantities[*quantity].shown += 1;
        }
        self.numbers.push(Told { quantities, is_hidden: false });
        number
    }

    /// A sum that every reader knows to hold.
    pub fn sum(&mut self, whole: Quantity, parts: Vec<Quantity>) {
        let sum = self.sums.len();
        self.quantities[whole].sums.push((sum, true));
        for part in &parts {
            self.quantities[*part].sums.push((sum, false));
        }
        self.sums.push(Sum { whole, parts, unknown: Vec::new() });
    }

    /// Whether a number is hidden.
    #[must_use]
    pub fn is_hidden(&self, number: Number) -> bool {
        self.numbers[number].is_hidden
    }

    /// Whether a reader does not see a quantity.
    #[cfg(test)]
    #[must_use]
    pub fn is_unknown(&self, quantity: Quantity) -> bool {
        self.quantities[quantity].is_unknown()
    }

    /// Hides what must be hidden.
    pub fn protect(&mut self) {
        self.show_all_but(&BTreeSet::new());
        let is_small = |told: &Told| told.quantities.iter().any(|(quantity, _)| self.quantities[*quantity].is_small);
        let small: Vec<Number> = (0..self.numbers.len()).filter(|number| is_small(&self.numbers[*number])).collect();
        for number in &small {
            self.hide(*number);
        }
        // What is hidden later leaves a reader with more reports to choose from, never with fewer.
        for quantity in 0..self.quantities.len() {
            while self.quantities[quantity].is_small && !self.is_safe(quantity) {
                let Some(next) = self.next_to_hide(quantity) else { break };
                for number in self.quantities[next].told_by.clone() {
                    self.hide(number);
                }
            }
        }
        self.show_again(&small.into_iter().collect());
    }

    /// Shows what need not be hidden beside the numbers of small quantities, the largest first: of what was hidden in one
    /// place, a later one may have made no use.
    fn show_again(&mut self, small: &BTreeSet<Number>) {
        let to_keep: Vec<Quantity> = (0..self.quantities.len()).filter(|at| self.quantities[*at].is_small).collect();
        let mut hidden: BTreeSet<Number> = (0..self.numbers.len()).filter(|at| self.is_hidden(*at)).collect();
        let largest = |number: &Number| {
            let values = self.numbers[*number].quantities.iter().map(|(quantity, _)| self.quantities[*quantity].value);
            std::cmp::Reverse(values.max().unwrap_or(0))
        };
        let mut others: Vec<Number> = hidden.difference(small).copied().collect();
        others.sort_by_key(largest);
        if others.len() * to_keep.len() > MOST_LOOKED_AT {
            return;
        }
        for number in others {
            hidden.remove(&number);
            self.show_all_but(&hidden);
            if !to_keep.iter().all(|quantity| self.is_safe(*quantity)) {
                hidden.insert(number);
            }
        }
        self.show_all_but(&hidden);
    }

    fn show_all_but(&mut self, hidden: &BTreeSet<Number>) {
        for sum in &mut self.sums {
            sum.unknown.clear();
        }
        for told in &mut self.numbers {
            told.is_hidden = false;
        }
        for quantity in 0..self.quantities.len() {
            let known = &mut self.quantities[quantity];
            known.shown = known.told_by.len();
            known.is_at_least_one = false;
            if known.is_unknown() {
                self.became_unknown(quantity);
            }
        }
        for number in hidden {
            self.hide(*number);
        }
    }

    fn hide(&mut self, number: Number) {
        if std::mem::replace(&mut self.numbers[number].is_hidden, true) {
            return;
        }
        for at in 0..self.numbers[number].quantities.len() {
            let (quantity, is_at_least_one) = self.numbers[number].quantities[at];
            let known = &mut self.quantities[quantity];
            known.shown -= 1;
            known.is_at_least_one |= is_at_least_one;
            if known.is_unknown() {
                self.became_unknown(quantity);
            }
        }
    }

    fn became_unknown(&mut self, quantity: Quantity) {
        for (sum, _) in &self.quantities[quantity].sums {
            self.sums[*sum].unknown.push(quantity);
        }
    }

    /// Whether another report looks the same and has another value of this quantity. Reports that differ in few quantities
    /// are tried first.
    fn is_safe(&self, quantity: Quantity) -> bool {
        let known = &self.quantities[quantity];
        if !known.is_unknown() {
            return false;
        }
        let mut steps = MOST_STEPS;
        MOST_MOVED.into_iter().any(|most| {
            [1, -1].into_iter().any(|step| {
                known.value + step >= known.least() && self.settle(&mut vec![(quantity, step)], most, &mut steps)
            })
        })
    }

    /// Moves further quantities, so many at most, until every sum holds with those moved so far.
    fn settle(&self, moved: &mut Vec<(Quantity, i64)>, most: usize, steps: &mut usize) -> bool {
        let off = self.off(moved);
        if off.is_empty() {
            return true;
        }
        if moved.len() >= most || *steps == 0 {
            return false;
        }
        *steps -= 1;
        // The sum that the fewest moves can mend: what has to be moved is found before what may be.
        let mends = off.into_iter().map(|(sum, excess)| self.against(sum, excess, moved)).min_by_key(Vec::len);
        for next in mends.unwrap_or_default() {
            moved.push(next);
            if self.settle(moved, most, steps) {
                return true;
            }
            moved.pop();
        }
        false
    }

    /// The sums that do not hold, and by how much the whole of each is too large.
    fn off(&self, moved: &[(Quantity, i64)]) -> Vec<(usize, i64)> {
        let touched =
            moved.iter().flat_map(|(quantity, _)| self.quantities[*quantity].sums.iter().map(|(sum, _)| *sum));
        let touched: BTreeSet<usize> = touched.collect();
        touched.into_iter().map(|sum| (sum, self.excess(sum, moved))).filter(|(_, excess)| *excess != 0).collect()
    }

    fn excess(&self, sum: usize, moved: &[(Quantity, i64)]) -> i64 {
        let of = |(quantity, step): &(Quantity, i64)| {
            let places = self.quantities[*quantity].sums.iter().filter(|(of, _)| *of == sum);
            places.map(|(_, is_whole)| if *is_whole { *step } else { -step }).sum::<i64>()
        };
        moved.iter().map(of).sum()
    }

    /// Moves by one that take a sum nearer to holding, the best first: of a quantity in few other sums.
    fn against(&self, sum: usize, excess: i64, moved: &[(Quantity, i64)]) -> Vec<(Quantity, i64)> {
        let Sum { whole, unknown, .. } = &self.sums[sum];
        let step = |quantity: &Quantity| {
            let step = if quantity == whole { -excess.signum() } else { excess.signum() };
            let known = &self.quantities[*quantity];
            let is_free = moved.iter().all(|(other, _)| other != quantity);
            (is_free && known.value + step >= known.least()).then_some((*quantity, step))
        };
        let mut steps: Vec<(Quantity, i64)> = unknown.iter().filter_map(step).take(MOST_SEEN).collect();
        steps.sort_by_key(|(quantity, _)| self.quantities[*quantity].sums.len());
        steps.truncate(MOST_TRIED);
        steps
    }

    /// The known quantity to hide next: the smallest in a sum that has no other unknown one, else in any sum of it, else in
    /// those of the unknown quantities beside it.
    fn next_to_hide(&self, quantity: Quantity) -> Option<Quantity> {
        let own: Vec<usize> = self.quantities[quantity].sums.iter().map(|(sum, _)| *sum).collect();
        let alone: Vec<usize> = own.iter().copied().filter(|sum| self.sums[*sum].unknown.len() <= 1).collect();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let mut sums = if alone.is_empty() { own.clone() } else { alone };
        loop {
            let next = sums.iter().filter_map(|sum| self.smallest_known(*sum)).min_by_key(|next| self.cost(*next));
            if next.is_some() || sums.is_empty() {
                return next;
            }
            seen.extend(&sums);
            let beside = own.iter().chain(&sums).flat_map(|sum| &self.sums[*sum].unknown);
            let further = beside.flat_map(|unknown| self.quantities[*unknown].sums.iter().map(|(sum, _)| *sum));
            sums = further
                .chain(own.iter().copied())
                .filter(|sum| !seen.contains(sum))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect();
        }
    }

    fn smallest_known(&self, sum: usize) -> Option<Quantity> {
        let Sum { whole, parts, .. } = &self.sums[sum];
        let can_be_hidden = |quantity: &&Quantity| {
            let known = &self.quantities[**quantity];
            let is_not_zero = |number: &Number| {
                let zero = |(told, not_zero): &(Quantity, bool)| *not_zero && self.quantities[*told].value == 0;
                !self.numbers[*number].quantities.iter().any(zero)
            };
            !known.is_unknown() && known.value > 0 && known.told_by.iter().all(is_not_zero)
        };
        let smallest = parts.iter().filter(can_be_hidden).min_by_key(|part| self.cost(**part));
        smallest.or(Some(whole).filter(can_be_hidden)).copied()
    }

    fn cost(&self, quantity: Quantity) -> (i64, Quantity) {
        (self.quantities[quantity].value, quantity)
    }
}
