//! Reads an opening-hours file key by key, so that every mistake is reported with its line.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use chrono::NaiveDate;

use super::{Calendar, Interval, OpeningHours, Week};
use crate::failure::Failure;
use crate::time::{WEEKDAYS, Zone, parse_date};
use crate::toml_reader::{self, Reader, TomlTable, Value};

const KEYS: [&str; 5] = ["zone", "open", "dates", "queue", "department"];
const OWN_KEYS: [&str; 2] = ["open", "dates"];

type IntervalsByDate = BTreeMap<NaiveDate, Vec<Interval>>;

impl OpeningHours {
    /// Reads a file. If it has no zone, its times are in `zone`.
    ///
    /// # Errors
    ///
    /// If it cannot be read or has mistakes. Mistakes are wrong usage, and are reported with their lines.
    pub fn open(path: &Path, zone: Zone) -> anyhow::Result<Self> {
        let location = path.display().to_string();
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::Usage.because(format!("opening hours {location} cannot be read: {error}")))?;
        let name = path.file_name().map_or_else(|| location.clone(), |name| name.to_string_lossy().into_owned());
        Self::parse(&name, &location, &text, zone)
    }

    /// Reads the text of a file; `location` is its name in messages.
    ///
    /// # Errors
    ///
    /// If it has mistakes.
    pub fn parse(file: &str, location: &str, text: &str, zone: Zone) -> anyhow::Result<Self> {
        let hours =
            toml_reader::read("opening hours", location, text, |reader, root| reader.opening_hours(file, root, zone))?;
        Ok(Self { text: text.to_owned(), ..hours })
    }
}

