//! Personal data in a log does not leave the program if pseudonyms are requested.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::{Command as Subcommand, load};
use dialogram::fold::projection::Projection;
use dialogram::fold::schema::FactTable;
use dialogram::report::list::{Subject, build};
use dialogram::time::Window;
use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::{failure, parse, report, run, success, text};

/// Agents with ids and names, customers, contacts; by id, or by inactivity, where customers identify conversations.
fn log(folder: &TempDir, has_ids: bool) -> std::path::PathBuf {
    let path = folder.path().join(if has_ids { "ids.csv" } else { "silence.csv" });
    let mut rows = "ts,event,conversation_id,customer_id,actor,agent_id,agent_name,contact,queue\n".to_owned();
    for n in 0..6 {
        let id = if has_ids { format!("c{n}") } else { String::new() };
        let (customer, contact) = (format!("PLANTED-customer-{n}"), format!("PLANTED +55 11 9888{n}"));
        let agent = n % 2;
        for (minute, event, actor, agent) in [
            (0, "message", "customer", String::new()),
            (1, "transfer_requested", "", String::new()),
            (2, "assigned", "", format!("PLANTED-agent-{agent},PLANTED Ana {agent}")),
            (3, "message", "agent", format!("PLANTED-agent-{agent},PLANTED Ana {agent}")),
            (4, "closed", "agent", format!("PLANTED-agent-{agent},PLANTED Ana {agent}")),
        ] {
            let agent = if agent.is_empty() { ",".to_owned() } else { agent };
            rows.push_str(&format!(
                "2026-03-02T1{n}:0{minute}:00Z,{event},{id},{customer},{actor},{agent},{contact},orders\n"
            ));
        }
    }
    rows.push_str("2026-03-02T18:00:00Z,agent_status,,,,PLANTED-agent-0,PLANTED Ana 0,,\n");
    fs::write(&path, rows).unwrap();
    path
}

fn key(folder: &TempDir, name: &str, bytes: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    text(&path).to_owned()
}

/// The pseudonyms of a kind in a text.
fn pseudonyms(text: &str, kind: &str) -> BTreeSet<String> {
    let begin = format!("{kind}-");
    let starts = text.match_indices(&begin).map(|(at, _)| at);
    let end = kind.len() + 17;
    starts.filter_map(|at| text.get(at..at + end)).map(str::to_owned).collect()
}

#[test]
fn no_name_is_in_any_output() {
    let folder = tempdir().unwrap();
    let key_file = key(&folder, "key", "0123456789abcdef\n");
    let privacy = ["--pseudonymize", "agent,customer,contact", "--pseudonym-key", &key_file, "--max-rejects", "10"];
    for has_ids in [true, false] {
        let log = log(&folder, has_ids);
        let facts = folder.path().join(format!("facts-{has_ids}"));
        success(&[&["fold", text(&log), "-o", text(&facts)], &privacy[..]].concat());
        let day = ["--from", "2026-03-02", "--to", "2026-03-02"];
        let report = |format, template| [&["report"][..], &["--template", template, "--format", format], &day].concat();
        let mut commands: Vec<Vec<&str>> = ["conversations", "queues", "agents", "first-contact"]
            .iter()
            .flat_map(|template| ["json", "csv", "terminal"].map(|format| report(format, template)))
            .collect();
        for table in ["conversations", "stints", "visits", "closes", "agent_messages", "agent_states"] {
            for format in ["json", "csv", "terminal"] {
                commands.push(vec!["list", table, "--all", "--format", format]);
            }
        }
        for format in ["json", "csv", "terminal"] {
            commands.push(vec!["list", "--metric", "first_response_time", "--all", "--format", format]);
            commands.push(vec!["snapshot", "--at", "2026-03-02T15:02:30Z", "--format", format]);
            commands.push([&["snapshot", "--every", "1h", "--format", format][..], &day].concat());
        }
        // Errors of a command do not contain names either.
        commands.push([&["report", "--agent", "agent-0"][..], &day].concat());
        commands.push([&["report", "--contact", "+55 11"][..], &day].concat());
        let mut seen = BTreeSet::new();
        for command in &commands {
            for source in [&log, &facts] {
                // Facts have a fixed instant.
                if *source == facts && command[0] == "snapshot" {
                    continue;
                }
                let mut args = command.clone();
                let at = args.iter().position(|arg| arg.starts_with("--")).unwrap_or(args.len());
                args.insert(at, text(source));
                let flags: &[&str] = if *source == log { &privacy } else { &[] };
                let output = run(&[&args[..], flags].concat());
                let told = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned();
                assert!(!told.contains("PLANTED") && !told.contains("9888"), "{args:?}: {told}");
                let is_wrong = command.contains(&"--agent") || command.contains(&"--contact");
                assert_eq!(output.status.code(), Some(if is_wrong { 3 } else { 0 }), "{args:?}: {told}");
                if command.contains(&"json") {
                    seen.extend(pseudonyms(&told, "agent"));
                }
            }
        }
        // The two agents have the same pseudonyms everywhere.
        assert_eq!(seen.len(), 2, "{seen:?}");
        let one = seen.first().unwrap();
        let args = [&["report", text(&log), "--agent", one, "--format", "json"], &day[..], &privacy].concat();
        let of_one: Value = serde_json::from_slice(&success(&args)).unwrap();
        assert_eq!(of_one["metrics"]["closed_conversations"]["value"], 3);
    }
}

