//! Tables of texts, for snapshots and series.

use super::{PageCell, PagePart, PageTable, TableColumn};
use crate::render::listing::{Alignment, Listing};

/// A listing as a table, with all columns that have a text in any row.
pub fn table(listing: &Listing) -> PagePart {
    let used: Vec<usize> =
        (0..listing.columns.len()).filter(|column| listing.is_used(*column) || listing.rows.is_empty()).collect();
    let column = |index: &usize| {
        let column = &listing.columns[*index];
        TableColumn { group: None, head: column.head.to_owned(), is_number: column.side == Alignment::Right }
    };
    let row = |row: &Vec<String>| {
        used.iter().map(|index| PageCell::text(row.get(*index).cloned().unwrap_or_default())).collect::<Vec<_>>()
    };
    PagePart::Table(PageTable {
        title: listing.title.clone(),
        note: listing.note.clone(),
        columns: used.iter().map(column).collect(),
        rows: listing.rows.iter().map(row).collect(),
        total: None,
        empty: listing.empty.to_owned(),
        is_sortable: false,
    })
}
