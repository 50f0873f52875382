//! ZIP archives: each member that may be a log is a source.
//!
//! The list of members states their sizes. An archive that would unpack to far more than any log does is refused before
//! it is unpacked.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use zip::{CompressionMethod, ZipArchive};

use super::Source;
use super::file_name::{format_of_name, split_compression};
use super::guarded::guarded;
use super::member::Member;
use crate::failure::{Failure, input_error};
use crate::harmless::{shown, shown_path};

/// The most members that an archive may have.
const MOST_MEMBERS: usize = 10_000;
/// Archives that unpack to at most this many bytes are read, whatever their compression ratio.
const SMALL: u64 = 1 << 30;
/// The largest compression ratio of other archives. Logs of one repeated row reach 300.
const MOST_TIMES: u64 = 500;
/// The most members that an error names.
const NAMED: usize = 8;

/// Whether a file begins like a ZIP archive and is not a workbook.
#[must_use]
pub fn is_archive(path: &Path) -> bool {
    // Bytes that are read from a pipe cannot be read again.
    if !path.is_file() {
        return false;
    }
    let Ok(mut file) = File::open(path) else { return false };
    let mut start = [0; 4];
    let is_named = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    if file.read_exact(&mut start).is_err() {
        return false;
    }
    // Bytes before an archive belong to a self-extracting program, or to the mail that contained it.
    let is_begin = start == *b"PK\x03\x04" || start == *b"PK\x05\x06";
    if !is_begin && !is_named {
        return false;
    }
    match guarded(|| Ok(ZipArchive::new(BufReader::new(file))?)) {
        Ok(archive) => !is_document(archive.file_names()),
        // A truncated workbook is reported as a workbook.
        Err(_) => is_begin && is_named,
    }
}

/// Workbooks and other documents are also ZIP archives.
fn is_document<'n>(
    mut names: impl Iterator<Item = std::result::Result<std::borrow::Cow<'n, str>, zip::result::ZipError>>,
) -> bool {
    names.any(|name| {
        name.is_ok_and(|name| name == "[Content_Types].xml" || name == "mimetype" || name.starts_with("xl/"))
    })
}

/// The members of an archive that are logs by their names, all of one format; or the requested member.
///
/// # Errors
///
/// If it is not a complete archive, unpacks to far more than a log does, holds no log, or holds logs of several
/// formats.
pub fn logs_in_archive(path: &Path, requested: Option<&str>) -> anyhow::Result<Vec<Source>> {
    let location = shown_path(path);
    let members = members_of(path, &location)?;
    if let Some(requested) = requested {
        let found = members.iter().find(|member| member.name == requested);
        return match found {
            Some(member) => Ok(vec![Source::Member(member.clone())]),
            None => Err(Failure::Input.because(format!(
                "{location}: no member `{}` in this archive{}; it has {}",
                shown(requested),
                crate::nearest::hint(requested, members.iter().map(|member| member.name.as_str())),
                named(&members)
            ))),
        };
    }
    let mut logs: Vec<Member> =
        members.iter().filter(|member| format_of_name(&member.name).is_some()).cloned().collect();
    if logs.is_empty() {
        logs = members.iter().filter(|member| is_text_by_name(&member.name)).cloned().collect();
    }
    let Some(first) = logs.first() else {
        let found = if members.is_empty() { "nothing".to_owned() } else { named(&members) };
        return Err(Failure::Input.because(format!(
            "{location}: no logs in this archive: expected .csv, .tsv, .jsonl, .json, .parquet or .xlsx, found {found}"
        )));
    };
    let format = format_of_name(&first.name);
    if logs.iter().any(|member| format_of_name(&member.name) != format) {
        let shown = shown(&first.name);
        return Err(Failure::Usage.because(format!(
            "{location}: its members are of several formats: {}; name those to read, as in {location}/{shown}",
            named(&logs)
        )));
    }
    logs.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(logs.into_iter().map(Source::Member).collect())
}

/// Splits the path of a member into the archive's path and the member's name: `export.zip/2026/log.csv`.
#[must_use]
pub fn split_member(path: &Path) -> Option<(PathBuf, String)> {
    let archive = path.ancestors().skip(1).find(|part| part.is_file())?;
    let name = path.strip_prefix(archive).ok()?.to_str()?.replace('\\', "/");
    is_archive(archive).then(|| (archive.to_owned(), name))
}

fn named(members: &[Member]) -> String {
    let names: Vec<String> = members.iter().take(NAMED).map(|member| format!("`{}`", shown(&member.name))).collect();
    let more = members.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{}{more}", names.join(", "))
}

/// Whether a name may be that of a text, without the extension of a format: a saved chat, a log of a server.
fn is_text_by_name(name: &str) -> bool {
    let name = name.to_lowercase();
    let (stem, _) = split_compression(&name);
    let ending = Path::new(stem).extension().map(|ending| ending.to_string_lossy().into_owned());
    ending.is_none_or(|ending| matches!(ending.as_str(), "txt" | "log" | "text"))
}

/// Whether a file was added to the archive by an operating system.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') && !matches!(part, "." | "..") || part == "__MACOSX")
}

/// The members that are files, in the order of the archive.
fn members_of(path: &Path, location: &str) -> anyhow::Result<Vec<Member>> {
    let file = File::open(path).map_err(|error| input_error(location, &error))?;
    let packed = file.metadata().map_err(|error| input_error(location, &error))?.len();
    let broken = |error: anyhow::Error| {
        Failure::Input.because(format!("{location}: is not a complete ZIP archive ({error:#}): fetch or copy it again"))
    };
    let mut archive = guarded(|| Ok(ZipArchive::new(BufReader::new(file))?)).map_err(broken)?;
    if archive.len() > MOST_MEMBERS {
        return Err(Failure::Input.because(format!(
            "{location}: has {} members, more than {MOST_MEMBERS}: unpack it, and name the files or their folder",
            archive.len()
        )));
    }
    let (mut members, mut size) = (Vec::new(), 0_u64);
    for at in 0..archive.len() {
        let read = guarded(|| {
            let member = archive.by_index_raw(at)?;
            let name = member.name()?.into_owned();
            if member.is_dir() || is_hidden(&name) {
                return Ok(None);
            }
            if member.encrypted() {
                anyhow::bail!("`{}` has a password: unpack it first", shown(&name));
            }
            let is_deflated = match member.compression() {
                CompressionMethod::Stored => false,
                CompressionMethod::Deflated => true,
                other => {
                    anyhow::bail!("`{}` is packed with {other}: pack it with deflate, or unpack it first", shown(&name))
                }
            };
            let start = member.data_start().ok_or_else(|| anyhow::anyhow!("`{}` has no bytes", shown(&name)))?;
            let (packed, size, checksum) = (member.compressed_size(), member.size(), member.crc32());
            Ok(Some(Member { archive: path.to_owned(), name, start, packed, size, checksum, is_deflated }))
        });
        if let Some(member) = read.map_err(|error| member_error(location, &error))? {
            size = size.saturating_add(member.size);
            members.push(member);
        }
    }
    if size > SMALL && size / MOST_TIMES > packed {
        return Err(Failure::Input.because(format!(
            "{location}: would unpack to {}, more than {MOST_TIMES} times its size: no log is packed so well; unpack it first \
             if it is one",
            ByteSize(size)
        )));
    }
    Ok(members)
}

fn member_error(location: &str, error: &anyhow::Error) -> anyhow::Error {
    Failure::Input.because(format!("{location}: {error:#}"))
}
