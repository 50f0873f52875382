//! Exports as people change them: columns renamed, in other languages, dropped, shuffled, on other clocks, with other
//! delimiters and decimal signs, rows twice, ids of several forms. A report of such a file has the numbers of the file as it
//! was, or none, or it is refused, asked about or warned of: no number is silently wrong.

mod change;
mod documents;
mod outcome;
mod random;
mod table;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::tempdir;

use self::change::Change;
use self::outcome::{Outcome, Verdict, outcome, verdict};
use self::random::Random;
use crate::support::root;

/// How many files a run looks at; `DIALOGRAM_MUTATIONS` raises it.
const FILES: u64 = 24;
/// Changes of one file, at most.
const MOST_CHANGES: u64 = 3;

/// All files of the fixtures of exports that can be changed.
fn bases() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("fixtures/inspect"), root().join("fixtures/profiles")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| ["csv", "json", "jsonl"].iter().any(|known| end == *known))
                && path.file_name().is_some_and(|name| name != "expected.json")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// One changed file: what was done to it, and its text.
fn changed(path: &Path, random: &mut Random) -> Option<(Vec<Change>, Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    let count = 1 + random.below(MOST_CHANGES);
    if path.extension().is_some_and(|end| end == "csv") {
        let mut table = table::Table::parse(&bytes)?;
        let changes: Vec<Change> = (0..count).filter_map(|_| table.change(random)).collect();
        (!changes.is_empty()).then(|| (changes, table.text()))
    } else {
        let mut documents = documents::Documents::parse(&bytes)?;
        let changes: Vec<Change> = (0..count).filter_map(|_| documents.change(random)).collect();
        (!changes.is_empty()).then(|| (changes, documents.text()))
    }
}

#[test]
fn no_changed_export_gives_a_wrong_number_in_silence() {
    let files = std::env::var("DIALOGRAM_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(FILES);
    let folder = tempdir().unwrap();
    let bases: Vec<(PathBuf, Outcome)> = bases()
        .into_iter()
        .map(|path| {
            let told = outcome(&path);
            (path, told)
        })
        .filter(|(_, told)| matches!(told, Outcome::Report { .. }))
        .collect();
    assert!(bases.len() >= 30, "{} exports give a report as they are", bases.len());
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut silent = Vec::new();
    let mut seed = 0;
    let mut made = 0;
    while made < files {
        seed += 1;
        let mut random = Random::new(seed);
        let (path, before) = &bases[random.index(bases.len())];
        let Some((changes, text)) = changed(path, &mut random) else { continue };
        made += 1;
        let file = folder.path().join(path.file_name().unwrap());
        fs::write(&file, &text).unwrap();
        let after = outcome(&file);
        let verdict = verdict(before, &after);
        *counts.entry(verdict.name()).or_default() += 1;
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let line = format!("{seed} {name} {changes:?}");
        if std::env::var_os("DIALOGRAM_MUTATIONS_SAY").is_some() {
            println!("{}: {line}\n    {}", verdict.name(), verdict.said());
        }
        if let Verdict::SilentlyWrong(differences) = verdict {
            silent.push(format!("{line}\n  {differences}\n{}", String::from_utf8_lossy(&text[..text.len().min(700)])));
        }
    }
    println!("{files} files: {counts:?}");
    assert!(silent.is_empty(), "{} of {files} are silently wrong:\n{}", silent.len(), silent.join("\n\n"));
}
