//! Decimal numbers by weekday and hour: weekdays down, hours across; readable in grey.

use super::canvas::Area;
use super::flow::{Align, Flow};
use super::scale::{self, HeatScale};
use super::structure::Role;
use super::style::{BODY, HEAT_CELL, INK, MARGIN, NOTE, PANEL, PAPER, Style, Weight};
use super::words::{capitalized, peak_of};
use crate::language::Language;
use crate::render::hidden::{MARK, known, legend};
use crate::render::staffing::NumberStyle;
use crate::report::Shown;
use crate::report::staffing::WeekNumbers;

const LABEL: f64 = 26.0;
const ROW: f64 = 14.0;
const SLIT: f64 = 1.0;
const HOURS: f64 = 24.0;

/// What the colours of a grid say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GridColors {
    /// The more, the darker; the hour with the most is named beside the heading.
    Most,
    /// Numbers above 0 have one colour, so that those below it stand out.
    BelowZero,
}

/// Draws a grid under a heading. A negative number has its sign, and is bold and light on a dark background, so that it
/// is visible in a grey print. 0 is an empty cell; no data is not a cell.
pub fn draw(flow: &mut Flow, title: &str, note: &str, grid: &WeekNumbers, colors: GridColors) {
    let most = grid.iter().flatten().copied().filter_map(known).fold(0.0, f64::max);
    let scale = (colors == GridColors::Most).then(|| HeatScale::new(flow.palette.heat, most));
    let peak = scale.and_then(|_| peak(flow.language, grid, most));
    let note = peak.map_or_else(|| note.to_owned(), |peak| format!("{note} · {peak}"));
    flow.part(title, &note, NOTE.leading + 2.0 + 7.0 * ROW + 4.0 + NOTE.leading);
    let pitch = (flow.upright_width() - LABEL) / HOURS;
    let numbers = NumberStyle::of(grid);
    let style = fitting(flow, grid, numbers, pitch - SLIT - 1.0);
    let lefts: Vec<f64> = std::iter::successors(Some(MARGIN + LABEL), |x| Some(x + pitch)).take(24).collect();
    let head = capitalized(flow.language.text("dimension.weekday"));
    flow.element(Role::Table, |flow| {
        let top = flow.take(NOTE.leading + 2.0);
        flow.element(Role::Row, |flow| {
            flow.element(Role::named_column(head), |_| {});
            for (hour, x) in lefts.iter().enumerate() {
                flow.element(Role::column(), |flow| {
                    let style = NOTE.tabular();
                    flow.text(x + pitch / 2.0, NOTE.baseline(top), &format!("{hour:02}"), style, Align::Middle)
                });
            }
        });
        for (day, row) in flow.language.weekdays_in_columns().iter().zip(grid) {
            let top = flow.take(ROW);
            flow.element(Role::Row, |flow| {
                flow.element(Role::row(), |flow| {
                    flow.text(MARGIN, BODY.middle(top, ROW - SLIT), day, BODY, Align::Left)
                });
                for (value, x) in row.iter().zip(&lefts) {
                    let area = Area::new(*x, top, pitch - SLIT, ROW - SLIT);
                    cell(flow, (area, scale), *value, numbers, style);
                }
            });
        }
    });
    flow.gap(4.0);
    let top = flow.take(NOTE.leading);
    let baseline = NOTE.baseline(top);
    let language = flow.language;
    let above = |number: f64| Some(numbers.show(Some(Shown::Known(number)), language));
    let swatches = match scale {
        Some(scale) if most > 0.0 => scale.legend(above),
        Some(_) => Vec::new(),
        None if most > 0.0 => vec![(flow.palette.soft, Some(language.text("staffing.above_zero").to_owned()))],
        None => Vec::new(),
    };
    let mut x = scale::draw(flow, (MARGIN + LABEL, top), swatches) + 6.0;
    let swatch = Area { y: top + (NOTE.leading - scale::SWATCH.height) / 2.0, ..scale::SWATCH };
    if grid.iter().flatten().copied().filter_map(known).any(|value| value < 0.0) {
        flow.fill(Area { x, ..swatch }, 0.0, INK);
        x += swatch.width + 4.0;
        x += flow.text(x, baseline, flow.language.text("staffing.below_zero"), NOTE, Align::Left) + 12.0;
    }
    if grid.iter().flatten().any(Option::is_none) {
        x += flow.text(x, baseline, flow.language.text("staffing.no_cell"), NOTE, Align::Left) + 12.0;
    }
    if grid.iter().flatten().any(|value| *value == Some(Shown::Hidden)) {
        flow.text(x, baseline, &legend(flow.language), NOTE, Align::Left);
    }
}

