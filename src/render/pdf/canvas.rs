//! The marks of a page with their positions. Nothing here depends on the file format.

use super::owner::Owner;
use super::shape::ShapedLine;
use super::style::MARGIN;
use crate::render::brand::logo::{FillRule, Outline};
use crate::render::brand::paper::Paper;
use crate::render::color::Color;

/// A position on the page, in points from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Distance from the left edge.
    pub x: f64,
    /// Distance from the upper edge.
    pub y: f64,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Area {
    /// From the upper left corner and the size.
    #[must_use]
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }
}

/// Something drawn.
#[derive(Debug, Clone)]
pub enum Mark {
    /// A filled rectangle with rounded corners.
    Box {
        /// Its position and size.
        area: Area,
        /// The radius of its corners; zero for square ones.
        radius: f64,
        fill: Color,
    },
    /// A filled polygon.
    Polygon { corners: Vec<Point>, fill: Color },
    /// A filled shape of lines and curves.
    Shape {
        /// Its outlines, in points from the upper left corner of the page.
        outlines: Vec<Outline>,
        /// The rule for its inside.
        rule: FillRule,
        fill: Color,
    },
    /// The pixels of the brand's logo.
    Picture {
        /// Its position and size.
        area: Area,
    },
    /// A straight line.
    Rule {
        /// One end.
        from: Point,
        /// The other end.
        to: Point,
        /// How thick.
        thickness: f64,
        /// Its colour.
        color: Color,
    },
    /// A line of text.
    Text {
        /// The left end of its baseline.
        at: Point,
        /// The text.
        line: ShapedLine,
    },
}

/// The orientation of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orientation {
    /// Higher than wide.
    #[default]
    Portrait,
    /// Wider than high, for a table of many columns.
    Landscape,
}

/// A sheet of paper with its orientation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PaperSheet {
    pub paper: Paper,
    pub orientation: Orientation,
}

impl PaperSheet {
    /// Width and height.
    #[must_use]
    pub const fn size(self) -> (f64, f64) {
        let (width, height) = self.paper.size();
        match self.orientation {
            Orientation::Portrait => (width, height),
            Orientation::Landscape => (height, width),
        }
    }

    /// The width between the margins.
    #[must_use]
    pub const fn content_width(self) -> f64 {
        self.size().0 - 2.0 * MARGIN
    }
}

/// A mark and its owner.
#[derive(Debug, Clone)]
pub struct Drawn {
    pub mark: Mark,
    /// Its owner in the structure.
    pub owner: Owner,
}

/// A page: its marks, in the order of drawing and reading.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Its paper.
    pub sheet: PaperSheet,
    pub marks: Vec<Drawn>,
}

/// An entry of the document's outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Bookmark {
    /// Its text.
    pub title: String,
    /// Index of the page, from 0.
    pub page: usize,
    /// Its height above the lower edge of the page, in points.
    pub height: f64,
}
