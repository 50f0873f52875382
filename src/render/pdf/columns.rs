//! Divides a table's width among its columns, and the table into bands if its columns do not fit side by side.

use std::ops::Range;

/// The extra width that a column of numbers may get. Space that separates numbers from their label makes a row harder
/// to read.
const MOST_EXTRA: f64 = 30.0;
/// The maximum share of the width for long labels: the first one, unless a later one saves a band.
const MOST_LABELS: [f64; 3] = [0.36, 0.22, 0.16];

/// Columns that are side by side, with their widths.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Width of each label column.
    pub labels: Vec<f64>,
    /// The indexes of its number columns.
    pub numbers: Range<usize>,
    /// Their widths.
    pub widths: Vec<f64>,
    /// Space between columns.
    pub gap: f64,
}

/// The width that a column of labels needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Label {
    /// The width of its labels on two lines.
    pub least: f64,
    /// The width of its labels on one line.
    pub whole: f64,
}

/// Maximum number of lines in the head of a column.
pub const HEAD_LINES: usize = 4;

/// The width that a column of numbers needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberWidth {
    /// The width of its numbers and of the longest word of its head.
    pub least: f64,
    /// Its width if the head has one line, two lines, and so on.
    pub by_lines: [f64; HEAD_LINES],
}

/// Divides `width` among columns with `gap` between them. `labels` and `numbers` are their requests. `themes` has, for
/// each theme, the lengths of the runs of number columns that must stay together; a theme is divided only if it does not
/// fit on its own.
#[must_use]
pub fn divide((width, gap): (f64, f64), labels: &[Label], numbers: &[NumberWidth], themes: &[Vec<usize>]) -> Vec<Band> {
    let wholes: Vec<f64> = labels.iter().map(|label| label.whole).collect();
    let need: f64 = numbers.iter().map(|number| number.least + gap).sum();
    let gaps: f64 = labels.iter().map(|_| gap).sum();
    // The space left beside all numbers, if labels on two lines fit into it.
    let left = narrowed(&wholes, width - need - gaps + gap - 0.01);
    let is_left = left.iter().zip(labels).all(|(width, label)| *width >= label.least);
    let [wide, narrow, narrowest] = MOST_LABELS
        .map(|most| divide_side_by_side((width, gap), (labels, &narrowed(&wholes, width * most)), numbers, themes));
    if is_left && wide.len() > 1 {
        return divide_side_by_side((width, gap), (labels, &left), numbers, themes);
    }
    let fewer = if narrow.len() < wide.len() { narrow } else { wide };
    if narrowest.len() < fewer.len() { narrowest } else { fewer }
}

/// The same for labels whose width differs from their request, because long labels get less.
fn divide_side_by_side(
    (width, gap): (f64, f64),
    (asks, labels): (&[Label], &[f64]),
    numbers: &[NumberWidth],
    themes: &[Vec<usize>],
) -> Vec<Band> {
    let used: f64 = labels.iter().map(|label| label + gap).sum();
    let room = width - used + gap;
    let need = |range: &Range<usize>| numbers[range.clone()].iter().map(|number| number.least + gap).sum::<f64>();
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for units in themes {
        let start = ranges.last().map_or(0, |range| range.end);
        let theme = start..start + units.iter().sum::<usize>();
        if need(&theme) <= room {
            ranges.push(theme);
        } else {
            ranges.extend(units.iter().scan(start, |at, unit| {
                let begin = std::mem::replace(at, *at + unit);
                Some(begin..begin + unit)
            }));
        }
    }
    let fewest = pack(&ranges, &need, room).len();
    // The narrowest limit with the same number of bands makes them equally wide.
    let widest = ranges.iter().map(need).fold(0.0, f64::max);
    let (mut low, mut high) = (widest.min(room), room);
    for _ in 0..20 {
        let middle = f64::midpoint(low, high);
        if pack(&ranges, &need, middle).len() > fewest { low = middle } else { high = middle }
    }
    let bands = level(&ranges, &need, (fewest, high));
    bands
        .into_iter()
        .map(|range| {
            #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
            let count = range.len().max(1) as f64;
            let own = &numbers[range.clone()];
            let sum = |widths: &[f64]| widths.iter().map(|width| width + gap).sum::<f64>();
            // Heads have few lines if labels fit on one line, else if they fit on two. Longer labels get all of the
            // remaining space.
            let short = |wish: fn(&Label) -> f64| -> f64 {
                asks.iter().zip(labels).map(|(number, width)| (wish(number) - width).max(0.0)).sum()
            };
            let by_lines = (0..HEAD_LINES)
                .map(|lines| own.iter().map(|number| number.by_lines[lines].max(number.least)).collect::<Vec<_>>());
            let wishes = [short(|label| label.whole), short(|label| label.least)];
            let lower = wishes.into_iter().find_map(|wish| by_lines.clone().find(|widths| sum(widths) + wish <= room));
            let base = lower.unwrap_or_else(|| own.iter().map(|number| number.least).collect());
            let mut rest = (room - sum(&base)).max(0.0);
            let mut labels = labels.to_vec();
            for (label, number) in labels.iter_mut().zip(asks) {
                let more = (number.whole - *label).clamp(0.0, rest);
                *label += more;
                rest -= more;
            }
            let extra = (rest / count).min(MOST_EXTRA);
            let widths = base.iter().map(|width| width + extra).collect();
            if let Some(last) = labels.last_mut() {
                *last += rest - extra * count;
            }
            Band { labels, numbers: range, widths, gap }
        })
        .collect()
}

