//! The length of each hour of the week in a window: the counts of a heatmap are divided by it.

use super::day::weekday_hour;
use super::{DAY_MS, HOUR_MS, Window};

const WEEK_MS: i64 = 7 * DAY_MS;

impl Window {
    /// The number of hours of the window in each local weekday (Monday first) and hour of the day. Seven days give 1
    /// everywhere, except 0 or 2 in the hours that a clock change skips or repeats, and 0.5 or 1.5 on Lord Howe, where
    /// clocks move by half an hour. The sum of all cells is the window's length.
    #[must_use]
    pub fn hours_observed(self) -> [[f64; 24]; 7] {
        let mut cells = [[0_i64; 24]; 7];
        for span in self.zone().spans(self.begins(), self.ends()) {
            let (mut local, local_end) = (span.begins + span.offset_ms(), span.local_end());
            let whole_weeks = (local_end - local) / WEEK_MS;
            cells.as_flattened_mut().iter_mut().for_each(|cell| *cell += whole_weeks * HOUR_MS);
            local += whole_weeks * WEEK_MS;
            while local < local_end {
                let next = ((local.div_euclid(HOUR_MS) + 1) * HOUR_MS).min(local_end);
                let (weekday, hour) = weekday_hour(local);
                cells[usize::from(weekday)][usize::from(hour)] += next - local;
                local = next;
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of ten thousand years are far below 2^53")]
        cells.map(|hours| hours.map(|ms| ms as f64 / HOUR_MS as f64))
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;
    use chrono_tz::TZ_VARIANTS;

    use super::*;
    use crate::time::{Zone, parse_date, parse_instant};

    fn window(zone: &str, first: &str, last: &str) -> Window {
        let day = |text| parse_date(text).expect(text);
        Window::new(Zone::named(zone).expect(zone), day(first), day(last)).expect("a window")
    }

    #[test]
    fn hours_of_ordinary_and_other_weeks() {
        for (zone, first, last) in [
            ("Asia/Kolkata", "2026-03-02", "2026-03-08"),
            ("Asia/Kathmandu", "2026-03-04", "2026-03-10"),
            ("America/Vancouver", "2026-10-31", "2026-11-06"),
        ] {
            assert_eq!(window(zone, first, last).hours_observed(), [[1.0; 24]; 7]);
        }
        let differing = |zone, first, last| {
            let cells = window(zone, first, last).hours_observed();
            let all = (0..7).flat_map(|weekday| (0..24).map(move |hour| (weekday, hour)));
            let differing = all.map(|(weekday, hour)| (weekday, hour, cells[weekday][hour]));
            differing.filter(|(_, _, hours)| (hours - 1.0).abs() > 1e-9).collect::<Vec<_>>()
        };
        assert_eq!(differing("America/New_York", "2026-03-02", "2026-03-08"), [(6, 2, 0.0)]);
        assert_eq!(differing("America/New_York", "2026-10-26", "2026-11-01"), [(6, 1, 2.0)]);
        assert_eq!(differing("Australia/Lord_Howe", "2026-09-28", "2026-10-04"), [(6, 2, 0.5)]);
        assert_eq!(differing("Australia/Lord_Howe", "2026-03-30", "2026-04-05"), [(6, 1, 1.5)]);
        // At 00:01 on Sunday, clocks went back to 23:01 on Saturday: 59 minutes more of that hour, 1 more of Sunday's
        // first.
        assert_eq!(
            differing("America/St_Johns", "2010-11-01", "2010-11-07"),
            [(5, 23, 1.0 + 59.0 / 60.0), (6, 0, 1.0 + 1.0 / 60.0),]
        );
        let friday_without_a_date: Vec<_> = (0..24).map(|hour| (4, hour, 0.0)).collect();
        assert_eq!(differing("Pacific/Apia", "2011-12-26", "2012-01-01"), friday_without_a_date);
    }

    /// Windows across the clock changes of every zone.
    #[test]
    fn hours_add_up_to_the_window() {
        let instant = |text| parse_instant(text, Zone::UTC).expect(text);
        for zone in TZ_VARIANTS.iter().map(|tz| Zone::named(tz.name()).expect("known")) {
            let changes = zone.transitions(instant("1970-01-01T00:00Z"), instant("2040-01-01T00:00Z"));
            for transition in changes.step_by(3) {
                let day = zone.date_of(transition.at);
                let window = Window::new(zone, day - Days::new(3), day + Days::new(40)).expect("a window");
                let observed: f64 = window.hours_observed().as_flattened().iter().sum();
                let minutes = i32::try_from((window.ends() - window.begins()) / 6_000).expect("fits");
                assert!((observed - f64::from(minutes) / 600.0).abs() < 1e-6, "{zone} {day}");
            }
        }
    }

    /// The same cells, counted second by second.
    #[test]
    fn hours_observed_by_counting() {
        for (zone, first, last) in [
            ("Australia/Lord_Howe", "2026-04-03", "2026-04-22"),
            ("America/St_Johns", "2010-11-05", "2010-11-08"),
            ("Africa/Monrovia", "1972-01-05", "1972-01-09"),
        ] {
            let window = window(zone, first, last);
            let mut counted = [[0_u32; 24]; 7];
            for ms in (window.begins()..window.ends()).step_by(1000) {
                let (weekday, hour) = window.zone().local_weekday_hour(ms);
                counted[usize::from(weekday)][usize::from(hour)] += 1;
            }
            assert_eq!(
                window.hours_observed(),
                counted.map(|row| row.map(|seconds| f64::from(seconds) / 3600.0)),
                "{zone}"
            );
        }
    }
}
