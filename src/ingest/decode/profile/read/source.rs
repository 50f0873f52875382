//! `[input]`: the format of a source's records.

use std::ops::Range;

use super::ProfileReader;
use super::values::{self, Defaults};
use crate::ingest::decode::profile::chain::Chain;
use crate::ingest::decode::profile::line_form::LineForm;
use crate::ingest::decode::profile::path::{From, PathStep, steps};
use crate::ingest::decode::profile::sample::VALUES;
use crate::ingest::decode::profile::unpack::{PackedForm, Unpack};
use crate::ingest::decode::profile::value::ValueRule;
use crate::ingest::decode::profile::{Dialect, Format, Latest, SourceInput};
use crate::toml_reader::TomlTable;

const KEYS: [&str; 15] = [
    "format",
    "records",
    "line",
    "encoding",
    "delimiter",
    "quote",
    "header",
    "ragged",
    "skip_lines",
    "none",
    "latest",
    "chain",
    "when",
    "json",
    "transcripts",
];
const LATEST: [&str; 2] = ["key", "by"];
const CHAIN: [&str; 2] = ["id", "parent"];
const TRANSCRIPT: [&str; 2] = ["from", "line"];
const FORMATS: [(&str, &str); 4] = [("jsonl", "jsonl"), ("json", "json"), ("csv", "csv"), ("text", "text")];
/// Keys that apply to one format only.
const ONLY_OF: [(&str, &str); 6] = [
    ("records", "json"),
    ("line", "text"),
    ("delimiter", "csv"),
    ("quote", "csv"),
    ("header", "csv"),
    ("ragged", "csv"),
];

impl ProfileReader<'_, '_> {
    pub(super) fn input(&mut self, root: &TomlTable, defaults: &Defaults) -> Option<SourceInput> {
        let Some(table) = self.table(root, "input") else {
            if root.get("input").is_none() {
                let text = "no [input]: name the format of its records, as in format = \"jsonl\" under [input]";
                self.text.mistake(&(0..0), text.to_owned());
            }
            return None;
        };
        self.text.keys(table, &KEYS, "key of [input]");
        let format = self.text.choice(table, "format", "format", &FORMATS);
        let span = root.get("input").map_or(0..0, toml::Spanned::span);
        if table.get("format").is_none() {
            self.text.mistake(&span, "[input] has no `format`: jsonl, json, csv or text".to_owned());
        }
        for (key, only) in ONLY_OF {
            if let (Some(value), Some(format)) = (table.get(key), format)
                && format != only
            {
                self.text.mistake(&value.span(), format!("`{key}` is of format = \"{only}\" only"));
            }
        }
        let (records, dialect, forms) = (self.records(table), self.dialect(table), self.forms(table, defaults));
        if format == Some("text") && table.get("line").is_none() {
            let text = "format = \"text\" has no `line`: give the form of a line that begins a record, as in line = \
                        \"{at:%d/%m/%Y %H:%M} - {author}: {}\"";
            self.text.mistake(&span, text.to_owned());
        }
        self.kind.is_row = matches!(format, Some("csv" | "text"));
        self.kind.names = (format == Some("text")).then(|| LineForm::all_names(&forms));
        self.kind.records.clone_from(&records);
        let unpacks = self.unpacks(table, defaults);
        let encoding = self.encoding(table);
        let none = self.text.plain_texts(table, "none");
        let (latest, chain, when) = (self.latest(table), self.chain(table), self.conditions(table, "when"));
        let is_ragged = self.text.flag(table, "ragged").unwrap_or(false);
        let format = match format? {
            "jsonl" => Format::Jsonl,
            "json" => Format::Json(records),
            "text" => Format::Text(forms),
            _ => Format::Csv(dialect?),
        };
        let skip_lines = self.text.number(table, "skip_lines").unwrap_or(0);
        let document_keys = Vec::new();
        Some(SourceInput { format, encoding, skip_lines, none, latest, chain, when, unpacks, is_ragged, document_keys })
    }

    /// The forms of `line`.
    fn forms(&mut self, table: &TomlTable, defaults: &Defaults) -> Vec<LineForm> {
        let mut forms = Vec::new();
        for (text, span) in self.text.texts(table, "line") {
            match LineForm::parse(&text, defaults.instant_names(), defaults.formats()) {
                Ok(form) => forms.push(form),
                Err(message) => self.text.mistake(&span, message),
            }
        }
        forms
    }

