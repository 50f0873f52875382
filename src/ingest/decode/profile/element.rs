//! An element of a record, and what is beside it.

use serde_json::Value;

/// A record, or an element in it that a rule is applied to.
#[derive(Debug, Clone, Copy)]
pub struct Element<'r> {
    /// The element itself.
    pub value: &'r Value,
    /// Its key, of the values of an object.
    pub key: Option<&'r str>,
    /// Its place among its neighbours, from 1.
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

    /// Neighbours of a list, or the values of an object, in their order; those that are null are none.
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
