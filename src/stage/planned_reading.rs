//! The sources of a plan, as they are read on the current machine.

use std::sync::Arc;

use super::fetched::Fetched;
use super::pieces::FilePiece;
use super::plan::{Plan, PlannedProfile, PlannedSource};
use crate::failure::Failure;
use crate::ingest::Options;
use crate::ingest::arguments::resolve;
use crate::ingest::profile::Profile;
use crate::ingest::source::{InputFormat, Source, SourceOptions};
use crate::time::Zone;

impl Plan {
    /// The sources of a unit, and the options for reading them. `fetched` has the sources held by the engine.
    ///
    /// # Errors
    ///
    /// If there is no such unit, a source is missing, or the plan was edited by hand and is invalid.
    pub fn reading_of(&self, unit: &[u32], fetched: Option<&Fetched>) -> anyhow::Result<(Vec<Source>, Options)> {
        let wrong = |message: String| Failure::Usage.because(format!("the plan is wrong: {message}"));
        let mut sources = Vec::with_capacity(unit.len());
        let mut profiles = Vec::with_capacity(unit.len());
        for number in unit {
            let Some(PlannedSource { path, engine, piece, member, sheet, profile }) =
                self.sources.get(*number as usize)
            else {
                return Err(wrong(format!("no source {number}")));
            };
            let path = match (engine, fetched) {
                (None, _) => path.clone(),
                (Some(_), Some(fetched)) => fetched.file(*number)?,
                (Some(_), None) => {
                    return Err(Failure::Usage.because(format!(
                        "--rows is missing: {} is held by the engine, which fetches it",
                        path.display()
                    )));
                }
            };
            sources.push(match (member, sheet) {
                (None, None) => match piece {
                    None => Source::File(path),
                    Some(FilePiece { from, to }) => Source::Tail { path, header: Vec::new(), from: *from, to: *to },
                },
                (None, Some(sheet)) => Source::Sheet { workbook: path, sheet: sheet.clone() },
                (Some(member), _) => {
                    let mut found = resolve(&[path.join(member)])?;
                    found.pop().ok_or_else(|| wrong(format!("no member {member}")))?
                }
            });
            profiles.push(match profile {
                None => None,
                Some(at) => {
                    let planned = self.profiles.get(*at).ok_or_else(|| wrong(format!("no profile {at}")))?;
                    Some(Arc::new(planned.profile()?))
                }
            });
        }
        let reading = &self.reading;
        let encoding = reading.encoding.as_deref().map(str::parse).transpose().map_err(wrong)?;
        let mut options = Options {
            input_zone: Zone::named(&reading.input_zone).map_err(|error| wrong(error.to_string()))?,
            is_input_zone_assumed: reading.is_input_zone_assumed,
            source: SourceOptions { format: reading.format, encoding, sheet: reading.sheet.clone() },
            profiles,
            attributes: self.attributes(),
            aliases: reading.aliases.clone(),
            sessions: reading.sessions,
            table: reading.table.clone(),
            longest_row: reading.longest_row,
            // An engine gives each task one core.
            threads: 1,
            ..Options::new()
        };
        options.take_names_of_profiles();
        options.is_piece = sources.iter().any(|source| matches!(source, Source::Tail { .. }));
        if options.is_piece {
            options.source.format = Some(InputFormat::Jsonl);
        }
        Ok((sources, options))
    }
}

impl PlannedProfile {
    pub(super) fn profile(&self) -> anyhow::Result<Profile> {
        let mut profile = match &self.text {
            None => Profile::built_in(&self.name)?,
            Some(text) => Profile::parse(&self.name, &self.name, text)?,
        };
        if let Some(encoding) = encoding_rs::Encoding::for_label(self.encoding.as_bytes()) {
            profile.input.encoding = encoding;
        }
        Ok(profile)
    }
}
