//! The marks of a page with their places, from the upper left corner. Nothing here knows the file format.

use super::owner::Owner;
use super::shape::ShapedLine;
use super::style::MARGIN;
use crate::render::brand::logo::{FillRule, Outline};
use crate::render::brand::paper::Paper;
use crate::render::color::Color;

/// A place on the page, in points from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// To the right.
    pub width: f64,
    /// Down.
    pub height: f64,
}

impl Area {
    /// From its upper left corner and its size.
    #[must_use]
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }
}

/// Something drawn.
#[derive(Debug, Clone)]
pub enum Mark {
    /// A filled rectangle, its corners rounded by that radius.
    Box {
        /// Where.
        area: Area,
        /// Of the corners; zero for square ones.
        radius: f64,
        /// Its fill.
        fill: Color,
    },
    /// A filled polygon.
    Polygon {
        /// Its corners.
        corners: Vec<Point>,
        /// Its fill.
        fill: Color,
    },
    /// A filled shape of lines and curves.
    Shape {
        /// Its outlines, in points from the upper left corner of the page.
        outlines: Vec<Outline>,
        /// The inside.
        rule: FillRule,
        /// Its fill.
        fill: Color,
    },
    /// The pixels of the brand's logo.
    Picture {
        /// Where.
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
        /// Its left end, on the baseline.
        at: Point,
        /// The text.
        line: ShapedLine,
    },
}

/// How a sheet lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orientation {
    /// Higher than wide.
    #[default]
    Portrait,
    /// Wider than high, for a table of many columns.
    Landscape,
}

/// A sheet of paper as it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PaperSheet {
    /// The paper.
    pub paper: Paper,
    /// How it lies.
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

    /// The area between the margins.
    #[must_use]
    pub const fn content_width(self) -> f64 {
        self.size().0 - 2.0 * MARGIN
    }
}

/// A mark with what it is part of.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The drawing.
    pub mark: Mark,
    /// Its owner in the structure.
    pub owner: Owner,
}

/// A page: its marks, in the order in which they are drawn and read.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// Its paper.
    pub sheet: PaperSheet,
    /// The drawing.
    pub marks: Vec<Drawn>,
}

/// An entry of the document's outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Bookmark {
    /// Its content.
    pub title: String,
    /// On which page, from 0.
    pub page: usize,
    /// How far above its lower edge.
    pub height: f64,
}
