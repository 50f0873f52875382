//! Facts with pseudonyms instead of people's names.

use std::collections::HashMap;
use std::sync::Arc;

use polars::prelude::*;

use super::facts::Facts;
use super::pseudonyms::{PseudonymKind, Pseudonyms};
use super::text_numbers::TextNumbers;
use crate::event::aliases::Renamed;

impl Pseudonyms {
    /// The facts with pseudonyms. Removes agents' names beside their ids, and examples of ids in findings.
    ///
    /// # Errors
    ///
    /// If polars rejects a column, which is a bug.
    pub fn apply(&self, mut facts: Facts) -> PolarsResult<Facts> {
        let mut columns: Vec<(&str, &str)> =
            self.people.iter().map(|person| (person.column(), person.column())).collect();
        if self.people.contains(&PseudonymKind::Customer) && facts.run.sessions.is_by_silence() {
            columns.push(("conversation_id", "conversation"));
        }
        for (column, kind) in columns {
            let mut known = HashMap::new();
            let mut texts = facts.texts.take().map(Arc::unwrap_or_clone);
            for frame in facts.frames_mut() {
                match &mut texts {
                    Some(texts) if has_numbers(frame, column) => self.renumber(frame, column, kind, texts)?,
                    Some(_) | None => self.replace(frame, column, kind, &mut known)?,
                }
            }
            facts.texts = texts.map(Arc::new);
        }
        if self.has(PseudonymKind::Agent) {
            facts.run.agent_names.clear();
            let agent = Renamed::Agent;
            facts.run.renamed = facts.run.renamed.with_names(agent, |name| self.of_person(PseudonymKind::Agent, name));
            for alias in facts.run.unused_aliases.iter_mut().filter(|alias| alias.of == agent.name()) {
                alias.old = self.of_person(PseudonymKind::Agent, &alias.old);
                alias.near = None;
            }
        }
        for file in &mut facts.run.files {
            file.spoilt.iter_mut().for_each(|ids| ids.example = None);
        }
        Ok(facts)
    }

    /// Replaces the numbers of names by those of their pseudonyms.
    fn renumber(&self, frame: &mut DataFrame, column: &str, kind: &str, texts: &mut TextNumbers) -> PolarsResult<()> {
        let mut known = HashMap::new();
        let mut pseudonym = |number: u32| {
            *known.entry(number).or_insert_with(|| {
                let name = self.of(kind, texts.get(number));
                texts.number(&name)
            })
        };
        let numbers = frame.column(column)?.u32()?.iter().map(|number| number.map(&mut pseudonym));
        let numbers = numbers.collect::<UInt32Chunked>().with_name(column.into());
        frame.replace(column, numbers.into_series().into_column())?;
        Ok(())
    }

    fn replace(
        &self,
        frame: &mut DataFrame,
        column: &str,
        kind: &str,
        known: &mut HashMap<String, String>,
    ) -> PolarsResult<()> {
        let Ok(found) = frame.column(column) else { return Ok(()) };
        // Ids that are not shown are numbers.
        if found.dtype() != &DataType::String {
            return Ok(());
        }
        let pseudonyms: StringChunked = found
            .str()?
            .iter()
            .map(|name| {
                let name = name?;
                Some(known.entry(name.to_owned()).or_insert_with(|| self.of(kind, name)).clone())
            })
            .collect();
        frame.replace(column, pseudonyms.with_name(column.into()).into_series().into_column())?;
        Ok(())
    }
}

/// Whether a column has numbers of names. Ids that are not shown are also numbers, but not of names.
fn has_numbers(frame: &DataFrame, column: &str) -> bool {
    column == PseudonymKind::Agent.column()
        && frame.column(column).is_ok_and(|column| column.dtype() == &DataType::UInt32)
}
