//! Recognises files written by this program: they may be replaced; any other file only if the user requests it.

use std::fs::File;
use std::io::{self, Cursor, Read};
use std::path::Path;

use calamine::{Reader, Xlsx};
use lopdf::{Document, Object};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;

use super::gate::is_summary;
use super::snapshot::csv::SnapshotTable;
use super::snapshot::series::COLUMNS as SERIES_COLUMNS;
use crate::fold::schema::FactTable;
use crate::ingest::guarded::guarded;
use crate::ingest::reject::Reason;
use crate::report::list::{SPAN_COLUMNS, shown_columns};

/// How many bytes identify the format of a text: a report names its schema in the first of them.
const HEAD: u64 = 1 << 16;
/// A larger PDF is not read: no report has that many pages.
const LARGEST_PDF: u64 = 1 << 28;
/// The name of this program in its files.
const PROGRAM: &str = env!("CARGO_PKG_NAME");

/// Whether this program wrote a file, judged by its content. An empty file counts: replacing it loses nothing.
///
/// # Errors
///
/// If it cannot be read.
pub fn is_ours(path: &Path) -> io::Result<bool> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let mut head = Vec::new();
    file.take(HEAD).read_to_end(&mut head)?;
    if head.starts_with(b"%PDF-") {
        return Ok(size <= LARGEST_PDF && is_our_pdf(&std::fs::read(path)?));
    }
    if head.starts_with(b"PK\x03\x04") {
        return Ok(size <= LARGEST_PDF && is_our_workbook(&std::fs::read(path)?));
    }
    if head.starts_with(b"PAR1") {
        return Ok(is_our_parquet(File::open(path)?));
    }
    let text = String::from_utf8_lossy(&head);
    let text = text.trim_start_matches('\u{feff}');
    Ok(text.trim().is_empty() || KINDS.iter().any(|is_kind| is_kind(text)))
}

/// Kinds of text, recognised by their beginning or their first lines.
const KINDS: [fn(&str) -> bool; 15] = [
    is_document,
    is_sarif,
    is_gitlab,
    is_junit,
    is_csv,
    is_rejects,
    is_page,
    is_check,
    is_markdown,
    is_markdown_page,
    is_html,
    is_plain,
    is_profile,
    is_manual,
    is_mail,
];

/// `report.json`, lists, snapshots, checks, `facts.json`: each names its schema first.
fn is_document(text: &str) -> bool {
    compact(text).starts_with("{\"schema\":\"dialogram/")
}

fn is_sarif(text: &str) -> bool {
    let text = compact(text);
    text.starts_with("{\"$schema\":\"https://json.schemastore.org/sarif")
        && text.contains(&format!("\"driver\":{{\"name\":\"{PROGRAM}\""))
}

/// The code quality report; without findings it is an empty list.
fn is_gitlab(text: &str) -> bool {
    let text = compact(text);
    text == "[]" || text.starts_with("[{\"description\":") && text.contains("\"check_name\":")
}

fn is_junit(text: &str) -> bool {
    text.starts_with("<?xml") && text.contains(&format!("<testsuites name=\"{PROGRAM}\""))
}

/// The start of a JSON text without white space between its tokens.
fn compact(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).take(4096).collect()
}

/// A CSV file with the header of a report, a table of a snapshot, a series, or a list.
fn is_csv(text: &str) -> bool {
    let header: Vec<&str> = text.lines().next().unwrap_or_default().split(',').collect();
    let is_report = header.starts_with(&super::csv::HEADER);
    let is_snapshot = SnapshotTable::ALL.iter().any(|table| header == table.columns());
    is_report || is_snapshot || header == SERIES_COLUMNS || is_list(&header)
}

/// Whether a header is that of spans of agents' time, or has every column of a fact table and is not a log's.
fn is_list(header: &[&str]) -> bool {
    let has = |name: &String| header.contains(&name.as_str());
    let is_of_spans = header.len() <= SPAN_COLUMNS.len() + 1
        && SPAN_COLUMNS.iter().zip(header).filter(|((name, _), found)| name == *found).count() == SPAN_COLUMNS.len();
    !header.contains(&"event")
        && (is_of_spans || FactTable::ALL.iter().any(|table| shown_columns(*table).iter().all(has)))
}

/// Rejected rows, one JSON object a line.
fn is_rejects(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    let Ok(serde_json::Value::Object(row)) = serde_json::from_str(first) else { return false };
    let reason = row.get("reason").and_then(serde_json::Value::as_str);
    ["file", "line", "column", "value"].iter().all(|key| row.contains_key(*key))
        && reason.is_some_and(|reason| Reason::ALL.iter().any(|known| known.name() == reason))
}

/// A page for the terminal: below its title the program's name and version, then a rule.
fn is_page(text: &str) -> bool {
    let lines: Vec<String> = text.lines().take(8).map(without_colors).collect();
    let is_program = |line: &str| {
        let mut words = line.split_whitespace().rev();
        let version = words.next().unwrap_or_default();
        version.starts_with(|c: char| c.is_ascii_digit()) && words.next() == Some(PROGRAM)
    };
    lines.windows(2).any(|pair| is_program(&pair[0]) && pair[1].starts_with('━'))
}

fn without_colors(line: &str) -> String {
    anstream::adapter::strip_str(line).to_string()
}

/// The lines of a check; the last one is the summary.
fn is_check(text: &str) -> bool {
    text.lines().next_back().is_some_and(is_summary)
}

