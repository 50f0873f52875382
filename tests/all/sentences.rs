//! The sentences of page 1 compared with the numbers of `report.json`: parsed from their words in every language, and
//! computed again without the program's rules.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use dialogram::language::Language;
use dialogram::metrics;
use dialogram::render::summary::written;
use dialogram::report::Report;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestCaseError};
use serde_json::{Map, Value, json};

use crate::language::texts;
use crate::support::{success, week};

/// The minimum number of rows: `docs/decisions.md`, language-7.
const FEW: f64 = 20.0;
/// Maximum sentences of a page.
const MOST: usize = 4;
/// Metrics of the reports: `(id, higher is better)`.
const RATES: [(&str, bool); 2] = [("service_level", true), ("abandonment_rate", false)];
const DURATIONS: [&str; 2] = ["first_response_time", "queue_wait"];

/// The weekly report of the fixture week; a case replaces parts of it.
static BASE: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_slice(&success(&week(&["--template", "weekly", "--format", "json"]))).expect("a report")
});

/// A number as JSON has it: none, hidden or known.
fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => (0_u32..400).prop_map(|n| json!(n)),
        1 => Just(Value::Null),
        1 => Just(json!("hidden")),
    ]
}

fn rate() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => (0.0..=1.0_f64).prop_map(|rate| json!(rate)),
        // Ties, and rates that are equal after rounding.
        3 => prop::sample::select(vec![0.0, 0.2, 0.200_1, 0.5, 1.0]).prop_map(|rate| json!(rate)),
        1 => Just(Value::Null),
        1 => Just(json!("hidden")),
    ]
}

fn seconds() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => (0.0..9_000.0_f64).prop_map(|seconds| json!(seconds)),
        2 => prop::sample::select(vec![0.0, 0.05, 0.11, 12.04, 59.97, 60.0, 61.0, 3_599.6, 86_399.9, 700_000.0])
            .prop_map(|seconds| json!(seconds)),
        1 => Just(Value::Null),
    ]
}

/// Rows of a table: the name, the median wait, and the number of rows behind it.
fn rows() -> impl Strategy<Value = Vec<(String, Value, u64)>> {
    let name = prop::sample::select(vec!["A", "B: one, two", "(none)", "Fila 3", "2026-03-02", "2026-03-04"]);
    let wait = prop_oneof![6 => seconds(), 1 => Just(json!("hidden"))];
    prop::collection::vec((name.prop_map(str::to_owned), wait, 0_u64..50), 0..5)
}

/// The counts of a week by hour: none, one, a few, all equal.
fn hours() -> impl Strategy<Value = Vec<(usize, usize, Value)>> {
    let count = prop_oneof![5 => (0_u64..40).prop_map(|n| json!(n)), 1 => Just(json!("hidden"))];
    prop::collection::vec((0_usize..7, 0_usize..24, count), 0..5)
}

/// Targets of the service level: the bound, and whether it is a lower one.
fn targets() -> impl Strategy<Value = Vec<(f64, bool)>> {
    prop::collection::vec((prop::sample::select(vec![0.1, 0.4, 0.5, 0.8, 0.95]), any::<bool>()), 0..6)
}

/// The replaced parts of a report.
#[derive(Debug, Clone)]
struct Case {
    volume: [Value; 2],
    has_previous: bool,
    rates: [[Value; 2]; 2],
    n: u64,
    durations: [[Value; 2]; 2],
    rows: [Vec<(String, Value, u64)>; 3],
    hours: Vec<(usize, usize, Value)>,
    hours_observed: f64,
    days: u32,
    targets: Vec<(f64, bool)>,
}

