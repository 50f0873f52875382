//! The files of `assets/language`: every language has every text with the same placeholders, every text is used, and no
//! name is missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use dialogram::event::{Actor, AgentStatus, Fact, Resolution, Status, Survey};
use dialogram::fold::rows::{Outcome, Phase, StintEnd, VisitEnd};
use dialogram::fold::schema::FactTable;
use dialogram::ingest::profile::Profile;
use dialogram::ingest::reject::Reason;
use dialogram::inspect::proposals::assumption::{Assumption, UnknownFact};
use dialogram::language::{Language, catalogue};
use dialogram::metrics;
use dialogram::metrics::dimensions::Dimension;
use dialogram::metrics::roles::NAMED_IN_SENTENCES;
use dialogram::report::list::{SPAN_COLUMNS, shown_columns};
use dialogram::report::{LimitSeconds, Statistic};
use tempfile::TempDir;

use crate::imports::House;
use crate::support::{WEEK_LOG, dialogram, root, success, text, week};

/// Texts by key; a counted one has two forms.
pub type Texts = BTreeMap<String, Vec<String>>;

pub fn texts(language: Language) -> Texts {
    fn flatten(above: &str, table: &toml::Table, texts: &mut Texts) {
        for (name, value) in table {
            let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
            let text = |value: &toml::Value| value.as_str().unwrap_or_else(|| panic!("{key}: no text")).to_owned();
            match value {
                toml::Value::Table(inner) if inner.contains_key("one") => {
                    assert_eq!(inner.keys().collect::<Vec<_>>(), ["one", "other"], "{key}");
                    texts.insert(key.clone(), inner.values().map(text).collect());
                }
                toml::Value::Table(inner) => flatten(&key, inner, texts),
                toml::Value::Array(all) => {
                    texts.insert(key.clone(), all.iter().map(text).collect());
                }
                one => {
                    texts.insert(key.clone(), vec![text(one)]);
                }
            }
        }
    }
    let mut found = Texts::new();
    flatten("", &catalogue::source(language).parse().unwrap(), &mut found);
    found
}

pub fn placeholders(text: &str) -> BTreeSet<&str> {
    // `{n de}` is `{n}` with the word that links a million to its noun.
    let name = |within: &'_ str| within.split(' ').next().unwrap_or_default().len();
    let within =
        text.split('{').skip(1).map(|after| after.split_once('}').unwrap_or_else(|| panic!("{text}: no end")).0);
    within.map(|within| &within[..name(within)]).collect()
}

/// Sections with texts for which an English page has an id, or a text from elsewhere.
const BY_ID: [&str; 14] = [
    "actor",
    "cannot",
    "column",
    "differing",
    "edge_case",
    "end",
    "fact",
    "fill_in",
    "metric",
    "outcome",
    "phase",
    "reason",
    "resolution",
    "survey",
];

fn is_by_id(key: &str) -> bool {
    key.split_once('.').is_some_and(|(section, _)| BY_ID.contains(&section))
}

fn is_of_metric(key: &str) -> bool {
    key.starts_with("metric.")
}

#[test]
fn every_language_has_every_text_with_the_same_placeholders() {
    let english = texts(Language::English);
    assert!(english.len() > 150 && !english.keys().any(|key| is_by_id(key)));
    for language in Language::ALL {
        let others: Texts = texts(language).into_iter().filter(|(key, _)| !is_by_id(key)).collect();
        let keys = |texts: &Texts| texts.keys().cloned().collect::<BTreeSet<_>>();
        let differing: Vec<String> = keys(&english).symmetric_difference(&keys(&others)).cloned().collect();
        assert!(differing.is_empty(), "{language} and English have not the same keys: {differing:?}");
        for (key, forms) in &others {
            let of_english = &english[key];
            assert_eq!(forms.len(), of_english.len(), "{language} {key}: another number of forms");
            for text in forms {
                assert!(!text.is_empty() && text.trim() == text || key.starts_with("number."), "{language} {key}");
                // The singular may have a word instead of the number.
                let mut expected = placeholders(of_english.last().unwrap());
                let mut own = placeholders(text);
                if forms.len() == 2 {
                    own.insert("n");
                    expected.insert("n");
                }
                assert_eq!(own, expected, "{language} {key}: {text}");
            }
        }
    }
}

