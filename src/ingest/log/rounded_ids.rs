//! Ids that were rounded by a spreadsheet, or by a program that read them as numbers: several ids may have become one.
//!
//! They are searched for among the distinct values of the whole run. Rows are examined only if some were found.

use std::collections::BTreeMap;

use hashbrown::{HashMap, HashSet};
use serde::{Deserialize, Serialize};

use super::id_digits::{IdDigits, LongIds, ends_in_unlikely_zeros};
use super::{Log, spellings};
use crate::dictionary::Dictionary;
use crate::event::{Column, Content, Event, Key, NONE, Text, TextDomain};
use crate::ingest::decode::profile::Profile;
use crate::ingest::decode::shards::Extra;
use crate::ingest::source::long_numbers::LongNumbers;

/// The sign by which a spoilt id is recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpoiltForm {
    /// Written as `1.71234E+17`.
    Exponent,
    /// An integer whose digits are all 0 from the 16th or the 18th on.
    Zeros,
    /// A number cell of a workbook with more than 15 digits.
    NumberCell,
    /// Written in two ways, such as `C1` and `c1`, or `7` and `007`.
    TwoWritings,
}

/// Rounded ids in one column of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpoiltIds {
    /// The column, in words; for a source with a profile, with the source's own field.
    pub column: String,
    /// The sign by which they are recognised.
    pub form: SpoiltForm,
    /// The number of rows with such an id; for [`SpoiltForm::NumberCell`], of cells.
    pub rows: u64,
    /// The number of distinct ids; unknown for [`SpoiltForm::NumberCell`].
    pub values: u64,
    /// The first of them in sorted order.
    pub example: Option<String>,
}

/// The columns whose values are ids.
pub const ID_COLUMNS: [Column; 7] = [
    Column::EventId,
    Column::ConversationId,
    Column::CustomerId,
    Column::AgentId,
    Column::ToAgentId,
    Column::Contact,
    Column::Protocol,
];

/// The ids of a sheet that are in number cells with more digits than a spreadsheet keeps.
#[must_use]
pub fn of_number_cells(long_numbers: &[LongNumbers], profile: Option<&Profile>) -> Vec<SpoiltIds> {
    let is_id = |name: &str| match profile {
        None => Column::parse(name).is_some_and(|column| ID_COLUMNS.contains(&column)),
        Some(profile) => {
            let mut is_named = false;
            let columns = profile.rules.iter().flat_map(|rule| &rule.columns);
            for (_, value) in columns.filter(|(column, _)| ID_COLUMNS.contains(column)) {
                value.each_path(false, &mut |path, _| is_named |= path.text == name);
            }
            is_named
        }
    };
    let ids = |LongNumbers { column, cells }: &LongNumbers| SpoiltIds {
        column: format!("`{column}`"),
        form: SpoiltForm::NumberCell,
        rows: *cells,
        values: 0,
        example: None,
    };
    long_numbers.iter().filter(|numbers| is_id(&numbers.column)).map(ids).collect()
}

/// Adds rounded ids to the facts of each file. `statuses` are the agents' statuses; their contents have the log's
/// numbers.
///
/// # Errors
///
/// If a temporary file cannot be read.
pub fn note(log: &mut Log, statuses: &[(u32, Event, Extra)], profiles: &[Option<&Profile>]) -> anyhow::Result<()> {
    let keys: Vec<(Key, Rounded)> = Key::ALL.into_iter().map(|key| (key, of_key(log, key))).collect();
    let texts: Vec<Rounded> = TextDomain::ALL.iter().map(|domain| of_texts(log.dictionary(*domain))).collect();
    let is_clean = keys.iter().all(|(_, rounded)| rounded.is_empty()) && texts.iter().all(Rounded::is_empty);
    if is_clean {
        return Ok(());
    }
    let mut found: BTreeMap<(usize, Column, SpoiltForm), RoundedIds> = BTreeMap::new();
    let of_content: Vec<Vec<(Column, SpoiltForm, u32)>> =
        log.contents.iter().map(|content| columns_of(content, &texts)).collect();
    let mut see = |rank: u32, event: &Event, extra: &Extra, content: u32| {
        let file = log.parts[rank as usize].file;
        for (key, rounded) in &keys {
            let number = extra.key(event, *key);
            if let Some(form) = rounded.form(number) {
                let found = found.entry((file, key.column(), form)).or_default();
                found.see(number, event.customer);
            }
        }
        for (column, form, number) in &of_content[content as usize] {
            found.entry((file, *column, *form)).or_default().see(*number, NONE);
        }
    };
    for (rank, event, extra) in statuses {
        see(*rank, event, extra, event.content);
    }
    log.store.each(|rank, slice| {
        let renumber = &log.renumber[log.parts[rank as usize].reader];
        slice.each(|event, extra| see(rank, &event, &extra, renumber[event.content as usize]));
    })?;
    let likely = |column: Column| match Key::ALL.into_iter().find(|key| key.column() == column) {
        Some(key) => keys[key as usize].1.are_zeros_likely,
        None => texts.iter().any(|texts| texts.are_zeros_likely),
    };
    let mut spoilt: Vec<(usize, SpoiltIds)> = Vec::new();
    for ((file, column, form), found) in found {
        let is_likely = match form {
            SpoiltForm::Exponent | SpoiltForm::NumberCell | SpoiltForm::TwoWritings => true,
            SpoiltForm::Zeros => likely(column) || column == Column::ConversationId && found.has_several_customers,
        };
        if is_likely {
            let texts = found.numbers.iter().map(|number| text_of(log, column, *number));
            let example = texts.min().map(str::to_owned);
            let values = found.numbers.len() as u64;
            let column = in_words(column, profiles.get(file).copied().flatten());
            spoilt.push((file, SpoiltIds { column, form, rows: found.rows, values, example }));
        }
    }
    for (file, ids) in spoilt {
        log.files[file].add_compared_ids(ids);
    }
    Ok(())
}

