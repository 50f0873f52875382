//! Values, instants and conditions of a profile.

use std::collections::BTreeMap;

use super::{ProfileReader, Value as Toml};
use crate::ingest::decode::profile::duration::{DECIMAL_SIGNS, DecimalSign, Duration, UNITS};
use crate::ingest::decode::profile::instant::{InstantFormat, RecordInstant};
use crate::ingest::decode::profile::language::LANGUAGES;
use crate::ingest::decode::profile::pattern::{InstantNames, offset};
use crate::ingest::decode::profile::value::{ValueRule, ValueSource};
use crate::ingest::decode::profile::{Condition, Test};
use crate::time::Zone;
use crate::toml_reader::TomlTable;

/// The keys of every value.
pub const VALUE_KEYS: [&str; 12] =
    ["from", "value", "first", "join", "with", "none", "after", "before", "lower", "map", "other", "then"];
/// The additional keys of a value of `tags`.
const TAGS_KEYS: [&str; 1] = ["split"];
/// Every key that `[time]` may have.
pub const TIME_KEYS: [&str; 6] = ["format", "zone", "none", "language", "zones", "decimal"];
const INSTANT_KEYS: [&str; 8] =
    ["format", "zone", "language", "zones", "plus", "minus", "not_before", "next_day_after"];
const DURATION_KEYS: [&str; 2] = ["unit", "decimal"];
const CONDITION_KEYS: [&str; 5] = ["is", "not", "has", "same_as", "differs_from"];
const SOURCES: [&str; 4] = ["from", "value", "first", "join"];

/// The settings of `[time]` for all instants.
#[derive(Default)]
pub struct Defaults {
    formats: Option<Vec<InstantFormat>>,
    zone: Option<Zone>,
    none: Vec<String>,
    instant_names: InstantNames,
    decimal: Option<DecimalSign>,
}

impl Defaults {
    /// The notations for all instants.
    pub fn formats(&self) -> &[InstantFormat] {
        self.formats.as_deref().unwrap_or_default()
    }

    /// The names known in instants.
    pub const fn instant_names(&self) -> &InstantNames {
        &self.instant_names
    }
}

fn with<'k>(more: &[&'k str]) -> Vec<&'k str> {
    VALUE_KEYS.iter().chain(more).copied().collect()
}

impl ProfileReader<'_, '_> {
    /// A path, or a table with these keys.
    pub(super) fn value(&mut self, toml: &Toml, keys: &[&str]) -> Option<ValueRule> {
        if let Some(text) = toml.get_ref().as_str() {
            return Some(ValueRule::plain(ValueSource::Path(self.path(text, &toml.span())?)));
        }
        let Some(table) = toml.get_ref().as_table() else {
            let found = toml.get_ref().type_str();
            let text = format!("expected a path in quotes, or a table such as {{ value = \"x\" }}, found {found}");
            self.text.mistake(&toml.span(), text);
            return None;
        };
        self.text.keys(table, keys, "key of a value");
        let source = self.source(toml, table);
        let map = self.map(table);
        if let Some(other) = table.get("other").filter(|_| !table.contains_key("map")) {
            self.text.mistake(&other.span(), "`other` without `map`".to_owned());
        }
        if let Some(with) = table.get("with").filter(|_| !table.contains_key("join")) {
            self.text.mistake(&with.span(), "`with` without `join`".to_owned());
        }
        if let Some(then) = table.get("then")
            && ["map", "other", "lower"].into_iter().any(|key| table.contains_key(key))
        {
            let text =
                "`then` excludes `map`, `other` and `lower`: it is the text wherever there is a value".to_owned();
            self.text.mistake(&then.span(), text);
        }
        Some(ValueRule {
            then: self.text.text(table, "then"),
            none: self.text.plain_texts(table, "none"),
            after: self.text.text(table, "after"),
            before: self.text.text(table, "before"),
            lower: self.text.flag(table, "lower").unwrap_or(false),
            other: self.text.text(table, "other"),
            split: self.split(table),
            map,
            source: source?,
        })
    }

    /// A value of `tags`, the only column whose values may be split.
    pub(super) fn tags(&mut self, toml: &Toml) -> Option<ValueRule> {
        self.value(toml, &with(&TAGS_KEYS))
    }

    fn split(&mut self, table: &TomlTable) -> Option<String> {
        let split = self.text.text(table, "split")?;
        if split.is_empty() {
            let span = table.get("split").map_or(0..0, toml::Spanned::span);
            self.text.mistake(&span, "`split` is the separator of tags, as in split = \",\"".to_owned());
        }
        (!split.is_empty()).then_some(split)
    }

