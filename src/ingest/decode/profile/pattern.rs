//! Patterns of dates and times: like `strptime` with few letters, but it accepts hours and days without a leading zero.
//!
//! | letter | reads |
//! | --- | --- |
//! | `%Y`, `%y` | the year in four digits, in two (1969 to 2068) |
//! | `%m`, `%d` (`%e`) | month and day, with or without a leading zero; the day also as an ordinal (`2nd`, `1er`, `1º`) |
//! | `%b` (`%B`) | a month's name, long or short, with or without a dot, in any case ([`CalendarLanguage`]) |
//! | `%a` (`%A`) | a weekday's name in the same way; a text whose weekday contradicts its date does not match |
//! | `%H` (`%k`), `%I` (`%l`) with `%p` | the hour of 24, of 12 |
//! | `%M`, `%S`, `%f` | minute, second, digits of a fraction |
//! | `%p` | `AM`, `pm`, `a.m.`, `p. m.`, `上午`, `下午`, `午前`, `午後`, `오전`, `오후` |
//! | `%z` | `Z`, `+02:00`, `+0200`, `-03`, `-3` |
//! | `%Z` | a zone's short name or IANA name (`zone_names`), `UTC`, `GMT-3`; after `%z`, any words |
//! | a blank | one or more blanks, including no-break and narrow ones |
//!
//! Marks of the writing direction, which some exports put between the parts, are skipped.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use super::language::{CalendarLanguage, month, weekday};

/// A checked pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// As written.
    pub text: String,
    /// How its names are read.
    pub names: InstantNames,
    items: Vec<Item>,
}

/// The names that are known in texts of instants.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InstantNames {
    /// The language of names of months and weekdays; `None` means any known language.
    pub language: Option<CalendarLanguage>,
    /// The meaning of short zone names, in milliseconds ahead of UTC.
    pub zones: BTreeMap<String, i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Literal(char),
    Blank,
    Year,
    ShortYear,
    Month,
    MonthName,
    Weekday,
    Day,
    Hour,
    HalfDayHour,
    Minute,
    Second,
    Fraction,
    HalfDay,
    Offset,
    ZoneName,
}

/// The content of a text: a local time in milliseconds since 1970, and its relation to UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// Milliseconds since 1970-01-01T00:00 in the local time of the text.
    pub local_ms: i64,
    /// The offset stated by the text.
    pub offset: Offset,
}

/// The offset from UTC that a text states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offset {
    /// No offset.
    None,
    /// Milliseconds ahead of UTC.
    Ms(i64),
    /// The name of a zone.
    Named(String),
}

const LETTERS: &str = "%Y %y %m %b %d %a %H %I %M %S %f %p %z %Z";

