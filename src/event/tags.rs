//! Sets of tags: distinct, without white space around them, in byte order, separated by semicolons.

use std::collections::BTreeSet;

/// The separator of tags.
pub(crate) const BETWEEN: char = ';';

/// The tags of a text as a set; `None` if it has none.
#[must_use]
pub(crate) fn set_of(text: &str) -> Option<String> {
    joined(each(text).collect())
}

/// The union of sets.
#[must_use]
pub fn union<'t>(sets: impl Iterator<Item = &'t str>) -> Option<String> {
    joined(sets.flat_map(each).collect())
}

/// The tags of a text, without ASCII white space around them.
fn each(text: &str) -> impl Iterator<Item = &str> {
    text.split(BETWEEN).map(|tag| tag.trim_matches(is_blank)).filter(|tag| !tag.is_empty())
}

/// Whether a character is ASCII white space, including the vertical tab.
const fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}')
}

fn joined(tags: BTreeSet<&str>) -> Option<String> {
    let tags: Vec<&str> = tags.into_iter().collect();
    (!tags.is_empty()).then(|| tags.join(";"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_a_set_in_byte_order() {
        assert_eq!(set_of(" vip ;refund;;\tvip;Vip").as_deref(), Some("Vip;refund;vip"));
        assert_eq!(set_of(" ; ;"), None);
        assert_eq!(set_of("a b").as_deref(), Some("a b"));
        assert_eq!(union(["b;a", "c"].into_iter()).as_deref(), Some("a;b;c"));
        assert_eq!(union(std::iter::empty()), None);
    }
}
