//! The inputs that are mutated: those that earlier runs kept in `fixtures/fuzz/TARGET`, and files of the fixtures and
//! templates.

use std::fs;
use std::io::{Cursor, Read as _, Write as _};
use std::path::{Path, PathBuf};

use dialogram::fold::schema::FactTable;

use crate::mutated::random::Random;
use crate::support::{self, gzip, names, parquet, root, zstd};

/// Longer files are cut at the end of a line, because short inputs can be read more often.
const LONGEST: usize = 12 << 10;

/// All files with one of these endings below folders of the project, sorted and cut.
pub fn files(folders: &[&str], endings: &[&str]) -> Vec<Vec<u8>> {
    let mut found: Vec<PathBuf> = folders.iter().flat_map(|folder| below(&root().join(folder))).collect();
    found.retain(|path| {
        let is_expected = path.file_name().is_some_and(|name| name == "expected.json");
        !is_expected && path.extension().is_some_and(|ending| endings.iter().any(|known| ending == *known))
    });
    found.sort();
    found.iter().map(|path| cut(fs::read(path).unwrap())).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for name in names(folder) {
        let path = folder.join(name);
        if path.is_dir() { found.extend(below(&path)) } else { found.push(path) }
    }
    found
}

fn cut(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.len() > LONGEST {
        let end = bytes[..LONGEST].iter().rposition(|byte| *byte == b'\n').map_or(LONGEST, |at| at + 1);
        bytes.truncate(end);
    }
    bytes
}

/// A number computed from the bytes of an input.
pub fn sum(input: &[u8]) -> u64 {
    input.iter().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Keeps an input for later runs, under a name computed from its bytes.
pub fn keep(target: &str, input: &[u8]) {
    let folder = root().join("fixtures/fuzz").join(target);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{:016x}", sum(input))), input).unwrap();
}

/// Inputs that earlier runs kept for a target.
pub fn kept(target: &str) -> Vec<Vec<u8>> {
    let folder = root().join("fixtures/fuzz").join(target);
    if folder.is_dir() { below(&folder).iter().map(|path| fs::read(path).unwrap()).collect() } else { Vec::new() }
}

/// Facts of small logs as Parquet files. They are not canonical logs, so some of the files have a log's columns.
pub fn parquets() -> Vec<Vec<u8>> {
    let log = root().join("fixtures/parquet-types");
    let mut all: Vec<Vec<u8>> = below(&log)
        .iter()
        .filter(|path| path.extension().is_some_and(|ending| ending == "parquet"))
        .map(|path| fs::read(path).unwrap())
        .collect();
    let facts = support::facts(&[root().join("fixtures/guard/log.jsonl")], &[]).unwrap();
    for table in [FactTable::Conversations, FactTable::Stints] {
        all.push(parquet(&mut facts.frame(table).clone(), 3));
    }
    all.push(canonical_parquet());
    all
}

/// A canonical log as Parquet.
fn canonical_parquet() -> Vec<u8> {
    use polars::prelude::*;
    let mut frame = df!(
        "ts" => ["2026-03-02T09:00:00Z", "2026-03-02T09:01:00Z", "2026-03-02T09:02:00Z", "2026-03-02T09:09:00Z"],
        "event" => ["message", "transfer_requested", "assigned", "closed"],
        "actor" => [Some("customer"), Some("bot"), None, Some("agent")],
        "conversation_id" => ["a", "a", "a", "a"],
        "agent_id" => [None, None, Some("ana"), Some("ana")],
        "score" => [None, None, None, Some(4_i64)],
    )
    .unwrap();
    parquet(&mut frame, 2)
}

/// The members of an archive: names and bytes.
pub type Members = Vec<(String, Vec<u8>)>;

/// The members of a `.zip` or a workbook.
pub fn members(bytes: &[u8]) -> Option<Members> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut members = Vec::new();
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).ok()?;
        let name = member.name().ok()?.into_owned();
        let mut content = Vec::new();
        member.read_to_end(&mut content).ok()?;
        members.push((name, content));
    }
    Some(members)
}

/// Members as an archive.
pub fn archive(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Bytes packed by one of the compressions, or by two.
pub fn packed(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    match random.below(4) {
        0 => gzip(bytes),
        1 => zstd(bytes),
        2 => gzip(&zstd(bytes)),
        _ => [gzip(&bytes[..bytes.len() / 2]), gzip(&bytes[bytes.len() / 2..])].concat(),
    }
}

/// Reports of a small log, with all metrics and with few.
pub fn reports() -> Vec<Vec<u8>> {
    let log = "fixtures/gate-without-data/log.csv";
    let report = |template: &str| {
        let flags = ["report", log, "--to", "log-end", "--template", template, "--format", "json"];
        support::success(&flags)
    };
    ["weekly", "agents", "operations"].map(report).into()
}
