//! The colours of pages: the accent with the colours derived from it, and the colours of judgement. Text colours and
//! backgrounds are the same in all brands.

use super::oklab::Oklab;
use super::ramp::{self, JudgementColors};
use crate::metrics::Judgement;
use crate::render::color::Color;

/// Text and the darkest marks.
pub const INK: Color = Color::hex(0x15_23_2D);
/// Paper, and text on dark grounds.
pub const PAPER: Color = Color::hex(0xFF_FF_FF);
/// The background of cards and tracks.
pub const PANEL: Color = Color::hex(0xF3_F6_F7);
/// The background of the block of warnings.
pub const ALERT_PANEL: Color = Color::hex(0xFD_F5_E3);

/// The colours of a document on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// The brand's colour, of titles and bars.
    pub accent: Color,
    /// A light accent behind the accent: the whole of which an accent bar is a part.
    pub soft: Color,
    /// Fills of a stacked bar, in its order: each differs from each other one in lightness, so that they also differ without
    /// colour, and a legend names them in a print in grey.
    pub stack: [Color; 5],
    /// Fills of a heatmap from few to many. White or ink is readable on each; lightnesses where neither would be are
    /// skipped.
    pub heat: [Color; 8],
    /// The colours of judgement; they are never its only sign.
    pub judged: JudgementColors,
}

/// Luminances of text that is readable on every background.
const READABLE: (f64, f64) = (0.03, 0.163);
/// How much two parts of a stacked bar differ, as a contrast ratio.
const STACKED_APART: f64 = 1.35;
/// Luminances for the dark grey of a stacked bar; the first that differs from the accent in grey is used.
const DARK_GREYS: [f64; 3] = [0.035, 0.13, 0.175];

impl Palette {
    /// The program's own colours.
    pub const USUAL: Self = Self {
        accent: Color::hex(0x0C_6B_73),
        soft: Color::hex(0xBF_DD_DE),
        stack: [
            Color::hex(0x0C_6B_73),
            Color::hex(0x6F_B4_B8),
            Color::hex(0x2A_36_40),
            Color::hex(0x81_90_9A),
            Color::hex(0xD5_DD_E2),
        ],
        heat: [
            Color::hex(0xE6_F2_F2),
            Color::hex(0xCF_E6_E7),
            Color::hex(0xB1_D7_D9),
            Color::hex(0x8D_C4_C7),
            Color::hex(0x66_AE_B2),
            Color::hex(0x16_77_7F),
            Color::hex(0x0B_5A_62),
            Color::hex(0x06_3F_46),
        ],
        judged: JudgementColors {
            better: Color::hex(0x1D_69_3C),
            worse: Color::hex(0xA1_2B_1B),
            missed: Color::hex(0x8A_4B_00),
        },
    };

    /// The palette of an accent that is readable on paper.
    #[must_use]
    pub fn of(accent: Color) -> Self {
        let like = |model: Color| ramp::like(model, Self::USUAL.accent, accent);
        let [_, middle, dark, grey, light] = Self::USUAL.stack;
        let dark_hue = Oklab::of(dark);
        let dark = DARK_GREYS
            .into_iter()
            .map(|luminance| ramp::of_luminance(dark_hue.hue(), dark_hue.chroma(), luminance))
            .find(|dark| dark.contrast(accent) >= STACKED_APART)
            .unwrap_or(dark);
        Self {
            accent,
            soft: like(Self::USUAL.soft),
            stack: [accent, like(middle), dark, grey, light],
            heat: Self::USUAL.heat.map(like),
            judged: ramp::judged(accent, Self::USUAL.judged, READABLE),
        }
    }

    /// The fill of bars that are neither a whole nor a part.
    #[must_use]
    pub const fn middle(&self) -> Color {
        self.stack[1]
    }

    /// The colour of a change.
    #[must_use]
    pub const fn of_change(&self, judgement: Judgement) -> Color {
        match judgement {
            Judgement::Improved => self.judged.better,
            Judgement::Worsened => self.judged.worse,
            Judgement::Neutral => INK,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::brand::ramp::{APART_IN_GREY, is_apart};
    use crate::render::color::ENOUGH_CONTRAST;

    /// Accents of every hue that are readable on paper.
    fn accents() -> Vec<Color> {
        let steps = [0x00, 0x44, 0x88, 0xBB, 0xFF];
        let mut all = Vec::new();
        for red in steps {
            for green in steps {
                for blue in steps {
                    let color = Color::hex(red << 16 | green << 8 | blue);
                    all.push(ramp::nearest_readable(color, PAPER, ENOUGH_CONTRAST));
                }
            }
        }
        all.sort_by_key(|color| color.bytes());
        all.dedup();
        all
    }

    /// The properties of every palette's colours.
    fn check(palette: &Palette) {
        let JudgementColors { better, worse, missed } = palette.judged;
        let accent = palette.accent;
        for text in [better, worse, missed] {
            for ground in [PAPER, PANEL, ALERT_PANEL] {
                assert!(text.contrast(ground) >= ENOUGH_CONTRAST, "{accent}: {text} on {ground}");
            }
        }
        assert!(accent.contrast(PAPER) >= ENOUGH_CONTRAST, "{accent}");
        // Numbers in large type, for which WCAG requires less.
        assert!(accent.contrast(PANEL) >= 4.0 && accent.contrast(ALERT_PANEL) >= 4.0, "{accent}");
        for ground in palette.heat.into_iter().chain(palette.stack) {
            let best = ground.contrast(ground.readable(INK, PAPER));
            assert!(best >= ENOUGH_CONTRAST, "{accent}: {ground}: {best}");
        }
        assert!(palette.soft.contrast(INK) >= ENOUGH_CONTRAST, "{accent}");
        assert!(palette.heat.windows(2).all(|pair| pair[0].luminance() > pair[1].luminance()), "{accent}");
        for (nth, part) in palette.stack.iter().enumerate() {
            for other in &palette.stack[nth + 1..] {
                let contrast = part.contrast(*other);
                assert!(contrast >= STACKED_APART, "{accent}: {part} and {other}: {contrast}");
            }
        }
    }

    #[test]
    fn every_text_is_readable_on_its_ground() {
        check(&Palette::USUAL);
    }

    #[test]
    fn any_accent_gives_a_palette_that_is_readable_and_distinct_in_grey() {
        let accents = accents();
        assert!(accents.len() > 60, "{}", accents.len());
        for accent in accents {
            let palette = Palette::of(accent);
            check(&palette);
            let JudgementColors { better, worse, missed } = palette.judged;
            for (a, b) in [(accent, better), (accent, worse), (accent, missed), (better, worse)] {
                assert!(is_apart(a, b), "{accent}: {a} and {b}: {} in grey", a.contrast(b));
                assert!(a.contrast(b) >= APART_IN_GREY);
            }
        }
    }
}
