//! `show` agrees with the facts and the report about each conversation.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use dialogram::cli::Command as Subcommand;
use dialogram::cli::interrupt::Interrupt;
use dialogram::event::Sessions;
use dialogram::fold::schema::FactTable;
use dialogram::metrics;
use dialogram::report::story::Stories;
use serde_json::Value;

use crate::support::{Run, dialogram, failed, fixture_reports, parse, report, root, rows};

fn stories(logs: &[PathBuf], ids: &[String], args: &[String]) -> Run<Stories> {
    let both: Vec<PathBuf> = logs.iter().cloned().chain(ids.iter().map(PathBuf::from)).collect();
    let Subcommand::Show(parsed) = parse("show", &both, args)? else { unreachable!("asked for a story") };
    parsed.stories(&Interrupt::default()).map_err(|error| failed(&error))
}

/// The flags of a report without those of its tables and filters: a story is of one conversation.
fn of_stories(args: Vec<String>) -> Vec<String> {
    let of_reports = ["--template", "--by", "--trend", "--compare", "--staffing-", "--agent-", "--target"];
    let of_filters =
        ["--channel", "--department", "--queue", "--agent", "--app", "--support-type", "--contact", "--protocol"];
    let of_rows = ["--tag", "--where", "--hours", "--weekdays"];
    let is_left_out = |word: &str| {
        let flag = word.split('=').next().unwrap_or(word);
        of_reports.iter().any(|name| if name.ends_with('-') { flag.starts_with(name) } else { flag == *name })
            || of_filters.iter().chain(&of_rows).any(|name| flag == *name)
    };
    let mut kept = Vec::new();
    let mut words = args.into_iter();
    while let Some(word) = words.next() {
        if !is_left_out(&word) {
            kept.push(word);
        } else if !word.contains('=') {
            words.next();
        }
    }
    kept
}

/// The number of conversations shown of each fixture; of larger ones they are spread over all.
const MOST: usize = 24;
/// How many of each fixture are also shown alone.
const ALONE: usize = 2;

