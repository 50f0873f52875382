//! Splits a large file of JSON Lines, so that several processes can read it. A JSON string contains no line end, so a
//! file can be split at any line end. In CSV, a line end may be inside quotes, which only reading from the start would
//! show.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::ingest::encoding::Encoding;
use crate::ingest::source::{InputFormat, Source, SourceOptions};

/// The approximate size of a piece, in bytes.
pub const PIECE_BYTES: u64 = 256 << 20;

/// The number of lines examined to find one before which to split.
const MOST_LINES: usize = 100;

/// A piece of a file, as a range of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePiece {
    /// The position of the first byte; 0 for the first piece of a file.
    pub from: u64,
    /// The position after the last byte.
    pub to: u64,
}

/// The pieces of a source, each of about `bytes` bytes; empty if it is read whole. Only plain UTF-8 text with one JSON
/// object per line is split.
#[must_use]
pub fn pieces(source: &Source, options: &SourceOptions, bytes: u64) -> Vec<FilePiece> {
    let Source::File(path) = source else { return Vec::new() };
    let is_json = |format: InputFormat| matches!(format, InputFormat::Jsonl | InputFormat::Json);
    let is_utf8 = options.encoding.is_none_or(|encoding| encoding == Encoding::UTF_8);
    let is_named = options.format.or_else(|| source.format_of_name()).is_some_and(is_json);
    let size = source.size().unwrap_or(0);
    if !is_named || !is_utf8 || size < bytes.saturating_mul(2) {
        return Vec::new();
    }
    // A file that cannot be examined here is read whole, by a process that can read it.
    cuts(path, size, bytes).unwrap_or_default()
}

fn cuts(path: &Path, size: u64, bytes: u64) -> std::io::Result<Vec<FilePiece>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    // Compressed bytes, arrays and objects over several lines do not begin like this.
    if read_line(&mut file, &mut line)? == 0 || !is_object(&line) {
        return Ok(Vec::new());
    }
    let (mut pieces, mut from) = (Vec::new(), 0);
    while size - from >= bytes.saturating_mul(2) {
        let Some(to) = next_object(&mut file, from + bytes)?.filter(|to| *to < size) else { break };
        pieces.push(FilePiece { from, to });
        from = to;
    }
    if from > 0 {
        pieces.push(FilePiece { from, to: size });
    }
    Ok(pieces)
}

/// The start of the first line after a position that is one JSON object; `None` if there is none nearby.
fn next_object(file: &mut BufReader<File>, behind: u64) -> std::io::Result<Option<u64>> {
    // A line that begins exactly at the position follows a line end.
    let mut at = file.seek(SeekFrom::Start(behind - 1))?;
    let mut line = Vec::new();
    at += read_line(file, &mut line)?;
    for _ in 0..MOST_LINES {
        let length = read_line(file, &mut line)?;
        if length > 0 && is_object(&line) {
            return Ok(Some(at));
        }
        at += length;
    }
    Ok(None)
}

/// The longest line that is examined, in bytes.
const LONGEST: u64 = 16 << 20;

fn read_line(file: &mut BufReader<File>, line: &mut Vec<u8>) -> std::io::Result<u64> {
    line.clear();
    file.by_ref().take(LONGEST).read_until(b'\n', line).map(|length| length as u64)
}

fn is_object(line: &[u8]) -> bool {
    line.ends_with(b"\n") && line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(line).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(name: &str, text: &str, bytes: u64) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let found = pieces(&Source::File(path), &SourceOptions::default(), bytes);
        let at = |number: u64| usize::try_from(number).unwrap();
        found.iter().map(|piece| text[at(piece.from)..at(piece.to)].to_owned()).collect()
    }

    #[test]
    fn pieces_begin_with_an_object_and_are_the_whole() {
        let lines: Vec<String> = (0..50).map(|n| format!("{{\"n\":\"{}\"}}\n", "x".repeat(n))).collect();
        let text = lines.concat();
        for bytes in [1, 7, 64, 300, 700] {
            let pieces = cut("a.jsonl", &text, bytes);
            assert_eq!(pieces.concat(), text, "{bytes}");
            assert!(
                pieces.len() > 1 && pieces.iter().all(|piece| piece.starts_with('{') && piece.ends_with('\n')),
                "{bytes}"
            );
        }
        // Broken and empty lines are skipped.
        let broken = format!("{}\n\nbroken\n{}", lines[..20].concat(), lines[20..].concat());
        assert_eq!(cut("a.jsonl", &broken, 40).concat(), broken);
    }

    #[test]
    fn only_json_lines_is_read_in_pieces() {
        let line = "{\"a\":1}\n".repeat(40);
        assert_eq!(cut("a.jsonl", &line, 300), Vec::<String>::new(), "small");
        for (name, text) in [
            ("a.csv", line.clone()),
            ("a.jsonl", format!("[{line}]")),
            ("a.jsonl", format!("\u{feff}{line}")),
            ("a.json", "{\n\"a\":{\"b\":1}\n}\n".repeat(40)),
            ("a.jsonl", line.replace('\n', "\r")),
        ] {
            assert_eq!(cut(name, &text, 20), Vec::<String>::new(), "{name} {text:.20}");
        }
    }
}
