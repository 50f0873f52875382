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

/// What the numbers of a column have behind their whole part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnTails<'t> {
    /// The decimal mark with the most decimals.
    decimals: &'t str,
    /// The units behind them.
    units: Vec<&'t str>,
}

impl<'t> ColumnTails<'t> {
    /// Those of some texts.
    #[must_use]
    pub fn of(language: Language, texts: impl Iterator<Item = &'t str>) -> Self {
        let mut tails = Self::default();
        for (decimals, unit) in texts.filter_map(|text| tail(language, text)).map(parts) {
            if decimals.chars().count() > tails.decimals.chars().count() {
                tails.decimals = decimals;
            }
            if !unit.is_empty() && !tails.units.contains(&unit) {
                tails.units.push(unit);
            }
        }
        tails
    }

    /// What a number with that tail lacks at its end: decimals, and the units of other numbers. Digits of tables have one
    /// width, so behind the number they take the room that puts all decimal marks below each other.
    #[must_use]
    pub fn missing(&self, tail: &str) -> String {
        let (decimals, unit) = parts(tail);
        let more = self.decimals.chars().skip(decimals.chars().count());
        more.chain(self.units.iter().filter(|other| **other != unit).flat_map(|other| other.chars())).collect()
    }
}

/// The decimals of a tail with their mark, and the unit behind them.
fn parts(tail: &str) -> (&str, &str) {
    let mark = tail.chars().next().map_or(0, char::len_utf8);
    let end = tail[mark..].find(|c: char| !c.is_ascii_digit()).map_or(tail.len(), |at| mark + at);
    tail.split_at(end)
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
    fn every_number_of_a_column_has_as_much_behind_its_mark() {
        let texts = ["555", "89.7%", "−4.7 pts", "60.25", "16 h 39 min"];
        let tails = ColumnTails::of(Language::English, texts.into_iter());
        let missing = |text| tail(Language::English, text).map(|tail| tails.missing(tail));
        let expected = [Some(".25% pts"), Some("5 pts"), Some("5%"), Some("% pts"), None];
        assert_eq!(texts.map(missing), expected.map(|text| text.map(str::to_owned)));
        let none = ColumnTails::of(Language::English, ["50 s", "554"].into_iter());
        assert_eq!((none.missing(""), none), (String::new(), ColumnTails::default()));
    }
}
