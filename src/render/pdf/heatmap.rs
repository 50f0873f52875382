//! Counts by weekday and hour: the number is in its cell, the colour shows the rate per hour.

use super::canvas::{Area, Point};
use super::flow::{Align, Flow};
use super::scale::{self, HeatScale, SWATCH};
use super::shape::{ShapedLine, Typesetter};
use super::structure::Role;
use super::style::{
    BODY, CELL, HAIRLINE, HEAT_CELL, HEAT_SMALLEST, INK, MARGIN, NOTE, PANEL, PAPER, PART, RULE_STRONG, Style, Weight,
};
use super::words;
use crate::language::Language;
use crate::render::color::Color;
use crate::render::hidden::{MARK, legend as hidden_legend};
use crate::render::words::lowered;
use crate::report::{Heatmap, Report, Shown};
use crate::unit::NO_DATA;

const LABEL_WIDTH: f64 = 26.0;
/// Width of the column of totals, if they are short.
const TOTAL_WIDTH: f64 = 40.0;
/// Style of a day's total.
const TOTAL: Style = CELL.tabular().weight(Weight::SemiBold);
/// Space between cells.
const SLIT: f64 = 1.0;
const HOURS: usize = 24;

/// Draws every heatmap of counts under a heading.
pub fn draw(flow: &mut Flow, report: &Report) {
    if report.count_heatmaps().any(|(_, heatmap)| heatmap.total() != Shown::Known(0)) {
        flow.section(flow.language.text("pdf.when"));
    }
    grids(flow, report);
}

/// Draws every heatmap of counts; empty ones are only named.
pub fn grids(flow: &mut Flow, report: &Report) {
    let (empty, full): (Vec<_>, Vec<_>) =
        report.count_heatmaps().partition(|(_, heatmap)| heatmap.total() == Shown::Known(0));
    for (id, heatmap) in full {
        draw_heatmap(flow, &words::metric(flow.language, id), heatmap);
    }
    if !empty.is_empty() {
        let names = empty.into_iter().map(|(id, _)| lowered(&words::metric(flow.language, id)));
        let names = names.collect::<Vec<_>>().join(", ");
        let text = flow.language.fill("pdf.none_by_hour", &[("metrics", &names)]);
        let top = flow.take(NOTE.leading);
        let line = flow.typesetter.fit(&text, NOTE, flow.upright_width());
        flow.place(MARGIN, NOTE.baseline(top), line, Align::Left);
    }
}

/// The height from the heading to the legend.
fn height(row: f64) -> f64 {
    PART.leading + 4.0 + NOTE.leading + 2.0 + 7.0 * row + 6.0 + NOTE.leading
}

