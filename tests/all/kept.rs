//! Facts that an engine keeps by day: a process that reads them, and an engine that counts them, make the report of one
//! process that reads the log.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dialogram::cli::Command as Subcommand;
use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::report::ReportFlags;
use dialogram::cli::{load, planned_report, stage_plan};
use dialogram::fold::facts::Facts;
use dialogram::fold::folder::WITHOUT_DAY;
use dialogram::stage::columns::{DAY, NOTE};
use dialogram::stage::kept::KeptDay;
use dialogram::stage::note::Note;
use dialogram::stage::plan::Plan;
use dialogram::stage::settle::settle;
use dialogram::stage::{finish, keep, partial, values_folder};
use polars::prelude::{Column, DataFrame, IdxCa, IdxSize};

use crate::reference::random::{Dice, Shape, random_log};
use crate::stages::{Engine, pages, request, write_split};
use crate::support::{self, parse};

/// Facts kept by an engine, in memory and in a folder.
struct Kept {
    manifest: Note,
    days: BTreeMap<String, DataFrame>,
}

impl Kept {
    fn of(flags: &ReportFlags, folder: &Path) -> anyhow::Result<Self> {
        let mut engine = Engine::new(3, 5);
        let plan = stage_plan::kept_at(stage_plan::of_pieces(&flags.log, 1_500)?, "lake.facts")?;
        let (plan, rows) = engine.folded(&plan)?;
        let plan = engine.settle(&plan)?;
        let mut frames = Vec::new();
        for rows in engine.together(&rows) {
            let kept = keep::keep(&plan, &rows)?;
            frames.extend(kept.frames);
            frames.push(kept.note);
        }
        let rows = engine.passed(&frames, &plan.columns.kept);
        let manifest = engine.settle(&plan)?.manifest.expect("a manifest");
        let rows = engine.shuffled(&rows);
        let mut places: BTreeMap<String, Vec<IdxSize>> = BTreeMap::new();
        for (at, day) in (0..).zip(rows.column(DAY)?.str()?.iter()) {
            places.entry(day.expect("a day").to_owned()).or_default().push(at);
        }
        let take = |(day, places): (String, Vec<IdxSize>)| {
            Ok((day, rows.take(&places.into_iter().map(Some).collect::<IdxCa>())?.drop(DAY)?))
        };
        let kept = Self { manifest, days: places.into_iter().map(take).collect::<anyhow::Result<_>>()? };
        kept.write(folder)?;
        Ok(kept)
    }

    /// Writes them as Spark does: a folder for each day, with several files and Spark's own marker files.
    fn write(&self, folder: &Path) -> anyhow::Result<()> {
        for (day, rows) in &self.days {
            let path = folder.join(format!("day={day}"));
            fs::create_dir_all(&path)?;
            let half = rows.height().div_ceil(2);
            for (part, mut rows) in
                [rows.slice(0, half), rows.slice(i64::try_from(half)?, half)].into_iter().enumerate()
            {
                fs::write(path.join(format!("part-{part}.parquet")), support::parquet(&mut rows, 50))?;
            }
            fs::write(path.join(".part-0.parquet.crc"), "no rows")?;
        }
        fs::create_dir_all(folder.join(WITHOUT_DAY))?;
        fs::write(folder.join("_SUCCESS"), "")?;
        let mut notes = DataFrame::new(1, vec![Column::new(NOTE.into(), [serde_json::to_string(&self.manifest)?])])?;
        fs::write(folder.join(WITHOUT_DAY).join("part-0.parquet"), support::parquet(&mut notes, 50))?;
        Ok(())
    }

    /// The values of a report counted by the engine, and how many days it read for them.
    fn count(&self, flags: &ReportFlags, turn: usize) -> anyhow::Result<(Facts, usize)> {
        let request = request(flags, Some(turn))?;
        let plan = Plan { report: Some(planned_report::of(&request)?), ..stage_plan::of(&flags.log)? }.with_steps();
        assert_eq!(plan.steps.iter().map(|step| step.stage.as_str()).collect::<Vec<_>>(), ["partial", "merge"]);
        let mut plan = settle(&plan, std::slice::from_ref(&self.manifest))?;
        planned_report::settle_days(&mut plan)?;
        let days = plan.kept_days()?.expect("days").to_vec();
        let mut engine = Engine::new(2, 9);
        let mut frames = Vec::new();
        for KeptDay { day, .. } in &days {
            frames.push(self.days[day].clone());
        }
        let rows = engine.passed(&frames, &plan.columns.facts);
        let mut frames = Vec::new();
        for rows in engine.together(&rows) {
            frames.extend(partial::partial(&plan, &rows)?);
        }
        let rows = engine.passed(&frames, &plan.columns.values);
        let folder = tempfile::tempdir()?;
        for (name, bytes) in values_folder::to_files(&plan, &finish::finish_values(&plan, &engine.notes()?, &rows)?)? {
            fs::write(folder.path().join(name), bytes)?;
        }
        Ok((values_folder::read(folder.path())?.0, days.len()))
    }
}

