//! `--min-cell`: the sums that a reader knows between tables of one report, each with the smallest log in which
//! ignoring the sum would reveal a hidden number.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use tempfile::{TempDir, tempdir};

use crate::support::{success, text};

/// Writes a log of conversations with a customer's message: date and hour, number, and more columns of their rows.
fn log(folder: &TempDir, conversations: &[(&str, usize, &str)]) -> PathBuf {
    let mut rows = String::new();
    for (group, (hour, count, columns)) in conversations.iter().enumerate() {
        for n in 0..*count {
            writeln!(
                rows,
                r#"{{"ts":"{hour}:00:{n:02}Z","event":"message","actor":"customer","conversation_id":"{group} {n}"{columns}}}"#
            )
            .unwrap();
        }
    }
    let path = folder.path().join("log.jsonl");
    fs::write(&path, rows).unwrap();
    path
}

/// The values of a metric in `report.csv`, by table and key.
fn shown(log: &std::path::Path, metric: &str, flags: &[&str]) -> BTreeMap<(String, String), String> {
    let args = ["report", text(log), "--compare", "none", "--format", "csv", "--min-cell", "5"];
    let csv = success(&[&args[..], flags].concat());
    let mut reader = csv::Reader::from_reader(&csv[..]);
    let rows = reader.records().map(Result::unwrap).filter(|row| &row[2] == metric && &row[3] == "value");
    rows.map(|row| ((row[0].to_owned(), row[1].to_owned()), row[5].to_owned())).collect()
}

/// Asserts that a small number is hidden, and at least one other number of its sum.
fn assert_hidden(shown: &BTreeMap<(String, String), String>, small: (&str, &str), others: &[(&str, &str)]) {
    let is_hidden = |(table, key): (&str, &str)| shown[&(table.to_owned(), key.to_owned())] == "hidden";
    assert!(is_hidden(small), "{small:?} is shown: {shown:?}");
    assert!(others.iter().any(|other| is_hidden(*other)), "{small:?} follows from {others:?}: {shown:?}");
}

#[test]
fn days_are_parts_of_their_weekday_week_and_month() {
    let folder = tempdir().unwrap();
    // The smallest number beside the 2 is in another week and month: hiding it alone leaves 2 = 22 − 20.
    let days =
        [("2026-03-30T10", 20), ("2026-03-31T10", 2), ("2026-04-06T10", 6), ("2026-04-07T10", 7), ("2026-04-08T10", 8)];
    let log_of = |days: &[(&'static str, usize)]| {
        log(&folder, &days.iter().map(|(hour, count)| (*hour, *count, "")).collect::<Vec<_>>())
    };
    let path = log_of(&days);
    let window = ["--from", "2026-03-30", "--to", "2026-04-12"];
    for (unit, table, key) in [("week", "by_week", "2026-W14"), ("month", "by_month", "2026-03")] {
        let told = shown(&path, "conversations", &[&window[..], &["--by", unit]].concat());
        assert_hidden(&told, ("by_day", "2026-03-31"), &[("by_day", "2026-03-30"), (table, key)]);
    }
    // By weekday: the 2 and the 20 are two Mondays.
    let path = log_of(&[("2026-03-30T10", 20), ("2026-04-06T10", 2), ("2026-04-07T10", 6), ("2026-04-08T10", 7)]);
    let told = shown(&path, "conversations", &[&window[..], &["--by", "weekday"]].concat());
    assert_hidden(&told, ("by_day", "2026-04-06"), &[("by_day", "2026-03-30"), ("by_weekday", "mon")]);
    // Days in a crossing are parts of weeks in a crossing.
    let path = log(
        &folder,
        &[
            ("2026-03-30T10", 20, r#","channel":"web""#),
            ("2026-03-31T10", 2, r#","channel":"web""#),
            ("2026-04-06T10", 6, r#","channel":"web""#),
            ("2026-04-07T10", 7, r#","channel":"web""#),
            ("2026-04-07T10", 9, r#","channel":"app""#),
        ],
    );
    let told = shown(&path, "conversations", &[&window[..], &["--by", "channel,day", "--by", "channel,week"]].concat());
    assert_hidden(
        &told,
        ("by_channel_day", "web | 2026-03-31"),
        &[("by_channel_day", "web | 2026-03-30"), ("by_channel_week", "web | 2026-W14")],
    );
}

#[test]
fn hours_of_a_heatmap_are_parts_of_their_weekday_and_hour() {
    let folder = tempdir().unwrap();
    let window = ["--from", "2026-03-02", "--to", "2026-03-08"];
    // Monday has 2 at nine and 20 at ten; the smallest number beside the 2 is Tuesday's.
    let path = log(
        &folder,
        &[("2026-03-02T09", 2, ""), ("2026-03-02T10", 20, ""), ("2026-03-03T11", 6, ""), ("2026-03-03T12", 7, "")],
    );
    let told = shown(&path, "engaged_conversations", &[&window[..], &["--by", "weekday"]].concat());
    assert_hidden(&told, ("heatmap", "mon 09"), &[("heatmap", "mon 10"), ("by_weekday", "mon")]);
    // Nine o'clock has 2 on Monday and 20 on Tuesday.
    let path = log(
        &folder,
        &[("2026-03-02T09", 2, ""), ("2026-03-03T09", 20, ""), ("2026-03-04T11", 6, ""), ("2026-03-05T12", 7, "")],
    );
    let told = shown(&path, "engaged_conversations", &[&window[..], &["--by", "hour"]].concat());
    assert_hidden(&told, ("heatmap", "mon 09"), &[("heatmap", "tue 09"), ("by_hour", "09")]);
    // Without either table only the total is known.
    let told = shown(&path, "engaged_conversations", &window);
    assert_hidden(&told, ("heatmap", "mon 09"), &[("heatmap", "wed 11"), ("total", "")]);
}

#[test]
fn no_value_and_its_text_are_cells_of_a_crossing() {
    let folder = tempdir().unwrap();
    // On the web 2 conversations have no department, and 20 have one named `(none)`.
    let path = log(
        &folder,
        &[
            ("2026-03-02T09", 2, r#","channel":"web""#),
            ("2026-03-02T09", 20, r#","channel":"web","department":"(none)""#),
            ("2026-03-02T10", 6, r#","channel":"app","department":"Sales""#),
            ("2026-03-02T10", 7, r#","channel":"app""#),
        ],
    );
    let flags = ["--from", "2026-03-02", "--days", "1", "--by", "channel,department", "--by", "channel"];
    let told = shown(&path, "conversations", &flags);
    let pair = |key| ("by_channel_department", key);
    assert_eq!(told.keys().filter(|(table, _)| table == "by_channel_department").count(), 4, "{told:?}");
    assert_hidden(&told, pair("web | (none)"), &[pair(r"web | \\(none)"), ("by_channel", "web")]);
    // The departments without a name are 2 and 7.
    let told = shown(&path, "conversations", &[&flags[..], &["--by", "department"]].concat());
    assert_hidden(&told, pair("web | (none)"), &[pair("app | (none)"), ("by_department", "(none)")]);
    assert_hidden(&told, pair("web | (none)"), &[pair(r"web | \\(none)"), ("by_channel", "web")]);
}
