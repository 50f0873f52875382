//! Reads the text of a profile key by key, so that every mistake is reported with its line and the nearest name.

mod names;
mod rules;
mod source;
mod toml_text;
mod values;

use std::ops::Range;

use anyhow::Context;

use self::values::Defaults;
use super::expected::{Applies, Expected, MOST_EXPECTED};
use super::known_facts::of_rules;
use super::path::{From, Path, PathStep};
use super::sample::VALUES;
use super::value::ValueRule;
use super::{Format, Profile, Sign, SourceInput};
use crate::event::{Fact, FactSet, Sessions};
use crate::toml_reader::{self, Reader as Text, TomlTable, Value};

const KEYS: [&str; 14] = [
    "title",
    "doc",
    "sessions",
    "cannot",
    "fill_in",
    "lacks",
    "expects",
    "input",
    "recognise",
    "time",
    "columns",
    "attributes",
    "alias",
    "event",
];
const RECOGNISE: [&str; 2] = ["keys", "without"];
const EXPECTED: [&str; 3] = ["has", "when", "optional"];

/// Reads a profile; see [`Profile::parse`].
pub fn profile(name: &str, location: &str, text: &str) -> anyhow::Result<Profile> {
    let read = |text: &mut Text<'_>, root: &TomlTable<'_>| ProfileReader::new(text).profile(name, root);
    // If the result is `None`, a mistake was reported.
    toml_reader::read("profile", location, text, read)?.with_context(|| format!("profile {location} cannot be read"))
}

struct ProfileReader<'r, 't> {
    text: &'r mut Text<'t>,
    /// The kinds of records, which determine how paths are read.
    kind: RecordKinds,
    /// Whether the current rule is applied to elements.
    in_each: bool,
    /// The number of paths read.
    paths: usize,
    /// The keys of the paths read.
    keys: Vec<String>,
    /// The keys used after `@document`, and whether `@root` is used.
    document_keys: Vec<String>,
    has_root: bool,
}

/// The form of the source's records, as far as paths depend on it.
#[derive(Debug, Default)]
struct RecordKinds {
    /// Whether records are rows, so that paths are names of columns.
    is_row: bool,
    /// The columns of rows whose texts contain records.
    unpacked: Vec<String>,
    /// The names of the columns, if known.
    names: Option<Vec<String>>,
    /// The keys that lead to the records of a JSON document.
    records: Vec<String>,
    /// Whether records form chains.
    is_chain: bool,
}

impl<'r, 't> ProfileReader<'r, 't> {
    fn new(text: &'r mut Text<'t>) -> Self {
        Self {
            text,
            kind: RecordKinds::default(),
            in_each: false,
            paths: 0,
            keys: Vec::new(),
            document_keys: Vec::new(),
            has_root: false,
        }
    }
}

/// The paths by which records of JSON are selected or chained: without them, each record would count in silence. A table
/// must have such columns in its header. The first of a chain may have no key for its parent.
fn of_selection(input: &SourceInput) -> Vec<Expected> {
    if matches!(input.format, Format::Text(_) | Format::Csv(_)) {
        return Vec::new();
    }
    let expected = |rule: &ValueRule, applies: Applies| {
        let mut has = Vec::new();
        rule.each_path(false, &mut |path: &Path, _| has.push(path.clone()));
        (!has.is_empty()).then_some(Expected { has, applies })
    };
    let every = || Applies::When(Vec::new());
    let latest = input.latest.iter().flat_map(|latest| [expected(&latest.key, every()), expected(&latest.by, every())]);
    let chain = input
        .chain
        .iter()
        .flat_map(|chain| [expected(&chain.id, every()), expected(&chain.parent, Applies::Resembled)]);
    latest.chain(chain).flatten().collect()
}