impl Reader<'_> {
    fn opening_hours(&mut self, file: &str, root: &TomlTable, zone: Zone) -> OpeningHours {
        self.keys(root, &KEYS, "key");
        let zone = root.get("zone").and_then(|value| self.zone_of(value)).unwrap_or(zone);
        if root.get("open").is_none() {
            let message = "no [open]: write the ordinary week there, as in mon-fri = [\"08:00-18:00\"]";
            self.mistake(&(0..0), message.to_owned());
        }
        let week = self.week(root).unwrap_or_default();
        let dates = self.dates(root);
        let queues = self.named(root, "queue", &week, &dates);
        let departments = self.named(root, "department", &week, &dates);
        let (file, text) = (file.to_owned(), String::new());
        OpeningHours { file, text, zone, default: Calendar { week, dates }, queues, departments }
    }

    fn zone_of(&mut self, value: &Value) -> Option<Zone> {
        let (name, span) = self.text_of(value, "zone")?;
        match Zone::named(name) {
            Ok(zone) => Some(zone),
            Err(error) => {
                self.mistake(&span, error.to_string());
                None
            }
        }
    }

    /// The calendars of `[queue.NAME]` or `[department.NAME]`; missing parts are those of the file.
    fn named(
        &mut self,
        root: &TomlTable,
        key: &str,
        week: &Week,
        dates: &IntervalsByDate,
    ) -> BTreeMap<String, Calendar> {
        let mut named = BTreeMap::new();
        for (name, value) in self.table_at(root, key).into_iter().flatten() {
            let name: &str = name.get_ref();
            let section = format!("{key}.{}", as_key(name));
            let Some(table) = value.get_ref().as_table() else {
                let message = format!("`{section}` is a table: write [{section}.open] over its week");
                self.mistake(&value.span(), message);
                continue;
            };
            if table.is_empty() {
                let message = format!(
                    "[{section}] has no lines: write its week under [{section}.open], which without a weekday is always \
                     closed, or leave it out: it then has the ordinary week"
                );
                self.mistake(&value.span(), message);
            }
            for key_in in table.keys().filter(|key_in| !OWN_KEYS.contains(&key_in.get_ref().as_ref())) {
                let (found, span): (&str, _) = (key_in.get_ref(), key_in.span());
                if WEEKDAYS.contains(&found.split('-').next().unwrap_or_default()) {
                    self.mistake(&span, format!("`{found}` is a weekday: write it under [{section}.open]"));
                } else {
                    self.unknown(&span, &format!("key of a {key}"), found, OWN_KEYS.into_iter());
                }
            }
            let week = self.week(table).unwrap_or_else(|| week.clone());
            let mut dates = dates.clone();
            dates.extend(self.dates(table));
            named.insert(name.to_owned(), Calendar { week, dates });
        }
        named
    }

    /// The week of `open`; `None` if there is no such table.
    fn week(&mut self, table: &TomlTable) -> Option<Week> {
        table.get("open")?;
        let mut week = Week::default();
        let mut named: [Option<String>; 7] = Default::default();
        for (key, value) in self.table_at(table, "open").into_iter().flatten() {
            let (name, span): (&str, _) = (key.get_ref(), key.span());
            let intervals = self.intervals(name, value);
            for day in self.weekdays(name, &span) {
                if let Some(other) = &named[day] {
                    let message = format!("`{name}` has {}, which `{other}` names already", WEEKDAYS[day]);
                    self.mistake(&span, message);
                } else {
                    named[day] = Some(name.to_owned());
                    week.0[day].clone_from(&intervals);
                }
            }
        }
        Some(week)
    }

    /// The distinct days of `mon` or `mon-fri`, counted from 0 for Monday.
    fn weekdays(&mut self, name: &str, span: &Range<usize>) -> Vec<usize> {
        let (first, last) = name.split_once('-').unwrap_or((name, name));
        let index = |name: &str| WEEKDAYS.iter().position(|day| *day == name);
        let (Some(from), Some(to)) = (index(first), index(last)) else {
            let wrong = if index(first).is_none() { first } else { last };
            let whole = if wrong == name { String::new() } else { format!(" in `{name}`") };
            self.mistake(
                span,
                format!("no weekday `{wrong}`{whole}: expected mon, tue, wed, thu, fri, sat, sun, or a range such as mon-fri"),
            );
            return Vec::new();
        };
        (0..=(to + 7 - from) % 7).map(|step| (from + step) % 7).collect()
    }

    fn dates(&mut self, table: &TomlTable) -> IntervalsByDate {
        let mut dates = IntervalsByDate::new();
        for (key, value) in self.table_at(table, "dates").into_iter().flatten() {
            let (name, span): (&str, _) = (key.get_ref(), key.span());
            let intervals = self.intervals(name, value);
            match parse_date(name) {
                Ok(date) => {
                    dates.insert(date, intervals);
                }
                Err(error) => self.mistake(&span, error.to_string()),
            }
        }
        dates
    }

    /// The intervals of a list, in order.
    fn intervals(&mut self, key: &str, value: &Value) -> Vec<Interval> {
        let Some(list) = value.get_ref().as_array() else {
            let message = format!("`{key}` is a list of intervals, as in {key} = [\"08:00-12:00\"]; [] is closed");
            self.mistake(&value.span(), message);
            return Vec::new();
        };
        let mut intervals = Vec::new();
        for value in list {
            let Some((text, span)) = self.text_of(value, key) else { continue };
            match text.parse::<Interval>() {
                Ok(interval) => intervals.push(interval),
                Err(error) => self.mistake(&span, format!("`{key}`: {error}")),
            }
        }
        intervals.sort_unstable();
        intervals
    }

    /// The table of a key; `None` if it is absent or not a table.
    fn table_at<'v, 't>(&mut self, root: &'v TomlTable<'t>, key: &str) -> Option<&'v TomlTable<'t>> {
        let value = root.get(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.mistake(&value.span(), format!("`{key}` is a table: write [{key}]"));
        }
        table
    }
}

