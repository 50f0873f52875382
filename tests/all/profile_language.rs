//! The keys of profiles other than columns and ids, from the file to the report.

use std::fs;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{failure, success, text};

/// The report of a log, and of others beside it, with a profile of this text.
fn report(toml: &str, logs: &[(&str, &str)]) -> Value {
    run(toml, logs, |args| serde_json::from_slice(&success(args)).unwrap())
}

fn run<T>(toml: &str, logs: &[(&str, &str)], run: impl Fn(&[&str]) -> T) -> T {
    let folder = tempdir().unwrap();
    let profile = folder.path().join("mine.toml");
    fs::write(&profile, toml).unwrap();
    let paths: Vec<_> = logs.iter().map(|(name, _)| folder.path().join(name)).collect();
    for (path, (_, content)) in paths.iter().zip(logs) {
        fs::write(path, content).unwrap();
    }
    let mut args = vec!["report"];
    args.extend(paths.iter().map(|path| text(path)));
    args.extend(["--profile", text(&profile), "--to", "log-end", "--format", "json", "--template", "weekly"]);
    run(&args)
}

fn metric(report: &Value, id: &str) -> Value {
    let metric = &report["metrics"][id];
    metric.get("value").or_else(|| metric.get("mean")).cloned().unwrap_or_default()
}

const HEAD: &str = "title = 't'\n[time]\nformat = ['rfc3339', 'epoch_s', '%d/%m/%Y %H:%M']\n";

#[test]
fn json_in_a_text() {
    let rules = "json = ['TaskAttributes']\n[columns]\nconversation_id = 'TaskAttributes.conversationSid'\nchannel = 'TaskAttributes.channelType'\n\
                 ts = 'Timestamp'\n[[event]]\nevent = 'message'\nactor = { value = 'customer' }\n";
    let attributes = |sid: &str| json!({"conversationSid": sid, "channelType": "whatsapp"}).to_string();
    let lines: String = ["CH1", "CH2", "CH1"]
        .map(|sid| format!("{}\n", json!({"Timestamp": "1772452800", "TaskAttributes": attributes(sid)})))
        .concat();
    let of_jsonl = report(&format!("{HEAD}[input]\nformat = 'jsonl'\n{rules}"), &[("x.jsonl", &lines)]);
    assert_eq!(metric(&of_jsonl, "conversations"), 2);
    let quoted = |sid: &str| attributes(sid).replace('"', "\"\"");
    let rows = ["CH1", "CH2", "CH1"].map(|sid| format!("1772452800,\"{}\",x\n", quoted(sid))).concat();
    let csv = format!("Timestamp,TaskAttributes,Other. [x]\n{rows}");
    let of_csv = report(&format!("{HEAD}[input]\nformat = 'csv'\n{rules}"), &[("x.csv", &csv)]);
    assert_eq!(metric(&of_csv, "conversations"), 2);
    assert_eq!(of_csv["dimensions"], of_jsonl["dimensions"]);
    let broken = csv.replacen("{\"\"", "\"\"", 1);
    let message =
        run(&format!("{HEAD}[input]\nformat = 'csv'\n{rules}"), &[("x.csv", &broken)], |args| failure(args, 4));
    assert!(message.contains("`TaskAttributes` is not a JSON") && !message.contains("CH1"), "{message}");
}

#[test]
fn elements_of_json_in_a_column() {
    let toml = format!(
        "{HEAD}[input]\nformat = 'csv'\njson = ['content']\n[columns]\nconversation_id = '$.Id'\n[[event]]\nevent = 'message'\n\
         each = 'content.activities'\nts = 'timestamp'\nactor = {{ from = 'from.role', map = {{ '1' = 'customer', '0' = 'bot' }} }}\n"
    );
    let activities = json!({"activities": [{"timestamp": 1_772_452_800, "from": {"role": 1}}, {"timestamp": 1_772_452_830, "from": {"role": 0}},
        {"timestamp": 1_772_452_860, "from": {"role": 1}}]});
    let csv = format!("Id,content\nA,\"{}\"\nB,\n", activities.to_string().replace('"', "\"\""));
    let found = report(&toml, &[("x.csv", &csv)]);
    assert_eq!((metric(&found, "conversations"), metric(&found, "engaged_conversations")), (json!(1), json!(1)));
    assert_eq!(found["input"]["files"][0]["rows_read"], 3);
}

#[test]
fn transcripts_in_a_text() {
    let toml = format!(
        "{HEAD}[input]\nformat = 'json'\ntranscripts = [{{ from = 'actions.description', line = '{{at:%d/%m/%Y %H:%M}} - {{author}}: {{}}' }}]\n\
         [columns]\nconversation_id = '$.id'\n[[event]]\nevent = 'message'\neach = 'actions.description'\nts = 'at'\n\
         actor = {{ first = [{{ from = '$.clients[name={{author}}].name', then = 'customer' }}, {{ value = 'agent' }}] }}\n"
    );
    let text = "02/03/2026 09:00 - Ana: Oi\r\nmais\r\n02/03/2026 09:05 - Bia: Bom dia";
    let tickets =
        json!([{"id": 1, "clients": [{"name": "Ana"}], "actions": [{"description": text}, {"description": ""}]}])
            .to_string();
    let found = report(&toml, &[("x.json", &tickets)]);
    assert_eq!(metric(&found, "first_response_time"), 300);
}

