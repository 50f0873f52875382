//! Flags that have no effect on a report are refused; the effects of staffing flags.

use std::fs;

use dialogram::report::staffing::{StaffingQuery, cell};

use crate::support::{WEEK_LOG, dialogram, failure, root, success, text};

const FLAGS: [(&str, &str); 4] = [
    ("agent-concurrency", "2"),
    ("staffing-target", "90%/30s"),
    ("staffing-handling", "5m"),
    ("staffing-volume", "+10%"),
];

const DAYS: [&str; 6] = ["--from", "2026-03-02", "--to", "2026-03-08", "--config", "none"];

#[test]
fn a_flag_of_staffing_is_refused_where_no_template_has_staffing() {
    let plain = success(&[&["report", WEEK_LOG, "--template", "staffing", "--format", "json"], &DAYS[..]].concat());
    for (flag, value) in FLAGS {
        let flags = [format!("--{flag}"), value.to_owned()];
        let of = |command, template: &[&'static str]| {
            [&[command, WEEK_LOG, "--format", "json", &flags[0], &flags[1]], &DAYS[..], template].concat()
        };
        for template in [&[][..], &["--template", "operations"], &["--template", "queues", "--template", "weekly"]] {
            let message = failure(&of("report", template), 2);
            let expected = format!("--{flag} has no effect on a report without staffing: add --template staffing");
            assert!(message.contains(&expected), "{message}");
        }
        assert_ne!(success(&of("report", &["--template", "queues", "--template", "staffing"])), plain);
        assert_ne!(success(&of("report", &["--template", "staffing"])), plain, "{flag}");
    }
}

#[test]
fn a_key_of_pseudonyms_or_a_sheet_that_changes_nothing_is_refused() {
    let of = |flags: [&'static str; 2]| failure(&[&["report", WEEK_LOG], &flags[..], &DAYS].concat(), 2);
    assert!(of(["--pseudonym-key", "Cargo.toml"]).contains("--pseudonym-key has no effect without --pseudonymize"));
    assert!(of(["--sheet", "Chats"]).contains("--sheet has no effect: none of the logs is an Excel workbook"));
}

/// Standard error of a successful run.
fn note(args: &[&str]) -> String {
    let output = dialogram(args).output().unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{args:?}: {message}");
    message
}

/// The report of the week with these flags.
fn of_week<'a>(flags: &[&'a str]) -> Vec<&'a str> {
    [&["report", WEEK_LOG], flags, &DAYS[..]].concat()
}

#[test]
fn flags_of_the_look_that_no_output_shows_are_noted() {
    let folder = tempfile::tempdir().unwrap();
    let out = |name: &str| text(&folder.path().join(name)).to_owned();
    let acme = "fixtures/brand/acme.toml";
    for (flags, expected) in [
        (&["--lang", "fr", "--format", "json"][..], "--lang has no effect on json: it is for"),
        (&["--lang", "fr", "--format", "csv"], "--lang has no effect on csv: it is for terminal, pdf, html"),
        (&["--brand", acme, "--format", "json"], "--brand has no effect on json: it is for pdf, html, xlsx"),
        (&["--brand", acme], "--brand has no effect on terminal: it is for pdf, html, xlsx"),
        (
            &["--font", "fixtures/fonts/NotoSansCJKjp-few.otf", "--format", "html"],
            "--font has no effect on html: it is for pdf",
        ),
        (&["--plain", "--format", "json"], "--plain has no effect on json: it is for terminal, plain"),
        (&["--plain", "-o", &out("a.pdf")], "--plain has no effect on pdf: it is for terminal, plain"),
        (&["--lang", "fr", "-o", &out("a.json"), "-o", &out("a.csv")], "--lang has no effect on json, csv: it is for"),
    ] {
        let message = note(&of_week(flags));
        assert!(message.contains(expected), "{flags:?}: {message}");
        assert_eq!(message.matches("has no effect").count(), 1, "{flags:?}: {message}");
        assert!(!note(&of_week(&[flags, &["--quiet"]].concat())).contains("has no effect"), "{flags:?}");
    }
    for flags in [
        &["--lang", "fr", "-o", &out("b.json"), "-o", &out("b.pdf")][..],
        &["--brand", acme, "-o", &out("c/")],
        &["--brand", "none", "--format", "json"],
        &["--plain", "-o", &out("d.txt")],
    ] {
        let message = note(&of_week(flags));
        assert!(!message.contains("has no effect"), "{flags:?}: {message}");
    }
    let json = success(&of_week(&["--format", "json"]));
    std::fs::write(folder.path().join("week.json"), json).unwrap();
    let week = out("week.json");
    for (args, expected) in [
        (["explain", &week, "conversations", "--format", "json"], "--lang has no effect on json"),
        (["diff", &week, &week, "--format", "json"], "--lang has no effect on json"),
        (["show", WEEK_LOG, "PA-0639", "--format", "json"], "--lang has no effect on json"),
    ] {
        let message = note(&[&args[..], &["--lang", "pt"]].concat());
        assert!(message.contains(expected), "{args:?}: {message}");
    }
    let check = |format, more: &[&str]| {
        note(&[&["check", &week, "--baseline", &week, "--lang", "fr", "--format", format], more].concat())
    };
    for format in ["json", "junit", "github", "gitlab", "sarif"] {
        let expected = format!("--lang has no effect on {format}: it is for text, plain, markdown, html");
        assert!(check(format, &[]).contains(&expected), "{format}: {}", check(format, &[]));
    }
    for (format, more) in [("text", &[][..]), ("html", &[]), ("json", &["--quiet"])] {
        assert!(!check(format, more).contains("has no effect"), "{format} {more:?}: {}", check(format, more));
    }
    let message = note(&["diff", &week, &week, "--brand", acme]);
    assert!(message.contains("--brand has no effect on this format: it is for html"), "{message}");
}

