//! Staffing: agents needed, agents online and the difference by weekday and hour, and the assumptions.

use super::heatmaps::shade;
use super::words;
use super::{HeatmapCell, HeatmapRow, MarkedText, PageHeatmap, PagePart, Section};
use crate::language::Language;
use crate::render::hidden::{known, legend};
use crate::render::staffing::{NumberStyle, assumptions};
use crate::report::staffing::WeekNumbers;
use crate::report::{Report, Shown};
use crate::unit::NO_DATA;

/// The grids and their assumptions; empty without staffing.
pub fn staffing(language: Language, report: &Report) -> Vec<Section> {
    let Some(staffing) = &report.staffing else { return Vec::new() };
    let cells = &staffing.cells;
    let grids = [
        grid(language, "staffing.needed", &cells.needed, false),
        grid(language, "staffing.online", &cells.online, false),
        grid(language, "staffing.difference", &cells.difference, true),
    ];
    let statements =
        assumptions(report, language).into_iter().map(|text| PagePart::Text(MarkedText { lead: String::new(), text }));
    vec![
        Section { title: words::text(language, "staffing.title"), parts: grids.map(PagePart::Heatmap).into() },
        Section { title: words::text(language, "staffing.assumptions"), parts: statements.collect() },
    ]
}

/// A grid; the darkest hours have the largest numbers, for differences the smallest.
fn grid(language: Language, title: &str, hours: &WeekNumbers, is_difference: bool) -> PageHeatmap {
    let numbers = NumberStyle::of(hours);
    let all = || hours.iter().flatten().copied();
    let level =
        |value: Option<Shown<f64>>| known(value).map_or(0.0, |value| if is_difference { -value } else { value });
    let most = all().map(level).fold(0.0, f64::max);
    let cell = |value: &Option<Shown<f64>>| HeatmapCell {
        value: known(*value),
        text: match value {
            None => NO_DATA.to_owned(),
            // Zeros are blank as in other heatmaps, but a difference of zero means enough agents.
            Some(Shown::Known(0.0)) if !is_difference => String::new(),
            value => numbers.show(*value, language),
        },
        shade: shade(level(*value), most),
    };
    let row = |(day, cells): (usize, &[Option<Shown<f64>>; 24])| HeatmapRow {
        label: words::weekday(language, day),
        cells: cells.iter().map(cell).collect(),
        sum: None,
        sum_text: String::new(),
    };
    let mut notes = Vec::new();
    if all().all(|value| value.is_none()) {
        notes.push(words::text(language, "staffing.no_data"));
    } else if is_difference {
        notes.push(words::text(language, "staffing.too_few"));
    }
    if all().any(|value| value == Some(Shown::Hidden)) {
        notes.push(legend(language));
    }
    PageHeatmap {
        title: words::text(language, title),
        note: notes.join("; "),
        corner: words::text(language, "page.weekday"),
        total: None,
        is_count: all().filter_map(known).all(|value| value.fract() == 0.0),
        is_least_darkest: is_difference,
        rows: hours.iter().enumerate().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::document::SHADES;

    #[test]
    fn the_most_are_dark_and_of_differences_the_fewest() {
        let mut hours: WeekNumbers = [[None; 24]; 7];
        (hours[0][9], hours[0][10], hours[0][11]) =
            (Some(Shown::Known(2.0)), Some(Shown::Known(0.0)), Some(Shown::Known(-1.5)));
        let drawn = |is_difference| grid(Language::English, "staffing.needed", &hours, is_difference);
        let cells = |heatmap: &PageHeatmap| -> Vec<(String, usize)> {
            heatmap.rows[0].cells[8..12].iter().map(|cell| (cell.text.clone(), cell.shade)).collect()
        };
        let texts = |cells: [(&str, usize); 4]| cells.map(|(text, shade)| (text.to_owned(), shade)).to_vec();
        assert_eq!(cells(&drawn(false)), texts([(NO_DATA, 0), ("2.0", SHADES), ("", 0), ("−1.5", 0)]));
        assert_eq!(cells(&drawn(true)), texts([(NO_DATA, 0), ("2.0", 0), ("0.0", 0), ("−1.5", SHADES)]));
        assert_eq!(drawn(true).note, "below 0 there were too few");
        let nothing = grid(Language::English, "staffing.online", &[[None; 24]; 7], false);
        assert_eq!((nothing.note.as_str(), nothing.rows[6].cells[23].value), ("no data", None));
    }
}