impl ProfileReader<'_, '_> {
    fn profile(&mut self, name: &str, root: &TomlTable) -> Option<Profile> {
        self.text.keys(root, &KEYS, "key");
        if root.get("title").is_none() {
            self.text.mistake(&(0..0), "no title: name the export, as in title = \"Calls of our switch\"".to_owned());
        }
        let defaults = self.time(root);
        let input = self.input(root, &defaults);
        let columns = self.table(root, "columns");
        let rules = self.rules(root, columns, &defaults);
        let attributes = self.attributes(root);
        let aliases = self.aliases(root);
        let signs = self.signs(root);
        let mut expects = self.expects(root, input.as_ref());
        expects.extend(input.as_ref().map(of_selection).unwrap_or_default());
        expects.truncate(MOST_EXPECTED);
        let input = self.with_uses(root, input);
        let (facts, may_add) = of_rules(&rules);
        let lacks = self.lacks(root, facts.or(may_add));
        let without_lacks = |facts: FactSet| lacks.iter().fold(facts, |facts, fact| facts.without(*fact));
        let sessions = self.sessions(root);
        Some(Profile {
            name: name.to_owned(),
            title: self.text.text(root, "title").unwrap_or_default(),
            doc: self.text.text(root, "doc").unwrap_or_default(),
            sessions,
            cannot: self.text.texts(root, "cannot").into_iter().map(|(text, _)| text).collect(),
            fill_in: self.text.text(root, "fill_in"),
            input: input?,
            signs,
            expects,
            keys: self.sorted_keys(),
            rules,
            attributes,
            read_attributes: Vec::new(),
            aliases,
            facts: without_lacks(facts),
            may_add: without_lacks(may_add.minus(facts)),
            paths: self.paths,
        })
    }