fn draw_heatmap(flow: &mut Flow, title: &str, heatmap: &Heatmap) {
    let scale = ColorScale::of(heatmap, flow.palette.heat);
    let row_height = flow.spacing.heat;
    let language = flow.language;
    let peak = peak(language, heatmap, scale.uneven).map(|peak| format!(" · {peak}")).unwrap_or_default();
    flow.part(title, &format!("{}{peak}", language.text("pdf.by_hour")), height(row_height) - PART.leading - 4.0);
    let totals: Vec<ShapedLine> =
        (0..7).map(|day| flow.typesetter.line(&total(language, heatmap, day), TOTAL)).collect();
    let widest = totals.iter().map(ShapedLine::width).fold(TOTAL_WIDTH - 10.0, f64::max);
    let pitch = (flow.upright_width() - LABEL_WIDTH - widest - 10.0) / 24.0;
    let left = MARGIN + LABEL_WIDTH;
    let right = MARGIN + flow.upright_width();
    let numbers = HeatmapNumbers::of(&mut flow.typesetter, language, heatmap, pitch - SLIT - 1.0);
    let head = language.text("dimension.weekday");
    flow.element(Role::Table, |flow| {
        let top = flow.take(NOTE.leading + 2.0);
        flow.element(Role::Row, |flow| {
            flow.element(Role::named_column(words::capitalized(head)), |_| {});
            for (hour, x) in (0..HOURS).zip(steps(left, pitch)) {
                flow.element(Role::column(), |flow| {
                    let style = NOTE.tabular();
                    flow.text(x + pitch / 2.0, NOTE.baseline(top), &format!("{hour:02}"), style, Align::Middle)
                });
            }
            flow.element(Role::column(), |flow| {
                flow.text(right, NOTE.baseline(top), language.text("table.total"), NOTE, Align::Right)
            });
        });
        let days = language.weekdays_in_columns().iter().zip(&heatmap.counts).zip(&heatmap.hours_observed).zip(totals);
        for (((day, counts), observed), total) in days {
            let top = flow.take(row_height);
            flow.element(Role::Row, |flow| {
                flow.element(Role::row(), |flow| {
                    flow.text(MARGIN, BODY.middle(top, row_height - SLIT), day, BODY, Align::Left)
                });
                for ((&count, &hours), x) in counts.iter().zip(observed).zip(steps(left, pitch)) {
                    let area = Area::new(x, top, pitch - SLIT, row_height - SLIT);
                    cell(flow, area, scale.fill(count, hours), &numbers, count);
                }
                flow.element(Role::cell(), |flow| {
                    flow.place(right, TOTAL.middle(top, row_height - SLIT), total, Align::Right)
                });
            });
        }
    });
    legend(flow, left, &scale, heatmap, numbers.unit);
}

/// The cell of an hour. Empty and missing cells are read aloud, although they contain no number.
fn cell(flow: &mut Flow, area: Area, fill: Fill, numbers: &HeatmapNumbers, count: Shown<u64>) {
    let language = flow.language;
    match fill {
        Fill::Hidden => {
            flow.fill(area, 1.5, PANEL);
            let (x, baseline) = (area.x + area.width / 2.0, numbers.style.middle(area.y, area.height));
            flow.element(Role::cell(), |flow| flow.text(x, baseline, MARK, numbers.style.color(INK), Align::Middle));
        }
        Fill::Missing => {
            let alt_text = language.text("pdf.not_in_window").to_owned();
            flow.element(Role::Cell { alt_text }, |flow| missing(flow, area));
        }
        Fill::None => {
            flow.element(Role::Cell { alt_text: language.count(0) }, |flow| flow.fill(area, 1.5, PANEL));
        }
        Fill::Some(fill) => {
            flow.fill(area, 1.5, fill);
            let style = numbers.style.color(fill.readable(INK, PAPER));
            let number = count.known().map_or_else(String::new, |count| numbers.unit.show(language, count));
            let baseline = style.middle(area.y, area.height);
            let x = area.x + area.width / 2.0;
            flow.element(Role::cell(), |flow| flow.text(x, baseline, &number, style, Align::Middle));
        }
    }
}

/// The hour with the most, as a text; `None` if nothing happened, several hours share the most, or one is hidden.
fn peak(language: Language, heatmap: &Heatmap, uneven: bool) -> Option<String> {
    if heatmap.counts.iter().flatten().any(|count| count.known().is_none()) {
        return None;
    }
    let cells = heatmap.counts.iter().zip(&heatmap.hours_observed).enumerate().flat_map(|(day, (counts, hours))| {
        let cells = counts.iter().zip(hours).enumerate();
        cells.filter_map(move |(hour, (&count, &hours))| {
            count.known().and_then(|count| Some((rate(count, hours, uneven)?, day, hour, count)))
        })
    });
    let cells: Vec<(f64, usize, usize, u64)> = cells.collect();
    let (most, day, hour, count) = *cells.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let is_one = cells.iter().filter(|(rate, ..)| *rate >= most).count() == 1;
    (count > 0 && is_one).then(|| words::peak_of(language, (day, hour), &language.count(count)))
}

