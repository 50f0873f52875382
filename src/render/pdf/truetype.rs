//! Makes a TrueType font from outlines. The PDFs of this program contain only TrueType fonts, so fonts with PostScript
//! outlines (CFF) and variable fonts are redrawn: a glyph keeps its advance, and its curves are at most a thousandth of
//! the size away from the original.

use rustybuzz::Face;
use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};

/// Bits of a point's flags.
const ON_CURVE: u8 = 1;
const SHORT: [u8; 2] = [1 << 1, 1 << 2];
const SAME_OR_POSITIVE: [u8; 2] = [1 << 4, 1 << 5];
/// The sum of all words in a font file, by the specification.
const WHOLE_SUM: u32 = 0xB1B0_AFBA;
/// The position in the head table of the value that corrects that sum.
const CORRECTION: usize = 8;

/// A point of a contour, in font units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ContourPoint {
    at: [i16; 2],
    is_on_curve: bool,
}

/// The contours of a glyph.
struct Contours {
    /// Maximum distance of a curve from the original, in font units.
    tolerance: f32,
    pen: [f32; 2],
    all: Vec<Vec<ContourPoint>>,
}

/// A glyph in the form of the tables.
struct GlyphData {
    bytes: Vec<u8>,
    advance: u16,
    /// Left, lower, right and upper edge.
    edges: [i16; 4],
    points: usize,
    contours: usize,
}

/// The given glyphs of a font, in order, as a TrueType font without a character map.
pub fn redrawn(face: &Face, glyphs: impl Iterator<Item = u16>) -> Vec<u8> {
    let glyphs: Vec<GlyphData> = glyphs.map(|glyph| GlyphData::of(face, GlyphId(glyph))).collect();
    let (mut glyf, mut loca, mut hmtx) = (Vec::new(), vec![0; 4], Vec::new());
    for glyph in &glyphs {
        glyf.extend(&glyph.bytes);
        loca.extend(long(glyf.len()));
        hmtx.extend(glyph.advance.to_be_bytes());
        hmtx.extend(glyph.edges[0].to_be_bytes());
    }
    let mut font = file(&[
        (*b"glyf", glyf),
        (*b"head", head(face, &glyphs)),
        (*b"hhea", hhea(face, &glyphs)),
        (*b"hmtx", hmtx),
        (*b"loca", loca),
        (*b"maxp", maxp(&glyphs)),
    ]);
    let correction = WHOLE_SUM.wrapping_sub(sum(&font));
    // The head table is the second one.
    if let Some(entry) = font.get(12 + 16 + 8..12 + 16 + 12).and_then(|at| <[u8; 4]>::try_from(at).ok()) {
        let at = u32::from_be_bytes(entry) as usize + CORRECTION;
        font[at..at + 4].copy_from_slice(&correction.to_be_bytes());
    }
    font
}

impl Contours {
    fn add(&mut self, to: [f32; 2], is_on_curve: bool) {
        self.pen = to;
        if let Some(contour) = self.all.last_mut() {
            contour.push(ContourPoint { at: to.map(rounded), is_on_curve });
        }
    }

