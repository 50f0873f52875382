//! Selects the latest version of a record: platforms deliver a record again when it changes, possibly in another file.
//!
//! Sources whose profile has such a rule are read twice. The first pass reads only keys and versions, and keeps only
//! the numbers of superseded records (decisions.md, profile-9).

use std::fs::File;
use std::io::{BufRead, BufReader, Seek};
use std::sync::Arc;

use anyhow::Context;
use hashbrown::HashMap;

use super::options::Options;
use crate::failure::{Failure, input_error};
use crate::ingest::decode::profile::Profile;
use crate::ingest::decode::profile::chain::Roots;
use crate::ingest::decode::profile::convert;
use crate::ingest::decode::profile::instant::InstantFormat;
use crate::ingest::decode::profile::record::Scope;
use crate::ingest::decode::profile::records::{KnownSource, Records};
use crate::ingest::decode::timestamp::{self, Decimal};
use crate::ingest::source::encoding::Encoding;
use crate::ingest::source::{Observed, Source};
use crate::time::Zone;

/// The result of the first pass over sources.
#[derive(Debug, Default)]
pub struct LatestVersions {
    /// For each source: the numbers of its superseded records, counted from 0, in order.
    superseded: Vec<Arc<[u64]>>,
    /// For each source: the chains of its records.
    roots: Vec<Option<Arc<Roots>>>,
    /// For each source that cannot be read twice: a copy.
    copies: Vec<Option<File>>,
}

impl LatestVersions {
    /// The results for a source.
    #[must_use]
    pub fn known(&self, source: usize) -> KnownSource {
        KnownSource {
            superseded: self.superseded.get(source).cloned().unwrap_or_default(),
            roots: self.roots.get(source).cloned().flatten(),
        }
    }

    /// A reader of the copy of a source, if there is one.
    ///
    /// # Errors
    ///
    /// If the temporary file cannot be used.
    pub fn copy(&self, source: usize) -> anyhow::Result<Option<Box<dyn BufRead + Send>>> {
        let Some(copy) = self.copies.get(source).and_then(Option::as_ref) else { return Ok(None) };
        let mut file = copy.try_clone().context("a temporary file")?;
        file.rewind().context("a temporary file")?;
        Ok(Some(Box::new(BufReader::new(file))))
    }
}

/// The latest version of a record so far: its version, its source, and its number there.
type Best = (Option<i128>, usize, u64);

/// Finds superseded records and chains of records, in sources whose profile has rules for them.
///
/// # Errors
///
/// If a source cannot be read.
pub fn find(sources: &[Source], options: &Options) -> anyhow::Result<LatestVersions> {
    let mut versions = LatestVersions::default();
    let mut superseded = vec![Vec::new(); sources.len()];
    // The profile is part of the key, because two profiles may use the same keys.
    let mut best: HashMap<(usize, String), Best> = HashMap::new();
    let mut roots: HashMap<usize, Roots> = HashMap::new();
    let mut groups = vec![None; sources.len()];
    for (at, source) in sources.iter().enumerate() {
        let Some(profile) = options.profiles.get(at).and_then(Option::as_ref) else { continue };
        if profile.input.latest.is_none() && profile.input.chain.is_none() {
            continue;
        }
        let group = options.profiles.iter().position(|other| other.as_ref() == Some(profile)).unwrap_or(at);
        groups[at] = Some(group);
        versions.copies.resize_with(sources.len(), || None);
        if source.size().is_none() {
            versions.copies[at] = Some(copy_of(source, options)?);
        }
        let (reader, reopen) = if let Some(reader) = versions.copy(at)? {
            (reader, None)
        } else {
            let reader = source.open_text(&options.source, &Observed::default())?.reader;
            (reader, Records::reopen(source, Encoding::of(profile.input.encoding), &options.source))
        };
        let location = source.location();
        let records = Records::open(reader, profile, &location, options.text(reopen), KnownSource::default())?;
        let notations = notations(profile);
        each(records, |number, scope| {
            if let Some(chain) = &profile.input.chain
                && let Some(id) = chain.id.text(scope)
            {
                let added = roots.entry(group).or_default().add(&id, chain.parent.text(scope));
                added.map_err(|message| Failure::Input.because(format!("{location}: {message}")))?;
            }
            let Some(latest) = &profile.input.latest else { return Ok(()) };
            let Some(key) = latest.key.text(scope) else { return Ok(()) };
            let by = latest.by.text(scope).and_then(|text| version(&text, options.input_zone, &notations));
            let this = (by, at, number);
            let known = best.entry((group, key)).or_insert(this);
            if *known != this {
                let (old, new) = (*known, this.max(*known));
                let lost = if new == old { this } else { old };
                superseded[lost.1].push(lost.2);
                *known = new;
            }
            Ok(())
        })?;
    }
    versions.superseded = superseded
        .into_iter()
        .map(|mut numbers| {
            numbers.sort_unstable();
            numbers.into()
        })
        .collect();
    let roots: HashMap<usize, Arc<Roots>> = roots.into_iter().map(|(group, roots)| (group, Arc::new(roots))).collect();
    versions.roots = groups.into_iter().map(|group| roots.get(&group?).cloned()).collect();
    Ok(versions)
}

