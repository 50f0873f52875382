//! Exports read with their profiles: recognised or named, in any form and in any pieces; and the errors for those that
//! cannot be read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dialogram::fold::facts::Facts;
use dialogram::fold::projection::Projection;
use dialogram::fold::schema::FactTable;
use dialogram::fold::{Limits, fold};
use dialogram::ingest::profile::{Profile, recognise};
use dialogram::ingest::reject::Reject;
use dialogram::ingest::source::Source;
use dialogram::ingest::{FileCounts, Options, Progress, read};
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{self, failure, root, rows, success, text};

const PAGE: &str = "fixtures/profiles/zendesk-chat/page.json";

fn fixture(path: &str) -> Vec<u8> {
    fs::read(root().join("fixtures/profiles").join(path)).unwrap()
}

/// A report of a file with that name and content.
fn report(name: &str, bytes: &[u8], flags: &[&str]) -> Value {
    let folder = tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let args =
        [&["report", text(&path), "--to", "log-end", "--format", "json", "--template", "weekly"], flags].concat();
    serde_json::from_slice(&success(&args)).unwrap()
}

/// The report without the name and form of the file.
fn numbers(mut report: Value) -> Value {
    report["input"]["files"][0]["name"] = Value::Null;
    report["input"]["files"][0]["format"] = Value::Null;
    report["warnings"] = Value::Null;
    report["checks"] = Value::Null;
    // Repeated pages double the number of rows.
    report["input"]["source_rows"] = Value::Null;
    report["input"]["files"][0]["source_rows"] = Value::Null;
    report
}

/// A report of these bytes fails with that code and a message that contains all of these parts.
fn fails(name: &str, bytes: &[u8], flags: &[&str], code: i32, parts: &[&str]) {
    let folder = tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    let message = failure(&[&["report", text(&path), "--to", "log-end"], flags].concat(), code);
    for part in parts {
        assert!(message.contains(part), "{name} {flags:?}: no `{part}` in\n{message}");
    }
}

