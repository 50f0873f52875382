//! Profiles: how the export of a platform becomes canonical events. One TOML file a format (docs/profiles.md); the built-in
//! ones are in `templates/profiles/`, and a user's own file is read the same way.

pub(crate) mod batch;
pub(crate) mod chain;
pub(crate) mod convert;
pub(crate) mod documents;
pub(crate) mod duration;
mod element;
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
    /// Its name, as `--profile` takes it; of a file its name without the ending.
    pub name: String,
    /// Its title for people.
    pub title: String,
    /// Where the export comes from and how it is read.
    pub doc: String,
    /// How its conversations are distinguished, where it says so.
    pub sessions: Option<Sessions>,
    /// The gaps of the export, in sentences.
    pub cannot: Vec<String>,
    /// The keys that must be filled in before use, where it is a form to begin one's own profile with.
    pub fill_in: Option<String>,
    /// How records are written.
    pub input: SourceInput,
    /// The signs of records: one of these.
    pub signs: Vec<Sign>,
    /// The rules, in order.
    pub rules: Vec<EventRule>,
    /// Columns of its records that are attributes, by name.
    pub attributes: Vec<(String, ValueRule)>,
    /// By place in the run's list of attributes: where each is.
    pub read_attributes: Vec<ValueRule>,
    /// Names that stand for others.
    pub aliases: Aliases,
    /// The facts that its rules give.
    pub facts: FactSet,
    /// The facts that its records may add, by words that pass through a `map`: known once they are read.
    pub may_add: FactSet,
    /// The paths that records of every export have.
    pub expects: Vec<Expected>,
    /// How many paths it has.
    pub paths: usize,
}

/// Paths of which some record of every export has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// One of these must do.
    pub has: Vec<Path>,
    /// Only where these hold of some record. Empty: in every export.
    pub when: Vec<Condition>,
}

/// The bits of an [`Expected`] in the set of what was found: one for what it must have, one for where.
const BITS_PER_EXPECTED: usize = 2;
/// Entries of `expects`, at most.
const MOST_EXPECTED: usize = u64::BITS as usize / BITS_PER_EXPECTED;

/// The sign of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// Paths that it must have.
    pub keys: Vec<Path>,
    /// Paths that no record may have.
    pub without: Vec<Path>,
}

/// How the records of a source are written.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceInput {
    /// The format.
    pub format: Format,
    /// The name of the encoding of a source without a byte-order mark.
    pub encoding: &'static encoding_rs::Encoding,
    /// Lines before the header or the first record.
    pub skip_lines: u32,
    /// Texts that mean no value, in every field.
    pub none: Vec<String>,
    /// Of the records of one key, only the latest.
    pub latest: Option<Latest>,
    /// Records that are one conversation, one after another.
    pub chain: Option<Chain>,
    /// The conditions on a record: others are left out.
    pub when: Vec<Condition>,
    /// Texts that hold records.
    pub unpacks: Vec<Unpack>,
    /// A row of CSV may have fewer fields than the header.
    pub is_ragged: bool,
    /// The keys before the records that paths name.
    pub document_keys: Vec<String>,
}

/// The format of a source with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// JSON documents: the records are in an array at these keys, or the documents themselves.
    Json(Vec<String>),
    /// Records with fields between delimiters.
    Csv(Dialect),
    /// Lines of text, some of which begin a record: those in one of these forms.
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

    /// The same as reports name it.
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

/// How fields are written in CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// Between fields.
    pub delimiter: u8,
    /// Around fields, if anything.
    pub quote: Option<u8>,
    /// The columns of a file without a header.
    pub header: Option<Vec<String>>,
}

/// Which of several versions of a record counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latest {
    /// The identity of records.
    pub key: ValueRule,
    /// The value that is highest in the version that counts.
    pub by: ValueRule,
}

impl Latest {
    /// In words: ``of each `ContactId` the one with the highest `LastUpdateTimestamp` ``.
    #[must_use]
    pub fn describe(&self) -> String {
        format!("of each {} the one with the highest {}", self.key.describe(), self.by.describe())
    }
}

