//! Cells of a workbook with numbers of more digits than a spreadsheet keeps: an id in such a cell has lost its last
//! digits.

/// Numbers below this have at most fifteen digits, the number that a spreadsheet keeps.
const FIRST_LONG: f64 = 1e15;

/// The cells of one column with such numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongNumbers {
    /// The column's name in the header, or its letters if it has no name.
    pub column: String,
    /// The number of cells.
    pub cells: u64,
}

/// Counts such cells by column.
#[derive(Debug, Default)]
pub struct LongNumberCounter {
    /// For each column: the last text of the first rows, which is that of the header.
    names: Vec<String>,
    cells: Vec<u64>,
}

impl LongNumberCounter {
    /// Notes a text of the first rows.
    pub fn see_text(&mut self, column: usize, text: &str) {
        if self.cells.get(column).is_some_and(|cells| *cells > 0) {
            return;
        }
        if self.names.len() <= column {
            self.names.resize(column + 1, String::new());
        }
        text.clone_into(&mut self.names[column]);
    }

    /// Counts a number if it is long.
    pub fn see_number(&mut self, column: usize, number: f64) {
        if number.abs() < FIRST_LONG {
            return;
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, 0);
        }
        self.cells[column] += 1;
    }

    /// The columns with such cells.
    #[must_use]
    pub fn finish(self) -> Vec<LongNumbers> {
        let columns = self.cells.iter().enumerate().filter(|(_, cells)| **cells > 0);
        let name = |at: usize| match self.names.get(at) {
            Some(name) if !name.is_empty() => name.clone(),
            Some(_) | None => letters(at),
        };
        columns.map(|(at, cells)| LongNumbers { column: name(at), cells: *cells }).collect()
    }
}

/// The letters of a column in a spreadsheet: `A`, `Z`, `AA`.
fn letters(column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_by_their_header() {
        let mut counter = LongNumberCounter::default();
        counter.see_text(0, "Export of March");
        counter.see_text(0, "conversation_id");
        for number in [999_999_999_999_999.0, 1e15, 171_234_567_890_123_456.0] {
            counter.see_number(0, number);
            counter.see_number(27, -number);
        }
        counter.see_text(0, "Total");
        let expected = [("conversation_id", 2), ("AB", 2)];
        let expected = expected.map(|(column, cells)| LongNumbers { column: column.to_owned(), cells });
        assert_eq!(counter.finish(), expected);
    }
}
