//! The brand on the pages: its logo, or otherwise its name, beside the title.

use super::canvas::{Area, Mark};
use super::flow::{Align, Flow};
use super::shape::ShapedLine;
use super::structure::Role;
use super::style::{BODY, MARGIN, Style, Weight};
use crate::render::brand::logo::{FilledPath, Logo, Outline, PathSegment, Picture};

/// The box into which a logo is scaled.
const BOX: (f64, f64) = (150.0, 38.0);
/// The space between the title and the logo.
const GAP: f64 = 18.0;
/// The style of the name if there is no logo.
const NAME: Style = BODY.weight(Weight::SemiBold);
/// Its sizes, leadings and maximum lines; the largest size at which it fits is used.
const NAMES: [(f64, f64, usize); 3] = [(11.0, 14.0, 2), (9.5, 12.0, 3), (8.0, 9.4, 4)];
/// The maximum share of the page width for a name.
const MOST_NAME: f64 = 0.4;

/// Draws the logo or the name at the top right of a page. Returns the width that it takes, including the space beside
/// it.
pub fn draw(flow: &mut Flow, top: f64) -> f64 {
    let brand = flow.brand;
    let right = MARGIN + flow.upright_width();
    match (&brand.logo, &brand.name) {
        (Some(logo), name) => {
            let (width, height) = logo.within(BOX.0, BOX.1);
            let area = Area::new(right - width, top, width, height);
            let alt_text = name.clone().unwrap_or_else(|| flow.language.text("brand.logo").to_owned());
            flow.element(Role::Figure { alt_text, area }, |flow| picture(flow, logo, area));
            width + GAP
        }
        (None, Some(name)) => {
            let style = NAME.color(flow.palette.accent);
            let styles = NAMES.map(|(size, leading, most)| (style.with_size(size, leading), most));
            let lines = flow.typesetter.wrap_whole(name, &styles, flow.upright_width() * MOST_NAME);
            let width = lines.iter().map(ShapedLine::width).fold(0.0, f64::max);
            flow.element(Role::Paragraph, |flow| {
                let mut y = top;
                for line in lines {
                    let style = line.style();
                    flow.place(right, style.baseline(y), line, Align::Right);
                    y += style.leading;
                }
            });
            width + GAP
        }
        (None, None) => 0.0,
    }
}

fn picture(flow: &mut Flow, logo: &Logo, area: Area) {
    match &logo.picture {
        Picture::Pixels(_) => flow.mark(Mark::Picture { area }),
        Picture::Shapes(shapes) => {
            for shape in shapes {
                let FilledPath { fill, rule, .. } = *shape;
                let outlines = shape.outlines.iter().map(|outline| placed(outline, logo, area)).collect();
                flow.mark(Mark::Shape { outlines, rule, fill });
            }
        }
    }
}

/// An outline of the logo on the page, from its upper left corner.
fn placed(outline: &Outline, logo: &Logo, area: Area) -> Outline {
    let mapped = |[x, y]: [f64; 2]| [area.x + x / logo.width * area.width, area.y + y / logo.height * area.height];
    let step = |step: &PathSegment| match *step {
        PathSegment::Line(end) => PathSegment::Line(mapped(end)),
        PathSegment::Curve(points) => PathSegment::Curve(points.map(mapped)),
    };
    Outline { begin: mapped(outline.begin), steps: outline.steps.iter().map(step).collect() }
}
