//! The authors of messages in an unprepared table: a bot's messages never count as an agent's, notes between agents are
//! not messages, and if the author is unclear, `inspect` asks.

use std::fs;

use dialogram::ingest::Options;
use dialogram::ingest::source::Source;
use dialogram::inspect::{Examples, inspect_file};
use serde_json::Value;
use tempfile::tempdir;

use crate::support::{english, is_near, success, text};

/// The expected result for a table.
enum Expected {
    /// `inspect` asks this.
    Asks(&'static str),
    /// With the proposed profile one conversation is answered, 90 seconds after its beginning.
    Right,
}

use Expected::{Asks, Right};

/// In both conversations the customer writes at 12:00 and the bot answers at once; an agent answers c1 after 90 s. Each
/// table shows the author in two columns.
fn table(header: &str, rows: [[&str; 2]; 6]) -> String {
    let whens = ["12:00:00", "12:00:01", "12:01:30", "12:02:00", "12:00:00", "12:00:01"];
    let ids = ["c1", "c1", "c1", "c1", "c2", "c2"];
    let mut text = format!("chat_id,sent_at,{header}\n");
    for ((id, when), [who, what]) in ids.iter().zip(whens).zip(rows) {
        text.push_str(&format!("{id},2026-03-02T{when}Z,{who},{what}\n"));
    }
    text
}

fn cases() -> Vec<(&'static str, String, Expected)> {
    let flag = |header: &str, yes, no| {
        table(
            header,
            [["user", no], ["operator", yes], ["operator", no], ["operator", no], ["user", no], ["operator", yes]],
        )
    };
    vec![
        ("flag.csv", flag("from,automated", "true", "false"), Right),
        ("flag-of-some-rows.csv", flag("from,is_bot", "1", ""), Right),
        ("flag-in-portuguese.csv", flag("remetente,Automático", "sim", "não"), Right),
        ("origin.csv", flag("from,origin", "chatbot", "chat"), Right),
        ("origin-of-campaigns.csv", flag("direction,source", "campaign", "web"), Right),
        ("column-without-meaning.csv", flag("from,col7", "automation", "manual"), Right),
        ("names.csv", flag("from,operator name", "Chatbot", "Bia"), Right),
        ("id-of-bot.csv", flag("from,bot_id", "b-1", ""), Right),
        (
            "of-the-conversation.csv",
            table(
                "from,origin",
                [
                    ["user", "bot"],
                    ["operator", "bot"],
                    ["operator", "bot"],
                    ["operator", "bot"],
                    ["user", "web"],
                    ["operator", "web"],
                ],
            ),
            Asks("which messages a bot wrote"),
        ),
        (
            "both-know.csv",
            table(
                "from,origin",
                [
                    ["user", "bot"],
                    ["bot", "bot"],
                    ["operator", "bot"],
                    ["operator", "bot"],
                    ["user", "bot"],
                    ["bot", "bot"],
                ],
            ),
            Right,
        ),
        (
            "notes.csv",
            table(
                "from,type",
                [
                    ["user", "text"],
                    ["operator", "note"],
                    ["operator", "text"],
                    ["operator", "file"],
                    ["user", "text"],
                    ["operator", "note"],
                ],
            ),
            Right,
        ),
        (
            "public.csv",
            table(
                "from,public",
                [
                    ["user", "true"],
                    ["operator", "false"],
                    ["operator", "true"],
                    ["operator", "true"],
                    ["user", "true"],
                    ["operator", "false"],
                ],
            ),
            Right,
        ),
        (
            "nested.json",
            r#"[{"chat_id":"c1","messages":[
                {"at":"2026-03-02T12:00:00Z","from":"user"},
                {"at":"2026-03-02T12:00:01Z","from":"operator","automated":true,"type":"text"},
                {"at":"2026-03-02T12:00:40Z","from":"operator","type":"note"},
                {"at":"2026-03-02T12:01:30Z","from":"operator","type":"text"},
                {"at":"2026-03-02T12:02:00Z","from":"operator","type":"text"}]},
               {"chat_id":"c2","messages":[
                {"at":"2026-03-02T12:00:00Z","from":"user"},
                {"at":"2026-03-02T12:00:01Z","from":"operator","automated":true,"type":"text"}]}]"#
                .to_owned(),
            Right,
        ),
    ]
}

#[test]
fn a_bot_s_message_is_not_an_agent_s() {
    let folder = tempdir().unwrap();
    let mut faults = Vec::new();
    for (name, content, expected) in cases() {
        let path = folder.path().join(name);
        fs::write(&path, &content).unwrap();
        let look = inspect_file(&Source::File(path.clone()), name, &Options::new(), Examples::Safe).unwrap();
        let missing = english(&look.found.missing);
        match expected {
            Asks(part) => {
                if !missing.iter().any(|missing| missing.contains(part)) {
                    faults.push(format!("{name} does not ask for `{part}`: {missing:?}"));
                }
            }
            Right if !missing.is_empty() => faults.push(format!("{name}: {missing:?}")),
            Right => {
                let profile = folder.path().join("p.toml");
                fs::write(&profile, &look.profile.unwrap().text).unwrap();
                let args = ["report", text(&path), "--profile", text(&profile), "--to", "log-end", "--days", "1"];
                let report = success(&[&args[..], &["--format", "json", "--template", "conversations"]].concat());
                let metrics = serde_json::from_slice::<Value>(&report).unwrap()["metrics"].clone();
                let found = (&metrics["first_response_time"]["mean"], &metrics["answered_conversations"]["value"]);
                if !is_near(found.0, &90.0.into()) || *found.1 != 1 {
                    faults.push(format!("{name}: {found:?}\n{}", fs::read_to_string(&profile).unwrap()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
