//! Text for a terminal: removes control characters, measures, cuts and wraps.

use unicode_width::UnicodeWidthStr;

use super::emoji::drawn;
use crate::render::name_end::{LEAST_BEGIN, end_of_name};

/// The width of `text` on a terminal, in columns. It is measured in pieces that end after the Arabic letter lam: the
/// crate counts lam and alef as one, as they are drawn, but terminals give each a column.
pub(super) fn width(text: &str) -> usize {
    text.split_inclusive('\u{644}').map(UnicodeWidthStr::width).sum()
}

/// Whether `text` has a right-to-left letter.
pub(super) fn runs_right_to_left(text: &str) -> bool {
    text.chars().any(|c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    })
}

/// `text` cleaned, in at most `room` columns; a longer text ends in `…`.
pub(super) fn fit(text: &str, room: usize) -> String {
    let text = drawn(text);
    if width(&text) <= room && text.chars().count() <= most_characters(room) {
        return text;
    }
    if room == 0 {
        return String::new();
    }
    let head = text.get(..longest_prefix(&text, room - 1)).unwrap_or_default();
    // A joiner at the end would swallow the ellipsis.
    format!("{}…", head.trim_end_matches(['\u{200d}', ' ']))
}

/// A name cleaned, in at most `room` columns; a longer name is cut before its end.
pub(super) fn fit_name(name: &str, room: usize) -> String {
    let whole = drawn(name);
    if is_within(&whole, room) {
        return whole;
    }
    let end = format!("…{}", end_of_name(&whole));
    let kept = room.saturating_sub(width(&end));
    let begin = whole.get(..longest_prefix(&whole, kept)).unwrap_or_default().trim_end_matches(['\u{200d}', ' ']);
    if begin.chars().count() < LEAST_BEGIN || kept < room / 2 {
        return fit(name, room);
    }
    format!("{begin}{end}")
}

/// Marks without width share one column. More than these are noise, and would make measuring quadratic.
fn most_characters(room: usize) -> usize {
    room * 4 + 16
}

/// The length in bytes of the longest prefix of `text` that takes at most `room` columns. Every prefix is measured as a
/// whole, because widths do not add up: several characters can form one emoji, which saves at most two columns.
fn longest_prefix(text: &str, room: usize) -> usize {
    text.char_indices()
        .take(most_characters(room))
        .map(|(at, c)| at + c.len_utf8())
        .map(|end| (end, text.get(..end).map_or(0, width)))
        .take_while(|(_, width)| *width <= room + 2)
        .filter(|(_, width)| *width <= room)
        .last()
        .map_or(0, |(end, _)| end)
}

/// Whether `text` takes at most `room` columns. Of a long text only as much as could fit is measured.
fn is_within(text: &str, room: usize) -> bool {
    match text.char_indices().nth(most_characters(room)) {
        Some(_) => false,
        None => width(text) <= room,
    }
}

/// `text` cleaned, in lines of at most `room` columns, broken at spaces; a longer word is broken at the end of the
/// line.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    let text = drawn(text);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if !line.is_empty() && !is_within(word, room.saturating_sub(width(&line) + 1)) {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        let mut rest = word;
        while !is_within(rest, room) {
            // At least one character; otherwise a wide character in a room of one column would loop forever.
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let (head, tail) = rest.split_at(longest_prefix(rest, room).max(first));
            lines.push(head.to_owned());
            rest = tail;
        }
        line.push_str(rest);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_cut_at_a_column() {
        assert_eq!(fit("whatsapp", 8), "whatsapp");
        assert_eq!(fit("whatsapp", 7), "whatsa…");
        assert_eq!(fit("電子メール", 6), "電子…");
        assert_eq!(fit("👩‍👩‍👧 family", 3), "👩…");
        assert_eq!(fit("two words", 5), "two…");
        assert_eq!(fit("x", 0), "");
        assert_eq!((width("لا"), width("👩‍👩‍👧"), width("電話")), (2, 2, 4));
        let pile = format!("a{}", "\u{301}".repeat(10_000));
        assert!(fit(&pile, 5).chars().count() <= most_characters(5));
    }

    #[test]
    fn names_that_begin_alike_differ_when_they_are_cut() {
        assert_eq!(fit_name("Billing", 7), "Billing");
        assert_eq!(fit_name("Maria Aparecida da Conceição 17", 14), "Maria Apare…17");
        assert_eq!(fit_name("Maria Aparecida da Conceição 18", 14), "Maria Apare…18");
        assert_eq!(fit_name("東京カスタマーサポート第一課 2", 16), "東京カスタマー…2");
        assert_eq!(fit_name("Maria 17", 3), "Ma…");
        assert!(
            ["👩🏽‍💻 Maria das Dores 👨‍👩‍👧‍👦", "عبد الرحمن محمد عبد الله 7"].iter().all(|name| width(&fit_name(name, 12)) <= 12)
        );
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("a-very-long-file-name.csv", 10), ["a-very-lon", "g-file-nam", "e.csv"]);
        assert_eq!(wrap("日本語", 1), ["日", "本", "語"]);
        assert!(wrap("  ", 10).is_empty());
    }
}
