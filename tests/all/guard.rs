//! No run overwrites its inputs, another of its outputs, or a file that this program did not write. Every flag of every
//! command that names a file is found from the command line itself and tested with the real binary.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use clap::ValueEnum;
use dialogram::render::ReportFormat;
use dialogram::render::gate::CheckFormat;
use dialogram::render::list::ListFormat;
use dialogram::render::own_files::is_ours;
use tempfile::{TempDir, tempdir};

use crate::support::{dialogram, names, root};

const LOG: &str = "fixtures/guard/log.jsonl";

/// How the flag or argument uses its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Read; with the name of a file in [`folder`] for the test.
    Reads(&'static str),
    /// Written, whole: a file.
    Writes,
    /// A folder that is written to; with the name of one of its files.
    WritesInto(&'static str),
}
use Role::{Reads, Writes, WritesInto};

/// Every flag and argument that names a file. A new one must be added here and to the `files` of its command.
const ROLES: [(&str, &[(&str, Role)]); 23] = [
    ("hours", &[("file", Reads("hours.toml")), ("config", Reads("config.toml"))]),
    (
        "report",
        &[
            ("logs", Reads("log.jsonl")),
            ("opening_hours", Reads("hours.toml")),
            ("template", Reads("template.toml")),
            ("profile", Reads("profile.toml")),
            ("pseudonym_key", Reads("key")),
            ("brand", Reads("brand.toml")),
            ("font", Reads("font.ttf")),
            ("config", Reads("config.toml")),
            ("rejects", Writes),
            ("output", WritesInto("report.json")),
        ],
    ),
    (
        "list",
        &[
            ("logs", Reads("log.jsonl")),
            ("opening_hours", Reads("hours.toml")),
            ("profile", Reads("profile.toml")),
            ("pseudonym_key", Reads("key")),
            ("brand", Reads("brand.toml")),
            ("config", Reads("config.toml")),
            ("rejects", Writes),
            ("output", Writes),
        ],
    ),
    (
        "snapshot",
        &[
            ("logs", Reads("log.jsonl")),
            ("profile", Reads("profile.toml")),
            ("pseudonym_key", Reads("key")),
            ("brand", Reads("brand.toml")),
            ("font", Reads("font.ttf")),
            ("config", Reads("config.toml")),
            ("rejects", Writes),
            ("output", WritesInto("snapshot.json")),
        ],
    ),
    (
        "inspect",
        &[
            ("logs", Reads("log.jsonl")),
            ("tried-profile", Reads("profile.toml")),
            ("config", Reads("config.toml")),
            ("write_profile", Writes),
        ],
    ),
    (
        "fold",
        &[
            ("logs", Reads("log.jsonl")),
            ("profile", Reads("profile.toml")),
            ("pseudonym_key", Reads("key")),
            ("config", Reads("config.toml")),
            ("rejects", Writes),
            ("output", WritesInto("facts.json")),
        ],
    ),
    (
        "check",
        &[
            ("logs", Reads("log.jsonl")),
            ("opening_hours", Reads("hours.toml")),
            ("template", Reads("template.toml")),
            ("profile", Reads("profile.toml")),
            ("pseudonym_key", Reads("key")),
            ("brand", Reads("brand.toml")),
            ("config", Reads("config.toml")),
            ("baseline", Reads("report.json")),
            ("baseline_log", Reads("log.jsonl")),
            ("rules", Reads("rules.toml")),
            ("rejects", Writes),
            ("output", Writes),
        ],
    ),
    (
        "run",
        &[
            ("logs", Reads("log.jsonl")),
            ("opening_hours", Reads("hours.toml")),
            ("template", Reads("template.toml")),
            ("profile", Reads("profile.toml")),
            ("pseudonym_key", Reads("key")),
            ("brand", Reads("brand.toml")),
            ("font", Reads("font.ttf")),
            ("config", Reads("config.toml")),
            ("rejects", Writes),
            ("output", WritesInto("report.json")),
        ],
    ),
    (
        "diff",
        &[
            ("old", Reads("report.json")),
            ("new", Reads("report.json")),
            ("brand", Reads("brand.toml")),
            ("config", Reads("config.toml")),
        ],
    ),
    (
        "show",
        &[
            ("logs", Reads("log.jsonl")),
            ("opening_hours", Reads("hours.toml")),
            ("profile", Reads("profile.toml")),
            ("pseudonym_key", Reads("key")),
            ("config", Reads("config.toml")),
            ("rejects", Writes),
        ],
    ),
    ("explain", &[("report", Reads("report.json")), ("brand", Reads("brand.toml")), ("config", Reads("config.toml"))]),
    (
        "plan",
        &[
            ("logs", Reads("log.jsonl")),
            ("profile", Reads("profile.toml")),
            ("pseudonym_key", Reads("key")),
            ("config", Reads("config.toml")),
            ("rejects", Writes),
        ],
    ),
    (
        "stage",
        &[
            ("plan", Reads("plan.json")),
            ("rows", Reads("notes.jsonl")),
            ("notes", Reads("notes.jsonl")),
            ("config", Reads("config.toml")),
            ("rejects", Writes),
            ("output", WritesInto("facts.json")),
        ],
    ),
    ("profiles", &[("name", Reads("profile.toml")), ("config", Reads("config.toml"))]),
    ("recipe", &[("output", WritesInto("dialogram.cron")), ("config", Reads("config.toml"))]),
    (
        "send",
        &[
            ("files", Reads("report.json")),
            ("brand", Reads("brand.toml")),
            ("config", Reads("config.toml")),
            ("dry_run", Writes),
        ],
    ),
    ("schema", &[("config", Reads("config.toml"))]),
    ("doctor", &[("config", Reads("config.toml"))]),
    ("man", &[("output", WritesInto("dialogram.1")), ("config", Reads("config.toml"))]),
    ("metrics", &[("config", Reads("config.toml"))]),
    ("tables", &[("config", Reads("config.toml"))]),
    ("completions", &[("config", Reads("config.toml"))]),
    ("config", &[("config", Reads("config.toml"))]),
];

/// The flags and arguments that name files, of each command.
fn found() -> BTreeMap<String, BTreeSet<String>> {
    let mut known = dialogram::cli::command();
    known.build();
    let mut found = BTreeMap::new();
    for command in known.get_subcommands().filter(|command| command.get_name() != "help") {
        let is_file = |arg: &&clap::Arg| {
            let is_path = arg.get_value_parser().type_id() == std::any::TypeId::of::<PathBuf>();
            let named =
                arg.get_value_names().unwrap_or_default().iter().any(|name| {
                    ["FILE", "DIR", "LOG", "PATH", "FOLDER", ".json"].iter().any(|part| name.contains(part))
                });
            // A recipe installs it: an address, or a file of another machine. It is not opened.
            let is_address = arg.get_id() == "archive";
            arg.get_action().takes_values() && (is_path || named) && !is_address
        };
        let args = command.get_arguments().filter(is_file).map(|arg| arg.get_id().to_string()).collect();
        found.insert(command.get_name().to_owned(), args);
    }
    found
}

#[test]
fn every_flag_that_names_a_file_is_known() {
    let known: BTreeMap<String, BTreeSet<String>> = ROLES
        .iter()
        .map(|(command, args)| ((*command).to_owned(), args.iter().map(|(arg, _)| (*arg).to_owned()).collect()))
        .collect();
    let found = found();
    assert_eq!(
        found, known,
        "a flag that names a file is new or gone: add it to `Files` of its command (src/cli) and to ROLES above"
    );
}

/// A folder with one of each kind of file that a command reads.
fn folder() -> TempDir {
    static FILES: LazyLock<TempDir> = LazyLock::new(made);
    let folder = tempdir().unwrap();
    for name in names(FILES.path()) {
        fs::copy(FILES.path().join(&name), folder.path().join(&name)).unwrap();
    }
    folder
}

fn made() -> TempDir {
    let folder = tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::copy(root().join(LOG), at("log.jsonl")).unwrap();
    fs::write(at("template.toml"), "title = 'Mine'\nmetrics = ['conversations']\n").unwrap();
    let profile = dialogram(&["profiles", "zendesk-chat", "--format", "toml"]).output().unwrap();
    fs::write(at("profile.toml"), profile.stdout).unwrap();
    fs::write(at("brand.toml"), "name = 'Acme'\n").unwrap();
    fs::write(at("key"), "sixteen bytes or more").unwrap();
    let font = fs::read(root().join("assets/fonts/NotoSansThai-Regular.ttf.zst")).unwrap();
    fs::write(at("font.ttf"), zstd::decode_all(&font[..]).unwrap()).unwrap();
    fs::write(at("config.toml"), "days = 7\n[reports.mine]\ntz = 'UTC'\n").unwrap();
    fs::copy(root().join("fixtures/opening-hours/hours.toml"), at("hours.toml")).unwrap();
    fs::write(at("rules.toml"), "[[rules]]\nmetric = 'conversations'\nat-least = 1\n").unwrap();
    let report = dialogram(&["report", LOG, "--to", "log-end", "--format", "json"]).output().unwrap();
    fs::write(at("report.json"), report.stdout).unwrap();
    fs::write(at("plan.json"), dialogram(&["plan", LOG, "--json"]).output().unwrap().stdout).unwrap();
    fs::write(at("notes.jsonl"), "").unwrap();
    folder
}

/// The arguments that pass a file to a flag.
fn given(command: &str, arg: &str, file: &str) -> Vec<String> {
    let mut known = dialogram::cli::command();
    known.build();
    let command = known.find_subcommand(command).unwrap();
    let found = command.get_arguments().find(|other| other.get_id() == arg).unwrap();
    match found.get_long() {
        // Fetched rows belong to a part.
        Some("rows") => vec![format!("--rows={file}"), "--part=0".to_owned()],
        Some(long) => vec![format!("--{long}={file}")],
        None => vec![file.to_owned()],
    }
}

/// The flag that replaces any file, for commands that have it.
fn force(command: &str) -> Option<String> {
    let known = dialogram::cli::command();
    let command = known.find_subcommand(command).unwrap();
    command.get_arguments().any(|arg| arg.get_id() == "force").then(|| "--force".to_owned())
}

/// The flags that a command needs besides the tested ones.
fn needed(command: &str, tried: &[&str]) -> Vec<String> {
    let log = || (!tried.contains(&"logs")).then_some("log.jsonl");
    let report = |arg: &str| (!tried.contains(&arg)).then_some("report.json");
    let words: Vec<&str> = match command {
        "report" | "snapshot" | "inspect" | "fold" | "plan" => log().into_iter().collect(),
        "stage" if tried.contains(&"plan") => vec!["settle"],
        "stage" => vec!["settle", "--plan=plan.json"],
        "show" => log().into_iter().chain(["c1"]).collect(),
        "list" => std::iter::once("conversations").chain(log()).collect(),
        "check" if tried.iter().any(|arg| ["baseline", "baseline_log", "rules"].contains(arg)) => {
            log().into_iter().collect()
        }
        "check" => ["--baseline", "report.json"].into_iter().chain(log()).collect(),
        "run" => std::iter::once("mine").chain(log()).chain(["--config=config.toml"]).collect(),
        "diff" => report("old").into_iter().chain(report("new")).collect(),
        "explain" => report("report").into_iter().chain(["conversations"]).collect(),
        "recipe" => vec!["cron"],
        "send" if tried.contains(&"files") => vec!["--from=a@example.com", "--to=b@example.com"],
        "send" => vec!["report.json", "--from=a@example.com", "--to=b@example.com"],
        "completions" => vec!["bash"],
        _ => Vec::new(),
    };
    let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    if tried.contains(&"config") {
        words.retain(|word| !word.starts_with("--config"));
    }
    if command == "fold" && !tried.contains(&"output") {
        words.push("--output=facts".to_owned());
    }
    words
}

fn run_in(folder: &Path, args: &[String]) -> Output {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    dialogram(&args).current_dir(folder).output().unwrap()
}

/// Runs a command that must be refused before it reads or writes anything, and returns its message.
fn refused(folder: &Path, args: &[String]) -> String {
    let before = contents(folder);
    let output = run_in(folder, args);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}: {message}");
    assert!(output.stdout.is_empty(), "{args:?} wrote to standard output");
    assert_eq!(contents(folder), before, "{args:?} changed a file");
    message
}

fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let file = |name: &String| folder.join(name).is_file();
    names(folder).into_iter().filter(file).map(|name| (name.clone(), fs::read(folder.join(name)).unwrap())).collect()
}

/// Makes `at` another name of a file.
#[cfg(unix)]
fn link(folder: &Path, file: &str, at: &Path, is_hard: bool) {
    if is_hard {
        fs::hard_link(folder.join(file), at).unwrap();
    } else {
        std::os::unix::fs::symlink(fs::canonicalize(folder.join(file)).unwrap(), at).unwrap();
    }
}

/// Every output of every command, written to every one of its inputs: by its own name, a link, and a hard link.
#[cfg(unix)]
#[test]
fn no_output_is_an_input() {
    let mut tried = 0;
    for (command, args) in ROLES {
        let outputs = args.iter().filter(|(_, role)| !matches!(role, Reads(_)));
        for ((output, role), (input, file)) in outputs.flat_map(|output| {
            args.iter()
                .filter_map(move |(arg, role)| if let Reads(file) = role { Some((output, (arg, file))) } else { None })
        }) {
            for name in ["itself", "soft", "hard"] {
                let folder = folder();
                let path = match (role, name) {
                    (Writes, "itself") => (*file).to_owned(),
                    (Writes, _) => {
                        link(folder.path(), file, &folder.path().join("linked"), name == "hard");
                        "./linked".to_owned()
                    }
                    // A file in a folder has its own name: only a link can make it the input.
                    (WritesInto(_) | Reads(_), "itself") => continue,
                    (WritesInto(own) | Reads(own), _) => {
                        fs::create_dir(folder.path().join("out")).unwrap();
                        link(folder.path(), file, &folder.path().join("out").join(own), name == "hard");
                        "out".to_owned()
                    }
                };
                let mut line = vec![command.to_owned()];
                line.extend(needed(command, &[output, input]));
                line.extend(given(command, input, file));
                line.extend(given(command, output, &path));
                line.extend(force(command));
                let message = refused(folder.path(), &line);
                assert!(message.contains("is the same file as") && message.contains(file), "{line:?}: {message}");
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "only {tried}");
}

#[test]
fn two_outputs_are_two_files() {
    for command in ["report", "list", "snapshot", "fold", "check", "run"] {
        let folder = folder();
        let own = ROLES.iter().find(|(name, _)| *name == command).unwrap().1;
        let (_, role) = own.iter().find(|(arg, _)| *arg == "output").unwrap();
        let (path, rejects) = match role {
            WritesInto(file) => ("out".to_owned(), format!("out/./{file}")),
            Writes | Reads(_) => ("out.json".to_owned(), "./out.json".to_owned()),
        };
        let mut line = vec![command.to_owned()];
        line.extend(needed(command, &["output", "rejects"]));
        line.extend([format!("--output={path}"), format!("--rejects={rejects}")]);
        let message = refused(folder.path(), &line);
        assert!(message.contains("are the same file") && message.contains("--rejects"), "{message}");
    }
}

/// Each output is written over a file of the user, which stays, and is replaced with `--force`.
#[test]
fn a_file_of_another_program_is_replaced_only_with_force() {
    // The outputs of a stage need the rows of earlier stages: see `stages`. A plan writes no file.
    for (command, args) in ROLES.into_iter().filter(|(command, _)| !["plan", "stage"].contains(command)) {
        for (output, role) in args.iter().filter(|(_, role)| !matches!(role, Reads(_))) {
            let folder = folder();
            let (path, file) = match role {
                Writes | Reads(_) => ("notes.json".to_owned(), "notes.json".to_owned()),
                WritesInto(own) => ("out".to_owned(), format!("out/{own}")),
            };
            fs::create_dir(folder.path().join("out")).unwrap();
            fs::write(folder.path().join(&file), "my notes\n").unwrap();
            let mut line = vec![command.to_owned()];
            line.extend(needed(command, &[output]));
            line.extend(given(command, output, &path));
            if ["report", "list", "check", "run"].contains(&command) {
                line.push("--to=log-end".to_owned());
            }
            if command == "inspect" {
                fs::copy(root().join("fixtures/guard/strange.csv"), folder.path().join("log.jsonl")).unwrap();
                line.extend(["--input-format=csv".to_owned()]);
            }
            let message = refused(folder.path(), &line);
            assert!(message.contains(&file) && message.contains("--force"), "{line:?}: {message}");
            line.extend(force(command));
            let output = run_in(folder.path(), &line);
            let message = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "{line:?}: {message}");
            assert_ne!(fs::read(folder.path().join(&file)).unwrap(), b"my notes\n", "{line:?}");
        }
    }
}

/// A baseline replaces a report, but no other file.
#[test]
fn a_baseline_is_updated_where_it_is_a_report() {
    let folder = folder();
    let update = |baseline: &str| {
        ["check", "log.jsonl", "--to", "log-end", "--quiet", "--update", "--baseline", baseline].map(str::to_owned)
    };
    assert_eq!(run_in(folder.path(), &update("report.json")).status.code(), Some(0));
    assert_eq!(run_in(folder.path(), &update("new.json")).status.code(), Some(0));
    assert!(refused(folder.path(), &update("rules.toml")).contains("--force"));
    assert!(refused(folder.path(), &update("log.jsonl")).contains("is the same file as LOG log.jsonl"));
}

/// The program may replace its own outputs: each command in each of its formats, twice in one place.
#[test]
fn files_of_the_program_are_replaced_without_asking() {
    let name = |value: clap::builder::PossibleValue| value.get_name().to_owned();
    let formats = ReportFormat::value_variants().iter().filter_map(|format| format.to_possible_value().map(name));
    let mut lines: Vec<Vec<String>> = Vec::new();
    let mut add = |line: &str| lines.push(line.split(' ').map(str::to_owned).collect());
    for format in formats {
        add(&format!("report log.jsonl --to log-end --format {format} -o a.{format}"));
        add(&format!("report log.jsonl --to log-end --color always --format {format} -o b.{format}"));
        add(&format!("snapshot log.jsonl --format {format} -o c.{format}"));
        add(&format!("snapshot log.jsonl --every 6h --to log-end --format {format} -o d.{format}"));
    }
    for format in ListFormat::value_variants().iter().filter_map(|format| format.to_possible_value().map(name)) {
        for table in dialogram::fold::schema::FactTable::ALL {
            add(&format!("list {0} log.jsonl --all --format {format} -o {0}.{format}", table.name()));
        }
        for metric in dialogram::metrics::all() {
            add(&format!(
                "list --metric {0} log.jsonl --to log-end --quiet --format {format} -o {0}.{format}",
                metric.id
            ));
        }
    }
    for format in CheckFormat::value_variants().iter().filter_map(|format| format.to_possible_value().map(name)) {
        add(&format!("check log.jsonl --to log-end --baseline report.json --format {format} -o e.{format}"));
        add(&format!("check report.json --baseline fewer.json --format {format} -o f.{format}"));
        add(&format!("check report.json --rules rules.toml --format {format} -o g.{format}"));
    }
    for line in [
        "report log.jsonl --to log-end -o report",
        "snapshot log.jsonl -o snapshot",
        "snapshot log.jsonl --every 6h --to log-end -o series",
        "fold log.jsonl -o facts",
        "list conversations facts --all --format csv -o of-facts.csv",
        "man -o man",
        "recipe systemd -o units",
        "run mine log.jsonl --config config.toml --to log-end --output run/{week}.txt --output run",
        "report bad.jsonl --to log-end --max-rejects 100% --rejects rejects.jsonl -o report",
        "inspect strange.csv --write-profile strange.toml",
    ] {
        add(line);
    }
    let folder = folder();
    let log = fs::read_to_string(folder.path().join("log.jsonl")).unwrap();
    fs::write(folder.path().join("bad.jsonl"), format!("{log}nonsense\n{{\"ts\": 1}}\n")).unwrap();
    fs::copy(root().join("fixtures/guard/strange.csv"), folder.path().join("strange.csv")).unwrap();
    let report = fs::read_to_string(folder.path().join("report.json")).unwrap();
    fs::write(folder.path().join("fewer.json"), report.replacen("\"value\": 5", "\"value\": 4", 1)).unwrap();
    for line in &lines {
        let first = run_in(folder.path(), line);
        let second = run_in(folder.path(), line);
        let message = String::from_utf8_lossy(&second.stderr);
        assert_eq!(first.status.code(), second.status.code(), "{line:?}: {message}");
        assert!(matches!(second.status.code(), Some(0 | 1 | 3)), "{line:?}: {message}");
    }
}

/// Each metric's list has different columns.
#[test]
fn a_list_of_any_metric_may_be_overwritten() {
    let folder = folder();
    for metric in dialogram::metrics::all() {
        let line = ["list", "--metric", metric.id, "log.jsonl", "--to=log-end", "--quiet", "-o=a.csv", "--force"];
        let output = run_in(folder.path(), &line.map(str::to_owned));
        assert_eq!(output.status.code(), Some(0), "{line:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(is_ours(&folder.path().join("a.csv")).unwrap(), "{}", metric.id);
    }
}

/// Standard input and output count too, if the shell redirects them to files.
#[cfg(unix)]
#[test]
fn streams_that_are_files_are_files() {
    let folder = folder();
    let log = folder.path().join("log.jsonl");
    let before = fs::read(&log).unwrap();
    let mut command = dialogram(&["report", "-", "--to", "log-end", "--format", "json", "-o", "log.jsonl", "--force"]);
    let output = command.current_dir(folder.path()).stdin(fs::File::open(&log).unwrap()).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(message.contains("-o log.jsonl is the same file as standard input"), "{message}");
    let append = fs::OpenOptions::new().append(true).open(&log).unwrap();
    let output = dialogram(&["report", "log.jsonl", "--to", "log-end"])
        .current_dir(folder.path())
        .stdout(append)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read(&log).unwrap(), before);
}

/// The names of `run`'s outputs with placeholders are known only after the log is read; a refused run still writes
/// nothing.
#[test]
fn names_made_of_the_log_are_looked_at_too() {
    let folder = folder();
    fs::write(folder.path().join("mine.json"), "my notes\n").unwrap();
    for flags in [vec!["--to=log-end"], vec!["--from=2026-03-02", "--to=2026-03-08"]] {
        let line =
            ["run", "mine", "log.jsonl", "--config=config.toml", "--output={report}.json", "--output={from}.csv"];
        let line: Vec<String> = line.into_iter().chain(flags).map(str::to_owned).collect();
        let message = refused(folder.path(), &line);
        assert!(message.contains("-o mine.json") && message.contains("--force"), "{message}");
    }
}