/// Packs runs into bands from left to right, as many as fit, at least one.
fn pack(ranges: &[Range<usize>], need: &impl Fn(&Range<usize>) -> f64, room: f64) -> Vec<Range<usize>> {
    let mut bands: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match bands.last_mut() {
            Some(band) if need(&(band.start..range.end)) <= room => band.end = range.end,
            _ => bands.push(range.clone()),
        }
    }
    if bands.is_empty() {
        bands.push(0..0);
    }
    bands
}

/// Packs runs into that many bands of at most that width, so that bands are as equally wide as they can be: a band with one
/// column behind a full one has long labels beside nothing.
fn level(
    ranges: &[Range<usize>],
    need: &impl Fn(&Range<usize>) -> f64,
    (bands, most): (usize, f64),
) -> Vec<Range<usize>> {
    let join = |from: usize, to: usize| ranges[from].start..ranges[to - 1].end;
    // The least sum of squares for the first `to` runs in some bands, and where the last band begins. A run that is wider
    // than a band has one of its own.
    let cost = |from: usize, to: usize| {
        let width = need(&join(from, to));
        (width <= most || to - from == 1).then_some(width * width)
    };
    let mut best: Vec<Option<(f64, Vec<usize>)>> = vec![None; ranges.len() + 1];
    best[0] = Some((0.0, Vec::new()));
    for _ in 0..bands {
        let next = |to: usize| {
            let ways = (0..to).filter_map(|from| {
                let (before, begins) = best[from].as_ref()?;
                Some((before + cost(from, to)?, [&begins[..], &[from]].concat()))
            });
            ways.min_by(|a, b| a.0.total_cmp(&b.0))
        };
        best = (0..=ranges.len()).map(next).collect();
    }
    let Some((_, begins)) = best.pop().flatten() else { return pack(ranges, need, most) };
    let ends = begins.iter().skip(1).copied().chain([ranges.len()]);
    begins.iter().zip(ends).map(|(from, to)| join(*from, to)).collect()
}