prop_compose! {
    fn case()(
        volume in [number(), number()],
        has_previous in prop::bool::weighted(0.8),
        rates in [[rate(), rate()], [rate(), rate()]],
        n in 0_u64..60,
        durations in [[seconds(), seconds()], [seconds(), seconds()]],
        rows in [rows(), rows(), rows()],
        hours in hours(),
        hours_observed in prop::sample::select(vec![1.0, 2.0, 4.0]),
        days in prop::sample::select(vec![1_u32, 7, 28]),
        targets in targets(),
    ) -> Case {
        Case { volume, has_previous, rates, n, durations, rows, hours, hours_observed, days, targets }
    }
}

/// The change between two numbers as in a report: for a rate the difference, else the ratio.
fn change(now: &Value, before: &Value, is_rate: bool) -> Value {
    if now == "hidden" || before == "hidden" {
        return json!("hidden");
    }
    match (now.as_f64(), before.as_f64()) {
        (Some(now), Some(before)) if is_rate => json!(now - before),
        (Some(now), Some(before)) if before != 0.0 => json!((now - before) / before),
        (_, _) => Value::Null,
    }
}

impl Case {
    /// The report as JSON.
    fn report(&self) -> Value {
        let mut report = BASE.clone();
        let before = |value: &Value| if self.has_previous { value.clone() } else { Value::Null };
        report["key_figures"] = json!(["conversations", "service_level", "abandonment_rate", "first_response_time"]);
        report["window"]["days"] = json!(self.days);
        report["trend"] = json!([]);
        let mut metrics = Map::new();
        let mut scalar = |id: &str, unit: &str, [now, then]: &[Value; 2], n: Value| {
            let then = before(then);
            let by = change(now, &then, unit == "rate");
            let n = if now == "hidden" { json!("hidden") } else { n };
            let value = json!({ "unit": unit, "value": now, "n": n, "previous": then, "change": by, "revision": 1 });
            metrics.insert(id.to_owned(), value);
        };
        let [now, _] = &self.volume;
        scalar("conversations", "count", &self.volume, if now.is_null() { json!(0) } else { now.clone() });
        for ((id, _), values) in RATES.iter().zip(&self.rates) {
            scalar(id, "rate", values, json!(self.n));
        }
        for (id, [now, then]) in DURATIONS.iter().zip(&self.durations) {
            let of = |value: &Value| json!({ "mean": value, "p50": value, "p90": value, "p95": value, "max": value, "n": self.n });
            let then = before(then);
            let mut value = of(now);
            value["unit"] = json!("seconds");
            value["revision"] = json!(1);
            let by = change(now, &then, false);
            let then_is_none = then.is_null() && !self.has_previous;
            value["previous"] = if then_is_none { Value::Null } else { of(&then) };
            value["change"] = if then_is_none {
                Value::Null
            } else {
                json!({ "mean": by, "p50": by, "p90": by, "p95": by, "max": by, "n": 0 })
            };
            metrics.insert((*id).to_owned(), value);
        }
        report["metrics"] = Value::Object(metrics);
        let mut tables = Map::new();
        for (dimension, rows) in ["queue", "department", "day"].iter().zip(&self.rows) {
            let mut names: Vec<&str> = Vec::new();
            let mut shown = Vec::new();
            for (name, value, n) in rows {
                let name = if *dimension == "day" && !name.starts_with("2026") { "2026-03-03" } else { name.as_str() };
                if names.contains(&name) {
                    continue;
                }
                names.push(name);
                let cell = match value.as_f64() {
                    Some(p50) => json!({ "mean": p50, "p50": p50, "p90": p50, "p95": p50, "max": p50, "n": n }),
                    None => json!("hidden"),
                };
                shown.push(json!({ "key": [name], "label": [name], "first_response_time": cell }));
            }
            let table = json!({ "dimensions": [dimension], "metrics": ["first_response_time"], "adds_up": false, "rows": shown });
            tables.insert(format!("by_{dimension}"), table);
        }
        report["tables"] = Value::Object(tables);
        let mut counts = vec![vec![json!(0); 24]; 7];
        for (day, hour, count) in &self.hours {
            counts[*day][*hour] = count.clone();
        }
        let observed = vec![vec![self.hours_observed; 24]; 7];
        report["heatmaps"] = json!({ "conversations": { "counts": counts, "hours_observed": observed } });
        let level = self.rates[0][0].as_f64();
        let judged = self.targets.iter().map(|(limit, is_least)| {
            let met = level.map(|level| if *is_least { level >= *limit } else { level <= *limit });
            let bound = if *is_least { "at_least" } else { "at_most" };
            json!({
                "metric": "service_level", "statistic": "value", "bound": bound, "limit": limit, "value": level, "met": met,
                "missed": []
            })
        });
        report["targets"] = judged.collect();
        report
    }
}

