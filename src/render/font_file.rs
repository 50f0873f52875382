//! Font files of a run: read whole and looked at before any page is set.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use rustybuzz::Face;
use rustybuzz::ttf_parser::{Permissions, Tag, name_id};

/// A font that somebody gave.
#[derive(Debug, Clone)]
pub struct FontFile {
    /// PostScript name, as it is embedded.
    pub name: String,
    /// The TrueType file.
    pub data: Vec<u8>,
}

impl FontFile {
    /// Reads a file, or all `.ttf` files of a folder in the order of their names.
    ///
    /// # Errors
    /// It cannot be read, is no TrueType font, or may not be embedded; a folder has none.
    pub fn open(path: &Path) -> Result<Vec<Self>> {
        if !path.is_dir() {
            return Ok(vec![Self::read(path)?]);
        }
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in fs::read_dir(path)? {
            files.push(entry?.path());
        }
        files.retain(|file| file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("ttf")));
        files.sort();
        ensure!(!files.is_empty(), "no .ttf file in this folder");
        files.iter().map(|file| Self::read(file).with_context(|| file.display().to_string())).collect()
    }

    fn read(path: &Path) -> Result<Self> {
        let mut font = Self { name: String::new(), data: fs::read(path)? };
        let face = font.face()?;
        if face.raw_face().table(Tag::from_bytes(b"glyf")).is_none() {
            bail!(
                "its outlines are not TrueType (`glyf`), which a PDF of this program needs: give a .ttf instead of an .otf"
            );
        }
        ensure!(
            face.permissions() != Some(Permissions::Restricted),
            "its licence bits forbid embedding: give another font"
        );
        let names = face.names();
        let name = names
            .into_iter()
            .filter(|name| name.name_id == name_id::POST_SCRIPT_NAME)
            .find_map(|name| name.to_string());
        // What a PDF takes as a name, whatever the file says.
        let letters = |text: String| -> String {
            text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect()
        };
        let name = name.map(letters).filter(|name| !name.is_empty());
        font.name = name.unwrap_or_else(|| "Font".to_owned());
        Ok(font)
    }

    /// The font, parsed.
    ///
    /// # Errors
    /// It is no font.
    pub fn face(&self) -> Result<Face<'_>> {
        Face::from_slice(&self.data, 0).context("it is no TrueType font")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::pdf::bundled::FALLBACKS;

    fn refused(name: &str, bytes: &[u8]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        format!("{:#}", FontFile::open(&path).unwrap_err())
    }

    #[test]
    fn a_font_is_taken_by_its_name_and_what_is_none_is_refused() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(format!("{name}.ttf"));
        for font in &FALLBACKS {
            fs::write(at(font.name), font.open()?.0)?;
        }
        let fonts = FontFile::open(&at("NotoSansThai-Regular"))?;
        assert_eq!(fonts.iter().map(|font| font.name.as_str()).collect::<Vec<_>>(), ["NotoSansThai-Regular"]);
        assert_eq!(refused("a.ttf", b"no font"), "it is no TrueType font");
        let empty = tempfile::tempdir()?;
        assert_eq!(format!("{:#}", FontFile::open(empty.path()).unwrap_err()), "no .ttf file in this folder");
        let folder = FontFile::open(folder.path())?;
        assert!(folder.len() == FALLBACKS.len() && folder.windows(2).all(|pair| pair[0].name <= pair[1].name));
        Ok(())
    }
}
