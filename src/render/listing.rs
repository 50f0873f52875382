//! A table of texts for the terminal or the PDF, such as names and durations.

use crate::language::Language;

/// The alignment of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alignment {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageColumn {
    pub head: &'static str,
    pub side: Alignment,
    /// If not all columns fit, those of the highest rank are left out first; rank 0 always stays.
    pub rank: u8,
    /// Whether its texts are never cut: a truncated date would be ambiguous.
    pub is_whole: bool,
}

impl PageColumn {
    #[must_use]
    pub const fn words(head: &'static str, rank: u8) -> Self {
        Self { head, side: Alignment::Left, rank, is_whole: false }
    }

    #[must_use]
    pub const fn dates(head: &'static str, rank: u8) -> Self {
        Self { head, side: Alignment::Left, rank, is_whole: true }
    }

    #[must_use]
    pub const fn numbers(head: &'static str, rank: u8) -> Self {
        Self { head, side: Alignment::Right, rank, is_whole: true }
    }
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Its heading.
    pub title: String,
    pub columns: Vec<PageColumn>,
    /// A text for each column.
    pub rows: Vec<Vec<String>>,
    /// A note below the table; empty for none.
    pub note: String,
    /// The text shown instead of rows if there are none.
    pub empty: &'static str,
}

impl Listing {
    /// Whether any row has a text in a column; other columns are left out.
    #[must_use]
    pub fn is_used(&self, column: usize) -> bool {
        self.rows.iter().any(|row| row.get(column).is_some_and(|text| !text.is_empty()))
    }

    /// The columns that have texts and fit: the highest ranks are left out first.
    pub fn fitting(&self, fits: impl Fn(&[usize]) -> bool) -> Vec<usize> {
        let mut shown: Vec<usize> = (0..self.columns.len()).filter(|column| self.is_used(*column)).collect();
        while !fits(&shown) {
            let Some(least) = (0..shown.len()).max_by_key(|at| (self.columns[shown[*at]].rank, *at)) else { break };
            if self.columns[shown[least]].rank == 0 {
                break;
            }
            shown.remove(least);
        }
        shown
    }

    /// The note about columns that are left out: the machine formats have them.
    #[must_use]
    pub fn left_out(&self, language: Language, shown: &[usize]) -> Option<String> {
        let missing = (0..self.columns.len()).filter(|column| self.is_used(*column) && !shown.contains(column));
        let heads: Vec<&str> = missing.map(|column| self.columns[column].head).collect();
        let columns = heads.join(", ").to_lowercase();
        (!heads.is_empty()).then(|| language.fill("list.left_out", &[("columns", &columns)]))
    }
}
