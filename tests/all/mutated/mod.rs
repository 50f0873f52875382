//! Exports with typical changes: columns renamed, in other languages, removed, shuffled, with other clocks, delimiters
//! and decimal signs, rows doubled, ids in several notations. The report of such a file has the numbers of the original
//! file or no data, or the file is refused, causes a question or a warning: no number is silently wrong.

mod change;
mod documents;
mod outcome;
pub mod random;
mod table;
mod words;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::tempdir;

use self::change::Change;
use self::outcome::{Outcome, Verdict, outcome, verdict};
use self::random::Random;
use crate::support::root;

/// How many files a run tests; `DIALOGRAM_MUTATIONS` raises it.
const FILES: u64 = 24;
/// Of the changes to a single column, one in this many is tested; `DIALOGRAM_MUTATIONS_STEP` lowers it.
const STEP: usize = 40;
/// Maximum changes to one file.
const MOST_CHANGES: u64 = 3;

/// Columns of single files without which the rest is a true export of its own: nothing says that a message was a note, or
/// that users of one company are one customer.
const OF_ONE_FILE: [(&str, &str); 2] = [("by-session.json", "type"), ("otrs.csv", "Kundennummer")];

/// Whether nothing in the changed file shows what is gone.
fn is_undetectable(path: &Path, change: &Change) -> bool {
    let (Change::Dropped(column) | Change::Renamed(column, _)) = change else { return false };
    path.file_name().is_some_and(|file| OF_ONE_FILE.iter().any(|(name, gone)| file == *name && column == gone))
}

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

/// A changed file: the changes and its text.
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

/// The exports that give a report unchanged, each with its outcome.
fn told() -> Vec<(PathBuf, Outcome)> {
    let all = bases().into_iter().map(|path| {
        let told = outcome(&path);
        (path, told)
    });
    let told: Vec<_> = all.filter(|(_, told)| matches!(told, Outcome::Report { .. })).collect();
    assert!(told.len() >= 30, "{} exports give a report as they are", told.len());
    told
}

/// The outcomes of the changed files in a test.
#[derive(Default)]
struct Tally {
    counts: BTreeMap<&'static str, u64>,
    silent: Vec<String>,
}

impl Tally {
    /// Tests a changed file.
    fn add(&mut self, folder: &Path, base: &(PathBuf, Outcome), what: &str, text: &[u8]) {
        let (path, before) = base;
        let file = folder.join(path.file_name().unwrap());
        fs::write(&file, text).unwrap();
        let verdict = verdict(before, &outcome(&file));
        *self.counts.entry(verdict.name()).or_default() += 1;
        let line = format!("{} {what}", path.strip_prefix(root()).unwrap().display());
        // Writes the outcome of each file during the run.
        if let Some(path) = std::env::var_os("DIALOGRAM_MUTATIONS_SAY") {
            let mut log = fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
            writeln!(log, "{}: {line}\n    {}", verdict.name(), verdict.said()).unwrap();
        }
        if let Verdict::SilentlyWrong(differences) = verdict {
            let shown = String::from_utf8_lossy(&text[..text.len().min(700)]).into_owned();
            self.silent.push(format!("{line}\n  {differences}\n{shown}"));
        }
    }

    fn hold(self) {
        let of = self.counts.values().sum::<u64>();
        assert!(
            self.silent.is_empty(),
            "{} of {of} are silently wrong ({:?}):\n{}",
            self.silent.len(),
            self.counts,
            self.silent.join("\n\n")
        );
    }
}

#[test]
fn no_changed_export_gives_a_wrong_number_in_silence() {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let files = number("DIALOGRAM_MUTATIONS").unwrap_or(FILES);
    let folder = tempdir().unwrap();
    let bases = told();
    let mut tally = Tally::default();
    let mut seed = number("DIALOGRAM_MUTATIONS_SEED").unwrap_or(0);
    let mut made = 0;
    while made < files {
        seed += 1;
        let mut random = Random::new(seed);
        let base = &bases[random.index(bases.len())];
        let Some((changes, text)) = changed(&base.0, &mut random) else { continue };
        if changes.iter().any(|change| is_undetectable(&base.0, change)) {
            continue;
        }
        made += 1;
        tally.add(folder.path(), base, &format!("{seed} {changes:?}"), &text);
    }
    tally.hold();
}

/// Each key and each column in turn, as platforms remove or rename them. The suite tests one change in so many, a
/// different one for each fixture.
#[test]
fn no_missing_column_gives_a_wrong_number_in_silence() {
    let step = std::env::var("DIALOGRAM_MUTATIONS_STEP").ok().and_then(|n| n.parse().ok()).unwrap_or(STEP);
    let folder = tempdir().unwrap();
    let mut tally = Tally::default();
    for (offset, base) in told().iter().enumerate() {
        let bytes = fs::read(&base.0).unwrap();
        let changed = if base.0.extension().is_some_and(|end| end == "csv") {
            table::Table::parse(&bytes).map(|table| table.each_column_changed())
        } else {
            documents::Documents::parse(&bytes).map(|documents| documents.each_key_changed())
        };
        for (change, text) in changed.unwrap_or_default().into_iter().skip(offset % step).step_by(step) {
            if !is_undetectable(&base.0, &change) {
                tally.add(folder.path(), base, &format!("{change:?}"), &text);
            }
        }
    }
    tally.hold();
}
