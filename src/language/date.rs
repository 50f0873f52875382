//! Dates, weekdays and instants as texts.

use chrono::{Datelike, NaiveDate, Timelike};

use super::catalogue::CalendarNames;
use super::languages::Language;

impl Language {
    /// A weekday, from Monday = 0.
    #[must_use]
    pub fn weekday(self, at: usize) -> &'static str {
        self.catalogue().calendar.weekdays[at % 7]
    }

    /// A recurring weekday: `Mondays`.
    #[must_use]
    pub fn weekday_repeated(self, at: usize) -> &'static str {
        self.catalogue().calendar.weekdays_repeated[at % 7]
    }

    /// The weekdays in a text, short, Monday first.
    #[must_use]
    pub fn weekdays_short(self) -> &'static [&'static str; 7] {
        &self.catalogue().calendar.weekdays_short
    }

    /// The weekdays in three letters, Monday first.
    #[must_use]
    pub fn weekdays_in_columns(self) -> &'static [&'static str; 7] {
        &self.catalogue().calendar.weekdays_column
    }

    /// `Mon 2 Mar`.
    #[must_use]
    pub fn day(self, date: NaiveDate) -> String {
        self.date("date.day", date)
    }

    /// `Mon 2 Mar 2026`.
    #[must_use]
    pub fn day_of_year(self, date: NaiveDate) -> String {
        self.date("date.day_of_year", date)
    }

    /// `Mon  2 Mar 2026`: the days of a column are aligned.
    #[must_use]
    pub fn day_in_column(self, date: NaiveDate) -> String {
        self.date("date.day_in_column", date)
    }

    /// `Mon 2`.
    #[must_use]
    pub fn day_of_month(self, date: NaiveDate) -> String {
        self.date("date.day_of_month", date)
    }

    /// `2 Mar 2026`.
    #[must_use]
    pub fn date_short(self, date: NaiveDate) -> String {
        self.date("date.short", date)
    }

    /// `2 Mar`.
    #[must_use]
    pub fn date_without_year(self, date: NaiveDate) -> String {
        self.date("date.without_year", date)
    }

    /// `2 March 2026`.
    #[must_use]
    pub fn date_long(self, date: NaiveDate) -> String {
        self.date("date.long", date)
    }

    /// `Mon 2 Mar 14:15`.
    #[must_use]
    pub fn day_and_time(self, at: &(impl Datelike + Timelike)) -> String {
        format!("{} {:02}:{:02}", self.date("date.day", date_of(at)), at.hour(), at.minute())
    }

    /// The days from the first to the last: `2–8 March 2026`, `23 February – 1 March 2026`, and for a single day `Thu
    /// 29 February 2024`.
    #[must_use]
    pub fn days(self, first: NaiveDate, last: NaiveDate) -> String {
        if first == last {
            return self.date("date.long_day", last);
        }
        if (first.year(), first.month()) == (last.year(), last.month()) {
            let begin = self.day_number(first);
            return self.fill("date.days_of_month", &[("first", &begin), ("last", &self.date("date.long", last))]);
        }
        let begin = if first.year() == last.year() { "date.long_without_year" } else { "date.long" };
        format!("{} – {}", self.date(begin, first), self.date("date.long", last))
    }

    /// The same with weekdays and short months: `Mon 9 Mar – Sun 15 Mar 2026`.
    #[must_use]
    pub fn days_short(self, first: NaiveDate, last: NaiveDate) -> String {
        if first == last {
            return self.day_of_year(last);
        }
        let begin = if first.year() == last.year() { self.day(first) } else { self.day_of_year(first) };
        format!("{begin} – {}", self.day_of_year(last))
    }

    fn day_number(self, date: NaiveDate) -> String {
        if date.day() == 1 { self.catalogue().calendar.first.to_owned() } else { date.day().to_string() }
    }

    fn date(self, key: &str, date: NaiveDate) -> String {
        let CalendarNames { weekdays_short, months, months_short, .. } = &self.catalogue().calendar;
        let month = date.month0() as usize % 12;
        let pattern = self.text(key);
        let mut out = pattern.to_owned();
        // Names of a calendar contain no braces, so filled-in names stay unchanged.
        for (name, value) in [
            ("{weekday}", weekdays_short[date.weekday().num_days_from_monday() as usize]),
            ("{day}", &self.day_number(date)),
            ("{day2}", &format!("{:>2}", self.day_number(date))),
            ("{month}", months[month]),
            ("{mon}", months_short[month]),
            ("{year}", &date.year().to_string()),
        ] {
            if out.contains(name) {
                out = out.replace(name, value);
            }
        }
        out
    }
}

/// The calendar date of an instant.
fn date_of(at: &impl Datelike) -> NaiveDate {
    NaiveDate::from_ymd_opt(at.year(), at.month(), at.day()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
    }

    #[test]
    fn dates_as_each_language_writes_them() {
        let written = |language: Language| {
            [
                language.day(day(2026, 3, 2)),
                language.day_of_year(day(2026, 8, 1)),
                language.days(day(2026, 3, 2), day(2026, 3, 8)),
                language.days(day(2026, 2, 23), day(2026, 3, 1)),
                language.days(day(2025, 12, 29), day(2026, 1, 4)),
                language.weekday(2).to_owned(),
            ]
        };
        assert_eq!(
            written(Language::English),
            [
                "Mon 2 Mar",
                "Sat 1 Aug 2026",
                "2–8 March 2026",
                "23 February – 1 March 2026",
                "29 December 2025 – 4 January 2026",
                "Wednesday"
            ]
        );
        assert_eq!(
            written(Language::French),
            [
                "lun. 2 mars",
                "sam. 1er août 2026",
                "2–8 mars 2026",
                "23 février – 1er mars 2026",
                "29 décembre 2025 – 4 janvier 2026",
                "mercredi"
            ]
        );
        assert_eq!(
            written(Language::Spanish),
            [
                "lun 2 mar",
                "sáb 1 ago 2026",
                "2–8 de marzo de 2026",
                "23 de febrero – 1 de marzo de 2026",
                "29 de diciembre de 2025 – 4 de enero de 2026",
                "miércoles"
            ]
        );
        assert_eq!(
            written(Language::Portuguese),
            [
                "seg, 2 mar",
                "sáb, 1º ago 2026",
                "2–8 de março de 2026",
                "23 de fevereiro – 1º de março de 2026",
                "29 de dezembro de 2025 – 4 de janeiro de 2026",
                "quarta-feira"
            ]
        );
    }
}
