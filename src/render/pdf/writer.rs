//! Writes marks to a file. Only this module, `embed` and `finish` depend on the PDF format.

use anyhow::Result;
use printpdf::{
    Codepoint, DictItem, ExternalStream, ExternalXObject, LineJoinStyle, LinePoint, Mm, Op, PaintMode, PdfDocument,
    PdfFontHandle, PdfPage, PdfSaveOptions, Polygon, PolygonRing, Pt, Rect, Rgb, TextItem, TextMatrix, WindingOrder,
    XObject, XObjectId, XObjectTransform,
};

use super::canvas::{Area, Mark, Page, Point};
use super::embed::Embedded;
use super::finish;
use super::objects::utf16;
use super::owner::{Artifact, ElementId, Owner};
use super::running::Layout;
use super::shape::{GlyphRun, ShapedLine};
use super::structure::Structure;
use super::style::PAPER;
use super::tags;
use super::xmp::Meta;
use crate::render::brand::logo::{FillRule, Logo, Outline, PathSegment, Picture, Raster};
use crate::render::color::Color;

/// Writes a document.
///
/// # Errors
///
/// If a font of the program is damaged, or the file cannot be assembled.
pub fn write(layout: &Layout, meta: &Meta) -> Result<Vec<u8>> {
    let (fonts, map) = Embedded::of(&layout.pages, layout.typesetter.fonts())?;
    let mut document = PdfDocument::new(&meta.title);
    document.resources.fonts = map;
    if let Some(Logo { picture: Picture::Pixels(pixels), .. }) = &layout.brand.logo {
        document.resources.xobjects.map.insert(XObjectId(PICTURE.to_owned()), image(pixels));
    }
    let mut sequences = Vec::new();
    for page in &layout.pages {
        let (sheet, owners) = sheet(page, &fonts, &layout.structure);
        document.pages.push(sheet);
        sequences.push(owners);
    }
    let raw = document.to_lopdf_document(&PdfSaveOptions::default(), &mut Vec::new());
    finish::finish(raw, meta, layout, &sequences)
}

/// The resource name of the logo's pixels.
const PICTURE: &str = "Logo";

/// Pixels without transparency, which some printers do not support.
fn image(pixels: &Raster) -> XObject {
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let count = |count: usize| DictItem::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let entries = [
        ("Type", name("XObject")),
        ("Subtype", name("Image")),
        ("Width", count(pixels.width)),
        ("Height", count(pixels.height)),
        ("ColorSpace", name("DeviceRGB")),
        ("BitsPerComponent", DictItem::Int(8)),
    ];
    let dict = entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let stream = ExternalStream { dict, content: pixels.on(PAPER), compress: true };
    XObject::External(ExternalXObject { stream, width: None, height: None, dpi: None })
}

/// A page, and the elements that own its numbered sequences of marks.
fn sheet(page: &Page, fonts: &Embedded, structure: &Structure) -> (PdfPage, Vec<ElementId>) {
    let (width, height) = page.sheet.size();
    let ops = vec![Op::SetLineJoinStyle { join: LineJoinStyle::Round }];
    let mut pen = Pen { fonts, ops, fill: None, outline: (None, None), height };
    let mut owners = Vec::new();
    for marks in page.marks.chunk_by(|a, b| a.owner == b.owner) {
        let Some(first) = marks.first() else { continue };
        pen.ops.push(sequence(first.owner, structure, &mut owners));
        for drawn in marks {
            pen.mark(&drawn.mark);
        }
        pen.ops.push(Op::EndMarkedContent);
    }
    let paper = Rect::from_wh(pt(width), pt(height));
    let sheet = PdfPage {
        media_box: paper.clone(),
        trim_box: paper.clone(),
        crop_box: paper,
        ..PdfPage::new(Mm(0.0), Mm(0.0), pen.ops)
    };
    (sheet, owners)
}

/// Begins a sequence of marks: for an element with the next number, or for an artifact.
fn sequence(owner: Owner, structure: &Structure, owners: &mut Vec<ElementId>) -> Op {
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let pagination = |subtype: &str| [("Type", name("Pagination")), ("Subtype", name(subtype))];
    let (tag, entries) = match owner {
        Owner::Artifact(Artifact::Decoration) => return Op::BeginMarkedContent { tag: "Artifact".to_owned() },
        Owner::Artifact(Artifact::Header) => ("Artifact", pagination("Header").to_vec()),
        Owner::Artifact(Artifact::Footer) => ("Artifact", pagination("Footer").to_vec()),
        Owner::Element(id) => {
            let number = i64::try_from(owners.len()).unwrap_or(i64::MAX);
            owners.push(id);
            (tags::name(&structure.get(id).role), vec![("MCID", DictItem::Int(number))])
        }
    };
    let map = entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    Op::BeginMarkedContentWithProperties { tag: tag.to_owned(), properties: DictItem::Dict { map } }
}

struct Pen<'f> {
    fonts: &'f Embedded,
    ops: Vec<Op>,
    fill: Option<Color>,
    /// Current colour and thickness of lines.
    outline: (Option<Color>, Option<f64>),
    /// Height of the page.
    height: f64,
}

