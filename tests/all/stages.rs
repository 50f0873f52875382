//! The stages of a run, with the test as the engine: rows in any order, in any number of buckets, give the facts and
//! reports of one process, byte for byte.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use dialogram::cli::Command as Subcommand;
use dialogram::cli::flags::LogFlags;
use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::report::ReportFlags;
use dialogram::cli::request::ReportRequest;
use dialogram::cli::{load, planned_report, stage_plan};
use dialogram::fold::facts::Facts;
use dialogram::fold::{folder, folder_files};
use dialogram::language::Language;
use dialogram::render::look::Look;
use dialogram::render::{ReportFormat, TerminalOptions, render};
use dialogram::report::demand::Demand;
use dialogram::stage::columns::{KEY, NOTE, StageColumn};
use dialogram::stage::fetched::Fetched;
use dialogram::stage::ids::CountedIds;
use dialogram::stage::note::Note;
use dialogram::stage::pieces::PIECE_BYTES;
use dialogram::stage::plan::Plan;
use dialogram::stage::settle::{parse_notes, settle};
use dialogram::stage::stream::{self, Frames};
use dialogram::stage::{finish, fold, merge, partial, scan, spoilt, unique, values_folder};
use polars::prelude::{DataFrame, IdxCa, IdxSize};
use serde_json::Value;

use crate::reference::event::{Event, to_jsonl};
use crate::reference::random::{Dice, Shape, random_log};
use crate::support::{self, everything, failed, fixture_reports, parse};

/// The numbers of buckets for bringing rows together.
pub const BUCKETS: [u64; 3] = [1, 2, 16];

/// An engine: it shuffles rows without knowing their meaning.
pub struct Engine {
    buckets: u64,
    dice: Dice,
    notes: String,
    /// The rows of its table, in its parts.
    pub table: Vec<DataFrame>,
}

impl Engine {
    pub fn new(buckets: u64, seed: u64) -> Self {
        Self { buckets, dice: Dice::new(seed), notes: String::new(), table: Vec::new() }
    }

    /// The events of all units.
    pub fn scanned(&self, plan: &Plan) -> anyhow::Result<Vec<DataFrame>> {
        let mut frames = Vec::new();
        let mut give = |frame| {
            frames.push(frame);
            Ok(())
        };
        for (part, rows) in (0..).zip(&self.table) {
            let folder = tempfile::tempdir()?;
            fs::create_dir(folder.path().join("0"))?;
            fs::write(folder.path().join("0/rows.parquet"), support::parquet(&mut rows.clone(), 50))?;
            let fetched = Fetched { rows: folder.path().to_owned(), part };
            scan::scan(plan, 0, Some(&fetched), &mut give)?;
        }
        if self.table.is_empty() {
            for unit in (0..u32::try_from(plan.units.len())?).rev() {
                scan::scan(plan, unit, None, &mut give)?;
            }
        }
        Ok(frames)
    }

    /// A frame after passing through a stream, without its notes, which the engine keeps.
    pub fn passed(&mut self, frames: &[DataFrame], columns: &[StageColumn]) -> DataFrame {
        let mut bytes = Vec::new();
        let mut out = Frames::begin(&mut bytes, columns).unwrap();
        for frame in frames {
            out.write(frame).unwrap();
        }
        out.finish().unwrap();
        let frame = stream::read(&bytes[..], columns).unwrap();
        let notes = frame.column(NOTE).unwrap().str().unwrap();
        for note in notes.iter().flatten() {
            self.notes.push_str(note);
            self.notes.push('\n');
        }
        frame.filter(&notes.is_null()).unwrap()
    }

    /// The rows in any order.
    pub fn shuffled(&mut self, frame: &DataFrame) -> DataFrame {
        let mut places: Vec<IdxSize> = (0..).take(frame.height()).collect();
        for at in (1..places.len()).rev() {
            places.swap(at, usize::try_from(self.dice.roll() % (at as u64 + 1)).unwrap());
        }
        let places: IdxCa = places.into_iter().map(Some).collect();
        frame.take(&places).unwrap()
    }