impl Pattern {
    /// Reads a pattern; `names` reads its names.
    ///
    /// # Errors
    ///
    /// An unknown letter, or the missing parts of the date.
    pub fn parse(text: &str, names: InstantNames) -> Result<Self, String> {
        let mut items = Vec::new();
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            items.push(match letter {
                '%' => {
                    // `%-d` is a day without a leading zero; `%d` accepts that as well.
                    letters.next_if_eq(&'-');
                    match letters.next() {
                        Some('Y') => Item::Year,
                        Some('y') => Item::ShortYear,
                        Some('m') => Item::Month,
                        Some('b' | 'B') => Item::MonthName,
                        Some('a' | 'A') => Item::Weekday,
                        Some('d' | 'e') => Item::Day,
                        Some('H' | 'k') => Item::Hour,
                        Some('I' | 'l') => Item::HalfDayHour,
                        Some('M') => Item::Minute,
                        Some('S') => Item::Second,
                        Some('f') => Item::Fraction,
                        Some('p') => Item::HalfDay,
                        Some('z') => Item::Offset,
                        Some('Z') => Item::ZoneName,
                        Some('%') => Item::Literal('%'),
                        other => {
                            let found = other.map_or("%".to_owned(), |letter| format!("%{letter}"));
                            return Err(format!("`{found}` in the pattern `{text}` is not one of {LETTERS}"));
                        }
                    }
                }
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
            None => Ok(Self { text: text.to_owned(), names, items }),
        }
    }

    /// The content of a text that matches the pattern; `None` if it does not.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Parsed> {
        let text = without_direction_marks(text);
        let mut rest = &*text;
        let (mut year, mut month_number, mut day, mut weekday_number) = (0, 0, 0, None);
        let (mut hour, mut minute, mut second, mut ms) = (0, 0, 0, 0);
        let (mut is_afternoon, mut offset) = (None, Offset::None);
        let language = self.names.language;
        let mut items = self.items.iter().peekable();
        while let Some(item) = items.next() {
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
                Item::Month => month_number = digits(&mut rest, 1..=2)?,
                Item::MonthName => month_number = month(name(&mut rest), language)?,
                Item::Weekday => weekday_number = Some(weekday(name(&mut rest), language)?),
                Item::Day => {
                    day = digits(&mut rest, 1..=2)?;
                    if !matches!(items.peek(), Some(Item::Literal(letter)) if letter.is_alphabetic()) {
                        rest = without_ordinal(rest);
                    }
                }
                Item::Hour => hour = digits(&mut rest, 1..=2)?,
                Item::HalfDayHour => {
                    hour = digits(&mut rest, 1..=2).filter(|hour| (1..=12).contains(hour))? % 12;
                }
                Item::Minute => minute = digits(&mut rest, 1..=2)?,
                Item::Second => second = digits(&mut rest, 1..=2)?,
                Item::Fraction => ms = fraction(&mut rest)?,
                Item::HalfDay => is_afternoon = Some(half_day(&mut rest)?),
                Item::Offset => offset = Offset::Ms(offset_ms(&mut rest)?),
                Item::ZoneName if matches!(offset, Offset::Ms(_)) => {
                    // After an offset the name is redundant and may be words, as in `GMT-0300 (Brasilia Standard
                    // Time)`.
                    let end = match items.peek() {
                        Some(Item::Literal(next)) => rest.find(*next)?,
                        Some(_) | None => rest.len(),
                    };
                    rest = &rest[end..];
                }
                Item::ZoneName => offset = zone_name(&mut rest)?,
            }
        }
        if is_afternoon == Some(true) && hour < 12 {
            hour += 12;
        }
        if !rest.is_empty() || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let small = |number: i64| u32::try_from(number).ok();
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, small(month_number)?, small(day)?)?;
        if weekday_number.is_some_and(|number| number != i64::from(date.weekday().num_days_from_monday())) {
            return None;
        }
        let time = date.and_hms_milli_opt(small(hour)?, small(minute)?, small(second)?, small(ms)?)?;
        Some(Parsed { local_ms: time.and_utc().timestamp_millis(), offset })
    }
}

fn without_direction_marks(text: &str) -> Cow<'_, str> {
    let is_mark = |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    if text.is_ascii() || !text.contains(is_mark) { Cow::Borrowed(text) } else { Cow::Owned(text.replace(is_mark, "")) }
}

/// Reads as many digits as there are, up to the maximum.
fn digits(rest: &mut &str, count: std::ops::RangeInclusive<usize>) -> Option<i64> {
    let found = rest.bytes().take(*count.end()).take_while(u8::is_ascii_digit).count();
    if !count.contains(&found) {
        return None;
    }
    let (number, after) = rest.split_at(found);
    *rest = after;
    number.parse().ok()
}

/// The ends of ordinal numbers: `2nd`, `1er`, `1º`.
pub const ORDINALS: [&str; 7] = ["st", "nd", "rd", "th", "er", "º", "°"];

/// The text behind the end of an ordinal number, if it begins with one.
fn without_ordinal(rest: &str) -> &str {
    let after = |end: &&str| {
        let (begin, after) = rest.split_at_checked(end.len())?;
        let is_word = after.chars().next().is_some_and(char::is_alphabetic);
        (begin.eq_ignore_ascii_case(end) && !is_word).then_some(after)
    };
    ORDINALS.iter().find_map(after).unwrap_or(rest)
}

/// Milliseconds of the digits of a fraction, truncated after the third digit.
fn fraction(rest: &mut &str) -> Option<i64> {
    let count = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at(count);
    *rest = after;
    (count > 0).then_some(())?;
    format!("{digits:0<3}")[..3].parse().ok()
}

/// Reads a word, including `segunda-feira`, and skips a dot after it.
fn name<'t>(rest: &mut &'t str) -> &'t str {
    let is_of_word = |letter: char| letter.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&letter);
    let mut end = rest.find(|letter| !is_of_word(letter)).unwrap_or(rest.len());
    if rest.get(end..end + 6).is_some_and(|after| after.eq_ignore_ascii_case("-feira")) {
        end += 6;
    }
    let (name, after) = rest.split_at(end);
    *rest = after.strip_prefix('.').unwrap_or(after);
    name
}

/// The halves of the day in Chinese, Japanese and Korean, and whether it is the second.
pub const HALVES: [(&str, bool); 6] =
    [("上午", false), ("下午", true), ("午前", false), ("午後", true), ("오전", false), ("오후", true)];