#[test]
fn plain_definitions_have_no_flags_and_no_terms_of_the_fact_tables() {
    for metric in metrics::all() {
        let text = metric.plain.unwrap_or(metric.doc);
        assert!(!text.contains("--"), "{}: a page has no flags: {text}", metric.id);
        let terms = ["horizon", "isit", "_at"];
        let found = metric.plain.and_then(|text| terms.iter().find(|term| text.contains(*term)));
        assert_eq!(found, None, "{}: {text}", metric.id);
    }
}

#[test]
fn every_metric_has_its_name_and_its_definition_in_every_language() {
    for language in [Language::French, Language::Spanish, Language::Portuguese] {
        let texts = texts(language);
        let found: BTreeSet<&str> = texts.keys().map(String::as_str).filter(|key| is_of_metric(key)).collect();
        let expected: BTreeSet<String> = metrics::all()
            .flat_map(|metric| {
                let parts: &[&str] =
                    if metric.plain.is_some() { &["label", "doc", "plain"] } else { &["label", "doc"] };
                parts.iter().map(|part| format!("metric.{}.{part}", metric.id))
            })
            .collect();
        let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
        let differing: Vec<_> = found.symmetric_difference(&expected).collect();
        assert!(differing.is_empty(), "{language}: missing, or of no metric: {differing:?}");
        let mut labels: BTreeMap<&str, &str> = BTreeMap::new();
        for metric in metrics::all() {
            let label = &texts[&format!("metric.{}.label", metric.id)][0];
            // Platforms call two requests with one outcome the same, although two clocks count them.
            let is_known = |other: &&&str| [metric.id, other].contains(&"transfers_received");
            let other = labels.insert(label, metric.id).filter(|other| !is_known(&other));
            assert_eq!(other, None, "{language}: `{label}` is {} and another metric", metric.id);
            if let Some(english) = metric.plain {
                let plain = &texts[&format!("metric.{}.plain", metric.id)][0];
                assert_eq!(placeholders(plain), placeholders(english), "{language}: {plain}");
            }
            let doc = &texts[&format!("metric.{}.doc", metric.id)][0];
            assert!(doc.ends_with('.') && label.chars().next().is_some_and(char::is_uppercase), "{language} {label}");
        }
    }
}

/// Ids and English texts of the program that have words in the other languages.
fn by_id() -> BTreeSet<String> {
    let keys =
        |section: &str, ids: Vec<String>| ids.into_iter().map(|id| format!("{section}.{id}")).collect::<Vec<_>>();
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut found = BTreeSet::new();
    let mut add = |section: &str, ids: Vec<String>| found.extend(keys(section, ids));
    add("actor", Actor::ALL.iter().map(|it| it.name().to_owned()).collect());
    add("resolution", Resolution::ALL.iter().map(|it| it.name().to_owned()).collect());
    add("survey", Survey::ALL.iter().map(|it| it.name().to_owned()).collect());
    add("fact", Fact::ALL.iter().map(|it| it.name().to_owned()).collect());
    add("reason", Reason::ALL.iter().map(|it| it.name().to_owned()).collect());
    add("phase", Phase::ALL.iter().map(|it| it.name().to_owned()).collect());
    add("outcome", Outcome::ALL.iter().map(|it| it.name().to_owned()).collect());
    add("end", VisitEnd::ALL.iter().map(|it| it.name().to_owned()).collect());
    add("end", StintEnd::ALL.iter().map(|it| it.name().to_owned()).collect());
    add("edge_case", metrics::all().flat_map(|it| it.formula().edge_cases).map(str::to_owned).collect());
    let built_in = Profile::names().flat_map(|name| Profile::built_in(name).unwrap().cannot);
    let of_inspect = UnknownFact::ALL.iter().map(|fact| Assumption::from(*fact).cannot());
    add("cannot", built_in.chain(of_inspect).collect());
    add("fill_in", Profile::names().filter_map(|name| Profile::built_in(name).unwrap().fill_in).collect());
    add("column", FactTable::ALL.iter().flat_map(|table| shown_columns(*table)).collect());
    add("column", SPAN_COLUMNS.iter().map(|(name, _)| (*name).to_owned()).collect());
    add("column", named(&COLUMNS_OF_METRICS));
    let found_by = fs::read_to_string(root().join("src/gate/comparable.rs")).unwrap();
    for name in DIFFERING {
        assert!(found_by.contains(&format!("\"{name}")), "no difference is called {name}");
    }
    add("differing", named(&DIFFERING));
    found
}

