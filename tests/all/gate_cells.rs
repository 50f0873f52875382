//! Rules and differences beyond totals and simple tables: crossings, the cells of staffing and heatmaps, the windows of
//! the trend.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::gate::{DAYS, folder, run_in};
use crate::support::root;

/// A report of the folder's week by crossed dimensions.
fn crossed(folder: &Path, log: &str, name: &str, more: &[&str]) -> Value {
    let flags = ["report", log, "--template", "conversations", "--format", "json", "--quiet", "-o", name];
    let by = ["--by", "channel,queue", "--by", "weekday,hour"];
    let (code, _, err) = run_in(folder, &[&flags[..], &DAYS, &by, more].concat());
    assert_eq!(code, 0, "{err}");
    serde_json::from_slice(&fs::read(folder.join(name)).unwrap()).unwrap()
}

fn rules(folder: &Path, text: &str) {
    fs::write(folder.join("rules.toml"), text).unwrap();
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The value of a row of a table.
fn cell(report: &Value, table: &str, key: &Value, metric: &str) -> f64 {
    let rows = report["tables"][table]["rows"].as_array().unwrap();
    rows.iter().find(|row| row["key"] == *key).unwrap()[metric].as_f64().unwrap()
}

#[test]
fn a_rule_bounds_one_row_of_a_crossing_in_every_format() {
    let folder = folder();
    let folder = folder.path();
    let report = crossed(folder, "week.jsonl", "crossed.json", &[]);
    let count = cell(&report, "by_channel_queue", &json!(["web", null]), "conversations");
    assert!(count > 1.0);
    let bound = |keys: &str, limit: f64| {
        rules(folder, &format!("[[rules]]\nmetric = 'conversations'\n{keys}\nat-most = {limit}\n"));
        run_in(folder, &["check", "crossed.json", "--rules", "rules.toml", "--format", "json"])
    };
    for keys in [
        "dimension = 'channel,queue'\nkey = 'web | (none)'",
        "dimension = ['channel', 'queue']\nkey = ['web', '(none)']",
    ] {
        let (code, out, err) = bound(keys, count);
        assert_eq!((code, &json_of(&out)["numbers"]), (0, &json!(1)), "{out}{err}");
        let (code, out, _) = bound(keys, count - 1.0);
        let found = json_of(&out);
        assert_eq!((code, found["findings"].as_array().unwrap().len()), (1, 1), "{out}");
        let finding = &found["findings"][0];
        assert_eq!((&finding["table"], &finding["key"]), (&json!("by_channel_queue"), &json!("web | (none)")));
        assert_eq!((finding["new"].as_f64(), &finding["broke"]), (Some(count), &json!("at_most")));
    }
    // Every row of the table.
    let rows = report["tables"]["by_channel_queue"]["rows"].as_array().unwrap().len();
    let (code, out, _) = bound("dimension = 'channel,queue'", 1e9);
    assert_eq!((code, &json_of(&out)["numbers"]), (0, &json!(rows)));
    bound("dimension = 'channel,queue'\nkey = 'web | (none)'", count - 1.0);
    for format in ["text", "plain", "junit", "github", "gitlab", "markdown", "html", "sarif"] {
        let (code, out, _) = run_in(folder, &["check", "crossed.json", "--rules", "rules.toml", "--format", format]);
        let is_named =
            out.contains("by_channel_queue web | (none)") || out.contains(r"by\_channel\_queue web \| (none)");
        assert!(code == 1 && is_named, "{format}: {out}");
    }
}

#[test]
fn a_missing_table_is_reported_with_the_flag_that_adds_it() {
    let folder = folder();
    let folder = folder.path();
    crossed(folder, "week.jsonl", "crossed.json", &["--trend", "2"]);
    let refused = |report: &str, rule: &str| {
        rules(folder, &format!("[[rules]]\n{rule}\nat-least = 0\n"));
        let (code, out, err) = run_in(folder, &["check", report, "--rules", "rules.toml"]);
        assert_eq!((code, out.as_str()), (2, ""), "{rule}: {err}");
        err
    };
    for (report, rule, expected) in [
        (
            "crossed.json",
            "metric = 'conversations'\ndimension = 'app,queue'",
            "the report has no table by_app_queue with `conversations`: add it with --by app,queue",
        ),
        (
            "crossed.json",
            "metric = 'conversations'\ndimension = 'queue,channel'",
            "it has by_channel_queue: write dimension = \"channel,queue\"",
        ),
        (
            "crossed.json",
            "metric = 'conversations'\ndimension = 'channel,queue'\nkey = 'wob | (none)'",
            "did you mean `web | (none)`?",
        ),
        (
            "base.json",
            "metric = 'difference'\ntable = 'staffing'",
            "the report has no staffing: add --template staffing",
        ),
        ("base.json", "metric = 'replies'\ntable = 'trend'", "the report has no trend: add --trend"),
        (
            "crossed.json",
            "metric = 'conversations'\ntable = 'trend'\nkey = '2026-03-03'",
            "no window of the trend begins on 2026-03-03",
        ),
        ("crossed.json", "metric = 'replies'\ntable = 'trend'", "the report has no `replies`"),
        (
            "base.json",
            "metric = 'replies'\ntable = 'heatmap'\nkey = 'mon 09'",
            "the report has no heatmap of `replies`",
        ),
    ] {
        let message = refused(report, rule);
        assert!(message.contains(expected), "{rule}: {message}");
    }
}

#[test]
fn the_conversations_behind_a_row_of_a_crossing_are_named() {
    let folder = folder();
    let folder = folder.path();
    // One more conversation on the web without a queue, on Wednesday at 10 in São Paulo.
    let log = fs::read_to_string(folder.join("week.jsonl")).unwrap();
    let row = json!({"ts": "2026-03-04T13:00:00Z", "event": "message", "actor": "customer", "conversation_id": "one more", "customer_id": "cli-new", "channel": "web"});
    fs::write(folder.join("more.jsonl"), format!("{}\n{row}\n", log.trim_end())).unwrap();
    crossed(folder, "week.jsonl", "crossed.json", &["--trend", "2"]);
    rules(
        folder,
        "[[rules]]\nmetric = 'conversations'\ndimension = 'channel,queue'\n\
         [[rules]]\nmetric = 'conversations'\ndimension = 'weekday,hour'\nkey = ['wed', '10']\n\
         [[rules]]\nmetric = 'engaged_conversations'\ntable = 'heatmap'\n[[rules]]\nmetric = 'conversations'\ntable = 'trend'\n",
    );
    let by = ["--by", "channel,queue", "--by", "weekday,hour", "--trend", "2"];
    let flags =
        ["check", "more.jsonl", "--baseline", "crossed.json", "--baseline-log", "week.jsonl", "--rules", "rules.toml"];
    let (code, out, err) = run_in(folder, &[&flags[..], &DAYS, &by, &["--format", "json"]].concat());
    assert_eq!(code, 1, "{err}");
    let found = json_of(&out);
    let places: Vec<(&str, &str, Vec<&str>)> = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| {
            let behind = finding["conversations"].as_array().unwrap().iter();
            let names = behind.map(|one| one["conversation_id"].as_str().unwrap()).collect();
            (finding["table"].as_str().unwrap(), finding["key"].as_str().unwrap(), names)
        })
        .collect();
    let expected = [
        ("by_channel_queue", "web | (none)", vec!["one more"]),
        ("by_weekday_hour", "wed | 10", vec!["one more"]),
        ("heatmap", "wed 10", vec!["one more"]),
        // The report's own window in its trend.
        ("trend", "2026-03-02", vec!["one more"]),
    ];
    assert_eq!(places, expected, "{out}");
}

