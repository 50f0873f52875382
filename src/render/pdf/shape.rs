//! Turns text into glyphs: direction (Unicode bidi), font (the text face, else a fallback, else the code point), shape.
//!
//! Everything is measured in whole thousandths of the size, the unit in which a PDF viewer adds up widths: measured and
//! drawn widths are equal on every machine.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::rc::Rc;

use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Feature, Script, ShapePlan, UnicodeBuffer, script};
use unicode_bidi::{BidiClass, ParagraphBidiInfo, bidi_class};

use super::font::{FontId, Fonts};
use super::style::{Figures, Style, Weight};
use crate::harmless::shown;
use crate::render::font_file::FontFile;

/// A positioned glyph. Distances are in thousandths of the size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph {
    /// Its number in the font file.
    pub id: u16,
    /// How far the pen moves to the right.
    pub advance: i32,
    /// Offset of the glyph to the right of the pen.
    pub right: i32,
    /// Offset of the glyph above the pen.
    pub up: i32,
    /// The characters that it represents; empty if another glyph carries the text of both.
    pub text: String,
}

/// Glyphs of one font, from left to right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlyphRun {
    /// Their font.
    pub font: FontId,
    /// From left to right.
    pub glyphs: Vec<Glyph>,
    /// If no font has the characters, the code points that the glyphs show instead; else empty.
    pub drawn: Vec<char>,
}

#[derive(Debug)]
struct Shaped {
    runs: Vec<GlyphRun>,
    width: i32,
}

/// A line of text ready for drawing.
#[derive(Debug, Clone)]
pub struct ShapedLine {
    shaped: Rc<Shaped>,
    style: Style,
}

impl ShapedLine {
    /// Its width in points.
    #[must_use]
    pub fn width(&self) -> f64 {
        f64::from(self.shaped.width) / 1000.0 * self.style.size
    }

    /// Its runs, from left to right.
    #[must_use]
    pub fn runs(&self) -> &[GlyphRun] {
        &self.shaped.runs
    }

    #[must_use]
    pub fn style(&self) -> Style {
        self.style
    }
}

/// Maximum characters of a line, not counting marks without width: more never fit.
pub(super) const MOST_CHARACTERS: usize = 1000;

/// The key of a shaping plan.
type PlanKey = (FontId, bool, Script, Figures);

/// Sets lines of text.
pub struct Typesetter<'f> {
    fonts: Fonts<'f>,
    plans: HashMap<PlanKey, ShapePlan>,
    lines: HashMap<(String, Weight, Figures), Rc<Shaped>>,
    missing: BTreeSet<char>,
}

impl<'f> Typesetter<'f> {
    /// With the program's fonts, then `more`.
    #[must_use]
    pub fn new(more: &'f [FontFile]) -> Self {
        let (plans, lines) = (HashMap::new(), HashMap::new());
        Self { fonts: Fonts::new(more), plans, lines, missing: BTreeSet::new() }
    }

