//! Numbers in the attributes of SVG: `.5.5-1e3` are three of them.

/// The numbers, letters and flags of a text.
pub struct NumberReader<'t>(&'t str);

impl<'t> NumberReader<'t> {
    /// Of a text.
    pub fn of(text: &'t str) -> Self {
        Self(text)
    }

    /// All numbers of a text; `None` if it has anything else.
    pub fn all(text: &str) -> Option<Vec<f64>> {
        let mut numbers = NumberReader::of(text);
        let mut all = Vec::new();
        while !numbers.is_at_end() {
            all.push(numbers.next()?);
        }
        Some(all)
    }

    /// A number and the text after it, such as `12`, `12px` and `50%`; `None` for anything else.
    pub fn with_unit(text: &'t str) -> Option<(f64, &'t str)> {
        let mut numbers = Self(text);
        let number = numbers.next()?;
        Some((number, numbers.0.trim()))
    }

    /// A number without anything after it.
    pub fn plain(text: &'t str) -> Option<f64> {
        Self::with_unit(text).filter(|(_, unit)| unit.is_empty()).map(|(number, _)| number)
    }

    fn skip(&mut self) {
        self.0 = self.0.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ',');
    }

    /// Whether nothing is left.
    pub fn is_at_end(&mut self) -> bool {
        self.skip();
        self.0.is_empty()
    }

    /// A letter, if one is next.
    pub fn letter(&mut self) -> Option<char> {
        self.skip();
        let letter = self.0.chars().next().filter(char::is_ascii_alphabetic)?;
        self.0 = &self.0[1..];
        Some(letter)
    }

    /// A flag, 0 or 1; no blank need follow it.
    pub fn flag(&mut self) -> Option<bool> {
        self.skip();
        let flag = match self.0.as_bytes().first()? {
            b'0' => false,
            b'1' => true,
            _ => return None,
        };
        self.0 = &self.0[1..];
        Some(flag)
    }

    /// The next number.
    pub fn next(&mut self) -> Option<f64> {
        self.skip();
        let bytes = self.0.as_bytes();
        let digits = |mut at: usize| {
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let sign = |at: usize| at + usize::from(matches!(bytes.get(at), Some(b'+' | b'-')));
        let mut end = digits(sign(0));
        if bytes.get(end) == Some(&b'.') {
            end = digits(end + 1);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let exponent = sign(end + 1);
            if digits(exponent) > exponent {
                end = digits(exponent);
            }
        }
        let number: f64 = self.0[..end].parse().ok()?;
        self.0 = &self.0[end..];
        number.is_finite().then_some(number)
    }
}
