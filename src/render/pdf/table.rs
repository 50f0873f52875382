//! Tables: rows never split, the head is repeated on every page, what is too wide goes on in a further band below.

use super::canvas::{Area, Orientation, Point};
use super::columns::{Ask, Band, GAP, HEAD_LINES, Label, divide};
use super::flow::{Align, Flow};
use super::owner::{Artifact, Owner};
use super::shape::ShapedLine;
use super::spark;
use super::structure::{HeaderScope, Role};
use super::style::{CELL, HAIRLINE, HEAD, NOTE, PART, RULE, RULE_STRONG, Style, Weight};
use crate::language::Language;
use crate::metrics::Theme;
use crate::render::themes;

/// A long label goes on over this many lines, then it is cut.
const LABEL_LINES: usize = 3;
/// In a table of more rows than these only its first piece has labels of several lines: the others repeat them.
const MANY_ROWS: usize = 20;
/// Lines that a head over several columns may have.
const GROUP_LINES: usize = 2;
/// White between heads that are wider than their columns' numbers.
const HEAD_GAP: f64 = 10.0;
/// Tables up to this height are not broken.
const MOST_WHITE: f64 = 260.0;
/// Rows that stay with the head of a table that is broken, and with its end.
const FIRST_ROWS: usize = 3;
const LAST_ROWS: usize = 3;
/// The widest that a sparkline's column is.
const SPARK: f64 = 64.0;

/// A column of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GridColumn {
    /// The theme of its metric: columns of one theme stay together where not all fit side by side.
    pub theme: Option<Theme>,
    /// Is over neighbours that share it and must stay together.
    pub group: Option<String>,
    /// Its head.
    pub head: String,
}

/// A row: as many labels and numbers as the grid has columns of either.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GridRow {
    /// Left aligned.
    pub labels: Vec<String>,
    /// Right aligned, formatted.
    pub numbers: Vec<String>,
    /// Places of the numbers that miss their target.
    pub missed: Vec<usize>,
    /// The place of the word for a change to the worse side, if it has one.
    pub worse: Option<usize>,
    /// The values of its sparkline; empty for none.
    pub levels: Vec<Option<f64>>,
    /// The same in words.
    pub said: String,
    /// Whether a stronger rule is above it: something else begins.
    pub begins: bool,
}

/// A table as it is drawn.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Grid {
    /// Its heading.
    pub title: String,
    /// Is below the heading; empty for none.
    pub note: String,
    /// Heads of the label columns.
    pub labels: Vec<String>,
    /// Columns of numbers.
    pub numbers: Vec<GridColumn>,
    /// Head of a last column of sparklines; none for no such column.
    pub spark: Option<String>,
    /// The rows.
    pub rows: Vec<GridRow>,
    /// The last row, set apart.
    pub total: Option<GridRow>,
    /// Is beside the heading, instead of a table, where there are no rows.
    pub empty: &'static str,
}

/// A row whose labels are broken to the columns.
struct BrokenRow {
    labels: Vec<Vec<ShapedLine>>,
    /// With how much of each is behind its decimal mark.
    numbers: Vec<(ShapedLine, f64)>,
    levels: Vec<Option<f64>>,
    said: String,
    begins: bool,
    height: f64,
}