    fn source(&mut self, toml: &Toml, table: &TomlTable) -> Option<ValueSource> {
        let keys: Vec<&str> = SOURCES.into_iter().filter(|key| table.contains_key(*key)).collect();
        let [key] = keys[..] else {
            let found = if keys.is_empty() { "none".to_owned() } else { keys.join(" and ") };
            let text = format!("a value has one of from, value, first and join; this one has {found}");
            self.text.mistake(&toml.span(), text);
            return None;
        };
        let value = table.get(key)?;
        match key {
            "from" => {
                let text = self.text.own_text(value, key)?;
                Some(ValueSource::Path(self.path(&text, &value.span())?))
            }
            "value" => Some(ValueSource::Constant(self.text.own_text(value, key)?)),
            "first" => Some(ValueSource::First(self.list(value, key)?)),
            _ => {
                let with = self.text.text(table, "with").unwrap_or_else(|| " ".to_owned());
                Some(ValueSource::Join(self.list(value, key)?, with))
            }
        }
    }

    fn list(&mut self, toml: &Toml, key: &str) -> Option<Vec<ValueRule>> {
        let Some(list) = toml.get_ref().as_array().filter(|list| !list.is_empty()) else {
            self.text.mistake(&toml.span(), format!("`{key}` is a list of values, as in {key} = [\"a\", \"b\"]"));
            return None;
        };
        let values: Vec<Option<ValueRule>> = list.iter().map(|one| self.value(one, &VALUE_KEYS)).collect();
        values.into_iter().collect()
    }

    fn map(&mut self, table: &TomlTable) -> BTreeMap<String, String> {
        let mut map = BTreeMap::new();
        if let Some(pairs) = self.table(table, "map") {
            for (from, to) in pairs {
                if let Some(to) = self.text.own_text(to, "map") {
                    map.insert(from.get_ref().to_string(), to);
                }
            }
        }
        map
    }

    pub(super) fn defaults(&mut self, table: &TomlTable) -> Defaults {
        let instant_names = self.instant_names(table, &InstantNames::default());
        Defaults {
            formats: self.formats(table, &instant_names),
            zone: self.zone(table),
            none: self.text.plain_texts(table, "none"),
            instant_names,
            decimal: self.decimal(table),
        }
    }

    /// The notations of `format`; `None` if the key is absent.
    fn formats(&mut self, table: &TomlTable, instant_names: &InstantNames) -> Option<Vec<InstantFormat>> {
        table.get("format")?;
        let mut formats = Vec::new();
        for (name, span) in self.text.texts(table, "format") {
            match InstantFormat::named(&name, instant_names) {
                Ok(format) => formats.push(format),
                Err(message) => self.text.mistake(&span, message),
            }
        }
        Some(formats)
    }

    /// `language` and `zones`; each defaults to that of `outer`.
    fn instant_names(&mut self, table: &TomlTable, outer: &InstantNames) -> InstantNames {
        let language = self.text.choice(table, "language", "language", &LANGUAGES);
        let mut zones = outer.zones.clone();
        for (name, toml) in self.table(table, "zones").into_iter().flatten() {
            let Some(text) = self.text.own_text(toml, "zones") else { continue };
            if let Some(offset_ms) = offset(&text) {
                zones.insert(name.get_ref().to_string(), offset_ms);
            } else {
                let message = format!("`zones`: expected an offset from UTC, as in \"-03:00\", found `{text}`");
                self.text.mistake(&toml.span(), message);
            }
        }
        InstantNames { language: language.or(outer.language), zones }
    }

    fn zone(&mut self, table: &TomlTable) -> Option<Zone> {
        let name = self.text.text(table, "zone")?;
        let zone = Zone::named(&name);
        if let Err(error) = &zone {
            let span = table.get("zone").map_or(0..0, toml::Spanned::span);
            self.text.mistake(&span, error.to_string());
        }
        zone.ok()
    }

