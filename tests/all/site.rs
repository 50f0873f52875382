//! The pages: every link between them works, in the repository and on the site, and the site lists each of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::support::{names, root, text};

/// A page: its path from the project's folder, and its text.
fn pages() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for name in names(&root().join(&folder)) {
            let path = folder.join(&name);
            if root().join(&path).is_dir() {
                // Folders that do not belong to the project.
                if !name.starts_with('.') && name != "target" {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|ending| ending == "md") {
                let page = fs::read_to_string(root().join(&path)).unwrap();
                found.insert(text(&path).replace('\\', "/"), page);
            }
        }
    }
    found
}

/// The lines of a page without code.
fn prose(page: &str) -> Vec<String> {
    let mut is_code = false;
    let mut lines = Vec::new();
    for line in page.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            lines.push(line.split('`').step_by(2).collect::<Vec<_>>().join("`"));
        }
    }
    assert!(!is_code, "a fence is not closed:\n{page}");
    lines
}

/// The targets of a page's links and pictures, without other sites.
fn targets(page: &str) -> Vec<String> {
    let prose = prose(page);
    let links = prose.iter().flat_map(|line| line.split("](").skip(1)).filter_map(|rest| rest.split(')').next());
    links.filter(|target| !target.contains("://")).map(str::to_owned).collect()
}

/// The anchors of a page's headings, as GitHub and mdBook make them.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut is_code = false;
    for line in page.lines() {
        is_code ^= line.starts_with("```");
        let title = line.trim_start_matches('#');
        if is_code || title == line || !title.starts_with(' ') {
            continue;
        }
        let title = title.trim().to_lowercase();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        let slug: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let numbered = (1..100).map(|n| format!("{slug}-{n}"));
        let name = std::iter::once(slug.clone()).chain(numbered).find(|name| !found.contains(name));
        found.insert(name.unwrap());
    }
    found
}

/// A path without `..`.
fn plain(path: &Path) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(parts.pop().is_some(), "{} leads out of the project", path.display()),
            Component::Normal(part) => parts.push(part.to_str().unwrap()),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    parts.join("/")
}

/// Where pages of the site's own lie there: at the top.
fn on_site(path: &str) -> &str {
    path.strip_prefix("site/").unwrap_or(path)
}

/// The path and the heading of a page's link; for a page in `site/`, as on the site.
fn resolved(from: &str, target: &str) -> (String, Option<String>) {
    let (path, anchor) =
        target.split_once('#').map_or((target, None), |(path, anchor)| (path, Some(anchor.to_owned())));
    let from = on_site(from);
    let to = if path.is_empty() { from.to_owned() } else { plain(&Path::new(from).with_file_name(path)) };
    (to, anchor)
}

/// The page at a path, possibly one of the site's own.
fn at<'a>(pages: &'a BTreeMap<String, String>, path: &str) -> Option<&'a String> {
    pages.get(&format!("site/{path}")).or_else(|| pages.get(path))
}