#[test]
fn every_story_agrees_with_the_facts_and_the_report() {
    let (mut told, mut compared) = (0, 0);
    let mut seen = BTreeSet::new();
    for (name, logs, args) in fixture_reports() {
        // One run per fixture: each conversation is compared for each metric.
        let fixture = name.split(' ').next().unwrap().to_owned();
        if !seen.insert(fixture) {
            continue;
        }
        let args = of_stories(args);
        let (facts, report) = report(&logs, &args).unwrap();
        let all = facts.conversation_ids().unwrap();
        if all.is_empty() {
            continue;
        }
        let step = all.len().div_ceil(MOST);
        let ids: Vec<String> = all.iter().step_by(step).cloned().collect();
        let stories = stories(&logs, &ids, &args).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let names: Vec<&String> = stories.conversations.iter().map(|story| &story.conversation_id).collect();
        assert_eq!(names, ids.iter().collect::<Vec<_>>(), "{name}");
        let conversations = rows(&facts, FactTable::Conversations);
        for (story, row) in stories.conversations.iter().zip(conversations.iter().step_by(step)) {
            let place = format!("{name} {}", story.conversation_id);
            let last = story.events.last().unwrap();
            assert_eq!(row["phase"], last.phase, "{place}");
            assert!(story.events.iter().all(|event| event.event.is_none() || event.line.is_some()), "{place}");
            let did = |what: &str| {
                story.events.iter().flat_map(|event| &event.did).filter(|did| did.to_string().starts_with(what)).count()
            };
            for (column, what) in [
                ("visit_count", "opened visit"),
                ("stint_count", "began"),
                ("request_count", "opened request"),
                ("close_count", "counted as a close"),
                ("reopen_count", "reopened the conversation"),
            ] {
                assert_eq!(row[column], did(what), "{place}: {column}");
                compared += 1;
            }
            let messages = story.events.iter().filter(|event| event.event == Some("message")).count() as u64;
            let counts = ["customer_messages", "bot_messages", "agent_messages", "system_messages"];
            let sum: u64 = counts.iter().map(|column| row[*column].as_u64().unwrap()).sum();
            assert_eq!(messages, sum, "{place}");
            told += 1;
        }
        // Sums need all conversations.
        if step > 1 {
            continue;
        }
        for table in FactTable::ALL.iter().filter(|table| table.has("conversation_id")) {
            let of = |story: &dialogram::report::story::Story| {
                story.facts.iter().find(|rows| rows.table == table.name()).map_or(0, |rows| rows.rows.len())
            };
            let sum: usize = stories.conversations.iter().map(of).sum();
            assert_eq!(sum, facts.frame(*table).height(), "{name}: rows of {}", table.name());
        }
        let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
        for story in &stories.conversations {
            for metric in &story.counted_by {
                *counted.entry(metric.metric).or_default() += metric.rows.len();
            }
            let all = story.counted_by.len() + story.not_counted_by.len();
            let known = metrics::all().filter(|metric| metric.table.has("conversation_id")).count();
            assert_eq!(all, known, "{name}: each metric counts a conversation or does not");
        }
        // Alone, without any other conversation, each has the same story.
        for (id, story) in ids.iter().zip(&stories.conversations).take(ALONE) {
            let alone = self::stories(&logs, std::slice::from_ref(id), &args).unwrap();
            assert_eq!(alone.conversations[0], *story, "{name} {id}");
        }
        let json = serde_json::to_value(&report).unwrap();
        for metric in metrics::all().filter(|metric| metric.table.has("conversation_id")) {
            // Customers and agents can belong to several conversations.
            if ["engaged_customers", "handling_time", "attended_time", "concurrency"].contains(&metric.id) {
                continue;
            }
            let n = &json["metrics"][metric.id]["n"];
            let sum = counted.get(metric.id).copied().unwrap_or_default();
            // A fact that no log has is not counted, and is null.
            assert_eq!(n.as_u64().unwrap_or_default(), sum as u64, "{name}: {}", metric.id);
            compared += 1;
        }
    }
    println!("{told} conversations, {compared} values");
    assert!(told > 10 && compared > 500, "only {told} conversations, {compared} values");
}