/// In the configuration, flags of a named report are meant for it; other defaults apply only with staffing.
#[test]
fn a_flag_of_staffing_in_the_configuration_is_a_default() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("dialogram.toml");
    let run = |args: &[&str]| dialogram(args).current_dir(folder.path()).output().unwrap();
    let log = root().join(WEEK_LOG);
    let report = |name: &str, more: &str| {
        format!("[reports.{name}]\nlogs = [\"{}\"]\nfrom = \"2026-03-02\"\nto = \"2026-03-08\"\n{more}", text(&log))
    };
    for (flag, value) in FLAGS {
        let value = format!("{flag} = \"{value}\"\n");
        let both = [report("plain", ""), report("plan", "template = [\"staffing\"]\n")].concat();
        fs::write(&config, format!("{value}{both}")).unwrap();
        assert!(run(&["run", "plain", "--format", "json"]).status.success(), "{flag}");
        let with = run(&["run", "plan", "--format", "json"]);
        fs::write(&config, &both).unwrap();
        let without = run(&["run", "plan", "--format", "json"]);
        assert!(with.status.success() && without.status.success() && with.stdout != without.stdout, "{flag}");

        fs::write(&config, report("plain", &value)).unwrap();
        let refused = run(&["run", "plain", "--format", "json"]);
        let message = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(2), "{message}");
        assert!(message.contains(&format!("`{flag}`: has no effect on a report without staffing")), "{message}");
    }
}

#[test]
fn a_named_report_has_formats() {
    let folder = tempfile::tempdir().unwrap();
    let log = root().join(WEEK_LOG);
    let config = format!(
        "lang = \"pt\"\n[reports.plain]\nlogs = [\"{}\"]\nfrom = \"2026-03-02\"\nto = \"2026-03-08\"\noutput = \"out/\"\n\
         format = [\"csv\", \"json\"]\n",
        text(&log)
    );
    fs::write(folder.path().join("dialogram.toml"), &config).unwrap();
    let run = |args: &[&str]| dialogram(args).current_dir(folder.path()).output().unwrap();
    let files = || {
        let mut names: Vec<_> =
            fs::read_dir(folder.path().join("out")).unwrap().map(|file| file.unwrap().file_name()).collect();
        names.sort();
        names.into_iter().map(|name| name.into_string().unwrap()).collect::<Vec<_>>()
    };
    // The language is a default for all reports, so a report without pages is not a mistake.
    assert!(run(&["run", "plain"]).status.success());
    assert_eq!(files(), ["report.csv", "report.json"]);
    fs::remove_dir_all(folder.path().join("out")).unwrap();
    assert!(run(&["run", "plain", "--format", "markdown"]).status.success());
    assert_eq!(files(), ["report.md"]);
    fs::write(folder.path().join("dialogram.toml"), format!("{config}brand = \"none\"\nlang = \"fr\"\n")).unwrap();
    let noted = run(&["run", "plain"]);
    let message = String::from_utf8(noted.stderr).unwrap();
    assert!(noted.status.success(), "{message}");
    assert!(message.contains("--lang has no effect on csv, json: it is for terminal"), "{message}");
}

/// The calls of the Anonymous Bank on the four Wednesdays of February 1999, by hour, and the agents that a textbook
/// computes for them: 15 calls per hour and agent, and at least half of the customers do not wait.
#[test]
fn the_textbook_s_day_needs_its_agents() {
    let calls = [
        27.0, 7.0, 5.0, 0.0, 2.0, 1.0, 19.0, 156.0, 391.0, 430.0, 496.0, 441.0, 379.0, 818.0, 462.0, 459.0, 274.0,
        301.0, 355.0, 343.0, 271.0, 247.0, 231.0, 176.0,
    ];
    let query = StaffingQuery { share: 0.5, seconds: 0.0, ..StaffingQuery::default() };
    let needed: Vec<u32> = calls
        .map(|calls| cell(4.0, calls, Some(240.0), query).needed.unwrap())
        .map(|needed| (0..100).find(|agents| f64::from(*agents) >= needed).unwrap())
        .to_vec();
    assert_eq!(needed, [1, 1, 1, 0, 1, 1, 1, 4, 8, 9, 10, 9, 8, 16, 10, 10, 6, 7, 8, 8, 6, 6, 5, 4]);
}
