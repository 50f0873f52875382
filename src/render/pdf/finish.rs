//! The last pass over the file: adds what printpdf leaves out, and replaces what it fills in from a process-wide
//! counter.

use anyhow::{Context, Result};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat};

use super::canvas::Bookmark;
use super::objects::{dictionary, fnv, text};
use super::owner::ElementId;
use super::running::Layout;
use super::xmp::Meta;
use super::{save, tags, xmp};

/// The sRGB profile of the pages' colours: an archive needs it to show them alike on every device.
const PROFILE: &[u8] = include_bytes!("../../../assets/color/sRGB.icc");
/// The standard name of that profile.
const PROFILE_NAME: &str = "sRGB IEC61966-2.1";

/// Finishes and saves a file as PDF/A-2a and PDF/UA-1. `sequences` has, for each page, the elements of its numbered
/// marks.
///
/// # Errors
///
/// If the file has no catalog, or cannot be serialized.
pub fn finish(mut document: Document, meta: &Meta, layout: &Layout, sequences: &[Vec<ElementId>]) -> Result<Vec<u8>> {
    "1.7".clone_into(&mut document.version);
    let pages: Vec<ObjectId> = document.page_iter().collect();
    let outline = outline(&mut document, &pages, &layout.bookmarks);
    let tree = tags::add(&mut document, layout, &pages, sequences)?;
    // Never compressed: programs read it that do not parse the rest of a PDF.
    let kind = dictionary([("Type", "Metadata".into()), ("Subtype", "XML".into())]);
    let packet = document.add_object(Stream::new(kind, xmp::packet(meta).into_bytes()).with_compression(false));
    let profile = document.add_object(Stream::new(dictionary([("N", 3.into())]), PROFILE.to_vec()));
    let intent = dictionary([
        ("Type", "OutputIntent".into()),
        ("S", "GTS_PDFA1".into()),
        ("OutputConditionIdentifier", Object::string_literal(PROFILE_NAME)),
        ("Info", Object::string_literal(PROFILE_NAME)),
        ("DestOutputProfile", profile.into()),
    ]);
    let catalog = document.catalog_mut().context("the PDF has no catalog")?;
    catalog.set("Lang", Object::string_literal(meta.language));
    catalog.set("ViewerPreferences", dictionary([("DisplayDocTitle", true.into())]));
    catalog.set("Outlines", outline);
    catalog.set("MarkInfo", dictionary([("Marked", true.into())]));
    catalog.set("StructTreeRoot", tree);
    catalog.set("Metadata", packet);
    catalog.set("OutputIntents", vec![intent.into()]);
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
    save::compress(&mut document);
    // An id made from the content: the same report gives the same file.
    document.trailer.remove(b"ID");
    let id = Object::String(fnv(&save::bytes(&document)?).to_be_bytes().to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![id.clone(), id]);
    save::bytes(&document)
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

/// The outline: a flat list of sections with their positions.
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
