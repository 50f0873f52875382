//! Which files of `src` name items of which others, parsed from the text, so that tests can check the architecture.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::root;

/// A path of names, such as `ingest`, `decode`, `csv`.
pub type Names = Vec<String>;

/// One file of `src`.
pub struct File {
    /// Its path below `src`.
    pub place: String,
    /// The names after `crate` that lead to it.
    pub module: Names,
    /// Everything that it names, from the crate's root on, without its tests.
    pub named: Vec<Names>,
    /// The imports of its tests.
    pub named_in_tests: Vec<Names>,
    /// The names that it re-exports: the name here, and its origin.
    passed_on: BTreeMap<String, Names>,
}

/// All files of `src` except `main.rs`.
pub struct House {
    files: BTreeMap<Names, File>,
}

impl House {
    pub fn read() -> Self {
        let folder = root().join("src");
        let file = |path: &PathBuf| {
            let place = path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/");
            File::new(&place, &fs::read_to_string(path).unwrap())
        };
        Self::of(sources(&folder).iter().map(file).filter(|file| file.place != "main.rs"))
    }

    pub fn of(files: impl Iterator<Item = File>) -> Self {
        Self { files: files.map(|file| (file.module.clone(), file)).collect() }
    }

    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.values()
    }

    /// The file that declares a name, past files that only re-export it.
    pub fn declares(&self, name: &[String]) -> &File {
        let mut name = name.to_vec();
        // A chain of re-exports is at most as long as the number of files.
        for _ in 0..self.files.len() {
            let depth = (0..=name.len()).rev().find(|depth| self.files.contains_key(&name[..*depth])).unwrap();
            let file = &self.files[&name[..depth]];
            let Some(from) = name.get(depth).and_then(|next| file.passed_on.get(next)) else { return file };
            name = from.iter().chain(&name[depth + 1..]).cloned().collect();
        }
        panic!("{name:?} is passed on in a circle")
    }

    /// The other files that each file needs, not counting its own folder's `mod.rs` and files: they are one idea.
    pub fn needs(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let of = |file: &File| {
            let others = file.named.iter().map(|name| self.declares(name));
            others.filter(|other| !file.module.starts_with(&other.module)).map(|other| other.place.as_str()).collect()
        };
        self.files.values().map(|file| (file.place.as_str(), of(file))).collect()
    }
}

