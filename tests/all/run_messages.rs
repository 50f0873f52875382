//! Messages of a run about itself: its plan, its progress, the time of its steps, the path of rejects, its build.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::{TempDir, tempdir};

use crate::support::{WEEK_LOG, dialogram, names, root, success, week};

/// The result of a run in a folder: exit code, standard output, standard error.
fn run_in(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = dialogram(args).current_dir(folder).output().unwrap();
    let utf8 = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), utf8(output.stdout), utf8(output.stderr))
}

/// A folder with the fixture week's log.
fn folder() -> TempDir {
    let folder = tempdir().unwrap();
    fs::copy(root().join(WEEK_LOG), folder.path().join("week.jsonl")).unwrap();
    folder
}

#[test]
fn a_dry_run_lists_inputs_and_outputs_and_reads_and_writes_nothing() {
    let folder = folder();
    let size = fs::metadata(folder.path().join("week.jsonl")).unwrap().len();
    // Only the beginning of a second log is read: the rest would be rejected.
    let broken =
        format!("ts,event,conversation_id,actor\n2026-03-02T09:00:00Z,message,c1,customer\n{}", "x\n".repeat(400_000));
    fs::write(folder.path().join("more.csv"), &broken).unwrap();
    let days = ["--tz", "America/Sao_Paulo", "--from", "2026-03-02", "--to", "2026-03-08"];
    let flags = ["--template", "weekly", "-o", "out/{week}.pdf", "--mkdir", "--dry-run"];
    let (code, out, err) = run_in(folder.path(), &[&["report", "week.jsonl", "more.csv"], &days[..], &flags].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let group = |n: u64| dialogram::unit::group(n);
    let (more, all) = (broken.len() as u64, size + broken.len() as u64);
    assert_eq!(
        out,
        format!(
            "log          week.jsonl, {} bytes, jsonl\n             more.csv, {} bytes, csv\nin all       2 files, {} bytes\n\
             window       2026-03-02 to 2026-03-08, 7 days (America/Sao_Paulo)\n\
             compared     2026-02-23 to 2026-03-01, 7 days (America/Sao_Paulo)\ntemplate     weekly\n\
             output       out/2026-W10.pdf\n",
            group(size),
            group(more),
            group(all)
        )
    );
    assert_eq!(names(folder.path()), ["more.csv", "week.jsonl"]);
    // Days that only the whole log determines.
    let (_, out, _) =
        run_in(folder.path(), &["report", "week.jsonl", "--to", "log-end", "--dry-run", "--compare", "none"]);
    assert!(out.contains("window       7 days up to the day of the log's last event (UTC)\n"), "{out}");
    assert!(!out.contains("compared") && out.ends_with("output       standard output, terminal\n"), "{out}");
    // Errors have the same text as in the run itself.
    let (code, _, err) = run_in(folder.path(), &["report", "weak.jsonl", "--dry-run"]);
    assert_eq!(code, 5);
    assert!(err.contains("did you mean `week.jsonl`?") || err.contains("week.jsonl"), "{err}");
    let (code, _, err) = run_in(folder.path(), &["report", "week.jsonl", "--dry-run", "-o", "week.jsonl"]);
    assert_eq!(code, 2, "{err}");
}

#[test]
fn a_dry_run_names_the_profile_and_a_named_report_has_one_too() {
    let folder = tempdir().unwrap();
    let export = root().join("fixtures/profiles/chatwoot/messages.jsonl");
    fs::copy(export, folder.path().join("messages.jsonl")).unwrap();
    fs::write(
        folder.path().join("dialogram.toml"),
        "[reports.weekly]\nlogs = ['messages.jsonl']\noutput = ['out/{week}.csv']\n",
    )
    .unwrap();
    let (code, out, err) = run_in(folder.path(), &["run", "weekly", "--dry-run", "--now", "2026-03-09T10:00:00Z"]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains(" bytes, profile chatwoot\n"), "{out}");
    assert!(
        out.contains("window       2026-03-02 to 2026-03-08") && out.ends_with("output       out/2026-W10.csv\n"),
        "{out}"
    );
    assert_eq!(names(folder.path()), ["dialogram.toml", "messages.jsonl"]);
}

#[test]
fn steps_are_printed_with_their_times() {
    let quiet = dialogram(&week(&["--format", "json"])).output().unwrap();
    let output = dialogram(&week(&["--format", "json", "--verbose", "--quiet"])).output().unwrap();
    assert_eq!(output.stdout, quiet.stdout);
    let told = String::from_utf8(output.stderr).unwrap();
    let steps: Vec<&str> = told.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(steps, ["choose", "read", "fold", "report", "write", "all"], "{told}");
    let read = told.lines().nth(1).unwrap();
    assert!(read.contains(" s  ") && read.ends_with(" bytes, 10,258 rows, 0 rejected"), "{read}");
}

#[test]
fn programs_get_the_steps_as_json() {
    let output = dialogram(&week(&["--format", "json", "--progress", "json"])).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["schema"] == "dialogram/progress/1" && line["seconds"].is_number()), "{told}");
    let done: Vec<&str> =
        lines.iter().filter(|line| line["done"] == true).filter_map(|line| line["step"].as_str()).collect();
    assert_eq!(done, ["choose", "read", "fold", "report", "write", "all"]);
    let read = lines.iter().find(|line| line["step"] == "read" && line["done"] == true).unwrap();
    assert_eq!((&read["rows"], &read["rejected"]), (&10_258.into(), &0.into()));
    let size = fs::metadata(root().join(WEEK_LOG)).unwrap().len();
    assert_eq!(read["bytes"], size);
    // A failing run has its own message, and no last step.
    let failed =
        dialogram(&["report", "fixtures/none.jsonl", "--progress", "json"]).current_dir(root()).output().unwrap();
    assert!(!String::from_utf8(failed.stderr).unwrap().contains("\"all\""));
}

