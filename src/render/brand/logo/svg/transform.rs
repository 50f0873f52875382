//! Transforms of SVG.

use super::numbers::NumberReader;
use super::path::{Outline, PathSegment};

/// A matrix as SVG writes it: x' = a·x + c·y + e, y' = b·x + d·y + f.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transform([f64; 6]);

#[expect(clippy::many_single_char_names, reason = "the names of the standard")]
impl Transform {
    /// Changes nothing.
    pub const NONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Moves, then scales.
    pub fn placed(x: f64, y: f64, scale: [f64; 2]) -> Self {
        Self([scale[0], 0.0, 0.0, scale[1], x * scale[0], y * scale[1]])
    }

    /// From an attribute; `None` if it is damaged.
    pub fn parse(text: &str) -> Option<Self> {
        let mut all = Self::NONE;
        let mut rest = text.trim();
        while !rest.is_empty() {
            let (name, after) = rest.split_once('(')?;
            let (arguments, after) = after.split_once(')')?;
            let one = Self::of(name.trim(), &NumberReader::all(arguments)?)?;
            all = all.after(one);
            rest = after.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
        }
        Some(all)
    }

    fn of(name: &str, arguments: &[f64]) -> Option<Self> {
        let rotated = |degrees: f64| {
            let (sin, cos) = degrees.to_radians().sin_cos();
            Self([cos, sin, -sin, cos, 0.0, 0.0])
        };
        let moved = |x: f64, y: f64| Self([1.0, 0.0, 0.0, 1.0, x, y]);
        Some(match (name, arguments) {
            ("matrix", &[a, b, c, d, e, f]) => Self([a, b, c, d, e, f]),
            ("translate", &[x]) => moved(x, 0.0),
            ("translate", &[x, y]) => moved(x, y),
            ("scale", &[by]) => Self([by, 0.0, 0.0, by, 0.0, 0.0]),
            ("scale", &[x, y]) => Self([x, 0.0, 0.0, y, 0.0, 0.0]),
            ("rotate", &[degrees]) => rotated(degrees),
            ("rotate", &[degrees, x, y]) => moved(x, y).after(rotated(degrees)).after(moved(-x, -y)),
            ("skewX", &[degrees]) => Self([1.0, 0.0, degrees.to_radians().tan(), 1.0, 0.0, 0.0]),
            ("skewY", &[degrees]) => Self([1.0, degrees.to_radians().tan(), 0.0, 1.0, 0.0, 0.0]),
            _ => return None,
        })
    }

    /// Whether a box remains an upright box.
    pub fn is_upright(self) -> bool {
        let [_, b, c, ..] = self.0;
        b.abs() < 1e-9 && c.abs() < 1e-9
    }

    /// Applies `inner` first, then this.
    pub fn after(self, inner: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, inner.0);
        Self([a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f])
    }

    pub fn point(self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [a, b, c, d, e, f] = self.0;
        [a * x + c * y + e, b * x + d * y + f]
    }

    pub fn outline(self, outline: &Outline) -> Outline {
        let step = |step: &PathSegment| match *step {
            PathSegment::Line(end) => PathSegment::Line(self.point(end)),
            PathSegment::Curve(points) => PathSegment::Curve(points.map(|point| self.point(point))),
        };
        Outline { begin: self.point(outline.begin), steps: outline.steps.iter().map(step).collect() }
    }
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "rounded numbers")]
mod tests {
    use super::*;

    #[test]
    fn transforms_apply_from_the_right() {
        let at = |text: &str| Transform::parse(text).unwrap().point([1.0, 2.0]).map(|axis| (axis * 1e6).round() / 1e6);
        for (text, expected) in [
            ("", [1.0, 2.0]),
            ("translate(10 5) scale(2)", [12.0, 9.0]),
            ("scale(2),translate(10,5)", [22.0, 14.0]),
            ("rotate(90)", [-2.0, 1.0]),
            ("rotate(90 1 2)", [1.0, 2.0]),
            ("matrix(1 0 0 -1 0 20)", [1.0, 18.0]),
            ("skewX(45)", [3.0, 2.0]),
        ] {
            assert_eq!(at(text), expected, "{text}");
        }
        for text in ["turn(3)", "scale(", "scale()", "translate(1 2 3)", "scale(a)"] {
            assert_eq!(Transform::parse(text), None, "{text}");
        }
    }
}
