//! Ids that occur in a log in two writings: in upper and lower case, with and without leading zeros, with and without a
//! trailing `.0`. Programs that combine exports produce such ids, and one conversation becomes two.
//!
//! Most logs write all ids in one way, which their first letters show. Ids are compared only if there are two ways.

use std::borrow::Cow;

use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

use crate::bytes::hash_of;

/// The most ids of the rarer writing that are compared.
const MOST: usize = 1 << 20;

/// The writing of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writing {
    /// Its letters are capitals.
    Capitals,
    /// Its letters are small.
    Small,
    /// Digits with leading zeros.
    Zeros,
    /// Digits with a trailing `.0`.
    Point,
    /// Only digits, or anything else.
    Plain,
}

/// The writing of an id.
#[must_use]
pub fn writing(id: &[u8]) -> Writing {
    if let Some(number) = id.strip_suffix(b".0")
        && is_number(number)
    {
        return Writing::Point;
    }
    match id.iter().find(|byte| byte.is_ascii_alphabetic()) {
        Some(letter) if letter.is_ascii_uppercase() => Writing::Capitals,
        Some(_) => Writing::Small,
        None if id.first() == Some(&b'0') && id.len() > 1 && is_number(id) => Writing::Zeros,
        None => Writing::Plain,
    }
}

fn is_number(id: &[u8]) -> bool {
    !id.is_empty() && id.iter().all(u8::is_ascii_digit)
}

/// An id without differences of writing; `None` if it has both upper and lower case, because such ids may differ only
/// by case.
#[must_use]
pub fn canonical(id: &[u8]) -> Option<Cow<'_, [u8]>> {
    let number = id.strip_suffix(b".0").unwrap_or(id);
    if is_number(number) {
        let zeros = number.iter().take_while(|digit| **digit == b'0').count().min(number.len() - 1);
        return Some(Cow::Borrowed(&number[zeros..]));
    }
    let has = |is: fn(&u8) -> bool| id.iter().any(is);
    match (has(u8::is_ascii_uppercase), has(u8::is_ascii_lowercase)) {
        (true, true) => None,
        (true, false) => Some(Cow::Owned(id.to_ascii_lowercase())),
        (false, _) => Some(Cow::Borrowed(id)),
    }
}

fn canonical_hash(id: &[u8]) -> Option<u64> {
    canonical(id).map(|id| hash_of(&id))
}

/// The number of ids in each [`Writing`].
pub type WritingCounts = [u64; 5];

/// The rarer case of letters.
#[must_use]
pub const fn rarer(counts: &WritingCounts) -> Writing {
    if counts[Writing::Capitals as usize] <= counts[Writing::Small as usize] {
        Writing::Capitals
    } else {
        Writing::Small
    }
}

/// Whether a writing is compared, given the rarer case of letters.
#[must_use]
pub fn is_rare(writing: Writing, rarer: Writing) -> bool {
    matches!(writing, Writing::Zeros | Writing::Point) || writing == rarer
}

/// The number of ids in one of the compared writings.
#[must_use]
pub const fn rare(counts: &WritingCounts) -> u64 {
    counts[Writing::Zeros as usize] + counts[Writing::Point as usize] + counts[rarer(counts) as usize]
}

/// The numbers of ids that occur in two writings. `each` passes all ids with their numbers to its argument; it is
/// called up to three times.
pub fn in_two_writings(each: impl Fn(&mut dyn FnMut(u32, &[u8]))) -> HashSet<u32> {
    let mut counts: WritingCounts = [0; 5];
    each(&mut |_, id| counts[writing(id) as usize] += 1);
    let rarer = rarer(&counts);
    let mut found = HashSet::new();
    if rare(&counts) == 0 {
        return found;
    }
    let mut others: HashMap<u64, u32> = HashMap::new();
    each(&mut |number, id| {
        if is_rare(writing(id), rarer) && others.len() < MOST {
            others.extend(canonical_hash(id).map(|meant| (meant, number)));
        }
    });
    each(&mut |number, id| {
        if let Some(other) = canonical_hash(id).and_then(|meant| others.get(&meant))
            && *other != number
        {
            found.extend([number, *other]);
        }
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_in_two_writings() {
        for (ids, expected) in [
            (&["C1", "c1", "C2"][..], &[0, 1][..]),
            (&["101", "101.0", "102"], &[0, 1]),
            (&["7", "007", "0"], &[0, 1]),
            // Mixed-case ids differ by case, as those of Salesforce do.
            (&["5003D8cuI", "5003D8cui", "5003D8CUI"], &[]),
            (&["c1", "c2", "1", "2"], &[]),
            (&["10", "100", "0"], &[]),
        ] {
            let found = in_two_writings(|see| (0..).zip(ids).for_each(|(number, id)| see(number, id.as_bytes())));
            let mut found: Vec<u32> = found.into_iter().collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{ids:?}");
        }
    }
}
