//! `--min-cell`: a reader who has all outputs of a report and knows the relations between its numbers cannot compute a
//! small one. The reader here has `report.csv`, and solves the equations between its shown and hidden numbers.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::{failure, success, text};

const LEAST: i64 = 5;
/// A prime: equations are solved modulo it, with coefficients small enough.
const PRIME: i64 = 1_000_003;

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Two weeks of conversations, few on some channels and in some queues.
fn log(folder: &TempDir, seed: u64) -> PathBuf {
    let mut dice = Dice(seed);
    let mut rows = String::new();
    for n in 0..dice.roll(150) + 120 {
        let at = 1_772_409_600 + dice.roll(14 * 86_400);
        let channel = ["web", "web", "web", "app", "app", "email", "fax"][usize::try_from(dice.roll(7)).unwrap()];
        let queue = ["orders", "orders", "orders", "returns", "legal"][usize::try_from(dice.roll(5)).unwrap()];
        let agent = dice.roll(5);
        let mut row = |seconds: u64, event: &str| {
            let ts = at + seconds;
            writeln!(
                rows,
                r#"{{"ts":{ts},"conversation_id":"c{n}","customer_id":"k{}","channel":"{channel}",{event}}}"#,
                n % 90
            )
            .unwrap();
        };
        row(0, r#""event":"message","actor":"bot""#);
        row(5, r#""event":"message","actor":"customer""#);
        match dice.roll(10) {
            0 => {}
            1 => row(60, r#""event":"transfer_requested""#),
            2 => {
                row(60, r#""event":"transfer_requested""#);
                row(65, r#""event":"transfer_cancelled""#);
            }
            _ => {
                row(60, r#""event":"transfer_requested""#);
                row(70, &format!(r#""event":"transfer_succeeded","queue":"{queue}","department":"{queue}""#));
                row(80 + dice.roll(90), &format!(r#""event":"assigned","agent_id":"a{agent}""#));
                row(180 + dice.roll(90), &format!(r#""event":"message","actor":"agent","agent_id":"a{agent}""#));
                if dice.roll(9) > 0 {
                    let resolution = ["resolved", "resolved", "unresolved"][usize::try_from(dice.roll(3)).unwrap()];
                    row(
                        400,
                        &format!(
                            r#""event":"closed","actor":"agent","agent_id":"a{agent}","resolution":"{resolution}""#
                        ),
                    );
                }
            }
        }
    }
    let path = folder.path().join(format!("{seed}.jsonl"));
    fs::write(&path, rows).unwrap();
    path
}

const TABLES: [&str; 12] = [
    "--template",
    "conversations",
    "--template",
    "first-contact",
    "--by",
    "channel,queue",
    "--by",
    "weekday",
    "--by",
    "week",
    "--from",
    "2026-03-09",
];

fn report(log: &str, format: &str, more: &[&str]) -> Vec<u8> {
    success(&[&["report", log, "--to", "2026-03-15", "--trend", "2", "--format", format], &TABLES[..], more].concat())
}

/// Table, key and quantity of a number: for a count the count, for a duration its number, for a share its whole and its
/// part.
type Name = (String, String, String);

/// The quantities of `report.csv`; `None` for hidden ones.
fn quantities(csv: &[u8]) -> BTreeMap<Name, Option<i64>> {
    let mut found = BTreeMap::new();
    for row in csv::Reader::from_reader(csv).records().map(Result::unwrap) {
        let [table, key, metric, statistic, unit, value, n] = [0, 1, 2, 3, 4, 5, 6].map(|at| row[at].to_owned());
        let is_hidden = value == "hidden";
        let number = |text: &str| text.parse::<f64>().unwrap_or(0.0);
        let mut add = |what: &str, value: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "counts")]
            let value = value.round() as i64;
            found.insert((table.clone(), key.clone(), format!("{what} {metric}")), (!is_hidden).then_some(value));
        };
        // The trend does not contain the number of rows behind a share.
        match (unit.as_str(), statistic.as_str()) {
            ("count", "value") => add("count", number(&value)),
            ("seconds", "mean") => add("n", number(&n)),
            ("rate", "value") if table != "trend" => {
                add("whole", number(&n));
                add("part", number(&value) * number(&n));
                add("rest", number(&n) - number(&value) * number(&n));
            }
            _ => {}
        }
    }
    found
}

/// Sums that hold in every report: the whole and the parts.
fn sums(known: &BTreeMap<Name, Option<i64>>, report: &Value) -> Vec<(Name, Vec<Name>)> {
    let mut sums = Vec::new();
    let name = |table: &str, key: &str, what: &str| (table.to_owned(), key.to_owned(), what.to_owned());
    let metrics: BTreeSet<&str> = known.keys().map(|(.., what)| what.as_str()).collect();
    let is_distinct = |what: &str| {
        ["engaged_customers", "answered_conversations", "closed_conversations", "reopened_conversations"]
            .iter()
            .any(|metric| what.ends_with(metric))
    };
    let mut keys: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (table, key, _) in known.keys() {
        keys.entry(table).or_default().insert(key);
    }
    let tables = report["tables"].as_object().unwrap();
    for what in metrics {
        for (table, of) in tables.iter().filter(|(_, of)| of["adds_up"] == true || !is_distinct(what)) {
            if of["dimensions"] == serde_json::json!(["tag"]) {
                continue;
            }
            let rows = keys.get(table.as_str()).into_iter().flatten();
            let parts: Vec<Name> = rows.map(|key| name(table, key, what)).collect();
            sums.push((name("total", "", what), parts));
        }
        // A conversation can be closed twice, in two queues and on two days.
        if is_distinct(what) {
            continue;
        }
        let heat: Vec<Name> = keys.get("heatmap").into_iter().flatten().map(|key| name("heatmap", key, what)).collect();
        for (table, side) in [("by_weekday", 0), ("by_hour", 1)] {
            for key in keys.get(table).into_iter().flatten() {
                let own = heat.iter().filter(|(_, hour, _)| hour.split(' ').nth(side) == Some(key));
                sums.push((name(table, key, what), own.cloned().collect()));
            }
        }
        sums.push((name("total", "", what), heat));
        for (table, side) in [("by_channel", 0), ("by_queue", 1)] {
            for key in keys.get(table).into_iter().flatten() {
                let pairs = keys.get("by_channel_queue").into_iter().flatten();
                let own = pairs.filter(|pair| pair.split(" | ").nth(side) == Some(key));
                sums.push((name(table, key, what), own.map(|pair| name("by_channel_queue", pair, what)).collect()));
            }
        }
        for (day, weekday) in (9..16).zip(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]) {
            let day = format!("2026-03-{day:02}");
            sums.push((name("by_weekday", weekday, what), vec![name("by_day", &day, what)]));
        }
    }
    for (table, keys) in &keys {
        for key in keys {
            let here = |whole: &str, parts: &[&str]| {
                (name(table, key, whole), parts.iter().map(|part| name(table, key, part)).collect::<Vec<_>>())
            };
            let [yes, no, off, half, open] = ["succeeded", "cancelled", "disabled", "incomplete", "pending"]
                .map(|outcome| format!("count transfers_{outcome}"));
            sums.push(here("count transfer_requests", &[&yes, &no, &off, &half, &open]));
            sums.push(here("whole transfer_success_rate", &[&yes, &no, &off, &half]));
            sums.push(here("part transfer_success_rate", &[&yes]));
            let (good, bad) = ("count resolved_first_contact", "count unresolved_first_contact");
            sums.push(here("count chats_answered", &[good, bad, "count still_open"]));
            sums.push(here("whole first_contact_resolution_rate", &[good, bad]));
            sums.push(here("part first_contact_resolution_rate", &[good]));
            sums.push(here("whole engagement_rate", &["count conversations"]));
            sums.push(here("part engagement_rate", &["count engaged_conversations"]));
            sums.push(here("part abandonment_rate", &["count abandoned"]));
            for rate in ["engagement", "containment", "transfer_success", "first_contact_resolution", "abandonment"] {
                let [whole, part, rest] = ["whole", "part", "rest"].map(|side| format!("{side} {rate}_rate"));
                sums.push(here(&whole, &[&part, &rest]));
            }
        }
    }
    sums
}

/// The hidden quantities that follow from the shown ones, by the equations and because hidden ones are not 0.
fn computed(known: &BTreeMap<Name, Option<i64>>, sums: &[(Name, Vec<Name>)]) -> BTreeSet<Name> {
    let hidden: BTreeMap<&Name, usize> =
        known.iter().filter(|(_, value)| value.is_none()).enumerate().map(|(at, (name, _))| (name, at)).collect();
    let names: Vec<&Name> = hidden.keys().copied().collect();
    let mut found = BTreeSet::new();
    let mut rows: Vec<BTreeMap<usize, i64>> = Vec::new();
    for (whole, parts) in sums {
        // A sum with a number that no output has reveals nothing.
        if !parts.iter().chain([whole]).all(|name| known.contains_key(name)) {
            continue;
        }
        let mut row: BTreeMap<usize, i64> = BTreeMap::new();
        let mut add = |name: &Name, sign: i64| {
            if let Some(at) = hidden.get(name) {
                *row.entry(*at).or_default() += sign;
            }
        };
        add(whole, 1);
        for part in parts {
            add(part, -1);
        }
        let counts: Vec<&Name> = parts.iter().filter(|part| hidden.contains_key(part)).collect();
        if let Some(Some(sum)) = known.get(whole)
            && counts
                .iter()
                .all(|(.., what)| what.starts_with("count") || what.starts_with('n') || what.starts_with("whole"))
        {
            let shown: i64 = parts.iter().filter_map(|part| known[part]).sum();
            if !counts.is_empty() && usize::try_from(sum - shown).unwrap() == counts.len() {
                found.extend(counts.into_iter().cloned());
            }
        }
        row.retain(|_, sign| *sign != 0);
        rows.push(row);
    }
    // Reduced echelon form: a row with a single quantity determines it.
    let mut done: Vec<(usize, BTreeMap<usize, i64>)> = Vec::new();
    for mut row in rows {
        for (pivot, other) in &done {
            subtract(&mut row, *pivot, other);
        }
        let Some((pivot, first)) = row.first_key_value().map(|(at, first)| (*at, *first)) else { continue };
        let inverse = power(first, PRIME - 2);
        for sign in row.values_mut() {
            *sign = *sign * inverse % PRIME;
        }
        for (_, other) in &mut done {
            subtract(other, pivot, &row);
        }
        done.push((pivot, row));
    }
    found.extend(done.iter().filter(|(_, row)| row.len() == 1).map(|(pivot, _)| names[*pivot].clone()));
    found
}

fn subtract(row: &mut BTreeMap<usize, i64>, pivot: usize, other: &BTreeMap<usize, i64>) {
    let Some(times) = row.get(&pivot).copied() else { return };
    for (at, sign) in other {
        let left = (row.get(at).copied().unwrap_or(0) - times * sign).rem_euclid(PRIME);
        if left == 0 {
            row.remove(at);
        } else {
            row.insert(*at, left);
        }
    }
}

fn power(base: i64, exponent: i64) -> i64 {
    let (mut base, mut exponent, mut result) = (base.rem_euclid(PRIME), exponent, 1);
    while exponent > 0 {
        if exponent % 2 == 1 {
            result = result * base % PRIME;
        }
        base = base * base % PRIME;
        exponent /= 2;
    }
    result
}

#[test]
fn no_number_of_few_rows_is_shown_or_can_be_computed() {
    let folder = tempdir().unwrap();
    for seed in [1, 3] {
        let log = log(&folder, seed);
        let truth = quantities(&report(text(&log), "csv", &[]));
        let told = quantities(&report(text(&log), "csv", &["--min-cell", "5"]));
        assert_eq!(truth.keys().collect::<Vec<_>>(), told.keys().collect::<Vec<_>>());
        let is_small = |name: &Name| (1..LEAST).contains(&truth[name].unwrap());
        let mut small = 0;
        for (name, value) in &told {
            assert!(!is_small(name) || value.is_none(), "seed {seed}: {name:?} is shown");
            assert!(
                truth[name] != Some(0) || value.is_some() || !name.2.starts_with("count"),
                "seed {seed}: {name:?} is 0"
            );
            assert!(value.is_none() || *value == truth[name], "seed {seed}: {name:?} changed");
            small += usize::from(is_small(name));
        }
        assert!(small > 50, "seed {seed}: {small} small numbers");
        let json: Value = serde_json::from_slice(&report(text(&log), "json", &["--min-cell", "5"])).unwrap();
        let sums = sums(&told, &json);
        // The reader is effective: with one number less hidden, it finds small ones.
        let found = computed(&told, &sums);
        let small: Vec<&Name> = found.iter().filter(|name| is_small(name)).collect();
        assert!(small.is_empty(), "seed {seed}: {small:?} follow from the others");
        let mut open = told.clone();
        for (name, value) in open.iter_mut().filter(|(_, value)| value.is_none()) {
            *value = truth[name].filter(|_| !is_small(name));
        }
        assert!(computed(&open, &sums).iter().any(is_small), "seed {seed}: the others hide nothing");
    }
}

#[test]
fn every_format_marks_hidden_numbers() {
    let folder = tempdir().unwrap();
    let log = log(&folder, 1);
    let json: Value = serde_json::from_slice(&report(text(&log), "json", &["--min-cell", "5"])).unwrap();
    let hidden = json["min_cell"]["hidden"].as_u64().unwrap();
    assert!(hidden > 50 && json["min_cell"]["least"] == 5, "{}", json["min_cell"]);
    // A run takes seconds in an unoptimised build, so each format and each language is tested once.
    for (language, word, format) in [
        ("en", "hidden", "terminal"),
        ("es", "oculto", "html"),
        ("fr", "masqué", "markdown"),
        ("pt", "oculto", "plain"),
    ] {
        let page = String::from_utf8(report(text(&log), format, &["--min-cell", "5", "--lang", language])).unwrap();
        assert!(page.contains(word), "{language} {format}");
        // Languages group digits differently.
        let digits: String = page.chars().filter(|c| !c.is_whitespace() && !",.".contains(*c)).collect();
        assert!(digits.contains(&hidden.to_string()), "{language} {format}");
    }
    for format in ["pdf", "xlsx"] {
        assert!(report(text(&log), format, &["--min-cell", "5"]).len() > 1_000, "{format}");
    }
}

#[test]
fn pseudonyms_hide_the_same_numbers() {
    let folder = tempdir().unwrap();
    let log = log(&folder, 2);
    let key = folder.path().join("key");
    fs::write(&key, "0123456789abcdef").unwrap();
    let hidden = |more: &[&str]| {
        let args = [&["--min-cell", "5"], more].concat();
        let json: Value = serde_json::from_slice(&report(text(&log), "json", &args)).unwrap();
        (json["min_cell"].clone(), json["metrics"].clone())
    };
    assert_eq!(hidden(&[]), hidden(&["--pseudonymize", "agent,customer", "--pseudonym-key", text(&key)]));
}

#[test]
fn nothing_is_hidden_where_every_number_is_of_enough_rows() {
    let folder = tempdir().unwrap();
    let rows: Vec<String> = (0..40)
        .map(|n| {
            let ts = 1_773_050_400 + n % 2;
            format!("{{\"ts\":{ts},\"event\":\"message\",\"actor\":\"customer\",\"conversation_id\":\"c{n}\",\"channel\":\"{}\"}}\n", n % 4)
        })
        .collect();
    let log = folder.path().join("even.jsonl");
    fs::write(&log, rows.concat()).unwrap();
    let args = ["report", text(&log), "--to", "log-end", "--compare", "none", "--format", "json", "--min-cell", "5"];
    let json: Value = serde_json::from_slice(&success(&args)).unwrap();
    assert_eq!(json["min_cell"]["hidden"], 0, "{}", json["tables"]);
}

#[test]
fn flags_that_show_single_rows_are_refused() {
    let folder = tempdir().unwrap();
    let log = log(&folder, 3);
    let out = folder.path().join("facts");
    let five = ["--min-cell", "5"];
    for command in [
        vec!["list", "conversations", text(&log)],
        vec!["show", text(&log), "c1"],
        vec!["snapshot", text(&log)],
        vec!["fold", text(&log), "-o", text(&out)],
    ] {
        let message = failure(&[&command[..], &five].concat(), 2);
        assert!(message.contains("--min-cell 5") && message.contains("dialogram report"), "{message}");
    }
    for least in ["0", "2", "-1", "five"] {
        let least = format!("--min-cell={least}");
        assert!(failure(&["report", text(&log), &least], 2).contains("of at least 3"));
    }
    let config = folder.path().join("dialogram.toml");
    let toml = "[reports.split]\nlogs = [\"3.jsonl\"]\nmin_cell = 5\nsplit_by = \"queue\"\nto = \"log-end\"\noutput = [\"{queue}.json\"]\n";
    fs::write(&config, toml).unwrap();
    let message = failure(&["run", "split", "--config", text(&config)], 2);
    assert!(message.contains("--by queue"), "{message}");
}

/// Answers to the NPS question by queue, and for each whether something must be hidden.
const ANSWERS: [(&str, &[u8], bool); 5] = [
    ("all-ten", &[10; 30], false),
    // One is neutral: 29 of 30 raise it, and none lowers it.
    (
        "one-between",
        &[
            10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10,
            10, 10, 8,
        ],
        true,
    ),
    ("two-low", &[9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 1, 2], true),
    ("all-low", &[0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6], false),
    ("mixed", &[0, 1, 2, 3, 4, 5, 10, 10, 10, 10, 10, 10, 7, 7, 7, 7, 7, 8], false),
];

#[test]
fn a_score_of_answers_that_few_differ_from_is_hidden() {
    let folder = tempdir().unwrap();
    let mut rows = String::new();
    for (queue, scores, _) in ANSWERS {
        for (n, score) in scores.iter().enumerate() {
            let at = 1_773_050_400 + n;
            writeln!(
                rows,
                r#"{{"ts":{at},"conversation_id":"{queue} {n}","event":"message","actor":"agent","agent_id":"a","queue":"{queue}"}}
{{"ts":{at},"conversation_id":"{queue} {n}","event":"rated","survey":"nps","score":{score}}}"#
            )
            .unwrap();
        }
    }
    let log = folder.path().join("answers.jsonl");
    fs::write(&log, rows).unwrap();
    let args = ["report", text(&log), "--to", "log-end", "--compare", "none", "--template", "queues", "--by", "queue"];
    let json: Value =
        serde_json::from_slice(&success(&[&args[..], &["--format", "json", "--min-cell", "5"]].concat())).unwrap();
    for (queue, _, is_hidden) in ANSWERS {
        let rows = json["tables"]["by_queue"]["rows"].as_array().unwrap();
        let row = rows.iter().find(|row| row["key"][0] == queue).unwrap();
        assert_eq!(row["nps"] == "hidden", is_hidden, "{queue}: {}", row["nps"]);
    }
}

/// Writes rows of a log: day and minute, conversation, and the rest of the row in JSON.
fn written(folder: &TempDir, rows: &[(&str, u32, String, String)]) -> PathBuf {
    let path = folder.path().join("written.jsonl");
    let row = |(day, second, conversation, rest): &(&str, u32, String, String)| {
        let ts = format!("{day}T10:{:02}:{:02}Z", second / 60, second % 60);
        format!("{{\"ts\":\"{ts}\",\"conversation_id\":\"{conversation}\",\"channel\":\"web\",{rest}}}\n")
    };
    fs::write(&path, rows.iter().map(row).collect::<String>()).unwrap();
    path
}

const AGENT: &str = r#""event":"message","actor":"agent","agent_id":"ana""#;

/// The values of `report.csv` in the rows of a table: by key and metric.
fn shown(log: &std::path::Path, flags: &[&str], table: &str) -> BTreeMap<(String, String), (String, String)> {
    let args = [&["report", text(log), "--compare", "none", "--format", "csv", "--min-cell", "5"], flags].concat();
    let csv = success(&args);
    let mut reader = csv::Reader::from_reader(&csv[..]);
    let rows =
        reader.records().map(Result::unwrap).filter(|row| &row[0] == table && ["value", "mean"].contains(&&row[3]));
    rows.map(|row| ((row[1].to_owned(), row[2].to_owned()), (row[5].to_owned(), row[6].to_owned()))).collect()
}

#[test]
fn numbers_that_follow_from_definitions_are_hidden_together() {
    let folder = tempdir().unwrap();
    let one = ["--from", "2026-03-02", "--days", "1"];
    let is_hidden = |value: &(String, String)| value.0 == "hidden" && ["hidden", ""].contains(&&*value.1);
    // Answered and abandoned visits are together those of the service level.
    let mut rows = Vec::new();
    for n in 0..10 {
        let row = |second: u32, rest: &str| ("2026-03-02", n * 60 + second, format!("c{n}"), rest.to_owned());
        rows.push(row(0, r#""event":"queued","queue":"Q""#));
        if n < 8 {
            rows.push(row(40, AGENT));
        }
        let closer = if n < 8 {
            r#""event":"closed","actor":"agent","agent_id":"ana""#
        } else {
            r#""event":"closed","actor":"customer""#
        };
        rows.push(row(50, closer));
    }
    let log = written(&folder, &rows);
    let told = shown(&log, &[&one[..], &["--template", "queues"]].concat(), "total");
    let of = |metric: &str| &told[&(String::new(), metric.to_owned())];
    assert!(is_hidden(of("abandoned")));
    assert!(is_hidden(of("service_level")) || is_hidden(of("total_wait")), "{told:?}");
    // Answers to NPS and to CSAT are together all ratings.
    let mut rows = Vec::new();
    for n in 0..8 {
        let row = |second: u32, rest: String| ("2026-03-02", n * 60 + second, format!("c{n}"), rest);
        rows.push(row(0, AGENT.to_owned()));
        let (survey, score) = if n < 6 { ("nps", 9) } else { ("csat", 1) };
        rows.push(row(40, format!(r#""event":"rated","survey":"{survey}","score":{score}"#)));
    }
    let log = written(&folder, &rows);
    let told = shown(&log, &[&one[..], &["--template", "operations"]].concat(), "total");
    let of = |metric: &str| &told[&(String::new(), metric.to_owned())];
    assert!(is_hidden(of("csat")) && (is_hidden(of("nps")) || is_hidden(of("ratings"))), "{told:?}");
    // Distinct conversations of two days that add up to the total, as the count of closes proves.
    let mut rows = Vec::new();
    for n in 0..12 {
        let day = if n < 10 { "2026-03-02" } else { "2026-03-03" };
        let row = |second: u32, rest: &str| (day, n * 60 + second, format!("c{n}"), rest.to_owned());
        rows.push(row(40, AGENT));
        rows.push(row(50, r#""event":"closed","actor":"agent","agent_id":"ana""#));
    }
    let log = written(&folder, &rows);
    let two = ["--from", "2026-03-02", "--days", "2"];
    let days = shown(&log, &two, "by_day");
    let total = shown(&log, &two, "total");
    for metric in ["closed_conversations", "answered_conversations"] {
        let of = |day: &str| is_hidden(&days[&(day.to_owned(), metric.to_owned())]);
        assert!(of("2026-03-03"), "{metric}: {days:?}");
        let is_total_hidden = is_hidden(&total[&(String::new(), metric.to_owned())]);
        assert!(of("2026-03-02") || is_total_hidden, "{metric}: {days:?} {total:?}");
    }
}

#[test]
fn no_extreme_is_named_where_a_number_is_hidden() {
    let folder = tempdir().unwrap();
    // A hidden hour has the most: Monday at 10, beside the two of another hour.
    let mut rows = Vec::new();
    for (day, count) in [("2026-03-02", 20), ("2026-03-03", 6), ("2026-03-04", 7), ("2026-03-05", 2)] {
        for n in 0..count {
            let row = |second: u32, rest: &str| (day, n * 60 + second, format!("{day} {n}"), rest.to_owned());
            rows.push(row(0, r#""event":"message","actor":"customer""#));
            rows.push(row(10, AGENT));
        }
    }
    let log = written(&folder, &rows);
    let args = ["report", text(&log), "--from", "2026-03-02", "--days", "7", "--compare", "none"];
    let page = |format: &str, more: &[&str]| {
        String::from_utf8(success(&[&args[..], &["--format", format], more].concat())).unwrap()
    };
    assert!(page("markdown", &[]).contains("Most on"));
    assert!(!page("markdown", &["--min-cell", "5"]).contains("Most on"));
    // The best window of a trend is hidden.
    let mut rows = Vec::new();
    for (day, left) in [("2026-03-02", 6), ("2026-03-03", 2), ("2026-03-04", 8), ("2026-03-05", 7)] {
        for n in 0..9 + left {
            let row = |second: u32, rest: &str| (day, n * 60 + second, format!("{day} {n}"), rest.to_owned());
            rows.push(row(0, r#""event":"queued","queue":"Q""#));
            rows.push(row(20, if n < 9 { AGENT } else { r#""event":"customer_left""# }));
        }
    }
    let log = written(&folder, &rows);
    let args = ["report", text(&log), "--from", "2026-03-05", "--days", "1", "--trend", "4", "--template", "queues"];
    let best = |more: &[&str]| -> Value {
        let json: Value = serde_json::from_slice(&success(&[&args[..], &["--format", "json"], more].concat())).unwrap();
        assert_eq!(json["metrics"]["abandoned"]["trend"].as_array().unwrap().len(), 4);
        json["metrics"]["abandoned"]["best"].clone()
    };
    assert_eq!((best(&[]), best(&["--min-cell", "5"])), (1.into(), Value::Null));
}

#[test]
fn a_warning_about_few_people_names_its_subject() {
    let folder = tempdir().unwrap();
    let mut rows = Vec::new();
    for n in 0..9 {
        let row = |second: u32, rest: &str| ("2026-03-02", n * 60 + second, format!("c{n}"), rest.to_owned());
        rows.push(row(0, r#""event":"assigned","agent_id":"bob""#));
        rows.push(row(9, r#""event":"message","actor":"agent","agent_id":"bob""#));
    }
    let log = written(&folder, &rows);
    let status = r#"{"ts":"2026-03-02T09:00:00Z","event":"agent_status","agent_id":"ana","status":"online"}"#;
    fs::write(&log, format!("{status}\n{}", fs::read_to_string(&log).unwrap())).unwrap();
    let args = ["report", text(&log), "--from", "2026-03-02", "--days", "1", "--template", "operations"];
    let json: Value =
        serde_json::from_slice(&success(&[&args[..], &["--format", "json", "--min-cell", "5"]].concat())).unwrap();
    let warnings = json["warnings"].as_array().unwrap();
    let warning = warnings.iter().find(|warning| warning["id"] == "agents_without_status").unwrap();
    let words = warning["text"].as_str().unwrap();
    assert!(words.starts_with("fewer than 5 agents who held conversations have no status"), "{words}");
    assert!(warning.get("count").is_none(), "{warning}");
}
