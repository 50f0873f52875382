//! Patterns of dates and times: a strptime of few letters, that takes hours and days without a leading zero.

use chrono::NaiveDate;

/// A checked pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As written.
    pub text: String,
    items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Literal(char),
    Blank,
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    Hour,
    HalfDayHour,
    Minute,
    Second,
    Fraction,
    HalfDay,
    Offset,
}

/// What a text says: a local time in milliseconds since 1970, and its offset where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed {
    /// Milliseconds from 1970-01-01T00:00 on the clock of the text.
    pub local_ms: i64,
    /// What that clock is ahead of UTC.
    pub offset_ms: Option<i64>,
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// A letter that is none, or what a date lacks.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut items = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            items.push(match letter {
                '%' => match letters.next() {
                    Some('Y') => Item::Year,
                    Some('y') => Item::ShortYear,
                    Some('m') => Item::Month,
                    Some('b' | 'B') => Item::MonthName,
                    Some('d' | 'e') => Item::Day,
                    Some('H' | 'k') => Item::Hour,
                    Some('I' | 'l') => Item::HalfDayHour,
                    Some('M') => Item::Minute,
                    Some('S') => Item::Second,
                    Some('f') => Item::Fraction,
                    Some('p') => Item::HalfDay,
                    Some('z') => Item::Offset,
                    Some('%') => Item::Literal('%'),
                    other => {
                        let found = other.map_or("%".to_owned(), |letter| format!("%{letter}"));
                        return Err(format!(
                            "`{found}` in the pattern `{text}` is none of %Y %y %m %b %d %H %I %M %S %f %p %z"
                        ));
                    }
                },
                blank if blank.is_whitespace() => Item::Blank,
                letter => Item::Literal(letter),
            });
        }
        let lacks = |choice: &[Item]| !choice.iter().any(|item| items.contains(item));
        let missing = [
            ("a year, %Y or %y", lacks(&[Item::Year, Item::ShortYear])),
            ("a month, %m or %b", lacks(&[Item::Month, Item::MonthName])),
            ("a day, %d", lacks(&[Item::Day])),
            (
                "an hour, %H, or %I with %p",
                lacks(&[Item::Hour]) && (lacks(&[Item::HalfDayHour]) || lacks(&[Item::HalfDay])),
            ),
        ];
        match missing.iter().find(|(_, is_missing)| *is_missing) {
            Some((what, _)) => Err(format!("the pattern `{text}` has no instant: it lacks {what}")),
            None => Ok(Self { text: text.to_owned(), items }),
        }
    }

    /// What a text says by the pattern; none where it does not fit.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Parsed> {
        let mut rest = text;
        let (mut year, mut month, mut day) = (0, 0, 0);
        let (mut hour, mut minute, mut second, mut ms) = (0, 0, 0, 0);
        let (mut is_afternoon, mut offset_ms) = (None, None);
        for item in &self.items {
            match item {
                Item::Literal(letter) => rest = rest.strip_prefix(*letter)?,
                Item::Blank => {
                    let trimmed = rest.trim_start();
                    (trimmed.len() < rest.len()).then_some(())?;
                    rest = trimmed;
                }
                Item::Year => year = digits(&mut rest, 4..=4)?,
                Item::ShortYear => {
                    let short = digits(&mut rest, 2..=2)?;
                    year = if short < 69 { 2000 + short } else { 1900 + short };
                }
                Item::Month => month = digits(&mut rest, 1..=2)?,
                Item::MonthName => month = month_name(&mut rest)?,
                Item::Day => day = digits(&mut rest, 1..=2)?,
                Item::Hour => hour = digits(&mut rest, 1..=2)?,
                Item::HalfDayHour => {
                    hour = digits(&mut rest, 1..=2).filter(|hour| (1..=12).contains(hour))? % 12;
                }
                Item::Minute => minute = digits(&mut rest, 1..=2)?,
                Item::Second => second = digits(&mut rest, 1..=2)?,
                Item::Fraction => ms = fraction(&mut rest)?,
                Item::HalfDay => is_afternoon = Some(half_day(&mut rest)?),
                Item::Offset => offset_ms = Some(offset(&mut rest)?),
            }
        }
        if is_afternoon == Some(true) && hour < 12 {
            hour += 12;
        }
        if !rest.is_empty() || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let small = |number: i64| u32::try_from(number).ok();
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, small(month)?, small(day)?)?;
        let time = date.and_hms_milli_opt(small(hour)?, small(minute)?, small(second)?, small(ms)?)?;
        Some(Parsed { local_ms: time.and_utc().timestamp_millis(), offset_ms })
    }
}

