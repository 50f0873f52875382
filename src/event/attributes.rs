//! Attributes: a log's own columns that become dimensions (semantics.md 13).
//!
//! The attributes of a row are stored as one text, so that rows with the same values share it: `0:4:gold1:!`. Here `0`
//! and `1` are indices in the list of names, `4` is a number of bytes, and `!` marks a value that is not a text.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The names of a run's attributes, in the order given.
pub type Names = Arc<[&'static str]>;

/// A value of an attribute in one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttributeValue<'t> {
    /// A text, which is not empty.
    Text(&'t str),
    /// A list, an object, or a text that is not UTF-8: not a value, but counted.
    Odd,
}

/// A name that lives until the program ends. Each distinct name is stored once, and only command lines and profiles
/// have such names.
#[must_use]
pub(crate) fn interned(name: &str) -> &'static str {
    static NAMES: LazyLock<Mutex<BTreeSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.into());
    names.insert(name);
    name
}

/// The attributes of one row while it is read.
#[derive(Debug, Default)]
pub struct RowValues {
    /// All values so far, encoded as one text, in the order of attributes.
    encoded: Vec<u8>,
    /// The largest index of an attribute that was set, plus 1.
    next: usize,
}

impl RowValues {
    /// Removes the values of the preceding row.
    #[inline]
    pub fn clear(&mut self) {
        self.encoded.clear();
        self.next = 0;
    }

    /// Whether the row has any column that is an attribute.
    #[must_use]
    #[inline]
    pub(crate) const fn is_touched(&self) -> bool {
        self.next > 0
    }

    /// Sets a value; the last one counts. An empty value is ignored, and bytes that are not UTF-8 are odd.
    pub fn set(&mut self, attribute: usize, value: &[u8]) {
        match std::str::from_utf8(value) {
            Ok(_) => self.set_text(attribute, value),
            Err(_) => self.set_odd(attribute),
        }
    }

    /// Sets a value, which must be UTF-8.
    #[inline]
    pub(crate) fn set_text(&mut self, attribute: usize, value: &[u8]) {
        let begin = self.encoded.len();
        if !value.is_empty() {
            push_number(&mut self.encoded, attribute);
            push_number(&mut self.encoded, value.len());
            self.encoded.extend_from_slice(value);
        }
        self.put_in_order(attribute, begin);
    }

    /// Sets a value that is not a text.
    pub(crate) fn set_odd(&mut self, attribute: usize) {
        let begin = self.encoded.len();
        push_number(&mut self.encoded, attribute);
        self.encoded.push(b'!');
        self.put_in_order(attribute, begin);
    }

    /// All values, encoded as one text; empty if there are none.
    #[must_use]
    #[inline]
    pub(crate) fn encoded(&self) -> &[u8] {
        &self.encoded
    }

    /// Moves all values, encoded as one text, to the end of `out`. Returns the length of the text.
    #[inline]
    pub(crate) fn move_to(&mut self, out: &mut Vec<u8>) -> usize {
        let length = self.encoded.len();
        if out.is_empty() {
            std::mem::swap(&mut self.encoded, out);
        } else {
            out.append(&mut self.encoded);
        }
        length
    }

    /// Moves the value that was set last, which starts at `begin`, to its position in the order of attributes.
    #[inline]
    fn put_in_order(&mut self, attribute: usize, begin: usize) {
        if attribute < self.next {
            self.move_last(attribute, begin);
        } else {
            self.next = attribute + 1;
        }
    }

    /// The same for an attribute that does not come last. Its earlier value is removed.
    #[inline(never)]
    fn move_last(&mut self, attribute: usize, begin: usize) {
        let (mut at, mut earlier) = (0, 0);
        for (other, value) in entries(&self.encoded[..begin]) {
            if other >= attribute {
                earlier = if other == attribute { value.len() } else { 0 };
                break;
            }
            at += value.len();
        }
        let length = self.encoded.len() - begin;
        self.encoded[at..].rotate_right(length);
        self.encoded.drain(at + length..at + length + earlier);
    }
}

