//! The owner of a mark: an element that is read, or an artifact.

/// One of the elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementId(pub(super) usize);

/// Decoration, which screen readers skip.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Artifact {
    /// Boxes, rules, and content that other text repeats.
    Decoration,
    /// The running header, and repeated heads of tables.
    Header,
    Footer,
}

/// The owner of a mark in the structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// Nothing that is read aloud.
    Artifact(Artifact),
    Element(ElementId),
}
