//! A PNG as pixels, of any colour type and depth, reduced to as many pixels as a page can show.

use super::{Logo, Picture, checked_size, png};
use crate::render::color::Color;

/// The pixels of the largest logo on a page at more than 300 dots per inch.
const MOST_PIXELS: (usize, usize) = (720, 192);

/// Pixels, row by row from the upper left one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Red, green, blue and opacity of each.
    pub rgba: Vec<u8>,
}

/// Reads a PNG.
#[expect(clippy::cast_precision_loss, reason = "some thousand pixels")]
pub fn read(bytes: &[u8]) -> Result<Logo, String> {
    let (width, height, rgba) = png::decode(bytes)?;
    checked_size(width as f64, height as f64)?;
    if rgba.chunks_exact(4).all(|pixel| pixel[3] == 0) {
        return Err("is transparent all over: nothing would be seen of it".to_owned());
    }
    let whole = Raster { width, height, rgba };
    Ok(Logo { width: width as f64, height: height as f64, picture: Picture::Pixels(whole.shrunk()) })
}

impl Raster {
    /// As many pixels as a page can show, each the mean of a block of them.
    fn shrunk(self) -> Self {
        let by = self.width.div_ceil(MOST_PIXELS.0).max(self.height.div_ceil(MOST_PIXELS.1));
        if by <= 1 {
            return self;
        }
        let (width, height) = (self.width.div_ceil(by), self.height.div_ceil(by));
        let mut rgba = Vec::with_capacity(width * height * 4);
        for y in 0..height {
            for x in 0..width {
                rgba.extend(self.mean(x * by..(x * by + by).min(self.width), y * by..(y * by + by).min(self.height)));
            }
        }
        Self { width, height, rgba }
    }

    /// The mean of some pixels, weighted by opacity: a transparent pixel adds no colour.
    fn mean(&self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> [u8; 4] {
        let (mut sums, mut opacity, mut count) = ([0_u32; 3], 0_u32, 0_u32);
        for y in rows {
            for x in columns.clone() {
                let at = (y * self.width + x) * 4;
                let alpha = u32::from(self.rgba[at + 3]);
                for (sum, channel) in sums.iter_mut().zip(&self.rgba[at..at + 3]) {
                    *sum += u32::from(*channel) * alpha;
                }
                opacity += alpha;
                count += 1;
            }
        }
        let rounded = |sum: u32, by: u32| u8::try_from((sum + by / 2) / by.max(1)).unwrap_or(u8::MAX);
        let [r, g, b] = sums.map(|sum| rounded(sum, opacity));
        [r, g, b, rounded(opacity, count)]
    }

    /// Red, green and blue of each pixel on a ground.
    #[must_use]
    pub fn on(&self, ground: Color) -> Vec<u8> {
        let ground = ground.bytes();
        let over = |pixel: &[u8]| -> [u8; 3] {
            let opacity = u32::from(pixel[3]);
            std::array::from_fn(|at| {
                let mixed = u32::from(pixel[at]) * opacity + u32::from(ground[at]) * (255 - opacity);
                u8::try_from((mixed + 127) / 255).unwrap_or(u8::MAX)
            })
        };
        self.rgba.chunks_exact(4).flat_map(over).collect()
    }

    /// A PNG without metadata.
    ///
    /// # Errors
    ///
    /// If it cannot be encoded.
    pub fn png(&self) -> std::io::Result<Vec<u8>> {
        png::encode(self.width, self.height, &self.rgba)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn pixels(bytes: &[u8]) -> Raster {
        match read(bytes).unwrap().picture {
            Picture::Pixels(raster) => raster,
            Picture::Shapes(_) => unreachable!(),
        }
    }

    #[test]
    fn every_kind_of_png_becomes_the_same_pixels() {
        // The same picture written by other programs, in various depths, colour types, filters and interlacings.
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/brand/png");
        let read = |name: &str| pixels(&std::fs::read(folder.join(name)).unwrap());
        let rgba = read("rgba.png");
        assert_eq!((rgba.width, rgba.height), (13, 11));
        assert_eq!(rgba.rgba[..8], [255, 0, 0, 255, 0, 0, 0, 0]);
        for name in ["interlaced.png", "palette.png", "palette-2-bits.png", "sixteen-bits.png", "filtered.png"] {
            assert_eq!(read(name), rgba, "{name}");
        }
        let grey = read("grey.png");
        assert_eq!(grey.rgba[..4], [76, 76, 76, 255]);
        assert_eq!(read("grey-1-bit.png").rgba[..8], [255, 255, 255, 255, 0, 0, 0, 255]);
        assert_eq!(rgba.on(Color::hex(0xFF_FF_FF))[..6], [255, 0, 0, 255, 255, 255]);
    }

    #[test]
    fn a_large_one_is_made_smaller_and_comes_back_as_a_png() {
        let rgba = (0..1500 * 200).flat_map(|at| if at % 2 == 0 { [0, 0, 0, 255] } else { [9, 9, 9, 0] }).collect();
        let large = Raster { width: 1500, height: 200, rgba };
        let small = pixels(&large.png().unwrap());
        assert_eq!((small.width, small.height), (500, 67));
        // A transparent pixel does not lighten the black beside it.
        assert!(small.rgba.chunks_exact(4).all(|pixel| pixel[..3] == [0, 0, 0] && pixel[3] > 80));
        assert_eq!(pixels(&small.png().unwrap()), small);
    }

    #[test]
    fn other_files_than_pictures_are_refused_with_the_reason() {
        let png = |width: usize, height: usize, rgba: [u8; 4]| {
            Raster { width, height, rgba: rgba.repeat(width * height) }.png().unwrap()
        };
        let error = |bytes: &[u8]| read(bytes).unwrap_err();
        let whole = png(2, 2, [9, 9, 9, 255]);
        for end in [9, 20, 40, whole.len() - 5] {
            assert!(error(&whole[..end]).starts_with("is a damaged PNG: "), "{end}");
        }
        let mut spoilt = whole;
        spoilt[45] ^= 1;
        assert!(error(&spoilt).contains("a checksum is wrong"));
        assert!(error(&png(1, 1, [0; 4])).starts_with("is transparent all over"));
        assert!(error(&png(40, 1, [9; 4])).starts_with("is 40 by 1: a logo is at most 12 times as wide as high"));
    }
}