    /// Adds a cubic curve as quadratic ones, as many as the tolerance requires.
    fn cubic(&mut self, [first, second, end]: [[f32; 2]; 3]) {
        let begin = self.pen;
        let bend = [0, 1].map(|axis| end[axis] - 3.0 * second[axis] + 3.0 * first[axis] - begin[axis]);
        // The error of one quadratic curve; with n curves it is n³ times smaller.
        let away = 3.0_f32.sqrt() / 36.0 * bend[0].hypot(bend[1]);
        let pieces = (away / self.tolerance).cbrt().ceil().clamp(1.0, 32.0);
        let point_at = |at: f32| {
            let rest = 1.0 - at;
            let weights = [rest * rest * rest, 3.0 * rest * rest * at, 3.0 * rest * at * at, at * at * at];
            [0, 1].map(|axis| {
                weights[0] * begin[axis] + weights[1] * first[axis] + weights[2] * second[axis] + weights[3] * end[axis]
            })
        };
        let slope = |at: f32| {
            let rest = 1.0 - at;
            [0, 1].map(|axis| {
                3.0 * (rest * rest * (first[axis] - begin[axis])
                    + 2.0 * rest * at * (second[axis] - first[axis])
                    + at * at * (end[axis] - second[axis]))
            })
        };
        let mut done = 0.0;
        while done < pieces {
            let (from, to) = (done / pieces, (done + 1.0) / pieces);
            let ([a, b], [p, q]) = ([point_at(from), point_at(to)], [slope(from), slope(to)]);
            // The mean of the points where the tangents of both ends meet.
            let control = [0, 1].map(|axis| f32::midpoint(a[axis], b[axis]) + (p[axis] - q[axis]) * (to - from) / 4.0);
            self.add(control, false);
            self.add(if done + 1.0 < pieces { b } else { end }, true);
            done += 1.0;
        }
    }
}

impl OutlineBuilder for Contours {
    fn move_to(&mut self, x: f32, y: f32) {
        self.all.push(Vec::new());
        self.add([x, y], true);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.add([x, y], true);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.add([x1, y1], false);
        self.add([x, y], true);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.cubic([[x1, y1], [x2, y2], [x, y]]);
    }

    fn close(&mut self) {
        // A contour closes itself.
        if let Some(contour) = self.all.last_mut()
            && contour.len() > 1
            && contour.first() == contour.last()
        {
            contour.pop();
        }
    }
}

impl GlyphData {
    fn of(face: &Face, glyph: GlyphId) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "some thousand units")]
        let tolerance = face.units_per_em() as f32 / 1000.0;
        let mut contours = Contours { tolerance, pen: [0.0; 2], all: Vec::new() };
        // A glyph without an outline is blank.
        let _ = face.outline_glyph(glyph, &mut contours);
        contours.all.retain(|contour| contour.len() > 2);
        let advance = face.glyph_hor_advance(glyph).unwrap_or(0);
        let all: Vec<ContourPoint> = contours.all.concat();
        let bounds = |axis: usize| {
            let coordinates = || all.iter().map(|point| point.at[axis]);
            (coordinates().min().unwrap_or(0), coordinates().max().unwrap_or(0))
        };
        let ((left, right), (low, high)) = (bounds(0), bounds(1));
        let edges = [left, low, right, high];
        let mut bytes = Vec::new();
        if !all.is_empty() {
            bytes.extend(short(contours.all.len()));
            bytes.extend(edges.iter().flat_map(|edge| edge.to_be_bytes()));
            let mut last = 0;
            for contour in &contours.all {
                last += contour.len();
                bytes.extend(short(last - 1));
            }
            // No instructions.
            bytes.extend([0, 0]);
            bytes.extend(points(&all));
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        Self { bytes, advance, edges, points: all.len(), contours: contours.all.len() }
    }
}

/// Flags, then the horizontal steps, then the vertical ones.
fn points(all: &[ContourPoint]) -> Vec<u8> {
    let (mut flags, mut steps) = (Vec::new(), [Vec::new(), Vec::new()]);
    let mut before = [0; 2];
    for point in all {
        let mut flag = if point.is_on_curve { ON_CURVE } else { 0 };
        for axis in [0, 1] {
            let step = i32::from(point.at[axis]) - i32::from(before[axis]);
            match (step, u8::try_from(step.unsigned_abs())) {
                (0, _) => flag |= SAME_OR_POSITIVE[axis],
                (_, Ok(small)) => {
                    flag |= SHORT[axis] | if step > 0 { SAME_OR_POSITIVE[axis] } else { 0 };
                    steps[axis].push(small);
                }
                (_, Err(_)) => steps[axis].extend(i16::try_from(step).unwrap_or(0).to_be_bytes()),
            }
        }
        before = point.at;
        flags.push(flag);
    }
    let [right, up] = steps;
    [flags, right, up].concat()
}

