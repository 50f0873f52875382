//! Colours derived from one accent: lighter and darker colours of its hue, a readable colour near it, and colours of
//! judgement that differ clearly from it, also in grey.

use super::oklab::Oklab;
use crate::render::color::Color;

/// Steps of the search for a colour with a given luminance: finer than eight bits.
const STEPS: usize = 16;

/// The colour with that hue (radians) and luminance, and at most that chroma.
#[must_use]
pub fn of_luminance(hue: f64, chroma: f64, luminance: f64) -> Color {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..STEPS {
        let middle = f64::midpoint(low, high);
        if Oklab::shown(middle, chroma, hue).luminance() < luminance { low = middle } else { high = middle }
    }
    Oklab::shown(high, chroma, hue)
}

/// A colour as light as `model` with the accent's hue. Its chroma is to the accent as that of `model` is to `usual`,
/// the accent that `model` was made for.
#[must_use]
pub fn like(model: Color, usual: Color, accent: Color) -> Color {
    let (model_lab, usual, accent) = (Oklab::of(model), Oklab::of(usual), Oklab::of(accent));
    let chroma = model_lab.chroma() / usual.chroma() * accent.chroma();
    of_luminance(accent.hue(), chroma, model.luminance())
}

/// The nearest colour of the same hue with this contrast to a light background; the colour itself if it has that
/// contrast.
#[must_use]
pub fn nearest_readable(color: Color, ground: Color, least: f64) -> Color {
    const LIGHTNESS: u32 = 400;
    const CHROMA: u32 = 40;
    if color.contrast(ground) >= least {
        return color;
    }
    let origin = Oklab::of(color);
    let mut nearest: Option<(f64, Color)> = None;
    for step in 0..=LIGHTNESS {
        let lightness = origin.lightness * f64::from(step) / f64::from(LIGHTNESS);
        for part in 0..=CHROMA {
            let chroma = origin.chroma() * f64::from(part) / f64::from(CHROMA);
            let Some(found) = Oklab::polar(lightness, chroma, origin.hue()).color() else { continue };
            let distance = Oklab::of(found).distance(origin);
            if found.contrast(ground) >= least && nearest.is_none_or(|(before, _)| distance < before) {
                nearest = Some((distance, found));
            }
        }
    }
    nearest.map_or(Color::hex(0), |(_, color)| color)
}

/// The colours for better, worse and missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JudgementColors {
    /// A change to the better side.
    pub better: Color,
    /// A change to the worse side.
    pub worse: Color,
    /// A number that misses its target.
    pub missed: Color,
}

/// The contrast ratio between two colours that are distinguishable in grey.
pub const APART_IN_GREY: f64 = 1.28;
/// The distance in Oklab between two colours that cannot be confused.
pub const APART: f64 = 0.1;

/// Hues in degrees, the standard one first; a later one is used if the accent has that hue.
const BETTER: [f64; 3] = [153.0, 250.0, 195.0];
const WORSE: [f64; 3] = [30.0, 350.0, 60.0];
const MISSED: [f64; 3] = [60.0, 30.0, 350.0];
const CHROMA: f64 = 0.15;
/// The cost of moving on to a later hue, in natural logarithms of contrast.
const HUE_COST: f64 = 1.0;
const LEVELS: u32 = 24;

/// Colours of judgement for an accent, with luminances in `range`. Each differs from the accent, and better and worse
/// differ from each other, in hue or chroma and in grey. They are as near to `usual` as that allows.
#[must_use]
pub fn judged(accent: Color, usual: JudgementColors, range: (f64, f64)) -> JudgementColors {
    let candidates = |hues: [f64; 3], like: Color| -> Vec<(f64, Color)> {
        let mut all = Vec::new();
        for (nth, hue) in (0_u32..).zip(hues) {
            for level in 0..=LEVELS {
                let share = f64::from(level) / f64::from(LEVELS);
                let luminance = (range.0 + 0.05) * ((range.1 + 0.05) / (range.0 + 0.05)).powf(share) - 0.05;
                let color = of_luminance(hue.to_radians(), CHROMA, luminance);
                if is_apart(color, accent) {
                    all.push((f64::from(nth) * HUE_COST + color.contrast(like).ln(), color));
                }
            }
        }
        all
    };
    let (better, worse) = (candidates(BETTER, usual.better), candidates(WORSE, usual.worse));
    let pairs = better.iter().flat_map(|a| worse.iter().map(move |b| (a, b)));
    let pairs = pairs.filter(|(a, b)| is_apart(a.1, b.1));
    let pair = pairs.min_by(|(a, b), (c, d)| (a.0 + b.0).total_cmp(&(c.0 + d.0)));
    let (better, worse) = pair.map_or((usual.better, usual.worse), |(a, b)| (a.1, b.1));
    let missed = candidates(MISSED, usual.missed).into_iter().min_by(|a, b| a.0.total_cmp(&b.0));
    JudgementColors { better, worse, missed: missed.map_or(usual.missed, |(_, color)| color) }
}

/// Whether two colours are distinguishable, on a screen and in grey.
#[must_use]
pub fn is_apart(a: Color, b: Color) -> bool {
    a.contrast(b) >= APART_IN_GREY && Oklab::of(a).distance(Oklab::of(b)) >= APART
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::color::ENOUGH_CONTRAST;

    #[test]
    fn a_colour_of_a_luminance_has_it() {
        for hue in [0.0, 1.0, 2.5, 4.0, 5.5_f64] {
            for luminance in [0.02, 0.1, 0.4, 0.8] {
                let color = of_luminance(hue, 0.15, luminance);
                assert!((color.luminance() - luminance).abs() < 0.01, "{hue} {luminance}: {color}");
            }
        }
    }

    #[test]
    fn the_nearest_readable_colour_passes_and_keeps_its_hue() {
        let paper = Color::hex(0xFF_FF_FF);
        for rgb in [0xFF_DD_00, 0x66_CC_FF, 0xFF_FF_FF, 0x77_77_77, 0xFF_66_99, 0x00_FF_00] {
            let color = Color::hex(rgb);
            let found = nearest_readable(color, paper, ENOUGH_CONTRAST);
            let ratio = found.contrast(paper);
            assert!((ENOUGH_CONTRAST..ENOUGH_CONTRAST + 0.6).contains(&ratio), "{color} {found} {ratio}");
            let (a, b) = (Oklab::of(color), Oklab::of(found));
            let turned = (a.hue() - b.hue()).abs();
            assert!(a.chroma() < 0.01 || turned.min(std::f64::consts::TAU - turned) < 0.1, "{color} {found}");
        }
        let dark = Color::hex(0x0C_6B_73);
        assert_eq!(nearest_readable(dark, paper, ENOUGH_CONTRAST), dark);
    }
}
