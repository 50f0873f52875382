//! The page of `inspect` for unprepared files, and the command at its end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use dialogram::ingest::Options;
use dialogram::ingest::source::Source;
use dialogram::inspect::{Examples, inspect_file};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{dialogram, failure, gzip, root, run, success, text};

const SCHEMA: &str = include_str!("../../schemas/inspect-1.schema.json");

fn messy(name: &str) -> PathBuf {
    root().join("fixtures/messy").join(name)
}

/// The description of files, checked against the schema.
fn inspected(args: &[&str]) -> Value {
    let args: Vec<&str> = ["inspect", "--format", "json"].into_iter().chain(args.iter().copied()).collect();
    let value: Value = serde_json::from_slice(&success(&args)).unwrap();
    let schema = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    let schema = jsonschema::draft202012::new(&schema).unwrap();
    let errors: Vec<String> = schema.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

/// The description of one file.
fn file(path: &Path, more: &[&str]) -> Value {
    let args: Vec<&str> = [text(path)].into_iter().chain(more.iter().copied()).collect();
    inspected(&args)["files"][0].clone()
}

/// Runs the proposed commands in a separate folder; returns the last one's report.
fn follow(found: &Value) -> Value {
    let folder = tempdir().unwrap();
    let mut output: Option<Output> = None;
    for command in found["commands"].as_array().unwrap() {
        let mut words: Vec<&str> = command.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
        assert_eq!(words.remove(0), "dialogram");
        if words[0] == "report" {
            words.extend(["--format", "json"]);
        }
        output = Some(dialogram(&words).current_dir(folder.path()).output().unwrap());
        let output = output.as_ref().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.unwrap().stdout).unwrap()
}

fn column<'f>(found: &'f Value, name: &str) -> &'f Value {
    found["columns"].as_array().unwrap().iter().find(|column| column["name"] == name).unwrap()
}

/// The source of a canonical column.
fn source<'f>(found: &'f Value, name: &str) -> &'f Value {
    let columns = found["mapping"]["columns"].as_array().unwrap();
    columns.iter().find(|column| column["column"] == name).map_or(&Value::Null, |column| &column["source"])
}

fn lines(found: &Value, what: &str) -> Value {
    let problems = found["quality"]["problems"].as_array().unwrap();
    problems.iter().find(|problem| problem["what"] == what).map_or(Value::Null, |problem| problem["lines"].clone())
}

/// Checks the reason why there is no report.
fn misses(found: &Value, part: &str) {
    let missing = found["missing"].as_array().unwrap();
    assert!(missing.iter().any(|missing| missing.as_str().unwrap().contains(part)), "no `{part}` in {missing:#?}");
}

fn says(found: &Value, part: &str) {
    let notes = found["notes"].as_array().unwrap();
    assert!(notes.iter().any(|note| note.as_str().unwrap().contains(part)), "no `{part}` in {notes:#?}");
}

#[test]
fn tickets_in_latin1_with_semicolons_and_days_first() {
    let found = file(&messy("latin1-semicolons.csv"), &[]);
    assert_eq!(found["encoding"], json!({"name": "windows-1252", "how": "guessed"}));
    assert_eq!(found["dialect"], json!({"delimiter": ";", "header_line": 1, "lines_above": 0, "line_ends": "crlf"}));
    assert_eq!((&found["rows"], &found["profile"]), (&json!(24), &Value::Null));
    let created = &column(&found, "Data de criação")["time"];
    assert_eq!((&created["format"], &created["zone"]), (&json!("%d/%m/%Y %H:%M"), &json!("local")));
    assert_eq!((&created["first"], &created["last"]), (&json!("2026-03-01T08:00:00"), &json!("2026-03-24T13:00:00")));
    // Days after the 12th leave only one order of day and month.
    assert_eq!(created["other_format"], Value::Null);
    assert_eq!(column(&found, "Data da primeira resposta")["filled"], 20);
    for (canonical, name) in [
        ("conversation_id", "Protocolo"),
        ("protocol", "Protocolo"),
        ("agent_name", "Atendente"),
        ("queue", "Fila"),
        ("channel", "Canal"),
        ("contact", "Nome do cliente"),
        ("resolution", "Resolvido"),
        ("score", "Nota"),
    ] {
        assert_eq!(source(&found, canonical), name, "{canonical}");
    }
    assert_eq!(found["mapping"]["shape"], "tickets");
    assert_eq!(found["quality"]["accepted"], 128);
    says(&found, "local times without an offset: put their zone after --input-tz");
    says(&found, "the encoding is a guess");
    let report = follow(&found);
    assert_eq!(report["input"]["files"][0]["profile"], "latin1-semicolons");
    assert_eq!((&report["input"]["accepted"], &report["input"]["rejected"]), (&json!(128), &json!(0)));
    assert_eq!(report["metrics"]["conversations"]["value"], 24);
    assert_eq!(report["metrics"]["closed_conversations"]["value"], 18);
    let channels = report["tables"]["by_channel"]["rows"].as_array().unwrap();
    assert_eq!(channels[0]["label"], json!(["WhatsApp"]));
}