/// As many digits as there are, up to the most.
fn digits(rest: &mut &str, count: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let found = rest.bytes().take(*count.end()).take_while(u8::is_ascii_digit).count();
    if !count.contains(&found) {
        return None;
    }
    let (number, after) = rest.split_at(found);
    *rest = after;
    number.parse().ok()
}

/// Milliseconds of a fraction's digits; those after the third are cut.
fn fraction(rest: &mut &str) -> Option<i64> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at(count);
    *rest = after;
    (count > 0).then_some(())?;
    format!("{digits:0<3}")[..3].parse().ok()
}

fn month_name(rest: &mut &str) -> Option<i64> {
    let count = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (name, after) = rest.split_at(count);
    let short = name.get(..3)?.to_lowercase();
    *rest = after.strip_prefix('.').unwrap_or(after);
    (1..).zip(MONTHS).find(|(_, month)| **month == short).map(|(number, _)| number)
}

fn half_day(rest: &mut &str) -> Option<bool> {
    let (word, after) = rest.split_at_checked(2)?;
    *rest = after;
    match word.to_ascii_lowercase().as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

/// `Z`, `+02:00`, `+0200` or `+02`.
fn offset(rest: &mut &str) -> Option<i64> {
    if let Some(after) = rest.strip_prefix(['Z', 'z']) {
        *rest = after;
        return Some(0);
    }
    let sign = match rest.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    *rest = &rest[1..];
    let hours = digits(rest, 2..=2)?;
    let after = rest.strip_prefix(':').unwrap_or(rest);
    let mut minutes = 0;
    if after.starts_with(|letter: char| letter.is_ascii_digit()) {
        *rest = after;
        minutes = digits(rest, 2..=2)?;
    }
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<(String, Option<i64>)> {
        let Parsed { local_ms, offset_ms } = Pattern::parse(pattern).unwrap().read(text)?;
        Some((crate::time::format_utc(local_ms), offset_ms))
    }

    #[test]
    fn patterns_take_what_exports_write() {
        for (pattern, text, expected) in [
            ("%y%m%d %H:%M:%S", "990201 7:02:47", "1999-02-01T07:02:47.000Z"),
            ("%Y/%m/%d %H:%M:%S.%f", "2012/10/09 14:50:17.5", "2012-10-09T14:50:17.500Z"),
            ("%Y-%m-%d %H:%M:%S.%f", "2012-10-09 14:50:17.123999", "2012-10-09T14:50:17.123Z"),
            ("%d/%m/%Y %H:%M", "9/10/2012  4:05", "2012-10-09T04:05:00.000Z"),
            ("%b %d, %Y %I:%M %p", "March 2, 2026 12:05 am", "2026-03-02T00:05:00.000Z"),
            ("%d %b %Y %I:%M:%S%p", "2 Sept. 2026 12:05:09PM", "2026-09-02T12:05:09.000Z"),
            ("%y-%m-%d %H", "68-01-01 0", "2068-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(read(pattern, text), Some((expected.to_owned(), None)), "{pattern} {text}");
        }
        for (text, hours) in [("Z", 0), ("+02:00", 2), ("+0200", 2), ("-03", -3)] {
            let found = read("%Y-%m-%dT%H:%M:%S%z", &format!("2026-03-02T10:00:00{text}"));
            assert_eq!(found, Some(("2026-03-02T10:00:00.000Z".to_owned(), Some(hours * 3_600_000))), "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_is_none() {
        for (pattern, text) in [
            ("%Y-%m-%d %H:%M", "2026-02-29 10:00"),
            ("%Y-%m-%d %H:%M", "2026-03-02 24:00"),
            ("%Y-%m-%d %H:%M", "2026-03-02 10:00 "),
            ("%Y-%m-%d %H:%M", "2026-03-0210:00"),
            ("%d/%m/%Y %H:%M", "03/25/2026 10:00"),
            ("%Y-%m-%d %I:%M %p", "2026-03-02 13:00 pm"),
            ("%Y-%m-%d %H:%M %p", "2026-03-02 10:00 é"),
            ("%y-%m-%d %H", "1-01-01 0"),
            ("%d %b %Y %H", "2 Mai 2026 1"),
            ("%Y-%m-%d %H:%M:%S.%f", "2026-03-02 10:00:00."),
        ] {
            assert_eq!(read(pattern, text), None, "{pattern} {text}");
        }
    }

    #[test]
    fn a_pattern_must_be_one() {
        for (pattern, part) in
            [("%Q", "`%Q`"), ("%Y%m%d", "an hour"), ("%H:%M", "a year"), ("%Y-%m-%d %I", "an hour"), ("100%", "`%`")]
        {
            let message = Pattern::parse(pattern).unwrap_err();
            assert!(message.contains(part), "{message}");
        }
    }
}