/// Draws a table.
pub fn draw(flow: &mut Flow, grid: &Grid) {
    if grid.rows.is_empty() {
        flow.part(&grid.title, grid.empty, 0.0);
        return;
    }
    let bands = grid.bands(flow, flow.width());
    let language = flow.language;
    let name =
        |band: &Band| themes::name(language, grid.numbers[band.numbers.clone()].iter().map(|column| column.theme));
    let titles = themes::titles(language, &grid.title, &bands.iter().map(name).collect::<Vec<_>>());
    for (i, (band, title)) in bands.iter().zip(titles).enumerate() {
        let head = Head::of(flow, grid, band);
        let tails = grid.tails(flow, band);
        let cell = CELL.with_size(CELL.size, flow.spacing.cell);
        let lines = if i > 0 && grid.rows.len() > MANY_ROWS { 1 } else { LABEL_LINES };
        let rows: Vec<BrokenRow> = grid.rows.iter().map(|row| broken(flow, row, band, cell, lines)).collect();
        let total = grid.total.as_ref().map(|row| broken(flow, row, band, cell.weight(Weight::SemiBold), lines));
        let height = |rows: &[BrokenRow]| rows.iter().map(|row| row.height).sum::<f64>();
        // The total does not go to the next page without some rows, nor these without it.
        let last = rows.len().saturating_sub(LAST_ROWS);
        let end = height(&rows[last..]) + total.as_ref().map_or(0.0, |row| row.height);
        // A table goes to the next page as a whole rather than in two pieces, unless that leaves much of this one white.
        let whole = height(&rows[..last]) + end;
        let keep = if whole <= MOST_WHITE { whole } else { height(&rows[..rows.len().min(FIRST_ROWS)]) };
        let note = if i == 0 { grid.note.as_str() } else { "" };
        begin(flow, &title, note, &head, keep);
        let drawn = |flow: &mut Flow| {
            head.draw(flow);
            let mut rows = rows.into_iter().enumerate().peekable();
            while let Some((place, row)) = rows.next() {
                again(flow, &title, &head, if place == last { end } else { row.height });
                let next = rows.peek();
                let is_end = next.is_some_and(|(_, next)| next.begins) || (next.is_none() && total.is_some());
                row.draw(flow, band, &tails, &head, if is_end { RULE_STRONG } else { RULE });
            }
            if let Some(total) = total {
                total.draw(flow, band, &tails, &head, RULE_STRONG);
            }
        };
        flow.going_on(|flow| flow.element(Role::Table, drawn));
    }
}

/// The heading and the note, with the head and the beginning of the rows on the same page.
fn begin(flow: &mut Flow, title: &str, note: &str, head: &Head, keep: f64) {
    let flow_width = flow.width();
    let notes = if note.is_empty() { Vec::new() } else { flow.type_.wrap(note, NOTE, flow_width, usize::MAX) };
    #[expect(clippy::cast_precision_loss, reason = "a line or two")]
    let height = notes.len() as f64 * NOTE.leading;
    flow.part(title, "", height + head.height + keep);
    if !notes.is_empty() {
        let top = flow.take(height + 2.0);
        flow.element(Role::Paragraph, |flow| flow.lines(flow.left(), top - 2.0, notes));
    }
}

/// Where the row does not fit: a new page, on which heading and head are repeated.
fn again(flow: &mut Flow, title: &str, head: &Head, height: f64) {
    if flow.make_room(height) {
        flow.within(Owner::Artifact(Artifact::Header), |flow| {
            flow.part(title, flow.language.text("pdf.continued"), head.height + height);
            head.draw(flow);
        });
    }
}

impl Grid {
    /// How wide the column of sparklines is, with the white before it.
    fn spark_width(&self, flow: &mut Flow) -> f64 {
        let most = self.rows.iter().map(|row| row.levels.len()).max().unwrap_or(0);
        let Some(head) = self.spark.as_ref().filter(|_| most > 0) else { return 0.0 };
        spark::width(most, SPARK).max(flow.type_.line(head, HEAD).width()) + GAP
    }

    /// How many pieces below each other it takes on a sheet that lies that way.
    pub fn pieces(&self, flow: &mut Flow, orientation: Orientation) -> usize {
        self.bands(flow, flow.sheet(orientation).content_width()).len()
    }

    /// Whether it takes one piece on a sheet that lies that way, with every label on one line.
    pub fn is_whole(&self, flow: &mut Flow, orientation: Orientation) -> bool {
        let bands = self.bands(flow, flow.sheet(orientation).content_width());
        let labels = self.label_asks(flow);
        let is_whole = |band: &Band| band.labels.iter().zip(&labels).all(|(width, label)| *width + 0.1 >= label.whole);
        matches!(&bands[..], [band] if is_whole(band))
    }

    /// How wide it is without white that it does not need.
    pub fn least_width(&self, flow: &mut Flow) -> f64 {
        let style = CELL.weight(Weight::SemiBold);
        let all = || self.rows.iter().chain(&self.total);
        let labels: f64 = self.label_asks(flow).iter().map(|label| label.least + GAP).sum();
        let numbers = (0..self.numbers.len()).map(|i| {
            let numbers = widest_aligned(flow, all().filter_map(|row| row.numbers.get(i)), style.tabular());
            numbers.max(of_head(flow, &self.numbers[i].head)[HEAD_LINES - 1]) + GAP
        });
        labels + numbers.sum::<f64>() - GAP
    }

