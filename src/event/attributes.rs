//! Attributes: columns of a log's own that become dimensions (semantics.md 13).
//!
//! The attributes of a row are kept as one text, so that rows with the same values share it: `0:4:gold1:!`, where `0` and
//! `1` are places in the list of names, `4` is the number of bytes, and `!` marks a value that is no text.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The names of a run's attributes, in the order given.
pub type Names = Arc<[&'static str]>;

/// A value of an attribute in one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttributeValue<'t> {
    /// A text, which is not empty.
    Text(&'t str),
    /// A list, an object, or a text that is not UTF-8: no value, and counted.
    Odd,
}

/// A name for the rest of the program's time. A name is kept once however often it is asked for, and only command lines
/// and profiles have names.
#[must_use]
pub fn interned(name: &str) -> &'static str {
    static NAMES: LazyLock<Mutex<BTreeSet<&'static str>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.into());
    names.insert(name);
    name
}

/// The values of one row's attributes, while it is read.
#[derive(Debug, Default)]
pub struct RowValues {
    /// By attribute.
    values: Vec<ValueSlot>,
    texts: Vec<u8>,
    encoded: String,
    is_touched: bool,
}

#[derive(Debug, Clone, Copy, Default)]
enum ValueSlot {
    #[default]
    None,
    Text {
        start: usize,
        end: usize,
    },
    Odd,
}

impl RowValues {
    /// Forgets the values of the row before.
    #[inline]
    pub fn clear(&mut self) {
        if self.is_touched {
            self.values.clear();
            self.texts.clear();
            self.is_touched = false;
        }
    }

    /// Whether the row has a column that is an attribute.
    #[must_use]
    #[inline]
    pub const fn is_touched(&self) -> bool {
        self.is_touched
    }

    /// Sets a value; the last one counts. An empty one is none, and bytes that are not UTF-8 are odd.
    pub fn set(&mut self, attribute: usize, value: &[u8]) {
        let start = self.texts.len();
        let slot = match std::str::from_utf8(value) {
            Ok("") => ValueSlot::None,
            Ok(_) => ValueSlot::Text { start, end: start + value.len() },
            Err(_) => ValueSlot::Odd,
        };
        self.texts.extend_from_slice(value);
        *self.slot(attribute) = slot;
    }

    /// Sets a value that is no text.
    pub fn set_odd(&mut self, attribute: usize) {
        *self.slot(attribute) = ValueSlot::Odd;
    }

    fn slot(&mut self, attribute: usize) -> &mut ValueSlot {
        self.is_touched = true;
        if self.values.len() <= attribute {
            self.values.resize(attribute + 1, ValueSlot::None);
        }
        &mut self.values[attribute]
    }

    /// All values as one text; empty where there are none.
    pub fn encoded(&mut self) -> &str {
        use std::fmt::Write;
        self.encoded.clear();
        for (attribute, slot) in self.values.iter().enumerate() {
            // A text in memory takes what is written to it.
            let _ = match *slot {
                ValueSlot::None => Ok(()),
                ValueSlot::Text { start, end } => {
                    let text = std::str::from_utf8(&self.texts[start..end]).unwrap_or_default();
                    write!(self.encoded, "{attribute}:{}:{text}", end - start)
                }
                ValueSlot::Odd => write!(self.encoded, "{attribute}:!"),
            };
        }
        &self.encoded
    }
}

/// The values that a text of [`RowValues::encoded`] holds, with their attributes' places.
pub fn decoded(text: &str) -> impl Iterator<Item = (usize, AttributeValue<'_>)> {
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
    use super::*;

    fn both(values: &mut RowValues) -> Vec<(usize, AttributeValue<'static>)> {
        let text: &'static str = Box::leak(values.encoded().into());
        decoded(text).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut values = RowValues::default();
        assert!(!values.is_touched());
        assert_eq!(values.encoded(), "");
        values.set(2, "3:!a:b".as_bytes());
        values.set(0, "ouro é".as_bytes());
        values.set_odd(1);
        let all = [(0, AttributeValue::Text("ouro é")), (1, AttributeValue::Odd), (2, AttributeValue::Text("3:!a:b"))];
        assert_eq!(both(&mut values), all);
    }

    #[test]
    fn the_last_value_counts_and_an_empty_one_is_none() {
        let mut values = RowValues::default();
        values.set(0, b"gold");
        values.set(0, b"silver");
        values.set(1, b"x");
        values.set(1, b"");
        values.set(2, b"\xff");
        assert_eq!(both(&mut values), [(0, AttributeValue::Text("silver")), (2, AttributeValue::Odd)]);
        values.set(2, b"1");
        assert_eq!(both(&mut values), [(0, AttributeValue::Text("silver")), (2, AttributeValue::Text("1"))]);
        values.clear();
        assert_eq!(values.encoded(), "");
    }

    #[test]
    fn a_name_is_kept_once() {
        let (first, second) = (interned("plan"), interned(&String::from("plan")));
        assert!(std::ptr::eq(first, second));
    }
}
