//! Finds spoilt ids in a run whose sources are read by several processes. No process has all ids. So each reports its
//! suspicious ids, ids that may mean the same are brought together, and the findings are merged into the result that
//! the module `rounded_ids` would find in one process with all ids.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Log;
use super::event_rows::EventRow;
use super::id_digits::{IdDigits, LongIds, ends_in_unlikely_zeros};
use super::rounded_ids::{ID_COLUMNS, SpoiltForm, SpoiltIds, own_part};
use super::spellings::{Writing, WritingCounts, canonical, is_rare, rare, rarer, writing};
use crate::event::{Column, Key, Text, TextDomain};

/// The keys whose ids are compared for different writings.
const COMPARED: [Key; 2] = [Key::ConversationId, Key::CustomerId];

/// The keys whose texts are examined: all except attributes, because one text holds several of them.
fn keys() -> impl Iterator<Item = Key> {
    Key::ALL.into_iter().filter(|key| *key != Key::Attributes)
}

/// The suspicious ids in a part of a run. Reports of parts can be merged in any order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdSuspects {
    /// Whether an id has an exponent, or zeros in place of digits.
    digits: bool,
    /// The writings of ids, by key.
    writings: BTreeMap<String, BTreeSet<Writing>>,
}

impl IdSuspects {
    /// The suspects of a log.
    #[must_use]
    pub fn of(log: &Log) -> Self {
        let mut found = Self::default();
        for key in keys() {
            log.key(key).each(|_, text| found.see_digits(own_part(key, text)));
        }
        for domain in TextDomain::ALL {
            for text in log.dictionary(*domain).iter() {
                found.see_digits(text.as_bytes());
            }
        }
        for key in COMPARED {
            let mut writings = BTreeSet::new();
            log.key(key).each(|_, text| {
                writings.insert(writing(text));
            });
            found.writings.insert(key.column().name().to_owned(), writings);
        }
        found
    }

    fn see_digits(&mut self, text: &[u8]) {
        self.digits |= match IdDigits::of(text) {
            None => false,
            Some(IdDigits::Exponent) => true,
            Some(IdDigits::Long { zeros, .. }) => zeros.contains(&true),
        };
    }

    /// Adds the report of another part.
    pub fn merge(&mut self, other: &Self) {
        self.digits |= other.digits;
        for (key, writings) in &other.writings {
            self.writings.entry(key.clone()).or_default().extend(writings);
        }
    }

    /// The search that is needed in all rows.
    #[must_use]
    pub fn search(&self) -> IdSearch {
        let is_suspect = |writings: &BTreeSet<Writing>| {
            let mut counts: WritingCounts = [0; 5];
            for writing in writings {
                counts[*writing as usize] = 1;
            }
            rare(&counts) > 0
        };
        let suspect = self.writings.iter().filter(|(_, writings)| is_suspect(writings));
        IdSearch { digits: self.digits, writings: suspect.map(|(key, _)| key.clone()).collect() }
    }
}

/// The search for spoilt ids in the rows of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdSearch {
    /// Whether to search for ids with rounded digits.
    digits: bool,
    /// The keys whose ids may occur in two writings.
    writings: Vec<String>,
}

/// An id in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeenId<'t> {
    /// The dictionary in which a process would have it: ids of one dictionary are compared with each other.
    pub dictionary: &'static str,
    /// The column of the id.
    pub column: Column,
    /// The text of the id, as the row has it.
    pub id: &'t str,
    /// The customer of the row, if it is needed.
    pub customer: Option<&'t str>,
}

/// The possible meaning of an id: ids with the same meaning are brought together.
#[must_use]
pub fn meant(id: &str) -> Cow<'_, [u8]> {
    canonical(id.as_bytes()).unwrap_or(Cow::Borrowed(id.as_bytes()))
}

