//! `--max-rejects`: a number of rows, or a share of those read.

use std::fmt;
use std::str::FromStr;

/// The number of rejected rows allowed in a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxRejects {
    /// This many.
    Rows(u64),
    /// This share of the rows read, 0 to 100.
    Percent(f64),
}

impl MaxRejects {
    /// Whether this number of rejected rows exceeds the limit.
    #[must_use]
    pub fn is_exceeded(self, rejected: u64, rows_read: u64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
        match self {
            Self::Rows(rows) => rejected > rows,
            Self::Percent(percent) => rejected as f64 * 100.0 > percent * rows_read as f64,
        }
    }
}

impl FromStr for MaxRejects {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || format!("`{text}` is neither a number of rows nor a percentage such as 1%");
        match text.strip_suffix('%') {
            Some(number) => {
                let percent = number.trim_end().parse().map_err(|_| expected())?;
                if (0.0..=100.0).contains(&percent) { Ok(Self::Percent(percent)) } else { Err(expected()) }
            }
            None => text.parse().map(Self::Rows).map_err(|_| expected()),
        }
    }
}

impl fmt::Display for MaxRejects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rows(rows) => rows.fmt(f),
            Self::Percent(percent) => write!(f, "{percent}%"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_or_percent() {
        assert_eq!("12".parse(), Ok(MaxRejects::Rows(12)));
        assert_eq!("0.5%".parse(), Ok(MaxRejects::Percent(0.5)));
        for text in ["", "%", "-1", "101%", "NaN%", "1.5"] {
            assert!(text.parse::<MaxRejects>().is_err(), "{text}");
        }
        assert!(!MaxRejects::Percent(1.0).is_exceeded(1, 100));
        assert!(MaxRejects::Percent(1.0).is_exceeded(2, 100));
        assert!(!MaxRejects::Percent(1.0).is_exceeded(0, 0));
        assert!(MaxRejects::Rows(0).is_exceeded(1, 1_000));
    }
}
