//! Defaults: flags come before the environment, the environment before the config file; and the named reports of the
//! file.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::{WEEK_LOG, dialogram, names, root, success};

/// A folder with this config file and the fixture week.
fn folder(config: &str) -> TempDir {
    let folder = tempdir().unwrap();
    fs::write(folder.path().join("dialogram.toml"), config).unwrap();
    fs::copy(root().join(WEEK_LOG), folder.path().join("week.jsonl")).unwrap();
    folder
}

fn run_in(folder: &Path, args: &[&str], environment: &[(&str, &str)]) -> Output {
    dialogram(args).current_dir(folder).envs(environment.iter().copied()).output().unwrap()
}

fn success_in(folder: &Path, args: &[&str], environment: &[(&str, &str)]) -> String {
    let output = run_in(folder, args, environment);
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""), "{args:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn failure_in(folder: &Path, args: &[&str], environment: &[(&str, &str)]) -> String {
    let output = run_in(folder, args, environment);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{args:?}: {message}");
    message
}

const REPORT: [&str; 4] = ["report", "week.jsonl", "--format", "json"];

fn report(folder: &Path, flags: &[&str], environment: &[(&str, &str)]) -> Value {
    serde_json::from_str(&success_in(folder, &[&REPORT, flags].concat(), environment)).unwrap()
}

const SAO_PAULO: &str = "tz = 'America/Sao_Paulo'\nfrom = 2026-03-02\nto = 2026-03-08\n";

#[test]
fn a_flag_beats_a_variable_beats_the_file() {
    let folder = folder(&format!("{SAO_PAULO}channel = ['web', 'whatsapp']\nquiet = true\n"));
    let zone = |flags: &[&str], environment: &[(&str, &str)]| {
        report(folder.path(), flags, environment)["window"]["timezone"].as_str().unwrap().to_owned()
    };
    let tokyo = [("DIALOGRAM_TZ", "Asia/Tokyo")];
    assert_eq!(zone(&[], &[]), "America/Sao_Paulo");
    assert_eq!(zone(&[], &tokyo), "Asia/Tokyo");
    assert_eq!(zone(&["--tz", "UTC"], &tokyo), "UTC");
    assert_eq!(zone(&[], &[("DIALOGRAM_TZ", "")]), "America/Sao_Paulo");
    // A repeatable flag replaces the file's list.
    let channels = |flags: &[&str], environment: &[(&str, &str)]| {
        report(folder.path(), flags, environment)["filters"]["channel"].clone()
    };
    assert_eq!(channels(&[], &[]), serde_json::json!(["web", "whatsapp"]));
    assert_eq!(channels(&["--channel", "email"], &[]), serde_json::json!(["email"]));
    assert_eq!(channels(&[], &[("DIALOGRAM_CHANNEL", "telegram")]), serde_json::json!(["telegram"]));
}

#[test]
fn the_file_gives_the_report_that_its_flags_give() {
    let folder = folder(&format!("{SAO_PAULO}template = ['queues']\ntarget = ['nps=50']\nservice-level = '30s'\n"));
    let flags = [
        "--config",
        "none",
        "--tz",
        "America/Sao_Paulo",
        "--from",
        "2026-03-02",
        "--to",
        "2026-03-08",
        "--template",
        "queues",
        "--target",
        "nps=50",
        "--service-level",
        "30s",
    ];
    assert_eq!(report(folder.path(), &[], &[]), report(folder.path(), &flags, &[]));
    // A target for another report's metric is ignored as a default; typed, it is a mistake.
    assert!(report(folder.path(), &["--template", "conversations"], &[])["targets"].is_null());
    let args = ["report", "week.jsonl", "--template", "conversations", "--target", "nps=50"];
    assert!(failure_in(folder.path(), &args, &[]).contains("no template of this report has `nps`"));
}

