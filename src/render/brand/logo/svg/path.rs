//! Outlines: the data of a path, and shapes as paths.

use super::numbers::NumberReader;

/// A filled shape.
#[derive(Debug, Clone, PartialEq)]
pub struct FilledPath {
    /// The one colour inside the outlines.
    pub fill: crate::render::color::Color,
    /// The inside.
    pub rule: FillRule,
    /// Closed curves; the rule decides which points are inside.
    pub outlines: Vec<Outline>,
}

/// The rule that decides which points of overlapping outlines are inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillRule {
    /// Points that outlines surround more often in one direction than in the other.
    NonZero,
    /// Points inside an odd number of outlines.
    EvenOdd,
}

/// A closed line.
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// The first point.
    pub begin: [f64; 2],
    /// The segments; from the last one a straight line leads back to the first point.
    pub steps: Vec<PathSegment>,
}

/// A part of an outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PathSegment {
    /// A straight line to a point.
    Line([f64; 2]),
    /// A curve with two control points to a point.
    Curve([[f64; 2]; 3]),
}

/// The distance from the ends of a quarter circle to its control points, in radii.
const QUARTER: f64 = 0.552_284_749_8;

/// A closed polygon; `None` for fewer than three corners.
pub fn polygon(corners: &[[f64; 2]]) -> Option<Outline> {
    let (begin, rest) = corners.split_first().filter(|(_, rest)| rest.len() >= 2)?;
    Some(Outline { begin: *begin, steps: rest.iter().copied().map(PathSegment::Line).collect() })
}

/// A box with corners of the given radii, each at most half of a side.
pub fn rectangle([x, y, width, height]: [f64; 4], [rx, ry]: [f64; 2]) -> Outline {
    let (rx, ry) = (rx.min(width / 2.0), ry.min(height / 2.0));
    let (right, bottom) = (x + width, y + height);
    if rx <= 0.0 || ry <= 0.0 {
        let steps = [[right, y], [right, bottom], [x, bottom]].map(PathSegment::Line).to_vec();
        return Outline { begin: [x, y], steps };
    }
    let (kx, ky) = (rx * (1.0 - QUARTER), ry * (1.0 - QUARTER));
    let steps = vec![
        PathSegment::Line([right - rx, y]),
        PathSegment::Curve([[right - kx, y], [right, y + ky], [right, y + ry]]),
        PathSegment::Line([right, bottom - ry]),
        PathSegment::Curve([[right, bottom - ky], [right - kx, bottom], [right - rx, bottom]]),
        PathSegment::Line([x + rx, bottom]),
        PathSegment::Curve([[x + kx, bottom], [x, bottom - ky], [x, bottom - ry]]),
        PathSegment::Line([x, y + ry]),
        PathSegment::Curve([[x, y + ky], [x + kx, y], [x + rx, y]]),
    ];
    Outline { begin: [x + rx, y], steps }
}

/// An ellipse around a point.
pub fn ellipse([x, y]: [f64; 2], [rx, ry]: [f64; 2]) -> Outline {
    rectangle([x - rx, y - ry, 2.0 * rx, 2.0 * ry], [rx, ry])
}

/// The outlines of the data of a path; `None` if it is damaged.
pub fn outlines(data: &str) -> Option<Vec<Outline>> {
    let mut numbers = NumberReader::of(data);
    let mut pen = PathPen::default();
    let mut command = None;
    while !numbers.is_at_end() {
        let next = numbers.letter();
        // A command may be followed by more numbers than it needs: it is repeated, and a move continues as a line.
        let letter = match (next, command) {
            (Some(letter), _) => letter,
            (None, Some('M')) => 'L',
            (None, Some('m')) => 'l',
            (None, Some('z' | 'Z') | None) => return None,
            (None, Some(letter)) => letter,
        };
        command = Some(letter);
        pen.draw(letter, &mut numbers)?;
    }
    pen.outlines.retain(|outline| !outline.steps.is_empty());
    Some(pen.outlines)
}

/// The position in a path while it is drawn.
#[derive(Default)]
struct PathPen {
    outlines: Vec<Outline>,
    at: [f64; 2],
    /// The last control point of a curve, with the kind of the curve.
    control: Option<(char, [f64; 2])>,
}