    /// The rows in buckets; rows with the same key are together.
    pub fn together(&mut self, frame: &DataFrame) -> Vec<DataFrame> {
        let frame = self.shuffled(frame);
        let mut buckets: BTreeMap<u64, Vec<Option<IdxSize>>> = BTreeMap::new();
        let keys = frame.column(KEY).unwrap().str().unwrap();
        for (at, key) in (0..).zip(keys.iter()) {
            let sum = key.unwrap().bytes().fold(7, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
            buckets.entry(sum % self.buckets).or_default().push(Some(at));
        }
        let take = |places: Vec<Option<IdxSize>>| frame.take(&places.into_iter().collect::<IdxCa>()).unwrap();
        buckets.into_values().map(take).collect()
    }

    /// The plan as another process reads it.
    fn sent(plan: &Plan) -> Plan {
        Plan::parse(&serde_json::to_string(plan).unwrap(), "plan.json").unwrap()
    }

    pub fn settle(&self, plan: &Plan) -> anyhow::Result<Plan> {
        Ok(Self::sent(&settle(plan, &parse_notes(&self.notes)?)?))
    }

    /// The notes so far.
    pub fn notes(&self) -> anyhow::Result<Vec<Note>> {
        parse_notes(&self.notes)
    }

    pub fn run(mut self, plan: &Plan) -> anyhow::Result<Facts> {
        let (plan, rows) = self.folded(plan)?;
        let rows = self.shuffled(&rows);
        finish::finish(&plan, &parse_notes(&self.notes)?, &rows)
    }

    /// The facts as counted values: made in parts, added up in any order, read back from a folder.
    fn count(mut self, plan: &Plan) -> anyhow::Result<(Facts, Demand)> {
        let (plan, rows) = self.folded(plan)?;
        let mut plan = self.settle(&plan)?;
        planned_report::settle_days(&mut plan)?;
        let plan = Self::sent(&plan);
        let values = plan.columns.values.clone();
        let mut frames = Vec::new();
        for rows in self.together(&rows) {
            frames.extend(partial::partial(&plan, &rows)?);
        }
        let mut rows = self.passed(&frames, &values);
        // Any rows are added up with any others, and the results once more.
        for _ in 0..2 {
            let rows_now = self.shuffled(&rows);
            let cut = usize::try_from(self.dice.roll() % (rows_now.height() as u64 + 1)).unwrap();
            let mut frames = Vec::new();
            for part in [rows_now.slice(0, cut), rows_now.slice(i64::try_from(cut)?, rows_now.height())] {
                frames.extend(merge::merge(&part)?);
            }
            rows = self.passed(&frames, &values);
        }
        let mut frames = Vec::new();
        for rows in self.together(&rows) {
            frames.extend(merge::merge(&rows)?);
        }
        let rows = self.passed(&frames, &values);
        let values = finish::finish_values(&plan, &parse_notes(&self.notes)?, &rows)?;
        let folder = tempfile::tempdir()?;
        for (name, bytes) in values_folder::to_files(&plan, &values)? {
            fs::write(folder.path().join(name), bytes)?;
        }
        values_folder::read(folder.path())
    }

    /// The notes of the side steps: rows in parts of any size, with equal ids together.
    fn look_aside(&mut self, plan: &Plan, rows: &DataFrame) -> anyhow::Result<()> {
        let aside: Vec<&str> = plan.steps.iter().filter(|step| step.aside).map(|step| step.stage.as_str()).collect();
        if aside.is_empty() {
            return Ok(());
        }
        assert_eq!(aside, ["ids", "spoilt"]);
        let rows = self.shuffled(rows);
        let cut = usize::try_from(self.dice.roll() % (rows.height() as u64 + 1))?;
        let mut frames = Vec::new();
        for part in [rows.slice(0, cut), rows.slice(i64::try_from(cut)?, rows.height())] {
            let mut counted = CountedIds::new(plan)?;
            counted.add(&part)?;
            frames.push(counted.finish()?);
        }
        let values = plan.columns.values.clone();
        let rows = self.passed(&frames, &values);
        let frames =
            self.together(&rows).iter().map(|rows| spoilt::spoilt(plan, rows)).collect::<anyhow::Result<Vec<_>>>()?;
        assert_eq!(self.passed(&frames, &values).height(), 0, "all of it is notes");
        Ok(())
    }

    /// All fact rows, and the plan that made them.
    pub fn folded(&mut self, plan: &Plan) -> anyhow::Result<(Plan, DataFrame)> {
        let plan = Self::sent(plan);
        let (events, facts) = (plan.columns.events.clone(), plan.columns.facts.clone());
        let frames = self.scanned(&plan)?;
        let rows = self.passed(&frames, &events);
        let plan = self.settle(&plan)?;
        self.look_aside(&plan, &rows)?;
        let is_shuffled = plan.steps.iter().any(|step| step.stage == "unique" && step.shuffle.is_some());
        // Without event ids rows stay in place.
        let parts = if is_shuffled { self.together(&rows) } else { vec![self.shuffled(&rows)] };
        let frames = parts.iter().map(|rows| unique::unique(&plan, rows)).collect::<anyhow::Result<Vec<_>>>()?;
        let rows = self.passed(&frames, &events);
        let plan = self.settle(&plan)?;
        let mut frames = Vec::new();
        for rows in self.together(&rows) {
            let folded = fold::fold(&plan, |see| see(&rows))?;
            frames.extend(folded.frames);
            frames.push(folded.note);
        }
        let rows = self.passed(&frames, &facts);
        Ok((plan, rows))
    }
}

/// The tables of a report are requested in this many turns.
const TURNS: usize = 4;

/// The report of every metric, with all tables or with those of one turn, because each table takes time.
pub fn request(flags: &ReportFlags, turn: Option<usize>) -> anyhow::Result<ReportRequest> {
    let mut all = everything();
    if let Some(turn) = turn {
        let tables = std::mem::take(&mut all.tables);
        all.tables = tables.into_iter().skip(turn % TURNS).step_by(TURNS).collect();
    }
    let mut templates = vec![all];
    flags.add_tables(&mut templates)?;
    flags.request(templates)
}

/// The same report from values counted in parts, or the error.
fn through_values(flags: &ReportFlags, turn: Option<usize>, buckets: u64) -> Result<Vec<Vec<u8>>, (u8, String)> {
    let engine = Engine::new(buckets, buckets ^ 0x5a);
    let made = || {
        let request = request(flags, turn)?;
        let plan = Plan { report: Some(planned_report::of(&request)?), ..stage_plan::of(&flags.log)? }.with_steps();
        let (facts, counted) = engine.count(&plan)?;
        let asked = Demand::of(&request.query(request.window(facts.run.last_event())?)?);
        assert_eq!(counted.differs_from(&asked), None);
        Ok(facts)
    };
    pages(flags, turn, &made().map_err(|error: anyhow::Error| failed(&error))?)
}

fn through_stages(log: &LogFlags, buckets: u64) -> anyhow::Result<Facts> {
    // Files are read whole, and in small pieces.
    let piece_bytes = if buckets == 1 { PIECE_BYTES } else { 1_500 };
    Engine::new(buckets, buckets).run(&stage_plan::of_pieces(log, piece_bytes)?)
}

/// The report of every metric as JSON and CSV, or the error.
pub fn pages(flags: &ReportFlags, turn: Option<usize>, facts: &Facts) -> Result<Vec<Vec<u8>>, (u8, String)> {
    let run = || {
        let report = request(flags, turn)?.report(facts)?;
        let terminal = TerminalOptions { width: 100, color: false };
        let page =
            |format| anyhow::Ok(render(&report, format, Language::English, &Look::default(), &terminal)?.into_bytes()?);
        [ReportFormat::Json, ReportFormat::Csv].into_iter().map(page).collect::<anyhow::Result<Vec<_>>>()
    };
    run().map_err(|error| failed(&error))
}

/// Fails if the stages give other bytes than one process, with all tables.
pub fn compare(place: &str, logs: &[PathBuf], args: &[String], buckets: &[u64]) -> usize {
    compare_tables(place, logs, args, None, buckets)
}

/// Fails if the stages give other bytes than one process. The facts are compared for each number of buckets; the report
/// is made from the facts for the largest number, and from counted values for 2.
fn compare_tables(place: &str, logs: &[PathBuf], args: &[String], turn: Option<usize>, buckets: &[u64]) -> usize {
    let Ok(Subcommand::Report(parsed)) = parse("report", logs, args) else { panic!("{place}: wrong flags") };
    let flags = parsed.flags;
    let one = load::facts(&flags.log, &Interrupt::default()).unwrap();
    let files = folder_files::to_files(&one).unwrap();
    let expected = LazyLock::new(|| pages(&flags, turn, &one));
    for &buckets in buckets {
        let facts = through_stages(&flags.log, buckets).unwrap_or_else(|error| panic!("{place}, {buckets}: {error:#}"));
        for ((name, bytes), (_, expected)) in folder_files::to_files(&facts).unwrap().iter().zip(&files) {
            if name == folder::MANIFEST {
                let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
                assert_eq!(text(bytes), text(expected), "{place}, {buckets} buckets");
            }
            assert!(bytes == expected, "{place}, {buckets} buckets: {name} differs");
        }
        match buckets {
            1 => {}
            // Each part runs all queries of the report again.
            2 => assert_eq!(through_values(&flags, turn, buckets), *expected, "{place}, by counted values"),
            _ => assert_eq!(pages(&flags, turn, &facts), *expected, "{place}, {buckets} buckets"),
        }
    }
    one.run.files.len()
}

#[test]
fn every_fixture_gives_the_same_in_stages() {
    let mut files = 0;
    let reports = fixture_reports();
    for (at, (place, logs, args)) in reports.iter().enumerate() {
        files += compare_tables(place, logs, args, Some(at / 3), &BUCKETS[at % 3..=at % 3]);
    }
    assert!(reports.len() >= 60 && files > reports.len(), "{} reports, {files} files", reports.len());
}

/// Rows over several files, some of them twice, one file newest first.
pub fn write_split(folder: &Path, log: &[Event], dice: &mut Dice) -> Vec<PathBuf> {
    let count = 1 + dice.roll() % 5;
    let mut parts: Vec<Vec<Event>> = (0..count).map(|_| Vec::new()).collect();
    for event in log {
        let part = usize::try_from(dice.roll() % count).unwrap();
        parts[part].push(event.clone());
        if dice.chance(4) {
            let other = usize::try_from(dice.roll() % count).unwrap();
            parts[other].push(event.clone());
        }
    }
    let write = |(at, part): (usize, &mut Vec<Event>)| {
        if at == 0 {
            part.sort_by_key(|event| std::cmp::Reverse(event.ts));
        }
        let path = folder.join(format!("part-{at}.jsonl"));
        fs::write(&path, to_jsonl(part)).unwrap();
        path
    };
    parts.iter_mut().enumerate().map(write).collect()
}

#[test]
fn random_logs_give_the_same_in_stages() {
    for seed in 0..8 {
        let dice = &mut Dice::new(seed ^ 0x57a6e);
        let log = random_log(seed, 160, &Shape::random(seed));
        let folder = tempfile::tempdir().unwrap();
        let logs = write_split(folder.path(), &log, dice);
        let mut args: Vec<String> =
            ["--to", "log-end", "--days", "5", "--max-rejects", "100%"].map(str::to_owned).into();
        if dice.chance(30) {
            args.push("--drop-repeats".to_owned());
        }
        if dice.chance(30) {
            let middle = log[log.len() / 2].ts;
            args.extend(["--as-of".to_owned(), dialogram::time::format_utc(middle)]);
        }
        if dice.chance(30) {
            args.extend(["--sessions", *dice.pick(&["id", "inactivity"])].map(str::to_owned));
        }
        compare(&format!("seed {seed} {args:?}"), &logs, &args, &BUCKETS);
    }
}

/// A log of two files with conversations in both.
pub fn two_files(folder: &Path) -> Vec<PathBuf> {
    let row = |second: u32, id: &str| {
        format!(
            "{{\"ts\":\"2026-03-02T09:00:{second:02}Z\",\"event\":\"message\",\"actor\":\"customer\",\"conversation_id\":\"{id}\"}}\n"
        )
    };
    let files = [[row(1, "a"), row(2, "b"), "broken\n".to_owned()], [row(3, "a"), row(4, "b"), row(5, "c")]];
    let write = |(at, rows): (usize, &[String; 3])| {
        let path = folder.join(format!("{at}.jsonl"));
        fs::write(&path, rows.concat()).unwrap();
        path
    };
    files.iter().enumerate().map(write).collect()
}

/// The events of a log before the fold, the plan there, and the notes so far.
fn before_the_fold(logs: &[PathBuf]) -> (Plan, DataFrame, Engine) {
    let Ok(Subcommand::Report(parsed)) = parse("report", logs, &["--max-rejects".into(), "1".into()]) else { panic!() };
    let mut engine = Engine::new(2, 1);
    let plan = Engine::sent(&stage_plan::of(&parsed.flags.log).unwrap());
    let frames = engine.scanned(&plan).unwrap();
    let rows = engine.passed(&frames, &plan.columns.events);
    let plan = engine.settle(&plan).unwrap();
    let unique = unique::unique(&plan, &rows).unwrap();
    let rows = engine.passed(&[unique], &plan.columns.events);
    let plan = engine.settle(&plan).unwrap();
    (plan, rows, engine)
}

#[test]
fn an_engine_that_loses_or_doubles_rows_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let (plan, rows, engine) = before_the_fold(&two_files(folder.path()));
    assert_eq!(rows.height(), 5);
    let finish = |parts: &[DataFrame], spoil: fn(DataFrame) -> DataFrame| {
        let mut engine = Engine { notes: engine.notes.clone(), ..Engine::new(1, 1) };
        let mut frames = Vec::new();
        for part in parts {
            let made = fold::fold(&plan, |see| see(part))?;
            frames.extend(made.frames);
            frames.push(made.note);
        }
        let rows = engine.passed(&frames, &plan.columns.facts);
        finish::finish(&plan, &parse_notes(&engine.notes)?, &spoil(rows)).map(|facts| facts.run.sums.conversations)
    };
    let same = |frame| frame;
    assert_eq!(finish(std::slice::from_ref(&rows), same).unwrap(), 3);
    let error = |parts: &[DataFrame], spoil| format!("{:#}", finish(parts, spoil).unwrap_err());
    let lost = error(&[rows.slice(0, 4)], same);
    assert!(lost.contains("5 events count, and 4 were folded"), "{lost}");
    let twice = error(&[rows.vstack(&rows.slice(0, 1)).unwrap()], same);
    assert!(twice.contains("came twice"), "{twice}");
    let two_places = error(&[rows.slice(0, 3), rows.slice(3, 2)], same);
    assert!(two_places.contains("came twice: the engine has folded parts of it in two places"), "{two_places}");
    let lost_fact = error(std::slice::from_ref(&rows), |frame| frame.slice(1, frame.height()));
    assert!(lost_fact.contains("fact rows were made"), "{lost_fact}");
}

