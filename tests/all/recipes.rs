//! What help, recipes and manual pages say works: their commands run.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::{TempDir, tempdir};

use crate::support::{self, WEEK_LOG, failure, names, root, run, success, text, week};

/// Runs a line in a shell that has nothing but the program and the system's tools: no HOME, no TZ, no terminal.
fn shell(folder: &Path, line: &str, environment: &[(&str, &str)]) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_dialogram")).parent().unwrap();
    let path = format!("{}:/usr/bin:/bin", program.display());
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", line]).env_clear().env("PATH", path).envs(environment.iter().copied()).current_dir(folder);
    shell.output().unwrap()
}

fn quiet_success(folder: &Path, line: &str, environment: &[(&str, &str)]) {
    let output = shell(folder, line, environment);
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert_eq!((output.status.code(), said.as_str()), (Some(0), ""), "{line}");
}

const MONDAY: (&str, &str) = ("DIALOGRAM_NOW", "2026-03-09T10:00:00Z");

/// The commands of a recipe that run the program.
fn commands(recipe: &str) -> Vec<String> {
    let recipe = String::from_utf8(success(&["recipe", recipe])).unwrap();
    let lines = recipe.lines().filter(|line| !line.trim_start().starts_with('#') && !line.contains("cargo install"));
    let commands: Vec<String> =
        lines.filter_map(|line| Some(format!("dialogram {}", line.split_once("dialogram ")?.1))).collect();
    assert_eq!(commands.len(), 1, "{recipe}");
    commands
}

#[test]
fn the_weekly_recipes_make_a_pdf_and_are_silent_unless_something_is_wrong() {
    for recipe in ["cron", "systemd"] {
        let folder = tempdir().unwrap();
        fs::create_dir(folder.path().join("chat")).unwrap();
        fs::create_dir(folder.path().join("reports")).unwrap();
        fs::copy(root().join(WEEK_LOG), folder.path().join("chat/week.jsonl")).unwrap();
        let there = |line: &str| line.replace("/var/log/chat", "chat").replace("/srv/reports", "reports");
        let line = there(&commands(recipe)[0]);
        assert!(!line.contains('%'), "cron ends a command there");
        quiet_success(folder.path(), &line, &[MONDAY]);
        assert!(fs::read(folder.path().join("reports/weekly.pdf")).unwrap().starts_with(b"%PDF"));
        // A week without events is told, and the report of the week before stays.
        let later = shell(folder.path(), &line, &[("DIALOGRAM_NOW", "2026-04-09T10:00:00Z")]);
        assert_eq!((later.status.code(), later.stdout.len()), (Some(3), 0));
        assert!(!later.stderr.is_empty());
        assert_eq!(names(&folder.path().join("reports")), ["weekly.pdf"]);
    }
}

#[test]
fn the_gate_recipes_hold_and_fail() {
    for (recipe, format) in [("github", "--format github"), ("gitlab", "--format junit -o gate.xml")] {
        let folder = tempdir().unwrap();
        fs::create_dir(folder.path().join("fixtures")).unwrap();
        let log = folder.path().join("fixtures/chat.jsonl");
        fs::copy(root().join(WEEK_LOG), &log).unwrap();
        let line = commands(recipe).remove(0);
        let first = line.replace(format, "--update");
        assert_ne!(first, line);
        assert_eq!(shell(folder.path(), &first, &[]).status.code(), Some(0));
        assert_eq!(shell(folder.path(), &line, &[]).status.code(), Some(0), "{line}");
        let rows = fs::read_to_string(&log).unwrap();
        let fewer: String = rows.lines().filter(|row| !row.contains("PA-0600")).map(|row| format!("{row}\n")).collect();
        assert_ne!(rows, fewer);
        fs::write(&log, fewer).unwrap();
        let found = shell(folder.path(), &line, &[]);
        assert_eq!(found.status.code(), Some(1));
        let said = match recipe {
            "github" => String::from_utf8(found.stdout).unwrap(),
            _ => fs::read_to_string(folder.path().join("gate.xml")).unwrap(),
        };
        let marks = if recipe == "github" {
            ["::error file=fixtures/report.json,line=1,title=", "by_channel web"]
        } else {
            ["<failure ", "by_channel web"]
        };
        assert!(marks.iter().all(|mark| said.contains(mark)), "{said}");
    }
}