/// The total of a day; no data if the window has none of its hours.
fn total(language: Language, heatmap: &Heatmap, day: usize) -> String {
    let observed = heatmap.hours_observed[day].iter().any(|&hours| hours > 0.0);
    let sum: Shown<u64> = heatmap.counts[day].iter().copied().sum();
    let sum = || sum.known().map_or_else(|| MARK.to_owned(), |sum| language.count(sum));
    if observed { sum() } else { NO_DATA.to_owned() }
}

fn steps(from: f64, pitch: f64) -> impl Iterator<Item = f64> {
    std::iter::successors(Some(from), move |x| Some(x + pitch))
}

/// An hour that the window lacks: empty, with a stroke through it.
fn missing(flow: &mut Flow, cell: Area) {
    let inset = cell.height / 3.0;
    let middle = cell.x + cell.width / 2.0;
    flow.rule(
        Point { x: middle - inset / 2.0, y: cell.y + cell.height - inset },
        Point { x: middle + inset / 2.0, y: cell.y + inset },
        HAIRLINE,
        RULE_STRONG,
    );
}

fn legend(flow: &mut Flow, left: f64, scale: &ColorScale, heatmap: &Heatmap, unit: CellUnit) {
    flow.gap(6.0);
    let top = flow.take(NOTE.leading);
    let baseline = NOTE.baseline(top);
    let swatch = Area { y: top + (NOTE.leading - SWATCH.height) / 2.0, ..SWATCH };
    let mut x = scale::draw(flow, (left, top), scale.legend(flow.language));
    x += 6.0;
    let mut notes = Vec::new();
    if scale.uneven {
        notes.push(flow.language.text("pdf.per_hour"));
    }
    match unit {
        CellUnit::One => {}
        CellUnit::Thousand => notes.push(flow.language.text("pdf.thousands")),
        CellUnit::Million => notes.push(flow.language.text("pdf.millions")),
    }
    if !notes.is_empty() {
        x += flow.text(x + 4.0, baseline, &notes.join(" · "), NOTE, Align::Left) + 12.0;
    }
    if heatmap.has_hidden() {
        x += flow.text(x + 4.0, baseline, &hidden_legend(flow.language), NOTE, Align::Left) + 12.0;
    }
    if heatmap.hours_observed.iter().flatten().any(|&hours| hours <= 0.0) {
        missing(flow, Area { x, ..swatch });
        flow.text(x + SWATCH.width, baseline, flow.language.text("pdf.not_in_window"), NOTE, Align::Left);
    }
}

/// The fill of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fill {
    /// The window has no such hour.
    Missing,
    Hidden,
    /// Zero.
    None,
    /// Darker for more.
    Some(Color),
}

/// The colours with the rates that they represent.
struct ColorScale {
    scale: HeatScale,
    /// Whether cells cover different numbers of hours, so that counts alone would mislead.
    uneven: bool,
}

impl ColorScale {
    fn of(heatmap: &Heatmap, fills: [Color; 8]) -> Self {
        let cells = || heatmap.counts.iter().flatten().zip(heatmap.hours_observed.iter().flatten());
        let observed = || cells().map(|(_, &hours)| hours).filter(|&hours| hours > 0.0);
        let first = observed().next().unwrap_or(1.0);
        let uneven = observed().any(|hours| (hours - first).abs() > 1e-9);
        let most = cells().filter_map(|(count, &hours)| rate(count.known()?, hours, uneven)).fold(0.0, f64::max);
        Self { scale: HeatScale::new(fills, most), uneven }
    }

    fn fill(&self, count: Shown<u64>, hours: f64) -> Fill {
        let Shown::Known(count) = count else { return Fill::Hidden };
        let Some(rate) = rate(count, hours, self.uneven) else { return Fill::Missing };
        self.scale.fill(rate).map_or(Fill::None, Fill::Some)
    }

    /// The colours; the middle one and the last one with the largest number of their range.
    fn legend(&self, language: Language) -> Vec<(Color, Option<String>)> {
        self.scale.legend(|most| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
            let most = most.floor() as u64;
            (most > 0).then(|| language.count(most))
        })
    }
}

