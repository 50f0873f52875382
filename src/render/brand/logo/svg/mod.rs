//! An SVG as filled shapes with plain colours: paths and basic shapes, groups, transforms, style sheets with simple
//! selectors, and `use`. Anything that a page cannot show exactly is refused, with its name.

mod inherited;
mod numbers;
pub mod path;
mod size;
mod style;
mod transform;

use roxmltree::{Document, Node, ParsingOptions};

use self::inherited::{Inherited, Opacity};
use self::numbers::NumberReader;
use self::path::{FilledPath, Outline};
use self::size::{canvas, check_extent, unknown_length};
use self::style::StyleSheet;
use self::transform::Transform;
use super::{Logo, Picture, checked_size};

/// Maximum steps of all outlines: a drawing with more is not a logo, and would bloat a report's file.
const MOST_STEPS: usize = 20_000;
/// Maximum number of elements.
const MOST_ELEMENTS: usize = 20_000;
/// Maximum depth of nested groups and uses.
const DEEPEST: usize = 32;
/// The advice for anything that is not plain.
const PLAIN: &str = "a logo may have only filled shapes in plain colours: change it, or give a PNG";
/// The namespace of SVG; elements in other namespaces belong to drawing programs.
const SVG: &str = "http://www.w3.org/2000/svg";
/// How far a clip path may be inside the canvas, in the units of the drawing.
const SLACK: f64 = 0.01;

/// Reads an SVG.
pub fn read(text: &str) -> Result<Logo, String> {
    let options = ParsingOptions { allow_dtd: true, nodes_limit: 100_000, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| format!("is a damaged SVG: {error}"))?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return Err("is neither a PNG nor an SVG".to_owned());
    }
    let canvas = canvas(root)?;
    let [x, y, width, height] = canvas;
    checked_size(width, height)?;
    let mut drawing = Drawing { sheet: StyleSheet::of(&document)?, canvas, shapes: Vec::new(), steps: 0, elements: 0 };
    let base = Inherited::of_root(x, y);
    drawing.check_plain(root, &base.transform)?;
    drawing.children(root, &base.within(&drawing.sheet, root)?, 0)?;
    let shapes = drawing.shapes;
    if shapes.is_empty() {
        return Err("shows nothing: it has no filled path".to_owned());
    }
    check_extent(&shapes, width, height)?;
    Ok(Logo { width, height, picture: Picture::Shapes(shapes) })
}

/// The drawing while it is read.
struct Drawing {
    sheet: StyleSheet,
    canvas: [f64; 4],
    shapes: Vec<FilledPath>,
    steps: usize,
    /// Elements so far; a reused element counts each time.
    elements: usize,
}

impl Drawing {
    /// Reads the children of an element, from back to front.
    fn children(&mut self, node: Node, above: &Inherited, depth: usize) -> Result<(), String> {
        if depth > DEEPEST {
            return Err(format!("has more than {DEEPEST} groups in each other: simplify it, or give a PNG"));
        }
        for child in node.children().filter(Node::is_element) {
            self.element(child, above, depth)?;
        }
        Ok(())
    }

    fn element(&mut self, node: Node, above: &Inherited, depth: usize) -> Result<(), String> {
        let name = node.tag_name().name();
        self.elements += 1;
        if self.elements > MOST_ELEMENTS {
            return Err(format!("has more than {MOST_ELEMENTS} elements: simplify it, or give a PNG"));
        }
        if node.tag_name().namespace().is_some_and(|namespace| namespace != SVG) {
            return Ok(());
        }
        match name {
            // Not drawn in place.
            "defs" | "title" | "desc" | "metadata" | "style" | "clipPath" | "symbol" | "linearGradient"
            | "radialGradient" | "pattern" | "mask" | "filter" | "marker" | "namedview" | "script" => return Ok(()),
            "text" => {
                return Err(
                    "has text, which needs a font: turn it into paths (in Inkscape Path › Object to Path)".to_owned()
                );
            }
            "image" => return Err("has a picture inside: give that picture as a PNG".to_owned()),
            "g" | "a" | "switch" | "use" | "path" | "rect" | "circle" | "ellipse" | "polygon" | "polyline" | "line" => {
            }
            _ => return Err(format!("has an element `{name}`: {PLAIN}")),
        }
        let opacity = self.sheet.value(node, "opacity").map_or(Opacity::Full, |text| Opacity::of(&text));
        if self.sheet.value(node, "display").as_deref() == Some("none") || opacity == Opacity::None {
            return Ok(());
        }
        let own = above.within(&self.sheet, node)?;
        self.check_plain(node, &own.transform)?;
        match name {
            "g" | "a" => self.children(node, &own, depth + 1),
            "switch" => {
                // The first child that needs no extension; drawing programs put their own data before it.
                let plain = |child: &Node| child.is_element() && child.attribute("requiredExtensions").is_none();
                node.children().find(plain).map_or(Ok(()), |child| self.element(child, &own, depth + 1))
            }
            "use" => self.used(node, &own, depth + 1),
            _ => self.shape(node, &own),
        }
    }