impl PathPen {
    fn draw(&mut self, letter: char, numbers: &mut NumberReader) -> Option<()> {
        let base = if letter.is_lowercase() { self.at } else { [0.0; 2] };
        let mut point = || Some([base[0] + numbers.next()?, base[1] + numbers.next()?]);
        let before = self.control.take();
        let kind = letter.to_ascii_uppercase();
        // The mirror image of the last control point, if that curve is of the same kind.
        let mirrored = before.filter(|(before_kind, _)| {
            *before_kind == kind || (*before_kind, kind) == ('C', 'S') || (*before_kind, kind) == ('Q', 'T')
        });
        let mirrored = mirrored.map_or(self.at, |(_, [x, y])| [2.0 * self.at[0] - x, 2.0 * self.at[1] - y]);
        match kind {
            'M' => {
                let begin = point()?;
                self.outlines.push(Outline { begin, steps: Vec::new() });
                self.at = begin;
            }
            'L' => {
                let end = point()?;
                self.step(PathSegment::Line(end), end)?;
            }
            'H' => {
                let end = [base[0] + numbers.next()?, self.at[1]];
                self.step(PathSegment::Line(end), end)?;
            }
            'V' => {
                let end = [self.at[0], base[1] + numbers.next()?];
                self.step(PathSegment::Line(end), end)?;
            }
            'C' => {
                let [first, second, end] = [point()?, point()?, point()?];
                self.curve(['C', 'S'], first, second, end)?;
            }
            'S' => {
                let [second, end] = [point()?, point()?];
                self.curve(['C', 'S'], mirrored, second, end)?;
            }
            'Q' => {
                let [middle, end] = [point()?, point()?];
                self.quadratic(middle, end)?;
            }
            'T' => {
                let end = point()?;
                self.quadratic(mirrored, end)?;
            }
            'A' => {
                let (radii, turn) = ([numbers.next()?, numbers.next()?], numbers.next()?);
                let (is_large, is_swept) = (numbers.flag()?, numbers.flag()?);
                let end = [base[0] + numbers.next()?, base[1] + numbers.next()?];
                for step in arc(self.at, radii, turn.to_radians(), is_large, is_swept, end) {
                    self.step(step, end)?;
                }
            }
            'Z' => {
                let begin = self.outlines.last()?.begin;
                self.at = begin;
                // Segments after a close without a move begin where the closed outline did.
                self.outlines.push(Outline { begin, steps: Vec::new() });
            }
            _ => return None,
        }
        Some(())
    }

    fn step(&mut self, step: PathSegment, end: [f64; 2]) -> Option<()> {
        self.outlines.last_mut()?.steps.push(step);
        self.at = end;
        Some(())
    }

    fn curve(&mut self, [kind, _]: [char; 2], first: [f64; 2], second: [f64; 2], end: [f64; 2]) -> Option<()> {
        self.step(PathSegment::Curve([first, second, end]), end)?;
        self.control = Some((kind, second));
        Some(())
    }

    fn quadratic(&mut self, middle: [f64; 2], end: [f64; 2]) -> Option<()> {
        let toward = |from: [f64; 2]| [0, 1].map(|axis| from[axis] + (middle[axis] - from[axis]) * 2.0 / 3.0);
        let begin = self.at;
        self.step(PathSegment::Curve([toward(begin), toward(end), end]), end)?;
        self.control = Some(('Q', middle));
        Some(())
    }
}

/// An arc of an ellipse as curves, by the implementation notes of SVG 1.1 (F.6).
#[expect(clippy::many_single_char_names, reason = "the names of the notes")]
fn arc(from: [f64; 2], radii: [f64; 2], turn: f64, is_large: bool, is_swept: bool, to: [f64; 2]) -> Vec<PathSegment> {
    use std::f64::consts::{FRAC_PI_2, PI, TAU};
    let [mut rx, mut ry] = radii.map(f64::abs);
    if rx == 0.0 || ry == 0.0 {
        return vec![PathSegment::Line(to)];
    }
    let (sin, cos) = turn.sin_cos();
    let half = [(from[0] - to[0]) / 2.0, (from[1] - to[1]) / 2.0];
    let [x, y] = [cos * half[0] + sin * half[1], cos * half[1] - sin * half[0]];
    if x == 0.0 && y == 0.0 {
        return Vec::new();
    }
    // Radii that are too small are enlarged.
    let reach = (x / rx).hypot(y / ry);
    if reach > 1.0 {
        (rx, ry) = (rx * reach, ry * reach);
    }
    let inner = (rx * y).powi(2) + (ry * x).powi(2);
    let root = (((rx * ry).powi(2) - inner).max(0.0) / inner).sqrt();
    let root = if is_large == is_swept { -root } else { root };
    let (cx, cy) = (root * rx * y / ry, -root * ry * x / rx);
    let center =
        [cos * cx - sin * cy + f64::midpoint(from[0], to[0]), sin * cx + cos * cy + f64::midpoint(from[1], to[1])];
    let begin = ((y - cy) / ry).atan2((x - cx) / rx);
    let end = ((-y - cy) / ry).atan2((-x - cx) / rx);
    let mut sweep = (end - begin) % TAU;
    if is_swept && sweep < 0.0 {
        sweep += TAU;
    } else if !is_swept && sweep > 0.0 {
        sweep -= TAU;
    }
    debug_assert!(sweep.abs() <= TAU + PI);
    let count = (sweep.abs() / FRAC_PI_2 - 1e-9).ceil().max(1.0);
    let part = sweep / count;
    let reach = 4.0 / 3.0 * (part / 4.0).tan();
    let mapped = |[x, y]: [f64; 2]| {
        let (x, y) = (x * rx, y * ry);
        [center[0] + cos * x - sin * y, center[1] + sin * x + cos * y]
    };
    let mut steps = Vec::new();
    let mut angle = begin;
    let mut left = count;
    while left > 0.5 {
        let next = angle + part;
        let ([s, c], [t, d]) = ([angle.sin(), angle.cos()], [next.sin(), next.cos()]);
        left -= 1.0;
        let last = if left > 0.5 { mapped([d, t]) } else { to };
        steps.push(PathSegment::Curve([
            mapped([c - reach * s, s + reach * c]),
            mapped([d + reach * t, t - reach * d]),
            last,
        ]));
        angle = next;
    }
    steps
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "whole numbers, and rounded ones")]
mod tests {
    use super::*;

