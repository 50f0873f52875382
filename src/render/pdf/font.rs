//! The fonts inside the program, and those of `--font`. The machine's fonts are not used, so that a page looks the same
//! everywhere.

use std::sync::OnceLock;

use anyhow::{Context, Result};
use rustybuzz::Face;

use super::bundled::{Bundled, FALLBACKS, TEXT};
use super::style::Weight;
use crate::render::font_file::FontFile;

/// The names of the program's own fonts.
pub fn names() -> impl Iterator<Item = &'static str> {
    TEXT.iter().chain(&FALLBACKS).map(|font| font.name)
}

/// The index of a loaded font.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FontId(usize);

/// A font, parsed.
pub struct Font<'f> {
    /// The PostScript name.
    pub name: &'f str,
    /// The file.
    pub data: &'f [u8],
    /// Its index in the file, if that is a collection; else 0.
    pub index: u32,
    /// The parsed font, for shaping and metrics.
    pub face: Face<'f>,
}

impl Font<'_> {
    /// Converts font units to thousandths of the size, the unit of a PDF, in which everything is measured.
    #[must_use]
    pub fn thousandths(&self, units: i32) -> i32 {
        let per_em = self.face.units_per_em().max(1);
        let scaled = units * 1000;
        (scaled + scaled.signum() * per_em / 2) / per_em
    }

    /// The width that a PDF viewer assumes for this glyph, in thousandths of the size.
    #[must_use]
    pub fn width(&self, glyph: u16) -> i32 {
        let advance = self.face.glyph_hor_advance(rustybuzz::ttf_parser::GlyphId(glyph));
        self.thousandths(i32::from(advance.unwrap_or(0)))
    }

    /// Whether a PDF can contain its outlines unchanged: TrueType outlines that are not variable.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.face.tables().glyf.is_some() && !self.face.is_variable()
    }

    /// Whether the font has a character.
    #[must_use]
    pub fn has(&self, character: char) -> bool {
        self.face.glyph_index(character).is_some_and(|glyph| glyph.0 != 0)
    }
}

enum FontOrigin<'f> {
    Program(&'static Bundled),
    Run(&'f FontFile),
}

impl<'f> FontOrigin<'f> {
    fn open(&self) -> Result<Font<'f>> {
        match self {
            Self::Program(bundled) => {
                let (data, face) = bundled.open()?;
                Ok(Font { name: bundled.name, data, index: 0, face })
            }
            Self::Run(file) => {
                let face = file.face().context("a font file cannot be read a second time")?;
                Ok(Font { name: &file.name, data: &file.data, index: file.index, face })
            }
        }
    }
}

/// A font that is opened when a page first needs it: most pages need only the text face.
struct Lazy<'f> {
    origin: FontOrigin<'f>,
    font: OnceLock<Font<'f>>,
}

/// All fonts of the program, then those of the run.
pub struct Fonts<'f>(Vec<Lazy<'f>>);

impl<'f> Fonts<'f> {
    /// Lists the fonts of the program, then `more`, without opening any.
    #[must_use]
    pub fn new(more: &'f [FontFile]) -> Self {
        let program = TEXT.iter().chain(&FALLBACKS).map(FontOrigin::Program);
        let all = program.chain(more.iter().map(FontOrigin::Run));
        Self(all.map(|origin| Lazy { origin, font: OnceLock::new() }).collect())
    }

    /// A font by its id.
    #[must_use]
    pub fn get(&self, id: FontId) -> &Font<'f> {
        // Ids are only made here, so they are within the length.
        let lazy = &self.0[id.0];
        // The tests open every font of the program, and the fonts of a run are opened before its first page.
        lazy.font.get_or_init(|| lazy.origin.open().expect("a font that has been opened before"))
    }

    /// The text face in a weight.
    #[must_use]
    pub fn text(weight: Weight) -> FontId {
        FontId(match weight {
            Weight::Regular => 0,
            Weight::Medium => 1,
            Weight::SemiBold => 2,
            Weight::Bold => 3,
        })
    }

    /// The first font that has a character; the text face comes first.
    #[must_use]
    pub fn for_char(&self, character: char, text: FontId) -> Option<FontId> {
        let fallbacks = (TEXT.len()..self.0.len()).map(FontId);
        std::iter::once(text).chain(fallbacks).find(|&id| self.get(id).has(character))
    }

    /// Its index among all fonts, which identifies it in a document.
    #[must_use]
    pub fn number(id: FontId) -> usize {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_font_opens_and_the_text_face_has_all_letters_of_the_pages() -> Result<()> {
        let fonts = Fonts::new(&[]);
        for lazy in &fonts.0 {
            lazy.origin.open()?;
        }
        for weight in [Weight::Regular, Weight::Medium, Weight::SemiBold, Weight::Bold] {
            let font = fonts.get(Fonts::text(weight));
            assert!("–−±…·×≥%1,AU+09F".chars().all(|c| font.has(c)), "{}", font.name);
        }
        for (character, font) in [
            ('ش', "Arabic"),
            ('ह', "Devanagari"),
            ('த', "Tamil"),
            ('ส', "Thai"),
            ('မ', "Myanmar"),
            ('ქ', "Georgian"),
            ('አ', "Ethiopic"),
            ('ཀ', ""),
            ('客', ""),
        ] {
            let found = fonts.for_char(character, Fonts::text(Weight::Bold)).map(|id| fonts.get(id).name.to_owned());
            assert_eq!(found, (!font.is_empty()).then(|| format!("NotoSans{font}-Regular")), "{character}");
        }
        assert_eq!(fonts.for_char('\u{10FFFD}', Fonts::text(Weight::Bold)), None);
        Ok(())
    }
}
