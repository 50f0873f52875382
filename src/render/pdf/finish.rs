//! The last pass over the file: what printpdf leaves out, or fills in from a process-wide counter.

use anyhow::{Context, Result};
use lopdf::{Dictionary, Document, Object, ObjectId, SaveOptions, StringFormat};

use super::canvas::Bookmark;

/// What the file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meta {
    /// Shown in the window's title.
    pub title: String,
    /// The language of its texts, as in BCP 47.
    pub language: &'static str,
    /// Name and version of the program that wrote it.
    pub program: String,
    /// As a PDF writes a date, from the report and never from the clock.
    pub created: Option<String>,
}

/// Finishes and saves a file.
///
/// # Errors
/// The file has no catalog, or cannot be serialized.
pub fn finish(mut document: Document, meta: &Meta, bookmarks: &[Bookmark]) -> Result<Vec<u8>> {
    "1.7".clone_into(&mut document.version);
    let pages: Vec<ObjectId> = document.page_iter().collect();
    let outline = outline(&mut document, &pages, bookmarks);
    let catalog = document.catalog_mut().context("the PDF has no catalog")?;
    catalog.set("Lang", Object::string_literal(meta.language));
    catalog.set("ViewerPreferences", dictionary([("DisplayDocTitle", true.into())]));
    catalog.set("Outlines", outline);
    for page in pages {
        let page = document.get_dictionary_mut(page).context("a page of the PDF is missing")?;
        page.remove(b"Annots");
    }
    // Replaced as a whole: printpdf's has an id from its counter and an empty conformance.
    let info = document.add_object(info(meta));
    if let Ok(Object::Reference(old)) = document.trailer.get(b"Info") {
        let old = *old;
        document.objects.remove(&old);
    }
    document.trailer.set("Info", info);
    document.compress();
    // Named after its content: the same report gives the same file.
    document.trailer.remove(b"ID");
    let id = Object::String(fnv(&save(document.clone())?).to_be_bytes().to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    save(document)
}

fn save(mut document: Document) -> Result<Vec<u8>> {
    let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true).build();
    let mut bytes = Vec::new();
    document.save_with_options(&mut bytes, options).context("the PDF cannot be serialized")?;
    Ok(bytes)
}

fn info(meta: &Meta) -> Dictionary {
    let mut info = Dictionary::new();
    info.set("Title", text(&meta.title));
    info.set("Creator", text(&meta.program));
    info.set("Producer", text(&meta.program));
    if let Some(created) = &meta.created {
        info.set("CreationDate", Object::string_literal(created.as_str()));
    }
    info
}

/// Sections, each with its place; a flat list.
fn outline(document: &mut Document, pages: &[ObjectId], bookmarks: &[Bookmark]) -> ObjectId {
    let root = document.new_object_id();
    let ids: Vec<ObjectId> = bookmarks.iter().map(|_| document.new_object_id()).collect();
    for (i, (bookmark, &id)) in bookmarks.iter().zip(&ids).enumerate() {
        let mut entry = dictionary([("Title", text(&bookmark.title)), ("Parent", root.into())]);
        if let Some(&page) = pages.get(bookmark.page) {
            #[expect(clippy::cast_possible_truncation, reason = "a place on a page, in whole points")]
            let y = bookmark.height.round() as i64;
            entry.set("Dest", vec![page.into(), "XYZ".into(), Object::Null, y.into(), Object::Null]);
        }
        if let Some(&before) = i.checked_sub(1).and_then(|i| ids.get(i)) {
            entry.set("Prev", before);
        }
        if let Some(&after) = ids.get(i + 1) {
            entry.set("Next", after);
        }
        document.set_object(id, entry);
    }
    let mut list = dictionary([("Type", "Outlines".into())]);
    if let (Some(&first), Some(&last)) = (ids.first(), ids.last()) {
        list.set("First", first);
        list.set("Last", last);
        list.set("Count", i64::try_from(ids.len()).unwrap_or(i64::MAX));
    }
    document.set_object(root, list);
    root
}

fn dictionary<const N: usize>(entries: [(&str, Object); N]) -> Dictionary {
    entries.into_iter().collect()
}

fn text(text: &str) -> Object {
    Object::String(utf16(text), StringFormat::Hexadecimal)
}

/// A text as a PDF takes it wherever letters beyond ASCII may occur.
#[must_use]
pub fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect()
}

/// FNV-1a over 128 bits: names content, keeps no secret.
#[must_use]
pub fn fnv(bytes: &[u8]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(BASIS, |hash, &byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // From the reference vectors of the algorithm's authors.
        assert_eq!(fnv(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(fnv(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }

    #[test]
    fn texts_are_utf_16() {
        assert_eq!(utf16("é"), [0xFE, 0xFF, 0x00, 0xE9]);
        assert_eq!(utf16("😀"), [0xFE, 0xFF, 0xD8, 0x3D, 0xDE, 0x00]);
    }
}
