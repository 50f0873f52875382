//! The tables of exit codes in README.md and docs/interface.md: each cause in each row is produced. A new row or cause
//! fails here until a line below produces it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::tempdir;

use crate::support::{WEEK_LOG, dialogram, root, success, week};

/// A code, the table's words for its cause, and the command that produces it, in a folder with the files of
/// [`prepare`].
const MADE: [(i32, &str, &str); 19] = [
    (0, "done", "report LOG --to log-end"),
    (1, "is out of its tolerance", "check base.json --baseline base.json --rules rules.toml"),
    (1, "the reports differ", "diff base.json other.json --exit-code"),
    (2, "flag", "report LOG --nonsense"),
    (2, "zone", "report LOG --tz America/Nowhere"),
    (2, "date", "report LOG --from 2026-02-30 --to 2026-03-01"),
    (2, "profile", "report LOG --profile nobody"),
    (2, "template", "report LOG --template nothing"),
    (2, "config", "report LOG --config bad.toml"),
    (2, "rules", "check base.json --baseline base.json --rules bad.toml"),
    (3, "nothing in the window", "report LOG --from 2020-01-01 --to 2020-01-02"),
    (3, "a filter", "report LOG --to log-end --queue nobody"),
    (4, "more reject", "report bad.jsonl --to log-end"),
    (5, "an input cannot be read", "report none.jsonl"),
    (5, "missing", "report none.jsonl"),
    (5, "truncated", "report cut.jsonl.gz --to log-end"),
    (5, "corrupt archive", "report spoilt.zip --to log-end"),
    (5, "cannot be written", "report LOG --to log-end -o none/deep/x.json"),
    (70, "an identity does not hold", "report facts --to log-end"),
];

/// Causes that other tests produce: the file, and words of its test.
const ELSEWHERE: [(i32, &str, &str, &str); 5] = [
    (3, "a mail is stale", "mail/year.rs", "since the log is stale"),
    (5, "standard output included", "exits.rs", "standard output cannot be written"),
    (5, "more threads", "exits.rs", "the system starts no more threads"),
    (5, "received a mail", "mail/exits.rs", "not sent to"),
    (70, "fails unexpectedly", "../../src/cli/exit.rs", "an unforeseen fault"),
];

/// Words of the tables that are not causes.
const BESIDE: [&str; 12] = [
    "an output",
    "wrong usage",
    "`check`",
    "`diff --exit-code`",
    "with the nearest name",
    "`--allow-empty` makes it a warning",
    "default 1 %",
    "the report is not written",
    "the rejects file is",
    "a bug",
    "please report",
    "nothing half-written is left",
];

/// The codes of a table with the parts of their meanings.
fn rows(page: &str) -> Vec<(i32, String)> {
    let mut rows = Vec::new();
    for line in page.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let codes: Vec<i32> = cells[0].split(", ").filter_map(|code| code.parse().ok()).collect();
        let meaning = cells.get(1).copied().unwrap_or_default().replace("([mail](mail.md))", "");
        let meaning = meaning.replace(" or ", ", ").replace([';', ':', '(', ')'], ",");
        for part in meaning.split(',').map(|part| part.trim().trim_end_matches(" it")).filter(|part| !part.is_empty()) {
            rows.extend(codes.iter().map(|code| (*code, part.to_owned())));
        }
    }
    rows
}

fn prepare(folder: &Path) {
    let at = |name: &str| folder.join(name);
    fs::copy(root().join(WEEK_LOG), at("log.jsonl")).unwrap();
    fs::write(at("base.json"), success(&week(&["--format", "json"]))).unwrap();
    let other = ["report", WEEK_LOG, "--from", "2026-03-03", "--to", "2026-03-09", "--format", "json"];
    fs::write(at("other.json"), success(&other)).unwrap();
    fs::write(at("rules.toml"), "[[rules]]\nmetric = 'conversations'\nat-most = 1\n").unwrap();
    fs::write(at("bad.toml"), "nonsense = 1\n").unwrap();
    let log = fs::read_to_string(at("log.jsonl")).unwrap();
    fs::write(at("bad.jsonl"), format!("{log}{}", "nonsense\n".repeat(1000))).unwrap();
    let packed = crate::support::gzip(log.as_bytes());
    fs::write(at("cut.jsonl.gz"), &packed[..packed.len() / 2]).unwrap();
    fs::write(at("spoilt.zip"), [&b"PK\x03\x04"[..], &[7; 400]].concat()).unwrap();
    let fold = dialogram(&["fold", "log.jsonl", "-o", "facts", "--quiet"]).current_dir(folder).output().unwrap();
    assert!(fold.status.success());
    // Facts whose sums were changed.
    let path = at("facts/facts.json");
    let facts = fs::read_to_string(&path).unwrap();
    let spoilt = facts.replace("\"wait_parts_ms\": ", "\"wait_parts_ms\": 1");
    assert_ne!(spoilt, facts);
    fs::write(path, spoilt).unwrap();
}

/// The exit code of a run whose input never ends, after a signal.
fn interrupted(signal: &str) -> Option<i32> {
    let mut child = dialogram(&["report", "-", "--to", "log-end"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // More than a pipe holds: once all is written, the run is reading, and its signal handlers are installed.
    child.stdin.as_mut().unwrap().write_all(&fs::read(root().join(WEEK_LOG)).unwrap()).unwrap();
    assert!(Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap().success());
    child.wait().unwrap().code()
}

#[test]
fn every_exit_code_of_the_tables_is_made() {
    let mut named = BTreeSet::new();
    for page in ["README.md", "docs/interface.md"] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let begin = if page == "README.md" { "<!-- ANCHOR: exit-codes -->" } else { "\n## Exit codes\n" };
        let table: String = text
            .split_once(begin)
            .unwrap()
            .1
            .lines()
            .take_while(|line| !line.starts_with("<!--") && !line.starts_with("A closed pipe"))
            .map(|line| format!("{line}\n"))
            .collect();
        let rows = rows(&table);
        assert!(rows.len() > 20, "{page}: {rows:?}");
        for (code, cause) in rows {
            let known = MADE.iter().map(|(code, words, _)| (*code, *words));
            let known = known
                .chain(ELSEWHERE.map(|(code, words, ..)| (code, words)))
                .chain([(130, "interrupted"), (143, "interrupted")]);
            let found: Vec<(i32, &str)> = known.filter(|(of, words)| *of == code && cause.contains(words)).collect();
            assert!(!found.is_empty() || BESIDE.contains(&cause.as_str()), "{page}: nothing makes {code}: `{cause}`");
            named.extend(found);
        }
    }
    let folder = tempdir().unwrap();
    prepare(folder.path());
    for (code, words, line) in MADE {
        assert!(named.contains(&(code, words)), "no table says {code}: `{words}`");
        let args: Vec<&str> = line.split(' ').map(|word| if word == "LOG" { "log.jsonl" } else { word }).collect();
        let output = dialogram(&args).current_dir(folder.path()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
    for (code, words, file, test) in ELSEWHERE {
        assert!(named.contains(&(code, words)), "no table says {code}: `{words}`");
        assert!(fs::read_to_string(root().join("tests/all").join(file)).unwrap().contains(test), "{file}: {words}");
    }
    assert_eq!((interrupted("INT"), interrupted("TERM")), (Some(130), Some(143)));
}