/// A name as a key of TOML: quoted, unless it has letters, digits, `-` and `_` alone.
fn as_key(name: &str) -> String {
    let is_bare = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { format!("{name:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<OpeningHours> {
        OpeningHours::parse("hours.toml", "ours/hours.toml", text, Zone::UTC)
    }

    #[test]
    fn calendars_inherit_missing_days_from_the_file() {
        let text = "zone = 'America/Sao_Paulo'\n[open]\nmon-fri = ['13:00-18:00', '08:00-12:00']\nsat = ['09:00-13:00']\n\
                    [dates]\n2026-12-25 = []\n'2026-12-24' = ['08:00-12:00']\n\
                    [queue.'Night desk'.open]\nsat-mon = ['22:00-06:00']\n\
                    [department.Billing.dates]\n'2026-12-24' = []\n";
        let hours = read(text).unwrap();
        let shown = |intervals: &[Interval]| intervals.iter().map(ToString::to_string).collect::<Vec<_>>();
        let on = |calendar: &Calendar, date: &str| shown(calendar.on(parse_date(date).unwrap()));
        assert_eq!(hours.zone.name(), "America/Sao_Paulo");
        assert_eq!(on(&hours.default, "2026-12-23"), ["08:00-12:00", "13:00-18:00"]);
        assert_eq!(on(&hours.default, "2026-12-24"), ["08:00-12:00"]);
        assert_eq!(on(&hours.default, "2026-12-27"), [""; 0]);
        let night = &hours.queues["Night desk"];
        assert_eq!(on(night, "2026-12-26"), ["22:00-06:00"]);
        assert_eq!(on(night, "2026-12-28"), ["22:00-06:00"]);
        assert_eq!(on(night, "2026-12-29"), [""; 0]);
        assert_eq!(on(night, "2026-12-24"), ["08:00-12:00"]);
        let billing = &hours.departments["Billing"];
        assert_eq!((on(billing, "2026-12-24"), on(billing, "2026-12-26")), (vec![], vec!["09:00-13:00".to_owned()]));
        assert!(billing.on(parse_date("2026-12-25").unwrap()).is_empty());
    }

    #[test]
    fn every_mistake_has_its_line() {
        let cases = [
            ("zone = 'UTC'\n", "1: no [open]"),
            (
                "[open]\nmon = ['08:00-12:00']\nmon-fri = ['08:00-12:00']",
                "3: `mon-fri` has mon, which `mon` names already",
            ),
            ("[open]\nsat-mon = []\nsun = []", "3: `sun` has sun, which `sat-mon` names already"),
            ("[open]\nmonday = []", "2: no weekday `monday`: expected mon"),
            ("[open]\nmon-fry = []", "2: no weekday `fry` in `mon-fry`"),
            ("[open]\nMon = []", "2: no weekday `Mon`"),
            ("[open]\n'mon,tue' = []", "2: no weekday `mon,tue`"),
            ("[open]\nmon = '08:00-12:00'", "2: `mon` is a list of intervals"),
            ("[open]\nmon = [8]", "2: `mon`: expected a text in quotes, found integer"),
            ("[open]\nmon = ['8-12']", "2: `mon`: `8-12` is not an interval"),
            ("[open]\n[dates]\n'2026-02-30' = []", "3: no such day as `2026-02-30`"),
            ("[open]\n[dates]\nchristmas = []", "3: `christmas` is not a date"),
            ("zone = 'Mars'\n[open]", "1: "),
            ("open = []", "1: `open` is a table: write [open]"),
            ("[open]\n[holidays]", "2: no key `holidays`"),
            ("[open]\n[queue]\nSales = []", "3: `queue.Sales` is a table: write [queue.Sales.open]"),
            ("[open]\n[queue.Sales]\nhours = []", "3: no key of a queue `hours`: expected open, dates"),
            ("[open]\n[queue.Sales]\nsat-mon = []", "3: `sat-mon` is a weekday: write it under [queue.Sales.open]"),
            ("[open]\n[queue.'Night desk']", "2: [queue.\"Night desk\"] has no lines"),
            (
                "[open]\n[department.Billing]",
                "2: [department.Billing] has no lines: write its week under [department.Billing.open], which",
            ),
            ("[open]\n[open]", "2: duplicate key"),
        ];
        for (text, expected) in cases {
            let error = read(text).unwrap_err();
            assert_eq!(Failure::of(&error), Some(Failure::Usage));
            let message = error.to_string();
            assert!(message.contains(&format!("ours/hours.toml:{expected}")), "{text}\n{message}");
        }
    }
}
