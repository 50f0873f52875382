//! An interval of local times, such as `08:00-12:00`.

use std::{error, fmt, str};

/// The number of minutes in a local day.
const DAY: u16 = 24 * 60;

/// From one local time up to another, which is not included. If the end is not after the start, it is on the next date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Interval {
    /// Minutes since midnight, 0 to 1439.
    begin: u16,
    /// Minutes since midnight, 0 to 1440.
    end: u16,
}

impl Interval {
    /// The whole day.
    pub const DAY: Self = Self { begin: 0, end: DAY };

    /// Its start, in minutes since midnight of its date.
    #[must_use]
    pub const fn begin_minutes(self) -> u16 {
        self.begin
    }

    /// Its end, in minutes since midnight; the second value is 1 if that is midnight of the next date, else 0.
    #[must_use]
    pub const fn end_minutes(self) -> (u16, u16) {
        match self.end {
            DAY => (0, 1),
            end if end > self.begin => (end, 0),
            end => (end, 1),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { begin, end } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", begin / 60, begin % 60, end / 60, end % 60)
    }
}

/// A text that is not an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntervalError {
    /// The given text.
    value: String,
}

impl fmt::Display for IntervalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not an interval: expected two local times from 00:00 to 23:59, such as 08:00-12:00, or 22:00-06:00 over \
             midnight; 24:00 may be the second",
            self.value
        )
    }
}

impl error::Error for IntervalError {}

impl str::FromStr for Interval {
    type Err = IntervalError;

    fn from_str(text: &str) -> Result<Self, IntervalError> {
        let times = text.split_once('-').and_then(|(begin, end)| Some((minutes(begin)?, minutes(end)?)));
        match times {
            Some((begin, end)) if begin < DAY => Ok(Self { begin, end }),
            Some(_) | None => Err(IntervalError { value: text.to_owned() }),
        }
    }
}

/// Reads `HH:MM`, from 00:00 to 24:00, as minutes.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let number = |text: &str| {
        let is_number = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| is_number)
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    let time = hours * 60 + minutes;
    (minutes < 60 && time <= DAY).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals() {
        let end = |text: &str| text.parse::<Interval>().expect(text).end_minutes();
        assert_eq!(end("08:00-12:00"), (720, 0));
        assert_eq!(end("22:00-06:00"), (360, 1));
        assert_eq!(end("08:00-24:00"), (0, 1));
        assert_eq!(end("08:00-00:00"), (0, 1));
        assert_eq!(end("00:00-00:00"), (0, 1));
        assert_eq!(end("08:00-08:00"), (480, 1));
        for text in ["08:00-12:00", "22:00-06:00", "00:00-24:00"] {
            assert_eq!(text.parse::<Interval>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn no_intervals() {
        for text in [
            "",
            "08:00",
            "8:00-12:00",
            "08:00-12",
            "24:00-12:00",
            "08:00-24:01",
            "08:60-12:00",
            "08:00 - 12:00",
            "08:00–12:00",
            "08:00-12:00-13:00",
            "+8:00-12:00",
            "25:00-26:00",
            "08:00:00-12:00:00",
        ] {
            let error = text.parse::<Interval>().expect_err(text).to_string();
            assert!(error.starts_with(&format!("`{text}` is not an interval: ")), "{error}");
        }
    }
}