#[test]
fn a_unit_that_was_read_twice_or_not_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let (plan, _, engine) = before_the_fold(&two_files(folder.path()));
    let notes = parse_notes(&engine.notes).unwrap();
    let unit = notes.iter().find(|note| matches!(note, Note::Unit { unit: 1, .. })).unwrap();
    let twice: Vec<Note> = notes.iter().chain([unit]).cloned().collect();
    assert!(settle(&plan, &twice).unwrap_err().to_string().contains("2 times"));
    let lost: Vec<Note> = notes.iter().filter(|note| *note != unit).cloned().collect();
    assert!(settle(&plan, &lost).unwrap_err().to_string().contains("0 times"));
}

#[test]
fn a_plan_of_other_definitions_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let logs = two_files(folder.path());
    let log = logs[0].to_str().unwrap();
    let mut plan: Value = serde_json::from_slice(&support::success(&["plan", log, "--json"])).unwrap();
    let path = folder.path().join("plan.json");
    let stage = ["stage", "scan", "--unit", "0", "--plan", path.to_str().unwrap()];
    fs::write(&path, plan.to_string()).unwrap();
    assert!(!support::success(&stage).is_empty());
    plan["definitions"] = "00ff".into();
    fs::write(&path, plan.to_string()).unwrap();
    let message = support::failure(&stage, 2);
    assert!(message.contains("definitions 00ff") && message.contains("same binary"), "{message}");
}

#[test]
fn the_columns_between_stages_are_the_documented_ones() {
    let folder = tempfile::tempdir().unwrap();
    let log = two_files(folder.path()).remove(0);
    let Ok(Subcommand::Report(parsed)) = parse("report", &[log], &["--attribute".into(), "plan".into()]) else {
        panic!()
    };
    let columns = stage_plan::of(&parsed.flags.log).unwrap().columns;
    let mut text = String::new();
    for (schema, columns) in [
        (columns.events_schema, columns.events),
        (columns.facts_schema, columns.facts),
        (columns.values_schema, columns.values),
        // Those of facts, and one more.
        (columns.kept_schema, columns.kept.into_iter().skip_while(|column| column.name != "attribute_1").collect()),
    ] {
        text.push_str(&format!("{schema}\n"));
        for column in columns {
            text.push_str(&format!("  {} {} {}\n", column.name, column.arrow, column.spark));
        }
    }
    let golden = fs::read_to_string(support::root().join("tests/all/golden/stage-schemas.txt")).unwrap_or_default();
    assert!(
        golden == text,
        "engines read these columns: one more, less, or of another type needs a new schema in `stage::columns`, and the \
         text below in tests/all/golden/stage-schemas.txt\n\n{text}"
    );
}