    /// A value with the keys of an instant.
    pub(super) fn instant(&mut self, toml: &Toml, defaults: &Defaults) -> Option<RecordInstant> {
        let mut value = self.value(toml, &with(&INSTANT_KEYS));
        if let Some(value) = &mut value {
            value.add_none(&defaults.none);
        }
        let formats = || defaults.formats.clone().unwrap_or_else(|| vec![InstantFormat::Log]);
        let plain = |value| RecordInstant {
            value,
            formats: formats(),
            zone: defaults.zone,
            plus: Vec::new(),
            minus: Vec::new(),
            not_before: None,
            next_day_after: None,
        };
        let Some(table) = toml.get_ref().as_table() else { return value.map(plain) };
        let instant_names = self.instant_names(table, &defaults.instant_names);
        let own = self.formats(table, &instant_names);
        if let Some(toml) = table.get("language").or_else(|| table.get("zones")).filter(|_| own.is_none()) {
            let text = "`language` and `zones` belong beside the `format` that they describe".to_owned();
            self.text.mistake(&toml.span(), text);
        }
        let zone = self.zone(table);
        let (plus, minus) = (self.durations(table, "plus", defaults), self.durations(table, "minus", defaults));
        let mut other = |key: &str| table.get(key).and_then(|toml| self.instant(toml, defaults)).map(Box::new);
        let (not_before, next_day_after) = (other("not_before"), other("next_day_after"));
        value.map(|value| RecordInstant {
            formats: own.unwrap_or_else(formats),
            zone: zone.or(defaults.zone),
            plus,
            minus,
            not_before,
            next_day_after,
            ..plain(value)
        })
    }

    fn decimal(&mut self, table: &TomlTable) -> Option<DecimalSign> {
        self.text.choice(table, "decimal", "decimal sign", &DECIMAL_SIGNS)
    }

    fn durations(&mut self, table: &TomlTable, key: &str, defaults: &Defaults) -> Vec<Duration> {
        let Some(toml) = table.get(key) else { return Vec::new() };
        let Some(list) = toml.get_ref().as_array() else {
            let text = format!("`{key}` is a list of durations, as in {key} = [{{ from = \"wait\", unit = \"s\" }}]");
            self.text.mistake(&toml.span(), text);
            return Vec::new();
        };
        let mut durations = Vec::new();
        for toml in list {
            let value = self.value(toml, &with(&DURATION_KEYS));
            let table = toml.get_ref().as_table();
            if table.is_none_or(|table| !table.contains_key("unit")) {
                let names: Vec<&str> = UNITS.iter().map(|(name, _)| *name).collect();
                self.text.mistake(&toml.span(), format!("a duration has a `unit`: {}", names.join(", ")));
            }
            let unit = table.and_then(|table| self.text.choice(table, "unit", "unit of durations", &UNITS));
            let decimal = table.and_then(|table| self.decimal(table)).or(defaults.decimal);
            durations.extend(value.zip(unit).map(|(value, unit)| Duration { value, unit, decimal }));
        }
        durations
    }

    pub(super) fn conditions(&mut self, table: &TomlTable, key: &str) -> Vec<Condition> {
        let Some(toml) = table.get(key) else { return Vec::new() };
        let Some(list) = toml.get_ref().as_array() else {
            let text = format!("`{key}` is a list of conditions, as in {key} = [{{ from = \"type\", is = \"chat\" }}]");
            self.text.mistake(&toml.span(), text);
            return Vec::new();
        };
        let conditions: Vec<_> = list.iter().map(|toml| self.condition(toml)).collect();
        conditions.into_iter().flatten().collect()
    }

    fn condition(&mut self, toml: &Toml) -> Option<Condition> {
        let value = self.value(toml, &with(&CONDITION_KEYS));
        let table = toml.get_ref().as_table();
        let keys: Vec<&str> =
            CONDITION_KEYS.into_iter().filter(|key| table.is_some_and(|table| table.contains_key(*key))).collect();
        let ([key], Some(table)) = (&keys[..], table) else {
            self.text.mistake(&toml.span(), "a condition has one of is, not, has, same_as and differs_from".to_owned());
            return None;
        };
        let test = match *key {
            "is" => Test::Is(self.texts_or_flag(table, key)),
            "not" => Test::Not(self.texts_or_flag(table, key)),
            "same_as" => Test::SameAs(self.value(table.get(*key)?, &VALUE_KEYS)?),
            "differs_from" => Test::DiffersFrom(self.value(table.get(*key)?, &VALUE_KEYS)?),
            _ => Test::Has(self.text.flag(table, key)?),
        };
        Some(Condition { value: value?, test })
    }

    /// Texts; a boolean counts as its JSON text.
    fn texts_or_flag(&mut self, table: &TomlTable, key: &str) -> Vec<String> {
        match table.get(key).and_then(|value| value.get_ref().as_bool()) {
            Some(flag) => vec![flag.to_string()],
            None => self.text.plain_texts(table, key),
        }
    }
}
