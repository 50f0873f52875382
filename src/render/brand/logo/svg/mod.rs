//! An SVG as filled shapes of plain colours: paths and basic shapes, groups, transforms, style sheets with simple selectors,
//! and `use`. What a page could not show as it is drawn is refused and named.

mod numbers;
pub mod path;
mod style;
mod transform;

use roxmltree::{Document, Node, ParsingOptions};

use self::numbers::NumberReader;
use self::path::{FillRule, FilledPath, Outline, PathSegment};
use self::style::{StyleSheet, color};
use self::transform::Transform;
use super::{Logo, Picture, checked_size};
use crate::render::color::Color;

/// Steps of all outlines, at most: a drawing of more is no logo, and would fill a report's file.
const MOST_STEPS: usize = 20_000;
/// Elements, at most.
const MOST_ELEMENTS: usize = 20_000;
/// Groups in each other, and uses of each other, at most.
const DEEPEST: usize = 32;
/// The treatment of elements that are not plain.
const PLAIN: &str = "a logo is of filled paths in plain colours: draw it so, or give a PNG";

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
    let base = Inherited {
        transform: Transform::placed(-x, -y, [1.0, 1.0]),
        fill: Some(Color::hex(0)),
        rule: FillRule::NonZero,
        color: Color::hex(0),
        is_visible: true,
    };
    drawing.children(root, &drawing.inherited(root, &base)?, 0)?;
    let shapes = drawing.shapes;
    if shapes.is_empty() {
        return Err("shows nothing: it has no filled path".to_owned());
    }
    check_extent(&shapes, width, height)?;
    Ok(Logo { width, height, picture: Picture::Shapes(shapes) })
}

/// Left, upper edge, width and height of the drawing.
fn canvas(root: Node) -> Result<[f64; 4], String> {
    if let Some(text) = root.attribute("viewBox") {
        let numbers = NumberReader::all(text).unwrap_or_default();
        return <[f64; 4]>::try_from(numbers).map_err(|_| format!("is a damaged SVG: viewBox is `{text}`"));
    }
    let length = |name: &str| root.attribute(name).and_then(|text| NumberReader::of(text).next());
    match (length("width"), length("height")) {
        (Some(width), Some(height)) => Ok([0.0, 0.0, width, height]),
        _ => Err("has no size: write viewBox, or width and height, on its svg element".to_owned()),
    }
}

