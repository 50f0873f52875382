//! Inheritance of an SVG element from its ancestors: position and colours.

use roxmltree::Node;

use super::PLAIN;
use super::numbers::NumberReader;
use super::path::FillRule;
use super::style::{StyleSheet, color};
use super::transform::Transform;
use crate::render::color::Color;

/// The properties that an element inherits.
#[derive(Debug, Clone)]
pub struct Inherited {
    /// From the units of the element to those of the canvas.
    pub transform: Transform,
    /// None for no fill.
    pub fill: Option<Color>,
    /// The inside of outlines that cross.
    pub rule: FillRule,
    /// The value of `currentColor`.
    color: Color,
    /// Whether it is drawn.
    pub is_visible: bool,
    pub fill_opacity: Opacity,
    /// Of the outline.
    pub stroke: Stroke,
}

impl Inherited {
    /// The values at the root of a drawing.
    pub fn of_root(left: f64, top: f64) -> Self {
        Self {
            transform: Transform::placed(-left, -top, [1.0, 1.0]),
            fill: Some(Color::hex(0)),
            rule: FillRule::NonZero,
            color: Color::hex(0),
            is_visible: true,
            fill_opacity: Opacity::Full,
            stroke: Stroke { is_painted: false, has_width: true },
        }
    }

    /// The same, drawn elsewhere.
    pub fn moved(&self, by: Transform) -> Self {
        Self { transform: self.transform.after(by), ..self.clone() }
    }

    /// The properties inside an element.
    pub fn within(&self, sheet: &StyleSheet, node: Node) -> Result<Self, String> {
        let mut own = self.clone();
        if let Some(text) = sheet.value(node, "transform").filter(|text| text != "none") {
            let parsed = Transform::parse(&text).ok_or_else(|| format!("has the transform `{text}`: {PLAIN}"))?;
            own.transform = self.transform.after(parsed);
        }
        if let Some(found) = sheet.value(node, "color").as_deref().and_then(color) {
            own.color = found;
        }
        match sheet.value(node, "fill").as_deref() {
            None | Some("inherit") => {}
            Some("none" | "transparent") => own.fill = None,
            Some("currentColor" | "currentcolor") => own.fill = Some(own.color),
            Some(paint) if paint.starts_with("url(") => {
                return Err(format!("has a gradient or pattern: {PLAIN}"));
            }
            Some(paint) => {
                let known = color(paint).ok_or_else(|| format!("has the colour `{paint}`: write it as in #0b5fff"))?;
                own.fill = Some(known);
            }
        }
        if let Some(text) = sheet.value(node, "fill-opacity").filter(|text| text != "inherit") {
            own.fill_opacity = Opacity::of(&text);
        }
        match sheet.value(node, "stroke").as_deref() {
            None | Some("inherit") => {}
            Some("none" | "transparent") => own.stroke.is_painted = false,
            Some(_) => own.stroke.is_painted = true,
        }
        if let Some(text) = sheet.value(node, "stroke-width") {
            own.stroke.has_width = NumberReader::with_unit(&text).is_none_or(|(width, _)| width > 0.0);
        }
        match sheet.value(node, "fill-rule").as_deref() {
            Some("evenodd") => own.rule = FillRule::EvenOdd,
            Some("nonzero") => own.rule = FillRule::NonZero,
            Some(_) | None => {}
        }
        match sheet.value(node, "visibility").as_deref() {
            Some("hidden" | "collapse") => own.is_visible = false,
            Some("visible") => own.is_visible = true,
            Some(_) | None => {}
        }
        Ok(own)
    }
}

/// The opacity of a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opacity {
    /// Opaque.
    Full,
    /// Partly transparent.
    Partial,
    /// Invisible.
    None,
}

impl Opacity {
    /// Reads a number or a percentage; a damaged value counts as partial, so that it is refused.
    pub fn of(text: &str) -> Self {
        let number = match text.strip_suffix('%') {
            Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
            None => text.parse::<f64>(),
        };
        match number {
            Ok(number) if number >= 1.0 => Self::Full,
            Ok(number) if number <= 0.0 => Self::None,
            Ok(_) | Err(_) => Self::Partial,
        }
    }
}

/// A line along the outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke {
    is_painted: bool,
    has_width: bool,
}

impl Stroke {
    pub const fn is_seen(self) -> bool {
        self.is_painted && self.has_width
    }
}
