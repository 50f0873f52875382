//! The gate as in CI: `check` reports what moved, `diff` reports possible causes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::{self, WEEK_LOG, dialogram, root, success, text, week};

/// A folder with the fixture week's log and its report of queues, `base.json`.
pub fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    fs::copy(root().join(WEEK_LOG), folder.path().join("week.jsonl")).unwrap();
    let base = success(&week(&["--template", "queues", "--format", "json"]));
    fs::write(folder.path().join("base.json"), base).unwrap();
    folder
}

/// The result of a run in that folder: exit code, standard output, standard error.
pub fn run_in(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = dialogram(args).current_dir(folder).output().unwrap();
    let utf8 = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), utf8(output.stdout), utf8(output.stderr))
}

pub const DAYS: [&str; 6] = ["--tz", "America/Sao_Paulo", "--from", "2026-03-02", "--to", "2026-03-08"];

fn check(folder: &Path, log: &str, flags: &[&str]) -> (i32, String, String) {
    run_in(folder, &[&["check", log, "--baseline", "base.json"], &DAYS[..], flags].concat())
}

/// The regression in the example: in the second week a third of the customers in one queue wait a quarter of an hour
/// longer. Returns the conversations.
fn slow_down(folder: &Path) -> BTreeSet<String> {
    let log = fs::read_to_string(folder.join("week.jsonl")).unwrap();
    let mut rows: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut slowed = BTreeSet::new();
    let mut seen = 0;
    for at in 0..rows.len() {
        let row = &rows[at];
        let id = row["conversation_id"].clone();
        let is_late = row["ts"].as_str().unwrap() >= "2026-03-02" && row["queue"] == "Fila Entregas";
        if !is_late || !["queued", "transfer_succeeded"].contains(&row["event"].as_str().unwrap()) {
            continue;
        }
        seen += 1;
        if seen % 3 != 0 || !slowed.insert(id.as_str().unwrap().to_owned()) {
            continue;
        }
        for later in rows[at + 1..].iter_mut().filter(|row| row["conversation_id"] == id) {
            let ts = chrono::DateTime::parse_from_rfc3339(later["ts"].as_str().unwrap()).unwrap();
            later["ts"] = json!((ts + chrono::TimeDelta::minutes(15)).to_rfc3339());
        }
    }
    let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
    fs::write(folder.join("slow.jsonl"), lines).unwrap();
    assert!(slowed.len() >= 10, "{}", slowed.len());
    slowed
}

const RULES: &str = "\
[[rules]]
metric = 'queue_wait'
statistic = 'mean'
dimension = 'queue'
direction = 'worse'
relative = '25%'
minimum-n = 10

[[rules]]
metric = 'service_level'
at-least = '10%'
absolute = '1%'
direction = 'worse'
severity = 'warn'

[[rules]]
metric = 'replies'
relative = '5%'
";

#[test]
fn the_same_log_holds_and_prints_one_line() {
    let folder = folder();
    let (code, out, err) = check(folder.path(), "week.jsonl", &[]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.ends_with(" numbers against base.json: all hold\n"), "{out}");
    assert_eq!(check(folder.path(), "week.jsonl", &["--quiet"]), (0, String::new(), String::new()));
    // The baseline's templates replace a default.
    fs::write(folder.path().join("dialogram.toml"), "template = ['conversations']\n").unwrap();
    assert_eq!(check(folder.path(), "week.jsonl", &[]).1, out);
    fs::remove_file(folder.path().join("dialogram.toml")).unwrap();
    // A report is checked like its log.
    assert_eq!(run_in(folder.path(), &["check", "base.json", "--baseline", "base.json"]).1, out);
}