#[test]
fn the_days_of_the_file_give_way_to_any_that_are_typed() {
    let folder = folder("tz = 'America/Sao_Paulo'\ndays = 3\n");
    let days = |flags: &[&str]| report(folder.path(), flags, &[])["window"]["days"].as_u64().unwrap();
    assert_eq!(days(&["--to", "2026-03-08"]), 7);
    assert_eq!(days(&["--from", "2026-03-02", "--to", "2026-03-08"]), 7);
    assert_eq!(days(&["--period", "2026-03-03"]), 1);
    assert_eq!(days(&["--days", "2", "--to", "2026-03-08"]), 2);
}

#[test]
fn a_period_gives_way_as_days_do() {
    let with = |config: &str, flags: &[&str], environment: &[(&str, &str)]| {
        let window = report(folder(config).path(), flags, environment)["window"].clone();
        (window["period"].clone(), window["days"].as_u64().unwrap())
    };
    let period = "period = '2026-W10'\n";
    assert_eq!(with(period, &[], &[]), (Value::from("2026-W10"), 7));
    assert_eq!(with(period, &["--to", "2026-03-08"], &[]), (Value::Null, 7));
    assert_eq!(with(period, &["--period", "2026-03-03"], &[]), (Value::from("2026-03-03"), 1));
    let days = [("DIALOGRAM_DAYS", "2"), ("DIALOGRAM_TO", "2026-03-08")];
    assert_eq!(with(period, &[], &days), (Value::Null, 2));
    assert_eq!(
        with("days = 3\nto = 2026-03-08\n", &[], &[("DIALOGRAM_PERIOD", "2026-W10")]),
        (Value::from("2026-W10"), 7)
    );
    // The values of a named report come before those of the file; two contradictory ones in one place are a mistake.
    let named = "days = 3\nto = 2026-03-08\n[reports.weekly]\nlogs = ['week.jsonl']\nperiod = '2026-03-02'\n";
    let folder = folder(named);
    success_in(folder.path(), &["run", "weekly", "--output", "out.json"], &[]);
    let made: Value = serde_json::from_str(&fs::read_to_string(folder.path().join("out.json")).unwrap()).unwrap();
    assert_eq!(made["window"]["days"], 1);
    let both = self::folder("days = 3\nperiod = '2026-W10'\n");
    let message = failure_in(both.path(), &REPORT, &[]);
    assert!(message.contains("`--period` and `--days` define the window twice"), "{message}");
    let wrong = self::folder("period = '2026-W54'\n");
    let message = failure_in(wrong.path(), &REPORT, &[]);
    assert!(
        message.contains("dialogram.toml:1: `period`: ") && message.contains("no such week as `2026-W54`"),
        "{message}"
    );
}

#[test]
fn config_names_another_file_or_none() {
    let folder = folder("tz = 'Asia/Tokyo'\n");
    fs::write(folder.path().join("other.toml"), SAO_PAULO).unwrap();
    let zone = |flags: &[&str], environment: &[(&str, &str)]| {
        let flags = [flags, &["--to", "2026-03-08"]].concat();
        report(folder.path(), &flags, environment)["window"]["timezone"].as_str().unwrap().to_owned()
    };
    assert_eq!(zone(&[], &[]), "Asia/Tokyo");
    assert_eq!(zone(&["--config", "other.toml"], &[]), "America/Sao_Paulo");
    assert_eq!(zone(&["--config", "none"], &[]), "UTC");
    assert_eq!(zone(&[], &[("DIALOGRAM_CONFIG", "none")]), "UTC");
    let message = failure_in(folder.path(), &["report", "week.jsonl", "--config", "gone.toml"], &[]);
    assert!(message.contains("config gone.toml cannot be read"), "{message}");
}

#[test]
fn mistakes_name_file_and_line_or_the_variable() {
    let folder = folder("# ours\ntimezone = 'UTC'\ntz = 'Mars'\n");
    let message = failure_in(folder.path(), &REPORT, &[]);
    for part in
        ["config dialogram.toml has 2 mistakes", "dialogram.toml:2: no flag `timezone`", "dialogram.toml:3: `tz`: "]
    {
        assert!(message.contains(part), "{message}");
    }
    let none = |variable, value| {
        failure_in(folder.path(), &[&REPORT[..], &["--config", "none"]].concat(), &[(variable, value)])
    };
    assert!(none("DIALOGRAM_TZ", "Mars").contains("DIALOGRAM_TZ: "));
    assert!(none("DIALOGRAM_DAYS", "many").contains("DIALOGRAM_DAYS: invalid value 'many'"));
    assert!(none("DIALOGRAM_QUIET", "maybe").contains("DIALOGRAM_QUIET: `maybe` is neither true nor false"));
    // Commands that read no logs ignore defaults.
    success_in(folder.path(), &["metrics", "nps"], &[]);
}