/// The same widths if they fit together; otherwise the widest lose what exceeds a fair share.
fn narrowed(widths: &[f64], most: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..widths.len()).collect();
    order.sort_by(|&a, &b| widths[a].total_cmp(&widths[b]));
    let mut narrowed = widths.to_vec();
    let mut rest = most;
    for (done, &i) in order.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a handful of columns")]
        let share = rest / (widths.len() - done) as f64;
        narrowed[i] = widths[i].min(share);
        rest -= narrowed[i];
    }
    narrowed
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f64 = 8.0;

    fn number(least: f64) -> NumberWidth {
        NumberWidth { least, by_lines: [least + 20.0, least + 10.0, least, least] }
    }

    fn label(whole: f64) -> Label {
        Label { least: whole * 0.6, whole }
    }

    fn total(band: &Band) -> f64 {
        band.labels.iter().chain(&band.widths).map(|width| width + GAP).sum::<f64>() - GAP
    }

    #[test]
    fn columns_that_fit_fill_one_band() {
        let bands = divide((500.0, GAP), &[label(80.0)], &[number(40.0), number(40.0), number(50.0)], &[vec![1, 1, 1]]);
        assert_eq!(bands.len(), 1);
        assert!((total(&bands[0]) - 500.0).abs() < 1e-6);
        assert!(bands[0].widths.iter().zip([40.0, 40.0, 50.0]).all(|(width, need)| *width >= need));
    }

    #[test]
    fn more_columns_make_equal_bands_and_units_stay_whole() {
        let numbers = [number(45.0); 17];
        let units = [1, 3, 1, 1, 3, 3, 1, 1, 3];
        let bands = divide((500.0, GAP), &[label(300.0)], &numbers, &[units.to_vec()]);
        assert!(bands.len() > 1);
        assert_eq!(bands.iter().map(|band| band.numbers.len()).sum::<usize>(), 17);
        let starts: Vec<usize> = units.iter().scan(0, |at, unit| Some(std::mem::replace(at, *at + unit))).collect();
        for band in &bands {
            assert!(total(band) <= 500.0 + 1e-6);
            assert!(starts.contains(&band.numbers.start), "a unit was split");
        }
        let sizes: Vec<usize> = bands.iter().map(|band| band.numbers.len()).collect();
        assert!(sizes.iter().max() < sizes.iter().min().map(|least| least + 4).as_ref(), "{sizes:?}");
    }

    #[test]
    fn labels_go_over_two_lines_where_that_saves_a_band() {
        let numbers = [number(40.0); 9];
        let bands = divide((500.0, GAP), &[label(100.0)], &numbers, &[vec![1; 9]]);
        assert_eq!(bands.len(), 1);
        assert!(bands[0].labels[0] >= 60.0 && total(&bands[0]) <= 500.0 + 1e-6, "{bands:?}");
        assert!(divide((500.0, GAP), &[label(100.0)], &[number(40.0); 10], &[vec![1; 10]]).len() > 1);
    }

    #[test]
    fn heads_have_few_lines_where_there_is_room() {
        let head = NumberWidth { least: 30.0, by_lines: [160.0, 80.0, 50.0, 40.0] };
        let widths = |width| divide((width, GAP), &[label(60.0)], &[head; 3], &[vec![1; 3]])[0].widths.clone();
        assert!(widths(600.0).iter().all(|width| *width >= 160.0));
        assert!(widths(400.0).iter().all(|width| (80.0..160.0).contains(width)));
    }

    #[test]
    fn a_band_with_room_gives_it_to_the_labels_first() {
        // The second band has few numbers, so labels that are narrow in the first band have their full width there.
        let bands = divide((500.0, GAP), &[label(250.0)], &[number(50.0); 8], &[vec![5], vec![3]]);
        assert_eq!(bands.len(), 2);
        assert!(bands[0].labels[0] < 220.0 && bands[1].labels[0] >= 250.0, "{bands:?}");
        assert!(bands.iter().all(|band| total(band) <= 500.0 + 1e-6));
    }

    #[test]
    fn themes_stay_whole_where_they_fit_alone() {
        let numbers = [number(50.0); 16];
        let bands = divide((500.0, GAP), &[label(90.0)], &numbers, &[vec![1; 5], vec![3, 3], vec![1; 5]]);
        let starts: Vec<usize> = bands.iter().map(|band| band.numbers.start).collect();
        assert_eq!(starts, [0, 5, 11]);
    }

    #[test]
    fn no_band_has_one_column_behind_a_full_one() {
        // Two themes of which the second, too wide for one band, goes over two.
        let numbers = [number(50.0); 15];
        let bands = divide((500.0, GAP), &[label(90.0)], &numbers, &[vec![3, 2, 2], vec![1; 8]]);
        let sizes: Vec<usize> = bands.iter().map(|band| band.numbers.len()).collect();
        assert_eq!(sizes, [7, 4, 4]);
        assert!(bands.iter().all(|band| total(band) <= 500.0 + 1e-6));
    }

    #[test]
    fn long_labels_leave_room_for_numbers() {
        let bands = divide((500.0, GAP), &[label(50.0), label(700.0)], &[number(40.0)], &[vec![1]]);
        assert!((bands[0].labels[0] - 50.0).abs() < 1e-6, "the short one keeps its width");
        assert_eq!(divide((500.0, GAP), &[label(50.0)], &[], &[]).len(), 1);
    }
}