/// Writes a number and a colon.
#[inline]
fn push_number(text: &mut Vec<u8>, number: usize) {
    // Most lengths have one or two digits.
    match u8::try_from(number) {
        Ok(digit @ 0..10) => text.extend_from_slice(&[b'0' + digit, b':']),
        Ok(digits @ 10..100) => text.extend_from_slice(&[b'0' + digits / 10, b'0' + digits % 10, b':']),
        _ => text.extend_from_slice(format!("{number}:").as_bytes()),
    }
}

/// The values of an encoded text, each with its attribute and its bytes.
fn entries(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let text = std::str::from_utf8(text).unwrap_or_default();
    let mut at = 0;
    decoded(text).map(move |(position, value)| {
        let start = at;
        at += match value {
            AttributeValue::Odd => digits(position) + 2,
            AttributeValue::Text(text) => digits(position) + digits(text.len()) + 2 + text.len(),
        };
        (position, &text.as_bytes()[start..at])
    })
}

/// The number of decimal digits of a number.
fn digits(number: usize) -> usize {
    number.checked_ilog10().unwrap_or(0) as usize + 1
}

/// The values in a text encoded by [`RowValues::encoded`], with the indices of their attributes.
pub(crate) fn decoded(text: &str) -> impl Iterator<Item = (usize, AttributeValue<'_>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (attribute, behind) = rest.split_once(':')?;
        let attribute = attribute.parse().ok()?;
        if let Some(behind) = behind.strip_prefix('!') {
            rest = behind;
            return Some((attribute, AttributeValue::Odd));
        }
        let (length, behind) = behind.split_once(':')?;
        let (text, behind) = behind.split_at_checked(length.parse().ok()?)?;
        rest = behind;
        Some((attribute, AttributeValue::Text(text)))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn both(values: &RowValues) -> Vec<(usize, AttributeValue<'static>)> {
        let text: &'static str = Box::leak(std::str::from_utf8(values.encoded()).unwrap().into());
        decoded(text).collect()
    }

    #[test]
    fn written_attributes_are_read_back() {
        let mut values = RowValues::default();
        assert!(!values.is_touched());
        assert_eq!(values.encoded(), b"");
        values.set(2, "3:!a:b".as_bytes());
        values.set(0, "ouro é".as_bytes());
        values.set_odd(1);
        let all = [(0, AttributeValue::Text("ouro é")), (1, AttributeValue::Odd), (2, AttributeValue::Text("3:!a:b"))];
        assert_eq!(both(&values), all);
        let long = "x".repeat(120);
        values.set(11, long.as_bytes());
        values.set_text(10, b"ten");
        assert_eq!(
            both(&values)[3..],
            [(10, AttributeValue::Text("ten")), (11, AttributeValue::Text(Box::leak(long.into())))]
        );
    }

    #[test]
    fn the_last_value_counts_and_empty_is_no_value() {
        let mut values = RowValues::default();
        values.set(0, b"gold");
        values.set(0, b"silver");
        values.set(1, b"x");
        values.set(1, b"");
        values.set(2, b"\xff");
        assert_eq!(both(&values), [(0, AttributeValue::Text("silver")), (2, AttributeValue::Odd)]);
        values.set(2, b"1");
        assert_eq!(both(&values), [(0, AttributeValue::Text("silver")), (2, AttributeValue::Text("1"))]);
        values.clear();
        assert_eq!(values.encoded(), b"");
    }

    proptest! {
        #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(13), ..ProptestConfig::default() })]

        /// In any order, the last value of each attribute counts, and all are in the order of attributes.
        #[test]
        fn values_set_in_any_order_are_in_order(sets in vec((0..13_usize, vec(prop_oneof![Just(b'a'), Just(b':'), Just(0xff)], 0..12)), 0..20)) {
            let mut values = RowValues::default();
            let mut expected: BTreeMap<usize, &[u8]> = BTreeMap::new();
            for (attribute, value) in &sets {
                values.set(*attribute, value);
                expected.insert(*attribute, value);
            }
            let expected: Vec<_> = expected
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(attribute, value)| (attribute, std::str::from_utf8(value).map_or(AttributeValue::Odd, AttributeValue::Text)))
                .collect();
            let found = std::str::from_utf8(values.encoded()).unwrap();
            prop_assert_eq!(decoded(found).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn a_name_is_kept_once() {
        let (first, second) = (interned("plan"), interned(&String::from("plan")));
        assert!(std::ptr::eq(first, second));
    }
}