#[test]
fn a_seeded_regression_is_named_with_its_queue() {
    let folder = folder();
    slow_down(folder.path());
    fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let (code, out, err) = check(folder.path(), "slow.jsonl", &["--rules", "rules.toml"]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(err.ends_with("numbers against base.json: 1 failure, 1 warning\n"), "{err}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    assert_eq!(lines[0], "data: which events");
    assert!(lines[1].starts_with("  fail  queue_wait.mean by_queue Fila Entregas: "), "{out}");
    assert!(lines[1].contains(" s, +") && lines[1].contains("%; +"), "{out}");
    assert!(lines[1].ends_with(" is allowed  [rules.toml:1]"), "{out}");
    assert!(lines[2].starts_with("  warn  service_level: ") && lines[2].contains(" pts; "), "{out}");
    assert!(lines[2].ends_with("[rules.toml:9]"), "{out}");
    // The unchanged log breaks no rule, and a warning alone does not fail.
    let (code, out, _) = check(folder.path(), "week.jsonl", &["--rules", "rules.toml"]);
    assert_eq!((code, out.lines().count()), (0, 1), "{out}");
    let warn = RULES.replace("minimum-n = 10", "minimum-n = 10\nseverity = 'warn'");
    fs::write(folder.path().join("warn.toml"), warn).unwrap();
    let (code, out, _) = check(folder.path(), "slow.jsonl", &["--rules", "warn.toml"]);
    assert_eq!((code, out.matches("warn  ").count()), (0, 2), "{out}");
}

#[test]
fn the_conversations_that_did_it_are_named() {
    let folder = folder();
    let slowed = slow_down(folder.path());
    fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    let flags = ["--rules", "rules.toml", "--baseline-log", "week.jsonl"];
    let (code, out, _) = check(folder.path(), "slow.jsonl", &[&flags[..], &["--format", "json"]].concat());
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &found["findings"][0]["key"]), (1, &"Fila Entregas".into()));
    let named = found["findings"][0]["conversations"].as_array().unwrap();
    let ids: BTreeSet<String> = named.iter().map(|one| one["conversation_id"].as_str().unwrap().to_owned()).collect();
    // All conversations that waited longer and were answered, as in the list of the same number.
    let list = ["list", "slow.jsonl", "--metric", "queue_wait", "--queue", "Fila Entregas", "--format", "json"];
    let list: Value = serde_json::from_str(&run_in(folder.path(), &[&list, &DAYS[..]].concat()).1).unwrap();
    let rows = list["rows"].as_array().unwrap().iter().map(|row| row["conversation_id"].as_str().unwrap().to_owned());
    let expected: BTreeSet<String> = rows.filter(|id| slowed.contains(id)).collect();
    assert!(expected.len() >= 10 && ids == expected, "{ids:?}\n{expected:?}");
    for one in named {
        let later = one["new"].as_f64().unwrap() - one["old"].as_f64().unwrap_or(0.0);
        assert!((later - 900.0).abs() < 1e-6 || one["old"].is_null(), "{one}");
    }
    // The text names a few of them; the result is the same with only the old log.
    let (_, text, _) = check(folder.path(), "slow.jsonl", &flags);
    assert!(text.lines().nth(1).unwrap().contains("; conversations PA-") && text.contains(" more"), "{text}");
    let alone =
        ["check", "slow.jsonl", "--baseline-log", "week.jsonl", "--template", "queues", "--rules", "rules.toml"];
    let (code, alone, _) = run_in(folder.path(), &[&alone, &DAYS[..]].concat());
    assert_eq!((code, alone.lines().nth(1)), (1, text.lines().nth(1)));
    // Every position of a report can be queried: rows by the log's own dimensions, days, weekdays, hours.
    let mut template = "title = 'Waits'\nmetrics = ['queue_wait']\n".to_owned();
    let mut rules = String::new();
    for dimension in ["channel", "agent", "day", "weekday", "hour"] {
        template += &format!("[[tables]]\ndimension = '{dimension}'\nmetrics = ['queue_wait']\n");
        rules += &format!(
            "[[rules]]\nmetric = 'queue_wait'\nstatistic = 'mean'\ndimension = '{dimension}'\nrelative = '20%'\n"
        );
    }
    fs::write(folder.path().join("waits.toml"), template).unwrap();
    fs::write(folder.path().join("places.toml"), rules).unwrap();
    let all =
        ["check", "slow.jsonl", "--baseline-log", "week.jsonl", "--template", "waits.toml", "--rules", "places.toml"];
    let (_, out, err) = run_in(folder.path(), &[&all, &DAYS[..], &["--format", "json"]].concat());
    let found: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{err}"));
    let findings = found["findings"].as_array().unwrap();
    let tables: BTreeSet<&str> = findings.iter().map(|finding| finding["table"].as_str().unwrap()).collect();
    assert_eq!(tables, BTreeSet::from(["by_agent", "by_channel", "by_day", "by_hour", "by_weekday"]));
    for finding in findings.iter().take(50) {
        let named = finding["conversations"].as_array().unwrap();
        assert!(!named.is_empty(), "{finding}");
        let is_slowed = |one: &Value| slowed.contains(one["conversation_id"].as_str().unwrap());
        assert!(finding["table"] == "by_hour" || named.iter().all(is_slowed), "{finding}");
    }
    let (code, _, err) =
        run_in(folder.path(), &["check", "base.json", "--baseline", "base.json", "--baseline-log", "week.jsonl"]);
    assert!(code == 2 && err.contains("name the log itself, not its report"), "{err}");
    let (code, _, err) = check(folder.path(), "slow.jsonl", &["--baseline-log", "base.json"]);
    assert!(code == 2 && err.contains("name the log itself, not its report"), "{err}");
}

