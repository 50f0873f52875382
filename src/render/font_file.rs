//! Font files of a run: read and checked before any page is made.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use rustybuzz::ttf_parser::{Permissions, Tag, fonts_in_collection, name_id};
use rustybuzz::{Face, Variation};

use crate::harmless::shown_path;

/// Endings of font files, in lower case.
const ENDINGS: [&str; 4] = ["ttf", "otf", "ttc", "otc"];
/// The weight of regular text.
const REGULAR: u16 = 400;

/// A font given by the user.
#[derive(Debug, Clone)]
pub struct FontFile {
    /// PostScript name, as it is embedded.
    pub name: String,
    /// The file: one font, or a collection.
    pub data: Vec<u8>,
    /// Its index in a collection; 0 for a file with one font.
    pub index: u32,
}

/// A font to read: a file or folder, and an index in a collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontPath {
    /// The file or folder.
    pub path: PathBuf,
    /// The number of the font in a collection, from 1; `None` if it was not given.
    pub number: Option<u32>,
}

impl FontPath {
    /// `fonts.ttc`, or `fonts.ttc#3` for the third font of a collection. If a file has exactly that name, it is that
    /// file.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let whole = || Self { path: path.to_owned(), number: None };
        let Some((before, number)) = path.to_str().and_then(|text| text.rsplit_once('#')) else { return whole() };
        match number.parse() {
            Ok(number) if !path.exists() => Self { path: before.into(), number: Some(number) },
            Ok(_) | Err(_) => whole(),
        }
    }

    /// Reads a file, or all fonts of a folder: those of regular weight first, then by name. From a collection it takes
    /// the named font, or the first.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is not a font with outlines, or may not be embedded, or if a folder has no fonts.
    pub fn open(&self) -> Result<Vec<FontFile>> {
        if !self.path.is_dir() {
            return Ok(vec![FontFile::read(&self.path, self.number)?]);
        }
        ensure!(self.number.is_none(), "a folder has no numbered fonts: number those of a collection (.ttc)");
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            files.push(entry?.path());
        }
        let is_font = |ending: &std::ffi::OsStr| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known));
        files.retain(|file| file.extension().is_some_and(is_font));
        files.sort();
        ensure!(!files.is_empty(), "no font (.ttf, .otf, .ttc) in this folder");
        let read = |file: &PathBuf| FontFile::read(file, None).with_context(|| shown_path(file));
        let fonts = files.iter().map(read).collect::<Result<Vec<FontFile>>>()?;
        let mut ordered = Vec::new();
        for font in fonts {
            ordered.push((font.distance_from_text()?, font));
        }
        ordered.sort_by_key(|(distance, _)| *distance);
        Ok(ordered.into_iter().map(|(_, font)| font).collect())
    }
}

impl FontFile {
    fn read(path: &Path, number: Option<u32>) -> Result<Self> {
        let data = fs::read(path)?;
        if data.starts_with(b"wOFF") || data.starts_with(b"wOF2") {
            bail!("a compressed font for web pages (WOFF): give the .ttf or .otf that it was made from");
        }
        let count = fonts_in_collection(&data).unwrap_or(1);
        let number = number.unwrap_or(1);
        ensure!(
            (1..=count).contains(&number),
            "font {number} is asked for, and the file has {count}: number the fonts of a collection from 1"
        );
        let mut font = Self { name: String::new(), data, index: number - 1 };
        let face = font.face()?;
        let tables = face.tables();
        if tables.glyf.is_none() && tables.cff.is_none() && tables.cff2.is_none() {
            bail!("the font has pictures instead of outlines: give one with outlines");
        }
        ensure!(
            face.permissions() != Some(Permissions::Restricted),
            "its maker forbids embedding (OS/2 fsType): give another font"
        );
        let names = face.names();
        let name = names
            .into_iter()
            .filter(|name| name.name_id == name_id::POST_SCRIPT_NAME)
            .find_map(|name| name.to_string());
        // Only characters that are valid in a PDF name are kept.
        let letters = |text: String| -> String {
            text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect()
        };
        let name = name.map(letters).filter(|name| !name.is_empty());
        font.name = name.unwrap_or_else(|| "Font".to_owned());
        Ok(font)
    }