#[test]
fn message_text_is_hidden_and_people_are_masked() {
    for (name, hidden, masked) in [
        ("latin1-semicolons.csv", "Assunto", [("Telefone", "+5…00"), ("Nome do cliente", "A… 0…")]),
        ("chats.json", "messages[].text", [("visitor.email", "a…@…"), ("visitor.id", "v0")]),
    ] {
        let found = file(&messy(name), &[]);
        let text = column(&found, hidden);
        assert_eq!(
            (&text["type"], &text["is_hidden"], &text["examples"]),
            (&json!("message text"), &json!(true), &json!([]))
        );
        for (name, example) in masked {
            assert_eq!(column(&found, name)["examples"][0], example, "{name}");
        }
        let page = String::from_utf8(success(&["inspect", text_of(&messy(name)).as_str()])).unwrap();
        for secret in ["Gostaria", "pedido", "cake", "shop.example", "98000"] {
            assert!(!page.contains(secret) && !found.to_string().contains(secret), "{name}: {secret}");
        }
    }
}

fn text_of(path: &Path) -> String {
    text(path).to_owned()
}

#[test]
fn utf16_is_read_as_it_is() {
    let found = file(&messy("utf16.csv"), &[]);
    assert_eq!(found["encoding"], json!({"name": "utf-16le", "how": "mark"}));
    assert_eq!((&found["profile"], &found["quality"]["accepted"]), (&json!("canonical"), &json!(5)));
    assert_eq!(follow(&found)["input"]["accepted"], 5);
    let report: Value =
        serde_json::from_slice(&success(&["report", text(&messy("utf16.csv")), "--to", "log-end", "--format", "json"]))
            .unwrap();
    assert_eq!(report["tables"]["by_channel"]["rows"][0]["conversations"], 1);
}

