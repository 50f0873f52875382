//! The quantities of a report and the sums between them.

/// The index of a quantity.
pub type Quantity = usize;

/// The index of a number.
pub type Number = usize;

/// A quantity, with the numbers and sums that contain it.
#[derive(Debug)]
pub(super) struct KnownQuantity {
    pub(super) value: i64,
    /// Whether it must not be computable.
    pub(super) is_small: bool,
    /// The numbers that reveal it.
    pub(super) revealed_by: Vec<Number>,
    /// How many of them are shown.
    pub(super) shown: usize,
    /// Whether a reader knows that it is not 0, because a 0 would be shown.
    pub(super) is_at_least_one: bool,
    /// The sums that contain it, and whether it is the whole.
    pub(super) sums: Vec<(usize, bool)>,
}

impl KnownQuantity {
    /// Whether every number that reveals it is hidden.
    pub(super) const fn is_unknown(&self) -> bool {
        self.shown == 0
    }

    /// The smallest value that a reader cannot exclude.
    pub(super) const fn least(&self) -> i64 {
        if self.is_at_least_one { 1 } else { 0 }
    }
}

/// A quantity that is the sum of others.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) whole: Quantity,
    pub(super) parts: Vec<Quantity>,
    /// Its unknown quantities, in the order in which they became unknown.
    pub(super) unknown: Vec<Quantity>,
}
