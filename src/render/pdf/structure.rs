//! The role of each mark for screen readers: heading, paragraph, list, table, figure or decoration. Nothing here
//! depends on the file format.

use std::collections::BTreeMap;

use super::canvas::{Area, Page};
use super::owner::{Artifact, ElementId, Owner};

/// The cells that a header cell belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderScope {
    /// The cells below it.
    Column,
    /// The cells to its side.
    Row,
}

/// The role of an element.
#[derive(Debug, Clone, PartialEq)]
pub enum Role {
    /// A heading; the title is of level 1.
    Heading(u8),
    Paragraph,
    /// A list; its children are items.
    List,
    /// An item; it has one body.
    Item,
    /// The content of an item: paragraphs and figures.
    Body,
    /// A table; its children are rows.
    Table,
    /// A row of cells.
    Row,
    /// A header cell.
    Header {
        /// The cells that it belongs to.
        scope: HeaderScope,
        /// The number of columns that it spans.
        columns: usize,
        /// The text read in place of the written text; empty for the written text.
        alt_text: String,
    },
    /// A data cell.
    Cell {
        /// The text read in place of its drawing; empty for a cell with text.
        alt_text: String,
    },
    /// A picture, whose marks all share one text alternative.
    Figure {
        /// The text alternative.
        alt_text: String,
        /// Its position on the page.
        area: Area,
    },
}

impl Role {
    /// A header over one column.
    #[must_use]
    pub const fn column() -> Self {
        Self::Header { scope: HeaderScope::Column, columns: 1, alt_text: String::new() }
    }

    /// A header over one column with a given text for reading, whatever the page shows.
    #[must_use]
    pub const fn named_column(alt_text: String) -> Self {
        Self::Header { scope: HeaderScope::Column, columns: 1, alt_text }
    }

    /// A header beside a row.
    #[must_use]
    pub const fn row() -> Self {
        Self::Header { scope: HeaderScope::Row, columns: 1, alt_text: String::new() }
    }

    /// A data cell with text.
    #[must_use]
    pub const fn cell() -> Self {
        Self::Cell { alt_text: String::new() }
    }

    /// Whether it contains text directly.
    fn has_text(&self) -> bool {
        match self {
            Self::Heading(_) | Self::Paragraph | Self::Header { .. } | Self::Cell { .. } | Self::Figure { .. } => true,
            Self::List | Self::Item | Self::Body | Self::Table | Self::Row => false,
        }
    }

    /// Whether all drawing in it belongs to it; in other elements, boxes and rules are decoration.
    fn has_drawing(&self) -> bool {
        match self {
            Self::Figure { .. } => true,
            Self::Cell { alt_text } => !alt_text.is_empty(),
            Self::Heading(_)
            | Self::Paragraph
            | Self::List
            | Self::Item
            | Self::Body
            | Self::Table
            | Self::Row
            | Self::Header { .. } => false,
        }
    }
}

/// An element. Its own text comes before its children.
#[derive(Debug, Clone, PartialEq)]
pub struct StructureElement {
    pub role: Role,
    /// The parent; `None` for children of the document.
    pub parent: Option<ElementId>,
    /// The children, in reading order.
    pub children: Vec<ElementId>,
}

/// The elements of a document, and the stack of current ones.
#[derive(Debug, Default)]
pub struct Structure {
    elements: Vec<StructureElement>,
    top: Vec<ElementId>,
    open: Vec<Owner>,
}

impl Structure {
    /// An element by its id.
    #[must_use]
    pub fn get(&self, id: ElementId) -> &StructureElement {
        // Ids are only made here, so they are within the length.
        &self.elements[id.0]
    }

