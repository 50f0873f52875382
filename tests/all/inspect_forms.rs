//! Chats saved as text, workbooks with a cover, folders of daily exports, and tried profiles: the page, and the
//! commands at its end.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::inspect_reports::Outcome;
use crate::support::{dialogram, failure, root, success, text};

fn found(args: &[&str]) -> Value {
    serde_json::from_slice(&success(&[&["inspect"], args, &["--format", "json"]].concat())).unwrap()
}

fn commands(file: &Value) -> Vec<String> {
    let words = |command: &Value| {
        command.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    file["commands"].as_array().unwrap().iter().map(words).collect()
}

/// Android and iPhone, with the notice at the beginning of an export, and no day after the 12th.
#[test]
fn a_chat_is_found_behind_its_notice_and_the_order_is_asked_for() {
    let folder = tempdir().unwrap();
    for (at, [notice, customer, shop]) in [
        [
            "02/03/2026 08:59 - As mensagens são protegidas com a criptografia de ponta a ponta.",
            "02/03/2026 09:00 - ",
            "02/03/2026 09:04 - ",
        ],
        [
            "02/03/2026, 08:59 - Messages and calls are end-to-end encrypted.",
            "02/03/2026, 09:00 - ",
            "02/03/2026, 09:04 - ",
        ],
        [
            "[02/03/2026, 08:59:00] Los mensajes están cifrados de extremo a extremo.",
            "[02/03/2026, 09:00:00] ",
            "[02/03/2026, 09:04:00] ",
        ],
        ["", "02/03/2026 09:00 - ", "02/03/2026 09:04 - "],
    ]
    .into_iter()
    .enumerate()
    {
        let path = folder.path().join(format!("chat{at}.txt"));
        let lines = format!(
            "{notice}\n{customer}Kojo: Hello, all of you\n{shop}Shop: Hi\nHow can we help?\n{customer}Kojo: x\n"
        );
        fs::write(&path, lines.trim_start()).unwrap();
        let file = found(&[text(&path)])["files"][0].clone();
        assert_eq!((&file["format"], &file["columns"]), (&json!("text"), &json!([])), "{notice}");
        let missing = file["missing"].to_string();
        assert!(missing.contains("day first") && missing.contains("month first"), "{missing}");
        let next = commands(&file);
        for (command, name) in next.iter().zip(["whatsapp", "whatsapp-month-first"]) {
            let expected = format!("{} --profile {name} --write-profile chat{at}-{name}.toml", text(&path));
            assert!(command.ends_with(&expected), "{command}");
        }
        assert_eq!(next.len(), 2);
        let message = failure(&["inspect", text(&path), "--write-profile", text(&folder.path().join("x.toml"))], 5);
        assert!(message.contains("several profiles fit: whatsapp, whatsapp-month-first"), "{message}");
    }
}

/// The first of the two commands writes the form. Completed, it reads 2 March; the shop answers after four minutes.
#[test]
fn a_form_is_written_filled_in_and_tried() {
    let folder = tempdir().unwrap();
    let (chat, form) = (folder.path().join("chat.txt"), folder.path().join("chat.toml"));
    let lines = "02/03/2026 08:59 - Notice.\n02/03/2026 09:00 - Kojo: Hello\n02/03/2026 09:04 - Shop: Hi\n";
    fs::write(&chat, lines).unwrap();
    success(&["inspect", text(&chat), "--profile", "whatsapp", "--write-profile", text(&form)]);
    let written = fs::read_to_string(&form).unwrap();
    let filled: String = written
        .replace("YOUR NAME", "Shop")
        .lines()
        .filter(|line| !line.starts_with("fill_in"))
        .fold(String::new(), |all, line| all + line + "\n");
    fs::write(&form, &filled).unwrap();
    let file = found(&[text(&chat), "--profile", text(&form)])["files"][0].clone();
    assert_eq!((&file["missing"], &file["quality"]["accepted"]), (&json!([]), &json!(2)));
    let notes = file["notes"].to_string();
    assert!(notes.contains("the export does not contain: the bot's part"), "{notes}");
    let report: Value = serde_json::from_slice(&success(&[
        "report",
        text(&chat),
        "--profile",
        text(&form),
        "--from",
        "2026-03-02",
        "--to",
        "2026-03-02",
        "--input-tz",
        "UTC",
        "--template",
        "conversations",
        "--format",
        "json",
    ]))
    .unwrap();
    assert_eq!(report["metrics"]["first_response_time"]["mean"], json!(240));
    // The file is written already, and a canonical log needs none.
    let other = folder.path().join("other.toml");
    let message = failure(&["inspect", text(&chat), "--profile", text(&form), "--write-profile", text(&other)], 2);
    assert!(message.contains("is a file already"), "{message}");
    let message = failure(&["inspect", text(&chat), "--profile", "canonical"], 2);
    assert!(message.contains("omit --profile"), "{message}");
}

/// A profile that reads every second row lists its rejects before a report is made.
#[test]
fn a_tried_profile_lists_its_rejects() {
    let folder = tempdir().unwrap();
    let (table, profile) = (folder.path().join("t.csv"), folder.path().join("t.toml"));
    fs::write(&table, "id,at\n1,02/03/2026 09:00\n2,2026-03-02T09:00:00Z\n").unwrap();
    let toml = "title = 't'\n[input]\nformat = 'csv'\n[columns]\nconversation_id = 'id'\n[[event]]\nevent = 'started'\n\
                ts = { from = 'at', format = 'rfc3339' }\n";
    fs::write(&profile, toml).unwrap();
    let file = found(&[text(&table), "--profile", text(&profile)])["files"][0].clone();
    assert_eq!((&file["profile"], &file["quality"]["accepted"]), (&json!("t"), &json!(1)));
    assert_eq!(file["quality"]["rejects"], json!({"bad_timestamp": 1}));
    assert!(file["missing"][0].as_str().unwrap().contains("rejects 1 of 2 rows: 1 bad_timestamp (line 2)"));
    fs::write(&profile, toml.replace("'rfc3339'", "['rfc3339', '%d/%m/%Y %H:%M']")).unwrap();
    let file = found(&[text(&table), "--profile", text(&profile)])["files"][0].clone();
    let next = commands(&file);
    assert_eq!((next.len(), &file["missing"]), (1, &json!([])));
    // The profiles of a config are those of its logs.
    let output = dialogram(&["inspect", text(&table)]).env("DIALOGRAM_PROFILE", "zendesk-chat").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(next[0].contains(&format!("report {} --profile {}", text(&table), text(&profile))), "{}", next[0]);
}

/// A cover, followed by 24 chats with a mean answer after 100.5 seconds and ratings from 1 to 5.
#[test]
fn a_workbook_with_a_cover_leads_to_its_table() {
    let folder = tempdir().unwrap();
    let book = folder.path().join("book.xlsx");
    fs::copy(root().join("fixtures/inspect/sheets/cover.xlsx"), &book).unwrap();
    let file = found(&[text(&book)])["files"][0].clone();
    assert_eq!(file["name"], "book.xlsx/Chats");
    let next = commands(&file);
    assert!(next[1].starts_with(&format!("dialogram report {}/Chats --profile Chats.toml", text(&book))), "{next:?}");
    let chats = Outcome::of(&book.join("Chats"), None);
    let close = |metric: &str, field: &str, expected: f64| {
        let value = chats.metric(metric, field);
        assert!((value - expected).abs() < 1e-9, "{metric} is {value}");
    };
    close("first_response_time", "mean", 100.5);
    assert!(chats.page.contains("score ← Rating (1-5)"), "{}", chats.page);
}

/// Lines of prose with a comma in each are not a table; neither the error nor the page repeats them.
#[test]
fn a_text_with_commas_is_not_repeated() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("chat.csv");
    fs::write(&path, "a secret word, of mine\nthe second, line of it\n").unwrap();
    let message = failure(&["report", text(&path), "--to", "log-end"], 5);
    assert!(message.contains("nothing that looks like names of columns"), "{message}");
    let page = String::from_utf8(success(&["inspect", text(&path)])).unwrap();
    for said in [message, page] {
        assert!(!said.contains("secret") && !said.contains("line of it"), "{said}");
    }
}

