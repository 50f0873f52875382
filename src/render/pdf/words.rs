//! The document's own words: titles, dates and names of things. Numbers are formatted by `unit`.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use crate::metrics::describe;
use crate::render::rows::on_clock;
use crate::report::{Check, Report, ReportWindow, Sessions, Span};
use crate::time::parse_date;
use crate::unit::{Unit, group};

/// The language of every text here, as in BCP 47.
pub const LANGUAGE: &str = "en";

/// Said of a table or a chart without rows.
pub const NO_ROWS: &str = "No rows in this window.";

/// `2–8 March 2026 · 7 days · America/Sao_Paulo`.
#[must_use]
pub fn window(window: &ReportWindow) -> String {
    let days = if window.days == 1 { "1 day".to_owned() } else { format!("{} days", window.days) };
    format!("{} · {days} · {}", days_of(&window.from, &window.to), window.timezone)
}

/// `Compared with 23 February – 1 March 2026`.
#[must_use]
pub fn compared_with(previous: Option<&Span>) -> String {
    previous.map_or_else(
        || "Not compared with an earlier window".to_owned(),
        |span| format!("Compared with {}", days_of(&span.from, &span.to)),
    )
}

/// The local days from the first instant to the first instant after, in words.
#[must_use]
pub fn days_of(from: &str, to: &str) -> String {
    let last = date(to).and_then(|end| end.pred_opt());
    let (Some(first), Some(last)) = (date(from), last) else {
        return format!("{from} – {to}");
    };
    let begins = if first == last {
        "%a "
    } else if (first.year(), first.month()) == (last.year(), last.month()) {
        "%-d–"
    } else if first.year() == last.year() {
        "%-d %B – "
    } else {
        "%-d %B %Y – "
    };
    format!("{}{}", first.format(begins), last.format("%-d %B %Y"))
}

/// A day of a table, `Mon 2 Mar`; what is not a date stays as it is.
#[must_use]
pub fn day(text: &str) -> Cow<'_, str> {
    match date(text) {
        Some(date) if text.len() == 10 => Cow::Owned(date.format("%a %-d %b").to_string()),
        Some(_) | None => Cow::Borrowed(text),
    }
}

/// A day, `2 March 2026`; what is not a date stays as it is.
#[must_use]
pub fn long_day(text: &str) -> String {
    date(text).map_or_else(|| text.to_owned(), |date| date.format("%-d %B %Y").to_string())
}

/// A day, `2 Mar`; what is not a date stays as it is.
#[must_use]
pub fn short_day(text: &str) -> String {
    date(text).map_or_else(|| text.to_owned(), |date| date.format("%-d %b").to_string())
}

/// How many windows the trend has, as a reader calls them: `8 weeks`.
#[must_use]
pub fn windows(report: &Report) -> String {
    let n = report.trend.len() as u64;
    let period = report.window.period.as_deref().unwrap_or_default();
    match report.window.days {
        1 => counted(n, "day", "days"),
        7 => counted(n, "week", "weeks"),
        28..=31 if period.contains("month") => counted(n, "month", "months"),
        _ => counted(n, "window", "windows"),
    }
}

/// An instant to the second, `8 Mar 2026 23:59:58`, with its offset unless that is UTC.
#[must_use]
pub fn instant(text: &str) -> String {
    let parts = (|| {
        let date = date(text)?;
        let time = text.get(11..19)?;
        let offset = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
        Some((date, time, offset))
    })();
    match parts {
        Some((date, time, offset)) => {
            let offset = if matches!(offset, "Z" | "+00:00") { String::new() } else { format!(" {offset}") };
            format!("{} {time}{offset}", date.format("%-d %b %Y"))
        }
        None => text.to_owned(),
    }
}

/// An instant on the clock of a zone, to the minute: `8 Mar 2026 23:58`.
#[must_use]
pub fn local_instant(text: &str, zone: &str) -> String {
    let local = on_clock(text, zone);
    match (date(&local), local.get(11..16)) {
        (Some(date), Some(time)) => format!("{} {time}", date.format("%-d %b %Y")),
        _ => local,
    }
}