/// Groups of files that need each other in a cycle.
pub fn circles<'a>(needs: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Vec<BTreeSet<&'a str>> {
    let reached = |from: &'a str| {
        let mut seen = BTreeSet::new();
        let mut next = vec![from];
        while let Some(file) = next.pop() {
            next.extend(needs.get(file).into_iter().flatten().copied().filter(|other| seen.insert(*other)));
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<&str>> = needs.keys().map(|file| (*file, reached(file))).collect();
    let circle = |file: &&'a str| -> BTreeSet<&'a str> {
        reached[*file].iter().copied().filter(|other| reached[other].contains(*file)).collect()
    };
    let circles: BTreeSet<BTreeSet<&str>> = reached.keys().map(circle).filter(|circle| !circle.is_empty()).collect();
    circles.into_iter().collect()
}

/// The Rust files below a folder, in order.
pub fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

impl File {
    /// Parses a file with that path below `src`.
    pub fn new(place: &str, text: &str) -> Self {
        let module: Names = place
            .trim_end_matches(".rs")
            .split('/')
            .filter(|name| !["mod", "lib"].contains(name))
            .map(str::to_owned)
            .collect();
        let lines: Vec<&str> = text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect();
        let code = lines.join("\n");
        let (code, tests) = match code.split_once("#[cfg(test)]\nmod tests {") {
            Some((code, tests)) => (code.to_owned(), tests.to_owned()),
            None => (code, String::new()),
        };
        let within_tests: Names = module.iter().cloned().chain(["tests".to_owned()]).collect();
        let passed_on = uses(&code, "pub use ", &module).into_iter().map(|(name, as_name)| (as_name, name)).collect();
        let mut named = named(&code, &module);
        named.extend(children(&code).filter_map(|child| {
            let is_used = code.match_indices(&format!("{child}::")).any(|(at, _)| !is_within_a_path(&code, at));
            is_used.then(|| module.iter().cloned().chain([child]).collect::<Names>())
        }));
        let place = place.to_owned();
        Self { place, named, named_in_tests: self::named(&tests, &within_tests), module, passed_on }
    }
}

/// The modules that a file declares.
fn children(code: &str) -> impl Iterator<Item = String> {
    let declared = code.lines().filter_map(|line| {
        let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ").trim_start_matches("pub ");
        line.strip_prefix("mod ")?.strip_suffix(';')
    });
    declared.map(str::to_owned)
}

/// Whether the text at a position is inside a longer path.
fn is_within_a_path(code: &str, at: usize) -> bool {
    code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
}

/// All names that begin with `crate`, `super` or `self`, without re-exports.
fn named(code: &str, module: &[String]) -> Vec<Names> {
    let mut names = Vec::new();
    for start in ["crate::", "super::", "self::"] {
        for (at, _) in code.match_indices(start) {
            let is_passed_on = code[..at].ends_with("pub use ");
            if !is_within_a_path(code, at) && !is_passed_on {
                names.extend(tree(&code[at..], &[], module).into_iter().map(|(name, _)| name));
            }
        }
    }
    names
}

/// The names imported by statements of one kind: their origin, and the name here.
fn uses(code: &str, statement: &str, module: &[String]) -> Vec<(Names, String)> {
    code.match_indices(statement).flat_map(|(at, _)| tree(&code[at + statement.len()..], &[], module)).collect()
}

/// The names of one path, or of a tree of them.
fn tree(text: &str, before: &[String], module: &[String]) -> Vec<(Names, String)> {
    let text = text.trim_start();
    if let Some(list) = text.strip_prefix('{') {
        return items(list).into_iter().flat_map(|item| tree(item, before, module)).collect();
    }
    let word: String = text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let rest = &text[word.len()..];
    let mut name = before.to_vec();
    match word.as_str() {
        "crate" => name.clear(),
        "super" if before.is_empty() => name = module[..module.len().saturating_sub(1)].to_vec(),
        "super" => drop(name.pop()),
        "self" if before.is_empty() => name = module.to_vec(),
        "self" | "" => {}
        _ => name.push(word.clone()),
    }
    if let Some(more) = rest.strip_prefix("::") {
        return tree(more, &name, module);
    }
    let as_name = rest
        .strip_prefix(" as ")
        .map_or(word, |text| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
    vec![(name, as_name)]
}

/// The items of a list in braces, without its opening brace.
fn items(list: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                found.push(&list[from..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&list[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|item| !item.trim().is_empty());
    found
}

fn names(path: &str) -> Names {
    path.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

#[test]
fn all_ways_to_name_an_item_are_seen() {
    let code = "use crate::{cli, time::{Zone, date::Date}, report::Report as R};\nuse super::super::event;\nuse super::cells::{self, Cells};\n\
                mod blocks;\npub use self::blocks::Block;\nlet x = crate::render::Format::Json; // crate::gate\nblocks::find(x);\nuse std::fs;\n\
                #[cfg(test)]\nmod tests {\nuse super::*;\nuse crate::cli::duration;\n}\n";
    let file = File::new("ingest/decode/csv/mod.rs", code);
    let seen: BTreeSet<String> = file.named.iter().map(|name| name.join("::")).collect();
    let expected = [
        "cli",
        "ingest::event",
        "ingest::decode::cells",
        "ingest::decode::cells::Cells",
        "ingest::decode::csv::blocks",
        "render::Format::Json",
        "report::Report",
        "time::Zone",
        "time::date::Date",
    ];
    assert_eq!(seen, expected.map(str::to_owned).into());
    assert_eq!(file.named_in_tests, [names("cli::duration"), names("ingest::decode::csv")]);
    assert_eq!(file.passed_on["Block"], names("ingest::decode::csv::blocks::Block"));
}

#[test]
fn reexports_belong_to_the_declaring_file() {
    let files = [
        File::new("a/mod.rs", "mod b;\npub mod c;\npub use self::b::B;\n"),
        File::new("a/b.rs", "use super::c::C;\n"),
        File::new("a/c.rs", "use crate::a::B;\n"),
        File::new("d.rs", "use crate::a::B;\n"),
        File::new("lib.rs", "mod a;\nmod d;\n"),
    ];
    let house = House::of(files.into_iter());
    assert_eq!(house.declares(&names("a::B")).place, "a/b.rs");
    assert_eq!(house.declares(&names("a::c::C")).place, "a/c.rs");
    assert_eq!(circles(&house.needs()), [BTreeSet::from(["a/b.rs", "a/c.rs"])]);
}