#[test]
fn without_rules_every_number_that_moved_is_a_finding() {
    let folder = folder();
    slow_down(folder.path());
    let (code, out, _) = check(folder.path(), "slow.jsonl", &["--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &found["holds"]), (1, &false.into()));
    let schema = serde_json::from_slice(&fs::read(root().join("schemas/check-1.schema.json")).unwrap()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&found).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:?}");
    // The findings are the differences between the two reports.
    let flags = [&["report", "slow.jsonl", "--template", "queues", "--format", "json", "-o", "slow.json"], &DAYS[..]];
    assert_eq!(run_in(folder.path(), &flags.concat()).0, 0);
    let [old, new] = ["base.json", "slow.json"]
        .map(|name| -> Value { serde_json::from_slice(&fs::read(folder.path().join(name)).unwrap()).unwrap() });
    let findings = found["findings"].as_array().unwrap();
    let totals = findings.iter().filter(|finding| finding["table"] == "total" && finding["statistic"] != "n");
    let named: BTreeSet<(String, String)> = totals
        .map(|finding| {
            let (metric, statistic) = (finding["metric"].as_str().unwrap(), finding["statistic"].as_str().unwrap());
            assert_eq!(finding["old"], old["metrics"][metric][statistic]);
            assert_eq!(finding["new"], new["metrics"][metric][statistic]);
            (metric.to_owned(), statistic.to_owned())
        })
        .collect();
    let mut expected = BTreeSet::new();
    for (id, metric) in old["metrics"].as_object().unwrap() {
        for statistic in ["value", "mean", "p50", "p90", "p95", "max"] {
            if metric.get(statistic) != new["metrics"][id].get(statistic) {
                expected.insert((id.clone(), statistic.to_owned()));
            }
        }
    }
    assert!(expected.len() > 5, "{expected:?}");
    assert_eq!(named, expected);
}

#[test]
fn bounds_need_no_baseline() {
    let folder = folder();
    fs::write(folder.path().join("bounds.toml"), "[[rules]]\nmetric = 'service_level'\nat-least = '99%'\n").unwrap();
    let (code, out, _) = run_in(folder.path(), &["check", "base.json", "--rules", "bounds.toml"]);
    assert_eq!(code, 1);
    assert!(out.contains("fail  service_level: ") && out.contains(" must be at least 99.0%"), "{out}");
    fs::write(folder.path().join("change.toml"), "[[rules]]\nmetric = 'replies'\n").unwrap();
    let (code, _, err) = run_in(folder.path(), &["check", "base.json", "--rules", "change.toml"]);
    assert_eq!(code, 2);
    assert!(err.contains("rules change.toml:1: replies: it is about a change: name the --baseline"), "{err}");
    let (code, _, err) = run_in(folder.path(), &["check", "base.json"]);
    assert!(code == 2 && err.contains("nothing to compare with"), "{err}");
}

/// Two customers left a queue: with `--min-cell 5` it is unknown whether a bound holds.
#[test]
fn a_bound_on_a_hidden_number_is_a_finding_that_says_so() {
    let folder = tempdir().unwrap();
    let mut log = String::new();
    for i in 0..12 {
        let row = |second: u32, event: &str| {
            format!("{{\"ts\":\"2026-03-02T10:{i:02}:{second:02}Z\",\"conversation_id\":\"c{i}\",{event}}}\n")
        };
        log += &row(0, "\"event\":\"queued\",\"queue\":\"Q\"");
        let answer = "\"event\":\"message\",\"actor\":\"agent\",\"agent_id\":\"ana\"";
        log += &row(20, if i < 10 { answer } else { "\"event\":\"customer_left\"" });
    }
    fs::write(folder.path().join("log.jsonl"), log).unwrap();
    let rule = "[[rules]]\nmetric = 'abandoned'\nat-most = 1\n";
    fs::write(folder.path().join("strict.toml"), rule).unwrap();
    fs::write(folder.path().join("lenient.toml"), format!("{rule}allow-no-data = true\n")).unwrap();
    let run = |rules: &str, more: &[&str]| {
        let window = ["--from", "2026-03-02", "--to", "2026-03-02", "--template", "queues", "--min-cell", "5"];
        run_in(folder.path(), &[&["check", "log.jsonl", "--rules", rules], &window[..], more].concat())
    };
    let (code, out, err) = run("strict.toml", &[]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("  fail  abandoned: hidden by --min-cell; must be at most 1  ["), "{out}");
    assert!(err.ends_with("check: 1 number: 1 failure, 1 hidden\n"), "{err}");
    let (_, json, _) = run("strict.toml", &["--format", "json"]);
    let found: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&found["hidden"], &found["findings"][0]["broke"]), (&1.into(), &"hidden".into()), "{json}");
    let schema = serde_json::from_slice(&fs::read(root().join("schemas/check-1.schema.json")).unwrap()).unwrap();
    assert!(jsonschema::draft202012::is_valid(&schema, &found), "{json}");
    for (format, words) in [("junit", "type=\"hidden\""), ("markdown", "hidden by --min-cell"), ("html", "--min-cell")]
    {
        let (code, out, _) = run("strict.toml", &["--format", format]);
        assert!(code == 1 && out.contains(words) && !out.contains("no data"), "{format}: {out}");
    }
    // Allowed, and still reported: a hidden number does not simply pass.
    let (code, out, err) = run("lenient.toml", &[]);
    assert_eq!((code, out.as_str()), (0, "1 number: all that are shown hold, 1 hidden\n"), "{err}");
}