#[test]
fn a_rule_bounds_a_cell_of_staffing() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::copy(root().join("fixtures/staffing/log.jsonl"), folder.join("log.jsonl")).unwrap();
    let report = |name: &str, more: &[&str]| {
        let args =
            ["report", "log.jsonl", "--from", "2026-03-02", "--to", "2026-03-08", "--template", "staffing", "--quiet"];
        let (code, _, err) = run_in(folder, &[&args[..], &["-o", name], more].concat());
        assert_eq!(code, 0, "{err}");
    };
    // The textbook's ten erlangs: 14 agents, who answer 88.835 % in time.
    report("plan.json", &["--staffing-volume", "+9900%", "--staffing-target", "80%/20s"]);
    let check = |text: &str| {
        rules(folder, text);
        run_in(folder, &["check", "plan.json", "--rules", "rules.toml"])
    };
    let cell = "[[rules]]\ntable = 'staffing'\nkey = 'mon 09'\nmetric = ";
    assert_eq!(check(&format!("{cell}'needed'\nat-most = 14\n{cell}'service_level'\nat-least = '88%'\n")).0, 0);
    let (code, out, _) = check(&format!("{cell}'needed'\nat-most = 13\n{cell}'service_level'\nat-least = '90%'\n"));
    assert_eq!(code, 1);
    for line in [
        "fail  needed staffing mon 09: 14.0; must be at most 13.0  [rules.toml:1]",
        "fail  service_level staffing mon 09: 88.8%; must be at least 90.0%  [rules.toml:6]",
    ] {
        assert!(out.contains(line), "{out}");
    }
    // Without statuses it is unknown who was online, and an unknown number is not within a bound.
    let (code, out, _) = check(&format!("{cell}'difference'\nat-least = -1\n"));
    assert!(code == 1 && out.contains("difference staffing mon 09: no data; must be at least −1.0"), "{out}");
    assert_eq!(check(&format!("{cell}'difference'\nat-least = -1\nallow-no-data = true\n")).0, 0);
    let (code, out, _) =
        check("[[rules]]\ntable = 'staffing'\nmetric = 'needed'\nat-most = 13\nallow-no-data = true\n");
    assert!(code == 1 && out.contains("168 numbers: 1 failure"), "{out}");
    assert_eq!(check("[[rules]]\ntable = 'staffing'\nmetric = 'handling'\nat-most = '3m'\nminimum-n = 2\n").0, 0);
    // A change is refused if the target differs; a rule on a metric with that name is not.
    report("other.json", &["--staffing-volume", "+9900%", "--staffing-target", "90%/20s"]);
    let against = |text: &str| {
        rules(folder, text);
        run_in(folder, &["check", "other.json", "--baseline", "plan.json", "--rules", "rules.toml"])
    };
    let (code, _, err) = against("[[rules]]\ntable = 'staffing'\nmetric = 'needed'\n");
    assert!(code == 2 && err.contains("--staffing-target: 80%/20s in the baseline, 90%/20s now"), "{err}");
    assert_eq!(against("[[rules]]\nmetric = 'handling_time'\n").0, 0);
}

