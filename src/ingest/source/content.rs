//! Recognises the format of a file by its first bytes.

use super::encoding::Encoding;
use super::format::{InputFormat, TextFormat};
use crate::event::Column;

/// The format of a source, by its first decompressed bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceContent {
    /// Text, or unknown bytes.
    Unknown,
    /// A Parquet file.
    Parquet,
    /// A workbook, or another ZIP archive.
    Zip,
    /// An old workbook, or one with a password.
    OldWorkbook,
    /// A file that cannot be a log: its kind, and advice.
    Foreign(&'static str, &'static str),
}

/// Files given by mistake: their first bytes, their kind, and advice.
const FOREIGN: [(&[u8], &str, &str); 13] = [
    (b"%PDF-", "a PDF document", EXPORT),
    (b"\x89PNG", "a picture", EXPORT),
    (b"\xFF\xD8\xFF", "a picture", EXPORT),
    (b"{\\rtf", "a text document", EXPORT),
    (b"SQLite format 3\0", "an SQLite database", "export its table as CSV"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive", UNPACK),
    (b"Rar!\x1A\x07", "a RAR archive", UNPACK),
    (b"\xFD7zXZ\0", "compressed with xz", UNPACK),
    (b"\x04\x22\x4D\x18", "compressed with lz4", UNPACK),
    (b"Obj\x01", "an Avro file", CONVERT),
    (b"version https://git-lfs", "a pointer of Git LFS and not the file itself", "fetch the file with `git lfs pull`"),
    (b"\xFF\xFE\0\0", "text in UTF-32", UTF_8),
    (b"\0\0\xFE\xFF", "text in UTF-32", UTF_8),
];

/// The same for first bytes that may also begin a text: they count only if the following bytes are not text.
const FOREIGN_BINARY: [(&[u8], &str, &str); 6] = [
    (b"GIF8", "a picture", EXPORT),
    (b"BZh", "compressed with bzip2", UNPACK),
    (b"ARROW1", "an Arrow file", CONVERT),
    (b"FEA1", "a Feather file", CONVERT),
    (b"ORC", "an ORC file", CONVERT),
    (b"PARE", "a Parquet file with encrypted columns", "write it without encryption"),
];

const EXPORT: &str = "export the log as CSV, JSON Lines, Parquet or .xlsx";
const UNPACK: &str = "unpack it first";
const CONVERT: &str = "convert it to Parquet, CSV or JSON Lines";
const UTF_8: &str = "save it as UTF-8";

/// Web pages that servers send instead of a file.
const PAGES: [&[u8]; 4] = [b"<!doctype html", b"<html", b"<head", b"<body"];

impl SourceContent {
    /// The format of a file with these first bytes.
    #[must_use]
    pub fn of(start: &[u8]) -> Self {
        if start.starts_with(b"PAR1") {
            return Self::Parquet;
        }
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            return Self::Zip;
        }
        if start.starts_with(b"\xD0\xCF\x11\xE0") {
            return Self::OldWorkbook;
        }
        let begun_by = |(magic, ..): &&(&[u8], _, _)| start.starts_with(magic);
        let binary = || FOREIGN_BINARY.iter().find(begun_by).filter(|_| !start.iter().copied().all(is_text));
        if let Some((_, what, cure)) = FOREIGN.iter().find(begun_by).or_else(binary) {
            return Self::Foreign(what, cure);
        }
        if start.get(257..262) == Some(b"ustar") {
            return Self::Foreign("a tar archive", UNPACK);
        }
        if is_utf_32(start) {
            return Self::Foreign("text in UTF-32", UTF_8);
        }
        let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
        // Its first line is one reject, like any other that is not JSON.
        if text.starts_with(b"<") && json_lines_below(text).is_some() {
            return Self::Unknown;
        }
        let begins = |page: &&[u8]| text.get(..page.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(page));
        if PAGES.iter().any(begins) {
            return Self::Foreign(
                "a web page",
                "some servers send a page to sign in on in the place of a file, and some spreadsheets are saved as pages: \
                 fetch the export again, or save it as CSV",
            );
        }
        if begins(&b"<?xml".as_slice()) {
            return Self::Foreign("an XML document", EXPORT);
        }
        Self::Unknown
    }

    /// The format, if it is readable and not text.
    #[must_use]
    pub const fn format(self) -> Option<InputFormat> {
        match self {
            Self::Parquet => Some(InputFormat::Parquet),
            Self::Zip => Some(InputFormat::Xlsx),
            Self::Unknown | Self::OldWorkbook | Self::Foreign(..) => None,
        }
    }
}

/// Whether three of four bytes are zeros.
fn is_utf_32(start: &[u8]) -> bool {
    let units: Vec<&[u8]> = start.chunks_exact(4).take(64).collect();
    let is_most = |zeros: [usize; 3], letter: usize| {
        let count = units.iter().filter(|unit| zeros.iter().all(|at| unit[*at] == 0) && unit[letter] != 0).count();
        units.len() >= 4 && count * 8 > units.len() * 7
    };
    is_most([1, 2, 3], 0) || is_most([0, 1, 2], 3)
}

/// Whether the bytes begin like a readable file: text in some encoding, or a known format.
#[must_use]
pub fn is_readable(start: &[u8]) -> bool {
    SourceContent::of(start) != SourceContent::Unknown
        || Encoding::evident(start).is_some()
        || start.iter().copied().all(is_text)
}

const fn is_text(byte: u8) -> bool {
    byte >= b' ' || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C)
}

