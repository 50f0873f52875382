//! Opening hours as texts: the name of each calendar and its hours.

use crate::language::Language;
use crate::report::opening_hours::{Dates, ReportOpeningHours, ReportWeek};
use crate::time::parse_date;

use super::words::{dimension, labelled};

/// The calendars, one per line: `Usual hours: Mon–Fri 08:00–12:00 13:00–18:00, Sat–Sun closed; 25 Dec 2026 closed`.
#[must_use]
pub fn lines(language: Language, hours: &ReportOpeningHours) -> Vec<String> {
    let line =
        |name: &str, open: &ReportWeek, dates: &Dates| labelled(language, name, &in_words(language, open, dates));
    let mut lines = vec![line(language.text("hours.usual"), &hours.open, &hours.dates)];
    for (what, calendars) in [("queue", &hours.queue), ("department", &hours.department)] {
        let hours_of = |name: &str| {
            let what = super::words::capitalized(&dimension(language, what));
            format!("{what} {name}")
        };
        lines.extend(calendars.iter().map(|(name, own)| line(&hours_of(name), &own.open, &own.dates)));
    }
    lines
}

fn in_words(language: Language, week: &ReportWeek, dates: &Dates) -> String {
    let open = |intervals: &[String]| match intervals {
        [] => language.text("hours.closed").to_owned(),
        intervals => intervals.join(" ").replace('-', "–"),
    };
    let names = language.weekdays_short();
    let mut at = 0;
    let days = week.days();
    let mut parts: Vec<String> = Vec::new();
    for run in days.chunk_by(|(_, a), (_, b)| a == b) {
        let (first, last) = (names[at], names[at + run.len() - 1]);
        at += run.len();
        let days = if run.len() == 1 { first.to_owned() } else { format!("{first}–{last}") };
        parts.push(format!("{days} {}", open(run[0].1)));
    }
    let week = parts.join(", ");
    let date = |text: &String| parse_date(text).map_or_else(|_| text.clone(), |date| language.date_short(date));
    let dates: Vec<String> =
        dates.iter().map(|(text, intervals)| format!("{} {}", date(text), open(intervals))).collect();
    if dates.is_empty() { week } else { format!("{week}; {}", dates.join(", ")) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::report::opening_hours::ReportCalendar;

    #[test]
    fn calendars_in_every_language() {
        let all_day = || vec!["08:00-12:00".to_owned(), "13:00-18:00".to_owned()];
        let open = ReportWeek {
            mon: all_day(),
            tue: all_day(),
            wed: all_day(),
            thu: all_day(),
            fri: all_day(),
            ..ReportWeek::default()
        };
        let hours = ReportOpeningHours {
            file: "hours.toml".to_owned(),
            zone: "UTC".to_owned(),
            open,
            dates: BTreeMap::from([("2026-12-25".to_owned(), Vec::new())]),
            queue: BTreeMap::from([(
                "Sales".to_owned(),
                ReportCalendar { open: ReportWeek::default(), dates: Dates::new() },
            )]),
            department: BTreeMap::new(),
        };
        let by_language = Language::ALL.map(|language| lines(language, &hours));
        assert_eq!(by_language.each_ref().map(Vec::len), [2; 4]);
        assert_eq!(
            by_language[0],
            [
                "Usual hours: Mon–Fri 08:00–12:00 13:00–18:00, Sat–Sun closed; 25 Dec 2026 closed",
                "Queue Sales: Mon–Sun closed"
            ]
        );
        for (language, by_language) in Language::ALL.into_iter().zip(&by_language).skip(1) {
            let by_language = by_language.join("\n");
            for english in ["closed", "Usual", "Mon", "Dec 2026"] {
                assert!(!by_language.contains(english), "{language}: {by_language}");
            }
        }
    }
}