#[test]
fn the_format_of_an_export_changes_nothing() {
    let page: Value = serde_json::from_slice(&fixture("zendesk-chat/page.json")).unwrap();
    let chats = page["chats"].as_array().unwrap();
    let lines: String = chats.iter().map(|chat| format!("{chat}\n")).collect();
    let pages: String = chats.iter().map(|chat| json!({"next_page": null, "chats": [chat]}).to_string()).collect();
    let utf16: Vec<u8> = format!("\u{feff}{page}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let expected = numbers(report("page.json", page.to_string().as_bytes(), &[]));
    assert_eq!(expected["input"]["files"][0]["profile"], "zendesk-chat");
    for (name, bytes) in [
        ("pretty.json", serde_json::to_vec_pretty(&page).unwrap()),
        ("chats.jsonl", lines.clone().into_bytes()),
        ("chats.json", Value::Array(chats.clone()).to_string().into_bytes()),
        ("close.json", lines.replace('\n', "").into_bytes()),
        ("twice.json", pages.repeat(2).into_bytes()),
        ("pages.json", pages.into_bytes()),
        ("mark.json", [b"\xEF\xBB\xBF", page.to_string().as_bytes()].concat()),
        ("utf16.json", utf16),
        ("page.json.gz", support::gzip(page.to_string().as_bytes())),
        ("page.zst", support::zstd(page.to_string().as_bytes())),
    ] {
        assert_eq!(numbers(report(name, &bytes, &[])), expected, "{name}");
        assert_eq!(numbers(report(name, &bytes, &["--profile", "zendesk-chat"])), expected, "{name}");
    }
}

#[test]
fn standard_input_is_recognised_too() {
    use std::io::Write;
    use std::process::Stdio;
    let folder = root().join("fixtures/profiles/amazon-connect");
    for bytes in [fixture("amazon-connect/records-1.json"), support::gzip(&fixture("amazon-connect/records-1.json"))] {
        let mut command = support::dialogram(&["report", "-", "--to", "log-end", "--format", "json"]);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(&bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let file = success(&["report", text(&folder.join("records-1.json")), "--to", "log-end", "--format", "json"]);
        let file: Value = serde_json::from_slice(&file).unwrap();
        assert_eq!(report["metrics"], file["metrics"]);
        assert_eq!(report["input"]["files"][0]["profile"], "amazon-connect");
    }
}

#[test]
fn an_unrecognised_file_is_reported_with_its_keys() {
    let cases: [(&str, &str, &[&str]); 5] = [
        (
            "x.jsonl",
            r#"{"ticket": 1, "opened": "today"}"#,
            &["no column `ts`", "found `ticket`, `opened`", "--profile NAME"],
        ),
        (
            "x.json",
            r#"{"conversations": [{"conversationId": "a", "participants": []}]}"#,
            &["`conversations[].conversationId`", "nearest: genesys (but for conversationStart)"],
        ),
        ("x.csv", "id;created_at;part_type;conversation_id\n", &["found `id`, `created_at`"]),
        (
            "x.csv",
            "id,created_at,part_type,conversation_id\n1,2,3,4\n",
            &["nearest: intercom-parts (but for author_type)"],
        ),
        (
            "x.json",
            r#"{"id": 1, "timestamp": 1, "end_timestamp": 2, "history": [], "visitor": {}, "state": "open", "source": {}, "contacts": {}, "created_at": 1}"#,
            &["several profiles fit: intercom, zendesk-chat; choose one with --profile NAME"],
        ),
    ];
    for (name, content, parts) in cases {
        fails(name, content.as_bytes(), &[], 5, parts);
    }
    // A log with the canonical columns is canonical, whatever else it has, and whatever its first row is.
    for row in [
        r#"{"ts": "2026-03-02T10:00:00Z", "event": "started", "conversation_id": "a", "history": [], "visitor": {}}"#,
        "{\"odd\": 1}\n{\"ts\": \"2026-03-02T10:00:00Z\", \"event\": \"started\", \"conversation_id\": \"a\"}",
    ] {
        let report = report("x.jsonl", row.as_bytes(), &["--max-rejects", "1"]);
        assert_eq!(report["input"]["files"][0]["profile"], "canonical", "{row}");
    }
}

#[test]
fn wrong_profiles_are_refused_before_anything_is_read() {
    let folder = tempdir().unwrap();
    let mine = folder.path().join("mine.toml");
    fs::write(&mine, "title = 'Mine'\n[input]\nformat = 'jsno'\n[[event]]\nevent = 'closd'\nts = 'at'\n").unwrap();
    let mine = text(&mine);
    let profile = |value: &str, parts: &[&str]| {
        let message = failure(&["report", PAGE, "--profile", value], 2);
        for part in parts {
            assert!(message.contains(part), "{value}: no `{part}` in\n{message}");
        }
    };
    profile("zendesk", &["no profile `zendesk`", "zendesk-chat", "or the path of a .toml file"]);
    profile("none.toml", &["profile none.toml cannot be read"]);
    profile(
        mine,
        &[
            "mine.toml has 3 mistakes:",
            "mine.toml:3: no format `jsno`",
            "mine.toml:4: an event without `conversation_id`",
            "mine.toml:5: no kind of event `closd`; did you mean `closed`?",
        ],
    );
    profile("rasa:other.json", &["rasa:other.json: it is of none of the logs given"]);
    let twice = failure(&["report", PAGE, "--profile", "rasa", "--profile", "genesys"], 2);
    assert!(twice.contains("a second profile of all logs: bind it to one, as in NAME:FILE"), "{twice}");
    let twice = failure(&["report", PAGE, "--profile", "rasa:page.json", "--profile", "genesys:*.json"], 2);
    assert!(twice.contains("has `rasa:page.json` already"), "{twice}");
    let facts = failure(&["profiles", "zendesk-caht"], 2);
    assert!(facts.contains("did you mean `zendesk-chat`?"), "{facts}");
}

#[test]
fn a_source_that_does_not_fit_its_profile_is_refused() {
    fails("x.json", b"{\"other\": []}", &["--profile", "zendesk-chat"], 5, &["x.json: no array `chats` in it"]);
    let page = fixture("zendesk-chat/page.json");
    fails("cut.json", &page[..page.len() / 2], &[], 5, &["cut.json: ends in the middle of a JSON document"]);
    fails(
        "x.csv",
        b"id,created_at\n1,2\n",
        &["--profile", "intercom-parts"],
        5,
        &["profile intercom-parts does not fit: no column `conversation_id`", "its header has `id`, `created_at`"],
    );
}

#[test]
fn rejects_name_the_line_of_the_record_and_the_field_of_the_source() {
    let folder = tempdir().unwrap();
    let (log, rejects) = (folder.path().join("x.json"), folder.path().join("rejects.jsonl"));
    let session = |id: &str, at: &str, from: &str| {
        json!({"sessionId": id, "sessionDate": "2026-03-02T10:00:00Z", "platformContactId": "c",
               "sessionMessages": [{"creationTime": at, "msgFrom": from, "messageId": id}]})
    };
    let sessions = [
        session("a", "2026-03-02T10:00:01Z", "user"),
        session("b", "soon", "user"),
        session("c", "2026-03-02T10:00:01Z", "martian"),
        json!("no object"),
    ];
    let lines: Vec<String> = sessions.iter().map(Value::to_string).collect();
    fs::write(&log, format!("{{\"sessions\": [\n{}\n]}}", lines.join(",\n"))).unwrap();
    let args = ["report", text(&log), "--to", "log-end", "--format", "json", "--max-rejects", "3", "--rejects"];
    let report: Value = serde_json::from_slice(&success(&[&args[..], &[text(&rejects)]].concat())).unwrap();
    let file = &report["input"]["files"][0];
    assert_eq!((&file["rows_read"], &file["accepted"], &file["rejected"]), (&json!(7), &json!(4), &json!(3)));
    let found: Vec<Value> =
        fs::read_to_string(&rejects).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        found,
        [
            json!({"file": "x.json", "line": 3, "column": "ts", "reason": "bad_timestamp", "value": "soon",
               "detail": "from `creationTime` as rfc3339"}),
            json!({"file": "x.json", "line": 4, "column": "actor", "reason": "unknown_actor", "value": "martian",
               "detail": found[1]["detail"]}),
            json!({"file": "x.json", "line": 5, "column": null, "reason": "malformed", "value": null,
               "detail": "expected a JSON object"}),
        ]
    );
    assert!(found[1]["detail"].as_str().unwrap().starts_with("from `msgFrom`"), "{}", found[1]);
}

/// Everything that reading and folding produce.
fn found(paths: &[PathBuf], part_bytes: usize, threads: usize) -> (Facts, Vec<FileCounts>, Vec<Reject>) {
    let sources: Vec<Source> = paths.iter().cloned().map(Source::File).collect();
    let profile = |path: &PathBuf| {
        let name = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        Some(Arc::new(Profile::built_in(name).unwrap()))
    };
    // Odd sizes use temporary files.
    let memory_bytes = if part_bytes % 2 == 1 { 0 } else { usize::MAX };
    let profiles = paths.iter().map(profile).collect();
    let options = Options { part_bytes, threads, memory_bytes, profiles, ..Options::new() };
    let log = read(&sources, &options, &Progress::default()).unwrap();
    let (files, rejects) = (log.files.clone(), log.rejects.clone());
    (fold(log, &Limits::default(), None, threads, &Projection::all()).unwrap(), files, rejects)
}

#[test]
fn parts_and_threads_change_nothing_for_profiled_sources() {
    for logs in [
        &["amazon-connect/records-1.json", "amazon-connect/records-2.json"][..],
        &["zendesk-chat/page.json", "zendesk-chat/one.json"],
        &["intercom-parts/parts.csv"],
    ] {
        let paths: Vec<PathBuf> = logs.iter().map(|log| root().join("fixtures/profiles").join(log)).collect();
        let (facts, files, rejects) = found(&paths, 1 << 20, 1);
        for part_bytes in [1, 7, 300, 4096] {
            for threads in [1, 2, 5] {
                let (other, other_files, other_rejects) = found(&paths, part_bytes, threads);
                assert_eq!((&other_files, &other_rejects), (&files, &rejects), "{logs:?}");
                assert_eq!(other.run, facts.run, "{logs:?}");
                for table in FactTable::ALL {
                    assert!(other.frame(*table).equals_missing(facts.frame(*table)), "{logs:?} {}", table.name());
                }
            }
        }
    }
}

/// The messages of one conversation, each with a stint, in the order of their file or reversed.
fn profiled(folder: &Path, name: &str, is_newest_first: bool) -> (Facts, FileCounts) {
    let toml = "title = 'x'\n[input]\nformat = 'jsonl'\n[columns]\nconversation_id = 'c'\nts = 'at'\n\
                [[event]]\nevent = 'assigned'\nagent_id = 'a'\n\
                [[event]]\nevent = 'message'\nactor = { value = 'agent' }\nagent_id = 'a'\n\
                [[event]]\nevent = 'closed'\nactor = { value = 'agent' }\nwhen = [{ from = 'end', is = true }]\n";
    let mut lines: Vec<String> = (0..40)
        .map(|at| {
            let record = json!({"c": format!("c{}", at % 3), "at": 1_772_445_600 + at / 2 * 60, "a": format!("a{}", at % 5), "end": at % 4 == 3});
            format!("{record}\n")
        })
        .collect();
    if is_newest_first {
        lines.reverse();
    }
    let path = folder.join(name);
    fs::write(&path, lines.concat()).unwrap();
    let profile = Arc::new(Profile::parse("x", "x.toml", toml).unwrap());
    let options = Options { part_bytes: 200, profiles: vec![Some(profile)], ..Options::new() };
    let log = read(&[Source::File(path)], &options, &Progress::default()).unwrap();
    let files = log.files[0].clone();
    (fold(log, &Limits::default(), None, 2, &Projection::all()).unwrap(), files)
}

#[test]
fn events_of_one_record_stay_in_order_in_a_file_that_is_newest_first() {
    let folder = tempdir().unwrap();
    let (facts, file) = profiled(folder.path(), "up.jsonl", false);
    let (other, newest_first) = profiled(folder.path(), "down.jsonl", true);
    assert!(!file.is_newest_first && newest_first.is_newest_first);
    for table in FactTable::ALL {
        assert_eq!(rows(&other, *table), rows(&facts, *table), "{}", table.name());
    }
    assert!(rows(&facts, FactTable::Stints).len() >= 40);
}

#[test]
fn the_worked_example_works() {
    let page = fs::read_to_string(root().join("docs/profiles.md")).unwrap();
    let block = |begin: &str| {
        let from = page.split_once(begin).unwrap().1;
        from.split_once("```").unwrap().0.trim_start().to_owned()
    };
    let folder = tempdir().unwrap();
    let (calls, toml) = (folder.path().join("calls.csv"), folder.path().join("mine.toml"));
    fs::write(&calls, block("\"did not happen\":\n\n```\n")).unwrap();
    fs::write(&toml, block("```toml\n")).unwrap();
    let args = ["report", text(&calls), "--tz", "Asia/Jerusalem", "--from", "1999-02-01", "--to", "1999-02-02"];
    let flags = ["--template", "queues", "--format", "json", "--profile", text(&toml)];
    let report: Value = serde_json::from_slice(&success(&[&args[..], &flags].concat())).unwrap();
    assert_eq!(report["metrics"]["queue_wait"]["mean"], 5);
    assert_eq!(report["metrics"]["abandoned"]["value"], 1);
    assert_eq!(report["metrics"]["closed_conversations"]["value"], 1);
    assert_eq!(report["input"]["last_event"], "1999-02-01T22:00:10.000Z");
    // The text of the answer is unknown.
    assert_eq!(report["metrics"]["replies"]["value"], Value::Null);
}

#[test]
fn every_built_in_profile_has_a_fixture_a_page_and_its_text() {
    let list = String::from_utf8(success(&["profiles"])).unwrap();
    for name in Profile::names() {
        assert!(list.contains(&format!("\n{name} ")), "{name}");
        let fixtures = fs::read_dir(root().join("fixtures/profiles")).unwrap();
        let uses = |folder: PathBuf| {
            fs::read_to_string(folder.join("expected.json")).unwrap().contains(&format!("\"profile\": \"{name}\""))
        };
        assert!(fixtures.into_iter().any(|folder| uses(folder.unwrap().path())), "no fixture of {name}");
        let toml = String::from_utf8(success(&["profiles", name, "--format", "toml"])).unwrap();
        assert_eq!(Profile::parse(name, name, &toml).unwrap(), Profile::built_in(name).unwrap());
        let page = String::from_utf8(success(&["profiles", name])).unwrap();
        assert!(page.contains("feeds ") && page.contains("not available from it"), "{page}");
    }
    let json: Value = serde_json::from_slice(&success(&["profiles", "--format", "json"])).unwrap();
    assert_eq!(json.as_array().unwrap().len(), Profile::names().count() + 1);
    assert_eq!(json[0]["name"], "canonical");
}

/// Each log of the fixtures, with the profile named by its expected values if it is built-in. Other logs have the
/// profile with the name of their folder.
fn logs_of_fixtures() -> Vec<(PathBuf, Option<String>)> {
    let mut logs = std::collections::BTreeMap::new();
    for folder in fs::read_dir(root().join("fixtures/profiles")).unwrap() {
        let folder = folder.unwrap().path();
        let Ok(text) = fs::read_to_string(folder.join("expected.json")) else { continue };
        let expected: Value = serde_json::from_str(&text).unwrap();
        let built_in = |name: &str| Profile::names().find(|known| *known == name).map(str::to_owned);
        let of_folder = built_in(folder.file_name().unwrap().to_str().unwrap());
        for run in expected["runs"].as_array().unwrap() {
            let files = run["expect"]["input"]["files"].as_array().cloned().unwrap_or_default();
            for (at, log) in run["logs"].as_array().unwrap().iter().enumerate() {
                let told = files.get(at).and_then(|file| file["profile"].as_str()).map(built_in);
                let known = logs.entry(folder.join(log.as_str().unwrap())).or_insert(None);
                *known = known.take().or(told);
            }
        }
        for known in logs.values_mut() {
            *known = known.take().or_else(|| Some(of_folder.clone()));
        }
    }
    logs.into_iter().map(|(log, own)| (log, own.flatten())).collect()
}

#[test]
fn every_built_in_profile_refuses_the_logs_of_the_others() {
    let logs = logs_of_fixtures();
    let mut seen: Vec<&str> = logs.iter().filter_map(|(_, name)| name.as_deref()).collect();
    seen.dedup();
    for name in Profile::names() {
        assert!(seen.contains(&name), "no log of {name} names its profile in expected.json");
    }
    let mut compared = 0;
    for (log, own) in &logs {
        let start = fs::read(log).unwrap();
        let place = log.display().to_string();
        let found = recognise::recognise(&start, &place);
        match own {
            // Few chats show the order of day and month.
            Some(own) if is_form(own) => {
                let told = found.map_or_else(|error| error.to_string(), |found| found.unwrap().name.clone());
                assert!(told.contains(own.as_str()), "{place}: {told}");
            }
            Some(own) => assert_eq!(&found.unwrap().unwrap().name, own, "{place}"),
            // Data with its own profile, or canonical.
            None => assert!(found.is_err() || found.unwrap().is_none(), "{place}"),
        }
        for name in Profile::names() {
            if is_form(name) && own.as_deref().is_some_and(is_form) {
                continue;
            }
            let is_refused = recognise::check_profile(&start, &place, &Profile::built_in(name).unwrap()).is_err();
            assert_eq!(is_refused, own.as_deref().is_some_and(|own| own != name), "{place} read as {name}");
            compared += 1;
        }
    }
    assert!(compared > 700, "{compared}");
}

fn is_form(name: &str) -> bool {
    Profile::built_in(name).unwrap().fill_in.is_some()
}

#[test]
fn a_form_is_filled_in_before_it_is_read_with() {
    let chat = fixture("whatsapp-month-first/chat.txt");
    let parts = [
        "the profile whatsapp-month-first is a form: replace YOUR NAME by the names of your own people",
        "--format toml > mine.toml",
    ];
    for flags in [&[][..], &["--profile", "whatsapp-month-first"]] {
        fails("chat.txt", &chat, flags, 5, &parts);
    }
    // No message text is repeated, even if the profile is unknown.
    let chat = "3/2/26, 9:00 AM - Ana Prado: I am pregnant\n3/2/26, 9:04 AM - Sol Pharmacy: please call us\n";
    let folder = tempdir().unwrap();
    let path = folder.path().join("_chat.txt");
    fs::write(&path, chat).unwrap();
    let message = failure(&["report", text(&path), "--to", "log-end"], 5);
    assert!(
        message.contains("several profiles fit: whatsapp (WhatsApp text export, day first), whatsapp-month-first"),
        "{message}"
    );
    assert!(!message.contains("pregnant") && !message.contains("Ana"), "{message}");
    // The day is never mistaken for the month: such a line is rejected, not skipped as part of the previous message.
    let day_first = fixture("whatsapp/whatsapp.toml");
    let toml = folder.path().join("mine.toml");
    fs::write(&toml, day_first).unwrap();
    let message = {
        fs::write(&path, format!("{chat}3/14/26, 9:00 AM - Ana Prado: secret\n")).unwrap();
        failure(&["report", text(&path), "--to", "log-end", "--profile", text(&toml)], 4)
    };
    assert!(message.contains("no `line` of the profile begins so") && !message.contains("secret"), "{message}");
}

#[test]
fn a_record_that_contradicts_its_profile_stops_the_run() {
    let message = |id: u32| json!({"id": id, "inbox_id": 4, "conversation_id": 77, "message_type": 0, "created_at": 1_772_442_000 + id});
    let mut lines: Vec<Value> = (1..200).map(message).collect();
    lines.push(json!({"event": "message_created", "id": 999, "inbox_id": 4, "conversation": {"id": 77}, "message_type": 0, "created_at": 1_772_442_999}));
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    fails("x.jsonl", text.as_bytes(), &[], 5, &["x.jsonl: line 200: no record of the profile chatwoot has `event`"]);
}

#[test]
fn words_that_pass_through_a_map_are_facts() {
    let folder = tempdir().unwrap();
    let toml = folder.path().join("mine.toml");
    fs::write(&toml, "title = 't'\n[input]\nformat = 'jsonl'\n[time]\nformat = 'rfc3339'\n[columns]\nconversation_id = 'id'\n[[event]]\nevent = 'message'\nts = 'at'\nactor = { from = 'by', map = { user = 'customer' } }\n").unwrap();
    let lines = "{\"id\":\"c1\",\"at\":\"2026-03-02T12:00:00Z\",\"by\":\"user\"}\n{\"id\":\"c1\",\"at\":\"2026-03-02T12:01:00Z\",\"by\":\"agent\"}\n";
    let found = report("x.jsonl", lines.as_bytes(), &["--profile", text(&toml)]);
    assert_eq!(found["metrics"]["answered_conversations"]["value"], 1);
    assert_eq!(found["metrics"]["first_response_time"]["mean"], 60);
    // Neither the profile nor a record shows the bot's messages.
    assert_eq!(found["metrics"]["containment_rate"]["value"], Value::Null);
    let only_customer = lines.lines().next().unwrap();
    let found = report("x.jsonl", only_customer.as_bytes(), &["--profile", text(&toml)]);
    assert_eq!(found["metrics"]["answered_conversations"]["value"], Value::Null);
}

#[test]
fn an_optional_column_that_a_csv_lacks_brings_a_warning() {
    let text = fs::read_to_string(root().join("fixtures/profiles/freshdesk/tickets.csv")).unwrap();
    let folder = tempdir().unwrap();
    let missing = |name: &str, header: &str| {
        let path = folder.path().join("tickets.csv");
        fs::write(&path, text.replacen(name, header, 1)).unwrap();
        let args = ["report", path.to_str().unwrap(), "--from", "2026-03-01", "--to", "2026-03-07", "--format", "json"];
        let report: Value = serde_json::from_slice(&success(&args)).unwrap();
        let warnings = report["warnings"].as_array().unwrap().clone();
        warnings.into_iter().filter(|warning| warning["id"] == "missing_keys").collect::<Vec<_>>()
    };
    assert!(missing(",Agent,", ",Agent,").is_empty());
    for (name, header, told) in [
        (",Agent,", ",Owner,", Some("`Agent`")),
        // Only exports with a survey or with closed tickets have these: they are told where a similar column is there.
        (",Closed time,", ",Closed,", Some("`Closed time`")),
        (",Closed time,", ",Product code,", None),
        (",Survey results", ",Survey result", Some("`Survey results`")),
        (",Survey results", ",Notes", None),
    ] {
        let found = missing(name, header);
        assert_eq!(found.len(), usize::from(told.is_some()), "{header}: {found:?}");
        assert!(told.is_none_or(|told| found[0]["text"].as_str().unwrap().contains(told)), "{header}: {found:?}");
    }
}

/// The texts of the warnings about missing keys in the report of an export.
fn missing_keys(name: &str, bytes: &[u8]) -> Vec<String> {
    let report = report(name, bytes, &[]);
    let warnings = report["warnings"].as_array().unwrap().iter().filter(|warning| warning["id"] == "missing_keys");
    warnings.map(|warning| warning["text"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_renamed_key_that_only_some_exports_have_brings_a_warning() {
    for (path, key, other, missing) in [
        ("ratings/chatwoot.json", "rating", "rating_score", "csat_survey_response.rating"),
        ("ratings/chatwoot.json", "submitted_values", "submittedValues", "csat_survey_response.rating"),
        ("ratings/livechat.json", "rating", "ratings", "`thread.properties.rating.score`"),
        ("ratings/livechat.json", "score", "stars", "`thread.properties.rating.score`"),
        ("ratings/zendesk-chat.json", "new_rating", "newRating", "new_rating"),
        ("zendesk-chat/page.json", "department_name", "department", "`department_name`"),
        ("chatwoot/conversations.json", "team", "team_info", "`meta.team`"),
        ("chatwoot/conversations.json", "meta", "metadata", "`meta.channel`"),
        ("rocketchat/rooms.json", "departmentId", "department_id", "`departmentId`"),
        ("rocketchat/rooms.json", "departmentId", "department", "`departmentId`"),
    ] {
        let text = String::from_utf8(fixture(path)).unwrap();
        let renamed = text.replace(&format!("\"{key}\""), &format!("\"{other}\""));
        assert_ne!(text, renamed, "{path} has no {key}");
        assert_eq!(missing_keys("x.json", text.as_bytes()), Vec::<String>::new(), "{path}");
        let found = missing_keys("x.json", renamed.as_bytes());
        assert!(found.iter().any(|text| text.contains(missing)), "{path}, {key} as {other}: {found:?}");
    }
}

/// Removes keys at any depth.
fn remove(value: &mut Value, keys: &[&str]) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !keys.contains(&key.as_str()));
            members.values_mut().for_each(|member| remove(member, keys));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| remove(item, keys)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn an_export_without_ratings_or_departments_is_healthy() {
    for (path, keys, more) in [
        ("chatwoot/conversations.json", &["team", "submitted_values"][..], ""),
        ("rocketchat/rooms.json", &["departmentId", "tags"], "\"departmentAncestors\": [\"d1\"], \"msgs\": 3, "),
        ("zendesk-chat/page.json", &["rating", "comment"], "\"rating_requested\": null, \"rating\": null, "),
    ] {
        let mut export: Value = serde_json::from_slice(&fixture(path)).unwrap();
        remove(&mut export, keys);
        let text = export.to_string().replace("\"_id\":", &format!("{more}\"_id\":"));
        assert_eq!(missing_keys("x.json", text.as_bytes()), Vec::<String>::new(), "{path}");
    }
}

#[test]
fn an_expected_key_is_either_optional_or_conditional() {
    let folder = tempdir().unwrap();
    let toml = folder.path().join("mine.toml");
    let profile = "title = 't'\nexpects = [{ optional = 'team', when = [{ from = 'a', has = true }] }]\n[input]\nformat = 'jsonl'\n\
                   [columns]\nconversation_id = 'id'\n[[event]]\nevent = 'message'\nts = 'at'\nactor = 'by'\n";
    fs::write(&toml, profile).unwrap();
    let message = failure(&["report", "x.jsonl", "--to", "log-end", "--profile", text(&toml)], 2);
    assert!(message.contains(":2: an entry of `expects` has either `optional`"), "{message}");
}
