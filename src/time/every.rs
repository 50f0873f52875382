//! Regular instants of a window.

use super::{DAY_MS, Window};

/// The instants of a window from its first one on, `step_ms` apart. Steps of whole days are local days, which are
/// shorter or longer when clocks change.
#[must_use]
pub fn every(window: Window, step_ms: i64) -> Vec<i64> {
    let step = step_ms.max(1);
    if step % DAY_MS == 0 {
        let days = usize::try_from(step / DAY_MS).unwrap_or(usize::MAX);
        let mut starts = window.day_starts();
        starts.pop();
        return starts.into_iter().step_by(days).collect();
    }
    let (from, to) = (window.begins(), window.ends());
    std::iter::successors(Some(from), |at| at.checked_add(step)).take_while(|at| *at < to).collect()
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::super::{HOUR_MS, Zone};
    use super::*;

    fn window(zone: &str, from: &str, to: &str) -> Window {
        let date = |text: &str| text.parse::<NaiveDate>().expect("a date");
        Window::new(Zone::named(zone).expect("a zone"), date(from), date(to)).expect("a window")
    }

    #[test]
    fn a_day_has_its_hours() {
        // Clocks go forward in New York on 8 March 2026: the day has 23 hours.
        let day = window("America/New_York", "2026-03-08", "2026-03-08");
        assert_eq!(every(day, HOUR_MS).len(), 23);
        assert_eq!(every(day, HOUR_MS)[0], day.begins());
        assert_eq!(every(window("UTC", "2026-03-02", "2026-03-08"), HOUR_MS / 4).len(), 672);
        assert_eq!(every(window("UTC", "2026-03-02", "2026-03-02"), 7 * HOUR_MS).len(), 4);
    }

    #[test]
    fn steps_of_days_are_local_days() {
        let days = window("America/New_York", "2026-03-07", "2026-03-10");
        let starts = days.day_starts();
        assert_eq!(every(days, DAY_MS), starts[..4]);
        assert_eq!(every(days, 2 * DAY_MS), [starts[0], starts[2]]);
    }
}
