//! Decides which numbers to hide so that no small quantity can be computed from the others. The model has quantities,
//! the numbers of a report that reveal them, and the sums between them.
//!
//! A quantity is unknown to a reader if every number that reveals it is hidden. It is safe if another report, with
//! another value of it, looks the same: the same numbers are shown, every sum holds, and a hidden count is at least 1,
//! because zeros are never hidden. To find such a report, the quantity is moved by one, and others against it, until
//! all sums hold again. If none is found, one more number is hidden: the smallest of a sum that prevented the move.
//! This is greedy: another choice might hide fewer.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::quantities::{KnownQuantity, Number, Quantity, Sum};
use super::search::ReportSearch;

/// Maximum steps of a search for another report; a quantity that needs more costs one more hidden number.
const MOST_STEPS: usize = 5_000;
/// Maximum number of quantities that differ in another report, for one attempt after the other.
const MOST_MOVED: [usize; 5] = [2, 4, 8, 12, 20];
/// Maximum steps spent on showing hidden numbers again.
const MOST_STEPS_TO_SHOW: usize = 2_000_000;

#[derive(Debug)]
struct RevealingNumber {
    quantities: Vec<(Quantity, bool)>,
    is_hidden: bool,
}

/// Quantities, numbers and sums.
#[derive(Debug, Default)]
pub struct System {
    quantities: Vec<KnownQuantity>,
    numbers: Vec<RevealingNumber>,
    sums: Vec<Sum>,
}

/// The changes made by showing a number, for undoing them.
#[derive(Debug, Default)]
struct ShownAgain {
    /// The quantities that were unknown.
    known: Vec<Quantity>,
    /// The unknown quantities of the sums that these are in.
    unknown: HashMap<usize, Vec<Quantity>>,
}

/// For each small quantity, the quantities that differ in another report that looks the same.
#[derive(Debug, Default)]
struct OtherReports {
    by_small: BTreeMap<Quantity, Vec<Quantity>>,
    /// For each quantity, the small ones whose other report differs in it.
    by_moved: HashMap<Quantity, BTreeSet<Quantity>>,
}

impl OtherReports {
    fn set(&mut self, small: Quantity, moved: &[Quantity]) {
        for quantity in moved {
            self.by_moved.entry(*quantity).or_default().insert(small);
        }
        for quantity in self.by_small.insert(small, moved.to_vec()).unwrap_or_default() {
            if let Some(known) = self.by_moved.get_mut(&quantity).filter(|_| !moved.contains(&quantity)) {
                known.remove(&small);
            }
        }
    }

    /// The small quantities whose other report differs in one of these.
    fn with_any_of(&self, quantities: &[Quantity]) -> BTreeSet<Quantity> {
        quantities.iter().filter_map(|quantity| self.by_moved.get(quantity)).flatten().copied().collect()
    }
}

impl System {
    /// Adds a quantity. A small one must not be computable.
    pub fn quantity(&mut self, value: i64, is_small: bool) -> Quantity {
        self.quantities.push(KnownQuantity {
            value,
            is_small,
            revealed_by: Vec::new(),
            shown: 0,
            is_at_least_one: false,
            sums: Vec::new(),
        });
        self.quantities.len() - 1
    }

    /// The value of a quantity.
    #[must_use]
    pub fn value(&self, quantity: Quantity) -> i64 {
        self.quantities[quantity].value
    }

    /// Adds a number that reveals quantities; `true` marks a quantity that is at least 1 if the number is hidden.
    pub fn number(&mut self, quantities: Vec<(Quantity, bool)>) -> Number {
        let number = self.numbers.len();
        for (quantity, _) in &quantities {
            self.quantities[*quantity].revealed_by.push(number);
            self.quantities[*quantity].shown += 1;
        }
        self.numbers.push(RevealingNumber { quantities, is_hidden: false });
        number
    }

    /// Adds a sum that every reader knows to hold.
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

    /// Whether a quantity is unknown to a reader.
    #[cfg(test)]
    #[must_use]
    pub fn is_unknown(&self, quantity: Quantity) -> bool {
        self.quantities[quantity].is_unknown()
    }

    /// Hides the necessary numbers.
    pub fn protect(&mut self) {
        self.show_all_but(&BTreeSet::new());
        let is_small = |number: &RevealingNumber| {
            number.quantities.iter().any(|(quantity, _)| self.quantities[*quantity].is_small)
        };
        let small: Vec<Number> = (0..self.numbers.len()).filter(|number| is_small(&self.numbers[*number])).collect();
        for number in &small {
            self.hide(*number);
        }
        // Hiding more gives a reader more possible reports, never fewer.
        let mut others = OtherReports::default();
        let mut are_all_safe = true;
        for quantity in 0..self.quantities.len() {
            while self.quantities[quantity].is_small {
                if let Some(moved) = self.other_report(quantity, &mut { MOST_STEPS }) {
                    others.set(quantity, &moved);
                    break;
                }
                let Some(next) = self.next_to_hide(quantity) else {
                    are_all_safe = false;
                    break;
                };
                for number in self.quantities[next].revealed_by.clone() {
                    self.hide(number);
                }
            }
        }
        if are_all_safe {
            self.show_again(&small.into_iter().collect(), others);
        }
    }

