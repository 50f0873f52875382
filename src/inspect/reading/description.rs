//! A line below the header that describes the columns: `datetime,text,name`, or their names in another language.

/// A line below the header that is not a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescriptionLine {
    /// Its line number.
    pub line: u64,
    /// A column in which rows have other values.
    pub column: String,
    /// Its value in that column.
    pub value: String,
}

/// The fewest digits of an instant, or of a number that is one.
const DIGITS: usize = 6;

impl DescriptionLine {
    /// The first record below a header of `names`, if it has no digits, and the next record has an instant where it has
    /// words.
    #[must_use]
    pub fn of(line: u64, first: &[String], next: &[String], names: &[String]) -> Option<Self> {
        let digits = |field: &str| field.bytes().filter(u8::is_ascii_digit).count();
        if first.iter().any(|field| digits(field) > 0) {
            return None;
        }
        let columns = first.iter().zip(next).zip(names);
        let mut described = columns.filter(|((first, next), _)| !first.trim().is_empty() && digits(next) >= DIGITS);
        let ((value, _), name) = described.next()?;
        let value = value.trim().to_owned();
        // `?` and the like mean no value.
        let is_word = value.chars().filter(|c| c.is_alphabetic()).count() > 1;
        is_word.then(|| Self { line, column: name.clone(), value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_words_above_instants() {
        let names = ["id", "at", "who"].map(str::to_owned);
        let described = |first: [&str; 3], next: [&str; 3]| {
            DescriptionLine::of(2, &first.map(str::to_owned), &next.map(str::to_owned), &names)
        };
        let row = ["x", "2026-03-02 09:00", "ana"];
        let found = described(["text", "date and time", "name"], row).expect("a description");
        assert_eq!((found.column.as_str(), found.value.as_str()), ("at", "date and time"));
        assert_eq!(described(["c1", "date", "name"], row), None);
        assert_eq!(described(["a", "?", "name"], row), None);
        assert_eq!(described(["a", "", "name"], row), None);
        assert_eq!(described(["a", "b", "c"], ["d", "e", "f"]), None);
    }
}