#[test]
fn pseudonyms_change_no_number() {
    let folder = tempdir().unwrap();
    let log = log(&folder, true);
    let key_file = key(&folder, "key", "another key of some length");
    let numbers = |more: &[&str]| {
        let args =
            [&["report", text(&log), "--to", "log-end", "--format", "json", "--max-rejects", "10"], more].concat();
        let report: Value = serde_json::from_slice(&success(&args)).unwrap();
        report["metrics"].clone()
    };
    let flags = ["--pseudonymize", "agent", "--pseudonymize", "customer", "--pseudonym-key", &key_file];
    assert_eq!(numbers(&[]), numbers(&flags));
}

#[test]
fn a_key_is_needed_and_long_enough() {
    let folder = tempdir().unwrap();
    let log = log(&folder, true);
    let report = |more: &[&str], code| failure(&[&["report", text(&log), "--to", "log-end"], more].concat(), code);
    assert!(report(&["--pseudonymize", "agent"], 2).contains("--pseudonym-key"));
    assert!(report(&["--pseudonymize", "queue", "--pseudonym-key", "k"], 2).contains("possible values: agent"));
    let short = key(&folder, "short", "secret\n");
    let message = report(&["--pseudonymize", "agent", "--pseudonym-key", &short], 2);
    assert!(message.contains("short has 6 bytes, and 16 are needed") && !message.contains("secret"), "{message}");
    let missing = folder.path().join("none");
    assert!(report(&["--pseudonymize", "agent", "--pseudonym-key", text(&missing)], 5).contains("no such file"));
    assert!(Path::new(&short).is_file());
}

#[test]
fn pseudonyms_may_be_a_default_and_never_go_without_a_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let row = |minute: u32, rest: &str| {
        format!("{{\"ts\":\"2026-03-02T09:0{minute}:00Z\",\"conversation_id\":\"c\",{rest}}}\n")
    };
    let log = row(0, r#""event":"message","actor":"customer""#)
        + &row(1, r#""event":"message","actor":"agent","agent_id":"ana-secret""#);
    std::fs::write(path("log.jsonl"), log).unwrap();
    std::fs::write(path("key"), "0123456789abcdef0123456789abcdef\n").unwrap();
    let run = |config: &str, flags: &[&str]| {
        std::fs::write(path("dialogram.toml"), config).unwrap();
        let args = ["report", "log.jsonl", "--to", "log-end", "--template", "agents", "--format", "csv", "--quiet"];
        let output =
            crate::support::dialogram(&[&args[..], flags].concat()).current_dir(folder.path()).output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        (output.status.code().unwrap(), text)
    };
    let typed = run("", &["--pseudonymize", "agent", "--pseudonym-key", "key"]);
    assert!(typed.0 == 0 && typed.1.contains("agent-") && !typed.1.contains("ana-secret"), "{typed:?}");
    assert_eq!(run("pseudonymize = ['agent']\npseudonym-key = 'key'\n", &[]), typed);
    assert_eq!(run("pseudonym-key = 'key'\n", &["--pseudonymize", "agent"]), typed);
    for (config, flags) in [("pseudonymize = ['agent']\n", &[][..]), ("", &["--pseudonymize", "agent"])] {
        let (code, text) = run(config, flags);
        assert!(code == 2 && text.contains("needs a key: name its file with --pseudonym-key"), "{text}");
        assert!(!text.contains("ana-secret"));
    }
}

/// Rows that are in a file get pseudonyms when they are read.
#[test]
fn pseudonyms_are_the_same_where_facts_are_in_a_file() {
    let folder = tempdir().unwrap();
    let key_file = key(&folder, "key", "0123456789abcdef");
    for has_ids in [true, false] {
        let logs = [log(&folder, has_ids)];
        let privacy = ["--pseudonymize", "agent,customer,contact", "--pseudonym-key", &key_file, "--max-rejects", "10"];
        // Makes the report from a file, too, and compares.
        let args = [&["--to", "log-end"], &privacy[..]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let (_, of_all) = report(&logs, &args).unwrap();
        let json = serde_json::to_string(&of_all).unwrap();
        assert!(!json.contains("PLANTED") && pseudonyms(&json, "agent").len() == 2, "{json}");
        let args = [&["--all"], &privacy[..]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>();
        for table in ["conversations", "stints", "agent_messages", "closes"] {
            let Ok(Subcommand::List(list)) = parse("list", &[table.into(), logs[0].clone()], &args) else {
                unreachable!("asked for a list")
            };
            let date = |date: &str| dialogram::time::parse_date(date).unwrap();
            let day = Window::new(list.log.zone().unwrap(), date("2026-03-02"), date("2026-03-02")).unwrap();
            let read = |memory_bytes| {
                let keep = Projection { origins: true, may_be_stored: true, memory_bytes, ..Projection::all() };
                let mut flags = list.log.clone();
                flags.logs = logs.to_vec();
                let facts = load::facts_for(&flags, &Interrupt::default(), |_| Ok(keep)).unwrap();
                let request = list.request(Subject::Table(FactTable::parse(table).unwrap())).unwrap();
                build(&facts, &list.query(&request, day)).unwrap()
            };
            let in_file = read(Some(0));
            assert_eq!(in_file, read(Some(usize::MAX)), "{table}");
            let shown = format!("{:?}", in_file.rows);
            assert!(!shown.contains("PLANTED") && pseudonyms(&shown, "agent").len() == 2, "{shown}");
        }
    }
}
