//! Profiles turn a platform's export into canonical events. There is one TOML file for each format (docs/profiles.md).
//! The built-in files are in `templates/profiles/`, and a user's own file is read in the same way.

pub(crate) mod batch;
pub(crate) mod chain;
pub(crate) mod convert;
pub(crate) mod documents;
pub(crate) mod duration;
mod element;
pub(crate) mod expected;
pub(crate) mod instant;
pub(crate) mod known_facts;
pub(crate) mod language;
pub(crate) mod line_form;
pub(crate) mod lines;
pub(crate) mod path;
pub(crate) mod pattern;
pub(crate) mod raw;
mod read;
pub mod recognise;
pub(crate) mod record;
pub(crate) mod records;
pub(crate) mod sample;
pub(crate) mod spans;
pub(crate) mod unpack;
pub(crate) mod value;
mod value_end;
mod zone_names;

use std::sync::OnceLock;

use self::chain::Chain;
use self::expected::Expected;
use self::instant::RecordInstant;
use self::line_form::LineForm;
use self::path::{From, Path, PathStep};
use self::unpack::Unpack;
use self::value::{ValueRule, ValueSource};
use crate::event::aliases::Aliases;
use crate::event::{Column, FactSet, Sessions};
use crate::failure::Failure;
use crate::ingest::source::InputFormat;
use crate::nearest::hint;

/// A checked profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Its name as given to `--profile`; for a file, the file name without its extension.
    pub name: String,
    /// Its title for people.
    pub title: String,
    /// The origin of the export, and how to read it.
    pub doc: String,
    /// How its conversations are distinguished, if the profile sets it.
    pub sessions: Option<Sessions>,
    /// The limits of the export, in sentences.
    pub cannot: Vec<String>,
    /// The keys to fill in before use, if the profile is a template for a new one.
    pub fill_in: Option<String>,
    /// How records are written.
    pub input: SourceInput,
    /// The alternative signs of records: one must match.
    pub signs: Vec<Sign>,
    /// The rules, in order.
    pub rules: Vec<EventRule>,
    /// Columns of its records that are attributes, by name.
    pub attributes: Vec<(String, ValueRule)>,
    /// The source of each attribute in the run's list of attributes.
    pub read_attributes: Vec<ValueRule>,
    /// Other names for values.
    pub aliases: Aliases,
    /// The facts that its rules provide.
    pub facts: FactSet,
    /// The facts that its records may add through words that pass a `map`: known after the records are read.
    pub may_add: FactSet,
    /// The paths that records of an export have.
    pub expects: Vec<Expected>,
    /// The keys of all its paths, sorted.
    pub keys: Vec<String>,
    /// The number of its paths.
    pub paths: usize,
}

/// The sign of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// Paths that a record must have.
    pub keys: Vec<Path>,
    /// Paths that no record may have.
    pub without: Vec<Path>,
}

/// How the records of a source are written.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceInput {
    /// Whether records are JSON, rows of a table or lines of text.
    pub format: Format,
    /// The encoding of a source without a byte-order mark.
    pub encoding: &'static encoding_rs::Encoding,
    /// Lines before the header or the first record.
    pub skip_lines: u32,
    /// Texts that mean no value, in every field.
    pub none: Vec<String>,
    /// The rule that selects the latest of the records with one key.
    pub latest: Option<Latest>,
    /// Records that follow each other in one conversation.
    pub chain: Option<Chain>,
    /// Conditions on a record: records that do not meet them are left out.
    pub when: Vec<Condition>,
    /// Texts that hold records.
    pub unpacks: Vec<Unpack>,
    /// Whether a row of CSV may have fewer fields than the header.
    pub is_ragged: bool,
    /// The keys before the records that paths refer to.
    pub document_keys: Vec<String>,
}

/// The format of a source with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line.
    Jsonl,
    /// JSON documents: each is a record, or has an array of records at these keys.
    Json(Vec<String>),
    /// Records with fields between delimiters.
    Csv(Dialect),
    /// Lines of text, of which some begin a record: those with one of these forms.
    Text(Vec<LineForm>),
}

impl Format {
    /// The name in profiles.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Json(_) => "json",
            Self::Csv(_) => "csv",
            Self::Text(_) => "text",
        }
    }

    /// The name of the format in reports.
    #[must_use]
    pub const fn of_input(&self) -> InputFormat {
        match self {
            Self::Jsonl => InputFormat::Jsonl,
            Self::Json(_) => InputFormat::Json,
            Self::Csv(_) => InputFormat::Csv,
            Self::Text(_) => InputFormat::Text,
        }
    }
}

/// The notation of fields in CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// The byte between fields.
    pub delimiter: u8,
    /// The byte around quoted fields, if fields are quoted.
    pub quote: Option<u8>,
    /// The columns of a file without a header.
    pub header: Option<Vec<String>>,
}

/// The rule that selects one of several versions of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// The key that the versions share.
    pub key: ValueRule,
    /// The value that is highest in the selected version.
    pub by: ValueRule,
}

impl Latest {
    /// The rule in words: ``of each `ContactId` the one with the highest `LastUpdateTimestamp` ``.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("of each {} the one with the highest {}", self.key.describe(), self.by.describe())
    }
}

