//! Tables: rows never split, the head is repeated on every page, what is too wide goes on in a further band below.

use super::canvas::Point;
use super::columns::{Ask, Band, GAP, divide};
use super::flow::{Align, Flow};
use super::shape::Line;
use super::style::{CELL, CONTENT_WIDTH, HAIRLINE, HEAD, MARGIN, MISSED, NOTE, RULE, RULE_STRONG, Style, Weight};
use crate::metrics::Theme;
use crate::render::themes;

/// White above and below the text of a row.
const PADDING: f64 = 3.2;
/// A long label goes on over this many lines, then it is cut.
const LABEL_LINES: usize = 3;
/// A head's text goes on over this many lines, then it is cut.
const HEAD_LINES: usize = 4;
/// White between heads that are wider than their columns' numbers.
const HEAD_GAP: f64 = 10.0;
/// Tables up to this height are not broken.
const MOST_WHITE: f64 = 260.0;
/// Rows that stay with the head of a table that is broken.
const FIRST_ROWS: usize = 3;

/// A column of numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// What it stands together with, where not all fit side by side.
    pub theme: Option<Theme>,
    /// Stands over neighbours that share it and must stay together.
    pub group: Option<String>,
    /// Its head.
    pub head: String,
}

/// A row: as many labels and numbers as the grid has columns of either.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    /// Left aligned.
    pub labels: Vec<String>,
    /// Right aligned, formatted.
    pub numbers: Vec<String>,
    /// Places of the numbers that stand out.
    pub marked: Vec<usize>,
}

/// A table as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Its heading.
    pub title: String,
    /// Stands below the heading; empty for none.
    pub note: String,
    /// Heads of the label columns.
    pub labels: Vec<String>,
    /// Columns of numbers.
    pub numbers: Vec<Column>,
    /// The rows.
    pub rows: Vec<Cells>,
    /// The last row, set apart.
    pub total: Option<Cells>,
    /// Stands beside the heading, instead of a table, where there are no rows.
    pub empty: &'static str,
}

/// A row whose labels are broken to the columns.
struct Broken {
    labels: Vec<Vec<Line>>,
    numbers: Vec<Line>,
    height: f64,
}

/// Draws a table.
pub fn draw(flow: &mut Flow, grid: &Grid) {
    if grid.rows.is_empty() {
        flow.part(&grid.title, grid.empty, 0.0);
        return;
    }
    let bands = grid.bands(flow);
    let language = flow.language;
    let name =
        |band: &Band| themes::name(language, grid.numbers[band.numbers.clone()].iter().map(|column| column.theme));
    let titles = themes::titles(language, &grid.title, &bands.iter().map(name).collect::<Vec<_>>());
    for (i, (band, title)) in bands.iter().zip(titles).enumerate() {
        let head = Head::of(flow, grid, band);
        let mut rows: Vec<Broken> = grid.rows.iter().map(|row| broken(flow, row, band, CELL)).collect();
        let total = grid.total.as_ref().map(|row| broken(flow, row, band, CELL.weight(Weight::SemiBold)));
        let first = rows.first().map_or(NOTE.leading, |row| row.height);
        // The last row does not go to the next page without the total, nor the total without the last row.
        let last = rows.pop();
        let end = last.as_ref().map_or(0.0, |row| row.height) + total.as_ref().map_or(0.0, |row| row.height);
        // A table goes to the next page as a whole rather than in two pieces, unless that leaves much of this one white.
        let whole: f64 = rows.iter().map(|row| row.height).sum::<f64>() + end;
        let keep = if whole <= MOST_WHITE { whole } else { rows.iter().take(FIRST_ROWS).map(|row| row.height).sum() };
        let note = if i == 0 { grid.note.as_str() } else { "" };
        begin(flow, &title, note, &head, keep.max(first));
        for row in rows {
            again(flow, &title, &head, row.height);
            row.draw(flow, band, RULE);
        }
        if let Some(last) = last {
            again(flow, &title, &head, end);
            last.draw(flow, band, if total.is_some() { RULE_STRONG } else { RULE });
        }
        if let Some(total) = total {
            total.draw(flow, band, RULE_STRONG);
        }
    }
}