/// What is beyond the canvas is not seen where an SVG is shown, and would be on a page.
fn check_extent(shapes: &[FilledPath], width: f64, height: f64) -> Result<(), String> {
    /// As a share of the canvas: round ends may stand out a little.
    const SLACK: f64 = 0.02;
    let slack = SLACK * width.max(height);
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

/// The properties that an element inherits.
#[derive(Debug, Clone)]
struct Inherited {
    transform: Transform,
    /// None for no fill.
    fill: Option<Color>,
    rule: FillRule,
    /// That of `currentColor`.
    color: Color,
    is_visible: bool,
}

/// The drawing while it is read.
struct Drawing {
    sheet: StyleSheet,
    canvas: [f64; 4],
    shapes: Vec<FilledPath>,
    steps: usize,
    /// Elements so far; one that is used again counts again.
    elements: usize,
}

impl Drawing {
    /// Reads what is in an element, from back to front.
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
        match name {
            // Not drawn where they are.
            "defs" | "title" | "desc" | "metadata" | "style" | "clipPath" | "symbol" | "linearGradient"
            | "radialGradient" | "pattern" | "mask" | "filter" | "marker" | "namedview" | "script" => return Ok(()),
            "text" => return Err("has text, which needs a font: turn it into paths".to_owned()),
            "image" => return Err("has a picture inside: give that as a PNG".to_owned()),
            "g" | "a" | "use" | "path" | "rect" | "circle" | "ellipse" | "polygon" | "polyline" | "line" => {}
            _ => return Err(format!("has a `{name}` element: {PLAIN}")),
        }
        if self.sheet.value(node, "display").as_deref() == Some("none") {
            return Ok(());
        }
        self.check_plain(node)?;
        let own = self.inherited(node, above)?;
        match name {
            "g" | "a" => self.children(node, &own, depth + 1),
            "use" => self.used(node, &own, depth + 1),
            _ => self.shape(node, &own),
        }
    }

    /// Refuses what is seen through, cut off or blurred.
    fn check_plain(&self, node: Node) -> Result<(), String> {
        let refused = |what: &str| Err(format!("has {what}: {PLAIN}"));
        let value = |name: &str| self.sheet.value(node, name).filter(|value| value != "none");
        for name in ["opacity", "fill-opacity"] {
            let opacity = value(name).map(|value| match value.strip_suffix('%') {
                Some(percent) => percent.parse::<f64>().map(|percent| percent / 100.0),
                None => value.parse::<f64>(),
            });
            if opacity.is_some_and(|opacity| !opacity.is_ok_and(|opacity| opacity >= 1.0)) {
                return refused("a translucent colour");
            }
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
        if value("stroke").is_some() && value("stroke-width").is_none_or(|width| width != "0") {
            return Err(format!("has a stroke, which is no filled path: turn it into a path; {PLAIN}"));
        }
        match value("clip-path") {
            Some(clip) if !self.is_whole(node, &clip) => refused("a clip path that cuts something off"),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether a clip path is one box around the canvas: drawing programs write one there.
    fn is_whole(&self, node: Node, clip: &str) -> bool {
        let Some(path) = target(node, clip.trim_start_matches("url(").trim_end_matches(')')) else { return false };
        let mut boxes = path.children().filter(Node::is_element);
        let (Some(only), None) = (boxes.next(), boxes.next()) else { return false };
        let number = |name: &str| only.attribute(name).map_or(Some(0.0), |text| NumberReader::of(text).next());
        let edges = (number("x"), number("y"), number("width"), number("height"));
        let (Some(x), Some(y), Some(width), Some(height)) = edges else { return false };
        let [left, top, across, down] = self.canvas;
        only.tag_name().name() == "rect"
            && only.attribute("transform").is_none()
            && path.attribute("transform").is_none()
            && x <= left
            && y <= top
            && x + width >= left + across
            && y + height >= top + down
    }

    /// The properties inside an element.
    fn inherited(&self, node: Node, above: &Inherited) -> Result<Inherited, String> {
        let mut own = above.clone();
        if let Some(text) = self.sheet.value(node, "transform") {
            let parsed = Transform::parse(&text).ok_or_else(|| format!("has a transform `{text}` that is unknown"))?;
            own.transform = above.transform.after(parsed);
        }
        if let Some(found) = self.sheet.value(node, "color").as_deref().and_then(color) {
            own.color = found;
        }
        match self.sheet.value(node, "fill").as_deref() {
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
        match self.sheet.value(node, "fill-rule").as_deref() {
            Some("evenodd") => own.rule = FillRule::EvenOdd,
            Some("nonzero") => own.rule = FillRule::NonZero,
            Some(_) | None => {}
        }
        match self.sheet.value(node, "visibility").as_deref() {
            Some("hidden" | "collapse") => own.is_visible = false,
            Some("visible") => own.is_visible = true,
            Some(_) | None => {}
        }
        Ok(own)
    }

    /// What another element of the file is, once more.
    fn used(&mut self, node: Node, own: &Inherited, depth: usize) -> Result<(), String> {
        const XLINK: &str = "http://www.w3.org/1999/xlink";
        let href = node.attribute("href").or_else(|| node.attribute((XLINK, "href"))).unwrap_or_default();
        let found = target(node, href).ok_or_else(|| format!("uses `{href}`, which it does not have"))?;
        let number = |name: &str| node.attribute(name).and_then(|text| NumberReader::of(text).next()).unwrap_or(0.0);
        let moved = Transform::placed(number("x"), number("y"), [1.0, 1.0]);
        let own = Inherited { transform: own.transform.after(moved), ..own.clone() };
        match found.tag_name().name() {
            "symbol" if found.attribute("viewBox").is_none() => {
                self.children(found, &self.inherited(found, &own)?, depth + 1)
            }
            "symbol" => Err(format!("uses a symbol with a viewBox: {PLAIN}")),
            _ => self.element(found, &own, depth + 1),
        }
    }

    /// Adds the outlines of a path or basic shape.
    fn shape(&mut self, node: Node, own: &Inherited) -> Result<(), String> {
        let number = |name: &str| node.attribute(name).and_then(|text| NumberReader::of(text).next());
        let of = |name: &str| number(name).unwrap_or(0.0);
        let damaged = |what: &str| format!("is a damaged SVG: {what}");
        let outlines: Vec<Outline> = match node.tag_name().name() {
            "path" => {
                let data = self.sheet.value(node, "d").unwrap_or_default();
                path::outlines(&data).ok_or_else(|| damaged("the data of a path are unknown"))?
            }
            "rect" => {
                let sides = [of("x"), of("y"), of("width"), of("height")];
                let (rx, ry) = (number("rx").or(number("ry")), number("ry").or(number("rx")));
                let is_seen = sides[2] > 0.0 && sides[3] > 0.0;
                is_seen.then(|| path::rectangle(sides, [rx.unwrap_or(0.0), ry.unwrap_or(0.0)])).into_iter().collect()
            }
            "circle" => {
                let radius = of("r");
                let circle = || path::ellipse([of("cx"), of("cy")], [radius; 2]);
                (radius > 0.0).then(circle).into_iter().collect()
            }
            "ellipse" => {
                let radii = [of("rx"), of("ry")];
                let ellipse = || path::ellipse([of("cx"), of("cy")], radii);
                (radii[0] > 0.0 && radii[1] > 0.0).then(ellipse).into_iter().collect()
            }
            "polygon" | "polyline" => {
                let points = node.attribute("points").unwrap_or_default();
                let numbers =
                    NumberReader::all(points).ok_or_else(|| damaged("the points of a polygon are unknown"))?;
                let corners: Vec<[f64; 2]> = numbers.chunks_exact(2).map(|pair| [pair[0], pair[1]]).collect();
                path::polygon(&corners).into_iter().collect()
            }
            // A line has no inside.
            _ => Vec::new(),
        };
        let Some(fill) = own.fill.filter(|_| own.is_visible && !outlines.is_empty()) else { return Ok(()) };
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
    fn the_canvas_may_begin_elsewhere_and_a_use_is_drawn_where_it_stands() {
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
    }

    #[test]
    fn what_a_page_cannot_show_is_named() {
        let gradient = "<defs><linearGradient id='g'/></defs><rect width='9' height='9' fill='url(#g)'/>";
        let cases = [
            ("<text x='1' y='9'>Acme</text>", "has text, which needs a font: turn it into paths"),
            ("<image href='x.png' width='4' height='4'/>", "has a picture inside"),
            (gradient, "has a gradient or pattern: a logo is of filled paths in plain colours"),
            ("<rect width='9' height='9' mask='url(#m)'/>", "has a mask"),
            ("<rect width='9' height='9' style='filter:url(#f)'/>", "has a filter"),
            ("<rect width='9' height='9' fill-opacity='.5'/>", "has a translucent colour"),
            ("<g opacity='50%'><rect width='9' height='9'/></g>", "has a translucent colour"),
            ("<path d='M0 0h9' stroke='#000'/>", "has a stroke, which is no filled path: turn it into a path"),
            ("<rect width='9' height='9' fill='rebeccapink'/>", "has the colour `rebeccapink`: write it as in #0b5fff"),
            ("<style>g > path { fill: red }</style><path d='M0 0h1v1z'/>", "has a style sheet with `g > path`"),
            ("<foreignObject/>", "has a `foreignObject` element"),
            ("<path d=''/>", "shows nothing"),
            ("<path d='M0 0 L'/>", "is a damaged SVG: the data of a path are unknown"),
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
        // Each entity holds ten of the one before: a page of them would be a gigabyte.
        let all: String =
            (1..9).map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n - 1).repeat(10))).collect();
        let bomb =
            format!("<!DOCTYPE svg [<!ENTITY l0 \"lol\">{all}]><svg xmlns='http://www.w3.org/2000/svg'>&l8;</svg>");
        assert!(read(&bomb).is_err());
    }
}