/// Columns of lists that no table has.
const COLUMNS_OF_METRICS: [&str; 22] = [
    "agent_names",
    "agent_time_seconds",
    "agent_wait_seconds",
    "agents",
    "bot_time_seconds",
    "closed_by_agent",
    "contact",
    "contribution",
    "conversation_time_seconds",
    "events",
    "first_close_last_word_by",
    "first_close_resolution",
    "first_response_seconds",
    "first_response_time_seconds",
    "is_in_numerator",
    "is_out_of_hours",
    "protocol",
    "queue_wait_seconds",
    "row_count",
    "time_to_abandon_seconds",
    "total_wait_seconds",
    "value_seconds",
];
/// Differences between two reports that are not flags.
const DIFFERING: [&str; 15] = [
    "unfinished",
    "program version",
    "zone data",
    "from",
    "to (not included)",
    "renamed",
    "files",
    "rows read",
    "rows accepted",
    "duplicates",
    "rows rejected",
    "first event",
    "last event",
    "revision of",
    "opening hours of",
];

#[test]
fn every_id_that_people_read_has_its_words_in_every_language() {
    let expected = by_id();
    for language in [Language::French, Language::Spanish, Language::Portuguese] {
        let found: BTreeSet<String> =
            texts(language).into_keys().filter(|key| is_by_id(key) && !is_of_metric(key)).collect();
        let differing: Vec<_> = found.symmetric_difference(&expected).collect();
        assert!(differing.is_empty(), "{language}: missing, or of nothing: {differing:?}");
    }
}

/// French has a narrow space before `;`, `!` and `?`, a non-breaking one before `:`, and no straight apostrophe.
#[test]
fn french_is_set_as_french() {
    for (key, forms) in texts(Language::French).into_iter().filter(|(key, _)| !key.starts_with("number.")) {
        for text in forms {
            let plain = text.split('`').step_by(2).collect::<String>();
            for (at, sign) in plain.match_indices([':', ';', '!', '?']) {
                let before = plain[..at].chars().last();
                // `FILE: found` begins with a name, and a time of day has no space.
                let is_set = before == Some('~') || before.is_none() || plain[at..].starts_with(":{");
                assert!(is_set, "{key}: `{sign}` in {text}");
            }
            let straight = plain.match_indices('\'').any(|(at, _)| {
                plain[..at].ends_with(char::is_alphabetic) && plain[at + 1..].starts_with(char::is_alphabetic)
            });
            assert!(!straight, "{key}: a straight apostrophe in {text}");
        }
    }
}

/// Keys that are made from the ids of closed lists.
fn of_lists() -> BTreeSet<String> {
    let templates = fs::read_dir(root().join("templates")).unwrap();
    let templates = templates.filter_map(|entry| {
        let path = entry.unwrap().path();
        let is_template = path.extension().is_some_and(|ending| ending == "toml");
        is_template.then(|| path.file_stem().unwrap().to_string_lossy().into_owned())
    });
    let mut keys: BTreeSet<String> = templates.map(|name| format!("template.{name}")).collect();
    keys.extend(Dimension::ALL.iter().map(|dimension| format!("dimension.{}", dimension.name())));
    keys.extend(Statistic::ALL.map(|statistic| format!("statistic.{}", statistic.name())));
    keys.extend(Status::ALL.iter().map(|status| format!("status.{}", status.name())));
    keys.extend(Status::ALL.iter().map(|status| format!("statuses.{}", status.name())));
    keys.extend(AgentStatus::ALL.iter().map(|status| format!("status.{}", status.name())));
    keys.extend(NAMED_IN_SENTENCES.map(|id| format!("sentence.{id}")));
    keys.extend(["automated", "assisted", "agent", "none"].map(|value| format!("value.support_type_{value}")));
    keys.extend(LimitSeconds::default().named().map(|(name, _)| format!("limit.{}", name.replace(' ', "_"))));
    keys
}

#[test]
fn every_text_is_used_and_every_key_has_a_text() {
    let house = House::read();
    let code: Vec<String> =
        house.files().map(|file| fs::read_to_string(root().join("src").join(&file.place)).unwrap()).collect();
    let english = texts(Language::English);
    let lists = of_lists();
    for key in &lists {
        assert!(english.contains_key(key), "no text for {key}");
    }
    // The catalogue reads these by section and name.
    let is_read = |key: &str| {
        let (section, name) = key.split_once('.').unwrap();
        ["number", "date"].contains(&section) && code.iter().any(|code| code.contains(&format!("\"{name}\"")))
    };
    let unused: Vec<&String> = english
        .keys()
        .filter(|key| !lists.contains(*key) && !is_read(key))
        .filter(|key| !code.iter().any(|code| code.contains(&format!("\"{key}\""))))
        .collect();
    assert!(unused.is_empty(), "nothing uses {unused:?}");
    let mut named = 0;
    for call in ["text(\"", "fill(\"", "counted(\"", "counted_with(\""] {
        let call = format!(".{call}");
        for after in code.iter().flat_map(|code| code.split(&call).skip(1)) {
            let key = after.split('"').next().unwrap();
            named += 1;
            assert!(english.contains_key(key), "no text for `{key}`");
        }
    }
    assert!(named > 100, "only {named} keys seen");
}