#[test]
fn recipes_are_written_as_files() {
    let folder = tempdir().unwrap();
    assert!(success(&["recipe", "systemd", "-o", text(folder.path())]).is_empty());
    assert_eq!(names(folder.path()), ["dialogram-weekly.service", "dialogram-weekly.timer"]);
    assert!(failure(&["recipe", "crom"], 2).contains("'cron'"));
}

/// A folder with all that the examples of help name.
fn examples_folder() -> TempDir {
    let folder = tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let log = fs::read(root().join(WEEK_LOG)).unwrap();
    fs::create_dir(path("logs")).unwrap();
    fs::write(path("logs/week.jsonl"), &log).unwrap();
    for name in ["export.jsonl", "log.jsonl"] {
        fs::write(path(name), &log).unwrap();
    }
    fs::write(path("log.csv"), "ts,event,conversation_id,actor\n2026-03-02T09:00:00Z,message,c1,customer\n").unwrap();
    fs::copy(root().join("fixtures/messy/doubled-header.csv"), path("strange.csv")).unwrap();
    fs::write(path("week.jsonl.gz"), support::gzip(&log)).unwrap();
    let days = ["--from", "2026-03-02", "--to", "2026-03-08"];
    let base = success(&[&["report", WEEK_LOG, "--format", "json"], &days[..]].concat());
    for name in ["base.json", "report.json"] {
        fs::write(path(name), &base).unwrap();
    }
    for name in ["this-week.json", "last-week.json"] {
        fs::write(path(name), success(&week(&["--template", "queues", "--format", "json"]))).unwrap();
    }
    let rules = "[[rules]]\nmetric = 'queue_wait'\nstatistic = 'p90'\nrelative = '10%'\n";
    fs::write(path("rules.toml"), rules).unwrap();
    folder
}

#[test]
fn the_examples_of_help_run() {
    let mut helps = vec![String::from_utf8(success(&["--help"])).unwrap()];
    let commands = dialogram::cli::command();
    for command in commands.get_subcommands() {
        helps.push(String::from_utf8(success(&[command.get_name(), "--help"])).unwrap());
    }
    let folder = examples_folder();
    let chat = folder.path().join("chat.csv.gz");
    let csv = fs::read(root().join("fixtures/csv-dialects/comma.csv")).unwrap();
    let mut seen = 0;
    for help in helps {
        let before = seen;
        let examples = help.split("Examples:\n").nth(1).or_else(|| help.split("Example:\n").nth(1)).unwrap_or_default();
        for line in examples.lines().map(str::trim) {
            // The example, up to what is said of it.
            let Some(at) = line.find("dialogram ").filter(|at| *at == 0 || line.contains(" | dialogram ")) else {
                continue;
            };
            if at == 0 && !line.contains(' ') || line.starts_with("dialogram.toml") {
                continue;
            }
            let example = line.split("  ").next().unwrap();
            // A log of its own, which may not lie beside those of the other examples.
            let is_csv = example.contains("chat.csv.gz");
            if is_csv {
                fs::write(&chat, support::gzip(&csv)).unwrap();
            }
            let example = if is_csv { format!("{example} --max-rejects 100%") } else { example.to_owned() };
            fs::copy(root().join("fixtures/opening-hours/hours.toml"), folder.path().join("hours.toml")).unwrap();
            // An example writes a new one.
            fs::write(folder.path().join("dialogram.toml"), "[reports.weekly]\nlogs = ['logs/']\n").unwrap();
            let output = shell(folder.path(), &example, &[MONDAY]);
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            // Neither the example's days nor its names need be in our log.
            let has_filter = example.contains("--queue ");
            let expected = if is_csv || has_filter { [Some(0), Some(3)] } else { [Some(0), Some(0)] };
            assert!(expected.contains(&output.status.code()), "{example}\n{message}");
            if is_csv {
                fs::remove_file(&chat).unwrap();
            }
            seen += 1;
        }
        assert!(seen > before, "no example in\n{help}");
    }
}