#[test]
fn one_byte_encodings_are_read_as_given() {
    let log = messy("latin1-canonical.csv");
    let message = failure(&["report", text(&log), "--to", "log-end"], 4);
    for part in ["2 of 5 rows", "latin1-canonical.csv:4: bad_encoding", "--encoding windows-1252"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let report = |encoding: &str| {
        let args = ["report", text(&log), "--to", "log-end", "--format", "json", "--encoding", encoding];
        let report: Value = serde_json::from_slice(&success(&args)).unwrap();
        report["tables"]["by_department"].clone()
    };
    assert_eq!(report("windows-1252"), report("latin1"));
    let found = file(&log, &[]);
    assert_eq!(found["encoding"]["how"], "guessed");
    assert_eq!(follow(&found)["input"]["accepted"], 5);
    assert_eq!(
        file(&log, &["--encoding", "iso-8859-15"])["encoding"],
        json!({"name": "iso-8859-15", "how": "declared"})
    );
    let message = failure(&["report", text(&log), "--encoding", "windws-1252"], 2);
    assert!(message.contains("did you mean `windows-1252`?"), "{message}");
}

#[test]
fn lines_that_are_not_rows_are_named() {
    let found = file(&messy("put-together.csv"), &[]);
    assert_eq!((&found["dialect"]["header_line"], &found["dialect"]["lines_above"]), (&json!(4), &json!(3)));
    assert_eq!(lines(&found, "malformed"), json!([8]));
    assert_eq!(lines(&found, "bad_timestamp"), json!([10, 16]));
    assert_eq!(lines(&found, "the header again"), json!([10]));
    assert_eq!(lines(&found, "a line of totals at the end"), json!([16]));
    assert_eq!((&found["rows"], &found["quality"]["accepted"]), (&json!(12), &json!(9)));
    assert_eq!(found["quality"]["rejects"], json!({"bad_timestamp": 2, "malformed": 1}));
    // Three of twelve rows are rejected: no command is proposed that would accept that.
    assert_eq!(found["commands"], json!([]));
    misses(&found, "the reader rejects 3 of 12 rows");
}

#[test]
fn repeated_columns_are_numbered() {
    let found = file(&messy("doubled-header.csv"), &[]);
    assert_eq!(found["dialect"]["delimiter"], "|");
    says(&found, "#5 (Status), #6, #7 (Status)");
    says(&found, "which event a row of `Set priority` is: such rows are left out");
    assert_eq!(found["mapping"]["events"][0]["map"], json!({"Opened": "started", "Assigned": "assigned"}));
    assert_eq!(
        (&found["mapping"]["events"][1]["kinds"], &found["mapping"]["events"][1]["actor"]),
        (&json!(["closed"]), &json!("agent"))
    );
    let report = follow(&found);
    assert_eq!(
        (&report["input"]["accepted"], &report["metrics"]["closed_conversations"]["value"]),
        (&json!(24), &json!(8))
    );
}

#[test]
fn records_of_a_document_and_messages_in_them() {
    let found = file(&messy("chats.json"), &[]);
    assert_eq!(
        (&found["format"], &found["rows"], &found["mapping"]["each"]),
        (&json!("json"), &json!(5), &json!("messages[]"))
    );
    assert_eq!(
        (&column(&found, "messages[]")["type"], &column(&found, "messages[]")["elements"]),
        (&json!("list"), &json!([3, 3]))
    );
    assert_eq!(column(&found, "messages[].sent_at")["time"]["format"], "epoch_s");
    assert_eq!(source(&found, "conversation_id"), "chat_id");
    let report = follow(&found);
    assert_eq!(
        (&report["input"]["accepted"], &report["metrics"]["answered_conversations"]["value"]),
        (&json!(15), &json!(5))
    );
}

#[test]
fn a_sheet_is_read_row_by_row() {
    let shop = messy("shop.xlsx");
    let found = file(&shop, &[]);
    let names: Vec<&str> = found["sheets"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap()).collect();
    assert_eq!((names, &found["sheets"][1]["is_read"]), (vec!["Read me", "Events", "Other"], &json!(true)));
    assert_eq!((&found["rows"], &found["quality"]["accepted"]), (&json!(7), &json!(6)));
    assert_eq!(lines(&found, "bad_timestamp"), json!([9]));
    assert_eq!(column(&found, "conversation_id")["distinct"], 1);
    assert_eq!(column(&found, "talk")["examples"], json!(["1:30:00", "36:00:00"]));
    misses(&found, "the reader rejects 1 of 7 rows: 1 bad_timestamp (line 9)");
    let args = [
        "report",
        text(&shop),
        "--to",
        "log-end",
        "--max-rejects",
        "1",
        "--input-tz",
        "America/Sao_Paulo",
        "--format",
        "json",
    ];
    let local: Value = serde_json::from_slice(&success(&args)).unwrap();
    assert_eq!(local["input"]["first_event"], "2026-03-02T12:00:00.000Z");
    let message = failure(&["report", text(&shop), "--to", "log-end"], 4);
    assert!(message.contains("shop.xlsx:9: bad_timestamp, column ts"), "{message}");
    // Only the rejects file contains a value of the file.
    assert!(!message.contains("#REF!"), "{message}");
    let other = file(&shop, &["--sheet", "Other"]);
    assert_eq!((&other["rows"], &other["sheets"][2]["is_read"]), (&json!(1), &json!(true)));
    assert_eq!(follow(&other)["input"]["accepted"], 1);
    let message = failure(&["report", text(&shop), "--sheet", "Othr"], 2);
    assert!(message.contains("no sheet `Othr`") && message.contains("did you mean `Other`?"), "{message}");
}

#[test]
fn a_workbook_is_known_by_its_bytes_and_found_in_folders() {
    let folder = tempdir().unwrap();
    let bytes = fs::read(messy("shop.xlsx")).unwrap();
    fs::write(folder.path().join("one.xlsx"), &bytes).unwrap();
    let args = ["--to", "log-end", "--max-rejects", "1", "--format", "json"];
    let accepted = |path: &Path| {
        let args: Vec<&str> = ["report", text(path)].into_iter().chain(args).collect();
        let report: Value = serde_json::from_slice(&success(&args)).unwrap();
        report["input"]["accepted"].clone()
    };
    assert_eq!(accepted(folder.path()), 6);
    for (name, bytes) in [("two", bytes.clone()), ("three.xlsx.gz", gzip(&bytes))] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        assert_eq!(accepted(&path), 6, "{name}");
    }
    // A truncated file is reported, wherever it is cut, and never partly read.
    for end in [4, 30, bytes.len() / 2, bytes.len() - 1] {
        let path = folder.path().join("cut.xlsx");
        fs::write(&path, &bytes[..end]).unwrap();
        let message = failure(&["report", text(&path)], 5);
        assert!(message.contains("cut.xlsx: is not a complete Excel workbook"), "{message}");
    }
}

