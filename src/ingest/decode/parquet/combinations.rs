//! Combines the values of rows in several columns into one number a row. Columns are added one after another, by tables
//! that are indexed by their codes. So rows are not hashed, and each combination is interpreted once.

use hashbrown::HashMap;

/// The most entries of a table: it must fit into the caches near the processor.
const MOST_SLOTS: usize = 1 << 18;

/// The combination of each row.
#[derive(Debug, Clone)]
pub struct Combinations {
    /// The number of each row's combination, counted from 0 by first appearance.
    pub by_row: Vec<u32>,
    /// The first row of each combination.
    pub first_rows: Vec<u32>,
}

impl Combinations {
    /// The combinations of no column: all rows have the same.
    #[must_use]
    pub fn of_no_column(rows: usize) -> Self {
        Self { by_row: vec![0; rows], first_rows: vec![0; rows.min(1)] }
    }

    /// Adds a column. Its numbers by row must be less than `end`.
    pub fn take_in(&mut self, numbers: &[u32], end: usize) {
        let slots = self.first_rows.len().checked_mul(end).filter(|slots| *slots <= MOST_SLOTS);
        let mut first_rows = Vec::new();
        // The number of the combination; assigns a new number at its first appearance.
        let mut number_at = |known: &mut u32, row: u32| {
            if *known == NEW {
                *known = next_number(&first_rows);
                first_rows.push(row);
            }
            *known
        };
        let rows = (0..).zip(self.by_row.iter_mut().zip(numbers));
        if let Some(slots) = slots {
            let mut table = vec![NEW; slots];
            for (row, (combination, number)) in rows {
                let known = &mut table[*combination as usize * end + *number as usize];
                *combination = number_at(known, row);
            }
        } else {
            let mut table = HashMap::new();
            for (row, (combination, number)) in rows {
                let known = table.entry((*combination, *number)).or_insert(NEW);
                *combination = number_at(known, row);
            }
        }
        self.first_rows = first_rows;
    }
}

/// No number yet.
const NEW: u32 = u32::MAX;

fn next_number(first_rows: &[u32]) -> u32 {
    u32::try_from(first_rows.len()).expect("a part has fewer rows than 2^32")
}