#[test]
fn a_report_may_come_from_standard_input() {
    let folder = examples_folder();
    let text = |line: &str| {
        let output = shell(folder.path(), line, &[]);
        assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""), "{line}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(text("dialogram explain - bot_time < report.json"), text("dialogram explain report.json bot_time"));
    assert!(text("dialogram diff - base.json < this-week.json").starts_with("- → base.json\n"));
    assert!(text("dialogram check base.json --baseline - < report.json").contains(" against -: all hold\n"));
    let both = shell(folder.path(), "dialogram diff - - < report.json", &[]);
    assert_eq!(String::from_utf8_lossy(&both.stderr).split(" is empty").next(), Some("dialogram: -:"));
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let page = String::from_utf8(success(&["man"])).unwrap();
    assert!(page.contains(".TH dialogram 1") && page.contains("dialogram\\-report(1)"), "{page}");
    let report = String::from_utf8(success(&["man", "report"])).unwrap();
    assert!(report.contains(".TH dialogram\\-report 1") || report.contains(".TH dialogram-report 1"), "{report}");
    assert!(report.contains("service\\-level"), "{report}");
    let folder = tempdir().unwrap();
    assert!(success(&["man", "-o", text(folder.path())]).is_empty());
    let mut expected: Vec<String> = dialogram::cli::command()
        .get_subcommands()
        .map(|command| format!("dialogram-{}.1", command.get_name()))
        .chain(["dialogram.1".to_owned()])
        .collect();
    expected.sort();
    assert_eq!(names(folder.path()), expected);
    assert_eq!(fs::read(folder.path().join("dialogram-report.1")).unwrap(), report.as_bytes());
    assert!(failure(&["man", "raport"], 2).contains("no command `raport`; did you mean `report`?"));
}

#[test]
fn a_number_is_explained_with_what_went_into_it() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("report.json");
    let flags = ["--template", "queues", "--channel", "web", "--target", "queue_wait.p90=60", "--format", "json"];
    fs::write(&file, success(&week(&flags))).unwrap();
    let explain = |metric: &str| String::from_utf8(success(&["explain", text(&file), metric])).unwrap();
    let page = explain("queue_wait");
    let report: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let n = &report["metrics"]["queue_wait"]["n"];
    for part in [
        "queue_wait: Wait in queue\n",
        &format!("n           {n} durations\n"),
        "window      2026-03-02T00:00:00-03:00 up to 2026-03-09T00:00:00-03:00, not included: 7 days in America/Sao_Paulo\n",
        "compared    with 2026-02-23T00:00:00-03:00 up to 2026-03-02T00:00:00-03:00\n",
        "filter      --channel web\n",
        "limit       inactivity 10 min 00 s\n",
        "clock       visits.entered_at",
        "rows        10,258 read: 10,225 accepted, 33 repeats dropped, 0 rejected\n",
        "left out    rows of visits whose entered_at is outside the window, or that have none\n",
        "left out    rows that --channel does not keep\n",
        "target      p90 <= 60: missed\n",
    ] {
        assert!(page.contains(part), "no {part}in\n{page}");
    }
    assert_eq!(explain("queue_wait.p90"), page);
    assert!(explain("open_conversations").contains("clock       the horizon: it is always in the window\n"));
    let message = failure(&["explain", text(&file), "queue_wiat"], 2);
    assert!(message.contains("has no metric `queue_wiat`; did you mean `queue_wait`?"), "{message}");
    for (metric, told) in [
        ("queue_wait.p91", "`queue_wait` has no statistic `p91`; did you mean `p90`?"),
        ("queue_wait.", "`queue_wait` has no statistic `` (it has mean, p50, p90, p95, max, n)"),
        ("nps.p90", "`nps` has no statistic `p90` (it has value, n)"),
    ] {
        let message = failure(&["explain", text(&file), metric], 2);
        assert!(message.contains(told), "{message}");
    }
    // One that another template has.
    let message = failure(&["explain", text(&file), "conversations"], 2);
    assert!(message.contains("has no metric `conversations`; --template conversations has it"), "{message}");
    assert_eq!(run(&["explain", WEEK_LOG, "nps"]).status.code(), Some(5));
}

#[test]
fn rejects_are_told_with_their_reasons() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("report.json");
    let log = "fixtures/reject-reasons/rows.jsonl";
    let flags = ["--to", "log-end", "--max-rejects", "100%", "--format", "json", "-o", text(&file)];
    assert!(run(&[&["report", log], &flags[..]].concat()).status.success());
    let page = String::from_utf8(success(&["explain", text(&file), "conversations"])).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let rejections = report["input"]["rejections"].as_object().unwrap();
    assert!(rejections.contains_key("bad_timestamp"));
    for (reason, n) in rejections {
        assert!(page.contains(&format!("left out    {n} rows: {reason}")), "{reason} in\n{page}");
    }
    assert!(page.contains("bad_timestamp: no instant could be read, so they are in no window\n"));
}