    /// All elements, with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (ElementId, &StructureElement)> {
        self.elements.iter().enumerate().map(|(index, element)| (ElementId(index), element))
    }

    /// The children of the document, in reading order.
    #[must_use]
    pub fn top(&self) -> &[ElementId] {
        &self.top
    }

    /// Adds an element as the last child of the current one; `None` inside an artifact, where nothing is read.
    pub fn add(&mut self, role: Role) -> Option<ElementId> {
        let parent = match self.open.last() {
            Some(Owner::Artifact(_)) => return None,
            Some(Owner::Element(parent)) => Some(*parent),
            None => None,
        };
        let id = ElementId(self.elements.len());
        self.elements.push(StructureElement { role, parent, children: Vec::new() });
        match parent {
            Some(parent) => self.elements[parent.0].children.push(id),
            None => self.top.push(id),
        }
        Some(id)
    }

    /// Makes an owner current: the marks that follow belong to it.
    pub fn enter(&mut self, owner: Owner) {
        self.open.push(owner);
    }

    /// Ends the current owner.
    pub fn leave(&mut self) {
        let left = self.open.pop();
        if let Some(Owner::Element(id)) = left
            && self.get(id).role == Role::Table
        {
            self.settle_headers(id);
        }
    }

    /// Adds a section's heading. If it is drawn late, together with its content, it is inserted before the current
    /// element.
    pub fn heading(&mut self, level: u8) -> ElementId {
        let id = ElementId(self.elements.len());
        self.elements.push(StructureElement { role: Role::Heading(level), parent: None, children: Vec::new() });
        let begun = self.open.iter().find_map(|owner| match owner {
            Owner::Element(open) => self.top.iter().position(|top| top == open),
            Owner::Artifact(_) => None,
        });
        self.top.insert(begun.unwrap_or(self.top.len()), id);
        id
    }

    /// Sorts the elements by page: some are drawn before pages that come earlier.
    pub fn sort(&mut self, pages: &[Page]) {
        let mut on = BTreeMap::new();
        for (index, page) in pages.iter().enumerate() {
            for drawn in &page.marks {
                let Owner::Element(mut id) = drawn.owner else { continue };
                while let Some(parent) = self.get(id).parent {
                    id = parent;
                }
                on.entry(id).or_insert(index);
            }
        }
        let mut last = 0;
        let by_page = self.top.iter().map(|id| {
            last = on.get(id).copied().unwrap_or(last);
            (last, *id)
        });
        let mut by_page: Vec<(usize, ElementId)> = by_page.collect();
        by_page.sort_by_key(|(page, _)| *page);
        self.top = by_page.into_iter().map(|(_, id)| id).collect();
    }

    /// The element of the next mark. A text outside of all elements becomes a paragraph.
    pub fn owner(&mut self, is_text: bool) -> Owner {
        let decoration = Owner::Artifact(Artifact::Decoration);
        match self.open.last().copied() {
            Some(Owner::Artifact(artifact)) => Owner::Artifact(artifact),
            Some(Owner::Element(id)) if self.get(id).role.has_drawing() => Owner::Element(id),
            Some(Owner::Element(id)) if is_text && self.get(id).role.has_text() => Owner::Element(id),
            Some(Owner::Element(_)) | None if is_text => self.add(Role::Paragraph).map_or(decoration, Owner::Element),
            Some(Owner::Element(_)) | None => decoration,
        }
    }

    /// Makes row labels plain cells in a table of few columns. With more headers than cells, readers would not
    /// recognise a table, and a row of two cells is clear without them.
    fn settle_headers(&mut self, table: ElementId) {
        let rows = self.get(table).children.iter();
        let cells: Vec<ElementId> = rows.flat_map(|row| self.get(*row).children.iter().copied()).collect();
        let headers = cells.iter().filter(|cell| matches!(self.get(**cell).role, Role::Header { .. })).count();
        if headers * 2 <= cells.len() {
            return;
        }
        let has_columns =
            cells.iter().any(|cell| matches!(self.get(*cell).role, Role::Header { scope: HeaderScope::Column, .. }));
        for cell in cells.into_iter().filter(|_| has_columns) {
            let role = &mut self.elements[cell.0].role;
            if matches!(role, Role::Header { scope: HeaderScope::Row, .. }) {
                *role = Role::cell();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(structure: &mut Structure, role: Role, cells: &[Role]) {
        let table = structure.add(role).unwrap();
        structure.enter(Owner::Element(table));
        let row = structure.add(Role::Row).unwrap();
        structure.enter(Owner::Element(row));
        for cell in cells {
            structure.add(cell.clone());
        }
        structure.leave();
        structure.leave();
    }

    #[test]
    fn a_late_heading_precedes_the_open_element() {
        let mut structure = Structure::default();
        let first = structure.add(Role::Paragraph).unwrap();
        let second = structure.add(Role::Paragraph).unwrap();
        structure.enter(Owner::Element(second));
        let heading = structure.heading(2);
        assert_eq!(structure.top(), [first, heading, second]);
    }

    #[test]
    fn boxes_are_decoration_but_in_figures_and_texts_are_always_read() {
        let mut structure = Structure::default();
        let decoration = Owner::Artifact(Artifact::Decoration);
        assert_eq!(structure.owner(false), decoration);
        let alone = structure.owner(true);
        assert!(matches!(alone, Owner::Element(id) if structure.get(id).role == Role::Paragraph));
        let area = Area::new(0.0, 0.0, 1.0, 1.0);
        let figure = structure.add(Role::Figure { alt_text: "a".to_owned(), area }).unwrap();
        structure.enter(Owner::Element(figure));
        assert_eq!(structure.owner(false), Owner::Element(figure));
        structure.enter(Owner::Artifact(Artifact::Header));
        assert_eq!(structure.owner(true), Owner::Artifact(Artifact::Header));
        assert_eq!(structure.add(Role::Table), None);
    }

    #[test]
    fn a_table_has_no_more_headers_than_cells() {
        let mut structure = Structure::default();
        texts(&mut structure, Role::Table, &[Role::column(), Role::column(), Role::row(), Role::cell()]);
        texts(&mut structure, Role::Table, &[Role::row(), Role::cell()]);
        let rows = structure.iter().filter(|(_, element)| element.role == Role::row()).count();
        assert_eq!(rows, 1, "only the row without a header over it keeps its own");
    }
}
