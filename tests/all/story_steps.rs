//! The description of each step in a story, worked by hand from the table of events: a conversation with nearly every
//! kind of event.

use serde_json::{Map, Value, json};

use crate::support::success;

/// The time, the kind and the columns of each row; the phase after it, and its effect.
type Step = (&'static str, &'static str, &'static str, &'static [&'static str]);

const STEPS: [Step; 23] = [
    (
        "09:00:00",
        "message actor=customer department=Sales protocol=P-1",
        "none",
        &["the customer now waits for a person's answer", "department is now Sales", "status is now in_queue"],
    ),
    (
        "09:00:05",
        "message actor=bot",
        "bot",
        &["no answer is due any more", "phase none → bot", "status is now automated"],
    ),
    ("09:01:00", "transfer_requested protocol=P-1", "bot", &["opened request 1 for a person: pending"]),
    (
        "09:02:00",
        "transfer_succeeded queue=N1",
        "waiting",
        &[
            "decided the request for a person: succeeded",
            "opened visit 1 in queue N1",
            "the customer now waits for a person's answer",
            "phase bot → waiting",
            "status is now in_queue",
        ],
    ),
    ("09:03:00", "message actor=customer", "waiting", &["changed nothing but the last instants and counts"]),
    (
        "09:05:00",
        "assigned agent_id=ana agent_name=Ana",
        "human",
        &["began stint 1 of ana", "phase waiting → human", "status is now in_progress"],
    ),
    (
        "09:06:00",
        "message actor=agent agent_id=ana protocol=P-2",
        "human",
        &[
            "answered the customer, who had waited 4 min 00 s",
            "was the first answer, 6 min 00 s after the customer's first message",
            "status is now pending",
        ],
    ),
    ("09:06:30", "message actor=agent agent_id=ana", "human", &["answered nothing that was due"]),
    (
        "09:07:00",
        "transferred to_queue=N2 to_department=Care",
        "waiting",
        &[
            "ended visit 1 in queue N1: the customer went to another queue",
            "opened visit 2 in queue N2",
            "ended the stint of ana: transferred",
            "the customer now waits for a person's answer",
            "phase human → waiting",
            "department is now Care",
            "status is now in_queue",
        ],
    ),
    ("09:08:00", "transferred to_queue=N2", "waiting", &["made no sense: the conversation was already there"]),
    (
        "09:09:00",
        "assigned agent_id=bo",
        "human",
        &["began stint 2 of bo", "phase waiting → human", "status is now pending"],
    ),
    ("09:09:30", "assigned agent_id=cy", "human", &["ended the stint of bo: handed on", "began stint 3 of cy"]),
    (
        "09:10:00",
        "closed actor=agent agent_id=cy",
        "closed",
        &[
            "ended visit 2 in queue N2: closed",
            "ended the stint of cy: closed",
            "counted as a close",
            "no answer is due any more",
            "phase human → closed",
            "status is now none",
        ],
    ),
    ("09:11:00", "closed actor=agent agent_id=cy", "closed", &["made no sense: the conversation was closed"]),
    ("09:12:00", "rated survey=csat score=4", "closed", &["counted as a rating: csat 4, credited to ana, queue N2"]),
    (
        "09:13:00",
        "rated survey=csat score=2",
        "closed",
        &["replaced the earlier rating: csat 2, credited to ana, queue N2"],
    ),
    ("09:14:00", "rated survey=nps score=9", "closed", &["counted as a rating: nps 9, credited to ana, queue N2"]),
    (
        "09:20:00",
        "message actor=customer",
        "waiting",
        &[
            "reopened the conversation",
            "the customer now waits for a person's answer",
            "phase closed → waiting",
            "status is now in_queue",
        ],
    ),
    ("09:21:00", "reopened", "waiting", &["made no sense: the conversation was open"]),
    (
        "09:22:00",
        "transfer_cancelled",
        "none",
        &["no answer is due any more", "phase waiting → none", "status is now automated"],
    ),
    ("09:23:00", "transfer_requested", "none", &["opened request 2 for a person: pending"]),
    (
        "09:24:00",
        "queued queue=N1",
        "waiting",
        &[
            "decided the request for a person: succeeded",
            "opened visit 3 in queue N1",
            "the customer now waits for a person's answer",
            "phase none → waiting",
            "status is now in_queue",
        ],
    ),
    (
        "09:25:00",
        "customer_left",
        "closed",
        &[
            "ended visit 3 in queue N1: left, abandoned",
            "no answer is due any more",
            "phase waiting → closed",
            "status is now none",
        ],
    ),
];

/// The kind and the columns of a row.
fn row(text: &str) -> (&str, Map<String, Value>) {
    let mut words = text.split(' ');
    let kind = words.next().unwrap();
    (kind, words.filter_map(|word| word.split_once('=')).map(|(name, value)| (name.to_owned(), json!(value))).collect())
}

#[test]
fn each_step_says_what_it_did() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let mut lines = String::new();
    for (at, text, ..) in STEPS {
        let (kind, columns) = row(text);
        let mut line = json!({"ts": format!("2026-03-02T{at}Z"), "event": kind, "conversation_id": "c1"});
        line.as_object_mut().unwrap().extend(columns);
        lines.push_str(&format!("{line}\n"));
    }
    std::fs::write(&log, lines).unwrap();
    let found = success(&["show", log.to_str().unwrap(), "c1", "--format", "json"]);
    let found: Value = serde_json::from_slice(&found).unwrap();
    let story = &found["conversations"][0];
    assert_eq!(story["protocols"], json!(["P-1", "P-2"]));
    let events = story["events"].as_array().unwrap();
    assert_eq!(events.len(), STEPS.len());
    for (event, (at, text, phase, did)) in events.iter().zip(STEPS) {
        let (kind, columns) = row(text);
        assert_eq!((&event["event"], &event["columns"]), (&json!(kind), &json!(columns)), "{at} {text}");
        assert_eq!((&event["did"], &event["phase"]), (&json!(did), &json!(phase)), "{at} {text}");
    }
    // A mean counts the row's number.
    let metrics = story["counted_by"].as_array().unwrap();
    let mean = metrics.iter().find(|metric| metric["metric"] == "csat_score").unwrap();
    assert_eq!((&mean["rows"][0]["score"], mean["rows"].as_array().unwrap().len()), (&json!(2), 1));
    let page = String::from_utf8(success(&["show", log.to_str().unwrap(), "c1"])).unwrap();
    let line = page.lines().find(|line| line.trim_start().starts_with("csat_score ")).unwrap();
    assert_eq!(line.split_whitespace().take(2).collect::<Vec<_>>(), ["csat_score", "2"]);
    let sorted = success(&[
        "list",
        log.to_str().unwrap(),
        "--metric",
        "csat_score",
        "--all",
        "--sort",
        "value",
        "--format",
        "json",
    ]);
    let sorted: Value = serde_json::from_slice(&sorted).unwrap();
    assert_eq!((&sorted["order"], &sorted["rows"][0]["score"]), (&json!("score"), &json!(2)));
}