    /// `json` and `transcripts`: texts that contain records.
    fn unpacks(&mut self, table: &TomlTable, defaults: &Defaults) -> Vec<Unpack> {
        let mut texts: Vec<(&str, String, Range<usize>, PackedForm)> = Vec::new();
        for (text, span) in self.text.texts(table, "json") {
            texts.push(("json", text, span, PackedForm::Json));
        }
        let list = table.get("transcripts").map(|_| self.text.tables_of(table, "transcripts")).unwrap_or_default();
        for (inner, span) in list {
            self.text.keys(inner, &TRANSCRIPT, "key of `transcripts`");
            for key in TRANSCRIPT {
                if inner.get(key).is_none() {
                    self.text.mistake(&span, format!("`transcripts` has no `{key}`"));
                }
            }
            let forms = self.forms(inner, defaults);
            if let Some(from) = self.text.text(inner, "from").filter(|_| !forms.is_empty()) {
                texts.push(("transcripts", from, span, PackedForm::Lines(forms)));
            }
        }
        if self.kind.is_row {
            self.kind.unpacked = texts.iter().map(|(_, text, ..)| text.clone()).collect();
        }
        let mut unpacks = Vec::new();
        for (key, text, span, form) in texts {
            let Some(path) = self.path(&text, &span) else { continue };
            let is_keys = path.steps.iter().all(|step| matches!(step, PathStep::Key(_)));
            if is_keys && matches!(path.from, From::Element(0) | From::Record) {
                unpacks.push(Unpack { path, form });
            } else {
                self.text.mistake(&span, format!("`{key}` = `{text}`: only keys lead to the texts"));
            }
        }
        unpacks
    }

    fn records(&mut self, table: &TomlTable) -> Vec<String> {
        let Some(value) = table.get("records") else { return Vec::new() };
        let Some(text) = self.text.own_text(value, "records") else { return Vec::new() };
        let keys = steps(&text).and_then(|steps| {
            let last = steps.len().saturating_sub(1);
            let key = |(at, step)| match step {
                PathStep::Key(key) => Ok(key),
                PathStep::Values if at == last => Ok(VALUES.to_owned()),
                PathStep::At(_) | PathStep::Find(..) | PathStep::Values => {
                    Err("only keys lead to the records, and `*` at the end to the values of an object".to_owned())
                }
            };
            steps.into_iter().enumerate().map(key).collect::<Result<Vec<_>, _>>()
        });
        keys.unwrap_or_else(|message| {
            self.text.mistake(&value.span(), format!("`records` = `{text}`: {message}"));
            Vec::new()
        })
    }

    fn dialect(&mut self, table: &TomlTable) -> Option<Dialect> {
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

    fn encoding(&mut self, table: &TomlTable) -> &'static encoding_rs::Encoding {
        let Some(name) = self.text.text(table, "encoding") else { return encoding_rs::UTF_8 };
        let found = encoding_rs::Encoding::for_label(name.as_bytes());
        if found.is_none() {
            let known = ["utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1", "iso-8859-15"];
            let span = table.get("encoding").map_or(0..0, toml::Spanned::span);
            self.text.unknown(&span, "encoding", &name, known.into_iter());
        }
        found.unwrap_or(encoding_rs::UTF_8)
    }

    fn latest(&mut self, table: &TomlTable) -> Option<Latest> {
        let [key, by] = self.two_values(table, "latest", LATEST)?;
        Some(Latest { key, by })
    }

    fn chain(&mut self, table: &TomlTable) -> Option<Chain> {
        let chain = self.two_values(table, "chain", CHAIN);
        self.kind.is_chain = chain.is_some();
        let [id, parent] = chain?;
        Some(Chain { id, parent })
    }

    /// A table of two values.
    fn two_values(&mut self, table: &TomlTable, key: &str, names: [&str; 2]) -> Option<[ValueRule; 2]> {
        let inner = self.table(table, key)?;
        self.text.keys(inner, &names, &format!("key of `{key}`"));
        let span = table.get(key).map_or(0..0, toml::Spanned::span);
        let [first, second] = names.map(|name| {
            if inner.get(name).is_none() {
                self.text.mistake(&span, format!("`{key}` has no `{name}`"));
            }
            inner.get(name).and_then(|value| self.value(value, &values::VALUE_KEYS))
        });
        Some([first?, second?])
    }
}