    /// Refuses transparency, clipping and blurring; `transform` is that of the content.
    fn check_plain(&self, node: Node, transform: &Transform) -> Result<(), String> {
        let refused = |what: &str| Err(format!("has {what}: {PLAIN}"));
        let value = |name: &str| self.sheet.value(node, name).filter(|value| value != "none");
        if value("opacity").is_some_and(|text| Opacity::of(&text) == Opacity::Partial) {
            return refused("a translucent colour");
        }
        if value("mask").is_some() {
            return refused("a mask");
        }
        if value("filter").is_some() {
            return refused("a filter");
        }
        if value("mix-blend-mode").is_some_and(|mode| mode != "normal") {
            return refused("a blend mode");
        }
        if value("transform").is_some() && value("transform-origin").is_some() {
            return refused("a transform with an origin");
        }
        match value("clip-path") {
            Some(clip) if !self.is_whole(node, &clip, transform) => refused("a clip path that cuts something off"),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether a clip path is a box around the whole canvas, as drawing programs write.
    fn is_whole(&self, node: Node, clip: &str, transform: &Transform) -> bool {
        let Some(path) = target(node, clip.trim_start_matches("url(").trim_end_matches(')')) else { return false };
        let mut boxes = path.children().filter(Node::is_element);
        let (Some(only), None) = (boxes.next(), boxes.next()) else { return false };
        let number = |name: &str| only.attribute(name).map_or(Some(0.0), NumberReader::plain);
        let edges = (number("x"), number("y"), number("width"), number("height"));
        let (Some(x), Some(y), Some(width), Some(height)) = edges else { return false };
        let own = only.attribute("transform").map_or(Some(Transform::NONE), Transform::parse);
        let Some(own) = own.map(|own| transform.after(own)).filter(|own| own.is_upright()) else { return false };
        let ([left, top], [right, bottom]) = (own.point([x, y]), own.point([x + width, y + height]));
        let [_, _, across, down] = self.canvas;
        only.tag_name().name() == "rect"
            && path.attribute("transform").is_none()
            && path.attribute("clipPathUnits").is_none_or(|units| units == "userSpaceOnUse")
            && left.min(right) <= SLACK
            && top.min(bottom) <= SLACK
            && left.max(right) >= across - SLACK
            && top.max(bottom) >= down - SLACK
    }

    /// A length of an element: a number, or a share of the canvas.
    fn length(&self, node: Node, name: &str) -> Result<Option<f64>, String> {
        let Some(text) = node.attribute(name) else { return Ok(None) };
        let [_, _, width, height] = self.canvas;
        let whole = match name {
            "x" | "cx" | "rx" | "width" => width,
            "y" | "cy" | "ry" | "height" => height,
            // The mean by which SVG measures other lengths.
            _ => width.hypot(height) / std::f64::consts::SQRT_2,
        };
        match NumberReader::with_unit(text) {
            Some((number, "" | "px")) => Ok(Some(number)),
            Some((percent, "%")) => Ok(Some(percent / 100.0 * whole)),
            Some(_) | None => Err(unknown_length(text)),
        }
    }

    /// A copy of another element of the file.
    fn used(&mut self, node: Node, own: &Inherited, depth: usize) -> Result<(), String> {
        const XLINK: &str = "http://www.w3.org/1999/xlink";
        let href = node.attribute("href").or_else(|| node.attribute((XLINK, "href"))).unwrap_or_default();
        let found = target(node, href).ok_or_else(|| format!("uses `{href}`, which it does not have"))?;
        let length_of = |name: &str| Ok::<f64, String>(self.length(node, name)?.unwrap_or(0.0));
        let moved = Transform::placed(length_of("x")?, length_of("y")?, [1.0, 1.0]);
        let own = own.moved(moved);
        match found.tag_name().name() {
            "symbol" if found.attribute("viewBox").is_none() => {
                self.children(found, &own.within(&self.sheet, found)?, depth + 1)
            }
            "symbol" => Err(format!("uses a symbol with a viewBox: {PLAIN}")),
            _ => self.element(found, &own, depth + 1),
        }
    }

    /// Adds the outlines of a path or basic shape.
    fn shape(&mut self, node: Node, own: &Inherited) -> Result<(), String> {
        let number = |name: &str| self.length(node, name);
        let length_of = |name: &str| Ok::<f64, String>(number(name)?.unwrap_or(0.0));
        let damaged = |what: &str| format!("is a damaged SVG: {what}");
        let outlines: Vec<Outline> = match node.tag_name().name() {
            "path" => {
                let data = self.sheet.value(node, "d").unwrap_or_default();
                path::outlines(&data).ok_or_else(|| damaged("the data of a path cannot be read"))?
            }
            "rect" => {
                let sides = [length_of("x")?, length_of("y")?, length_of("width")?, length_of("height")?];
                let (rx, ry) = (number("rx")?.or(number("ry")?), number("ry")?.or(number("rx")?));
                let is_seen = sides[2] > 0.0 && sides[3] > 0.0;
                is_seen.then(|| path::rectangle(sides, [rx.unwrap_or(0.0), ry.unwrap_or(0.0)])).into_iter().collect()
            }
            "circle" => {
                let (center, radius) = ([length_of("cx")?, length_of("cy")?], length_of("r")?);
                (radius > 0.0).then(|| path::ellipse(center, [radius; 2])).into_iter().collect()
            }
            "ellipse" => {
                let (center, radii) = ([length_of("cx")?, length_of("cy")?], [length_of("rx")?, length_of("ry")?]);
                (radii[0] > 0.0 && radii[1] > 0.0).then(|| path::ellipse(center, radii)).into_iter().collect()
            }
            "polygon" | "polyline" => {
                let points = node.attribute("points").unwrap_or_default();
                let numbers =
                    NumberReader::all(points).ok_or_else(|| damaged("the points of a polygon cannot be read"))?;
                let corners: Vec<[f64; 2]> = numbers.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
                path::polygon(&corners).into_iter().collect()
            }
            // A line has no inside.
            _ => Vec::new(),
        };
        if own.is_visible && own.stroke.is_seen() {
            return Err(
                "has strokes: turn them into paths (in Inkscape Path › Stroke to Path), or give a PNG".to_owned()
            );
        }
        let is_filled = own.is_visible && own.fill_opacity != Opacity::None && !outlines.is_empty();
        let Some(fill) = own.fill.filter(|_| is_filled) else { return Ok(()) };
        if own.fill_opacity == Opacity::Partial {
            return Err(format!("has a translucent colour: {PLAIN}"));
        }
        self.steps += outlines.iter().map(|outline| outline.steps.len()).sum::<usize>();
        if self.steps > MOST_STEPS {
            return Err(format!("has more than {MOST_STEPS} lines and curves: simplify it, or give a PNG"));
        }
        let outlines = outlines.iter().map(|outline| own.transform.outline(outline)).collect();
        self.shapes.push(FilledPath { fill, rule: own.rule, outlines });
        Ok(())
    }
}

/// The element of the file that a reference names.
fn target<'a, 'i>(node: Node<'a, 'i>, reference: &str) -> Option<Node<'a, 'i>> {
    let id = reference.trim().trim_matches(['"', '\'']).strip_prefix('#')?;
    node.document().descendants().find(|other| other.attribute("id") == Some(id))
}

#[cfg(test)]
#[expect(clippy::float_cmp, reason = "whole numbers")]
mod tests {
    use super::path::{FillRule, PathSegment};
    use super::*;

    fn svg(inside: &str) -> Result<Logo, String> {
        read(&format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 20'>{inside}</svg>"))
    }

    fn shapes(inside: &str) -> Vec<FilledPath> {
        match svg(inside).unwrap().picture {
            Picture::Shapes(shapes) => shapes,
            Picture::Pixels(_) => unreachable!(),
        }
    }

    fn fills(shapes: &[FilledPath]) -> Vec<String> {
        shapes.iter().map(|shape| shape.fill.to_string()).collect()
    }

    #[test]
    fn shapes_styles_and_transforms_become_paths_of_plain_colours() {
        let found = shapes(
            "<style>/* a */ .a, #b { fill: #f00 } circle { fill: teal }</style>\
             <g transform='translate(10 5) scale(2)'><rect class='a' width='4' height='3'/></g>\
             <path fill-rule='evenodd' d='M0 0h10v10h-10z M2 2h4v4h-4z' style='fill:rgb(0,0,255)'/>\
             <circle cx='5' cy='5' r='2'/><path d='M0 0q5 5 10 0' visibility='hidden'/><path d='M0 0h1v1z' display='none'/>\
             <g fill='none'><path d='M0 0h1v1z'/></g><polygon points='0,0 4,0 4,4'/>",
        );
        assert_eq!(fills(&found), ["#ff0000", "#0000ff", "#008080", "#000000"]);
        assert_eq!(found[0].outlines[0].begin, [10.0, 5.0]);
        assert_eq!(found[0].outlines[0].steps[1], PathSegment::Line([18.0, 11.0]));
        assert_eq!((found[1].rule, found[1].outlines.len()), (FillRule::EvenOdd, 2));
        let curves = found[2].outlines[0].steps.iter().filter(|step| matches!(step, PathSegment::Curve(_))).count();
        assert_eq!(curves, 4);
    }

    #[test]
    fn the_canvas_may_have_an_offset_and_a_use_is_drawn_where_it_is() {
        let moved = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='100 50 40 20'><rect x='110' y='55' width='5' height='5'/></svg>";
        let Picture::Shapes(found) = read(moved).unwrap().picture else { unreachable!() };
        assert_eq!(found[0].outlines[0].begin, [10.0, 5.0]);
        let used = shapes("<defs><path id='p' d='M0 0h2v2z'/></defs><use href='#p' x='3' y='4' fill='red'/>");
        assert_eq!((fills(&used), used[0].outlines[0].begin), (vec!["#ff0000".to_owned()], [3.0, 4.0]));
        let sized =
            "<svg xmlns='http://www.w3.org/2000/svg' width='40px' height='20px'><rect width='5' height='5'/></svg>";
        assert!((read(sized).unwrap().width - 40.0).abs() < 1e-9);
    }

    #[test]
    fn a_clip_path_around_everything_is_passed_over() {
        let inside = |height: u32| {
            format!(
                "<defs><clipPath id='c'><rect width='40' height='{height}'/></clipPath></defs>\
                 <g clip-path='url(#c)'><rect width='30' height='15'/></g>"
            )
        };
        assert_eq!(shapes(&inside(20)).len(), 1);
        assert!(svg(&inside(10)).unwrap_err().starts_with("has a clip path that cuts something off"));
        // The area that a box covers depends on the transforms of both.
        let scaled = |by: &str, rectangle: &str| {
            svg(&format!(
                "<clipPath id='c'><rect width='80' height='40' transform='{rectangle}'/></clipPath>\
                 <g transform='{by}' clip-path='url(#c)'><rect width='10' height='5'/></g>"
            ))
        };
        assert!(scaled("scale(.5)", "").is_ok() && scaled("", "translate(-20 -10)").is_ok());
        for (by, rectangle) in [("scale(.4)", ""), ("", "translate(1 0)"), ("rotate(9)", "")] {
            assert!(scaled(by, rectangle).unwrap_err().starts_with("has a clip path"), "{by} {rectangle}");
        }
    }

    #[test]
    fn invisible_shapes_are_skipped() {
        let found = shapes(
            "<g stroke='#000'><path d='M0 0h1v1z' stroke='none' fill='red'/></g><rect width='9' height='9' opacity='0'/>\
             <rect width='9' height='9' fill-opacity='0'/><path d='M0 0h9' stroke='#000' stroke-width='0px'/>\
             <i:pgf xmlns:i='http://ns.adobe.com/AdobeIllustrator/10.0/'><rect/></i:pgf>\
             <switch><foreignObject requiredExtensions='x'/><g fill='blue'><rect width='100%' height='50%'/></g></switch>",
        );
        assert_eq!(fills(&found), ["#ff0000", "#000000", "#0000ff"]);
        assert_eq!(found[2].outlines[0].steps[1], PathSegment::Line([40.0, 10.0]));
        let icon = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' fill='none' stroke='#000'><path d='M0 0h9'/></svg>";
        assert!(read(icon).unwrap_err().starts_with("has strokes"));
        let faint =
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9' opacity='.5'><path d='M0 0h9v9z'/></svg>";
        assert!(read(faint).unwrap_err().starts_with("has a translucent colour"));
    }

    #[test]
    fn a_size_may_have_a_unit() {
        let size = |attributes: &str| {
            let logo = read(&format!(
                "<svg xmlns='http://www.w3.org/2000/svg' {attributes}><rect width='5' height='5'/></svg>"
            ))?;
            Ok::<_, String>((logo.width.round(), logo.height.round()))
        };
        assert_eq!(size("width='20mm' height='1in'"), Ok((76.0, 96.0)));
        assert_eq!(size("width='30pt' height='2cm'"), Ok((40.0, 76.0)));
        assert_eq!(size("width='100%' height='100%' viewBox='0 0 30 20'"), Ok((30.0, 20.0)));
        assert!(size("width='100%' height='100%'").unwrap_err().starts_with("has no size"));
        assert!(size("width='3em' height='2em'").unwrap_err().starts_with("has the length `3em`"));
    }

    #[test]
    fn unsupported_features_are_named() {
        let gradient = "<defs><linearGradient id='g'/></defs><rect width='9' height='9' fill='url(#g)'/>";
        let cases = [
            ("<text x='1' y='9'>Acme</text>", "has text, which needs a font: turn it into paths"),
            ("<image href='x.png' width='4' height='4'/>", "has a picture inside"),
            (gradient, "has a gradient or pattern: a logo may have only filled shapes in plain colours"),
            ("<rect width='9' height='9' mask='url(#m)'/>", "has a mask"),
            ("<rect width='9' height='9' style='filter:url(#f)'/>", "has a filter"),
            ("<rect width='9' height='9' fill-opacity='.5'/>", "has a translucent colour"),
            ("<g opacity='50%'><rect width='9' height='9'/></g>", "has a translucent colour"),
            ("<path d='M0 0h9' stroke='#000'/>", "has strokes: turn them into paths"),
            ("<g stroke='#000'><line x2='9'/></g>", "has strokes"),
            ("<rect width='9em' height='9'/>", "has the length `9em`: write lengths as plain numbers"),
            ("<g transform='scale(2)' transform-origin='1 1'/>", "has a transform with an origin"),
            ("<g transform='turn(3)'/>", "has the transform `turn(3)`: a logo may have only"),
            ("<rect width='9' height='9' fill='rebeccapink'/>", "has the colour `rebeccapink`: write it as in #0b5fff"),
            ("<style>g > path { fill: red }</style><path d='M0 0h1v1z'/>", "has a style sheet with `g > path`"),
            ("<foreignObject/>", "has an element `foreignObject`"),
            ("<path d=''/>", "shows nothing"),
            ("<path d='M0 0 L'/>", "is a damaged SVG: the data of a path cannot be read"),
            ("<rect width='9'", "is a damaged SVG"),
            ("<rect x='30' width='20' height='9'/>", "draws beyond its canvas"),
            ("<use href='#no'/>", "uses `#no`, which it does not have"),
            ("<g id='me'><use href='#me'/></g>", "has more than 32 groups in each other"),
            ("<g id='a'/><g id='b'><use href='#a'/><use href='#a'/></g>", "shows nothing"),
        ];
        for (inside, expected) in cases {
            let error = svg(inside).unwrap_err();
            assert!(error.starts_with(expected), "{inside}: {error}");
        }
        let wide =
            read("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 400 20'><rect width='9' height='9'/></svg>");
        assert!(wide.unwrap_err().starts_with("is 400 by 20: a logo is at most 12 times"));
        let doubled = |n: usize| {
            let next = n + 1;
            format!("<g id='g{n}'><use href='#g{next}'/><use href='#g{next}'/></g>")
        };
        let tree: String = (0..25).map(doubled).collect();
        let error = svg(&format!("<defs>{tree}<g id='g25'/></defs><use href='#g0'/>")).unwrap_err();
        assert!(error.contains("groups in each other") || error.contains("elements"), "{error}");
        // Each entity contains ten of the one before: expanding them would take a gigabyte.
        let all: String =
            (1..9).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
        let bomb =
            format!("<!DOCTYPE svg [<!ENTITY l0 \"lol\">{all}]><svg xmlns='http://www.w3.org/2000/svg'>&l8;</svg>");
        assert!(read(&bomb).is_err());
    }
}
