//! The README's promises: its commands run, its worked example gives the shown output, its flags and exit codes exist;
//! and the examples of docs/log-format.md.

use std::collections::BTreeSet;
use std::fs;

use dialogram::event::{Column, Kind};
use dialogram::failure::Failure;
use dialogram::ingest::reject::Reason;
use dialogram::report::template::Template;

use crate::support::{dialogram, root, success, text};

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The text of the first fence with that language.
fn fence<'a>(readme: &'a str, language: &str) -> &'a str {
    let start = readme.split_once(&format!("```{language}\n")).unwrap_or_else(|| panic!("no fence of {language}")).1;
    start.split_once("```").unwrap().0
}

#[test]
fn the_worked_example_gives_its_output() {
    let readme = readme();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("shop.csv"), fence(&readme, "csv")).unwrap();
    let examples: Vec<&str> =
        readme.split("```console\n").skip(1).map(|rest| rest.split_once("```").unwrap().0).collect();
    assert_eq!(examples.len(), 2);
    for (command, shown) in examples.into_iter().map(|example| example.split_once('\n').unwrap()) {
        let args: Vec<&str> = command.strip_prefix("$ dialogram ").unwrap().split(' ').collect();
        let output = dialogram(&args).current_dir(folder.path()).output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), shown);
    }
}

#[test]
fn the_first_command_reports_the_fixture_week() {
    let readme = readme();
    let command = readme.lines().find_map(|line| line.strip_prefix("cargo run -- ")).unwrap();
    let shown = String::from_utf8(success(&command.split(' ').collect::<Vec<_>>())).unwrap();
    assert!(shown.contains("\n555 "), "{shown}");
    assert!(readme.contains("week of 555 conversations"));
}

#[test]
fn every_flag_of_the_readme_exists() {
    let mut known = BTreeSet::new();
    for command in <dialogram::cli::Cli as clap::CommandFactory>::command().get_subcommands() {
        let help = String::from_utf8(success(&[command.get_name(), "--help"])).unwrap();
        known.extend(flags(&help));
    }
    // Flags of other programs in the README's commands.
    known.extend(["--locked", "--path", "--strip-components"].map(str::to_owned));
    let unknown: Vec<_> = flags(&readme()).into_iter().filter(|flag| !known.contains(flag)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(known.len() > 25);
}

fn flags(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words
        .filter(|word| word.len() > 3 && word.starts_with("--") && !word.starts_with("---"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let readme = readme();
    let cells = readme.lines().filter(|line| line.starts_with("| ")).filter_map(|line| line.split('|').nth(1));
    let shown: BTreeSet<u8> =
        cells.flat_map(|cell| cell.split(',')).filter_map(|code| code.trim().parse().ok()).collect();
    let all = [
        Failure::Found,
        Failure::Usage,
        Failure::EmptyWindow,
        Failure::TooManyRejects,
        Failure::Input,
        Failure::Identity,
        Failure::Interrupted,
        Failure::Terminated,
    ];
    let codes: BTreeSet<u8> = all.map(Failure::exit_code).into_iter().chain([0]).collect();
    assert_eq!(shown, codes);
}

#[test]
fn the_log_formats_examples_are_one_log_without_rejects() {
    let page = fs::read_to_string(root().join("docs/log-format.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let numbers = |ending: &str| {
        let log = folder.path().join(format!("log.{ending}"));
        fs::write(&log, fence(&page, ending)).unwrap();
        let flags = ["--to", "log-end", "--max-rejects", "0", "--format", "json"];
        let report = success(&[&["report", text(&log)], &flags[..]].concat());
        let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
        (report["metrics"].clone(), report["tables"].clone())
    };
    assert_eq!(numbers("jsonl"), numbers("csv"));
    for kind in Kind::ALL {
        assert!(fence(&page, "csv").contains(&format!(",{},", kind.name())), "no example of {}", kind.name());
    }
    let names = Column::ALL.iter().map(|column| column.name()).chain(Reason::ALL.iter().map(|reason| reason.name()));
    for name in names {
        assert!(page.contains(&format!("`{name}`")), "{name} is not on the page");
    }
}

#[test]
fn the_page_of_templates_names_every_metric_of_each_and_its_terms() {
    let page = fs::read_to_string(root().join("docs/templates.md")).unwrap();
    for name in Template::names() {
        let heading = format!("\n## `{name}`\n");
        let section = page.split_once(&heading).unwrap_or_else(|| panic!("no section {name}")).1;
        let section = section.split("\n## ").next().unwrap();
        let rows: Vec<Vec<&str>> =
            section.lines().filter(|line| line.starts_with("| `")).map(|line| line.split(" | ").collect()).collect();
        if name == "weekly" {
            continue;
        }
        let template = Template::built_in(name).unwrap();
        assert_eq!(rows.len(), template.metrics.len(), "{name}");
        for (row, metric) in rows.iter().zip(&template.metrics) {
            assert_eq!((row[0], row[1]), (format!("| `{}`", metric.id).as_str(), metric.label));
            for (platform, term) in metric.terms {
                assert!(row[2..].iter().any(|cell| cell.trim_end_matches(" |") == *term), "{platform}: {term}");
            }
        }
    }
}

#[test]
fn the_page_of_inspect_shows_its_output() {
    let page = fs::read_to_string(root().join("docs/inspect.md")).unwrap();
    let (command, shown) = fence(&page, "console").split_once('\n').unwrap();
    let args: Vec<&str> = command.strip_prefix("$ dialogram ").unwrap().split(' ').collect();
    let output = dialogram(&args).current_dir(root().join("fixtures/messy")).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), shown);
}