/// Values that are wrong only together with others, with a file, or with the log.
#[test]
fn a_value_that_is_refused_later_names_file_and_key_or_the_variable() {
    for (line, code, expected) in [
        ("by = ['nope']", 2, "`by`: nope: no dimension `nope`"),
        ("by = ['channel,channel']", 2, "`by`: channel,channel: `channel` twice"),
        ("attribute = ['channel']", 2, "`attribute`: attribute `channel`: every log has this column"),
        ("where = ['a,b=1']", 2, "`where`: attribute `a,b`: a comma and `=`"),
        ("profile = ['nope']", 2, "`profile`: no profile `nope`"),
        ("opening_hours = 'none.toml'", 2, "`opening-hours`: opening hours none.toml cannot be read"),
        ("brand = 'none.toml'", 2, "`brand`: brand none.toml cannot be read"),
        ("font = ['none.ttf']", 2, "`font`: none.ttf: "),
        ("order-by = 'seq'", 2, "`order-by`: week.jsonl: only Parquet files"),
        ("channel = ['whatsap']", 3, "`channel`: whatsap: the log has no such channel; did you mean `whatsapp`?"),
        ("where = ['plan=x']", 3, "`where`: plan=x: no conversation has this value"),
    ] {
        let folder = folder(&format!("# ours\n{line}\n{SAO_PAULO}"));
        let output = run_in(folder.path(), &[&REPORT[..], &["--quiet"]].concat(), &[]);
        let message = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.len()), (Some(code), 0), "{line}: {message}");
        let expected = format!("dialogram: config dialogram.toml:2: {expected}");
        assert!(message.lines().any(|line| line.starts_with(&expected)), "{expected}\n{message}");
    }
    let plain = folder("quiet = true\n");
    let message = failure_in(plain.path(), &REPORT, &[("DIALOGRAM_BY", "nope")]);
    assert!(message.starts_with("dialogram: DIALOGRAM_BY: nope: no dimension `nope`"), "{message}");
    // A typed flag is named as typed, also if the file has the key.
    let both = folder("by = ['nope']\n");
    let message = failure_in(both.path(), &[&REPORT[..], &["--by", "neither"]].concat(), &[]);
    assert!(message.starts_with("dialogram: --by neither: no dimension `neither`"), "{message}");
    // A named report is read with its own lines.
    let named = folder("[reports.w]\nlogs = ['week.jsonl']\nby = ['nope']\noutput = ['w.json']\n");
    let message = failure_in(named.path(), &["run", "w"], &[]);
    assert!(message.starts_with("dialogram: config dialogram.toml:3: `by`: nope: "), "{message}");
    let look = folder("brand = 'none.toml'\n");
    fs::write(
        look.path().join("r.json"),
        success_in(look.path(), &[&REPORT[..], &["--config", "none", "--to", "2026-03-08"]].concat(), &[]),
    )
    .unwrap();
    let message = failure_in(look.path(), &["explain", "r.json", "conversations", "--format", "html"], &[]);
    assert!(message.starts_with("dialogram: config dialogram.toml:1: `brand`: "), "{message}");
}