/// Reads `am`, `PM`, `a.m.` or `p. m.`, with any blank between, or one of [`HALVES`].
fn half_day(rest: &mut &str) -> Option<bool> {
    if let Some((half, is_afternoon)) = HALVES.iter().find(|(half, _)| rest.starts_with(half)) {
        *rest = &rest[half.len()..];
        return Some(*is_afternoon);
    }
    let is_afternoon = match rest.chars().next()? {
        'a' | 'A' => false,
        'p' | 'P' => true,
        _ => return None,
    };
    let after = &rest[1..];
    let after = after.strip_prefix('.').unwrap_or(after).trim_start();
    let after = after.strip_prefix(['m', 'M'])?;
    *rest = after.strip_prefix('.').unwrap_or(after);
    Some(is_afternoon)
}

/// Reads `Z`, `+02:00`, `+0200`, `+02` or `-3`.
fn offset_ms(rest: &mut &str) -> Option<i64> {
    if let Some(after) = rest.strip_prefix(['Z', 'z']) {
        *rest = after;
        return Some(0);
    }
    let sign = match rest.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    *rest = rest.trim_start_matches(['+', '-', '\u{2212}']);
    let hours = digits(rest, 1..=2)?;
    let after = rest.strip_prefix(':').unwrap_or(rest);
    let mut minutes = 0;
    if after.starts_with(|letter: char| letter.is_ascii_digit()) {
        *rest = after;
        minutes = digits(rest, 2..=2)?;
    }
    (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

/// Milliseconds ahead of UTC of a text that is just an offset, such as `-03:00`.
#[must_use]
pub fn offset(text: &str) -> Option<i64> {
    let mut rest = text;
    offset_ms(&mut rest).filter(|_| rest.is_empty())
}

/// Reads `EST`, `America/Sao_Paulo` or `GMT-3`.
fn zone_name(rest: &mut &str) -> Option<Offset> {
    let end = rest.find(|letter: char| !(letter.is_ascii_alphabetic() || matches!(letter, '/' | '_')));
    let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
    (!name.is_empty()).then_some(())?;
    *rest = after;
    if matches!(name, "UTC" | "GMT") && after.starts_with(['+', '-', '\u{2212}']) {
        return offset_ms(rest).map(Offset::Ms);
    }
    Some(Offset::Named(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<(String, Offset)> {
        let Parsed { local_ms, offset } = Pattern::parse(pattern, InstantNames::default()).unwrap().read(text)?;
        Some((crate::time::format_utc(local_ms), offset))
    }

    #[test]
    fn patterns_read_the_notations_of_exports() {
        for (pattern, text, expected) in [
            ("%y%m%d %H:%M:%S", "990201 7:02:47", "1999-02-01T07:02:47.000Z"),
            ("%Y/%m/%d %H:%M:%S.%f", "2012/10/09 14:50:17.5", "2012-10-09T14:50:17.500Z"),
            ("%Y-%m-%d %H:%M:%S.%f", "2012-10-09 14:50:17.123999", "2012-10-09T14:50:17.123Z"),
            ("%d/%m/%Y %H:%M", "9/10/2012  4:05", "2012-10-09T04:05:00.000Z"),
            ("%d/%m/%Y %H:%M", "9/10/2012\u{202f}4:05", "2012-10-09T04:05:00.000Z"),
            ("%-d/%-m/%Y %H:%M", "9/10/2012 4:05", "2012-10-09T04:05:00.000Z"),
            ("%b %d, %Y %I:%M %p", "March 2, 2026 12:05 am", "2026-03-02T00:05:00.000Z"),
            ("%d %b %Y %I:%M:%S%p", "2 Sept. 2026 12:05:09PM", "2026-09-02T12:05:09.000Z"),
            ("%y-%m-%d %H", "68-01-01 0", "2068-01-01T00:00:00.000Z"),
            ("%d/%m/%y %I:%M %p", "19/08/26 11:50\u{a0}p.\u{a0}m.", "2026-08-19T23:50:00.000Z"),
            ("%d/%m/%y, %I:%M %p", "19/08/26, 12:20\u{202f}a. m.", "2026-08-19T00:20:00.000Z"),
            ("%d/%m/%Y, %H:%M:%S", "\u{200e}02/03/2026\u{200e}, \u{200e}09:05:02", "2026-03-02T09:05:02.000Z"),
            ("%a %b %d %H:%M:%S %Y", "Mon Mar  2 09:05:02 2026", "2026-03-02T09:05:02.000Z"),
            ("%a, %d de %b de %Y às %H:%M", "segunda-feira, 2 de março de 2026 às 9:05", "2026-03-02T09:05:00.000Z"),
            ("%a %d %b %Y %H:%M", "lun. 2 févr. 2026 09:05", "2026-02-02T09:05:00.000Z"),
            ("%d. %b %Y %H:%M", "2. März 2026 09:05", "2026-03-02T09:05:00.000Z"),
            ("%d %b %Y %H", "2 Mai 2026 1", "2026-05-02T01:00:00.000Z"),
            ("%b %d, %Y %I:%M%p", "March 2nd, 2026 9:05am", "2026-03-02T09:05:00.000Z"),
            ("%d de %b de %Y %H:%M", "1º de março de 2026 9:05", "2026-03-01T09:05:00.000Z"),
            ("%d %b %Y %H:%M", "1er mars 2026 9:05", "2026-03-01T09:05:00.000Z"),
            ("%dth %b %Y %H:%M", "5th March 2026 9:05", "2026-03-05T09:05:00.000Z"),
        ] {
            assert_eq!(read(pattern, text), Some((expected.to_owned(), Offset::None)), "{pattern} {text}");
        }
        for (text, hours) in [("Z", 0), ("+02:00", 2), ("+0200", 2), ("-03", -3), ("-3", -3), ("\u{2212}03:00", -3)] {
            let found = read("%Y-%m-%dT%H:%M:%S%z", &format!("2026-03-02T10:00:00{text}"));
            let offset = Offset::Ms(hours * crate::time::HOUR_MS);
            assert_eq!(found, Some(("2026-03-02T10:00:00.000Z".to_owned(), offset)), "{text}");
        }
    }

    #[test]
    fn zones_are_names_or_offsets() {
        let named = |name: &str| Offset::Named(name.to_owned());
        for (pattern, text, offset) in [
            ("%Y-%m-%d %H:%M:%S %Z", "2026-03-02 10:00:00 EST", named("EST")),
            ("%Y-%m-%d %H:%M:%S %Z", "2026-03-02 10:00:00 GMT-3", Offset::Ms(-10_800_000)),
            ("%Y-%m-%d %H:%M:%S %Z", "2026-03-02 10:00:00 UTC", named("UTC")),
            ("%Y-%m-%d %H:%M:%S[%Z]", "2026-03-02 10:00:00[America/Sao_Paulo]", named("America/Sao_Paulo")),
            (
                "%a %b %d %Y %H:%M:%S GMT%z (%Z)",
                "Mon Mar 02 2026 10:00:00 GMT-0300 (Brasilia Standard Time)",
                Offset::Ms(-10_800_000),
            ),
        ] {
            assert_eq!(read(pattern, text), Some(("2026-03-02T10:00:00.000Z".to_owned(), offset)), "{text}");
        }
    }

    #[test]
    fn texts_of_another_form_give_none() {
        for (pattern, text) in [
            ("%Y-%m-%d %H:%M", "2026-02-29 10:00"),
            ("%Y-%m-%d %H:%M", "2026-03-02 24:00"),
            ("%Y-%m-%d %H:%M", "2026-03-02 10:00 "),
            ("%Y-%m-%d %H:%M", "2026-03-0210:00"),
            ("%d/%m/%Y %H:%M", "03/25/2026 10:00"),
            ("%Y-%m-%d %I:%M %p", "2026-03-02 13:00 pm"),
            ("%Y-%m-%d %I:%M %p", "2026-03-02 10:00 a"),
            ("%Y-%m-%d %H:%M %p", "2026-03-02 10:00 é"),
            ("%y-%m-%d %H", "1-01-01 0"),
            ("%d %b %Y %H", "2 Mei 2026 1"),
            ("%a %d %b %Y %H", "Tue 2 Mar 2026 1"),
            ("%Y-%m-%d %H:%M:%S.%f", "2026-03-02 10:00:00."),
            ("%Y-%m-%d %H:%M%z", "2026-03-02 10:00-330"),
            ("%Y-%m-%d %H:%M %Z", "2026-03-02 10:00 "),
        ] {
            assert_eq!(read(pattern, text), None, "{pattern} {text}");
        }
        let names = InstantNames { language: Some(CalendarLanguage::English), ..InstantNames::default() };
        assert_eq!(Pattern::parse("%d %b %Y %H", names).unwrap().read("2 Mai 2026 1"), None);
    }

    #[test]
    fn a_pattern_must_be_one() {
        for (pattern, part) in
            [("%Q", "`%Q`"), ("%Y%m%d", "an hour"), ("%H:%M", "a year"), ("%Y-%m-%d %I", "an hour"), ("100%", "`%`")]
        {
            let message = Pattern::parse(pattern, InstantNames::default()).unwrap_err();
            assert!(message.contains(part), "{message}");
        }
    }
}