    fn ends(data: &str) -> Vec<Vec<[f64; 2]>> {
        let end = |step: &PathSegment| match *step {
            PathSegment::Line(end) | PathSegment::Curve([_, _, end]) => end.map(|axis| (axis * 100.0).round() / 100.0),
        };
        let outlines = outlines(data).unwrap();
        outlines
            .iter()
            .map(|outline| std::iter::once(outline.begin).chain(outline.steps.iter().map(end)).collect())
            .collect()
    }

    #[test]
    fn commands_are_absolute_or_relative_and_repeated() {
        let square = vec![vec![[1.0, 2.0], [4.0, 2.0], [4.0, 5.0], [1.0, 5.0]]];
        for data in ["M1 2L4 2L4 5L1 5Z", "m1,2 3,0 0,3 -3,0z", "M1 2H4V5H1z", "M1 2h3v3h-3z", "M 1 2 4 2 4 5 1 5"] {
            assert_eq!(ends(data), square, "{data}");
        }
        assert_eq!(ends("M0 0h1v1zm2 2h1v1z").len(), 2);
        assert_eq!(ends("M0 0h1v1zh5v5z")[1], [[0.0, 0.0], [5.0, 0.0], [5.0, 5.0]]);
        assert_eq!(ends("M.5.5-1-1 1e1 0"), [[[0.5, 0.5], [-1.0, -1.0], [10.0, 0.0]]]);
        for data in ["L1 2", "M1", "M1 2X3", "M1 2L3", "M0 0zz1 2", "M0 0A1 1 0 2 0 3 3"] {
            assert_eq!(outlines(data), None, "{data}");
        }
    }

    #[test]
    fn smooth_curves_mirror_the_control_point_before() {
        let found = outlines("M0 0C0 5 5 5 5 0S10-5 10 0").unwrap();
        assert_eq!(found[0].steps[1], PathSegment::Curve([[5.0, -5.0], [10.0, -5.0], [10.0, 0.0]]));
        let found = outlines("M0 0Q3 6 6 0T12 0").unwrap();
        assert_eq!(found[0].steps[0], PathSegment::Curve([[2.0, 4.0], [4.0, 4.0], [6.0, 0.0]]));
        assert_eq!(found[0].steps[1], PathSegment::Curve([[8.0, -4.0], [10.0, -4.0], [12.0, 0.0]]));
    }

    #[test]
    fn arcs_lie_on_their_ellipse() {
        // A swept half circle to the right goes over the top.
        let found = outlines("M0 0A5 5 0 0 1 10 0").unwrap();
        assert_eq!(found[0].steps.len(), 2);
        assert_eq!(ends("M0 0A5 5 0 0 1 10 0")[0][1], [5.0, -5.0]);
        assert_eq!(ends("M0 0A5 5 0 0 0 10 0")[0][1], [5.0, 5.0]);
        // Flags may be written without blanks, and radii that are too small are enlarged.
        assert_eq!(ends("M0 0a1 1 0 0110 0")[0][1], [5.0, -5.0]);
        let quarter = ends("M0 0a5 5 0 1 1 5 5");
        assert_eq!((quarter[0].len(), quarter[0].last()), (4, Some(&[5.0, 5.0])));
    }
}
