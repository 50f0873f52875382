//! The picture on the first page: paths of an SVG, or the pixels of a PNG. The whole file is read and checked before
//! the log. A picture that a page cannot show exactly is refused.

mod png;
mod raster;
mod svg;

use std::fs;
use std::io::Read as _;
use std::path::Path;

pub use self::raster::Raster;
pub use self::svg::path::{FillRule, FilledPath, Outline, PathSegment};
use super::palette::PAPER;

/// Maximum size of a logo's file, in bytes.
const LARGEST: u64 = 2 << 20;

/// A brand's picture on the first page, and its size.
#[derive(Debug, Clone, PartialEq)]
pub struct Logo {
    /// Its width, in its own units.
    pub width: f64,
    /// Its height, in its own units.
    pub height: f64,
    /// The visible part.
    pub picture: Picture,
}

/// The visible part of a logo.
#[derive(Debug, Clone, PartialEq)]
pub enum Picture {
    /// Filled shapes, drawn one over the other.
    Shapes(Vec<FilledPath>),
    /// Of a PNG file.
    Pixels(Raster),
}

impl Logo {
    /// Reads a PNG or an SVG, recognised by its content.
    ///
    /// # Errors
    ///
    /// The fault, and its remedy.
    pub fn open(path: &Path) -> Result<Self, String> {
        let mut bytes = Vec::new();
        let file = fs::File::open(path).map_err(|error| format!("cannot be read: {error}"))?;
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
        if bytes.len() as u64 > LARGEST {
            return Err(format!("is larger than {} MB: a logo is small on paper, so make it smaller", LARGEST >> 20));
        }
        Self::read(&bytes)
    }

    /// The same from bytes.
    ///
    /// # Errors
    ///
    /// The faults, and their remedies.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        if bytes.is_empty() {
            return Err("is empty".to_owned());
        }
        if let Some(what) = other_kind(bytes) {
            return Err(format!("is {what}: give a PNG or an SVG"));
        }
        let logo = if bytes.starts_with(png::SIGNATURE) { raster::read(bytes)? } else { svg::read(svg_text(bytes)?)? };
        if !logo.is_seen() {
            return Err(
                "is white, or almost: nothing of it would be seen on white paper; give the version for light grounds"
                    .to_owned(),
            );
        }
        Ok(logo)
    }

    /// Whether any part is visible on paper.
    fn is_seen(&self) -> bool {
        /// A colour whose darkest channel is above this counts as white.
        const WHITE: u8 = 0xF0;
        let is_seen = |channels: &[u8]| channels.iter().any(|channel| *channel < WHITE);
        match &self.picture {
            Picture::Shapes(shapes) => shapes.iter().any(|shape| is_seen(&shape.fill.bytes())),
            Picture::Pixels(pixels) => pixels.on(PAPER).chunks_exact(3).any(is_seen),
        }
    }

    /// The largest size in that box that keeps the proportions of the logo.
    #[must_use]
    pub fn within(&self, width: f64, height: f64) -> (f64, f64) {
        let scale = (width / self.width).min(height / self.height);
        (self.width * scale, self.height * scale)
    }
}

/// The kind of a file that cannot be a logo; `None` if it may be one.
fn other_kind(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 11] = [
        (b"\xFF\xD8\xFF", "a JPEG"),
        (b"GIF8", "a GIF"),
        (b"BM", "a BMP"),
        (b"II*\0", "a TIFF"),
        (b"MM\0*", "a TIFF"),
        (b"\0\0\x01\0", "an icon (ICO)"),
        (b"%PDF-", "a PDF"),
        (b"%!PS", "a PostScript file (EPS, AI)"),
        (b"\x1F\x8B", "compressed (as an SVGZ is)"),
        (b"PK\x03\x04", "a ZIP archive"),
        (b"8BPS", "a Photoshop file"),
    ];
    match bytes {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("a WebP"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("an AVIF or HEIC"),
        _ => KINDS.iter().find(|(begin, _)| bytes.starts_with(begin)).map(|(_, what)| *what),
    }
}