/// A log in which only a bot answered: the result of a bound on its waits.
#[test]
fn a_bound_without_data_is_a_finding() {
    let folder = root().join("fixtures/gate-without-data");
    let days = ["--from", "2026-03-02", "--to", "2026-03-02"];
    let run = |rules: &Path, more: &[&str]| {
        run_in(&folder, &[&["check", "log.csv", "--rules", text(rules)], &days[..], more].concat())
    };
    let (code, out, err) = run(&folder.join("rules.toml"), &[]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(
        out.starts_with(
            "bounds: what a number may be\n  fail  first_response_time.p90: no data; must be at most 5 min 00 s  ["
        ),
        "{out}"
    );
    assert!(err.ends_with("check: 1 number: 1 failure\n"), "{err}");
    // Every format reports it.
    let rules = folder.join("rules.toml");
    for format in ["json", "junit", "github", "gitlab", "markdown", "sarif"] {
        let (code, out, _) = run(&rules, &["--format", format]);
        let words = if format == "json" { "\"broke\": \"no_data\"" } else { "no data" };
        assert!(code == 1 && out.contains(words), "{format}: {out}");
    }
    let (_, json, _) = run(&rules, &["--format", "json"]);
    let found: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&found["findings"][0]["new"], &found["findings"][0]["limit"]), (&Value::Null, &300.into()));
    let schema = serde_json::from_slice(&fs::read(root().join("schemas/check-1.schema.json")).unwrap()).unwrap();
    assert!(jsonschema::draft202012::is_valid(&schema, &found), "{json}");
    // Missing rows of a table are no data too. If allowed, both pass; a count without rows is 0, which is a number.
    let scratch = tempdir().unwrap();
    let own = scratch.path().join("own.toml");
    let of_table = "[[rules]]\nmetric = 'queue_wait'\nstatistic = 'p90'\ndimension = 'queue'\nat-most = 60\n";
    let queues = ["--template", "queues"];
    fs::write(&own, of_table).unwrap();
    let (code, out, _) = run(&own, &queues);
    assert_eq!(code, 1, "{out}");
    assert!(
        out.starts_with(
            "bounds: what a number may be\n  fail  queue_wait.p90 by_queue: no data; must be at most 1 min 00 s"
        ),
        "{out}"
    );
    fs::write(&own, format!("{of_table}allow-no-data = true\n")).unwrap();
    assert_eq!(run(&own, &queues).0, 0);
    fs::write(&own, "[[rules]]\nmetric = 'replies'\nat-most = 5\n").unwrap();
    assert_eq!(run(&own, &queues).0, 0);
    let allowed = fs::read_to_string(&rules).unwrap() + "allow-no-data = true\n";
    fs::write(&own, allowed).unwrap();
    assert_eq!(run(&own, &[]).0, 0);
}

#[test]
fn a_baseline_of_another_kind_is_refused_by_name() {
    let folder = folder();
    let refused = |flags: &[&str]| {
        let (code, out, err) = check(folder.path(), "week.jsonl", flags);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        err
    };
    assert!(refused(&["--channel", "web"]).contains("--channel: none in the baseline, web now"));
    assert!(refused(&["--service-level", "30"]).contains("--service-level: 60s in the baseline, 30s now"));
    assert!(refused(&["--inactivity", "5m"]).contains("--inactivity: 600s in the baseline, 300s now"));
    let other = ["check", "week.jsonl", "--baseline", "base.json", "--to", "log-end", "--days", "3"];
    let (code, _, err) = run_in(folder.path(), &other);
    assert_eq!(code, 2);
    assert!(err.contains("--days: 7 in the baseline, 3 now") && err.contains("--tz: America/Sao_Paulo"), "{err}");
    let base = fs::read_to_string(folder.path().join("base.json")).unwrap();
    let with = |from: &str, to: &str| fs::write(folder.path().join("base.json"), base.replacen(from, to, 1)).unwrap();
    with("dialogram/report/1", "dialogram/report/9");
    assert!(refused(&[]).contains("has the schema dialogram/report/9"));
    with("\"revision\": 1", "\"revision\": 2");
    assert!(refused(&[]).contains("revision of closed_conversations: 2 in the baseline, 1 now"));
    // A difference of another metric does not matter if there are rules.
    fs::write(folder.path().join("rules.toml"), "[[rules]]\nmetric = 'replies'\n").unwrap();
    assert_eq!(check(folder.path(), "week.jsonl", &["--rules", "rules.toml"]).0, 0);
    // A report from before revisions has revision 1.
    fs::write(folder.path().join("base.json"), base.replace(", \"revision\": 1", "")).unwrap();
    assert_eq!(check(folder.path(), "week.jsonl", &[]).0, 0);
}

