//! The owner of a mark: an element that is read, or an artifact.

/// One of the elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(pub(super) usize);

/// Decoration, which screen readers skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Artifact {
    /// Boxes, rules, and what is said elsewhere.
    Decoration,
    /// The running header, and a table's head where it is repeated.
    Header,
    /// The footer.
    Footer,
}

/// The owner of a mark in the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Of nothing that is read.
    Artifact(Artifact),
    /// Of that element.
    Element(ElementId),
}
