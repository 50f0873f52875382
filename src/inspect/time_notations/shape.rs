//! Finds patterns of dates and times of day by the shape of a text: its numbers, the names of months and weekdays, and
//! the characters between them.

use crate::ingest::profile::language::{month, weekday};
use crate::ingest::profile::pattern::{HALVES, ORDINALS};

/// A piece of a text: a run of digits or letters, or another character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextPiece<'a> {
    Digits(&'a str),
    Letters(&'a str),
    Blank,
    Other(char),
}

use TextPiece::{Blank, Digits, Letters, Other};

/// Words that occur in dates and times and have no meaning of their own.
const LINKS: [&str; 24] = [
    "t", "de", "del", "of", "at", "às", "as", "à", "a", "um", "le", "el", "den", "the", "uhr", "o", "alas", "las",
    "年", "月", "日", "년", "월", "일",
];
/// The most pieces of a text that is taken for an instant.
const MOST_PIECES: usize = 40;

/// The shape of a text: the patterns of its date (several, if day and month could be swapped), and whether it has a
/// date and a time of day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextShape {
    pub patterns: Vec<String>,
    pub has_date: bool,
    /// Whether it has a time of day.
    pub has_time: bool,
}

/// The shape of a text; `None` if it is not that of an instant, a date or a time of day.
pub fn shape_of(text: &str) -> Option<TextShape> {
    let pieces = pieces(text);
    if pieces.len() > MOST_PIECES {
        return None;
    }
    // A spreadsheet's mark that what follows is a text.
    if let [Other('\''), rest @ ..] = &pieces[..]
        && matches!(rest, [Digits(_), ..])
    {
        let mut shape = shape_of(text.trim_start().strip_prefix('\'')?)?;
        shape.patterns.iter_mut().for_each(|pattern| pattern.insert(0, '\''));
        return Some(shape);
    }
    if let Some(shape) = without_separators(&pieces) {
        return Some(shape);
    }
    let time = time_of_day(&pieces);
    let (before, after) = match &time {
        Some(time) => (&pieces[..time.from], &pieces[time.to..]),
        None => (&pieces[..], &[][..]),
    };
    // `Mar 2 10:00:00 2026`: the year may follow the time.
    let (head, tail) = (marks(before, true)?, marks(after, time.is_some())?);
    let numbers: Vec<&PatternPiece> =
        head.iter().chain(&tail).filter(|mark| matches!(mark, PatternPiece::Number(_))).collect();
    let has_name = head.iter().chain(&tail).any(|mark| matches!(mark, PatternPiece::Month));
    let lengths: Vec<usize> = numbers
        .iter()
        .map(|mark| match mark {
            PatternPiece::Number(digits) => digits.len(),
            PatternPiece::Month | PatternPiece::Literal(_) => 0,
        })
        .collect();
    let first_is_large =
        matches!(numbers.first(), Some(PatternPiece::Number(digits)) if digits.parse::<u32>().is_ok_and(|n| n > 31));
    let orders: &[[&str; 3]] = match (lengths.as_slice(), has_name) {
        ([], false) if time.is_some() => {
            let pattern = format!("{}{}{}", text_of(&head, &[])?, time.map(|time| time.pattern)?, text_of(&tail, &[])?);
            // `9:00 Uhr`.
            let is_oclock = |mark: &PatternPiece<'_>| matches!(mark, PatternPiece::Literal(text) if text == " " || text.eq_ignore_ascii_case("uhr"));
            let is_alone = tail.iter().all(is_oclock) && head.is_empty();
            return is_alone.then(|| TextShape { patterns: vec![pattern], has_date: false, has_time: true });
        }
        ([1 | 2, 4], true) => &[["%d", "%Y", ""]],
        ([4, 1 | 2], true) => &[["%Y", "%d", ""]],
        ([1 | 2, 2], true) => &[["%d", "%y", ""]],
        ([4, 1 | 2, 1 | 2], false) => &[["%Y", "%m", "%d"]],
        ([1 | 2, 1 | 2, 4], false) => &[["%d", "%m", "%Y"], ["%m", "%d", "%Y"]],
        ([2, 1 | 2, 1 | 2], false) if first_is_large => &[["%y", "%m", "%d"]],
        ([1 | 2, 1 | 2, 2], false) => &[["%d", "%m", "%y"], ["%m", "%d", "%y"]],
        _ => return None,
    };
    let split = head.iter().filter(|mark| matches!(mark, PatternPiece::Number(_))).count();
    let pattern = |order: &[&str; 3]| {
        let time = time.as_ref().map(|time| time.pattern.as_str()).unwrap_or_default();
        Some(format!("{}{time}{}", text_of(&head, &order[..split.min(3)])?, text_of(&tail, &order[split.min(3)..])?))
    };
    let patterns: Vec<String> = orders.iter().filter_map(pattern).collect();
    Some(TextShape { patterns, has_date: true, has_time: time.is_some() })
}