/// The hour with the most in words; none where several have as much or one is hidden.
fn peak(language: Language, grid: &WeekNumbers, most: f64) -> Option<String> {
    if most <= 0.0 || grid.iter().flatten().any(|value| *value == Some(Shown::Hidden)) {
        return None;
    }
    let numbers = NumberStyle::of(grid);
    // Compared as shown: values with the same text are equally high.
    let text = numbers.show(Some(Shown::Known(most)), language);
    let cells = grid.iter().enumerate().flat_map(|(day, row)| row.iter().enumerate().map(move |at| (day, at)));
    let mut highest = cells.filter(|(_, (_, value))| numbers.show(**value, language) == text);
    let (day, (hour, _)) = highest.next()?;
    highest.next().is_none().then(|| peak_of(language, (day, hour), &text))
}

fn cell(
    flow: &mut Flow,
    (area, scale): (Area, Option<HeatScale>),
    value: Option<Shown<f64>>,
    numbers: NumberStyle,
    style: Style,
) {
    let language = flow.language;
    match value {
        None => flow.element(Role::Cell { alt_text: language.text("staffing.no_cell").to_owned() }, |_| {}),
        Some(Shown::Hidden) => {
            flow.fill(area, 1.5, PANEL);
            let (x, baseline) = (area.x + area.width / 2.0, style.middle(area.y, area.height));
            flow.element(Role::cell(), |flow| flow.text(x, baseline, MARK, style.color(INK), Align::Middle));
        }
        Some(Shown::Known(0.0)) => {
            flow.element(Role::Cell { alt_text: language.count(0) }, |flow| flow.fill(area, 1.5, PANEL));
        }
        Some(Shown::Known(value)) => {
            let (fill, style) = if value < 0.0 {
                (INK, style.color(PAPER).weight(Weight::Bold))
            } else {
                let fill = scale.and_then(|scale| scale.fill(value)).unwrap_or(flow.palette.soft);
                (fill, style.color(fill.readable(INK, PAPER)))
            };
            flow.fill(area, 1.5, fill);
            let number = numbers.show(Some(Shown::Known(value)), language);
            let (x, baseline) = (area.x + area.width / 2.0, style.middle(area.y, area.height));
            flow.element(Role::cell(), |flow| flow.text(x, baseline, &number, style, Align::Middle));
        }
    }
}

/// The size at which the widest number fits in its cell.
fn fitting(flow: &mut Flow, grid: &WeekNumbers, numbers: NumberStyle, width: f64) -> Style {
    let language = flow.language;
    let style = HEAT_CELL.tabular();
    let bold = style.weight(Weight::Bold);
    let widths = grid.iter().flatten().map(|value| flow.typesetter.line(&numbers.show(*value, language), bold).width());
    let widest = widths.fold(1.0, f64::max);
    style.sized((style.size * width / widest).min(style.size))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::brand::palette::Palette;
    use crate::render::color::ENOUGH_CONTRAST;

    #[test]
    fn the_hour_with_the_most_is_named_where_it_is_one() {
        let mut grid: WeekNumbers = [[Some(Shown::Known(1.0)); 24]; 7];
        let named = |grid: &WeekNumbers, most| peak(Language::English, grid, most);
        assert_eq!(named(&grid, 1.0), None, "all are alike");
        grid[4][18] = Some(Shown::Known(2.5));
        assert_eq!(named(&grid, 2.5).as_deref(), Some("the most on Fri from 18:00 to 19:00: 2.5"));
        // What is shown alike is alike.
        grid[5][9] = Some(Shown::Known(2.46));
        assert_eq!(named(&grid, 2.5), None);
        grid[5][9] = Some(Shown::Hidden);
        assert_eq!(named(&grid, 2.5), None, "a hidden one may be more");
        assert_eq!(named(&[[None; 24]; 7], 0.0), None);
    }

    #[test]
    fn numbers_below_zero_differ_in_grey() {
        // Contrast depends only on luminance, which a grey print keeps.
        let soft = Palette::USUAL.soft;
        for (what, ground, ink) in
            [("a number", soft, INK), ("a number below 0", INK, PAPER), ("too few beside enough", INK, soft)]
        {
            assert!(ground.contrast(ink) >= ENOUGH_CONTRAST, "{what}: {}", ground.contrast(ink));
        }
        assert!(INK.contrast(PANEL) >= ENOUGH_CONTRAST, "a cell below 0 beside an empty one");
    }
}
