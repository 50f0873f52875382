//! The format and packing that a file's name indicates.

use std::path::Path;

use super::compression::Compression;
use super::format::{ENDINGS, InputFormat};

/// A name without the extension of its compression, and that compression.
#[must_use]
pub fn split_compression(name: &str) -> (&str, Option<Compression>) {
    for compression in [Compression::Gzip, Compression::Zstd] {
        if let Some(stem) = name.strip_suffix(compression.ending()) {
            return (stem, Some(compression));
        }
    }
    (name, None)
}

/// The format of files with that extension.
#[must_use]
pub fn format_of(ending: &str) -> Option<InputFormat> {
    ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, format)| *format)
}

/// The format that the extension of a name indicates, ignoring that of its compression.
#[must_use]
pub fn format_of_name(name: &str) -> Option<InputFormat> {
    let name = name.to_lowercase();
    let (stem, _) = split_compression(&name);
    Path::new(stem).extension().and_then(|ending| format_of(&ending.to_string_lossy()))
}