/// Every template of the fixture week as a PDF in every language: no text of the program is cut, lacks a letter or
/// remains English, and the tables of figures are complete.
#[test]
fn no_text_of_a_page_is_wider_than_its_column() {
    let templates = of_lists().into_iter().filter_map(|key| key.strip_prefix("template.").map(str::to_owned));
    for template in templates.collect::<Vec<_>>() {
        for language in Language::ALL {
            let pdf = success(&week(&["--template", &template, "--format", "pdf", "--lang", language.name()]));
            let document = lopdf::Document::load_mem(&pdf).unwrap();
            assert_eq!(document.catalog().unwrap().get(b"Lang").unwrap().as_str().unwrap(), language.tag().as_bytes());
            let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{template}-{language}.pdf"));
            fs::write(&file, &pdf).unwrap();
            let said =
                std::process::Command::new("pdftotext").args(["-raw", "-enc", "UTF-8"]).arg(&file).arg("-").output();
            let text = String::from_utf8(said.unwrap().stdout).unwrap();
            let cut: Vec<&str> = text.lines().filter(|line| line.contains('…') || line.contains("U+")).collect();
            assert!(cut.is_empty(), "{template} in {language}: {cut:?}");
            let english = [" of the ", "No rows", "Total conversations", "Figure\n", " no data"];
            let left = english.iter().find(|words| text.contains(**words) && language != Language::English);
            assert_eq!(left, None, "{template} in {language}");
        }
    }
}

#[test]
fn titles_of_templates_are_those_of_the_catalogue() {
    for (key, forms) in texts(Language::English).iter().filter(|(key, _)| key.starts_with("template.")) {
        let name = key.trim_start_matches("template.");
        let template: toml::Table =
            fs::read_to_string(root().join(format!("templates/{name}.toml"))).unwrap().parse().unwrap();
        assert_eq!(template["title"].as_str(), Some(forms[0].as_str()));
    }
}

/// The queues of the fixture week as `report.json`, for one channel and for all.
fn two_reports(folder: &TempDir) -> [PathBuf; 2] {
    [("report.json", &["--channel", "web"][..]), ("other.json", &[])].map(|(name, filter)| {
        let path = folder.path().join(name);
        fs::write(&path, success(&week(&[&["--template", "queues", "--format", "json"], filter].concat()))).unwrap();
        path
    })
}

/// A conversation of the fixture week.
const CONVERSATION: &str = "PA-0639";

/// Outputs for programs have the same bytes in every language: reports, lists, snapshots, checks and differences.
#[test]
fn json_and_csv_are_the_same_in_every_language() {
    let folder = tempfile::tempdir().unwrap();
    let files = two_reports(&folder);
    let [report, other] = [text(&files[0]), text(&files[1])];
    let list = |format| week(&["--metric", "queue_wait", "--format", format]).into_iter().skip(1).collect::<Vec<_>>();
    let list = |format| [vec!["list"], list(format)].concat();
    let commands = [
        week(&["--format", "json"]),
        week(&["--format", "csv"]),
        list("json"),
        list("csv"),
        vec!["snapshot", WEEK_LOG, "--format", "json"],
        vec!["diff", report, other, "--format", "json"],
        vec!["explain", report, "queue_wait", "--format", "json"],
        vec!["metrics", "--format", "json"],
        vec!["show", WEEK_LOG, CONVERSATION, "--format", "json"],
        vec!["inspect", "fixtures/messy", "--format", "json"],
        vec!["inspect", "fixtures/inspect/decimal-comma", "--format", "json"],
    ];
    for command in commands {
        let english = success(&command);
        for language in Language::ALL {
            let output = dialogram(&command).env("DIALOGRAM_LANG", language.name()).output().unwrap();
            assert!(output.status.success() && output.stdout == english, "{language}: {command:?}");
        }
        let typed = dialogram(&[command.clone(), vec!["--lang", "fr"]].concat()).output().unwrap();
        let note = String::from_utf8(typed.stderr).unwrap();
        assert!(typed.stdout == english && note.contains("--lang has no effect on "), "{command:?}: {note}");
    }
}