    /// Whether a table of one piece fits on one sheet that lies wide, as far as the number of its rows says.
    #[expect(clippy::cast_precision_loss, reason = "rows of a table")]
    pub fn fits_landscape(&self, flow: &Flow) -> bool {
        let rows = self.rows.len() as f64 * (flow.spacing.cell + 2.0 * flow.spacing.row);
        let heads = PART.leading + 4.0 + 2.0 * NOTE.leading + 2.0 * HEAD.leading + 5.0;
        rows + heads <= flow.wide_height()
    }

    /// How much of each column of a band is behind the decimal mark, at most.
    fn tails(&self, flow: &mut Flow, band: &Band) -> Vec<f64> {
        let all = || self.rows.iter().chain(&self.total);
        let widest = |place: usize| {
            let numbers: Vec<&String> = all().filter_map(|row| row.numbers.get(place)).collect();
            if is_aligned(flow.language, &numbers) {
                numbers.iter().map(|number| tail_width(flow, number)).fold(0.0, f64::max)
            } else {
                0.0
            }
        };
        band.numbers.clone().map(widest).collect()
    }

    fn bands(&self, flow: &mut Flow, width: f64) -> Vec<Band> {
        let style = CELL.weight(Weight::SemiBold);
        let all = || self.rows.iter().chain(&self.total);
        let labels = self.label_asks(flow);
        let numbers: Vec<Ask> = self
            .numbers
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let numbers = widest_aligned(flow, all().filter_map(|row| row.numbers.get(i)), style.tabular());
                let heads = of_head(flow, &column.head);
                Ask { least: numbers.max(heads[HEAD_LINES - 1]), by_lines: heads.map(|head| head + HEAD_GAP) }
            })
            .collect();
        divide(width - self.spark_width(flow), &labels, &numbers, &self.units())
    }

    fn label_asks(&self, flow: &mut Flow) -> Vec<Label> {
        let style = CELL.weight(Weight::SemiBold);
        let of = |i: usize| self.rows.iter().chain(&self.total).filter_map(move |row| row.labels.get(i));
        let mut ask = |i: usize| {
            let head = self.labels.get(i).map_or(0.0, |head| flow.type_.line(head, HEAD).width());
            let least = of(i).map(|text| on_two_lines(flow, text, style)).fold(0.0, f64::max);
            let least = least.max(self.labels.get(i).map_or(0.0, |head| longest_word(flow, head)));
            Label { least, whole: widest(flow, of(i), style).max(head) }
        };
        (0..self.labels.len()).map(&mut ask).collect()
    }

    /// By theme, lengths of the stretches of columns that share a group.
    fn units(&self) -> Vec<Vec<usize>> {
        let units = |columns: &[GridColumn]| {
            columns.chunk_by(|a, b| a.group.is_some() && a.group == b.group).map(<[GridColumn]>::len).collect()
        };
        self.numbers.chunk_by(|a, b| a.theme == b.theme).map(units).collect()
    }
}

fn widest<'t>(flow: &mut Flow, texts: impl Iterator<Item = &'t String>, style: Style) -> f64 {
    texts.map(|text| flow.type_.line(text, style).width()).fold(0.0, f64::max)
}

/// The widest of numbers that are below each other by their decimal marks.
fn widest_aligned<'t>(flow: &mut Flow, texts: impl Iterator<Item = &'t String>, style: Style) -> f64 {
    let texts: Vec<&String> = texts.collect();
    let is_aligned = is_aligned(flow.language, &texts);
    let (mut before, mut after) = (0.0_f64, 0.0_f64);
    for text in texts {
        let tail = if is_aligned { tail_width(flow, text) } else { 0.0 };
        before = before.max(flow.type_.line(text, style).width() - tail);
        after = after.max(tail);
    }
    before + after
}

/// Whether numbers of a column are by their decimal marks: not where durations or words are among them.
fn is_aligned(language: Language, texts: &[&String]) -> bool {
    let points = language.notation().points;
    !texts.iter().any(|text| text.contains(char::is_alphabetic) && !text.ends_with(points))
}

