//! A newcomer's steps with a file: `inspect`, then the report with the written or recognised profile.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use dialogram::cli::Command as Subcommand;
use dialogram::cli::interrupt::Interrupt;
use dialogram::cli::load;
use dialogram::ingest::Options;
use dialogram::ingest::source::Source;
use dialogram::inspect::{Examples, inspect_file};
use serde_json::Value;

use crate::support::{english, everything, failed, parse};

/// The outcome for a file.
pub enum Outcome {
    /// The file is refused, with the reason.
    Refused(String),
    /// Information is missing, with the questions.
    Asked(Vec<String>),
    /// A report.
    Report {
        /// By metric and statistic.
        numbers: BTreeMap<String, f64>,
        /// Ids of warnings.
        warnings: BTreeSet<String>,
        /// The notes of the page.
        notes: BTreeSet<String>,
    },
}

/// Warnings that do not concern the rows.
const OF_WINDOWS: [&str; 6] =
    ["uncovered_days", "window_unfinished", "no_previous_window", "not_told", "local_times", "newest_first"];

/// Inspects a file and makes its report.
pub fn outcome(path: &Path) -> Outcome {
    let name = path.file_name().unwrap().to_str().unwrap();
    let look = match inspect_file(&Source::File(path.to_owned()), name, &Options::new(), Examples::Safe) {
        Ok(look) => look,
        Err(error) => return Outcome::Refused(format!("{error:#}")),
    };
    if !look.found.missing.is_empty() {
        return Outcome::Asked(english(&look.found.missing));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut args = ["--from", "2022-01-01", "--to", "2030-12-31", "--input-tz", "UTC"].map(str::to_owned).to_vec();
    if let Some(profile) = &look.profile {
        let file = folder.path().join("p.toml");
        fs::write(&file, &profile.text).unwrap();
        args.extend(["--profile".to_owned(), file.display().to_string()]);
    }
    let mut notes: BTreeSet<String> = english(&look.found.notes).into_iter().collect();
    let unused = look.found.mapping.iter().flat_map(|mapping| &mapping.unused);
    notes.extend(unused.map(|left| format!("not used: {}, {}", left.column, left.reason)));
    match report(path, &args) {
        Err((_, message)) => Outcome::Refused(message),
        Ok(report) => Outcome::Report { numbers: numbers(&report), warnings: warnings(&report), notes },
    }
}

/// Every metric, without tables.
fn report(path: &Path, args: &[String]) -> Result<Value, (u8, String)> {
    let Subcommand::Report(parsed) = parse("report", &[path.to_owned()], args)? else {
        unreachable!("asked for a report")
    };
    let parsed = parsed.flags;
    let run = || -> anyhow::Result<Value> {
        let mut template = everything();
        (template.tables, template.heatmaps) = (Vec::new(), Vec::new());
        let request = parsed.request(vec![template])?;
        let facts = load::facts(&parsed.log, &Interrupt::default())?;
        Ok(serde_json::to_value(request.report(&facts)?)?)
    };
    run().map_err(|error| failed(&error))
}

/// Numbers without data are left out, with their numbers of rows.
fn numbers(report: &Value) -> BTreeMap<String, f64> {
    let mut numbers = BTreeMap::new();
    // The number of ratings depends on the number of questions in a file.
    let metrics = report["metrics"].as_object().unwrap().iter().filter(|(metric, _)| *metric != "ratings");
    for (metric, value) in metrics {
        let is_told = ["value", "mean"].iter().any(|key| value[key].is_number());
        for key in ["value", "mean", "p50", "p90", "max", "n"].iter().filter(|_| is_told) {
            if let Some(number) = value[key].as_f64() {
                numbers.insert(format!("{metric}.{key}"), number);
            }
        }
    }
    numbers
}

fn warnings(report: &Value) -> BTreeSet<String> {
    let all = report["warnings"].as_array().unwrap().iter();
    let of = |warning: &Value| {
        let id = warning["id"].as_str().unwrap();
        // Which keys are missing, and what the export does not tell, is in the text; a fixture may lack some as it is.
        let is_named_in_text = ["missing_keys", "profile_cannot", "repeated_rows"].contains(&id);
        let text = if is_named_in_text { warning["text"].as_str().unwrap() } else { "" };
        (!OF_WINDOWS.contains(&id)).then(|| format!("{id} {text}"))
    };
    all.filter_map(of).collect()
}

/// The comparison of a changed file with the original.
pub enum Verdict {
    /// Each number equals that of the original file, or has no data.
    Right,
    /// No report, with the reason.
    Refused(String),
    /// No report before a question is answered.
    Asked(String),
    /// Other numbers, with a new warning of the report.
    Warned(String),
    /// Other numbers, with a new note on the page of `inspect`.
    Noted(String),
    /// Other numbers, without any notice.
    SilentlyWrong(String),
}

impl Verdict {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Refused(_) => "refused",
            Self::Asked(_) => "asked",
            Self::Warned(_) => "warned",
            Self::Noted(_) => "noted",
            Self::SilentlyWrong(_) => "SILENTLY WRONG",
        }
    }

    pub fn said(&self) -> &str {
        match self {
            Self::Right => "",
            Self::Refused(said)
            | Self::Asked(said)
            | Self::Warned(said)
            | Self::Noted(said)
            | Self::SilentlyWrong(said) => said,
        }
    }
}

/// Compares the outcome of a changed file with that of the original.
pub fn verdict(before: &Outcome, after: &Outcome) -> Verdict {
    let (numbers, warnings, notes) = match after {
        Outcome::Refused(message) => return Verdict::Refused(message.clone()),
        Outcome::Asked(missing) => return Verdict::Asked(missing.join("; ")),
        Outcome::Report { numbers, warnings, notes } => (numbers, warnings, notes),
    };
    let Outcome::Report { numbers: right, warnings: warned_before, notes: noted_before } = before else {
        unreachable!("a base gives a report")
    };
    let is_other = |name: &String, number: f64| right.get(name).is_none_or(|right| (right - number).abs() > 1e-6);
    let differences: Vec<String> = numbers
        .iter()
        .filter(|(name, number)| is_other(name, **number))
        .map(|(name, number)| format!("{name} {number}, not {:?}", right.get(name)))
        .collect();
    if differences.is_empty() {
        return Verdict::Right;
    }
    let said = |new: Vec<&String>| format!("{new:?} of {}", differences[..differences.len().min(6)].join(", "));
    let new: Vec<&String> = warnings.difference(warned_before).collect();
    if !new.is_empty() {
        return Verdict::Warned(said(new));
    }
    let new: Vec<&String> = notes.difference(noted_before).collect();
    if new.is_empty() { Verdict::SilentlyWrong(differences.join(", ")) } else { Verdict::Noted(said(new)) }
}