    fn table<'t>(&mut self, root: &'t TomlTable<'t>, key: &str) -> Option<&'t TomlTable<'t>> {
        let value = root.get(key)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.text.mistake(&value.span(), format!("`{key}` is a table: write [{key}] over its keys"));
        }
        table
    }

    /// The keys of all paths, sorted and without repeats.
    fn sorted_keys(&mut self) -> Vec<String> {
        let mut keys = std::mem::take(&mut self.keys);
        keys.sort();
        keys.dedup();
        keys
    }

    /// Reads `expects`: paths, lists of alternative paths, and either of these with a condition.
    fn expects(&mut self, root: &TomlTable, input: Option<&SourceInput>) -> Vec<Expected> {
        let Some(value) = root.get("expects") else { return Vec::new() };
        let is_text = input.is_some_and(|input| matches!(input.format, Format::Text(_)));
        let Some(list) = value.get_ref().as_array().filter(|list| list.len() <= MOST_EXPECTED && !is_text) else {
            let message = if is_text {
                "`expects` is of JSON and CSV: each record of a text has the fields of its form".to_owned()
            } else {
                format!("`expects` is a list of paths, {MOST_EXPECTED} at most")
            };
            self.text.mistake(&value.span(), message);
            return Vec::new();
        };
        let is_table = input.is_some_and(|input| matches!(input.format, Format::Csv(_)));
        let has_conditions = |one: &&Value<'_>| {
            one.get_ref().as_table().is_some_and(|table| table.get("has").is_some() || table.get("when").is_some())
        };
        if let Some(one) = list.iter().find(|one| is_table && has_conditions(one)) {
            let text = "`expects` of a CSV file holds columns, lists of columns and { optional = \"…\" }: all its rows have the same columns";
            self.text.mistake(&one.span(), text.to_owned());
        }
        list.iter().map(|one| self.expected(one)).collect()
    }

    fn expected(&mut self, one: &Value<'_>) -> Expected {
        let Some(table) = one.get_ref().as_table() else {
            return Expected { has: self.any_path(one), applies: Applies::When(Vec::new()) };
        };
        self.text.keys(table, &EXPECTED, "key of `expects`");
        if let Some(optional) = table.get("optional") {
            if table.get("has").is_some() || table.get("when").is_some() {
                let text = "an entry of `expects` has either `optional`, or `has` with `when`".to_owned();
                self.text.mistake(&one.span(), text);
            }
            return Expected { has: self.any_path(optional), applies: Applies::Resembled };
        }
        let applies = Applies::When(self.conditions(table, "when"));
        let Some(has) = table.get("has") else {
            let text = "an entry of `expects` has `has`, the path that some record must have".to_owned();
            self.text.mistake(&one.span(), text);
            return Expected { has: Vec::new(), applies };
        };
        Expected { has: self.any_path(has), applies }
    }

    /// Reads a path or a list of paths.
    fn any_path(&mut self, one: &Value<'_>) -> Vec<super::Path> {
        let several = one.get_ref().as_array().map_or(std::slice::from_ref(one), |list| &list[..]);
        let texts: Vec<_> = several.iter().filter_map(|text| Some((text.get_ref().as_str()?, text.span()))).collect();
        if texts.is_empty() || texts.len() < several.len() {
            let text = "`expects` holds paths, lists of paths, { has = \"…\", when = […] } and { optional = \"…\" }";
            self.text.mistake(&one.span(), text.to_owned());
        }
        texts.into_iter().filter_map(|(text, span)| self.path(text, &span)).collect()
    }

    /// Reads `[recognise]`, or several `[[recognise]]`.
    fn signs(&mut self, root: &TomlTable) -> Vec<Sign> {
        let Some(value) = root.get("recognise") else { return Vec::new() };
        let one = std::slice::from_ref(value);
        let mut signs = Vec::new();
        for toml in value.get_ref().as_array().map_or(one, |list| &list[..]) {
            let Some(table) = toml.get_ref().as_table() else {
                self.text.mistake(&toml.span(), "`recognise` is a table: write [recognise] over its keys".to_owned());
                continue;
            };
            self.text.keys(table, &RECOGNISE, "key of [recognise]");
            let sign = Sign { keys: self.paths(table, "keys"), without: self.paths(table, "without") };
            if sign.keys.is_empty() {
                self.text.mistake(&toml.span(), "[recognise] names no `keys`".to_owned());
            }
            signs.push(sign);
        }
        signs
    }

    fn sessions(&mut self, root: &TomlTable) -> Option<Sessions> {
        let known = Sessions::ALL.map(|sessions| (sessions.name(), sessions));
        self.text.choice(root, "sessions", "rule of `sessions`", &known)
    }

    /// Reads the facts that rules invent.
    fn lacks(&mut self, root: &TomlTable, facts: FactSet) -> Vec<Fact> {
        let mut lacks = Vec::new();
        for (name, span) in self.text.texts(root, "lacks") {
            match Fact::parse(&name) {
                Some(fact) if facts.has(fact) => lacks.push(fact),
                Some(_) => self.text.mistake(&span, format!("no rule gives `{name}`: remove it from `lacks`")),
                None => self.text.unknown(&span, "fact", &name, Fact::ALL.iter().map(|fact| fact.name())),
            }
        }
        lacks
    }

    fn path(&mut self, text: &str, span: &Range<usize>) -> Option<super::Path> {
        let number = self.paths;
        self.paths += 1;
        // Rules for elements in a row refer to columns as keys of the record.
        let of_row = text.strip_prefix("$.").filter(|_| self.in_each || !self.kind.unpacked.is_empty());
        let is_column = self.kind.is_row && (!self.in_each || of_row.is_some());
        let path = if is_column {
            super::Path::column(of_row.unwrap_or(text), number, &self.kind.unpacked)
        } else {
            super::Path::parse(text, number)
        };
        let path = path.map_err(|message| self.text.mistake(span, message)).ok()?;
        self.check(&path, span);
        path.each(&mut |path| self.keys.extend(path.steps.iter().filter_map(PathStep::key).map(str::to_owned)));
        Some(path)
    }

    /// Checks that the start of a path exists.
    fn check(&mut self, path: &super::Path, span: &Range<usize>) {
        if let (Some(column), Some(names)) = (&path.column, &self.kind.names)
            && !names.contains(column)
        {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.text.unknown(span, "field of `line`", column, names.into_iter());
        }
        path.each(&mut |path| match (path.from, path.steps.first()) {
            (From::Root, _) if !self.kind.is_chain => {
                let text = "`@root` is of a `chain` under [input]".to_owned();
                self.text.mistake(span, text);
            }
            (From::Root, _) => self.has_root = true,
            (From::Document, Some(PathStep::Key(key)))
                if self.kind.records.first().is_some_and(|first| first != key && first != VALUES) =>
            {
                self.document_keys.push(key.clone());
            }
            (From::Document, _) => {
                let text =
                    "`@document` leads to keys beside the `records` of format = \"json\", as in @document.user.id";
                self.text.mistake(span, text.to_owned());
            }
            (
                From::Element(_) | From::Record | From::Before | From::After | From::Key | From::Number | From::File,
                _,
            ) => {}
        });
    }

    /// The `[input]` of the profile, extended by the keys beside the records that the rules use.
    fn with_uses(&mut self, root: &TomlTable, input: Option<super::SourceInput>) -> Option<super::SourceInput> {
        if self.kind.is_chain && !self.has_root {
            let span = root.get("input").map_or(0..0, toml::Spanned::span);
            let text = "`chain`: nothing is taken from it: write conversation_id = \"@root\"".to_owned();
            self.text.mistake(&span, text);
        }
        let mut document_keys = std::mem::take(&mut self.document_keys);
        document_keys.sort();
        document_keys.dedup();
        Some(super::SourceInput { document_keys, ..input? })
    }

    fn paths(&mut self, table: &TomlTable, key: &str) -> Vec<super::Path> {
        let texts = self.text.texts(table, key);
        texts.into_iter().filter_map(|(text, span)| self.path(&text, &span)).collect()
    }

    fn time(&mut self, root: &TomlTable) -> Defaults {
        match self.table(root, "time") {
            Some(table) => {
                self.text.keys(table, &values::TIME_KEYS, "key of [time]");
                self.defaults(table)
            }
            None => Defaults::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    /// The first lines of a correct profile. The text after them begins on line 4, and after the rule on line 8.
    const HEAD: &str = "title = 'x'\n[input]\nformat = 'json'\n";
    const RULE: &str = "[[event]]\nevent = 'started'\nconversation_id = 'id'\nts = 'at'\n";

    fn message(text: &str) -> String {
        profile("mine", "mine.toml", text).expect_err(text).to_string()
    }

    #[test]
    fn every_mistake_has_its_line_and_the_nearest_name() {
        let rule = |more: &str| format!("{HEAD}{RULE}{more}");
        let input = |more: &str| format!("title = 'x'\n[input]\n{more}\n{RULE}");
        let cases = [
            (input("format = 'jsno'"), "3: no format `jsno`; did you mean `json`?"),
            (input("records = 'a'"), "2: [input] has no `format`"),
            (input("format = 'csv'\nrecords = 'a'"), "4: `records` is of format = \"json\" only"),
            (input("format = 'csv'\ndelimiter = 'ab'"), "4: `delimiter`: expected one character"),
            (input("format = 'csv'\nencoding = 'utf-88'"), "4: no encoding `utf-88`; did you mean `utf-8`?"),
            (input("format = 'csv'\nskip_lines = -1"), "4: `skip_lines`: expected a whole number"),
            (input("format = 'json'\nrecords = 'a[0]'"), "4: `records` = `a[0]`: only keys lead to the records"),
            (input("format = 'json'\nlatest = { key = 'id' }"), "4: `latest` has no `by`"),
            (format!("[input]\nformat = 'json'\n{RULE}"), "1: no title"),
            (format!("title = 'x'\n{RULE}"), "1: no [input]"),
            (HEAD.to_owned(), "1: gives no events"),
            (rule("statsu = 'x'"), "8: no key of an event `statsu`; did you mean `status`?"),
            (rule("contact = { form = 'x' }"), "8: no key of a value `form`; did you mean `from`?"),
            (
                rule("contact = { from = 'x', value = 'y' }"),
                "8: a value has one of from, value, first and join; this one has from and value",
            ),
            (rule("contact = 7"), "8: expected a path in quotes, or a table"),
            (rule("contact = 'a..b'"), "8: path `a..b`: a key is missing"),
            (rule("contact = { first = [] }"), "8: `first` is a list of values"),
            (rule("contact = { from = 'x', other = 'y' }"), "8: `other` without `map`"),
            (rule("contact = { from = 'x', with = 'y' }"), "8: `with` without `join`"),
            (rule("actor = { value = 'agnet' }"), "8: no actor `agnet`; did you mean `agent`?"),
            (
                rule("actor = { from = 'a', map = { b = 'robot' } }"),
                "8: no actor `robot`: expected customer, bot, agent, system",
            ),
            (rule("when = [{ from = 'x' }]"), "8: a condition has one of is, not, has, same_as and differs_from"),
            (rule("when = [{ from = 'x', is = 1 }]"), "8: `is` is a list"),
            (rule("when = { from = 'x', has = true }"), "8: `when` is a list of conditions"),
            (rule("each = 'a.'"), "8: `each` = `a.`: it ends with a dot"),
            (rule("optional = 'yes'"), "8: `optional`: expected true or false"),
            (rule("[time]\nformat = 'epoch'"), "9: no format of instants `epoch`; did you mean `epoch_s`?"),
            (rule("[time]\nformat = '%Q'"), "9: `%Q` in the pattern"),
            (rule("[time]\nzone = 'Asia/Jerusalen'"), "9: "),
            (rule("[columns]\nagnt_id = 'x'"), "9: no column `agnt_id`; did you mean `agent_id`?"),
            (rule("[recognise]\nkey = ['x']"), "9: no key of [recognise] `key`; did you mean `keys`?"),
            (rule("[recognise]\nwithout = ['x']"), "8: [recognise] names no `keys`"),
            (format!("lacks = ['clsed']\n{HEAD}{RULE}"), "1: no fact `clsed`; did you mean `closed`?"),
            (format!("lacks = ['closed']\n{HEAD}{RULE}"), "1: no rule gives `closed`"),
            (format!("sessions = 'ids'\n{HEAD}{RULE}"), "1: no rule of `sessions` `ids`; did you mean `id`?"),
            (format!("{HEAD}[[event]]\nconversation_id = 'id'\nts = 'at'"), "4: an [[event]] without `event`"),
            (format!("{HEAD}[[event]]\nevent = 'started'\nconversation_id = 'id'"), "4: an event without `ts`"),
            (
                format!("{HEAD}[[event]]\nevent = 'started'\nts = 'at'"),
                "4: an event without `conversation_id` and `customer_id`",
            ),
            (
                format!("{HEAD}[[event]]\nevent = {{ from = 'x' }}\nconversation_id = 'id'\nts = 'at'"),
                "5: `event` is a kind, or a value whose `map` leads to kinds",
            ),
            (
                format!("{HEAD}{RULE}").replace("ts = 'at'", "ts = { from = 'at', plus = [{ from = 'n' }] }"),
                "7: a duration has a `unit`",
            ),
            (
                format!("{HEAD}{RULE}")
                    .replace("ts = 'at'", "ts = { from = 'at', plus = [{ from = 'n', unit = 'm' }] }"),
                "7: no unit of durations `m`",
            ),
            (rule("contact = 'a.*.b'"), "8: path `a.*.b`: `*` means several values"),
            (rule("contact = '@root'"), "8: `@root` is of a `chain`"),
            (rule("contact = '@document.a'"), "8: `@document` leads to keys beside the `records`"),
            (rule("contact = { from = 'a', then = 'b', map = { a = 'b' } }"), "8: `then` excludes"),
            (input("format = 'json'\nchain = { id = 'a' }"), "4: `chain` has no `parent`"),
            (input("format = 'json'\nchain = { id = 'a', parent = 'b' }"), "2: `chain`: nothing is taken from it"),
            (input("format = 'json'\nragged = true"), "4: `ragged` is of format = \"csv\" only"),
            (input("format = 'json'\nwhen = [{ from = 'a' }]"), "4: a condition has one of is, not, has"),
            (input("format = 'json'\njson = ['a[0]']"), "4: `json` = `a[0]`: only keys lead to the texts"),
            (input("format = 'json'\ntranscripts = [{ from = 'a' }]"), "4: `transcripts` has no `line`"),
            (input("format = 'json'\ntranscripts = [{ from = 'a', line = '{b}' }]"), "4: `{b}` has no instant"),
            (input("format = 'text'"), "2: format = \"text\" has no `line`"),
            (input("format = 'text'\nline = '{at:%d/%m/%Y %H:%M} {}'"), "7: no field of `line` `id`: expected at"),
            (
                format!("title = 'x'\n[input]\nformat = 'csv'\n{RULE}each = 'a.b'\n"),
                "8: `each` is of JSON: a row of CSV has no elements",
            ),
            ("title = 'x\n".to_owned(), "1: "),
        ];
        for (text, expected) in cases {
            let message = message(&text);
            assert!(message.contains(&format!("mine.toml:{expected}")), "{text}\n{message}");
        }
        assert_eq!(Failure::of(&profile("mine", "mine.toml", "").unwrap_err()), Some(Failure::Usage));
    }

    #[test]
    fn facts_are_those_of_the_rules() {
        let text = format!(
            "lacks = ['closed']\n{HEAD}{RULE}[[event]]\nevent = {{ from = 'e', map = {{ a = 'closed', b = 'rated' }} }}\n\
             conversation_id = 'id'\nts = 'at'\nactor = {{ value = 'bot' }}\n\
             [[event]]\nevent = 'message'\ncustomer_id = 'id'\nts = 'at'\nactor = {{ from = 'who', map = {{ a = 'agent', c = 'customer' }} }}\n"
        );
        let facts: Vec<&str> = profile("mine", "mine.toml", &text).unwrap().facts.iter().map(Fact::name).collect();
        assert_eq!(facts, ["customer_message", "agent_message", "rated", "customer_id", "rated_nps"]);
    }

    #[test]
    fn words_that_pass_a_map_may_add_facts() {
        let profile = |actor: &str| {
            let text = format!("{HEAD}[[event]]\nevent = 'message'\ncustomer_id = 'id'\nts = 'at'\nactor = {actor}\n");
            profile("mine", "mine.toml", &text).unwrap()
        };
        let names = |facts: FactSet| facts.iter().map(Fact::name).collect::<Vec<_>>();
        let open = profile("{ from = 'by', map = { user = 'customer' } }");
        assert_eq!(names(open.facts), ["customer_message", "customer_id"]);
        assert_eq!(names(open.may_add), ["bot_message", "agent_message"]);
        for closed in [
            "{ from = 'by', map = { user = 'customer' }, other = 'agent' }",
            "{ value = 'u', map = { u = 'customer' } }",
            "{ first = [{ from = 'by', map = { a = 'u' }, other = 'u' }], map = { u = 'agent' } }",
        ] {
            assert_eq!(names(profile(closed).may_add), [""; 0], "{closed}");
        }
        assert_eq!(
            names(profile("{ first = [{ from = 'by', map = { u = 'customer' } }, { value = 'agent' }] }").may_add),
            ["bot_message"]
        );
    }
}