fn flags_of(logs: &[PathBuf], args: &[String]) -> ReportFlags {
    let Ok(Subcommand::Report(parsed)) = parse("report", logs, args) else { panic!("wrong flags: {args:?}") };
    parsed.flags
}

/// Compares the report of a log, with the tables of a turn, with that of its kept facts; returns how many days were
/// needed, of how many.
fn compare(logs: &[PathBuf], of_log: &[String], of_report: &[String], turn: usize) -> (usize, usize) {
    let flags = flags_of(logs, &[of_log, of_report].concat());
    let expected = pages(&flags, Some(turn), &load::facts(&flags.log, &Interrupt::default()).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let kept = Kept::of(&flags, folder.path()).unwrap();
    let here = flags_of(&[folder.path().to_owned()], of_report);
    let read =
        load::facts_for(&here.log, &Interrupt::default(), |last| request(&here, Some(turn))?.projection(last)).unwrap();
    assert_eq!(pages(&here, Some(turn), &read), expected, "{of_report:?}, read by one process");
    let (counted, needed) = kept.count(&flags_of(&["facts:lake.facts".into()], of_report), turn).unwrap();
    assert_eq!(pages(&here, Some(turn), &counted), expected, "{of_report:?}, counted by the engine");
    (needed, kept.days.len())
}

fn texts(args: &[&str]) -> Vec<String> {
    args.iter().map(|arg| (*arg).to_owned()).collect()
}

#[test]
fn kept_facts_give_the_report_of_the_log() {
    let week = support::root().join("fixtures/week/events.jsonl");
    let days = ["--tz", "America/Sao_Paulo", "--from", "2026-03-04", "--to", "2026-03-04", "--compare", "none"];
    let (needed, all) = compare(std::slice::from_ref(&week), &[], &texts(&days), 0);
    assert!(needed < all, "a day of a week needs {needed} of {all} days");
    // Names are looked up in the whole log.
    let (needed, all) = compare(&[week], &[], &texts(&[&days[..], &["--channel", "whatsapp"]].concat()), 1);
    assert_eq!(needed, all);
    for (turn, seed) in (2..).zip(40..42) {
        let folder = tempfile::tempdir().unwrap();
        let log = random_log(seed, 120, &Shape::random(seed));
        let logs = write_split(folder.path(), &log, &mut Dice::new(seed));
        let sessions = ["id", "inactivity"][usize::try_from(seed % 2).unwrap()];
        let of_log = texts(&["--max-rejects", "100%", "--sessions", sessions]);
        compare(&logs, &of_log, &texts(&["--to", "log-end", "--days", "2"]), turn);
    }
}

#[test]
fn kept_facts_that_are_not_whole_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let week = support::root().join("fixtures/week/events.jsonl");
    let kept = Kept::of(&flags_of(&[week], &[]), folder.path()).unwrap();
    let (day, _) = kept.days.first_key_value().unwrap();
    let error = || {
        let flags = flags_of(&[folder.path().to_owned()], &[]);
        format!("{:#}", load::facts(&flags.log, &Interrupt::default()).unwrap_err())
    };
    fs::remove_file(folder.path().join(format!("day={day}/part-1.parquet"))).unwrap();
    let lost = error();
    assert!(lost.contains(day) && lost.contains("rows where the manifest names"), "{lost}");
    let notes = folder.path().join(WITHOUT_DAY);
    fs::copy(notes.join("part-0.parquet"), notes.join("part-1.parquet")).unwrap();
    assert!(error().contains("the facts of two runs"), "{}", error());
    fs::remove_file(notes.join("part-0.parquet")).unwrap();
    fs::remove_file(notes.join("part-1.parquet")).unwrap();
    assert!(error().contains("not whole"), "{}", error());
    let count = |notes: &[Note]| {
        let plan = stage_plan::of(&flags_of(&["facts:lake.facts".into()], &[]).log).unwrap();
        settle(&plan, notes).map(|plan| plan.kept_days().unwrap().unwrap().len())
    };
    assert_eq!(count(std::slice::from_ref(&kept.manifest)).unwrap(), kept.days.len());
    assert!(count(&[]).unwrap_err().to_string().contains("facts:lake.facts: the facts are not whole"));
}

#[test]
fn kept_facts_need_an_engine() {
    let message = support::failure(&["report", "facts:lake.facts", "--to", "log-end"], 2);
    assert!(message.contains("facts:lake.facts is read by Spark alone: give --engine spark"), "{message}");
    let week = support::root().join("fixtures/week/events.jsonl");
    let message = support::failure(&["fold", week.to_str().unwrap(), "-o", "facts:lake.facts"], 2);
    assert!(message.contains("-o facts:lake.facts is written by Spark alone: give --engine spark"), "{message}");
    for (args, found) in [
        (["facts:a", "facts:b"], "cannot be read together"),
        (["facts:a", "--sessions=id"], "--sessions has no effect on facts:a, which are kept already"),
        (["facts:a", "--keep-at=b"], "facts:a are kept already"),
    ] {
        let message = support::failure(&["plan", args[0], args[1], "--json"], 2);
        assert!(message.contains(found), "{message}");
    }
}
