//! Patterns of dates and times, told from the shape of a text: runs of digits and letters, and what stands between.

use crate::inspect::clocks::time_format::TimeFormat;

/// A piece of a text: a run of digits or letters, or another character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Digits(&'a str),
    Letters(&'a str),
    Other(char),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |is_one: fn(&char) -> bool| rest.chars().take_while(is_one).map(char::len_utf8).sum::<usize>();
        let length = if first.is_ascii_digit() {
            run(char::is_ascii_digit)
        } else if first.is_ascii_alphabetic() {
            run(char::is_ascii_alphabetic)
        } else {
            first.len_utf8()
        };
        let (piece, behind) = rest.split_at(length);
        pieces.push(match first {
            c if c.is_ascii_digit() => Piece::Digits(piece),
            c if c.is_ascii_alphabetic() => Piece::Letters(piece),
            c => Piece::Other(c),
        });
        rest = behind;
    }
    pieces
}

/// The patterns that a text has the shape of.
pub(super) fn patterns(text: &str) -> Vec<TimeFormat> {
    let pieces = pieces(text);
    // `Wed Mar 04 21:43:09 +0000 2026`, where the year comes last.
    if let [Piece::Letters(_), Piece::Other(' '), Piece::Letters(_), Piece::Other(' '), Piece::Digits(_), ..] =
        pieces[..]
    {
        return vec![TimeFormat::Pattern("%a %b %d %H:%M:%S %z %Y".to_owned())];
    }
    let Some((dates, rest)) = date(&pieces) else {
        return Vec::new();
    };
    if rest.is_empty() {
        return dates.into_iter().map(TimeFormat::Date).collect();
    }
    let Some(time) = time_of_day(rest) else {
        return Vec::new();
    };
    dates.into_iter().map(|date| TimeFormat::Pattern(format!("{date}{time}"))).collect()
}

/// The patterns of the date at the start, and what follows it.
fn date<'p, 'a>(pieces: &'p [Piece<'a>]) -> Option<(Vec<String>, &'p [Piece<'a>])> {
    let year = |digits: &str| match digits.len() {
        4 => Some("%Y"),
        2 => Some("%y"),
        _ => None,
    };
    let short = |digits: &str| digits.len() <= 2;
    match pieces {
        [
            Piece::Digits(first),
            Piece::Other(x),
            Piece::Digits(middle),
            Piece::Other(y),
            Piece::Digits(last),
            rest @ ..,
        ] if x == y && matches!(x, '/' | '.' | '-') && short(middle) => {
            if first.len() == 4 && short(last) {
                return Some((vec![format!("%Y{x}%m{x}%d")], rest));
            }
            let year = year(last).filter(|_| short(first))?;
            Some((vec![format!("%d{x}%m{x}{year}"), format!("%m{x}%d{x}{year}")], rest))
        }
        [Piece::Digits(a), Piece::Other(x), Piece::Letters(_), Piece::Other(y), Piece::Digits(c), rest @ ..]
            if x == y && matches!(x, '/' | ' ' | '-') && short(a) =>
        {
            Some((vec![format!("%d{x}%b{x}{}", year(c)?)], rest))
        }
        [
            Piece::Letters(_),
            Piece::Other(' '),
            Piece::Digits(a),
            Piece::Other(','),
            Piece::Other(' '),
            Piece::Digits(c),
            rest @ ..,
        ] if short(a) => Some((vec![format!("%b %d, {}", year(c)?)], rest)),
        [Piece::Digits(all), rest @ ..] if all.len() == 8 && all.starts_with("20") => {
            Some((vec!["%Y%m%d".to_owned()], rest))
        }
        [Piece::Digits(all)] if all.len() == 14 && all.starts_with("20") => {
            Some((vec!["%Y%m%d%H%M%S".to_owned()], &[Piece::Other('!')]))
        }
        _ => None,
    }
}

/// The pattern of the time of day behind a date, with what stands between.
fn time_of_day(pieces: &[Piece<'_>]) -> Option<String> {
    let (mut pattern, rest) = match pieces {
        // Fourteen digits had it already.
        [Piece::Other('!')] => return Some(String::new()),
        [Piece::Other(','), Piece::Other(' '), rest @ ..] => (", ".to_owned(), rest),
        [Piece::Other(' '), rest @ ..] => (" ".to_owned(), rest),
        [Piece::Letters("T"), rest @ ..] => ("T".to_owned(), rest),
        _ => return None,
    };
    let [Piece::Digits(_), Piece::Other(':'), Piece::Digits(_), rest @ ..] = rest else {
        return None;
    };
    let mut rest = rest;
    let mut clock = ":%M".to_owned();
    if let [Piece::Other(':'), Piece::Digits(_), behind @ ..] = rest {
        (clock, rest) = (":%M:%S".to_owned(), behind);
        if let [Piece::Other('.'), Piece::Digits(_), behind @ ..] = rest {
            (clock, rest) = (":%M:%S.%f".to_owned(), behind);
        }
    }
    let (space, half) = match rest {
        [Piece::Other(' '), Piece::Letters(half), ..] => (" ", *half),
        [Piece::Letters(half), ..] => ("", *half),
        _ => ("", ""),
    };
    let is_half = matches!(half, "AM" | "PM" | "am" | "pm");
    if is_half {
        rest = &rest[1 + space.len()..];
    }
    pattern.push_str(if is_half { "%I" } else { "%H" });
    pattern.push_str(&clock);
    if is_half {
        pattern.push_str(space);
        pattern.push_str("%p");
    }
    match rest {
        [] => Some(pattern),
        [Piece::Letters("Z")] | [Piece::Other('+' | '-'), ..] => Some(format!("{pattern}%z")),
        [Piece::Other(' '), Piece::Letters("UTC")] | [Piece::Other(' '), Piece::Other('+' | '-'), ..] => {
            Some(format!("{pattern} %z"))
        }
        _ => None,
    }
}
