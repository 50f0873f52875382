//! Horizontal bars: a part inside its whole, by the values of a dimension.

use super::canvas::Area;
use super::flow::{Align, Flow};
use super::shape::ShapedLine;
use super::structure::Role;
use super::style::{BODY, CELL, COLUMN_GUTTER, INK, MARGIN, NOTE, PANEL, PART, SECTION, SECTION_HEIGHT, Style, Weight};
use super::words;
use crate::language::Language;
use crate::render::brand::palette::Palette;
use crate::render::color::Color;
use crate::render::rows;
use crate::render::targets;
use crate::render::words as shared;
use crate::report::template::sections::SectionChart;
use crate::report::{Cell, Judged, Report, Statistic, Table, TableRow};
use crate::unit::Unit;

const BAR: f64 = 4.0;
const HEAD: f64 = PART.leading + 3.0;
/// The distance between lines of a title, and their maximum number.
const TITLE_LEADING: f64 = 11.5;
const TITLE_LINES: usize = 2;
const SWATCH: f64 = 6.0;
/// The minimum number of bars in a chart with another one below it.
const FEWEST_OF_TWO: usize = 3;
/// So many rows above the maximum are drawn, too, where they have room.
const FEW_MORE: usize = 2;
/// The width of a target's mark.
const TICK: f64 = 1.2;
/// The number above its bar.
const NUMBER: Style = CELL.tabular().weight(Weight::SemiBold);

/// A metric, with the colours of its bar and its number.
#[derive(Clone, Copy)]
struct BarSeries<'r> {
    id: &'r str,
    fill: Color,
    number: Color,
}

/// One bar per row of a table; the bars of several metrics are drawn over each other, the widest first.
struct BarChart<'r> {
    title: String,
    series: Vec<BarSeries<'r>>,
    dimensions: &'r [String],
    /// Whether all charts beside it have the same rows.
    is_among_its_own: bool,
    /// Largest first, by the first series.
    rows: Vec<&'r TableRow>,
    report: &'r Report,
    language: Language,
}

/// Draws the charts that the report has numbers for, side by side; under a heading, if one is given.
pub fn draw(flow: &mut Flow, report: &Report, title: Option<&str>, charts: &[&SectionChart]) {
    // If all charts are of one table, the section's heading names the rows.
    let is_same = charts.len() > 1 && charts.iter().all(|chart| chart.dimensions == charts[0].dimensions);
    let charts = charts.iter().filter_map(|charts| BarChart::of(report, flow.language, &flow.palette, charts));
    let charts: Vec<BarChart> = charts.map(|chart| BarChart { is_among_its_own: is_same, ..chart }).collect();
    figure(flow, title, &charts);
}

fn figure(flow: &mut Flow, title: Option<&str>, charts: &[BarChart]) {
    let (columns, width) = columns(flow, charts);
    // All rows of charts go on this page, if each has room for the minimum number of bars.
    #[expect(clippy::cast_precision_loss, reason = "a row or two")]
    let below = charts.len().div_ceil(columns).max(1) as f64;
    let (least, full) = flow.spacing.bars;
    // Two rows with fewer bars are better than one row alone on the next page.
    let least = if below > 1.0 { least.min(FEWEST_OF_TWO) } else { least };
    let room = |flow: &Flow| (flow.room() - flow.spacing.section - SECTION_HEIGHT) / below - flow.spacing.part;
    let longest = charts.iter().map(|chart| chart.rows.len()).max().unwrap_or(0);
    if below > 1.0 && bars_in(flow, room(flow)) < least.min(longest) {
        // Rows of charts stay together.
        flow.make_room(flow.room() + 1.0);
    }
    let most = most_bars(bars_in(flow, room(flow)), longest, (least, full));
    for (i, row) in charts.chunks(columns).enumerate() {
        let titles = titles(flow, row, width);
        let longest = titles.iter().map(Vec::len).max().unwrap_or(1);
        #[expect(clippy::cast_precision_loss, reason = "a line or two")]
        let more = (longest - 1) as f64 * TITLE_LEADING;
        let height = more + row.iter().map(|chart| chart.height(pitch(flow), most)).fold(0.0, f64::max);
        if let (0, Some(title)) = (i, title) {
            flow.section(title);
        }
        flow.gap(flow.spacing.part);
        if i == 0 && title.is_none() && charts.iter().any(|chart| chart.series.len() > 1) {
            flow.make_room(height + NOTE.leading);
            let top = flow.take(NOTE.leading);
            legend(flow, charts, NOTE.baseline(top));
        }
        let top = flow.take(height);
        if i == 0 && title.is_some() {
            legend(flow, charts, SECTION.baseline(top - SECTION_HEIGHT));
        }
        let mut x = MARGIN;
        for (chart, title) in row.iter().zip(titles) {
            // Titles are aligned at their last line.
            #[expect(clippy::cast_precision_loss, reason = "a line or two")]
            let above = (longest - title.len()) as f64 * TITLE_LEADING;
            let heading = flow.part_heading();
            flow.element(heading, |flow| {
                for (at, line) in title.into_iter().enumerate() {
                    #[expect(clippy::cast_precision_loss, reason = "a line or two")]
                    let below = at as f64 * TITLE_LEADING;
                    flow.place(x, PART.baseline(top + above + below), line, Align::Left);
                }
            });
            chart.draw(flow, Area::new(x, top + more, width, height - more), most);
            x += width + COLUMN_GUTTER;
        }
    }
}

