//! Days and instants as texts, parsed from the report's RFC 3339 texts. A text that cannot be parsed stays as it is.

use chrono::DateTime;

use crate::language::Language;
use crate::render::rows::on_clock;
use crate::report::{DaySpan, InstantRange, ReportWindow};
use crate::time::parse_date;

/// The days of a half-open range of whole local days: `Mon 9 Mar – Sun 15 Mar 2026`.
pub(super) fn days(language: Language, span: DaySpan) -> String {
    span.dates()
        .map_or_else(|| format!("{} – {}", span.from, span.to), |(first, last)| language.days_short(first, last))
}

/// The zone with its offset, or with both offsets if clocks change: `America/New_York (UTC−05:00, then −04:00)`.
pub(super) fn zone(language: Language, window: &ReportWindow) -> String {
    let name = &window.timezone;
    match (offset(&window.from), offset(&window.to)) {
        _ if name == "UTC" => name.clone(),
        (Some(first), Some(last)) if first != last => {
            language.fill("date.offsets", &[("zone", name), ("first", &first), ("last", &last)])
        }
        (Some(first), _) => language.fill("date.offset", &[("zone", name), ("offset", &first)]),
        (None, _) => name.clone(),
    }
}

fn offset(instant: &str) -> Option<String> {
    let text = DateTime::parse_from_rfc3339(instant).ok()?.offset().to_string();
    Some(text.replace('-', "−"))
}

/// An instant on the clock of a zone: `Sun 15 Mar 2026 14:59`.
pub(super) fn instant(language: Language, instant: &str, zone: &str) -> String {
    DateTime::parse_from_rfc3339(&on_clock(instant, zone)).map_or_else(
        |_| instant.to_owned(),
        |at| format!("{} {}", language.day_of_year(at.date_naive()), at.format("%H:%M")),
    )
}

/// An instant with its own offset: `Sun 15 Mar 2026 14:59:00 (UTC−03:00)`.
pub(super) fn local_instant(language: Language, instant: &str) -> String {
    DateTime::parse_from_rfc3339(instant).map_or_else(
        |_| instant.to_owned(),
        |at| {
            let offset = offset(instant).filter(|offset| offset != "+00:00");
            let offset = offset.map(|offset| format!(" (UTC{offset})")).unwrap_or_default();
            format!("{} {}{offset}", language.day_of_year(at.date_naive()), at.format("%H:%M:%S"))
        },
    )
}

/// Whether two texts are the same instant.
pub(super) fn same_instant(a: &str, b: &str) -> bool {
    match (DateTime::parse_from_rfc3339(a), DateTime::parse_from_rfc3339(b)) {
        (Ok(a), Ok(b)) => a == b,
        (Err(_), _) | (_, Err(_)) => a == b,
    }
}

/// A label of the dimension `day`: `2026-03-09` as `Mon  9 Mar 2026`.
pub(super) fn day_label(language: Language, label: &str) -> Option<String> {
    parse_date(label).ok().map(|day| language.day_in_column(day))
}

/// The first day of a window, in a sentence: `9 Mar 2026`.
pub(super) fn begin(language: Language, window: &InstantRange) -> String {
    let day = window.first_day();
    parse_date(&day).map_or(day, |day| language.date_short(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: &str, to: &str, timezone: &str) -> ReportWindow {
        ReportWindow {
            from: from.to_owned(),
            to: to.to_owned(),
            timezone: timezone.to_owned(),
            timezone_data: "2026a".to_owned(),
            days: 7,
            period: None,
            unfinished: false,
            previous: None,
        }
    }

    #[test]
    fn a_span_names_its_last_day() {
        let days = |language, from, to| days(language, DaySpan { from, to, days: None });
        assert_eq!(
            days(Language::English, "2026-03-09T00:00:00-03:00", "2026-03-16T00:00:00-03:00"),
            "Mon 9 Mar – Sun 15 Mar 2026"
        );
        assert_eq!(days(Language::English, "2026-03-09T00:00:00Z", "2026-03-10T00:00:00Z"), "Mon 9 Mar 2026");
        assert_eq!(
            days(Language::English, "2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z"),
            "Mon 29 Dec 2025 – Sun 4 Jan 2026"
        );
        assert_eq!(days(Language::English, "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"), "Sun 4 Nov 2018");
        assert_eq!(days(Language::English, "soon", "later"), "soon – later");
    }

    #[test]
    fn a_zone_names_its_offsets() {
        let change = window("2026-03-08T00:00:00-05:00", "2026-03-15T00:00:00-04:00", "America/New_York");
        assert_eq!(zone(Language::English, &change), "America/New_York (UTC−05:00, then −04:00)");
        let steady = window("2026-03-09T00:00:00-03:00", "2026-03-16T00:00:00-03:00", "America/Sao_Paulo");
        assert_eq!(zone(Language::English, &steady), "America/Sao_Paulo (UTC−03:00)");
        assert_eq!(zone(Language::English, &window("2026-03-09T00:00:00Z", "2026-03-16T00:00:00Z", "UTC")), "UTC");
    }

    #[test]
    fn instants_on_the_clock_of_a_zone() {
        let instant = |text, zone| instant(Language::English, text, zone);
        assert_eq!(instant("2026-03-15T17:59:30Z", "America/Sao_Paulo"), "Sun 15 Mar 2026 14:59");
        assert_eq!(instant("2026-03-09T02:58:00Z", "America/Sao_Paulo"), "Sun 8 Mar 2026 23:58");
        assert_eq!(instant("never", "UTC"), "never");
        assert!(same_instant("2026-03-15T14:59:00-03:00", "2026-03-15T17:59:00Z"));
        assert!(!same_instant("2026-03-15T14:59:00Z", "2026-03-15T17:59:00Z"));
    }

    #[test]
    fn a_day_names_its_weekday() {
        assert_eq!(day_label(Language::English, "2026-03-09").as_deref(), Some("Mon  9 Mar 2026"));
        assert_eq!(day_label(Language::English, "whatsapp"), None);
        assert_eq!(day_label(Language::English, "2026-3-9"), None, "no date of a report is written so");
    }
}