    /// The available fonts.
    #[must_use]
    pub fn fonts(&self) -> &Fonts<'f> {
        &self.fonts
    }

    /// The characters so far that no font has.
    #[must_use]
    pub fn missing(&self) -> &BTreeSet<char> {
        &self.missing
    }

    /// Sets one line. Line breaks become spaces. A text that exceeds every page is cut first, to bound the time it
    /// takes.
    pub fn line(&mut self, text: &str, style: Style) -> ShapedLine {
        let text = match text.char_indices().nth(MOST_CHARACTERS) {
            Some((end, _)) => &format!("{}…", &text[..end]),
            None => text,
        };
        let key = (text.to_owned(), style.weight, style.figures);
        let shaped = if let Some(shaped) = self.lines.get(&key) {
            Rc::clone(shaped)
        } else {
            let shaped = Rc::new(self.shape(text, style));
            self.lines.insert(key, Rc::clone(&shaped));
            shaped
        };
        ShapedLine { shaped, style }
    }

    fn shape(&mut self, text: &str, style: Style) -> Shaped {
        let text = clean(text);
        let mut runs = Vec::new();
        if !text.is_empty() {
            let bidi = ParagraphBidiInfo::new(&text, None);
            let (levels, spans) = bidi.visual_runs(0..text.len());
            for span in spans {
                let rtl = levels.get(span.start).is_some_and(unicode_bidi::Level::is_rtl);
                let mut pieces = self.pieces(&text[span.clone()], Fonts::text(style.weight));
                if rtl {
                    pieces.reverse();
                }
                for (piece, font) in pieces {
                    let piece = &text[span.start + piece.start..span.start + piece.end];
                    runs.push(match font {
                        Some(font) => self.run(piece, font, rtl, style),
                        None => self.substitute(piece, rtl, style),
                    });
                }
            }
        }
        let width = runs.iter().flat_map(|run| &run.glyphs).map(|glyph| glyph.advance).sum();
        Shaped { runs, width }
    }

    /// Splits a text into pieces of one font; `None` if no font has the characters.
    fn pieces(&self, text: &str, face: FontId) -> Vec<(Range<usize>, Option<FontId>)> {
        let mut pieces: Vec<(Range<usize>, Option<FontId>)> = Vec::new();
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            let last = pieces.last_mut();
            // Marks and joiners stay with the preceding character if possible: a cluster is shaped in one font.
            let stays = last.as_ref().is_some_and(|(_, font)| {
                let has = font.is_some_and(|font| self.fonts.get(font).has(c));
                invisible(c) || (has && bidi_class(c) == BidiClass::NSM)
            });
            let font = if stays { last.as_ref().and_then(|(_, font)| *font) } else { self.fonts.for_char(c, face) };
            match last {
                Some((range, same)) if *same == font => range.end = end,
                _ => pieces.push((at..end, font)),
            }
        }
        pieces
    }

    fn run(&mut self, text: &str, id: FontId, rtl: bool, style: Style) -> GlyphRun {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.guess_segment_properties();
        // A text that consists only of digits has no script.
        if buffer.script() == script::UNKNOWN {
            buffer.set_script(script::LATIN);
        }
        let font = self.fonts.get(id);
        let plan = self.plans.entry((id, rtl, buffer.script(), style.figures)).or_insert_with(|| {
            let features = features(style.figures, id == Fonts::text(style.weight));
            ShapePlan::new(&font.face, buffer.direction(), Some(buffer.script()), None, &features)
        });
        let shaped = rustybuzz::shape_with_plan(&font.face, plan, buffer);
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        let placed = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
        let mut glyphs: Vec<Glyph> = placed
            .map(|(info, position)| Glyph {
                id: u16::try_from(info.glyph_id).unwrap_or(0),
                advance: font.thousandths(position.x_advance),
                right: font.thousandths(position.x_offset),
                up: font.thousandths(position.y_offset),
                text: String::new(),
            })
            .collect();
        let mut in_order = starts.clone();
        in_order.sort_unstable();
        // The glyphs of a cluster are together. The widest carries its characters; marks have no width.
        let mut at = 0;
        for cluster in starts.chunk_by(|a, b| a == b) {
            let start = cluster.first().copied().unwrap_or(0);
            let next = in_order.partition_point(|other| *other <= start);
            let end = in_order.get(next).copied().unwrap_or(text.len());
            let cluster = &mut glyphs[at..at + cluster.len()];
            at += cluster.len();
            if let Some(widest) = cluster.iter_mut().max_by_key(|glyph| glyph.advance) {
                text.get(start..end).unwrap_or_default().clone_into(&mut widest.text);
            }
        }
        GlyphRun { font: id, glyphs, drawn: Vec::new() }
    }

    /// Shows the code point of each character, `U+5BA2`. A copy of the text has the characters themselves: the first
    /// glyph carries all of them.
    fn substitute(&mut self, text: &str, rtl: bool, style: Style) -> GlyphRun {
        let shown: Vec<char> = text.chars().filter(|c| !invisible(*c)).collect();
        self.missing.extend(&shown);
        let mut codes: Vec<String> = shown.into_iter().map(|c| format!("U+{:04X}", u32::from(c))).collect();
        if rtl {
            codes.reverse();
        }
        let id = Fonts::text(style.weight);
        let font = self.fonts.get(id);
        let drawn: Vec<char> = codes.join(" ").chars().collect();
        let glyph = |(index, shown): (usize, &char)| {
            let glyph = font.face.glyph_index(*shown).map_or(0, |glyph| glyph.0);
            let text = if index == 0 { text.to_owned() } else { String::new() };
            Glyph { id: glyph, advance: font.width(glyph), right: 0, up: 0, text }
        };
        let glyphs = drawn.iter().enumerate().map(glyph).collect();
        GlyphRun { font: id, glyphs, drawn }
    }
}

/// Cleans a text for one line: breaks become spaces, and nothing in a name hides or reorders the rest.
fn clean(text: &str) -> String {
    shown(&text.replace(['\n', '\r', '\t', '\u{2028}', '\u{2029}'], " "))
}

