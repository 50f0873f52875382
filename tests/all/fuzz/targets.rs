//! Readers of inputs: each target reads bytes as the program would, and returns whether they could be read.

use std::fs;
use std::path::{Path, PathBuf};

use dialogram::cli::{report_file, rules};
use dialogram::fold::facts::Facts;
use dialogram::gate;
use dialogram::gate::diff::Diff;
use dialogram::ingest::Options;
use dialogram::ingest::profile::Profile;
use dialogram::ingest::source::Source;
use dialogram::inspect::{Examples, inspect_file};
use dialogram::language::Language;
use dialogram::opening_hours::OpeningHours;
use dialogram::render::look::Look;
use dialogram::render::{self, ReportFormat, TerminalOptions};
use dialogram::report::template::Template;
use dialogram::time::{Hours, Period, To, Weekdays, Zone, format_utc, parse_date, parse_instant};
use serde_json::json;

use super::corpus::{self, files};
use super::mutator::mutated;
use crate::mutated::random::Random;
use crate::support::{self, failed};

/// The outcome for an input, or the fault of the program.
pub type Verdict = Result<Outcome, String>;

/// The outcome for an input.
pub struct Outcome {
    /// Whether it could be read.
    pub is_read: bool,
    /// The program's response: its message without quoted values, or the kinds of rows.
    pub says: Vec<String>,
}

impl Outcome {
    fn read(says: impl Into<String>) -> Self {
        Self { is_read: true, says: vec![says.into()] }
    }

    fn refused(message: &str) -> Self {
        Self { is_read: false, says: vec![without_values(message)] }
    }
}

/// The first line of a message without numbers, names and quoted values.
fn without_values(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default();
    let words = line.split(|c: char| c.is_whitespace() || c == ':');
    let is_word = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || ",;-_()".contains(c));
    words.filter(is_word).collect::<Vec<_>>().join(" ")
}

/// A file to mutate, and its reader.
pub struct Target {
    pub name: &'static str,
    /// The inputs to mutate.
    pub corpus: fn() -> Vec<Vec<u8>>,
    /// Mutates an input.
    pub change: fn(&[u8], &[u8], &mut Random) -> Vec<u8>,
    /// Reads an input as a file in the target's own folder. Random choices depend on the input, so that a kept input is
    /// always read the same way.
    pub read: fn(&Path, &[u8], &mut Random) -> Verdict,
}

