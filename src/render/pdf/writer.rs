//! Marks to a file: the only modules that know how a PDF is written are this one, `embed` and `finish`.

use anyhow::Result;
use printpdf::{
    Codepoint, DictItem, LinePoint, Mm, Op, PaintMode, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Polygon,
    PolygonRing, Pt, Rect, Rgb, TextItem, TextMatrix, WindingOrder,
};

use super::canvas::{Area, Mark, Page, Point};
use super::color::Color;
use super::embed::Embedded;
use super::finish::{self, Meta};
use super::flow::Layout;
use super::shape::{Line, Run};

/// Writes a document.
///
/// # Errors
/// A font of the program is damaged, or the file cannot be put together.
pub fn write(layout: &Layout, meta: &Meta) -> Result<Vec<u8>> {
    let (fonts, map) = Embedded::of(&layout.pages, layout.type_.fonts())?;
    let mut document = PdfDocument::new(&meta.title);
    document.resources.fonts = map;
    document.pages = layout.pages.iter().map(|page| sheet(page, &fonts)).collect();
    let raw = document.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    finish::finish(raw, meta, &layout.bookmarks)
}

fn sheet(page: &Page, fonts: &Embedded) -> PdfPage {
    let (width, height) = page.orientation.size();
    let mut pen = Pen { fonts, ops: Vec::new(), fill: None, height };
    for mark in &page.marks {
        pen.mark(mark);
    }
    let paper = Rect::from_wh(pt(width), pt(height));
    PdfPage {
        media_box: paper.clone(),
        trim_box: paper.clone(),
        crop_box: paper,
        ..PdfPage::new(Mm(0.0), Mm(0.0), pen.ops)
    }
}

struct Pen<'f> {
    fonts: &'f Embedded,
    ops: Vec<Op>,
    fill: Option<Color>,
    /// Of the sheet.
    height: f64,
}

impl Pen<'_> {
    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Box { area, radius, fill } => {
                self.fill(*fill);
                let drawn = if *radius > 0.0 { self.polygon(rounded(*area, *radius)) } else { self.rectangle(*area) };
                self.ops.push(drawn);
            }
            Mark::Polygon { corners, fill } => {
                self.fill(*fill);
                let drawn = self.polygon(corners.iter().map(|&corner| (corner, false)).collect());
                self.ops.push(drawn);
            }
            Mark::Rule { from, to, thickness, color } => {
                self.ops.push(Op::SetOutlineColor { col: rgb(*color) });
                self.ops.push(Op::SetOutlineThickness { pt: pt(*thickness) });
                let points = [*from, *to].map(|end| LinePoint { p: self.point(end), bezier: false });
                self.ops.push(Op::DrawLine { line: printpdf::Line { points: points.to_vec(), is_closed: false } });
            }
            Mark::Text { at, line } => self.text(*at, line),
        }
    }

    fn fill(&mut self, color: Color) {
        if self.fill.replace(color) != Some(color) {
            self.ops.push(Op::SetFillColor { col: rgb(color) });
        }
    }

    fn text(&mut self, at: Point, line: &Line) {
        let style = line.style();
        self.fill(style.color);
        let mut x = at.x;
        for run in line.runs() {
            let Some(font) = self.fonts.resource(run.font) else { continue };
            let font = PdfFontHandle::External(font.clone());
            let origin = self.point(Point { x, y: at.y });
            self.ops.extend([
                Op::StartTextSection,
                Op::SetFont { font, size: pt(style.size) },
                Op::SetTextMatrix { matrix: TextMatrix::Translate(origin.x, origin.y) },
            ]);
            x += self.glyphs(run, style.size);
            self.ops.push(Op::EndTextSection);
        }
    }

    /// Shows a run's glyphs; how far the pen moves, in points.
    fn glyphs(&mut self, run: &Run, size: f64) -> f64 {
        let mut items = Vec::new();
        let mut up = 0;
        let mut advance = 0;
        for glyph in &run.glyphs {
            if glyph.up != up {
                up = glyph.up;
                self.show(&mut items);
                self.ops.push(Op::SetLineOffset { multiplier: number(f64::from(up) / 1000.0 * size) });
            }
            if glyph.right != 0 {
                items.push(TextItem::Offset(thousandths(-glyph.right)));
            }
            let (number, text) = self.fonts.glyph(run.font, glyph);
            // Glyph by glyph, so that readers of text from right to left find its order from the places of the letters.
            let says = !text.is_empty() && text == glyph.text;
            if !says {
                self.show(&mut items);
                self.ops.push(actual_text(&glyph.text));
            }
            items.push(TextItem::GlyphIds(vec![Codepoint::with_cid(number, 0.0, text.to_owned())]));
            if !says {
                self.show(&mut items);
                self.ops.push(Op::EndMarkedContent);
            }
            // The viewer moves by the width in the font: what is left is kerning.
            let rest = self.fonts.width(run.font, glyph) + glyph.right - glyph.advance;
            if rest != 0 {
                items.push(TextItem::Offset(thousandths(rest)));
            }
            advance += glyph.advance;
        }
        self.show(&mut items);
        if up != 0 {
            self.ops.push(Op::SetLineOffset { multiplier: 0.0 });
        }
        f64::from(advance) / 1000.0 * size
    }

    fn show(&mut self, items: &mut Vec<TextItem>) {
        if !items.is_empty() {
            self.ops.push(Op::ShowText { items: std::mem::take(items) });
        }
    }

    fn rectangle(&self, area: Area) -> Op {
        let corner = self.point(Point { x: area.x, y: area.y + area.height });
        let rectangle = Rect {
            x: corner.x,
            y: corner.y,
            width: pt(area.width),
            height: pt(area.height),
            mode: Some(PaintMode::Fill),
            winding_order: Some(WindingOrder::NonZero),
        };
        Op::DrawRectangle { rectangle }
    }

    fn polygon(&self, corners: Vec<(Point, bool)>) -> Op {
        let points = corners.into_iter().map(|(corner, bezier)| LinePoint { p: self.point(corner), bezier });
        let ring = PolygonRing { points: points.collect() };
        Op::DrawPolygon {
            polygon: Polygon { rings: vec![ring], mode: PaintMode::Fill, winding_order: WindingOrder::NonZero },
        }
    }

    /// From the page's upper left corner to its lower left corner, where a PDF counts from.
    fn point(&self, at: Point) -> printpdf::Point {
        printpdf::Point { x: pt(at.x), y: pt(self.height - at.y) }
    }
}