/// The titles of charts side by side, each in up to two lines. They have the same size on all pages, unless two lines
/// are not enough.
fn titles(flow: &mut Flow, charts: &[BarChart], width: f64) -> Vec<Vec<ShapedLine>> {
    let texts: Vec<String> = charts.iter().map(BarChart::title).collect();
    let wrapped: Vec<Vec<ShapedLine>> =
        texts.iter().map(|text| flow.typesetter.wrap(text, PART, width, usize::MAX)).collect();
    if wrapped.iter().all(|lines| lines.len() <= TITLE_LINES) {
        return wrapped;
    }
    texts.iter().map(|text| flow.typesetter.wrap(text, BODY.weight(Weight::SemiBold), width, TITLE_LINES)).collect()
}

/// The number of charts side by side and the width of each: three, if no label has to be cut.
fn columns(flow: &mut Flow, charts: &[BarChart]) -> (usize, f64) {
    let third = (flow.upright_width() - 2.0 * COLUMN_GUTTER) / 3.0;
    let half = (flow.upright_width() - COLUMN_GUTTER) / 2.0;
    let narrow = charts.iter().all(|chart| {
        let rows = &chart.rows[..chart.rows.len().min(flow.spacing.bars.1)];
        let room = third - chart.number_widths(flow, rows).iter().sum::<f64>();
        rows.iter().all(|row| flow.typesetter.line(&label(chart.language, row, chart.dimensions), BODY).width() <= room)
    });
    if charts.len() > 2 && narrow { (3, third) } else { (2, half) }
}

fn label(language: Language, row: &TableRow, dimensions: &[String]) -> String {
    rows::labels(language, dimensions, &row.label, " · ")
}

/// The distance from one bar to the next.
const fn pitch(flow: &Flow) -> f64 {
    BODY.leading + BAR + flow.spacing.bar
}

/// How many bars fit in a height, below the head of a chart and with a line after them.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of bars")]
fn bars_in(flow: &Flow, room: f64) -> usize {
    ((room - HEAD - NOTE.leading) / pitch(flow)).max(0.0) as usize
}

/// How many bars of a chart with `longest` rows are drawn where `fits` have room; the table has the others. If not even the
/// minimum fits, it is the maximum, because the chart goes to a new page. A line about one or two rows more takes as much
/// room as these rows.
fn most_bars(fits: usize, longest: usize, (least, most): (usize, usize)) -> usize {
    let is_few_more = longest > most && longest <= most + FEW_MORE;
    match (fits < least, is_few_more) {
        (true, true) => longest,
        (true, false) => most,
        (false, true) if longest <= fits => longest,
        (false, _) => fits.min(most),
    }
}

/// The legend of overlapping bars, to the right of the section's heading.
fn legend(flow: &mut Flow, charts: &[BarChart], baseline: f64) {
    let several = charts.iter().find(|chart| chart.series.len() > 1);
    let series: Vec<&BarSeries> = several.iter().flat_map(|chart| &chart.series).collect();
    let names: Vec<ShapedLine> =
        series.iter().map(|one| flow.typesetter.line(&words::metric(flow.language, one.id), NOTE)).collect();
    #[expect(clippy::cast_precision_loss, reason = "two series")]
    let gaps = names.len().saturating_sub(1) as f64 * 12.0;
    let taken: f64 = names.iter().map(|name| name.width() + 4.0 + SWATCH).sum();
    let mut x = MARGIN + flow.upright_width() - taken - gaps;
    // Read aloud as the heads of the chart's columns.
    flow.unread(|flow| {
        for (series, name) in series.into_iter().zip(names) {
            flow.fill(Area::new(x, baseline - SWATCH + 0.5, SWATCH, SWATCH), 1.0, series.fill);
            x += SWATCH + 4.0;
            x += flow.place(x, baseline, name, Align::Left) + 12.0;
        }
    });
}