#[test]
fn a_log_is_recognised_as_one() {
    let week = root().join("fixtures/week/events.jsonl");
    let found = file(&week, &[]);
    assert_eq!((&found["profile"], &found["mapping"]), (&json!("canonical"), &Value::Null));
    assert_eq!((&found["quality"]["accepted"], &found["quality"]["duplicates"]), (&json!(10225), &json!(33)));
    assert_eq!(column(&found, "ts")["time"]["silence"]["seconds"], 33_112);
    assert_eq!(follow(&found)["input"]["accepted"], 10225);
    let parquet = file(&root().join("fixtures/parquet-types/types.parquet"), &[]);
    assert_eq!(
        (&parquet["format"], &parquet["rows"], &parquet["quality"]["accepted"]),
        (&json!("parquet"), &json!(9), &json!(2))
    );
    let folder = tempdir().unwrap();
    let path = folder.path().join("log.csv");
    fs::write(&path, "ts,event,conversation_id,actor,mood\n2026-03-02T10:00:00Z,message,c1,customer,good\n").unwrap();
    says(&file(&path, &[]), "columns that are not read: mood");
}

#[test]
fn a_built_in_profile_that_fits_goes_first() {
    let found = file(&root().join("fixtures/profiles/zendesk-chat/page.json"), &[]);
    assert_eq!((&found["profile"], &found["mapping"]), (&json!("zendesk-chat"), &Value::Null));
    assert_eq!(found["quality"]["rejects"], json!({}));
    let report = follow(&found);
    assert_eq!(report["input"]["files"][0]["profile"], "zendesk-chat");
    assert_eq!(report["input"]["accepted"], found["quality"]["accepted"]);
}

#[test]
fn dates_and_times_in_two_columns_are_one_instant() {
    let found = file(&root().join("fixtures/profiles/pwc_callcentre/calls.csv"), &[]);
    let events = found["mapping"]["events"].as_array().unwrap();
    let kinds: Vec<&Value> = events.iter().map(|event| &event["kinds"][0]).collect();
    assert_eq!(kinds, ["queued", "assigned", "message", "closed", "customer_left", "rated"]);
    assert_eq!(events[0]["ts"], json!(["Date", "Time"]));
    assert_eq!(events[1]["ts"], json!(["Date", "Time", "Speed of answer in seconds"]));
    says(&found, "they are taken to leave when they come");
    let report = follow(&found);
    assert_eq!(report["input"]["rejected"], 0);
}

#[test]
fn a_day_past_the_twelfth_settles_the_order_of_day_and_month() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("tickets.csv");
    let time = |rows: &str| {
        fs::write(&path, format!("ticket id,created at,closed at\n{rows}")).unwrap();
        let found = file(&path, &[]);
        assert_eq!(follow(&found)["metrics"]["conversations"]["value"], 2);
        let time = column(&found, "created at")["time"].clone();
        (time["format"].clone(), time["other_format"].clone())
    };
    let (format, other) = time("1,03/02/2026 9:00,03/02/2026 9:30\n2,03/13/2026 9:00,03/13/2026 9:30\n");
    assert_eq!((format, other), (json!("%m/%d/%Y %H:%M"), Value::Null));
    // No day is after the 12th, so the order is asked.
    fs::write(
        &path,
        "ticket id,created at,closed at\n1,11/02/2026 9:00,11/02/2026 9:30\n2,03/03/2026 9:00,03/03/2026 9:30\n",
    )
    .unwrap();
    let found = file(&path, &[]);
    let time = &column(&found, "created at")["time"];
    assert_eq!((&time["format"], &time["other_format"]), (&json!("%d/%m/%Y %H:%M"), &json!("%m/%d/%Y %H:%M")));
    misses(&found, "no day in it is past the 12th. In the profile, write the right one as each `format`");
}