fn pieces(text: &str) -> Vec<TextPiece<'_>> {
    let is_letter = |c: char| c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c);
    let is_mark =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end_of = |is_one: &dyn Fn(char) -> bool| rest.find(|c| !is_one(c)).unwrap_or(rest.len());
        let length = if first.is_ascii_digit() {
            end_of(&|c| c.is_ascii_digit())
        } else if is_letter(first) {
            end_of(&is_letter)
        } else if first.is_whitespace() {
            end_of(&char::is_whitespace)
        } else {
            first.len_utf8()
        };
        let (piece, behind) = rest.split_at(length);
        match first {
            c if c.is_ascii_digit() => pieces.push(Digits(piece)),
            c if is_letter(c) => pieces.push(Letters(piece)),
            c if c.is_whitespace() => pieces.push(Blank),
            c if is_mark(c) => {}
            c => pieces.push(Other(c)),
        }
        rest = behind;
    }
    pieces
}

/// `20260302`, `20260302100501`, `20260302T100501Z`.
fn without_separators(pieces: &[TextPiece<'_>]) -> Option<TextShape> {
    let shape = |pattern: &str, has_time| TextShape { patterns: vec![pattern.to_owned()], has_date: true, has_time };
    let (first, rest) = match pieces {
        [Digits(first), rest @ ..] if first.starts_with("20") || first.starts_with("19") => (first, rest),
        _ => return None,
    };
    match (first.len(), rest) {
        (8, []) => Some(shape("%Y%m%d", false)),
        (12, []) => Some(shape("%Y%m%d%H%M", true)),
        (14, []) => Some(shape("%Y%m%d%H%M%S", true)),
        (8, [Letters("T"), Digits(time)]) if time.len() == 6 => Some(shape("%Y%m%dT%H%M%S", true)),
        (8, [Letters("T"), Digits(time), Letters("Z")]) if time.len() == 6 => Some(shape("%Y%m%dT%H%M%S%z", true)),
        (8, [Blank, Digits(time)]) if time.len() == 6 => Some(shape("%Y%m%d %H%M%S", true)),
        _ => None,
    }
}

/// The time of day in a text: the range of its pieces, including the zone, and its pattern.
struct TimeOfDay {
    from: usize,
    to: usize,
    pattern: String,
}

/// `09.05`, `09.05.30`, `09.05.30.123456` and `09.05.30 PM` after a date, as in Italian and Finnish spreadsheets and in
/// exports of databases; these may have a hyphen before it (`2026-03-02-09.05.30`).
fn dotted_time(pieces: &[TextPiece<'_>]) -> Option<TimeOfDay> {
    let is_pair = |digits: &str| digits.len() == 2;
    let half = pieces.iter().rposition(|piece| matches!(piece, Digits(_))).map_or(0, |last| last + 1);
    let (clock, after) = pieces.split_at(half);
    let (half, length) = half_of_day(after);
    if length < after.len() {
        return None;
    }
    let from = match clock {
        [Digits(_), Other('-'), Digits(_), Other('-'), Digits(_), Other('-'), ..] => 6,
        _ => clock.iter().rposition(|piece| *piece == Blank)? + 1,
    };
    let (date, clock) = clock.split_at(from);
    let numbers = date.iter().filter(|piece| matches!(piece, Digits(_))).count();
    let has_month = date.iter().any(|piece| matches!(piece, Letters(name) if month(name, None).is_some()));
    let rest = match clock {
        [Digits(hour), Other('.'), Digits(minute), rest @ ..] if hour.len() <= 2 && is_pair(minute) => rest,
        _ => return None,
    };
    let rest = match rest {
        [] => ".%M",
        [Other('.'), Digits(second)] if is_pair(second) => ".%M.%S",
        [Other('.'), Digits(second), Other('.'), Digits(fraction)] if is_pair(second) && fraction.len() >= 3 => {
            ".%M.%S.%f"
        }
        _ => return None,
    };
    let hour = if half.is_empty() { "%H" } else { "%I" };
    (numbers + usize::from(has_month) >= 3).then(|| TimeOfDay {
        from,
        to: pieces.len(),
        pattern: format!("{hour}{rest}{half}"),
    })
}

fn time_of_day(pieces: &[TextPiece<'_>]) -> Option<TimeOfDay> {
    if let Some(time) = dotted_time(pieces) {
        return Some(time);
    }
    let is_short = |digits: &str| digits.len() <= 2;
    let from = pieces.windows(3).position(|three| match three {
        [Digits(hour), Other(':'), Digits(minute)] => is_short(hour) && minute.len() == 2,
        [Digits(hour), Letters("h" | "H"), Digits(minute)] => is_short(hour) && minute.len() == 2,
        _ => false,
    })?;
    let mut clock = match pieces[from + 1] {
        Letters(letter) => format!("{letter}%M"),
        Digits(_) | Blank | Other(_) => ":%M".to_owned(),
    };
    let mut to = from + 3;
    if let [Other(':'), Digits(_), ..] = pieces[to..] {
        (clock, to) = (":%M:%S".to_owned(), to + 2);
        if let [Other(point @ ('.' | ',')), Digits(_), ..] = pieces[to..] {
            (clock, to) = (format!(":%M:%S{point}%f"), to + 2);
        }
    }
    let (half, length) = half_of_day(&pieces[to..]);
    let (before, skipped) = half_before(&pieces[..from]);
    let mut pattern =
        if half.is_empty() && before.is_empty() { format!("%H{clock}") } else { format!("{before}%I{clock}{half}") };
    let from = from - skipped;
    to += length;
    let (zone, length) = zone(&pieces[to..]);
    pattern.push_str(&zone);
    Some(TimeOfDay { from, to: to + length, pattern })
}

/// `오후 ` or `上午` before the hour: the pattern and the number of its pieces.
fn half_before(pieces: &[TextPiece<'_>]) -> (&'static str, usize) {
    let is_half = |letters: &str| HALVES.iter().any(|(half, _)| *half == letters);
    match pieces {
        [.., Letters(half), Blank] if is_half(half) => ("%p ", 2),
        [.., Letters(half)] if is_half(half) => ("%p", 1),
        _ => ("", 0),
    }
}

/// `AM`, ` p. m.`: the pattern and the number of its pieces.
fn half_of_day(pieces: &[TextPiece<'_>]) -> (&'static str, usize) {
    let (blank, rest, mut length) = match pieces {
        [Blank, rest @ ..] => (" %p", rest, 1),
        _ => ("%p", pieces, 0),
    };
    let is = |letters: &str, words: [&str; 2]| words.iter().any(|word| word.eq_ignore_ascii_case(letters));
    match rest {
        [Letters(letters), rest @ ..] if is(letters, ["am", "pm"]) => {
            length += 1 + usize::from(rest.first() == Some(&Other('.')));
            (blank, length)
        }
        [Letters(letters), Other('.'), rest @ ..] if is(letters, ["a", "p"]) => {
            let blanks = usize::from(rest.first() == Some(&Blank));
            match &rest[blanks..] {
                [Letters(m), behind @ ..] if m.eq_ignore_ascii_case("m") => {
                    (blank, length + 3 + blanks + usize::from(behind.first() == Some(&Other('.'))))
                }
                _ => ("", 0),
            }
        }
        _ => ("", 0),
    }
}

/// The zone after a time of day: the pattern and the number of its pieces.
fn zone(pieces: &[TextPiece<'_>]) -> (String, usize) {
    let (blank, rest, skipped) = match pieces {
        [Blank, rest @ ..] => (" ", rest, 1),
        _ => ("", pieces, 0),
    };
    let is_sign = |piece: Option<&TextPiece<'_>>| matches!(piece, Some(Other('+' | '-' | '\u{2212}')));
    // The pieces of `+02:00` after its sign.
    let offset = |rest: &[TextPiece<'_>]| match rest {
        [_, Digits(hours), Other(':'), Digits(_), ..] if hours.len() <= 2 => 4,
        [_, Digits(_), ..] => 2,
        _ => 0,
    };
    let (pattern, length) = match rest {
        [Letters("Z"), ..] => ("%z".to_owned(), 1),
        [Letters(name @ ("GMT" | "UTC")), rest @ ..] if is_sign(rest.first()) && offset(rest) > 0 => {
            (format!("{name}%z"), 1 + offset(rest))
        }
        _ if is_sign(rest.first()) && offset(rest) > 0 => ("%z".to_owned(), offset(rest)),
        [Letters(name), ..] if is_zone_name(name) => ("%Z".to_owned(), 1),
        _ => (String::new(), 0),
    };
    let (mut pattern, mut length) =
        if length == 0 { (String::new(), 0) } else { (format!("{blank}{pattern}"), length + skipped) };
    // `[America/Sao_Paulo]`, or words in brackets that repeat the offset.
    match &pieces[length..] {
        [Other('['), inside @ ..] => {
            if let Some(end) = inside.iter().position(|piece| *piece == Other(']')) {
                pattern.push_str("[%Z]");
                length += end + 2;
            }
        }
        [Blank, Other('('), inside @ ..] if pattern.contains("%z") => {
            if let Some(end) = inside.iter().position(|piece| *piece == Other(')')) {
                pattern.push_str(" (%Z)");
                length += end + 3;
            }
        }
        _ => {}
    }
    (pattern, length)
}

fn is_zone_name(name: &str) -> bool {
    (2..=5).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum PatternPiece<'a> {
    Number(&'a str),
    Month,
    Literal(String),
}

/// The pattern pieces for the text before or after a time of day; `None` if a piece cannot be part of a date.
fn marks<'a>(pieces: &[TextPiece<'a>], may_have_names: bool) -> Option<Vec<PatternPiece<'a>>> {
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(piece) = pieces.get(at) {
        at += 1;
        match piece {
            Digits(digits) if digits.len() <= 4 => marks.push(PatternPiece::Number(digits)),
            Digits(_) => return None,
            Blank => marks.push(PatternPiece::Literal(" ".to_owned())),
            // `Mar 2, 2026 @ 09:05`
            Other(c) if ",./-[]()@".contains(*c) => marks.push(PatternPiece::Literal(c.to_string())),
            // `02/Mar/2026:09:05`: between the date and the time of day.
            Other(':') if may_have_names && at == pieces.len() => marks.push(PatternPiece::Literal(":".to_owned())),
            // `2nd`, `1er`
            Letters(letters) if is_ordinal(letters) && matches!(marks.last(), Some(PatternPiece::Number(_))) => {}
            Other('°') if matches!(marks.last(), Some(PatternPiece::Number(_))) => {}
            Other(_) => return None,
            Letters(letters) => {
                let is_day = weekday(letters, None).is_some();
                let is_feira =
                    matches!(pieces[at..], [Other('-'), Letters(feira), ..] if feira.eq_ignore_ascii_case("feira"));
                if month(letters, None).is_some() && may_have_names && !is_day_here(letters, pieces, at, is_day) {
                    marks.push(PatternPiece::Month);
                    at += usize::from(pieces.get(at) == Some(&Other('.')));
                } else if is_day {
                    marks.push(PatternPiece::Literal("%a".to_owned()));
                    at += if is_feira { 2 } else { usize::from(pieces.get(at) == Some(&Other('.'))) };
                } else if LINKS.contains(&letters.to_lowercase().as_str()) {
                    marks.push(PatternPiece::Literal((*letters).to_owned()));
                } else {
                    return None;
                }
            }
        }
    }
    let months = marks.iter().filter(|mark| **mark == PatternPiece::Month).count();
    (months <= 1).then_some(marks)
}

fn is_ordinal(letters: &str) -> bool {
    ORDINALS.iter().any(|end| end.eq_ignore_ascii_case(letters))
}

/// `mar` is March or, in Spanish and Italian, Tuesday: it is a weekday if a month follows.
fn is_day_here(letters: &str, pieces: &[TextPiece<'_>], at: usize, is_day: bool) -> bool {
    let is_other_month =
        |piece: &TextPiece<'_>| matches!(piece, Letters(other) if *other != letters && month(other, None).is_some());
    is_day && pieces[at..].iter().any(is_other_month)
}

/// The pieces as a pattern; numbers get their meaning from `order`.
fn text_of(marks: &[PatternPiece<'_>], order: &[&str]) -> Option<String> {
    let mut order = order.iter().filter(|part| !part.is_empty());
    let mut text = String::new();
    for mark in marks {
        match mark {
            PatternPiece::Number(_) => text.push_str(order.next()?),
            PatternPiece::Month => text.push_str("%b"),
            PatternPiece::Literal(literal) => text.push_str(literal),
        }
    }
    Some(text)
}
