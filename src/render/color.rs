//! Colours and the contrast between them, as WCAG 2 defines it.

use std::fmt;

/// An opaque sRGB colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color {
    red: u8,
    green: u8,
    blue: u8,
}

/// The contrast that WCAG requires between small text and its background.
pub const ENOUGH_CONTRAST: f64 = 4.5;

impl Color {
    /// From six hexadecimal digits.
    #[must_use]
    pub const fn hex(rgb: u32) -> Self {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Self { red, green, blue }
    }

    /// From `#0b5fff`, or `#05f` for `#0055ff`; the `#` may be left out.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let whole: String = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            6 => digits.to_owned(),
            _ => return None,
        };
        u32::from_str_radix(&whole, 16).ok().map(Self::hex)
    }

    /// From red, green and blue, 0 to 1; other values are clamped.
    #[must_use]
    pub fn from_channels(channels: [f64; 3]) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 255")]
        let [red, green, blue] = channels.map(|channel| (channel.clamp(0.0, 1.0) * 255.0).round() as u8);
        Self { red, green, blue }
    }

    /// Red, green and blue, 0 to 255.
    #[must_use]
    pub const fn bytes(self) -> [u8; 3] {
        [self.red, self.green, self.blue]
    }

    /// Red, green and blue, 0 to 1.
    #[must_use]
    pub fn channels(self) -> [f64; 3] {
        [self.red, self.green, self.blue].map(|channel| f64::from(channel) / 255.0)
    }

    /// Red, green and blue as amounts of light, 0 to 1.
    #[must_use]
    pub fn linear(self) -> [f64; 3] {
        self.channels().map(|c| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) })
    }

    /// Relative luminance: 0 for black, 1 for white.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let [red, green, blue] = self.linear();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast ratio with another colour, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The one of two text colours that has more contrast on this background; the first if both are equal.
    #[must_use]
    pub fn readable(self, first: Self, second: Self) -> Self {
        if self.contrast(first) >= self.contrast(second) { first } else { second }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_that_of_wcag() {
        let (black, white) = (Color::hex(0), Color::hex(0xFF_FF_FF));
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((white.contrast(white) - 1.0).abs() < 1e-9);
        // The lightest grey that passes on white.
        assert!(Color::hex(0x76_76_76).contrast(white) >= ENOUGH_CONTRAST);
        assert!(Color::hex(0x77_77_77).contrast(white) < ENOUGH_CONTRAST);
        assert_eq!(Color::hex(0x20_20_20).readable(black, white), white);
    }

    #[test]
    fn a_color_is_read_as_people_write_it() {
        for (text, shown) in [("#0B5FFF", "#0b5fff"), ("0b5fff", "#0b5fff"), ("#05f", "#0055ff"), ("#fff", "#ffffff")] {
            assert_eq!(Color::parse(text).map(|color| color.to_string()).as_deref(), Some(shown), "{text}");
        }
        for text in ["", "#", "blue", "#12", "#1234", "#12345g", "##123456", "#+12345", "rgb(1,2,3)"] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }
}