#[test]
fn every_link_leads_to_a_file_and_every_anchor_to_a_heading() {
    let pages = pages();
    let mut checked = 0;
    for (from, page) in &pages {
        for target in targets(page) {
            let (path, anchor) = resolved(from, &target);
            if let Some(page) = at(&pages, &path) {
                let is_there = anchor.as_ref().is_none_or(|anchor| anchors(page).contains(anchor));
                assert!(is_there, "{from}: no heading for `{target}`: {:?}", anchors(page));
            } else {
                assert!(root().join(&path).exists(), "{from}: `{target}` leads nowhere");
                assert!(anchor.is_none(), "{from}: `{target}` is not a page");
            }
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}

/// The pages of the site, as its summary names them.
fn summary(pages: &BTreeMap<String, String>) -> Vec<String> {
    targets(&pages["site/SUMMARY.md"])
}

#[test]
fn the_summary_names_every_page_once() {
    let pages = pages();
    let named = summary(&pages);
    let once: BTreeSet<&str> = named.iter().map(String::as_str).collect();
    assert_eq!(once.len(), named.len(), "a page is named twice");
    let is_one = |path: &&str| path.starts_with("docs/") || path.starts_with("site/");
    // Tables of contents: of the folder, and of the site.
    let own = pages.keys().map(String::as_str).filter(is_one);
    let own: BTreeSet<&str> =
        own.filter(|path| !["docs/README.md", "site/SUMMARY.md"].contains(path)).map(on_site).collect();
    let missing: Vec<_> = own.difference(&once).collect();
    assert!(missing.is_empty(), "site/SUMMARY.md lacks {missing:?}");
    assert!(once.iter().all(|path| at(&pages, path).is_some()));
    // The table of contents of the folder has them too.
    let listed = targets(&pages["docs/README.md"]);
    for path in once.iter().filter_map(|path| path.strip_prefix("docs/")) {
        assert!(listed.iter().any(|target| target == path), "docs/README.md lacks {path}");
    }
}

#[test]
fn every_link_of_the_site_stays_on_it() {
    let pages = pages();
    let named = summary(&pages);
    // What scripts/site lays beside the pages.
    let is_beside = |path: &str| path.starts_with("schemas/") || path.starts_with("docs/images/");
    for path in &named {
        for target in targets(at(&pages, path).unwrap()) {
            let (to, _) = resolved(path, &target);
            assert!(named.contains(&to) || is_beside(&to), "{path}: `{target}` is not on the site");
        }
    }
}

#[test]
fn files_that_the_site_includes_exist_and_are_included_whole() {
    let pages = pages();
    let readme = &pages["README.md"];
    let between = |page: &str, start: &str, end: &str| -> BTreeSet<String> {
        page.split(start).skip(1).map(|rest| rest.split(end).next().unwrap().to_owned()).collect()
    };
    let parts = between(readme, "<!-- ANCHOR: ", " -->");
    assert_eq!(parts, between(readme, "<!-- ANCHOR_END: ", " -->"));
    let own = pages.iter().filter(|(path, _)| path.starts_with("site/"));
    let included: BTreeSet<String> = own.flat_map(|(_, page)| between(page, "{{#include README.md:", "}}")).collect();
    assert_eq!(included, parts);
    // Their links work in the README and on the site.
    for part in parts {
        let (_, rest) = readme.split_once(&format!("<!-- ANCHOR: {part} -->\n")).unwrap();
        let (body, _) = rest.split_once(&format!("<!-- ANCHOR_END: {part} -->\n")).unwrap();
        for target in targets(body) {
            let (to, _) = resolved("README.md", &target);
            let is_there =
                summary(&pages).contains(&to) || to.starts_with("schemas/") || to.starts_with("docs/images/");
            assert!(is_there, "README.md, {part}: `{target}` is not on the site");
        }
    }
}

/// The program's commands in a page's fences: words as a shell gives them.
fn commands(page: &str) -> Vec<Vec<String>> {
    let fences = page.split("```").skip(1).step_by(2);
    let shells = ["sh\n", "console\n", "\n"];
    let blocks = fences.filter_map(|fence| shells.iter().find_map(|shell| fence.strip_prefix(shell)));
    let mut found = Vec::new();
    for line in blocks.flat_map(|block| block.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>()) {
        let line = line.split(" #").next().unwrap().trim().trim_start_matches("$ ").to_owned();
        // Alone, after a pipe, or after the times of a cron job; messages of the program begin with its name too.
        let starts = ["| dialogram ", "* 1  dialogram ", "cargo run -- "];
        let command = match starts.iter().find_map(|start| line.split_once(start)) {
            Some((_, rest)) => rest.to_owned(),
            None => match line.strip_prefix("dialogram ") {
                Some(rest) => rest.to_owned(),
                None => continue,
            },
        };
        // Its description follows after two spaces.
        let command = command.split("  ").next().unwrap().split(" > ").next().unwrap();
        found.push(words(command));
    }
    found
}

fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    // Quotes hold spaces.
    for (at, part) in command.split('"').enumerate() {
        if at % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

#[test]
fn every_command_of_a_page_exists() {
    let mut seen = 0;
    // Another test runs the examples of help, which docs/commands.md contains.
    for (path, page) in pages().iter().filter(|(path, _)| *path != "docs/commands.md") {
        for words in commands(page) {
            let line = std::iter::once("dialogram".to_owned()).chain(words.iter().cloned());
            let parsed = dialogram::cli::command().try_get_matches_from(line);
            // Help and the version are errors of the parser with exit code 0.
            if let Some(error) = parsed.err().filter(|error| error.exit_code() != 0) {
                panic!("{path}: dialogram {}\n{error}", words.join(" "));
            }
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}
