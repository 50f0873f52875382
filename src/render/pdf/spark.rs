//! Sparklines: a small bar for each window of a trend, the last one dark. Bars begin at 0, so that their heights can be
//! compared.

use super::canvas::{Area, Point};
use super::flow::Flow;
use super::structure::Role;
use super::style::{HAIRLINE, RULE_STRONG};
use crate::language::Language;
use crate::render::trend::range;
use crate::unit::Unit;

/// The distance from one bar to the next.
const PITCH: f64 = 7.0;
/// Space between bars, as a share of that distance.
const SLIT: f64 = 0.2;
/// The minimum height of a value other than 0.
const LEAST: f64 = 0.6;

/// The width of a sparkline with this many windows, at most `room`.
#[must_use]
pub fn width(windows: usize, room: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "at most 60 windows")]
    let natural = windows as f64 * PITCH;
    natural.min(room)
}

/// A trend as a text alternative; empty without values.
#[must_use]
pub fn alt_text(language: Language, windows: &str, unit: Unit, levels: &[Option<f64>], has_hidden: bool) -> String {
    let known = || levels.iter().flatten().copied();
    let value = |value: Option<f64>| language.value(unit, value);
    if known().next().is_none() {
        return String::new();
    }
    let key = if has_hidden { "pdf.trend_text_hidden" } else { "pdf.trend_text" };
    language.fill(
        key,
        &[
            ("windows", &windows),
            ("first", &value(known().next())),
            ("last", &value(known().last())),
            ("lowest", &value(known().reduce(f64::min))),
            ("highest", &value(known().reduce(f64::max))),
        ],
    )
}

/// Draws the levels into an area, as a figure with the text alternative `alt_text`; without levels only the base line.
pub fn draw(flow: &mut Flow, levels: &[Option<f64>], alt_text: &str, area: Area) {
    flow.element(Role::Figure { alt_text: alt_text.to_owned(), area }, |flow| bars(flow, levels, area));
}

fn bars(flow: &mut Flow, levels: &[Option<f64>], area: Area) {
    let (low, high) = range(levels);
    let span = if high > low { high - low } else { 1.0 };
    let base = area.y + area.height * high / span;
    #[expect(clippy::cast_precision_loss, reason = "at most 60 windows")]
    let pitch = area.width / levels.len().max(1) as f64;
    let base = base.min(area.y + area.height);
    flow.rule(Point { x: area.x, y: base }, Point { x: area.x + area.width, y: base }, HAIRLINE, RULE_STRONG);
    let last = levels.len().saturating_sub(1);
    let mut x = area.x;
    for (index, level) in levels.iter().enumerate() {
        if let Some(level) = level.filter(|level| *level != 0.0) {
            let height = (level.abs() / span * area.height).max(LEAST);
            let top = if level > 0.0 { base - height } else { base };
            let fill = if index == last { flow.palette.accent } else { flow.palette.middle() };
            flow.fill(Area::new(x + pitch * SLIT / 2.0, top, pitch * (1.0 - SLIT), height), 0.0, fill);
        }
        x += pitch;
    }
}