fn head(face: &Face, glyphs: &[GlyphData]) -> Vec<u8> {
    let edge = |index: usize| glyphs.iter().map(move |glyph| glyph.edges[index]);
    let edges = [edge(0).min(), edge(1).min(), edge(2).max(), edge(3).max()];
    let mut table = Vec::new();
    // Version, revision, the correction of the sum, and a magic number.
    table.extend([0x0001_0000_u32, 0x0001_0000, 0, 0x5F0F_3CF5].iter().flat_map(|word| word.to_be_bytes()));
    // Flag: the base line is at 0.
    table.extend([0, 1]);
    table.extend(face.units_per_em().to_be_bytes().into_iter().skip(2));
    // No dates.
    table.extend([0; 16]);
    table.extend(edges.into_iter().flat_map(|edge| edge.unwrap_or(0).to_be_bytes()));
    // Style, the smallest readable size, direction, long glyph offsets, and the glyph format.
    table.extend([0_u16, 8, 2, 1, 0].iter().flat_map(|value| value.to_be_bytes()));
    table
}

fn hhea(face: &Face, glyphs: &[GlyphData]) -> Vec<u8> {
    let widest = glyphs.iter().map(|glyph| glyph.advance).max().unwrap_or(0);
    let right = |glyph: &GlyphData| {
        let advance = i16::try_from(glyph.advance).unwrap_or(i16::MAX);
        advance.saturating_sub(glyph.edges[2])
    };
    let mut table = vec![0, 1, 0, 0];
    table.extend([face.ascender(), face.descender(), face.line_gap()].iter().flat_map(|value| value.to_be_bytes()));
    table.extend(widest.to_be_bytes());
    let least_left = glyphs.iter().map(|glyph| glyph.edges[0]).min().unwrap_or(0);
    let least_right = glyphs.iter().map(right).min().unwrap_or(0);
    let widest_drawn = glyphs.iter().map(|glyph| glyph.edges[2]).max().unwrap_or(0);
    // Then the slope of the caret, which is upright.
    table.extend([least_left, least_right, widest_drawn, 1].iter().flat_map(|value| value.to_be_bytes()));
    table.extend([0; 14]);
    table.extend(short(glyphs.len()));
    table
}

fn maxp(glyphs: &[GlyphData]) -> Vec<u8> {
    let most = |count: fn(&GlyphData) -> usize| short(glyphs.iter().map(count).max().unwrap_or(0));
    let mut table = vec![0, 1, 0, 0];
    table.extend(short(glyphs.len()));
    table.extend(most(|glyph| glyph.points));
    table.extend(most(|glyph| glyph.contours));
    // No composite glyphs; one zone; no instructions.
    table.extend([0, 0, 0, 0, 0, 1]);
    table.extend([0; 16]);
    table
}

/// A font file from tables, which are sorted by name.
fn file(tables: &[([u8; 4], Vec<u8>); 6]) -> Vec<u8> {
    let mut font = vec![0, 1, 0, 0];
    // The number of tables, and three numbers for a binary search.
    font.extend([6_u16, 64, 2, 32].iter().flat_map(|value| value.to_be_bytes()));
    let mut at = 12 + 16 * tables.len();
    for (name, table) in tables {
        font.extend(name);
        font.extend(sum(table).to_be_bytes());
        font.extend(long(at));
        font.extend(long(table.len()));
        at += table.len().next_multiple_of(4);
    }
    for (_, table) in tables {
        font.extend(table);
        font.resize(font.len().next_multiple_of(4), 0);
    }
    font
}

/// The sum of the words in a table, padded with zeros.
fn sum(table: &[u8]) -> u32 {
    let word = |bytes: &[u8]| {
        let mut whole = [0; 4];
        whole[..bytes.len()].copy_from_slice(bytes);
        u32::from_be_bytes(whole)
    };
    table.chunks(4).map(word).fold(0, u32::wrapping_add)
}

