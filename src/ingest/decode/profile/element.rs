//! An element of a record, and its neighbours.

use serde_json::Value;

/// A record, or an element of it to which a rule is applied.
#[derive(Debug, Clone, Copy)]
pub struct Element<'r> {
    /// The element itself.
    pub value: &'r Value,
    /// Its key, if it is a value of an object.
    pub key: Option<&'r str>,
    /// Its position among its neighbours, counted from 1.
    pub number: usize,
    /// The neighbour before it.
    pub before: Option<&'r Value>,
    /// The neighbour after it.
    pub after: Option<&'r Value>,
}

impl<'r> Element<'r> {
    /// An element without neighbours: a record.
    #[must_use]
    pub const fn alone(value: &'r Value) -> Self {
        Self { value, key: None, number: 1, before: None, after: None }
    }

    /// The elements of a list, or the values of an object, in order; null neighbours count as missing.
    pub fn all(list: impl Iterator<Item = (Option<&'r str>, &'r Value)>) -> impl Iterator<Item = Self> {
        let list: Vec<_> = list.filter(|(_, value)| !value.is_null()).collect();
        (0..list.len()).map(move |at| {
            let (key, value) = list[at];
            let neighbour = |at: Option<usize>| Some(list.get(at?)?.1);
            Self {
                value,
                key,
                number: at + 1,
                before: neighbour(at.checked_sub(1)),
                after: neighbour(at.checked_add(1)),
            }
        })
    }
}