#[test]
fn a_file_without_a_header_has_columns_by_number() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    fs::write(&path, "17;2026-03-02 09:00:00;cliente\n17;2026-03-02 09:01:00;bot\n18;2026-03-02 09:05:00;cliente\n")
        .unwrap();
    let found = file(&path, &[]);
    assert_eq!((&found["dialect"]["header_line"], &found["rows"]), (&Value::Null, &json!(3)));
    assert_eq!((&column(&found, "#2")["type"], source(&found, "actor")), (&json!("instant"), &json!("#3")));
    assert_eq!(found["commands"].as_array().unwrap().len(), 1);
    misses(&found, "a column that identifies conversations or customers");
}

#[test]
fn a_folder_of_facts_is_not_an_export() {
    let folder = tempdir().unwrap();
    success(&["fold", text(&messy("utf16.csv")), "-o", text(folder.path())]);
    let message = failure(&["inspect", text(folder.path())], 2);
    assert!(message.contains("a folder of facts") && message.contains("dialogram report"), "{message}");
}

#[test]
fn standard_input_compressed_and_several_files() {
    let log = fs::read(messy("utf16.csv")).unwrap();
    let folder = tempdir().unwrap();
    let input = folder.path().join("input");
    fs::write(&input, gzip(&log)).unwrap();
    let mut command = dialogram(&["inspect", "-", "--format", "json"]);
    let output = command.stdin(fs::File::open(&input).unwrap()).output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&found["files"][0]["name"], &found["files"][0]["compression"]), (&json!("stdin"), &json!("gzip")));
    let both = inspected(&[text(&messy("utf16.csv")), text(&messy("chats.json"))]);
    assert_eq!(both["files"].as_array().unwrap().len(), 2);
    let page = success(&["inspect", text(&messy("utf16.csv")), text(&messy("chats.json"))]);
    assert!(String::from_utf8(page).unwrap().ends_with("--from 2026-03-02 --to 2026-03-02\n"));
}

#[test]
fn a_profile_is_written_whole_or_with_gaps() {
    let folder = tempdir().unwrap();
    let profile = folder.path().join("mine.toml");
    let output = run(&["inspect", text(&messy("utf16.csv")), "--write-profile", text(&profile)]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && message.contains("needs no profile, and none was written"), "{message}");
    let nothing = folder.path().join("nothing.csv");
    fs::write(&nothing, "a,b,c\nx,y,z\n").unwrap();
    assert!(!profile.exists());
    // For a known export, its built-in profile is written, to be edited.
    let known = root().join("fixtures/profiles/asterisk-queue-log/queue_log");
    success(&["inspect", text(&known), "--write-profile", text(&profile)]);
    success(&["report", text(&known), "--profile", text(&profile), "--to", "log-end"]);
    fs::remove_file(&profile).unwrap();
    // An incomplete mapping is written too: its columns, and the gaps to fill.
    let page = String::from_utf8(success(&["inspect", text(&nothing), "--write-profile", text(&profile)])).unwrap();
    assert!(page.contains("not complete: when things happened: no column holds instants"), "{page}");
    let skeleton = fs::read_to_string(&profile).unwrap();
    for part in
        ["# GAP: when things happened: no column holds instants", "format = \"csv\"", "# [[event]]", "#   a: 1 value"]
    {
        assert!(skeleton.contains(part), "no `{part}` in {skeleton}");
    }
    let message = failure(&["report", text(&nothing), "--profile", text(&profile), "--to", "log-end"], 2);
    assert!(message.contains("[[event]]"), "{message}");
    let found = file(&nothing, &[]);
    assert_eq!((found["commands"].as_array().unwrap().len(), &found["commands"][0][3]), (1, &json!("--write-profile")));
    let both = [text(&messy("chats.json")).to_owned(), text(&messy("doubled-header.csv")).to_owned()];
    let message = failure(&["inspect", &both[0], &both[1], "--write-profile", text(&profile)], 2);
    assert!(message.contains("the profile of one file"), "{message}");
    success(&["inspect", &both[0], "--write-profile", text(&profile)]);
    assert!(fs::read_to_string(&profile).unwrap().contains("[[event]]"));
}

