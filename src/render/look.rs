//! How documents look, whatever they say: chosen once a run, and passed to every renderer.

use super::brand::Brand;
use super::font_file::FontFile;

/// The look of a run's documents; the default is the program's own.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Whose documents these are.
    pub brand: Brand,
    /// The fonts of `--font`, tried after the program's own.
    pub fonts: Vec<FontFile>,
}

impl From<Brand> for Look {
    /// For documents that are not set in fonts.
    fn from(brand: Brand) -> Self {
        Self { brand, fonts: Vec::new() }
    }
}
