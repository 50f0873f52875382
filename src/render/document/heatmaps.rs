//! Numbers by weekday and hour: counts, or for time the mean number of agents.

use super::words;
use super::{HeatmapCell, HeatmapRow, PageHeatmap, PagePart, SHADES, Section};
use crate::language::Language;
use crate::render::hidden::{MARK, known, legend};
use crate::report::{Report, Shown, Statistic, WeekGrid};
use crate::unit::{NO_DATA, Unit};

/// All heatmaps; `None` if there are none.
pub fn heatmaps(language: Language, report: &Report) -> Option<Section> {
    let parts: Vec<PagePart> =
        report.heatmaps.iter().map(|(id, grid)| PagePart::Heatmap(heatmap(language, id, grid))).collect();
    (!parts.is_empty()).then(|| Section { title: words::text(language, "page.heatmaps"), parts })
}

/// The numbers of a heatmap: the displayed value and the value for the colour of each cell; `None` if the window has no
/// such hour.
struct HeatmapGrid {
    shown: [[Option<Shown<f64>>; 24]; 7],
    rates: [[Option<Shown<f64>>; 24]; 7],
    /// The text at the end of each row.
    sums: [Option<Shown<f64>>; 7],
    is_count: bool,
}

impl HeatmapGrid {
    #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
    fn of(grid: &WeekGrid) -> Self {
        match grid {
            WeekGrid::Counts(grid) => {
                let each = |value: &dyn Fn(usize, usize) -> Shown<f64>| -> [[Option<Shown<f64>>; 24]; 7] {
                    let cell =
                        |day: usize, hour: usize| (grid.hours_observed[day][hour] > 0.0).then(|| value(day, hour));
                    std::array::from_fn(|day| std::array::from_fn(|hour| cell(day, hour)))
                };
                let shown = each(&|day, hour| grid.counts[day][hour].map(|count| count as f64));
                let rate = |day: usize, hour: usize, count: u64| count as f64 / grid.hours_observed[day][hour];
                let rates = each(&|day, hour| grid.counts[day][hour].map(|count| rate(day, hour, count)));
                let sums = shown.map(|row| {
                    let numbers = || row.iter().flatten().copied();
                    numbers().next().map(|_| numbers().sum())
                });
                Self { shown, rates, sums, is_count: true }
            }
            WeekGrid::Time(grid) => {
                let means = grid.mean_agents();
                let mean = |day: usize| {
                    let hours: f64 = grid.hours_observed[day].iter().sum();
                    let seconds: Shown<f64> = grid.seconds[day].iter().copied().sum();
                    (hours > 0.0).then(|| seconds.map(|seconds| seconds / (hours * 3600.0)))
                };
                Self { shown: means, rates: means, sums: std::array::from_fn(mean), is_count: false }
            }
        }
    }

    fn text(&self, language: Language, value: Option<Shown<f64>>) -> String {
        match known(value) {
            None if value.is_some() => MARK.to_owned(),
            None => NO_DATA.to_owned(),
            Some(value) if self.is_count => words::value(language, Unit::Count, Some(value)),
            Some(value) => language.decimals(value, 1),
        }
    }
}

fn heatmap(language: Language, id: &str, counts: &WeekGrid) -> PageHeatmap {
    let grid = HeatmapGrid::of(counts);
    let hours = || (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour)));
    let most = hours().filter_map(|(day, hour)| known(grid.rates[day][hour])).fold(0.0, f64::max);
    let cell = |day: usize, hour: usize| HeatmapCell {
        value: known(grid.shown[day][hour]),
        // A zero is left blank, so that other numbers are easier to see.
        text: match grid.shown[day][hour] {
            Some(Shown::Known(0.0)) => String::new(),
            value => grid.text(language, value),
        },
        shade: shade(known(grid.rates[day][hour]).unwrap_or(0.0), most),
    };
    let row = |day: usize| HeatmapRow {
        label: words::weekday(language, day),
        cells: (0..24).map(|hour| cell(day, hour)).collect(),
        sum: known(grid.sums[day]),
        sum_text: grid.text(language, grid.sums[day]),
    };
    let is_peak =
        |(day, hour): &(usize, usize)| most > 0.0 && known(grid.rates[*day][*hour]).is_some_and(|rate| rate >= most);
    let peaks: Vec<(usize, usize)> = hours().filter(is_peak).collect();
    let has_hidden = hours().any(|(day, hour)| grid.shown[day][hour] == Some(Shown::Hidden));
    // A hidden hour may have the largest number.
    let note = match peaks[..] {
        [(day, hour)] if !has_hidden => {
            let (from, to) = (format!("{hour:02}:00"), format!("{:02}:00", hour + 1));
            let (weekday, n) = (words::weekday(language, day), grid.text(language, grid.shown[day][hour]));
            language.fill("page.most_on", &[("weekday", &weekday), ("from", &from), ("to", &to), ("n", &n)])
        }
        _ => String::new(),
    };
    let note = if has_hidden { legend(language) } else { note };
    let metric = words::metric(language, id);
    let (title, total) = if grid.is_count {
        (metric, words::text(language, "page.total"))
    } else {
        (language.fill("heatmap.mean_agents", &[("metric", &metric)]), words::statistic(language, Statistic::Mean))
    };
    PageHeatmap {
        title,
        note,
        corner: words::text(language, "page.weekday"),
        total: Some(total),
        is_count: grid.is_count,
        is_least_darkest: false,
        rows: (0..7).map(row).collect(),
    }
}

/// The shade of an hour whose largest value is `most`.
pub fn shade(rate: f64, most: f64) -> usize {
    if rate <= 0.0 || most <= 0.0 {
        return 0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a handful of shades")]
    let shade = (rate / most * SHADES as f64).ceil();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of shades")]
    let shade = shade as usize;
    shade.clamp(1, SHADES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::terminal::week;
    use crate::report;

    #[test]
    fn the_peak_is_named_and_the_darkest() {
        let mut counts = report::Heatmap::new([[0; 24]; 7], [[1.0; 24]; 7]);
        counts.counts[1][10] = Shown::Known(12);
        counts.counts[2][11] = Shown::Known(1);
        counts.hours_observed[6] = [0.0; 24];
        let drawn =
            |counts: &report::Heatmap| heatmap(Language::English, "conversations", &WeekGrid::Counts(counts.clone()));
        let first = drawn(&counts);
        assert_eq!(first.note, "Most on Tue 10:00–11:00: 12");
        assert_eq!((first.rows[1].cells[10].shade, first.rows[2].cells[11].shade), (SHADES, 1));
        assert_eq!((first.rows[0].cells[0].shade, first.rows[0].cells[0].text.as_str()), (0, ""));
        assert_eq!((first.rows[6].cells[0].value, first.rows[6].sum_text.as_str()), (None, NO_DATA));
        // Two equal hours: no peak.
        counts.counts[2][11] = Shown::Known(12);
        assert_eq!(drawn(&counts).note, "");
    }

    #[test]
    fn a_report_has_its_heatmaps() {
        let section = heatmaps(Language::English, &week::week()).unwrap();
        assert_eq!(section.parts.len(), 2);
    }
}