pub const TARGETS: [Target; 14] = [
    Target {
        name: "csv",
        corpus: || files(&["fixtures"], &["csv", "tsv"]),
        change: mutated,
        read: |folder, bytes, random| log(folder, "log.csv", bytes, random),
    },
    Target {
        name: "jsonl",
        corpus: || files(&["fixtures"], &["jsonl"]),
        change: mutated,
        read: |folder, bytes, random| log(folder, "log.jsonl", bytes, random),
    },
    Target {
        name: "unnamed",
        corpus: || files(&["fixtures"], &["csv", "jsonl", "json", "txt", "log", "gz", "zst", "zip", "xlsx", "parquet"]),
        change: mutated,
        read: |folder, bytes, random| log(folder, "log", bytes, random),
    },
    Target {
        name: "parquet",
        corpus: corpus::parquets,
        change: mutated,
        read: |folder, bytes, random| log(folder, "log.parquet", bytes, random),
    },
    Target {
        name: "xlsx",
        corpus: || files(&["fixtures"], &["xlsx"]),
        change: inside,
        read: |folder, bytes, random| log(folder, "log.xlsx", bytes, random),
    },
    Target {
        name: "zip",
        corpus: || files(&["fixtures"], &["zip"]),
        change: inside,
        read: |folder, bytes, random| log(folder, "log.zip", bytes, random),
    },
    Target {
        name: "packed",
        corpus: || files(&["fixtures/same-rows", "fixtures/csv-dialects"], &["csv", "jsonl"]),
        change: |base, other, random| {
            if random.below(2) == 0 {
                let packed = corpus::packed(base, random);
                return mutated(&packed, other, random);
            }
            let changed = mutated(base, other, random);
            corpus::packed(&changed, random)
        },
        read: |folder, bytes, random| {
            let name = *random.one(&["log.csv.gz", "log.jsonl.zst", "log.gz", "log.zst"]);
            log(folder, name, bytes, random)
        },
    },
    Target {
        name: "inspect",
        corpus: || {
            files(
                &["fixtures/inspect", "fixtures/messy", "fixtures/profiles"],
                &["csv", "json", "jsonl", "txt", "xlsx", "log"],
            )
        },
        change: mutated,
        read: inspected,
    },
    Target { name: "instants", corpus: instants, change: mutated, read: instant },
    Target {
        name: "profiles",
        corpus: || files(&["templates/profiles", "fixtures/profiles"], &["toml"]),
        change: mutated,
        read: profile,
    },
    Target {
        name: "templates",
        corpus: || files(&["templates"], &["toml"]),
        change: mutated,
        read: |_, bytes, _| {
            text(bytes, |text| told(Template::parse("t", "t.toml", text, None)).map(|read| outcome(read.map(drop))))
        },
    },
    Target { name: "rules", corpus: || files(&["fixtures"], &["toml"]), change: mutated, read: rules },
    Target {
        name: "hours",
        corpus: || files(&["fixtures/opening-hours"], &["toml"]),
        change: mutated,
        read: |_, bytes, _| {
            text(bytes, |text| {
                told(OpeningHours::parse("h", "h.toml", text, Zone::UTC)).map(|read| outcome(read.map(drop)))
            })
        },
    },
    Target { name: "reports", corpus: corpus::reports, change: mutated, read: report },
];

/// Mutates the members of an archive, or its bytes.
fn inside(base: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let members = corpus::members(base).filter(|members| !members.is_empty() && random.below(4) > 0);
    let Some(mut members) = members else { return mutated(base, other, random) };
    let at = random.index(members.len());
    members[at].1 = mutated(&members[at].1, other, random);
    corpus::archive(&members)
}

/// The result, or the refusal as in interface.md: no error may be a bug.
fn told<T>(result: anyhow::Result<T>) -> Result<Result<T, Outcome>, String> {
    match result {
        Ok(read) => Ok(Ok(read)),
        Err(error) => refused(failed(&error)).map(Err),
    }
}

fn refused((code, message): (u8, String)) -> Verdict {
    match code {
        2..=5 if !message.is_empty() => Ok(Outcome::refused(&message)),
        _ => Err(format!("exit code {code}: {message:?}")),
    }
}

fn outcome(read: Result<(), Outcome>) -> Outcome {
    read.map_or_else(|refused| refused, |()| Outcome::read(""))
}

fn text(bytes: &[u8], read: impl FnOnce(&str) -> Verdict) -> Verdict {
    std::str::from_utf8(bytes).map_or_else(|_| Ok(Outcome::refused("no text")), read)
}

/// Reads a log to facts. Rows are accepted, duplicates or rejects, and the identities hold.
fn log(folder: &Path, name: &str, bytes: &[u8], random: &mut Random) -> Verdict {
    const FLAGS: [&[&str]; 7] = [
        &[],
        &[],
        &["--sessions", "inactivity"],
        &["--drop-repeats"],
        &["--encoding", "windows-1252"],
        &["--input-tz", "America/Sao_Paulo"],
        &["--max-record", "1KiB", "--memory", "64MiB"],
    ];
    let path = folder.join(name);
    fs::write(&path, bytes).unwrap();
    let flags: &[&str] = FLAGS[random.index(FLAGS.len())];
    of_facts(&path, flags)
}

fn of_facts(path: &Path, flags: &[&str]) -> Verdict {
    let flags: Vec<String> =
        flags.iter().chain(&["--max-rejects", "100%", "--quiet"]).map(|&flag| flag.to_owned()).collect();
    match support::facts(&[PathBuf::from(path)], &flags) {
        Ok(facts) => add_up(&facts).map(|()| Outcome { is_read: true, says: rows_of(&facts) }),
        Err(failure) => refused(failure),
    }
}