/// Passes each record with its number to the callback.
fn each(mut records: Records, mut see: impl FnMut(u64, &Scope) -> anyhow::Result<()>) -> anyhow::Result<()> {
    while let Some(batch) = records.next_batch()? {
        for (number, span) in (batch.before..).zip(&batch.spans) {
            let mut seen = Ok(());
            convert::with_scope(&batch, *span, |scope| seen = see(number, scope));
            seen?;
        }
    }
    Ok(())
}

/// The notations of instants in the events of a profile, each with its zone.
fn notations(profile: &Profile) -> Vec<(&InstantFormat, Option<Zone>)> {
    let mut found: Vec<(&InstantFormat, Option<Zone>)> = Vec::new();
    for rule in &profile.rules {
        for format in &rule.ts.formats {
            if !found.contains(&(format, rule.ts.zone)) {
                found.push((format, rule.ts.zone));
            }
        }
    }
    found
}

/// The value that orders versions: a number, or else an instant in the notation of a log or one of the `notations` of
/// the profile.
fn version(text: &str, zone: Zone, notations: &[(&InstantFormat, Option<Zone>)]) -> Option<i128> {
    let number = Decimal::parse(text).and_then(|number| number.scaled(6));
    let of_log = || timestamp::parse(text, zone);
    let of_profile = || notations.iter().find_map(|(format, own)| format.read(text, own.unwrap_or(zone)));
    number.or_else(|| of_log().or_else(of_profile).map(i128::from))
}

/// A temporary file with the whole source, decompressed.
fn copy_of(source: &Source, options: &Options) -> anyhow::Result<File> {
    let mut reader = source.open_text(&options.source, &Observed::default())?.reader;
    let mut file = tempfile::tempfile().context("a temporary file")?;
    std::io::copy(&mut reader, &mut file).map_err(|error| input_error(&source.location(), &error))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::decode::profile::pattern::InstantNames;

    #[test]
    fn versions_are_numbers_or_instants() {
        let names = InstantNames::default();
        let day_first = InstantFormat::named("%d/%m/%Y %H:%M", &names).expect("a pattern");
        let version = |text: &str| version(text, Zone::UTC, &[(&day_first, None)]);
        assert!(version("10") > version("9.5"));
        assert!(version("2026-03-02T10:00:00+02:00") < version("2026-03-02T09:00:00Z"));
        assert!(version("2026-03-02T10:00:00Z") > version("v2"));
        assert!(version("01/03/2026 09:00") > version("28/02/2026 10:00"));
        assert_eq!(version("v2"), None);
    }
}
