//! Section 14: the units of the calendar. Each date has a name in each unit; a unit is the dates of one name.
//!
//! A twin of src/time/period.rs by intent: it is written from the page alone, so that a mistake of one is not one of the other.

use chrono::{Datelike, Days, NaiveDate};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    pub const ALL: [Unit; 5] = [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];

    fn word(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        }
    }

    /// The name of the unit of a date.
    pub fn name(self, date: NaiveDate) -> String {
        let year = date.year();
        match self {
            Unit::Day => date.to_string(),
            Unit::Week => {
                // The week is of the year that its Thursday is in.
                let monday = date - Days::new(u64::from(date.weekday().num_days_from_monday()));
                let thursday = monday + Days::new(3);
                format!("{}-W{:02}", thursday.year(), thursday.ordinal().div_ceil(7))
            }
            Unit::Month => format!("{year}-{:02}", date.month()),
            Unit::Quarter => format!("{year}-Q{}", date.month().div_ceil(3)),
            Unit::Year => year.to_string(),
        }
    }

    /// The dates around this one that have its name: the first and the last.
    pub fn around(self, date: NaiveDate) -> (NaiveDate, NaiveDate) {
        let name = self.name(date);
        let (mut first, mut last) = (date, date);
        while self.name(first - Days::new(1)) == name {
            first = first - Days::new(1);
        }
        while self.name(last + Days::new(1)) == name {
            last = last + Days::new(1);
        }
        (first, last)
    }
}

/// The value of `--period`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    pub text: String,
    pub unit: Unit,
    /// `today` or a `this-` unit.
    pub is_current: bool,
    pub days: (NaiveDate, NaiveDate),
}

impl Period {
    /// The unit of a date, asked for by name.
    pub fn of(unit: Unit, date: NaiveDate) -> Period {
        Period { text: unit.name(date), unit, is_current: false, days: unit.around(date) }
    }

    pub fn parse(text: &str, today: Option<NaiveDate>) -> Option<Period> {
        for unit in Unit::ALL {
            let (this, last) = match unit {
                Unit::Day => ("today".to_string(), "yesterday".to_string()),
                _ => (format!("this-{}", unit.word()), format!("last-{}", unit.word())),
            };
            if text == this {
                return Some(Period { text: this, unit, is_current: true, days: unit.around(today?) });
            }
            if text == last {
                let before = unit.around(today?).0 - Days::new(1);
                return Some(Period { text: last, unit, is_current: false, days: unit.around(before) });
            }
        }
        let year: i32 = text.get(..4)?.parse().ok()?;
        let begin = NaiveDate::from_ymd_opt(year - 1, 12, 1)?;
        let mut dates = begin.iter_days().take(460);
        dates.find_map(|date| {
            let unit = Unit::ALL.into_iter().find(|unit| unit.name(date) == text)?;
            Some(Period::of(unit, date))
        })
    }
}
