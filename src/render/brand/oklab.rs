//! Colours by lightness, chroma and hue, in Björn Ottosson's space Oklab: equal distances look equally different, and a
//! colour keeps its hue when it is made lighter or darker.

use crate::render::color::Color;

/// A colour in Oklab.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oklab {
    /// From black, 0, to white, 1.
    pub lightness: f64,
    /// From green to red.
    pub a: f64,
    /// From blue to yellow.
    pub b: f64,
}

impl Oklab {
    /// A colour of the screen.
    #[must_use]
    #[expect(clippy::many_single_char_names, reason = "the names of its author")]
    pub fn of(color: Color) -> Self {
        let [r, g, b] = color.linear();
        let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
        let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
        let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
        Self {
            lightness: 0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
            a: 1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
            b: 0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
        }
    }

    /// From lightness, chroma and hue in radians.
    #[must_use]
    pub fn polar(lightness: f64, chroma: f64, hue: f64) -> Self {
        Self { lightness, a: chroma * hue.cos(), b: chroma * hue.sin() }
    }

    /// The distance from grey.
    #[must_use]
    pub fn chroma(self) -> f64 {
        self.a.hypot(self.b)
    }

    /// In radians.
    #[must_use]
    pub fn hue(self) -> f64 {
        self.b.atan2(self.a)
    }

    /// How different two colours look: 0.02 is just visible side by side, black and white are 1 apart.
    #[must_use]
    pub fn distance(self, other: Self) -> f64 {
        let (light, a, b) = (self.lightness - other.lightness, self.a - other.a, self.b - other.b);
        (light * light + a * a + b * b).sqrt()
    }

    /// As a colour of the screen; `None` if no screen can show it.
    #[must_use]
    pub fn color(self) -> Option<Color> {
        let l = (self.lightness + 0.396_337_777_4 * self.a + 0.215_803_757_3 * self.b).powi(3);
        let m = (self.lightness - 0.105_561_345_8 * self.a - 0.063_854_172_8 * self.b).powi(3);
        let s = (self.lightness - 0.089_484_177_5 * self.a - 1.291_485_548_0 * self.b).powi(3);
        let linear = [
            4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
            -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
            -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
        ];
        // Slightly outside counts as inside, to allow for rounding.
        let is_shown = linear.iter().all(|channel| (-0.000_5..=1.000_5).contains(channel));
        let gamma = |c: f64| if c <= 0.003_130_8 { c * 12.92 } else { 1.055 * c.powf(1.0 / 2.4) - 0.055 };
        is_shown.then(|| Color::from_channels(linear.map(gamma)))
    }

    /// The colour with that lightness and hue, and with at most that chroma: as much as a screen can show.
    #[must_use]
    pub fn shown(lightness: f64, chroma: f64, hue: f64) -> Color {
        if let Some(color) = Self::polar(lightness, chroma, hue).color() {
            return color;
        }
        let (mut low, mut high) = (0.0, chroma);
        for _ in 0..12 {
            let middle = f64::midpoint(low, high);
            if Self::polar(lightness, middle, hue).color().is_some() { low = middle } else { high = middle }
        }
        let grey = Color::from_channels([lightness; 3]);
        Self::polar(lightness, low, hue).color().unwrap_or(grey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colors_are_those_of_the_authors_table_and_come_back() {
        let white = Oklab::of(Color::hex(0xFF_FF_FF));
        assert!((white.lightness - 1.0).abs() < 1e-4 && white.chroma() < 1e-4, "{white:?}");
        let red = Oklab::of(Color::hex(0xFF_00_00));
        assert!((red.lightness - 0.628).abs() < 1e-3 && (red.a - 0.2249).abs() < 1e-3 && (red.b - 0.1258).abs() < 1e-3);
        for rgb in [0x00_00_00, 0xFF_FF_FF, 0x0C_6B_73, 0xFF_DD_00, 0x12_34_56, 0xA1_2B_1B] {
            assert_eq!(Oklab::of(Color::hex(rgb)).color(), Some(Color::hex(rgb)), "{rgb:06x}");
        }
        assert_eq!(Oklab::polar(0.5, 0.4, 2.0).color(), None);
    }
}
