//! The flags for the look of documents.

use std::path::{Path, PathBuf};

use clap::Args;

use super::guard::Files;
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::render::brand::{Brand, read};
use crate::render::font_file::FontPath;
use crate::render::look::Look;

/// The value of `--brand` for no brand, to override the config.
pub const NO_BRAND: &str = "none";

/// How documents look.
#[derive(Debug, Clone, Default, Args)]
pub struct LookFlags {
    /// The brand of the documents.
    #[command(flatten)]
    pub brand: BrandFlag,
    /// A font (.ttf, .otf, .ttc) or a folder of fonts for characters that the built-in fonts of a PDF lack, such as Chinese, Japanese and Korean; repeatable
    #[arg(long, value_name = "FILE|DIR", help_heading = "Output")]
    pub font: Vec<PathBuf>,
}

impl LookFlags {
    /// The files that these flags name.
    pub fn files(&self, files: &mut Files) {
        self.brand.files(files);
        let fonts = self.font.iter().map(|path| FontPath::of(path).path);
        for path in fonts.filter(|path| path.is_file()) {
            files.read("--font", &path);
        }
    }

    /// Reads the brand and the fonts.
    ///
    /// # Errors
    ///
    /// If the brand has mistakes, or a font cannot be embedded.
    pub fn load(&self) -> anyhow::Result<Look> {
        let mut fonts = Vec::new();
        for path in &self.font {
            let found = FontPath::of(path)
                .open()
                .map_err(|error| Failure::Usage.because(format!("--font {}: {error:#}", shown_path(path))))?;
            fonts.extend(found);
        }
        Ok(Look { brand: self.brand.load()?, fonts })
    }
}

/// The brand of the documents.
#[derive(Debug, Clone, Default, Args)]
pub struct BrandFlag {
    /// Name, logo, accent colour, footer and paper of your organisation for PDF, HTML, Excel and mail: a .toml file, or none
    #[arg(long, value_name = "FILE|none", help_heading = "Output")]
    pub brand: Option<PathBuf>,
}

impl BrandFlag {
    /// Whether a brand is named.
    #[must_use]
    pub fn is_named(&self) -> bool {
        self.path().is_some()
    }

    /// The path of the brand's file, if any.
    fn path(&self) -> Option<&Path> {
        self.brand.as_deref().filter(|path| *path != Path::new(NO_BRAND))
    }

    /// The files named, including the logo of the brand.
    pub fn files(&self, files: &mut Files) {
        let Some(path) = self.path() else { return };
        files.read("--brand", path);
        if let Some(logo) = read::logo_path(path) {
            files.read("the logo of --brand", &logo);
        }
    }

    /// Reads the brand, or returns the default.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or has mistakes.
    pub fn load(&self) -> anyhow::Result<Brand> {
        let open = |path: &Path| read::open(path).map_err(|error| Failure::about("brand", error));
        self.path().map_or_else(|| Ok(Brand::default()), open)
    }
}