/// A parsed sentence: its text in the catalogue, and the values of its placeholders.
struct ReadSentence {
    key: &'static str,
    lead: String,
    /// The form for one.
    is_one: bool,
    parts: BTreeMap<String, String>,
}

const KEYS: [&str; 11] = [
    "rose",
    "fell",
    "volume_same",
    "volume_changed",
    "volume_from",
    "volume_alone",
    "worst_row",
    "targets_met",
    "targets_missed",
    "busiest_hours",
    "busiest_hour",
];

/// All ways to fill a text that give a sentence: the borders between parts are not always clear.
fn fills(template: &str, sentence: &str) -> Vec<BTreeMap<String, String>> {
    let (literal, rest) = template.split_once('{').unwrap_or((template, ""));
    let Some(sentence) = sentence.strip_prefix(literal) else { return Vec::new() };
    let Some((name, template)) = rest.split_once('}') else {
        return if sentence.is_empty() { vec![BTreeMap::new()] } else { Vec::new() };
    };
    let name = name.split(' ').next().unwrap_or_default();
    let ends = sentence.char_indices().map(|(at, _)| at).skip(1).chain([sentence.len()]);
    let of_end = |end: usize| {
        let (value, rest) = sentence.split_at(end);
        let with_value = move |mut found: BTreeMap<String, String>| {
            found.insert(name.to_owned(), value.to_owned());
            found
        };
        fills(template, rest).into_iter().map(with_value)
    };
    ends.flat_map(of_end).collect()
}

/// All ways to parse a sentence.
fn read(language: Language, lead: &str, text: &str) -> Vec<ReadSentence> {
    let texts = texts(language);
    let mut found = Vec::new();
    for key in KEYS {
        let forms = &texts[&format!("summary.{key}")];
        for (at, form) in forms.iter().enumerate() {
            let form = form.replace("~;", "\u{202f};").replace('~', "\u{a0}");
            let is_one = forms.len() == 2 && at == 0;
            let of_parts = |parts| ReadSentence { key, lead: lead.to_owned(), is_one, parts };
            found.extend(fills(&form, text).into_iter().map(of_parts));
        }
    }
    assert!(!found.is_empty(), "{language}: no text is `{text}`");
    found
}

/// A number without its unit, and half of its last digit; no number has no tolerance.
fn read_number(language: Language, text: &str) -> (f64, f64) {
    let comma = matches!(language, Language::French | Language::Portuguese);
    let digits: String = text.chars().filter(|c| c.is_ascii_digit() || ".,-−".contains(*c)).collect();
    let digits = digits.trim_end_matches(['.', ',']).replace('−', "-");
    let plain = if comma { digits.replace('.', "").replace(',', ".") } else { digits.replace(',', "") };
    let places = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let Ok(places) = i32::try_from(places) else { return (f64::NAN, 0.0) };
    (plain.parse().unwrap_or(f64::NAN), 0.5 / 10_f64.powi(places))
}

/// A duration in seconds, and half of its last unit.
fn read_seconds(language: Language, text: &str) -> (f64, f64) {
    let units = [(["d", "j"], 86_400.0), (["h", "h"], 3_600.0), (["min", "min"], 60.0), (["s", "s"], 1.0)];
    let words: Vec<&str> = text.split([' ', '\u{a0}', '\u{202f}']).collect();
    let (mut sum, mut half) = (0.0, 0.0);
    for pair in words.chunks(2) {
        let (value, place) = read_number(language, pair[0]);
        let known = pair.get(1).and_then(|word| units.iter().find(|(names, _)| names.contains(word)));
        let Some((_, unit)) = known else { return (f64::NAN, 0.0) };
        sum += value * unit;
        half = place * unit;
    }
    (sum, half)
}

