//! Aliases: a log with aliases gives the results of a log written with the new names.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};
use tempfile::tempdir;

use crate::reference::event::{Event, to_jsonl};
use crate::reference::options::{Filters, distinct};
use crate::reference::random::{Dice, Shape, random_log, random_options};
use crate::support::{dialogram, report, text};

/// How many random logs are tested.
const LOGS: u64 = 24;

/// New names by kind and old name.
type Names = BTreeMap<&'static str, BTreeMap<String, String>>;

/// Merges names into each other, swaps some, and renames others.
fn random_names(log: &[Event], dice: &mut Dice) -> Names {
    let values = [
        ("queue", distinct(log.iter().flat_map(|event| [&event.queue, &event.to_queue]))),
        ("department", distinct(log.iter().flat_map(|event| [&event.department, &event.to_department]))),
        ("agent", distinct(log.iter().flat_map(|event| [&event.agent_id, &event.agent_name, &event.to_agent_id]))),
        ("channel", distinct(log.iter().map(|event| &event.channel))),
    ];
    let mut names = Names::new();
    for (what, values) in values {
        // Names that the flag would have to escape have their own tests.
        let values: Vec<String> = values.into_iter().filter(|value| !value.contains(['=', '\\'])).collect();
        for old in &values {
            if dice.chance(50) {
                continue;
            }
            let new = if dice.chance(70) { dice.pick(&values).clone() } else { format!("new {old}") };
            names.entry(what).or_default().insert(old.clone(), new);
        }
    }
    names
}

fn renamed(log: &[Event], names: &Names) -> Vec<Event> {
    let none = BTreeMap::new();
    let rename = |what: &str, value: &mut Option<String>| {
        if let Some(new) = value.as_ref().and_then(|old| names.get(what).unwrap_or(&none).get(old)) {
            *value = Some(new.clone());
        }
    };
    let mut log = log.to_vec();
    for event in &mut log {
        rename("queue", &mut event.queue);
        rename("queue", &mut event.to_queue);
        rename("department", &mut event.department);
        rename("department", &mut event.to_department);
        rename("agent", &mut event.agent_id);
        rename("agent", &mut event.agent_name);
        rename("agent", &mut event.to_agent_id);
        rename("channel", &mut event.channel);
    }
    log
}

/// The report as JSON without the fields about aliases, or the exit code.
fn report_of(folder: &Path, log: &[Event], args: &[String]) -> Result<Map<String, Value>, u8> {
    std::fs::create_dir_all(folder).unwrap();
    let path = folder.join("log.jsonl");
    std::fs::write(&path, to_jsonl(log)).unwrap();
    let (_, report) = report(&[path], args).map_err(|(code, _)| code)?;
    let Value::Object(mut report) = serde_json::to_value(&report).unwrap() else { unreachable!("a report") };
    report.remove("renamed");
    Ok(report)
}

#[test]
fn a_log_with_aliases_gives_the_report_of_the_log_with_the_new_names() {
    let folder = tempdir().unwrap();
    let (mut compared, mut merged, mut changed) = (0, 0, 0);
    for seed in 0..LOGS {
        let dice = &mut Dice::new(seed ^ 0xa11a5);
        let log = random_log(seed, 40 + usize::try_from(seed % 5).unwrap() * 30, &Shape::random(seed));
        let names = random_names(&log, dice);
        let mut options = random_options(seed, &log);
        (options.opening, options.filters) = (None, Filters::default());
        let args = options.report_args();
        let mut with_aliases = args.clone();
        for (what, names) in &names {
            for (old, new) in names {
                with_aliases.extend(["--alias".to_owned(), format!("{what}:{old}={new}")]);
            }
            let distinct: std::collections::BTreeSet<&String> = names.values().collect();
            merged += names.len() - distinct.len();
        }
        let expected = report_of(&folder.path().join("new"), &renamed(&log, &names), &args);
        let found = report_of(&folder.path().join("old"), &log, &with_aliases);
        match (&expected, &found) {
            (Ok(expected), Ok(found)) => {
                for (part, value) in expected {
                    assert_eq!(Some(value), found.get(part), "log {seed}: {part} with {names:?}");
                }
                assert_eq!(expected.len(), found.len(), "log {seed}");
                compared += 1;
                let plain = report_of(&folder.path().join("old"), &log, &args).unwrap();
                changed += usize::from(plain["tables"] != found["tables"]);
            }
            (expected, found) => assert_eq!(expected.as_ref().err(), found.as_ref().err(), "log {seed}"),
        }
    }
    println!("{compared} logs, {merged} merged, {changed} changed");
    assert!(compared > 5 && merged > 5 && changed > 2, "{compared} logs, {merged} merged, {changed} changed");
}