/// Rows with rounded ids in one column of a file.
#[derive(Debug, Default)]
struct RoundedIds {
    rows: u64,
    numbers: HashSet<u32>,
    /// The first customer of each id.
    customers: HashMap<u32, u32>,
    has_several_customers: bool,
}

impl RoundedIds {
    fn see(&mut self, number: u32, customer: u32) {
        self.rows += 1;
        self.numbers.insert(number);
        if customer != NONE {
            self.has_several_customers |= *self.customers.entry(number).or_insert(customer) != customer;
        }
    }
}

/// The numbers of the rounded texts in a dictionary.
#[derive(Debug, Default)]
struct Rounded {
    forms: HashMap<u32, SpoiltForm>,
    /// Whether there are too many numbers with trailing zeros to be due to chance.
    are_zeros_likely: bool,
}

impl Rounded {
    fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    fn form(&self, number: u32) -> Option<SpoiltForm> {
        if number == NONE { None } else { self.forms.get(&number).copied() }
    }
}

fn of_key(log: &Log, key: Key) -> Rounded {
    match key {
        Key::EventId | Key::Contact | Key::Protocol => of_digits(log, key),
        Key::ConversationId | Key::CustomerId => {
            let mut found = of_digits(log, key);
            for number in spellings::in_two_writings(|see| log.key(key).each(&mut *see)) {
                found.forms.entry(number).or_insert(SpoiltForm::TwoWritings);
            }
            found
        }
        // Tags are not ids: only surely rounded ones are reported.
        Key::Tags => {
            let mut found = of_digits(log, key);
            found.forms.retain(|_, form| *form == SpoiltForm::Exponent);
            found
        }
        // One text holds the values of several columns.
        Key::Attributes => Rounded::default(),
    }
}

fn of_digits(log: &Log, key: Key) -> Rounded {
    let mut search = Search::default();
    log.key(key).each(|number, text| {
        search.see(number, own_part(key, text));
    });
    search.finish()
}

/// The part of an id that the source wrote: event ids of a source with a profile are prefixed with the profile's name.
#[must_use]
pub fn own_part(key: Key, text: &[u8]) -> &[u8] {
    let from = if key == Key::EventId { memchr::memrchr(b'/', text).map_or(0, |at| at + 1) } else { 0 };
    &text[from..]
}

fn of_texts(texts: &Dictionary) -> Rounded {
    let mut search = Search::default();
    for (number, text) in (0..).zip(texts.iter()) {
        search.see(number, text.as_bytes());
    }
    search.finish()
}

/// Examines distinct texts.
#[derive(Debug, Default)]
struct Search {
    forms: HashMap<u32, SpoiltForm>,
    /// Numbers with trailing zeros.
    ending: Vec<(u32, [bool; 2])>,
    long: LongIds,
}

impl Search {
    #[inline]
    fn see(&mut self, number: u32, text: &[u8]) {
        if let Some(digits) = IdDigits::of(text) {
            self.see_digits(number, digits);
        }
    }

