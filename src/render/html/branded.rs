//! The brand of a page: colours that override the style sheet, logo or name above the title, and footer.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::page::{HtmlPage, thousandths};
use crate::render::brand::Brand;
use crate::render::brand::logo::{FillRule, Logo, Outline, PathSegment, Picture};
use crate::render::brand::paper::Paper;
use crate::render::brand::ramp::{self, JudgementColors};
use crate::render::color::Color;

/// The accent of the tints below; the tints of other accents have the same lightness.
const MODEL: Color = Color::hex(0x1F_5F_A8);
/// Its tints on a light background: the fill behind the accent, and the shades of heatmaps.
const LIGHT: [Color; 7] = [
    Color::hex(0xB9_D0_EA),
    Color::hex(0xE6_EE_F8),
    Color::hex(0xC6_DA_F0),
    Color::hex(0x98_BD_E3),
    Color::hex(0x5F_95_CD),
    Color::hex(0x2F_6D_B0),
    Color::hex(0x17_46_7C),
];
/// The accent on a dark background, and its tints there.
const DARK_ACCENT: Color = Color::hex(0x74_B0_F2);
const DARK: [Color; 7] = [
    Color::hex(0x33_50_6F),
    Color::hex(0x1C_2F_44),
    Color::hex(0x0023_4364),
    Color::hex(0x2C_5A_88),
    Color::hex(0x4A_86_C4),
    Color::hex(0x84_B5_EC),
    Color::hex(0xCF_E3_FA),
];
/// The colours of judgement on a dark background.
const DARK_JUDGED: JudgementColors =
    JudgementColors { better: Color::hex(0x79_D3_94), worse: Color::hex(0xFF_9A_91), missed: Color::hex(0xE9_B7_65) };
/// Luminances of text that is readable on every dark background.
const DARK_READABLE: (f64, f64) = (0.27, 0.8);
/// Fills of a stacked bar on a dark background, after the accent and its dark tint; all differ in lightness.
const DARK_GREYS: [Color; 3] = [Color::hex(0xD5_DD_E2), Color::hex(0x77_83_8F), Color::hex(0x58_63_70)];

/// The rules after the style sheet: the colours of the brand's or the program's accent, and the brand.
pub fn style(brand: &Brand) -> String {
    let palette = brand.palette();
    let accent = palette.accent;
    let like = |model: Color| ramp::like(model, MODEL, accent);
    let mut css = colors(accent, LIGHT.map(like), palette.judged, palette.stack);
    let dark = like(DARK_ACCENT);
    let tints = DARK.map(like);
    let [light, grey, dim] = DARK_GREYS;
    let judged = ramp::judged(dark, DARK_JUDGED, DARK_READABLE);
    let colors = colors(dark, tints, judged, [dark, tints[2], light, grey, dim]);
    css.push_str(&format!("@media screen and (prefers-color-scheme: dark) {{\n{colors}}}\n"));
    if brand.logo.is_some() || brand.name.is_some() {
        css.push_str(
            ".brand { margin: 0 0 0.75rem; font-weight: 600; color: var(--accent); overflow-wrap: anywhere; }\n\
             .brand .logo { display: block; width: auto; height: auto; max-width: min(100%, 15rem); max-height: 3.5rem; }\n\
             @media screen and (prefers-color-scheme: dark) { .brand .logo { background: #ffffff; padding: 0.4rem; border-radius: 4px; box-sizing: content-box; } }\n",
        );
    }
    match brand.paper() {
        Paper::A4 => {}
        Paper::Letter => css.push_str("@page { size: Letter; margin: 14mm; }\n"),
    }
    css
}

/// The colours of the style sheet for a light or dark background.
fn colors(accent: Color, [soft, tints @ ..]: [Color; 7], judged: JudgementColors, parts: [Color; 5]) -> String {
    let JudgementColors { better, worse, .. } = judged;
    let numbered = |name: &str, from: usize, colors: &[Color]| -> String {
        colors.iter().zip(from..).map(|(color, nth)| format!(" --{name}{nth}: {color};")).collect()
    };
    format!(
        ":root {{ --accent: {accent}; --soft: {soft}; --better: {better}; --worse: {worse};{}{} }}\n",
        numbered("part", 0, &parts),
        numbered("h", 1, &tints)
    )
}

/// The logo, or else the name. `alt_text` is read aloud instead of a logo without a name.
pub fn head(page: &mut HtmlPage, brand: &Brand, alt_text: &str) {
    match (&brand.logo, &brand.name) {
        (Some(logo), name) => {
            page.raw("<div class=\"brand\">");
            picture(page, logo, name.as_deref().unwrap_or(alt_text));
            page.raw("</div>\n");
        }
        (None, Some(name)) => page.element("p", "brand", name),
        (None, None) => {}
    }
}