impl<'r> BarChart<'r> {
    fn of(report: &'r Report, language: Language, palette: &Palette, chart: &SectionChart) -> Option<Self> {
        let &SectionChart { whole, part, .. } = chart;
        let table: &Table = report.tables.get(&chart.table())?;
        let has = |id: &str| table.metrics.iter().any(|metric| metric == id);
        let part = part.filter(|id| has(id)).map(|id| BarSeries { id, fill: palette.accent, number: palette.accent });
        let alone = if part.is_some() { palette.soft } else { palette.middle() };
        let whole = has(whole).then_some(BarSeries { id: whole, fill: alone, number: INK });
        let series: Vec<BarSeries> = whole.into_iter().chain(part).collect();
        let first = series.first()?.id;
        let mut rows: Vec<&TableRow> = table.rows.iter().collect();
        let size = |row: &TableRow| scalar(row.cells.get(first)).unwrap_or(f64::NEG_INFINITY);
        // Rows without a number in the chart are in the table.
        rows.retain(|row| scalar(row.cells.get(first)).is_some());
        if rows.is_empty() || rows::has_no_value(&rows) {
            return None;
        }
        rows.sort_by(|a, b| size(b).total_cmp(&size(a)));
        Some(Self {
            title: shared::table(language, &table.dimensions),
            series,
            dimensions: &table.dimensions,
            is_among_its_own: false,
            rows,
            report,
            language,
        })
    }

    #[expect(clippy::cast_precision_loss, reason = "a handful of bars")]
    fn height(&self, pitch: f64, most: usize) -> f64 {
        let bars = self.rows.len().min(most) as f64 * pitch;
        let rest = if self.rows.is_empty() || self.rows.len() > most { NOTE.leading } else { 0.0 };
        HEAD + bars + rest
    }

    fn draw(&self, flow: &mut Flow, area: Area, most_bars: usize) {
        let Area { x, width, .. } = area;
        let mut y = area.y + HEAD;
        if self.rows.is_empty() {
            flow.text(x, NOTE.baseline(y), self.language.text("pdf.no_rows"), NOTE, Align::Left);
            return;
        }
        let most = self.full();
        let ticks = self.target_ticks(most);
        let rows = &self.rows[..self.rows.len().min(most_bars)];
        let columns = self.number_widths(flow, rows);
        flow.element(Role::Table, |flow| {
            if self.series.len() > 1 {
                self.head(flow);
            }
            for row in rows {
                flow.element(Role::Row, |flow| self.bar(flow, Area { y, ..area }, row, &columns, most));
                let track = y + BODY.leading;
                for tick in &ticks {
                    flow.fill(Area::new(x + tick * width - TICK / 2.0, track - 1.0, TICK, BAR + 2.0), 0.0, INK);
                }
                y += pitch(flow);
            }
        });
        if self.rows.len() > most_bars {
            let more = (self.rows.len() - most_bars) as u64;
            let note = self.language.counted("pdf.more", more);
            flow.text(x, NOTE.baseline(y), &note, NOTE, Align::Left);
        }
    }

    /// The legend for several columns of numbers by colour, beside the section's heading.
    fn head(&self, flow: &mut Flow) {
        flow.element(Role::Row, |flow| {
            let names = self.dimensions.iter().map(|id| shared::dimension(self.language, id));
            let labels = words::capitalized(&names.collect::<Vec<_>>().join(", "));
            flow.element(Role::named_column(labels), |_| {});
            for series in &self.series {
                flow.element(Role::named_column(words::metric(self.language, series.id)), |_| {});
            }
        });
    }

