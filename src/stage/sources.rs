//! Computes the facts about the sources of a run from its notes.

use std::collections::BTreeMap;

use super::note::Note;
use super::plan::{Plan, place_of};
use crate::event::aliases::{Aliases, Renamed, UnusedAlias};
use crate::failure::Failure;
use crate::ingest::FileCounts;
use crate::ingest::reject::Reject;
use crate::ingest::spoilt_parts::spoilt;
use crate::nearest::nearest;

/// The facts of a run's sources, from its notes.
#[derive(Debug, Default)]
pub struct Sources {
    /// The counts of each source, in input order. Rejected and dropped rows are counted as far as notes report them.
    pub files: Vec<FileCounts>,
    /// Rejected rows, by source and line.
    pub rejects: Vec<Reject>,
    /// Aliases whose old names occurred in rows.
    pub renamed: Aliases,
    /// Aliases whose old names occurred in no row.
    pub unused_aliases: Vec<UnusedAlias>,
    /// Attributes for which no row has a value, in the order of the plan.
    pub absent_attributes: Vec<String>,
}

/// The facts of the sources, from the notes.
///
/// # Errors
///
/// If a source has no counts, or a note names another source.
pub fn sources(plan: &Plan, notes: &[Note]) -> anyhow::Result<Sources> {
    let count = plan.sources.len();
    let mut files: Vec<Option<FileCounts>> = vec![None; count];
    let mut rejects = Vec::new();
    let mut renamed = Aliases::default();
    let mut near: Vec<&UnusedAlias> = Vec::new();
    let mut absent: Option<Vec<String>> = None;
    let mut duplicates: BTreeMap<u32, u64> = BTreeMap::new();
    let mut lines = vec![0; count];
    for note in notes {
        match note {
            Note::Source { source, part, piece, counts } => {
                let known = files.get_mut(*source as usize).ok_or_else(|| no_source(*source))?;
                lines[*source as usize] = piece.map_or(0, |(_, lines)| lines);
                match known {
                    Some(known) if part.is_some() => known.add_part(counts),
                    Some(_) | None => *known = Some(counts.clone()),
                }
            }
            Note::Unit { renamed: names, unused_aliases, absent_attributes, .. } => {
                near.extend(unused_aliases);
                for (kind, old, new) in names.iter() {
                    if let Some(kind) = Renamed::parse(kind) {
                        renamed.insert(kind, old, new);
                    }
                }
                absent = Some(match absent.take() {
                    None => absent_attributes.clone(),
                    Some(absent) => absent.into_iter().filter(|name| absent_attributes.contains(name)).collect(),
                });
            }
            Note::Reject(reject) => {
                let Some(read) = reject.reject().filter(|_| (reject.source as usize) < count) else {
                    return Err(Failure::Input.because(format!("a note of an invalid reject: {reject:?}")));
                };
                rejects.push(read);
            }
            Note::Unique { duplicates: dropped, .. } | Note::Folded { duplicates: dropped, .. } => {
                for (source, more) in dropped {
                    *duplicates.entry(*source).or_default() += more;
                }
            }
            // These notes are useful only all together.
            Note::Spoilt(_) => {}
            Note::Counted { .. } | Note::Kept { .. } | Note::Manifest(_) => {}
        }
    }
    // The same order as in one process: on one line, faults of the row itself come first.
    rejects.sort_by(|a, b| {
        let fault = |reject: &Reject| (reject.file, reject.line, reject.fault.reason);
        // Rows of a table have no line.
        fault(a).cmp(&fault(b)).then_with(|| a.fault.value.cmp(&b.fault.value))
    });
    let unread = |at: usize| Failure::Input.because(format!("no counts of {}", place_of(&plan.sources[at])));
    let mut files: Vec<FileCounts> = files
        .into_iter()
        .enumerate()
        .map(|(at, file)| file.or_else(|| plan.without_rows(at)).ok_or_else(|| unread(at)))
        .collect::<anyhow::Result<_>>()?;
    for reject in &rejects {
        files[reject.file].rejected += 1;
    }
    for (source, dropped) in duplicates {
        files.get_mut(source as usize).ok_or_else(|| no_source(source))?.duplicates += dropped;
    }
    for (at, file) in files.iter_mut().enumerate() {
        let lost = file.duplicates + file.rejected;
        file.accepted = file.rows_read.checked_sub(lost).ok_or_else(|| {
            let location = place_of(&plan.sources[at]);
            Failure::Input
                .because(format!("{location}: {lost} rows were left out of {}: notes came twice", file.rows_read))
        })?;
    }
    let mut files = whole_files(plan, files, &mut rejects, &lines)?;
    let in_words = |file: usize, column| plan.column_in_words(file, column);
    for (file, ids) in spoilt(notes.iter().filter_map(Note::spoilt), in_words) {
        let file = files.get_mut(file).ok_or_else(|| no_source(u32::try_from(file).unwrap_or(u32::MAX)))?;
        file.add_compared_ids(ids);
    }
    let unused_aliases = plan.reading.aliases.without(&renamed);
    let unused_aliases = unused_aliases.iter().map(|(kind, old, _)| nearest_of(&near, kind, old)).collect();
    Ok(Sources { files, rejects, renamed, unused_aliases, absent_attributes: absent.unwrap_or_default() })
}

/// Adds the counts of pieces to counts of files, and gives each reject the number of its file and its line in it.
fn whole_files(
    plan: &Plan,
    mut counts: Vec<FileCounts>,
    rejects: &mut [Reject],
    lines: &[u32],
) -> anyhow::Result<Vec<FileCounts>> {
    let (mut files, mut positions) = (Vec::new(), Vec::new());
    for (file, sources) in plan.files().into_iter().enumerate() {
        let mut lines_before = 0;
        for source in sources.clone() {
            positions.push((file, lines_before));
            lines_before += lines[source];
        }
        let mut of_file = counts.drain(..sources.len());
        let mut whole = of_file.next().ok_or_else(|| no_source(u32::try_from(file).unwrap_or(u32::MAX)))?;
        of_file.for_each(|piece| whole.add_part(&piece));
        let newest_first = plan.scanned.iter().flat_map(|scanned| &scanned.newest_first);
        whole.is_newest_first |= newest_first.map(|(first, _)| *first as usize).any(|first| first == sources.start);
        files.push(whole);
    }
    for reject in rejects {
        let (file, lines_before) = positions[reject.file];
        reject.file = file;
        reject.line += lines_before;
    }
    Ok(files)
}

fn no_source(source: u32) -> anyhow::Error {
    Failure::Input.because(format!("a note of source {source}, which the plan does not have"))
}

/// An alias that was applied to no row, with the nearest of the names suggested by each unit.
fn nearest_of(near: &[&UnusedAlias], kind: &str, old: &str) -> UnusedAlias {
    let same = near.iter().filter(|alias| alias.kind == kind && alias.old == old);
    let near = nearest(old, same.filter_map(|alias| alias.near.as_deref())).map(str::to_owned);
    UnusedAlias { kind: kind.to_owned(), old: old.to_owned(), near }
}