#[test]
fn a_story_is_found_by_id_and_ticket_and_has_a_schema() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let lines = [
        r#"{"ts":"2026-03-02T09:00:00Z","event":"message","actor":"customer","conversation_id":"c1","protocol":"P-7","queue":"N1","text":"my secret"}"#,
        r#"{"ts":"2026-03-02T09:00:30Z","event":"closed","actor":"system","conversation_id":"c1"}"#,
        r#"{"ts":"2026-03-02T09:01:00Z","event":"closed","actor":"system","conversation_id":"c1"}"#,
        r#"{"ts":"2026-03-02T10:00:00Z","event":"message","actor":"customer","conversation_id":"c2"}"#,
        r#"{"ts":"2026-03-02T10:02:00Z","event":"message","actor":"agent","agent_id":"ana","conversation_id":"c2"}"#,
    ];
    std::fs::write(&log, lines.join("\n")).unwrap();
    let show = |args: &[&str]| {
        let mut line = vec!["show", log.to_str().unwrap()];
        line.extend(args);
        dialogram(&line).output().unwrap()
    };
    let text = |args: &[&str]| {
        let output = show(args);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let (by_id, by_ticket) = (text(&["c1"]), text(&["P-7"]));
    assert_eq!(by_id, by_ticket);
    assert!(by_id.contains("made no sense: the conversation was closed") && !by_id.contains("secret"), "{by_id}");
    assert!(by_id.contains("log.jsonl:2") && by_id.contains("an answer is due since"), "{by_id}");
    let both: Value = serde_json::from_str(&text(&["c2", "P-7", "--format", "json"])).unwrap();
    let schema = std::fs::read_to_string(root().join("schemas/show-1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let broken: Vec<String> = validator.iter_errors(&both).map(|error| error.to_string()).collect();
    assert!(broken.is_empty(), "{broken:?}");
    let stories = both["conversations"].as_array().unwrap();
    assert_eq!((stories.len(), &stories[0]["conversation_id"]), (2, &Value::from("c2")));
    let answered = "answered the customer, who had waited 2 min 00 s";
    assert_eq!(stories[0]["events"][1]["did"][2], answered, "{}", stories[0]["events"][1]);
    let markdown = text(&["c2", "--format", "markdown"]);
    assert!(markdown.starts_with("# Conversation c2\n"), "{markdown}");
    let story = text(&["c2"]);
    for line in [
        "  2026-03-02\n    10:00:00  message, actor customer  [log.jsonl:4]\n",
        "\n    started_at                        2026-03-02T10:00:00+00:00\n",
        "\n  first_response_time     2 min 00 s (first_customer_message_at log.jsonl:4, due_since log.jsonl:4, ts log.jsonl:5)\n",
        "\n  engagement_rate         in the numerator\n",
    ] {
        assert!(story.contains(line), "{line}: {story}");
    }
    let why = "\n  out_of_hours_rate              it needs opening hours: --opening-hours FILE\n";
    assert!(story.contains(why), "{story}");
    let later = text(&["c2", "--period", "2026-03-03"]);
    let why = "  its clock, started_at of conversations, is outside of the window: 2026-03-02";
    assert!(later.contains(why), "{later}");
    let unknown = show(&["c9"]);
    assert_eq!(unknown.status.code(), Some(3));
    assert!(String::from_utf8(unknown.stderr).unwrap().contains("did you mean"), "the nearest id");
    assert_eq!(show(&[]).status.code(), Some(2));
}

#[test]
fn silence_that_ends_a_conversation_is_in_the_story() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let line = |ts: &str| {
        format!(r#"{{"ts":"{ts}","event":"message","actor":"customer","customer_id":"u/1","channel":"web"}}"#)
    };
    std::fs::write(&log, [line("2026-03-02T09:00:00Z"), line("2026-03-04T09:00:00Z")].join("\n")).unwrap();
    let args = ["--sessions".to_owned(), Sessions::Inactivity.name().to_owned()];
    let ids = ["u%2F1/web/1", "u%2F1/web/2"].map(str::to_owned);
    let found = stories(&[log], &ids, &args).unwrap();
    let first = &found.conversations[0];
    assert_eq!((found.conversations.len(), first.events.len()), (2, 2));
    assert_eq!((first.events[1].event, first.events[1].line, first.events[1].phase), (None, None, "closed"));
}

/// Other conversations of the customer are folded, too, and not shown.
#[test]
fn a_customer_who_returned_later_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let row = |id: &str, time: &str, rest: &str| {
        format!("{{\"ts\":\"2026-03-02T{time}:00Z\",\"conversation_id\":\"{id}\",\"customer_id\":\"k\",{rest}}}\n")
    };
    let asks = r#""event":"message","actor":"customer""#;
    let answers = r#""event":"message","actor":"agent","agent_id":"ana""#;
    let first = [
        row("c1", "09:00", asks),
        row("c1", "09:01", answers),
        row("c1", "09:05", r#""event":"closed","actor":"agent""#),
    ];
    let second = [row("c2", "10:00", asks), row("c2", "10:01", answers)];
    for (rows, returned) in [(first.concat(), false), (first.concat() + &second.concat(), true)] {
        std::fs::write(&log, rows).unwrap();
        let story = crate::support::success(&["show", log.to_str().unwrap(), "c1", "--format", "json"]);
        let story: serde_json::Value = serde_json::from_slice(&story).unwrap();
        assert_eq!(story["conversations"].as_array().unwrap().len(), 1);
        assert!(story.to_string().contains(&format!("\"is_returned\":{returned}")), "{returned}: {story}");
    }
}

#[test]
fn open_times_are_named_as_such() {
    let folder = tempfile::tempdir().unwrap();
    let [log, hours] = ["log.jsonl", "hours.toml"].map(|name| folder.path().join(name));
    // Asked on Monday at 17:30, answered on Tuesday at 8:45: half an hour and three quarters are open; 15 h 15 min
    // pass.
    let lines = [
        r#"{"ts":"2026-03-02T17:30:00Z","event":"message","actor":"customer","conversation_id":"c1"}"#,
        r#"{"ts":"2026-03-03T08:45:00Z","event":"message","actor":"agent","agent_id":"ana","conversation_id":"c1"}"#,
    ];
    std::fs::write(&log, lines.join("\n")).unwrap();
    std::fs::write(&hours, "[open]\nmon-fri = ['08:00-18:00']\n").unwrap();
    let show = |more: &[&str]| {
        let line = [&["show", log.to_str().unwrap(), "c1"], more].concat();
        let output = dialogram(&line).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    let opening = ["--opening-hours", hours.to_str().unwrap()];
    for (language, open) in [
        ("en", "1 h 15 min of open time"),
        ("fr", "de temps d’ouverture"),
        ("es", "de horario de atención"),
        ("pt", "em horário de atendimento"),
    ] {
        let story = show(&[&opening[..], &["--lang", language]].concat());
        assert_eq!(story.matches(open).count(), 2, "first response time and response time: {story}");
        assert!(!show(&["--lang", language]).contains(open), "{language}: wall-clock time");
    }
    // The events keep their real durations: the customer waited through the night.
    assert!(show(&opening).contains("who had waited 15 h 15 min"));
    assert!(show(&[]).contains("first_response_time     15 h 15 min ("));
    let story: Value = serde_json::from_str(&show(&[&opening[..], &["--format", "json"]].concat())).unwrap();
    let counted = story["conversations"][0]["counted_by"].as_array().unwrap();
    let of = |id: &str| counted.iter().find(|metric| metric["metric"] == id).unwrap();
    assert_eq!(
        (&of("first_response_time")["open_time"], &of("replies")["open_time"]),
        (&Value::Bool(true), &Value::Null)
    );
    assert_eq!(of("first_response_time")["rows"][0]["value_seconds"], 4500.0);
    let schema = std::fs::read_to_string(root().join("schemas/show-1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    assert!(validator.is_valid(&story));
}

/// Names of a log are plain text on a conversation's page too: they have no effect in a terminal, a CI service or
/// Markdown.
#[test]
fn names_that_act_are_only_text() {
    let names = [
        "\u{1b}]8;;http://x\u{7}m",
        "f\u{9b}31mred",
        "g\r::error::q",
        "::add-mask::h",
        "##vso[task.x]y",
        "e\u{2066}f",
        "n\n::error::o",
    ];
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    for name in names {
        let row = |minute: u32, event: &str| {
            let values = serde_json::json!({
                "ts": format!("2026-03-02T09:0{minute}:00Z"), "event": event, "conversation_id": "c", "actor": "agent",
                "agent_id": name, "queue": name, "protocol": name, "tags": name,
            });
            format!("{values}\n")
        };
        std::fs::write(&log, row(0, "assigned") + &row(1, "message") + &row(2, "closed")).unwrap();
        for format in ["text", "markdown"] {
            let page = crate::support::success(&["show", log.to_str().unwrap(), "c", "--format", format]);
            let page = String::from_utf8(page).unwrap();
            let acts = |c: char| c != '\n' && (c.is_control() || ('\u{2066}'..='\u{2069}').contains(&c));
            assert!(!page.contains(acts), "{format}, {name:?}: {page:?}");
            assert!(
                !page.contains("##vso[") && !page.lines().any(|line| line.trim_start().starts_with("::")),
                "{page}"
            );
            assert!(page.lines().count() > 10, "{page}");
        }
    }
}
