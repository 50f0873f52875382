//! Where a name is cut: names in a report often begin alike and differ in a number or a surname at the end, so that their end is
//! kept.

use unicode_width::UnicodeWidthChar;

/// Characters before the ellipsis of a name, at least: of fewer nothing is told.
pub const LEAST_BEGIN: usize = 4;

/// The end of a name that is kept where it is cut: its last word, or some letters of a long one.
#[must_use]
pub fn end_of_name(name: &str) -> &str {
    /// Characters that it has at most.
    const MOST: usize = 8;
    /// Letters of a longer word.
    const LETTERS: usize = 5;
    let spaces = name.trim_end().char_indices().filter(|(_, c)| is_break(*c));
    let word = spaces.map(|(at, space)| at + space.len_utf8()).next_back().unwrap_or(0);
    if word > 0 && name[word..].chars().count() <= MOST {
        return name[word..].trim();
    }
    let letters = name.char_indices().rev().map(|(at, _)| at).nth(LETTERS - 1).unwrap_or(0);
    // It begins with no mark of a letter that is left out.
    name[letters..].trim_start_matches(is_mark)
}

/// The same without its first letter and the marks of that.
#[must_use]
pub fn without_first(end: &str) -> &str {
    let mut letters = end.chars();
    letters.next();
    letters.as_str().trim_start_matches(is_mark)
}

/// Whether a character is a mark of the letter before it.
fn is_mark(c: char) -> bool {
    c.width().unwrap_or(0) == 0
}

/// Whether a line may be broken there: not at a space that holds a number and its unit together.
#[must_use]
pub fn is_break(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_behind_a_space_of_any_width() {
        assert_eq!(end_of_name("Support team 17"), "17");
        assert_eq!(end_of_name("山田\u{3000}太郎"), "太郎");
        assert_eq!(end_of_name("Wolfeschlegelsteinhausen"), "ausen");
        assert_eq!(end_of_name("\u{3000}"), "\u{3000}");
        assert_eq!(end_of_name(""), "");
        assert_eq!(["17", "7", "", "ki\u{e31}x"].map(without_first), ["7", "", "", "i\u{e31}x"]);
        assert_eq!(without_first("i\u{e31}x"), "x");
    }
}
