//! Cells of a workbook that hold a number of more digits than a spreadsheet keeps: an id among them has lost its last ones.

/// Numbers below this have at most fifteen digits, which is what a spreadsheet keeps.
const FIRST_LONG: f64 = 1e15;

/// The cells of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongNumbers {
    /// The column's name in its header; of a column without one its letters.
    pub column: String,
    /// How many cells.
    pub cells: u64,
}

/// Counts them column by column.
#[derive(Debug, Default)]
pub struct LongNumberCounter {
    /// By column: the last text of the first rows, which is the header's.
    names: Vec<String>,
    cells: Vec<u64>,
}

impl LongNumberCounter {
    /// A text of the first rows.
    pub fn see_text(&mut self, column: usize, text: &str) {
        if self.cells.get(column).is_some_and(|cells| *cells > 0) {
            return;
        }
        if self.names.len() <= column {
            self.names.resize(column + 1, String::new());
        }
        text.clone_into(&mut self.names[column]);
    }

    /// A number.
    pub fn see_number(&mut self, column: usize, number: f64) {
        if number.abs() < FIRST_LONG {
            return;
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, 0);
        }
        self.cells[column] += 1;
    }

    /// The columns that have some.
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

/// A column as a spreadsheet names it: `A`, `Z`, `AA`.
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