/// Whether a text can be a value of a metric.
fn reads_as(language: Language, metric: &str, text: &str, value: f64) -> bool {
    let (read, half) = match metrics::describe(metric).unwrap().unit.name() {
        "seconds" => read_seconds(language, text),
        "rate" => {
            let (percent, half) = read_number(language, text);
            (percent / 100.0, half / 100.0)
        }
        _ => read_number(language, text),
    };
    (read - value).abs() <= half * 1.001 + 1e-9
}

/// The metrics of the reports with this name in a sentence.
fn ids_of(language: Language, name: &str) -> Vec<&'static str> {
    let texts = texts(language);
    let small = |label: &str| -> String {
        let mut letters = label.chars();
        match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if second.is_lowercase() => {
                first.to_lowercase().chain([second]).chain(letters).collect()
            }
            _ => label.to_owned(),
        }
    };
    let is_called = |id: &&str| {
        let english = || metrics::describe(id).unwrap().label.to_owned();
        let label = texts.get(&format!("metric.{id}.label")).map_or_else(english, |forms| forms[0].clone());
        let own = texts.get(&format!("sentence.{id}")).map(|forms| forms[0].replace('~', "\u{a0}"));
        let label = own.unwrap_or_else(|| small(&label));
        name == label || name == texts["statistic.median"][0].replace("{metric}", &label)
    };
    ["conversations"].into_iter().chain(RATES.map(|(id, _)| id)).chain(DURATIONS).filter(is_called).collect()
}

/// The leading number of a metric, now and before.
fn leading(report: &Value, id: &str) -> (Option<f64>, Option<f64>) {
    let value = &report["metrics"][id];
    let place = if DURATIONS.contains(&id) { "p50" } else { "value" };
    let before = if DURATIONS.contains(&id) { &value["previous"]["p50"] } else { &value["previous"] };
    (value[place].as_f64(), before.as_f64())
}

/// A sentence with the numbers to compare.
struct Judged<'j> {
    language: Language,
    report: &'j Value,
    sentence: &'j ReadSentence,
}

