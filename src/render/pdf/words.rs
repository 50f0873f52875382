//! The document's own texts: titles, dates and names. `unit` formats numbers.

use std::borrow::Cow;

use crate::language::Language;
pub use crate::render::dates::{days_of, instant, instants, local_instant};
pub use crate::render::words::metric;
use crate::report::{Check, DaySpan, Report, ReportWindow};
use crate::time::date_of;

/// `2–8 March 2026 · 7 days · America/Sao_Paulo`.
#[must_use]
pub fn window(language: Language, window: &ReportWindow) -> String {
    let days = language.counted("count.days", u64::from(window.days));
    format!("{} · {days} · {}", days_of(language, window.span()), window.timezone)
}

/// `Compared with 23 February – 1 March 2026`.
#[must_use]
pub fn compared_with(language: Language, previous: Option<DaySpan>) -> String {
    previous.map_or_else(
        || language.text("pdf.not_compared").to_owned(),
        |span| language.fill("pdf.compared_with", &[("days", &days_of(language, span))]),
    )
}

/// A day of a table, `Mon 2 Mar`; a text that is not a date stays as it is.
#[must_use]
pub fn day(language: Language, text: &str) -> Cow<'_, str> {
    match date_of(text) {
        Some(date) if text.len() == 10 => Cow::Owned(language.day(date)),
        Some(_) | None => Cow::Borrowed(text),
    }
}

/// A day, `2 March 2026`; a text that is not a date stays as it is.
#[must_use]
pub fn long_day(language: Language, text: &str) -> String {
    date_of(text).map_or_else(|| text.to_owned(), |date| language.date_long(date))
}

/// A day, `2 Mar`; a text that is not a date stays as it is.
#[must_use]
pub fn short_day(language: Language, text: &str) -> String {
    date_of(text).map_or_else(|| text.to_owned(), |date| language.date_without_year(date))
}

/// The hour of a week with the most of something, and how much that is.
#[must_use]
pub fn peak_of(language: Language, (day, hour): (usize, usize), most: &str) -> String {
    let (from, to) = (format!("{hour:02}:00"), format!("{:02}:00", hour + 1));
    let weekday = language.weekdays_in_columns()[day];
    language.fill("pdf.peak", &[("weekday", &weekday), ("from", &from), ("to", &to), ("count", &most)])
}

/// The number of windows in the trend, in everyday words: `8 weeks`.
#[must_use]
pub fn windows(language: Language, report: &Report) -> String {
    let period = report.window.period.as_deref().unwrap_or_default();
    let key = match report.window.days {
        1 => "count.days",
        7 => "count.weeks",
        28..=31 if period.contains("month") => "count.months",
        _ => "count.windows",
    };
    language.counted(key, report.trend.len() as u64)
}

/// An instant in UTC, in the syntax of PDF; `None` if the text is not an instant.
#[must_use]
pub fn pdf_date(text: &str) -> Option<String> {
    date_of(text)?;
    let digits: String = text.get(..19)?.chars().filter(char::is_ascii_digit).collect();
    (digits.len() == 14 && text.ends_with('Z')).then(|| format!("D:{digits}Z"))
}

/// An instant with an offset, in the syntax of PDF; `None` if the text is not an instant.
#[must_use]
pub fn pdf_date_of(text: &str) -> Option<String> {
    let at = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    pdf_date(&at.to_utc().to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

/// How many of the checks passed.
#[must_use]
pub fn checks(language: Language, checks: &[Check]) -> String {
    let all = checks.len() as u64;
    let failed = checks.iter().filter(|check| !check.holds).count() as u64;
    match (all, failed) {
        (0, _) => language.text("pdf.no_checks").to_owned(),
        (all, 0) => language.counted("pdf.all_passed", all),
        (all, failed) => language.counted_with("pdf.some_failed", failed, &[("all", &language.count(all))]),
    }
}

/// An id as words: `by_support_type` is `By support type`.
#[must_use]
pub fn name(id: &str) -> String {
    capitalized(&id.replace(['_', '-'], " "))
}

/// The text with a capital first letter.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_days() {
        assert_eq!(instant(Language::English, "2026-03-08T23:59:58.123Z"), "8 Mar 2026 23:59:58");
        assert_eq!(instant(Language::English, "2026-03-08T23:59:58-03:00"), "8 Mar 2026 23:59:58 (UTC−03:00)");
        assert_eq!(instant(Language::English, "yesterday"), "yesterday");
        assert_eq!(day(Language::English, "2026-03-02"), "Mon 2 Mar");
        assert_eq!(day(Language::English, "2000-01-01"), "Sat 1 Jan");
        assert_eq!(day(Language::English, "2026-02-30"), "2026-02-30");
        assert_eq!(pdf_date("2026-03-08T23:59:58.123Z").as_deref(), Some("D:20260308235958Z"));
        assert_eq!(pdf_date("2026-03-08"), None);
    }

    #[test]
    fn names() {
        assert_eq!(name("by_support_type"), "By support type");
    }
}