    fn see_digits(&mut self, number: u32, digits: IdDigits) {
        self.long.see(digits);
        match digits {
            IdDigits::Exponent => {
                self.forms.insert(number, SpoiltForm::Exponent);
            }
            IdDigits::Long { zeros, .. } => {
                if zeros.contains(&true) {
                    self.ending.push((number, zeros));
                }
            }
        }
    }

    fn finish(self) -> Rounded {
        let Self { mut forms, ending, long } = self;
        // If chance explains them all, none is reported.
        let evidence = long.evidence();
        let rounded = ending.into_iter().filter(|(_, zeros)| ends_in_unlikely_zeros(*zeros, evidence));
        forms.extend(rounded.map(|(number, _)| (number, SpoiltForm::Zeros)));
        Rounded { forms, are_zeros_likely: long.are_zeros_likely() }
    }
}

/// The columns of a content with a rounded text.
fn columns_of(content: &Content, texts: &[Rounded]) -> Vec<(Column, SpoiltForm, u32)> {
    let rounded = |text: Text| {
        let number = content.text(text)?;
        let form = texts[text.domain() as usize].form(number)?;
        // Names, queues and the like are not ids: only surely rounded ones are reported.
        (form == SpoiltForm::Exponent || ID_COLUMNS.contains(&text.column())).then_some((text.column(), form, number))
    };
    Text::ALL.into_iter().filter_map(rounded).collect()
}

fn text_of(log: &Log, column: Column, number: u32) -> &str {
    let key = Key::ALL.into_iter().find(|key| key.column() == column);
    let text = Text::ALL.into_iter().find(|text| text.column() == column);
    match (key, text) {
        (Some(key), _) => log.key(key).get(number),
        (None, Some(text)) => log.dictionary(text.domain()).get(number),
        (None, None) => "",
    }
}

/// `` `conversation_id` ``; with a profile, also the field of its source.
#[must_use]
pub fn in_words(column: Column, profile: Option<&Profile>) -> String {
    let mut values = profile.into_iter().flat_map(|profile| &profile.rules).flat_map(|rule| &rule.columns);
    let from = values.find(|(other, _)| *other == column).map(|(_, value)| value.describe());
    let from = from.map(|from| format!(" (from {from})")).unwrap_or_default();
    format!("`{}`{from}", column.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(texts: &[&str]) -> Vec<Option<SpoiltForm>> {
        let mut search = Search::default();
        for (number, text) in (0..).zip(texts) {
            search.see(number, text.as_bytes());
        }
        let rounded = search.finish();
        let form =
            |number: u32| rounded.form(number).filter(|form| *form != SpoiltForm::Zeros || rounded.are_zeros_likely);
        (0..).zip(texts).map(|(number, _)| form(number)).collect()
    }

    #[test]
    fn exponents_of_spreadsheets() {
        for text in ["1.71234E+17", "1,71234E+17", "5.51199E+12", "1E+20", "1.7123456789012346e+17", "9.E+9", "1E+100"]
        {
            assert_eq!(forms(&[text]), [Some(SpoiltForm::Exponent)], "{text}");
        }
        for text in ["12E+5", "1.7E17", "abc1E+5", "1E+5x", "+5511998877665", "1.7+5", "E+5", "1E+", "1E+1234", "9"] {
            assert_eq!(forms(&[text]), [None], "{text}");
        }
    }

    #[test]
    fn zeros_where_digits_were() {
        let zeros = Some(SpoiltForm::Zeros);
        assert_eq!(forms(&["171234567890123000"]), [zeros]);
        // A 64-bit float keeps seventeen digits: two ids of 19 digits, each of which lost the last two.
        assert_eq!(forms(&["1171234567890123400", "1171234567890123500"]), [zeros; 2]);
        // One id of sixteen digits may end in a zero by chance; five may not.
        assert_eq!(forms(&["1712345678901230"]), [None]);
        let five: Vec<String> = (1..=5).map(|n| format!("171234567890{n}230")).collect();
        assert_eq!(forms(&five.iter().map(String::as_str).collect::<Vec<_>>()), [zeros; 5]);
        // Among many ids one may, and times end in the zeros of their fractions of a second.
        let many: Vec<String> = (0..2_000).map(|n| (171_234_567_890_123_000_u64 + n).to_string()).collect();
        assert!(forms(&many.iter().map(String::as_str).collect::<Vec<_>>()).iter().all(Option::is_none));
        assert_eq!(forms(&["20260302093000000", "20260302093100000", "20260302093200000"]), [None; 3]);
        assert_eq!(forms(&["17123456789012a000", "100000000000000"]), [None; 2]);
    }
}