impl IdSearch {
    /// Whether there is nothing to search for.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        !self.digits && self.writings.is_empty()
    }

    /// Passes the ids of a row that must be examined to the callback.
    pub fn each<'t>(&self, row: &EventRow<'t>, mut see: impl FnMut(SeenId<'t>)) {
        let digits_of = |text: &[u8]| if self.digits { IdDigits::of(text) } else { None };
        for key in keys() {
            let Some(id) = row.key(key) else { continue };
            let (column, dictionary) = (key.column(), key.column().name());
            let digits = digits_of(own_part(key, id.as_bytes()));
            if digits.is_none() && !self.writings.iter().any(|name| name == dictionary) {
                continue;
            }
            // One id with several customers is the sign of a conversation id that lost its last digits.
            let is_doubtful = key == Key::ConversationId && digits.is_some_and(|digits| digits.zeros().contains(&true));
            let customer = if is_doubtful { row.key(Key::CustomerId) } else { None };
            see(SeenId { dictionary, column, id, customer });
        }
        for text in Text::ALL {
            if let Some(id) = row.text(text)
                && digits_of(id.as_bytes()).is_some()
            {
                see(SeenId { dictionary: text.domain().name(), column: text.column(), id, customer: None });
            }
        }
    }
}

/// The rows with an id in one column of a file.
#[derive(Debug, Default)]
struct IdRows {
    rows: u64,
    customer: Option<String>,
    has_several_customers: bool,
}

/// The rows with an id, by file and name of the column.
type RowsOfId = BTreeMap<(usize, String), IdRows>;

/// Ids that were brought together.
#[derive(Debug, Default)]
pub struct IdGroups {
    /// By dictionary and meaning, then by id.
    groups: BTreeMap<(String, Vec<u8>), BTreeMap<String, RowsOfId>>,
}

impl IdGroups {
    /// Adds rows with an id in a column of a file.
    pub fn add(
        &mut self,
        dictionary: &str,
        id: &str,
        (file, column): (usize, &str),
        customer: Option<&str>,
        rows: u64,
    ) {
        let group = self.groups.entry((dictionary.to_owned(), meant(id).into_owned())).or_default();
        let known = group.entry(id.to_owned()).or_default().entry((file, column.to_owned())).or_default();
        known.rows += rows;
        if let Some(customer) = customer {
            let first = known.customer.get_or_insert_with(|| customer.to_owned());
            known.has_several_customers |= first != customer;
        }
    }

    /// The findings about these ids.
    #[must_use]
    pub fn finish(self) -> SpoiltPart {
        let mut part = SpoiltPart::default();
        let mut found: BTreeMap<FoundClass, FoundIds> = BTreeMap::new();
        for ((dictionary, _), ids) in self.groups {
            let known = part.dictionaries.entry(dictionary.clone()).or_default();
            let writings: Vec<Writing> = ids.keys().map(|id| writing(id.as_bytes())).collect();
            for writing in &writings {
                known.writings[*writing as usize] += 1;
            }
            let in_two = |rarer: Writing| ids.len() > 1 && writings.iter().any(|writing| is_rare(*writing, rarer));
            let is_compared = COMPARED.iter().any(|key| key.column().name() == dictionary);
            let two_writings = [Writing::Capitals, Writing::Small].map(|rarer| is_compared && in_two(rarer));
            for (id, rows) in ids {
                let digits = IdDigits::of(own_part_of(&dictionary, &id));
                if let Some(digits) = digits {
                    known.long.see(digits);
                }
                let (is_exponent, zeros) =
                    (digits == Some(IdDigits::Exponent), digits.map_or([false; 2], IdDigits::zeros));
                if !is_exponent && !zeros.contains(&true) && !two_writings.contains(&true) {
                    continue;
                }
                for ((file, column), rows) in rows {
                    let dictionary = dictionary.clone();
                    let class = FoundClass { dictionary, file, column, is_exponent, zeros, two_writings };
                    found.entry(class).or_default().see(&id, &rows);
                }
            }
        }
        part.found = found.into_iter().collect();
        part
    }
}

/// The part of an id that the source wrote, given the name of its dictionary.
fn own_part_of<'t>(dictionary: &str, id: &'t str) -> &'t [u8] {
    let key = keys().find(|key| key.column().name() == dictionary);
    key.map_or(id.as_bytes(), |key| own_part(key, id.as_bytes()))
}

/// The findings about ids that were brought together. The findings of all groups add up to the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpoiltPart {
    dictionaries: BTreeMap<String, DictionaryCounts>,
    found: Vec<(FoundClass, FoundIds)>,
}

/// Counts of the distinct ids of a dictionary.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct DictionaryCounts {
    long: LongIds,
    writings: WritingCounts,
}