/// The heading, the note and the head, with the beginning of the rows.
fn begin(flow: &mut Flow, title: &str, note: &str, head: &Head, keep: f64) {
    let notes = if note.is_empty() { Vec::new() } else { flow.type_.wrap(note, NOTE, CONTENT_WIDTH, usize::MAX) };
    #[expect(clippy::cast_precision_loss, reason = "a line or two")]
    let height = notes.len() as f64 * NOTE.leading;
    flow.part(title, "", height + head.height + keep);
    if !notes.is_empty() {
        let top = flow.take(height + 2.0);
        flow.lines(MARGIN, top - 2.0, notes);
    }
    head.draw(flow);
}

/// Where the row does not fit: a new page, on which heading and head are repeated.
fn again(flow: &mut Flow, title: &str, head: &Head, height: f64) {
    if flow.make_room(height) {
        flow.part(title, "continued", head.height + height);
        head.draw(flow);
    }
}

impl Grid {
    fn bands(&self, flow: &mut Flow) -> Vec<Band> {
        let style = CELL.weight(Weight::SemiBold);
        let all = || self.rows.iter().chain(&self.total);
        let labels: Vec<f64> = (0..self.labels.len())
            .map(|i| {
                let texts = all().filter_map(|row| row.labels.get(i)).chain(self.labels.get(i));
                widest(flow, texts, style)
            })
            .collect();
        let numbers: Vec<Ask> = self
            .numbers
            .iter()
            .enumerate()
            .map(|(i, column)| {
                let numbers = widest(flow, all().filter_map(|row| row.numbers.get(i)), style.tabular());
                let whole = flow.type_.line(&column.head, HEAD).width() + HEAD_GAP;
                Ask { least: numbers.max(longest_word(flow, &column.head)), whole }
            })
            .collect();
        divide(CONTENT_WIDTH, &labels, &numbers, &self.units())
    }

    /// By theme, lengths of the stretches of columns that share a group.
    fn units(&self) -> Vec<Vec<usize>> {
        let units = |columns: &[Column]| {
            columns.chunk_by(|a, b| a.group.is_some() && a.group == b.group).map(<[Column]>::len).collect()
        };
        self.numbers.chunk_by(|a, b| a.theme == b.theme).map(units).collect()
    }
}

fn widest<'t>(flow: &mut Flow, texts: impl Iterator<Item = &'t String>, style: Style) -> f64 {
    texts.map(|text| flow.type_.line(text, style).width()).fold(0.0, f64::max)
}

fn longest_word(flow: &mut Flow, text: &str) -> f64 {
    text.split_whitespace().map(|word| flow.type_.line(word, HEAD).width()).fold(0.0, f64::max)
}

/// Right edges of the columns of numbers.
fn edges(band: &Band) -> Vec<f64> {
    let labels: f64 = band.labels.iter().map(|width| width + GAP).sum();
    let mut edge = MARGIN + labels - GAP;
    band.widths
        .iter()
        .map(|width| {
            edge += GAP + width;
            edge
        })
        .collect()
}

/// Left edges of the label columns.
fn starts(band: &Band) -> impl Iterator<Item = f64> {
    band.labels.iter().scan(MARGIN, |x, width| Some(std::mem::replace(x, *x + width + GAP)))
}

/// A table's head: drawn once a page.
struct Head {
    /// Heads over several columns: text, left and right edge.
    groups: Vec<(Line, f64, f64)>,
    labels: Vec<(f64, Vec<Line>)>,
    numbers: Vec<(f64, Vec<Line>)>,
    height: f64,
}