#[test]
fn a_rule_that_matches_nothing_is_an_error() {
    let folder = folder();
    let refused = |rule: &str| {
        fs::write(folder.path().join("rules.toml"), format!("[[rules]]\n{rule}\n")).unwrap();
        let (code, out, err) = check(folder.path(), "week.jsonl", &["--rules", "rules.toml"]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        err
    };
    assert!(
        refused("metric = 'conversations'")
            .contains("the report has no `conversations`; --template conversations has it")
    );
    assert!(refused("metric = 'replies'\ndimension = 'app'").contains("the report has no table by_app with `replies`"));
    let row = "metric = 'replies'\ndimension = 'queue'\nkey = 'Fila Pedido'";
    assert!(refused(row).contains("no row `Fila Pedido`; did you mean `Fila Pedidos`?"));
    assert!(refused("metric = 'repliez'").contains("rules.toml:2: `metric`: no metric `repliez`"));
}

#[test]
fn update_makes_the_report_the_baseline() {
    let folder = folder();
    slow_down(folder.path());
    assert_eq!(check(folder.path(), "slow.jsonl", &[]).0, 1);
    assert_eq!(check(folder.path(), "slow.jsonl", &["--update"]), (0, String::new(), "wrote base.json\n".to_owned()));
    assert_eq!(check(folder.path(), "slow.jsonl", &[]).0, 0);
    let (code, _, err) =
        run_in(folder.path(), &[&["check", "week.jsonl", "--baseline", "new.json"], &DAYS[..]].concat());
    assert!(code == 5 && err.contains("new.json: no such file: run this with --update once"), "{err}");
    // It is a report, and the first baseline needs no earlier one.
    let args = [&["report", "slow.jsonl", "--template", "queues", "--format", "json"], &DAYS[..]].concat();
    assert_eq!(fs::read_to_string(folder.path().join("base.json")).unwrap(), run_in(folder.path(), &args).1);
    let first = ["check", "week.jsonl", "--baseline", "new.json", "--update", "--quiet"];
    assert_eq!(run_in(folder.path(), &[&first, &DAYS[..]].concat()), (0, String::new(), String::new()));
    assert_eq!(run_in(folder.path(), &[&first[..4], &DAYS[..]].concat()).0, 0);
}

#[test]
fn every_format_has_the_regression() {
    let folder = folder();
    slow_down(folder.path());
    fs::write(folder.path().join("rules.toml"), RULES).unwrap();
    for format in ["text", "json", "junit", "github", "gitlab", "markdown", "sarif"] {
        let flags = ["--rules", "rules.toml", "--format", format];
        let (code, out, _) = check(folder.path(), "slow.jsonl", &flags);
        assert_eq!(code, 1, "{format}");
        assert!(out.contains("queue_wait") && out.contains("Fila Entregas") && !out.contains("Fila Pedidos"), "{out}");
        assert_eq!(check(folder.path(), "slow.jsonl", &flags).1, out, "{format}: the same bytes");
        let file = [&flags[..], &["-o", "found"]].concat();
        let (code, empty, _) = check(folder.path(), "slow.jsonl", &file);
        assert_eq!((code, empty.as_str()), (1, ""));
        assert_eq!(fs::read_to_string(folder.path().join("found")).unwrap(), out);
    }
}

#[test]
fn diff_lists_changes_by_cause() {
    let folder = folder();
    let make = |name: &str, flags: &[&str]| {
        let base = ["report", "week.jsonl", "--template", "queues", "--format", "json", "-o", name];
        assert_eq!(run_in(folder.path(), &[&base, &DAYS[..], flags].concat()).0, 0);
    };
    let diff = |other: &str| -> Value {
        let (code, out, err) = run_in(folder.path(), &["diff", "base.json", other, "--format", "json"]);
        assert_eq!((code, err.as_str()), (0, ""));
        serde_json::from_str(&out).unwrap()
    };
    let causes = |diff: &Value| -> BTreeSet<String> {
        let numbers =
            diff["numbers"].as_array().unwrap().iter().flat_map(|number| number["causes"].as_array().unwrap());
        numbers.map(|cause| cause.as_str().unwrap().to_owned()).collect()
    };
    make("same.json", &[]);
    let same = diff("same.json");
    assert_eq!((&same["numbers"], &same["differences"][0]["what"]), (&json!([]), &"files".into()), "{same}");
    fs::copy(folder.path().join("same.json"), folder.path().join("base.json")).unwrap();
    assert_eq!(diff("same.json")["differs"], false);
    make("web.json", &["--channel", "web"]);
    let web = diff("web.json");
    assert_eq!(causes(&web), BTreeSet::from(["filters".to_owned()]));
    assert_eq!(
        web["differences"][0],
        json!({
            "cause": "filters", "what": "--channel", "metric": null, "old": "none", "new": "web", "comparable": false
        })
    );
    // Another limit of the service level moves only the service level.
    make("strict.json", &["--service-level", "10"]);
    let strict = diff("strict.json");
    let moved = strict["numbers"].as_array().unwrap();
    assert!(!moved.is_empty() && moved.iter().all(|number| number["metric"] == "service_level"), "{strict}");
    let before = ["report", "week.jsonl", "--template", "queues", "--format", "json", "-o", "before.json"];
    let days = ["--tz", "America/Sao_Paulo", "--from", "2026-02-23", "--to", "2026-03-01"];
    assert_eq!(run_in(folder.path(), &[&before[..], &days].concat()).0, 0);
    assert_eq!(causes(&diff("before.json")), BTreeSet::from(["window".to_owned()]));
    slow_down(folder.path());
    let slow = ["report", "slow.jsonl", "--template", "queues", "--format", "json", "-o", "slow.json"];
    assert_eq!(run_in(folder.path(), &[&slow, &DAYS[..]].concat()).0, 0);
    assert_eq!(causes(&diff("slow.json")), BTreeSet::from(["data".to_owned()]));
    // A changed definition.
    let mut later: Value = serde_json::from_slice(&fs::read(folder.path().join("base.json")).unwrap()).unwrap();
    later["metrics"]["nps"]["value"] = json!(99);
    later["metrics"]["nps"]["revision"] = json!(2);
    fs::write(folder.path().join("later.json"), later.to_string()).unwrap();
    let found = diff("later.json");
    assert_eq!(found["differences"][0]["what"], "revision of nps", "{found}");
    assert_eq!(causes(&found), BTreeSet::from(["definition".to_owned()]), "{found}");
}

/// Last week is a baseline for this one: a day in only one of the windows is not compared.
#[test]
fn days_that_only_one_window_has_are_left_out() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "days.toml",
        "title = 'Days'\nmetrics = ['conversations', 'queue_wait']\n[[tables]]\ndimension = 'day'\nmetrics = ['conversations', 'queue_wait']\n\
         [[tables]]\ndimension = 'month'\nmetrics = ['conversations']\n",
    );
    let tz = ["--tz", "America/Sao_Paulo", "--template", "days.toml", "--to"];
    let base = [&["report", "week.jsonl", "--format", "json", "-o", "days.json"], &tz[..], &["2026-03-05"]].concat();
    assert_eq!(run_in(folder.path(), &base).0, 0);
    let check = |more: &[&str]| {
        run_in(
            folder.path(),
            &[&["check", "week.jsonl", "--baseline", "days.json"], &tz[..], &["2026-03-08"], more].concat(),
        )
    };
    let (code, out, _) = check(&["--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    let findings = found["findings"].as_array().unwrap();
    assert_eq!((code, findings.is_empty()), (1, false));
    // 2 to 5 March are in both and equal; 27 and 28 February, and 6 to 8 March, are in one.
    assert!(findings.iter().all(|finding| finding["table"] != "by_day"), "{out}");
    assert!(findings.iter().all(|finding| finding["key"] != "2026-02"), "{out}");
    assert!(findings.iter().any(|finding| finding["table"] == "by_month"), "{out}");
    assert!(findings.iter().all(|finding| finding["causes"] == json!(["window"])), "{out}");
    let (_, diff, _) = {
        let now = [&["report", "week.jsonl", "--format", "json", "-o", "now.json"], &tz[..], &["2026-03-08"]].concat();
        assert_eq!(run_in(folder.path(), &now).0, 0);
        run_in(folder.path(), &["diff", "days.json", "now.json"])
    };
    assert!(diff.contains("conversations: ") && !diff.contains("by_day"), "{diff}");
    // A bound applies to every day of its own window.
    write("bound.toml", "[[rules]]\nmetric = 'conversations'\ndimension = 'day'\nat-most = 1\n");
    let (code, out, err) = check(&["--rules", "bound.toml"]);
    assert_eq!(code, 1, "{err}");
    assert!(out.contains("fail  conversations by_day 2026-03-06: ") && !out.contains("2026-02-27"), "{out}");
    assert!(!out.contains(" 0 →") && !out.contains("– →"), "{out}");
    // A change between them is not a finding of a rule.
    write("change.toml", "[[rules]]\nmetric = 'conversations'\ndimension = 'day'\n");
    assert_eq!(check(&["--rules", "change.toml"]).0, 0);
}

#[test]
fn days_without_events_are_answered_with_flags_that_have_some() {
    let folder = folder();
    let (code, _, err) = run_in(
        folder.path(),
        &["check", "week.jsonl", "--baseline", "base.json", "--tz", "America/Sao_Paulo", "--to", "2026-05-01"],
    );
    assert_eq!(code, 3, "{err}");
    let flags = "--from 2026-03-02 --to 2026-03-08 --tz America/Sao_Paulo";
    assert!(err.contains(&format!("for the days of the baseline give {flags}")), "{err}");
    assert!(err.contains(&format!("for its last days give {flags}")), "{err}");
    let again: Vec<&str> = flags.split(' ').collect();
    assert_eq!(run_in(folder.path(), &[&["check", "week.jsonl", "--baseline", "base.json"], &again[..]].concat()).0, 0);
}

/// Calendars are compared by content: a different one prevents comparing the metrics measured by it, and no others.
#[test]
fn other_opening_hours_forbid_comparing_open_time() {
    let folder = folder();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("hours.toml", "[open]\nmon-fri = ['08:00-18:00']\n");
    write("same.toml", "# Written otherwise.\n[open]\nmon-thu = ['08:00-18:00']\nfri = ['08:00-18:00']\n");
    write("longer.toml", "[open]\nmon-fri = ['08:00-19:00']\n");
    let report = |flags: &[&str], name: &str| {
        let more = [&["--template", "queues", "--format", "json"], flags].concat();
        write(name, &String::from_utf8(success(&week(&more))).unwrap());
    };
    let hours = |name: &str| folder.path().join(name).display().to_string();
    report(&["--opening-hours", &hours("hours.toml")], "base.json");
    report(&["--opening-hours", &hours("same.toml")], "same.json");
    report(&["--opening-hours", &hours("longer.toml")], "longer.json");
    report(&[], "wall.json");

    let against = |name: &str, flags: &[&str]| {
        run_in(folder.path(), &[&["check", name, "--baseline", "base.json"], flags].concat())
    };
    let (code, out, err) = against("same.json", &[]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    for other in ["longer.json", "wall.json"] {
        let (code, out, err) = against(other, &[]);
        assert_eq!((code, out.as_str()), (2, ""), "{other}: {err}");
        assert!(err.contains("opening hours of queue_wait"), "{other}: {err}");
        assert!(!err.contains("replies"), "{other}: {err}");
    }
    // A rule on a metric without open time passes; one on a wait is refused by name.
    write("replies.toml", "[[rules]]\nmetric = 'replies'\nabsolute = '0'\n");
    let (code, out, err) = against("longer.json", &["--rules", "replies.toml"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    write("waits.toml", "[[rules]]\nmetric = 'queue_wait'\nstatistic = 'mean'\nabsolute = '0'\n");
    let (code, _, err) = against("longer.json", &["--rules", "waits.toml"]);
    assert!(code == 2 && err.contains("opening hours of queue_wait"), "{err}");

    let (code, out, _) = run_in(folder.path(), &["diff", "base.json", "longer.json"]);
    assert_eq!(code, 0, "{out}");
    assert!(out.contains("--opening-hours") && out.contains("08:00-18:00") && out.contains("08:00-19:00"), "{out}");
    let (_, out, _) = run_in(folder.path(), &["diff", "base.json", "same.json"]);
    assert!(!out.contains("--opening-hours"), "{out}");
}

#[test]
fn diff_has_an_exit_code_where_asked_for() {
    let folder = folder();
    fs::write(
        folder.path().join("other.json"),
        success(&week(&["--template", "queues", "--format", "json", "--channel", "web"])),
    )
    .unwrap();
    let text = run_in(folder.path(), &["diff", "base.json", "other.json"]);
    assert_eq!((text.0, text.2.as_str()), (0, ""));
    assert!(
        text.1.contains("\nfilters: which conversations, by which limits\n  --channel: none → web\n"),
        "{}",
        text.1
    );
    assert!(text.1.contains("[filters]\n") && text.1.contains(" numbers differ\n"), "{}", text.1);
    let strict = run_in(folder.path(), &["diff", "base.json", "other.json", "--exit-code", "--format", "markdown"]);
    assert_eq!(strict.0, 1);
    assert!(
        strict.1.starts_with("### base.json → other.json\n")
            && strict.1.contains("| filters | --channel | none | web |")
    );
    assert_eq!(run_in(folder.path(), &["diff", "base.json", "base.json", "--exit-code"]).0, 0);
    let message = support::failure(&["diff", WEEK_LOG, text_of(&folder, "base.json").as_str()], 5);
    assert!(message.contains("is not a report.json"), "{message}");
}

fn text_of(folder: &TempDir, name: &str) -> String {
    text(&folder.path().join(name)).to_owned()
}

/// Staffing is compared cell by cell, and staffing for a different target is refused.
#[test]
fn staffing_is_held_cell_by_cell() {
    let folder = tempdir().unwrap();
    let log = fs::read_to_string(root().join("fixtures/staffing/log.jsonl")).unwrap();
    fs::write(folder.path().join("log.jsonl"), &log).unwrap();
    let days = ["--from", "2026-03-02", "--to", "2026-03-08", "--template", "staffing", "--max-rejects", "100%"];
    let made = |log: &str, name: &str, more: &[&str]| {
        let args = [&["report", log, "-o", name, "--format", "json", "--quiet"], &days[..], more].concat();
        let (code, _, message) = run_in(folder.path(), &args);
        assert_eq!(code, 0, "{message}");
    };
    made("log.jsonl", "base.json", &[]);
    let held = |subject: &str, more: &[&str]| {
        run_in(folder.path(), &[&["check", subject, "--baseline", "base.json", "--format", "json"], more].concat())
    };
    let (code, same, _) = held("base.json", &[]);
    let same: Value = serde_json::from_str(&same).unwrap();
    let cells = same["applied"].as_array().unwrap().iter().find(|applied| applied["rule"] == "needed").unwrap();
    assert_eq!((code, &cells["numbers"]), (0, &json!(7 * 24)));
    // One more customer in the hour of the first one.
    let first: Value = serde_json::from_str(log.lines().find(|line| line.contains("\"queued\"")).unwrap()).unwrap();
    let mut more = first.clone();
    more["conversation_id"] = json!("one more");
    more.as_object_mut().unwrap().remove("event_id");
    fs::write(folder.path().join("more.jsonl"), format!("{log}\n{more}\n")).unwrap();
    made("more.jsonl", "more.json", &[]);
    let (code, found, _) = held("more.json", &[]);
    let found: Value = serde_json::from_str(&found).unwrap();
    let of_cells: Vec<&Value> =
        found["findings"].as_array().unwrap().iter().filter(|finding| finding["table"] == "staffing").collect();
    let arrivals: Vec<&&Value> = of_cells.iter().filter(|finding| finding["metric"] == "arrivals").collect();
    assert_eq!((code, arrivals.len()), (1, 1), "{of_cells:?}");
    assert!(arrivals[0]["key"].as_str().unwrap().len() == "mon 09".len(), "{arrivals:?}");
    let (code, diff, _) = run_in(folder.path(), &["diff", "base.json", "more.json"]);
    assert!(code == 0 && diff.contains("arrivals staffing "), "{diff}");
    // A different target needs different agents: nothing is compared, and `diff` says why.
    made("log.jsonl", "other.json", &["--staffing-target", "95%/10s", "--agent-concurrency", "2"]);
    let (code, _, message) = held("other.json", &[]);
    assert!(code == 2 && message.contains("--staffing-target: 80%/60s in the baseline, 95%/10s now"), "{message}");
    let (_, diff, _) = run_in(folder.path(), &["diff", "base.json", "other.json", "--format", "json"]);
    let diff: Value = serde_json::from_str(&diff).unwrap();
    let causes = |metric: &str| {
        let numbers = diff["numbers"].as_array().unwrap().iter();
        numbers.filter(|number| number["metric"] == metric).map(|number| number["causes"].clone()).collect::<Vec<_>>()
    };
    assert!(causes("load").iter().all(|causes| causes == &json!(["filters"])) && !causes("load").is_empty());
    assert!(causes("handling_time").is_empty(), "only staffing goes by the target");
}

#[test]
fn a_report_is_checked_as_it_is() {
    let folder = folder();
    for flags in [
        &["--channel", "whatsapp"][..],
        &["--from", "2026-03-02", "--to", "2026-03-08"],
        &["--template", "queues"],
        &["--service-level", "5s"],
        &["--by", "channel"],
        &["--tz", "UTC"],
        &["--where", "plan=gold"],
    ] {
        let (code, out, err) =
            run_in(folder.path(), &[&["check", "base.json", "--baseline", "base.json"], flags].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{flags:?}");
        assert!(err.contains(&format!("{}: base.json is a finished report", flags[0])), "{err}");
    }
    // Defaults of the config apply to logs.
    fs::write(folder.path().join("dialogram.toml"), "tz = 'UTC'\nservice-level = '5s'\n").unwrap();
    let (code, _, err) = run_in(folder.path(), &["check", "base.json", "--baseline", "base.json", "--format", "json"]);
    assert_eq!((code, err.as_str()), (0, ""));
}

#[test]
fn a_rule_about_a_table_that_one_side_lacks_is_an_error() {
    let folder = folder();
    let by = ["--template", "queues", "--format", "json", "--by", "channel,department"];
    fs::write(folder.path().join("crossed.json"), success(&week(&by))).unwrap();
    for rule in ["", "at-most = 1000\n", "relative = '10%'\n"] {
        let text = format!("[[rules]]\nmetric = 'abandoned'\ndimension = 'channel,department'\n{rule}");
        fs::write(folder.path().join("rules.toml"), text).unwrap();
        let check = |log: &str, baseline: &str| {
            run_in(folder.path(), &["check", log, "--baseline", baseline, "--rules", "rules.toml"])
        };
        let (code, _, err) = check("base.json", "crossed.json");
        assert_eq!(code, 2, "{rule}");
        assert!(err.contains("has no table by_channel_department") && err.contains("--by channel,department"), "{err}");
        let (code, _, err) = check("crossed.json", "base.json");
        // A bound does not depend on the baseline.
        let expected = if rule.starts_with("at-most") { 0 } else { 2 };
        assert_eq!(code, expected, "{rule}: {err}");
        let told = "the baseline has no table by_channel_department with `abandoned`: make it again with --update";
        assert_eq!(err.contains(told), code == 2, "{err}");
        assert_eq!(check("crossed.json", "crossed.json").0, 0);
    }
}

#[test]
fn a_rule_about_a_queue_that_is_quiet_in_the_window_is_not_a_mistake() {
    let folder = tempdir().unwrap();
    let visit = |day: u32, minute: u32, queue: &str, id: &str| {
        let head = format!(r#"{{"ts":"2026-03-{day:02}T09:{minute:02}:"#);
        format!(
            "{head}00Z\",\"event\":\"queued\",\"conversation_id\":\"{id}\",\"queue\":\"{queue}\"}}\n\
             {head}20Z\",\"event\":\"message\",\"conversation_id\":\"{id}\",\"actor\":\"agent\",\"agent_id\":\"ana\"}}\n"
        )
    };
    let log: String =
        [visit(2, 1, "Night", "a"), visit(2, 2, "Day", "b"), visit(3, 1, "Day", "c"), visit(4, 1, "Night", "d")]
            .concat();
    fs::write(folder.path().join("log.jsonl"), log).unwrap();
    let run = |metric: &str, key: &str, rule: &str| {
        let rules = format!("[[rules]]\nmetric = '{metric}'\ndimension = 'queue'\nkey = '{key}'\n{rule}\n");
        fs::write(folder.path().join("rules.toml"), rules).unwrap();
        let days = ["--from", "2026-03-03", "--days", "1", "--template", "queues", "--config", "none"];
        run_in(folder.path(), &[&["check", "log.jsonl", "--rules", "rules.toml"], &days[..]].concat())
    };
    // No data is a finding, unless the rule allows it; a count without rows is 0.
    let (code, out, err) = run("service_level", "Night", "at-least = '50%'");
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("service_level by_queue Night: no data; must be at least 50.0%"), "{out}");
    assert_eq!(run("service_level", "Night", "at-least = '50%'\nallow-no-data = true").0, 0);
    assert_eq!(run("replies", "Night", "at-most = 0").0, 0);
    assert_eq!(run("replies", "Night", "at-least = 1").0, 1);
    // A queue that the log lacks is a typing mistake.
    let (code, _, err) = run("service_level", "Nigth", "at-least = '50%'\nallow-no-data = true");
    assert!(code == 2 && err.contains("no row `Nigth`"), "{err}");
}
