//! Silence: what ends it, and what does not (semantics.md 3). A request for a person is given up after ten silent minutes.

use dialogram::fold::schema::FactTable;

use crate::support;

/// The outcome of a request at 09:00, given an event eight minutes later, twelve minutes after the request.
fn outcome(later: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    let row = |time: &str, rest: &str| {
        format!("{{\"ts\":\"2026-03-02T{time}Z\",\"conversation_id\":\"c\",\"event\":{rest}}}\n")
    };
    let rows = [
        row("08:59:00", "\"message\",\"actor\":\"bot\""),
        row("09:00:00", "\"transfer_requested\""),
        row("09:08:00", later),
    ];
    std::fs::write(&log, rows.concat()).unwrap();
    let args = ["--as-of", "2026-03-02T09:12:00Z"].map(str::to_owned);
    let facts = support::facts(&[log], &args).unwrap();
    let rows = support::rows(&facts, FactTable::Requests);
    assert_eq!(rows.len(), 1);
    rows[0]["outcome"].as_str().unwrap().to_owned()
}

#[test]
fn statuses_ratings_and_the_systems_messages_end_no_silence() {
    for later in
        ["\"status_changed\",\"status\":\"pending\"", "\"rated\",\"score\":9", "\"message\",\"actor\":\"system\""]
    {
        assert_eq!(outcome(later), "incomplete", "{later}");
    }
    for later in ["\"message\",\"actor\":\"bot\"", "\"message\",\"actor\":\"customer\"", "\"started\""] {
        assert_eq!(outcome(later), "pending", "{later}");
    }
}