/// Two reports a week apart, both with a trend: the windows in both are compared by their days.
#[test]
fn windows_of_trends_are_compared_by_their_days() {
    let folder = folder();
    let folder = folder.path();
    let report = |log: &str, to: &str, name: &str, more: &[&str]| {
        let args = ["report", log, "--tz", "America/Sao_Paulo", "--days", "3", "--to", to, "--quiet", "-o", name];
        let (code, _, err) = run_in(folder, &[&args[..], &["--template", "conversations"], more].concat());
        assert_eq!(code, 0, "{err}");
    };
    let trend: &[&str] = &["--trend", "3"];
    report("week.jsonl", "2026-03-05", "before.json", trend);
    report("week.jsonl", "2026-03-08", "after.json", trend);
    let diff = |old: &str, new: &str| {
        let (code, out, err) = run_in(folder, &["diff", old, new, "--format", "json"]);
        assert_eq!(code, 0, "{err}");
        json_of(&out)
    };
    let of_trend = |diff: &Value| -> Vec<Value> {
        diff["numbers"].as_array().unwrap().iter().filter(|number| number["table"] == "trend").cloned().collect()
    };
    assert_eq!(of_trend(&diff("before.json", "after.json")), Vec::<Value>::new());
    // A late conversation in the first window, 28 February to 2 March, which both trends have.
    let log = fs::read_to_string(folder.join("week.jsonl")).unwrap();
    let row = json!({"ts": "2026-02-28T13:00:00Z", "event": "message", "actor": "customer", "conversation_id": "late", "customer_id": "cli-new", "channel": "web"});
    fs::write(folder.join("late.jsonl"), format!("{}\n{row}\n", log.trim_end())).unwrap();
    report("late.jsonl", "2026-03-08", "late.json", trend);
    let changed = diff("before.json", "late.json");
    let conversations: Vec<Value> =
        of_trend(&changed).into_iter().filter(|number| number["metric"] == "conversations").collect();
    assert_eq!(conversations.len(), 1, "{changed}");
    let number = &conversations[0];
    assert_eq!(number["key"], "2026-02-28");
    assert_eq!(number["new"].as_f64(), number["old"].as_f64().map(|old| old + 1.0));
    assert_eq!(number["causes"], json!(["data"]), "{number}");
    // Without rules the gate finds it too, and does not report a total twice.
    report("late.jsonl", "2026-03-05", "late-before.json", trend);
    let (code, out, _) = run_in(folder, &["check", "late-before.json", "--baseline", "before.json"]);
    assert!(code == 1 && out.contains("conversations trend 2026-02-28: "), "{out}");
    assert!(!out.contains("trend 2026-03-03"), "{out}");
    // Against a report without a trend, the gate says so and reports every number of the trend.
    report("week.jsonl", "2026-03-05", "none.json", &["--trend", "none"]);
    let without = diff("before.json", "none.json");
    let trends: Vec<&Value> =
        without["differences"].as_array().unwrap().iter().filter(|one| one["what"] == "--trend").collect();
    assert_eq!((&trends[0]["old"], &trends[0]["new"]), (&json!("3"), &json!("none")));
    assert_eq!(run_in(folder, &["check", "none.json", "--baseline", "before.json"]).0, 1);
}
