//! A table, and typical changes to it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime};

use super::change::Change;
use super::random::Random;
use super::words::{others, people};

/// A header and rows.
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    delimiter: char,
}

/// The notations of instants in the fixtures.
const READ: [&str; 9] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S UTC",
    "%Y-%m-%d %H:%M:%S +0000",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M:%S %p",
];

/// The notations to write.
pub const WRITTEN: [&str; 16] = [
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dT%H:%M:%S.000+00:00",
    "%d/%m/%Y %H:%M:%S",
    "%d.%m.%Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%-m/%-d/%Y %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%a, %d %b %Y %H:%M:%S +0000",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%s",
    "%s000",
    "%d/%m/%Y %I:%M:%S %P",
    "%A, %B %d, %Y %I:%M:%S %p",
];

impl Table {
    /// Parses CSV with any delimiter; `None` if it is not a plain table.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}');
        let text = text.strip_prefix("sep=;\n").unwrap_or(text);
        let first = text.lines().next()?;
        let delimiter = *[';', '\t', '|', ','].iter().max_by_key(|sign| first.matches(**sign).count())?;
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .delimiter(u8::try_from(delimiter).ok()?)
            .from_reader(text.as_bytes());
        let mut rows: Vec<Vec<String>> = reader
            .records()
            .map(|row| row.ok().map(|row| row.iter().map(str::to_owned).collect()))
            .collect::<Option<_>>()?;
        (rows.len() > 2).then(|| Self { header: rows.remove(0), rows, delimiter })
    }

    /// The table as CSV.
    pub fn text(&self) -> Vec<u8> {
        let mut writer =
            csv::WriterBuilder::new().delimiter(u8::try_from(self.delimiter).unwrap()).from_writer(Vec::new());
        writer.write_record(&self.header).unwrap();
        for row in &self.rows {
            writer.write_record(row).unwrap();
        }
        writer.into_inner().unwrap()
    }

    fn column(&self, at: usize) -> impl Iterator<Item = &String> {
        self.rows.iter().map(move |row| &row[at])
    }

    /// A random change; `None` if it does not fit the table.
    pub fn change(&mut self, random: &mut Random) -> Option<Change> {
        match random.below(12) {
            0..=2 => self.rename(random),
            3 => self.drop(random),
            4 => {
                let mut order: Vec<usize> = (0..self.header.len()).collect();
                random.shuffle(&mut order);
                for row in std::iter::once(&mut self.header).chain(&mut self.rows) {
                    *row = order.iter().map(|at| row[*at].clone()).collect();
                }
                Some(Change::ColumnsShuffled)
            }
            5 => {
                random.shuffle(&mut self.rows);
                Some(Change::RowsShuffled)
            }
            6 | 7 => self.clock(random),
            8 => {
                self.delimiter = *random.one(&[',', ';', '\t', '|']);
                Some(Change::Delimiter(self.delimiter))
            }
            9 => self.decimal_comma(),
            10 => Some(self.twice(random)),
            _ if random.below(2) == 0 => self.ids(random),
            _ => self.words(random),
        }
    }

    /// The text without each column in turn, and with each column under a meaningless name.
    pub fn each_column_changed(&self) -> Vec<(Change, Vec<u8>)> {
        let mut changed = Vec::new();
        for (at, name) in self.header.iter().enumerate().filter(|_| self.header.len() > 2) {
            let mut dropped = Self { header: self.header.clone(), rows: self.rows.clone(), delimiter: self.delimiter };
            dropped.header.remove(at);
            dropped.rows.iter_mut().for_each(|row| drop(row.remove(at)));
            changed.push((Change::Dropped(name.clone()), dropped.text()));
            let mut renamed = Self { header: self.header.clone(), rows: self.rows.clone(), delimiter: self.delimiter };
            "col7".clone_into(&mut renamed.header[at]);
            changed.push((Change::Renamed(name.clone(), "col7".to_owned()), renamed.text()));
        }
        changed
    }

    fn rename(&mut self, random: &mut Random) -> Option<Change> {
        let at = random.index(self.header.len());
        let before = self.header[at].clone();
        let others = others(&before);
        let after = if others.is_empty() || random.below(5) == 0 {
            (*random.one(&["col7", "x", "Campo 3", "Feld", ""])).to_owned()
        } else {
            (*random.one(&others)).to_owned()
        };
        if self.header.contains(&after) {
            return None;
        }
        self.header[at].clone_from(&after);
        Some(Change::Renamed(before, after))
    }

    fn drop(&mut self, random: &mut Random) -> Option<Change> {
        if self.header.len() < 3 {
            return None;
        }
        let at = random.index(self.header.len());
        let name = self.header.remove(at);
        self.rows.iter_mut().for_each(|row| drop(row.remove(at)));
        Some(Change::Dropped(name))
    }

    /// The columns of instants, with their values.
    fn instants(&self) -> Vec<(usize, Vec<Option<NaiveDateTime>>)> {
        let read = |text: &str| {
            let utc = || DateTime::parse_from_rfc3339(text).ok().map(|at| at.naive_utc());
            utc().or_else(|| READ.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()))
        };
        let of = |at: usize| {
            let values: Vec<Option<NaiveDateTime>> = self.column(at).map(|text| read(text)).collect();
            let is_all = self.column(at).zip(&values).all(|(text, value)| text.is_empty() || value.is_some());
            let is_one = values.iter().any(Option::is_some);
            // The order of day and month must be clear here too.
            let is_clear =
                self.column(at).all(|text| !text.contains('/') || text.starts_with(|c| ('4'..='9').contains(&c)))
                    || self
                        .column(at)
                        .any(|text| text.get(..2).and_then(|day| day.parse::<u8>().ok()).is_some_and(|day| day > 12));
            (is_all && is_one && is_clear).then_some((at, values))
        };
        (0..self.header.len()).filter_map(of).collect()
    }

    fn clock(&mut self, random: &mut Random) -> Option<Change> {
        let mut columns = self.instants();
        if columns.is_empty() {
            return None;
        }
        // An export has one notation; a file assembled by hand may have several.
        if random.below(4) == 0 {
            columns = vec![columns.remove(random.index(columns.len()))];
        }
        let format = *random.one(&WRITTEN);
        let names: Vec<String> = columns.iter().map(|(at, _)| self.header[*at].clone()).collect();
        for (at, values) in columns {
            for (row, value) in self.rows.iter_mut().zip(values) {
                row[at] = value.map(|at| at.and_utc().format(format).to_string()).unwrap_or_default();
            }
        }
        Some(Change::Clock(names.join(", "), format))
    }

    fn decimal_comma(&mut self) -> Option<Change> {
        let mut is_one = false;
        for field in self.rows.iter_mut().flatten() {
            if field.contains('.') && field.parse::<f64>().is_ok() {
                *field = field.replace('.', ",");
                is_one = true;
            }
        }
        is_one.then_some(Change::DecimalComma)
    }

    fn twice(&mut self, random: &mut Random) -> Change {
        let count = 1 + random.index(self.rows.len());
        let mut again: Vec<Vec<String>> = self.rows[..count].to_vec();
        if random.below(2) == 0 {
            self.rows.append(&mut again);
        } else {
            let rest = self.rows.split_off(count);
            self.rows.extend(again);
            self.rows.extend(rest);
        }
        Change::RowsTwice(count)
    }

    /// Ids in the notation of a spreadsheet, or typed by people, in some rows.
    fn ids(&mut self, random: &mut Random) -> Option<Change> {
        let is_id = |name: &String| others(name).contains(&"Conversation ID") || name == "Conversation ID";
        let at = self.header.iter().position(is_id)?;
        let is_number = self.column(at).all(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
        let (how, write): (&'static str, fn(&str) -> String) = match random.below(4) {
            0 if is_number => ("behind a point", |id| format!("{id}.0")),
            1 if is_number => ("with zeros before", |id| format!("000{id}")),
            2 => ("with blanks", |id| format!(" {id} ")),
            _ if !is_number => ("in capitals", |id| {
                let upper = id.to_uppercase();
                if upper == id { id.to_lowercase() } else { upper }
            }),
            _ => return None,
        };
        for row in &mut self.rows {
            if random.below(2) == 0 {
                row[at] = write(&row[at]);
            }
        }
        Some(Change::Ids(self.header[at].clone(), how))
    }

    fn words(&mut self, random: &mut Random) -> Option<Change> {
        let at = (0..self.header.len()).find(|at| self.column(*at).any(|word| !people(word).is_empty()))?;
        let mut chosen: BTreeMap<String, &str> = BTreeMap::new();
        for row in &mut self.rows {
            let others = people(&row[at]);
            if !others.is_empty() {
                let word: &str = chosen.entry(row[at].clone()).or_insert_with(|| *random.one(others));
                word.clone_into(&mut row[at]);
            }
        }
        Some(Change::Words(self.header[at].clone()))
    }
}
