//! Finds the glyphs that the document uses, and cuts the fonts down to them.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use printpdf::{FontMetrics, ParsedFont, PdfFont, PdfFontMap};
use rustybuzz::ttf_parser::cmap::Subtable;
use subsetter::GlyphRemapper;

use super::canvas::{Mark, Page};
use super::font::{Font, FontId, Fonts};
use super::objects::fnv;
use super::shape::{Glyph, GlyphRun};
use super::truetype;

/// The text for a glyph that no character has on its own: the circle that Unicode uses to show combining marks.
const NAMELESS: char = '\u{25CC}';

/// A font cut down to what the document uses.
struct Subset {
    /// Its name in the pages' resources.
    resource: printpdf::FontId,
    /// Maps glyph numbers of the font file to those of the subset.
    numbers: GlyphRemapper,
    /// The text that a reader gets when copying each glyph of the font file.
    texts: BTreeMap<u16, String>,
    /// The width that a viewer assumes for each glyph of the font file.
    widths: BTreeMap<u16, u16>,
}

/// The fonts of a document.
pub struct Embedded(BTreeMap<FontId, Subset>);

impl Embedded {
    /// Cuts the fonts down to the glyphs that the pages use.
    ///
    /// # Errors
    ///
    /// If a font cannot be cut down.
    pub fn of(pages: &[Page], fonts: &Fonts) -> Result<(Self, PdfFontMap)> {
        let mut used: BTreeMap<FontId, BTreeMap<u16, String>> = BTreeMap::new();
        for run in runs(pages) {
            let texts = used.entry(run.font).or_default();
            for (index, glyph) in run.glyphs.iter().enumerate() {
                let text = run.drawn.get(index).map_or_else(|| glyph.text.clone(), char::to_string);
                let known = texts.entry(glyph.id).or_default();
                // The first text wins, so that only the order of the document matters.
                if known.is_empty() {
                    *known = text;
                }
            }
        }
        for (id, texts) in &mut used {
            name_the_rest(fonts.get(*id), texts);
        }
        let mut map = PdfFontMap::default();
        let mut subsets = BTreeMap::new();
        for (id, texts) in used {
            let font = fonts.get(id);
            let subset = Subset::new(font, Fonts::number(id), texts);
            map.map.insert(subset.resource.clone(), subset.file(font)?);
            subsets.insert(id, subset);
        }
        Ok((Self(subsets), map))
    }

    /// The font's name in the pages' resources.
    pub fn resource(&self, font: FontId) -> Option<&printpdf::FontId> {
        self.0.get(&font).map(|subset| &subset.resource)
    }

    /// The number of a glyph in its subset, and the text that a copy gives for it. That text can differ from the
    /// glyph's text here: one glyph can represent several texts (a letter without its dots, a box), and some represent
    /// none (dots).
    pub fn glyph(&self, font: FontId, glyph: &Glyph) -> (u16, &str) {
        self.0.get(&font).map_or((0, ""), |subset| {
            let text = subset.texts.get(&glyph.id).map_or("", String::as_str);
            (subset.numbers.get(glyph.id).unwrap_or(0), text)
        })
    }

    /// The width that a viewer assumes for a glyph, in thousandths of the size.
    pub fn width(&self, font: FontId, glyph: &Glyph) -> i32 {
        let width = self.0.get(&font).and_then(|subset| subset.widths.get(&glyph.id));
        width.copied().map_or(0, i32::from)
    }
}

/// Gives a text to glyphs that have none on their own, such as marks whose letter carries the text of both: the
/// character that the font draws them for, else a placeholder. A PDF requires a text for every code. The pages say that
/// these glyphs are to be skipped.
fn name_the_rest(font: &Font, texts: &mut BTreeMap<u16, String>) {
    if texts.values().all(|text| !text.is_empty()) {
        return;
    }
    let tables = font.face.tables().cmap.iter().flat_map(|cmap| cmap.subtables);
    for subtable in tables.filter(Subtable::is_unicode) {
        subtable.codepoints(|code| {
            let glyph = subtable.glyph_index(code).and_then(|glyph| texts.get_mut(&glyph.0));
            if let (Some(text), Some(character)) = (glyph.filter(|text| text.is_empty()), char::from_u32(code)) {
                text.push(character);
            }
        });
    }
    for text in texts.values_mut().filter(|text| text.is_empty()) {
        text.push(NAMELESS);
    }
}

fn runs(pages: &[Page]) -> impl Iterator<Item = &GlyphRun> {
    pages.iter().flat_map(|page| &page.marks).flat_map(|drawn| match &drawn.mark {
        Mark::Text { line, .. } => line.runs(),
        Mark::Box { .. } | Mark::Polygon { .. } | Mark::Shape { .. } | Mark::Picture { .. } | Mark::Rule { .. } => &[],
    })
}

impl Subset {
    fn new(font: &Font, number: usize, texts: BTreeMap<u16, String>) -> Self {
        let ids: Vec<u16> = texts.keys().copied().collect();
        // Set explicitly, because printpdf counts its ids over the whole process. `F1` and the like are its built-in
        // fonts.
        let resource = printpdf::FontId(format!("T{number}-{}", font.name));
        let widths = ids.iter().map(|&id| (id, u16::try_from(font.width(id)).unwrap_or(0))).collect();
        Self { resource, numbers: GlyphRemapper::new_from_glyphs_sorted(&ids), texts, widths }
    }

    fn file(&self, font: &Font) -> Result<PdfFont> {
        let program = if font.is_plain() {
            subsetter::subset(font.data, font.index, &self.numbers)
                .with_context(|| format!("the font {} cannot be cut down to the characters of the pages", font.name))?
        } else {
            truetype::redrawn(&font.face, self.numbers.remapped_gids())
        };
        let widths: BTreeMap<u16, u16> =
            self.widths.iter().filter_map(|(&id, &width)| Some((self.numbers.get(id)?, width))).collect();
        let thousandths = |units: i16| i16::try_from(font.thousandths(i32::from(units))).unwrap_or(i16::MAX);
        let face = &font.face;
        let metrics = FontMetrics { ascent: thousandths(face.ascender()), descent: thousandths(face.descender()) };
        let name = format!("{}+{}", tag(&program), font.name);
        // All widths are passed in thousandths, because printpdf truncates when it scales, and widths would not add up.
        let mut parsed = ParsedFont::with_glyph_data(program, 0, Some(name), BTreeMap::new(), widths, 1000, metrics);
        let bounds = face.global_bounding_box();
        parsed.pdf_font_metrics.x_min = thousandths(bounds.x_min);
        parsed.pdf_font_metrics.y_min = thousandths(bounds.y_min);
        parsed.pdf_font_metrics.x_max = thousandths(bounds.x_max);
        parsed.pdf_font_metrics.y_max = thousandths(bounds.y_max);
        parsed.pdf_font_metrics.us_weight_class = face.weight().to_number();
        Ok(PdfFont::new(parsed))
    }
}

/// The six capitals before the name of a subset; they distinguish subsets of a font.
fn tag(program: &[u8]) -> String {
    let mut hash = fnv(program);
    let letters = std::iter::repeat_with(|| {
        let letter = hash % 26;
        hash /= 26;
        u8::try_from(letter).map_or('A', |letter| char::from(b'A' + letter))
    });
    letters.take(6).collect()
}