impl Head {
    #[expect(clippy::cast_precision_loss, reason = "a handful of lines")]
    fn of(flow: &mut Flow, grid: &Grid, band: &Band) -> Self {
        let edges = edges(band);
        let columns = &grid.numbers[band.numbers.clone()];
        let mut groups = Vec::new();
        let mut at = 0;
        for stretch in columns.chunk_by(|a, b| a.group.is_some() && a.group == b.group) {
            let last = at + stretch.len() - 1;
            if let Some(Some(group)) = stretch.first().map(|column| &column.group) {
                let left = edges[at] - band.widths[at];
                groups.push((flow.type_.fit(group, HEAD, edges[last] - left), left, edges[last]));
            }
            at = last + 1;
        }
        let labels: Vec<_> = starts(band)
            .zip(&grid.labels)
            .zip(&band.labels)
            .map(|((x, text), width)| (x, flow.type_.wrap(text, HEAD, *width, HEAD_LINES)))
            .collect();
        let numbers: Vec<_> = edges
            .iter()
            .zip(columns)
            .zip(&band.widths)
            .map(|((x, column), width)| {
                let width = (width - HEAD_GAP).max(longest_word(flow, &column.head));
                (*x, flow.type_.wrap(&column.head, HEAD, width, HEAD_LINES))
            })
            .collect();
        let lines = labels.iter().chain(&numbers).map(|(_, lines)| lines.len()).max().unwrap_or(1);
        let group = if groups.is_empty() { 0.0 } else { HEAD.leading + 3.0 };
        // Groups stand over their columns' own heads, which are short; other heads may use the room beside them.
        let own = |(_, lines): &(f64, Vec<Line>)| lines.len() as f64 * HEAD.leading;
        let under = numbers
            .iter()
            .zip(columns)
            .filter(|(_, column)| column.group.is_some())
            .map(|(number, _)| own(number) + group)
            .fold(0.0, f64::max);
        let height = under.max(lines as f64 * HEAD.leading) + 5.0;
        Self { groups, labels, numbers, height }
    }

