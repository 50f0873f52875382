//! The promises of SECURITY.md: each names its tests, and they exist; so do the commands for the figures of
//! docs/reliability.md.

use std::fs;

use crate::support::root;

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// The files in backticks in a text: paths in folders of tests, scripts or sources, without arguments.
fn files(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2).filter_map(|quoted| quoted.split(' ').next());
    quoted
        .filter(|word| ["tests/", "scripts/", "src/", "fixtures/"].iter().any(|folder| word.starts_with(folder)))
        .collect()
}

#[test]
fn every_promise_names_tests_that_exist() {
    let security = page("SECURITY.md");
    let table = security.split_once("| promise | test |").unwrap().1.split("\n\n").next().unwrap();
    let promises: Vec<&str> = table.lines().skip(2).collect();
    assert!(promises.len() >= 12, "{} promises", promises.len());
    for promise in &promises {
        let named = files(promise);
        let is_setting = promise.contains("`Cargo.toml`");
        assert!(is_setting || named.iter().any(|name| !name.starts_with("scripts/")), "no test: {promise}");
    }
    for name in ["SECURITY.md", "docs/reliability.md"] {
        for file in files(&page(name)) {
            assert!(root().join(file).exists(), "{name}: {file} is not there");
        }
    }
}

#[test]
fn every_figure_has_its_command() {
    let reliability = page("docs/reliability.md");
    let mut rows = 0;
    for table in reliability.split("\n\n").filter(|part| part.starts_with("| ") && part.contains("| figure |")) {
        let has_command = table.lines().next().unwrap().contains("command");
        for row in table.lines().skip(2) {
            let command = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
            assert!(has_command && command.contains('`'), "no command: {row}");
            rows += 1;
        }
    }
    assert!(rows >= 8, "{rows} figures");
}