/// The format of a text by its first bytes.
#[must_use]
pub fn sniff_text(start: &[u8]) -> TextFormat {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    if begins_json(text) || json_lines_below(text).is_some() { TextFormat::Jsonl } else { TextFormat::Csv }
}

/// Whether a text begins with a JSON object, or an array of them.
fn begins_json(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let inside = text.strip_prefix(b"[").map(<[u8]>::trim_ascii_start);
    text.starts_with(b"{") || inside.is_some_and(|inside| inside.starts_with(b"{") || inside == b"]")
}

/// The format of a text whose name indicates `named`, unless its content is clearly another: JSON objects in a CSV
/// file, or the header of a log in a JSON file. In unclear cases the name decides.
#[must_use]
pub fn text_format(start: &[u8], named: TextFormat) -> TextFormat {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start);
    match named {
        TextFormat::Csv if begins_json(text) || !begins_with_header(text) && json_lines_below(text).is_some() => {
            TextFormat::Jsonl
        }
        TextFormat::Jsonl if !begins_json(text) && begins_with_header(text) && json_lines_below(text).is_none() => {
            TextFormat::Csv
        }
        TextFormat::Csv | TextFormat::Jsonl => named,
    }
}

/// Whether the first line that is not blank has columns for the instant and the kind of event, as the header of a log
/// does.
fn begins_with_header(text: &[u8]) -> bool {
    if text.trim_ascii_start().starts_with(b"[") {
        return false;
    }
    let mut lines = text.split(|byte| matches!(byte, b'\n' | b'\r')).map(<[u8]>::trim_ascii);
    let Some(line) = lines.find(|line| !line.is_empty()).and_then(|line| std::str::from_utf8(line).ok()) else {
        return false;
    };
    let names: Vec<&str> = line.split([',', ';', '\t', '|']).map(|name| name.trim_matches(['"', ' '])).collect();
    [Column::Ts, Column::Event].iter().all(|column| names.contains(&column.name()))
}

/// The number of lines examined after a line that is not JSON.
const SNIFFED_LINES: usize = 32;

/// The start of the first JSON object in a text whose first line is not one, if most of its lines are. `None` for any
/// other text. The last line counts only if it is complete.
#[must_use]
pub fn json_lines_below(text: &[u8]) -> Option<usize> {
    let (mut objects, mut others, mut begin) = (0, 0, None);
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n').take(SNIFFED_LINES) {
        let trimmed = line.trim_ascii();
        let is_object = trimmed.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(trimmed).is_ok();
        if is_object {
            objects += 1;
            begin = begin.or(Some(at));
        } else if !trimmed.is_empty() && line.ends_with(b"\n") {
            others += 1;
        }
        at += line.len();
    }
    begin.filter(|begin| *begin > 0 && objects >= others)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_files_than_logs_are_named() {
        for (start, what) in [
            (b"%PDF-1.4\n".as_slice(), "a PDF document"),
            (b"\x89PNG\r\n\x1a\n", "a picture"),
            (b"\xef\xbb\xbf\n <!DOCTYPE html><html>", "a web page"),
            (b"<HTML xmlns:x=\"urn\">", "a web page"),
            (b"<?xml version=\"1.0\"?><a/>", "an XML document"),
            (b"version https://git-lfs.github.com/spec/v1", "a pointer of Git LFS and not the file itself"),
            (b"t\0\0\0s\0\0\0,\0\0\0e\0\0\0", "text in UTF-32"),
            (b"\0\0\0t\0\0\0s\0\0\0,\0\0\0e", "text in UTF-32"),
        ] {
            assert!(matches!(SourceContent::of(start), SourceContent::Foreign(found, _) if found == what), "{what}");
        }
        let mut tar = vec![0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        assert!(matches!(SourceContent::of(&tar), SourceContent::Foreign("a tar archive", _)));
        let below = "<html>\n{\"ts\":1}\n{\"ts\":1}\n";
        for text in
            ["", "ts,event\n", "{\"ts\":1}", "t\0s\0,\0e\0", "BZh9,h", "PARENT_ID,ts", "ORCAMENTO;ts", "<b>,c", below]
        {
            assert_eq!(SourceContent::of(text.as_bytes()), SourceContent::Unknown, "{text}");
        }
    }

    #[test]
    fn clear_content_takes_precedence_over_the_name() {
        let (csv, jsonl) = (TextFormat::Csv, TextFormat::Jsonl);
        for (text, named, found) in [
            ("ts,event\n1,closed\n", jsonl, csv),
            ("\u{feff}\"event\";\"ts\"\n", jsonl, csv),
            ("{\"ts\":1}\n", csv, jsonl),
            (" [\n {\"ts\":1}]", csv, jsonl),
            ("nonsense\n{\"ts\":1}\n{\"ts\":1}\n", csv, jsonl),
            ("ts,event\n{\"ts\":1}\n{\"ts\":1}\n", csv, csv),
            ("id;payload\n1;{\"ts\":1}\n", csv, csv),
            // Unclear: the name decides.
            ("nonsense\n{\"ts\":1}\n", jsonl, jsonl),
            ("ts,event\n{\"ts\":1}\n{\"ts\":1}\n", jsonl, jsonl),
            ("\"ts\"\n", jsonl, jsonl),
            ("id,name\n", jsonl, jsonl),
            ("[\"ts\",\"event\"]\n[1,\"closed\"]\n", jsonl, jsonl),
            ("[2026-03-02] a,b\n", csv, csv),
            ("", csv, csv),
            ("", jsonl, jsonl),
        ] {
            assert_eq!(text_format(text.as_bytes(), named), found, "{text}");
        }
    }
}