    fn draw(&self, flow: &mut Flow) {
        let top = flow.take(self.height);
        let bottom = top + self.height - 5.0;
        for (line, left, right) in &self.groups {
            let under = bottom - HEAD.leading - 2.5;
            flow.place(f64::midpoint(*left, *right), HEAD.baseline(under - HEAD.leading), line.clone(), Align::Middle);
            flow.rule(Point { x: *left, y: under }, Point { x: *right, y: under }, HAIRLINE, RULE);
        }
        for (columns, align) in [(&self.labels, Align::Left), (&self.numbers, Align::Right)] {
            for (x, lines) in columns {
                let mut y = bottom;
                for line in lines.iter().rev() {
                    y -= HEAD.leading;
                    flow.place(*x, HEAD.baseline(y), line.clone(), align);
                }
            }
        }
        let y = top + self.height;
        flow.rule(Point { x: MARGIN, y }, Point { x: MARGIN + CONTENT_WIDTH, y }, HAIRLINE, RULE_STRONG);
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most three lines")]
fn broken(flow: &mut Flow, row: &Cells, band: &Band, style: Style) -> Broken {
    let labels: Vec<Vec<Line>> = row
        .labels
        .iter()
        .zip(&band.labels)
        .map(|(text, width)| flow.type_.wrap(text, style, width + 0.01, LABEL_LINES))
        .collect();
    let numbers = row.numbers.iter().enumerate().skip(band.numbers.start).take(band.numbers.len());
    let set = |(place, text): (usize, &String)| {
        let style = if row.marked.contains(&place) { style.weight(Weight::Bold).color(MISSED) } else { style };
        flow.type_.line(text, style.tabular())
    };
    let numbers = numbers.map(set).collect();
    let lines = labels.iter().map(Vec::len).max().unwrap_or(1);
    Broken { labels, numbers, height: lines as f64 * style.leading + 2.0 * PADDING }
}

impl Broken {
    fn draw(self, flow: &mut Flow, band: &Band, rule: super::color::Color) {
        let top = flow.take(self.height);
        for (x, lines) in starts(band).zip(self.labels) {
            flow.lines(x, top + PADDING, lines);
        }
        for (x, line) in edges(band).into_iter().zip(self.numbers) {
            let baseline = line.style().baseline(top + PADDING);
            flow.place(x, baseline, line, Align::Right);
        }
        let y = top + self.height;
        flow.rule(Point { x: MARGIN, y }, Point { x: MARGIN + CONTENT_WIDTH, y }, HAIRLINE, rule);
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Result;

    use super::super::canvas::{Mark, Page};
    use super::super::style::BOTTOM;
    use super::*;

    /// The texts of a page with their baselines, from top to bottom.
    fn texts(page: &Page) -> Vec<(f64, String)> {
        let mut texts: Vec<(f64, String)> = Vec::new();
        for mark in &page.marks {
            if let Mark::Text { at, line } = mark {
                let glyphs = line.runs().iter().flat_map(|run| &run.glyphs);
                texts.push((at.y, glyphs.map(|glyph| glyph.text.as_str()).collect()));
            }
        }
        texts.sort_by(|a, b| a.0.total_cmp(&b.0));
        texts
    }

    fn grid(rows: usize, columns: usize, label: &str) -> Grid {
        let row = |i: usize| Cells {
            labels: vec![format!("{label}{i}")],
            numbers: (0..columns).map(|c| format!("{i}.{c}")).collect(),
            ..Cells::default()
        };
        Grid {
            title: "By agent".to_owned(),
            note: String::new(),
            labels: vec!["Agent".to_owned()],
            numbers: (0..columns).map(|c| Column { head: format!("Head{c}"), ..Column::default() }).collect(),
            rows: (0..rows).map(row).collect(),
            total: Some(Cells {
                labels: vec!["Total".to_owned()],
                numbers: vec!["all".to_owned(); columns],
                ..Cells::default()
            }),
            empty: "No rows.",
        }
    }

    fn pages(grid: &Grid) -> Result<Vec<Vec<(f64, String)>>> {
        let mut flow = Flow::new(crate::language::Language::English)?;
        draw(&mut flow, grid);
        Ok(flow.finish("title", "window", "footer").pages.iter().map(texts).collect())
    }

    #[test]
    fn the_head_is_repeated_and_every_row_is_there_once() -> Result<()> {
        let pages = pages(&grid(400, 3, "a"))?;
        assert!(pages.len() > 5);
        let mut seen = 0;
        for page in &pages {
            assert_eq!(page.iter().filter(|(_, text)| text == "Head2").count(), 1);
            seen += page.iter().filter(|(_, text)| text.ends_with(".2")).count();
            let footer = page.iter().filter(|(_, text)| text.starts_with("page ")).count();
            assert!(page.iter().filter(|(y, _)| *y > BOTTOM).count() <= footer + 1, "only the footer is below");
        }
        assert_eq!(seen, 400);
        let last = pages.last().map(|page| page.iter().filter(|(_, text)| text.ends_with(".2")).count());
        assert!(last.is_some_and(|rows| rows >= 1), "the total is never alone");
        Ok(())
    }

    #[test]
    fn rows_of_several_lines_are_not_split() -> Result<()> {
        let pages = pages(&grid(120, 2, "a label of so many words that it needs several lines in the column of "))?;
        for page in &pages {
            let begins = page.iter().filter(|(_, text)| text.starts_with("a label")).count();
            let numbers = page.iter().filter(|(_, text)| text.ends_with(".1")).count();
            let ends = page.iter().filter(|(_, text)| text.contains("column of ")).count();
            assert_eq!((begins, begins), (numbers, ends));
        }
        Ok(())
    }

    #[test]
    fn too_many_columns_go_on_below_with_their_labels() -> Result<()> {
        let pages = pages(&grid(5, 40, "a"))?.concat();
        let bands = pages.iter().filter(|(_, text)| text == "a0").count();
        assert!(bands > 1);
        assert_eq!(pages.iter().filter(|(_, text)| text.starts_with("0.")).count(), 40);
        assert!(pages.iter().any(|(_, text)| *text == format!("By agent (1 of {bands})")));
        Ok(())
    }

    #[test]
    fn an_empty_table_says_so() -> Result<()> {
        let empty = Grid { rows: Vec::new(), total: None, ..grid(0, 2, "a") };
        assert!(pages(&empty)?.concat().iter().any(|(_, text)| text == "No rows."));
        Ok(())
    }
}
