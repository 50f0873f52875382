//! Where numbers of a column are aligned: at their decimal marks.

use crate::language::Language;

/// The decimal mark of a number with what follows it, empty for a whole number; `None` for a duration or a word, which
/// end at the edge of the column.
#[must_use]
pub fn tail(language: Language, text: &str) -> Option<&str> {
    let notation = language.notation();
    let is_points = || [notation.point, notation.points].iter().any(|unit| text.ends_with(unit));
    if text.contains(char::is_alphabetic) && !is_points() {
        return None;
    }
    Some(text.find(notation.decimal).map_or("", |at| &text[at..]))
}

/// The characters of `longest` that a number with a shorter tail lacks at its end. Digits of tables have one width, so
/// behind it they take the room that aligns both.
#[must_use]
pub fn missing<'t>(longest: &'t str, tail: &str) -> &'t str {
    longest.char_indices().nth(tail.chars().count()).map_or("", |(at, _)| &longest[at..])
}

/// The longest tail of some texts.
#[must_use]
pub fn longest<'t>(language: Language, texts: impl Iterator<Item = &'t str>) -> &'t str {
    texts.filter_map(|text| tail(language, text)).max_by_key(|tail| tail.chars().count()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_a_tail_and_a_duration_has_none() {
        let english = |text| tail(Language::English, text);
        assert_eq!(["1,182", "89.7%", "−4.7 pts", "–"].map(english), [Some(""), Some(".7%"), Some(".7 pts"), Some("")]);
        assert_eq!(["2 min 48 s", "better", "+4.7 pts worse"].map(english), [None; 3]);
        assert_eq!(tail(Language::French, "89,7\u{202f}%"), Some(",7\u{202f}%"));
        assert_eq!(tail(Language::French, "+0,5\u{a0}pt"), Some(",5\u{a0}pt"));
        assert_eq!(tail(Language::Spanish, "1,182"), Some(""));
    }

    #[test]
    fn a_shorter_tail_lacks_the_end_of_the_longest() {
        let most = longest(Language::English, ["555", "89.7%", "60.0", "16 h 39 min"].into_iter());
        assert_eq!(most, ".7%");
        assert_eq!(["", ".0", ".3%", ".7 pts"].map(|tail| missing(most, tail)), [".7%", "%", "", ""]);
        assert_eq!(longest(Language::English, ["50 s"].into_iter()), "");
    }
}