/// Webhooks of another platform whose messages are also named `message_created`.
#[test]
fn webhooks_of_another_platform_are_not_claimed() {
    let folder = tempdir().unwrap();
    let path = folder.path().join("hooks.jsonl");
    let record = |id: u64, role: &str, at: &str| {
        json!({"event": "message_created", "id": id, "created_at": at, "message_type": "text",
            "conversation": {"id": "c1"}, "sender": {"role": role}})
    };
    let records = [record(7, "customer", "2026-03-02T09:00:00Z"), record(8, "agent", "2026-03-02T09:05:00Z")];
    fs::write(&path, records.map(|record| record.to_string()).join("\n")).unwrap();
    let file = found(&[text(&path)])["files"][0].clone();
    assert_eq!((&file["profile"], &file["missing"]), (&Value::Null, &json!([])));
    let report = run_in(folder.path(), &commands(&file));
    assert_eq!(report["metrics"]["first_response_time"]["mean"], json!(300));
}

/// A cover and a sheet for each month: two conversations in March and one in April are one log.
#[test]
fn sheets_of_one_header_behind_a_cover_are_read_together() {
    let folder = tempdir().unwrap();
    let book = folder.path().join("book.xlsx");
    fs::copy(root().join("fixtures/inspect/newcomers/mensal.xlsx"), &book).unwrap();
    let file = found(&[text(&book)])["files"][0].clone();
    assert!(file["notes"].to_string().contains("these are `Março`, `Abril`"), "{}", file["notes"]);
    let report = run_in(folder.path(), &commands(&file));
    assert_eq!(report["metrics"]["conversations"]["value"], json!(3));
    // (300 + 120 + 1200) / 3
    assert_eq!(report["metrics"]["first_response_time"]["mean"], json!(540));
    assert!(!report["warnings"].to_string().contains("other_sheets"));

    // A workbook without a cover needs no `--sheet`.
    let months = folder.path().join("months.xlsx");
    fs::copy(root().join("fixtures/inspect/newcomers/two-months.xlsx"), &months).unwrap();
    let report = run_in(folder.path(), &commands(&found(&[text(&months)])["files"][0]));
    assert_eq!(report["metrics"]["conversations"]["value"], json!(2));
    let warning = report["warnings"].as_array().unwrap().iter().find(|it| it["id"] == "other_sheets").unwrap();
    assert!(
        warning["text"]
            .as_str()
            .unwrap()
            .contains("only the sheet `Março` of this workbook was read. Other sheets with tables: `Abril`"),
        "{warning}"
    );
}