fn svg_text(bytes: &[u8]) -> Result<&str, String> {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err("is in UTF-16: save the SVG as UTF-8".to_owned());
    }
    let is_svg = |bytes: &[u8]| [&b"<svg"[..], b":svg"].iter().any(|tag| memchr::memmem::find(bytes, tag).is_some());
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').trim_start(),
        Err(_) if is_svg(bytes) => return Err("is not in UTF-8: save the SVG as UTF-8".to_owned()),
        Err(_) => return Err("is neither a PNG nor an SVG".to_owned()),
    };
    let begin = text.get(..text.len().min(15)).unwrap_or_default().to_ascii_lowercase();
    if begin.starts_with("<!doctype html") || begin.starts_with("<html") {
        return Err("is a web page: save the picture itself as a PNG or an SVG".to_owned());
    }
    if text.starts_with('<') && is_svg(bytes) { Ok(text) } else { Err("is neither a PNG nor an SVG".to_owned()) }
}

/// Checks the proportions of a logo. Beyond the limit it would be a line.
fn checked_size(width: f64, height: f64) -> Result<(), String> {
    const MOST: f64 = 12.0;
    if width <= 0.0 || height <= 0.0 {
        return Err(format!("is {width} by {height}: it has no area; write its size on its svg element"));
    }
    if width / height <= MOST && height / width <= MOST {
        return Ok(());
    }
    Err(format!("is {width:.0} by {height:.0}: a logo is at most {MOST:.0} times as wide as high, or as high as wide"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_a_logo_is_named() {
        let svg = |inside: &str| format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 4'>{inside}</svg>");
        let utf16: Vec<u8> =
            [0xFEFF_u16].into_iter().chain(svg("").encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let latin = [svg("<title>Caf").as_bytes(), b"\xE9</title>"].concat();
        let white = svg("<rect width='8' height='4' fill='#fff'/><rect width='2' height='2' fill='#fafafa'/>");
        let cases: [(&[u8], &str); 17] = [
            (b"", "is empty"),
            (b"\xFF\xD8\xFF\xE0", "is a JPEG: give a PNG or an SVG"),
            (b"GIF89a", "is a GIF"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "is a WebP"),
            (b"RIFF\x10\0\0\0WAVEfmt ", "is neither a PNG nor an SVG"),
            (b"\0\0\0\x1cftypavif", "is an AVIF or HEIC"),
            (b"%PDF-1.7", "is a PDF"),
            (b"%!PS-Adobe-3.0 EPSF-3.0", "is a PostScript file (EPS, AI)"),
            (b"\x1F\x8B\x08", "is compressed (as an SVGZ is)"),
            (b"II*\0", "is a TIFF"),
            (b"<!DOCTYPE html><svg></svg>", "is a web page: save the picture itself"),
            (b"Acme", "is neither a PNG nor an SVG"),
            (b"\xE9\xE9", "is neither a PNG nor an SVG"),
            (&utf16, "is in UTF-16: save the SVG as UTF-8"),
            (&latin, "is not in UTF-8: save the SVG as UTF-8"),
            (white.as_bytes(), "is white, or almost: nothing of it would be seen on white paper"),
            (b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 0 0'/>", "is 0 by 0: it has no area"),
        ];
        for (bytes, expected) in cases {
            let error = Logo::read(bytes).unwrap_err();
            assert!(error.starts_with(expected), "{expected}: {error}");
        }
        let yellow = svg("<rect width='8' height='4' fill='#ff0'/>");
        assert!(Logo::read(yellow.as_bytes()).is_ok());
        let pixels = |rgba: [u8; 4]| Raster { width: 2, height: 2, rgba: rgba.repeat(4) }.png().unwrap();
        assert!(Logo::read(&pixels([255, 255, 255, 255])).unwrap_err().starts_with("is white, or almost"));
        assert!(Logo::read(&pixels([0, 0, 0, 5])).unwrap_err().starts_with("is white, or almost"));
        assert!(Logo::read(&pixels([0, 0, 0, 255])).is_ok());
    }
}