#[test]
fn ragged_rows_and_lines_that_are_not_rows() {
    let toml = |more: &str| {
        format!(
            "{HEAD}[input]\nformat = 'csv'\ndelimiter = '|'\nheader = ['at', 'id', 'who', 'note']\n{more}\n[columns]\nconversation_id = 'id'\n\
             [[event]]\nevent = 'message'\nts = 'at'\nactor = {{ first = ['who', {{ value = 'customer' }}] }}\n"
        )
    };
    let rows = "when it was|which|who\n1772452800|A\n1772452860|A|agent\n1772452900|A|agent|x\n";
    let found = report(&toml("ragged = true\nwhen = [{ from = 'id', not = 'which' }]"), &[("x.txt", rows)]);
    assert_eq!(metric(&found, "first_response_time"), 60);
    assert_eq!(found["input"]["files"][0]["rows_read"], 3);
    let message = run(&toml("ragged = true"), &[("x.txt", rows)], |args| failure(args, 4));
    assert!(message.contains("x.txt:1: bad_timestamp, column ts (from `at`"), "{message}");
    let message = run(&toml("skip_lines = 1"), &[("x.txt", rows)], |args| failure(args, 4));
    assert!(message.contains("2 fields, but the header has 4"), "{message}");
}

#[test]
fn chains_lead_over_files_to_their_first_record() {
    let toml = format!(
        "{HEAD}[input]\nformat = 'jsonl'\nchain = {{ id = 'id', parent = 'parent' }}\n[columns]\nconversation_id = '@root'\n\
         [[event]]\nevent = 'started'\nts = 'at'\n"
    );
    let line = |id: &str, parent: &str| json!({"id": id, "parent": parent, "at": 1_772_452_800}).to_string() + "\n";
    let (first, second) = (line("3", "2") + &line("9", "8"), line("1", "") + &line("2", "1"));
    let found = report(&toml, &[("a.jsonl", &first), ("b.jsonl", &second)]);
    assert_eq!(metric(&found, "conversations"), 2);
    let message = run(&toml, &[("a.jsonl", &(first + &line("3", "1")))], |args| failure(args, 5));
    assert!(message.contains("the id 3 has two parents, 2 and 1"), "{message}");
}

#[test]
fn a_field_is_found_by_braces_and_missing_braces_are_reported() {
    let toml = |path: &str| {
        format!(
            "{HEAD}[input]\nformat = 'json'\nrecords = 'chats'\n[columns]\nconversation_id = '$.id'\n[[event]]\nevent = 'message'\n\
             each = 'events'\nts = 'at'\nactor = '{path}'\n"
        )
    };
    let chats = json!({"chats": [{"id": "c", "users": [{"id": "a", "type": "agent"}, {"id": "k", "type": "customer"}],
        "events": [{"author_id": "k", "at": "2026-03-02T12:00:00Z"}, {"author_id": "a", "at": "2026-03-02T12:00:45Z"}]}]});
    let found = report(&toml("$.users[id={author_id}].type"), &[("x.json", &chats.to_string())]);
    assert_eq!(metric(&found, "first_response_time"), 45);
    let message = run(&toml("$.users[id=author_id].type"), &[("x.json", &chats.to_string())], |args| failure(args, 4));
    assert!(message.contains("to seek that of a field, write [id={author_id}]"), "{message}");
}

#[test]
fn values_of_an_object_and_values_around_records() {
    let toml = format!(
        "{HEAD}sessions = 'id'\n[input]\nformat = 'json'\nrecords = 'page.list'\n[columns]\nconversation_id = {{ join = ['@file', '$.id'], with = '/' }}\n\
         app = '@document.site.name'\n[[event]]\nevent = 'message'\neach = 'msg.*'\nts = 'time'\nevent_id = '@key'\n\
         actor = {{ first = [{{ from = '@number', map = {{ '1' = 'customer' }}, other = '' }}, {{ value = 'agent' }}] }}\n"
    )
    .replacen("sessions = 'id'\n", "", 1);
    let chat = json!({"id": 7, "msg": {"12": {"time": 1_772_452_890}, "9": {"time": 1_772_452_800}, "30": null}});
    let page = json!({"site": {"name": "shop"}, "page": {"n": 1, "list": [chat]}}).to_string();
    let found = report(&toml, &[("x.json", &page)]);
    assert_eq!(metric(&found, "first_response_time"), 90);
    let one = toml.replace("'msg.*'", "'msg'");
    let message = run(&one, &[("x.json", &page)], |args| failure(args, 4));
    assert!(message.contains("`msg` is an object of objects: each of them is `msg.*`"), "{message}");
    let behind = json!({"page": {"list": [chat]}, "site": {"name": "shop"}}).to_string();
    let message = run(&toml, &[("x.json", &behind)], |args| failure(args, 5));
    assert!(message.contains("`site` comes after the records"), "{message}");
}

