//! Days and instants of a report in the words of a language, parsed from their RFC 3339 text.

use super::rows::on_clock;
use crate::language::Language;
use crate::report::DaySpan;
use crate::time::date_of;

/// The local days of a span: `2–8 March 2026`. A text that cannot be parsed stays as it is.
#[must_use]
pub fn days_of(language: Language, span: DaySpan) -> String {
    span.dates().map_or_else(|| format!("{} – {}", span.from, span.to), |(first, last)| language.days(first, last))
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

/// An instant on its own clock: `8 Mar 2026 23:58:59 (UTC−03:00)`. Seconds are shown if not 0, the offset if not that
/// of UTC. A text that cannot be parsed stays as it is.
#[must_use]
pub fn instant(language: Language, text: &str) -> String {
    parts(language, text).map_or_else(|| text.to_owned(), |(at, offset)| format!("{at}{offset}"))
}

/// Two instants; an offset that both have is shown once.
#[must_use]
pub fn instants(language: Language, from: &str, to: &str) -> String {
    match (parts(language, from), parts(language, to)) {
        (Some((first, a)), Some((last, b))) if a == b => format!("{first} – {last}{b}"),
        (Some(_) | None, Some(_) | None) => format!("{} – {}", instant(language, from), instant(language, to)),
    }
}

/// The date and time of an instant, and its offset in brackets; the offset of UTC is empty.
fn parts(language: Language, text: &str) -> Option<(String, String)> {
    let (date, time) = (date_of(text)?, text.get(11..19)?);
    let time = time.strip_suffix(":00").unwrap_or(time);
    let offset = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match offset {
        "Z" | "+00:00" => String::new(),
        offset => format!(" (UTC{})", offset.replace('-', "−")),
    };
    Some((format!("{} {time}", language.date_short(date)), offset))
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
            // A day that begins at one o'clock, because clocks went forward at midnight.
            ("2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00", "Sun 4 November 2018"),
            // A date that the zone skipped has no length.
            ("2011-12-31T00:00:00+14:00", "2011-12-31T00:00:00+14:00", "Fri 30 December 2011"),
            ("nonsense", "to", "nonsense – to"),
        ] {
            assert_eq!(days_of(Language::English, DaySpan { from, to, days: None }), expected);
        }
    }

    #[test]
    fn instants_have_their_offset_once() {
        let at = |text| instant(Language::English, text);
        assert_eq!(at("2026-03-08T23:58:59.5-03:00"), "8 Mar 2026 23:58:59 (UTC−03:00)");
        assert_eq!(at("2026-03-08T23:58:00Z"), "8 Mar 2026 23:58");
        assert_eq!(at("soon"), "soon");
        let span = |from, to| instants(Language::French, from, to);
        assert_eq!(
            span("2026-03-02T00:00:00-03:00", "2026-03-04T23:30:00-03:00"),
            "2 mars 2026 00:00 – 4 mars 2026 23:30 (UTC−03:00)"
        );
        assert_eq!(
            span("2026-03-02T00:00:00Z", "2026-03-04T23:30:00+01:00"),
            "2 mars 2026 00:00 – 4 mars 2026 23:30 (UTC+01:00)"
        );
    }

    #[test]
    fn instants_are_on_the_clock_of_the_zone() {
        let at = |zone| local_instant(Language::Portuguese, "2026-03-09T01:30:00Z", zone);
        assert_eq!(at("America/Sao_Paulo"), "8 mar 2026 22:30");
        assert_eq!(at("Nowhere"), "9 mar 2026 01:30");
    }
}
