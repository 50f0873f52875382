//! What the logs of a run tell: a metric that needs what none of them tells is unknown, not 0.

use super::{Cell, Statistics, Warning, WarningId, warning};
use crate::event::{Fact, Facts};
use crate::fold::facts::Run;
use crate::fold::schema::Table;
use crate::ingest::FileCounts;
use crate::metrics::Metric;
use crate::unit::group;

/// What at least one log tells.
#[derive(Debug, Clone, Copy)]
pub struct Coverage<'r> {
    facts: Facts,
    /// Columns that an older folder of facts does not have.
    absent: &'r [(Table, &'static str)],
}

/// What a file tells.
fn of_file(file: &FileCounts) -> Facts {
    file.lacks.iter().filter_map(|name| Fact::parse(name)).fold(Facts::ALL, Facts::without)
}

impl<'r> Coverage<'r> {
    /// What the files of a run tell together; all, where there are none.
    #[must_use]
    pub fn of(run: &'r Run) -> Self {
        let facts = run.files.iter().map(of_file).reduce(Facts::or).unwrap_or(Facts::ALL);
        Self { facts, absent: &run.absent }
    }

    /// Whether a log has the fact.
    #[must_use]
    pub fn has(self, fact: Fact) -> bool {
        self.facts.has(fact)
    }

    /// Whether a metric can be known.
    #[must_use]
    pub fn knows(self, metric: &Metric) -> bool {
        self.facts.meet(metric.needs) && !self.lacks_column_of(metric)
    }

    /// Whether the facts lack a column that a metric reads.
    fn lacks_column_of(self, metric: &Metric) -> bool {
        let reads = |column: &str| metric.measure.columns().iter().any(|name| name == column);
        self.absent.iter().any(|(table, column)| *table == metric.table && reads(column))
    }

    /// Blanks the cells of metrics that cannot be known.
    pub fn blank(self, metrics: &[&'static Metric], cells: &mut [Cell]) {
        for (_, cell) in metrics.iter().zip(cells).filter(|(metric, _)| !self.knows(metric)) {
            *cell = match cell {
                Cell::Scalar { .. } => Cell::Scalar { value: None, n: Some(0) },
                Cell::Duration(_) => Cell::Duration(Statistics::default()),
            };
        }
    }

    /// Which metrics are not known, or only by some of the logs.
    #[must_use]
    pub fn warnings(self, run: &Run, metrics: &[&'static Metric]) -> Vec<Warning> {
        let mut warnings = Vec::new();
        let untold = metrics.iter().filter(|metric| !self.facts.meet(metric.needs));
        let unknown: Vec<&str> = untold.map(|metric| metric.id).collect();
        if !unknown.is_empty() {
            let facts: Vec<&str> = Facts::ALL.minus(self.facts).iter().map(Fact::name).collect();
            let text = format!("no log has {}: these figures are empty: {}", facts.join(", "), unknown.join(", "));
            warnings.push(warning(WarningId::NotTold, text, Some(unknown.len() as u64)));
        }
        let older: Vec<&str> =
            metrics.iter().filter(|metric| self.lacks_column_of(metric)).map(|metric| metric.id).collect();
        if !older.is_empty() {
            let text = format!(
                "the facts were folded by an older version: these figures are empty: {}; fold the log again",
                older.join(", ")
            );
            warnings.push(warning(WarningId::OlderFacts, text, Some(older.len() as u64)));
        }
        for file in run.files.iter().filter(|file| !file.lacks.is_empty()) {
            let facts = of_file(file);
            let partly = metrics.iter().filter(|metric| self.knows(metric) && !facts.meet(metric.needs));
            let partly: Vec<&str> = partly.map(|metric| metric.id).collect();
            if !partly.is_empty() {
                let (name, profile) = (&file.name, &file.profile);
                let text = format!("{name} ({profile}) does not tell all of {}: the other logs do", partly.join(", "));
                warnings.push(warning(WarningId::PartlyTold, text, Some(partly.len() as u64)));
            }
        }
        warnings
    }
}

/// Keys that exports of a profile have, and that no record of the run has: the export has changed, or somebody changed it.
fn missing_keys(run: &Run) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for file in &run.files {
        if seen.contains(&file.profile.as_str()) {
            continue;
        }
        seen.push(&file.profile);
        let all: Vec<_> = run.files.iter().filter(|other| other.profile == file.profile).collect();
        // What one file lacks another may have: a page of a few records is no export.
        let is_missing = |key: &&String| all.iter().all(|other| other.unmet.contains(key));
        let keys: Vec<String> = file.unmet.iter().filter(is_missing).map(|key| format!("`{key}`")).collect();
        if keys.is_empty() {
            continue;
        }
        let name = if all.len() == 1 { file.name.clone() } else { format!("{} files", all.len()) };
        let text = format!(
            "{name}: no record has {}, which exports of {} have: what is read from it is missing in all numbers; look \
             whether the export is whole, or has other names",
            keys.join(", "),
            file.profile
        );
        warnings.push(warning(WarningId::MissingKeys, text, Some(keys.len() as u64)));
    }
    warnings
}

/// What profiles do not tell, and records that told nothing.
#[must_use]
pub fn of_profiles(run: &Run) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for file in &run.files {
        if !file.cannot.is_empty() && !seen.contains(&file.profile.as_str()) {
            seen.push(&file.profile);
            let text = format!("{} exports do not tell {}", file.profile, file.cannot.join("; "));
            warnings.push(warning(WarningId::ProfileCannot, text, None));
        }
    }
    warnings.extend(missing_keys(run));
    for file in run.files.iter().filter(|file| file.superseded > 0) {
        let (n, are) = if file.superseded == 1 {
            ("1 record".to_owned(), "is")
        } else {
            (format!("{} records", group(file.superseded)), "are")
        };
        let rule = file.version.as_ref().map(|version| format!(": {version} counts")).unwrap_or_default();
        let text = format!("{}: {n} {are} superseded by a later version{rule}", file.name);
        warnings.push(warning(WarningId::SupersededRecords, text, Some(file.superseded)));
    }
    for file in run.files.iter().filter(|file| file.skipped > 0) {
        let text = format!("{}: {} of its records hold no event and were skipped", file.name, group(file.skipped));
        warnings.push(warning(WarningId::SkippedRecords, text, Some(file.skipped)));
    }
    warnings
}