#[test]
fn lines_of_a_text_that_look_like_records_are_never_lost() {
    let toml = format!(
        "{HEAD}[input]\nformat = 'text'\nline = '{{at:time}} - {{author}}: {{}}'\n[columns]\nconversation_id = '@file'\n[[event]]\nevent = 'message'\n\
         ts = 'at'\nactor = {{ from = 'author', map = {{ Acme = 'agent' }}, other = 'customer' }}\n"
    );
    let chat = "02/03/2026 09:00 - Ana: Oi\nsecret\n02/03/2026 09:04 - Acme: Bom dia\n";
    assert_eq!(metric(&report(&toml, &[("x.txt", chat)]), "first_response_time"), 240);
    let message =
        run(&toml, &[("x.txt", &(chat.to_owned() + "03/25/2026 09:00 - Ana: secret\n"))], |args| failure(args, 4));
    assert!(message.contains("no `line` of the profile begins so") && !message.contains("secret"), "{message}");
    let form = format!("fill_in = 'put your name'\n{toml}");
    let message = run(&form, &[("x.txt", chat)], |args| failure(args, 5));
    assert!(message.contains("is a form: put your name; fill it in, and remove the line `fill_in`"), "{message}");
}

/// Tags with commas between, in a table and in a list of JSON.
#[test]
fn tags_are_split_by_their_separator() {
    let profile = |format: &str| {
        format!(
            "title = \"x\"\n[input]\nformat = \"{format}\"\n[columns]\nconversation_id = \"id\"\n\
             tags = {{ from = \"labels\", split = \",\" }}\n[[event]]\nevent = \"started\"\nts = \"at\"\n"
        )
    };
    let tags = |toml: &str, log: (&str, &str)| -> Vec<String> {
        let found: Value =
            run(toml, &[log], |args| serde_json::from_slice(&success(&[args, &["--by", "tag"]].concat())).unwrap());
        let rows = found["tables"]["by_tag"]["rows"].as_array().unwrap();
        rows.iter().map(|row| format!("{} {}", row["label"][0].as_str().unwrap(), row["conversations"])).collect()
    };
    let table = "id,at,labels\n1,2026-03-02T09:00:00Z,\"vip, refund\"\n2,2026-03-02T10:00:00Z,vip\n";
    let lines = "{\"id\":1,\"at\":\"2026-03-02T09:00:00Z\",\"labels\":[\"vip, refund\"]}\n\
                 {\"id\":2,\"at\":\"2026-03-02T10:00:00Z\",\"labels\":[\"vip\"]}\n";
    for (format, log) in [("csv", ("tags.csv", table)), ("jsonl", ("tags.jsonl", lines))] {
        assert_eq!(tags(&profile(format), log), ["vip 2", "refund 1"], "{format}");
    }
    let elsewhere =
        profile("csv").replace("conversation_id = \"id\"", "conversation_id = { from = \"id\", split = \",\" }");
    let refused = |toml: &str| run(toml, &[("tags.csv", table)], |args| failure(args, 2));
    assert!(refused(&elsewhere).contains("`split`"));
    assert!(refused(&profile("csv").replace("split = \",\"", "split = \"\"")).contains("the separator of tags"));
}

/// Without its key, each version of a record and each link of a chain would be a record of its own.
#[test]
fn a_key_of_versions_or_chains_that_no_record_has_brings_a_warning() {
    let log = "{\"id\":\"1\",\"v\":1,\"parent\":null,\"at\":\"2026-03-02T09:00:00Z\"}\n\
               {\"id\":\"2\",\"v\":2,\"parent\":\"1\",\"at\":\"2026-03-02T09:05:00Z\"}\n";
    let missed = |selection: &str| {
        let id = if selection.starts_with("chain") { "@root" } else { "id" };
        let toml = format!(
            "{HEAD}[input]\nformat = 'jsonl'\n{selection}\n[columns]\nconversation_id = '{id}'\n[[event]]\nevent = 'message'\n\
             actor = {{ value = 'customer' }}\nts = 'at'\n"
        );
        let report = report(&toml, &[("x.jsonl", log)]);
        let warnings = report["warnings"].as_array().unwrap().iter().filter(|warning| warning["id"] == "missing_keys");
        warnings.map(|warning| warning["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join("\n")
    };
    for (selection, key) in [
        ("latest = { key = 'id', by = 'version' }", "version"),
        ("latest = { key = 'number', by = 'v' }", "number"),
        ("chain = { id = 'id', parent = 'parents' }", "parents"),
    ] {
        let missed = missed(selection);
        assert!(missed.contains(&format!("`{key}`")), "{selection}: {missed}");
    }
    for selection in ["latest = { key = 'id', by = 'v' }", "chain = { id = 'id', parent = 'parent' }", ""] {
        assert_eq!(missed(selection), "", "{selection}");
    }
}