/// The number that decides the colour of a cell; `None` if the window has no such hour.
#[expect(clippy::cast_precision_loss, reason = "colours need no more than 53 bits")]
fn rate(count: u64, hours: f64, uneven: bool) -> Option<f64> {
    (hours > 0.0).then_some(if uneven { count as f64 / hours } else { count as f64 })
}

/// The unit of the numbers in the cells, chosen so that they fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CellUnit {
    One,
    Thousand,
    Million,
}

impl CellUnit {
    fn show(self, language: Language, count: u64) -> String {
        let unit = match self {
            Self::One => return language.count(count),
            Self::Thousand => 1_000,
            Self::Million => 1_000_000,
        };
        match (count + unit / 2) / unit {
            0 if count > 0 => "<1".to_owned(),
            rounded => language.count(rounded),
        }
    }
}

/// The common format of the numbers in the cells.
struct HeatmapNumbers {
    unit: CellUnit,
    style: Style,
}

impl HeatmapNumbers {
    fn of(typesetter: &mut Typesetter, language: Language, heatmap: &Heatmap, width: f64) -> Self {
        for unit in [CellUnit::One, CellUnit::Thousand, CellUnit::Million] {
            let widest = heatmap.known().map(|count| typesetter.line(&unit.show(language, count), HEAT_CELL).width());
            let widest = widest.fold(0.0, f64::max).max(1.0);
            let size = (HEAT_CELL.size * width / widest).min(HEAT_CELL.size);
            if size >= HEAT_SMALLEST || unit == CellUnit::Million {
                return Self { unit, style: HEAT_CELL.sized(size) };
            }
        }
        Self { unit: CellUnit::Million, style: HEAT_CELL.sized(HEAT_SMALLEST) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::brand::palette::Palette;

    #[test]
    fn colours_go_by_the_hour_where_cells_differ() {
        let mut heatmap = Heatmap::new([[0; 24]; 7], [[1.0; 24]; 7]);
        heatmap.counts[0][9] = Shown::Known(10);
        heatmap.counts[1][9] = Shown::Known(10);
        heatmap.hours_observed[1][9] = 2.0;
        heatmap.hours_observed[6][2] = 0.0;
        let scale = ColorScale::of(&heatmap, Palette::USUAL.heat);
        assert!(scale.uneven);
        assert_eq!(scale.fill(Shown::Known(10), 1.0), Fill::Some(Palette::USUAL.heat[7]));
        assert_eq!(scale.fill(Shown::Known(10), 2.0), Fill::Some(Palette::USUAL.heat[3]));
        assert_eq!(scale.fill(Shown::Known(0), 1.0), Fill::None);
        assert_eq!(scale.fill(Shown::Known(0), 0.0), Fill::Missing);
    }

    #[test]
    fn numbers_fit_their_cells() {
        let mut typesetter = Typesetter::new(&[]);
        for (most, unit) in [
            (12, CellUnit::One),
            (123, CellUnit::One),
            (1_234, CellUnit::Thousand),
            (123_456, CellUnit::Thousand),
            (1_234_567, CellUnit::Million),
            (12_345_678_901, CellUnit::Million),
        ] {
            let mut heatmap = Heatmap::new([[0; 24]; 7], [[1.0; 24]; 7]);
            heatmap.counts[0][0] = Shown::Known(most);
            let numbers = HeatmapNumbers::of(&mut typesetter, Language::English, &heatmap, 17.0);
            assert_eq!(numbers.unit, unit, "{most}");
            assert!(typesetter.line(&unit.show(Language::English, most), numbers.style).width() <= 17.01, "{most}");
        }
        assert_eq!(CellUnit::Thousand.show(Language::English, 400), "<1");
        assert_eq!(CellUnit::Thousand.show(Language::English, 1_500), "2");
    }
}
