//! Pages (`*.md`) and decisions (`read-4`) named in comments exist.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::imports::sources;
use crate::support::root;

/// The comments of the project's Rust code, with the file and line of each.
fn comments() -> Vec<(String, String)> {
    let folders = ["src", "tests", "benches"].map(|folder| root().join(folder));
    let files = folders.iter().filter(|folder| folder.is_dir()).flat_map(|folder| sources(folder));
    let of = |path: &Path| {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(path).unwrap();
        let comment = |(line, text): (usize, &str)| {
            // An address also contains two slashes.
            let (_, comment) = text.split_once("// ").or_else(|| text.trim_start().split_once("//! "))?;
            Some((format!("{name}:{}", line + 1), comment.to_owned()))
        };
        text.lines().enumerate().filter_map(comment).collect::<Vec<_>>()
    };
    files.flat_map(|path| of(&path)).collect()
}

/// The words of a text: letters and digits, and the characters inside file names and ids.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || "_-./".contains(c))).map(|word| word.trim_matches(['.', '-', '/']))
}

/// The ids of all decisions.
fn decisions() -> Vec<String> {
    let page = fs::read_to_string(root().join("docs/decisions.md")).unwrap();
    let id = |line: &str| Some(line.trim_start_matches("- ").strip_prefix('`')?.split_once("` ")?.0.to_owned());
    page.lines().filter_map(id).filter(|id| part_of(id).is_some()).collect()
}

/// The prefix of an id: `read-4` is the fourth decision of `read`.
fn part_of(id: &str) -> Option<&str> {
    let (part, number) = id.rsplit_once('-')?;
    let is_id = part.bytes().all(|byte| byte.is_ascii_lowercase()) && number.bytes().all(|byte| byte.is_ascii_digit());
    (is_id && !part.is_empty() && !number.is_empty()).then_some(part)
}

#[test]
fn every_page_that_a_comment_names_exists() {
    let folders = ["", "docs", "site", "fixtures", "benches"].map(|folder| root().join(folder));
    let mut seen = 0;
    let mut lost = Vec::new();
    for (place, comment) in comments() {
        for page in words(&comment).filter(|word| word.strip_suffix(".md").is_some_and(|name| !name.is_empty())) {
            seen += 1;
            let is_there = folders.iter().any(|folder| folder.join(page).is_file());
            // Written by a command, or placed beside its log by a test.
            let is_of_a_fixture = page == "story.md";
            if !is_there && !is_of_a_fixture {
                lost.push(format!("{place}: {page}"));
            }
        }
    }
    assert!(seen > 20, "only {seen} pages are named");
    assert!(lost.is_empty(), "comments name pages that do not exist:\n{}", lost.join("\n"));
}

#[test]
fn every_decision_that_a_comment_names_exists() {
    let decisions = decisions();
    let ids: BTreeSet<&str> = decisions.iter().map(String::as_str).collect();
    assert!(ids.len() > 100, "only {} decisions have an id", ids.len());
    assert_eq!(ids.len(), decisions.len(), "an id appears twice in docs/decisions.md");
    let parts: BTreeSet<&str> = ids.iter().filter_map(|id| part_of(id)).collect();
    let mut named = 0;
    let mut lost = Vec::new();
    for (place, comment) in comments() {
        for id in words(&comment).filter(|word| part_of(word).is_some_and(|part| parts.contains(part))) {
            named += 1;
            if !ids.contains(id) {
                lost.push(format!("{place}: {id}"));
            }
        }
    }
    assert!(named >= 10, "only {named} decisions are named");
    assert!(lost.is_empty(), "comments name decisions that do not exist:\n{}", lost.join("\n"));
}