fn short(number: usize) -> [u8; 2] {
    u16::try_from(number).unwrap_or(u16::MAX).to_be_bytes()
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

#[expect(clippy::cast_possible_truncation, reason = "a cast saturates, and no font has such numbers")]
fn rounded(units: f32) -> i16 {
    units.round() as i16
}

#[cfg(test)]
mod tests {
    use rustybuzz::ttf_parser;

    use super::*;
    use crate::render::pdf::bundled::FALLBACKS;

    /// Computes twice the area inside outlines.
    #[derive(Default)]
    struct TwiceArea {
        sum: f64,
        begin: [f32; 2],
        pen: [f32; 2],
    }

    impl TwiceArea {
        fn to(&mut self, to: [f32; 2]) {
            let [x, y] = self.pen.map(f64::from);
            let [u, v] = to.map(f64::from);
            self.sum += x * v - y * u;
            self.pen = to;
        }

        fn along(&mut self, point_at: impl Fn(f32) -> [f32; 2]) {
            for step in 1..=64_u8 {
                self.to(point_at(f32::from(step) / 64.0));
            }
        }
    }

    impl OutlineBuilder for TwiceArea {
        fn move_to(&mut self, x: f32, y: f32) {
            (self.begin, self.pen) = ([x, y], [x, y]);
        }

        fn line_to(&mut self, x: f32, y: f32) {
            self.to([x, y]);
        }

        fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
            let [a, b] = self.pen;
            let axis = |from: f32, by: f32, to: f32, at: f32| {
                (1.0 - at) * (1.0 - at) * from + 2.0 * (1.0 - at) * at * by + at * at * to
            };
            self.along(|at| [axis(a, x1, x, at), axis(b, y1, y, at)]);
        }

        fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
            let [a, b] = self.pen;
            let axis = |p: f32, q: f32, r: f32, s: f32, at: f32| {
                let rest = 1.0 - at;
                rest.powi(3) * p + 3.0 * rest * rest * at * q + 3.0 * rest * at * at * r + at.powi(3) * s
            };
            self.along(|at| [axis(a, x1, x2, x, at), axis(b, y1, y2, y, at)]);
        }

        fn close(&mut self) {
            self.to(self.begin);
        }
    }

    /// Checks that the redrawn glyphs have the shape and the position of the font's.
    fn check(face: &Face, characters: &str) {
        let mut ids: Vec<u16> = characters.chars().map(|c| face.glyph_index(c).unwrap().0).collect();
        ids.insert(0, 0);
        let font = redrawn(face, ids.iter().copied());
        assert_eq!(sum(&font), WHOLE_SUM);
        let found = ttf_parser::Face::parse(&font, 0).unwrap();
        assert_eq!(
            (i32::from(found.units_per_em()), found.number_of_glyphs()),
            (face.units_per_em(), u16::try_from(ids.len()).unwrap())
        );
        for (new, id) in (0..).zip(ids) {
            let (old, new) = (GlyphId(id), GlyphId(new));
            assert_eq!(face.glyph_hor_advance(old), found.glyph_hor_advance(new));
            let (mut before, mut after) = (TwiceArea::default(), TwiceArea::default());
            let bounds = face.outline_glyph(old, &mut before);
            let redrawn = found.outline_glyph(new, &mut after);
            let Some(bounds) = bounds else {
                assert!(redrawn.is_none());
                continue;
            };
            let ink = bounds.width().max(bounds.height());
            let difference = (before.sum - after.sum).abs() / 2.0;
            // A thousandth of the size along an outline that is a few times as long as the glyph.
            let most = f64::from(face.units_per_em()) / 1000.0 * f64::from(ink) * 4.0;
            assert!(before.sum.abs() > 1.0 && difference < most, "{id}: {} {}", before.sum, after.sum);
        }
    }

    #[test]
    fn a_glyph_keeps_its_shape_and_its_advance() {
        for (at, characters) in [(2, "हकि"), (12, "สวัดี "), (29, "😀")] {
            let (_, face) = FALLBACKS[at].open().unwrap();
            check(&face, characters);
        }
    }
}