/// A check or a diff for a comment: its heading names the program.
fn is_markdown(text: &str) -> bool {
    text.starts_with(&format!("### {PROGRAM} "))
}

/// A document as Markdown: a heading, a line with the time, and a line that begins with the program's name and version.
fn is_markdown_page(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.is_empty());
    lines.next().is_some_and(|line| line.starts_with("## ")) && lines.nth(1).is_some_and(names_program)
}

/// A document as HTML: it names its generator.
fn is_html(text: &str) -> bool {
    let head = text.split("<style>").next().unwrap_or_default();
    let generator = head.split("<meta name=\"generator\" content=\"").nth(1);
    text.starts_with("<!DOCTYPE html>") && generator.is_some_and(names_program)
}

/// A document as plain lines: the third line has the program's name and version.
fn is_plain(text: &str) -> bool {
    text.lines().nth(2).is_some_and(|line| names_program(line) && line.split(' ').count() == 2)
}

/// Whether a text begins with the program's name and a version.
fn names_program(text: &str) -> bool {
    let rest = text.strip_prefix(PROGRAM).and_then(|rest| rest.strip_prefix(' '));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// A workbook: its first sheet names the program.
fn is_our_workbook(bytes: &[u8]) -> bool {
    let cells = guarded(|| {
        let mut workbook = Xlsx::new(Cursor::new(bytes))?;
        let first = workbook.worksheet_range_at(0).transpose()?;
        let first = first.iter().flat_map(|range| range.rows().take(8)).filter_map(|row| row.first());
        Ok(first.map(ToString::to_string).collect::<Vec<_>>())
    });
    cells.is_ok_and(|cells| cells.iter().any(|cell| names_program(cell)))
}

/// A profile that `inspect` proposed.
fn is_profile(text: &str) -> bool {
    text.starts_with(&format!("# Proposed by `{PROGRAM} inspect`"))
}

/// A manual page.
fn is_manual(text: &str) -> bool {
    text.lines().any(|line| line.starts_with(".TH ") && line.contains(PROGRAM))
}

/// A PDF names the program that produced it.
fn is_our_pdf(bytes: &[u8]) -> bool {
    let producer = guarded(|| {
        let document = Document::load_mem(bytes)?;
        let (_, info) = document.dereference(document.trailer.get(b"Info")?)?;
        Ok(match info.as_dict()?.get(b"Producer")? {
            Object::String(text, _) => text.clone(),
            _ => Vec::new(),
        })
    });
    // `finish` writes it as UTF-16.
    let begins =
        |text: Vec<u8>| text.starts_with(&super::pdf::objects::utf16(PROGRAM)) || text.starts_with(PROGRAM.as_bytes());
    producer.is_ok_and(begins)
}

/// A fact table as Parquet: it has the columns of one.
fn is_our_parquet(file: File) -> bool {
    let names = guarded(|| {
        let schema = ParquetReader::new(file).schema()?;
        Ok(schema.iter_names().map(ToString::to_string).collect::<Vec<_>>())
    });
    let is_table = |names: &Vec<String>, table: &FactTable| {
        names.len() == table.columns().len() && table.columns().iter().zip(names).all(|(spec, name)| spec.name == name)
    };
    names.is_ok_and(|names| FactTable::ALL.iter().any(|table| is_table(&names, table)))
}

/// A message that was written instead of sent.
fn is_mail(text: &str) -> bool {
    text.starts_with("X-Dialogram-Report: ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    use crate::language::Language;
    use crate::render::brand::{Brand, read};
    use crate::render::look::Look;
    use crate::render::{ReportFormat, TerminalOptions, render, terminal::sample};

    fn is_known(bytes: &[u8]) -> bool {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), bytes).expect("written");
        is_ours(file.path()).expect("read")
    }

    #[test]
    fn a_report_of_ours_is_known_in_every_format() {
        let brand = read::open(Path::new("fixtures/brand/acme.toml")).expect("a brand");
        for (name, report) in sample::all() {
            for &format in ReportFormat::value_variants() {
                for (width, color) in [(80, false), (40, true), (160, true)] {
                    let languages = if width == 80 { &Language::ALL[..] } else { &[Language::English] };
                    for &language in languages {
                        let terminal = TerminalOptions { width, color };
                        let brand = if color { brand.clone() } else { Brand::default() };
                        let look = Look { brand, fonts: Vec::new() };
                        let rendered = render(&report, format, language, &look, &terminal).expect("rendered");
                        let bytes = rendered.into_bytes().expect("read");
                        assert!(is_known(&bytes), "{name} {format:?} {language} {width}");
                    }
                }
            }
        }
    }

    #[test]
    fn files_of_others_are_not() {
        for text in [
            "{\"ts\": \"2026-03-02T09:00:00Z\", \"event\": \"message\"}\n",
            "ts,event,conversation_id\n2026-03-02T09:00:00Z,message,a\n",
            "conversation_id,ts,event\n",
            "table,key,value\n",
            "[1]",
            "{\"a\": {\"schema\": \"dialogram/report/1\"}}",
            "# Notes\n",
            "title = \"A profile of one's own\"\n[input]\nformat = \"csv\"\n",
            "%PDF-1.7\n%%EOF\n",
            "PAR1PAR1",
            "\u{0}",
            "12 numbers I like: all hold true\n",
        ] {
            assert!(!is_known(text.as_bytes()), "{text}");
        }
        assert!(is_known(b"") && is_known(b"\n"));
    }
}