/// Tags as lists of texts, and of objects with two kinds of names: the numbers are counted from the files.
#[test]
fn lists_of_tags_are_tags() {
    let folder = tempdir().unwrap();
    let texts = folder.path().join("texts.jsonl");
    let ticket = |id: &str, at: &str, tags: Value| {
        json!({"ticket_id": id, "created_at": at, "closed_at": "2026-03-02T12:00:00Z", "agent": "Lia", "tags": tags})
            .to_string()
    };
    let rows = [
        ticket("t1", "2026-03-02T09:00:00Z", json!(["vip", "refund"])),
        ticket("t2", "2026-03-02T10:00:00Z", json!(["refund"])),
        ticket("t3", "2026-03-02T11:00:00Z", json!([])),
    ];
    fs::write(&texts, rows.join("\n")).unwrap();
    let newcomers = root().join("fixtures/inspect/newcomers");
    for (path, source, expected) in [
        (texts, "tags[]", [("refund", 2), ("vip", 1)]),
        (newcomers.join("helpscout-api.json"), "tags[].tag", [("refund", 2), ("vip", 1)]),
        (newcomers.join("gorgias-tickets.json"), "tags[].name", [("return", 2), ("size", 1)]),
    ] {
        let file = found(&[text(&path)])["files"][0].clone();
        let columns = file["mapping"]["columns"].as_array().unwrap();
        let tags = columns.iter().find(|column| column["column"] == "tags").unwrap();
        assert!(tags["source"].as_str().unwrap().ends_with(source), "{tags}");
        let mut next = commands(&file);
        next.last_mut().unwrap().push_str(" --by tag");
        let report = run_in(folder.path(), &next);
        let rows = report["tables"]["by_tag"]["rows"].as_array().unwrap();
        let told: Vec<(&str, u64)> =
            rows.iter().filter_map(|row| Some((row["key"][0].as_str()?, row["conversations"].as_u64()?))).collect();
        assert_eq!(told, expected, "{}", path.display());
    }
}

