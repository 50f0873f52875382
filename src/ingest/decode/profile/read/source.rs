//! `[input]`: how the records of a source are written.

use super::{Reader, values};
use crate::ingest::decode::profile::path::{Step, steps};
use crate::ingest::decode::profile::{Dialect, Format, Input, Latest};
use crate::toml_reader::Table;

const KEYS: [&str; 9] =
    ["format", "records", "encoding", "delimiter", "quote", "header", "skip_lines", "none", "latest"];
const LATEST: [&str; 2] = ["key", "by"];

impl Reader<'_, '_> {
    pub(super) fn input(&mut self, root: &Table) -> Option<Input> {
        let Some(table) = self.table(root, "input") else {
            if root.get("input").is_none() {
                let text = "no [input]: say how records are written, as in format = \"jsonl\" under [input]";
                self.text.mistake(&(0..0), text.to_owned());
            }
            return None;
        };
        self.text.keys(table, &KEYS, "key of [input]");
        let names = [("jsonl", "jsonl"), ("json", "json"), ("csv", "csv")];
        let format = self.text.choice(table, "format", "format", &names);
        if table.get("format").is_none() {
            let span = root.get("input").map_or(0..0, toml::Spanned::span);
            self.text.mistake(&span, "[input] has no `format`: jsonl, json or csv".to_owned());
        }
        self.is_csv = format == Some("csv");
        for (key, only) in [("records", "json"), ("delimiter", "csv"), ("quote", "csv"), ("header", "csv")] {
            if let (Some(value), Some(format)) = (table.get(key), format)
                && format != only
            {
                self.text.mistake(&value.span(), format!("`{key}` is of format = \"{only}\" only"));
            }
        }
        let (records, dialect) = (self.records(table), self.dialect(table));
        let encoding = self.encoding(table);
        let none = self.text.plain_texts(table, "none");
        let latest = self.latest(table);
        let format = match format? {
            "jsonl" => Format::Jsonl,
            "json" => Format::Json(records),
            _ => Format::Csv(dialect?),
        };
        Some(Input { format, encoding, skip_lines: self.text.number(table, "skip_lines").unwrap_or(0), none, latest })
    }

    fn records(&mut self, table: &Table) -> Vec<String> {
        let Some(value) = table.get("records") else { return Vec::new() };
        let Some(text) = self.text.own_text(value, "records") else { return Vec::new() };
        let keys = steps(&text).and_then(|steps| {
            let key = |step| match step {
                Step::Key(key) => Ok(key),
                Step::At(_) | Step::Find(..) => Err("only keys lead to the records".to_owned()),
            };
            steps.into_iter().map(key).collect::<Result<Vec<_>, _>>()
        });
        keys.unwrap_or_else(|message| {
            self.text.mistake(&value.span(), format!("`records` = `{text}`: {message}"));
            Vec::new()
        })
    }

    fn dialect(&mut self, table: &Table) -> Option<Dialect> {
        let mut byte = |key: &str, default: u8| {
            let Some(value) = table.get(key) else { return Some(Some(default)) };
            let text = self.text.own_text(value, key)?;
            match text.as_bytes() {
                [byte] if !byte.is_ascii_alphanumeric() && !matches!(byte, b'\n' | b'\r') => Some(Some(*byte)),
                [] if key == "quote" => Some(None),
                _ => {
                    let message = format!("`{key}`: expected one character, as in \";\", found `{text}`");
                    self.text.mistake(&value.span(), message);
                    None
                }
            }
        };
        let (delimiter, quote) = (byte("delimiter", b',')?, byte("quote", b'"')?);
        let header = table.get("header").map(|_| self.text.plain_texts(table, "header"));
        Some(Dialect { delimiter: delimiter?, quote, header })
    }

    fn encoding(&mut self, table: &Table) -> &'static encoding_rs::Encoding {
        let Some(name) = self.text.text(table, "encoding") else { return encoding_rs::UTF_8 };
        let found = encoding_rs::Encoding::for_label(name.as_bytes());
        if found.is_none() {
            let known = ["utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1", "iso-8859-15"];
            let span = table.get("encoding").map_or(0..0, toml::Spanned::span);
            self.text.unknown(&span, "encoding", &name, known.into_iter());
        }
        found.unwrap_or(encoding_rs::UTF_8)
    }

    fn latest(&mut self, table: &Table) -> Option<Latest> {
        let latest = self.table(table, "latest")?;
        self.text.keys(latest, &LATEST, "key of `latest`");
        let span = table.get("latest").map_or(0..0, toml::Spanned::span);
        let mut value = |key: &str| {
            if latest.get(key).is_none() {
                self.text.mistake(&span, format!("`latest` has no `{key}`"));
            }
            latest.get(key).and_then(|value| self.value(value, &values::VALUE_KEYS))
        };
        let (key, by) = (value("key"), value("by"));
        Some(Latest { key: key?, by: by? })
    }
}
