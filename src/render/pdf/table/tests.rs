use super::super::canvas::{Mark, Page};
use super::super::running::Running;
use super::super::style::BELOW;
use super::*;
use crate::language::Language;
use crate::render::brand::paper::Paper;
use crate::render::decimal_mark::tail;
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
        [Some(""), Some(".7%"), Some(".6"), None, None, Some("")]
    );
    assert_eq!(["1.084,6", "89,7%"].map(|text| tail(Language::Portuguese, text)), [Some(",6"), Some(",7%")]);
    let mut grid = grid(3, 1, "a");
    grid.total = None;
    grid.rows[2].numbers = vec!["2 min 48 s".to_owned()];
    grid.rows[0].numbers = vec!["1,554".to_owned()];
    grid.rows[1].numbers = vec!["89.7%".to_owned()];
    let look = Look::default();
    let mut flow = Flow::new(Language::English, &look);
    draw(&mut flow, &grid);
    let layout = flow.finish(&Running { title: "title", when: "days" }, "footer");
    let end_of_whole = |whole: &str| {
        let found = layout.pages[0].marks.iter().find_map(|drawn| match &drawn.mark {
            Mark::Text { at, line } => {
                let text: String = line.runs().iter().flat_map(|run| &run.glyphs).map(|g| g.text.as_str()).collect();
                (text == whole).then(|| (at.x + line.width(), line.style()))
            }
            Mark::Box { .. } | Mark::Polygon { .. } | Mark::Shape { .. } | Mark::Picture { .. } | Mark::Rule { .. } => {
                None
            }
        });
        found.unwrap()
    };
    let (whole, _) = end_of_whole("1,554");
    let (rate, style) = end_of_whole("89.7%");
    let tail = Flow::new(Language::English, &look).typesetter.line(".7%", style).width();
    assert!((whole - (rate - tail)).abs() < 0.2, "{whole} {rate} {tail}");
    let (duration, _) = end_of_whole("2 min 48 s");
    assert!((duration - rate).abs() < 0.2, "a duration ends at the edge: {duration} {rate}");
}

#[test]
fn an_empty_table_says_so() {
    let empty = Grid { rows: Vec::new(), total: None, ..grid(0, 2, "a") };
    assert!(pages(&empty).concat().iter().any(|(_, text)| text == "No rows."));
}
