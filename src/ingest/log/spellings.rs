//! Ids that are in a log in two writings: in capitals and in small letters, with zeros before and without, with `.0` behind
//! and without. Programs that put exports together write them so, and one conversation becomes two.
//!
//! Most logs write all ids in one way, which a look at each first letter shows. Only where there are two ways are they compared.

use hashbrown::{HashMap, HashSet};

use crate::bytes::hash_of;

/// Ids of the rarer writing that are compared.
const MOST: usize = 1 << 20;

/// How an id is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// Its letters are capitals.
    Capitals,
    /// Its letters are small.
    Small,
    /// Digits with a zero before them.
    Zeros,
    /// Digits with `.0` behind them.
    Point,
    /// Only digits, or anything else.
    Plain,
}

fn writing(id: &[u8]) -> Writing {
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

/// An id without the differences of spelling; none where its letters are both capital and small: there ids differ by them.
fn canonical_hash(id: &[u8]) -> Option<u64> {
    let number = id.strip_suffix(b".0").unwrap_or(id);
    if is_number(number) {
        let zeros = number.iter().take_while(|digit| **digit == b'0').count().min(number.len() - 1);
        return Some(hash_of(&number[zeros..]));
    }
    let has = |is: fn(&u8) -> bool| id.iter().any(is);
    let is_mixed = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    (!is_mixed).then(|| hash_of(&id.to_ascii_lowercase()))
}

/// The numbers of ids that are in two writings. `each` shows all ids with their numbers, as often as it is asked.
pub fn of(each: impl Fn(&mut dyn FnMut(u32, &[u8]))) -> HashSet<u32> {
    let mut counts = [0_u64; 5];
    each(&mut |_, id| counts[writing(id) as usize] += 1);
    let count = |writing: Writing| counts[writing as usize];
    let rarer = if count(Writing::Capitals) <= count(Writing::Small) { Writing::Capitals } else { Writing::Small };
    let is_rare = |writing: Writing| matches!(writing, Writing::Zeros | Writing::Point) || writing == rarer;
    let rare = count(Writing::Zeros) + count(Writing::Point) + count(rarer);
    let mut found = HashSet::new();
    if rare == 0 {
        return found;
    }
    let mut others: HashMap<u64, u32> = HashMap::new();
    each(&mut |number, id| {
        if is_rare(writing(id)) && others.len() < MOST {
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
            // Ids differ by letters of both kinds, as those of Salesforce do.
            (&["5003D8cuI", "5003D8cui", "5003D8CUI"], &[]),
            (&["c1", "c2", "1", "2"], &[]),
            (&["10", "100", "0"], &[]),
        ] {
            let found = of(|see| (0..).zip(ids).for_each(|(number, id)| see(number, id.as_bytes())));
            let mut found: Vec<u32> = found.into_iter().collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{ids:?}");
        }
    }
}
