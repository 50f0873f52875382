//! Fuzzing without external tools: seeded mutations of a corpus, read by the program's functions. An input is read, or
//! refused as `docs/interface.md` says, within a time limit. Nothing panics, no error is a bug, and the counts of rows
//! and the identities of the log hold.
//!
//! CI spends [`SECONDS`], beginning with the inputs in `fixtures/fuzz/TARGET`. A longer run:
//! `DIALOGRAM_FUZZ_SECONDS=600 DIALOGRAM_FUZZ_TARGET=csv DIALOGRAM_FUZZ_SEED=1 cargo test --locked --test all fuzz`. A
//! finding is written to the folder of temporary files; once it is mended, it is added to the corpus. With
//! `DIALOGRAM_FUZZ_KEEP=1` a mutated input is also added, as short as possible, if the program's response to it is new.
//! So the corpus grows, and later runs begin with all known differences.

mod corpus;
mod mutator;
mod targets;

use std::any::Any;
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::tempdir;

use self::targets::{TARGETS, Target, Verdict};
use crate::mutated::random::Random;

/// The time that CI spends on all targets together.
const SECONDS: u64 = 20;
/// The time limit for one input; generous, because the machine may be busy.
const LONGEST: Duration = Duration::from_mins(2);

/// Maximum length of a kept mutated input.
const LONGEST_KEPT: usize = 4 << 10;
/// Maximum number of inputs kept per target: all of them are read in each run.
const MOST_KEPT: usize = 40;
/// The time limit for shortening one of them.
const SHORTENING: Duration = Duration::from_secs(10);

/// The counts of a run.
#[derive(Debug, Default)]
struct Counts {
    executions: u64,
    /// Inputs that could be read; the others were refused.
    read: u64,
    slowest: Duration,
    /// Mutated inputs with a new response of the program.
    new: u64,
    /// How many of them were kept.
    kept: usize,
    /// Faults of the program.
    findings: Vec<String>,
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

/// The path for an input that found a fault.
fn finding(target: &str, seed: u64) -> PathBuf {
    std::env::temp_dir().join(format!("dialogram-fuzz-{target}-{seed}"))
}

#[test]
fn changed_inputs_are_read_or_refused() {
    let asked = std::env::var("DIALOGRAM_FUZZ_TARGET").ok();
    let targets: Vec<&Target> =
        TARGETS.iter().filter(|target| asked.as_deref().is_none_or(|asked| asked == target.name)).collect();
    assert!(!targets.is_empty(), "no target {asked:?}");
    let seconds = setting("DIALOGRAM_FUZZ_SECONDS").unwrap_or(SECONDS);
    let budget = Duration::from_secs(seconds) / u32::try_from(targets.len()).unwrap();
    let first = setting("DIALOGRAM_FUZZ_SEED").unwrap_or(1);
    let mut findings = Vec::new();
    for target in targets {
        let counts = run(target, first, budget);
        println!(
            "fuzz {}: {} executions, {} read, {} of a new kind, slowest {} ms, {} findings",
            target.name,
            counts.executions,
            counts.read,
            counts.new,
            counts.slowest.as_millis(),
            counts.findings.len()
        );
        assert!(counts.read > 0, "{}: no input could be read: the target tries nothing", target.name);
        findings.extend(counts.findings);
    }
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

/// Runs a target in a separate thread and watches it: a hang is a finding too.
fn run(target: &'static Target, first: u64, budget: Duration) -> Counts {
    let (done, waits) = channel();
    let worker = thread::Builder::new().spawn(move || executions(target, first, budget, &done)).unwrap();
    let mut seed = first;
    loop {
        match waits.recv_timeout(LONGEST) {
            Ok(next) => seed = next,
            Err(RecvTimeoutError::Disconnected) => return worker.join().unwrap(),
            Err(RecvTimeoutError::Timeout) => {
                panic!("{} {seed}: takes more than {LONGEST:?}: {}", target.name, finding(target.name, seed).display())
            }
        }
    }
}

fn executions(target: &Target, first: u64, budget: Duration, begins: &Sender<u64>) -> Counts {
    let folder = tempdir().unwrap();
    let mut counts = Counts::default();
    let mut seeds = corpus::kept(target.name);
    let kept = seeds.len();
    seeds.extend((target.corpus)());
    let keeps = setting("DIALOGRAM_FUZZ_KEEP").is_some();
    let is_long = setting("DIALOGRAM_FUZZ_SECONDS").is_some();
    // Kept inputs are read unchanged. The rest of the corpus, which other tests read, is read unchanged only if its
    // responses must be known.
    let unchanged = if keeps || is_long { seeds.len() } else { kept };
    let mut known: HashSet<String> = HashSet::new();
    let begun = Instant::now();
    for (at, seed) in (0..).zip(first..) {
        if at >= unchanged && begun.elapsed() >= budget && counts.read > 0 {
            break;
        }
        let mut random = Random::new(seed);
        let input = match seeds.get(at) {
            Some(input) if at < unchanged => input.clone(),
            _ => (target.change)(random.one(&seeds).as_slice(), random.one(&seeds).as_slice(), &mut random),
        };
        begins.send(seed).unwrap();
        let path = finding(target.name, seed);
        let before = Instant::now();
        // Written in case the run hangs and is killed.
        if is_long {
            std::fs::write(&path, &input).unwrap();
        }
        let verdict = read(target, folder.path(), &input);
        counts.slowest = counts.slowest.max(before.elapsed());
        counts.executions += 1;
        match verdict {
            Ok(outcome) => {
                counts.read += u64::from(outcome.is_read);
                let new: Vec<String> = outcome.says.into_iter().filter(|says| known.insert(says.clone())).collect();
                if at >= unchanged && !new.is_empty() {
                    counts.new += 1;
                    if keeps && kept + counts.kept < MOST_KEPT {
                        let short = shorter(target, folder.path(), input, &new);
                        if short.len() <= LONGEST_KEPT {
                            corpus::keep(target.name, &short);
                            counts.kept += 1;
                            seeds.push(short);
                        }
                    }
                }
                if is_long {
                    drop(std::fs::remove_file(&path));
                }
            }
            Err(wrong) => {
                std::fs::write(&path, &input).unwrap();
                counts.findings.push(format!("{} {seed}: {wrong}: {}", target.name, path.display()));
            }
        }
    }
    counts
}

/// The outcome for an input; random choices depend on its bytes.
fn read(target: &Target, folder: &Path, input: &[u8]) -> Verdict {
    let mut random = Random::new(corpus::sum(input));
    let read = || (target.read)(folder, input, &mut random);
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| Err(format!("panics: {}", message(&*panic))))
}

/// Shortens an input by removing shorter and shorter ranges, as long as the program's response stays the same.
fn shorter(target: &Target, folder: &Path, mut input: Vec<u8>, says: &[String]) -> Vec<u8> {
    let begun = Instant::now();
    let mut length = input.len() / 2;
    while length > 0 {
        let mut at = 0;
        while at + length <= input.len() && begun.elapsed() < SHORTENING {
            let candidate = [&input[..at], &input[at + length..]].concat();
            match read(target, folder, &candidate) {
                Ok(outcome) if says.iter().all(|said| outcome.says.contains(said)) => input = candidate,
                _ => at += length,
            }
        }
        length /= 2;
    }
    input
}

fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
