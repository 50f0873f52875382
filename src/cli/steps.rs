//! The steps of a run with their durations, on standard error: `-v` for people, `--progress json` for programs.

use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use serde_json::{Map, Value};

use super::streams::note;
use crate::unit::group;

/// The schema of a line of `--progress json`.
pub const SCHEMA: &str = "dialogram/progress/1";

/// The value of `--progress`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressFormat {
    /// A bar on a terminal, in runs of more than a second.
    Auto,
    /// A JSON object a line, for programs that run this one.
    Json,
    /// Nothing.
    None,
}

/// Flags for progress and steps of a run.
#[derive(Debug, Clone, Copy, Args)]
pub struct StepFlags {
    /// Print the steps of the run and the time of each to standard error
    #[arg(long, short)]
    verbose: bool,
    /// Show progress on standard error
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "auto")]
    pub progress: ProgressFormat,
}

impl StepFlags {
    /// Starts the first step.
    #[must_use]
    pub fn begin(self) -> Steps {
        let is_json = self.progress == ProgressFormat::Json;
        Steps { is_verbose: self.verbose, is_json, last: Instant::now() }
    }
}

/// A step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunStep {
    /// The files are found and their profiles chosen.
    Choose,
    /// Rows are read.
    Read,
    /// Conversations are folded into facts.
    Fold,
    /// Numbers are made of the facts.
    Report,
    /// Outputs are rendered and written.
    Write,
    /// The whole run.
    All,
}

impl RunStep {
    /// The name in both formats.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Choose => "choose",
            Self::Read => "read",
            Self::Fold => "fold",
            Self::Report => "report",
            Self::Write => "write",
            Self::All => "all",
        }
    }
}

/// A figure of a step: the name of the things counted, and their number.
pub type Figure = (&'static str, u64);

/// Prints the steps of a run as they end.
#[derive(Debug)]
pub struct Steps {
    is_verbose: bool,
    is_json: bool,
    last: Instant,
}

impl Steps {
    /// Prints the finished step, and starts the next.
    pub fn done(&mut self, step: RunStep, figures: &[Figure]) {
        let time = std::mem::replace(&mut self.last, Instant::now()).elapsed();
        if self.is_verbose {
            note(&in_words(step, figures, time));
        }
        if self.is_json {
            note(&object(step, true, figures, time));
        }
    }
}

/// `read         0.120 s  3 files, 12,345 rows`.
fn in_words(step: RunStep, figures: &[Figure], time: Duration) -> String {
    let figure = |(name, n): &Figure| {
        let name = name.replace('_', " ");
        format!("{} {}", group(*n), if *n == 1 { name.trim_end_matches('s') } else { &name })
    };
    let figures: Vec<String> = figures.iter().map(figure).collect();
    format!("{:8} {:>9.3} s  {}", step.name(), time.as_secs_f64(), figures.join(", ")).trim_end().to_owned()
}

/// A line of `--progress json`.
#[must_use]
pub fn object(step: RunStep, is_done: bool, figures: &[Figure], time: Duration) -> String {
    let mut object = Map::new();
    object.insert("schema".to_owned(), SCHEMA.into());
    object.insert("step".to_owned(), step.name().into());
    object.insert("done".to_owned(), is_done.into());
    object.extend(figures.iter().map(|(name, n)| ((*name).to_owned(), (*n).into())));
    let seconds = (time.as_secs_f64() * 1000.0).round() / 1000.0;
    object.insert("seconds".to_owned(), seconds.into());
    Value::Object(object).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_in_both_forms() {
        let (figures, time) = ([("files", 1), ("rows", 10_258)], Duration::from_millis(1_234));
        assert_eq!(in_words(RunStep::Read, &figures, time), "read         1.234 s  1 file, 10,258 rows");
        assert_eq!(in_words(RunStep::Report, &[], time), "report       1.234 s");
        assert_eq!(
            object(RunStep::Read, true, &figures, time),
            r#"{"schema":"dialogram/progress/1","step":"read","done":true,"files":1,"rows":10258,"seconds":1.234}"#
        );
    }
}