/// Whether two numbers are equal.
fn is_same(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

/// How many things there are.
fn count(things: usize) -> f64 {
    f64::from(u32::try_from(things).unwrap())
}

fn check(is: bool, what: &str) -> Result<(), String> {
    if is { Ok(()) } else { Err(what.to_owned()) }
}

impl Judged<'_> {
    fn part(&self, name: &str) -> Result<&str, String> {
        self.sentence.parts.get(name).map(String::as_str).ok_or_else(|| format!("no `{name}`"))
    }

    fn number(&self, name: &str) -> Result<(f64, f64), String> {
        Ok(read_number(self.language, self.part(name)?))
    }

    fn is_lead(&self, key: &str) -> bool {
        texts(self.language)[&format!("summary.{key}")][0].replace('~', "\u{a0}") == self.sentence.lead
    }

    fn reads_as(&self, name: &str, metric: &str, value: f64) -> Result<(), String> {
        check(reads_as(self.language, metric, self.part(name)?, value), name)
    }

    /// The only metric with the sentence's name.
    fn metric(&self) -> Result<&'static str, String> {
        match ids_of(self.language, self.part("name")?)[..] {
            [id] => Ok(id),
            ref ids => Err(format!("called so: {ids:?}")),
        }
    }

    /// Whether the change in the sentence is that between two numbers.
    fn has_change(&self, by: f64) -> Result<(), String> {
        let (read, half) = self.number("change")?;
        check((read - by).abs() <= half * 1.001 + 1e-9 && read.signum() * by.signum() > 0.0, "the change")
    }

    fn judge(&self) -> Result<(), String> {
        match self.sentence.key {
            "rose" | "fell" => self.changed(),
            "volume_same" | "volume_changed" | "volume_from" | "volume_alone" => self.volume(),
            "worst_row" => self.worst(),
            "targets_met" | "targets_missed" => self.targets(),
            "busiest_hour" | "busiest_hours" => self.busiest(),
            _ => Err("a text that nobody judges".to_owned()),
        }
    }

    fn changed(&self) -> Result<(), String> {
        let id = self.metric()?;
        let (Some(now), Some(before)) = leading(self.report, id) else { return Err("no two numbers".to_owned()) };
        check((self.sentence.key == "rose") == (now > before) && !is_same(now, before), "the verb")?;
        self.reads_as("now", id, now)?;
        self.reads_as("before", id, before)?;
        check(self.part("now")? != self.part("before")?, "two numbers that read alike")?;
        let rate = RATES.iter().find(|(rate, _)| *rate == id);
        self.has_change(if rate.is_some() { (now - before) * 100.0 } else { (now - before) / before * 100.0 })?;
        let is_better = (now > before) == rate.is_some_and(|(_, is_higher_better)| *is_higher_better);
        check(self.is_lead(if is_better { "better" } else { "worse" }), "the lead")?;
        check(self.report["metrics"][id]["n"].as_f64() >= Some(FEW), "few rows")
    }

    fn volume(&self) -> Result<(), String> {
        let key = self.sentence.key;
        check(self.is_lead("volume") && self.metric()? == "conversations", "the metric")?;
        let (Some(now), before) = leading(self.report, "conversations") else { return Err("no number".to_owned()) };
        self.reads_as("n", "conversations", now)?;
        let is_one = is_same(now, 1.0) || (is_same(now, 0.0) && self.language == Language::French);
        check(self.sentence.is_one == is_one, "the plural")?;
        check((key == "volume_alone") == before.is_none(), "a window before")?;
        check((key == "volume_same") == before.is_some_and(|before| is_same(before, now)), "as many as before")?;
        if let (Some(before), true) = (before, key == "volume_from" || key == "volume_changed") {
            self.reads_as("before", "conversations", before)?;
        }
        if key == "volume_changed" {
            let before = before.unwrap_or_default();
            check(before >= FEW, "a percentage of few")?;
            self.has_change((now - before) / before * 100.0)?;
        }
        Ok(())
    }

    fn worst(&self) -> Result<(), String> {
        let id = self.metric()?;
        let table = ["queue", "department", "day"].into_iter().find(|name| self.is_lead(&format!("worst_{name}")));
        let table = table.ok_or("the lead")?;
        let rows = self.report["tables"][&format!("by_{table}")]["rows"].as_array().unwrap();
        check(!rows.iter().any(|row| row[id] == "hidden"), "a hidden row")?;
        let enough = rows.iter().filter(|row| row["key"][0] != "(none)" && row[id]["n"].as_f64() >= Some(FEW));
        let mut values: Vec<(f64, &str)> =
            enough.filter_map(|row| Some((row[id]["p50"].as_f64()?, row["label"][0].as_str()?))).collect();
        values.sort_by(|a, b| b.0.total_cmp(&a.0));
        let [(worst, label), (next, _), ..] = values[..] else { return Err("one row".to_owned()) };
        let total = leading(self.report, id).0.ok_or("no total")?;
        check(worst > next && worst > total, "a tie")?;
        self.reads_as("value", id, worst)?;
        self.reads_as("total", id, total)?;
        check(self.part("value")? != self.part("total")?, "two numbers that read alike")?;
        let row = self.part("row")?;
        match label.strip_prefix("2026-03-0") {
            Some(day) => check(table != "day" || (row.contains(day) && !row.contains("2026")), "the day"),
            None => check(row == label, "the row"),
        }
    }

    fn targets(&self) -> Result<(), String> {
        let targets = self.report["targets"].as_array().unwrap();
        let judged: Vec<&Value> = targets.iter().filter(|target| !target["met"].is_null()).collect();
        let level = self.report["metrics"]["service_level"]["value"].as_f64().ok_or("no level")?;
        let is_missed = |target: &&&Value| {
            let limit = target["limit"].as_f64().unwrap();
            if target["bound"] == "at_least" { level < limit } else { level > limit }
        };
        let missed = judged.iter().filter(is_missed).count();
        check(self.is_lead("targets"), "the lead")?;
        if self.sentence.key == "targets_met" {
            check(missed == 0 && !judged.is_empty(), "a target is missed")?;
            return match self.number("n") {
                Ok((n, _)) => check(is_same(n, count(judged.len())), "how many are met"),
                Err(_) => check(judged.len() == 1, "how many are met"),
            };
        }
        check(is_same(self.number("n")?.0, count(missed)), "how many are missed")?;
        check(is_same(self.number("judged")?.0, count(judged.len())), "how many there are")?;
        check(self.part("targets")?.matches(['≥', '≤']).count() == missed.min(3), "which are named")
    }

    fn busiest(&self) -> Result<(), String> {
        let heatmap = &self.report["heatmaps"]["conversations"];
        let mut hours: Vec<(f64, usize, usize)> = Vec::new();
        for (day, hour) in (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
            let count = heatmap["counts"][day][hour].as_f64().ok_or("a hidden hour")?;
            hours.push((count / heatmap["hours_observed"][day][hour].as_f64().unwrap(), day, hour));
        }
        hours.sort_by(|a, b| b.0.total_cmp(&a.0));
        let [(rate, day, hour), (next, ..), ..] = hours[..] else { return Err("one hour".to_owned()) };
        check(rate > next, "a tie")?;
        let (said, half) = self.number("value")?;
        check((said - rate).abs() <= half * 1.001, "the number")?;
        let (from, to) = (format!("{hour:02}:00"), format!("{:02}:00", hour + 1));
        check(self.part("from")? == from && self.part("to")? == to, "the hour")?;
        let is_repeated = self.sentence.key == "busiest_hours";
        check(is_repeated == (self.report["window"]["days"].as_u64() > Some(7)), "one week or several")?;
        let (place, list) = if is_repeated { ("weekdays", "weekdays_repeated") } else { ("weekday", "weekdays") };
        check(texts(self.language)[&format!("date.{list}")][day] == self.part(place)?, "the weekday")
    }
}