    /// Whether it is slanted, and how far its weight is from regular.
    fn distance_from_text(&self) -> Result<(bool, u16)> {
        let face = self.face()?;
        let weight = if face.is_variable() { REGULAR } else { face.weight().to_number() };
        Ok((face.is_italic(), weight.abs_diff(REGULAR)))
    }

    /// The font, parsed; a variable font at regular weight.
    ///
    /// # Errors
    ///
    /// If it is not a font.
    pub fn face(&self) -> Result<Face<'_>> {
        let mut face = Face::from_slice(&self.data, self.index).context("not a TrueType or OpenType font")?;
        if face.is_variable() {
            face.set_variations(&[Variation { tag: Tag::from_bytes(b"wght"), value: f32::from(REGULAR) }]);
        }
        Ok(face)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::pdf::bundled::FALLBACKS;

    fn open(path: &Path) -> Result<Vec<FontFile>> {
        FontPath::of(path).open()
    }

    fn refused(name: &str, bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        format!("{:#}", open(&path).unwrap_err())
    }

    fn names(fonts: &[FontFile]) -> Vec<&str> {
        fonts.iter().map(|font| font.name.as_str()).collect()
    }

    #[test]
    fn a_font_is_found_by_name_and_other_files_are_refused() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(format!("{name}.ttf"));
        for font in &FALLBACKS {
            fs::write(at(font.name), font.open()?.0)?;
        }
        assert_eq!(names(&open(&at("NotoSansThai-Regular"))?), ["NotoSansThai-Regular"]);
        assert_eq!(refused("a.ttf", b"no font"), "not a TrueType or OpenType font");
        assert!(refused("a.woff2", b"wOF2").starts_with("a compressed font for web pages"));
        let empty = tempfile::tempdir()?;
        assert_eq!(format!("{:#}", open(empty.path()).unwrap_err()), "no font (.ttf, .otf, .ttc) in this folder");
        let folder = open(folder.path())?;
        assert!(folder.len() == FALLBACKS.len());
        Ok(())
    }

    #[test]
    fn a_collection_has_numbered_fonts() -> Result<()> {
        let cjk = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fonts/NotoSansCJK-few.ttc");
        let at = |number: &str| PathBuf::from(format!("{}#{number}", cjk.display()));
        assert_eq!(names(&open(&cjk)?), ["NotoSansCJKjp-Regular"]);
        assert_eq!(names(&open(&at("1"))?), ["NotoSansCJKjp-Regular"]);
        assert_eq!(names(&open(&at("2"))?), ["NotoSansCJKsc-Regular"]);
        let message = |number: &str| format!("{:#}", open(&at(number)).unwrap_err());
        for number in ["0", "3"] {
            let expected =
                format!("font {number} is asked for, and the file has 2: number the fonts of a collection from 1");
            assert_eq!(message(number), expected);
        }
        assert!(open(&at("x")).is_err());
        Ok(())
    }

    #[test]
    fn the_weight_of_text_comes_first_in_a_folder() -> Result<()> {
        let folder = tempfile::tempdir()?;
        for font in crate::render::pdf::bundled::TEXT.iter().chain(&FALLBACKS[..1]) {
            fs::write(folder.path().join(format!("{}.ttf", font.name)), font.open()?.0)?;
        }
        let fonts = open(folder.path())?;
        let expected = ["Inter-Regular", "NotoSansArabic-Regular", "Inter-Medium", "Inter-SemiBold", "Inter-Bold"];
        assert_eq!(names(&fonts), expected);
        Ok(())
    }
}
