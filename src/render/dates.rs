//! Days and instants of a report in the words of a language, read back from their RFC 3339 text.

use super::rows::on_clock;
use crate::language::Language;
use crate::report::first_day;
use crate::time::date_of;

/// The local days from the first instant up to the last one, which is not included: `2–8 March 2026`. What cannot be read
/// stays as it is.
#[must_use]
pub fn days_of(language: Language, from: &str, to: &str) -> String {
    match (date_of(&first_day(from, to)), date_of(to).and_then(|end| end.pred_opt())) {
        (Some(first), Some(last)) => language.days(first, last),
        (None, _) | (_, None) => format!("{from} – {to}"),
    }
}

/// An instant on the clock of a zone, to the minute: `8 Mar 2026 23:58`.
#[must_use]
pub fn local_instant(language: Language, text: &str, zone: &str) -> String {
    let local = on_clock(text, zone);
    match (date_of(&local), local.get(11..16)) {
        (Some(date), Some(time)) => format!("{} {time}", language.date_short(date)),
        (None, _) | (_, None) => local,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_end_before_the_instant_that_follows_them() {
        for (from, to, expected) in [
            ("2026-03-02T00:00:00-03:00", "2026-03-09T00:00:00-03:00", "2–8 March 2026"),
            ("2026-02-23T00:00:00-03:00", "2026-03-02T00:00:00-03:00", "23 February – 1 March 2026"),
            ("2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z", "29 December 2025 – 4 January 2026"),
            ("2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", "Thu 29 February 2024"),
            ("2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z", "Wed 31 December 2025"),
            // A day that begins at one o'clock, since clocks went forward at midnight.
            ("2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00", "Sun 4 November 2018"),
            // A date that the zone skipped has no length.
            ("2011-12-31T00:00:00+14:00", "2011-12-31T00:00:00+14:00", "Fri 30 December 2011"),
            ("nonsense", "to", "nonsense – to"),
        ] {
            assert_eq!(days_of(Language::English, from, to), expected);
        }
    }

    #[test]
    fn instants_are_on_the_clock_of_the_zone() {
        let at = |zone| local_instant(Language::Portuguese, "2026-03-09T01:30:00Z", zone);
        assert_eq!(at("America/Sao_Paulo"), "8 mar 2026 22:30");
        assert_eq!(at("Nowhere"), "9 mar 2026 01:30");
    }
}
