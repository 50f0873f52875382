//! `dialogram explain`: which rows went into one number of a report, and which were left out.

use std::path::PathBuf;

use clap::Args;

use super::flags::LanguageFlag;
use super::guard::Files;
use super::look::BrandFlag;
use super::output::effect::note_brand;
use super::report_file;
use super::streams::print;
use super::templates::has_it;
use crate::failure::Failure;
use crate::harmless::shown_path;
use crate::metrics;
use crate::nearest::hint;
use crate::render::FigureFormat;
use crate::render::explain::Explanation;
use crate::report::{HiddenValue, MetricValue, Statistic};

/// Explains a number of a report: rows, window, clock, filters, limits; and the rows left out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  dialogram explain report.json first_response_time
  dialogram explain report.json bot_time.p90 --format markdown
  dialogram report log.jsonl --to log-end --format json | dialogram explain - conversations")]
pub struct ExplainArgs {
    /// The report, or - for standard input
    #[arg(value_name = "REPORT.json")]
    report: PathBuf,
    /// The id of a metric in the report
    #[arg(value_name = "METRIC")]
    metric: String,
    /// Output format
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: FigureFormat,
    /// The language of the page.
    #[command(flatten)]
    language: LanguageFlag,
    /// The brand of the page.
    #[command(flatten)]
    pub(super) brand: BrandFlag,
}

impl ExplainArgs {
    /// The files that the command reads and writes.
    pub(super) fn files(&self, files: &mut Files) {
        files.read("REPORT.json", &self.report);
        self.brand.files(files);
        files.write_stdout();
    }

    /// Whether the format shows a brand.
    pub(super) const fn has_look(&self) -> bool {
        matches!(self.format, FigureFormat::Html)
    }
}

/// Runs the command.
///
/// # Errors
///
/// If the report cannot be read, or has no such metric.
pub fn run(args: &ExplainArgs) -> anyhow::Result<()> {
    let look = args.brand.load()?.into();
    if !args.has_look() {
        note_brand(&args.brand, "this format", "html");
    }
    let report = report_file::read(&args.report)?;
    // The argument may name a statistic; all statistics are shown.
    let (id, statistic) = match args.metric.split_once('.') {
        Some((id, statistic)) => (id, Some(statistic)),
        None => (args.metric.as_str(), None),
    };
    let Some(explanation) = Explanation::of(&report, id) else {
        let ids = || report.metrics.iter().map(|(id, _)| id);
        let location = shown_path(&args.report);
        let hint = match metrics::find(id) {
            Some(_) => has_it(id),
            None => hint(id, ids()),
        };
        let known = ids().collect::<Vec<_>>().join(", ");
        return Err(Failure::Usage.because(format!("{location} has no metric `{id}`{hint} (it has {known})")));
    };
    if let (Some(statistic), Some(figure)) = (statistic, report.metrics.get(id)) {
        check_statistic(id, statistic, figure)?;
    }
    print(explanation.render(args.format, args.language.language, &look).as_bytes())
}

/// A statistic that the metric lacks is a typing mistake.
fn check_statistic(id: &str, name: &str, figure: &MetricValue) -> anyhow::Result<()> {
    let known: Vec<&str> = match figure {
        MetricValue::Scalar(_) | MetricValue::Hidden(HiddenValue::Scalar(_)) => vec!["value", "n"],
        MetricValue::Duration(_) | MetricValue::Hidden(HiddenValue::Duration(_)) => {
            Statistic::ALL.iter().map(|one| one.name()).chain(["n"]).collect()
        }
    };
    if known.contains(&name) {
        return Ok(());
    }
    let hint = hint(name, known.iter().copied());
    Err(Failure::Usage.because(format!("`{id}` has no statistic `{name}`{hint} (it has {})", known.join(", "))))
}