/// The sentences of a report in a language, each judged; how many there were by text.
fn judged(language: Language, json: &Value) -> Result<Vec<&'static str>, String> {
    let report: Report = serde_json::from_value(json.clone()).map_err(|error| error.to_string())?;
    let sentences = written(&report, language);
    if sentences.len() > MOST {
        return Err(format!("{} sentences", sentences.len()));
    }
    let mut keys = Vec::new();
    for sentence in sentences {
        // One of the ways to parse it must be true.
        let mut faults = Vec::new();
        let mut is_true = |sentence: &ReadSentence| {
            let judged = Judged { language, report: json, sentence };
            judged.judge().map_err(|what| faults.push(what)).is_ok()
        };
        match read(language, sentence.lead.1, &sentence.text).iter().find(|read| is_true(read)) {
            Some(read) => keys.push(read.key),
            None => return Err(format!("{language}: {faults:?}: {} {}", sentence.lead.1, sentence.text)),
        }
    }
    Ok(keys)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: RngSeed::Fixed(17), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sentence_contradicts_its_numbers_in_any_language(case in case()) {
        let report = case.report();
        let mut told: Option<Vec<&str>> = None;
        for language in Language::ALL {
            let keys = judged(language, &report).map_err(TestCaseError::fail)?;
            if !case.has_previous {
                prop_assert!(!keys.iter().any(|key| ["rose", "fell", "volume_from", "volume_changed"].contains(key)));
            }
            // Every language has the same statements.
            prop_assert_eq!(told.get_or_insert_with(|| keys.clone()), &keys);
        }
    }
}