/// A rule that makes an event of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRule {
    /// The elements to which the rule is applied; if empty, to the record.
    pub each: Vec<PathStep>,
    /// Conditions that must all hold.
    pub when: Vec<Condition>,
    /// Conditions of which one must hold, unless the list is empty.
    pub any: Vec<Condition>,
    /// The instant of the event.
    pub ts: RecordInstant,
    /// Whether the event is left out if it has no instant. If false, that is a fault.
    pub optional: bool,
    /// The other columns.
    pub columns: Vec<(Column, ValueRule)>,
}

/// A test of a value that decides whether a rule applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The tested value.
    pub value: ValueRule,
    /// The condition.
    pub test: Test,
}

/// The condition on a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// Equal to one of these texts.
    Is(Vec<String>),
    /// Different from all of these texts; true if there is no value.
    Not(Vec<String>),
    /// Present (true) or absent (false).
    Has(bool),
    /// Equal to another value, with both present.
    SameAs(ValueRule),
    /// Different from another value, or absent.
    DiffersFrom(ValueRule),
}

impl Condition {
    /// Passes each of its paths to the callback.
    pub fn each_path<'v>(&'v self, see: &mut impl FnMut(&'v Path, bool)) {
        self.value.each_path(false, see);
        match &self.test {
            Test::SameAs(other) | Test::DiffersFrom(other) => other.each_path(false, see),
            Test::Is(_) | Test::Not(_) | Test::Has(_) => {}
        }
    }
}

/// The line that makes a profile one of text.
const OF_TEXT: &str = "\nformat = \"text\"\n";

/// The built-in profiles: name and TOML text.
const BUILT_IN: &[(&str, &str)] = &[
    ("3cx-cdr", include_str!("../../../../templates/profiles/3cx-cdr.toml")),
    ("amazon-connect", include_str!("../../../../templates/profiles/amazon-connect.toml")),
    ("asterisk-queue-log", include_str!("../../../../templates/profiles/asterisk-queue-log.toml")),
    ("asterisk-queue-log-table", include_str!("../../../../templates/profiles/asterisk-queue-log-table.toml")),
    ("blip", include_str!("../../../../templates/profiles/blip.toml")),
    ("botmaker", include_str!("../../../../templates/profiles/botmaker.toml")),
    ("botmaker-agents", include_str!("../../../../templates/profiles/botmaker-agents.toml")),
    ("botmaker-v2", include_str!("../../../../templates/profiles/botmaker-v2.toml")),
    ("chatwoot", include_str!("../../../../templates/profiles/chatwoot.toml")),
    ("chatwoot-events", include_str!("../../../../templates/profiles/chatwoot-events.toml")),
    ("chatwoot-webhooks", include_str!("../../../../templates/profiles/chatwoot-webhooks.toml")),
    ("crisp", include_str!("../../../../templates/profiles/crisp.toml")),
    ("freshchat", include_str!("../../../../templates/profiles/freshchat.toml")),
    ("freshdesk", include_str!("../../../../templates/profiles/freshdesk.toml")),
    ("genesys", include_str!("../../../../templates/profiles/genesys.toml")),
    ("hubspot", include_str!("../../../../templates/profiles/hubspot.toml")),
    ("intercom", include_str!("../../../../templates/profiles/intercom.toml")),
    ("intercom-parts", include_str!("../../../../templates/profiles/intercom-parts.toml")),
    ("live-helper-chat", include_str!("../../../../templates/profiles/live-helper-chat.toml")),
    ("live-helper-chat-csv", include_str!("../../../../templates/profiles/live-helper-chat-csv.toml")),
    ("livechat", include_str!("../../../../templates/profiles/livechat.toml")),
    ("movidesk", include_str!("../../../../templates/profiles/movidesk.toml")),
    ("rasa", include_str!("../../../../templates/profiles/rasa.toml")),
    ("rocketchat", include_str!("../../../../templates/profiles/rocketchat.toml")),
    ("rocketchat-messages", include_str!("../../../../templates/profiles/rocketchat-messages.toml")),
    ("salesforce-entries", include_str!("../../../../templates/profiles/salesforce-entries.toml")),
    ("telegram", include_str!("../../../../templates/profiles/telegram.toml")),
    ("twilio-taskrouter", include_str!("../../../../templates/profiles/twilio-taskrouter.toml")),
    ("whatsapp", include_str!("../../../../templates/profiles/whatsapp.toml")),
    ("whatsapp-month-first", include_str!("../../../../templates/profiles/whatsapp-month-first.toml")),
    ("zendesk-chat", include_str!("../../../../templates/profiles/zendesk-chat.toml")),
    ("zenvia", include_str!("../../../../templates/profiles/zenvia.toml")),
];

/// The profiles read so far, in the same order.
static READ: [OnceLock<Profile>; BUILT_IN.len()] = [const { OnceLock::new() }; BUILT_IN.len()];

impl Profile {
    /// Whether its format is lines of text, which have no columns.
    #[must_use]
    pub const fn is_text(&self) -> bool {
        matches!(self.input.format, Format::Text(_))
    }