impl Pen<'_> {
    fn mark(&mut self, mark: &Mark) {
        match mark {
            Mark::Box { area, radius, fill } => {
                self.fill(*fill);
                if *radius > 0.0 {
                    self.rounded(*area, *radius, *fill);
                } else {
                    let drawn = self.rectangle(*area, PaintMode::Fill);
                    self.ops.push(drawn);
                }
            }
            Mark::Polygon { corners, fill } => {
                self.fill(*fill);
                let drawn = self.polygon(corners);
                self.ops.push(drawn);
            }
            Mark::Shape { outlines, rule, fill } => {
                self.fill(*fill);
                let drawn = self.shape(outlines, *rule);
                self.ops.push(drawn);
            }
            Mark::Picture { area } => {
                let corner = self.point(Point { x: area.x, y: area.y + area.height });
                let transform = XObjectTransform {
                    translate_x: Some(corner.x),
                    translate_y: Some(corner.y),
                    scale_x: Some(number(area.width)),
                    scale_y: Some(number(area.height)),
                    no_auto_scale: true,
                    ..XObjectTransform::default()
                };
                self.ops.push(Op::UseXobject { id: XObjectId(PICTURE.to_owned()), transform });
            }
            Mark::Rule { from, to, thickness, color } => {
                self.outline(*color, *thickness);
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

    fn outline(&mut self, color: Color, thickness: f64) {
        if self.outline.0.replace(color) != Some(color) {
            self.ops.push(Op::SetOutlineColor { col: rgb(color) });
        }
        if self.outline.1.replace(thickness) != Some(thickness) {
            self.ops.push(Op::SetOutlineThickness { pt: pt(thickness) });
        }
    }

    /// A box with round corners: a smaller box with an outline of the same colour and round joins. It takes a third of
    /// the bytes of curves.
    fn rounded(&mut self, area: Area, radius: f64, fill: Color) {
        self.outline(fill, 2.0 * radius);
        // At least a hundredth of a point, so that a bar with round ends has corners for the outline.
        let inner = |size: f64| (size - 2.0 * radius).max(0.01);
        let inner = Area::new(area.x + radius, area.y + radius, inner(area.width), inner(area.height));
        let drawn = self.rectangle(inner, PaintMode::FillStroke);
        self.ops.push(drawn);
    }

    fn text(&mut self, at: Point, line: &ShapedLine) {
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

    /// Shows the glyphs of a run; returns how far the pen moves, in points.
    fn glyphs(&mut self, run: &GlyphRun, size: f64) -> f64 {
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
            // Glyph by glyph, so that readers of right-to-left text can determine its order from the positions.
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
            // The viewer advances by the width in the font; the rest is kerning.
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

    fn rectangle(&self, area: Area, mode: PaintMode) -> Op {
        let corner = self.point(Point { x: area.x, y: area.y + area.height });
        let rectangle = Rect {
            x: corner.x,
            y: corner.y,
            width: pt(area.width),
            height: pt(area.height),
            mode: Some(mode),
            winding_order: Some(WindingOrder::NonZero),
        };
        Op::DrawRectangle { rectangle }
    }

    fn polygon(&self, corners: &[Point]) -> Op {
        let points = corners.iter().map(|&corner| LinePoint { p: self.point(corner), bezier: false });
        let ring = PolygonRing { points: points.collect() };
        Op::DrawPolygon {
            polygon: Polygon { rings: vec![ring], mode: PaintMode::Fill, winding_order: WindingOrder::NonZero },
        }
    }

    fn shape(&self, outlines: &[Outline], rule: FillRule) -> Op {
        let at = |[x, y]: [f64; 2], bezier| LinePoint { p: self.point(Point { x, y }), bezier };
        let ring = |outline: &Outline| {
            let steps = outline.steps.iter().flat_map(|step| match *step {
                PathSegment::Line(end) => vec![at(end, false)],
                // Two control points, then the end.
                PathSegment::Curve([first, second, end]) => vec![at(first, true), at(second, true), at(end, false)],
            });
            PolygonRing { points: std::iter::once(at(outline.begin, false)).chain(steps).collect() }
        };
        let winding_order = match rule {
            FillRule::NonZero => WindingOrder::NonZero,
            FillRule::EvenOdd => WindingOrder::EvenOdd,
        };
        let rings = outlines.iter().map(ring).collect();
        Op::DrawPolygon { polygon: Polygon { rings, mode: PaintMode::Fill, winding_order } }
    }

    /// Converts from the page's upper left corner to the lower left one, the origin of a PDF.
    fn point(&self, at: Point) -> printpdf::Point {
        printpdf::Point { x: pt(at.x), y: pt(self.height - at.y) }
    }
}

/// Opens a span with the text that copying its glyphs would not give.
fn actual_text(text: &str) -> Op {
    let text = DictItem::String { data: utf16(text), literal: false };
    let map = std::iter::once(("ActualText".to_owned(), text)).collect();
    Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties: DictItem::Dict { map } }
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

/// Rounds numbers: a hundredth of a point is below the precision of any printer.
#[expect(clippy::cast_possible_truncation, reason = "numbers of a page are small, and printpdf counts in f32")]
fn rounded_to(value: f64, steps: f64) -> f32 {
    // Adding 0 removes the sign of a negative zero.
    ((value * steps).round() / steps + 0.0) as f32
}