    /// The name and the numbers of a row above its bar; `most` is the value of a full bar.
    fn bar(&self, flow: &mut Flow, area: Area, row: &TableRow, columns: &[f64], most: f64) {
        let Area { x, y, width, .. } = area;
        let numbers: f64 = columns.iter().sum();
        let label = flow.typesetter.fit_name(&label(self.language, row, self.dimensions), BODY, width - numbers);
        flow.element(Role::row(), |flow| flow.place(x, BODY.baseline(y), label, Align::Left));
        let track = Area::new(x, y + BODY.leading, width, BAR);
        flow.fill(track, BAR / 2.0, PANEL);
        let mut edge = x + width - numbers;
        for ((series, value), column) in self.series.iter().zip(self.values(row)).zip(columns) {
            let share = if most > 0.0 { value.unwrap_or(0.0) / most } else { 0.0 };
            // The smallest number other than zero is still visible.
            let long = if share > 0.0 { (share * width).max(BAR) } else { 0.0 };
            flow.fill(Area { width: long, ..track }, BAR / 2.0, series.fill);
            edge += column;
            let number = self.number(series, row);
            let color = if self.is_missed(series, row) { flow.palette.judged.missed } else { series.number };
            flow.element(Role::cell(), |flow| {
                flow.text(edge, BODY.baseline(y), &number, NUMBER.color(color), Align::Right)
            });
        }
    }

    /// The value of a full bar: 100 % for a share, and the largest number for anything else.
    fn full(&self) -> f64 {
        if self.series.iter().all(|series| self.report.unit(series.id) == Unit::Rate) {
            return 1.0;
        }
        self.rows.iter().flat_map(|row| self.values(row)).flatten().fold(0.0, f64::max)
    }

    /// The positions of the bars' targets, as shares of a full bar.
    fn target_ticks(&self, full: f64) -> Vec<f64> {
        let statistic = |series: &BarSeries| self.rows.first().and_then(|row| statistic(row.cells.get(series.id)));
        let is_drawn = |target: &&Judged| self.series.iter().any(|series| target.is_of(series.id, statistic(series)));
        let limits = self.report.targets.iter().filter(is_drawn).map(|target| target.limit);
        limits.filter(|limit| full > 0.0 && (0.0..=full).contains(limit)).map(|limit| limit / full).collect()
    }

    /// The title: the dimension of the rows, or the name of a single metric. The section's legend names several
    /// metrics.
    fn title(&self) -> String {
        match self.series.as_slice() {
            [series] => {
                let known = self.rows.first().and_then(|row| statistic(row.cells.get(series.id)));
                let name = words::metric(self.language, series.id);
                let name = known.map_or_else(
                    || name.clone(),
                    |known| format!("{name}, {}", shared::statistic(self.language, known)),
                );
                if self.is_among_its_own { name } else { format!("{name} {}", shared::lowered(&self.title)) }
            }
            _ => self.title.clone(),
        }
    }

    fn values(&self, row: &TableRow) -> Vec<Option<f64>> {
        self.series.iter().map(|series| scalar(row.cells.get(series.id))).collect()
    }

    /// The number above a bar, marked if it misses a target.
    fn number(&self, series: &BarSeries, row: &TableRow) -> String {
        let cell = row.cells.get(series.id);
        let shown = cell.and_then(|cell| cell.number(statistic(Some(cell))));
        let text = self.language.shown(self.report.unit(series.id), shown);
        targets::marked(self.report, series.id, statistic(cell), scalar(cell), &text)
    }

    fn is_missed(&self, series: &BarSeries, row: &TableRow) -> bool {
        let cell = row.cells.get(series.id);
        self.report.misses(series.id, statistic(cell), scalar(cell))
    }

    /// The width of each column of numbers, including the space before it.
    fn number_widths(&self, flow: &mut Flow, rows: &[&TableRow]) -> Vec<f64> {
        let widest = |series: &BarSeries| {
            let numbers = rows.iter().map(|row| self.number(series, row));
            numbers.map(|number| flow.typesetter.line(&number, NUMBER).width()).fold(0.0, f64::max) + 10.0
        };
        self.series.iter().map(widest).collect()
    }
}

/// For a duration, the statistic that is drawn.
fn statistic(cell: Option<&Cell>) -> Option<Statistic> {
    match cell? {
        Cell::Scalar { .. } | Cell::Hidden => None,
        Cell::Duration(_) => Some(Statistic::LEADING),
    }
}

/// The number that is drawn for a cell.
#[must_use]
pub fn scalar(cell: Option<&Cell>) -> Option<f64> {
    match cell? {
        Cell::Scalar { value, .. } => *value,
        Cell::Duration(statistics) => Statistic::LEADING.of(statistics),
        Cell::Hidden => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_or_two_rows_more_are_drawn_where_they_have_room() {
        let bars = |fits, longest| most_bars(fits, longest, (5, 8));
        assert_eq!([bars(12, 10), bars(9, 10), bars(12, 11), bars(12, 4)], [10, 8, 8, 8]);
        // Fewer than the minimum go to a new page, which has room.
        assert_eq!([bars(3, 10), bars(3, 30), bars(6, 30)], [10, 8, 6]);
    }
}