/// The cases of the property test contain every sentence; otherwise it would prove nothing.
#[test]
fn every_sentence_is_judged() {
    let hour = |count: u64| vec![(2_usize, 23_usize, json!(count))];
    let worst = |names: [&str; 2]| {
        names.iter().zip([900.0, 100.0]).map(|(name, p50)| ((*name).to_owned(), json!(p50), 30)).collect::<Vec<_>>()
    };
    let plain = Case {
        volume: [json!(110), json!(100)],
        has_previous: true,
        rates: [[json!(0.5), json!(0.5)], [json!(0.1), json!(0.1)]],
        n: 40,
        durations: [[json!(60.0), json!(60.0)], [json!(30.0), json!(30.0)]],
        rows: [worst(["A", "B"]), Vec::new(), Vec::new()],
        hours: hour(30),
        hours_observed: 1.0,
        days: 7,
        targets: Vec::new(),
    };
    let cases = [
        (plain.clone(), "volume_changed"),
        (Case { volume: [json!(1), json!(2)], ..plain.clone() }, "volume_from"),
        (Case { volume: [json!(50), json!(50)], ..plain.clone() }, "volume_same"),
        (Case { has_previous: false, ..plain.clone() }, "volume_alone"),
        (Case { durations: [[json!(90.0), json!(60.0)], plain.durations[1].clone()], ..plain.clone() }, "rose"),
        (Case { durations: [[json!(60.0), json!(90.0)], plain.durations[1].clone()], ..plain.clone() }, "fell"),
        (plain.clone(), "worst_row"),
        (Case { rows: [Vec::new(), worst(["A", "B"]), Vec::new()], ..plain.clone() }, "worst_row"),
        (Case { rows: [Vec::new(), Vec::new(), worst(["2026-03-02", "2026-03-04"])], ..plain.clone() }, "worst_row"),
        (Case { targets: vec![(0.4, true)], ..plain.clone() }, "targets_met"),
        (
            Case { targets: vec![(0.4, true), (0.8, true), (0.95, true), (0.1, false)], ..plain.clone() },
            "targets_missed",
        ),
        (plain.clone(), "busiest_hour"),
        (Case { days: 28, hours_observed: 4.0, ..plain.clone() }, "busiest_hours"),
    ];
    for (case, key) in cases {
        for language in Language::ALL {
            let keys = judged(language, &case.report()).unwrap_or_else(|fault| panic!("{key}: {fault}"));
            assert!(keys.contains(&key), "{language}: {key} is not among {keys:?}");
        }
    }
    // No sentence about ties, a hidden number, or a single hidden hour.
    let silent = Case {
        volume: [json!("hidden"), json!("hidden")],
        rows: [
            vec![("A".to_owned(), json!(100.0), 30), ("Fila 3".to_owned(), json!(100.0), 30)],
            Vec::new(),
            Vec::new(),
        ],
        hours: [hour(30), vec![(0, 0, json!("hidden"))]].concat(),
        ..plain
    };
    assert_eq!(judged(Language::French, &silent.report()), Ok(Vec::new()));
}

/// The report of a log with one conversation, and of one whose numbers are hidden, in every language.
#[test]
fn sentences_of_reports_as_they_come() {
    for more in
        [&["--template", "weekly"][..], &["--template", "weekly", "--min-cell", "50"], &["--template", "operations"]]
    {
        let report = serde_json::from_slice(&success(&week(&[more, &["--format", "json"]].concat()))).unwrap();
        for language in Language::ALL {
            let report: Report = serde_json::from_value::<Report>(Value::clone(&report)).unwrap();
            for sentence in written(&report, language) {
                let hidden = &texts(language)["value.hidden"][0];
                assert!(!sentence.text.contains(hidden.as_str()), "{language}: {}", sentence.text);
            }
        }
    }
}
