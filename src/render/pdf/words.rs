//! The document's own words: titles, dates and names of things. Numbers are formatted by `unit`.

use std::borrow::Cow;

use crate::metrics::describe;
use crate::report::{Check, ReportWindow, Sessions, Span};
use crate::unit::{ChangeKind, Unit, group};

/// The language of every text here, as in BCP 47.
pub const LANGUAGE: &str = "en";

/// Said of a table or a chart without rows.
pub const NO_ROWS: &str = "No rows in this window.";

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Weekdays, Monday first, as in the heatmaps.
pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

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
fn days_of(from: &str, to: &str) -> String {
    let (Some(first), Some(last)) = (Date::read(from), Date::read(to).map(Date::before)) else {
        return format!("{from} – {to}");
    };
    let Date { year, month, day } = first;
    if first == last {
        format!("{} {first}", first.weekday())
    } else if (year, month) == (last.year, last.month) {
        format!("{day}–{last}")
    } else if year == last.year {
        format!("{day} {} – {last}", first.month_name())
    } else {
        format!("{first} – {last}")
    }
}

/// A day of a table, `Mon 2 Mar`; what is not a date stays as it is.
#[must_use]
pub fn day(text: &str) -> Cow<'_, str> {
    match Date::read(text) {
        Some(date) if text.len() == 10 => Cow::Owned(format!("{} {} {}", date.weekday(), date.day, date.short_month())),
        Some(_) | None => Cow::Borrowed(text),
    }
}

/// An instant to the second, `8 Mar 2026 23:59:58`, with its offset unless that is UTC.
#[must_use]
pub fn instant(text: &str) -> String {
    let parts = (|| {
        let date = Date::read(text)?;
        let time = text.get(11..19)?;
        let offset = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
        Some((date, time, offset))
    })();
    match parts {
        Some((date, time, offset)) => {
            let offset = if matches!(offset, "Z" | "+00:00") { String::new() } else { format!(" {offset}") };
            format!("{} {} {} {time}{offset}", date.day, date.short_month(), date.year)
        }
        None => text.to_owned(),
    }
}

/// An instant of UTC as a PDF writes it; none where it is not one.
#[must_use]
pub fn pdf_date(text: &str) -> Option<String> {
    Date::read(text)?;
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
    }
}

/// How many of the identities hold.
#[must_use]
pub fn checks(checks: &[Check]) -> String {
    let holding = checks.iter().filter(|check| check.holds).count();
    match checks.len() {
        0 => "none".to_owned(),
        all if all == holding => format!("all {all} hold"),
        all => format!("{} of {all} fail", all - holding),
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

/// How a metric is compared with the window before.
#[must_use]
pub fn change_kind(id: &str, unit: Unit) -> ChangeKind {
    describe(id).map_or(
        match unit {
            Unit::Count | Unit::Seconds => ChangeKind::Relative,
            Unit::Rate | Unit::Score => ChangeKind::Difference,
        },
        |description| description.change,
    )
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

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// The date that an RFC 3339 text begins with.
    fn read(text: &str) -> Option<Self> {
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
        let date = Self { year: part(0..4)?, month: part(5..7)?, day: part(8..10)? };
        let dashed = text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        (dashed && (1..=12).contains(&date.month) && (1..=date.days_in_month()).contains(&date.day)).then_some(date)
    }

    fn days_in_month(self) -> u32 {
        match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400)) => 29,
            2 => 28,
            _ => 31,
        }
    }

    fn before(self) -> Self {
        let Self { year, month, day } = self;
        if day > 1 {
            return Self { day: day - 1, ..self };
        }
        let (year, month) = if month > 1 { (year, month - 1) } else { (year.saturating_sub(1), 12) };
        let first = Self { year, month, day: 1 };
        Self { day: first.days_in_month(), ..first }
    }

    fn month_name(self) -> &'static str {
        MONTHS.get(self.month as usize - 1).copied().unwrap_or_default()
    }

    fn short_month(self) -> &'static str {
        let name = self.month_name();
        name.get(..3).unwrap_or(name)
    }

    /// By Zeller's congruence, in which a year begins in March and a week on Saturday.
    fn weekday(self) -> &'static str {
        let (year, month) =
            if self.month < 3 { (self.year + 3999, self.month + 12) } else { (self.year + 4000, self.month) };
        let from_saturday = self.day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400;
        WEEKDAYS[(from_saturday as usize + 5) % 7]
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.day, self.month_name(), self.year)
    }
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