    /// The built-in profile of that name.
    ///
    /// # Errors
    ///
    /// If there is no such profile: names the nearest one.
    pub fn built_in(name: &str) -> anyhow::Result<Self> {
        let Some(at) = BUILT_IN.iter().position(|(known, _)| *known == name) else {
            let names = Self::names();
            let hint = hint(name, names.clone());
            let names = names.collect::<Vec<_>>().join(", ");
            return Err(Failure::Usage.because(format!(
                "no profile `{name}`{hint} (profiles: {CANONICAL}, {names}, or the path of a .toml file)"
            )));
        };
        if let Some(read) = READ[at].get() {
            return Ok(read.clone());
        }
        let (name, text) = BUILT_IN[at];
        let profile = Self::parse(name, name, text)?;
        Ok(READ[at].get_or_init(|| profile).clone())
    }

    /// The TOML text of a built-in profile.
    #[must_use]
    pub fn text(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// Names of the built-in profiles of text. Their TOML is searched for it and not read: that of all profiles takes longer than
    /// a small log.
    pub fn names_of_text() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().filter(|(_, text)| text.contains(OF_TEXT)).map(|(name, _)| *name)
    }

    /// Names of the built-in profiles. The canonical columns need no profile and are not listed.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Reads and checks a profile. `location` is its name in messages: a path, or the name of a built-in profile.
    ///
    /// # Errors
    ///
    /// If it is not TOML or has invalid keys or values: every mistake, with its line and the nearest name.
    pub fn parse(name: &str, location: &str, text: &str) -> anyhow::Result<Self> {
        read::profile(name, location, text)
    }

    /// A path that shows that a record is not of this profile: for each sign, the record has a path that it must not
    /// have.
    pub fn contradiction(&self, has: impl Fn(&Path) -> bool) -> Option<&Path> {
        let of_sign = |sign: &'_ Sign| sign.without.iter().position(&has);
        let all: Option<Vec<usize>> = self.signs.iter().map(of_sign).collect();
        self.signs.first()?.without.get(*all?.first()?)
    }

    /// Passes each of its paths to the callback, with a flag for paths that records may lack.
    pub fn each_path<'v>(&'v self, see: &mut impl FnMut(&'v Path, bool)) {
        if let Some(Latest { key, by }) = &self.input.latest {
            key.each_path(false, see);
            by.each_path(false, see);
        }
        if let Some(Chain { id, parent }) = &self.input.chain {
            id.each_path(false, see);
            parent.each_path(false, see);
        }
        self.input.when.iter().for_each(|condition| condition.each_path(see));
        self.input.unpacks.iter().for_each(|unpack| unpack.path.each(&mut |path| see(path, false)));
        for rule in &self.rules {
            rule.ts.each_path(see);
            rule.columns.iter().for_each(|(_, value)| value.each_path(false, see));
            rule.when.iter().chain(&rule.any).for_each(|condition| condition.each_path(see));
        }
        self.read_attributes.iter().for_each(|value| value.each_path(true, see));
    }

    /// The same profile, extended to read these attributes: by its `[attributes]`, else by the column or key of that
    /// name, else by that path in a record.
    #[must_use]
    pub fn with_attributes(mut self, names: &[&'static str]) -> Self {
        for name in names {
            let own = self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
            let value = own.unwrap_or_else(|| {
                let is_row = matches!(self.input.format, Format::Csv(_) | Format::Text(_));
                let (steps, column) = if is_row {
                    (Vec::new(), Some((*name).to_owned()))
                } else {
                    (vec![PathStep::Key((*name).to_owned())], None)
                };
                let path = Path { text: (*name).to_owned(), number: self.paths, from: From::Record, steps, column };
                self.paths += 1;
                let key = ValueRule::plain(ValueSource::Path(path));
                // `custom_attributes.plan` is a key with that name, or else a path from the record.
                let inside = format!("$.{name}");
                match Path::parse(&inside, self.paths).ok().filter(|path| !is_row && path.steps.len() > 1) {
                    Some(path) => {
                        self.paths += 1;
                        ValueRule::plain(ValueSource::First(vec![key, ValueRule::plain(ValueSource::Path(path))]))
                    }
                    None => key,
                }
            });
            self.read_attributes.push(value);
        }
        self
    }
}

/// The error for a source that is readable but does not match its profile. Its message is about the source.
#[derive(Debug)]
struct NoLog(String);

impl std::fmt::Display for NoLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoLog {}

fn no_log(message: &str) -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, NoLog(message.to_owned()))
}

/// The name for input that needs no profile.
pub const CANONICAL: &str = "canonical";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_profiles_are_right() {
        let of_text: Vec<&str> = Profile::names_of_text().collect();
        assert!(of_text.contains(&"whatsapp"), "{of_text:?}");
        for name in Profile::names() {
            let profile = Profile::built_in(name).unwrap();
            assert_eq!(profile.name, name);
            assert_eq!(of_text.contains(&name), matches!(profile.input.format, Format::Text(_)), "{name}");
            assert!(!profile.signs.is_empty() && !profile.doc.is_empty(), "{name}");
        }
    }
}
