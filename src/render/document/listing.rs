//! Tables of texts, for snapshots and series.

use super::{PageCell, PagePart, PageTable, TableColumn};
use crate::render::listing::{Alignment, Listing};

/// A listing as a table, with all columns that have a text in any row.
pub fn table(of: &Listing) -> PagePart {
    let used: Vec<usize> = (0..of.columns.len()).filter(|column| of.is_used(*column) || of.rows.is_empty()).collect();
    let column = |index: &usize| {
        let column = &of.columns[*index];
        TableColumn { group: None, head: column.head.to_owned(), is_number: column.side == Alignment::Right }
    };
    let row = |row: &Vec<String>| {
        used.iter().map(|index| PageCell::text(row.get(*index).cloned().unwrap_or_default())).collect::<Vec<_>>()
    };
    PagePart::Table(PageTable {
        title: of.title.clone(),
        note: of.note.clone(),
        columns: used.iter().map(column).collect(),
        rows: of.rows.iter().map(row).collect(),
        total: None,
        empty: of.empty.to_owned(),
        is_sortable: false,
    })
}