/// Pages other than reports in the other languages: nothing English remains but ids, flags and the log's own names.
#[test]
fn no_english_is_left_on_pages_of_lists_checks_and_differences() {
    let folder = tempfile::tempdir().unwrap();
    let files = two_reports(&folder);
    let [report, other] = [text(&files[0]), text(&files[1])];
    let tables: Vec<&str> = FactTable::ALL.iter().map(|table| table.name()).collect();
    let mut commands: Vec<Vec<&str>> = tables.iter().map(|table| vec!["list", *table, WEEK_LOG, "--all"]).collect();
    commands.push(vec!["list", WEEK_LOG, "--all", "--metric", "containment_rate"]);
    commands.push(vec!["diff", report, other]);
    commands.push(vec!["show", WEEK_LOG, CONVERSATION]);
    commands.push(vec!["show", WEEK_LOG, CONVERSATION, "--format", "markdown"]);
    commands.push(vec!["diff", report, other, "--format", "markdown"]);
    commands.push(vec!["report", "fixtures/profiles/asterisk-queue-log/padded.log", "--to", "log-end"]);
    commands.push(vec![
        "report",
        "fixtures/profiles/asterisk-queue-log/padded.log",
        "--to",
        "log-end",
        "--format",
        "markdown",
    ]);
    let english = [
        "Window",
        "Listed",
        "Compared",
        "Rows ",
        " rows",
        " the ",
        " of ",
        "Time ",
        "yes",
        "Started",
        "Closed",
        "closed ",
        "succeeded",
        "customer ",
        " agent wrote",
        "Agents' ",
        "no data",
        "filters",
    ];
    for command in commands {
        for language in [Language::French, Language::Spanish, Language::Portuguese] {
            let page =
                String::from_utf8(success(&[command.clone(), vec!["--lang", language.name()]].concat())).unwrap();
            let page = page.split("</style>").last().unwrap();
            // `show` names columns and values of the log, and populations as in the definitions of metrics.
            let is_of_the_log = |words: &&str| {
                command[0] == "show" && [" rows", " the ", " of ", "customer ", "closed "].contains(words)
            };
            let left: Vec<&&str> =
                english.iter().filter(|words| page.contains(**words) && !is_of_the_log(words)).collect();
            assert!(left.is_empty(), "{language} {command:?}: {left:?}");
        }
    }
}

/// The page of an unknown file and the comments of its profile: nothing English remains but names of the file,
/// canonical columns, commands and the syntax of profiles.
#[test]
fn no_english_is_left_on_pages_of_unknown_files() {
    const ENGLISH: [&str; 16] = [
        " the ",
        " of ",
        " and ",
        " with ",
        " which ",
        " rows",
        "Columns",
        "Next",
        "column ",
        "its name",
        "no column",
        " filled",
        "not complete",
        " lines",
        "Fill in",
        "look at it",
    ];
    let folder = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for entry in ["fixtures/messy", "fixtures/inspect", "fixtures/csv-dialects", "fixtures/parquet-types"] {
        let files =
            fs::read_dir(root().join(entry)).unwrap().map(|file| file.unwrap().path()).filter(|path| path.is_file());
        for file in files {
            for language in [Language::French, Language::Spanish, Language::Portuguese] {
                let profile = folder.path().join(format!("{seen}.toml"));
                let args =
                    ["inspect", text(&file), "--lang", language.name(), "--write-profile", text(&profile), "--force"];
                let output = crate::support::run(&args);
                if !output.status.success() {
                    continue;
                }
                seen += 1;
                let page = String::from_utf8(output.stdout).unwrap();
                let profile = fs::read_to_string(&profile).unwrap_or_default();
                let is_built_in = !profile.contains("dialogram inspect");
                let comments = profile.lines().filter(|_| !is_built_in).filter_map(|line| line.split_once('#'));
                let comments: Vec<&str> = comments.map(|(_, comment)| comment).collect();
                for words in ENGLISH {
                    let found = page.lines().chain(comments.iter().copied()).find(|line| {
                        // Values and names of a file are quoted or beside the columns.
                        let prose = line.split('`').step_by(2).collect::<String>();
                        prose.contains(words) && !line.contains("dialogram ")
                    });
                    assert_eq!(found, None, "{language} {}: `{words}`", file.display());
                }
            }
        }
    }
    assert!(seen > 20, "only {seen} pages");
}
