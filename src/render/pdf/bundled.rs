//! The fonts inside the program: TrueType files, compressed by zstd to two fifths of their size, and unpacked when a
//! page first needs them.

use std::sync::OnceLock;

use anyhow::{Context, Result};
use rustybuzz::Face;

/// A font of the program.
pub struct Bundled {
    /// The PostScript name, used in the PDF.
    pub name: &'static str,
    /// The TrueType file, compressed.
    packed: &'static [u8],
    /// The unpacked file, from its first use on.
    file: OnceLock<Vec<u8>>,
}

impl Bundled {
    const fn new(name: &'static str, packed: &'static [u8]) -> Self {
        Self { name, packed, file: OnceLock::new() }
    }

    /// The TrueType file, and the font parsed from it.
    ///
    /// # Errors
    ///
    /// If the file inside the program is damaged.
    pub fn open(&'static self) -> Result<(&'static [u8], Face<'static>)> {
        let damaged = || format!("the font {} inside the program cannot be read", self.name);
        if self.file.get().is_none() {
            let file = zstd::decode_all(self.packed).with_context(damaged)?;
            // If two threads unpack it at once, both get the same bytes.
            let _ = self.file.set(file);
        }
        let data = self.file.get().with_context(damaged)?;
        Ok((data, Face::from_slice(data, 0).with_context(damaged)?))
    }
}

macro_rules! bundled {
    ($name:literal) => {
        Bundled::new($name, include_bytes!(concat!("../../../assets/fonts/", $name, ".ttf.zst")))
    };
}

/// The text face, in the order of [`Weight`](super::style::Weight).
pub static TEXT: [Bundled; 4] =
    [bundled!("Inter-Regular"), bundled!("Inter-Medium"), bundled!("Inter-SemiBold"), bundled!("Inter-Bold")];

/// Fonts for characters that the text face lacks, in the order in which they are tried. One more script takes one more
/// entry.
pub static FALLBACKS: [Bundled; 30] = [
    bundled!("NotoSansArabic-Regular"),
    bundled!("NotoSansHebrew-Regular"),
    bundled!("NotoSansDevanagari-Regular"),
    bundled!("NotoSansBengali-Regular"),
    bundled!("NotoSansGurmukhi-Regular"),
    bundled!("NotoSansGujarati-Regular"),
    bundled!("NotoSansOriya-Regular"),
    bundled!("NotoSansTamil-Regular"),
    bundled!("NotoSansTelugu-Regular"),
    bundled!("NotoSansKannada-Regular"),
    bundled!("NotoSansMalayalam-Regular"),
    bundled!("NotoSansSinhala-Regular"),
    bundled!("NotoSansThai-Regular"),
    bundled!("NotoSansLao-Regular"),
    bundled!("NotoSansKhmer-Regular"),
    bundled!("NotoSansMyanmar-Regular"),
    bundled!("NotoSansGeorgian-Regular"),
    bundled!("NotoSansArmenian-Regular"),
    bundled!("NotoSansEthiopic-Regular"),
    bundled!("NotoSansThaana-Regular"),
    bundled!("NotoSansNKo-Regular"),
    bundled!("NotoSansCherokee-Regular"),
    bundled!("NotoSansCanadianAboriginal-Regular"),
    bundled!("NotoSansTifinagh-Regular"),
    bundled!("NotoSansJavanese-Regular"),
    bundled!("NotoSansMongolian-Regular"),
    bundled!("NotoSansSyriac-Regular"),
    bundled!("NotoSansSymbols-Regular"),
    bundled!("NotoSansSymbols2-Regular"),
    bundled!("NotoEmoji-Regular"),
];