/// Opens a span that says what a copy of its glyphs would not.
fn actual_text(text: &str) -> Op {
    let text = DictItem::String { data: finish::utf16(text), literal: false };
    let map = std::iter::once(("ActualText".to_owned(), text)).collect();
    Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties: DictItem::Dict { map } }
}

/// The outline of a box with round corners; control points of curves are flagged.
fn rounded(area: Area, radius: f64) -> Vec<(Point, bool)> {
    // How far a control point is from the corner, so that the curve is nearest to a quarter of a circle.
    const CONTROL: f64 = 0.447_715;
    let (left, top) = (area.x, area.y);
    let (right, bottom) = (area.x + area.width, area.y + area.height);
    let (r, c) = (radius, radius * CONTROL);
    [
        (left + r, top, false),
        (right - r, top, false),
        (right - c, top, true),
        (right, top + c, true),
        (right, top + r, false),
        (right, bottom - r, false),
        (right, bottom - c, true),
        (right - c, bottom, true),
        (right - r, bottom, false),
        (left + r, bottom, false),
        (left + c, bottom, true),
        (left, bottom - c, true),
        (left, bottom - r, false),
        (left, top + r, false),
        (left, top + c, true),
        (left + c, top, true),
        (left + r, top, false),
    ]
    .map(|(x, y, control)| (Point { x, y }, control))
    .to_vec()
}

fn pt(value: f64) -> Pt {
    Pt(number(value))
}

fn rgb(color: Color) -> printpdf::Color {
    let [r, g, b] = color.channels().map(|channel| rounded_to(channel, 1000.0));
    printpdf::Color::Rgb(Rgb { r, g, b, icc_profile: None })
}

fn number(value: f64) -> f32 {
    rounded_to(value, 100.0)
}

fn thousandths(value: i32) -> f32 {
    rounded_to(f64::from(value), 1.0)
}

/// Short numbers: a hundredth of a point is below what any printer shows.
#[expect(clippy::cast_possible_truncation, reason = "numbers of a page are small, and printpdf counts in f32")]
fn rounded_to(value: f64, steps: f64) -> f32 {
    // Minus zero would be written with its sign.
    ((value * steps).round() / steps + 0.0) as f32
}