/// Ids of one file and column with the same findings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct FoundClass {
    dictionary: String,
    file: usize,
    column: String,
    is_exponent: bool,
    zeros: [bool; 2],
    /// Whether another id differs only in its writing: if upper case is rarer, and if lower case is rarer.
    two_writings: [bool; 2],
}

impl FoundClass {
    /// The sign by which the ids are reported, given the counts of all ids in their dictionary.
    fn form(&self, all: &DictionaryCounts) -> Option<SpoiltForm> {
        let column = Column::parse(&self.column)?;
        // Of values that are not ids, only surely rounded ones are reported.
        if self.is_exponent {
            return Some(SpoiltForm::Exponent);
        }
        if !ID_COLUMNS.contains(&column) {
            return None;
        }
        if ends_in_unlikely_zeros(self.zeros, all.long.evidence()) {
            return Some(SpoiltForm::Zeros);
        }
        let [by_capitals, by_small] = self.two_writings;
        let is_capitals = rarer(&all.writings) == Writing::Capitals;
        (if is_capitals { by_capitals } else { by_small }).then_some(SpoiltForm::TwoWritings)
    }
}

/// The number of ids, and of their rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct FoundIds {
    rows: u64,
    values: u64,
    /// The first of them in sorted order.
    example: String,
    has_several_customers: bool,
}

impl FoundIds {
    fn see(&mut self, id: &str, rows: &IdRows) {
        let of_id = Self {
            rows: rows.rows,
            values: 1,
            example: id.to_owned(),
            has_several_customers: rows.has_several_customers,
        };
        self.add(&of_id);
    }

    fn add(&mut self, other: &Self) {
        if self.values == 0 || other.example < self.example {
            self.example.clone_from(&other.example);
        }
        self.rows += other.rows;
        self.values += other.values;
        self.has_several_customers |= other.has_several_customers;
    }
}

/// The spoilt ids of a run, by the number of the file, in order. `in_words` returns the name of a file's column for
/// people.
#[must_use]
pub fn spoilt<'p>(
    parts: impl IntoIterator<Item = &'p SpoiltPart>,
    in_words: impl Fn(usize, Column) -> String,
) -> Vec<(usize, SpoiltIds)> {
    let mut dictionaries: BTreeMap<&str, DictionaryCounts> = BTreeMap::new();
    let mut classes: Vec<&(FoundClass, FoundIds)> = Vec::new();
    for part in parts {
        for (name, counts) in &part.dictionaries {
            let known = dictionaries.entry(name).or_default();
            known.long.add(&counts.long);
            known.writings.iter_mut().zip(counts.writings).for_each(|(sum, more)| *sum += more);
        }
        classes.extend(&part.found);
    }
    let mut found: BTreeMap<(usize, Column, SpoiltForm), FoundIds> = BTreeMap::new();
    for (class, ids) in classes {
        let all = dictionaries.get(class.dictionary.as_str());
        if let Some(column) = Column::parse(&class.column)
            && let Some(form) = all.and_then(|all| class.form(all))
        {
            found.entry((class.file, column, form)).or_default().add(ids);
        }
    }
    let is_text = |name: &str| TextDomain::ALL.iter().any(|domain| domain.name() == name);
    let are_zeros_likely = |column: Column| match keys().find(|key| key.column() == column) {
        Some(key) => dictionaries.get(key.column().name()).is_some_and(|counts| counts.long.are_zeros_likely()),
        None => dictionaries.iter().any(|(name, counts)| is_text(name) && counts.long.are_zeros_likely()),
    };
    let found_here = found.into_iter().filter(|((_, column, form), ids)| match form {
        SpoiltForm::Exponent | SpoiltForm::NumberCell | SpoiltForm::TwoWritings => true,
        SpoiltForm::Zeros => {
            are_zeros_likely(*column) || *column == Column::ConversationId && ids.has_several_customers
        }
    });
    let ids = |((file, column, form), ids): ((usize, Column, SpoiltForm), FoundIds)| {
        let FoundIds { rows, values, example, .. } = ids;
        (file, SpoiltIds { column: in_words(file, column), form, rows, values, example: Some(example) })
    };
    found_here.map(ids).collect()
}
