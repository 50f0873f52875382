//! The look of documents, independent of their content: chosen once per run, and passed to every renderer.

use super::brand::Brand;
use super::font_file::FontFile;

/// The look of a run's documents; the default is the program's own.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// The brand of the documents.
    pub brand: Brand,
    /// The fonts of `--font`, tried after the program's own.
    pub fonts: Vec<FontFile>,
}

impl From<Brand> for Look {
    /// The look for documents that use no fonts.
    fn from(brand: Brand) -> Self {
        Self { brand, fonts: Vec::new() }
    }
}
