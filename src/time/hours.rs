//! The filter `--hours 9-18`, in local time.

use std::{error, fmt, str};

/// Hours in local time, from one up to another, which is not included. They may cross midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// 0 to 23.
    from: u8,
    /// 1 to 24, never equal to `from`.
    to: u8,
}

impl Hours {
    /// Whether an hour, 0 to 23, is in the range.
    #[must_use]
    pub fn contains(self, hour: u8) -> bool {
        if self.from < self.to { self.from <= hour && hour < self.to } else { hour >= self.from || hour < self.to }
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

/// A text that is not a range of hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoursError {
    /// It does not have the form `9-18`.
    Form {
        /// The given text.
        value: String,
    },
    /// Its end equals its start.
    Empty {
        /// The given text.
        value: String,
    },
}

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form { value } => write!(
                f,
                "`{value}` is not a range of hours: expected whole hours from 0 to 24, such as 9-18 for 09:00 up to 18:00, or \
                 22-6 across midnight"
            ),
            Self::Empty { value } => write!(f, "`{value}` ends where it begins: give 0-24 for every hour"),
        }
    }
}

impl error::Error for HoursError {}

impl str::FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let parts = text.split_once('-').and_then(|(from, to)| Some((hour(from)?, hour(to)?)));
        let (from, to) = match parts {
            None | Some((24, _)) => return Err(HoursError::Form { value: text.to_owned() }),
            // Up to midnight: 0 is the start of this day, 24 its end.
            Some((from @ 1.., 0)) => (from, 24),
            Some(parts) => parts,
        };
        if from == to { Err(HoursError::Empty { value: text.to_owned() }) } else { Ok(Self { from, to }) }
    }
}

/// One or two digits, 0 to 24.
fn hour(text: &str) -> Option<u8> {
    let is_number = matches!(text.len(), 1 | 2) && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|hour| is_number && *hour <= 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours() {
        let hours = |text: &str| text.parse::<Hours>().expect(text);
        let held = |text| (0..24).filter(|hour| hours(text).contains(*hour)).collect::<Vec<_>>();
        assert_eq!(held("9-18"), (9..18).collect::<Vec<_>>());
        assert_eq!(held("22-6"), [0, 1, 2, 3, 4, 5, 22, 23]);
        assert_eq!(held("0-24").len(), 24);
        assert_eq!(held("22-24"), [22, 23]);
        assert_eq!(held("22-0"), [22, 23]);
        assert_eq!(held("23-1"), [0, 23]);
        assert_eq!(
            ["09-18", "22-0", "0-24", "22-6"].map(|text| hours(text).to_string()),
            ["9-18", "22-24", "0-24", "22-6"]
        );
    }

    #[test]
    fn no_hours() {
        let message = |text: &str| text.parse::<Hours>().expect_err(text).to_string();
        for text in [
            "",
            "9",
            "9-",
            "-9",
            "9-25",
            "24-6",
            "24-24",
            "9:30-18:15",
            "9h-18h",
            "9 - 18",
            "+9-18",
            "009-18",
            "9-18-20",
            "9–18",
        ] {
            assert!(
                message(text).starts_with(&format!("`{text}` is not a range of hours: expected whole hours")),
                "{text}"
            );
        }
        assert_eq!(message("9-9"), "`9-9` ends where it begins: give 0-24 for every hour");
        assert_eq!(message("0-0"), "`0-0` ends where it begins: give 0-24 for every hour");
    }
}
