//! Where a name is cut. Names in a report often begin alike and end with a different number or surname, so their end is
//! kept.

use unicode_width::UnicodeWidthChar;

/// Minimum characters before the ellipsis of a name: fewer would not be recognisable.
pub const LEAST_BEGIN: usize = 4;

/// The end of a name to keep when it is cut: its last word, or the last letters of a long word.
#[must_use]
pub fn end_of_name(name: &str) -> &str {
    /// Maximum characters of a word that is kept whole.
    const MOST: usize = 8;
    /// Letters kept of a longer word.
    const LETTERS: usize = 5;
    let spaces = name.trim_end().char_indices().filter(|(_, c)| is_break(*c));
    let word = spaces.map(|(at, space)| at + space.len_utf8()).next_back().unwrap_or(0);
    if word > 0 && name[word..].chars().count() <= MOST {
        return name[word..].trim();
    }
    let letters = name.char_indices().rev().map(|(at, _)| at).nth(LETTERS - 1).unwrap_or(0);
    // It must not begin with a combining mark of a letter that is left out.
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

/// Whether a line may break at a character: not at a space between a number and its unit.
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