/// Ligatures and contextual alternates of the text face are off: they suit prose and code, not labels and numbers, and
/// each letter remains separate in a copy of the text. Other scripts need theirs.
fn features(figures: Figures, text_face: bool) -> Vec<Feature> {
    let mut features = Vec::new();
    if text_face {
        features.extend([b"liga", b"clig", b"calt"].map(|tag| Feature::new(Tag::from_bytes(tag), 0, ..)));
    }
    match figures {
        Figures::Proportional => {}
        Figures::Tabular => features.push(Feature::new(Tag::from_bytes(b"tnum"), 1, ..)),
    }
    features
}

/// Whether a character only affects its neighbours: joiners, direction marks, variation selectors, tags.
fn invisible(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
        || match bidi_class(c) {
            BidiClass::BN
            | BidiClass::FSI
            | BidiClass::LRE
            | BidiClass::LRI
            | BidiClass::LRO
            | BidiClass::PDF
            | BidiClass::PDI
            | BidiClass::RLE
            | BidiClass::RLI
            | BidiClass::RLO => true,
            BidiClass::AL => c == '\u{061C}',
            BidiClass::L | BidiClass::R => matches!(c, '\u{200E}' | '\u{200F}'),
            BidiClass::AN
            | BidiClass::B
            | BidiClass::CS
            | BidiClass::EN
            | BidiClass::ES
            | BidiClass::ET
            | BidiClass::NSM
            | BidiClass::ON
            | BidiClass::S
            | BidiClass::WS => false,
        }
}

#[cfg(test)]
mod tests {
    use super::super::style::{BODY, CELL};
    use super::*;

    fn text_of(line: &ShapedLine) -> String {
        line.runs().iter().flat_map(|run| &run.glyphs).map(|glyph| glyph.text.as_str()).collect()
    }

    #[test]
    fn digits_of_one_width_in_columns_only() {
        let mut typesetter = Typesetter::new(&[]);
        let width = |typesetter: &mut Typesetter, text: &str, style| typesetter.line(text, style).shaped.width;
        assert_eq!(width(&mut typesetter, "1,111", CELL.tabular()), width(&mut typesetter, "8,888", CELL.tabular()));
        assert_ne!(width(&mut typesetter, "1,111", CELL), width(&mut typesetter, "8,888", CELL));
    }

    #[test]
    fn each_script_has_a_font_and_other_letters_are_code_points() {
        let mut typesetter = Typesetter::new(&[]);
        let line = typesetter.line("Ventas مبيعات हिन्दी ไทย 客服", BODY);
        let names: Vec<_> = line.runs().iter().map(|run| typesetter.fonts().get(run.font).name.to_string()).collect();
        for script in ["Arabic", "Devanagari", "Thai"] {
            assert!(names.contains(&format!("NotoSans{script}-Regular")), "{names:?}");
        }
        let drawn: String = line.runs().iter().flat_map(|run| &run.drawn).collect();
        assert_eq!(drawn, "U+5BA2 U+670D");
        assert!(text_of(&line).contains("客服"), "the characters are kept");
        assert_eq!(typesetter.missing().iter().collect::<String>(), "客服");
    }

    #[test]
    fn marks_are_above_and_below_their_letters() {
        let mut typesetter = Typesetter::new(&[]);
        // Thai: a vowel above, and a raised tone mark above the vowel.
        let line = typesetter.line("ที่", BODY);
        let heights: Vec<(i32, i32)> =
            line.runs().iter().flat_map(|run| &run.glyphs).map(|glyph| (glyph.advance, glyph.up)).collect();
        assert_eq!(heights.len(), 3, "{heights:?}");
        assert!(heights[0].0 > 0 && heights[1].0 == 0 && heights[2].0 == 0, "marks take no room: {heights:?}");
    }

    #[test]
    fn right_to_left_text_runs_from_right_to_left() {
        let mut typesetter = Typesetter::new(&[]);
        let line = typesetter.line("שלום", BODY);
        assert_eq!(text_of(&line), "םולש");
    }

    #[test]
    fn a_name_cannot_show_another() {
        let mut typesetter = Typesetter::new(&[]);
        assert_eq!(text_of(&typesetter.line("\u{202E}evil\u{202C}\nagent", BODY)), "\\u{202e}evil\\u{202c} agent");
    }

    #[test]
    fn any_text_can_be_set() {
        let mut typesetter = Typesetter::new(&[]);
        for text in ["", " ", "\n", "\u{200D}", "\u{202E}abc", "\u{0301}", "👩🏽‍💻", "🇧🇷", "a\u{FE0F}", "\u{10FFFF}", "ﷺ"]
        {
            let line = typesetter.line(text, BODY);
            assert!(line.width() >= 0.0, "{text:?}");
        }
    }
}