/// An instant of UTC as a PDF writes it; none where it is not one.
#[must_use]
pub fn pdf_date(text: &str) -> Option<String> {
    date(text)?;
    let digits: String = text.get(..19)?.chars().filter(char::is_ascii_digit).collect();
    (digits.len() == 14 && text.ends_with('Z')).then(|| format!("D:{digits}Z"))
}

/// An instant with an offset as a PDF writes it; none where it is not one.
#[must_use]
pub fn pdf_date_of(text: &str) -> Option<String> {
    let at = chrono::DateTime::parse_from_rfc3339(text).ok()?;
    pdf_date(&at.to_utc().to_rfc3339_opts(chrono::SecondsFormat::Millis, true))
}

/// How events became conversations.
#[must_use]
pub fn sessions(sessions: Sessions) -> &'static str {
    match sessions {
        Sessions::Id => "one per id",
        Sessions::Inactivity => "split by silence",
        Sessions::InactivityAcrossChannels => "split by silence, across channels",
    }
}

/// How many of the checks passed.
#[must_use]
pub fn checks(checks: &[Check]) -> String {
    let holding = checks.iter().filter(|check| check.holds).count();
    match checks.len() {
        0 => "none".to_owned(),
        all if all == holding => format!("all {all} passed"),
        all => format!("{} of {all} failed", all - holding),
    }
}

/// A metric's name for a reader.
#[must_use]
pub fn metric(id: &str) -> Cow<'static, str> {
    describe(id).map_or_else(|| Cow::Owned(name(id)), |description| Cow::Borrowed(description.label))
}

/// What a metric of a table counts in.
#[must_use]
pub fn unit(id: &str) -> Unit {
    describe(id).map_or(Unit::Count, |description| description.unit)
}

/// An id as a name: `by_support_type` is `By support type`.
#[must_use]
pub fn name(id: &str) -> String {
    capitalized(&id.replace(['_', '-'], " "))
}

/// `1 row`, `1,234 rows`.
#[must_use]
pub fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", group(n), if n == 1 { one } else { many })
}

/// With a capital first letter.
#[must_use]
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The date that an RFC 3339 text begins with.
fn date(text: &str) -> Option<NaiveDate> {
    parse_date(text.get(..10)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_in_words() {
        for (from, to, words) in [
            ("2026-03-02T00:00:00-03:00", "2026-03-09T00:00:00-03:00", "2–8 March 2026"),
            ("2026-02-23T00:00:00-03:00", "2026-03-02T00:00:00-03:00", "23 February – 1 March 2026"),
            ("2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z", "29 December 2025 – 4 January 2026"),
            ("2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z", "Thu 29 February 2024"),
            ("2025-12-31T00:00:00Z", "2026-01-01T00:00:00Z", "Wed 31 December 2025"),
            // A day that begins at one o'clock, since clocks went forward at midnight.
            ("2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00", "Sun 4 November 2018"),
            ("nonsense", "to", "nonsense – to"),
        ] {
            assert_eq!(days_of(from, to), words);
        }
    }

    #[test]
    fn instants_and_days() {
        assert_eq!(instant("2026-03-08T23:59:58.123Z"), "8 Mar 2026 23:59:58");
        assert_eq!(instant("2026-03-08T23:59:58-03:00"), "8 Mar 2026 23:59:58 -03:00");
        assert_eq!(instant("yesterday"), "yesterday");
        assert_eq!(day("2026-03-02"), "Mon 2 Mar");
        assert_eq!(day("2000-01-01"), "Sat 1 Jan");
        assert_eq!(day("2026-02-30"), "2026-02-30");
        assert_eq!(pdf_date("2026-03-08T23:59:58.123Z").as_deref(), Some("D:20260308235958Z"));
        assert_eq!(pdf_date("2026-03-08"), None);
    }

    #[test]
    fn names() {
        assert_eq!(name("by_support_type"), "By support type");
        assert_eq!(counted(1, "file", "files"), "1 file");
        assert_eq!(counted(1200, "row", "rows"), "1,200 rows");
    }
}