#[test]
fn a_slow_run_prints_its_progress_for_programs() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;

    let mut child = dialogram(&["report", "-", "--to", "log-end", "--progress", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"ts,event,conversation_id,actor\n2026-03-02T09:00:00Z,message,c1,customer\n").unwrap();
    // The log does not end before the first progress line.
    let told = BufReader::new(child.stderr.take().unwrap());
    let lines = told.lines().map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let tick = lines.into_iter().find(|line| line["done"] == false).unwrap();
    drop(stdin);
    assert!(tick["step"] == "read" && tick["bytes"].is_u64() && tick["rows"].is_u64(), "{tick}");
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_first_reject_of_each_reason_has_its_location_and_no_content() {
    let folder = tempdir().unwrap();
    let csv = "\
ts,event,actor,conversation_id
2026-03-02T09:00:05Z,message,agent,c1
2026-03-02T09:00:05Z,secret word,agent,c1
2026-03-02 X,message,agent,c1
2026-03-02T09:00:05Z,message,agent
\"2026-03-02T09:00:05Z\",\"message\",robót,c1
2026-03-02T09:00:05Z,message,agent,
";
    fs::write(folder.path().join("r.csv"), csv).unwrap();
    let (code, _, err) = run_in(folder.path(), &["report", "r.csv", "--to", "log-end"]);
    assert_eq!(code, 4);
    for line in [
        "  r.csv:3:22: unknown_event, column event\n",
        "  r.csv:4:1: bad_timestamp, column ts\n",
        "  r.csv:5: malformed (3 fields, but the header has 4)\n",
        "  r.csv:6:34: unknown_actor, column actor\n",
        "  r.csv:7: no_conversation, column conversation_id\n",
    ] {
        assert!(err.contains(line), "no {line}in\n{err}");
    }
    assert!(!err.contains("secret") && !err.contains("rob"), "{err}");
    let rows = "\
{\"ts\":\"2026-03-02T09:00:05Z\",\"event\":\"message\",\"actor\":\"agent\",\"conversation_id\":\"c1\"}
  {\"event\":\"mesage\",\"ts\":\"2026-03-02T09:00:05Z\",\"actor\":\"agent\",\"conversation_id\":\"c1\"}
{\"text\":\"é\",\"event\":\"message\" \"ts\":1}
";
    fs::write(folder.path().join("r.jsonl"), rows).unwrap();
    let (_, _, err) = run_in(folder.path(), &["report", "r.jsonl", "--to", "log-end"]);
    for line in [
        "  r.jsonl:2:13: unknown_event, column event\n",
        "  r.jsonl:3:31: malformed (no JSON object: expected `,` or `}` at byte 32)\n",
    ] {
        assert!(err.contains(line), "no {line}in\n{err}");
    }
}

#[test]
fn the_version_is_json_on_request() {
    for args in [["--version", "--json"], ["--json", "-V"]] {
        let version: Value = serde_json::from_slice(&success(&args)).unwrap();
        assert_eq!(
            (&version["schema"], &version["version"]),
            (&"dialogram/version/1".into(), &env!("CARGO_PKG_VERSION").into())
        );
        assert_eq!(version["schemas"]["report"], "dialogram/report/1");
        assert!(version["zone_data"].as_str().unwrap().starts_with("20"), "{version}");
        assert!(version["commit"].is_null() || version["commit"].is_string(), "{version}");
    }
    let plain = String::from_utf8(success(&["--version"])).unwrap();
    assert_eq!(plain, concat!("dialogram ", env!("CARGO_PKG_VERSION"), "\n"));
}
