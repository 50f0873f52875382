//! Serializes the document: everything that may be is compressed, and no stream ends in a line break.

use std::io::Write as _;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Document, Object, SaveOptions, Stream};

/// Compresses all streams that may be compressed.
pub fn compress(document: &mut Document) {
    for object in document.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        let whole = stream.content.clone();
        deflate(stream);
        if stream.allows_compression && ends_in_line_break(&stream.content) {
            stream.dict.remove(b"Filter");
            pad(stream, whole);
            deflate(stream);
        }
    }
}

fn deflate(stream: &mut Stream) {
    if stream.allows_compression {
        // A stream that cannot be compressed stays as it is.
        let _ = stream.compress();
    }
}

/// The checksum at the end of a compressed stream can be a line break, which some readers take for the one before
/// `endstream`. One more blank changes it.
fn pad(stream: &mut Stream, mut whole: Vec<u8>) {
    if let Ok(length) = stream.dict.get(b"Length1").and_then(Object::as_i64) {
        // Bytes after the tables of a font are ignored. A zero would not change the checksum's last byte.
        whole.push(1);
        stream.dict.set("Length1", length + 1);
    } else {
        whole.push(b'\n');
    }
    stream.set_content(whole);
}

const fn ends_in_line_break(bytes: &[u8]) -> bool {
    matches!(bytes.last(), Some(b'\n' | b'\r'))
}

/// The number of objects per stream: the first one with which no stream of the writer ends in a line break.
const TOGETHER: std::ops::Range<usize> = 250..260;

/// The document as a file.
///
/// # Errors
///
/// If it cannot be serialized.
pub fn bytes(document: &Document) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    for together in TOGETHER {
        let options = SaveOptions::builder().use_object_streams(true).use_xref_streams(true);
        let options = options.max_objects_per_stream(together).compression_level(9).build();
        let mut saved = Vec::new();
        document.clone().save_with_options(&mut saved, options).context("the PDF cannot be serialized")?;
        file = with_small_index(saved)?;
        let is_clean = |ending: &[u8]| memchr::memmem::find(&file, ending).is_none();
        if is_clean(b"\n\nendstream") && is_clean(b"\r\nendstream") {
            break;
        }
    }
    Ok(file)
}

/// Compresses the index of objects, which lopdf writes uncompressed: seven bytes for each of thousands of cells. It is
/// the last object of the file, so no other moves.
fn with_small_index(mut file: Vec<u8>) -> Result<Vec<u8>> {
    let damaged = "the PDF has no index of its objects";
    let find = |text: &[u8]| memchr::memmem::rfind(&file, text);
    let (begin, end) = (find(b">>stream\n").context(damaged)?, find(b"\nendstream").context(damaged)?);
    let index = file.get(begin + b">>stream\n".len()..end).context(damaged)?;
    let length = format!("/Length {}", index.len());
    let at = memchr::memmem::rfind(&file[..begin], length.as_bytes()).context(damaged)?;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(index).context(damaged)?;
    let small = encoder.finish().context(damaged)?;
    let head = format!("/Filter/FlateDecode/Length {}", small.len());
    let rest = [&file[at + length.len()..begin], b">>stream\n", &small, &file[end..]].concat();
    file.truncate(at);
    file.extend(head.into_bytes());
    file.extend(rest);
    Ok(file)
}

#[cfg(test)]
mod tests {
    use lopdf::dictionary;

    use super::*;

    #[test]
    fn no_stream_ends_in_a_line_break_and_all_is_there() -> Result<()> {
        let mut document = Document::with_version("1.7");
        let pages = document.new_object_id();
        let contents: Vec<String> = (0..600).map(|n| format!("{n} 0 0 rg ").repeat(40)).collect();
        // Every other stream has the form of a font's.
        let streams = contents.iter().enumerate().map(|(nth, text)| {
            let length = i64::try_from(text.len()).unwrap();
            let dictionary = if nth % 2 == 0 {
                dictionary! {}
            } else {
                dictionary! { "Length1" => length }
            };
            document.add_object(Stream::new(dictionary, text.clone().into_bytes()))
        });
        let streams: Vec<_> = streams.collect();
        document.set_object(pages, dictionary! { "Type" => "Pages", "Kids" => Vec::new(), "Count" => 0 });
        let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
        document.trailer.set("Root", catalog);
        compress(&mut document);
        let file = bytes(&document)?;
        for ending in [b"\n\nendstream", b"\r\nendstream"] {
            assert!(memchr::memmem::find(&file, ending).is_none());
        }
        let read = Document::load_mem(&file)?;
        for (id, text) in streams.into_iter().zip(&contents) {
            let stream = read.get_object(id)?.as_stream()?.decompressed_content()?;
            assert!(String::from_utf8_lossy(&stream).starts_with(text) && stream.len() <= text.len() + 1);
        }
        Ok(())
    }
}