/// Daily exports with one header in a folder, with one file of another kind.
#[test]
fn files_of_one_header_are_one_page() {
    let folder = tempdir().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    for day in 2..=5 {
        let rows = format!(
            "Chat ID,Created at,First reply at,Closed at\nc{day},2026-03-0{day} 09:00,2026-03-0{day} 09:01,2026-03-0{day} 09:30\n"
        );
        fs::write(exports.join(format!("2026-03-0{day}.csv")), rows).unwrap();
    }
    let all = found(&[text(&exports)]);
    let files = all["files"].as_array().unwrap();
    assert_eq!((files.len(), &files[0]["rows"]), (1, &json!(4)));
    assert!(files[0]["name"].as_str().unwrap().ends_with("exports (4 files)"));
    let next = commands(&files[0]);
    assert_eq!(next[0], format!("dialogram inspect {} --write-profile exports.toml", text(&exports)));
    assert!(next[1].ends_with("--from 2026-03-02 --to 2026-03-05"), "{}", next[1]);
    let report = run_in(folder.path(), &next);
    assert_eq!(report["metrics"]["closed_conversations"]["value"], json!(4));
    assert_eq!(report["metrics"]["first_response_time"]["mean"], json!(60));

    fs::write(exports.join("notes.csv"), "Name,Note\nAna,x\n").unwrap();
    let all = found(&[text(&exports)]);
    assert_eq!(all["files"].as_array().unwrap().len(), 2);
    let message = failure(&["inspect", text(&exports), "--write-profile", text(&folder.path().join("x.toml"))], 2);
    assert!(message.contains("there are 2 kinds"), "{message}");
}

/// Records of daily JSON Lines and of a glob.
#[test]
fn records_of_one_kind_are_one_page() {
    let folder = tempdir().unwrap();
    for day in 2..=4 {
        let record = json!({"id": format!("m{day}"), "chat": format!("c{day}"), "at": format!("2026-03-0{day}T09:00:00Z"), "from": "customer"});
        fs::write(folder.path().join(format!("day-{day}.jsonl")), format!("{record}\n")).unwrap();
    }
    let glob = folder.path().join("day-*.jsonl");
    let all = found(&[text(&glob)]);
    assert_eq!((all["files"].as_array().unwrap().len(), &all["files"][0]["rows"]), (1, &json!(3)));
    assert!(commands(&all["files"][0])[0].contains(text(&glob)));
}

/// Runs commands in a folder; returns the report of the last one.
fn run_in(folder: &Path, commands: &[String]) -> Value {
    let mut last = Value::Null;
    for command in commands {
        let mut words: Vec<&str> = command.split(' ').skip(1).collect();
        if words[0] == "report" {
            words.extend(["--format", "json"]);
        }
        let output = dialogram(&words).current_dir(folder).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
        last = serde_json::from_slice(&output.stdout).unwrap_or_default();
    }
    last
}