#[test]
fn each_value_is_printed_with_its_origin() {
    let folder = folder(&format!(
        "{SAO_PAULO}channel = ['web', 'app']\nquiet = true\n[reports.weekly]\nlogs = ['week.jsonl']\n"
    ));
    let environment = [("DIALOGRAM_INPUT_TZ", "Europe/Paris"), ("DIALOGRAM_DAY", "3")];
    let output = run_in(folder.path(), &["config", "--origin"], &environment);
    let note = String::from_utf8(output.stderr).unwrap();
    assert_eq!(note, "note: DIALOGRAM_DAY is not a flag's variable; did you mean `DIALOGRAM_DAYS`?\n");
    let shown = String::from_utf8(output.stdout).unwrap();
    let origin = |start: &str| {
        let line = shown.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("{start} in\n{shown}"));
        line.split("  # ").nth(1).unwrap_or_default().to_owned()
    };
    assert_eq!(origin("tz = \"America/Sao_Paulo\""), "dialogram.toml:1");
    assert_eq!(origin("input-tz = \"Europe/Paris\""), "DIALOGRAM_INPUT_TZ");
    assert_eq!(origin("channel = [\"web\", \"app\"]"), "dialogram.toml:4");
    assert_eq!(origin("quiet = true"), "dialogram.toml:5");
    assert_eq!(origin("compare = \"previous\""), "default");
    assert_eq!(origin("# agent"), "not set");
    assert_eq!(origin("logs = [\"week.jsonl\"]"), "dialogram.toml:7");
    // The output is a config file with the same meaning.
    let plain = success_in(folder.path(), &["config"], &environment[..1]);
    fs::write(folder.path().join("printed.toml"), &plain).unwrap();
    assert_eq!(success_in(folder.path(), &["config", "--config", "printed.toml"], &[]), plain);
}

#[test]
fn the_schema_is_of_the_keys_that_are_read() {
    let schema: Value = serde_json::from_slice(&success(&["config", "--schema"])).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let is_valid = |config: &str| {
        let value: toml::Value = toml::from_str(config).unwrap();
        validator.is_valid(&serde_json::to_value(value).unwrap())
    };
    let config = "tz = 'UTC'\ndays = 7\nquiet = true\nsessions = 'id'\nchannel = ['web']\ntemplate = 'queues'\n\
                  [reports.weekly]\nlogs = ['week.jsonl']\noutput = ['{week}.pdf']\nsplit-by = 'queue'\n";
    assert!(is_valid(config));
    // A config that the schema accepts is read; one that it refuses is a mistake.
    let folder = folder(config);
    success_in(folder.path(), &["config"], &[]);
    for wrong in ["timezone = 'UTC'", "quiet = 'yes'", "sessions = 'ids'", "output = 'x'", "[reports.weekly]\nlog = 1"]
    {
        assert!(!is_valid(wrong), "{wrong}");
        fs::write(folder.path().join("dialogram.toml"), wrong).unwrap();
        failure_in(folder.path(), &["config"], &[]);
    }
}

/// Every file in a folder and below, with its path from there.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for name in names(folder) {
        let path: PathBuf = folder.join(&name);
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|below| format!("{name}/{below}")));
        } else {
            found.push(name);
        }
    }
    found
}

#[test]
fn a_named_report_makes_all_its_outputs() {
    let config = format!(
        "{SAO_PAULO}[reports.weekly]\nlogs = ['week.jsonl']\ntemplate = ['queues', 'agents']\n\
         output = ['out/{{week}} {{template}}.pdf', 'out/{{from}}_{{to}}.json', 'out/{{report}}']\n"
    );
    let folder = folder(&config);
    fs::create_dir(folder.path().join("out")).unwrap();
    assert_eq!(success_in(folder.path(), &["run", "weekly"], &[]), "");
    assert_eq!(
        files(&folder.path().join("out")),
        [
            "2026-03-02_2026-03-08.json",
            "2026-W10 queues+agents.pdf",
            "weekly/report.csv",
            "weekly/report.json",
            "weekly/report.pdf",
        ]
    );
    let read = |name: &str| fs::read(folder.path().join("out").join(name)).unwrap();
    let flags = ["--template", "queues", "--template", "agents"];
    let same = success_in(folder.path(), &[&REPORT[..], &flags].concat(), &[]);
    assert_eq!(String::from_utf8(read("2026-03-02_2026-03-08.json")).unwrap(), same);
    assert!(read("2026-W10 queues+agents.pdf").starts_with(b"%PDF"));
    // Flags come before the config here too; typed logs replace those of the file.
    let other = ["run", "weekly", "week.jsonl", "--to", "2026-03-04", "--output", "day.csv"];
    assert_eq!(success_in(folder.path(), &other, &[]), "");
    assert!(folder.path().join("day.csv").exists());
    let message = failure_in(folder.path(), &["run", "weakly"], &[]);
    assert!(message.contains("no report `weakly`; did you mean `weekly`? (dialogram.toml has weekly)"), "{message}");
    let message = failure_in(folder.path(), &["run", "weekly", "--config", "none"], &[]);
    assert!(message.contains("no report `weekly` (there is no config file: name one with --config"), "{message}");
}