/// The logo, embedded: nothing is fetched.
fn picture(page: &mut HtmlPage, logo: &Logo, alt_text: &str) {
    match &logo.picture {
        Picture::Pixels(pixels) => {
            // Decoded pixels can always be encoded again; otherwise the name is shown.
            let png = pixels.png().map(|png| STANDARD.encode(png)).unwrap_or_default();
            page.raw(&format!(
                "<img class=\"logo\" width=\"{}\" height=\"{}\" src=\"data:image/png;base64,{png}\" alt=\"",
                pixels.width, pixels.height
            ));
            page.text(alt_text);
            page.raw("\"/>");
        }
        Picture::Shapes(shapes) => {
            /// The width of the drawing in its own units; with one decimal this is precise enough.
            const WIDE: f64 = 1000.0;
            let scale = WIDE / logo.width;
            let (width, height) = logo.within(240.0, 56.0);
            page.raw(&format!(
                "<svg class=\"logo\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"",
                thousandths(width),
                thousandths(height),
                thousandths(WIDE),
                thousandths(logo.height * scale)
            ));
            page.text(alt_text);
            page.raw("\">");
            for shape in shapes {
                let rule = match shape.rule {
                    FillRule::NonZero => "",
                    FillRule::EvenOdd => " fill-rule=\"evenodd\"",
                };
                let data: String = shape.outlines.iter().map(|outline| path(outline, scale)).collect();
                page.raw(&format!("<path fill=\"{}\"{rule} d=\"{data}\"/>", shape.fill));
            }
            page.raw("</svg>");
        }
    }
}

/// An outline as data of a path.
fn path(outline: &Outline, scale: f64) -> String {
    let point = |[x, y]: [f64; 2]| {
        let tenths = |value: f64| {
            let text = format!("{:.1}", value * scale);
            text.trim_end_matches(".0").to_owned()
        };
        format!("{} {}", tenths(x), tenths(y))
    };
    let step = |step: &PathSegment| match *step {
        PathSegment::Line(end) => format!("L{}", point(end)),
        PathSegment::Curve([first, second, end]) => format!("C{} {} {}", point(first), point(second), point(end)),
    };
    format!("M{}{}Z", point(outline.begin), outline.steps.iter().map(step).collect::<String>())
}

/// The footer's text, above the line of the program.
pub fn footer(page: &mut HtmlPage, brand: &Brand) {
    if let Some(footer) = &brand.footer {
        page.element("p", "", footer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::brand::ramp::is_apart;
    use crate::render::color::ENOUGH_CONTRAST;

    #[test]
    fn without_a_brand_nothing_is_added() {
        let mut page = HtmlPage::default();
        head(&mut page, &Brand::default(), "Logo");
        footer(&mut page, &Brand::default());
        assert_eq!(page.into_text(), "");
        // The accent of the PDF.
        assert!(style(&Brand::default()).starts_with(":root { --accent: #0c6b73;"), "{}", style(&Brand::default()));
    }

    /// The colours that a style sheet gives to names, the last one of each.
    fn named(css: &str) -> std::collections::BTreeMap<String, Color> {
        let pairs = css.split([';', '{']).filter_map(|rule| rule.trim().strip_prefix("--")?.split_once(": "));
        pairs.map(|(name, color)| (name.to_owned(), Color::parse(color.trim()).unwrap())).collect()
    }

    #[test]
    fn colors_are_readable_on_light_and_dark_ground() {
        for rgb in [0x0B_5F_FF, 0xC8_10_2E, 0x00_7A_33, 0x6B_00_B6, 0x00_00_00, 0x55_55_55, 0x7A_5C_00, 0xB0_00_7A] {
            let css = style(&Brand { accent: Some(Color::hex(rgb)), ..Brand::default() });
            let (light, dark) = css.split_once("@media").unwrap();
            for (css, grounds) in [(light, [0xFF_FF_FF, 0xF3_F5_F7]), (dark, [0x12_17_1D, 0x1C_23_2B])] {
                let color = named(css);
                assert_eq!(color.len(), 15, "{css}");
                for (name, ground) in ["better", "worse", "accent"].into_iter().flat_map(|n| grounds.map(|g| (n, g))) {
                    // The accent is used for large numbers on the panel.
                    let least = if name == "accent" { 4.0 } else { ENOUGH_CONTRAST };
                    assert!(color[name].contrast(Color::hex(ground)) >= least, "{name} on {ground:06x}: {css}");
                }
                for (a, b) in [("accent", "better"), ("accent", "worse"), ("better", "worse")] {
                    assert!(is_apart(color[a], color[b]), "{a} and {b}: {css}");
                }
                let (ink, dark_ink) =
                    if grounds[0] == 0xFF_FF_FF { (0x16_20_2A, 0x10_16_1D) } else { (0xE9_EE_F3, 0x10_16_1D) };
                for (name, text) in [("h1", ink), ("h2", ink), ("h3", dark_ink)] {
                    if name == "h3" && grounds[0] != 0xFF_FF_FF {
                        continue;
                    }
                    assert!(color[name].contrast(Color::hex(text)) >= ENOUGH_CONTRAST, "{name}: {css}");
                }
                let parts: Vec<Color> = (0..5).map(|nth| color[&format!("part{nth}")]).collect();
                assert!(parts.windows(2).all(|pair| pair[0].contrast(pair[1]) >= 1.3), "{css}");
            }
        }
    }
}
