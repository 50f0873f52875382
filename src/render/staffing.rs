//! The assumptions of staffing, for people who plan by its numbers.

use super::hidden::{MARK, known};
use crate::language::Language;
use crate::report::staffing::WeekNumbers;
use crate::report::{Report, Shown};
use crate::unit::Unit;

/// Filters that leave the statuses of agents known.
const OF_AGENTS: [&str; 3] = ["agent", "hours", "weekdays"];

/// The sources and assumptions of the numbers, and why it is unknown who was online; empty without staffing.
#[must_use]
pub fn assumptions(report: &Report, language: Language) -> Vec<String> {
    let Some(staffing) = &report.staffing else { return Vec::new() };
    let share = |value: f64| language.value(Unit::Rate, Some(value));
    let time = |value: Option<Shown<f64>>| language.shown(Unit::Seconds, value);
    let (target, within) = (share(staffing.target.share), language.notation().round_duration(staffing.target.seconds));
    let measured = time(staffing.handling.measured.unwrap_or(staffing.handling.mean));
    let decimals = usize::from(staffing.agent_concurrency.fract() != 0.0);
    let at_once = language.decimals(staffing.agent_concurrency, decimals);
    let mut lines = vec![
        language.fill("staffing.target", &[("share", &target), ("time", &within)]),
        match staffing.handling.n {
            Shown::Known(n) => language.counted_with("staffing.handling", n, &[("mean", &measured)]),
            Shown::Hidden => language.fill("staffing.handling_hidden", &[("mean", &measured)]),
        },
        language.fill("staffing.at_once", &[("count", &at_once)]),
    ];
    if staffing.handling.measured.is_some() {
        lines.push(language.fill("staffing.other_handling", &[("time", &time(staffing.handling.mean))]));
    }
    if let Some(volume) = staffing.volume {
        lines.push(language.fill("staffing.other_volume", &[("share", &share(volume))]));
    }
    if staffing.cells.online.iter().flatten().all(Option::is_none) {
        let is_filtered = report.filters.keys().any(|filter| !OF_AGENTS.contains(&filter.as_str()));
        let why = if is_filtered { "staffing.online_filtered" } else { "staffing.online_unknown" };
        lines.push(language.text(why).to_owned());
    }
    lines.push(language.text("staffing.erlang").to_owned());
    lines
}

/// The common format of a grid's numbers: with one decimal if any number needs it.
#[derive(Debug, Clone, Copy)]
pub struct NumberStyle {
    decimals: usize,
}

impl NumberStyle {
    /// For the numbers of a grid.
    #[must_use]
    pub fn of(grid: &WeekNumbers) -> Self {
        let numbers = || grid.iter().flatten().copied().filter_map(known);
        let is_whole = numbers().all(|value| value.fract() == 0.0);
        Self { decimals: usize::from(!is_whole) }
    }

    /// A number of a cell for people, or the mark of a hidden one; empty for no data. A number other than 0 is never
    /// shown as 0: slightly too few agents are still too few.
    #[must_use]
    pub fn show(self, value: Option<Shown<f64>>, language: Language) -> String {
        if value == Some(Shown::Hidden) {
            return MARK.to_owned();
        }
        known(value).map_or_else(String::new, |value| {
            let text = format!("{value:.*}", self.decimals);
            let is_shown_as_nothing =
                value != 0.0 && text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.');
            let sign = if value < 0.0 { "−" } else { "" };
            match is_shown_as_nothing {
                true if value < 0.0 => format!("−{}", language.decimals(0.1, 1)),
                true => format!("<{}", language.decimals(0.1, 1)),
                false => format!("{sign}{}", language.decimals(value.abs(), self.decimals)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_a_grid_are_written_alike_and_keep_their_sign() {
        let mut grid: WeekNumbers = [[None; 24]; 7];
        let shown = |value: Option<f64>| value.map(Shown::Known);
        (grid[0][0], grid[0][1]) = (shown(Some(2.0)), shown(Some(-3.0)));
        let whole = NumberStyle::of(&grid);
        assert_eq!(
            [Some(2.0), Some(-3.0), Some(0.0), None].map(|value| whole.show(shown(value), Language::English)),
            ["2", "−3", "0", ""]
        );
        grid[6][23] = shown(Some(-1.5));
        let cases = [
            (Some(2.0), "2.0"),
            (Some(0.0), "0.0"),
            (Some(-1.5), "−1.5"),
            (Some(0.04), "<0.1"),
            (Some(-0.04), "−0.1"),
            (Some(9.96), "10.0"),
        ];
        for (value, expected) in cases {
            assert_eq!(NumberStyle::of(&grid).show(shown(value), Language::English), expected, "{value:?}");
        }
        assert_eq!(NumberStyle::of(&grid).show(shown(Some(-1.5)), Language::Portuguese), "−1,5");
        assert_eq!(whole.show(Some(Shown::Hidden), Language::English), MARK);
    }
}