#[test]
fn a_report_is_split_by_department_one_file_each() {
    let folder = folder(&format!("{SAO_PAULO}[reports.teams]\nlogs = ['week.jsonl']\n"));
    let args = ["run", "teams", "--split-by", "department", "--template", "queues"];
    let message = failure_in(folder.path(), &[&args[..], &["--output", "all.pdf"]].concat(), &[]);
    assert!(message.contains("put {department} into it"), "{message}");
    let outputs = ["--output", "{department}.json", "--output", "{department}.pdf"];
    assert_eq!(success_in(folder.path(), &[&args[..], &outputs].concat(), &[]), "");
    let made: Vec<String> =
        files(folder.path()).into_iter().filter(|name| name.strip_suffix(".json").is_some()).collect();
    assert_eq!(made, ["(none).json", "Encomendas.json", "Entregas.json", "Financeiro.json", "Pedidos.json"]);
    for name in made {
        let department = name.trim_end_matches(".json");
        let flags = ["--template", "queues", "--department", department];
        let expected = success_in(folder.path(), &[&REPORT[..], &flags].concat(), &[]);
        assert_eq!(fs::read_to_string(folder.path().join(&name)).unwrap(), expected, "{name}");
        assert!(folder.path().join(format!("{department}.pdf")).exists());
    }
}

#[test]
fn a_report_is_split_by_an_attribute() {
    let folder = folder("attribute = ['plan']\n[reports.plans]\nlogs = ['log.jsonl']\nperiod = '2026-03-02'\n");
    let row = |n: u32, plan: &str| {
        format!(
            r#"{{"ts":"2026-03-02T09:0{n}:00Z","event":"message","actor":"customer","conversation_id":"c{n}","plan":"{plan}"}}"#
        )
    };
    let rows = [row(1, "gold"), row(2, "gold"), row(3, "a/b"), row(4, "")];
    fs::write(folder.path().join("log.jsonl"), rows.join("\n")).unwrap();
    let args = ["run", "plans", "--split-by", "plan", "--quiet"];
    let message = failure_in(folder.path(), &[&args[..], &["--output", "all.json"]].concat(), &[]);
    assert!(message.contains("put {plan} into it"), "{message}");
    let output = run_in(folder.path(), &[&args[..], &["--output", "{plan}.json"]].concat(), &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let mut counts: Vec<(String, u64)> = Vec::new();
    for name in files(folder.path()).into_iter().filter(|name| name != "log.jsonl" && name.contains(".json")) {
        if let Some(plan) = name.strip_suffix(".json") {
            let report: Value = serde_json::from_slice(&fs::read(folder.path().join(&name)).unwrap()).unwrap();
            assert!(report["filters"]["where"]["plan"].is_array(), "{report}");
            counts.push((plan.to_owned(), report["metrics"]["conversations"]["value"].as_u64().unwrap()));
        }
    }
    counts.sort();
    let names: Vec<(&str, u64)> = counts.iter().map(|(name, n)| (name.as_str(), *n)).collect();
    assert_eq!((names.len(), names[0], names[2]), (3, ("(none)", 1), ("gold", 2)), "{names:?}");
    let unknown = ["run", "plans", "--split-by", "plann", "--output", "{plann}.json"];
    let message = failure_in(folder.path(), &unknown, &[]);
    assert!(message.contains("--split-by plann: no dimension `plann`; did you mean `plan`?"), "{message}");
}
