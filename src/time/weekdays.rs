//! The filter `--weekdays mon-fri`, in the local calendar.

use std::{error, fmt, str};

/// Days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays {
    /// Monday first; at least one is true.
    days: [bool; 7],
}

/// The names of weekdays in files and flags, Monday first.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Weekdays {
    /// Whether a weekday, from Monday = 0 to Sunday = 6, is in the set.
    #[must_use]
    pub fn contains(self, weekday: u8) -> bool {
        self.days.get(usize::from(weekday)).is_some_and(|is_in| *is_in)
    }
}

impl fmt::Display for Weekdays {
    /// Writes the days from Monday on, three or more in a row as a range: `mon,wed-fri`, `sat,sun`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        let mut day = 0;
        while day < 7 {
            let run = self.days[day..].iter().take_while(|is_in| **is_in).count();
            match run {
                0 => {}
                1 | 2 => write!(f, "{separator}{}", WEEKDAYS[day..day + run].join(","))?,
                3.. => write!(f, "{separator}{}-{}", WEEKDAYS[day], WEEKDAYS[day + run - 1])?,
            }
            if run > 0 {
                separator = ",";
            }
            day += run + 1;
        }
        Ok(())
    }
}

/// A text that is not a list of weekdays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekdaysError {
    value: String,
    nearest: Option<&'static str>,
}

impl fmt::Display for WeekdaysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown weekday `{}`", self.value)?;
        if let Some(nearest) = self.nearest {
            write!(f, " (did you mean `{nearest}`?)")?;
        }
        f.write_str(": expected mon, tue, wed, thu, fri, sat, sun, a list (sat,sun) or a range (mon-fri)")
    }
}

impl error::Error for WeekdaysError {}

impl str::FromStr for Weekdays {
    type Err = WeekdaysError;

    fn from_str(text: &str) -> Result<Self, WeekdaysError> {
        let mut days = [false; 7];
        for item in text.split(',') {
            let (first, last) = item.split_once('-').unwrap_or((item, item));
            let (first, last) = (weekday(first)?, weekday(last)?);
            // A range from Friday to Monday continues over the end of the week.
            for step in 0..=(last + 7 - first) % 7 {
                days[(first + step) % 7] = true;
            }
        }
        Ok(Self { days })
    }
}

fn weekday(text: &str) -> Result<usize, WeekdaysError> {
    let wanted = text.trim().to_lowercase();
    let known = WEEKDAYS.iter().position(|name| *name == wanted);
    known.ok_or_else(|| {
        let is_near = |name: &&str| wanted.starts_with(name) || strsim::osa_distance(name, &wanted) == 1;
        WeekdaysError { value: text.to_owned(), nearest: WEEKDAYS.into_iter().find(is_near) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays() {
        let normal = |text: &str| text.parse::<Weekdays>().expect(text).to_string();
        let cases = [
            ("mon-fri", "mon-fri"),
            ("SAT,Sun", "sat,sun"),
            ("fri-mon", "mon,fri-sun"),
            ("mon,wed-fri", "mon,wed-fri"),
            ("sun-mon", "mon,sun"),
            ("tue-tue", "tue"),
            ("thu, tue ,wed", "tue-thu"),
            ("mon-sun", "mon-sun"),
            ("wed-tue", "mon-sun"),
            ("mon,mon", "mon"),
        ];
        for (text, expected) in cases {
            assert_eq!(normal(text), expected, "{text}");
            assert_eq!(normal(expected), expected);
        }
        let weekend = "sat,sun".parse::<Weekdays>().expect("weekdays");
        assert_eq!((0..=7).filter(|day| weekend.contains(*day)).collect::<Vec<_>>(), [5, 6]);
    }

    #[test]
    fn no_weekdays() {
        let error = |text: &str| text.parse::<Weekdays>().expect_err(text);
        assert_eq!(
            error("Monday").to_string(),
            "unknown weekday `Monday` (did you mean `mon`?): expected mon, tue, wed, thu, fri, sat, sun, a list \
             (sat,sun) or a range (mon-fri)"
        );
        assert_eq!(error("mon-frid").nearest, Some("fri"));
        assert_eq!(error("tus").nearest, Some("tue"));
        for text in ["", "mon,", "weekend", "1-5"] {
            assert_eq!(error(text).nearest, None, "{text}");
        }
    }
}
