//! The structure of the pages in the form of a PDF: the tree of elements, and the references from each page's marks to
//! it.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::canvas::{Area, Page};
use super::objects::{dictionary, text};
use super::owner::ElementId;
use super::running::Layout;
use super::structure::{HeaderScope, Role};

/// The standard name of an element's role.
#[must_use]
pub const fn name(role: &Role) -> &'static str {
    match role {
        Role::Heading(1) => "H1",
        Role::Heading(2) => "H2",
        Role::Heading(_) => "H3",
        Role::Paragraph => "P",
        Role::List => "L",
        Role::Item => "LI",
        Role::Body => "LBody",
        Role::Table => "Table",
        Role::Row => "TR",
        Role::Header { .. } => "TH",
        Role::Cell { .. } => "TD",
        Role::Figure { .. } => "Figure",
    }
}

/// Adds the tree and returns the object for the catalog. `sequences` has, for each page, the elements of its numbered
/// marks.
///
/// # Errors
///
/// If a page is missing.
pub fn add(
    document: &mut Document,
    layout: &Layout,
    pages: &[ObjectId],
    sequences: &[Vec<ElementId>],
) -> Result<ObjectId> {
    let structure = &layout.structure;
    let root = document.new_object_id();
    let whole = document.new_object_id();
    let ids: BTreeMap<ElementId, ObjectId> =
        structure.iter().map(|(element, _)| (element, document.new_object_id())).collect();
    let reference = |element: &ElementId| Object::Reference(ids[element]);
    let mut marks: BTreeMap<ElementId, Vec<(usize, i64)>> = BTreeMap::new();
    let mut parents = Vec::new();
    for ((page, owners), key) in sequences.iter().enumerate().zip(0_i64..) {
        for (owner, number) in owners.iter().zip(0_i64..) {
            marks.entry(*owner).or_default().push((page, number));
        }
        let owners: Vec<Object> = owners.iter().map(reference).collect();
        parents.extend([key.into(), document.add_object(owners).into()]);
        let page = document.get_dictionary_mut(pages[page]).context("a page of the PDF is missing")?;
        page.set("StructParents", key);
        page.set("Tabs", "S");
    }
    for (id, element) in structure.iter() {
        let parent = element.parent.map_or(Object::Reference(whole), |parent| reference(&parent));
        let mut entry = dictionary([("S", name(&element.role).into()), ("P", parent)]);
        let own = marks.get(&id).map(Vec::as_slice).unwrap_or_default();
        let page = own.first().map(|(page, _)| *page);
        if let Some(page) = page {
            entry.set("Pg", pages[page]);
        }
        let mut kids: Vec<Object> = own
            .iter()
            .map(|(on, number)| {
                if Some(*on) == page {
                    return (*number).into();
                }
                let mark = [("Type", "MCR".into()), ("Pg", pages[*on].into()), ("MCID", (*number).into())];
                dictionary(mark).into()
            })
            .collect();
        kids.extend(element.children.iter().map(reference));
        match kids.len() {
            0 => {}
            1 => entry.set("K", kids.remove(0)),
            _ => entry.set("K", kids),
        }
        describe(&mut entry, &element.role, page.and_then(|page| layout.pages.get(page)));
        document.set_object(ids[&id], entry);
    }
    let top: Vec<Object> = structure.top().iter().map(reference).collect();
    document.set_object(whole, dictionary([("S", "Document".into()), ("P", root.into()), ("K", top.into())]));
    let numbers = document.add_object(dictionary([("Nums", parents.into())]));
    let next = i64::try_from(pages.len()).unwrap_or(i64::MAX);
    let tree = dictionary([
        ("Type", "StructTreeRoot".into()),
        ("K", whole.into()),
        ("ParentTree", numbers.into()),
        ("ParentTreeNextKey", next.into()),
    ]);
    document.set_object(root, tree);
    Ok(root)
}

/// The attributes of an element.
fn describe(entry: &mut Dictionary, role: &Role, page: Option<&Page>) {
    match role {
        Role::Header { scope, columns, alt_text } => {
            let scope = match scope {
                HeaderScope::Column => "Column",
                HeaderScope::Row => "Row",
            };
            let mut attributes = dictionary([("O", "Table".into()), ("Scope", scope.into())]);
            if *columns > 1 {
                attributes.set("ColSpan", i64::try_from(*columns).unwrap_or(1));
            }
            entry.set("A", attributes);
            if !alt_text.is_empty() {
                entry.set("ActualText", text(alt_text));
            }
        }
        Role::Cell { alt_text } if !alt_text.is_empty() => entry.set("ActualText", text(alt_text)),
        Role::Figure { alt_text, area } => {
            entry.set("Alt", text(alt_text));
            if let Some(page) = page {
                let corners = corners(*area, page).map(Object::Real).to_vec();
                entry.set("A", dictionary([("O", "Layout".into()), ("BBox", corners.into())]));
            }
        }
        Role::Heading(_)
        | Role::Paragraph
        | Role::List
        | Role::Item
        | Role::Body
        | Role::Table
        | Role::Row
        | Role::Cell { .. } => {}
    }
}

/// Left, lower, right and upper edge around the area, in whole points from the page's lower left corner.
fn corners(area: Area, page: &Page) -> [f32; 4] {
    let (width, height) = page.sheet.size();
    let edges = [
        area.x.floor().max(0.0),
        (height - area.y - area.height).floor().max(0.0),
        (area.x + area.width).ceil().min(width),
        (height - area.y).ceil().min(height),
    ];
    #[expect(clippy::cast_possible_truncation, reason = "places on a page, and lopdf counts in f32")]
    edges.map(|edge| edge as f32)
}
