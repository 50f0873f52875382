//! The values of rows in several columns at once, as one number a row: columns are combined one after another, by
//! tables that their codes are places in. So rows are not hashed, and what a combination means is asked for once.

use hashbrown::HashMap;

/// The most places of a table: it is to stay in the caches near the processor.
const MOST_PLACES: usize = 1 << 18;

/// The combination of each row.
#[derive(Debug, Clone)]
pub struct Combinations {
    /// By row: the number of its combination, from 0 by first appearance.
    pub by_row: Vec<u32>,
    /// By combination: the first row that has it.
    pub first_rows: Vec<u32>,
}

impl Combinations {
    /// Of no column: all rows have the same.
    #[must_use]
    pub fn of_no_column(rows: usize) -> Self {
        Self { by_row: vec![0; rows], first_rows: vec![0; rows.min(1)] }
    }

    /// Takes a column in, whose numbers by row are all less than `end`.
    pub fn take_in(&mut self, numbers: &[u32], end: usize) {
        let places = self.first_rows.len().checked_mul(end).filter(|places| *places <= MOST_PLACES);
        let mut first_rows = Vec::new();
        // The number of a combination that is met, a new one for the first time.
        let mut number_at = |known: &mut u32, row: u32| {
            if *known == NEW {
                *known = next_number(&first_rows);
                first_rows.push(row);
            }
            *known
        };
        let rows = (0..).zip(self.by_row.iter_mut().zip(numbers));
        if let Some(places) = places {
            let mut table = vec![NEW; places];
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