    /// Shows hidden numbers that are not necessary, except those of small quantities, the largest first: a later choice
    /// may have made an earlier one superfluous. Another report found for a quantity remains valid unless it differs in
    /// the shown quantities, so few must be searched again.
    fn show_again(&mut self, small: &BTreeSet<Number>, mut others: OtherReports) {
        let hidden: BTreeSet<Number> = (0..self.numbers.len()).filter(|at| self.is_hidden(*at)).collect();
        let largest = |number: &Number| {
            let values = self.numbers[*number].quantities.iter().map(|(quantity, _)| self.quantities[*quantity].value);
            std::cmp::Reverse(values.max().unwrap_or(0))
        };
        let mut beside: Vec<Number> = hidden.difference(small).copied().collect();
        beside.sort_by_key(largest);
        self.show_all_but(&hidden);
        let mut steps_left = MOST_STEPS_TO_SHOW;
        for number in beside {
            let before = self.show(number);
            let found = others.with_any_of(&before.known).into_iter().map(|quantity| {
                let mut steps = MOST_STEPS.min(steps_left);
                let budget = steps;
                let moved = self.other_report(quantity, &mut steps);
                steps_left -= budget - steps;
                Some((quantity, moved?))
            });
            if let Some(found) = found.collect::<Option<Vec<_>>>() {
                for (quantity, moved) in found {
                    others.set(quantity, &moved);
                }
            } else {
                self.hide_again(number, before);
            }
        }
    }

    fn show_all_but(&mut self, hidden: &BTreeSet<Number>) {
        for sum in &mut self.sums {
            sum.unknown.clear();
        }
        for number in &mut self.numbers {
            number.is_hidden = false;
        }
        for quantity in 0..self.quantities.len() {
            let known = &mut self.quantities[quantity];
            known.shown = known.revealed_by.len();
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

    /// Shows a hidden number.
    fn show(&mut self, number: Number) -> ShownAgain {
        let mut before = ShownAgain::default();
        self.numbers[number].is_hidden = false;
        for (quantity, _) in &self.numbers[number].quantities {
            let known = &mut self.quantities[*quantity];
            known.shown += 1;
            if known.shown > 1 {
                continue;
            }
            before.known.push(*quantity);
            for (sum, _) in &known.sums {
                let unknown = &mut self.sums[*sum].unknown;
                before.unknown.entry(*sum).or_insert_with(|| unknown.clone());
                unknown.retain(|other| other != quantity);
            }
        }
        before
    }

    /// Undoes [`Self::show`].
    fn hide_again(&mut self, number: Number, before: ShownAgain) {
        self.numbers[number].is_hidden = true;
        for (quantity, _) in &self.numbers[number].quantities {
            self.quantities[*quantity].shown -= 1;
        }
        for (sum, unknown) in before.unknown {
            self.sums[sum].unknown = unknown;
        }
    }

    /// The quantities that differ in another report that looks the same and has another value of this quantity, if one
    /// is found within the steps. Reports that differ in few quantities are tried first.
    fn other_report(&self, quantity: Quantity, steps: &mut usize) -> Option<Vec<Quantity>> {
        let known = &self.quantities[quantity];
        if !known.is_unknown() {
            return None;
        }
        for most in MOST_MOVED {
            for step in [1, -1] {
                let mut search = ReportSearch::new(&self.quantities, &self.sums, steps);
                if known.value + step >= known.least() {
                    search.push((quantity, step));
                    if search.settle(most) {
                        return Some(search.moved.into_iter().map(|(quantity, _)| quantity).collect());
                    }
                }
            }
        }
        None
    }

    /// The known quantity to hide next: the smallest in a sum with no other unknown quantity, else in any sum of this
    /// quantity, else in the sums of the unknown quantities beside it.
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
                let zero = |(quantity, not_zero): &(Quantity, bool)| *not_zero && self.quantities[*quantity].value == 0;
                !self.numbers[*number].quantities.iter().any(zero)
            };
            !known.is_unknown() && known.value > 0 && known.revealed_by.iter().all(is_not_zero)
        };
        let smallest = parts.iter().filter(can_be_hidden).min_by_key(|part| self.cost(**part));
        smallest.or(Some(whole).filter(can_be_hidden)).copied()
    }

    fn cost(&self, quantity: Quantity) -> (i64, Quantity) {
        (self.quantities[quantity].value, quantity)
    }
}