const ROWS: [&str; 3] = [
    r#"{"ts":"2026-03-02T09:00:00Z","event":"message","actor":"customer","conversation_id":"c1","queue":"Suporte N1"}"#,
    r#"{"ts":"2026-03-02T09:00:30Z","event":"message","actor":"agent","agent_id":"ana","conversation_id":"c1","queue":"Suporte N1"}"#,
    r#"{"ts":"2026-03-02T09:05:00Z","event":"closed","actor":"agent","conversation_id":"c1"}"#,
];

#[test]
fn every_page_lists_renamed_values_and_an_unused_alias_is_a_warning() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    std::fs::write(&log, ROWS.join("\n")).unwrap();
    let run = |format: &str, more: &[&str]| {
        let args = ["report", text(&log), "--period", "2026-03-02", "--format", format, "--template", "queues"];
        let output = dialogram(&[&args[..], more].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        (String::from_utf8_lossy(&output.stdout).into_owned(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let alias = ["--alias", "queue:Suporte N1=Support"];
    for format in ["terminal", "json", "markdown", "html", "plain"] {
        let (page, warnings) = run(format, &alias);
        assert!(page.contains("Suporte N1") && page.contains("Support"), "{format}: {page}");
        assert!(!warnings.contains("alias_unused"), "{warnings}");
    }
    // Lists, snapshots and series show them too, in every format but CSV.
    let day = ["--from", "2026-03-02", "--to", "2026-03-02"];
    let commands: [&[&str]; 3] = [&["list", "conversations"], &["snapshot"], &["snapshot", "--every", "1h"]];
    for command in commands {
        let is_snapshot_alone = command == ["snapshot"];
        for format in ["terminal", "json", "markdown", "html", "plain"] {
            let page = |alias: &[&str]| {
                let days: &[&str] = if is_snapshot_alone { &[] } else { &day };
                let args = [command, &[text(&log), "--format", format], days, alias].concat();
                let output = dialogram(&args).output().unwrap();
                assert_eq!(output.status.code(), Some(0), "{output:?}");
                String::from_utf8_lossy(&output.stdout).into_owned()
            };
            let page_of_new = page(&alias);
            assert!(
                page_of_new.contains("Suporte N1") && page_of_new.contains("Support"),
                "{command:?} {format}: {page_of_new}"
            );
            assert!(!page(&[]).to_lowercase().contains("renamed"), "{command:?} {format}");
        }
    }
    let (_, warnings) = run("json", &["--alias", "queue:Suporte N2=Support", "--alias", "channel:zap=whatsapp"]);
    let expected = "warning[alias_unused]: aliases rename values that no row has: channel `zap`, queue `Suporte N2`; did you mean \
                    `Suporte N1`?";
    assert!(warnings.contains(expected), "{warnings}");
    // A department is not a queue, although both have one dictionary.
    let (_, warnings) = run("json", &["--alias", "department:Suporte N1=Support"]);
    assert!(warnings.contains("an alias renames a value that no row has: department `Suporte N1`\n"), "{warnings}");
}

#[test]
fn names_that_are_renamed_are_no_way_around_pseudonyms() {
    let folder = tempdir().unwrap();
    let (log, key) = (folder.path().join("log.jsonl"), folder.path().join("key"));
    std::fs::write(&log, ROWS.join("\n")).unwrap();
    std::fs::write(&key, [7; 32]).unwrap();
    let hidden = ["--pseudonymize", "agent", "--pseudonym-key", text(&key)];
    let aliases = ["--alias", "agent:ana=beatriz", "--alias", "agent:anna=beatriz"];
    for format in ["json", "markdown"] {
        let args = ["report", text(&log), "--period", "2026-03-02", "--format", format, "--template", "agents"];
        let output = dialogram(&[&args[..], &hidden, &aliases].concat()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let all = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(all.contains("agent-") && all.contains("alias_unused"), "{all}");
        assert!(!["`ana`", "\"ana\"", " ana ", "anna", "beatriz"].iter().any(|name| all.contains(name)), "{all}");
    }
    for command in [&["list", "stints", "--all"][..], &["snapshot"]] {
        for format in ["json", "markdown"] {
            let args = [command, &[text(&log), "--format", format], &hidden, &aliases].concat();
            let output = dialogram(&args).output().unwrap();
            assert_eq!(output.status.code(), Some(0), "{output:?}");
            let page = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(page.contains("agent-") && !page.contains("beatriz") && !page.contains("\"ana\""), "{page}");
        }
    }
    for format in ["text", "json", "markdown"] {
        let args = ["show", text(&log), "c1", "--format", format];
        let plain = dialogram(&args).output().unwrap();
        assert!(String::from_utf8_lossy(&plain.stdout).contains("ana"), "{plain:?}");
        let output = dialogram(&[&args[..], &hidden].concat()).output().unwrap();
        let page = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            page.contains("agent-") && !page.split(|c: char| !c.is_alphanumeric()).any(|word| word == "ana"),
            "{page}"
        );
    }
}