/// The kinds of rows in a log: the format, the reasons of rejects, and the oddities.
fn rows_of(facts: &Facts) -> Vec<String> {
    let run = &facts.run;
    let files = run.files.iter().map(|file| format!("{:?} {}", file.format, file.profile));
    let form: Vec<String> = files.collect();
    let form = form.join(" ");
    let reasons = run.rejections.keys().chain(run.oddities.keys()).map(|reason| format!("{form} {reason}"));
    let counts = run.files.iter().map(|file| format!("{form} {} {}", file.accepted > 0, file.duplicates > 0));
    reasons.chain(counts).collect()
}

fn add_up(facts: &Facts) -> Result<(), String> {
    let mut rejected = 0;
    for file in &facts.run.files {
        rejected += file.rejected;
        if file.rows_read != file.accepted + file.duplicates + file.rejected {
            return Err(format!("the counts of rows do not add up: {file:?}"));
        }
    }
    if rejected != facts.run.rejections.values().sum::<u64>() {
        return Err(format!("{rejected} rejects, and by reason {:?}", facts.run.rejections));
    }
    match dialogram::report::identities::of_log(facts).into_iter().find(|check| !check.holds) {
        Some(check) => Err(format!("an identity does not hold: {check:?}")),
        None => Ok(()),
    }
}

fn inspected(folder: &Path, bytes: &[u8], random: &mut Random) -> Verdict {
    let path = folder.join(random.one(&["export.csv", "export.json", "export"]));
    fs::write(&path, bytes).unwrap();
    let name = path.display().to_string();
    let found = match told(inspect_file(&Source::File(path), &name, &Options::new(), Examples::Safe))? {
        Ok(found) => found,
        Err(refused) => return Ok(refused),
    };
    // A profile with gaps must be completed by a person first.
    if let Some(proposed) = found.profile.filter(|proposed| proposed.is_complete) {
        Profile::parse("p", "p.toml", &proposed.text)
            .map_err(|error| format!("a profile that is proposed cannot be read: {error:#}\n{}", proposed.text))?;
        return Ok(Outcome::read("proposed"));
    }
    Ok(Outcome::read(""))
}

fn instants() -> Vec<Vec<u8>> {
    let known = [
        "2026-03-02T09:00:05-03:00",
        "2026-03-02T12:00:05.123456789Z",
        "2026-03-02 12:00:05",
        "1772452805",
        "1772452805123",
        "1772452805.5",
        "2026-03-02",
        "9999-12-31T23:59:59.999Z",
        "0001-01-01T00:00:00+14:00",
        "2025-W53",
        "2026-02",
        "last-week",
        "08:00-18:00",
        "mon-fri",
        "02/03/2026 09:00",
    ];
    known.map(|text| text.as_bytes().to_vec()).into()
}

/// Reads a text as every kind of instant or duration that a person can type, and as that of a log.
fn instant(folder: &Path, bytes: &[u8], _: &mut Random) -> Verdict {
    text(bytes, |text| {
        let _ = parse_date(text);
        let _ = text.parse::<Period>();
        let _ = text.parse::<To>();
        let _ = text.parse::<Hours>();
        let _ = text.parse::<Weekdays>();
        let read = parse_instant(text, Zone::UTC).ok();
        if let Some(instant) = read {
            let again = format_utc(instant);
            // With an offset, an instant may leave the years 1 to 9999, the only ones that can be read again.
            let is_of_calendar = again.len() == "2026-03-02T09:00:00.000Z".len() && !again.starts_with("0000");
            if is_of_calendar && parse_instant(&again, Zone::UTC).ok() != Some(instant) {
                return Err(format!("`{text}` is {instant}, shown as `{again}`, which is another"));
            }
        }
        let row = json!({"ts": text, "event": "message", "actor": "customer", "conversation_id": "c"});
        let path = folder.join("log.jsonl");
        fs::write(&path, format!("{row}\n")).unwrap();
        let outcome = of_facts(&path, &[])?;
        let says = format!("instant, {}", outcome.says.join(" "));
        Ok(if read.is_some() { Outcome::read(says) } else { outcome })
    })
}

