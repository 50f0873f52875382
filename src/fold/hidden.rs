//! Facts with pseudonyms instead of people's names.

use std::collections::HashMap;
use std::sync::Arc;

use polars::prelude::*;

use super::fact_batches::ColumnChange;
use super::facts::Facts;
use super::pseudonyms::{PseudonymKind, Pseudonyms};
use super::schema::FactTable;
use crate::event::aliases::Renamed;

impl Pseudonyms {
    /// The facts with pseudonyms. Removes agents' names beside their ids, and examples of ids in findings.
    ///
    /// # Errors
    ///
    /// If polars rejects a column, which is a bug.
    pub fn apply(&self, mut facts: Facts) -> PolarsResult<Facts> {
        let mut columns: Vec<(&'static str, &'static str)> =
            self.people.iter().map(|person| (person.column(), person.column())).collect();
        if self.people.contains(&PseudonymKind::Customer) && facts.run.sessions.is_by_silence() {
            columns.push(("conversation_id", "conversation"));
        }
        for (column, kind) in columns {
            let numbers = self.renumbered(&mut facts, column, kind)?;
            let pseudonyms = self.clone();
            let change = move |values: &Column| match values.dtype() {
                DataType::UInt32 if column == PseudonymKind::Agent.column() => renumber(values, &numbers),
                DataType::String => pseudonyms.replace(values, kind),
                // Ids that nobody sees are numbers of nothing that is shown.
                _ => Ok(values.clone()),
            };
            facts.change(ColumnChange { name: column, change: Arc::new(change) })?;
        }
        let run = Arc::make_mut(&mut facts.run);
        if self.has(PseudonymKind::Agent) {
            run.agent_names.clear();
            let agent = Renamed::Agent;
            run.renamed = run.renamed.with_names(agent, |name| self.of_person(PseudonymKind::Agent, name));
            for alias in run.unused_aliases.iter_mut().filter(|alias| alias.kind == agent.name()) {
                alias.old = self.of_person(PseudonymKind::Agent, &alias.old);
                alias.near = None;
            }
        }
        for file in &mut run.files {
            file.spoilt.iter_mut().for_each(|ids| ids.example = None);
        }
        Ok(facts)
    }

    /// The numbers of pseudonyms by those of the names, if the column has numbers of names.
    fn renumbered(&self, facts: &mut Facts, column: &str, kind: &str) -> PolarsResult<HashMap<u32, u32>> {
        let mut numbers = HashMap::new();
        if column != PseudonymKind::Agent.column() {
            return Ok(numbers);
        }
        let Some(mut texts) = facts.texts.take().map(Arc::unwrap_or_clone) else { return Ok(numbers) };
        let mut columns = Vec::new();
        for table in FactTable::ALL.iter().filter(|table| facts.has(**table, column)) {
            columns.push(facts.columns(*table, &[column])?.column(column)?.clone());
        }
        for column in columns.iter().filter_map(|column| column.u32().ok()) {
            for number in column.unique()?.iter().flatten() {
                let pseudonym = self.of(kind, texts.get(number));
                numbers.insert(number, texts.number(&pseudonym));
            }
        }
        facts.texts = Some(Arc::new(texts));
        Ok(numbers)
    }

    /// Replaces names by pseudonyms. Each distinct name is processed once.
    fn replace(&self, values: &Column, kind: &str) -> PolarsResult<Column> {
        let mut known: HashMap<&str, String> = HashMap::new();
        let pseudonyms: StringChunked = values
            .str()?
            .iter()
            .map(|name| name.map(|name| known.entry(name).or_insert_with(|| self.of(kind, name)).clone()))
            .collect();
        Ok(pseudonyms.with_name(values.name().clone()).into_column())
    }
}

/// Replaces the numbers of names by those of their pseudonyms.
fn renumber(values: &Column, numbers: &HashMap<u32, u32>) -> PolarsResult<Column> {
    let renumbered = values.u32()?.iter().map(|number| number.and_then(|number| numbers.get(&number).copied()));
    Ok(renumbered.collect::<UInt32Chunked>().with_name(values.name().clone()).into_column())
}
