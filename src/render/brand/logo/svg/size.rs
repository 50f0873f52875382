//! The size of a drawing, and the check that all of it is inside.

use roxmltree::Node;

use super::numbers::NumberReader;
use super::path::{FilledPath, Outline, PathSegment};

/// Left edge, upper edge, width and height of the drawing.
pub fn canvas(root: Node) -> Result<[f64; 4], String> {
    if let Some(text) = root.attribute("viewBox") {
        let numbers = NumberReader::all(text).unwrap_or_default();
        return <[f64; 4]>::try_from(numbers).map_err(|_| format!("is a damaged SVG: viewBox is `{text}`"));
    }
    match (root_length(root, "width")?, root_length(root, "height")?) {
        (Some(width), Some(height)) => Ok([0.0, 0.0, width, height]),
        _ => Err("has no size: write viewBox, or width and height, on its svg element".to_owned()),
    }
}

/// Width or height of the drawing in its own units; `None` if there is none, or if it is a percentage.
fn root_length(root: Node, name: &str) -> Result<Option<f64>, String> {
    const UNITS: [(&str, f64); 7] = [
        ("", 1.0),
        ("px", 1.0),
        ("pt", 4.0 / 3.0),
        ("pc", 16.0),
        ("mm", 96.0 / 25.4),
        ("cm", 96.0 / 2.54),
        ("in", 96.0),
    ];
    let Some(text) = root.attribute(name) else { return Ok(None) };
    let (number, unit) = NumberReader::with_unit(text).ok_or_else(|| unknown_length(text))?;
    if unit == "%" {
        return Ok(None);
    }
    let found = UNITS.iter().find(|(known, _)| *known == unit).ok_or_else(|| unknown_length(text))?;
    Ok(Some(number * found.1))
}

/// The error for a length that cannot be computed.
pub fn unknown_length(text: &str) -> String {
    format!("has the length `{text}`: write lengths as plain numbers")
}

/// Refuses shapes outside of the canvas: viewers clip them, but a page would show them.
///
/// # Errors
///
/// If something is drawn outside of the canvas.
pub fn check_extent(shapes: &[FilledPath], width: f64, height: f64) -> Result<(), String> {
    /// As a share of the canvas: round line ends may exceed it a little.
    const SHARE: f64 = 0.02;
    let slack = SHARE * width.max(height);
    let is_within = |[x, y]: [f64; 2]| (-slack..=width + slack).contains(&x) && (-slack..=height + slack).contains(&y);
    let ends = |outline: &Outline| {
        let steps = outline.steps.iter().map(|step| match *step {
            PathSegment::Line(end) | PathSegment::Curve([_, _, end]) => end,
        });
        std::iter::once(outline.begin).chain(steps).all(is_within)
    };
    if shapes.iter().flat_map(|shape| &shape.outlines).all(ends) {
        return Ok(());
    }
    Err("draws beyond its canvas: fit the canvas to the drawing".to_owned())
}
