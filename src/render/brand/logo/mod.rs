//! The picture on the first page: paths of an SVG, or the pixels of a PNG. Either is read whole and checked before a log is,
//! and what a page could not show as it is drawn is refused.

mod png;
mod raster;
mod svg;

use std::fs;
use std::io::Read as _;
use std::path::Path;

pub use self::raster::Raster;
pub use self::svg::path::{FillRule, FilledPath, Outline, PathSegment};

/// Bytes of a file that can be a logo, at most.
const LARGEST: u64 = 2 << 20;

/// A logo.
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
    /// Pixels.
    Pixels(Raster),
}

impl Logo {
    /// Reads a PNG or an SVG, told by its content.
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
        const OTHERS: [(&[u8], &str); 5] = [
            (b"\xFF\xD8\xFF", "a JPEG"),
            (b"GIF8", "a GIF"),
            (b"RIFF", "a WebP"),
            (b"%PDF-", "a PDF"),
            (b"\x1F\x8B", "compressed"),
        ];
        if bytes.starts_with(png::SIGNATURE) {
            return raster::read(bytes);
        }
        if let Some((_, what)) = OTHERS.iter().find(|(begin, _)| bytes.starts_with(begin)) {
            return Err(format!("is {what}: give a PNG or an SVG"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| "is neither a PNG nor an SVG".to_owned())?;
        let text = text.trim_start_matches('\u{feff}').trim_start();
        if text.starts_with('<') && (text.contains("<svg") || text.contains(":svg")) {
            return svg::read(text);
        }
        Err("is neither a PNG nor an SVG".to_owned())
    }

    /// The largest size in that box, with the proportions of the logo.
    #[must_use]
    pub fn within(&self, width: f64, height: f64) -> (f64, f64) {
        let scale = (width / self.width).min(height / self.height);
        (self.width * scale, self.height * scale)
    }
}

/// Checks the size of a logo. Beyond this it would be a line.
fn checked_size(width: f64, height: f64) -> Result<(), String> {
    const MOST: f64 = 12.0;
    if width > 0.0 && height > 0.0 && width / height <= MOST && height / width <= MOST {
        return Ok(());
    }
    Err(format!("is {width:.0} by {height:.0}: a logo is at most {MOST:.0} times as wide as high, or as high as wide"))
}