fn tail_width(flow: &mut Flow, text: &str) -> f64 {
    let tail = tail(flow.language, text);
    if tail.is_empty() { 0.0 } else { flow.type_.line(tail, CELL.tabular()).width() }
}

/// The decimals of a number with their decimal mark; nothing of a duration, whose parts have no decimals.
fn tail(language: Language, text: &str) -> &str {
    let is_whole = |text: &str| !text.contains(char::is_alphabetic);
    match text.find(language.notation().decimal) {
        Some(at) if is_whole(&text[..at]) => &text[at..],
        Some(_) | None => "",
    }
}

fn longest_word(flow: &mut Flow, text: &str) -> f64 {
    text.split_whitespace().map(|word| flow.type_.line(word, HEAD).width()).fold(0.0, f64::max)
}

/// How wide a text is that takes at most two lines.
fn on_two_lines(flow: &mut Flow, text: &str, style: Style) -> f64 {
    let whole = flow.type_.line(text, style).width();
    let breaks = text.match_indices(' ').map(|(at, _)| text.split_at(at));
    let mut width = |text: &str| flow.type_.line(text.trim(), style).width();
    breaks.map(|(first, second)| width(first).max(width(second))).fold(whole, f64::min)
}

/// How wide a head is that takes one line, two, and so on.
fn of_head(flow: &mut Flow, text: &str) -> [f64; HEAD_LINES] {
    let least = longest_word(flow, text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let stretches = (0..words.len()).flat_map(|from| (from..words.len()).map(move |to| (from, to)));
    let mut widths: Vec<f64> = stretches
        .map(|(from, to)| flow.type_.line(&words[from..=to].join(" "), HEAD).width())
        .filter(|width| *width >= least)
        .collect();
    widths.sort_by(f64::total_cmp);
    let mut narrowest = |lines: usize| {
        let fits = |width: &f64| flow.type_.wrap(text, HEAD, *width, usize::MAX).len() <= lines;
        widths.iter().copied().find(fits).unwrap_or(least)
    };
    std::array::from_fn(|lines| narrowest(lines + 1))
}

/// Right edges of the columns of numbers.
fn edges(left: f64, band: &Band) -> Vec<f64> {
    let labels: f64 = band.labels.iter().map(|width| width + GAP).sum();
    let mut edge = left + labels - GAP;
    band.widths
        .iter()
        .map(|width| {
            edge += GAP + width;
            edge
        })
        .collect()
}

/// Left edges of the label columns.
fn starts(left: f64, band: &Band) -> impl Iterator<Item = f64> {
    band.labels.iter().scan(left, |x, width| Some(std::mem::replace(x, *x + width + GAP)))
}

/// A head over several columns, in up to two lines.
struct ColumnGroup {
    lines: Vec<ShapedLine>,
    left: f64,
    right: f64,
}

impl ColumnGroup {
    fn draw(&self, flow: &mut Flow, under: f64) {
        let middle = f64::midpoint(self.left, self.right);
        #[expect(clippy::cast_precision_loss, reason = "a line or two")]
        let mut y = under - self.lines.len() as f64 * HEAD.leading;
        for line in &self.lines {
            flow.place(middle, HEAD.baseline(y), line.clone(), Align::Middle);
            y += HEAD.leading;
        }
        flow.rule(Point { x: self.left, y: under }, Point { x: self.right, y: under }, HAIRLINE, RULE);
    }
}

/// Columns of numbers under one head: one column with its group, or with those that follow it without a head.
struct NumberColumns {
    /// The group that begins here.
    group: Option<ColumnGroup>,
    is_grouped: bool,
    /// Its right edge.
    x: f64,
    lines: Vec<ShapedLine>,
    /// The text read in its place: its group and itself; empty for itself.
    said: String,
    /// How many it is the head of.
    columns: usize,
}

/// A table's head: drawn once a page.
struct Head {
    labels: Vec<(f64, Vec<ShapedLine>)>,
    numbers: Vec<NumberColumns>,
    spark: Option<ShapedLine>,
    height: f64,
}

impl Head {
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    fn of(flow: &mut Flow, grid: &Grid, band: &Band) -> Self {
        let edges = edges(flow.left(), band);
        let columns = &grid.numbers[band.numbers.clone()];
        let labels: Vec<_> = starts(flow.left(), band)
            .zip(&grid.labels)
            .zip(&band.labels)
            .map(|((x, text), width)| (x, flow.type_.wrap(text, HEAD, *width, HEAD_LINES)))
            .collect();
        let mut numbers: Vec<NumberColumns> = Vec::new();
        let mut at = 0;
        for stretch in columns.chunk_by(|a, b| a.group.is_some() && a.group == b.group) {
            let last = at + stretch.len() - 1;
            let group = stretch.first().and_then(|column| column.group.as_ref());
            let mut group = group.map(|group| {
                let (left, right) = (edges[at] - band.widths[at], edges[last]);
                ColumnGroup { lines: flow.type_.wrap(group, HEAD, right - left, GROUP_LINES), left, right }
            });
            for column in stretch {
                let is_grouped = column.group.is_some();
                match numbers.last_mut().filter(|before| !before.is_grouped) {
                    Some(before) if column.head.is_empty() && !is_grouped => before.columns += 1,
                    Some(_) | None => {
                        let width = (band.widths[at] - HEAD_GAP).max(of_head(flow, &column.head)[HEAD_LINES - 1]);
                        let lines = flow.type_.wrap_name(&column.head, HEAD, width, HEAD_LINES);
                        let said =
                            column.group.as_ref().map_or_else(String::new, |of| format!("{of}, {}", column.head));
                        let (group, x) = (group.take(), edges[at]);
                        numbers.push(NumberColumns { group, is_grouped, x, lines, said, columns: 1 });
                    }
                }
                at += 1;
            }
        }
        let groups = numbers.iter().filter_map(|number| number.group.as_ref());
        let group_lines = groups.map(|group| group.lines.len()).max();
        let heads = labels.iter().map(|(_, lines)| lines).chain(numbers.iter().map(|number| &number.lines));
        let lines = heads.map(Vec::len).max().unwrap_or(1);
        let group = group_lines.map_or(0.0, |lines| lines as f64 * HEAD.leading + 3.0);
        // Groups are over their columns' own heads, which are short; other heads may use the room beside them.
        let grouped = numbers.iter().filter(|number| number.is_grouped);
        let under = grouped.map(|number| number.lines.len() as f64 * HEAD.leading + group).fold(0.0, f64::max);
        let height = under.max(lines as f64 * HEAD.leading) + 5.0;
        let width = grid.spark_width(flow);
        let spark = grid.spark.as_ref().filter(|_| width > 0.0);
        let spark = spark.map(|text| flow.type_.fit(text, HEAD, width - GAP + 0.01));
        Self { labels, numbers, spark, height }
    }

    fn draw(&self, flow: &mut Flow) {
        let top = flow.take(self.height);
        let bottom = top + self.height - 5.0;
        let right = flow.left() + flow.width();
        let text = |flow: &mut Flow, x: f64, lines: &[ShapedLine], align: Align| {
            #[expect(clippy::cast_precision_loss, reason = "at most four lines")]
            let mut y = bottom - lines.len() as f64 * HEAD.leading;
            for line in lines {
                flow.place(x, HEAD.baseline(y), line.clone(), align);
                y += HEAD.leading;
            }
        };
        flow.element(Role::Row, |flow| {
            for (x, lines) in &self.labels {
                flow.element(Role::column(), |flow| text(flow, *x, lines, Align::Left));
            }
            for number in &self.numbers {
                // Its columns say it.
                if let Some(group) = &number.group {
                    flow.unread(|flow| group.draw(flow, bottom - HEAD.leading - 2.5));
                }
                let (columns, said) = (number.columns, number.said.clone());
                let role = Role::Header { scope: HeaderScope::Column, columns, said };
                flow.element(role, |flow| text(flow, number.x, &number.lines, Align::Right));
            }
            if let Some(line) = &self.spark {
                flow.element(Role::column(), |flow| text(flow, right, std::slice::from_ref(line), Align::Right));
            }
        });
        let y = top + self.height;
        flow.rule(Point { x: flow.left(), y }, Point { x: right, y }, HAIRLINE, RULE_STRONG);
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most three lines")]
fn broken(flow: &mut Flow, row: &GridRow, band: &Band, style: Style, most_lines: usize) -> BrokenRow {
    let labels: Vec<Vec<ShapedLine>> = row
        .labels
        .iter()
        .zip(&band.labels)
        .map(|(text, width)| flow.type_.wrap_name(text, style, width + 0.01, most_lines))
        .collect();
    let judged = flow.palette.judged;
    let numbers = row.numbers.iter().enumerate().skip(band.numbers.start).take(band.numbers.len());
    let set = |(place, text): (usize, &String)| {
        let marked = if row.missed.contains(&place) {
            Some(judged.missed)
        } else {
            (row.worse == Some(place)).then_some(judged.worse)
        };
        let style = marked.map_or(style, |color| style.weight(Weight::Bold).color(color));
        (flow.type_.line(text, style.tabular()), tail_width(flow, text))
    };
    let numbers = numbers.map(set).collect();
    let lines = labels.iter().map(Vec::len).max().unwrap_or(1);
    let height = lines as f64 * style.leading + 2.0 * flow.spacing.row;
    BrokenRow { labels, numbers, levels: row.levels.clone(), said: row.said.clone(), begins: row.begins, height }
}

impl BrokenRow {
    fn draw(self, flow: &mut Flow, band: &Band, tails: &[f64], head: &Head, rule: crate::render::color::Color) {
        let top = flow.take(self.height);
        let row = flow.begin(Role::Row);
        flow.within(row, |flow| self.cells(flow, band, tails, head, top));
        let right = flow.left() + flow.width();
        let y = top + self.height;
        flow.rule(Point { x: flow.left(), y }, Point { x: right, y }, HAIRLINE, rule);
    }

    fn cells(&self, flow: &mut Flow, band: &Band, tails: &[f64], head: &Head, top: f64) {
        let padding = flow.spacing.row;
        for (x, lines) in starts(flow.left(), band).zip(&self.labels) {
            flow.element(Role::row(), |flow| flow.lines(x, top + padding, lines.clone()));
        }
        for ((x, (line, tail)), widest) in edges(flow.left(), band).into_iter().zip(&self.numbers).zip(tails) {
            let baseline = line.style().baseline(top + padding);
            flow.element(Role::cell(), |flow| {
                flow.place(x - (widest - tail).max(0.0), baseline, line.clone(), Align::Right);
            });
        }
        if head.spark.is_none() {
            return;
        }
        let right = flow.left() + flow.width();
        flow.element(Role::cell(), |flow| {
            if self.levels.is_empty() {
                return;
            }
            let width = spark::width(self.levels.len(), SPARK);
            // As high beside labels of several lines as beside those of one: heights compare.
            let area = Area::new(right - width, top + padding, width, flow.spacing.cell - 0.5);
            spark::draw(flow, &self.levels, &self.said, area);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::{Mark, Page};
    use super::super::flow::Running;
    use super::super::style::BELOW;
    use super::*;
    use crate::render::brand::paper::Paper;
    use crate::render::look::Look;

    /// The texts of a page with their baselines, from top to bottom.
    fn texts(page: &Page) -> Vec<(f64, String)> {
        let mut texts: Vec<(f64, String)> = Vec::new();
        for drawn in &page.marks {
            if let Mark::Text { at, line } = &drawn.mark {
                let glyphs = line.runs().iter().flat_map(|run| &run.glyphs);
                texts.push((at.y, glyphs.map(|glyph| glyph.text.as_str()).collect()));
            }
        }
        texts.sort_by(|a, b| a.0.total_cmp(&b.0));
        texts
    }

    fn grid(rows: usize, columns: usize, label: &str) -> Grid {
        let row = |i: usize| GridRow {
            labels: vec![format!("{label}{i}")],
            numbers: (0..columns).map(|c| format!("{i}.{c}")).collect(),
            ..GridRow::default()
        };
        Grid {
            title: "By agent".to_owned(),
            note: String::new(),
            labels: vec!["Agent".to_owned()],
            numbers: (0..columns).map(|c| GridColumn { head: format!("Head{c}"), ..GridColumn::default() }).collect(),
            spark: None,
            rows: (0..rows).map(row).collect(),
            total: Some(GridRow {
                labels: vec!["Total".to_owned()],
                numbers: vec!["all".to_owned(); columns],
                ..GridRow::default()
            }),
            empty: "No rows.",
        }
    }

    fn pages(grid: &Grid) -> Vec<Vec<(f64, String)>> {
        let look = Look::default();
        let mut flow = Flow::new(Language::English, &look);
        draw(&mut flow, grid);
        flow.finish(&Running { title: "title", when: "days" }, "footer").pages.iter().map(texts).collect()
    }

    #[test]
    fn the_head_is_repeated_and_every_row_is_there_once() {
        let pages = pages(&grid(400, 3, "a"));
        assert!(pages.len() > 5);
        let mut seen = 0;
        for page in &pages {
            assert_eq!(page.iter().filter(|(_, text)| text == "Head2").count(), 1);
            seen += page.iter().filter(|(_, text)| text.ends_with(".2")).count();
            let footer = page.iter().filter(|(_, text)| text.starts_with("page ")).count();
            assert!(
                page.iter().filter(|(y, _)| *y > Paper::A4.size().1 - BELOW).count() <= footer + 1,
                "only the footer is below"
            );
        }
        assert_eq!(seen, 400);
        let last = pages.last().map(|page| page.iter().filter(|(_, text)| text.ends_with(".2")).count());
        assert!(last.is_some_and(|rows| rows >= 1), "the total is never alone");
    }

    #[test]
    fn rows_of_several_lines_are_not_split() {
        let pages = pages(&grid(120, 2, "a label of so many words that it needs several lines in the column of "));
        for page in &pages {
            let begins = page.iter().filter(|(_, text)| text.starts_with("a label")).count();
            let numbers = page.iter().filter(|(_, text)| text.ends_with(".1")).count();
            let ends = page.iter().filter(|(_, text)| text.contains("column of ")).count();
            assert_eq!((begins, begins), (numbers, ends));
        }
    }

    #[test]
    fn too_many_columns_go_on_below_with_their_labels() {
        let pages = pages(&grid(5, 40, "a")).concat();
        let bands = pages.iter().filter(|(_, text)| text == "a0").count();
        assert!(bands > 1);
        assert_eq!(pages.iter().filter(|(_, text)| text.starts_with("0.")).count(), 40);
        assert!(pages.iter().any(|(_, text)| *text == format!("By agent (1 of {bands})")));
    }

    #[test]
    fn numbers_align_at_the_decimal_mark() {
        assert_eq!(
            ["554", "89.7%", "! 1,084.6", "5.6 s", "2 min 48 s", "–"].map(|text| tail(Language::English, text)),
            ["", ".7%", ".6", ".6 s", "", ""]
        );
        assert_eq!(["1.084,6", "89,7%"].map(|text| tail(Language::Portuguese, text)), [",6", ",7%"]);
        let mut grid = grid(2, 1, "a");
        grid.total = None;
        grid.rows[0].numbers = vec!["1,554".to_owned()];
        grid.rows[1].numbers = vec!["89.7%".to_owned()];
        let look = Look::default();
        let mut flow = Flow::new(Language::English, &look);
        draw(&mut flow, &grid);
        let layout = flow.finish(&Running { title: "title", when: "days" }, "footer");
        let end_of_whole = |whole: &str| {
            let found = layout.pages[0].marks.iter().find_map(|drawn| match &drawn.mark {
                Mark::Text { at, line } => {
                    let text: String =
                        line.runs().iter().flat_map(|run| &run.glyphs).map(|g| g.text.as_str()).collect();
                    (text == whole).then(|| (at.x + line.width(), line.style()))
                }
                Mark::Box { .. }
                | Mark::Polygon { .. }
                | Mark::Shape { .. }
                | Mark::Picture { .. }
                | Mark::Rule { .. } => None,
            });
            found.unwrap()
        };
        let (whole, _) = end_of_whole("1,554");
        let (rate, style) = end_of_whole("89.7%");
        let tail = Flow::new(Language::English, &look).type_.line(".7%", style).width();
        assert!((whole - (rate - tail)).abs() < 0.2, "{whole} {rate} {tail}");
    }

    #[test]
    fn an_empty_table_says_so() {
        let empty = Grid { rows: Vec::new(), total: None, ..grid(0, 2, "a") };
        assert!(pages(&empty).concat().iter().any(|(_, text)| text == "No rows."));
    }
}
