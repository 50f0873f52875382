//! Coverage: the facts in the logs of a run. A metric that needs a fact which no log has is unknown, not 0.

use super::{Cell, Statistics, Warning, WarningId};
use crate::event::{Fact, FactSet};
use crate::fold::facts::RunFacts;
use crate::fold::schema::FactTable;
use crate::ingest::FileCounts;
use crate::language::{Argument, Message};
use crate::metrics::Metric;

/// The facts that at least one log has.
#[derive(Debug, Clone, Copy)]
pub struct Coverage<'r> {
    facts: FactSet,
    /// Columns that an older folder of facts lacks.
    absent: &'r [(FactTable, &'static str)],
}

/// The facts of a file.
fn of_file(file: &FileCounts) -> FactSet {
    file.lacks.iter().filter_map(|name| Fact::parse(name)).fold(FactSet::ALL, FactSet::without)
}

impl<'r> Coverage<'r> {
    /// The facts of all files in a run; all facts, if there are no files.
    #[must_use]
    pub fn of(run: &'r RunFacts) -> Self {
        let facts = run.files.iter().map(of_file).reduce(FactSet::or).unwrap_or(FactSet::ALL);
        Self { facts, absent: &run.absent }
    }

    /// Whether a log has the fact.
    #[must_use]
    pub fn has(self, fact: Fact) -> bool {
        self.facts.has(fact)
    }

    /// Whether a metric is known.
    #[must_use]
    pub fn knows(self, metric: &Metric) -> bool {
        self.facts.meet(metric.needs) && !self.lacks_column_of(metric)
    }

    /// Whether the facts lack a column that a metric reads.
    fn lacks_column_of(self, metric: &Metric) -> bool {
        let reads = |column: &str| metric.measure.columns().iter().any(|name| name == column);
        self.absent.iter().any(|(table, column)| *table == metric.table && reads(column))
    }

    /// Blanks the cells of unknown metrics.
    pub fn blank(self, metrics: &[&'static Metric], cells: &mut [Cell]) {
        for (_, cell) in metrics.iter().zip(cells).filter(|(metric, _)| !self.knows(metric)) {
            *cell = match cell {
                Cell::Scalar { .. } => Cell::Scalar { value: None, n: Some(0) },
                // Unknown cells are blanked before any number is hidden.
                Cell::Hidden => Cell::Hidden,
                Cell::Duration(_) => Cell::Duration(Statistics::default()),
            };
        }
    }

    /// Warns of metrics that are unknown, or known only for some of the logs.
    #[must_use]
    pub fn warnings(self, run: &RunFacts, metrics: &[&'static Metric]) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let without_facts = metrics.iter().filter(|metric| !self.facts.meet(metric.needs));
        let unknown: Vec<&str> = without_facts.map(|metric| metric.id).collect();
        if !unknown.is_empty() {
            let fact = |fact: Fact| Argument::Term(format!("fact.{}", fact.name()), fact.name().to_owned());
            let facts = Argument::list(FactSet::ALL.minus(self.facts).iter().map(fact));
            let metrics = Argument::metrics(unknown.iter().copied());
            let text = Message::new("warning.not_told").with("facts", facts).with("metrics", metrics);
            warnings.push(Warning::new(WarningId::NotTold, text, Some(unknown.len() as u64)));
        }
        let older: Vec<&str> =
            metrics.iter().filter(|metric| self.lacks_column_of(metric)).map(|metric| metric.id).collect();
        if !older.is_empty() {
            let text = Message::new("warning.older_facts").with("metrics", Argument::metrics(older.iter().copied()));
            warnings.push(Warning::new(WarningId::OlderFacts, text, Some(older.len() as u64)));
        }
        for file in run.files.iter().filter(|file| !file.lacks.is_empty()) {
            let facts = of_file(file);
            let partly = metrics.iter().filter(|metric| self.knows(metric) && !facts.meet(metric.needs));
            let partly: Vec<&str> = partly.map(|metric| metric.id).collect();
            if !partly.is_empty() {
                let text = Message::new("warning.partly_told")
                    .with("file", &file.name)
                    .with("profile", &file.profile)
                    .with("metrics", Argument::metrics(partly.iter().copied()));
                warnings.push(Warning::new(WarningId::PartlyTold, text, Some(partly.len() as u64)));
            }
        }
        warnings
    }
}

/// Warns of keys that a profile's exports have and no record of the run has: the format of the export has changed, or
/// somebody edited it.
fn missing_keys(run: &RunFacts) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for file in &run.files {
        if seen.contains(&file.profile.as_str()) {
            continue;
        }
        seen.push(&file.profile);
        let all: Vec<_> = run.files.iter().filter(|other| other.profile == file.profile).collect();
        // Another file may have the keys that one file lacks: a page of a few records is not a whole export.
        let is_missing = |key: &&String| all.iter().all(|other| other.unmet.contains(key));
        let keys: Vec<String> = file.unmet.iter().filter(is_missing).map(|key| format!("`{key}`")).collect();
        if keys.is_empty() {
            continue;
        }
        let count = keys.len() as u64;
        let files = match all.len() {
            1 => Argument::from(&file.name),
            files => Message::counted("count.files", files as u64).into(),
        };
        let text = Message::new("warning.missing_keys")
            .with("files", files)
            .with("keys", Argument::list(keys))
            .with("profile", &file.profile);
        warnings.push(Warning::new(WarningId::MissingKeys, text, Some(count)));
    }
    for file in run.files.iter().filter(|file| !file.resembled.is_empty()) {
        let text = Message::new("warning.resembled_keys")
            .with("file", &file.name)
            .with("keys", Argument::list(file.resembled.iter().map(|key| format!("`{key}`"))))
            .with("profile", &file.profile);
        warnings.push(Warning::new(WarningId::MissingKeys, text, Some(file.resembled.len() as u64)));
    }
    warnings
}

/// Warns of facts that profiles lack, and of records without an event.
#[must_use]
pub fn of_profiles(run: &RunFacts) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for file in &run.files {
        if !file.cannot.is_empty() && !seen.contains(&file.profile.as_str()) {
            seen.push(&file.profile);
            // The user's own profiles have no translations.
            let one = |text: &String| Argument::Term(format!("cannot.{text}"), text.clone());
            let text = Message::new("warning.profile_cannot")
                .with("profile", &file.profile)
                .with("facts", Argument::statements(file.cannot.iter().map(one)));
            warnings.push(Warning::new(WarningId::ProfileCannot, text, None));
        }
    }
    warnings.extend(missing_keys(run));
    for file in run.files.iter().filter(|file| file.superseded > 0) {
        let rule = file.version.as_ref().map(|version| Message::new("warning.version").with("version", version));
        let text = Message::counted("warning.superseded_records", file.superseded)
            .with("file", &file.name)
            .with("rule", Argument::maybe(rule));
        warnings.push(Warning::new(WarningId::SupersededRecords, text, Some(file.superseded)));
    }
    for file in run.files.iter().filter(|file| file.skipped > 0) {
        let text = Message::counted("warning.skipped_records", file.skipped).with("file", &file.name);
        warnings.push(Warning::new(WarningId::SkippedRecords, text, Some(file.skipped)));
    }
    warnings
}