#[test]
fn an_object_and_its_type_are_one_actor() {
    for (name, line) in [
        ("type.jsonl", r#"{"actor":{"type":"agent"},"at":"2026-03-04T09:30:00.000Z","conversation":"F1"}"#),
        (
            "actor_type.jsonl",
            r#"{"actor": {"actor_type": "agent"}, "action_time": "2026-03-04T09:30:00.000Z", "data": {"resolve": {"conversation": {}}}}"#,
        ),
    ] {
        let folder = tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, format!("{line}\n")).unwrap();
        let found = file(&path, &[]);
        let actors = found["mapping"]["columns"].as_array().unwrap();
        assert!(actors.iter().filter(|column| column["column"] == "actor").count() < 2, "{found:#}");
        assert!(!found["missing"].to_string().contains("make no profile"), "{found:#}");
    }
}

#[test]
fn a_header_without_canonical_columns_is_one_error() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("foreign.csv");
    fs::write(&path, "Protocolo;Atendente\n1;Ana\n2;Bia\n").unwrap();
    let message = failure(&["report", text(&path), "--to", "log-end"], 5);
    assert!(
        message.contains("foreign.csv") && message.contains("Protocolo") && message.contains("dialogram inspect"),
        "{message}"
    );
    assert!(!message.contains("missing_field"), "{message}");
}

proptest! {
    // The same cases in every run.
    #![proptest_config(ProptestConfig { cases: 200, rng_seed: RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to a file's bytes, inspect describes it or explains why it cannot, and a proposal can be
    /// parsed.
    #[test]
    fn mutated_files_are_looked_at(
        name in prop::sample::select(vec!["latin1-semicolons.csv", "put-together.csv", "chats.json", "utf16.csv", "shop.xlsx", "doubled-header.csv"]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = fs::read(messy(name)).unwrap();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let folder = tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        match inspect_file(&Source::File(path), name, &Options::new(), Examples::Safe) {
            Ok(looked) => {
                let is_whole = looked.profile.as_ref().is_none_or(|profile| profile.is_complete);
                prop_assert!(!is_whole || looked.found.quality.accepted.is_some());
                prop_assert!(looked.profile.is_none() || is_whole == looked.found.missing.is_empty());
                for missing in &looked.found.missing {
                    prop_assert!(!missing.to_string().contains("make no profile"), "{missing}");
                }
            }
            Err(error) => {
                let message = error.to_string();
                prop_assert!(!message.contains("the proposed profile"), "{message}");
                prop_assert_eq!(dialogram::failure::Failure::of(&error), Some(dialogram::failure::Failure::Input));
            }
        }
    }
}

#[test]
fn names_of_people_in_the_first_line_are_not_shown() {
    let folder = tempdir().unwrap();
    let log = folder.path().join("people.csv");
    for table in [
        // No header: the first line is a row.
        "Ana Silva,Bruno Costa,Acme\nCarla Lima,Davi Rocha,Norte 2\n",
        // One column per agent.
        "Date,Ana Silva,Bruno Costa\n2026-03-02,12,7\n2026-03-03,9,11\n",
    ] {
        fs::write(&log, table).unwrap();
        let path = log.to_str().unwrap();
        for args in
            [&["inspect", path][..], &["inspect", path, "--format", "json"], &["report", path, "--to", "log-end"]]
        {
            let output = dialogram(args).output().unwrap();
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8(told).unwrap();
            for name in ["Silva", "Bruno", "Carla", "Rocha"] {
                assert!(!told.contains(name), "{args:?} shows {name}:\n{told}");
            }
        }
        let shown = String::from_utf8(dialogram(&["inspect", path, "--examples"]).output().unwrap().stdout).unwrap();
        assert!(shown.contains("Ana Silva"), "{shown}");
    }
}