/// A rule that makes an event of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRule {
    /// The elements that it is applied to; none: the record.
    pub each: Vec<PathStep>,
    /// Conditions that must all hold.
    pub when: Vec<Condition>,
    /// Conditions one of which must hold, where there are any.
    pub any: Vec<Condition>,
    /// When it happened.
    pub ts: RecordInstant,
    /// Without an instant it did not happen.
    pub optional: bool,
    /// The other columns.
    pub columns: Vec<(Column, ValueRule)>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Of which value.
    pub value: ValueRule,
    /// The condition.
    pub test: Test,
}

/// The condition on a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// One of these texts.
    Is(Vec<String>),
    /// None of these texts; no value is none of them.
    Not(Vec<String>),
    /// There or not.
    Has(bool),
    /// The same text as another value's, where both are there.
    SameAs(ValueRule),
    /// Another text than that of another value, or none.
    DiffersFrom(ValueRule),
}

impl Condition {
    /// Each path in it.
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

/// The built-in profiles: name and text.
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
    /// Whether it reads lines of text, which have no columns.
    #[must_use]
    pub const fn is_text(&self) -> bool {
        matches!(self.input.format, Format::Text(_))
    }

    /// The built-in profile of that name.
    ///
    /// # Errors
    ///
    /// Where there is none: names the nearest.
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

    /// A built-in profile as it is written.
    #[must_use]
    pub fn text(name: &str) -> Option<&'static str> {
        BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// Names of the built-in profiles of text. Their TOML is searched for it and not read: that of all profiles takes longer than
    /// a small log.
    pub fn names_of_text() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().filter(|(_, text)| text.contains(OF_TEXT)).map(|(name, _)| *name)
    }

    /// Names of the built-in profiles, but for the canonical columns, which need none.
    pub fn names() -> impl Iterator<Item = &'static str> + Clone {
        BUILT_IN.iter().map(|(name, _)| *name)
    }

    /// Reads and checks a profile. `place` is what messages call it: a path, or the name of a built-in one.
    ///
    /// # Errors
    ///
    /// Where it is no TOML, or says what it cannot: every mistake, with its line and the nearest name.
    pub fn parse(name: &str, place: &str, text: &str) -> anyhow::Result<Self> {
        read::profile(name, place, text)
    }

    /// The path by which a record cannot be of this profile: each of its signs has one that no record may have.
    pub fn contradiction(&self, has: impl Fn(&Path) -> bool) -> Option<&Path> {
        let of_sign = |sign: &'_ Sign| sign.without.iter().position(&has);
        let all: Option<Vec<usize>> = self.signs.iter().map(of_sign).collect();
        self.signs.first()?.without.get(*all?.first()?)
    }

    /// Marks in `found` what of [`Self::expects`] a record has.
    pub fn mark_expected(&self, found: &mut u64, has: impl Fn(&Path) -> bool, holds: impl Fn(&Condition) -> bool) {
        for (at, expected) in self.expects.iter().enumerate() {
            let (met, is_asked) = (1 << (at * BITS_PER_EXPECTED), 2 << (at * BITS_PER_EXPECTED));
            if *found & met == 0 && expected.has.iter().any(&has) {
                *found |= met;
            }
            if *found & (met | is_asked) == 0 && expected.when.iter().all(&holds) {
                *found |= is_asked;
            }
        }
    }

    /// The paths of [`Self::expects`] that no record has, given the paths that were found.
    pub fn unmet(&self, found: u64) -> impl Iterator<Item = &str> {
        let missing = self.expects.iter().enumerate().filter(move |(at, expected)| {
            let (met, is_asked) = (1 << (at * BITS_PER_EXPECTED), 2 << (at * BITS_PER_EXPECTED));
            found & met == 0 && (expected.when.is_empty() || found & is_asked != 0)
        });
        missing.filter_map(|(_, expected)| expected.has.first()).map(|path| path.text.as_str())
    }

    /// Each path that it names; the mark is whether records may do without.
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

    /// The same profile, that reads these attributes too: as its `[attributes]` say, else the column or key of that name,
    /// or what is in a record at that path.
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
                // `custom_attributes.plan` is a key of that name, else a path from the record.
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

/// An error of a source that can be read but is not what its profile says; its message is the source's own.
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

/// The name of what needs no profile.
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