/// Reads a profile and, if it is valid, exports with it.
fn profile(folder: &Path, bytes: &[u8], random: &mut Random) -> Verdict {
    text(bytes, |text| {
        if let Err(refused) = told(Profile::parse("p", "p.toml", text))? {
            return Ok(refused);
        }
        let profile = folder.join("p.toml");
        fs::write(&profile, text).unwrap();
        let exports = exports();
        let outcome = of_facts(&exports[random.index(exports.len())], &["--profile", support::text(&profile)])?;
        Ok(Outcome { is_read: true, ..outcome })
    })
}

/// The exports of the built-in profiles' fixtures.
fn exports() -> Vec<PathBuf> {
    let folder = support::root().join("fixtures/profiles");
    let mut found = Vec::new();
    for name in support::names(&folder) {
        let inside = support::names(&folder.join(&name));
        let is_export = |file: &&String| {
            Path::new(file.as_str())
                .extension()
                .is_some_and(|ending| ["csv", "json", "jsonl", "txt", "log"].iter().any(|known| ending == *known))
                && *file != "expected.json"
        };
        found.extend(inside.iter().filter(is_export).map(|file| folder.join(&name).join(file)));
    }
    found
}

fn rules(folder: &Path, bytes: &[u8], _: &mut Random) -> Verdict {
    let path = folder.join("rules.toml");
    fs::write(&path, bytes).unwrap();
    let rules = match told(rules::read(&path, &[]))? {
        Ok(rules) => rules,
        Err(refused) => return Ok(refused),
    };
    let report = report_file::read(&a_report(folder)).map_err(|error| format!("{error:#}"))?;
    Ok(match gate::check(&report, Some(&report), Some(&rules), &|_| false) {
        Ok(_) => Outcome::read("checked"),
        Err(_) => Outcome::read("a rule of no number"),
    })
}

/// A report in the target's folder, made once.
fn a_report(folder: &Path) -> PathBuf {
    let path = folder.join("report.json");
    if !path.exists() {
        fs::write(&path, &corpus::reports()[0]).unwrap();
    }
    path
}

/// A report that can be read can be written in every format, and unchanged as JSON.
fn report(folder: &Path, bytes: &[u8], random: &mut Random) -> Verdict {
    let path = folder.join("report.json");
    fs::write(&path, bytes).unwrap();
    let report = match told(report_file::read(&path))? {
        Ok(report) => report,
        Err(refused) => return Ok(refused),
    };
    let format = *random.one(&[
        ReportFormat::Terminal,
        ReportFormat::Json,
        ReportFormat::Csv,
        ReportFormat::Pdf,
        ReportFormat::Html,
        ReportFormat::Markdown,
        ReportFormat::Xlsx,
        ReportFormat::Plain,
    ]);
    let terminal = TerminalOptions { width: 20 + random.index(200), color: random.below(2) == 0 };
    let written = render::render(&report, format, Language::default(), &Look::default(), &terminal)
        .and_then(|of| Ok(of.into_bytes()?));
    if let (ReportFormat::Json, Ok(bytes)) = (format, &written) {
        fs::write(&path, bytes).unwrap();
        let again = report_file::read(&path).map_err(|error| format!("cannot be read again: {error:#}"))?;
        let rewritten = render::render(&again, format, Language::default(), &Look::default(), &terminal).unwrap();
        if rewritten.into_bytes().unwrap() != *bytes {
            return Err("written and read again, it is another".to_owned());
        }
    }
    let _ = gate::check(&report, Some(&report), None, &|_| false);
    let _ = Diff::of(("a", &report), ("b", &report));
    Ok(Outcome::read(""))
}
